"""Generated calls over TCP and from tailed files; the daemon is killed several times meanwhile."""

import random
import threading
import time
import unittest

from daemon import TestCase, calls, wait_for_calls, wait_until
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CALLS = 50_000
BATCH = 500
KILLS = 15

# Small parts, so that the daemon is also killed while it writes and merges them.
SMALL_PARTS = "storage: {part_bytes: 1MiB}\n"


class CrashTest(TestCase):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(20)

    def restart(self, daemon):
        daemon.kill()
        daemon.start()

    def missing(self, daemon, generated, lines):
        """The lines that were sent, not acknowledged, and lost."""
        with daemon.connect() as connection:
            there = [
                bool(connection.ask(f"LOGS call_id={generated.call_id(line)}").rows)
                for line in lines
            ]
        # The surviving lines of a connection are a prefix of the lines sent.
        self.assertEqual(there, sorted(there, reverse=True))
        return [line for line, found in zip(lines, there) if not found]

    def kill_soon(self, daemon):
        killer = threading.Timer(self.chance.uniform(0.0, 0.03), daemon.process.kill)
        killer.start()
        return killer

    def test_tcp_with_sync(self):
        generated = Generated(self.directory, CALLS, NOW)
        daemon = self.daemon(
            'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n' + SMALL_PARTS, NOW
        ).start()
        batches = [generated.lines[i : i + BATCH] for i in range(0, CALLS, BATCH)]
        doomed = set(self.chance.sample(range(len(batches)), KILLS))
        sender = Sender(daemon.intake_port)
        for number, batch in enumerate(batches):
            killer = self.kill_soon(daemon) if number in doomed else None
            try:
                sender.send(batch)
                sender.sync()
                acknowledged = True
            except OSError:
                acknowledged = False
            if not killer:
                self.assertTrue(acknowledged, "the connection broke by itself")
                continue
            killer.join()
            sender.close()
            self.restart(daemon)
            left = self.missing(daemon, generated, batch)
            self.assertFalse(acknowledged and left, "acknowledged lines were lost")
            sender = Sender(daemon.intake_port)
            sender.send(left)
            self.assertEqual(sender.sync(), (len(left), 0))
        sender.close()
        check_counts(self, daemon, generated)
        check_ids(self, daemon, generated)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        check_counts(self, daemon, generated)
        check_ids(self, daemon, generated)

    def test_tail(self):
        generated = Generated(self.directory, CALLS, NOW)
        log = self.directory / "api.json"
        daemon = self.daemon(
            f"sources: [{{tail: {{paths: [{log}], format: fortnight}}}}]\n" + SMALL_PARTS, NOW
        ).start()
        killed_at = set(self.chance.sample(range(CALLS // BATCH), KILLS))
        rotated_at = CALLS // BATCH // 2
        for number in range(CALLS // BATCH):
            if number == rotated_at:
                # A file that was never recorded can't be recognised under another name.
                wait_until(lambda: calls(daemon, generated.period) > 0, lambda: "nothing was stored")
                log.rename(self.directory / "api.json.1")
            with open(log, "ab") as file:
                for line in generated.lines[number * BATCH : (number + 1) * BATCH]:
                    file.write(line + b"\n")
            if number in killed_at:
                time.sleep(self.chance.uniform(0.0, 0.05))
                self.restart(daemon)
        wait_for_calls(daemon, generated.period, CALLS)
        check_counts(self, daemon, generated)
        check_ids(self, daemon, generated)


if __name__ == "__main__":
    unittest.main()
