"""What counts as agreement, in code; every claim says in words which of these it uses."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chemomech.validation.claims.finding import Row
from chemomech.validation.instruments import Reading


@dataclass(frozen=True)
class Between:
    """An open range in which a figure agrees.

    Attributes:
        low: Lower end.
        high: Upper end.
    """

    low: float = -math.inf
    high: float = math.inf

    def margin(self, value: float) -> float:
        """Distance to the nearer end, positive inside."""
        return min(value - self.low, self.high - value)


def above(limit: float) -> Between:
    """Agreement above a limit."""
    return Between(low=limit)


def below(limit: float) -> Between:
    """Agreement below a limit."""
    return Between(high=limit)


def near(target: float, half_width: float) -> Between:
    """Agreement closer to a target than a half width."""
    return Between(target - half_width, target + half_width)


def near_two_sigma(uncertainty: float, target: float, target_uncertainty: float) -> Between:
    """Agreement within twice the combined standard deviation of both numbers."""
    return near(target, 2.0 * float(np.hypot(uncertainty, target_uncertainty)))


def judged(
    what: str,
    unit: str,
    value: float,
    criterion: Between,
    *,
    sampling: float | None = None,
    mesh: float | None = None,
    measured: float | None = None,
    measured_uncertainty: float | None = None,
    expected: str = "",
) -> Row:
    """A row that a criterion decides, with its margin.

    Args:
        what: The compared quantity.
        unit: Of all its numbers.
        value: The figure; one that is not a number agrees with nothing.
        criterion: What counts as agreement.
        sampling: Standard deviation of the figure from sampling.
        mesh: What the mesh may cost in the figure.
        measured: The measured number, where there is one.
        measured_uncertainty: Of that.
        expected: The criterion or the order in words.
    """
    margin = criterion.margin(float(value))
    margin = -math.inf if math.isnan(margin) else float(margin)
    return Row(
        what,
        unit,
        float(value),
        measured,
        sampling,
        measured_uncertainty,
        expected,
        margin > 0.0,
        margin,
        mesh,
    )


def exceeds(what: str, unit: str, first: Reading, second: Reading, scale: float = 1.0) -> Row:
    """A row that asks for the first reading above the second by more than one standard error."""
    error = scale * float(np.hypot(first.uncertainty, second.uncertainty))
    difference = scale * (first.value - second.value)
    return judged(what, unit, difference, above(error), sampling=error, expected="above 0")


def matches(what: str, unit: str, first: Reading, second: Reading, scale: float = 1.0) -> Row:
    """A row that asks for two readings that differ by less than two standard errors."""
    error = scale * float(np.hypot(first.uncertainty, second.uncertainty))
    difference = scale * (first.value - second.value)
    return judged(what, unit, difference, near(0.0, 2.0 * error), sampling=error, expected="0")


def descends(what: str, unit: str, values: tuple[float, ...], sampling: float | None = None) -> Row:
    """A row that asks for each value below the one before; its figure is the smallest fall."""
    smallest = -float(np.max(np.diff(values)))
    return judged(f"{what}: smallest fall", unit, smallest, above(0.0), sampling=sampling, expected="above 0")


def within(value: float, target: float, half_width: float) -> bool:
    """Whether a value lies within a half width of a target."""
    return bool(abs(value - target) <= half_width)


def within_two_sigma(value: float, uncertainty: float, target: float, target_uncertainty: float) -> bool:
    """Whether two numbers agree within twice their combined standard deviation."""
    return within(value, target, 2.0 * float(np.hypot(uncertainty, target_uncertainty)))


def greater(first: Reading, second: Reading) -> bool:
    """Whether the first exceeds the second by more than one combined standard deviation."""
    return bool(first.value - second.value > np.hypot(first.uncertainty, second.uncertainty))


def equal(first: Reading, second: Reading) -> bool:
    """Whether two readings differ by less than two combined standard deviations."""
    return bool(abs(first.value - second.value) < 2.0 * np.hypot(first.uncertainty, second.uncertainty))
