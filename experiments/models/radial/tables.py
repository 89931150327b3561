"""Laws of one variable, tabulated for arrays that are evaluated some hundred thousand times a second.

The laws of the materials are asked once at equidistant points; between them all are linear. With the usual
number of points this costs less than 1e-5 of a law in the range of its validity; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

POINTS = 8193

BLOCK = 512
"""Particles that are taken at once, so that what is in work stays in the cache of a core."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where arguments lie in a table.

    Attributes:
        index: Point at or below each argument.
        share: Distance to it over that of two points; beyond the ends outside [0, 1].
    """

    index: npt.NDArray[np.int64]
    share: Array


class LawTable:
    """Several laws of the same variable at the same points.

    Args:
        laws: By name; each takes and returns an array.
        low: First point.
        high: Last point; laws are continued linearly beyond both.
        points: Number of points.
    """

    def __init__(
        self, laws: Mapping[str, Callable[[Array], Array]], low: float, high: float, points: int = POINTS
    ) -> None:
        self._low, self._per_unit, self._last = low, (points - 1) / (high - low), points - 2
        x = np.linspace(low, high, points)
        self._values = {name: np.broadcast_to(law(x), x.shape).astype(float) for name, law in laws.items()}
        self._rises = {name: np.append(np.diff(values), 0.0) for name, values in self._values.items()}

    def places(self, x: Array) -> Places:
        """Find arguments in the table."""
        scaled = (x - self._low) * self._per_unit
        index = np.clip(scaled, 0, self._last).astype(np.int64)
        return Places(index, scaled - index)

    def at(self, name: str, places: Places) -> Array:
        """Values of a law, in the shape of the arguments."""
        return np.take(self._values[name], places.index) + places.share * np.take(
            self._rises[name], places.index
        )


def blocks(particles: int) -> Iterator[slice]:
    """Parts of all particles that are taken at once."""
    for start in range(0, particles, BLOCK):
        yield slice(start, start + BLOCK)
