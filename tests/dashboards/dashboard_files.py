"""The committed dashboards as tests see them: panels, queries and variables."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dashboards"


class Dashboard:
    """One file; `json` is its content."""

    def __init__(self, name, content):
        self.name = name
        self.json = content

    def panels(self):
        """All panels, those of collapsed rows included, without the rows."""
        return [panel for panel in self.everything() if panel["type"] != "row"]

    def everything(self):
        """All panels and rows."""
        found = []
        for panel in self.json["panels"]:
            found += [panel, *panel.get("panels", [])]
        return found

    def variables(self):
        return self.json["templating"]["list"]

    def annotations(self):
        return self.json["annotations"]["list"]

    def expressions(self):
        """Every PromQL expression with the place where it stands."""
        for panel in self.panels():
            for target in panel.get("targets", []):
                yield f"{self.name}: {panel['title']} {target['refId']}", target["expr"]
        for annotation in self.annotations():
            yield f"{self.name}: annotation {annotation['name']}", annotation["expr"]
        for variable in self.variables():
            if variable["type"] == "query":
                yield f"{self.name}: variable {variable['name']}", split_label_values(
                    variable["query"])[0]


def load_all():
    """The dashboards of all languages, by path."""
    return [Dashboard(path.relative_to(FOLDER).as_posix(),
                      json.loads(path.read_text(encoding="utf-8")))
            for path in sorted(FOLDER.rglob("*.json")) if "source" not in path.parts]


def split_label_values(query):
    """The selector and the label of a variable's label_values(selector, label)."""
    match = re.fullmatch(r"label_values\((.*), (\w+)\)", query)
    if not match:
        raise AssertionError(f"not label_values(selector, label): {query}")
    return match.groups()


def interpolate(expression, values):
    """Replaces $name and ${name} by `values`, as Grafana does; an unknown variable is an error."""
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: values[m[1] or m[2]], expression)
