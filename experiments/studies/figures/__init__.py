"""The pictures of a study, drawn from its outcomes alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import xarray as xr

from chemomech.experiments.drawing.style import styled
from chemomech.experiments.studies.figures import comparison, curves, fracture, maps
from chemomech.experiments.studies.figures.spec import StudyFigure, usable_axes

FIGURES: Final[tuple[StudyFigure, ...]] = (
    curves.CAPACITY,
    curves.ENERGY,
    curves.RAGONE,
    maps.CAPACITY,
    maps.TIME_TO_80,
    maps.ELECTROLYTE,
    fracture.BY_DEPTH,
    fracture.MAP,
)


def write_study_figures(folder: Path, outcomes: Mapping[str, xr.Dataset]) -> list[Path]:
    """Draw every figure that the outcomes allow.

    Args:
        folder: of the study; pictures go to ``figures/``.
        outcomes: by fidelity.

    Returns:
        The files written.
    """
    target = folder / "figures"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with styled():
        for fidelity, outcome in outcomes.items():
            for figure in FIGURES:
                if len(usable_axes(outcome)) >= figure.axes and figure.has_data(outcome):
                    written.append(target / f"{figure.name}-{fidelity}.png")
                    figure.draw(outcome).savefig(written[-1])
        both = comparison.shared(outcomes)
        if both is not None:
            written.append(target / "comparison.png")
            comparison.draw(*both).savefig(written[-1])
    return written
