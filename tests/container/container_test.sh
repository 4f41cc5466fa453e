#!/usr/bin/env bash
# container_test.sh SOURCE BUILD: makes the image, starts it as doc/container.md says beside simulated sides, and looks at what it does.
# By docker or podman where one of them works; else the runtime stage is performed in a folder, with the product that is built in BUILD
# (PICKET_CONTAINER_BUILD=1: the build stage is performed, too). Where neither is possible it ends with 77, or fails if PICKET_TEST_LONG
# is set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/container/dockerfile.sh
. "$here/dockerfile.sh"
source=$1
build=$2
cannot() {
  echo "container test: NOT RUN: no container engine, and $*" >&2
  [[ -z ${PICKET_TEST_LONG:-} ]] || exit 1
  exit 77
}

engine=
for candidate in docker podman; do
  if [[ -z $engine ]] && timeout 20 "$candidate" info >"/dev/null" 2>&1; then engine=$candidate; fi
done
if [[ -z $engine ]]; then
  [[ $EUID -eq 0 ]] || cannot "only root can perform the Dockerfile in a folder"
  command -v debootstrap >/dev/null || cannot "debootstrap is not installed (scripts/install-dependencies does it)"
  unshare --mount --pid --fork true 2>/dev/null || cannot "this machine allows no new mount and process spaces"
  curl -fsS --max-time 20 -o /dev/null "$(archive)/dists/bookworm/InRelease" ||
    cannot "this machine's source of Debian packages does not answer"
fi

work=$(mktemp -d)
image=picket-test-$$
started=()
finish() {
  [[ -z $engine ]] || { as_root "$work" 'chown -R 0:0 /db'; "$engine" rm -f "$image"; "$engine" rmi -f "$image"; } >/dev/null 2>&1 || true
  [[ ${#started[@]} -eq 0 ]] || kill -TERM "${started[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT

# --- the image and its container, by an engine or without

make_image() {
  if [[ -n $engine ]]; then
    BUILDAH_FORMAT=docker "$engine" build -t "$image" "$source"
    size=$(("$("$engine" image inspect -f '{{.Size}}' "$image")" / 1000000))
    return
  fi
  root=$work/1
  if [[ -n ${PICKET_CONTAINER_BUILD:-} ]]; then
    perform "$source/Dockerfile" build "$work" "$source"
  else
    DESTDIR=$work/build cmake --install "$build" --prefix /opt/picket --strip >/dev/null
  fi
  perform "$source/Dockerfile" 1 "$work" "$source"
  [[ " ${image_volumes[*]} " == *" /db "* ]] || die "/db is no volume"
  size=$(du -smx --apparent-size "$root" | cut -f1)
}

# start DB [USER]: like `docker run -d -v DB:/db --env-file config.env [--user USER]`, in the machine's network, where the simulated sides
# listen.
start() {
  if [[ -n $engine ]]; then
    "$engine" run -d --name "$image" --network host -v "$1:/db" --env-file "$work/config.env" ${2:+--user "$2"} "$image" >/dev/null
    return
  fi
  # As Docker reads it: quotes are part of the value, nothing behind it is a comment, and a bare key is looked up outside.
  mapfile -t run_environment < <(grep -E '^[^#]+=' "$work/config.env")
  run_user=${2:-}
  inside "$root" "$1" "${image_entrypoint[@]}" "${image_command[@]}" >>"$work/log" 2>&1 &
  job=$!
  started+=("$job")
  run_user=
  first=$job
  until [[ $(awk '/^NSpid/ { print $3 }' "/proc/$first/status" 2>/dev/null) == 1 ]]; do
    sleep 0.05
    kill -0 "$job" 2>/dev/null || die "the container has ended: $(tail -5 "$work/log")"
    first=$(pgrep -P "$first" || echo "$job")
  done
  started+=("$first")
}

# as_root DB SCRIPT: runs the shell script in the image, with DB at /db.
as_root() {
  if [[ -n $engine ]]; then
    "$engine" run --rm --user 0:0 -v "$1:/db" --entrypoint sh "$image" -c "$2"
  else
    inside "$root" "$1" sh -c "$2"
  fi
}

# run_in COMMAND...: like `docker exec`.
run_in() {
  if [[ -n $engine ]]; then
    "$engine" exec "$image" "$@"
  else
    # shellcheck disable=SC2016
    nsenter --target "$first" --mount --pid -- env -i "${image_environment[@]}" "${run_environment[@]}" \
      chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$image_folder" "$@"
  fi
}

healthy() {
  if [[ -n $engine ]]; then
    [[ $("$engine" inspect -f '{{.State.Health.Status}}' "$image") == healthy ]]
  else
    run_in "${image_health[@]}" >"$work/health" 2>&1
  fi
}

# stop: like `docker stop`; its exit code is the container's.
stop() {
  local code=0
  if [[ -n $engine ]]; then
    "$engine" stop "$image" >/dev/null
    code=$("$engine" inspect -f '{{.State.ExitCode}}' "$image")
    "$engine" rm "$image" >/dev/null
  else
    kill -TERM "$first"
    timeout 10 tail -f /dev/null --pid "$job" || die "SIGTERM has not ended it within 10 seconds"
    wait "$job" || code=$?
    started=("${sides[@]}")
  fi
  return "$code"
}

log_of() { if [[ -n $engine ]]; then "$engine" logs "$image"; else cat "$work/log"; fi; }

# eventually WHAT COMMAND...: waits until the command succeeds.
eventually() {
  local what=$1
  shift
  for _ in $(seq 120); do
    if "$@"; then return; fi
    sleep 0.5
  done
  log_of >&2
  die "after a minute still not: $what"
}

# --- what is asked of it

sides=()
# side KIND SCENARIO: a simulated side, at $work/KIND.
side() {
  "$build/bin/picket-vendors" "$1" --scenario "$source/host-sim/sim/scenarios/$2" --port-file "$work/$1" >/dev/null &
  sides+=($!)
  started+=($!)
  eventually "the simulated $1 listens" test -s "$work/$1"
}
tickets_there() { curl -fsS "$(cat "$work/halopsa")/_sim/tickets" | grep -o '"summary":' | wc -l; }
has_tickets() { [[ $(tickets_there) -gt 0 ]]; }
# The first cycle has ended well.
works() { run_in picket-health >"$work/health" && grep -q '"status":"ok"' "$work/health"; }
fails() { ! run_in picket-health >"$work/health" && grep -q '"status":"failing"' "$work/health"; }
# runs_as USER: the first process and every file are that user's; it has no right beyond them.
runs_as() {
  run_in cat /proc/1/status >"$work/status"
  [[ $(awk '/^Uid:/ { print $2, $3, $4, $5 }' "$work/status") == "$1 $1 $1 $1" ]] ||
    die "it does not run as user $1: $(grep Uid "$work/status")"
  grep -qx 'CapEff:.0*' "$work/status" || die "it runs with rights of root: $(grep CapEff "$work/status")"
  run_in picket --db sqlite:/db/sqlite.db status | grep -q 'stellar-cyber' || die "status does not show the connection"
  [[ -z $(run_in find /db ! -user "$1") ]] || die "not all files in /db belong to user $1: $(run_in ls -la /db)"
}

echo "== the image"
make_image
echo "   $size MB"
[[ $size -lt 200 ]] || die "the image has $size MB, more than 200"

side stellar-cyber stellar-demo.json
side halopsa halopsa-demo.json
port=$((20000 + RANDOM % 10000))
cat >"$work/config.env" <<CONFIG
# for docker run --env-file
HALOPSA_BASE_URL=$(cat "$work/halopsa")
HALOPSA_OIDC_CLIENT_ID=halo_demo
HALOPSA_OIDC_CLIENT_SECRET=halo_secret
HALOPSA_TICKET_TYPE_NAME=Incident
HALOPSA_CLIENT_NAME="Northwind (internal)"
STELLAR_DB_HOST=$(cat "$work/stellar-cyber")
STELLAR_USER=stellar_demo
STELLAR_API_KEY=stellar_key
STELLAR_TENANT_ID
PORT="$port"
CONFIG

echo "== a folder that the engine makes, as root"
mkdir "$work/db"
start "$work/db"
eventually "healthy" healthy
eventually "the first cycle ends well" works
has_tickets || die "there are no tickets in HaloPSA"
tickets=$(tickets_there)
runs_as 10001
# shellcheck disable=SC2016
run_in sh -c 'for c in cc gcc g++ c++ clang cmake make ninja ld as; do ! command -v $c || exit 1; done
  ! dpkg-query -W -f "\${Package}\n" | grep -e "-dev$"' ||
  die "the image has tools or headers of a build"
stop || die "SIGTERM ends it with exit code $?"

echo "== the same data in a person's folder, in which a container that ran as root has left files"
as_root "$work/db" 'chown 1234:1234 /db && find /db -type f -exec chown 0:0 {} +'
start "$work/db"
eventually "healthy" healthy
runs_as 1234
run_in picket check >"$work/check" || die "check in the container: $(cat "$work/check")"
[[ $(tickets_there) -eq $tickets ]] || die "after the restart there are $(tickets_there) tickets instead of $tickets"
stop || die "SIGTERM ends it with exit code $?"

echo "== with --user, and a key that the vendor refuses"
mkdir "$work/own"
as_root "$work/own" 'chown 4321:4321 /db'
sed -i 's/^STELLAR_API_KEY=.*/STELLAR_API_KEY=wrong/' "$work/config.env"
start "$work/own" 4321:4321
eventually "the health check fails" fails
grep -q '^Uid:.4321.4321.4321.4321' <(run_in cat /proc/1/status) || die "it does not run as the user of --user"
stop || die "SIGTERM ends it with exit code $?"
echo "The image runs."
