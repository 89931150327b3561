"""What breaks in the radial model: a state by particle that evolves at the end of half cycles.

During a half cycle the largest stress intensities are kept, at several depths of the surface crack, and the
largest tension of the matrix. When the current turns, cracks run to where they arrest or grow by fatigue, the
toughness falls, the bond softens and particles may be isolated; reacting area, diffusivity and contact
follow. A crack that becomes unstable so far that the reacting area changes by 5 % runs at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import Bond, Damage
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.readings import hat
from chemomech.solver.physics.damage import contact, debonding, growth, isolation, toughness, wetting
from chemomech.solver.physics.fracture import surface_crack
from chemomech.solver.physics.matrix_traction import Moduli
from chemomech.solver.stepping.cell import Stored
from chemomech.solver.stepping.operation import NO_CURRENT

Array = npt.NDArray[np.float64]

DEPTHS = np.array([0.004, 0.008, 0.015, 0.03, 0.05, 0.08, 0.12, 0.17, 0.23, 0.3, 0.37, 0.44, 0.5])
"""Depths over the radius at which the stress intensity of a surface crack is known."""

AT_ONCE = 0.05
"""Share by which the reacting area has to change for an unstable crack to run within a half cycle [-]."""

STATE = (
    "depth", "memory", "opening", "conductance", "isolated", "ratios", "intensities", "misfit", "direction",
)  # fmt: skip


class ParticleDamage:
    """State of the particles of a cell (see ``chemomech.solver.stepping.cell.Internal``).

    Args:
        cell: The cell that it acts on; it needs mechanics.
        settings: Laws that act, and their parameters.
    """

    name = "damage"

    def __init__(self, cell: RadialCell, settings: Damage) -> None:
        self._cell, self._settings = cell, settings
        particles, cathode = cell.particles, cell.model.cathode
        self._radius = particles.radius
        self._whole = (
            cell.diffusivity_factor.copy(),
            cell.wetted_factor.copy(),
            cell.contact_conductance.copy(),
        )
        squares, s = cell.grid.nodes**2, 1.0 - DEPTHS
        # K at each depth over that of the nodes, per square root of the radius.
        ones = np.ones(len(DEPTHS))
        self._weights = np.array(
            [surface_crack.stress_intensity(hat(squares, node), DEPTHS, ones) for node in range(len(squares))]
        ).T
        self._tips = np.array([hat(squares, node)(s) for node in range(len(squares))]).T
        matrix, nu = Moduli.of_matrix(cell.model.matrix), float(cathode.poisson_ratio)
        start = np.asarray(cathode.youngs_modulus(np.array([cell.model.initial_stoichiometry])))
        self._compliance = 1.0 / (4.0 * matrix.shear) + (1.0 - 2.0 * nu) / float(start[0])
        count = len(particles)
        self.depth = np.minimum(float(cathode.surface_flaw_depth) / self._radius, DEPTHS[-1])
        self.memory = np.full(count, toughness.AS_MADE)
        self.opening = np.zeros(count)
        self.conductance = self._whole[2].copy()
        self.isolated = np.zeros(count)
        draws = settings.isolation
        self._draw = np.ones(count) if draws is None else np.random.default_rng(draws.seed).random(count)
        self.direction = np.zeros(1)
        shape = len(DEPTHS), count
        self.ratios: Array = np.full(shape, -np.inf)
        """Largest K/K_c of the half cycle at each depth, shape (depths, particles)."""
        self.intensities: Array = np.full(shape, -np.inf)
        """Largest K of the half cycle at each depth [Pa m^0.5], of the same shape."""
        self.misfit: Array = np.zeros(count)
        """Largest misfit with the matrix of the half cycle [-], shape (particles,)."""
        self._act()

    def after_step(self, time: float, step: float) -> bool:
        """Keep the maxima of the half cycle, and let damage evolve where the current has turned."""
        current = float(self._cell.currents().collector)
        turned = False
        if abs(current) > NO_CURRENT:
            turned = bool(self.direction[0] * current < 0.0)
            if turned:
                self.evolve()
            self.direction[0] = np.sign(current)
        self._keep_maxima()
        return self._run_at_once() or turned

    def evolve(self) -> None:
        """End a half cycle: everything that it has done to the particles, and what follows for the cell."""
        settings, sqrt_f = self._settings, np.sqrt(toughness.energy_left(self.memory))
        present = self._at_depth(self.ratios)
        if settings.surface_cracks is not None:
            cracks = settings.surface_cracks
            law = growth.Paris(cracks.growth, cracks.exponent, cracks.largest_depth)
            # K/K_c of a half cycle that presses the mouth shut is negative: nothing grows.
            by_fatigue = self.depth + law.rate(self.depth, present / sqrt_f)
            self.depth = np.minimum(self._arrested(sqrt_f), cracks.largest_depth)
            self.depth = np.maximum(self.depth, np.minimum(by_fatigue, cracks.largest_depth))
        if settings.toughness is not None:
            memory = toughness.ToughnessMemory(settings.toughness.growth, settings.toughness.reference)
            self.memory = self.memory + memory.grown(self._at_depth(self.intensities))
        if settings.interface is not None:
            self.opening = np.maximum(self.opening, self._bond().opening(self.misfit, self._radius))
            self.conductance = self._contact(settings.interface)
        if settings.isolation is not None:
            law_of = settings.isolation
            lost = isolation.probability(self._radius, self.intact, law_of.spots, law_of.reference_radius)
            self.isolated = np.maximum(self.isolated, (self._draw < lost).astype(float))
        self._forget_maxima()
        self._act()

    @property
    def area_factor(self) -> Array:
        """Reacting area over that without cracks [-], shape (particles,)."""
        cracks = self._settings.surface_cracks
        first = np.minimum(float(self._cell.model.cathode.surface_flaw_depth) / self._radius, DEPTHS[-1])
        if cracks is None:
            return np.ones_like(self.depth)
        return wetting.area_factor(self.depth, cracks.cracks) / wetting.area_factor(first, cracks.cracks)

    @property
    def intact(self) -> Array:
        """Share of the bond with the matrix that holds [-], shape (particles,)."""
        if self._settings.interface is None:
            return np.ones_like(self.opening)
        return self._bond().intact(self.opening)

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {
            "surface_crack_depth": self.depth.copy(),
            "reacting_area_factor": self.area_factor,
            "toughness_share": np.sqrt(toughness.energy_left(self.memory)),
            "intact_interface": self.intact,
            "isolated": self.isolated.copy(),
        }

    def state(self) -> Stored:
        """State and maxima of the half cycle that is under way."""
        return {name: np.array(getattr(self, name)) for name in STATE}

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave."""
        for name in STATE:
            setattr(self, name, np.array(stored[name]))
        self._act()

    def _bond(self) -> debonding.Interface:
        bond = self._settings.interface
        assert bond is not None
        return debonding.Interface(bond.strength, bond.energy, self._compliance)

    def _contact(self, bond: Bond) -> Array:
        """Conductance of what is left of the contacts [S/m2], at the lithium of this turn of the current."""
        cell = self._cell
        sigma = np.asarray(cell.model.cathode.conductivity(cell.spheres.mean(cell.x)))
        spots = np.maximum(bond.spots * (self._radius / SPOTS_ON) ** 2 * self.intact, 1.0)
        return contact.conductance(self._whole[2], self.intact, self._radius, sigma, bond.spot_radius, spots)

    def _keep_maxima(self) -> None:
        stress = self._cell.stress
        assert stress is not None
        # A cracked particle is one of radius R/A, and its cracks are shorter likewise.
        scale = np.sqrt(self._radius / self.area_factor)
        intensity = (self._weights @ stress.hoop) * scale
        critical = np.asarray(self._cell.model.cathode.fracture_toughness(self._tips @ self._cell.x))
        self.intensities = np.maximum(self.intensities, intensity)
        self.ratios = np.maximum(self.ratios, intensity / critical)
        self.misfit = np.maximum(self.misfit, stress.matrix.normal * self._compliance)

    def _forget_maxima(self) -> None:
        self.ratios, self.intensities = np.full_like(self.ratios, -np.inf), np.full_like(self.ratios, -np.inf)
        self.misfit = np.zeros_like(self.misfit)

    def _at_depth(self, values: Array) -> Array:
        """Values at the depths of the cracks, shape (particles,); those of the smallest depth before it."""
        finite = np.where(np.isfinite(values), values, 0.0)
        k = np.clip(np.searchsorted(DEPTHS, self.depth, side="right") - 1, 0, len(DEPTHS) - 2)
        share = np.clip((self.depth - DEPTHS[k]) / (DEPTHS[k + 1] - DEPTHS[k]), 0.0, 1.0)
        columns = np.arange(len(self.depth))
        # Below the first depth K goes with the square root of it.
        small = np.sqrt(np.minimum(self.depth / DEPTHS[0], 1.0))
        return small * ((1.0 - share) * finite[k, columns] + share * finite[k + 1, columns])

    def _arrested(self, sqrt_f: Array) -> Array:
        cracks = self._settings.surface_cracks
        if cracks is None or not cracks.unstable:
            return self.depth
        unstable = self._at_depth(self.ratios) >= sqrt_f
        # A flaw before the first depth that is unstable runs at least to it.
        start = np.where(unstable, np.maximum(self.depth, DEPTHS[0]), self.depth)
        ratios = np.where(np.isfinite(self.ratios), self.ratios, -1.0)
        return np.where(unstable, growth.arrest_depth(start, DEPTHS, ratios, sqrt_f), self.depth)

    def _run_at_once(self) -> bool:
        if self._settings.surface_cracks is None:
            return False
        reached = np.minimum(
            self._arrested(np.sqrt(toughness.energy_left(self.memory))),
            self._settings.surface_cracks.largest_depth,
        )
        number = self._settings.surface_cracks.cracks
        grown = wetting.area_factor(reached, number) / wetting.area_factor(self.depth, number) - 1.0
        jump = grown > AT_ONCE
        if not jump.any():
            return False
        self.depth = np.where(jump, reached, self.depth)
        self._act()
        return True

    def _act(self) -> None:
        """Reacting area, diffusivity and contact of the cell as the damage leaves them."""
        cell, (diffusivity, wetted, _) = self._cell, self._whole
        area = self.area_factor
        cell.wetted_factor[:] = wetted * area
        cell.diffusivity_factor[:] = diffusivity * area**2
        cell.contact_conductance[:] = np.where(self.isolated > 0.0, 0.0, self.conductance)


SPOTS_ON = 5.0e-6
"""Radius of the particle that ``damage.interface.spots`` counts on [m]."""
