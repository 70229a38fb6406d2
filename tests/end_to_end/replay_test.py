"""Rejected lines are taken in once their format is mended."""

import datetime
import json
import signal
import subprocess
import unittest

from daemon import BINARIES, PATIENCE, TestCase, calls, wait_until
from sender import Sender

CONFIG = """formats: {{shop: {{ts: {pointer}, method: /verb, path: /target, status: /code}}}}
sources:
  - tcp: {{listen: "127.0.0.1:0", format: shop, name: shop}}
  - http: {{listen: "127.0.0.1:0", name: web}}
"""
LINES = 30


class ReplayTest(TestCase):
    def setUp(self):
        super().setUp()
        self.running = self.daemon(CONFIG.format(pointer="/wrong")).start()
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        with Sender(self.running.intake_port) as sender:
            for i in range(LINES):
                line = {"at": now, "verb": "GET", "target": f"/a/{i}", "code": 200, "password": "hunter2"}
                sender.send([json.dumps(line).encode()])
            sender.send([b'{"verb":"GET"}', b"no json"])
            sender.sync()

    def replay(self, *arguments):
        done = subprocess.run(
            [str(BINARIES / "fortnight-format"), "replay", "--config", str(self.running.config),
             "--connect", f"127.0.0.1:{self.running.ports['query']}", "--json", *arguments],
            capture_output=True, text=True, timeout=120 * PATIENCE,
        )
        self.assertLess(done.returncode, 2, done.stderr)
        return json.loads(done.stdout)["sources"][0]

    def test_mended_lines_are_taken_in_once(self):
        again = self.replay()
        self.assertEqual((again["mended"], again["rejected_again"]["no-time"]), (0, LINES + 1))

        text = self.running.config.read_text().replace("/wrong", "/at")
        self.running.config.write_text(text)
        self.running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reloaded" in self.running.log.read_text(), self.running.log.read_text)
        mended = self.replay()
        self.assertEqual((mended["mended"], mended["sent"]), (LINES, 0))
        self.assertEqual(mended["rejected_again"], {"no-time": 1, "not-json": 1})
        self.assertEqual(calls(self.running, "date=today"), 0)

        port = next(source["http"] for source in self.running.ports["sources"] if "http" in source)
        to = f"127.0.0.1:{port}"
        sent = self.replay("--to", to, "reason=no-time")
        self.assertEqual((sent["sent"], sent["sent_before"]), (LINES, 0))
        sent = self.replay("--to", to)
        self.assertEqual((sent["sent"], sent["sent_before"]), (LINES, LINES))
        self.assertEqual(calls(self.running, "date=last-24-hours"), LINES)
        rows = self.running.ask("LOGS date=last-24-hours limit=100").rows
        self.assertEqual({row["source"] for row in rows}, {"replay:shop"})
        self.assertEqual({row["status"] for row in rows}, {200})
        self.assertEqual(len({row["path"] for row in rows}), LINES)


if __name__ == "__main__":
    unittest.main()
