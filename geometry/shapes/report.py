"""How far the meshed shapes are from the voxels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.measure import marching_cubes

from .. import tags
from ..images.adjacency import face_pairs
from ..mesh_arrays import FACES, MeshArrays
from .region import Region

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ShapeReport:
    """Meshed shapes against the voxels that they come from; n particles are meshed.

    Attributes:
        names: what the particles are called in the image, shape (n,).
        voxel_volumes: by counting voxels [um3], shape (n,).
        volumes: of the mesh [um3], shape (n,).
        shifts: how far each surface was moved outwards to restore the volume [um], shape (n,).
        dropped: names of particles that are not meshed: too small on the grid.
        dropped_volume: share of the active volume that they have [-].
        fragments: pieces cut off from their particle that became matrix.
        filled: cells of enclosed matrix that became particle.
        voxel_area: that by marching cubes of the particles after a Gaussian of one voxel [um2].
        area: between particles and matrix in the mesh [um2].
        voxel_contacts: number of pairs of particles that share voxel faces.
        voxel_contact_area: area of these contacts [um2].
        contacts: number of pairs that are joined in the mesh.
        contact_area: area of these [um2].
        held: points that were kept nearer to the grid so that no faces cross.
        attempts: what was tried and how it ended, the successful one last.
    """

    names: IntArray
    voxel_volumes: FloatArray
    volumes: FloatArray
    shifts: FloatArray
    dropped: IntArray
    dropped_volume: float
    fragments: int
    filled: int
    voxel_area: float
    area: float
    voxel_contacts: int
    voxel_contact_area: float
    contacts: int
    contact_area: float
    held: int
    attempts: tuple[str, ...]

    @property
    def volume_errors(self) -> FloatArray:
        """Volume over that of the voxels, less 1 [-], shape (n,)."""
        return np.asarray(self.volumes / self.voxel_volumes - 1.0)

    def lines(self) -> Iterator[str]:
        """What is worth knowing, a line each."""
        errors, total = self.volume_errors, self.volumes.sum() / self.voxel_volumes.sum() - 1.0
        yield (
            f"{len(self.names)} particles meshed; {len(self.dropped)} with {self.dropped_volume:.2%} of the "
            "active material left out as too small"
        )
        yield f"volumes against voxels: {errors.min():+.1e} to {errors.max():+.1e}, together {total:+.1e}"
        low, middle, high = np.percentile(np.abs(self.shifts), (50, 90, 100))
        yield f"surfaces moved for that by {low:.3f} um (median), {middle:.3f} (90 %), {high:.3f} (most)"
        yield f"surface {self.area:.0f} um2, of the smoothed voxels {self.voxel_area:.0f}"
        yield (
            f"contacts {self.contacts} of {self.contact_area:.0f} um2, in the voxels {self.voxel_contacts} "
            f"of {self.voxel_contact_area:.0f}"
        )
        yield (
            f"{self.fragments} fragments became matrix, {self.filled} enclosed cells particle; {self.held} "
            "points held back"
        )
        yield from self.attempts


def joined_pairs(arrays: MeshArrays) -> tuple[IntArray, FloatArray]:
    """Pairs of particles that share faces, shape (m, 2), and the area that they share [um2], shape (m,)."""
    faces = np.sort(arrays.cells[:, FACES].reshape(-1, 3), axis=1)
    owner = np.repeat(arrays.cell_tags, len(FACES))
    order = np.lexsort(faces.T)
    faces, owner = faces[order], owner[order]
    twice = np.flatnonzero((faces[1:] == faces[:-1]).all(axis=1))
    pair = np.sort(np.stack([owner[twice], owner[twice + 1]], axis=1), axis=1)
    joined = (pair[:, 0] >= tags.FIRST_PARTICLE_TAG) & (pair[:, 0] != pair[:, 1])
    pairs, place = np.unique(pair[joined], axis=0, return_inverse=True)
    areas = np.bincount(place.ravel(), triangle_areas(arrays.points, faces[twice[joined]]), len(pairs))
    return pairs - tags.FIRST_PARTICLE_TAG, areas


def triangle_areas(points: FloatArray, triangles: IntArray) -> FloatArray:
    """Area of each triangle, shape (t,)."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    return np.asarray(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1))


def voxel_contacts(region: Region) -> tuple[int, float]:
    """Number and area [um2] of the contacts between particles in the voxels."""
    faces = face_pairs(region.labels)
    x, y, z = (float(edge) for edge in region.spacing)
    return len(faces.pairs), float(faces.areas((x, y, z)).sum())


def voxel_area(region: Region) -> float:
    """Surface between particles and matrix by marching cubes after a Gaussian of one voxel [um2]."""
    smooth = ndimage.gaussian_filter((region.labels > 0).astype(np.float32), 1.0, mode="nearest")
    if region.planes == 0 and not smooth.min() < 0.5 < smooth.max():
        return 0.0
    smooth = np.pad(smooth, ((1, 1), (1, 1), (0, 0)), mode="edge")
    points, triangles, _, _ = marching_cubes(smooth, 0.5, spacing=tuple(float(e) for e in region.spacing))
    # The padding reaches half a voxel beyond the sides; triangles count if their middle lies inside.
    place = points[triangles].mean(axis=1)[:, :2] / region.spacing[:2] - 0.5
    inside = ((place > 0.0) & (place < np.array(region.labels.shape[:2]))).all(axis=1)
    return float(triangle_areas(points.astype(np.float64), triangles[inside]).sum())
