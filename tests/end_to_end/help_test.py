"""A user who has only netcat and HELP."""

import json
import pathlib
import re
import subprocess
import unittest

from daemon import PATIENCE, TestCase
from generated import Generated
from sender import Sender

PAGE = pathlib.Path(__file__).parents[2] / "docs/protocol.md"
NOW = "2026-11-20T12:00:00Z"


class HelpTest(TestCase):
    def setUp(self):
        super().setUp()
        daemon = self.daemon("audit: {enabled: true}\nerasure: {enabled: true}\n", NOW).start()
        generated = Generated(self.directory, 1_000, NOW)
        with Sender(daemon.intake_port) as sender:
            sender.send(generated.lines)
            sender.sync()
        self.port = str(daemon.ports["query"])
        self.data = daemon.data

    def netcat(self, request, *server):
        """The lines of the answer to a request through `nc -N`."""
        piped = subprocess.run(
            ["nc", "-N", *(server or ("127.0.0.1", self.port))],
            input=request + "\n", capture_output=True, text=True, timeout=30 * PATIENCE, check=True,
        )
        return piped.stdout.splitlines()

    def help(self, verb=""):
        lines = self.netcat(f"HELP {verb}".rstrip())
        self.assertTrue(lines[-1].startswith("OK"))
        return [json.loads(line)["help"] for line in lines[:-1]]

    def examples(self):
        """Every line of HELP, and of each verb's help, that is a complete request."""
        guide = self.help()
        verbs = [match[1] for line in guide if (match := re.match(r"  ([A-Z]+) {2,}[a-z]", line))]
        self.assertLessEqual({"ACTIVITY", "LOGS", "SHOW", "TOP", "VALUES", "STATUS"}, set(verbs))
        of_guide = [
            line.strip()
            for line in guide
            if (match := re.match(r"  ([A-Z]+)( [^ ].*)?$", line)) and match[1] in verbs
        ]
        of_verbs = [
            line.split("Example: ")[1]
            for verb in verbs
            for line in self.help(verb)
            if "Example: " in line
        ]
        self.assertGreaterEqual(len(of_guide), 5)
        self.assertGreaterEqual(len(of_verbs), 10)
        return [line for line in of_guide + of_verbs if not line.startswith("AUTH")]

    def test_every_example_is_answered(self):
        for example in self.examples():
            example = example.replace("/var/backups", str(self.directory))
            # Over the unix socket, where the verbs for admins are answered too.
            lines = self.netcat(example, "-U", str(self.data / "query.sock"))
            self.assertTrue(lines, example)
            self.assertTrue(lines[-1].startswith("OK"), f"{example}: {lines[-1]}")
            for line in lines[:-1]:
                json.loads(line)

    def test_from_an_error_to_its_call(self):
        failed = json.loads(self.netcat("LOGS status=failed date=last-7-days limit=1")[0])
        shown = [json.loads(line) for line in self.netcat("SHOW " + failed["call_id"])[:-1]]
        self.assertEqual(len(shown), 1)
        self.assertEqual(shown[0]["line"]["status"], failed["status"])
        self.assertGreaterEqual(failed["status"], 400)

    def test_the_page_tells_every_member_of_the_status(self):
        page = PAGE.read_text()
        for member in json.loads(self.netcat("STATUS")[0]):
            self.assertIn(f"`{member}`", page)

    def test_several_requests_at_once(self):
        lines = self.netcat("PING\nNONSENSE\nPING")
        self.assertEqual([line.split()[0] for line in lines], ["OK", "ERR", "OK"])


if __name__ == "__main__":
    unittest.main()
