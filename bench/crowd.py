"""Clients that keep a daemon busy, and clients that measure how long others wait meanwhile."""

import collections
import contextlib
import itertools
import multiprocessing
import random
import selectors
import socket
import threading
import time


def connect(port, address):
    return socket.create_connection(("127.0.0.1", port), source_address=(address, 0))


def closing_line(last, piece):
    """Adds received bytes to the last line of an answer. Returns it if it closes the answer, else None."""
    last += piece
    del last[:max(0, last.rfind(b"\n", 0, len(last) - 1) + 1)]
    return bytes(last) if last.endswith(b"\n") and not last.startswith(b"{") else None


def ask_repeatedly(port, address, connections, request, ended, results):
    selector = selectors.DefaultSelector()
    outcomes = collections.Counter()
    for _ in range(connections):
        peer = connect(port, address)
        peer.sendall(request() + b"\n")
        selector.register(peer, selectors.EVENT_READ, bytearray())
    while not ended.is_set():
        for key, _ in selector.select(0.05):
            piece = key.fileobj.recv(1 << 18)
            closing = closing_line(key.data, piece)
            if closing is None and piece:
                continue
            outcomes[closing[:9].decode().split(" {")[0] if closing else "no answer"] += 1
            key.data.clear()
            if piece:
                key.fileobj.sendall(request() + b"\n")
            else:
                selector.unregister(key.fileobj)
    results.send(outcomes)
    for key in list(selector.get_map().values()):
        key.fileobj.close()


class Crowd:
    """A process whose connections each send the next request as soon as the last one is answered, while
    it is entered. `request`: returns the next one."""

    def __init__(self, port, address, connections, request):
        self.ended = multiprocessing.Event()
        self.results, results = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(
            target=ask_repeatedly, args=(port, address, connections, request, self.ended, results),
            daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.outcomes = self.results.recv()
        self.process.join()


def numbered(*templates):
    """Returns a function that returns the next request: `{n}` is a number that no other request has."""
    numbers = itertools.count(random.randrange(10**9, 10**10))
    cycle = itertools.cycle(templates)
    return lambda: next(cycle).replace("{n}", str(next(numbers))).encode()


class Probe(threading.Thread):
    """Sends requests with pauses between them, and keeps the seconds of each."""

    def __init__(self, port, address, request, pause):
        super().__init__()
        self.peer = connect(port, address)
        self.request = request
        self.pause = pause
        self.ended = threading.Event()
        self.seconds = []
        self.errors = collections.Counter()

    def run(self):
        last = bytearray()
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while not self.ended.is_set():
                began = time.monotonic()
                self.peer.sendall(self.request() + b"\n")
                closing = None
                while closing is None:
                    piece = self.peer.recv(1 << 18)
                    if not piece:
                        raise OSError("the connection was closed")
                    closing = closing_line(last, piece)
                last.clear()
                self.seconds.append(time.monotonic() - began)
                if not closing.startswith(b"OK"):
                    self.errors[closing.decode().strip()] += 1
                self.ended.wait(self.pause)
            return
        # Counts a request that is cut off only if it took longest, so that starving is visible.
        cut = time.monotonic() - began
        if cut > max(self.seconds, default=0):
            self.seconds.append(cut)

    def end(self):
        self.ended.set()
        with contextlib.suppress(OSError):
            self.peer.shutdown(socket.SHUT_RDWR)
        self.join()
        self.peer.close()


@contextlib.contextmanager
def probing(probes):
    """Runs probes, a dictionary by name."""
    for probe in probes.values():
        probe.start()
    try:
        yield
    finally:
        for probe in probes.values():
            probe.end()


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
