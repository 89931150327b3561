"""Checks shared by the records."""

from __future__ import annotations

import math

from chemomech.errors import require_between

TINY = 1.0e-300


def require_positive(owner: str, **values: float) -> None:
    """Raise InputError unless every value is a positive finite number.

    Args:
        owner: Name of the material the values belong to.
        **values: Values by name.
    """
    for name, value in values.items():
        require_between(
            f"{name} of {owner}",
            value,
            TINY,
            math.nextafter(math.inf, 0.0),
            "",
            "give a positive finite number",
        )


def require_fraction(owner: str, **values: float) -> None:
    """Raise InputError unless every value lies above 0 and not above 1; see `require_positive`."""
    for name, value in values.items():
        require_between(f"{name} of {owner}", value, 1.0e-6, 1.0, "-", "give a fraction")


def require_poisson_ratio(owner: str, poisson_ratio: float) -> None:
    """Raise InputError unless Poisson's ratio lies where displacement elements do not lock."""
    require_between(
        f"poisson_ratio of {owner}",
        poisson_ratio,
        -0.99,
        0.49,
        "-",
        "an (almost) incompressible solid is not supported",
    )
