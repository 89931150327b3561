"""Two ranks charge the cell as one does, through the command line."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import tiny_case
from support.tiny_case import Charge

import chemomech
from chemomech.solver.results.fields import FieldFiles, read_index

Launcher = Callable[..., subprocess.CompletedProcess[str]]


def test_two_ranks_give_the_charge_of_one(
    charge: Charge, case_file: Path, tmp_path: Path, on_ranks: Launcher
) -> None:
    out = tmp_path / "two"
    process = on_ranks(2, ["-m", "chemomech", "run", str(case_file), "--out", str(out)], timeout=900.0)
    assert process.returncode == 0, process.stderr
    # One rank speaks.
    assert process.stderr.count("meshing ...") == 1
    assert process.stdout.count("cutoff-voltage: ") == 1
    with chemomech.Result.open(out) as two:
        one, a, b = charge.result, charge.result.dataset, two.dataset
        assert two.summary["cost"]["ranks"] == 2
        assert two.summary["stop_reason"] == one.summary["stop_reason"]
        for name in ("lithium_relative_error", "charge_relative_error"):
            assert two.summary["budget"][name] < 1e-8
        # Another partition is another order of sums and another preconditioner. Both runs solve to 1e-7 of
        # 10 A/m2, and to 0.2 MPa of stress, which is 1e-5 V of overpotential; steps follow the same rule.
        assert a.sizes["time"] == b.sizes["time"]
        # The error of a step is a small difference, so that steps differ by a part in 1e5; voltages are
        # compared at equal times.
        times = a["time"].values
        later = b["time"].values - times
        moved = np.gradient(a["voltage"].values, times) * later
        differences = {
            "times": np.abs(later).max() / 0.02,
            "end time": abs(one.summary["t_end_s"] - two.summary["t_end_s"]) / 0.02,
            "end voltage": abs(one.summary["voltage_end_V"] - two.summary["voltage_end_V"]) / 1e-6,
            "voltage": np.abs(b["voltage"].values - a["voltage"].values - moved).max() / 2e-6,
        }
        for name, tolerance in (
            ("particle_volume", 1e-24),
            ("mean_stoichiometry", 1e-5),
            ("surface_stoichiometry", 1e-5),
            ("core_stoichiometry", 1e-4),
            ("max_principal_stress", 4e5),
            ("surface_equivalent_stress", 4e5),
        ):
            differences[name] = np.abs(a[name].values - b[name].values).max() / tolerance
        print({name: f"{value:.1e} of its tolerance" for name, value in differences.items()})
        assert max(differences.values()) < 1.0, differences
        require_same_fields(one.path, two.path)


def require_same_fields(one: Path, two: Path) -> None:
    """The same points and cells in the same order, and values that differ as the runs do."""
    a, b = read_index(one / "fields"), read_index(two / "fields")
    assert a is not None
    assert b is not None
    assert a.same_places(b)  # to the bit
    files = FieldFiles(one / "fields", a), FieldFiles(two / "fields", b)
    assert [entry.time for entry in a.instants] == pytest.approx([e.time for e in b.instants], abs=0.02)
    for ours, theirs in zip(a.instants, b.instants, strict=True):
        for part in a.parts.values():
            for name, field in part.fields.items():
                values = files[0].values(part.name, name, ours), files[1].values(part.name, name, theirs)
                tolerance = {"Pa": 4e5, "m": 1e-11, "mol m-3": 1e-2}.get(field.quantity.unit, 1e-5)
                assert values[0] == pytest.approx(values[1], abs=tolerance), (part.name, name)


def test_a_run_begun_on_one_rank_is_resumed_on_two_to_the_same_end(
    case_file: Path, tmp_path: Path, on_ranks: Launcher
) -> None:
    changes = tiny_case.CHEAP | {"protocol": ["Charge at 5C for 60 s"], "numerics.initial_step": "1 s"}
    case = chemomech.Case.from_toml(case_file).with_overrides(changes)
    out = tmp_path / "moved"
    with tiny_case.run(case_file, out, changes | {"numerics.max_wall_time": "0.1 s"}) as early:
        assert early.summary["stop_reason"] == "time-limit"
        begun = early.summary["t_end_s"]
        assert 0.0 < begun < 60.0
    path = tmp_path / "cheap.toml"
    path.write_text(case.to_toml(), encoding="utf-8")
    process = on_ranks(2, ["-c", tiny_case.RESUME, str(path), str(out)], timeout=900.0)
    assert process.returncode == 0, process.stderr
    with (
        tiny_case.run(case_file, tmp_path / "whole", changes) as whole,
        chemomech.Result.open(out) as moved,
    ):
        assert moved.summary["cost"]["ranks"] == 2
        assert moved.summary["stop_reason"] == "end-of-protocol"
        assert moved.summary["budget"]["lithium_relative_error"] < 1e-8
        a, b = whole.dataset, moved.dataset
        assert begun in b["time"].values
        assert abs(a["voltage"].values[-1] - b["voltage"].values[-1]) < 1e-5
        for name in ("mean_stoichiometry", "surface_stoichiometry"):
            assert np.abs(a[name].values[-1] - b[name].values[-1]).max() < 1e-5, name


def test_ranks_refuse_bad_input_together(case_file: Path, tmp_path: Path, on_ranks: Launcher) -> None:
    # Found by rank 0 alone, in the folder: the others must not wait for it.
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("")
    words = ["run", str(case_file), "--out", str(tmp_path / "used")]
    program = (
        "import sys; from chemomech.cli import main; words = sys.argv[1:]; "
        "codes = [main(words), main([*words, '--resume'])]; sys.exit(0 if codes == [2, 2] else 1)"
    )
    process = on_ranks(2, ["-c", program, *words], timeout=300.0)
    # Every rank ends with the code of a refusal, and one of them says why.
    assert process.returncode == 0, process.stderr
    assert process.stderr.count("error: ") == 2
    for part in ("is not empty", "holds no case.toml"):
        assert process.stderr.count(part) == 1
