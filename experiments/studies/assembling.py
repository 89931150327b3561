"""The outcome of a study as one dataset over its axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

from chemomech.experiments.studies.axes import Axis
from chemomech.experiments.studies.folder import FAILED, Record
from chemomech.experiments.studies.outcome import DEPTH_BINS, VARIABLES, WORDS
from chemomech.experiments.studies.study import Point, Study

POINT = "point"
DEPTH = "depth_share"
MISSING = "not run"


def assemble(
    study: Study, fidelity: str, points: Sequence[Point], records: Mapping[str, Record]
) -> xr.Dataset:
    """Return the outcome of a study over its axes.

    Args:
        study: the study.
        fidelity: what ran.
        points: all points.
        records: how their runs ended, by key; points without one are NaN.

    Returns:
        A dataset with one dimension an axis (in designs that are no grid: one dimension ``point``), the
        variables of ``outcome.py``, ``status`` and ``failure``.
    """
    axes = study.axes_of(fidelity)
    dims, shape, coords = _frame(study, axes, points)
    data: dict[str, Any] = {}
    places = [point.place for point in points]
    kept = [records.get(point.key) for point in points]

    def filled(start: Any, kind: Any, values: Sequence[Any], last: tuple[int, ...] = ()) -> Any:
        array = np.full((*shape, *last), start, dtype=kind)
        for place, value in zip(places, values, strict=True):
            array[place] = value
        return array

    for name, variable in VARIABLES.items():
        values = [_number(record, name) for record in kept]
        attributes = {"units": variable.unit, "long_name": variable.long_name}
        data[name] = (dims, filled(math.nan, float, values), attributes)
    for name, long_name in WORDS.items():
        words = [str(record.outcome.get(name, "")) if record else "" for record in kept]
        data[name] = (dims, filled("", object, words), {"long_name": long_name})
    profiles = [_profile(record) for record in kept]
    data["fracture_by_depth"] = (
        (*dims, DEPTH),
        filled(math.nan, float, profiles, (DEPTH_BINS,)),
        {
            "units": "-",
            "long_name": "largest principal stress so far over the strength, volume mean of a slab",
        },
    )
    data["seconds"] = (dims, filled(math.nan, float, [r.seconds if r else math.nan for r in kept]),
                       {"units": "s", "long_name": "wall time of the run"})  # fmt: skip
    data["status"] = (dims, filled(MISSING, object, [r.status if r else MISSING for r in kept]), {})
    failures = [r.reason if r and r.status == FAILED else "" for r in kept]
    data["failure"] = (dims, filled("", object, failures), {"long_name": "why the run failed"})
    data["key"] = (
        dims,
        filled("", object, [point.key for point in points]),
        {"long_name": "folder in runs/"},
    )
    middles = (np.arange(DEPTH_BINS) + 0.5) / DEPTH_BINS
    coords[DEPTH] = (DEPTH, middles, {"units": "-", "long_name": "distance from the collector, relative"})
    capacity = f"{study.base.nominal_capacity / 3600.0:.6g} mAh/g"
    return xr.Dataset(
        data,
        coords=coords,
        attrs={
            "study": study.name,
            "fidelity": fidelity,
            "nominal_capacity": capacity,
            "c_rate_means": f"1C is the current that passes {capacity} of active material in one hour",
            "chemomech": version("chemomech"),
        },
    )


def _frame(
    study: Study, axes: Sequence[Axis], points: Sequence[Point]
) -> tuple[tuple[str, ...], tuple[int, ...], dict[str, Any]]:
    if study.design.is_grid:
        names = tuple(_plain(axis.name) for axis in axes)
        shape = tuple(len(axis.values) for axis in axes)
        lines: dict[str, Any] = {
            name: ((name,), [value.coordinate for value in axis.values], _attributes(axis))
            for name, axis in zip(names, axes, strict=True)
        }
        return names, shape, lines
    columns: dict[str, Any] = {
        _plain(axis.name): (POINT, [p.values[axis.name].coordinate for p in points], _attributes(axis))
        for axis in axes
    }
    return (POINT,), (len(points),), columns


def _attributes(axis: Axis) -> dict[str, str]:
    return {"units": axis.unit or "-", "long_name": axis.name}


def _plain(name: str) -> str:
    """Return an axis name without dots and slashes, which netCDF takes for groups."""
    return name.replace("/", "_")


def _number(record: Record | None, name: str) -> float:
    value = record.outcome.get(name) if record else None
    return math.nan if value is None else float(value)


def _profile(record: Record | None) -> list[float]:
    values = record.outcome.get("fracture_by_depth") if record else None
    return [math.nan if v is None else float(v) for v in values or [math.nan] * DEPTH_BINS]
