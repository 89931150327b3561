"""What mechanisms leave of the particles, for the others to read and for the cell to take up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import DEPTHS, BreakableCell, Effects

Array = npt.NDArray[np.float64]


@dataclass(eq=False)
class Condition:
    """Condition of the particles; every array has the shape (particles,). Each mechanism sets its own part.

    Attributes:
        depth: Depth of the surface cracks over the radius [-].
        ran: Whether a crack has run by far, unstable, at the end of the newest half cycle.
        area: Reacting area over that before any damage [-].
        toughness: Share of K_c that is left [-].
        transport: Diffusivity and conductivity of a particle over those without dry cracks [-].
        stiffness: Young's modulus over that without dry cracks [-].
        intact: Share of the bond with the matrix that holds [-].
        contact: Conductance of what is left of the contact [S/m2].
        layers: Resistance of each kind of layer over the wetted area [Ohm m2].
        isolated: 1 where no conducting spot is left [-].
    """

    depth: Array
    ran: npt.NDArray[np.bool_]
    area: Array
    toughness: Array
    transport: Array
    stiffness: Array
    intact: Array
    contact: Array
    layers: dict[str, Array]
    isolated: Array

    @classmethod
    def whole(cls, cell: BreakableCell) -> Self:
        """The condition of particles that nothing has happened to."""
        ones = np.ones(len(cell.radius))
        flaw = np.minimum(float(cell.model.cathode.surface_flaw_depth) / cell.radius, DEPTHS[-1])
        return cls(
            depth=flaw,
            ran=np.zeros_like(ones, dtype=bool),
            area=ones.copy(),
            toughness=ones.copy(),
            transport=ones.copy(),
            stiffness=ones.copy(),
            intact=ones.copy(),
            contact=np.array(cell.contact_conductance, dtype=float),
            layers={},
            isolated=np.zeros_like(ones),
        )

    def effects(self) -> Effects:
        """What it means for a cell. With A -> i0, A^2 -> D a particle is a sphere of radius R/A."""
        connected = (self.isolated <= 0.0) & (self.contact > 0.0)
        conductance = np.where(connected, self.contact, 0.0)
        if self.layers:
            # Layers lie on each other on the wetted area; the contact counts by the area of the sphere.
            series = 1.0 / np.where(connected, self.contact, 1.0) + sum(self.layers.values()) / self.area
            conductance = np.where(connected, 1.0 / series, 0.0)
        return Effects(self.area, self.transport * self.area**2, self.stiffness, conductance)
