"""A few hundred kills through all phases; kill_loop.py runs thousands."""

import unittest

import kill_loop
from daemon import INSTRUMENTED, TestCase

KILLS = 40 if INSTRUMENTED else 200


class KillLoopTest(TestCase):
    def test_what_must_be_there_is_there_after_each_kill(self):
        seen = kill_loop.run(self.directory, KILLS, seed=7)
        # Leftovers of a kill depend on milliseconds, so these few kills may leave none;
        # tests/faults interrupts a flush at each of its steps.
        for phase in ("starts with a replay", "days sealed", "kills within a start"):
            self.assertGreater(seen[phase], 0, phase)


if __name__ == "__main__":
    unittest.main()
