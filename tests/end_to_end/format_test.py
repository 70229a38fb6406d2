"""fortnight-format: its commands, and the way from an unknown log to the first answer."""

import datetime
import json
import subprocess
import unittest

from daemon import BINARIES, PATIENCE, TestCase, wait_for_calls

FORMAT = str(BINARIES / "fortnight-format")
NOW = datetime.datetime.now(datetime.timezone.utc)


def shop_line(i):
    """A line that no preset knows."""
    at = (NOW - datetime.timedelta(seconds=600 - i)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps({
        "at": at, "verb": ("GET", "POST", "GET", "DELETE")[i % 4], "target": f"/api/orders/{1000 + i}?full=1",
        "outcome": {"code": (200, 201, 404, 200, 500)[i % 5]}, "took": 0.012 + i / 10_000,
        "tenant": ("acme", "brick", "comet")[i % 3],
        "rid": f"5f2b4c1e-8630-4610-9756-fd08c2d2{i:04x}", "token": "hunter2",
    })


class FormatTest(TestCase):
    def setUp(self):
        super().setUp()
        self.sample = self.directory / "shop.json"
        self.sample.write_text("".join(shop_line(i) + "\n" for i in range(400)))

    def run_format(self, *arguments, **options):
        return subprocess.run(
            [FORMAT, *map(str, arguments)], capture_output=True, text=True, timeout=60 * PATIENCE, **options
        )

    def test_a_guess_is_a_configuration_that_works(self):
        guessed = self.run_format("guess", self.sample)
        self.assertEqual(guessed.returncode, 0, guessed.stdout + guessed.stderr)
        self.assertNotIn("hunter2", guessed.stdout)
        saved = self.directory / "shop.yaml"
        saved.write_text(guessed.stdout)
        tried = json.loads(self.run_format("try", saved, self.sample, "--json").stdout)
        self.assertEqual((tried["lines"], tried["calls"], tried["rejected"]), (400, 400, 0))
        self.assertEqual({name for name, calls in tried["missing"].items() if calls}, {"revision"})
        first = tried["first"][0]
        self.assertEqual(first["endpoint"], "/api/orders/{id}")
        self.assertEqual(first["duration_ms"], 12)
        self.assertEqual(first["account"], "acme")

        daemon = self.daemon(guessed.stdout).start()
        wait_for_calls(daemon, "date=last-24-hours", 400)
        summary = daemon.ask("ACTIVITY date=last-24-hours").summary
        self.assertEqual((summary["calls"], summary["errors"]), (400, 160))

    def test_standard_input_is_read(self):
        lines = self.sample.read_text()
        guessed = json.loads(self.run_format("guess", "-", "--json", input=lines).stdout)
        self.assertIsNone(guessed["preset"])
        self.assertEqual(guessed["fields"]["status"]["pointer"], "/outcome/code")
        self.assertEqual(guessed["fields"]["duration_ms"]["unit"], "s")
        shown = self.run_format("endpoints", "-", input=lines)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("/api/orders/{id}", shown.stdout)
        tried = self.run_format("try", "fortnight", "-", input='{"ts":"never"}\n')
        self.assertEqual(tried.returncode, 1)
        self.assertIn("1 line rejected as bad-time", tried.stdout)

    def test_wrong_use_has_its_exit_status(self):
        for status, arguments in [
            (2, []), (2, ["nonsense"]), (2, ["try", "fortnight"]), (2, ["try", "ngnix", self.sample]),
            (3, ["guess", "/no/such/file"]), (3, ["try", "caddy", "/no/such/file"]),
            (1, ["guess", "/dev/null"]), (0, ["--help"]), (0, ["try", "--help"]), (0, ["--version"]),
        ]:
            with self.subTest(arguments):
                done = self.run_format(*arguments)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertEqual(bool(done.stdout), status < 2)
        full = open("/dev/full", "w")
        self.addCleanup(full.close)
        done = subprocess.run(
            [FORMAT, "guess", self.sample], stdout=full, stderr=subprocess.PIPE, check=False
        )
        self.assertEqual(done.returncode, 3)

    def test_a_compressed_file_says_how_to_read_it(self):
        subprocess.run(["gzip", "-k", self.sample], check=True)
        done = self.run_format("guess", f"{self.sample}.gz")
        self.assertEqual(done.returncode, 2)
        self.assertIn("zcat", done.stderr)


if __name__ == "__main__":
    unittest.main()
