"""A daemon with short days: a test clock makes them pass, and calls are dropped after three. It
receives lines over TCP and from a tailed file that may be rotated."""

import datetime
import pathlib
import random

from daemon import Daemon

BEGIN = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
RETENTION_DAYS = 3
CONFIG = """retention: {{days: {days}}}
sources:
  - tcp: {{listen: "127.0.0.1:0", format: fortnight}}
  - tail: {{paths: ["{log}"], format: fortnight}}
storage: {{{storage}, clock_hold: 0s}}
limits: {{memory: 64MiB, future: 48h}}
"""
# `future`: the clock jumps by hours, and lines read at that moment must not seem to be ahead of it.


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class ShortDays:
    """`storage` is that section of the configuration; all random choices depend on the seed."""

    def __init__(self, directory, seed, storage):
        self.chance = random.Random(seed)
        self.logs = pathlib.Path(directory) / "logs"
        self.logs.mkdir()
        self.log = self.logs / "api.json"
        self.now = BEGIN
        config = CONFIG.format(days=RETENTION_DAYS, log=self.log, storage=storage)
        self.daemon = Daemon(directory, config, text(self.now))

    def let_pass(self, time):
        self.now += time
        self.daemon.set_clock(text(self.now))

    def first_kept(self):
        return (self.now - DAY * RETENTION_DAYS).date()

    def days(self):
        """The number of days that have passed."""
        return (self.now - BEGIN).days

    def end(self):
        """Stops the daemon if it is running."""
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()
