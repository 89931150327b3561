"""A map of indents over a polished cut, as paper 000 made it: 21 x 21 points, 1.5 um apart, 450 uN."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.nanoindentation import Nanoindenter
from chemomech.validation.instruments.omissions import Omissions
from chemomech.validation.instruments.reading import Reading, Spread, clustered_reading, spread
from chemomech.validation.instruments.sampling import Cut, random_cut
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray

_RIM, _CORE = 0.7, 0.5
"""Indents beyond 0.7 of the section's radius are rim, within 0.5 core [-]."""


@dataclass(frozen=True, eq=False)
class IndentationReading:
    """A map and its statistics.

    Attributes:
        x: In-plane positions [m], shape (columns,).
        z: Positions across the electrode [m], shape (rows,).
        reduced_modulus: E_r [Pa], shape (rows, columns).
        hardness: H [Pa], shape (rows, columns).
        particle: Particle under each indent, -1 for the matrix, shape (rows, columns).
        cluster: What is not independent of one another, shape (rows, columns): the original particle under an
            indent, whose images are the same particle; in the matrix its block, numbered below 0.
        section_fraction: Distance from the axis of the section over its radius; NaN in the matrix.
        modulus_spread: Statistics of E_r over the map.
        hardness_spread: Statistics of H over the map.
        overlapping: Share of indents whose contact triangle is wider than the pitch [-].
        cut: Where the map was taken.
        omissions: What the instrument leaves out.
    """

    x: Array
    z: Array
    reduced_modulus: Array
    hardness: Array
    particle: IntArray
    cluster: IntArray
    section_fraction: Array
    modulus_spread: Spread
    hardness_spread: Spread
    overlapping: float
    cut: Cut
    omissions: Omissions

    def rim(self) -> Reading:
        """Mean E_r [Pa] of indents near the edge of a particle; samples are particles."""
        return self._zone(self.section_fraction > _RIM, "rim")

    def core(self) -> Reading:
        """Mean E_r [Pa] of indents near the middle of a particle; samples are particles."""
        return self._zone(self.section_fraction < _CORE, "core")

    def matrix(self) -> Reading:
        """Mean E_r [Pa] of indents beside the particles; samples are blocks of the matrix."""
        return self._zone(self.particle < 0, "matrix")

    @property
    def particle_share(self) -> float:
        """Share of indents on a particle [-]."""
        return float(np.mean(self.particle >= 0))

    def _zone(self, where: npt.NDArray[np.bool_], name: str) -> Reading:
        if not where.any():
            raise InputError(
                f"no indent of the map at y = {1e6 * self.cut.y:.3g} um falls on the {name}; take more "
                "points or another cut."
            )
        return clustered_reading(self.reduced_modulus[where], self.cluster[where], "Pa")


@dataclass(frozen=True)
class IndentationMap:
    """An instrument that maps.

    Attributes:
        indenter: Load cycle, tip and analysis.
        composite: Properties of the phases.
        points: Indents along each edge.
        pitch: Distance between indents [m].
        cut: Where to cut; at random if left out.
    """

    indenter: Nanoindenter = field(default_factory=Nanoindenter)
    composite: Composite = field(default_factory=Composite)
    points: int = 21
    pitch: float = 1.5e-6
    cut: Cut | None = None

    def __post_init__(self) -> None:
        """Check the grid."""
        require_between("indents along an edge of the map", self.points, 2, 1000, "-", "21 in paper 000")
        require_between("pitch of the map", self.pitch, 1.0e-9, 1.0e-3, "m", "1.5 um in paper 000")

    @property
    def omissions(self) -> Omissions:
        """What a map leaves out."""
        return (*self.indenter.omissions, *self.composite.omissions)

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> IndentationReading:
        """Map a square at a random place of the cut.

        Raises:
            InputError: If the cut is smaller than the map, the field does not cover it, or an indent meets
                a void.
        """
        cut = random_cut(state, rng) if self.cut is None else self.cut
        x, z = self._grid(state, rng)
        zz, xx = np.meshgrid(z, x, indexing="ij")
        spots, particle, fraction = self.composite.spots(
            state, cut, xx.ravel(), zz.ravel(), self.indenter.cycle.load, rng
        )
        indents = [self.indenter.indent(spot, rng) for spot in spots]
        modulus = np.array([indent.reduced_modulus for indent in indents])
        hardness = np.array([indent.hardness for indent in indents])
        sides = np.array([indent.triangle_side for indent in indents])
        shape = zz.shape
        block = self.composite.matrix.block(xx.ravel(), zz.ravel())
        cluster = np.where(particle >= 0, state.identity[particle], -1 - block)
        return IndentationReading(
            x,
            z,
            modulus.reshape(shape),
            hardness.reshape(shape),
            particle.reshape(shape),
            cluster.reshape(shape),
            fraction.reshape(shape),
            spread(modulus, "Pa", cluster),
            spread(hardness, "Pa", cluster),
            float(np.mean(sides > self.pitch)),
            cut,
            self.omissions,
        )

    def _grid(self, state: ElectrodeState, rng: np.random.Generator) -> tuple[Array, Array]:
        extent = (self.points - 1) * self.pitch
        steps = self.pitch * np.arange(self.points)
        positions = []
        for axis, name in ((0, "wide"), (2, "thick")):
            room = state.box[axis] - extent
            if room < 0.0:
                raise InputError(
                    f"a map of {self.points} x {self.points} indents at {1e6 * self.pitch:.3g} um needs "
                    f"{1e6 * extent:.4g} um, but the {state.name} is {1e6 * state.box[axis]:.4g} um {name}; "
                    "mirror the state (fields.mirrored), or map fewer points."
                )
            positions.append(np.asarray(steps + room * rng.uniform(), dtype=np.float64))
        return positions[0], positions[1]
