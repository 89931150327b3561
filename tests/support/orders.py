"""Orders of convergence, measured and asserted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def observed_orders(sizes: Sequence[float], errors: Sequence[float]) -> npt.NDArray[np.float64]:
    """Slope of log(error) over log(size) between each two neighbours.

    Args:
        sizes: Mesh sizes or time steps, falling.
        errors: Error norm at each of them.
    """
    h, e = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    return np.asarray(np.diff(np.log(e)) / np.diff(np.log(h)))


def assert_expected_order(
    what: str, sizes: Sequence[float], errors: Sequence[float], expected: float, slack: float = 0.25
) -> float:
    """Assert that errors fall with the expected order, and return the order of the finest pair.

    The finest pair is asked to be within ``slack`` below the expected order; every pair must at least
    fall. An error that does not fall at all (a wrong equation) has order 0 and cannot pass.

    Args:
        what: What converges, for the message.
        sizes: Mesh sizes or time steps, falling.
        errors: Error norm at each of them.
        expected: Order by theory.
        slack: How far the finest pair may stay below it: the distance to the asymptotic range.
    """
    orders = observed_orders(sizes, errors)
    table = ", ".join(f"{h:.3g}: {e:.3e}" for h, e in zip(sizes, errors, strict=True))
    message = f"{what}: orders {np.round(orders, 2)} from {table}; expected {expected}"
    print(message)
    assert np.all(orders > 0.0), message
    assert orders[-1] > expected - slack, message
    return float(orders[-1])
