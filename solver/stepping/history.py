"""Past accepted states since the last discontinuity, for multistep formulas and prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.multistep import (
    HIGHEST_ORDER,
    StepFormula,
    error_share,
    extrapolation_weights,
)

Array = npt.NDArray[np.float64]
DEPTH = HIGHEST_ORDER + 1
"""As many past values as the predictor of the highest order takes."""


@dataclass(frozen=True)
class Comparison:
    """What an order makes of the gap between a new state and its prediction.

    Attributes:
        order: The order.
        share: Local error over the gap.
        weights: Of the past states in the prediction, newest first.
    """

    order: int
    share: float
    weights: tuple[float, ...]


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

    def predict(self, time: float, order: int = 2) -> tuple[Array, ...]:
        """Extrapolation of all arrays to ``time``, by a polynomial of this degree or what the past allows."""
        weights = self.prediction(time, order)
        return tuple(self.combine(weights, i) for i in range(len(self.states[0])))

    def prediction(self, time: float, order: int) -> tuple[float, ...]:
        """Weights of the newest states in that extrapolation."""
        return extrapolation_weights(time, self.times[: order + 1])

    def comparisons(self, step: float, rule: StepFormula) -> list[Comparison]:
        """Ways to tell the local error of a step, at its order and those beside it, if the past allows any.

        Args:
            step: Its size [s].
            rule: Its time formula.
        """
        found = []
        for order in (rule.order - 1, rule.order, rule.order + 1):
            share = error_share(step, self.times, order) if 1 <= order <= HIGHEST_ORDER else None
            if share is not None:
                found.append(Comparison(order, share, self.prediction(self.times[0] + step, order)))
        return found

    def combine(self, weights: Sequence[float], index: int) -> Array:
        """Weighted sum of one array over the newest states."""
        terms = [w * state[index] for w, state in zip(weights, self.states, strict=False)]
        return np.sum(terms, axis=0, dtype=np.float64)
