r"""Contact resonance of an AFM cantilever: how stiff the contact is, told by a frequency.

    Hertz:       a = (3 F R / (4 E*))^(1/3),  k* = 2 a E*
    cantilever:  k*/k_c = x^3 (1 + cos x cosh x) / (3 (cos x sinh x - sin x cosh x)),  f/f_0 = (x / 1.8751)^2

for a beam clamped at one end, with a spring at the other (physics notes sections 2 and 3.6). As k* grows the
frequency runs into the clamped limit, 4.39 f_0: the instrument saturates on stiff materials.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq

from chemomech.errors import InputError, require_between
from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.contact import reduced_modulus, sphere_stiffness
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading, clustered_reading
from chemomech.validation.instruments.sampling import Cut, random_cut
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray

_FREE, _PINNED = 1.8751040687119611, 3.9266023120479185
"""First roots of the free and of the simply held beam."""

MEASURED_WINDOW = (300.0e3, 390.0e3)
"""Contact resonances reported in ACS Appl. Energy Mater. 5 (2022) 1731 [Hz]."""

TIP_MODULUS = Parameter(
    176.0e9,
    "Pa",
    Source("E/(1 - nu^2) of silicon with a coat of Pt/Ir; both lie nearby", ("assumed",)),
    (160.0e9, 200.0e9),
)


@dataclass(frozen=True)
class Cantilever:
    """A cantilever and its tip.

    Attributes:
        stiffness: Spring constant k_c [N/m].
        resonance: Free resonance f_0 [Hz].
        tip_radius: [m].
        tip_modulus: E/(1 - nu^2) of the tip [Pa].
    """

    stiffness: float = 2.8
    resonance: float = 75.0e3
    tip_radius: float = 25.0e-9
    tip_modulus: float = float(TIP_MODULUS)

    def contact_stiffness(self, youngs_modulus: float, poisson_ratio: float, load: float) -> float:
        """k* [N/m] on a sample with E [Pa] and nu under a load [N]."""
        reduced = reduced_modulus(youngs_modulus, poisson_ratio, 1.0 / self.tip_modulus)
        return sphere_stiffness(load, reduced, self.tip_radius)

    def contact_resonance(self, contact_stiffness: float) -> float:
        """Resonance [Hz] with the tip on a spring of k* [N/m], at least 0."""
        require_between("contact stiffness", contact_stiffness, 0.0, 1.0e9, "N/m", "a contact pushes back")
        ratio = contact_stiffness / self.stiffness
        # The ratio as a function of the root has a pole at the clamped end; its difference has none.
        root = brentq(lambda x: _spring(x) - ratio * _held(x), _FREE, _PINNED)
        return self.resonance * (float(root) / _FREE) ** 2


def _spring(x: float) -> float:
    return float(x**3 * (1.0 + np.cos(x) * np.cosh(x)))


def _held(x: float) -> float:
    return float(3.0 * (np.cos(x) * np.sinh(x) - np.sin(x) * np.cosh(x)))


@dataclass(frozen=True, eq=False)
class ContactResonanceReading:
    """Contact resonances over a cut.

    Attributes:
        frequency: At each point [Hz], shape (m,).
        particle: Particle under each point, -1 for the matrix, shape (m,).
        section_fraction: Distance from the axis of the section over its radius, shape (m,); NaN in the
            matrix.
        on_particles: Mean on particles [Hz].
        on_matrix: Mean beside them [Hz].
        in_window: Share of points on particles within the measured window [-].
        omissions: What the instrument leaves out.
    """

    frequency: Array
    particle: IntArray
    section_fraction: Array
    on_particles: Reading
    on_matrix: Reading
    in_window: float
    omissions: Omissions


_LEFT_OUT = (
    Omission(
        "frequency",
        "No film or adsorbed water lies between tip and sample; a soft film of nanometres would lower every "
        "frequency and bring particle and matrix together.",
        Bias.HIGH,
    ),
    Omission(
        "frequency",
        "The beam is straight, upright and pressed by its tip's end alone: tilt, tip height, lateral "
        "stiffness and damping are left out.",
        Bias.EITHER,
    ),
    Omission(
        "frequency",
        "Adhesion and electrostatic forces do not add to the load of 56 nN, which would widen the contact.",
        Bias.LOW,
    ),
)


@dataclass(frozen=True)
class ContactResonance:
    """The instrument.

    The support of a particle is a spring in series, but with 1e4 N/m against some 1e2 N/m of a contact that
    is nanometres wide it hardly shows.

    Attributes:
        cantilever: Beam and tip.
        load: Force on the tip [N].
        composite: Properties of the phases.
        points: Points of the image.
        noise: Standard deviation of a frequency [Hz].
        cut: Where to cut; at random if left out.
    """

    cantilever: Cantilever = field(default_factory=Cantilever)
    load: float = 56.0e-9
    composite: Composite = field(default_factory=Composite)
    points: int = 400
    noise: float = 1.0e3
    cut: Cut | None = None

    @property
    def omissions(self) -> Omissions:
        """What an image leaves out."""
        return (*_LEFT_OUT, *self.composite.elastic_omissions)

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> ContactResonanceReading:
        """Image a cut.

        Raises:
            InputError: If the field does not cover the cut, or the cut misses the particles or the matrix.
        """
        cut = random_cut(state, rng) if self.cut is None else self.cut
        x, z = rng.uniform(0.0, state.box[0], self.points), rng.uniform(0.0, state.box[2], self.points)
        spots, particle, fraction = self.composite.spots(state, cut, x, z, self.load, rng)
        if (particle >= 0).all() or (particle < 0).all():
            only = "matrix" if (particle < 0).all() else "particles"
            raise InputError(
                f"the cut at y = {1e6 * cut.y:.4g} um shows only {only}; "
                "the instrument compares both: cut elsewhere."
            )
        frequency = np.empty(len(spots))
        for k, spot in enumerate(spots):
            stiffness = self.cantilever.contact_stiffness(spot.youngs_modulus, spot.poisson_ratio, self.load)
            series = 1.0 / (1.0 / stiffness + spot.support_compliance)
            frequency[k] = self.cantilever.contact_resonance(series)
        frequency += rng.normal(0.0, self.noise, len(frequency))
        inside = particle >= 0
        low, high = MEASURED_WINDOW
        within = (frequency[inside] >= low) & (frequency[inside] <= high)
        return ContactResonanceReading(
            frequency,
            particle,
            fraction,
            clustered_reading(frequency[inside], state.identity[particle[inside]], "Hz"),
            clustered_reading(frequency[~inside], self.composite.matrix.block(x, z)[~inside], "Hz"),
            float(np.mean(within)),
            self.omissions,
        )
