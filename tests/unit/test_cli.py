from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from support.synthetic_result import write_synthetic_result

import chemomech
from chemomech.cli import is_first_rank, main
from chemomech.errors import InputError

Launcher = Callable[..., subprocess.CompletedProcess[str]]


class FakeRunner:
    """Stands for the runner, so that the command line is tested without solving anything."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def run(self, case: Any, **options: Any) -> SimpleNamespace:
        if self.error:
            raise self.error
        self.calls.append({"case": case} | options)
        summary = {"stop_reason": "cutoff-voltage", "stop_detail": "The voltage reached 4.5 V."}
        return SimpleNamespace(path=options["out"], summary=summary)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    fake = FakeRunner()
    module = ModuleType("chemomech.experiments.runner")
    module.run = fake.run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return fake


def test_run_hands_case_folder_and_switches_to_the_runner(
    runner: FakeRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "fast-charge-5C", "--out", str(tmp_path), "--resume", "--quiet"]
    assert main([*arguments, "--set", "mesh.preset=coarse", "--set", "mass_loading=7.7 mg/cm2"]) == 0
    (call,) = runner.calls
    assert call["case"].mesh.preset == "coarse"
    assert call["case"].mass_loading == pytest.approx(0.077)
    assert (call["out"], call["resume"], call["progress"]) == (tmp_path, True, False)
    assert capsys.readouterr().out == f"cutoff-voltage: The voltage reached 4.5 V.\nresult: {tmp_path}\n"


def test_run_writes_below_results_under_the_name_of_the_case_by_default(runner: FakeRunner) -> None:
    assert main(["run", "slow-charge-C20"]) == 0
    assert runner.calls[0]["out"] == Path("results/slow-charge-C20")
    assert (runner.calls[0]["resume"], runner.calls[0]["progress"]) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run"], "Missing argument 'CASE'"),
        (["runn"], "No such command 'runn'"),
        (["run", "fast-charge-5C", "--ot", "x"], "No such option"),
        (["run", "fast-charge"], "unknown case 'fast-charge'; did you mean 'fast-charge-5C'"),
        (["run", "none.toml"], "'none.toml' does not exist"),
        (["run", "fast-charge-5C", "--set", "mesh.presett=x"], "unknown key 'mesh.presett'"),
        (["run", "fast-charge-5C", "--set", "mesh.preset"], "not of the form key=value"),
        (["cases", "slow"], "unknown case 'slow'"),
        (["mesh", "fast-charge-5C", "--out", "mesh.stl"], "does not end in .xdmf, .vtu, .msh"),
    ],
)
def test_wrong_input_gives_one_sentence_on_stderr_and_exit_code_2(
    runner: FakeRunner, arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.endswith(".\n")
    assert captured.err.count("\n") == 1
    assert part in captured.err
    assert runner.calls == []


def test_what_the_runner_refuses_is_reported_the_same_way(
    runner: FakeRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.error = InputError("output folder 'x' is not empty; delete it.")
    assert main(["run", "fast-charge-5C"]) == 2
    assert capsys.readouterr().err == "error: output folder 'x' is not empty; delete it.\n"


def test_a_defect_of_the_program_is_a_sentence_and_its_traceback_a_file(
    runner: FakeRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runner.error = RuntimeError("a defect")
    assert main(["run", "fast-charge-5C"]) == 1
    (file,) = tmp_path.iterdir()
    said = capsys.readouterr().err
    assert said.startswith(
        f"error: the program is at fault (RuntimeError: a defect); the traceback is in '{file}'"
    )
    assert said.count("\n") == 1
    assert "raise self.error" in file.read_text()


def test_an_interrupted_run_says_how_to_go_on(
    runner: FakeRunner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(case: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["chemomech.experiments.runner"], "run", interrupted)
    assert main(["run", "fast-charge-5C"]) == 130
    assert "--resume" in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK"])
def test_only_the_first_of_several_ranks_speaks(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "1")
    assert not is_first_rank()
    assert main(["run", "none.toml"]) == 2
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(variable, "0")
    assert main(["run", "none.toml"]) == 2
    assert capsys.readouterr().err != ""


def test_two_ranks_refuse_wrong_input_once(on_ranks: Launcher) -> None:
    done = on_ranks(2, ["-m", "chemomech", "run", "none.toml"], timeout=300)
    assert done.returncode == 2
    assert done.stderr.count("error: case file 'none.toml' does not exist") == 1


def test_report_draws_the_figures_and_writes_the_page_of_a_result_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_synthetic_result(tmp_path / "result")
    made: list[str] = []

    def write_figures(result: chemomech.Result) -> None:
        made.append(f"figures of {result.path}")

    def write_report(result: chemomech.Result) -> Path:
        made.append(f"page of {result.path}")
        return result.report

    monkeypatch.setattr("chemomech.experiments.report.write_figures", write_figures)
    monkeypatch.setattr("chemomech.experiments.report.write_report", write_report)
    assert main(["report", str(folder)]) == 0
    assert made == [f"figures of {folder}", f"page of {folder}"]
    assert capsys.readouterr().out == f"report: {folder / 'report.html'}\n"


def test_report_refuses_a_folder_that_holds_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert "no finished result" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_cases_lists_names_with_what_they_are_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cases"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "dfn-comparison-5C",
        "electrode-1870",
        "fast-charge-5C",
        "fast-cycling-5C",
        "fast-cycling-5C-resolved",
        "gitt-nmc811",
        "slow-charge-C20",
        "soc-cycle-C20",
    ]
    assert all(len(line.split()) > 4 for line in lines)


def test_cases_prints_a_case_that_can_be_saved_and_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "fast-charge-5C"]) == 0
    path = tmp_path / "mine.toml"
    path.write_text(capsys.readouterr().out)
    assert chemomech.Case.from_toml(path) == chemomech.Case.from_toml("fast-charge-5C")


def test_version_and_help_need_no_solver() -> None:
    program = (
        "import sys; from chemomech.cli import main; main(['--version']); main(['--help']);"
        "assert not {'dolfinx', 'gmsh', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert chemomech.__version__ in done.stdout


def test_the_package_offers_what_the_readme_uses_and_nothing_by_accident() -> None:
    assert chemomech.InputError is InputError
    assert "fast-charge-5C" in chemomech.shipped_cases()
    assert set(chemomech.__all__) >= {"Case", "Result", "run"}
    with pytest.raises(AttributeError, match="nonsense"):
        _ = chemomech.nonsense


def test_the_module_can_be_run_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chemomech", "cases"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "200"},
    )
    assert done.returncode == 0
    assert "fast-charge-5C" in done.stdout
