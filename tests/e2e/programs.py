"""The real programs as tests start them: simulator, exporter and Prometheus, on loopback ports of their own.

Paths come from the environment, as ctest sets them: CODEARTS_EXPORTER, CODEARTS_SIMULATOR,
CODEARTS_PROMETHEUS, CODEARTS_PROMTOOL.
"""

import itertools
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ACCESS_KEY = "e2e-access-key"
SECRET_KEY = "e2e-secret-key"
# How long anything may take to come up or to happen, on a machine that is busy with other tests.
PATIENCE_SECONDS = 60
# Numbers the starts of exporters, so that each has a log of its own.
STARTS = itertools.count(1)


def program(name):
    """Returns the path of a program under test."""
    return os.environ["CODEARTS_" + name]


def wait_until(what, check):
    """Returns the first true value of check(), or fails after a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while time.monotonic() < deadline:
        value = check()
        if value:
            return value
        pause.wait(0.02)
    raise AssertionError(f"{what} did not happen within {PATIENCE_SECONDS} s")


def free_port():
    """Returns a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, timeout=PATIENCE_SECONDS, headers=None, data=None, method=None):
    """Returns the body of a GET, or of a POST if there is data."""
    request = urllib.request.Request(url, headers=headers or {}, data=data, method=method)
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return response.read().decode()


class Process:
    """A child with a log file. Ends with the test."""

    def __init__(self, arguments, folder, name, environment=None):
        self.log = pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env={**os.environ, **(environment or {})})

    def read_log(self):
        return self.log.read_text(errors="replace")

    def find_in_log(self, pattern):
        found = re.findall(pattern, self.read_log())
        if not found and self.child.poll() is not None:
            raise AssertionError(f"{self.log.name}: ended early:\n{self.read_log()}")
        return found

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        """Ends it by SIGTERM and returns its exit code."""
        if self.child.poll() is None:
            self.child.terminate()
        return self.child.wait(timeout=PATIENCE_SECONDS)


class Simulator(Process):
    """codearts_simulator; virtual time stands still unless `time_scale` is given."""

    def __init__(self, folder, *flags, time_scale=0):
        super().__init__(
            [program("SIMULATOR"), "--listen=127.0.0.1:0", f"--time-scale={time_scale}",
             f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}", *flags], folder, "simulator")
        wait_until("the simulator's start", lambda: self.find_in_log(r"(?m)^project "))
        self.url = "http://" + self.find_in_log(r"listening on (\S+)")[0]
        self.projects = self.find_in_log(r"(?m)^project (\S+)")

    def post(self, path, body=None):
        return json.loads(fetch(self.url + path, data=json.dumps(body or {}).encode()) or "null")

    def delete(self, path):
        request = urllib.request.Request(self.url + path, method="DELETE")
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS).close()

    def calls(self):
        """Returns how often each endpoint was asked since the last call of this."""
        counted = json.loads(fetch(self.url + "/_sim/requests"))["by_endpoint"]
        self.post("/_sim/requests/reset")
        return {endpoint: counts["total"] for endpoint, counts in counted.items()}

    def advance(self, seconds):
        self.post("/_sim/advance", {"seconds": seconds})

    def truth(self):
        """Returns the pipelines of the truth by id."""
        truth = json.loads(fetch(self.url + "/_sim/truth"))
        return {pipeline["pipeline_id"]: pipeline
                for project in truth["projects"] for pipeline in project["pipelines"]}


class Exporter(Process):
    """codearts_pipeline_exporter against a simulator, or with a configuration of the test's own."""

    def __init__(self, folder, simulator, name="exporter", state=None, history="now",
                 secret=SECRET_KEY, config=None, flags=(), wrapper=(), environment=None):
        self.state = state if state is not None else str(pathlib.Path(folder) / f"{name}.db")
        self.config = pathlib.Path(folder) / f"{name}.yaml"
        if config is None:
            config = ("scrape: {min_interval: 1ms, timeout: 30s}\n"
                      "api: {requests_per_second: 10000}\n"
                      f"history: {{since: {history}, recheck: 1ms}}\n")
            flags = (*flags, f"--codearts.endpoint={simulator.url}",
                     *[f"--codearts.project-id={project}" for project in simulator.projects])
        if "state:" not in config:
            flags = (*flags, f"--state.path={self.state}")
        self.config.write_text(config)
        super().__init__(
            [*wrapper, program("EXPORTER"), f"--config.file={self.config}",
             "--web.listen-address=127.0.0.1:0", *flags],
            folder, f"{name}-{next(STARTS)}",
            {"HUAWEICLOUD_SDK_AK": ACCESS_KEY, "HUAWEICLOUD_SDK_SK": secret, **(environment or {})})
        self.address = wait_until(
            "the exporter's start", lambda: self.find_in_log(r"msg=serving address=(\S+)"))[0]

    def get(self, path, method="GET"):
        """Returns status, headers and body of an answer, whatever the status."""
        request = urllib.request.Request(f"http://{self.address}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def scrape(self):
        return Scrape(fetch(f"http://{self.address}/metrics"))

    def scrape_completely(self):
        """Scrapes until every project is up and nothing is left to be read."""
        def complete():
            try:
                scrape = self.scrape()
            except (urllib.error.URLError, ConnectionError, OSError):
                return None
            up = scrape.family("codearts_exporter_up")
            behind = scrape.family("codearts_exporter_pipelines_behind")
            return scrape if up and all(up.values()) and not any(behind.values()) else None
        return wait_until("a complete scrape", complete)


class Scrape:
    """A page of metrics."""

    SAMPLE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
    LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')

    def __init__(self, page):
        self.samples = []
        for line in page.splitlines():
            match = self.SAMPLE.match(line)
            if match and not line.startswith("#"):
                labels = tuple(self.LABEL.findall(match.group(2) or ""))
                self.samples.append((match.group(1), labels, float(match.group(3))))

    def family(self, name):
        """Returns the values of the series of that name by their labels."""
        return {labels: value for sample, labels, value in self.samples if sample == name}

    def totals(self):
        """Returns every counter and histogram series of pipelines."""
        endings = ("_total", "_bucket", "_sum", "_count")
        return {(name, labels): value for name, labels, value in self.samples
                if name.startswith("codearts_pipeline_") and name.endswith(endings)}

    def by_pipeline(self, name, *more):
        """Returns the values of `name` by pipeline_id and the labels `more`."""
        return {tuple(dict(labels)[key] for key in ("pipeline_id", *more)): value
                for labels, value in self.family(name).items()}


class Prometheus(Process):
    """A real Prometheus that scrapes the exporters twice a second; `scrape` is more of the scrape configuration,
    `jobs` takes the place of all of it."""

    def __init__(self, folder, exporters, name="prometheus", storage=None, flags=(),
                 scrape=(), jobs=""):
        self.port = free_port()
        home = pathlib.Path(folder) / name
        home.mkdir(exist_ok=True)
        targets = ", ".join(f'"{exporter.address}"' for exporter in exporters)
        (home / "prometheus.yml").write_text(
            "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
            "scrape_configs:\n" + (jobs or
                                   "  - job_name: codearts\n"
                                   f"    static_configs: [{{targets: [{targets}]}}]\n" +
                                   "".join(f"    {setting}\n" for setting in scrape)))
        super().__init__(
            [program("PROMETHEUS"), f"--config.file={home}/prometheus.yml",
             f"--storage.tsdb.path={storage or home / 'data'}",
             "--storage.tsdb.retention.time=200d",
             f"--web.listen-address=127.0.0.1:{self.port}", *flags], folder, name)
        wait_until("Prometheus' start", self.is_ready)

    def is_ready(self):
        try:
            return "Ready" in fetch(f"http://127.0.0.1:{self.port}/-/ready", timeout=2)
        except (urllib.error.URLError, ConnectionError, OSError):
            return False

    def query(self, expression, at=None):
        """Returns the instant vector as a list of (labels, value)."""
        parameters = {"query": expression, **({"time": at} if at else {})}
        answer = json.loads(fetch(
            f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode(parameters)))
        return [(result["metric"], float(result["value"][1]))
                for result in answer["data"]["result"]]


def folder():
    """Returns a temporary folder that removes itself."""
    return tempfile.TemporaryDirectory(prefix="codearts-e2e-")


def seeded(seed):
    """Returns a random stream and says its seed, so that a failure can be repeated."""
    print(f"seed {seed}", flush=True)
    return random.Random(seed)
