"""Lets others read the golden pages: judge_pages.py promtool|openmetrics FOLDER.

promtool parses and lints the pages in text format; the strict parser of Prometheus' Python client
reads those in OpenMetrics. Without that client the test is skipped, but fails where CI is set.
"""

import os
import pathlib
import subprocess
import sys

SKIPPED = 77


def judge_by_promtool(page):
    result = subprocess.run([os.environ["PROMTOOL"], "check", "metrics"], input=page.read_bytes(),
                            capture_output=True, timeout=30, check=False)
    output = (result.stdout + result.stderr).decode().strip()
    if result.returncode != 0 or output:
        raise ValueError(output or f"exit code {result.returncode}")


def judge_by_client(page):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    # Not read_text(): it would take a carriage return for a newline.
    families = list(text_string_to_metric_families(page.read_bytes().decode()))
    if not families or not all(family.samples for family in families):
        raise ValueError("a family without samples")


def has_client():
    try:
        import prometheus_client.openmetrics.parser  # noqa: F401
    except ImportError:
        return False
    return True


def main(judge, folder):
    suffix, judge_page = {"promtool": ("prom", judge_by_promtool),
                          "openmetrics": ("openmetrics", judge_by_client)}[judge]
    if judge == "openmetrics" and not has_client():
        print("python3-prometheus-client is missing")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    pages = sorted(pathlib.Path(folder).glob(f"*.{suffix}"))
    failed = 0 if pages else 1
    for page in pages:
        try:
            judge_page(page)
            print(f"ok {page.name}")
        except ValueError as error:
            print(f"FAILED {page.name}: {error}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
