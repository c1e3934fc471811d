#!/usr/bin/env bash
# Makes a release from build/release: Debian package, tarball, Helm chart, SBOM and checksums.
#
#   deploy/package/build.sh [FOLDER]          default: dist
#
# The same commit gives the same bytes: times are that of the commit, or SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly build=build/release
readonly dist=${1:-dist}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
umask 022

die() { printf 'package: %s\n' "$*" >&2; exit 1; }

from_cache() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

# Usage: archive FOLDER NAME OUTPUT, of NAME inside FOLDER. Symbolic links become what they name.
archive() {
  tar --create --dereference --directory="$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --format=ustar "$2" |
    gzip -9n >"$3"
}

debian_package() {
  cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch/cpack" >"$scratch/cpack.log" ||
    { cat "$scratch/cpack.log" >&2; die "cpack failed"; }
  cp "$scratch"/cpack/*.deb "$dist/"
}

tarball() {
  local name=$1 stage="$scratch/$1"
  DESTDIR='' cmake --install "$build" --prefix "$stage" --strip >/dev/null
  cp LICENSE CHANGELOG.md "$stage/"
  mkdir "$stage/systemd"
  cp deploy/systemd/* "$stage/systemd/"
  cp deploy/debian/config.yaml "$stage/systemd/"
  archive "$scratch" "$name" "$dist/$name.tar.gz"
}

main() {
  [ -x "$build/exporter/codearts_pipeline_exporter" ] || die "no program; run make package"
  [ -f "$(from_cache CODEARTS_CIVETWEB_SOURCE_DIR)/src/civetweb.c" ] ||
    die "without civetweb's source the program has no TLS; run .ci/setup"
  version=$(from_cache CMAKE_PROJECT_VERSION)
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  export SOURCE_DATE_EPOCH
  rm -rf "$dist"
  mkdir -p "$dist"
  local name
  name=codearts_pipeline_exporter-$version.linux-$(dpkg --print-architecture)
  debian_package
  tarball "$name"
  deploy/package/chart.sh "$dist/codearts-pipeline-exporter-chart-$version.tgz"
  /usr/bin/python3 -B deploy/package/sbom.py --build "$build" --version "$version" \
    --civetweb "$(from_cache CODEARTS_CIVETWEB_SOURCE_DIR)" >"$dist/$name.spdx.json"
  (cd "$dist" && sha256sum -- * >"$scratch/sums" && cp "$scratch/sums" SHA256SUMS)
  cat "$dist/SHA256SUMS"
}

main "$@"
