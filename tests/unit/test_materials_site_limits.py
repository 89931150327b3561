"""The full and the empty end of active materials: a cut-off in voltage always comes first."""

import numpy as np
import pytest

from chemomech.materials import active_material
from chemomech.materials.elementary import derivative
from chemomech.materials.laws import mohtat_nmc532, xu_2019_nmc532
from chemomech.materials.laws.site_limits import FILLING_VOLTAGE, share_of_free_sites, voltage_through

NAMES = active_material.names()


@pytest.mark.parametrize("name", NAMES)
def test_the_voltage_passes_two_and_a_half_volts_before_the_last_site_fills(name):
    curve = active_material(name).open_circuit_voltage
    assert curve(1.0 - 1e-4) < 2.8
    assert curve(1.0) < 2.1
    assert curve(1.001) < -10.0


@pytest.mark.parametrize("name", NAMES)
def test_the_voltage_rises_as_the_last_lithium_leaves(name):
    curve = active_material(name).open_circuit_voltage
    assert curve(1e-4) > curve(0.02) + 0.04
    assert curve.derivative(1e-4) < -50.0


@pytest.mark.parametrize("name", ["nmc622", "nmc532"])
def test_the_filling_end_continues_the_last_points_of_the_table(name):
    # Differences of the voltage between x = 0.9935 and 0.9967 in NREL's table, 0.2099 V, predicted from the
    # amplitude alone; and continuous slope and curvature (a kink would show in the second difference).
    curve = active_material(name).open_circuit_voltage
    assert FILLING_VOLTAGE * np.log(0.0065 / 0.0033) == pytest.approx(0.2099, abs=1e-3)
    assert curve(0.9967) - curve(0.9980) == pytest.approx(FILLING_VOLTAGE * np.log(33.0 / 20.0), rel=1e-9)
    slopes = derivative(curve, np.array([0.9967 - 1e-9, 0.9967 + 1e-9]))
    assert slopes == pytest.approx(-FILLING_VOLTAGE / 0.0033, rel=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_no_sites_no_exchange(name):
    law = active_material(name).exchange_current_density
    inside = float(law(0.9, 1000.0))
    assert 0.0 < law(1.0, 1000.0) < 0.02 * inside
    assert 0.0 < law(0.0, 1000.0) < 0.02 * inside


def test_the_share_of_free_sites_is_one_inside_and_linear_at_the_ends():
    assert share_of_free_sites(np.array([0.0034, 0.3, 0.9966])) == pytest.approx(1.0, rel=1e-12)
    assert share_of_free_sites(np.array([0.999, 0.9985, 0.0006])) == pytest.approx(
        [1 / 3, 0.5, 0.2], rel=1e-12
    )
    assert share_of_free_sites(np.array([-1.0, 1.0, 2.0])) == pytest.approx(1e-5 / 0.003, rel=1e-9)


def test_voltages_go_through_their_nodes():
    nodes = {0.3: 4.3, 0.6: 3.8, 0.9: 3.6, 0.99: 3.4}
    assert voltage_through(nodes, low=0.2)(np.array(list(nodes))) == pytest.approx(list(nodes.values()))
    # Straight from the first node to low.
    assert np.diff(voltage_through(nodes, low=0.2)(np.array([0.21, 0.25, 0.29])), 2) == pytest.approx(
        0.0, abs=1e-12
    )


@pytest.mark.parametrize(
    ("curve", "join", "slope"),
    [
        # d/dx of -0.5623e-4 exp(109.451 x - 100.006) and of the polynomial, by hand at 0.995.
        (mohtat_nmc532.open_circuit_voltage(), 0.995, -46.65),
        # d/dx of -3e-4 exp(7.657 x^115), at 0.999; the polynomial adds its own.
        (xu_2019_nmc532.open_circuit_voltage(), 0.999, -218.7),
    ],
)
def test_published_forms_end_in_the_logarithm_of_their_slope(curve, join, slope):
    assert curve.derivative(join) == pytest.approx(slope, rel=2e-3)
    half = join + 0.5 * (1.0 - join)
    amplitude = -slope * (1.0 - join)
    assert curve(join) - curve(half) == pytest.approx(amplitude * np.log(2.0), rel=2e-3)


def test_mohtat_counts_lithium_on_its_own_stretched_scale():
    assert mohtat_nmc532.open_circuit_voltage().maximum_concentration == 35380.0
