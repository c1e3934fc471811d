"""Projects are discovered, and Prometheus finds them by /sd and scrapes each by /probe."""

import json
import sys
import unittest

import programs

# What docs/scaling.md recommends, with shorter intervals.
SCRAPE_CONFIGS = """
  - job_name: codearts-projects
    honor_labels: true
    http_sd_configs: [{{url: "http://{address}/sd", refresh_interval: 1s}}]
    relabel_configs:
      - {{source_labels: [__param_project], target_label: instance}}
  - job_name: codearts-exporter
    static_configs: [{{targets: ["{address}"]}}]
    metric_relabel_configs:
      - {{source_labels: [__name__], regex: "codearts_pipeline_.+", action: drop}}
      - {{source_labels: [project_id], regex: ".+", action: drop}}
"""


class ServiceDiscoveryTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.simulator = programs.Simulator(self.folder, "--projects=3", "--pipelines=4",
                                            "--history=24h")
        self.addCleanup(self.simulator.stop)
        self.names = dict(programs.re.findall(r"(?m)^project (\S+) (.*)$", self.simulator.read_log()))

    def start(self, more="", interval="1s", key=programs.ACCESS_KEY):
        config = (
            "scrape: {min_interval: 1ms, timeout: 30s}\n"
            "api: {requests_per_second: 10000}\n"
            f"credentials: {{default: {{access_key: {key}, secret_key: {programs.SECRET_KEY}}}}}\n"
            f"discovery: [{{region: nowhere, endpoint: \"{self.simulator.url}\","
            f" project_endpoint: \"{self.simulator.url}\", refresh_interval: {interval}{more}}}]\n")
        exporter = programs.Exporter(self.folder, self.simulator, config=config)
        self.addCleanup(exporter.stop)
        return exporter

    @staticmethod
    def shown(scrape):
        return {dict(labels)["project_id"] for labels in scrape.family("codearts_exporter_up")}

    def eventually(self, exporter, projects):
        """Scrapes until exactly these projects are shown."""
        programs.wait_until(f"{len(projects)} projects",
                            lambda: self.shown(exporter.scrape()) == set(projects))

    def test_shows_what_it_finds_in_the_first_scrape(self):
        exporter = self.start()
        self.assertTrue(exporter.find_in_log(r"msg=serving .* projects=0 discovery=(on)"))
        scrape = exporter.scrape()

        self.assertEqual(self.shown(scrape), set(self.simulator.projects))
        self.assertEqual(len(scrape.family("codearts_pipeline_info")), 12)
        names = {dict(labels)["project"] for labels in scrape.family("codearts_exporter_up")}
        self.assertEqual(names, set(self.names.values()))

    def test_asks_for_projects_only_now_and_then_and_for_nothing_without_a_scrape(self):
        exporter = self.start(interval="1h")
        for _ in range(5):
            exporter.scrape_completely()
        self.assertEqual(self.simulator.calls()["projects"], 1)
        for _ in range(5):
            exporter.scrape()
        self.assertNotIn("projects", self.simulator.calls())

    def test_filters_by_name(self):
        excluded = self.simulator.projects[0]
        scrape = self.start(f', exclude: ["^{self.names[excluded]}$"]').scrape()
        self.assertEqual(self.shown(scrape), set(self.simulator.projects[1:]))

    def test_follows_projects_that_come_and_go(self):
        exporter = self.start()
        self.eventually(exporter, self.simulator.projects)
        new = self.simulator.post("/_sim/projects", {"name": "new", "pipelines": 2})["id"]
        self.eventually(exporter, [*self.simulator.projects, new])

        self.simulator.delete(f"/_sim/projects/{self.simulator.projects[0]}")
        self.eventually(exporter, [*self.simulator.projects[1:], new])

    def test_keeps_the_known_projects_while_discovery_fails_and_counts_why(self):
        exporter = self.start()
        exporter.scrape_completely()
        self.simulator.post("/_sim/faults", {"endpoint": "projects", "kind": "403"})

        def failures():
            scrape = exporter.scrape()
            self.assertEqual(self.shown(scrape), set(self.simulator.projects))
            self.assertEqual(set(scrape.family("codearts_exporter_up").values()), {1})
            return scrape.family("codearts_exporter_refresh_errors_total")[(
                ("project_id", ""), ("project", "discovery[0]"), ("reason", "permission_denied"))]

        programs.wait_until("a counted failure", failures)
        self.assertIn("projects could not be discovered", exporter.read_log())

    def test_leaves_out_a_banned_pipeline_and_counts_on_when_it_is_back(self):
        exporter = self.start()
        pipeline = next(iter(self.simulator.truth()))
        path = f"/_sim/pipelines/{pipeline}"
        exporter.scrape_completely()

        def counted():
            runs = exporter.scrape_completely().by_pipeline("codearts_pipeline_runs_total", "result")
            return runs.get((pipeline, "success"))

        before = counted()
        self.simulator.post(path + "/interval", {"seconds": 0})
        run = self.simulator.post(path + "/runs", {"outcome": "success", "hold": True})["run_id"]
        exporter.scrape_completely()
        self.simulator.post(path + "/ban")
        self.simulator.post(f"{path}/runs/{run}/finish")
        self.assertIsNone(counted())

        self.simulator.post(path + "/unban")
        self.assertEqual(counted(), before + 1)

    def test_sd_starts_the_discovery_and_names_one_target_per_project(self):
        exporter = self.start()

        status, headers, body = exporter.get("/sd")

        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        targets = json.loads(body)
        self.assertEqual({t["labels"]["project_id"]: t["labels"] for t in targets},
                         {project: {"__metrics_path__": "/probe", "__param_project": project,
                                    "project": self.names[project], "project_id": project,
                                    "region": "nowhere"} for project in self.simulator.projects})
        self.assertEqual({tuple(t["targets"]) for t in targets}, {(exporter.address,)})

    def test_sd_fails_rather_than_to_end_all_projects(self):
        status, _, body = self.start(key="wrong").get("/sd")
        self.assertEqual(status, 503)
        self.assertIn("discovery[0]", body)

    def test_probe_shows_one_project_and_refuses_others(self):
        exporter = self.start()
        for project in self.simulator.projects:
            status, _, page = exporter.get(f"/probe?project={project}")
            self.assertEqual(status, 200)
            scrape = programs.Scrape(page)
            self.assertEqual(self.shown(scrape), {project})
            self.assertEqual(len(scrape.family("codearts_pipeline_info")), 4)
            self.assertEqual(scrape.family("codearts_exporter_build_info"), {})
        for query in ("", "?project=", "?project=" + "0" * 32, "?project=" + self.names[project].upper()):
            status, _, text = exporter.get("/probe" + programs.urllib.parse.quote(query, safe="?="))
            self.assertEqual(status, 400, query)
            self.assertIn("project", text)

    def test_prometheus_finds_and_probes_every_project(self):
        exporter = self.start()
        prometheus = programs.Prometheus(
            self.folder, [], jobs=SCRAPE_CONFIGS.format(address=exporter.address))
        self.addCleanup(prometheus.stop)

        def up(job):
            return {labels["instance"] for labels, value in prometheus.query(f'up{{job="{job}"}}')
                    if value == 1}

        def seen(projects):
            found = prometheus.query('count by (project_id) (codearts_pipeline_info)')
            return {labels["project_id"]: value for labels, value in found} == dict.fromkeys(projects, 4)

        projects = list(self.simulator.projects)
        programs.wait_until("all projects", lambda: up("codearts-projects") == set(projects))
        programs.wait_until("all pipelines", lambda: seen(projects))
        # Each series once, under its own labels.
        self.assertEqual(prometheus.query('count({__name__=~"codearts_.+",exported_project!=""})'), [])
        total = exporter.scrape_completely().family("codearts_pipeline_runs_total")
        programs.wait_until("all series", lambda: prometheus.query(
            "count(codearts_pipeline_runs_total)") == [({}, len(total))])
        # The exporter's own metrics come from the other job, once.
        programs.wait_until("own metrics", lambda: up("codearts-exporter") == {exporter.address})
        programs.wait_until("own metrics", lambda: prometheus.query(
            "count(codearts_exporter_build_info)") == [({}, 1)])

        new = self.simulator.post("/_sim/projects", {"name": "new", "pipelines": 4})["id"]
        self.simulator.delete(f"/_sim/projects/{projects[0]}")
        projects = [*projects[1:], new]
        programs.wait_until("the change", lambda: seen(projects) and up("codearts-projects") == set(projects))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
