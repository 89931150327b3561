"""Parameters fitted to measurements: what was planted is found, what cannot be seen is said so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.fitting import FitSpec, fit
from chemomech.experiments.fitting.evaluation import evaluator
from chemomech.experiments.fitting.parameters import FitParameter
from chemomech.experiments.fitting.settings import FitSettings
from chemomech.experiments.fitting.simulation import simulated
from chemomech.experiments.measured.protocol import following
from chemomech.experiments.measured.simulated import measured_of

pytest.importorskip("lmfit", reason="fitting is optional")

D = FitParameter("D", "materials.overrides.cathode.diffusivity", "1e-15 m2/s", "1e-13 m2/s")
SIGMA = FitParameter("sigma", "materials.overrides.matrix.conductivity", "50 S/m", "500 S/m")
NOISE = 1e-3


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> FitSpec:
    """A pulse at 2C and a rest with 1 mV of noise, of D = 6e-15 m2/s."""
    layout = {"box": ["14 um", "14 um", "20 um"], "particles": 5, "volume_fraction": 0.3, "seed": 3}
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(
        {
            "geometry.layout": layout, "mass_loading": "2.8 mg/cm2",
            "mechanics.coupling": "off", "model": "radial",
            "output.cut_times": [], "protocol": ["Charge at 2C for 400 s", "Rest for 400 s"],
            "radial.intervals": 12,
            "radial.electrode_elements": 4, "radial.separator_elements": 2,
        }
    )  # fmt: skip
    planted = case.with_overrides({D.key: "6e-15 m2/s"})
    with chemomech.run(
        planted, out=tmp_path_factory.mktemp("fit") / "r", progress=False, report=False
    ) as result:
        run = measured_of(result, noise=NOISE, seed=5)
    settings = FitSettings("planted", "fast-charge-5C", noise=NOISE, starts=0)
    return FitSpec.of(settings, [D, SIGMA], [following(case, run)[0]], [run])


def test_places_between_bounds() -> None:
    assert D.value(0.5) == pytest.approx(1e-14, rel=1e-12, abs=0)
    assert D.share(6e-15) == pytest.approx(np.log(6.0) / np.log(100.0))
    straight = dataclasses.replace(SIGMA, scale="linear")
    assert straight.value(0.5) == pytest.approx(275.0)
    assert straight.text(0.5) == "275.0 S/m"


def test_the_model_at_what_was_planted_leaves_the_noise(spec: FitSpec) -> None:
    (case,) = spec.changed((D.share(6e-15), SIGMA.share(100.0)))
    left = simulated(case, spec.runs[0], "radial") - spec.runs[0].voltage
    assert np.isfinite(left).all()
    assert np.sqrt(np.mean(left**2)) == pytest.approx(NOISE, rel=0.2)


def test_what_was_planted_is_in_its_interval_and_what_is_not_seen_is_said(
    spec: FitSpec, tmp_path: Path
) -> None:
    found = fit(spec, tmp_path)
    diffusivity, sigma = found.values
    assert diffusivity.determined
    # Within three standard errors, of which the interval has 1.96 to each side: this noise is off by 2.05.
    half = 0.5 * (diffusivity.high - diffusivity.low)  # type: ignore[operator]
    assert abs(diffusivity.value - 6e-15) < 3.0 / 1.96 * half
    assert diffusivity.high < 1.3 * diffusivity.low  # type: ignore[operator]
    assert found.rmse == pytest.approx(NOISE, rel=0.2)
    assert not sigma.determined
    assert "not determined" in sigma.says
    assert all("calibrated" in line for line in list(found.lines())[1:3])
    # What was computed is read again: a fit that was killed goes on to the same numbers.
    files = sorted((tmp_path / "evaluations").glob("*.npy"))
    assert len(files) == found.evaluations
    for file in files[::3]:
        file.unlink()
    again = fit(spec, tmp_path)
    assert again.evaluations == len(files[::3])
    assert [one.value for one in again.values] == [one.value for one in found.values]
    assert again.values[0].low == found.values[0].low


def test_intervals_cover_what_was_planted_as_often_as_they_say(spec: FitSpec, tmp_path: Path) -> None:
    """By the derivative at what was planted: 200 draws of the noise, of which 95 % lie within 1.96 errors."""
    place, step = D.share(6e-15), 0.01
    with evaluator(spec, tmp_path) as evaluate:
        left, up, down = evaluate.many([(place + by, SIGMA.share(100.0)) for by in (0.0, step, -step)])
    noise = np.random.default_rng(5).normal(0.0, NOISE, len(left))
    slope = (up - down) / (2.0 * step)
    error = NOISE / np.sqrt(slope @ slope)
    clean = left + noise
    assert abs(slope @ clean) / (slope @ slope) < 0.05 * error  # no bias
    draws = [np.random.default_rng(k).normal(0.0, NOISE, len(left)) for k in range(200)]
    found = np.array([-(slope @ (clean - draw)) / (slope @ slope) for draw in draws])
    assert 0.91 <= np.mean(np.abs(found) < 1.96 * error) <= 0.99


def test_another_case_does_not_take_what_was_kept(spec: FitSpec, tmp_path: Path) -> None:
    with evaluator(spec, tmp_path) as first:
        first((0.5, 0.5))
    other = dataclasses.replace(
        spec, cases=tuple(case.with_overrides({"temperature": "30 degC"}) for case in spec.cases)
    )
    with evaluator(other, tmp_path) as second:
        second((0.5, 0.5))
        second((0.5, 0.5))
        assert second.evaluations == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"low": "1e-13 m2/s", "high": "1e-15 m2/s"}, "must rise"),
        ({"low": "0 m2/s"}, "above 0 on a logarithmic scale"),
        ({"low": "1e-15 cm2/s"}, "with one unit"),
        ({"low": "little"}, "with one unit"),
    ],
)
def test_bounds_that_are_none(changes: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        dataclasses.replace(D, **changes)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ([D, D], "have the name 'D'"),
        ([D, dataclasses.replace(D, name="E")], "have the key"),
        ([dataclasses.replace(D, key="materials.overrides.cathode.diffusivty")], "did you mean"),
        ([dataclasses.replace(SIGMA, high="1e12 S/m")], "conductivity"),
    ],
)
def test_parameters_that_are_none(spec: FitSpec, parameters: list[FitParameter], words: str) -> None:
    def prepared() -> None:
        from chemomech.experiments.case.prepare import prepare

        made = FitSpec.of(spec.settings, parameters, spec.cases, spec.runs)
        for case in made.changed((1.0,) * len(parameters)):
            prepare(case)

    with pytest.raises(InputError, match=words):
        prepared()


def test_a_fit_needs_measurements(tmp_path: Path) -> None:
    file = tmp_path / "fit.toml"
    file.write_text('name = "a"\ncase = "fast-charge-5C"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"at least one \[\[parameter\]\]"):
        FitSpec.from_toml(file)
