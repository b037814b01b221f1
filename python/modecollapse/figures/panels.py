"""A page of equal panels in rows and columns, under the header that says what was run.

Sizes are inches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from .layout import HEADER_SIZES, wrapped
from .style import REFERENCE_COLOR, TEXT_SIZE

LINE = 0.165  # of header text


@dataclass(frozen=True)
class Page:
    """From the top: header, titles, rows of panels with their axis labels, legend."""

    columns: int
    rows: int = 1
    panel_width: float = 1.55
    panel_height: float = 1.55
    left: float = 0.55
    between: float = 0.16
    row_gap: float = 0.16
    title: float = 0.22
    below_axis: float = 0.45
    legend: float = 0.25  # 0: none
    margin: float = 0.1
    right: float = 0.0  # room for half of the last tick's label

    @property
    def width(self) -> float:
        panels = self.columns * (self.panel_width + self.between) - self.between
        return self.left + panels + self.margin + self.right

    def height(self, header_rows: int) -> float:
        panels = self.rows * (self.panel_height + self.row_gap) - self.row_gap
        return self.below + panels + self.title + header_rows * LINE + 2 * self.margin

    @property
    def below(self) -> float:
        return self.below_axis + self.legend

    def make(
        self, first: Iterable[str], second: Iterable[str]
    ) -> tuple[Figure, np.ndarray]:
        """The figure, and its axes (rows, columns).

        first, second: parts of the header, broken into lines where needed.
        """
        room = self.width - 2 * self.margin
        lines = [
            wrapped(parts, size, room)
            for parts, size in zip((first, second), HEADER_SIZES)
        ]
        height = self.height(len(lines[0]) + len(lines[1]))
        figure = Figure(figsize=(self.width, height))
        self.add_header(figure, lines, height)
        axes = np.empty((self.rows, self.columns), dtype=object)
        for row in range(self.rows):
            up = self.rows - 1 - row
            y = self.below + up * (self.panel_height + self.row_gap)
            for column in range(self.columns):
                x = self.left + column * (self.panel_width + self.between)
                across, high = 1.0 / self.width, 1.0 / height
                panel = figure.add_axes(
                    (
                        x * across,
                        y * high,
                        self.panel_width * across,
                        self.panel_height * high,
                    )
                )
                panel.tick_params(which="both", labelsize=TEXT_SIZE)
                if column > 0:
                    panel.tick_params(labelleft=False)
                if up > 0:
                    panel.tick_params(labelbottom=False)
                axes[row, column] = panel
        return figure, axes

    def add_header(
        self, figure: Figure, lines: Sequence[Sequence[str]], height: float
    ) -> None:
        y = height - self.margin
        for part, size, color in zip(lines, HEADER_SIZES, ("black", REFERENCE_COLOR)):
            for line in part:
                x = self.margin / self.width
                figure.text(x, y / height, line, fontsize=size, color=color, va="top")
                y -= LINE

    def add_legend(self, figure: Figure, handles: Sequence, columns: int) -> None:
        figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(self.margin / self.width, 0.0),
            ncol=columns,
            fontsize=TEXT_SIZE,
            handlelength=1.4,
            columnspacing=1.2,
            borderaxespad=0.4,
        )
