#!/usr/bin/env bash
# Makes the release twice from build/release and checks it: equal bytes, lintian, checksums, SBOM, the
# unit's exposure; then installs the Debian package in a fresh Debian, boots that and uses it
# (guest.sh). What this machine can't do is said in lines that begin with NOT TESTED.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly tests=tests/packaging unit=deploy/systemd/codearts-pipeline-exporter.service
readonly max_exposure=20   # tenths
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf 'packaging: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null; }

# Dashboards and rules are links in the chart's folder, and files in the chart.
check_in_chart() {
  local chart=$1 member=$2 source=$3
  tar --extract --to-stdout --file "$chart" "codearts-pipeline-exporter/files/$member" |
    cmp --quiet - "$source" || die "the chart has not $source as files/$member"
}

check_release() {
  local release=$1 name
  (cd "$release" && sha256sum --check --strict --quiet SHA256SUMS)
  lintian --fail-on error,warning --tag-display-limit 0 "$release"/*.deb
  name=$(basename "$release"/*.tar.gz .tar.gz)
  tar --extract --file "$release/$name.tar.gz" --directory "$scratch"
  "$scratch/$name/bin/codearts_pipeline_exporter" --version
  check_in_chart "$release"/*-chart-*.tgz dashboards/overview.json dashboards/overview.json
  check_in_chart "$release"/*-chart-*.tgz rules/codearts-pipelines.yml \
    deploy/prometheus/rules/codearts-pipelines.yml
  /usr/bin/python3 -B $tests/sbom_test.py "$release/$name.spdx.json" \
    "$scratch/$name/bin/codearts_pipeline_exporter"
}

# Booting needs cgroups and mounts, which a container without privileges does not have.
can_boot() {
  [ "$(id -u)" -eq 0 ] && has mmdebstrap && has systemd-nspawn && unshare --mount --pid --fork true
}

boot_and_use() {
  local root="$scratch/root" release=$1
  # The package goes in before systemd runs, as in an image build.
  mmdebstrap --quiet --variant=apt --include=systemd-sysv,dbus,curl,man-db \
    --customize-hook="copy-in $release/$(basename "$release"/*.deb) /opt" \
    --customize-hook='chroot "$1" sh -c "apt-get install --yes --no-install-recommends /opt/*.deb"' \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" >"$scratch/mmdebstrap.log" 2>&1 ||
    { cat "$scratch/mmdebstrap.log" >&2; die "can't install the package in a fresh Debian"; }
  cp build/release/tests/simulator/codearts_simulator "$root/usr/local/bin/"
  cp $tests/guest.sh "$root/opt/"
  cp $tests/guest.service "$root/etc/systemd/system/"
  ln -s ../guest.service "$root/etc/systemd/system/multi-user.target.wants/guest.service"
  timeout 360 systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit \
    --private-network --link-journal=no --console=read-only </dev/null >"$scratch/console.log" 2>&1 ||
    { cat "$scratch/console.log" >&2; die "the fresh Debian did not boot"; }
  cat "$root/opt/result"
  # After it the guest may say how it went down.
  grep -qx passed "$root/opt/result" || die "the installed package failed"
}

main() {
  say "making the release twice"
  deploy/package/build.sh "$scratch/first"
  deploy/package/build.sh "$scratch/second" >/dev/null
  diff --recursive "$scratch/first" "$scratch/second" || die "two builds of one commit differ"
  check_release "$scratch/first"
  say "exposure of the unit:"
  systemd-analyze security --offline=true --no-pager --threshold=$max_exposure $unit | tail -n 1
  if can_boot; then
    say "using the package in a fresh Debian"
    boot_and_use "$scratch/first"
  else
    echo "NOT TESTED: the installed package (needs root, mmdebstrap, systemd-nspawn and mounts)"
  fi
  say "passed"
}

main "$@"
