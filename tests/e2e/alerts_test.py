"""The real Prometheus and Alertmanager with the rules and the example as they are shipped: failures that the
simulator makes arrive at Alertmanager's API with their texts, mute each other as they should, and resolve.

Only waiting is taken out of the rules: every `for` becomes 0s, every `interval` 1s. Thresholds stay, because the
simulator's past is a day long.
"""

import datetime
import json
import pathlib
import re
import sys
import urllib.request

import programs

ROOT = pathlib.Path(__file__).parent.parent.parent


def hasten(rules):
    """Returns the rules without their waiting."""
    return re.sub(r"(?m)^( +)(for|interval): \w+$",
                  lambda m: f"{m[1]}{m[2]}: {'0s' if m[2] == 'for' else '1s'}", rules)


class Alertmanager(programs.Process):
    def __init__(self, folder):
        self.port = programs.free_port()
        super().__init__(
            [programs.program("ALERTMANAGER"),
             f"--config.file={ROOT}/deploy/alertmanager/alertmanager.yml", "--cluster.listen-address=",
             f"--storage.path={folder}/alertmanager",
             f"--web.listen-address=127.0.0.1:{self.port}"], folder, "alertmanager")
        programs.wait_until("Alertmanager's start", self.alerts_or_none)

    def alerts(self):
        """Returns (name, pipeline, whether it is muted) -> description of the alerts that are up."""
        answer = json.loads(programs.fetch(f"http://127.0.0.1:{self.port}/api/v2/alerts"))
        return {(alert["labels"]["alertname"], alert["labels"].get("pipeline", ""),
                 bool(alert["status"]["inhibitedBy"])): alert["annotations"]["description"]
                for alert in answer}

    def alerts_or_none(self):
        try:
            return [self.alerts()]
        except OSError:
            return None

    def wait_for(self, what, *keys):
        programs.wait_until(what, lambda: set(keys) <= set(self.alerts()))
        return self.alerts()

    def wait_until_gone(self, *names):
        programs.wait_until(f"the end of {names}", lambda: not any(
            name in names for name, _, _ in self.alerts()))


class JudgingPrometheus(programs.Prometheus):
    """A Prometheus with the rules, which tells Alertmanager."""

    def __init__(self, folder, exporter, alertmanager):
        self.port = programs.free_port()
        home = pathlib.Path(folder)
        for path in (ROOT / "deploy/prometheus/rules").glob("*.yml"):
            (home / path.name).write_text(hasten(path.read_text()))
        (home / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
            f"rule_files: [{home}/codearts-*.yml]\n"
            "alerting: {alertmanagers: [{static_configs: [{targets: "
            f"['127.0.0.1:{alertmanager.port}']}}]}}]}}\n"
            "scrape_configs: [{job_name: codearts-pipeline, static_configs: [{targets: "
            f"['{exporter.address}']}}]}}]\n")
        programs.Process.__init__(
            self, [programs.program("PROMETHEUS"), f"--config.file={home}/prometheus.yml",
                   f"--storage.tsdb.path={home}/prometheus",
                   f"--web.listen-address=127.0.0.1:{self.port}"], folder, "prometheus")
        programs.wait_until("Prometheus' start", self.is_ready)


def start_run(simulator, pipeline, **body):
    return simulator.post(f"/_sim/pipelines/{pipeline}/runs", body)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def main():
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=30, minutes=5)
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=1", "--pipelines=3", "--seed=5",
                                       "--run-interval=0s", f"--start={start:%Y-%m-%dT%H:%M:%SZ}")
        broken, hanging, well = simulator.truth()
        start_run(simulator, broken, outcome="failure", duration_seconds=60)
        simulator.advance(20 * 3600)
        start_run(simulator, well, outcome="success", duration_seconds=60)
        start_run(simulator, hanging, outcome="success", duration_seconds=60, hold=True)
        simulator.advance(10 * 3600 + 300)

        exporter = programs.Exporter(folder, simulator)
        names = dict(exporter.scrape_completely().by_pipeline(
            "codearts_pipeline_consecutive_failures", "pipeline").keys())
        alertmanager = Alertmanager(folder)
        prometheus = JudgingPrometheus(folder, exporter, alertmanager)

        still = ("CodeArtsPipelineStillBroken", names[broken], False)
        stuck = ("CodeArtsPipelineStuck", names[hanging], False)
        alerts = alertmanager.wait_for("the first alerts", still, stuck,
                                       ("CodeArtsPipelineFailed", names[broken], True))
        check(re.search(f"Pipeline {re.escape(names[broken])} of project .* has been broken for 1d 6h .* "
                        "Latest run: #1 http", alerts[still]), alerts[still])
        check(re.search(f"A run of pipeline {re.escape(names[hanging])} of .* running for 10h ",
                        alerts[stuck]), alerts[stuck])
        check(all(pipeline != names[well] for _, pipeline, _ in alerts), alerts)

        simulator.post("/_sim/faults", {"endpoint": "list_pipelines", "kind": "403", "count": 100000})
        alertmanager.wait_for(
            "alerts of the refresh", ("CodeArtsExporterAllProjectsFailing", "", False),
            ("CodeArtsExporterRefreshFailing", "", True),
            ("CodeArtsExporterCredentialsFailing", "", False), (*still[:2], True))
        urllib.request.urlopen(urllib.request.Request(
            simulator.url + "/_sim/faults", method="DELETE"), timeout=10).close()
        alertmanager.wait_until_gone("CodeArtsExporterAllProjectsFailing",
                                     "CodeArtsExporterRefreshFailing")

        start_run(simulator, broken, outcome="success", duration_seconds=10)
        simulator.post(f"/_sim/pipelines/{hanging}/runs/latest/finish")
        simulator.advance(60)
        alertmanager.wait_until_gone("CodeArtsPipelineStillBroken", "CodeArtsPipelineFailed",
                                     "CodeArtsPipelineStuck")

        start_run(simulator, well, outcome="failure", duration_seconds=5)
        simulator.advance(30)
        alertmanager.wait_for("a new failure", ("CodeArtsPipelineFailed", names[well], False))
        exporter.stop()
        alertmanager.wait_for("the end of the exporter", ("CodeArtsExporterAbsent", "", False),
                              ("CodeArtsExporterDown", "", True),
                              ("CodeArtsPipelineFailed", names[well], True))
        for process in (prometheus, alertmanager, simulator):
            process.stop()
    print("alerts came, muted each other and resolved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
