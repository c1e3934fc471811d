"""Every query of every panel, variable and annotation of the dashboards, asked of a real Prometheus that has
hours of pipelines behind it and troubles among them: each parses and returns data."""

import json
import math
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse

import dashboards_world
import programs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "dashboards"))
import dashboard_files  # pylint: disable=wrong-import-position

# The points of a graph of ordinary width.
POINTS = 700


class Grafana:
    """Asks queries as Grafana does: variables, steps and intervals like those of a panel."""

    def __init__(self, prometheus, dashboard, scrape_interval):
        self._scrape_interval = scrape_interval
        self._url = f"http://127.0.0.1:{prometheus.port}/api/v1/"
        self._now = time.time()
        amount, unit = re.fullmatch(r"now-(\d+)([hd])", dashboard.json["time"]["from"]).groups()
        self._range = int(amount) * {"h": 3600, "d": 86400}[unit]
        self._values = {
            "job": ".+", "instance": ".+", "project": ".+", "pipeline": ".+",
            **{v["name"]: v["current"]["value"] for v in dashboard.variables()
               if v["type"] == "custom"},
            "__range": f"{self._range}s", "__range_s": str(self._range)}

    def _ask(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        try:
            answer = json.loads(programs.fetch(f"{self._url}{path}?{query}"))
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error
        return answer["data"]

    def _step(self, panel):
        least = {"10m": 600, None: 0}[panel.get("interval")]
        return max(self._range // panel.get("maxDataPoints", POINTS), least,
                   self._scrape_interval)

    def _expression(self, expression, step):
        scrape = self._scrape_interval
        return dashboard_files.interpolate(expression, {
            **self._values, "__interval": f"{step}s",
            "__rate_interval": f"{max(step + scrape, 4 * scrape)}s"})

    def panel(self, panel, target):
        """Returns the series that a panel's query has: (labels, values that are numbers)."""
        if target["instant"]:
            found = self._ask("query", query=self._expression(target["expr"], 60), time=self._now)
        else:
            found = self._over_time(target["expr"], self._step(panel))
        series = [(one["metric"], one.get("values") or [one["value"]]) for one in found["result"]]
        return [(labels, [float(value) for _, value in points if not math.isnan(float(value))])
                for labels, points in series]

    def _over_time(self, expression, step):
        return self._ask("query_range", query=self._expression(expression, step), step=step,
                         start=self._now - self._range, end=self._now)

    def annotation(self, annotation):
        return self._over_time(annotation["expr"], self._scrape_interval)["result"]

    def variable(self, variable):
        selector, label = dashboard_files.split_label_values(variable["query"])
        return self._ask(f"label/{label}/values", **{
            "match[]": self._expression(selector, 60), "start": self._now - self._range,
            "end": self._now})

    def exemplars(self, target):
        return self._ask("query_exemplars", query=self._expression(target["expr"], 60),
                         start=self._now - self._range, end=self._now)


def check(dashboard, prometheus, scrape_interval):
    """Returns a line for each query without data, and the number of queries."""
    grafana = Grafana(prometheus, dashboard, scrape_interval)
    lines, queries = [], 0

    def need(where, data):
        nonlocal queries
        queries += 1
        if not data:
            lines.append(f"{where}: no data")

    for panel in dashboard.panels():
        for target in panel["targets"]:
            where = f"{dashboard.name}: {panel['title']} {target['refId']}"
            need(where, [values for _, values in grafana.panel(panel, target) if values])
            if target["exemplar"]:
                need(f"{where} exemplars", grafana.exemplars(target))
    for annotation in dashboard.annotations():
        need(f"{dashboard.name}: annotation {annotation['name']}", grafana.annotation(annotation))
    for variable in dashboard.variables():
        if variable["type"] == "query":
            need(f"{dashboard.name}: variable {variable['name']}", grafana.variable(variable))
    return lines, queries


def let_runs_end(world):
    """Lets two runs end while Prometheus scrapes: one leaves an exemplar, the other a broken pipeline."""
    healthy, broken = list(world.simulator.truth())[:2]
    url = (f"http://127.0.0.1:{world.prometheus.port}/api/v1/query_exemplars?start=0&end=9999999999"
           "&query=codearts_pipeline_run_duration_seconds_bucket")
    for pipeline, outcome in ((healthy, "success"), (broken, "failure")):
        world.simulator.post(f"/_sim/pipelines/{pipeline}/runs",
                             {"outcome": outcome, "duration_seconds": 1})

    def arrived():
        world.keep_pace()
        return json.loads(programs.fetch(url))["data"] and world.prometheus.query(
            f'codearts_pipeline_broken_since_timestamp_seconds{{pipeline_id="{broken}"}}')
    programs.wait_until("an exemplar and a broken pipeline", arrived)


def main():
    lines, queries = [], 0
    with programs.folder() as folder:
        world = dashboards_world.World(folder)
        programs.wait_until("a scrape", lambda: world.prometheus.query("up == 1"))
        let_runs_end(world)
        # A translation has the same queries, which a static test sees to.
        dashboards = [d for d in dashboard_files.load_all() if "/" not in d.name]
        for dashboard in dashboards:
            found, asked = check(dashboard, world.prometheus, world.step)
            lines += found
            queries += asked
        world.stop()
    print(f"{queries} queries of {len(dashboards)} dashboards")
    print("\n".join(lines))
    return 1 if lines or queries == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
