"""Followers behind Debian's nginx and Caddy, as people configure them: calls arrive at once, and a follower
that reconnects has no gap and no repeat."""

import http.client
import json
import socket
import time
import unittest

import daemon
import web_servers


class NginxProxy(web_servers.Nginx):
    def __init__(self, directory, target):
        self.target = target
        super().__init__(directory)

    def command(self):
        command = super().command()
        config = self.directory / "nginx.conf"
        text = config.read_text()
        self.plain = text.replace(
            'location / { return 200 "ok"; }',
            f"location / {{ proxy_pass http://127.0.0.1:{self.target}; }}")
        config.write_text(self.plain)
        return command


class CaddyProxy(web_servers.Caddy):
    def __init__(self, directory, target):
        self.target = target
        super().__init__(directory)

    def command(self):
        command = super().command()
        config = self.directory / "Caddyfile"
        config.write_text(config.read_text().replace(
            "  respond ok\n", f"  reverse_proxy 127.0.0.1:{self.target}\n"))
        return command


class ProxiesTest(daemon.TestCase):
    def follower(self, port, last=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip"}
        if last:
            headers["Last-Event-ID"] = last
        connection.request("GET", "/api/v1/follow", headers=headers)
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")
        return connection, response

    def events(self, response, count):
        """The next calls' IDs, and the last event's ID."""
        ids, last, data = [], None, None
        while len(ids) < count:
            line = response.readline().decode().rstrip("\r\n")
            if line.startswith("id: "):
                last = line[4:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif not line and data:
                ids.append(data["call_id"])
                data = None
        return ids, last

    def send(self, intake, numbers):
        for number in numbers:
            intake.sendall(json.dumps({"ts": self.now(), "call_id": f"f-{number}"}).encode() + b"\n")

    @staticmethod
    def now():
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def check(self, proxy_class):
        running = self.daemon().start()
        directory = self.directory / "proxy"
        directory.mkdir()
        proxy = proxy_class(directory, running.ports["web"])
        self.addCleanup(proxy.stop)
        with socket.create_connection(("127.0.0.1", running.intake_port)) as intake:
            connection, response = self.follower(proxy.port)
            while not response.readline().startswith(b": still here"):
                pass
            # A call is passed on at once, not when a buffer is full.
            begun = time.monotonic()
            self.send(intake, [0])
            ids, last = self.events(response, 1)
            self.assertEqual(ids, ["f-0"])
            self.assertLess(time.monotonic() - begun, 3 * daemon.PATIENCE)
            connection.close()
            self.send(intake, range(1, 300))
            connection, response = self.follower(proxy.port, last)
            ids, last = self.events(response, 200)
            connection.close()
            connection, response = self.follower(proxy.port, last)
            self.send(intake, range(300, 310))
            more, _ = self.events(response, 109)
            self.assertEqual(ids + more, [f"f-{number}" for number in range(1, 310)])
            connection.close()
        # Ordinary answers pass too, and the proxy's clients that leave are noticed.
        client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
        client.request("GET", "/api/v1/logs?limit=1000")
        answer = json.loads(client.getresponse().read())
        self.assertEqual(answer["summary"]["calls"], 310)
        client.close()
        daemon.wait_until(lambda: running.ask("STATUS").rows[0]["queries"]["running"] <= 1,
                          lambda: "a follower behind the proxy is still served")

    def test_nginx(self):
        self.check(NginxProxy)

    def test_caddy(self):
        self.check(CaddyProxy)


if __name__ == "__main__":
    unittest.main()
