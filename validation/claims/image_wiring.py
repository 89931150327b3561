"""Electronic paths of particles as an image with carbon-binder shows them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.digits import decimal, whole
from chemomech.errors import InputError
from chemomech.experiments.case.wiring import COLUMNS, COVERAGE, WIRED

Array = npt.NDArray[np.float64]
BORDER = "border"
_LEAST_COVERAGE = 0.01
"""Coverage of a particle that is wired by its neighbours alone [-] (assumed; too little to fall silent)."""


@dataclass(frozen=True, eq=False)
class WiringTable:
    """Particles of an image that its border does not cut.

    Attributes:
        coverage: Share of the surface that carbon-binder covers [-], shape (n,).
        wired: Whether a path leads to the collector, shape (n,).
    """

    coverage: Array
    wired: npt.NDArray[np.bool_]


def read_wiring_table(path: Path) -> WiringTable:
    """Read the table that ``chemomech layout extract --particles`` writes.

    Raises:
        InputError: If it cannot be read, lacks a column or holds no whole particle.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in (*COLUMNS, BORDER) if name not in (reader.fieldnames or ())]
            if lacking:
                raise InputError(
                    f"the table {str(path)!r} has no column {lacking[0]!r}; write it with chemomech layout "
                    "extract --particles from an image with carbon-binder."
                )
            rows = [row for row in reader if not whole(row[BORDER])]
        coverage = np.array([decimal(row[COVERAGE]) for row in rows])
        wired = np.array([whole(row[WIRED]) for row in rows], dtype=bool)
    except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"the table {str(path)!r} cannot be read ({error}); write it again with chemomech layout extract."
        ) from None
    if not len(rows) or not ((coverage >= 0.0) & (coverage <= 1.0)).all():
        raise InputError(
            f"the table {str(path)!r} holds no whole particle with a coverage between 0 and 1; write it from "
            "a larger image."
        )
    return WiringTable(coverage, wired)


def path_resistances(table: WiringTable, area: Array, full: float, rng: np.random.Generator) -> Array:
    """Resistance from each particle to the collector [Ohm], infinite without a path.

    Args:
        table: What an image shows.
        area: Surface of each particle [m2], shape (m,).
        full: Conductance of covered surface [S/m2].
        rng: Draws a particle of the image for each.
    """
    drawn = rng.integers(len(table.wired), size=len(area))
    covered = np.maximum(table.coverage[drawn], _LEAST_COVERAGE)
    conductance = np.where(table.wired[drawn], covered * full, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / (conductance * area))
