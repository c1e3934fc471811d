"""--web.config.file with the real program: TLS, client certificates, passwords, rotation, and a real Prometheus."""

import base64
import http.client
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import unittest

import programs

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Both passwords are "swordfish", at the lowest cost.
HASH = "$2b$04$abcdefghijklmnopqrstuugIEnm3ZbWF6xb2GcoE3L1CoGJFMKtu."


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """A certificate authority in a folder, and what it signs."""

    def __init__(self, folder, name="ca"):
        self.folder = pathlib.Path(folder)
        self.name = name
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-days", "2", "-keyout", self.path(name, "key"), "-out",
                self.path(name, "crt"))

    def path(self, name, kind):
        return str(self.folder / f"{name}.{kind}")

    def sign(self, name, san, usage):
        """Makes name.crt and name.key for that subject alternative name."""
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={san}\nextendedKeyUsage={usage}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={name}", "-keyout", self.path(name, "key"), "-out", self.path(name, "csr"))
        openssl("x509", "-req", "-in", self.path(name, "csr"), "-CA", self.path(self.name, "crt"),
                "-CAkey", self.path(self.name, "key"), "-CAcreateserial", "-days", "2", "-extfile",
                str(extensions), "-out", self.path(name, "crt"))
        os.chmod(self.path(name, "key"), 0o600)


class TlsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = programs.folder()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.simulator = programs.Simulator(folder.name, "--projects=1", "--pipelines=2")
        cls.addClassCleanup(cls.simulator.stop)
        cls.authority = Authority(cls.folder)
        cls.authority.sign("server", "IP:127.0.0.1", "serverAuth")
        cls.authority.sign("client", "DNS:prometheus.test,IP:192.0.2.7", "clientAuth")
        cls.stranger = Authority(cls.folder, "stranger")
        cls.stranger.sign("foreign", "DNS:prometheus.test", "clientAuth")

    def setUp(self):
        self.web_config = self.folder / "web.yaml"

    def write(self, tls="", rest=""):
        """Writes a web configuration with a certificate, and these keys."""
        fresh = self.folder / "web.yaml.new"
        fresh.write_text("tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n" +
                         tls + rest)
        fresh.chmod(0o600)
        fresh.replace(self.web_config)

    def start(self, tls="", rest="", flags=()):
        self.write(tls, rest)
        exporter = programs.Exporter(str(self.folder), self.simulator, state="",
                                     flags=(f"--web.config.file={self.web_config}", *flags))
        self.addCleanup(exporter.stop)
        return exporter

    def trusting(self, client=None, authority=None):
        """Returns the TLS settings of a client, with that client certificate."""
        context = ssl.create_default_context(cafile=(authority or self.authority).path(
            (authority or self.authority).name, "crt"))
        if client:
            context.load_cert_chain(str(self.folder / f"{client}.crt"),
                                    str(self.folder / f"{client}.key"))
        return context

    def ask(self, exporter, context=None, path="/-/healthy", headers=None):
        """Returns the answer on a connection of its own."""
        host, port = exporter.address.rsplit(":", 1)
        connection = http.client.HTTPSConnection(host, int(port), timeout=programs.PATIENCE_SECONDS,
                                                 context=context or self.trusting())
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            response.text = response.read().decode()
            return response
        finally:
            connection.close()

    def assert_refused(self, exporter, context):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.ask(exporter, context)
        # What refuses one client serves the next.
        self.assertIsNone(exporter.child.poll())

    def test_speaks_tls_of_the_versions_that_are_allowed(self):
        exporter = self.start("  min_version: TLS13\n")
        old = self.trusting()
        old.maximum_version = ssl.TLSVersion.TLSv1_2

        self.assertEqual(self.ask(exporter).status, 200)
        self.assert_refused(exporter, old)

        self.write("  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n")
        host, port = exporter.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as plain:
            with self.trusting().wrap_socket(plain, server_hostname=host) as connection:
                self.assertEqual(connection.cipher()[:2],
                                 ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2"))

    def test_does_not_resume_sessions(self):
        exporter = self.start()
        host, port = exporter.address.rsplit(":", 1)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = self.trusting()
            context.maximum_version = version
            session = None
            for _ in range(2):
                with socket.create_connection((host, int(port))) as plain:
                    with context.wrap_socket(plain, server_hostname=host,
                                             session=session) as connection:
                        connection.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n")
                        self.assertIn(b"200 OK", connection.recv(1000))
                        self.assertFalse(connection.session_reused)
                        session = connection.session

    def test_lets_in_only_clients_with_a_certificate(self):
        exporter = self.start("  client_auth_type: RequireAndVerifyClientCert\n"
                              "  client_ca_file: ca.crt\n")

        self.assertEqual(self.ask(exporter, self.trusting("client")).status, 200)
        self.assert_refused(exporter, self.trusting())
        self.assert_refused(exporter, self.trusting("foreign"))
        # A certificate for servers is none for clients.
        self.assert_refused(exporter, self.trusting("server"))

        # Other authorities, without a restart.
        self.write("  client_auth_type: RequireAndVerifyClientCert\n"
                   "  client_ca_file: stranger.crt\n")
        self.assert_refused(exporter, self.trusting("client"))
        self.assertEqual(self.ask(exporter, self.trusting("foreign")).status, 200)

    def test_every_type_of_client_authentication(self):
        given = "  client_ca_file: ca.crt\n"
        exporter = self.start()
        for kind, ca, nobody, known, unknown in (
                ("NoClientCert", "", True, True, True),
                ("RequestClientCert", "", True, True, True),
                ("RequireAnyClientCert", "", False, True, True),
                ("VerifyClientCertIfGiven", given, True, True, False),
                ("RequireAndVerifyClientCert", given, False, True, False)):
            with self.subTest(kind):
                self.write(f"  client_auth_type: {kind}\n{ca}")
                for client, served in ((None, nobody), ("client", known), ("foreign", unknown)):
                    if served:
                        self.assertEqual(self.ask(exporter, self.trusting(client)).status, 200)
                    else:
                        self.assert_refused(exporter, self.trusting(client))

    def test_compares_the_names_of_clients(self):
        exporter = self.start()
        for names, served in (("prometheus.test", True), ("192.0.2.7", True), ("other.test", False),
                              ("prometheus.tes", False), ("192.0.2.70", False)):
            with self.subTest(names):
                self.write("  client_auth_type: RequireAndVerifyClientCert\n"
                           f"  client_ca_file: ca.crt\n  client_allowed_sans: [unused, {names}]\n")
                if served:
                    self.assertEqual(self.ask(exporter, self.trusting("client")).status, 200)
                else:
                    self.assert_refused(exporter, self.trusting("client"))

    def test_takes_changed_users_and_keeps_the_old_file_while_it_is_broken(self):
        exporter = self.start(rest=f"basic_auth_users: {{alice: {HASH}}}\n")
        alice = {"Authorization": "Basic " + base64.b64encode(b"alice:swordfish").decode()}
        bob = {"Authorization": "Basic " + base64.b64encode(b"bob:swordfish").decode()}

        refused = self.ask(exporter, path="/metrics")
        self.assertEqual(refused.status, 401)
        self.assertIn("Basic", refused.headers["WWW-Authenticate"])
        self.assertEqual(self.ask(exporter, path="/metrics", headers=alice).status, 200)
        self.assertEqual(self.ask(exporter, headers=bob).status, 401)

        self.write(rest=f"basic_auth_users: {{bob: {HASH}}}\n")
        self.assertEqual(self.ask(exporter, headers=alice).status, 401)
        self.assertEqual(self.ask(exporter, headers=bob).status, 200)

        self.write(rest="basic_auth_user: {}\n")
        self.assertEqual(self.ask(exporter, headers=bob).status, 200)
        self.assertIn("basic_auth_user: is not a known key", exporter.read_log())
        self.assertNotIn("swordfish", exporter.read_log())
        self.assertNotIn(HASH, exporter.read_log())

    def test_refuses_to_start_with_a_wrong_file(self):
        self.write(rest="tls_servr_config: {}\n")
        for arguments in (["check-config"], []):
            wrong = subprocess.run(
                [programs.program("EXPORTER"), *arguments, f"--web.config.file={self.web_config}",
                 "--state.path=", "--web.listen-address=127.0.0.1:0"], capture_output=True,
                text=True, timeout=programs.PATIENCE_SECONDS, check=False)
            self.assertEqual(wrong.returncode, 1)
            self.assertIn("web.yaml:4: tls_servr_config: is not a known key", wrong.stderr)

    def test_a_reload_says_what_is_wrong_with_it(self):
        exporter = self.start(flags=["--web.enable-lifecycle"])
        self.write("  min_version: SSL3\n")
        host, port = exporter.address.rsplit(":", 1)
        connection = http.client.HTTPSConnection(host, int(port), context=self.trusting())

        connection.request("POST", "/-/reload")
        answer = connection.getresponse()

        self.assertEqual(answer.status, 500)
        self.assertIn("web.yaml:4: tls_server_config.min_version", answer.read().decode())
        connection.close()

    def check_health(self, exporter):
        """Returns the exit code of a health check with the exporter's flags."""
        return subprocess.run(
            [programs.program("EXPORTER"), "--health-check",
             f"--web.listen-address={exporter.address}", f"--web.config.file={self.web_config}"],
            capture_output=True, timeout=programs.PATIENCE_SECONDS, check=False).returncode

    def test_a_health_check_needs_neither_certificate_nor_password(self):
        exporter = self.start("  client_auth_type: RequireAndVerifyClientCert\n"
                              "  client_ca_file: ca.crt\n",
                              f"basic_auth_users: {{alice: {HASH}}}\n")
        self.assertEqual(self.check_health(exporter), 0)
        exporter.stop()
        self.assertEqual(self.check_health(exporter), 1)

        self.web_config.write_text(f"basic_auth_users: {{alice: {HASH}}}\n")
        plain = programs.Exporter(str(self.folder), self.simulator, state="",
                                  flags=[f"--web.config.file={self.web_config}"])
        self.addCleanup(plain.stop)
        self.assertEqual(self.check_health(plain), 0)

    def test_a_health_check_outlives_a_broken_file_as_the_exporter_does(self):
        exporter = self.start()
        self.write(rest="nonsense: 1\n")
        self.assertEqual(self.check_health(exporter), 0)
        exporter.stop()
        self.assertEqual(self.check_health(exporter), 1)

    def explain(self, exporter, *flags):
        """Returns what explain says of a pipeline's last refresh, with the exporter's flags."""
        pipeline = next(iter(self.simulator.truth().values()))["name"]
        answer = subprocess.run(
            [programs.program("EXPORTER"), "explain", pipeline, "--state.path=",
             f"--codearts.endpoint={self.simulator.url}",
             f"--codearts.project-id={self.simulator.projects[0]}",
             f"--web.listen-address={exporter.address}", *flags],
            capture_output=True, text=True, timeout=programs.PATIENCE_SECONDS, check=False,
            env={**os.environ, "HUAWEICLOUD_SDK_AK": programs.ACCESS_KEY,
                 "HUAWEICLOUD_SDK_SK": programs.SECRET_KEY})
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertNotIn("swordfish", answer.stdout + answer.stderr)
        return next(line for line in answer.stdout.splitlines() if "last refresh" in line)

    def test_explain_asks_over_tls_with_a_password(self):
        password = self.folder / "password"
        password.write_text("swordfish\n")
        web, login = f"--web.config.file={self.web_config}", f"--password-file={password}"
        exporter = self.start(rest=f"basic_auth_users: {{alice: {HASH}}}\n")
        alice = {"Authorization": "Basic " + base64.b64encode(b"alice:swordfish").decode()}
        self.assertEqual(self.ask(exporter, path="/metrics", headers=alice).status, 200)

        self.assertRegex(self.explain(exporter, web, login), r"ago\), took \d+")
        self.assertIn("asks for a password: give --password-file=FILE", self.explain(exporter, web))
        self.assertIn("takes neither this user nor this password",
                      self.explain(exporter, web, login, "--user=bob"))
        self.assertIn("started with --web.config.file, give the same", self.explain(exporter, login,
                                                                                 "--user=alice"))

        # Another certificate than the exporter has.
        other = self.folder / "other.yaml"
        other.write_text("tls_server_config: {cert_file: client.crt, key_file: client.key}\n")
        self.assertIn("known by the certificate that",
                      self.explain(exporter, f"--web.config.file={other}", login, "--user=alice"))

    def test_prometheus_scrapes_over_tls_with_a_password(self):
        exporter = self.start(rest=f"basic_auth_users: {{alice: {HASH}}}\n")
        prometheus = programs.Prometheus(
            str(self.folder), [exporter],
            scrape=["scheme: https", f"tls_config: {{ca_file: {self.folder}/ca.crt}}",
                    "basic_auth: {username: alice, password: swordfish}"])
        self.addCleanup(prometheus.stop)

        programs.wait_until("a scrape", lambda: [
            value for _, value in prometheus.query("codearts_exporter_up") if value == 1])

    def test_promtool_accepts_the_example(self):
        example = self.folder / "web-config.yaml"
        shutil.copy(ROOT / "deploy/examples/web-config.yaml", example)
        checked = subprocess.run([programs.program("PROMTOOL"), "check", "web-config", str(example)],
                                 capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        ours = subprocess.run([programs.program("EXPORTER"), "check-config",
                               f"--web.config.file={example}"], capture_output=True, text=True,
                              timeout=programs.PATIENCE_SECONDS, check=False)
        self.assertEqual(ours.returncode, 0, ours.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
