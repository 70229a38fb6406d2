"""Lines in the forms that real producers write them, from tailed files through the real daemon: the fields
that come out, before and after a restart, and what is rejected and why. docs/formats.md has the keys."""

import json
import time
import unittest

from daemon import TestCase, wait_until

NOW = "2026-11-28T21:00:00Z"
PERIOD = "from=2026-01-01 to=2026-12-31"


class Case:
    """A format, and the lines of one file. `calls`: members of LOGS' rows, the newest first, and the `line`
    of SHOW. `taken`: how many lines they count as."""

    def __init__(self, name, mapping, lines, calls=(), rejected=None, skipped=0, taken=None):
        self.taken = len(lines) if taken is None else taken
        self.name = name
        self.mapping = mapping
        self.lines = lines
        self.calls = list(calls)
        self.rejected = rejected or {}
        self.skipped = skipped


def times(*texts):
    return ['{"time":"%s","method":"GET","path":"/a","status":200}' % text for text in texts]


CASES = [
    Case("nginx", """
    unset: ["", "-"]
    parts: {of: /request, as: request_line}
    ts: /time_local
    account: [/http_x_account, /account, /remote_user, =nobody]
    status: /status
    duration_ms: {pointers: [/request_time], unit: s}
    """, [
        '{"time_local":"28/Nov/2026:02:14:40 +0700","remote_user":"","request":"GET /login.php?next=%2F '
        'HTTP/1.1","status":"200","request_time":"0.096","http_x_account":"","account":""}',
        '{"time_local":"28/Nov/2026:02:14:41 +0700","remote_user":"acme","request":"POST /api/orders '
        'HTTP/2.0","status":"502","request_time":"1.004","http_x_account":"","account":"-"}',
        '{"time_local":"28/Nov/2026:02:14:42 +0700","remote_user":"","request":"","status":"400",'
        '"request_time":"0.000"}',
    ], [
        {"ts": "2026-11-27T19:14:42Z", "account": "nobody", "method": None, "path": None, "status": 400},
        {"account": "acme", "method": "POST", "endpoint": "/api/orders", "status": 502,
         "duration_ms": 1004},
        {"account": "nobody", "method": "GET", "path": "/login.php?next=%2F", "endpoint": "/login.php",
         "status": 200, "duration_ms": 96},
    ]),
    Case("zoned", """
    ts: {pointers: /time, zone: Europe/Berlin}
    method: /method
    """, times("2026-11-17 18:24:04", "2026-11-17T18:24:04.125", "2026-11-17 18:24:04,25"), [
        {"ts": "2026-11-17T17:24:04.25Z"}, {"ts": "2026-11-17T17:24:04.125Z"},
        {"ts": "2026-11-17T17:24:04Z"},
    ]),
    Case("zoneless", "ts: /time", times("2026-11-17 18:24:04", "Tue Nov  3 09:07:02 2026"),
         [], {"no-zone": 2}),
    Case("many-times", "ts: {pointers: /time, zone: UTC}", times(
        "2026/11/28 20:00:00", "2026-11-28 20:00:01 +0000 UTC", "Sat, 28 Nov 2026 20:00:02 GMT",
        "[28/Nov/2026:20:00:03 +0000]", "2026-11-28T21:00:04+01", "Sat Nov 28 20:00:05 2026"), [
        {"ts": f"2026-11-28T20:00:0{second}Z"} for second in range(5, -1, -1)
    ]),
    Case("durations", "{ts: /time, duration_ms: /latency}", [
        '{"time":"2026-11-28T20:00:0%dZ","latency":"%s"}' % (second, text) for second, text in enumerate(
            ["1.2ms", "12.3\u00b5s", "0.012s", "1.234 ms", "0.004, 0.007", "1m2.5s"])
    ], [{"duration_ms": ms} for ms in (62500, 0.011, 1.234, 12, 0.0123, 1.2)]),
    Case("headers", """
    ts: /ts
    account: /h/[0=X-Account]/1
    ids:
      call_id: ["/h/[0=X-Request-Id]/1", "/h/[name=X-Request-Id]/value"]
      trace_id: "/h/[name=Trace]/value"
    """, [
        '{"ts":"2026-11-28T12:00:00Z","h":[["Host","a"],["x-account","acme"],["X-Request-Id","r-1"]]}',
        '{"ts":"2026-11-28T12:00:01Z","h":[{"name":"x-request-id","value":"r-2"},'
        '{"name":"trace","value":"t-2"}]}',
    ], [{"call_id": "r-2", "ids": {"trace_id": ["t-2"]}}, {"call_id": "r-1", "account": "acme"}]),
    Case("audit", """
    ts: /published
    method: /eventType
    account: /actor/id
    status:
      pointers: [/outcome/result, /errorCode, /status/code]
      map: {SUCCESS: 200, FAILURE: 401, AccessDenied: 403}
      grpc: true
      failed_if: {/errorCode: "*"}
      failed: 400
    """, [
        '{"published":"2026-11-28T12:00:00Z","eventType":"session.start","outcome":{"result":"FAILURE"}}',
        '{"published":"2026-11-28T12:00:01Z","eventType":"session.start","outcome":{"result":"SUCCESS"}}',
        '{"published":"2026-11-28T12:00:02Z","eventType":"GetObject","errorCode":"AccessDenied"}',
        '{"published":"2026-11-28T12:00:03Z","eventType":"rpc","status":{"code":7},"actor":{"id":"a2"}}',
        '{"published":"2026-11-28T12:00:04Z","eventType":"GetObject","errorCode":"Throttled"}',
    ], [{"status": 400}, {"status": 403, "account": "a2"}, {"status": 403}, {"status": 200},
        {"status": 401}]),
    Case("shop-acme", """
    ts: /ts
    path: /path
    parts: {of: $source, match: "^shop-(?P<account>.+)$"}
    except: {/path: ["/healthz", "/metrics*"]}
    """, [
        '{"ts":"2026-11-28T12:00:00Z","path":"/healthz"}',
        '{"ts":"2026-11-28T12:00:01Z","path":"/metrics/all"}',
        '{"ts":"2026-11-28T12:00:02Z","path":"/a"}',
    ], [{"account": "acme", "path": "/a"}], skipped=2),
    Case("cri", "{ts: [/start_time, $time], path: /path, status: /code}", [
        '2026-11-28T17:40:00.0000001+01:00 stdout F {"start_time":"2026-11-28T16:40:00Z","path":"/a"}',
        '2026-11-28T17:40:01.0000001+01:00 stdout P {"start_time":"2026-11-28T16:40:01Z","pa',
        '2026-11-28T17:40:01.0000002+01:00 stdout F th":"/b","code":404}',
        "2026-11-28T17:40:02.0000001+01:00 stderr F [info] not a call",
        '2026-11-28T17:40:03.25+01:00 stdout F {"path":"/c"}',
    ], [
        {"ts": "2026-11-28T16:40:03.25Z", "path": "/c"},
        {"path": "/b", "status": 404, "line": '{"start_time":"2026-11-28T16:40:01Z","path":"/b","code":404}'},
        {"path": "/a"},
    ], {"not-json": 1}, taken=4),
    Case("compose", "{ts: /ts, path: /request/uri, status: /status, revision: $program}", [
        'caddy-1  | {"ts":1795867200.5,"request":{"uri":"/a"},"status":200}',
        'caddy-1  | {"ts":1795867201.5,"request":{"uri":"/b"},"status":0}',
    ], [{"path": "/b", "status": None, "revision": "caddy-1"},
        {"ts": "2026-11-28T12:00:00.5Z", "status": 200,
         "line": '{"ts":1795867200.5,"request":{"uri":"/a"},"status":200}'}]),
    Case("syslog-file", "{ts: /time, path: /path, account: $host}", [
        '2026-11-28T13:09:20+01:00 host1 api[9400]: {"time":"2026-11-28T12:09:20Z","path":"/a"}',
        'Nov 28 13:09:21 host1 api[9400]: {"time":"2026-11-28T12:09:21Z","path":"/b"}',
    ], [{"path": "/b", "account": "host1"},
        {"path": "/a", "line": '{"time":"2026-11-28T12:09:20Z","path":"/a"}'}]),
    Case("docker", "{ts: /time, path: /path, status: /status}", [
        r'{"log":"{\"time\":\"2026-11-28T12:00:00Z\",\"path\":\"/a\",\"status\":200}\n",'
        '"stream":"stdout","time":"2026-11-28T12:00:00.000000001Z"}',
        r'{"log":"plain text\n","stream":"stdout","time":"2026-11-28T12:00:00.000000002Z"}',
    ], [{"path": "/a", "status": 200, "line": '{"time":"2026-11-28T12:00:00Z","path":"/a","status":200}'}],
        {"not-json": 1}),
    Case("records", '''
    each: /Records
    ts: /eventTime
    method: /eventName
    ids: {call_id: /eventID}
    status: {pointers: [/errorCode, "=200"], map: {AccessDenied: 403}}
    ''', [
        '{"Records":[{"eventTime":"2026-11-28T12:00:00Z","eventID":"e-1","eventName":"GetObject"},'
        '{"eventTime":"2026-11-28T12:00:01Z","eventID":"e-2","eventName":"PutObject",'
        '"errorCode":"AccessDenied"}]}',
    ], [
        {"call_id": "e-2", "status": 403},
        {"call_id": "e-1", "status": 200,
         "line": '{"eventTime":"2026-11-28T12:00:00Z","eventID":"e-1","eventName":"GetObject"}'},
    ], taken=2),
    Case("logfmt", "{input: logfmt, ts: /ts, path: /path, status: /status, duration_ms: /took}", [
        'ts=2026-11-28T12:00:00Z path=/a status=503 took=1.5ms msg="a b"',
    ], [{"path": "/a", "status": 503, "duration_ms": 1.5}]),
    Case("plain-clf", "{input: text, parts: {of: /message, as: clf}}", [
        '192.0.2.7 - kim [28/Nov/2026:13:00:00 +0100] "GET /a/17 HTTP/1.1" 404 12 "-" "curl/8"',
    ], [{"ts": "2026-11-28T12:00:00Z", "account": "kim", "method": "GET", "endpoint": "/a/{id}",
         "status": 404}]),
    Case("secrets", "{ts: /ts, method: /method, path: /path}", [
        '{"ts":"2026-11-28T12:00:00Z","path":"/a?api_key=s3cret-1&page=2","request":{"headers":[["Host","a"],'
        '["Authorization","Bearer s3cret-2"],["X-Request-Id","r-1"]]}}',
        '{"ts":"2026-11-28T12:00:01Z","request":{"headers":[{"name":"authorization",'
        '"value":"Bearer s3cret-3"},{"value":"sid=s3cret-4","name":"Cookie"}]}}',
        '{"ts":"2026-11-28T12:00:02Z","request":{"headers":{"Authorization":["Bearer s3cret-5"],'
        '"Cookie":["sid=s3cret-6"]}}}',
        r'{"ts":"2026-11-28T12:00:03Z","request":{"body":"{\"user\":\"jo\",\"password\":\"s3cret-7\"}"}}',
        '{"ts":"2026-11-28T12:00:04Z","request":{"body":"user=jo&password=s3cret-8"}}',
        '{"ts":"2026-11-28T12:00:05Z","url":"https://jo:s3cret-9@h/a?access_token=s3cret-10#x"}',
        '{"ts":"2026-11-28T12:00:06Z","headers":["Host","a","X-Api-Key","s3cret-11"]}',
        '{"ts":"2026-11-28T12:00:07Z","headers":["Authorization: Bearer s3cret-12"],'
        '"query":{"token":"s3cret-13"},"params":[{"key":"client_secret","value":"s3cret-14"}]}',
    ], [{}, {}, {}, {}, {}, {}, {}, {"path": "/a?api_key=[redacted]&page=2"}]),
    Case("by-file", '''
    ts: /ts
    parts: {of: $file, match: "/by-(?P<account>[a-z]+)[.]log$"}
    ''', ['{"ts":"2026-11-28T12:00:00Z"}'], [{"account": "file"}]),
]

# A path, and the endpoint that it is counted under.
ENDPOINTS = {
    "/users/jo@example.com/orders": "/users/{id}/orders",
    "/users/jo%40example.com": "/users/{id}",
    "/phones/+4915112345678": "/phones/{id}",
    "/customers/cus_NffrFeUfNV2Hib": "/customers/{id}",
    "/users/user_01h455vb4pex5vsknk084sn02q": "/users/{id}",
    "/files/550e8400-e29b-41d4-a716-446655440000.json": "/files/{id}.json",
    "/orders/ORD-123456/items": "/orders/{id}/items",
    "/static/icons-8791a66e2f0c1d3b.svg": "/static/{id}.svg",
    "/v2/oauth2callback": "/v2/oauth2callback",
    "/api/profiles/": "/api/profiles",
    "/locales/en-US": "/locales/en-US",
    "/hosts/192.0.2.7/status": "/hosts/{id}/status",
    "/reports/2026-11-28": "/reports/{id}",
}
CASES.append(Case("paths", "{ts: /ts, path: /path}", [
    '{"ts":"2026-11-28T12:%02d:00Z","path":"%s"}' % (minute, path) for minute, path in enumerate(ENDPOINTS)
], [{"path": path, "endpoint": endpoint} for path, endpoint in reversed(ENDPOINTS.items())]))


class FormatsTest(TestCase):
    def start(self):
        formats = "".join(f"  {case.name}:{self.indented(case.mapping)}\n" for case in CASES)
        sources = "".join(
            f'  - tail: {{name: {case.name}, paths: ["{self.path(case)}"], format: {case.name}}}\n'
            for case in CASES)
        for case in CASES:
            self.path(case).write_bytes("".join(line + "\n" for line in case.lines).encode())
        # Small parts: the calls come from files after the restart.
        return self.daemon(f"formats:\n{formats}sources:\n{sources}", NOW).start()

    @staticmethod
    def indented(mapping):
        return " " + mapping if mapping.startswith("{") else "\n    " + mapping.strip()

    def path(self, case):
        return self.directory / f"{case.name}.log"

    def sources(self):
        return {source["name"]: source for source in self.under_test.ask("STATUS").rows[0]["sources"]}

    def stored_line(self, ref):
        with self.under_test.connect() as connection:
            connection.socket.sendall(b"SHOW ref=%s\n" % ref.encode())
            text = connection.file.readline().decode().rstrip("\n")
        return text[text.index(',"line":') + 8:-1]

    def check(self, case):
        rows = self.under_test.ask(f"LOGS {PERIOD} source={case.name} limit=100").rows
        self.assertEqual(len(rows), len(case.calls), case.name)
        for row, expected in zip(rows, case.calls):
            found = {member: row[member] for member in expected if member not in ("ids", "line")}
            if "line" in expected:
                found["line"] = self.stored_line(row["ref"])
            for kind, ids in expected.get("ids", {}).items():
                found.setdefault("ids", {})[kind] = row["ids"].get(kind)
                for value in ids:
                    by_id = self.under_test.ask(f"LOGS {PERIOD} id={value}").rows
                    self.assertEqual([one["ref"] for one in by_id], [row["ref"]])
            self.assertEqual(found, expected, case.name)

    def test_each_form(self):
        self.under_test = self.start()
        taken = sum(case.taken for case in CASES)
        wait_until(lambda: sum(source["lines"] for source in self.sources().values()) >= taken,
                   lambda: json.dumps(self.sources(), indent=1))
        for case in CASES:
            source = self.sources()[case.name]
            self.assertEqual((case.name, source["rejected"]), (case.name, case.rejected))
            self.assertEqual((case.name, source["skipped"]), (case.name, case.skipped))
            self.check(case)
        exported = self.under_test.ask(f"EXPORT {PERIOD} source=secrets").rows
        self.assertEqual(len(exported), 8)
        self.assertNotIn("s3cret", json.dumps(exported))
        errors = self.under_test.ask(f"ACTIVITY {PERIOD} source=audit").summary
        self.assertEqual((errors["calls"], errors["errors"]), (5, 4))
        groups = self.under_test.ask(f"ERRORS {PERIOD} source=audit").rows
        self.assertEqual(sorted((row["status"], row["code"] or "", row["calls"]) for row in groups),
                         [(400, "Throttled", 1), (401, "", 1), (403, "", 1), (403, "AccessDenied", 1)])
        self.assertEqual(self.under_test.stop(), 0)
        self.under_test.start()
        for case in CASES:
            self.check(case)

    def test_pieces_of_a_line_are_joined_over_a_crash_and_a_rotation(self):
        log = self.directory / "app.log"
        prefix = b"2026-11-28T17:40:00Z stdout "
        whole = b'{"ts":"2026-11-28T12:00:00Z","call_id":"c-%d"}'
        log.write_bytes(prefix + b"F " + whole % 1 + b"\n" + prefix + b'P {"ts":"2026-11-28T12:\n')
        self.under_test = self.daemon(f'sources:\n  - tail: {{name: app, paths: ["{log}"]}}\n', NOW).start()
        ids = lambda: [row["call_id"] for row in self.under_test.ask(f"LOGS {PERIOD}").rows]
        wait_until(lambda: ids() == ["c-1"], lambda: str(ids()))
        time.sleep(0.3)
        self.under_test.kill()
        log.rename(self.directory / "app.log.1")
        log.write_bytes(prefix + b'F 00:01Z","call_id":"c-2"}\n' + prefix + b"F " + whole % 3 + b"\n")
        self.under_test.start()
        wait_until(lambda: len(ids()) == 3, lambda: str(ids()))
        self.assertEqual(sorted(ids()), ["c-1", "c-2", "c-3"])
        self.assertEqual(self.sources()["app"]["rejected"], {})


if __name__ == "__main__":
    unittest.main()
