"""``summary.json``: the numbers of a run that people and programs ask for first."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import unknown_name
from chemomech.solver.results.folder import replacing
from chemomech.solver.results.quantities import SchemaError
from chemomech.solver.results.steps import Cycle, Step
from chemomech.solver.stepping.operation import StopReason

STOP_REASONS = tuple(reason.value for reason in StopReason)
"""Every way a run may end."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "t_end_s": (),
    "voltage_end_V": (),
    "stop_reason": (),
    "stop_detail": (),
    "c_rate": ("label", "current_density_A_m2", "nominal_capacity_mAh_g", "nominal_capacity_mAh_cm2"),
    "capacity_mAh_cm2": (),
    "capacity_mAh_g": (),
    "steps": (),
    "cycles": (),
    "couplings": (),
    "budget": ("lithium_relative_error", "charge_relative_error"),
    "size": ("cells", "unknowns"),
    "cost": (
        "wall_s",
        "peak_memory_GB",
        "accepted_steps",
        "rejected_steps",
        "newton_iterations",
        "linear_iterations",
    ),
    "probes": ("near_separator", "near_collector"),
    "peak_strain_percent": (),
    "versions": (),
}
"""Keys every summary has, with the keys of their sections. A value may be null where it has no meaning
(``peak_strain_percent`` without mechanics, ``label`` of a current given in amperes, the capacities of a run
that is not one charge or one discharge: its ``cycles`` have them)."""

FINITE = ("t_end_s", "voltage_end_V")
"""Keys that are always numbers."""

FINITE_OR_NULL = ("capacity_mAh_cm2", "capacity_mAh_g")
"""Keys that are numbers or null."""

TABLES = {"steps": Step, "cycles": Cycle}
"""Keys that hold a list of rows, and what each row states."""


def check_summary(summary: Mapping[str, Any]) -> None:
    """Make sure that a summary says everything it has to.

    Args:
        summary: plain mappings, lists, numbers and text.

    Raises:
        SchemaError: for a missing key, a number that is not finite, or a stop reason not in the closed list.
    """
    lacking = [*_lacking(summary), *_lacking_in_rows(summary)]
    if lacking:
        raise SchemaError(f"the summary lacks {', '.join(lacking)}; every result must state them.")
    for key in (*FINITE, *FINITE_OR_NULL):
        value = summary[key]
        if value is None and key in FINITE_OR_NULL:
            continue
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise SchemaError(f"{key} = {value!r} in the summary must be a finite number.")
    if summary["stop_reason"] not in STOP_REASONS:
        raise SchemaError(str(unknown_name("stop reason", str(summary["stop_reason"]), STOP_REASONS)))
    if not str(summary["stop_detail"] or "").strip():
        raise SchemaError("stop_detail is empty; it must be a sentence that says what happened.")


def write_summary(path: Path | str, summary: Mapping[str, Any]) -> Path:
    """Check a summary and write it as JSON, whole or not at all.

    NumPy numbers and arrays become plain ones; a number that is not finite becomes null, because JSON has
    no way to write it (the numbers that must be finite have been checked before).

    Args:
        path: where to write, usually ``RESULT/summary.json``; an existing file is replaced.
        summary: see :data:`REQUIRED` for the keys; more are allowed.

    Returns:
        The path written.

    Raises:
        SchemaError: as :func:`check_summary`.
    """
    check_summary(summary)
    target = Path(path)
    text = json.dumps(plain(summary), indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(target) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    return target


def _lacking(summary: Mapping[str, Any]) -> Iterable[str]:
    for key, inner in REQUIRED.items():
        if key not in summary:
            yield key
            continue
        section = summary[key]
        if inner and not isinstance(section, Mapping):
            yield f"{key} as a mapping with {', '.join(inner)}"
            continue
        yield from (f"{key}.{name}" for name in inner if name not in section)


def _lacking_in_rows(summary: Mapping[str, Any]) -> Iterable[str]:
    for key, row_type in TABLES.items():
        rows = summary.get(key, [])
        if not isinstance(rows, list):
            yield f"{key} as a list of rows"
            continue
        names = [entry.name for entry in fields(row_type)]
        for number, row in enumerate(rows, 1):
            yield from (f"{key}[{number}].{name}" for name in names if name not in row)


def plain(value: Any) -> Any:
    """Reduce nested values to what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value
