"""Pipeline: one pipeline (or a few) in depth: status, history, durations, stages and jobs, waiting."""

import names
from frame import annotation, dashboard, line, row, scope_variables
from names import each, increase, of_pipelines, quantile, ratio
from panels import (bar_gauge, column, heatmap, hidden, lines, link, named_series, override, query, stat,
                    state_timeline, status_column, status_history, steps, table)

RUNS = "codearts_pipeline_runs_total"
DURATION = "codearts_pipeline_run_duration_seconds"
STAGE = "codearts_pipeline_stage_duration_seconds"
JOB = "codearts_pipeline_job_duration_seconds"
NAME = "{{project}} / {{pipeline}}"
RUN_URL = link("Open the run in CodeArts", "${__data.fields.url:raw}", new_tab=True)
POINTS = {"showPoints": "auto", "pointSize": 5, "fillOpacity": 0}


def _latest():
    success = ratio(increase(of_pipelines(RUNS, 'result="success"')),
                    increase(of_pipelines(RUNS, 'result=~"success|failure"')))
    started = each(of_pipelines("codearts_pipeline_last_run_start_timestamp_seconds"))
    return line(
        5,
        (6, stat("Status", "Status of the latest run of each chosen pipeline.",
                 query(names.run_status_codes(), NAME), unit="none", no_value="Never ran",
                 looks=names.STATUS_LOOKS)),
        (4, stat("Started", "When the latest run started.", query(f"1000 * max({started})"),
                 unit="dateTimeFromNow", no_value="Not started")),
        (4, stat("Last duration", "Duration of the latest finished run; the mean if several "
                 "pipelines are chosen.",
                 query(f"avg({of_pipelines('codearts_pipeline_last_run_duration_seconds')})"),
                 unit="s", decimals=1, no_value="No finished run", thresholds=steps("blue"))),
        (4, stat("Failures in a row", "Failures since the last success; the highest number if "
                 "several pipelines are chosen.",
                 query(f"max({of_pipelines('codearts_pipeline_consecutive_failures')})"),
                 unit="none", decimals=0, no_value="No data",
                 thresholds=steps("green", (1, "orange"), (3, "red")))),
        (3, stat("Success ratio", "Successful runs among those that succeeded or failed, in the "
                 "chosen time.", query(success), unit="percentunit", decimals=0, no_value="No runs",
                 thresholds=steps("red", (0.8, "orange"), (0.95, "green")))),
        (3, stat("Retries", "Runs that ended a second time in the chosen time.",
                 query(increase(of_pipelines("codearts_pipeline_run_retries_total"))),
                 unit="short", decimals=0, no_value="No data",
                 thresholds=steps("green", (1, "orange")))))


def _worst_result():
    def happened(result):
        runs = increase(of_pipelines(RUNS, f'result="{result}"'), names.IDENTITY, "$__rate_interval")
        return f"({runs} > 0)"
    failure, success, cancelled = map(happened, ("failure", "success", "cancellation"))
    return f"2 + 0 * {failure} or 1 + 0 * {success} or 3 + 0 * {cancelled}"


def _history():
    latest = (f"max by ({names.IDENTITY}, run_number, branch, commit, trigger, executor, url) "
              f"({of_pipelines('codearts_pipeline_last_run_info')})")
    return [
        line(7, (24, state_timeline(
            "Status over time", "Status of the latest run at each moment.",
            query(names.run_status_codes(), NAME), no_value="No data", per_page=10))),
        line(7, (24, status_history(
            "Run history", "The worst result of the runs that ended in each slot of time: a failure "
            "shows even if the next run succeeded. Empty where no run ended.",
            query(_worst_result(), NAME), no_value="No runs", interval="10m", max_points=96,
            per_page=10))),
        line(6, (24, table(
            "Latest run", "What started the latest run, and on which commit. The run number leads to "
            "the run in CodeArts.",
            [query(names.run_status_codes()), query(latest),
             query("1000 * " + each(
                 of_pipelines("codearts_pipeline_last_run_start_timestamp_seconds")))],
            [column("project", "Project"), column("pipeline", "Pipeline"),
             status_column("Value #A"),
             column("run_number", "Latest run", links=[RUN_URL], custom_width=100),
             column("Value #C", "Started", unit="dateTimeFromNow"),
             column("branch", "Branch"), column("commit", "Commit"), column("trigger", "Trigger"),
             column("executor", "Started by"), hidden("url")],
            ("pipeline", False), unit="none", no_value="Never ran"))),
    ]


def _durations():
    buckets = of_pipelines(DURATION + "_bucket")
    mean = ratio(increase(of_pipelines(DURATION + "_sum"), "result", "$window"),
                 increase(of_pipelines(DURATION + "_count"), "result", "$window"))
    return [
        line(8,
             (12, lines("Run duration: median and 95th percentile", "Over the window before each "
                        "point. Dots are single runs (exemplars): hover to see their numbers.",
                        query(quantile(0.5, buckets), "Median", exemplar=True),
                        query(quantile(0.95, buckets), "95th percentile"),
                        unit="s", no_value="No runs", custom={"fillOpacity": 0},
                        overrides=[override("95th percentile", custom_lineWidth=2)])),
             (12, lines("Run duration by result", "Mean over the window before each point.",
                        query(mean, "{{result}}"), unit="s", no_value="No runs",
                        overrides=named_series(names.RESULTS), custom={"fillOpacity": 0}))),
        line(8,
             (12, heatmap("Distribution of run durations", "How many runs ended in each slot of time, "
                          "by their duration.",
                          query(increase(buckets, "le", "$__rate_interval"), "{{le}}"),
                          unit="s", no_value="No runs", interval="10m", max_points=96)),
             (12, lines("Duration of the latest finished run", "A step for each run that ended.",
                        query(each(of_pipelines("codearts_pipeline_last_run_duration_seconds")), NAME),
                        unit="s", no_value="No finished run",
                        custom={"lineInterpolation": "stepAfter", "fillOpacity": 0}))),
    ]


def _stages():
    stage = of_pipelines(STAGE + "_bucket", 'result="success"')
    by_stage = "project, pipeline, stage"
    last = (f"max by ({by_stage}) "
            f"({of_pipelines('codearts_pipeline_last_run_stage_duration_seconds')})")
    return [
        line(10,
             (14, state_timeline("Stages over time", "Status of each stage of the latest run at each "
                                 "moment.", query(names.stage_status_codes(by_stage),
                                                  "{{pipeline}} / {{stage}}"), no_value="No data", per_page=12)),
             (10, bar_gauge("Stages of the last run", "How long each stage took when it last "
                            "finished.", query(f"sort_desc({last})", "{{pipeline}} / {{stage}}"),
                            unit="s", decimals=1, no_value="No finished stage",
                            thresholds=steps("blue")))),
        line(8,
             (12, lines("Stage duration: median", "Of successful stages, over the window before each "
                        "point.", query(quantile(0.5, stage, "stage"), "{{stage}}"),
                        unit="s", no_value="No runs", custom={"fillOpacity": 0})),
             (12, lines("Stage duration: 95th percentile", "Of successful stages, over the window "
                        "before each point.", query(quantile(0.95, stage, "stage"), "{{stage}}"),
                        unit="s", no_value="No runs", custom={"fillOpacity": 0}))),
        line(10, (24, _jobs())),
    ]


def _jobs():
    by = "project, pipeline, pipeline_id, stage, job_name"
    buckets = of_pipelines(JOB + "_bucket", 'result="success"')
    count = of_pipelines(JOB + "_count", 'result=~"success|failure"')
    failed = ratio(increase(of_pipelines(JOB + "_count", 'result="failure"'), by),
                   increase(count, by))
    present = of_pipelines("codearts_pipeline_last_run_job_duration_seconds")
    return table(
        "Jobs", "Each job: its status in the latest run, its durations and how often it failed in the "
        "chosen time.",
        [query(names.job_status_codes(by)),
         query(f"max by ({by}) ({present})"),
         query(quantile(0.5, buckets, by, "$__range")),
         query(quantile(0.95, buckets, by, "$__range")),
         query(f"{failed} or 0 * ({increase(count, by)} > 0)")],
        [column("project", "Project"), column("pipeline", "Pipeline"), column("stage", "Stage"),
         column("job_name", "Job name"),
         status_column("Value #A"),
         column("Value #B", "Last duration", unit="s", decimals=1),
         column("Value #C", "Median", unit="s", decimals=1),
         column("Value #D", "95th percentile", unit="s", decimals=1),
         column("Value #E", "Failed", unit="percentunit", decimals=0, min=0, max=1,
                custom_cellOptions={"type": "gauge", "mode": "basic", "valueDisplayMode": "text"})],
        ("stage", False), unit="none", no_value="No jobs",
        thresholds=steps("green", (0.05, "orange"), (0.2, "red")))


def _waiting():
    active = f"sum by (state) ({of_pipelines('codearts_pipeline_active_runs')})"
    oldest = of_pipelines("codearts_pipeline_active_run_start_timestamp_seconds")
    queue = of_pipelines("codearts_pipeline_queue_oldest_enqueue_timestamp_seconds")
    paused = of_pipelines("codearts_pipeline_run_paused_seconds_total")
    return [
        line(8,
             (8, lines("Runs in progress", "Queued, running, or waiting for a person.",
                       query(active, "{{state}}"), stacked=True, unit="none", decimals=0,
                       no_value="None", overrides=named_series(names.STATES))),
             (8, lines("Oldest run in progress", "How long the oldest run in each state has been "
                       "under way.", query(f"max by (state) (time() - {oldest})", "{{state}}"),
                       unit="s", no_value="None", custom={"fillOpacity": 0},
                       overrides=named_series(names.STATES))),
             (8, lines("Waiting for people", "Time that finished runs had spent waiting for a person, "
                       "in the window before each point.",
                       query(increase(paused, "project, pipeline", "$window"), NAME),
                       unit="s", no_value="None", custom={"fillOpacity": 0}))),
        line(8,
             (8, lines("Retries", "Runs that ended a second time, in the window before each point.",
                       query(increase(of_pipelines("codearts_pipeline_run_retries_total"),
                                      "project, pipeline", "$window"), NAME),
                       unit="short", decimals=0, no_value="None", custom={"fillOpacity": 0})),
             (8, lines("Queue", "Runs that wait in the pipeline's queue, and for how long the oldest "
                       "has. Only if metrics.queue is on.",
                       query(f"sum({of_pipelines('codearts_pipeline_queue_length')})", "Runs"),
                       query(f"max(time() - {queue})", "Oldest"),
                       unit="none", decimals=0, no_value="The queue is empty or not asked for",
                       overrides=[override("Oldest", unit="s", custom_axisPlacement="right")])),
             (8, lines("Runs missed", "Runs that are known to have happened and can't be read any "
                       "more, in the window before each point, by reason.",
                       query(increase(of_pipelines("codearts_pipeline_runs_missed_total"),
                                      "reason", "$window"), "{{reason}}"),
                       unit="short", decimals=0, no_value="None", custom={"fillOpacity": 0}))),
    ]


def build():
    failures = increase(of_pipelines(RUNS, 'result="failure"'), "project, pipeline",
                        "$__rate_interval")
    return dashboard(
        "pipeline", "CodeArts Pipeline / Pipeline",
        "One pipeline or a few in depth; choose them above.",
        scope_variables("pipeline", window="1d", all_pipelines=False),
        [row("Now", _latest()),
         row("History", *_history()),
         row("Durations", *_durations()),
         row("Stages and jobs", *_stages()),
         row("Waiting, retries and gaps", *_waiting())],
        since="now-24h",
        annotations=[annotation("Failed runs", f"{failures} > 0", "red",
                                "{{project}} / {{pipeline}}")])
