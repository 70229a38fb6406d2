"""Calls from fortnight-generate, and comparisons of a daemon's answers with the expected ones."""

import json
import subprocess

from daemon import BINARIES


class Generated:
    """`lines` as bytes without their line ends, in the order in which they arrive."""

    def __init__(self, directory, calls, end, *options):
        key = directory / "key.json"
        command = [BINARIES / "fortnight-generate", "--calls", calls, "--end", end, "--key", key]
        made = subprocess.run(map(str, [*command, *options]), check=True, stdout=subprocess.PIPE)
        self.lines = made.stdout.split(b"\n")[:-1]
        self.key = json.loads(key.read_text())

    @property
    def period(self):
        """All of its days, as parameters of a request."""
        days = sorted(self.key["day"])
        return f"from={days[0]}T00:00:00Z to={days[-1]}T23:59:59.999999Z tz=UTC"

    def call_id(self, line):
        return json.loads(line)["call_id"]


def check_counts(test, daemon, generated):
    """Compares every count of the key with the daemon's answer."""
    key, period = generated.key, generated.period
    summary = daemon.ask(f"ACTIVITY {period}").summary
    test.assertEqual((summary["calls"], summary["errors"]), (key["calls"], key["errors"]))
    for field in ("account", "endpoint", "status", "method", "revision"):
        rows = daemon.ask(f"TOP by={field} n=10000 {period}").rows
        found = {str(row[field]): [row["calls"], row["errors"]] for row in rows}
        test.assertEqual(found, key[field], f"by {field}")
    for step, name, length in (("15m", "quarter", 19), ("1d", "day", 10)):
        rows = daemon.ask(f"ACTIVITY step={step} {period}").rows
        found = {row["t"][:length]: [row["calls"], row["errors"]] for row in rows if row["calls"]}
        expected = {start[:length]: counts for start, counts in key[name].items()}
        test.assertEqual(found, expected, f"by {name}")


def check_ids(test, daemon, generated):
    """Checks that SHOW finds exactly the key's calls for each sampled ID, byte for byte."""
    for sampled in generated.key["ids"]:
        wanted = sorted(line.encode() for line in sampled["lines"])
        if sampled["calls"] != len(wanted):
            rows = daemon.ask(f"LOGS {sampled['kind']}={sampled['id']} limit=10000").rows
            test.assertEqual(len(rows), sampled["calls"], sampled["id"])
            continue
        found = sorted(shown_lines(daemon, sampled["id"]))
        test.assertEqual(found, wanted, f"{sampled['kind']} {sampled['id']}")


def shown_lines(daemon, identifier):
    """The bytes of each call that SHOW finds by an ID."""
    lines = []
    with daemon.connect() as connection:
        connection.socket.sendall(f"SHOW {identifier} limit=100\n".encode())
        for row in connection.file:
            if not row.startswith(b"{"):
                break
            # `line` is a row's last member and is copied verbatim.
            lines.append(row[row.index(b',"line":') + len(b',"line":') : -2])
    return lines
