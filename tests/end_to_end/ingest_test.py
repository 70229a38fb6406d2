"""Calls over HTTP: bodies in each form, answers that mean what they say, batches exactly once over
kill -9, and senders that have to say who they are."""

import base64
import gzip
import http.client
import json
import pathlib
import socket
import subprocess
import threading
import unittest

from daemon import LocalConnection, wait_until
from ingest_api import LINES, SOURCES, IngestTestCase, call, ndjson


class IngestTest(IngestTestCase):
    def test_lines_and_arrays(self):
        self.running()
        answer = self.post(ndjson(1, 2) + b"\n" + b"no json\n" + call(3))
        self.assertEqual(answer.status, 200)
        self.assertEqual({key: answer.json[key] for key in ("accepted", "rejected", "skipped")},
                         {"accepted": 3, "rejected": 1, "skipped": 0})
        (reject,) = answer.json["rejects"]
        self.assertEqual((reject["line"], reject["reason"]), (4, "not-json"))
        array = b"[" + call(4) + b",\n" + json.dumps(json.loads(call(5)), indent=2).encode() + b"]"
        self.assertEqual(self.post(array).json["accepted"], 2)
        self.assertEqual(self.call_ids(), [f"n-{number}" for number in range(1, 6)])
        lines = [row["line"] for number in (4, 5) for row in self.under_test.ask(f"SHOW n-{number}").rows]
        self.assertEqual([line["call_id"] for line in lines], ["n-4", "n-5"])
        rejects = self.under_test.ask("REJECTS date=2026-11-20")
        self.assertEqual([(row["source"], row["reason"]) for row in rejects.rows], [("web", "not-json")])

    def test_ten_rejects_are_described_and_all_are_kept(self):
        self.running()
        answer = self.post(b"bad\n" * 25 + call(1))
        self.assertEqual((answer.status, answer.json["accepted"], answer.json["rejected"]), (200, 1, 25))
        self.assertEqual([reject["line"] for reject in answer.json["rejects"]], list(range(1, 11)))
        self.assertEqual(self.under_test.ask("REJECTS date=2026-11-20").summary["rejected"], 25)

    def test_compressed_bodies(self):
        self.running()
        self.assertEqual(self.post(gzip.compress(ndjson(1)), Content_Encoding="gzip").json["accepted"], 1)
        zstd = subprocess.run(["zstd", "-c"], input=ndjson(2), capture_output=True, check=True).stdout
        self.assertEqual(self.post(zstd, Content_Encoding="zstd").json["accepted"], 1)
        bomb = gzip.compress(b"\0" * (100 << 20))
        for body, coding, status in ((bomb, "gzip", 413), (bomb[:-9], "gzip", 413), (b"x", "br", 415),
                                     (gzip.compress(ndjson(3))[:-4], "gzip", 400), (ndjson(3), "gzip", 400)):
            answer = self.post(body, Content_Encoding=coding)
            self.assertEqual(answer.status, status, answer.body)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(self.call_ids(), ["n-1", "n-2"])

    def test_half_sent_bodies_share_a_bounded_memory(self):
        """Senders that stop in the middle of large bodies wait, or are sent away; others go on."""
        self.running(SOURCES + "limits: {memory: 64MiB}\n")  # 4 MiB for all bodies
        body = ndjson(*range(1000, 9000)) + b" " * (1 << 20)
        head = (f"POST {LINES} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        rss = self.under_test.ask("STATUS").rows[0]["process"]["rss_bytes"]
        greedy = [socket.create_connection(("127.0.0.1", self.port), timeout=60) for _ in range(20)]
        for peer in greedy:
            self.addCleanup(peer.close)
            peer.sendall(head)
            peer.setblocking(False)
        sent = [0] * len(greedy)
        answers = [b""] * len(greedy)

        def push():
            for number, peer in enumerate(greedy):
                try:
                    sent[number] += peer.send(body[sent[number]:-1])
                except (BlockingIOError, ConnectionError):
                    pass
                try:
                    answers[number] += peer.recv(65536)
                except (BlockingIOError, ConnectionError):
                    pass

        def one_was_sent_away():
            push()
            return any(answers)

        push()
        self.assertEqual(self.post(ndjson(1)).json["accepted"], 1)
        self.assertLess(self.under_test.ask("STATUS").rows[0]["process"]["rss_bytes"] - rss, 16 << 20)
        wait_until(one_was_sent_away, lambda: str(sent), seconds=60)
        self.assertEqual(self.post(ndjson(2)).json["accepted"], 1)
        for answer in filter(None, answers):
            self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
            self.assertIn(b"\r\nRetry-After: ", answer)
        self.assertEqual(self.call_ids(), ["n-1", "n-2"])

    def test_curl_as_documented(self):
        self.running()
        file = self.directory / "calls.ndjson"
        file.write_bytes(ndjson(*range(1000)))
        ran = subprocess.run(
            ["curl", "-sS", "--fail", "--data-binary", f"@{file}",
             f"http://127.0.0.1:{self.port}{LINES}?source=import"], capture_output=True, check=True)
        self.assertEqual(json.loads(ran.stdout)["accepted"], 1000)
        big = self.directory / "big.ndjson"
        big.write_bytes(ndjson(*range(1000, 21_000)))  # curl waits for "100 Continue"
        with open(big, "rb") as file:
            ran = subprocess.run(
                ["curl", "-sS", "--fail", "-H", "Transfer-Encoding: chunked", "-T", "-", "-X", "POST",
                 f"http://127.0.0.1:{self.port}{LINES}?source=import"], stdin=file,
                capture_output=True, check=True)
        self.assertEqual(json.loads(ran.stdout)["accepted"], 20_000)
        self.assertEqual(self.sources()["import"]["calls"], 21_000)
        counted = self.under_test.ask("ACTIVITY date=2026-11-20 source=import").summary["calls"]
        self.assertEqual(counted, 21_000)

    def test_a_dry_run_stores_nothing(self):
        self.running()
        answer = self.post(ndjson(1) + b"bad\n", LINES + "?dry_run=1", Fortnight_Batch="b")
        self.assertEqual((answer.json["accepted"], answer.json["rejected"]), (1, 1))
        self.assertEqual(self.call_ids(), [])
        self.assertEqual(self.under_test.ask("REJECTS date=2026-11-20").rows, [])
        self.assertEqual(self.sources()["web"]["lines"], 0)
        self.assertEqual(self.post(ndjson(1), Fortnight_Batch="b").json["accepted"], 1)

    def test_sources_and_formats_by_name(self):
        self.running(SOURCES + '  - tcp: {listen: "127.0.0.1:0", name: other}\n')
        pino = json.dumps({"time": 1795172400000, "req": {"method": "GET", "url": "/x"},
                           "res": {"statusCode": 204}, "responseTime": 3}).encode()
        answer = self.post(pino, LINES + "?format=express&source=shop")
        self.assertEqual(answer.json["accepted"], 1, answer.body)
        self.assertEqual(self.post(ndjson(1), LINES + "?source=shop").json["accepted"], 1)
        (row,) = self.under_test.ask("LOGS date=2026-11-20 source=shop status=204").rows
        self.assertEqual(row["method"], "GET")
        self.assertEqual(self.under_test.ask("LOGS date=2026-11-20 source=shop").summary["calls"], 2)
        for target, why in (("?source=other", "another source"), ("?format=expres", "express"),
                            ("?source=a%20b", "the name of a source"), ("?sorce=x", "the parameters are")):
            answer = self.post(ndjson(2), LINES + target)
            self.assertEqual((answer.status, why in answer.json["detail"]), (400, True), answer.body)
        for number in range(62):
            self.assertEqual(self.post(ndjson(3), f"{LINES}?source=s{number}").status, 200)
        self.assertEqual(self.post(ndjson(4), LINES + "?source=one-too-many").status, 400)

    def test_a_batch_is_taken_in_once_over_kill_and_restart(self):
        self.running()
        for number in range(20):
            body = ndjson(2 * number, 2 * number + 1) + b"bad\n"
            first = self.post(body, Fortnight_Batch=f"batch-{number}")
            self.assertEqual((first.status, first.json["accepted"]), (200, 2))
            if number % 5 == 4:
                self.under_test.kill()
                self.under_test.start()
            again = self.post(body, Fortnight_Batch=f"batch-{number}")
            self.assertEqual({key: again.json[key] for key in ("accepted", "rejected", "repeated")},
                             {"accepted": 2, "rejected": 1, "repeated": True})
        # Another source's batch of the same ID is another one.
        another = self.post(ndjson(100), LINES + "?source=b", Fortnight_Batch="batch-1")
        self.assertNotIn("repeated", another.json)
        self.assertEqual(len(self.call_ids()), 41)
        self.assertEqual(self.under_test.stop(), 0)
        self.under_test.start()
        self.assertTrue(self.post(ndjson(0), Fortnight_Batch="batch-0").json["repeated"])
        self.assertEqual(len(set(self.call_ids())), 41)

    def test_a_kill_during_batches_neither_loses_nor_repeats(self):
        """A sender repeats each batch until it gets 200, while the daemon is killed again and again."""
        self.running()
        done = threading.Event()
        sent = []

        def send():
            while not done.is_set():
                number = len(sent)
                body = ndjson(*range(100 * number, 100 * number + 100))
                try:
                    answer = self.post(body, Fortnight_Batch=f"b{number}")
                except (OSError, http.client.HTTPException, StopIteration):
                    continue
                if answer.status == 200:
                    sent.append(number)

        sender = threading.Thread(target=send)
        sender.start()
        for _ in range(8):
            wanted = len(sent) + 5
            wait_until(lambda: len(sent) >= wanted, self.under_test.log.read_text)
            self.under_test.kill()
            self.under_test.start()
        done.set()
        sender.join()
        ids = self.call_ids()
        self.assertEqual(len(ids), len(set(ids)))
        self.assertLessEqual({f"n-{number}" for number in range(100 * len(sent))}, set(ids))
        self.assertLessEqual(len(ids), 100 * len(sent) + 100)

    def test_requests_that_are_no_bodies_of_lines(self):
        self.running()
        for method, target, status in (("GET", LINES, 405), ("PUT", LINES, 405), ("POST", "/", 404),
                                       ("POST", "/api/v1/logs", 404), ("GET", "/healthz", 200)):
            self.assertEqual(self.post(b"" if method == "POST" else None, target, method).status, status)
        self.assertEqual(self.post(ndjson(1), Origin="http://evil.example").status, 403)
        self.assertEqual(self.post(ndjson(1), Fortnight_Batch="a b").status, 400)
        self.assertEqual(self.post(b"x" * (17 << 20)).status, 413)
        with socket.create_connection(("127.0.0.1", self.port)) as peer:
            peer.sendall(b"\x16\x03\x01\x02\x00")
            self.assertIn(b"speaks no TLS", peer.makefile("rb").read())
        with socket.create_connection(("127.0.0.1", self.port)) as peer:
            peer.sendall(call(1) + b"\n")
            self.assertIn(b"HTTP/1.1 400", peer.makefile("rb").read())
        # A request that is cut is not taken in.
        with socket.create_connection(("127.0.0.1", self.port)) as peer:
            head = f"POST {LINES} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
            peer.sendall(head.encode() + ndjson(1))
            peer.shutdown(socket.SHUT_WR)
            self.assertEqual(peer.makefile("rb").read(), b"")
        self.assertEqual(self.call_ids(), [])

    def test_pipelined_requests_are_answered_in_order(self):
        self.running()
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
            request = b"".join(
                b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (
                    LINES.encode(), len(ndjson(*range(size))), ndjson(*range(size))) for size in (1, 2, 3))
            peer.sendall(request + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answers = peer.makefile("rb").read()
        self.assertEqual([int(part.split(b",")[0]) for part in answers.split(b'"accepted":')[1:]], [1, 2, 3])
        self.assertTrue(answers.endswith(b"ok\n"))


class IdentityTest(IngestTestCase):
    SOURCES = ('sources:\n  - http: {listen: "127.0.0.1:0", name: web}\n'
               '  - tcp: {listen: "127.0.0.1:0", name: lines}\n'
               '  - tcp: {listen: "127.0.0.1:0", name: open, require_identity: false}\n'
               "access: {required: true}\n")

    def line_port(self, name):
        sources = self.under_test.ports["sources"]
        return next(source["tcp"] for source in sources if source["name"] == name)

    def ask_line_port(self, text, name="lines"):
        with socket.create_connection(("127.0.0.1", self.line_port(name)), timeout=60) as peer:
            peer.sendall(text)
            peer.shutdown(socket.SHUT_WR)
            return peer.makefile("rb").read()

    def local_calls(self):
        with LocalConnection(self.under_test.data / "query.sock") as local:
            rows = local.ask("EXPORT date=2026-11-20 fields=call_id").rows
            return sorted(row["call_id"] for row in rows)

    def test_senders_need_the_right_to_ingest(self):
        self.running(self.SOURCES)
        sender, reader = self.token("sender", "rights=ingest"), self.token("reader", "rights=calls,bodies")
        basic = "Basic " + base64.b64encode(f"any:{sender}".encode()).decode()
        for authorization, status in ((None, 401), ("Bearer nonsense", 401), (f"Bearer {reader}", 403),
                                      ("Digest x", 401), (f"Bearer {sender}", 200), (basic, 200)):
            headers = {"Authorization": authorization} if authorization else {}
            self.assertEqual(self.post(ndjson(1), **headers).status, status, authorization)
        self.assertEqual(self.ask_line_port(b"#auth %s\n" % sender.encode() + ndjson(2) + b"#sync x\n"),
                         b"#ok x accepted=1 rejected=0\n")
        for text in (ndjson(3), b"#sync x\n", b"\n\n" + ndjson(3), b"#auth nonsense\n" + ndjson(3),
                     b"#auth\n" + ndjson(3), b"#auth %s\n" % reader.encode() + ndjson(3),
                     b"#auth nonsense\n#auth %s\n" % sender.encode() + ndjson(3), call(3)):
            self.assertRegex(self.ask_line_port(text), b"^ERR (not-authenticated|denied) [^\n]*\n$", text)
        answer = self.ask_line_port(ndjson(4) + b"#sync x\n", "open")
        self.assertEqual(answer, b"#ok x accepted=1 rejected=0\n")
        self.assertEqual(self.local_calls(), ["n-1", "n-1", "n-2", "n-4"])

    def test_a_sender_of_some_accounts_brings_no_other_calls(self):
        self.running(self.SOURCES)
        token = self.token("bound", "rights=ingest accounts=A,C")
        accounts = ("A", "B", "C", "", None, "AA")
        body = b"\n".join(call(number, account) for number, account in enumerate(accounts))
        for dry in ("?dry_run=1", ""):
            answer = self.post(body, LINES + dry, Authorization=f"Bearer {token}")
            self.assertEqual((answer.json["accepted"], answer.json["rejected"]), (2, 4))
            self.assertEqual({reject["reason"] for reject in answer.json["rejects"]}, {"not-allowed"})
        answer = self.ask_line_port(b"#auth %s\n" % token.encode() + body + b"\n#sync x\n")
        self.assertEqual(answer, b"#ok x accepted=2 rejected=4\n")
        # The same source goes on to take calls of all accounts from others.
        everything = self.token("all", "rights=ingest")
        self.assertEqual(self.ask_line_port(b"#auth %s\n" % everything.encode() + body + b"\n#sync x\n"),
                         b"#ok x accepted=6 rejected=0\n")
        # Who shows a token is held to it, also where none is needed.
        self.assertEqual(self.ask_line_port(b"#auth %s\n" % token.encode() + body + b"\n#sync x\n", "open"),
                         b"#ok x accepted=2 rejected=4\n")
        self.assertEqual(len(self.local_calls()), 12)

    def test_a_revoked_token_ends_a_connection(self):
        self.running(self.SOURCES)
        token = self.token("sender", "rights=ingest")
        with socket.create_connection(("127.0.0.1", self.line_port("lines")), timeout=60) as peer:
            answers = peer.makefile("rb")
            peer.sendall(b"#auth %s\n" % token.encode() + ndjson(1) + b"#sync x\n")
            self.assertEqual(answers.readline(), b"#ok x accepted=1 rejected=0\n")
            with LocalConnection(self.under_test.data / "query.sock") as local:
                local.ask("REVOKE sender")
            peer.sendall(ndjson(2) + b"#sync y\n")
            self.assertRegex(answers.readline(), b"^ERR not-authenticated ")
        self.assertEqual(self.local_calls(), ["n-1"])

    def test_no_secret_is_in_the_log(self):
        self.running(self.SOURCES)
        token = self.token("sender", "rights=ingest")
        self.post(ndjson(1), Authorization=f"Bearer {token}")
        self.ask_line_port(b"#auth %s\n" % token.encode() + ndjson(2))
        self.under_test.stop()
        secret = token.split("_")[2].encode()
        for path in [self.under_test.log, *pathlib.Path(self.under_test.data).rglob("*")]:
            if path.is_file():
                self.assertNotIn(secret, path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
