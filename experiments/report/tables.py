"""The tables of the report page: summary and dataset turned into rows of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from chemomech.experiments.drawing.scales import MEGA, MICRO, time_label
from chemomech.solver.results import Result, decode_attribute
from chemomech.solver.results.probes import PROBES, probe_particle

NOT_STATED = "not stated"

_MOST_INSTANTS = 8

_LABELS = {
    "wall_s": "wall time",
    "newton_iterations": "Newton iterations",
    "peak_memory_GB": "peak memory",
    "lithium_relative_error": "lithium, relative error",
    "charge_relative_error": "charge, relative error",
}
_UNITS = {
    "_s": " s",
    "_GB": " GB",
    "_percent": " %",
    "_V": " V",
    "_mAh_cm2": " mAh cm⁻²",
    "_mAh_g": " mAh g⁻¹",
    "_A_m2": " A m⁻²",
    "_Pa": " Pa",
    "_m": " m",
}

_LAYOUT_KINDS = {"stack": "from an image", "source": "of another thickness"}

Row = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table with two rows of headings; every cell is text.

    Attributes:
        groups: upper headings, each with the number of columns below it.
        columns: headings of the columns; the first column names the row.
        rows: cells, as many in each row as there are columns.
    """

    groups: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def number(value: Any) -> str:
    """Write a number as a person reads it: thousands apart, four digits, powers of ten where needed."""
    if value is None:
        return NOT_STATED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    if isinstance(value, float):
        return _power_of_ten(f"{value:.4g}")
    return str(value)


def c_rate_sentence(summary: Mapping[str, Any]) -> str:
    """Say what the C-rate of the run means as a current density."""
    rate = summary.get("c_rate") or {}
    capacity = (
        f"nominal capacity {number(rate.get('nominal_capacity_mAh_g'))} mAh g⁻¹ of active material,"
        f" {number(rate.get('nominal_capacity_mAh_cm2'))} mAh cm⁻² of electrode"
    )
    current = f"{number(rate.get('current_density_A_m2'))} A m⁻²"
    if not rate.get("label"):
        return f"The current was given directly, {current}; {capacity}."
    return f"{rate['label']} is {current} here: {capacity}."


def headline_rows(summary: Mapping[str, Any]) -> list[Row]:
    """The handful of numbers at the top of the page, with a word for each."""
    entries = [
        ("simulated time", _with_unit(summary.get("t_end_s"), "s")),
        ("final voltage", _with_unit(summary.get("voltage_end_V"), "V")),
    ]
    if summary.get("capacity_mAh_cm2") is None and summary.get("cycles"):
        entries.append(("cycles", f"{len(summary['cycles'])}, see their table"))
    else:
        entries += [
            ("capacity", _with_unit(summary.get("capacity_mAh_cm2"), "mAh cm⁻²")),
            ("per active material", _with_unit(summary.get("capacity_mAh_g"), "mAh g⁻¹")),
        ]
    if summary.get("peak_strain_percent") is not None:
        entries.append(("peak strain", _with_unit(summary["peak_strain_percent"], "%")))
    wall = (summary.get("cost") or {}).get("wall_s")
    if wall is not None:
        entries.append(("wall time", _duration(float(wall))))
    return entries


def run_rows(result: Result) -> list[Row]:
    """What was run, a row for each thing that the case or the summary states."""
    case, summary = result.case, result.summary
    protocol = case.get("protocol", ())
    rows = [
        ("case", result.name),
        ("description", str(case.get("description", ""))),
        ("protocol", protocol if isinstance(protocol, str) else "; ".join(str(step) for step in protocol)),
        ("C-rate", c_rate_sentence(summary)),
        ("model", str(summary.get("model") or "")),
        ("extensions", str(summary.get("extensions") or "")),
        (
            "couplings",
            _couplings(summary.get("couplings", decode_attribute(result.dataset.attrs.get("couplings")))),
        ),
        ("layout", _layout(case.get("geometry", {}))),
        ("contacts", _listing(case.get("geometry", {}).get("contacts", {}))),
        ("materials", _listing(case.get("materials", {}))),
        ("mesh", _listing(case.get("mesh", {}))),
    ]
    return [(name, text) for name, text in rows if text]


def _layout(geometry: Mapping[str, Any]) -> str:
    layout = geometry.get("layout", "")
    if isinstance(layout, str):
        return layout
    kind = next((words for mark, words in _LAYOUT_KINDS.items() if mark in layout), "packed")
    return f"{kind}: {_listing(layout)}"


def _couplings(couplings: Any) -> str:
    return _listing(couplings) if isinstance(couplings, Mapping) else str(couplings or NOT_STATED)


def _listing(table: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {number(value)}"
        for name, value in table.items()
        if not isinstance(value, Mapping)
    )


def not_represented_rows(summary: Mapping[str, Any]) -> list[Row]:
    """What the model that ran does not use of the case: the reason, and the keys and entries."""
    left_out = summary.get("not_represented") or []
    return [(str(entry["reason"]), ", ".join(entry["keys"])) for entry in left_out]


def section_rows(section: Any) -> list[Row]:
    """Rows of one section of the summary, nested sections in line, units taken from the end of the key."""
    if not isinstance(section, Mapping):
        return [("", number(section))]
    rows: list[Row] = []
    for key, value in section.items():
        if isinstance(value, Mapping):
            rows += [(f"{_words(key)}, {name}", text) for name, text in section_rows(value)]
        else:
            rows.append((_words(key), _text(key, value)))
    return rows


def probe_table(dataset: xr.Dataset) -> Table | None:
    """Stoichiometry and stress of the two probe particles at round instants.

    Values between accepted steps are interpolated.

    Args:
        dataset: of a result.

    Returns:
        The table, or None when the result holds no particle histories.
    """
    histories = [
        ("surface x", "surface_stoichiometry", 1.0, "{:.4f}"),
        ("centre x", "core_stoichiometry", 1.0, "{:.4f}"),
        ("surface stress [MPa]", "surface_equivalent_stress", MEGA, "{:.1f}"),
        ("centre stress [MPa]", "core_equivalent_stress", MEGA, "{:.1f}"),
    ]
    present = [entry for entry in histories if entry[1] in dataset]
    if not present or "particle_z" not in dataset:
        return None
    time = dataset["time"].values
    instants = round_instants(float(time[0]), float(time[-1]))
    columns = ["time"]
    cells = [[time_label(dataset, instant) for instant in instants]]
    for probe in PROBES:
        particle = probe_particle(dataset, probe)
        for heading, name, factor, pattern in present:
            columns.append(heading)
            values = np.interp(instants, time, dataset[name].values[:, particle]) * factor
            cells.append([pattern.format(value) for value in values])
    groups = (("", 1), *((probe.replace("_", " "), len(present)) for probe in PROBES))
    return Table(groups, tuple(columns), tuple(zip(*cells, strict=True)))


def probe_sentence(dataset: xr.Dataset) -> str:
    """Say which two particles the probe table is about."""
    places = []
    for probe, words in (("near_separator", "near the separator"), ("near_collector", "near the collector")):
        particle = probe_particle(dataset, probe)
        z, radius = (
            float(dataset[name].values[particle]) * MICRO for name in ("particle_z", "particle_radius")
        )
        places.append(f"particle {particle} {words} (centre at z = {z:.1f} µm, radius {radius:.1f} µm)")
    return f"The probes are {places[0]} and {places[1]}; values between accepted steps are interpolated."


def round_instants(start: float, end: float) -> list[float]:
    """Choose round times of the series 1, 1.5, 3, 5, 10 within a run, and its end.

    Args:
        start: first time [s].
        end: last time [s].

    Returns:
        At most eight times [s], increasing; the last is ``end``.
    """
    series = [
        factor * 10.0**power for power in range(0, 8) for factor in (1.0, 1.5, 3.0, 5.0)
    ]  # one second to more than a year
    within = [instant for instant in series if start < instant < 0.97 * end]
    return [*within[-(_MOST_INSTANTS - 1) :], end]


def _text(key: str, value: Any) -> str:
    if value is None or isinstance(value, str | bool):
        return number(value)
    if key == "wall_s":
        return _duration(float(value))
    unit = next((unit for suffix, unit in _UNITS.items() if key.endswith(suffix)), "")
    if isinstance(value, list | tuple):
        return ", ".join(number(entry) for entry in value)
    return number(value) + unit


def _with_unit(value: Any, unit: str) -> str:
    return NOT_STATED if value is None else f"{number(value)} {unit}"


def _words(key: str) -> str:
    if key in _LABELS:
        return _LABELS[key]
    for suffix in _UNITS:
        if key.endswith(suffix):
            key = key.removesuffix(suffix)
            break
    return key.replace("_", " ")


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def _power_of_ten(text: str) -> str:
    mantissa, mark, exponent = text.partition("e")
    if not mark:
        return text
    superscript = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{superscript}"
