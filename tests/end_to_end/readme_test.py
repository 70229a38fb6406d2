"""The README's way from an unknown log to the first chart, with the README's own commands."""

import datetime
import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

from daemon import BINARIES, PATIENCE, TestCase, wait_until

README = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
SECTION = README.split("\n### A log that it doesn't know\n", 1)[1].split("\n## ", 1)[0]
LINES = 400


class ReadmeTest(TestCase):
    def setUp(self):
        super().setUp()
        now = datetime.datetime.now(datetime.timezone.utc)
        documented = json.loads(re.search(r"^\{.*\}$", SECTION, re.MULTILINE)[0])
        with open(self.directory / "shop.json", "w") as sample:
            for i in range(LINES):
                at = now - datetime.timedelta(seconds=LINES - i)
                line = {
                    **documented,
                    "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    "verb": ("GET", "POST", "GET", "DELETE")[i % 4],
                    "target": f"/api/orders/{1000 + i}?full=1",
                    "outcome": {"code": (200, 201, 404, 200, 500)[i % 5]},
                    "took": 0.012 + i / 10_000,
                    "tenant": ("acme", "brick", "comet")[i % 3],
                    "rid": f"5f2b4c1e-8630-4610-9756-fd08c2d2{i:04x}",
                }
                sample.write(json.dumps(line) + "\n")
        self.environment = {
            **os.environ, "PATH": f"{BINARIES}:{os.environ['PATH']}", "HOME": str(self.directory),
        }
        for name in ("XDG_STATE_HOME", "STATE_DIRECTORY", "FORTNIGHT_CONNECT", "FORTNIGHT_DATA_DIR"):
            self.environment.pop(name, None)

    def shell(self, command):
        done = subprocess.run(
            command, shell=True, cwd=self.directory, env=self.environment, capture_output=True, text=True,
            timeout=60 * PATIENCE,
        )
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, command):
        # The default ports may be in use here.
        with open(self.directory / "shop.yaml", "a") as config:
            config.write('query: {listen: "127.0.0.1:0"}\nweb: {enabled: false}\n')
        words = shlex.split(command.removesuffix("&"))
        with open(self.directory / "log", "wb") as log:
            daemon = subprocess.Popen(
                words, cwd=self.directory, env=self.environment, stdout=log, stderr=log,
                executable=str(BINARIES / words[0]),
            )
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        ask = ["fortnight", "activity", "date=last-24-hours", "--json", "--summary"]

        def complete():
            asked = subprocess.run(
                ask, executable=str(BINARIES / "fortnight"), env=self.environment, capture_output=True,
                text=True, timeout=60 * PATIENCE,
            )
            return f'"calls":{LINES}' in asked.stdout

        wait_until(complete, (self.directory / "log").read_text)

    def test_every_command_works(self):
        outputs = {}
        for block in re.findall(r"^```console\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL):
            for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
                if command.endswith("&"):
                    self.start(command)
                else:
                    outputs[command] = self.shell(command)
        documented = re.search(r"^```yaml\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)[1]

        def mapping(text):
            lines = [line.split("  #")[0].rstrip() for line in text.split("\nsources:")[0].splitlines()]
            return [line for line in lines if not line.startswith("#")]

        self.assertEqual(mapping(outputs["cat shop.yaml"]), mapping(documented))
        self.assertIn(f"{LINES} calls", outputs["fortnight-format try shop.yaml shop.json"])
        activity = next(text for command, text in outputs.items() if command.startswith("fortnight activity"))
        calls = sum(json.loads(line).get("calls", 0) for line in activity.splitlines())
        self.assertEqual(calls, LINES)
        top = next(text for command, text in outputs.items() if command.startswith("fortnight top"))
        self.assertIn("/api/orders/{id}", top)


if __name__ == "__main__":
    unittest.main()
