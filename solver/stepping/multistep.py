"""Variable-step backward differentiation of order 1 and 2, predictor and error constants.

With past values y_n, y_{n-1} at steps h = t_{n+1} - t_n and h1 = t_n - t_{n-1}:

    order 1:  y' ~ (y - y_n) / h
    order 2:  y' ~ [(1 + 2 r)/(1 + r) y - (1 + r) y_n + r^2/(1 + r) y_{n-1}] / h,   r = h/h1

Local errors follow from comparing the corrector with the polynomial through as many past values
(Milne's device; Gresho & Sani, Incompressible Flow and the Finite Element Method, section 3.16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class StepFormula:
    """Discrete time derivative ``rate * y + sum(weights[k] * y_past[k])``, newest past value first.

    Attributes:
        order: 1 or 2.
        rate: Leading coefficient [1/s].
        weights: Coefficients of the past values [1/s].
        error_share: Local error of the corrector over (corrector - predictor); None without predictor.
    """

    order: int
    rate: float
    weights: tuple[float, ...]
    error_share: float | None


def formula(step: float, past_times: Sequence[float]) -> StepFormula:
    """Choose the highest order the past allows.

    Args:
        step: Size of the step to take [s].
        past_times: Times of the past values since the last discontinuity, newest first [s].
    """
    gaps = -np.diff(np.asarray(past_times[:3], dtype=float))
    h = step
    if len(gaps) == 0:
        return StepFormula(1, 1.0 / h, (-1.0 / h,), None)
    h1 = gaps[0]
    if len(gaps) == 1:
        return StepFormula(1, 1.0 / h, (-1.0 / h,), h / (2.0 * h + h1))
    r = h / h1
    weights = (-(1.0 + r) / h, r * r / (1.0 + r) / h)
    corrector = h * (h + h1) / (h1 + 2.0 * h)
    return StepFormula(
        2, (1.0 + 2.0 * r) / (1.0 + r) / h, weights, corrector / (corrector + h + h1 + gaps[1])
    )


def extrapolation_weights(time: float, past_times: Sequence[float]) -> tuple[float, ...]:
    """Lagrange weights of the past values for their polynomial at ``time`` (at most three)."""
    nodes = list(past_times[:3])
    weights = []
    for i, t_i in enumerate(nodes):
        others = [t_j for j, t_j in enumerate(nodes) if j != i]
        weights.append(float(np.prod([(time - t_j) / (t_i - t_j) for t_j in others])))
    return tuple(weights)
