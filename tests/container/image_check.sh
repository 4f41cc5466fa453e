#!/usr/bin/env bash
# image_check.sh SOURCE COMMAND PROVIDER...: the Dockerfile copies what is there and all that a build reads, and its runtime packages are
# just those that hold the libraries of the command and the providers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/container/dockerfile.sh
. "$here/dockerfile.sh"
source=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ignored() { ! grep -qxE "!(${1%%/*}|$1|${1%/*})" "$source/.dockerignore"; }

image_folder=/src
stage=0
while read -ra words; do
  case ${words[0]} in
    FROM) stage=$((stage + 1)) ;;
    COPY)
      [[ ${words[1]} != --from=* ]] || continue
      for file in "${words[@]:1:${#words[@]}-2}"; do
        [[ -e $source/$file ]] || die "the Dockerfile copies $file, which does not exist"
        ! ignored "$file" || die ".dockerignore leaves out $file, which the Dockerfile copies"
        [[ $file != scripts/* || -x $source/$file ]] || die "$file is copied but not executable"
      done
      [[ $stage -gt 1 ]] || copy "$work" "$source" "$work/context" "${words[@]:1}" ;;
    RUN | ENV | WORKDIR | VOLUME | EXPOSE | HEALTHCHECK | ENTRYPOINT | CMD) ;;
    *) die "this instruction is not known: ${words[*]}" ;;
  esac
done < <(instructions "$source/Dockerfile")

cmake -S "$work/context/src" -B "$work/build" -G Ninja -DBUILD_TESTING=OFF >"$work/log" 2>&1 || {
  tail -30 "$work/log" >&2
  die "what the Dockerfile copies cannot be configured"
}
ninja -C "$work/build" -n >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; die "what the Dockerfile copies cannot be built"; }

installed=$(grep -oE -- '--prefix [^ ]+' "$source/Dockerfile" | cut -d' ' -f2)
grep -q -- "^COPY --from=build $installed $installed\$" "$source/Dockerfile" ||
  die "the runtime stage does not copy $installed, where the build stage installs"

listed=$(instructions "$source/Dockerfile" | sed -n 's/^RUN apt-get.*--no-install-recommends \([^&]*\) &&.*/\1/p' | tr ' ' '\n' |
  grep -vx ca-certificates | sort)
# libc6, with the loader, and libgcc-s1 are in every Debian system.
needed=$(for binary in "$@"; do
  readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux' | while read -r library; do
    path=$(realpath "$(ldd "$binary" | awk -v name="$library" '$1 == name { print $3 }')")
    dpkg -S "*${path#/usr}" | cut -d: -f1 | head -1
  done
done | sort -u | grep -vxE 'libc6|libgcc-s1')
diff <(echo "$needed") <(echo "$listed") || die "left: packages that the binaries need; right: those that the Dockerfile lists"
echo "The Dockerfile's files and $(wc -l <<<"$listed") runtime packages are right."
