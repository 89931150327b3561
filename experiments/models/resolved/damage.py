"""The particles of the resolved model as damage sees them (``chemomech.experiments.models.damage``)."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import DEPTHS, Drive, Effects
from chemomech.solver.cell.half_cell import read_by_particle, set_by_particle
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.particles import ParticleReader
from chemomech.solver.physics.damage.energy import stored_energy
from chemomech.solver.physics.fracture import stress_in_spheres, surface_crack

Array = npt.NDArray[np.float64]


class ResolvedParticles:
    """Particles that may break (see ``BreakableCell``).

    Cracks are driven by the radial profile of lithium, its means over shells, and by the mean hydrostatic
    stress of each particle; what they change is constant in each particle.

    Args:
        cell: The cell that they belong to, built as breakable; it needs mechanics.
        reader: What reads its particles, where others read them, too; its own if None.
    """

    def __init__(self, cell: ResolvedCell, reader: ParticleReader | None = None) -> None:
        problem = cell.problem
        assert problem.diffusivity_factor is not None
        self._cell, self._problem = cell, problem
        mechanics = cell.coupling.mechanics
        assert mechanics is not None
        assert mechanics.stiffness_factor is not None
        self._mechanics, self._softened = mechanics, mechanics.stiffness_factor
        self._reader = ParticleReader(problem, mechanics) if reader is None else reader
        self._diffusivity = read_by_particle(problem.diffusivity_factor, problem.domains)
        self.contact_conductance = read_by_particle(problem.contact.conductance, problem.domains)
        self._stiffness = np.ones_like(self.contact_conductance)

    @property
    def model(self) -> HalfCellModel:
        """Materials and temperature."""
        return self._problem.model

    @property
    def radius(self) -> Array:
        """R of each particle [m], shape (particles,)."""
        return self._reader.profile_radius

    def read(self) -> Drive:
        """Read the present state (collective)."""
        nu = float(self.model.cathode.poisson_ratio)
        profile, radius, bond = self._reader.profile(), self.radius, self._mechanics.bond
        traction = self._reader.traction()
        stress = stress_in_spheres(self.model.cathode, profile, traction)
        stress = dataclasses.replace(stress, modulus=stress.modulus * self._stiffness)
        intensity = [surface_crack.stress_intensity(stress.hoop, depth * radius, radius) for depth in DEPTHS]
        places = np.broadcast_to(1.0 - DEPTHS, (len(radius), len(DEPTHS)))
        return Drive(
            current=self._cell.currents().collector,
            intensity=np.array(intensity),
            tip=profile(places).T,
            mean=profile.mean,
            surface=profile.surface.copy(),
            shrinkage=-stress.strain.mean,
            strain_energy=lambda: stored_energy(stress, radius, nu),
            bond=None if bond is None else (bond.intact, bond.gap),
        )

    def apply(self, effects: Effects) -> None:
        """Change reacting area, diffusivity, stiffness and contact (collective)."""
        problem = self._problem
        domains = problem.domains
        assert problem.diffusivity_factor is not None
        assert problem.area_factor is not None
        set_by_particle(problem.area_factor, domains, effects.area)
        set_by_particle(problem.diffusivity_factor, domains, self._diffusivity * effects.diffusivity)
        set_by_particle(problem.contact.conductance, domains, effects.conductance)
        set_by_particle(self._softened, domains, effects.stiffness)
        self._stiffness = np.array(effects.stiffness)
