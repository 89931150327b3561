r"""What lies on the particles that a beam meets, and how their surface is turned to beam and detector.

A film lets a share T of the signal through. An even film dims all nickel alike: the share of Ni2+ stays, and
the noise of counting grows as 1/sqrt(T). A film that differs from particle to particle makes the bare ones
count more.

On a sphere the angles change from place to place. Per area of surface the yield of a thick sample is
lambda / lambda_in, whatever the angle: electrons come evenly from all that is lit, fluorescence in proportion
to its depth lambda, which is short where beam or detector graze. A ray along z stands for an area 1/n_z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.detection import CARBON_FILM, GRAZING, Detection, FilmMaterial
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.state import Array, IntArray


class Cover(Protocol):
    """A film on the particles."""

    @property
    def omissions(self) -> Omissions:
        """What the rule leaves out."""
        ...

    def transmission(self, detection: Detection, particle: IntArray) -> Array:
        """Share of the signal of each point that gets through [-], shape (m,)."""
        ...


@dataclass(frozen=True)
class Bare:
    """No film."""

    @property
    def omissions(self) -> Omissions:
        """The film that every real electrode has."""
        return (
            Omission(
                "share of Ni2+, electron yield",
                "No contamination, carbonate or binder covers the particles: 5 nm of it leave 22 % of the "
                "electrons, so that a measurement is noisier and weighs its barest places most.",
                Bias.NARROW,
            ),
        )

    def transmission(self, detection: Detection, particle: IntArray) -> Array:
        """One everywhere."""
        return np.ones(len(particle))


@dataclass(frozen=True, eq=False)
class FilmCover:
    """A film of contamination or binder, even over each particle.

    Attributes:
        thickness: [m], one number or one a particle, shape (n,).
        material: What it is made of.
    """

    thickness: npt.ArrayLike = 5.0e-9
    material: FilmMaterial = CARBON_FILM

    def __post_init__(self) -> None:
        """Check the thickness."""
        for value in np.asarray(self.thickness, dtype=float).reshape(-1):
            require_between("thickness of a film", float(value), 0.0, 1.0e-6, "m", "a few nm are usual")

    @property
    def omissions(self) -> Omissions:
        """Holes."""
        return (
            Omission(
                "share of Ni2+, electron yield",
                "The film is even over each particle; through holes in a real one bare places weigh most.",
                Bias.NARROW,
            ),
        )

    def transmission(self, detection: Detection, particle: IntArray) -> Array:
        """What the mode sees through the film.

        Raises:
            InputError: If there are fewer thicknesses than particles.
        """
        thickness = np.atleast_1d(np.asarray(self.thickness, dtype=float))
        if len(thickness) > 1 and len(particle) and int(particle.max()) >= len(thickness):
            raise InputError(
                f"the film has {len(thickness)} thicknesses, but particle {int(particle.max())} was met; "
                "give one number, or one a particle."
            )
        each = thickness[particle] if len(thickness) > 1 else np.repeat(thickness, len(particle))
        return detection.transmission(each, self.material)


class Relief(Protocol):
    """How the surface is turned."""

    @property
    def omissions(self) -> Omissions:
        """What the rule leaves out."""
        ...

    def seen(self, detection: Detection, outward: Array, view: int) -> tuple[Array, Array]:
        """Weight [-] and 1/e depth along the normal [m] of points met by rays along z.

        Args:
            detection: The mode.
            outward: Normals of the surface, shape (m, 3).
            view: Direction of view along z, -1 or +1.

        Returns:
            Weights, 0 where nothing is seen, and depths, shapes (m,).
        """
        ...


@dataclass(frozen=True)
class FlatRelief:
    """Every point lies at the mode's own angles, as if the face were polished."""

    @property
    def omissions(self) -> Omissions:
        """Angles on a sphere."""
        return (
            Omission(
                "share of Ni2+",
                "Beam and detector stand at the same angle to every point, though particles are round: where "
                "they graze, a measurement looks less deep into the rim.",
                Bias.EITHER,
            ),
        )

    def seen(self, detection: Detection, outward: Array, view: int) -> tuple[Array, Array]:
        """One weight and one depth for all."""
        return np.ones(len(outward)), np.full(len(outward), detection.decay_length)


@dataclass(frozen=True)
class SphericalRelief:
    """Beam and detector at fixed directions, on opposite sides, and the angles that spheres make with them.

    These angles take the place of those of the detection mode.

    Attributes:
        incidence: Angle of the beam to the face of the electrode [degree].
        emission: Angle of the detector to it [degree].
    """

    incidence: float = 45.0
    emission: float = 45.0

    def __post_init__(self) -> None:
        """Check the angles."""
        for what, angle in (("incidence", self.incidence), ("emission", self.emission)):
            require_between(f"angle of {what}", angle, 1.0, 90.0, "degree", "measure it from the face")

    @property
    def omissions(self) -> Omissions:
        """Shadows."""
        return (
            Omission(
                "share of Ni2+",
                "Particles throw no shadow on each other, and flanks that only a slanted beam reaches are "
                "left out; grains make a real surface rougher than a sphere.",
                Bias.EITHER,
            ),
        )

    def seen(self, detection: Detection, outward: Array, view: int) -> tuple[Array, Array]:
        """Area of surface times depth, where it is lit and seen."""
        up = -float(view)
        beam, detector = np.radians(self.incidence), np.radians(self.emission)
        incoming = outward @ np.array([np.cos(beam), 0.0, up * np.sin(beam)])
        outgoing = outward @ np.array([-np.cos(detector), 0.0, up * np.sin(detector)])
        vertical = up * outward[:, 2]
        depth = detection.depths(incoming, outgoing)
        return np.where(vertical > GRAZING, depth / np.maximum(vertical, GRAZING), 0.0), depth
