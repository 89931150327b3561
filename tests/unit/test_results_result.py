import shutil
from pathlib import Path

import pytest
from support.synthetic_result import CASE_TEXT, write_synthetic_result

from chemomech.errors import InputError
from chemomech.solver.results import Result


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic_result(tmp_path_factory.mktemp("stored") / "result")


def test_result_gives_summary_case_and_dataset(stored: Path) -> None:
    with Result.open(stored) as result:
        assert result.path == stored
        assert result.name == "fast-charge-5C"
        assert result.case_text == CASE_TEXT
        assert result.case["mechanics"]["coupling"] == "two-way"
        assert result.summary["stop_reason"] == "cutoff-voltage"
        # initial stoichiometry of the case, everywhere
        assert result.dataset["mean_stoichiometry"].values[0] == pytest.approx(0.93)
        assert result.has_mechanics
        assert result.figures == []


def test_dataset_is_read_variable_by_variable(stored: Path) -> None:
    with Result.open(str(stored)) as result:
        assert not result.dataset["voltage"].variable._in_memory
        assert result.dataset["voltage"].values[0] == pytest.approx(3.64)
        assert result.dataset["voltage"].variable._in_memory
        assert not result.dataset["cut_stoichiometry"].variable._in_memory


def test_result_without_mechanics_says_so(tmp_path: Path) -> None:
    with Result.open(write_synthetic_result(tmp_path / "off", mechanics=False)) as result:
        assert not result.has_mechanics


def test_closed_result_can_be_used_again(stored: Path) -> None:
    result = Result.open(stored)
    before = float(result.dataset["voltage"][-1])
    result.close()
    assert float(result.dataset["voltage"][-1]) == before
    result.close()


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no result folder '.*nowhere'"):
        Result.open(tmp_path / "nowhere")


def test_folder_of_an_unfinished_run_is_refused(stored: Path, tmp_path: Path) -> None:
    shutil.copy(stored / "result.nc", tmp_path / "result.nc")
    with pytest.raises(InputError, match=r"lacks summary\.json: it is no finished result; resume"):
        Result.open(tmp_path)


def test_result_without_a_case_is_named_by_its_dataset(stored: Path, tmp_path: Path) -> None:
    for name in ("result.nc", "summary.json"):
        shutil.copy(stored / name, tmp_path / name)
    with Result.open(tmp_path) as result:
        assert result.case == {}
        assert result.name == "fast-charge-5C"
