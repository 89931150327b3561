"""What is measured on the particles of a label image, plane by plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .adjacency import FacePairs, face_pairs
from .label_image import LabelArray, LabelImage
from .memory import MemoryLimit
from .phases import BoolArray

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MEASURING_MEMORY = 64.0  # byte per voxel of a slab
FACES_OF_STACK = 6


@dataclass(frozen=True, eq=False)
class ParticleTable:
    """Measures of n particles; axes in the order of the array, lengths in m.

    Attributes:
        voxels: number of voxels, shape (n,).
        volumes: volume [m3], shape (n,).
        centres: centre of mass from the corner of the stack [m], shape (n, 3).
        touches: whether the particle reaches each face of the stack, shape (n, 6): first and last plane along
            axis 0, then 1, then 2.
        contacts: faces between particles, numbered from 0.
        contact_areas: area of each of these contacts [m2], shape (m,).
        exposed_faces: voxel faces to pore and binder across each axis, shape (n, 3).
        binder_faces: those to carbon-binder, shape (n, 3).
        voxel_size: edges of a voxel along the axes [m].
    """

    voxels: IntArray
    volumes: FloatArray
    centres: FloatArray
    touches: BoolArray
    contacts: FacePairs
    contact_areas: FloatArray
    exposed_faces: IntArray
    binder_faces: IntArray
    voxel_size: tuple[float, float, float]

    def __len__(self) -> int:
        """Number of particles."""
        return len(self.voxels)

    @property
    def at_border(self) -> BoolArray:
        """Particles that reach any face of the stack, so that only a part of them may be seen."""
        return self.touches.any(axis=1)

    @property
    def radii(self) -> FloatArray:
        """Radius of the sphere with the volume of each particle [m], shape (n,)."""
        return np.cbrt(self.volumes * 3.0 / (4.0 * np.pi))

    @property
    def binder_coverage(self) -> FloatArray:
        """Share of the surface to pore and binder that is binder [-], by area of voxel faces, shape (n,)."""
        x, y, z = self.voxel_size
        size = np.array([y * z, x * z, x * y])
        exposed = self.exposed_faces @ size
        return np.asarray((self.binder_faces @ size) / np.where(exposed > 0, exposed, 1.0))


@dataclass(eq=False)
class _Sums:
    count: int

    def __post_init__(self) -> None:
        self.voxels = np.zeros(self.count + 1, dtype=np.int64)
        self.moments = np.zeros((self.count + 1, 3))
        self.touches = np.zeros((self.count + 1, FACES_OF_STACK), dtype=np.bool_)
        self.exposed = np.zeros((self.count + 1, 3), dtype=np.int64)
        self.binder = np.zeros((self.count + 1, 3), dtype=np.int64)
        self.contacts: list[FacePairs] = []

    def add_voxels(self, labels: LabelArray, first: int) -> None:
        """Count the voxels of planes that start at plane `first`, and sum their indices."""
        filled = np.nonzero(labels)
        of = labels[filled]
        self.voxels += np.bincount(of, minlength=self.count + 1)
        for axis, index in enumerate(filled):
            moment = np.bincount(of, weights=index, minlength=self.count + 1)
            self.moments[:, axis] += moment + (
                first * np.bincount(of, minlength=self.count + 1) if axis == 0 else 0
            )

    def add_faces(self, labels: LabelArray, binder: BoolArray, beyond: int) -> None:
        """Count the faces of planes, of which the last `beyond` only end them."""
        self.contacts.append(face_pairs(labels, None, beyond))
        inner = len(labels) - beyond
        for axis in range(3):
            block, matter = (labels, binder) if axis == 0 else (labels[:inner], binder[:inner])
            low = tuple(slice(None, -1) if place == axis else slice(None) for place in range(3))
            high = tuple(slice(1, None) if place == axis else slice(None) for place in range(3))
            for one, other in ((low, high), (high, low)):
                open_side = (block[one] > 0) & (block[other] == 0)
                self.exposed[:, axis] += np.bincount(block[one][open_side], minlength=self.count + 1)
                covered = open_side & matter[other]
                self.binder[:, axis] += np.bincount(block[one][covered], minlength=self.count + 1)

    def mark_sides(self, labels: LabelArray) -> None:
        """Note the particles on the faces of the stack across axes 1 and 2."""
        sides = (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1])
        for face, side in enumerate(sides, start=2):
            self.touches[np.unique(side), face] = True


def measure_particles(image: LabelImage, memory: MemoryLimit | None = None) -> ParticleTable:
    """Measure volumes, centres, contacts and what covers the particles.

    Args:
        image: the particles.
        memory: bound on working memory.
    """
    limit = memory or MemoryLimit()
    planes = (
        min(
            limit.planes(image.shape, MEASURING_MEMORY, min(2, image.shape[0]), "measuring the particles"), 65
        )
        - 1
        or 1
    )
    sums = _Sums(len(image))
    for first, labels, binder in image.slabs(planes, overlap=1):
        own = labels[:planes]
        beyond = len(labels) - len(own)
        sums.add_voxels(own, first)
        sums.add_faces(labels, binder, beyond)
        sums.mark_sides(own)
        if first == 0:
            sums.touches[np.unique(labels[0]), 0] = True
        if first + len(own) == image.shape[0]:
            sums.touches[np.unique(own[-1]), 1] = True
    contacts = FacePairs.together(sums.contacts)
    contacts = FacePairs(contacts.pairs - 1, contacts.counts, contacts.highest)
    voxels = sums.voxels[1:]
    edges = np.array(image.voxel_size)
    return ParticleTable(
        voxels=voxels,
        volumes=np.asarray(voxels * math.prod(image.voxel_size)),
        centres=(sums.moments[1:] / np.maximum(voxels, 1)[:, None] + 0.5) * edges,
        touches=sums.touches[1:],
        contacts=contacts,
        contact_areas=contacts.areas(image.voxel_size),
        exposed_faces=sums.exposed[1:],
        binder_faces=sums.binder[1:],
        voxel_size=image.voxel_size,
    )
