"""Days and hours far in the future, in zones of every kind, compared with Python's zoneinfo: after 2037,
when the database lists no more changes of clocks, the zones' rules apply."""

import datetime
import unittest
import zoneinfo

from daemon import TestCase

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
# North and south, offsets of half and quarter hours, midnights that are skipped, changes by half an
# hour, rules for the day before, and zones without changes.
ZONES = (
    "America/New_York", "Europe/Paris", "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago",
    "Asia/Beirut", "America/Havana", "Pacific/Chatham", "Asia/Jerusalem", "America/Nuuk",
    "Africa/Cairo", "Africa/Casablanca", "Asia/Kathmandu", "UTC",
)
FIRST_YEAR, END_YEAR = 2038, 2101


def midnight(day, zone):
    """The first instant of the local day, in UTC."""
    instant = datetime.datetime.combine(day, datetime.time(), zone).astimezone(UTC)
    # If midnight is skipped, zoneinfo returns an instant after the first one of the day.
    if instant.astimezone(zone).time() == datetime.time():
        return instant
    step = datetime.timedelta(minutes=15)
    while (instant - step).astimezone(zone).date() >= day:
        instant -= step
    return instant


class ZonesTest(TestCase):
    def setUp(self):
        super().setUp()
        self.running = self.daemon(clock="2026-11-20T12:00:00Z").start()

    def starts(self, period, step, zone):
        rows = self.running.ask(f"ACTIVITY {period} step={step} tz={zone}").rows
        return [row["t"] for row in rows]

    def test_days_until_2100(self):
        for name in ZONES:
            zone = zoneinfo.ZoneInfo(name)
            expected = []
            day = datetime.date(FIRST_YEAR, 1, 1)
            while day.year < END_YEAR:
                expected.append(midnight(day, zone).astimezone(zone).isoformat())
                day += DAY
            found = self.starts(f"from={FIRST_YEAR}-01-01 to={END_YEAR}-01-01", "1d", name)
            self.assertEqual(len(found), len(expected), name)
            # Shows the first difference only: a diff of this many lines would take very long.
            wrong = [pair for pair in zip(found, expected) if pair[0] != pair[1]]
            self.assertEqual(wrong[:3], [], name)

    def test_hours_over_whole_years(self):
        for name in ZONES:
            zone = zoneinfo.ZoneInfo(name)
            for year in (2037, 2038, 2072, 2100):
                found = self.starts(f"from={year}-01-01 to={year + 1}-01-01", "1h", name)
                for start in found:
                    instant = datetime.datetime.fromisoformat(start)
                    told = instant.astimezone(UTC).astimezone(zone).isoformat()
                    self.assertEqual(told, start, name)


if __name__ == "__main__":
    unittest.main()
