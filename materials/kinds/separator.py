"""Porous separator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import fraction, physical, require_physical
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import replace


@dataclass(frozen=True)
class Separator:
    """An electronically insulating porous layer filled with electrolyte.

    Attributes:
        name: Name by which it is found.
        description: One sentence.
        porosity: Volume fraction of electrolyte [-].
        bruggeman_exponent: Exponent of the porosity in effective ionic transport [-].
    """

    name: str
    description: str
    porosity: Parameter = fraction()
    bruggeman_exponent: Parameter = physical(1e-3, 20.0, "state an exponent, as in 1.5")

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_physical(self)

    def ionic_factor(self) -> float:
        """Effective over bulk ionic transport, porosity^exponent (Bruggeman) [-]."""
        return float(self.porosity**self.bruggeman_exponent)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers or parameters; see `replacing.replace`."""
        return replace(self, **changes)
