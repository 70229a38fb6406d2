"""Readers of a daemon with the calls of two accounts, for tests: tokens, people, browsers."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import struct
import subprocess
import time

from daemon import BINARIES, Connection, TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
NOW_SECONDS = 1795176000
OPEN = 'sources: [{tcp: {listen: "127.0.0.1:0", require_identity: false}}]\n'
REQUIRED = OPEN + "access: {required: true}\n"
PASSWORD = "correct horse battery"
MARK = "hidden-in-a-body"
COOKIE = "__Host-fortnight"


def call(account, number, status=200):
    return json.dumps({
        "ts": f"2026-11-20T10:00:{number:02}Z", "call_id": f"{account}-{number}", "account": account,
        "endpoint": f"/of/{account}", "status": status, "request": {"body": MARK},
    }).encode()


def totp(secret, step):
    """RFC 6238, apart from the daemon's library."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read().decode()

    @property
    def json(self):
        return json.loads(self.body)


class Browser:
    """A client that keeps the session's cookie."""

    def __init__(self, daemon):
        self.port = daemon.ports["web"]
        self.cookie = None

    def send(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            names["Cookie"] = f"a=b; {COOKIE}={self.cookie}"
        if body is not None:
            names.setdefault("Content-Type", "application/json")
        connection.request(method, path, json.dumps(body) if body is not None else None, names)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            value, *attributes = cookie.split("; ")
            self.attributes = set(attributes)
            name, self.cookie = value.split("=")
            assert name == COOKIE, cookie
        return answer

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def step(self, path, **body):
        return self.send("POST", "/api/v1/session" + path, body)


class ReadersTestCase(TestCase):
    def filled(self, config=REQUIRED):
        daemon = self.daemon(config, NOW).start()
        self.clock = NOW_SECONDS
        with Sender(daemon.intake_port) as sender:
            sender.send([call(account, number, 200 + 100 * number)
                         for account in ("A", "B") for number in range(5)])
            sender.sync()
        return daemon

    def token(self, daemon, name, terms):
        (row,) = self.local(daemon).ask(f"ISSUE {name} {terms}").rows
        return row["token"]

    def with_token(self, daemon, token):
        connection = Connection(daemon.ports["query"])
        self.addCleanup(connection.close)
        answer = connection.ask(f"AUTH {token}")
        self.assertTrue(answer.ok, answer.closing)
        return connection

    def client(self, daemon, *words):
        return subprocess.run([BINARIES / "fortnight", *words], capture_output=True, text=True, env={
            "PATH": os.environ["PATH"], "HOME": "/nonexistent", "FORTNIGHT_DATA_DIR": str(daemon.data)})

    def row(self, daemon, *words):
        ran = self.client(daemon, *words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return json.loads(ran.stdout.splitlines()[0])

    def pass_time(self, daemon, seconds):
        self.clock += seconds
        daemon.set_clock(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock)))

    def code(self, secret, apart=0):
        return totp(secret, self.clock // 30 + apart)

    def enrolled(self, daemon, name, rights="counts,calls,bodies", accounts=None):
        """A person with a password and an app; returns the app's secret and the recovery codes."""
        words = ["--rights", rights] + (["--accounts", accounts] if accounts else [])
        one_time = self.row(daemon, "user", "add", name, *words)["password"]
        browser = Browser(daemon)
        self.assertEqual(browser.step("", name=name, password=one_time).json["state"], "new-password")
        self.assertEqual(browser.step("/password", password=PASSWORD).json["state"], "enrol")
        secret = browser.step("/enrolment").json["secret"]
        done = browser.step("/confirmation", code=self.code(secret, -1)).json
        self.assertEqual(done["state"], "signed-in")
        browser.send("DELETE", "/api/v1/session")
        return secret, done["new_recovery_codes"]

    def signed_in(self, daemon, name, secret):
        self.pass_time(daemon, 30)
        browser = Browser(daemon)
        wait_until(lambda: self.starts(browser, name, secret), lambda: "no sign-in", 10)
        return browser

    def starts(self, browser, name, secret):
        self.assertEqual(browser.step("", name=name, password=PASSWORD).json["state"], "factor")
        return browser.step("/code", code=self.code(secret)).status == 200
