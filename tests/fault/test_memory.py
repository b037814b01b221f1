"""Memory that runs out, at every request in turn: the program ends as documented (exit 5, or 0 with
the right result), and a sweep resumes to the same result.

MODECOLLAPSE_MEMORY=all tries each of the first 300 requests, then every 1.05-fold (label
validation); otherwise a sample of them. Requests of HDF5 and netCDF are counted apart: these may
also crash there, as ARCHITECTURE.md says.
"""

import collections
import os
import shutil
import signal
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from fault import FaultTest, contents_of, read_bytes, run

SHIM = os.environ.get("MODECOLLAPSE_MEMORY_SHIM", "")
ALL = os.environ.get("MODECOLLAPSE_MEMORY", "") == "all"
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, 255}  # H5I_register: exit(-1)


def numbers_up_to(total):
    """Of the requests that are made to fail."""
    first, factor = (300, 1.05) if ALL else (12, 1.6)
    numbers = list(range(1, min(first, total) + 1))
    at = first * factor
    while at < total:
        numbers.append(int(at))
        at = max(at * factor, at + 1)
    return [*numbers, total]


class Memory(FaultTest):
    options = ("--threads", "1")

    def setUp(self):
        super().setUp()
        self.need_shim()
        if not SHIM:
            self.skipTest("MODECOLLAPSE_MEMORY_SHIM does not name the library of memory_shim.c")

    def failing(self, caller, number, count=""):
        return {**os.environ, "LD_PRELOAD": SHIM, "MEMORY_CALLER": caller,
                "MEMORY_NUMBER": str(number), "MEMORY_COUNT": count}

    def totals(self, command):
        result = run(*command, env=self.failing("program", 0, self.path("count")))
        self.assertEqual(result.returncode, 0, result.stderr)
        words = read_bytes(self.path("count")).decode().split()
        self.assertGreater(int(words[1]), 1000)
        self.assertGreater(int(words[3]), 1000)
        return int(words[1]), int(words[3])

    def try_all(self, command_of, check):
        """Every caller, every number; prints how many ended how."""
        program, library = self.totals(command_of("whole"))
        tasks = [("program", number) for number in numbers_up_to(program)]
        tasks += [("library", number) for number in numbers_up_to(library)]
        ends = collections.Counter()
        one_at_a_time = threading.Lock()

        def one(task):
            name = "-".join(map(str, task))
            result = run(*command_of(name), env=self.failing(*task))
            allowed = {0, 5} | (CRASHES if task[0] == "library" else set())
            self.assertIn(result.returncode, allowed, f"{task}: {result.stderr}")
            if result.returncode == 5:
                # HDF5 may print its errors before
                self.assertIn("modecollapse: ", result.stderr, task)
            with one_at_a_time:  # netCDF4 is for one thread
                check(name, result, task)
                ends[task[0], result.returncode] += 1

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, tasks))
        print(f"{self.id()}: {dict(ends)}")
        self.assertGreater(ends["program", 5], 5)  # the faults were there

    def test_a_result_file(self):
        def command(name):
            return ["probability", "--trajectories", "200", "--seed", "7", "--threads", "1",
                    "--format", "csv", "--output", self.path(f"{name}.nc")]

        def check(name, result, task):
            file = self.path(f"{name}.nc")
            if result.returncode == 0:
                self.assertEqual(result.stdout, expected.stdout, task)
            if os.path.exists(file):  # whole, or not there
                self.assertEqual(contents_of(file), contents, task)
                os.remove(file)
            self.assertEqual([f for f in os.listdir(self.folder) if f.startswith(f"{name}.")], [],
                             task)

        expected = run(*command("expected"))
        contents = contents_of(self.path("expected.nc"))
        self.try_all(command, check)

    def test_a_sweep(self):
        self.reference()

        def command(name):
            return self.command(self.path(f"run-{name}"))[1:]

        def check(name, result, task):
            folder = self.path(f"run-{name}")
            if os.path.exists(f"{folder}/journal.bin"):
                self.assert_resumes_to_the_same(folder, task)
            else:
                again = run(*self.command(folder)[1:])
                self.assertEqual(again.returncode, 0, f"{task}: {again.stderr}")
                self.assert_same_result(folder, again.stdout, task)
            shutil.rmtree(folder)

        self.try_all(command, check)


if __name__ == "__main__":
    unittest.main()
