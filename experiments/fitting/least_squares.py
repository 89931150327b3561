"""Least squares within bounds: from far by lmfit, near the best by derivatives that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import lsq_linear
from scipy.stats import qmc

from chemomech.errors import InputError
from chemomech.experiments.fitting.evaluation import Evaluator, Point

Array = npt.NDArray[np.float64]

STEP = 0.01
"""Difference by which derivatives are taken from far, as a share of the range between the bounds [-]."""

TOLERANCE = 1.0e-2
"""Relative change of the sum of squares, and of the parameters, at which it ends from far [-]."""

LATTICE = 64
"""From far, derivatives are those at the nearest of so many places, which near steps share."""

MOST = 40
"""Evaluations of the model at most from far, beside those for derivatives."""

NEAR = 0.02
"""Decrease of chi-square that is left undone near the best [-]."""

ROUNDS = 6
"""Steps with the same derivatives at most."""

HALVED = 2
"""How often a step is halved that leads to a larger sum of squares."""

SPANS = (0.005, 0.05)
"""Least and largest difference of derivatives near the best: three standard errors, within these [-]."""


@dataclass(frozen=True)
class Best:
    """Where the sum of squares is smallest.

    Attributes:
        point: the place.
        left: residuals there [V], shape (n,).
        jacobian: their derivatives there by central differences [V], shape (n, k).
    """

    point: Point
    left: Array
    jacobian: Array

    @property
    def squares(self) -> float:
        """Sum of the squares of the residuals [V2]."""
        return float((self.left**2).sum())


def lmfit_package() -> Any:
    """Return lmfit.

    Raises:
        InputError: when it is not there.
    """
    try:
        import lmfit
    except ImportError:
        raise InputError(
            "fitting needs the package lmfit, which is not installed; install chemomech[fit]."
        ) from None
    return lmfit


def starts(count: int, parameters: int, seed: int) -> list[Point]:
    """Places at which it is begun: the middle, and others by a Latin hypercube."""
    middle = (0.5,) * parameters
    if not count:
        return [middle]
    cube = qmc.LatinHypercube(parameters, rng=np.random.default_rng(seed))
    return [middle, *(tuple(row) for row in (0.05 + 0.9 * cube.random(count)).tolist())]


def from_far(
    evaluate: Evaluator, start: Point, fixed: Mapping[int, float] | None = None
) -> tuple[Point, Array]:
    """Where the sum of squares is smallest, by a trust region with new derivatives at every step.

    Args:
        evaluate: the model.
        start: where it begins.
        fixed: numbers that stay where they are, by their place.

    Returns:
        The place, and the residuals there [V].
    """
    held = dict(fixed or {})
    free = [k for k in range(len(start)) if k not in held]
    base = [held.get(k, u) for k, u in enumerate(start)]
    if not free:
        return tuple(base), evaluate(tuple(base))
    lmfit = lmfit_package()
    given = lmfit.Parameters()
    for k in free:
        given.add(f"u{k}", value=min(max(base[k], 1e-6), 1.0 - 1e-6), min=0.0, max=1.0)

    def place(values: Any) -> Point:
        return tuple(float(values[f"u{k}"].value) if k in free else base[k] for k in range(len(base)))

    scale = 1e-3  # V; the sum of squares is of the order of the number of records
    found = lmfit.minimize(
        lambda values: evaluate(place(values)) / scale,
        given,
        method="least_squares",
        Dfun=lambda values: forward(evaluate, place(values), free) / scale,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        max_nfev=MOST,
        calc_covar=False,
    )
    best = place(found.params)
    return best, evaluate(best)


def forward(evaluate: Evaluator, point: Point, free: Sequence[int]) -> Array:
    """Derivatives of the residuals near a place [V], shape (n, len(free)); differences towards the middle."""
    point = tuple(round(u * LATTICE) / LATTICE if k in free else u for k, u in enumerate(point))
    moved, steps = [], []
    for k in free:
        step = STEP if point[k] < 0.5 else -STEP
        moved.append(tuple(u + step if j == k else u for j, u in enumerate(point)))
        steps.append(step)
    here, *there = evaluate.many([point, *moved])
    return np.column_stack([(values - here) / step for values, step in zip(there, steps, strict=True)])


def central(evaluate: Evaluator, point: Point, spans: Sequence[float]) -> Array:
    """Derivatives of the residuals [V], shape (n, k), by differences to both sides, within the bounds.

    Args:
        evaluate: the model.
        point: where.
        spans: to each side [-].
    """
    pairs = [
        tuple(
            tuple(min(max(u + sign * span, 0.0), 1.0) if j == k else u for j, u in enumerate(point))
            for sign in (-1.0, 1.0)
        )
        for k, span in enumerate(spans)
    ]
    values = evaluate.many([place for pair in pairs for place in pair])
    columns = [
        (values[2 * k + 1] - values[2 * k]) / (pairs[k][1][k] - pairs[k][0][k]) for k in range(len(pairs))
    ]
    return np.column_stack(columns)


def polished(evaluate: Evaluator, point: Point, noise: float | None) -> Best:
    """The best place near one, and the derivatives there.

    Args:
        evaluate: the model.
        point: near the best.
        noise: standard deviation of the voltage [V]; from what is left if not given.
    """
    left = evaluate(point)
    sigma = noise or float(np.sqrt((left**2).sum() / max(len(left) - len(point), 1)))
    rough = standard_errors(forward(evaluate, point, range(len(point))) / sigma)[0]
    spans = [float(np.clip(3.0 * error, *SPANS)) for error in rough]
    jacobian = central(evaluate, point, spans)
    found = near(evaluate, point, left, jacobian, {}, sigma)
    return Best(*(found or (point, left)), jacobian)


def near(
    evaluate: Evaluator, point: Point, left: Array, jacobian: Array, fixed: Mapping[int, float], noise: float
) -> tuple[Point, Array] | None:
    """Where the sum of squares is smallest near a place, with derivatives that are kept (Gauss-Newton).

    Args:
        evaluate: the model.
        point: a place at which the residuals are known.
        left: these [V].
        jacobian: derivatives near it [V], shape (n, k).
        fixed: numbers that are set, by their place.
        noise: standard deviation of the voltage [V].

    Returns:
        The place and the residuals there [V]; None where the derivatives do not lead to one.
    """
    free = [k for k in range(len(point)) if k not in fixed]
    place = np.array(point)
    guess = np.array(left)
    for k, value in fixed.items():
        guess = guess + jacobian[:, k] * (value - place[k])
        place[k] = value
    if fixed:
        place = place + _step(jacobian, guess, place, free)
        guess = evaluate(tuple(place))
    squares = float((guess**2).sum())
    for _ in range(ROUNDS):
        if not free:
            return _point(place), guess
        step = _step(jacobian, guess, place, free)
        foreseen = float(((guess + jacobian @ step) ** 2).sum())
        if (squares - foreseen) / noise**2 < NEAR:
            return _point(place), guess
        there = evaluate(tuple(place + step))
        for _ in range(HALVED):
            if float((there**2).sum()) < squares:
                break
            step = 0.5 * step
            there = evaluate(tuple(place + step))
        if float((there**2).sum()) >= squares:
            # What is left to win is of the order of the error of the time steps.
            return (_point(place), guess) if (squares - foreseen) / noise**2 < 10.0 * NEAR else None
        place, guess, squares = place + step, there, float((there**2).sum())
    return None


def _point(place: Array) -> Point:
    return tuple(float(u) for u in place)


def _step(jacobian: Array, left: Array, place: Array, free: Sequence[int]) -> Array:
    """Step within the bounds that a linear model asks for, shape (k,)."""
    step = np.zeros(len(place))
    if free:
        low, high = -place[free], 1.0 - place[free]
        # A number that stands on its bound has no room to one side; the solver asks for some.
        found = lsq_linear(jacobian[:, free], -left, bounds=(low - 1e-12, high + 1e-12))
        step[free] = np.clip(found.x, low, high)
    return step


def standard_errors(jacobian: Array) -> tuple[Array, Array]:
    """Standard errors [-] and correlations of numbers that lie anywhere between their bounds before.

    Without these bounds a number that the data do not see would lend its error to all others.

    Args:
        jacobian: derivatives of the residuals over the noise, shape (n, k).
    """
    covariance = np.linalg.inv(jacobian.T @ jacobian + 12.0 * np.eye(jacobian.shape[1]))
    errors = np.sqrt(np.diag(covariance))
    return errors, covariance / np.outer(errors, errors)
