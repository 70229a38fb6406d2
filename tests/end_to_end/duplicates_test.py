"""Sources that drop repeated calls: by ID, exactly, counted, over restarts and kill -9."""

import json
import signal
import socket
import unittest

from daemon import wait_until
from ingest_api import IngestTestCase, call, ndjson

CONFIG = (
    'sources:\n  - tcp: {{listen: "127.0.0.1:0", name: tcp, deduplicate: {most}}}\n'
    '  - http: {{listen: "127.0.0.1:0", name: web, deduplicate: true}}\n'
    '  - tail: {{paths: ["{log}"], name: tail, deduplicate: true}}\n')


class DuplicatesTest(IngestTestCase):
    def start(self, most="true"):
        self.log = self.directory / "app.log"
        self.running(CONFIG.format(most=most, log=self.log))

    def send(self, *lines):
        """The answer to these lines: accepted, rejected and duplicates."""
        with socket.create_connection(("127.0.0.1", self.under_test.intake_port), timeout=60) as peer:
            peer.sendall(b"".join(line + b"\n" for line in lines) + b"#sync x\n")
            words = peer.makefile("rb").readline().decode().split()
        self.assertEqual(words[:2], ["#ok", "x"])
        return tuple(int(word.split("=")[1]) for word in words[2:])

    def test_lines(self):
        self.start()
        self.assertEqual(self.send(call(1), call(2), call(1), b"no json"), (2, 1, 1))
        self.assertEqual(self.send(call(2), call(2, "other"), call(3)), (2, 0, 1))
        # Calls without an ID are all different.
        without = json.dumps({"ts": "2026-11-20T11:00:00Z", "endpoint": "/e"}).encode()
        self.assertEqual(self.send(without, without), (2, 0, 0))
        self.assertEqual(len(self.under_test.ask("LOGS date=2026-11-20").rows), 6)
        self.assertEqual(self.sources()["tcp"]["duplicates"], 2)
        for restart in (self.under_test.kill, self.under_test.stop):
            restart()
            self.under_test.start()
            self.assertEqual(self.send(call(1), call(2), call(3), call(2, "other")), (0, 0, 4))
            self.assertEqual(self.sources()["tcp"]["duplicates"], 4)
        self.assertEqual(len(self.under_test.ask("LOGS date=2026-11-20").rows), 6)

    def test_the_last_ones_count(self):
        self.start(most=3)
        self.assertEqual(self.send(*map(call, (1, 2, 3, 1, 4, 1))), (5, 0, 1))
        self.under_test.kill()
        self.under_test.start()
        # The newest three by time; of equal times, the last that came: 3, 4 and 1.
        self.assertEqual(self.send(*map(call, (3, 4, 1, 2, 3))), (2, 0, 3))

    def test_bodies(self):
        self.start()
        answer = self.post(ndjson(1, 2, 1), Fortnight_Batch="b").json
        self.assertEqual((answer["accepted"], answer["duplicates"]), (2, 1))
        again = self.post(ndjson(1, 2, 1), Fortnight_Batch="b").json
        self.assertEqual((again["accepted"], again["duplicates"], again["repeated"]), (2, 1, True))
        self.assertEqual(self.post(ndjson(1, 2)).json["duplicates"], 2)
        # Names that requests give are sources of their own.
        self.assertEqual(self.post(ndjson(1), "/ingest/v1/lines?source=shop").json["accepted"], 1)
        dry = self.post(ndjson(1), "/ingest/v1/lines?dry_run=1").json
        self.assertEqual((dry["accepted"], dry["duplicates"]), (1, 0))
        bulk = b'{"create":{}}\n' + call(1) + b'\n{"create":{}}\n' + call(3) + b"\n"
        items = self.post(bulk, "/_bulk").json
        self.assertEqual([(item["create"]["status"], item["create"]["result"]) for item in items["items"]],
                         [(200, "noop"), (201, "created")])
        self.assertFalse(items["errors"])
        self.under_test.kill()
        self.under_test.start()
        self.assertEqual(self.post(ndjson(1, 2, 3)).json["duplicates"], 3)
        self.assertEqual(self.post(ndjson(1, 2), "/ingest/v1/lines?source=shop").json["duplicates"], 1)

    def test_a_file_that_has_calls_twice(self):
        self.start()
        self.log.write_bytes(ndjson(*range(100)) + ndjson(*range(50)))
        wait_until(lambda: self.sources()["tail"]["lines"] == 150, lambda: str(self.sources()["tail"]))
        self.assertEqual((self.sources()["tail"]["calls"], self.sources()["tail"]["duplicates"]), (100, 50))

    def test_a_reload_begins_and_ends_it(self):
        self.start(most="false")
        self.assertEqual(self.send(call(1), call(1)), (2, 0))
        text = self.under_test.config.read_text()
        for most, answer in (("true", (0, 0, 1)), ("7", (0, 0, 1)), ("false", (1, 0))):
            changed = text.replace("name: tcp, deduplicate: false", f"name: tcp, deduplicate: {most}")
            self.under_test.config.write_text(changed)
            self.under_test.process.send_signal(signal.SIGHUP)
            wait_until(lambda: self.send(call(1)) == answer, lambda: "not in force")


if __name__ == "__main__":
    unittest.main()
