"""TLS on the query port, the web port and a TCP source: answers to clients, and hostile clients."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest

from daemon import INSTRUMENTED, PATIENCE, wait_until
from encrypted import (EncryptedConnection, EncryptedSender, EncryptedTestCase, HalfClosing,
                       client_context, encrypted_socket, plain_socket)

NOW = "2026-11-20T12:00:00Z"
PERIOD = "date=2026-11-20"


def call(number, text="x"):
    return json.dumps({"ts": f"2026-11-20T10:{number // 60 % 60:02}:{number % 60:02}Z",
                       "call_id": f"c-{number}", "account": "A", "endpoint": "/e", "status": 200,
                       "request": {"body": f"{number}{text}"}}).encode()


def hello(context):
    """The first record of a client."""
    outgoing = ssl.MemoryBIO()
    session = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class TlsTest(EncryptedTestCase):
    def filled(self, calls=5, text="x", **options):
        daemon = self.encrypted_daemon(clock=NOW, **options)
        with EncryptedSender(daemon.intake_port, self.context) as sender:
            for first in range(0, calls, 1000):
                sender.send([call(number, text) for number in range(first, min(first + 1000, calls))])
            self.assertEqual(sender.sync(), (calls, 0))
        return daemon

    def get(self, daemon, path, context=None, method="GET", **more):
        connection = http.client.HTTPSConnection("localhost", daemon.ports["web"], timeout=60 * PATIENCE,
                                                 context=context or self.context)
        self.addCleanup(connection.close)
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def test_all_ports_answer_over_tls(self):
        daemon = self.filled()
        connection = self.connect(daemon)
        self.assertEqual(connection.ask(f"LOGS {PERIOD}").summary["calls"], 5)
        self.assertIn(connection.socket.version(), ("TLSv1.2", "TLSv1.3"))
        status, headers, body = self.get(daemon, f"/api/v1/logs?{PERIOD}")
        self.assertEqual((status, len(json.loads(body)["rows"])), (200, 5))
        self.assertEqual(headers["Strict-Transport-Security"], "max-age=31536000")
        self.assertEqual(self.get(daemon, "/")[0], 200)
        curl = subprocess.run(["curl", "-sS", "--cacert", str(self.authority.file),
                               f"https://localhost:{daemon.ports['web']}/healthz"],
                              capture_output=True, text=True)
        self.assertEqual((curl.returncode, curl.stderr), (0, ""))
        openssl = subprocess.run(
            ["openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", str(self.authority.file),
             "-verify_hostname", "localhost", "-connect", f"127.0.0.1:{daemon.ports['query']}"],
            input="PING\nQUIT\n", capture_output=True, text=True)
        self.assertTrue(openssl.stdout.startswith("OK"), openssl)
        tls = self.status(daemon)["tls"]
        self.assertIsNone(tls["problem"])
        self.assertGreaterEqual(tls["established"], 5)
        metrics = self.get(daemon, "/metrics")[2].decode()
        self.assertIn("fortnight_tls_certificate_not_after_seconds 1", metrics)
        self.assertIn("fortnight_tls_certificate_unusable 0\n", metrics)
        self.assertIn('fortnight_tls_failed_handshakes_total{reason="refused"} 0\n', metrics)

    def test_versions_and_protocols(self):
        daemon = self.encrypted_daemon()
        query, web = daemon.ports["query"], daemon.ports["web"]
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context(self.authority)
            context.minimum_version = context.maximum_version = version
            for _ in range(2):
                connection = self.connect(daemon, context)
                self.assertTrue(connection.ask("PING").ok)
            self.assertIsNone(connection.socket.compression())
        old = client_context(self.authority)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        weak = client_context(self.authority)
        weak.maximum_version = ssl.TLSVersion.TLSv1_2
        weak.set_ciphers("AES128-SHA")
        for context in (old, weak):
            for port in (query, web, daemon.intake_port):
                with self.assertRaises(ssl.SSLError):
                    encrypted_socket(port, context)
        # A browser names its protocols: it can't be made to speak to a line port.
        browser = client_context(self.authority)
        browser.set_alpn_protocols(["h2", "http/1.1"])
        with encrypted_socket(web, browser) as peer:
            self.assertEqual(peer.selected_alpn_protocol(), "http/1.1")
        for port in (query, daemon.intake_port):
            with self.assertRaises(ssl.SSLError):
                encrypted_socket(port, browser)
        self.assertGreaterEqual(self.status(daemon)["tls"]["failed"]["refused"], 8)
        # A session of one kind of port isn't resumed on another.
        first = self.connect(daemon, self.context)
        self.assertTrue(first.ask("PING").ok)
        session = first.socket.session
        with self.context.wrap_socket(plain_socket(query), server_hostname="localhost",
                                      session=session) as peer:
            self.assertTrue(peer.session_reused)
        with self.context.wrap_socket(plain_socket(web), server_hostname="localhost",
                                      session=session) as peer:
            self.assertFalse(peer.session_reused)

    def test_the_wrong_protocol_on_a_port_is_counted(self):
        daemon = self.encrypted_daemon('log: {level: info}\n')
        for port, sent, answer in (
                (daemon.ports["query"], b"PING\n", b"ERR unsupported this port speaks TLS only\n"),
                (daemon.intake_port, call(1) + b"\n", b"ERR unsupported this port speaks TLS only\n"),
                (daemon.ports["web"], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"HTTP/1.1 400 ")):
            with plain_socket(port) as peer:
                peer.sendall(sent)
                received = peer.makefile("rb").read()
                self.assertTrue(received.startswith(answer), received)
        status = self.status(daemon)
        self.assertEqual(status["queries"]["wrong_protocol"], 1)
        self.assertEqual(status["web"]["wrong_protocol"], 1)
        self.assertEqual(status["sources"][0]["wrong_protocol"], 1)
        self.assertEqual(status["sources"][0]["lines"], 0)
        daemon.stop()
        daemon.config.write_text(daemon.config.read_text().replace("tls: true", "tls: false"))
        daemon.start()
        for port in (daemon.ports["query"], daemon.intake_port, daemon.ports["web"]):
            with self.assertRaises(ssl.SSLError):
                encrypted_socket(port, self.context)
        status = self.status(daemon)
        self.assertEqual(status["queries"]["wrong_protocol"], 1)
        self.assertEqual(status["web"]["wrong_protocol"], 1)
        self.assertEqual(status["sources"][0]["wrong_protocol"], 1)

    def test_hostile_handshakes(self):
        daemon = self.encrypted_daemon()
        begun = hello(self.context)
        pieces = [begun[:length] for length in range(1, len(begun), 97)]
        pieces += [b"\x16", b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\x16\x03\x01\x00\x00" * 100,
                   begun[:60] + os.urandom(400), b"\x16" + os.urandom(3000)]
        for port in (daemon.ports["query"], daemon.intake_port, daemon.ports["web"]):
            for piece in pieces:
                with plain_socket(port) as peer:
                    try:
                        peer.sendall(piece)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(1 << 16):
                            pass
                    except ConnectionError:
                        pass
        self.assertTrue(self.connect(daemon).ask("PING").ok)
        self.assertEqual(self.status(daemon)["tls"]["pending"], 0)

    def test_handshakes_that_stall_are_ended(self):
        daemon = self.encrypted_daemon()
        begun = hello(self.context)
        peers = [plain_socket(daemon.ports["query"]) for _ in range(3)]
        peers[1].sendall(begun[:1])
        peers[2].sendall(begun[:-1])
        started = time.monotonic()
        for peer in peers:
            with peer:
                self.assertEqual(peer.recv(1), b"")
        self.assertTrue(9 < time.monotonic() - started < 13 * PATIENCE)
        self.assertEqual(self.status(daemon)["tls"]["failed"]["late"], 3)

    def test_half_open_handshakes_keep_nobody_out(self):
        daemon = self.encrypted_daemon()
        begun = hello(self.context)
        other = self.connect(daemon)
        stalled = []
        for number in range(300):
            peer = plain_socket(daemon.ports["query"])
            self.addCleanup(peer.close)
            peer.sendall(begun[: number % len(begun)])
            stalled.append(peer)
        for _ in range(20):
            asked = time.monotonic()
            self.assertTrue(self.connect(daemon).ask("PING").ok)
            self.assertTrue(other.ask("PING").ok)
            self.assertLess(time.monotonic() - asked, 0.5 * PATIENCE)
        tls = self.status(daemon)["tls"]
        self.assertLessEqual(tls["pending"], 256)
        self.assertGreaterEqual(tls["failed"]["crowded_out"], 40)

    def test_a_large_export_is_the_same_bytes(self):
        daemon = self.filled(20_000, "y" * 500)
        def export(connection, pause):
            connection.socket.sendall(f"EXPORT {PERIOD}\nQUIT\n".encode())
            received = []
            while piece := connection.socket.recv(1 << 16):
                received.append(piece)
                time.sleep(pause)
            return b"".join(received)

        plain = export(self.local(daemon), 0)
        self.assertGreater(len(plain), 10_000_000)
        self.assertEqual(export(self.connect(daemon), 0), plain)
        # A reader that pauses holds nobody up.
        slow = self.connect(daemon)
        slow.socket.sendall(f"EXPORT {PERIOD}\nQUIT\n".encode())
        time.sleep(1)
        self.assertTrue(self.connect(daemon).ask("PING").ok)
        self.assertEqual(export(self.connect(daemon), 0.0005), plain)
        received = b"".join(iter(lambda: slow.socket.recv(1 << 16), b""))
        self.assertEqual(received, plain)
        over_http = self.get(daemon, f"/api/v1/export?{PERIOD}")[2]
        self.assertEqual(over_http.count(b"\n"), 20_001)
        self.assertEqual(over_http.split(b"\n")[:20_000], plain.split(b"\n")[:20_000])

    def test_half_close(self):
        daemon = self.filled()
        client = HalfClosing(daemon.ports["query"], self.context)
        self.addCleanup(client.close)
        client.send(f"LOGS {PERIOD} limit=2".encode())
        client.half_close()
        lines = client.rest().splitlines()
        self.assertEqual(len(lines), 3)
        self.assertTrue(lines[2].startswith(b"OK"))
        # The last line of a source needs no LF.
        sender = HalfClosing(daemon.intake_port, self.context)
        self.addCleanup(sender.close)
        sender.send(call(100) + b"\n#sync a\n" + call(101))
        sender.half_close()
        self.assertEqual(sender.rest(), b"#ok a accepted=1 rejected=0\n")
        connection = self.connect(daemon)
        wait_until(lambda: connection.ask(f"ACTIVITY {PERIOD}").summary["calls"] == 7,
                   lambda: "a line is missing")
        # A connection that ends without close_notify may have been cut: its last line isn't whole.
        cut = encrypted_socket(daemon.intake_port, self.context)
        cut.sendall(call(102) + b"\n" + call(103))
        os.close(cut.detach())
        wait_until(lambda: connection.ask(f"ACTIVITY {PERIOD}").summary["calls"] == 8,
                   lambda: "a line is missing")
        time.sleep(0.5)
        self.assertEqual(connection.ask(f"ACTIVITY {PERIOD}").summary["calls"], 8)

    def test_follow_and_sync(self):
        daemon = self.filled()
        following = self.connect(daemon)
        following.socket.sendall(b"FOLLOW\n")
        time.sleep(0.5)
        with EncryptedSender(daemon.intake_port, self.context) as sender:
            for number in range(200, 220):
                sender.send([call(number)])
                self.assertEqual(sender.sync(), (number - 199, 0))
            # Records of any size: a line in many, many lines in one.
            text = b"".join(call(number) + b"\n" for number in range(220, 240))
            for first in range(0, len(text), 7):
                sender.socket.sendall(text[first:first + 7])
            sender.send([call(number, "z" * 300_000) for number in range(240, 250)])
            self.assertEqual(sender.sync(), (50, 0))
        got = [json.loads(following.file.readline())["call_id"] for _ in range(50)]
        self.assertEqual(got, [f"c-{number}" for number in range(200, 250)])

    def test_pipelined_requests_and_bodies(self):
        daemon = self.filled()
        connection = self.connect(daemon)
        requests = 3000
        connection.socket.sendall(b"PING\n" * requests)
        self.assertTrue(all(connection.answer().ok for _ in range(requests)))
        body = f"limit=3&{PERIOD}&endpoint=" + "x" * 20_000
        status, _, _ = self.get(daemon, "/api/v1/logs", method="POST", body=body,
                                headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(status, 200)
        with encrypted_socket(daemon.ports["web"], self.context) as peer:
            peer.sendall(b"POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                         b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n")
            self.assertTrue(peer.recv(1000).startswith(b"HTTP/1.1 100 "))
            peer.sendall(b"limit=1")
            self.assertTrue(peer.recv(1000).startswith(b"HTTP/1.1 200 "))

    def test_a_killed_client_leaves_nothing(self):
        daemon = self.filled(20_000, "y" * 500)
        program = (
            "import socket,ssl,sys,time\n"
            "c=ssl.create_default_context(cafile=sys.argv[1])\n"
            "s=c.wrap_socket(socket.create_connection(('127.0.0.1',int(sys.argv[2]))),\n"
            "                server_hostname='localhost')\n"
            f"s.sendall(b'EXPORT {PERIOD}\\nFOLLOW\\n'); s.recv(1000); print('begun', flush=True)\n"
            "time.sleep(1000)\n")
        for sent_signal in (signal.SIGKILL, signal.SIGTERM):
            client = subprocess.Popen([sys.executable, "-c", program, str(self.authority.file),
                                       str(daemon.ports["query"])], stdout=subprocess.PIPE)
            client.stdout.readline()
            client.send_signal(sent_signal)
            client.wait()
            client.stdout.close()
        local = self.local(daemon)
        (row,) = local.ask("STATUS").rows
        wait_until(lambda: local.ask("STATUS").rows[0]["queries"]["connections"] == 1,
                   lambda: str(local.ask("STATUS").rows[0]["queries"]), 10)
        self.assertEqual(row["queries"]["refused_connections"], 0)

    def test_one_address_cant_have_all_connections(self):
        daemon = self.encrypted_daemon()
        held = [EncryptedConnection(daemon.ports["query"], self.context) for _ in range(40)]
        for connection in held:
            self.addCleanup(connection.close)
        refused = self.connect(daemon)
        self.assertRegex(refused.answer().closing, "^ERR limit")
        self.assertTrue(self.connect(daemon, source="127.0.0.2").ask("PING").ok)
        self.assertTrue(held[-1].ask("PING").ok)
        held.pop().close()
        wait_until(lambda: self.accepted(daemon), lambda: "still refused", 5)

    def accepted(self, daemon):
        with EncryptedConnection(daemon.ports["query"], self.context) as connection:
            try:
                return connection.ask("PING").ok
            except ConnectionError:
                return False

    @unittest.skipIf(INSTRUMENTED, "too slow")
    def test_handshakes_dont_hold_intake_up(self):
        daemon = self.filled()
        storm = subprocess.Popen(
            ["openssl", "s_time", "-connect", f"127.0.0.1:{daemon.ports['query']}", "-new", "-time", "3",
             "-CAfile", str(self.authority.file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        slowest = 0.0
        with EncryptedSender(daemon.intake_port, self.context) as sender:
            while storm.poll() is None:
                begun = time.monotonic()
                sender.send([call(1000)])
                sender.sync()
                slowest = max(slowest, time.monotonic() - begun)
        self.assertGreater(self.status(daemon)["tls"]["established"], 100)
        self.assertLess(slowest, 1)


if __name__ == "__main__":
    unittest.main()
