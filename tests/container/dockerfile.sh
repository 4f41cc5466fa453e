# Reads a Dockerfile and performs a stage of it in a folder, for machines without a container engine. To be sourced; `perform` needs root.
# An instruction, a flag or an image that is not known is an error, so that nothing in the file goes untested.
# shellcheck shell=bash disable=SC2034

die() { echo "container test: $*" >&2; exit 1; }

# instructions FILE: one instruction a line; comments are dropped and continued lines joined.
instructions() {
  awk '/^[ \t]*(#|$)/ { next }
       { whole = whole $0 }
       /\\$/ { sub(/\\$/, "", whole); next }
       { gsub(/[ \t]+/, " ", whole); print whole; whole = "" }' "$1"
}

# words_of NAME '["a", "b"]': puts the words into the array NAME.
words_of() {
  [[ $2 =~ ^\[\ *\"[^\"\\]*\"(\ *,\ *\"[^\"\\]*\")*\ *\]$ ]] || die "not an array of plain words: $2"
  mapfile -t "$1" < <(grep -o '"[^"]*"' <<<"$2" | tr -d '"')
}

# package_sources: this machine's sources of Debian 12, as lines of a sources.list; archive: the first one's address.
package_sources() {
  # shellcheck disable=SC2016
  apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u |
    grep -E ' bookworm(-updates|-security)? '
}
archive() { package_sources | awk '$3 == "bookworm" { sub("/$", "", $2); print $2; exit }'; }

# base_folder FOLDER IMAGE: the image's system, from the package sources of this machine.
base_folder() {
  local root=$1
  case $2 in debian:bookworm | debian:bookworm-slim) ;; *) die "the base image $2 is not known" ;; esac
  debootstrap --variant=minbase bookworm "$root" "$(archive)" >"$root.log" 2>&1 || {
    tail -20 "$root.log" >&2
    return 1
  }
  package_sources >"$root/etc/apt/sources.list"
  apt-config dump Acquire >"$root/etc/apt/apt.conf.d/test-machine"
  # As in Docker's images: no package stays behind once it is installed.
  printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };\n' >"$root/etc/apt/apt.conf.d/docker-clean"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  if [[ $2 == *-slim ]]; then
    rm -rf "$root"/usr/share/{doc,man,info,locale}/*
    printf 'path-exclude /usr/share/%s/*\n' doc man info locale >"$root/etc/dpkg/dpkg.cfg.d/slim"
  fi
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
}

# inside ROOT DB COMMAND...: runs the command in a process and mount space of its own, as its process 1, with the folder DB (or none, if
# empty) mounted at /db, the image's environment plus $run_environment, its working folder, and $run_user, if that is set.
inside() {
  local root=$1 db=$2
  shift 2
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1 db=$2 folder=$3; shift 3
    mount -t proc proc "$root/proc"
    [[ -z $db ]] || mount --bind "$db" "$root/db"
    exec env -i "$@"' bash "$root" "$db" "$image_folder" "${image_environment[@]}" "${run_environment[@]}" \
    chroot ${run_user:+--userspec="$run_user"} "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$image_folder" "$@"
}

# copy STAGES CONTEXT ROOT WORD...: COPY.
copy() {
  local stages=$1 from=$2 root=$3 target source
  shift 3
  case $1 in
    --from=*) from=$stages/${1#--from=}; shift ;;
    --*) die "COPY $1 is not known" ;;
  esac
  target=${*: -1}
  [[ $target == /* ]] || target=$image_folder/$target
  for source in "${@:1:$#-1}"; do
    [[ -e $from/$source ]] || die "COPY $source: there is no such file"
    if [[ -d $from/$source ]]; then
      mkdir -p "$root/$target" && cp -a --no-preserve=ownership "$from/$source/." "$root/$target/"
    else
      [[ $target != */ ]] || mkdir -p "$root/$target"
      cp -a --no-preserve=ownership "$from/$source" "$root/$target"
    fi
  done
}

# perform FILE STAGE STAGES CONTEXT: carries out the stage (its name, or its number from 0) in STAGES/STAGE. Leaves what the image says in
# image_environment, image_folder, image_entrypoint, image_command, image_health, image_volumes.
perform() {
  local file=$1 stage=$2 stages=$3 context=$4 root=$3/$2 number=-1 current='' word rest line
  local -a words
  image_environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  run_environment=() run_user=
  image_folder=/ image_entrypoint=() image_command=() image_health=() image_volumes=()
  while IFS= read -r line <&4; do
    word=${line%% *} rest=${line#* }
    if [[ $word == FROM ]]; then
      number=$((number + 1)) current=$number
      [[ $rest =~ ^([^ ]+)( AS ([a-z]+))?$ ]] || die "FROM $rest is not known"
      [[ -z ${BASH_REMATCH[3]} ]] || current=${BASH_REMATCH[3]}
      [[ $current != "$stage" ]] || base_folder "$root" "${BASH_REMATCH[1]}"
      continue
    fi
    [[ $word == RUN || $rest != *'$'* ]] || die "variables are read in RUN alone: $line"
    read -ra words <<<"$rest"
    [[ $current == "$stage" ]] || word="other $word"
    case $word in
      RUN)
        echo "  RUN ${rest:0:100}"
        inside "$root" '' env DEBIAN_FRONTEND=noninteractive sh -c "$rest" >"$root.log" 2>&1 || {
          tail -30 "$root.log" >&2
          die "this step fails: $line"
        } ;;
      COPY) copy "$stages" "$context" "$root" "${words[@]}" ;;
      ENV)
        [[ $rest == *=* && $rest != *[\"\']* ]] || die "only KEY=word is known: $line"
        image_environment+=("${words[@]}") ;;
      WORKDIR) image_folder=$rest; mkdir -p "$root$rest" ;;
      VOLUME) image_volumes+=("${words[@]}") ;;
      EXPOSE) ;;
      ENTRYPOINT) words_of image_entrypoint "$rest" ;;
      CMD) words_of image_command "$rest" ;;
      HEALTHCHECK)
        [[ $rest =~ ^((--(interval|timeout|start-period|retries)=[0-9]+s?\ )*)CMD\ (.*)$ ]] || die "HEALTHCHECK $rest is not known"
        words_of image_health "${BASH_REMATCH[4]}" ;;
      "other "*) ;;  # of another stage
      *) die "this instruction is not known: $line" ;;
    esac
  done 4< <(instructions "$file")
  [[ -d $root ]] || die "there is no stage $stage in $file"
  rm -f "$root/etc/apt/apt.conf.d/test-machine"
}
