"""Limits of a query: time, memory, rows; and its end after its client has left."""

import json
import os
import socket
import subprocess
import unittest

from daemon import BINARIES, PATIENCE, TestCase, wait_until
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
SOURCES = 'sources: [{tcp: {listen: "127.0.0.1:0"}}]\n'
CALLS = 20_000
# More than the sockets' and the daemon's buffers hold, so that only its reader can end it.
LARGE = "EXPORT date=last-30-days"
# Every line must be read for each text, since no index can show that the text is absent.
HEAVY = "ACTIVITY step=1d date=last-30-days " + " ".join(f'text!="{c} {c} {c}"' for c in "aeiostrn")


class BudgetsTest(TestCase):
    def running(self, limits=""):
        daemon = self.daemon(SOURCES, NOW)
        daemon.config.write_text(daemon.config.read_text().replace("0\"}\n", f'0"{limits}}}\n', 1))
        daemon.start()
        self.generated = Generated(self.directory, CALLS, NOW)
        with Sender(daemon.intake_port) as sender:
            sender.send(self.generated.lines)
            sender.sync()
        return daemon

    def refused(self, daemon, request, *words):
        with daemon.connect() as connection:
            answer = connection.ask(request)
            self.assertFalse(answer.ok, request)
            for word in words:
                self.assertIn(word, answer.closing)
            self.assertTrue(connection.ask("PING").ok, "the connection goes on")

    def test_time(self):
        daemon = self.running(", max_time: 1ms")
        # An export isn't limited in time while its client reads.
        for _ in range(5):
            self.assertEqual(len(daemon.ask(LARGE).rows), CALLS)
        self.refused(daemon, HEAVY, "ERR limit", "1 ms", "query.max_time")
        self.assertTrue(daemon.ask("PING").ok)

    def test_memory(self):
        daemon = self.running(", max_memory: 1MiB")
        self.refused(daemon, "ACTIVITY by=call_id step=1d date=last-30-days", "ERR limit", "1 MiB",
                     "fewer by more filters or a shorter time", "query.max_memory")
        # Only the groups count towards the limit, not the calls that are read.
        answer = daemon.ask("ACTIVITY by=status step=1d date=last-30-days path=*")
        self.assertEqual(answer.summary["calls"], CALLS)

    def test_rows(self):
        daemon = self.running(", max_rows: 100")
        self.refused(daemon, "LOGS limit=101", "1 to 100")
        self.refused(daemon, "ACTIVITY step=1h date=last-30-days", "ERR limit", "more than 100 rows",
                     "longer step")
        self.refused(daemon, "ACTIVITY step=1d date=last-30-days by=status", "ERR limit",
                     "smaller n")
        self.assertEqual(len(daemon.ask("LOGS limit=100 date=last-30-days").rows), 100)
        exported = daemon.ask(LARGE)  # has no limit
        self.assertEqual(len(exported.rows), CALLS)

    def queries(self, daemon):
        return daemon.ask("STATUS").rows[0]["queries"]

    def test_an_export_ends_with_its_reader(self):
        daemon = self.running()
        readers = []
        for _ in range(3):
            reader = socket.create_connection(("127.0.0.1", daemon.ports["query"]))
            reader.sendall(LARGE.encode() + b"\n")
            self.assertEqual(reader.recv(1), b"{")
            readers.append(reader)
        # One of them is this request itself.
        self.assertEqual(self.queries(daemon)["running"], 4)
        for reader in readers:
            reader.close()
        wait_until(lambda: self.queries(daemon)["running"] == 1,
                   lambda: f"still running: {self.queries(daemon)}")

    def test_the_clients_export_ends_when_it_is_killed(self):
        daemon = self.running()
        client = subprocess.Popen(
            [BINARIES / "fortnight", "export", "date=last-30-days"], stdout=subprocess.PIPE,
            env={**os.environ, "FORTNIGHT_CONNECT": f"127.0.0.1:{daemon.ports['query']}"},
        )
        self.assertTrue(client.stdout.readline().startswith(b"{"))
        self.assertEqual(self.queries(daemon)["running"], 2)
        client.kill()
        client.stdout.close()
        client.wait()
        wait_until(lambda: self.queries(daemon)["running"] == 1,
                   lambda: f"still running: {self.queries(daemon)}")

    def test_a_half_close_gets_its_answer(self):
        daemon = self.running()
        reader = socket.create_connection(("127.0.0.1", daemon.ports["query"]), timeout=60 * PATIENCE)
        reader.sendall(LARGE.encode() + b"\n" + HEAVY.encode() + b"\n")
        reader.shutdown(socket.SHUT_WR)
        with reader, reader.makefile("rb") as file:
            lines = file.read().splitlines()
        rows = [line for line in lines if line.startswith(b"{\"ts\"")]
        # Equal to the input, byte for byte.
        self.assertEqual(sorted(rows), sorted(self.generated.lines))
        self.assertEqual([line[:2] for line in lines if not line.startswith(b"{")], [b"OK", b"OK"])
        self.assertEqual(json.loads(lines[-1][3:])["calls"], CALLS)

    def test_heavy_questions_hold_up_no_small_ones(self):
        daemon = self.running()
        heavy = []
        for _ in range(6):
            connection = daemon.connect()
            connection.socket.sendall((HEAVY + "\n").encode() * 400)
            heavy.append(connection)
            self.addCleanup(connection.close)
        call = daemon.ask("LOGS limit=1 date=last-30-days").rows[0]
        with daemon.connect() as connection:
            for _ in range(10):
                self.assertEqual(len(connection.ask("SHOW " + call["call_id"]).rows), 1)
        # 2,400 heavy queries can't be finished yet.
        self.assertGreater(self.queries(daemon)["running"], 1)

    def test_the_clients_progress_is_for_a_terminal_alone(self):
        daemon = self.running()
        done = subprocess.run(
            [BINARIES / "fortnight", "export", "date=last-30-days"], capture_output=True, check=True,
            env={**os.environ, "FORTNIGHT_CONNECT": f"127.0.0.1:{daemon.ports['query']}"},
        )
        self.assertEqual(done.stderr, b"")
        self.assertEqual(sorted(done.stdout.splitlines()), sorted(self.generated.lines))
        shown, terminal = os.openpty()
        subprocess.run(
            [BINARIES / "fortnight", "export", "date=last-30-days"], stdout=subprocess.DEVNULL,
            stderr=terminal, check=True,
            env={**os.environ, "FORTNIGHT_CONNECT": f"127.0.0.1:{daemon.ports['query']}"},
        )
        os.close(terminal)
        self.assertIn(f"{CALLS:,} calls, ", os.read(shown, 65536).decode())
        os.close(shown)


if __name__ == "__main__":
    unittest.main()
