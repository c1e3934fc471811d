"""Two real Prometheus servers scrape one exporter: its totals are those of the truth, and increase() over
the whole test equals it too, for pipelines that were discovered before their first run."""

import sys

import counting
import programs

STEPS = 12
STEP_SECONDS = 25


def last_scrape_includes(prometheus, wanted):
    """Whether the newest sample of every series is that of the final page."""
    got = sum(value for _, value in prometheus.query("sum(codearts_pipeline_runs_total)"))
    return got == wanted


def main():
    lines = []
    stream = programs.seeded(1)
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=1", "--pipelines=8", "--seed=5",
                                       "--run-interval=0s")
        pipelines = list(simulator.truth())
        exporter = programs.Exporter(folder, simulator)
        exporter.scrape_completely()
        servers = [programs.Prometheus(folder, [exporter], name=f"prometheus-{n}") for n in (1, 2)]
        for server in servers:
            programs.wait_until("a first sample", lambda s=server: s.query(
                'count(codearts_pipeline_runs_total{result="success"}) > 0'))
        for _ in range(STEPS):
            for pipeline in pipelines:
                simulator.post(f"/_sim/pipelines/{pipeline}/runs", {
                    "outcome": stream.choice(["success", "failure", "cancellation"]),
                    "duration_seconds": stream.randint(5, 100)})
            simulator.advance(STEP_SECONDS)
            for server in servers:
                before = server.query("codearts_exporter_last_refresh_timestamp_seconds")
                programs.wait_until("a scrape", lambda s=server, b=before: s.query(
                    "codearts_exporter_last_refresh_timestamp_seconds") != b)
        truth = simulator.truth()
        attempts = counting.count_attempts(truth)
        lines += counting.differences(exporter.scrape_completely(), truth)
        for server in servers:
            programs.wait_until("the last scrape",
                                lambda s=server: last_scrape_includes(s, attempts))
            # The difference of last and first sample: increase() extrapolates to the edges of its range.
            for labels, value in server.query(
                    "max_over_time(codearts_pipeline_runs_total[1h])"
                    " - min_over_time(codearts_pipeline_runs_total[1h])"):
                if labels["result"] not in ("success", "failure", "cancellation"):
                    continue
                wanted = sum(a["result"] == labels["result"]
                             for a in truth[labels["pipeline_id"]]["attempts"])
                if value != wanted:
                    lines.append(f"{labels}: increased by {value} instead of {wanted}")
            if server.query("resets(codearts_pipeline_runs_total[1h]) > 0"):
                lines.append("a counter was reset")
        for process in (*servers, exporter, simulator):
            process.stop()
    print(f"{attempts} attempts seen by two Prometheus servers")
    print("\n".join(lines))
    return 1 if lines or attempts == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
