"""A made-up slow cycle with four rests: lithium even everywhere, voltage by interpolation. Not a result."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from support.synthetic_result import _open_circuit, synthetic_records, synthetic_summary

from chemomech.experiments.case import Case
from chemomech.solver.results import build_dataset, rows_of, write_dataset, write_summary
from chemomech.solver.results.quantities import quantity

CURRENT = 0.72  # A/m2
HOURS = 3600.0
DELITHIATION = 0.0325 / HOURS  # of the mean stoichiometry at C/20
SEGMENTS = ((1, 10.0), (0, 2.0), (1, 9.5), (0, 2.0), (-1, 10.0), (0, 2.0), (-1, 9.5), (0, 2.0), (-1, 0.5))


def write_synthetic_cycle(folder: Path, case: str = "soc-cycle-C20", mechanics: str = "two-way") -> Path:
    """Write a result folder of the slow cycle."""
    time, current = [0.0], [CURRENT]
    for sign, hours in SEGMENTS:
        start = time[-1]
        time += list(start + HOURS * np.linspace(0.0, hours, 12))
        current += [sign * CURRENT] * 12
    t, j = np.array(time), np.array(current)
    mean = 0.93 - DELITHIATION * np.concatenate(
        [[0.0], np.cumsum(np.diff(t) * 0.5 * (j[1:] + j[:-1]))]
    ) / CURRENT  # fmt: skip
    base = synthetic_records(steps=6)
    records = {}
    for name, values in base.items():
        dims = quantity(name).dims
        if dims[:1] == ("time",):
            shape = (len(t), *np.shape(values)[1:])
            records[name] = np.broadcast_to(np.asarray(values)[-1], shape).copy()
        else:
            records[name] = values
    particles = records["mean_stoichiometry"].shape[1]
    records |= {"time": t, "current_density": j, "time_step": np.diff(t, prepend=0.0)}
    records |= {
        name: np.repeat(mean[:, None], particles, axis=1)
        for name in ("mean_stoichiometry", "surface_stoichiometry", "core_stoichiometry")
    }
    voltage = _open_circuit(mean)
    records["voltage"] = np.where(np.arange(len(t)) >= len(t) - 12, np.minimum(voltage, 3.0), voltage)
    records["areal_capacity"] = (0.93 - mean) / DELITHIATION * CURRENT / 3.6e4
    records["step_number"] = np.repeat(np.arange(len(SEGMENTS)) + 1, 12)
    records["step_number"] = np.concatenate([[1], records["step_number"]])
    sentences = (list(Case.from_toml(case).to_table()["protocol"]) * len(SEGMENTS))[: len(SEGMENTS)]
    rows = rows_of(records, sentences, ["end-of-protocol"] * 8 + ["cutoff-voltage"], 0.078)
    records["cycle_number"] = rows.cycle_number(records["step_number"])
    folder.mkdir(parents=True)
    attributes = {
        "case": case, "couplings": {"mechanics": mechanics},
        "near_separator_particle": 0, "near_collector_particle": 1,
    }  # fmt: skip
    write_dataset(folder / "result.nc", build_dataset(records, attributes=attributes))
    summary = synthetic_summary() | rows.summary() | {
        "couplings": {"mechanics": mechanics}, "active_mass_mg_cm2": 7.8, "probes": {},
    }  # fmt: skip
    summary = json.loads(json.dumps(summary))
    try:
        write_summary(folder / "summary.json", summary)
    except ValueError:
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    (folder / "case.toml").write_text(Case.from_toml(case).to_toml(), encoding="utf-8")
    return folder
