"""Parts of a scene in the pieces that a page draws: triangles of surfaces, tetrahedra to cut through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.scenes.scene import PARTICLE

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

_TETRA, _QUADRATIC = 10, 24
# Of a tetrahedron in the order of VTK: corners of each face, and the nodes amid the edges after each corner.
_FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
_AMID = np.array([[6, 5, 4], [4, 8, 7], [5, 9, 8], [6, 7, 9]])


@dataclass(frozen=True)
class Pieces:
    """What is drawn of a part.

    Attributes:
        points: in the unit of display, shape (points, 3).
        triangles: of its surface, shape (triangles, 3).
        cell_of_triangle: cell of the grid behind each, shape (triangles,).
        tetrahedra: with 4 or 10 nodes, shape (cells, 4 or 10); none of a part that is a surface.
        cell_of_tetrahedron: shape (cells,).
        kept: points of the grid that are ``points``, shape (points,).
    """

    points: Array
    triangles: Array
    cell_of_triangle: Array
    tetrahedra: Array
    cell_of_tetrahedron: Array
    kept: Array


def pieces_of(grid: pv.DataSet, curved: bool = True, solid: bool = True) -> Pieces:
    """Take the grid of a part to pieces.

    Args:
        grid: of a scene.
        curved: with the nodes amid edges, where there are any.
        solid: with its inside, so that it can be cut through.
    """
    import pyvista as pv

    if isinstance(grid, pv.PolyData):
        triangles = grid.regular_faces
        rows = np.arange(len(triangles))
        return _compact(grid, triangles, rows, np.zeros((0, 4), dtype=np.int64), rows[:0])
    cells = grid.cells_dict
    if 5 in cells:
        return _compact(
            grid, cells[5], np.arange(grid.n_cells), np.zeros((0, 4), dtype=np.int64), np.zeros(0, int)
        )
    if not {*cells} <= {_TETRA, _QUADRATIC}:
        split = grid.copy()
        split.cell_data["whole"] = np.arange(grid.n_cells)
        split = split.triangulate()
        tetrahedra, cell = split.cells_dict[_TETRA], np.asarray(split["whole"])
    else:
        (tetrahedra,), cell = cells.values(), np.arange(grid.n_cells)
    tetrahedra = tetrahedra if curved else tetrahedra[:, :4]
    triangles, owner = _surface(tetrahedra)
    inside = tetrahedra if solid else tetrahedra[:0]
    return _compact(grid, triangles, cell[owner], inside, cell[: len(inside)])


def particle_of(grid: pv.DataSet, cells: Array) -> Array:
    """Particle of some cells."""
    return np.asarray(grid.cell_data[PARTICLE])[cells]


def _surface(tetrahedra: Array) -> tuple[Array, Array]:
    """Triangles of the faces that only one tetrahedron has, and that tetrahedron."""
    faces = tetrahedra[:, _FACES].reshape(-1, 3)
    _, first, times = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True)
    outer = np.sort(first[times == 1])
    owner = outer // 4
    corners = faces[outer]
    if tetrahedra.shape[1] == 4:
        return corners, owner
    amid = np.take_along_axis(tetrahedra[owner], _AMID[outer % 4], axis=1)
    (a, b, c), (ab, bc, ca) = corners.T, amid.T
    four = np.stack([(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)], axis=0)
    return np.moveaxis(four, -1, 0).reshape(-1, 3), np.repeat(owner, 4)


def _compact(
    grid: pv.DataSet, triangles: Array, of_triangle: Array, tetrahedra: Array, of_tetra: Array
) -> Pieces:
    """Leave out the points that nothing names."""
    kept, places = np.unique(np.concatenate([triangles.ravel(), tetrahedra.ravel()]), return_inverse=True)
    first, second = places[: triangles.size], places[triangles.size :]
    return Pieces(
        np.asarray(grid.points)[kept],
        first.reshape(triangles.shape),
        of_triangle,
        second.reshape(tetrahedra.shape),
        of_tetra,
        kept,
    )
