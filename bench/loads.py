"""Loads for a fortnightd: intake of generated files, and queries that repeat."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGURATION = """
sources:
  - tcp: {listen: "127.0.0.1:0", format: fortnight}
storage: {seal_after: 1s}
time_zone: "%s"
"""
INTERVAL_SECONDS = 1.0
SETTLE_SECONDS = 900
DAYS = "date=last-14-days"


def use(binaries):
    """Makes the modules of the tests, which run the programs of a directory, available for import."""
    os.environ["FORTNIGHT_BIN"] = str(pathlib.Path(binaries).resolve())
    sys.path.insert(0, str(ROOT / "tests/end_to_end"))


def zone_of_a_late_evening():
    """A zone in which it is between 22 and 23 h, so that nearly all calls that are sent are of today."""
    ahead = (22 - time.gmtime().tm_hour) % 24
    return f"Etc/GMT-{ahead}" if ahead <= 12 else f"Etc/GMT+{24 - ahead}"


def generate(path, calls, days, *options):
    with open(path, "wb") as out:
        generator = pathlib.Path(os.environ["FORTNIGHT_BIN"]) / "fortnight-generate"
        command = [generator, "--calls", str(calls), "--days", str(days), *options]
        subprocess.run(command, stdout=out, check=True)


def queries_for(path):
    """One query of each kind, about calls of the file."""
    with open(path, "rb") as lines:
        call = json.loads(lines.readline())
    account, endpoint = json.dumps(call["account"]), json.dumps(call["endpoint"])
    return [
        "ACTIVITY",
        f"ACTIVITY {DAYS} account={account}",
        f"ACTIVITY {DAYS} by=endpoint",
        f"ACTIVITY {DAYS} /request/headers/user-agent=*axios*",
        f"LOGS {DAYS} account={account} status=200",
        f"LOGS {DAYS} endpoint={endpoint} status=failed",
        f'LOGS {DAYS} text="nobody@nowhere.example"',
        f"SHOW {call['call_id']}",
        f"TOP by=account {DAYS}",
        "ERRORS",
        "VALUES field=endpoint",
        "STATUS",
    ]


class Queries(threading.Thread):
    """Sends all queries, each on its own connection, once a second; keeps their times in seconds."""

    def __init__(self, daemon, queries):
        super().__init__()
        self.running = [(daemon.connect(), query, []) for query in queries]
        self.ended = threading.Event()

    def run(self):
        threads = [threading.Thread(target=self.repeat, args=one) for one in self.running]
        for thread in threads:  # spread over a second
            thread.start()
            time.sleep(INTERVAL_SECONDS / len(threads))
        for thread in threads:
            thread.join()

    def repeat(self, connection, query, seconds):
        while True:
            start = time.monotonic()
            answer = connection.ask(query)
            if not answer.ok:
                raise SystemExit(f"{query}: {answer.closing}")
            seconds.append(time.monotonic() - start)
            if self.ended.wait(max(0.0, INTERVAL_SECONDS - seconds[-1])):
                return

    def end(self):
        self.ended.set()
        self.join()


@contextlib.contextmanager
def running(directory, program=None):
    """A daemon on the directory's data; `program`: another one than that of the directory in use."""
    from daemon import Daemon

    class Built(Daemon):
        def command(self):
            command = super().command()
            return [str(program), *command[1:]] if program else command

    daemon = Built(directory, CONFIGURATION % zone_of_a_late_evening()).start()
    try:
        yield daemon
    finally:
        daemon.stop()


def send(daemon, path):
    """Returns the seconds until the whole file is acknowledged."""
    from sender import Sender

    with Sender(daemon.intake_port) as sender, open(path, "rb") as lines:
        while lines.read(1 << 20):  # fills the page cache, so that the disk isn't measured
            pass
        lines.seek(0)
        start = time.monotonic()
        sender.socket.sendfile(lines)
        sender.sync()
        return time.monotonic() - start


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_idle(pid, quiet_seconds):
    """Waits until the daemon has used almost no CPU for so long."""
    quiet_since, last = time.monotonic(), cpu_seconds(pid)
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() - quiet_since < quiet_seconds and time.monotonic() < deadline:
        time.sleep(0.5)
        now = cpu_seconds(pid)
        if now - last > 0.05:
            quiet_since = time.monotonic()
        last = now


def seal(directory, held):
    """Makes a data directory in which all past days of the file are sealed."""
    with running(directory) as daemon:
        send(daemon, held)
    with running(directory) as daemon:  # the stop has flushed the last calls
        wait_until_idle(daemon.process.pid, 5)
