"""SOURCES: how far each file is read, and why it was begun or continued; over rotations, restarts and
truncations, for those who may see it."""

import json
import os
import subprocess
import unittest
import urllib.request

from daemon import BINARIES, TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"


def line(number):
    return json.dumps({"ts": f"2026-11-20T11:{number // 60 % 60:02}:{number % 60:02}Z",
                       "call_id": f"c-{number}", "status": 200, "method": "GET", "path": "/x"}) + "\n"


class SourcesTest(TestCase):
    def started(self, extra=""):
        self.log = self.directory / "logs" / "app.log"
        self.log.parent.mkdir()
        self.log.write_text("".join(line(number) for number in range(100)))
        daemon = self.daemon(f"""sources:
  - tail: {{name: files, paths: ["{self.log.parent}/*.log"]}}
  - tcp: {{name: port, listen: "127.0.0.1:0"}}
{extra}""", NOW).start()
        self.wait(daemon, 100)
        return daemon

    def wait(self, daemon, calls):
        wait_until(lambda: daemon.ask("ACTIVITY").summary["calls"] == calls, lambda: daemon.log.read_text())

    def rows(self, daemon, request="SOURCES source=files"):
        answer = daemon.ask(request)
        sources = [row for row in answer.rows if row["file"] is None]
        files = [row for row in answer.rows if row["file"] is not None]
        self.assertEqual(answer.summary, {"sources": len(sources), "files": len(files)})
        return sources, files

    def test_why_a_file_was_read_again(self):
        daemon = self.started()
        (source,), (file,) = self.rows(daemon)
        stat = self.log.stat()
        self.assertEqual((file["inode"], file["device"]), (stat.st_ino, stat.st_dev))
        self.assertEqual((file["state"], file["offset"], file["size"], file["behind_bytes"]),
                         ("reading", stat.st_size, stat.st_size, 0))
        self.assertEqual(file["decision"]["why"], "the source is new, and had read no file before")
        self.assertEqual((source["files"], source["state"], source["problems"]), (1, "open", []))
        self.assertEqual(source["decisions"], [file["decision"]])
        self.assertLess(file["last_line_s"], 60)
        # A restart.
        daemon.stop()
        daemon.start()
        wait_until(lambda: self.rows(daemon)[1], lambda: daemon.log.read_text())
        (file,) = self.rows(daemon)[1]
        decision = file["decision"]
        self.assertEqual((decision["verdict"], decision["why"]), ("continued", "the same file"))
        self.assertEqual((decision["offset"], decision["had_read"]), (stat.st_size, stat.st_size))
        self.assertIsNone(file["last_line_s"])
        # A truncation: read again, with the reason.
        with open(self.log, "w") as log:
            log.writelines(line(number) for number in range(1000, 1040))
        self.wait(daemon, 140)
        (source,), files = self.rows(daemon)
        # Its former content may be in a copy, which is searched for.
        file, missing = sorted(files, key=lambda file: file["state"], reverse=True)
        self.assertEqual((missing["state"], missing["offset"]), ("missing", stat.st_size))
        self.assertEqual(file["decision"]["verdict"], "begun")
        self.assertIn("truncated or rewritten", file["decision"]["why"])
        self.assertEqual(file["decision"]["had_read"], stat.st_size)
        self.assertIn("truncated or rewritten", source["last_warning"]["what"])
        self.assertEqual(source["decisions"][0], file["decision"])
        # A rotation.
        self.log.rename(self.log.with_suffix(".log.1"))
        self.log.write_text(line(200))
        self.wait(daemon, 141)
        files = self.rows(daemon)[1]
        self.assertEqual({file["state"] for file in files}, {"missing", "reading", "rotated"})
        self.assertEqual({file["tailed_as"] for file in files}, {str(self.log)})

    def test_files_that_cannot_be_read_and_lines_that_are_no_calls(self):
        daemon = self.started()
        if os.geteuid() != 0:
            unreadable = self.log.parent / "secret.log"
            unreadable.write_text(line(1))
            unreadable.chmod(0)
            wait_until(lambda: self.rows(daemon)[0][0]["problems"], lambda: daemon.log.read_text())
            self.assertIn("secret.log", self.rows(daemon)[0][0]["problems"][0])
        damaged = self.log.parent / "damaged.log.gz"
        daemon.stop()
        daemon.config.write_text(daemon.config.read_text().replace("*.log\"", "*\""))
        damaged.write_bytes(b"not gzip")
        daemon.start()
        wait_until(lambda: self.rows(daemon)[0][0]["last_warning"], lambda: daemon.log.read_text())
        self.assertIn("damaged.log.gz", self.rows(daemon)[0][0]["last_warning"]["what"])
        with Sender(daemon.intake_port) as sender:
            sender.send([b"no call"])
            sender.sync()
        (source,), files = self.rows(daemon, "SOURCES source=port")
        self.assertEqual((source["last_reject"]["reason"], files), ("not-json", []))
        self.assertEqual(source["tcp"], daemon.intake_port)
        self.assertEqual(len(self.rows(daemon, "SOURCES")[0]), 2)
        self.assertEqual([row["source"] for row in self.rows(daemon, "SOURCES source!=p*")[0]], ["files"])

    def test_who_sees_it_and_where(self):
        daemon = self.started()
        web = f"http://127.0.0.1:{daemon.ports['web']}/api/v1/sources?source=files"
        answer = json.load(urllib.request.urlopen(web, timeout=30))
        self.assertEqual([row["file"] for row in answer["rows"]], [None, str(self.log)])
        environment = {**os.environ, "FORTNIGHT_CONNECT": str(daemon.data / "query.sock")}
        shown = subprocess.run([BINARIES / "fortnight", "sources", "--view"], capture_output=True,
                               text=True, env=environment, timeout=30)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("begun: the source is new", shown.stdout)
        # One who sees some accounts only sees no paths.
        local = self.local(daemon)
        token = local.ask("ISSUE a rights=counts,calls accounts=A").rows[0]["token"]
        with daemon.connect() as connection:
            self.assertTrue(connection.ask(f"AUTH {token}").ok)
            self.assertIn("ERR denied", connection.ask("SOURCES").closing)
        with daemon.connect() as connection:
            self.assertIn("ERR bad-request", connection.ask("SOURCES files").closing)
            self.assertIn("ERR bad-request", connection.ask("SOURCES sauce=files").closing)


if __name__ == "__main__":
    unittest.main()
