"""Compares what an exporter counted with what the simulator says has happened."""

RESULTS = ("success", "failure", "cancellation", "skip")


def differences(scrape, truth):
    """Returns a line for each count of runs, of their durations and of retries that is wrong.

    Requires that every attempt was seen before a retry replaced it, and every pipeline before its first
    run ended or with a history.since that reaches back far enough.
    """
    runs = scrape.by_pipeline("codearts_pipeline_runs_total", "result")
    sums = scrape.by_pipeline("codearts_pipeline_run_duration_seconds_sum", "result")
    retries = scrape.by_pipeline("codearts_pipeline_run_retries_total")
    lines = []

    def check(what, got, wanted):
        if got != wanted:
            lines.append(f"{what}: {got} instead of {wanted}")

    for pipeline, expected in truth.items():
        for result in RESULTS:
            attempts = [a for a in expected["attempts"] if a["result"] == result]
            check(f"{pipeline} {result}", runs.get((pipeline, result), 0), len(attempts))
            seconds = sum(a["end_time"] - a["start_time"] for a in attempts) / 1000
            check(f"{pipeline} {result} seconds", sums.get((pipeline, result), 0), seconds)
        check(f"{pipeline} retries", retries.get((pipeline,), 0), expected["retries"])
    return lines


def count_attempts(truth):
    return sum(len(pipeline["attempts"]) for pipeline in truth.values())
