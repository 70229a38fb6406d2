"""The client in scripts: its output to a pipe and its exit status."""

import csv
import http.server
import io
import json
import os
import socket
import subprocess
import threading
import unittest

from daemon import BINARIES, PATIENCE, TestCase
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"


class Echo(http.server.ThreadingHTTPServer):
    """Records the requests that it receives."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one(handler):
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                self.requests.append((handler.command, handler.path, handler.headers, body))
                handler.send_response(200)
                handler.send_header("Content-Length", "3")
                handler.end_headers()
                if handler.command != "HEAD":
                    handler.wfile.write(b"yes")

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = handle_one

            def log_message(handler, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.address = "http://127.0.0.1:%d" % self.server_address[1]
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


class ClientTest(TestCase):
    def setUp(self):
        super().setUp()
        daemon = self.daemon('sources: [{tcp: {listen: "127.0.0.1:0"}}]\n', NOW).start()
        self.generated = Generated(self.directory, 2_000, NOW)
        with Sender(daemon.intake_port) as sender:
            sender.send(self.generated.lines)
            sender.sync()
        self.daemon_under_test = daemon
        self.address = f"127.0.0.1:{daemon.ports['query']}"
        self.period = self.generated.period.split()

    def run_client(self, *arguments, address=None):
        return subprocess.run(
            [BINARIES / "fortnight", *arguments], capture_output=True, text=True, timeout=60 * PATIENCE,
            env={**os.environ, "FORTNIGHT_CONNECT": address or self.address},
        )

    def failed_call(self):
        rows = self.daemon_under_test.ask("LOGS status=422 limit=1 " + self.generated.period).rows
        return rows[0]

    def test_a_pipe_gets_the_protocols_rows(self):
        piped = self.run_client("logs", "limit=7", *self.period)
        asked = self.daemon_under_test.ask(f"LOGS limit=7 {self.generated.period}")
        self.assertEqual([json.loads(line) for line in piped.stdout.splitlines()], asked.rows)
        self.assertEqual(piped.returncode, 0)

    def test_the_summary_comes_last_where_asked_for(self):
        piped = self.run_client("activity", "--summary", *self.period)
        summary = json.loads(piped.stdout.splitlines()[-1])["summary"]
        self.assertEqual(summary["calls"], self.generated.key["calls"])
        self.assertEqual(summary["errors"], self.generated.key["errors"])

    def test_exit_statuses(self):
        self.assertEqual(self.run_client("ping").returncode, 0)
        self.assertEqual(self.run_client("logs", "account=NOBODY", *self.period).returncode, 1)
        self.assertEqual(self.run_client("activity", "account=NOBODY", *self.period).returncode, 1)
        self.assertEqual(self.run_client("show", "no-such-id").returncode, 1)
        for wrong in (["nonsense"], ["logs", "acount=X"], ["logs", "--nonsense"], []):
            ended = self.run_client(*wrong)
            self.assertEqual(ended.returncode, 2, wrong)
            self.assertIn("fortnight: ", ended.stderr)
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % unused.getsockname()[1]
            self.assertEqual(self.run_client("ping", address=address).returncode, 3)

    def test_export_has_everything(self):
        exported = self.run_client("export", *self.period)
        self.assertEqual(
            sorted(exported.stdout.encode().split(b"\n")[:-1]), sorted(self.generated.lines)
        )

    def test_export_as_csv(self):
        fields = "ts,account,path,status,resource_id"
        exported = self.run_client("export", "--csv", "--fields", fields, *self.period)
        rows = list(csv.DictReader(io.StringIO(exported.stdout, newline="")))
        calls = [json.loads(line) for line in self.generated.lines]
        expected = sorted((call["ts"], call["account"], call["path"], str(call["status"])) for call in calls)
        found = sorted((row["ts"], row["account"], row["path"], row["status"]) for row in rows)
        self.assertEqual(found, expected)

    def test_csv_of_fields_told_as_the_protocol_has_them(self):
        exported = self.run_client("export", "--csv", "fields=status,ts", "status=422", *self.period)
        header, *rows = exported.stdout.splitlines()
        self.assertEqual(header, "status,ts")
        self.assertTrue(rows and all(row.startswith("422,") for row in rows))

    def test_a_question_that_the_server_refuses_writes_no_header(self):
        for wrong in (["--fields", "foo"], ["limit=5"]):
            refused = self.run_client("export", "--csv", *wrong)
            self.assertEqual((refused.stdout, refused.returncode), ("", 2))
            self.assertIn("fortnight: bad-request", refused.stderr)
        nothing = self.run_client("export", "--csv", "--fields", "ts,account", "account=NOBODY")
        self.assertEqual((nothing.stdout, nothing.returncode), ("ts,account\n", 1))

    def test_a_call_is_shown_as_an_exchange(self):
        call = self.failed_call()
        shown = self.run_client("show", call["call_id"], "--view").stdout
        self.assertIn(f"{call['method']} {call['path']}\n", shown)
        self.assertIn("\n422 Unprocessable Content\n", shown)
        self.assertIn('"code": "unprocessable"', shown)
        self.assertIn(call["ids"]["error_id"][0], shown)

    def test_a_curl_command_repeats_the_request(self):
        calls = [
            {"method": "HEAD", "path": "/a"},
            {"method": "GET", "path": "/a/../b/./c/%2e%2e/d?e=[1-3]{x}"},
            {"method": "GET", "path": "/a b#c"},
            {"method": "PUT", "path": "/x", "body": "it's\\ \x00 \x1b[2J\n é"},
            {"method": "POST", "path": "/y", "body": "x" * 200_000},
            {"method": "PATCH", "path": "/z", "body": {"a": ["b'c", 1.50]}, "type": "text/plain"},
            {"method": "DELETE", "path": "/$(touch x)`y`"},
        ]
        lines = []
        for number, call in enumerate(calls):
            request = {"headers": {"X-A": f"a{number}"}}
            if "type" in call:
                request["headers"]["Content-Type"] = call["type"]
            if "body" in call:
                request["body"] = call["body"]
            lines.append(json.dumps({"ts": NOW, "call_id": f"curled-{number}", "method": call["method"],
                                     "path": call["path"], "request": request}).encode())
        with Sender(self.daemon_under_test.intake_port) as sender:
            sender.send(lines)
            sender.sync()
        with Echo() as echo:
            for number, call in enumerate(calls):
                command = self.run_client("show", f"curled-{number}", "--curl").stdout
                subprocess.run(["bash"], input=command, text=True, capture_output=True, check=True,
                               timeout=30 * PATIENCE, env={**os.environ, "API": echo.address})
                with self.subTest(command=command[:1000]):
                    method, path, headers, body = echo.requests[-1]
                    self.assertEqual(len(echo.requests), number + 1)
                    self.assertEqual(method, call["method"])
                    self.assertEqual(path, call["path"].replace(" ", "%20").replace("#", "%23"))
                    self.assertEqual(headers.get("X-A"), f"a{number}")
                    self.assertEqual(headers.get("Content-Type"), call.get("type"))
                    sent = call.get("body", "")
                    self.assertEqual(json.loads(body) if isinstance(sent, dict) else body.decode(), sent)

    def test_what_cannot_be_written_is_told(self):
        for arguments in (["export"], ["export", "--csv"], ["logs"], ["logs", "--view"], ["--help"]):
            with open("/dev/full", "wb") as full:
                ended = subprocess.run(
                    [BINARIES / "fortnight", *arguments, *self.period], stdout=full, stderr=subprocess.PIPE,
                    text=True, timeout=60 * PATIENCE, env={**os.environ, "FORTNIGHT_CONNECT": self.address},
                )
            self.assertEqual(ended.returncode, 4, arguments)
            self.assertIn("fortnight: not all of it could be written: No space left on device", ended.stderr)

    def test_a_chart_can_be_piped(self):
        drawn = self.run_client("activity", "--view", *self.period).stdout
        self.assertIn("Total calls 2,000", drawn)
        self.assertIn("█", drawn)
        self.assertNotIn("\x1b", drawn)


if __name__ == "__main__":
    unittest.main()
