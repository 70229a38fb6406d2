"""Certificates: the daemon's and its renewal, those of clients and who they are; and what may be
listened on beyond loopback."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from certificates import Authority
from daemon import BINARIES, FORTNIGHTD, wait_until
from encrypted import EncryptedSender, EncryptedTestCase, client_context, encrypted_socket

NOW = "2026-11-20T12:00:00Z"
ACCESS = """access:
  required: true
  certificates:
    - {san: grafana.example.com, rights: [counts]}
    - {san: shop.example.com, rights: [ingest], accounts: [A]}
    - {san: jo@example.com, rights: [calls], accounts: [A]}
    - {san: "spiffe://example.com/all", rights: [counts, calls, bodies, ingest]}
"""


def call(account, number):
    return json.dumps({"ts": f"2026-11-20T10:00:{number:02}Z", "call_id": f"{account}-{number}",
                       "account": account, "endpoint": "/e", "status": 200}).encode()


class CertificateTest(EncryptedTestCase):
    def serial(self, daemon, context=None):
        with encrypted_socket(daemon.ports["query"], context or self.context) as peer:
            return peer.getpeercert()["serialNumber"]

    def log(self, daemon):
        return daemon.log.read_text()

    def test_a_renewed_certificate_is_used(self):
        """By rename of a symbolic link to a directory, as certbot and Kubernetes do it."""
        for version in ("1", "2"):
            made = self.authority.server(version)
            directory = self.directory / version
            directory.mkdir()
            shutil.copy(made.certificate, directory / "tls.crt")
            shutil.copy(made.key, directory / "tls.key")
        live = self.directory / "live"
        live.symlink_to("1")
        self.pair.certificate, self.pair.key = live / "tls.crt", live / "tls.key"
        daemon = self.encrypted_daemon()
        before = self.serial(daemon)
        going_on = self.connect(daemon)
        (self.directory / "next").symlink_to("2")
        (self.directory / "next").rename(live)
        wait_until(lambda: self.serial(daemon) != before, lambda: self.log(daemon), 10)
        self.assertTrue(going_on.ask("PING").ok)

    def test_an_unusable_pair_changes_nothing(self):
        daemon = self.encrypted_daemon()
        before = self.serial(daemon)
        another = self.authority.server("another")
        good_certificate, good_key = self.pair.certificate.read_bytes(), self.pair.key.read_bytes()
        for number, (certificate, key, why) in enumerate((
                (good_certificate, another.key.read_bytes(), "isn't the key of the certificate"),
                (b"", good_key, "has no certificate in PEM form"),
                (good_certificate, b"nothing", "has no private key in PEM form"),
                (self.authority.server("old", expired=True).certificate.read_bytes(),
                 (self.authority.directory / "old.key").read_bytes(), "it has expired on 2020-01-02"))):
            self.pair.certificate.write_bytes(certificate)
            self.pair.key.write_bytes(key)
            wait_until(lambda: why in (self.status(daemon)["tls"]["problem"] or ""),
                       lambda: self.log(daemon), 10)
            self.assertEqual(self.serial(daemon), before)
            time.sleep(1.5)  # it isn't said again
            self.assertEqual(self.log(daemon).count("the TLS certificate stays as it was"), number + 1)
        # SIGHUP says so as well, and reloads nothing.
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the configuration is unchanged" in self.log(daemon),
                   lambda: self.log(daemon))
        self.pair.certificate.write_bytes(another.certificate.read_bytes())
        self.pair.key.write_bytes(another.key.read_bytes())
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.serial(daemon) != before, lambda: self.log(daemon), 10)
        self.assertIsNone(self.status(daemon)["tls"]["problem"])

    def test_expired_and_foreign_certificates_are_refused_by_clients(self):
        daemon = self.encrypted_daemon(pair=self.authority.server("old", expired=True))
        self.assertIn("the TLS certificate has expired", self.log(daemon))
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "expired"):
            self.serial(daemon)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.serial(daemon, client_context(Authority(self.directory, "foreign")))
        self.assertEqual(self.status(daemon)["tls"]["not_after"], "2020-01-02T00:00:00Z")

    def test_certificates_say_who_a_client_is(self):
        daemon = self.encrypted_daemon(ACCESS, client_ca=self.authority.file, clock=NOW)
        all_rights = self.authority.pair("all", "URI:spiffe://example.com/all")
        with EncryptedSender(daemon.intake_port, client_context(self.authority, all_rights)) as sender:
            sender.send([call(account, number) for account in "AB" for number in range(5)])
            self.assertEqual(sender.sync(), (10, 0))
        shop = client_context(self.authority, self.authority.pair("shop", "DNS:shop.example.com"))
        with EncryptedSender(daemon.intake_port, shop) as sender:
            sender.send([call("B", 7)])
            self.assertEqual(sender.sync(), (0, 1))

        def asked(san, *requests):
            asked.count += 1
            pair = self.authority.pair(f"client{asked.count}", san) if san is not None else None
            connection = self.connect(daemon, client_context(self.authority, pair))
            return [connection.ask(request) for request in requests]

        asked.count = 0
        counts, calls = asked("DNS:x.example.com,DNS:Grafana.Example.COM", "ACTIVITY", "LOGS")
        self.assertTrue(counts.ok)
        self.assertRegex(calls.closing, "^ERR denied")
        counts, calls = asked("email:jo@example.com", "ACTIVITY", "LOGS")
        self.assertRegex(counts.closing, "^ERR denied")
        self.assertEqual({row["account"] for row in calls.rows}, {"A"})
        counts, calls = asked("URI:spiffe://example.com/all", "ACTIVITY", "LOGS")
        self.assertEqual((counts.summary["calls"], calls.summary["calls"]), (10, 10))
        # Names that aren't listed, of another kind, longer, in the subject only; and none at all.
        for san in ("DNS:other.example.com", "email:grafana.example.com@x", "DNS:sub.grafana.example.com",
                    "DNS:grafana.example.com.evil.org", "URI:grafana.example.com",
                    "DNS:*.example.com", "", None):
            (answer,) = asked(san, "ACTIVITY")
            self.assertRegex(answer.closing, "^ERR not-authenticated", san)
        named = self.authority.pair("grafana.example.com", "")
        connection = self.connect(daemon, client_context(self.authority, named))
        self.assertRegex(connection.ask("ACTIVITY").closing, "^ERR not-authenticated")
        # A token counts instead of the certificate.
        (row,) = self.local(daemon).ask("ISSUE ci rights=calls").rows
        connection = self.connect(daemon, client_context(self.authority, named))
        self.assertTrue(connection.ask(f"AUTH {row['token']}").ok)
        self.assertTrue(connection.ask("LOGS").ok)
        grafana = client_context(self.authority, self.authority.pair("g", "DNS:grafana.example.com"))
        for path, status in (("/api/v1/activity", 200), ("/api/v1/logs", 403), ("/metrics", 200)):
            self.assertEqual(self.http(daemon, path, grafana), status)
        self.assertEqual(self.http(daemon, "/api/v1/activity", self.context), 401)

    def http(self, daemon, path, context):
        url = f"https://localhost:{daemon.ports['web']}{path}"
        try:
            with urllib.request.urlopen(url, context=context) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def refused(self, port, context):
        """Whether the daemon refuses the client; with TLS 1.3 the client learns it when it reads."""
        try:
            with encrypted_socket(port, context) as peer:
                peer.sendall(b"PING\n#sync a\n")
                return peer.recv(1000) == b""
        except (ssl.SSLError, ConnectionError):
            return True

    def sent(self, daemon, context, first=b""):
        """The first line that the intake port sends to a client that sends a call."""
        with encrypted_socket(daemon.intake_port, context) as peer:
            peer.sendall(first + call("A", 1) + b"\n#sync a\n")
            return peer.makefile("rb").readline()

    def test_certificates_of_others_are_refused(self):
        daemon = self.encrypted_daemon(ACCESS, client_ca=self.authority.file)
        foreign = Authority(self.directory, "foreign")
        good = client_context(self.authority, self.authority.pair("good", "DNS:grafana.example.com"))
        self.assertFalse(self.refused(daemon.ports["query"], good))
        self.assertIn(b"ERR denied", self.sent(daemon, good))
        for pair in (foreign.pair("client", "DNS:grafana.example.com"),
                     self.authority.pair("late", "DNS:grafana.example.com", expired=True)):
            context = client_context(self.authority, pair)
            for port in (daemon.ports["query"], daemon.ports["web"], daemon.intake_port):
                self.assertTrue(self.refused(port, context))
        # Without a certificate a sender needs a token.
        self.assertFalse(self.refused(daemon.ports["query"], self.context))
        self.assertIn(b"ERR not-authenticated", self.sent(daemon, self.context))
        (row,) = self.local(daemon).ask("ISSUE sender rights=ingest").rows
        self.assertEqual(self.sent(daemon, self.context, f"#auth {row['token']}\n".encode()),
                         b"#ok a accepted=1 rejected=0\n")
        self.assertIn("certificate has expired", self.log(daemon))

    def test_beyond_loopback(self):
        daemon = self.encrypted_daemon(ACCESS, client_ca=self.authority.file, listen="0.0.0.0:0")
        connection = self.connect(daemon)
        self.assertTrue(connection.ask("PING").ok)
        self.assertRegex(connection.ask("LOGS").closing, "^ERR not-authenticated")
        for host, status in (("logs.example.com", 200), ("localhost", 200), ("0.0.0.0", 421),
                             ("evil.example", 421)):
            with encrypted_socket(daemon.ports["web"], self.context) as peer:
                peer.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                self.assertIn(f"HTTP/1.1 {status} ".encode(), peer.recv(1000), host)
        daemon.stop()

        def problems(config):
            path = self.directory / "refused.yaml"
            path.write_text(f"data_directory: {self.directory}/other\n" + config)
            checked = subprocess.run([FORTNIGHTD, "--check-config", "--config", path],
                                     capture_output=True, text=True)
            started = subprocess.run([FORTNIGHTD, "--config", path], capture_output=True, text=True,
                                     timeout=60)
            self.assertEqual((checked.returncode, started.returncode), (1, 1), checked)
            self.assertEqual(checked.stderr, started.stderr)
            return checked.stderr

        port = 'query: {listen: "0.0.0.0:0"}\n'
        required = "access: {required: true}\n"
        self.assertRegex(problems(port), "other hosts can reach this address.*section `tls: .*"
                                         "and `access: {required: true}`")
        self.assertRegex(problems(port + self.section()), "expected `access: {required: true}`")
        self.assertRegex(problems(port + required), "expected a section `tls: ")
        source = 'sources: [{tcp: {listen: "0.0.0.0:0"%s}}]\n' + self.section()
        self.assertRegex(problems(source % ""), "expected `access: {required: true}`")
        self.assertRegex(problems(source % ", require_identity: false" + required),
                         "`require_identity: false` where other hosts can reach the source")
        self.assertRegex(problems('sources: [{udp: {listen: "0.0.0.0:0"}}]\n'), "since UDP has no TLS")
        another = self.authority.server("another")
        self.pair.key = another.key
        self.assertRegex(problems(port + required + self.section()), "isn't the key of the certificate")
        self.pair.key = self.directory / "missing"
        self.assertRegex(problems(port + required + self.section()), "missing can't be read: No such file")

    def test_the_client(self):
        daemon = self.encrypted_daemon(ACCESS, client_ca=self.authority.file, clock=NOW)
        grafana = self.authority.pair("grafana", "DNS:grafana.example.com")
        port = daemon.ports["query"]

        def client(*words, **environment):
            ran = subprocess.run([BINARIES / "fortnight", *map(str, words)], capture_output=True, text=True,
                                 env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment})
            return ran.returncode, ran.stdout, ran.stderr

        ca = ("--ca", self.authority.file)
        there = ("--connect", f"tls://localhost:{port}")
        status, out, err = client("activity", *there, *ca, "--certificate", grafana.certificate,
                                  "--key", grafana.key)
        self.assertEqual((status, err), (1, ""))
        environment = {"FORTNIGHT_CONNECT": f"tls://127.0.0.1:{port}",
                       "FORTNIGHT_CA": str(self.authority.file),
                       "FORTNIGHT_CERTIFICATE": str(grafana.certificate),
                       "FORTNIGHT_KEY": str(grafana.key)}
        self.assertEqual(client("activity", **environment)[0], 1)
        self.assertIn("not-authenticated", client("activity", *there, *ca)[2])
        (row,) = self.local(daemon).ask("ISSUE ci rights=counts").rows
        self.assertEqual(client("activity", *there, *ca, FORTNIGHT_TOKEN=row["token"])[0], 1)
        # The server has to prove that it is the one that was asked for.
        status, _, err = client("activity", *there)
        self.assertEqual(status, 3)
        self.assertIn("the server's certificate: ", err)
        status, _, err = client("activity", "--connect", f"tls://localhost.localdomain:{port}", *ca)
        self.assertEqual(status, 3, err)
        status, _, err = client("activity", "--connect", f"tls://127.0.0.2:{port}", *ca)
        self.assertEqual(status, 3)
        self.assertRegex(err, "mismatch|no connection")
        self.assertEqual(client("activity", "--connect", f"localhost:{port}")[0], 2)
        self.assertEqual(client("activity", *there, "--ca", self.directory / "missing")[0], 2)
        # A plain port is no TLS port.
        with socket.create_server(("127.0.0.1", 0)) as server:
            silent = server.getsockname()[1]
            asked = subprocess.Popen([BINARIES / "fortnight", "activity", "--connect",
                                      f"tls://localhost:{silent}"], stderr=subprocess.PIPE, text=True)
            peer, _ = server.accept()
            peer.sendall(b"ERR unsupported\n")
            peer.close()
            self.assertEqual(asked.wait(timeout=60), 3)
            asked.stderr.close()


if __name__ == "__main__":
    unittest.main()
