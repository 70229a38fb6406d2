"""The HTTP API of a daemon with some calls, for tests."""

import http.client
import json
import socket

import daemon

CLOCK = "2026-11-20T12:00:00Z"
CONFIG = """storage: {clock_hold: 0, seal_after: 0, flush_interval: 10ms}
audit: {enabled: true}
erasure: {enabled: true}
"""
CALLS = [
    {"ts": f"2026-11-20T{hour:02}:{minute:02}:00Z", "call_id": f"c-{hour}-{minute}", "account": account,
     "method": "POST" if minute else "GET", "endpoint": f"/api/{hour % 3}", "path": "/api/x,\"y\"",
     "status": 500 if hour % 4 == 0 else 200, "duration_ms": 1.50 * hour, "ids": {"error_id": [f"e-{hour}"]},
     "request": {"body": {"big": 12345678901234567890, "text": "=1+1 <script>"}}}
    for hour in range(12) for minute in (0, 30) for account in ("A", "B")
]


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class HttpTestCase(daemon.TestCase):
    def setUp(self):
        super().setUp()
        self.running = self.daemon(CONFIG, clock=CLOCK).start()
        with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
            for call in CALLS:
                intake.sendall(json.dumps(call, separators=(",", ":")).encode() + b"\n")
        daemon.wait_for_calls(self.running, "date=today", len(CALLS))
        self.port = self.running.ports["web"]

    def get(self, target, method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body, headers=names)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def raw(self, text):
        """What the daemon sends until it closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(text if isinstance(text, bytes) else text.encode())
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()

    def line_answer(self, request):
        """The bytes of an answer of the line protocol: its data lines, and its summary."""
        with socket.create_connection(("127.0.0.1", self.running.ports["query"])) as connection:
            connection.sendall(request.encode() + b"\n")
            connection.shutdown(socket.SHUT_WR)
            *rows, closing = connection.makefile("rb").read().splitlines()
        return rows, closing

    def send(self, *calls):
        with socket.create_connection(("127.0.0.1", self.running.intake_port)) as intake:
            intake.sendall("".join(json.dumps(call) + "\n" for call in calls).encode() + b"#sync x\n")
            intake.makefile().readline()

    def tag(self, target, **headers):
        return self.get(target, **headers).headers.get("ETag")
