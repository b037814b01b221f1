"""Results of a card into the project: bench/results/<date>-<card>.md and .json, and the generated
part of bench/README.md.
"""
import json
import pathlib
import re
import sys

BEGIN = "<!-- gpu:begin (written by scripts/gpu-check --record) -->"
END = "<!-- gpu:end -->"


def head(account):
    return (f"{account['gpu']}, driver {account['driver']}, compute capability "
            f"{account['compute_capability']}; {account['cpu']}, {account['cores']} cores; commit "
            f"{account['commit']}; {account['date']}.\n")


def ratio_table(ratios):
    lines = ["| figure | value | target | met |", "| --- | ---: | ---: | --- |"]
    for row in ratios:
        met = "" if row["met"] is None else "yes" if row["met"] else "no"
        lines.append(f"| {row['label']} | {row['value']:.4g}{row['unit']} | {row['target']} | "
                     f"{met} |")
    return "\n".join(lines) + "\n"


def item_table(account):
    lines = ["| item | result | seconds | |", "| --- | --- | ---: | --- |"]
    for part in account["parts"]:
        remark = part["remark"].replace("|", "\\|").replace("<", "&lt;")
        lines.append(f"| {part['name']} | {part['result']} | {part['seconds']:.2f} | {remark} |")
    return "\n".join(lines) + "\n"


def rate_table(benchmark):
    lines = ["| benchmark | items a second |", "| --- | ---: |"]
    for entry in benchmark["benchmarks"]:
        if entry["run_type"] == "iteration":
            name = entry["run_name"].removesuffix("/real_time")
            lines.append(f"| {name} | {entry['items']:.4g} |")
    return "\n".join(lines) + "\n"


def load(folder, name):
    path = folder / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def write(folder, root):
    """Exit status: 2 where FOLDER holds no account, or one of a quick run."""
    account = load(folder, "gpu-check.json")
    if account is None or account.get("quick"):
        what = "the account of a --quick run" if account else "no gpu-check.json"
        print(f"gpu-check: {folder} holds {what}; nothing was written", file=sys.stderr)
        return 2
    benchmark, ratios = load(folder, "gpu_benchmark.json"), load(folder, "gpu_ratios.json")
    parts = [head(account)]
    if ratios:
        parts.append(ratio_table(ratios))
    slug = re.sub(r"[^a-z0-9]+", "-", account["gpu"].lower()).strip("-")
    path = pathlib.Path(root) / "bench" / "results" / f"{account['date'][:10]}-{slug}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"account": account, "gpu_benchmark": benchmark,
                                "gpu_ratios": ratios}, indent=1) + "\n", encoding="utf-8")
    whole = ["# Results of a GPU\n", "Written by scripts/gpu-check --record.\n", *parts,
             "## Items\n", item_table(account)]
    if benchmark:
        whole += ["## Rates\n", rate_table(benchmark)]
    path.with_suffix(".md").write_text("\n".join(whole), encoding="utf-8")
    page = pathlib.Path(root) / "bench" / "README.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(parts)
                    + f"\nAll of it: [results/{path.stem}.md](results/{path.stem}.md).\n{END}"
                    + rest.split(END)[1], encoding="utf-8")
    print(f"written: {path}, {path.with_suffix('.md')}, {page}")
    return 0
