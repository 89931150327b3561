"""What counts as agreement, in code; every claim says in words which of these it uses."""

from __future__ import annotations

import numpy as np

from chemomech.validation.instruments import Reading


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


def falls(values: tuple[float, ...]) -> bool:
    """Whether each value lies below the one before."""
    return bool(np.all(np.diff(values) < 0.0))
