"""Statistics of the particles by depth: mean, scatter and standard error in windows of equal thickness."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.drawing.scales import MICRO

Array = NDArray[np.float64]

MOST_WINDOWS = 10
"""Windows that are chosen at most."""
ENOUGH = 8
"""Particles that every chosen window holds at least."""

_SPHERES_OF_A_CLASS = 1e6


@dataclass(frozen=True)
class DepthStatistics:
    """What the particles with their centres in each window have, on average.

    Attributes:
        edges: of the windows, distance from the collector [m], shape (windows + 1,).
        count: particles with a value, shape (..., windows).
        mean: their mean; NaN where there is none, shape (..., windows).
        deviation: standard deviation between them, of the sample; NaN below two particles.
        error: standard error of the mean; NaN below two particles.
        weighted: whether means weigh particles, else all count the same.
    """

    edges: Array
    count: NDArray[np.int64]
    mean: Array
    deviation: Array
    error: Array
    weighted: bool

    @property
    def centres(self) -> Array:
        """Middle of each window [m], shape (windows,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])


def window_statistics(
    z: ArrayLike, values: ArrayLike, edges: ArrayLike, weights: ArrayLike | None = None
) -> DepthStatistics:
    """Mean, scatter and standard error of the values in each window of depth.

    Particles are taken for independent draws. The standard error of a plain mean is s / sqrt(n). That of a
    weighted mean m = sum(w x) / sum(w) is the one of a ratio of two sums (W. G. Cochran, Sampling Techniques,
    3rd ed., 1977, section 6.4, without the correction for a finite population),
    sqrt(n / (n - 1) sum(w^2 (x - m)^2)) / sum(w); equal weights make it s / sqrt(n).

    Args:
        z: depth of each particle, in any unit, shape (particles,).
        values: of each particle, shape (..., particles); those that are not finite are left out.
        edges: of the windows in the unit of ``z``, increasing; a window holds its lower edge, the last one
            both. Particles outside all windows are left out.
        weights: positive, shape (particles,); all the same if not given.

    Returns:
        The statistics, in the unit of ``values``.
    """
    borders, shown = np.asarray(edges, dtype=float), np.asarray(values, dtype=float)
    window = np.searchsorted(borders, np.asarray(z, dtype=float), side="right") - 1
    window[np.asarray(z) == borders[-1]] = len(borders) - 2
    member = (window[:, None] == np.arange(len(borders) - 1)).astype(float)
    inside = member.any(axis=1)
    member, window, shown = member[inside], window[inside], shown[..., inside]
    weight = np.ones(len(window)) if weights is None else np.asarray(weights, dtype=float)[inside]
    known = np.isfinite(shown)
    shown, weight = np.where(known, shown, 0.0), known * weight
    count = known @ member
    with np.errstate(invalid="ignore", divide="ignore"):
        total = weight @ member
        mean = (weight * shown) @ member / total
        apart = np.where(known, shown - mean[..., window], 0.0) ** 2
        unbiased = np.where(count > 1, count / (count - 1), np.nan)
        deviation = np.sqrt(unbiased * ((weight * apart) @ member) / total)
        error = np.sqrt(unbiased * ((weight**2 * apart) @ member)) / total
    return DepthStatistics(borders, count.astype(np.int64), mean, deviation, error, weights is not None)


def depth_windows(z: ArrayLike, thickness: float) -> Array | None:
    """Choose windows of equal thickness, as many as leave enough particles in each.

    Args:
        z: depth of each particle, shape (particles,).
        thickness: of the electrode, in the same unit.

    Returns:
        Edges of two to ``MOST_WINDOWS`` windows from 0 to ``thickness``, of which every one holds at least
        ``ENOUGH`` particles; None where even two windows do not.
    """
    for windows in range(MOST_WINDOWS, 1, -1):
        edges = np.linspace(0.0, thickness, windows + 1)
        if np.histogram(np.asarray(z, dtype=float), bins=edges)[0].min() >= ENOUGH:
            return edges
    return None


def stand_for_one(dataset: xr.Dataset) -> bool:
    """Whether each entry along ``particle`` is one particle.

    Those of the homogenised model are not: each stands for all of its size at its depth, has their volume
    per area of electrode and no scatter about it.

    Args:
        dataset: of a result.
    """
    if "particle_volume" not in dataset or "particle_radius" not in dataset:
        return True
    sphere = 4.0 / 3.0 * math.pi * dataset["particle_radius"].values ** 3
    return bool(np.median(dataset["particle_volume"].values / sphere) < _SPHERES_OF_A_CLASS)


def electrode_thickness(dataset: xr.Dataset) -> float:
    """Thickness of the electrode [m]; how high its particles reach where it is not stated."""
    if "electrode_thickness" in dataset:
        return float(dataset["electrode_thickness"])
    return float((dataset["particle_z"].values + dataset["particle_radius"].values).max())


def lacking_statistics(dataset: xr.Dataset) -> str | None:
    """Say in a clause why a result has no statistics by depth; None when it has.

    Args:
        dataset: of a result that holds ``particle_z``.
    """
    count = dataset.sizes["particle"]
    if count == 1:
        return "a single particle has no statistics by depth"
    if not stand_for_one(dataset):
        return (
            "each mark stands for all particles of its size at its depth, between which this model knows no"
            " scatter, so that there is no standard error"
        )
    if depth_windows(dataset["particle_z"].values, electrode_thickness(dataset)) is None:
        return (
            f"{count} particles are too few for statistics by depth, which need {ENOUGH} in each half of the"
            " electrode"
        )
    return None


def statistics_by_depth(
    dataset: xr.Dataset, name: str, windows: int | None = None, *, by_volume: bool = False
) -> DepthStatistics:
    """Statistics of a variable of the particles in windows of depth, at every time.

    Args:
        dataset: of a result.
        name: variable over the particles, as ``"surface_equivalent_stress"``.
        windows: how many, of equal thickness; as ``depth_windows`` chooses if not given.
        by_volume: whether particles weigh by their volume (as lithium and charge do), else each counts once.

    Returns:
        The statistics in SI units; (time, windows) for a history, (windows,) for a number per particle.

    Raises:
        InputError: for a name that the result does not hold per particle, a number of windows below 1, too
            few particles to choose windows for, and entries that stand for many particles.
    """
    known = [str(key) for key, variable in dataset.data_vars.items() if variable.dims[-1:] == ("particle",)]
    if name not in known:
        raise unknown_name("variable over the particles", name, known)
    thickness = electrode_thickness(dataset)
    z = dataset["particle_z"].values
    reason = lacking_statistics(dataset)
    if reason is not None and (windows is None or not stand_for_one(dataset)):
        raise InputError(f"no statistics of {name}: {reason}{'; give windows' if windows is None else ''}.")
    if windows is not None and windows < 1:
        raise InputError(f"windows = {windows} is below 1; give the number of windows of depth, or none.")
    edges = depth_windows(z, thickness) if windows is None else np.linspace(0.0, thickness, windows + 1)
    assert edges is not None
    weights = dataset["particle_volume"].values if by_volume else None
    return window_statistics(z, dataset[name].values, edges, weights)


def windows_in_words(statistics: DepthStatistics) -> str:
    """Say how many windows of what thickness hold how many particles, ``"2 windows of 8 µm with 9 ..."``."""
    low, high = int(statistics.count.min()), int(statistics.count.max())
    held = f"{low} to {high}" if low != high else f"{low}"
    width = float(statistics.edges[1] - statistics.edges[0]) * MICRO
    return f"{len(statistics.centres)} windows of {width:.3g} µm with {held} particles each"
