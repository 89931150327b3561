"""Margins, meshes, the table in the terminal and the page of the documentation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console
from support.claim_worlds import fast_charge as worlds
from support.claim_worlds.made_up import MadeUp

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.geometry import MESH_PRESETS
from chemomech.validate_commands import validate
from chemomech.validation.__main__ import main
from chemomech.validation.before import verdicts_before
from chemomech.validation.claims import (
    SIMULATIONS,
    Assessment,
    Claim,
    Evidence,
    Finding,
    Kind,
    Row,
    Verdict,
    all_claims,
    chosen_claims,
    verdict_of,
)
from chemomech.validation.claims.criteria import (
    Between,
    above,
    below,
    descends,
    exceeds,
    judged,
    matches,
    near,
)
from chemomech.validation.claims.mesh_error import MESH_ERRORS, PRESETS, mesh_error
from chemomech.validation.claims.packings import first_passage
from chemomech.validation.claims.simulations import PACKINGS, Simulation
from chemomech.validation.document import BEGIN, END, write_document
from chemomech.validation.instruments import Reading
from chemomech.validation.page.page import write_page
from chemomech.validation.runs import only_found, write_cases
from chemomech.validation.scoreboard import Entry, Scoreboard, evaluate
from chemomech.validation.scoreboard_table import cells, line, print_table

TELL = Claim(
    "9.1", "made-up", "yang-2019", "something", "somehow", Kind.PREDICTION, "it holds", (), lambda _: 0
)  # type: ignore[arg-type,return-value]


def made_claim(*rows: Row, by_input: str = "", kind: Kind = Kind.PREDICTION) -> Claim:
    return replace(TELL, kind=kind, assess=lambda _: Assessment(Finding(rows, "so"), by_input=by_input))


def test_margins_are_distances_to_the_nearer_end() -> None:
    assert above(2.0).margin(2.5) == pytest.approx(0.5)
    assert below(2.0).margin(2.5) == pytest.approx(-0.5)
    assert near(1.0, 0.25).margin(1.1) == pytest.approx(0.15)
    assert Between(1.0, 4.0).margin(3.5) == pytest.approx(0.5)
    assert Between(1.0, 4.0).margin(0.5) == pytest.approx(-0.5)


@pytest.mark.parametrize("value", [0.0, float("nan")])
def test_a_figure_on_its_limit_or_without_a_number_does_not_agree(value: float) -> None:
    assert judged("a", "-", value, above(0.0)).agrees is False


def test_readings_are_compared_with_their_errors() -> None:
    low, high = Reading(1.0, 0.3, "-", 9), Reading(1.6, 0.4, "-", 9)
    row = exceeds("a", "-", high, low)
    assert (row.simulated, row.error, row.margin) == pytest.approx((0.6, 0.5, 0.1))
    assert not exceeds("a", "-", low, high).agrees
    assert not exceeds("a", "-", Reading(1.4, 0.4, "-", 9), low).agrees
    same = matches("a", "-", high, low)
    assert (same.margin, same.agrees) == (pytest.approx(0.4), True)
    assert not matches("a", "-", Reading(2.1, 0.4, "-", 9), low).agrees
    assert descends("a", "-", (3.0, 2.5, 1.0)).margin == pytest.approx(0.5)
    assert not descends("a", "-", (3.0, 3.1, 1.0)).agrees


def test_a_row_cannot_contradict_its_margin() -> None:
    with pytest.raises(ValueError, match="exactly where the margin is above 0"):
        Row("a", "-", 1.0, agrees=True, margin=-0.1)


def test_the_decisive_row_is_the_one_that_fails_or_else_the_nearest() -> None:
    near_by = judged("near", "-", 1.1, above(1.0), sampling=0.2)
    far = judged("far", "-", 9.0, above(1.0), sampling=0.2)
    fails = judged("fails", "-", 0.0, above(1.0), sampling=5.0)
    assert Finding((far, near_by), "so").decisive is near_by
    assert Finding((far, near_by, fails), "so").decisive is fails
    exact = judged("exact", "-", 1.0 + 1e-9, above(1.0))
    assert Finding((exact, far), "so").decisive is far
    assert Finding((exact,), "so").decisive is exact
    assert not near_by.is_decided
    assert far.is_decided


def test_mesh_and_sampling_errors_add_in_quadrature() -> None:
    assert judged("a", "-", 1.0, above(0.0), sampling=0.3, mesh=0.4).error == pytest.approx(0.5)
    assert judged("a", "-", 1.0, above(0.0)).error is None


def test_every_mesh_error_falls_with_the_mesh() -> None:
    for quantity in MESH_ERRORS:
        errors = [mesh_error(quantity, preset)(1.0) for preset in MESH_PRESETS]
        assert errors == sorted(errors, reverse=True)
        assert errors[-1] > 0.0
        # The radial model is no better than the standard mesh that it was held against.
        assert mesh_error(quantity, "radial")(1.0) > mesh_error(quantity, "standard")(1.0)
    with pytest.raises(InputError, match="did you mean 'standard'"):
        mesh_error("voltage", "standart")


def test_what_follows_from_an_input_does_not_agree() -> None:
    good, bad = judged("a", "-", 1.0, above(0.0)), judged("a", "-", -1.0, above(0.0))
    for kind in (Kind.INPUT, Kind.PREDICTION, Kind.QUALITATIVE):
        claim = made_claim(good, by_input="a number", kind=kind)
        assert verdict_of(claim, claim.assess(None)) is Verdict.TRUE_BY_INPUT  # type: ignore[misc]
        claim = made_claim(bad, by_input="a number", kind=kind)
        assert verdict_of(claim, claim.assess(None)) is Verdict.DISAGREES  # type: ignore[misc]
    unnamed = made_claim(good, kind=Kind.INPUT)
    with pytest.raises(InputError, match="no input is named"):
        verdict_of(unnamed, unnamed.assess(None))  # type: ignore[misc]


def test_a_conductivity_that_could_have_failed_makes_a_prediction() -> None:
    def at(low: float) -> Verdict:
        world = worlds.spanning(30.0)
        # The same world with a larger current: i L / sigma is 1 % of the drop at a higher conductivity.
        dataset = world.result(worlds.RUN).dataset
        dataset["current_density"] = dataset["current_density"] * low
        (claim,) = chosen_claims(["4.6"])
        assert claim.assess
        found = claim.assess(world)
        rows = {row.what: row.simulated for row in found.rows}
        assert rows["conductivity below which the claim would fail"] == pytest.approx(
            low * 72.0 * 40e-6 / (0.01 * 0.024), rel=1e-6
        )
        return verdict_of(claim, found)

    assert at(1.0) is Verdict.TRUE_BY_INPUT
    assert at(9.0) is Verdict.AGREES


def test_physics_that_is_missing_is_said_to_be() -> None:
    (claim,) = chosen_claims(["2.8"])
    (entry,) = evaluate([claim], Evidence(only_found(()))).entries
    assert entry.verdict is Verdict.NOT_BUILT
    assert entry.says.startswith("missing: a law by which active material dissolves")


def test_silence_is_not_testable_without_an_image() -> None:
    (claim,) = chosen_claims(["1.4"])
    (entry,) = evaluate([claim], MadeUp()).entries
    assert entry.verdict is Verdict.NOT_TESTABLE
    assert "--wiring" in entry.says


class Meshes(Evidence):
    """Evidence whose figure has an error that falls with the mesh."""

    def __init__(self, preset: str = "coarse") -> None:
        super().__init__(only_found(()), preset=preset)

    def finer(self) -> Evidence | None:
        k = PRESETS.index(self.preset) + 1
        return Meshes(PRESETS[k]) if k < len(PRESETS) else None


@pytest.mark.parametrize(
    ("margin", "preset"), [(5.0, "coarse"), (0.5, "standard"), (0.05, "fine"), (0.005, "fine")]
)
def test_a_margin_below_the_mesh_error_asks_for_a_finer_mesh(margin: float, preset: str) -> None:
    errors = dict(zip(PRESETS, (3.0, 1.0, 0.1, 0.01), strict=True))

    def assess(evidence: Evidence) -> Assessment:
        return Assessment(
            Finding((judged("a", "-", margin, above(0.0), mesh=errors[evidence.preset]),), "so")
        )

    (entry,) = evaluate([replace(TELL, assess=assess)], Meshes()).entries
    assert entry.preset == preset
    assert entry.is_decided is (margin >= errors[preset])


def test_a_finer_result_that_cannot_be_had_is_told_beside_the_coarse_one() -> None:
    def assess(evidence: Evidence) -> Assessment:
        if evidence.preset != "coarse":
            raise InputError("there is no finer result.")
        return Assessment(Finding((judged("a", "-", 0.5, above(0.0), mesh=1.0),), "so"))

    (entry,) = evaluate([replace(TELL, assess=assess)], Meshes()).entries
    assert (entry.verdict, entry.preset, entry.wanted) == (
        Verdict.AGREES,
        "coarse",
        "there is no finer result.",
    )
    assert not entry.is_decided


def test_row_4_3_is_not_decided_on_the_coarse_mesh() -> None:
    (claim,) = chosen_claims(["4.3"])
    assert claim.assess
    found = claim.assess(worlds.charged(-0.04, 4e6))
    stress = next(row for row in found.rows if row.what.startswith("equivalent stress at the surface"))
    assert stress.mesh_error is not None
    assert stress.margin is not None
    assert stress.mesh_error == pytest.approx(0.12 * 112.0, rel=0.1)
    assert stress.margin < stress.mesh_error


def test_depth_is_judged_at_equal_size() -> None:
    """Where small particles lie near the separator, outer quarters differ though depth has no effect."""
    world = worlds.small_particles_near_the_separator(Path())
    dataset = world.result(PACKINGS[0]).dataset
    z = dataset["particle_z"] / dataset["electrode_thickness"]
    passed = dataset["surface_crack_first_passage"]
    assert float(passed[z > 0.75].mean()) < float(passed[z < 0.25].mean()) - 40.0
    (claim,) = chosen_claims(["4.1"])
    assert claim.assess
    found = claim.assess(world)
    assert verdict_of(claim, found) is Verdict.DISAGREES
    assert "no difference" in found.prediction.says  # type: ignore[union-attr]


def test_the_coarse_mesh_costs_what_the_main_case_changes_on_a_finer_one() -> None:
    (claim,) = chosen_claims(["4.1"])
    assert claim.assess
    found = claim.assess(worlds.packings(depth=-60.0, coarse_depth=-20.0))
    decisive = found.prediction.decisive  # type: ignore[union-attr]
    assert decisive
    assert decisive.mesh_error == pytest.approx(40.0, abs=1e-6)
    assert decisive.simulated == pytest.approx(-60.0, abs=3.0 * (decisive.simulated_uncertainty or 0.0))


def test_first_passages_follow_from_the_history_where_they_are_not_stored() -> None:
    dataset = worlds.packing(1, depth=0.0).drop_vars("surface_crack_first_passage")
    index = np.asarray(dataset["surface_crack_ratio"])[-1]
    found = first_passage(dataset, "surface_crack")
    assert found is not None
    passing = index >= 1.0
    np.testing.assert_allclose(found[passing], 620.0 / index[passing], rtol=1e-12)
    assert np.isnan(found[~passing]).all()
    assert first_passage(dataset, "core_crack") is None


def test_particles_that_never_pass_count_with_the_end_of_the_charge() -> None:
    world = worlds.packings(depth=-60.0)
    for name in PACKINGS:
        passage = world.result(name).dataset["surface_crack_first_passage"]
        passage[:10] = np.nan
    (claim,) = chosen_claims(["4.1"])
    assert claim.assess
    found = claim.assess(world)
    never = next(row for row in found.rows if "never pass" in row.what)
    assert never.simulated == pytest.approx(10 / 52)


def test_five_packings_differ_and_hold_the_fraction_of_the_main_case() -> None:
    layouts = [SIMULATIONS[name].case().geometry.layout.build() for name in PACKINGS]
    assert len({tuple(np.asarray(layout.radii).round(12)) for layout in layouts}) == len(layouts) >= 5
    for layout in layouts:
        fraction = (
            4.0 / 3.0 * np.pi * float(np.sum(np.asarray(layout.radii) ** 3)) / float(np.prod(layout.box))
        )
        assert (len(layout), fraction) == (52, pytest.approx(0.41, abs=1e-6))


def test_a_case_on_a_preset_differs_in_its_mesh_only() -> None:
    simulation = Simulation("made-up", "fast-charge-5C")
    coarse, plain = simulation.case("coarse"), simulation.case()
    assert replace(coarse, mesh=plain.mesh) == plain
    assert coarse.mesh.preset == "coarse"


def test_cases_are_written_under_the_names_of_their_results(tmp_path: Path) -> None:
    written = write_cases(chosen_claims(["4.1", "2.10"]), tmp_path / "cases", "coarse")
    names = {path.stem for path in written}
    assert names == {*PACKINGS, "fast-charge-5C", "fast-charge-5C-standard", "charge-2C", "charge-3C"}
    for path in written:
        case = Case.from_toml(path)
        preset = "standard" if path.stem.endswith("-standard") else "coarse"
        assert case == SIMULATIONS[case.name].case(preset)


def board_of(*entries: Entry) -> Scoreboard:
    return Scoreboard(entries, 1)


def test_the_table_has_one_line_a_claim_and_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    board = evaluate(all_claims(), Evidence(only_found(())))
    print_table(board, Console(width=80))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    shown = [
        text for text in lines if text.split() and text.split()[0] in {claim.id for claim in all_claims()}
    ]
    assert len(shown) == len(all_claims())
    for text, claim in zip(shown, all_claims(), strict=True):
        assert claim.name in text
        before = verdicts_before()[claim.id].verdict
        assert before in text


def test_no_verdict_and_no_margin_is_cut_off() -> None:
    row = judged("a", "1e-3", -0.00234, above(0.0), sampling=0.00012)
    for verdict in Verdict:
        entry = Entry(chosen_claims(["4.8"])[0], verdict, Assessment(Finding((row,), "so")))
        shown = cells(entry)
        text = line(shown)
        assert len(text) <= 80
        assert text.endswith(shown[-1])
        assert all(part in text for part in shown)


def test_undecided_verdicts_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    row = judged("a", "-", 0.1, above(0.0), sampling=0.5)
    entry = Entry(chosen_claims(["4.8"])[0], Verdict.AGREES, Assessment(Finding((row,), "so")))
    print_table(board_of(entry), Console(width=80))
    out = capsys.readouterr().out
    assert "agrees ~" in out
    assert "the margin is below the error" in out


def test_every_claim_had_a_verdict_and_each_change_of_class_or_criterion_says_why() -> None:
    before = verdicts_before()
    assert set(before) == {claim.id for claim in all_claims()}
    for claim in all_claims():
        settled = claim.verdict_without_simulation
        if claim.kind is Kind.INPUT or (settled is not None and str(settled) != before[claim.id].verdict):
            assert len(before[claim.id].change) > 20, claim.id


def test_page_and_documentation_show_both_verdicts_margins_and_reasons(tmp_path: Path) -> None:
    world = worlds.packings(depth=-60.0)
    board = evaluate(chosen_claims(["4.1", "4.10"]), world)
    board.write(tmp_path)
    entry = json.loads((tmp_path / "scoreboard.json").read_text())["claims"][0]
    assert (entry["verdict"], entry["verdict_before"], entry["unit"]) == ("agrees", "disagrees", "s")
    assert entry["margin"] > 0.0
    assert entry["margin_error"] > 0.0
    assert entry["mesh"] == "coarse"
    text = write_page(board, tmp_path).read_text()
    assert "Before: disagrees" in text
    assert "outer quarters differ in particle size" in text
    assert "not built yet" in text
    document = tmp_path / "validation.md"
    document.write_text(f"by hand\n{BEGIN}\nold\n{END}\nby hand too\n")
    assert main([str(tmp_path), str(document)]) == 0
    written = document.read_text()
    assert written.startswith("by hand\n")
    assert written.endswith("by hand too\n")
    assert "old" not in written.split(BEGIN)[1].split("|")[0]
    assert "| 4.1 | damage-near-separator | prediction | agrees | disagrees |" in written
    once = written
    write_document(tmp_path, document)
    assert document.read_text() == once


def test_a_page_without_marks_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(chosen_claims(["4.10"]), MadeUp()).write(tmp_path)
    document = tmp_path / "validation.md"
    document.write_text("nothing\n")
    assert main([str(tmp_path), str(document)]) == 1
    assert "has not the lines" in capsys.readouterr().err
    assert document.read_text() == "nothing\n"
    assert main([str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "standart"], "did you mean 'standard'"),
        (["--wiring", "nowhere.csv"], "there is no table 'nowhere.csv'"),
        (["--results", "nowhere"], "there is no folder 'nowhere'"),
        (["--claims", "4.99"], "4.99"),
        (["--cases", "pyproject.toml"], "cannot be written"),
    ],
)
def test_wrong_options_are_answered_in_a_sentence(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    outcome = CliRunner().invoke(validate, ["--no-run", *arguments])
    assert isinstance(outcome.exception, InputError)
    assert words in str(outcome.exception)
    assert not (tmp_path / "scoreboard").exists()
