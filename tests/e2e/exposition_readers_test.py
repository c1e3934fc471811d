"""Pages as others read them: by curl, zlib, promtool and the strict parsers of Prometheus' Python client."""

import gzip
import http.client
import os
import re
import subprocess
import unittest
import zlib

from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics)
from prometheus_client.parser import text_string_to_metric_families as parse_text

import programs

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
# What Prometheus 3 sends.
PROMETHEUS = ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
              "application/openmetrics-text;version=0.0.1;q=0.4,"
              "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")


def pipelines(page):
    """Cuts off what differs from scrape to scrape."""
    return page[:page.index(b"# HELP codearts_exporter_")]


class ExpositionReadersTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = programs.folder()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        # Enough for many chunks, with finished and failed runs.
        cls.simulator = programs.Simulator(cls.folder, "--projects=2", "--pipelines=60",
                                           "--history=24h")
        cls.addClassCleanup(cls.simulator.stop)
        cls.exporter = programs.Exporter(cls.folder, cls.simulator, history="24h")
        cls.addClassCleanup(cls.exporter.stop)
        cls.exporter.scrape_completely()

    def ask(self, accept=None, encoding=None, method="GET"):
        connection = http.client.HTTPConnection(self.exporter.address,
                                                timeout=programs.PATIENCE_SECONDS)
        self.addCleanup(connection.close)
        headers = {name: value for name, value in
                   (("Accept", accept), ("Accept-Encoding", encoding or "identity")) if value}
        connection.request(method, "/metrics", headers=headers)
        response = connection.getresponse()
        body = response.read()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Vary"], "Accept, Accept-Encoding")
        return response.headers, body

    def test_names_the_format_that_it_chose(self):
        for accept, expected in ((None, TEXT), ("*/*", TEXT), ("text/plain", TEXT),
                                 (PROMETHEUS, OPENMETRICS),
                                 ("application/openmetrics-text;version=1.0.0", OPENMETRICS),
                                 ("application/openmetrics-text;version=2.0.0", TEXT),
                                 ("application/openmetrics-text;q=0, text/plain;q=0.1", TEXT),
                                 ("application/vnd.google.protobuf, text/plain;q=0.5", TEXT)):
            headers, _ = self.ask(accept)
            self.assertEqual(headers["Content-Type"], expected, accept)

    def test_compresses_only_where_that_is_wanted(self):
        for encoding, expected in (("gzip", "gzip"), ("identity", None), ("gzip;q=0", None),
                                   ("*;q=0.5", "gzip"), ("br, gzip;q=0.2", "gzip"),
                                   ("identity, gzip;q=0.5", None), ("deflate", None)):
            headers, _ = self.ask(encoding=encoding)
            self.assertEqual(headers["Content-Encoding"], expected, encoding)

    def test_answers_head_with_the_headers_alone(self):
        for encoding in ("identity", "gzip"):
            headers, body = self.ask(encoding=encoding, method="HEAD")
            self.assertEqual(body, b"")
            self.assertGreater(int(headers["Content-Length"]), 1000)

    def test_compressed_pages_are_one_member_for_every_reader(self):
        for accept in (TEXT, PROMETHEUS):
            _, plain = self.ask(accept)
            headers, compressed = self.ask(accept, "gzip")
            self.assertEqual(int(headers["Content-Length"]), len(compressed))
            self.assertLess(len(compressed), len(plain) / 4)
            member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            by_zlib = member.decompress(compressed)
            self.assertTrue(member.eof)
            self.assertEqual(member.unused_data, b"")
            by_curl = subprocess.run(
                ["curl", "--silent", "--show-error", "--fail", "--compressed", "--header",
                 f"Accept: {accept}", f"http://{self.exporter.address}/metrics"],
                capture_output=True, check=True, timeout=programs.PATIENCE_SECONDS).stdout
            by_gzip = subprocess.run(["gzip", "-dc"], input=compressed, capture_output=True,
                                     check=True).stdout
            for page in (by_zlib, by_curl, by_gzip, gzip.decompress(compressed)):
                self.assertEqual(pipelines(page), pipelines(plain))
                self.assertEqual(page.endswith(b"# EOF\n"), accept == PROMETHEUS)

    def test_compressed_pages_follow_changes(self):
        for _ in range(5):
            self.simulator.advance(600)
            self.exporter.scrape_completely()
            _, plain = self.ask(PROMETHEUS)
            _, compressed = self.ask(PROMETHEUS, "gzip")
            self.assertEqual(pipelines(gzip.decompress(compressed)), pipelines(plain))

    def test_strict_parsers_read_every_family(self):
        _, text = self.ask(TEXT)
        _, openmetrics = self.ask(PROMETHEUS)
        from_text = {family.name: family for family in parse_text(text.decode())}
        families = {family.name: family for family in parse_openmetrics(openmetrics.decode())}

        self.assertEqual(set(from_text), set(families))
        self.assertGreater(len(families), 40)
        self.assertTrue(all(family.samples for family in families.values()))
        durations = families["codearts_pipeline_run_duration_seconds"]
        self.assertEqual(durations.unit, "seconds")
        exemplars = [sample.exemplar for sample in durations.samples if sample.exemplar]
        self.assertTrue(exemplars)
        for exemplar in exemplars:
            self.assertEqual(set(exemplar.labels), {"run_id", "run_number"})
            self.assertIsNotNone(exemplar.timestamp)
        self.assertTrue([sample for sample in families["codearts_pipeline_runs"].samples
                         if sample.exemplar and sample.exemplar.value == 1])
        created = [sample for sample in families["codearts_pipeline_runs"].samples
                   if sample.name.endswith("_created")]
        self.assertTrue(created)
        bounds = set(re.findall(rb'le="([^"]*)"', openmetrics))
        self.assertIn(b"10.0", bounds)
        self.assertEqual(bounds, set(re.findall(rb'le="([^"]*)"', text)))

    def test_promtool_has_nothing_to_say(self):
        _, text = self.ask(TEXT)
        result = subprocess.run([os.environ["CODEARTS_PROMTOOL"], "check", "metrics"], input=text,
                                capture_output=True, timeout=programs.PATIENCE_SECONDS, check=False)
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
