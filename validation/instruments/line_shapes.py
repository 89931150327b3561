"""Ni L2,3 spectra from reference line shapes, and the self-absorption of fluorescence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import voigt_profile

from chemomech.errors import require_between
from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.attenuation import XrayMaterial
from chemomech.validation.instruments.state import Array

ENERGY_RANGE = (840.0, 890.0)
"""Photon energies that the reference lines describe [eV]."""

FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))
"""Full width at half maximum of a Gaussian over its standard deviation [-]."""

_ASSIGNMENT = "Electrochem. Sci. Adv. 4 (2024) e2300017, text and Fig. 2"

NI2_L3 = Parameter(853.0, "eV", Source(f"Ni2+ L3, {_ASSIGNMENT}", ("literature",)), (852.5, 853.5))
NI3_L3 = Parameter(855.5, "eV", Source(f"Ni3+ L3, {_ASSIGNMENT}", ("literature",)), (855.0, 856.0))
NI2_L2 = Parameter(871.0, "eV", Source(f"Ni2+ L2, {_ASSIGNMENT}", ("literature",)), (870.0, 871.5))
NI3_L2 = Parameter(873.0, "eV", Source(f"Ni3+ L2, {_ASSIGNMENT}", ("literature",)), (872.0, 873.5))
L3_WIDTH = Parameter(
    1.2,
    "eV",
    Source("full width of a multiplet envelope of Ni L3 at its core-hole width", ("assumed",)),
    (0.5, 2.0),
)
L2_WIDTH = Parameter(
    1.6, "eV", Source("as L3, broader by the extra decay of the L2 hole", ("assumed",)), (0.9, 2.5)
)
BRANCHING = Parameter(
    0.5, "-", Source("L2 over L3 area, statistical ratio of 2p1/2 and 2p3/2", ("assumed",)), (0.3, 0.5)
)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Absorption over photon energy.

    Attributes:
        energy: Photon energy [eV], shape (n,).
        intensity: Absorption in the Ni L2,3 lines [-], unit area of L3 for the lines as they are, shape (n,).
    """

    energy: Array
    intensity: Array

    def at(self, energy: float) -> float:
        """Intensity at an energy [eV].

        Raises:
            InputError: Outside the spectrum.
        """
        low, high = float(self.energy[0]), float(self.energy[-1])
        require_between("photon energy", energy, low, high, "eV", "ask within the spectrum")
        return float(np.interp(energy, self.energy, self.intensity))

    @property
    def peak_ratio(self) -> float:
        """Height at the L3 line of Ni2+ over the height at that of Ni3+ [-]."""
        return self.at(float(NI2_L3)) / self.at(float(NI3_L3))


@dataclass(frozen=True)
class LineShapes:
    """Reference lines of Ni2+ and Ni3+, each a Voigt profile for L3 and one for L2.

    Attributes:
        resolution: Full width at half maximum of the monochromator [eV].
        oscillator_ratio: Absorption of a Ni3+ atom in these lines over that of a Ni2+ atom [-] (assumed 1).
    """

    resolution: float = 0.3
    oscillator_ratio: float = 1.0

    def __post_init__(self) -> None:
        """Check the resolution."""
        require_between("energy resolution", self.resolution, 0.0, 5.0, "eV", "0.2 to 0.4 eV is usual")

    def spectrum(self, ni2_share: float, energy: Array | None = None) -> Spectrum:
        """Spectrum of a mixture.

        Args:
            ni2_share: Share of Ni2+ [-].
            energy: Photon energies [eV]; 840 to 890 eV in steps of 0.1 eV if left out.

        Raises:
            InputError: For a share outside 0 to 1, or an energy outside the table of lines.
        """
        require_between("share of Ni2+", ni2_share, 0.0, 1.0, "-", "give a share")
        e = np.linspace(*ENERGY_RANGE, 501) if energy is None else np.asarray(energy, dtype=float)
        for value in (float(e.min()), float(e.max())):
            require_between("photon energy", value, *ENERGY_RANGE, "eV", "the Ni L lines end there")
        ni3 = (1.0 - ni2_share) * self.oscillator_ratio
        lines = ni2_share * self._pair(e, float(NI2_L3), float(NI2_L2))
        return Spectrum(e, lines + ni3 * self._pair(e, float(NI3_L3), float(NI3_L2)))

    def _pair(self, energy: Array, l3: float, l2: float) -> Array:
        sigma = self.resolution / FWHM_PER_SIGMA
        first = voigt_profile(energy - l3, sigma, 0.5 * float(L3_WIDTH))
        second = voigt_profile(energy - l2, sigma, 0.5 * float(L2_WIDTH))
        return np.asarray(first + float(BRANCHING) * second)


@dataclass(frozen=True)
class SelfAbsorption:
    r"""Distortion of the fluorescence of a thick, uniform sample.

        I(E) = mu_lines(E) / (mu_lines(E) + mu_rest + mu(E_f) sin(incidence) / sin(emission)) * const

    (Troeger et al., Phys. Rev. B 46 (1992) 3283.) The lines stand on the tabulated attenuation just below the
    edge; the constant makes weak lines undistorted.

    Attributes:
        material: What absorbs.
        incidence: Angle of the beam to the surface [degree].
        emission: Angle of the detector to the surface [degree].
        white_line: Attenuation by the lines per unit of spectrum [eV/m] (assumed): at the L3 peak of a pure
            phase about four times the attenuation below the edge.
        emission_energy: Energy of the fluorescence [eV].
    """

    material: XrayMaterial
    incidence: float = 45.0
    emission: float = 45.0
    white_line: float = 2.0e7
    emission_energy: float = 850.0

    def _background(self) -> float:
        below = 1.0 / float(self.material.attenuation_length(845.0))
        out = 1.0 / float(self.material.attenuation_length(self.emission_energy))
        geometry = np.sin(np.radians(self.incidence)) / np.sin(np.radians(self.emission))
        return float(below + out * geometry)

    def distorted(self, spectrum: Spectrum) -> Spectrum:
        """What a detector sees of a true spectrum."""
        background = self._background()
        absorption = self.white_line * spectrum.intensity
        return Spectrum(spectrum.energy, spectrum.intensity * background / (absorption + background))

    def corrected(self, spectrum: Spectrum) -> Spectrum:
        """The true spectrum behind a distorted one."""
        background = self._background()
        seen = spectrum.intensity
        return Spectrum(spectrum.energy, seen / (1.0 - seen * self.white_line / background))
