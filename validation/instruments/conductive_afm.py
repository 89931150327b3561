r"""Conductive AFM: current from the tip through the particle and on to the collector.

    I = V / (1/(4 sigma a) + R_contact + R_path),

Holm's spreading resistance of a round contact of radius a, the tip's own contact, and the way from the
particle to the collector, which is a state variable: infinite for an isolated particle (physics notes section
2). With sigma(x) of Amin and Chiang the current rises on charge; the papers see it fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.errors import require_between
from chemomech.materials import active_material
from chemomech.validation.instruments.reading import Reading, clustered_reading, share_reading
from chemomech.validation.instruments.sampling import Cut, random_cut
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, Law


@dataclass(frozen=True, eq=False)
class CurrentReading:
    """Currents over the particles of a cut.

    Attributes:
        current: At each point [A], shape (m,).
        particle: Particle under each point, shape (m,).
        section_fraction: Distance from the axis of the section over its radius, shape (m,).
        mean: Mean over the points [A].
        conducting: Share of the points with a current above the detection limit [-].
        silent_particles: Share of the particles on the cut without any such point [-].
    """

    current: Array
    particle: IntArray
    section_fraction: Array
    mean: Reading
    conducting: Reading
    silent_particles: Reading


@dataclass(frozen=True)
class ConductiveAfm:
    """The instrument.

    Attributes:
        bias: Voltage between tip and collector [V]; 1 V on electrodes as they are, 4 V on polished ones.
        contact_radius: a [m]; 2.3 nm by Hertz at 56 nN.
        contact_resistance: Of the tip on the particle, films included [Ohm] (no value is known).
        conductivity: sigma(x) of the particle [S/m].
        detection_limit: Smallest current that counts as conducting [A].
        noise: Standard deviation of a current [A].
        points: Points on particles.
        cut: Where to cut; at random if left out.
    """

    bias: float = 4.0
    contact_radius: float = 2.3e-9
    contact_resistance: float = 0.0
    conductivity: Law = active_material("nmc622").conductivity
    detection_limit: float = 5.0e-12
    noise: float = 1.0e-12
    points: int = 400
    cut: Cut | None = None

    def __post_init__(self) -> None:
        """Check radius and resistance."""
        require_between("contact radius", self.contact_radius, 1.0e-12, 1.0e-3, "m", "2 to 3 nm is usual")
        require_between(
            "contact resistance", self.contact_resistance, 0.0, np.inf, "Ohm", "a resistance is positive"
        )

    def current(self, conductivity: Array, path_resistance: Array) -> Array:
        """Current [A] for local conductivities [S/m] and path resistances [Ohm]."""
        with np.errstate(divide="ignore"):
            spreading = 1.0 / (4.0 * np.asarray(conductivity) * self.contact_radius)
        total = spreading + self.contact_resistance + np.asarray(path_resistance)
        return np.asarray(self.bias / total)

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> CurrentReading:
        """Image the particles on a cut.

        Raises:
            InputError: If the cut misses the particles, or the field does not cover it.
        """
        cut = random_cut(state, rng) if self.cut is None else self.cut
        particle, points, fraction = cut.random_points(state, self.points, rng)
        local = np.asarray(self.conductivity(state.read(particle, points)))
        current = self.current(local, state.path_resistance[particle])
        current = current + rng.normal(0.0, self.noise, len(current))
        seen = current > self.detection_limit
        met = np.unique(particle)
        silent = [not seen[particle == k].any() for k in met]
        return CurrentReading(
            current,
            particle,
            fraction,
            clustered_reading(current, particle, "A"),
            share_reading(int(seen.sum()), len(seen)),
            share_reading(int(np.sum(silent)), len(met)),
        )
