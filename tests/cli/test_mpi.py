"""A phase diagram on several MPI ranks: the same result as one process, clean stops, and a rank
that dies. Skips where there is no MPI.
"""

import json
import os
import shutil
import signal
import subprocess
import threading
import unittest

from program import PATIENCE, PROGRAM, ProgramTest, record_bytes, run

SWEEP = """
[axes]
radius = "1:3:0.25"
dimension = [2, 10, 100]
[fixed]
target-weight = 0.6666667
trajectories = {trajectories}
seed = 7
"""


FLOWS = """
[axes]
radius = "1:3:0.25"
dimension = [2, 4]
[fixed]
family = "realnvp"
layers = 2
width = 6
batch-size = 16
horizon = 40
evaluation-samples = 400
trajectories = 6
seed = 7
"""


def mpirun(ranks, *arguments):
    return ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), PROGRAM,
            *map(str, arguments)]


def records_in(journal):
    """How many a journal has; none without one."""
    size = os.path.getsize(journal) if os.path.exists(journal) else 0
    return (size - 64) // record_bytes(journal) if size >= 64 else 0


def children_of(parent):
    """Process ids whose parent is `parent`, from /proc."""
    children = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue  # ended meanwhile
        if int(fields[1]) == parent:
            children.append(int(name))
    return children


@unittest.skipUnless(shutil.which("mpirun"), "mpirun is not installed")
class Mpi(ProgramTest):
    def setUp(self):
        super().setUp()
        if not json.loads(run("info", "--format", "json").stdout)["mpi"]:
            self.skipTest("built without MPI")
        self.sweep = self.write("sweep.toml", SWEEP.format(trajectories=5000))

    def status(self, folder):
        return json.loads(self.succeed("status", folder, "--format", "json").stdout)[0]

    def rows(self, ranks, folder, *more):
        result = subprocess.run(mpirun(ranks, "phase-diagram", self.sweep, "--run-dir",
                                       self.path(folder), "--format", "csv", *more),
                                capture_output=True, text=True, timeout=PATIENCE, check=False)
        return result.returncode, result.stdout

    def test_ranks_do_not_change_the_result(self):
        self.assert_ranks_do_not_change("mixture", 27)

    def test_a_sweep_file_that_is_a_pipe(self):
        """Which one process alone can read: rank 0, who tells the others."""
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        expected = self.rows(1, "file")

        def write():
            with open(pipe, "w", encoding="utf-8") as to:
                to.write(SWEEP.format(trajectories=5000))

        writer = threading.Thread(target=write)
        writer.start()
        self.sweep = pipe
        self.assertEqual(self.rows(2, "pipe-run"), expected)
        writer.join()

    def test_ranks_do_not_change_trainings(self):
        self.sweep = self.write("flows.toml", FLOWS)
        self.assert_ranks_do_not_change("realnvp", 18)

    def assert_ranks_do_not_change(self, family, cells):
        expected = self.succeed("phase-diagram", self.sweep, "--run-dir", self.path("one"),
                                "--format", "csv").stdout
        self.assertEqual(expected.count("complete"), cells)
        for ranks in (1, 2, 4):
            code, rows = self.rows(ranks, f"{family}{ranks}")
            self.assertEqual(code, 0)
            self.assertEqual(rows, expected, ranks)
            with open(self.path(f"{family}{ranks}/log.txt"), encoding="utf-8") as log:
                # the twin: the ranks really were there
                self.assertIn(f"{ranks} rank(s)", log.read())

    def test_the_machines_of_all_ranks_are_recorded(self):
        sets = self.json("info")["cpu"]["instruction_sets"]
        if len(sets) < 2:
            self.skipTest("this machine has one instruction set only")
        folder = self.path("run")
        words = mpirun(2, "phase-diagram", self.sweep, "--run-dir", folder, "--quiet")
        at = words.index(PROGRAM)
        script = (f"export MODECOLLAPSE_ISA={sets[0]}; "
                  f"[ $OMPI_COMM_WORLD_RANK = 0 ] || MODECOLLAPSE_ISA={sets[-1]}; exec \"$@\"")
        done = subprocess.run([*words[:at], "sh", "-c", script, "sh", *words[at:]],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        both = ", ".join(sorted((sets[0], sets[-1])))
        with open(f"{folder}/manifest.toml", encoding="utf-8") as file:
            self.assertIn(f"# recorded isa = {both}\n", file.read())
        self.succeed("merge", folder)
        told = subprocess.run(["ncdump", "-h", f"{folder}/result.nc"], capture_output=True,
                              text=True, check=False) if shutil.which("ncdump") else None
        if told:
            self.assertIn(f':isa = "{both}"', told.stdout)

    def test_a_stop_can_be_resumed_by_another_number_of_ranks(self):
        expected = self.succeed("phase-diagram", self.sweep, "--run-dir", self.path("one"),
                                "--format", "csv").stdout
        code, rows = self.rows(2, "stopped", "--max-time", "0.02", "--threads", 1)
        self.assertEqual(code, 75)
        self.assertGreater(rows.count("pending"), 0)
        code, rows = self.rows(3, "stopped", "--resume")
        self.assertEqual((code, rows), (0, expected))

    def test_signals_to_the_launcher(self):
        sweep = self.write("long.toml", SWEEP.format(trajectories=800000))
        expected = None
        # SIGUSR1 goes on to the ranks, and their exit code to us; after SIGTERM mpirun has its own
        for number, codes in ((signal.SIGUSR1, (75,)), (signal.SIGTERM, (1, 75, 143))):
            folder = self.path(f"stopped-{number}")
            job = subprocess.Popen(
                mpirun(2, "phase-diagram", sweep, "--run-dir", folder, "--quiet"),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            journal = os.path.join(folder, "journal.bin")
            self.wait_until(lambda file=journal: records_in(file) >= 1, "a record")
            job.send_signal(number)
            job.communicate(timeout=PATIENCE)
            self.assertIn(job.returncode, codes)
            # rank 0 may outlive the launcher, which ends it a second after it asks
            self.wait_until(lambda run=folder: self.status(run)["state"] == "stopped", "rank 0")
            self.assertGreater(self.status(folder)["pending"], 0)
            if expected is None:
                expected = self.succeed("phase-diagram", sweep, "--run-dir", self.path("whole"),
                                        "--format", "csv", "--quiet").stdout
            resumed = self.succeed("phase-diagram", sweep, "--run-dir", folder, "--resume",
                                   "--format", "csv", "--quiet").stdout
            self.assertEqual(resumed, expected)

    def test_an_error_of_rank_0_ends_all(self):
        for arguments, expected in ((["--run-dir", self.write("file", "")], 2),
                                    (["--run-dir", self.path("d"), "--shard", "5/2"], 2)):
            result = subprocess.run(mpirun(2, "phase-diagram", self.sweep, *arguments),
                                    capture_output=True, text=True, timeout=PATIENCE,
                                    check=False)
            self.assertEqual(result.returncode, expected, result.stderr)

    def test_a_rank_that_dies_ends_the_job_and_leaves_the_journal(self):
        sweep = self.write("long.toml", SWEEP.format(trajectories=400000))
        folder = self.path("killed")
        job = subprocess.Popen(mpirun(2, "phase-diagram", sweep, "--run-dir", folder, "--quiet"),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        journal = os.path.join(folder, "journal.bin")
        self.wait_until(lambda: records_in(journal) >= 3 or job.poll() is not None, "three records")
        with open(os.path.join(folder, "lock"), encoding="utf-8") as lock:
            keeper = int(lock.read().strip().rsplit(":", 1)[1])
        others = [pid for pid in children_of(job.pid) if pid != keeper]
        self.assertEqual(len(others), 1)
        os.kill(others[0], signal.SIGKILL)
        job.communicate(timeout=PATIENCE)
        self.assertNotEqual(job.returncode, 0)
        status = self.status(folder)
        self.assertGreaterEqual(status["complete"], 3)
        self.assertGreater(status["pending"], 0)  # the twin: it really was in the middle
        resumed = self.succeed("phase-diagram", sweep, "--run-dir", folder, "--resume", "--format",
                               "csv", "--quiet").stdout
        expected = self.succeed("phase-diagram", sweep, "--run-dir", self.path("whole"), "--format",
                                "csv", "--quiet").stdout
        self.assertEqual(resumed, expected)


if __name__ == "__main__":
    unittest.main()
