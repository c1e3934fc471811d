"""Prints what the benchmarks measured as ratios to limits of the same run: ratios.py FOLDER

FOLDER holds what --benchmark_out wrote, one JSON file for each program. The least of the repetitions
counts: whatever else the machine does can only add to it. Fails if a number is missing, never
because of what it is.
"""

import json
import pathlib
import re
import sys
from typing import NamedTuple

UNITS_PER_MS = {"ns": 1e6, "us": 1e3, "ms": 1, "s": 1e-3}
CPU = "cpu_time"
WALL = "real_time"


class Counter(str):
    """A limit in milliseconds that the benchmark computes itself and gives as the counter of that name."""


class Row(NamedTuple):
    work: str
    program: str
    benchmark: str
    clock: str
    limit: object  # Name of a benchmark of the same program, a Counter, or a number of milliseconds.
    target: float = None  # The most that the ratio may be; None: nobody named one.


def scrapes(encoding, clients):
    return Row(f"warm scrape, {encoding}, clients: {clients}", "scrape_bench",
               f"Fetch/scrape_{encoding}/threads:{clients}", CPU, f"Fetch/ready_{encoding}/threads:{clients}", 1.3)


ROWS = [
    Row("warm page", "exposition_bench", "Render/warm_identity/0", CPU, "BM_Memcpy/0", 3),
    Row("warm page", "exposition_bench", "Render/warm_identity/0", CPU, "BM_PrometheusCppPage", 1 / 60),
    Row("cold page", "exposition_bench", "RenderCold/identity/0", CPU, "BM_Memcpy/0", 12),
    Row("cold page, OpenMetrics", "exposition_bench", "RenderCold/identity/1", CPU, "BM_Memcpy/1"),
    Row("gzip page, 1 % changed", "exposition_bench", "Render/changed_gzip/0", CPU, "BM_LibdeflateWhole", 0.15),
    Row("cold gzip page", "exposition_bench", "RenderCold/gzip/0", CPU, "BM_ZlibWhole"),
    *(scrapes(encoding, clients) for encoding in ("identity", "gzip") for clients in (1, 8, 64)),
    Row("cold refresh, wall time", "refresh_bench", "ColdRefresh", WALL, Counter("limit_ms"), 1.08),
    Row("cold refresh, CPU", "refresh_bench", "ColdRefresh", CPU, "BareCurlLoopOfSameRequests", 2),
    Row("quiet refresh, CPU", "refresh_bench", "QuietRefresh", CPU, 50, 1),
    Row("decoding 1 MiB", "decode_bench", "DecodeLargeDetail", CPU, "ParseLargeDetailOnly"),
    Row("signing a request", "http_bench", "BM_SignRequest", CPU, "BM_HashesOfSignature"),
]


class Missing(Exception):
    """A number that a row names is not there."""


class Run:
    """What one program measured: for each benchmark its repetitions."""

    def __init__(self, path):
        try:
            benchmarks = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
        except (OSError, ValueError, KeyError) as error:
            raise Missing(f"{path}: {error!r}") from error
        self._path = path
        self._repetitions = {}
        for one in benchmarks:
            if one.get("run_type") != "aggregate":
                # How a benchmark is measured is a part of its name; what it measures is the rest.
                name = re.sub(r"/(process_time|real_time|iterations:\d+|repeats:\d+)", "", one["name"])
                self._repetitions.setdefault(name, []).append(one)

    def milliseconds(self, name, clock):
        return min(one[clock] / UNITS_PER_MS[one["time_unit"]] for one in self._of(name))

    def counter(self, name, counter):
        values = [one.get(counter) for one in self._of(name)]
        if None in values:
            raise Missing(f"{self._path}: {name} has no counter {counter}")
        return min(values)

    def _of(self, name):
        if name not in self._repetitions:
            raise Missing(f"{self._path}: no benchmark {name}")
        for one in self._repetitions[name]:
            if one.get("error_occurred"):
                raise Missing(f"{self._path}: {name} failed: {one.get('error_message')}")
        return self._repetitions[name]


def limit_of(row, run):
    """Returns the limit's name and milliseconds."""
    if isinstance(row.limit, Counter):
        return row.limit, run.counter(row.benchmark, row.limit)
    if isinstance(row.limit, str):
        return row.limit, run.milliseconds(row.limit, row.clock)
    return f"{row.limit} ms", row.limit


def line(row, run):
    measured = run.milliseconds(row.benchmark, row.clock)
    name, limit = limit_of(row, run)
    ratio = measured / limit
    verdict = "" if row.target is None else "met" if ratio <= row.target else "MISSED"
    target = "" if row.target is None else f"{row.target:.3g}"
    return (row.work, f"{measured:.4g} ms", f"{limit:.4g} ms", name, f"{ratio:.3g}", target, verdict)


def table(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in lines)


def report(folder, rows):
    """Returns the table and what is missing."""
    lines = [("work", "measured", "limit", "which is", "ratio", "target", "")]
    missing = []
    runs = {}
    for row in rows:
        try:
            if row.program not in runs:
                runs[row.program] = Run(pathlib.Path(folder) / f"{row.program}.json")
            lines.append(line(row, runs[row.program]))
        except Missing as error:
            missing.append(str(error))
    return table(lines), missing


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    text, missing = report(arguments[0], ROWS)
    print(text)
    for what in dict.fromkeys(missing):
        print(f"missing: {what}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
