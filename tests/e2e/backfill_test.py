"""Past runs, written by the command backfill, become blocks by the real promtool and are found by the real
Prometheus."""

import os
import subprocess
import sys

import counting
import programs


def backfill(simulator, page, since):
    return subprocess.run(
        [programs.program("EXPORTER"), "backfill", f"--since={since}", "--format=openmetrics",
         f"--output={page}", "--label=job=codearts", f"--codearts.endpoint={simulator.url}",
         *[f"--codearts.project-id={project}" for project in simulator.projects]],
        check=False, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HUAWEICLOUD_SDK_AK": programs.ACCESS_KEY,
             "HUAWEICLOUD_SDK_SK": programs.SECRET_KEY})


def check_times(simulator, page):
    """What is wrong with how times are taken that hardly can be meant."""
    future = backfill(simulator, page, "9999-01-01")
    if future.returncode != 1 or "lies in the future" not in future.stderr or os.path.exists(page):
        yield f"the future: exit {future.returncode}, {future.stderr}"
    far = backfill(simulator, page, "91d")
    if far.returncode != 0 or "reaches further back than the 90 days" not in far.stderr:
        yield f"91 days: exit {far.returncode}, {far.stderr}"


def main():
    lines = []
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=2", "--pipelines=6", "--seed=2",
                                       "--history=48h")
        page = os.path.join(folder, "history.om")
        blocks = os.path.join(folder, "blocks")
        lines.extend(check_times(simulator, page))
        written = backfill(simulator, page, "90d")
        if written.returncode != 0 or "warning" in written.stderr:
            lines.append(f"90 days: exit {written.returncode}, {written.stderr}")
        subprocess.run([programs.program("PROMTOOL"), "tsdb", "create-blocks-from", "openmetrics",
                        page, blocks], check=True, stdout=subprocess.DEVNULL)
        server = programs.Prometheus(folder, [], storage=blocks)
        truth = simulator.truth()
        # An attempt that a retry replaced has left no trace in the API.
        for pipeline in truth.values():
            pipeline["attempts"] = [a for a in pipeline["attempts"] if not a["replaced_at"]]
        now = max(a["end_time"] for p in truth.values() for a in p["attempts"]) / 1000 + 1
        counted = server.query("max_over_time(codearts_pipeline_runs_total[3d])", at=now)
        for labels, value in counted:
            wanted = sum(a["result"] == labels["result"]
                         for a in truth[labels["pipeline_id"]]["attempts"])
            if value != wanted or labels["job"] != "codearts":
                lines.append(f"{labels}: {value} instead of {wanted}")
        for labels, value in server.query(
                "count_over_time(codearts_pipeline_last_run_duration_seconds[3d])", at=now):
            ends = {a["end_time"] for a in truth[labels["pipeline_id"]]["attempts"]}
            if value != len(ends):
                lines.append(f"{labels}: {value} durations instead of {len(ends)}")
        server.stop()
        simulator.stop()
    attempts = counting.count_attempts(truth)
    print(f"{attempts} attempts in {len(counted)} series found by Prometheus")
    print("\n".join(lines))
    return 1 if lines or attempts == 0 or not counted else 0


if __name__ == "__main__":
    sys.exit(main())
