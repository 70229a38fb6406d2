"""Damaged files of a real store: the daemon starts, reports them in STATUS and the log, and its answers are
right or marked as incomplete."""

import unittest

from daemon import TestCase
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CALLS = 3_000
CONFIG = 'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n'


def damage(path):
    """A byte in the middle of the file."""
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


class DamageTest(TestCase):
    def setUp(self):
        super().setUp()
        self.generated = Generated(self.directory, CALLS, NOW)
        self.under_test = self.daemon(CONFIG, NOW).start()
        with Sender(self.under_test.intake_port) as sender:
            sender.send(self.generated.lines)
            self.assertEqual(sender.sync(), (CALLS, 0))
        self.assertEqual(self.under_test.stop(), 0)
        self.data = self.under_test.data

    def damage_of(self, daemon):
        return daemon.ask("STATUS").rows[0]["damage"]

    def test_all_manifests(self):
        manifests = list(self.data.glob("manifest-*"))
        self.assertEqual(len(manifests), 2)
        for path in manifests:
            damage(path)
        daemon = self.under_test.start()
        damaged = self.damage_of(daemon)
        self.assertEqual((damaged["damaged_manifests"], damaged["rebuilt_from_files"]), (2, True))
        self.assertIn("the store was rebuilt from its files", daemon.log.read_text())
        for path in manifests:
            self.assertTrue((self.data / "quarantine" / path.name).exists(), path.name)
        check_counts(self, daemon, self.generated)
        check_ids(self, daemon, self.generated)

    def test_a_part_and_files_that_are_not_ours(self):
        part = max((self.data / "parts").iterdir(), key=lambda path: path.stat().st_size)
        damage(part)
        foreign = self.data / "parts" / "notes.txt"
        foreign.write_text("not ours")
        daemon = self.under_test.start()
        exported = daemon.ask(f"EXPORT {self.generated.period}")
        missing = CALLS - len(exported.rows)
        self.assertGreater(missing, 0, "the damage is in a block")
        self.assertFalse(exported.summary["complete"])
        known = {self.generated.call_id(line) for line in self.generated.lines}
        self.assertEqual(len({row["call_id"] for row in exported.rows} & known), CALLS - missing)
        # The log names each damaged file once.
        daemon.ask(f"EXPORT {self.generated.period}")
        self.assertEqual(self.damage_of(daemon)["read_failures"], 1)
        told = [line for line in daemon.log.read_text().splitlines() if "can't be read" in line]
        self.assertEqual(len(told), 1, told)
        self.assertIn(f"parts/{part.name}, block 0", told[0])
        # Counts don't need the block.
        check_counts(self, daemon, self.generated)
        self.assertEqual(foreign.read_text(), "not ours")

    def test_a_part_that_is_gone(self):
        max((self.data / "parts").iterdir(), key=lambda path: path.stat().st_size).unlink()
        daemon = self.under_test.start()
        self.assertEqual(self.damage_of(daemon)["lost_files"], 1)
        self.assertIn("files are damaged or missing", daemon.log.read_text())
        self.assertIn("parts/", daemon.log.read_text())
        exported = daemon.ask(f"EXPORT fields=call_id {self.generated.period}")
        self.assertLess(len(exported.rows), CALLS)
        self.assertFalse(exported.summary["complete"])
        check_counts(self, daemon, self.generated)


if __name__ == "__main__":
    unittest.main()
