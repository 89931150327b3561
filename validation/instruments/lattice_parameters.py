"""Lattice parameters a(x), c(x) of layered NMC, for diffraction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.materials import Source, active_material
from chemomech.materials.laws import de_biasi_nmc622
from chemomech.materials.laws.de_biasi_nmc622 import CELL_EDGE, CELL_VOLUME
from chemomech.materials.splines import TruncatedPowers, monotone_cubic
from chemomech.validation.instruments.state import Array, Law

_ANGSTROM = 1.0e-10


@dataclass(frozen=True)
class HexagonalLattice:
    """Lattice parameters over the stoichiometry.

    Attributes:
        name: Of the material.
        a: In-plane parameter a(x) [m].
        c: Stacking parameter c(x) [m].
        source: Where they come from.
    """

    name: str
    a: Law
    c: Law
    source: Source

    def spacing(self, x: Array, h: int, k: int, index: int) -> Array:
        """Spacing of the planes (h k l) [m], l being ``index``."""
        a, c = np.asarray(self.a(x)), np.asarray(self.c(x))
        return np.asarray(1.0 / np.sqrt(4.0 / 3.0 * (h * h + h * k + k * k) / a**2 + index**2 / c**2))

    def cell_volume(self, x: Array) -> Array:
        """Volume of the hexagonal cell [m3]."""
        return np.asarray(np.sqrt(0.75) * np.asarray(self.a(x)) ** 2 * np.asarray(self.c(x)))


@dataclass(frozen=True)
class _Tabulated:
    """A monotone law between nodes, in angstrom, returned in metres."""

    angstrom: TruncatedPowers

    def __call__(self, x: Array) -> Array:
        return _ANGSTROM * np.asarray(self.angstrom(np.asarray(x, dtype=float)))


@dataclass(frozen=True)
class _FromVolume:
    """c(x) that makes a cell with a given a(x) follow a given linear strain."""

    a: Law
    strain: Law
    volume: float

    def __call__(self, x: Array) -> Array:
        volume = self.volume * (1.0 + 3.0 * np.asarray(self.strain(x)))
        return np.asarray(volume / (np.sqrt(0.75) * np.asarray(self.a(x)) ** 2))


@dataclass(frozen=True)
class _Strained:
    """A lattice parameter that follows a linear strain from its value at x = 1, in metres."""

    start: float
    strain: Law

    def __call__(self, x: Array) -> Array:
        return self.start * (1.0 + np.asarray(self.strain(x)))


_A_622 = _Strained(CELL_EDGE * _ANGSTROM, de_biasi_nmc622.in_plane_strain())

NMC622_LATTICE = HexagonalLattice(
    "nmc622",
    _A_622,
    _FromVolume(_A_622, active_material("nmc622").chemical_strain, CELL_VOLUME * _ANGSTROM**3),
    Source(
        "a(1) = 2.869 A, slope 0.071 A per lithium, largest c at x = 0.456, cell volume of the material's "
        "chemical strain: de Biasi et al., J. Phys. Chem. C 121 (2017) 26163, quoted by a public digest",
        ("second-hand", "assumed"),
    ),
)

_811 = {1.0: (2.8661, 14.249), 0.75: (2.8421, 14.386), 0.50: (2.8221, 14.460), 0.25: (2.8153, 13.732)}
_NODES = sorted(_811)
NMC811_LATTICE = HexagonalLattice(
    "nmc811",
    _Tabulated(monotone_cubic(_NODES, [_811[x][0] for x in _NODES])),
    _Tabulated(monotone_cubic(_NODES, [_811[x][1] for x in _NODES])),
    Source(
        "Kondrakov et al., J. Phys. Chem. C 121 (2017) 24381, four points quoted by a public digest",
        ("second-hand",),
    ),
)
"""For comparison: four points, so that the true maximum of c (14.469 A near x = 0.6) is not in it."""
