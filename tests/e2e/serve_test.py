"""The exporter as its user meets it: start, scrapes, a broken API, wrong secrets, the state file, the end."""

import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.error

import programs


def run_exporter(*arguments, environment=None):
    """Runs the exporter to its end."""
    return subprocess.run([programs.program("EXPORTER"), *arguments], capture_output=True, text=True,
                          timeout=programs.PATIENCE_SECONDS, check=False,
                          env={"PATH": os.environ["PATH"], **(environment or {})})


class ServeTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.simulator = programs.Simulator(self.folder, "--projects=2", "--pipelines=5",
                                            "--history=24h")
        self.addCleanup(self.simulator.stop)

    def start(self, **options):
        exporter = programs.Exporter(self.folder, self.simulator, **options)
        self.addCleanup(exporter.stop)
        return exporter

    def status_of(self, url, method="GET"):
        try:
            request = programs.urllib.request.Request(url, method=method)
            with programs.urllib.request.urlopen(request, timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def fault(self, **fault):
        self.simulator.post("/_sim/faults", fault)

    def clear_faults(self):
        request = programs.urllib.request.Request(self.simulator.url + "/_sim/faults",
                                                  method="DELETE")
        programs.urllib.request.urlopen(request, timeout=30).close()

    def test_shows_every_pipeline_in_the_first_scrape(self):
        scrape = self.start().scrape_completely()

        self.assertEqual(len(scrape.family("codearts_pipeline_info")), 10)
        self.assertEqual(set(scrape.family("codearts_exporter_up").values()), {1})

    def test_answers_probes_and_refuses_what_it_does_not_have(self):
        exporter = self.start()
        base = f"http://{exporter.address}"

        self.assertEqual(self.status_of(base + "/-/healthy"), 200)
        self.assertEqual(self.status_of(base + "/-/ready"), 503)
        exporter.scrape_completely()
        self.assertEqual(self.status_of(base + "/-/ready"), 200)
        self.assertEqual(self.status_of(base + "/"), 200)
        self.assertEqual(self.status_of(base + "/nothing"), 404)
        self.assertEqual(self.status_of(base + "/metrics", method="POST"), 405)

    def test_keeps_other_projects_when_one_is_refused_and_recovers(self):
        exporter = self.start()
        exporter.scrape_completely()
        broken = self.simulator.projects[0]
        self.fault(endpoint="*", kind="403", project=broken)

        scrape = exporter.scrape()
        up = {dict(labels)["project_id"]: value
              for labels, value in scrape.family("codearts_exporter_up").items()}
        self.assertEqual(up, {broken: 0, self.simulator.projects[1]: 1})
        self.assertEqual(len(scrape.family("codearts_pipeline_info")), 10)
        errors = scrape.family("codearts_exporter_refresh_errors_total")
        self.assertTrue(any(value > 0 for labels, value in errors.items()
                            if ("reason", "permission_denied") in labels))

        self.clear_faults()
        exporter.scrape_completely()

    def test_answers_before_the_deadline_with_the_last_data(self):
        exporter = self.start()
        exporter.scrape_completely()
        self.fault(endpoint="*", kind="slow", seconds=8)

        # As Prometheus does, the client gives up at the deadline that it has named.
        page = programs.fetch(f"http://{exporter.address}/metrics", timeout=2,
                              headers={"X-Prometheus-Scrape-Timeout-Seconds": "2"})
        self.assertEqual(len(programs.Scrape(page).family("codearts_pipeline_info")), 10)

    def test_does_not_lock_a_key_whose_secret_is_wrong(self):
        self.simulator.post("/_sim/requests/reset")
        exporter = programs.Exporter(self.folder, self.simulator, secret="wrong")
        self.addCleanup(exporter.stop)
        for _ in range(5):
            scrape = exporter.scrape()

        self.assertEqual(set(scrape.family("codearts_exporter_up").values()), {0})
        requests = programs.json.loads(programs.fetch(self.simulator.url + "/_sim/requests"))
        self.assertLessEqual(requests["total"], 5)
        self.assertIn("APIGW.0301", exporter.read_log())
        self.assertNotIn("wrong", exporter.read_log())

    def test_ends_within_five_seconds_also_during_a_refresh(self):
        exporter = self.start()
        self.fault(endpoint="*", kind="slow", seconds=20)
        thread = programs.threading.Thread(target=lambda: self.status_of(
            f"http://{exporter.address}/metrics"))
        thread.start()
        programs.wait_until("a request", lambda: programs.json.loads(programs.fetch(
            self.simulator.url + "/_sim/requests"))["connections"]["open"] > 1)

        exporter.child.terminate()
        self.assertEqual(exporter.child.wait(timeout=5), 0)
        thread.join()

    def test_refuses_a_second_process_on_the_same_file(self):
        exporter = self.start()

        second = run_exporter(f"--state.path={exporter.state}", "--web.listen-address=127.0.0.1:0",
                              f"--codearts.endpoint={self.simulator.url}",
                              f"--codearts.project-id={self.simulator.projects[0]}",
                              environment={"CODEARTS_AUTH_TOKEN": "token"})
        self.assertEqual(second.returncode, 1)
        self.assertIn(exporter.state, second.stderr)

    def test_moves_a_corrupt_file_aside_and_starts_afresh(self):
        state = pathlib.Path(self.folder, "state.db")
        state.write_bytes(b"this is no database" * 1000)

        scrape = self.start(state=str(state)).scrape_completely()

        self.assertEqual(scrape.family("codearts_exporter_ledger_reset_total"), {(): 1})
        self.assertEqual(len(list(pathlib.Path(self.folder).glob("state.db.corrupt-*"))), 1)

    def test_says_where_and_why_it_cannot_listen(self):
        exporter = self.start()

        second = run_exporter("--state.path=", f"--web.listen-address={exporter.address}",
                              f"--codearts.endpoint={self.simulator.url}",
                              f"--codearts.project-id={self.simulator.projects[0]}",
                              environment={"CODEARTS_AUTH_TOKEN": "token"})
        self.assertEqual(second.returncode, 1)
        self.assertIn("address already in use", second.stderr)


class CommandLineTest(unittest.TestCase):

    def test_prints_version_and_help(self):
        self.assertIn("codearts_pipeline_exporter 0.", run_exporter("--version").stdout)
        self.assertIn("--web.listen-address", run_exporter("--help").stdout)

    def test_exits_with_2_for_a_wrong_flag(self):
        wrong = run_exporter("--no-such-flag")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("--no-such-flag", wrong.stderr)
        self.assertEqual(wrong.stderr.count("\n"), 1)

    def test_names_line_key_and_remedy_of_every_mistake(self):
        with programs.folder() as folder:
            config = pathlib.Path(folder, "config.yaml")
            config.write_text("scrape:\n  timeout: 10\nprojects:\n  - id: 123\n    reggion: x\n")
            wrong = run_exporter("check-config", f"--config.file={config}")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("config.yaml:2: scrape.timeout", wrong.stderr)
        self.assertIn("config.yaml:4: projects[0].id", wrong.stderr)
        self.assertIn("config.yaml:5: projects[0].reggion", wrong.stderr)

    def test_prints_the_configuration_in_effect_without_secrets(self):
        shown = run_exporter(
            "check-config", "--codearts.project-id=54f90b75fc1447b1b65e8d3a9f77923d",
            "--codearts.region=cn-north-4",
            environment={"HUAWEICLOUD_SDK_AK": "planted-key", "HUAWEICLOUD_SDK_SK": "planted-sk"})
        self.assertEqual(shown.returncode, 0)
        self.assertIn("54f90b75fc1447b1b65e8d3a9f77923d", shown.stdout)
        self.assertNotIn("planted", shown.stdout + shown.stderr)

    def test_writes_nothing_but_json_into_a_log_of_that_form(self):
        with programs.folder() as folder:
            config = pathlib.Path(folder, "config.yaml")
            config.write_text("scrape: {min_interval: 1ms}\nprojects: [{id: 123}]\n")
            web = pathlib.Path(folder, "web.yaml")
            web.write_text("basic_auth: {}\n")
            for flags, places in [([f"--config.file={config}"], ["config.yaml:1", "config.yaml:2"]),
                                  ([f"--web.config.file={web}"], ["web.yaml:1"])]:
                wrong = run_exporter(*flags, "--log.format=json")
                self.assertEqual(wrong.returncode, 1)
                entries = [json.loads(line) for line in wrong.stderr.splitlines()]
                said = " ".join(entry.get("error", entry.get("warning", "")) for entry in entries)
                for place in places:
                    self.assertIn(place, said)

    def test_refuses_a_path_that_cannot_be_written(self):
        wrong = run_exporter("--state.path=/proc/nothing/state.db",
                             "--codearts.project-id=54f90b75fc1447b1b65e8d3a9f77923d",
                             "--codearts.region=cn-north-4",
                             environment={"CODEARTS_AUTH_TOKEN": "token"})
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("/proc/nothing", wrong.stderr)
        self.assertIn("state.path", wrong.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
