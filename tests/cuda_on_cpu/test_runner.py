"""scripts/gpu-check, as in a package on a machine with a card, on the device made of the CPU with
small sizes, every kind of item; the vendor's tools are stand-ins that start the program.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = {"modecollapse": "MODECOLLAPSE_PROGRAM", "parity_test": "MODECOLLAPSE_PARITY_TEST",
            "gpu_benchmark": "MODECOLLAPSE_GPU_BENCHMARK"}
TOOLS = {
    "nvidia-smi": 'case "$*" in *query*) echo "Stand-in card, 580.1, 9.0";; *) echo table;; esac',
    # everything up to the program's name is the tool's own
    "compute-sanitizer": 'while [ "${1##*/}" != modecollapse ]; do shift; done; exec "$@"',
    "ncu": 'while [ "${1##*/}" != modecollapse ]; do shift; done; echo "$NCU_SAYS"; exec "$@"',
}
SEEN_BY_CI = ["machine", "first", "parity", "cuda-1e8", "cuda-1e9", "cpu-1e7", "cuda-1e7",
              "counts-cpu-cuda", "profile", "gpu_benchmark", "threshold", "sweep", "gpu_ratios",
              "memcheck-flow", "racecheck-sgd-full"]


class Runner(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        package = self.folder / "package"
        package.mkdir()
        for name, variable in PROGRAMS.items():
            (package / name).symlink_to(os.environ[variable])
        shutil.copytree(ROOT / "scripts" / "gpu_check", package / "gpu_check",
                        ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("scripts/gpu-check", "bench/gpu_ratios.py", "bench/targets.py",
                     "bench/work_precision.py", "bench/gpu_sweep.toml"):
            shutil.copy(ROOT / name, package)
        (package / "package.json").write_text(
            '{"commit": "abc", "architectures": "none", "cublas": "libstdc++.so.6"}')
        tools = self.folder / "tools"
        tools.mkdir()
        for name, body in TOOLS.items():
            (tools / name).write_text(f"#!/bin/sh\n{body}\n")
            (tools / name).chmod(0o755)
        self.package, self.results = package, self.folder / "results"
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}",
                            "NCU_SAYS": "idc__requests.sum inst 1"}

    def check(self, *arguments):
        return subprocess.run([sys.executable, self.package / "gpu-check", self.results, "--quick",
                               *arguments], env=self.environment, capture_output=True, text=True,
                              timeout=900, check=False)

    def account(self):
        return json.loads((self.results / "gpu-check.json").read_text())

    def part(self, name):
        return next(part for part in self.account()["parts"] if part["name"] == name)

    def replace(self, name, body):
        """A program of the package that is another one."""
        (self.package / name).unlink()
        (self.package / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.package / name).chmod(0o755)

    def test_every_kind_of_item_goes_through(self):
        done = self.check(*SEEN_BY_CI)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        account = self.account()
        self.assertEqual([part["name"] for part in account["parts"]], SEEN_BY_CI)
        self.assertEqual({part["result"] for part in account["parts"]}, {"ok"})
        self.assertEqual((account["gpu"], account["driver"], account["parity"], account["commit"]),
                         ("Stand-in card", "580.1", "ok", "abc"))
        self.assertIn(" 0 skipped", self.part("parity")["remark"])
        self.assertIn("0 of 1000 outcomes", self.part("counts-cpu-cuda")["remark"])
        ratios = json.loads((self.results / "gpu_ratios.json").read_text())
        self.assertIn("flow on the GPU over all cores of its machine",
                      [row["label"] for row in ratios])
        with tarfile.open(self.results / "logs.tar.gz") as archive:
            names = archive.getnames()
        for name in SEEN_BY_CI:
            self.assertIn(f"{name}.log", names)
        # a quick run is not a measurement
        record = subprocess.run([sys.executable, ROOT / "scripts" / "gpu-check", self.results,
                                 "--record"], capture_output=True, text=True, check=False)
        self.assertEqual(record.returncode, 2)
        self.assertIn("--quick", record.stderr)

    def test_what_is_wrong_is_seen(self):
        wrong_count = ('printf \'{"p_collapse": 0.5, "seconds": 1, "counts": {"aligned_plus": '
                       '600, "trapped": %s}}\' $(case "$*" in *cuda*) echo 400;; *) echo 300;; '
                       'esac)')
        skips = ('f=${1#*xml:}; echo \'<testsuites tests="1"><testsuite tests="1"><testcase '
                 'name="a" result="skipped"/></testsuite></testsuites>\' >"$f"')
        self.replace("parity_test", skips)
        self.replace("modecollapse", wrong_count)
        done = self.check("parity", "cpu-1e7", "cuda-1e7", "counts-cpu-cuda")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.part("parity")["result"], "failed")
        self.assertIn("1 skipped", self.part("parity")["remark"])
        self.assertEqual(self.part("counts-cpu-cuda")["result"], "failed")
        self.assertFalse(self.account()["passed"])
        self.environment["NCU_SAYS"] = "==ERROR== ERR_NVGPUCTRPERM"
        self.assertEqual(self.check("profile").returncode, 0)
        self.assertEqual(self.part("profile")["result"], "skipped")
        self.environment["NCU_SAYS"] = "==WARNING== No kernels were profiled."
        self.assertEqual(self.check("profile").returncode, 1)
        self.replace("modecollapse", "exit 9")
        self.assertEqual(self.check("memcheck-flow", "first").returncode, 1)
        self.assertEqual([self.part(name)["result"] for name in ("memcheck-flow", "first")],
                         ["failed", "failed"])
        self.assertIn("exit 9", self.part("first")["remark"])

    def test_the_package_says_which_cublas(self):
        self.replace("modecollapse", 'echo "folders: $LD_LIBRARY_PATH"')
        self.check("machine")
        log = (self.results / "machine.log").read_text()
        folders = log.split("folders: ")[1].splitlines()[0].split(":")
        self.assertTrue(any((pathlib.Path(folder) / "libstdc++.so.6").exists()
                            for folder in folders), log)

    def test_a_driver_that_is_too_old(self):
        self.environment["CUDA_ON_CPU_DEVICES"] = "0"
        self.assertEqual(self.check("machine").returncode, 1)
        self.assertIn("cudaErrorInsufficientDriver", self.part("machine")["remark"])

    def test_programs_are_unpacked(self):
        self.replace("modecollapse", 'echo \'{"p_collapse": 0.5, "seconds": 1}\'')
        shutil.make_archive(str(self.package / "programs"), "xztar", self.package, "modecollapse")
        (self.package / "modecollapse").unlink()
        self.assertEqual(self.check("first").returncode, 0)
        self.assertTrue((self.package / "modecollapse").exists())

    def test_the_time_of_a_call(self):
        self.replace("modecollapse", "sleep 60")
        done = self.check("--seconds", "3", "first", "cuda-1e8")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cut off", self.part("first")["remark"])
        self.assertEqual(self.part("cuda-1e8")["result"], "skipped")
        # what could not run leaves what an earlier call has found
        self.replace("modecollapse", 'echo \'{"p_collapse": 0.5, "seconds": 1}\'')
        self.assertEqual(self.check("first").returncode, 0)
        self.replace("modecollapse", "sleep 60")
        self.check("--seconds", "1", "machine", "first")
        self.assertEqual(self.part("first")["result"], "ok")

    def test_wrong_use(self):
        done = self.check("no-such-part")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no-such-part", done.stderr)
        self.assertIn("gpu_benchmark", done.stderr)
        self.assertEqual(self.check("--seconds", "0").returncode, 2)
        self.assertFalse(self.results.exists())
        self.environment["PATH"] = "/nowhere"
        done = self.check("first")
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    unittest.main()
