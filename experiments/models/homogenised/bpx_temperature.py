"""What a BPX file says of temperature, as the temperature laws of the materials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chemomech.errors import InputError, require_between
from chemomech.materials import (
    REFERENCE_TEMPERATURE,
    Arrhenius,
    Independent,
    Linear,
    OnlyAt,
    Source,
    TemperatureLaw,
)
from chemomech.materials.elementary import Function
from chemomech.materials.sources import Interval
from chemomech.materials.temperature import ASSUMED_RANGE

LOWEST, HIGHEST = "chemomech lowest temperature [K]", "chemomech highest temperature [K]"
"""Our entries in the section User-defined for the range of the laws, which the standard has no place for."""


@dataclass(frozen=True)
class FileTemperatures:
    """Temperatures of a BPX file.

    Attributes:
        reference: at which its laws hold [K].
        initial: of the cell in the file [K].
        valid_range: between which its laws are used [K]; -10 to 60 C is assumed where it says nothing.
        source: the file.
    """

    reference: float
    initial: float
    valid_range: Interval
    source: Source

    def activated(self, activation_energy: Any) -> TemperatureLaw:
        """Return the law of an activation energy [J/mol]; one for the reference only where there is none."""
        if activation_energy is None:
            return OnlyAt(self.reference)
        return Arrhenius(float(activation_energy), self.source, self.valid_range, self.reference)

    def linear(self, slope: Function | None) -> TemperatureLaw:
        """Return the law of a change per kelvin; one for the reference only where there is none."""
        if slope is None:
            return OnlyAt(self.reference)
        return Linear(slope, self.source, self.valid_range, self.reference)

    def constant(self) -> TemperatureLaw:
        """Return the law of what BPX states as one number for all temperatures."""
        one = Source(f"{self.source.reference}: BPX has one number for all temperatures", ("assumed",))
        return Independent(one, self.valid_range)


def file_temperatures(parsed: Any, path: str, source: Source, own: dict[str, Any]) -> FileTemperatures:
    """Return the temperatures of a parsed BPX file.

    Args:
        parsed: the file as the package ``bpx`` reads it.
        path: of the file, for messages.
        source: the file.
        own: entries of the section User-defined.

    Raises:
        InputError: when there are activation energies or entropic coefficients without a reference.
    """
    parts = parsed.parameterisation
    electrode, electrolyte = parts.positive_electrode, parts.electrolyte
    stated = getattr(getattr(parsed, "state", None), "initial_conditions", None)
    initial = getattr(stated, "initial_temperature", None)
    reference = getattr(parts.cell, "reference_temperature", None)
    moves = (
        getattr(electrode, "diffusivity_activation_energy", None),
        getattr(electrode, "reaction_rate_constant_activation_energy", None),
        getattr(electrode, "dudt", None),
        getattr(electrolyte, "diffusivity_activation_energy", None),
        getattr(electrolyte, "conductivity_activation_energy", None),
    )
    if reference is None and any(move is not None for move in moves):
        raise InputError(
            f"BPX file {path!r} has activation energies or an entropic change coefficient without the "
            "temperature at which its laws hold; state 'Reference temperature [K]' in the section Cell."
        )
    if reference is None:
        reference = initial if initial is not None else REFERENCE_TEMPERATURE
    span = (
        kelvin(own.get(LOWEST, ASSUMED_RANGE[0]), LOWEST),
        kelvin(own.get(HIGHEST, ASSUMED_RANGE[1]), HIGHEST),
    )
    start = reference if initial is None else initial
    return FileTemperatures(
        kelvin(reference, "Reference temperature [K]"), kelvin(start, "Initial temperature [K]"), span, source
    )


def kelvin(value: Any, name: str) -> float:
    """Return a temperature of a BPX file [K] at which an electrolyte is liquid and a cell one.

    Raises:
        InputError: for anything else.
    """
    return require_between(f"{name} of the BPX file", value, 173.15, 473.15, "K", "state it in kelvin")
