"""The APIs of other log stores: OTLP/HTTP, Loki and Elasticsearch's bulk requests, by their own client
libraries and by requests as their collectors send them."""

import json
import pathlib
import shutil
import subprocess
import unittest

from daemon import PATIENCE, wait_until
from ingest_api import IngestTestCase, call

SENDERS = pathlib.Path(__file__).resolve().parent.parent / "senders"
SOURCES = """sources:
  - http: {listen: "127.0.0.1:0", name: web}
formats:
  documents: {ts: {pointers: "/@timestamp", time: auto}, method: /method, path: /path, status: /status}
"""


def otlp(*numbers, **extra):
    """An ExportLogsServiceRequest as the collector's otlphttp exporter sends it with `encoding: json`."""
    records = [{"timeUnixNano": "1795172400000000000", "observedTimeUnixNano": "1795172400000000000",
                "severityNumber": 9, "severityText": "INFO", "body": {"stringValue": "request"},
                "attributes": [{"key": "http.request.method", "value": {"stringValue": "GET"}},
                               {"key": "url.path", "value": {"stringValue": f"/api/{number}"}},
                               {"key": "http.response.status_code", "value": {"intValue": "200"}}],
                **extra} for number in numbers]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [
        {"scope": {"name": "http"}, "logRecords": records}]}]}).encode()


class CollectorsTest(IngestTestCase):
    def paths(self, source="web"):
        rows = self.under_test.ask(f"LOGS date=2026-11-20 source={source} limit=1000").rows
        return sorted(row["path"] for row in rows)

    def test_otlp(self):
        self.running(SOURCES)
        answer = self.post(otlp(1, 2), "/v1/logs?format=otlp&source=shop", Content_Type="application/json")
        self.assertEqual((answer.status, answer.json), (200, {}))
        self.assertEqual(self.paths("shop"), ["/api/1", "/api/2"])
        # Records that are no calls are told, and don't fail the others.
        answer = self.post(otlp(3), "/v1/logs?source=shop", Content_Type="application/json; charset=utf-8")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["partialSuccess"]["rejectedLogRecords"], "1")
        self.assertIn("no-time", answer.json["partialSuccess"]["errorMessage"])
        protobuf = "application/x-protobuf"
        for body, content_type, status in ((b"{", "application/json", 400), (b"\xff", protobuf, 400),
                                           (otlp(4), "text/plain", 415), (b"", protobuf, 200)):
            answer = self.post(body, "/v1/logs", Content_Type=content_type)
            self.assertEqual(answer.status, status, body)
        self.assertEqual(self.post(None, "/v1/logs", "GET").status, 405)

    def test_loki(self):
        self.running(SOURCES)
        line = call(1).decode()
        body = json.dumps({"streams": [{"stream": {"job": "x"}, "values": [
            ["1795172400000000000", line], ["1795172400000000001", "no json"],
            ["1795172400000000002", call(2).decode(), {"trace": "t"}]]}]}).encode()
        answer = self.post(body, "/loki/api/v1/push", Content_Type="application/json")
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(self.call_ids(), ["n-1", "n-2"])
        self.assertEqual(self.under_test.ask("REJECTS date=2026-11-20").summary["rejected"], 1)
        self.assertEqual(self.post(b"{}", "/loki/api/v1/push", Content_Type="application/json").status, 400)
        self.assertEqual(self.post(b"\xff\xff\xff\xff\x0f", "/loki/api/v1/push").status, 413)
        self.assertEqual(self.post(b"nonsense", "/loki/api/v1/push").status, 400)
        self.assertEqual(self.post(None, "/ready", "GET").body, b"ready\n")

    def test_bulk(self):
        self.running(SOURCES)
        for path, method in (("/", "GET"), ("/", "HEAD"), ("/_license", "GET"), ("/_xpack", "GET"),
                             ("/_index_template/filebeat", "HEAD"), ("/_ilm/policy/filebeat", "PUT"),
                             ("/_cluster/health", "GET"), ("/_nodes/http", "GET"),
                             ("/_data_stream/logs-shop-default", "PUT"), ("/_ingest/pipeline/x", "PUT")):
            answer = self.post(b"{}" if method == "PUT" else None, path, method)
            product = answer.headers["X-Elastic-Product"]
            self.assertEqual((answer.status, product), (200, "Elasticsearch"), path)
        body = (b'{"create":{"_index":"logs"}}\n' + call(1) + b'\n{"index":{"_id":"x"}}\nno json\n'
                b'{"delete":{"_id":"y"}}\n{"index":{}}\n' + call(2) + b"\n")
        for path in ("/_bulk", "/web/_bulk?filter_path=took"):
            answer = self.post(body, path, Content_Type="application/x-ndjson")
            self.assertEqual((answer.status, answer.json["errors"]), (200, True))
            statuses = [next(iter(item.values()))["status"] for item in answer.json["items"]]
            self.assertEqual(statuses, [201, 400, 400, 201])
        self.assertEqual(self.call_ids(), ["n-1", "n-1", "n-2", "n-2"])
        self.assertEqual(self.post(call(3), "/_bulk").status, 400)
        self.assertEqual(self.call_ids(), ["n-1", "n-1", "n-2", "n-2"])

    def test_senders_need_an_identity_on_each(self):
        self.running(SOURCES + "access: {required: true}\n")
        for path, method in (("/v1/logs", "POST"), ("/loki/api/v1/push", "POST"), ("/_bulk", "POST"),
                             ("/", "GET"), ("/_license", "GET")):
            answer = self.post(otlp(1) if method == "POST" else None, path, method,
                               Content_Type="application/json")
            self.assertEqual(answer.status, 401, path)


@unittest.skipUnless((SENDERS / "node_modules").exists(), "tests/senders: npm ci")
class ClientLibrariesTest(IngestTestCase):
    COUNT = 500

    def check(self, library, format_name, config=SOURCES, token=False):
        self.running(config.replace("name: web", f"name: web, format: {format_name}"), None)
        words = [shutil.which("node"), "send.mjs", library, f"http://127.0.0.1:{self.port}", str(self.COUNT)]
        if token:
            words.append(self.token("shop", "rights=ingest"))
        ran = subprocess.run(words, cwd=SENDERS, capture_output=True, text=True, timeout=120 * PATIENCE)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        if token:
            self.under_test.stop()
            config = self.under_test.config
            config.write_text(config.read_text().replace("required: true", "required: false"))
            self.under_test.start()
        wait_until(lambda: self.under_test.ask("ACTIVITY date=today").summary["calls"] >= self.COUNT,
                   lambda: ran.stdout + ran.stderr + self.under_test.log.read_text())
        rows = self.under_test.ask("LOGS date=today limit=1000").rows
        self.assertEqual({row["path"] for row in rows}, {f"/api/{number}" for number in range(self.COUNT)})
        self.assertEqual({(row["method"], row["status"]) for row in rows}, {("GET", 200)})
        self.assertEqual(len(rows), self.COUNT)
        return ran.stdout

    def test_opentelemetry_protobuf(self):
        self.check("otlp-proto", "otlp")

    def test_opentelemetry_json(self):
        self.check("otlp-json", "otlp")

    def test_pino_loki(self):
        self.check("pino-loki", "express")

    def test_winston_loki(self):
        self.check("winston-loki", "fortnight")

    def test_winston_loki_in_json(self):
        self.check("winston-loki-json", "fortnight")

    def test_elasticsearch(self):
        out = self.check("elasticsearch", "documents")
        self.assertEqual(json.loads(out.splitlines()[-1])["successful"], self.COUNT)

    def test_with_tokens(self):
        for library, format_name in (("otlp-proto", "otlp"), ("elasticsearch", "documents")):
            self.check(library, format_name, SOURCES + "access: {required: true}\n", token=True)
            self.under_test.kill()
            shutil.rmtree(self.under_test.data)


if __name__ == "__main__":
    unittest.main()
