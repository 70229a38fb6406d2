"""Tasks of an operator: reading rejected lines, the log and the status page, checking configurations."""

import base64
import json
import pathlib
import re
import signal
import socket
import subprocess
import time
import unittest

from daemon import BINARIES, FORTNIGHTD, PATIENCE, TestCase, seen_on_a_terminal, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
TCP = 'sources: [{tcp: {name: shop, listen: "127.0.0.1:0"}}]\n'
CALL = b'{"ts":"2026-11-20T11:00:00Z","call_id":"c-1","status":200}'

# Configurations that the check must refuse because of their second line.
CAN_NOT_WORK = [
    'sources: [{tcp: {listen: "0.0.0.0:14001"}}]',
    'sources: [{tcp: {listen: "[::]:14001"}}]',
    'query: {listen: "192.0.2.1:14002"}',
    'sources: [{tail: {paths: []}}]',
    'sources: [{tail: {paths: ~}}]',
    'sources: [{tail: {paths: ["~/logs/*.json"]}}]',
    'sources: [{tail: {paths: ["/logs/a[b.json"]}}]',
    'sources: [{tail: {paths: ["/logs/{a,b.json"]}}]',
    'sources: [{tail: {paths: ["/logs/**.json"]}}]',
    'sources: [{tail: {paths: ["/etc"]}}]',
    'sources: [{tail: {paths: ["/logs/"]}}]',
    'sources: [{unix: {listen: /no/such/directory/intake.sock}}]',
    'sources: [{unix: {listen: /tmp/%s}}]' % ("x" * 120),
    'sources: [{tcp: {name: a, listen: "127.0.0.1:1"}}, {tcp: {name: b, listen: "127.0.0.1:1"}}]',
]


class OperationsTest(TestCase):
    def client(self, daemon, *words):
        return [str(BINARIES / "fortnight"), "--connect", f"127.0.0.1:{daemon.ports['query']}", *words]

    def send(self, daemon, lines):
        with Sender(daemon.intake_port) as sender:
            sender.send(lines)
            return sender.sync()

    def test_rejected_lines_can_be_read_and_are_counted_by_answers(self):
        daemon = self.daemon(TCP, NOW).start()
        binary = b"GET /\x00\x1b[2J\xff\xfe" + "\u202e".encode()
        accepted = self.send(daemon, [b"not json", CALL, b'{"status":200}', binary])
        self.assertEqual(accepted, (1, 3))
        for life in ("before", "after"):
            answer = daemon.ask("REJECTS")
            self.assertEqual([row["source"] for row in answer.rows], ["shop"] * 3, life)
            self.assertEqual(answer.rows[-1]["bytes"], "not json")
            self.assertEqual(answer.rows[-1]["offset"], 0)
            exact = [base64.b64decode(row["bytes_base64"]) for row in answer.rows
                     if "bytes_base64" in row]
            self.assertEqual(exact, [binary])
            self.assertEqual(daemon.ask("LOGS").summary["rejected"], 3)
            self.assertEqual(daemon.ask("ACTIVITY source=shop").summary["rejected"], 3)
            self.assertNotIn("rejected", daemon.ask("LOGS date=yesterday").summary)
            self.assertNotIn("rejected", daemon.ask("LOGS source=other").summary)
            no_time = daemon.ask("REJECTS reason=no-time")
            self.assertEqual([row["offset"] for row in no_time.rows], [len(b"not json\n" + CALL) + 1])
            page = daemon.ask("REJECTS limit=2")
            rest = daemon.ask("REJECTS limit=2 cursor=" + page.summary["next"])
            self.assertEqual(page.rows + rest.rows, answer.rows)
            with daemon.connect() as connection:
                other = connection.ask("LOGS cursor=" + page.summary["next"])
            self.assertIn("belongs to a request with other filters", other.closing)
            daemon.kill()
            daemon.start()
        self.assertEqual(daemon.stop(), 0)
        (file,) = (daemon.data / "rejects").glob("*.rejects")
        cat = subprocess.run([BINARIES / "fortnight-segment", "cat", file], capture_output=True,
                             check=True, timeout=30 * PATIENCE)
        rows = [json.loads(line) for line in cat.stdout.splitlines()]
        self.assertEqual(rows[::-1], answer.rows)

    def test_the_log_names_the_first_reject_of_each_reason(self):
        daemon = self.daemon(TCP, NOW).start()
        self.send(daemon, [CALL, b"one"] + [b"many"] * 50 + [b'{"x":1}'])
        log = daemon.log.read_text()
        told = [line for line in log.splitlines() if "was rejected" in line]
        self.assertEqual(len(told), 2, log)
        self.assertIn("source=shop reason=not-json", told[0])
        self.assertIn(f"offset={len(CALL) + 1}", told[0])
        self.assertIn("reason=no-time", told[1])

    def test_the_status_page(self):
        daemon = self.daemon(TCP, NOW).start()
        self.send(daemon, [CALL])
        page = seen_on_a_terminal(self.client(daemon, "status"), 80)
        self.assertTrue(page.startswith("All is well.\n"), page)
        self.assertIn("shop", page)
        self.assertTrue(all(len(line) <= 80 for line in page.splitlines()), page)
        self.send(daemon, [b"oops"])
        page = seen_on_a_terminal(self.client(daemon, "status"), 60)
        self.assertTrue(page.startswith("1 line of shop rejected"), page)
        piped = subprocess.run(self.client(daemon, "status"), capture_output=True, check=True,
                               timeout=30 * PATIENCE)
        self.assertIn("sources", json.loads(piped.stdout))

    def test_pages_fit_sixty_columns(self):
        daemon = self.daemon(TCP, NOW).start()
        calls = [{"ts": f"2026-11-20T11:00:{i:02}Z", "call_id": f"2194ca24-98fc-4dc4-8df8-c3f43f3d25{i}",
                  "account": "OCQ4JJ", "method": "DELETE", "path": "/api/profiles/01HZY/lists/%d" % i,
                  "endpoint": "/api/profiles/{id}/lists/{list}", "status": 404, "duration_ms": 7.126 * i}
                 for i in range(10, 20)]
        self.send(daemon, [json.dumps(call).encode() for call in calls] + [b"not json"])
        for words in (["logs"], ["errors"]):
            text = seen_on_a_terminal(self.client(daemon, *words), 60)
            for line in text.splitlines():
                self.assertLessEqual(len(line), 60, text)
        self.assertIn("135.39", seen_on_a_terminal(self.client(daemon, "logs"), 60))

    def test_configurations_that_can_not_work_are_refused_with_their_line(self):
        path = self.directory / "bad.yaml"
        for text in CAN_NOT_WORK:
            path.write_text("time_zone: UTC\n" + text + "\n")
            checked = subprocess.run([FORTNIGHTD, "--check-config", "--config", path],
                                     capture_output=True, text=True, timeout=30 * PATIENCE)
            self.assertEqual(checked.returncode, 1, text)
            self.assertIn(f"{path}:2:", checked.stderr, text)

    def test_patterns_with_depth_and_alternatives_are_tailed(self):
        logs = self.directory / "logs"
        for name in ("api/x/y.json", "web.json", "other.json", "api/top.json"):
            (logs / name).parent.mkdir(parents=True, exist_ok=True)
            (logs / name).write_text('{"ts":"2026-11-20T11:00:00Z","call_id":"%s"}\n' % name)
        daemon = self.daemon(
            f'sources: [{{tail: {{name: deep, paths: ["{logs}/api/**/*.json", "{logs}/{{web,app}}.json"]}}}},'
            f' {{tail: {{name: none, paths: ["{logs}/nothing*.log"]}}}}]\n', NOW).start()
        wait_until(lambda: daemon.ask("ACTIVITY").summary["calls"] >= 3, lambda: "calls missing")
        ids = {row["call_id"] for row in daemon.ask("LOGS").rows}
        self.assertEqual(ids, {"api/x/y.json", "web.json", "api/top.json"})
        (logs / "api" / "new").mkdir()
        (logs / "api" / "new" / "z.json").write_text('{"ts":"2026-11-20T11:00:00Z"}\n')
        wait_until(lambda: daemon.ask("ACTIVITY").summary["calls"] >= 4, lambda: "the new directory")
        self.assertIn("nothing*.log: no file matches", daemon.log.read_text())

    def test_a_removed_socket_is_made_again_by_a_reload(self):
        path = self.directory / "intake.sock"
        daemon = self.daemon(f"sources: [{{unix: {{name: u, listen: {path}}}}}]\n", NOW).start()
        path.unlink()
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(path.exists, daemon.log.read_text)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30 * PATIENCE)
            connection.connect(str(path))
            connection.sendall(CALL + b"\n#sync t\n")
            self.assertEqual(connection.recv(100), b"#ok t accepted=1 rejected=0\n")
        daemon.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assertTrue(path.exists())

        def source():
            return daemon.ask("STATUS").rows[0]["sources"][0]

        # Counts belong to the source, for any of its sockets.
        self.assertEqual(source()["calls"], 1)
        path.unlink()
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(path.exists, daemon.log.read_text)
        self.assertEqual((source()["lines"], source()["calls"]), (1, 1))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30 * PATIENCE)
            connection.connect(str(path))
            connection.sendall(CALL + b"\n#sync t\n")
            self.assertEqual(connection.recv(100), b"#ok t accepted=1 rejected=0\n")
        self.assertEqual((source()["lines"], source()["calls"]), (2, 2))
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(path.exists())

    def test_dropped_days_are_logged(self):
        daemon = self.daemon(TCP + "storage: {clock_hold: 0}\n", NOW).start()
        self.send(daemon, [CALL])
        self.assertEqual(daemon.stop(), 0)
        daemon.set_clock("2026-12-10T00:00:00Z")
        daemon.start()
        wait_until(lambda: "calls are dropped" in daemon.log.read_text(), daemon.log.read_text, 60)
        self.assertIn("day=2026-11-20 calls=1", daemon.log.read_text())

    def test_every_program_tells_its_version_and_every_verb_its_help(self):
        for program in ("fortnightd", "fortnight", "fortnight-segment", "fortnight-generate"):
            said = subprocess.run([BINARIES / program, "--version"], capture_output=True, text=True,
                                  check=True, timeout=30 * PATIENCE)
            self.assertRegex(said.stdout, re.escape(program) + r" \d")
        fortnight = pathlib.Path(BINARIES / "fortnight")
        for verb in ("activity", "logs", "show", "follow", "top", "values", "errors", "job", "export",
                     "rejects", "explain", "status", "ping", "help"):
            said = subprocess.run([fortnight, verb, "--help"], capture_output=True, text=True,
                                  check=True, timeout=30 * PATIENCE)
            self.assertTrue(said.stdout.startswith(f"fortnight {verb} - "), said.stdout)
        for command in ("info", "verify", "cat", "export", "repair"):
            subprocess.run([BINARIES / "fortnight-segment", command, "--help"], capture_output=True,
                           check=True, timeout=30 * PATIENCE)


if __name__ == "__main__":
    unittest.main()
