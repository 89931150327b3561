"""Particles as gmsh solids: spheres, cut at the planes of their necks, with collars (micrometres)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from .contacts.necks import Neck, necks_of
from .gaps import MICROMETRES
from .layout import Layout

FloatArray = npt.NDArray[np.float64]

TURNS = 300  # orientations looked at for each sphere
SEAM_POINTS = 60
INTO_SPHERE = 0.5  # where a collar starts inside its sphere: share of the distance from centre to circle
Z_AXIS = np.array([0.0, 0.0, 1.0])


def add_particles(gmsh: Any, layout: Layout, seed: int = 1) -> list[tuple[int, int]]:
    """Add one solid per particle to the current model, in the order of the layout.

    Every sphere in OpenCASCADE has a seam from pole to pole, which becomes a line of the mesh. Where it
    grazes the circle of a neck or of a wall it leaves slivers, so that spheres with circles are turned.

    Args:
        gmsh: the module, with the model current.
        layout: the particles; pairs in its contact list are joined.
        seed: seed of the orientations tried.

    Returns:
        Dimension and number of each solid. Joined solids touch in the plane of their neck.

    Raises:
        RuntimeError: cutting left not one solid of a particle.
    """
    necks = necks_of(layout)
    generator = np.random.default_rng(seed)
    return [_particle(gmsh, layout, necks, particle, generator) for particle in range(len(layout))]


def circles_on(layout: Layout, necks: Sequence[Neck], particle: int) -> tuple[FloatArray, FloatArray]:
    """Directions, shape (k, 3), and half angles, shape (k,), of the circles that are drawn on a sphere."""
    radius = float(layout.radii[particle])
    directions, distances = [], []
    for axis in range(3):
        for sign, offset in ((-1.0, layout.centres[particle, axis]), (1.0, None)):
            far = layout.box[axis] - layout.centres[particle, axis] if offset is None else offset
            if abs(far) < radius:
                directions.append(sign * np.eye(3)[axis])
                distances.append(float(far))
    for neck in necks:
        if particle in (neck.first, neck.second):
            apart = float(np.linalg.norm(layout.centres[neck.second] - layout.centres[neck.first]))
            own = neck.first == particle
            distance = neck.plane if own else apart - neck.plane - neck.length
            if abs(distance) < radius:
                directions.append(neck.axis if own else -neck.axis)
                distances.append(distance)
    angles = np.arccos(np.clip(np.array(distances) / radius, -1.0, 1.0))
    return np.array(directions).reshape(-1, 3), angles


def _particle(
    gmsh: Any, layout: Layout, necks: Sequence[Neck], particle: int, generator: np.random.Generator
) -> tuple[int, int]:
    occ = gmsh.model.occ
    centre, radius = layout.centres[particle] * MICROMETRES, float(layout.radii[particle]) * MICROMETRES
    directions, angles = circles_on(layout, necks, particle)
    if not len(directions):
        return (3, int(occ.addSphere(*centre, radius)))
    solid = (3, int(occ.addSphere(0.0, 0.0, 0.0, radius)))
    turn = _best_turn(directions, angles, generator).as_rotvec()
    length = float(np.linalg.norm(turn))
    if length > 0.0:
        occ.rotate([solid], 0, 0, 0, *(turn / length), length)
    occ.translate([solid], *centre)
    own = [neck for neck in necks if particle in (neck.first, neck.second)]
    collars = [_collar(gmsh, layout, neck) for neck in own if neck.second == particle and neck.length > 0.0]
    if collars:
        pieces, _ = occ.fuse([solid], collars)
        solid = _only(pieces, layout, particle, "adding its collars")
    tools = [_beyond(gmsh, layout, neck, particle) for neck in own if _reaches_over(layout, neck, particle)]
    if tools:
        pieces, _ = occ.cut([solid], tools)
        solid = _only(pieces, layout, particle, "cutting it at its necks")
    return solid


def _reaches_over(layout: Layout, neck: Neck, particle: int) -> bool:
    """Whether a sphere goes beyond the plane of a neck; a collar's owner does if they overlap much."""
    if neck.length == 0.0 or neck.first == particle:
        return True
    apart = float(np.linalg.norm(layout.centres[neck.second] - layout.centres[neck.first]))
    return float(layout.radii[particle]) > apart - neck.plane


def _only(pieces: Sequence[tuple[int, int]], layout: Layout, particle: int, doing: str) -> tuple[int, int]:
    if len(pieces) != 1:
        raise RuntimeError(f"{doing} left {len(pieces)} pieces of particle {layout.ids[particle]}")
    return pieces[0]


def _collar(gmsh: Any, layout: Layout, neck: Neck) -> tuple[int, int]:
    """Cylinder from the plane of a neck into the sphere that it belongs to."""
    occ = gmsh.model.occ
    inwards = float(np.sqrt(layout.radii[neck.second] ** 2 - neck.radius**2)) * INTO_SPHERE
    height = (neck.length + inwards) * MICROMETRES
    solid = (3, int(occ.addCylinder(0, 0, 0, 0, 0, height, neck.radius * MICROMETRES)))
    _place(occ, solid, neck.axis, neck.centre(layout) * MICROMETRES)
    return solid


def _beyond(gmsh: Any, layout: Layout, neck: Neck, particle: int) -> tuple[int, int]:
    """Box of what lies beyond the plane of a neck, seen from a particle."""
    occ = gmsh.model.occ
    apart = float(np.linalg.norm(layout.centres[neck.second] - layout.centres[neck.first]))
    if neck.length > 0.0:  # only the cap under the collar
        half, deep = 1.3 * neck.radius * MICROMETRES, layout.radii[particle] * MICROMETRES
    else:
        # The same for both sides, so that both faces come out with the same axes.
        half = 3.0 * (max(layout.radii[neck.first], layout.radii[neck.second]) + apart) * MICROMETRES
        deep = half
    low = 0.0 if particle == neck.first else -deep
    solid = (3, int(occ.addBox(-half, -half, low, 2.0 * half, 2.0 * half, deep)))
    _place(occ, solid, neck.axis, neck.centre(layout) * MICROMETRES)
    return solid


def _place(occ: Any, solid: tuple[int, int], axis: FloatArray, at: FloatArray) -> None:
    """Turn z into the axis and move the origin to a point."""
    hinge = np.cross(Z_AXIS, axis)
    sine = float(np.linalg.norm(hinge))
    if sine > 1e-12:
        occ.rotate([solid], 0, 0, 0, *(hinge / sine), float(np.arctan2(sine, axis[2])))
    elif axis[2] < 0.0:
        occ.rotate([solid], 0, 0, 0, 1, 0, 0, np.pi)
    occ.translate([solid], *at)


def _best_turn(directions: FloatArray, angles: FloatArray, generator: np.random.Generator) -> Rotation:
    """Orientation in which the seam stays clear of the circles, or else crosses them steeply."""
    latitude = np.linspace(-0.5 * np.pi, 0.5 * np.pi, SEAM_POINTS)
    seam = np.column_stack([np.cos(latitude), np.zeros(SEAM_POINTS), np.sin(latitude)])
    turns = Rotation.random(TURNS, random_state=generator)
    points = np.einsum("tij,sj->tsi", turns.as_matrix(), seam)
    outside = np.arccos(np.clip(points @ directions.T, -1.0, 1.0)) - angles  # (turns, points, circles)
    nearest = np.abs(outside.min(axis=1))  # grazing if near zero, from either side
    ends = np.abs(outside[:, [0, -1]]).min(axis=1)
    clear = (outside.min(axis=1) > 0.0).sum(axis=1)
    score = np.minimum(nearest, ends).min(axis=1).clip(max=0.3) + 0.05 * clear / len(angles)
    return turns[int(np.argmax(score))]
