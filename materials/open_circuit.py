"""Open-circuit voltage: a curve that knows the lithium content its stoichiometry axis belongs to."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np

from chemomech.errors import InputError
from chemomech.materials.curve import Curve
from chemomech.materials.provenance import Source


@dataclass(frozen=True, kw_only=True)
class OpenCircuitVoltage(Curve):
    """Open-circuit voltage U(x) against Li/Li+ [V], strictly falling in the stoichiometry x = c/c_max.

    A stoichiometry has no meaning without its c_max: the same voltage read on another scale is off by
    tenths of a volt. The record therefore carries its scale, and `ActiveMaterial` refuses another.

    Attributes:
        maximum_concentration: The c_max [mol/m3] by which x was defined.
    """

    maximum_concentration: float

    def paired_with(self, maximum_concentration: float, reason: str) -> Self:
        """The same U(x) read on another scale, on purpose and on record.

        Args:
            maximum_concentration: The new c_max [mol/m3].
            reason: Why this is wanted; goes into the source.
        """
        change = (
            f"; x re-based from c_max {self.maximum_concentration:.0f} to {maximum_concentration:.0f} mol/m3"
        )
        source = Source(f"{self.source.reference}{change}: {reason}", (*self.source.marks, "assumed"))
        return dataclasses.replace(self, maximum_concentration=float(maximum_concentration), source=source)

    def stoichiometry_at(self, voltage: float) -> float:
        """Stoichiometry at which the curve reads ``voltage`` [V].

        Raises:
            InputError: If no stoichiometry of the valid range does.
        """
        low, high = self.valid_range
        least, most = float(self(high)), float(self(low))
        if not least <= voltage <= most:
            raise InputError(
                f"open-circuit voltage = {voltage:.6g} V must lie between {least:.4g} and {most:.4g} V, the "
                f"values of the {self.name} at x = {high:.4g} and {low:.4g}; choose a voltage in that window."
            )
        # Bisection halves the interval to below the spacing of floating-point numbers.
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if float(self(middle)) > voltage else (low, middle)
        return float(np.clip(0.5 * (low + high), *self.valid_range))
