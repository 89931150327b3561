"""Fields inside particles: radial profiles, point clouds, plain functions of position, mirror images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import gamma, gammainc

from chemomech.errors import InputError
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, ParticleField


@dataclass(frozen=True, eq=False)
class UniformField:
    """One value a particle.

    Attributes:
        values: Value in each particle, shape (n,).
    """

    values: Array

    def __call__(self, particle: IntArray, points: Array) -> Array:
        """Values at points."""
        return np.asarray(self.values)[particle]


@dataclass(frozen=True, eq=False)
class PositionField:
    """A function of position alone.

    Attributes:
        function: Points [m], shape (m, 3), to values, shape (m,); NaN where not known.
    """

    function: Callable[[Array], Array]

    def __call__(self, particle: IntArray, points: Array) -> Array:
        """Values at points."""
        return np.asarray(self.function(points), dtype=float)


@dataclass(frozen=True, eq=False)
class RadialField:
    """Radial profile a0 + a1 s^2 + a2 s^4 in each sphere, s = r/R.

    A quadratic is the profile of a steady flux at constant diffusivity; the quartic term takes up what
    D(x) and a flux that changes in time make of it.

    Attributes:
        centres: Centres [m], shape (n, 3).
        radii: Radii [m], shape (n,).
        coefficients: a0, a1, a2 of each particle, shape (n, 3).
    """

    centres: Array
    radii: Array
    coefficients: Array

    @classmethod
    def from_means(
        cls, centres: Array, radii: Array, volume: Array, surface: Array, core: Array, core_width: float
    ) -> RadialField:
        """Profiles with given means.

        Args:
            centres: Centres [m], shape (n, 3).
            radii: Radii [m], shape (n,).
            volume: Volume mean of each particle, shape (n,).
            surface: Surface mean, shape (n,).
            core: Mean with the weight exp(-(s / core_width)^2), shape (n,).
            core_width: Width of that weight over the radius.
        """
        # Integrals of s^(k + 2) exp(-(s/w)^2) over 0 to 1 are w^(k + 3)/2 times incomplete gamma functions.
        orders = np.array([1.5, 2.5, 3.5])
        incomplete = gamma(orders) * gammainc(orders, core_width**-2)
        core_moments = core_width ** np.array([0, 2, 4]) * incomplete / incomplete[0]
        moments = np.array([[1.0, 3.0 / 5.0, 3.0 / 7.0], [1.0, 1.0, 1.0], core_moments])
        coefficients = np.linalg.solve(moments, np.stack([volume, surface, core])).T
        return cls(np.asarray(centres), np.asarray(radii), coefficients)

    def __call__(self, particle: IntArray, points: Array) -> Array:
        """Values at points; NaN more than 1 % of the radius outside the sphere."""
        s = np.linalg.norm(points - self.centres[particle], axis=1) / self.radii[particle]
        a = self.coefficients[particle]
        inside = np.minimum(s, 1.0) ** 2
        return np.where(s <= 1.01, a[:, 0] + (a[:, 1] + a[:, 2] * inside) * inside, np.nan)


_PENALTY = np.diag([0.0, 1.0e-9, 1.0e-9, 1.0e-9])
"""On value and slopes of a local fit, over the sum of its weights."""


class CloudField:
    """Values known at scattered points of each particle, carried elsewhere by local linear fits.

    Exact for fields that are linear in position. Points farther than ``reach`` from the nearest known one
    have no value.

    Args:
        points: Known points [m], shape (m, 3).
        values: Values there, shape (m,).
        particle: Particle of each point, shape (m,).
        reach: How far a value may be carried [m].
        neighbours: Points in each local fit.
    """

    def __init__(
        self, points: Array, values: Array, particle: IntArray, reach: float, neighbours: int = 12
    ) -> None:
        self._points, self._values = np.asarray(points, dtype=float), np.asarray(values, dtype=float)
        # A fourth coordinate keeps the particles apart: no fit reaches into a neighbour it touches.
        self._apart = 4.0 * (float(np.ptp(self._points, axis=0).max()) + reach)
        self._tree = cKDTree(np.column_stack([self._points, self._apart * np.asarray(particle)]))
        self._reach, self._neighbours = reach, min(neighbours, len(self._points))

    def __call__(self, particle: IntArray, points: Array) -> Array:
        """Values at points; NaN beyond the reach."""
        asked = np.column_stack([points, self._apart * np.asarray(particle)])
        distance, index = self._tree.query(asked, k=self._neighbours)
        distance, index = distance.reshape(len(asked), -1), index.reshape(len(asked), -1)
        near = distance < self._apart / 2.0
        within = np.where(near, distance, 0.0)
        scale = within.max(axis=1, keepdims=True) + 1.0e-300
        weight = np.where(near, np.exp(-2.0 * (within / scale) ** 2), 0.0)
        offset = (self._points[index] - points[:, None, :]) / scale[..., None]
        basis = np.concatenate([np.ones_like(offset[..., :1]), offset], axis=2)
        normal = np.einsum("pn,pni,pnj->pij", weight, basis, basis)
        # Points in a plane leave a slope open; a small penalty sets it to zero.
        normal += _PENALTY * weight.sum(axis=1)[:, None, None]
        right = np.einsum("pn,pni,pn->pi", weight, basis, self._values[index])
        reached = distance[:, 0] <= self._reach
        fitted = np.full(len(asked), np.nan)
        if reached.any():
            fitted[reached] = np.linalg.solve(normal[reached], right[reached][..., None])[:, 0, 0]
        return fitted


@dataclass(frozen=True, eq=False)
class _FoldedField:
    """A field continued by reflection at the plane where one coordinate equals ``width``."""

    inner: ParticleField
    axis: int
    width: float
    count: int

    def __call__(self, particle: IntArray, points: Array) -> Array:
        folded = points.copy()
        beyond = particle >= self.count
        folded[beyond, self.axis] = 2.0 * self.width - folded[beyond, self.axis]
        return self.inner(np.where(beyond, particle - self.count, particle), folded)


def mirrored(state: ElectrodeState, axis: int) -> ElectrodeState:
    """A state twice as wide: itself and its reflection at the far side of the box.

    The sides of a computed cell are planes of symmetry (no flux, rollers), so the reflection is what the
    computation implies beyond them.

    Args:
        state: The state.
        axis: 0 for x, 1 for y.

    Raises:
        InputError: For the depth axis, along which nothing is symmetric.
    """
    if axis not in (0, 1):
        raise InputError(
            f"a state can be mirrored along axis 0 or 1 (x or y), not {axis}; z is the electrode's depth."
        )
    width = state.box[axis]
    images = state.centres.copy()
    images[:, axis] = 2.0 * width - images[:, axis]
    box = [edge * (2.0 if k == axis else 1.0) for k, edge in enumerate(state.box)]
    index = state.fracture_index
    return replace(
        state,
        centres=np.vstack([state.centres, images]),
        radii=np.tile(state.radii, 2),
        box=(box[0], box[1], box[2]),
        stoichiometry=_FoldedField(state.stoichiometry, axis, width, len(state)),
        surface_layer=np.tile(state.surface_layer, 2),
        fracture_index=None if index is None else np.tile(index, 2),
        path_resistance=np.tile(state.path_resistance, 2),
        volumes=np.tile(state.volumes, 2),
        identity=np.tile(state.identity, 2),
        name=f"mirrored {state.name}",
    )
