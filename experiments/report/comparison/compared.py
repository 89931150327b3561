"""The results that are compared, each with a name and a colour of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from chemomech.experiments.drawing import style
from chemomech.solver.results import Result


@dataclass(frozen=True, eq=False)
class Compared:
    """One of the results.

    Attributes:
        label: what table and figures call it.
        colour: of its lines.
        result: the opened result.
    """

    label: str
    colour: str
    result: Result

    @property
    def dataset(self) -> xr.Dataset:
        """Its readings over time."""
        return self.result.dataset

    @property
    def summary(self) -> dict[str, Any]:
        """Its summary."""
        return self.result.summary

    def has(self, *names: str) -> bool:
        """Whether it holds these variables."""
        return all(name in self.dataset and self.dataset[name].size for name in names)


def named(results: Sequence[Result]) -> list[Compared]:
    """Give each result a label that no other has, and a colour.

    The name of the case serves where all differ, else that of the folder, else the path from where the paths
    part.
    """
    paths = [result.path.resolve() for result in results]
    common = Path(os.path.commonpath([path.parent for path in paths]))
    choices = (
        [result.name for result in results],
        [path.name for path in paths],
        [str(path.relative_to(common)) for path in paths],
    )
    labels = next((names for names in choices if len(set(names)) == len(names)), choices[-1])
    colours = [style.SERIES[n % len(style.SERIES)] for n in range(len(results))]
    return [Compared(*each) for each in zip(labels, colours, results, strict=True)]
