"""A log directory with numbered lines, and a daemon that tails it."""

import collections
import gzip
import json
import os
import random
import shutil
import signal
import time

from daemon import Daemon, wait_until

TODAY = time.strftime("%Y-%m-%d", time.gmtime())
PERIOD = f"from={TODAY}T00:00:00Z to={TODAY}T23:59:59Z tz=UTC"


def line(number):
    call = {"ts": f"{TODAY}T00:00:{number % 60:02}Z", "call_id": f"n-{number}", "method": "GET",
            "path": f"/api/orders/{number}", "status": 200, "duration_ms": 1.5}
    return json.dumps(call, separators=(",", ":")).encode() + b"\n"


class Writer:
    """Keeps its file open, even after a rename, until reopen()."""

    def __init__(self, log, path, append=True):
        self.log, self.path, self.flags = log, path, os.O_WRONLY | os.O_CREAT
        self.flags |= os.O_APPEND if append else 0
        self.file = os.open(path, self.flags, 0o644)

    def write(self, count=20):
        os.write(self.file, b"".join(line(self.log.next()) for _ in range(count)))

    def reopen(self):
        os.close(self.file)
        self.file = os.open(self.path, self.flags, 0o644)


class Log:
    def __init__(self, directory, seed):
        shutil.rmtree(directory, ignore_errors=True)
        self.files = directory / "logs"
        self.files.mkdir(parents=True)
        self.directory = directory
        self.random = random.Random(seed)
        self.written = 0
        self.daemon = None

    def next(self):
        self.written += 1
        return self.written - 1

    def path(self, name):
        return self.files / name

    # ---- operations on files ----
    def rotate(self, name, ending=""):
        """Renames name.2 to name.3, name.1 to name.2 and so on. Returns the path of name.1."""
        numbers = [int(path.name.removesuffix(".gz").rsplit(".", 1)[1])
                   for path in self.files.glob(f"{name}.[0-9]*")]
        for number in sorted(numbers, reverse=True):
            for end in ("", ".gz"):
                old = self.path(f"{name}.{number}{end}")
                if old.exists():
                    old.rename(self.path(f"{name}.{number + 1}{end}"))
        return self.path(f"{name}.1{ending}")

    def rename_aside(self, name):
        self.path(name).rename(self.rotate(name))

    def copy_aside(self, name):
        shutil.copyfile(self.path(name), self.rotate(name))

    def truncate(self, name):
        os.truncate(self.path(name), 0)

    def compress(self, path):
        """Like gzip: keeps the modification time and removes the plain file."""
        status = path.stat()
        packed = path.with_name(path.name + ".gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
        path.unlink()
        return packed

    def pause(self, most=0.3):
        time.sleep(self.random.uniform(0, most))

    # ---- the daemon ----
    def start(self, *patterns):
        if self.daemon is None:
            paths = ", ".join(f'"{self.files}/{pattern}"' for pattern in patterns)
            self.daemon = Daemon(self.directory, f"sources: [{{tail: {{name: logs, paths: [{paths}]}}}}]\n")
        self.daemon.start()

    def stop(self, kill=False):
        if kill:
            self.daemon.kill()
        else:
            self.daemon.stop()

    def stop_somehow(self):
        """By a signal that it handles, or by one that it can't."""
        self.stop(kill=self.random.random() < 0.5)

    def restart(self):
        self.stop_somehow()
        self.start()

    def reload(self):
        self.daemon.process.send_signal(signal.SIGHUP)

    def taken(self):
        return self.daemon.ask(f"ACTIVITY {PERIOD}").summary["calls"]

    def wait(self):
        """Waits until all written lines are in answers."""
        wait_until(lambda: self.taken() >= self.written, self.daemon.log.read_text)

    def result(self):
        """Returns the numbers of lines written, lost and stored twice, once no more lines arrive."""
        deadline = time.monotonic() + 20
        while self.taken() < self.written and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.5)
        self.restart()  # lines that a start reads again count too
        time.sleep(2.5)
        rows = self.daemon.ask(f"EXPORT {PERIOD}").rows
        count = collections.Counter(row["call_id"] for row in rows)
        lost = sum(1 for number in range(self.written) if count[f"n-{number}"] == 0)
        repeated = sum(times - 1 for times in count.values())
        self.wrong = [f"n-{number}" for number in range(self.written) if count[f"n-{number}"] != 1]
        return self.written, lost, repeated

    def end(self):
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()
