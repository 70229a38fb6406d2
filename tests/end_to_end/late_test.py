"""Late lines are counted and logged at once, and answers about them are consistent."""

import unittest

from daemon import TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
SOURCES = 'sources: [{tcp: {listen: "127.0.0.1:0"}}]\n'


def line(day, call_id):
    return f'{{"ts":"{day}T08:00:00Z","call_id":"{call_id}","status":500}}'.encode()


class LateTest(TestCase):
    def send(self, daemon, *lines):
        with Sender(daemon.intake_port) as sender:
            sender.send(lines)
            return sender.sync()

    def status(self, daemon):
        return daemon.ask("STATUS").rows[0]

    def check(self, daemon):
        """Checks that STATUS and answers agree about retention."""
        first_kept = self.status(daemon)["retention"]["first_kept"]
        for request in ("LOGS date=2026-10-20", "SHOW status=500 date=2026-10-20", "SHOW old"):
            answer = daemon.ask(request)
            self.assertEqual(answer.rows, [], request)
            self.assertIs(answer.summary["complete"], False, request)
            self.assertEqual(answer.summary["retained_from"][:10], first_kept, request)
        for request in ("LOGS", "SHOW new", "LOGS date=all"):
            summary = daemon.ask(request).summary
            self.assertEqual((summary["calls"], summary["complete"]), (1, True), request)
            self.assertNotIn("retained_from", summary, request)

    def test_late_lines_are_counted_at_once(self):
        daemon = self.daemon(SOURCES, NOW).start()
        wait_until(
            lambda: self.status(daemon)["retention"]["first_kept"] == "2026-11-06",
            lambda: str(self.status(daemon)["retention"]),
        )
        accepted = self.send(daemon, line("2026-10-20", "old"), line("2026-11-20", "new"))
        self.assertEqual(accepted, (2, 0))
        self.assertEqual(self.status(daemon)["intake"]["late"], 1)
        self.check(daemon)
        warning = "calls came too late to be kept"
        wait_until(lambda: warning in daemon.log.read_text(), daemon.log.read_text)
        for i in range(50):
            self.send(daemon, line("2026-10-21", f"old {i}"))
        self.assertEqual(self.status(daemon)["intake"]["late"], 51)
        self.assertEqual(daemon.log.read_text().count(warning), 1)
        # The same from the journal and from files.
        daemon.kill()
        daemon.start()
        self.assertEqual(self.status(daemon)["intake"]["late"], 51)
        self.check(daemon)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(self.status(daemon)["intake"]["late"], 51)
        self.check(daemon)
        summary = daemon.ask("ACTIVITY date=all step=1d").summary
        self.assertEqual((summary["calls"], summary["late"]), (52, 51))

    def test_retention_says_what_is_too_old(self):
        daemon = self.daemon(SOURCES + "retention: {days: 1000}\n", NOW).start()
        sent = self.send(
            daemon,
            line("2024-02-24", "kept"),  # 1,000 days ago
            line("2024-02-01", "too old"),
        )
        self.assertEqual(sent, (1, 1))
        self.assertEqual(daemon.ask("SHOW kept").summary["calls"], 1)
        self.assertEqual(self.status(daemon)["intake"]["late"], 0)


if __name__ == "__main__":
    unittest.main()
