"""What is known of a run while it goes on, and after it has ended, from the files that it leaves."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chemomech.failures import one_line
from chemomech.solver.results.folder import LIVE_FILE

TAIL_BYTES = 8000
"""Of a log that are shown."""


@dataclass(frozen=True)
class Live:
    """What a run has written down so far.

    Attributes:
        process: that wrote the newest session; 0 where it is not known.
        written: when that session began [s since 1970].
        steps: sentences of the protocol.
        time: of each accepted state [s].
        voltage: then [V].
        current: then [A/m2].
        step: size of the newest step [s].
        number: of the step of the protocol, from 1.
        left: wall time to the end of that step [s]; None where unknown.
    """

    process: int = 0
    written: float = 0.0
    steps: tuple[str, ...] = ()
    time: tuple[float, ...] = ()
    voltage: tuple[float, ...] = ()
    current: tuple[float, ...] = ()
    step: float = 0.0
    number: int = 0
    left: float | None = None

    @property
    def sentence(self) -> str:
        """How far the run is, in words."""
        if not self.time:
            return "The run is being prepared: meshing, and compiling of its equations."
        of = f"step {self.number} of {len(self.steps)}, " if len(self.steps) > 1 else ""
        left = f", about {duration(self.left)} left" if self.left else ""
        within = " in this step" if left and self.number < len(self.steps) else ""
        now = f"t = {self.time[-1]:.4g} s, {self.voltage[-1]:.4f} V, time step {self.step:.3g} s"
        return f"{of}{now}{left}{within}"


@dataclass
class LiveReader:
    """Reads what has come to a live file since the last look.

    Attributes:
        folder: of the run.
    """

    folder: Path
    _at: int = 0
    _rest: bytes = b""
    _head: dict[str, Any] = field(default_factory=dict)
    _rows: list[list[Any]] = field(default_factory=list)

    def look(self) -> Live | None:
        """Return all that is known; None where there is no live file."""
        try:
            with (self.folder / LIVE_FILE).open("rb") as file:
                size = file.seek(0, 2)
                if size < self._at:  # another run has begun in the folder
                    self._at, self._rest, self._head, self._rows = 0, b"", {}, []
                file.seek(self._at)
                new = file.read()
        except OSError:
            return None
        self._at += len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            self._take(line)
        return self._live()

    def _take(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:  # half a line, left by a process that was killed
            return
        if isinstance(said, dict):
            self._head = said
        elif _is_row(said):
            # A run that goes on from a checkpoint makes the last states again.
            while self._rows and self._rows[-1][0] >= said[0]:
                self._rows.pop()
            self._rows.append(said)

    def _live(self) -> Live:
        head = self._head
        steps = head.get("steps", ())
        common: dict[str, Any] = {
            "process": int(head.get("process", 0)),
            "written": float(head.get("written", 0.0)),
            "steps": tuple(map(str, steps)),
        }
        if not self._rows:
            return Live(**common)
        time, voltage, current = zip(*(row[:3] for row in self._rows), strict=True)
        step, number, left = self._rows[-1][3:6]
        return Live(
            **common, time=time, voltage=voltage, current=current, step=step, number=number, left=left
        )


def _is_row(said: Any) -> bool:
    return (
        isinstance(said, list)
        and len(said) == 6
        and all(isinstance(value, int | float) for value in said[:5])
        and math.isfinite(said[0])
    )


def tail(log: Path, lines: int = 30) -> list[str]:
    """Return the last lines of a log; none where there is no log."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [one_line(line) for line in text.splitlines() if line.strip()][-lines:]


def duration(seconds: float | None) -> str:
    """Write a wall time in words."""
    if seconds is None or not math.isfinite(seconds):
        return "an unknown time"
    minutes, rest = divmod(int(round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
