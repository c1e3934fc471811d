"""Writes the dashboards, in English and translated: build.py [--check].

With --check it writes nothing and fails if a file differs from what it would write.
"""

import json
import pathlib
import sys

import delivery
import exporter
import names
import overview
import pipeline
from translate import Table, translate

SOURCE = pathlib.Path(__file__).resolve().parent
OUTPUT = SOURCE.parent
DASHBOARDS = {"overview": overview, "pipeline": pipeline, "delivery": delivery,
              "exporter": exporter}
# The tables in translations/, which are also the folders of the translated dashboards.
LANGUAGES = ["zh-CN"]


def _text_of(dashboard, suffix):
    """The dashboard as a file; in a language of its own, links stay among its dashboards."""
    dashboard = {**dashboard, "uid": dashboard["uid"] + suffix}
    text = json.dumps(dashboard, ensure_ascii=False, indent=2) + "\n"
    for key, uid in names.UIDS.items():
        text = text.replace(f"/d/@{key}?", f"/d/{uid}{suffix}?")
    return text.replace(f'"{names.TAG}"', f'"{names.TAG}{suffix}"')


def build_all():
    """Returns the contents of all files by their paths, and what is wrong with the tables."""
    files = {}
    problems = []
    sources = {key: module.build() for key, module in DASHBOARDS.items()}
    for key, source in sources.items():
        files[OUTPUT / f"{key}.json"] = _text_of(source, "")
    for language in LANGUAGES:
        table = Table.load(SOURCE / "translations" / f"{language}.po")
        for key, source in sources.items():
            files[OUTPUT / language / f"{key}.json"] = _text_of(
                translate(source, table), "-" + language.lower())
        problems += [f"{language}: no translation of {text!r}" for text in sorted(table.missing)]
        problems += [f"{language}: nothing says {text!r}" for text in sorted(table.unused())]
    return files, problems


def main(arguments):
    files, problems = build_all()
    for path, text in files.items():
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{path.name} is out of date: run dashboards/source/build.py")
    print("\n".join(problems) or f"{len(files)} dashboards")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
