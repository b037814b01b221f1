"""One self-contained HTML page about a result file.

    modecollapse-report FILE.nc [--output FILE.html]
    python -m modecollapse.report FILE.nc

It says what was run and where, shows the figure and the numbers, and how to run it
again. Exit codes: 0 written; 2 wrong use, or a file that cannot be read or written.
"""

from __future__ import annotations

import argparse
import base64
import io
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from ._text import printable
from ._words import words

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

EXIT_USAGE = 2
DPI = 150
PROVENANCE = (
    "version", "git_sha", "compiler", "backend", "isa", "device", "precision", "seed",
    "started", "finished", "config_hash", "schema_version", "references",
)  # fmt: skip
STYLE = """body{font:16px/1.5 sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.15rem .8rem .15rem 0;
text-align:left;vertical-align:top;border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}td.number{text-align:right}pre{background:#f4f4f4;padding:.8rem;overflow-x:auto}
img{max-width:100%}figcaption,.note{color:#555;font-size:.9rem}figure{margin:1rem 0}"""

SYMBOLS = {  # whose words are explained though they are no variables
    "threshold": ("R_c", "level", "fold", "R_inf", "R", "d"),
    "trajectory": ("R", "d", "beta"),
}

Page = Callable[["xarray.Dataset"], "Figure"]


def command_of(dataset: xarray.Dataset) -> str:
    """The command that a result comes from, by its recorded configuration."""
    first = str(dataset.attrs.get("config_toml", "")).lstrip().splitlines()[:1]
    if first and first[0].startswith("# modecollapse "):
        return first[0].removeprefix("# modecollapse ").strip()
    return "phase-diagram" if first and first[0].startswith(("[", "quantity = ")) else "unknown"


def figure_functions() -> dict[str, Page]:
    from .figures.basins import basins_figure
    from .figures.order_parameters import trajectories_figure
    from .figures.outcomes import outcomes_figure
    from .figures.phase_diagram import phase_diagram_figure
    from .figures.threshold import threshold_figure

    return {
        "threshold": threshold_figure,
        "phase-diagram": phase_diagram_figure,
        "probability": outcomes_figure,
        "trajectory": trajectories_figure,
        "basin": lambda dataset: basins_figure([dataset]),
    }


def figure_html(dataset: xarray.Dataset, command: str) -> str:
    """The figure of the command's own, as an embedded PNG; a note if it fails."""
    draw = figure_functions().get(command)
    if draw is None:
        return ""
    picture = io.BytesIO()
    try:
        draw(dataset).savefig(picture, format="png", dpi=DPI, facecolor="white")
    except ValueError as error:  # a result that it cannot draw, or text that is no mathematics
        return f'<h2>Figure</h2><p class="note">No figure: {escape(str(error))}</p>'
    data = base64.b64encode(picture.getvalue()).decode()
    caption = escape(str(dataset.attrs.get("title", command)))
    return (
        f'<h2>Figure</h2><figure><img alt="{caption}" src="data:image/png;base64,{data}">'
        f"<figcaption>{caption}. What was run stands above the panels.</figcaption></figure>"
    )


def table_html(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def cell(value: object) -> str:
        kind = ' class="number"' if isinstance(value, (int, float)) else ""
        text = f"{value:.6g}" if isinstance(value, float) else str(value)
        text = "\N{EN DASH}" if text == "nan" else text
        return f"<td{kind}>{escape(text)}</td>"

    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return (f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            "</div>")


def words_html(dataset: xarray.Dataset, command: str) -> str:
    """What the words and symbols of this result mean, those that it has."""
    from .figures.results import flag_names

    there = {*map(str, dataset.variables), *SYMBOLS.get(command, ())}
    for variable in dataset.variables.values():
        if "flag_meanings" in variable.attrs:
            there.update(map(str, flag_names(variable).ravel()))
        elif variable.dtype.kind in "OSU":
            there.update(map(str, variable.values.ravel()))
    rows = [[word, meaning] for word, meaning in words().items() if word in there]
    return table_html(["word", "meaning"], rows)


def reproduction_html(dataset: xarray.Dataset, command: str) -> str:
    config = str(dataset.attrs.get("config_toml", ""))
    version = escape(str(dataset.attrs.get("version", "?")))
    if command == "phase-diagram":
        call = "modecollapse phase-diagram config.toml --run-dir again"
        python = 'modecollapse.phase_diagram("config.toml")'
    else:
        call = escape(f"modecollapse {command} --config config.toml --output again.nc")
        python = f'modecollapse.{command.replace("-", "_")}(config="config.toml")'
    return f"""<p>Save this as <code>config.toml</code>:</p>
<pre id="config">{escape(config)}</pre>
<p>and run, with version {version} ({escape(str(dataset.attrs.get("git_sha", "?")))}),</p>
<pre>{call}</pre><p>or in Python</p><pre>{escape(python)}</pre>
<p class="note">The same version, backend and precision give the same counts, for any
number of threads, processes or interruptions.</p>"""


def report_html(dataset: xarray.Dataset, name: str) -> str:
    """The page. dataset: a result as xarray opens it; name: how to call it."""
    from .figures.run_text import configuration
    from .report_tables import result_tables

    command = command_of(dataset)
    title = escape(str(dataset.attrs.get("title", "Result")))
    known = [[key, str(dataset.attrs[key])] for key in PROVENANCE if key in dataset.attrs]
    options = [[k, str(v)] for k, v in configuration(dataset.attrs).items()]
    tables = "".join(
        f"<h3>{escape(heading)}</h3>{table_html(columns, rows)}"
        + (f'<p class="note">{escape(note)}</p>' if note else "")
        for heading, columns, rows, note in result_tables(dataset, command)
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>
<style>{STYLE}</style></head><body>
<h1>{title}</h1>
<p>From <code>{escape(name)}</code>, made by <code>modecollapse {escape(command)}</code>.</p>
{figure_html(dataset, command)}
<h2>What was run</h2>{table_html(["option", "value"], options)}
<h2>How to run it again</h2>{reproduction_html(dataset, command)}
<h2>Numbers</h2>{tables}
<h2>Words</h2>{words_html(dataset, command)}
<h2>Provenance</h2>{table_html(["", ""], known)}
</body></html>
"""


def write_report(path: Path, output: Path) -> None:
    """Raises ResultError for a file that is no result, OSError if writing fails."""
    from .figures.results import ResultError, open_result

    dataset = open_result(path, "(any command)", ())
    if "config_toml" not in dataset.attrs:
        raise ResultError(f"{path} is not a result of modecollapse: no config_toml")
    if command_of(dataset) == "probability" and "counts" not in dataset:
        raise ResultError(
            f"{path} holds trained members, to be continued or sampled from; a report is made of "
            "the result of their training, the file of output"
        )
    output.write_text(report_html(dataset, path.name), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="modecollapse-report",
        description="Make one self-contained HTML page about a result file.",
    )
    parser.add_argument("result", type=Path, metavar="FILE.nc")
    parser.add_argument(
        "--output", type=Path, metavar="FILE.html", help="default: beside the result"
    )
    options = parser.parse_args(arguments)
    output = options.output or options.result.with_suffix(".html")
    try:
        write_report(options.result, output)
    except (ValueError, OSError) as error:
        print(f"modecollapse-report: error: {printable(str(error))}", file=sys.stderr)
        return EXIT_USAGE
    except ModuleNotFoundError as error:
        print(f"modecollapse-report: error: {error}", file=sys.stderr)
        return EXIT_USAGE
    print(f"written: {printable(str(output))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
