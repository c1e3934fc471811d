"""The rules of Grafana's public dashboard linter, by its names; each yields what is wrong.

Texts in another language than English differ from what the linter expects of labels; rules look at those of
English dashboards alone.
"""

import re

from catalogue import selectors

UNITS = {"none", "short", "locale", "percentunit", "s", "bytes", "reqps", "dateTimeFromNow"}
_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def _variable(dashboard, name):
    return next((v for v in dashboard.variables() if v["name"] == name), {})


def _is_english(dashboard):
    return "/" not in dashboard.name


def template_datasource(dashboard):
    variable = _variable(dashboard, "datasource")
    if (variable.get("type"), variable.get("query")) != ("datasource", "prometheus"):
        yield "no variable datasource of the type prometheus"
    elif _is_english(dashboard) and variable["label"] != "Data source":
        yield "the variable datasource has another label than Data source"


def _template(dashboard, name):
    variable = _variable(dashboard, name)
    wanted = {"type": "query", "datasource": _DATASOURCE, "multi": True, "allValue": ".+"}
    for key, value in wanted.items():
        if variable.get(key) != value:
            yield f"variable {name}: {key} is not {value}"
    if _is_english(dashboard) and variable.get("label") != name.capitalize():
        yield f"variable {name} has another label than {name.capitalize()}"


def template_job(dashboard):
    yield from _template(dashboard, "job")


def template_instance(dashboard):
    yield from _template(dashboard, "instance")


def template_label_promql(dashboard):
    for variable in dashboard.variables():
        if variable["type"] == "query" and not re.fullmatch(
                r"label_values\([a-z_]+(\{.*\})?, [a-z_]+\)", variable["query"]):
            yield f"variable {variable['name']}: not label_values(selector, label)"


def template_on_time_change_reload(dashboard):
    for variable in dashboard.variables():
        if variable["type"] == "query" and variable["refresh"] != 2:
            yield f"variable {variable['name']} is not renewed when the time changes"


def panel_datasource(dashboard):
    for panel in dashboard.panels():
        for part in (panel, *panel["targets"]):
            if part.get("datasource") != _DATASOURCE:
                yield f"{panel['title']}: another data source than the variable"


def panel_title_description(dashboard):
    for panel in dashboard.panels():
        if not panel.get("title") or not panel.get("description"):
            yield f"panel {panel['id']} lacks a title or a description"


def panel_units(dashboard):
    for panel in dashboard.panels():
        defaults = panel["fieldConfig"]["defaults"]
        values = [p["value"] for o in panel["fieldConfig"]["overrides"] for p in o["properties"]
                  if p["id"] == "unit"]
        for unit in [defaults.get("unit"), *values]:
            if unit not in UNITS:
                yield f"{panel['title']}: unit {unit}"


def panel_no_targets(dashboard):
    for panel in dashboard.panels():
        if not panel.get("targets"):
            yield f"{panel['title']} has no query"


def target_rate_interval(dashboard):
    for where, expression in dashboard.expressions():
        for window in re.findall(r"\bi?rate\s*\([^\[]*\[([^\]]*)\]", expression):
            if window != "$__rate_interval":
                yield f"{where}: a rate over {window}"


def _target_matcher(dashboard, label):
    for panel in dashboard.panels():
        for target in panel["targets"]:
            for selector in selectors(target["expr"]):
                if (label, "=~", f"${label}") not in selector.matchers:
                    yield f"{panel['title']}: {selector.name} lacks {label}=~\"${label}\""


def target_job(dashboard):
    yield from _target_matcher(dashboard, "job")


def target_instance(dashboard):
    yield from _target_matcher(dashboard, "instance")


def target_counter_agg(dashboard):
    counter = re.compile(r"(\w+\s*\()?\s*\b(\w+_total)\{[^}]*\}(\[[^\]]*\])?")
    for where, expression in dashboard.expressions():
        for function, name, window in counter.findall(expression):
            if not window or function.rstrip("( ") not in ("rate", "irate", "increase"):
                yield f"{where}: {name} without rate or increase"


def uneditable_dashboard(dashboard):
    if dashboard.json.get("editable") is not False:
        yield "can be edited"


RULES = [template_datasource, template_job, template_instance, template_label_promql,
         template_on_time_change_reload, panel_datasource, panel_title_description, panel_units,
         panel_no_targets, target_rate_interval, target_job, target_instance, target_counter_agg,
         uneditable_dashboard]
