"""No output of the exporter holds a secret, nor what the API says in confidence: every output of full runs is searched."""

import base64
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import unittest
import urllib.error

import programs

PLANTED = "PLANTED"
# In everything of the simulator that must not leak: inputs, messages, resources, tokens.
SENTINEL = "SIM-LEAK-SENTINEL"
SECRET = "PLANTED-secret-key"
PASSWORD = "PLANTED-password"
PROXY = "PLANTED-proxy-password"
TOKEN = "PLANTED-token"
# Of PASSWORD at the lowest cost.
HASH = "$2b$04$NJYSsmu4Hieen3Cqkpw03.UqZiQ/A0qY4jw9MWcMoh5vcY5LX0iQK"
KEYS = ("--access-key=e2e", f"--secret-key={SECRET}")
PAGES = ("/metrics", "/", "/api/v1/status", "/sd", "/probe", "/-/healthy", "/-/ready", "/nothing",
         "/metrics?x=PLANTED-query")


class SecretsTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def simulate(self, *keys):
        """Starts the API with these accepted keys."""
        self.simulator = programs.Process(
            [programs.program("SIMULATOR"), "--listen=127.0.0.1:0", "--time-scale=0", "--projects=2",
             "--pipelines=4", "--history=24h", *keys], str(self.folder), "simulator")
        self.addCleanup(self.simulator.stop)
        programs.wait_until("the simulator's start",
                            lambda: self.simulator.find_in_log(r"(?m)^project "))
        self.url = "http://" + self.simulator.find_in_log(r"listening on (\S+)")[0]
        self.projects = self.simulator.find_in_log(r"(?m)^project (\S+)")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def run_with(self, credentials, environment=None):
        """Starts an exporter with these credentials."""
        config = ("scrape: {min_interval: 1ms}\napi: {requests_per_second: 10000, retries: 1}\n"
                  "metrics: {level: step, queue: true}\nhistory: {since: 90d, recheck: 1ms}\n"
                  f"credentials: {{default: {credentials}}}\nprojects:\n" +
                  "".join(f"  - {{id: {project}, endpoint: \"{self.url}\"}}\n"
                          for project in self.projects))
        web = self.write("web.yaml", f"basic_auth_users: {{alice: '{HASH}'}}\n")
        exporter = programs.Exporter(
            str(self.folder), self.simulator, config=config, environment=environment,
            flags=("--log.level=debug", "--web.enable-lifecycle", f"--web.config.file={web}"))
        self.addCleanup(exporter.stop)
        exporter.environment = environment or {}
        return exporter

    def ask(self, exporter, path, method="GET", accept=None, password=PASSWORD):
        """Returns status, headers and body as text."""
        pair = base64.b64encode(f"alice:{password}".encode()).decode()
        request = programs.urllib.request.Request(
            f"http://{exporter.address}{path}", method=method,
            headers={"Authorization": f"Basic {pair}", **({"Accept": accept} if accept else {})})
        try:
            answer = programs.urllib.request.urlopen(request, timeout=programs.PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return f"{answer.status}\n{answer.headers}\n{answer.read().decode()}"

    def break_api(self, kind):
        """Lets every request fail in that way."""
        delete = programs.urllib.request.Request(self.url + "/_sim/faults", method="DELETE")
        programs.urllib.request.urlopen(delete, timeout=programs.PATIENCE_SECONDS).close()
        programs.fetch(self.url + "/_sim/faults",
                       data=json.dumps({"endpoint": "*", "kind": kind}).encode())

    def send_malformed(self, exporter):
        host, port = exporter.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=programs.PATIENCE_SECONDS) as raw:
            raw.sendall(b"GET / HTTP/9.9\r\nAuthorization: Basic PLANTED\r\n\r\n")
            return raw.makefile("rb").read().decode()

    def outputs_of(self, exporter):
        """Drives the exporter through good and bad times; returns all that it put out, by name."""
        outputs = {}

        def ask_everything(when):
            for path in PAGES:
                outputs[f"{path} {when}"] = self.ask(exporter, path)
            outputs[f"OpenMetrics {when}"] = self.ask(
                exporter, "/metrics", accept="application/openmetrics-text; version=1.0.0")

        ask_everything("in good times")
        for kind in ("error200", "500", "403", "garbage", "wrongtypes", "truncate", "badutf8", "401"):
            self.break_api(kind)
            programs.fetch(self.url + "/_sim/advance", data=b'{"seconds": 7200}')
            ask_everything(f"with {kind}")
        outputs["malformed"] = self.send_malformed(exporter)
        checked = subprocess.run(
            [programs.program("EXPORTER"), "check-access", f"--config.file={exporter.config}"],
            capture_output=True, text=True, check=False, timeout=programs.PATIENCE_SECONDS,
            env={**os.environ, **exporter.environment})
        outputs["check-access"] = checked.stdout + checked.stderr
        self.assertIn(self.projects[0], outputs["check-access"])
        outputs["wrong password"] = self.ask(exporter, "/metrics", password="PLANTED-guess")
        exporter.config.write_text("credentials: {default: {secret_key: [PLANTED-list]}}\n")
        outputs["reload"] = self.ask(exporter, "/-/reload", method="POST")
        exporter.child.send_signal(signal.SIGHUP)
        process = pathlib.Path(f"/proc/{exporter.child.pid}")
        outputs["cmdline"] = (process / "cmdline").read_text()
        limits = (process / "limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        outputs["the end"] = str(exporter.stop())
        outputs["log"] = exporter.read_log()
        return outputs

    def assert_no_leak(self, outputs):
        for name, text in outputs.items():
            for secret in (PLANTED, SENTINEL, HASH, base64.b64encode(PASSWORD.encode()).decode()):
                if secret not in text:
                    continue
                at = text.index(secret)
                self.fail(f"{secret} leaked in {name}: {text[max(0, at - 200):at + 100]!r}")

    def state_of(self, exporter):
        """Returns all the bytes of the state file and those beside it."""
        return {path.name: path.read_bytes().decode("latin-1")
                for path in self.folder.glob(pathlib.Path(exporter.state).name + "*")}

    def test_the_api_sends_what_must_not_leak(self):
        """Else there would be nothing to find."""
        self.simulate()
        truth = json.loads(programs.fetch(self.url + "/_sim/truth"))

        details = [programs.fetch(f"{self.url}/v5/{project['id']}/api/pipelines/"
                                  f"{pipeline['pipeline_id']}/pipeline-runs/detail")
                   for project in truth["projects"] for pipeline in project["pipelines"]]

        self.assertTrue(any(SENTINEL in detail for detail in details))

    def test_an_access_key_from_a_file(self):
        self.simulate(*KEYS)
        secret = self.write("sk", SECRET + "\n")
        exporter = self.run_with(f"{{access_key: e2e, secret_key_file: {secret}}}")

        outputs = self.outputs_of(exporter)

        self.assertIn("codearts_pipeline_info", outputs["/metrics in good times"])
        # The faults came through to where they are told.
        for reason in ("invalid_response", "permission_denied", "unauthenticated", "unavailable"):
            self.assertIn(f"reason={reason}", outputs["log"])
        self.assert_no_leak(outputs)
        state = self.state_of(exporter)
        self.assertGreater(len(sqlite3.connect(exporter.state).execute(
            "SELECT name FROM sqlite_master").fetchall()), 0)
        self.assert_no_leak(state)

    def test_an_access_key_from_the_environment_with_a_proxy_and_a_token(self):
        self.simulate(*KEYS)
        exporter = self.run_with("{access_key: \"${AK}\", secret_key: \"${SK}\", "
                                 "security_token: \"${TOKEN}\"}",
                                 environment={"AK": "e2e", "SK": "PLANTED-wrong", "TOKEN": TOKEN,
                                              "HTTPS_PROXY": f"http://u:{PROXY}@127.0.0.1:1"})

        outputs = self.outputs_of(exporter)

        self.assertIn("APIGW.0301", outputs["log"])
        self.assert_no_leak(outputs)

    def test_an_iam_user(self):
        self.simulate("--iam-domain=acme", "--iam-user=metrics", f"--iam-password={PASSWORD}",
                      "--region=cn-north-4")
        password = self.write("password", PASSWORD + "\n")
        exporter = self.run_with("{iam_user: {domain: acme, user: metrics, project: cn-north-4, "
                                 f"password_file: {password}, endpoint: \"{self.url}\"}}}}")

        outputs = self.outputs_of(exporter)

        self.assertIn("codearts_pipeline_info", outputs["/metrics in good times"])
        self.assert_no_leak(outputs)

    def test_a_token(self):
        self.simulate(*KEYS)
        exporter = self.run_with("{auth_token: \"${TOKEN}\"}", environment={"TOKEN": TOKEN})

        self.assert_no_leak(self.outputs_of(exporter))

    def test_check_config_hides_them_and_says_who_can_read_them(self):
        secret = self.write("sk", SECRET + "\n")
        os.chmod(secret, 0o644)
        web = self.write("web.yaml", f"basic_auth_users: {{alice: '{HASH}'}}\n")
        os.chmod(web, 0o644)
        config = self.write("config.yaml", "api: {proxy_url: \"http://u:" + PROXY + "@127.0.0.1:1\"}\n"
                            f"credentials: {{a: {{access_key: e2e, secret_key_file: {secret}}}, "
                            f"b: {{auth_token: {TOKEN}}}}}\n"
                            "projects: [{id: 54f90b75fc1447b1b65e8d3a9f77923d, region: cn-north-4, "
                            "credentials: a}]\n")
        os.chmod(config, 0o644)

        checked = subprocess.run(
            [programs.program("EXPORTER"), "check-config", f"--config.file={config}",
             f"--web.config.file={web}"], capture_output=True, text=True, check=False,
            timeout=programs.PATIENCE_SECONDS)

        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assert_no_leak({"stdout": checked.stdout, "stderr": checked.stderr})
        self.assertEqual(checked.stderr.count("every user can read") +
                         checked.stderr.count("can be read by every user"), 3, checked.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
