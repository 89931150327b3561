"""Potentials on a lattice of links between two ends, by conjugate gradients with geometric multigrid.

A level puts 2 x 2 x 2 unknowns together, fewer where they are coupled much weaker along an axis. Links of a
level are those that cross its borders, over the distance that became longer: Galerkin's with constant values
in a block, halved (Braess, Computing 55 (1995) 379: overcorrection). W cycles, one red-black sweep before and
one after; residuals of a block are summed, and its correction is one value. Links, cycles and directions are
in single precision, potentials in double, and the residual is taken from them anew before they are accepted.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.solver.effective.elliptic import NotSolved
from chemomech.solver.effective.kernel import kernel, pointer

Double = npt.NDArray[np.float64]
Shape = tuple[int, int, int]

MOST_ITERATIONS = 400
WEAK = 1.5
"""An axis is left as it is while its unknowns are so many times as far apart as those of another."""

ROUNDING = 1e-15
"""Energy still to gain over all energy that single precision does not resolve."""

LITTLE = 1e-3
"""Energy over that of the start from which on it is summed up anew."""

FAST, SLOW = 0.3, 0.9
"""What an iteration is taken to gain over the one before: at least (first ones gain most), and at most."""


class Lattice:
    """Levels of a lattice with their memory; the links of the first are to be filled in.

    Args:
        shape: unknowns along x, y and z.
        edges: distance of unknowns.
        periodic: which axes repeat.

    Attributes:
        count: of levels.
        iterations: of the last solve.
    """

    def __init__(self, shape: Shape, edges: Sequence[float], periodic: Sequence[bool]) -> None:
        self.shape = shape
        plans = _plans(shape, edges)
        self._levels = kernel().ffi.new("Level[]", len(plans))
        self._held = [
            _memory(level, *plan, periodic) for level, plan in zip(self._levels, plans, strict=True)
        ]
        self.count = len(plans)
        self.iterations, self._visits = 0, 2

    @property
    def level(self) -> Any:
        """The first level, for functions of the kernel."""
        return self._levels

    def solve(self, x: Double, tolerance: float) -> None:
        """Bring potentials to those of least energy between the ends.

        Args:
            x: potentials with a layer around, in and out; the layers at the driven ends stay.
            tolerance: on the energy above the least, over the least.

        Raises:
            NotSolved: the tolerance was not reached.
        """
        lib, levels = kernel().lib, self._levels
        for level in range(self.count - 1):
            lib.coarsen(levels + level, levels + level + 1)
        for level in range(self.count):
            lib.weigh(levels + level)
        work = [pointer(np.zeros(x.shape, dtype=np.float32)) for _ in range(2)]
        self.iterations, self._visits, done = 0, 2, False
        energy, little = lib.residual(levels, pointer(x)), ROUNDING
        while not done:
            done = self._conjugate(work[0], work[1], pointer(x), energy, tolerance, little)
            carried = self._residual_square()
            energy = lib.residual(levels, pointer(x))
            # The residual that the iteration carries along may be better than the true one.
            if done and self._residual_square() > 4.0 * carried:
                done, little = False, max(2.0 * tolerance, ROUNDING)

    def _residual_square(self) -> float:
        first = self._levels[0]
        return float(kernel().lib.product(self._levels, first.r, first.r))

    def _conjugate(self, p: Any, q: Any, x: Any, energy: float, tolerance: float, little: float) -> bool:
        """Iterate from the residual of the first level; whether all energy above the least is gone.

        It also ends where little of the energy is left, whose rounding then counts, and where a W cycle is
        not definite, for V cycles to follow: these are, whatever the links of the coarser levels.
        """
        lib, levels = kernel().lib, self._levels
        alpha, size, begun, done, pending = 0.0, 0.0, energy, False, 0.0
        gains: list[float] = []
        while True:
            old, size = size, lib.cycle(levels, self.count, self._visits, pending, q)
            pending = 0.0
            if abs(size) <= (ROUNDING if gains else little) * energy:
                done = True
                break
            if size < 0.0 and self._visits > 1:
                self._visits = 1
                break
            if size < 0.0 or self.iterations == MOST_ITERATIONS:
                raise NotSolved(
                    f"the potential of {' x '.join(map(str, self.shape))} places was not found in "
                    f"{self.iterations} iterations."
                )
            alpha = size / lib.direct(levels, alpha, size / old if old else 0.0, p, q, x)
            pending = alpha  # the next cycle takes the residual down
            self.iterations += 1
            gains.append(alpha * size)
            energy -= gains[-1]
            done = _still_to_gain(gains) <= tolerance * energy
            if done or energy < LITTLE * begun:
                break
        if alpha:
            lib.descend(levels, pending, q)
            lib.direct(levels, alpha, 0.0, p, q, x)
        return done


def _still_to_gain(gains: Sequence[float]) -> float:
    """Energy that later iterations will gain if they go on as the worse of the last two did."""
    ratios = [later / earlier for earlier, later in itertools.pairwise(gains[-3:])]
    ratio = min(max(*ratios, FAST), SLOW) if ratios else SLOW
    return gains[-1] * ratio / (1.0 - ratio)


def _plans(shape: Shape, edges: Sequence[float]) -> list[tuple[Shape, Shape]]:
    """Unknowns of each level, and how many the next one puts together along each axis."""
    plans, apart = [], list(edges)
    while max(shape) > 1:
        nearest = min(edge for edge, count in zip(apart, shape, strict=True) if count > 1)
        x, y, z = (
            2 if count > 1 and edge < WEAK * nearest else 1 for edge, count in zip(apart, shape, strict=True)
        )
        plans.append((shape, (x, y, z)))
        apart = [edge * factor for edge, factor in zip(apart, (x, y, z), strict=True)]
        shape = (-(-shape[0] // x), -(-shape[1] // y), -(-shape[2] // z))
    return [*plans, (shape, (1, 1, 1))]


def _memory(level: Any, shape: Shape, factor: Shape, periodic: Sequence[bool]) -> list[Any]:
    """Give a level its arrays; they live as long as what is returned."""
    arrays = [np.zeros([count + 2 for count in shape], dtype=np.float32) for _ in range(6)]
    held = [pointer(array) for array in (*arrays, np.zeros(shape[2] + 2, dtype=np.float32))]
    level.n, level.factor, level.periodic = list(shape), list(factor), [int(ends) for ends in periodic]
    level.c, level.z, level.r, level.w, level.row = held[:3], *held[3:]
    return held
