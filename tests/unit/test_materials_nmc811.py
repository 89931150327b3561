"""NMC811: numbers of Chen 2020, O'Regan 2022 and Märker 2019, from their tables and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chemomech.materials import active_material

# Points of the measured table that PyBaMM ships (nmc_LGM50_ocp_Chen2020), x and U [V].
MEASURED = {0.26614516: 4.2935653, 0.28520247: 4.2225528, 0.33965197: 4.173111, 0.90592613: 3.5672133}

# x, a and c [A] of the table of Märker et al. by charge: x = 1 - Q/275.5.
LATTICE = {0.0: (2.8704, 14.1918), 62.15: (2.8543, 14.2682), 124.31: (2.8355, 14.404),
           186.46: (2.8176, 14.4792), 223.76: (2.813, 14.2823), 239.3: (2.8118, 14.0538)}  # fmt: skip


@pytest.mark.parametrize("name", ["nmc811", "nmc811-chen"])
def test_the_voltage_is_that_of_the_measured_table(name):
    curve = active_material(name).open_circuit_voltage
    for x, voltage in MEASURED.items():
        assert curve(x) == pytest.approx(voltage, abs=10e-3)


@pytest.mark.parametrize(
    ("x", "voltage"),
    # Table of the physics notes, four decimals.
    [(0.30, 4.2054), (0.40, 4.1047), (0.50, 3.9720), (0.60, 3.8245), (0.70, 3.7304), (0.90, 3.5682)],
)
def test_the_voltage_follows_the_published_formula(x, voltage):
    assert active_material("nmc811").open_circuit_voltage(x) == pytest.approx(voltage, abs=6e-5)


def test_each_set_counts_lithium_on_its_own_scale():
    assert float(active_material("nmc811").maximum_concentration) == 51765.0
    assert float(active_material("nmc811-chen").maximum_concentration) == 63104.0


@pytest.mark.parametrize(
    ("x", "value"),
    # Table of the physics notes: D of O'Regan [m2/s].
    [
        (0.30, 4.27e-15),
        (0.40, 1.02e-14),
        (0.50, 7.26e-15),
        (0.60, 6.80e-15),
        (0.70, 3.91e-15),
        (0.80, 3.02e-15),
    ],
)
def test_the_diffusivity_of_oregan(x, value):
    assert active_material("nmc811").diffusivity(x) == pytest.approx(value, rel=3e-3, abs=0)


def test_the_diffusivity_stands_still_outside_what_was_measured():
    def formula(x):
        bells = ((-0.9231, 0.3216, 0.002534), (-0.4066, 0.4532, 0.003926), (-0.993, 0.8098, 0.09924))
        return 2.7 * 10.0 ** (-13.96 + sum(a * math.exp(-((x - b) ** 2) / c) for a, b, c in bells))

    law = active_material("nmc811").diffusivity
    for x, held in ((1.0, 0.912), (0.95, 0.912), (0.1, 0.268), (0.27, 0.27), (0.91, 0.91), (0.6, 0.6)):
        assert law(x) == pytest.approx(formula(held), rel=1e-9, abs=0), x
    assert active_material("nmc811-chen").diffusivity(np.array([0.3, 0.8])) == pytest.approx(4e-15, abs=0)


def test_the_exchange_currents():
    # O'Regan: 5.028 (c/1000)^.57 .5^.43 .5^.57 = 2.514; at 500 mol/m3 times .5^.57 = .6736.
    law = active_material("nmc811").exchange_current_density
    assert law(0.5, 1000.0) == pytest.approx(2.514, rel=1e-4)
    assert law(0.5, 500.0) == pytest.approx(2.514 * 0.67362, rel=1e-4)
    assert law(0.8, 1000.0) == pytest.approx(5.028 * 0.8**0.43 * 0.2**0.57, rel=1e-6)
    # Chen: 3.42e-6 (1000 . 31552 . 31552)^.5 = 3.412; x (1 - x) = .16 gives 4/5 of that.
    other = active_material("nmc811-chen").exchange_current_density
    assert other(0.5, 1000.0) == pytest.approx(3.4123, rel=1e-4)
    assert other(0.2, 1000.0) == pytest.approx(0.8 * 3.4123, rel=1e-4)


def test_the_voltage_moves_with_temperature_by_two_bells():
    curve = active_material("nmc811").open_circuit_voltage
    warm = curve.at_temperature(308.15)
    # 0.04006 mV/K at x = .2828, where the other bell is exp(-12.4); -0.06656 mV/K at .8032.
    assert 1e3 * (warm(0.2828) - curve(0.2828)) == pytest.approx(0.4006, abs=1e-4)
    assert 1e3 * (warm(0.8032) - curve(0.8032)) == pytest.approx(-0.6656, abs=1e-4)


def test_the_lattice_is_that_of_the_table():
    material = active_material("nmc811")
    assert material.in_plane_strain is not None
    a0, c0 = LATTICE[0.0]
    for charge, (a, c) in LATTICE.items():
        x = 1.0 - charge / 275.5
        volume = math.log(a * a * c / (a0 * a0 * c0))  # small strain
        assert 3.0 * material.chemical_strain(x) == pytest.approx(math.expm1(volume), abs=5e-4)
        assert material.in_plane_strain(x) == pytest.approx(a / a0 - 1.0, abs=3e-4)


def test_the_lattice_collapses_beyond_ninety_percent_of_charge():
    # Volume: -1.5 % from x = 1 to .37, -5.3 % to .12 (Märker), a partial molar volume seven times as large.
    material = active_material("nmc811")
    early, late = material.partial_molar_volume(np.array([0.6, 0.15]))
    assert late / early > 7.0
