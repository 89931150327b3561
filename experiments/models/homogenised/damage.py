"""The particles of the companion as damage sees them (``chemomech.experiments.models.damage``)."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import DEPTHS, Drive, Effects
from chemomech.experiments.models.homogenised.damage_inputs import AREA, CONTACT, DIFFUSIVITY, STIFFNESS
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.damage.energy import stored_energy
from chemomech.solver.physics.fracture import (
    RadialProfile,
    RadialStress,
    mean_square_radius,
    stress_in_spheres,
    surface_crack,
)

Array = npt.NDArray[np.float64]


class MeanParticles:
    """Particles that may break (see ``BreakableCell``): free spheres, each of which stands for many.

    Args:
        model: Materials and temperature.
        radius: R of each [m], shape (particles,); particles of a depth follow each other.
        surface: Area that each stands for on 1 m2 of electrode [m2], shape (particles,).
        depths: Number of depths.
        edges: Radii between their shells over R, shape (shells + 1,).
    """

    def __init__(
        self, model: HalfCellModel, radius: Array, surface: Array, depths: int, edges: Array
    ) -> None:
        self.model, self.radius = model, radius
        self._surface, self._depths = surface, depths
        self.contact_conductance = np.full_like(radius, float(model.matrix.contact_conductance))
        ones = np.ones_like(radius)
        self.effects = Effects(ones, ones, ones, self.contact_conductance.copy())
        """What damage has made of the particles."""
        self._squares = mean_square_radius(edges)
        nodes = np.concatenate([[0.0], self._squares, [1.0]])
        self._weights = _intensity_weights(nodes)
        self._current = 0.0
        self._profile = RadialProfile(nodes[None], np.zeros((1, len(nodes))))

    def show(self, current: float, shells: Array, surface: Array) -> None:
        """Take up a state to be read.

        Args:
            current: Through the collector [A/m2], positive on charge.
            shells: Mean stoichiometry of the shells, shape (shells, particles).
            surface: Stoichiometry at the surface, shape (particles,).
        """
        self._current = current
        self._profile = RadialProfile.from_shells(self._squares, shells.T, surface)

    def read(self) -> Drive:
        """Read the state that is shown."""
        profile, free = self._profile, np.zeros_like(self.radius)
        nu = float(self.model.cathode.poisson_ratio)
        stress = stress_in_spheres(self.model.cathode, profile, free)
        stress = dataclasses.replace(stress, modulus=stress.modulus * self.effects.stiffness)
        places = np.broadcast_to(1.0 - DEPTHS, (len(self.radius), len(DEPTHS)))
        return Drive(
            current=self._current,
            intensity=stress.modulus * (self._weights @ stress.strain.values.T) * np.sqrt(self.radius),
            tip=profile(places).T,
            mean=profile.mean,
            surface=profile.surface,
            shrinkage=-stress.strain.mean,
            strain_energy=lambda: stored_energy(stress, self.radius, nu),
        )

    def apply(self, effects: Effects) -> None:
        """Change reacting area, diffusivity, stiffness and contact."""
        self.effects = effects

    def inputs(self) -> dict[str, Array | float]:
        """What damage has made of the particles, as inputs of PyBaMM."""
        effects = self.effects
        return {
            AREA: self._as_pybamm(effects.area),
            DIFFUSIVITY: self._as_pybamm(effects.diffusivity),
            STIFFNESS: self._as_pybamm(effects.stiffness),
            # One resistance for all contacts: that of all of them beside each other.
            CONTACT: 1.0 / float(effects.conductance @ self._surface),
        }

    def _as_pybamm(self, values: Array) -> Array:
        """The separator side first, and all sizes of a depth together."""
        return np.ascontiguousarray(values.reshape(self._depths, -1)[::-1]).ravel()


def _intensity_weights(squares: Array) -> Array:
    """Weights of the strains at the nodes of a free sphere in K at ``DEPTHS``, over E/(1 - nu) and sqrt(R).

    Args:
        squares: s^2 of the nodes, shape (nodes,).

    Returns:
        Shape (depths, nodes).
    """
    count = len(squares)
    unit = RadialProfile(np.broadcast_to(squares, (count, count)), np.eye(count))
    hoop = RadialStress(np.ones(count), unit, np.zeros(count)).hoop
    return np.array([surface_crack.stress_intensity(hoop, depth, np.ones(count)) for depth in DEPTHS])
