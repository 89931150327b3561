"""The homogenised model by name: on the command line, in Python, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import chemomech
from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.models.registry import ALIASES, MODELS, model_of

pytest.importorskip("pybamm", reason="the homogenised model is optional")

SHORT = ["--set", "mechanics.coupling=off", "--set", 'protocol=["Charge at 5C for 20 s"]']


@pytest.mark.parametrize("words", [["--model", "homogenised"], ["--fidelity", "dfn"]])
def test_the_command_line_runs_the_homogenised_model_by_any_of_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    out = tmp_path / "r"
    assert main(["run", "fast-charge-5C", *words, *SHORT, "--quiet", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("end-of-protocol: ")
    with chemomech.Result.open(out) as result:
        assert (result.summary["model"], result.summary["fidelity"]) == ("homogenised", "dfn")
        assert result.summary["extensions"] is None
        assert result.report.is_file()


def test_an_unknown_model_is_refused_with_the_names_of_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "fast-charge-5C", "--model", "resolve", "--out", str(tmp_path / "r")]) == 2
    error = capsys.readouterr().err
    assert "unknown model 'resolve'" in error
    assert "resolved" in error
    assert not (tmp_path / "r").exists()
    assert set(ALIASES.values()) <= set(MODELS)
    assert {model_of(name).name for name in MODELS} == set(MODELS)


@pytest.mark.parametrize("asked", ["resume", "extensions"])
def test_what_the_homogenised_model_does_not_have_is_refused_before_anything_is_written(
    tmp_path: Path, asked: str
) -> None:
    from chemomech.solver.cell.extensions import Extensions

    options: dict[str, dict[str, Any]] = {
        "resume": {"resume": True},
        "extensions": {"extensions": Extensions("a film")},
    }
    case = chemomech.Case.from_toml("fast-charge-5C")
    with pytest.raises(InputError, match="keeps no checkpoints|cannot be extended by 'a film'"):
        chemomech.run(case, out=tmp_path / "r", progress=False, model="homogenised", **options[asked])
    assert not (tmp_path / "r").exists()
