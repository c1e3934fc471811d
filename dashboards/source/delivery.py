"""Delivery: how often and how safely software is delivered, how fast failures are mended, who waits."""

import names
from frame import dashboard, line, row, scope_variables
from names import increase, of_pipelines, of_projects, quantile, ratio
from panels import (FEW_POINTS, bar_gauge, column, heatmap, lines, link_to, named_series, override, query, stat,
                    steps, table)

DEPLOYMENTS = "codearts_pipeline_deployments_total"
RESTORE = "codearts_pipeline_time_to_restore_seconds"
DISPATCH = "codearts_pipeline_run_dispatch_wait_seconds"
DURATION = "codearts_pipeline_run_duration_seconds"
PLUGIN = "codearts_pipeline_step_duration_seconds"
PAUSED = "codearts_pipeline_run_paused_seconds_total"
ENDED = 'result=~"success|failure"'
FAILURE_STEPS = steps("green", (0.15, "orange"), (0.3, "red"))
RESTORE_STEPS = steps("green", (3600, "orange"), (86400, "red"))


def _failure_rate(by, window):
    """Failed deployments among all; 0 where there were none but successful ones."""
    ended = increase(of_pipelines(DEPLOYMENTS, ENDED), by, window)
    failed = increase(of_pipelines(DEPLOYMENTS, 'result="failure"'), by, window)
    return f"({failed} or 0 * {ended}) / ({ended} > 0)"


def _mean_restore(by, window="$__range"):
    return ratio(increase(of_pipelines(RESTORE + "_sum"), by, window),
                 increase(of_pipelines(RESTORE + "_count"), by, window))


def _stats():
    deployed = increase(of_pipelines(DEPLOYMENTS, 'result="success"'))
    lead = quantile(0.5, of_pipelines(DURATION + "_bucket", 'result="success"'), "", "$__range")
    return line(
        5,
        (4, stat("Deployments per day", "Successful runs that deployed something, per day of the "
                 "chosen time.", query(f"{deployed} / ($__range_s / 86400)"),
                 unit="short", decimals=1, no_value="No deployment", thresholds=steps("blue"))),
        (4, stat("Change failure rate", "Runs that deployed something and failed, among those that "
                 "succeeded or failed, in the chosen time.", query(_failure_rate("", "$__range")),
                 unit="percentunit", decimals=1, no_value="No deployment",
                 thresholds=FAILURE_STEPS)),
        (4, stat("Time to restore", "Mean time from a pipeline's first failure to its next success, "
                 "in the chosen time.", query(_mean_restore("")), unit="s", decimals=1,
                 no_value="Nothing was restored", thresholds=RESTORE_STEPS)),
        (4, stat("Duration of a successful run", "Median of the chosen time.", query(lead), unit="s",
                 decimals=1, no_value="No runs", thresholds=steps("blue"))),
        (4, stat("Dispatch wait", "How long a run waits until its first job starts: 95th percentile "
                 "of the chosen time.",
                 query(quantile(0.95, of_projects(DISPATCH + "_bucket"), "", "$__range")),
                 unit="s", decimals=1, no_value="No runs",
                 thresholds=steps("green", (60, "orange"), (300, "red")))),
        (4, stat("Waiting for people", "Time that finished runs had spent waiting for a person, in "
                 "the chosen time.", query(increase(of_pipelines(PAUSED))), unit="s", decimals=1,
                 no_value="No data", thresholds=steps("orange"))))


def _deployments():
    return [
        line(8,
             (12, lines("Deployments per day", "Runs that deployed something and ended in the day "
                        "before each point, by result.",
                        query(increase(of_pipelines(DEPLOYMENTS), "result", "1d"), "{{result}}"),
                        stacked=True, unit="short", decimals=0, no_value="No deployment",
                        max_points=FEW_POINTS, overrides=named_series(names.RESULTS))),
             (12, lines("Change failure rate by project", "Over the window before each point.",
                        query(_failure_rate("project", "$window"), "{{project}}"),
                        unit="percentunit", no_value="No deployment", max_points=FEW_POINTS,
                        custom={"fillOpacity": 0}))),
        line(10, (24, _by_pipeline())),
    ]


def _by_pipeline():
    by = names.IDENTITY
    details = link_to("pipeline", "Details of this pipeline",
                      project="${__data.fields.project}", pipeline="${__data.fields.pipeline}")
    return table(
        "Deploying pipelines", "Pipelines that deployed something in the chosen time.",
        [query(increase(of_pipelines(DEPLOYMENTS), by) + " > 0"),
         query(_failure_rate(by, "$__range")),
         query(f"{_mean_restore(by)} and on ({by}) "
               f"({increase(of_pipelines(DEPLOYMENTS), by)} > 0)"),
         query(f"{increase(of_pipelines(PAUSED), by)} and on ({by}) "
               f"({increase(of_pipelines(DEPLOYMENTS), by)} > 0)")],
        [column("project", "Project"), column("pipeline", "Pipeline", links=[details]),
         column("Value #A", "Deployments", decimals=0),
         column("Value #B", "Change failure rate", unit="percentunit", decimals=0, min=0, max=1,
                custom_cellOptions={"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}),
         column("Value #C", "Time to restore", unit="s", decimals=1, thresholds=RESTORE_STEPS,
                custom_cellOptions={"type": "color-text"}),
         column("Value #D", "Waiting for people", unit="s", decimals=1)],
        ("Value #A", True), unit="none", no_value="No deployment", thresholds=FAILURE_STEPS)


def _restoring():
    buckets = of_pipelines(RESTORE + "_bucket")
    return [line(
        8,
        (12, lines("Time to restore", "From the first failure to the next success, over the window "
                   "before each point.", query(quantile(0.5, buckets), "Median"),
                   query(quantile(0.95, buckets), "95th percentile"), unit="s",
                   no_value="Nothing was restored", custom={"fillOpacity": 0}, max_points=FEW_POINTS,
                   overrides=[override("95th percentile", custom_lineWidth=2)])),
        (12, lines("Recoveries", "Pipelines that succeeded again after failures, in the window before "
                   "each point, by project.",
                   query(increase(of_pipelines(RESTORE + "_count"), "project", "$window"),
                         "{{project}}"),
                   stacked=True, unit="short", decimals=0, no_value="Nothing was restored",
                   max_points=FEW_POINTS)))]


def _waiting():
    buckets = of_projects(DISPATCH + "_bucket")
    return [line(
        8,
        (8, lines("Dispatch wait by project", "How long runs wait until their first job starts: 95th "
                  "percentile over the window before each point.",
                  query(quantile(0.95, buckets, "project"), "{{project}}"), unit="s",
                  no_value="No runs", custom={"fillOpacity": 0}, max_points=FEW_POINTS)),
        (8, heatmap("Distribution of the dispatch wait", "How many runs waited for how long, by the "
                    "time at which they ended.",
                    query(increase(buckets, "le", "$__rate_interval"), "{{le}}"), unit="s",
                    no_value="No runs", interval="10m", max_points=72)),
        (8, lines("Waiting for people by project", "Time that finished runs had spent waiting for a "
                  "person, in the window before each point.",
                  query(increase(of_pipelines(PAUSED), "project", "$window"), "{{project}}"),
                  stacked=True, unit="s", no_value="None", max_points=FEW_POINTS)))]


def _plugins():
    by = "plugin"
    no_value = "Needs metrics.histogram_level: step"
    spent = increase(of_projects(PLUGIN + "_sum"), by)
    count = of_projects(PLUGIN + "_count", ENDED)
    failed = ratio(increase(of_projects(PLUGIN + "_count", 'result="failure"'), by),
                   increase(count, by))
    return [line(
        9,
        (12, bar_gauge("Time spent by plug-in", "Total duration of the steps of each plug-in in the "
                       "chosen time, the ten largest. Needs metrics.histogram_level: step.",
                       query(f"sort_desc(topk(10, {spent} > 0))", "{{plugin}}"),
                       unit="s", decimals=1, no_value=no_value, thresholds=steps("purple"))),
        (12, bar_gauge("Failing plug-ins", "Share of failed steps of each plug-in in the chosen time, "
                       "the ten highest. Needs metrics.histogram_level: step.",
                       query(f"sort_desc(topk(10, {failed} > 0))", "{{plugin}}"),
                       unit="percentunit", decimals=1, no_value=no_value, maximum=1,
                       thresholds=steps("green", (0.05, "orange"), (0.2, "red")))))]


def build():
    return dashboard(
        "delivery", "CodeArts Pipeline / Delivery",
        "How often software is deployed, how often that fails, how fast it is mended, and who waits.",
        scope_variables("pipeline", window="7d"),
        [row("Summary", _stats()),
         row("Deployments", *_deployments()),
         row("Recovery", *_restoring()),
         row("Waiting times", *_waiting()),
         row("Plug-ins", *_plugins())],
        since="now-7d", refresh="5m")
