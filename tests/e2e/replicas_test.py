"""Two exporters with the same absolute history.since, started at different times, end with equal totals,
and with those of the truth."""

import sys

import counting
import programs

SINCE = "2026-01-01T00:00:00Z"
# The exporter under the name "late" starts after so many steps.
STEPS = 40
LATE_STEP = 25
STEP_SECONDS = 300


def start_runs(simulator, stream, pipelines):
    for pipeline in pipelines:
        if stream.random() < 0.6:
            simulator.post(f"/_sim/pipelines/{pipeline}/runs", {
                "outcome": stream.choice(["success", "failure", "cancellation"]),
                "duration_seconds": stream.randint(10, 2000)})


def main():
    stream = programs.seeded(1)
    with programs.folder() as folder:
        # Time stands at the start but for advances, and nothing is retried: a retry that replaced an attempt
        # before the late one started leaves no trace in the API.
        simulator = programs.Simulator(folder, "--projects=1", "--pipelines=6", "--run-interval=0s",
                                       "--start=2026-01-02T00:00:00Z")
        pipelines = list(simulator.truth())
        early = programs.Exporter(folder, simulator, name="early", history=SINCE)
        exporters = [early]
        for step in range(STEPS):
            if step == LATE_STEP:
                exporters.append(programs.Exporter(folder, simulator, name="late", history=SINCE))
            start_runs(simulator, stream, pipelines)
            simulator.advance(STEP_SECONDS)
            for exporter in exporters:
                exporter.scrape_completely()
        simulator.advance(3 * STEP_SECONDS)
        scrapes = [exporter.scrape_completely() for exporter in exporters]
        truth = simulator.truth()
        lines = [line for scrape in scrapes for line in counting.differences(scrape, truth)]
        totals = [scrape.totals() for scrape in scrapes]
        for series in sorted(totals[0].keys() | totals[1].keys()):
            values = [each.get(series) for each in totals]
            if values[0] != values[1]:
                lines.append(f"{series}: {values[0]} and {values[1]}")
        codes = [exporter.stop() for exporter in exporters]
        simulator.stop()
    attempts = counting.count_attempts(truth)
    print(f"{attempts} attempts, {len(totals[0])} series compared")
    print("\n".join(lines))
    return 1 if lines or any(codes) or attempts == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
