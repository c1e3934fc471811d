"""What all dashboards share: their addresses, the selectors of their queries, and one look for each status."""

import dataclasses

# The dashboards by the key that links use. Stable: people bookmark them.
UIDS = {
    "overview": "codearts-overview",
    "pipeline": "codearts-pipeline",
    "delivery": "codearts-delivery",
    "exporter": "codearts-exporter",
}
TAG = "codearts-pipeline"

# The labels that tell pipelines apart.
IDENTITY = "project, pipeline, pipeline_id"

_EXPORTERS = 'job=~"$job", instance=~"$instance"'
_PROJECTS = _EXPORTERS + ', project=~"$project"'
_PIPELINES = _PROJECTS + ', pipeline=~"$pipeline"'


def _select(metric, scope, matchers):
    return f"{metric}{{{', '.join([scope, *matchers])}}}"


def of_pipelines(metric, *matchers, at=""):
    """Selects series of the chosen pipelines; `at` is an @ modifier."""
    return f"{_select(metric, _PIPELINES, matchers)} {at}".rstrip()


def of_projects(metric, *matchers):
    """Selects series of the chosen projects."""
    return _select(metric, _PROJECTS, matchers)


def of_exporters(metric, *matchers):
    """Selects series of the chosen exporters."""
    return _select(metric, _EXPORTERS, matchers)


def each(expression):
    """One value for each pipeline, whatever other labels (such as those of replicas) there are."""
    return f"max by ({IDENTITY}) ({expression})"


def increase(selector, by="", window="$__range"):
    """What a counter has gained within a window, summed by labels."""
    labels = f" by ({by})" if by else ""
    return f"sum{labels} (increase({selector}[{window}]))"


def ratio(part, whole):
    """A quotient that is absent, rather than NaN, where there is nothing to divide by."""
    return f"{part} / ({whole} > 0)"


def quantile(q, histogram, by="", window="$window"):
    """A quantile of a histogram's bucket series; `by` keeps labels. Absent, rather than NaN, where there is none."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, {increase(histogram, labels, window)}) >= 0"


@dataclasses.dataclass(frozen=True)
class Look:
    """How a status or result appears everywhere."""
    text: str
    color: str


SUCCESS = Look("Success", "green")
FAILED = Look("Failed", "red")
CANCELLED = Look("Cancelled", "#8e8e8e")
SKIPPED = Look("Skipped", "#6e7a8a")
RUNNING = Look("Running", "blue")
QUEUED = Look("Queued", "purple")
WAITING = Look("Waiting", "orange")
UNKNOWN = Look("Unknown", "yellow")
NOT_STARTED = Look("Not started", "super-light-purple")

# The label `result` of counters and histograms.
RESULTS = {
    "success": SUCCESS, "failure": FAILED, "cancellation": CANCELLED, "skip": SKIPPED,
    "unknown": UNKNOWN,
}
# The label `state` of runs in progress.
STATES = {"queued": QUEUED, "running": RUNNING, "paused": WAITING}

# A status as a number, so that it can be drawn over time, and the API's words that it stands for.
RUN_STATUSES = [
    (1, SUCCESS, ["COMPLETED"]),
    (2, FAILED, ["FAILED"]),
    (3, CANCELLED, ["CANCELED"]),
    (4, SKIPPED, ["IGNORED"]),
    (5, RUNNING, ["RUNNING"]),
    (6, QUEUED, ["INIT", "QUEUED"]),
    (7, WAITING, ["PAUSED", "SUSPEND"]),
    (8, UNKNOWN, ["UNKNOWN"]),
]
PART_STATUSES = [
    (1, SUCCESS, ["COMPLETED"]),
    (2, FAILED, ["FAILED", "ASYNC_FAILED"]),
    (3, CANCELLED, ["CANCELED"]),
    (4, SKIPPED, ["IGNORED", "SKIPPED", "UNSELECTED"]),
    (5, RUNNING, ["RUNNING", "ASYNC_RUNNING"]),
    (6, QUEUED, ["QUEUED", "REDISPATCH"]),
    (7, WAITING, ["PAUSED", "SUSPEND"]),
    (8, UNKNOWN, ["UNKNOWN"]),
    # A run with this status waits; a stage or job of it waits for those before it.
    (9, NOT_STARTED, ["INIT"]),
]
STATUS_LOOKS = {str(code): look for code, look, _ in PART_STATUSES}


def _status_codes(metric, statuses, by, only=""):
    def term(code, words):
        matcher = f'status="{words[0]}"' if len(words) == 1 else f'status=~"{"|".join(words)}"'
        return f"{code} * ({of_pipelines(metric, matcher)} == 1{only})"
    union = " or ".join(term(code, words) for code, _, words in statuses)
    return f"max by ({by}) ({union})"


def run_status_codes(among=""):
    """The status of each pipeline's latest run as a code of RUN_STATUSES; of those `among` an expression's only."""
    only = f" and on ({IDENTITY}) {among}" if among else ""
    return _status_codes("codearts_pipeline_last_run_status", RUN_STATUSES, IDENTITY, only)


def stage_status_codes(by):
    """The status of each stage of the latest run as a code of PART_STATUSES."""
    return _status_codes("codearts_pipeline_last_run_stage_status", PART_STATUSES, by)


def job_status_codes(by):
    """The status of each job of the latest run as a code of PART_STATUSES."""
    return _status_codes("codearts_pipeline_last_run_job_status", PART_STATUSES, by)
