"""Numbers of a whole result that are compared, over time or at its end."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from chemomech.experiments.drawing.scales import volume_weights

Array = NDArray[np.float64]


def mean_stoichiometry(dataset: xr.Dataset) -> Array:
    """Volume mean over all particles, shape (time,)."""
    return np.asarray(dataset["mean_stoichiometry"].values @ volume_weights(dataset))


def surface_stoichiometry(dataset: xr.Dataset) -> Array:
    """Area mean over the surfaces of all particles, shape (time,)."""
    return np.asarray(dataset["surface_stoichiometry"].values @ area_weights(dataset))


def spread(dataset: xr.Dataset) -> Array:
    """Standard deviation of the particles' means, weighted by volume, shape (time,)."""
    means, weights = dataset["mean_stoichiometry"].values, volume_weights(dataset)
    off = means - (means @ weights)[:, None]
    return np.asarray(np.sqrt(off**2 @ weights))


def surface_stress(dataset: xr.Dataset) -> Array:
    """Area mean of the equivalent stress over the surfaces of all particles [Pa], shape (time,)."""
    return np.asarray(dataset["surface_equivalent_stress"].values @ area_weights(dataset))


def largest(dataset: xr.Dataset, name: str) -> Array:
    """Largest value of any particle at each time."""
    return np.asarray(np.nanmax(dataset[name].values, axis=1))


def peak(dataset: xr.Dataset, name: str) -> Array:
    """Largest value of each particle over the run, shape (particle,)."""
    return np.asarray(np.nanmax(dataset[name].values, axis=0))


def share_beyond(dataset: xr.Dataset, name: str, limit: float = 1.0) -> tuple[float, float]:
    """Shares of the number and of the volume of particles that reach a limit during the run."""
    beyond = peak(dataset, name) >= limit
    return float(beyond.mean()), float(volume_weights(dataset)[beyond].sum())


def area_weights(dataset: xr.Dataset) -> Array:
    """Share of each particle in the surface of all, shape (particle,)."""
    areas = dataset["particle_area"].values
    return np.asarray(areas / areas.sum())


def volume_over_surface(dataset: xr.Dataset) -> float:
    """Volume of all particles over what they turn to the matrix [m]."""
    return float(dataset["particle_volume"].values.sum() / dataset["particle_area"].values.sum())


def nearest_step(dataset: xr.Dataset, time: float) -> int:
    """Accepted step nearest to a time [s]."""
    return int(np.argmin(np.abs(dataset["time"].values - time)))
