"""The end of FOLLOW: a client that reads gets all calls, another one gets the number of missed calls."""

import concurrent.futures
import json
import socket
import time
import unittest

from daemon import PATIENCE, TestCase
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"


class FollowTest(TestCase):
    def setUp(self):
        super().setUp()
        self.daemon_under_test = self.daemon('sources: [{tcp: {listen: "127.0.0.1:0"}}]\n', NOW).start()

    def send(self, lines):
        with Sender(self.daemon_under_test.intake_port) as sender:
            sender.send(lines)
            sender.sync()

    def send_many(self, calls):
        self.send(Generated(self.directory, calls, NOW).lines)

    def follow(self):
        """A connection whose FOLLOW has started: it has sent a call that arrived meanwhile."""
        connection = socket.create_connection(("127.0.0.1", self.daemon_under_test.ports["query"]))
        self.addCleanup(connection.close)
        connection.sendall(b"FOLLOW\n")
        connection.settimeout(1)
        given = b""
        for number in range(60 * PATIENCE):
            self.send([json.dumps({"ts": NOW, "call_id": f"sign-{number}"}).encode()])
            try:
                while not given.endswith(b"}\n") or f"sign-{number}".encode() not in given:
                    given += connection.recv(1 << 16)
                break
            except TimeoutError:
                pass
        connection.settimeout(60 * PATIENCE)
        return connection, given.count(b"\n")

    def read(self, connection):
        """The rows until the end, and the closing line's summary."""
        *rows, closing, rest = connection.makefile("rb").read().split(b"\n")
        self.assertEqual(rest, b"")
        self.assertTrue(closing.startswith(b"OK "), closing)
        return [json.loads(row) for row in rows], json.loads(closing[3:])

    def test_a_reader_with_room_gets_what_arrived_until_it_ended(self):
        lines = Generated(self.directory, 1_500, NOW).lines
        for _ in range(10):
            connection, signs = self.follow()
            reading = concurrent.futures.ThreadPoolExecutor().submit(self.read, connection)
            with Sender(self.daemon_under_test.intake_port) as sender:
                for _ in range(20):
                    sender.send(lines)
                    sender.sync()
            connection.shutdown(socket.SHUT_WR)
            rows, summary = reading.result()
            self.assertEqual(len(rows), 30_000)
            self.assertEqual(summary, {"calls": 30_000 + signs, "missed": 0})

    def test_a_slow_but_steady_reader_misses_nothing(self):
        connection, signs = self.follow()
        self.send_many(40_000)
        connection.shutdown(socket.SHUT_WR)
        given = b""
        # Much longer in total than the time-out for a client that reads nothing.
        for _ in range(40):
            given += connection.recv(20_000)
            time.sleep(0.25)
        with connection.makefile("rb") as rest:
            *rows, closing = (given + rest.read()).splitlines()
        self.assertEqual(len(rows), 40_000)
        self.assertEqual(json.loads(closing[3:]), {"calls": 40_000 + signs, "missed": 0})

    def test_a_reader_without_room_is_told_what_it_missed(self):
        connection, signs = self.follow()
        self.send_many(60_000)
        connection.shutdown(socket.SHUT_WR)
        time.sleep(8 * PATIENCE)  # longer than the time-out
        rows, summary = self.read(connection)
        missed = [row["missed"] for row in rows if "missed" in row]
        self.assertEqual(len(rows) - len(missed) + signs, summary["calls"])
        self.assertEqual(sum(missed), summary["missed"])
        self.assertGreater(summary["missed"], 0)
        self.assertEqual(summary["calls"] + summary["missed"], 60_000 + signs)


if __name__ == "__main__":
    unittest.main()
