"""The HTTP API of a real daemon: answers agree with the line protocol, errors say what is wrong, and pages of
other sites get nothing."""

import csv
import functools
import gzip
import http.client
import io
import json
import re
import socket
import time
import unittest
import urllib.parse

import daemon
from http_api import CALLS, HttpTestCase


class HttpTest(HttpTestCase):
    def test_rows_and_summaries_are_those_of_the_line_protocol(self):
        for request, target in [
            ("ACTIVITY step=1h by=method", "activity?step=1h&by=method"),
            ("ACTIVITY quantiles=0.5,0.9", "activity?quantiles=0.5,0.9"),
            ("LOGS status=failed limit=3", "logs?status=failed&limit=3"),
            ("LOGS duration_ms>=10 account=A,B", "logs?duration_ms>=10&account=A,B"),
            ("LOGS limit=3 with=/request/body/text,/request/body/big",
             "logs?limit=3&with=/request/body/text,/request/body/big"),
            ("SHOW e-4", "show/e-4"),
            ("SHOW id=e-4", "show?id=e-4"),
            ("TOP by=endpoint", "top?by=endpoint"),
            ("VALUES field=account", "values?field=account"),
            ("ERRORS compare=previous", "errors?compare=previous"),
            ("JOB none", "job/none"),
            ("EXPORT", "export"),
            ("EXPORT fields=ts,/request/body/big", "export?fields=ts,/request/body/big"),
            ("REJECTS", "rejects"),
            ("EXPLAIN LOGS status=500", "explain/logs?status=500"),
            ("HELP", "help"),
            ("HELP LOGS", "help/LOGS"),
        ]:
            with self.subTest(target):
                rows, closing = self.line_answer(request)
                ndjson = self.get("/api/v1/" + target, Accept="application/x-ndjson")
                self.assertEqual(ndjson.status, 200, ndjson.body)
                *lines, last = ndjson.body.splitlines()
                self.assertEqual(lines, rows)
                self.assertEqual(last, b'{"ok":' + closing[3:] + b"}")
                whole = self.get("/api/v1/" + target, Accept="application/json")
                body = b'{"rows":[' + b",\n".join(rows) + b'],"summary":' + closing[3:] + b"}\n"
                self.assertEqual(whole.body, body)
                self.assertEqual(whole.headers["Content-Type"], "application/json")

    def test_forms_and_json_bodies(self):
        rows, _ = self.line_answer("LOGS status=500,200 duration_ms>=10 limit=2")
        for kind, body in [
            ("application/x-www-form-urlencoded", "status=500,200&duration_ms>=10&limit=2"),
            ("application/json", '{"status":["500",200],"duration_ms>=":10,"limit":2}'),
        ]:
            answer = self.get("/api/v1/logs", "POST", body, Content_Type=kind)
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(answer.json["rows"], [json.loads(row) for row in rows])
        for kind, body, status in [("text/plain", "x", 415), ("application/json", "a" * 70000, 413)]:
            self.assertEqual(self.get("/api/v1/logs", "POST", body, Content_Type=kind).status, status)

    def test_pages_are_linked(self):
        target, pages = "/api/v1/logs?limit=7&status=200", []
        while target:
            answer = self.get(target)
            pages += answer.json["rows"]
            link = answer.headers.get("Link", "")
            target = link[1 : link.index(">")] if link else None
            self.assertEqual(bool(target), "next" in answer.json["summary"])
        everything = self.get("/api/v1/logs?limit=1000&status=200").json["rows"]
        self.assertEqual(pages, everything)

    def test_csv(self):
        answer = self.get("/api/v1/logs.csv?limit=2&order=oldest")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/csv"))
        self.assertEqual(answer.headers["Content-Disposition"], 'attachment; filename="logs.csv"')
        rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
        self.assertEqual([row["call_id"] for row in rows], ["c-0-0", "c-0-0"])
        self.assertEqual(rows[0]["path"], '/api/x,"y"')
        self.assertEqual(rows[0]["error_id"], "e-0")
        answer = self.get("/api/v1/logs.csv?limit=2&order=oldest&with=/request/body/big")
        rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
        self.assertEqual(rows[0]["call_id"], "c-0-0")
        self.assertIn("12345678901234567890", [row["/request/body/big"] for row in rows])
        fields = "call_id,/request/body/text,/request/body/big"
        export = self.get(f"/api/v1/export.csv?fields={fields}&account=A")
        rows = list(csv.DictReader(io.StringIO(export.body.decode())))
        self.assertEqual(len(rows), len(CALLS) // 2)
        self.assertEqual(rows[0]["/request/body/text"], "'=1+1 <script>")
        self.assertEqual(rows[0]["/request/body/big"], "12345678901234567890")
        self.assertEqual(self.get("/api/v1/export.csv").status, 406)
        self.assertEqual(self.get("/api/v1/logs", Accept="text/html").status, 406)
        self.assertEqual(self.get("/api/v1/export?x", Accept="image/png").json["code"], "not-acceptable")

    def test_errors_are_problems(self):
        answer = self.get("/api/v1/logs?stauts=404")
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json
        _, closing = self.line_answer("LOGS stauts=404")
        self.assertEqual(b"ERR bad-request " + problem.pop("detail").encode(), closing)
        self.assertEqual(problem, {
            "type": "about:blank", "title": "Bad Request", "status": 400, "code": "bad-request", "column": 6,
            "nearest": "status", "parameter": "stauts", "request": "LOGS stauts=404"})
        for target, status, code in [
            ("/api/v1/logs?limit=0", 400, "bad-request"),
            ("/api/v1/logs?x=%zz", 400, "bad-request"),
            ("/api/v1/logs?text=%ff", 400, "not-utf8"),
            ("/api/v1/nothing", 404, "not-found"),
            ("/api/v1/calls/20260-zzzz", 404, "not-found"),
            ("/api/v1/calls/nonsense", 400, "bad-request"),
            ("/api/v1/show?nowhere=x", 400, "bad-request"),
            ("/api/v1/job?nowhere=%22x", 400, "bad-request"),
            ("/nothing", 404, "not-found"),
            ("/api/v1/logs?" + "x" * 40000, 431, "too-long"),
        ]:
            answer = self.get(target)
            self.assertEqual((answer.status, answer.json["code"]), (status, code), target)
        answer = self.get("/api/v1/logs", "DELETE")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD, POST"))

    def test_pages_of_other_sites_get_nothing(self):
        for headers, status in [
            ({"Host": "evil.example"}, 421),
            ({"Host": "localhost:1"}, 200),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": f"http://127.0.0.1:{self.port}"}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
        ]:
            answer = self.get("/api/v1/status", **headers)
            self.assertEqual(answer.status, status, headers)
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_compressed_answers(self):
        plain = self.get("/api/v1/export").body
        zipped = self.get("/api/v1/export", Accept_Encoding="gzip")
        self.assertEqual(zipped.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(zipped.body), plain)
        self.assertLess(len(zipped.body), len(plain) / 3)
        packed = self.get("/api/v1/export", Accept_Encoding="zstd")
        self.assertEqual(packed.headers["Content-Encoding"], "zstd")
        self.assertEqual(packed.body[:4], b"\x28\xb5\x2f\xfd")
        error = self.get("/api/v1/logs?stauts=404", Accept_Encoding="gzip")
        self.assertNotIn("Content-Encoding", error.headers)
        self.assertEqual(error.json["code"], "bad-request")

    def test_pipelining_and_the_ends_of_connections(self):
        get = "GET /api/v1/logs?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answers = self.raw(get * 5)
        self.assertEqual(answers.count(b"HTTP/1.1 200 OK"), 5)
        answers = self.raw(get + get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n") + get)
        self.assertEqual(answers.count(b"HTTP/1.1 200 OK"), 2)
        # An answer that is longer than what is held back is chunked; HTTP/1.0 has no chunks.
        old = self.raw("GET /api/v1/logs HTTP/1.0\r\nHost: localhost\r\n\r\n")
        self.assertIn(b"Connection: close", old)
        self.assertNotIn(b"chunked", old)
        head = self.raw("HEAD /api/v1/logs HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(head.endswith(b"\r\n\r\n"), head)
        self.assertEqual(self.raw("GET /\x01 HTTP/1.1\r\n\r\n").split()[1], b"400")

    def test_head_checks_the_request(self):
        answered = self.running.ask("STATUS").rows[0]["queries"]["answered"]
        for target, status in (("/api/v1/logs?limit=0", 400), ("/api/v1/logs?stauts=1", 400),
                               ("/api/v1/activity?quantiles=2", 400), ("/api/v1/top", 400),
                               ("/api/v1/calls/x", 400), ("/api/v1/explain/top", 400), ("/metrics", 200),
                               ("/api/v1/logs?status=failed", 200), ("/api/v1/activity?date=all", 200),
                               ("/api/v1/follow", 200), ("/api/v1/explain/top?by=status", 200)):
            head = self.get(target, "HEAD")
            self.assertEqual((head.status, head.body), (status, b""), target)
            if status != 200:
                got = self.get(target)
                self.assertEqual(got.status, status)
                self.assertEqual(got.headers["Content-Length"], head.headers["Content-Length"])
                answered += 1
            elif target != "/metrics":
                self.assertIsNone(head.headers["Content-Length"])
        # None of the valid ones was run.
        self.assertEqual(self.running.ask("STATUS").rows[0]["queries"]["answered"], answered + 1)

    def test_a_large_request_arrives_whole(self):
        head = "POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nX: " + "x" * 31_000 + "\r\n"
        body = json.dumps({"text": "y" * 60_000})
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.assertTrue(self.raw(head + body).startswith(b"HTTP/1.1 200 "))

    def test_the_description_is_what_the_server_does(self):
        """Every route of openapi.json answers, with the members that it lists, and of their types."""
        document = self.get("/api/v1/openapi.json").json
        self.assertEqual(document["openapi"], "3.1.0")
        with daemon.LocalConnection(self.running.data / "query.sock") as local:
            (row,) = local.ask("ISSUE all rights=counts,calls,bodies,erase,admin").rows
        get = functools.partial(self.get, Authorization=f"Bearer {row['token']}")
        ref = self.get("/api/v1/logs?limit=1&status=failed").json["rows"][0]["ref"]
        needed = {"/api/v1/top": "by=account", "/api/v1/values": "field=method", "/api/v1/show": "id=e-4",
                  "/api/v1/find": "text=e-4", "/api/v1/explain/top": "by=account",
                  "/api/v1/erase": "id=none", "/api/v1/explain/values": "field=method",
                  "/api/v1/explain/show": "id=e-4"}
        types = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict,
                 "array": list, "null": type(None)}

        def check(value, schema, place):
            for name, member in value.items():
                known = schema["properties"].get(name)
                self.assertTrue(known or schema["additionalProperties"], f"{place}: {name} isn't described")
                if known:
                    allowed = known["type"] if isinstance(known["type"], list) else [known["type"]]
                    self.assertTrue(any(isinstance(member, types[name]) for name in allowed),
                                    f"{place}: {name} is {member!r}, not {allowed}")

        checked = 0
        for path, operations in document["paths"].items():
            if path.startswith("/api/v1/session"):
                continue  # people_test.py takes these
            # What changes something can't be done by a link.
            method = "post" if path == "/api/v1/erase" else "get"
            self.assertIn(method, operations, path)
            self.assertEqual("get" in operations, method == "get", path)
            operation = operations[method]
            ask = functools.partial(get, method=method.upper())
            target = path.replace("{ref}", ref).replace("{verb}", "LOGS").replace("{id}", "e-4")
            target += "?" + needed.get(path, "")
            if path in ("/api/v1/follow", "/api/v1/explain/job"):
                continue
            compares = '"name": "compare"' in json.dumps(operations)
            for name in ("", "compare=previous")[: 1 + compares]:
                answer = ask(target + "&" + name)
                self.assertEqual(answer.status, 200, f"{target}: {answer.body}")
                content = operation["responses"]["200"]["content"]
                self.assertIn(answer.headers["Content-Type"], content, path)
                properties = content["application/json"]["schema"]["properties"]
                if answer.headers["Content-Type"] == "application/json":
                    rows, summary = answer.json["rows"], answer.json["summary"]
                else:
                    *rows, last = [json.loads(line) for line in answer.body.splitlines()]
                    summary = last["ok"]
                check(summary, properties["summary"], f"summary of {path}")
                for row in rows:
                    check(row, properties["rows"]["items"], f"row of {path}")
                    checked += 1
            # Its parameters are known, and no others.
            for parameter in operation["parameters"]:
                name = parameter["name"]
                if parameter["in"] == "query" and name != "pointers":
                    answer = ask(f"{target}&{name}=x")
                    self.assertNotIn(b"unknown name", answer.body, f"{path} {name}")
            self.assertEqual(ask(f"{target}&unknown_name=x").status, 400, path)
        self.assertGreater(checked, 100)
        # All verbs that the guide lists have a route.
        guide = [row["help"] for row in self.get("/api/v1/help").json["rows"]]
        begin = next(number for number, line in enumerate(guide) if line.startswith("VERBS")) + 1
        verbs = [line.split()[0].lower() for line in guide[begin:guide.index("", begin)]]
        paths = " ".join(document["paths"])
        self.assertGreater(len(verbs), 15)
        on_the_host = {"issue", "tokens", "revoke", "user", "users", "reload", "backup"}
        for verb in set(verbs) - {"ping", "auth", "quit"} - on_the_host:
            self.assertIn("twin" if verb == "twin" else f"/api/v1/{verb}", paths)

    def test_the_page_and_its_files(self):
        page = self.get("/")
        self.assertEqual((page.status, page.headers["Cache-Control"]), (200, "no-cache"))
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        for path in ("/logs?status=failed", "/activity", "/calls/g10-1"):
            self.assertEqual(self.get(path).body, page.body)
        again = self.get("/logs", If_None_Match=page.headers["ETag"])
        self.assertEqual((again.status, again.body), (304, b""))
        files = re.findall(r'"(/assets/[^"]+)"', page.body.decode())
        self.assertGreater(len(files), 1)
        for path in files:
            plain, zipped = self.get(path), self.get(path, Accept_Encoding="gzip")
            self.assertIn("immutable", plain.headers["Cache-Control"])
            if "Content-Encoding" in zipped.headers:
                self.assertNotEqual(plain.headers["ETag"], zipped.headers["ETag"])
                self.assertEqual(gzip.decompress(zipped.body), plain.body)
        for path in ("/assets/none.js", "/assets/../index.html", "/index.html/", "/assets"):
            self.assertEqual(self.get(path).status, 404, path)
        # A link from another site opens the page, and nothing else.
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        self.assertEqual(self.get("/logs", **link).status, 200)
        self.assertEqual(self.get("/api/v1/logs", **link).status, 403)

    def test_health(self):
        self.assertEqual(self.get("/healthz").body, b"ok\n")
        self.assertEqual(self.get("/readyz").status, 200)
        daemon.wait_until(lambda: self.running.ask("STATUS").rows[0]["web"]["connections"] == 0,
                          lambda: "connections stay open")

    def test_followers_resume_without_gap_or_repeat(self):
        def follow(**headers):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            headers["Accept"] = "text/event-stream"
            connection.request("GET", "/api/v1/follow?account=F", headers=headers)
            return connection, connection.getresponse()

        def events(response, count):
            """The IDs of the next calls; `position` becomes the last ID, as EventSource has it."""
            ids, data = [], None
            while len(ids) < count:
                line = response.readline().decode().rstrip("\n")
                self.assertNotEqual(response.closed, True)
                if line.startswith("id: "):
                    self.position = line[4:]
                elif line.startswith("data: "):
                    data = json.loads(line[6:])
                elif line == "" and data:
                    ids.append(data["call_id"])
                    self.assertEqual(data["ref"], self.position)
                    data = None
            return ids

        def send(numbers):
            with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
                for number in numbers:
                    # Times go backwards: the order is that of arrival.
                    minute = 59 - number
                    call = {"ts": f"2026-11-20T11:{minute:02}:00Z", "call_id": f"f-{number}", "account": "F"}
                    intake.sendall(json.dumps(call).encode() + b"\n")
                intake.sendall(b"#sync x\n")
                intake.makefile().readline()

        connection, response = follow()
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")
        response.readline()  # the stream has begun
        while response.readline() != b"\n":
            pass
        connection.close()
        # Nothing was received, and yet the position is known: a gap here would be noticed.
        begun = follow()
        line = b""
        while not line.startswith(b"id: "):
            line = begun[1].readline()
        self.position = line[4:].decode().strip()
        begun[0].close()
        send(range(3))
        connection, response = follow(**{"Last-Event-ID": self.position})
        self.assertEqual(events(response, 2), ["f-0", "f-1"])
        connection.close()
        send(range(3, 6))
        connection, response = follow(**{"Last-Event-ID": self.position})
        self.assertEqual(events(response, 4), ["f-2", "f-3", "f-4", "f-5"])
        send(range(6, 8))
        self.assertEqual(events(response, 2), ["f-6", "f-7"])
        connection.close()
        daemon.wait_until(lambda: self.running.ask("STATUS").rows[0]["web"]["connections"] == 0,
                          lambda: "followers that are gone are still counted")

    def test_stopping_ends_streams(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/api/v1/follow")
        response = connection.getresponse()
        response.readline()
        begun = time.monotonic()
        self.assertEqual(self.running.stop(), 0)
        response.read()
        self.assertLess(time.monotonic() - begun, 10 * daemon.PATIENCE)

    def test_a_call_without_a_twin(self):
        self.send({"ts": "2026-11-20T11:59:00Z", "call_id": "alone", "endpoint": "/alone", "status": 500})
        ref = self.get("/api/v1/show/alone").json["rows"][0]["ref"]
        answer = self.get(f"/api/v1/calls/{ref}/twin")
        self.assertEqual((answer.status, answer.json["rows"]), (200, []))
        self.assertEqual(answer.json["summary"]["note"], "No Data Available")
        self.assertEqual(self.get(f"/api/v1/calls/{ref}0/twin").status, 404)

    def test_a_call_by_its_ref_until_it_is_dropped(self):
        row = self.get("/api/v1/logs?limit=1").json["rows"][0]
        found = self.get("/api/v1/calls/" + urllib.parse.quote(row["ref"]))
        self.assertEqual(found.json["rows"][0]["line"]["call_id"], row["call_id"])
        self.assertIn(b"12345678901234567890", found.body)
        # A compressor may hold the only row until the end.
        zipped = self.get("/api/v1/calls/" + row["ref"], Accept_Encoding="gzip")
        self.assertEqual(gzip.decompress(zipped.body), found.body)
        self.running.set_clock("2026-12-10T12:00:00Z")
        def gone():
            return self.get("/api/v1/calls/" + row["ref"]).status == 410
        daemon.wait_until(gone, lambda: "the call is not dropped")
        problem = self.get("/api/v1/calls/" + row["ref"]).json
        self.assertEqual(problem["code"], "dropped")
        counts = self.get(problem["counts"]).json
        self.assertEqual(counts["summary"]["calls"], len(CALLS))


if __name__ == "__main__":
    unittest.main()
