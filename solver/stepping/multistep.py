"""Variable-step backward differentiation of orders 1 to 4, predictor and error constants.

With past values y_n, y_{n-1}, ... at distances h_i = t_{n+1} - t_{n-i} from the new time, the derivative at
order k is that of the polynomial through y_{n+1} and k past values:

    y' ~ rate y_{n+1} + sum_{i<k} weights_i y_{n-i},   rate = sum_{i<k} 1/h_i

(Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, section III.5). Its local error is
y^(k+1)/(k+1)! prod_{i<k} h_i / rate, that of the polynomial through k + 1 past values at the new time is
y^(k+1)/(k+1)! prod_{i<=k} h_i with the other sign, so that the gap between the two tells both (Milne's
device; Gresho & Sani, Incompressible Flow and the Finite Element Method, section 3.16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HIGHEST_ORDER = 4
"""Stable within 73 degrees of the negative real axis; diffusion and reaction lie upon it."""


@dataclass(frozen=True)
class StepFormula:
    """Discrete time derivative ``rate * y + sum(weights[k] * y_past[k])``, newest past value first.

    Attributes:
        order: 1 to ``HIGHEST_ORDER``.
        rate: Leading coefficient [1/s].
        weights: Coefficients of the past values [1/s].
        error_share: Local error of the corrector over (corrector - predictor); None without predictor.
    """

    order: int
    rate: float
    weights: tuple[float, ...]
    error_share: float | None


def formula(step: float, past_times: Sequence[float], order: int = 2) -> StepFormula:
    """The formula of an order, or of the highest below it that the past allows with an error estimate.

    Args:
        step: Size of the step to take [s].
        past_times: Times of the past values since the last discontinuity, newest first [s].
        order: Order that is wanted, 1 to ``HIGHEST_ORDER``.
    """
    order = max(1, min(order, len(past_times) - 1))
    times = np.asarray(past_times[:order], dtype=float)
    distances = step + (times[0] - times)
    weights = []
    for i, (time, distance) in enumerate(zip(times, distances, strict=True)):
        others = np.delete(np.arange(order), i)
        weights.append(-float(np.prod(distances[others] / (time - times[others]))) / float(distance))
    rate = float(np.sum(1.0 / distances))
    return StepFormula(order, rate, tuple(weights), error_share(step, past_times, order))


def error_share(step: float, past_times: Sequence[float], order: int) -> float | None:
    """Local error over the gap to the predictor; None where the past is too short for the predictor."""
    if len(past_times) <= order:
        return None
    times = np.asarray(past_times[: order + 1], dtype=float)
    distances = step + (times[0] - times)
    corrector = 1.0 / float(np.sum(1.0 / distances[:order]))
    return corrector / (corrector + float(distances[order]))


def extrapolation_weights(time: float, past_times: Sequence[float]) -> tuple[float, ...]:
    """Lagrange weights of the past values for the polynomial through all of them at ``time``."""
    weights = []
    for i, t_i in enumerate(past_times):
        others = [t_j for j, t_j in enumerate(past_times) if j != i]
        weights.append(float(np.prod([(time - t_j) / (t_i - t_j) for t_j in others])))
    return tuple(weights)
