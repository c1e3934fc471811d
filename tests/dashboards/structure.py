"""Rules of our own for dashboards; each yields what is wrong with one."""

import json
import re

from catalogue import grouping_labels

PANEL_TYPES = {"stat", "timeseries", "table", "bargauge", "state-timeline", "status-history", "heatmap"}
WIDTH = 24


def identity(dashboard):
    content = dashboard.json
    if not 39 <= content["schemaVersion"] <= 41:
        yield f"schemaVersion {content['schemaVersion']}"
    if not re.fullmatch(r"[a-z0-9-]{8,40}", content["uid"]):
        yield f"uid {content['uid']}"
    if {"id", "__inputs", "__requires"} & set(content):
        yield "has fields of an export, which break provisioning"
    if not content["tags"] or not content["refresh"] or not content["description"]:
        yield "lacks tags, refresh or description"
    ids = [panel["id"] for panel in dashboard.everything()]
    if len(ids) != len(set(ids)):
        yield "panel ids repeat"


def panels(dashboard):
    for panel in dashboard.panels():
        if panel["type"] not in PANEL_TYPES:
            yield f"{panel['title']}: type {panel['type']}"
        defaults = panel["fieldConfig"]["defaults"]
        if not defaults.get("noValue"):
            yield f"{panel['title']}: no text for no value"
        if not panel["description"].endswith((".", "。", ": step", "_overflow")):
            yield f"{panel['title']}: the description is no sentence"
        if defaults["thresholds"]["steps"][0]["value"] is not None:
            yield f"{panel['title']}: the first threshold has a value"


def places(dashboard):
    taken = {}
    for panel in dashboard.everything():
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if x >= WIDTH or taken.setdefault((x, y), panel["id"]) != panel["id"]:
                    yield f"{panel['title']} overlaps or is too wide"
                    return


def data_sources(dashboard):
    for uid in re.findall(r'"uid": "([^"]*)"', json.dumps(dashboard.json)):
        if uid not in (dashboard.json["uid"], "${datasource}"):
            yield f"hard-coded data source {uid}"


def variables(dashboard):
    order = ["job", "instance", "project", "pipeline"]
    found = {v["name"]: v for v in dashboard.variables() if v["type"] == "query"}
    for name, variable in found.items():
        # Everything about all of thousands of pipelines would be asked for when the dashboard opens.
        with_all = name != "pipeline" or not dashboard.name.endswith("pipeline.json")
        if not variable["multi"] or variable["includeAll"] != with_all:
            yield f"variable {name} has All where it should not, or lacks it, or a choice of several"
        for earlier in order[:order.index(name)]:
            if f'{earlier}=~"${earlier}"' not in variable["query"]:
                yield f"variable {name} is not chained to {earlier}"
    names = {v["name"] for v in dashboard.variables()}
    for where, expression in dashboard.expressions():
        for used in re.findall(r"\$(?:\{)?(\w+)", expression):
            if used not in names and not used.startswith("__"):
                yield f"{where}: no variable {used}"


def links(dashboard):
    if not any(link["type"] == "dashboards" and link["keepTime"] and link["includeVars"]
               and link["tags"] == dashboard.json["tags"] for link in dashboard.json["links"]):
        yield "no links to its sisters that keep time and variables"
    for url in _links_to_dashboards(dashboard):
        for wanted in ("${__url_time_range}", "${datasource:queryparam}"):
            if wanted not in url:
                yield f"{url} does not keep {wanted}"


def _links_to_dashboards(dashboard):
    return re.findall(r'"url": "(/d/[^"]*)"', json.dumps(dashboard.json))


def linked_uids(dashboard):
    """The dashboards that links lead to."""
    return {re.match(r"/d/([^?/]*)", url)[1] for url in _links_to_dashboards(dashboard)}


def legends(dashboard):
    for panel in dashboard.panels():
        for target in panel["targets"]:
            kept = grouping_labels(target["expr"])
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                if label not in kept:
                    yield f"{panel['title']}: the legend's {label} is aggregated away"


def columns(dashboard):
    for panel in dashboard.panels():
        if panel["type"] != "table":
            continue
        labels = {label for t in panel["targets"] for label in grouping_labels(t["expr"])}
        values = {f"Value #{target['refId']}" for target in panel["targets"]}
        for override in panel["fieldConfig"]["overrides"]:
            name = override["matcher"]["options"]
            if name not in labels | values:
                yield f"{panel['title']}: no field {name}"


def quantiles(dashboard):
    """A quantile of nothing is NaN, which a panel shows as such instead of its text for no value."""
    for where, expression in dashboard.expressions():
        if "histogram_quantile(" in expression and not expression.endswith(" >= 0"):
            yield f"{where}: NaN where nothing was observed"


def looks(dashboard):
    """The texts of statuses with their colours, for a comparison of all dashboards."""
    found = set()
    for panel in dashboard.panels():
        config = panel["fieldConfig"]
        lists = [config["defaults"]["mappings"]] + [
            p["value"] for o in config["overrides"] for p in o["properties"] if p["id"] == "mappings"]
        for mapping in (m for one in lists for m in one):
            found |= {(look["text"], look["color"]) for look in mapping["options"].values()}
        for override in config["overrides"]:
            values = {p["id"]: p["value"] for p in override["properties"]}
            if "color" in values and "displayName" in values:
                found.add((values["displayName"], values["color"]["fixedColor"]))
    return found


RULES = [identity, panels, places, data_sources, variables, links, legends, columns, quantiles]
