"""Fields for ParaView: one VTX writer per mesh and element, in SI units and metres."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from dolfinx import fem
from dolfinx.io import VTXWriter
from dolfinx.mesh import Mesh

from chemomech.errors import MachineError
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.adios_repair import settle_datasets
from chemomech.solver.output.stress_fields import StressFields
from chemomech.solver.physics.scales import LENGTH
from chemomech.solver.stepping.controller import EVENT_TIME_TOLERANCE
from chemomech.solver.stepping.loop import Snapshot


class FieldWriter:
    """Observer that writes all fields at the first accepted state from each asked time on.

    Args:
        folder: Folder for the ``.bp`` datasets; made if missing.
        stepper: The cell.
        times: Asked times [s].
        stress_fields: Nodal stress fields, or None where mechanics is off.
        start_time: Time at which the run is continued [s]; 0 for a new run.
    """

    def __init__(
        self,
        folder: Path,
        stepper: ResolvedCell,
        times: Sequence[float],
        stress_fields: StressFields | None,
        start_time: float = 0.0,
    ) -> None:
        self._pending = sorted(t for t in times if t > start_time or start_time == 0.0)
        # A dataset cannot be appended to: a continued run writes its own beside the first.
        self._suffix = f"-from-{start_time:.6g}s" if start_time > 0.0 else ""
        self._folder, self._stepper, self._stress = folder, stepper, stress_fields
        self._outputs: list[_Output] = []
        if self._suffix and stepper.comm.rank == 0:
            settle_datasets(folder)

    def observe(self, snapshot: Snapshot) -> None:
        """Write if an asked time has come.

        Raises:
            MachineError: If a dataset cannot be written.
        """
        due = [t for t in self._pending if t <= snapshot.time + EVENT_TIME_TOLERANCE]
        if not due:
            return
        self._pending = self._pending[len(due) :]
        if not self._outputs:
            self._outputs = self._open()
        if self._stress is not None:
            self._stress.update()
        for output in self._outputs:
            output.write(snapshot.time)

    def close(self) -> None:
        """Close the datasets (collective).

        Raises:
            MachineError: If one cannot be written to its end; the others are closed.
        """
        with contextlib.ExitStack() as stack:
            for output in self._outputs:
                stack.callback(output.close)
            self._outputs = []

    def _open(self) -> list[_Output]:
        if self._stepper.comm.rank == 0:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._stepper.comm.barrier()
        fields = self._stepper.problem.fields
        shift = self._stepper.problem.reference_potential
        mechanics = self._stepper.coupling.mechanics
        groups: dict[str, list[_Source]] = {}
        for unknown, function in fields.by_unknown.items():
            if unknown.written_as is not None:
                offset = shift if unknown.from_reference else 0.0
                source = _Source(function, unknown.scale, offset, unknown.written_as)
                groups.setdefault(unknown.region, []).append(source)
        if self._stress is not None:
            groups["particles"] += [_Source(self._stress.equivalent), _Source(self._stress.hydrostatic)]
        if mechanics is not None:
            for name, displacement in mechanics.displacements.items():
                groups[name] = [_Source(displacement, LENGTH, name="displacement")]
        return [
            _Output(self._folder / f"{name}{self._suffix}.bp", sources) for name, sources in groups.items()
        ]


class _Source:
    """A solver function and how it becomes SI."""

    def __init__(
        self, function: fem.Function, factor: float = 1.0, offset: float = 0.0, name: str | None = None
    ) -> None:
        self.function, self.factor, self.offset = function, factor, offset
        self.name = name or function.name


class _Output:
    """One dataset: functions of one mesh, carried to the richest element among them."""

    def __init__(self, path: Path, sources: list[_Source]) -> None:
        self._sources, self._path = sources, path
        richest = max(sources, key=lambda s: s.function.function_space.element.basix_element.degree)
        space = richest.function.function_space
        self._targets = [fem.Function(space, name=s.name) for s in sources]
        self._mesh: Mesh = space.mesh
        self._set()
        with _MetreCoordinates(self._mesh), _on_disk(path):
            self._writer = VTXWriter(self._mesh.comm, path, self._targets)

    def _set(self) -> None:
        for source, target in zip(self._sources, self._targets, strict=True):
            target.interpolate(source.function)
            target.x.array[:] = source.factor * target.x.array + source.offset

    def write(self, time: float) -> None:
        self._set()
        with _MetreCoordinates(self._mesh), _on_disk(self._path):
            self._writer.write(time)

    def close(self) -> None:
        with _on_disk(self._path):
            self._writer.close()


@contextlib.contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    """What ADIOS2 says of a disk that it cannot write to, as a sentence."""
    try:
        yield
    except RuntimeError as error:
        if "ADIOS2" not in str(error):
            raise
        raise MachineError(
            f"the fields {str(path)!r} cannot be written, as on a disk that is full; free some space, write "
            "to another disk, or leave out output.field_times."
        ) from error


class _MetreCoordinates:
    """Mesh coordinates in metres within the block."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._original = np.empty(0)

    def __enter__(self) -> None:
        self._original = self._mesh.geometry.x.copy()
        self._mesh.geometry.x[:] *= LENGTH

    def __exit__(self, *_: object) -> None:
        self._mesh.geometry.x[:] = self._original
