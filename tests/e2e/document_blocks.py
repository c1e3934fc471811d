"""The fenced blocks of the project's documents."""

import pathlib
import re
import typing

ROOT = pathlib.Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)


class Block(typing.NamedTuple):
    place: str  # "README.md:12", where it begins.
    language: str
    text: str


def documents():
    """What users read: the documents at the top and those in docs/, but for decisions."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in paths if "adr" not in path.parts)


def blocks(language):
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match.group(1) == language:
                line = text.count("\n", 0, match.start()) + 2
                yield Block(f"{path.relative_to(ROOT)}:{line}", language, match.group(2))


def commands():
    """Yields place and text of each command of the sh blocks; continued lines are joined."""
    for block in blocks("sh"):
        for line in block.text.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#\s.*|^#.*", "", line).strip()
            if command:
                yield block.place, command
