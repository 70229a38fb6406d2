"""Who may ask: the unix socket, tokens over both ports, rights, accounts, and their ends."""

import json
import os
import re
import stat
import subprocess
import unittest
import urllib.error
import urllib.request

from daemon import BINARIES, wait_until
from readers import MARK, OPEN, REQUIRED, ReadersTestCase, call
from sender import Sender

# A user who is neither root nor in any group of it.
SOMEBODY = 12345


class AccessTest(ReadersTestCase):
    def http(self, daemon, path, token=None):
        """The status, the headers and the body of an answer of the web port."""
        request = urllib.request.Request(f"http://127.0.0.1:{daemon.ports['web']}{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def test_without_required_everybody_reads_and_nobody_administers(self):
        daemon = self.filled(OPEN)
        with daemon.connect() as connection:
            self.assertEqual(connection.ask("LOGS").summary["calls"], 10)
            self.assertRegex(connection.ask("ISSUE me rights=admin").closing, "^ERR denied")
            self.assertRegex(connection.ask("AUTH x").closing, "^ERR not-authenticated")
            self.assertEqual(connection.ask("LOGS").summary["calls"], 10)
        self.assertEqual(self.http(daemon, "/api/v1/logs?limit=1")[0], 200)
        self.assertEqual(self.http(daemon, "/api/v1/logs?limit=1", "wrong")[0], 401)

    def test_required_lets_nobody_in_without_an_identity(self):
        daemon = self.filled(REQUIRED)
        with daemon.connect() as connection:
            for request in ("LOGS", "STATUS", "ACTIVITY", "EXPLAIN LOGS", "TOKENS", "FOLLOW", "SHOW A-1"):
                self.assertRegex(connection.ask(request).closing, "^ERR not-authenticated", request)
            for request in ("PING", "HELP", "HELP LOGS"):
                self.assertTrue(connection.ask(request).ok, request)
        for path in ("/api/v1/logs", "/metrics", "/api/v1/status", "/api/v1/explain/logs"):
            status, headers, body = self.http(daemon, path)
            self.assertEqual(status, 401, path)
            self.assertEqual(headers["WWW-Authenticate"], "Bearer")
            self.assertNotIn("A-1", body)
        for path in ("/", "/healthz", "/readyz", "/api/v1/openapi.json"):
            self.assertEqual(self.http(daemon, path)[0], 200, path)

    def test_the_kernel_says_who_uses_the_socket(self):
        daemon = self.filled(REQUIRED)
        path = daemon.data / "query.sock"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o660)
        self.assertEqual(self.local(daemon).ask("LOGS").summary["calls"], 10)
        if os.geteuid() != 0:
            return
        os.chmod(daemon.data, 0o755)
        os.chmod(daemon.directory, 0o755)
        os.chmod(path, 0o666)
        self.assertRegex(self.asked_by(SOMEBODY, path, "LOGS"), "^ERR not-authenticated")
        daemon.stop()
        for role, answers in (("readers", "^OK.*ERR denied"), ("admins", "^OK.*OK")):
            with self.subTest(role):
                text = daemon.config.read_text()
                access = f"access: {{required: true, {role}: {{groups: [{SOMEBODY}]}}}}\n"
                text = re.sub("access: .*\n", access, text)
                daemon.config.write_text(text)
                daemon.start()
                os.chmod(path, 0o666)
                self.assertRegex(self.asked_by(SOMEBODY, path, "LOGS limit=1", "TOKENS"), answers)
                daemon.stop()

    def asked_by(self, user, path, *requests):
        """The closing lines that a process of another user and group gets, on one line."""
        program = (
            "import os,socket,sys\n"
            f"os.setgroups([{user}]); os.setgid({user}); os.setuid({user})\n"
            "s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
            "s.sendall('\\n'.join(sys.argv[2:]).encode()+b'\\n'); s.shutdown(socket.SHUT_WR)\n"
            "print(*[l for l in s.makefile().read().splitlines() if l[0] != '{'])\n"
        )
        return subprocess.run(["python3", "-c", program, str(path), *requests], check=True,
                              capture_output=True, text=True).stdout

    def test_a_token_opens_what_it_was_issued_for(self):
        daemon = self.filled(REQUIRED)
        counts = self.token(daemon, "counts", "rights=counts accounts=A")
        calls = self.token(daemon, "calls", "rights=calls")
        own = self.token(daemon, "own", "rights=counts,calls,bodies accounts=B")
        connection = self.with_token(daemon, counts)
        self.assertEqual(connection.ask("ACTIVITY step=1d").summary["calls"], 5)
        self.assertEqual(connection.ask("VALUES field=account").rows, [{"value": "A", "calls": 5}])
        for request in ("LOGS", "SHOW A-1", "STATUS", "TOP by=call_id", "ACTIVITY path=/x"):
            self.assertRegex(connection.ask(request).closing, "^ERR denied", request)
        connection = self.with_token(daemon, calls)
        self.assertEqual(connection.ask("LOGS").summary["calls"], 10)
        self.assertNotIn("line", connection.ask("SHOW A-1").rows[0])
        for request in ("LOGS text=x", "LOGS /a=1", "EXPORT", "ACTIVITY", "TWIN ref=g1f-1"):
            self.assertRegex(connection.ask(request).closing, "^ERR denied", request)
        connection = self.with_token(daemon, own)
        self.assertEqual({row["account"] for row in connection.ask("LOGS").rows}, {"B"})
        self.assertEqual(connection.ask("SHOW A-1").rows, [])
        ref = self.local(daemon).ask("SHOW A-1").rows[0]["ref"]
        self.assertEqual(connection.ask(f"SHOW ref={ref}").rows, [])
        self.assertIn(MARK, json.dumps(connection.ask("SHOW B-1").rows))
        status, _, body = self.http(daemon, "/api/v1/logs?limit=100", own)
        self.assertEqual((status, {row["account"] for row in json.loads(body)["rows"]}), (200, {"B"}))
        self.assertEqual(self.http(daemon, f"/api/v1/calls/{ref}", own)[0], 404)
        self.assertEqual(self.http(daemon, "/api/v1/export", calls)[0], 403)
        # AUTH again changes who asks.
        self.assertTrue(connection.ask(f"AUTH {counts}").ok)
        self.assertRegex(connection.ask("LOGS").closing, "^ERR denied")

    def test_tokens_survive_a_kill_and_end_when_they_are_revoked(self):
        daemon = self.filled(REQUIRED)
        kept, gone = (self.token(daemon, name, "rights=calls") for name in ("kept", "gone"))
        self.local(daemon).ask("REVOKE gone")
        daemon.kill()
        daemon.start()
        self.assertEqual(self.http(daemon, "/api/v1/logs", gone)[0], 401)
        connection = self.with_token(daemon, kept)
        following = self.with_token(daemon, kept)
        following.socket.sendall(b"FOLLOW\n")
        self.assertEqual(connection.ask("LOGS").summary["calls"], 10)
        self.assertEqual(self.http(daemon, "/api/v1/logs", kept)[0], 200)
        self.local(daemon).ask("REVOKE kept")
        self.assertRegex(connection.ask("LOGS").closing, "^ERR not-authenticated")
        self.assertEqual(self.http(daemon, "/api/v1/logs", kept)[0], 401)
        with Sender(daemon.intake_port) as sender:
            sender.send([call("A", 9)])
            sender.sync()
        self.assertRegex(following.answer().closing, "^ERR not-authenticated")

    def test_a_token_expires(self):
        daemon = self.filled(REQUIRED)
        connection = self.with_token(daemon, self.token(daemon, "short", "rights=calls expires=2h"))
        self.assertTrue(connection.ask("LOGS").ok)
        daemon.set_clock("2026-11-20T13:59:59Z")
        self.assertTrue(connection.ask("LOGS").ok)
        daemon.set_clock("2026-11-20T14:00:00Z")
        wait_until(lambda: not connection.ask("LOGS").ok, lambda: "it still opens", 5)
        (row,) = self.local(daemon).ask("TOKENS").rows
        self.assertTrue(row["expired"])

    def test_the_audit_says_who_was_shown_which_calls(self):
        daemon = self.filled(REQUIRED)
        admin = self.local(daemon)
        reader = self.with_token(daemon, self.token(daemon, "support", "rights=calls,bodies"))
        (row,) = reader.ask("SHOW A-1").rows
        web = self.token(daemon, "web", "rights=calls,bodies")
        self.assertEqual(self.http(daemon, f"/api/v1/calls/{row['ref']}", web)[0], 200)
        exported = reader.ask("EXPORT account=B")
        self.assertEqual(len(exported.rows), 5)
        reader.ask('LOGS text="a secret word"')
        reader.ask("LOGS with=/request/body account=A limit=2")
        reader.ask("LOGS account=A")  # shows no contents
        readers = admin.ask(f"AUDIT ref={row['ref']}").rows
        self.assertEqual([(record["reader"], record["verb"]) for record in readers],
                         [("token web", "SHOW"), ("token support", "SHOW")])
        self.assertEqual(readers[0]["peer"], "127.0.0.1")
        verbs = [record["verb"] for record in admin.ask('AUDIT reader="token support"').rows]
        self.assertEqual(verbs, ["LOGS", "LOGS", "EXPORT", "SHOW"])
        (export,) = admin.ask("AUDIT value=B").rows
        self.assertEqual(len(export["refs"]), 5)
        self.assertEqual(export["reader"], "token support")
        self.assertEqual([(record["subject"], record["rights"])
                          for record in admin.ask("AUDIT verb=issue").rows],
                         [("web", ["calls", "bodies"]), ("support", ["calls", "bodies"])])
        admin.ask("USER jo do=add rights=counts,calls")
        admin.ask("USER jo do=disable")
        changes = admin.ask("AUDIT verb=user").rows
        self.assertEqual([(record["subject"], record["do"]) for record in changes],
                         [("jo", "disable"), ("jo", "add")])
        self.assertEqual([record.get("rights") for record in changes], [None, ["counts", "calls"]])
        # The values of filters are hashed, and the records survive a kill.
        files = b"".join(path.read_bytes() for path in (daemon.data / "audit").iterdir())
        self.assertNotIn(b"secret word", files)
        daemon.kill()
        daemon.start()
        admin = self.local(daemon)
        self.assertEqual(admin.ask(f"AUDIT ref={row['ref']}").rows, readers)
        page = admin.ask("AUDIT limit=2")
        rest = admin.ask(f"AUDIT cursor={page.summary['next']}")
        self.assertEqual(len({record["ts"] for record in page.rows + rest.rows}),
                         admin.ask("AUDIT").summary["records"] - 2)  # of these two requests
        # Only admins read it.
        self.assertRegex(self.with_token(daemon, web).ask("AUDIT").closing, "^ERR denied")
        self.assertEqual(self.http(daemon, "/api/v1/audit", web)[0], 403)

    def test_nothing_is_shown_that_the_audit_can_not_record(self):
        daemon = self.filled(REQUIRED)
        token = self.token(daemon, "support", "rights=calls,bodies")
        reader = self.with_token(daemon, token)
        daemon.stop()
        daemon.start()
        (daemon.data / "audit").rename(daemon.data / "elsewhere")
        (daemon.data / "audit").write_text("")
        reader = self.with_token(daemon, token)
        for request in ("SHOW A-1", "EXPORT", "LOGS with=/request/body", f'LOGS text="{MARK}"'):
            answer = reader.ask(request)
            self.assertEqual(answer.rows, [], request)
            self.assertRegex(answer.closing, "^ERR io nothing is shown, because the audit", request)
        self.assertEqual(self.http(daemon, "/api/v1/logs?with=/request/body", token)[0], 500)
        self.assertEqual(reader.ask("LOGS").summary["calls"], 10)
        following = self.with_token(daemon, token)
        following.socket.sendall(b"FOLLOW with=/request/body\n")
        self.local(daemon).ask("STATUS")
        with Sender(daemon.intake_port) as sender:
            sender.send([call("A", 9)])
            sender.sync()
        self.assertRegex(following.answer().closing, "^ERR io nothing is shown")
        self.assertGreaterEqual(self.local(daemon).ask("STATUS").rows[0]["audit"]["failed"], 5)

    def test_no_secret_is_on_disk_or_in_the_log(self):
        daemon = self.filled(REQUIRED)
        token = self.token(daemon, "ci", "rights=calls")
        self.with_token(daemon, token).ask("LOGS")
        self.http(daemon, "/api/v1/logs", token)
        secret = token.split("_")[2].encode()
        daemon.stop()
        for path in [daemon.log, *daemon.data.rglob("*")]:
            if path.is_file():
                self.assertNotIn(secret, path.read_bytes(), path)

    def test_a_damaged_file_lets_nobody_in(self):
        daemon = self.filled(REQUIRED)
        token = self.token(daemon, "ci", "rights=calls")
        daemon.stop()
        path = daemon.data / "access"
        path.write_text(path.read_text().replace('"version":2', '"version":3'))
        damaged = path.read_bytes()
        daemon.start()
        self.assertEqual(self.http(daemon, "/api/v1/logs", token)[0], 401)
        self.assertRegex(self.local(daemon).ask("ISSUE x rights=calls").closing, "^ERR unsupported")
        self.assertEqual(self.local(daemon).ask("LOGS").summary["calls"], 10)
        self.assertEqual(path.read_bytes(), damaged)
        self.assertIn("nobody is let in by a token", daemon.log.read_text())

    def test_the_client_uses_the_socket_and_tokens(self):
        daemon = self.filled(REQUIRED)

        def client(*words, **environment):
            ran = subprocess.run([BINARIES / "fortnight", *words], capture_output=True, text=True,
                                 env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment})
            return ran.returncode, ran.stdout, ran.stderr

        here = {"FORTNIGHT_DATA_DIR": str(daemon.data)}
        self.assertIn("10:00:04Z", client("logs", "--view", **here)[1])
        status, out, _ = client("token", "add", "shop", "--rights", "calls", "--accounts", "A",
                                "--expires", "90d", "--view", **here)
        self.assertEqual(status, 0)
        token = out.split("\n")[0]
        self.assertRegex(token, "^fnt_[0-9a-v]{10}_[0-9a-v]{52}_[0-9a-v]{6}$")
        self.assertRegex(client("token", "list", "--view", **here)[1],
                         r"shop +calls +A +2027-02-18 12:00 +never")
        there = {"FORTNIGHT_CONNECT": f"127.0.0.1:{daemon.ports['query']}"}
        self.assertIn("not-authenticated", client("logs", **there)[2])
        status, out, _ = client("logs", **there, FORTNIGHT_TOKEN=token)
        self.assertEqual((status, out.count('"account":"A"')), (0, 5))
        self.assertIn("no such token", client("logs", **there, FORTNIGHT_TOKEN=token + "x")[2])
        self.assertEqual(client("token", "revoke", "shop", **here)[0], 0)
        self.assertIn("no such token", client("logs", **there, FORTNIGHT_TOKEN=token)[2])
        self.assertEqual(client("token", "add", "x", **here)[0], 2)
        self.assertEqual(client("logs", "--rights", "calls", **here)[0], 2)


if __name__ == "__main__":
    unittest.main()
