"""Running a study: what is made, what is kept, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from support import studies
from support.studies import InstantFidelity, sentence, study

from chemomech.errors import InputError
from chemomech.experiments.studies import Study, checks, executors, open_outcomes, run_study


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    studies.MADE.clear()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let studies run at the instant fidelity."""

    def chosen(**settings: str) -> None:
        model = InstantFidelity(**settings)
        monkeypatch.setattr(Study, "model", lambda self, fidelity, **_: model)

    chosen()
    return chosen


def run(out: Path, **changes: Any) -> xr.Dataset:
    retry = changes.pop("retry", False)
    return run_study(study(**changes), out, workers=0, progress=False, pictures=False, retry=retry)


def test_the_outcome_lies_over_the_axes(tmp_path: Path, use: Any) -> None:
    outcome = run(tmp_path / "s")
    assert dict(outcome.sizes) == {"c_rate": 2, "geometry.separator_thickness": 2, "depth_share": 4}
    assert outcome["capacity_mAh_g"].sel(c_rate=5).values.tolist() == [20.0, 20.0]
    assert outcome["geometry.separator_thickness"].attrs["units"] == "um"
    assert outcome["stop_reason"].values[0, 0] == "cutoff-voltage"
    stored = open_outcomes(tmp_path / "s")["dfn"]
    np.testing.assert_array_equal(stored["energy_mWh_cm2"], outcome["energy_mWh_cm2"])


def test_each_run_leaves_a_normal_result(tmp_path: Path, use: Any) -> None:
    import chemomech

    outcome = run(tmp_path / "s")
    with chemomech.Result.open(tmp_path / "s" / "runs" / str(outcome["key"].values[1, 0])) as result:
        assert result.summary["capacity_mAh_g"] == 20.0


def test_finished_work_is_not_repeated_and_a_longer_axis_adds_only_its_points(
    tmp_path: Path, use: Any
) -> None:
    run(tmp_path / "s")
    run(tmp_path / "s")
    assert len(studies.MADE) == 4
    axes = {"c_rate": [1, 2, 5], "geometry.separator_thickness": ["10 um", "25 um"]}
    outcome = run(tmp_path / "s", axes=axes)
    assert studies.MADE[4:] == [sentence(2), sentence(2)]
    assert outcome["capacity_mAh_g"].values[:, 0].tolist() == [100.0, 50.0, 20.0]


def test_a_study_that_was_stopped_continues_and_ends_like_one_that_was_not(tmp_path: Path, use: Any) -> None:
    whole = run(tmp_path / "whole")
    studies.MADE.clear()
    use(killed=sentence(5))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "s")
    assert [sentence(1)] * 2 == studies.MADE
    use()
    resumed = run(tmp_path / "s")
    assert [sentence(1)] * 2 + [sentence(5)] * 2 == studies.MADE
    xr.testing.assert_identical(resumed.drop_vars("seconds"), whole.drop_vars("seconds"))


def test_a_result_of_which_the_study_took_no_note_is_read_not_made_again(tmp_path: Path, use: Any) -> None:
    outcome = run(tmp_path / "s")
    (tmp_path / "s" / "records" / f"{outcome['key'].values[0, 0]}.json").unlink()
    run(tmp_path / "s")
    assert len(studies.MADE) == 4


def test_a_failed_run_is_recorded_and_stops_no_other(tmp_path: Path, use: Any) -> None:
    use(broken=sentence(1))
    outcome = run(tmp_path / "s")
    assert outcome["status"].values.tolist() == [["failed"] * 2, ["finished"] * 2]
    assert outcome["failure"].values[0, 0] == "the step became too small"
    assert np.isnan(outcome["capacity_mAh_g"].values[0]).all()
    use()
    run(tmp_path / "s")
    assert len(studies.MADE) == 2  # a failure is an answer
    assert run(tmp_path / "s", retry=True)["status"].values.tolist() == [["finished"] * 2] * 2


def test_an_impossible_combination_is_said_before_anything_starts(tmp_path: Path, use: Any) -> None:
    axes = {"initial_stoichiometry": [0.93, 0.1], "c_rate": [1]}
    with pytest.raises(InputError, match=r"1 combination is impossible.*initial_stoichiometry = 0.1"):
        run(tmp_path / "s", axes=axes)
    assert not (tmp_path / "s").exists()


def test_a_full_disk_stops_the_study_and_keeps_what_is_finished(tmp_path: Path, use: Any) -> None:
    use(full=sentence(5))
    with pytest.raises(InputError, match="is full; free some space"):
        run(tmp_path / "s")
    use()
    run(tmp_path / "s")
    assert len(studies.MADE) == 4


def test_too_little_space_is_said_before_anything_starts(
    tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LEAST_FREE", 1e18)
    with pytest.raises(InputError, match="MB left"):
        run(tmp_path / "s")


def test_a_folder_of_another_study_version_or_purpose_is_refused(tmp_path: Path, use: Any) -> None:
    run(tmp_path / "s")
    with pytest.raises(InputError, match="holds the study 'small', not 'other'"):
        run(tmp_path / "s", name="other")
    mark = tmp_path / "s" / "study.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"version": "0.0.9"}))
    with pytest.raises(InputError, match=r"made by chemomech 0\.0\.9"):
        run(tmp_path / "s")
    mark.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        run(tmp_path / "s")
    mark.unlink()
    with pytest.raises(InputError, match="holds no study"):
        run(tmp_path / "s")


def test_a_study_that_is_being_run_is_left_alone(tmp_path: Path, use: Any) -> None:
    from chemomech.experiments.studies.folder import StudyFolder

    folder = StudyFolder(tmp_path / "s", "small")
    with folder.locked(), pytest.raises(InputError, match="by another process"):
        run(tmp_path / "s")


def test_an_unreachable_scheduler_is_said_before_anything_starts(
    tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "PATIENCE", 0.3)
    with pytest.raises(InputError, match="does not answer"):
        run_study(study(), tmp_path / "s", scheduler="tcp://127.0.0.1:9", progress=False)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("axis", "values", "words"),
    [
        ("mesh.preset", ["coarse", "fine"], "changes nothing in the companion .the companion has a mesh"),
        ("numerics.time_tolerance", [1e-4, 1e-3], "changes nothing in the companion"),
        (
            "materials.overrides.cathode.conductivity",
            ["1 S/m", "2 S/m"],
            "changes nothing in the companion .the particles conduct electrons without loss",
        ),
        ("description", ["one", "two"], "it is for people to read"),
    ],
)
def test_an_axis_along_which_the_model_changes_nothing_is_refused(
    tmp_path: Path, use: Any, axis: str, values: list[Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path / "s", axes={axis: values})
    assert not (tmp_path / "s").exists()


def test_a_point_that_the_model_cannot_represent_is_said_before_anything_starts(
    tmp_path: Path, use: Any
) -> None:
    axes = {"c_rate": [1], "mechanics.stack_pressure": ["0 MPa", "1 MPa"]}
    with pytest.raises(InputError, match="1 combination is impossible, .* presses on a matrix"):
        run(tmp_path / "s", axes=axes)


def test_what_the_model_leaves_out_is_said(tmp_path: Path, use: Any, capsys: Any) -> None:
    run_study(study(), tmp_path / "s", workers=0, pictures=False)
    told = " ".join(capsys.readouterr().err.split())
    assert "not represented by the companion: mesh.*, numerics.*: the companion has a mesh" in told


def test_a_run_under_the_name_of_the_model_is_the_run_under_its_other_word(tmp_path: Path, use: Any) -> None:
    options: dict[str, Any] = {"workers": 0, "progress": False, "pictures": False}
    run_study(study(), tmp_path / "s", "dfn", **options)
    made = len(studies.MADE)
    run_study(study(), tmp_path / "s", "homogenised", **options)
    assert (made > 0, len(studies.MADE)) == (True, made)
    assert list(open_outcomes(tmp_path / "s")) == ["dfn"]
    with pytest.raises(InputError, match="did you mean 'homogenised'"):
        run_study(study(), tmp_path / "s", "homogenizd", **options)
