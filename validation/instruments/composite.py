"""What a tip meets on a cut through the electrode: particle, carbon-binder or resin."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.materials import Curve, Source, active_material
from chemomech.materials.splines import monotone_cubic
from chemomech.validation.instruments.grain import Dense, NoSizeEffect, Pores, SizeEffect
from chemomech.validation.instruments.matrix import MatrixTexture
from chemomech.validation.instruments.nanoindentation import Spot
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.sampling import Cut
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, Law
from chemomech.validation.instruments.support import Elastic, EmbeddedSupport, Seat, Support
from chemomech.validation.instruments.surroundings import ParticleSurroundings, Surroundings

_HARDNESS = Curve(
    name="hardness",
    symbol="H",
    unit="Pa",
    argument="x [-]",
    valid_range=(0.41, 1.0),
    source=Source(
        "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333, NMC532: 8.9/8.0/7.65/7.1 "
        "GPa at SOC 0/33/66/100, quoted by a public digest; x = 1 to 0.41 assumed for SOC 0 to 100",
        ("second-hand", "assumed"),
    ),
    function=monotone_cubic([0.41, 0.611, 0.805, 1.0], [7.1e9, 7.65e9, 8.0e9, 8.9e9]),
)


def particle_hardness(x: Array) -> Array:
    """Hardness H(x) of an NMC particle [Pa]; constant outside 0.41 to 1."""
    return np.asarray(_HARDNESS(x))


PUSHED_IN = "particle pushed in"
"""Phase of a spot where the matrix below a small section yields before the particle does."""

_NMC = active_material("nmc622")

_LEFT_OUT = (
    Omission(
        "reduced modulus on particles",
        "E(x) is that of a polycrystal; the contact lies within one grain, whose stiffness depends on its "
        "orientation.",
        Bias.NARROW,
    ),
    Omission(
        "reduced modulus and hardness on particles",
        "Cracks and loose grain boundaries soften neither the particle nor its seat, unless a calibrated "
        "loss is given.",
        Bias.HIGH,
    ),
    Omission(
        "reduced modulus and hardness",
        "The polished surface is flat and free of stress, and has not reacted with air.",
        Bias.EITHER,
    ),
)


@dataclass(frozen=True)
class Composite:
    """Mechanical properties of all phases of an embedded, polished electrode.

    Attributes:
        youngs_modulus: E(x) of the particle [Pa].
        hardness: H(x) of the particle [Pa].
        poisson_ratio: Of the particle [-].
        matrix: Carbon-binder and filled pores.
        support: What holds a cut particle.
        surroundings: What particles do to an indent in the matrix beside them.
        retained: Factor on E and H of the particle [-]; 1 for a prediction, below 1 a calibrated loss by
            cracks.
        pores: Pores within the particle; none if left out.
        size_effect: How hardness of the particle depends on the size of the indent; not at all if left out.
    """

    youngs_modulus: Law = _NMC.youngs_modulus
    hardness: Law = particle_hardness
    poisson_ratio: float = float(_NMC.poisson_ratio)
    matrix: MatrixTexture = field(default_factory=MatrixTexture)
    support: Support = field(default_factory=EmbeddedSupport)
    surroundings: Surroundings = field(default_factory=ParticleSurroundings)
    retained: float = 1.0
    pores: Pores = Dense()
    size_effect: SizeEffect = NoSizeEffect()

    @property
    def omissions(self) -> Omissions:
        """What an imprint on the composite leaves out."""
        return (*self.size_effect.omissions, *self.elastic_omissions)

    @property
    def elastic_omissions(self) -> Omissions:
        """The same for a tip that leaves no imprint."""
        return (*self.pores.omissions, *_LEFT_OUT)

    def particle(self, youngs_modulus: float, hardness: float, load: float) -> tuple[Elastic, float]:
        """Modulus and hardness that a tip meets on a particle of a dense solid.

        Args:
            youngs_modulus: E of the solid [Pa].
            hardness: H of the solid in large indents [Pa].
            load: Load on the tip [N].
        """
        solid = Elastic(youngs_modulus * self.retained, self.poisson_ratio)
        porous, weaker = self.pores.weaken(solid, hardness * self.retained)
        return porous, self.size_effect.hardness(weaker, load)

    def spots(
        self, state: ElectrodeState, cut: Cut, x: Array, z: Array, load: float, rng: np.random.Generator
    ) -> tuple[list[Spot], IntArray, Array]:
        """What a tip meets at points of a cut.

        Args:
            state: The electrode.
            cut: The polished plane; the half below it (smaller y) is what is left.
            x: In-plane positions [m], shape (m,).
            z: Positions across the electrode [m], shape (m,).
            load: Load on the tip [N], which sets how wide the contact is.
            rng: Makes the texture of the matrix.

        Returns:
            The spots; the particle at each, -1 in the matrix; and the distance from the axis of its section
            over the section's radius, NaN in the matrix and on particles that are pushed in.
        """
        particle = cut.particle_at(state, x, z)
        binder = self.matrix.is_binder(x, z, rng)
        inside = np.flatnonzero(particle >= 0)
        points = np.column_stack([x, np.full_like(x, cut.y), z])
        stoichiometry = np.full(len(x), np.nan)
        if len(inside):
            stoichiometry[inside] = state.read(particle[inside], points[inside])
        modulus = np.asarray(self.youngs_modulus(stoichiometry))
        hardness = np.asarray(self.hardness(stoichiometry))
        seats = dict(zip(*_seats(state, cut), strict=True))
        beside = self._beside(state, cut, points, particle, binder, load)
        fraction = np.full(len(x), np.nan)
        spots = []
        for k, owner in enumerate(particle):
            if owner < 0:
                spots.append(beside[k])
                continue
            seat = seats[int(owner)]
            if np.pi * seat.section_radius**2 * self.matrix.mean_hardness < load:
                spots.append(_spot(self.matrix.mean_elastic, self.matrix.mean_hardness, PUSHED_IN))
                continue
            offset = float(np.hypot(x[k] - state.centres[owner, 0], z[k] - state.centres[owner, 2]))
            fraction[k] = offset / seat.section_radius
            compliance = self.support.compliance(seat, self.matrix.mean_elastic, offset)
            met, resists = self.particle(float(modulus[k]), float(hardness[k]), load)
            spots.append(Spot(met.youngs_modulus, met.poisson_ratio, resists, compliance, "particle"))
        return spots, particle, fraction

    def _beside(
        self,
        state: ElectrodeState,
        cut: Cut,
        points: Array,
        particle: IntArray,
        binder: npt.NDArray[np.bool_],
        load: float,
    ) -> dict[int, Spot]:
        """Spots in the matrix, by number of the point."""
        typical, hardness = self._typical_particle(state, cut, load)
        spots: dict[int, Spot] = {}
        for filler, within in ((self.matrix.binder, binder), (self.matrix.pores, ~binder)):
            where = np.flatnonzero((particle < 0) & within)
            if not filler.hardness > 0.0:
                spots |= {int(k): _spot(filler.elastic, filler.hardness, filler.name) for k in where}
                continue
            around = self.surroundings.around(
                state, cut, points[where], filler.elastic, filler.hardness, typical, hardness, load
            )
            spots |= {
                int(k): _spot(met.elastic, met.hardness, filler.name)
                for k, met in zip(where, around, strict=True)
            }
        return spots

    def _typical_particle(self, state: ElectrodeState, cut: Cut, load: float) -> tuple[Elastic, float]:
        """Mean modulus and hardness [Pa] in the middle of the sections; lithiated where there are none."""
        particle, _ = cut.sections(state)
        middle = state.centres[particle].copy()
        middle[:, 1] = cut.y
        seen = state.contains(middle)
        x = state.read(particle[seen], middle[seen]) if seen.any() else np.array([1.0])
        return self.particle(float(np.mean(self.youngs_modulus(x))), float(np.mean(self.hardness(x))), load)


def _seats(state: ElectrodeState, cut: Cut) -> tuple[list[int], list[Seat]]:
    particle, section = cut.sections(state)
    depth = cut.y - (state.centres[particle, 1] - state.radii[particle])
    return particle.tolist(), [Seat(float(r), float(d)) for r, d in zip(section, depth, strict=True)]


def _spot(elastic: Elastic, hardness: float, name: str) -> Spot:
    return Spot(elastic.youngs_modulus, elastic.poisson_ratio, hardness, 0.0, name)
