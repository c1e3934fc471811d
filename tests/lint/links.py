"""Relative links of Markdown files lead to a file, and to a heading if they name one."""

import posixpath
import re
import urllib.parse

from tree import Finding

_LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_ANCHOR = re.compile(r'<a\s+(?:id|name)="([^"]+)"')


def check(tree):
    for file in tree.select([""], [".md"]):
        for number, line in _prose(file):
            for target in _LINK.findall(line):
                problem = _judge(tree, file, target)
                if problem:
                    yield Finding(file.path, number, problem)


def _prose(file):
    """Yields the numbered lines outside of fenced code."""
    fenced = False
    for number, line in enumerate(file.lines, 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _judge(tree, file, target):
    if re.match(r"[a-z][a-z0-9+.-]*:|/", target):
        return None
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    folder = posixpath.dirname(file.path)
    path = posixpath.normpath(posixpath.join(folder, path)) if path else file.path
    if not (tree.root / path).exists():
        return f"link to {target}: no such file"
    if anchor and path.endswith(".md") and anchor not in _anchors(tree.get(path)):
        return f"link to {target}: no such heading"
    return None


def _anchors(file):
    """The anchors that a forge makes of headings: lower case, hyphens, no punctuation."""
    anchors = set(_ANCHOR.findall(file.text))
    for _, line in _prose(file):
        heading = _HEADING.match(line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "").lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            repeat = next(n for n in range(1000) if _numbered(anchor, n) not in anchors)
            anchors.add(_numbered(anchor, repeat))
    return anchors


def _numbered(anchor, repeat):
    return f"{anchor}-{repeat}" if repeat else anchor
