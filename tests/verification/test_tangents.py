"""The Jacobian against finite differences of the residual, for all six balances, with and without stress."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import ufl
from dolfinx.fem.petsc import assign
from petsc4py import PETSc
from support import half_cells
from support.orders import assert_expected_order

from chemomech.solver.algebra.newton import BlockedNewton, NewtonOptions
from chemomech.solver.cell import coupling
from chemomech.solver.cell import half_cell as electrochemistry
from chemomech.solver.cell import unknowns as fields
from chemomech.solver.cell.regions import Domains

BLOCKS = ("x", "salt", "phi_p", "phi_m", "phi_e", "V")
SIZES = (0.03, 0.1, 0.01, 0.01, 0.01, 0.01)
"""Size of the perturbation of each block; potentials well below RT/F."""


@dataclasses.dataclass(frozen=True)
class Linearised:
    """A residual at a state with gradients in everything, and its Jacobian there."""

    problem: electrochemistry.Electrochemistry
    newton: BlockedNewton
    directions: tuple[np.ndarray, ...]

    def vector(self, arrays: tuple[np.ndarray, ...]) -> PETSc.Vec:
        functions = [u.copy() for u in self.newton.unknowns]
        for function, values in zip(functions, arrays, strict=True):
            function.x.array[:] = values
        vector = self.newton.increment.duplicate()
        assign(functions, vector)
        return vector

    def residual(self, step: float, direction: tuple[np.ndarray, ...]) -> np.ndarray:
        """Residual at the state plus ``step`` times a direction; the state is put back."""
        before = [u.x.array.copy() for u in self.newton.unknowns]
        for unknown, values in zip(self.newton.unknowns, direction, strict=True):
            unknown.x.array[:] += step * values
        self.newton.assemble_residual()
        for unknown, values in zip(self.newton.unknowns, before, strict=True):
            unknown.x.array[:] = values
        return self.newton.rhs.array.copy()

    def tangent(self, direction: tuple[np.ndarray, ...]) -> np.ndarray:
        """Jacobian times a direction."""
        self.newton.jacobian.assemble()
        result = self.newton.rhs.duplicate()
        self.newton.jacobian.matrix.mult(self.vector(direction), result)
        return result.array.copy()


def linearised(domains: Domains, coupled: str) -> Linearised:
    """Shipped materials, a state far from equilibrium, two-way with a stress of some tens of MPa."""
    model = half_cells.model()
    unknowns = fields.create_fields(domains, fields.Degrees())
    strategy = coupling.make_coupling(coupled, model, domains, unknowns.stoichiometry)
    problem = electrochemistry.build(model, domains, unknowns, strategy.feedback)
    newton = BlockedNewton(
        problem.within_regions, unknowns.functions, domains.entity_maps, NewtonOptions(), 1.0,
        fluxes=problem.fluxes(),
    )  # fmt: skip
    problem.prescribe_current(15.0)
    for rate in problem.rates.values():
        rate.rate.value = 0.3
    random = np.random.default_rng(7)
    # The electrochemical potentials count from U(0.9): x near .6 wants about .2 V more.
    problem.fields.stoichiometry.interpolate(lambda p: 0.6 + 0.02 * np.sin(0.5 * p[0]) + 0.01 * p[2] / 8.0)
    problem.fields.salt.interpolate(lambda p: 1.1 + 0.2 * np.cos(0.4 * p[2]) + 0.02 * p[0])
    equilibrium = float(model.cathode.open_circuit_voltage(0.6)) - problem.reference_potential
    problem.fields.particle_potential.interpolate(lambda p: equilibrium + 0.03 + 1e-3 * p[2])
    problem.fields.matrix_potential.interpolate(lambda p: equilibrium + 0.031 + 1e-3 * p[2])
    problem.fields.electrolyte_potential.interpolate(lambda p: -1e-3 * p[2])
    problem.fields.cell_voltage.x.array[:] = equilibrium + 0.031
    if strategy.mechanics is not None:
        strategy.mechanics.remainder.interpolate(lambda p: -0.3 + 0.02 * p[2] - 0.01 * p[0])
    directions = tuple(
        size * random.uniform(-1.0, 1.0, len(u.x.array))
        for size, u in zip(SIZES, newton.unknowns, strict=True)
    )
    return Linearised(problem, newton, directions)


@pytest.fixture(scope="module", params=["off", "two-way"])
def system(request: pytest.FixtureRequest, one_particle: Domains) -> Linearised:
    return linearised(one_particle, request.param)


def test_fluxes_across_the_interface_are_those_of_their_forms(system: Linearised) -> None:
    problem, lean = system.problem, system.newton

    def other(residuals: list[ufl.Form]) -> BlockedNewton:
        maps = problem.domains.entity_maps
        newton = BlockedNewton(residuals, lean.unknowns, maps, NewtonOptions(), 1.0)
        newton.assemble_residual()
        newton.jacobian.assemble()
        return newton

    whole, bare = other(problem.residuals), other(problem.within_regions)
    lean.assemble_residual()
    across = (whole.rhs - bare.rhs).norm()
    assert across > 1.0
    assert (whole.rhs - lean.rhs).norm() < 1e-9 * across
    direction = system.vector(system.directions)
    for _ in range(2):  # room for the fluxes is made the first time
        lean.jacobian.assemble()
    products = [newton.rhs.duplicate() for newton in (whole, bare, lean)]
    for newton, product in zip((whole, bare, lean), products, strict=True):
        newton.jacobian.matrix.mult(direction, product)
    across = (products[0] - products[1]).norm()
    assert across > 1.0
    assert (products[0] - products[2]).norm() < 1e-9 * across


def test_a_flux_of_more_than_values_stays_a_form(system: Linearised) -> None:
    problem, mesh = system.problem, system.problem.domains.mesh
    assert set(problem.exchanged) == {"reaction", "contact"}
    steep = problem.contact_current * ufl.SpatialCoordinate(mesh)("+")[2]
    other = dataclasses.replace(problem, contact_current=steep)
    assert set(other.exchanged) == {"reaction"}
    for block in (BLOCKS.index("phi_p"), BLOCKS.index("phi_m")):
        kept, taken = (len(p.within_regions[block].integrals()) for p in (other, problem))
        assert kept == taken + 1


def taylor_remainders(system: Linearised, tangent: np.ndarray, steps: list[float]) -> list[float]:
    base = system.residual(0.0, system.directions)
    return [float(np.linalg.norm(system.residual(h, system.directions) - base - h * tangent)) for h in steps]


def test_taylor_remainder_is_of_second_order(system: Linearised) -> None:
    steps = [0.4, 0.2, 0.1, 0.05]
    remainders = taylor_remainders(system, system.tangent(system.directions), steps)
    residual = float(np.linalg.norm(system.residual(steps[0], system.directions)))
    assert_expected_order("Taylor remainder", steps, remainders, 2.0, slack=0.1, magnitude=residual)


def mismatches(system: Linearised, of: Linearised, block: int) -> dict[str, float]:
    """Jacobian of one system against central differences of another, by row block, for one column block.

    Errors are relative to the row of the tangent. They are h^2 and rounding over h: least near h = 1e-3.
    """
    direction = tuple(d if k == block else 0.0 * d for k, d in enumerate(system.directions))
    tangent, h = of.tangent(direction), 1.0e-3
    difference = (system.residual(h, direction) - system.residual(-h, direction)) / (2.0 * h)
    found, start = {}, 0
    for name, (size, _) in zip(BLOCKS, system.newton.block_sizes, strict=True):
        row = slice(start, start + size)
        start += size
        length = float(np.linalg.norm(difference[row]))
        # Rows that a column does not touch must be zero in both.
        yardstick = length if length > 1e-7 * np.linalg.norm(difference) else np.linalg.norm(difference)
        found[name] = float(np.linalg.norm(difference[row] - tangent[row]) / yardstick)
    return found


@pytest.mark.parametrize("block", range(6), ids=BLOCKS)
def test_each_block_is_the_central_difference(system: Linearised, block: int) -> None:
    found = mismatches(system, system, block)
    print(found)
    assert max(found.values()) < 1e-7, found


def test_tangent_without_the_feedback_is_found_out(one_particle: Domains) -> None:
    # The two-way residual with a Jacobian that forgot that stress acts back: off by the size of the
    # coupling in the lithium row, which is ten thousand times what the test above lets pass.
    with_feedback, without = linearised(one_particle, "two-way"), linearised(one_particle, "off")
    assert mismatches(with_feedback, without, BLOCKS.index("x"))["x"] > 1e-3
