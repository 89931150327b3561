"""Curved (ten-node) tetrahedra made sound: no inverted element, and the exact volume of every particle.

gmsh puts the mid-edge nodes of particle surfaces on the spheres. Where the size is large against the
radius or the gap, a curved face then bulges through its neighbour. Here such edges are straightened, as
little as needed, and each particle is afterwards swollen about its centre until its volume is that of
the sphere, so that the amount of lithium does not depend on the mesh.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import factorial

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# gmsh's order of the mid-edge nodes of a ten-node tetrahedron: node 4 + k lies between these corners.
EDGES = np.array([(0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)])
SMALLEST_JACOBIAN = 0.05  # wanted: smallest Jacobian of a cell over that of the straight cell
STRAIGHTENING = 0.7  # factor on the bulge of the edges of a bad cell, per pass
PASSES = 30
SWELLING_STEPS = 20
LARGEST_SWELLING = 0.03  # share of the radius that one step may move a surface
CHUNK = 40_000


@dataclass(eq=False)
class CurvedMesh:
    """Nodes and ten-node tetrahedra.

    Attributes:
        nodes: coordinates, shape (n, 3); changed in place by the functions below.
        cells: node numbers in gmsh's order, shape (m, 10).
    """

    nodes: FloatArray
    cells: IntArray


def relative_jacobians(mesh: CurvedMesh, cells: IntArray | None = None) -> FloatArray:
    """Lower bound of the Jacobian in each cell over the Jacobian of the cell with straight edges.

    The Jacobian of a ten-node tetrahedron is a cubic polynomial; its smallest Bernstein coefficient is
    a bound that holds everywhere in the cell, not only at sample points (as in Johnen, Remacle and
    Geuzaine, J. Comput. Phys. 233, 2013, 359). 1 for straight cells.
    """
    wanted = mesh.cells if cells is None else cells
    parts = [_jacobian_bounds(mesh.nodes[wanted[k : k + CHUNK]]) for k in range(0, len(wanted), CHUNK)]
    return np.concatenate(parts) if parts else np.empty(0)


def straighten_inverted(mesh: CurvedMesh) -> int:
    """Straighten the curved edges of cells whose Jacobian comes near zero, as little as needed.

    Returns:
        Number of edges that were changed.
    """
    middle = mesh.cells[:, 4:]
    straight = 0.5 * (mesh.nodes[mesh.cells[:, EDGES[:, 0]]] + mesh.nodes[mesh.cells[:, EDGES[:, 1]]])
    bulge = np.zeros_like(mesh.nodes)
    bulge[middle.reshape(-1)] = (mesh.nodes[middle] - straight).reshape(-1, 3)
    chord = mesh.nodes - bulge
    share = np.ones(len(mesh.nodes))
    curved_node = np.linalg.norm(bulge, axis=1) > 1e-9
    curved_cells = mesh.cells[curved_node[middle].any(axis=1)]
    bounds = relative_jacobians(mesh, curved_cells)
    for sweep in range(PASSES):
        bad = curved_cells[bounds < SMALLEST_JACOBIAN]
        if not len(bad):
            break
        edges = np.unique(bad[:, 4:])
        share[edges] = 0.0 if sweep == PASSES - 1 else share[edges] * STRAIGHTENING
        mesh.nodes[edges] = chord[edges] + share[edges, None] * bulge[edges]
        moved = np.zeros(len(mesh.nodes), dtype=bool)
        moved[edges] = True
        touched = moved[curved_cells[:, 4:]].any(axis=1)
        bounds[touched] = relative_jacobians(mesh, curved_cells[touched])
    return int(np.count_nonzero(share < 1.0))


def volumes(mesh: CurvedMesh, cells: IntArray) -> FloatArray:
    """Exact volume of curved cells, shape (len(cells),)."""
    parts = [_control_jacobians(mesh.nodes[cells[k : k + CHUNK]]) for k in range(0, len(cells), CHUNK)]
    # Every Bernstein polynomial of degree 3 has the same integral over the unit tetrahedron, 1/6 / 20.
    return np.concatenate(parts).mean(axis=1) / 6.0 if parts else np.empty(0)


@dataclass(frozen=True, eq=False)
class Ball:
    """One particle of a curved mesh.

    Attributes:
        cells: its cells, shape (m, 10).
        nodes: the nodes of these cells, shape (k,).
        centre: its centre, shape (3,).
        room: how far each node may move against the others, between 0 and 1, shape (k,).
        volume: the volume it is to have.
        whole: whether its surface is the whole sphere, without necks and cuts.
    """

    cells: IntArray
    nodes: IntArray
    centre: FloatArray
    room: FloatArray
    volume: float
    whole: bool = True


def match_volume(mesh: CurvedMesh, ball: Ball) -> None:
    """Swell or shrink a particle about its centre until its volume is right.

    Each node moves along its radius by a share of its distance from the centre, the share being one
    number times the room that the node has. The number is found by the secant method; the first slope is
    the one that the mean room would give. A particle without room stays as it is.
    """
    arm = (mesh.nodes[ball.nodes] - ball.centre) * ball.room[:, None]
    if not arm.any():
        return
    start = mesh.nodes[ball.nodes]
    volume = float(volumes(mesh, ball.cells).sum())
    slope, share = 3.0 * volume * float(ball.room.mean()), 0.0
    for _ in range(SWELLING_STEPS):
        step = float(np.clip((ball.volume - volume) / slope, -LARGEST_SWELLING, LARGEST_SWELLING))
        if abs(step) < 1e-15:
            break
        share += step
        mesh.nodes[ball.nodes] = start + share * arm
        before, volume = volume, float(volumes(mesh, ball.cells).sum())
        if volume == before:
            break
        slope = (volume - before) / step


@cache
def _tables() -> tuple[FloatArray, FloatArray]:
    """Shape-function gradients at the cubic lattice, and lattice values -> Bernstein coefficients."""
    lattice = [index for index in product(range(4), repeat=4) if sum(index) == 3]
    points = np.array(lattice) / 3.0  # barycentric
    bernstein = np.array(
        [
            [
                6.0 / np.prod([factorial(k) for k in index]) * np.prod(point ** np.array(index))
                for index in lattice
            ]
            for point in points
        ]
    )
    corner = np.array([[-1.0, -1.0, -1.0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])  # d(barycentric)/d(reference)
    gradients = np.empty((len(points), 10, 3))
    for k in range(4):
        gradients[:, k] = (4.0 * points[:, k, None] - 1.0) * corner[k]
    for k, (first, second) in enumerate(EDGES, start=4):
        gradients[:, k] = 4.0 * (
            points[:, first, None] * corner[second] + points[:, second, None] * corner[first]
        )
    return gradients, np.linalg.inv(bernstein)


def _control_jacobians(coordinates: FloatArray) -> FloatArray:
    gradients, to_bernstein = _tables()
    jacobian = np.einsum("cni,pnj->cpij", coordinates, gradients, optimize=True)
    return np.linalg.det(jacobian) @ to_bernstein.T


def _jacobian_bounds(coordinates: FloatArray) -> FloatArray:
    corners = coordinates[:, 1:4] - coordinates[:, :1]
    # Against the absolute value: a cell that is inverted although straight must come out negative.
    return _control_jacobians(coordinates).min(axis=1) / np.abs(np.linalg.det(corners))
