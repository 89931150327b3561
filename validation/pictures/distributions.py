"""Distributions one above the other: quartiles as a box, and the histogram where all values are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from chemomech.experiments.drawing.style import INK
from chemomech.validation.pictures.panel import Role


@dataclass(frozen=True, eq=False)
class Distribution:
    """One distribution.

    Attributes:
        role: Measured or simulated.
        quartiles: 25 %, 50 % and 75 %.
        mean: Mean.
        ends: Minimum and maximum.
        values: All values; empty where only the statistics are known.
    """

    role: Role
    quartiles: tuple[float, float, float]
    mean: float
    ends: tuple[float, float]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Distributions:
    """A panel of distributions on one axis.

    Attributes:
        title: Of the panel.
        rows: From top to bottom.
        axis: Horizontal axis, with its unit.
        limits: Of the horizontal axis, which is logarithmic.
    """

    title: str
    rows: tuple[Distribution, ...]
    axis: str
    limits: tuple[float, float]

    @property
    def width(self) -> float:
        """Relative width."""
        return 1.0

    @property
    def scale(self) -> str:
        """None is shared."""
        return ""

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        edges = np.geomspace(*self.limits, 31)
        axes.set_xscale("log")
        axes.set_xlim(*self.limits)
        for k, row in enumerate(self.rows):
            base = float(len(self.rows) - 1 - k)
            if len(row.values):
                share = np.histogram(np.clip(row.values, *self.limits), edges)[0] / len(row.values)
                axes.stairs(
                    base + 0.30 + 0.5 * share / share.max(),
                    edges,
                    baseline=base + 0.30,
                    fill=True,
                    color=row.role.colour,
                    alpha=0.35,
                )
            low, middle, high = row.quartiles
            axes.plot([*row.ends], [base + 0.13] * 2, color=row.role.colour, linewidth=1.0)
            axes.fill_betweenx([base + 0.02, base + 0.24], low, high, color=row.role.colour, alpha=0.75)
            axes.plot([middle] * 2, [base + 0.02, base + 0.24], color=INK, linewidth=2.0)
            axes.plot([row.mean], [base + 0.13], "D", color="white", markeredgecolor=INK, markersize=5)
            axes.annotate(
                row.role.name,
                (0.01, base + 0.97),
                xycoords=("axes fraction", "data"),
                va="top",
                fontsize=8.5,
                color=row.role.colour,
                fontweight="bold",
            )
        axes.set_ylim(0.0, len(self.rows) + 0.02)
        axes.set_yticks([])
        axes.set_xlabel(self.axis)
        axes.set_title(self.title)
