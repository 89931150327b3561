"""Spheres in a box as voxels, each with the share of every sphere in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]

SAMPLES = 3
"""Points along each axis of a voxel that say what is in it."""

MOST_VOXELS = 4_000_000
"""Beyond it the fields take more memory than usual machines have."""


@dataclass(frozen=True, eq=False)
class SphereVoxels:
    """Voxels of a box with spheres.

    Attributes:
        box: Edges of the box [m].
        shape: Voxels along x, y and z.
        shares: Share of each sphere in each voxel [-], shape (spheres, voxels).
    """

    box: tuple[float, float, float]
    shape: tuple[int, int, int]
    shares: csr_array

    @classmethod
    def of(cls, centres: Array, radii: Array, box: tuple[float, float, float], size: float) -> SphereVoxels:
        """Sample spheres; where two overlap, the border is the plane through their intersection.

        Args:
            centres: Of the spheres [m], shape (spheres, 3).
            radii: Of the spheres [m], shape (spheres,).
            box: Edges of the box [m].
            size: Edge of a voxel, about [m].

        Raises:
            InputError: More voxels than ``MOST_VOXELS``, or a sphere that is smaller than what is sampled.
        """
        nx, ny, nz = (max(2, round(edge / size)) for edge in box)
        if nx * ny * nz > MOST_VOXELS:
            raise InputError(
                f"the layout takes {nx} x {ny} x {nz} voxels of {size * 1e6:.2g} um, above {MOST_VOXELS} in "
                "all; choose a smaller layout, or rules of the volume fraction for it."
            )
        owner = _owners(centres, radii, box, (nx, ny, nz))
        shares = _shares(owner, (nx, ny, nz), len(radii))
        missed = np.flatnonzero(np.asarray(shares.sum(axis=1)) == 0.0)
        if len(missed):
            raise InputError(
                f"particle {missed[0]} with a radius of {radii[missed[0]] * 1e6:.3g} um does not show in "
                f"voxels of {size * 1e6:.2g} um; leave it out, or choose rules of the volume fraction."
            )
        return cls(box, (nx, ny, nz), shares)

    @property
    def edges(self) -> Array:
        """Of a voxel [m], shape (3,)."""
        return np.asarray(self.box) / np.asarray(self.shape)

    @property
    def filled(self) -> Array:
        """Share of all spheres in each voxel [-], shape (voxels,)."""
        return np.minimum(np.asarray(self.shares.sum(axis=0)), 1.0)

    def means(self, values: Array) -> Array:
        """Mean over each sphere.

        Args:
            values: By voxel, shape (voxels, ...).
        """
        return np.asarray((self.shares @ values) / np.asarray(self.shares.sum(axis=1))[:, None])


def _owners(
    centres: Array, radii: Array, box: tuple[float, float, float], shape: tuple[int, int, int]
) -> npt.NDArray[np.int32]:
    count = SAMPLES * np.asarray(shape)
    step = np.asarray(box) / count
    owner = np.full(count, -1, dtype=np.int32)
    power = np.zeros(count)
    for number, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        low = np.clip(np.floor((centre - radius) / step).astype(int), 0, count)
        high = np.clip(np.ceil((centre + radius) / step).astype(int), 0, count)
        part = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        x, y, z = (
            ((np.arange(a, b) + 0.5) * h - c) ** 2 for a, b, h, c in zip(low, high, step, centre, strict=True)
        )
        here = x[:, None, None] + y[:, None] + z - radius**2
        nearer = here < power[part]
        power[part][nearer] = here[nearer]
        owner[part][nearer] = number
    return owner


def _shares(owner: npt.NDArray[np.int32], shape: tuple[int, int, int], spheres: int) -> csr_array:
    points = np.argwhere(owner >= 0)
    voxel = np.ravel_multi_index(tuple(points.T // SAMPLES), shape)
    weight = np.full(len(points), 1.0 / SAMPLES**3)
    return csr_array((weight, (owner[owner >= 0], voxel)), shape=(spheres, int(np.prod(shape))))
