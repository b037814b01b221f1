"""How the package behaves while it runs: Ctrl-C, threads, memory, import time."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
from pathlib import Path

import modecollapse

ENDLESS = {
    "probability": "modecollapse.probability(trajectories=10**12, progress=begun)",
    "threshold": "modecollapse.threshold(dimension=10, trajectories=10**12, progress=begun)",
    "probability, SGD": """modecollapse.probability(dynamics="sgd", batch_size=50,
        trajectories=10**9, progress=begun)""",
    "probability, SGD of large "
    "batches": """modecollapse.probability(dynamics="sgd", batch_size=20000,
        trajectories=10**9, progress=begun)""",
    "probability, SGD in 10^5 dimensions": """modecollapse.probability(dynamics="sgd-full",
        dimension=10**5, batch_size=1000, trajectories=16, progress=begun)""",
    "probability, a batch of 10^9": """modecollapse.probability(dynamics="sgd",
        batch_size=10**9, trajectories=16)""",
    "probability, an evaluation of 10^8 samples": """modecollapse.probability(family="realnvp",
        dimension=2, horizon=1, evaluation_samples=10**8, trajectories=4, threads=2)""",
    "theory": "modecollapse.theory(dimension=list(range(100, 5000)), accuracy=1e-5)",
    "variance": "modecollapse.variance(start=[0.1, 0.1, 0.0], batch_size=10**9)",
    "basin": "modecollapse.basin(grid=2001, radius=4, tolerance=1e-12, progress=begun)",
    "phase_diagram": """modecollapse.phase_diagram({"axes": {"dimension": [10, 20]},
        "fixed": {"trajectories": 10**12}}, run_dir=sys.argv[1], progress=begun)""",
}
MOST_SECONDS = 1.0
TRIES = 5  # where the machine was busy with something else


def python(code, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def output_of(code, *arguments):
    process = python(code, *arguments)
    out, err = process.communicate(timeout=300)
    if process.returncode != 0:
        raise AssertionError(err)
    return out


class Interruption(unittest.TestCase):
    def seconds_to_stop(self, call):
        with tempfile.TemporaryDirectory() as folder:
            code = f"""
import sys, time, modecollapse
def begun(fraction, note): pass
# imports what it needs: there a library may swallow an interrupt
modecollapse.probability(trajectories=100)
print("go", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print(time.time())
"""
            process = python(code, Path(folder, "run"))
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.stderr.close)
            process.stdout.readline()
            time.sleep(0.7)  # into the sampling
            self.assertIsNone(process.poll(), "ended before it was asked to")
            sent = time.time()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, err)
            return float(out) - sent

    def test_ctrl_c_stops_every_run_within_a_second(self):
        for name, call in ENDLESS.items():
            with self.subTest(command=name):
                times = []
                while not times or (min(times) > MOST_SECONDS and len(times) < TRIES):
                    times.append(self.seconds_to_stop(call))
                self.assertLess(min(times), MOST_SECONDS, times)

    def test_an_error_in_the_progress_function_stops_the_run_and_comes_out(self):
        def fail(fraction, note):
            raise ZeroDivisionError(note)

        with self.assertRaisesRegex(ZeroDivisionError, "trajectories"):
            modecollapse.probability(trajectories=10**12, progress=fail)


class WhileItRuns(unittest.TestCase):
    def longest_wait(self):
        """Of another thread during a run of a second."""
        results = []
        thread = threading.Thread(
            target=lambda: results.append(
                modecollapse.probability(trajectories=10**6, threads=1, seed=1)
            )
        )
        thread.start()
        longest, last = 0.0, time.perf_counter()
        while thread.is_alive():
            time.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        self.assertEqual(len(results), 1)
        return longest

    def test_other_threads_go_on(self):
        waits = []
        while not waits or (min(waits) > 0.5 and len(waits) < TRIES):
            waits.append(self.longest_wait())
        self.assertLess(min(waits), 0.5, waits)

    def test_runs_in_two_threads_give_what_one_gives(self):
        arguments = {"trajectories": 20000, "seed": 5, "dimension": 10}
        expected = modecollapse.probability(**arguments)
        results = []
        threads = [
            threading.Thread(
                target=lambda: results.append(modecollapse.probability(**arguments))
            )
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertTrue(all(r.counts.equals(expected.counts) for r in results))
        self.assertEqual(len(results), 2)

    def test_children_of_fork_run_as_well(self):
        code = """
import os, threading, time, modecollapse
def run(): return modecollapse.probability(trajectories=20000, seed=5, dimension=10).counts
expected, over = run(), []
def others():
    while not over: run()
thread = threading.Thread(target=others)
thread.start()
ended = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        os._exit(0 if run().equals(expected) else 1)
    deadline = time.time() + 60
    while (result := os.waitpid(child, os.WNOHANG))[0] == 0 and time.time() < deadline:
        time.sleep(0.01)
    ended.append(result[0] == child and result[1] == 0)
    if not result[0]: os.kill(child, 9)
over.append(True)
thread.join()
print(all(ended))
"""
        self.assertEqual(output_of(code).strip(), "True")

    def test_progress_grows_to_one(self):
        heard = []
        modecollapse.probability(
            trajectories=2 * 10**6,
            threads=1,
            seed=1,
            progress=lambda fraction, note: heard.append((fraction, note)),
        )
        fractions = [fraction for fraction, _ in heard]
        self.assertGreater(len(fractions), 2)
        self.assertEqual(fractions, sorted(fractions))
        self.assertGreater(fractions[-1], 0.5)
        self.assertLessEqual(fractions[-1], 1.0)
        self.assertIn("trajectories", heard[-1][1])

    def test_a_bar_when_tqdm_is_there(self):
        try:
            import tqdm  # noqa: F401
        except ModuleNotFoundError:
            self.skipTest("tqdm is not installed")
        process = python("""
            import modecollapse
            modecollapse.probability(trajectories=10**6, threads=1, progress=True)
        """)
        out, err = process.communicate(timeout=300)
        self.assertEqual((process.returncode, out), (0, ""))
        self.assertIn("probability", err)
        self.assertIn("trajectories", err)
        quiet = python("import modecollapse; modecollapse.probability(trajectories=9)")
        self.assertEqual(quiet.communicate(timeout=300), ("", ""))

    def test_memory_stays_flat(self):
        megabytes = output_of("""
            import modecollapse, resource
            def most(trajectories):
                modecollapse.probability(
                    dimension=10, horizon=0.01, trajectories=trajectories, seed=1)
                return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(*(most(n) for n in (10**5, 10**7)))
        """)
        few, many = map(float, megabytes.split())
        # a byte a trajectory would be 10 MB
        self.assertLess(many - few, 5.0, megabytes)

    def test_import_is_quick(self):
        code = """
            import sys, time
            start = time.process_time()
            import modecollapse
            modecollapse.probability
            print(time.process_time() - start)
            assert not {"xarray", "matplotlib", "tqdm"} & set(sys.modules)
        """
        self.assertLess(min(float(output_of(code)) for _ in range(5)), 0.3)


if __name__ == "__main__":
    unittest.main()
