"""Three shards beside one exporter of everything: together they show exactly what it shows, each reads details
of its own pipelines only, and a real Prometheus adds them up to the same."""

import collections
import re
import shutil
import socket
import subprocess
import sys

import programs

SHARDS = 3
PIPELINES = 30
PROJECTS = 2
ROUNDS = 3
RUNS_PER_ROUND = 12
# These are about a project rather than about one of its pipelines: each shard has its part of them.
OF_PROJECTS = ("codearts_pipeline_step_duration_seconds", "codearts_pipeline_run_dispatch_wait_seconds")


def is_of_project(name):
    return name.startswith(OF_PROJECTS)


def pipeline_series(scrape):
    """Returns the series of pipelines, without creation times: those tell when a process saw something first."""
    return {(name, labels): value for name, labels, value in scrape.samples
            if name.startswith("codearts_pipeline_") and not name.endswith("_created")}


def compare(whole, shards):
    """Returns a line for each series that the shards do not show exactly as the whole does."""
    lines = []
    wanted = pipeline_series(whole)
    parts = [pipeline_series(shard) for shard in shards]
    owners = collections.Counter(series for part in parts for series in part)
    for series in sorted(wanted.keys() | owners.keys()):
        name, labels = series
        values = [part[series] for part in parts if series in part]
        if not is_of_project(name) and len(values) > 1:
            lines.append(f"{name}{labels}: {len(values)} shards show it")
        # Seconds are added up in another order.
        if abs(sum(values) - wanted.get(series, -1)) > 1e-6:
            lines.append(f"{name}{labels}: {values} instead of {wanted.get(series)}")
    return lines


def run_some(simulator, stream, pipelines):
    for pipeline in stream.sample(pipelines, RUNS_PER_ROUND):
        simulator.post(f"/_sim/pipelines/{pipeline}/runs", {
            "outcome": stream.choice(["success", "failure", "cancellation"]),
            "duration_seconds": stream.randint(10, 250)})
    simulator.advance(300)


def calls_of(simulator, exporters):
    """Lets each exporter refresh alone and returns what each asked for."""
    simulator.calls()
    calls = []
    for exporter in exporters:
        exporter.scrape_completely()
        calls.append(simulator.calls())
    return calls


def check_calls(whole, shards):
    lines = []
    if any(shard["list_pipelines"] != whole["list_pipelines"] for shard in shards):
        lines.append("a shard does not list what the whole lists")
    details = [shard.get("detail", 0) for shard in shards]
    if sum(details) != whole["detail"]:
        lines.append(f"the shards read {details} details, the whole {whole['detail']}")
    return lines


def check_auto(folder, simulator):
    """A StatefulSet's pod takes the ordinal at the end of its name."""
    arguments = [programs.program("EXPORTER"), "check-config", "--shard=auto",
                 f"--total-shards={SHARDS}", f"--codearts.endpoint={simulator.url}",
                 f"--codearts.project-id={simulator.projects[0]}"]
    name = socket.gethostname().split(".")[0]
    has_ordinal = re.search(r"-(\d+)$", name)
    result = subprocess.run(arguments, capture_output=True, text=True, check=False,
                            timeout=programs.PATIENCE_SECONDS,
                            env={"CODEARTS_AUTH_TOKEN": "token"})
    if not has_ordinal and (result.returncode != 2 or name not in result.stderr):
        return [f"--shard=auto on host {name}: {result}"]
    in_pod = ["unshare", "--uts", "--user", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*in_pod, "true"], check=False).returncode:
        print("NOT TESTED: --shard=auto in a pod (no right to name a host)")
        return []
    lines = []
    for ordinal in range(SHARDS):
        pod = programs.Exporter(folder, simulator, name=f"pod-{ordinal}", flags=(
            "--shard=auto", f"--total-shards={SHARDS}"), wrapper=(
                *in_pod, "sh", "-c", f'hostname exporter-{ordinal} && exec "$@"', "sh"))
        shown = pod.scrape().family("codearts_exporter_shard_ordinal")
        if shown != {(): ordinal}:
            lines.append(f"pod exporter-{ordinal} is shard {shown}")
        pod.stop()
    return lines


def check_prometheus(folder, whole, shards):
    """Compares sums over the shards with those of the whole."""
    configs = "".join(
        f"  - job_name: {job}\n"
        f"    static_configs: [{{targets: {[e.address for e in exporters]}}}]\n"
        for job, exporters in (("whole", [whole]), ("shards", shards)))
    prometheus = programs.Prometheus(folder, [], jobs=configs)
    lines = []
    for expression in (
            "sum by (pipeline_id, result) (codearts_pipeline_runs_total{job=\"%s\"})",
            "sum by (project, result, le) (codearts_pipeline_job_duration_seconds_bucket{job=\"%s\"})",
            "sum by (project, plugin, le) (codearts_pipeline_run_dispatch_wait_seconds_bucket{job=\"%s\"})",
            "sum by (project) (codearts_exporter_pipelines{job=\"%s\"})",
            "count (codearts_pipeline_info{job=\"%s\"})"):

        def results(job, query=expression):
            return sorted((sorted(labels.items()), value)
                          for labels, value in prometheus.query(query % job))

        try:
            programs.wait_until(expression, lambda: results("whole")
                                and results("whole") == results("shards"))
        except AssertionError:
            lines.append(f"{expression}: {results('whole')} and {results('shards')}")
    prometheus.stop()
    return lines


def main():
    stream = programs.seeded(1)
    lines = []
    with programs.folder() as folder:
        # Time stands still but for advances, so that all see the same whenever they look.
        simulator = programs.Simulator(
            folder, f"--projects={PROJECTS}", f"--pipelines={PIPELINES}", "--run-interval=0s",
            "--start=2026-01-02T00:00:00Z")
        pipelines = list(simulator.truth())
        whole = programs.Exporter(folder, simulator, name="whole")
        shards = [programs.Exporter(folder, simulator, name=f"shard-{ordinal}", flags=(
            f"--shard={ordinal}", f"--total-shards={SHARDS}")) for ordinal in range(SHARDS)]
        exporters = [whole, *shards]
        for exporter in exporters:
            exporter.scrape_completely()
        run_some(simulator, stream, pipelines)
        for _ in range(ROUNDS):
            run_some(simulator, stream, pipelines)
            calls = calls_of(simulator, exporters)
            lines += check_calls(calls[0], calls[1:])
        print(f"calls after {RUNS_PER_ROUND} runs of {PROJECTS} x {PIPELINES} pipelines: whole {calls[0]},"
              f" shards {calls[1:]}")
        scrapes = [exporter.scrape_completely() for exporter in exporters]
        lines += compare(scrapes[0], scrapes[1:])
        shares = [len(scrape.family("codearts_pipeline_info")) for scrape in scrapes]
        print(f"{shares[0]} pipelines, shards have {shares[1:]};"
              f" {len(pipeline_series(scrapes[0]))} series compared")
        if shares[0] != PROJECTS * PIPELINES or not all(shares):
            lines.append("a shard is empty or a pipeline is missing")
        lines += check_prometheus(folder, whole, shards)
        lines += check_auto(folder, simulator)
        if any([exporter.stop() for exporter in exporters]):
            lines.append("an exporter did not end well")
        simulator.stop()
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
