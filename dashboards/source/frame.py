"""A whole dashboard: variables, links, annotations, and the places of its panels."""

import names
import panels

WIDTH = 24
SCHEMA_VERSION = 39


def line(height, *cells):
    """Panels side by side: (width, panel) from left to right."""
    return height, cells


def row(title, *lines):
    """A heading and the lines below it."""
    return title, lines


def _place(rows):
    placed = []
    top = 0

    def put(panel, left, width, height):
        placed.append({"id": len(placed) + 1, **panel,
                       "gridPos": {"x": left, "y": top, "w": width, "h": height}})

    for title, lines in rows:
        put({"type": "row", "title": title, "collapsed": False, "panels": []}, 0, WIDTH, 1)
        top += 1
        for height, cells in lines:
            left = 0
            for width, panel in cells:
                put(panel, left, width, height)
                left += width
            assert left == WIDTH, f"{title}: a line is {left} wide"
            top += height
    return placed


def _variable(name, label, kind, **more):
    return {"name": name, "label": label, "type": kind, "hide": 0, "skipUrlSync": False, **more}


def _datasource_variable():
    return _variable("datasource", "Data source", "datasource", query="prometheus", regex="",
                     multi=False, includeAll=False, refresh=1, current={}, options=[])


def _query_variable(name, label, selector, with_all=True):
    everything = {"selected": True, "text": ["All"], "value": ["$__all"]}
    return _variable(
        name, label, "query", datasource=panels.DATASOURCE,
        query=f"label_values({selector}, {name})", multi=True, includeAll=with_all, allValue=".+",
        refresh=2, sort=1, regex="", options=[], current=everything if with_all else {})


def _window_variable(default):
    choices = ["1h", "6h", "1d", "7d", "30d"]
    option = lambda text: {"selected": text == default, "text": text, "value": text}
    return _variable(
        "window", "Window", "custom", query=",".join(choices), multi=False, includeAll=False,
        description="Quantiles and ratios over time look back this far from each point.",
        options=[option(text) for text in choices], current=option(default))


def scope_variables(level, window=None, all_pipelines=True):
    """Data source, job, instance, project; pipeline if `level` says so; window if there is one.

    Without `all_pipelines` somebody has to choose: a dashboard with everything about thousands of them is of
    no use, and costs minutes.
    """
    build, info = "codearts_exporter_build_info", "codearts_pipeline_info"
    up = "codearts_exporter_up"
    variables = [
        _datasource_variable(),
        _query_variable("job", "Job", build),
        _query_variable("instance", "Instance", f'{build}{{job=~"$job"}}'),
        _query_variable("project", "Project", names.of_exporters(
            info if level == "pipeline" else up)),
    ]
    if level == "pipeline":
        variables.append(_query_variable("pipeline", "Pipeline", names.of_projects(info),
                                         with_all=all_pipelines))
    if window:
        variables.append(_window_variable(window))
    return variables


def annotation(name, expression, color, text):
    """Marks on all graphs where the expression has a value."""
    return {"name": name, "datasource": panels.DATASOURCE, "enable": True, "hide": False,
            "iconColor": color, "expr": expression, "titleFormat": text}


def dashboard(key, title, description, variables, rows, **settings):
    """`settings`: since (how far back it looks at first), refresh, annotations."""
    return {
        "uid": names.UIDS[key],
        "title": title,
        "description": description,
        "tags": [names.TAG],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": settings.get("refresh", "1m"),
        "time": {"from": settings["since"], "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "weekStart": "",
        "links": [{
            "type": "dashboards", "title": "CodeArts dashboards", "tags": [names.TAG],
            "tooltip": "The other dashboards, with the same time and choice", "asDropdown": False,
            "icon": "external link", "includeVars": True, "keepTime": True, "targetBlank": False,
            "url": ""}],
        "templating": {"list": variables},
        "annotations": {"list": settings.get("annotations", [])},
        "panels": _place(rows),
    }
