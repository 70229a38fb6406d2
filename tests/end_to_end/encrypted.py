"""Connections with TLS, as Python's ssl makes them."""

import socket
import ssl

from certificates import Authority
from daemon import PATIENCE, Connection, LocalConnection, TestCase
from sender import Sender

TIMEOUT = 60 * PATIENCE


def client_context(authority, pair=None):
    context = ssl.create_default_context(cafile=authority.file)
    if pair:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


def plain_socket(port, source=None):
    return socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT,
                                    source_address=(source, 0) if source else None)


def encrypted_socket(port, context, source=None):
    plain = plain_socket(port, source)
    try:
        return context.wrap_socket(plain, server_hostname="localhost")
    except BaseException:
        plain.close()
        raise


class EncryptedConnection(Connection):
    def __init__(self, port, context, source=None):
        self.socket = encrypted_socket(port, context, source)
        self.file = self.socket.makefile("rb")


class EncryptedSender(Sender):
    def __init__(self, port, context):
        self.socket = encrypted_socket(port, context)
        self.file = self.socket.makefile("rb")
        self.tokens = 0


class HalfClosing:
    """A client that ends its side with close_notify and goes on reading, which ssl.SSLSocket can't."""

    def __init__(self, port, context):
        self.socket = plain_socket(port)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self._run(self.session.do_handshake)

    def _flush(self):
        self.socket.sendall(self.outgoing.read())

    def _run(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush()
                received = self.socket.recv(1 << 16)
                self.incoming.write(received) if received else self.incoming.write_eof()
            finally:
                self._flush()

    def send(self, data):
        self._run(lambda: self.session.write(data))

    def half_close(self):
        try:
            self.session.unwrap()
        except ssl.SSLWantReadError:
            pass
        self._flush()

    def rest(self):
        """What comes until the daemon ends its side."""
        received = b""
        while True:
            try:
                received += self._run(lambda: self.session.read(1 << 16))
            except ssl.SSLZeroReturnError:
                return received

    def close(self):
        self.socket.close()


class EncryptedTestCase(TestCase):
    """A test with an authority, and a daemon whose ports speak TLS."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.directory)
        self.pair = self.authority.server()
        self.context = client_context(self.authority)

    def section(self, pair=None, client_ca=None):
        pair = pair or self.pair
        more = f", client_ca: {client_ca}" if client_ca else ""
        return f"tls: {{certificate: {pair.certificate}, key: {pair.key}{more}}}\n"

    def encrypted_daemon(self, more="", pair=None, client_ca=None, clock=None, listen="127.0.0.1:0"):
        """Starts a daemon whose three TCP ports speak TLS."""
        port = f'listen: "{listen}", tls: true'
        return self.daemon(
            self.section(pair, client_ca)
            + f"query: {{{port}, max_connections: 64}}\n"
            + f"web: {{{port}, hosts: [logs.example.com], hsts: 365d}}\n"
            + f"sources: [{{tcp: {{{port}}}}}]\n" + more, clock).start()

    def connect(self, daemon, context=None, source=None):
        connection = EncryptedConnection(daemon.ports["query"], context or self.context, source)
        self.addCleanup(connection.close)
        return connection

    def status(self, daemon):
        with LocalConnection(daemon.data / "query.sock") as connection:
            (row,) = connection.ask("STATUS").rows
        return row
