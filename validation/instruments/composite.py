"""What a tip meets on a cut through the electrode: particle, carbon-binder or resin."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from chemomech.errors import require_between
from chemomech.materials import Parameter, Source, active_material
from chemomech.materials.shapes import monotone_cubic
from chemomech.validation.instruments.nanoindentation import Spot
from chemomech.validation.instruments.sampling import Cut
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, Law
from chemomech.validation.instruments.support import Elastic, EmbeddedSupport, Seat, Support

_XU = "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333"

HARDNESS_SOURCE = Source(
    f"{_XU}, NMC532: 8.9/8.0/7.65/7.1 GPa at SOC 0/33/66/100, quoted by a public digest; x = 1 to 0.41 "
    "assumed for SOC 0 to 100",
    ("second-hand", "assumed"),
)
_HARDNESS = monotone_cubic([0.41, 0.611, 0.805, 1.0], [7.1e9, 7.65e9, 8.0e9, 8.9e9])


def particle_hardness(x: Array) -> Array:
    """Hardness H(x) of an NMC particle [Pa]; constant outside 0.41 to 1."""
    return np.asarray(_HARDNESS(np.asarray(x, dtype=float)))


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

    def is_binder(self, x: Array, z: Array, rng: np.random.Generator) -> Array:
        """Whether points of a cut are carbon-binder, shape (m,)."""
        angle, phase = rng.uniform(0.0, 2.0 * np.pi, (2, self.modes))
        wave = 2.0 * np.pi / (self.wavelength * rng.uniform(0.7, 1.4, self.modes))
        argument = x[:, None] * (wave * np.cos(angle)) + z[:, None] * (wave * np.sin(angle)) + phase
        height = np.sqrt(2.0 / self.modes) * np.cos(argument).sum(axis=1)
        # A sum of many waves is normally distributed.
        quantile = float(ndtri(1.0 - self.binder_share))
        return np.asarray(height > quantile)

    @property
    def mean_elastic(self) -> Elastic:
        """Mean of the Voigt and Reuss moduli of the matrix, which holds the particles."""
        share, a, b = self.binder_share, self.binder.elastic, self.pores.elastic
        voigt = share * a.youngs_modulus + (1.0 - share) * b.youngs_modulus
        reuss = 1.0 / (share / a.youngs_modulus + (1.0 - share) / b.youngs_modulus)
        return Elastic(0.5 * (voigt + reuss), share * a.poisson_ratio + (1.0 - share) * b.poisson_ratio)


_NMC = active_material("nmc622")


@dataclass(frozen=True)
class Composite:
    """Mechanical properties of all phases of an embedded, polished electrode.

    Attributes:
        youngs_modulus: E(x) of the particle [Pa].
        hardness: H(x) of the particle [Pa].
        poisson_ratio: Of the particle [-].
        matrix: Carbon-binder and filled pores.
        support: What holds a cut particle.
        retained: Factor on E and H of the particle [-]; 1 for a prediction, below 1 a calibrated loss by
            cracks.
    """

    youngs_modulus: Law = _NMC.youngs_modulus
    hardness: Law = particle_hardness
    poisson_ratio: float = float(_NMC.poisson_ratio)
    matrix: MatrixTexture = field(default_factory=MatrixTexture)
    support: Support = field(default_factory=EmbeddedSupport)
    retained: float = 1.0

    def spots(
        self, state: ElectrodeState, cut: Cut, x: Array, z: Array, rng: np.random.Generator
    ) -> tuple[list[Spot], IntArray, Array]:
        """What a tip meets at points of a cut.

        Args:
            state: The electrode.
            cut: The polished plane; the half below it (smaller y) is what is left.
            x: In-plane positions [m], shape (m,).
            z: Positions across the electrode [m], shape (m,).
            rng: Makes the texture of the matrix.

        Returns:
            The spots; the particle at each, -1 in the matrix; and the distance from the axis of its section
            over the section's radius, NaN in the matrix.
        """
        particle = cut.particle_at(state, x, z)
        binder = self.matrix.is_binder(x, z, rng)
        inside = np.flatnonzero(particle >= 0)
        points = np.column_stack([x, np.full_like(x, cut.y), z])
        stoichiometry = np.full(len(x), np.nan)
        if len(inside):
            stoichiometry[inside] = state.read(particle[inside], points[inside])
        modulus = np.asarray(self.youngs_modulus(stoichiometry)) * self.retained
        hardness = np.asarray(self.hardness(stoichiometry)) * self.retained
        seats = dict(zip(*_seats(state, cut), strict=True))
        fraction = np.full(len(x), np.nan)
        spots = []
        for k, owner in enumerate(particle):
            if owner < 0:
                spots.append(_filler_spot(self.matrix.binder if binder[k] else self.matrix.pores))
                continue
            seat = seats[int(owner)]
            offset = float(np.hypot(x[k] - state.centres[owner, 0], z[k] - state.centres[owner, 2]))
            fraction[k] = offset / seat.section_radius
            compliance = self.support.compliance(seat, self.matrix.mean_elastic, offset)
            spots.append(
                Spot(float(modulus[k]), self.poisson_ratio, float(hardness[k]), compliance, "particle")
            )
        return spots, particle, fraction


def _seats(state: ElectrodeState, cut: Cut) -> tuple[list[int], list[Seat]]:
    particle, section = cut.sections(state)
    depth = cut.y - (state.centres[particle, 1] - state.radii[particle])
    return particle.tolist(), [Seat(float(r), float(d)) for r, d in zip(section, depth, strict=True)]


def _filler_spot(filler: Filler) -> Spot:
    return Spot(
        filler.elastic.youngs_modulus, filler.elastic.poisson_ratio, filler.hardness, 0.0, filler.name
    )
