"""From a web server's access log to an answer."""

import collections
import datetime
import random
import unittest
import uuid

from daemon import TestCase, wait_for_calls
from web_servers import Caddy, Nginx

REQUESTS = 1_500
# Makes Caddy's lines so long that its log is rotated several times.
PADDING = "p" * 1_500


class WebServersTest(TestCase):
    def requests(self):
        chance = random.Random(4)
        for _ in range(REQUESTS):
            method = chance.choice(["GET", "GET", "POST", "DELETE"])
            place = chance.choices(["items", "missing", "broken"], [8, 1, 1])[0]
            path = f"/api/{place}/{chance.randrange(10_000)}?page={chance.randrange(5)}"
            headers = {
                "X-Account": chance.choice(["ACME", "BRICK", "COMET"]),
                "X-Request-Id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "X-Padding": PADDING,
                "Revision": chance.choice(["2026-01-15", "2026-10-15"]),
            }
            yield method, path, headers

    def check(self, server, preset, between):
        """Sends half the requests, calls `between()`, sends the other half, and checks all answers."""
        self.addCleanup(server.stop)
        daemon = self.daemon(
            f"sources: [{{tail: {{paths: [{server.log}], format: {preset}}}}}]\n"
        ).start()
        began = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
        period = f"from={began:%Y-%m-%dT%H:%M:%SZ}"
        requests = list(self.requests())
        statuses = server.request_all(requests[: REQUESTS // 2])
        between()
        statuses += server.request_all(requests[REQUESTS // 2 :])
        wait_for_calls(daemon, period, REQUESTS)

        summary = daemon.ask(f"ACTIVITY {period}").summary
        self.assertEqual(summary["calls"], REQUESTS)
        self.assertEqual(summary["errors"], sum(status >= 400 for status in statuses))
        self.check_tops(daemon, period, requests, statuses)
        for request, status in random.Random(1).sample(list(zip(requests, statuses)), 25):
            self.check_shown(daemon, request, status)

    def check_tops(self, daemon, period, requests, statuses):
        expected = {
            "status": collections.Counter(statuses),
            "method": collections.Counter(method for method, _, _ in requests),
            "account": collections.Counter(headers["X-Account"] for _, _, headers in requests),
            "revision": collections.Counter(headers["Revision"] for _, _, headers in requests),
            "endpoint": collections.Counter(
                "/".join(path.split("/")[:3]) + "/{id}" for _, path, _ in requests
            ),
        }
        for field, counts in expected.items():
            rows = daemon.ask(f"TOP by={field} n=100 {period}").rows
            self.assertEqual({row[field]: row["calls"] for row in rows}, dict(counts), field)

    def check_shown(self, daemon, request, status):
        method, path, headers = request
        rows = daemon.ask(f"SHOW {headers['X-Request-Id']}").rows
        self.assertEqual(len(rows), 1)
        call = rows[0]
        self.assertEqual(
            (call["method"], call["path"], call["status"], call["account"], call["revision"]),
            (method, path, status, headers["X-Account"], headers["Revision"]),
        )
        self.assertIn(path, str(call["line"]))

    def test_caddy_rotates_and_compresses(self):
        server = Caddy(self.directory)
        self.check(server, "caddy", lambda: None)
        rotated = [file.name for file in self.directory.glob("access-*")]
        self.assertTrue(rotated, "Caddy has rotated its log")

    def test_nginx_is_rotated(self):
        server = Nginx(self.directory)
        self.check(server, "nginx", server.rotate)


if __name__ == "__main__":
    unittest.main()
