"""Files of a real store that are missing, truncated, empty, foreign, swapped, copied over one another or
out of date, alone and in pairs: each answer is right or marked as incomplete, no call appears twice, and
losses stay reported until they are acknowledged."""

import os
import random
import shutil
import subprocess
import unittest

from daemon import BINARIES, TestCase, wait_until
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CALLS = 2_000
SOURCES = """sources:
  - {tcp: {listen: "127.0.0.1:0", format: fortnight}}
  - {tail: {paths: ["%s"], format: fortnight, name: tailed}}
"""
FLUSHING = "storage: {flush_interval: 1s, seal_after: 1s}\n"
HOLDING = "storage: {flush_interval: 1h, seal_after: 1h}\n"
PAIRS = int(os.environ.get("FORTNIGHT_PAIRS", "16"))


def missing(path, _):
    path.unlink()


def empty(path, _):
    path.write_bytes(b"")


def cut(path, _):
    os.truncate(path, path.stat().st_size // 2)


def foreign(path, _):
    path.write_bytes(b"not ours\n" * (path.stat().st_size // 9))


def copied(path, others):
    shutil.copyfile(others[0], path)


def swapped(path, others):
    between = path.with_name("between")
    path.rename(between)
    others[0].rename(path)
    between.rename(others[0])


DAMAGES = [missing, empty, cut, foreign, copied, swapped]


def segment(*arguments):
    command = list(map(str, [BINARIES / "fortnight-segment", *arguments]))
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


class LostFilesTest(TestCase):
    def setUp(self):
        super().setUp()
        self.generated = Generated(self.directory, CALLS, NOW, "--days", "3")
        self.ids = [self.generated.call_id(line) for line in self.generated.lines]
        self.log = self.directory / "app.log"
        self.log.write_bytes(b"")
        sources = SOURCES % self.log
        self.under_test = self.daemon(sources + FLUSHING, NOW)
        self.data = self.under_test.data
        half, most = CALLS // 2, CALLS * 9 // 10
        self.send(self.generated.lines[:half])
        self.send(self.generated.lines[half:most])
        # The rest is only in the journal.
        self.under_test = self.daemon(sources + HOLDING, NOW).start()
        with Sender(self.under_test.intake_port) as sender:
            sender.send(self.generated.lines[most : most + 50])
            sender.sync()
            self.older = self.directory / "older"
            self.copy_to(self.older)
            sender.send(self.generated.lines[most + 50 : -50])
            sender.sync()
            with open(self.log, "ab") as log:
                log.write(b"".join(line + b"\n" for line in self.generated.lines[-50:]))
            wait_until(lambda: self.found()[0] == sorted(self.ids), lambda: str(len(self.found()[0])))
            sender.sync()
        self.under_test.kill()
        (self.data / "query.sock").unlink()  # can't be copied
        self.whole = self.directory / "whole"
        self.data.rename(self.whole)

    def send(self, lines):
        self.under_test.start()
        with Sender(self.under_test.intake_port) as sender:
            sender.send(lines)
            sender.sync()
        self.assertEqual(self.under_test.stop(), 0)

    def copy_to(self, directory):
        """Copies the data directory while the daemon doesn't change its files."""
        while True:
            try:
                shutil.copytree(self.data, directory, ignore=shutil.ignore_patterns("*.sock"))
                return
            except shutil.Error:
                shutil.rmtree(directory)

    def found(self):
        """The IDs of all calls and whether the answer is marked as complete; the same for counts."""
        period = self.generated.period
        exported = self.under_test.ask(f"EXPORT fields=call_id {period}")
        counted = self.under_test.ask(f"ACTIVITY {period}").summary
        found = sorted(row["call_id"] for row in exported.rows)
        return found, exported.summary["complete"], counted["calls"], counted["complete"]

    def files(self):
        paths = [path for path in self.data.rglob("*") if path.is_file()]
        return sorted(path for path in paths if path.name not in ("lock", "ports.json"))

    def check(self, what):
        """Checks after a start, after the tailed file may have been read again, and after another start."""
        for start in ("first", "second"):
            self.under_test.start()
            found, calls_complete, counted, counts_complete = self.found()
            where = f"{what}, {start} start: {self.under_test.log.read_text()[-2000:]}"
            self.assertEqual(len(found), len(set(found)), "twice: " + where)
            self.assertLessEqual(set(found), set(self.ids), "made up: " + where)
            self.assertLessEqual(counted, CALLS, "counted twice: " + where)
            if len(found) < CALLS:
                self.assertFalse(calls_complete, f"{CALLS - len(found)} short: {where}")
            if counted < CALLS:
                self.assertFalse(counts_complete, f"{CALLS - counted} not counted: {where}")
            if not calls_complete or not counts_complete:
                damage = self.under_test.ask("STATUS").rows[0]["damage"]
                said = damage["lost_files"] + damage["read_failures"] + damage["unreadable_files"]
                self.assertGreater(said, 0, where)
                self.assertIn("damaged", self.under_test.log.read_text())
            self.assertEqual(self.under_test.stop(), 0, where)

    def fresh(self):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.whole, self.data)
        self.under_test.log.write_text("")
        return self.files()

    def test_one_file(self):
        names = [path.relative_to(self.data) for path in self.fresh()]
        for number, name in enumerate(names):
            # All kinds of damage are spread over the files of each kind, without trying every
            # combination.
            for damage in DAMAGES[number % 2 :: 2]:
                files = self.fresh()
                path = self.data / name
                others = [other for other in files if other != path and other.suffix == path.suffix]
                random.Random(number).shuffle(others)
                if damage in (copied, swapped) and not others:
                    continue
                damage(path, others)
                with self.subTest(file=str(name), damage=damage.__name__):
                    self.check(f"{name} {damage.__name__} {others[:1]}")

    def test_two_files(self):
        rng = random.Random(7)
        for number in range(PAIRS):
            files = self.fresh()
            pair = rng.sample(files, 2)
            if number % 4 == 0:  # the files that a power loss affects
                manifests = [path for path in files if path.name.startswith("manifest-")]
                journals = [path for path in files if path.name.startswith("journal-0")]
                pair = [manifests[-1], journals[-1]]
            damages = [rng.choice(DAMAGES[:4]) for _ in pair]
            for path, damage in zip(pair, damages):
                damage(path, [])
            what = " and ".join(f"{path.name} {damage.__name__}" for path, damage in zip(pair, damages))
            with self.subTest(what=what):
                self.check(what)

    def test_files_of_an_older_time(self):
        for old in sorted(self.older.rglob("*")):
            name = old.relative_to(self.older)
            self.fresh()
            now = self.data / name
            if not old.is_file() or not now.exists() or now.read_bytes() == old.read_bytes():
                continue
            shutil.copyfile(old, now)
            with self.subTest(file=str(name)):
                self.check(f"an older {name}")

    def test_tailed_lines_are_read_again_and_a_loss_is_said_until_it_is_acknowledged(self):
        for path in self.fresh():
            if path.name.startswith("journal-0"):
                path.unlink()
        verified = segment("verify", self.data)
        self.assertEqual(verified.returncode, 1, verified.stdout)
        self.assertIn("journal-", verified.stdout)
        self.under_test.start()
        kept = self.ids[: CALLS * 9 // 10] + self.ids[-50:]
        wait_until(lambda: self.found()[0] == sorted(kept), lambda: str(len(self.found()[0])))
        self.assertFalse(self.found()[1])
        self.assertEqual(self.under_test.stop(), 0)
        self.assertEqual(segment("verify", self.data).returncode, 1)
        acknowledged = segment("acknowledge", self.data)
        self.assertEqual(acknowledged.returncode, 0, acknowledged.stderr)
        self.assertIn("records of it are lost", acknowledged.stdout)
        verified = segment("verify", self.data)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.under_test.start()
        self.assertEqual(self.found(), (sorted(kept), True, len(kept), True))
        self.assertEqual(self.under_test.ask("STATUS").rows[0]["damage"]["lost_files"], 0)

    def test_segments_and_rollups_in_each_others_places_are_put_back(self):
        self.fresh()
        live = segment("info", self.data).stdout.split()
        for folder in ("parts", "rollups"):
            of_folder = [self.data / name for name in live if name.startswith(folder + "/")]
            by_day = {path.name[:10]: path for path in of_folder if path.name[:10] != NOW[:10]}
            first, second = list(by_day.values())[:2]
            swapped(first, [second])
        verified = segment("verify", self.data)
        self.assertEqual(verified.returncode, 1, verified.stdout)
        self.assertGreaterEqual(verified.stdout.count("isn't the file"), 4, verified.stdout)
        repaired = segment("repair", self.data)
        self.assertEqual(repaired.returncode, 0, repaired.stderr + repaired.stdout)
        self.assertEqual(segment("verify", self.data).returncode, 0)
        self.under_test.start()
        self.assertEqual(self.found(), (sorted(self.ids), True, CALLS, True))


if __name__ == "__main__":
    unittest.main()
