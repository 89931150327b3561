"""Random packings of spheres in a box, by growth and overlap-energy relaxation.

The spheres start small at random places and grow in steps; after each step the sum of squared overlaps
(counting the wanted gap as part of each sphere) is minimised with L-BFGS-B, the walls being bounds.
What stays jammed is shaken: the most squeezed spheres jump to a new place and the growth repeats.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from chemomech.errors import InputError

from .depth_gradient import DepthGradient
from .layout import Layout
from .packing_walls import PackingSides, WalledSides
from .sizes import SizeDistribution

FloatArray = npt.NDArray[np.float64]

DENSEST_FRACTION = 0.74  # equal spheres, pi / sqrt(18): nothing random comes near it
GROWTH_STEPS = (0.6, 0.75, 0.85, 0.92, 0.97, 1.0)
RESTARTS = 6
SHAKES = 25


def pack(
    box: tuple[float, float, float],
    sizes: SizeDistribution,
    *,
    count: int | None = None,
    volume_fraction: float | None = None,
    minimum_gap: float = 0.2e-6,
    wall_gap: float | None = None,
    seed: int = 0,
    name: str = "packed",
    sides: PackingSides | None = None,
    gradient: DepthGradient | None = None,
) -> Layout:
    """Pack spheres into a box with a minimum gap between each other and to the walls.

    With a volume fraction, the drawn radii are rescaled by one common factor so that the fraction is met
    exactly; without one, the radii are used as drawn. Without a count, spheres are drawn until their
    volume reaches the fraction.

    Args:
        box: edge lengths (Lx, Ly, L) [m].
        sizes: where the radii come from.
        count: number of spheres; at least one of count and volume_fraction must be given.
        volume_fraction: target volume of the spheres over the box [-].
        minimum_gap: smallest surface-to-surface distance [m], 0 or more.
        wall_gap: smallest distance to the walls [m]; minimum_gap if not given.
        seed: the same seed and input give the same packing.
        name: name of the layout.
        sides: what the sides of the box are; walls if not given. `PeriodicSides` reaches higher fractions and
            gives cut spheres, each part a particle of its own.
        gradient: how the volume fraction changes with depth; even if not given.

    Returns:
        The packed layout; the spheres are ordered from large to small, copies at opposite sides last.

    Raises:
        InputError: the input is out of range, a sphere does not fit the box, or no packing was found.
    """
    if seed < 0:
        raise InputError(f"the seed of the packing is {seed}; give a whole number of zero or more.")
    generator = np.random.default_rng(seed)
    gap = _not_negative("minimum_gap", minimum_gap)
    edge_gap = gap if wall_gap is None else _not_negative("wall_gap", wall_gap)
    slope, limits = gradient or DepthGradient(), sides or WalledSides()
    volume = float(np.prod(box))
    radii = np.sort(_radii(volume, sizes, count, volume_fraction, generator))[::-1]
    even = (box[0], box[1], slope.even_thickness(box[2]))
    _check_feasible(radii, even, gap, edge_gap, float(np.prod(even)))
    unit = float(radii.mean())
    scaled = _Spheres(radii / unit, np.asarray(even) / unit, gap / unit, edge_gap / unit, limits)
    worst = np.inf
    for _ in range(RESTARTS):
        centres, overlap = _relax_by_growth(scaled, generator)
        worst = min(worst, overlap)
        if overlap <= 0.0:
            centres = centres * unit
            centres[:, 2] = slope.stretched(centres[:, 2], box[2])
            return Layout(*limits.placed(centres, radii, np.asarray(box)), box, name)
    fraction = float((4.0 / 3.0 * np.pi * radii**3).sum()) / volume
    raise InputError(
        f"no packing of {radii.size} spheres at volume fraction {fraction:.3f} with a gap of {gap:.3g} m was "
        f"found in {RESTARTS} attempts (smallest remaining overlap {worst * unit:.2g} m); "
        "lower volume_fraction or minimum_gap, enlarge the box, or try another seed."
    )


class _Spheres:
    """Spheres to place, in units of their mean radius."""

    def __init__(
        self, radii: FloatArray, box: FloatArray, gap: float, wall_gap: float, sides: PackingSides
    ) -> None:
        self.sides = sides
        self.radii = radii
        self.box = box
        # A hair more than asked, so that the last bit of relaxation cannot undercut the gap.
        self.gap = gap + 1e-7
        self.wall_gap = wall_gap + 1e-7
        self.asked_gap = gap

    def bounds(self, growth: float) -> tuple[FloatArray, FloatArray]:
        reach = (growth * self.radii + self.wall_gap)[:, None]
        return self.sides.bounds(reach, self.box)

    def places(self, rows: slice | int, growth: float) -> tuple[FloatArray, FloatArray]:
        """Finite lowest and highest places to draw from."""
        low, high = self.bounds(growth)
        return np.maximum(low[rows], 0.0), np.minimum(high[rows], self.box)

    def overlaps(
        self, centres: FloatArray, growth: float
    ) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
        radii = growth * self.radii
        reach = 2.0 * float(radii.max()) + self.gap
        pairs, away = self.sides.near(centres, reach, self.box)
        distance = np.maximum(np.linalg.norm(away, axis=1), 1e-12)
        overlap = radii[pairs].sum(axis=1) + self.gap - distance
        hit = overlap > 0.0
        return pairs[hit], overlap[hit], away[hit] / distance[hit, None]

    def energy(self, flat: FloatArray, growth: float) -> tuple[float, FloatArray]:
        centres = flat.reshape(-1, 3)
        pairs, overlap, direction = self.overlaps(centres, growth)
        force = overlap[:, None] * direction
        gradient = np.zeros_like(centres)
        np.add.at(gradient, pairs[:, 0], -force)
        np.add.at(gradient, pairs[:, 1], force)
        return 0.5 * float(overlap @ overlap), gradient.reshape(-1)

    def relaxed(self, centres: FloatArray, growth: float) -> FloatArray:
        low, high = self.bounds(growth)
        start = np.clip(centres, low, high)
        bounds = np.column_stack([low.reshape(-1), high.reshape(-1)])
        result = minimize(
            self.energy,
            start.reshape(-1),
            args=(growth,),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-20, "gtol": 1e-12},
        )
        return np.asarray(result.x, dtype=np.float64).reshape(-1, 3)

    def worst_overlap(self, centres: FloatArray) -> float:
        """Largest violation of the asked gap; 0 or less when the packing is good."""
        overlap = self.overlaps(centres, 1.0)[1]
        return float(overlap.max(initial=0.0)) - (self.gap - self.asked_gap)


def _relax_by_growth(spheres: _Spheres, generator: np.random.Generator) -> tuple[FloatArray, float]:
    low, high = spheres.places(slice(None), GROWTH_STEPS[0])
    centres = low + (high - low) * generator.random((spheres.radii.size, 3))
    for growth in GROWTH_STEPS:
        centres = spheres.relaxed(centres, growth)
    best, least = centres, spheres.worst_overlap(centres)
    for _ in range(SHAKES):
        if least <= 0.0:
            break
        trial = _shaken(spheres, best, generator)
        for growth in (0.9, 0.96, 1.0):
            trial = spheres.relaxed(trial, growth)
        overlap = spheres.worst_overlap(trial)
        if overlap < least:
            best, least = trial, overlap
    return best, least


def _shaken(spheres: _Spheres, centres: FloatArray, generator: np.random.Generator) -> FloatArray:
    pairs, overlap, _ = spheres.overlaps(centres, 1.0)
    squeeze = np.bincount(pairs.ravel(), weights=np.repeat(overlap, 2), minlength=len(centres))
    # The most squeezed sphere tries the roomiest of some random places; everything else is jittered.
    moved = int(np.argmax(squeeze * (0.5 + generator.random(len(centres)))))
    low, high = spheres.places(moved, 0.9)
    places = low + (high - low) * generator.random((200, 3))
    others = np.delete(np.arange(len(centres)), moved)
    distance = (
        np.linalg.norm(places[:, None, :] - centres[others][None, :, :], axis=2) - spheres.radii[others]
    )
    shaken = centres + 0.05 * generator.standard_normal(centres.shape)
    shaken[moved] = places[int(np.argmax(distance.min(axis=1, initial=np.inf)))]
    return shaken


def _radii(
    volume: float,
    sizes: SizeDistribution,
    count: int | None,
    volume_fraction: float | None,
    generator: np.random.Generator,
) -> FloatArray:
    if volume_fraction is not None and not 0.0 < volume_fraction < DENSEST_FRACTION:
        raise InputError(
            f"volume_fraction is {volume_fraction:g}; it must lie between 0 and {DENSEST_FRACTION} (the "
            "densest packing of equal spheres); random packings of whole spheres reach about 0.5."
        )
    if count is None and volume_fraction is None:
        raise InputError("neither count nor volume_fraction is given; pack needs at least one of them.")
    if count is None:
        assert volume_fraction is not None
        mean_volume = float(np.mean(4.0 / 3.0 * np.pi * sizes.sample(1000, generator) ** 3))
        count = max(1, round(volume_fraction * volume / mean_volume))
    if count < 1:
        raise InputError(f"count is {count}; pack needs at least 1 particle.")
    radii = np.asarray(sizes.sample(count, generator), dtype=np.float64)
    if volume_fraction is not None:
        drawn = float((4.0 / 3.0 * np.pi * radii**3).sum())
        radii = radii * np.cbrt(volume_fraction * volume / drawn)
    return radii


def _check_feasible(
    radii: FloatArray, box: tuple[float, float, float], gap: float, wall_gap: float, volume: float
) -> None:
    if not all(np.isfinite(edge) and edge > 0 for edge in box):
        raise InputError(
            f"the box is {box} m; it needs three finite edge lengths (Lx, Ly, L) greater than 0 m."
        )
    room = 0.5 * min(box) - wall_gap
    if radii[0] > room:
        raise InputError(
            f"the largest sphere has radius {radii[0]:.4g} m, but the box and the wall gap leave room for "
            f"{max(room, 0.0):.4g} m; enlarge the box, narrow the size distribution or lower volume_fraction."
        )
    swollen = float((4.0 / 3.0 * np.pi * (radii + 0.5 * gap) ** 3).sum())
    around = float(np.prod(np.asarray(box) - 2.0 * wall_gap + gap))
    if swollen > DENSEST_FRACTION * around:
        raise InputError(
            f"{radii.size} spheres with half the gap of {gap:.3g} m around them fill "
            f"{swollen / around:.2f} of the box, above {DENSEST_FRACTION}, the densest packing "
            "there is; lower volume_fraction or minimum_gap."
        )


def _not_negative(name: str, value: float) -> float:
    if not (np.isfinite(value) and value >= 0):
        raise InputError(f"{name} is {value:g} m; it must be a finite length of 0 m or more.")
    return float(value)
