"""The committed dashboards: current, well-formed, translated, and true to the catalogue of metrics."""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import linter
import structure
from catalogue import Catalogue
from dashboard_files import FOLDER, Dashboard, interpolate, load_all

sys.path.insert(0, str(FOLDER / "source"))
import build  # pylint: disable=wrong-import-position
from translate import Table  # pylint: disable=wrong-import-position

VALUES = {"job": "x", "instance": "x", "project": "x", "pipeline": "x", "window": "1d",
          "__range": "1d", "__range_s": "86400", "__rate_interval": "5m", "__interval": "1m"}
DASHBOARDS = load_all()
ENGLISH = [d for d in DASHBOARDS if "/" not in d.name]


class DashboardsTest(unittest.TestCase):
    """What is committed."""

    def check_all(self, rules):
        for rule in rules:
            for dashboard in DASHBOARDS:
                with self.subTest(rule=rule.__name__, dashboard=dashboard.name):
                    self.assertEqual(list(rule(dashboard)), [])

    def test_files_are_what_the_source_makes(self):
        files, problems = build.build_all()
        self.assertEqual(problems, [])
        self.assertEqual({path.relative_to(FOLDER).as_posix() for path in files},
                         {dashboard.name for dashboard in DASHBOARDS})
        for path, text in files.items():
            self.assertTrue(path.read_text(encoding="utf-8") == text,
                            f"{path.name} is out of date: run dashboards/source/build.py")

    def test_own_rules_hold(self):
        self.check_all(structure.RULES)

    def test_rules_of_the_public_linter_hold(self):
        self.check_all(linter.RULES)

    def test_metrics_and_labels_are_in_the_catalogue(self):
        catalogue = Catalogue.load()
        for dashboard in DASHBOARDS:
            for where, expression in dashboard.expressions():
                with self.subTest(where):
                    self.assertEqual(list(catalogue.problems(expression)), [])

    def test_promtool_parses_every_expression(self):
        expressions = [e for dashboard in DASHBOARDS for _, e in dashboard.expressions()]
        rules = [{"record": f"dashboards:query:{number}", "expr": interpolate(expression, VALUES)}
                 for number, expression in enumerate(expressions)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "dashboards", "rules": rules}]}, file)
            file.flush()
            done = subprocess.run([os.environ["CODEARTS_PROMTOOL"], "check", "rules", file.name],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(rules)} rules found", done.stdout)

    def test_uids_are_unique_and_links_lead_somewhere(self):
        uids = [dashboard.json["uid"] for dashboard in DASHBOARDS]
        self.assertEqual(len(uids), len(set(uids)))
        for dashboard in DASHBOARDS:
            self.assertLessEqual(structure.linked_uids(dashboard), set(uids))

    def test_a_status_has_one_colour_everywhere(self):
        looks = set().union(*(structure.looks(dashboard) for dashboard in ENGLISH))
        self.assertEqual(len(looks), len({text for text, _ in looks}), sorted(looks))

    def test_translations_differ_in_texts_alone(self):
        for dashboard in DASHBOARDS:
            language, _, name = dashboard.name.rpartition("/")
            if not language:
                continue
            original = next(d for d in ENGLISH if d.name == name)
            self.assertEqual([e for _, e in original.expressions()],
                             [e for _, e in dashboard.expressions()])
            self.assertEqual([(p["id"], p["gridPos"], p["type"]) for p in original.everything()],
                             [(p["id"], p["gridPos"], p["type"]) for p in dashboard.everything()])

    def test_translations_keep_placeholders_and_are_translated(self):
        for language in build.LANGUAGES:
            table = Table.load(FOLDER / "source" / "translations" / f"{language}.po")
            for text, translated in table.items():
                with self.subTest(text):
                    self.assertEqual(re.findall(r"\{\{\w+\}\}", text),
                                     re.findall(r"\{\{\w+\}\}", translated))
                    self.assertTrue(text in ("API", "CPU") or re.search("[\u4e00-\u9fff]", translated))


class RulesTest(unittest.TestCase):
    """Each rule finds what it is there for."""

    def broken(self, change):
        """The overview after a change to its JSON."""
        content = copy.deepcopy(next(d for d in ENGLISH if d.name == "overview.json").json)
        change(content)
        return Dashboard("overview.json", content)

    def assert_finds(self, rule, change):
        self.assertNotEqual(list(rule(self.broken(change))), [], rule.__name__)

    @staticmethod
    def set_in(path, value):
        """A change of what stands at a path of keys; None takes it away."""
        def change(node):
            for key in path[:-1]:
                node = node[key]
            if value is None:
                del node[path[-1]]
            else:
                node[path[-1]] = value
        return change

    def test_rules_find_violations(self):
        panel = ("panels", 1)
        target = (*panel, "targets", 0)
        defaults = (*panel, "fieldConfig", "defaults")
        variable = ("templating", "list")
        cases = [
            (linter.template_datasource, (*variable, 0, "query"), "loki"),
            (linter.template_job, (*variable, 1, "allValue"), ".*"),
            (linter.template_instance, (*variable, 2, "multi"), False),
            (linter.template_label_promql, (*variable, 3, "query"), "metrics(up)"),
            (linter.template_on_time_change_reload, (*variable, 3, "refresh"), 1),
            (linter.panel_datasource, (*target, "datasource"), {"uid": "abc"}),
            (linter.panel_title_description, (*panel, "description"), ""),
            (linter.panel_units, (*defaults, "unit"), "parsec"),
            (linter.panel_no_targets, (*panel, "targets"), []),
            (linter.target_rate_interval, (*target, "expr"), "rate(up{}[5m])"),
            (linter.target_job, (*target, "expr"), 'up{instance=~"$instance"}'),
            (linter.target_instance, (*target, "expr"), 'up{job=~"$job"}'),
            (linter.target_counter_agg, (*target, "expr"), 'a_total{job=~"$job"}'),
            (linter.uneditable_dashboard, ("editable",), True),
            (structure.quantiles, (*target, "expr"), "histogram_quantile(0.5, a_bucket)"),
            (structure.identity, ("schemaVersion",), 42),
            (structure.identity, ("uid",), "short"),
            (structure.identity, ("__inputs",), []),
            (structure.identity, (*panel, "id"), 1),
            (structure.panels, (*panel, "type"), "graph"),
            (structure.panels, (*defaults, "noValue"), ""),
            (structure.places, (*panel, "gridPos", "w"), 25),
            (structure.data_sources, (*target, "datasource"), {"uid": "abc"}),
            (structure.variables, (*variable, 4, "query"), "label_values(up, pipeline)"),
            (structure.variables, (*target, "expr"), "up{job=~\"$nobody\"}"),
            (structure.links, ("links", 0, "keepTime"), False),
            (structure.legends, (*target, "legendFormat"), "{{nobody}}"),
        ]
        self.assertEqual({rule for rule, _, _ in cases} | {structure.columns},
                         set(linter.RULES + structure.RULES))
        for rule, path, value in cases:
            with self.subTest(rule.__name__):
                self.assert_finds(rule, self.set_in(path, value))

    def test_columns_finds_a_field_that_no_query_has(self):
        def change(content):
            table = next(p for p in content["panels"] if p["type"] == "table")
            table["fieldConfig"]["overrides"][0]["matcher"]["options"] = "nobody"
        self.assert_finds(structure.columns, change)

    def test_the_catalogue_finds_unknown_names(self):
        catalogue = Catalogue.load()
        for expression in [
                'codearts_pipeline_nothing{job="x"}', 'codearts_exporter_up{pipeline="x"}',
                'sum by (pipeline) (codearts_exporter_up{job="x"})', "1",
                'codearts_pipeline_last_run_status{status="DONE"}',
                'codearts_pipeline_last_run_status{status=~"FAILED|SKIPPED"}',
                'codearts_pipeline_runs_total_bucket{job="x"}']:
            with self.subTest(expression):
                self.assertNotEqual(list(catalogue.problems(expression)), [])


if __name__ == "__main__":
    unittest.main()
