"""Every fault on every call, at the first refresh and at later ones: scrapes are answered with what there is, other
projects are untouched, the reason is counted, it recovers by itself, and nothing is lost or counted twice."""

import contextlib
import itertools
import pathlib
import sys

import counting
import programs

ROTATIONS = itertools.count(1)  # Numbers the secret keys.
SILENT = ""  # May pass without an error.
# What the exporter calls each fault; an empty set: no error, the answer can be used.
REASONS = {
    "500": {"unavailable"}, "502": {"unavailable"}, "503": {"unavailable"}, "504": {"unavailable"},
    "429": {"throttled"}, "403": {"permission_denied"},
    # A run that the list still shows is not gone, whatever its detail says.
    "404": {"not_found", "unavailable"},
    "401": {"unauthenticated", "credentials"},
    "error200": {"not_found"}, "error200nested": {"not_found"},
    "html": {"invalid_response"}, "garbage": {"invalid_response"}, "empty": {"invalid_response"},
    "deep": {"invalid_response"}, "redirect": {"invalid_response", "unavailable"},
    "huge": {"invalid_response"}, "huge_chunked": {"invalid_response"},
    "truncate": {"unavailable", "invalid_response"}, "reset": {"unavailable"},
    "slow": {"deadline_exceeded"}, "trickle": {"deadline_exceeded"},
    # Numbers as texts and the like are read all the same where they can be; a run list that lacks runs for it is read anew.
    "wrongtypes": {"invalid_response", "unavailable", SILENT},
    "badutf8": set(), "unknown_status": set(),
    # Runs are read down to those that are settled, however many there are.
    "endless_paging": {"invalid_response", SILENT}, "page_shift": set(),
}
# Details have no pages, and a run that ended in an unknown way is counted as such.
NOT_OF_DETAILS = {"endless_paging", "page_shift", "unknown_status"}
ENDPOINTS = ("list_pipelines", "list_runs", "detail")
# The most that the process may ever use.
MAX_RSS_KIB = 400 * 1024

CONFIG = """\
scrape: {{min_interval: 1ms, timeout: 30s}}
api: {{requests_per_second: 10000, request_timeout: 5s, retries: 1}}
history: {{recheck: 1h}}
credentials:
  faulty: {{access_key: "{access_key}", secret_key_file: "{secret_file}"}}
  sound: {{access_key: "{access_key}-2", secret_key: "{secret_key}"}}
projects:
  - {{id: {faulty}, name: faulty, region: cn-north-4, endpoint: "{url}", credentials: faulty}}
  - {{id: {sound}, name: sound, region: cn-north-4, endpoint: "{url}", credentials: sound}}
"""


class World:
    """A simulator with two projects, and an exporter that has seen both."""

    def __init__(self, folder):
        self.folder = folder
        self.simulator = programs.Simulator(folder, "--projects=2", "--pipelines=2", "--run-interval=0s", "--history=0s")
        self.faulty, self.sound = self.simulator.projects
        self.simulator.post("/_sim/keys", {"access_key": programs.ACCESS_KEY + "-2", "secret_key": programs.SECRET_KEY})
        self.secret = pathlib.Path(folder) / "secret"
        self.write_secret(programs.SECRET_KEY)
        self.exporter = None
        self.start()

    def write_secret(self, text):
        self.secret.write_text(text)
        self.secret.chmod(0o600)

    def start(self):
        config = CONFIG.format(access_key=programs.ACCESS_KEY, secret_key=programs.SECRET_KEY, secret_file=self.secret,
                               faulty=self.faulty, sound=self.sound, url=self.simulator.url)
        self.exporter = programs.Exporter(self.folder, self.simulator, config=config)

    def restart(self):
        assert self.exporter.stop() == 0
        self.start()

    def stop(self):
        assert self.exporter.stop() == 0
        self.simulator.stop()

    def finish_runs(self):
        """Ends three runs in each pipeline, so that run numbers jump."""
        for pipeline in self.simulator.truth():
            for outcome in ("success", "failure", "success"):
                self.simulator.post(f"/_sim/pipelines/{pipeline}/runs", {"outcome": outcome, "duration_seconds": 5})
        self.simulator.advance(60)

    def add_fault(self, endpoint, kind):
        fault = {"endpoint": endpoint, "kind": kind, "project": self.faulty}
        if kind == "slow":
            fault["seconds"] = 90
        if kind == "429":
            fault["retry_after"] = 1
        if kind == "redirect":
            fault["location"] = self.simulator.url + "/"
        self.simulator.post("/_sim/faults", fault)

    def clear_faults(self):
        request = programs.urllib.request.Request(self.simulator.url + "/_sim/faults", method="DELETE")
        programs.urllib.request.urlopen(request, timeout=programs.PATIENCE_SECONDS).close()

    def errors(self, scrape, project):
        """Returns the refresh errors of a project so far, by reason."""
        return {dict(labels)["reason"]: value
                for labels, value in scrape.family("codearts_exporter_refresh_errors_total").items()
                if dict(labels)["project_id"] == project and value > 0}

    def pipelines(self, scrape, project):
        return [labels for labels in scrape.family("codearts_pipeline_info") if dict(labels)["project_id"] == project]

    def recover(self, kind):
        self.clear_faults()
        if kind == "401":
            # A refused signature rests the key for minutes, or until its value changes.
            secret = f"{programs.SECRET_KEY}-{next(ROTATIONS)}"
            self.simulator.post("/_sim/keys", {"access_key": programs.ACCESS_KEY, "secret_key": secret})
            self.write_secret(secret)
        return self.exporter.scrape_completely()

    def peak_kib(self):
        status = pathlib.Path(f"/proc/{self.exporter.child.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])


def must_count(kind):
    return bool(REASONS[kind]) and SILENT not in REASONS[kind]


def new_reasons(before, after):
    return {reason for reason, count in after.items() if count > before.get(reason, 0)}


def judge(world, kind, before, scrape):
    """Returns what is wrong with a scrape under a fault. `before` has the errors of both projects until then."""
    problems = []
    reasons = new_reasons(before[0], world.errors(scrape, world.faulty))
    if must_count(kind) and not reasons:
        problems.append("no reason was counted")
    if not reasons <= REASONS[kind]:
        problems.append(f"counted {reasons} instead of {REASONS[kind] or 'nothing'}")
    if new_reasons(before[1], world.errors(scrape, world.sound)):
        problems.append(f"the other project got {new_reasons(before[1], world.errors(scrape, world.sound))}")
    if len(world.pipelines(scrape, world.sound)) != 2:
        problems.append("the other project lost its pipelines")
    return problems


def scrape_until_judged(world, before, kind):
    """Scrapes under the fault until its reason shows; the answer comes whether the API answers or not."""
    def counted():
        scrape = world.exporter.scrape()
        return scrape if not must_count(kind) or new_reasons(before[0], world.errors(scrape, world.faulty)) else None
    return programs.wait_until(f"an error of {kind}", counted)


def try_later(world, endpoint, kind):
    """The fault comes while everything is known. Returns what went wrong."""
    scrape = world.exporter.scrape_completely()
    before = (world.errors(scrape, world.faulty), world.errors(scrape, world.sound))
    world.add_fault(endpoint, kind)
    world.finish_runs()
    scrape = scrape_until_judged(world, before, kind)
    problems = judge(world, kind, before, scrape)
    if len(world.pipelines(scrape, world.faulty)) != 2:
        problems.append("the last good data went away")
    runs = scrape.by_pipeline("codearts_pipeline_runs_total", "result")
    for pipeline, truth in world.simulator.truth().items():
        labels = next(labels for labels in scrape.family("codearts_pipeline_info")
                      if dict(labels)["pipeline_id"] == pipeline)
        if dict(labels)["project_id"] == world.sound:
            wanted = sum(attempt["result"] == "success" for attempt in truth["attempts"])
            if runs[(pipeline, "success")] != wanted:
                problems.append(f"the other project counted {runs[(pipeline, 'success')]} instead of {wanted}")
    lines = counting.differences(world.recover(kind), world.simulator.truth())
    return problems + lines


def try_first(world, endpoint, kind):
    """The fault is there from the start of a new process. Returns what went wrong."""
    world.add_fault(endpoint, kind)
    world.finish_runs()
    world.restart()
    scrape = scrape_until_judged(world, ({}, {}), kind)
    problems = judge(world, kind, ({}, {}), scrape)
    return problems + counting.differences(world.recover(kind), world.simulator.truth())


def cases(words):
    """Yields (moment, endpoint, kind) of each case; `words` narrow them down: faults_test.py later detail 404."""
    for moment in ("later", "first"):
        for endpoint in ENDPOINTS:
            for kind in REASONS:
                if endpoint == "detail" and kind in NOT_OF_DETAILS:
                    continue
                if set(words) <= {moment, endpoint, kind}:
                    yield moment, endpoint, kind


def main():
    count = 0
    failed = 0
    peak = 0
    attempts = {"later": try_later, "first": try_first}
    with contextlib.ExitStack() as folders:
        world = World(folders.enter_context(programs.folder()))
        for moment, endpoint, kind in cases(sys.argv[1:]):
            count += 1
            world.exporter.scrape_completely()
            problems = attempts[moment](world, endpoint, kind)
            peak = max(peak, world.peak_kib())
            print(f"{moment} {endpoint} {kind}: {'; '.join(problems) or 'held'}", flush=True)
            if problems:
                failed += 1
                # The next case begins without this one's damage.
                world.stop()
                world = World(folders.enter_context(programs.folder()))
        world.stop()
    print(f"{count} faults, {failed} not held; peak {peak} KiB")
    return 1 if failed or count == 0 or peak > MAX_RSS_KIB else 0


if __name__ == "__main__":
    sys.exit(main())
