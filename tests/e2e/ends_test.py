"""How the exporter begins and ends when the world is not as it should be, and what it tells systemd."""

import pathlib
import resource
import signal
import socket
import subprocess
import sys
import threading
import unittest
import urllib.error

import programs


def open_files(process):
    return len(list(pathlib.Path(f"/proc/{process.child.pid}/fd").iterdir()))


class EndsTest(unittest.TestCase):

    def setUp(self):
        folder = programs.folder()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def simulate(self, *flags):
        simulator = programs.Simulator(self.folder, "--projects=1", "--pipelines=5",
                                       "--history=24h", *flags)
        self.addCleanup(simulator.stop)
        return simulator

    def start(self, simulator, **options):
        exporter = programs.Exporter(self.folder, simulator, **options)
        self.addCleanup(exporter.stop)
        return exporter

    def refusal(self, *arguments, limits=()):
        """Returns what the exporter says when it does not start."""
        def limit():
            for kind, value in limits:
                resource.setrlimit(kind, (value, value))
        ended = subprocess.run(
            [programs.program("EXPORTER"), "--web.listen-address=127.0.0.1:0",
             "--codearts.project-id=54f90b75fc1447b1b65e8d3a9f77923d",
             "--codearts.region=cn-north-4", *arguments],
            env={"CODEARTS_AUTH_TOKEN": "token"}, capture_output=True, text=True,
            timeout=programs.PATIENCE_SECONDS, check=False, preexec_fn=limit)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        return ended.stderr

    def test_scrapes_in_flight_are_answered_whole(self):
        exporter = self.start(self.simulate("--latency=20ms"))
        exporter.scrape_completely()
        partial = []
        served = threading.Semaphore(0)

        def scrape_until_refused():
            while True:
                try:
                    page = programs.fetch(f"http://{exporter.address}/metrics")
                except (urllib.error.URLError, ConnectionError):
                    return
                except Exception as error:  # http.client.IncompleteRead and what else there is.
                    partial.append(error)
                    return
                if "process_start_time_seconds" not in page or not page.endswith("\n"):
                    partial.append(page)
                served.release()

        threads = [threading.Thread(target=scrape_until_refused) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            served.acquire()

        self.assertEqual(exporter.stop(), 0)
        for thread in threads:
            thread.join()
        self.assertEqual(partial, [])
        self.assertIn("msg=stopping", exporter.read_log())

    def test_starts_while_the_api_is_down_and_recovers(self):
        simulator = self.simulate()
        address = simulator.url.removeprefix("http://")
        simulator.stop()
        exporter = self.start(simulator)

        scrape = exporter.scrape()
        self.assertEqual(set(scrape.family("codearts_exporter_up").values()), {0})
        errors = scrape.family("codearts_exporter_refresh_errors_total")
        self.assertTrue([value for labels, value in errors.items()
                         if ("reason", "unavailable") in labels and value > 0])
        self.assertIn("onnect", exporter.read_log())

        again = programs.Process(
            [programs.program("SIMULATOR"), f"--listen={address}", "--time-scale=0", "--projects=1",
             "--pipelines=5", "--history=24h", f"--access-key={programs.ACCESS_KEY}",
             f"--secret-key={programs.SECRET_KEY}"], self.folder, "simulator-again")
        self.addCleanup(again.stop)
        self.assertEqual(len(exporter.scrape_completely().family("codearts_pipeline_info")), 5)

    def test_a_full_disk_costs_no_scrape_and_no_count(self):
        simulator = self.simulate()
        exporter = self.start(simulator)
        exporter.scrape_completely()
        # The files of the state can't grow any more, as on a full disk; the log still can.
        resource.prlimit(exporter.child.pid, resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
        simulator.advance(7200)

        def ledger_errors():
            errors = exporter.scrape().family("codearts_exporter_refresh_errors_total")
            return [value for labels, value in errors.items()
                    if ("reason", "ledger") in labels and value > 0]
        programs.wait_until("an error of the ledger", ledger_errors)
        self.assertEqual(len(exporter.scrape().family("codearts_pipeline_info")), 5)

        resource.prlimit(exporter.child.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        totals = exporter.scrape_completely().by_pipeline("codearts_pipeline_runs_total", "result")
        counted = sum(totals.values())
        self.assertIn("state", exporter.read_log())
        self.assertEqual(exporter.stop(), 0)

        restarted = self.start(simulator)
        again = restarted.scrape_completely().by_pipeline("codearts_pipeline_runs_total", "result")
        self.assertGreater(counted, 0)
        self.assertEqual(again, totals)

    def test_says_which_folder_it_cannot_write(self):
        refusal = self.refusal("--state.path=/sys/state.db")
        self.assertIn("/sys/state.db", refusal)
        self.assertIn("state.path", refusal)

    def test_says_that_it_may_open_too_few_files(self):
        refusal = self.refusal(f"--state.path={self.folder}/state.db",
                               limits=[(resource.RLIMIT_NOFILE, 5)])
        self.assertIn("raise the limit of open files", refusal)
        self.assertIn("Too many open files", refusal)

    def test_survives_running_out_of_file_descriptors(self):
        exporter = self.start(self.simulate())
        exporter.scrape_completely()
        host, port = exporter.address.rsplit(":", 1)
        spare = 3
        limits = resource.prlimit(exporter.child.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(exporter.child.pid, resource.RLIMIT_NOFILE,
                         (open_files(exporter) + spare, limits[1]))
        clients = [socket.create_connection((host, int(port))) for _ in range(4 * spare)]
        programs.wait_until("the last file descriptor", lambda: open_files(exporter) >=
                            resource.prlimit(exporter.child.pid, resource.RLIMIT_NOFILE)[0])

        for client in clients:
            client.close()
        exporter.scrape_completely()
        resource.prlimit(exporter.child.pid, resource.RLIMIT_NOFILE, limits)
        exporter.scrape_completely()
        self.assertEqual(exporter.stop(), 0)

    def test_tells_systemd_how_it_does(self):
        path = str(pathlib.Path(self.folder, "notify"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(path)
            systemd.settimeout(programs.PATIENCE_SECONDS)

            def next_message(but=b"WATCHDOG=1"):
                message = systemd.recv(4096)
                while message == but:
                    message = systemd.recv(4096)
                return message.decode().splitlines()

            exporter = self.start(self.simulate(), environment={
                "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"})
            self.assertEqual(next_message(), ["READY=1", f"STATUS=serving on {exporter.address}"])
            for _ in range(3):
                self.assertEqual(next_message(but=b""), ["WATCHDOG=1"])

            exporter.child.send_signal(signal.SIGHUP)
            reloading = next_message()
            self.assertEqual(reloading[0], "RELOADING=1")
            self.assertRegex(reloading[1], r"^MONOTONIC_USEC=\d+$")
            self.assertEqual(next_message()[0], "READY=1")

            exporter.child.terminate()
            self.assertEqual(next_message()[0], "STOPPING=1")
            self.assertEqual(exporter.stop(), 0)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
