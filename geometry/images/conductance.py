"""Contact conductance of each particle, from an image or from a stated coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between

from .wiring import Wiring

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ElectronicContacts:
    """Electronic contact of n particles with the matrix, as `build_cell` takes it.

    Attributes:
        conductance: per area of the particle surface [S/m2], shape (n,).
        isolated: names of the particles without an electronic path; their conductance is the residual.
        by_neighbours: names of those whose only path is through particles they touch; theirs is the residual
            too, and electrons reach them only where the mesh joins the particles.
    """

    conductance: FloatArray
    isolated: npt.NDArray[np.int64]
    by_neighbours: npt.NDArray[np.int64]


def contacts_from_wiring(
    wiring: Wiring, covered_conductance: float, residual: float = 0.0
) -> ElectronicContacts:
    """Conductance from the coverage seen in an image.

    A particle whose surface is covered by the share f conducts f times what covered surface does. One without
    wired binder of its own gets the residual.

    Args:
        wiring: of the particles.
        covered_conductance: of surface that is fully covered [S/m2].
        residual: of particles without wired binder [S/m2]; 0 if nothing passes.

    Raises:
        InputError: a conductance that is negative or not finite.
    """
    full = _conductance("covered_conductance", covered_conductance)
    least = _conductance("residual", residual)
    carried = wiring.wired & wiring.touches_binder
    values = np.where(carried, np.maximum(full * wiring.coverage, least), least)
    return ElectronicContacts(values, wiring.names[~wiring.wired], wiring.names[wiring.wired & ~carried])


def contacts_from_coverage(
    coverage: float | Sequence[float],
    count: int,
    covered_conductance: float,
    isolated: Sequence[int] = (),
    residual: float = 0.0,
) -> ElectronicContacts:
    """Conductance from a stated coverage.

    Args:
        coverage: share of the surface that binder covers [-], one for all or one per particle.
        count: number of particles.
        covered_conductance: of surface that is fully covered [S/m2].
        isolated: rows of particles that are not wired.
        residual: their conductance [S/m2].

    Raises:
        InputError: a share outside 0 to 1, a number of shares that does not fit, or an unknown particle.
    """
    shares = np.asarray(coverage, dtype=np.float64).reshape(-1)
    if shares.size not in (1, count):
        raise InputError(
            f"{shares.size} coverages are given for {count} particles; give one for all or one each."
        )
    for share in shares:
        require_between("coverage", float(share), 0.0, 1.0, "-", "give the covered share of the surface")
    rows = np.asarray(isolated, dtype=np.int64)
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        raise InputError(
            f"isolated names particle {rows.max()}, but they run from 0 to {count - 1}; correct it."
        )
    full, least = _conductance("covered_conductance", covered_conductance), _conductance("residual", residual)
    values = np.maximum(np.broadcast_to(shares, (count,)) * full, least)
    values[rows] = least
    uncovered = np.flatnonzero(np.broadcast_to(shares, (count,)) == 0)
    return ElectronicContacts(values, np.union1d(rows, uncovered), np.empty(0, dtype=np.int64))


def _conductance(name: str, value: float) -> float:
    return require_between(name, value, 0.0, 1e12, "S/m2", "give a finite conductance of 0 S/m2 or more")
