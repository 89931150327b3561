"""Claims, their verdicts and the rule that nothing fitted is shown as predicted."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.synthetic_cycle import write_synthetic_cycle
from support.synthetic_result import write_synthetic_result

from chemomech.errors import InputError
from chemomech.materials import Parameter, Source
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.claims import (
    SIMULATIONS,
    Assessment,
    Claim,
    Evidence,
    Finding,
    FittedFinding,
    Kind,
    Row,
    Verdict,
    all_claims,
    chosen_claims,
    verdict_of,
)
from chemomech.validation.measurements import measurements, paper_keys
from chemomech.validation.page.page import write_page
from chemomech.validation.runs import only_found
from chemomech.validation.scoreboard import evaluate

FITTED = FittedParameter("knob", "-", 1.0, 0.5, 2.0, "95 % confidence", "a table")
GOOD, BAD = Row("a", "-", 1.0, agrees=True), Row("b", "-", 1.0, agrees=False)
PREDICTED, CALIBRATED = Finding((GOOD,), "yes"), FittedFinding((GOOD,), "yes", (FITTED,))


def claim_of(kind: Kind, assess: Callable[[Evidence], Assessment]) -> Claim:
    return Claim("9.1", "made-up", "hausen-2024", "something", "somehow", kind, "it holds", (), assess)


def evidence(*places: Path) -> Evidence:
    return Evidence(only_found(places))


def test_all_43_rows_are_claims_with_their_own_data() -> None:
    ids = [claim.id for claim in all_claims()]
    assert len(ids) == len(set(ids)) == 44
    assert set(ids) == {claim for key in paper_keys() for claim in measurements(key).claims}
    assert len({claim.name for claim in all_claims()}) == 44


def test_every_claim_is_testable_with_a_criterion_or_says_why_not() -> None:
    for claim in all_claims():
        assert sum(map(bool, (claim.assess, claim.untestable, claim.missing))) == 1, claim.id
        assert not claim.assess or claim.agreement, claim.id
        assert set(claim.simulations) <= set(SIMULATIONS), claim.id


@pytest.mark.parametrize("kind", [Kind.PREDICTION, Kind.QUALITATIVE])
@pytest.mark.parametrize("prediction", [None, PREDICTED])
def test_a_fit_is_refused_where_a_prediction_was_announced(kind: Kind, prediction: Finding | None) -> None:
    def assess(_: Evidence) -> Assessment:
        return Assessment(prediction, CALIBRATED)

    claim = claim_of(kind, assess)
    with pytest.raises(InputError, match="never shown as predicted"):
        verdict_of(claim, assess(evidence()))
    (entry,) = evaluate([claim], evidence()).entries
    assert entry.verdict is Verdict.NOT_EVALUATED
    assert not entry.predicted


@pytest.mark.parametrize("prediction", [None, PREDICTED, Finding((BAD,), "no")])
def test_a_calibrated_claim_is_never_listed_as_predicted(prediction: Finding | None) -> None:
    claim = claim_of(Kind.CALIBRATION, lambda _: Assessment(prediction, CALIBRATED))
    board = evaluate([claim], evidence())
    assert board.entries[0].verdict is Verdict.CALIBRATED
    (listed,) = board.to_dict()["claims"]
    assert listed["predicted"] is False
    assert listed["verdict"] == "calibrated"
    assert listed["calibration"]["fitted_parameters"]


def test_no_shipped_calibration_can_agree() -> None:
    for claim in all_claims():
        if claim.kind is Kind.CALIBRATION and not claim.untestable:
            assert verdict_of(claim, Assessment(PREDICTED, CALIBRATED)) is Verdict.CALIBRATED


def test_a_prediction_may_not_rely_on_a_calibrated_number() -> None:
    number = Parameter(0.5, "-", Source("fitted to Fig. 2", ("calibrated",)), (0.0, 1.0))
    claim = claim_of(Kind.CALIBRATION, lambda _: Assessment(PREDICTED, CALIBRATED))
    with pytest.raises(InputError, match="relies on a calibrated number"):
        dataclasses.replace(claim, kind=Kind.PREDICTION, relies_on=(number,))


def test_a_fitted_finding_needs_its_parameters() -> None:
    with pytest.raises(ValueError, match="names no parameter"):
        FittedFinding((GOOD,), "yes", ())


def test_one_failing_claim_never_hides_the_others() -> None:
    def broken(_: Evidence) -> Assessment:
        raise ZeroDivisionError("by zero")

    def unjudged(_: Evidence) -> Assessment:
        return Assessment(Finding((Row("informs", "-", 1.0),), "nothing"))

    claims = [
        claim_of(Kind.PREDICTION, broken),
        claim_of(Kind.PREDICTION, unjudged),
        claim_of(Kind.PREDICTION, lambda _: Assessment(Finding((GOOD, BAD), "in part"))),
        claim_of(Kind.PREDICTION, lambda _: Assessment(PREDICTED)),
    ]
    board = evaluate(claims, evidence())
    assert [entry.verdict for entry in board.entries] == [
        Verdict.NOT_EVALUATED, Verdict.NOT_EVALUATED, Verdict.DISAGREES, Verdict.AGREES,
    ]  # fmt: skip
    assert "ZeroDivisionError" in board.entries[0].error


def test_an_unknown_claim_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'rim-stiffer'"):
        chosen_claims(["rim-stifer"])
    assert [claim.id for claim in chosen_claims(["4.4", "rim-stiffer"])] == ["0.4", "4.4"]


def hand_in(folder: Path, name: str, mechanics: bool = True, **changes: object) -> Path:
    """A made-up result whose case is that of a simulation, but for the changes."""
    write_synthetic_result(folder / name, mechanics=mechanics)
    case = SIMULATIONS[name].case("coarse").with_overrides(changes)
    (folder / name / "case.toml").write_text(case.to_toml(), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"protocol": ["Charge at 4C until 4.5 V"]}, "made with protocol ="),
        ({"materials.cathode": "nmc532"}, "materials.cathode = 'nmc532', but fast-charge-5C has 'nmc622'"),
        ({"materials.electrolyte": "lipf6-dfn-reference"}, "materials.electrolyte"),
        ({"materials.overrides.matrix.conductivity": "9 S/m"}, "materials.overrides.matrix.conductivity"),
        ({"geometry.separator_thickness": "20 um"}, "geometry.separator_thickness"),
        ({"geometry.layout": {"box": ["20 um", "20 um", "40 um"], "particles": 52, "volume_fraction": 0.4}},
         "geometry.layout"),
        ({"mechanics.coupling": "off"}, "mechanics.coupling = 'off', but fast-charge-5C has 'two-way'"),
        ({"mechanics.coupling": "one-way"}, "mechanics.coupling = 'one-way'"),
        ({"initial_stoichiometry": 0.9}, "initial_stoichiometry"),
        ({"temperature": "45 degC"}, "temperature"),
        ({"mass_loading": "7 mg/cm2"}, "mass_loading"),
        ({"wiring.coverage": 0.5}, "wiring.coverage = 0.5, but fast-charge-5C has nothing"),
        ({"mesh.matrix_size": "4 um"}, "mesh.matrix_size set otherwise"),
    ],
)  # fmt: skip
def test_a_result_of_another_case_is_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    hand_in(tmp_path, "fast-charge-5C", changes.get("mechanics.coupling") != "off", **changes)
    (entry,) = evaluate(chosen_claims(["4.4"]), evidence(tmp_path)).entries
    assert entry.verdict is Verdict.NOT_EVALUATED
    assert words in entry.error


def test_the_result_of_the_case_is_taken_whatever_it_stores(tmp_path: Path) -> None:
    hand_in(tmp_path, "fast-charge-5C", **{"output.cut_times": ["5 s"], "description": "another day"})
    (entry,) = evaluate(chosen_claims(["4.4"]), evidence(tmp_path)).entries
    assert entry.verdict is Verdict.AGREES, entry.error


def test_a_result_on_a_finer_mesh_will_do_and_one_on_a_coarser_mesh_will_not(tmp_path: Path) -> None:
    hand_in(tmp_path, "fast-charge-5C", **{"mesh.preset": "standard"})
    found = Evidence(only_found((tmp_path,))).result("fast-charge-5C")
    assert found.case["mesh"]["preset"] == "standard"
    with pytest.raises(InputError, match="no result of fast-charge-5C on the fine mesh or a finer one"):
        Evidence(only_found((tmp_path,)), preset="fine").result("fast-charge-5C")


def test_of_several_results_the_coarsest_that_is_fine_enough_is_taken(tmp_path: Path) -> None:
    hand_in(tmp_path, "fast-charge-5C")
    write_synthetic_result(tmp_path / "fast-charge-5C-standard")
    case = SIMULATIONS["fast-charge-5C"].case("standard")
    (tmp_path / "fast-charge-5C-standard" / "case.toml").write_text(case.to_toml(), encoding="utf-8")
    coarse = Evidence(only_found((tmp_path,)))
    finer = coarse.finer()
    assert finer
    assert [e.result("fast-charge-5C").path.name for e in (coarse, finer)] == [
        "fast-charge-5C",
        "fast-charge-5C-standard",
    ]
    coarse.close()


def test_nmc532_is_simulated_with_nmc532() -> None:
    for claim in all_claims():
        wanted = "nmc532" if claim.paper == "kroeger-nmc532" else "nmc622"
        for name in claim.simulations:
            assert SIMULATIONS[name].case().materials.cathode == wanted, (claim.id, name)


def test_a_missing_result_is_told_once_for_each_claim(tmp_path: Path) -> None:
    board = evaluate(chosen_claims(["4.3", "4.4"]), evidence(tmp_path))
    assert board.count(Verdict.NOT_EVALUATED) == 2
    assert all("there is no result of fast-charge-5C" in entry.error for entry in board.entries)


def test_claims_on_a_slow_cycle_are_read_written_and_drawn(tmp_path: Path) -> None:
    write_synthetic_cycle(tmp_path / "soc-cycle-C20")
    board = evaluate(chosen_claims(["1.2", "1.3", "1.8", "1.9", "2.5", "2.8"]), evidence(tmp_path))
    assert board.count(Verdict.NOT_EVALUATED) == 0
    assert board.entries[1].verdict is Verdict.DISAGREES  # the lattice conducts better when charged
    listed = json.loads(board.write(tmp_path).read_text())["claims"]
    assert [entry["id"] for entry in listed] == ["1.2", "1.3", "1.8", "1.9", "2.5", "2.8"]
    text = write_page(board, tmp_path).read_text()
    assert text.count("data:image/png;base64") == 5
    assert 'src="http' not in text
    assert (tmp_path / "figures" / "1.3-current-falls.png").is_file()
