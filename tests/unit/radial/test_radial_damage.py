"""Damage over cycles in the radial model: what it does to a cell, and that it survives kill and resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.radial_cells import PACKED, prepared

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.damage import DEPTHS, ParticleDamage
from chemomech.solver.physics.fracture import RadialProfile, stress_in_spheres, surface_crack
from chemomech.solver.results import Result

CYCLES = ["(Charge at 5C until 4.4 V; Discharge at 5C until 3 V) x 2"]
CRACKS = {"damage.surface_cracks.cracks": 4.0}
ALL = CRACKS | {
    "damage.toughness.growth": 0.3,
    "damage.interface.strength": "5 MPa",
    "damage.isolation.seed": 2,
}


def run(folder: Path, protocol: list[str] = CYCLES, **changes: Any) -> Result:
    base = {"geometry.layout": PACKED, "protocol": protocol, "mass_loading": "5 mg/cm2"}
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
        "surface_cracks", "toughness", "interface", "isolation",
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


# --- against the laws -----------------------------------------------------------------------------------


def state(**changes: Any) -> tuple[Any, ParticleDamage]:
    given = prepared(["Charge at 5C for 100 s"], **{**CRACKS, **changes})
    cell = build_cell(given, (lambda made: ParticleDamage(made, given.case.damage),))
    (damage,) = cell.internals
    assert isinstance(damage, ParticleDamage)
    return cell, damage


def test_stress_intensities_are_those_of_the_crack_law_at_every_depth() -> None:
    cell, damage = state()
    cell.x[:] = (0.7 - 0.25 * cell.grid.nodes**2)[:, None]
    cell.prescribe_current(60.0)
    damage.after_step(1.0, 1.0)
    fine = np.linspace(0.0, 1.0, 801)
    profile = RadialProfile((fine**2)[None], (0.7 - 0.25 * fine**2)[None])
    cathode = cell.model.cathode
    traction = cell.stress.matrix.normal[:1]
    hoop = stress_in_spheres(cathode, profile, traction).hoop
    radius = cell.particles.radius[:1]
    expected = [surface_crack.stress_intensity(hoop, depth * radius, radius)[0] for depth in DEPTHS]
    # One modulus a sphere there, E(x) here.
    assert damage.intensities[:, 0] == pytest.approx(expected, rel=0.06, abs=4e3)


def test_fatigue_alone_grows_by_paris_and_the_toughness_by_its_memory() -> None:
    cell, damage = state(**{"damage.surface_cracks.unstable": False, "damage.toughness.growth": 0.05})
    start = damage.depth.copy()
    damage.ratios[:], damage.intensities[:] = 0.8, 0.08e6
    damage.evolve()
    small = np.sqrt(np.minimum(start / DEPTHS[0], 1.0))
    assert damage.depth == pytest.approx(start + 0.01 * (0.8 * small) ** 6 * (1.0 - start / 0.5))
    assert damage.memory == pytest.approx(1.0 + 0.05 * (0.8 * small) ** 2)
    assert np.all(damage.ratios == -np.inf)
    area = 1.0 + 2.0 * damage.depth * (2.0 - damage.depth)
    first = 1.0 + 2.0 * start * (2.0 - start)
    assert cell.wetted_factor == pytest.approx(area / first)
    assert cell.diffusivity_factor == pytest.approx((area / first) ** 2)


def test_an_unstable_crack_runs_at_once_to_where_it_arrests() -> None:
    cell, damage = state()
    # K/K_c falls through 1 half way between the 8th and 9th depth.
    damage.ratios[:] = np.where(np.arange(len(DEPTHS)) < 8, 1.5, 0.5)[:, None]
    damage.ratios[:8] = 1.5
    assert damage._run_at_once()  # noqa: SLF001
    assert damage.depth == pytest.approx(0.5 * (DEPTHS[7] + DEPTHS[8]))


# --- refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (CRACKS | {"mechanics.coupling": "off"}, r"\[damage\] is driven by stress and mech"),
        ({"damage.surface_cracks.cracks": -1.0}, "damage.surface_cracks.cracks = -1 must lie between 0 and"),
        ({"damage.interface.strength": "5 um"}, "damage.interface.strength"),
        ({"damage.surface_crack.cracks": 2.0}, "surface_cracks"),
        ({"damage.toughness.reference": 0.1}, "damage.toughness.reference"),
    ],
)  # fmt: skip
def test_what_cannot_break_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path / "r", **changes)
    assert not (tmp_path / "r").exists()


def test_other_models_refuse_damage(tmp_path: Path) -> None:
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(CRACKS)
    with pytest.raises(InputError, match=r"\[damage\] is for the radial model"):
        chemomech.run(case, out=tmp_path / "r", model="resolved")
