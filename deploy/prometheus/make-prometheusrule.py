#!/usr/bin/env python3
"""Prints rules/*.yml as a PrometheusRule for the Prometheus operator.

make-prometheusrule.py >prometheusrule.yaml
"""

import pathlib

RULES = pathlib.Path(__file__).parent / "rules"
HEAD = """\
# Written by deploy/prometheus/make-prometheusrule.py from deploy/prometheus/rules.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: codearts-pipeline-exporter
  labels:
    app.kubernetes.io/name: codearts-pipeline-exporter
spec:
  groups:
"""


def render():
    """Returns the manifest. The files are taken as text, so their comments and quotes stay."""
    lines = []
    for path in sorted(RULES.glob("*.yml")):
        _, _, groups = path.read_text(encoding="utf-8").partition("\ngroups:\n")
        lines += [f"  {line}" if line else "" for line in groups.splitlines()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
