"""Porous separator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import require_fraction, require_positive
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
    porosity: Parameter
    bruggeman_exponent: Parameter

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_fraction(self.name, porosity=self.porosity)
        require_positive(self.name, bruggeman_exponent=self.bruggeman_exponent)

    def ionic_factor(self) -> float:
        """Effective over bulk ionic transport, porosity^exponent (Bruggeman) [-]."""
        return float(self.porosity**self.bruggeman_exponent)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers or parameters; see `replacing.replace`."""
        return replace(self, **changes)
