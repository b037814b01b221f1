"""The items, in order of worth: what a borrowed card should answer first stands first.

An item has a limit in seconds, what it needs (files that an earlier item or a build leaves), and a
function that runs it. `quick` divides the sizes, so that the whole order runs on the device made of
the CPU (tests/cuda_on_cpu).
"""
import json
import shutil
import subprocess
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from typing import Callable

from .run import Ended
from .sanitizers import SANITIZED, TOOLS, sanitize

POINT = ["--radius", "1.5", "--dimension", "100", "--target-weight", "0.6666667"]
QUICK_PARITY = "*Words*:*Parity.*Split*:*ParityAt.StatesAgree/2"  # of --quick
MAY_DIFFER = 1e-5  # of the outcomes of the same trajectories on CPU and card
# the first question for a profiler here: are kernel parameters read as indexed constants, and do
# such loads or the fetch of instructions hold the warps up?
COUNTERS = ("idc__requests.sum,sm__inst_executed_pipe_adu.sum,"
            "smsp__average_warps_issue_stalled_no_instruction_per_issue_active.ratio")


@dataclass(frozen=True)
class Item:
    name: str
    part: str
    limit: float
    run: Callable  # (context, item) -> Ended
    trees_only: bool = False  # needs the project's tree, not only the programs
    needs: tuple = ()  # files of earlier items


def report_of(text):
    """The JSON object that a program printed after whatever it said on stderr."""
    begin = text.find("\n{") + 1 if not text.startswith("{") else 0
    try:
        return json.JSONDecoder().raw_decode(text[begin:])[0]
    except ValueError:
        return None


def machine(context, item):
    """What is there; fails where the program does not start, or finds no device: a driver may be
    too old for the program's CUDA though it answers nvidia-smi."""
    parts = []
    for command in (["nvidia-smi"], ["ldd", context.program("modecollapse")],
                    [context.program("modecollapse"), "info"],
                    [context.program("modecollapse"), "probability", *POINT, "--backend", "cuda",
                     "--trajectories", "1", "--quiet"]):
        ended = context.run(item, command)
        parts.append(ended.log)
    ended.log = "\n".join(parts)
    if "not found" in parts[1]:
        return Ended("failed", "a library is missing", ended.seconds, ended.log)
    if ended.result == "failed" and parts[-1].strip():
        ended.remark = parts[-1].strip().splitlines()[-1]
    return ended


def probability(context, item, backend, trajectories):
    trajectories = context.size(trajectories, 1000)
    ended = context.run(item, [context.program("modecollapse"), "probability", *POINT, "--backend",
                               backend, "--trajectories", trajectories, "--seed", "7", "--format",
                               "json", "--quiet"])
    report = report_of(ended.log)
    if ended.result == "ok" and report is None:
        return Ended("failed", "no result, see the log", ended.seconds, ended.log)
    if report is not None:
        rate = trajectories / report["seconds"] if report.get("seconds") else float("nan")
        ended.remark = (f"{rate:.4g} trajectories/s inside, P = {report['p_collapse']:.6g}"
                        + (f"; {ended.remark}" if ended.remark else ""))
        ended.files["json"] = json.dumps(report).encode()
    return ended


def compare_counts(context, _item):
    counts = [json.loads(context.read(f"{name}-1e7.json"))["counts"] for name in ("cpu", "cuda")]
    total = sum(counts[0].values())
    moved = sum(abs(counts[0][key] - counts[1][key]) for key in counts[0]) / 2
    remark = f"{moved:g} of {total} outcomes differ (allowed: {MAY_DIFFER * total:g})"
    return Ended("ok" if moved <= MAY_DIFFER * total else "failed", remark)


def parity(context, item):
    """The tests that compare the card with the CPU: one that skips is no success here."""
    report = context.scratch / "parity.xml"
    chosen = [f"--gtest_filter={QUICK_PARITY}"] if context.arguments.quick else []
    ended = context.run(item, [context.program("parity_test"), f"--gtest_output=xml:{report}",
                               *chosen])
    if not report.is_file():
        return Ended("failed", ended.remark or "no report", ended.seconds, ended.log)
    ended.files["xml"] = report.read_bytes()
    suite = xml.fromstring(ended.files["xml"])
    skipped = sum(1 for case in suite.iter("testcase")
                  if case.get("result") == "skipped" or case.find("skipped") is not None)
    failed = [f"{case.get('classname')}.{case.get('name')}" for case in suite.iter("testcase")
              if case.find("failure") is not None]
    ended.remark = "; ".join(filter(None, [
        f"{suite.get('tests')} tests, {len(failed)} failed, {skipped} skipped", ended.remark,
        " ".join(failed[:4])]))
    if skipped or failed or suite.get("tests") == "0":
        ended.result = "failed"
    return ended


def profile(context, item):
    if not context.has_tool("ncu"):
        return Ended("skipped", "no ncu here")
    ended = context.run(item, ["ncu", "--clock-control", "none", "--set", "full", "--metrics",
                              COUNTERS, "-k", "regex:flow.*kernel", "-c", "1",
                              context.program("modecollapse"), "probability", *POINT,
                              "--trajectories", context.size(4e7, 1000), "--backend", "cuda",
                              "--seed", "7", "--quiet"])
    if "ERR_NVGPUCTRPERM" in ended.log:
        return Ended("skipped", "the card's counters are for its administrator (ERR_NVGPUCTRPERM)",
                     ended.seconds, ended.log)
    if ended.result == "ok" and COUNTERS.split(",", maxsplit=1)[0] not in ended.log:
        return Ended("failed", "ncu counted nothing", ended.seconds, ended.log)
    return ended


def benchmark(context, item):
    report = context.scratch / f"{item.name}.json"
    quick = ["--quick"] if item.name == "gpu_benchmark" and context.arguments.quick else []
    ended = context.run(item, [context.program(item.name), *quick, "--benchmark_min_time=0.05",
                               f"--benchmark_out={report}", "--benchmark_out_format=json"])
    if ended.result == "ok":
        if report.is_file() and report.stat().st_size:
            ended.files["json"] = report.read_bytes()
        else:
            return Ended("failed", "it measured nothing", ended.seconds, ended.log)
    return ended


def ratios(context, item):
    """The figures against their targets, from what the items before have left."""
    ended = context.run(item, [context.python, context.place.bench / "gpu_ratios.py",
                               context.folder, "--output", context.scratch / "gpu_ratios.json"])
    if ended.result == "ok":
        ended.files["json"] = (context.scratch / "gpu_ratios.json").read_bytes()
    return ended


def threshold(context, item):
    dimensions = "10" if context.arguments.quick else "10,100,1000"
    return context.run(item, [context.program("modecollapse"), "threshold", "--dimension",
                              dimensions, "--target-weight", "0.6666667", "--backend", "cuda",
                              "--seed", "7", "--quiet", "--trajectories",
                              context.size(1e5, 200)])


def sweep(context, item):
    ended = context.run(item, [context.program("modecollapse"), "phase-diagram",
                               context.sweep_file(), "--backend", "cuda", "--quiet", "--run-dir",
                               context.scratch / "run"])
    if ended.result == "ok":
        ended.files["seconds"] = f"{ended.seconds:.3f}\n".encode()
        ended.remark = context.sweep_text
    return ended


def counted(backend, power):
    def run(context, item):
        return probability(context, item, backend, 10 ** power)
    return run


def configure(context, item):
    place = context.place
    context.forget_build()
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    return context.run(item, ["cmake", "-S", place.root, "-B", place.build, *generator,
                              "-DCMAKE_BUILD_TYPE=Release", "-DMODECOLLAPSE_CUDA=ON",
                              "-DMODECOLLAPSE_TESTS=ON", "-DMODECOLLAPSE_BENCHMARKS=ON",
                              f"-DCMAKE_CUDA_ARCHITECTURES={place.architectures}"])


def compile_all(context, item):
    return context.run(item, ["cmake", "--build", context.place.build, "--parallel",
                              str(context.cores)])


def cpu_tests(context, item):
    return context.run(item, ["ctest", "--test-dir", context.place.build, "--output-on-failure",
                              "--no-tests=error", "--label-exclude", "^(gpu|validation)$",
                              "--parallel", str(context.cores)],
                       CUDA_VISIBLE_DEVICES="")


def horizon_case(context, item):
    report = context.scratch / "horizon-case.json"
    ended = context.run(item, [context.program("work_precision"), "4096", "0.05", "0", report])
    if ended.result == "ok":
        case = json.loads(report.read_text(encoding="utf-8"))
        case["repetitions"] = 3
        ended.files["json"] = json.dumps(case).encode()
    return ended


def peer(context, item):
    """Curves or a time of a peer in Python, where it is installed."""
    name = item.name.removeprefix("peer-")
    module = name.split("-")[1] if name.startswith("realnvp-") else name
    there = subprocess.run([context.peer_python, "-c", f"import numpy, {module}"],
                           capture_output=True, check=False)
    if there.returncode != 0:
        return Ended("skipped", f"{context.peer_python} has no {module}")
    peers = context.place.bench / "peers"
    if name.startswith("realnvp-"):
        case = name.split("-")[2]
        command = [peers / "realnvp_peer.py", module, "--case", case, "--members",
                   {"small": "1024", "large": "32"}[case]]
    else:
        command = [peers / "horizon_peer.py", module, context.folder / "horizon-case.json",
                   "--trajectories", "262144"]
    ended = context.run(item, [context.peer_python, *command, "--device", "gpu"])
    begin = min((at for at in (ended.log.find("{"), ended.log.find("[")) if at >= 0), default=None)
    if ended.result == "ok" and begin is None:
        return Ended("failed", "no figures, see the log", ended.seconds, ended.log)
    if ended.result == "ok":
        ended.files["json"] = ended.log[begin:].encode()
    return ended


ITEMS = (
    Item("configure", "build", 300, configure, trees_only=True),
    Item("compile", "build", 1800, compile_all, trees_only=True),
    Item("machine", "card", 20, machine),
    Item("first", "card", 60, counted("cuda", 6)),
    Item("parity", "card", 180, parity),
    Item("cuda-1e8", "card", 30, counted("cuda", 8)),
    Item("cuda-1e9", "card", 30, counted("cuda", 9)),
    Item("cpu-1e7", "card", 60, counted("cpu", 7)),
    Item("cuda-1e7", "card", 30, counted("cuda", 7)),
    Item("counts-cpu-cuda", "card", 5, compare_counts,
         needs=("cpu-1e7.json", "cuda-1e7.json")),
    Item("profile", "throughput", 60, profile),
    Item("gpu_benchmark", "throughput", 150, benchmark),
    Item("threshold", "throughput", 30, threshold),
    Item("sweep", "throughput", 60, sweep),
    Item("gpu_ratios", "throughput", 30, ratios, needs=("gpu_benchmark.json",)),
    *(Item(f"{tool}-{what}", "sanitizers", 60, sanitize)
      for tool in TOOLS for what in SANITIZED),
    Item("cpu-tests", "tests", 1800, cpu_tests, trees_only=True),
    *(Item(name, "cpu-throughput", 900, benchmark, trees_only=True)
      for name in ("limits", "gradient_flow_benchmark", "sgd_benchmark", "realnvp_benchmark")),
    Item("horizon-case", "peers", 300, horizon_case, trees_only=True),
    *(Item(f"peer-{name}", "peers", 600, peer, trees_only=True,
           needs=() if name.startswith("realnvp") else ("horizon-case.json",))
      for name in ("diffrax", "torchode", "gradsolve", "realnvp-torch-small", "realnvp-torch-large",
                   "realnvp-jax-small", "realnvp-jax-large")),
)
