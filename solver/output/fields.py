"""Writes fields in space at asked times: an observer of accepted states."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.field_files import FieldFolder
from chemomech.solver.output.field_parts import FieldPart, field_parts
from chemomech.solver.output.stress_fields import StressFields
from chemomech.solver.stepping.controller import EVENT_TIME_TOLERANCE
from chemomech.solver.stepping.loop import Snapshot

Array = npt.NDArray[Any]

FREE_SHARE = 0.5
"""Most of what is free on the disk that fields may take."""
OVERHEAD = 100_000
"""Of a file beside its values, and of its share of the index and the series [byte]."""


@dataclass(frozen=True)
class Plan:
    """Which times are written.

    Attributes:
        times: those [s].
        left_out: those that would go past the limit [s].
        size: of an instant, before it is packed [byte].
        limit: room for all of them [byte].
    """

    times: tuple[float, ...]
    left_out: tuple[float, ...]
    size: int
    limit: float

    @classmethod
    def of(cls, asked: Sequence[float], size: int, limit: float, geometry: int = 0) -> Plan:
        """Choose as many times as fit, evenly, the first among them.

        Args:
            asked: times [s].
            size: of an instant [byte].
            limit: room for all [byte].
            geometry: of what is stored once [byte].
        """
        times = sorted(set(asked))
        fits = min(int(max(limit - geometry, 0.0) // size), len(times))
        chosen = {int(k) for k in np.linspace(0, len(times) - 1, fits).round()} if fits else set()
        left_out = tuple(time for k, time in enumerate(times) if k not in chosen)
        return cls(tuple(times[k] for k in sorted(chosen)), left_out, size, limit)

    def sentences(self) -> tuple[str, ...]:
        """Say how large the fields become, and what is left out."""
        if not self.times and not self.left_out:
            return ()
        lines = [
            f"fields in space: {len(self.times)} instants of up to {self.size / 1e6:.3g} MB "
            f"(output.field_limit, {self.limit / 1e6:.4g} MB)"
        ]
        if self.left_out:
            named = ", ".join(f"{time:g}" for time in self.left_out[:8])
            more = ", ..." if len(self.left_out) > 8 else ""
            lines.append(f"fields at {named}{more} s are left out: they would go past that limit")
        return tuple(lines)


class FieldWriter:
    """Observer that writes all fields at the first accepted state from each asked time on (collective).

    Args:
        folder: Where they are written; made if missing.
        stepper: The cell.
        times: Asked times [s].
        stress: Stress at nodes, or None where mechanics is off.
        limit: Most room that they take on the disk [byte].
        start_time: Time at which the run is continued [s]; 0 for a new run.

    Raises:
        OSError: If a file cannot be written; on all ranks.
    """

    def __init__(
        self,
        folder: Path,
        stepper: ResolvedCell,
        times: Sequence[float],
        stress: StressFields | None,
        limit: float,
        start_time: float = 0.0,
    ) -> None:
        self._stepper, self._stress = stepper, stress
        self._folder: FieldFolder | None = None
        self._parts: tuple[FieldPart, ...] = ()
        if not times or limit <= 0.0:
            self.plan = Plan((), (), 0, limit)
            return
        self._parts = field_parts(stepper, stress)
        plan = None
        if stepper.comm.rank == 0:
            size = OVERHEAD + sum(part.part.size for part in self._parts)
            geometry = OVERHEAD + sum(part.geometry.size for part in self._parts if part.geometry is not None)
            plan = Plan.of(times, size, _room(folder, limit), geometry)
        self.plan = stepper.comm.bcast(plan, root=0)
        if self.plan.times:
            self._on_first_rank(lambda: self._begin(folder, start_time))

    def observe(self, snapshot: Snapshot) -> None:
        """Write if an asked time has come since the state before.

        Raises:
            OSError: If the file cannot be written; on all ranks.
        """
        if not self.plan.times:
            return
        before = snapshot.time - snapshot.step if snapshot.step > 0.0 else -np.inf
        low, high = before + EVENT_TIME_TOLERANCE, snapshot.time + EVENT_TIME_TOLERANCE
        if not any(low < time <= high for time in self.plan.times):
            return
        if self._stress is not None:
            self._stress.update()
            self._stress.update_principal()
        values = {part.part.name: part.values() for part in self._parts}
        self._on_first_rank(lambda: self._add(snapshot.time, low, values))

    def _begin(self, folder: Path, start_time: float) -> None:
        geometry = {part.part.name: part.geometry for part in self._parts if part.geometry is not None}
        parts = {part.part.name: part.part for part in self._parts}
        until = start_time + EVENT_TIME_TOLERANCE if start_time > 0.0 else -np.inf
        self._folder = FieldFolder(folder, geometry, parts, until, self.plan.left_out)

    def _add(self, time: float, low: float, values: Mapping[str, Mapping[str, Array]]) -> None:
        assert self._folder is not None
        self._folder.forget_after(low)  # a run may have gone back to an earlier state
        self._folder.add(time, values)

    def _on_first_rank(self, action: Callable[[], None]) -> None:
        """Write, and let all ranks know of what goes wrong: none waits for one that has left."""
        failure: OSError | None = None
        if self._stepper.comm.rank == 0:
            try:
                action()
            except OSError as error:
                failure = error
        failure = self._stepper.comm.bcast(failure, root=0)
        if failure is not None:
            raise failure


def _room(folder: Path, limit: float) -> float:
    """The limit, or a share of what is free on the disk with what is there already [byte]."""
    own = sum(path.stat().st_size for path in folder.glob("*")) if folder.is_dir() else 0
    return min(limit, FREE_SHARE * (shutil.disk_usage(folder.parent).free + own))
