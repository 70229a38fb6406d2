"""A real disk fills up: intake pauses and reports it, queries continue, and once there is room
intake resumes, without losses or repetitions."""

import json
import os
import subprocess
import threading
import unittest

from daemon import PATIENCE, LocalConnection, TestCase, calls, wait_for_calls, wait_until
from generated import Generated, check_counts, check_ids
from sender import Sender
from web_servers import free_port

NOW = "2026-11-20T12:00:00Z"
DISK_BYTES = 512 << 20
SMALL_DISK_BYTES = 160 << 20
# Remaining space: less than the warning threshold, far more than intake needs.
NEARLY_FULL_BYTES = 100 << 20


class FullDiskTest(TestCase):
    disk_bytes = DISK_BYTES

    def setUp(self):
        super().setUp()
        self.data = self.directory / "data"
        self.data.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.disk_bytes}", "tmpfs", self.data],
            capture_output=True, text=True,
        )
        if mounted.returncode != 0:
            self.skipTest(f"mounting a small disk isn't allowed here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.data], check=True)

    def nearly_fill(self):
        disk = os.statvfs(self.data)
        with open(self.data / "filler", "wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, disk.f_bavail * disk.f_frsize - NEARLY_FULL_BYTES)

    def check_nearly_full(self, daemon):
        self.assertFalse(self.status(daemon)["disk"]["nearly_full"])
        self.nearly_fill()
        self.assertTrue(self.status(daemon)["disk"]["nearly_full"])
        wait_until(lambda: "the disk is nearly full" in daemon.log.read_text(), daemon.log.read_text)
        self.assertIsNone(self.status(daemon)["paused"])

    def fill(self):
        """Fills the disk completely."""
        piece = bytes(1 << 20)
        with open(self.data / "filler", "ab", buffering=0) as filler:
            for size in (len(piece), 1):
                try:
                    while filler.write(piece[:size]) == size:
                        continue
                except OSError:
                    continue

    def status(self, daemon):
        return daemon.ask("STATUS").rows[0]

    def check_full(self, daemon, known):
        """The daemon reports the full disk everywhere, and answers queries."""
        wait_until(lambda: self.status(daemon)["paused"], lambda: str(self.status(daemon)))
        self.assertIn("full", self.status(daemon)["intake"]["stopped"])
        wait_until(lambda: "intake is paused" in daemon.log.read_text(), daemon.log.read_text)
        self.assertEqual(calls(daemon, self.generated.period), known)

    def check_whole(self, daemon):
        wait_for_calls(daemon, self.generated.period, len(self.generated.lines))
        check_counts(self, daemon, self.generated)
        check_ids(self, daemon, self.generated)
        wait_until(lambda: self.status(daemon)["paused"] is None, lambda: str(self.status(daemon)))
        self.assertIn("intake resumes", daemon.log.read_text())

    def full_and_free_again(self, more):
        """Fills the disk twice; `more(lines)` sends more lines and returns a function that waits for them."""
        daemon, lines = self.under_test, self.generated.lines
        third = len(lines) // 3
        self.check_nearly_full(daemon)
        more(lines[:third])()
        for begin in (third, 2 * third):
            known = calls(daemon, self.generated.period)
            self.assertEqual(known, begin)
            self.fill()
            wait = more(lines[begin : begin + third] if begin == third else lines[begin:])
            self.check_full(daemon, known)
            os.unlink(self.data / "filler")
            wait()
        self.check_whole(daemon)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.check_counts_again(daemon)

    def check_counts_again(self, daemon):
        check_counts(self, daemon, self.generated)
        check_ids(self, daemon, self.generated)

    def begin(self, source, more=""):
        self.generated = Generated(self.directory, 6_000, NOW)
        self.under_test = self.daemon(
            f"sources: [{source}]\nstorage: {{part_bytes: 256KiB, flush_interval: 1s}}\n{more}", NOW
        ).start()

    def test_tcp_with_sync(self):
        self.begin('{tcp: {listen: "127.0.0.1:0", format: fortnight}}')
        sender = Sender(self.under_test.intake_port)
        self.addCleanup(sender.close)

        def more(lines):
            sender.send(lines)
            answered = []
            waiting = threading.Thread(target=lambda: answered.append(sender.sync()))
            waiting.start()

            def wait():
                waiting.join(timeout=60 * PATIENCE)
                self.assertEqual(len(answered), 1, "no acknowledgement")
                self.assertEqual(answered[0][1], 0)

            return wait

        self.full_and_free_again(more)

    def test_an_erasure_needs_room(self):
        self.begin('{tcp: {listen: "127.0.0.1:0", format: fortnight}}', "erasure: {enabled: true}\n")
        daemon, lines = self.under_test, self.generated.lines
        with Sender(daemon.intake_port) as sender:
            sender.send(lines)
            sender.sync()
        account = json.loads(lines[0])["account"]
        request = "ERASE account=" + json.dumps(account)
        everything = calls(daemon, self.generated.period)
        with LocalConnection(self.data / "query.sock") as connection:
            (seen,) = connection.ask(request).rows
            self.fill()
            refused = connection.ask(f"{request} confirm={seen['confirm']} now=true")
            self.assertRegex(refused.closing, "^ERR no-space")
            check_counts(self, daemon, self.generated)
            check_ids(self, daemon, self.generated)
            os.unlink(self.data / "filler")
            (done,) = connection.ask(f"{request} confirm={seen['confirm']} now=true").rows
            self.assertEqual(done["calls"], seen["calls"])
            self.assertEqual([row["number"] for row in connection.ask("ERASURES").rows], [1])
        self.assertEqual(calls(daemon, self.generated.period), everything)
        # Upkeep that failed on the full disk is repeated five seconds later.
        daemon.set_clock("2026-11-20T12:00:06Z")
        wait_until(lambda: self.status(daemon)["erasures"]["pending"] == 0, lambda: str(self.status(daemon)))

    def test_a_start_on_a_full_disk_answers(self):
        self.begin('{tcp: {listen: "127.0.0.1:0", format: fortnight}}')
        daemon, lines = self.under_test, self.generated.lines
        with Sender(daemon.intake_port) as sender:
            sender.send(lines)
            sender.sync()
        self.assertEqual(daemon.stop(), 0)  # no leftover files whose removal would make room
        port = free_port()
        query = 'query: {listen: "127.0.0.1:'
        text = daemon.config.read_text().replace(f'{query}0"', f'{query}{port}"')
        daemon.config.write_text(text)
        self.fill()
        daemon.spawn()
        daemon.ports = {"query": port}
        wait_until(lambda: daemon.log.read_text().count('msg="ready"') == 2, daemon.log.read_text)
        check_counts(self, daemon, self.generated)
        self.assertFalse((self.data / "ports.json").exists(), "the ports of another start")
        os.unlink(self.data / "filler")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.check_counts_again(daemon)

    def test_tail_over_rotations(self):
        log = self.directory / "api.json"
        self.begin(f"{{tail: {{paths: [{log}], format: fortnight}}}}")
        written = 0

        def more(lines):
            nonlocal written
            seen = written > 0  # a file that is rotated before it is ever seen isn't read
            half = len(lines) // 2
            for number, piece in enumerate((lines[:half], lines[half:])):
                if number == 1 and seen:
                    log.rename(log.with_name(f"api.json.{written}"))
                with open(log, "ab") as file:
                    file.write(b"".join(line + b"\n" for line in piece))
                written += len(piece)
            expected = written
            return lambda: wait_for_calls(self.under_test, self.generated.period, expected)

        self.full_and_free_again(more)


class SmallDiskTest(FullDiskTest):
    """The reserve and the journal must leave room for calls."""

    disk_bytes = SMALL_DISK_BYTES

    def check_nearly_full(self, daemon):
        self.assertFalse(self.status(daemon)["disk"]["nearly_full"])
        self.assertIsNone(self.status(daemon)["paused"])


if __name__ == "__main__":
    unittest.main()
