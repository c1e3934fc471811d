#!/usr/bin/env bash
# Packs the Helm chart, with dashboards and rules in the place of the links to them.
#
#   deploy/package/chart.sh FILE.tgz
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly chart=codearts-pipeline-exporter
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
tar --create --dereference --directory=deploy/helm --exclude-from=deploy/helm/$chart/.helmignore \
  --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
  --format=ustar $chart | gzip -9n >"$1"
