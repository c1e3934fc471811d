"""Panels as Grafana's JSON, without place and id, which layout.py gives them."""

import names

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

# For graphs whose every point looks back over a day or more: more points than these cost much and show no more.
FEW_POINTS = 48


def query(expression, legend="", exemplar=False):
    """A query, to be given to a panel; the panel decides whether it is asked over time or for now."""
    return {"expr": expression, "legendFormat": legend, "exemplar": exemplar}


def steps(first, *rest):
    """Thresholds: the colour of the lowest values, then (value, colour) upwards."""
    return {"mode": "absolute", "steps": [
        {"color": first, "value": None},
        *[{"color": color, "value": value} for value, color in rest]]}


def mappings(looks):
    """Shows the keys of `looks` by their texts and colours."""
    return [{"type": "value", "options": {
        key: {"text": look.text, "color": look.color, "index": index}
        for index, (key, look) in enumerate(looks.items())}}]


def override(name, **properties):
    """Changes the look of one column or series. `custom_x` stands for custom.x."""
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [
            {"id": key.replace("custom_", "custom."), "value": value}
            for key, value in properties.items()]}


def column(name, title, **properties):
    """A column of a table, by the field's name: a label, or "Value #A" of the first query."""
    return override(name, displayName=title, noValue="–", **properties)


def status_column(name):
    """A column of status codes. The table's thresholds are not for them: who never ran is not red."""
    return column(name, "Status", mappings=mappings(names.STATUS_LOOKS), thresholds=steps("text"),
                  custom_width=110, custom_align="left", custom_cellOptions={"type": "color-text"})


def hidden(name):
    """A field that links of other columns use."""
    return override(name, custom_hidden=True)


def named_series(looks):
    """Colours and texts for series whose names are the keys of `looks`."""
    return [override(key, color={"mode": "fixed", "fixedColor": look.color}, displayName=look.text)
            for key, look in looks.items()]


def series_like(pattern, color):
    """Gives the series whose names match a pattern shades of one colour."""
    return {"matcher": {"id": "byRegexp", "options": pattern},
            "properties": [{"id": "color", "value": {"mode": "shades", "fixedColor": color}}]}


def link(title, url, new_tab=False):
    return {"title": title, "url": url, "targetBlank": new_tab}


def link_to(key, title, **variables):
    """A link to another dashboard that keeps time, data source and the named variables."""
    kept = "".join(f"&var-{name}={value}" for name, value in variables.items())
    return link(title, "/d/@" + key + "?${__url_time_range}&${datasource:queryparam}"
                "&${job:queryparam}&${instance:queryparam}" + kept)


def _targets(queries, instant, format_name):
    targets = []
    for number, one in enumerate(queries):
        targets.append({
            "refId": chr(ord("A") + number), "datasource": DATASOURCE, "editorMode": "code",
            "format": format_name, "instant": instant, "range": not instant, **one})
    return targets


def _panel(kind, title, description, queries, **settings):
    """`settings`: unit, no_value, thresholds, looks, overrides, links, decimals, minimum, maximum,
    custom, options, instant, format, interval, color."""
    defaults = {
        "unit": settings["unit"],
        "noValue": settings["no_value"],
        "color": settings.get("color", {"mode": "thresholds"}),
        "thresholds": settings.get("thresholds") or steps("text"),
        "mappings": mappings(settings.get("looks") or {}),
        "links": settings.get("links") or [],
        "custom": settings.get("custom") or {},
    }
    for key, source in (("decimals", "decimals"), ("min", "minimum"), ("max", "maximum")):
        if settings.get(source) is not None:
            defaults[key] = settings[source]
    if not settings.get("looks"):
        defaults["mappings"] = []
    panel = {
        "type": kind, "title": title, "description": description, "datasource": DATASOURCE,
        "targets": _targets(queries, settings.get("instant", False),
                            settings.get("format", "time_series")),
        "fieldConfig": {"defaults": defaults, "overrides": settings.get("overrides") or []},
        "options": settings["options"],
    }
    if settings.get("interval"):
        panel["interval"] = settings["interval"]
    if settings.get("max_points"):
        panel["maxDataPoints"] = settings["max_points"]
    if settings.get("transformations"):
        panel["transformations"] = settings["transformations"]
    return panel


def stat(title, description, *queries, **settings):
    """The present value of each query in large print."""
    options = {
        "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
        "textMode": settings.pop("text_mode", "auto"), "wideLayout": True, "showPercentChange": False,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return _panel("stat", title, description, queries, instant=True, options=options, **settings)


_LINES = {
    "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 10,
    "gradientMode": "none", "showPoints": "never", "pointSize": 5, "spanNulls": False,
    "axisPlacement": "auto", "axisLabel": "", "axisColorMode": "text", "axisBorderShow": False,
    "axisCenteredZero": False, "barAlignment": 0, "barWidthFactor": 0.6, "insertNulls": False,
    "scaleDistribution": {"type": "linear"}, "stacking": {"group": "A", "mode": "none"},
    "hideFrom": {"legend": False, "tooltip": False, "viz": False},
    "lineStyle": {"fill": "solid"}, "thresholdsStyle": {"mode": "off"},
}


def lines(title, description, *queries, stacked=False, **settings):
    """Values over time; `custom` changes how they are drawn."""
    custom = {**_LINES, **settings.pop("custom", {})}
    if stacked:
        custom = {**custom, "fillOpacity": 60, "lineWidth": 0,
                  "stacking": {"group": "A", "mode": "normal"}}
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"}}
    settings.setdefault("minimum", 0)
    settings.setdefault("color", {"mode": "palette-classic"})
    return _panel("timeseries", title, description, queries, custom=custom, options=options,
                  **settings)


def bar_gauge(title, description, *queries, **settings):
    """A bar for each series of now, largest first if the query sorts."""
    options = {
        "displayMode": "gradient", "orientation": "horizontal", "valueMode": "text",
        "namePlacement": "left", "showUnfilled": True, "sizing": "auto", "minVizHeight": 16,
        "minVizWidth": 8, "maxVizHeight": 28,
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    settings.setdefault("minimum", 0)
    return _panel("bargauge", title, description, queries, instant=True, options=options, **settings)


_GRID = {"fillOpacity": 80, "lineWidth": 0,
         "hideFrom": {"legend": False, "tooltip": False, "viz": False}}
_GRID_LEGEND = {"displayMode": "list", "placement": "bottom", "showLegend": True}


def state_timeline(title, description, *queries, **settings):
    """Bands of status over time, one for each series."""
    options = {"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.8,
               "perPage": settings.pop("per_page", 20), "legend": _GRID_LEGEND,
               "tooltip": {"mode": "single", "sort": "none"}}
    return _panel("state-timeline", title, description, queries, custom=_GRID, options=options,
                  unit="none", looks=names.STATUS_LOOKS, **settings)


def status_history(title, description, *queries, **settings):
    """A grid of results by slots of time, one row for each series."""
    options = {"showValue": "never", "rowHeight": 0.8, "colWidth": 0.9, "perPage": settings.pop("per_page", 20),
               "legend": _GRID_LEGEND, "tooltip": {"mode": "single", "sort": "none"}}
    return _panel("status-history", title, description, queries, custom=_GRID, options=options,
                  unit="none", looks=names.STATUS_LOOKS, **settings)


def heatmap(title, description, *queries, **settings):
    """How the buckets of a histogram fill over time; the unit is that of the buckets."""
    unit = settings["unit"]
    options = {
        "calculate": False, "cellGap": 1, "cellValues": {"unit": "none", "decimals": 0},
        "color": {"mode": "scheme", "scheme": "Blues", "fill": "dark-blue", "steps": 64,
                  "exponent": 0.5, "scale": "exponential", "reverse": False},
        "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9},
        "legend": {"show": True}, "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit}}
    custom = {"hideFrom": {"legend": False, "tooltip": False, "viz": False},
              "scaleDistribution": {"type": "linear"}}
    return _panel("heatmap", title, description, queries, custom=custom, options=options,
                  format="heatmap", **settings)


def table(title, description, queries, columns, sort_by, **settings):
    """A row for each pipeline (or what the queries are by).

    `columns` are overrides in the order in which they are shown; fields without one are left out, and
    those with custom_hidden are there for links alone.
    """
    shown = [column["matcher"]["options"] for column in columns]
    sorted_title = next(p["value"] for column in columns for p in column["properties"]
                        if column["matcher"]["options"] == sort_by[0] and p["id"] == "displayName")
    options = {"showHeader": True, "cellHeight": "sm",
               "footer": {"show": False, "reducer": ["sum"], "countRows": False},
               "sortBy": [{"displayName": sorted_title, "desc": sort_by[1]}]}
    custom = {"align": "auto", "inspect": False, "filterable": False}
    return _panel(
        "table", title, description, queries, instant=True, format="table", custom=custom,
        options=options, overrides=columns,
        transformations=[
            {"id": "merge", "options": {}},
            {"id": "filterFieldsByName", "options": {"include": {"names": shown}}},
            {"id": "organize", "options": {
                "excludeByName": {}, "renameByName": {},
                "indexByName": {name: index for index, name in enumerate(shown)}}}],
        **settings)
