"""From Google Benchmark's records to medians and ratios.

A ratio is the quotient of two medians over the repetitions; its interval is the 95 % percentile
bootstrap of that quotient. One-core ratios use processor time, which leaves out the moments at
which another program had the core; the two-thread ratio uses wall time.
"""
import random
import statistics

from targets import RATIOS

TO_NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
NOT_COUNTERS = {"name", "run_name", "run_type", "family_index", "per_family_instance_index",
                "repetitions", "repetition_index", "threads",
                "iterations", "real_time", "cpu_time", "time_unit"}


def spread(values):
    ordered = sorted(values)
    return {"median": statistics.median(ordered), "min": ordered[0], "max": ordered[-1],
            "repetitions": len(ordered), "values": values}


def collect(runs):
    """{benchmark name: {wall_ns, cpu_ns: spread per unit of work, counters}}; the unit is a
    trajectory, a step or an item.
    """
    figures = {}
    for run in runs:
        found = {}
        for entry in run["benchmarks"]:
            if entry["run_type"] != "iteration":
                continue
            name = entry["run_name"].replace("/process_time", "").replace("/real_time", "").replace(
                "/iterations:1", "")
            scale = TO_NANOSECONDS[entry["time_unit"]]
            per = entry.get("trajectories_per_iteration", entry.get("steps_per_iteration", 1.0))
            counters = {key: value for key, value in entry.items() if key not in NOT_COUNTERS}
            figure = found.setdefault((entry["family_index"], name),
                                      {"wall_ns": [], "cpu_ns": [], "items_per_second": [],
                                       "counters": counters})
            figure["wall_ns"].append(entry["real_time"] * scale / per)
            figure["cpu_ns"].append(entry["cpu_time"] * scale / per)
            if "items_per_second" in entry:
                figure["items_per_second"].append(entry["items_per_second"])
        # in the order of the program, not of the shuffle
        figures.update({name: found[index, name] for index, name in sorted(found)})
    for figure in figures.values():
        for key in ("wall_ns", "cpu_ns", "items_per_second"):
            figure[key] = spread(figure[key]) if figure[key] else None
    return figures


def ratio_of(slow, fast, clock, scale=1.0):
    """How many times faster `fast` is than `slow`, times `scale`."""
    generator = random.Random(1)
    a, b = slow[clock]["values"], fast[clock]["values"]

    def resampled():
        return statistics.median(generator.choices(a, k=len(a))) / statistics.median(
            generator.choices(b, k=len(b)))

    samples = sorted(resampled() for _ in range(2000))
    values = {"ratio": slow[clock]["median"] / fast[clock]["median"], "low": samples[50],
              "high": samples[-51], "best": min(a) / min(b)}
    return {**{key: scale * value for key, value in values.items()}, "clock": clock}


def ratios(figures):
    return {name: ratio_of(figures[row.slow], figures[row.fast], row.clock, row.scale)
            for name, row in RATIOS.items() if row.slow in figures and row.fast in figures}


def summarize(runs):
    context = {key: value for run in runs for key,
               value in run["context"].items() if key.startswith("agreement_") or key == "best_isa"}
    figures = collect(runs)
    return {"context": context, "figures": figures, "ratios": ratios(figures)}
