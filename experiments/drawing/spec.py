"""What a figure is: a name, what it needs, what it says and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr
from matplotlib.figure import Figure

from chemomech.solver.results import quantity

FEWEST_STEPS = 2
"""Entries in time that a figure of a run needs: the start and one accepted step."""


@dataclass(frozen=True)
class FigureSpec:
    """One figure of the report.

    Attributes:
        name: file name without suffix.
        title: heading in the report.
        needs: variables without which it cannot be drawn.
        caption: makes one sentence that says what is shown, from the dataset.
        draw: makes the figure from the dataset.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    caption: Callable[[xr.Dataset], str]
    draw: Callable[[xr.Dataset], Figure]

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can.

        Args:
            dataset: of a result.
        """
        lacking = [name for name in self.needs if name not in dataset or dataset[name].size == 0]
        if any(not quantity(name).mechanics for name in lacking):
            return f"Not drawn, because the result does not hold {', '.join(lacking)}."
        if lacking:
            return "Not drawn, because this run was made without mechanics and holds no stress."
        if dataset.sizes["time"] < FEWEST_STEPS:
            return "Not drawn, because the run ended before its first accepted step."
        return None
