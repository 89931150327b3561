"""Predict a 1C discharge of the cathode of an LG M50 with what `gitt_nmc811` has fitted, and with others.

    python tools/discharge_nmc811.py --data FOLDER --fit build/gitt

The 1C curve of the data is the voltage of a whole cell: the cathode against lithium is that voltage and the
potential of the anode. At rest the anode is known from the titration, by the charge of the cathode; its
overvoltage at 1C is not measured, and taken from the DFN of PyBaMM with Chen2020. Nothing is fitted here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from gitt_nmc811 import ACTIVE, CONTACT, OCV, THICKNESS, base_case, open_circuit, rests

from chemomech import materials
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import half_cell_model, prepare
from chemomech.experiments.fitting.simulation import between, solved
from chemomech.experiments.measured import read_measured
from chemomech.materials.constants import FARADAY

Array = npt.NDArray[np.float64]

CURRENT, AREA = 5.0, 0.1027
"""1C of the cell [A], and area of its cathode [m2]: Chen (2020), second-hand."""

ELECTRODE: dict[str, Any] = {
    "geometry.layout.box": ["30 um", "30 um", "100.5 um"], "geometry.layout.particles": 76,
    "materials.overrides.matrix.porosity": 0.746, "radial.electrode_elements": 12,
    "radial.separator_elements": 4, "radial.intervals": 24,
}  # fmt: skip
"""Half of the volume is active, in a layer that is thicker by as much, of the same ionic resistance."""


def anode_at_rest(data: Path, fit: Path) -> tuple[Array, Array]:
    """Potential of the anode at the ends of the rests [V], over the stoichiometry of the cathode."""
    run = read_measured(fit / "gitt.csv")
    cathode = materials.active_material("nmc811")
    start = float(cathode.open_circuit_voltage.stoichiometry_at(float(run.voltage[0])))
    content, _, _ = rests(run, start, cathode)
    files = sorted((data / "GITT").glob("pulse_*.csv"), key=lambda f: int(re.findall(r"\d+", f.name)[0]))
    first = np.genfromtxt(files[0], delimiter=",", skip_header=1)
    ends = [float(first[0, 3])] + [
        float(np.genfromtxt(f, delimiter=",", skip_header=1)[-1, 3]) for f in files
    ]
    return content, np.array(ends)


def anode_overvoltage(share: Array) -> Array:
    """Potential of the anode at 1C beyond that at rest [V], over the share of the discharge, by PyBaMM."""
    import pybamm

    model = pybamm.lithium_ion.DFN()
    model.insert_reference_electrode()
    found = pybamm.Simulation(model, parameter_values=pybamm.ParameterValues("Chen2020")).solve([0.0, 3500.0])
    time = found["Time [s]"].entries
    potential = found["Negative electrode 3E potential [V]"].entries
    rest = found["Negative electrode bulk open-circuit potential [V]"].entries
    return np.asarray(np.interp(share, time / time[-1], potential - rest))


def predicted(case: Case, first: float, duration: float, time: Array) -> Array:
    """Voltage of the cathode in a 1C discharge [V]."""
    case = case.with_overrides({**ELECTRODE, "initial_stoichiometry": first})
    per_mass = CURRENT / (AREA * THICKNESS * ACTIVE * float(half_cell_model(case).cathode.density))
    held = per_mass * prepare(case).active_mass
    case = case.with_overrides({"protocol": [f"Discharge at {held:.6g} A/m2 for {duration:.6g} s"]})
    _, found = solved(case, "radial")
    times = np.asarray(found.records["time"])
    voltage = between(times[1:], np.asarray(found.records["voltage"])[1:], time)
    return np.where(time <= times[-1] + 1e-6, voltage, np.nan)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of the data.")
@click.option("--fit", type=click.Path(path_type=Path), default=Path("build/gitt"), show_default=True)
def main(data: Path, fit: Path) -> None:
    """Print how far the predictions lie from the measured discharge."""
    rows = np.genfromtxt(data / "LGM50_789_1C_25degC.csv", delimiter=",", skip_header=1)
    last = int(np.argmin(rows[:, 1]))
    rested, duration = float(rows[0, 1]), float(rows[last, 0])
    time = np.linspace(20.0, duration - 5.0, 400)
    cell = np.interp(time, rows[: last + 1, 0], rows[: last + 1, 1])
    _, anode = anode_at_rest(data, fit)
    run = read_measured(fit / "gitt.csv")
    fitted = fit / "fitted.toml"
    cases: dict[str, Case] = {"fitted": Case.from_toml(fitted)} if fitted.is_file() else {}
    if cases:
        # The resistance between particles and reference is that of the cell of the titration.
        contact = f"{float(materials.matrix('carbon-binder').contact_conductance)!r} S/m2"
        cases["fitted, its resistance left out"] = cases["fitted"].with_overrides({CONTACT: contact})
    for name in ("nmc811", "nmc811-chen"):
        own = materials.active_material(name)
        cases[f"published {name}"] = base_case(name)
        first = float(own.open_circuit_voltage.stoichiometry_at(float(run.voltage[0])))
        x, voltage, _ = rests(run, first, own)
        cases[f"{name}, voltage of the rests"] = base_case(name).with_overrides(
            {"initial_stoichiometry": first, OCV: open_circuit(x, voltage, own)}
        )
    share = time / duration
    over = anode_overvoltage(share)
    report, curves = {}, {}
    for name, case in cases.items():
        cathode = half_cell_model(case).cathode
        at_start = float(cathode.open_circuit_voltage.stoichiometry_at(float(run.voltage[0])))
        on_scale, _, _ = rests(run, at_start, cathode)  # the rests on the lithium scale of this material
        # The cell rests at its voltage: cathode less anode, which hardly moves there.
        first = float(cathode.open_circuit_voltage.stoichiometry_at(rested + float(anode[0])))
        sites = AREA * THICKNESS * ACTIVE * float(cathode.maximum_concentration) * FARADAY
        mean = first + CURRENT * time / sites
        rest = np.interp(mean, on_scale, anode)
        found = predicted(case, first, duration, time)
        for words, measured in (
            ("at rest", cell + rest),
            ("with the overvoltage by DFN", cell + rest + over),
        ):
            left = found - measured
            inner = (share < 0.9) & np.isfinite(left)
            rmse = [float(np.sqrt(np.nanmean(part**2))) for part in (left, left[inner])]
            click.echo(
                f"{name}: x = {first:.4f} to {mean[-1]:.4f}; RMSE against cell + anode {words}: "
                f"{1e3 * rmse[0]:.1f} mV, first 90 % {1e3 * rmse[1]:.1f} mV, mean "
                f"{1e3 * float(np.nanmean(left[inner])):+.1f} mV, {int(np.isnan(left).sum())} lost"
            )
            report[f"{name}, anode {words}"] = rmse
        curves[name] = found
    click.echo(f"overvoltage of the anode by DFN: {1e3 * over[40]:.0f} to {1e3 * over[-1]:.0f} mV")
    (fit / "discharge.json").write_text(json.dumps(report), encoding="utf-8")
    np.savez(fit / "discharge.npz", time=time, cell=cell, over=over, rest=rest,
             **{re.sub(r"\W+", "_", k): v for k, v in curves.items()})  # fmt: skip


if __name__ == "__main__":
    main()
