"""The exporter under Prometheus for a long time, with random runs, faults, reloads, restarts and kills: at the end its
totals are the truth, no scrape was late, and memory, file descriptors and threads did not grow.

CODEARTS_SOAK_SECONDS sets how long (default 20), CODEARTS_SOAK_SEED the seed. `make soak` takes 10 minutes.
"""

import os
import pathlib
import signal
import statistics
import sys
import threading
import time
import urllib.error

import counting
import programs

SCRAPE_SECONDS = 2
FAULTS = ("500", "503", "429", "404", "error200", "html", "garbage", "truncate", "reset", "slow", "trickle", "empty",
          "deep", "badutf8", "page_shift")
ENDPOINTS = ("list_pipelines", "list_runs", "detail", "*")
CONFIG = """\
scrape: {{min_interval: 500ms, timeout: 30s}}
api: {{requests_per_second: 10000, request_timeout: 5s}}
history: {{recheck: 1s}}
metrics: {{level: {level}}}
projects:
"""
# What may be added in the second half: caches that fill, a connection that waits to be closed.
MAX_RSS_GROWTH = 1.15
# A process that is young still grows to its size.
ENOUGH_READINGS = 200
MAX_MORE_DESCRIPTORS = 10


class Soak:
    def __init__(self, folder, seed):
        self.stream = programs.seeded(seed)
        self.folder = folder
        self.simulator = programs.Simulator(folder, "--projects=3", "--pipelines=20", "--seed=7", "--run-interval=0s")
        self.pipelines = list(self.simulator.truth())
        self.state = str(pathlib.Path(folder) / "state.db")
        self.counts = dict.fromkeys(("runs", "retries", "faults", "reloads", "restarts", "kills"), 0)
        self.readings = []  # (RSS in KiB, descriptors, threads) of the present process.
        self.address = f"127.0.0.1:{programs.free_port()}"
        self.exporter = None
        self.start()
        self.exporter.scrape_completely()
        self.prometheus = programs.Prometheus(folder, [self.exporter], scrape=(
            f"scrape_interval: {SCRAPE_SECONDS}s", f"scrape_timeout: {SCRAPE_SECONDS}s"))

    def config(self):
        level = self.stream.choice(["stage", "job", "step"])
        return CONFIG.format(level=level) + "".join(
            f'  - {{id: {project}, region: cn-north-4, endpoint: "{self.simulator.url}"}}\n'
            for project in self.simulator.projects)

    def start(self):
        self.readings.clear()
        self.exporter = programs.Exporter(self.folder, self.simulator, state=self.state, config=self.config(),
                                          flags=(f"--web.listen-address={self.address}",))

    # ---- What happens.

    def run(self):
        for pipeline in self.stream.sample(self.pipelines, 5):
            self.simulator.post(f"/_sim/pipelines/{pipeline}/runs", {
                "outcome": self.stream.choice(["success", "success", "failure", "cancellation"]),
                "duration_seconds": self.stream.randint(5, 400)})
            self.counts["runs"] += 1
        self.simulator.advance(self.stream.randint(5, 60))

    def retry(self):
        """Retries a run whose end has been seen, as one that nobody saw can't be counted."""
        self.clear_faults()
        self.exporter.scrape_completely()
        truth = self.simulator.truth()
        for pipeline in self.stream.sample(self.pipelines, 3):
            attempts = truth[pipeline]["attempts"]
            if attempts and attempts[-1]["result"] == "failure":
                self.retry_latest(pipeline)
        self.simulator.advance(1)

    def retry_latest(self, pipeline):
        try:
            self.simulator.post(f"/_sim/pipelines/{pipeline}/runs/latest/retry", {"outcome": "success"})
            self.counts["retries"] += 1
        except urllib.error.HTTPError as error:
            if error.code != 409:  # A newer run goes on.
                raise

    def fault(self):
        self.simulator.post("/_sim/faults", {
            "endpoint": self.stream.choice(ENDPOINTS), "kind": self.stream.choice(FAULTS),
            "count": self.stream.randint(1, 10), "seconds": self.stream.choice([0.2, 3, 20])})
        self.counts["faults"] += 1

    def clear_faults(self):
        request = programs.urllib.request.Request(self.simulator.url + "/_sim/faults", method="DELETE")
        programs.urllib.request.urlopen(request, timeout=programs.PATIENCE_SECONDS).close()

    def reload(self):
        self.exporter.config.write_text(self.config())
        self.exporter.child.send_signal(signal.SIGHUP)
        self.counts["reloads"] += 1

    def restart(self):
        if self.exporter.stop() != 0:
            raise AssertionError(self.exporter.read_log()[-2000:])
        self.start()
        self.counts["restarts"] += 1

    def kill(self):
        self.exporter.kill()
        self.start()
        self.counts["kills"] += 1

    def read_process(self):
        process = pathlib.Path(f"/proc/{self.exporter.child.pid}")
        status = process.joinpath("status").read_text()
        self.readings.append((int(status.split("VmRSS:")[1].split()[0]), len(list(process.joinpath("fd").iterdir())),
                              int(status.split("Threads:")[1].split()[0])))

    # ---- The whole.

    def go_on(self, seconds):
        """The exporter ends and begins anew in the first third; then one process goes on to the end."""
        begin = time.monotonic()
        pause = threading.Event()
        quiet = [self.run, self.run, self.run, self.run, self.fault, self.fault, self.clear_faults, self.retry,
                 self.reload]
        while (gone := time.monotonic() - begin) < seconds:
            ends = [self.restart, self.kill] if gone < seconds / 3 else []
            self.stream.choice(quiet + ends)()
            self.read_process()
            pause.wait(0.2)

    def late_scrapes(self):
        return self.prometheus.query(f"max_over_time(scrape_duration_seconds[1d]) >= {SCRAPE_SECONDS}")

    def growth(self):
        """Returns what grew between the middle and the end of the last process' life."""
        half = len(self.readings) // 2
        early, late = (tuple(map(statistics.median, zip(*part)))
                       for part in (self.readings[half // 2:half], self.readings[half + half // 2:]))
        print(f"RSS {early[0]:.0f} -> {late[0]:.0f} KiB, descriptors {early[1]:.0f} -> {late[1]:.0f}, "
              f"threads {early[2]:.0f} -> {late[2]:.0f}")
        lines = []
        if late[0] > early[0] * MAX_RSS_GROWTH:
            lines.append("memory grew")
        if late[1] > early[1] + MAX_MORE_DESCRIPTORS:
            lines.append("descriptors grew")
        if late[2] > early[2]:
            lines.append("threads grew")
        return lines

    def end(self):
        """Returns a line for each thing that is wrong."""
        self.clear_faults()
        self.simulator.advance(600)
        truth = self.simulator.truth()
        lines = counting.differences(self.exporter.scrape_completely(), truth)
        print(f"{self.counts}, {counting.count_attempts(truth)} attempts compared")
        lines += [f"late scrape: {late}" for late in self.late_scrapes()]
        if len(self.readings) >= ENOUGH_READINGS:
            lines += self.growth()
        for process in (self.prometheus, self.exporter, self.simulator):
            if process.stop() != 0:
                lines.append(f"{process.log.name} ended badly")
        return lines


def main():
    seconds = float(os.environ.get("CODEARTS_SOAK_SECONDS", "20"))
    with programs.folder() as folder:
        soak = Soak(folder, int(os.environ.get("CODEARTS_SOAK_SEED", "1")))
        soak.go_on(seconds)
        lines = soak.end()
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
