"""The figures of a result, one family a file, each drawn when the result holds what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from chemomech.experiments.drawing.helpers import Helper, draw_shared, helpers, spare_helpers
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.drawing.style import styled
from chemomech.experiments.report.damage.cycle_states import read_cycles
from chemomech.experiments.report.figures import (
    ageing,
    capacity,
    cuts,
    depth,
    locations,
    particles,
    profiles,
    severity,
    steps,
    voltage,
)
from chemomech.solver.results import FIGURES_FOLDER, Result
from chemomech.solver.results.folder import DATASET_FILE, replacing

__all__ = [
    "CYCLE_SPECS",
    "SPECS",
    "FigureSpec",
    "figure_path",
    "specs_of",
    "write_figure",
    "write_figures",
]

SPECS: tuple[FigureSpec, ...] = (
    *voltage.SPECS,
    *capacity.SPECS,
    *cuts.SPECS,
    *locations.SPECS,
    *particles.SPECS,
    *depth.SPECS,
    *profiles.SPECS,
    *steps.SPECS,
)
"""Every figure of a run, in the order of the report."""

CYCLE_SPECS: tuple[FigureSpec, ...] = (*severity.SPECS, *ageing.SPECS)
"""Figures of cycles and of what breaks over them; a result without says nothing of them."""

_COMPRESSION = 3  # of PNG; the default of 6 takes twice as long for files that are about as large


ANIMATION_FILE = "particles.gif"
"""Where an animation stands in the folder of the figures, if one was asked for."""


def specs_of(dataset: xr.Dataset) -> tuple[FigureSpec, ...]:
    """Say which figures the report of a result has, with those that it must leave out.

    Args:
        dataset: of a result, with its cycles (``read_cycles``).
    """
    return (*SPECS, *(spec for spec in CYCLE_SPECS if spec.omission(dataset) is None))


def figure_path(result: Result, spec: FigureSpec) -> Path:
    """Say where a figure of a result is, or would be."""
    return result.path / FIGURES_FOLDER / f"{spec.name}.png"


def write_figure(result: Result, dataset: xr.Dataset, name: str) -> Path:
    """Draw one figure as PNG into ``RESULT/figures``, in place of an earlier one.

    Args:
        result: an opened result.
        dataset: its dataset, with its cycles (``read_cycles``).
        name: of the figure.

    Returns:
        The file.
    """
    spec = next(spec for spec in (*SPECS, *CYCLE_SPECS) if spec.name == name)
    path = figure_path(result, spec)
    with styled():
        figure = spec.draw(dataset)
        with replacing(path) as temporary:
            figure.savefig(temporary, pil_kwargs={"compress_level": _COMPRESSION})
    return path


def write_figures(result: Result, helping: Sequence[Helper] | None = None) -> list[Path]:
    """Draw every figure for which the result holds the variables, as PNG into ``RESULT/figures``.

    Figures of the same names from an earlier call are replaced; one that can no longer be drawn is removed,
    and so is an animation older than the result, so that the folder never shows what the result does not
    hold.

    Args:
        result: an opened result.
        helping: processes that share the work; as many as there are idle cores if not given.

    Returns:
        The files written, in the order of the report.
    """
    if helping is None:
        with helpers(spare_helpers()) as started:
            return write_figures(result, started)
    animation = result.path / FIGURES_FOLDER / ANIMATION_FILE
    if animation.exists() and animation.stat().st_mtime < (result.path / DATASET_FILE).stat().st_mtime:
        animation.unlink()
    dataset = read_cycles(result)
    drawable: list[FigureSpec] = []
    for spec in (*SPECS, *CYCLE_SPECS):
        if spec.omission(dataset):
            figure_path(result, spec).unlink(missing_ok=True)
        else:
            drawable.append(spec)
    draw_shared(
        result.path,
        [spec.name for spec in drawable],
        lambda name: write_figure(result, dataset, name),
        helping,
    )
    return [figure_path(result, spec) for spec in drawable]
