"""Outcomes: which count as collapse, and the colours of each.

Collapse is in warm colours, keeping both modes in blue, anything else grey: they can be
told apart with any common kind of colour vision, and dark from light in print.
"""

from __future__ import annotations

COLLAPSED = (
    "aligned_plus", "aligned_minus", "vanished", "collapsed_plus", "collapsed_minus", "collapsed",
)  # fmt: skip
LOST = "lost_"  # of many modes: so many are
LOST_COLORS = ("#E69F00", "#D55E00", "#CC79A7")  # one, two, more
COLORS = {
    "aligned_plus": "#D55E00",
    "aligned_minus": "#E69F00",
    "vanished": "#CC79A7",
    "matched": "#0072B2",
    "swapped": "#56B4E9",
    "collapsed_plus": "#D55E00",  # of flows
    "collapsed_minus": "#E69F00",
    "covered": "#0072B2",
    "collapsed": "#D55E00",  # of autoencoders
    "informative": "#0072B2",
    "recovered": "#0072B2",
    "partial": "#56B4E9",
    "superfluous": "#009E73",
    "undecided": "#999999",
    "failed": "#000000",
}
COLLAPSED_COLOR, KEPT_COLOR = "#D55E00", "#0072B2"


def color_of(outcome: str) -> str:
    lost = outcome.removeprefix(LOST)
    if lost != outcome and lost.isdigit():
        return LOST_COLORS[min(int(lost), len(LOST_COLORS)) - 1]
    return COLORS.get(outcome, "#999999")


def words(outcome: str) -> str:
    return outcome.replace("_", " ")
