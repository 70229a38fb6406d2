"""A client that invents methods, paths and revisions just after midnight doesn't displace the counts of
other values: not during the day, after a restart, once the day is sealed, or once its calls are dropped."""

import collections
import datetime
import json
import random
import unittest

from daemon import TestCase, wait_until
from sender import Sender

DAY = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
# Small caps, so that a small attack reaches them. Methods of HTTP don't count.
CAPS = "limits: {max_methods: 3, max_endpoints: 20, max_revisions: 5, max_accounts: 10}\n"
CONFIG = (
    'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n'
    "retention: {days: 2}\n"
    "storage: {flush_interval: 1s, seal_after: 1m}\n" + CAPS
)
KEYS = ("method", "endpoint", "revision", "account")
REAL = {
    "method": ["GET", "POST", "PROPFIND", "BREW"],
    "endpoint": [f"/api/orders/{name}" for name in ("list", "find", "close")],
    "revision": ["2026-10-15", "2026-01-15"],
    "account": ["ACME", "GLOBEX"],
}
SUMMED = "from=2026-11-20T00:00:00Z to=2026-11-21T00:00:00Z tz=UTC"


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def call(number, moment, **members):
    line = {"ts": text(moment), "call_id": f"c-{number}", "status": 200, "duration_ms": 5}
    return {**line, **members}


def attack(first, count):
    """Calls just after midnight, each value once; one value is the text `(other)`."""
    for i in range(count):
        yield call(
            f"x{first + i}",
            DAY + datetime.timedelta(seconds=1 + i % 30),
            status=404,
            method=f"FOO{first + i}" if i else "(other)",
            path=f"/scan/{first + i}.php",
            revision=f"made-up-{first + i}",
            account=f"X-{first + i}",
        )


def real(count, seed):
    chance = random.Random(seed)
    for i in range(count):
        moment = DAY + datetime.timedelta(minutes=chance.randrange(1, 11 * 60))
        yield call(f"r{seed}-{i}", moment, **{key: chance.choice(REAL[key]) for key in KEYS})


class PastCapTest(TestCase):
    def setUp(self):
        super().setUp()
        self.sent = []

    def send(self, daemon, calls):
        calls = list(calls)
        with Sender(daemon.intake_port) as sender:
            sender.send([json.dumps(one).encode() for one in calls])
            self.assertEqual(sender.sync(), (len(calls), 0))
        self.sent += calls

    def expected(self, key):
        member = {"endpoint": "path"}.get(key, key)
        return collections.Counter(one.get(key, one.get(member)) for one in self.sent)

    def check_real(self, daemon):
        """The counts of every real value, by a filter and by a group."""
        for key in KEYS:
            expected = self.expected(key)
            answer = daemon.ask(f"TOP by={key} n=10000 {SUMMED}")
            named = {row[key]: row["calls"] for row in answer.rows if "past_cap" not in row}
            self.assertEqual(sum(row["calls"] for row in answer.rows), len(self.sent))
            for value in REAL[key]:
                self.assertEqual(named[value], expected[value], f"{key}={value}")
                summary = daemon.ask(f"ACTIVITY {key}={value} {SUMMED}").summary
                self.assertEqual(summary["calls"], expected[value], f"{key}={value}")
                self.assertTrue(summary["complete"])
                self.assertNotIn("values_past_cap", summary)

    def check_all(self, daemon):
        """Checks that all values have their calls while calls are kept."""
        self.check_real(daemon)
        for key in KEYS:
            expected = self.expected(key)
            for request, member in (
                (f"TOP by={key} n=10000", key),
                (f"VALUES field={key} limit=10000", "value"),
            ):
                answer = daemon.ask(f"{request} {SUMMED}")
                self.assertEqual({row[member]: row["calls"] for row in answer.rows}, expected)
                self.assertNotIn("values_past_cap", answer.summary)
                self.assertTrue(answer.summary["complete"])
        one = self.sent[7]
        for key in (*KEYS, "path"):
            value = one.get(key) or one["path"]
            rows = daemon.ask(f"LOGS {key}={value} limit=10 {SUMMED}").rows
            self.assertEqual([row["call_id"] for row in rows], [one["call_id"]], key)
            self.assertEqual(rows[0][key], value)
            self.assertEqual(daemon.ask(f"ACTIVITY {key}={value} {SUMMED}").summary["calls"], 1)
        shown = daemon.ask(f"SHOW {one['call_id']}").rows[0]
        self.assertEqual((shown["method"], shown["endpoint"]), (one["method"], one["path"]))

    def check_gone(self, daemon):
        """Checks the counts without calls: real values are exact, the others are summed and reported."""
        self.check_real(daemon)
        self.assertEqual(daemon.ask(f"LOGS {SUMMED}").rows, [])
        for key, cap in (("method", 3), ("endpoint", 20), ("revision", 5), ("account", 10)):
            answer = daemon.ask(f"TOP by={key} n=10000 {SUMMED}")
            other = [row for row in answer.rows if row.get("past_cap")]
            self.assertEqual([row[key] for row in other], ["(other)"])
            self.assertEqual(answer.summary["values_past_cap"], other[0]["calls"])
            self.assertLessEqual(answer.summary["values"], cap + len(REAL[key]))
            # A value that isn't named may be under (other): the answer is then incomplete.
            missing = next(one for one in self.sent if (one.get(key) or one["path"])
                           not in {row[key] for row in answer.rows})
            value = missing.get(key) or missing["path"]
            summary = daemon.ask(f"ACTIVITY {key}={value} {SUMMED}").summary
            self.assertEqual((summary["calls"], summary["complete"]), (0, False))
            self.assertEqual(summary["values_past_cap"], other[0]["calls"])
        # Sums over whole periods and over methods of HTTP are exact for ever.
        summary = daemon.ask(f"ACTIVITY {SUMMED}").summary
        self.assertEqual((summary["calls"], summary["complete"]), (len(self.sent), True))
        self.assertNotIn("values_past_cap", summary)
        summary = daemon.ask(f"ACTIVITY method=DELETE {SUMMED}").summary
        self.assertEqual((summary["calls"], summary["complete"]), (0, True))

    def past_cap(self, daemon):
        return daemon.ask("STATUS").rows[0]["values_past_cap"]

    def test_made_up_values_take_no_counts_away(self):
        daemon = self.daemon(CONFIG, text(DAY + datetime.timedelta(minutes=1))).start()
        self.send(daemon, attack(0, 400))
        self.check_attack_alone(daemon)
        daemon.set_clock(text(DAY + datetime.timedelta(hours=12)))
        self.send(daemon, real(300, 1))
        self.check_all(daemon)
        daemon.kill()
        daemon.start()
        self.send(daemon, attack(1000, 200))
        self.send(daemon, real(300, 2))
        self.check_all(daemon)

        self.assertEqual(self.past_cap(daemon)["days"], [])
        # Flushed, and then quiet for long enough to be sealed.
        daemon.set_clock(text(DAY + datetime.timedelta(days=1, hours=6)))
        wait_until(lambda: daemon.ask("STATUS").rows[0]["parts"]["calls"] == len(self.sent),
                   lambda: str(daemon.ask("STATUS").rows))
        daemon.set_clock(text(DAY + datetime.timedelta(days=1, hours=7)))
        wait_until(lambda: self.past_cap(daemon)["days"] == ["2026-11-20"],
                   lambda: str(daemon.ask("STATUS").rows))
        self.check_all(daemon)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.check_all(daemon)

        for days in (2, 3):
            daemon.set_clock(text(DAY + datetime.timedelta(days=days, hours=6)))
            wait_until(
                lambda: daemon.ask("STATUS").rows[0]["retention"]["first_kept"]
                == str((DAY + datetime.timedelta(days=days - 2)).date()),
                lambda: str(daemon.ask("STATUS").rows[0]["retention"]),
            )
        self.check_gone(daemon)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.check_gone(daemon)
        past = self.past_cap(daemon)
        self.assertGreater(min(past[key] for key in KEYS), 500)
        # Late calls are folded at once.
        self.send(daemon, attack(2000, 100))
        self.send(daemon, real(100, 3))
        self.assertEqual(daemon.ask(f"ACTIVITY {SUMMED}").summary["calls"], len(self.sent))
        summary = daemon.ask(f"ACTIVITY method=GET {SUMMED}").summary
        self.assertEqual(summary["calls"], self.expected("method")["GET"])

    def check_attack_alone(self, daemon):
        for key in KEYS:
            answer = daemon.ask(f"VALUES field={key} limit=10000 {SUMMED}")
            found = {row["value"]: row["calls"] for row in answer.rows}
            self.assertEqual(found, self.expected(key))


if __name__ == "__main__":
    unittest.main()
