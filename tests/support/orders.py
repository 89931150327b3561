"""Orders of convergence, measured and asserted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ROUNDING = 1.0e-14
"""Relative rounding of a solution in double precision that some tens of operations went into [-]."""
MARGIN = 1.0e3
"""How far above rounding and solver tolerance an error has to be, for an order to be read off it [-]."""


def observed_orders(sizes: Sequence[float], errors: Sequence[float]) -> npt.NDArray[np.float64]:
    """Slope of log(error) over log(size) between each two neighbours.

    Args:
        sizes: Mesh sizes or time steps, falling.
        errors: Error norm at each of them.
    """
    h, e = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    return np.asarray(np.diff(np.log(e)) / np.diff(np.log(h)))


def assert_expected_order(
    what: str,
    sizes: Sequence[float],
    errors: Sequence[float],
    expected: float,
    *,
    magnitude: float,
    tolerance: float = ROUNDING,
    slack: float = 0.25,
) -> float:
    """Assert that errors fall with the expected order, and return the order of the finest pair.

    The order between each two neighbours has to be within ``slack`` of the expected one, on either side:
    an error that does not fall (a wrong equation) has order 0, and one that falls faster than theory allows
    is not the error that was meant, or not yet in the asymptotic range.

    No order is read off errors that rounding has a part in, which differ from one processor to the next:
    each error has to be ``MARGIN`` times above what rounding and the solver's tolerance leave.

    Args:
        what: What converges, for the message.
        sizes: Mesh sizes or time steps, falling.
        errors: Error norm at each of them.
        expected: Order by theory.
        magnitude: Size of the quantity whose error is measured, in the unit of the errors.
        tolerance: Share of ``magnitude`` to which the discrete equations are solved; that of rounding at
            the least.
        slack: How far each order may be from the expected one.
    """
    h, e = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    table = ", ".join(f"{size:.3g}: {error:.3e}" for size, error in zip(h, e, strict=True))
    assert len(h) > 1, f"{what}: one size has no order: {table}"
    assert np.all(h > 0.0), f"{what}: sizes must be positive: {table}"
    assert np.all(np.diff(h) < 0.0), f"{what}: sizes must fall: {table}"
    assert 0.0 < magnitude < np.inf, f"{what}: no magnitude: {magnitude}"
    floor = MARGIN * max(tolerance, ROUNDING) * magnitude
    assert np.all((e > floor) & (e < np.inf)), (
        f"{what}: no order can be judged from {table}: errors up to {floor:.1e} may be rounding or the "
        "tolerance of the solver; measure on coarser meshes or longer steps, or solve more closely"
    )
    orders = observed_orders(h, e)
    message = f"{what}: orders {np.round(orders, 2)} from {table}; expected {expected} within {slack}"
    print(message)
    assert np.all(np.abs(orders - expected) <= slack), message
    return float(orders[-1])
