"""A particle that shrinks in the carbon-binder matrix, against the misfit closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from support import closed_forms as exact
from support.free_sphere import Equilibrium
from support.octant import dx_inside_outside, mean, octant, root_mean_square
from support.orders import assert_expected_order
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.geometry import MeshOptions, generate_mesh, single_particle_layout
from chemomech.materials import ActiveMaterial, active_material, electrolyte, lithium, matrix, separator
from chemomech.solver.cell import mechanics
from chemomech.solver.cell import regions as domains
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.elasticity import (
    Elastic,
    hydrostatic_stress,
    largest_in_plane,
    matrix_elasticity,
    particle_elasticity,
    surface_stress,
)

MISFIT = -0.0132
"""Linear strain of -4 % in volume."""
BULK, SHEAR = exact.bulk_and_shear(140.0, 0.3)
MATRIX_BULK, MATRIX_SHEAR = exact.bulk_and_shear(1.78, 0.35)
BINDER = matrix("carbon-binder").replace(youngs_modulus=1.78e9, poisson_ratio=0.35)
START = 0.9
SHRUNK = 0.4


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    # Omega c_max / 3 is the strain per x: chosen so that x from 0.9 to 0.4 gives the misfit.
    c_max = 50000.0
    return simple_cathode(
        maximum_concentration=c_max,
        diffusivity=1e-14,
        youngs_modulus=140e9,
        poisson_ratio=0.3,
        partial_molar_volume=3.0 * (-MISFIT) / (START - SHRUNK) / c_max,
        open_circuit_voltage=linear_voltage(-1.0),
    ).replace(stress_free_stoichiometry=START)


def test_stress_in_and_around_an_inclusion_converges_with_second_order(cathode: ActiveMaterial) -> None:
    # Sphere of radius 1 in a ball of radius 2 with a free surface: finite-domain closed form, f = 1/8.
    outer = 2.0
    pressure = exact.misfit_pressure_in_free_shell(BULK, MATRIX_BULK, MATRIX_SHEAR, MISFIT, 1.0 / outer**3)
    # .0132 / (1/350 + (.125/5.933 + 1/2.637) / .875) = .0287 GPa of tension; 34.5 MPa in an infinite matrix.
    assert pressure == pytest.approx(-0.0287, abs=5e-5)
    # Around it sigma_rr = 3 K A - 4 G B / r^3 with A = 4 G B / (3 K b^3), B = p a^3 / (4 G (1 - f)).
    b = pressure / (4.0 * MATRIX_SHEAR * (1.0 - outer**-3))
    a = 4.0 * MATRIX_SHEAR * b / (3.0 * MATRIX_BULK * outer**3)
    segments, inside, outside = (8, 12, 16, 24), [], []
    for n in segments:
        half = n // 2
        radii = [*np.linspace(0.0, 1.0, half + 1), *np.linspace(1.0, outer, half + 1)[1:]]
        mesh = octant(radii, curved=(half,))
        x = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
        x.x.array[:] = SHRUNK
        particle, around = particle_elasticity(cathode, x, START), matrix_elasticity(BINDER)
        dx_in, dx_out = dx_inside_outside(mesh, 1.0)
        equilibrium = Equilibrium(mesh, [(particle, dx_in), (around, dx_out)])
        equilibrium.solve()
        u = equilibrium.displacement
        inside.append(
            root_mean_square(hydrostatic_stress(particle.stress(u)) + pressure, dx_in) / abs(pressure)
        )
        position = ufl.SpatialCoordinate(mesh)
        r = ufl.sqrt(ufl.dot(position, position))
        radial = ufl.dot(position / r, around.stress(u) * position / r)
        wanted = 3.0 * MATRIX_BULK * a - 4.0 * MATRIX_SHEAR * b / r**3
        outside.append(root_mean_square(radial - wanted, dx_out) / abs(pressure))
    sizes = [1.0 / n for n in segments]
    # Inside the stress is uniform and the elements hold it: what there is comes through the surface, where
    # the traction of the matrix is off by h^2 and changes from cell to cell, and so dies away within a cell.
    # In the root mean square over the volume that is order 2.5.
    assert_expected_order("misfit, inside", sizes, inside, 2.5, magnitude=1.0, tolerance=1e-9)
    assert_expected_order("misfit, around", sizes, outside, 2.0, magnitude=1.0, tolerance=1e-9)


def test_mechanics_of_a_cell_lies_between_the_closed_forms_of_its_inscribed_sphere(
    cathode: ActiveMaterial,
) -> None:
    # The cell's own mechanics: one particle in a cube that is bonded below, on rollers at the sides and free
    # above. The elastic energy of a uniform misfit e is -(3/2) e V mean(sigma_h); cutting the matrix down
    # to the sphere that fits into the cube can only lower it, holding that sphere fixed only raise it. So
    # the mean stress lies between the two closed forms, which close in on 34.5 MPa as (R/W)^3.
    infinite = -exact.misfit_pressure(BULK, MATRIX_SHEAR, MISFIT)
    assert infinite == pytest.approx(0.0345, abs=5e-5)
    model = HalfCellModel(
        cathode, electrolyte("lipf6-dfn-reference"), BINDER, separator("porous-separator"),
        lithium("lithium-metal"), START,
    )  # fmt: skip
    widths = []
    for ratio in (1.6, 3.2):
        radius = 3e-6
        options = MeshOptions(
            interface_size=1.2e-6, particle_size=1.5e-6, matrix_size=3.5e-6, smallest_size=1.2e-6,
            separator_size=6e-6, electrode_separator_size=3.5e-6,
        )  # fmt: skip
        layout = single_particle_layout(radius, ratio * radius)
        cell = generate_mesh(layout, 2e-6, options, MPI.COMM_SELF)
        parts = domains.split(cell)
        x = fem.Function(fem.functionspace(parts.particles.mesh, ("Lagrange", 2)))
        x.x.array[:] = SHRUNK
        problem = mechanics.Mechanics(model, parts, x)
        report = problem.solve()
        assert report.converged, report
        dx = parts.dx_particles(4)
        stress = hydrostatic_stress(problem.particle_stress())
        one = fem.assemble_scalar(fem.form(fem.Constant(parts.mesh, 1.0) * dx))
        found = fem.assemble_scalar(fem.form(stress * dx, entity_maps=parts.entity_maps)) / one
        free, fixed = (
            -shell(BULK, MATRIX_BULK, MATRIX_SHEAR, MISFIT, ratio**-3)
            for shell in (exact.misfit_pressure_in_free_shell, exact.misfit_pressure_in_fixed_shell)
        )
        print(f"W/R {ratio}: {1e3 * free:.2f} < {1e3 * found:.2f} < {1e3 * fixed:.2f} MPa")
        assert free < found < fixed
        widths.append(fixed - free)
        # The remainder is the same number: x is uniform, so sigma_h + S0 is sigma_h + the constant S0.
        problem.update_remainder()
        local = 2.0 * 140.0 / (3.0 * 0.7) * MISFIT
        values = problem.remainder.x.array
        assert np.mean(values) == pytest.approx(found + local, rel=2e-2)
    # The window has become narrow: 34.5 MPa is pinned to within 4 %.
    assert widths[1] < 0.2 * widths[0]
    assert abs(found - infinite) < widths[1]


def test_surface_stress_of_a_homogeneous_state_is_its_stress() -> None:
    # Given its own strain and traction on any plane, the reconstruction must return the whole tensor.
    mesh = octant([0.0, 0.5, 1.0])
    position = ufl.SpatialCoordinate(mesh)
    gradient = ufl.as_matrix([[2e-3, 7e-4, -3e-4], [1e-4, -1e-3, 5e-4], [9e-4, -2e-4, 4e-4]])
    law = Elastic(ufl.as_ufl(140.0), 0.3, ufl.as_ufl(MISFIT))
    u = gradient * position
    normal = position / ufl.sqrt(ufl.dot(position, position))
    stress = law.stress(u)
    found = surface_stress(law, ufl.sym(ufl.grad(u)), normal, stress * normal)
    dx = ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": 2})
    assert root_mean_square(ufl.sqrt(ufl.inner(found - stress, found - stress)), dx) < 1e-13
    # With normal e_z the plane holds the leading 2 x 2 block.
    up = ufl.as_vector([0.0, 0.0, 1.0])
    block = 2.0 * SHEAR * np.array([[2e-3, 4e-4], [4e-4, -1e-3]])
    lame, free = BULK - 2.0 / 3.0 * SHEAR, 3.0 * BULK * MISFIT
    expected = np.linalg.eigvalsh(block + (lame * 1.4e-3 - free) * np.eye(2))[-1]
    assert mean(largest_in_plane(stress, up), dx) == pytest.approx(expected, rel=1e-12)
    # And not whatever the traction is.
    wrong = surface_stress(law, ufl.sym(ufl.grad(u)), normal, 0.5 * stress * normal)
    assert root_mean_square(ufl.sqrt(ufl.inner(wrong - stress, wrong - stress)), dx) > 0.1


def test_stack_pressure_on_a_uniform_electrode_gives_uniaxial_strain(
    cathode: ActiveMaterial, one_particle: domains.Domains
) -> None:
    # Particle as soft as the matrix: bonded below and on rollers, the electrode can only become thinner,
    # u = (0, 0, -p z / M) with M = K + 4 G / 3 = 2.857 GPa. Linear, hence exact in the elements.
    soft = cathode.replace(youngs_modulus=1.78e9, poisson_ratio=0.35)
    model = HalfCellModel(
        soft, electrolyte("lipf6-dfn-reference"), BINDER, separator("porous-separator"),
        lithium("lithium-metal"), START, stack_pressure=10e6,
    )  # fmt: skip
    x = fem.Function(fem.functionspace(one_particle.particles.mesh, ("Lagrange", 2)))
    x.x.array[:] = START
    problem = mechanics.Mechanics(model, one_particle, x, options=mechanics.MechanicsOptions(1e-10))
    assert problem.solve().converged
    modulus = MATRIX_BULK + 4.0 / 3.0 * MATRIX_SHEAR
    depth = problem.space.tabulate_dof_coordinates()[:, 2]
    expected = np.zeros((len(depth), 3))
    expected[:, 2] = -0.01 * depth / modulus
    found = problem.displacement.x.array.reshape(-1, 3)
    # 8 um under 10 MPa: 28 nm. Quadrature of degree 2 on the curved cells of the matrix leaves 2.1e-7 of it;
    # cofactor times gradient are of degree 3, with which the patch is exact to rounding.
    assert expected.min() == pytest.approx(-0.028, abs=1e-4)
    assert np.max(np.abs(found - expected)) < 1e-7 * 0.028


def test_shipped_material_keeps_its_reference_state_free_of_stress() -> None:
    material = active_material("nmc622")
    mesh = octant([0.0, 0.5, 1.0])
    x = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    x.x.array[:] = 0.93
    law = particle_elasticity(material, x, 0.93)
    dx = ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": 4})
    u = fem.Function(fem.functionspace(mesh, ("Lagrange", 2, (3,))))
    assert mean(hydrostatic_stress(law.stress(u)), dx) == pytest.approx(0.0, abs=1e-12)
    # And it is under tension when lithium leaves a body that cannot shrink: sigma_h = -3 K (eps - eps_ref).
    x.x.array[:] = 0.5
    young = float(material.youngs_modulus(0.5)) / 1e9
    bulk, _ = exact.bulk_and_shear(young, float(material.poisson_ratio))
    strain = float(material.chemical_strain(0.5)) - float(material.chemical_strain(0.93))
    assert strain < 0.0
    assert mean(hydrostatic_stress(law.stress(u)), dx) == pytest.approx(-3.0 * bulk * strain, rel=1e-9)
