#!/usr/bin/env bash
# Builds the exporter and shows it at work, in the foreground until Ctrl-C.
#
#   deploy/demo/run.sh            serves until Ctrl-C
#   deploy/demo/run.sh --once     ends as soon as the first data is there (CI)
#
# By default the pipelines come from the simulator, on this machine. With HUAWEICLOUD_SDK_AK,
# HUAWEICLOUD_SDK_SK, CODEARTS_PROJECT_ID and CODEARTS_REGION set, they come from the cloud.
# CODEARTS_DEMO_LISTEN (default 127.0.0.1:10440) is where the exporter listens.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly listen=${CODEARTS_DEMO_LISTEN:-127.0.0.1:10440}
readonly wait_seconds=60
# The simulator lets this much virtual time pass per second, so that there is something to see.
readonly time_scale=20
once=false
children=()
scratch=$(mktemp -d)

say() { printf 'demo: %s\n' "$*" >&2; }

# Ends the children; whoever ignores SIGTERM for five seconds is killed.
clean_up() {
  trap - EXIT INT TERM HUP
  local pid tries
  for pid in "${children[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${children[@]}"; do
    for ((tries = 0; tries < 50; ++tries)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$scratch"
}

# Starts a program that also ends when this script is killed.
start() {
  setpriv --pdeathsig TERM "$@" &
  children+=($!)
}

children_alive() {
  local pid
  for pid in "${children[@]}"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      say "a program ended before it was ready"
      return 1
    fi
  done
}

wait_until() {
  local deadline=$((SECONDS + wait_seconds)) what=$1
  shift
  until "$@"; do
    children_alive || exit 1
    if ((SECONDS >= deadline)); then
      say "no $what after $wait_seconds s"
      exit 1
    fi
    sleep 0.2
  done
}

build() {
  local targets=(codearts_pipeline_exporter)
  [ "$1" = cloud ] || targets+=(codearts_simulator)
  cmake --preset release >"$scratch/configure.log" || { cat "$scratch/configure.log" >&2; exit 1; }
  cmake --build --preset release --target "${targets[@]}"
}

start_with_simulator() {
  local access_key=demo-access-key secret_key=demo-secret-key log="$scratch/simulator.log"
  start build/release/tests/simulator/codearts_simulator --listen=127.0.0.1:0 --projects=2 \
    --pipelines=12 --seed=1 --history=24h --time-scale=$time_scale \
    --access-key=$access_key --secret-key=$secret_key >"$log"
  wait_until "answer from the simulator" grep -q '^project ' "$log"
  local address flags=() id
  address=$(sed -n 's/^listening on //p' "$log")
  while read -r id; do flags+=("--codearts.project-id=$id"); done \
    < <(awk '$1 == "project" {print $2}' "$log")
  say "the simulator has ${#flags[@]} projects on $address"
  # Nothing of the caller's cloud account reaches the demo.
  unset "${!HUAWEICLOUD_SDK_@}" "${!CLOUD_SDK_@}" "${!CODEARTS_@}"
  HUAWEICLOUD_SDK_AK=$access_key HUAWEICLOUD_SDK_SK=$secret_key \
    start build/release/exporter/codearts_pipeline_exporter --config.file=deploy/demo/config.yaml \
      --web.listen-address="$listen" --state.path="$scratch/state.db" \
      --codearts.endpoint="http://$address" "${flags[@]}"
}

start_with_cloud() {
  say "using the projects $CODEARTS_PROJECT_ID in $CODEARTS_REGION"
  start build/release/exporter/codearts_pipeline_exporter --web.listen-address="$listen"
}

has_data() {
  curl --silent --fail --max-time 15 --output "$scratch/metrics" "http://$listen/metrics" &&
    grep -q '^codearts_pipeline_info' "$scratch/metrics"
}

show() {
  say "a few of the $(grep -vc '^#' "$scratch/metrics") series of the first scrape:"
  local family
  for family in info last_run_status last_run_duration_seconds runs_total; do
    grep "^codearts_pipeline_$family{" "$scratch/metrics" | grep -v ' 0$' | head -n 3 || true
  done
  say "status page http://$listen/    metrics http://$listen/metrics    Ctrl-C ends it"
}

main() {
  local mode=simulator
  case ${1:-} in
    "") ;;
    --once) once=true ;;
    *) say "usage: deploy/demo/run.sh [--once]"; exit 2 ;;
  esac
  if [ -n "${HUAWEICLOUD_SDK_AK:-}" ] && [ -n "${HUAWEICLOUD_SDK_SK:-}" ] &&
     [ -n "${CODEARTS_PROJECT_ID:-}" ] && [ -n "${CODEARTS_REGION:-}" ]; then
    mode=cloud
  fi
  trap clean_up EXIT
  trap 'say "ending"; exit 0' INT TERM HUP
  build $mode
  start_with_$mode
  wait_until "pipeline in http://$listen/metrics" has_data
  children_alive || exit 1
  show
  $once && return
  # Whoever ends first ends the demo.
  wait -n || true
  say "a program ended by itself"
  exit 1
}

main "$@"
