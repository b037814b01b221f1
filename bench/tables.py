"""The tables of a result file, as Markdown."""
import re
import statistics

import work_precision
from roofline import KERNELS, OPERATIONS
from targets import (COLD_START, CURVES, EQUAL_ERROR, FMA_SHARE, JOURNAL, MEMORY, RATIOS,
                     SWEEP_OVERHEAD)


NUMBER = re.compile(r"[-+<>=]* ?\d.*|")


def table(header, rows):
    """Markdown. Columns of numbers stand to the right."""
    numeric = [all(NUMBER.fullmatch(str(row[i])) for row in rows) for i in range(len(header))]
    lines = [header, ["---:" if right else "---" for right in numeric], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def percent(share):
    return f"{100 * share:.0f} %"


def target_of(value, at_least=None, at_most=None, form="{:g}"):
    """(target, met) as text."""
    if at_least is not None:
        return ">= " + form.format(at_least), "yes" if value >= at_least else "no"
    if at_most is not None:
        return "<= " + form.format(at_most), "yes" if value <= at_most else "no"
    return "", ""


def ratio_rows(record):
    rows = []
    for key, row in RATIOS.items():
        found = record["ratios"].get(key)
        if not found:  # a record from before this was measured
            continue
        rows.append([row.label, f"{found['ratio']:.4g}",
                     f"{found['low']:.4g} .. {found['high']:.4g}",
                     *target_of(found["ratio"], row.at_least, row.at_most)])
    return rows


def curve_rows(record):
    rows = []
    found = {(row["solver"], row["field"]): row for row in equal_error(record)}
    for label, (solver, field, at_least, _) in CURVES.items():
        row = found.get((solver, field))
        if row:
            engine = row["seconds"]["median"] / row["ratio"]
            low, high = (row["seconds"][end] / engine for end in ("min", "max"))
            rows.append([f"{label} over the engine, at equal error {EQUAL_ERROR:g}",
                         f"{row['ratio']:.4g}", f"{low:.4g} .. {high:.4g}",
                         *target_of(row["ratio"], at_least)])
    return rows


def equal_error(record):
    return work_precision.at_equal_error(record["work_precision"]["curves"]) if record.get(
        "work_precision") else []


def long_run_rows(record):
    """Of the runs that --short leaves out."""
    if "sweep" not in record:
        return []
    memory, sweep = record["memory"], record["sweep"]
    overhead = sweep["overhead_all"]
    return [
        [f"peak memory, {memory['trajectories']:,} trajectories",
         f"{memory['peak_resident_bytes'] / 1e6:.1f} MB", "",
         *target_of(memory["peak_resident_bytes"] / 1e6, at_most=MEMORY / 1e6, form="{:.0f} MB")],
        [f"sweep of {sweep['cells']:,} cells x {sweep['trajectories_a_cell']:,} trajectories over "
         f"the trajectories alone",
         f"{100 * sweep['overhead_median']:+.1f} %",
         f"{100 * min(overhead):+.1f} .. {100 * max(overhead):+.1f} %",
         *target_of(sweep["overhead_median"], at_most=SWEEP_OVERHEAD, form="{:.0%}")],
        [f"journal of {sweep['journal_records']:,} cells opens in",
         f"{sweep['journal_open_seconds']:.2f} s", "",
         *target_of(sweep["journal_open_seconds"], at_most=JOURNAL, form="{:g} s")]]


def summary_table(record):
    flow = record["roofline"]["kernels"][next(iter(KERNELS))]
    cold = next(iter(record["end_to_end"].values()))["wall"]
    rows = [
        *curve_rows(record), *ratio_rows(record),
        ["cold start: `probability` with 1000 trajectories, wall time", f"{cold['median']:.3f} s",
         f"{cold['min']:.3f} .. {cold['max']:.3f} s",
         *target_of(cold["median"], at_most=COLD_START, form="{:g} s")],
        *long_run_rows(record),
        ["flow, share of the FMA peak: all sums and products", percent(flow["share_slots"]), "",
         *target_of(flow["share_slots"], FMA_SHARE, form="{:.0%}")],
        ["flow, share of the FMA peak: fused operations alone", percent(flow["share_fused"]), "",
         "", ""],
    ]
    return table(["figure", "median", "95 % interval", "target", "met"],
                 rows) + "\n" + missed(record)


def missed(record):
    """What bounds the rows whose target is missed."""
    lines = []
    for key, row in RATIOS.items():
        found = record["ratios"].get(key)
        if found and target_of(found["ratio"], row.at_least, row.at_most)[1] == "no":
            lines.append((row.label, found["ratio"], row.at_least or row.at_most, row.bound))
    found = {(row["solver"], row["field"]): row for row in equal_error(record)}
    for label, (solver, field, at_least, bound) in CURVES.items():
        row = found.get((solver, field))
        if row and row["ratio"] < at_least:
            lines.append((label, row["ratio"], at_least, bound))
    reasons = {}
    for label, value, target, bound in lines:
        reasons.setdefault(bound or "not looked into yet",
                           []).append(f"{label}: {value:.3g} instead of {target:g}")
    return "".join(f"- Missed: {'; '.join(rows)}. What bounds it: {bound}.\n" for bound,
                   rows in reasons.items())


def equal_error_table(record):
    rows = [[row["solver"], row["method"], row["field"], f"{1e6 * row['seconds']['median']:.4g}",
             f"{1e6 * row['seconds']['min']:.4g} .. {1e6 * row['seconds']['max']:.4g}",
             f"{row['ratio']:.4g}"] for row in equal_error(record)]
    return table(["solver", "its fastest method", "expectations by", "us a trajectory",
                  "min .. max", "over the engine"], rows)


def curves_table(record):
    rows = [[curve["solver"], curve["method"], curve["field"], f"{point['tolerance']:.0e}",
             f"{point['error_median']:.2g}",
             f"{point['error_90']:.2g}", f"{1e6 * statistics.median(point['seconds']):.4g}"]
            for curve in record["work_precision"]["curves"] for point in curve["points"]]
    return table(["solver", "method", "expectations by", "tolerance", "error, median",
                  "error, 90 %", "us a trajectory"], rows)


def roofline_table(record):
    def line(name, row):
        work = row["operations"]
        cells = [f"{work[operation]:.4g}" for operation in OPERATIONS] if work else [""] * len(
            OPERATIONS)
        share = [percent(row[key]) if key in row else ""
                 for key in ("share_fused", "share_slots", "share_divisions_and_roots",
                             "share_normals")]
        return [name, f"{1e6 * row['seconds']:.4g}", *cells, *share]

    return table(["kernel", "us", "a b + c", "products", "sums", "divisions", "roots",
                  "FMA peak, fused alone", "FMA peak, all",
                  "divisions and roots alone", "normals alone"],
                 [line(name, row) for name, row in record["roofline"]["kernels"].items()])


def peaks_table(record):
    peak = record["roofline"]["peak_per_second"]
    names = {"fused_multiply_add": "fused multiply-adds, double",
             "fused_multiply_add_single": "fused multiply-adds, single",
             "division": "divisions, double", "square_root": "square roots, double",
             "philox_blocks": "Philox blocks, one by one",
             "normals": "normals from Philox blocks", "copy": "bytes read and written by a copy"}
    return table(["one core can do", "10^9 a second"],
                 [[label, f"{peak[key] / 1e9:.4g}"] for key, label in names.items()])


def training_table(record):
    rows = [[precision, f"{row['multiply_adds_per_second'] / 1e9:.4g}", percent(row["share_fused"]),
             percent(row["share_product"])]
            for precision, row in record["roofline"]["training"].items()]
    return table(["training a large flow", "10^9 multiply-adds of its products a second",
                  "of the FMA peak", "of Eigen's best product"], rows)


def flip_table(record):
    flips = record["flips"]
    rows = [[row["what"], f"{row['radius']:g}", f"{row['dimension']:g}", row["flips"],
             f"{row['upper']:.2g}"] for row in flips["rows"]]
    return table([f"two runs of the same {flips['trajectories']:,} starts", "R", "d",
                  "outcomes that differ", "rate is below"], rows)


def end_to_end_table(record):
    rows = [[f"`{row['command']}`", f"{row['wall']['median']:.3f}",
             f"{row['wall']['min']:.3f} .. {row['wall']['max']:.3f}",
             f"{row['processor']['median']:.3f}"] for row in record["end_to_end"].values()]
    return table(["command", "wall, s", "min .. max", "processor, s"], rows)
