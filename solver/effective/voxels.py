"""Image voxels as hexahedra."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import basix.ufl
import numpy as np
import numpy.typing as npt
from dolfinx.mesh import GhostMode, Mesh, create_cell_partitioner, create_mesh
from mpi4py import MPI
from scipy import ndimage

from chemomech.errors import InputError, require_between
from chemomech.solver.effective.image_conduction import image_columns
from chemomech.solver.effective.specimen import Column, Part, Triple, not_connected
from chemomech.solver.physics.scales import LENGTH

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VoxelSpecimen:
    """A segmented image.

    Voxels hang together by their faces. Two parts that do share one more edge or corner exchange flux there
    in the elements of elasticity and in the upper bound of conduction, because they share the node.

    Attributes:
        image: value of each voxel, shape (nx, ny, nz), axes x, y, z; the same on all ranks.
        voxel_size: edges of a voxel along x, y and z [m].
        values: value of each phase by name.
        comm: ranks that share the mesh.

    Raises:
        InputError: an image without voxels, a voxel size that is not positive, a phase without voxels, or
            voxels of no phase.
    """

    image: npt.NDArray[np.integer]
    voxel_size: Triple
    values: Mapping[str, int]
    comm: MPI.Intracomm = field(default_factory=lambda: MPI.COMM_WORLD)
    fractions: Mapping[str, float] = field(init=False)
    _last: list[tuple[BoolArray, Part]] = field(init=False, default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Count the phases."""
        if self.image.ndim != 3 or self.image.size == 0:
            raise InputError(
                f"the image has the shape {self.image.shape}; give voxels along three axes, one at least."
            )
        for edge in self.voxel_size:
            require_between("the voxel size", edge, 1e-12, 1.0, "m", "give the edge of a voxel in m")
        counts = {name: int(np.count_nonzero(self.image == value)) for name, value in self.values.items()}
        for name, count in counts.items():
            if count == 0:
                raise InputError(f"the image holds no voxel of {name} = {self.values[name]}; leave it out.")
        if (rest := self.image.size - sum(counts.values())) != 0:
            raise InputError(
                f"{rest} of {self.image.size} voxels belong to none of {', '.join(self.values)}; name the "
                "phase of every value of the image."
            )
        fractions = {name: count / self.image.size for name, count in counts.items()}
        object.__setattr__(self, "fractions", fractions)

    @property
    def phases(self) -> tuple[str, ...]:
        """Names of the phases."""
        return tuple(self.values)

    def part(self, present: Sequence[str], axes: Sequence[int]) -> Part:
        """See ``Specimen``; the last mesh is kept and used again if it is the one wanted."""
        asked = np.isin(self.image, [self.values[name] for name in present])
        kept = connected(asked, axes)
        count = np.count_nonzero(kept)
        if not count:
            raise not_connected(present, axes, sum(self.fractions[name] for name in present))
        if self._last and np.array_equal(self._last[0][0], kept):
            return self._last[0][1]
        self._last.clear()
        spacing = tuple(edge / LENGTH for edge in self.voxel_size)
        mesh = hexahedra(kept, spacing, self.comm)
        numbers = np.zeros(count, dtype=np.int32)
        inside = self.image[kept]
        for number, value in enumerate(self.values.values()):
            numbers[inside == value] = number
        nx, ny, nz = (size * step for size, step in zip(self.image.shape, spacing, strict=True))
        share = count / np.count_nonzero(asked)
        part = Part(mesh, numbers[mesh.topology.original_cell_index], (nx, ny, nz), float(share), degree=1)
        self._last.append((kept, part))
        return part

    def conduct(
        self,
        values: Mapping[str, float],
        axes: Sequence[int],
        relative_tolerance: float,
        periodic_sides: bool,
    ) -> list[Column]:
        """See ``Specimen``; ranks share the axes, and each solves for its own."""
        return image_columns(self, values, axes, relative_tolerance, periodic_sides)


def connected(mask: BoolArray, axes: Sequence[int]) -> BoolArray:
    """Voxels of parts that hang together by faces and reach both ends of each of the axes."""
    labels, count = ndimage.label(mask)
    spans = np.ones(count + 1, dtype=np.bool_)
    spans[0] = False
    for axis in axes:
        for end in (0, -1):
            reached = np.zeros(count + 1, dtype=np.bool_)
            reached[np.unique(labels.take(end, axis))] = True
            spans &= reached
    return np.asarray(spans[labels])


def hexahedra(mask: BoolArray, spacing: Sequence[float], comm: MPI.Intracomm) -> Mesh:
    """Mesh of the voxels in `mask` with trilinear hexahedra; collective.

    The original index of a cell is its place among the voxels of the mask in the order of the array.

    Args:
        mask: shape (nx, ny, nz), the same on all ranks.
        spacing: edges of a voxel in mesh units.
        comm: ranks that share the mesh.
    """
    cells, points = np.empty((0, 8), dtype=np.int64), np.empty((0, 3))
    if comm.rank == 0:
        cells, points = _corners(mask)
        points = points * np.asarray(spacing)
    element = basix.ufl.element("Lagrange", "hexahedron", 1, shape=(3,))
    return create_mesh(comm, cells, element, points, create_cell_partitioner(GhostMode.none, 2))


def _corners(mask: BoolArray) -> tuple[IntArray, npt.NDArray[np.float64]]:
    nx, ny, nz = mask.shape
    # Tensor-product order of the corners: x runs fastest.
    corners = [np.s_[a : a + nx, b : b + ny, c : c + nz] for c, b, a in itertools.product((0, 1), repeat=3)]
    used = np.zeros((nx + 1, ny + 1, nz + 1), dtype=np.bool_)
    for corner in corners:
        used[corner] |= mask
    number = np.full(used.shape, -1, dtype=np.int64)
    number[used] = np.arange(np.count_nonzero(used))
    cells = np.column_stack([number[corner][mask] for corner in corners])
    return cells, np.argwhere(used).astype(np.float64)
