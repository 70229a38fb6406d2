"""A sender of NDJSON over TCP that uses #sync."""

import socket

from daemon import PATIENCE


class Sender:
    def __init__(self, port, timeout=60 * PATIENCE):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.file = self.socket.makefile("rb")
        self.tokens = 0

    def send(self, lines):
        self.socket.sendall(b"".join(line + b"\n" for line in lines))

    def sync(self):
        """Returns (accepted, rejected) of this connection once all before is durable."""
        self.tokens += 1
        self.socket.sendall(b"#sync t%d\n" % self.tokens)
        answer = self.file.readline().decode()
        if not answer:
            raise ConnectionError("closed before the acknowledgement")
        word, token, accepted, rejected = answer.split()
        if (word, token) != ("#ok", f"t{self.tokens}"):
            raise AssertionError(f"not the acknowledgement: {answer}")
        return int(accepted.removeprefix("accepted=")), int(rejected.removeprefix("rejected="))

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
