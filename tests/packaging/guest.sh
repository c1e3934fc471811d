#!/usr/bin/env bash
# Runs inside the fresh Debian, as root, with systemd and a network of loopback alone.
set -euo pipefail

readonly unit=codearts-pipeline-exporter
readonly etc=/etc/$unit state=/var/lib/$unit
readonly id_pattern='s/^project \([0-9a-f]*\).*/\1/p'

say() { printf 'guest: %s\n' "$*"; }
die() {
  say "FAILED: $*"
  systemctl status --no-pager --full $unit || true
  journalctl --no-pager --lines 40 || true
  exit 1
}

# Usage: eventually WHAT COMMAND...
eventually() {
  local what=$1 attempt
  shift
  for attempt in {1..300}; do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  die "no $what after $attempt attempts"
}

property() { systemctl show --property "$1" --value $unit; }
metrics() { curl --silent --fail --max-time 10 http://127.0.0.1:10440/metrics; }
# grep reads to the end: curl fails if nobody takes the rest.
shows() { metrics | grep "$1" >/dev/null; }
totals() { metrics | grep '^codearts_pipeline_runs_total' | sort; }

start_simulator() {
  systemd-run --quiet --unit=simulator --property=StandardOutput=truncate:/opt/simulator \
    codearts_simulator --listen=127.0.0.1:18080 --projects=1 --pipelines=3 --seed=1 --history=24h --time-scale=0 \
    --access-key=test-access-key --secret-key=test-secret-key
  eventually "simulator" grep --quiet '^project ' /opt/simulator
}

configure() {
  install -m 0600 /dev/stdin $etc/secrets/access-key <<<test-access-key
  install -m 0600 /dev/stdin $etc/secrets/secret-key <<<test-secret-key
  # As the comments of the file say: the marks go, project and region come.
  sed --in-place -e '/^# credentials/,/region/s/^# \?//' \
    -e "s/[0-9a-f]\{32\}/$(sed -n "$id_pattern" /opt/simulator)/" \
    -e 's|^\( *\)region: .*|\1region: cn-north-4\n\1endpoint: http://127.0.0.1:18080|' $etc/config.yaml
  CREDENTIALS_DIRECTORY=$etc/secrets codearts_pipeline_exporter check-config \
    --config.file=$etc/config.yaml >/opt/check 2>&1 || die "check-config: $(cat /opt/check)"
}

check_files() {
  [ -z "$(systemd-analyze verify $unit.service 2>&1)" ] ||
    die "verify: $(systemd-analyze verify $unit.service 2>&1)"
  [ "$(systemctl is-enabled $unit)" = enabled ] || die "not enabled"
  eventually "start without a configuration of one's own" systemctl is-active $unit
  [ "$(stat --format=%U:%a $etc/secrets)" = root:700 ] || die "others can look into $etc/secrets"
  getent passwd codearts-exporter >/dev/null || die "no user"
  ls /usr/share/$unit/rules/*.yml /usr/share/$unit/dashboards/*.json >/dev/null
}

check_process() {
  local pid status
  pid=$(property MainPID)
  status=$(cat "/proc/$pid/status")
  [ "$(stat --format=%U "/proc/$pid")" = codearts-exporter ] || die "runs as another user"
  [ -n "$(property StatusText)" ] || die "says nothing to systemd"
  grep --quiet '^NoNewPrivs:.1' <<<"$status" || die "may gain privileges"
  grep --quiet '^CapBnd:.0*$' <<<"$status" || die "has capabilities"
  grep --quiet '^Seccomp:.2' <<<"$status" || die "has no filter of system calls"
  [ "$(stat --format=%U:%a $state/state.db)" = codearts-exporter:600 ] || die "ledger is open"
}

check_reload() {
  local pid
  pid=$(property MainPID)
  sed --in-place 's/name: payments/name: renamed/' $etc/config.yaml
  systemctl reload $unit
  eventually "new name after the reload" shows 'codearts_exporter_up{.*project="renamed"'
  [ "$(property MainPID)" = "$pid" ] || die "the reload was a restart"
}

restarted() { [ "$(property NRestarts)" = 1 ] && metrics; }

simulate() { curl --silent --show-error --fail --data "$2" "http://127.0.0.1:18080/_sim/$1"; }

check_crash() {
  local before pipeline
  pipeline=$(metrics | sed -n '/^codearts_pipeline_info/s/.*pipeline_id="\([^"]*\)".*/\1/p' | head -n 1)
  simulate "pipelines/$pipeline/runs" '{"outcome": "COMPLETED", "duration_seconds": 60}' >/dev/null
  simulate advance '{"seconds": 600}' >/dev/null
  eventually "counted run" shows '^codearts_pipeline_runs_total{.*result="success".* 1$'
  before=$(totals)
  systemctl kill --signal=KILL $unit
  eventually "restart after kill -9" restarted
  eventually "same totals after kill -9" test "$before" = "$(totals)"
}

check_wrong_flag() {
  sed --in-place 's/^ARGS=.*/ARGS="--nonsense"/' /etc/default/$unit
  systemctl restart $unit 2>/dev/null || true
  eventually "refusal of the flag" systemctl is-failed $unit
  [ "$(property ExecMainStatus)" = 2 ] || die "exit status is $(property ExecMainStatus), not 2"
  [ "$(property NRestarts)" = 0 ] || die "a wrong flag is tried again"
  sed --in-place 's/^ARGS=.*/ARGS=""/' /etc/default/$unit
  systemctl restart $unit
}

check_upgrade() {
  local before
  before=$(property MainPID)
  dpkg --install /opt/*.deb
  eventually "start after the upgrade" shows 'project="renamed"'
  [ "$(property MainPID)" != "$before" ] || die "the upgrade left the old program running"
}

check_removal() {
  dpkg --remove $unit
  ! systemctl is-active --quiet $unit || die "runs after its removal"
  [ -f $etc/config.yaml ] && [ -f $state/state.db ] || die "removal took configuration or ledger"
  dpkg --purge $unit
  [ ! -e $etc/config.yaml ] && [ ! -e $state ] && [ ! -e /etc/default/$unit ] ||
    die "purge left configuration or ledger"
  [ -f $etc/secrets/secret-key ] || die "purge took a secret that the administrator wrote"
}

main() {
  cd /opt
  check_files
  start_simulator
  configure
  systemctl restart $unit
  eventually "scrape" shows '^codearts_exporter_up{.*} 1$'
  eventually "scrape of pipelines" shows '^codearts_pipeline_info{'
  say "$(metrics | grep -vc '^#') series; systemd knows: $(property StatusText)"
  local check
  for check in check_process check_reload check_crash check_wrong_flag check_upgrade check_removal; do
    $check
    say "$check passed"
  done
  echo passed
}

main "$@"
