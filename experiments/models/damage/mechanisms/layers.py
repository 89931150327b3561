"""Layers that grow on the wetted surface: a film, a reconstructed lattice. Both follow one law."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import Layer
from chemomech.experiments.models.damage.cell import BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.physics.damage.layers import GrowingLayer
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]

THIN = 1.0e-9
"""Thickness below which errors of a layer count by themselves and not by its thickness [m]."""


class LayerGrowth:
    """Thickness of one kind of layer on each particle (see ``Mechanism``).

    It grows with every step, at the equilibrium potential of the surface, and hinders from the end of each
    half cycle on.

    Args:
        kind: ``film`` or ``reconstruction``, the first word of its quantity.
        settings: Its table.
        cell: The cell.
        condition: Condition of its particles, for their reacting area.
    """

    def __init__(self, kind: str, settings: Layer, cell: BreakableCell, condition: Condition) -> None:
        self._kind, self._condition = kind, condition
        self._voltage = cell.model.cathode.open_circuit_voltage
        self._law = GrowingLayer(
            settings.rate, settings.slowed_from, settings.reference_potential, settings.transfer,
            settings.conductivity, cell.model.temperature,
        )  # fmt: skip
        self.volume: Array = np.zeros(len(cell.radius))
        """Volume of the layer by the surface of the particle as made [m], shape (particles,)."""
        self.dose: Array = np.zeros(len(cell.radius))
        """What a bare surface would have grown in the half cycle [m]."""
        self.hindering: Array = np.zeros(len(cell.radius))
        """The volume at the end of the last half cycle: what hinders the reaction now [m]."""

    @property
    def thickness(self) -> Array:
        """Mean over the wetted area [m], shape (particles,)."""
        return np.asarray(self.volume / self._condition.area)

    def follow(self, drive: Drive, step: float) -> bool:
        """Grow at the present potential, on what is wetted now."""
        self._grow(self._law.dose(np.asarray(self._voltage(drive.surface)), step))
        return False

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """What has grown with the steps hinders from now on."""
        self.hindering = self.volume.copy()
        self.dose = np.zeros_like(self.dose)

    def act(self, condition: Condition) -> None:
        """Layers lie on each other."""
        condition.layers[self._kind] = self._law.resistance(self.hindering / condition.area)

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {f"{self._kind}_thickness": self.thickness}

    def state(self) -> Stored:
        """See ``Mechanism``."""
        return {
            "volume": self.volume.copy(),
            "dose": self.dose.copy(),
            "hindering": self.hindering.copy(),
        }

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        self.volume, self.dose = np.array(stored["volume"]), np.array(stored["dose"])
        self.hindering = np.array(stored["hindering"])

    def coordinates(self) -> Mapping[str, Array]:
        """Thickness over the particle as made, of 1 nm and in logarithms of it above."""
        return {f"{self._kind}_thickness": np.log1p(self.volume / THIN)}

    def borne(self) -> Stored:
        """See ``Mechanism``."""
        return {"dose": self.dose.copy()}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""
        self._grow(np.asarray(borne["dose"]))

    def _grow(self, dose: Array) -> None:
        self.dose = self.dose + dose
        self.volume = self._law.thickened(self.thickness, dose) * self._condition.area
