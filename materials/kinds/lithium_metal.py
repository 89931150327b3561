"""Lithium metal counter electrode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.materials.curve import Curve
from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import fraction, physical, require_physical
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import replace


@dataclass(frozen=True)
class LithiumMetal:
    """A lithium foil at 0 V whose plating and stripping follow Butler-Volmer kinetics.

    Attributes:
        name: Name by which it is found.
        description: One sentence.
        exchange_current_density: i0(c_e) [A/m2], with c_e in mol/m3.
        anodic_transfer: Anodic (stripping) transfer coefficient [-].
        cathodic_transfer: Cathodic (plating) transfer coefficient [-].
    """

    name: str
    description: str
    exchange_current_density: Curve = physical(1e-9, 1e7, "state it in A/m2, above 0 A/m2")
    anodic_transfer: Parameter = fraction()
    cathodic_transfer: Parameter = fraction()

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_physical(self)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers, parameters or laws; see `replacing.replace`."""
        return replace(self, **changes)
