"""The files of the project as the checks see them."""

import dataclasses
import functools
import os
import pathlib
import re

# "corpus" holds what fuzz targets read: anything but text.
SKIPPED_FOLDERS = {".git", ".cache", "build", "corpus", "dist", "node_modules", "__pycache__"}

# Comments, string and character literals; a raw string ends at its own delimiter.
_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class SourceFile:
    """One text file; `path` is relative to the root, with forward slashes."""

    def __init__(self, root, path):
        self.path = path
        self.name = path.rsplit("/", 1)[-1]
        self.text = (root / path).read_text(encoding="utf-8")

    @functools.cached_property
    def lines(self):
        return self.text.splitlines()

    @functools.cached_property
    def code_lines(self):
        """The lines of C++ without comments and literals, numbered as in the file."""
        blank = lambda match: re.sub(r"[^\n]", " ", match.group())
        return _NOT_CODE.sub(blank, self.text).split("\n")

    def find(self, pattern, message, lines=None):
        """Yields a finding for each of `lines` (default: all) in which `pattern` occurs."""
        compiled = re.compile(pattern)
        for number, line in enumerate(self.lines if lines is None else lines, 1):
            if compiled.search(line):
                yield Finding(self.path, number, message)


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self._files = {}
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = sorted(set(subfolders) - SKIPPED_FOLDERS)
            for name in sorted(names):
                path = (pathlib.Path(folder) / name).relative_to(self.root).as_posix()
                self._files[path] = None

    def __contains__(self, path):
        return path in self._files

    def get(self, path):
        if self._files[path] is None:
            self._files[path] = SourceFile(self.root, path)
        return self._files[path]

    def select(self, folders, suffixes):
        """Yields the files below `folders` ("" is everything) that end in one of `suffixes`."""
        for path in self._files:
            below = any(folder == "" or path.startswith(folder + "/") for folder in folders)
            if below and path.endswith(tuple(suffixes)):
                yield self.get(path)
