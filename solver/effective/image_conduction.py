"""Conduction through the voxels of an image, what reaches both faces only."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from mpi4py import MPI
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from chemomech.errors import InputError, MachineError
from chemomech.solver.effective.image_bounds import Codes, ConductingImage
from chemomech.solver.effective.specimen import Column, Triple, not_connected

MOST_PHASES = 255
"""Codes of a byte beside that of insulators."""

BYTES = 65.0
"""Working memory for a voxel and rank at the most, beside the image."""


class SegmentedImage(Protocol):
    """Voxels with the value of their phase; see ``VoxelSpecimen``."""

    @property
    def image(self) -> npt.NDArray[np.integer]:
        """Values, shape (nx, ny, nz)."""
        ...

    @property
    def voxel_size(self) -> Triple:
        """Edges of a voxel [m]."""
        ...

    @property
    def values(self) -> Mapping[str, int]:
        """Value of each phase by name."""
        ...

    @property
    def fractions(self) -> Mapping[str, float]:
        """Volume fractions by name [-]."""
        ...

    @property
    def comm(self) -> MPI.Intracomm:
        """Ranks that share the work."""
        ...


@dataclass(frozen=True)
class Groups:
    """Voxels that hang together by their faces.

    Attributes:
        labels: number of the group of each voxel, 0 for none, shape (nx, ny, nz).
        periodic: whether an axis repeats where it is not the driven one.
        count: of groups.
    """

    labels: npt.NDArray[np.int32]
    periodic: bool
    count: int

    @classmethod
    def of(cls, mask: npt.NDArray[np.bool_], periodic: bool) -> Groups:
        """Number the groups of a mask."""
        labels, count = ndimage.label(mask)
        return cls(labels, periodic, count)

    def sizes(self) -> npt.NDArray[np.int64]:
        """Voxels of each group, 0 for no group, shape (count + 1,)."""
        total = np.zeros(self.count + 1, dtype=np.int64)
        for plane in self.labels:  # counting makes long integers of what it counts
            total += np.bincount(plane.ravel(), minlength=len(total))
        total[0] = 0
        return total

    def through(self, axis: int) -> npt.NDArray[np.bool_]:
        """Which groups reach both faces across an axis, shape (count + 1,)."""
        together = self._joined(axis)
        reached = [
            np.isin(together, together[np.setdiff1d(self.labels.take(end, axis), 0)]) for end in (0, -1)
        ]
        return np.asarray(reached[0] & reached[1])

    def _joined(self, axis: int) -> npt.NDArray[np.int32]:
        """Name of each group; those that meet across periodic sides have one."""
        pairs = [np.empty((2, 0), dtype=np.int32)]
        for side in (i for i in range(3) if self.periodic and i != axis):
            faces = np.stack([self.labels.take(end, side).ravel() for end in (0, -1)])
            pairs.append(np.unique(faces[:, (faces != 0).all(axis=0)], axis=1))
        low, high = np.concatenate(pairs, axis=1)
        size = self.count + 1
        graph = coo_array((np.ones(len(low), dtype=np.int8), (low, high)), shape=(size, size))
        return np.asarray(connected_components(graph, directed=False)[1])


def image_columns(
    image: SegmentedImage,
    values: Mapping[str, float],
    axes: Sequence[int],
    relative_tolerance: float,
    periodic_sides: bool,
) -> list[Column]:
    """Columns of the tensor; collective, and the axes are shared out among the ranks.

    Raises:
        InputError: nothing reaches from face to face, or too many phases.
        MachineError: the machine has not the memory for it.
    """
    comm = image.comm
    _require_memory(image.image.shape, min(comm.size, len(axes)))
    found: list[Column] | Exception = []
    try:
        found = _columns(image, values, axes[comm.rank :: comm.size], relative_tolerance, periodic_sides)
    except Exception as error:  # raised again below, on all ranks
        found = error
    by_rank = comm.allgather(found)
    for outcome in by_rank:
        if isinstance(outcome, Exception):
            raise outcome
    return [by_rank[i % comm.size][i // comm.size] for i in range(len(axes))]


def _require_memory(shape: Sequence[int], ranks: int) -> None:
    need = BYTES * math.prod(shape) * ranks
    have = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    if need > have:
        raise MachineError(
            f"an image of {' x '.join(map(str, shape))} voxels needs {need / 1e9:.3g} GB on "
            f"{ranks} rank{'s' if ranks > 1 else ''}, and this machine has {have / 1e9:.3g} GB; crop it "
            "(--crop), bin it (--bin), or use fewer ranks."
        )


def _columns(
    image: SegmentedImage,
    values: Mapping[str, float],
    axes: Sequence[int],
    relative_tolerance: float,
    periodic_sides: bool,
) -> list[Column]:
    if len(values) > MOST_PHASES:
        raise InputError(f"{len(values)} phases conduct, above {MOST_PHASES}; give fewer of them a value.")
    parts, shares = _kept(image, tuple(values), axes, periodic_sides)
    conductivities = [0.0, *values.values()]
    edges = [edge / min(image.voxel_size) for edge in image.voxel_size]
    columns = []
    for axis, share in zip(axes, shares, strict=True):
        box = ConductingImage(parts.pop(0), conductivities, edges, axis, periodic_sides)
        found = box.bounds(relative_tolerance)
        columns.append(
            Column(
                found.flux,
                found.lower,
                found.upper,
                found.finite_volumes,
                share,
                found.unknowns,
                found.iterations,
            )
        )
    return columns


def _kept(
    image: SegmentedImage, names: Sequence[str], axes: Sequence[int], periodic: bool
) -> tuple[list[Codes], list[float]]:
    """Codes of what reaches both faces, and its share, by axis; one array where nothing is left out."""
    codes = np.zeros(image.image.shape, dtype=np.uint8)
    for number, name in enumerate(names, start=1):
        codes[image.image == image.values[name]] = number
    groups = Groups.of(codes != 0, periodic)
    sizes = groups.sizes()
    parts, shares = [], []
    for axis in axes:
        spans = groups.through(axis)
        if not spans.any():
            raise not_connected(names, (axis,), sum(image.fractions[name] for name in names))
        parts.append(codes if spans[1:].all() else _of_groups(codes, groups, spans))
        shares.append(float(sizes[spans].sum() / sizes.sum()))
    return parts, shares


def _of_groups(codes: Codes, groups: Groups, spans: npt.NDArray[np.bool_]) -> Codes:
    kept = codes.copy()
    for plane, labels in zip(kept, groups.labels, strict=True):
        plane *= spans[labels]
    return kept
