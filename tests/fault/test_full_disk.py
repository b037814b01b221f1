"""A full disk: exit code 5, no partial result, nothing acknowledged lost; with room again the run
goes on to the same result.

Two real ones: a file that may not grow (RLIMIT_FSIZE: the kernel writes a part, then refuses) and a
file system of a few KiB that fills up.
"""

import os
import resource
import shutil
import subprocess
import unittest

from fault import HEADER, RECORD, SMALL, FaultTest, read_bytes, records_of, run

MANY = """[axes]
radius = "1.1:2:0.05"
dimension = [5, 10, 20]
[fixed]
trajectories = 20
seed = 11
"""


class FullDisk(FaultTest):
    sweep = MANY

    def assert_write_error(self, folder, code, stdout, stderr):
        self.assertEqual(code, 5, stderr)
        self.assertEqual(stdout, "")
        if os.path.exists(folder):
            self.assertFalse([name for name in os.listdir(folder) if ".part" in name])

    def test_files_that_may_not_grow(self):
        journal_size = len(self.reference().journal)
        self.assertEqual(journal_size, HEADER + 57 * RECORD)
        partial = 0
        for limit in (0, 1, 63, 64, 300, 500, 1000, 2000, 4001, journal_size - 1, journal_size,
                      20000):
            with self.subTest(limit):
                folder = self.path(f"run-{limit}")
                result = subprocess.run(self.command(folder), capture_output=True, text=True,
                                        check=False,
                                        preexec_fn=lambda limit=limit: resource.setrlimit(
                                            resource.RLIMIT_FSIZE, (limit, limit)))
                self.assert_write_error(folder, result.returncode, result.stdout, result.stderr)
                self.assertIn("File too large", result.stderr)
                self.assertFalse(os.path.exists(f"{folder}/result.nc"))
                if os.path.exists(f"{folder}/journal.bin"):
                    kept = len(self.records(folder))
                    # the kernel wrote a part: the whole records in it are good
                    self.assertEqual(kept, min((limit - HEADER) // RECORD, 57))
                    partial += 0 < kept < 57
                self.assert_resumes_to_the_same(folder)
        self.assertGreaterEqual(partial, 4)

    def test_a_file_system_that_fills_up(self):
        """Inside a name space of its own; the folder is copied out of it, to go on from there."""
        inner = ('mount -t tmpfs -o size=$1 none "$2" && "$0" phase-diagram "$3" --run-dir '
                 '"$2/run" --format csv; code=$?; '
                 'cp -a "$2/run" "$4"; exit $code')
        command = ["unshare", "--mount", "--map-root-user", "sh", "-c", inner]
        if not shutil.which("unshare") or subprocess.run([
            *command[:-1], "mount -t tmpfs -o size=16k none /mnt"], capture_output=True,
                                                         check=False).returncode != 0:
            self.skipTest("this machine does not let a test mount a small file system")
        os.mkdir(self.path("disk"))
        journals, results = set(), 0
        # in pages of 4 KiB: log, manifest, lock, journal, result
        for size in ("4k", "8k", "12k", "16k", "20k", "24k", "72k", "1m"):
            with self.subTest(size):
                copy = self.path(f"copy-{size}")
                result = subprocess.run([*command, self.command("")[0], size, self.path("disk"),
                                         self.file, copy], capture_output=True, text=True,
                                        check=False)
                if result.returncode == 0:
                    self.assert_same_result(copy, result.stdout)
                    results += 1
                    continue
                self.assert_write_error(copy, result.returncode, result.stdout, result.stderr)
                self.assertIn("No space left on device", result.stderr)
                self.assertFalse(os.path.exists(f"{copy}/result.nc"))
                journals.add(len(self.records(copy)) if os.path.exists(f"{copy}/journal.bin")
                             else None)
                self.assert_resumes_to_the_same(copy)
        self.assertEqual(results, 1)  # the twin: with room enough it works
        # the disk filled up at different stages
        self.assertGreaterEqual(len(journals), 3, journals)

    def test_the_old_result_outlives_a_disk_that_is_full_at_the_end(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        before = read_bytes(f"{folder}/result.nc")
        limit = len(self.reference().journal)
        result = subprocess.run(self.command(folder, "--resume"), capture_output=True, text=True,
                                check=False,
                                preexec_fn=lambda: resource.setrlimit(
                                    resource.RLIMIT_FSIZE, (limit, limit)))
        self.assert_write_error(folder, result.returncode, result.stdout, result.stderr)
        self.assertEqual(read_bytes(f"{folder}/result.nc"), before)
        # every cell is safe
        self.assertEqual(sorted(self.records(folder)), sorted(records_of(self.reference().journal)))
        again = self.assert_resumes_to_the_same(folder)
        self.assertEqual(again.stderr, "")

    def test_standard_output_that_is_full(self):
        folder = self.path("run")
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run(self.command(folder), stdout=full, stderr=subprocess.PIPE,
                                    text=True, check=False)
        self.assertEqual(result.returncode, 5)
        self.assert_resumes_to_the_same(folder)

    def test_a_full_disk_stays_full(self):
        """From the k-th write or sync on all of them fail."""
        self.write("sweep.toml", SMALL)
        self.sweep = SMALL
        k, hit = 0, True
        while hit:
            k += 1
            folder = self.path(f"run-{k}")
            result = self.run_with_fault(folder, call="write,pwrite,fsync,fdatasync", number=k,
                                         action="ENOSPC", count=10 ** 9)
            hit = [call for call in result.calls if call.what == "injected"
                   and call.file != "log.txt"]
            self.assertEqual(result.code, 5 if hit else 0, result.stderr)
            self.assert_resumes_to_the_same(folder)
        self.assertGreater(k, 10)
        self.assertEqual(run("status", folder).returncode, 0)


if __name__ == "__main__":
    unittest.main()
