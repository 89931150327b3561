"""Drivers of the solver's own terms on one octant of a free sphere (mesh units: micrometres)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector, set_bc
from dolfinx.mesh import Mesh
from mpi4py import MPI
from petsc4py import PETSc
from support.closed_forms import Decay
from support.octant import ds_surface
from ufl.core.expr import Expr

from chemomech.materials import ActiveMaterial
from chemomech.solver.algebra.elastic_multigrid import TwoLevelElasticity
from chemomech.solver.algebra.linear import MumpsSolver
from chemomech.solver.algebra.newton import BlockedNewton, NewtonOptions
from chemomech.solver.physics import TimeDerivative, total
from chemomech.solver.physics.elasticity import Elastic, hydrostatic_stress, particle_elasticity
from chemomech.solver.physics.scales import STRESS
from chemomech.solver.physics.solid_lithium import lithium_storage, lithium_transport
from chemomech.solver.physics.stress_feedback import (
    NoStressFeedback,
    StressFeedback,
    TwoWayStressFeedback,
    local_stress,
)
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import formula


def volume_measure(mesh: Mesh, degree: int = 6) -> ufl.Measure:
    """Volume measure with a quadrature that integrates P2 x P2 on curved cells."""
    return ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": degree})


class Stoichiometry:
    """Lithium in a sphere: ``solid_lithium`` with a surface current, marched by ``multistep``.

    Args:
        mesh: Octant of a ball.
        radius: Its radius [um].
        material: Active material.
        outflow: Surface current density [A/m2], delithiation positive, as a function of x.
        initial: Uniform start.
        feedback: How stress enters; a function of x's space is made by the caller.
        scale: Residual scale [A/m2 um2].
        degree: Polynomial degree.
        diffusivity_factor: Diffusivity over that of the material; 1 if not given.
    """

    def __init__(
        self,
        mesh: Mesh,
        radius: float,
        material: ActiveMaterial,
        outflow: Callable[[Expr], Expr],
        initial: float,
        feedback: StressFeedback | None = None,
        scale: float = 1.0,
        degree: int = 2,
        diffusivity_factor: fem.Function | None = None,
    ) -> None:
        self.mesh = mesh
        self.dx = volume_measure(mesh)
        self.ds = ds_surface(mesh, radius)
        space = fem.functionspace(mesh, ("Lagrange", degree))
        self.x = fem.Function(space)
        self.x.x.array[:] = initial
        zero = fem.Constant(mesh, default_scalar_type(0.0))
        self.rate = TimeDerivative(zero, fem.Function(space))
        test = ufl.TestFunction(space)
        stress = feedback or NoStressFeedback()
        storage = lithium_storage(material, self.x, test, self.rate, self.dx)
        transport = lithium_transport(material, self.x, test, stress, self.dx, diffusivity_factor)
        residual = total(storage, transport) + outflow(self.x) * test * self.ds
        self.newton = BlockedNewton([residual], [self.x], [], NewtonOptions(1.0e-11, 12), scale)
        self.linear = MumpsSolver(MPI.COMM_SELF)
        self.history = History()
        self.history.push(0.0, (self.x.x.array.copy(),))

    def solve(self) -> None:
        """Solve for x with the rates as they are."""
        report = self.newton.solve(self.linear)
        assert report.converged, report

    def march(self, steps: Sequence[float], each: Callable[[], None] | None = None) -> None:
        """Take time steps [s]; ``each`` is called after every one."""
        for step in steps:
            rule = formula(step, self.history.times)
            self.rate.rate.value = rule.rate
            self.rate.history.x.array[:] = self.history.combine(rule.weights, 0)
            self.x.x.array[:] = self.history.predict(self.history.times[0] + step)[0]
            self.solve()
            self.history.push(self.history.times[0] + step, (self.x.x.array.copy(),))
            if each is not None:
                each()


def multistep_decay(steps: Sequence[float]) -> Decay:
    """What the time formulas make of exp(-lambda^2 T): exact in space, discrete in time.

    With this in place of the exponential a closed form has no error in time, and a comparison with it
    measures the error in space alone.
    """

    def decay(eigenvalues: np.ndarray) -> np.ndarray:
        history = History()
        history.push(0.0, (np.ones_like(eigenvalues),))
        for step in steps:
            rule = formula(step, history.times)
            value = -history.combine(rule.weights, 0) / (rule.rate + eigenvalues)
            history.push(history.times[0] + step, (value,))
        return history.states[0][0]

    return decay


def symmetry_planes(space: fem.FunctionSpace) -> list[fem.DirichletBC]:
    """No displacement across the coordinate planes."""
    bcs = []
    for axis in range(3):
        component = space.sub(axis)
        collapsed, _ = component.collapse()

        def on(p: np.ndarray, axis: int = axis) -> np.ndarray:
            return np.isclose(p[axis], 0.0, atol=1e-9)

        dofs = fem.locate_dofs_geometrical((component, collapsed), on)[0]
        bcs.append(fem.dirichletbc(default_scalar_type(0.0), dofs, component))
    return bcs


class Equilibrium:
    """Displacement of an octant whose parts follow the solver's elastic laws.

    Args:
        mesh: Octant.
        parts: Law and volume measure of each part.
    """

    def __init__(self, mesh: Mesh, parts: Sequence[tuple[Elastic, ufl.Measure]]) -> None:
        self.space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
        self.displacement = u = fem.Function(self.space)
        v, du = ufl.TestFunction(self.space), ufl.TrialFunction(self.space)
        strain = ufl.sym(ufl.grad(v))
        self._bcs = symmetry_planes(self.space)
        self._residual = fem.form(sum(ufl.inner(law.stress(u), strain) * dx for law, dx in parts))
        stiffness = fem.form(sum(ufl.inner(law.stiffness_stress(du), strain) * dx for law, dx in parts))
        matrix = create_matrix(stiffness)
        assemble_matrix(matrix, stiffness, bcs=self._bcs)
        matrix.assemble()
        self._solver = TwoLevelElasticity(self.space, self._bcs)
        self._solver.set_operator(matrix)
        self._rhs = create_vector(self.space)
        self._largest = 1.0e-12

    def solve(self) -> None:
        """Bring the displacement into equilibrium; the stiffness must not have changed."""
        norm = self._assemble()
        self._largest = max(self._largest, norm)
        for _ in range(6):
            if norm <= 1.0e-10 * self._largest:
                return
            assert self._solver.solve(self._rhs, 1.0e-8) is not None
            self.displacement.x.petsc_vec.axpy(-1.0, self._solver.correction)
            self.displacement.x.scatter_forward()
            norm = self._assemble()
        raise AssertionError(f"residual {norm:.2e} after load {self._largest:.2e}")

    def _assemble(self) -> float:
        with self._rhs.localForm() as local:
            local.set(0.0)
        assemble_vector(self._rhs, self._residual)
        set_bc(self._rhs, self._bcs, alpha=0.0)
        return float(self._rhs.norm())


class CoupledSphere:
    """Two-way coupled lithium and stress in a free sphere, staggered as in ``solver.coupling``.

    Args:
        mesh: Octant of a ball.
        radius: Its radius [um].
        material: Active material with constant E.
        outflow: Surface current density [A/m2] as a function of x.
        reference: Stress-free stoichiometry, also the start.
        scale: Residual scale.
    """

    def __init__(
        self,
        mesh: Mesh,
        radius: float,
        material: ActiveMaterial,
        outflow: Callable[[Expr], Expr],
        reference: float,
        scale: float = 1.0,
    ) -> None:
        space = fem.functionspace(mesh, ("Lagrange", 1))
        self.remainder = fem.Function(space)
        self.feedback = TwoWayStressFeedback(material, reference, self.remainder)
        self.lithium = Stoichiometry(mesh, radius, material, outflow, reference, self.feedback, scale)
        self.law = particle_elasticity(material, self.lithium.x, reference)
        self.equilibrium = Equilibrium(mesh, [(self.law, self.lithium.dx)])
        trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        target = hydrostatic_stress(self.stress) + local_stress(material, reference, self.lithium.x) / STRESS
        mass = assemble_matrix(fem.form(trial * test * self.lithium.dx))
        mass.assemble()
        self._target = fem.form(target * test * self.lithium.dx)
        self._projection = PETSc.KSP().create(MPI.COMM_SELF)
        self._projection.setType("preonly")
        self._projection.getPC().setType("lu")
        self._projection.setOperators(mass)

    @property
    def stress(self) -> Expr:
        """Cauchy stress [GPa]."""
        return self.law.stress(self.equilibrium.displacement)

    def settle(self) -> None:
        """Solve lithium, displacement and remainder until the remainder stands still."""
        for _ in range(12):
            self.lithium.solve()
            self.equilibrium.solve()
            before = self.remainder.x.array.copy()
            self._projection.solve(assemble_vector(self._target), self.remainder.x.petsc_vec)
            if np.max(np.abs(self.remainder.x.array - before)) < 1.0e-9:
                return
        raise AssertionError("the staggered passes did not settle")
