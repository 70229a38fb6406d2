"""A reload returns once the configuration is in force, or fails with the reason; systemd is told."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from certificates import KEY, openssl as run_openssl
from daemon import BINARIES, FORTNIGHTD, PATIENCE, LocalConnection, TestCase, wait_until

NOW = "2026-11-20T12:00:00Z"
CALL = '{"ts":"2026-11-20T11:00:00Z","call_id":"%s"}\n'


class ReloadTest(TestCase):
    def reload(self, daemon, *options):
        return subprocess.run([FORTNIGHTD, "--reload", "--config", daemon.config, *options],
                              capture_output=True, text=True, timeout=60 * PATIENCE, check=False)

    def running(self, config="", **more):
        daemon = self.daemon(config, NOW, **more).start()
        self.good = daemon.config.read_text()
        return daemon

    def ports(self, daemon):
        return json.loads((daemon.data / "ports.json").read_text())

    def test_it_returns_once_the_new_sources_accept_connections(self):
        daemon = self.running()
        for i in range(20):
            daemon.config.write_text(self.good.replace(
                "sources: [", "sources: [" + "{tcp: {name: s%d, listen: \"127.0.0.1:0\"}}, " % i))
            done = self.reload(daemon)
            self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", ""))
            ports = {source["name"]: source.get("tcp") for source in self.ports(daemon)["sources"]}
            with socket.create_connection(("127.0.0.1", ports[f"s{i}"]), timeout=30 * PATIENCE) as sender:
                sender.sendall((CALL % i + "#sync x\n").encode())
                self.assertEqual(sender.recv(100), b"#ok x accepted=1 rejected=0\n")

    def test_a_configuration_with_a_mistake_is_refused_with_its_line(self):
        daemon = self.running()
        daemon.config.write_text(self.good + "no_such_key: 1\n")
        done = self.reload(daemon)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"fortnight\.yaml:\d+.*no_such_key")
        daemon.config.write_text("")
        done = self.reload(daemon)
        self.assertEqual((done.returncode, "is empty" in done.stderr), (1, True))
        daemon.config.write_text(self.good)
        self.assertEqual(self.reload(daemon).returncode, 0)
        self.assertEqual(daemon.ask("PING").closing, "OK {}")

    def test_what_only_the_daemon_can_see_is_refused_too(self):
        daemon = self.running()
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = "127.0.0.1:%d" % other.getsockname()[1]
            daemon.config.write_text(self.good.replace(
                "sources: [", "sources: [{tcp: {name: taken, listen: \"%s\"}}, " % taken))
            done = self.reload(daemon)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "bad-configuration .*" + re.escape(taken) + ".*in use")
        names = [source["name"] for source in daemon.ask("STATUS").rows[0]["sources"]]
        self.assertNotIn("taken", names, "nothing has changed")

    @unittest.skipUnless(os.geteuid() == 0, "another process sees other files, which only root can arrange")
    def test_the_files_of_tls_are_the_daemons_to_read(self):
        files = self.directory / "credentials"
        files.mkdir()
        run_openssl("req", "-x509", *KEY, "-days", "2", "-subj", "/CN=localhost",
                    "-keyout", files / "key.pem", "-out", files / "certificate.pem")
        daemon = self.running(f"tls: {{certificate: {files}/certificate.pem, key: {files}/key.pem}}\n")
        # As for the command of ExecReload=, to which systemd 252 gives no credentials.
        hidden = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', files]
        reload = [*hidden, FORTNIGHTD, "--reload", "--config", daemon.config]
        done = subprocess.run(reload, capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        # The daemon looks at them.
        (files / "key.pem").write_text("no key")
        done = subprocess.run(reload, capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
        self.assertEqual((done.returncode, "key.pem" in done.stderr), (1, True), done.stderr)

    def test_it_names_what_waits_for_a_restart(self):
        daemon = self.running()
        daemon.config.write_text(self.good + "retention: {days: 3}\nlimits: {memory: 300MB}\n")
        done = self.reload(daemon)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, "next start, in: retention, limits")

    def test_a_configured_socket_is_found(self):
        path = self.directory / "ask.sock"
        daemon = self.running(f'query: {{listen: "127.0.0.1:0", socket: {path}}}\n')
        self.assertEqual(self.ports(daemon)["socket"], str(path))
        self.assertEqual(self.reload(daemon).returncode, 0)
        # The daemon stays where it is until it is started again.
        daemon.config.write_text(self.good.replace("ask.sock", "other.sock"))
        done = self.reload(daemon)
        self.assertEqual((done.returncode, "query" in done.stdout), (0, True), done.stderr)

    def test_without_a_daemon_it_fails(self):
        daemon = self.running()
        daemon.kill()
        done = self.reload(daemon)
        self.assertEqual((done.returncode, "no daemon answers" in done.stderr), (1, True))
        done = self.reload(daemon, "--data-dir", str(self.directory / "elsewhere"))
        self.assertEqual((done.returncode, "no daemon answers" in done.stderr), (1, True))

    def test_it_is_for_admins(self):
        daemon = self.running()
        with daemon.connect() as connection:
            self.assertRegex(connection.ask("RELOAD").closing, "^ERR denied")
        self.assertEqual(self.local(daemon).ask("RELOAD").closing, "OK {}")
        client = subprocess.run([BINARIES / "fortnight", "reload", "--connect", daemon.data / "query.sock"],
                                capture_output=True, text=True, timeout=30 * PATIENCE, check=False)
        self.assertEqual((client.returncode, client.stderr), (0, ""))

    def test_many_at_once_and_a_stop_among_them(self):
        daemon = self.running()
        closings = []

        def ask():
            with contextlib.suppress(OSError, EOFError):
                with LocalConnection(daemon.data / "query.sock") as connection:
                    for _ in range(50):
                        closings.append(connection.ask("RELOAD").closing)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(closings) > 20, lambda: str(closings))
        self.assertEqual(daemon.stop(), 0)
        for thread in threads:
            thread.join(timeout=30 * PATIENCE)
            self.assertFalse(thread.is_alive())
        self.assertEqual({line.split()[0] for line in closings[:20]}, {"OK"})


class ServiceManagerTest(TestCase):
    def test_systemd_is_told(self):
        path = self.directory / "notify"
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(path))
        manager.settimeout(30 * PATIENCE)
        os.environ["NOTIFY_SOCKET"] = str(path)
        self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
        log = self.directory / "app.json"
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        log.write_text("".join('{"ts":"%s","call_id":"c-%d"}\n' % (now, i) for i in range(600)))
        daemon = self.daemon(f"sources: [{{tail: {{paths: [{log}]}}}}]\n")
        daemon.start()
        self.assertEqual(manager.recv(1000), b"READY=1")
        status = ""
        deadline = time.monotonic() + 60 * PATIENCE
        while not re.search("^STATUS=.*calls of 1 day", status, re.M) and time.monotonic() < deadline:
            status = manager.recv(1000).decode()
        self.assertRegex(status, r"(?m)^STATUS=\d+\.\d calls a second; 0 bytes behind; calls of 1 day$")
        daemon.process.send_signal(signal.SIGHUP)
        told = [manager.recv(1000)]
        while told[-1] != b"READY=1":
            told.append(manager.recv(1000))
        self.assertIn(b"RELOADING=1", told)
        self.assertEqual(daemon.stop(), 0)
        while told[-1] != b"STOPPING=1":
            told.append(manager.recv(1000))


if __name__ == "__main__":
    unittest.main()
