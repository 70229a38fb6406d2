"""A daemon with a source for HTTP requests, for tests."""

import http.client
import json

from daemon import LocalConnection, TestCase

NOW = "2026-11-20T12:00:00Z"
SOURCES = 'sources:\n  - http: {listen: "127.0.0.1:0", name: web}\n'
LINES = "/ingest/v1/lines"


def call(number, account="A", **members):
    return json.dumps({"ts": "2026-11-20T11:00:00Z", "call_id": f"n-{number}", "account": account,
                       "endpoint": "/e", "status": 200, **members}).encode()


def ndjson(*numbers):
    return b"".join(call(number) + b"\n" for number in numbers)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class IngestTestCase(TestCase):
    def running(self, config=SOURCES, clock=NOW):
        self.under_test = self.daemon(config, clock).start()
        return self.under_test

    @property
    def port(self):
        return next(source["http"] for source in self.under_test.ports["sources"] if "http" in source)

    def post(self, body, target=LINES, method="POST", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body, headers=names)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def call_ids(self):
        rows = self.under_test.ask("EXPORT date=2026-11-20 fields=call_id").rows
        return sorted(row["call_id"] for row in rows)

    def sources(self):
        return {source["name"]: source for source in self.under_test.ask("STATUS").rows[0]["sources"]}

    def token(self, name, terms):
        with LocalConnection(self.under_test.data / "query.sock") as local:
            (row,) = local.ask(f"ISSUE {name} {terms}").rows
        return row["token"]
