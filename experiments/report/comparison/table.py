"""The table of a comparison: a row for each thing that a result states, a column for each result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chemomech.experiments.drawing.scales import MEGA, MICRO
from chemomech.experiments.report import tables
from chemomech.experiments.report.comparison import measures
from chemomech.experiments.report.comparison.compared import Compared

NO_STRESS = "no stress"


@dataclass(frozen=True)
class Section:
    """Rows under a heading.

    Attributes:
        title: the heading.
        rows: each with its name and a text for each result.
    """

    title: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def sections(compared: Sequence[Compared]) -> list[Section]:
    """The whole table."""
    return [
        _stated("What was run", compared, lambda one: tables.run_rows(one.result)),
        _measured("Cell", compared, _CELL),
        _measured("Outcome", compared, _OUTCOME),
        _measured("Stress and fracture", compared, _STRESS),
        _stated("Budgets", compared, lambda one: tables.section_rows(one.summary.get("budget", {}))),
        _stated("Size", compared, lambda one: tables.section_rows(one.summary.get("size", {}))),
        _stated("Cost", compared, lambda one: tables.section_rows(one.summary.get("cost", {}))),
    ]


def _stated(
    title: str, compared: Sequence[Compared], rows_of: Callable[[Compared], list[tables.Row]]
) -> Section:
    """Rows that the results state themselves, those of all together."""
    stated = [dict(rows_of(one)) for one in compared]
    names = dict.fromkeys(name for rows in stated for name in rows)
    return Section(title, tuple((n, tuple(rows.get(n, tables.NOT_STATED) for rows in stated)) for n in names))


@dataclass(frozen=True)
class _Row:
    """A number of a result.

    Attributes:
        name: of the row.
        needs: variables of the dataset without which there is none.
        text: the number as text.
        lacking: what stands where a variable is not there.
    """

    name: str
    needs: tuple[str, ...]
    text: Callable[[Compared], str]
    lacking: str = tables.NOT_STATED


def _measured(title: str, compared: Sequence[Compared], rows: Sequence[_Row]) -> Section:
    return Section(
        title,
        tuple(
            (row.name, tuple(row.text(one) if one.has(*row.needs) else row.lacking for one in compared))
            for row in rows
        ),
    )


def _summary(name: str, *keys: str, unit: str = "") -> _Row:
    """A row with what the summary states under nested keys."""

    def text(one: Compared) -> str:
        value: Any = one.summary
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return tables.number(value) if value is None or not unit else f"{tables.number(value)} {unit}"

    return _Row(name, (), text)


def _last(name: str, needs: tuple[str, ...], measure: Callable[[Any], Any]) -> _Row:
    """A row with the last value of a measure over time."""
    return _Row(name, needs, lambda one: f"{float(measure(one.dataset)[-1]):.4f}")


def _peak(name: str, variable: str) -> _Row:
    """A row with the largest value of any particle, and when it was reached."""

    def text(one: Compared) -> str:
        values = measures.largest(one.dataset, variable)
        when = float(one.dataset["time"].values[values.argmax()])
        return f"{values.max() * MEGA:.1f} MPa at {tables.number(when)} s"

    return _Row(name, (variable,), text, NO_STRESS)


def _beyond(name: str, variable: str) -> _Row:
    """A row with the shares of particles that reach a limit."""

    def text(one: Compared) -> str:
        number, volume = measures.share_beyond(one.dataset, variable)
        return f"{100.0 * number:.3g} % of the particles, {100.0 * volume:.3g} % of their volume"

    return _Row(name, (variable, "particle_volume"), text, NO_STRESS)


_CELL = (
    _Row("particles", ("particle",), lambda one: tables.number(one.dataset.sizes["particle"])),
    _summary("cells of the mesh", "size", "cells"),
    _Row(
        "electrode thickness",
        ("electrode_thickness",),
        lambda one: f"{float(one.dataset['electrode_thickness']) * MICRO:.4g} µm",
    ),
    _summary("active material", "active_mass_mg_cm2", unit="mg cm⁻²"),
    _Row(
        "volume of the particles over their surface",
        ("particle_volume", "particle_area"),
        lambda one: f"{measures.volume_over_surface(one.dataset) * MICRO:.4g} µm",
    ),
    _summary("current density", "c_rate", "current_density_A_m2", unit="A m⁻²"),
)
_LITHIUM = ("mean_stoichiometry", "particle_volume")
_OUTCOME = (
    _summary("stop reason", "stop_reason"),
    _summary("what it means", "stop_detail"),
    _summary("end time", "t_end_s", unit="s"),
    _summary("voltage at the end", "voltage_end_V", unit="V"),
    _summary("charge passed", "capacity_mAh_cm2", unit="mAh cm⁻²"),
    _summary("charge passed, per active material", "capacity_mAh_g", unit="mAh g⁻¹"),
    _last("mean stoichiometry at the end", _LITHIUM, measures.mean_stoichiometry),
    _last(
        "mean surface stoichiometry at the end",
        ("surface_stoichiometry", "particle_area"),
        measures.surface_stoichiometry,
    ),
    _last("spread of the particle means at the end", _LITHIUM, measures.spread),
    _last(
        "lowest particle mean at the end",
        _LITHIUM,
        lambda dataset: dataset["mean_stoichiometry"].values.min(axis=1),
    ),
    _last(
        "highest particle mean at the end",
        _LITHIUM,
        lambda dataset: dataset["mean_stoichiometry"].values.max(axis=1),
    ),
)
_STRESS = (
    _peak("peak principal stress", "max_principal_stress"),
    _peak("peak equivalent stress", "max_equivalent_stress"),
    _Row(
        "largest mean equivalent stress of the surfaces",
        ("surface_equivalent_stress", "particle_area"),
        lambda one: f"{measures.surface_stress(one.dataset).max() * MEGA:.1f} MPa",
        NO_STRESS,
    ),
    _beyond("reach their strength", "strength_ratio"),
    _beyond("reach their fracture energy", "energy_release_ratio"),
    _summary("peak strain", "peak_strain_percent", unit="%"),
)
