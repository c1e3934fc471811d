"""The Kubernetes manifests and the Helm chart: rendered by kustomize and Helm, then checked.

CODEARTS_HELM and CODEARTS_KUBECTL name the programs, CODEARTS_EXPORTER the exporter, which checks each
configuration; what is not named is not tested, and a line that begins with NOT TESTED says so.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

import yaml

import object_rules
import object_types

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/codearts-pipeline-exporter"
MANIFESTS = ROOT / "deploy/kubernetes"
NAME = "codearts-pipeline-exporter"
KUBERNETES_VERSION = "1.30.0"
SECRETS = "/run/secrets/codearts"


def program(name):
    path = os.environ.get(f"CODEARTS_{name}")
    if not path:
        raise unittest.SkipTest(f"no {name.lower()}")
    return path


def run(*command, check=True):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          check=check)


def load(text):
    return [thing for thing in yaml.safe_load_all(text) if thing]


def rule_groups():
    return [group for path in sorted((ROOT / "deploy/prometheus/rules").glob("*.yml"))
            for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]


class ManifestCase(unittest.TestCase):

    def check_objects(self, objects, external=()):
        problems = [problem for thing in objects for problem in object_types.problems(thing)]
        problems += object_rules.problems(objects, external)

        self.assertEqual(problems, [])

    def check_dashboards(self, objects, folder):
        shown = {}
        for thing in object_rules.of_kind(objects, "ConfigMap"):
            if "grafana_dashboard" in thing["metadata"].get("labels", {}):
                self.assertLess(len(json.dumps(thing)), 250_000, "too large for kubectl apply")
                shown.update(thing["data"])

        self.assertEqual({name: json.loads(text) for name, text in shown.items()},
                         {path.name: json.loads(path.read_text(encoding="utf-8"))
                          for path in folder.glob("*.json")})

    def check_rules(self, objects):
        rule, = object_rules.of_kind(objects, "PrometheusRule")

        self.assertEqual(rule["spec"]["groups"], rule_groups())

    def check_start(self, objects):
        """The exporter takes the flags and the configuration that its pod gives to it."""
        exporter = program("EXPORTER")
        workload, = object_rules.of_kind(objects, "StatefulSet")
        container = workload["spec"]["template"]["spec"]["containers"][0]
        config = next(thing["data"]["config.yaml"]
                      for thing in object_rules.of_kind(objects, "ConfigMap")
                      if "config.yaml" in thing["data"])
        with tempfile.TemporaryDirectory() as folder:
            for name in ("access-key", "secret-key"):
                pathlib.Path(folder, name).write_text("x" * 20, encoding="utf-8")
            file = pathlib.Path(folder, "config.yaml")
            file.write_text(config.replace(SECRETS, folder), encoding="utf-8")
            flags = [re.sub(r"^--config\.file=.*", f"--config.file={file}", flag)
                     for flag in container["args"]]
            flags = ["--shard=0" if flag == "--shard=auto" else flag for flag in flags]
            flags = [flag for flag in flags if not flag.startswith("--web.config.file")]
            answer = run(exporter, "check-config", *flags, check=False)

        self.assertEqual(answer.returncode, 0, answer.stderr)


class KustomizeTest(ManifestCase):

    def build(self, folder):
        return load(run(program("KUBECTL"), "kustomize", folder).stdout)

    def test_renders_sound_objects(self):
        objects = self.build(MANIFESTS)

        self.check_objects(objects, external=[NAME])
        self.check_dashboards(objects, ROOT / "dashboards")
        self.check_rules(objects)
        self.check_start(objects)
        self.assertEqual({thing["metadata"].get("namespace", NAME) for thing in objects}, {NAME})

    def test_the_documented_overlay_makes_shards(self):
        text = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
        overlay = re.search(r"```yaml\n(# kustomization\.yaml.*?)```", text, re.DOTALL)[1]
        with tempfile.TemporaryDirectory() as folder:
            base = os.path.relpath(MANIFESTS, os.path.realpath(folder))
            pathlib.Path(folder, "kustomization.yaml").write_text(
                re.sub(r"resources: \[.*\]", f"resources: [{base}]", overlay), encoding="utf-8")
            objects = self.build(folder)

        self.check_objects(objects, external=[NAME])
        workload, = object_rules.of_kind(objects, "StatefulSet")
        self.assertGreater(workload["spec"]["replicas"], 1)

    def test_the_example_secret_has_what_the_configuration_names(self):
        secret, = load((MANIFESTS / "secret.example.yaml").read_text(encoding="utf-8"))
        named = re.findall(SECRETS + r"/(\S+)", (MANIFESTS / "config.yaml").read_text("utf-8"))

        self.assertEqual(list(object_types.problems(secret)), [])
        self.assertEqual(sorted(named), sorted(secret["stringData"]))


class HelmTest(ManifestCase):

    def template(self, *flags, chart=CHART, check=True):
        return run(program("HELM"), "template", "demo", chart, "--namespace=monitoring",
                   f"--kube-version={KUBERNETES_VERSION}", *flags, check=check)

    def with_values(self, name):
        return load(self.template(f"--values={CHART}/ci/{name}-values.yaml").stdout)

    def test_passes_helms_own_checks(self):
        for values in sorted((CHART / "ci").glob("*.yaml")):
            with self.subTest(values.name):
                answer = run(program("HELM"), "lint", "--strict", CHART, f"--values={values}",
                             f"--kube-version={KUBERNETES_VERSION}", check=False)
                self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_renders_sound_objects_by_default(self):
        self.check_objects(load(self.template().stdout))

    def test_renders_sound_objects_with_everything_on(self):
        objects = self.with_values("full")

        self.check_objects(objects, external=["web-config", "ca"])
        self.check_dashboards(objects, ROOT / "dashboards/zh-CN")
        self.check_rules(objects)
        self.check_start(objects)
        workload, = object_rules.of_kind(objects, "StatefulSet")
        self.assertEqual(workload["spec"]["replicas"], 3)
        self.assertIn("@sha256:", str(workload))
        container = workload["spec"]["template"]["spec"]["containers"][0]
        self.assertIn("--health-check", container["livenessProbe"]["exec"]["command"])
        self.assertNotIn("httpGet", container["livenessProbe"])

    def test_renders_sound_objects_with_everything_off(self):
        objects = self.with_values("minimal")

        self.check_objects(objects, external=["own-config", "own-secret", "default"])
        self.assertEqual({thing["kind"] for thing in objects}, {"Service", "StatefulSet"})

    def test_renders_sound_objects_as_most_people_want_them(self):
        objects = self.with_values("dashboards")

        self.check_objects(objects, external=["codearts"])
        self.check_dashboards(objects, ROOT / "dashboards")
        self.check_rules(objects)
        self.check_start(objects)

    def test_leaves_out_alerts_that_are_not_wanted(self):
        alert = next(rule["alert"] for group in rule_groups() for rule in group["rules"]
                     if "alert" in rule)
        answer = self.template("--set=prometheusRule.enabled=true",
                               f"--set=prometheusRule.disabledAlerts={{{alert}}}")

        rule, = object_rules.of_kind(load(answer.stdout), "PrometheusRule")
        alerts = {entry.get("alert") for group in rule["spec"]["groups"] for entry in group["rules"]}
        self.assertNotIn(alert, alerts)
        self.assertGreater(len(alerts), 2)

    def test_refuses_values_that_it_does_not_know(self):
        for wrong in ("servicemonitor.enabled=true", "shards=0", "image.digest=latest",
                      "config.credential.a=b", "serviceMonitor.interval=30"):
            with self.subTest(wrong):
                answer = self.template(f"--set={wrong}", check=False)
                self.assertNotEqual(answer.returncode, 0)
                self.assertIn("schema", answer.stderr)

    def test_a_packaged_chart_renders_the_same(self):
        values = f"--values={CHART}/ci/full-values.yaml"
        with tempfile.TemporaryDirectory() as folder:
            run(ROOT / "deploy/package/chart.sh", f"{folder}/chart.tgz")
            with tarfile.open(f"{folder}/chart.tgz") as archive:
                names = archive.getnames()
                links = [member.name for member in archive if member.issym() or member.islnk()]
            packed = self.template(values, chart=f"{folder}/chart.tgz").stdout

        self.assertEqual(packed, self.template(values).stdout)
        self.assertEqual(links, [])
        self.assertEqual([name for name in names if "/source" in name or "/ci/" in name], [])


class ChartFilesTest(unittest.TestCase):
    """What needs no Helm."""

    def setUp(self):
        self.values = (CHART / "values.yaml").read_text(encoding="utf-8")
        self.schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))

    def test_versions_are_that_of_the_project(self):
        version = re.search(r"project\(\w+ VERSION (\S+)",
                            (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
        kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text("utf-8"))
        changelog = (ROOT / "deploy/debian/changelog").read_text(encoding="utf-8")

        self.assertEqual(str(chart["appVersion"]), version)
        self.assertEqual(kustomization["images"][0]["newTag"], version)
        self.assertTrue(changelog.startswith(f"{NAME} ({version}-1)"), changelog[:60])
        self.assertIn(f"ARG VERSION={version}\n",
                      (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8"))

    def test_schema_has_each_value_and_no_other(self):
        self.check_keys(yaml.safe_load(self.values), self.schema, "")

    def check_keys(self, values, schema, path):
        properties = schema.get("properties")
        if properties is None or path in (".config",):
            return
        self.assertEqual(set(properties) - {"global"}, set(values), path or "top level")
        for key, value in values.items():
            if isinstance(value, dict):
                self.check_keys(value, properties[key], f"{path}.{key}")

    def test_schema_knows_the_sections_of_the_configuration(self):
        sections = re.findall(r"^## `(\w+)`$",
                              (ROOT / "docs/configuration.md").read_text("utf-8"), re.MULTILINE)

        self.assertEqual(set(self.schema["properties"]["config"]["properties"]), set(sections))

    def test_readme_lists_the_values(self):
        readme = CHART / "README.md"
        text = readme.read_text(encoding="utf-8")
        table = "| value | default | meaning |\n| --- | --- | --- |\n" + "".join(
            f"| `{key}` | `{default}` | {meaning} |\n" for key, default, meaning in self.rows())
        expected = re.sub(r"(?<=<!-- values -->\n).*?(?=<!-- end of values -->)",
                          lambda _: table, text, flags=re.DOTALL)
        if os.environ.get("UPDATE_DOCS"):
            readme.write_text(expected, encoding="utf-8")
            return

        self.assertEqual(text, expected, "run this test with UPDATE_DOCS=1")

    def rows(self):
        """Yields key, default and meaning of each value that a comment "# -- " describes."""
        path, meaning = [], None
        values = yaml.safe_load(self.values)
        for line in self.values.splitlines():
            comment = re.match(r"\s*# -- (.*)", line)
            key = re.match(r"( *)(\w+):", line)
            if comment:
                meaning = comment[1]
            elif key:
                path = path[:len(key[1]) // 2] + [key[2]]
                if meaning:
                    value = values
                    for part in path:
                        value = value[part]
                    default = json.dumps(value) if value != "" else '""'
                    if len(default) > 60:
                        default = "see values.yaml"
                    yield ".".join(path), default.replace("|", "\\|"), meaning.replace("|", "\\|")
                meaning = None


if __name__ == "__main__":
    for missing in ("HELM", "KUBECTL", "EXPORTER"):
        if not os.environ.get(f"CODEARTS_{missing}"):
            print(f"NOT TESTED: what needs {missing.lower()}", flush=True)
    sys.exit(unittest.main(exit=False, verbosity=0).result.wasSuccessful() is False)
