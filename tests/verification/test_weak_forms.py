"""Each term of each balance on one small cube, with straight fields, against its integral by hand.

The cube is 1 um wide, so that an integral over it is a mean. What a balance as a whole does is tested
elsewhere; here each term, factor, sign and unit is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import create_interval, create_unit_cube
from mpi4py import MPI
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.materials import ActiveMaterial, Electrolyte, active_material, electrolyte, lithium, matrix
from chemomech.solver.physics import TimeDerivative, total
from chemomech.solver.physics import conduction as electronic
from chemomech.solver.physics.charge_transfer import LithiumButlerVolmer, ParticleButlerVolmer
from chemomech.solver.physics.elasticity import (
    Elastic,
    equivalent_stress,
    hydrostatic_stress,
    largest_in_plane,
    matrix_elasticity,
    particle_elasticity,
    surface_stress,
)
from chemomech.solver.physics.electrolyte import PoreElectrolyte
from chemomech.solver.physics.solid_lithium import lithium_storage, lithium_transport
from chemomech.solver.physics.stress_feedback import NoStressFeedback

FARADAY, GAS = 96485.33212, 8.314462618
MICRO = 1.0e-6
CUBE = create_unit_cube(MPI.COMM_SELF, 1, 1, 1)
SPACE = fem.functionspace(CUBE, ("Lagrange", 1))
DX = ufl.Measure("dx", domain=CUBE, metadata={"quadrature_degree": 6})
DS = ufl.Measure("ds", domain=CUBE, metadata={"quadrature_degree": 2})


def field(of: Callable[[np.ndarray], np.ndarray]) -> fem.Function:
    """A straight field."""
    found = fem.Function(SPACE)
    found.interpolate(of)
    return found


def constant(value: float) -> fem.Constant:
    return fem.Constant(CUBE, value)


def uniform(value: float) -> fem.Function:
    return field(lambda p: np.full(p.shape[1], value))


UP = field(lambda p: p[2])
"""In place of a test function: its gradient is (0, 0, 1), its mean one half."""


def integral(form: ufl.Form) -> float:
    return float(fem.assemble_scalar(fem.form(form)))


def mean(expression: ufl.core.expr.Expr) -> float:
    return integral(expression * DX)


# Lithium in the particles


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    return simple_cathode(
        maximum_concentration=50000.0, diffusivity=2e-14, youngs_modulus=140e9, poisson_ratio=0.3,
        partial_molar_volume=1.3e-6, open_circuit_voltage=linear_voltage(-0.8),
    )  # fmt: skip


class Slope:
    """Stress whose shift of the potential rises by so many volts per micrometre."""

    def __init__(self, volts: float) -> None:
        self._gradient = ufl.as_vector((0.0, 0.0, volts))

    def gradient_of_shift(self, x: fem.Function) -> ufl.core.expr.Expr:
        return self._gradient


def test_lithium_is_stored_diffuses_and_drifts_with_stress(cathode: ActiveMaterial) -> None:
    # F c_max = 4.824e9 C/m3; per um 4824 C/m2/um. dx/dt = 3 x + h with x = .5 + .1 z, h = .02:
    # its mean with z is 3 (.25 + .1/3) + .01 = .86.
    x, history = field(lambda p: 0.5 + 0.1 * p[2]), uniform(0.02)
    rate = TimeDerivative(constant(3.0), history)
    storage = lithium_storage(cathode, x, UP, rate, DX)
    terms = lithium_transport(cathode, x, UP, Slope(0.04), DX)  # type: ignore[arg-type]
    assert set(storage) == {"storage"}
    assert set(terms) == {"diffusion", "stress drift"}
    assert integral(storage["storage"]) == pytest.approx(FARADAY * 50000.0 * MICRO * 0.86, rel=1e-9)
    # F D c_max grad x: 96485 * 2e-14 * 5e4 / 1e-6 * .1.
    diffusion = FARADAY * 2e-14 * 50000.0 / MICRO * 0.1
    assert integral(terms["diffusion"]) == pytest.approx(diffusion, rel=1e-9)
    # F D c_max grad(shift) / U', U' = -.8 V: a shift of .04 V/um drives as much as x would by -.05 per um.
    assert integral(terms["stress drift"]) == pytest.approx(-0.5 * diffusion, rel=1e-9)


def test_a_factor_by_particle_speeds_up_diffusion_and_drift(cathode: ActiveMaterial) -> None:
    x, stress = field(lambda p: 0.5 + 0.1 * p[2]), Slope(0.04)
    plain = lithium_transport(cathode, x, UP, stress, DX)  # type: ignore[arg-type]
    faster = lithium_transport(cathode, x, UP, stress, DX, uniform(3.0))  # type: ignore[arg-type]
    for name in ("diffusion", "stress drift"):
        assert integral(faster[name]) == pytest.approx(3.0 * integral(plain[name]), rel=1e-9), name


def test_without_stress_nothing_drifts(cathode: ActiveMaterial) -> None:
    assert set(lithium_transport(cathode, uniform(0.5), UP, NoStressFeedback(), DX)) == {"diffusion"}


def test_terms_of_balances_add_up() -> None:
    one, two = {"a": 1.0 * DX, "b": 2.0 * UP * DX}, {"c": -5.0 * DX}
    assert integral(total(one, two)) == pytest.approx(1.0 + 1.0 - 5.0, rel=1e-12)
    rate = TimeDerivative(constant(3.0), uniform(0.5))
    assert mean(rate.of(uniform(2.0))) == pytest.approx(6.5, rel=1e-12)


# Salt and charge in the pores

POROSITY, FACTOR, WARM = 0.4, 0.25, 313.15


@pytest.fixture(scope="module")
def pores() -> PoreElectrolyte:
    law = electrolyte("lipf6-dfn-reference").replace(
        diffusivity=2e-10, conductivity=1.1, transference_number=0.3, thermodynamic_factor=2.3
    )
    return PoreElectrolyte(law, POROSITY, FACTOR, WARM, DX)


def test_charge_and_salt_in_the_pores_follow_concentrated_solution_theory(pores: PoreElectrolyte) -> None:
    # c = 1 + .1 z [M], phi = .03 z [V]: grad ln c has the mean ln 1.1. With 2 R T / F = .05397 V at 40 C
    # i = kappa_eff (2 R T / F (1 - t+) TDF ln 1.1 - .03) over 1 um.
    salt, phi = field(lambda p: 1.0 + 0.1 * p[2]), field(lambda p: 0.03 * p[2])
    thermal = 2.0 * GAS * WARM / FARADAY
    assert thermal == pytest.approx(0.05397, abs=1e-5)
    current = FACTOR * 1.1 / MICRO * (thermal * 0.7 * 2.3 * np.log(1.1) - 0.03)
    charge = pores.charge_terms(salt, phi, UP)
    assert set(charge) == {"ionic current"}
    assert integral(charge["ionic current"]) == pytest.approx(-current, rel=1e-7)
    storage = pores.salt_storage(salt, UP, TimeDerivative(constant(3.0), uniform(0.02)))
    terms = pores.salt_transport(salt, phi, UP)
    assert set(storage) == {"salt storage"}
    assert set(terms) == {"salt diffusion", "salt migration"}
    assert integral(terms["salt migration"]) == pytest.approx(-0.3 * current, rel=1e-7)
    # F D_eff grad c with 100 mol/m3 per um, and F eps (3 c + h): 3 (1/2 + .1/3) + .01 = 1.61.
    assert integral(terms["salt diffusion"]) == pytest.approx(
        FARADAY * FACTOR * 2e-10 * 100.0 / MICRO, rel=1e-9
    )
    assert integral(storage["salt storage"]) == pytest.approx(FARADAY * POROSITY * 1610.0 * MICRO, rel=1e-9)


def test_the_logarithm_of_next_to_no_salt_has_a_floor_of_one_mole_per_cubic_metre(
    pores: PoreElectrolyte,
) -> None:
    salt = field(lambda p: 2e-4 + 1e-4 * p[2])
    current = integral(pores.charge_terms(salt, uniform(0.0), UP)["ionic current"])
    slope = 1e-4 / 1e-3
    expected = -FACTOR * 1.1 / MICRO * 2.0 * GAS * WARM / FARADAY * 0.7 * 2.3 * slope
    assert current == pytest.approx(expected, rel=1e-9)


@pytest.fixture(scope="module")
def nyman() -> Electrolyte:
    return electrolyte("lipf6-ec-emc-3-7-nyman")


def test_the_laws_of_the_pores_are_read_at_the_concentration_in_moles_per_cubic_metre(
    nyman: Electrolyte,
) -> None:
    # Nyman at 1.2 M: kappa .919 S/m, D 1.36e-10 m2/s, t+ .252.
    pores = PoreElectrolyte(nyman, POROSITY, FACTOR, 298.15, DX)
    salt, phi = uniform(1.2), field(lambda p: 0.03 * p[2])
    current = -integral(pores.charge_terms(salt, phi, UP)["ionic current"])
    assert current == pytest.approx(-FACTOR * 0.919 / MICRO * 0.03, rel=2e-3)
    terms = pores.salt_transport(salt, phi, UP)
    assert integral(terms["salt migration"]) == pytest.approx(-0.252 * current, rel=2e-3)
    steep = field(lambda p: 1.2 + 1e-6 * p[2])
    terms = pores.salt_transport(steep, phi, UP)
    assert integral(terms["salt diffusion"]) == pytest.approx(
        FARADAY * FACTOR * 1.36e-10 * 1e-3 / MICRO, rel=5e-3
    )


# Electrons


def test_electrons_follow_ohms_law_in_particles_and_matrix() -> None:
    phi = field(lambda p: 0.03 * p[2])
    # NMC at x = .7: .099 S/m.
    found = electronic.particle_conduction(active_material("nmc622"), phi, uniform(0.7), UP, DX)
    assert set(found) == {"particle conduction"}
    assert integral(found["particle conduction"]) == pytest.approx(0.099 / MICRO * 0.03, rel=1e-6)
    binder = matrix("carbon-binder").replace(conductivity=7.0)
    found = electronic.matrix_conduction(binder, phi, UP, DX)
    assert set(found) == {"matrix conduction"}
    assert integral(found["matrix conduction"]) == pytest.approx(7.0 / MICRO * 0.03, rel=1e-9)


def test_the_contact_takes_the_particle_on_one_side_and_the_binder_on_the_other() -> None:
    line = create_interval(MPI.COMM_SELF, 2, (0.0, 2.0))
    space = fem.functionspace(line, ("DG", 0))
    conductance, phi_p, phi_m, first = (fem.Function(space) for _ in range(4))
    for function, values in (
        (conductance, (2, 5)),
        (phi_p, (0.1, 0.7)),
        (phi_m, (0.3, 0.9)),
        (first, (1, 0)),
    ):
        function.x.array[:] = values
    contact = electronic.ElectronicContact(conductance).current_density(phi_p, phi_m)
    # g (phi_p - phi_m): 2 (.1 - .9) where the first cell is the particle, 5 (.7 - .3) where the second is.
    expected = -1.6 if integral(first("+") * ufl.dS) > 0.5 else 2.0
    assert integral(contact * ufl.dS) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("by_current", [True, False])
def test_the_collector_passes_the_current_or_holds_the_voltage(by_current: bool) -> None:
    # 1e7 S/m2 over the six faces: 72 A/m2 cost 7.2 uV.
    control = electronic.CollectorControl(constant(72.0), constant(4.2), constant(float(by_current)))
    phi, voltage, two = uniform(4.1), uniform(4.1 + 7.2e-6), uniform(2.0)
    inflow = control.matrix_terms(phi, voltage, two, DS)
    assert set(inflow) == {"collector"}
    assert integral(inflow["collector"]) == pytest.approx(-2.0 * 6.0 * 72.0, rel=1e-6)
    terms = control.voltage_terms(phi, uniform(4.15), two, DS)
    assert set(terms) == {"current control", "voltage control"}
    if by_current:
        wanted = {"current control": 2.0 * 6.0 * (1e7 * 0.05 - 72.0), "voltage control": 0.0}
    else:
        wanted = {"current control": 0.0, "voltage control": 2.0 * 6.0 * 1e7 * (4.15 - 4.2)}
    for name, value in wanted.items():
        assert integral(terms[name]) == pytest.approx(value, rel=1e-9, abs=1e-9), name


# Reactions


def test_uneven_transfer_reference_wetting_shift_and_temperature_enter_where_they_should() -> None:
    # i0 = 4 sqrt(.6 .4) = 1.9596 A/m2 at 1 M; U(.6) = 4 V + .8 * .4 = 4.32 V; eta = 4.2 - (4.32 - .2 + .03)
    # = .05 V. At 40 C F eta / R T = 1.85288: j = .5 i0 (exp(.3 * 1.85288) - exp(-.6 * 1.85288)).
    material = simple_cathode(
        maximum_concentration=50000.0, diffusivity=2e-14, youngs_modulus=140e9, poisson_ratio=0.3,
        partial_molar_volume=1.3e-6, open_circuit_voltage=linear_voltage(-0.8),
    ).replace(anodic_transfer=0.3, cathodic_transfer=0.6)  # fmt: skip
    law = ParticleButlerVolmer(material, WARM, wetted_fraction=0.5, reference_potential=0.2)
    found = mean(law.current_density(uniform(0.6), constant(1000.0), constant(4.2), constant(0.03)))
    share = FARADAY * 0.05 / (GAS * WARM)
    assert share == pytest.approx(1.85288, abs=2e-5)
    expected = 0.5 * 4.0 * np.sqrt(0.24) * (np.exp(0.3 * share) - np.exp(-0.6 * share))
    assert found == pytest.approx(expected, rel=1e-9)
    # Neither the wetting nor a reference need be named.
    plain = ParticleButlerVolmer(material, WARM)
    whole = mean(plain.current_density(uniform(0.6), constant(1000.0), constant(4.4), constant(0.03)))
    assert whole == pytest.approx(2.0 * expected, rel=1e-9)


def test_uneven_transfer_at_the_metal() -> None:
    # eta = -phi_e: -.02 V at 25 C is F eta / R T = -.77844.
    metal = lithium("lithium-metal").replace(anodic_transfer=0.3, cathodic_transfer=0.6)
    exchange = float(metal.exchange_current_density(1000.0))
    found = mean(LithiumButlerVolmer(metal, 298.15).current_density(constant(1000.0), constant(0.02)))
    share = -FARADAY * 0.02 / (GAS * 298.15)
    assert share == pytest.approx(-0.77844, abs=1e-5)
    assert found == pytest.approx(exchange * (np.exp(0.3 * share) - np.exp(-0.6 * share)), rel=1e-9)


# Stress

YOUNG, NU, FREE = 140.0, 0.3, -2e-3
SIGMA = np.array([[0.5, 0.1, -0.2], [0.1, -0.3, 0.05], [-0.2, 0.05, 0.2]])
"""A stress without any symmetry [GPa]."""
STRAIN = ((1.0 + NU) * SIGMA - NU * np.trace(SIGMA) * np.eye(3)) / YOUNG
"""Its elastic strain by Hooke's law in compliance form."""


def straight(gradient: np.ndarray) -> ufl.core.expr.Expr:
    """Displacement with a uniform gradient."""
    return ufl.as_matrix(gradient.tolist()) * ufl.SpatialCoordinate(CUBE)


def difference(found: ufl.core.expr.Expr, wanted: np.ndarray) -> float:
    gap = found - ufl.as_matrix(wanted.tolist())
    return float(np.sqrt(mean(ufl.inner(gap, gap))))


ROTATION = np.array([[0.0, 3e-3, -1e-3], [-3e-3, 0.0, 2e-3], [1e-3, -2e-3, 0.0]])


def test_stress_is_that_of_hookes_law() -> None:
    total_strain = STRAIN + FREE * np.eye(3)
    law = Elastic(ufl.as_ufl(YOUNG), NU, constant(FREE))
    assert difference(law.stress(straight(total_strain + ROTATION)), SIGMA) < 1e-12
    assert difference(Elastic(ufl.as_ufl(YOUNG), NU).stress(straight(STRAIN)), SIGMA) < 1e-12
    assert difference(law.stiffness_stress(straight(STRAIN)), SIGMA) < 1e-12


def test_stress_at_a_surface_is_that_of_hookes_law() -> None:
    normal = np.array([2.0, -1.0, 2.0]) / 3.0
    traction = SIGMA @ normal
    for free, law in (
        (FREE, Elastic(constant(YOUNG), NU, constant(FREE))),
        (0.0, Elastic(constant(YOUNG), NU)),
    ):
        strain = ufl.as_matrix((STRAIN + free * np.eye(3)).tolist())
        found = surface_stress(law, strain, ufl.as_vector(normal.tolist()), ufl.as_vector(traction.tolist()))
        assert difference(found, SIGMA) < 1e-12


def test_a_law_on_one_side_of_a_facet_is_that_of_the_cell_there() -> None:
    line = create_interval(MPI.COMM_SELF, 2, (0.0, 2.0))
    space = fem.functionspace(line, ("DG", 0))
    young, free, first = (fem.Function(space) for _ in range(3))
    for function, values in ((young, (100.0, 200.0)), (free, (1e-3, 2e-3)), (first, (1.0, 0.0))):
        function.x.array[:] = values
    here = integral(first("+") * ufl.dS) > 0.5
    for side, is_first in (("+", here), ("-", not here)):
        law = Elastic(young, NU, free).on_side(side)
        assert integral(law.youngs_modulus * ufl.dS) == pytest.approx(100.0 if is_first else 200.0)
        assert law.eigenstrain is not None
        assert integral(law.eigenstrain * ufl.dS) == pytest.approx(1e-3 if is_first else 2e-3)
        assert law.poisson_ratio == NU
    assert Elastic(young, NU).on_side("+").eigenstrain is None


def test_laws_of_the_materials_are_in_gigapascals_and_count_strain_from_the_reference() -> None:
    # E of NMC 127 GPa at x = .705; the binder's as given.
    material = active_material("nmc622")
    law = particle_elasticity(material, uniform(0.705), 0.9)
    assert mean(law.youngs_modulus) == pytest.approx(127.0, rel=1e-6)
    assert law.poisson_ratio == 0.3
    strain = float(material.chemical_strain(0.705)) - float(material.chemical_strain(0.9))
    # dV/dx of 2 to 4 A3 of 101.4 A3 over .195 of x.
    assert -0.195 * 4.0 / 304.2 < strain < -0.195 * 2.0 / 304.2
    assert mean(law.eigenstrain) == pytest.approx(strain, rel=1e-9)
    binder = matrix_elasticity(matrix("carbon-binder").replace(youngs_modulus=1.78e9, poisson_ratio=0.35))
    assert mean(binder.youngs_modulus * constant(1.0)) == pytest.approx(1.78, rel=1e-12)
    assert (binder.poisson_ratio, binder.eigenstrain) == (0.35, None)


def test_measures_of_stress() -> None:
    def of(sigma: list[list[float]]) -> ufl.core.expr.Expr:
        return ufl.as_matrix(sigma) * constant(1.0)

    pull = of([[0, 0, 0], [0, 3, 0], [0, 0, 0]])
    shear = of([[0, 2, 0], [2, 0, 0], [0, 0, 0]])
    assert mean(equivalent_stress(pull)) == pytest.approx(3.0, rel=1e-12)
    assert mean(equivalent_stress(shear)) == pytest.approx(2.0 * np.sqrt(3.0), rel=1e-12)
    # Of no stress it has a derivative, and is 1e-12 GPa, a thousandth of a pascal.
    assert mean(equivalent_stress(of([[0.0] * 3] * 3))) == pytest.approx(0.0, abs=1e-11)
    assert mean(hydrostatic_stress(of([[1, 7, 0], [7, 3, 0], [0, 0, 5]]))) == pytest.approx(3.0, rel=1e-12)
    # [[1, 2], [2, 4]] has the eigenvalues 0 and 5; 9 across the plane is no part of it.
    up = ufl.as_vector((0.0, 0.0, 1.0))
    assert mean(largest_in_plane(of([[1, 2, 8], [2, 4, 8], [8, 8, 9]]), up)) == pytest.approx(5.0, rel=1e-12)
    assert mean(largest_in_plane(of([[-1, 0, 0], [0, -1, 0], [0, 0, 9]]), up)) == pytest.approx(
        -1.0, rel=1e-6
    )
