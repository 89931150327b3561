"""Damage over cycles in the radial model: what it does to a cell, and that it survives kill and resume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.radial_cells import PACKED, prepared

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case.damage import Isolation
from chemomech.experiments.models.damage.cell import DEPTHS
from chemomech.experiments.models.damage.mechanisms.isolation import LossOfContact
from chemomech.experiments.models.damage.particle_damage import ParticleDamage
from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.damage import RadialParticles
from chemomech.solver.physics.fracture import RadialProfile, stress_in_spheres, surface_crack
from chemomech.solver.results import Result

CYCLES = ["(Charge at 5C until 4.4 V; Discharge at 5C until 3 V) x 2"]
CRACKS = {"damage.surface_cracks.cracks": 4.0}
ALL = CRACKS | {
    "damage.toughness.growth": 0.3,
    "damage.interface.strength": "5 MPa",
    "damage.isolation.seed": 2,
    "damage.grains.rate": 0.1,
    "damage.film.rate": "1e-4 nm/s",
}


COARSE = {
    "radial.intervals": 12, "radial.electrode_elements": 8, "radial.separator_elements": 4,
    "numerics.time_tolerance": 1e-3, "numerics.voltage_tolerance": "2 mV", "numerics.initial_step": "0.5 s",
}  # fmt: skip


def run(folder: Path, protocol: list[str] = CYCLES, **changes: Any) -> Result:
    base = {"geometry.layout": PACKED, "protocol": protocol, "mass_loading": "5 mg/cm2", **COARSE}
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides({**base, **changes})
    return chemomech.run(case, out=folder, progress=False, report=False, model="radial")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("broken") / "r", **ALL)


def test_damage_never_heals_and_ends_within_its_bounds(broken: Result) -> None:
    data = broken.dataset
    for name, sign, low, high in (
        ("surface_crack_depth", 1.0, 0.0, 0.5),
        ("reacting_area_factor", 1.0, 1.0, 2.5),
        ("toughness_share", -1.0, 0.0, 1.0),
        ("intact_interface", -1.0, 0.0, 1.0),
        ("isolated", 1.0, 0.0, 1.0),
        ("grain_crack_density", 1.0, 0.0, 0.2),
        ("crack_energy", 1.0, 0.0, 1e-9),
    ):
        values = data[name].values
        assert np.all(sign * np.diff(values, axis=0) >= 0.0), name
        assert values.min() >= low, name
        assert values.max() <= high, name
    assert data["surface_crack_depth"].values[-1].min() > 0.1
    assert data["toughness_share"].values[-1].max() < 1.0
    assert broken.summary["budget"]["lithium_relative_error"] < 1e-9


def test_every_parameter_stands_in_the_summary_with_its_mark(broken: Result) -> None:
    parameters = broken.summary["damage"]["parameters"]
    assert parameters["toughness.growth"] == {
        "value": 0.3,
        "unit": "-",
        "mark": "calibrated: on fracture energies after 0 to 100 cycles",
    }
    assert all(entry["mark"].split(":")[0].split(" ")[0] in ("input", "calibrated", "assumed")
               for entry in parameters.values())  # fmt: skip
    assert {name.split(".")[0] for name in parameters} == {
        "surface_cracks", "toughness", "interface", "isolation", "grains", "film",
    }  # fmt: skip


def test_cracks_that_electrolyte_fills_raise_the_capacity(broken: Result, tmp_path: Path) -> None:
    whole = run(tmp_path / "whole")
    cracked = run(tmp_path / "cracked", **CRACKS)
    assert whole.summary["damage"] is None
    assert "surface_crack_depth" not in whole.dataset
    before, after = (result.summary["cycles"][-1]["charge_capacity_mAh_g"] for result in (whole, cracked))
    assert after > 1.03 * before
    # Nothing acts in the first moments.
    assert cracked.dataset["voltage"].values[1] == pytest.approx(whole.dataset["voltage"].values[1], abs=1e-6)


def test_an_isolated_particle_keeps_its_lithium(tmp_path: Path) -> None:
    # A mean of no spot at all on small particles: some are lost from the first turn of the current on.
    result = run(tmp_path / "r", **{"damage.isolation.spots": 1.0, "damage.isolation.seed": 4})
    data = result.dataset
    lost = data["isolated"].values[-1] > 0.0
    assert 0 < lost.sum() < len(lost)
    turned = int(np.argmax(data["isolated"].values[:, lost].all(axis=1))) + 1
    x = data["mean_stoichiometry"].values[turned:]
    assert np.ptp(x[:, lost], axis=0).max() < 1e-12
    assert np.ptp(x[:, ~lost], axis=0).min() > 0.1
    assert np.all(data["reaction_current_density"].values[turned:, lost] == 0.0)


@pytest.mark.parametrize("wall", ["0.3 s", "0.8 s"])
def test_a_run_that_was_stopped_is_resumed_to_the_same_damage(
    broken: Result, tmp_path: Path, wall: str
) -> None:
    out = tmp_path / "r"
    stopped = run(out, **ALL, **{"numerics.max_wall_time": wall})
    assert stopped.summary["stop_reason"] == "time-limit"
    stopped.close()
    case = chemomech.Case.from_toml(out / "case.toml").with_overrides({"numerics.max_wall_time": "1e6 s"})
    resumed = chemomech.run(case, out=out, resume=True, progress=False, report=False, model="radial")
    for name in ("surface_crack_depth", "toughness_share", "intact_interface", "isolated", "voltage"):
        assert np.array_equal(resumed.dataset[name].values[-1], broken.dataset[name].values[-1]), name
    assert resumed.summary["cycles"] == broken.summary["cycles"]


def test_draws_of_neighbours_are_independent_along_a_chain() -> None:
    """Of ten particles in a row, each cut off with probability 0.2, those before the first cut: 3.57."""
    _, damage = state()
    reached = []
    for seed in range(4000):
        settings = Isolation(spots=-np.log(0.2), reference_radius=3e-6, seed=seed)
        ten = SimpleNamespace(radius=np.full(10, 3e-6))
        chain = LossOfContact(settings, ten, replace(damage.condition, intact=np.ones(10)))
        reached.append(np.cumprod(chain.isolated == 0.0).sum())
    expected = 0.8 * (1.0 - 0.8**10) / 0.2
    assert expected == pytest.approx(3.57, abs=5e-3)
    # Three standard errors of 4000 chains.
    assert np.mean(reached) == pytest.approx(expected, abs=3.0 * np.std(reached) / np.sqrt(4000.0))
    assert np.std(reached) < 4.0


# --- against the laws -----------------------------------------------------------------------------------


def state(**changes: Any) -> tuple[Any, ParticleDamage]:
    given = prepared(["Charge at 5C for 100 s"], **{**CRACKS, **changes})
    cell = build_cell(given, (lambda made: ParticleDamage(RadialParticles(made), given.case.damage),))
    (damage,) = cell.internals
    assert isinstance(damage, ParticleDamage)
    return cell, damage


def test_stress_intensities_are_those_of_the_crack_law_at_every_depth() -> None:
    cell, _ = state()
    cell.x[:] = (0.7 - 0.25 * cell.grid.nodes**2)[:, None]
    drive = RadialParticles(cell).read()
    fine = np.linspace(0.0, 1.0, 801)
    profile = RadialProfile((fine**2)[None], (0.7 - 0.25 * fine**2)[None])
    cathode = cell.model.cathode
    traction = cell.stress.matrix.normal[:1]
    hoop = stress_in_spheres(cathode, profile, traction).hoop
    radius = cell.particles.radius[:1]
    expected = [surface_crack.stress_intensity(hoop, depth * radius, radius)[0] for depth in DEPTHS]
    # One modulus a sphere there, E(x) here.
    assert drive.intensity[:, 0] == pytest.approx(expected, rel=0.06, abs=4e3)
    assert drive.tip[:, 0] == pytest.approx(0.7 - 0.25 * (1.0 - DEPTHS) ** 2, abs=2e-3)
    mean = 3.0 * np.trapezoid(
        np.asarray(cathode.chemical_strain_since_made(0.7 - 0.25 * fine**2)) * fine**2, fine
    )
    assert drive.shrinkage == pytest.approx(-mean, rel=1e-2)


def test_stored_energy_is_that_of_a_uniform_pressure_where_nothing_varies() -> None:
    cell, _ = state(**{"mechanics.coupling": "one-way"})
    cell.x[:] = 0.5
    drive = RadialParticles(cell).read()
    cathode, pressure = cell.model.cathode, cell.stress.matrix.normal
    bulk = float(cathode.youngs_modulus(0.5)) / (3.0 * (1.0 - 2.0 * float(cathode.poisson_ratio)))
    volume = 4.0 / 3.0 * np.pi * cell.particles.radius**3
    assert np.abs(pressure).min() > 1e6
    assert drive.strain_energy() == pytest.approx(pressure**2 / (2.0 * bulk) * volume, rel=1e-6)


def test_fatigue_alone_grows_by_paris_and_the_toughness_by_its_memory() -> None:
    cell, damage = state(**{"damage.surface_cracks.unstable": False, "damage.toughness.growth": 0.05})
    cracks, toughness = damage.mechanisms["surface_cracks"], damage.mechanisms["toughness"]
    start = cracks.depth.copy()
    cracks.ratios[:], toughness.intensities[:] = 0.8, 0.08e6
    damage.evolve()
    small = np.sqrt(np.minimum(start / DEPTHS[0], 1.0))
    grown = start + 0.01 * (0.8 * small) ** 6 * (1.0 - start / 0.5)
    assert cracks.depth == pytest.approx(grown)
    assert toughness.memory == pytest.approx(1.0 + 0.05 * 0.8**2 * np.minimum(grown / DEPTHS[0], 1.0))
    assert np.all(cracks.ratios == -np.inf)
    area = 1.0 + 2.0 * grown * (2.0 - grown)
    first = 1.0 + 2.0 * start * (2.0 - start)
    assert cell.wetted_factor == pytest.approx(area / first)
    assert cell.diffusivity_factor == pytest.approx((area / first) ** 2)


def test_scatter_is_lognormal_between_particles_and_drawn_once() -> None:
    given = {"damage.surface_cracks.growth_scatter": 0.5, "damage.surface_cracks.seed": 3}
    _, damage = state(**given)
    cracks = damage.mechanisms["surface_cracks"]
    draws = np.random.default_rng(3).standard_normal((2, len(cracks.depth)))
    assert cracks.growth == pytest.approx(0.01 * np.exp(0.5 * draws[0]))
    assert np.all(cracks.strength == 1.0)
    tough = state(**{"damage.surface_cracks.toughness_scatter": 0.2})[1].mechanisms["surface_cracks"]
    assert np.std(np.log(tough.strength)) > 0.05


def test_an_unstable_crack_runs_at_once_to_where_it_arrests() -> None:
    cell, damage = state()
    cracks = damage.mechanisms["surface_cracks"]
    # K/K_c falls through 1 half way between the 8th and 9th depth.
    cracks.ratios[:] = np.where(np.arange(len(DEPTHS)) < 8, 1.5, 0.5)[:, None]
    cracks.stored[:] = 1.0
    assert cracks.follow(RadialParticles(cell).read(), 1.0)
    assert cracks.depth == pytest.approx(0.5 * (DEPTHS[7] + DEPTHS[8]))
    # K is above K_c all the way, so that more is set free than taken up, by less than 1.5^2.
    assert np.all(cracks.energy_released > cracks.energy_needed)
    assert np.all(cracks.energy_released < 2.25 * cracks.energy_needed)
    radius, start = cell.particles.radius, float(cell.model.cathode.surface_flaw_depth)
    area = 4.0 * np.pi * radius**2 * (cracks.depth * (2.0 - cracks.depth))
    area -= 4.0 * np.pi * start * (2.0 * radius - start)
    critical = float(cell.model.cathode.fracture_energy(float(cell.x[0, 0])))
    assert cracks.energy_needed == pytest.approx(critical * area, rel=1e-3)


def test_an_unstable_crack_takes_up_no_more_than_is_stored() -> None:
    cell, damage = state()
    cracks = damage.mechanisms["surface_cracks"]
    cracks.ratios[:] = 1.5
    radius, start = cell.particles.radius, cracks.depth.copy()
    critical = float(cell.model.cathode.fracture_energy(float(cell.x[0, 0])))
    # What four cracks to a/R = 0.2 need beyond those that are there.
    areas = 4.0 * np.pi * radius**2 * (0.2 * 1.8 - start * (2.0 - start))
    cracks.stored[:] = critical * areas
    drive = RadialParticles(cell).read()
    assert cracks.follow(drive, 1.0)
    assert cracks.depth == pytest.approx(0.2, rel=1e-3)
    assert cracks.largest_share == pytest.approx(1.0, rel=1e-3)
    # Nothing is left in this half cycle; the next one brings its own.
    assert not cracks.follow(drive, 1.0)
    cracks.ratios[:], cracks.stored[:] = 1.5, 1.0
    cracks.end_half_cycle(drive, True)
    assert cracks.depth == pytest.approx(0.5)
    assert np.all(cracks.spent == 0.0)


# --- grains, layers, stiffness --------------------------------------------------------------------------


GRAINS = {"damage.grains.rate": 0.1}


def test_grains_part_once_a_cycle_by_the_largest_misfit_of_a_charge() -> None:
    cell, damage = state(**GRAINS)
    grains = damage.mechanisms["grains"]
    cell.x[:] = 0.5
    cell.prescribe_current(60.0)
    damage._direction = 1.0  # noqa: SLF001
    grains.follow(RadialParticles(cell).read(), 1.0)
    # NMC622: eps_c - eps_a of the lattice since x = 0.93, from the table of the material.
    misfit = float(cell.model.cathode.grain_misfit_since_made(0.5))
    modulus = float(cell.model.cathode.youngs_modulus(cell.model.initial_stoichiometry))
    threshold = np.sqrt(14.4 * 0.265 / (modulus * 150e-9))
    assert 0.015 < misfit < 0.025
    damage.evolve()
    expected = 0.1 * (misfit / threshold - 1.0)
    assert grains.density == pytest.approx(expected)
    damage._direction = -1.0  # noqa: SLF001
    grains.misfit[:] = misfit
    damage.evolve()
    assert grains.density == pytest.approx(expected)
    area = damage.condition.area
    assert cell.diffusivity_factor == pytest.approx(area**2 / (1.0 + 8.0 * expected / 9.0))
    assert cell.mechanics.stiffness_factor == pytest.approx(1.0 / (1.0 + 1.73 * expected))


def test_a_softer_sphere_bears_that_share_of_the_stress_and_no_other_shift() -> None:
    cell, _ = state()
    cell.x[:] = (0.7 - 0.25 * cell.grid.nodes**2)[:, None]
    whole, remainder = cell.stress.free, cell.mechanics.remainder(cell.x)
    cell.soften(np.full(len(cell.particles), 0.8))
    assert cell.stress.free.hoop == pytest.approx(0.8 * whole.hoop)
    # The hydrostatic stress of the free sphere is what the remainder leaves of S0(x), which stays.
    hydrostatic = (2.0 * whole.hoop + whole.radial) / 3.0
    change = cell.mechanics.remainder(cell.x) - remainder
    tractions = cell.stress.matrix.normal
    assert change[-1] == pytest.approx(-0.2 * hydrostatic[-1], abs=0.02 * np.abs(tractions).max() + 1e5)


def test_a_layer_grows_by_deal_and_grove_and_lies_in_series_with_the_contact() -> None:
    given = {
        "damage.film.rate": "1e-3 nm/s", "damage.film.slowed_from": "2 nm", "damage.film.transfer": 0.0,
        "damage.film.conductivity": "1e-6 S/m", "damage.reconstruction.rate": "1e-3 nm/s",
        "damage.reconstruction.transfer": 0.0,
    }  # fmt: skip
    cell, damage = state(**given)
    damage._direction = 1.0  # noqa: SLF001
    for _ in range(10):
        damage.mechanisms["film"].follow(RadialParticles(cell).read(), 600.0)
    damage.evolve()
    thickness = damage.readings()["film_thickness"]
    # L + L^2/(2 L_slow) = k t = 6 nm: L = 2 (sqrt(7) - 1) nm.
    assert thickness == pytest.approx(2.0e-9 * (np.sqrt(7.0) - 1.0))
    bare = float(cell.model.matrix.contact_conductance)
    assert cell.contact_conductance == pytest.approx(1.0 / (1.0 / bare + thickness / 1e-6))
    # Twice the area: what has grown is spread over it, and passes over twice the area.
    damage.condition.area = 2.0 * damage.condition.area
    assert damage.mechanisms["film"].thickness == pytest.approx(0.5 * thickness)
    damage.mechanisms["film"].act(damage.condition)
    series = 1.0 / (1.0 / bare + thickness / 4.0 / 1e-6)
    assert damage.condition.effects().conductance == pytest.approx(series)


# --- refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (CRACKS | {"mechanics.coupling": "off"}, r"\[damage\] is driven by stress and mech"),
        ({"damage.surface_cracks.cracks": -1.0}, "damage.surface_cracks.cracks = -1 must lie between 0 and"),
        ({"damage.interface.strength": "5 um"}, "damage.interface.strength"),
        ({"damage.surface_crack.cracks": 2.0}, "surface_cracks"),
        ({"damage.toughness.reference": 0.1}, "damage.toughness.reference"),
        (GRAINS | {"materials.cathode": "nmc532"}, r"lattice strain along a is not known for nmc532"),
        ({"damage.grains.grain_size": "2 mm"}, "damage.grains.grain_size = 0.002 m must lie between"),
        ({"damage.film.rate": "1e-4 nm"}, "damage.film.rate"),
        ({"damage.reconstruction.conductivity": "0 S/m"}, "damage.reconstruction.conductivity = 0 S/m must"),
        ({"damage.surface_cracks.growth_scatter": -0.5}, "growth_scatter = -0.5 must lie between 0 and 5"),
    ],
)  # fmt: skip
def test_what_cannot_break_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path / "r", **changes)
    assert not (tmp_path / "r").exists()
