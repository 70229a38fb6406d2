"""Repeats `kill -9` at random moments while a daemon receives, flushes, merges, seals, drops and recovers;
a test clock makes days pass. Checks the contents after each kill:

    FORTNIGHT_BIN=build/release/bin python3 -B tests/end_to_end/kill_loop.py --kills 1000

Acknowledged calls exist exactly once; the calls of a connection are a prefix of those sent; every line of
a tailed file exists once, rotated or not; and the counts equal a recount."""

import argparse
import collections
import datetime
import json
import os
import shutil
import tempfile
import threading
import time

from daemon import PATIENCE, wait_until
from sender import Sender
from short_days import DAY, RETENTION_DAYS, ShortDays, text

PERIOD = "from=2026-01-01T00:00:00Z to=2027-06-01T00:00:00Z tz=UTC"
# Small sizes, so that every phase of a store's life occurs often.
STORAGE = "part_bytes: 24KiB, flush_interval: 90m, seal_after: 30m"
UNHARMED = {"lost_files": 0, "unreadable_files": 0, "damaged_manifests": 0,
            "rebuilt_from_files": False}
LIFE_SECONDS = 0.5 * PATIENCE
START_SECONDS = 0.08 * PATIENCE
TAILED = "tailed"

Call = collections.namedtuple("Call", "call_id day account error line")


class Stream:
    """The calls that one account's source has sent, in order."""

    def __init__(self, account):
        self.account = account
        self.sent = []
        self.acknowledged = 0


class KillLoop(ShortDays):
    def __init__(self, directory, seed):
        super().__init__(directory, seed, STORAGE)
        self.tail = Stream(TAILED)
        self.stream = None
        self.in_doubt = []  # streams of a killed daemon that haven't been checked yet
        self.calls = {}  # by call_id: calls that must exist and haven't been dropped
        self.counts = collections.defaultdict(lambda: [0, 0])  # by account: all calls, errors
        self.by_day = collections.defaultdict(lambda: [0, 0])
        self.rotations = 0
        self.seen = collections.Counter()

    # ---- actions ----

    def make_call(self, stream):
        age = datetime.timedelta(minutes=self.chance.uniform(0, 50))
        kind = self.chance.random()
        if kind < 0.1:
            age += DAY
        elif kind < 0.13:
            age += DAY * (RETENTION_DAYS + 4)
        moment = self.now - age
        call_id = f"{stream.account}-{len(stream.sent)}"
        status = self.chance.choice([200, 200, 201, 404, 500])
        line = json.dumps({
            "ts": text(moment), "call_id": call_id, "account": stream.account,
            "method": "GET", "endpoint": f"/api/{self.chance.randrange(5)}", "status": status,
            "ids": {"error_id": f"e-{call_id}"},
            "note": "x" * self.chance.randrange(300),
        }).encode()
        return Call(call_id, moment.date(), stream.account, status >= 400, line)

    def send(self):
        if not self.stream:
            self.stream = Stream(f"tcp-{self.seen['streams']}")
            self.seen["streams"] += 1
            self.in_doubt.append(self.stream)
            self.sender = Sender(self.daemon.intake_port)
        batch = []
        for _ in range(self.chance.randrange(1, 40)):
            batch.append(self.make_call(self.stream))
            self.stream.sent.append(batch[-1])
        self.sender.send([call.line for call in batch])
        if self.chance.random() < 0.6:
            self.sender.sync()
            self.stream.acknowledged = len(self.stream.sent)

    def write_to_tailed_file(self):
        with open(self.log, "ab", buffering=0) as file:
            for _ in range(self.chance.randrange(1, 30)):
                call = self.make_call(self.tail)
                cut = self.chance.randrange(len(call.line)) if self.chance.random() < 0.2 else 0
                file.write(call.line[:cut])
                file.write(call.line[cut:] + b"\n")
                self.tail.sent.append(call)

    def rotate(self):
        if not self.log.exists():
            return
        self.rotations += 1
        self.log.rename(self.logs / f"api.json.{self.rotations}")

    def let_time_pass(self):
        self.let_pass(datetime.timedelta(hours=self.chance.uniform(0.2, 4)))

    def ask(self):
        request = self.chance.choice([
            f"ACTIVITY by=status {PERIOD}", "LOGS limit=20 date=last-3-days",
            f"LOGS account={TAILED} status=404 limit=5 date=last-3-days", "STATUS",
        ])
        self.daemon.ask(request)

    def live(self):
        """Performs random actions until the daemon is killed."""
        actions = [self.send, self.send, self.send, self.write_to_tailed_file,
                   self.write_to_tailed_file, self.let_time_pass, self.let_time_pass, self.rotate,
                   self.ask]
        killer = threading.Timer(self.chance.uniform(0, LIFE_SECONDS), self.daemon.process.kill)
        killer.start()
        try:
            while self.daemon.process.poll() is None:
                self.chance.choice(actions)()
        except (OSError, EOFError, AssertionError):
            pass  # killed within the action or died: the exit status shows which
        killer.join()
        self.ended()

    def ended(self):
        status = self.daemon.process.wait(timeout=20 * PATIENCE)
        if status != -9:
            raise AssertionError(f"ended with {status} by itself:\n{self.daemon.log.read_text()}")
        if self.stream:
            self.sender.close()
            self.stream = None
        self.seen["kills"] += 1

    def die_at_start(self):
        self.daemon.spawn()
        time.sleep(self.chance.uniform(0, START_SECONDS))
        self.daemon.process.kill()
        self.ended()
        self.seen["kills within a start"] += 1

    # ---- checks ----

    def counted(self):
        rows = self.daemon.ask(f"TOP by=account n=10000 {PERIOD}").rows
        return {row["account"]: [row["calls"], row["errors"]] for row in rows}

    def exported(self):
        rows = self.daemon.ask(f"EXPORT fields=call_id {PERIOD}").rows
        found = collections.Counter(row["call_id"] for row in rows)
        for call_id, times in found.items():
            self.require(times == 1, f"{call_id} is there {times} times")
        return found

    def require(self, condition, what):
        if not condition:
            raise AssertionError(what)

    def settle(self, stream, count):
        """Records that exactly the first `count` calls of the stream exist from now on."""
        self.require(
            stream.acknowledged <= count <= len(stream.sent),
            f"{stream.account}: {count} calls are counted; {stream.acknowledged} of "
            f"{len(stream.sent)} were acknowledged",
        )
        for call in stream.sent[:count]:
            self.calls[call.call_id] = call
            for counts in (self.counts[call.account], self.by_day[str(call.day)]):
                counts[0] += 1
                counts[1] += call.error

    def check(self):
        counts = self.counted()
        for stream in self.in_doubt:
            self.settle(stream, counts.get(stream.account, [0])[0])
        self.in_doubt = []
        self.check_beginning_of_tail(counts.get(TAILED, [0])[0])
        if self.chance.random() < 0.5:
            self.check_everything()

    def check_beginning_of_tail(self, least):
        """Checks that at any moment a prefix of the tailed file is stored."""
        found = self.exported()
        for number, call in enumerate(self.tail.sent):
            if call.day < self.first_kept():
                continue
            self.require(number >= least or call.call_id in found, f"{call.call_id} is missing")
        numbers = [number for number, call in enumerate(self.tail.sent)
                   if call.day >= self.first_kept()]
        there = [self.tail.sent[number].call_id in found for number in numbers]
        self.require(there == sorted(there, reverse=True), "the tailed file has a gap")

    def check_everything(self):
        written = len(self.tail.sent)
        wait_until(lambda: self.counted().get(TAILED, [0])[0] >= written,
                   lambda: f"tailed: {self.counted().get(TAILED)} of {written}")
        done = self.tail.acknowledged
        self.tail.acknowledged = written
        known, self.tail.sent[:done] = self.tail.sent[:done], []
        self.tail.acknowledged -= done
        self.settle(self.tail, written - done)
        self.tail.sent[:0] = known
        self.tail.acknowledged = written
        counts = {account: counts for account, counts in self.counts.items() if counts[0]}
        self.require(self.counted() == counts, f"counts by account: {self.counted()} {counts}")
        rows = self.daemon.ask(f"ACTIVITY step=1d {PERIOD}").rows
        by_day = {row["t"][:10]: [row["calls"], row["errors"]] for row in rows if row["calls"]}
        self.require(by_day == dict(self.by_day), f"counts by day: {by_day} {dict(self.by_day)}")
        self.check_calls()
        for path in self.logs.glob("api.json.*"):
            path.unlink()
        self.seen["whole checks"] += 1

    def check_calls(self):
        found = self.exported()
        self.calls = {call_id: call for call_id, call in self.calls.items()
                      if call.day >= self.first_kept() or call_id in found}
        for call_id in self.calls:
            self.require(call_id in found, f"{call_id} is missing")
        for call_id in found:
            self.require(call_id in self.calls, f"{call_id} should not be there")
        kept = [call for call in self.calls.values() if call.day >= self.first_kept()]
        for call in self.chance.sample(kept, min(5, len(kept))):
            rows = self.daemon.ask(f"EXPORT call_id={call.call_id}").rows
            self.require(rows == [json.loads(call.line)], f"{call.call_id} of {call.day}: {rows}")
        (status,) = self.daemon.ask("STATUS").rows
        self.require(status["journal"]["lost_records"] == 0, status["journal"])
        self.require(not status["intake"]["rejects"], status["intake"]["rejects"])
        for name, value in UNHARMED.items():
            self.require(status["damage"][name] == value, status["damage"])
        self.seen["starts with leftovers"] += status["damage"]["leftovers_removed"] > 0
        self.seen["starts with a replay"] += status["journal"]["replayed_at_start"] > 0
        self.seen["days sealed"] = max(self.seen["days sealed"], status["segments"]["files"])

    # ---- the loop ----

    def run(self, kills):
        # A file that is rotated before the tail first sees it isn't read.
        self.write_to_tailed_file()
        self.daemon.start()
        self.check_everything()
        self.live()
        while self.seen["kills"] < kills:
            if self.chance.random() < 0.2:
                self.die_at_start()
                continue
            self.daemon.start()
            self.check()
            self.live()
        for _ in range(2):
            self.daemon.start()
            self.check()
            self.check_everything()
            status = self.daemon.stop()
            self.require(status == 0, f"a stop ended with {status}")
        self.seen["calls"] = sum(counts[0] for counts in self.counts.values())
        self.seen["days"] = self.days()
        self.seen["rotations"] = self.rotations


def run(directory, kills, seed):
    """Returns the number of events by name; raises AssertionError on any error."""
    loop = KillLoop(directory, seed)
    try:
        loop.run(kills)
    except BaseException:
        print(f"seed {seed}, after {loop.seen['kills']} kills, in {directory}")
        raise
    finally:
        loop.end()
    return loop.seen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="fortnight-kills-")
    began = time.monotonic()
    seen = run(directory, options.kills, options.seed)
    shutil.rmtree(directory)
    told = ", ".join(f"{count} {name}" for name, count in seen.items())
    print(f"seed {options.seed}: {told}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
