"""The operators' commands as people and scripts use them: exit codes, words and JSON."""

import json
import os
import pathlib
import re
import subprocess
import sys

import programs

DOCUMENT = pathlib.Path(__file__).parent.parent.parent / "docs" / "commands.md"
ENDPOINT = "https://cloudpipeline-ext.cn-north-4.myhuaweicloud.com"
UNKNOWN_PROJECT = "0123456789abcdef0123456789abcdef"


class Commands:
    """Runs commands against one simulator and collects what is wrong with their answers."""

    def __init__(self, folder, simulator):
        self.folder = pathlib.Path(folder)
        self.simulator = simulator
        self.wrong = []

    def run(self, *arguments, secret=programs.SECRET_KEY, project=None, endpoint=None, config=None,
            state=True):
        flags = [f"--codearts.endpoint={endpoint or self.simulator.url}",
                 f"--codearts.project-id={project or self.simulator.projects[0]}"]
        if state:
            flags.append(f"--state.path={self.folder / 'state.db'}")
        if config is not None:
            path = self.folder / "config.yaml"
            path.write_text(config)
            flags = [f"--config.file={path}"]
        return subprocess.run(
            [programs.program("EXPORTER"), *arguments, *flags], capture_output=True, text=True,
            check=False, timeout=programs.PATIENCE_SECONDS,
            env={**os.environ, "HUAWEICLOUD_SDK_AK": programs.ACCESS_KEY,
                 "HUAWEICLOUD_SDK_SK": secret})

    def expect(self, what, result, code, *texts, stream="stdout"):
        """Notes a wrong exit code and every text that is missing."""
        said = getattr(result, stream)
        if result.returncode != code:
            self.wrong.append(f"{what}: exit {result.returncode} instead of {code}: "
                              f"{result.stdout}{result.stderr}")
        for text in texts:
            if text not in said:
                self.wrong.append(f"{what}: {text!r} is missing in {said!r}")
        if programs.SECRET_KEY in result.stdout + result.stderr:
            self.wrong.append(f"{what}: shows the secret key")


def check_configurations(commands):
    twice = commands.run("check-config", config="scrape: {min_interval: 5}\napi: {retriez: 1}\n")
    commands.expect("two errors", twice, 1, "config.yaml:1: scrape.min_interval",
                    "config.yaml:2: api.retriez", 'did you mean "retries"?', "2 errors",
                    stream="stderr")
    short = commands.run("check-config", config="scrape: {min_interval: 1ms}\n")
    commands.expect("a short interval", short, 0, "warning: ", "min_interval: 1ms is short",
                    stream="stderr")
    commands.expect("a flag that is wrong", commands.run("check-config", "--nothing"), 2,
                    "--nothing", stream="stderr")
    answer = json.loads(commands.run("check-config", "--output=json").stdout)
    if answer["configuration"]["api"]["retries"] != 3 or answer["errors"] or not answer["valid"]:
        commands.wrong.append(f"check-config: wrong JSON: {answer}")
    failed = commands.run("check-config", "--output=json", config="api: {retries: x}\n")
    error = json.loads(failed.stdout)["errors"][0]
    if (error["line"], error["key"], failed.returncode) != (1, "api.retries", 1):
        commands.wrong.append(f"check-config: wrong error in JSON: {error}")


def check_access(commands):
    simulator = commands.simulator
    commands.expect("all well", commands.run("check-access"), 0, "4 calls ok, 0 failed, 0 skipped")
    commands.expect("wrong secret", commands.run("check-access", secret="x"), 1,
                    "the secret key of credential default", "does not fit its access key",
                    "lock the key for 5 minutes")
    simulator.post("/_sim/faults", {"endpoint": "detail", "kind": "403"})
    commands.expect("missing permission", commands.run("check-access"), 1,
                    "FAILED   read a run", "lacks the permission for this call",
                    '"cloudpipeline:*:get"', "Pipeline > read")
    denied = json.loads(commands.run("check-access", "--output=json").stdout)
    states = {call["call"]: call["state"] for call in denied["checks"][0]["calls"]}
    if denied["ok"] or states["read a run"] != "failed" or states["list runs"] != "ok":
        commands.wrong.append(f"check-access: wrong JSON: {denied}")
    if json.loads(denied["least_policy"])["Statement"][0]["Effect"] != "Allow":
        commands.wrong.append("check-access: no policy in JSON")
    programs.fetch(simulator.url + "/_sim/faults", method="DELETE")
    commands.expect("wrong project", commands.run("check-access", project=UNKNOWN_PROJECT), 1,
                    "no such project for this credential", "not IAM's",
                    "a project of the endpoint's region")
    closed = f"http://127.0.0.1:{programs.free_port()}"
    commands.expect("closed network", commands.run("check-access", endpoint=closed), 1,
                    "no connection to 127.0.0.1:", "the network is closed: allow outgoing HTTPS")
    user = f"iam_user: {{domain: acme, user: metrics, password: wrong, project: cn-north-4, endpoint: \"{simulator.url}\"}}"
    commands.expect("a wrong password", commands.run("check-access", config=(
        f"credentials: {{robot: {{{user}}}}}\nprojects: [{{id: {simulator.projects[0]}, "
        f"endpoint: \"{simulator.url}\", credentials: robot}}]\n")), 1,
        "IAM does not know the user", "credentials.robot.iam_user.user (metrics)",
        "credentials.robot.iam_user.domain (acme)", "credentials.robot.iam_user.password,")
    simulator.post("/_sim/settings", {"clock_skew_seconds": 7200})
    commands.expect("wrong clock", commands.run("check-access"), 1,
                    "this machine's clock is ", " behind the server's", "set the clock (NTP")
    simulator.post("/_sim/settings", {"clock_skew_seconds": 0})


def check_plan(commands):
    answer = json.loads(commands.run("plan", "--output=json").stdout)
    project, calls = answer["projects"][0], answer["calls"]
    if (project["pipelines"], project["matched"]) != (6, 6):
        commands.wrong.append(f"plan: wrong counts: {project}")
    if calls["quiet"]["total"] != 1 or calls["cold"]["detail"] != 6:
        commands.wrong.append(f"plan: wrong calls: {calls}")
    commands.expect("plan", commands.run("plan"), 0, "6 pipelines, 6 matched",
                    "codearts_pipeline_last_run_job_status", "Measured, by 7 calls: ")
    return answer["page"]["first"]


def compare_with_plan(commands, planned, scrape):
    """Series are as many as planned, but for those that depend on what happens meanwhile."""
    real = {}
    for name, _, _ in scrape.samples:
        real[name] = real.get(name, 0) + 1
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in real} | set(planned["series"])
    for name in families:
        if not name.startswith(("codearts_pipeline_last_run_", "codearts_exporter_", "process_")):
            continue
        if name == "codearts_exporter_api_requests_total":
            continue  # By what was answered.
        seen = sum(real.get(name + suffix, 0) for suffix in ("", "_bucket", "_sum", "_count"))
        if seen != planned["series"].get(name, 0):
            commands.wrong.append(f"plan: {planned['series'].get(name, 0)} series of {name}, and "
                                  f"there are {seen}")


def check_discovery(commands):
    """Projects that are found are checked, planned and explained like those that are named."""
    url = commands.simulator.url
    found = f"discovery: [{{endpoint: \"{url}\", project_endpoint: \"{url}\"}}]\n"
    commands.expect("discovery", commands.run("check-access", config=found), 0,
                    "1 projects, 1 of them matched", "5 calls ok, 0 failed")
    commands.simulator.post("/_sim/faults", {"endpoint": "projects", "kind": "403"})
    commands.expect("refused discovery", commands.run("check-access", config=found), 1,
                    "FAILED   list projects", "may not list projects")
    programs.fetch(url + "/_sim/faults", method="DELETE")
    filtered = found + f"projects: [{{id: {commands.simulator.projects[0]}, " \
        f"endpoint: \"{url}\", pipelines: {{exclude: [\"^deploy\"]}}}}]\n"
    commands.expect("a filter", commands.run("plan", config=filtered), 0,
                    'dropped: exclude "^deploy" matches its name')


def check_explain(commands, exporter):
    pipeline = next(iter(commands.simulator.truth().values()))
    flags = ("--web.listen-address=" + exporter.address, "--state.path=" + exporter.state)
    for wanted in (pipeline["name"], pipeline["pipeline_id"]):
        commands.expect("explain", commands.run("explain", wanted, *flags, state=False), 0,
                        f"pipeline {pipeline['name']} ({pipeline['pipeline_id']})",
                        'taken: include ".*" matches its name', "last error   none",
                        "settled up to run ", "listed at every scrape, at most every 10s")
    answer = json.loads(commands.run("explain", pipeline["name"], "--output=json", *flags,
                                     state=False).stdout)["pipelines"][0]
    if not (answer["taken"] and answer["ledger"] and answer["refresh"]["up"]):
        commands.wrong.append(f"explain: wrong JSON: {answer}")
    commands.expect("a misspelt name", commands.run("explain", pipeline["name"] + "x"), 1,
                    f"did you mean \"{pipeline['name']}\"?", stream="stderr")


def check_health(commands, exporter):
    port = exporter.address.rsplit(":", 1)[1]
    flag = "--web.listen-address=:" + port
    commands.expect("a living exporter", commands.run("--health-check", flag), 0)
    exporter.stop()
    commands.expect("a dead exporter", commands.run("--health-check", flag), 1, "unhealthy: ",
                    stream="stderr")


def show(commands, *arguments, **options):
    """Returns a command and what it prints, as the document shows it."""
    result = commands.run(*arguments, **options)
    shown = [argument for argument in arguments if "address" not in argument and "state" not in argument]
    said = (result.stdout + result.stderr).replace(commands.simulator.url, ENDPOINT)
    said = said.replace(str(commands.folder) + "/", "")
    line = " ".join(["$ codearts_pipeline_exporter", *shown])
    return line + "\n" + re.sub(r" +\n", "\n", said)


def collect_outputs(commands, exporter):
    """Returns what the document shows, by its marks."""
    outputs = {"check-config": show(
        commands, "check-config",
        config="scrape: {min_interval: 5}\napi: {retriez: 1}\nhistory: {recheck: 1ms}\n")}
    commands.simulator.post("/_sim/faults", {"endpoint": "detail", "kind": "403"})
    outputs["check-access"] = show(commands, "check-access")
    programs.fetch(commands.simulator.url + "/_sim/faults", method="DELETE")
    outputs["plan"] = show(commands, "plan")
    pipeline = next(iter(commands.simulator.truth().values()))
    outputs["explain"] = show(commands, "explain", pipeline["name"],
                              "--web.listen-address=" + exporter.address,
                              "--state.path=" + exporter.state, state=False)
    return outputs


def form_of(mark, output):
    """Returns what stays the same from run to run."""
    if mark in ("plan", "explain"):
        # What there is depends on the runs; the keys of the lines and the sentences do not.
        output = re.sub(r"(?m)^  (codearts|process)_.*\n", "", output)
        output = re.sub(r"(?m)^(  [a-z]+( [a-z]+)?)  .*$", r"\1", output)
        output = re.sub(r"(?m)^(\$ \S+ \S+|pipeline|project) .*$", r"\1", output)
    return re.sub(r"[0-9a-f]{32}|\d+(\.\d+)?", "N", re.sub(r"  +", " ", output))


def check_document(outputs):
    """Compares the document with what commands print, or writes it with UPDATE_DOCS=1."""
    wrong = []
    page = DOCUMENT.read_text()
    for mark, output in outputs.items():
        block = re.compile(rf"(<!-- output: {mark} -->\n```console\n)(.*?)(```\n)", re.DOTALL)
        found = block.search(page)
        if "UPDATE_DOCS" in os.environ:
            page = page.replace(found[0], found[1] + output + found[3])
        elif form_of(mark, found[2]) != form_of(mark, output):
            wrong.append(f"{DOCUMENT.name}: {mark} prints now\n{output}run with UPDATE_DOCS=1")
    if "UPDATE_DOCS" in os.environ:
        DOCUMENT.write_text(page)
    return wrong


def main():
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=1", "--pipelines=6", "--seed=3",
                                       "--history=24h")
        commands = Commands(folder, simulator)
        check_configurations(commands)
        check_access(commands)
        check_discovery(commands)
        planned = check_plan(commands)
        exporter = programs.Exporter(folder, simulator)
        compare_with_plan(commands, planned, exporter.scrape_completely())
        check_explain(commands, exporter)
        commands.wrong += check_document(collect_outputs(commands, exporter))
        check_health(commands, exporter)
        simulator.stop()
    print("\n".join(commands.wrong))
    return 1 if commands.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
