r"""Conductive AFM: current from the tip through the particle and on to the collector.

    I = V / (1/(4 sigma a) + R_contact + R_film + R_path),

Holm's spreading resistance of a round contact of radius a, the tip's own contact, a film on the particle, and
the way from the particle to the collector, which is a state variable: infinite for an isolated particle
(physics notes section 2). A barrier at the tip (:mod:`.junction`) takes part of V. With sigma(x) of Amin and
Chiang the current rises on charge; the papers see it fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.errors import require_between
from chemomech.materials import active_material
from chemomech.validation.instruments.junction import Junction, OhmicJunction, SurfaceFilm
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import (
    Reading,
    clustered_reading,
    clustered_share,
    share_reading,
)
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
        omissions: What the instrument leaves out.
    """

    current: Array
    particle: IntArray
    section_fraction: Array
    mean: Reading
    conducting: Reading
    silent_particles: Reading
    omissions: Omissions


_NO_FILM = Omission(
    "current",
    "No film lies on the particles; 2 nm of 1e-6 S/m would add 1e14 Ohm under a contact of 2.3 nm, and a "
    "film that grows with charge would turn the trend around.",
    Bias.HIGH,
)
_LEFT_OUT = (
    Omission(
        "current",
        "The particle is one conductor: boundaries between grains, which carry less, and the way through the "
        "particle to its contacts are left out.",
        Bias.HIGH,
    ),
    Omission(
        "current",
        "Neither the bias nor the current moves lithium below the tip, which 4 V over a nanometre would.",
        Bias.EITHER,
    ),
)


@dataclass(frozen=True)
class ConductiveAfm:
    """The instrument.

    Attributes:
        bias: Voltage between tip and collector [V]; 1 V on electrodes as they are, 4 V on polished ones.
        contact_radius: a [m]; 2.3 nm by Hertz at 56 nN.
        contact_resistance: Of the tip on the particle [Ohm] (no value is known).
        film: On the particle; none if left out.
        junction: What the contact does beside that; ohmic if left out.
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
    film: SurfaceFilm | None = None
    junction: Junction = OhmicJunction()

    @property
    def omissions(self) -> Omissions:
        """What an image leaves out."""
        return (*(() if self.film else (_NO_FILM,)), *self.junction.omissions, *_LEFT_OUT)

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
        film = self.film.resistance(self.contact_radius) if self.film else 0.0
        total = spreading + self.contact_resistance + film + np.asarray(path_resistance)
        return self.junction.current(self.bias, total, self.contact_radius)

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
        on = state.identity[particle]
        met = np.unique(on)
        silent = [not seen[on == k].any() for k in met]
        return CurrentReading(
            current,
            particle,
            fraction,
            clustered_reading(current, on, "A"),
            clustered_share(seen, on),
            share_reading(int(np.sum(silent)), len(met)),
            self.omissions,
        )
