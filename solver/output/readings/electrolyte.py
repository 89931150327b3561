"""Electrolyte and matrix: drop, extremes, and profiles along the depth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from mpi4py import MPI

from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.regions import MATRIX, SEPARATOR, IntArray
from chemomech.solver.cell.terminals import Integral
from chemomech.solver.output.readings.sampling import QuadratureSampler
from chemomech.solver.physics.scales import LENGTH, SALT_CONCENTRATION

Array = npt.NDArray[np.float64]


class ElectrolyteReader:
    """Electrolyte drop, extremes, and profiles along the depth.

    Args:
        problem: The electrochemical problem.
        num_bins: Number of slabs along the depth of electrode and separator.
    """

    def __init__(self, problem: Electrochemistry, num_bins: int = 26) -> None:
        domains, fields, q = problem.domains, problem.fields, problem.quadrature
        self._comm = domains.mesh.comm
        self._fields = fields
        self._reference = problem.reference_potential
        collector = domains.ds(q.interface, domains.half_cell.COLLECTOR)
        facets = domains.half_cell.facet_tags.find(domains.half_cell.ELECTRODE_SEPARATOR)
        rows = fem.compute_integration_domains(fem.IntegralType.interior_facet, domains.mesh.topology, facets)
        plane = ufl.Measure(
            "dS", domain=domains.mesh, subdomain_data=[(1, rows)], metadata={"quadrature_degree": 3}
        )(1)
        one = fem.Constant(domains.mesh, 1.0)
        phi_e = fields.electrolyte_potential
        self._areas = Integral(problem, one * collector)(), Integral(problem, one("+") * plane)()
        self._at_collector = Integral(problem, phi_e * collector)
        self._at_plane = Integral(problem, ufl.avg(phi_e) * plane)
        cells = dict(domains.region_cells)
        self._matrix = _Slabs(problem, cells[MATRIX], num_bins, [fields.matrix_potential])
        self._pores = _Slabs(
            problem,
            np.sort(np.concatenate([cells[MATRIX], cells[SEPARATOR]])),
            num_bins,
            [fields.salt, phi_e],
        )

    @property
    def depth(self) -> Array:
        """Mid-depth of the slabs [m], shape (bins,)."""
        return self._pores.depth

    def read_scalars(self) -> dict[str, float]:
        """Electrolyte drop [V], concentration extremes [mol/m3], span of the matrix potential [V]."""
        low, high = self._extremes(self._fields.salt)
        bottom, top = self._extremes(self._fields.matrix_potential)
        drop = self._at_collector() / self._areas[0] - self._at_plane() / self._areas[1]
        return {
            "electrolyte_potential_drop": drop,
            "electrolyte_concentration_min": SALT_CONCENTRATION * low,
            "electrolyte_concentration_max": SALT_CONCENTRATION * high,
            "matrix_potential_span": top - bottom,
        }

    def read_profiles(self) -> dict[str, Array]:
        """Slab means of concentration [mol/m3] and potentials [V], each of shape (bins,)."""
        salt, phi_e = self._pores.read()
        (phi_m,) = self._matrix.read()
        return {
            "electrolyte_concentration": SALT_CONCENTRATION * salt,
            "electrolyte_potential": phi_e,
            "matrix_potential": self._reference + phi_m,
        }

    def _extremes(self, function: fem.Function) -> tuple[float, float]:
        values = function.x.array
        low = self._comm.allreduce(float(np.min(values, initial=np.inf)), op=MPI.MIN)
        high = self._comm.allreduce(float(np.max(values, initial=-np.inf)), op=MPI.MAX)
        return low, high


class _Slabs:
    """Volume means over slabs of equal thickness from collector to lithium metal."""

    def __init__(
        self, problem: Electrochemistry, cells: IntArray, num_bins: int, functions: list[fem.Function]
    ) -> None:
        domains = problem.domains
        self._comm = domains.mesh.comm
        total = (domains.half_cell.layout.box[2] + domains.half_cell.separator_thickness) / LENGTH
        points = QuadratureSampler(domains, cells, 4)
        depth = points.coordinates[..., 2].reshape(-1)
        self._bin = np.clip((depth / total * num_bins).astype(int), 0, num_bins - 1)
        self._num_bins = num_bins
        self._weights = points.weights.reshape(-1)
        self._volume = self._sum(np.ones_like(self._weights))
        self._evaluators = [points.evaluator(f) for f in functions]
        self.depth = LENGTH * total * (np.arange(num_bins) + 0.5) / num_bins

    def _sum(self, values: Array) -> Array:
        local = np.bincount(self._bin, weights=self._weights * values, minlength=self._num_bins)
        return np.asarray(self._comm.allreduce(local))

    def read(self) -> list[Array]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return [
                np.where(self._volume > 0, self._sum(e().reshape(-1)) / self._volume, np.nan)
                for e in self._evaluators
            ]
