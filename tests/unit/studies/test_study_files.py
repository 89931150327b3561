"""Study files: axes, designs, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.studies import study, table

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.studies import Study, shipped_studies
from chemomech.experiments.studies.parameters import CRateParameter, ThicknessParameter
from chemomech.geometry import depth_profile, write_layout


def test_a_grid_runs_every_value_with_every_other_in_the_order_of_the_file() -> None:
    points = study().points("dfn")
    assert [point.place for point in points] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert points[1].case.protocol == ("Charge at 1C until 4.5 V",)
    assert points[1].case.geometry.separator_thickness == 25e-6
    assert len({point.key for point in points}) == 4


def test_the_c_rate_changes_the_first_step_that_states_one_and_no_other() -> None:
    case = Case.from_toml("fast-charge-5C").with_overrides(
        {"protocol": ["Rest for 1 min", "Charge at C/2 until 4.3 V", "Hold at 4.3 V until C/20"]}
    )
    changed = CRateParameter().apply(case, 3)
    assert changed.protocol == ("Rest for 1 min", "Charge at 3C until 4.3 V", "Hold at 4.3 V until C/20")


def test_a_protocol_without_a_c_rate_cannot_have_that_axis() -> None:
    case = Case.from_toml("fast-charge-5C").with_overrides({"protocol": ["Charge at 72 A/m2 until 4.3 V"]})
    with pytest.raises(InputError, match="finds no C-rate"):
        CRateParameter().apply(case, 3)


def test_a_thicker_electrode_keeps_its_volume_fraction_and_its_current_per_volume() -> None:
    case = Case.from_toml("fast-charge-5C")
    thick = ThicknessParameter().apply(case, "80 um")
    assert thick.mass_loading == pytest.approx(2.0 * 0.08, rel=1e-12)  # 8.0 mg/cm2 is 0.08 kg/m2
    layout = prepare(thick).layout
    assert layout.thickness == pytest.approx(80e-6)
    assert layout.volume_fraction == pytest.approx(prepare(case).layout.volume_fraction, rel=1e-9)
    assert Case.from_table(thick.to_table()) == thick


def test_cropping_keeps_the_particles_next_to_the_collector_and_the_volume_fraction() -> None:
    case = Case.from_toml("fast-charge-5C")
    whole = prepare(case).layout
    part = prepare(ThicknessParameter("crop").apply(case, "20 um")).layout
    inside = whole.centres[:, 2] + whole.radii <= 20e-6
    reaching = whole.centres[:, 2] - whole.radii < 20e-6
    names = set(whole.ids[inside].tolist()), set(part.ids.tolist()), set(whole.ids[reaching].tolist())
    assert names[0] <= names[1] <= names[2]
    assert part.radii == pytest.approx(whole.radii[np.isin(whole.ids, part.ids)], rel=1e-6)
    # In the lower half of it; with whole spheres alone 0.337 would be left.
    _, fraction = depth_profile(whole, 2)
    assert part.volume_fraction == pytest.approx(fraction[0], abs=0.02)


def test_listed_values_run_side_by_side() -> None:
    points = study(design="list").points("dfn")
    assert [point.label for point in points] == [
        "c_rate = 1, geometry.separator_thickness = 10 um",
        "c_rate = 5, geometry.separator_thickness = 25 um",
    ]


@pytest.mark.parametrize("design", ["sobol", "latin-hypercube"])
def test_samples_fill_their_ranges_and_come_back_with_the_same_seed(design: str) -> None:
    axes = {
        "c_rate": {"range": [1, 9]},
        "materials.overrides.cathode.diffusivity": {"range": ["1e-15 m2/s", "1e-13 m2/s"], "scale": "log"},
    }
    sampled = study(design=design, axes=axes, sampling={"points": 8, "seed": 3})
    numbers = [[value.number for value in point.values.values()] for point in sampled.points("dfn")]
    assert numbers == [[value.number for value in p.values.values()] for p in sampled.points("dfn")]
    rates, diffusivities = zip(*numbers, strict=True)
    assert sum(rate < 5.0 for rate in rates) == 4  # one point in each of eight slices
    assert sum(value < 1e-14 for value in diffusivities) == 4  # on a log scale
    assert 1.0 <= min(rates) < max(rates) <= 9.0


def test_more_points_of_a_sobol_sequence_keep_the_first_ones() -> None:
    axes = {"c_rate": {"range": [1, 9]}}
    few = study(design="sobol", axes=axes, sampling={"points": 4}).points("dfn")
    many = study(design="sobol", axes=axes, sampling={"points": 16}).points("dfn")
    assert [point.key for point in few] == [point.key for point in many[:4]]


def test_keys_ignore_what_has_no_effect_on_the_fidelity() -> None:
    fine = study(overrides={"mesh.preset": "fine"})
    assert [p.key for p in fine.points("dfn")] == [p.key for p in study().points("dfn")]
    assert [p.key for p in fine.points("resolved")] != [p.key for p in study().points("resolved")]
    assert {p.key for p in study().points("dfn")}.isdisjoint(p.key for p in study().points("resolved"))


def test_another_layout_file_under_the_same_name_is_another_run(tmp_path: Path) -> None:
    from chemomech.geometry import shipped_layout

    path = tmp_path / "own.csv"
    write_layout(shipped_layout("rve-52"), path)
    before = study(overrides={"geometry.layout": str(path)}).points("dfn")
    path.write_text(path.read_text() + "\n")
    after = study(overrides={"geometry.layout": str(path)}).points("dfn")
    assert before[0].key != after[0].key


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"axes": {"c_rat": [1]}}, "did you mean 'c_rate'"),
        ({"axes": {"diffusivity": [1]}}, "did you mean 'materials.overrides.cathode.diffusivity'"),
        ({"axes": {"geometry.seperator_thickness": [1]}}, "did you mean 'geometry.separator_thickness'"),
        ({"axes": {"c_rate": []}}, "no list of values"),
        ({"axes": {"c_rate": [1, 1.0]}}, "twice"),
        ({"axes": {"thickness": ["20 um", "0.1 mm"]}}, "mixes the units"),
        ({"axes": {"thickness": {"values": ["20 um"], "rul": "crop"}}}, "did you mean 'rule'"),
        ({"axes": {"c_rate": {"range": [9, 1]}}}, "low below high"),
        ({"axes": {"c_rate": {"range": [0, 1], "scale": "log"}}}, "more than 0"),
        ({"axes": {"c_rate": {"range": [1, 2], "values": [1]}}}, "either"),
        ({"design": "gird"}, "did you mean 'grid'"),
        ({"fidelity": "dnf"}, "did you mean 'dfn'"),
        ({"bas": "x"}, "did you mean 'base'"),
        ({"base": ""}, "'base' is missing"),
        ({"sampling": {"points": 3}}, "sampling.points"),
    ],
)
def test_what_is_wrong_with_a_study_is_said(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        study(**changes)


def test_a_grid_over_a_range_and_lists_of_two_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="needs listed values"):
        study(axes={"c_rate": {"range": [1, 2]}}).points("dfn")
    with pytest.raises(InputError, match="equally many values"):
        study(design="list", axes={"c_rate": [1, 2], "temperature": ["20 degC"]}).points("dfn")
    with pytest.raises(InputError, match="needs a range"):
        study(design="sobol", sampling={"points": 2}).points("dfn")


def test_a_value_that_no_case_accepts_names_its_point() -> None:
    with pytest.raises(InputError, match="the point c_rate = 2000 is impossible"):
        study(axes={"c_rate": [1, 2000]}).points("dfn")


@pytest.mark.parametrize("name", list(shipped_studies()))
def test_shipped_studies_make_their_points_at_both_fidelities(name: str) -> None:
    shipped = Study.from_toml(name)
    assert len(shipped.points("dfn")) >= 48
    resolved = shipped.points("resolved")
    assert len(resolved) == 9
    assert {point.case.mesh.preset for point in resolved} == {"coarse"}
    screened = {point.label for point in shipped.points("dfn")}
    assert {point.label for point in resolved} <= screened


def test_a_study_file_finds_its_base_case_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(Case.from_toml("slow-charge-C20").to_toml())
    text = 'name = "s"\nbase = "mine.toml"\n[axes]\nc_rate = [1]\n'
    (tmp_path / "study.toml").write_text(text)
    assert Study.from_toml(tmp_path / "study.toml").base.name == "slow-charge-C20"
    assert table()["name"] == "small"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dfn": {"transport": "brugemann"}}, "fidelities.dfn.transport.*did you mean 'bruggeman'"),
        ({"dfn": {"size": True}}, "fidelities.dfn.size.*did you mean"),
        ({"resolved": {"ranks": 0}}, "fidelities.resolved.ranks = 0 must"),
        ({"resolved": {"axes": {"c_rte": [1]}}}, "axis of fidelity 'resolved'.*did you mean 'c_rate'"),
    ],
)
def test_settings_of_every_fidelity_are_checked_when_a_study_is_read(
    settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Study.from_table(table(fidelities=settings))


def test_a_study_takes_the_name_of_a_model_wherever_it_takes_a_fidelity() -> None:
    settings = {"transport": "bruggeman", "axes": {"c_rate": [5]}}
    by_word, by_model = (
        Study.from_table(table(fidelity=name, fidelities={name: settings})) for name in ("dfn", "homogenised")
    )
    assert by_model.fidelity == by_word.fidelity == "dfn"
    assert by_model.model("homogenised") == by_word.model("dfn")
    assert by_model.model("homogenised").transport == "bruggeman"  # type: ignore[attr-defined]
    points = by_model.points("homogenised")
    assert [p.key for p in points] == [p.key for p in by_word.points("dfn")]
    assert {p.values["c_rate"].number for p in points} == {5.0}


def test_a_model_under_both_its_names_and_a_misspelt_one_are_refused() -> None:
    with pytest.raises(InputError, match="dfn, homogenised name one model twice"):
        Study.from_table(table(fidelities={"dfn": {}, "homogenised": {"transport": "bruggeman"}}))
    with pytest.raises(InputError, match="did you mean 'homogenised'"):
        study(fidelity="homogenized")
    with pytest.raises(InputError, match="did you mean 'resolved'"):
        study().points("resolvd")
