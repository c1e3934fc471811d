"""Judges the rules: promtool and amtool, names in the catalogue, runbooks, documents, tests of each alert.

UPDATE_DOCS=1 renews deploy/prometheus/prometheusrule.yaml.
"""

import os
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
PROMETHEUS = ROOT / "deploy/prometheus"
RULE_FILES = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULE_TESTS = sorted(HERE.glob("*_test.yml"))
ALERTMANAGER = ROOT / "deploy/alertmanager/alertmanager.yml"
RUNBOOKS = ROOT / "docs/runbooks"
RUNBOOK_BASE = "https://example.com/codearts-pipeline-exporter/docs/runbooks/"
# Labels that Prometheus or a rule adds, and those of codearts:alert_threshold and ALERTS.
OTHER_LABELS = {"job", "instance", "pod", "replica", "le", "threshold", "shard", "total", "read_by"}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


RULES = [rule for path in RULE_FILES for group in load(path)["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDS = {rule["record"] for rule in RULES if "record" in rule}
THRESHOLDS = {rule["labels"]["threshold"]: rule["expr"] for rule in RULES
              if rule.get("record") == "codearts:alert_threshold"}


def run(*command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                            timeout=400, check=False)
    return result.returncode, result.stdout + result.stderr


def catalogue():
    """Returns the labels of each metric, histograms by their series, as docs/metrics.md has them."""
    metrics = {}
    for line in (ROOT / "docs/metrics.md").read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| `(\w+)` \| (\w+) \| ([^|]*) \|", line)
        if row:
            labels = set(re.findall(r"`(\w+)`", row[3]))
            if "**I**" in row[3]:
                labels |= {"project", "pipeline", "pipeline_id"}
            endings = ["_bucket", "_sum", "_count"] if row[2] == "histogram" else [""]
            metrics.update({row[1] + ending: labels for ending in endings})
    return metrics


class RulesTest(unittest.TestCase):
    def test_promtool_accepts_the_rules(self):
        code, output = run(os.environ["PROMTOOL"], "check", "rules", "--lint=all", "--lint-fatal",
                           *RULE_FILES)
        self.assertEqual(code, 0, output)

    def test_rules_do_what_their_tests_say(self):
        code, output = run(os.environ["PROMTOOL"], "test", "rules", *RULE_TESTS)
        self.assertEqual(code, 0, output)

    def test_each_alert_is_complete(self):
        self.assertGreater(len(ALERTS), 20)
        for name, rule in ALERTS.items():
            with self.subTest(name):
                self.assertIn(rule["labels"]["severity"], {"critical", "warning", "info"})
                notes = rule["annotations"]
                self.assertTrue(notes["summary"].endswith("."))
                self.assertNotIn("{{", notes["summary"])
                self.assertTrue(notes["description"])
                self.assertEqual(notes["runbook_url"], f"{RUNBOOK_BASE}{name}.md")

    def test_each_alert_is_seen_quiet_firing_and_resolved(self):
        seen = {name: set() for name in ALERTS}
        for path in RULE_TESTS:
            for test in load(path)["tests"]:
                for name in {entry["alertname"] for entry in test["alert_rule_test"]}:
                    fired = False
                    for entry in test["alert_rule_test"]:
                        if entry["alertname"] == name:
                            fired = fired or bool(entry["exp_alerts"])
                            seen[name].add("firing" if entry["exp_alerts"] else
                                           "resolved" if fired else "quiet")
        for name, states in seen.items():
            self.assertEqual(states, {"quiet", "firing", "resolved"}, name)

    def test_metrics_and_labels_are_in_the_catalogue(self):
        metrics = catalogue()
        self.assertGreater(len(metrics), 50)
        labels = set.union(*metrics.values()) | OTHER_LABELS
        for rule in RULES:
            text = rule["expr"] if isinstance(rule["expr"], str) else ""
            text += rule.get("annotations", {}).get("description", "")
            for name in re.findall(r"[a-z_]*:?\b(?:codearts|process)_\w+|codearts:\w+|\w+:codearts\w+:\w+", text):
                if ":" not in name:
                    self.assertIn(name, metrics)
            for name in re.findall(r"\w+:\w+:\w+|codearts:\w+", text):
                self.assertIn(name, RECORDS)
            for metric, selector in re.findall(r"\b(codearts_\w+)\{([^}]*)\}", text):
                for label in re.findall(r"(\w+)\s*[=!]", selector):
                    self.assertIn(label, metrics[metric] | OTHER_LABELS, text)
            for used in re.findall(r"\$labels\.(\w+)|\b(?:by|without|on) \(([^)]*)\)", text):
                for label in re.findall(r"\w+", " ".join(used)):
                    self.assertIn(label, labels, text)

    def test_thresholds_are_all_there_and_all_used(self):
        used = set(re.findall(r'threshold="(\w+)"', " ".join(str(rule["expr"]) for rule in RULES)))
        self.assertEqual(used, set(THRESHOLDS))

    def test_runbooks_are_those_of_the_alerts(self):
        self.assertEqual({path.stem for path in RUNBOOKS.glob("CodeArts*.md")}, set(ALERTS))
        for path in RUNBOOKS.glob("CodeArts*.md"):
            text = path.read_text(encoding="utf-8")
            for heading in (f"# {path.stem}\n", "## What it means\n", "## What to look at\n",
                            "## How to mend it\n"):
                self.assertIn(heading, text, path.name)

    def test_document_lists_alerts_and_thresholds(self):
        text = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
        rows = {row[0]: row[1:] for row in re.findall(
            r"^\| \[`(\w+)`\]\(runbooks/(\w+)\.md\) \| (\w+) \| (\S+) \|", text, re.MULTILINE)}
        self.assertEqual(rows, {name: (name, rule["labels"]["severity"], rule.get("for", "0"))
                                for name, rule in ALERTS.items()})
        values = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", text, re.MULTILINE))
        self.assertEqual(values, {name: str(value) for name, value in THRESHOLDS.items()})

    def test_prometheus_rule_is_current(self):
        target = PROMETHEUS / "prometheusrule.yaml"
        code, output = run(sys.executable, "-B", PROMETHEUS / "make-prometheusrule.py")
        self.assertEqual(code, 0, output)
        if os.environ.get("UPDATE_DOCS") == "1":
            target.write_text(output, encoding="utf-8")
        self.assertEqual(target.read_text(encoding="utf-8"), output,
                         "run make-prometheusrule.py or this test with UPDATE_DOCS=1")
        groups = [group for path in RULE_FILES for group in load(path)["groups"]]
        self.assertEqual(load(target)["spec"]["groups"], groups)


class AlertmanagerTest(unittest.TestCase):
    def test_amtool_accepts_the_example(self):
        code, output = run(os.environ["AMTOOL"], "check-config", ALERTMANAGER)
        self.assertEqual(code, 0, output)

    def test_alerts_go_where_they_should(self):
        wanted = {"critical": "pager", "info": "chat"}
        for name, rule in ALERTS.items():
            severity = rule["labels"]["severity"]
            receiver = wanted.get(severity, "chat" if re.match(
                "CodeArts(Pipeline|Project)", name) else "operators")
            self.check_route(receiver, f"alertname={name}", f"severity={severity}")
        self.check_route("nobody", "alertname=CodeArtsPipelineFailed", "pipeline=x-sandbox")

    def check_route(self, receiver, *labels):
        code, output = run(os.environ["AMTOOL"], "config", "routes", "test",
                           f"--config.file={ALERTMANAGER}", f"--verify.receivers={receiver}", *labels)
        self.assertEqual(code, 0, f"{labels}: {output}")

    def test_inhibitions_name_alerts_that_exist(self):
        for rule in load(ALERTMANAGER)["inhibit_rules"]:
            for matcher in rule["source_matchers"] + rule["target_matchers"]:
                if matcher.startswith("read_by="):
                    continue
                pattern = re.fullmatch(r'alertname=~?"(.*)"', matcher)[1]
                for part in re.split(r"\|(?![^(]*\))", pattern):
                    self.assertTrue([name for name in ALERTS if re.fullmatch(part, name)], part)


if __name__ == "__main__":
    unittest.main()
