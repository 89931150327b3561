"""What is simulated: materials, initial state and control, free of meshes and discretisation."""

from __future__ import annotations

from dataclasses import dataclass

from chemomech.errors import require_between
from chemomech.materials import (
    REFERENCE_TEMPERATURE,
    ActiveMaterial,
    CarbonBinderMatrix,
    Electrolyte,
    LithiumMetal,
    Separator,
)


@dataclass(frozen=True)
class HalfCellModel:
    """A composite cathode against lithium metal.

    Attributes:
        cathode: Active material of the particles.
        electrolyte: Liquid electrolyte in matrix and separator.
        matrix: Homogenised porous carbon-binder matrix.
        separator: Porous separator.
        lithium: Lithium-metal counter electrode.
        initial_stoichiometry: Uniform initial x = c/c_max [-]; stress-free only where it is the
            ``stress_free_stoichiometry`` of the cathode.
        temperature: Uniform temperature [K]; the materials are moved to it, so that every model and every
            reading of this object has the same isothermal laws.
        stack_pressure: Pressure on the separator side of the electrode [Pa].
    """

    cathode: ActiveMaterial
    electrolyte: Electrolyte
    matrix: CarbonBinderMatrix
    separator: Separator
    lithium: LithiumMetal
    initial_stoichiometry: float
    temperature: float = REFERENCE_TEMPERATURE
    stack_pressure: float = 0.0

    def __post_init__(self) -> None:
        """Move the materials to the temperature, and check the initial state.

        Raises:
            InputError: If a law of a material is not known at the temperature, or the initial stoichiometry
                is outside the open-circuit curve's range.
        """
        for role in ("cathode", "electrolyte", "matrix", "separator", "lithium"):
            object.__setattr__(self, role, getattr(self, role).at_temperature(self.temperature))
        low, high = self.cathode.open_circuit_voltage.valid_range
        require_between(
            "initial_stoichiometry",
            self.initial_stoichiometry,
            low,
            high,
            "-",
            f"choose x inside the range of the open-circuit voltage of '{self.cathode.name}'",
        )
