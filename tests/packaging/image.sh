#!/usr/bin/env bash
# Builds the image from the Debian package of build/release and runs it: as the image's own user, on a
# root file system that nobody can write to.
set -euo pipefail
# Each child leads a process group: what it started ends with it.
set -m
cd "$(dirname "$0")/../.."

readonly state_dir=/var/lib/codearts-pipeline-exporter
readonly program=/usr/bin/codearts_pipeline_exporter
scratch=$(mktemp -d)
children=()

clean_up() {
  [ ${#children[@]} -eq 0 ] || kill -- "${children[@]/#/-}" 2>/dev/null || true
  wait
  rm -rf "$scratch"
}
trap clean_up EXIT

say() { printf 'image: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null; }
in_store() { buildah --storage-driver vfs --root "$scratch/store" --runroot "$scratch/run" "$@"; }

eventually() {
  local what=$1 attempt
  shift
  for attempt in {1..300}; do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  cat "$scratch"/*.log >&2
  die "no $what after $attempt attempts"
}

# The base comes from Debian's archive, as CI reaches no registry of images.
make_base() {
  local container
  mmdebstrap --quiet --variant=apt "$(. /etc/os-release && echo "$VERSION_CODENAME")" \
    "$scratch/base.tar"
  container=$(in_store from scratch)
  in_store add --quiet "$container" "$scratch/base.tar" / >/dev/null
  in_store commit --quiet --rm "$container" base >/dev/null
  rm "$scratch/base.tar"
}

# The stage "build" is replaced by a folder with its result.
build_image() {
  mkdir -p "$scratch/build/packages"
  SOURCE_DATE_EPOCH=0 cpack --config build/release/CPackConfig.cmake -G DEB -B "$scratch/cpack" \
    >"$scratch/cpack.log"
  cp "$scratch"/cpack/*.deb "$scratch/build/packages/"
  in_store bud --isolation chroot --format docker --pull-never --build-arg BASE=localhost/base \
    --build-arg REVISION=0123456789ab --build-context "build=$scratch/build" \
    --file deploy/docker/Dockerfile --tag exporter . >"$scratch/bud.log" 2>&1 ||
    { cat "$scratch/bud.log" >&2; die "the image can't be built"; }
}

field() { in_store inspect --type image --format "{{$1}}" exporter; }

check_settings() {
  [ "$(field .Docker.Config.User)" = 10440:10440 ] || die "user $(field .Docker.Config.User)"
  [ "$(field '.Docker.Config.Healthcheck.Test')" = "[CMD $program --health-check]" ] ||
    die "health check $(field '.Docker.Config.Healthcheck.Test')"
  [ "$(field '(index .Docker.Config.Labels "org.opencontainers.image.revision")')" = 0123456789ab ] ||
    die "no label of the revision"
  [ "$(field '(index .Docker.Config.Labels "org.opencontainers.image.version")')" = \
    "$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' build/release/CMakeCache.txt)" ] ||
    die "the label of the version is not the project's"
}

# Usage: inside COMMAND... Needs: `root`, which is the mounted image.
inside() {
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1 state=$2 state_dir=$3
    shift 3
    mount --bind -o ro "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount -t proc proc "$root/proc"
    mount --bind "$state" "$root$state_dir"
    exec chroot --userspec=10440:10440 --groups=10440 "$root" "$@"' \
    - "$root" "$scratch/state" "$state_dir" "$@"
}

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

use_image() {
  local root listen id
  root=$(in_store mount "$(in_store from --pull-never localhost/exporter)")
  install -d -o 10440 -g 10440 "$scratch/state"
  if inside /usr/bin/touch /etc/written 2>/dev/null; then die "the root can be written to"; fi
  build/release/tests/simulator/codearts_simulator --listen=127.0.0.1:0 --projects=1 --pipelines=3 \
    --seed=1 --history=24h --access-key=test-ak --secret-key=test-sk >"$scratch/simulator.log" &
  children+=($!)
  eventually simulator grep -q '^project ' "$scratch/simulator.log"
  id=$(awk '$1 == "project" {print $2}' "$scratch/simulator.log")
  listen=127.0.0.1:$(free_port)
  inside /usr/bin/env HUAWEICLOUD_SDK_AK=test-ak HUAWEICLOUD_SDK_SK=test-sk "$program" \
    --config.file=/etc/codearts-pipeline-exporter/config.yaml --web.listen-address="$listen" \
    --codearts.project-id="$id" --codearts.region=cn-north-4 \
    --codearts.endpoint="http://$(sed -n 's/^listening on //p' "$scratch/simulator.log")" \
    2>"$scratch/exporter.log" &
  children+=($!)
  eventually "health" inside "$program" --health-check --web.listen-address="$listen"
  # grep reads to the end: curl fails if nobody takes the rest.
  curl --silent --fail --max-time 15 "http://$listen/metrics" |
    grep '^codearts_pipeline_info{' >/dev/null ||
    die "no pipelines: $(cat "$scratch/exporter.log")"
  [ -s "$scratch/state/state.db" ] || die "no ledger in the volume"
  if inside "$program" --health-check --web.listen-address=127.0.0.1:1 2>/dev/null; then
    die "the health check passes without an exporter"
  fi
}

main() {
  if [ "$(id -u)" -ne 0 ] || ! has buildah || ! has mmdebstrap; then
    echo "NOT TESTED: the image (needs root, buildah and mmdebstrap)"
    return
  fi
  make_base
  build_image
  check_settings
  use_image
  echo "NOT TESTED: the image's own build stage (it compiles everything once more)"
  say "passed"
}

main "$@"
