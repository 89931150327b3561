"""Damage in the companion: what drives it, what it changes in PyBaMM, and when."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare

pytest.importorskip("pybamm", reason="the companion is optional")

from chemomech.experiments.models.damage.cell import DEPTHS, Effects
from chemomech.experiments.models.homogenised import DfnOptions, homogenise, solve_dfn
from chemomech.experiments.models.homogenised.damage import MeanParticles
from chemomech.experiments.models.homogenised.damage_inputs import (
    CONTACT,
    DamageInputs,
    damage_inputs,
)
from chemomech.experiments.models.homogenised.parameters import parameter_table, stress_enhancement
from chemomech.experiments.models.homogenised.readings import particle_lithium, particle_places, records
from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.experiments.models.homogenised.simulation import DamageLog, DfnRun, simulation
from chemomech.experiments.models.homogenised.steps import pybamm_step
from chemomech.experiments.runner import run_dfn
from chemomech.materials.splines import Polynomial
from chemomech.solver.physics.fracture import RadialProfile, stress_in_spheres, surface_crack

COARSE = DfnOptions(electrode_points=4, separator_points=3, radial_points=8, size_points=3)
CYCLE = ["Charge at 5C until 4.4 V", "Discharge at 5C until 3 V"]
CRACKS = {"damage.surface_cracks.cracks": 4.0}
ALL = CRACKS | {
    "damage.toughness.growth": 0.3,
    "damage.grains.rate": 0.1,
    "damage.film.rate": "1e-3 nm/s",
    "damage.reconstruction.rate": "1e-4 nm/s",
}


def case(protocol: list[str] = CYCLE, **changes: Any) -> Case:
    base = {"mechanics.coupling": "one-way", "protocol": protocol}
    return Case.from_toml("fast-charge-5C").with_overrides({**base, **changes})


def given(protocol: list[str] = CYCLE, **changes: Any) -> PreparedCase:
    return prepare(case(protocol, **changes))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> chemomech.Result:
    return run_dfn(case(**ALL), tmp_path_factory.mktemp("broken") / "r", options=COARSE)


# --- a run ----------------------------------------------------------------------------------------------


def test_damage_never_heals_and_is_that_of_a_result_of_any_model(broken: chemomech.Result) -> None:
    data = broken.dataset
    for name, sign, low, high in (
        ("surface_crack_depth", 1.0, 0.0, 0.5),
        ("reacting_area_factor", 1.0, 1.0, 2.5),
        ("toughness_share", -1.0, 0.0, 1.0),
        ("grain_crack_density", 1.0, 0.0, 0.2),
        ("crack_energy", 1.0, 0.0, 1e-9),
    ):
        values = data[name].values
        assert values.shape == data["mean_stoichiometry"].shape
        assert np.all(sign * np.diff(values, axis=0) >= 0.0), name
        assert (values.min() >= low, values.max() <= high) == (True, True), name
    assert data["surface_crack_depth"].values[-1].min() > 0.2
    assert data["toughness_share"].values[-1].max() < 0.95
    for name in ("film_thickness", "reconstruction_thickness"):
        assert np.all(data[name].values[-1] > data[name].values[1]), name
    assert broken.summary["budget"]["lithium_relative_error"] < 1e-6
    assert {name.split(".")[0] for name in broken.summary["damage"]["parameters"]} == {
        "surface_cracks", "toughness", "grains", "film", "reconstruction",
    }  # fmt: skip
    assert [step["stop_reason"] for step in broken.summary["steps"]] == ["cutoff-voltage"] * 2


def test_cracks_act_at_once_and_the_rest_where_the_current_turns(broken: chemomech.Result) -> None:
    data, steps = broken.dataset, broken.summary["steps"]
    end = float(steps[0]["duration_s"])
    first, time = data["step_number"].values == 1, data["time"].values
    # Cracks run in the charge, one depth after the other; toughness and grains wait for its end.
    depth = data["surface_crack_depth"].values[first]
    ran = time[first][np.argmax(np.diff(depth, axis=0) > 0.05, axis=0)]
    assert ran.min() < 0.4 * end
    assert len(set(ran)) > 2
    for name, start in (("toughness_share", 1.0), ("grain_crack_density", 0.0)):
        values = data[name].values
        assert np.all(values[first] == start), name
        assert np.all(values[int(first.sum())] != start), name
    # The last half cycle has nothing after it that would end it.
    assert np.all(data["toughness_share"].values[-1] < data["toughness_share"].values[-2])


TURNED = ["Charge at 5C until 4.4 V", "Discharge at 5C for 5 s"]


@pytest.fixture(scope="module")
def whole() -> DfnRun:
    prepared = given(TURNED)
    return solve_dfn(homogenise(prepared), prepared.steps, COARSE)


def test_cracks_that_electrolyte_fills_raise_the_capacity_and_films_the_overvoltage(
    broken: chemomech.Result, whole: DfnRun
) -> None:
    prepared = given(TURNED, **{"damage.film.rate": "1 nm/s"})
    before, filmed = records(whole), records(solve_dfn(homogenise(prepared), prepared.steps, COARSE))
    assert "film_thickness" not in before
    charged = before["areal_capacity"][before["step_number"] == 1][-1]
    assert broken.summary["steps"][0]["charge_mAh_cm2"] > 1.05 * charged
    # The film of 1e-6 S/m hinders from the end of the charge on: one resistance of all surfaces.
    turned = [int(np.argmax(series["step_number"] == 2)) for series in (before, filmed)]
    drop = before["voltage"][turned[0]] - filmed["voltage"][turned[1]]
    thickness, area = filmed["film_thickness"][turned[1] - 1], filmed["particle_area"]
    assert thickness.min() > 1e-8
    bare = homogenise(given()).contact_resistance
    layered = 1.0 / np.sum(area / (bare * area.sum() + thickness / 1e-6))
    assert drop == pytest.approx(72.0 * (layered - bare), rel=1e-3)


def test_a_hold_may_turn_the_current_and_a_cut_step_keeps_its_end() -> None:
    protocol = [
        "Charge at 5C for 400 s", "Hold at 3.9 V for 200 s", "Rest for 50 s", "Charge at 1C until 3.5 V",
    ]  # fmt: skip
    prepared = given(protocol, **CRACKS, **{"damage.toughness.growth": 0.3})
    run = solve_dfn(homogenise(prepared), prepared.steps, COARSE)
    series, steps = records(run), run.step_number
    assert [reason.value for reason in run.reasons] == [
        "end-of-protocol", "end-of-protocol", "end-of-protocol", "cutoff-voltage",
    ]  # fmt: skip
    ends = [series["time"][steps == number][-1] for number in (1, 2, 3)]
    # The charge was cut where cracks ran, and ends on time all the same.
    assert ends == pytest.approx([400.0, 600.0, 650.0], abs=1e-6)
    assert series["surface_crack_depth"][steps == 1][-1].max() > 0.2
    toughness = series["toughness_share"]
    assert np.all(toughness[steps == 1] == 1.0)
    assert series["current_density"][steps == 2][0] < 0.0
    assert np.all(toughness[steps == 2][0] < 1.0)
    # A rest belongs to the half cycle before.
    assert np.all(toughness[steps == 3][:-1] == toughness[steps == 2][-1])
    # The last step is over when it begins: the voltage is above 3.5 V.
    assert set(steps) == {1, 2, 3}
    assert series["areal_capacity"][steps == 1][-1] == pytest.approx(72.0 * 400.0 / 36e3, rel=1e-4)


def test_a_softer_particle_is_stressed_less_at_the_same_lithium(whole: DfnRun) -> None:
    before = records(whole)
    shape = before["mean_stoichiometry"].shape
    softer = np.full(shape, 0.5)
    softer[0] = 1.0
    after = records(dataclasses.replace(whole, damage=DamageLog(stiffness=softer)))
    for name in ("max_principal_stress", "surface_equivalent_stress", "surface_stress_intensity"):
        assert after[name] == pytest.approx(softer * before[name], rel=1e-12), name
    ratio = np.maximum.accumulate(softer**2 * before["surface_crack_ratio"], axis=0)
    assert after["surface_crack_ratio"] == pytest.approx(ratio, rel=1e-12)
    assert np.array_equal(after["voltage"], before["voltage"])


# --- what damage is shown -------------------------------------------------------------------------------


def particles(prepared: PreparedCase, count: int = 3) -> MeanParticles:
    radius = 1e-6 * np.linspace(2.0, 4.0, count)
    return MeanParticles(
        prepared.model, radius, np.linspace(1.0, 2.0, count), count, np.linspace(0.0, 1.0, 9)
    )


def shown(made: MeanParticles, stiffness: float = 1.0) -> tuple[RadialProfile, Any]:
    """Lithium that falls outwards as 0.7 - 0.2 s^2, exact in the means of shells."""
    edges = np.linspace(0.0, 1.0, 9)
    squares = 0.6 * np.diff(edges**5) / np.diff(edges**3)
    count = len(made.radius)
    ones = np.ones(count)
    made.apply(Effects(ones, ones, stiffness * ones, made.contact_conductance))
    made.show(12.0, np.tile(0.7 - 0.2 * squares, (count, 1)).T, np.full(count, 0.5))
    nodes = np.concatenate([[0.0], squares, [1.0]])
    return RadialProfile(np.tile(nodes, (count, 1)), np.tile(0.7 - 0.2 * nodes, (count, 1))), made.read()


def test_the_drive_is_that_of_the_crack_law_in_free_spheres() -> None:
    prepared = given()
    made = particles(prepared)
    profile, drive = shown(made, stiffness=0.8)
    hoop = stress_in_spheres(prepared.model.cathode, profile, np.zeros(3)).hoop
    expected = [surface_crack.stress_intensity(hoop, depth * made.radius, made.radius) for depth in DEPTHS]
    assert drive.intensity == pytest.approx(0.8 * np.array(expected), rel=1e-12)
    assert drive.tip == pytest.approx(np.tile(0.7 - 0.2 * (1.0 - DEPTHS) ** 2, (3, 1)).T)
    assert drive.mean == pytest.approx(0.7 - 0.2 * 0.6)
    assert drive.surface == pytest.approx(0.5)
    assert np.all(drive.shrinkage > 0.0)
    assert drive.current == 12.0


def test_the_stored_energy_is_that_of_a_quadratic_strain() -> None:
    prepared = given(**{"materials.overrides": {"cathode": {"youngs_modulus": "140 GPa"}}})
    cathode, slope = prepared.model.cathode, 0.02
    linear = dataclasses.replace(cathode.chemical_strain, function=Polynomial((0.0, slope)))
    model = dataclasses.replace(prepared.model, cathode=cathode.replace(chemical_strain=linear))
    made = particles(dataclasses.replace(prepared, model=model))
    _, drive = shown(made)
    nu, modulus = float(cathode.poisson_ratio), 140e9
    # For a strain of const - 0.2 k s^2: sigma_r = 2/5 c (1 - s^2), sigma_t = c (2/5 - 4/5 s^2).
    c = 0.2 * slope * modulus / (1.0 - nu)
    radial = 4.0 / 25.0 * (1.0 / 3.0 - 2.0 / 5.0 + 1.0 / 7.0)
    hoop = 4.0 / 75.0 - 16.0 / 125.0 + 16.0 / 175.0
    mixed = 4.0 / 25.0 * (1.0 / 3.0 - 3.0 / 5.0 + 2.0 / 7.0)
    density = c**2 * (radial + 2.0 * hoop - 2.0 * nu * (hoop + 2.0 * mixed)) / (2.0 * modulus)
    assert drive.strain_energy() == pytest.approx(4.0 * np.pi * made.radius**3 * density, rel=1e-9)


# --- what damage changes --------------------------------------------------------------------------------


def test_contacts_and_layers_are_one_resistance_of_all_particles_beside_each_other() -> None:
    made = particles(given())
    ones = np.ones(3)
    made.apply(Effects(ones, ones, ones, np.array([100.0, 50.0, 20.0])))
    # Surfaces of 1, 1.5 and 2 m2.
    assert made.inputs()[CONTACT] == pytest.approx(1.0 / (100.0 + 75.0 + 40.0))


@pytest.mark.parametrize("sizes", [False, True])
def test_what_damage_changes_of_one_particle_stays_with_it(sizes: bool) -> None:
    prepared = given(["Charge at 1C for 60 s"], **CRACKS, **{"mechanics.coupling": "two-way"})
    cell = homogenise(prepared, sizes)
    options = dataclasses.replace(COARSE, electrode_points=4, radial_points=5)
    made = simulation(cell, [pybamm_step(prepared.steps[0])], options, damage_inputs(sizes))
    made.build_for_experiment()
    _, radius, volume = particle_places(cell, made.mesh)
    ours = MeanParticles(cell.model, radius, 3.0 * volume / radius, 4, np.linspace(0.0, 1.0, 6))
    assert ours.inputs()[CONTACT] == pytest.approx(cell.contact_resistance, rel=0.05 if sizes else 1e-12)
    ones = np.ones(len(radius))
    shut = 1  # second from the collector, or second size at the collector

    def moved(area: np.ndarray, diffusivity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ours.apply(Effects(area, diffusivity, ones, ours.contact_conductance))
        solution = made.solve(calc_esoh=False, inputs=ours.inputs())
        run = DfnRun(cell, solution, made.mesh, (), "", np.ones(len(solution.t), dtype=np.int64))
        surface, mean, _ = particle_lithium(run)
        return mean[:, 0] - mean[:, -1], mean[:, -1] - surface[:, -1]

    whole, steep = moved(ones, ones)
    changed = ones.copy()
    changed[shut] = 1e-4
    blocked, _ = moved(changed, ones)
    assert blocked[shut] < 0.05 * whole[shut]
    assert np.delete(blocked, shut).min() > 0.9 * np.delete(whole, shut).min()
    changed[shut] = 0.3
    _, hindered = moved(ones, changed)
    assert hindered[shut] / steep[shut] > 1.5
    assert np.delete(hindered / steep, shut).max() < 1.3


def test_a_softer_particle_helps_its_lithium_less() -> None:
    model = given().model
    bare, softer = (stress_enhancement(model.cathode, 0.6, factor) for factor in (None, 0.5))
    assert bare > 1.005
    assert softer - 1.0 == pytest.approx(0.5 * (bare - 1.0))
    cell = dataclasses.replace(homogenise(given()), coupling="two-way")
    law = "Positive particle diffusivity [m2.s-1]"
    plain = parameter_table(cell)[law](0.6, 0.0)
    damaged = parameter_table(cell, DamageInputs(1.0, 3.0, 0.5, 1.0))[law](0.6, 0.0)
    assert damaged == pytest.approx(3.0 * plain * softer / bare)


# --- bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"damage.interface.strength": "5 MPa"}, r"\[damage.interface\] opens under the tension of a matrix"),
        ({"damage.isolation.seed": 1}, r"\[damage.isolation\] isolates one particle and not another"),
        (
            {"damage.surface_cracks.growth_scatter": 0.5},
            "damage.surface_cracks.growth_scatter = 0.5 tells particles apart",
        ),
        (
            {"damage.surface_cracks.toughness_scatter": 0.1},
            "damage.surface_cracks.toughness_scatter = 0.1 tells particles apart",
        ),
        (
            {**CRACKS, "mechanics.coupling": "off"},
            "is driven by stress and mechanics.coupling = 'off' has none",
        ),
    ],
)
def test_what_mean_particles_cannot_have_is_refused_in_a_sentence(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words) as refused:
        homogenise(given(**changes))
    assert str(refused.value).endswith(("resolved.", "out."))


def test_a_seed_is_named_as_without_effect() -> None:
    reasons = {r["reason"]: r["keys"] for r in HOMOGENISED.left_out(given(**CRACKS))}
    assert reasons["the companion has mean particles and makes no draws"] == ["damage.surface_cracks.seed"]
    assert not any("draws" in r["reason"] for r in HOMOGENISED.left_out(given()))
