"""What a fit is asked: curves through nodes, keys that share a value, planted numbers, refusals."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case.prepare import half_cell_model, prepare
from chemomech.experiments.fitting.evaluation import LOST, difference
from chemomech.experiments.fitting.parameters import FitCurve, FitParameter
from chemomech.experiments.fitting.settings import FitSettings, Planted, SyntheticMeasurement
from chemomech.experiments.fitting.simulation import counted
from chemomech.experiments.fitting.spec import FitSpec, shipped_fits
from chemomech.experiments.fitting.synthetic import made, planted_shares
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.steps import steps_of
from chemomech.validation.claims import Evidence
from chemomech.validation.claims.claim import Assessment, Claim, Kind
from chemomech.validation.claims.same_case import require_same_case
from chemomech.validation.claims.simulation import Simulation

D = "materials.overrides.cathode.diffusivity"
CURVE = FitCurve("D", D, (0.6, 0.8, 0.95), "1e-16 m2/s", "1e-13 m2/s")
PARAMETER = f"""name = "a"
case = "fast-charge-5C"
[[parameter]]
name = "D"
key = "{D}"
low = "1e-16 m2/s"
high = "1e-13 m2/s"
"""
SYNTHETIC = '[[synthetic]]\nname = "s"\nprotocol = ["Rest for 9 s"]\nevery = "1 s"\n'
SETTINGS = FitSettings("f", "fast-charge-5C", model="radial")
RADIAL = {"model": "radial", "mechanics.coupling": "off"}
CASE = chemomech.Case.from_toml("fast-charge-5C").with_overrides(RADIAL)


def charged(share: float) -> MeasuredRun:
    """An hour of charge by so many lithium per formula unit from x = 0.93."""
    time = np.linspace(0.0, 3600.0, 40)
    cathode = half_cell_model(CASE).cathode
    current = share * 96485.33 * float(cathode.maximum_concentration) / float(cathode.density) / 3600.0
    flows = np.full(40, current)
    voltage = cathode.open_circuit_voltage(0.93 - share * time / 3600.0)
    steps = steps_of(time, voltage, flows, np.ones(40))
    return MeasuredRun("c", time, voltage, flows, "A/kg", None, None, "nmc622", steps, "")


def test_each_node_is_a_number_and_the_curve_is_set_as_one() -> None:
    assert [one.name for one in CURVE.numbers] == ["D(0.6)", "D(0.8)", "D(0.95)"]
    case = CASE.with_overrides(dict(CURVE.changes((0.0, 0.5, 1.0))))
    law = half_cell_model(case).cathode.diffusivity
    np.testing.assert_allclose(law(np.array([0.6, 0.8, 0.95])), [1e-16, 10**-14.5, 1e-13], rtol=1e-9)
    marked = CASE.with_overrides(dict(CURVE.changes((0.0, 0.5, 1.0), "c5")))
    assert half_cell_model(marked).cathode.diffusivity.source.marks == ("calibrated",)


def test_a_node_where_the_data_do_not_reach_is_refused_with_what_they_cover() -> None:
    assert len(FitSpec.of(SETTINGS, [CURVE], [CASE], [charged(0.4)]).parameters) == 3
    with pytest.raises(InputError, match=r"node x = 0.6 of the curve 'D' .* cover x = 0.830 to 0.930"):
        FitSpec.of(SETTINGS, [CURVE], [CASE], [charged(0.1)])


def test_keys_may_share_a_value() -> None:
    both = FitParameter("nu", "materials.overrides.cathode.poisson_ratio", "0.1", "0.4", "linear",
                        also=("materials.overrides.matrix.poisson_ratio",))  # fmt: skip
    spec = FitSpec.of(SETTINGS, [both], [CASE], [charged(0.4)])
    model = half_cell_model(spec.changed((0.5,))[0])
    assert float(model.cathode.poisson_ratio) == float(model.matrix.poisson_ratio) == pytest.approx(0.25)
    other = FitParameter("other", "materials.overrides.matrix.poisson_ratio", "0.1", "0.4", "linear")
    with pytest.raises(InputError, match="two parameters have the key"):
        FitSpec.of(SETTINGS, [both, other], [CASE], [charged(0.4)])


def unasked(_: Evidence) -> Assessment:
    raise AssertionError("a claim that is refused is not assessed")


def test_fitted_numbers_say_so_and_no_claim_takes_them_for_a_prediction() -> None:
    factor = FitParameter("i0", "materials.overrides.cathode.exchange_current_density.factor", "0.1", "10")
    contact = FitParameter("contact", "materials.overrides.matrix.contact_conductance", "10 S/m2", "1e6 S/m2")
    spec = FitSpec.of(SETTINGS, [CURVE, factor, contact], [CASE], [charged(0.4)])
    case = spec.fitted_case((0.1, 0.2, 0.3, 0.5, 0.5))
    again = chemomech.Case.from_table(case.to_table())
    model = half_cell_model(again)
    fitted = (
        model.cathode.diffusivity, model.cathode.exchange_current_density, model.matrix.contact_conductance
    )  # fmt: skip
    for entry in fitted:
        assert "calibrated" in entry.source.marks
        assert "c" in entry.source.reference.rsplit("fitted to ", 1)[1]
    with pytest.raises(InputError, match="relies on a calibrated number"):
        Claim("0", "n", "p", "m", "r", Kind.PREDICTION, "agrees", assess=unasked, relies_on=(fitted[2],))


def test_no_result_with_a_fitted_number_is_taken_for_the_scoreboard(tmp_path: Path) -> None:
    simulation = Simulation("fast-charge", "fast-charge-5C")
    contact = FitParameter("contact", "materials.overrides.matrix.contact_conductance", "10 S/m2", "1e6 S/m2")

    def result_of(case: chemomech.Case) -> Any:
        return SimpleNamespace(path=tmp_path, case=case.to_table(), summary={"model": "radial"})

    asked = simulation.case("radial")
    require_same_case(result_of(asked), simulation)
    fitted = asked.with_overrides(dict(contact.changes((0.5,), "c5")))
    with pytest.raises(InputError, match="was made with materials.overrides.matrix.contact_conductance"):
        require_same_case(result_of(fitted), simulation)


def test_shipped_fits_can_be_read_and_state_what_is_planted() -> None:
    assert "planted-parameters" in shipped_fits()
    spec = FitSpec.from_toml("planted-parameters")
    assert spec.planted is not None
    shares = planted_shares(spec.planted, spec.targets)
    values = [one.value(u) for one, u in zip(spec.parameters, shares, strict=True)]
    assert values == pytest.approx([8e-15, 2.0, 300.0, 0.45, 100.0])
    other = FitSpec.from_toml("planted-parameters", seed=2)
    apart = np.concatenate([a.voltage - b.voltage for a, b in zip(spec.runs, other.runs, strict=True)])
    assert apart.std() == pytest.approx(2e-3 * 2**0.5, rel=0.1)  # two draws of the noise
    assert [run.name for run in spec.runs] == ["C2", "3C", "8C"]
    with pytest.raises(InputError, match="did you mean 'planted-parameters'"):
        FitSpec.from_toml("planted-parameter")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "states no value of 'D'"),
        ({"D": "1e-12 m2/s"}, "must lie between its bounds"),
        ({"D": "1e-10 cm2/s"}, "in their unit"),
        ({"D": "1e-15 m2/s", "E": 1.0}, "unknown parameter 'E'"),
        ({"D": ["1e-15 m2/s", "1e-15 m2/s"]}, "states 2 values of 'D' and it has 1"),
    ],
)
def test_planted_values_that_are_none(values: dict[str, Any], words: str) -> None:
    target = FitParameter("D", D, "1e-16 m2/s", "1e-13 m2/s")
    with pytest.raises(InputError, match=words):
        planted_shares(Planted(values, 1e-3, 1), [target])


def test_synthetic_records_pass_the_charge_of_the_protocol() -> None:
    target = FitParameter("D", D, "1e-16 m2/s", "1e-13 m2/s")
    asked = SyntheticMeasurement("a", ("Charge at 2C for 100 s", "Rest for 50 s"), 10.0)
    case = CASE.with_overrides({"radial.intervals": 8, "radial.electrode_elements": 3})
    ((follows, run),) = made([asked], Planted({"D": "1e-14 m2/s"}, 0.0, 1), [target], case)
    assert run.time.tolist() == pytest.approx(np.arange(0.0, 151.0, 10.0).tolist(), abs=1e-6)
    # 2C is that of the stated loading, C/kg that of the layout.
    passed = 2.0 * 648000.0 / 3600.0 * 100.0 * 0.08 / prepare(case).active_mass
    assert float(run.charge[-1]) == pytest.approx(passed, rel=1e-6)
    assert len(follows.protocol) == 2


def test_records_that_a_model_lacks_count_and_steps_that_do_not_last_do_not() -> None:
    run = charged(0.4)
    gone = run.voltage.copy()
    gone[30:] = np.nan
    left = difference(run, gone)
    assert (left[:30] == 0.0).all()
    assert (left[30:] == LOST).all()
    np.testing.assert_allclose(difference(run, run.voltage, 1e-3), 1e-3, atol=1e-12)
    brief = np.concatenate([np.ones(20), [2.0], np.full(19, 3.0)])
    time = np.concatenate([np.arange(20.0), [19.0 + 1e-4], 20.0 + np.arange(19.0)])
    steps = steps_of(time, run.voltage, run.current, brief)
    jumped = dataclasses.replace(run, time=time, steps=steps)
    assert np.flatnonzero(~counted(jumped)).tolist() == [20]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            PARAMETER + '[[synthetic]]\nname = "s"\nprotocol = ["Rest for 9 s"]\nevery = "1 s"\n',
            "table .planted.",
        ),
        (PARAMETER.replace("[[parameter]]", "[[curve]]\nnodes = [0.3]"), "two nodes or more"),
        ('name = "a"\ncase = "fast-charge-5C"\nparameter = 3\n', "no list of tables"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "fit.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        FitSpec.from_toml(file)
