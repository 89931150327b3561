"""Results in the Battery Data Format: text with its preferred labels, and beside it what these do not say.

Columns and labels are those of the ontology of the format, version 1.0.0 (Battery Data Alliance): current is
positive where charge is put in, as in results.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import tomli_w

from chemomech.experiments.case.units import format_quantity
from chemomech.experiments.measured.columns import BDF_LABELS, BDF_STEP
from chemomech.experiments.measured.simulated import recorded
from chemomech.experiments.measured.stated import SUFFIX
from chemomech.solver.results import Result
from chemomech.solver.results.folder import replacing

CYCLE = "Cycle Count / 1"


def write_bdf(result: Result, path: Path, area: float) -> Path:
    """Write time, voltage and current of a result, and beside it a TOML file with area and material.

    Args:
        result: of a run.
        path: of the text file.
        area: of the electrode, by which current densities become currents [m2].

    Returns:
        The file with what the format does not say.

    Raises:
        InputError: when the result lacks something.
    """
    dataset = recorded(result, "the Battery Data Format needs")
    columns = {
        BDF_LABELS["time"]: dataset["time"].values,
        BDF_LABELS["voltage"]: dataset["voltage"].values,
        BDF_LABELS["current"]: dataset["current_density"].values * area,
        BDF_STEP: dataset["step_number"].values.astype(int),
    }
    if "cycle_number" in dataset:
        columns[CYCLE] = dataset["cycle_number"].values.astype(int)
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True))
    beside = path.with_suffix(SUFFIX)
    stated = {
        "current_sign": "charge-positive",
        "area": format_quantity(area, "m2"),
        "material": str(result.case["materials"]["cathode"]),
    }
    with replacing(beside) as temporary:
        temporary.write_text(tomli_w.dumps(stated), encoding="utf-8")
    return beside
