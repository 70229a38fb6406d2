"""Backups of a daemon that takes in calls: restored copies answer as it did, and what happens when
the daemon is killed, the disk is full, or somebody else asks."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import threading
import unittest

from daemon import BINARIES, FORTNIGHTD, Daemon, TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CONFIG = """sources: [{tcp: {listen: "127.0.0.1:0"}}]
audit: {enabled: true}
redact: {hash: {keys: [email]}}
"""
REQUESTS = ["ACTIVITY date=all by=account", "TOP by=endpoint date=all", "LOGS date=all limit=1000",
            "ERRORS date=all", "REJECTS", "VALUES field=path date=all", "LOGS date=all text=brown limit=1000",
            "LOGS date=all order=oldest limit=500"]
WORDS = "the quick brown fox jumps over a lazy dog and rests in the shade of an old oak".split()


def call(number, day="2026-11-20"):
    noise = random.Random(number)
    return json.dumps({
        "ts": f"{day}T0{number // 3600 % 10}:{number // 60 % 60:02}:{number % 60:02}Z",
        "call_id": f"{day}-{number}", "account": "AB"[number % 2], "method": "GET",
        "endpoint": "/orders", "path": f"/orders/{number}", "status": 200 + 300 * (number % 7 == 0),
        "email": f"{number}@example.com",
        "request": {"body": {"text": " ".join(noise.choices(WORDS, k=30)), "id": noise.randbytes(12).hex()}},
    }).encode()


def checked(directory):
    return subprocess.run([FORTNIGHTD, "--restore-check", directory], capture_output=True, text=True,
                          timeout=120)


class BackupTest(TestCase):
    def send(self, daemon, numbers, day="2026-11-20"):
        with Sender(daemon.intake_port) as sender:
            sender.send([call(number, day) for number in numbers])
            sender.send([f"no call {numbers[0]}".encode()])
            sender.sync()

    def back_up(self, daemon, directory):
        answer = self.local(daemon).ask(f"BACKUP {directory}")
        self.assertTrue(answer.ok, answer.closing)
        return answer.rows[0]

    def answers(self, daemon):
        with daemon.connect() as connection:
            answers = []
            for request in REQUESTS:
                answer = connection.ask(request)
                self.assertTrue(answer.ok, answer.closing)
                answers.append((request, answer.rows, answer.closing))
            return answers

    def restored(self, backup, name="restored"):
        """A daemon on a copy of the backup."""
        directory = self.directory / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        shutil.copytree(backup, directory / "data")
        daemon = Daemon(directory, CONFIG, NOW)
        self.addCleanup(self._end, daemon)
        return daemon.start()

    def test_a_restored_copy_answers_as_the_original_did(self):
        daemon = self.daemon(CONFIG, NOW).start()
        self.local(daemon).ask("ISSUE ci rights=counts")
        for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
            self.send(daemon, range(400), day)
        before = self.answers(daemon)
        backup = self.directory / "backup"
        row = self.back_up(daemon, backup)
        self.assertEqual(row["calls"], 1200)
        self.assertGreater(row["linked"], 0)
        self.assertEqual(row["copied"] + row["unchanged"], 0)
        self.send(daemon, range(400, 800))
        self.assertNotEqual(self.answers(daemon), before)
        check = checked(backup)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        self.assertIn("fine: 1,200 calls", check.stdout)
        self.assertIn(f"as of {NOW}", check.stdout)
        copy = self.restored(backup)
        self.assertEqual(self.answers(copy), before)
        self.assertNotIn("damaged", copy.log.read_text())
        self.assertNotIn("lost", copy.log.read_text())
        # Hashed values are found, tokens are known, and the audit is there.
        hashed = before[2][1][0]["call_id"]
        for one in (daemon, copy):
            shown = one.ask(f"SHOW {hashed}").rows[0]
            self.assertTrue(shown["line"]["email"].startswith("hash:"))
        self.assertEqual(self.local(copy).ask("TOKENS").rows[0]["name"], "ci")
        self.assertEqual(copy.ask("STATUS").rows[0]["damage"]["lost_files"], 0)
        self.assertGreater(len(self.local(copy).ask("AUDIT date=all").rows), 0)
        # It is a store like any other: it takes calls, and is no backup any more.
        self.send(copy, range(800, 810))
        self.assertEqual(copy.ask("ACTIVITY date=all").summary["calls"], 1210)
        self.assertFalse((copy.data / "backup").exists())
        # The next one into the same directory.
        then = self.answers(daemon)
        row = self.back_up(daemon, backup)
        self.assertGreater(row["unchanged"], 0)
        self.assertEqual(row["calls"], 1600)
        self.assertEqual(self.answers(self.restored(backup, "again")), then)

    def test_under_intake_and_merges_every_backup_is_a_prefix(self):
        daemon = self.daemon(CONFIG + "storage: {flush_interval: 200ms}\n", NOW).start()
        ended = threading.Event()

        def send():
            number = 0
            with Sender(daemon.intake_port) as sender:
                while not ended.is_set():
                    sender.send([call(number + i, f"2026-11-{18 + number // 50 % 3}") for i in range(50)])
                    sender.sync()
                    number += 50

        thread = threading.Thread(target=send)
        thread.start()
        try:
            backup = self.directory / "backup"
            least = 0
            for _ in range(6):
                wait_until(lambda: daemon.ask("ACTIVITY date=all").summary["calls"] > least,
                           lambda: daemon.log.read_text())
                known = daemon.ask("ACTIVITY date=all").summary["calls"]
                row = self.back_up(daemon, backup)
                self.assertGreaterEqual(row["calls"], known)
                check = checked(backup)
                self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
                copy = self.restored(backup)
                ids = {row["call_id"] for row in copy.ask("EXPORT date=all fields=call_id").rows}
                self.assertEqual(len(ids), row["calls"])
                # The sender's calls in their order, without a gap.
                sent = {f"2026-11-{18 + start // 50 % 3}-{start + i}"
                        for start in range(0, row["calls"], 50) for i in range(50)}
                self.assertEqual(ids, sent)
                self.assertEqual(copy.ask("ACTIVITY date=all").summary["calls"], row["calls"])
                copy.kill()
                least = row["calls"] + 200
        finally:
            ended.set()
            thread.join()

    def test_a_daemon_that_is_killed_in_a_backup_leaves_the_earlier_one(self):
        other_disk = pathlib.Path("/dev/shm")
        if not other_disk.is_dir() or other_disk.stat().st_dev == self.directory.stat().st_dev:
            self.skipTest("there is no other file system")
        daemon = self.daemon(CONFIG, NOW).start()
        backup = other_disk / self.directory.name
        self.addCleanup(shutil.rmtree, backup, ignore_errors=True)
        self.send(daemon, range(500))
        row = self.back_up(daemon, backup)
        self.assertGreater(row["copied"], 0)
        self.assertEqual(row["linked"], 0)
        earlier = row["calls"]
        for round_number in range(6):
            first = 500 + 4000 * round_number
            for start in range(first, first + 4000, 1000):
                self.send(daemon, range(start, start + 1000))
            connection = self.local(daemon)
            connection.socket.sendall(f"BACKUP {backup}\n".encode())
            timer = threading.Timer(random.random() * 0.1, daemon.kill)
            timer.start()
            try:
                ended = connection.answer().ok
            except (EOFError, ConnectionError):
                ended = False
            timer.join()
            check = checked(backup)
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
            now = first + 4000
            copy = self.restored(backup)
            calls = copy.ask("ACTIVITY date=all").summary["calls"]
            self.assertIn(calls, [now] if ended else [earlier, now])
            earlier = calls
            copy.kill()
            daemon.start()
            self.assertEqual(daemon.ask("ACTIVITY date=all").summary["calls"], now)
        self.assertEqual(self.back_up(daemon, backup)["calls"], now)
        self.assertEqual(daemon.ask("STATUS").rows[0]["damage"]["lost_files"], 0)

    def test_a_full_disk_of_the_backup_keeps_the_earlier_one_and_leaves_the_daemon_alone(self):
        disk = self.directory / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", disk],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"mounting a small disk isn't allowed here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        daemon = self.daemon(CONFIG, NOW).start()
        self.send(daemon, range(300))
        backup = disk / "backup"
        self.back_up(daemon, backup)
        before = self.answers(daemon)
        for start in range(300, 20300, 2000):
            self.send(daemon, range(start, start + 2000))
        # Refused before anything is copied; then, with the disk filled up meanwhile, in a copy.
        refused = self.local(daemon).ask(f"BACKUP {backup}").closing
        self.assertIn("ERR", refused)
        self.assertIn("the backup's disk is full", refused)
        first = disk / "first"
        (disk / "filler").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - 8192))
        self.assertFalse(self.local(daemon).ask(f"BACKUP {first}").ok)
        self.assertEqual(checked(backup).returncode, 0)
        (disk / "filler").unlink()
        self.assertEqual(self.answers(self.restored(backup)), before)
        status = daemon.ask("STATUS").rows[0]
        self.assertIsNone(status["paused"])
        self.assertEqual((status["maintenance"]["failures"], status["damage"]["lost_files"]), (0, 0))
        self.send(daemon, range(20300, 20310))
        self.assertEqual(daemon.ask("ACTIVITY date=all").summary["calls"], 20310)
        elsewhere = self.directory / "elsewhere"
        self.assertEqual(self.back_up(daemon, elsewhere)["calls"], 20310)
        self.assertEqual(checked(elsewhere).returncode, 0)

    def test_an_incomplete_or_damaged_one_is_recognised(self):
        daemon = self.daemon(CONFIG, NOW).start()
        self.send(daemon, range(500))
        backup = self.directory / "backup"
        self.back_up(daemon, backup)
        # A first one that ended before its manifests.
        begun = self.directory / "begun"
        shutil.copytree(backup, begun)
        for manifest in begun.glob("manifest-*"):
            manifest.unlink()
        check = checked(begun)
        self.assertEqual(check.returncode, 1)
        self.assertIn("a backup was begun here, and none has ended", check.stdout)
        # It is completed by another.
        self.assertGreater(self.back_up(daemon, begun)["unchanged"], 0)
        self.assertEqual(checked(begun).returncode, 0)
        tried = 0
        for path in sorted(backup.rglob("*")):
            # Of JSON, only the structure is checked.
            if not path.is_file() or path.parent.name == "audit" or path.name in (
                    "lock", "backup", "version", "access", "access-tries"):
                continue
            copy = self.directory / "damaged"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(backup, copy)
            broken = copy / path.relative_to(backup)
            content = bytearray(broken.read_bytes())
            if not content:
                continue
            content[len(content) // 2] ^= 0xff
            broken.write_bytes(content)
            before = {one: one.read_bytes() for one in copy.rglob("*") if one.is_file()}
            check = checked(copy)
            tried += 1
            if path.name != "journal-mark":  # of its two copies, one is enough
                self.assertEqual(check.returncode, 1, f"{path}: {check.stdout}{check.stderr}")
                self.assertIn(path.name, check.stdout)
            after = {one: one.read_bytes() for one in copy.rglob("*") if one.is_file()}
            self.assertEqual(before, after)
        self.assertGreater(tried, 6)
        self.assertEqual(checked(self.directory / "nowhere").returncode, 1)
        (self.directory / "empty").mkdir()
        self.assertEqual(checked(self.directory / "empty").returncode, 1)

    def test_who_may_and_where(self):
        daemon = self.daemon(CONFIG, NOW).start()
        self.send(daemon, range(10))
        backup = self.directory / "backup"
        token = self.local(daemon).ask("ISSUE a rights=admin,counts").rows[0]["token"]
        with daemon.connect() as connection:
            self.assertIn("ERR denied", connection.ask(f"BACKUP {backup}").closing)
            self.assertTrue(connection.ask(f"AUTH {token}").ok)
            self.assertIn("unix socket", connection.ask(f"BACKUP {backup}").closing)
        self.assertFalse(backup.exists())
        local = self.local(daemon)
        used = self.directory / "used"
        used.mkdir()
        (used / "file").write_text("mine")
        running = self.directory / "running"
        for directory, why in ((daemon.data, "needs it for itself"),
                               (daemon.data / "parts", "needs it for itself"),
                               (f"{daemon.data}/../data", "needs it for itself"), ("backup", "absolute"),
                               ("", "takes a directory"), (used, "isn't empty"), (used / "file" / "x", ""),
                               ("/proc/backup", "")):
            answer = local.ask(f"BACKUP {directory}")
            self.assertFalse(answer.ok, directory)
            self.assertIn(why, answer.closing)
        self.assertEqual([one.name for one in used.iterdir()], ["file"])
        # Another store's backup.
        self.back_up(daemon, backup)
        running.mkdir()
        other = Daemon(running, CONFIG, NOW)
        self.addCleanup(self._end, other)
        other.start()
        self.send(other, range(20, 50))
        self.assertIn("another store", self.local(other).ask(f"BACKUP {backup}").closing)
        self.assertEqual(checked(backup).returncode, 0)
        # A backup on which a daemon runs.
        on_it = self.directory / "on-it"
        on_it.mkdir()
        (on_it / "data").symlink_to(backup)
        third = Daemon(on_it, CONFIG, NOW)
        self.addCleanup(self._end, third)
        third.start()
        self.assertFalse(local.ask(f"BACKUP {backup}").ok)
        third.stop()
        self.assertIn("has no backup", local.ask(f"BACKUP {backup}").closing)

    def test_the_client(self):
        daemon = self.daemon(CONFIG, NOW).start()
        self.send(daemon, range(30))
        environment = {**os.environ, "FORTNIGHT_CONNECT": str(daemon.data / "query.sock")}

        def run(*arguments):
            return subprocess.run([BINARIES / "fortnight", *arguments], capture_output=True, text=True,
                                  env=environment, cwd=self.directory, timeout=60)

        named = run("backup", "of today, =all/../new")
        self.assertEqual(named.returncode, 0, named.stderr)
        self.assertEqual(json.loads(named.stdout)["directory"], str(self.directory / "new"))
        shown = run("backup", "new", "--view")
        self.assertIn("30 calls", shown.stdout)
        self.assertNotEqual(run("backup").returncode, 0)
        self.assertEqual(checked(self.directory / "new").returncode, 0)


if __name__ == "__main__":
    unittest.main()
