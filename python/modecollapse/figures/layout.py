"""Positions of one panel, or of two side by side, in inches.

Text and data keep their room whatever the number of legend rows: the figure grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.textpath import text_to_path

from .style import POINTS_PER_INCH, RC, REFERENCE_COLOR, TEXT_SIZE

HEADER_SIZES = (9.0, 7.5)  # points, of its first and its second part


@dataclass(frozen=True)
class Layout:
    """From the top: header, `label_rows`, panels, axis labels, `legend_rows`."""

    label_rows: int
    legend_rows: int
    header_rows: int = 2
    width: float = 7.2
    panel_left: tuple[float, ...] = (0.62, 4.43)  # of panel a, b
    panel_width: tuple[float, ...] = (2.66, 2.2)
    panel_height: float = 2.45
    row: float = 0.165  # one line of text
    legend_row: float = 0.18  # exponents make it higher
    below_header: float = 0.13
    below_axis: float = 0.52  # ticks and axis label
    label_indent: float = 0.5  # of panel letter and header, to the left of the panel
    legend_indent: tuple[float, ...] = (0.38, 0.5)
    margin: float = 0.1

    @property
    def bottom(self) -> float:
        return self.below_axis + self.legend_rows * self.legend_row + self.margin

    @property
    def height(self) -> float:
        return (
            self.bottom
            + self.panel_height
            + self.label_rows * self.row
            + self.margin
            + self.header_rows * self.row
            + self.below_header
        )

    @property
    def header_width(self) -> float:
        return self.width - self.panel_left[0] + self.label_indent - self.margin

    def fraction(self, rows: float) -> float:
        """The height of `rows` lines of text as a fraction of a panel's height."""
        return rows * self.row / self.panel_height

    def add_panel(self, figure: Figure, index: int) -> Axes:
        left, width = self.panel_left[index], self.panel_width[index]
        if len(self.panel_left) > 1:
            self.add_letter(figure, index)
        across, up = 1.0 / self.width, 1.0 / self.height
        axes = figure.add_axes(
            (left * across, self.bottom * up, width * across, self.panel_height * up)
        )
        # Ticks are made when drawn, perhaps outside the context of RC.
        axes.tick_params(which="both", labelsize=TEXT_SIZE)
        return axes

    def add_letter(self, figure: Figure, index: int) -> None:
        x = (self.panel_left[index] - self.label_indent) / self.width
        y = (self.bottom + self.panel_height + 0.1) / self.height
        figure.text(x, y, "ab"[index], fontweight="bold", fontsize=11)

    def add_header(
        self, figure: Figure, first: Sequence[str], second: Iterable[str]
    ) -> None:
        """Lines of text from the top: what was run, then smaller its provenance."""
        x = (self.panel_left[0] - self.label_indent) / self.width
        y = self.height - self.margin
        for line in first:
            figure.text(x, y / self.height, line, fontsize=HEADER_SIZES[0], va="top")
            y -= 1.05 * self.row
        color = REFERENCE_COLOR
        for line in second:
            figure.text(
                x,
                y / self.height,
                line,
                fontsize=HEADER_SIZES[1],
                color=color,
                va="top",
            )
            y -= 0.9 * self.row

    def add_legend(
        self, axes: Axes, index: int, handles: list, columns: int, skipped_rows: int = 0
    ) -> Legend:
        """A legend under panel `index`, where it covers no data; read line by line."""
        line_by_line = [
            handle for column in range(columns) for handle in handles[column::columns]
        ]
        x = -self.legend_indent[index] / self.panel_width[index]
        y = -(self.below_axis + skipped_rows * self.legend_row) / self.panel_height
        return axes.legend(
            handles=line_by_line,
            loc="upper left",
            bbox_to_anchor=(x, y),
            ncol=columns,
            borderaxespad=0.0,
            borderpad=0.0,
            labelspacing=self.row * POINTS_PER_INCH / TEXT_SIZE - 1.0,
            handlelength=1.6,
            columnspacing=1.2,
        )


@dataclass(frozen=True)
class OwnAxes(Layout):
    """Axes of the caller's as panels: no header, and the legend inside."""

    def add_legend(
        self, axes: Axes, index: int, handles: list, columns: int, skipped_rows: int = 0
    ) -> Legend:
        return axes.legend(handles=handles, fontsize=TEXT_SIZE, handlelength=1.6)


def own_axes(axes: Axes) -> OwnAxes:
    """The layout of one panel as large as these axes are now."""
    box = axes.get_window_extent()
    width, height = box.width / axes.figure.dpi, box.height / axes.figure.dpi
    return OwnAxes(0, 0, panel_width=(width, width), panel_height=height)


def rows_for(entries: int, columns: int) -> int:
    """Lines that a legend of so many entries takes."""
    return -(-entries // columns)


def text_width(text: str, size: float) -> float:
    """Width in inches of a line of text, mathtext included; `size` in points."""
    font = FontProperties(family=RC["font.family"], size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, True)
    return width / POINTS_PER_INCH


def broken(part: str, size: float, width: float) -> list[str]:
    """Lines of a part, each but the last with the comma at its end."""
    pieces: list[str] = []
    for piece in part.split(", "):
        if pieces and pieces[-1].count("$") % 2 == 1:  # within a formula
            pieces[-1] += f", {piece}"
        else:
            pieces.append(piece)
    lines = pieces[:1]
    for piece in pieces[1:]:
        if text_width(f"{lines[-1]}, {piece},", size) <= width:
            lines[-1] += f", {piece}"
        else:
            lines.append(piece)
    return [f"{line}," for line in lines[:-1]] + lines[-1:]


def wrapped(parts: Iterable[str], size: float, width: float) -> list[str]:
    """The parts that are not empty, joined by semicolons, in lines of `width` inches.

    A part is broken only if it is wider than a line: behind commas that are in no formula.
    """
    lines: list[str] = []
    for part in filter(None, parts):
        if text_width(part, size) > width:
            lines += broken(part, size, width)
        elif lines and text_width(f"{lines[-1]}; {part}", size) <= width:
            lines[-1] += f"; {part}"
        else:
            lines.append(part)
    return lines
