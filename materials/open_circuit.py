"""Open-circuit voltage: a curve that knows the lithium content its stoichiometry axis belongs to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from chemomech.errors import InputError
from chemomech.materials.curve import Curve, require_nodes
from chemomech.materials.provenance import Source
from chemomech.materials.splines import LogarithmicEnds, through_points
from chemomech.materials.temperature import AS_SET


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

    def through(self, nodes: Sequence[float], values: Sequence[float], scale: str, source: Source) -> Self:
        """The voltage through nodes, with logarithmic ends beyond them; see `Curve.through`.

        Args:
            nodes: Stoichiometries on the scale of ``maximum_concentration``, between 0 and 1.
            values: Voltages at them [V], falling.
            scale: Taken as ``linear``.
            source: Where they come from.

        Raises:
            InputError: If they are no nodes, or the voltage does not fall everywhere.
        """
        require_nodes(self.name, nodes, values)
        if not nodes[0] > 0.0 or not nodes[-1] < 1.0:
            raise InputError(
                f"the nodes of the {self.name} reach from {nodes[0]:g} to {nodes[-1]:g} and must lie between "
                "0 and 1; leave out those at the ends."
            )
        if not all(before > after for before, after in pairwise(values)):
            raise InputError(f"the {self.name} does not fall from node to node; leave out what rises.")
        function = through_points(nodes, values, straight=True)
        ends = LogarithmicEnds(function, float(nodes[0]), float(nodes[-1]))
        return dataclasses.replace(
            self,
            valid_range=(float(nodes[0]), float(nodes[-1])),
            source=source,
            function=ends,
            note="PCHIP between nodes, logarithmic beyond them",
            temperature=AS_SET,
        )

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
