"""Runs the programs of the suite and returns what they say, as it stands in the result file."""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from ratios import spread

SOURCE = pathlib.Path(__file__).resolve().parent.parent
REFERENCE_CASE = ["--target-weight", "0.6666666666666667", "--radius", "1.5", "--dimension", "100"]
QUIET = ["--seed", "7", "--backend", "cpu", "--quiet", "--format", "json"]
STANDARD_ERRORS = 5.0  # of P(collapse) from the reference table's: a false alarm in 2 x 10^6

SWEEP = """[axes]
radius = "1:2.9:0.1"
dimension = [10, 20, 50, 100, 200]
[fixed]
target-weight = 0.6666667
trajectories = 10000
seed = 7
"""

# name: (command after the program, repetitions); the first is the cold start
END_TO_END = {
    "probability, 10^3 trajectories": (["probability", *REFERENCE_CASE, "--trajectories", "1000",
                                        *QUIET], 15),
    "probability, 10^4 trajectories": (["probability", *REFERENCE_CASE, "--trajectories", "10000",
                                        *QUIET], 15),
    "probability, 10^5 trajectories": (["probability", *REFERENCE_CASE, "--trajectories", "100000",
                                        *QUIET], 15),
    "probability, 10^6 trajectories": (["probability", *REFERENCE_CASE, "--trajectories", "1000000",
                                        *QUIET], 11),
    "probability, softmax, R = 1.9, 10^4 trajectories": (["probability", "--weights", "softmax",
                                                          "--radius", "1.9", "--dimension", "100",
                                                          "--trajectories", "10000", *QUIET], 11),
    "probability, SGD, B = 1000, 16 trajectories": (
        ["probability", "--dynamics", "sgd", *REFERENCE_CASE, "--trajectories", "16", *QUIET], 11),
    "theory, d = 100": (["theory", "--target-weight", "0.6666666666666667", "--radius", "1.5",
                         "--dimension", "100", "--quiet",
                         "--format", "json"], 11),
    "trajectory, one": (["trajectory", "--id", "0", *REFERENCE_CASE, "--times", "0:10:2.5",
                         "--seed", "7"], 15),
    "threshold, d = 100, level 0.5, 10^4 trajectories a radius": (["threshold", "--dimension",
                                                                   "100", "--level", "0.5",
                                                                   "--trajectories", "10000",
                                                                   *QUIET], 11),
    "phase diagram, 100 cells x 10^4 trajectories": (
        ["phase-diagram", "SWEEP", "--run-dir", "FOLDER"], 11),
}
COLD_START = next(iter(END_TO_END))


def note(text):
    print(f"bench/run: {text}", file=sys.stderr, flush=True)


def run_google_benchmark(program, build_dir, quick, repetitions):
    """Runs one benchmark program; returns Google Benchmark's own record."""
    output = build_dir / "bench" / f"{program}.json"
    command = [build_dir / "bench" / program, f"--benchmark_out={output}",
               "--benchmark_out_format=json",
               f"--benchmark_min_time={0.01 if quick else 0.05}",
               f"--benchmark_repetitions={1 if quick else repetitions}",
               "--benchmark_enable_random_interleaving=true",
               "--benchmark_display_aggregates_only=true"]
    note(program)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL if not quick else sys.stderr)
    return json.loads(output.read_text())


def run_json(build_dir, program, *arguments):
    note(program)
    command = [build_dir / "bench" / program, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def peak_resident_bytes(pid):
    """High-water mark of the resident set (Linux), or None once the process is gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    except OSError:
        pass
    return None


def run_memory(build_dir, quick):
    """Peak memory of one long run of the program. Read from /proc while it runs: the resource usage
    of a finished child would also count the copy of this interpreter that it was started from.
    """
    trajectories = 1_000_000 if quick else 100_000_000
    note(f"memory of {trajectories} trajectories")
    started = time.monotonic()
    child = subprocess.Popen([build_dir / "modecollapse", "probability", *REFERENCE_CASE, *QUIET,
                              "--trajectories", str(trajectories)],
                             stdout=subprocess.PIPE, text=True)
    peak = 0
    while child.poll() is None:
        peak = max(peak, peak_resident_bytes(child.pid) or 0)
        time.sleep(0.02)
    seconds = time.monotonic() - started
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, child.args)
    return {"trajectories": trajectories, "peak_resident_bytes": peak, "seconds": seconds,
            "counts": json.loads(child.stdout.read())["counts"]}


def timed(command):
    """Wall and processor seconds of a program, from its start to its end, and what it prints."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command)
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, output


def check_probability(output):
    """P(collapse) of the reference case against the table of reference values, which an independent
    program computed.
    """
    result = json.loads(output)
    table = csv.DictReader((SOURCE / "tests" / "data"
                            / "collapse_w23.csv").read_text().splitlines())
    row = next(row for row in table if (row["dimension"], row["radius"]) == ("100", "1.50"))
    expected, n = float(row["p_aligned_plus"]) + float(row["p_aligned_minus"]), 1.0 / (
        1.0 / int(row["trajectories"]) + 1.0 / result["trajectories"])
    away = abs(result["p_collapse"] - expected) / (expected * (1.0 - expected) / n) ** 0.5
    if away > STANDARD_ERRORS:
        sys.exit(
            f"bench/run: P(collapse) = {result['p_collapse']} is {away:.1f} standard errors off "
            f"the reference value {expected}: not timed")


def run_end_to_end(build_dir, most):
    """Whole commands, from the start of the process to its end. most: repetitions."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        sweep = pathlib.Path(folder) / "sweep.toml"
        sweep.write_text(SWEEP)
        for name, (arguments, repetitions) in END_TO_END.items():
            note(name)
            wall, processor = [], []
            for i in range(min(most, repetitions)):
                place = {"SWEEP": str(sweep), "FOLDER": f"{folder}/run-{i}"}
                seconds, cpu, output = timed(
                    [build_dir / "modecollapse", *(place.get(word, word) for word in arguments)])
                if name == COLD_START and i == 0:
                    check_probability(output)
                wall.append(seconds)
                processor.append(cpu)
            rows[name] = {"command": " ".join(["modecollapse", *arguments]), "wall": spread(wall),
                          "processor": spread(processor)}
    return rows
