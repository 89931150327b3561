"""Writes a folder of fields: geometry once, a file an instant, each whole before the index names it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from chemomech.solver.results.fields import (
    CELLS,
    GEOMETRY,
    GEOMETRY_FILE,
    INDEX_FILE,
    PARTICLE,
    POINTS,
    SERIES_FILE,
    VALUE,
    FieldIndex,
    Geometry,
    Instant,
    Part,
    read_index,
)
from chemomech.solver.results.folder import replacing

Array = npt.NDArray[Any]

_VERSION = np.array([2, 3])  # of VTKHDF
_PACKED: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
_INSTANT = "instant-{:04d}.vtkhdf"


class FieldFolder:
    """A folder of fields that grows; on the first rank alone.

    What an earlier session left is gone on with where its geometry is the same, and what it left half written
    is deleted.

    Args:
        folder: where they lie; made if it is missing.
        geometry: of every part, by name.
        parts: what is stored of each, by name.
        until: instants after this time are not those of this run and deleted [s].
        left_out: times that were asked for and are not written [s].

    Raises:
        OSError: when a file cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        geometry: Mapping[str, Geometry],
        parts: Mapping[str, Part],
        until: float,
        left_out: Sequence[float],
    ) -> None:
        self._folder = folder
        content = _geometry(geometry)
        index = FieldIndex(parts, hashlib.sha256(content).hexdigest(), (), tuple(left_out))
        before = _taken_up(folder)
        if before is not None and before.same_places(index):
            index = replace(
                index, instants=tuple(takewhile(partial(_counts, folder, until), before.instants))
            )
        self.index = index
        _put(folder / GEOMETRY_FILE, content)
        self._settle()
        named = {GEOMETRY_FILE, INDEX_FILE, SERIES_FILE, *(entry.file for entry in index.instants)}
        for path in folder.iterdir():
            if path.name not in named and path.suffix in (".vtkhdf", ".h5", ".json"):
                path.unlink()

    def add(self, time: float, values: Mapping[str, Mapping[str, Array]]) -> None:
        """Write an instant.

        Args:
            time: of the state [s].
            values: SI, by part and field, shape (points,), (cells,) or (points, 3).

        Raises:
            OSError: when it cannot be written; what was there before stays whole.
        """
        file = _INSTANT.format(len(self.index.instants) + 1)
        content = _instant(time, self.index.parts, values)
        _put(self._folder / file, content)
        ranges = {
            part: {name: _range(array) for name, array in fields.items()} for part, fields in values.items()
        }
        entry = Instant(time, file, hashlib.sha256(content).hexdigest(), len(content), ranges)
        self.index = replace(self.index, instants=(*self.index.instants, entry))
        self._settle()

    def forget_after(self, time: float) -> None:
        """Take back instants after a time [s], where a run has gone back.

        Raises:
            OSError: when a file cannot be written or deleted.
        """
        kept = tuple(entry for entry in self.index.instants if entry.time <= time)
        gone, self.index = self.index.instants[len(kept) :], replace(self.index, instants=kept)
        if gone:
            self._settle()
        for entry in gone:
            (self._folder / entry.file).unlink(missing_ok=True)

    def _settle(self) -> None:
        """Name what is there, first to us and then to ParaView."""
        _put(self._folder / INDEX_FILE, json.dumps(self.index.to_dict(), indent=1).encode())
        _put(self._folder / SERIES_FILE, _series(self.index))


def _taken_up(folder: Path) -> FieldIndex | None:
    """What an earlier session stored; None where it cannot be read, and is written anew."""
    with contextlib.suppress(ValueError, OSError):
        return read_index(folder)
    return None


def _counts(folder: Path, until: float, entry: Instant) -> bool:
    """Whether an instant is whole and not after a time."""
    path = folder / entry.file
    return (
        entry.time <= until
        and path.is_file()
        and hashlib.sha256(path.read_bytes()).hexdigest() == entry.digest
    )


def _put(path: Path, content: bytes) -> None:
    # Made in memory: HDF5 does not get over a disk that is full, and says so in many lines.
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _geometry(parts: Mapping[str, Geometry]) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        for name, part in parts.items():
            group = file.create_group(name)
            group.create_dataset("Points", data=part.points, dtype=np.float64, **_PACKED)
            group.create_dataset("Connectivity", data=part.connectivity, dtype=np.int64, **_PACKED)
            group.create_dataset("Offsets", data=part.offsets, dtype=np.int64, **_PACKED)
            group.create_dataset("Types", data=part.types, dtype=np.uint8, **_PACKED)
            group.create_dataset(PARTICLE, data=part.particle, dtype=np.int64, **_PACKED)
    return memory.getvalue()


def _instant(time: float, parts: Mapping[str, Part], values: Mapping[str, Mapping[str, Array]]) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        root = _root(file)
        root.attrs["time"] = time
        for part in parts.values():
            block = _block(root, part)
            for name, field in part.fields.items():
                stored = block.require_group(field.group).create_dataset(
                    name, data=values[part.name][name], dtype=VALUE, **_PACKED
                )
                stored.attrs["units"], stored.attrs["long_name"] = (
                    field.quantity.unit,
                    field.quantity.long_name,
                )
    return memory.getvalue()


def _series(index: FieldIndex) -> bytes:
    """All instants in a row, as views of their files."""
    memory = io.BytesIO()
    count, instants = len(index.instants), index.instants
    with h5py.File(memory, "w") as file:
        root = _root(file)
        _steps(root, instants)
        for part in index.parts.values():
            block, length = _block(root, part), {POINTS: part.points, CELLS: part.cells}
            steps = _steps(block, instants)
            for name in ("PartOffsets", "PointOffsets"):
                steps[name] = np.zeros(count, dtype=np.int64)
            for name in ("CellOffsets", "ConnectivityIdOffsets"):
                steps[name] = np.zeros((count, 1), dtype=np.int64)
            steps["NumberOfParts"] = np.ones(count, dtype=np.int64)
            steps.create_group("CellDataOffsets")[PARTICLE] = np.zeros(count, dtype=np.int64)
            for name, field in part.fields.items():
                rows, tail = length[field.on], () if field.components == 1 else (field.components,)
                layout = h5py.VirtualLayout((count * rows, *tail), dtype=VALUE)
                place = f"VTKHDF/{part.name}/{field.group}/{name}"
                for k, instant in enumerate(instants):
                    source = h5py.VirtualSource(instant.file, place, shape=(rows, *tail), dtype=VALUE)
                    layout[k * rows : (k + 1) * rows] = source
                block.require_group(field.group).create_virtual_dataset(name, layout)
                steps.require_group(f"{field.group}Offsets")[name] = rows * np.arange(count)
    return memory.getvalue()


def _steps(group: h5py.Group, instants: Sequence[Instant]) -> h5py.Group:
    steps = group.create_group("Steps")
    steps.attrs["NSteps"] = len(instants)
    steps["Values"] = np.array([instant.time for instant in instants])
    return steps


def _root(file: h5py.File) -> h5py.Group:
    root = file.create_group("VTKHDF", track_order=True)
    _mark(root, "MultiBlockDataSet")
    root.create_group("Assembly", track_order=True)
    return root


def _block(root: h5py.Group, part: Part) -> h5py.Group:
    block = root.create_group(part.name)
    _mark(block, "UnstructuredGrid")
    root["Assembly"][part.name] = h5py.SoftLink(f"/VTKHDF/{part.name}")
    block["NumberOfPoints"], block["NumberOfCells"] = np.array([part.points]), np.array([part.cells])
    block["NumberOfConnectivityIds"] = np.array([part.connections])
    for name in GEOMETRY:
        block[name] = h5py.ExternalLink(GEOMETRY_FILE, f"/{part.name}/{name}")
    block.create_group("CellData")[PARTICLE] = h5py.ExternalLink(GEOMETRY_FILE, f"/{part.name}/{PARTICLE}")
    return block


def _mark(group: h5py.Group, kind: str) -> None:
    group.attrs["Version"] = _VERSION
    group.attrs.create("Type", np.bytes_(kind), dtype=h5py.string_dtype("ascii", len(kind)))


def _range(values: Array) -> tuple[float, float]:
    numbers = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
