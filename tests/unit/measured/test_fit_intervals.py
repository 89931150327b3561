"""Profiles, posteriors and corrections of models that are formulas, against closed forms."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import brentq

from chemomech.errors import InputError
from chemomech.experiments.fitting.correction import LinearOffset, correct, held
from chemomech.experiments.fitting.emulator import emulated
from chemomech.experiments.fitting.evaluation import Point
from chemomech.experiments.fitting.least_squares import standard_errors
from chemomech.experiments.fitting.profiles import LIMIT
from chemomech.experiments.fitting.sampling import sample
from chemomech.experiments.fitting.settings import Correction, Sampling
from chemomech.experiments.fitting.verdicts import fitted
from tests.support.formula_fit import PARAMETERS, formula_fit

pytest.importorskip("lmfit", reason="fitting is optional")
pytest.importorskip("emcee", reason="fitting is optional")

Array = npt.NDArray[np.float64]
NOISE = 1e-3


def line(model: str, point: Point, time: Array) -> Array:
    """Two numbers that are seen alike, a third that is not seen."""
    s = time / time[-1]
    return 3.6 + 0.05 * point[0] + 0.08 * point[1] * s


def bent(model: str, point: Point, time: Array) -> Array:
    """A single number whose likelihood is far from a parabola."""
    return 3.6 + 0.004 * np.exp(2.5 * point[0]) * np.ones_like(time)


def test_intervals_of_a_linear_model_are_those_of_least_squares(tmp_path: Path) -> None:
    evaluate = formula_fit(line, (0.4, 0.6, 0.5), NOISE, tmp_path)
    found, best, _ = fitted(evaluate)
    s = evaluate.spec.runs[0].time / 1000.0
    matrix = np.column_stack([0.05 * np.ones_like(s), 0.08 * s])
    exact, *_ = np.linalg.lstsq(matrix, evaluate.spec.runs[0].voltage - 3.6, rcond=None)
    error = NOISE * np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)))
    for k in range(2):
        one, parameter = found.values[k], PARAMETERS[k]
        assert best.point[k] == pytest.approx(exact[k], abs=0.05 * error[k])
        for end, sign in ((one.low, -1.0), (one.high, 1.0)):
            assert end is not None
            assert parameter.share(end) == pytest.approx(
                exact[k] + sign * LIMIT**0.5 * error[k], abs=0.05 * error[k]
            )
    assert found.values[2].says == "not determined: the data bound it on neither side"
    assert found.correlation[0, 1] == pytest.approx(-(0.75**0.5), abs=0.02)  # of a line's start and slope


def test_a_profile_is_followed_where_it_is_no_parabola(tmp_path: Path) -> None:
    evaluate = formula_fit(bent, (0.15,), 0.05, tmp_path)
    found, best, _ = fitted(evaluate)
    left = evaluate(best.point)

    def excess(u: float) -> float:
        return (float((evaluate((u,)) ** 2).sum()) - float((left**2).sum())) / 0.05**2 - LIMIT

    one = found.values[0]
    if one.high is None:
        assert excess(1.0) < 0.0
    else:
        assert one.high == pytest.approx(brentq(excess, best.point[0], 1.0), abs=0.01)
    assert one.low is None  # below, the voltage hardly moves any more
    assert excess(0.0) < 0.0
    assert "not determined: below" in one.says or "neither side" in one.says


def test_a_number_that_the_data_do_not_see_lends_nobody_its_error() -> None:
    rows = np.random.default_rng(0).normal(size=(100, 2)) * [50.0, 1e-6]
    rows[:, 0] += 1e4 * rows[:, 1]
    errors, _ = standard_errors(rows)
    assert errors[0] == pytest.approx(1.0 / np.sqrt((rows[:, 0] ** 2).sum()), rel=1e-2)
    assert errors[1] == pytest.approx(12.0**-0.5, rel=1e-3)  # of any place between the bounds


def test_the_posterior_of_a_linear_model_is_its_interval(tmp_path: Path) -> None:
    evaluate = formula_fit(line, (0.4, 0.6), NOISE, tmp_path)
    found, best, noise = fitted(evaluate)
    asked = Sampling(walkers=16, steps=4000, seed=3, checked=5)
    posterior = sample(evaluate, best, noise, asked, tmp_path)
    assert posterior.converged
    assert np.abs(posterior.misses).max() < 1e-6  # a linear model is its own second-order model
    for ends, one, parameter in zip(posterior.intervals, found.values, PARAMETERS, strict=False):
        assert one.low is not None
        assert one.high is not None
        low, high = (parameter.share(float(end)) for end in ends)
        width = parameter.share(one.high) - parameter.share(one.low)
        assert high - low == pytest.approx(width, rel=0.05)
        assert low == pytest.approx(parameter.share(one.low), abs=0.05 * width)
    again = sample(evaluate, best, noise, asked, tmp_path)
    np.testing.assert_array_equal(again.samples, posterior.samples)
    text = "\n".join(posterior.lines(found.values))
    assert "long enough" in text
    assert "by the profile" in text
    short = sample(evaluate, best, noise, Sampling(walkers=16, steps=150, checked=0), tmp_path)
    assert "too short" in next(short.lines(found.values))
    with pytest.raises(InputError, match="twice the 2 fitted numbers"):
        sample(evaluate, best, noise, Sampling(walkers=3), tmp_path)


def test_a_second_order_model_is_exact_for_one_and_says_where_the_model_is_not(tmp_path: Path) -> None:
    def square(model: str, point: Point, time: Array) -> Array:
        return 3.6 + 0.1 * point[0] + 0.05 * point[1] ** 2 * time / 1e3 + 0.03 * point[0] * point[1]

    evaluate = formula_fit(square, (0.4, 0.6), NOISE, tmp_path)
    _, best, _ = fitted(evaluate)
    emulator = emulated(evaluate, best, (0.02, 0.02))
    there = np.random.default_rng(1).random((20, 2))
    exact = np.stack(evaluate.many([tuple(place) for place in there.tolist()]))
    np.testing.assert_allclose(emulator.residuals(there), exact, atol=1e-9)
    np.testing.assert_allclose(emulator.squares(there), (exact**2).sum(axis=1), rtol=1e-6)

    def steep(model: str, point: Point, time: Array) -> Array:
        return 3.6 + 0.002 * np.exp(5.0 * point[0]) * np.ones_like(time)

    far = formula_fit(steep, (0.4,), 5e-2, tmp_path)
    outcome, best, noise = fitted(far)
    posterior = sample(far, best, noise, Sampling(walkers=8, steps=1000, checked=20), tmp_path)
    assert np.abs(posterior.misses).max() > 1.0
    assert "believe the intervals of the profile" in "\n".join(posterior.lines(outcome.values))


@pytest.mark.parametrize(("runs", "slope"), [(1, 0.0), (3, 0.01)])
def test_runs_of_a_finer_model_move_the_fit_to_what_was_planted(
    tmp_path: Path, runs: int, slope: float
) -> None:
    """The finer model has more, by an offset that is the same everywhere, or depends on the place."""

    def model(name: str, point: Point, time: Array) -> Array:
        extra = 0.004 + slope * (time / 1e3) * point[0] if name == "resolved" else 0.0
        return line(name, point, time) + extra

    evaluate = formula_fit(model, (0.4, 0.6), NOISE, tmp_path, finer="resolved")
    found, best, noise = fitted(evaluate)
    first = found.values[0]
    assert first.low is not None
    assert first.low > PARAMETERS[0].value(0.4)  # the offset is taken for a larger i0
    corrected = correct(evaluate, found, best, noise, Correction("resolved", runs, {}))
    for k, one in enumerate(corrected.values):
        assert one.low is not None
        assert one.high is not None
        half = 0.5 * (PARAMETERS[k].share(one.high) - PARAMETERS[k].share(one.low))
        assert abs(PARAMETERS[k].share(one.value) - (0.4, 0.6)[k]) < 1.6 * half
    assert corrected.corrected is not None
    text = "\n".join(corrected.lines())
    assert f"corrected by {runs} run" in text
    assert corrected.corrected.to_dict()["runs"] == runs
    if runs == 3:
        assert corrected.corrected.to_dict()["foreseen_rms_V"] < 1e-4


def test_an_offset_is_linear_with_the_smallest_slopes_that_agree() -> None:
    errors = np.array([0.01, 0.02])
    places = [(0.5, 0.5), (0.51, 0.5), (0.52, 0.54)]
    offsets = [[np.array([1.0, 100.0 * u + 50.0 * v])] for u, v in places]
    law = LinearOffset(places, offsets, errors)
    np.testing.assert_allclose(law((0.53, 0.46))[0], [1.0, 53.0 + 23.0], rtol=1e-9)
    # One run beside another says nothing of the direction in which neither has moved.
    once = LinearOffset(places[:2], offsets[:2], errors)
    np.testing.assert_allclose(once((0.52, 0.7))[0], [1.0, 52.0 + 25.0], rtol=1e-9)


def test_an_offset_is_held_where_a_model_has_stopped() -> None:
    np.testing.assert_array_equal(
        held(np.array([np.nan, 1.0, np.nan, 2.0, np.nan])), [1.0, 1.0, 1.0, 2.0, 2.0]
    )
    np.testing.assert_array_equal(held(np.full(3, np.nan)), np.zeros(3))


def test_without_profiles_intervals_are_those_of_the_derivatives(tmp_path: Path) -> None:
    evaluate = formula_fit(line, (0.4, 0.6), NOISE, tmp_path)
    by_profile, _, _ = fitted(evaluate)
    settings = dataclasses.replace(evaluate.spec.settings, profile=False)
    evaluate.spec = dataclasses.replace(evaluate.spec, settings=settings)
    by_slope, _, _ = fitted(evaluate)
    for one, other in zip(by_profile.values, by_slope.values, strict=True):
        assert other.low == pytest.approx(one.low, rel=0.02)
