"""People: sign-in with a second factor over HTTP, their sessions, the limiter, and the admin's commands."""

import http.client
import json
import time
import unittest
import urllib.parse

from daemon import wait_until
from readers import COOKIE, MARK, OPEN, PASSWORD, REQUIRED, Browser, ReadersTestCase
from sender import Sender


class PeopleTest(ReadersTestCase):
    def test_a_person_reads_once_both_factors_are_given(self):
        daemon = self.filled()
        added = self.row(daemon, "user", "add", "Jo", "--rights", "counts,calls,bodies", "--accounts", "A")
        self.assertEqual(added["name"], "jo")
        browser = Browser(daemon)
        self.assertEqual(browser.get("/api/v1/session").json["state"], "signed-out")
        self.assertEqual(browser.get("/api/v1/logs").status, 401)
        seen = set()
        steps = [("", {"name": "jo", "password": added["password"]}, "new-password"),
                 ("/password", {"password": PASSWORD}, "enrol")]
        for path, body, state in steps:
            answer = browser.step(path, **body)
            self.assertEqual((answer.status, answer.json["state"]), (200, state), answer.body)
            self.assertEqual(browser.attributes, {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
            # Each step has its own cookie, which opens nothing yet.
            self.assertNotIn(browser.cookie, seen)
            seen.add(browser.cookie)
            self.assertEqual(browser.get("/api/v1/logs").status, 401)
            self.assertEqual(browser.get("/api/v1/session").json["state"], state)
        enrolment = browser.step("/enrolment").json
        uri = urllib.parse.urlparse(enrolment["uri"])
        self.assertEqual((uri.scheme, uri.netloc, uri.path), ("otpauth", "totp", "/Fortnight:jo"))
        self.assertEqual(urllib.parse.parse_qs(uri.query)["secret"], [enrolment["secret"]])
        self.assertEqual({len(row) for row in enrolment["qr"]}, {len(enrolment["qr"])})
        self.assertEqual(browser.step("/confirmation", code="000000").status, 401)
        done = browser.step("/confirmation", code=self.code(enrolment["secret"])).json
        self.assertEqual((done["state"], len(done["new_recovery_codes"])), ("signed-in", 10))
        self.assertEqual({row["account"] for row in browser.get("/api/v1/logs").json["rows"]}, {"A"})
        self.assertIn(MARK, browser.get("/api/v1/show/A-1").body)
        self.assertIn(MARK, browser.get("/api/v1/export.ndjson").body)
        self.assertEqual(browser.get("/api/v1/status").status, 403)
        shown = browser.get("/api/v1/session").json
        self.assertEqual((shown["name"], shown["accounts"], shown["recovery_codes"], shown["second_factor"]),
                         ("jo", ["A"], 10, True))
        self.assertNotIn("new_recovery_codes", shown)
        answer = browser.send("DELETE", "/api/v1/session")
        self.assertEqual((answer.status, browser.cookie), (204, ""))
        self.assertEqual(browser.get("/api/v1/logs").status, 401)

    def test_cookies_of_other_forms_open_nothing(self):
        daemon = self.filled()
        secret, _ = self.enrolled(daemon, "jo")
        good = self.signed_in(daemon, "jo", secret).cookie
        stranger = Browser(daemon)
        for header in (f"{COOKIE}={good}x", f"{COOKIE}={good[:-1]}", f"fortnight={good}", f"{COOKIE}=",
                       f"{COOKIE}={good}; {COOKIE}={good}", f"x={COOKIE}={good}", good, f"{COOKIE} ={good}"):
            self.assertEqual(stranger.get("/api/v1/logs", Cookie=header).status, 401, header)
        self.assertEqual(stranger.get("/api/v1/logs", Cookie=f"{COOKIE}={good}").status, 200)
        # A token in the request counts in its place.
        self.assertEqual(stranger.get("/api/v1/logs", Cookie=f"{COOKIE}={good}",
                                      Authorization="Bearer wrong").status, 401)

    def test_a_page_of_another_site_signs_nobody_in_or_out(self):
        origin = "https://tools.example"
        daemon = self.filled(REQUIRED + f'web: {{listen: "127.0.0.1:0", origins: ["{origin}"]}}\n')
        secret, _ = self.enrolled(daemon, "jo")
        browser = self.signed_in(daemon, "jo", secret)
        for headers in ({"Origin": "https://evil.example"}, {"Origin": origin}, {"Origin": "null"},
                        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
            for method, path in (("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/sessions"),
                                 ("POST", "/api/v1/session"), ("GET", "/api/v1/session")):
                answer = browser.send(method, path, {} if method == "POST" else None, **headers)
                self.assertEqual(answer.status, 403, f"{method} {path} {headers}")
        form = browser.send("POST", "/api/v1/session", {}, Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(form.status, 415)
        own = f"http://127.0.0.1:{browser.port}"
        self.assertEqual(browser.get("/api/v1/logs", Origin=own).status, 200)
        self.assertEqual(browser.send("DELETE", "/api/v1/session", Origin=own).status, 204)

    def test_requests_of_other_forms(self):
        daemon = self.filled()
        browser = Browser(daemon)
        for path, body in (("", {}), ("", {"name": "jo"}), ("", {"name": "jo", "password": 7}),
                           ("", {"name": "jo", "password": "x", "more": "y"}), ("", []), ("", None),
                           ("", {"name": ["jo", "flo"], "password": "x"}), ("/code", {}),
                           ("", {"name": "jo", "password": "x" * 1025}),
                           ("/code", {"code": "1", "recovery_code": "2"}), ("/password", {"pass": "x"})):
            answer = browser.send("POST", "/api/v1/session" + path, body, Content_Type="application/json")
            expected = 401 if body == {"name": "jo", "password": 7} else 400
            self.assertEqual(answer.status, expected, f"{path} {body}: {answer.body}")
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        for path in ("/code", "/password", "/enrolment", "/confirmation"):
            body = {"/password": {"password": PASSWORD}, "/enrolment": {}}.get(path, {"code": "123456"})
            answer = browser.step(path, **body)
            self.assertEqual((answer.status, answer.json["code"]), (401, "no-session"), path)
        self.assertEqual(browser.get("/api/v1/session/code").headers["Allow"], "POST")
        self.assertEqual(browser.get("/api/v1/session/nothing").status, 404)

    def test_the_description_has_the_routes_of_sessions(self):
        """Each is answered as openapi.json says, with the members that it lists."""
        daemon = self.filled()
        document = Browser(daemon).get("/api/v1/openapi.json").json
        routes = {path: set(operations) for path, operations in document["paths"].items()
                  if path.startswith("/api/v1/session")}
        self.assertEqual(routes, {
            "/api/v1/session": {"get", "post", "delete"}, "/api/v1/session/code": {"post"},
            "/api/v1/session/password": {"post"}, "/api/v1/session/enrolment": {"post"},
            "/api/v1/session/confirmation": {"post"}, "/api/v1/sessions": {"delete"}})
        one_time = self.row(daemon, "user", "add", "jo", "--rights", "calls")["password"]
        browser = Browser(daemon)
        secret = ""
        for path, method, values in (
                ("/api/v1/session", "post", {"name": "jo", "password": one_time}),
                ("/api/v1/session/password", "post", {"password": PASSWORD}),
                ("/api/v1/session/enrolment", "post", {}),
                ("/api/v1/session/confirmation", "post", {"code": None}),
                ("/api/v1/session", "get", {}), ("/api/v1/sessions", "delete", {})):
            operation = document["paths"][path][method]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            self.assertEqual(set(body.get("schema", {}).get("required", [])), set(values), path)
            sent = {name: self.code(secret) if value is None else value for name, value in values.items()}
            answer = browser.send(method.upper(), path, sent if method == "post" else None)
            described = operation["responses"][str(answer.status)]
            if method == "delete":
                self.assertEqual((answer.status, answer.body), (204, ""))
                continue
            members = described["content"]["application/json"]["schema"]["properties"]
            self.assertLessEqual(set(answer.json), set(members), path)
            secret = answer.json.get("secret", secret)

    def test_enumeration_of_people(self):
        daemon = self.filled()
        self.enrolled(daemon, "jo")
        self.enrolled(daemon, "gone")
        self.assertEqual(self.client(daemon, "user", "disable", "gone").returncode, 0)
        answers = set()
        tries = (("jo", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD), ("a b", "x"), ("", ""))
        for name, password in tries:
            answer = Browser(daemon).step("", name=name, password=password)
            headers = {name: value for name, value in answer.headers.items() if name != "Date"}
            answers.add((answer.status, answer.body, json.dumps(headers)))
        self.assertEqual(len(answers), 1, answers)

    def test_the_limiter_is_behind_every_door_and_survives_a_kill(self):
        daemon = self.filled()
        secret, codes = self.enrolled(daemon, "jo")
        pending = Browser(daemon)
        pending.step("", name="jo", password=PASSWORD)
        for path, body in (("/code", {"code": "000000"}), ("/code", {"recovery_code": "x"}),
                           ("", {"name": "JO", "password": "wrong"}), ("/code", {"code": ""}),
                           ("/code", {"recovery_code": codes[0] + "x"})):
            browser = pending if path else Browser(daemon)
            self.assertEqual(browser.step(path, **body).status, 401, body)
        for headers in ({}, {"X_Forwarded_For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.8"},
                        {"X_Real_IP": "203.0.113.9"}):
            for path, body in (("/code", {"code": self.code(secret)}), ("/code", {"recovery_code": codes[0]}),
                               ("", {"name": "jo", "password": PASSWORD})):
                browser = pending if path else Browser(daemon)
                answer = browser.send("POST", "/api/v1/session" + path, body, **headers)
                self.assertEqual((answer.status, answer.json["code"]), (429, "rate"), answer.body)
                self.assertIn(int(answer.headers["Retry-After"]), range(800, 901))
        daemon.kill()
        daemon.start()
        answer = Browser(daemon).step("", name="jo", password=PASSWORD)
        self.assertEqual(answer.status, 429)
        # Over the unix socket, nobody waits.
        self.assertEqual(self.client(daemon, "user", "list").returncode, 0)
        self.pass_time(daemon, 901)
        wait_until(lambda: Browser(daemon).step("", name="jo", password=PASSWORD).status == 200,
                   lambda: "still locked", 10)

    def test_wrong_tokens_count_for_their_address(self):
        daemon = self.filled()
        token = self.row(daemon, "token", "add", "ci", "--rights", "calls")["token"]
        with daemon.connect() as connection:
            for _ in range(50):
                self.assertRegex(connection.ask("AUTH wrong").closing, "^ERR not-authenticated")
            self.assertRegex(connection.ask("AUTH wrong").closing, "^ERR rate")
            self.assertTrue(connection.ask(f"AUTH {token}").ok)
        browser = Browser(daemon)
        answer = browser.get("/api/v1/logs", Authorization="Bearer wrong")
        self.assertEqual((answer.status, answer.json["code"]), (429, "rate"))
        self.assertEqual(browser.get("/api/v1/logs", Authorization=f"Bearer {token}").status, 200)
        # People aren't locked out by them.
        self.enrolled(daemon, "jo")

    def test_a_totp_code_used_twice(self):
        daemon = self.filled()
        secret, codes = self.enrolled(daemon, "jo")
        self.pass_time(daemon, 60)
        one, two = Browser(daemon), Browser(daemon)
        wait_until(lambda: self.starts(one, "jo", secret), lambda: "no sign-in", 10)
        two.step("", name="jo", password=PASSWORD)
        self.assertEqual(two.step("/code", code=self.code(secret)).status, 401)
        self.assertEqual(two.step("/code", recovery_code=codes[1]).status, 200)
        daemon.kill()
        daemon.start()
        after = Browser(daemon)
        after.step("", name="jo", password=PASSWORD)
        self.assertEqual(after.step("/code", code=self.code(secret)).status, 401)
        self.assertEqual(after.step("/code", recovery_code=codes[1]).status, 401)
        # A restart ends sessions.
        one.port = daemon.ports["web"]
        self.assertEqual(one.get("/api/v1/logs").status, 401)

    def test_sessions_end(self):
        daemon = self.filled()
        secret, _ = self.enrolled(daemon, "jo")
        browsers = [self.signed_in(daemon, "jo", secret) for _ in range(2)]
        (row,) = [json.loads(line) for line in self.client(daemon, "user", "list").stdout.splitlines()]
        self.assertEqual((row["name"], row["sessions"], row["second_factor"]), ("jo", 2, True))
        stream = http.client.HTTPConnection("127.0.0.1", browsers[0].port, timeout=60)
        stream.request("GET", "/api/v1/follow", headers={"Cookie": f"{COOKIE}={browsers[0].cookie}"})
        following = stream.getresponse()
        self.assertEqual(following.status, 200)
        self.assertEqual(browsers[0].send("DELETE", "/api/v1/sessions").status, 204)
        self.assertEqual(browsers[1].get("/api/v1/logs").status, 401)
        with Sender(daemon.intake_port) as sender:
            sender.send([b'{"ts":"2026-11-20T10:00:09Z","account":"A"}'])
            sender.sync()
        self.assertIn(b"not-authenticated", following.read())
        stream.close()
        idle = self.signed_in(daemon, "jo", secret)
        self.pass_time(daemon, 1799)
        self.assertEqual(idle.get("/api/v1/logs").status, 200)
        self.pass_time(daemon, 1801)
        wait_until(lambda: idle.get("/api/v1/session").json["state"] == "signed-out", lambda: "not idle", 10)
        for action in ("disable", "enable", "reset-totp"):
            if action != "enable":
                browser = self.signed_in(daemon, "jo", secret)
            self.assertEqual(self.client(daemon, "user", action, "jo").returncode, 0)
            self.assertEqual(browser.get("/api/v1/logs").status, 401, action)

    def test_without_required_a_session_without_a_second_factor_sees_no_bodies(self):
        daemon = self.filled(OPEN)
        one_time = self.row(daemon, "user", "add", "jo", "--rights", "counts,calls,bodies")["password"]
        browser = Browser(daemon)
        self.assertIn(MARK, browser.get("/api/v1/show/A-1").body)
        browser.step("", name="jo", password=one_time)
        self.assertEqual(browser.step("/password", password=PASSWORD).json["state"], "signed-in")
        answer = browser.get("/api/v1/show/A-1")
        self.assertEqual(answer.status, 200)
        self.assertNotIn(MARK, answer.body)
        for path in ("/api/v1/export", "/api/v1/logs?text=x"):
            self.assertEqual(browser.get(path).status, 403)

    def test_the_admin_s_commands(self):
        daemon = self.filled()
        ran = self.client(daemon, "user", "add", "jo", "--rights", "calls", "--totp", "--view")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        lines = ran.stdout.splitlines()
        self.assertRegex(lines[0], "^([0-9a-z]{4}-){3}[0-9a-z]{4}$")
        (uri,) = [line for line in lines if line.startswith("otpauth://")]
        self.assertEqual(len([line for line in lines[1:] if len(line) == 19 and line.count("-") == 3]), 10)
        self.assertIn("▀", ran.stdout)
        secret = urllib.parse.parse_qs(urllib.parse.urlparse(uri).query)["secret"][0]
        browser = Browser(daemon)
        self.assertEqual(browser.step("", name="jo", password=lines[0]).json["state"], "factor")
        self.assertEqual(browser.step("/code", code=self.code(secret)).json["state"], "new-password")
        listed = self.client(daemon, "user", "list", "--view").stdout
        self.assertRegex(listed, r"jo +calls +all +yes, 10 recovery codes +0 +2026-11-20 12:00\s+one-time")
        self.assertEqual(self.row(daemon, "user", "reset-password", "jo").keys(),
                         {"name", "password", "password_until"})
        self.assertEqual(self.client(daemon, "user", "reset-totp", "jo").returncode, 0)
        self.assertIn("totp_uri", self.row(daemon, "user", "reset-totp", "jo", "--totp"))
        self.assertEqual(self.client(daemon, "user", "remove", "jo").returncode, 0)
        self.assertEqual(self.client(daemon, "user", "list").stdout, "")
        for words in (["add"], ["add", "jo"], ["list", "jo"], ["remove"], ["drop", "jo"],
                      ["remove", "nobody"],
                      ["disable", "jo", "--totp"], ["enable", "jo", "--rights", "calls"],
                      ["add", "jo", "--rights", "everything"], ["add", "j o", "--rights", "calls"]):
            self.assertEqual(self.client(daemon, "user", *words).returncode, 2, words)
        # Only admins may.
        token = self.row(daemon, "token", "add", "ci", "--rights", "counts,calls,bodies")["token"]
        with daemon.connect() as connection:
            connection.ask(f"AUTH {token}")
            for request in ("USERS", "USER jo do=add rights=counts"):
                self.assertRegex(connection.ask(request).closing, "^ERR denied")
        self.assertEqual(Browser(daemon).get("/api/v1/users").status, 404)

    def test_no_secret_is_on_disk_or_in_the_log(self):
        daemon = self.filled()
        secret, codes = self.enrolled(daemon, "jo")
        browser = self.signed_in(daemon, "jo", secret)
        typed = "a-password-in-the-field-of-the-name"
        Browser(daemon).step("", name=typed, password=PASSWORD)
        daemon.stop()
        self.assertIn("a person has signed in", daemon.log.read_text())
        for path in [daemon.log, *daemon.data.rglob("*")]:
            if path.is_file():
                bytes_of = path.read_bytes()
                for text in (PASSWORD, browser.cookie, codes[0], codes[0].replace("-", ""), typed):
                    self.assertNotIn(text.encode(), bytes_of, path)
        for name in ("access", "access-tries"):
            self.assertEqual((daemon.data / name).stat().st_mode & 0o077, 0, name)

    def test_signing_in_does_not_hold_up_other_requests(self):
        """Each takes a core for a moment; they take turns, and requests in excess are refused."""
        daemon = self.filled()
        connections = []
        for number in range(40):
            connection = http.client.HTTPConnection("127.0.0.1", daemon.ports["web"], timeout=60)
            connection.request("POST", "/api/v1/session",
                               json.dumps({"name": f"name-{number}", "password": "wrong"}),
                               {"Content-Type": "application/json"})
            connections.append(connection)
        begun = time.monotonic()
        self.assertEqual(Browser(daemon).get("/healthz").status, 200)
        waited = time.monotonic() - begun
        statuses = [connection.getresponse().status for connection in connections]
        for connection in connections:
            connection.close()
        self.assertEqual(set(statuses) - {401, 503}, set())
        self.assertIn(503, statuses)
        self.assertGreaterEqual(statuses.count(401), 16)
        self.assertLess(waited, 5)


if __name__ == "__main__":
    unittest.main()
