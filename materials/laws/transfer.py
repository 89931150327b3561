"""Symmetric charge transfer."""

from __future__ import annotations

from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source


def half() -> Parameter:
    """Transfer coefficient of one half."""
    return Parameter(
        0.5,
        "-",
        Source("symmetric charge transfer, as in every parameter set at hand", ("assumed",)),
        (0.4, 0.6),
        heat.SAME_SYMMETRY,
    )
