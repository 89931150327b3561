r"""Detection modes of NEXAFS: how deep each looks, and what a film on the surface lets through.

    electron yield:      lambda = -d / ln(1 - share), the escape depth
    fluorescence yield:  1/lambda = 1/(lambda_in sin a) + 1/(lambda_out sin b)

with the attenuation lengths of :mod:`.attenuation` and the angles to the surface. A film of thickness h lets
exp(-h/lambda_film) through: 5 nm at an escape depth of 3.34 nm leave 22 % of the electrons, and 99 % of
the fluorescence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.errors import require_between
from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.attenuation import NMC622, XrayMaterial
from chemomech.validation.instruments.line_shapes import SelfAbsorption, Spectrum
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.state import Array


def decay_length_of(probing_depth: float, share: float) -> float:
    """1/e depth of a stated probing depth, lambda = -d / ln(1 - share).

    Args:
        probing_depth: Depth d above which ``share`` of the signal arises [m].
        share: That share; 0.632 makes d the 1/e depth itself, 0.95 is lambda = d/3.

    Raises:
        InputError: For a depth that is not positive or a share outside 0 to 1.
    """
    require_between("probing depth", probing_depth, 1.0e-12, 1.0, "m", "a depth is positive, downwards")
    require_between("share of the signal", share, 1.0e-6, 1.0 - 1.0e-6, "-", "0.95 or 0.632 is usual")
    return float(-probing_depth / np.log(1.0 - share))


GRAZING = 0.02
"""Cosine to the normal up to which beam, detector or a ray only graze a surface, and nothing is seen [-]."""

FILM_ESCAPE_DEPTH = Parameter(
    3.34e-9,
    "m",
    Source("as in the oxide: 10 nm taken as the depth of 95 % of the signal", ("assumed",)),
    (2.0e-9, 10.0e-9),
)


@dataclass(frozen=True)
class FilmMaterial:
    """What lies on a particle and holds no nickel.

    Attributes:
        escape_depth: 1/e escape depth of electrons [m].
        xrays: The film as X-rays see it.
    """

    escape_depth: float
    xrays: XrayMaterial

    def __post_init__(self) -> None:
        """Check the depth."""
        require_between(
            "escape depth of a film", self.escape_depth, 1.0e-10, 1.0e-6, "m", "2 to 10 nm is usual"
        )


CARBON_FILM = FilmMaterial(float(FILM_ESCAPE_DEPTH), XrayMaterial("C", 1800.0))
"""Carbon contamination or carbon-binder, 1.8 g/cm3 (assumed)."""


class Detection(Protocol):
    """A detection mode."""

    @property
    def name(self) -> str:
        """In words."""
        ...

    @property
    def decay_length(self) -> float:
        """Depth over which the signal falls to 1/e [m]."""
        ...

    @property
    def omissions(self) -> Omissions:
        """What the mode leaves out."""
        ...

    def depths(self, incoming: Array, outgoing: Array) -> Array:
        """1/e depth along the normal of a surface turned to the beam.

        Args:
            incoming: Cosine between the normal and the beam [-], shape (m,).
            outgoing: Cosine between the normal and the detector [-], shape (m,).

        Returns:
            Depths [m], shape (m,); 0 where nothing is lit, or seen.
        """
        ...

    def transmission(self, thickness: Array, film: FilmMaterial) -> Array:
        """Share of the signal that a film of some thickness [m] lets through, at the mode's own angles."""
        ...

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """What the mode makes of a true spectrum."""
        ...


@dataclass(frozen=True)
class ElectronYield:
    """Total electron yield.

    Attributes:
        probing_depth: Depth above which ``share`` of the signal arises [m]. The papers say 10 nm without a
            definition; taken as 95 % (assumed), it is a 1/e depth of 3.3 nm.
        share: Share of the signal from within that depth [-].
    """

    probing_depth: float = 10.0e-9
    share: float = 0.95
    name: str = "total electron yield"

    def __post_init__(self) -> None:
        """Check the depth."""
        decay_length_of(self.probing_depth, self.share)

    @property
    def decay_length(self) -> float:
        """1/e depth [m]."""
        return decay_length_of(self.probing_depth, self.share)

    @property
    def omissions(self) -> Omissions:
        """The depth is not measured."""
        return (
            Omission(
                "share of Ni2+, electron yield",
                "The escape depth is the papers' 10 nm taken as 95 % of the signal; with 10 nm as 1/e depth "
                "a layer of 5 nm weighs half as much.",
                Bias.EITHER,
            ),
        )

    def depths(self, incoming: Array, outgoing: Array) -> Array:
        """The escape depth wherever the beam falls: electrons leave in all directions."""
        return np.where(np.asarray(incoming) > GRAZING, self.decay_length, 0.0)

    def transmission(self, thickness: Array, film: FilmMaterial) -> Array:
        """exp(-h/lambda) with the escape depth of the film."""
        return np.exp(-np.asarray(thickness) / film.escape_depth)

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """The spectrum itself: electrons come from far less than the depth of the beam."""
        return spectrum


@dataclass(frozen=True)
class FluorescenceYield:
    """Total fluorescence yield.

    Attributes:
        energy: Photon energy of the beam [eV].
        emission_energy: Energy of the fluorescence [eV].
        incidence: Angle of the beam to the surface [degree].
        emission: Angle of the detector to the surface [degree].
        material: What attenuates.
        self_absorbed: Whether the recorded spectrum is distorted by self-absorption; a corrected one is not.
    """

    energy: float = 853.0
    emission_energy: float = 850.0
    incidence: float = 45.0
    emission: float = 45.0
    material: XrayMaterial = NMC622
    self_absorbed: bool = False
    name: str = "fluorescence yield"

    def __post_init__(self) -> None:
        """Check the angles."""
        for what, angle in (("incidence", self.incidence), ("emission", self.emission)):
            require_between(f"angle of {what}", angle, 1.0, 90.0, "degree", "measure it from the surface")

    @property
    def decay_length(self) -> float:
        """1/e depth of a flat surface [m]."""
        return self._decay_length(self.material)

    def _decay_length(self, material: XrayMaterial) -> float:
        cosines = [np.sin(np.radians(angle)) for angle in (self.incidence, self.emission)]
        return float(self._depths(material, np.array(cosines[0]), np.array(cosines[1])))

    def _depths(self, material: XrayMaterial, incoming: Array, outgoing: Array) -> Array:
        inward = material.attenuation_length(self.energy) * incoming
        outward = material.attenuation_length(self.emission_energy) * outgoing
        return np.asarray(1.0 / (1.0 / inward + 1.0 / outward))

    @property
    def omissions(self) -> Omissions:
        """Lines of nickel attenuate more than the tables say."""
        depth = Omission(
            "share of Ni2+, fluorescence yield",
            "At the peak of the line the beam reaches less deep than the tables without a white line say, so "
            "that the rim counts more in a measurement.",
            Bias.EITHER,
        )
        if self.self_absorbed:
            return (depth,)
        return (
            depth,
            Omission(
                "spectrum, fluorescence yield",
                "Self-absorption, which flattens the stronger line of a measured spectrum, is taken as "
                "corrected.",
                Bias.EITHER,
            ),
        )

    def depths(self, incoming: Array, outgoing: Array) -> Array:
        """1/lambda = 1/(lambda_in cos_in) + 1/(lambda_out cos_out)."""
        low = np.minimum(incoming, outgoing)
        floor = [np.maximum(cosine, GRAZING) for cosine in (incoming, outgoing)]
        return np.where(low > GRAZING, self._depths(self.material, *floor), 0.0)

    def transmission(self, thickness: Array, film: FilmMaterial) -> Array:
        """exp(-h/lambda) with the depth of X-rays in the film."""
        return np.exp(-np.asarray(thickness) / self._decay_length(film.xrays))

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """The spectrum as the detector sees it."""
        if not self.self_absorbed:
            return spectrum
        effect = SelfAbsorption(
            self.material, self.incidence, self.emission, emission_energy=self.emission_energy
        )
        return effect.distorted(spectrum)
