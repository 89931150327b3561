"""Where an instrument looks: directions, points in spheres, rays onto an electrode, cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.errors import InputError
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray


def directions(count: int) -> Array:
    """Unit vectors spread evenly over the sphere (Fibonacci lattice), shape (count, 3)."""
    k = np.arange(count) + 0.5
    z = 1.0 - 2.0 * k / count
    angle = np.pi * (1.0 + np.sqrt(5.0)) * k
    ring = np.sqrt(1.0 - z**2)
    return np.column_stack([ring * np.cos(angle), ring * np.sin(angle), z])


def random_directions(count: int, rng: np.random.Generator) -> Array:
    """Independent unit vectors, shape (count, 3)."""
    raw = rng.normal(size=(count, 3))
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def ball_rule(shells: int = 6, per_shell: int = 26) -> tuple[Array, Array]:
    """Points in the unit ball and weights that sum to 1, exact for polynomials in r of degree 2 shells - 3.

    Returns:
        Points (shells * per_shell, 3), and weights.
    """
    node, weight = np.polynomial.legendre.leggauss(shells)
    r, w = 0.5 * (node + 1.0), 0.5 * weight
    share = 3.0 * w * r**2
    points = (r[:, None, None] * directions(per_shell)).reshape(-1, 3)
    return points, np.repeat(share / per_shell, per_shell)


def volume_samples(
    state: ElectrodeState, shells: int = 6, per_shell: int = 26
) -> tuple[Array, IntArray, Array]:
    """Stoichiometry throughout all particles, with volume weights.

    Returns:
        Stoichiometry (m,), particle (m,), and volume [m3] that each sample stands for (m,).

    Raises:
        InputError: If the field does not cover the particles.
    """
    unit, weight = ball_rule(shells, per_shell)
    points = (state.centres[:, None, :] + state.radii[:, None, None] * unit).reshape(-1, 3)
    particle = np.repeat(np.arange(len(state)), len(unit))
    inside = state.contains(points)
    points, particle, share = points[inside], particle[inside], np.tile(weight, len(state))[inside]
    total = np.bincount(particle, weights=share)
    return state.read(particle, points), particle, state.volumes[particle] * share / total[particle]


def particle_means(state: ElectrodeState, shells: int = 6, per_shell: int = 26) -> Array:
    """Volume-mean stoichiometry of each particle, shape (n,)."""
    values, particle, volume = volume_samples(state, shells, per_shell)
    total = np.bincount(particle, weights=volume, minlength=len(state))
    return np.bincount(particle, weights=values * volume, minlength=len(state)) / total


@dataclass(frozen=True)
class Side:
    """A face of the electrode that an instrument looks at.

    Attributes:
        name: In words.
        inward: Direction of view along z: -1 from the separator down, +1 from the collector up.
    """

    name: str
    inward: int


TOP = Side("separator side", -1)
BOTTOM = Side("collector side", +1)


@dataclass(frozen=True, eq=False)
class Hits:
    """Where rays onto a face first meet a particle.

    Attributes:
        particle: Particle met, shape (m,).
        points: Where, on its surface [m], shape (m, 3).
        cover: Depth of that point below the face [m], shape (m,).
    """

    particle: IntArray
    points: Array
    cover: Array


def first_hits(state: ElectrodeState, side: Side, x: Array, y: Array, reach: float) -> Hits:
    """Send rays along z through (x, y) and keep those that meet a particle within ``reach`` of the face."""
    offset = (state.centres[None, :, 0] - x[:, None]) ** 2 + (state.centres[None, :, 1] - y[:, None]) ** 2
    inside = state.radii[None, :] ** 2 - offset
    height = np.sqrt(np.maximum(inside, 0.0))
    surface = state.centres[None, :, 2] - side.inward * height
    cover = surface if side.inward == 1 else state.box[2] - surface
    cover = np.where(inside > 0.0, cover, np.inf)
    nearest = np.argmin(cover, axis=1)
    rows = np.arange(len(x))
    met = cover[rows, nearest] < reach
    points = np.column_stack([x, y, surface[rows, nearest]])[met]
    return Hits(nearest[met].astype(np.int64), points, cover[rows, nearest][met])


@dataclass(frozen=True)
class Cut:
    """A plane through the electrode, normal to y, as a polished cross-section shows it.

    Attributes:
        y: Position of the plane [m].
    """

    y: float

    def sections(self, state: ElectrodeState) -> tuple[IntArray, Array]:
        """Particles that the plane meets, and the radii of their sections [m].

        Raises:
            InputError: If the plane lies outside the box.
        """
        if not 0.0 <= self.y <= state.box[1]:
            raise InputError(
                f"the cut at y = {1e6 * self.y:.4g} um does not meet the box of the {state.name}, 0 to "
                f"{1e6 * state.box[1]:.4g} um; move it inside."
            )
        squared = state.radii**2 - (state.centres[:, 1] - self.y) ** 2
        particle = np.flatnonzero(squared > 0.0)
        return particle.astype(np.int64), np.sqrt(squared[particle])

    def particle_at(self, state: ElectrodeState, x: Array, z: Array) -> IntArray:
        """Particle at points of the plane, -1 where there is none, shape (m,)."""
        particle, radius = self.sections(state)
        owner = np.full(len(x), -1, dtype=np.int64)
        if len(particle):
            distance = np.hypot(
                x[:, None] - state.centres[particle, 0], z[:, None] - state.centres[particle, 2]
            )
            depth = distance / radius
            best = np.argmin(depth, axis=1)
            inside = depth[np.arange(len(x)), best] < 1.0
            owner[inside] = particle[best[inside]]
        return owner

    def random_points(
        self, state: ElectrodeState, count: int, rng: np.random.Generator
    ) -> tuple[IntArray, Array, Array]:
        """Points spread evenly over the sections of the particles.

        Returns:
            Particle (m,), points [m] (m, 3), and distance from the axis of the section over its radius (m,);
            m is ``count``, less what falls beyond the box where it cuts spheres.

        Raises:
            InputError: If the plane meets no particle.
        """
        particle, radius = self.sections(state)
        if not len(particle):
            raise InputError(
                f"the cut at y = {1e6 * self.y:.4g} um of the {state.name} meets no particle; cut elsewhere."
            )
        drawn = rng.choice(len(particle), size=count, p=radius**2 / np.sum(radius**2))
        fraction, angle = np.sqrt(rng.uniform(size=count)), rng.uniform(0.0, 2.0 * np.pi, count)
        points = state.centres[particle[drawn]].copy()
        points[:, 0] += radius[drawn] * fraction * np.cos(angle)
        points[:, 2] += radius[drawn] * fraction * np.sin(angle)
        points[:, 1] = self.y
        inside = state.contains(points)
        return particle[drawn][inside], points[inside], fraction[inside]


def random_cut(state: ElectrodeState, rng: np.random.Generator) -> Cut:
    """A cut at random, no nearer to a side than a tenth of the box."""
    return Cut(float(state.box[1] * rng.uniform(0.1, 0.9)))
