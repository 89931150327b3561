"""What lies between the particles of an embedded electrode: carbon-binder and filled pores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from chemomech.errors import require_between
from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.state import Array, IntArray
from chemomech.validation.instruments.support import Elastic

_XU = "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333"


@dataclass(frozen=True)
class Filler:
    """One of the phases between the particles.

    Attributes:
        name: In words.
        elastic: Modulus and Poisson's ratio.
        hardness: H [Pa].
    """

    name: str
    elastic: Elastic
    hardness: float


CARBON_BINDER_MODULUS = Parameter(
    1.78e9, "Pa", Source(f"carbon black and PVDF, {_XU}", ("second-hand",)), (0.3e9, 1.8e9)
)
CARBON_BINDER_HARDNESS = Parameter(
    0.043e9,
    "Pa",
    Source(f"carbon black and PVDF, {_XU}; 0.65 GPa in an NMC622 electrode (Iyer 2023)", ("second-hand",)),
    (0.03e9, 0.9e9),
)
RESIN_MODULUS = Parameter(
    3.0e9, "Pa", Source(f"epoxy; a phenolic resin has 10.1 GPa ({_XU})", ("assumed",)), (2.0e9, 10.1e9)
)
RESIN_HARDNESS = Parameter(
    0.2e9,
    "Pa",
    Source(f"epoxy, about E/15; a phenolic resin has 1.1 GPa ({_XU})", ("assumed",)),
    (0.1e9, 1.1e9),
)
CARBON_BINDER = Filler(
    "carbon-binder", Elastic(float(CARBON_BINDER_MODULUS), 0.35), float(CARBON_BINDER_HARDNESS)
)
RESIN = Filler("resin", Elastic(float(RESIN_MODULUS), 0.35), float(RESIN_HARDNESS))
VOID = Filler("void", Elastic(1.0, 0.0), 0.0)
"""A pore that nothing fills; an indent on it is refused."""


@dataclass(frozen=True)
class MatrixTexture:
    """Where between the particles there is carbon-binder, and where the pores are, filled or not.

    A smooth random field above a threshold is carbon-binder; its waves have a given length.

    Attributes:
        binder: The carbon-binder.
        pores: What fills the pores.
        binder_share: Share of the matrix that is carbon-binder [-]; 0.5 as in
            Adv. Energy Mater. 2019, 1900674.
        wavelength: Typical distance from one pore to the next [m] (assumed).
        modes: Number of waves in the field.
    """

    binder: Filler = CARBON_BINDER
    pores: Filler = RESIN
    binder_share: float = 0.5
    wavelength: float = 3.0e-6
    modes: int = 64

    def __post_init__(self) -> None:
        """Check the share."""
        require_between(
            "carbon-binder's share of the matrix", self.binder_share, 0.0, 1.0, "-", "give a share"
        )

    def is_binder(self, x: Array, z: Array, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        """Whether points of a cut are carbon-binder, shape (m,)."""
        angle, phase = rng.uniform(0.0, 2.0 * np.pi, (2, self.modes))
        wave = 2.0 * np.pi / (self.wavelength * rng.uniform(0.7, 1.4, self.modes))
        argument = x[:, None] * (wave * np.cos(angle)) + z[:, None] * (wave * np.sin(angle)) + phase
        height = np.sqrt(2.0 / self.modes) * np.cos(argument).sum(axis=1)
        # A sum of many waves is normally distributed.
        quantile = float(ndtri(1.0 - self.binder_share))
        return np.asarray(height > quantile)

    def block(self, x: Array, z: Array) -> IntArray:
        """Number of the square that each point of a cut lies in, shape (m,).

        Points in two squares are taken as independent: the edges are two wavelengths of the texture.
        """
        edge = 2.0 * self.wavelength
        columns, rows = np.floor(x / edge).astype(np.int64), np.floor(z / edge).astype(np.int64)
        columns, rows = columns - columns.min(), rows - rows.min()
        return np.asarray(rows * (columns.max() + 1) + columns)

    @property
    def mean_hardness(self) -> float:
        """Hardness of the matrix by share [Pa]."""
        return self.binder_share * self.binder.hardness + (1.0 - self.binder_share) * self.pores.hardness

    @property
    def mean_elastic(self) -> Elastic:
        """Mean of the Voigt and Reuss moduli of the matrix, which holds the particles."""
        share, a, b = self.binder_share, self.binder.elastic, self.pores.elastic
        voigt = share * a.youngs_modulus + (1.0 - share) * b.youngs_modulus
        reuss = 1.0 / (share / a.youngs_modulus + (1.0 - share) / b.youngs_modulus)
        return Elastic(0.5 * (voigt + reuss), share * a.poisson_ratio + (1.0 - share) * b.poisson_ratio)
