"""A radial profile in spheres, piecewise linear in the square of the radius.

In s^2 = (r/R)^2 the quasi-steady profile of diffusion, a parabola, is a straight line: a few shells give it
exactly, and a mean over a shell is the value at the shell's mean s^2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SMALLEST = 1.0e-12
"""Squared radius below which the mean inside it is the value at the centre [-]."""


@dataclass(frozen=True, eq=False)
class RadialProfile:
    """Values over s = r/R in each of many spheres.

    Attributes:
        squares: s^2 of the nodes, from 0 (centre) to 1 (surface), increasing, shape (particles, nodes).
        values: Values at the nodes, of the same shape.
    """

    squares: Array
    values: Array

    @classmethod
    def from_shells(cls, squares: Array, means: Array, surface: Array) -> Self:
        """Profile from means over shells and the value at the surface.

        The centre is on the straight line in s^2 through the two innermost shells.

        Args:
            squares: Mean of s^2 over each shell, inside out, shape (particles, shells) or (shells,).
            means: Mean over each shell, shape (particles, shells), at least two shells.
            surface: Value at the surface, shape (particles,).
        """
        q = np.broadcast_to(squares, np.shape(means))
        slope = (means[:, 1] - means[:, 0]) / (q[:, 1] - q[:, 0])
        centre = means[:, 0] - slope * q[:, 0]
        ends = np.zeros(len(q)), np.ones(len(q))
        return cls(
            np.column_stack([ends[0], q, ends[1]]), np.column_stack([centre, means, np.asarray(surface)])
        )

    def map(self, law: Callable[[Array], Array]) -> RadialProfile:
        """The profile of a function of the value, such as the chemical strain of the stoichiometry."""
        return RadialProfile(self.squares, np.asarray(law(self.values), dtype=float))

    @property
    def centre(self) -> Array:
        """Values at the centre, shape (particles,)."""
        return self.values[:, 0]

    @property
    def surface(self) -> Array:
        """Values at the surface, shape (particles,)."""
        return self.values[:, -1]

    @property
    def mean(self) -> Array:
        """Volume means, shape (particles,)."""
        return 3.0 * self._inside[:, -1]

    def __call__(self, s: Array) -> Array:
        """Values at s = r/R between 0 and 1, shape (particles, points) for both."""
        q = np.asarray(s, dtype=float) ** 2
        _, constant, slope = self._segment(q)
        return constant + slope * q

    def mean_inside(self, s: Array) -> Array:
        """Volume mean inside s = r/R, shape (particles, points) for both; at s = 0 the value there."""
        q = np.asarray(s, dtype=float) ** 2
        index, constant, slope = self._segment(q)
        start = np.take_along_axis(self.squares, index, axis=1)
        before = np.take_along_axis(self._inside, index, axis=1)
        integral = before + _moment(constant, slope, q) - _moment(constant, slope, start)
        safe = np.maximum(q, SMALLEST)
        return np.where(q > SMALLEST, 3.0 * integral / safe**1.5, constant)

    @cached_property
    def _lines(self) -> tuple[Array, Array]:
        """Constant and slope over s^2 of each segment, shape (particles, nodes - 1)."""
        slope = np.diff(self.values, axis=1) / np.diff(self.squares, axis=1)
        return self.values[:, :-1] - slope * self.squares[:, :-1], slope

    @cached_property
    def _inside(self) -> Array:
        """Integral of the value times s^2 ds up to each node, shape (particles, nodes)."""
        constant, slope = self._lines
        q = self.squares
        parts = _moment(constant, slope, q[:, 1:]) - _moment(constant, slope, q[:, :-1])
        return np.concatenate([np.zeros((len(q), 1)), np.cumsum(parts, axis=1)], axis=1)

    def _segment(self, q: Array) -> tuple[npt.NDArray[np.int64], Array, Array]:
        constant, slope = self._lines
        index = (self.squares[:, None, 1:-1] <= q[:, :, None]).sum(axis=2)
        return (
            index,
            np.take_along_axis(constant, index, axis=1),
            np.take_along_axis(slope, index, axis=1),
        )


def mean_square_radius(edges: Array) -> Array:
    """Mean of s^2 over whole spherical shells between ``edges`` (r/R), shape (len(edges) - 1,)."""
    edges = np.asarray(edges, dtype=float)
    return 0.6 * np.diff(edges**5) / np.diff(edges**3)


def _moment(constant: Array, slope: Array, q: Array) -> Array:
    """Integral from 0 of (constant + slope s^2) s^2 ds up to s^2 = q."""
    return np.asarray(q**1.5 * (constant / 3.0 + slope * q / 5.0))
