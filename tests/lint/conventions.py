"""Conventions of source files that neither the compilers nor clang-tidy check."""

import re

from tree import Finding

MAX_LINES = 400
CPP = [".h", ".cc"]
CPP_FOLDERS = ["src", "exporter", "tests"]

# An exception of another's code may end here and nowhere else, once in each.
CATCH_ALL_PLACES = ["src/web/", "src/collect/", "exporter/main.cc"]

_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)")


def check(tree):
    for file in tree.select(CPP_FOLDERS, CPP + [".py", ".sh", ".cmake", "CMakeLists.txt"]):
        if len(file.lines) > MAX_LINES:
            yield Finding(file.path, len(file.lines), f"more than {MAX_LINES} lines; split it")
    for file in tree.select(CPP_FOLDERS, CPP):
        yield from file.find(r"\bNOLINT(NEXTLINE|BEGIN|END)?\b(?!\()", "NOLINT names no check")
        yield from file.find(r"\b(TODO|FIXME|XXX)\b", "do it or file it")
        if file.path.endswith(".h"):
            yield from _check_guard(file)
    yield from _check_tests(tree)
    yield from _check_catch_all(tree)
    yield from _check_machine_paths(tree)


def _check_guard(file):
    # The guard follows the path that an #include names: from src/, from tests/ or from the root.
    relative = re.sub(r"^(src|tests)/", "", file.path)
    guards = [_guard(relative), _guard(file.path)]
    if not any(f"#ifndef {guard}\n#define {guard}\n" in file.text for guard in guards):
        yield Finding(file.path, 1, f"the include guard must be {guards[0]}")


def _guard(path):
    return "CODEARTS_" + re.sub(r"\W", "_", path.upper()) + "_"


def _check_tests(tree):
    # The simulator may be slow on purpose.
    for file in tree.select(["tests"], CPP):
        if not file.path.startswith("tests/simulator/"):
            yield from file.find(r"\b(u|nano)?sleep(_for|_until)?\s*\(", "tests never sleep",
                                 file.code_lines)
        for number, line in enumerate(file.lines, 1):
            test = _TEST.match(line)
            if test and not _is_well_named(*test.groups()):
                yield Finding(file.path, number, "name tests as TEST(SubjectTest, SaysWhatItDoes)")
    for file in tree.select(["tests"], [".py"]):
        yield from file.find(r"\btime\.sleep\(", "tests never sleep")


def _is_well_named(suite, name):
    return suite.endswith("Test") and re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)


def _check_catch_all(tree):
    found = {place: [] for place in CATCH_ALL_PLACES}
    for file in tree.select(["src", "exporter"], CPP):
        for finding in file.find(r"\bcatch\s*\(\s*\.\.\.\s*\)", "catch (...)", file.code_lines):
            place = next((p for p in CATCH_ALL_PLACES if finding.path.startswith(p)), None)
            if place is None or found[place]:
                yield Finding(finding.path, finding.line,
                              f"catch (...) belongs once each in {', '.join(CATCH_ALL_PLACES)}")
            else:
                found[place].append(finding)


def _check_machine_paths(tree):
    texts = [".h", ".cc", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml",
             "Makefile", ".ci/run", ".ci/setup", ".ci/lint"]
    for file in tree.select([""], texts):
        # The names are split so that this file does not accuse itself.
        yield from file.find("/(wor" "k|ro" "ot|hom" "e/(?!user\\b)[a-z]+|User" "s)/",
                             "a path of one machine")
