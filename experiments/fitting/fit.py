"""Least squares from several starts, profile likelihoods, and which parameters the data determine."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, qmc

from chemomech.errors import InputError
from chemomech.experiments.fitting.evaluation import Evaluator, Point, evaluator
from chemomech.experiments.fitting.spec import FitSpec

Array = npt.NDArray[np.float64]

STEP = 0.01
"""Difference by which derivatives are taken, as a share of the range between the bounds [-]."""

TOLERANCE = 1.0e-4
"""Relative change of the sum of squares, and of the parameters, at which it ends [-]."""

MOST = 40
"""Evaluations of the model at most, beside those for derivatives."""

LEVEL = 0.95
"""Of the intervals."""

PROFILE_STEP = 1.0
"""First step of a profile, in standard errors."""


@dataclass(frozen=True)
class Profile:
    """The smallest chi-square over one parameter, all others fitted anew.

    Attributes:
        shares: places between the bounds, rising, shape (n,).
        excess: chi-square above the smallest, shape (n,).
    """

    shares: Array
    excess: Array


@dataclass(frozen=True)
class FittedValue:
    """What the data say of a parameter; marked ``calibrated``.

    Attributes:
        name: of the parameter.
        value: best, in its unit.
        unit: of its bounds.
        low: end of the 95 % interval by the profile; None where the data do not bound it.
        high: likewise.
        profile: its profile.
        data: names of the measurements.
    """

    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    profile: Profile
    data: tuple[str, ...]
    mark: str = "calibrated"

    @property
    def determined(self) -> bool:
        """Whether the data bound it on both sides, inside its bounds."""
        return self.low is not None and self.high is not None

    @property
    def says(self) -> str:
        """The verdict in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:.4g} to {self.high:.4g} {self.unit}".rstrip()
        if self.low is None and self.high is None:
            return "not determined: the data bound it on neither side"
        if self.low is not None:
            return f"not determined: above {self.low:.4g} {self.unit} alone".rstrip()
        return f"not determined: below {self.high:.4g} {self.unit} alone".rstrip()


@dataclass(frozen=True)
class FitOutcome:
    """Outcome of a fit.

    Attributes:
        values: of the parameters.
        correlation: between them, shape (k, k); NaN where it is not known.
        rmse: of the voltage [V].
        noise: that the intervals rest on [V].
        evaluations: of the model that were computed.
        ends: chi-square at which each start ended.
    """

    values: tuple[FittedValue, ...]
    correlation: Array
    rmse: float
    noise: float
    evaluations: int
    ends: tuple[float, ...]

    def lines(self) -> Iterator[str]:
        """Yield the outcome as lines of text."""
        noise, count = 1e3 * self.noise, self.evaluations
        yield f"RMSE {1e3 * self.rmse:.3f} mV, noise {noise:.3f} mV, {count} evaluations"
        width = max(len(one.name) for one in self.values)
        for one in self.values:
            yield f"{one.name:<{width}}  {one.value:>11.4g} {one.unit:<6}  {one.says}  ({one.mark})"
        strong = [
            f"{a.name} and {b.name}: {self.correlation[i, j]:+.2f}"
            for i, a in enumerate(self.values)
            for j, b in enumerate(self.values)
            if i < j and a.determined and b.determined and abs(self.correlation[i, j]) > 0.9
        ]
        if strong:
            yield f"correlated beyond 0.9: {'; '.join(strong)}"


def fit(spec: FitSpec, folder: Path, workers: int = 1) -> FitOutcome:
    """Fit the parameters, and find what the data say of each.

    Args:
        spec: what is fitted to what.
        folder: in which evaluations are kept; a fit that was killed goes on there, to the same numbers.
        workers: local processes.

    Raises:
        InputError: as of runs.
    """
    _lmfit()
    with evaluator(spec, folder / "evaluations", workers) as evaluate:
        places = [(0.5,) * len(spec.parameters), *_starts(spec)]
        ends = [_minimum(evaluate, place, {}) for place in places]
        best = min(ends, key=lambda end: float((end[1] ** 2).sum()))
        left = best[1]
        freedom = max(len(left) - len(spec.parameters), 1)
        rmse = float(np.sqrt(np.mean(left**2)))
        noise = spec.settings.noise or float(np.sqrt((left**2).sum() / freedom))
        jacobian = _jacobian(evaluate, best[0], range(len(best[0]))) / noise
        errors, correlation = _covariance(jacobian)
        values = tuple(_value(evaluate, best, k, noise, errors[k]) for k in range(len(best[0])))
        squares = tuple(float((end[1] ** 2).sum()) / noise**2 for end in ends)
        return FitOutcome(values, correlation, rmse, noise, evaluate.evaluations, squares)


def _lmfit() -> Any:
    try:
        import lmfit
    except ImportError:
        raise InputError(
            "fitting needs the package lmfit, which is not installed; install chemomech[fit]."
        ) from None
    return lmfit


def _starts(spec: FitSpec) -> list[Point]:
    count = spec.settings.starts
    if not count:
        return []
    cube = qmc.LatinHypercube(len(spec.parameters), rng=np.random.default_rng(spec.settings.seed))
    return [tuple(row) for row in (0.05 + 0.9 * cube.random(count)).tolist()]


def _minimum(evaluate: Evaluator, start: Point, fixed: dict[int, float]) -> tuple[Point, Array]:
    """Where the sum of squares is smallest, with some parameters fixed, and the residuals there [V]."""
    free = [k for k in range(len(start)) if k not in fixed]
    base = [fixed.get(k, u) for k, u in enumerate(start)]
    if not free:
        return tuple(base), evaluate(tuple(base))
    lmfit = _lmfit()
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
        Dfun=lambda values: _jacobian(evaluate, place(values), free) / scale,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        max_nfev=MOST,
    )
    best = place(found.params)
    return best, evaluate(best)


def _jacobian(evaluate: Evaluator, point: Point, free: Sequence[int]) -> Array:
    """Derivatives of the residuals [V], shape (n, len(free)); differences towards the middle of the range."""
    moved, steps = [], []
    for k in free:
        step = STEP if point[k] < 0.5 else -STEP
        moved.append(tuple(u + step if j == k else u for j, u in enumerate(point)))
        steps.append(step)
    here, *there = evaluate.many([point, *moved])
    return np.column_stack([(values - here) / step for values, step in zip(there, steps, strict=True)])


def _covariance(jacobian: Array) -> tuple[Array, Array]:
    """Standard errors [-] and correlations, by the singular values, so that flat directions do no harm."""
    _, singular, rows = np.linalg.svd(jacobian, full_matrices=False)
    inverse = 1.0 / np.maximum(singular, 1e-12) ** 2
    covariance = (rows.T * inverse) @ rows
    errors = np.sqrt(np.diag(covariance))
    return errors, covariance / np.outer(errors, errors)


def _value(evaluate: Evaluator, best: tuple[Point, Array], k: int, noise: float, error: float) -> FittedValue:
    spec = evaluate.spec
    parameter = spec.parameters[k]
    smallest = float((best[1] ** 2).sum())
    limit = float(chi2.ppf(LEVEL, 1))
    sides = [_side(evaluate, best[0], k, sign, error, noise, smallest, limit) for sign in (-1, 1)]
    places = [*reversed(sides[0]), (best[0][k], 0.0), *sides[1]]
    profile = Profile(np.array([u for u, _ in places]), np.array([e for _, e in places]))
    low, high = (_crossing([(best[0][k], 0.0), *side], limit) for side in sides)
    return FittedValue(
        parameter.name,
        parameter.value(best[0][k]),
        parameter.bounds[2],
        None if low is None else parameter.value(low),
        None if high is None else parameter.value(high),
        profile,
        tuple(run.name for run in spec.runs),
    )


def _side(
    evaluate: Evaluator,
    best: Point,
    k: int,
    sign: int,
    error: float,
    noise: float,
    smallest: float,
    limit: float,
) -> list[tuple[float, float]]:
    """Places to one side of the best with the excess of chi-square, until limit or bound is passed."""
    step = sign * min(max(PROFILE_STEP * error, 1e-3), 0.1)
    found: list[tuple[float, float]] = []
    place, at = best, best[k]
    while True:
        bound = 1.0 if sign > 0 else 0.0
        if math.isclose(at, bound, abs_tol=1e-9):
            return found
        at = min(at + step, 1.0) if sign > 0 else max(at + step, 0.0)
        place, left = _minimum(evaluate, place, {k: at})
        excess = (float((left**2).sum()) - smallest) / noise**2
        found.append((at, excess))
        if excess > 1.2 * limit:
            return found
        # A flat side is crossed in ever longer strides.
        step = step if excess > 0.1 * limit else 1.6 * step


def _crossing(side: Sequence[tuple[float, float]], limit: float) -> float | None:
    for (u, before), (v, after) in zip(side[:-1], side[1:], strict=True):
        if after >= limit:
            # The excess grows as a square.
            a, b, c = (math.sqrt(max(x, 0.0)) for x in (before, after, limit))
            return u + (v - u) * (c - a) / (b - a)
    return None
