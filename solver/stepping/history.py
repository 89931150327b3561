"""Past accepted states since the last discontinuity, for multistep formulas and prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.multistep import extrapolation_weights

Array = npt.NDArray[np.float64]
DEPTH = 3


@dataclass
class History:
    """Newest-first accepted states.

    Attributes:
        times: Times [s].
        states: Arrays of all unknowns at those times.
    """

    times: list[float] = field(default_factory=list)
    states: list[tuple[Array, ...]] = field(default_factory=list)

    def push(self, time: float, state: tuple[Array, ...]) -> None:
        """Add an accepted state and drop the oldest."""
        self.times = [time, *self.times][:DEPTH]
        self.states = [state, *self.states][:DEPTH]

    def forget(self) -> None:
        """Keep the newest state only: what came before does not extrapolate."""
        self.times, self.states = self.times[:1], self.states[:1]

    def predict(self, time: float) -> tuple[Array, ...]:
        """Polynomial extrapolation of all arrays to ``time``."""
        weights = extrapolation_weights(time, self.times)
        return tuple(self.combine(weights, i) for i in range(len(self.states[0])))

    def combine(self, weights: Sequence[float], index: int) -> Array:
        """Weighted sum of one array over the newest states."""
        terms = [w * state[index] for w, state in zip(weights, self.states, strict=False)]
        return np.sum(terms, axis=0, dtype=np.float64)
