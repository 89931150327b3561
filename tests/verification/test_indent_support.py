"""The support of an indented particle against finite elements, in the middle and near the edge.

Half of a half-space of matrix with half a sphere in its surface, cut by the plane of symmetry through the
load; a uniform pressure on a small disc, and the mean displacement below it.
"""

from __future__ import annotations

import gmsh
import numpy as np
import pytest
import ufl
from dolfinx import default_scalar_type, fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, set_bc
from dolfinx.io import gmsh as reader
from dolfinx.mesh import Mesh, MeshTags
from mpi4py import MPI
from petsc4py import PETSc

from chemomech.validation.instruments.support import Elastic, EmbeddedSupport, Seat

RADIUS, CONTACT = 3.0, 0.129  # um; 129 nm is the contact of 450 uN at 8.6 GPa
OUTER = 40.0  # radius of the half-space over that of the particle
PARTICLE, LOAD = 1, 5
UNIFORM_PRESSURE = 16.0 / (3.0 * np.pi**2)  # mean displacement of a half-space, in P (1 - nu^2) / (E a)


def mesh_with_load(offset: float) -> tuple[Mesh, MeshTags, MeshTags]:
    """Mesh with the load at a distance from the axis [um]."""
    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        build = gmsh.model.occ
        quarter = {"angle1": -np.pi / 2, "angle2": 0.0, "angle3": np.pi}
        half_space = build.addSphere(0, 0, 0, OUTER * RADIUS, **quarter)
        particle = build.addSphere(0, 0, 0, RADIUS, **quarter)
        disc = build.addDisk(offset, 0, 0, CONTACT, CONTACT)
        beyond = build.addBox(-9, -9, -1, 18, 9, 2)
        half_disc, _ = build.cut([(2, disc)], [(3, beyond)])
        _, parts = build.fragment([(3, half_space)], [(3, particle), *half_disc])
        build.synchronize()
        volumes = sorted(gmsh.model.getEntities(3), key=lambda entity: build.getMass(*entity))
        gmsh.model.addPhysicalGroup(3, [volumes[0][1]], PARTICLE)
        gmsh.model.addPhysicalGroup(3, [tag for _, tag in volumes[1:]], PARTICLE + 1)
        gmsh.model.addPhysicalGroup(2, [tag for _, tag in parts[2]], LOAD)
        size = gmsh.model.mesh.field
        fine = CONTACT / 3.0
        size.add("MathEval", 1)
        size.setString(
            1, "F", f"Max({fine}, {fine} + 0.35 * (Sqrt((x - {offset})^2 + y^2 + z^2) - {CONTACT}))"
        )
        size.add("MathEval", 2)
        size.setString(2, "F", f"{0.35 * RADIUS} + 0.5 * Fabs(Sqrt(x^2 + y^2 + z^2) - {RADIUS})")
        size.add("Min", 3)
        size.setNumbers(3, "FieldsList", [1, 2])
        size.setAsBackgroundMesh(3)
        for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
            gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        data = reader.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0)
    finally:
        gmsh.finalize()
    return data.mesh, data.cell_tags, data.facet_tags


def computed_compliance(offset: float, particle: Elastic, matrix: Elastic) -> float:
    """Mean displacement below the load over the load [um/(GPa um2) = 1e-3 m/N]."""
    mesh, cells, facets = mesh_with_load(offset)
    space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
    moduli = fem.functionspace(mesh, ("DG", 0))
    shear, lame = fem.Function(moduli), fem.Function(moduli)
    for solid, where in ((matrix, slice(None)), (particle, cells.find(PARTICLE))):
        g, nu = solid.shear_modulus / 1e9, solid.poisson_ratio
        shear.x.array[where], lame.x.array[where] = g, 2.0 * g * nu / (1.0 - 2.0 * nu)
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    strain = ufl.sym(ufl.grad(u))
    stress = lame * ufl.tr(strain) * ufl.Identity(3) + 2.0 * shear * strain
    dx = ufl.Measure("dx", mesh, metadata={"quadrature_degree": 2})
    load = ufl.Measure("ds", mesh, subdomain_data=facets)(LOAD)
    area = fem.assemble_scalar(fem.form(fem.Constant(mesh, 1.0) * load))
    assert area == pytest.approx(0.5 * np.pi * CONTACT**2, rel=1e-3)
    far = fem.locate_dofs_geometrical(space, lambda p: np.linalg.norm(p, axis=0) > 0.9999 * OUTER * RADIUS)
    across, _ = space.sub(1).collapse()
    on_plane = fem.locate_dofs_geometrical((space.sub(1), across), lambda p: np.abs(p[1]) < 1e-9)[0]
    fixed = [
        fem.dirichletbc(np.zeros(3), far, space),
        fem.dirichletbc(default_scalar_type(0.0), on_plane, space.sub(1)),
    ]
    matrix_a = assemble_matrix(fem.form(ufl.inner(stress, ufl.sym(ufl.grad(v))) * dx), bcs=fixed)
    matrix_a.assemble()
    # Half of a unit load: the other half acts on the mirror image.
    right = assemble_vector(fem.form(-(0.5 / area) * v[2] * load))
    set_bc(right, fixed)
    solver = PETSc.KSP().create(MPI.COMM_SELF)
    solver.setOperators(matrix_a)
    solver.setType("preonly")
    solver.getPC().setType("cholesky")
    solver.getPC().setFactorSolverType("mumps")
    displacement = fem.Function(space)
    solver.solve(right, displacement.x.petsc_vec)
    return float(fem.assemble_scalar(fem.form(-displacement[2] * load))) / area


def modelled_compliance(offset: float, particle: Elastic, matrix: Elastic) -> float:
    """What the instrument takes, with the local term of a uniform pressure [1e-3 m/N]."""
    local = UNIFORM_PRESSURE * (1.0 - particle.poisson_ratio**2) / (particle.youngs_modulus / 1e9 * CONTACT)
    seat = Seat(RADIUS * 1e-6, RADIUS * 1e-6)
    return local + 1e3 * EmbeddedSupport().compliance(seat, matrix, offset * 1e-6)


NMC, BINDER = Elastic(142.5e9, 0.3), Elastic(1.78e9, 0.35)


def test_an_indent_in_the_middle_and_one_near_the_edge_give_way_as_computed() -> None:
    middle, edge = (computed_compliance(offset, NMC, BINDER) for offset in (0.0, 0.8 * RADIUS))
    assert middle == pytest.approx(modelled_compliance(0.0, NMC, BINDER), rel=0.05)
    assert edge == pytest.approx(modelled_compliance(0.8 * RADIUS, NMC, BINDER), rel=0.06)
    ratio = modelled_compliance(0.8 * RADIUS, NMC, BINDER) / modelled_compliance(0.0, NMC, BINDER)
    assert edge / middle == pytest.approx(ratio, rel=0.03)


def test_without_contrast_only_the_local_contact_gives_way() -> None:
    local = UNIFORM_PRESSURE * (1.0 - 0.3**2) / (142.5 * CONTACT)
    assert computed_compliance(0.0, NMC, NMC) == pytest.approx(local, rel=0.02)


@pytest.mark.parametrize("poisson_ratio", [0.2, 0.45])
def test_a_rigid_half_sphere_sinks_and_tilts_with_the_stiffnesses_of_the_model(poisson_ratio: float) -> None:
    matrix, rigid = Elastic(1.78e9, poisson_ratio), Elastic(9.0e12, 0.3)
    offset = 0.8 * RADIUS
    sinking, both = (computed_compliance(at, rigid, matrix) for at in (0.0, offset))
    seat = Seat(RADIUS * 1e-6, RADIUS * 1e-6)
    model = EmbeddedSupport()
    assert sinking == pytest.approx(1e3 * model.compliance(seat, matrix, 0.0), rel=0.13)
    tilting = 1e3 * (model.compliance(seat, matrix, offset * 1e-6) - model.compliance(seat, matrix, 0.0))
    assert both - sinking == pytest.approx(tilting, rel=0.03)
