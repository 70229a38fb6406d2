"""Lines that aren't quite JSON, too long, or full of secrets: which of them become calls, and that secrets
never reach the disk."""

import json
import pathlib
import socket
import unittest

from daemon import TestCase, wait_for_calls, wait_until
from sender import Sender
from web_servers import Nginx

NOW = "2026-11-20T12:00:00Z"
TS = '"ts":"2026-11-20T11:00:00Z"'
DATE = "date=2026-11-20"
SHOW = f"SHOW {DATE} limit=100 "
LIMITS = "limits: {max_line_bytes: 64KiB}\n"
TCP = LIMITS + 'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n'
SECRET = "s3cr3t-7Qz"


def line(rest):
    return ("{" + TS + "," + rest + "}").encode("utf-8", "surrogateescape")


SECRETS = [
    '"authorization":"%s"',
    '"path":"/a?api_key=%s&page=2"',
    '"request":{"headers":{"Referer":"https://h/?token=%s#x"}}',
    '"request":{"headers":[["Host","h"],["Authorization","Bearer %s"]]}',
    '"request":{"headers":["Host","h","Authorization","Bearer %s"]}',
    '"request":{"headers":[{"name":"authorization","value":"Bearer %s"}]}',
    '"request":{"headers":[{"value":"sid=%s","name":"Cookie"}]}',
    '"request":{"headers":{"Cookie":["sid=%s"]}}',
    '"request":{"headers":["Authorization: Bearer %s"]}',
    '"request":{"body":"{\\"user\\":\\"jo\\",\\"password\\":\\"%s\\"}"}',
    '"request":{"body":"{\\"a\\":\\"{\\\\\\"password\\\\\\":\\\\\\"%s\\\\\\"}\\"}"}',
    '"request":{"body":"user=jo&password=%s"}',
    '"request":{"body":"user=jo\\u0026client_secret=%s"}',
    '"url":"/x?next=%%2Fa%%3Ftoken%%3D%s"',
    '"url":"/x?filter=%%7B%%22password%%22%%3A%%22%s%%22%%7D"',
    '"db":"postgres://jo:%s@db/x"',
    '"x-amz-security-token":"%s"',
    '"csrfmiddlewaretoken":"%s"',
    '"passwd":{"old":["%s"],"new":"%s"}',
    '"raw":"GET / HTTP/1.1\\r\\nCookie: a=%s\\r\\n\\r\\n"',
    '"request":{"body":"{\\"password\\":\\"%s"}',  # cut off by its producer
    '"request":{"body":"password=\xe9%s"}',
]


def on_disk(directory, needle):
    """Names of files that contain the bytes."""
    return [
        str(path) for path in pathlib.Path(directory).rglob("*")
        if path.is_file() and needle in path.read_bytes()
    ]


class HostileLinesTest(TestCase):
    def source(self, daemon):
        return daemon.ask("STATUS").rows[0]["sources"][0]

    def test_bytes_that_keep_a_line_from_being_json_are_mended(self):
        daemon = self.daemon(TCP, NOW).start()
        lines = {
            "latin1": line('"call_id":"latin1","ua":"caf\udce9"'),
            "control": line('"call_id":"control","ua":"a\tb\x01"'),
            "nginx": line(r'"call_id":"nginx","ua":"\x22\xC3\xA9\x5C"'),
            "bom": b"\xef\xbb\xbf" + line('"call_id":"bom"'),
            "nuls": b"\0" * 100_000 + line('"call_id":"nuls"'),
            "overlong": line('"call_id":"overlong","ua":"\udcc0\udcaf"'),
            "key": line('"call_id":"key","\udcff":1'),
        }
        with Sender(daemon.intake_port) as sender:
            sender.send(lines.values())
            self.assertEqual(sender.sync(), (len(lines), 0))
        agents = {}
        for call_id in lines:
            (row,) = daemon.ask(SHOW + call_id).rows
            agents[call_id] = row["line"].get("ua")
        self.assertEqual(agents, {
            "latin1": "caf\ufffd", "control": "a\tb\x01", "nginx": '"é\\', "bom": None,
            "nuls": None, "overlong": "\ufffd\ufffd", "key": None,
        })
        self.assertEqual(self.source(daemon)["mended"], 5)
        self.assertEqual(daemon.ask(f"ACTIVITY {DATE}").summary["calls"], len(lines))

    def test_a_format_may_keep_or_reject_bytes(self):
        config = LIMITS + (
            "formats:\n  keeping: {base: fortnight, invalid_utf8: keep}\n"
            "  strict: {base: fortnight, invalid_utf8: reject}\n"
            'sources:\n  - tcp: {listen: "127.0.0.1:0", format: keeping, name: k}\n'
            "  - unix: {listen: %s/strict, format: strict, name: s}\n" % self.directory
        )
        daemon = self.daemon(config, NOW).start()
        raw = b"caf\xe9 \xc0\xaf na\xc3\xafve"
        sent = line('"call_id":"c","ua":"' + raw.decode("utf-8", "surrogateescape") + '"')
        with Sender(daemon.intake_port) as sender:
            sender.send([sent])
            self.assertEqual(sender.sync(), (1, 0))
        (row,) = daemon.ask(SHOW + "c").rows
        self.assertEqual(row["line"]["ua"].encode("utf-8", "surrogateescape"), raw)
        with socket.socket(socket.AF_UNIX) as strict:
            strict.connect(str(self.directory / "strict"))
            strict.sendall(sent + b"\n#sync x\n")
            self.assertEqual(strict.makefile().readline(), "#ok x accepted=0 rejected=1\n")

    def test_a_line_that_is_too_long_is_a_call_of_its_first_part(self):
        daemon = self.daemon(TCP, NOW).start()
        head = '"call_id":"long","account":"A","status":503.0,"request":{"body":"'
        long = line(head + "x" * (3 << 20) + '"},"method":"PUT"')
        with Sender(daemon.intake_port) as sender:
            sender.send([line('"call_id":"before"'), long, line('"call_id":"after"')])
            self.assertEqual(sender.sync(), (3, 0))
        (row,) = daemon.ask(SHOW + "long").rows
        self.assertEqual((row["account"], row["status"], row["method"]), ("A", 503, None))
        self.assertIs(row["truncated"], True)
        body = row["line"]["request"]["body"]["@truncated"]
        self.assertEqual(set(body), {"x"})
        self.assertGreater(len(body), 60_000)
        self.assertIs(row["line"]["@truncated"], True)
        ref = daemon.ask(f"SHOW ref={row['ref']}").rows[0]
        self.assertIs(ref["truncated"], True)
        listed = {row["call_id"]: row.get("truncated") for row in daemon.ask(f"LOGS {DATE}").rows}
        self.assertEqual(listed, {"before": None, "long": True, "after": None})
        found = daemon.ask(f"LOGS {DATE} /@truncated=true").rows
        self.assertEqual([row["call_id"] for row in found], ["long"])
        self.assertEqual(self.source(daemon)["truncated"], 1)

    def test_a_tail_goes_on_behind_a_line_that_is_too_long_also_after_a_kill(self):
        log = self.directory / "app.log"
        daemon = self.daemon(
            LIMITS + f"sources: [{{tail: {{paths: [{log}], format: fortnight}}}}]\n", NOW
        ).start()
        with open(log, "wb") as file:
            file.write(line('"call_id":"before"') + b"\n")
            file.write(line('"call_id":"long","a":"' + "y" * 200_000)[:-1])
            file.flush()
            wait_for_calls(daemon, DATE, 2)
            daemon.kill()
            daemon.start()
            file.write(b"y" * 200_000 + b'"}\n' + b"\0" * 300_000 + line('"call_id":"after"') + b"\n")
            file.flush()
            wait_for_calls(daemon, DATE, 3)
        rows = daemon.ask(f"LOGS {DATE}").rows
        self.assertEqual(sorted(row["call_id"] for row in rows), ["after", "before", "long"])

    def test_a_truncated_file_whose_writer_goes_on_at_its_offset(self):
        log = self.directory / "app.log"
        daemon = self.daemon(
            LIMITS + f"sources: [{{tail: {{paths: [{log}], format: fortnight}}}}]\n", NOW
        ).start()
        with open(log, "wb") as file:
            for number in range(3_000):
                file.write(line(f'"call_id":"a{number}"') + b"\n")
            file.flush()
            wait_for_calls(daemon, DATE, 3_000)
            (self.directory / "app.log.1").write_bytes(log.read_bytes())
            with open(log, "r+b") as truncating:
                truncating.truncate(0)
            for number in range(50):
                file.write(line(f'"call_id":"b{number}"') + b"\n")
            file.flush()
            wait_for_calls(daemon, DATE, 3_050)
        self.assertEqual(self.source(daemon)["rejected"], {})

    def test_no_secret_touches_the_disk(self):
        daemon = self.daemon(TCP, NOW).start()
        lines = [line(text % ((SECRET,) * text.replace("%%", "").count("%s"))) for text in SECRETS]
        broken = [
            b'{"password":"' + SECRET.encode() + b'","a":',
            line(f'"authorization":"{SECRET}"').replace(TS.encode(), b'"ts":"never"'),
            b"[" + line(f'"h":["Authorization","{SECRET}"]') + b"]",
            line('"b":"' + "x" * 70_000 + f'","token":"{SECRET}').replace(TS.encode(), b'"t":1'),
        ]
        with Sender(daemon.intake_port) as sender:
            sender.send(lines + broken)
            self.assertEqual(sender.sync(), (len(lines), len(broken)))
        self.assertEqual(on_disk(daemon.data, SECRET.encode()), [])
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(on_disk(self.directory, SECRET.encode()), [])
        rows = daemon.ask(SHOW + "status=all").rows
        self.assertEqual(len(rows), len(lines))
        self.assertNotIn(SECRET, json.dumps(rows))
        self.assertIn(
            "/a?api_key=[redacted]&page=2", [row["path"] for row in rows if row["path"]]
        )

    def test_a_user_agent_in_latin1_through_nginx(self):
        server = Nginx(self.directory)
        self.addCleanup(server.stop)
        daemon = self.daemon(
            f"sources: [{{tail: {{paths: [{server.log}], format: nginx}}}}]\n"
        ).start()
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(
                b"GET /api/items/1?token=" + SECRET.encode() + b" HTTP/1.1\r\nHost: h\r\n"
                b"User-Agent: caf\xe9\r\nX-Request-Id: r-1\r\nConnection: close\r\n\r\n"
            )
            while client.recv(4096):
                pass
        wait_until(
            lambda: daemon.ask("SHOW r-1 date=last-1-hours").rows, lambda: daemon.log.read_text()
        )
        (row,) = daemon.ask("SHOW r-1 date=last-1-hours").rows
        self.assertEqual(row["line"]["user_agent"], "caf\ufffd")
        self.assertEqual(row["path"], "/api/items/1?token=[redacted]")
        self.assertEqual(on_disk(daemon.data, SECRET.encode()), [])

    def test_hashed_values_are_found_and_not_on_disk(self):
        redact = ("redact: {hash: {keys: [email, account], pointers: [/request/body/phone]}, "
                  "patterns: ['\\b\\d{13,16}\\b']}\n")
        daemon = self.daemon(TCP + redact, NOW).start()
        people = ["jo@shop.example", "al@shop.example"]
        with Sender(daemon.intake_port) as sender:
            sender.send([json.dumps({
                "ts": NOW, "call_id": f"c-{number}", "account": f"shop-{number % 2}",
                "request": {"body": {"email": people[number % 2], "phone": 4915112345678 + number % 2,
                                     "card": "pay with 4111111111111111"}},
            }).encode() for number in range(10)])
            self.assertEqual(sender.sync(), (10, 0))
        for restart in (False, True):
            if restart:
                daemon.kill()
                daemon.start()
            for request in ("/request/body/email=hash:jo@shop.example", "account=hash:shop-0",
                            "/request/body/phone=hash:4915112345678", 'text="hash:jo@shop.example"'):
                rows = daemon.ask(f"LOGS date=all {request}").rows
                self.assertEqual(sorted(row["call_id"] for row in rows),
                                 [f"c-{number}" for number in range(0, 10, 2)], request)
            self.assertEqual(daemon.ask(f"ACTIVITY {DATE} account=hash:shop-1").summary["calls"], 5)
            (row,) = daemon.ask("SHOW c-3").rows
            hashed = row["line"]["request"]["body"]["email"]
            self.assertRegex(hashed, "^hash:[0-9a-f]{32}$")
            self.assertEqual(len(daemon.ask(f"LOGS date=all /request/body/email={hashed}").rows), 5)
            self.assertEqual(row["line"]["request"]["body"]["card"], "pay with [redacted]")
        for clear in (*people, "shop-1", "4915112345678", "4111111111111111"):
            self.assertEqual(on_disk(daemon.data, clear.encode()), [], clear)

    def test_redaction_that_cannot_work_is_refused(self):
        for text in ('redact: {keys: ["*"]}', 'redact: {keys: ["/a/b"]}', "redact: {keys: ['.*x']}",
                     "redact: {patterns: ['(']}", "redact: {patterns: ['a*']}",
                     "redact: {hash: {keys: [/a]}}"):
            daemon = self.daemon(TCP + text + "\n", NOW)
            with self.assertRaises(AssertionError):
                daemon.start()
            self.assertRegex(daemon.log.read_text(), r"fortnight\.yaml:\d+:\d+: bad value")
            daemon.log.unlink()


if __name__ == "__main__":
    unittest.main()
