"""A run that is killed or runs out of time goes on from its checkpoint to the same end."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import tiny_case
from support.tiny_case import Charge

import chemomech
from chemomech.cli import main
from chemomech.solver.results.fields import read_index
from chemomech.solver.results.folder import MESH_CACHE

# A continued run takes the same steps from the same fields. What may differ is roundoff, a preconditioner and
# a stiffness of another age: all within the tolerances of Newton (2e-9 of 10 A/m2) and of stress (0.2 MPa).
TIME, VOLTAGE, STOICHIOMETRY, STRESS = 1e-2, 1e-5, 1e-6, 4e5

PASSAGE = 0.2
"""Where ratios pass 1 they grow by .05 per second: STRESS over the strength of 150 MPa is .003 [s]."""


def assert_same_end(found: chemomech.Result, wanted: chemomech.Result) -> None:
    a, b = found.dataset, wanted.dataset
    assert found.summary["stop_reason"] == wanted.summary["stop_reason"]
    assert np.all(np.diff(a["time"].values) > 0.0)
    differences = {
        "time": abs(found.summary["t_end_s"] - wanted.summary["t_end_s"]) / TIME,
        "voltage": abs(found.summary["voltage_end_V"] - wanted.summary["voltage_end_V"]) / VOLTAGE,
    }
    for name, tolerance in (
        ("mean_stoichiometry", STOICHIOMETRY),
        ("surface_stoichiometry", STOICHIOMETRY),
        ("max_principal_stress", STRESS),
        ("surface_equivalent_stress", STRESS),
    ):
        differences[name] = np.abs(a[name].values[-1] - b[name].values[-1]).max() / tolerance
    for name in ("strength_ratio", "surface_crack_ratio", "energy_release_ratio"):
        differences[name] = np.abs(a[name].values[-1] / b[name].values[-1] - 1.0).max() / 0.01
    for mode in ("strength", "surface_crack", "core_crack"):
        name = f"{mode}_first_passage"
        assert np.array_equal(np.isnan(a[name].values), np.isnan(b[name].values)), name
        if np.isfinite(b[name].values).any():
            differences[name] = np.nanmax(np.abs(a[name].values - b[name].values)) / PASSAGE
    print({name: f"{value:.1e} of its tolerance" for name, value in differences.items()})
    assert max(differences.values()) < 1.0, differences
    assert a["cut_time"].values == pytest.approx(b["cut_time"].values, abs=TIME)


def test_killed_run_is_resumed_to_the_same_end(charge: Charge, case_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    # The report comes last: a finished result must not be what is waited for.
    process = subprocess.Popen(
        tiny_case.command("run", case_file, "--out", out, "--quiet"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 200.0
        # The cut at 10 s and the fields at 0 s have been taken by then, those at 100 s and 300 s have not.
        while _checkpoint_time(out) < 12.0:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (out / "result.nc").exists()
    with pytest.raises(chemomech.InputError, match="no finished result"):
        chemomech.Result.open(out)
    # Without --resume the folder is left alone.
    assert main(["run", str(case_file), "--out", str(out)]) == 2

    reached = _checkpoint_time(out)
    case = chemomech.Case.from_toml(case_file)
    with chemomech.run(case, out=out, resume=True, progress=False, report=False) as result:
        assert_same_end(result, charge.result)
        times = result.dataset["time"].values
        # What was recorded before is part of the result, and the work before of its cost.
        assert reached in times
        assert times[0] == 0.0
        assert result.summary["cost"]["accepted_steps"] == len(times) - 1
        assert result.summary["budget"]["lithium_relative_error"] < 1e-8
        index, whole = read_index(out / "fields"), read_index(charge.result.path / "fields")
        assert index is not None
        assert whole is not None
        assert index.same_places(whole)
        stored = [entry.time for entry in index.instants]
        assert stored == pytest.approx([entry.time for entry in whole.instants], abs=0.05)


def _checkpoint_time(out: Path) -> float:
    path = out / "checkpoint.npz"
    if not path.is_file():
        return -1.0
    with np.load(path, allow_pickle=False) as file:  # replaced in one step, so it is whole at any moment
        return float(file["cell/time"])


@pytest.fixture(scope="module")
def stopped(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was out of time after a step or two."""
    out = tmp_path_factory.mktemp("stopped") / "result"
    result = tiny_case.run(case_file, out, {"numerics.max_wall_time": "1 s"})
    assert result.summary["stop_reason"] == "time-limit"
    assert "resume the run from its folder" in result.summary["stop_detail"]
    assert result.dataset.sizes["time"] < 10
    result.close()
    return out


def test_another_case_is_not_resumed_and_nothing_is_changed(
    stopped: Path, case_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}
    code = main(["run", str(case_file), "--out", str(stopped), "--resume", "--set", "temperature=300 K"])
    assert code == 2
    error = capsys.readouterr().err
    assert "has temperature = '25 degC' and this case '26.85 degC'; resume with the case" in error
    assert {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()} == before


def test_unreadable_checkpoint_is_one_sentence(
    stopped: Path, case_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stopped / "checkpoint.npz"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: len(whole) // 2])
        assert main(["run", str(case_file), "--out", str(stopped), "--resume", "--quiet"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "cannot be read" in error
        assert "delete it to begin the run anew" in error
    finally:
        path.write_bytes(whole)


def changed(whole: bytes, path: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Write a checkpoint with its content changed."""
    path.write_bytes(whole)
    with np.load(path, allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    change(content)
    with path.open("wb") as out:
        np.savez(out, allow_pickle=False, **content)


def lacks_the_salt(content: dict[str, np.ndarray]) -> None:
    del content["cell/field/0/salt"]


def is_of_another_format(content: dict[str, np.ndarray]) -> None:
    meta = json.loads(str(content["meta"]))
    content["meta"] = np.array(json.dumps({**meta, "format": 1}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lacks_the_salt, "lacks 'field/0/salt', which this model needs; delete it to begin the run anew"),
        (is_of_another_format, "has format 1 and this version reads 3; delete it to begin the run anew"),
    ],
)
def test_a_checkpoint_of_another_kind_is_one_sentence(
    stopped: Path,
    case_file: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, np.ndarray]], None],
    words: str,
) -> None:
    path = stopped / "checkpoint.npz"
    whole = path.read_bytes()
    try:
        changed(whole, path, change)
        assert main(["run", str(case_file), "--out", str(stopped), "--resume", "--quiet"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert words in error
    finally:
        path.write_bytes(whole)


def test_run_out_of_time_repeats_the_steps_of_the_same_run_and_is_resumed_to_the_same_end(
    stopped: Path, charge: Charge, case_file: Path
) -> None:
    with chemomech.Result.open(stopped) as early:
        count = early.dataset.sizes["time"]
        assert count >= 2
        # Identical runs are identical but for roundoff (the order of sums depends on where memory lies).
        for name in ("time", "voltage", "mean_stoichiometry"):
            whole = charge.result.dataset[name].values[:count]
            difference = np.abs(early.dataset[name].values - whole).max()
            print(name, difference)
            assert difference < 1e-9, name
    result = tiny_case.run(case_file, stopped, {}, resume=True)  # the limit on time may be another
    with result:
        assert_same_end(result, charge.result)

    # Resuming what is finished changes nothing, least of all the reason.
    with tiny_case.run(case_file, stopped, {}, resume=True) as again:
        assert again.summary["stop_reason"] == "cutoff-voltage"
        assert again.summary["stop_detail"] == charge.result.summary["stop_detail"]
        assert_same_end(again, charge.result)
        assert again.dataset.sizes["time"] == charge.result.dataset.sizes["time"]


def test_run_killed_before_its_first_checkpoint_begins_anew(case_file: Path, tmp_path: Path) -> None:
    # What a run killed while meshing leaves: the case, and nothing else of use.
    out = tmp_path / "early"
    changes = tiny_case.CHEAP | {"protocol": ["Charge at 5C for 1 s"]}
    out.mkdir()
    case = chemomech.Case.from_toml(case_file).with_overrides(changes)
    (out / "case.toml").write_text(case.to_toml(), encoding="utf-8")
    (out / MESH_CACHE).mkdir()
    with chemomech.run(case, out=out, resume=True, progress=False, report=False) as result:
        assert result.summary["stop_reason"] == "end-of-protocol"
        assert result.summary["t_end_s"] == pytest.approx(1.0, abs=1e-3)
    # A folder of something else is not taken for a run.
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(chemomech.InputError, match=r"holds no case.toml, so no run to resume"):
        chemomech.run(case, out=other, resume=True, progress=False, report=False)
    assert [path.name for path in other.iterdir()] == ["notes.txt"]
