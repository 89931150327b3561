"""Least squares with confidence intervals, and what a fitted parameter is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.stats import t as student

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FittedParameter:
    """A number that was fitted.

    Attributes:
        name: What it is.
        unit: Of all numbers; ``"-"`` for none.
        value: Best value.
        low: Lower end of the interval.
        high: Upper end of the interval.
        interval: What the interval is, such as ``"95 % confidence"``.
        data: What it was fitted to.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    interval: str
    data: str


@dataclass(frozen=True)
class Unknown:
    """A positive parameter to be fitted, in its logarithm.

    Attributes:
        name: What it is.
        unit: Of the numbers.
        start: First guess.
        low: Smallest value tried.
        high: Largest value tried.
    """

    name: str
    unit: str
    start: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Outcome of a fit.

    Attributes:
        parameters: The fitted parameters with 95 % intervals.
        residuals: Remaining residuals, in their standard deviations, shape (m,).
        evaluations: How often the model was evaluated.
    """

    parameters: tuple[FittedParameter, ...]
    residuals: Array
    evaluations: int

    @property
    def values(self) -> Array:
        """Fitted values, shape (n,)."""
        return np.array([parameter.value for parameter in self.parameters])

    @property
    def reduced_chi_square(self) -> float:
        """Sum of squares over the degrees of freedom; about 1 where the model fits within its errors."""
        freedom = max(len(self.residuals) - len(self.parameters), 1)
        return float(self.residuals @ self.residuals / freedom)


def fitted(
    residuals: Callable[[Array], Array],
    unknowns: tuple[Unknown, ...],
    data: str,
    step: float = 0.05,
    evaluations: int = 40,
    correlation: Callable[[Array], Array] | None = None,
) -> Fit:
    """Fit positive parameters by least squares.

    The interval is that of the linearised problem in the logarithms, from the covariance of the residuals
    scaled by the reduced chi-square where that exceeds 1, with Student's factor. Residuals that hang
    together, such as the mean and the quartiles of one map, count as far as they tell different things. It
    does not know the errors of the model.

    Args:
        residuals: Parameters (n,) to residuals in standard deviations (m,).
        unknowns: The parameters.
        data: What the residuals compare with, in words.
        step: Relative step of the finite differences; wide enough for a model that samples.
        evaluations: Most steps of the optimiser.
        correlation: Best parameters (n,) to the correlation of the residuals (m, m); none if left out.

    Raises:
        InputError: If there are fewer residuals than parameters, or they are not finite at the start.
    """
    start = np.log([unknown.start for unknown in unknowns])
    bounds = (np.log([u.low for u in unknowns]), np.log([u.high for u in unknowns]))
    first = residuals(np.exp(start))
    if len(first) < len(unknowns) or not np.isfinite(first).all():
        raise InputError(
            f"{len(unknowns)} parameters cannot be fitted to {np.isfinite(first).sum()} finite residuals; "
            "give at least as many data as parameters."
        )
    optimum = least_squares(
        lambda logarithm: residuals(np.exp(logarithm)),
        start,
        bounds=bounds,
        diff_step=step,
        max_nfev=evaluations,
        xtol=1e-3,
        ftol=1e-4,
    )
    freedom = len(optimum.fun) - len(unknowns)
    scale = max(float(optimum.fun @ optimum.fun) / max(freedom, 1), 1.0)
    inverse = np.linalg.pinv(optimum.jac.T @ optimum.jac)
    covariance = inverse
    if correlation is not None:
        covariance = inverse @ optimum.jac.T @ correlation(np.exp(optimum.x)) @ optimum.jac @ inverse
    deviation = np.sqrt(np.diag(covariance) * scale)
    half = deviation * (student.ppf(0.975, freedom) if freedom > 0 else np.inf)
    parameters = tuple(
        FittedParameter(
            unknown.name,
            unknown.unit,
            float(np.exp(x)),
            float(np.exp(x - h)),
            float(np.exp(min(x + h, 700.0))),
            "95 % confidence",
            data,
        )
        for unknown, x, h in zip(unknowns, optimum.x, half, strict=True)
    )
    return Fit(parameters, np.asarray(optimum.fun), int(optimum.nfev) * (len(unknowns) + 1))
