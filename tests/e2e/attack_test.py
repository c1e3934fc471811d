"""Clients that mean harm, all at once, while a real Prometheus scrapes: it must not notice."""

import resource
import socket
import sys
import threading
import unittest

import programs

CLIENTS = 500


class AttackTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
        self.simulator = programs.Simulator(self.folder, "--projects=1", "--pipelines=20")
        self.addCleanup(self.simulator.stop)

    def start(self, *flags):
        exporter = programs.Exporter(self.folder, self.simulator, flags=flags)
        self.addCleanup(exporter.stop)
        return exporter

    def connect(self, exporter):
        host, port = exporter.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=programs.PATIENCE_SECONDS)

    def attack(self, exporter, stop):
        """Sends what a server may choke on, over and over."""
        head = b"GET /metrics HTTP/1.1\r\nHost: a\r\n"
        payloads = [
            head + b"\r\n" + head + b"\r\n" + head + b"\r\n",  # Pipelined.
            head + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
            head + b"X: a\r\n" * 1000 + b"\r\n",
            head + b"Content-Length: 99999999999999999999\r\n\r\n",
            head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            b"BREW /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /metrics%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET " + b"/" * 50_000 + b" HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
            bytes(range(256)) * 100,
        ]
        while not stop.is_set():
            for payload in payloads:
                try:
                    with self.connect(exporter) as client:
                        client.sendall(payload)
                        client.recv(65536)
                except OSError:
                    pass

    def test_prometheus_does_not_notice(self):
        exporter = self.start()
        exporter.scrape_completely()
        # Patient enough for a machine that is busy with other tests.
        prometheus = programs.Prometheus(self.folder, [exporter],
                                         scrape=["scrape_interval: 3s", "scrape_timeout: 3s"])
        self.addCleanup(prometheus.stop)
        programs.wait_until("a scrape", lambda: prometheus.query("up == 1"))

        stop = threading.Event()
        attackers = [threading.Thread(target=self.attack, args=(exporter, stop)) for _ in range(2)]
        half_open = [self.connect(exporter) for _ in range(CLIENTS)]
        for number, client in enumerate(half_open):
            client.sendall([b"", b"GET /met", b"GET /metrics HTTP/1.1\r\nHost: "][number % 3])
        for attacker in attackers:
            attacker.start()
        try:
            begin = prometheus.query("timestamp(up)")[0][1]
            programs.wait_until("three scrapes under attack", lambda: prometheus.query(
                f"timestamp(up) > {begin} + 8"))
            lowest = prometheus.query("min_over_time(up[8s])")[0][1]
        finally:
            stop.set()
            for attacker in attackers:
                attacker.join()
            for client in half_open:
                client.close()

        self.assertEqual(lowest, 1)
        self.assertEqual(exporter.stop(), 0)
        self.assertNotIn("level=error", exporter.read_log())

    def test_scrapes_beyond_the_limit_are_refused_and_counted(self):
        exporter = self.start("--web.max-requests=2")
        exporter.scrape_completely()
        self.simulator.post("/_sim/faults", {"endpoint": "*", "kind": "slow", "seconds": 20})

        # Two wait for the refresh; until both do, others may be among the two.
        waiting = [self.connect(exporter) for _ in range(2)]
        for client in waiting:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        programs.wait_until("a refusal", lambda: self.status_of_quick_scrape(exporter) == 503)
        request = programs.urllib.request.Request(self.simulator.url + "/_sim/faults",
                                                  method="DELETE")
        programs.urllib.request.urlopen(request, timeout=programs.PATIENCE_SECONDS).close()
        for client in waiting:
            self.assertIn(b" 200 OK", client.recv(100))
            client.close()

        refused = exporter.scrape_completely().family("codearts_exporter_web_requests_refused_total")
        self.assertGreater(refused[(("reason", "max_requests"),)], 0)
        self.assertEqual(refused[(("reason", "unauthorized"),)], 0)

    def status_of_quick_scrape(self, exporter):
        """Returns the status of a scrape that gives the exporter little time."""
        try:
            programs.fetch(f"http://{exporter.address}/metrics",
                           headers={"X-Prometheus-Scrape-Timeout-Seconds": "0.6"})
            return 200
        except programs.urllib.error.HTTPError as error:
            with error:
                return error.code


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
