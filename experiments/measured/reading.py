"""Reads a measurement: table, columns, what is stated, checks, steps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chemomech import materials
from chemomech.errors import InputError
from chemomech.experiments.measured import checks
from chemomech.experiments.measured.columns import CLOCK, find_columns
from chemomech.experiments.measured.readers import read_table
from chemomech.experiments.measured.run import MeasuredRun
from chemomech.experiments.measured.stated import Stated, stated_of, with_material
from chemomech.experiments.measured.steps import steps_of
from chemomech.reading import file_digest

FEWEST = 3
"""Records that a measurement has at least."""


def read_measured(
    path: Path | str,
    stated: Stated | None = None,
    changes: Mapping[str, Any] | None = None,
    material: str | None = None,
) -> MeasuredRun:
    """Return a measurement of a half cell, checked.

    Args:
        path: of a text file (CSV, Battery Data Format) or one of EC-Lab (``.mpr``).
        stated: what is stated of it; that of the TOML file of its name beside it if not given.
        changes: keys of it set otherwise, as ``{"mass": "12.5 mg"}``.
        material: name of the active material that it must be of, where a case says so.

    Raises:
        InputError: when it cannot be read, or cannot be a measurement of a half cell as it is stated.
    """
    file = Path(path)
    what = f"the measurement {str(file)!r}"
    given = stated_of(file, changes) if stated is None else stated
    given = given if material is None else with_material(given, material)
    active = None if given.material is None else materials.active_material(given.material)
    table = read_table(file, given)
    columns = find_columns(table.headers, vars(given.columns), vars(given.units), what)
    direction = given.direction if given.direction is not None else table.direction
    if direction is None:
        raise InputError(
            f"{what} does not say which current is positive; state current_sign, charge-positive or "
            "discharge-positive."
        )
    values = {
        name: table.column(column.place, column.unit == CLOCK) * column.factor
        for name, column in columns.items()
    }
    time, voltage, current = values["time"], values["voltage"], direction * values["current"]
    if len(time) < FEWEST:
        raise InputError(f"{what} has {len(time)} records, and {FEWEST} are needed; check which file it is.")
    checks.require_times(time, [table.line(row) for row in range(table.rows)], what)
    checks.require_voltages(voltage, what)
    time = time - time[0]
    steps = steps_of(time, voltage, current, values.get("step"))
    run = MeasuredRun(
        file.stem, time, voltage, np.asarray(current), columns["current"].si, given.mass, given.area,
        given.material, steps, file_digest(file),
    )  # fmt: skip
    if run.current_unit == "A" and run.mass is None and run.area is None:
        raise InputError(
            f"{what} has currents in A, and neither mass nor area of the electrode is stated; state one, as "
            'in area = "1.54 cm2" or mass = "12.5 mg".'
        )
    checks.require_scale(run, active, what)
    checks.require_sign(run, what)
    checks.require_no_gaps(run, what)
    if active is not None:
        checks.require_half_cell(run, active, what)
    return run
