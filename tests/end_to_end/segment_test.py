"""fortnight-segment on the directory of a running daemon, and on damaged files."""

import csv
import io
import json
import subprocess
import threading
import unittest

from daemon import BINARIES, PATIENCE, TestCase
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CONFIG = """sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]
storage: {part_bytes: 256KiB, flush_interval: 1s, seal_after: 1s}
"""
CALLS = 20_000


def segment(*arguments):
    command = [BINARIES / "fortnight-segment", *arguments]
    return subprocess.run(
        list(map(str, command)), capture_output=True, timeout=120 * PATIENCE, check=False
    )


class SegmentTest(TestCase):
    def output_of(self, *arguments):
        ended = segment(*arguments)
        self.assertEqual(ended.returncode, 0, ended.stderr.decode() + ended.stdout.decode())
        return ended.stdout

    def refused(self, *arguments):
        ended = segment(*arguments)
        self.assertEqual(ended.returncode, 1, ended.stdout)
        return ended.stderr.decode()

    def filled(self, calls=CALLS):
        """A stopped daemon whose files have calls of three days."""
        generated = Generated(self.directory, calls, NOW, "--days", "3")
        daemon = self.daemon(CONFIG, NOW).start()
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines)
            self.assertEqual(sender.sync(), (calls, 0))
        self.assertEqual(daemon.stop(), 0)
        return daemon, generated

    def largest_part(self, daemon):
        return max((daemon.data / "parts").iterdir(), key=lambda path: path.stat().st_size)

    def test_a_directory_is_read_while_its_daemon_takes_calls_in(self):
        daemon, generated = self.filled()
        daemon.start()
        missing = []

        def load():
            later = Generated(self.directory, CALLS, NOW, "--days", "3", "--seed", "2")
            with Sender(daemon.intake_port) as sender:
                for first in range(0, CALLS, 1000):
                    sender.send(later.lines[first : first + 1000])
                    sender.sync()

        loader = threading.Thread(target=load)
        loader.start()
        rounds = 0
        while loader.is_alive() or rounds == 0:
            rounds += 1
            lines = set(self.output_of("cat", daemon.data).split(b"\n"))
            missing += [line for line in generated.lines if line not in lines]
            self.output_of("verify", daemon.data)
            self.output_of("info", daemon.data)
            self.output_of("repair", "--dry-run", daemon.data)
        loader.join()
        self.assertEqual(missing, [])
        self.assertIn("another process holds", self.refused("repair", daemon.data))

    def test_filters_and_exports_agree_with_the_lines(self):
        daemon, generated = self.filled()
        calls = [json.loads(line) for line in generated.lines]
        failed = [line for line, call in zip(generated.lines, calls) if call["status"] >= 500]
        found = self.output_of("cat", daemon.data, "status=5xx").split(b"\n")[:-1]
        self.assertEqual(sorted(found), sorted(failed))
        account = calls[0]["account"]
        wanted = sorted(call["call_id"] for call in calls if call["account"] == account)
        rows = self.output_of("export", daemon.data, f"account={account}").splitlines()
        self.assertEqual(sorted(json.loads(row)["call_id"] for row in rows), wanted)
        text = self.output_of(
            "export", daemon.data, f"account={account}", "--as", "csv",
            "--fields", "call_id,status,line",
        ).decode()
        cells = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(cells[0], ["call_id", "status", "line"])
        self.assertEqual(sorted(cell[0] for cell in cells[1:]), wanted)
        self.assertTrue({cell[2].encode() for cell in cells[1:]} <= set(generated.lines))

    def test_what_a_daemon_set_aside_is_repaired(self):
        daemon, generated = self.filled()
        part = self.largest_part(daemon)
        whole = part.read_bytes()
        part.write_bytes(whole[:-4096])
        for command in ("info", "verify", "cat", "export"):
            told = segment(command, part)
            self.assertEqual(told.returncode, 1)
            self.assertIn(b"fortnight-segment repair", told.stderr, command)
            told = segment(command, daemon.data)
            self.assertEqual(told.returncode, 1)
            self.assertIn(b"repair", told.stderr, command)
        # The daemon answers without the file, marks answers as incomplete, and moves the file to
        # the quarantine.
        daemon.start()
        self.assertFalse(daemon.ask(f"ACTIVITY text=a {generated.period}").summary["complete"])
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(part.exists())
        self.assertIn(b"can be saved", self.output_of("repair", "--dry-run", daemon.data))
        self.assertIn(b"saved to parts/", self.output_of("repair", daemon.data))
        self.assertEqual(self.output_of("repair", daemon.data), b"nothing to repair\n")
        self.assertIn(b"all is well", self.output_of("verify", daemon.data))
        daemon.start()
        self.assertTrue(daemon.ask(f"ACTIVITY text=a {generated.period}").summary["complete"])
        check_counts(self, daemon, generated)
        check_ids(self, daemon, generated)

    def test_what_is_none_of_ours_is_refused(self):
        foreign = self.directory / "foreign"
        foreign.mkdir()
        (foreign / "letter").write_text("Dear reader")
        for path in (foreign, foreign / "letter", foreign / "nothing", "/dev/null", ""):
            for command in ("info", "verify", "cat", "export", "repair"):
                self.assertTrue(self.refused(command, path))
        self.assertEqual([entry.name for entry in foreign.iterdir()], ["letter"])


if __name__ == "__main__":
    unittest.main()
