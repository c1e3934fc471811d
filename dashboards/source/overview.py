"""Overview: what is broken, since when, how much runs and how reliably; one line for each pipeline."""

import names
from frame import dashboard, line, row, scope_variables
from names import each, increase, of_pipelines, of_projects, ratio
from panels import (FEW_POINTS, bar_gauge, column, hidden, lines, link, link_to, named_series, query, stat,
                    state_timeline, status_column, steps, table)

BROKEN_SINCE = of_pipelines("codearts_pipeline_broken_since_timestamp_seconds")
REFRESHED = of_projects("codearts_exporter_last_refresh_timestamp_seconds")
TO_EXPORTER = link("State of the exporter", "/d/@exporter?${__url_time_range}&"
                   + "&".join("${%s:queryparam}" % name for name in (
                       "datasource", "job", "instance", "project")))
RUNS = "codearts_pipeline_runs_total"
# Other links than those of a table's fields know the pipeline by the labels of the series.
TO_PIPELINE = link_to("pipeline", "Details of this pipeline",
                      project="${__field.labels.project}", pipeline="${__field.labels.pipeline}")
ROW_TO_PIPELINE = link_to("pipeline", "Details of this pipeline",
                          project="${__data.fields.project}", pipeline="${__data.fields.pipeline}")
ROW_TO_RUN = link("Open the run in CodeArts", "${__data.fields.url:raw}", new_tab=True)
PIPELINE_COUNT = f"count({each(of_pipelines('codearts_pipeline_info'))})"
NAME = "{{project}} / {{pipeline}}"


def _success_ratio(by=""):
    return ratio(increase(of_pipelines(RUNS, 'result="success"'), by),
                 increase(of_pipelines(RUNS, 'result=~"success|failure"'), by))


def _run_info():
    return (f"max by ({names.IDENTITY}, run_number, branch, trigger, executor, url) "
            f"({of_pipelines('codearts_pipeline_last_run_info')})")


def _stats():
    return line(
        4,
        (4, stat("Broken pipelines",
                 "Pipelines with a failure and no success after it. Cancelled runs change nothing.",
                 query(f"count({each(BROKEN_SINCE)}) or 0 * {PIPELINE_COUNT}"),
                 unit="none", no_value="No data", thresholds=steps("green", (1, "red")))),
        (4, stat("Broken for longest", "Time since the first failure of the pipeline that has been "
                 "broken for longest.", query(f"max(time() - {BROKEN_SINCE})"),
                 unit="s", decimals=1, no_value="None",
                 thresholds=steps("green", (1, "orange"), (86400, "red")))),
        (4, stat("Success ratio", "Successful runs among those that succeeded or failed, in the "
                 "chosen time. Cancelled runs don't count.", query(_success_ratio()),
                 unit="percentunit", decimals=1, no_value="No runs",
                 thresholds=steps("red", (0.8, "orange"), (0.95, "green")))),
        (4, stat("Finished runs", "Attempts of runs that ended in the chosen time, whatever their "
                 "result; a retry is another attempt.",
                 query(increase(of_pipelines(RUNS))), unit="short", decimals=0, no_value="No runs",
                 thresholds=steps("blue"))),
        (5, stat("In progress", "Runs that are queued, running or waiting for a person right now.",
                 query(f"sum by (state) ({of_pipelines('codearts_pipeline_active_runs')})",
                       "{{state}}"),
                 unit="none", no_value="None", thresholds=steps("text"), text_mode="value_and_name",
                 overrides=named_series(names.STATES))),
        (3, stat("Data age", "Time since the project with the oldest data was last read.",
                 query(f"max(time() - {REFRESHED})"), unit="s", decimals=0, no_value="No data",
                 thresholds=steps("green", (120, "orange"), (600, "red")), links=[TO_EXPORTER])))


def _broken_table():
    failed = of_pipelines("codearts_pipeline_last_run_stage_status", 'status=~"FAILED|ASYNC_FAILED"')
    # The one that failed last, since the latest run may be another one that is still going on.
    failed_stage = (f"topk by ({names.IDENTITY}) (1, max by ({names.IDENTITY}, stage) "
                    f"(max_over_time(timestamp({failed})[$__range:1m])))")
    only_broken = f" and on ({names.IDENTITY}) {BROKEN_SINCE}"
    return table(
        "Broken now", "Pipelines without a success since their last failure, the longest broken "
        "first. The names lead to details, the run number to the run in CodeArts.",
        [query(each(f"time() - {BROKEN_SINCE}")),
         query(each(of_pipelines("codearts_pipeline_consecutive_failures")) + only_broken),
         query(failed_stage + only_broken),
         query(_run_info() + only_broken)],
        [column("project", "Project"),
         column("pipeline", "Pipeline", links=[ROW_TO_PIPELINE]),
         column("Value #A", "Broken for", unit="s", decimals=1, custom_cellOptions={
             "type": "color-text"}),
         column("Value #B", "Failures in a row", custom_width=140, custom_align="center"),
         column("stage", "Failed stage", custom_minWidth=160),
         column("run_number", "Latest run", links=[ROW_TO_RUN], custom_width=100),
         hidden("url")],
        ("Value #A", True),
        unit="none", decimals=0, no_value="No pipeline is broken",
        thresholds=steps("orange", (86400, "red")))


def _runs_per_hour():
    return lines(
        "Runs per hour", "Runs that ended in the hour before each point, by result.",
        query(increase(of_pipelines(RUNS), "result", "1h"), "{{result}}"),
        stacked=True, unit="short", decimals=0, no_value="No runs", max_points=144,
        overrides=named_series(names.RESULTS))


def _all_pipelines():
    finished = increase(of_pipelines(RUNS), names.IDENTITY)
    return table(
        "Pipelines", "The latest run of each pipeline, and how its runs in the chosen time went. "
        "The names lead to details, the run number to the run in CodeArts.",
        [query(names.run_status_codes()),
         query(each(of_pipelines("codearts_pipeline_last_run_duration_seconds"))),
         query("1000 * " + each(
             of_pipelines("codearts_pipeline_last_run_start_timestamp_seconds"))),
         query(_success_ratio(names.IDENTITY)),
         query(finished),
         query(_run_info())],
        [column("project", "Project"),
         column("pipeline", "Pipeline", links=[ROW_TO_PIPELINE]),
         status_column("Value #A"),
         column("Value #C", "Started", unit="dateTimeFromNow", custom_width=150),
         column("Value #B", "Last duration", unit="s", decimals=1, custom_width=110),
         column("Value #D", "Success ratio", unit="percentunit", decimals=0, min=0, max=1, custom_width=170,
                custom_cellOptions={"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}),
         column("Value #E", "Runs", custom_width=80, custom_align="center"),
         column("run_number", "Latest run", links=[ROW_TO_RUN], custom_width=100),
         column("branch", "Branch"), column("trigger", "Trigger", custom_width=100),
         column("executor", "Started by", custom_width=130),
         hidden("url")],
        ("pipeline", False),
        unit="none", decimals=0, no_value="No pipelines",
        thresholds=steps("red", (0.8, "orange"), (0.95, "green")))


def _rankings():
    duration = "codearts_pipeline_run_duration_seconds"
    by = "project, pipeline"
    success = 'result="success"'
    mean = ratio(increase(of_pipelines(duration + "_sum", success), by),
                 increase(of_pipelines(duration + "_count", success), by))
    spent = increase(of_pipelines(duration + "_sum"), by)
    return line(
        9,
        (8, bar_gauge("Slowest pipelines", "Mean duration of successful runs in the chosen time, the "
                      "ten longest.", query(f"sort_desc(topk(10, {mean}))", NAME),
                      unit="s", decimals=1, no_value="No runs", thresholds=steps("blue"),
                      links=[TO_PIPELINE])),
        (8, bar_gauge("Least reliable pipelines", "Success ratio in the chosen time, the ten lowest.",
                      query(f"sort(bottomk(10, {_success_ratio(by)}))", NAME),
                      unit="percentunit", decimals=0, maximum=1, no_value="No runs",
                      thresholds=steps("red", (0.8, "orange"), (0.95, "green")),
                      links=[TO_PIPELINE])),
        (8, bar_gauge("Most time spent", "Total duration of all runs that ended in the chosen time, "
                      "the ten largest: where a faster pipeline saves most.",
                      query(f"sort_desc(topk(10, {spent} > 0))", NAME),
                      unit="s", decimals=1, no_value="No runs", thresholds=steps("purple"),
                      links=[TO_PIPELINE])))


def _trends():
    by_project = ratio(increase(of_pipelines(RUNS, 'result="success"'), "project", "1d"),
                       increase(of_pipelines(RUNS, 'result=~"success|failure"'), "project", "1d"))
    broken = f"count by (project) ({each(BROKEN_SINCE)})"
    return line(
        8,
        (12, lines("Broken pipelines over time", "Number of broken pipelines, by project.",
                   query(broken, "{{project}}"), stacked=True, unit="none", decimals=0,
                   no_value="No pipeline was broken")),
        (12, lines("Success ratio by project", "Of the runs that succeeded or failed in the day "
                   "before each point.", query(by_project, "{{project}}"),
                   unit="percentunit", maximum=1, no_value="No runs", max_points=FEW_POINTS,
                   custom={"fillOpacity": 0})))


def build():
    failures = each(of_pipelines("codearts_pipeline_consecutive_failures", at="@ end()"))
    timeline = state_timeline(
        "Status over time", "Status of the latest run of twenty pipelines: those with the most failures "
        "in a row at the end of the chosen time, then others. Choose pipelines above to see theirs.",
        query(names.run_status_codes(among=f"topk(20, {failures})"), NAME),
        no_value="No data", max_points=288, links=[TO_PIPELINE])
    return dashboard(
        "overview", "CodeArts Pipeline / Overview",
        "Which pipelines are broken and since when, how much runs and how reliably.",
        scope_variables("pipeline"),
        [row("Now", _stats(), line(8, (14, _broken_table()), (10, _runs_per_hour()))),
         row("Pipelines", line(12, (24, _all_pipelines())), line(10, (24, timeline))),
         row("Trends and rankings", _rankings(), _trends())],
        since="now-24h")
