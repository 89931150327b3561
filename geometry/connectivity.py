"""Whether cells and facets of a mesh from elsewhere hang together, before a library takes them on trust."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
"""Corners of the edges of a tetrahedron, in the order of its mid-edge nodes 4 to 9 (VTK)."""

FACES = ((1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2))
TRIANGLE_EDGES = ((0, 1), (1, 2), (0, 2))

FILLED = 1e-3
"""Largest relative difference between the volume of the cells and that of their box [-]."""


def require_nodes(rows: IntArray, count: int, what: str, name: str) -> None:
    """Refuse cells or facets that name nodes which are not there, or one twice.

    Args:
        rows: their nodes, shape (n, nodes of each).
        count: number of nodes of the file.
        what: ``"tetrahedra"`` or ``"triangles"``.
        name: how messages call the mesh.

    Raises:
        InputError: naming the first of them.
    """
    bad = np.flatnonzero(((rows < 0) | (rows >= count)).any(axis=1))
    ordered = np.sort(rows, axis=1)
    twice = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    for row, why in ((bad, "names a node that is not there"), (twice, "names a node twice")):
        if row.size:
            raise InputError(
                f"one of the {what} of mesh {name}, number {row[0] + 1}, {why}; write the mesh anew."
            )


def require_connected(cells: IntArray, facets: IntArray, name: str) -> None:
    """Refuse cells that do not share faces and edges as those of a mesh do.

    Args:
        cells: nodes of tetrahedra, shape (n, 4) or (n, 10).
        facets: nodes of triangles, shape (m, 3) or (m, 6).
        name: how messages call the mesh.

    Raises:
        InputError: for a face of more than two cells, a triangle that is no face of a cell, or an edge with
            two mid-edge nodes.
    """
    faces, counts = np.unique(
        np.sort(cells[:, np.array(FACES)].reshape(-1, 3), axis=1), axis=0, return_counts=True
    )
    if counts.max(initial=0) > 2:
        raise InputError(f"mesh {name} has a face that {counts.max()} tetrahedra share; write the mesh anew.")
    known = {tuple(face) for face in faces.tolist()}
    corners = np.sort(facets[:, :3], axis=1).tolist()
    if any(tuple(triangle) not in known for triangle in corners):
        raise InputError(
            f"mesh {name} has a marked triangle that is no face of a tetrahedron; write it anew."
        )
    if cells.shape[1] == 10:
        _require_edges(cells, facets, name)


def require_filled(volume: float, box: float, name: str) -> None:
    """Refuse cells that overlap, or leave holes.

    Args:
        volume: of all cells.
        box: of the electrode and the separator together.
        name: how messages call the mesh.

    Raises:
        InputError: when they differ.
    """
    if not abs(volume / box - 1.0) <= FILLED:
        raise InputError(
            f"the cells of mesh {name} have {volume / box:.4g} times the volume of its box; a half cell "
            "is filled "
            "by cells that do not overlap: write the mesh anew."
        )


def _require_edges(cells: IntArray, facets: IntArray, name: str) -> None:
    def triples(rows: IntArray, edges: tuple[tuple[int, int], ...], first: int) -> IntArray:
        ends = np.sort(rows[:, np.array(edges)].reshape(-1, 2), axis=1)
        return np.column_stack([ends, rows[:, first : first + len(edges)].reshape(-1)])

    found = np.unique(np.concatenate([triples(cells, EDGES, 4), triples(facets, TRIANGLE_EDGES, 3)]), axis=0)
    count = len(found)
    if len(np.unique(found[:, :2], axis=0)) != count or len(np.unique(found[:, 2])) != count:
        raise InputError(
            f"mesh {name} has an edge with two nodes in its middle, or a node in the middle of two edges; "
            "write "
            "the mesh anew."
        )
