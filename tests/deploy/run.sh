#!/usr/bin/env bash
# Finds Helm and kubectl and checks the manifests and the chart with them. Debian has no Helm: where
# there is none, Go builds it into .cache/tools, once.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly helm_module=helm.sh/helm/v3/cmd/helm@v3.18.4
readonly tools=$PWD/.cache/tools/bin

find_helm() {
  command -v helm && return
  if [ ! -x "$tools/helm" ] && command -v go >/dev/null; then
    echo "deploy: building $helm_module" >&2
    mkdir -p "$tools"
    GOBIN=$tools go install "$helm_module" >"$tools/helm.log" 2>&1 || tail -n 5 "$tools/helm.log" >&2
  fi
  if [ -x "$tools/helm" ]; then echo "$tools/helm"; fi
}

CODEARTS_HELM=$(find_helm)
CODEARTS_KUBECTL=$(command -v kubectl || true)
CODEARTS_EXPORTER=build/release/exporter/codearts_pipeline_exporter
[ -x $CODEARTS_EXPORTER ] || CODEARTS_EXPORTER=""
export CODEARTS_HELM CODEARTS_KUBECTL CODEARTS_EXPORTER
/usr/bin/python3 -B tests/deploy/manifests_test.py
