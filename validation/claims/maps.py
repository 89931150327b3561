"""Indentation maps at three states of charge, predicted and fitted, made once for all claims on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.validation.calibration.fit import Fit
from chemomech.validation.calibration.indent_table import IndentTable
from chemomech.validation.calibration.indentation_fit import CHARGES, MapModel, composite_of, fit_maps
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.states import rested_wide
from chemomech.validation.instruments import ElectrodeState, IndentationMap, Nanoindenter, Reading
from chemomech.validation.instruments.indentation_map import IndentationReading
from chemomech.validation.instruments.reading import clustered_reading

Array = npt.NDArray[np.float64]

MAPS = 4
"""Maps at each state of charge, on cuts at random; the measured tables are of one map each."""

READ_OFF = "virtual 21 x 21 map at 450 uN on random cuts of the rested states, Oliver-Pharr"
MODULUS = "reduced modulus [GPa]"


@dataclass(frozen=True, eq=False)
class PredictedMaps:
    """Maps with numbers from independent literature.

    Attributes:
        states: State at each charge.
        readings: Maps at each charge; the k-th of each has the same cut and places.
    """

    states: dict[float, ElectrodeState]
    readings: dict[float, list[IndentationReading]]

    def modulus(self, charge: float) -> Array:
        """All reduced moduli [Pa] at a state of charge, flat."""
        return np.concatenate([reading.reduced_modulus.ravel() for reading in self.readings[charge]])

    def hardness(self, charge: float) -> Array:
        """All hardnesses [Pa] at a state of charge, flat."""
        return np.concatenate([reading.hardness.ravel() for reading in self.readings[charge]])

    def zone(self, charge: float, zone: str) -> Reading:
        """Mean E_r [Pa] of a zone (rim, core, matrix); the standard error is between independent things.

        That is particles for rim and core: indents on one particle, or on its image, share its lithium, its
        modulus and its seat, on whichever cut. For the matrix it is maps: indents in one overlap.
        """
        values, clusters = [], []
        for number, reading in enumerate(self.readings[charge]):
            where = {
                "rim": reading.section_fraction > 0.7,
                "core": reading.section_fraction < 0.5,
                "matrix": reading.particle < 0,
            }[zone]
            values.append(reading.reduced_modulus[where])
            clusters.append(np.where(reading.particle < 0, number, reading.cluster)[where])
        return clustered_reading(np.concatenate(values), np.concatenate(clusters), "Pa")


def predicted_maps(evidence: Evidence) -> PredictedMaps:
    """Maps of the rested states."""

    def make() -> PredictedMaps:
        states = {charge: rested_wide(evidence, charge) for charge in CHARGES}
        readings = {
            charge: [
                IndentationMap().read(state, np.random.default_rng([evidence.seed, k])) for k in range(MAPS)
            ]
            for charge, state in states.items()
        }
        return PredictedMaps(states, readings)

    return evidence.shared("predicted maps", make)


@dataclass(frozen=True, eq=False)
class FittedMaps:
    """Maps after calibration.

    Attributes:
        fit: The fit.
        values: Reduced moduli and hardnesses [Pa] at each state of charge, flat.
    """

    fit: Fit
    values: dict[float, tuple[Array, Array]]


def fitted_maps(evidence: Evidence) -> FittedMaps:
    """Maps with the parameters fitted to Tables 1 and 2."""

    def make() -> FittedMaps:
        indenter = Nanoindenter()
        states = {charge: rested_wide(evidence, charge) for charge in CHARGES}
        model = MapModel(states, IndentTable(indenter), indenter, seed=evidence.seed)
        fit = fit_maps(model)
        matrix = (float(fit.values[3]), float(fit.values[4]))
        return FittedMaps(
            fit,
            {
                charge: model.maps(charge, composite_of(float(retained), *matrix))
                for charge, retained in zip(CHARGES, fit.values[:3], strict=True)
            },
        )

    return evidence.shared("fitted maps", make)
