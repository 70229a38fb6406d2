"""Measures the time until a line is in answers while many files are tailed, and the cost of an idle tail."""

import os
import socket
import statistics
import time

from bench_log import PERIOD, Log, line
from daemon import Daemon

BUSY = 10


class Probe:
    """Writes a line with a new ID and waits until SHOW finds it."""

    def __init__(self, log):
        self.log = log
        self.connection = log.daemon.connect()

    def measure(self, path):
        number = self.log.next()
        begun = time.monotonic()
        with open(path, "ab") as file:
            file.write(line(number))
        while not self.connection.ask(f"LOGS call_id=n-{number} {PERIOD} limit=1").rows:
            if time.monotonic() - begun > 120:
                raise AssertionError(self.log.daemon.log.read_text()[-2000:])
            time.sleep(0.002)
        return time.monotonic() - begun


def sync_milliseconds(port):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        begun = time.monotonic()
        connection.sendall(b"#sync now\n")
        connection.recv(100)
        return 1000 * (time.monotonic() - begun)


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(what, seconds, syncs):
    print(f"{what:34} {len(seconds):>5} {1000 * statistics.median(seconds):>9.0f} ms"
          f" {1000 * max(seconds):>9.0f} ms {max(syncs):>9.0f} ms", flush=True)


def probe_for(log, probe, busy, seconds, files):
    times, syncs = [], []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends or len(times) < BUSY:
        for path in busy:
            with open(path, "ab") as file:
                file.write(line(log.next()))
        times.append(probe.measure(files[len(times) % len(files)]))
        syncs.append(sync_milliseconds(log.daemon.intake_port))
        time.sleep(0.02)
    return times, syncs


def measure(directory, count):
    log = Log(directory, 0)
    files = [log.path(f"service-{number}.log") for number in range(count)]
    for path in files:
        path.write_bytes(b"".join(line(log.next()) for _ in range(20)))
    log.daemon = Daemon(directory, 'sources:\n  - tail: {name: logs, paths: ["%s/*.log"]}\n'
                        '  - tcp: {listen: "127.0.0.1:0", format: fortnight}\n' % log.files)
    busy = files[:BUSY]
    print(f"\n{count} files, {BUSY} of them busy{'':7} lines    median       longest    longest #sync")
    try:
        log.start()
        probe = Probe(log)
        show("right after the start", *probe_for(log, probe, busy, 3, files[BUSY:2 * BUSY]))
        log.wait()
        show("later", *probe_for(log, probe, busy, 3, files[BUSY:2 * BUSY]))
        times, syncs = [], []
        for number, path in enumerate(files):
            path.rename(path.with_name(path.name + ".1"))
            path.write_bytes(line(log.next()))
            if number % (count // 20) == 0:
                times.append(probe.measure(path))
                syncs.append(sync_milliseconds(log.daemon.intake_port))
        show("while all are rotated", times, syncs)
        show("after that", *probe_for(log, probe, busy, 3, files[BUSY:2 * BUSY]))
        log.wait()
        time.sleep(5)
        before = cpu_seconds(log.daemon.process.pid)
        time.sleep(10)
        used = cpu_seconds(log.daemon.process.pid) - before
        print(f"idle: {10 * used:.1f} % of a core")
        written, lost, repeated = log.result()
        print(f"{written} lines, {lost} lost, {repeated} repeated")
    finally:
        log.end()
