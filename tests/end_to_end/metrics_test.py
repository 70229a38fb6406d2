"""/metrics of a real daemon: promtool accepts it, and the alert rules and dashboards ask for metrics and
routes that exist."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import time
import unittest
import urllib.request

import daemon
from certificates import Authority

PACKAGING = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging"
# The table of metrics.
TABLE = pathlib.Path(__file__).resolve().parent.parent.parent / "daemon" / "http" / "metrics.cc"
CONFIG = """sources:
  - tcp: {listen: "127.0.0.1:0", name: tcp}
  - unix: {listen: %(directory)s/intake.sock}
  - tail: {paths: [%(directory)s/tailed]}
web: {listen: "127.0.0.1:0", metrics: {endpoints: 2}}
audit: {enabled: true}
tls: {certificate: %(certificate)s, key: %(key)s}
"""
# Numbers of STATUS that are no metrics, and why.
NO_METRICS = {
    "memory.head_bytes": "head.bytes says the same",
    "process.rss_bytes": "process_resident_memory_bytes, the name that Prometheus' clients have for it",
    "sources.calls_per_second": "rate() of source_calls_total",
    "sources.tcp": "a port, not a quantity",
}


class MetricsTest(daemon.TestCase):
    def setUp(self):
        super().setUp()
        (self.directory / "tailed").write_text("")
        pair = Authority(self.directory).server()
        self.running = self.daemon(CONFIG % {"directory": self.directory, "key": pair.key,
                                             "certificate": pair.certificate}).start()
        self.send("nonsense")
        self.get("/api/v1/logs")

    def send(self, *lines):
        with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
            intake.sendall("".join(line + "\n" for line in (*lines, "#sync x")).encode())
            intake.makefile().readline()

    def call(self, endpoint, status, count=1):
        call = {"ts": time.time(), "method": "GET", "endpoint": endpoint, "status": status}
        self.send(*[json.dumps(call)] * count)

    def get(self, path):
        base = f"http://127.0.0.1:{self.running.ports['web']}"
        with urllib.request.urlopen(base + path, timeout=60) as response:
            return response.headers, response.read().decode()

    def counters(self):
        """The counters of calls above 0."""
        pattern = r'^fortnight_api_calls_total\{endpoint="(.*)",method="(.*)",status_class="(.*)"\} (\d+)$'
        found = re.findall(pattern, self.get("/metrics")[1], re.MULTILINE)
        return {tuple(labels): int(calls) for *labels, calls in found if calls != "0"}

    def test_the_text_is_what_prometheus_expects(self):
        headers, text = self.get("/metrics")
        self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        self.assertIn('fortnight_source_rejected_lines_total{source="', text)
        self.assertIn('fortnight_query_duration_seconds_count{verb="logs"} 1', text)
        self.assertRegex(text, r"fortnight_sync_duration_seconds_count [1-9]")
        self.assertRegex(text, r"process_resident_memory_bytes [1-9]")
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                     capture_output=True, check=False)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_every_number_of_status_is_a_metric(self):
        """A new member of STATUS becomes a metric, or is listed above with the reason."""
        rules = dict(re.findall(r'^    \{"([\w.]+)", As::(\w+)', TABLE.read_text(), re.MULTILINE))
        self.assertGreater(len(rules), 80)
        members = {}

        def walk(path, value):
            members.setdefault(path, []).append(value)
            if path in rules and path != "":
                return
            if isinstance(value, dict):
                for key, each in value.items():
                    walk(f"{path}.{key}" if path else key, each)
            elif isinstance(value, list):
                for each in value:
                    walk(path, each)

        walk("", self.running.ask("STATUS").rows[0])
        numbers = {path for path, values in members.items()
                   if any(isinstance(value, (bool, int, float)) for value in values)}
        for path in sorted(numbers):
            self.assertTrue(path in rules or path in NO_METRICS,
                            f"{path} of STATUS is neither in {TABLE.name} nor an exception")
        for path in (*rules, *NO_METRICS):
            self.assertIn(path, members, "STATUS has no such member")

    def test_calls_are_counted_by_endpoint(self):
        self.call("/busy", 200, 3)
        self.call("/less", 200, 2)
        self.call("/rare", 200)
        # Endpoints are chosen at the start.
        self.assertEqual(self.counters(), {("(other)", "GET", "2xx"): 6})
        self.assertEqual(self.running.stop(), 0)
        self.running.start()
        self.assertEqual(self.counters(), {})
        self.call("/busy", 503)
        self.call("/less", 404)
        self.call("/rare", 404)
        expected = {("/busy", "GET", "5xx"): 1, ("/less", "GET", "4xx"): 1, ("(other)", "GET", "4xx"): 1}
        self.assertEqual(self.counters(), expected)
        self.assertIn('fortnight_api_calls_total{endpoint="/busy",method="GET",status_class="2xx"} 0\n',
                      self.get("/metrics")[1])
        # Calls that are replayed from the journal were counted before.
        self.running.kill()
        self.running.start()
        self.assertEqual(self.counters(), {})
        self.assertEqual(daemon.calls(self.running, "date=last-24-hours"), 9)

    def test_rules_and_dashboards_use_what_exists(self):
        self.call("/busy", 200)
        known = set(re.findall(r"^# TYPE (\w+)", self.get("/metrics")[1], re.MULTILINE))
        for file in ("prometheus/fortnight.rules.yaml", "grafana/fortnight.json"):
            text = (PACKAGING / file).read_text()
            for name in set(re.findall(r"\bfortnight_[a-z_]+", text)):
                self.assertIn(re.sub("_(bucket|count|sum)$", "", name), known, f"{file}: {name}")
        calls = (PACKAGING / "grafana/fortnight-calls.json").read_text()
        targets = [target["url"] for panel in json.loads(calls)["panels"] for target in panel["targets"]]
        for url in targets:
            path = url.replace("${url}", "").replace("${__from:date:iso}", "2026-11-20T08:15:00.000Z")
            path = path.replace("${__to:date:iso}", "2026-11-20T09:15:00.000Z")
            path = path.replace("${account}", "*,%22%22").replace("${endpoint}", "*,%22%22")
            self.assertIn("rows", json.loads(self.get(path)[1]), path)


if __name__ == "__main__":
    unittest.main()
