"""Exporter: whether the data can be trusted: refreshes, API calls and limits, ledger, process."""

from frame import annotation, dashboard, line, row, scope_variables
from names import RESULTS, Look, increase, of_exporters, of_projects, quantile, ratio
from panels import column, lines, mappings, override, query, series_like, stat, steps, table

RATE = "$__rate_interval"
UP = of_projects("codearts_exporter_up")
REFRESHED = of_projects("codearts_exporter_last_refresh_timestamp_seconds")
REQUESTS = "codearts_exporter_api_requests_total"
LATENCY = "codearts_exporter_api_request_duration_seconds"
# HTTP statuses by what they mean; "error" is none at all.
CODES = [("/^2/", "green"), ("/^4/", "orange"), ("/^(5|error)/", "red")]
RELOADED = {"1": Look("OK", "green"), "0": Look("Failed", "red")}
FLAT = {"fillOpacity": 0}
# For what seldom happens: nothing is drawn where nothing did.
BARS = {"drawStyle": "bars", "fillOpacity": 60}


def _rate(metric, by, *matchers):
    return f"sum by ({by}) (rate({of_exporters(metric, *matchers)}[{RATE}]))"


def _some(metric, by):
    """How often something happened, absent where it did not."""
    return f"{increase(of_exporters(metric), by, RATE)} > 0"


def _stats():
    expiry = of_exporters("codearts_exporter_credential_expiry_timestamp_seconds")
    series = of_exporters("codearts_exporter_series")
    limit = of_exporters("codearts_exporter_series_limit")
    throttled = ratio(
        increase(of_exporters("codearts_exporter_api_throttled_total")),
        increase(of_exporters(REQUESTS)))
    reload = of_exporters("codearts_exporter_config_last_reload_successful")
    return line(
        4,
        (3, stat("Projects down", "Projects whose last listing failed. Their data is kept for "
                 "scrape.max_staleness.", query(f"count({UP} == 0) or 0 * count({UP})"),
                 unit="none", no_value="No exporter", thresholds=steps("green", (1, "red")))),
        (3, stat("Data age", "Time since the project with the oldest data was last read.",
                 query(f"max(time() - {REFRESHED})"), unit="s", decimals=0, no_value="No data",
                 thresholds=steps("green", (120, "orange"), (600, "red")))),
        (3, stat("Pipelines behind", "Pipelines with runs that are known and not read yet.",
                 query(f"sum({of_projects('codearts_exporter_pipelines_behind')})"),
                 unit="none", decimals=0, no_value="No data",
                 thresholds=steps("green", (1, "orange")))),
        (3, stat("Throttled", "Requests to which the API answered that there were too many, among "
                 "all, in the chosen time.", query(throttled), unit="percentunit", decimals=1,
                 no_value="No requests", thresholds=steps("green", (0.01, "orange"), (0.1, "red")))),
        (3, stat("Series of the limit", "Series of pipelines as a share of metrics.series_limit.",
                 query(f"max({series} / {limit})"), unit="percentunit", decimals=1,
                 no_value="No exporter", thresholds=steps("green", (0.8, "orange"), (1, "red")))),
        (3, stat("Configuration", "Whether the last load of the configuration succeeded.",
                 query(f"min({reload})"), unit="none", no_value="No exporter", looks=RELOADED)),
        (3, stat("Credential ends in", "Time until the first credential expires whose end is "
                 "known; access keys have none.", query(f"min({expiry} - time())"), unit="s",
                 decimals=1, no_value="No end known",
                 thresholds=steps("red", (3600, "orange"), (86400, "green")))),
        (3, stat("Runs missed", "Runs that are known to have happened and can't be read any more, in "
                 "the chosen time.",
                 query(increase(of_projects("codearts_pipeline_runs_missed_total"))),
                 unit="short", decimals=0, no_value="No data",
                 thresholds=steps("green", (1, "orange")))))


def _instances():
    gauge = lambda metric: query(f"max by (instance) ({of_exporters(metric)})")
    return table(
        "Exporters", "Version, shard and load of each exporter.",
        [query("max by (instance, version, revision) "
               f"({of_exporters('codearts_exporter_build_info')})"),
         query(f"max by (instance) (time() - {of_exporters('process_start_time_seconds')})"),
         gauge("codearts_exporter_shard_ordinal"), gauge("codearts_exporter_total_shards"),
         gauge("codearts_exporter_series"), gauge("process_resident_memory_bytes"),
         gauge("scrape_duration_seconds"),
         gauge("codearts_exporter_config_last_reload_successful")],
        [column("instance", "Instance"), column("version", "Version"), column("revision", "Revision"),
         column("Value #B", "Running for", unit="s", decimals=1),
         column("Value #C", "Shard"), column("Value #D", "Shards"),
         column("Value #E", "Series", unit="locale"),
         column("Value #F", "Memory", unit="bytes", decimals=1),
         column("Value #G", "Scrape duration", unit="s", decimals=2),
         column("Value #H", "Configuration", mappings=mappings(RELOADED),
                custom_cellOptions={"type": "color-text"})],
        ("instance", False), unit="none", no_value="No exporter")


def _refresh():
    errors = increase(of_projects("codearts_exporter_refresh_errors_total"), "project, reason", RATE)
    skew = of_projects("codearts_exporter_clock_skew_seconds")
    by_project = lambda expression: query(f"max by (project) ({expression})", "{{project}}")
    return [
        line(8,
             (8, lines("Refresh duration", "How long the last refresh of each project took.",
                       by_project(of_projects("codearts_exporter_refresh_duration_seconds")),
                       unit="s", no_value="No data", custom=FLAT)),
             (8, lines("Data age by project", "Time since each project was last read.",
                       by_project(f"time() - {REFRESHED}"), unit="s", no_value="No data",
                       custom=FLAT)),
             (8, lines("Refresh errors", "Errors in refreshes by project and reason. docs/metrics.md "
                       "lists the reasons.", query(f"{errors} > 0", "{{project}}: {{reason}}"),
                       unit="short", decimals=0, no_value="No errors", custom=BARS))),
        line(8,
             (8, lines("Pipelines", "Pipelines that the filters take, by project.",
                       query("max by (project) "
                             f"({of_projects('codearts_exporter_pipelines')})", "{{project}}"),
                       stacked=True, unit="none", decimals=0, no_value="No data")),
             (8, lines("Pipelines behind by project", "Pipelines with runs that are known and not "
                       "read yet.",
                       by_project(of_projects("codearts_exporter_pipelines_behind")),
                       unit="none", decimals=0, no_value="No data", custom=FLAT)),
             (8, lines("Clock skew", "The API's clock minus the exporter's. Signatures may be 15 "
                       "minutes off at most.", query(f"max by (project) ({skew})", "{{project}}"),
                       unit="s", no_value="The API told no time", custom=FLAT, minimum=None))),
    ]


def _api():
    total = increase(of_exporters(REQUESTS), "", RATE)
    failed = increase(of_exporters(REQUESTS, 'code!~"2.."'), "", RATE)
    budget = of_exporters("codearts_exporter_api_budget_requests_per_second")
    return [
        line(8,
             (8, lines("API requests by endpoint", "Requests per second, retries included.",
                       query(_rate(REQUESTS, "endpoint"), "{{endpoint}}"), stacked=True,
                       unit="reqps", no_value="No requests")),
             (8, lines("API requests by status", "Requests per second by HTTP status; \"error\" means "
                       "that there was no answer.", query(_rate(REQUESTS, "code"), "{{code}}"),
                       unit="reqps", no_value="No requests", custom=FLAT,
                       overrides=[series_like(pattern, color) for pattern, color in CODES])),
             (8, lines("API error ratio", "Requests that did not succeed, among all.",
                       query(ratio(f"({failed} or 0 * {total})", total), "Error ratio"),
                       unit="percentunit", maximum=1, no_value="No requests",
                       overrides=[override("Error ratio", color={
                           "mode": "fixed", "fixedColor": RESULTS["failure"].color})]))),
        line(8,
             (8, lines("API latency", "95th percentile of the duration of requests, retries apart.",
                       query(quantile(0.95, of_exporters(LATENCY + "_bucket"), "endpoint", RATE),
                             "{{endpoint}}"), unit="s", no_value="No requests", custom=FLAT)),
             (8, lines("Throttling and retries", "Answers that asked for fewer requests, and requests "
                       "that repeated one that failed.",
                       query(_some("codearts_exporter_api_throttled_total", "endpoint"),
                             "Throttled: {{endpoint}}"),
                       query(_some("codearts_exporter_api_retries_total", "endpoint"),
                             "Repeated: {{endpoint}}"),
                       unit="short", decimals=0, no_value="None", custom=BARS)),
             (8, lines("Budget and use", "The limiter's present rate for each host, and the requests "
                       "that were made. Throttling halves the budget; it recovers slowly.",
                       query(f"min by (endpoint_host) ({budget})", "Budget: {{endpoint_host}}"),
                       query(f"sum(rate({of_exporters(REQUESTS)}[{RATE}]))", "Requests"),
                       unit="reqps", no_value="No requests", custom=FLAT))),
    ]


def _ledger():
    gauge = lambda metric, legend: query(f"sum by (instance) ({of_exporters(metric)})", legend)
    by_instance = lambda metric, legend: query(
        increase(of_exporters(metric), "instance", RATE), legend)
    return [line(
        8,
        (8, lines("Series", "Series of pipelines. Beyond metrics.series_limit, new stages and jobs "
                  "are put together as _overflow.",
                  gauge("codearts_exporter_series", "{{instance}}"),
                  unit="short", no_value="No exporter", custom=FLAT)),
        (8, lines("Size of the ledger", "Size of the state file; 0 if it is kept in memory.",
                  gauge("codearts_exporter_ledger_bytes", "{{instance}}"), unit="bytes",
                  no_value="No exporter", custom=FLAT)),
        (8, lines("Trouble", "Ledgers that began afresh, stages and jobs over the limit of series, "
                  "and statuses that are not documented.",
                  by_instance("codearts_exporter_ledger_reset_total", "Ledger reset: {{instance}}"),
                  by_instance("codearts_exporter_series_overflow_total", "Overflow: {{instance}}"),
                  query(_some("codearts_exporter_unknown_status_total", "level"),
                        "Unknown status: {{level}}"),
                  unit="short", decimals=0, no_value="None", custom=BARS)))]


def _process():
    of_instance = lambda metric, legend: query(
        f"max by (instance) ({of_exporters(metric)})", legend)
    cpu = of_exporters("process_cpu_seconds_total")
    return [
        line(8,
             (8, lines("CPU", "Cores in use.",
                       query(f"sum by (instance) (rate({cpu}[{RATE}]))", "{{instance}}"),
                       unit="short", no_value="No exporter", custom=FLAT)),
             (8, lines("Memory", "Resident memory.",
                       of_instance("process_resident_memory_bytes", "{{instance}}"),
                       unit="bytes", no_value="No exporter", custom=FLAT)),
             (8, lines("Files and threads", "Open file descriptors, and operating system threads.",
                       of_instance("process_open_fds", "Files: {{instance}}"),
                       of_instance("process_threads", "Threads: {{instance}}"),
                       unit="none", decimals=0, no_value="No exporter", custom=FLAT))),
        line(8,
             (8, lines("Scrape duration", "How long Prometheus waited for the page.",
                       of_instance("scrape_duration_seconds", "{{instance}}"), unit="s",
                       no_value="No scrape", custom=FLAT)),
             (8, lines("Samples of a scrape", "Samples on the page.",
                       of_instance("scrape_samples_scraped", "{{instance}}"), unit="short",
                       no_value="No scrape", custom=FLAT)),
             (8, lines("Scrapes that succeed", "1 while Prometheus can scrape the exporter.",
                       query(f"min by (instance) ({of_exporters('up')})", "{{instance}}"),
                       unit="none", decimals=0, maximum=1, no_value="No scrape",
                       custom={"lineInterpolation": "stepAfter"}))),
    ]


def build():
    start = of_exporters("process_start_time_seconds")
    return dashboard(
        "exporter", "CodeArts Pipeline / Exporter",
        "Whether the data can be trusted: refreshes, API calls and their limits, ledger and process.",
        scope_variables("project"),
        [row("Now", _stats(), line(5, (24, _instances()))),
         row("Refreshes", *_refresh()),
         row("API", *_api()),
         row("Series and ledger", *_ledger()),
         row("Process", *_process())],
        since="now-3h", refresh="30s",
        annotations=[annotation("Restarts", f"changes({start}[{RATE}]) > 0", "blue",
                                "{{instance}}")])
