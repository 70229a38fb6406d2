"""fortnight doctor: what is wrong, and what mends it."""

import json
import os
import pwd
import struct
import subprocess
import unittest

from daemon import BINARIES, FORTNIGHTD, PATIENCE, TestCase, wait_until
from sender import Sender

NOW = "2026-11-20T12:00:00Z"
NOBODY = pwd.getpwnam("nobody").pw_uid


def set_access(path, user, entry):
    """setfacl -m u:USER:ENTRY PATH, for paths without an access list."""
    granted = ("r" in entry) * 4 | ("x" in entry) * 1
    mode = path.stat().st_mode
    entries = ((1, mode >> 6 & 7, -1), (2, granted, user), (4, mode >> 3 & 7, -1),
               (16, mode >> 3 & 7 | granted, -1), (32, mode & 7, -1))
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *one) for one in entries)
    os.setxattr(path, "system.posix_acl_access", packed)


class DoctorTest(TestCase):
    def doctor(self, *server):
        return subprocess.run([BINARIES / "fortnight", "doctor", "--connect", *server], capture_output=True,
                              text=True, timeout=60 * PATIENCE, check=False)

    def found(self, done):
        """The findings, except those about the machine that the test runs on."""
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        for row in rows:
            self.assertEqual(list(row), ["severity", "about", "what", "mend"])
        return [row for row in rows if row["about"] not in ("clock", "inotify", "disk")]

    def test_a_healthy_daemon(self):
        daemon = self.daemon("", NOW).start()
        done = self.doctor(daemon.data / "query.sock")
        self.assertEqual(self.found(done), [], done.stdout)
        self.assertIn(done.returncode, (0, 1))
        over_tcp = self.doctor(f"127.0.0.1:{daemon.ports['query']}")
        self.assertEqual(self.found(over_tcp), [])

    def test_lines_that_are_rejected_and_paths_that_match_nothing(self):
        config = ('sources: [{tcp: {name: shop, listen: "127.0.0.1:0"}}, '
                  f'{{tail: {{name: app, paths: ["{self.directory}/no-*.log"]}}}}]\n')
        daemon = self.daemon(config, NOW).start()
        with Sender(daemon.intake_port) as sender:
            sender.send([b"one", b"two", b'{"ts":"2026-11-20T11:00:00Z","status":200}'])
            sender.sync()
        done = self.doctor(daemon.data / "query.sock")
        self.assertEqual(
            self.found(done),
            [{"severity": "critical", "about": "format",
              "what": "2 lines of shop are no calls in its format fortnight",
              "mend": "fortnight rejects source=shop"},
             {"severity": "warning", "about": "sources", "what": "no file matches the paths of app",
              "mend": "correct its paths, and systemctl reload fortnightd"}])
        self.assertEqual(done.returncode, 2)

    def test_no_daemon(self):
        done = self.doctor(self.directory / "none.sock")
        self.assertEqual(done.returncode, 2)
        (finding,) = self.found(done)
        self.assertEqual((finding["severity"], finding["about"]), ("critical", "daemon"))
        self.assertIn("systemctl status fortnightd", finding["mend"])

    def test_a_reader_who_may_not_ask(self):
        daemon = self.daemon("access: {required: true}\n", NOW).start()
        done = self.doctor(f"127.0.0.1:{daemon.ports['query']}")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("not-authenticated", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "the daemon runs as another user, which only root can arrange")
    def test_paths_that_the_daemons_user_may_not_read(self):
        self.directory.chmod(0o755)
        closed = self.directory / "closed"
        closed.mkdir(mode=0o700)
        (closed / "a.log").write_text("")
        secret = self.directory / "secret.log"
        secret.write_text("")
        secret.chmod(0o640)
        os.chown(secret, 0, 4)  # adm
        daemon = self.daemon(
            f"sources: [{{tail: {{name: a, paths: ['{closed}/*.log', {secret}]}}}}]\n", NOW)
        daemon.data.mkdir()
        os.chown(daemon.data, NOBODY, NOBODY)
        with open(daemon.log, "ab") as log:
            daemon.process = subprocess.Popen(
                [FORTNIGHTD, "--config", str(daemon.config)], stdout=log, stderr=log, user=NOBODY,
                group=NOBODY, extra_groups=[])
        socket = daemon.data / "query.sock"
        wait_until(socket.exists, daemon.log.read_text)
        wait_until(lambda: not any(row["about"] == "daemon" for row in self.found(self.doctor(socket))),
                   daemon.log.read_text)
        done = self.doctor(socket)
        self.assertEqual(done.returncode, 2)
        # One finding for each fault, though the daemon reports the same paths.
        mends = {(row["about"], row["what"]): row["mend"] for row in self.found(done)}
        self.assertEqual(mends, {
            ("permission", f"the user nobody may not enter {closed} (root:root 700)"):
                f"setfacl -m u:nobody:rx {closed}",
            ("permission", f"the user nobody may not read {secret} (root:adm 640)"):
                "adduser nobody adm && systemctl restart fortnightd"})
        self.assertEqual(len(self.found(done)), len(mends))
        # From another host, the daemon's own problems are all that is known.
        port = json.loads((daemon.data / "ports.json").read_text())["query"]
        over_tcp = self.found(self.doctor(f"127.0.0.1:{port}"))
        self.assertEqual({row["what"] for row in over_tcp},
                         {f"a: {closed}: Permission denied", f"a: {secret}: Permission denied"})
        # The mends are enough.
        for path, entry in ((closed, "rx"), (secret, "r")):
            set_access(path, NOBODY, entry)
        wait_until(lambda: self.found(self.doctor(socket)) == [], daemon.log.read_text)


if __name__ == "__main__":
    unittest.main()
