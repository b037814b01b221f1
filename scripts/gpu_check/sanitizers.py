"""compute-sanitizer's tools over short runs of every ensemble: an item for each of both."""
from .run import Ended

TOOLS = ("memcheck", "racecheck", "synccheck", "initcheck")
TWO_MODES = "--radius 1.5 --target-weight 0.6666667"
SANITIZED = {
    "flow": f"{TWO_MODES} --dimension 100 --trajectories 1000",
    "sgd-full": f"{TWO_MODES} --dimension 20 --dynamics sgd-full --estimator score "
                "--baseline leave-one-out --batch-size 8 --trajectories 8 --horizon 1",
    "realnvp": f"{TWO_MODES} --dimension 2 --family realnvp --trajectories 4 --horizon 3 "
               "--evaluation-samples 1000",
    "weights": f"{TWO_MODES} --dimension 100 --weights softmax --trajectories 200",
    "sgd": f"{TWO_MODES} --dimension 100 --dynamics sgd --batch-size 64 --trajectories 32 "
           "--horizon 1",
    "simplex": f"{TWO_MODES} --dimension 100 --weights simplex --trajectories 200",
    "flow-single": f"{TWO_MODES} --dimension 100 --trajectories 1000 --precision single",
    "adaptive": f"{TWO_MODES} --dimension 100 --annealing adaptive --initial-temperature 5 "
                "--annealing-time 0.1 --trajectories 200",
    "sobol": f"{TWO_MODES} --dimension 10 --sampling sobol --trajectories 4096",
    "sde": f"{TWO_MODES} --dimension 20 --dynamics sde --trajectories 64 --horizon 1",
    "realnvp-large": f"{TWO_MODES} --dimension 16 --family realnvp --width 128 --trajectories 4 "
                     "--horizon 3 --evaluation-samples 1000",
    "vae": "--family vae --clusters 2 --trajectories 4 --horizon 3 --held-out 200 --exact-data 5",
    "sequence-vae": "--family sequence-vae --trajectories 4 --horizon 3 --held-out 100 "
                    "--exact-data 2",
    "linear-vae": "--family linear-vae --kl-weight 1.7 --trajectories 200 --horizon 5",
    "components": "--family components --components 3 --modes 3 --layout simplex --radius 2 "
                  "--dimension 100 --trajectories 64 --horizon 2",
    "components-sgd": "--family components --components 3 --modes 3 --layout simplex --radius 2 "
                      "--dimension 20 --dynamics sgd --trajectories 32 --horizon 1",
    "realnvp-modes": "--dimension 8 --family realnvp --modes 4 --layout ring --radius 2 "
                     "--trajectories 4 --horizon 3 --evaluation-samples 1000",
}


def sanitize(context, item):
    if not context.has_tool("compute-sanitizer"):
        return Ended("skipped", "no compute-sanitizer here")
    tool, what = item.name.split("-", 1)
    # cuBLAS's kernels are not ours to check. initcheck must watch them, for it sees what they
    # write only then; their reports do not count.
    extra = {"racecheck-realnvp-large": ["--kernel-name", "kernel_substring=modecollapse"],
             "initcheck-realnvp-large": ["--print-limit", "10000"]}.get(item.name, [])
    ended = context.run(item, ["compute-sanitizer", "--tool", tool, "--error-exitcode", "9", *extra,
                               context.program("modecollapse"), "probability", "--backend", "cuda",
                               "--seed", "7", *SANITIZED[what].split(), "--format", "json",
                               "--quiet"])
    lines = ended.log.splitlines()
    refused = next((line.strip("= ") for line in lines if line.startswith("=")
                    and "not supported" in line.lower()), None)
    if refused:
        return Ended("skipped", f"compute-sanitizer: {refused}", ended.seconds, ended.log)
    if ended.result == "ok" and '"p_collapse"' not in ended.log:
        return Ended("failed", "the program did not get to its result", ended.seconds, ended.log)
    if item.name == "initcheck-realnvp-large" and ended.remark == "exit 9":
        places = [line for line in lines if line.startswith("=") and " at " in line]
        if places and not any("modecollapse" in line or "not printed" in line for line in places):
            return Ended("ok", "reports in cuBLAS's kernels only", ended.seconds, ended.log)
    return ended
