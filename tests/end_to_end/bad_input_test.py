"""Invalid input is rejected with a reason and affects nothing else."""

import os
import socket
import subprocess
import unittest

from daemon import FORTNIGHTD, PATIENCE, TestCase
from generated import Generated, check_counts, check_ids
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
TCP = 'sources: [{tcp: {listen: "127.0.0.1:0", format: fortnight}}]\n'

BAD_CONFIGURATIONS = {
    "retention: {dayz: 14}\n": "days",
    "retention: {days: soon}\n": "a whole number",
    "time_zone: Mars/Olympus\n": "Mars/Olympus",
    "sources: [{tcp: {listen: 127.0.0.1}}]\n": "127.0.0.1",
    "sources: [{tcp: {listen: '127.0.0.1:0', format: nope}}]\n": "nope",
    "sources: ]\n": "",
    "limits: {memory: lots}\n": "lots",
}

BAD_REQUESTS = [
    "NOSUCHVERB",
    "LOGS acount=X",
    "LOGS date=someday",
    "LOGS date=yesterday from=2026-11-25",
    "LOGS limit=many",
    "LOGS status=",
    'LOGS text="never closed',
    "LOGS tz=Mars/Olympus",
    "ACTIVITY step=7m",
    "TOP",
    "TOP by=nothing",
    "SHOW",
    "SHOW ref=nonsense",
    "VALUES",
    "LOGS cursor=garbage",
]


class BadInputTest(TestCase):
    def refused(self, *arguments, **environment):
        """Runs fortnightd, which must exit by itself, and returns its output."""
        ended = subprocess.run(
            [FORTNIGHTD, *map(str, arguments)],
            capture_output=True, text=True, timeout=30 * PATIENCE, env={**os.environ, **environment},
        )
        self.assertNotEqual(ended.returncode, 0)
        self.assertLess(ended.returncode, 128, "ended by a signal")
        return ended.stdout + ended.stderr

    def test_rejected_lines_are_counted_and_the_others_kept(self):
        generated = Generated(self.directory, 5_000, NOW, "--bad", "0.1", "--odd", "0.1")
        daemon = self.daemon(TCP, NOW).start()
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines)
            self.assertEqual(sender.sync(), (5_000, generated.key["rejects"]))
        check_counts(self, daemon, generated)
        check_ids(self, daemon, generated)
        (source,) = daemon.ask("STATUS").rows[0]["sources"]
        self.assertEqual(sum(source["rejected"].values()), generated.key["rejects"])
        self.assertGreater(len(source["rejected"]), 3, "several reasons")

    def test_a_line_that_is_too_long_is_passed_over(self):
        generated = Generated(self.directory, 2, NOW)
        daemon = self.daemon(TCP, NOW).start()
        first, second = generated.lines
        with Sender(daemon.intake_port) as sender:
            sender.send([first, b'{"ts":"' + b"x" * (3 << 20) + b'"}', b"\xff\xfe", second])
            self.assertEqual(sender.sync(), (2, 2))
        check_counts(self, daemon, generated)

    def test_every_bad_request_gets_one_err_and_the_connection_goes_on(self):
        daemon = self.daemon(TCP, NOW).start()
        with daemon.connect() as connection:
            for request in BAD_REQUESTS:
                answer = connection.ask(request)
                self.assertTrue(answer.closing.startswith("ERR "), f"{request}: {answer.closing}")
                self.assertEqual(answer.rows, [], request)
            for raw in (b"LOGS \xff\xfe\n", b"LOGS " + b"x" * (80 << 10) + b"\n", b"\x00\x01\n"):
                connection.socket.sendall(raw)
                self.assertTrue(connection.answer().closing.startswith("ERR "), raw[:20])
            self.assertTrue(connection.ask("PING").ok)

    def test_names_nearly_right_are_told(self):
        daemon = self.daemon(TCP, NOW).start()
        with daemon.connect() as connection:
            self.assertIn("account", connection.ask("LOGS acount=X").closing)

    def test_bad_configurations_are_refused_with_their_line(self):
        path = self.directory / "bad.yaml"
        for text, expected in BAD_CONFIGURATIONS.items():
            path.write_text(f"data_directory: {self.directory}/data\n" + text)
            for arguments in (["--check-config"], []):
                said = self.refused("--config", path, *arguments)
                self.assertIn(f"{path}:2", said, text)
                self.assertIn(expected, said, text)

    def test_a_good_configuration_is_told_to_be_one(self):
        path = self.directory / "good.yaml"
        path.write_text(f"data_directory: {self.directory}/data\n" + TCP)
        checked = subprocess.run(
            [FORTNIGHTD, "--check-config", "--config", path], timeout=30 * PATIENCE, capture_output=True
        )
        self.assertEqual(checked.returncode, 0)
        self.assertFalse((self.directory / "data").exists(), "checking leaves nothing behind")

    def test_a_missing_configuration(self):
        self.assertIn("none.yaml", self.refused("--config", self.directory / "none.yaml"))

    def test_a_port_in_use(self):
        path = self.directory / "fortnight.yaml"
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            path.write_text(
                f"data_directory: {self.directory}/data\n" + TCP
                + f'query: {{listen: "127.0.0.1:{port}"}}\n'
            )
            said = self.refused("--config", path)
        self.assertIn(str(port), said)
        self.assertIn("in use", said)

    def test_a_directory_that_cannot_be_written(self):
        (self.directory / "file").write_text("")
        said = self.refused("--data-dir", self.directory / "file" / "data")
        self.assertIn(str(self.directory / "file"), said)

    def test_a_second_daemon_on_the_same_directory(self):
        daemon = self.daemon(TCP, NOW).start()
        said = self.refused("--config", daemon.config)
        self.assertIn(str(daemon.data), said)
        self.assertTrue(daemon.ask("PING").ok)


if __name__ == "__main__":
    unittest.main()
