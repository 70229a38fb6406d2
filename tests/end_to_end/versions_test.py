"""Data directories of other versions: a newer one is refused untouched, and, with FORTNIGHT_PREVIOUS_BIN, the
directory of the programs of an earlier version, both versions read what the other has written."""

import json
import os
import pathlib
import subprocess
import unittest

import daemon as daemon_module
from daemon import BINARIES, FORTNIGHTD, TestCase
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
PREVIOUS = os.environ.get("FORTNIGHT_PREVIOUS_BIN")
REQUESTS = ["ACTIVITY date=all by=account", "TOP by=endpoint date=all", "LOGS date=all limit=1000", "REJECTS",
            "ERRORS date=all"]


def call(number, day):
    return json.dumps({"ts": f"{day}T08:00:{number % 60:02}Z", "call_id": f"{day}-{number}",
                       "account": "AB"[number % 2], "method": "GET", "endpoint": "/orders",
                       "path": f"/orders/{number}", "status": 200 + 300 * (number % 5 == 0)}).encode()


def state(directory):
    """Every file with its content and its times."""
    return {path.relative_to(directory): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ctime_ns)
            for path in sorted(directory.rglob("*")) if path.is_file()}


class VersionsTest(TestCase):
    def send(self, daemon, day="2026-11-20"):
        with Sender(daemon.intake_port) as sender:
            sender.send([call(number, day) for number in range(100)] + [b"no call"])
            sender.sync()

    def answers(self, daemon):
        def without(row):  # members that only one of the versions has
            return {key: value for key, value in row.items() if key not in ("first_ever", "basis")}

        with daemon.connect() as connection:
            answers = [connection.ask(request) for request in REQUESTS]
        return [([without(row) for row in answer.rows], without(answer.summary)) for answer in answers]

    def test_a_newer_directory_is_refused_and_left_as_it_is(self):
        daemon = self.daemon(clock=NOW).start()
        self.send(daemon)
        version = daemon.data / "version"
        own = json.loads(version.read_text())
        self.assertEqual(own["readable_from"], "0.1.0")
        daemon.stop()
        version.write_text('{"version":1,"written_by":"99.1.0","readable_from":"99.0.0"}\n')
        before = state(daemon.data)

        def refused(*command):
            run = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
            self.assertIn("Fortnight 99.1.0 wrote this data", run.stderr)
            self.assertIn("install 99.0.0 or newer", run.stderr)
            return run

        refused(*daemon.command())
        refused(FORTNIGHTD, "--restore-check", daemon.data)
        for command in ("verify", "info", "repair", "acknowledge"):
            refused(BINARIES / "fortnight-segment", command, daemon.data)
        self.assertEqual(state(daemon.data), before)
        # The version that reads it would start; so does this one, if it may.
        version.write_text('{"version":1,"written_by":"99.1.0","readable_from":"0.1.0"}\n')
        daemon.start()
        self.assertEqual(daemon.ask("ACTIVITY date=all").summary["calls"], 100)
        self.assertEqual(json.loads(version.read_text()), own)

    @unittest.skipUnless(PREVIOUS, "FORTNIGHT_PREVIOUS_BIN has no earlier programs")
    def test_up_and_down_between_this_version_and_the_previous_one(self):
        programs = {"this": FORTNIGHTD, "previous": str(pathlib.Path(PREVIOUS) / "fortnightd")}
        daemon = self.daemon(clock=NOW)
        days = iter(f"2026-11-{day}" for day in range(10, 20))
        before = None
        for version in ("previous", "this", "previous", "this"):
            daemon_module.FORTNIGHTD = programs[version]
            try:
                daemon.start()
            finally:
                daemon_module.FORTNIGHTD = programs["this"]
            if before is not None:
                self.assertEqual(self.answers(daemon), before, version)
            self.send(daemon, next(days))
            self.send(daemon)
            before = self.answers(daemon)
            damage = daemon.ask("STATUS").rows[0]["damage"]
            self.assertEqual((damage["lost_files"], damage["read_failures"]), (0, 0), damage)
            # By turns with and without records in the journal.
            daemon.kill() if version == "this" else daemon.stop()


if __name__ == "__main__":
    unittest.main()
