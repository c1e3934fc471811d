"""Documents that belong together stay in step: those in two languages, the architecture and the folders."""

import re

from layering import LAYERS
from tree import Finding

CHINESE = ".zh-CN.md"
ARCHITECTURE = "docs/architecture.md"
FOLDERS = ["exporter", "dashboards", "deploy", "tests", "docs", "cmake"]

_HEADING = re.compile(r"^(#{1,6}) ", re.M)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_TARGET = re.compile(r"\]\(([^)\s]+)\)")


def check(tree):
    paths = [file.path for file in tree.select([""], [".md"])]
    for path in paths:
        if path.endswith(CHINESE):
            english = path.removesuffix(CHINESE) + ".md"
            yield from _check_translation(tree.get(english), tree.get(path))
    if ARCHITECTURE in paths:
        yield from _check_architecture(tree.get(ARCHITECTURE))


def _check_translation(english, chinese):
    for what, parts in [("headings", _headings), ("code blocks", _code), ("links", _targets)]:
        wanted, found = parts(english.text), parts(chinese.text)
        if wanted == found:
            continue
        place = next((n for n, (a, b) in enumerate(zip(wanted, found), 1) if a != b),
                     min(len(wanted), len(found)) + 1)
        yield Finding(chinese.path, 1,
                      f"{what} differ from {english.path}, first at number {place}")


def _headings(text):
    return _HEADING.findall(_FENCE.sub("", text))


def _code(text):
    """Code without comments, which are translated."""
    return [(language, re.sub(r"\s+#\s.*", "", code)) for language, code in _FENCE.findall(text)]


def _targets(text):
    """Where links lead, whichever the language of the page there. Links inside the page differ by their headings."""
    targets = [re.sub(r"[.-]zh-CN\.", ".", target).replace("/zh-CN/", "/")
               for target in _TARGET.findall(_FENCE.sub("", text))]
    return [target for target in targets if not target.startswith("#")]


def _check_architecture(file):
    diagram = "".join(code for language, code in _FENCE.findall(file.text) if language == "mermaid")
    for layer in LAYERS:
        if f"{layer}/<br>" not in diagram:
            yield Finding(file.path, 1, f"the diagram lacks {layer}/")
    for folder in FOLDERS + [f"src/{layer}" for layer in LAYERS]:
        if f"| `{folder}/` |" not in file.text:
            yield Finding(file.path, 1, f"the table of folders lacks {folder}/")
