"""Answers over sealed days have tags: what these depend on, and what they don't."""

import http.client
import shutil
import threading
import unittest
import unittest.mock

import daemon
import http_api


class CachingTest(http_api.HttpTestCase):
    def test_answers_over_sealed_days_have_tags(self):
        def send(number):
            self.send({"ts": f"2026-11-18T10:00:{number:02}Z", "call_id": f"s-{number}", "status": 200})

        tag = self.tag
        self.assertIsNone(tag("/api/v1/logs"))
        target = "/api/v1/logs?date=2026-11-18"
        send(1)
        self.assertIsNone(tag(target))
        self.running.set_clock("2026-11-20T12:30:00Z")
        daemon.wait_until(lambda: tag(target), lambda: "the day isn't sealed")
        first = self.get(target)
        etag = first.headers["ETag"]
        self.assertEqual(first.headers["Cache-Control"], "private, no-cache")
        answered = self.running.ask("STATUS").rows[0]["queries"]["answered"]
        for tags in (etag, f'"x", W/{etag}'):
            again = self.get(target, If_None_Match=tags)
            self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", etag))
        # Nothing but STATUS was asked.
        self.assertEqual(self.running.ask("STATUS").rows[0]["queries"]["answered"], answered + 1)
        self.assertEqual(self.get(target, If_None_Match='"x"').body, first.body)
        others = [tag(target, Accept_Encoding="gzip"), tag(target, Accept="text/csv"),
                  tag(target + "&limit=7"),
                  tag("/api/v1/activity?date=2026-11-18"), tag("/api/v1/export?date=2026-11-18")]
        self.assertNotIn(None, others)
        self.assertEqual(len({etag, *others}), 6)
        # What depends on other days has none.
        for other in ("logs?date=2026-11-18&account=none", "logs?from=2026-11-18&to=2026-11-21",
                      "logs?date=all",
                      "activity?date=2026-11-18&compare=week&account=none", "show/s-1", "status"):
            self.assertIsNone(tag("/api/v1/" + other), other)
        send(2)
        changed = self.get(target, If_None_Match=etag)
        self.assertEqual((changed.status, changed.json["summary"]["calls"]), (200, 2))
        self.running.set_clock("2026-11-20T13:30:00Z")
        daemon.wait_until(lambda: tag(target), lambda: "the day isn't sealed again")
        self.assertNotEqual(tag(target), etag)

    def test_long_answers_over_sealed_days_have_tags(self):
        self.send(*({"ts": f"2026-11-18T10:00:{number % 60:02}Z", "call_id": f"s-{number:05}" + "x" * 200,
                     "endpoint": f"/{number:05}" + "x" * 400, "status": 200} for number in range(4000)))
        self.send(*({"ts": f"2026-11-{day:02}T10:00:00Z", "status": 200} for day in range(6, 18)))
        self.running.set_clock("2026-11-20T12:30:00Z")
        day = "date=2026-11-18"
        daemon.wait_until(lambda: self.tag(f"/api/v1/logs?{day}"), lambda: "the day isn't sealed")
        for target in (f"logs?{day}&limit=2000", f"export?{day}", f"top?{day}&by=endpoint&n=3000",
                       f"values?{day}&field=endpoint&limit=3000",
                       f"activity?{day}&by=endpoint&n=100&step=15m",
                       "activity?from=2026-11-06&to=2026-11-19&step=15m"):
            daemon.wait_until(lambda: self.tag(f"/api/v1/{target}"), lambda: f"no tag: {target}")
            first = self.get("/api/v1/" + target)
            self.assertGreater(len(first.body), 65_536, target)
            answered = self.running.ask("STATUS").rows[0]["queries"]["answered"]
            again = self.get("/api/v1/" + target, If_None_Match=first.headers["ETag"])
            self.assertEqual((again.status, again.body), (304, b""), target)
            self.assertEqual(self.running.ask("STATUS").rows[0]["queries"]["answered"], answered + 1)
        # A page of more than 64 KiB has its cursor in the body only.
        page = self.get(f"/api/v1/logs?{day}&limit=2000")
        self.assertIsNone(page.headers["Link"])
        self.assertIn("next", page.json["summary"])

    def test_a_tagged_answer_that_fails_is_cut(self):
        """A cache would keep it for the answer."""
        self.send(*({"ts": f"2026-11-18T10:00:{number % 60:02}Z", "pad": f"{number:05}" * 100}
                    for number in range(9000)))
        self.running.set_clock("2026-11-20T12:30:00Z")
        target = "/api/v1/export?date=2026-11-18"
        daemon.wait_until(lambda: self.tag(target), lambda: "the day isn't sealed")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        response = connection.getresponse()
        self.assertIsNotNone(response.headers["ETag"])
        stopping = threading.Thread(target=self.running.stop)
        stopping.start()
        daemon.wait_until(lambda: '"stopping"' in self.running.log.read_text(), lambda: "it doesn't stop")
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            response.read()
        stopping.join()

    def test_tags_depend_on_the_rules_of_the_time_zone(self):
        self.send({"ts": "2026-11-18T10:00:00Z", "status": 200})
        zones = self.directory / "zones"
        zones.mkdir()
        tags = []
        for rules in ("Europe/Berlin", "Europe/Paris", "Asia/Kathmandu"):
            self.assertEqual(self.running.stop(), 0)
            shutil.copy("/usr/share/zoneinfo/" + rules, zones / "Here")
            with unittest.mock.patch.dict("os.environ", TZDIR=str(zones)):
                self.running.start()
            self.port = self.running.ports["web"]
            self.running.set_clock("2026-11-20T12:30:00Z")
            target = "/api/v1/logs?from=2026-11-18T00:00:00Z&to=2026-11-19T00:00:00Z&tz=Here"
            daemon.wait_until(lambda: self.tag(target), lambda: "the day isn't sealed")
            tags.append(self.tag(target))
        # Berlin and Paris have the same clocks on that day.
        self.assertEqual(tags[0], tags[1])
        self.assertNotEqual(tags[0], tags[2])


if __name__ == "__main__":
    unittest.main()
