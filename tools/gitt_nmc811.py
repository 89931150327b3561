"""Fit D(x) and i0(x) of NMC811 to a measured titration of the cathode of an LG M50.

    python tools/gitt_nmc811.py --data FOLDER --out build/gitt

The data (pybamm-param, BSD-3-Clause) are 40 pulses of 1.15 mA for 15 min with rests, of the cathode against
a lithium reference. Electrode: disc of 18 mm, 75.6 um thick, 66.5 % active, particles of 5.22 um (Chen 2020).
The open-circuit voltage is taken from the ends of the rests, which are not yet at rest: what the model says
is still to relax is added, until it no longer changes. Fitted are D and i0 at nodes of x, and two numbers of
the cell: the ohmic resistance between particles and reference, and the double layer of the particles.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from scipy.optimize import lsq_linear

import chemomech
import chemomech.fenicsx_first  # noqa: F401  must come before dolfinx
from chemomech import materials
from chemomech.experiments.case import Case
from chemomech.experiments.fitting.evaluation import Evaluator, evaluator
from chemomech.experiments.fitting.least_squares import forward, standard_errors
from chemomech.experiments.fitting.parameters import FitCurve, FitParameter
from chemomech.experiments.fitting.settings import FitSettings
from chemomech.experiments.fitting.simulation import simulated
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.fitting.verdicts import fitted
from chemomech.experiments.measured import MeasuredRun, read_measured
from chemomech.experiments.measured.protocol import following
from chemomech.experiments.measured.run import StepKind
from chemomech.materials.constants import FARADAY

Array = npt.NDArray[np.float64]

AREA = math.pi * 9.0e-3**2
THICKNESS, ACTIVE = 75.6e-6, 0.665
"""Area of the disc [m2], thickness [m] and active share of the electrode [-]: Chen (2020), second-hand."""

EVERY = 3
"""Of the records, each so many is fitted, so that the sum of squares is that of the RMSE of all."""

OCV = "materials.overrides.cathode.open_circuit_voltage"
D = "materials.overrides.cathode.diffusivity"
I0 = "materials.overrides.cathode.exchange_current_density"
NODES = [0.29, 0.33, 0.38, 0.43, 0.48, 0.53, 0.58, 0.63, 0.68, 0.73, 0.78, 0.83, 0.87, 0.90, 0.93]
I0_NODES = [0.30, 0.50, 0.70, 0.80, 0.86, 0.91, 0.95]
CONTACT, DOUBLE_LAYER = "materials.overrides.matrix.contact_conductance", "radial.double_layer"
PUBLISHED = ("nmc811", "nmc811-chen")
ROUNDS = 2

GUESS = (
    5e-15, 7e-16, 3.5e-15, 2.8e-15, 1.8e-15, 4.5e-15, 3.4e-15, 1.8e-15, 1.3e-15, 1.4e-15, 2.1e-15, 1.3e-15,
    1.9e-15, 1.9e-15, 5e-16, 0.65, 4.8, 3.3, 1.2, 0.46, 0.15, 0.07, 24.0, 11.0,
)  # fmt: skip
"""Where the fit begins: D [m2/s], i0 [A/m2], contact [S/m2] and double layer [F/m2] that one sphere without
electrolyte gives."""

LEAST_GAIN = 1.0e-3
"""Share of the sum of squares that is left undone in a round."""

MOST_STEPS = 8
"""Steps of a round at most."""


def joined(data: Path, out: Path) -> Path:
    """Write the pulses as one file that `read_measured` takes, and return it."""
    files = sorted((data / "GITT").glob("pulse_*.csv"), key=lambda f: int(re.findall(r"\d+", f.name)[0]))
    rows = np.concatenate([np.genfromtxt(f, delimiter=",", skip_header=1) for f in files])
    rows = rows[np.concatenate([[True], np.diff(rows[:, 0]) > 0.0])]
    file = out / "gitt.csv"
    # While it switches, the current is neither; those records, of milliseconds, are left out.
    flowing = np.abs(rows[:, 2]) > 1e-3
    kept = flowing | (np.abs(rows[:, 2]) < 1e-5)
    np.savetxt(
        file,
        np.column_stack([rows[:, 0] - rows[0, 0], rows[:, 4], np.where(flowing, rows[:, 2], 0.0)])[kept],
        delimiter=",", header="Time [s],Voltage [V],Current [A]", comments="", fmt="%.10g",
    )  # fmt: skip
    density = float(materials.active_material("nmc811").density)
    mass = AREA * THICKNESS * ACTIVE * density * 1e6
    file.with_suffix(".toml").write_text(
        f'current_sign = "charge-positive"\nmass = "{mass:.6g} mg"\nmaterial = "nmc811"\n', encoding="utf-8"
    )
    return file


def base_case(material: str = "nmc811") -> Case:
    """The cathode of the titration against a lithium that costs no voltage, as a reference does."""
    return chemomech.Case.from_toml("gitt-nmc811").with_overrides(
        {
            "materials.cathode": material, "materials.electrolyte": "lipf6-ec-emc-3-7-nyman",
            "geometry.layout.box": ["30 um", "30 um", "75.6 um"], "geometry.layout.particles": 40,
            "geometry.layout.minimum_gap": "0.05 um", "numerics.initial_step": "0.01 s",
            "geometry.separator_thickness": "12 um",
            "materials.overrides.lithium.exchange_current_density": "1e5 A/m2",
            "radial.intervals": 16, "radial.electrode_elements": 4, "radial.separator_elements": 2,
        }
    )  # fmt: skip


def fewer(run: MeasuredRun) -> MeasuredRun:
    """The run with each ``EVERY``-th record, and the first and last of every step."""
    ends = {place for step in run.steps for place in (step.first, step.last)}
    return run.kept(np.array(sorted({*range(0, len(run.time), EVERY), *ends}), dtype=np.int64))


def rests(run: MeasuredRun, start: float, cathode: Any) -> tuple[Array, Array, npt.NDArray[np.int64]]:
    """Stoichiometry and voltage at the ends of the rests, and their records."""
    sites = FARADAY * float(cathode.maximum_concentration) / float(cathode.density)
    ends = np.array([step.last for step in run.steps if step.kind is StepKind.REST])
    content = start - run.charge[ends] * run.specific_factor() / sites
    return content, run.voltage[ends], ends


def open_circuit(content: Array, voltage: Array, cathode: Any) -> dict[str, Any]:
    """The curve through the rests, continued beyond them with the shape of the published one."""
    published = cathode.open_circuit_voltage
    below, above = np.array([0.21, 0.23, 0.25, 0.27]), np.array([0.95, 0.97, 0.985])
    below, above = below[below < content[0] - 0.01], above[above > content[-1] + 0.01]
    left = published(below) - published(content[0]) + voltage[0]
    right = published(above) - published(content[-1]) + voltage[-1]
    x, u = np.concatenate([below, content, above]), np.concatenate([left, voltage, right])
    return {"nodes": x.tolist(), "values": [f"{value:.7g} V" for value in u], "scale": "linear"}


def by_pulse(run: MeasuredRun, voltage: Array) -> Array:
    """RMSE of each pulse with the rest after it, of all records [V]."""
    pulses = [step for step in run.steps if step.kind is not StepKind.REST]
    found = []
    for step in pulses:
        last = run.steps[min(step.number, len(run.steps) - 1)].last
        part = slice(step.first, last + 1)
        found.append(float(np.sqrt(np.nanmean((voltage[part] - run.voltage[part]) ** 2))))
    return np.array(found)


def said(name: str, run: MeasuredRun, case: Case) -> dict[str, Any]:
    """RMSE of a case on the whole titration."""
    voltage = simulated(case, run, "radial")
    each = by_pulse(run, voltage)
    lost = int(np.isnan(voltage).sum())
    click.echo(
        f"{name}: RMSE {1e3 * np.sqrt(np.nanmean((voltage - run.voltage) ** 2)):.2f} mV; by pulse "
        f"{1e3 * np.median(each):.2f} in the middle, {1e3 * each.max():.2f} mV at most (pulse "
        f"{int(each.argmax()) + 1}); below 5 mV: {int((each < 5e-3).sum())} of {len(each)}; "
        f"{lost} records lost"
    )
    return {"by_pulse_V": each.tolist(), "lost": lost, "voltage": voltage}


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of the titration.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/gitt"), show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--verdicts/--no-verdicts", default=True, help="Fit once more at the end, with intervals.")
@click.option("--rounds", default=ROUNDS, show_default=True, help="Corrections of the open-circuit voltage.")
def main(data: Path, out: Path, workers: int, verdicts: bool, rounds: int) -> None:
    """Fit, and print RMSE by pulse of the fit and of both published parameterisations."""
    out.mkdir(parents=True, exist_ok=True)
    run = read_measured(joined(data, out))
    cathode = materials.active_material("nmc811")
    start = float(cathode.open_circuit_voltage.stoichiometry_at(float(run.voltage[0])))
    content, voltage, ends = rests(run, start, cathode)
    click.echo(f"{len(run.steps)} steps, {len(run.time)} records, x = {content[0]:.4f} to {content[-1]:.4f}")
    few = fewer(run)
    begun = base_case().with_overrides({"initial_stoichiometry": start})
    result: dict[str, Any] = {"x": content.tolist()}
    published: dict[str, tuple[Case, Array, Array]] = {}
    for name in PUBLISHED:
        own = materials.active_material(name)
        first = float(own.open_circuit_voltage.stoichiometry_at(float(run.voltage[0])))
        of = base_case(name).with_overrides({"initial_stoichiometry": first})
        result[name] = said(f"published {name}", run, following(of, run)[0])
        x, _, _ = rests(run, first, own)
        rested = of.with_overrides({OCV: open_circuit(x, voltage, own)})
        published[name] = of, x, voltage
        result[f"{name} rests"] = said(f"{name}, voltage of the rests", run, following(rested, run)[0])
    targets = [
        FitCurve("D", D, tuple(NODES), "1e-16 m2/s", "1e-13 m2/s"),
        FitCurve("i0", I0, tuple(I0_NODES), "0.01 A/m2", "30 A/m2"),
        FitParameter("contact", CONTACT, "3 S/m2", "300 S/m2"),
        FitParameter("double layer", DOUBLE_LAYER, "0.5 F/m2", "50 F/m2"),
    ]
    numbers = [number for target in targets for number in target.numbers]
    at = tuple(min(max(one.share(v), 0.02), 0.98) for one, v in zip(numbers, GUESS, strict=True))
    settings = FitSettings("gitt", "gitt-nmc811", model="radial", starts=0, profile=False)
    for turn in range(-1, rounds + 1):
        case = begun.with_overrides({OCV: open_circuit(content, voltage, cathode)})
        spec = FitSpec.of(settings, targets, [following(case, few)[0]], [few])
        with evaluator(spec, out / "evaluations", workers) as evaluate:
            if turn >= 0:  # before, the rests alone are corrected
                slopes = forward(evaluate, at, range(len(at)))
                at = settled(evaluate, at, slopes)
            rmse = float(np.sqrt(np.mean(evaluate(at) ** 2)))
            if turn == rounds:
                break
            left = simulated_ends(evaluate, at, few, run, ends)
            voltage = voltage - left
            off = 1e3 * float(np.std(left))
            click.echo(f"round {turn + 1}: RMSE {1e3 * rmse:.3f} mV, rests off by {off:.3f} mV")
    click.echo(f"at the end: RMSE {1e3 * rmse:.3f} mV of the records that are fitted")
    if verdicts:
        with evaluator(spec, out / "evaluations", workers) as evaluate:
            outcome, best, _ = fitted(evaluate, at)
        at = best.point
        (out / "fit.json").write_text(json.dumps(outcome.to_dict()), encoding="utf-8")
        for line in outcome.lines():
            click.echo(line)
    else:
        errors, _ = standard_errors(slopes / rmse)
        for one, u, error in zip(numbers, at, errors, strict=True):
            wide = one.value(u + error) / one.value(u)
            click.echo(
                f"{one.name}: {one.value(u):.4g} {one.bounds[2]}, a standard error is times {wide:.3f}"
            )
    (out / "at.json").write_text(json.dumps(at), encoding="utf-8")
    found = spec.fitted_case(at)
    result["fitted"] = said("fitted", run, following(found, run)[0])
    cell = {target.key: target.numbers[0].text(u) for target, u in zip(targets[2:], at[-2:], strict=True)}
    for name, (of, x, measured) in published.items():
        changed = of.with_overrides({**cell, OCV: open_circuit(x, measured, materials.active_material(name))})
        result[f"{name} cell"] = said(
            f"{name}, voltage of the rests and the cell as fitted", run, following(changed, run)[0]
        )
    (out / "fitted.toml").write_text(found.to_toml(), encoding="utf-8")
    curves = {name: one.pop("voltage") for name, one in result.items() if isinstance(one, dict)}
    (out / "result.json").write_text(json.dumps(result), encoding="utf-8")
    arrays = {name.replace(" ", "_"): curve for name, curve in curves.items()}
    np.savez(out / "voltages.npz", time=run.time, measured=run.voltage, **arrays)


def settled(evaluate: Evaluator, at: tuple[float, ...], slopes: Array) -> tuple[float, ...]:
    """Where steps of Gauss and Newton with derivatives that are kept no longer lower the sum of squares.

    Args:
        evaluate: the model.
        at: where it begins.
        slopes: derivatives of the residuals near it [V], shape (n, k).
    """
    left = evaluate(at)
    for _ in range(MOST_STEPS):
        place = np.array(at)
        step = lsq_linear(slopes, -left, bounds=(-place - 1e-12, 1.0 - place + 1e-12)).x
        for share in (1.0, 0.5, 0.25):
            there = tuple(float(u) for u in np.clip(place + share * step, 0.0, 1.0))
            moved = evaluate(there)
            gain = 1.0 - float((moved**2).sum() / (left**2).sum())
            if gain > 0.0:
                at, left = there, moved
                break
        if gain < LEAST_GAIN:
            break
    return at


def simulated_ends(
    evaluate: Evaluator, point: tuple[float, ...], few: MeasuredRun, run: MeasuredRun, ends: Any
) -> Array:
    """Simulated less measured voltage at the ends of the rests [V]."""
    places = np.searchsorted(few.time, run.time[ends])
    left = evaluate.voltages(point)[0][places] - few.voltage[places]
    return np.asarray(np.where(np.isfinite(left), left, 0.0))


if __name__ == "__main__":
    main()
