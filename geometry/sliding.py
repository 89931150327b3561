"""Spheres moved inside the faces of a box as a whole, with as little change to the others as possible."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from chemomech.errors import InputError

from .layout import OVERLAP_TOLERANCE, Layout
from .statistics import smallest_pair_gap

FloatArray = npt.NDArray[np.float64]

WIDEST_GAP = 0.2e-6
"""Gap that spheres keep from others and from the faces, if the layout has it [m]."""

LEFT_OVER = 1e-3
"""Share of the radius by which two spheres may stay too near; beyond it they are shaken, then shrink."""

GAPS = (1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.1, 0.1, 0.1)
"""Shares of the gap that are tried in turn, each time from places shaken a little more."""


def slid_in(
    part: Layout, centres: FloatArray, box: tuple[float, float, float], face_gap: float
) -> tuple[FloatArray, FloatArray]:
    """Move spheres off the faces across z, and apart where they then stand too near; what cannot, shrinks.

    Args:
        part: the spheres; their sizes, ids and gaps count.
        centres: where they stand in the new box [m], shape (n, 3).
        box: edges of the new box [m].
        face_gap: gap that they keep from its faces [m].

    Returns:
        Centres and radii [m].

    Raises:
        InputError: the box is too thin for one of them.
    """
    radii = part.radii
    gap = float(np.clip(smallest_pair_gap(part), 0.0, WIDEST_GAP))
    low, high = _bounds(centres, radii, np.asarray(box), (gap, face_gap))
    thin = np.flatnonzero(low[:, 2] > high[:, 2])
    if thin.size:
        raise InputError(
            f"the cut is {box[2]:.3g} m thick, too thin to slide particle {part.ids[thin[0]]} of layout "
            f"'{part.name}' in (radius {radii[thin[0]]:.3g} m, gap {face_gap:.3g} m); cut a thicker box, or "
            "cut spheres at the faces."
        )
    start = np.clip(centres, low, high)
    if np.array_equal(start, centres):
        return centres, radii
    unit = float(radii.mean())
    generator = np.random.default_rng(0)
    best, sizes = start, np.zeros_like(radii)
    for trial, share in enumerate(GAPS):
        apart = _Apart(centres, radii, share * gap)
        shaken = start + 0.05 * trial * unit * generator.standard_normal(start.shape)
        relaxed = apart.relaxed(np.clip(shaken, low, high), low, high)
        left = apart.shrunk(relaxed)
        if np.sum(left**3) > np.sum(sizes**3):
            best, sizes = relaxed, left
        if apart.worst(relaxed) <= LEFT_OVER:
            return relaxed, left
    return best, sizes


def _bounds(
    centres: FloatArray, radii: FloatArray, box: FloatArray, gaps: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Where each centre may go: what a side cuts keeps its part, and nothing whole becomes cut.

    `gaps` are those from the sides, which what is nearer already may keep, and from the faces.
    """
    reach = radii[:, None] + np.array([gaps[0], gaps[0], gaps[1]])
    low, high = np.minimum(reach, centres), np.maximum(box - reach, centres)
    low[:, 2], high[:, 2] = reach[:, 2], box[2] - reach[:, 2]
    cut = np.minimum(centres, box - centres) < radii[:, None] * (1.0 - OVERLAP_TOLERANCE)
    cut[:, 2] = False
    low[cut], high[cut] = centres[cut], centres[cut]
    return low, high


class _Apart:
    """Spheres that may come no nearer to one another than a gap, or than they were if that is less."""

    def __init__(self, centres: FloatArray, radii: FloatArray, gap: float) -> None:
        self._before, self._radii, self._gap = centres, radii, gap

    def missing(self, centres: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
        """Pairs that are too near, what is missing [m], and the direction from the second to the first."""
        reach = 2.0 * float(self._radii.max()) + self._gap
        pairs = cKDTree(centres).query_pairs(reach, output_type="ndarray").astype(np.intp)
        away = centres[pairs[:, 0]] - centres[pairs[:, 1]]
        distance = np.maximum(np.linalg.norm(away, axis=1), 1e-15)
        was = np.linalg.norm(self._before[pairs[:, 0]] - self._before[pairs[:, 1]], axis=1)
        wanted = np.minimum(self._radii[pairs].sum(axis=1) + self._gap, was)
        near = wanted > distance
        return pairs[near], (wanted - distance)[near], away[near] / distance[near, None]

    def worst(self, centres: FloatArray) -> float:
        """Largest of what is missing, over the smaller radius."""
        pairs, missing, _ = self.missing(centres)
        return float((missing / self._radii[pairs].min(axis=1, initial=np.inf)).max(initial=0.0))

    def relaxed(self, start: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
        """The nearest places, roughly, at which little or nothing is missing."""
        unit = float(self._radii.mean())

        def energy(flat: FloatArray) -> tuple[float, FloatArray]:
            centres = unit * flat.reshape(-1, 3)
            pairs, missing, direction = self.missing(centres)
            force = (missing / unit)[:, None] * direction
            gradient = np.zeros_like(centres)
            np.add.at(gradient, pairs[:, 0], -force)
            np.add.at(gradient, pairs[:, 1], force)
            return 0.5 * float(missing @ missing) / unit**2, gradient.reshape(-1)

        optimum = minimize(
            energy,
            start.reshape(-1) / unit,
            jac=True,
            method="L-BFGS-B",
            bounds=np.column_stack([low.reshape(-1), high.reshape(-1)]) / unit,
            options={"maxiter": 3000, "maxfun": 6000, "ftol": 1e-20, "gtol": 1e-12},
        )
        return np.clip(unit * np.asarray(optimum.x, dtype=np.float64).reshape(-1, 3), low, high)

    def shrunk(self, centres: FloatArray) -> FloatArray:
        """Radii with what is still missing taken off, in proportion to the radii of a pair."""
        pairs, missing, _ = self.missing(centres)
        share = self._radii[pairs] / self._radii[pairs].sum(axis=1, keepdims=True)
        less = np.zeros_like(self._radii)
        for side in (0, 1):
            np.maximum.at(less, pairs[:, side], missing * share[:, side])
        return np.asarray(self._radii - less)
