"""/metrics of a real daemon: promtool accepts it, and the alert rules and dashboards ask for metrics and
routes that exist."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import unittest
import urllib.request

import daemon

PACKAGING = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging"
CONFIG = """sources:
  - tcp: {listen: "127.0.0.1:0"}
  - tail: {paths: [%s]}
"""


class MetricsTest(daemon.TestCase):
    def setUp(self):
        super().setUp()
        tailed = self.directory / "tailed"
        tailed.write_text("")
        self.running = self.daemon(CONFIG % tailed).start()
        with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
            intake.sendall(b"nonsense\n#sync x\n")
            intake.makefile().readline()
        self.base = f"http://127.0.0.1:{self.running.ports['web']}"
        self.get("/api/v1/logs")

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=60) as response:
            return response.headers, response.read().decode()

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

    def test_rules_and_dashboards_use_what_exists(self):
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
