"""Where each shipped law holds, what it does beyond, and single numbers: against the sources, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chemomech.materials import FARADAY, active_material, electrolyte, lithium
from chemomech.materials.laws import mohtat_nmc532, nrel_nmc532

COLD, ROOM, WARM = 273.15, 298.15, 318.15
COMMON = (263.15, 333.15)
"""-10 to 60 C, where a source gives no range of temperature."""


# Where the sources measured, or to where a law may be carried on [x or mol/m3], and at which temperatures.
RANGES = {
    ("nmc622", "open_circuit_voltage"): ((0.18, 1.0), COMMON),  # 4.576 V of the straight end to full
    ("nmc622", "diffusivity"): ((0.30, 1.0), COMMON),
    ("nmc622", "conductivity"): ((0.25, 1.0), COMMON),  # Amin and Chiang: 0 to 75 % delithiated
    ("nmc622", "youngs_modulus"): ((0.18, 1.0), COMMON),
    ("nmc622", "chemical_strain"): ((0.18, 1.0), COMMON),  # de Biasi: dV/dx from .18
    ("nmc622", "fracture_toughness"): ((0.18, 1.0), COMMON),
    ("nmc532", "open_circuit_voltage"): ((0.18, 1.0), COMMON),
    ("nmc532", "chemical_strain"): ((0.0, 1.0), COMMON),
    ("nmc532-xu", "open_circuit_voltage"): ((0.28, 1.0), COMMON),
    ("nmc532-xu-pybamm", "open_circuit_voltage"): ((0.02, 0.995), COMMON),
}
SALT_RANGES = {
    # Landesfeind and Gasteiger: .1 to 2.5 M; -10 to 50 C, t+ from 0 C.
    ("lipf6-ec-emc-3-7", "diffusivity"): ((100.0, 2500.0), (263.15, 323.15)),
    ("lipf6-ec-emc-3-7", "conductivity"): ((100.0, 2500.0), (263.15, 323.15)),
    ("lipf6-ec-emc-3-7", "transference_number"): ((100.0, 2500.0), (273.15, 323.15)),
    ("lipf6-ec-emc-3-7", "thermodynamic_factor"): ((100.0, 2500.0), (263.15, 323.15)),
    # Nyman: the polynomials are used to 2 M.
    ("lipf6-ec-emc-3-7-nyman", "diffusivity"): ((2.0, 2000.0), COMMON),
    ("lipf6-ec-emc-3-7-nyman", "transference_number"): ((2.0, 2000.0), COMMON),
    # Valoen and Reimers: to 4 M.
    ("lipf6-valoen-pybamm", "diffusivity"): ((2.0, 4000.0), COMMON),
    ("lipf6-valoen-pybamm", "conductivity"): ((2.0, 4000.0), COMMON),
}


@pytest.mark.parametrize(("law", "ranges"), [*RANGES.items(), *SALT_RANGES.items()])
def test_laws_hold_where_their_sources_do(law, ranges):
    name, entry = law
    registry = active_material if name.startswith("nmc") else electrolyte
    found = getattr(registry(name), entry)
    assert (found.valid_range, found.temperature.valid_range) == ranges


def test_kinetics_hold_where_their_sources_do():
    law = active_material("nmc622").exchange_current_density
    assert law.stoichiometry_law.valid_range == (0.30, 1.0)
    assert law.salt_law.valid_range == (2.0, 4000.0)
    reference = active_material("nmc-dfn-reference").exchange_current_density
    assert reference.stoichiometry_law.valid_range == (0.0, 1.0)
    plating = lithium("lithium-metal").exchange_current_density
    assert plating.valid_range == (2.0, 4000.0)


# Value and spread in the literature (physics notes, sections 1 and 2).
NUMBERS = {
    "poisson_ratio": (0.3, (0.2, 0.32)),
    "strength": (150e6, (21.5e6, 840e6)),  # Stallard after one charge; Sedlatschek, one boundary
    "surface_flaw_depth": (100e-9, (40e-9, 600e-9)),
    "core_flaw_radius": (100e-9, (40e-9, 600e-9)),
    "anodic_transfer": (0.5, (0.4, 0.6)),
    "cathodic_transfer": (0.5, (0.4, 0.6)),
}


@pytest.mark.parametrize(("entry", "expected"), NUMBERS.items())
def test_single_numbers_are_those_of_the_notes(entry, expected):
    found = getattr(active_material("nmc622"), entry)
    assert (float(found), found.valid_range) == expected


def test_the_usual_electrolyte_is_one_molar():
    found = electrolyte("lipf6-ec-emc-3-7").initial_concentration
    assert (float(found), found.valid_range) == (1000.0, (1000.0, 1200.0))


# Conductivity by its formula at 25 C, c in mol/L.
def landesfeind(c):
    e = math.exp(1000.0 / ROOM)
    share = 1.0 - 1.06 * math.sqrt(c) + 0.353 * (1.0 - 3.59e-3 * e) * c
    return 0.1 * 0.521 * (1.0 + ROOM - 228.0) * c * share / (1.0 + 1.48e-3 * e * c**4)


def nyman(c):
    return 0.1297 * c**3 - 2.51 * c**1.5 + 3.329 * c


def valoen(c):
    t = ROOM
    root = -10.5 + 0.074 * t - 6.96e-5 * t**2 + (0.668 - 0.0178 * t + 2.8e-5 * t**2) * c
    return 0.1 * c * (root + (0.494 - 8.86e-4 * t) * c**2) ** 2


@pytest.mark.parametrize(
    ("name", "formula", "most"),
    [
        ("lipf6-ec-emc-3-7", landesfeind, 3.0),
        ("lipf6-ec-emc-3-7-nyman", nyman, 2.0),
        ("lipf6-valoen-pybamm", valoen, 4.0),
    ],
)
def test_electrolytes_follow_their_formula_from_two_moles_per_cubic_metre_and_stand_still_beyond(
    name, formula, most
):
    law = electrolyte(name).conductivity
    for c in (2e-3, 0.05, 1.0, most):
        assert law(1e3 * c) == pytest.approx(formula(c), rel=1e-9), c
    # Held at 1 mol/m3 below zero, and 1 mol/m3 above the most.
    for salt in (0.0, -500.0):
        assert law(salt) == pytest.approx(formula(1e-3), rel=1e-9)
    for salt in (1e3 * most + 2.0, 9000.0):
        assert law(salt) == pytest.approx(formula(most + 1e-3), rel=1e-9)


def test_the_modulus_stands_still_beyond_its_two_ends():
    modulus = active_material("nmc622").youngs_modulus
    slope = (143e9 - 111e9) / (1.0 - 0.41)
    assert modulus(0.40) == pytest.approx(111e9 - 0.005 * slope, rel=1e-12)
    assert modulus(0.1) == pytest.approx(111e9 - 0.005 * slope, rel=1e-12)
    assert modulus(1.3) == pytest.approx(143e9 + 0.005 * slope, rel=1e-12)


def test_transport_of_nrel_stands_still_beyond_its_range():
    # The polynomial of the source and its factor of 2.25, at x = .298 and 1.002.
    coefficients = [
        -65.260920463971, 472.37093042477, -1502.4393390709, 982.489665964948, 5016.27216777553,
        -12683.2454834812, 10576.36028329, -83.3110410292107, -4868.42026761136, 2391.02672525997,
        -250.901084347927,
    ]  # fmt: skip
    law = nrel_nmc532.diffusivity()
    cold = 2.25 * math.exp(-30e3 / 8.314462618 * (1.0 / 298.15 - 1.0 / 303.15))
    for x, held in ((0.0, 0.298), (0.29, 0.298), (1.01, 1.002), (2.0, 1.002), (0.3, 0.3), (0.62, 0.62)):
        expected = cold * 10.0 ** sum(a * held**k for k, a in enumerate(coefficients))
        assert law(x) == pytest.approx(expected, rel=1e-9, abs=0), x


def test_plating_stands_still_below_the_floor_of_the_salt():
    law = lithium("lithium-metal").exchange_current_density
    # 3.5e-8 F (1/1.3e-5)^.7 c^.3 at 1 and 2 mol/m3.
    one = 3.5e-8 * FARADAY * (1.0 / 1.3e-5) ** 0.7
    assert law(np.array([-500.0, 0.0, 2.0])) == pytest.approx([one, one, one * 2.0**0.3], rel=1e-9)


def test_toughness_falls_with_lithium_by_the_four_measured_points():
    # Xu 2017: .102, .091, .070, .058 MPa m^.5 at SOC 0, 1/3, 2/3, 1, and SOC 1 is x = .41.
    law = active_material("nmc622").fracture_toughness
    x = np.array([1.0, 1.0 - 0.33 * 0.59, 1.0 - 0.66 * 0.59, 0.41])
    assert law(x) == pytest.approx([0.102e6, 0.091e6, 0.070e6, 0.058e6], rel=1e-9)


@pytest.mark.parametrize("x", [0.05, 0.2, 0.5, 0.8, 0.93, 0.99])
def test_the_voltage_of_mohtat_is_that_of_pybamm(x):
    pybamm = pytest.importorskip("pybamm", reason="the companion is optional")
    sets = pytest.importorskip("pybamm.input.parameters.lithium_ion.Mohtat2020")
    theirs = float(sets.NMC_ocp_PeymanMPM(pybamm.Scalar(x)).evaluate())
    assert mohtat_nmc532.open_circuit_voltage()(x) == pytest.approx(theirs, abs=1e-9)


def test_the_assumed_ends_of_nmc622_are_those_that_are_stated():
    ours, other = (active_material(name).open_circuit_voltage for name in ("nmc622", "nmc532"))
    # Above x = .9 the shape of NMC532, 2 mV lower but at the first points.
    x = np.array([0.97, 0.98, 0.986, 0.991, 0.9935, 0.9967])
    assert ours(x) == pytest.approx(other(x) - 1.8e-3, abs=4e-4)
    assert ours(np.array([0.9, 0.95])) == pytest.approx([3.6666, 3.6314], abs=1e-4)
    # Below x = .3 the mean slope of the last measured interval: (4.32 - 4.22) / .05 = 2 V to 10 mV in each.
    slope = (ours(0.18) - ours(0.30)) / 0.12
    assert slope == pytest.approx(2.1, abs=0.1)


def test_the_strain_of_nmc622_has_the_published_slopes_at_their_points():
    # dV/dx of the cell of 101.4 A3: 21, 19, 4 and 2 A3 at x = .18, .30, .45 and .93.
    slope = (
        3.0 * 101.4 * active_material("nmc622").chemical_strain.derivative(np.array([0.18, 0.30, 0.45, 0.93]))
    )
    assert slope == pytest.approx([21.0, 19.0, 4.0, 2.0], rel=1e-9)
