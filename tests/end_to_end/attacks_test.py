"""A test for each class of attack that other services of this kind have been open to."""

import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import threading
import unittest

from daemon import BINARIES, PATIENCE, seen_on_a_terminal, wait_until
from readers import COOKIE, NOW, OPEN, PASSWORD, REQUIRED, Browser, ReadersTestCase, call
from sender import Sender

KIB = 1024
MIB = 1024 * KIB
MARKUP = "<img src=x onerror=alert(1)>"


def memory(process):
    """Its peak, in bytes."""
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) * KIB


class AttacksTest(ReadersTestCase):
    def test_the_page_names_all_tests(self):
        page = (pathlib.Path(__file__).parents[2] / "docs" / "security.md").read_text()
        named = re.findall(r"\| `(\w+)` \|$", page.partition("## Attacks")[2], re.MULTILINE)
        tests = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        self.assertEqual(tests - {"the_page_names_all_tests"}, set(named))

    def exchange(self, port, sent):
        """What a port answers until it closes the connection."""
        with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
            received = b""
            try:
                peer.sendall(sent)
                peer.shutdown(socket.SHUT_WR)
                while piece := peer.recv(64 * KIB):
                    received += piece
            except ConnectionError:
                pass  # closed with input unread
            return received

    def requested(self, daemon, path, host):
        """What the web port answers to a path that no library has made safe."""
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        return self.exchange(daemon.ports["web"], request.encode())

    def test_line_protocol_from_a_browser(self):
        """A form of another site posts lines to a line port."""
        daemon = self.filled(OPEN)
        lines = "\r\nLOGS\r\nERASE account=A\r\n" + call("smuggled", 9).decode() + "\r\n"
        for start in ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999\r\n",
                      "GET /LOGS HTTP/1.1\r\n", "PUT /x HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n"):
            answer = self.exchange(daemon.ports["query"], (start + lines).encode())
            self.assertNotIn(b"call_id", answer, start)
            self.assertNotIn(b"OK", answer, start)
            self.exchange(daemon.intake_port, (start + lines).encode())
        self.assertEqual(daemon.ask("LOGS").summary["calls"], 10)
        self.assertEqual(daemon.ask("LOGS account=smuggled").summary["calls"], 0)

    def test_dns_rebinding(self):
        """A page's own name points to 127.0.0.1, so its requests are same-origin to the browser."""
        daemon = self.filled(OPEN)
        for host in ("evil.example", f"evil.example:{daemon.ports['web']}", "127.0.0.1.evil.example",
                     "localhost.evil.example", "127.0.0.1@evil.example", "", "[::1].evil.example",
                     "2130706433"):
            for path in ("/api/v1/logs", "/metrics", "/", "/api/v1/session"):
                answer = self.requested(daemon, path, host)
                self.assertRegex(answer, rb"^HTTP/1.1 4(21|00) ", (host, path))
                self.assertNotIn(b"A-1", answer)

    def test_socket_permissions_set_after_bind(self):
        """Somebody connects between bind() and chmod()."""
        daemon = self.filled(REQUIRED)
        daemon.stop()
        trace = daemon.directory / "trace"
        command = ["strace", "-f", "-qq", "-e", "trace=bind,fchmod",
                   "-o", trace, *daemon.command()]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                wait_until(lambda: trace.exists() and "query.sock" in trace.read_text()
                           and (daemon.data / "ports.json").exists(), lambda: trace.read_text(), 60)
                mode = stat.S_IMODE((daemon.data / "query.sock").stat().st_mode)
            finally:
                traced = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
                for pid in traced:
                    os.kill(int(pid), signal.SIGTERM)
        self.assertEqual(mode, 0o660)
        # The file is created with the mode of the socket, which is set before it has a name.
        calls = trace.read_text().splitlines()
        bound = next(i for i, line in enumerate(calls) if "bind(" in line and "query.sock" in line)
        socket_number = re.search(r"bind\((\d+),", calls[bound])[1]
        before = [line for line in calls[:bound] if f"fchmod({socket_number}, 0660)" in line]
        self.assertTrue(before, calls[:bound + 3])

    def test_output_buffer_before_auth(self):
        """A client without identity asks for much and reads nothing, or sends without end."""
        daemon = self.filled(REQUIRED + "limits: {memory: 64MiB}\n")
        before = memory(daemon.process)
        peers = [socket.create_connection(("127.0.0.1", daemon.ports["query"])) for _ in range(50)]
        try:
            for peer in peers:
                peer.settimeout(0.05)
                try:
                    for _ in range(20):
                        peer.sendall(b"HELP\nHELP LOGS\nEXPORT date=all\n" * 1000)
                except (TimeoutError, ConnectionError):
                    pass
            with daemon.connect() as other:
                self.assertTrue(other.ask("PING").ok)
            self.assertLess(memory(daemon.process), max(before, 64 * MIB) + 8 * MIB)
        finally:
            for peer in peers:
                peer.close()
        answer = self.exchange(daemon.ports["query"], b"AUTH " + b"x" * (2 * MIB))
        self.assertNotIn(b"OK", answer)

    def test_totp_tried_through_a_second_door(self):
        """Codes, recovery codes and passwords share one count, also in several sign-ins at once."""
        daemon = self.filled()
        secret, codes = self.enrolled(daemon, "jo")
        sign_ins = [Browser(daemon) for _ in range(3)]
        for browser in sign_ins:
            browser.step("", name="jo", password=PASSWORD)
        tried = [sign_ins[i % 3].step("/code", **{"recovery_code" if i % 2 else "code": f"00000{i}"}).status
                 for i in range(12)]
        self.assertEqual(tried.count(401), 5, tried)
        self.assertEqual(tried.count(429), 7, tried)
        self.assertEqual(sign_ins[0].step("/code", code=self.code(secret)).status, 429)
        self.assertEqual(sign_ins[1].step("/code", recovery_code=codes[0]).status, 429)
        self.assertEqual(Browser(daemon).step("", name="jo", password=PASSWORD).status, 429)

    def test_tries_at_once(self):
        """Tries are counted before they are checked: parallel ones don't get more."""
        daemon = self.filled()
        self.enrolled(daemon, "jo")
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(
            Browser(daemon).step("", name="jo", password="wrong").status)) for _ in range(14)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses.count(401), 5, statuses)

    def test_limiter_lost_at_restart(self):
        daemon = self.filled()
        self.enrolled(daemon, "jo")
        for _ in range(5):
            self.assertEqual(Browser(daemon).step("", name="jo", password="wrong").status, 401)
        for end in (daemon.kill, daemon.stop):
            end()
            daemon.start()
            self.assertEqual(Browser(daemon).step("", name="jo", password=PASSWORD).status, 429)

    def test_limiter_keyed_by_a_header(self):
        daemon = self.filled()
        self.enrolled(daemon, "jo")
        for i in range(5):
            Browser(daemon).step("", name="jo", password="wrong")
        for name in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "True_Client_IP", "CF_Connecting_IP"):
            answer = Browser(daemon).send("POST", "/api/v1/session", {"name": "jo", "password": PASSWORD},
                                          **{name: "198.51.100.7"})
            self.assertEqual(answer.status, 429, name)

    def test_totp_code_used_twice(self):
        daemon = self.filled()
        secret, _ = self.enrolled(daemon, "jo")
        self.signed_in(daemon, "jo", secret)
        for end in (None, daemon.kill):
            if end:
                end()
                daemon.start()
            again = Browser(daemon)
            again.step("", name="jo", password=PASSWORD)
            self.assertEqual(again.step("/code", code=self.code(secret)).status, 401)

    def test_recovery_codes_of_another_user(self):
        daemon = self.filled()
        _, codes = self.enrolled(daemon, "jo")
        self.enrolled(daemon, "max")
        browser = Browser(daemon)
        browser.step("", name="max", password=PASSWORD)
        for code in codes[:2]:
            self.assertEqual(browser.step("/code", recovery_code=code).status, 401)
        own = Browser(daemon)
        own.step("", name="jo", password=PASSWORD)
        self.assertEqual(own.step("/code", recovery_code=codes[0]).status, 200)

    def test_enrolment_without_a_fresh_login(self):
        """A session that was left open doesn't give its finder a second factor of his own."""
        daemon = self.filled()
        secret, codes = self.enrolled(daemon, "jo")
        browser = self.signed_in(daemon, "jo", secret)
        self.assertEqual(browser.step("/enrolment").status, 200)
        self.pass_time(daemon, 11 * 60)
        wait_until(lambda: browser.step("/enrolment").status != 200, lambda: "still fresh", 10)
        self.assertEqual(browser.step("/enrolment").json["code"], "not-fresh")
        self.assertNotEqual(browser.step("/confirmation", code="000000").status, 200)
        # Nor does a password alone, without the factor that exists.
        half = Browser(daemon)
        self.assertEqual(half.step("", name="jo", password=PASSWORD).json["state"], "factor")
        self.assertNotEqual(half.step("/enrolment").status, 200)
        self.assertNotEqual(half.step("/password", password="another long password").status, 200)
        self.assertEqual(half.step("/code", recovery_code=codes[0]).status, 200)

    def test_empty_secrets_match_nothing(self):
        daemon = self.filled()
        self.row(daemon, "user", "add", "new", "--rights", "calls")
        self.row(daemon, "token", "add", "ci", "--rights", "calls")
        for body in ({"name": "new", "password": ""}, {"name": "", "password": ""}, {"name": "new"}, {},
                     {"name": "new", "password": None}):
            self.assertIn(Browser(daemon).send("POST", "/api/v1/session", body).status, (400, 401), body)
        for header in ("Bearer", "Bearer ", "Bearer  ", "", " ", "Bearer null", "Bearer fnt___"):
            answer = Browser(daemon).get("/api/v1/logs", Authorization=header)
            self.assertIn(answer.status, (400, 401), header)
        for cookie in ("", " ", '""', "null", "undefined"):
            browser = Browser(daemon)
            self.assertEqual(browser.get("/api/v1/logs", Cookie=f"{COOKIE}={cookie}").status, 401, cookie)
        with daemon.connect() as connection:
            for words in ("AUTH", "AUTH ", 'AUTH ""', "AUTH null", "AUTH fnt___"):
                self.assertRegex(connection.ask(words).closing, "^ERR ", words)
            self.assertRegex(connection.ask("LOGS").closing, "^ERR not-authenticated")

    def test_an_accepted_identity_opens_nothing_for_others(self):
        """What one connection or request has shown counts for that one alone, whatever is cached."""
        daemon = self.filled()
        token = self.token(daemon, "ci", "rights=calls,counts")
        kept = http.client.HTTPConnection("127.0.0.1", daemon.ports["web"])
        for _ in range(3):
            statuses = []
            for header in (f"Bearer {token}", None, f"Bearer {token[:-1]}", f"Bearer {token}x"):
                kept.request("GET", "/api/v1/activity?date=2026-11-19", headers={
                    **({"Authorization": header} if header else {}), "If-None-Match": "*"})
                answer = kept.getresponse()
                answer.read()
                statuses.append(answer.status)
                # Caches between a reader and the daemon may not keep it.
                self.assertNotIn("public", answer.headers.get("Cache-Control", ""))
            self.assertIn(statuses[0], (200, 304))
            self.assertEqual(statuses[1:], [401, 401, 401])
        kept.close()
        with self.with_token(daemon, token) as one, daemon.connect() as other:
            self.assertTrue(one.ask("LOGS").ok)
            self.assertRegex(other.ask("LOGS").closing, "^ERR not-authenticated")
            self.assertRegex(one.ask(f"AUTH {token}x").closing, "^ERR")

    def test_open_redirect(self):
        """No address leads to another site, before or after a sign-in."""
        daemon = self.filled()
        secret, _ = self.enrolled(daemon, "jo")
        browser = self.signed_in(daemon, "jo", secret)
        for path in ("//evil.example", "//evil.example/..", "/\\evil.example", "/%2f%2fevil.example",
                     "/logs?next=https://evil.example", "/sign-in?to=//evil.example", "/%0d%0aLocation:%20x",
                     "/http://evil.example", "/logs/..//evil.example"):
            answer = browser.get(path)
            self.assertNotIn(answer.status, range(300, 400), path)
            self.assertNotIn("Location", answer.headers, path)
            self.assertNotIn("Refresh", answer.headers, path)

    def test_path_traversal_in_assets(self):
        daemon = self.filled(OPEN)
        secret = daemon.directory / "secret.txt"
        secret.write_text("for nobody")
        ups = ["../" * n for n in (1, 4, 12)]
        codes = ("..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e%252f", "..%c0%af")
        coded = [up.replace("../", code) for up in ups for code in codes]
        for up in ups + coded:
            for path in (f"/assets/{up}{secret}", f"/{up}{secret}", f"/assets/{up}etc/passwd",
                         f"/calls/{up}etc/passwd"):
                answer = self.requested(daemon, path, "localhost")
                self.assertNotIn(b"for nobody", answer, path)
                self.assertNotIn(b"root:", answer, path)

    def test_stored_script_through_logged_text(self):
        """web/tests/page/call.spec.ts opens such calls in a browser; this is what the browser gets."""
        daemon = self.filled(OPEN)
        with Sender(daemon.intake_port) as sender:
            sender.send([json.dumps({
                "ts": "2026-11-20T10:30:00Z", "call_id": f"h{MARKUP}", "account": MARKUP, "status": 500,
                "method": MARKUP, "endpoint": f"/{MARKUP}", "path": f"/{MARKUP}",
                "request": {"body": MARKUP}}).encode()])
            sender.sync()
        browser = Browser(daemon)
        for path in ("/api/v1/logs?status=500", "/api/v1/errors", "/api/v1/top?by=endpoint", "/api/v1/export",
                     "/api/v1/logs?id=%3Cscript%3E", "/api/v1/show/%3Cscript%3E", "/%3Cscript%3E", "/"):
            for accept in ("text/html", "*/*", "text/csv"):
                answer = browser.get(path, Accept=accept)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", path)
                if answer.headers.get_content_type() == "text/html":
                    self.assertNotIn("onerror", answer.body)
                    self.assertNotIn("<script>", answer.body)
                    policy = answer.headers["Content-Security-Policy"]
                    self.assertIn("default-src 'none'", policy)
                    self.assertIn("require-trusted-types-for 'script'", policy)
                    self.assertNotIn("unsafe", policy)

    def test_terminal_escapes_through_logged_text(self):
        daemon = self.daemon(OPEN, NOW).start()
        evil = "a\x1b[31mb\x9bc\u202egnp"
        with Sender(daemon.intake_port) as sender:
            first, second = ({"ts": f"2026-11-20T11:00:0{number}Z", "path": evil} for number in range(2))
            sender.send([json.dumps(first).encode(), json.dumps(second, ensure_ascii=False).encode(),
                         b"\x1b[2Jnot json\xc2\x9b"])
            sender.sync()

        def client(*words):
            return [str(BINARIES / "fortnight"), "--connect", f"127.0.0.1:{daemon.ports['query']}", *words]

        for words in (["logs"], ["logs", "--json"], ["export"], ["export", "--csv"], ["rejects"],
                      ["show", "path=*"], ["top", "by=path"], ["export", "fields=path"]):
            text = seen_on_a_terminal(client(*words))
            bad = [c for c in text if (ord(c) < 32 and c not in "\n\r\t") or 127 <= ord(c) < 160
                   or c == "\u202e"]
            # The only escape sequences would be the client's own colours, which are off.
            self.assertEqual(bad, [], (words, text))
        shown = seen_on_a_terminal(client("export", "fields=path"))
        self.assertEqual([json.loads(line)["path"] for line in shown.splitlines() if
                          line.startswith("{")], [evil, evil])
        # A pipe gets the original bytes.
        piped = subprocess.run(client("export", "--csv", "--fields", "path"),
                               capture_output=True, check=True, timeout=30 * PATIENCE)
        self.assertEqual(piped.stdout.decode().splitlines()[1:], [evil, evil])
        self.assertNotIn(b"\x1b", daemon.log.read_bytes())

    def test_decompression_bombs(self):
        """Of what is compressed, only a piece at a time is in memory, and of a line its first part."""
        start = b'{"ts":"2026-11-20T10:40:00Z","call_id":"bomb","x":"'
        bomb = gzip.compress(start + b"0" * (256 * MIB) + b'"}\n')
        logs = self.directory / "logs"
        logs.mkdir()
        (logs / "api.log.1.gz").write_bytes(bomb)
        daemon = self.filled(OPEN.replace("}}]", f"}}}}, {{tail: {{paths: ['{logs}/api.log*']}}}}]")
                             + "limits: {memory: 64MiB}\n")
        request = ("POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\nConnection: close\r\n\r\n")
        answer = self.exchange(daemon.ports["web"], request.encode() + bomb)
        self.assertRegex(answer, rb"^HTTP/1.1 4\d\d ")
        wait_until(lambda: daemon.ask("LOGS id=bomb").summary["calls"] == 1, lambda: "not read", 60)
        self.assertLess(memory(daemon.process), 128 * MIB)


if __name__ == "__main__":
    unittest.main()
