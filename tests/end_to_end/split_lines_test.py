"""Lines that a container runtime has split: pieces are joined within a connection, a body of lines or a
datagram, never across them. A line without its last piece is rejected and listed."""

import json
import socket
import subprocess
import unittest

from daemon import FORTNIGHTD, PATIENCE, wait_until
from ingest_api import IngestTestCase, LINES, call
from sender import Sender

HEAD = b"2026-11-20T11:00:00Z stdout "


def pieces(number):
    """A call's line in three pieces."""
    line = call(number)
    return [HEAD + b"P " + line[:40], HEAD + b"P " + line[40:70], HEAD + b"F " + line[70:]]


class SplitLinesTest(IngestTestCase):
    def start(self):
        self.socket = self.directory / "d.sock"
        self.running('sources:\n  - http: {listen: "127.0.0.1:0", name: web}\n'
                     '  - tcp: {listen: "127.0.0.1:0", name: lines}\n'
                     f'  - unix: {{listen: "{self.socket}", name: datagrams, datagrams: true}}\n')

    def tcp(self):
        return Sender(next(source["tcp"] for source in self.under_test.ports["sources"] if "tcp" in source))

    def rejects(self, source):
        return [(row["reason"], row["detail"], row["offset"])
                for row in self.under_test.ask(f"REJECTS date=2026-11-20 source={source}").rows]

    def rejected(self, source):
        return sum(self.sources()[source]["rejected"].values())

    def post_lines(self, *lines, query=""):
        return self.post(b"".join(line + b"\n" for line in lines), LINES + query)

    def test_within_a_body(self):
        self.start()
        first, second = pieces(1), pieces(2)
        answer = self.post_lines(*first, call(3), *second)
        self.assertEqual((answer.json["accepted"], answer.json["rejected"]), (3, 0))
        self.assertEqual(self.call_ids(), ["n-1", "n-2", "n-3"])

    def test_a_body_does_not_continue_another(self):
        self.start()
        first, second = pieces(1), pieces(2)
        for query in ("?dry_run=1", ""):
            answer = self.post_lines(call(3), *first[:2], query=query).json
            self.assertEqual((answer["accepted"], answer["rejected"]), (1, 1))
            self.assertEqual(answer["rejects"], [{
                "line": 2, "reason": "not-json", "detail": "the line's last piece is missing",
                "offset": len(call(3)) + 1}])
            # Its last piece alone is no call, whatever came before.
            answer = self.post_lines(second[2], query=query).json
            self.assertEqual((answer["accepted"], answer["rejected"]), (0, 1))
        self.assertEqual(self.call_ids(), ["n-3"])
        self.assertIn(("not-json", "the line's last piece is missing", len(call(3)) + 1), self.rejects("web"))

    def test_a_record_is_whole(self):
        self.start()
        lines = [line.decode() for line in pieces(1) + pieces(2)]
        push = {"streams": [{"stream": {"a": "b"}, "values": [["1", line] for line in lines]}]}
        answer = self.post(json.dumps(push), "/loki/api/v1/push", Content_Type="application/json")
        self.assertEqual(answer.status, 204)
        self.assertEqual(self.rejected("web"), 6)
        bulk = b"".join(b'{"create":{}}\n' + line + b"\n" for line in pieces(1))
        answer = self.post(bulk, "/_bulk")
        self.assertEqual([item["create"]["status"] for item in answer.json["items"]], [400, 400, 400])
        self.assertEqual(self.rejected("web"), 9)
        self.assertEqual(self.call_ids(), [])

    def test_connections_at_once(self):
        self.start()
        with self.tcp() as one, self.tcp() as other:
            for left, right in zip(pieces(1), pieces(2)):
                one.send([left])
                one.sync()
                other.send([right])
                other.sync()
            other.send(pieces(3)[:1])
            other.sync()
            # A body between them doesn't continue what they hold, nor end it.
            self.assertEqual(self.post_lines(pieces(3)[2]).json["rejected"], 1)
            one.send(pieces(3)[2:])
            one.sync()
            self.assertEqual(self.call_ids(), ["n-1", "n-2"])
            self.assertEqual(self.rejected("lines"), 1)
            other.send(pieces(3)[1:])
            other.sync()
        self.assertEqual(self.call_ids(), ["n-1", "n-2", "n-3"])

    def test_a_reload_keeps_what_a_connection_holds(self):
        self.start()
        with self.tcp() as sender:
            sender.send(pieces(1)[:2])
            sender.sync()
            config = self.under_test.config.read_text()
            for text in (config.replace("name: lines}", "name: lines, format: caddy}"), config):
                self.under_test.config.write_text(text)
                subprocess.run([FORTNIGHTD, "--reload", "--config", self.under_test.config],
                               timeout=60 * PATIENCE, check=True)
            sender.send(pieces(1)[2:])
            self.assertEqual(sender.sync(), (1, 0))
        self.assertEqual(self.call_ids(), ["n-1"])

    def test_within_a_datagram(self):
        self.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
            peer.connect(str(self.socket))
            peer.send(b"\n".join(pieces(1)))
            for piece in pieces(2):
                peer.send(piece)
            peer.send(call(3))
        wait_until(lambda: self.call_ids() == ["n-1", "n-3"], self.under_test.log.read_text)
        self.assertEqual(self.rejected("datagrams"), 3)
        reasons = [detail for _, detail, _ in self.rejects("datagrams")]
        self.assertEqual(reasons.count("the line's last piece is missing"), 2)


if __name__ == "__main__":
    unittest.main()
