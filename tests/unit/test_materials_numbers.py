"""Shipped laws against published tables, and their behaviour inside and outside the range."""

import dataclasses

import numpy as np
import pytest

from chemomech.materials import FARADAY, active_material, electrolyte, lithium, matrix, separator
from chemomech.materials.laws import nrel_nmc532, xu_2019_nmc532

ACTIVE_MATERIALS = active_material.names()
ELECTROLYTES = electrolyte.names()

# Quasi-open-circuit points of NMC622, printed to 10 mV.
NMC622_TABLE = {
    0.85: 3.69, 0.80: 3.72, 0.75: 3.74, 0.70: 3.77, 0.65: 3.79, 0.60: 3.83,
    0.55: 3.88, 0.50: 3.96, 0.45: 4.04, 0.40: 4.12, 0.35: 4.22, 0.30: 4.32,
}  # fmt: skip
# NREL's table of NMC532.
NMC532_TABLE = {
    0.35: 4.2685, 0.3758: 4.2136, 0.40: 4.1645, 0.45: 4.0689, 0.4833: 4.0100, 0.50: 3.9815, 0.55: 3.9023,
    0.60: 3.8381, 0.65: 3.7938, 0.6982: 3.7654, 0.7340: 3.7492, 0.80: 3.7224, 0.85: 3.7003, 0.90: 3.6736,
    0.9490: 3.6343,
}  # fmt: skip
XU_TABLE = {
    0.30: 4.3813, 0.35: 4.3002, 0.40: 4.1902, 0.45: 4.0896, 0.50: 3.9961, 0.55: 3.9111, 0.60: 3.8423,
    0.65: 3.7946, 0.70: 3.7649, 0.75: 3.7443, 0.80: 3.7240, 0.85: 3.7008, 0.90: 3.6743, 0.95: 3.6378,
}  # fmt: skip


def _columns(table):
    return np.array(list(table)), np.array(list(table.values()))


@pytest.mark.parametrize(
    ("name", "table", "tolerance"),
    [("nmc622", NMC622_TABLE, 3.3e-3), ("nmc532", NMC532_TABLE, 1.5e-3), ("nmc532-xu", XU_TABLE, 1e-4)],
)
def test_open_circuit_voltages_reproduce_their_tables(name, table, tolerance):
    x, voltage = _columns(table)
    assert active_material(name).open_circuit_voltage(x) == pytest.approx(voltage, abs=tolerance)


def test_the_steep_end_of_nmc532_is_followed():
    voltage = active_material("nmc532").open_circuit_voltage(np.array([0.9848, 0.9967]))
    assert voltage == pytest.approx([3.5370, 3.1081], abs=5e-3)


@pytest.mark.parametrize("name", ACTIVE_MATERIALS)
def test_open_circuit_voltages_fall_strictly_also_where_newton_may_overshoot(name):
    x = np.linspace(-0.5, 1.5, 20001)
    slope = active_material(name).open_circuit_voltage.derivative(x)
    assert np.isfinite(slope).all()
    assert slope.max() < -0.25


def test_nmc622_reaches_the_usual_voltages_at_the_usual_stoichiometries():
    curve = active_material("nmc622").open_circuit_voltage
    assert 0.21 <= curve.stoichiometry_at(4.5) <= 0.23
    assert curve(0.93) == pytest.approx(3.65, abs=5e-3)
    assert curve(1.0) < 3.0
    # 182 mAh/g between 3.0 and 4.3 V of 276.5 mAh/g is dx = 0.658; the slow curve must hold at least that.
    assert curve.stoichiometry_at(3.0) - curve.stoichiometry_at(4.3) > 0.658


def test_diffusivity_of_the_source_is_reproduced_at_30_celsius():
    # Table at 303 K for R = 1.8 um; 25 C is exp(-30e3/8.314 (1/298.15 - 1/303.15)) = 0.8191 of it.
    table = {0.30: 2.19e-15, 0.40: 4.60e-15, 0.50: 4.53e-15, 0.60: 4.36e-15, 0.70: 2.92e-15, 0.80: 2.14e-15,
             0.90: 2.23e-15, 0.95: 2.06e-15, 1.0: 1.97e-15}  # fmt: skip
    x, values = _columns(table)
    assert nrel_nmc532.diffusivity()(x) == pytest.approx(0.8191 * values, rel=3e-3, abs=0)


def test_rescaled_diffusivity_keeps_the_diffusion_time():
    x = np.linspace(0.2, 1.0, 9)
    time = 1.8e-6**2 / nrel_nmc532.diffusivity()(x)
    assert 3.11e-6**2 / active_material("nmc622").diffusivity(x) == pytest.approx(time, rel=1e-12)


@pytest.mark.parametrize("name", ["nmc622", "nmc532"])
def test_transport_in_the_particles_is_bounded_everywhere(name):
    material = active_material(name)
    x = np.linspace(-1.0, 2.0, 3001)
    inside = np.linspace(0.3, 1.0, 3001)
    for curve in (material.diffusivity, material.conductivity, material.youngs_modulus):
        assert curve(x).min() >= curve(inside).min() * 0.99
        assert np.isfinite(curve.derivative(x)).all()
    assert material.diffusivity(x).max() <= 1.3e-14


def test_exchange_current_of_nrel_is_reproduced_at_30_celsius():
    table = {
        0.3: 4.22,
        0.4: 4.77,
        0.5: 3.98,
        0.6: 3.08,
        0.7: 2.54,
        0.8: 2.28,
        0.9: 1.86,
        0.95: 1.38,
    }
    x, values = _columns(table)
    assert active_material("nmc622").exchange_current_density(x, 1200.0) == pytest.approx(
        0.8191 * values, rel=4e-3
    )


def test_the_reference_material_has_two_amperes_per_square_metre_at_half_and_one_molar():
    material = active_material("nmc-dfn-reference")
    assert material.exchange_current_density(0.5, 1000.0) == pytest.approx(2.0, rel=1e-12)
    # sqrt(0.1 * 0.9) / sqrt(0.5 * 0.5) = 0.6 at x = 0.1; a quarter of the salt gives sqrt(1/4) = 0.5.
    assert material.exchange_current_density(0.1, 250.0) == pytest.approx(2.0 * 0.6 * 0.5, rel=1e-12)
    assert material.maximum_concentration == pytest.approx(49128, abs=1)
    assert material.diffusivity(0.4) == 1e-14
    assert material.conductivity(0.4) == 100.0


@pytest.mark.parametrize("name", ACTIVE_MATERIALS)
def test_exchange_currents_stay_positive_and_finite_when_newton_overshoots(name):
    law = active_material(name).exchange_current_density
    x, salt = np.meshgrid(
        [-2.0, -1e-3, 0.0, 0.2, 0.5, 0.999, 1.0, 1.2, 5.0], [-500.0, 0.0, 1e-3, 1.0, 1e3, 4e3]
    )
    assert np.isfinite(law(x, salt)).all()
    assert law(x, salt).min() > 1e-5
    assert np.isfinite(law.stoichiometry_law.derivative(x)).all()
    assert np.isfinite(law.salt_law.derivative(salt)).all()


def test_conductivity_passes_through_the_five_measured_points():
    x, values = _columns({1.0: 1.9e-4, 0.9: 2.8e-2, 0.7: 9.9e-2, 0.5: 0.15, 0.25: 1.4})
    assert active_material("nmc622").conductivity(x) == pytest.approx(values, rel=1e-10)


def test_conductivity_rises_monotonically_on_delithiation():
    assert np.diff(active_material("nmc622").conductivity(np.linspace(0.25, 1.0, 2001))).max() < 0.0


def test_young_modulus_is_linear_between_the_measured_ends():
    modulus = active_material("nmc622").youngs_modulus
    # Midway between x = 0.41 and 1: (111 + 143)/2 GPa.
    assert modulus(0.705) == pytest.approx(127e9, rel=1e-12)
    assert modulus(np.array([0.41, 1.0])) == pytest.approx([111e9, 143e9], rel=1e-12)
    assert modulus(0.2) == pytest.approx(111e9, rel=3e-3)


def test_chemical_strain_of_nmc622_has_the_published_slopes():
    material = active_material("nmc622")
    assert material.chemical_strain(1.0) == pytest.approx(0.0, abs=1e-15)
    # dV/dx = 3 V eps' with V = 101.4 A3.
    slope = 3.0 * 101.4 * material.chemical_strain.derivative(np.linspace(0.46, 0.93, 50))
    assert slope.min() >= 2.0 - 1e-9
    assert slope.max() <= 4.0 + 1e-9
    slope = 3.0 * 101.4 * material.chemical_strain.derivative(np.linspace(0.18, 0.30, 50))
    assert slope.min() >= 19.0 - 1e-9
    assert slope.max() <= 21.0 + 1e-9


def test_volume_change_of_nmc622_agrees_with_what_is_reported_at_two_voltages():
    material = active_material("nmc622")
    volume = 3.0 * material.chemical_strain(
        np.array([material.open_circuit_voltage.stoichiometry_at(voltage) for voltage in (4.3, 4.5)])
    )
    # -2.6 to -3 % at 4.3 V; at 4.5 V 2.24 to 5.76 % for Ni 1/3 to 0.7, so 4.8 % for Ni 0.6 by interpolation.
    assert -0.030 <= volume[0] <= -0.026
    assert volume[1] == pytest.approx(-0.048, abs=0.004)


def test_partial_molar_volume_is_avogadro_times_a_third_of_the_slope_of_the_cell_volume():
    material = active_material("nmc622")
    # N_A/3 * 4e-30 = 8.03e-7 at x = 0.45 and N_A/3 * 19e-30 = 3.81e-6 m3/mol at x = 0.30.
    assert material.partial_molar_volume(np.array([0.45, 0.30])) == pytest.approx(
        [8.030e-7, 3.814e-6], rel=1e-3
    )


def test_nmc532_shrinks_by_three_percent_in_all():
    assert 3.0 * active_material("nmc532").chemical_strain(0.0) == pytest.approx(-0.03)


@pytest.mark.parametrize(
    ("name", "concentration", "mass_density"), [("nmc622", 49128, 4762), ("nmc532", 49226, 4753)]
)
def test_lithium_content_and_density_follow_from_the_unit_cell(name, concentration, mass_density):
    assert active_material(name).maximum_concentration == pytest.approx(concentration, abs=1)
    assert active_material(name).density == pytest.approx(mass_density, abs=1)


def test_fracture_energy_follows_from_the_measured_toughness():
    # K^2 (1 - nu^2)/E = (0.102e6)^2 * 0.91 / 142.5e9 = 0.0664 J/m2.
    assert active_material("nmc622").fracture_energy(1.0) == pytest.approx(0.0664, abs=1e-3)


# 25 C: c [mol/m3] -> D, kappa, t+, thermodynamic factor.
LANDESFEIND = {
    100.0: (5.07e-10, 0.258, 0.373, 0.548),
    500.0: (3.95e-10, 0.756, 0.305, 1.367),
    1000.0: (2.89e-10, 0.913, 0.221, 2.182),
    1200.0: (2.55e-10, 0.895, 0.190, 2.482),
    1500.0: (2.12e-10, 0.810, 0.150, 2.945),
    2000.0: (1.55e-10, 0.594, 0.106, 3.85),
    2500.0: (1.14e-10, 0.404, 0.101, 5.09),
}
NYMAN = {
    100.0: (4.47e-10, 0.254, 0.406),
    500.0: (3.10e-10, 0.793, 0.300),
    1000.0: (1.77e-10, 0.949, 0.259),
    1200.0: (1.36e-10, 0.919, 0.252),
    1500.0: (8.83e-11, 0.820, 0.231),
    2000.0: (4.36e-11, 0.596, 0.119),
}


def _laws(name):
    material = electrolyte(name)
    return (
        material.diffusivity,
        material.conductivity,
        material.transference_number,
        material.thermodynamic_factor,
    )


@pytest.mark.parametrize(("concentration", "expected"), LANDESFEIND.items())
def test_landesfeind_electrolyte_reproduces_its_table(concentration, expected):
    values = [law(concentration) for law in _laws("lipf6-ec-emc-3-7")]
    assert values == pytest.approx(expected, rel=5e-3, abs=0)


@pytest.mark.parametrize(("concentration", "expected"), NYMAN.items())
def test_nyman_electrolyte_reproduces_its_table(concentration, expected):
    values = [law(concentration) for law in _laws("lipf6-ec-emc-3-7-nyman")[:3]]
    assert values == pytest.approx(expected, rel=5e-3, abs=0)


def test_reference_electrolyte_is_nyman_as_an_ideal_solution():
    material = electrolyte("lipf6-dfn-reference")
    assert material.diffusivity(800.0) == electrolyte("lipf6-ec-emc-3-7-nyman").diffusivity(800.0)
    assert material.transference_number(np.array([10.0, 1500.0])).tolist() == [0.2594, 0.2594]
    assert material.thermodynamic_factor(1000.0) == 1.0


@pytest.mark.parametrize("name", ELECTROLYTES)
def test_electrolytes_stay_positive_and_finite_from_below_zero_to_beyond_four_molar(name):
    c = np.linspace(-500.0, 6000.0, 6501)
    for law in _laws(name):
        assert law(c).min() > 0.0, law.name
        assert np.isfinite(law.derivative(c)).all(), law.name
    assert electrolyte(name).transference_number(c).max() < 0.5
    assert electrolyte(name).conductivity(c).max() < 1.3


def test_nyman_diffusivity_does_not_rise_again_at_high_concentration():
    assert (
        np.diff(electrolyte("lipf6-ec-emc-3-7-nyman").diffusivity(np.linspace(0.0, 4000.0, 4001))).max()
        <= 0.0
    )


def test_lithium_metal_has_seventy_amperes_per_square_metre_at_one_molar():
    law = lithium("lithium-metal").exchange_current_density
    # 3.5e-8 * 96485 * 76923^0.7 * 1000^0.3
    assert law(1000.0) == pytest.approx(3.5e-8 * FARADAY * 76923.0769**0.7 * 1000.0**0.3, rel=1e-6)
    assert law(1000.0) == pytest.approx(70.6, abs=0.1)
    assert law(np.array([-500.0, 0.0])).min() > 1.0


def test_porous_bodies_follow_bruggeman():
    # 0.5^1.5 = 0.35355
    assert matrix("carbon-binder").ionic_factor() == pytest.approx(0.35355, abs=1e-5)
    assert separator("porous-separator").ionic_factor() == pytest.approx(0.35355, abs=1e-5)


def _curves(material):
    for field in dataclasses.fields(material):
        entry = getattr(material, field.name)
        yield from (c for c in (entry, getattr(entry, "stoichiometry_law", None)) if hasattr(c, "derivative"))


@pytest.mark.parametrize("name", ACTIVE_MATERIALS)
def test_derivatives_of_particle_laws_agree_with_finite_differences(name):
    x = np.linspace(0.05, 1.05, 173)
    for curve in _curves(active_material(name)):
        _assert_derivative(curve, x, 1e-6)


@pytest.mark.parametrize("name", ELECTROLYTES)
def test_derivatives_of_electrolyte_laws_agree_with_finite_differences(name):
    c = np.linspace(-20.0, 3500.0, 173)
    for law in _laws(name):
        _assert_derivative(law, c, 1e-3)


def _assert_derivative(curve, x, step):
    difference = (curve(x + step) - curve(x - step)) / (2.0 * step)
    tolerance = 1e-5 * np.abs(difference).max()
    # At the kinks of a second derivative the difference quotient itself is off by half a step.
    assert curve.derivative(x) == pytest.approx(difference, rel=1e-4, abs=tolerance), curve.name


def test_the_second_voltage_curve_is_tangent_below_the_turning_point_of_its_polynomial():
    curve = xu_2019_nmc532.open_circuit_voltage()
    slope = curve.derivative(np.array([0.1, 0.2, 0.2999]))
    assert slope == pytest.approx([slope[0]] * 3)
