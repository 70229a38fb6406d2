"""Lines that parsers get wrong: each is stored byte for byte, stored mended, or rejected with a reason, in
the same way from a tailed file, over TCP with LFs and with octet counts, over HTTP and in datagrams. No line
stops the lines after it, and every line is counted."""

import http.client
import json
import os
import pathlib
import socket
import unittest

from daemon import TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
DATE = "date=2026-11-20"

# Values that are JSON. A line that holds one is stored byte for byte.
VALID = [
    "0", "-0", "-0.0", "1e400", "-1E-400", "0.1e+1", "123456789012345678901234567890", "1" * 400,
    "0." + "3" * 400, "true", "false", "null", '""', "[]", "{}", " [ ] ", "\t{\t}\t",
    r'"\u0000"', r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\"\\\/\b\f\n\r\t"', r'"\u007f"',
    '"\x7f"', '"\u2028\u2029"', '"\ufeff"', '"\ufffe\uffff"', '"\U0010ffff"', '"\u202eabc\u202c"',
    '"e\u0301\u0301\u0301\u0301"', '"\u0130\u1e9e\u00df"', '"\u200b\u200d\u2060"',
    '"\U0001f468\u200d\U0001f469\u200d\U0001f467"',
    '{"a":1,"a":2}', '{"":0}', '{"\u00e9":[{"\\u0000":{}}]}', "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
    '{"__proto__":{},"constructor":null}', '"\'; DROP TABLE calls; --"', '"$(touch /tmp/x) `id` ${HOME}"',
    '"%s%n%x %d"', '"{{7*7}}"', '"<script>alert(1)</script>"', '"../../../etc/passwd"', '"nil"', '"NaN"',
    '"' + "x" * 20_000 + '"',
]
# Values that are not JSON: rejected, or mended as docs/protocol.md says.
INVALID = [
    "", "nul", "True", "NaN", "-Infinity", "+1", ".5", "1.", "01", "-", "1e", "0x1F", "1_000", "'a'", "\"",
    "[1,]", "[,1]", "[1 2]", "[1", "]", "{a:1}", '{"a"}', '{"a":}', '{"a":1,}', '{"a"::1}', '{1:1}',
    '{"a":1}}', "// comment", "/* comment */ 1", "[" * 3_000, '{"a":' * 3_000, '"\\x41"', '"\\u12"', '"\\a"',
    '"\\', '"\x00"', '"\x01\x1f"', '"a\tb"', "\u00a0", "\ufeff", "\u2028", '"\udcff"', '"\udcc0\udcaf"',
    '"\udced\udca0\udc80"', '"\udcf4\udc90\udc80\udc80"', '"\udce2\udc82"', "\udcff\udcfe",
]
# Whole lines.
BARE = [
    "null", "true", "7", '"text"', "[]", "{}", '{"ts":null}', '{"ts":{}}', '{"ts":"never"}', '{"ts":1e999}',
    '{"ts":""}', "{", "}", "ordinary text", "<14>Nov 20 12:00:00 host app: text", "GET / HTTP/1.0",
    "#comment", "\udcff\udcfe{\x00}\x00", "\x1b[31mred\x1b[0m", "\x7fELF\x02\x01\x01",
]


def call(number, value):
    return ('{"ts":"2026-11-20T11:00:00Z","call_id":"n-%d","v":%s}' % (number, value)).encode(
        "utf-8", "surrogateescape")


def all_lines():
    """Each line, and whether it must be stored byte for byte."""
    values = [(value, True) for value in VALID] + [(value, False) for value in INVALID]
    lines = [(call(number, value), exact) for number, (value, exact) in enumerate(values)]
    lines += [(text.encode("utf-8", "surrogateescape"), False) for text in BARE]
    lines.append((call(len(lines), '"last"'), True))
    return lines


SO_SNDBUFFORCE = 32  # socket(7); Python has no name for it
WAYS = ("tailed", "sent", "counted", "posted", "datagrams")


class OddLinesTest(TestCase):
    def start(self):
        self.log = self.directory / "app.log"
        self.under_test = self.daemon(
            f'sources:\n  - tail: {{name: tailed, paths: ["{self.log}"], format: fortnight}}\n'
            '  - tcp: {name: sent, listen: "127.0.0.1:0", format: fortnight}\n'
            '  - tcp: {name: counted, listen: "127.0.0.1:0", format: fortnight}\n'
            '  - http: {name: posted, listen: "127.0.0.1:0", format: fortnight}\n'
            f'  - unix: {{name: datagrams, listen: "{self.directory}/d.sock", datagrams: true}}\n',
            NOW).start()

    def port(self, name):
        source = next(source for source in self.under_test.ports["sources"] if source["name"] == name)
        return source.get("tcp") or source.get("http")

    def source(self, name):
        sources = self.under_test.ask("STATUS").rows[0]["sources"]
        return next(source for source in sources if source["name"] == name)

    def stored(self, name):
        """The bytes of each line in SHOW, by call_id."""
        lines = {}
        with self.under_test.connect() as connection:
            for row in connection.ask(f"EXPORT {DATE} source={name} fields=call_id,ref").rows:
                connection.socket.sendall(b"SHOW ref=%s\n" % row["ref"].encode())
                text = connection.file.readline().rstrip(b"\n")
                json.loads(text)
                lines[row["call_id"]] = text[text.index(b',"line":') + 8:-1]
                self.assertTrue(connection.file.readline().startswith(b"OK"))
        return lines

    def send(self, lines):
        """Sends the lines each way, and returns how many of them each way has accepted."""
        with open(self.log, "ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
        counts = {}
        for name in ("sent", "counted"):
            with Sender(self.port(name)) as sender:
                if name == "sent":
                    sender.send(lines)
                    counts[name] = sender.sync()
                else:
                    sender.socket.sendall(b"".join(b"%d %s" % (len(line), line) for line in lines))
                    sender.socket.sendall(b"7 #sync x")
                    words = sender.file.readline().split()
                    counts[name] = tuple(int(word.partition(b"=")[2]) for word in words[2:])
        connection = http.client.HTTPConnection("127.0.0.1", self.port("posted"), timeout=60)
        connection.request("POST", "/ingest/v1/lines", body=b"".join(line + b"\n" for line in lines))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        counts["posted"] = (answer["accepted"], answer["rejected"])
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
            if max(map(len, lines)) > 100_000:  # only root may send longer ones
                peer.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20)
            for line in lines:
                peer.sendto(line, f"{self.directory}/d.sock")
        accepted = counts["sent"][0]
        self.assertEqual(counts, dict.fromkeys(counts, (accepted, len(lines) - accepted)))
        for name in WAYS:
            wait_until(lambda: self.source(name)["lines"] >= len(lines), self.under_test.log.read_text)
            source = self.source(name)
            sum_of_all = source["calls"] + source["skipped"] + sum(source["rejected"].values())
            self.assertEqual((name, source["lines"], sum_of_all), (name, len(lines), len(lines)))
            self.assertEqual(source["rejected"], self.source("sent")["rejected"])
        return accepted

    def test_each_line_is_stored_or_rejected(self):
        self.start()
        lines = all_lines()
        accepted = self.send([line for line, _ in lines])
        for name in WAYS:
            stored = self.stored(name)
            self.assertEqual(len(stored), accepted)
            for number, (line, exact) in enumerate(lines):
                if exact:
                    self.assertEqual(stored.get(f"n-{number}"), line, (name, number))
            for call_id, line in stored.items():
                self.assertEqual(json.loads(line)["call_id"], call_id)
        self.assertGreaterEqual(accepted, len(VALID) + 1)
        rejects = self.under_test.ask(f"REJECTS {DATE} source=sent limit=1000")
        self.assertEqual(rejects.summary["rejected"], len(lines) - accepted)
        self.assertEqual(self.under_test.stop(), 0)
        self.under_test.start()
        self.assertEqual(len(self.stored("tailed")), accepted)

    def test_no_prefix_of_a_line_is_a_call(self):
        self.start()
        line = json.dumps({
            "ts": "2026-11-20T11:00:00.25Z", "call_id": "n-1", "account": "A", "method": "POST",
            "path": "/api/\u00e9/7?x=1", "status": 200, "duration_ms": 12.5e0, "ids": {"error_id": None},
            "request": {"headers": [["a", "b\\"]], "body": "{\"a\":[1,true]}"}, "response": {"body": ""},
        }, ensure_ascii=False).encode()
        prefixes = [line[:length] for length in range(1, len(line) + 1)]
        self.assertEqual(self.send(prefixes), 1)
        for name in WAYS:
            self.assertEqual(self.stored(name), {"n-1": line})

    @unittest.skipUnless(os.environ.get("FORTNIGHT_ODD_LINES"), "no directory of lines is given")
    def test_files_of_lines(self):
        """Every file of the directory FORTNIGHT_ODD_LINES, its lines bare and as a value within a call."""
        files = sorted(pathlib.Path(os.environ["FORTNIGHT_ODD_LINES"]).iterdir())
        bare = [line for file in files for line in file.read_bytes().split(b"\n")
                if line.replace(b"\xef\xbb\xbf", b"").strip(b" \r\t\0")]
        front, back = call(0, "\udcff").split(b"\xff")
        wrapped = [front.replace(b"n-0", b"n-%d" % number) + line + back for number, line in enumerate(bare)]
        quoted = [front.replace(b"n-0", b"q-%d" % number) + b'"' + line + b'"' + back
                  for number, line in enumerate(bare)]
        self.start()
        lines = wrapped + quoted + bare  # octet counts are recognised by a first message that is JSON
        accepted = self.send(lines)
        exact = {}
        for line in wrapped + quoted:
            try:
                exact[json.loads(line.decode(), parse_constant=int)["call_id"]] = line
            except (ValueError, RecursionError):
                pass
        for name in WAYS:
            stored = self.stored(name)
            self.assertEqual(len(stored), accepted)
            for call_id, line in exact.items():
                self.assertEqual(stored.get(call_id), line)


if __name__ == "__main__":
    unittest.main()
