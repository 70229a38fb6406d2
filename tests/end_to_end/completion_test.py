"""Completion in real shells: the command line after the tab key."""

import os
import pathlib
import pty
import re
import select
import shlex
import socket
import subprocess
import time
import unittest

from daemon import BINARIES, PATIENCE, TestCase
from generated import Generated
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
SCRIPTS = pathlib.Path(__file__).parents[2] / "packaging/completion"
BASH = ["bash", "--norc", "-i"]
ZSH = ["zsh", "-f", "-i"]
START_BASH = f"source {shlex.quote(str(SCRIPTS / 'fortnight.bash'))}"
START_ZSH = f"fpath=({shlex.quote(str(SCRIPTS))} $fpath); autoload -U compinit; compinit -D -u"


class Terminal:
    """An interactive shell on a pseudo-terminal."""

    def __init__(self, command, environment):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, environment)
        self.shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.terminal)  # the shell sees the end of its input
        os.waitpid(self.process, 0)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, pattern):
        end = time.monotonic() + 20 * PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.shown, re.MULTILINE)
            if found:
                self.shown = self.shown[found.end() :]
                return found
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.shown += os.read(self.terminal, 1 << 16).decode(errors="replace")
        raise AssertionError(f"no {pattern} in {self.shown!r}")

    def shown_for(self, line, *words):
        """Presses the tab key until the candidates are listed."""
        self.type(f"{line}\t\t")
        for word in words:
            self.read_until(rf"\b{word}\b")
        self.type("\x15")

    def completed(self, line):
        """The line after the tab key; echo prints it instead of running it."""
        self.type(f"{line}\t\x01echo '<<' \x05 '>>'\r")
        return self.read_until(r"^<< (.*) >>\r?$")[1].rstrip()


class CompletionTest(TestCase):
    def setUp(self):
        super().setUp()
        daemon = self.daemon('sources: [{tcp: {listen: "127.0.0.1:0"}}]\n', NOW).start()
        generated = Generated(self.directory, 2_000, NOW)
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines)
            sender.sync()
        self.address = f"127.0.0.1:{daemon.ports['query']}"
        self.environment = {
            **os.environ,
            "PATH": f"{BINARIES}:{os.environ['PATH']}",
            "FORTNIGHT_CONNECT": self.address,
            "TERM": "dumb",
            "HOME": str(self.directory),
            "PS1": "$ ",
        }

    def check_in_terminal(self, command, start):
        with Terminal(command, self.environment) as terminal:
            terminal.type(f"{start}; echo rea''dy\r")
            terminal.read_until("^ready")
            terminal.shown_for("fortnight ", "activity", "logs")
            terminal.shown_for("fortnight logs ", "account", "cursor")
            for line, completed in [
                ("act", "activity"),
                ("logs acc", "logs account="),
                ("logs date=yes", "logs date=yesterday"),
                ("logs status=429,fai", "logs status=429,failed"),
                ("logs method=DEL", "logs method=DELETE"),
                ("--fields ts expo", "--fields ts export"),
                ("logs status!=fai", "logs status!=failed"),
                (r"logs 'status!=429' status\!=fai", "logs status!=429 status!=failed"),
                ("logs account=nobody-at-all", "logs account=nobody-at-all"),
                ("explain top sor", "explain top sort="),
                ("export fields=ts,stat", "export fields=ts,status"),
                ("imp", "import"),
                ("import /etc/debian_ver", "import /etc/debian_version"),
                ("--connect 127.0.0.1:1 logs method=DEL", "--connect 127.0.0.1:1 logs method=DEL"),
            ]:
                with self.subTest(line):
                    self.assertEqual(terminal.completed(f"fortnight {line}"), f"fortnight {completed}")

    def test_bash(self):
        self.check_in_terminal(BASH, START_BASH)

    def test_zsh(self):
        self.check_in_terminal(ZSH, START_ZSH)

    def test_a_server_that_does_not_answer_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            words = ["--connect", "127.0.0.1:%d" % deaf.getsockname()[1], "logs", "method="]
            done = subprocess.run(
                [BINARIES / "fortnight", "--complete", *words], capture_output=True, timeout=30 * PATIENCE
            )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_fish(self):
        def known(line):
            script = f"source {SCRIPTS / 'fortnight.fish'}; complete -C {shlex.quote('fortnight ' + line)}"
            done = subprocess.run(
                ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True,
                timeout=30 * PATIENCE, env=self.environment,
            )
            return [known.split("\t")[0] for known in done.stdout.splitlines()]

        self.assertEqual(known("act"), ["activity"])
        self.assertEqual(known("logs acc"), ["account="])
        self.assertEqual(known("logs status=429,fai"), ["status=429,failed"])
        self.assertEqual(known("logs method=DEL"), ["method=DELETE"])
        self.assertIn("errors", known(""))
        self.assertEqual(known("--connect 127.0.0.1:1 logs method=DEL"), [])


class FormatCompletionTest(TestCase):
    """Completion of fortnight-format, in a directory with a file."""

    def setUp(self):
        super().setUp()
        (self.directory / "shop.json").touch()
        self.environment = {
            **os.environ,
            "PATH": f"{BINARIES}:{os.environ['PATH']}",
            "TERM": "dumb",
            "HOME": str(self.directory),
            "PS1": "$ ",
        }

    def check_in_terminal(self, command, start):
        with Terminal(command, self.environment) as terminal:
            terminal.type(f"cd {self.directory}; {start}; echo rea''dy\r")
            terminal.read_until("^ready")
            terminal.shown_for("fortnight-format ", "endpoints", "guess")
            for line, completed in [
                ("gue", "guess"),
                ("try ngi", "try nginx"),
                ("try nginx sho", "try nginx shop.json"),
                ("guess --map", "guess --mapping"),
            ]:
                with self.subTest(line):
                    self.assertEqual(
                        terminal.completed(f"fortnight-format {line}"), f"fortnight-format {completed}"
                    )

    def test_bash(self):
        self.check_in_terminal(BASH, f"source {shlex.quote(str(SCRIPTS / 'fortnight-format.bash'))}")

    def test_zsh(self):
        self.check_in_terminal(ZSH, START_ZSH)

    def test_fish(self):
        script = f"source {SCRIPTS / 'fortnight-format.fish'}; complete -C 'fortnight-format try ngi'"
        done = subprocess.run(
            ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True,
            timeout=30 * PATIENCE, env=self.environment,
        )
        self.assertIn("nginx", done.stdout)


if __name__ == "__main__":
    unittest.main()
