"""The same laws as UFL expressions: equal to NumPy, differentiable, and compiled by DOLFINx."""

import contextlib

import basix.ufl
import pytest
import ufl

from chemomech.materials import active_material, electrolyte, lithium

POINTS = [-0.1, 0.0, 0.2, 0.31, 0.5, 0.77, 0.93, 0.994, 1.0, 1.1]


@pytest.fixture(scope="module")
def coordinate():
    """A scalar UFL expression that evaluates to the point at which it is asked."""
    return ufl.SpatialCoordinate(ufl.Mesh(basix.ufl.element("Lagrange", "interval", 1, shape=(1,))))[0]


def _particle_laws(material):
    return [
        material.open_circuit_voltage,
        material.diffusivity,
        material.conductivity,
        material.youngs_modulus,
        material.chemical_strain,
        material.exchange_current_density.stoichiometry_law,
    ]


def _electrolyte_laws(material):
    return [
        material.diffusivity,
        material.conductivity,
        material.transference_number,
        material.thermodynamic_factor,
    ]


def _at(expression, point):
    return expression((point,))


def _assert_same(law, coordinate, point):
    # Splines cancel large terms far from their first knot: rounding is relative to the law's scale.
    scale = abs(float(law(0.5 * sum(law.valid_range))))
    value, slope = _at(law(coordinate), point), _at(law.derivative(coordinate), point)
    assert value == pytest.approx(law(point), rel=1e-11, abs=1e-12 * scale), law.name
    assert slope == pytest.approx(law.derivative(point), rel=1e-9, abs=1e-11 * scale), law.name


@pytest.mark.parametrize("name", active_material.names())
def test_particle_laws_and_derivatives_are_the_same_in_ufl_and_numpy(name, coordinate):
    for law in _particle_laws(active_material(name)):
        for point in POINTS:
            _assert_same(law, coordinate, point)


@pytest.mark.parametrize("name", electrolyte.names())
def test_electrolyte_laws_and_derivatives_are_the_same_in_ufl_and_numpy(name, coordinate):
    laws = [*_electrolyte_laws(electrolyte(name)), lithium("lithium-metal").exchange_current_density]
    for law in laws:
        for point in (-50.0, 0.0, 0.5, 300.0, 1999.9, 2600.0, 4000.0):
            _assert_same(law, coordinate, point)


def test_exchange_currents_mix_ufl_expressions_and_numbers(coordinate):
    law = active_material("nmc622").exchange_current_density
    assert _at(law(coordinate, 800.0), 0.6) == pytest.approx(law(0.6, 800.0))
    assert _at(law(0.6, coordinate), 800.0) == pytest.approx(law(0.6, 800.0))


def test_partial_molar_volume_is_the_same_in_ufl_and_numpy(coordinate):
    material = active_material("nmc622")
    for point in POINTS:
        assert _at(material.partial_molar_volume(coordinate), point) == pytest.approx(
            material.partial_molar_volume(point), rel=1e-9, abs=0
        )


def test_dolfinx_integrates_all_laws_and_differentiates_them_for_newton():
    with contextlib.suppress(ImportError):  # a conda FEniCSx has none
        import dolfinx_solver  # noqa: F401
    from dolfinx import fem
    from dolfinx.mesh import create_unit_interval
    from mpi4py import MPI

    material, salt = active_material("nmc622"), electrolyte("lipf6-ec-emc-3-7")
    mesh = create_unit_interval(MPI.COMM_SELF, 1)
    space = fem.functionspace(mesh, ("Lagrange", 1))
    x = fem.Function(space)

    def energy(value, c_e):
        overpotential = material.open_circuit_voltage(value) - 3.9
        coupling = material.partial_molar_volume(value) / material.open_circuit_voltage.derivative(value)
        return (
            material.exchange_current_density(value, c_e) * overpotential
            + 1e6 * coupling
            + 1e14 * material.diffusivity(value)
            + material.conductivity(value)
            + 1e-11 * material.youngs_modulus(value) * material.chemical_strain(value)
            + salt.conductivity(c_e) * salt.thermodynamic_factor(c_e) * salt.transference_number(c_e)
            + 1e10 * salt.diffusivity(c_e)
        )

    measure = ufl.dx(metadata={"quadrature_degree": 1})
    functional = energy(x, 1200.0 * x) * measure
    value = fem.form(functional)
    gradient = fem.form(ufl.derivative(functional, x, ufl.TestFunction(space)))
    for point in (0.215, 0.47, 0.81, 1.02):
        x.x.array[:] = point
        assert fem.assemble_scalar(value) == pytest.approx(float(energy(point, 1200.0 * point)), rel=1e-10)
        # The test functions sum to one, so the entries sum to the derivative for a uniform change of x.
        slope = fem.assemble_vector(gradient).array.sum()
        step = 1e-6
        difference = (
            energy(point + step, 1200.0 * (point + step)) - energy(point - step, 1200.0 * (point - step))
        ) / (2.0 * step)
        assert slope == pytest.approx(float(difference), rel=1e-5)
