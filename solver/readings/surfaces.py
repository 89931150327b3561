"""Means over the surfaces where the reactions are: what decides whether they can go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from dolfinx import fem

from chemomech.solver.electrochemistry import Electrochemistry
from chemomech.solver.readings.cell import Integral
from chemomech.solver.readings.particles import ParticleSums, SurfaceIntegral
from chemomech.solver.scales import LENGTH, SALT_CONCENTRATION

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SurfaceMeans:
    """Area means over the surface of each particle, of shape (particles,), and over the lithium metal.

    Attributes:
        stoichiometry: x at the surface [-].
        salt: Salt concentration beside the surface [mol/m3].
        current: Reaction current of the particle over the cross-section of the cell [A/m2], anodic positive.
        salt_at_metal: Mean salt concentration at the lithium metal [mol/m3], a number.
    """

    stoichiometry: Array
    salt: Array
    current: Array
    salt_at_metal: float


class SurfaceReader:
    """Reads the surface means of the present state.

    Args:
        problem: The electrochemical problem.
    """

    def __init__(self, problem: Electrochemistry) -> None:
        sums, fields = ParticleSums(problem), problem.fields
        self._area = SurfaceIntegral(problem, fem.Constant(problem.domains.mesh, 1.0), sums)()
        self._stoichiometry = SurfaceIntegral(problem, fields.stoichiometry("+"), sums)
        self._salt = SurfaceIntegral(problem, fields.salt("-"), sums)
        self._current = SurfaceIntegral(problem, problem.interface_current, sums)
        domains = problem.domains
        metal = domains.ds(problem.quadrature.interface, domains.cell.LITHIUM)
        self._metal = Integral(problem, fields.salt * metal)
        self._section = domains.cross_section / LENGTH**2

    def read(self) -> SurfaceMeans:
        """Present means (collective)."""
        return SurfaceMeans(
            self._stoichiometry() / self._area,
            SALT_CONCENTRATION * self._salt() / self._area,
            self._current() / self._section,
            SALT_CONCENTRATION * self._metal() / self._section,
        )
