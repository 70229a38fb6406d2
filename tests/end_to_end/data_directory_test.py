"""Obstacles in the data directory, and its owner: foreign files with the daemon's names, a second
daemon, a foreign socket, other users, symbolic links."""

import os
import socket
import stat
import subprocess
import unittest

from daemon import PATIENCE, TestCase, wait_until


class DataDirectoryTest(TestCase):
    def refusal(self, daemon):
        """The output of a daemon that can't start."""
        ended = subprocess.run(
            daemon.command(), capture_output=True, text=True, timeout=60 * PATIENCE, check=False
        )
        self.assertEqual(ended.returncode, 1, ended.stderr)
        return ended.stderr

    def test_directories_in_the_way_hinder_no_start(self):
        daemon = self.daemon("sources: []\n")
        (daemon.data / "lock").mkdir(parents=True)
        (daemon.data / "ports.json" / "sub").mkdir(parents=True)
        daemon.data.chmod(0o700)
        for name in ("journal-mark", "journal-0000000001", "manifest-0000000001", "ports.json.tmp",
                     "manifest-0000000001.tmp"):
            (daemon.data / name / "sub").mkdir(parents=True)
        for name in ("parts", "rollups", "rejects", "quarantine"):
            (daemon.data / name).write_text("in the way")
        daemon.spawn()
        ports = daemon.data / "ports.json"
        wait_until(ports.is_file, daemon.log.read_text)
        self.assertIn("in the place of", daemon.log.read_text())
        for name in ("parts", "quarantine"):
            self.assertEqual((daemon.data / "quarantine" / name).read_text(), "in the way")
        self.assertTrue((daemon.data / "quarantine" / "journal-mark" / "sub").is_dir())
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(daemon.stop(), 0)

    def test_a_removed_lock_lets_no_second_daemon_in(self):
        daemon = self.daemon("sources: []\n").start()
        (daemon.data / "lock").unlink()
        self.assertIn("another process holds this data directory", self.refusal(daemon))

    def test_a_socket_is_private_from_the_start_and_anothers_is_left_alone(self):
        path = self.directory / "intake.sock"
        daemon = self.daemon(f"sources: [{{unix: {{listen: {path}, format: fortnight}}}}]\n").start()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o660)
        path.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            self.assertEqual(daemon.stop(), 0)
            self.assertTrue(path.exists())

    def test_a_directory_that_others_can_write_to_is_refused(self):
        daemon = self.daemon("sources: []\n")
        daemon.data.mkdir()
        daemon.data.chmod(0o777)
        self.assertIn("chmod o-w", self.refusal(daemon))
        daemon.data.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(daemon.data, 65534, 65534)
            self.assertIn("chown -R", self.refusal(daemon))
            os.chown(daemon.data, 0, 0)
        daemon.start()
        self.assertEqual(daemon.stop(), 0)
        (daemon.data / "parts").chmod(0o777)
        self.assertIn("parts: anybody can write to it: chmod o-w", self.refusal(daemon))
        (daemon.data / "parts").chmod(0o1777)
        daemon.start()
        self.assertEqual(daemon.stop(), 0)

    def test_links_within_are_not_followed(self):
        outside = self.directory / "outside"
        outside.mkdir()
        daemon = self.daemon("sources: []\n")
        daemon.data.mkdir(mode=0o700)
        (daemon.data / "parts").symlink_to(outside)
        self.assertIn("symbolic link", self.refusal(daemon))
        self.assertEqual(list(outside.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
