"""Cells of a particle drawn towards its surface, where lithium and stress are steep.

In a fast charge the lithium profile is a layer under the surface that is thinner than a cell for the
first seconds. More layers would cost cells with the square of their thickness; moving the nodes that are
there costs nothing: a depth d below the surface of a sphere of radius R becomes R (d/R)^p.
"""

from __future__ import annotations

import numpy as np

from .curving import EDGES, Ball, CurvedMesh

ON_SURFACE = 1e-6
"""Depth over radius up to which a node counts as lying on the sphere."""


def draw_to_surface(mesh: CurvedMesh, ball: Ball, radius: float, exponent: float) -> None:
    """Move the inner nodes of a whole sphere outwards along their radii; edges inside stay straight.

    Args:
        mesh: the mesh; its nodes are changed in place.
        ball: the particle; the nodes of its surface stay where they are.
        radius: R, in the unit of the mesh.
        exponent: p >= 1; 1 moves nothing.
    """
    inner = np.zeros(len(mesh.nodes), dtype=bool)
    arm = mesh.nodes[ball.nodes] - ball.centre
    distance = np.linalg.norm(arm, axis=1)
    depth = np.clip(1.0 - distance / radius, 0.0, 1.0)
    inner[ball.nodes] = depth > ON_SURFACE
    moved = inner[ball.nodes] & (distance > 0.0)
    factor = (1.0 - depth[moved] ** exponent) * radius / distance[moved]
    mesh.nodes[ball.nodes[moved]] = ball.centre + factor[:, None] * arm[moved]
    middle = ball.cells[:, 4:]
    straight = 0.5 * (mesh.nodes[ball.cells[:, EDGES[:, 0]]] + mesh.nodes[ball.cells[:, EDGES[:, 1]]])
    mesh.nodes[middle[inner[middle]]] = straight[inner[middle]]
