"""The metrics that there are, by the generated reference docs/metrics.md, and what queries name of them."""

import dataclasses
import re

from dashboard_files import ROOT

# What Prometheus itself adds to each target.
_SCRAPE_METRICS = ("up", "scrape_duration_seconds", "scrape_samples_scraped")
_TARGET_LABELS = {"job", "instance"}
_IDENTITY = {"project", "pipeline", "pipeline_id"}
_SELECTOR = re.compile(r"([a-zA-Z_:]+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")


@dataclasses.dataclass(frozen=True)
class Selector:
    name: str
    matchers: tuple  # of (label, operator, value)


def selectors(expression):
    """The selectors of an expression; they have matchers unless the expression is nothing but a name."""
    if re.fullmatch(r"[a-z_]+", expression):
        return [Selector(expression, ())]
    return [Selector(name, tuple(_MATCHER.findall(inner)))
            for name, inner in _SELECTOR.findall(expression)]


def grouping_labels(expression):
    """The labels that by, on and their like name."""
    return {label.strip() for inner in _GROUPING.findall(expression) for label in inner.split(",")}


class Catalogue:
    def __init__(self, text):
        self._labels = {name: set(_TARGET_LABELS) for name in _SCRAPE_METRICS}
        for name, kind, labels in re.findall(r"(?m)^\| `(\w+)` \| (\w+) \| (.*?) \|", text):
            own = set(re.findall(r"`(\w+)`", labels)) | _TARGET_LABELS
            if "**I**" in labels:
                own |= _IDENTITY
            if kind == "histogram":
                self._labels.update({name + end: own for end in ("_sum", "_count")})
                self._labels[name + "_bucket"] = own | {"le"}
            elif kind in ("gauge", "counter"):
                self._labels[name] = own
        self._values = re.findall(r"(?m)^\| `(\w+)` \| (all|`\.\.\..*?) \| (`.*`) \|$", text)

    @classmethod
    def load(cls):
        return cls((ROOT / "docs" / "metrics.md").read_text(encoding="utf-8"))

    def __contains__(self, name):
        return name in self._labels

    def labels(self, name):
        return self._labels[name]

    def values(self, name, label):
        """The closed set of values of a label of that metric; None if there is none."""
        for of, where, values in self._values:
            names = tuple(re.findall(r"`\.\.\.(\w+)`", where))
            if of == label and (where == "all" or name.endswith(names)):
                return set(re.findall(r"`(\w+)`", values))
        return None

    def problems(self, expression):
        """Yields what the expression names and the catalogue lacks."""
        known = set()
        found = selectors(expression)
        for selector in found:
            if selector.name not in self:
                yield f"no metric {selector.name}"
                continue
            known |= self.labels(selector.name)
            yield from self._matcher_problems(selector)
        for label in grouping_labels(expression) - known:
            yield f"no label {label}"
        if not found:
            yield "names no metric"

    def _matcher_problems(self, selector):
        for label, operator, value in selector.matchers:
            if label not in self.labels(selector.name):
                yield f"{selector.name} has no label {label}"
            allowed = self.values(selector.name, label)
            if allowed is not None and "$" not in value:
                words = value.split("|") if "~" in operator else [value]
                yield from (f"{selector.name}: {label} is never {word}"
                            for word in words if word not in allowed)
