"""Titrations: the formula by hand, the sphere by its limits, and pulses of a known diffusivity."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import chemomech
from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.gitt import evaluate, weppner
from chemomech.experiments.measured.gitt.evaluation import draw, lines
from chemomech.experiments.measured.gitt.fitting import fit_pulse
from chemomech.experiments.measured.gitt.pulses import Pulse, pulses_of
from chemomech.experiments.measured.gitt.sphere import pulse_response, roots, step_response
from chemomech.experiments.measured.steps import steps_of
from chemomech.materials import active_material

RADIUS, TAU = 5.0e-6, 600.0


def numeric(scaled_time: float, cells: int = 400) -> float:
    """theta by finite volumes: dc/dT = div grad c in a unit sphere, flux 1 in, c at the surface."""
    edges = np.linspace(0.0, 1.0, cells + 1)
    volume, area = np.diff(edges**3) / 3.0, edges**2
    width = edges[1] - edges[0]
    steps = 400
    dt = scaled_time / steps
    conductance = area[1:-1] / width
    matrix = np.diag(volume / dt)
    for k, g in enumerate(conductance):
        matrix[k : k + 2, k : k + 2] += g * np.array([[1.0, -1.0], [-1.0, 1.0]])
    c = np.zeros(cells)
    inverse = np.linalg.inv(matrix)
    source = np.zeros(cells)
    source[-1] = 1.0
    for _ in range(steps):
        c = inverse @ (volume / dt * c + source)
    return float(c[-1] + 0.5 * width)


def test_the_surface_of_a_sphere_by_finite_volumes_and_by_its_limits() -> None:
    # Carslaw and Jaeger, table of tan a = a: 4.4934, 7.7253, 10.9041.
    assert roots()[:3] == pytest.approx([4.4934, 7.7253, 10.9041], abs=1e-4)
    for scaled in (0.02, 0.1, 0.5):
        assert float(step_response(np.array(scaled))) == pytest.approx(numeric(scaled), rel=4e-3)
    # Late: 3 T + 1/5; early: a half space.
    assert float(step_response(np.array(2.0))) == pytest.approx(6.2, rel=1e-9)
    assert float(step_response(np.array(1e-6))) == pytest.approx(2.0 * math.sqrt(1e-6 / math.pi), rel=1e-3)
    assert step_response(np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]
    # Both expansions agree where one takes over from the other.
    assert float(step_response(np.array(2.0e-3 - 1e-9))) == pytest.approx(
        float(step_response(np.array(2.0e-3 + 1e-9))), rel=2e-5
    )


def test_after_a_pulse_all_evens_out() -> None:
    assert pulse_response(np.array([1e6]), TAU, 4000.0)[0] == pytest.approx(1.0, rel=1e-9)
    # In the pulse the surface runs ahead of the mean: T + 1/15 of R^2/D over T.
    assert pulse_response(np.array([TAU]), TAU, 100.0)[0] == pytest.approx((6.0 + 1.0 / 15.0) / 6.0, rel=1e-9)


def pulse_of(diffusivity: float, resistance: float = 0.0, change: float = 0.012, noise: float = 0.0) -> Pulse:
    """A pulse of the response of a sphere."""
    time = np.linspace(0.0, TAU, 301)[1:]
    rest = TAU + np.geomspace(0.1, max(7200.0, 2.0 * RADIUS**2 / diffusivity), 200)
    all_times = np.concatenate([time, rest])
    voltage = 3.8 + change * pulse_response(all_times, TAU, RADIUS**2 / diffusivity)
    voltage += np.random.default_rng(1).normal(0.0, noise, len(voltage)) if noise else 0.0
    voltage[: len(time)] += resistance
    return Pulse(2, 1.0, TAU, 3.8, time, voltage[: len(time)], rest, voltage[len(time) :], 0.0, TAU)


def test_the_formula_by_hand() -> None:
    # Linear in the square root of time: 20 mV in the pulse after a drop of 7 mV, 10 mV at rest.
    time = np.linspace(0.0, TAU, 61)[1:]
    pulse = Pulse(
        2, 1.0, TAU, 3.8, time, 3.807 + 0.02 * np.sqrt(time / TAU), np.array([TAU + 1.0, 9000.0]),
        np.array([3.82, 3.81]), 0.0, TAU,
    )  # fmt: skip
    assert weppner.transient_change(pulse) == pytest.approx(0.020, rel=1e-9)
    # 4/(pi 600) (5e-6/3)^2 (10/20)^2 = 1.4737e-15.
    assert weppner.diffusivity(pulse, RADIUS) == pytest.approx(1.4737e-15, rel=1e-4, abs=0)


@pytest.mark.parametrize("scaled", [1e-4, 0.003])
def test_the_formula_holds_for_short_pulses(scaled: float) -> None:
    diffusivity = scaled * RADIUS**2 / TAU
    # The surface runs ahead of that of a half space by T beside 2 (T/pi)^1/2, which counts twice.
    low = 1.0 - 1.3 * math.sqrt(math.pi * scaled)
    ratio = weppner.diffusivity(pulse_of(diffusivity), RADIUS) / diffusivity
    assert low < ratio < 1.0


def test_the_formula_is_low_for_long_pulses() -> None:
    for scaled, ratio in ((0.1, 0.55), (0.3, 0.28)):
        diffusivity = scaled * RADIUS**2 / TAU
        assert weppner.diffusivity(pulse_of(diffusivity), RADIUS) < ratio * diffusivity


@pytest.mark.parametrize("scaled", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("resistance", [0.0, 0.015])
def test_a_fit_finds_what_was_put_in(scaled: float, resistance: float) -> None:
    diffusivity = scaled * RADIUS**2 / TAU
    fit = fit_pulse(pulse_of(diffusivity, resistance))
    assert fit.diffusion_time == pytest.approx(RADIUS**2 / diffusivity, rel=1e-4)
    assert fit.resistance == pytest.approx(resistance, abs=1e-7)
    assert fit.equilibrium_change == pytest.approx(0.012, rel=1e-4)
    assert fit.rmse < 1e-7


def test_errors_of_a_fit_cover_what_was_put_in() -> None:
    diffusivity = 0.1 * RADIUS**2 / TAU
    fit = fit_pulse(pulse_of(diffusivity, 0.01, noise=2e-4))
    off = abs(math.log(fit.diffusion_time * diffusivity / RADIUS**2))
    assert off < 3.0 * fit.error
    assert 1e-3 < fit.error < 0.1


def test_a_pulse_without_a_response_determines_nothing() -> None:
    flat = pulse_of(1e-14, 0.01, change=0.0, noise=2e-4)
    assert fit_pulse(flat).error > 0.5


def run_of_pulses(count: int) -> MeasuredRun:
    time, voltage, current = [0.0, 300.0], [3.8, 3.8], [0.0, 0.0]
    pulse = pulse_of(4e-15, 0.01)
    for _ in range(count):
        start, base = time[-1], voltage[-1]
        time += [start + t for t in (*pulse.time, *pulse.rest_time)]
        voltage += [base + v - 3.8 for v in (*pulse.voltage, *pulse.rest_voltage)]
        current += [0.3] * len(pulse.time) + [0.0] * len(pulse.rest_time)
    arrays = [np.array(values) for values in (time, voltage, current)]
    steps = steps_of(*arrays)
    return MeasuredRun("made", *arrays, "A/kg", None, None, "nmc811", steps, "")


def test_pulses_are_found_with_their_charge() -> None:
    run = run_of_pulses(3)
    found = pulses_of(run)
    assert [pulse.number for pulse in found] == [2, 4, 6]
    assert [pulse.charge for pulse in found] == pytest.approx([180.0] * 3)
    assert [pulse.charge_before for pulse in found] == pytest.approx([0.0, 180.0, 360.0])
    material = active_material("nmc811")
    results = evaluate(run, RADIUS, material, 0.8)
    assert [one.fitted for one in results] == pytest.approx([4e-15] * 3, rel=0.02, abs=0)
    # F c_max / rho = 1 043.7 kC/kg: 180 C/kg are 0.1725 e-3.
    assert results[1].stoichiometry == pytest.approx(0.8 - 1.5 * 1.7246e-4, abs=1e-7)
    assert "none" not in "\n".join(lines(results))
    with pytest.raises(InputError, match="no pulse of constant current between two rests"):
        pulses_of(run_of_pulses(0))
    with pytest.raises(InputError, match="radius"):
        evaluate(run, 5.0)


def test_a_simulated_titration_shows_the_bias_of_the_formula(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = chemomech.Case.from_toml("gitt-nmc811").with_overrides(
        {
            "geometry.layout.box": ["24 um", "24 um", "26 um"], "geometry.layout.particles": 8,
            "initial_stoichiometry": 0.62,
            "protocol": ["Rest for 1 min", "3 times (Charge at C/10 for 10 minutes; Rest for 90 minutes)"],
        }
    )  # fmt: skip
    chemomech.run(case, out=tmp_path / "r", progress=False, report=False)
    words = ["data", "gitt", str(tmp_path / "r"), "--radius", "5.22 um", "--against", "nmc811"]
    assert main([*words, "--picture", str(tmp_path / "d.png")]) == 0
    out = capsys.readouterr().out
    rows = [line.split() for line in out.splitlines()[1:4]]
    assert [row[0] for row in rows] == ["2", "4", "6"]
    formula, fitted = (np.array([float(row[k]) for row in rows]) for k in (8, 9))
    # Thin electrode, equal particles: the fit is near what was put in, the formula is far below.
    assert np.abs(fitted).max() < 8.0
    assert formula.max() < -50.0
    assert "holds for pulses much shorter than R2/D" in out
    assert (tmp_path / "d.png").stat().st_size > 10_000
    assert main([*words, "--picture", str(tmp_path / "d.png")]) == 2
    with pytest.raises(InputError, match="use .png"):
        draw(evaluate(run_of_pulses(1), RADIUS), tmp_path / "d.gif", "a")
