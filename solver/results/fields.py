"""Fields in space: what they are called, in which files of a result folder they lie, and how they are read.

A folder ``fields`` holds the geometry of every part once (``geometry.h5``), a file for each instant, and
``fields.vtkhdf``, which lines the instants up for ParaView. Each is VTKHDF, and those of an instant are
read by ``pyvista.read``. ``index.json`` says which instants are whole: what it does not name does not count.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import h5py
import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.reading import read_json
from chemomech.solver.results.quantities import Quantity

Array = npt.NDArray[Any]

INDEX_FILE = "index.json"
GEOMETRY_FILE = "geometry.h5"
SERIES_FILE = "fields.vtkhdf"
FORMAT = 1
"""Version of what the files hold; others are refused."""

POINTS, CELLS = "points", "cells"
GEOMETRY = ("Points", "Connectivity", "Offsets", "Types")
PARTICLE = "particle"

_POINT, _CELL = ("point",), ("cell",)

FIELDS: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Quantity("stoichiometry", "x", "-", "lithium content x = c / c_max", _POINT),
            Quantity("particle_potential", r"\varphi_\mathrm{p}", "V", "potential of the particles", _POINT),
            Quantity(
                "matrix_potential",
                r"\varphi_\mathrm{m}",
                "V",
                "potential of the carbon-binder matrix",
                _POINT,
            ),
            Quantity("electrolyte_concentration", r"c_\mathrm{e}", "mol m-3", "salt concentration", _POINT),
            Quantity("electrolyte_potential", r"\varphi_\mathrm{e}", "V", "electrolyte potential", _POINT),
            Quantity("displacement", "u", "m", "displacement since the start", _POINT, mechanics=True),
            Quantity(
                "hydrostatic_stress", r"\sigma_\mathrm{h}", "Pa", "hydrostatic stress", _POINT, mechanics=True
            ),
            Quantity(
                "equivalent_stress", r"\sigma_\mathrm{eq}", "Pa", "equivalent stress", _POINT, mechanics=True
            ),
            Quantity(
                "principal_stress", r"\sigma_1", "Pa", "largest principal stress", _POINT, mechanics=True
            ),
            Quantity(
                "interface_opening",
                r"\delta_\mathrm{n}",
                "m",
                "present gap between particle and matrix along the normal",
                _CELL,
                mechanics=True,
            ),
            Quantity(
                "bonded_share",
                r"c_\Gamma",
                "-",
                "share of the energy of the bond not yet spent",
                _CELL,
                mechanics=True,
            ),
        )
    }
)
"""Every field that may be stored, by the name of its array."""

VALUE: Final = np.dtype(np.float32)
"""Of every value: seven digits, for the eye."""


@dataclass(frozen=True)
class Geometry:
    """Points and cells of a part, as VTK counts them.

    Attributes:
        points: [m], shape (points, 3).
        connectivity: points of all cells in a row.
        offsets: where each cell begins in it, and the end, shape (cells + 1,).
        types: VTK's number of the kind of each cell, shape (cells,).
        particle: particle of each cell, -1 where it belongs to none, shape (cells,).
    """

    points: Array
    connectivity: Array
    offsets: Array
    types: Array
    particle: Array

    @property
    def size(self) -> int:
        """Of all of it before it is packed [byte]."""
        arrays = (self.points, self.connectivity, self.offsets, self.types, self.particle)
        return sum(array.nbytes for array in arrays)


@dataclass(frozen=True)
class StoredField:
    """A field of a part.

    Attributes:
        quantity: what it is.
        on: ``"points"`` or ``"cells"``.
        components: 1, or 3 of a vector.
    """

    quantity: Quantity
    on: str = POINTS
    components: int = 1

    @property
    def group(self) -> str:
        """What VTK calls the group of its values."""
        return "PointData" if self.on == POINTS else "CellData"

    def to_dict(self) -> dict[str, Any]:
        """Return what the index holds of it."""
        quantity = self.quantity
        return {
            "long_name": quantity.long_name,
            "symbol": quantity.symbol,
            "unit": quantity.unit,
            "on": self.on,
            "components": self.components,
        }

    @classmethod
    def from_dict(cls, name: str, entry: Mapping[str, Any]) -> StoredField:
        """Read what the index holds of it."""
        on, components = str(entry["on"]), int(entry["components"])
        if on not in (POINTS, CELLS) or components not in (1, 3):
            raise ValueError(f"how {name!r} lies on its part")
        symbol, unit, long_name = (str(entry[key]) for key in ("symbol", "unit", "long_name"))
        quantity = Quantity(name, symbol, unit, long_name, ("point" if on == POINTS else "cell",))
        return cls(quantity, on, components)


@dataclass(frozen=True)
class Part:
    """What is stored of a part.

    Attributes:
        name: such as ``"particles"``.
        points: how many.
        cells: how many.
        connections: how many points all cells name together.
        fields: by name.
    """

    name: str
    points: int
    cells: int
    connections: int
    fields: Mapping[str, StoredField]

    @property
    def size(self) -> int:
        """Of all of its values at one instant, as they are before they are packed [byte]."""
        count = {POINTS: self.points, CELLS: self.cells}
        return sum(VALUE.itemsize * count[field.on] * field.components for field in self.fields.values())


@dataclass(frozen=True)
class Instant:
    """One instant that is stored.

    Attributes:
        time: of the accepted state [s].
        file: its name.
        digest: SHA-256 of the file.
        size: of the file [byte].
        ranges: smallest and largest value by part and field; of vectors, of their lengths.
    """

    time: float
    file: str
    digest: str
    size: int
    ranges: Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True)
class FieldIndex:
    """What a folder of fields holds.

    Attributes:
        parts: by name.
        geometry_digest: SHA-256 of the file with the geometry.
        instants: in order of time.
        left_out: times that were asked for and would have gone past the limit [s].
    """

    parts: Mapping[str, Part]
    geometry_digest: str
    instants: tuple[Instant, ...] = ()
    left_out: tuple[float, ...] = ()

    def same_places(self, other: FieldIndex) -> bool:
        """Whether another folder holds the same fields on the same geometry."""
        ours, theirs = self.to_dict(), other.to_dict()
        return all(ours[key] == theirs[key] for key in ("format", "geometry_sha256", "parts"))

    def to_dict(self) -> dict[str, Any]:
        """Return what ``index.json`` holds."""
        return {
            "format": FORMAT,
            "geometry_sha256": self.geometry_digest,
            "parts": {
                part.name: {
                    "points": part.points,
                    "cells": part.cells,
                    "connections": part.connections,
                    "fields": {name: field.to_dict() for name, field in part.fields.items()},
                }
                for part in self.parts.values()
            },
            "instants": [
                {
                    "time_s": instant.time,
                    "file": instant.file,
                    "sha256": instant.digest,
                    "bytes": instant.size,
                    "ranges": {part: dict(fields) for part, fields in instant.ranges.items()},
                }
                for instant in self.instants
            ],
            "left_out_s": list(self.left_out),
        }


def read_index(folder: Path) -> FieldIndex | None:
    """Return what a folder of fields holds, or None where there are none.

    Raises:
        InputError: when the index cannot be read, or is of another version.
    """
    path = folder / INDEX_FILE
    if not path.is_file():
        return None
    content = read_json(path, "the index of the fields")
    if content.get("format") != FORMAT:
        raise InputError(
            f"the fields in {str(folder)!r} have format {content.get('format')!r} and this version reads "
            f"{FORMAT}; look at them with the version that wrote them, or run the case again."
        )
    try:
        parts = {
            name: Part(
                name,
                int(entry["points"]),
                int(entry["cells"]),
                int(entry["connections"]),
                {field: StoredField.from_dict(field, facts) for field, facts in entry["fields"].items()},
            )
            for name, entry in content["parts"].items()
        }
        instants = tuple(
            Instant(
                float(entry["time_s"]),
                Path(str(entry["file"])).name,
                str(entry["sha256"]),
                int(entry["bytes"]),
                {
                    part: {name: (float(low), float(high)) for name, (low, high) in fields.items()}
                    for part, fields in entry["ranges"].items()
                },
            )
            for entry in content["instants"]
        )
        left_out = tuple(map(float, content["left_out_s"]))
        digest = str(content["geometry_sha256"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, f"it lacks or garbles {error}") from None
    return FieldIndex(parts, digest, instants, left_out)


class FieldFiles:
    """Reads a folder of fields; each file is checked against its digest when it is first opened.

    Args:
        folder: of the fields.
        index: what it holds.
    """

    def __init__(self, folder: Path, index: FieldIndex) -> None:
        self.folder, self.index = folder, index
        self._checked: set[str] = set()

    def geometry(self, part: str) -> Geometry:
        """Read the geometry of a part.

        Raises:
            InputError: when the file is damaged.
        """
        entry = self.index.parts[part]
        with self._opened(GEOMETRY_FILE, self.index.geometry_digest) as file:
            arrays = [self._array(file, GEOMETRY_FILE, f"{part}/{name}") for name in (*GEOMETRY, PARTICLE)]
        geometry = Geometry(*arrays)
        if len(geometry.points) != entry.points or len(geometry.types) != entry.cells:
            raise _damaged(self.folder / GEOMETRY_FILE, f"{part!r} is of another size than the index says")
        return geometry

    def values(self, part: str, field: str, instant: Instant) -> Array:
        """Read a field of a part at an instant, shape (points,) or (cells,), or (points, 3) of a vector.

        Raises:
            InputError: when the file is damaged.
        """
        entry = self.index.parts[part]
        stored = entry.fields[field]
        with self._opened(instant.file, instant.digest) as file:
            values = self._array(file, instant.file, f"VTKHDF/{part}/{stored.group}/{field}")
        if len(values) != (entry.points if stored.on == POINTS else entry.cells):
            raise _damaged(self.folder / instant.file, f"{field!r} is of another size than the index says")
        return values

    def _opened(self, name: str, digest: str) -> h5py.File:
        path = self.folder / name
        try:
            if name not in self._checked:
                # HDF5 may end the process over a damaged file.
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest() != digest:
                    raise _damaged(path, "it is not the file that the index was written with")
                self._checked.add(name)
                return h5py.File(io.BytesIO(content), "r")
            return h5py.File(path, "r")
        except InputError:
            raise
        except OSError as error:
            if not path.exists():
                raise InputError(
                    f"{str(path)!r} is not there any more; open the result again where it lies now."
                ) from None
            raise _damaged(path, error.strerror or str(error)) from None

    def _array(self, file: h5py.File, name: str, place: str) -> Array:
        try:
            return np.asarray(file[place][()])
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise _damaged(self.folder / name, str(error)) from None


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        f"{str(path)!r} is damaged or of another program ({why}); run the case again to write the fields "
        "anew, or delete the folder of fields to look at the particles without them."
    )
