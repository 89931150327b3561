"""Lithium at the faces of cracks that electrolyte has filled, against that of the bulk.

A particle with filled cracks of reacting area A is one of radius R/A (``solver/physics/damage/wetting.py``):
its crack faces are part of its surface and have the lithium of that. The face of a dry crack carries no flux,
so that nothing sets it apart from the matter about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from chemomech.errors import InputError

Array = NDArray[np.float64]

NEEDED = ("mean_stoichiometry", "surface_stoichiometry", "reacting_area_factor", "particle_area")

DRY = 0.0
"""Lithium at a dry face less that of the matter about it [-]: no flux passes it, so that there is none."""


@dataclass(frozen=True)
class FaceLithium:
    """Lithium at filled faces less that of the bulk.

    Attributes:
        wet: Faces less the mean of the particle [-], shape (n,).
        area: Area of the filled faces [m2], shape (n,).
    """

    wet: Array
    area: Array

    @property
    def mean(self) -> float:
        """Mean of the faces, weighted by their area [-]; NaN where no crack is filled."""
        return float(np.average(self.wet, weights=self.area)) if self.area.sum() > 0.0 else float("nan")

    @property
    def error(self) -> float:
        """Standard error of that mean over the particles [-] (as of a ratio of two sums)."""
        count, total = len(self.wet), self.area.sum()
        if count < 2 or not total > 0.0:
            return float("nan")
        apart = self.area * (self.wet - self.mean)
        return float(np.sqrt(count / (count - 1) * (apart**2).sum()) / total)


def lithium_at_faces(dataset: xr.Dataset, state: int) -> FaceLithium:
    """Read the filled faces in one state of a result.

    Args:
        dataset: Of a result with damage.
        state: Place along ``time``.

    Raises:
        InputError: If the result lacks what is needed.
    """
    lacking = [name for name in NEEDED if name not in dataset]
    if lacking:
        raise InputError(
            f"the result lacks {', '.join(lacking)}, from which the lithium at crack faces follows; run the "
            "case with [damage.surface_cracks]."
        )
    mean, surface, factor, sphere = (
        np.asarray(dataset[name].values if name == "particle_area" else dataset[name].values[state])
        for name in NEEDED
    )
    return FaceLithium(surface - mean, np.maximum(factor - 1.0, 0.0) * sphere)
