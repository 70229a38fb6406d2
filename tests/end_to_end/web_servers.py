"""Debian's Caddy and nginx on loopback addresses."""

import http.client
import os
import signal
import socket
import subprocess
import time


# Environment variables for directories that a server may write to.
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class WebServer:
    """Answers 404 below /api/missing/, 500 below /api/broken/, else 200; `log` is its access log."""

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.log = directory / "access.json"
        self.output = open(directory / "output", "wb")
        self.process = subprocess.Popen(
            self.command(), stdout=self.output, stderr=self.output,
            env={**os.environ, **{name: str(directory) for name in HOMES}},
        )
        self.wait()

    def wait(self):
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError((self.directory / "output").read_text())

    def request_all(self, requests):
        """Sends (method, path, headers) of each, and returns the statuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        statuses = []
        for method, path, headers in requests:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
        return statuses

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        self.output.close()


class Caddy(WebServer):
    """Rotates its log by itself at a megabyte, and compresses rotated files."""

    def command(self):
        config = self.directory / "Caddyfile"
        config.write_text(
            "{\n  admin off\n  auto_https off\n}\n"
            f"http://127.0.0.1:{self.port} {{\n"
            f"  log {{\n    output file {self.log} {{\n      roll_size 1MiB\n    }}\n"
            "    format json\n  }\n"
            "  respond /api/missing/* 404\n  respond /api/broken/* 500\n  respond ok\n}\n"
        )
        return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]


class Nginx(WebServer):
    """Its log is rotated like by logrotate: a rename, then SIGUSR1."""

    def command(self):
        config = self.directory / "nginx.conf"
        config.write_text(
            f"daemon off; pid {self.directory}/pid; error_log {self.directory}/error.log;\n"
            "worker_processes 1; user root;\n"
            "events {}\nhttp {\n"
            "  log_format fortnight escape=json\n"
            """    '{"ts":"$msec","account":"$http_x_account","request_method":"$request_method",'\n"""
            """    '"request_uri":"$request_uri","status":$status,"request_time":"$request_time",'\n"""
            """    '"request_id":"$http_x_request_id","revision":"$http_revision","host":"$host",'\n"""
            """    '"remote_addr":"$remote_addr","bytes_sent":$bytes_sent,'\n"""
            """    '"user_agent":"$http_user_agent"}';\n"""
            f"  access_log {self.log} fortnight;\n"
            + "".join(
                f"  {kind}_temp_path {self.directory}/{kind};\n"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"  server {{\n    listen 127.0.0.1:{self.port};\n"
            "    location /api/missing/ { return 404; }\n"
            "    location /api/broken/ { return 500; }\n"
            '    location / { return 200 "ok"; }\n  }\n}\n'
        )
        return ["/usr/sbin/nginx", "-c", str(config), "-p", str(self.directory),
                "-e", str(self.directory / "error.log")]

    def rotate(self):
        self.log.rename(self.log.with_name("access.json.1"))
        self.process.send_signal(signal.SIGUSR1)
        while not self.log.exists():
            time.sleep(0.01)
