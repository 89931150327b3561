"""The particles of the radial model as damage sees them (``chemomech.experiments.models.damage``)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import DEPTHS, Drive, Effects
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.readings import hat
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.damage.energy import strain_energy_density
from chemomech.solver.physics.fracture import surface_crack

Array = npt.NDArray[np.float64]


class RadialParticles:
    """Particles that may break (see ``BreakableCell``).

    Args:
        cell: The cell that they belong to; it needs mechanics.
    """

    def __init__(self, cell: RadialCell) -> None:
        self._cell = cell
        self._whole = cell.diffusivity_factor.copy(), cell.wetted_factor.copy()
        self.contact_conductance = cell.contact_conductance.copy()
        squares, s = cell.grid.nodes**2, 1.0 - DEPTHS
        # K at each depth over the stress of the nodes, per square root of the radius.
        ones = np.ones(len(DEPTHS))
        self._weights = np.array(
            [surface_crack.stress_intensity(hat(squares, node), DEPTHS, ones) for node in range(len(squares))]
        ).T
        self._tips = np.array([hat(squares, node)(s) for node in range(len(squares))]).T

    @property
    def model(self) -> HalfCellModel:
        """Materials and temperature."""
        return self._cell.model

    @property
    def radius(self) -> Array:
        """R of each particle [m], shape (particles,)."""
        return self._cell.particles.radius

    def read(self) -> Drive:
        """Read the present state."""
        cell, stress = self._cell, self._cell.stress
        assert stress is not None
        strain = np.asarray(cell.model.cathode.chemical_strain_since_made(cell.x))
        return Drive(
            current=float(cell.currents().collector),
            intensity=(self._weights @ stress.hoop) * np.sqrt(self.radius),
            tip=self._tips @ cell.x,
            mean=cell.spheres.mean(cell.x),
            surface=cell.x[-1].copy(),
            shrinkage=-cell.spheres.mean(strain),
            strain_energy=self._strain_energy,
        )

    def apply(self, effects: Effects) -> None:
        """Change reacting area, diffusivity, stiffness and contact."""
        cell, (diffusivity, wetted) = self._cell, self._whole
        cell.wetted_factor[:] = wetted * effects.area
        cell.diffusivity_factor[:] = diffusivity * effects.diffusivity
        cell.contact_conductance[:] = effects.conductance
        cell.soften(effects.stiffness)

    def _strain_energy(self) -> Array:
        cell, stress = self._cell, self._cell.stress
        assert stress is not None
        assert cell.mechanics is not None
        modulus = np.asarray(cell.model.cathode.youngs_modulus(cell.x)) * cell.mechanics.stiffness_factor
        density = strain_energy_density(
            stress.radial, stress.hoop, modulus, float(cell.model.cathode.poisson_ratio)
        )
        # The sphere of the layout, whole, and not the part of it that is in the box.
        return np.asarray(4.0 * np.pi * self.radius**3 * (cell.grid.volumes @ density))
