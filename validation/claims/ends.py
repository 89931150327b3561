"""The two ends of an electrode, by the particles that lie there."""

from __future__ import annotations

import xarray as xr

ENDS = ("near separator", "near collector")
"""Names of the two ends, in the order of :func:`end_means`."""

END_ZONE = 0.25
"""Particles with their centre within this share of the thickness represent an end of the electrode [-]."""


def end_means(dataset: xr.Dataset, quantity: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Area-weighted means of a per-particle quantity near the separator and near the collector."""
    thickness = float(dataset["electrode_thickness"])
    depth, area = dataset["particle_z"], dataset["particle_area"]
    top, bottom = depth > (1.0 - END_ZONE) * thickness, depth < END_ZONE * thickness
    values = dataset[quantity]
    return values.where(top).weighted(area).mean("particle"), values.where(bottom).weighted(area).mean(
        "particle"
    )
