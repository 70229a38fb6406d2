"""Lines as syslog senders frame them: octet counts, headers, datagrams; and real senders with their
documented configuration: rsyslog, syslog-ng, HAProxy, nginx, Caddy, Apache with logger."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import unittest

from daemon import TestCase, wait_until
from web_servers import HOMES, Nginx, WebServer, free_port

NOW = "2026-11-20T12:00:00Z"


def call(number):
    return json.dumps({"ts": "2026-11-20T11:00:00Z", "call_id": f"n-{number}", "endpoint": "/e",
                       "status": 200}).encode()


def counted(message):
    return b"%d %s" % (len(message), message)


class SyslogTestCase(TestCase):
    def port(self, name):
        source = next(one for one in self.under_test.ports["sources"] if one["name"] == name)
        return source.get("tcp") or source.get("udp")

    def source(self, name):
        sources = self.under_test.ask("STATUS").rows[0]["sources"]
        return next(source for source in sources if source["name"] == name)

    def wait_for(self, name, calls):
        wait_until(lambda: self.source(name)["calls"] >= calls,
                   lambda: f"{self.source(name)}\n{self.under_test.log.read_text()}")
        self.assertEqual(self.source(name)["calls"], calls)


class FramingTest(SyslogTestCase):
    def running(self):
        self.socket_path = self.directory / "dgram.sock"
        self.under_test = self.daemon(
            'sources:\n  - tcp: {listen: "127.0.0.1:0", name: tcp}\n'
            '  - udp: {listen: "127.0.0.1:0", name: udp}\n'
            f'  - unix: {{listen: "{self.socket_path}", datagrams: true, name: unix}}\n', NOW).start()

    def ask(self, text):
        with socket.create_connection(("127.0.0.1", self.port("tcp")), timeout=60) as peer:
            peer.sendall(text)
            peer.shutdown(socket.SHUT_WR)
            return peer.makefile("rb").read()

    def test_counts_and_headers(self):
        self.running()
        for number, front in enumerate((
                b"", b"<14>", b"<190>Nov 20 12:00:00 host nginx: ", b"<134>Nov  2 12:00:00 haproxy[71]: ",
                b"<14>2026-11-20T12:00:00+01:00 host app[7]: @cee: ",
                b'<165>1 2026-11-20T12:00:00Z host app 7 ID [x@1 a="]\\""] \xef\xbb\xbf')):
            line = front + call(number)
            self.assertEqual(self.ask(line + b"\n#sync a\n"), b"#ok a accepted=1 rejected=0\n", line)
            text = counted(line) + counted(line + b"\n") + counted(b"no json") + counted(b"#sync b")
            self.assertEqual(self.ask(text), b"#ok b accepted=2 rejected=1\n", text)
        self.wait_for("tcp", 18)
        rows = self.under_test.ask("SHOW n-5").rows
        self.assertEqual([row["line"] for row in rows], [json.loads(call(5))] * 3)

    def test_values_of_the_header(self):
        self.under_test = self.daemon(
            "formats:\n"
            "  headers: {ts: $time, account: $host, path: /path, method: $program,\n"
            "    ids: {call_id: $process}}\n"
            "  plain: {ts: /ts, account: /a, unwrap: none}\n"
            "sources:\n"
            '  - tcp: {listen: "127.0.0.1:0", name: tcp, format: headers}\n'
            '  - udp: {listen: "127.0.0.1:0", name: udp, format: headers}\n'
            '  - unix: {listen: "%s", name: plain, format: plain}\n' % (self.directory / "s.sock"),
            NOW).start()
        line = b'<165>1 2026-11-20T11:30:00.5Z web-%d app 7%d - - {"path":"/p"}'
        self.assertEqual(self.ask(line % (1, 1) + b"\n#sync a\n"),
                         b"#ok a accepted=1 rejected=0\n")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(line % (2, 2), ("127.0.0.1", self.port("udp")))
        self.wait_for("udp", 1)
        for number in (1, 2):
            row = self.under_test.ask(f"SHOW 7{number}").rows[0]
            self.assertEqual((row["account"], row["method"], row["ts"], row["line"]),
                             (f"web-{number}", "app", "2026-11-20T11:30:00.5Z", {"path": "/p"}))
        # A sender's header is no part of the line, even where the format removes nothing else.
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(self.directory / "s.sock"))
            peer.sendall(b'<14>{"ts":"2026-11-20T11:00:00Z","a":"x"}\n#sync b\n')
            self.assertEqual(peer.makefile("rb").readline(), b"#ok b accepted=1 rejected=0\n")

    def test_a_wrong_count_ends_the_connection(self):
        self.running()
        answer = self.ask(counted(call(1)) + b"x" + counted(call(2)))
        self.assertRegex(answer, b"^ERR bad-request expected an octet count")
        self.wait_for("tcp", 1)
        # A message that is longer than may be is cut and the next one taken.
        long = call(3)[:-1] + b',"x":"' + b"y" * (2 << 20) + b'"}'
        self.assertEqual(self.ask(counted(long) + counted(call(4)) + counted(b"#sync x")),
                         b"#ok x accepted=2 rejected=0\n")

    def test_counted_messages_in_pieces(self):
        self.running()
        with socket.create_connection(("127.0.0.1", self.port("tcp")), timeout=60) as peer:
            for byte in counted(call(1)) + counted(b"<14>" + call(2)) + counted(b"#sync x"):
                peer.sendall(bytes([byte]))
            self.assertEqual(peer.makefile("rb").readline(), b"#ok x accepted=2 rejected=0\n")

    def test_pieces_of_lines_belong_to_their_connection(self):
        self.running()
        front = b"2026-11-20T11:00:00Z stdout "
        with socket.create_connection(("127.0.0.1", self.port("tcp")), timeout=60) as one, \
                socket.create_connection(("127.0.0.1", self.port("tcp")), timeout=60) as other, \
                socket.create_connection(("127.0.0.1", self.port("tcp")), timeout=60) as third:
            for number, peer in enumerate((one, other, third)):
                peer.sendall(front + b"P " + call(number)[:30] + b"\n#sync x\n")
                self.assertEqual(peer.makefile("rb").readline(), b"#ok x accepted=0 rejected=0\n")
            for number, peer in enumerate((one, other)):
                peer.sendall(front + b"F " + call(number)[30:] + b"\n#sync y\n")
                self.assertEqual(peer.makefile("rb").readline(), b"#ok y accepted=1 rejected=0\n")
        wait_until(lambda: self.source("tcp")["rejected"] == {"not-json": 1}, lambda: str(self.source("tcp")))
        rows = self.under_test.ask("REJECTS").rows
        self.assertEqual([row["bytes"] for row in rows], [call(2)[:30].decode()])
        for number in range(2):
            self.assertEqual(len(self.under_test.ask(f"SHOW n-{number}").rows), 1)

    def test_datagrams(self):
        self.running()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(udp.close)
        local = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(local.close)
        for number in range(100):
            udp.sendto(b"<190>Nov 20 12:00:00 host nginx: " + call(number),
                       ("127.0.0.1", self.port("udp")))
            local.sendto(b"<14>" + call(number) + b"\n", str(self.socket_path))
        udp.sendto(b"", ("127.0.0.1", self.port("udp")))
        udp.sendto(call(100) + b"\n" + call(101) + b"\nno json\n", ("127.0.0.1", self.port("udp")))
        local.sendto(b"\xff" * 100_000, str(self.socket_path))
        self.wait_for("unix", 100)
        self.wait_for("udp", 102)
        wait_until(lambda: self.source("udp")["datagrams"] == 102, lambda: str(self.source("udp")))
        self.assertEqual(self.source("udp")["kernel_drops"], 0)
        self.assertEqual(self.source("unix")["rejected"], {"not-utf8": 1})
        self.assertEqual(self.under_test.stop(), 0)
        self.assertFalse(self.socket_path.exists())

    def test_what_the_kernel_drops_is_counted(self):
        self.running()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(udp.close)
        self.under_test.process.send_signal(signal.SIGSTOP)
        try:
            message = call(1)[:-1] + b',"x":"' + b"y" * 50_000 + b'"}'
            for _ in range(400):
                udp.sendto(message, ("127.0.0.1", self.port("udp")))
        finally:
            self.under_test.process.send_signal(signal.SIGCONT)

        def counts():
            udp.sendto(b"", ("127.0.0.1", self.port("udp")))  # the kernel tells with the next one
            source = self.source("udp")
            return source["calls"], source["kernel_drops"]

        wait_until(lambda: sum(counts()) == 400, lambda: str(counts()))
        self.assertGreater(counts()[1], 0)


class Caddy(WebServer):
    """Sends its access log to `target`, as its documentation has it."""

    def __init__(self, directory, target):
        self.target = target
        super().__init__(directory)

    def command(self):
        config = self.directory / "Caddyfile"
        config.write_text(
            "{\n  admin off\n  auto_https off\n}\n"
            f"http://127.0.0.1:{self.port} {{\n"
            f"  log {{\n    output net {self.target}\n    format json\n  }}\n  respond ok\n}}\n")
        return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]


class SyslogNginx(Nginx):
    """Sends its access log by `syslog:` instead of writing it to a file."""

    def __init__(self, directory, servers):
        self.servers = servers
        super().__init__(directory)

    def command(self):
        command = super().command()
        config = self.directory / "nginx.conf"
        logs = "".join(f"  access_log syslog:server={server},tag=nginx fortnight;\n"
                       for server in self.servers)
        config.write_text(config.read_text().replace(f"  access_log {self.log} fortnight;\n", logs))
        return command


HAPROXY = """global
    maxconn 100
ring fortnight
    format rfc5424
    maxlen 8192
    size 65536
    timeout connect 5s
    timeout server 10s
    server fortnight 127.0.0.1:{tcp} log-proto octet-count
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
    option dontlognull
    log-format '{{"ts":"%Ts.%ms","method":"%HM","path":"%HP","status":%ST,"duration_ms":%Ta}}'
frontend web
    bind 127.0.0.1:{port}
    log ring@fortnight local0
    log 127.0.0.1:{udp} local0
    http-request return status 200 content-type text/plain string ok
"""

RSYSLOG = """global(workDirectory="{directory}")
module(load="imfile" PollingInterval="1")
input(type="imfile" File="{log}" Tag="app" Facility="local0")
action(type="omfwd" target="127.0.0.1" port="{tcp}" protocol="tcp" TCP_Framing="{framing}"
       template="{template}")
"""

SYSLOG_NG = """@version: 3.38
source s {{ file("{log}" flags(no-parse)); }};
destination d {{ {driver}("127.0.0.1" port({tcp}) transport("tcp")); }};
log {{ source(s); destination(d); }};
"""

APACHE = """ServerRoot {directory}
PidFile {directory}/pid
Listen 127.0.0.1:{port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
ErrorLog {directory}/error.log
ServerName localhost
RedirectMatch 204 .*
LogFormat "{{\\"ts\\":\\"%{{%Y-%m-%dT%H:%M:%S}}t.%{{msec_frac}}tZ\\",\\"method\\":\\"%m\\",\
\\"path\\":\\"%U\\",\\"status\\":%>s}}" fortnight
CustomLog "|/usr/bin/logger -n 127.0.0.1 -P {tcp} --tcp --octet-count --rfc5424 -t apache" fortnight
"""


class RealSendersTest(SyslogTestCase):
    def setUp(self):
        super().setUp()
        self.socket_path = self.directory / "dgram.sock"
        self.under_test = self.daemon(
            'sources:\n  - tcp: {listen: "127.0.0.1:0", name: tcp}\n'
            '  - udp: {listen: "127.0.0.1:0", name: udp}\n'
            '  - tcp: {listen: "127.0.0.1:0", name: caddy, format: caddy}\n'
            '  - udp: {listen: "127.0.0.1:0", name: nginx-udp, format: nginx}\n'
            f'  - unix: {{listen: "{self.socket_path}", datagrams: true, name: nginx-unix, format: nginx}}'
            "\n"
        ).start()
        self.sender_directory = self.directory / "sender"
        self.sender_directory.mkdir()

    def run_sender(self, *command):
        output = open(self.sender_directory / "output", "wb")
        self.addCleanup(output.close)
        process = subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=output,
            env={**os.environ, "TZ": "UTC", **{name: str(self.sender_directory) for name in HOMES}})

        def stop():
            process.terminate()
            process.wait(timeout=20)

        self.addCleanup(stop)
        return process

    def request_all(self, port, count):
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        for number in range(count):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", f"/api/{number}")
            connection.getresponse().read()
            connection.close()

    def check(self, name, count):
        """The source has this many calls, of which each path is known."""
        self.wait_for(name, count)
        rows = self.under_test.ask(f"LOGS date=all source={name} limit=1000").rows
        self.assertEqual({row["path"] for row in rows}, {f"/api/{number}" for number in range(count)})
        self.assertEqual({row["method"] for row in rows}, {"GET"})
        self.assertTrue(all(row["status"] in (200, 204) for row in rows))

    def app_log(self, count):
        log = self.sender_directory / "app.log"
        log.write_bytes(b"".join(
            json.dumps({"ts": time.time(), "method": "GET", "path": f"/api/{number}", "status": 200}).encode()
            + b"\n" for number in range(count)))
        return log

    def test_nginx(self):
        nginx = SyslogNginx(self.sender_directory,
                            [f"127.0.0.1:{self.port('nginx-udp')}", f"unix:{self.socket_path}"])
        self.addCleanup(nginx.stop)
        # nginx doesn't wait where the queue of the socket is full, which may have room for ten messages.
        for number in range(50):
            nginx.request_all([("GET", f"/api/{number}", {})])
            self.wait_for("nginx-unix", number + 1)
        self.check("nginx-udp", 50)
        self.check("nginx-unix", 50)

    def test_caddy(self):
        caddy = Caddy(self.sender_directory, f"127.0.0.1:{self.port('caddy')}")
        self.addCleanup(caddy.stop)
        caddy.request_all([("GET", f"/api/{number}", {}) for number in range(50)])
        self.check("caddy", 50)

    @unittest.skipUnless(shutil.which("haproxy", path="/usr/sbin"), "HAProxy isn't installed")
    def test_haproxy(self):
        port = free_port()
        config = self.sender_directory / "haproxy.cfg"
        config.write_text(HAPROXY.format(tcp=self.port("tcp"), udp=self.port("udp"), port=port))
        self.run_sender("/usr/sbin/haproxy", "-db", "-f", config)
        self.request_all(port, 50)
        self.check("tcp", 50)
        self.check("udp", 50)

    @unittest.skipUnless(shutil.which("rsyslogd", path="/usr/sbin"), "rsyslog isn't installed")
    def test_rsyslog(self):
        log = self.app_log(200)
        sent = 0
        for framing, template in (("octet-counted", "RSYSLOG_SyslogProtocol23Format"),
                                  ("traditional", "RSYSLOG_ForwardFormat"),
                                  ("octet-counted", "RSYSLOG_TraditionalForwardFormat")):
            directory = self.sender_directory / f"{sent}"
            directory.mkdir()
            config = directory / "rsyslog.conf"
            config.write_text(RSYSLOG.format(directory=directory, log=log, tcp=self.port("tcp"),
                                             framing=framing, template=template))
            self.run_sender("/usr/sbin/rsyslogd", "-n", "-f", config, "-i", directory / "pid")
            sent += 200
            self.wait_for("tcp", sent)
        self.assertEqual(self.source("tcp")["rejected"], {})

    @unittest.skipUnless(shutil.which("syslog-ng"), "syslog-ng isn't installed")
    def test_syslog_ng(self):
        log = self.app_log(200)
        for number, driver in enumerate(("syslog", "network")):
            config = self.sender_directory / f"{driver}.conf"
            config.write_text(SYSLOG_NG.format(log=log, tcp=self.port("tcp"), driver=driver))
            directory = self.sender_directory / driver
            directory.mkdir()
            self.run_sender("syslog-ng", "-F", "--no-caps", "-f", config, "-p", directory / "pid",
                            "-R", directory / "persist", "-c", directory / "control")
            self.wait_for("tcp", 200 * (number + 1))

    @unittest.skipUnless(pathlib.Path("/usr/sbin/apache2").exists(), "Apache isn't installed")
    def test_apache(self):
        port = free_port()
        config = self.sender_directory / "apache.conf"
        config.write_text(APACHE.format(directory=self.sender_directory, port=port, tcp=self.port("tcp")))
        self.run_sender("/usr/sbin/apache2", "-f", config, "-D", "FOREGROUND")
        self.request_all(port, 50)
        self.check("tcp", 50)


if __name__ == "__main__":
    unittest.main()
