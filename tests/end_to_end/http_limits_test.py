"""The web port with clients that are slow, silent, many or gone: memory is bounded, others are answered."""

import http.client
import json
import pathlib
import re
import resource
import select
import socket
import time
import unittest

import daemon

MIB = 1 << 20


class HttpLimitsTest(daemon.TestCase):
    def start(self, config="", calls=0):
        resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.running = self.daemon(config).start()
        self.port = self.running.ports["web"]
        self.send(calls)

    def send(self, calls):
        if calls == 0:
            return
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
            for number in range(calls):
                call = {"ts": now, "call_id": f"c-{number}", "status": 200, "pad": f"{number:05}" * 120}
                intake.sendall(json.dumps(call).encode() + b"\n")
            intake.sendall(b"#sync x\n")
            intake.makefile().readline()

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.addCleanup(connection.close)
        return connection

    def get(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    def status(self):
        return json.loads(self.get("/api/v1/status")[1])["rows"][0]

    def memory(self):
        return self.status()["process"]["rss_bytes"]

    def test_requests_that_never_end(self):
        self.start()
        slow = [self.connect() for _ in range(200)]
        body = b"POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"
        for number, connection in enumerate(slow):
            connection.sendall([b"G", b"GET / HTTP/1.1\r\nHost: x\r\nA: ", body][number % 3])
        begun = time.monotonic()
        self.assertEqual(self.get("/healthz")[0], 200)
        self.assertLess(time.monotonic() - begun, 2 * daemon.PATIENCE)
        for connection in slow:
            answer = connection.makefile("rb").read()
            self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
            self.assertIn(b'"code":"timeout"', answer)
        self.assertLess(time.monotonic() - begun, 20 * daemon.PATIENCE)

    def peak(self):
        """The most memory that the daemon has had."""
        status = pathlib.Path(f"/proc/{self.running.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def test_600_unfinished_requests_of_the_maximum_size(self):
        """They share a bound on their memory, whatever they are made of."""
        post = b"POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\n"
        length = b"Content-Length: 65536\r\n"
        kinds = {
            "half a head": post + b"X: " + b"x" * 31_000,
            "many headers": post + b"a:\r\n" * 8000,
            "a hundred headers": post + length + b"a:\r\n" * 90 + b"\r\n",
            "a declared body": post + length + b"\r\n",
            "half a body": post + length + b"X: " + b"x" * 31_000 + b"\r\n\r\n" + b"y" * 60_000,
            "a whole request": post + length + b"\r\n" + b"y" * 65_536,
        }
        for kind, request in kinds.items():
            self.start("limits: {memory: 64MiB, max_line_bytes: 64KiB}\n")
            self.status()
            before = self.peak()
            connections = [self.connect() for _ in range(600)]
            for connection in connections:
                connection.setblocking(False)
                try:
                    connection.send(request)
                except BlockingIOError:
                    pass
            begun = time.monotonic()
            self.assertEqual(self.get("/healthz")[0], 200)
            self.assertLess(time.monotonic() - begun, 2 * daemon.PATIENCE)
            time.sleep(1)
            self.assertEqual(self.get("/healthz")[0], 200)
            # A thirty-second of limits.memory, twice that for the first ones, and 4 KiB of each.
            if not daemon.INSTRUMENTED:
                self.assertLess(self.peak() - before, 16 * MIB, kind)
            for connection in connections:
                connection.close()
            self.running.kill()

    def test_more_connections_than_are_allowed(self):
        self.start("web: {listen: '127.0.0.1:0', max_connections: 300}\n", calls=10)
        before = self.memory()
        silent = [self.connect() for _ in range(1500)]
        self.assertEqual(self.get("/healthz")[0], 200)
        # Idle ones have made room, so queries are answered too.
        status, body = self.get("/api/v1/logs")
        self.assertEqual((status, json.loads(body)["summary"]["calls"]), (200, 10))
        status = json.loads(self.get("/api/v1/status")[1])["rows"][0]
        self.assertLessEqual(status["web"]["connections"], 317)
        if not daemon.INSTRUMENTED:
            self.assertLess(status["process"]["rss_bytes"] - before, 20 * MIB)
        poller = select.poll()
        for connection in silent:
            poller.register(connection, select.POLLIN)
        self.assertGreater(len(poller.poll(0)), 1000)

    def test_busy_connections_are_not_closed_for_new_ones(self):
        self.start("web: {listen: '127.0.0.1:0', max_connections: 20}\n", calls=10)
        followers = []
        for _ in range(20):
            connection = self.connect()
            connection.sendall(b"GET /api/v1/follow HTTP/1.1\r\nHost: localhost\r\n\r\n")
            file = connection.makefile("rb")
            self.assertEqual(file.readline(), b"HTTP/1.1 200 OK\r\n")
            followers.append(file)
        self.assertEqual(self.get("/healthz")[0], 200)
        status, body = self.get("/api/v1/logs")
        self.assertEqual((status, json.loads(body)["code"]), (503, "limit"))
        self.send(1)
        for file in followers:
            self.assertTrue(any(b'"c-0"' in file.readline() for _ in range(30)))

    def test_readers_that_do_not_read(self):
        self.start(calls=20000)
        stuck = []
        for kind in (b"", b"Accept-Encoding: gzip\r\n", b"Accept-Encoding: zstd\r\n") * 20:
            connection = self.connect()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /api/v1/export HTTP/1.1\r\nHost: localhost\r\n" + kind + b"\r\n")
            stuck.append(connection)
        begun = time.monotonic()
        for _ in range(20):
            self.assertEqual(self.get("/api/v1/logs?limit=5")[0], 200)
        self.assertLess(time.monotonic() - begun, 10 * daemon.PATIENCE)
        if not daemon.INSTRUMENTED:
            self.assertLess(self.memory(), 256 * MIB)
        for connection in stuck:
            connection.close()
        daemon.wait_until(lambda: self.running.ask("STATUS").rows[0]["queries"]["running"] <= 1,
                          lambda: "queries of clients that are gone still run")

    def test_500_followers(self):
        self.start()
        before = self.memory()
        followers = []
        for _ in range(500):
            connection = self.connect()
            connection.sendall(b"GET /api/v1/follow?status=200 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            followers.append(connection.makefile("rb"))
        for file in followers:
            self.assertEqual(file.readline(), b"HTTP/1.1 200 OK\r\n")
        self.send(100)
        for file in followers:
            ids = []
            while len(ids) < 100:
                line = file.readline()
                self.assertTrue(line, "the stream ended")
                if line.startswith(b"data: "):
                    ids.append(json.loads(line[6:])["call_id"])
            self.assertEqual(ids, [f"c-{number}" for number in range(100)])
        if not daemon.INSTRUMENTED:
            self.assertLess(self.memory() - before, 64 * MIB)

    def test_clients_that_leave_cancel_their_queries(self):
        self.start(calls=20000)
        for _ in range(30):
            connection = self.connect()
            connection.sendall(b"GET /api/v1/export HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
            connection.close()
        daemon.wait_until(lambda: self.running.ask("STATUS").rows[0]["queries"]["running"] <= 1,
                          lambda: "queries of clients that are gone still run")

    def test_requests_that_wait_for_too_long(self):
        """An address with too many queries at a time learns so, on both ports; others don't wait."""
        self.start('query: {listen: "127.0.0.1:0", max_time: 50ms, max_connections: 600}\n', calls=20000)
        refused, ends = [], []
        for _ in range(10):  # with luck, all are answered in time
            heavy = [self.connect() for _ in range(200)]
            lines = [self.running.connect() for _ in range(200)]
            for connection in lines:
                self.addCleanup(connection.close)
            for number in range(200):
                heavy[number].sendall(f"GET /api/v1/top?by=call_id&/pad=*no{number}* HTTP/1.1\r\n"
                                      "Host: localhost\r\nConnection: close\r\n\r\n".encode())
                lines[number].socket.sendall(f"TOP by=call_id /pad=*none{number}*\n".encode())
            self.assertEqual(self.get("/healthz")[0], 200)
            answers = [connection.makefile("rb").read() for connection in heavy]
            refused += [answer for answer in answers if answer.startswith(b"HTTP/1.1 429 ")]
            closings = [connection.answer().closing for connection in lines]
            ends += [closing for closing in closings if closing.startswith("ERR rate ")]
            if refused and ends:
                break
        self.assertTrue(refused and ends, f"{len(refused)} of the web port, {len(ends)} of the line port")
        for answer in refused:
            head, body = answer.split(b"\r\n\r\n", 1)
            self.assertRegex(head.decode(), r"(?i)\r\nRetry-After: \d+\r\n")
            self.assertEqual(json.loads(body)["code"], "rate")
        self.assertEqual(self.get("/api/v1/logs?limit=1")[0], 200)


if __name__ == "__main__":
    unittest.main()
