"""One look for all figures: sizes, fonts and colours that survive colour blindness and grey printing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's palette: distinguishable with all common forms of colour blindness.
INK = "#222222"
MUTED = "#6b6f76"
NEAR_SEPARATOR = "#d55e00"
NEAR_COLLECTOR = "#0072b2"
ACCENT = "#009e73"
THIRD = "#cc79a7"

SERIES = (NEAR_COLLECTOR, NEAR_SEPARATOR, ACCENT, THIRD, INK, "#e69f00", "#56b4e9")
"""Colours of things that are compared, in this order."""

MATRIX = "#dfe1e4"
SEPARATOR = "#f5efd9"
METAL = "#8b9097"

STOICHIOMETRY_MAP = "viridis"
STRESS_MAP = "magma"
CONCENTRATION_MAP = "cividis"
DEVIATION_MAP = "PuOr"
TIMES_MAP = "viridis"

_DOTS_PER_INCH = 160
PIXELS_PER_PAGE_PIXEL = 1.6
"""Pixels of a saved figure to one of the report page, so that text has the same size in every figure."""

_SETTINGS: dict[Any, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": _DOTS_PER_INCH,
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.08,
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    # A common offset ("+3.9e0" in a corner) is what readers overlook most.
    "axes.formatter.useoffset": False,
    "grid.color": "#e3e5e8",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "mathtext.default": "it",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save within the common style, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure that needs no display and leaves no global state behind.

    Args:
        width: in inches.
        height: in inches.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def letter_panels(axes: list[Axes]) -> None:
    """Put (a), (b), ... in front of the titles, when there is more than one panel."""
    if len(axes) < 2:
        return
    for letter, panel in zip("abcdefghijkl", axes, strict=False):
        panel.set_title(f"({letter}) {panel.get_title(loc='left')}", loc="left")
