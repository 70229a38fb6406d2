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


def scanned(number):
    """A path that a scanner tries. Letters, since a number would be an ID."""
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in (3, 2, 1, 0))
    return f"/scan/{letters}.php"


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
            status=(404, 403)[i % 2],
            method=f"FOO{first + i}" if i else "(other)",
            path=scanned(first + i),
            revision=f"made-up-{first + i}",
            account=f"X-{first + i}",
        )


def real(count, seed):
    chance = random.Random(seed)
    for i in range(count):
        moment = DAY + datetime.timedelta(minutes=chance.randrange(1, 11 * 60))
        yield call(f"r{seed}-{i}", moment, **{key: chance.choice(REAL[key]) for key in KEYS})


# Endpoints that only return 404, in an answer that groups by endpoint.
NAMED_UNMATCHED = 64


class CountsTest(TestCase):
    def setUp(self):
        super().setUp()
        self.sent = []

    def send(self, daemon, calls):
        calls = list(calls)
        with Sender(daemon.intake_port) as sender:
            sender.send([json.dumps(one).encode() for one in calls])
            self.assertEqual(sender.sync(), (len(calls), 0))
        self.sent += calls

    def check_groups(self, answer, member, expected):
        """Checks the calls of all values. At most 64 scanned paths are named; the others share a row."""
        found = [one.get("endpoint") or one["path"] for one in self.sent if one["status"] != 404]
        named = {row[member]: row["calls"] for row in answer.rows if "past_cap" not in row}
        for value, calls in named.items():
            self.assertEqual(calls, expected[value], value)
        hidden = {value: calls for value, calls in expected.items() if value not in named}
        self.assertFalse(hidden.keys() & set(found))
        self.assertFalse(any(isinstance(value, str) and not value.startswith("/") for value in hidden))
        other = [row["calls"] for row in answer.rows if row.get("past_cap")]
        self.assertEqual(other, [sum(hidden.values())] if hidden else [])
        self.assertEqual(answer.summary.get("values_past_cap", 0), sum(other))
        if hidden:
            self.assertEqual(len(named.keys() - set(found)), NAMED_UNMATCHED)
        self.assertTrue(answer.summary["complete"])

    def past_cap(self, daemon):
        return daemon.ask("STATUS").rows[0]["values_past_cap"]

    def drop_calls(self, daemon):
        for days in (2, 3):
            daemon.set_clock(text(DAY + datetime.timedelta(days=days, hours=6)))
            wait_until(
                lambda: daemon.ask("STATUS").rows[0]["retention"]["first_kept"]
                == str((DAY + datetime.timedelta(days=days - 2)).date()),
                lambda: str(daemon.ask("STATUS").rows[0]["retention"]),
            )


class PastCapTest(CountsTest):
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
                self.check_groups(answer, member, expected)
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

        self.drop_calls(daemon)
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
            self.check_groups(answer, "value", self.expected(key))


UNLIMITED = CONFIG.removesuffix(CAPS)
API = ["/api/orders/{id}", "/api/users/{id}", "/api/rare/{id}"]
SCANNED = 5_000


def scan(first, count):
    """Calls of paths without an endpoint; the first hundred paths come several times."""
    chance = random.Random(first)
    numbers = [*range(first, first + count), *(first + i % 100 for i in range(400))]
    for at, number in enumerate(numbers):
        moment = DAY + datetime.timedelta(minutes=chance.randrange(1, 11 * 60))
        yield call(f"s{first}-{at}", moment, status=404, method="GET", path=scanned(number))


def lookups(count, seed):
    """Calls of an API. Most lookups find nothing; of one endpoint, a single one finds something."""
    chance = random.Random(seed)
    for i in range(count):
        moment = DAY + datetime.timedelta(minutes=chance.randrange(1, 11 * 60))
        endpoint = API[i % 3]
        found = i == 2 if endpoint == API[2] else chance.random() < 0.3
        yield call(f"l{seed}-{i}", moment, status=200 if found else 404, method="GET",
                   endpoint=endpoint, path=endpoint.replace("{id}", str(chance.randrange(10_000))))


class UnmatchedTest(CountsTest):
    """Scanned paths beside an API share one endpoint."""

    def expected(self):
        return collections.Counter(one.get("endpoint", one["path"]) for one in self.sent)

    def check_exact(self, daemon, endpoint):
        summary = daemon.ask(f"ACTIVITY endpoint={endpoint} {SUMMED}").summary
        self.assertEqual((summary["calls"], summary["complete"]),
                         (self.expected()[endpoint], True), endpoint)
        self.assertNotIn("values_past_cap", summary)

    def check_named(self, daemon):
        """Returns the endpoints that are counted by name, and the number of calls of the others."""
        expected = self.expected()
        for request, member in (("TOP by=endpoint n=10000", "endpoint"),
                                ("VALUES field=endpoint limit=10000", "value")):
            answer = daemon.ask(f"{request} {SUMMED}")
            self.assertLessEqual(len(answer.rows), len(API) + NAMED_UNMATCHED + 1)
            named = {row[member]: row["calls"] for row in answer.rows if "past_cap" not in row}
            self.assertEqual(len(named), len(API) + NAMED_UNMATCHED)
            for endpoint, calls in named.items():
                self.assertEqual(calls, expected[endpoint], endpoint)
            hidden = len(self.sent) - sum(named.values())
            other = [row["calls"] for row in answer.rows if row.get("past_cap")]
            self.assertEqual(other, [hidden])
            self.assertEqual(answer.summary["values_past_cap"], hidden)
            self.assertTrue(answer.summary["complete"])
            self.assertTrue(set(API) < set(named))
        return named, hidden

    def check_sealed(self, daemon):
        """Returns the scanned paths that aren't counted by name."""
        named, hidden = self.check_named(daemon)
        for endpoint in (*API, *sorted(set(named) - set(API))[:3]):
            self.check_exact(daemon, endpoint)
        summary = daemon.ask(f"ACTIVITY endpoint={API[2]} status=404 {SUMMED}").summary
        not_found = sum(one.get("endpoint") == API[2] and one["status"] == 404 for one in self.sent)
        self.assertEqual((summary["calls"], summary["complete"]), (not_found, True))
        past = self.past_cap(daemon)
        self.assertEqual((past["endpoint"], past["unmatched"]), (hidden, hidden))
        self.assertEqual(past["unsealed"], [])
        return sorted(set(self.expected()) - set(named))

    def check_calls(self, daemon, hidden):
        """Calls of folded endpoints are found as long as they are kept."""
        for path in hidden[::1_000]:
            self.check_exact(daemon, path)
            for key in ("endpoint", "path"):
                rows = daemon.ask(f"LOGS {key}={path} limit=100 {SUMMED}").rows
                self.assertEqual(len(rows), self.expected()[path])
                self.assertEqual({row["endpoint"] for row in rows}, {path})

    def seal(self, daemon, hours, calls_in_parts):
        daemon.set_clock(text(DAY + datetime.timedelta(days=1, hours=hours)))
        wait_until(lambda: daemon.ask("STATUS").rows[0]["parts"]["calls"] == calls_in_parts,
                   lambda: str(daemon.ask("STATUS").rows))
        daemon.set_clock(text(DAY + datetime.timedelta(days=1, hours=hours + 1)))
        wait_until(
            lambda: daemon.ask("STATUS").rows[0]["segments"]["calls"] == len(self.sent)
            and daemon.ask("STATUS").rows[0]["rollups"]["files"] == 1
            and self.past_cap(daemon)["days"] == ["2026-11-20"],
            lambda: str(daemon.ask("STATUS").rows),
        )

    def test_scanned_paths_share_one_endpoint(self):
        daemon = self.daemon(UNLIMITED, text(DAY + datetime.timedelta(hours=12))).start()
        self.send(daemon, scan(0, SCANNED // 2))
        self.send(daemon, lookups(600, 1))
        self.send(daemon, scan(SCANNED // 2, SCANNED // 2))
        self.check_named(daemon)
        self.seal(daemon, 6, len(self.sent))
        hidden = self.check_sealed(daemon)
        self.assertEqual(len(hidden), SCANNED - NAMED_UNMATCHED)
        self.check_calls(daemon, hidden)

        # Late calls of new paths, of hidden ones and of the API.
        late = [*scan(SCANNED, 20), *lookups(20, 2)]
        late += [call(f"h{i}", DAY, status=404, path=path) for i, path in enumerate(hidden[:9])]
        self.send(daemon, late)
        self.check_named(daemon)
        self.seal(daemon, 8, len(late))
        hidden = self.check_sealed(daemon)
        self.check_calls(daemon, hidden)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.check_calls(daemon, self.check_sealed(daemon))

        self.drop_calls(daemon)
        self.assertEqual(self.check_sealed(daemon), hidden)
        for path in hidden[::1_000]:
            summary = daemon.ask(f"ACTIVITY endpoint={path} {SUMMED}").summary
            self.assertEqual((summary["calls"], summary["complete"]), (0, False))
            self.assertEqual(summary["values_past_cap"], self.past_cap(daemon)["endpoint"])
        summary = daemon.ask(f"ACTIVITY {SUMMED}").summary
        self.assertEqual((summary["calls"], summary["complete"]), (len(self.sent), True))


if __name__ == "__main__":
    unittest.main()
