r"""What the size of an indent and the pores of a particle do to its modulus and hardness.

    size:   H = H_0 sqrt(1 + h*/h),  P = H c h^2      (Nix and Gao, J. Mech. Phys. Solids 46 (1998) 411)
    pores:  K and G by the upper bound of Hashin and Shtrikman for empty spheres,  H = (1 - p) H_0

Nix and Gao: a self-similar tip needs more geometrically necessary dislocations per volume the less deep it
goes; h* is the depth at which they are as many as those that are there anyway. For a volume share p of
spherical pores the bound is close to exact as long as they are few (J. Mech. Phys. Solids 11 (1963) 127);
with nu = 0.2 it is E = E_0 (1 - p)/(1 + p). Hardness goes with the area that bears load, an upper bound too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq

from chemomech.errors import require_between
from chemomech.materials.bounds import moduli_with_inclusions
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.support import Elastic


class SizeEffect(Protocol):
    """How hardness depends on the size of an indent."""

    @property
    def omissions(self) -> Omissions:
        """What the rule leaves out."""
        ...

    def hardness(self, hardness: float, load: float) -> float:
        """Hardness [Pa] under a load [N] of a material with a hardness [Pa] in large indents."""
        ...


@dataclass(frozen=True)
class NoSizeEffect:
    """Indents of every size find the same hardness."""

    @property
    def omissions(self) -> Omissions:
        """Size."""
        return (
            Omission(
                "hardness on particles",
                "H(x) stems from indents of mN over many grains; one of 450 uN is 130 nm in radius, within "
                "one grain, and finds it harder (Nix and Gao).",
                Bias.LOW,
            ),
        )

    def hardness(self, hardness: float, load: float) -> float:
        """The same hardness."""
        return hardness


@dataclass(frozen=True)
class NixGao:
    """Indentation size effect.

    Attributes:
        length: h* [m]; no value is known for NMC. Copper has 0.46 um cold worked and 1.6 um as a crystal (as
            quoted from Nix and Gao).
        area_factor: c in A = c h^2 [-]; 24.5 for Berkovich.
    """

    length: float
    area_factor: float = 24.5

    def __post_init__(self) -> None:
        """Check the length."""
        require_between("length h* of the size effect", self.length, 0.0, 1.0e-3, "m", "below 10 um is usual")

    @property
    def omissions(self) -> Omissions:
        """Where the law ends."""
        return (
            Omission(
                "hardness on particles",
                "Nix and Gao's law overrates indents less than about 100 nm deep, and a ceramic grain may "
                "crack or pop in instead of storing dislocations.",
                Bias.HIGH,
            ),
        )

    def hardness(self, hardness: float, load: float) -> float:
        """The hardness at the depth that the load reaches."""
        plain = float(np.sqrt(load / (self.area_factor * hardness)))
        # P / (H_0 c) = h^2 sqrt(1 + h*/h): rises with h, and is met before the depth without the effect.
        share = float(brentq(lambda s: s**1.5 * np.sqrt(s + self.length / plain) - 1.0, 0.0, 1.0))
        return load / (self.area_factor * (share * plain) ** 2)


class Pores(Protocol):
    """What pores within a particle do."""

    @property
    def omissions(self) -> Omissions:
        """What the rule leaves out."""
        ...

    def weaken(self, solid: Elastic, hardness: float) -> tuple[Elastic, float]:
        """Modulus and hardness [Pa] of a porous particle of a solid with a hardness [Pa]."""
        ...


@dataclass(frozen=True)
class Dense:
    """No pores."""

    @property
    def omissions(self) -> Omissions:
        """Pores."""
        return (
            Omission(
                "reduced modulus and hardness on particles",
                "Particles are dense; 10 % of pores would take about 18 % of the modulus and at least 10 % "
                "of the hardness.",
                Bias.HIGH,
            ),
        )

    def weaken(self, solid: Elastic, hardness: float) -> tuple[Elastic, float]:
        """The solid itself."""
        return solid, hardness


@dataclass(frozen=True)
class SphericalPores:
    """Empty spheres, spread evenly and small against the indent.

    Attributes:
        porosity: Share of the particle's volume [-].
    """

    porosity: float

    def __post_init__(self) -> None:
        """Check the share."""
        require_between("porosity of a particle", self.porosity, 0.0, 0.6, "-", "5 to 20 % is usual")

    @property
    def omissions(self) -> Omissions:
        """Shape and size."""
        return (
            Omission(
                "reduced modulus and hardness on particles",
                "Pores are round and small against the indent; flat ones and cracks between grains weaken "
                "more, and an indent may meet one pore or none.",
                Bias.HIGH,
            ),
        )

    def weaken(self, solid: Elastic, hardness: float) -> tuple[Elastic, float]:
        """Upper bound of Hashin and Shtrikman, and the area that bears load."""
        bulk = solid.youngs_modulus / (3.0 * (1.0 - 2.0 * solid.poisson_ratio))
        k, g = moduli_with_inclusions((bulk, solid.shear_modulus), (0.0, 0.0), self.porosity)
        porous = Elastic(9.0 * k * g / (3.0 * k + g), (3.0 * k - 2.0 * g) / (2.0 * (3.0 * k + g)))
        return porous, (1.0 - self.porosity) * hardness
