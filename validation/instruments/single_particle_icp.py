r"""Single-particle ICP-OES: the lithium of one particle after the other, as a ratio of two lines.

Each particle in the size window gives I(Li)/I(Mn) = slope * DOL, times a Gaussian error of the instrument;
DOL is its mean degree of lithiation, x. Standards of known DOL, measured in the same way, give the slope back
(matrix-matched calibration). Particles outside the frame of +-2 sigma about the median diverge. The frame is
as wide as the instrument, so that its width cancels: 2 sigma let p = erfc(2/sqrt(2)) = 4.6 % of particles
that are all alike out, at any relative width. A share f of particles that are far off, isolated ones say,
then reads

    F = p + (1 - p) f,

so that the 6 % measured after slow charge are f = 1.5 % (:func:`far_off_share`), not 6 %. Capacity of
inactive
lithium: mass-weighted sum of (x - x_median) q over the particles above the frame, q = 278 mAh/g (NMC532).
Physics notes section 2 and rows 2.3 to 2.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading, clustered_share
from chemomech.validation.instruments.sampling import particle_means
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray

MAH_PER_G = 3.6e3
"""Coulomb per kilogram in one mAh/g."""

THEORETICAL_CAPACITY = 278.0 * MAH_PER_G
"""Capacity of all lithium in NMC532, as paper 002 counts it [C/kg]."""


@dataclass(frozen=True, eq=False)
class ParticleLithiumReading:
    """What a run over many particles shows.

    Attributes:
        lithiation: Calibrated degree of lithiation of each particle measured [-], shape (m,).
        centre: Middle of the frame, the median of the readings [-].
        frame: Half width of the frame, 2 sigma [-].
        diverging: Share of the particles outside the frame [-].
        above: Share above it: too much lithium [-].
        expected_outside: Share of particles that are all alike that lies outside [-]; set by the frame alone.
        far_off: Share of particles far off that the diverging ones tell, less those of the frame [-].
        inactive_capacity: Charge held by particles above the frame, per mass of all [C/kg].
        slope: Calibrated slope of the ratio over DOL [-].
        omissions: What the instrument leaves out.
    """

    lithiation: Array
    centre: float
    frame: float
    diverging: Reading
    above: Reading
    expected_outside: float
    far_off: Reading
    inactive_capacity: Reading
    slope: Reading
    omissions: Omissions


_LEFT_OUT = (
    Omission(
        "lithiation",
        "The relative width is one Gaussian for all sizes, while small particles count fewer photons; the "
        "paper shows it in histograms only.",
        Bias.NARROW,
    ),
    Omission(
        "diverging",
        "Two particles that enter the plasma together, broken ones and residue of electrolyte or "
        "carbon-binder on them are not there, all of which a measurement counts as diverging.",
        Bias.LOW,
    ),
    Omission(
        "diverging",
        "The frame has the width that the instrument is told, not one fitted to standards with an error of "
        "its own; an error of 5 % moves the 4.6 % outside by about 1 %.",
        Bias.EITHER,
    ),
)


@dataclass(frozen=True)
class SingleParticleIcp:
    """The instrument.

    Attributes:
        relative_width: Standard deviation of I(Li)/I(Mn) over its mean for equal particles [-] (assumed; the
            paper shows it in histograms only).
        smallest_radius: Lower end of the size window [m].
        largest_radius: Upper end of the size window [m].
        particles: Particles measured; drawn with replacement, each as often as any (number-weighted).
        standards: DOL of the calibration samples [-].
        standard_particles: Particles measured of each standard.
        sensitivity: True slope of the ratio over DOL [-]; arbitrary, since it is calibrated away.
        frame_sigmas: Half width of the frame in standard deviations [-].
        capacity: Capacity of all lithium [C/kg].
    """

    relative_width: float = 0.08
    smallest_radius: float = 0.0
    largest_radius: float = np.inf
    particles: int = 1000
    standards: tuple[float, ...] = (1.0, 0.77, 0.59, 0.39, 0.31)
    standard_particles: int = 1000
    sensitivity: float = 2.0
    frame_sigmas: float = 2.0
    capacity: float = THEORETICAL_CAPACITY

    def __post_init__(self) -> None:
        """Check width, counts and window."""
        require_between("relative width", self.relative_width, 0.0, 1.0, "-", "0.05 to 0.15 is usual")
        require_between("number of particles", self.particles, 2, 1e8, "-", "count at least two")
        if self.smallest_radius >= self.largest_radius:
            raise InputError(
                f"the size window from {self.smallest_radius:.3g} m to {self.largest_radius:.3g} m is empty; "
                "the first must be less than the second."
            )

    @property
    def omissions(self) -> Omissions:
        """What a run leaves out."""
        return _LEFT_OUT

    @property
    def expected_outside(self) -> float:
        """Share of particles that are all alike outside the frame [-]; the relative width cancels."""
        return float(erfc(self.frame_sigmas / np.sqrt(2.0)))

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> ParticleLithiumReading:
        """Measure particles of the state.

        Raises:
            InputError: If no particle lies in the size window, or the field does not cover them.
        """
        inside = (state.radii >= self.smallest_radius) & (state.radii <= self.largest_radius)
        if not inside.any():
            raise InputError(
                f"no particle of the {state.name} has a radius between {1e6 * self.smallest_radius:.3g} and "
                f"{1e6 * self.largest_radius:.3g} um (they have {1e6 * state.radii.min():.3g} to "
                f"{1e6 * state.radii.max():.3g} um); widen the size window."
            )
        means = particle_means(state)[inside]
        return self.read_particles(means, state.volumes[inside], rng, state.identity[inside])

    def read_particles(
        self, lithiation: Array, volume: Array, rng: np.random.Generator, identity: IntArray | None = None
    ) -> ParticleLithiumReading:
        """Measure particles of known lithium.

        Args:
            lithiation: Mean stoichiometry of each particle in the window [-], shape (n,).
            volume: Their volumes, any unit, shape (n,).
            rng: Draws particles and makes noise.
            identity: Which particle each is, where some are images, shape (n,).
        """
        slope, slope_error = self._calibrate(rng)
        drawn = rng.integers(len(lithiation), size=self.particles)
        dol = self._ratio(np.asarray(lithiation)[drawn], rng) / slope
        mass = np.asarray(volume)[drawn]
        which = drawn if identity is None else np.asarray(identity)[drawn]
        centre = float(np.median(dol))
        frame = self.frame_sigmas * self.relative_width * centre
        outside, above = np.abs(dol - centre) > frame, dol > centre + frame
        held = np.where(above, dol - centre, 0.0) * self.capacity
        inactive = float(mass @ held / mass.sum())
        # Particles drawn again are no new ones: what deviates is summed by particle.
        _, number = np.unique(which, return_inverse=True)
        parts = np.bincount(number, weights=mass * (held - inactive))
        scatter = float(np.sqrt(len(parts) / max(len(parts) - 1, 1) * np.sum(parts**2)) / mass.sum())
        diverging = clustered_share(outside, which)
        far_off = far_off_share(diverging.value, self.frame_sigmas)
        return ParticleLithiumReading(
            dol,
            centre,
            frame,
            diverging,
            clustered_share(above, which),
            self.expected_outside,
            Reading(far_off, diverging.uncertainty / (1.0 - self.expected_outside), "-", diverging.samples),
            Reading(inactive, scatter, "C/kg", len(parts)),
            Reading(slope, slope_error, "-", len(self.standards)),
            self.omissions,
        )

    def _ratio(self, lithiation: Array, rng: np.random.Generator) -> Array:
        error = rng.normal(1.0, self.relative_width, len(lithiation))
        return np.asarray(self.sensitivity * lithiation * error)

    def _calibrate(self, rng: np.random.Generator) -> tuple[float, float]:
        """Slope through the origin of the standards' mean ratios, and its standard error."""
        known = np.array(self.standards)
        means = np.array(
            [float(np.mean(self._ratio(np.full(self.standard_particles, dol), rng))) for dol in known]
        )
        slope = float(known @ means / (known @ known))
        noise = self.relative_width * slope * known / np.sqrt(self.standard_particles)
        return slope, float(np.sqrt(np.sum((known * noise) ** 2)) / (known @ known))


def far_off_share(diverging: float, frame_sigmas: float = 2.0) -> float:
    """Share of particles far outside the frame behind a share of diverging ones, (F - p)/(1 - p) [-].

    Below 0 where fewer diverge than a frame lets out of particles that are all alike.

    Args:
        diverging: Share outside the frame [-].
        frame_sigmas: Half width of the frame in standard deviations [-].
    """
    outside = float(erfc(frame_sigmas / np.sqrt(2.0)))
    return (diverging - outside) / (1.0 - outside)


def inactive_capacity(
    diverging: float,
    diverging_at_start: float,
    extracted: float = 0.69,
    capacity: float = THEORETICAL_CAPACITY,
) -> float:
    """Inactive lithium [C/kg] if every particle that diverges beyond those at the start is full.

    Args:
        diverging: Share of diverging particles after cycling [-].
        diverging_at_start: Share before it [-].
        extracted: Lithium that an active particle gives up [-]; 1 - 0.31 in paper 002.
        capacity: Capacity of all lithium [C/kg].
    """
    return (diverging - diverging_at_start) * extracted * capacity
