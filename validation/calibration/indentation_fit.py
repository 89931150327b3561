"""Fit of the indentation maps of paper 000: what is left of the particles, and how stiff the matrix is.

Fitted are the share of modulus and hardness that the particles retain at each state of charge, and modulus
and hardness of one matrix that does not change with the charge. Compared are mean and quartiles of the
reduced modulus and of the hardness, at three states of charge, 24 numbers. A map of another place differs by
about 15 %, which is their standard deviation; the standard error of one map is smaller. The eight numbers of
one map move together from place to place, and the intervals know it: their correlation is that between cuts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chemomech.validation.calibration.fit import Fit, Unknown, fitted
from chemomech.validation.calibration.indent_table import IndentTable
from chemomech.validation.instruments import ElectrodeState
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.matrix import Filler, MatrixTexture
from chemomech.validation.instruments.nanoindentation import Nanoindenter
from chemomech.validation.instruments.sampling import random_cut
from chemomech.validation.instruments.support import Elastic
from chemomech.validation.measurements import measurements

Array = npt.NDArray[np.float64]

SPREAD = 0.15
"""Relative standard deviation of a statistic from place to place [-], from maps of the layout."""

CHARGES = (0.0, 0.5, 1.0)
"""States of charge at which the electrodes were taken out [-]."""

STATISTICS = ("mean", "quartile-25", "median", "quartile-75")
QUANTITIES = ("reduced-modulus", "hardness")
PAPER = "hausen-2024"
DATA = "Tables 1 and 2 of paper hausen-2024: mean and quartiles at SOC 0, 50 and 100 %"
_EXTENT = 30.0e-6
"""Edge of the measured map [m]."""


def statistics(values: Array) -> Array:
    """Mean and quartiles in the order of ``STATISTICS``, shape (4,)."""
    return np.array([float(np.mean(values)), *np.percentile(values, [25.0, 50.0, 75.0])])


def measured(charge: float) -> Array:
    """Measured statistics [Pa] at a state of charge, shape (2, 4): modulus and hardness."""
    table = measurements(PAPER)
    return 1e9 * np.array(
        [[table.one_series(f"{q}-{s}").value_at(charge) for s in STATISTICS] for q in QUANTITIES]
    )


@dataclass(frozen=True)
class MapModel:
    """Maps without noise on fixed cuts, so that only the parameters change them.

    Attributes:
        states: State by state of charge.
        table: Indents by interpolation.
        indenter: Whose load sets the footprint.
        cuts: Number of cuts.
        points: Indents along the edge of each map.
        seed: Of cuts and places.
    """

    states: Mapping[float, ElectrodeState]
    table: IndentTable
    indenter: Nanoindenter
    cuts: int = 5
    points: int = 11
    seed: int = 1

    def maps(self, charge: float, composite: Composite) -> tuple[Array, Array]:
        """Reduced moduli and hardnesses [Pa] of all maps at a state of charge, flat."""
        cuts = self.by_cut(charge, composite)
        return np.concatenate([modulus for modulus, _ in cuts]), np.concatenate([hard for _, hard in cuts])

    def by_cut(self, charge: float, composite: Composite) -> list[tuple[Array, Array]]:
        """Reduced moduli and hardnesses [Pa] of the map on each cut."""
        state = self.states[charge]
        rng = np.random.default_rng(self.seed)
        read = []
        steps = np.linspace(0.0, _EXTENT, self.points)
        for _ in range(self.cuts):
            cut = random_cut(state, rng)
            x = steps + (state.box[0] - _EXTENT) * rng.uniform()
            z = steps + (state.box[2] - _EXTENT) * rng.uniform()
            zz, xx = np.meshgrid(z, x, indexing="ij")
            spots, _, _ = composite.spots(state, cut, xx.ravel(), zz.ravel(), self.indenter.cycle.load, rng)
            read.append(self.table.read(spots))
        return read


def composite_of(retained: float, matrix_modulus: float, matrix_hardness: float) -> Composite:
    """A composite with worn particles in one matrix [-, Pa, Pa]."""
    matrix = Filler("fitted matrix", Elastic(matrix_modulus, 0.35), matrix_hardness)
    return Composite(matrix=MatrixTexture(matrix, matrix), retained=retained)


UNKNOWNS = (
    *(
        Unknown(
            f"modulus and hardness retained by particles, SOC {100 * charge:.0f} %", "-", start, 0.02, 3.0
        )
        for charge, start in zip(CHARGES, (1.0, 0.6, 0.3), strict=True)
    ),
    Unknown("Young's modulus of the matrix", "Pa", 10e9, 0.5e9, 60e9),
    Unknown("hardness of the matrix", "Pa", 0.4e9, 0.03e9, 3e9),
)


CORRELATION_CUTS = 12
"""Cuts from which the correlation of the statistics is taken."""


def place_to_place(model: MapModel, values: Array) -> Array:
    """Correlation of the 24 residuals between maps of different places, shape (24, 24).

    The eight statistics of a state of charge hang together as they do between cuts, on average over the
    charges; different charges are different samples and independent.

    Args:
        model: Makes maps.
        values: The five parameters.
    """
    wide = replace(model, cuts=CORRELATION_CUTS)
    blocks = []
    for charge, retained in zip(CHARGES, values[:3], strict=True):
        maps = wide.by_cut(charge, composite_of(float(retained), float(values[3]), float(values[4])))
        spread = [np.log([statistics(entry) for entry in cuts]).ravel() for cuts in maps]
        blocks.append(_correlation(np.array(spread)))
    return np.asarray(np.kron(np.eye(len(CHARGES)), np.mean(blocks, axis=0)), dtype=np.float64)


def _correlation(samples: Array) -> Array:
    """Correlation between columns, shape (n, n); a column that does not vary hangs together with none."""
    offset = samples - samples.mean(axis=0)
    width = np.sqrt((offset**2).mean(axis=0))
    varies = width > 1.0e-9
    unit = np.where(varies, offset / np.where(varies, width, 1.0), 0.0)
    return np.asarray(unit.T @ unit / len(samples) + np.diag(np.where(varies, 0.0, 1.0)))


def fit_maps(model: MapModel) -> Fit:
    """Fit the five parameters to the tables."""

    def residuals(values: Array) -> Array:
        differences = []
        for charge, retained in zip(CHARGES, values[:3], strict=True):
            composite = composite_of(float(retained), float(values[3]), float(values[4]))
            simulated = np.array([statistics(entry) for entry in model.maps(charge, composite)])
            differences.append(np.log(simulated / measured(charge)).ravel() / SPREAD)
        return np.concatenate(differences)

    return fitted(
        residuals,
        UNKNOWNS,
        DATA,
        step=0.03,
        evaluations=15,
        correlation=lambda values: place_to_place(model, values),
    )
