"""The radial model changes with every entry and every key that it is said to use, and with no other."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from support import changed_entries
from support.radial_cells import PACKED, driven, prepared

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.recorder import RadialRecorder
from chemomech.experiments.models.radial.representation import RADIAL
from chemomech.experiments.models.representation import ForPeople
from chemomech.geometry.contacts import particle_shapes
from chemomech.solver.stepping.controller import StepController
from chemomech.solver.stepping.loop import Simulation

PROTOCOL = ["Charge at 5C for 0.5 s", "Discharge at 5C for 0.1 s"]
SCALED = {
    "materials.diffusivity_scaling": "radius-squared",
    "radial.intervals": 8,
    "radial.electrode_elements": 6,
    "radial.separator_elements": 3,
}


def given(**changes: Any) -> PreparedCase:
    return prepared(PROTOCOL, **{**SCALED, **changes})


def result(case: PreparedCase) -> dict[str, np.ndarray]:
    """Everything that a run of a few seconds records."""
    cell = build_cell(case)
    recorder = RadialRecorder(cell, case.layout)
    simulation = Simulation(cell, case.steps, StepController(), [recorder])
    simulation.start()
    simulation.run()
    return recorder.records() | {"mass": np.array(case.active_mass)}


def differ(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return any(not np.array_equal(one[name], other[name], equal_nan=True) for name in one)


@pytest.fixture(scope="module")
def before() -> tuple[PreparedCase, dict[str, np.ndarray]]:
    case = given()
    return case, result(case)


ENTRIES = [name for name, treatment in RADIAL.entries.items() if not isinstance(treatment, ForPeople)]


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_changes_the_result_where_it_is_said_to_be_used(
    before: tuple[PreparedCase, dict[str, np.ndarray]], name: str
) -> None:
    case, records = before
    kept = not RADIAL.entries[name].omission(case)
    for model in changed_entries.models(case.model, name):
        assert differ(records, result(dataclasses.replace(case, model=model))) is kept, name


KEYS: dict[str, Any] = {
    "initial_stoichiometry": 0.9,
    "nominal_capacity": "170 mAh/g",
    "mass_loading": "5 mg/cm2",
    "temperature": "40 degC",
    "geometry.layout": PACKED | {"seed": 4},
    "geometry.separator_thickness": "20 um",
    "radial.intervals": 9,
    "radial.grading": 1.5,
    "radial.electrode_elements": 7,
    "radial.separator_elements": 4,
    "radial.transport": "bruggeman",
    "radial.hindrance": 0.4,
    "radial.traction": "layout",
    "radial.double_layer": "1 F/m2",
    "mechanics.coupling": "one-way",
    "mechanics.stack_pressure": "3 MPa",
    "mechanics.stress_free_stoichiometry": 0.9,
    "wiring": {"coverage": 0.5, "wired": 0.6, "seed": 2},
    "numerics.stress_tolerance": "0.1 Pa",
    "numerics.time_tolerance": 1e-5,
    "numerics.voltage_tolerance": "0.01 mV",
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_changes_the_result(before: tuple[PreparedCase, dict[str, np.ndarray]], name: str) -> None:
    case, records = before
    assert not RADIAL.effectless(name, case)
    other = result(given(**{name: KEYS[name]}))
    assert any(
        records[key].shape != other[key].shape or not np.array_equal(records[key], other[key], equal_nan=True)
        for key in records
    )


def test_a_key_that_is_left_out_changes_nothing(before: tuple[PreparedCase, dict[str, np.ndarray]]) -> None:
    case, records = before
    for name, value in {
        "mesh.preset": "coarse",
        "numerics.linear_solver": "mumps",
        "numerics.newton_tolerance": 1e-6,
        "numerics.force_tolerance": 1e-4,
        "numerics.degree_salt": 2,
        "output.cut_times": ["1 s"],
    }.items():
        assert RADIAL.effectless(name, case)
        assert not differ(records, result(given(**{name: value}))), name


def test_the_radius_of_joined_spheres_keeps_volume_and_surface_or_the_layout() -> None:
    """R = 3 V/A keeps both; the radius of the layout keeps the volume."""
    close = {"box": ["12 um", "12 um", "12 um"], "particles": 9, "volume_fraction": 0.35, "sides": "periodic"}
    changes = {"geometry.layout": close, "geometry.contacts": "fuse", "mass_loading": "2 mg/cm2"}
    kept, plain = (
        build_cell(given(**changes, **{"radial.radius": choice})).particles
        for choice in ("volume-over-surface", "layout")
    )
    assert kept.volume == pytest.approx(plain.volume)
    joined = np.abs(kept.radius / plain.radius - 1.0) > 1e-6
    assert joined.any()
    shapes = particle_shapes(given(**changes).layout)
    assert kept.area == pytest.approx(shapes.areas)
    assert plain.area == pytest.approx(3.0 * shapes.volumes / plain.radius)


def test_uneven_wiring_leaves_the_worst_wired_particles_behind() -> None:
    case = given(wiring={"coverage": 1.0, "wired": 0.6, "seed": 2, "residual": "1e-4 S/m2"})
    assert case.wiring is not None
    cell, _, _ = driven(case)
    poor = case.wiring.conductance < 1.0
    assert 0 < poor.sum() < len(poor)
    moved = np.abs(cell.spheres.mean(cell.x) - case.model.initial_stoichiometry)
    assert moved[poor].max() < 0.01 * moved[~poor].min()
