"""Diffusion times of spheres of two sizes: four times as long for twice the radius, or the same."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem
from support import half_cells
from support.free_sphere import Stoichiometry
from support.octant import at_quadrature, uniform_octant
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.materials import ActiveMaterial, Parameter, Source
from chemomech.materials.diffusivity_scaling import DIFFUSIVITY_SCALINGS
from chemomech.solver.cell import half_cell as electrochemistry
from chemomech.solver.cell import regions as domains
from chemomech.solver.cell import unknowns as fields
from chemomech.solver.physics.stress_feedback import NoStressFeedback
from chemomech.solver.stepping.history import History

RADIUS = 3.0e-6
MICRO = 1.0e6
DIFFUSIVITY = 1.0e-14
EIGENVALUE = 4.493409457909064
"""First root of tan(l) = l: the slowest mode of a sphere through whose surface nothing passes."""


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    made = simple_cathode(
        maximum_concentration=50000.0,
        diffusivity=DIFFUSIVITY,
        youngs_modulus=140e9,
        poisson_ratio=0.3,
        partial_molar_volume=1.3e-6,
        open_circuit_voltage=linear_voltage(-1.0),
    )
    stated = Parameter(RADIUS, "m", Source("that of the test", ("assumed",)))
    return made.replace(diffusivity_radius=stated)


def decay_rate(cathode: ActiveMaterial, radius: float, scaling: str) -> float:
    """Rate at which the first eigenmode of a sealed sphere fades [1/s]."""
    mesh = uniform_octant(5, radius * MICRO)
    factor = None
    if scaling != "none":
        factor = fem.Function(fem.functionspace(mesh, ("DG", 0)))
        factor.x.array[:] = DIFFUSIVITY_SCALINGS[scaling].factor(cathode, radius)
    sphere = Stoichiometry(mesh, radius * MICRO, cathode, lambda x: 0.0 * x, 0.5, diffusivity_factor=factor)

    def mode(p: np.ndarray) -> np.ndarray:
        return np.sinc(EIGENVALUE * np.linalg.norm(p, axis=0) / (radius * MICRO * np.pi))

    sphere.x.interpolate(lambda p: 0.5 + 0.01 * mode(p))
    sphere.history = History()
    sphere.history.push(0.0, (sphere.x.x.array.copy(),))
    shape = at_quadrature(mesh, lambda r: np.sinc(EIGENVALUE * r / (radius * MICRO * np.pi)))
    amplitude = fem.form((sphere.x - 0.5) * shape * sphere.dx)
    start = fem.assemble_scalar(amplitude)
    time = 0.02 * RADIUS**2 / DIFFUSIVITY
    sphere.march([time / 40] * 40)
    return float(np.log(start / fem.assemble_scalar(amplitude)) / time)


@pytest.mark.parametrize(("scaling", "slower"), [("none", 4.0), ("radius-squared", 1.0)])
def test_a_sphere_of_twice_the_radius_relaxes_four_times_slower_or_in_the_same_time(
    cathode: ActiveMaterial, scaling: str, slower: float
) -> None:
    exact = EIGENVALUE**2 * DIFFUSIVITY / RADIUS**2
    assert decay_rate(cathode, RADIUS, scaling) == pytest.approx(exact, rel=5e-3)
    assert decay_rate(cathode, 2.0 * RADIUS, scaling) == pytest.approx(exact / slower, rel=5e-3)


def test_the_factor_of_each_particle_multiplies_its_diffusion_and_none_leaves_the_forms_alone() -> None:
    parts = domains.split(half_cells.mesh())
    unknowns = fields.create_fields(parts, fields.Degrees())
    factors = np.array([0.5, 2.0, 7.0])

    def built(factor: np.ndarray | None) -> electrochemistry.Electrochemistry:
        return electrochemistry.build(
            half_cells.model(), parts, unknowns, NoStressFeedback(), diffusivity_factor=factor
        )

    bare, scaled = built(None), built(factors)
    assert bare.diffusivity_factor is None
    x = unknowns.stoichiometry
    x.interpolate(lambda p: 0.6 + 0.01 * p[2])
    # Energy of the diffusion term by particle: its test function is x inside one particle, cut off by DG0.
    space = fem.functionspace(parts.particles.mesh, ("DG", 0))
    energies = []
    for problem in (bare, scaled):
        term = problem.balances[fields.STOICHIOMETRY].terms["diffusion"]
        energy = ufl.replace(term, {problem.tests[fields.STOICHIOMETRY]: x})
        per_cell = fem.form(_weighted(energy, ufl.TestFunction(space)), entity_maps=parts.entity_maps)
        cells = fem.assemble_vector(per_cell).array[: parts.particles.num_owned_cells]
        energies.append(np.bincount(parts.particle_of_cell, cells, minlength=3))
    assert energies[1] / energies[0] == pytest.approx(factors, rel=1e-12)


def _weighted(form: ufl.Form, weight: ufl.Argument) -> ufl.Form:
    return ufl.Form([part.reconstruct(integrand=part.integrand() * weight) for part in form.integrals()])
