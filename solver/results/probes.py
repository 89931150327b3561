"""The histories of the two probe particles, as they stand in the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import xarray as xr

PROBES: Mapping[str, str] = {
    "near_separator": "near_separator_particle",
    "near_collector": "near_collector_particle",
}
"""Probe name in the summary -> attribute of the dataset that holds the particle number."""

_HISTORIES = {
    "surface_stoichiometry": "surface_stoichiometry",
    "centre_stoichiometry": "core_stoichiometry",
    "surface_equivalent_stress_Pa": "surface_equivalent_stress",
    "centre_equivalent_stress_Pa": "core_equivalent_stress",
    "max_equivalent_stress_Pa": "max_equivalent_stress",
}


def particles_near(radii: npt.NDArray[np.float64], depth: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Numbers of the particles nearest to the separator and nearest to the collector.

    Size must not pass for location: only particles within 15 % of the mean-volume radius are considered
    (the two nearest to it where there are fewer), and of these the ones farthest apart in depth.

    Args:
        radii: Of the particles [m], shape (particles,).
        depth: Distance of their centres from the collector [m], shape (particles,).
    """
    typical = np.cbrt(np.mean(radii**3))
    order = np.argsort(np.abs(radii - typical))
    similar = np.abs(radii[order] - typical) <= 0.15 * typical
    eligible = order[: max(int(np.sum(similar)), min(2, len(order)))]
    return int(eligible[np.argmax(depth[eligible])]), int(eligible[np.argmin(depth[eligible])])


def probe_particle(dataset: xr.Dataset, probe: str) -> int:
    """Say which particle a probe watches.

    The attribute of the dataset decides; without it, the particle whose centre is nearest to the separator
    (or to the collector) is taken.

    Args:
        dataset: of a result.
        probe: ``"near_separator"`` or ``"near_collector"``.

    Returns:
        Particle number.
    """
    stored = dataset.attrs.get(PROBES[probe])
    if stored is not None:
        return int(stored)
    z = dataset["particle_z"].values
    return int(np.argmax(z) if probe == "near_separator" else np.argmin(z))


def probe_summary(dataset: xr.Dataset) -> dict[str, Any]:
    """Build the section ``probes`` of the summary.

    Args:
        dataset: of a result, with at least ``surface_stoichiometry`` per particle.

    Returns:
        For each probe: particle number, depth [m], radius [m] and, over ``time_s`` [s], the stoichiometry
        [-] and (with mechanics) the equivalent stress [Pa] at the surface, in the centre and at most.
    """
    summary: dict[str, Any] = {}
    for probe in PROBES:
        particle = probe_particle(dataset, probe)
        entry: dict[str, Any] = {"particle": particle}
        for key, name in (("depth_m", "particle_z"), ("radius_m", "particle_radius")):
            if name in dataset:
                entry[key] = float(dataset[name].values[particle])
        entry["time_s"] = dataset["time"].values.astype(float).tolist()
        for key, name in _HISTORIES.items():
            if name in dataset:
                entry[key] = dataset[name].values[:, particle].astype(float).tolist()
        summary[probe] = entry
    return summary
