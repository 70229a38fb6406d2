"""Memory and descriptors stay bounded for any input and over time, on a small scale; bounded_memory.py and
soak.py are the large versions."""

import pathlib
import resource
import unittest

import bounded_memory
from daemon import INSTRUMENTED, TestCase

SCALE = 0.02
BOUND_MIB = 64
# A scan holds a block, at most 8 MiB, of each of its parts. With long lines that is too much for
# this small limit.
CASES = ("accounts", "endpoints", "keys", "shapes", "days")


class BoundsTest(TestCase):
    def test_memory_stays_within_its_bound(self):
        for case in CASES:
            with self.subTest(case):
                directory = self.directory / case
                directory.mkdir()
                sent, _, peak = bounded_memory.run(directory, case, SCALE, f"{BOUND_MIB}MiB")
                self.assertGreater(sent, 0)
                if not INSTRUMENTED:
                    self.assertLessEqual(peak, BOUND_MIB << 20)

    def test_descriptors_are_bounded_by_the_hard_limit_alone(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(128, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        daemon = self.daemon().start()
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
        self.assertEqual(line.split()[3:5], [str(hard), str(hard)])


if __name__ == "__main__":
    unittest.main()
