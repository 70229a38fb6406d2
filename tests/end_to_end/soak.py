"""A test clock makes days pass under constant traffic and queries; the daemon's memory and descriptors
must not grow with them:

    FORTNIGHT_BIN=build/release/bin python3 -B tests/end_to_end/soak.py --minutes 10

After a third of the run (caches are full, the maximum number of files is open, days are dropped), the
maximum of the second third is the limit for the last one. About 400 days are enough."""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import tempfile
import time

from daemon import wait_until
from sender import Sender
from short_days import ShortDays, text

STEP = datetime.timedelta(hours=1)  # of the test clock, with one batch of calls per step
# A rotated file stays open for five minutes of real time.
ROTATION_SECONDS = 20
CALLS = 150
STORAGE = "part_bytes: 1MiB, flush_interval: 2h, seal_after: 1h"
QUESTIONS = (
    "ACTIVITY date=last-7-days by=status",
    "ACTIVITY date=last-24-hours account=A3",
    "TOP by=endpoint date=last-3-days",
    "LOGS status=failed date=last-3-days limit=50",
    "LOGS text=needle date=last-3-days limit=5",
    "LOGS /note=*9* date=last-24-hours limit=20",
    "STATUS",
)
# Maximum difference of two samples of the same state.
SLACK_BYTES = 6 << 20
SLACK_DESCRIPTORS = 4


class Soak(ShortDays):
    def __init__(self, directory, seed):
        super().__init__(directory, seed, STORAGE)
        self.sent = 0
        self.tailed = 0
        self.next_rotation = time.monotonic()
        self.samples = []

    def line(self):
        self.sent += 1
        call = {
            "ts": text(self.now), "call_id": f"{self.chance.getrandbits(128):032x}",
            "account": f"A{self.chance.randrange(200)}", "method": "GET",
            "endpoint": f"/api/{self.chance.randrange(40)}/things", "status":
            self.chance.choice([200, 200, 200, 404, 500]), "revision": "2026-01-15",
            "duration_ms": self.chance.randrange(1, 900),
            "note": f"{self.chance.getrandbits(200):x}",
        }
        if self.chance.random() < 0.1:
            call["list"] = list(range(self.chance.randrange(30)))
        return json.dumps(call).encode()

    def step(self, sender):
        self.let_pass(STEP)
        lines = [self.line() for _ in range(CALLS)]
        sender.send(lines[: CALLS // 2])
        with open(self.log, "ab") as file:
            file.write(b"".join(line + b"\n" for line in lines[CALLS // 2 :]))
        self.tailed += CALLS - CALLS // 2
        if time.monotonic() >= self.next_rotation:
            self.next_rotation = time.monotonic() + ROTATION_SECONDS
            sender.sync()
            self.rotate()
        self.daemon.ask(self.chance.choice(QUESTIONS))

    def rotate(self):
        """Rotates like logrotate with three old files; the removed one was read long before."""
        self.wait_for_tail()
        for number in (3, 2, 1):
            older = self.logs / f"api.json.{number}"
            if older.exists():
                older.rename(self.logs / f"api.json.{number + 1}")
        self.log.rename(self.logs / "api.json.1")
        (self.logs / "api.json.4").unlink(missing_ok=True)

    def wait_for_tail(self):
        def taken():
            (status,) = self.daemon.ask("STATUS").rows
            return sum(source["calls"] for source in status["sources"] if "tail" in source)

        wait_until(lambda: taken() >= self.tailed, lambda: f"{taken()} of {self.tailed} tailed")

    def sample(self):
        process = pathlib.Path(f"/proc/{self.daemon.process.pid}")
        pages = int((process / "statm").read_text().split()[1])
        descriptors = len(list((process / "fd").iterdir()))
        self.samples.append((pages * os.sysconf("SC_PAGE_SIZE"), descriptors))

    def run(self, seconds):
        self.daemon.start()
        deadline = time.monotonic() + seconds
        with Sender(self.daemon.intake_port) as sender:
            while time.monotonic() < deadline:
                self.step(sender)
                self.sample()
            sender.sync()
        self.wait_for_tail()
        counted = self.daemon.ask("ACTIVITY from=2026-01-01T00:00:00Z to=2200-01-01T00:00:00Z tz=UTC")
        if counted.summary["calls"] != self.sent:
            raise AssertionError(f"{counted.summary['calls']} calls of {self.sent}")
        if (status := self.daemon.stop()) != 0:
            raise AssertionError(f"the stop ended with {status}")

    def most(self, part):
        third = len(self.samples) // 3
        samples = self.samples[part * third : (part + 1) * third]
        return max(memory for memory, _ in samples), max(files for _, files in samples)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="fortnight-soak-")
    soak = Soak(directory, options.seed)
    try:
        soak.run(options.minutes * 60)
    finally:
        soak.end()
    shutil.rmtree(directory)
    parts = [soak.most(part) for part in range(3)]
    print(f"{soak.days()} days, {soak.sent} calls; the most of each third: "
          + ", ".join(f"{memory >> 20} MiB and {files} descriptors" for memory, files in parts))
    (memory, files), (last_memory, last_files) = parts[1], parts[2]
    grown = last_memory > memory + SLACK_BYTES or last_files > files + SLACK_DESCRIPTORS
    raise SystemExit(1 if grown else 0)


if __name__ == "__main__":
    main()
