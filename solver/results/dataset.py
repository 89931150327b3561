"""From plain arrays to a checked, self-describing ``result.nc``."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chemomech.solver.results.folder import replacing
from chemomech.solver.results.quantities import QUANTITIES, Quantity, SchemaError, quantity

if TYPE_CHECKING:
    import xarray as xr


def build_dataset(
    records: Mapping[str, ArrayLike],
    *,
    attributes: Mapping[str, Any] | None = None,
    units: Mapping[str, str] | None = None,
    extra: Sequence[Quantity] = (),
) -> xr.Dataset:
    """Assemble the dataset of a run from plain arrays, checked against the table of quantities.

    Args:
        records: array by variable name, in the dimensions and units of the table; the coordinates
            (``time``, ``depth``, ``cut_time``, ...) are given in the same way. ``particle`` may be left
            out: particles are then numbered from 0.
        attributes: what the dataset says about itself (case, couplings, versions, probe particles, ...).
            Mappings and sequences are stored as JSON text; None is left out.
        units: units of some of the records as the caller believes them; a difference from the table is an
            error. Names without an entry are taken to be in the unit of the table.
        extra: quantities beside those of the table, of a model that was extended.

    Returns:
        The dataset, each variable with ``units``, ``long_name`` and ``symbol``.

    Raises:
        SchemaError: for an unknown name, a missing required one, a wrong number of dimensions, lengths that
            disagree, a wrong unit, coordinates that do not increase, or stress in a run without mechanics.
    """
    import xarray as xr  # slow to import, and needed only when a run has ended

    table = {**QUANTITIES, **{entry.name: entry for entry in extra}}
    arrays = {name: _checked_array(quantity(name, table), values) for name, values in records.items()}
    _check_units(units or {}, table)
    missing = [entry.name for entry in table.values() if entry.required and entry.name not in arrays]
    if missing:
        raise SchemaError(f"the records lack {', '.join(missing)}; every result must hold them.")
    lengths = _dimension_lengths(arrays, table)
    if "particle" in lengths and "particle" not in arrays:
        arrays["particle"] = np.arange(lengths["particle"])
    _check_coordinates(arrays, lengths)
    stored = dict(attributes or {})
    _check_mechanics(arrays, stored, table)

    variables = {
        name: (table[name].dims, values, _variable_attributes(table[name])) for name, values in arrays.items()
    }
    # Table order, not call order: two runs of the same case then list their variables alike.
    ordered = {name: variables[name] for name in table if name in variables}
    return xr.Dataset(
        {name: entry for name, entry in ordered.items() if not table[name].is_coordinate},
        coords={name: entry for name, entry in ordered.items() if table[name].is_coordinate},
        attrs={name: _encode_attribute(value) for name, value in stored.items() if value is not None},
    )


def write_dataset(path: Path | str, dataset: xr.Dataset) -> Path:
    """Write a dataset as compressed netCDF 4, whole or not at all.

    Args:
        path: where to write, usually ``RESULT/result.nc``; an existing file is replaced.
        dataset: from :func:`build_dataset`.

    Returns:
        The path written.
    """
    target = Path(path)
    encoding = {name: _encoding(variable) for name, variable in dataset.variables.items()}
    return write_netcdf(target, dataset, encoding)


def write_netcdf(path: Path, dataset: xr.Dataset, encoding: Mapping[Any, Any] | None = None) -> Path:
    """Write a dataset as netCDF 4, whole or not at all.

    Args:
        path: where to write; an existing file is replaced.
        dataset: any dataset.
        encoding: of its variables.

    Raises:
        OSError: when the file cannot be written.
    """
    # Made in memory: HDF5 does not get over a disk that is full, and says so in many lines.
    with _locks_of_this_process():
        content = dataset.to_netcdf(None, engine="h5netcdf", format="NETCDF4", encoding=encoding or {})
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return path


@contextlib.contextmanager
def _locks_of_this_process() -> Iterator[None]:
    """Let xarray lock what it writes in this process: in a Dask worker it asks the scheduler for a lock."""
    dask = sys.modules.get("dask")
    if dask is None:
        yield
        return
    with dask.config.set(scheduler="threads"):
        yield


def decode_attribute(value: Any) -> Any:
    """Turn an attribute of a stored dataset back into what was handed to :func:`build_dataset`.

    Args:
        value: entry of ``dataset.attrs``.

    Returns:
        The mapping or list when the value is their JSON text; a plain Python number for a NumPy one;
        anything else unchanged.
    """
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _checked_array(entry: Quantity, values: ArrayLike) -> NDArray[Any]:
    name = entry.name
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise SchemaError(f"{name} has elements of type {array.dtype}, but must be real numbers.")
    if array.ndim != len(entry.dims):
        expected = f"({', '.join(entry.dims)})" if entry.dims else "a single number"
        raise SchemaError(
            f"{name} has {array.ndim} dimensions (shape {array.shape}), but the table has {expected};"
            f" give it {len(entry.dims)}."
        )
    return array


def _check_units(units: Mapping[str, str], table: Mapping[str, Quantity]) -> None:
    for name, unit in units.items():
        expected = quantity(name, table).unit
        if unit != expected:
            raise SchemaError(f"{name} was given in {unit!r}, but is stored in {expected!r}; convert it.")


def _dimension_lengths(arrays: Mapping[str, NDArray[Any]], table: Mapping[str, Quantity]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    first: dict[str, str] = {}
    for name, array in arrays.items():
        for dimension, length in zip(table[name].dims, array.shape, strict=True):
            if lengths.setdefault(dimension, length) != length:
                raise SchemaError(
                    f"{name} has {length} entries along {dimension}, but {first[dimension]} has"
                    f" {lengths[dimension]}; every variable needs the same number."
                )
            first.setdefault(dimension, name)
    return lengths


def _check_coordinates(arrays: Mapping[str, NDArray[Any]], lengths: Mapping[str, int]) -> None:
    for dimension in lengths:
        if dimension not in arrays:
            raise SchemaError(f"the records use the dimension {dimension} but give no {dimension}; add it.")
        values = arrays[dimension]
        if not np.all(np.isfinite(values)):
            raise SchemaError(f"{dimension} holds values that are not finite; every entry must be a number.")
        steps = np.diff(values.astype(float))
        # An instant may appear twice in `time`: the last of one protocol step and the first of the next.
        increases = np.all(steps >= 0) if dimension == "time" else np.all(steps > 0)
        if not increases:
            raise SchemaError(
                f"{dimension} goes back at entry {int(np.argmin(steps)) + 1}; it must increase."
            )


def _check_mechanics(
    arrays: Mapping[str, NDArray[Any]], attributes: Mapping[str, Any], table: Mapping[str, Quantity]
) -> None:
    couplings = attributes.get("couplings")
    state = couplings.get("mechanics") if isinstance(couplings, Mapping) else couplings
    present = [name for name in arrays if table[name].mechanics]
    if state == "off" and present:
        raise SchemaError(f"mechanics is off, but the records hold {', '.join(present)}; leave them out.")


def _variable_attributes(entry: Quantity) -> dict[str, str]:
    return {"units": entry.unit, "long_name": entry.long_name, "symbol": entry.symbol}


def _encode_attribute(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple | set):
        return json.dumps(sorted(value) if isinstance(value, set) else value)
    if isinstance(value, bool | np.bool_):  # netCDF has no booleans
        return int(value)
    if isinstance(value, Path):
        return str(value)
    return value


def _encoding(variable: xr.Variable) -> dict[str, Any]:
    if variable.ndim == 0 or variable.size == 0:
        return {}
    encoding: dict[str, Any] = {"zlib": True, "complevel": 4, "shuffle": True}
    if variable.dtype.kind == "f":
        encoding["_FillValue"] = np.nan
    return encoding
