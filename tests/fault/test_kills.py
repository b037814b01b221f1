"""kill -9 at random moments (fixed seed), several in a row in one folder: what the journal held
stays, the last resume gives the same result.

That the kills are real is counted: each hits a living process, and many leave a journal that is
neither empty nor complete.
"""

import os
import random
import signal
import time
import unittest

from fault import HEADER, RECORD, SCALE, LongTest, read_bytes, records_of

KILLS = 50 * SCALE
IN_A_ROW = 10


class Kills(LongTest):
    lasts = 1.7

    def kill_after(self, folder, seconds):
        """Starts or resumes, kills; returns what another process could read of the journal just
        before, and the exit code.
        """
        process = self.start(folder, "--resume")
        time.sleep(seconds)
        seen = self.journal(folder)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return seen, process.returncode

    def journal(self, folder):
        return read_bytes(f"{folder}/journal.bin") if os.path.exists(
            f"{folder}/journal.bin") else b""

    def test_kill_at_random_moments(self):
        expected = records_of(self.reference().journal)
        moments = random.Random(20240607)
        kills = partial = chains = late = 0
        while kills < KILLS:
            folder = self.path(f"run-{chains}")
            for _ in range(min(IN_A_ROW, KILLS - kills)):
                # from before the lock to after the first sync (250 ms)
                seen, code = self.kill_after(folder, moments.uniform(0.01, 0.5))
                if code == 0:  # too late: it had finished
                    late += 1
                    self.assertLess(late, KILLS, "the sweep is too short for this machine")
                    break
                self.assertEqual(code, -signal.SIGKILL)
                kills += 1
                records = records_of(self.journal(folder))
                partial += 0 < len(records) < len(expected)
                self.assertLessEqual(set(records_of(seen)), set(records),
                                     f"chain {chains}, kill {kills}: a record has gone")
                self.assertEqual(len(set(records)), len(records))
            before = self.journal(folder)
            self.assert_resumes_to_the_same(folder, f"chain {chains}")
            self.assertTrue(self.journal(folder).startswith(
                before[:HEADER + RECORD * len(records_of(before))]))
            chains += 1
        print(f"\n{kills} kills in {chains} folders, {partial} left a journal neither empty nor "
              f"complete; {late} came too late")
        self.assertGreaterEqual(partial, 0.4 * kills)


if __name__ == "__main__":
    unittest.main()
