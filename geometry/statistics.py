"""Numbers that describe a particle layout: sizes, specific surface, depth profile, gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.errors import InputError

from .cut_spheres import inside_volumes_and_areas
from .layout import Layout

FloatArray = npt.NDArray[np.float64]

TOUCHING = 1e-3  # gap over the smaller radius below which two spheres count as in contact


@dataclass(frozen=True)
class LayoutStatistics:
    """What `layout_statistics` returns.

    Attributes:
        count: number of particles.
        volume_fraction: volume of the particles over the volume of the electrode box [-].
        mean_volume_radius: radius of the sphere of mean volume [m].
        relative_width: standard deviation over mean of the radii (by number) [-].
        d10, d50, d90: diameters below which 10, 50 and 90 % of the particle volume lie [m].
        number_d10, number_d50, number_d90: diameters below which 10, 50 and 90 % of the particles lie [m].
        specific_surface: spherical surface in the box per volume of electrode [1/m]; overlaps count twice.
        at_border: number of particles that a border cuts.
        overlaps: number of pairs of spheres that overlap.
        overlap_fraction: what is counted twice in the volume fraction [-], from pairs; triples are left out.
        coordination: mean number of contacts of a particle [-], from the contact list if there is one, else
            from spheres that overlap or touch.
        minimum_gap: smallest sphere-to-sphere or sphere-to-wall gap [m], negative where they overlap.
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
    number_d10: float
    number_d50: float
    number_d90: float
    specific_surface: float
    at_border: int
    overlaps: int
    overlap_fraction: float
    coordination: float
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
    number_d10, number_d50, number_d90 = number_diameters(layout, (0.1, 0.5, 0.9))
    radii = layout.radii
    overlapping, _ = layout.overlaps()
    return LayoutStatistics(
        count=len(layout),
        volume_fraction=layout.volume_fraction,
        mean_volume_radius=layout.mean_volume_radius,
        relative_width=float(radii.std() / radii.mean()) if len(layout) else float("nan"),
        d10=d10,
        d50=d50,
        d90=d90,
        number_d10=number_d10,
        number_d50=number_d50,
        number_d90=number_d90,
        specific_surface=float(layout.particle_areas.sum()) / layout.box_volume,
        at_border=int(layout.at_border.sum()),
        overlaps=len(overlapping),
        overlap_fraction=float(shared_volumes(layout, overlapping).sum()) / layout.box_volume,
        coordination=float(coordination(layout).mean()) if len(layout) else float("nan"),
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
    whole = ~layout.is_cut
    radii = layout.radii[None, whole]
    # Spherical cap of height h below the plane: pi h^2 (3 R - h) / 3.
    height = np.clip(edges[:, None] - (layout.centres[None, whole, 2] - radii), 0.0, 2.0 * radii)
    below = (np.pi / 3.0 * height**2 * (3.0 * radii - height)).sum(axis=1)
    for row, edge in enumerate(edges[1:], start=1):
        part = (layout.box[0], layout.box[1], float(edge))
        below[row] += inside_volumes_and_areas(layout.centres[~whole], layout.radii[~whole], part)[0].sum()
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


def number_diameters(layout: Layout, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Diameters below which the given shares of the particles lie [m]; NaN without particles."""
    if not len(layout):
        return tuple(float("nan") for _ in shares)
    diameter = 2.0 * np.sort(layout.radii)
    cumulative = (np.arange(len(layout)) + 0.5) / len(layout)
    return tuple(float(value) for value in np.interp(shares, cumulative, diameter))


def coordination(layout: Layout) -> npt.NDArray[np.int64]:
    """Number of contacts of each particle, shape (n,).

    From the contact list if the layout has one, else from spheres that overlap or touch.
    """
    if layout.contacts is not None:
        return layout.contacts.coordination(len(layout))
    pairs, gaps = layout.pair_gaps(below=TOUCHING * float(layout.radii.max(initial=0.0)))
    touching = gaps < TOUCHING * layout.radii[pairs].min(axis=1, initial=np.inf)
    return np.bincount(pairs[touching].ravel(), minlength=len(layout)).astype(np.int64)


def shared_volumes(layout: Layout, pairs: npt.NDArray[np.intp]) -> FloatArray:
    """Volume that the spheres of each pair share [m3], shape (m,), whether in the box or not."""
    first, second = layout.radii[pairs[:, 0]], layout.radii[pairs[:, 1]]
    away = np.linalg.norm(layout.centres[pairs[:, 0]] - layout.centres[pairs[:, 1]], axis=1)
    small, large = np.minimum(first, second), np.maximum(first, second)
    inner = 4.0 / 3.0 * np.pi * small**3
    depth = np.maximum(small + large - away, 0.0)
    lens = np.pi * depth**2 * (away**2 + 2.0 * away * (small + large) - 3.0 * (large - small) ** 2)
    return np.where(away <= large - small, inner, lens / (12.0 * np.maximum(away, 1e-300)))


def smallest_pair_gap(layout: Layout) -> float:
    """Smallest gap between two spheres [m], negative where they overlap; infinite for fewer than two."""
    return float(nearest_gaps(layout).min(initial=np.inf))


def smallest_wall_gap(layout: Layout) -> float:
    """Smallest gap between a wall and a sphere that no wall cuts [m]; infinite where there is none."""
    return float(layout.wall_gaps()[~layout.is_cut].min(initial=np.inf))


def deepest_cut(layout: Layout) -> float:
    """How far the sphere that a wall cuts most reaches beyond it [m]; 0 where none is cut."""
    return max(0.0, -float(layout.wall_gaps().min(initial=0.0)))


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
