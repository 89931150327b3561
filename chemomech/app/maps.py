"""Studies as maps: a quantity over two axes, each field of it a run that can be opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chemomech.app import colours
from chemomech.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

OUTCOME_FILES = "outcome-*.nc"
FIRST_QUANTITY = "capacity_mAh_g"


@dataclass(frozen=True)
class MapField:
    """One run on a map.

    Attributes:
        text: value as it is shown, or what became of the run.
        title: the same with its place on the axes, for who does not see the place.
        colour: of the field.
        ink: colour of text on it.
        folder: of its result, below that of the study; empty where there is none.
    """

    text: str
    title: str
    colour: str
    ink: str
    folder: str


@dataclass(frozen=True)
class Map:
    """A quantity over the axes of a study.

    Attributes:
        title: quantity with its unit.
        columns: headings across.
        rows: headings down, with the fields of each row.
        across: name of the axis across; empty where there is none.
        down: name of the axis down.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[MapField, ...]], ...]
    across: str
    down: str


def outcomes_of(folder: Path) -> dict[str, xr.Dataset]:
    """Return the outcomes of a study by fidelity.

    Raises:
        InputError: when there is none yet, or one cannot be read.
    """
    import xarray as xr

    found = {}
    for path in sorted(folder.glob(OUTCOME_FILES)):
        try:
            with xr.open_dataset(path, engine="h5netcdf") as opened:
                found[path.stem.removeprefix("outcome-")] = opened.load()
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            raise InputError(
                f"{str(path)!r} is damaged or of another program ({error}); run the study again, which keeps "
                "what it has."
            ) from None
    if not found:
        raise InputError(f"the study in {str(folder)!r} has no outcome yet; let it end, or run it again.")
    return found


def quantities_of(outcome: xr.Dataset) -> dict[str, str]:
    """Return what can be shown on a map: name and title with unit, those that have a value somewhere."""
    return {
        str(name): _title(outcome[name])
        for name in outcome.data_vars
        if outcome[name].dtype.kind == "f"
        and outcome[name].dims == outcome["status"].dims
        and bool(np.isfinite(outcome[name].values).any())
    }


def map_of(outcome: xr.Dataset, quantity: str, name: str = "viridis") -> Map:
    """Return a map of a quantity.

    The last axis goes across, all others stand in the headings of the rows, so that every run has its field.

    Args:
        outcome: of a study.
        quantity: one of ``quantities_of``.
        name: of the colour map.

    Raises:
        InputError: for another quantity.
    """
    if quantity not in quantities_of(outcome):
        raise InputError(f"the study has no {quantity!r} to show; choose another quantity.")
    values, status = outcome[quantity].values, outcome["status"].values
    keys = outcome["key"].values if "key" in outcome else np.full(values.shape, "", dtype=object)
    dims = [str(dim) for dim in outcome["status"].dims]
    heads = [_headings(outcome, dim) for dim in dims]
    finite = values[np.isfinite(values)]
    low, high = colours.ends(float(finite.min()), float(finite.max()), name)
    columns = heads[-1] if len(dims) > 1 else ("",)
    across = _axis(outcome, dims[-1]) if len(dims) > 1 else ""
    rows = []
    for place in np.ndindex(values.shape[:-1] if len(dims) > 1 else values.shape):
        head = ", ".join(heads[axis][index] for axis, index in enumerate(place))
        fields = []
        for column in range(len(columns)):
            at = (*place, column) if len(dims) > 1 else place
            where = ", ".join(part for part in (head, columns[column]) if part)
            fields.append(_field(float(values[at]), str(status[at]), str(keys[at]), where, (low, high), name))
        rows.append((head, tuple(fields)))
    down = ", ".join(_axis(outcome, dim) for dim in (dims[:-1] if len(dims) > 1 else dims))
    return Map(_title(outcome[quantity]), tuple(columns), tuple(rows), across, down)


def _field(value: float, status: str, key: str, where: str, ends: tuple[float, float], name: str) -> MapField:
    if not math.isfinite(value):
        shown = status if status != "finished" else "no value"
        return MapField(shown, f"{where}: {shown}", "#ffffff", "#000000", _folder(status, key))
    share = min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0)
    colour = colours.table(name)[round(share * (colours.STEPS - 1))]
    text = f"{value:.4g}"
    return MapField(text, f"{where}: {text}", colours.hex_of(colour), _ink(colour), _folder(status, key))


def _ink(colour: Any) -> str:
    """Black or white, whichever contrasts more (relative luminance of WCAG 2.2)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def _folder(status: str, key: str) -> str:
    return f"runs/{key}" if key and status == "finished" else ""


def _headings(outcome: xr.Dataset, dim: str) -> tuple[str, ...]:
    if dim in outcome.coords:
        unit = outcome[dim].attrs.get("units", "-")
        return tuple(f"{_number(value)}{'' if unit == '-' else f' {unit}'}" for value in outcome[dim].values)
    names = [str(name) for name in outcome.coords if outcome[name].dims == (dim,)]
    return tuple(
        ", ".join(f"{name} = {_number(outcome[name].values[row])}" for name in names) or f"{row + 1}"
        for row in range(outcome.sizes[dim])
    )


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)


def _axis(outcome: xr.Dataset, dim: str) -> str:
    return str(outcome[dim].attrs.get("long_name", dim)) if dim in outcome.coords else dim


def _title(variable: xr.DataArray) -> str:
    unit = variable.attrs.get("units", "-")
    meaning = variable.attrs.get("long_name", "")
    return f"{variable.name}: {meaning}{'' if unit == '-' else f' [{unit}]'}"
