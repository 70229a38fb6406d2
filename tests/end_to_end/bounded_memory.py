"""Sends inputs designed to use memory, and measures the daemon's peak memory:

    FORTNIGHT_BIN=build/release/bin python3 -B tests/end_to_end/bounded_memory.py [CASE...]

Fails if it exceeds the configured limit."""

import argparse
import json
import pathlib
import random
import shutil
import tempfile
import time

from daemon import Daemon
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
MIB = 1 << 20
# While stopping, the daemon writes everything that it holds.
PATIENCE_SECONDS = 300
CONFIG = """retention: {days: 60}
sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]
"""
PERIOD = "from=2026-09-01T00:00:00Z to=2026-11-21T00:00:00Z tz=UTC"
QUESTIONS = (
    f"ACTIVITY step=1d {PERIOD}",
    f"ACTIVITY by=account step=1d {PERIOD}",
    f"TOP by=account n=10000 {PERIOD}",
    f"TOP by=endpoint n=10000 {PERIOD}",
    f"VALUES field=account {PERIOD}",
    f"LOGS /note=*needle* limit=10 {PERIOD}",
    f"LOGS text=needle limit=10 {PERIOD}",
    f"LOGS limit=100 {PERIOD}",
)


def line(number, moment="2026-11-20T11:00:00Z", **members):
    call = {"ts": moment, "call_id": f"c-{number}", "account": "A", "method": "GET",
            "endpoint": "/api/things", "status": 200}
    return json.dumps({**call, **members}).encode()


def accounts(scale):
    """A million accounts."""
    return (line(i, account=f"account-{i:07}") for i in range(int(1_000_000 * scale)))


def endpoints(scale):
    """A million endpoints."""
    return (line(i, endpoint=f"/api/things/endpoint-{i:07}") for i in range(int(1_000_000 * scale)))


def keys(scale):
    """Every call has its own method, endpoint, revision and account."""
    for i in range(int(600_000 * scale)):
        yield line(i, account=f"a-{i}", method=f"M{i}", endpoint=f"/scan/{i:x}.php",
                   revision=f"r-{i}", status=200 + i % 300, duration_ms=i % 1000)


def shapes(scale):
    """Every line has its own shape."""
    return (line(i, **{f"key-{i}-{j}": j for j in range(12)}) for i in range(int(300_000 * scale)))


def long_lines(scale):
    """Lines of almost a megabyte that don't compress."""
    chance = random.Random(1)
    for i in range(int(1000 * scale)):
        yield line(i, note=chance.randbytes(500_000).hex())


def arrays(scale):
    """Lines of one long array each, all of different lengths."""
    for i in range(int(1000 * scale)):
        yield line(i, numbers=[(i * 7 + j) % 9973 for j in range(120_000 + i)])


def days(scale):
    """Calls of fifty days at once, so that a flush writes fifty parts."""
    chance = random.Random(2)
    for i in range(int(600_000 * scale)):
        day = 1 + i % 50
        moment = f"2026-{10 if day <= 31 else 11:02}-{day if day <= 31 else day - 31:02}T10:00:00Z"
        yield line(i, moment, note=chance.randbytes(60).hex())


CASES = {
    case.__name__: case
    for case in (accounts, endpoints, keys, shapes, long_lines, arrays, days)
}


def peak_bytes(daemon):
    """The peak resident memory of the process."""
    for text in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if text.startswith("VmHWM:"):
            return int(text.split()[1]) * 1024
    raise AssertionError("no VmHWM")


def batches(lines, size=4 * MIB):
    batch, held = [], 0
    for one in lines:
        batch.append(one)
        held += len(one)
        if held >= size:
            yield batch
            batch, held = [], 0
    yield batch


def run(directory, case, scale=1.0, memory="256MiB"):
    """Returns (lines, peak after intake, peak after queries), in bytes."""
    daemon = Daemon(directory, CONFIG + f"limits: {{memory: {memory}}}\n", NOW).start()
    sent = 0
    try:
        with Sender(daemon.intake_port, PATIENCE_SECONDS) as sender:
            for batch in batches(CASES[case](scale)):
                sender.send(batch)
                sent += len(batch)
            accepted, rejected = sender.sync()
        assert (accepted, rejected) == (sent, 0), (accepted, rejected, sent)
        after_intake = peak_bytes(daemon)
        for question in QUESTIONS:
            with daemon.connect() as connection:
                answer = connection.ask(question)
            # A query may be refused because of its memory, but its answer must never be wrong.
            assert answer.ok or answer.closing.startswith("ERR limit"), answer.closing
        after_questions = peak_bytes(daemon)
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        if daemon.process.poll() is None:
            daemon.kill()
    return sent, after_intake, after_questions


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all, or of: " + ", ".join(CASES))
    parser.add_argument("--bound", type=int, default=256, help="of limits.memory, in MiB")
    options = parser.parse_args()
    unknown = [case for case in options.cases if case not in CASES]
    if unknown:
        parser.error("no such case: " + ", ".join(unknown))
    failed = False
    for case in options.cases or CASES:
        directory = tempfile.mkdtemp(prefix="fortnight-memory-")
        began = time.monotonic()
        sent, intake, questions = run(directory, case, memory=f"{options.bound}MiB")
        shutil.rmtree(directory)
        failed = failed or questions > options.bound * MIB
        print(f"{case}: {sent} lines, {intake // MIB} MiB at the most by intake, "
              f"{questions // MIB} MiB with questions; {time.monotonic() - began:.0f} s", flush=True)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
