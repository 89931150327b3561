"""Results side by side: table, figures, page, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from support.synthetic_result import synthetic_records, write_synthetic_result

from chemomech.cli import cli, main
from chemomech.errors import InputError
from chemomech.experiments.report.comparison import compare, measures
from chemomech.experiments.report.comparison.compared import Compared, named
from chemomech.experiments.report.comparison.cuts import common_times
from chemomech.experiments.report.comparison.page import SPECS
from chemomech.experiments.report.comparison.table import sections
from chemomech.solver.results import Result, build_dataset, write_dataset

CUTS = ("cut_time", "cut_x", "cut_z", "cut_stoichiometry", "cut_equivalent_stress")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three results of the same case: as made, without mechanics, and without cuts."""
    folder = tmp_path_factory.mktemp("compared")
    write_synthetic_result(folder / "on")
    write_synthetic_result(folder / "off", mechanics=False)
    write_synthetic_result(folder / "plain", drop=(*CUTS, "cut_electrolyte_concentration", "cut_y"))
    summary = json.loads((folder / "on" / "summary.json").read_text(encoding="utf-8"))
    (folder / "on" / "summary.json").write_text(json.dumps(summary | {"active_mass_mg_cm2": 8.25}))
    return folder


def opened(folder: Path, *names: str) -> list[Compared]:
    return named([Result.open(folder / name) for name in names])


def rows(compared: list[Compared]) -> dict[str, tuple[str, ...]]:
    return {name: texts for section in sections(compared) for name, texts in section.rows}


def test_the_page_is_one_file_with_every_figure(folder: Path) -> None:
    page = compare([folder / "on", folder / "off"], folder / "page")
    text = page.read_text(encoding="utf-8")
    assert page.name == "index.html"
    assert text.count("data:image/png;base64,") == len(SPECS)
    assert 'src="http' not in text
    assert {file.stem for file in (folder / "page").glob("*.png")} == {spec.name for spec in SPECS}
    # Stress is in one of them only, which the page says.
    assert text.count("Left out, for want of these values: off.") == 3


def test_results_without_cuts_are_compared_in_all_else(folder: Path) -> None:
    (folder / "without").mkdir()
    (folder / "without" / "cut_equivalent_stress.png").write_bytes(b"of an earlier comparison")
    page = compare([folder / "plain", folder / "off"], folder / "without")
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == len(SPECS) - 1
    assert "none of the results holds cut_time, cut_z, cut_x, cut_equivalent_stress" in text
    assert not (folder / "without" / "cut_equivalent_stress.png").exists()


def test_the_table_has_a_text_for_every_result(folder: Path) -> None:
    compared = opened(folder, "on", "off", "plain")
    found = rows(compared)
    assert all(len(texts) == 3 for texts in found.values())
    assert found["particles"] == ("52", "52", "52")
    assert found["stop reason"] == ("cutoff-voltage",) * 3
    assert found["active material"] == ("8.25 mg cm⁻²", "not stated", "not stated")
    assert found["peak principal stress"][1] == "no stress"
    assert found["peak principal stress"][0].endswith(" s")
    records = synthetic_records()
    mean = records["mean_stoichiometry"][-1] @ records["particle_volume"] / records["particle_volume"].sum()
    assert found["mean stoichiometry at the end"][0] == f"{mean:.4f}"


def test_spread_and_shares_are_weighted_by_volume(folder: Path) -> None:
    (one,) = opened(folder, "on")[:1]
    data = one.dataset
    volumes = data["particle_volume"].values
    x = data["mean_stoichiometry"].values[-1]
    mean = np.average(x, weights=volumes)
    assert measures.spread(data)[-1] == pytest.approx(np.sqrt(np.average((x - mean) ** 2, weights=volumes)))
    peaks = measures.peak(data, "strength_ratio")
    limit = float(np.median(peaks))
    number, volume = measures.share_beyond(data, "strength_ratio", limit)
    assert number == pytest.approx(np.mean(peaks >= limit))
    assert volume == pytest.approx(volumes[peaks >= limit].sum() / volumes.sum())
    assert volume != pytest.approx(number, rel=1e-3)


def test_labels_are_as_short_as_they_can_be_told_apart(folder: Path, tmp_path: Path) -> None:
    assert [one.label for one in opened(folder, "on", "off")] == ["on", "off"]
    for group in ("a", "b"):
        shutil.copytree(folder / "on", tmp_path / group / "on")
    assert [one.label for one in opened(tmp_path, "a/on", "b/on")] == ["a/on", "b/on"]
    case = tmp_path / "b" / "on" / "case.toml"
    case.write_text(case.read_text().replace("fast-charge-5C", "other"))
    assert [one.label for one in opened(tmp_path, "a/on", "b/on")] == ["fast-charge-5C", "other"]


def test_cuts_are_compared_at_the_times_that_all_results_have(folder: Path, tmp_path: Path) -> None:
    records = synthetic_records()
    times = records["cut_time"]
    over_time = ("cut_time", "cut_stoichiometry", "cut_equivalent_stress", "cut_electrolyte_concentration")
    later = records | {name: records[name][1:] for name in over_time}
    shutil.copytree(folder / "on", tmp_path / "later")
    write_dataset(tmp_path / "later" / "result.nc", build_dataset(later))
    compared = named([Result.open(folder / "on"), Result.open(tmp_path / "later")])
    found = common_times(compared)
    assert len(found) == 4
    assert (found[0], found[-1]) == (times[1], times[-1])
    assert set(found) <= set(times[1:])


@pytest.mark.parametrize(
    ("names", "out", "words"),
    [
        (["on"], "new", "needs at least two results and got 1"),
        (["on", "nowhere"], "new", "there is no result folder"),
        (["on", "."], "new", "it is no finished result"),
        (["on", "off", "./on"], "new", "is given twice"),
        (["on", "off"], "plain", "is a result; choose another with --out"),
    ],
)
def test_what_cannot_be_compared_is_refused(folder: Path, names: list[str], out: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        compare([folder / name for name in names], folder / out)
    assert not (folder / "new").exists()


def test_the_command_writes_the_page_or_says_in_a_sentence_why_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(folder / "on"), "--out", str(folder / "new")]) == 2
    assert "needs at least two results" in capsys.readouterr().err
    assert "RESULT" in CliRunner().invoke(cli, ["compare", "--help"]).output
