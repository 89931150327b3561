"""What spheres of active material leave of the transport in the matrix between them, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chemomech.materials import bounds


def maxwell(active_fraction: float) -> float:
    """Share of the conductivity of a matrix left by insulating spheres, (1 - p) / (1 + p / 2) [-].

    Maxwell's result, exact for few spheres and an upper bound for isotropic two-phase bodies (Hashin and
    Shtrikman).

    Args:
        active_fraction: volume fraction p of the spheres [-].
    """
    return bounds.maxwell(1.0, 0.0, active_fraction)


def bruggeman(active_fraction: float) -> float:
    """The same after Bruggeman, (1 - p)^1.5 [-]."""
    return float((1.0 - active_fraction) ** 1.5)


TRANSPORT_RULES: Final[dict[str, Callable[[float], float]]] = {"maxwell": maxwell, "bruggeman": bruggeman}
