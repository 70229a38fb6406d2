"""Clients that read slowly or not at all, send too many requests, never end their lines, or speak another
protocol: none of them delays the others or makes the daemon exceed its memory limit."""

import concurrent.futures
import json
import os
import resource
import selectors
import socket
import time
import unittest

from bounded_memory import peak_bytes
from daemon import INSTRUMENTED, PATIENCE, TestCase, wait_until
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
MIB = 1 << 20
MEMORY_MIB = 128
CALLS = 20_000
EVERYTHING = "EXPORT date=last-30-days"
# Maximum time of a query while other clients are in the way. On an idle machine it takes
# milliseconds.
AT_ONCE = 5 * PATIENCE


def calls_of_their_own(count, first=0):
    """Calls with unique IDs and paths."""
    return [
        json.dumps({"ts": "2026-11-20T11:00:00Z", "call_id": f"call-number-{i:08}-of-its-own",
                    "account": f"a-{i % 1000}", "method": "GET", "endpoint": "/api/things/{id}",
                    "path": f"/api/things/thing-{i:08}", "status": 200}).encode()
        for i in range(first, first + count)
    ]


def iter_answer(peer):
    with peer.makefile("rb") as file:
        for line in file:
            yield line
            if not line.startswith(b"{"):
                return


class ServingTest(TestCase):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def running(self, query="", sources='[{tcp: {listen: "127.0.0.1:0"}}]', limits=""):
        daemon = self.daemon(
            f"sources: {sources}\nlimits: {{memory: {MEMORY_MIB}MiB{limits}}}\n", NOW)
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace('127.0.0.1:0"}\n', f'127.0.0.1:0"{query}}}\n', 1))
        return daemon.start()

    def connection(self, daemon, port=None, request=b"", read_buffer=None):
        peer = socket.socket()
        if read_buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_buffer)
        peer.settimeout(60 * PATIENCE)
        peer.connect(("127.0.0.1", port or daemon.ports["query"]))
        self.addCleanup(peer.close)
        peer.sendall(request)
        return peer

    def send(self, daemon, lines):
        with Sender(daemon.intake_port) as sender:
            sender.send(lines)
            self.assertEqual(sender.sync()[0], len(lines))

    def assert_memory_is_bounded(self, daemon):
        if not INSTRUMENTED:
            self.assertLessEqual(peak_bytes(daemon), MEMORY_MIB * MIB)

    def answers_at_once(self, daemon, request):
        began = time.monotonic()
        answer = daemon.ask(request)
        self.assertLess(time.monotonic() - began, AT_ONCE, request)
        return answer

    def answers_at_once_from(self, daemon, address, request):
        """Asks from another address than the other clients'."""
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", daemon.ports["query"]), 60 * PATIENCE,
                                      (address, 0)) as peer:
            peer.sendall(request.encode() + b"\n")
            lines = list(iter_answer(peer))
        self.assertLess(time.monotonic() - began, AT_ONCE, request)
        self.assertTrue(lines[-1].startswith(b"OK "), lines[-1])
        return lines[:-1]

    def queries(self, daemon):
        return daemon.ask("STATUS").rows[0]["queries"]

    def test_readers_that_dont_read_hold_up_nobody(self):
        daemon = self.running(", max_connections: 600")
        generated = Generated(self.directory, CALLS, NOW)
        self.send(daemon, generated.lines)
        requests = (EVERYTHING, "LOGS limit=100000 date=last-30-days",
                    "TOP by=path n=50000 date=last-30-days", "FOLLOW")
        readers = []
        for number in range(500):
            request = requests[number % len(requests)]
            reader = self.connection(daemon, request=request.encode() + b"\n")
            if number % 3 == 0 and request != "FOLLOW":
                reader.shutdown(socket.SHUT_WR)
            readers.append(reader)
        # Some of them read a little from time to time.
        for _ in range(10):
            for reader in readers[::25]:
                reader.settimeout(0)
                try:
                    reader.recv(3000)
                except BlockingIOError:
                    pass
            self.answers_at_once(daemon, "PING")
            self.answers_at_once(daemon, "STATUS")
            rows = self.answers_at_once_from(daemon, "127.0.0.2", "LOGS limit=10 date=last-30-days")
            self.assertEqual(len(rows), 10)
            self.assertEqual(
                len(self.answers_at_once(daemon, "LOGS limit=10 date=last-30-days").rows), 10)
        self.assertLess(len(os.listdir(f"/proc/{daemon.process.pid}/task")), 100)
        self.assert_memory_is_bounded(daemon)

    def test_a_slow_reader_gets_every_call_once(self):
        daemon = self.running()
        generated = Generated(self.directory, CALLS, NOW)
        self.send(daemon, generated.lines)
        readers = [self.connection(daemon, request=f"{EVERYTHING} order={order}\n".encode(),
                                   read_buffer=4096) for order in ("oldest", "newest")]
        for reader in readers:
            reader.recv(1, socket.MSG_PEEK)
        # Calls that arrive meanwhile aren't part of the answer.
        self.send(daemon, calls_of_their_own(1000))
        for reader in readers:
            reader.shutdown(socket.SHUT_WR)
            got = b""
            while piece := reader.recv(1 << 16):
                got += piece
                if len(got) < 4 * MIB:
                    time.sleep(0.002)
            *rows, closing = got.splitlines()
            self.assertTrue(closing.startswith(b"OK "), closing)
            self.assertEqual(json.loads(closing[3:])["calls"], CALLS)
            self.assertEqual(sorted(rows), sorted(generated.lines))

    def test_many_heavy_queries_share_the_memory(self):
        daemon = self.running()
        for first in range(0, 300_000, 50_000):
            self.send(daemon, calls_of_their_own(50_000, first))
        requests = ("TOP by=call_id", "TOP by=path n=50000", "VALUES field=call_id limit=100000",
                    "LOGS text=number limit=20000", EVERYTHING, "ERRORS",
                    "ACTIVITY by=call_id n=100 step=1d", "LOGS path=*-0000* limit=5000")

        def ask(number):
            with daemon.connect() as connection:
                connection.socket.settimeout(300 * PATIENCE)
                return connection.ask(requests[number % len(requests)]).closing

        with concurrent.futures.ThreadPoolExecutor(80) as threads:
            asked = [threads.submit(ask, number) for number in range(80)]
            while not all(one.done() for one in asked):
                self.answers_at_once(daemon, "PING")
                self.answers_at_once(daemon, "LOGS limit=10")
                time.sleep(0.2)
        for one in asked:
            closing = one.result()
            self.assertTrue(closing.startswith("OK ") or closing.startswith("ERR limit "), closing)
        self.assert_memory_is_bounded(daemon)
        # Nothing remains: each query runs alone and gets its answer.
        self.assertEqual(self.queries(daemon)["running"], 1)
        self.assertEqual(daemon.ask("TOP by=account n=10000").summary["calls"], 300_000)
        self.assertLess(self.queries(daemon)["answer_bytes"], MIB)

    def test_lines_that_never_end_are_bounded(self):
        daemon = self.running(", max_connections: 400")
        half = b'{"ts":"2026-11-20T11:00:00Z","call_id":"' + b"x" * 1_000_000
        selector = selectors.DefaultSelector()
        for number in range(800):
            peer = self.connection(daemon, daemon.intake_port if number < 600 else None)
            peer.setblocking(False)
            selector.register(peer, selectors.EVENT_WRITE, memoryview(half))
        deadline = time.monotonic() + 5
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(0.1):
                try:
                    rest = key.data[key.fileobj.send(key.data[:65536]):]
                except OSError:
                    rest = b""
                if rest:
                    selector.modify(key.fileobj, selectors.EVENT_WRITE, rest)
                else:
                    selector.unregister(key.fileobj)
        # The other clients continue.
        self.send(daemon, calls_of_their_own(1000))
        self.assertEqual(self.answers_at_once(daemon, "LOGS limit=10").summary["calls"], 10)
        self.assert_memory_is_bounded(daemon)
        # Also with a line of maximum length, once the lines in its way are dropped.
        long = json.dumps({"ts": NOW, "call_id": "long", "note": "y" * 1_000_000}).encode()
        with Sender(daemon.intake_port, 120 * PATIENCE) as sender:
            wait_until(lambda: self.queries(daemon)["unfinished_bytes"] < 2 * MIB,
                       lambda: f"still held: {self.queries(daemon)}", 60)
            sender.send([long])
            self.assertEqual(sender.sync(), (1, 0))
        self.assert_memory_is_bounded(daemon)

    def test_http_is_taken_on_no_port(self):
        path = self.directory / "intake.sock"
        daemon = self.running(
            sources='[{tcp: {listen: "127.0.0.1:0"}}, ' f"{{unix: {{listen: {path}}}}}]")
        forged = b'{"ts":"2026-11-20T11:00:00Z","call_id":"forged","status":200}\n'
        body = forged * 3 + b"STATUS\nLOGS\n#sync x\n"
        openings = (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
            b"GARBAGE /x?y=z HTTP/1.0\n\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\nget / http/1.1\r\n",
            b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\n",
        )
        for opening in openings:
            for where in ("query", "tcp", "unix"):
                for piece in (len(opening) + len(body), 7):
                    if where == "unix":
                        peer = socket.socket(socket.AF_UNIX)
                        peer.settimeout(60 * PATIENCE)
                        peer.connect(str(path))
                        self.addCleanup(peer.close)
                    else:
                        peer = self.connection(
                            daemon, daemon.intake_port if where == "tcp" else None)
                    everything = opening + body
                    answer = b""
                    try:
                        for at in range(0, min(len(everything), 100 * piece), piece):
                            peer.sendall(everything[at:at + piece])
                        peer.sendall(everything[100 * piece:])
                        peer.shutdown(socket.SHUT_WR)
                        while more := peer.recv(65536):
                            answer += more
                    except OSError:
                        pass  # already closed
                    self.assertIn(answer.count(b"\n"), (0, 1), (opening[:20], where, answer[:200]))
                    self.assertTrue(answer == b"" or answer.startswith(b"ERR unsupported "), answer)
        status = daemon.ask("STATUS").rows[0]
        self.assertEqual(status["queries"]["wrong_protocol"], 2 * len(openings))
        for source in status["sources"]:
            self.assertEqual(source["wrong_protocol"], 2 * len(openings))
            self.assertEqual((source["calls"], source["rejected"]), (0, {}))
        self.assertIn("another protocol", daemon.log.read_text())
        self.assertEqual(daemon.ask("LOGS date=last-30-days").summary["calls"], 0)

    def test_idle_connections_lock_nobody_out(self):
        daemon = self.running(", max_connections: 20")
        self.send(daemon, calls_of_their_own(10))
        idle = [self.connection(daemon, request=b"PIN" if i % 2 else b"") for i in range(60)]
        for _ in range(5):
            self.assertEqual(len(daemon.ask("LOGS").rows), 10)
        # Connections with a FOLLOW aren't idle. Further clients get an error, but STATUS is
        # answered.
        followers = [self.connection(daemon, request=b"FOLLOW\n") for _ in range(20)]
        wait_until(lambda: self.queries(daemon)["connections"] == 21, lambda: "they don't follow")
        wait_until(lambda: b"ERR limit" in self.refusal(daemon), lambda: "still accepted")
        self.assertTrue(daemon.ask("PING").ok)
        self.assertGreater(self.queries(daemon)["refused_connections"], 0)
        for peer in followers + idle:
            peer.close()

    def test_idle_intake_connections_make_room(self):
        daemon = self.running(limits=", max_connections: 20")
        idle = [self.connection(daemon, daemon.intake_port) for _ in range(20)]
        half = calls_of_their_own(1)[0]
        idle[0].sendall(half[:50])
        time.sleep(2.5)
        for number in range(1, 11):
            sender = Sender(daemon.intake_port)
            self.addCleanup(sender.close)
            sender.send(calls_of_their_own(1, number))
            self.assertEqual(sender.sync(), (1, 0))
        self.assertEqual([peer for peer in idle if self.has_ended(peer)], idle[1:11])
        # A line that has begun is still taken.
        idle[0].sendall(half[50:] + b"\n#sync x\n")
        self.assertEqual(idle[0].recv(65536), b"#ok x accepted=1 rejected=0\n")
        self.assertEqual(daemon.ask("LOGS limit=100 date=last-30-days").summary["calls"], 11)

    def has_ended(self, peer):
        peer.setblocking(False)
        try:
            line = peer.recv(65536)
        except BlockingIOError:
            peer.settimeout(60 * PATIENCE)
            return False
        self.assertTrue(line.startswith(b"ERR limit the connection was idle"), line)
        return True

    def refusal(self, daemon):
        with self.connection(daemon, request=b"LOGS\n") as peer:
            return peer.recv(65536)


if __name__ == "__main__":
    unittest.main()
