r"""X-ray powder diffraction: mean lattice parameters, and peaks broadened by the spread of lithium.

Every volume of the sample reflects at its own angle, sin(theta) = wavelength / (2 d(x)). A peak is the sum of
these with the width of the instrument. The mean parameters follow from the peak positions of (0 0 3) and
(1 0 1); the microstrain from a peak's breadth, as Stokes and Wilson define it,

    eps = sqrt(B^2 - B_instrument^2) / (4 tan(theta)),

with B the full width at half maximum of the Gaussian of the same variance. A peak tells lithium by its slope
d(2 theta)/dx. Where c is largest that of (0 0 l) vanishes: the peak is blind there, and its microstrain is
small whatever the lithium does. a keeps its slope, and (1 1 0) sees through it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.lattice_parameters import NMC622_LATTICE, HexagonalLattice
from chemomech.validation.instruments.line_shapes import FWHM_PER_SIGMA
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading
from chemomech.validation.instruments.sampling import volume_samples
from chemomech.validation.instruments.state import Array, ElectrodeState

WAVELENGTH = 0.489951e-10
"""Beam of ACS Appl. Energy Mater. 5 (2022) 1731, 25 keV [m]."""

BLIND_STEP = 0.05
"""A peak is blind where this change of x moves it by less than a tenth of the instrument's width [-]."""

_DRAWS = 30
"""Samples of a bootstrap."""

_STEP = 1.0e-4
"""Half of the difference of x in the slope of a peak [-]."""

_LEFT_OUT = (
    Omission(
        "microstrain",
        "Grains of different orientation strain each other, and so do lithium gradients; neither the stress "
        "nor its broadening is in the peaks.",
        Bias.LOW,
    ),
    Omission(
        "microstrain",
        "Peaks are not broadened by the size of crystallites, stacking faults or exchange of Li and Ni.",
        Bias.LOW,
    ),
    Omission(
        "a and c",
        "One phase with one a(x) and c(x): no second hexagonal phase, no reconstructed layer, no texture.",
        Bias.EITHER,
    ),
    Omission(
        "microstrain",
        "Near the largest c, x of about 0.46, (0 0 3) hardly moves with lithium: the reading names it as "
        "blind, and its microstrain says nothing of the spread of lithium there.",
        Bias.LOW,
    ),
)


@dataclass(frozen=True, eq=False)
class Peak:
    """One reflection.

    Attributes:
        indices: (h, k, l).
        two_theta: Position of its centre [degree].
        width: Full width at half maximum of the Gaussian of the same variance [degree].
        microstrain: Stokes-Wilson strain without the instrument's width [-].
        slope: d(2 theta)/dx at the mean stoichiometry [degree].
        blind: Whether the peak hardly moves with lithium there, so that it cannot tell x.
        angle: Profile, angle 2 theta [degree], shape (n,).
        intensity: Profile, unit area [1/degree], shape (n,).
    """

    indices: tuple[int, int, int]
    two_theta: float
    width: float
    microstrain: float
    slope: float
    blind: bool
    angle: Array
    intensity: Array

    @property
    def lithium_spread(self) -> float:
        """Standard deviation of x that the broadening tells [-]; NaN for a blind peak."""
        if self.blind:
            return float("nan")
        broadened = self.microstrain * 4.0 * np.tan(np.radians(self.two_theta) / 2.0)
        return float(np.degrees(broadened) / FWHM_PER_SIGMA / abs(self.slope))


@dataclass(frozen=True, eq=False)
class DiffractionReading:
    """What the pattern says.

    Attributes:
        a: Mean in-plane parameter [m].
        c: Mean stacking parameter [m].
        microstrain: Of the first peak, (0 0 3), along c [-].
        microstrains: Of every peak [-].
        peaks: The reflections.
        blind: Indices of the reflections that cannot tell lithium at the mean stoichiometry.
        omissions: What the instrument leaves out.
    """

    a: Reading
    c: Reading
    microstrain: Reading
    microstrains: tuple[Reading, ...]
    peaks: tuple[Peak, ...]
    blind: tuple[tuple[int, int, int], ...]
    omissions: Omissions


@dataclass(frozen=True)
class Diffractometer:
    """The instrument.

    Attributes:
        lattice: a(x), c(x).
        wavelength: [m].
        instrument_width: Full width at half maximum of a perfect powder's peak [degree].
        reflections: (h, k, l); the first must be (0 0 l), the second not.
        position_noise: Standard deviation of a peak position [degree].
    """

    lattice: HexagonalLattice = NMC622_LATTICE
    wavelength: float = WAVELENGTH
    instrument_width: float = 0.01
    reflections: tuple[tuple[int, int, int], ...] = ((0, 0, 3), (1, 0, 1), (1, 1, 0))
    position_noise: float = 2.0e-4

    def __post_init__(self) -> None:
        """Check that the first two reflections give a and c."""
        flat = [h == 0 and k == 0 for h, k, _ in self.reflections[:2]]
        if flat != [True, False]:
            raise InputError(
                f"the reflections {self.reflections} do not give a and c; put a (0 0 l) first and one with h "
                "or k second."
            )

    @property
    def omissions(self) -> Omissions:
        """What a pattern leaves out."""
        return _LEFT_OUT

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> DiffractionReading:
        """Shine through all particles of the state.

        The uncertainty is that of the particles as a sample of the electrode, by a bootstrap over them, and
        of the peak positions.
        """
        x, particle, volume = volume_samples(state)
        peaks = self.peaks(x, volume, rng)
        a, c = self._parameters(peaks)
        # Images of a particle are drawn together with it.
        _, number = np.unique(state.identity, return_inverse=True)
        count = state.distinct
        drawn = []
        for _ in range(_DRAWS):
            times = np.bincount(rng.integers(count, size=count), minlength=count)
            again = self.peaks(x, volume * times[number[particle]], rng)
            drawn.append((*self._parameters(again), *(peak.microstrain for peak in again)))
        spread = np.std(np.array(drawn), axis=0, ddof=1)
        strains = tuple(
            Reading(peak.microstrain, float(error), "-", count)
            for peak, error in zip(peaks, spread[2:], strict=True)
        )
        return DiffractionReading(
            Reading(a, float(spread[0]), "m", count),
            Reading(c, float(spread[1]), "m", count),
            strains[0],
            strains,
            peaks,
            tuple(peak.indices for peak in peaks if peak.blind),
            self.omissions,
        )

    def peaks(self, x: Array, volume: Array, rng: np.random.Generator | None = None) -> tuple[Peak, ...]:
        """Reflections of a sample.

        Args:
            x: Stoichiometry of each part, shape (m,).
            volume: Volume of each part, any unit, shape (m,).
            rng: Makes noise of position; none without it.

        Raises:
            InputError: For a reflection beyond what the wavelength can reach, or no volume.
        """
        if not np.sum(volume) > 0.0:
            raise InputError("the sample in the beam has a volume of 0; give volumes greater than 0.")
        return tuple(self._peak(x, volume / np.sum(volume), indices, rng) for indices in self.reflections)

    def _peak(
        self, x: Array, weight: Array, indices: tuple[int, int, int], rng: np.random.Generator | None
    ) -> Peak:
        sine = self.wavelength / (2.0 * self.lattice.spacing(x, *indices))
        require_between(
            f"sin(theta) of reflection {indices}",
            float(sine.max()),
            0.0,
            1.0,
            "-",
            "take a shorter wavelength",
        )
        angles = np.degrees(2.0 * np.arcsin(sine))
        slope = self._slope(float(weight @ x), indices)
        centre = float(weight @ angles)
        variance = float(weight @ (angles - centre) ** 2)
        sigma = self.instrument_width / FWHM_PER_SIGMA
        strain = np.radians(FWHM_PER_SIGMA * np.sqrt(variance)) / (4.0 * np.tan(np.radians(centre) / 2.0))
        shown = np.linspace(angles.min() - 5.0 * sigma, angles.max() + 5.0 * sigma, 400)
        # Binned first: the profile of many parts costs no more than that of a few.
        heights, edges = np.histogram(angles, bins=200, weights=weight)
        middles = 0.5 * (edges[1:] + edges[:-1])
        lines = np.exp(-0.5 * ((shown[:, None] - middles) / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))
        moved = centre + (0.0 if rng is None else float(rng.normal(0.0, self.position_noise)))
        width = float(FWHM_PER_SIGMA * np.sqrt(variance + sigma**2))
        blind = abs(slope) * BLIND_STEP < 0.1 * self.instrument_width
        return Peak(indices, moved, width, float(strain), slope, blind, shown, lines @ heights)

    def _slope(self, x: float, indices: tuple[int, int, int]) -> float:
        """d(2 theta)/dx [degree] of a reflection."""
        near = np.array([x - _STEP, x + _STEP])
        angles = np.degrees(2.0 * np.arcsin(self.wavelength / (2.0 * self.lattice.spacing(near, *indices))))
        return float((angles[1] - angles[0]) / (2.0 * _STEP))

    def _parameters(self, peaks: tuple[Peak, ...]) -> tuple[float, float]:
        """Parameters a and c [m] behind the first two positions."""
        first, second = peaks[0], peaks[1]
        inverse = [
            (2.0 * np.sin(np.radians(peak.two_theta) / 2.0) / self.wavelength) ** 2
            for peak in (first, second)
        ]
        c = first.indices[2] / np.sqrt(inverse[0])
        h, k, index = second.indices
        a = np.sqrt(4.0 / 3.0 * (h * h + h * k + k * k) / (inverse[1] - index**2 / c**2))
        return float(a), float(c)
