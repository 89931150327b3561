"""Curves over time, charge or depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from chemomech.experiments.drawing.style import ACCENT, INK
from chemomech.validation.pictures.panel import Role, titled

_STYLES = ("-", "--", ":", "-.")


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve.

    Attributes:
        name: Beside its line style; empty for none.
        x: Positions, shape (n,).
        y: Values, shape (n,).
        marker: Matplotlib marker; empty for a line.
        errors: Standard deviations of y, shape (n,).
    """

    name: str
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    marker: str = ""
    errors: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """A panel of curves.

    Attributes:
        role: Measured or simulated.
        curves: The curves.
        axis: Horizontal axis, with its unit.
        label: Vertical axis, with its unit.
        note: Second line of the title.
        band: Vertical range that the criterion allows.
        lines: Horizontal lines with names.
        posts: Vertical lines with names.
        relative_width: Width of the panel.
        shared: Whether panels of the same label share their axis.
    """

    role: Role
    curves: tuple[Curve, ...]
    axis: str
    label: str
    note: str = ""
    band: tuple[float, float] | None = None
    lines: tuple[tuple[str, float], ...] = ()
    posts: tuple[tuple[str, float], ...] = ()
    relative_width: float = 1.5
    shared: bool = False

    @property
    def width(self) -> float:
        """Relative width."""
        return self.relative_width

    @property
    def scale(self) -> str:
        """The label, where it is shared."""
        return self.label if self.shared else ""

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        if self.band is not None:
            axes.axhspan(*self.band, color=ACCENT, alpha=0.12, linewidth=0)
            axes.annotate(
                "counts as agreement", (0.99, self.band[1]), xycoords=("axes fraction", "data"), ha="right",
                va="top", fontsize=8, color=ACCENT,
            )  # fmt: skip
        for k, curve in enumerate(self.curves):
            style = "" if curve.marker else _STYLES[k % len(_STYLES)]
            axes.errorbar(
                curve.x, curve.y, curve.errors, color=self.role.colour, linestyle=style or "none",
                marker=curve.marker or None, markersize=6, capsize=3, label=curve.name,
            )  # fmt: skip
        for name, height in self.lines:
            axes.axhline(height, color=INK, linewidth=1.0, linestyle="--")
            axes.annotate(
                name, (0.01, height), (0, 2), xycoords=("axes fraction", "data"), textcoords="offset points",
                fontsize=8, color=INK,
            )  # fmt: skip
        for name, place in self.posts:
            axes.axvline(place, color=INK, linewidth=1.0, linestyle=":")
            axes.annotate(
                name, (place, 0.02), (3, 0), xycoords=("data", "axes fraction"),
                textcoords="offset points", fontsize=8, color=INK,
            )  # fmt: skip
        if any(curve.name for curve in self.curves):
            axes.legend(labelcolor=self.role.colour, handlelength=3.0)
        axes.margins(y=0.15)
        axes.set_xlabel(self.axis)
        axes.set_ylabel(self.label)
        titled(axes, self.role, self.note)
