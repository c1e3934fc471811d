"""A world for the dashboards to show: hours of pipelines in a real Prometheus, and the scrapes of right now.

The simulator's clock starts hours ago and is moved by hand. Each page of the exporter becomes samples at
the virtual time, which promtool turns into blocks; then Prometheus starts on them and scrapes the exporter
itself while the virtual clock is the real one. Faults are injected on the way, so that panels of trouble
have something to show.
"""

import datetime
import pathlib
import re
import subprocess
import time

import programs

BLOCK_SECONDS = 2 * 3600
# Of the exporter's clock, which is hours ahead while history is made: moved back, and left out.
_REAL_TIME = "codearts_exporter_last_refresh_timestamp_seconds{"
_REAL_TIME_DIFFERENCE = "codearts_exporter_clock_skew_seconds{"
_CONFIG = """\
scrape: {min_interval: 1ms, timeout: 30s}
api: {requests_per_second: 10000}
history: {recheck: 1ms}
metrics: {level: step, histogram_level: step, queue: true}
credentials:
  default: {iam_user: {domain: acme, user: metrics, password_file: PASSWORD, project: region01, endpoint: "URL"}}
"""
_PASSWORD = "e2e-password"


class History:
    """Collects pages of samples with timestamps, and has promtool make blocks of them."""

    def __init__(self, folder, address):
        self._folder = pathlib.Path(folder)
        self._labels = f'job="codearts",instance="{address}"'
        self._pages = {}

    def add(self, page, at, ahead, seconds):
        """Adds the samples of a page at a virtual time that the exporter's clock is `ahead` of."""
        lines = [line for line in page.splitlines()
                 if line and not line.startswith(("#", _REAL_TIME_DIFFERENCE))]
        lines += ["up 1", f"scrape_duration_seconds {seconds}", f"scrape_samples_scraped {len(lines)}"]
        self._pages.setdefault(int(at // BLOCK_SECONDS), []).extend(
            self._with_time(line, at, ahead) for line in lines)

    def _with_time(self, line, at, ahead):
        series, _, value = line.rpartition(" ")
        if series.startswith(_REAL_TIME):
            value = str(float(value) - ahead)
        if series.endswith("}"):
            series = f"{series[:-1]},{self._labels}}}"
        else:
            series += f"{{{self._labels}}}"
        return f"{series} {value} {at:.3f}\n"

    def write_blocks(self, blocks):
        """Makes a block of each two hours: promtool reads its input once for each block."""
        page = self._folder / "history.om"
        for lines in self._pages.values():
            with open(page, "w", encoding="utf-8") as output:
                output.writelines(lines)
                output.write("# EOF\n")
            subprocess.run([programs.program("PROMTOOL"), "tsdb", "create-blocks-from",
                            "openmetrics", str(page), str(blocks)],
                           check=True, stdout=subprocess.DEVNULL)
        page.unlink()


class World:
    """Simulator, exporter and Prometheus, with a past in steps of so many seconds. `stop` ends them."""

    def __init__(self, folder, step=300, hours=12):
        self.step = step
        self._folder = folder
        self._start = time.time() - hours * 3600
        self._passed = 0
        start = datetime.datetime.fromtimestamp(self._start, datetime.timezone.utc)
        self.simulator = programs.Simulator(
            folder, "--projects=2", "--pipelines=5", "--seed=7", "--history=24h", "--run-interval=45m",
            "--iam-domain=acme", "--iam-user=metrics", f"--iam-password={_PASSWORD}",
            "--region=region01", f"--start={start:%Y-%m-%dT%H:%M:%SZ}")
        self._listen = f"127.0.0.1:{programs.free_port()}"
        self.exporter = self._start_exporter()
        self.exporter.scrape_completely()
        blocks = pathlib.Path(folder) / "blocks"
        self._make_history().write_blocks(blocks)
        self.prometheus = programs.Prometheus(
            folder, [self.exporter], storage=blocks,
            flags=["--enable-feature=exemplar-storage", "--web.cors.origin=.*"])
        self.keep_pace()

    def _start_exporter(self):
        password = pathlib.Path(self._folder) / "password"
        password.write_text(_PASSWORD)
        config = _CONFIG.replace("PASSWORD", str(password)).replace("URL", self.simulator.url)
        exporter = programs.Exporter(
            self._folder, self.simulator, config=config,
            flags=[f"--web.listen-address={self._listen}", f"--codearts.endpoint={self.simulator.url}",
                   *[f"--codearts.project-id={project}" for project in self.simulator.projects]])
        exporter.address = self._listen
        return exporter

    def _make_history(self):
        history = History(self._folder, self._listen)
        events = self._events()
        while True:
            ahead = time.time() - self._start - self._passed
            if ahead < self.step:
                return history
            self._advance(self.step)
            while events and events[0][0] * 60 >= ahead:
                events.pop(0)[1]()
            before = time.monotonic()
            page = programs.fetch(f"http://{self._listen}/metrics")
            history.add(page, self._start + self._passed, ahead - self.step,
                        time.monotonic() - before)

    def _advance(self, seconds):
        self.simulator.advance(seconds)
        self._passed += seconds

    def keep_pace(self):
        """Moves the virtual clock to the real one."""
        behind = int(time.time() - self._start - self._passed)
        if behind > 0:
            self._advance(behind)

    def _events(self):
        """What happens on the way, by the minutes that remain."""
        pipelines = list(self.simulator.truth())
        fault = lambda **fault: lambda: self.simulator.post("/_sim/faults", fault)
        run = lambda pipeline, **run: lambda: self.simulator.post(
            f"/_sim/pipelines/{pipeline}/runs", run)
        return sorted([
            (150, fault(endpoint="list_pipelines", kind="500", count=20)),
            (130, fault(endpoint="detail", kind="429", count=3, retry_after=0)),
            (110, fault(endpoint="detail", kind="unknown_status", count=4)),
            (90, lambda: self._lose_run(pipelines[0])),
            (70, self._restart_exporter),
            *[(8, run(pipeline, queued_seconds=1800)) for pipeline in pipelines[2:8]],
        ], key=lambda event: -event[0])

    def _lose_run(self, pipeline):
        run = self.simulator.post(f"/_sim/pipelines/{pipeline}/runs", {"hold": True})
        self.exporter.scrape_completely()
        self.simulator.post(f"/_sim/pipelines/{pipeline}/runs/{run['run_number']}/delete")

    def _restart_exporter(self):
        self.exporter.stop()
        self.exporter = self._start_exporter()
        self.exporter.scrape_completely()

    def stop(self):
        for process in (self.prometheus, self.exporter, self.simulator):
            process.stop()
