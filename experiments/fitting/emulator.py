"""A second-order model of the residuals about the best place, for what asks for very many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from chemomech.experiments.fitting.evaluation import Evaluator, Point
from chemomech.experiments.fitting.least_squares import Best

Array = npt.NDArray[np.float64]

SPANS = (0.005, 0.25)
"""Least and largest distance of the places of which it is made: two standard errors, within these [-]."""


@dataclass(frozen=True)
class Emulator:
    """Residuals as polynomials of second order in the distance from a place.

    Attributes:
        centre: the place, shape (k,).
        coefficients: of 1, the distances and their products in pairs [V], shape (n, p).
    """

    centre: Array
    coefficients: Array

    def residuals(self, points: Array) -> Array:
        """Residuals at places of shape (m, k) [V], shape (m, n)."""
        return np.asarray(features(points - self.centre) @ self.coefficients.T)

    def squares(self, points: Array) -> Array:
        """Sums of the squares of the residuals at places of shape (m, k) [V2], shape (m,)."""
        terms = features(points - self.centre)
        return np.asarray(np.einsum("mp,pq,mq->m", terms, self._gram, terms))

    @property
    def _gram(self) -> Array:
        if not hasattr(self, "_known"):
            object.__setattr__(self, "_known", self.coefficients.T @ self.coefficients)
        known: Array = self._known  # type: ignore[attr-defined]
        return known


def features(distance: Array) -> Array:
    """1, distances of shape (m, k), and their products in pairs: shape (m, 1 + k + k (k + 1) / 2)."""
    count = distance.shape[1]
    pairs = [distance[:, i] * distance[:, j] for i, j in _pairs(count)]
    return np.column_stack([np.ones(len(distance)), distance, *pairs])


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(i, i) for i in range(count)] + list(combinations(range(count), 2))


def places(point: Point, errors: Sequence[float]) -> list[Point]:
    """Places at which the model is run: as many as the polynomial has coefficients.

    Args:
        point: the best.
        errors: standard errors [-].
    """
    found, away = [point], []
    for k, error in enumerate(errors):
        span, at = float(np.clip(2.0 * error, *SPANS)), point[k]
        # To both sides; where one lies beyond a bound, twice to the other.
        low, high = at - span, at + span
        low, high = (low if low >= 0.0 else at + 2.0 * span), (high if high <= 1.0 else at - 2.0 * span)
        away.append(high)
        found += [_moved(point, {k: low}), _moved(point, {k: high})]
    found += [_moved(point, {i: away[i], j: away[j]}) for i, j in combinations(range(len(point)), 2)]
    return found


def _moved(point: Point, changes: dict[int, float]) -> Point:
    return tuple(changes.get(k, u) for k, u in enumerate(point))


def emulated(evaluate: Evaluator, best: Best, errors: Sequence[float]) -> Emulator:
    """Return the emulator that agrees with the model at `places`.

    Args:
        evaluate: the model.
        best: where the sum of squares is smallest.
        errors: standard errors [-].
    """
    at = places(best.point, errors)
    values = np.stack(evaluate.many(at))
    centre = np.array(best.point)
    terms = features(np.array(at) - centre)
    return Emulator(centre, np.linalg.solve(terms, values).T)
