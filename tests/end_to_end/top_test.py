"""fortnight top: the live view on a terminal, and once in a pipe."""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from daemon import BINARIES, PATIENCE, TestCase, wait_until
from sender import Sender

CALL = ('{"ts":"%s","call_id":"c-%d","account":"%s","method":"GET","path":"%s","status":%d,'
        '"duration_ms":%s}')
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


class Screen:
    """`fortnight top` on a terminal."""

    def __init__(self, arguments, rows=24, columns=100):
        main, sub = pty.openpty()
        self.main, self.sub = main, sub
        self.resize(rows, columns)
        self.before = termios.tcgetattr(sub)
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
        self.process = subprocess.Popen([BINARIES / "fortnight", "top", *arguments], stdin=sub, stdout=sub,
                                        stderr=sub, env=environment, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.shown = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.sub, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, pattern, seconds=30):
        deadline = time.monotonic() + seconds * PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, self.shown, re.S)
            if found:
                self.shown = self.shown[found.end():]
                return found[0]
            if select.select([self.main], [], [], 0.1)[0]:
                self.shown += os.read(self.main, 1 << 16).decode()
        raise AssertionError(f"no {pattern!r} in {self.shown!r}")

    def press(self, keys):
        os.write(self.main, keys.encode())

    def end(self):
        try:
            return self.process.wait(timeout=30 * PATIENCE)
        finally:
            self.process.kill()
            os.close(self.main)
            os.close(self.sub)


class TopTest(TestCase):
    def setUp(self):
        super().setUp()
        self.running = self.daemon().start()
        self.address = ["--connect", f"127.0.0.1:{self.running.ports['query']}"]
        self.sent = 0
        for account, path, status, duration, count in (
                ("ACME", "/api/orders/7", 200, 5, 60), ("ACME", "/api/slow", 500, 4321, 6),
                ("ZZ9", "/api/a*b", 200, 1, 30)):
            self.send(account, path, status, duration, count)

    def send(self, account, path, status, duration, count):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        lines = []
        for _ in range(count):
            self.sent += 1
            lines.append((CALL % (now, self.sent, account, path, status, duration)).encode())
        with Sender(self.running.intake_port) as sender:
            sender.send(lines)
            sender.sync()

    def top(self, *arguments):
        return subprocess.run([BINARIES / "fortnight", "top", *arguments], capture_output=True, text=True,
                              timeout=60 * PATIENCE, check=False)

    def test_once(self):
        done = self.top("--once", *self.address)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("\x1b", done.stdout)
        self.assertRegex(done.stdout, r"1\.6 calls a second")
        self.assertRegex(done.stdout, r"last 5 minutes: 96 calls, 6 errors \(6\.25 %\)")
        lines = done.stdout.splitlines()
        slowest = lines[lines.index("Slowest endpoints") + 2]
        self.assertRegex(slowest, r"^/api/slow +6 +6 +100\.00 % +43\d\d ms +43\d\d ms$")
        busiest = lines[lines.index("Busiest accounts") + 2]
        self.assertRegex(busiest, r"^ACME +66 +6 +9\.09 %")
        # Without --once, a pipe gets the same.
        piped = self.top(*self.address).stdout
        self.assertIn("/api/slow", piped)

    def test_the_slowest_of_all_endpoints_even_with_one_call(self):
        for letter in "abcdefghijklmnopqrstuvwxyz":
            for second in "xyz":
                self.send("BUSY", f"/busy/{letter}/{second}", 200, 3, 2)
        self.send("BUSY", "/rare", 200, 30_000, 1)
        once = self.top("--once", *self.address).stdout.splitlines()
        first = once.index("Slowest endpoints") + 2
        self.assertRegex(once[first], r"^/rare +1 +0 +0\.00 % +30\.\d s +30\.\d s$")
        self.assertRegex(once[first + 1], r"^/api/slow +6 ")
        # Filters of one's own are joined with those of the search.
        fast = self.top("--once", "duration_ms<1000", "endpoint!=/api/*", *self.address).stdout
        self.assertRegex(fast, r"last 5 minutes: 156 calls")
        self.assertRegex(fast, r"(?m)^/busy/")
        self.assertNotRegex(fast, r"(?m)^/rare|^/api")

    def test_filters_and_the_verb(self):
        only = self.top("--once", "account=ZZ9", *self.address).stdout
        self.assertRegex(only, r"30 calls, 0 errors")
        self.assertNotIn("/api/slow", only)
        # A star in an endpoint is a star.
        self.assertRegex(only, r"(?m)^/api/a\*b +30 ")
        verb = self.top("by=account", *self.address).stdout
        self.assertEqual(verb.splitlines()[0][:17], '{"account":"ACME"')
        wrong = self.top("--once", "acount=ZZ9", *self.address)
        self.assertEqual((wrong.returncode, "did you mean" in wrong.stderr), (2, True))

    def test_without_calls_and_without_a_server(self):
        quiet = self.top("--once", "account=nobody", *self.address)
        self.assertRegex(quiet.stdout, "0 calls, 0 errors")
        self.assertNotIn("Slowest", quiet.stdout)
        none = self.top("--once", "--connect", str(self.directory / "none.sock"))
        self.assertEqual(none.returncode, 3)

    def test_it_follows_the_calls_and_the_size_and_ends_with_q(self):
        screen = Screen(["--watch=0.2", *self.address])
        screen.read_until(re.escape(ENTER))
        screen.read_until("96 calls.*ACME")
        self.assertFalse(termios.tcgetattr(screen.sub)[3] & termios.ECHO, "keys aren't echoed")
        self.send("NEW", "/api/new", 200, 9_999, 4)
        screen.read_until("100 calls.*/api/new.*NEW")
        screen.resize(5, 40)
        os.kill(screen.process.pid, signal.SIGWINCH)
        screen.read_until(r"\x1b\[H")
        screen.shown = ""
        picture = screen.read_until(r"\x1b\[H.*?\x1b\[J")
        self.assertLessEqual(picture.count("\r\n"), 4)
        self.assertNotIn("ACME", picture)
        screen.press("x")
        screen.press("q")
        screen.read_until(re.escape(LEAVE))
        self.assertEqual(screen.process.wait(timeout=30 * PATIENCE), 0)
        self.assertEqual(termios.tcgetattr(screen.sub), screen.before, "the terminal is as it was")
        screen.end()

    def test_a_daemon_that_ends_is_waited_for(self):
        screen = Screen(["--watch=0.2", *self.address])
        screen.read_until("96 calls")
        self.running.kill()
        screen.read_until("no server answers|connect", 30)
        port = self.running.ports["query"]
        config = self.running.config.read_text()
        self.running.config.write_text(config.replace('query: {listen: "127.0.0.1:0"}',
                                                      f'query: {{listen: "127.0.0.1:{port}"}}'))
        self.running.start()
        screen.read_until("96 calls")
        for_control_c = "\x03"
        screen.press(for_control_c)
        screen.read_until(re.escape(LEAVE))
        self.assertEqual(screen.end(), 0)

    def test_it_can_be_suspended_and_ended_by_signals(self):
        screen = Screen(["--watch=0.2", *self.address])
        screen.read_until("96 calls")
        screen.press("\x1a")
        screen.read_until(re.escape(LEAVE))
        # A process that hasn't stopped yet would miss the signal.
        state = pathlib.Path(f"/proc/{screen.process.pid}/stat")
        wait_until(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "T", state.read_text)
        os.kill(screen.process.pid, signal.SIGCONT)
        screen.read_until(re.escape(ENTER))
        screen.read_until("96 calls")
        screen.process.terminate()
        screen.read_until(re.escape(LEAVE))
        self.assertEqual(screen.end(), 0)


if __name__ == "__main__":
    unittest.main()
