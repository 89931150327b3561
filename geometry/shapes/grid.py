"""Labels on the grid of the mesh: sampling, and clearing away what cannot be meshed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from chemomech.errors import InputError

from .distances import Distances
from .region import Region

FloatArray = npt.NDArray[np.float64]
LabelArray = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]

DIAGONAL_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class LabelGrid:
    """One label per cell of a grid over the electrode.

    Attributes:
        labels: 0 matrix, 1 to n the particles, shape (nx, ny, nz).
        edges: places of the grid's planes along x, y and z [um].
    """

    labels: LabelArray
    edges: tuple[FloatArray, FloatArray, FloatArray]

    @property
    def spacing(self) -> FloatArray:
        """Smallest spacing along each axis [um], shape (3,)."""
        return np.array([float(np.diff(edge).min()) for edge in self.edges])

    def middles(self) -> FloatArray:
        """Middles of the cells [um], shape (nx * ny * nz, 3)."""
        places = [0.5 * (edge[1:] + edge[:-1]) for edge in self.edges]
        return np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class Cleared:
    """What clearing changed, in cells of the grid.

    Attributes:
        dropped: labels of which nothing was left.
        fragments: number of smaller pieces, cut off from their particle, that became matrix.
        kept_share: share of each particle's cells that is left, shape (n,); 0 where dropped.
        gained: cells of matrix enclosed in particles that became part of each, shape (n,).
        flipped: cells given to the matrix where a particle touched itself only along an edge.
    """

    dropped: tuple[int, ...]
    fragments: int
    kept_share: FloatArray
    gained: IntArray
    flipped: int


def grid_edges(region: Region, size: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Planes of a grid of about the given spacing [um]; the outermost cells in z are the layers of matrix."""
    box = region.box
    width, depth = (np.linspace(0.0, box[axis], max(2, round(box[axis] / size)) + 1) for axis in (0, 1))
    inner = box[2] - 2.0 * region.layer
    height = region.layer + np.linspace(0.0, inner, max(1, round(inner / size)) + 1)
    return width, depth, np.concatenate([[0.0], height, [box[2]]])


def sample(distances: Distances, edges: tuple[FloatArray, FloatArray, FloatArray]) -> LabelGrid:
    """Give every cell the label whose distance is largest in its middle; the layers in z are matrix."""
    region = distances.region
    shape = tuple(len(edge) - 1 for edge in edges)
    grid = LabelGrid(np.zeros(shape, dtype=np.int32), edges)
    middles = grid.middles().reshape(*shape, 3)
    best = _at(distances, 0, middles)
    size = np.array([np.diff(edge).max() for edge in edges])
    for label, box in enumerate(ndimage.find_objects(region.labels), start=1):
        low = np.array([edge.start for edge in box]) * region.spacing - size
        high = np.array([edge.stop for edge in box]) * region.spacing + size
        low[2] += region.low
        high[2] += region.low
        window = tuple(
            slice(max(int(np.searchsorted(edge, a)) - 1, 0), int(np.searchsorted(edge, b)) + 1)
            for edge, a, b in zip(edges, low, high, strict=True)
        )
        points = middles[window]
        here = _at(distances, label, points)
        better = here > best[window]
        grid.labels[window][better] = label
        best[window][better] = here[better]
    grid.labels[:, :, [0, -1]] = 0
    return grid


def _at(distances: Distances, label: int, points: FloatArray) -> FloatArray:
    flat = points.reshape(-1, 3)
    return distances.at(np.full(len(flat), label), flat).reshape(points.shape[:-1])


def clear(grid: LabelGrid, particles: int, least_cells: int) -> tuple[LabelGrid, Cleared]:
    """Take away what cannot be meshed or solved on.

    Pieces cut off from the largest piece of their particle, and pieces of fewer than `least_cells` cells,
    become matrix. Matrix that is not joined through cell faces to the largest piece becomes the particle that
    it shares most faces with. Where cells of one region touch only along an edge, a cell is given to the
    other side.

    Raises:
        InputError: nothing is left of any particle.
    """
    labels = grid.labels.copy()
    flipped = _part_diagonals(labels)
    kept_share, fragments = np.zeros(particles), 0
    for label, box in enumerate(ndimage.find_objects(labels, particles), start=1):
        if box is None:
            continue
        pieces, count = ndimage.label(labels[box] == label)
        sizes = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
        kept = int(np.argmax(sizes)) + 1 if sizes.max() >= least_cells else 0
        labels[box][(pieces > 0) & (pieces != kept)] = 0
        fragments += count - 1 if kept else 0
        kept_share[label - 1] = sizes[kept - 1] / sizes.sum() if kept else 0.0
    if not kept_share.any():
        raise InputError(
            f"nothing is left of {particles} particles on a grid of {grid.spacing.max():.3g} um, of which "
            f"each must have {least_cells} cells; choose a smaller size."
        )
    gained = _fill(labels, particles)
    dropped = tuple(int(label) + 1 for label in np.flatnonzero(kept_share == 0.0))
    return LabelGrid(labels, grid.edges), Cleared(dropped, fragments, kept_share, gained, flipped)


def _fill(labels: LabelArray, particles: int) -> IntArray:
    pieces, _ = ndimage.label(labels == 0)
    # The layers hold together through the electrode; what neither of them reaches is closed in.
    open_pieces = np.union1d(pieces[:, :, 0], pieces[:, :, -1])
    gained = np.zeros(particles, dtype=np.int64)
    for piece, box in enumerate(ndimage.find_objects(pieces), start=1):
        if piece in open_pieces:
            continue
        wide = tuple(slice(max(edge.start - 1, 0), edge.stop + 1) for edge in box)
        inside = pieces[wide] == piece
        around = labels[wide][ndimage.binary_dilation(inside) & ~inside]
        label = int(np.bincount(around[around > 0]).argmax())
        labels[wide][inside] = label
        gained[label - 1] += int(inside.sum())
    return gained


def _part_diagonals(labels: LabelArray) -> int:
    """Part regions that touch themselves only along a line between two others."""
    flipped = 0
    for _ in range(DIAGONAL_ROUNDS):
        changed = 0
        for axis in range(3):
            view = np.moveaxis(labels, axis, 0)  # 2 x 2 blocks in the last two axes
            inner = view[:, 1:, 1:], view[:, :-1, :-1], view[:, 1:, :-1], view[:, :-1, 1:]
            for one, other, beside, opposite in (inner, (inner[2], inner[3], inner[0], inner[1])):
                # A particle gives way to matrix rather than the reverse, so that gaps stay open.
                bad = (one == other) & (one != beside) & (one != opposite) & (one > 0)
                bad &= (beside == 0) | (opposite == 0)
                if bad.any():
                    one[bad] = 0
                    changed += int(bad.sum())
        flipped += changed
        if not changed:
            break
    return flipped
