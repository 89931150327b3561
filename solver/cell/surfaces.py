"""Means over the surfaces where the reactions are: what decides whether they can go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem, la

from chemomech.solver.algebra.compiling import Later
from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.terminals import Integral
from chemomech.solver.physics.scales import LENGTH, SALT_CONCENTRATION

Array = npt.NDArray[np.float64]


class ParticleSums:
    """Sums over the cells or points of each particle, over all ranks."""

    def __init__(self, problem: Electrochemistry) -> None:
        self._comm = problem.domains.mesh.comm
        self.index = problem.domains.particle_of_cell
        self.count = len(problem.domains.half_cell.layout.radii)

    def add(self, per_cell: Array) -> Array:
        """Sum of a per-cell quantity by particle, shape (particles,) (collective)."""
        local = np.bincount(self.index, weights=per_cell, minlength=self.count)
        return np.asarray(self._comm.allreduce(local))

    def maximum(self, per_cell: Array) -> Array:
        """Largest per-cell value by particle, shape (particles,) (collective)."""
        local = np.full(self.count, -np.inf)
        np.maximum.at(local, self.index, per_cell)
        return np.max(self._comm.allgather(local), axis=0)


class SurfaceIntegral:
    """Integral of an interface quantity over each particle's surface."""

    def __init__(self, problem: Electrochemistry, integrand: ufl.core.expr.Expr, sums: ParticleSums) -> None:
        domains = problem.domains
        space = fem.functionspace(domains.particles.mesh, ("DG", 0))
        test = ufl.TestFunction(space)
        measure = domains.dS_interface(problem.quadrature.interface)
        self._later = Later(integrand * test("+") * measure, domains.entity_maps)
        self._vector = la.vector(space.dofmap.index_map)
        self._sums = sums

    def __call__(self) -> Array:
        """Integrals by particle [integrand unit um2], shape (particles,) (collective)."""
        return self._sums.add(self.per_cell())

    def per_cell(self) -> Array:
        """Integrals over the interface facets of each owned cell of the particles (collective)."""
        values = self._vector.array
        values[:] = 0.0
        fem.assemble_vector(values, self._later.form)
        self._vector.scatter_reverse(la.InsertMode.add)
        return values[: self._vector.index_map.size_local].copy()


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
        changes: How often the state has changed so far; means are integrated once for each state. Every time
            if not given.
    """

    def __init__(self, problem: Electrochemistry, changes: Callable[[], int] | None = None) -> None:
        self._changes = changes
        self._newest: tuple[int, SurfaceMeans] | None = None
        sums, fields = ParticleSums(problem), problem.fields
        area = SurfaceIntegral(problem, fem.Constant(problem.domains.mesh, 1.0), sums)
        self._stoichiometry = SurfaceIntegral(problem, fields.stoichiometry("+"), sums)
        self._salt = SurfaceIntegral(problem, fields.salt("-"), sums)
        self._current = SurfaceIntegral(problem, problem.interface_current, sums)
        domains = problem.domains
        metal = domains.ds(problem.quadrature.interface, domains.half_cell.LITHIUM)
        self._metal = Integral(problem, fields.salt * metal)
        self._section = domains.cross_section / LENGTH**2
        self._area = area()  # last, so that the other forms are compiled meanwhile

    def read(self) -> SurfaceMeans:
        """Present means (collective)."""
        now = None if self._changes is None else self._changes()
        if now is None or self._newest is None or self._newest[0] != now:
            means = SurfaceMeans(
                self._stoichiometry() / self._area,
                SALT_CONCENTRATION * self._salt() / self._area,
                self._current() / self._section,
                SALT_CONCENTRATION * self._metal() / self._section,
            )
            self._newest = (-1 if now is None else now, means)
        return self._newest[1]
