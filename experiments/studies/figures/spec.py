"""What a figure of a study is, and how it finds its axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

FIRST = "c_rate"

LABELS = {"c_rate": "C-rate [1/h]", "thickness": "thickness"}


@dataclass(frozen=True)
class StudyFigure:
    """One figure.

    Attributes:
        name: file name, without fidelity and suffix.
        variable: outcome without which there is nothing to draw.
        axes: how many axes with numbers it needs.
        draw: makes it.
    """

    name: str
    variable: str
    axes: int
    draw: Callable[[xr.Dataset], Figure]

    def has_data(self, outcome: xr.Dataset) -> bool:
        """Whether any run has the variable."""
        return bool(np.isfinite(outcome[self.variable].values).any())


def usable_axes(outcome: xr.Dataset) -> list[str]:
    """Return the axes with at least two numbers, the C-rate first."""
    names = [
        str(name)
        for name in outcome["status"].dims
        if name in outcome.coords and outcome[name].dtype.kind in "fiu" and outcome.sizes[name] > 1
    ]
    return sorted(names, key=lambda name: name != FIRST)


def plane(outcome: xr.Dataset) -> tuple[xr.Dataset, str, str | None, str]:
    """Return a part of the outcome with at most two axes.

    Returns:
        The part, the name of the first axis, that of the second (None where there is none), and a remark on
        what was held.
    """
    first, *others = usable_axes(outcome)
    second = others[0] if others else None
    held = [name for name in outcome["status"].dims if name not in (first, second)]
    remark = ", ".join(f"{name} = {outcome[name].values[0]}" for name in held)
    return outcome.isel(dict.fromkeys(held, 0)), first, second, remark


def axis_name(name: str) -> str:
    """Return the name of an axis in words."""
    return LABELS.get(name, name.rsplit(".", 1)[-1].replace("_", " "))


def axis_label(outcome: xr.Dataset, name: str) -> str:
    """Return the name of an axis with its unit."""
    unit = outcome[name].attrs.get("units", "-")
    text = axis_name(name)
    return text if unit in ("-", "") else f"{text} [{unit}]"


def value_label(outcome: xr.Dataset, name: str, value: float) -> str:
    """Return one value of an axis with its unit."""
    unit = outcome[name].attrs.get("units", "-")
    if name == FIRST:
        return f"{value:g}C"
    return f"{value:g}" if unit in ("-", "") else f"{value:g} {unit}"
