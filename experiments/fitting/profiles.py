"""Profile likelihoods: the smallest chi-square over one number, all others fitted anew."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from chemomech.experiments.fitting.evaluation import Evaluator
from chemomech.experiments.fitting.least_squares import Best, from_far, near

Array = npt.NDArray[np.float64]

LEVEL = 0.95
"""Of the intervals."""

LIMIT = float(chi2.ppf(LEVEL, 1))
"""Excess of chi-square at their ends [-]."""

CLOSE = (0.85, 1.2)
"""Excess over the limit from which the end is taken, the excess growing as a square [-]."""

LARGEST_STRIDE = 2.5
"""Of a place over the one before, both from the best [-]."""

ROUNDS = 10
"""Places to one side at most."""


@dataclass(frozen=True)
class Profile:
    """The smallest chi-square over one parameter, all others fitted anew.

    Attributes:
        shares: places between the bounds, rising, shape (n,).
        excess: chi-square above the smallest, shape (n,).
    """

    shares: Array
    excess: Array


def profile(
    evaluate: Evaluator, best: Best, k: int, noise: float, error: float
) -> tuple[float | None, float | None, Profile]:
    """Return both ends of the interval of a number, None where the data do not bound it, and its profile.

    Args:
        evaluate: the model.
        best: where the sum of squares is smallest.
        k: place of the number.
        noise: standard deviation of the voltage [V].
        error: standard error by the derivatives [-].
    """
    sides = [_side(evaluate, best, k, sign, noise, error) for sign in (-1.0, 1.0)]
    places = sorted([(best.point[k], 0.0), *sides[0][1], *sides[1][1]])
    table = Profile(np.array([u for u, _ in places]), np.array([excess for _, excess in places]))
    return sides[0][0], sides[1][0], table


def by_derivatives(best: Best, k: int, error: float) -> tuple[float | None, float | None, Profile]:
    """The same as `profile` where chi-square is a parabola.

    Args:
        best: where the sum of squares is smallest.
        k: place of the number.
        error: standard error [-].
    """
    half = math.sqrt(LIMIT) * error
    ends = [best.point[k] - half, best.point[k] + half]
    low, high = (end if 0.0 <= end <= 1.0 else None for end in ends)
    return low, high, Profile(np.array([ends[0], best.point[k], ends[1]]), np.array([LIMIT, 0.0, LIMIT]))


def _side(
    evaluate: Evaluator, best: Best, k: int, sign: float, noise: float, error: float
) -> tuple[float | None, list[tuple[float, float]]]:
    """Where the excess reaches the limit to one side, None if nowhere, and places with their excess."""
    bound, centre = (1.0 if sign > 0.0 else 0.0), best.point[k]
    room = abs(bound - centre)
    found: list[tuple[float, float]] = []
    if room < 1e-9:
        return None, found
    inside, outside = 0.0, math.inf  # distances known to lie below and above the limit
    distance = min(math.sqrt(LIMIT) * error, room)
    if distance == room:
        distance = 0.5 * room  # a flat side: looked at half way first
    for _ in range(ROUNDS):
        at = bound if distance == room else centre + sign * distance
        excess = max(_excess(evaluate, best, k, at, noise), 0.0)
        found.append((at, excess))
        ratio = excess / LIMIT
        guess = distance * (1.0 / math.sqrt(ratio) if ratio > 0.0 else math.inf)
        if CLOSE[0] <= ratio <= CLOSE[1]:
            return (centre + sign * guess if guess <= room else None), found
        if ratio < 1.0 and distance == room:
            return None, found
        inside, outside = (
            (max(inside, distance), outside) if ratio < 1.0 else (inside, min(outside, distance))
        )
        guess = min(guess, LARGEST_STRIDE * distance, room)
        if guess >= outside or guess <= inside:
            guess = 0.5 * (inside + min(outside, room))
        if outside - inside < 1e-6:
            return centre + sign * outside, found
        distance = guess
    return (centre + sign * outside if math.isfinite(outside) else None), found


def _excess(evaluate: Evaluator, best: Best, k: int, at: float, noise: float) -> float:
    found = near(evaluate, best.point, best.left, best.jacobian, {k: at}, noise)
    if found is None:
        start = tuple(at if j == k else u for j, u in enumerate(best.point))
        found = from_far(evaluate, start, {k: at})
    return (float((found[1] ** 2).sum()) - best.squares) / noise**2
