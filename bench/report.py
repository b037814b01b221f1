"""The pages made of a result file: its Markdown twin, and the generated parts of bench/README.md
and docs/speed.md.
"""
import tables

BEGIN, END = "<!-- results:begin (written by bench/run) -->", "<!-- results:end -->"


def clock_of(name):
    """One-core rates come from processor time; only wall time tells what several threads gain."""
    return "wall_ns" if name.startswith("threads/") else "cpu_ns"


def machine_lines(record):
    machine, build = record["machine"], record["build"]
    before, after = record["load_at_start"][0], record["load_at_end"][0]
    load = f"load {before:.1f} at the start, {after:.1f} at the end"
    warning = " THE MACHINE WAS BUSY: read wall times and small differences with care."
    busy = warning if before > 0.5 else ""
    return (f"{machine['processor']} (family {machine['family']}, model {machine['model']}), "
            f"{machine['cores']} cores"
            f"{', virtual' if machine['virtual'] else ''}, {record['context']['best_isa']}; "
            f"{build['compiler']}; commit {build['commit']}; "
            f"{record['started']}, {record['figures']['peer/engine']['cpu_ns']['repetitions']} "
            f"repetitions; {load}.{busy}\n")


def trajectory_table(record):
    rows = [[name, f"{figure['cpu_ns']['median']:.1f}",
             f"{figure['cpu_ns']['min']:.1f} .. {figure['cpu_ns']['max']:.1f}",
             f"{figure['wall_ns']['median']:.1f}", f"{1e9 / figure[clock_of(name)]['median']:.4g}",
             f"{figure['counters']['attempts_per_trajectory']:.2f}"]
            for name, figure in record["figures"].items()
            if "trajectories_per_iteration" in figure["counters"]]
    return tables.table(["benchmark", "processor ns", "min .. max", "wall ns", "trajectories/s",
                         "attempts"], rows)


def step_table(record, training):
    rows = [[name, f"{figure['cpu_ns']['median'] / 1e3:.4g}",
             f"{figure['cpu_ns']['min'] / 1e3:.4g} .. {figure['cpu_ns']['max'] / 1e3:.4g}"]
            for name, figure in record["figures"].items()
            if "steps_per_iteration" in figure["counters"]
            and name.startswith("training/") == training]
    return tables.table(["benchmark", "median us", "min .. max"], rows)


def item_table(record):
    rows = [[name, f"{figure['items_per_second']['median']:.4g}",
             f"{figure['items_per_second']['min']:.4g} .. {figure['items_per_second']['max']:.4g}"]
            for name, figure in record["figures"].items() if figure["items_per_second"]]
    return tables.table(["benchmark", "median", "min .. max"], rows)


def agreement_line(record):
    shares = ", ".join(f"{key[10:]} {100 * float(value):.2f} %" for key,
                       value in record["context"].items() if key.startswith("agreement_"))
    return f"Outcomes equal to the engine's, of 2000 starts: {shares}.\n"


def whole_runs(record):
    """Repetitions of whole commands and of curves."""
    return len(record["work_precision"]["curves"][0]["points"][0]["seconds"])


def markdown(record):
    versions = record["work_precision"]["versions"]
    listed = ", ".join(f"{name} {version}" for name,
                       version in versions.items()) or "not asked for (`bench/run --python-peers`)"
    parts = ["# Benchmark results\n",
             "Written by bench/run; the JSON file of the same name has every repetition.\n",
             "QUICK RUN: shows that the benchmarks work, not how fast the engine is.\n"
             if record["quick"] else "",
             machine_lines(record), tables.summary_table(record), agreement_line(record),
             "## Whole commands\n",
             f"From the start of the process to its end; medians of {whole_runs(record)}.\n",
             tables.end_to_end_table(record),
             "## Time at equal error\n",
             f"Medians of {whole_runs(record)}. Peers in Python: {listed}.\n",
             tables.equal_error_table(record),
             "## Trajectories\n",
             "Medians, nanoseconds a trajectory. The rate is that of processor time, on the rows "
             "`threads` that of wall time.\n",
             trajectory_table(record),
             "## Steps of sampled dynamics\n",
             "Medians, microseconds of processor time a step of one trajectory.\n",
             step_table(record, False),
             "## Steps of training a RealNVP flow\n",
             "Medians, microseconds of processor time a step of one member.\n",
             step_table(record, True),
             "## Parts, generators and limits, per second on one core\n", item_table(record),
             "## Operations and shares of the limits\n", tables.roofline_table(record),
             tables.training_table(record),
             "## Outcomes that differ\n", tables.flip_table(record),
             "## Work-precision curves\n", tables.curves_table(record)]
    return "\n".join(part for part in parts if part)


def update_page(path, body):
    """Puts `body` in the place of the generated part."""
    text = path.read_text()
    before, rest = text.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{rest.split(END)[1]}")


def update_pages(source, record, name):
    """The generated parts of the pages that show the newest results."""
    update_page(source / "bench" / "README.md",
                f"{machine_lines(record)}\n{tables.summary_table(record)}\n"
                f"All figures: [results/{name}.md](results/{name}.md).")
    update_page(source / "docs" / "speed.md", "\n".join([
        machine_lines(record), f"## Time at equal error\n\nMedians of {whole_runs(record)}.\n",
        tables.equal_error_table(record),
        "![Time of a trajectory against its error](work_precision.png)\n",
        "## The limits, and how close each kernel comes\n", tables.peaks_table(record),
        tables.roofline_table(record), tables.training_table(record),
        "## Outcomes that depend on precision or processor\n", tables.flip_table(record)]).rstrip())
