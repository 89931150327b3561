"""Bars by category: numbers, or an order without a scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from chemomech.experiments.drawing.style import INK
from chemomech.validation.pictures.panel import Role, titled

_NO_BAR = 1.0e-4
"""Height over that of the panel below which a bar cannot be seen [-]."""


@dataclass(frozen=True)
class Bars:
    """Numbers with errors.

    Attributes:
        role: Measured or simulated.
        names: Of the bars.
        values: Of the bars.
        errors: One standard deviation each; empty for none.
        label: Of the vertical axis, with its unit.
        axis: Of the horizontal axis, with its unit; empty where the names say all.
        note: Second line of the title.
        logarithmic: Whether the vertical axis is.
        bounds: Horizontal lines that a criterion draws.
    """

    role: Role
    names: tuple[str, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...] = ()
    label: str = ""
    axis: str = ""
    note: str = ""
    logarithmic: bool = False
    bounds: tuple[float, ...] = ()

    @property
    def width(self) -> float:
        """Relative width."""
        return max(0.9, 0.25 * len(self.names) + 0.25)

    @property
    def scale(self) -> str:
        """Bars of the same quantity share their axis."""
        return self.label

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        at = np.arange(len(self.names))
        errors = [0.0 if not np.isfinite(e) else e for e in self.errors] if self.errors else None
        axes.bar(
            at,
            self.values,
            0.62,
            yerr=errors,
            color=self.role.colour,
            alpha=0.75,
            hatch=self.role.hatch,
            edgecolor=self.role.colour if not self.role.hatch else "white",
            error_kw={"ecolor": INK, "capsize": 3},
        )
        for bound in self.bounds:
            axes.axhline(bound, color=INK, linestyle="--", linewidth=1.0)
        if self.logarithmic:
            axes.set_yscale("log")
        else:
            spread = errors or [0.0] * len(self.values)
            edges = [v - e if v < 0 else v + e for v, e in zip(self.values, spread, strict=True)]
            low, high = min(0.0, *edges), max(0.0, *edges, *self.bounds)
            pad = 0.14 * (high - low or 1.0)
            axes.set_ylim(low - (pad if low < 0 else 0.0), high + pad)
            for x, value, edge in zip(at, self.values, edges, strict=True):
                below = value < 0
                # What is no bar at all, as rounding leaves it, is not shown with three digits.
                axes.annotate(
                    "0" if abs(value) < _NO_BAR * (high - low) else f"{value:.3g}",
                    (x, edge),
                    (0, -3 if below else 3),
                    textcoords="offset points",
                    ha="center",
                    va="top" if below else "bottom",
                    fontsize=8,
                    color=INK,
                )
        axes.axhline(0.0, color=INK, linewidth=0.8)
        axes.set_xticks(at, self.names)
        # A lone bar is not drawn as wide as the panel.
        axes.set_xlim(-0.5 - 0.5 * (len(at) == 1), len(at) - 0.5 + 0.5 * (len(at) == 1))
        axes.grid(axis="x", visible=False)
        axes.set_ylabel(self.label)
        axes.set_xlabel(self.axis)
        titled(axes, self.role, self.note)


@dataclass(frozen=True)
class Order:
    """An order that a paper reports without a scale: higher bars stand for more, and no more than that.

    Attributes:
        role: Measured, as a rule.
        names: Of the bars.
        ranks: Height of each; equal heights for what was found equal.
        axis: Of the horizontal axis, with its unit.
        quantity: What is ordered.
    """

    role: Role
    names: tuple[str, ...]
    ranks: tuple[float, ...]
    quantity: str
    axis: str = ""

    @property
    def width(self) -> float:
        """Relative width."""
        return max(0.9, 0.25 * len(self.names) + 0.25)

    @property
    def scale(self) -> str:
        """None is shared."""
        return ""

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        at = np.arange(len(self.names))
        axes.bar(at, self.ranks, 0.62, color="white", edgecolor=self.role.colour, hatch="///", linewidth=1.4)
        axes.set_xticks(at, self.names)
        axes.set_yticks([])
        axes.set_ylim(0.0, 1.15 * max(self.ranks))
        axes.grid(visible=False)
        axes.set_ylabel(f"{self.quantity}\n(order only, no scale)")
        axes.set_xlabel(self.axis)
        titled(axes, self.role)
