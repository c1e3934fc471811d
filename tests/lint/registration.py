"""Every source file is built and every folder of unit tests is part of the build."""

import re

from layering import LAYERS
from tree import Finding


def check(tree):
    yield from _check_layer_list(tree)
    for file in tree.select(["src", "exporter", "tests"], [".cc"]):
        if not _is_listed(tree, file):
            yield Finding(file.path, 1, "no CMakeLists.txt lists it")
    yield from _check_unit_folders(tree)


def _check_layer_list(tree):
    listed = re.search(r"set\(CODEARTS_LAYERS ([^)]*)\)", tree.get("CMakeLists.txt").text)
    if not listed or listed[1].split() != LAYERS:
        yield Finding("CMakeLists.txt", 1, "CODEARTS_LAYERS differs from tests/lint/layering.py")


def _is_listed(tree, file):
    folder = file.path.rsplit("/", 1)[0]
    while folder:
        lists = f"{folder}/CMakeLists.txt"
        if lists in tree:
            relative = file.path.removeprefix(folder + "/")
            # A fuzz target is listed by its name alone.
            names = "|".join(re.escape(name) for name in (relative, relative.removesuffix(".cc")))
            return re.search(rf"(?<![\w/])({names})(?![\w./])", tree.get(lists).text) is not None
        folder = folder.rpartition("/")[0]
    return False


def _check_unit_folders(tree):
    text = tree.get("tests/CMakeLists.txt").text
    extra = re.search(r"IN LISTS CODEARTS_LAYERS ITEMS ([^)]*)\)", text)
    registered = set(LAYERS) | set(extra[1].split() if extra else [])
    for file in tree.select(["tests/unit"], ["_test.cc"]):
        folder = file.path.split("/")[2]
        if folder not in registered:
            yield Finding(file.path, 1, f"tests/CMakeLists.txt does not add unit/{folder}")
