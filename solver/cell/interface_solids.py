"""One elastic body of several: residual, load and stiffness of its own displacement."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector
from petsc4py import PETSc

from chemomech.solver.algebra.compiling import compiled
from chemomech.solver.cell.interface_facets import Body
from chemomech.solver.cell.mechanics import pressure_load
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.elasticity import Elastic, chemical_load, internal_forces

Array = npt.NDArray[np.float64]

INTERNAL, CHEMICAL = 3, 4
"""Quadrature degrees of the stress of the total strain and of the chemical strain."""


class Solid:
    """A body with its law and the boundary loads upon it.

    Args:
        body: Displacement and supports.
        law: Elasticity.
        measure: Volume measure over the body by quadrature degree.
        model: Stack pressure.
        domains: Subdomains.
    """

    def __init__(
        self,
        body: Body,
        law: Elastic,
        measure: Callable[[int], ufl.Measure],
        model: HalfCellModel,
        domains: Domains,
    ) -> None:
        self.body, self.law, self.measure = body, law, measure
        space = body.displacement.function_space
        v, du = ufl.TestFunction(space), ufl.TrialFunction(space)
        maps = domains.entity_maps
        residual = internal_forces(law, body.displacement, v, measure(INTERNAL))
        self._chemical: fem.Form | None = None
        if law.eigenstrain is not None:
            chemical = chemical_load(law, v, measure(CHEMICAL))
            self._chemical = compiled(chemical, maps)
            residual += chemical
        self._residual = compiled(residual, maps)
        self._stiffness = compiled(internal_forces(law, du, v, measure(INTERNAL)), maps)
        self._matrix = create_matrix(self._stiffness)
        self._vector = create_vector(space)
        self.pressure = pressure_load(model, domains, space)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        for held in (self._matrix, self._vector, self.pressure):
            held.destroy()

    def residual(self) -> Array:
        """Unbalanced forces of the owned nodes without the bond [GPa um2] (collective)."""
        return self._assemble(self._residual)

    def load(self) -> Array:
        """Forces of chemical strain and pressure on the owned nodes [GPa um2] (collective)."""
        return self._assemble(self._chemical)

    def stiffness(self) -> PETSc.Mat:
        """Stiffness at the present stoichiometry (collective)."""
        self._matrix.zeroEntries()
        assemble_matrix(self._matrix, self._stiffness, bcs=list(self.body.bcs))
        self._matrix.assemble()
        return self._matrix

    def _assemble(self, form: fem.Form | None) -> Array:
        vector = self._vector
        with vector.localForm() as local:
            local.set(0.0)
        if form is not None:
            assemble_vector(vector, form)
            vector.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        vector.axpy(1.0, self.pressure)
        fem.petsc.set_bc(vector, list(self.body.bcs), alpha=0.0)
        return np.asarray(vector.array_r.copy())
