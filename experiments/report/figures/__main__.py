"""Draws figures for another process: ``chemomech.experiments.drawing.helpers`` starts this and asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xarray as xr

from chemomech.experiments.drawing.helpers import serve
from chemomech.experiments.report.damage.cycle_states import read_cycles
from chemomech.experiments.report.figures import write_figure
from chemomech.solver.results import Result


@cache
def _opened(folder: Path) -> tuple[Result, xr.Dataset]:
    result = Result.open(folder)
    return result, read_cycles(result)


def _draw(folder: Path, name: str) -> None:
    result, dataset = _opened(folder)
    write_figure(result, dataset, name)


if __name__ == "__main__":
    serve(_draw)
