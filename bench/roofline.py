"""How close each kernel comes to what the machine can do: counted operations over measured time,
against measured peaks.

The operations are those of one lane (a trajectory, a step, a start), counted by
bench/operation_count.cpp; the peaks are those of bench/limits.cpp and of a loop that only draws
normals. A share of the FMA peak counts every sum, product and fused operation as one slot of the
same units.
"""
OPERATIONS = ("fused", "multiplied", "added", "divided", "roots")
PART_BATCH = 1 << 15  # starts an iteration, `engine_batch`

# kernel: (counted, timed, unit, draws: what a generator-only loop of the same normals takes)
KERNELS = {
    "flow, fixed weights: a trajectory until trapped": ("count/trajectory_fixed", "peer/engine",
                                                        "a trajectory", None),
    "flow, softmax weights, R = 1.9, T = 200: a trajectory": (
        "count/trajectory_softmax", "trainable/softmax/radius:1.9", "a trajectory", None),
    "initial law: a start, d = 100": ("count/start", "part/initial_law/dimension:100", "a start",
                                      None),
    "reduced SGD, B = 1000: a step": ("count/reduced_step/1", "step/reduced/pathwise/1000",
                                      "a step", "step/normals/6000"),
    "full SGD, B = 1000, d = 1000: a step": (None, "step/full/pathwise/1000", "a step",
                                             "step/normals/2000000"),
    "Philox block and four normals": ("count/normal_block/0", "generator/normals", "a block", None),
}


def seconds_of(figures, name):
    """Processor time of one unit of work."""
    if name == "generator/normals":
        return 4.0 / figures[name]["items_per_second"]["median"]
    return 1e-9 * figures[name]["cpu_ns"]["median"] / (
        PART_BATCH if name.startswith("part/initial_law") else 1)


def operations_of(figures, name):
    return {operation: figures[name]["counters"][operation] for operation in OPERATIONS}


def kernel(figures, peak, counted, timed, draws):
    seconds = seconds_of(figures, timed)
    row = {"seconds": seconds, "operations": None}
    if draws:
        row["share_normals"] = seconds_of(figures, draws) / seconds
    if counted:
        work = row["operations"] = operations_of(figures, counted)
        row["share_fused"] = work["fused"] / seconds / peak["fused_multiply_add"]
        row["share_slots"] = (work["fused"] + work["multiplied"]
                              + work["added"]) / seconds / peak["fused_multiply_add"]
        row["share_divisions_and_roots"] = (work["divided"] / peak["division"] + work["roots"]
                                            / peak["square_root"]) / seconds
    return row


def training(figures, peak, precision):
    """Multiply-adds of a large flow's matrix products against the FMA peak and the best product
    that Eigen makes.
    """
    def rate(figure):
        return 1e9 * figure["counters"]["multiply_adds"] / figure["cpu_ns"]["median"]

    best = max(rate(figure) for name, figure in figures.items() if name.startswith("product/")
               and name.endswith(precision))
    made = rate(figures[f"training/large/{precision}/reparameterized"])
    fused = peak["fused_multiply_add" if precision == "double" else "fused_multiply_add_single"]
    return {"multiply_adds_per_second": made, "share_fused": made / fused,
            "share_product": made / best}


def roofline(figures):
    peak = {name.split("/")[1]: figure["items_per_second"]["max"] for name,
            figure in figures.items() if name.startswith("limit/")}
    start, engine = figures["part/initial_law/dimension:100"]["cpu_ns"]["median"], figures[
        "peer/engine"]
    return {
        "peak_per_second": {**peak,
                            "normals": figures["generator/normals"]["items_per_second"]["max"]},
        "operations": {work: operations_of(figures, f"count/{work}")
                       for work in ("field", "attempt", "start")},
        "attempts_per_trajectory": engine["counters"]["attempts_per_trajectory"],
        "share_initial_law": start / PART_BATCH / engine["cpu_ns"]["median"],
        "kernels": {name: kernel(figures, peak, counted, timed, draws) for name,
                    (counted, timed, _, draws) in KERNELS.items()},
        "training": {precision: training(figures, peak, precision)
                     for precision in ("double", "single")},
    }
