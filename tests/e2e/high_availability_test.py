"""Two replicas and one Prometheus, as docs/scaling.md recommends it: `max without (replica, instance)` gives the
totals of the truth, also while one replica is down and when it is back."""

import sys

import counting
import programs

SINCE = "2026-01-01T00:00:00Z"
STEPS = 6
DOWN_STEP = 2
BACK_STEP = 4
TOTALS = "max without (instance, replica) (codearts_pipeline_runs_total)"
JOBS = """
  - job_name: codearts
    static_configs:
      - {{targets: ["{first}"], labels: {{replica: "0"}}}}
      - {{targets: ["{second}"], labels: {{replica: "1"}}}}
"""


def start(folder, simulator, number, port):
    """Starts a replica that serves on `port`, too, as a pod keeps its name."""
    return programs.Exporter(folder, simulator, name=f"replica-{number}", history=SINCE,
                             flags=(f"--web.listen-address=127.0.0.1:{port}",))


def wanted_totals(truth):
    return {(pipeline, result): sum(a["result"] == result for a in expected["attempts"])
            for pipeline, expected in truth.items()
            for result in ("success", "failure", "cancellation")}


def shows(prometheus, wanted):
    got = {(labels["pipeline_id"], labels["result"]): value
           for labels, value in prometheus.query(TOTALS)
           if labels["result"] in ("success", "failure", "cancellation")}
    return got == wanted


def main():
    lines = []
    stream = programs.seeded(1)
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=1", "--pipelines=5", "--run-interval=0s",
                                       "--start=2026-01-02T00:00:00Z")
        pipelines = list(simulator.truth())
        ports = [programs.free_port() for _ in range(2)]
        replicas = [start(folder, simulator, number, port) for number, port in enumerate(ports)]
        prometheus = programs.Prometheus(folder, [], jobs=JOBS.format(
            first=f"127.0.0.1:{ports[0]}", second=f"127.0.0.1:{ports[1]}"))
        for step in range(STEPS):
            if step == DOWN_STEP:
                replicas[1].kill()
            if step == BACK_STEP:
                replicas[1] = start(folder, simulator, 1, ports[1])
            for pipeline in stream.sample(pipelines, 3):
                simulator.post(f"/_sim/pipelines/{pipeline}/runs", {
                    "outcome": stream.choice(["success", "failure", "cancellation"]),
                    "duration_seconds": stream.randint(10, 250)})
            simulator.advance(300)
            up = 1 if DOWN_STEP <= step < BACK_STEP else 2
            programs.wait_until("the replicas' state", lambda n=up: prometheus.query("sum(up)") == [({}, n)])
            wanted = wanted_totals(simulator.truth())
            programs.wait_until(f"the totals of step {step}", lambda w=wanted: shows(prometheus, w))
        truth = simulator.truth()
        for replica in replicas:
            lines += counting.differences(replica.scrape_completely(), truth)
        programs.wait_until("equal replicas", lambda: prometheus.query(
            "count(codearts_pipeline_runs_total{replica=\"0\"}"
            " == ignoring (instance, replica) codearts_pipeline_runs_total{replica=\"1\"})")
            == prometheus.query("count(codearts_pipeline_runs_total{replica=\"0\"})"))
        for process in (prometheus, *replicas, simulator):
            process.stop()
    attempts = counting.count_attempts(truth)
    print(f"{attempts} attempts seen through two replicas")
    print("\n".join(lines))
    return 1 if lines or attempts == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
