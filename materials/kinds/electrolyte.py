"""Liquid binary electrolyte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.errors import InputError
from chemomech.materials.curve import Curve
from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import physical, require_physical
from chemomech.materials.provenance import Interval, Parameter
from chemomech.materials.replacing import replace


@dataclass(frozen=True)
class Electrolyte:
    """A concentrated binary electrolyte, as functions of the salt concentration c_e [mol/m3].

    All laws are bulk properties of the free solution; porous bodies multiply them by their own factor.

    Attributes:
        name: Name by which it is found.
        description: One sentence.
        diffusivity: Salt diffusion coefficient [m2/s].
        conductivity: Ionic conductivity [S/m].
        transference_number: Of the lithium ion, with respect to the solvent [-].
        thermodynamic_factor: 1 + d ln f / d ln c [-], the whole factor of the diffusion potential.
        initial_concentration: Salt concentration of the electrolyte as filled [mol/m3].
    """

    name: str
    description: str
    diffusivity: Curve = physical(1e-18, 1e-6, "state it in m2/s, as in 3e-10 m2/s")
    conductivity: Curve = physical(1e-9, 1e4, "state it in S/m, above 0 S/m")
    transference_number: Curve = physical(-2.0, 1.0, "state that of lithium, as in 0.3")
    thermodynamic_factor: Curve = physical(1e-3, 1e3, "state the whole factor, 1 in an ideal solution")
    initial_concentration: Parameter = physical(1e-2, 1e5, "state it as in 1 mol/l")

    def __post_init__(self) -> None:
        """Check every entry, and that the laws hold at the initial concentration."""
        require_physical(self)
        low, high = self.concentration_range
        if not low <= self.initial_concentration <= high:
            raise InputError(
                f"initial_concentration of {self.name} = {float(self.initial_concentration):.6g} mol/m3 "
                f"must lie between {low:.6g} and {high:.6g} mol/m3, where its laws hold; choose a value in "
                "that interval."
            )

    @property
    def concentration_range(self) -> Interval:
        """Salt concentrations [mol/m3] for which every law holds."""
        laws = (self.diffusivity, self.conductivity, self.transference_number, self.thermodynamic_factor)
        return max(law.valid_range[0] for law in laws), min(law.valid_range[1] for law in laws)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers, parameters or laws; see `replacing.replace`."""
        return replace(self, **changes)
