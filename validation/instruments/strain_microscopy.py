r"""Electrochemical strain microscopy: how far the surface moves when the tip drives lithium.

Vegard channel: the stoichiometry changes by dx over a diffusion length l. A layer of that thickness with the
isotropic eigenstrain e = eps'(x) dx, held by what lies below, lifts its surface by

    u = (1 + nu)/(1 - nu) eps'(x) dx l

(plane layer; the scale (1 + nu) Omega dC l of physics notes section 2, with Omega dC = 3 e, up to the factor
3 (1 - nu)). The drive V moves the voltage curve no farther than dx = V/|U'(x)|, and never more lithium than
there is, nor more than there are vacancies: an upper bound, since most of V is lost elsewhere. The papers
give amplitudes in arbitrary units; only orders and signs can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from chemomech.errors import require_between
from chemomech.materials import active_material
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading, Spread, clustered_reading, spread
from chemomech.validation.instruments.sampling import Cut, random_cut
from chemomech.validation.instruments.state import Array, ElectrodeState, Law

_NMC = active_material("nmc622")
# A length is measured here, not a diffusion time: D of the crystal, not that carried to another radius.
_DIFFUSIVITY = _NMC.intrinsic_diffusivity or _NMC.diffusivity


@dataclass(frozen=True)
class DiffusionLength:
    """A definition of the depth that an alternating field reaches, sqrt(c D / f).

    Attributes:
        formula: In symbols.
        factor: c [-].
    """

    formula: str
    factor: float

    def __call__(self, diffusivity: Array, frequency: float) -> Array:
        """Length [m] at a diffusivity [m2/s] and a frequency [Hz]."""
        require_between("frequency of the drive", frequency, 1.0e-9, 1.0e12, "Hz", "320 kHz is usual")
        return np.asarray(np.sqrt(self.factor * np.asarray(diffusivity) / frequency))


PERIOD = DiffusionLength("sqrt(D/f)", 1.0)
ANGULAR = DiffusionLength("sqrt(D/(2 pi f))", 1.0 / (2.0 * np.pi))
SKIN = DiffusionLength("sqrt(2D/(2 pi f))", 1.0 / np.pi)
DOUBLE = DiffusionLength("sqrt(2D/f)", 2.0)

DEFINITIONS: Mapping[str, DiffusionLength] = MappingProxyType(
    {entry.formula: entry for entry in (PERIOD, ANGULAR, SKIN, DOUBLE)}
)
"""Definitions in use, by formula; paper 001's numbers are ``sqrt(D/f)``."""


@dataclass(frozen=True, eq=False)
class StrainReading:
    """Vegard amplitudes over a cut.

    Attributes:
        amplitude: Of the surface at each point on a particle [m], shape (m,).
        section_fraction: Distance from the axis of the section over its radius, shape (m,).
        diffusion_length: Mean over the points [m].
        definition: Formula of that length.
        boundary: Mean amplitude beyond 0.7 of the section's radius [m].
        bulk: Mean amplitude within it [m].
        amplitude_spread: Statistics over all points [m].
        omissions: What the instrument leaves out.
    """

    amplitude: Array
    section_fraction: Array
    diffusion_length: Reading
    definition: str
    boundary: Reading
    bulk: Reading
    amplitude_spread: Spread
    omissions: Omissions


_LEFT_OUT = (
    Omission(
        "amplitude",
        "The electrostatic force between tip, cantilever and sample is left out, which also follows the "
        "drive, does not need lithium, and often is the larger part of a measured amplitude.",
        Bias.LOW,
    ),
    Omission(
        "amplitude",
        "Charge transfer at the surface, a response of its reaction layer and electrostriction are left out.",
        Bias.LOW,
    ),
    Omission(
        "amplitude",
        "The whole drive acts on the voltage curve, nothing is lost in contact, film and double layer, and "
        "the field reaches one diffusion length everywhere.",
        Bias.HIGH,
    ),
    Omission(
        "amplitude",
        "The resonance that amplifies the motion, and changes with the stiffness of the contact, is divided "
        "out perfectly.",
        Bias.EITHER,
    ),
)


@dataclass(frozen=True)
class StrainMicroscope:
    """The instrument.

    Attributes:
        drive: Amplitude of the voltage at the tip [V].
        frequency: Of the drive [Hz]; the contact resonance.
        length: Definition of the diffusion length.
        diffusivity: D(x) of the crystal [m2/s].
        strain_slope: Derivative of the linear chemical strain, eps'(x) [-].
        voltage_slope: Derivative of the open-circuit voltage, U'(x) [V].
        poisson_ratio: Of the particle [-].
        points: Points on particles.
        noise: Standard deviation of an amplitude [m].
        cut: Where to cut; at random if left out.
    """

    drive: float = 4.0
    frequency: float = 320.0e3
    length: DiffusionLength = PERIOD
    diffusivity: Law = _DIFFUSIVITY
    strain_slope: Callable[[Array], Array] = _NMC.chemical_strain.derivative
    voltage_slope: Callable[[Array], Array] = _NMC.open_circuit_voltage.derivative
    poisson_ratio: float = float(_NMC.poisson_ratio)
    points: int = 400
    noise: float = 0.0
    cut: Cut | None = None

    @property
    def omissions(self) -> Omissions:
        """What an image leaves out."""
        return _LEFT_OUT

    def amplitude(self, x: Array) -> Array:
        """Vegard amplitude [m] at stoichiometry ``x``."""
        reachable = np.maximum(np.minimum(x, 1.0 - np.asarray(x)), 0.0)
        slope = np.maximum(np.abs(np.asarray(self.voltage_slope(x))), 1.0e-9)
        change = np.minimum(self.drive / slope, reachable)
        layer = (1.0 + self.poisson_ratio) / (1.0 - self.poisson_ratio)
        depth = self.length(np.asarray(self.diffusivity(x)), self.frequency)
        return np.asarray(layer * np.abs(np.asarray(self.strain_slope(x))) * change * depth)

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> StrainReading:
        """Image the particles on a cut.

        Raises:
            InputError: If the cut misses the particles, or the field does not cover it.
        """
        cut = random_cut(state, rng) if self.cut is None else self.cut
        particle, points, fraction = cut.random_points(state, self.points, rng)
        x = state.read(particle, points)
        values = self.amplitude(x) + rng.normal(0.0, self.noise, len(x))
        edge = fraction > 0.7
        depth = self.length(np.asarray(self.diffusivity(x)), self.frequency)
        on = state.identity[particle]
        return StrainReading(
            values,
            fraction,
            clustered_reading(depth, on, "m"),
            self.length.formula,
            clustered_reading(values[edge], on[edge], "m"),
            clustered_reading(values[~edge], on[~edge], "m"),
            spread(values, "m", on),
            self.omissions,
        )
