"""Tests ratios.py against numbers that are made up."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import ratios
from ratios import CPU, WALL, Counter, Row


def benchmark(name, real, cpu, **more):
    return {"name": name, "run_type": "iteration", "real_time": real, "cpu_time": cpu, "time_unit": "us", **more}


class RatiosTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, program, *benchmarks):
        (self.folder / f"{program}.json").write_text(json.dumps({"benchmarks": benchmarks}), encoding="utf-8")

    def report(self, *rows):
        text, missing = ratios.report(self.folder, rows)
        return [row.split() for row in text.splitlines()[1:]], missing

    def test_compares_with_another_benchmark_whatever_its_unit(self):
        self.write("p", benchmark("Ours/process_time/real_time/threads:8", 9, 3000),
                   benchmark("Limit/iterations:1", 9, 0.002, time_unit="s"))

        lines, missing = self.report(Row("work", "p", "Ours/threads:8", CPU, "Limit", 2))

        self.assertEqual(lines, [["work", "3", "ms", "2", "ms", "Limit", "1.5", "2", "met"]])
        self.assertEqual(missing, [])

    def test_compares_with_a_counter(self):
        self.write("p", benchmark("Ours", 2000, 0, limit_ms=1.0))

        lines, _ = self.report(Row("work", "p", "Ours", WALL, Counter("limit_ms"), 1.5))

        self.assertEqual(lines, [["work", "2", "ms", "1", "ms", "limit_ms", "2", "1.5", "MISSED"]])

    def test_compares_with_a_number(self):
        self.write("p", benchmark("Ours", 0, 25000))

        lines, _ = self.report(Row("work", "p", "Ours", CPU, 50))

        self.assertEqual(lines, [["work", "25", "ms", "50", "ms", "50", "ms", "0.5"]])

    def test_takes_the_least_repetition_and_no_aggregate(self):
        self.write("p", benchmark("Ours", 0, 3000), benchmark("Ours", 0, 2000),
                   benchmark("Ours_mean", 0, 2500, run_type="aggregate"),
                   benchmark("Ours", 0, 1, run_type="aggregate"))

        lines, _ = self.report(Row("work", "p", "Ours", CPU, 2, 1))

        self.assertEqual(lines[0][-3:], ["1", "1", "met"])

    def test_names_what_is_missing_and_prints_the_rest(self):
        self.write("p", benchmark("Ours", 0, 1000), benchmark("Bad", 0, 0, error_occurred=True, error_message="why"))

        for row, expected in [
            (Row("work", "q", "Ours", CPU, 1), "q.json"),
            (Row("work", "p", "Typo", CPU, 1), "no benchmark Typo"),
            (Row("work", "p", "Ours", CPU, "Typo"), "no benchmark Typo"),
            (Row("work", "p", "Ours", CPU, Counter("typo")), "no counter typo"),
            (Row("work", "p", "Bad", CPU, 1), "Bad failed: why"),
        ]:
            with self.subTest(expected):
                lines, missing = self.report(row, Row("good", "p", "Ours", CPU, 1))
                self.assertEqual([cells[0] for cells in lines], ["good"])
                self.assertEqual(len(missing), 1)
                self.assertIn(expected, missing[0])

    def test_fails_without_numbers(self):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
            result = ratios.main([str(self.folder)])

        self.assertEqual(result, 1)
        self.assertIn("scrape_bench.json", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
