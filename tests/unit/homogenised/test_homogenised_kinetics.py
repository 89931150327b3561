"""Transfer coefficients and wiring in the companion, against closed forms."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

pytest.importorskip("pybamm", reason="the companion is optional")

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised import (
    DfnOptions,
    homogenise,
    parameter_table,
    pybamm,
    solve_dfn,
)
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.parameters import model_options
from chemomech.geometry import write_layout
from chemomech.materials import FARADAY, GAS_CONSTANT

COARSE = DfnOptions(electrode_points=8, separator_points=4, radial_points=10)
PULSE = {"protocol": ["Charge at 5C for 0.1 s"], "mechanics.coupling": "off"}
CURRENT = 72.0  # A/m2, 5C


def cell(**changes: Any) -> HomogenisedCell:
    return homogenise(prepare(Case.from_toml("fast-charge-5C").with_overrides(PULSE | changes)))


def first(of: HomogenisedCell, name: str) -> np.ndarray:
    steps = prepare(Case.from_toml("fast-charge-5C").with_overrides(PULSE)).steps
    return np.asarray(solve_dfn(of, steps, COARSE).solution[name].entries)[..., 0]


def overpotential(exchange: float, current: float, anodic: float, cathodic: float) -> float:
    """Root of i0 (exp(a f eta) - exp(-c f eta)) = i [V]."""
    f = FARADAY / (GAS_CONSTANT * 298.15)
    return float(
        brentq(
            lambda eta: exchange * (np.exp(anodic * f * eta) - np.exp(-cathodic * f * eta)) - current, -2, 2
        )
    )


@pytest.mark.parametrize("anodic", [0.5, 0.3, 0.6])
def test_lithium_is_plated_at_the_overpotential_of_its_own_coefficients(anodic: float) -> None:
    coefficients = {"anodic_transfer": anodic, "cathodic_transfer": 1.0 - anodic}
    of = cell(**{"materials.overrides": {"lithium": coefficients}})
    salt = float(first(of, "Electrolyte concentration [mol.m-3]")[0])
    exchange = float(of.model.lithium.exchange_current_density(salt))
    # On charge lithium is plated: the current at the metal is cathodic.
    expected = overpotential(exchange, -CURRENT, anodic, 1.0 - anodic)
    found = float(first(of, "Lithium metal interface reaction overpotential [V]"))
    assert found == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("anodic", [0.5, 0.3])
def test_particles_release_lithium_at_the_overpotential_of_their_own_coefficients(anodic: float) -> None:
    coefficients = {"anodic_transfer": anodic, "cathodic_transfer": 1.0 - anodic}
    of = cell(**{"materials.overrides": {"cathode": coefficients}})
    eta = first(of, "Positive electrode reaction overpotential [V]")
    current = first(of, "Positive electrode interfacial current density [A.m-2]")
    exchange = first(of, "Positive electrode exchange current density [A.m-2]")
    expected = [overpotential(i0, j, anodic, 1.0 - anodic) for i0, j in zip(exchange, current, strict=True)]
    # Particles are the positive electrode: delithiation is anodic, and positive.
    assert (current > 0.0).all()
    assert eta == pytest.approx(expected, abs=1e-6)


def test_particles_wired_alike_cost_the_voltage_of_their_contact() -> None:
    bare, half = cell(), cell(wiring={"coverage": 0.5, "conductance": "100 S/m2"})
    assert float(half.model.matrix.contact_conductance) == pytest.approx(50.0)
    volts = [float(first(of, "Voltage [V]")) for of in (bare, half)]
    surface = 3.0 * bare.active_fraction / bare.radius * bare.electrode_thickness
    full = float(bare.model.matrix.contact_conductance)
    assert volts[1] - volts[0] == pytest.approx(CURRENT / surface * (1.0 / 50.0 - 1.0 / full), rel=1e-4)


def test_half_the_wetted_surface_has_half_the_exchange_current() -> None:
    whole = cell(**{"materials.overrides": {"matrix": {"wetted_fraction": 0.8}}})
    half = dataclasses.replace(
        whole,
        model=dataclasses.replace(whole.model, matrix=whole.model.matrix.replace(wetted_fraction=0.4)),
    )
    name = "Positive electrode exchange current density [A.m-2]"
    assert first(half, name) / first(whole, name) == pytest.approx(0.5, rel=1e-3)


def test_whole_joined_and_cut_particles_keep_volume_and_surface_of_the_layout(tmp_path: Any) -> None:
    from chemomech.geometry import Layout
    from chemomech.geometry.contacts import particle_shapes

    um = 1e-6
    centres = np.array([[4, 4, 4], [4, 4, 7], [0, 7.6, 11]]) * um
    layout = Layout(centres, np.array([2.0, 2.0, 1.5]) * um, (12 * um, 12 * um, 13 * um))
    path = str(write_layout(layout, tmp_path / "three.csv"))
    prepared = prepare(
        Case.from_toml("fast-charge-5C").with_overrides(
            {
                "geometry.layout": path,
                "geometry.contacts": "fuse",
                "mechanics.coupling": "off",
                "mass_loading": "0.24 mg/cm2",
            }
        )
    )
    shapes, of = particle_shapes(prepared.layout), homogenise(prepared)
    box = float(np.prod(prepared.layout.box))
    assert of.active_fraction == pytest.approx(shapes.volumes.sum() / box, rel=1e-12)
    assert 3.0 * of.active_fraction / of.radius == pytest.approx(shapes.areas.sum() / box, rel=1e-12)


ASKED_FOR = {
    "Lithium metal partial molar volume [m3.mol-1]",
    "Negative electrode OCP [V]",
    "Negative electrode OCP entropic change [V.K-1]",
    "Open-circuit voltage at 0% SOC [V]",
    "Open-circuit voltage at 100% SOC [V]",
    "Positive minimum particle radius [m]",
    "Positive maximum particle radius [m]",
}
"""What PyBaMM wants in a set and its equations do not use; the radii are the ends of the mesh of sizes."""


def test_every_parameter_has_a_name_that_the_model_reads() -> None:
    # A value under another name is ignored without a word.
    uneven = {"anodic_transfer": 0.4, "cathodic_transfer": 0.6}
    made = prepare(
        Case.from_toml("fast-charge-5C").with_overrides(PULSE | {"materials.overrides": {"lithium": uneven}})
    )
    of = homogenise(made, sizes=True)
    model = pybamm().lithium_ion.DFN(model_options(of))
    assert set(parameter_table(of)) - {parameter.name for parameter in model.parameters} == ASKED_FOR
