#!/usr/bin/env python3
"""What the compiler made of the CUDA kernels, read from the machine code of built programs.

    machine_code.py FILE...            FILE: a program, library or object with code for a GPU;
                                       prints Markdown tables: a row a kernel of this project, what
                                       an attempt of the flow takes (machine_code_turn.py), what
                                       four samples of SGD take, over the normals of four samples,
                                       and how much of networks' products is multiply-adds
    machine_code.py FILE... --check    also compares with machine_code_bounds.json: exit 1 where a
                                       kernel has more generic loads, more accesses to local memory
                                       (spills, arrays on the stack) or a larger stack than
                                       recorded, an attempt more conversions, more LDC or a
                                       twentieth more instructions, as a sample or a multiply-add
                                       of a product, or where one is not recorded
    machine_code.py FILE... --record   writes the bounds, and the tables of docs/speed.md

cuobjdump of the CUDA toolkit is asked; where there is none, the one in the environment that
scripts/requirements-cuda.txt makes (from PyPI, in the build folder), or --cuobjdump PROGRAM;
without any the exit status is 3.
Static counts: how often an instruction stands in the code, not how often it runs.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

import machine_code_turn

BOUNDS = pathlib.Path(__file__).with_name("machine_code_bounds.json")
PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "speed.md"
BEGIN = "<!-- machine-code:begin (written by bench/machine_code.py --record) -->"
END = "<!-- machine-code:end -->"
REQUIREMENTS = pathlib.Path(__file__).resolve().parents[1] / "scripts" / "requirements-cuda.txt"
NO_TOOL = 3
FP64 = ("DFMA", "DMUL", "DADD", "DSETP", "DMNMX")
FP32 = ("FFMA", "FMUL", "FADD", "FSETP", "FMNMX")
CONVERSIONS = ("F2F", "I2F", "F2I")
GUARDED = ("generic", "local", "stack")  # what must not grow
SAMPLING = r"(thread_kernel<ReducedSampler|warp_kernel)<"
NORMALS = "normals_kernel"  # bench/gpu_parts.cu: a turn draws four
PRODUCTS = r"(train|sample)_kernel<"
GUARDED_TURN = {"sample_instructions": 1.05, "weights_cost": 1.05, "gradient_cost": 1.05,
                "turn_instructions": 1.05, "turn_conversions": 1.0,
                "turn_indexed": 1.0}  # by more
INSTRUCTION = re.compile(r"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)")


def find_cuobjdump(given):
    """Path of cuobjdump; raises SystemExit with what can be done."""
    for name in (given, shutil.which("cuobjdump"), "/usr/local/cuda/bin/cuobjdump"):
        if name and pathlib.Path(name).is_file():
            return name
    folder = pathlib.Path("build/cuda-tools")
    found = list(folder.glob("lib/python*/site-packages/nvidia/*/bin/cuobjdump"))
    if not found:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        done = subprocess.run([folder / "bin" / "pip", "install", "--quiet",
                               "--disable-pip-version-check", "--retries", "1", "-r",
                               REQUIREMENTS], check=False)
        found = list(folder.glob("lib/python*/site-packages/nvidia/*/bin/cuobjdump"))
        if done.returncode or not found:
            print("machine_code.py: no cuobjdump here, and no package index in reach",
                  file=sys.stderr)
            sys.exit(NO_TOOL)
    return str(found[0])


def output_of(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True).stdout


def demangled(names):
    """{mangled: readable}, without namespaces and parameters; of this project's kernels only."""
    plain = subprocess.run(["c++filt"], input="\n".join(names), check=True, capture_output=True,
                           text=True).stdout.splitlines()
    result = {}
    for name, text in zip(names, plain):
        if "modecollapse::" not in text or text.startswith("void cub::"):
            continue
        text = text.removeprefix("void ").replace("(anonymous namespace)::", "")
        text = re.sub(r"modecollapse::(\w+::)*", "", text)
        text = re.sub(r"\((\w+)\)(\d)", r"\1 \2", text)  # an enumerator
        result[name] = re.sub(r"\(.*", "", text)
    return result


def resources(text):
    """{mangled: {registers, stack}} from cuobjdump -res-usage."""
    found = re.findall(r"Function (\S+):\s*\n\s*REG:(\d+) STACK:(\d+)", text)
    return {name: {"registers": int(registers), "stack": int(stack)}
            for name, registers, stack in found}


def functions(text):
    """{mangled: lines} from cuobjdump -sass."""
    result, lines = {}, None
    for line in text.splitlines():
        if "Function : " in line:
            lines = result.setdefault(line.split("Function : ")[1].strip(), [])
        elif lines is not None:
            lines.append(line)
    return result


def instructions(lines):
    """Counter of full mnemonics."""
    return collections.Counter(match.group(1) for line in lines
                               if (match := INSTRUCTION.match(line)))


def summary(counts):
    """Numbers of a kernel by what they cost; `counts`: of full mnemonics."""
    base = collections.Counter()
    for name, number in counts.items():
        base[name.split(".")[0]] += number

    def of(names):
        return sum(base[name] for name in names)

    return {"instructions": sum(base.values()), "fp64": of(FP64), "fp32": of(FP32),
            "conversions": of(CONVERSIONS), "generic": of(("LD", "ST")),
            "local": of(("LDL", "STL")), "constants": of(("LDC", "ULDC")),
            "uniform_moves": base["UMOV"]}


def kernels_of(files, cuobjdump):
    """{readable name: summary with registers and stack}."""
    result = {}
    for file in files:
        used = resources(output_of(cuobjdump, "-res-usage", file))
        listed = functions(output_of(cuobjdump, "-sass", file))
        for name, text in demangled(list(used)).items():
            lines = listed.get(name, [])
            result[text] = {**used[name], **summary(instructions(lines)), **turn_of(text, lines)}
    return dict(sorted(result.items()))


def turn_of(name, lines):
    """Numbers of an attempt, where its loops have lengths known to the compiler, or of four
    samples of SGD and of four normals; otherwise {}."""
    if lines and re.match(SAMPLING, name):
        known = summary(machine_code_turn.loop_of(lines, 1))
        return {f"sample_{key}": known[key] for key in ("instructions", "fp64", "uniform_moves")}
    if lines and name == NORMALS:
        known = summary(machine_code_turn.loop_of(lines, 0))
        return {"normals_instructions": known["instructions"]}
    if lines and re.match(PRODUCTS, name):
        return products_of(lines)
    if not re.match(r"gradient_flow_kernel<.*FitLengths<[1-9]", name) or not lines:
        return {}
    floating = FP64 + FP32
    counts = machine_code_turn.turn_of(lines, lambda text: text.split(".")[0] in floating)
    known = summary(counts)
    base = collections.Counter()
    for text, number in counts.items():
        base[text.split(".")[0]] += number
    fused = 2 * base["DFMA"] if "<double" in name else base["FFMA"]
    cycles = max(known["instructions"], 2 * known["fp64"], known["fp32"])
    return {"turn_instructions": known["instructions"], "turn_fp64": known["fp64"],
            "turn_fp32": known["fp32"], "turn_fused": base["DFMA"] + base["FFMA"],
            "turn_conversions": known["conversions"], "turn_indexed": base["LDC"],
            "turn_uniform": base["ULDC"], "turn_moves": known["uniform_moves"],
            "turn_share": f"{100 * fused / cycles:.0f} %",
            "turn_slow_share": f"{100 * fused / max(cycles, 16 * base['LDC']):.0f} %"}


def products_of(lines):
    """Instructions and multiply-adds of the loops over the inner index of the matrix products: the
    innermost ones that load neighbouring numbers at once. With weights, which are loaded one by
    one: forward and reverse, the loop with the smallest share; the gradient loads no others."""
    result = {}
    for counts in machine_code_turn.innermost_loops(lines):
        fused = sum(number for name, number in counts.items()
                    if name.split(".")[0] in ("DFMA", "FFMA"))
        loads = [name for name in counts if name.split(".")[0] in ("LDG", "LDS")]
        wide = [name for name in loads if ".128" in name]
        if not fused or not wide:
            continue
        kind = "gradient" if wide == loads else "weights"
        cost = round(sum(counts.values()) / fused, 3)
        if cost > result.get(f"{kind}_cost", 0):
            result |= {f"{kind}_instructions": sum(counts.values()), f"{kind}_fused": fused,
                       f"{kind}_share": f"{100 * fused / sum(counts.values()):.0f} %",
                       f"{kind}_cost": cost}
    return result


def table(kernels):
    columns = {"registers": "registers", "stack": "stack, bytes", "local": "local accesses",
               "generic": "generic accesses", "instructions": "instructions", "fp64": "FP64",
               "fp32": "FP32", "conversions": "conversions", "constants": "constant loads",
               "uniform_moves": "uniform moves"}
    turn = {"turn_instructions": "instructions", "turn_fp64": "FP64", "turn_fp32": "FP32",
            "turn_fused": "of them a b + c", "turn_conversions": "conversions",
            "turn_indexed": "LDC", "turn_uniform": "ULDC", "turn_moves": "uniform moves",
            "turn_share": "FMA peak, LDC free", "turn_slow_share": "FMA peak, LDC slow"}
    turning = {name: row for name, row in kernels.items() if "turn_share" in row}
    sample = {"sample_instructions": "instructions", "sample_fp64": "FP64",
              "sample_uniform_moves": "uniform moves", "sample_ratio": "over their normals"}
    normals = 3 * kernels.get(NORMALS, {}).get("normals_instructions", 0)  # 12 normals
    sampling = {name: {**row, "sample_ratio": f"{row['sample_instructions'] / normals:.2f}"
                       if normals else ""}
                for name, row in kernels.items() if "sample_instructions" in row}
    product = {f"{kind}_{key}": f"{words}: {text}" for kind, words in
               (("weights", "weights and samples"), ("gradient", "gradient"))
               for key, text in (("instructions", "instructions"), ("fused", "a b + c"),
                                 ("share", "share"))}
    multiplying = {name: {key: row.get(key, "") for key in product}
                   for name, row in kernels.items() if "weights_cost" in row}
    return "\n".join(rows(kernels, "kernel", columns) + [""] + rows(turning, "an attempt", turn) +
                     [""] + rows(sampling, "four samples", sample) +
                     [""] + rows(multiplying, "products", product))


def rows(kernels, first, columns):
    lines = [f"| {first} | " + " | ".join(columns.values()) + " |",
             "| --- |" + " ---: |" * len(columns)]
    for name, row in kernels.items():
        lines.append(f"| `{name}` | " + " | ".join(str(row[key]) for key in columns) + " |")
    return lines


def worse(kernels, bounds):
    """Sentences on what has grown beyond its bound."""
    found = []
    for name, row in kernels.items():
        if name not in bounds:
            found.append(f"{name} is not recorded (--record)")
            continue
        found += [f"{name}: {key} {row[key]}, recorded {bounds[name][key]}"
                  for key in GUARDED if row[key] > bounds[name][key]]
        found += [f"{name}: {key} {row[key]}, recorded {bounds[name][key]}"
                  for key, factor in GUARDED_TURN.items()
                  if key in row and row[key] > factor * bounds[name][key]]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", metavar="FILE", nargs="+", type=pathlib.Path)
    parser.add_argument("--cuobjdump", metavar="PROGRAM")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true")
    what.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    kernels = kernels_of(arguments.files, find_cuobjdump(arguments.cuobjdump))
    if not kernels:
        sys.exit(f"machine_code.py: no kernel of this project in {arguments.files[0]}")
    print(table(kernels))
    if arguments.record:
        kept = {name: {key: row[key] for key in (*GUARDED, *GUARDED_TURN) if key in row}
                for name, row in kernels.items()}
        BOUNDS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table(kernels)}\n{END}{rest.split(END)[1]}",
                        encoding="utf-8")
    elif arguments.check:
        found = worse(kernels, json.loads(BOUNDS.read_text(encoding="utf-8")))
        print("\n".join(found), file=sys.stderr)
        sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
