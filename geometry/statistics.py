"""Numbers that describe a particle layout: sizes, specific surface, depth profile, gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.errors import InputError

from .layout import Layout

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LayoutStatistics:
    """What `Layout.statistics` returns.

    Attributes:
        count: number of particles.
        volume_fraction: volume of the particles over the volume of the electrode box [-].
        mean_volume_radius: radius of the sphere of mean volume [m].
        relative_width: standard deviation over mean of the radii (by number) [-].
        d10, d50, d90: diameters below which 10, 50 and 90 % of the particle volume lie [m].
        specific_surface: particle surface per volume of electrode [1/m].
        minimum_gap: smallest sphere-to-sphere or sphere-to-wall gap [m].
        median_gap: median over the particles of the gap to the nearest other particle [m].
        profile_depth: middle of each depth bin [m], shape (bins,).
        profile_fraction: volume fraction in each depth bin [-], shape (bins,).
    """

    count: int
    volume_fraction: float
    mean_volume_radius: float
    relative_width: float
    d10: float
    d50: float
    d90: float
    specific_surface: float
    minimum_gap: float
    median_gap: float
    profile_depth: FloatArray
    profile_fraction: FloatArray


def layout_statistics(layout: Layout, bins: int = 10) -> LayoutStatistics:
    """Describe a layout in numbers.

    Args:
        layout: the particles; without any, sizes and gaps are NaN or infinite.
        bins: number of depth bins.
    """
    depth, fraction = depth_profile(layout, bins)
    d10, d50, d90 = volume_diameters(layout, (0.1, 0.5, 0.9))
    radii = layout.radii
    return LayoutStatistics(
        count=len(layout),
        volume_fraction=layout.volume_fraction,
        mean_volume_radius=layout.mean_volume_radius,
        relative_width=float(radii.std() / radii.mean()) if len(layout) else float("nan"),
        d10=d10,
        d50=d50,
        d90=d90,
        specific_surface=float(layout.particle_areas.sum()) / layout.box_volume,
        minimum_gap=layout.minimum_gap(),
        median_gap=float(np.median(nearest_gaps(layout))) if len(layout) else float("nan"),
        profile_depth=depth,
        profile_fraction=fraction,
    )


def depth_profile(layout: Layout, bins: int = 10) -> tuple[FloatArray, FloatArray]:
    """Volume fraction against depth, from the exact volume of each sphere below each plane.

    Args:
        layout: the particles.
        bins: number of slices of equal thickness between z = 0 and z = L.

    Returns:
        Middle of each slice [m] and volume fraction in it [-], both of shape (bins,).
    """
    if bins < 1:
        raise InputError(f"a depth profile with {bins} bins has no meaning; ask for at least 1.")
    edges = np.linspace(0.0, layout.thickness, bins + 1)
    radii = layout.radii[None, :]
    # Spherical cap of height h below the plane: pi h^2 (3 R - h) / 3.
    height = np.clip(edges[:, None] - (layout.centres[None, :, 2] - radii), 0.0, 2.0 * radii)
    below = (np.pi / 3.0 * height**2 * (3.0 * radii - height)).sum(axis=1)
    slice_volume = layout.box_volume / bins
    return 0.5 * (edges[1:] + edges[:-1]), np.diff(below) / slice_volume


def volume_diameters(layout: Layout, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Diameters below which the given shares of the particle volume lie [m]; NaN without particles.

    The cumulative curve is linear between particles, each of which contributes half of its volume below
    its own diameter.
    """
    if not len(layout):
        return tuple(float("nan") for _ in shares)
    diameter = 2.0 * np.sort(layout.radii)
    volume = diameter**3
    cumulative = (np.cumsum(volume) - 0.5 * volume) / volume.sum()
    return tuple(float(value) for value in np.interp(shares, cumulative, diameter))


def nearest_gaps(layout: Layout) -> FloatArray:
    """Gap of each particle to its nearest other particle [m], shape (n,); infinite for a single one."""
    nearest = np.full(len(layout), np.inf)
    if len(layout) < 2:
        return nearest
    # The gap to the nearest centre bounds each of them, and the largest bound the search.
    distance, near = cKDTree(layout.centres).query(layout.centres, k=2)
    bound = float((distance[:, 1] - layout.radii - layout.radii[near[:, 1]]).max())
    pairs, gaps = layout.pair_gaps(below=bound + 1e-3 * float(layout.radii.min()))
    np.minimum.at(nearest, pairs[:, 0], gaps)
    np.minimum.at(nearest, pairs[:, 1], gaps)
    return nearest
