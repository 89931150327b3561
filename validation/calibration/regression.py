"""Ordinary least squares with standard errors, blocks, and partial correlation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of a regression.

    Attributes:
        value: Change of the response per unit of the covariate.
        error: Standard error.
    """

    value: float
    error: float

    @property
    def t(self) -> float:
        """Value over standard error."""
        if self.error > 0.0:
            return self.value / self.error
        return float(np.copysign(np.inf, self.value)) if self.value else 0.0


@dataclass(frozen=True)
class Regression:
    """A linear fit.

    Attributes:
        coefficients: Of the covariates, by name.
        residual: Standard deviation of what is left.
        freedom: Degrees of freedom.
    """

    coefficients: Mapping[str, Coefficient]
    residual: float
    freedom: int


def least_squares(
    response: Array, covariates: Mapping[str, Array], block: IntArray | None = None
) -> Regression:
    """Fit a response by covariates and one constant for each block.

    Args:
        response: Shape (n,).
        covariates: Each of shape (n,).
        block: Block of each observation, shape (n,); one block if left out.

    Raises:
        InputError: If there are too few observations, or the covariates depend on each other.
    """
    names = list(covariates)
    blocks = np.zeros(len(response), dtype=np.int64) if block is None else np.asarray(block)
    constants = (blocks[:, None] == np.unique(blocks)[None, :]).astype(float)
    matrix = np.column_stack([constants, *(np.asarray(covariates[name], dtype=float) for name in names)])
    freedom = len(response) - matrix.shape[1]
    # Columns of the same size, so that the rank does not depend on units.
    size = np.linalg.norm(matrix, axis=0)
    if freedom < 1 or not (size > 0.0).all() or np.linalg.matrix_rank(matrix / size, tol=1e-9) < len(size):
        raise InputError(
            f"{len(response)} observations do not determine {matrix.shape[1]} coefficients "
            f"({', '.join(names)} and {constants.shape[1]} constants); give more, or covariates that differ."
        )
    orthogonal, triangular = np.linalg.qr(matrix / size)
    inverse = np.linalg.inv(triangular)
    solution = inverse @ (orthogonal.T @ response)
    left = response - (matrix / size) @ solution
    residual = float(np.sqrt(left @ left / freedom))
    errors = residual * np.sqrt(np.sum(inverse**2, axis=1))
    first = constants.shape[1]
    return Regression(
        {
            name: Coefficient(float((solution / size)[first + k]), float((errors / size)[first + k]))
            for k, name in enumerate(names)
        },
        residual,
        freedom,
    )


@dataclass(frozen=True)
class PartialCorrelation:
    """Correlation of what two variables have beyond others.

    Attributes:
        value: The correlation [-].
        freedom: Degrees of freedom of its t.
        probability: Two-sided probability of one as large by chance [-].
    """

    value: float
    freedom: int
    probability: float

    def critical(self, probability: float) -> float:
        """Correlation that chance exceeds, with either sign, with a probability [-]."""
        limit = float(student.isf(probability / 2.0, self.freedom))
        return limit / float(np.sqrt(limit**2 + self.freedom))


def partial_correlation(
    first: Array, second: Array, given: Mapping[str, Array], block: IntArray | None = None
) -> PartialCorrelation:
    """Correlation of two variables at given others and within blocks.

    Args:
        first: Shape (n,).
        second: Shape (n,).
        given: Variables held, each of shape (n,).
        block: Block of each observation, shape (n,); one block if left out.

    Raises:
        InputError: If there are too few observations.
    """
    fit = least_squares(first, {**given, "second": second}, block)
    t = fit.coefficients["second"].t
    value = 1.0 if np.isinf(t) else t / float(np.sqrt(t**2 + fit.freedom))
    return PartialCorrelation(value, fit.freedom, float(2.0 * student.sf(abs(t), fit.freedom)))
