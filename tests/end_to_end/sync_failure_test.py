"""Failed syncs: one of the journal ends the daemon, and the next start replays acknowledged calls; a part is
written again. ENOSPC from a sync is treated as a full disk."""

import os
import unittest
from unittest import mock

from daemon import BINARIES, PATIENCE, TestCase, calls, wait_until
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CALLS = 4_000
CONFIG = 'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\nstorage: {flush_interval: 1m}\n'


class SyncFailureTest(TestCase):
    def setUp(self):
        super().setUp()
        self.flag = self.directory / "fail"
        preloaded = {
            "LD_PRELOAD": str(BINARIES / "libfailing_sync.so"), "FAILING_SYNC": str(self.flag),
            "ASAN_OPTIONS": "verify_asan_link_order=0",
        }
        self.generated = Generated(self.directory, CALLS, NOW)
        changed = mock.patch.dict(os.environ, preloaded)
        changed.start()
        self.addCleanup(changed.stop)
        self.under_test = self.daemon(CONFIG, NOW).start()

    def fail_next_sync_of(self, part_of_path, error="EIO"):
        new = self.flag.with_suffix(".new")
        new.write_text(f"{error} {part_of_path}")
        new.rename(self.flag)

    def test_of_the_journal(self):
        lines, half = self.generated.lines, CALLS // 2
        with Sender(self.under_test.intake_port) as sender:
            sender.send(lines[:half])
            self.assertEqual(sender.sync(), (half, 0))
            self.fail_next_sync_of("/journal-")
            sender.send(lines[half:])
            with self.assertRaises(OSError, msg="acknowledged what was not synced"):
                sender.sync()
        self.assertEqual(self.under_test.process.wait(timeout=30 * PATIENCE), 1)
        log = self.under_test.log.read_text()
        self.assertIn("the store failed; nothing more is acknowledged", log)
        self.assertFalse(self.flag.exists(), "the sync was made to fail")

        self.under_test.start()
        there = calls(self.under_test, self.generated.period)
        self.assertGreaterEqual(there, half)
        with Sender(self.under_test.intake_port) as sender:
            sender.send(lines[there:])
            self.assertEqual(sender.sync(), (CALLS - there, 0))
        check_counts(self, self.under_test, self.generated)
        check_ids(self, self.under_test, self.generated)

    def test_of_the_journal_on_a_full_disk(self):
        daemon, half = self.under_test, CALLS // 2
        with Sender(daemon.intake_port) as sender:
            sender.send(self.generated.lines[:half])
            self.assertEqual(sender.sync(), (half, 0))
            self.fail_next_sync_of("/journal-", "ENOSPC")
            sender.send(self.generated.lines[half:])
            self.assertEqual(sender.sync(), (CALLS, 0))
        self.assertFalse(self.flag.exists(), "the sync was made to fail")
        daemon.kill()
        daemon.start()
        check_counts(self, daemon, self.generated)
        check_ids(self, daemon, self.generated)

    def test_of_a_part(self):
        daemon = self.under_test
        with Sender(daemon.intake_port) as sender:
            sender.send(self.generated.lines)
            self.assertEqual(sender.sync(), (CALLS, 0))
        self.fail_next_sync_of("/parts/")
        daemon.set_clock("2026-11-20T12:02:00Z")
        wait_until(
            lambda: daemon.ask("STATUS").rows[0]["maintenance"]["failures"] == 1,
            lambda: str(daemon.ask("STATUS").rows),
        )
        self.assertFalse(self.flag.exists(), "the sync was made to fail")
        check_counts(self, daemon, self.generated)
        daemon.set_clock("2026-11-20T12:03:00Z")
        wait_until(
            lambda: daemon.ask("STATUS").rows[0]["head"]["calls"] == 0,
            lambda: str(daemon.ask("STATUS").rows),
        )
        check_ids(self, daemon, self.generated)
        daemon.kill()
        daemon.start()
        check_counts(self, daemon, self.generated)
        check_ids(self, daemon, self.generated)


if __name__ == "__main__":
    unittest.main()
