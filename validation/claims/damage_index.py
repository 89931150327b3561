"""The fracture index that claims on damage look at."""

from __future__ import annotations

import xarray as xr

from chemomech.errors import InputError

INDICES = ("surface_crack_ratio", "energy_release_ratio")
"""Running maxima by particle, the one that is looked at first."""


def index_name(dataset: xr.Dataset) -> str:
    """Name of the fracture index of a result.

    Raises:
        InputError: If it holds none.
    """
    for name in INDICES:
        if name in dataset:
            return name
    raise InputError(
        f"the result holds none of {', '.join(INDICES)}; run the case with mechanics.coupling 'one-way' or "
        "'two-way'."
    )
