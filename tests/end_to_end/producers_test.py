"""The pages of docs/producers: their lines through the presets, their configurations with real producers."""

import datetime
import json
import re
import subprocess
import unittest
import uuid

from daemon import BINARIES, FORTNIGHTD, PATIENCE, TestCase, wait_until
from pages import PAGES, pages
from producers import PRODUCERS, Nginx

FORMAT = str(BINARIES / "fortnight-format")
FIELDS = ("ts", "account", "method", "endpoint", "path", "status", "revision", "duration_ms", "call_id")


class PagesTest(TestCase):
    def test_each_line_becomes_what_its_page_says(self):
        for page in pages():
            lines = list(page.lines())
            self.assertTrue(lines, page.name)
            for line, expected in lines:
                with self.subTest(page.name, line=line):
                    tried = subprocess.run(
                        [FORMAT, "try", page.name, "-", "--json"],
                        input=line, capture_output=True, text=True, timeout=60 * PATIENCE,
                    )
                    answer = json.loads(tried.stdout)
                    self.assertEqual((answer["calls"], answer["refused"]), (1, []))
                    call = answer["first"][0]
                    found = {name: str(call[name]) for name in FIELDS if call[name] is not None}
                    found |= {identifier["kind"]: identifier["value"] for identifier in call["ids"]}
                    self.assertEqual(found, expected)

    def test_each_preset_has_a_page(self):
        listed = set(re.findall(r"\[([\w-]+)\]\([\w-]+\.md\)", (PAGES / "README.md").read_text()))
        unknown = subprocess.run(
            [FORMAT, "try", "no-such-preset", "-"], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        presets = set(unknown.stderr.split("known are ")[1].strip().split(", "))
        self.assertEqual(listed, presets)
        self.assertEqual({page.name for page in pages()}, presets - {"gitlab-workhorse"})

    def test_each_page_configures_fortnight(self):
        for page in pages():
            if "## Fortnight's configuration" not in page.text:
                continue
            with self.subTest(page.name):
                config = self.directory / "page.yaml"
                config.write_text(page.section("Fortnight's configuration"))
                checked = subprocess.run(
                    [FORTNIGHTD, "--check-config", "--config", config, "--data-dir", self.directory],
                    capture_output=True, text=True, timeout=60 * PATIENCE,
                )
                self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


class CombinedTest(TestCase):
    def test_nginx_as_it_is_installed(self):
        class Plain(Nginx):
            def documented(self, language):
                return f"access_log {self.directory}/access.log;"

        log = self.directory / "access.log"
        daemon = self.daemon(f"sources: [{{tail: {{paths: [{log}], format: combined}}}}]\n").start()
        producer = Plain(self.directory, None)
        self.addCleanup(producer.stop)
        requests = [("GET", "/api/items/1?q=a%20b", {}), ("POST", "/api/missing/x", {}),
                    ("GET", "/api/broken/3", {})]
        self.assertEqual(producer.request_all(requests), [200, 404, 500])
        wait_until(lambda: daemon.ask("ACTIVITY").summary["calls"] == 3, daemon.log.read_text)
        rows = daemon.ask("LOGS order=oldest").rows
        self.assertEqual([(row["method"], row["path"], row["status"]) for row in rows],
                         [("GET", "/api/items/1?q=a%20b", 200), ("POST", "/api/missing/x", 404),
                          ("GET", "/api/broken/3", 500)])


class ProducersTest(TestCase):
    def check(self, kind):
        log = self.directory / "access.json"
        daemon = self.daemon(kind.source(log)).start()
        tcp = [source["tcp"] for source in daemon.ports["sources"] if "tcp" in source]
        producer = kind(self.directory, tcp[0] if tcp else None)
        self.addCleanup(producer.stop)
        requests = []
        for i, (place, status) in enumerate([("items", 200), ("missing", 404), ("broken", 500)] * 3):
            headers = {"X-Account": "ACME", "X-Request-Id": str(uuid.uuid4()), "Revision": "2026-10-15"}
            requests.append(("GET", f"/api/{place}/{100 + i}?q=a%20b", headers, status))
        statuses = producer.request_all([request[:3] for request in requests])
        self.assertEqual(statuses, [status for *_, status in requests])
        for _, path, headers, status in requests:
            self.check_call(daemon, path, headers, status, kind.has_duration)
        period = "date=last-3-hours account=ACME"
        summary = daemon.ask(f"ACTIVITY {period}").summary
        self.assertEqual((summary["calls"], summary["errors"]), (9, 6))
        endpoints = {row["endpoint"]: row["calls"] for row in daemon.ask(f"TOP by=endpoint {period}").rows}
        self.assertEqual(endpoints.get(kind.items_endpoint), 3, endpoints)

    def check_call(self, daemon, path, headers, status, has_duration):
        show = f"SHOW {headers['X-Request-Id']}"

        def found():
            with daemon.connect() as connection:
                return connection.ask(show).rows

        wait_until(found, lambda: f"no call {show}:\n{daemon.log.read_text()}")
        call = found()[0]
        self.assertEqual(
            (call["method"], call["path"], call["status"], call["account"], call["revision"]),
            ("GET", path, status, "ACME", headers["Revision"]),
        )
        if has_duration:
            self.assertLess(call["duration_ms"], 60_000)
        at = datetime.datetime.fromisoformat(call["ts"].replace("Z", "+00:00")[:19] + "+00:00")
        self.assertLess(abs((datetime.datetime.now(datetime.timezone.utc) - at).total_seconds()), 600)


def add_tests():
    for kind in PRODUCERS:
        def test(self, kind=kind):
            self.check(kind)

        setattr(ProducersTest, f"test_{kind.__name__.lower()}", test)


add_tests()

if __name__ == "__main__":
    unittest.main()
