"""The configuration is loaded again while the exporter runs: what changes, what stays, what is refused."""

import signal
import sys
import threading
import unittest

import programs

LIFECYCLE = ("--web.enable-lifecycle",)


class ReloadTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.simulator = programs.Simulator(self.folder, "--projects=2", "--pipelines=4",
                                            "--run-interval=0s", "--start=2026-01-02T00:00:00Z")
        self.addCleanup(self.simulator.stop)

    def write(self, projects=1, more="", metrics="{}", keys=(programs.ACCESS_KEY, programs.SECRET_KEY),
              pipelines="{}"):
        """Returns a configuration of the simulator's first projects."""
        lines = ["scrape: {min_interval: 1h, timeout: 30s}", "api: {requests_per_second: 10000}",
                 f"credentials: {{default: {{access_key: {keys[0]}, secret_key: {keys[1]}}}}}",
                 f"metrics: {metrics}", more, "projects:"]
        lines += [f"  - {{id: {project}, endpoint: \"{self.simulator.url}\", pipelines: {pipelines}}}"
                  for project in self.simulator.projects[:projects]]
        return "\n".join(lines) + "\n"

    def start(self, config, flags=LIFECYCLE):
        exporter = programs.Exporter(self.folder, self.simulator, config=config, flags=flags)
        self.addCleanup(exporter.stop)
        return exporter

    def reload(self, exporter, config):
        """Returns the text of a reload that succeeds."""
        exporter.config.write_text(config)
        status, _, text = exporter.get("/-/reload", method="POST")
        self.assertEqual(status, 200, text)
        return text

    def refuse(self, exporter, config):
        """Returns the text of a reload that fails."""
        exporter.config.write_text(config)
        status, _, text = exporter.get("/-/reload", method="POST")
        self.assertEqual(status, 500, text)
        self.assertEqual(exporter.scrape().family("codearts_exporter_config_last_reload_successful"),
                         {(): 0})
        return text

    def run_pipeline(self, pipeline, seconds=100):
        self.simulator.post(f"/_sim/pipelines/{pipeline}/runs",
                            {"outcome": "success", "duration_seconds": seconds})
        self.simulator.advance(2 * seconds)

    def up(self, exporter):
        return {dict(labels)["project_id"]: value for labels, value in
                exporter.scrape().family("codearts_exporter_up").items()}

    def test_takes_a_changed_project_list_at_the_next_scrape(self):
        exporter = self.start(self.write(projects=1))
        first, second = self.simulator.projects
        self.assertEqual(self.up(exporter), {first: 1})

        self.reload(exporter, self.write(projects=2))
        self.assertEqual(self.up(exporter), {first: 1, second: 1})

        self.reload(exporter, self.write(projects=1))
        scrape = exporter.scrape()
        self.assertEqual(len(scrape.family("codearts_exporter_up")), 1)
        self.assertEqual(len(scrape.family("codearts_pipeline_info")), 4)

    def test_takes_a_changed_credential_at_the_next_scrape_and_keeps_counting(self):
        exporter = self.start(self.write())
        pipeline = list(self.simulator.truth())[0]
        exporter.scrape_completely()
        self.run_pipeline(pipeline)
        # Another key is accepted, the old one no more.
        self.simulator.post("/_sim/keys", {"access_key": "new-ak", "secret_key": "new-sk"})
        self.simulator.delete(f"/_sim/keys/{programs.ACCESS_KEY}")

        self.reload(exporter, self.write(keys=("new-ak", "new-sk")))
        scrape = exporter.scrape()

        runs = scrape.by_pipeline("codearts_pipeline_runs_total", "result")
        self.assertEqual(runs[(pipeline, "success")], 1)
        self.assertNotIn("new-sk", exporter.read_log())

    def test_takes_filters_levels_and_buckets(self):
        exporter = self.start(self.write())
        pipelines = self.simulator.truth()
        chosen = list(pipelines)[0]
        exporter.scrape_completely()
        self.run_pipeline(chosen)
        self.reload(exporter, self.write())
        self.assertGreater(len(exporter.scrape().family("codearts_pipeline_job_duration_seconds_count")), 0)

        name = pipelines[chosen]["name"]
        self.reload(exporter, self.write(pipelines=f'{{include: ["^\\\\Q{name}\\\\E$"]}}',
                                         metrics="{level: stage, run_buckets: [7, 70]}"))
        scrape = exporter.scrape()

        self.assertEqual({dict(labels)["pipeline_id"]
                          for labels in scrape.family("codearts_pipeline_info")}, {chosen})
        self.assertEqual(scrape.family("codearts_pipeline_job_duration_seconds_count"), {})
        bounds = {float(dict(labels)["le"]) for labels in
                  scrape.family("codearts_pipeline_run_duration_seconds_bucket")}
        self.assertEqual(bounds, {7, 70, float("inf")})
        runs = scrape.by_pipeline("codearts_pipeline_runs_total", "result")
        self.assertEqual(runs[(chosen, "success")], 1)
        # The histogram began anew; its generation survives a restart.
        durations = scrape.by_pipeline("codearts_pipeline_run_duration_seconds_count", "result")
        self.assertEqual(durations[(chosen, "success")], 0)

    def test_names_line_key_and_remedy_and_keeps_the_old_configuration(self):
        exporter = self.start(self.write())
        exporter.scrape_completely()

        text = self.refuse(exporter, "scrape:\n  timeout: 10\nprojectz: []\n")

        for place in ("exporter.yaml:2: scrape.timeout: ", "exporter.yaml:3: projectz: "):
            self.assertIn(place, text)
            self.assertIn(place, exporter.read_log())
        self.assertIn("did you mean", text)
        self.assertEqual(self.up(exporter), {self.simulator.projects[0]: 1})

        self.reload(exporter, self.write(projects=2))
        self.assertEqual(len(self.up(exporter)), 2)

    def test_refuses_what_cannot_change(self):
        first, second = (f"{self.folder}/{name}.db" for name in ("first", "second"))
        exporter = self.start(self.write(more=f"state: {{path: {first}}}"))
        exporter.scrape_completely()

        text = self.refuse(exporter, self.write(projects=2, more=f"state: {{path: {second}}}"))

        for part in ("state.path", first, second, "restart"):
            self.assertIn(part, text)
        self.assertEqual(len(self.up(exporter)), 1)

    def test_reloads_on_sighup_also_without_lifecycle_requests(self):
        exporter = self.start(self.write(projects=1), flags=())
        exporter.scrape_completely()
        self.assertEqual(exporter.get("/-/reload", method="POST")[0], 403)
        self.assertEqual(len(self.up(exporter)), 1)

        exporter.config.write_text(self.write(projects=2))
        exporter.child.send_signal(signal.SIGHUP)
        programs.wait_until("the reload", lambda: exporter.find_in_log("configuration was reloaded"))

        self.assertEqual(len(self.up(exporter)), 2)

    def test_lets_the_refresh_in_flight_end_with_what_it_began_with(self):
        exporter = self.start(self.write(projects=1))
        self.simulator.post("/_sim/faults", {"endpoint": "list_pipelines", "kind": "slow", "seconds": 2})
        scrape = threading.Thread(target=exporter.scrape)
        scrape.start()
        programs.wait_until("a request", lambda: programs.json.loads(programs.fetch(
            self.simulator.url + "/_sim/requests"))["connections"]["open"] > 1)

        # The credential and the plan of the refresh in flight go with this reload.
        self.reload(exporter, self.write(projects=2, keys=(programs.ACCESS_KEY, "another")))
        scrape.join()
        self.assertEqual(set(self.up(exporter).values()), {0})
        self.reload(exporter, self.write(projects=2))
        self.simulator.delete("/_sim/faults")
        self.reload(exporter, self.write(projects=2))
        self.assertEqual(set(self.up(exporter).values()), {1})

    def test_ends_within_five_seconds_although_a_reload_waits(self):
        exporter = self.start(self.write())
        self.simulator.post("/_sim/faults", {"endpoint": "*", "kind": "slow", "seconds": 20})
        threads = [threading.Thread(target=exporter.get, args=("/metrics",), daemon=True),
                   threading.Thread(target=exporter.get, args=("/-/reload", "POST"), daemon=True)]
        threads[0].start()
        programs.wait_until("a request", lambda: programs.json.loads(programs.fetch(
            self.simulator.url + "/_sim/requests"))["connections"]["open"] > 1)
        threads[1].start()
        exporter.child.send_signal(signal.SIGHUP)

        exporter.child.terminate()
        self.assertEqual(exporter.child.wait(timeout=5), 0)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
