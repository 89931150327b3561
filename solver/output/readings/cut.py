"""Fields on a vertical cut through the middle of the cell, sampled on a regular grid."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from dolfinx import fem

from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.output.readings.probe import PointProbe
from chemomech.solver.physics.scales import LENGTH, SALT_CONCENTRATION

Array = npt.NDArray[np.float64]


class CutReader:
    """Reads stoichiometry, salt and a stress field on the plane y = half the width.

    Args:
        problem: The electrochemical problem.
        spacing: Grid spacing [m].
    """

    def __init__(self, problem: Electrochemistry, spacing: float = 0.2e-6) -> None:
        domains = problem.domains
        width, depth, thickness = np.asarray(domains.half_cell.layout.box)
        total = thickness + domains.half_cell.separator_thickness
        self.x = spacing * (np.arange(int(round(width / spacing))) + 0.5)
        self.z = spacing * (np.arange(int(round(total / spacing))) + 0.5)
        self.y = 0.5 * float(depth)
        self._problem = problem

    def read(self, equivalent_stress: fem.Function | None) -> dict[str, Array]:
        """Maps of shape (z, x); the stress [Pa] where a field on the particles is given (collective)."""
        particles, pores = self._probes
        fields, shape = self._problem.fields, (len(self.z), len(self.x))
        maps = {
            "cut_stoichiometry": particles.read(fields.stoichiometry),
            "cut_electrolyte_concentration": SALT_CONCENTRATION * pores.read(fields.salt),
        }
        if equivalent_stress is not None:
            maps["cut_equivalent_stress"] = particles.read(equivalent_stress)
        return {name: values.reshape(shape) for name, values in maps.items()}

    @cached_property
    def _probes(self) -> tuple[PointProbe, PointProbe]:
        """Of particles and pores. Points are looked for at the first cut: many runs record none."""
        z, x = np.meshgrid(self.z, self.x, indexing="ij")
        points = np.column_stack([x.ravel(), np.full(x.size, self.y), z.ravel()]) / LENGTH
        domains = self._problem.domains
        return PointProbe(domains.particles, points), PointProbe(domains.electrolyte, points)
