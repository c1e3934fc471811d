"""What the documents tell people to type works: configurations, queries and commands."""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import unittest

import document_blocks
import programs

PROJECT = "54f90b75fc1447b1b65e8d3a9f77923d"  # The one that the documents name.
EXPORTER = "codearts_pipeline_exporter"
CONFIG_KEYS = {"scrape", "api", "credentials", "projects", "discovery", "metrics", "history", "state", "web", "log"}

# First words of commands that are not tried here, and where they are, or why nowhere.
ELSEWHERE = {
    "apt-get": "tests/packaging",
    "cd": "goes to the reader's files",
    "curl": "needs the exporter at its usual port",
    "df": "looks at the reader's disk",
    "docker": "needs a container engine; tests/packaging builds the image",
    "editor": "is a person's",
    "export": "sets what the test sets",
    "git": "fetches the project",
    "helm": "needs a cluster; tests/deploy renders the chart",
    "install": "tests/packaging",
    "journalctl": "needs a service's journal",
    "kubectl": "needs a cluster; tests/deploy checks the manifests",
    "ls": "looks at the reader's files",
    "make": "the project's own checks",
    "promtool": "tests/rules, tests/e2e/backfill_test.py, tests/e2e/tls_test.py",
    "sed": "edits files of the reader's",
    "sqlite3": "needs a state file at its usual place",
    "systemctl": "tests/packaging",
}


def environment(simulator=None):
    variables = {"PATH": f"{os.path.dirname(programs.program('EXPORTER'))}:{os.environ['PATH']}",
                 "HUAWEICLOUD_SDK_AK": programs.ACCESS_KEY,
                 "HUAWEICLOUD_SDK_SK": programs.SECRET_KEY}
    if simulator:
        variables.update(CODEARTS_ENDPOINT=simulator.url, CODEARTS_REGION="cn-north-4",
                         CODEARTS_PROJECT_ID=simulator.projects[0])
    return variables


class DocumentsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *arguments, variables=None):
        return subprocess.run(arguments, capture_output=True, text=True, cwd=self.folder, check=False,
                              timeout=programs.PATIENCE_SECONDS, env=variables or environment())

    def with_secrets(self, text):
        """Creates the secret files that the text names, in this test's folder."""
        def create(match):
            path = self.folder / "secrets" / pathlib.Path(match.group(0)).name
            path.parent.mkdir(exist_ok=True)
            path.write_text("a-secret")
            path.chmod(0o600)
            return str(path)
        return re.sub(r"/(?:run/secrets|etc/[\w-]+/secrets|run/credentials/[\w.@-]+)/[\w.-]+", create, text)

    def test_configurations_pass_check_config(self):
        tried = 0
        for block in document_blocks.blocks("yaml"):
            keys = set(re.findall(r"(?m)^(\w+):", block.text))
            if not keys or not keys <= CONFIG_KEYS:
                continue
            tried += 1
            text = self.with_secrets(block.text)
            if not keys & {"projects", "discovery"}:
                text += f"\nprojects: [{{id: {PROJECT}, region: cn-north-4}}]\n"
            config = self.folder / "config.yaml"
            config.write_text(text)
            variables = environment()
            variables.update({name: "a-value" for name in re.findall(r"\$\{(\w+)\}", text)})
            with self.subTest(block.place):
                result = self.run_program(programs.program("EXPORTER"), "check-config",
                                          f"--config.file={config}", variables=variables)
                self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreater(tried, 2)

    def test_scrape_configurations_pass_promtool(self):
        tried = 0
        for block in document_blocks.blocks("yaml"):
            if not block.text.startswith(("scrape_configs:", "global:")):
                continue
            tried += 1
            config = self.folder / "prometheus.yml"
            config.write_text(re.sub(r"(?m)^rule_files:\n(?:\s+-.*\n)+", "", block.text))
            with self.subTest(block.place):
                result = self.run_program(programs.program("PROMTOOL"), "check", "config", "--syntax-only", str(config))
                self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
        self.assertGreater(tried, 1)

    def test_queries_parse(self):
        rules = []
        for block in document_blocks.blocks("promql"):
            # A line that is not indented begins a query.
            for query in re.split(r"\n(?=\S)", block.text.strip()):
                rules.append((block.place, query))
        self.assertGreater(len(rules), 5)
        for place, query in rules:
            rule = self.folder / "rule.yaml"
            indented = query.replace("\n", "\n          ")
            rule.write_text("groups:\n  - name: a\n    rules:\n      - record: a:b\n"
                            f"        expr: |\n          {indented}\n")
            with self.subTest(place):
                result = self.run_program(programs.program("PROMTOOL"), "check", "rules", str(rule))
                self.assertEqual(result.returncode, 0, result.stderr)

    def start_simulator(self):
        simulator = programs.Simulator(self.folder, "--projects=1", "--pipelines=3", "--history=24h")
        self.addCleanup(simulator.stop)
        (self.folder / "config.yaml").write_text(
            f"projects:\n  - {{id: {simulator.projects[0]}, region: cn-north-4, endpoint: \"{simulator.url}\"}}\n")
        self.pipeline = next(iter(simulator.truth().values()))["name"]
        return simulator

    def arguments_of(self, command, simulator):
        command = command.replace(PROJECT, simulator.projects[0])
        words = [self.pipeline if word in ("NAME", "PIPELINE") else word for word in shlex.split(command)]
        return [programs.program("EXPORTER"), *words[1:]]

    def serves(self, arguments, variables):
        """Whether the exporter serves, and ends well when asked to."""
        with subprocess.Popen([*arguments, "--web.listen-address=127.0.0.1:0"], cwd=self.folder, text=True,
                              stderr=subprocess.PIPE, env=variables) as child:
            serving = any("msg=serving" in line for line in child.stderr)
            child.send_signal(signal.SIGTERM)
            child.stderr.read()
        return serving and child.returncode == 0

    def test_commands_work(self):
        simulator = self.start_simulator()
        tried = 0
        for place, command in document_blocks.commands():
            first = command.split()[0]
            if first != EXPORTER:
                self.assertIn(first, ELSEWHERE, f"{place}: say where this command is tried")
                continue
            tried += 1
            with self.subTest(f"{place}: {command}"):
                arguments = self.arguments_of(command.split(" > ")[0].split(" | ")[0], simulator)
                variables = environment(simulator)
                if len(arguments) > 1:
                    result = self.run_program(*arguments, variables=variables)
                    self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
                else:
                    self.assertTrue(self.serves(arguments, variables))
        self.assertGreater(tried, 2)


if __name__ == "__main__":
    unittest.main()
