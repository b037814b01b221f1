"""From Google Benchmark's records to medians, ratios and tables.

A ratio is the quotient of two medians over the repetitions; its interval is the 95 % percentile bootstrap of that quotient. One-core ratios
use processor time, which leaves out the moments at which another program had the core; the two-thread ratio uses wall time.
"""
import random
import statistics

BEGIN, END = "<!-- results:begin (written by bench/run) -->", "<!-- results:end -->"
LIMITS = ("fused_multiply_add", "division", "square_root")
OPERATIONS = ("fused", "multiplied", "added", "divided", "roots")
TO_NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
NOT_COUNTERS = {"name", "run_name", "run_type", "family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads",
                "iterations", "real_time", "cpu_time", "time_unit"}


def spread(values):
    ordered = sorted(values)
    return {"median": statistics.median(ordered), "min": ordered[0], "max": ordered[-1], "repetitions": len(ordered), "values": values}


def collect(runs):
    """{benchmark name: {wall_ns, cpu_ns: spread per unit of work, counters}}; the unit is a trajectory, a step or an item."""
    figures = {}
    for run in runs:
        found = {}
        for entry in run["benchmarks"]:
            if entry["run_type"] != "iteration":
                continue
            name = entry["run_name"].replace("/process_time", "").replace("/real_time", "").replace("/iterations:1", "")
            scale = TO_NANOSECONDS[entry["time_unit"]]
            per = entry.get("trajectories_per_iteration", entry.get("steps_per_iteration", 1.0))
            counters = {key: value for key, value in entry.items() if key not in NOT_COUNTERS}
            figure = found.setdefault((entry["family_index"], name),
                                      {"wall_ns": [], "cpu_ns": [], "items_per_second": [], "counters": counters})
            figure["wall_ns"].append(entry["real_time"] * scale / per)
            figure["cpu_ns"].append(entry["cpu_time"] * scale / per)
            if "items_per_second" in entry:
                figure["items_per_second"].append(entry["items_per_second"])
        figures.update({name: found[index, name] for index, name in sorted(found)})  # in the order of the program, not of the shuffle
    for figure in figures.values():
        for key in ("wall_ns", "cpu_ns", "items_per_second"):
            figure[key] = spread(figure[key]) if figure[key] else None
    return figures


def ratio_of(slow, fast, target, clock):
    """How many times faster `fast` is than `slow`."""
    generator = random.Random(1)
    a, b = slow[clock]["values"], fast[clock]["values"]

    def resampled():
        return statistics.median(generator.choices(a, k=len(a))) / statistics.median(generator.choices(b, k=len(b)))

    samples = sorted(resampled() for _ in range(2000))
    return {"ratio": slow[clock]["median"] / fast[clock]["median"], "low": samples[50], "high": samples[-51], "best": min(a) / min(b),
            "target": target, "clock": clock}


def ratios(figures):
    engine = figures["peer/engine"]
    rows = {name: ratio_of(figures[f"peer/{name}"], engine, target, "cpu_ns")
            for name, target in [("odeint_quadrature", 200), ("odeint_quadrature_fast_math", None), ("odeint_quadrature_to_horizon", None),
                                 ("odeint_fast", 4)]}
    rows["two_threads"] = ratio_of(figures["threads/1"], figures["threads/2"], 1.9, "wall_ns")
    # wall time that two cores would take if nothing else ran on them: half the processor time of both threads
    rows["two_threads_processor_time"] = ratio_of(figures["threads/1"], figures["threads/2"], None, "cpu_ns")
    for key in ("ratio", "low", "high", "best"):
        rows["two_threads_processor_time"][key] *= 2.0
    return rows


# slow, fast, target: one step of sampled dynamics against another, or against drawing its normals. A bound from above is negative.
STEP_RATIOS = {
    "full_over_reduced": ("full/pathwise/1000", "reduced/pathwise/1000", 200),
    "full_over_reduced_reparameterized": ("full/reparameterized/1000", "reduced/reparameterized/1000", 200),
    "full_over_reduced_score": ("full/score/1000", "reduced/score/1000", 200),
    "reduced_over_normals": ("reduced/pathwise/1000", "normals/6000", -2.5),
    "reduced_over_normals_score": ("reduced/score/1000", "normals/6000", -2.5),
    "full_over_normals": ("full/pathwise/1000", "normals/2000000", -2.5),
    "reduced_over_diffusion": ("reduced/pathwise/1000", "diffusion/pathwise/1", None),
    "reduced_over_diffusion_3": ("reduced/pathwise/1000", "diffusion/pathwise/3", 1),
    "reduced_over_diffusion_10": ("reduced/pathwise/1000", "diffusion/pathwise/10", 1),
    "reduced_10_over_diffusion": ("reduced_10/pathwise/1000", "diffusion/pathwise/1", None),
}


def step_ratios(figures):
    return {name: ratio_of(figures[f"step/{slow}"], figures[f"step/{fast}"], target, "cpu_ns")
            for name, (slow, fast, target) in STEP_RATIOS.items() if f"step/{slow}" in figures}


def limits(figures):
    """Share of the measured peaks: operations per trajectory, counted, times trajectories per second."""
    peak = {name: figures[f"limit/{name}"]["items_per_second"]["max"] for name in LIMITS}
    attempt, start = figures["count/attempt"]["counters"], figures["count/start"]["counters"]
    engine = figures["peer/engine"]
    attempts = engine["counters"]["attempts_per_trajectory"]
    work = {name: attempts * attempt[name] + start[name] for name in OPERATIONS}
    seconds = 1e-9 * engine["cpu_ns"]["median"]
    slots = work["fused"] + work["multiplied"] + work["added"]
    return {
        "peak_per_second": peak,
        "operations_per_attempt": {name: attempt[name] for name in OPERATIONS},
        "operations_per_field": {name: figures["count/field"]["counters"][name] for name in OPERATIONS},
        "operations_per_start": {name: start[name] for name in OPERATIONS},
        "attempts_per_trajectory": attempts,
        "share_fused": work["fused"] / seconds / peak["fused_multiply_add"],
        "share_slots": slots / seconds / peak["fused_multiply_add"],
        "share_divisions_and_roots": (work["divided"] / peak["division"] + work["roots"] / peak["square_root"]) / seconds,
        "share_initial_law": figures["part/initial_law/dimension:100"]["cpu_ns"]["median"] / PART_BATCH / engine["cpu_ns"]["median"],
    }


PART_BATCH = 1 << 15  # starts an iteration, `batch` of flow_benchmark.cpp


def summarize(runs):
    figures = collect(runs)
    context = {key: value for run in runs for key, value in run["context"].items() if key.startswith("agreement_") or key == "best_isa"}
    return {"context": context, "figures": figures, "ratios": {**ratios(figures), **step_ratios(figures)}, "limits": limits(figures)}


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


RATIO_NAMES = {
    "odeint_quadrature": "engine over (a) odeint + quadrature",
    "odeint_quadrature_fast_math": "engine over (a) with -ffast-math",
    "odeint_quadrature_to_horizon": "engine over (a) to a fixed horizon, t = 200",
    "odeint_fast": "engine over (b) odeint + fast expectations",
    "two_threads": "two threads over one, wall time",
    "two_threads_processor_time": "two threads over one, processor time",
    "full_over_reduced": "step of SGD, B = 1000, d = 1000: full over reduced sampler, pathwise",
    "full_over_reduced_reparameterized": "the same, reparameterized",
    "full_over_reduced_score": "the same, score",
    "reduced_over_normals": "reduced sampler over drawing its 6000 normals, pathwise",
    "reduced_over_normals_score": "the same, score",
    "full_over_normals": "full sampler over drawing its 2 x 10^6 normals, pathwise",
    "reduced_over_diffusion": "SGD at B = 1000 (reduced) over its diffusion approximation, R = 1",
    "reduced_over_diffusion_3": "the same, diffusion at R = 3",
    "reduced_over_diffusion_10": "the same, diffusion at R = 10",
    "reduced_10_over_diffusion": "SGD at B = 10 (reduced) over its diffusion approximation, R = 1",
}


def summary_table(record):
    rows = []
    for key, name in RATIO_NAMES.items():
        row = record["ratios"].get(key)
        if not row:  # a record from before this was measured
            continue
        target = "" if not row["target"] else f">= {row['target']:g}" if row["target"] > 0 else f"<= {-row['target']:g}"
        rows.append([name, f"{row['ratio']:.4g}", f"{row['low']:.4g} .. {row['high']:.4g}", target])
        if key == "two_threads":
            rows.append([name + ", best repetition of each", f"{row['best']:.4g}", "", ""])
    memory = record["memory"]
    rows.append([f"peak memory, {memory['trajectories']:,} trajectories", f"{memory['peak_resident_bytes'] / 1e6:.1f} MB", "",
                 f"< {memory['target_bytes'] / 1e6:.0f} MB"])
    sweep = record.get("sweep")
    if sweep:
        rows.append([f"sweep of {sweep['cells']:,} cells x {sweep['trajectories_a_cell']:,} trajectories over the trajectories alone",
                     f"{100 * sweep['overhead_median']:+.1f} %", f"{100 * min(sweep['overhead_all']):+.1f} .. {100 * max(sweep['overhead_all']):+.1f} %",
                     "<= +5 %"])
        rows.append([f"journal of {sweep['journal_records']:,} cells opens in", f"{sweep['journal_open_seconds']:.2f} s", "", "< 2 s"])
    share = record["limits"]
    rows.append(["share of the FMA peak: fused operations", f"{100 * share['share_fused']:.0f} %", "", ""])
    rows.append(["share of the FMA peak: all sums and products", f"{100 * share['share_slots']:.0f} %", "", ""])
    rows.append(["time that divisions and roots alone would take", f"{100 * share['share_divisions_and_roots']:.0f} %", "", ""])
    rows.append(["time that the starts alone take", f"{100 * share['share_initial_law']:.0f} %", "", ""])
    return table(["figure", "median", "95 % interval", "target"], rows)


def clock_of(name):
    """One-core rates come from processor time; only wall time tells what several threads gain."""
    return "wall_ns" if name.startswith("threads/") else "cpu_ns"


def machine_lines(record):
    machine, build = record["machine"], record["build"]
    load = f"load {record['load_at_start'][0]:.1f} at the start, {record['load_at_end'][0]:.1f} at the end"
    return (f"{machine['processor']} (family {machine['family']}, model {machine['model']}), {machine['cores']} cores"
            f"{', virtual' if machine['virtual'] else ''}, {record['context']['best_isa']}; {build['compiler']}; commit {build['commit']}; "
            f"{record['started']}, {record['figures']['peer/engine']['cpu_ns']['repetitions']} repetitions; {load}.\n")


def markdown(record):
    figures, share = record["figures"], record["limits"]
    parts = ["# Benchmark results\n", "Written by bench/run; the JSON file of the same name has every repetition.\n",
             "QUICK RUN: shows that the benchmarks work, not how fast the engine is.\n" if record["quick"] else "",
             machine_lines(record), summary_table(record),
             "Outcomes equal to the engine's, of 2000 starts: "
             + ", ".join(f"{key[10:]} {100 * float(value):.2f} %" for key, value in record["context"].items() if key.startswith("agreement_"))
             + ".\n"]
    rows = [[name, f"{figure['cpu_ns']['median']:.1f}", f"{figure['cpu_ns']['min']:.1f} .. {figure['cpu_ns']['max']:.1f}",
             f"{figure['wall_ns']['median']:.1f}", f"{1e9 / figure[clock_of(name)]['median']:.4g}",
             f"{figure['counters']['attempts_per_trajectory']:.2f}"]
            for name, figure in figures.items() if "trajectories_per_iteration" in figure["counters"]]
    parts += ["## Trajectories\n",
              "Medians, nanoseconds a trajectory. The rate is that of processor time, on the rows `threads` that of wall time.\n",
              table(["benchmark", "processor ns", "min .. max", "wall ns", "trajectories/s", "attempts"], rows)]
    rows = [[name, f"{figure['cpu_ns']['median'] / 1e3:.4g}", f"{figure['cpu_ns']['min'] / 1e3:.4g} .. {figure['cpu_ns']['max'] / 1e3:.4g}"]
            for name, figure in figures.items() if "steps_per_iteration" in figure["counters"]]
    if rows:
        parts += ["## Steps of sampled dynamics\n", "Medians, microseconds of processor time a step of one trajectory.\n",
                  table(["benchmark", "median us", "min .. max"], rows)]
    rows = [[name, f"{figure['items_per_second']['median']:.4g}",
             f"{figure['items_per_second']['min']:.4g} .. {figure['items_per_second']['max']:.4g}"]
            for name, figure in figures.items() if figure["items_per_second"]]
    parts += ["## Parts and limits, per second on one core\n", table(["benchmark", "median", "min .. max"], rows)]
    rows = [[name, *(f"{share[key][operation]:.4g}" for operation in OPERATIONS)]
            for name, key in [("one field evaluation", "operations_per_field"), ("one attempted step", "operations_per_attempt"),
                              ("one start (mean)", "operations_per_start")]]
    parts += ["## Operations on one lane, counted\n", table(["work", *OPERATIONS], rows)]
    return "\n".join(part for part in parts if part)


def update_readme(path, record, name):
    text = path.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    body = f"\n{machine_lines(record)}\n{summary_table(record)}\nAll figures: [results/{name}.md](results/{name}.md).\n"
    path.write_text(before + BEGIN + body + END + after)
