"""How deep X-rays reach into a material, from tabulated elemental cross-sections.

Tables of Elam, Ravel and Sieber, Radiat. Phys. Chem. 63 (2002) 121, through ``xraydb``: smooth edges, no
white line. At the peak of the Ni L3 line the true depth is shorter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xraydb

from chemomech.errors import InputError, require_between
from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.state import Array

TABLE_RANGE = (100.0, 8.0e5)
"""Photon energies at which the tables may be used [eV]."""

_METRES_PER_CM = 0.01
_DENSITY_NMC622 = Parameter(
    4770.0, "kg/m3", Source("X-ray density of NMC622 from its unit cell", ("computed",)), (4700.0, 4780.0)
)


@dataclass(frozen=True)
class XrayMaterial:
    """A material as X-rays see it.

    Attributes:
        formula: Chemical formula.
        density: Mass density [kg/m3].
    """

    formula: str
    density: float

    def attenuation_length(self, energy: float | Array) -> Array:
        """Depth along the beam at which 1/e is left [m].

        Args:
            energy: Photon energy [eV], a number or an array.

        Raises:
            InputError: If an energy lies outside the tables, or the formula is not one.
        """
        energies = np.asarray(energy, dtype=float)
        for value in (np.min(energies), np.max(energies)):
            require_between("photon energy", float(value), *TABLE_RANGE, "eV", "stay within the tables")
        try:
            per_cm = xraydb.material_mu(self.formula, energies.ravel(), density=self.density / 1000.0)
        except (ValueError, KeyError) as error:
            raise InputError(
                f"{self.formula!r} is no chemical formula that the X-ray tables know ({error}); write it "
                "like 'LiNi0.6Mn0.2Co0.2O2'."
            ) from None
        return np.asarray(_METRES_PER_CM / np.asarray(per_cm)).reshape(energies.shape)


NMC622 = XrayMaterial("LiNi0.6Mn0.2Co0.2O2", float(_DENSITY_NMC622))
"""NMC622; lithium attenuates so little that its content does not matter."""
