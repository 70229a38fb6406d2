"""A fortnightd for a test: starts, queries, kills and restarts it."""

import json
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARIES = pathlib.Path(os.environ["FORTNIGHT_BIN"])
FORTNIGHTD = str(BINARIES / "fortnightd")
# Whether the binaries have a sanitizer: they are slower then, and use several times the memory.
INSTRUMENTED = bool(os.environ.get("FORTNIGHT_SANITIZE"))
PATIENCE = 5 if INSTRUMENTED else 1
START_SECONDS = 60 * PATIENCE


class Answer:
    """The parsed data lines of an answer, and its closing line."""

    def __init__(self, rows, closing):
        self.rows = rows
        self.closing = closing
        self.ok = closing.startswith("OK")
        self.summary = json.loads(closing[3:]) if self.ok and len(closing) > 3 else {}


class Connection:
    """One connection to a query port."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60 * PATIENCE)
        self.file = self.socket.makefile("rb")

    def ask(self, request):
        self.socket.sendall(request.encode() + b"\n")
        return self.answer()

    def answer(self):
        rows = []
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            line = line.rstrip(b"\n")
            if not line.startswith(b"{"):
                return Answer(rows, line.decode())
            rows.append(json.loads(line))
        raise EOFError("the connection was closed within an answer")

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class LocalConnection(Connection):
    """One connection to the unix socket, whose users are admins."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60 * PATIENCE)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rb")


class Daemon:
    """`config` is the configuration file's text, without data_directory."""

    def __init__(self, directory, config="", clock=None):
        self.directory = pathlib.Path(directory)
        self.data = self.directory / "data"
        self.config = self.directory / "fortnight.yaml"
        self.clock = self.directory / "clock" if clock else None
        self.log = self.directory / "log"
        self.process = None
        query = "" if "query:" in config else '\nquery: {listen: "127.0.0.1:0"}\n'
        web = "" if "web:" in config else '\nweb: {listen: "127.0.0.1:0"}\n'
        # The default port may be in use by another test.
        sources = "" if "sources:" in config else '\nsources: [{tcp: {listen: "127.0.0.1:0"}}]\n'
        self.config.write_text(
            f"data_directory: {self.data}\n{config}{query}{web}{sources}"
        )
        if clock:
            self.set_clock(clock)

    def set_clock(self, time_text):
        new = self.directory / "clock.new"
        new.write_text(time_text + "\n")
        new.rename(self.clock)

    def command(self):
        command = [FORTNIGHTD, "--config", str(self.config)]
        return command + (["--test-clock", str(self.clock)] if self.clock else [])

    def spawn(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)

    def start(self):
        ports = self.data / "ports.json"
        ports.unlink(missing_ok=True)
        self.spawn()
        deadline = time.monotonic() + START_SECONDS
        while not ports.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("fortnightd did not start:\n" + self.log.read_text())
            time.sleep(0.01)
        self.ports = json.loads(ports.read_text())
        return self

    @property
    def intake_port(self):
        return next(source["tcp"] for source in self.ports["sources"] if "tcp" in source)

    def connect(self):
        ended = self.process.poll()
        if ended is not None:
            raise AssertionError(f"fortnightd ended with {ended}:\n{self.log.read_text()}")
        return Connection(self.ports["query"])

    def ask(self, request):
        """Sends a request on a new connection; an ERR fails the test."""
        with self.connect() as connection:
            answer = connection.ask(request)
        if not answer.ok:
            raise AssertionError(f"{request}: {answer.closing}")
        return answer

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Stops it like systemd; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30 * PATIENCE)


def wait_until(condition, what, seconds=30):
    """Polls until `condition()` is true; fails with `what()`."""
    deadline = time.monotonic() + seconds * PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(what())
        time.sleep(0.05)


def calls(daemon, period):
    return daemon.ask(f"ACTIVITY {period}").summary["calls"]


def wait_for_calls(daemon, period, expected, seconds=60):
    wait_until(
        lambda: calls(daemon, period) >= expected,
        lambda: f"{calls(daemon, period)} calls of {expected}:\n" + daemon.log.read_text(),
        seconds,
    )


def seen_on_a_terminal(arguments, columns=100):
    """The output of a program on a terminal of the given width."""
    main, sub = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "1000"], stdin=sub, check=True)
    environment = {**os.environ, "PAGER": "", "TERM": "xterm", "NO_COLOR": "1"}
    process = subprocess.Popen(arguments, stdin=sub, stdout=sub, stderr=sub, env=environment)
    os.close(sub)
    out = b""
    while True:
        try:
            piece = os.read(main, 1 << 16)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        out += piece
    os.close(main)
    process.wait(timeout=30 * PATIENCE)
    return out.decode().replace("\r\n", "\n")


class TestCase(unittest.TestCase):
    """A test with its own directory, which stops its daemons at the end."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-test-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def daemon(self, config="", clock=None):
        daemon = Daemon(self.directory, config, clock)
        self.addCleanup(self._end, daemon)
        return daemon

    def local(self, daemon):
        """A connection of an admin, over the unix socket."""
        connection = LocalConnection(daemon.data / "query.sock")
        self.addCleanup(connection.close)
        return connection

    def _end(self, daemon):
        if daemon.process and daemon.process.poll() is None:
            daemon.kill()
