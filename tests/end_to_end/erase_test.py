"""Erasing calls: the dry run and its confirmation, answers and files without them, counts that stay,
rights, certificates, and a daemon that is killed meanwhile."""

import hashlib
import json
import random
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from daemon import BINARIES, TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
CONFIG = """sources: [{tcp: {listen: "127.0.0.1:0"}}]
erasure: {enabled: true}
storage: {part_bytes: 1MiB}
"""
PERIOD = "date=all"
SECRET = "jo.erased@example.com"
WORDS = "the quick brown fox jumps over a lazy dog and rests in the shade of an old oak".split()


def call(number, account="A", note="nothing", day="2026-11-20"):
    noise = random.Random(number)
    body = {"note": note, "text": " ".join(noise.choices(WORDS, k=20)), "id": noise.randbytes(12).hex()}
    return json.dumps({
        "ts": f"{day}T0{number // 3600 % 10}:{number // 60 % 60:02}:{number % 60:02}Z",
        "call_id": f"{account}-{day}-{number}", "account": account, "method": "POST", "endpoint": "/orders",
        "path": f"/orders/{account}/{number}", "status": 200 + 300 * (number % 7 == 0),
        "ids": {"resource_id": f"r-{account}-{day}-{number}"}, "request": {"body": body},
    }).encode()


class EraseTest(TestCase):
    def filled(self, calls=300, config=CONFIG):
        """Calls of A, with the secret, and of B, today and the day before, and rejected lines."""
        daemon = self.daemon(config, NOW).start()
        with Sender(daemon.intake_port) as sender:
            for day in ("2026-11-19", "2026-11-20"):
                for account, note in (("A", f"of {SECRET}"), ("B", "of another")):
                    sender.send([call(number, account, note, day) for number in range(calls)])
            sender.send([f"not JSON, of {SECRET}".encode(), b"not JSON"])
            sender.sync()
        return daemon

    def row(self, connection, request):
        answer = connection.ask(request)
        self.assertTrue(answer.ok, answer.closing)
        (row,) = answer.rows
        return row

    def erase(self, daemon, request, options=""):
        connection = self.local(daemon)
        confirm = self.row(connection, request)["confirm"]
        return self.row(connection, f"{request} confirm={confirm} {options}")

    def wait_until_off_disk(self, daemon, seconds=60):
        def pending():
            return daemon.ask("STATUS").rows[0]["erasures"]

        wait_until(lambda: pending()["pending"] == 0, lambda: str(pending()), seconds)

    def assert_no_file_has(self, daemon, text):
        daemon.stop()  # otherwise a file that is being written can't be read
        for path in daemon.data.rglob("*"):
            if not path.is_file():
                continue
            self.assertFalse(text.encode() in path.read_bytes(), path)
            if path.suffix in (".part", ".segment"):
                shown = subprocess.run([BINARIES / "fortnight-segment", "cat", path], capture_output=True)
                self.assertEqual(shown.returncode, 0, shown.stderr)
                self.assertFalse(text.encode() in shown.stdout, path)
        daemon.start()

    def test_an_account_is_gone_from_answers_and_files_and_counts_stay(self):
        daemon = self.filled()
        with daemon.connect() as connection:
            def asked(request):
                answer = connection.ask(request)
                self.assertTrue(answer.ok, answer.closing)
                return answer

            counts = [f"ACTIVITY {PERIOD}", f"ACTIVITY {PERIOD} by=account", f"TOP by=account {PERIOD}",
                      f"TOP by=endpoint {PERIOD}", f"ACTIVITY {PERIOD} account=A"]
            before = [(asked(request).rows, asked(request).closing) for request in counts]
            others = asked(f"LOGS {PERIOD} account=B limit=1000").rows
            page = asked(f"LOGS {PERIOD} account=B limit=100")
            (erased_ref,) = [row["ref"] for row in asked("LOGS call_id=A-2026-11-20-7").rows]

            seen = self.row(self.local(daemon), "ERASE account=A")
            self.assertEqual(seen["calls"], 600)
            self.assertEqual(seen["days"], [{"date": "2026-11-19", "calls": 300},
                                            {"date": "2026-11-20", "calls": 300}])
            self.assertEqual(asked(f"LOGS {PERIOD} account=A limit=1000").summary["calls"], 600)
            done = self.erase(daemon, "ERASE account=A", "now=true")
            self.assertEqual((done["erasure"], done["calls"], done["days"]), (1, 600, seen["days"]))

            def check():
                for request in (f"LOGS {PERIOD} account=A", "SHOW A-2026-11-20-7", f"SHOW ref={erased_ref}",
                                "JOB A-2026-11-20-7", f"FIND \"see A-2026-11-20-7 and {erased_ref}\"",
                                f"EXPORT {PERIOD} account=A", f"LOGS {PERIOD} text={SECRET}",
                                f"LOGS {PERIOD} resource_id=r-A-2026-11-19-1",
                                f"LOGS {PERIOD} /request/body/note=*{SECRET}*", f"ERRORS {PERIOD} account=A",
                                f"VALUES field=path prefix=/orders/A {PERIOD}"):
                    self.assertEqual(asked(request).rows, [], request)
                top = asked(f"TOP by=path n=1000 {PERIOD}").rows
                self.assertEqual([row["path"] for row in top if "/A/" in row["path"]], [])
                after = [(asked(request).rows, asked(request).closing) for request in counts]
                self.assertEqual(after, before)
                self.assertEqual(asked(f"LOGS {PERIOD} account=B limit=1000").rows, others)
                rest = asked(f"LOGS {PERIOD} account=B limit=1000 cursor={page.summary['next']}").rows
                self.assertEqual(page.rows + rest, others)
                for row in others[::50]:
                    (shown,) = asked(f"SHOW ref={row['ref']}").rows
                    self.assertEqual(shown["call_id"], row["call_id"])

            check()
            self.wait_until_off_disk(daemon)
            check()
        self.assert_no_file_has(daemon, "A-2026-11-20-7")
        (certificate,) = self.local(daemon).ask("ERASURES").rows
        self.assertEqual(certificate["calls"], 600)
        self.assertEqual(certificate["sha256"], hashlib.sha256(b"A").hexdigest())
        self.assertEqual(certificate["filter"], "account")
        self.assertIsNotNone(certificate["finished"])
        self.assertEqual(json.loads((daemon.data / "erasures").read_text()), certificate)
        daemon.stop()
        verified = subprocess.run([BINARIES / "fortnight-segment", "verify", daemon.data],
                                  capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        daemon.start()
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} limit=1000").summary["calls"], 600)

    def test_a_text_and_an_id_are_gone_from_calls_rejects_and_quarantine(self):
        daemon = self.filled(50)
        (daemon.data / "quarantine" / "2026-11-20-0000000999.part").write_text(f"of {SECRET}")
        done = self.erase(daemon, f"ERASE text={SECRET}", "now=true")
        self.assertEqual((done["calls"], done["rejects"], done["quarantined"]), (100, 1, 1))
        self.wait_until_off_disk(daemon)
        self.assert_no_file_has(daemon, SECRET)
        rejects = daemon.ask("REJECTS").rows
        self.assertEqual([row["bytes"] for row in rejects], ["not JSON", ""])
        self.assertEqual(daemon.ask("REJECTS").summary["rejected"], 2)
        self.assertEqual(self.erase(daemon, "ERASE id=r-B-2026-11-19-49", "now=true")["calls"], 1)
        self.assertEqual(daemon.ask("SHOW B-2026-11-19-49").rows, [])
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} limit=1000").summary["calls"], 99)
        self.wait_until_off_disk(daemon)
        self.assert_no_file_has(daemon, "r-B-2026-11-19-49")
        self.assertEqual([row["number"] for row in self.local(daemon).ask("ERASURES").rows], [2, 1])

    def test_without_now_files_are_rewritten_within_a_day(self):
        daemon = self.filled(50)
        self.erase(daemon, f"ERASE text={SECRET}")
        self.assertEqual(daemon.ask("STATUS").rows[0]["erasures"]["pending"], 1)
        self.assertIsNone(self.local(daemon).ask("ERASURES").rows[0]["finished"])
        daemon.set_clock("2026-11-21T00:00:00Z")
        self.wait_until_off_disk(daemon)
        self.assert_no_file_has(daemon, SECRET)

    def test_later_calls_stay(self):
        daemon = self.filled(20)
        connection = self.local(daemon)
        confirm = self.row(connection, "ERASE account=A")["confirm"]
        again = [call(number, "A") for number in range(5)]  # sent again, before the confirmation
        with Sender(daemon.intake_port) as sender:
            sender.send(again)
            sender.sync()
            self.assertEqual(self.row(connection, f"ERASE account=A confirm={confirm}")["calls"], 40)
            self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=A").summary["calls"], 5)
            sender.send([call(number, "A", "late", "2026-11-18") for number in range(3)])
            sender.sync()
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=A").summary["calls"], 8)
        daemon.stop()
        daemon.start()
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=A").summary["calls"], 8)

    def test_a_confirmation_is_of_one_request_reader_and_quarter_of_an_hour(self):
        daemon = self.filled(5)
        connection = self.local(daemon)
        confirm = self.row(connection, "ERASE account=A")["confirm"]
        head, code = confirm.rsplit("-", 1)
        expires, end, calls = head.split("-")
        for request in (f"ERASE account=B confirm={confirm}", f"ERASE text=A confirm={confirm}",
                        f"ERASE account=A confirm={confirm}0", f"ERASE account=A confirm=x",
                        f"ERASE account=A confirm={head}", f'ERASE account=A confirm="{code}-"',
                        f"ERASE account=A confirm={expires}-{int(end) + 1}-{calls}-{code}",
                        f"ERASE account=A confirm={int(expires) + 1}-{end}-{calls}-{code}",
                        f"ERASE account=A confirm={expires}-{end}-{int(calls) + 1}-{code}"):
            self.assertRegex(connection.ask(request).closing, "^ERR bad-request column", request)
        token = self.row(connection, "ISSUE eraser rights=erase")["token"]
        with daemon.connect() as other:
            self.assertTrue(other.ask(f"AUTH {token}").ok)
            self.assertRegex(other.ask(f"ERASE account=A confirm={confirm}").closing, "^ERR bad-request")
        daemon.set_clock("2026-11-20T12:15:01Z")
        request = f"ERASE account=A confirm={confirm}"
        wait_until(lambda: not connection.ask(request).ok, lambda: "still valid", 5)
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=A").summary["calls"], 10)

    def test_bad_requests_and_missing_rights_are_refused(self):
        daemon = self.filled(5)
        connection = self.local(daemon)
        for request in ("ERASE", "ERASE account=A id=x", 'ERASE account=""', "ERASE account=A,B",
                        "ERASE account!=A", "ERASE account=A now=true", "ERASE path=/x",
                        "ERASE account=A confirm=1 now=maybe", "ERASE A", "ERASURES limit=0",
                        "EXPLAIN ERASE account=A"):
            self.assertRegex(connection.ask(request).closing, "^ERR bad-request", request)
        with daemon.connect() as anybody:
            for request in ("ERASE account=A", "ERASURES"):
                self.assertRegex(anybody.ask(request).closing, '^ERR denied .*"erase"', request)
        self.row(connection, "ISSUE own rights=erase,calls accounts=B")
        token = self.row(connection, "ISSUE own2 rights=erase,calls accounts=B")["token"]
        with daemon.connect() as own:
            self.assertTrue(own.ask(f"AUTH {token}").ok)
            self.assertEqual(self.row(own, "ERASE account=A")["calls"], 0)
            self.assertRegex(own.ask(f"ERASE text={SECRET}").closing, '^ERR denied .*"bodies"')
            self.assertRegex(own.ask("ERASURES").closing, "^ERR denied")
            for account, calls in (("A", 0), ("B", 10)):
                confirm = self.row(own, f"ERASE account={account}")["confirm"]
                self.assertEqual(self.row(own, f"ERASE account={account} confirm={confirm}")["calls"], calls)
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=A").summary["calls"], 10)
        daemon.stop()
        daemon.config.write_text(daemon.config.read_text().replace("enabled: true", "enabled: false"))
        daemon.start()
        self.assertRegex(self.local(daemon).ask("ERASE account=A").closing,
                         r"^ERR unsupported .*erasure: \{enabled: true\}")
        self.assertEqual(len(self.local(daemon).ask("ERASURES").rows), 2)

    def http(self, daemon, method, path, body=None, token=None):
        request = urllib.request.Request(f"http://127.0.0.1:{daemon.ports['web']}{path}", body, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, json.loads(error.read() or b"{}")

    def test_http_erases_by_post_only(self):
        daemon = self.filled(5)
        token = self.row(self.local(daemon), "ISSUE web rights=erase,bodies")["token"]
        for method in ("GET", "HEAD"):
            status, headers, _ = self.http(daemon, method, "/api/v1/erase?account=A", token=token)
            self.assertEqual((status, headers["Allow"]), (405, "POST"))
        self.assertEqual(self.http(daemon, "POST", "/api/v1/erase", b'{"account":"A"}')[0], 403)
        body = {"text": SECRET}
        members = set()
        status, _, answer = self.http(daemon, "POST", "/api/v1/erase", json.dumps(body).encode(), token)
        self.assertEqual((status, answer["rows"][0]["calls"]), (200, 10))
        members |= answer["rows"][0].keys()
        body["confirm"] = answer["rows"][0]["confirm"]
        body["now"] = "true"
        status, _, answer = self.http(daemon, "POST", "/api/v1/erase", json.dumps(body).encode(), token)
        self.assertEqual((status, answer["rows"][0]["calls"]), (200, 10))
        members |= answer["rows"][0].keys()
        status, _, answer = self.http(daemon, "GET", "/api/v1/erasures", token=token)
        self.assertEqual((status, answer["rows"][0]["by"]), (200, "token web"))
        paths = self.http(daemon, "GET", "/api/v1/openapi.json")[2]["paths"]
        self.assertEqual(list(paths["/api/v1/erase"]), ["post"])

        def described(operation):
            content = operation["responses"]["200"]["content"]["application/json"]
            return content["schema"]["properties"]["rows"]["items"]["properties"].keys()

        self.assertEqual(described(paths["/api/v1/erase"]["post"]), members)
        self.assertEqual(described(paths["/api/v1/erasures"]["get"]), answer["rows"][0].keys())

    def test_the_client_erases(self):
        daemon = self.filled(5)

        def client(*words):
            ran = subprocess.run([BINARIES / "fortnight", *words], capture_output=True, text=True,
                                 env={"HOME": "/nonexistent", "FORTNIGHT_DATA_DIR": str(daemon.data)})
            self.assertEqual(ran.returncode, 0, ran.stderr)
            return [json.loads(line) for line in ran.stdout.splitlines()]

        (seen,) = client("erase", "account=A")
        self.assertEqual(seen["calls"], 10)
        (done,) = client("erase", "account=A", f"confirm={seen['confirm']}", "now=true")
        self.assertEqual(done["calls"], 10)
        self.assertEqual(client("erasures")[0]["number"], 1)

    def test_killed_at_any_time_it_is_done_whole_or_not_at_all(self):
        daemon = self.filled(400)
        chance = random.Random(7)
        left = 800
        for attempt in range(12):
            connection = self.local(daemon)
            confirm = self.row(connection, f"ERASE text={SECRET}")["confirm"]
            killer = threading.Timer(chance.uniform(0, 0.25), daemon.process.kill)
            killer.start()
            try:
                connection.ask(f"ERASE text={SECRET} confirm={confirm} now=true")
                done = True
            except (EOFError, OSError):
                done = False
            killer.join()
            daemon.process.wait()
            daemon.start()
            there = daemon.ask(f"LOGS {PERIOD} text={SECRET} limit=2000").summary["calls"]
            self.assertIn(there, (0,) if done else (0, left))
            self.assertEqual(daemon.ask(f"LOGS {PERIOD} account=B limit=2000").summary["calls"], 800)
            if there == 0:
                # Something to erase again.
                with Sender(daemon.intake_port) as sender:
                    sender.send([call(number, "A", f"of {SECRET}", "2026-11-19") for number in range(200)])
                    sender.sync()
                left = 200
        self.erase(daemon, f"ERASE text={SECRET}", "now=true")
        self.wait_until_off_disk(daemon)
        self.assert_no_file_has(daemon, SECRET)
        self.assertEqual(daemon.ask(f"LOGS {PERIOD} limit=2000").summary["calls"], 800)
        numbers = [row["number"] for row in self.local(daemon).ask("ERASURES").rows]
        self.assertEqual(numbers, list(range(len(numbers), 0, -1)))


if __name__ == "__main__":
    unittest.main()
