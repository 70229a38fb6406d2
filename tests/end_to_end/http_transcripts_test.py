"""Every request of the protocol's page and transcripts, through the line port and over HTTP: both give the
same bytes, or the same error at the same column."""

import http.client
import json
import pathlib
import re
import socket
import unittest
import urllib.parse

import daemon

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ARGUMENT = re.compile(r'("(?:[^"\\]|\\.)*"|[^=!<>\s"]+)(!=|<=|>=|=|<|>)((?:"(?:[^"\\]|\\.)*"|[^\s"])*)$')
NAMES = "id text ref date limit status account path code [a-z_]+_id revision from to tz endpoint"
NAME = re.compile(rf"/|({NAMES.replace(' ', '|')})\W")
WORDS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')


def requests():
    pages = [ROOT / "docs/protocol.md", *sorted((ROOT / "tests/protocol").glob("*.test"))]
    for page in pages:
        for line in page.read_text().splitlines():
            if line.startswith("> ") and "$" not in line:
                yield line[2:]


def sample_lines():
    """The native lines of the page and the transcripts, those with times near the page's."""
    for page in [ROOT / "docs/protocol.md", *sorted((ROOT / "tests/protocol").glob("*.test"))]:
        for line in page.read_text().splitlines():
            if line.startswith('{"ts":"2026-11-1') or line.startswith('{"ts":"2026-11-20T0'):
                yield line


def target_of(request):
    """The request as method and target of the HTTP API; None if it has no equal there."""
    words = WORDS.findall(request)
    if not words or " ".join(words) != request:
        return None
    query = []
    names = [word.lower() for word in words[:2 if words[0] == "EXPLAIN" else 1]]
    if names[0] in ("ping", "quit", "auth", "status", "follow"):
        return None
    path = ["", "api", "v1", *names]
    for number, word in enumerate(words[len(names):]):
        argument = ARGUMENT.match(word)
        if number == 0 and argument and names[-1] in ("show", "job") and not NAME.match(word):
            argument = None  # an ID with "=" in it
        if argument is None:
            if number or names[-1] not in ("show", "job", "help", "find"):
                return None
            text = json.loads(word) if word.startswith('"') else word
            if names[-1] == "find":
                query.append("text=" + urllib.parse.quote(text))
            else:
                path.append(urllib.parse.quote(text, safe=""))
            continue
        name, operator, values = argument.groups()
        if values == "":
            return None
        query.append(urllib.parse.quote(name + operator, safe="/=!") + urllib.parse.quote(values, safe=""))
        if operator in "<>":
            query[-1] = urllib.parse.quote(name + operator + values, safe="/") + "="
    return "/".join(path) + "?" + "&".join(query)


class TranscriptsTest(daemon.TestCase):
    def test_both_ports_agree(self):
        running = self.daemon(clock="2026-11-20T12:00:00Z").start()
        lines = list(sample_lines())
        with socket.create_connection(("127.0.0.1", running.intake_port)) as intake:
            intake.sendall("\n".join(lines).encode() + b"\n#sync x\n")
            intake.makefile().readline()
        web = http.client.HTTPConnection("127.0.0.1", running.ports["web"], timeout=60)
        compared = errors = 0
        for request in requests():
            target = target_of(request)
            if target is None:
                continue
            with self.subTest(request, target=target):
                with socket.create_connection(("127.0.0.1", running.ports["query"])) as connection:
                    connection.sendall(request.encode() + b"\n")
                    connection.shutdown(socket.SHUT_WR)
                    *rows, closing = connection.makefile("rb").read().splitlines()
                web.request("GET", target, headers={"Accept": "application/x-ndjson"})
                response = web.getresponse()
                body = response.read()
                if closing.startswith(b"OK "):
                    self.assertEqual(response.status, 200, body)
                    self.assertEqual(body.splitlines(), [*rows, b'{"ok":' + closing[3:] + b"}"])
                    compared += 1
                else:
                    problem = json.loads(body)
                    self.assertEqual(response.status, 400, body)
                    code, message = closing.decode()[4:].split(" ", 1)
                    self.assertEqual(problem["code"], code)
                    if problem["request"] == request:
                        self.assertEqual(problem["detail"], message)
                    errors += 1
        print(f"{compared} answers and {errors} errors compared")
        self.assertGreater(compared, 60)
        self.assertGreater(errors, 3)


if __name__ == "__main__":
    unittest.main()
