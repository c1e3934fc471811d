"""What `docker compose --profile demo` puts together, without containers: the same flags, configuration files and
provisioning, with the real programs on free ports. Every path and name in them leads somewhere, and a newcomer
sees pipelines and their past."""

import os
import pathlib
import re
import subprocess
import sys
import time

import programs

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text()
CONFIG = (DEPLOY / "demo" / "compose-exporter.yaml").read_text()
PROVISIONING = {path.name + "/" + path.parent.name: path.read_text()
                for path in (DEPLOY / "grafana" / "provisioning").rglob("*.yaml")}


def services():
    """The services' parts of the compose file by name."""
    part = re.search(r"(?ms)^services:\n(.*?)^volumes:", COMPOSE)[1]
    found = re.split(r"(?m)^  ([a-z-]+):\n", part)
    return dict(zip(found[1::2], found[2::2]))


def flags(service):
    """The flags of a service's command, one a line."""
    return re.findall(r"(?m)^      - (--\S+)$", service)


def dead_names():
    """Yields what the deployment files name and is not there."""
    there = services()
    mounts = re.findall(r"(?m)^      - (\.\.?/[^:]+):([^:]+):ro$", COMPOSE)
    for source, _ in mounts:
        if not (DEPLOY / source).exists():
            yield f"compose.yaml mounts {source}, which is not there"
    grafana = "\n".join(PROVISIONING.values())
    for folder in re.findall(r"path: (\S+)", grafana):
        if not any(target.startswith(folder) for _, target in mounts):
            yield f"nothing is mounted to {folder}, where Grafana looks for dashboards"
    mounted = {DEPLOY / source for source, _ in mounts}
    for dashboard in (DEPLOY.parent / "dashboards").glob("*.json"):
        if DEPLOY / "../dashboards" / dashboard.name not in mounted:
            yield f"{dashboard.name} is not mounted"
    targets = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
    hosts = re.findall(r"url: http://([a-z-]+):", grafana) + re.findall(
        r'targets: \["([a-z-]+):', targets)
    for host in set(hosts) - {"localhost"}:
        if host not in there:
            yield f"no service {host}"
    for name in ("access-key", "secret-key"):
        key = re.search(rf"--{name}=(\S+)", there["simulator"])[1]
        if f"{name[:1].upper()}K: {key}" not in there["demo-exporter"]:
            yield f"the exporter's {name} is not the simulator's"


class Demo:
    """Simulator, exporter and Prometheus as the compose file has them."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        own = ("--listen=", "--access-key=", "--secret-key=")
        there = services()
        self.simulator = programs.Simulator(
            folder, *[flag for flag in flags(there["simulator"]) if not flag.startswith(own)],
            time_scale=1)
        config = CONFIG.replace("http://127.0.0.1:8080", self.simulator.url)
        self.exporter = programs.Exporter(folder, self.simulator, name="demo", config=config)
        blocks = self._backfill(flags(there["demo-backfill"]))
        settings = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
        address = self.exporter.address
        settings = settings.replace('["exporter:10440"]', f'["{address}"]').replace(
            "rules/*.yml", str(DEPLOY / "prometheus" / "rules" / "*.yml")).replace("15s", "1s").replace(
            "scrape_timeout: 10s", "scrape_timeout: 1s")
        # The series of past and present are one if their labels are.
        settings = settings.replace(
            f'["{address}"]', f'["{address}"]\n        labels: {{instance: "exporter:10440"}}')
        self.prometheus = programs.Prometheus(folder, [self.exporter], storage=blocks)
        (self._folder / "prometheus" / "prometheus.yml").write_text(settings)
        self.prometheus.child.send_signal(1)

    def _backfill(self, given):
        page = self._folder / "history.om"
        own = [flag for flag in given if not flag.startswith(("--config.file=", "--output="))]
        blocks = self._folder / "blocks"
        subprocess.run(
            [programs.program("EXPORTER"), "backfill", f"--config.file={self.exporter.config}",
             f"--output={page}", *own], check=True, env={
                 **os.environ, "HUAWEICLOUD_SDK_AK": programs.ACCESS_KEY,
                 "HUAWEICLOUD_SDK_SK": programs.SECRET_KEY})
        subprocess.run([programs.program("PROMTOOL"), "tsdb", "create-blocks-from", "openmetrics",
                        str(page), str(blocks)], check=True, stdout=subprocess.DEVNULL)
        return blocks

    def stop(self):
        for process in (self.prometheus, self.exporter, self.simulator):
            process.stop()


def main():
    lines = list(dead_names())
    with programs.folder() as folder:
        demo = Demo(folder)
        configured = set(re.findall(r"- id: ([0-9a-f]{32})", CONFIG))
        if configured != set(demo.simulator.projects):
            lines.append(f"the projects of the simulator are {demo.simulator.projects}")
        wanted = len(demo.simulator.truth())
        job = 'job="codearts-pipeline",instance="exporter:10440"'
        programs.wait_until("all pipelines in Prometheus", lambda: demo.prometheus.query(
            f"count(codearts_pipeline_info{{{job}}}) == {wanted}"))
        programs.wait_until("the plug-ins' durations", lambda: demo.prometheus.query(
            "count(codearts_pipeline_step_duration_seconds_count) > 0"))
        ran = demo.prometheus.query(f"sum(increase(codearts_pipeline_runs_total{{{job}}}[2d]))")[0][1]
        since = (time.time() - 2 * 86400) * 1000
        truth = sum(attempt["end_time"] >= since and not attempt["replaced_at"]
                    for pipeline in demo.simulator.truth().values() for attempt in pipeline["attempts"])
        # increase() extrapolates, but does not double.
        if not 0.9 * truth < ran < 1.1 * truth:
            lines.append(f"{ran} runs in the last two days instead of {truth}")
        demo.stop()
    print(f"{wanted} pipelines, {ran:.0f} runs in the last two days; the truth is {truth}")
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
