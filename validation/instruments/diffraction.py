r"""X-ray powder diffraction: mean lattice parameters, and peaks broadened by the spread of lithium.

Every volume of the sample reflects at its own angle, sin(theta) = wavelength / (2 d(x)). A peak is the sum of
these with the width of the instrument. The mean parameters follow from the peak positions of (0 0 3) and
(1 0 1); the microstrain from a peak's breadth, as Stokes and Wilson define it,

    eps = sqrt(B^2 - B_instrument^2) / (4 tan(theta)),

with B the full width at half maximum of the Gaussian of the same variance. What grains of different
orientation do to each other's strain is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.lattice_parameters import NMC622_LATTICE, HexagonalLattice
from chemomech.validation.instruments.reading import Reading
from chemomech.validation.instruments.sampling import volume_samples
from chemomech.validation.instruments.state import Array, ElectrodeState

_FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))

WAVELENGTH = 0.489951e-10
"""Beam of ACS Appl. Energy Mater. 5 (2022) 1731, 25 keV [m]."""


@dataclass(frozen=True, eq=False)
class Peak:
    """One reflection.

    Attributes:
        indices: (h, k, l).
        two_theta: Position of its centre [degree].
        width: Full width at half maximum of the Gaussian of the same variance [degree].
        microstrain: Stokes-Wilson strain without the instrument's width [-].
        angle: Profile, angle 2 theta [degree], shape (n,).
        intensity: Profile, unit area [1/degree], shape (n,).
    """

    indices: tuple[int, int, int]
    two_theta: float
    width: float
    microstrain: float
    angle: Array
    intensity: Array


@dataclass(frozen=True, eq=False)
class DiffractionReading:
    """What the pattern says.

    Attributes:
        a: Mean in-plane parameter [m].
        c: Mean stacking parameter [m].
        microstrain: Of the (0 0 3) peak, along c [-].
        peaks: The reflections.
    """

    a: Reading
    c: Reading
    microstrain: Reading
    peaks: tuple[Peak, ...]


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
    reflections: tuple[tuple[int, int, int], ...] = ((0, 0, 3), (1, 0, 1))
    position_noise: float = 2.0e-4

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> DiffractionReading:
        """Shine through all particles of the state.

        The uncertainty is that of the particles as a sample of the electrode, by a bootstrap over them, and
        of the peak positions.
        """
        x, particle, volume = volume_samples(state)
        peaks = self.peaks(x, volume, rng)
        a, c = self._parameters(peaks)
        drawn = []
        for _ in range(30):
            times = np.bincount(rng.integers(len(state), size=len(state)), minlength=len(state))
            again = self.peaks(x, volume * times[particle], rng)
            drawn.append((*self._parameters(again), again[0].microstrain))
        spread = np.std(np.array(drawn), axis=0, ddof=1)
        count = len(state)
        return DiffractionReading(
            Reading(a, float(spread[0]), "m", count),
            Reading(c, float(spread[1]), "m", count),
            Reading(peaks[0].microstrain, float(spread[2]), "-", count),
            peaks,
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
        centre = float(weight @ angles)
        variance = float(weight @ (angles - centre) ** 2)
        sigma = self.instrument_width / _FWHM
        strain = np.radians(_FWHM * np.sqrt(variance)) / (4.0 * np.tan(np.radians(centre) / 2.0))
        shown = np.linspace(angles.min() - 5.0 * sigma, angles.max() + 5.0 * sigma, 400)
        # Binned first: the profile of many parts costs no more than that of a few.
        heights, edges = np.histogram(angles, bins=200, weights=weight)
        middles = 0.5 * (edges[1:] + edges[:-1])
        lines = np.exp(-0.5 * ((shown[:, None] - middles) / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))
        moved = centre + (0.0 if rng is None else float(rng.normal(0.0, self.position_noise)))
        width = float(_FWHM * np.sqrt(variance + sigma**2))
        return Peak(indices, moved, width, float(strain), shown, lines @ heights)

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
