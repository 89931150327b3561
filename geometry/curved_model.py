"""Between gmsh's model and the arrays on which curved cells are made sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .curving import Ball, CurvedMesh, match_volume, relative_jacobians, straighten_inverted
from .gaps import MICROMETRES, Surroundings
from .gmsh_solids import Solids
from .grading import draw_to_surface
from .layout import Layout

IntArray = npt.NDArray[np.int64]

TEN_NODE_TETRAHEDRON = 11
ROUNDS = 12
SOUND = 0.02  # smallest relative Jacobian that is accepted in the end
ROOMY = 0.2  # gap over radius at which a surface may swell half as much as in the open


def read_curved_mesh(gmsh: Any) -> CurvedMesh:
    """Copy nodes and ten-node tetrahedra of the current model."""
    numbers, coordinates, _ = gmsh.model.mesh.getNodes()
    nodes = np.zeros((int(numbers.max()) + 1, 3))
    nodes[numbers.astype(np.int64)] = coordinates.reshape(-1, 3)
    return CurvedMesh(nodes, _cells(gmsh, -1))


def make_sound(gmsh: Any, solids: Solids, layout: Layout, grading: float = 1.0) -> int:
    """Remove inverted cells and give every particle its exact volume; changes the current model.

    Args:
        gmsh: the module, with the current model of second order.
        solids: tags of the volumes.
        layout: the particles.
        grading: exponent by which cells of separate, whole particles are drawn to their surfaces.

    Returns:
        Number of curved edges that were straightened, wholly or in part.

    Raises:
        RuntimeError: a cell stays inverted.
    """
    mesh = read_curved_mesh(gmsh)
    before = mesh.nodes.copy()
    balls = list(_balls(gmsh, mesh, solids, layout))
    if grading != 1.0:
        for ball, radius in zip(balls, layout.radii * MICROMETRES, strict=True):
            if ball.whole:
                draw_to_surface(mesh, ball, float(radius), grading)
    straightened = straighten_inverted(mesh)
    # Swelling a particle may press it into a neighbour's cells, straightening takes volume away: a few
    # rounds settle both, the last word being the volume's.
    for _ in range(ROUNDS):
        for ball in balls:
            match_volume(mesh, ball)
        changed = straighten_inverted(mesh)
        straightened = max(straightened, changed)
        if not changed:
            break
    for ball in balls:
        match_volume(mesh, ball)
    worst = float(relative_jacobians(mesh).min())
    if worst < SOUND:
        raise RuntimeError(f"a cell stays inverted (smallest relative Jacobian {worst:.3g})")
    for node in np.flatnonzero((mesh.nodes != before).any(axis=1)):
        gmsh.model.mesh.setNode(int(node), mesh.nodes[node], [])
    return straightened


def _balls(gmsh: Any, mesh: CurvedMesh, solids: Solids, layout: Layout) -> Iterator[Ball]:
    around = Surroundings(layout) if len(layout) else None
    for particle, volume in enumerate(solids.particles):
        assert around is not None
        cells = _cells(gmsh, volume)
        nodes = np.unique(cells)
        room = np.ones(len(nodes))
        exact = gmsh.model.occ.getMass(3, volume)
        if solids.matrix:
            # Little where a neighbour is near, so that the two sides of a gap cannot meet.
            owner = np.full(len(nodes), particle)
            gap = around.gap(around.on_surface(mesh.nodes[nodes], owner), owner)
            room = gap / (gap + ROOMY * around.radii[particle])
        fixed = _fixed_nodes(gmsh, volume)
        room[np.isin(nodes, fixed)] = 0.0
        yield Ball(cells, nodes, around.centres[particle], room, float(exact), whole=not len(fixed))


def _fixed_nodes(gmsh: Any, volume: int) -> IntArray:
    """Nodes on faces that are no spheres - necks, collars, walls - with those of their rims."""
    flat = [
        face
        for _, face in gmsh.model.getBoundary([(3, volume)], oriented=False)
        if gmsh.model.getType(2, face) != "Sphere"
    ]
    nodes = [gmsh.model.mesh.getNodes(2, face, includeBoundary=True)[0] for face in flat]
    return np.concatenate(nodes).astype(np.int64) if nodes else np.empty(0, dtype=np.int64)


def _cells(gmsh: Any, volume: int) -> IntArray:
    nodes = gmsh.model.mesh.getElementsByType(TEN_NODE_TETRAHEDRON, volume)[1]
    return np.asarray(nodes, dtype=np.int64).reshape(-1, 10)
