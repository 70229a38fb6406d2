"""Tailing and reloading as a user sees them: many files, a file of two sources, a damaged compressed
file, and an invalid configuration."""

import gzip
import json
import lzma
import os
import pathlib
import signal
import socket
import subprocess
import unittest

from daemon import FORTNIGHTD, TestCase, wait_until

DAY = "2026-11-20"
NOW = f"{DAY}T12:00:00Z"
PERIOD = f"date={DAY} tz=UTC"


def call(number):
    return json.dumps({"ts": f"{DAY}T10:00:00Z", "call_id": f"n-{number}", "method": "GET",
                       "path": "/orders", "status": 200, "duration_ms": 1}) + "\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TailingTest(TestCase):
    def start(self, sources):
        self.under_test = self.daemon(f"sources:\n{sources}", NOW).start()
        return self.under_test

    def sources(self):
        return {source["name"]: source for source in self.under_test.ask("STATUS").rows[0]["sources"]}

    def taken(self):
        return self.under_test.ask(f"ACTIVITY {PERIOD}").summary["calls"]

    def wait_for(self, expected):
        daemon = self.under_test
        wait_until(lambda: self.taken() >= expected,
                   lambda: f"{self.taken()} of {expected}: " + daemon.log.read_text())
        self.assertEqual(self.taken(), expected)

    def reload(self, sources, answer):
        daemon = self.under_test
        head = daemon.config.read_text().split("sources:")[0]
        daemon.config.write_text(head + sources if sources else "")
        before = daemon.log.read_text().count(answer)
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: daemon.log.read_text().count(answer) > before, daemon.log.read_text)

    def write(self, name, *numbers):
        with open(self.directory / name, "a", encoding="ascii") as file:
            file.write("".join(call(number) for number in numbers))

    def test_many_files_rotated_at_once(self):
        count = 300
        for number in range(count):
            self.write(f"s{number}.log", 2 * number)
        self.start(f'  - tail: {{name: logs, paths: ["{self.directory}/*.log"]}}\n')
        self.wait_for(count)
        for number in range(count):
            path = self.directory / f"s{number}.log"
            path.rename(path.with_suffix(".log.1"))
            self.write(path.name, 2 * number + 1)
        self.wait_for(2 * count)
        self.assertEqual(self.under_test.stop(), 0)
        self.under_test.start()
        self.write("s7.log", 2 * count)
        self.wait_for(2 * count + 1)

    def test_from_end_with_a_lost_journal_reads_on_from_where_it_began(self):
        self.write("app.log", *range(5))
        daemon = self.start(
            f'  - tail: {{name: logs, paths: ["{self.directory}/app.log"], from: end}}\n'
            "storage: {flush_interval: 1h}\n")
        begun = lambda: list(daemon.data.glob("manifest-*2"))
        wait_until(begun, lambda: str(list(daemon.data.iterdir())))
        self.write("app.log", *range(5, 25))
        self.wait_for(20)
        daemon.kill()
        journals = [path for path in daemon.data.iterdir() if path.name.startswith("journal-0")]
        self.assertTrue(journals)
        for path in journals:
            path.unlink()
        daemon.start()
        self.wait_for(20)

    def test_one_file_under_two_sources(self):
        self.write("app.log", 1)
        daemon = self.start(
            f'  - tail: {{name: a, paths: ["{self.directory}/app.log"]}}\n'
            f'  - tail: {{name: b, paths: ["{self.directory}/*.log"]}}\n')
        self.wait_for(2)
        wait_until(lambda: "stored twice" in daemon.log.read_text(), daemon.log.read_text)
        wait_until(lambda: any(source["shared_files"] for source in self.sources().values()),
                   lambda: str(self.sources()))
        checked = subprocess.run([FORTNIGHTD, "--check-config", "--config", daemon.config],
                                 capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0)
        self.assertIn("app.log: source b reads it, and so does a", checked.stdout)

    def test_a_relative_path_starts_at_the_working_directory(self):
        path = os.path.relpath(self.directory / "app.log")
        self.write("app.log", 1)
        daemon = self.start(f'  - tail: {{name: logs, paths: ["{path}"]}}\n')
        self.wait_for(1)
        for number in (2, 4):
            daemon.kill()
            self.write("app.log", number)
            (self.directory / "app.log").rename(self.directory / f"app.log.{number}")
            self.write("app.log", number + 1)
            daemon.start()
            self.wait_for(number + 1)
        self.write("app.log", 6)
        self.wait_for(6)

    def test_more_events_than_the_kernel_keeps(self):
        daemon = self.start(f'  - tail: {{name: logs, paths: ["{self.directory}/*.log"]}}\n')
        files = [open(self.directory / f"{name}.log", "a", encoding="ascii") for name in "ab"]
        most = int(pathlib.Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        daemon.process.send_signal(signal.SIGSTOP)
        for number in range(min(most, 40_000) + 1_000):
            file = files[number % 2]  # events of one file in a row would be merged
            file.write(call(number))
            file.flush()
        (self.directory / "a.log").rename(self.directory / "a.log.1")
        self.write("a.log", number + 1)
        daemon.process.send_signal(signal.SIGCONT)
        self.wait_for(number + 2)
        for file in files:
            file.close()

    def test_without_inotify(self):
        limited = ["unshare", "-r", "sh", "-c",
                   'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"', "sh"]
        if subprocess.run(limited + ["true"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("user namespaces are not allowed here")
        self.write("app.log", 0)
        daemon = self.daemon(f'sources:\n  - tail: {{name: logs, paths: ["{self.directory}/*.log"]}}\n', NOW)
        plain = daemon.command
        daemon.command = lambda: limited + plain()
        self.under_test = daemon.start()
        self.wait_for(1)
        wait_until(lambda: "can't be watched" in daemon.log.read_text(), daemon.log.read_text)
        for number in range(1, 7, 2):
            self.write("app.log", number)
            (self.directory / "app.log").rename(self.directory / f"app.log.{number}")
            self.write("app.log", number + 1)
            self.wait_for(number + 2)

    def test_a_bad_compressed_file_is_named(self):
        (self.directory / "app.log.1.gz").write_bytes(b"this is no gzip file, whatever its name says")
        self.write("app.log", 1)
        daemon = self.start(f'  - tail: {{name: a, paths: ["{self.directory}/app.log*"]}}\n')
        self.wait_for(1)
        wait_until(lambda: "app.log.1.gz: not a gzip file" in daemon.log.read_text(), daemon.log.read_text)
        # What comes before the damage is read, if it is only the checksum at the end.
        lines = "".join(call(number) for number in range(2, 12)).encode()
        (self.directory / "app.log.2.gz").write_bytes(gzip.compress(lines)[:-8] + bytes(8))
        (self.directory / "app.log.3.xz").write_bytes(
            lzma.compress(lines.replace(b"n-", b"x-"))[:-4] + b"----")
        for damage in ("app.log.2.gz: gzip: incorrect data check", "app.log.3.xz: xz: damaged"):
            wait_until(lambda: damage in daemon.log.read_text(), daemon.log.read_text)
        wait_until(lambda: daemon.ask("ACTIVITY date=all").summary["calls"] == 21, daemon.log.read_text)

    def check_still_works(self, port, number):
        self.write("app.log", number)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(call(number + 1).encode() + b"#sync x\n")
            self.assertIn(b"accepted=1", connection.makefile("rb").readline())
        self.wait_for(number + 2)

    def test_a_mistake_in_a_reload_changes_nothing(self):
        port, other = free_port(), free_port()
        tail = f'sources:\n  - tail: {{name: logs, paths: ["{self.directory}/app.log"]}}\n'
        tcp = '  - tcp: {name: lines, listen: "127.0.0.1:%d"}\n'
        self.start((tail + tcp % port).removeprefix("sources:\n"))
        self.check_still_works(port, 0)
        kept = "the configuration is unchanged"
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", other))
            taken.listen()
            self.reload('sources:\n' + tcp % other, kept)
            self.assertEqual(sorted(self.sources()), ["lines", "logs"])
            self.check_still_works(port, 2)
        original = self.under_test.config.read_text()
        for nothing in ("", "---\n", "# nothing\n---\n", "{}\n", "sources:\n"):
            self.under_test.config.write_text(original)
            self.reload(nothing, kept)
            self.assertEqual(sorted(self.sources()), ["lines", "logs"], nothing)
        self.check_still_works(port, 4)
        self.under_test.config.write_text(original)
        self.reload(tail + "  - tcp: {name: lines, nonsense: 1}\n", kept)
        self.check_still_works(port, 6)
        # The address moves to another source, and a socket is opened in addition.
        path = self.directory / "socket"
        self.reload(tail + (tcp % port).replace("lines", "renamed") +
                    f'  - unix: {{name: beside, listen: "{path}"}}\n', "was reloaded")
        self.assertEqual(sorted(self.sources()), ["beside", "logs", "renamed"])
        self.check_still_works(port, 8)
        self.assertTrue(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
