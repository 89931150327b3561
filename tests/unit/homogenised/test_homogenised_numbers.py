"""The companion without PyBaMM: homogenisation, stress in spheres, laws of BPX files."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised.cell import SizeSpread, homogenise
from chemomech.experiments.models.homogenised.expressions import Expression, table_law
from chemomech.experiments.models.homogenised.parameters import stress_enhancement
from chemomech.experiments.models.homogenised.sphere_stress import parabola, sphere_stress
from chemomech.materials import FARADAY, active_material

MATERIAL = active_material("nmc622").replace(youngs_modulus=140e9)
EDGES = np.linspace(0.0, 1.0, 201)


def test_the_cell_keeps_volume_surface_and_capacity_of_the_layout() -> None:
    prepared = prepare(Case.from_toml("fast-charge-5C"))
    cell, layout = homogenise(prepared), prepared.layout
    assert cell.active_fraction == pytest.approx(0.41, abs=2e-3)
    assert cell.porosity == pytest.approx(0.5 * (1.0 - cell.active_fraction), rel=1e-12)
    surface = 4.0 * math.pi * np.sum(layout.radii**2) / np.prod(layout.box)
    assert 3.0 * cell.active_fraction / cell.radius == pytest.approx(surface, rel=1e-9)
    assert cell.one_c == pytest.approx(14.4, rel=1e-12)  # 180 mAh/g * 8.0 mg/cm2
    # Maxwell around spheres, Bruggeman inside the matrix: 0.59 / 1.205 * 0.5^1.5.
    p = cell.active_fraction
    assert cell.ionic_factor == pytest.approx((1 - p) / (1 + p / 2) * 0.5**1.5, rel=1e-12)
    assert homogenise(prepared, transport="bruggeman").ionic_factor == pytest.approx(
        (0.5 * (1 - p)) ** 1.5, rel=1e-12
    )


def test_an_unknown_transport_rule_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'maxwell'"):
        homogenise(prepare(Case.from_toml("fast-charge-5C")), transport="maxwel")


def test_the_spread_of_sizes_is_weighted_by_area() -> None:
    spread = SizeSpread.of(np.array([1e-6, 1e-6, 2e-6]))
    assert spread.mean == pytest.approx((1 + 1 + 8) / (1 + 1 + 4) * 1e-6, rel=1e-12)
    assert (spread.smallest, spread.largest) == (1e-6, 2e-6)


def test_a_parabola_has_the_mean_and_the_surface_value_asked_for() -> None:
    profile = parabola(np.array([0.5]), np.array([0.4]), EDGES)
    assert np.average(profile[:, 0], weights=np.diff(EDGES**3)) == pytest.approx(0.5, rel=1e-9)
    assert profile[-1, 0] == pytest.approx(0.4, abs=2e-3)
    assert profile[0, 0] == pytest.approx(0.4 + 2.5 * 0.1, abs=1e-3)


def test_a_sphere_under_steady_flux_has_the_stress_of_the_closed_form() -> None:
    # sigma_t(R) = E / (1 - nu) * (mean - surface strain); for a parabola that is 2/3 S of the core value.
    strain = MATERIAL.chemical_strain
    mean, surface = np.array([0.80]), np.array([0.79])
    found = sphere_stress(MATERIAL, parabola(mean, surface, EDGES), EDGES, surface)
    slope = float(strain.derivative(0.80))
    expected = 140e9 / 0.7 * slope * 0.01
    assert found.surface[0] == pytest.approx(expected, rel=0.01)
    assert found.principal[0] == pytest.approx(expected, rel=0.01)  # on charge the surface is in tension
    assert found.core[0] == pytest.approx(0.0, abs=1e-3 * expected)


def test_a_uniform_sphere_bears_no_stress() -> None:
    even = np.full((200, 1), 0.6)
    found = sphere_stress(MATERIAL, even, EDGES, even[0])
    assert max(found.principal[0], found.equivalent[0]) < 1.0  # Pa


def test_stress_speeds_diffusion_up_by_the_thermodynamic_factor_of_the_voltage() -> None:
    x = 0.6
    slope, fall = (
        float(MATERIAL.chemical_strain.derivative(x)),
        -float(MATERIAL.open_circuit_voltage.derivative(x)),
    )
    stiffness = 2.0 * 140e9 / (3.0 * 0.7)
    expected = 1.0 + 3.0 * stiffness * slope**2 / (float(MATERIAL.maximum_concentration) * FARADAY * fall)
    assert float(stress_enhancement(MATERIAL, x)) == pytest.approx(expected, rel=1e-9)
    assert 1.0 < expected < 1.2


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("3.5 - 0.5 * x ** 2", lambda x: 3.5 - 0.5 * x**2),
        ("-x + exp(-2 * x) / 4", lambda x: -x + math.exp(-2 * x) / 4),
        ("tanh(3 * (x - 0.5)) + cosh(x)", lambda x: math.tanh(3 * (x - 0.5)) + math.cosh(x)),
        ("(x / 1000) ** 1.5", lambda x: (x / 1000) ** 1.5),
        ("2", lambda x: 2.0),
    ],
)
def test_expressions_of_bpx_mean_what_python_means(text: str, function: object) -> None:
    law = Expression(text)
    at = np.array([0.1, 0.5, 0.9])
    assert law(at) == pytest.approx([function(x) for x in at], rel=1e-12)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", ["__import__('os')", "x.real", "y + 1", "sin(x)", "x if x else 1", "3 +", "[x]"]
)
def test_anything_else_in_an_expression_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Expression(text)


def test_a_table_is_interpolated_in_straight_lines_and_continued() -> None:
    law = table_law([1.0, 0.0, 3.0], [2.0, 1.0, 0.0])
    assert law(np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0])) == pytest.approx([0, 1, 1.5, 2, 1, 0, -1])
    with pytest.raises(InputError, match="two or more different"):
        table_law([1.0, 1.0], [2.0, 3.0])
