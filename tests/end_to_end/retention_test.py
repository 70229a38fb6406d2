"""A test clock makes days pass: calls are dropped after 14 days, counts stay the same."""

import datetime
import unittest

from daemon import TestCase, wait_until
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)
RETENTION_DAYS = 14


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class RetentionTest(TestCase):
    def calls_kept(self, daemon, day):
        period = f"from={day}T00:00:00Z to={day}T23:59:59.999999Z tz=UTC"
        return len(daemon.ask(f"LOGS limit=10000 {period}").rows)

    def pass_to(self, daemon, now):
        """Sets the clock, at most a day ahead: a longer jump wouldn't be trusted at once."""
        daemon.set_clock(text(now))
        first_kept = str(now.date() - datetime.timedelta(days=RETENTION_DAYS))
        wait_until(
            lambda: self.retention(daemon)["first_kept"] == first_kept,
            lambda: f"at {now}: {self.retention(daemon)}",
        )

    def retention(self, daemon):
        return daemon.ask("STATUS").rows[0]["retention"]

    def test_calls_go_and_counts_stay(self):
        generated = Generated(self.directory, 4_000, text(NOW), "--days", "5")
        daemon = self.daemon(
            'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n'
            "storage: {flush_interval: 1s, seal_after: 1m}\n",
            text(NOW),
        ).start()
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines)
            self.assertEqual(sender.sync(), (4_000, 0))
        check_ids(self, daemon, generated)
        days = sorted(generated.key["day"])
        for passed in range(1, RETENTION_DAYS + 3):
            today = NOW + datetime.timedelta(days=passed)
            self.pass_to(daemon, today)
            if passed == 8:
                self.assertEqual(daemon.stop(), 0)
                daemon.start()
            for day in days:
                age = (today.date() - datetime.date.fromisoformat(day)).days
                kept = generated.key["day"][day][0] if age <= RETENTION_DAYS else 0
                self.assertEqual(self.calls_kept(daemon, day), kept, f"{day} at {today}")
            check_counts(self, daemon, generated)
        some_call = generated.call_id(generated.lines[0])
        self.assertEqual(daemon.ask(f"SHOW {some_call}").rows, [])
        # Late calls are still counted.
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines[:100])
            self.assertEqual(sender.sync(), (100, 0))
        self.assertEqual(daemon.ask(f"SHOW {some_call}").rows, [])
        summary = daemon.ask(f"ACTIVITY {generated.period}").summary
        self.assertEqual(summary["calls"], 4_100)


if __name__ == "__main__":
    unittest.main()
