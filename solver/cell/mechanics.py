"""Displacement of particles and matrix for given lithium, and what it means for stress and diffusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector
from dolfinx.mesh import locate_entities_boundary, meshtags
from petsc4py import PETSc

from chemomech.solver.algebra.compiling import compiled
from chemomech.solver.algebra.elastic_multigrid import TwoLevelElasticity
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.projection import NodalProjection
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.elasticity import (
    chemical_load,
    hydrostatic_stress,
    internal_forces,
    matrix_elasticity,
    particle_elasticity,
)
from chemomech.solver.physics.scales import LENGTH, STRESS
from chemomech.solver.physics.stress_feedback import local_stress


@dataclass(frozen=True)
class MechanicsOptions:
    """Tolerances of the mechanical solve.

    Attributes:
        relative_tolerance: Bound on the residual relative to the load of the chemical strain.
        max_corrections: Corrections with a frozen stiffness before the solve counts as failed.
        slow: Rebuild the stiffness when one correction reduces the residual by less than this factor.
        stress: Hydrostatic stress in all particles whose load may be left at any rate [Pa].
    """

    relative_tolerance: float = 1.0e-5
    max_corrections: int = 12
    slow: float = 0.2
    stress: float = 0.0


@dataclass(frozen=True)
class MechanicsReport:
    """What a mechanical solve did."""

    converged: bool
    corrections: int
    linear_iterations: int
    residual: float


class Mechanics:
    """Quasi-static equilibrium for the present stoichiometry, the particles bonded to the matrix for good.

    The stiffness depends on x through E(x) only, which changes slowly: it is assembled and its
    preconditioner built rarely, and the exact residual corrects for the difference.

    Args:
        model: Materials and boundary loads.
        domains: Subdomains.
        x: Stoichiometry on the particles.
        degree: Polynomial degree of the displacement.
        options: Tolerances.
        stiffness_factor: Young's modulus of the particles over that of the material, see ``SolidMechanics``.
    """

    def __init__(
        self,
        model: HalfCellModel,
        domains: Domains,
        x: fem.Function,
        degree: int = 2,
        options: MechanicsOptions | None = None,
        stiffness_factor: fem.Function | None = None,
    ) -> None:
        self.options = options or MechanicsOptions()
        self.domains = domains
        self.space = fem.functionspace(domains.electrode.mesh, ("Lagrange", degree, (3,)))
        self.displacement = fem.Function(self.space, name="displacement")
        reference = float(model.cathode.stress_free_stoichiometry)
        self.stiffness_factor = stiffness_factor
        self.particle = particle_elasticity(model.cathode, x, reference, stiffness_factor)
        self.matrix = matrix_elasticity(model.matrix)
        self.bcs = supports(domains, self.space)
        self._assembler = _Assembler(self, model)
        self._solver = TwoLevelElasticity(self.space, self.bcs)
        self._stiffness_is_current = False
        self._projection = RemainderProjection(domains, self.particle_stress(), model, x)

    @property
    def remainder(self) -> fem.Function:
        """Smooth remainder s of the hydrostatic stress [GPa] (see ``stress_feedback``)."""
        return self._projection.remainder

    @property
    def displacements(self) -> Mapping[str, fem.Function]:
        """Displacements by the name of the dataset they are written to [um]."""
        return {"electrode": self.displacement}

    @property
    def of_particles(self) -> fem.Function:
        """Displacement of the particles [um]."""
        return self.displacement

    @property
    def of_matrix(self) -> fem.Function:
        """Displacement of the matrix [um]."""
        return self.displacement

    @property
    def bond(self) -> None:
        """None: it holds for good."""

    def begin(self) -> None:
        """Nothing remembers the start."""

    def solve(self) -> MechanicsReport:
        """Bring the displacement into equilibrium with the present stoichiometry (collective)."""
        options = self.options
        reference = max(self._assembler.load_norm(), 1.0e-14)
        norm = self._assembler.residual()
        target = max(options.relative_tolerance * reference, self._assembler.load_of(options.stress))
        linear = 0
        for correction in range(options.max_corrections + 1):
            if not np.isfinite(norm):
                return MechanicsReport(False, correction, linear, norm / reference)
            if norm <= target:
                return MechanicsReport(True, correction, linear, norm / reference)
            if not self._stiffness_is_current:
                self._solver.set_operator(self._assembler.stiffness())
                self._stiffness_is_current = True
            iterations = self._solver.solve(self._assembler.rhs, max(0.3 * target / norm, 1.0e-5))
            if iterations is None:
                return MechanicsReport(False, correction, linear, norm / reference)
            linear += iterations
            self.displacement.x.petsc_vec.axpy(-1.0, self._solver.correction)
            self.displacement.x.scatter_forward()
            previous, norm = norm, self._assembler.residual()
            self._stiffness_is_current = norm <= max(options.slow * previous, target)
        return MechanicsReport(False, options.max_corrections, linear, norm / reference)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._solver.destroy()
        self._assembler.destroy()
        self._projection.destroy()

    def update_remainder(self) -> float:
        """Project the smooth remainder; returns its largest change [Pa]."""
        return self._projection.update()

    def particle_stress(self) -> ufl.core.expr.Expr:
        """Stress in the particles [GPa] as an expression in displacement and stoichiometry."""
        return self.particle.stress(self.displacement)


def supports(domains: Domains, space: fem.FunctionSpace) -> list[fem.DirichletBC]:
    """Bonded to the collector (z = 0), rollers on the four sides."""
    width, depth, _ = np.asarray(domains.half_cell.layout.box) / LENGTH
    tolerance = 1.0e-6 * max(width, depth)
    zero = default_scalar_type(0.0)

    def on(axis: int, value: float):  # type: ignore[no-untyped-def]
        return lambda p: np.isclose(p[axis], value, rtol=0.0, atol=tolerance)

    bcs = [
        fem.dirichletbc(
            np.zeros(3, dtype=default_scalar_type), fem.locate_dofs_geometrical(space, on(2, 0.0)), space
        )
    ]
    for axis, extent in ((0, width), (1, depth)):
        component = space.sub(axis)
        collapsed, _ = component.collapse()
        for value in (0.0, extent):
            dofs = fem.locate_dofs_geometrical((component, collapsed), on(axis, value))[0]
            bcs.append(fem.dirichletbc(zero, dofs, component))
    return bcs


def pressure_load(model: HalfCellModel, domains: Domains, space: fem.FunctionSpace) -> PETSc.Vec:
    """Virtual work of the stack pressure on the top of a body, as a part of the residual (collective).

    Args:
        model: Says what it is.
        domains: Subdomains.
        space: Displacement of the body.
    """
    load = create_vector(space)
    load.set(0.0)
    if model.stack_pressure:
        mesh, v = space.mesh, ufl.TestFunction(space)
        top = domains.half_cell.layout.box[2] / LENGTH
        facets = locate_entities_boundary(mesh, 2, lambda p: np.isclose(p[2], top, atol=1.0e-6 * top))
        tags = meshtags(mesh, 2, np.sort(facets), np.ones(len(facets), dtype=np.int32))
        normal = ufl.FacetNormal(mesh)
        ds = ufl.Measure("ds", domain=mesh, subdomain_data=tags, metadata={"quadrature_degree": 3})(1)
        assemble_vector(load, fem.form(model.stack_pressure / STRESS * ufl.inner(normal, v) * ds))
        load.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
    return load


class _Assembler:
    """Residual and stiffness of the displacement problem."""

    def __init__(self, mechanics: Mechanics, model: HalfCellModel) -> None:
        domains, space, u = mechanics.domains, mechanics.space, mechanics.displacement
        v, du = ufl.TestFunction(space), ufl.TrialFunction(space)
        # One rule for stiffness and residual: else the frozen stiffness is no Newton matrix of the residual.
        dx_p, dx_m = domains.dx_particles(3), domains.dx_matrix(3)
        particle, matrix = mechanics.particle, mechanics.matrix
        chemical = chemical_load(particle, v, domains.dx_particles(4))

        def internal(w) -> ufl.Form:  # type: ignore[no-untyped-def]
            return internal_forces(particle, w, v, dx_p) + internal_forces(matrix, w, v, dx_m)

        maps = domains.entity_maps
        self._residual = compiled(internal(u) + chemical, maps)
        self._chemical = compiled(chemical, maps)
        self._hydrostatic, self._maps = ufl.div(v) * domains.dx_particles(1), maps
        self._stiffness = compiled(internal(du), maps)
        self._bcs = mechanics.bcs
        # 3 x 3 blocks: one column index for nine values, and smoothing that solves for a whole node.
        self._matrix = create_matrix(self._stiffness, kind="baij")
        self._matrix.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        self.rhs = create_vector(space)
        self._pressure = pressure_load(model, domains, space)

    def _assemble(self, form: fem.Form) -> float:
        with self.rhs.localForm() as local:
            local.set(0.0)
        assemble_vector(self.rhs, form)
        self.rhs.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        self.rhs.axpy(1.0, self._pressure)
        fem.petsc.set_bc(self.rhs, self._bcs, alpha=0.0)
        return float(self.rhs.norm())

    def destroy(self) -> None:
        for held in (self._matrix, self.rhs, self._pressure):
            held.destroy()

    def load_norm(self) -> float:
        """Norm of the load (chemical strain and pressure), the yardstick of convergence."""
        return self._assemble(self._chemical)

    def load_of(self, stress: float) -> float:
        """Norm of the load of a hydrostatic stress in the particles [Pa]."""
        return stress / STRESS * self._load_of_one if stress else 0.0

    @cached_property
    def _load_of_one(self) -> float:
        load = assemble_vector(compiled(self._hydrostatic, self._maps))
        load.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        norm = float(load.norm())
        load.destroy()
        return norm

    def residual(self) -> float:
        """Assemble the residual into ``rhs``; returns its norm."""
        return self._assemble(self._residual)

    def stiffness(self) -> PETSc.Mat:
        """Assemble the stiffness at the present stoichiometry."""
        self._matrix.zeroEntries()
        assemble_matrix(self._matrix, self._stiffness, bcs=self._bcs)
        self._matrix.assemble()
        return self._matrix


class RemainderProjection:
    """Projection of s = sigma_h + S0(x) to continuous linear elements on the particles.

    Args:
        domains: Subdomains.
        stress: In the particles [GPa].
        model: Materials.
        x: Stoichiometry.
    """

    def __init__(
        self, domains: Domains, stress: ufl.core.expr.Expr, model: HalfCellModel, x: fem.Function
    ) -> None:
        self._projection = NodalProjection(domains, rtol=1.0e-10)
        self.remainder = fem.Function(self._projection.space, name="stress_remainder")
        local = local_stress(model.cathode, float(model.cathode.stress_free_stoichiometry), x) / STRESS
        self._load = self._projection.load(hydrostatic_stress(stress) + local, 4)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._projection.destroy()

    def update(self) -> float:
        """Project; returns the largest change [Pa] (collective)."""
        before = self.remainder.x.array.copy()
        self._projection.project(self._load, self.remainder)
        change = float(np.max(np.abs(self.remainder.x.array - before), initial=0.0))
        return STRESS * max(self.remainder.function_space.mesh.comm.allgather(change))
