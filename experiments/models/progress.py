"""The live line of a run: simulated time, voltage, step, remaining time."""

from __future__ import annotations

import sys
import time
from typing import Any

from mpi4py import MPI
from rich.console import Console
from rich.live import Live
from rich.text import Text

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.time_left import RemainingTime
from chemomech.materials import FARADAY

SECONDS_BETWEEN_LINES = 15.0
"""Where the output is no terminal, a plain line is printed this often."""


class ProgressLine:
    """Observer that shows how far the run is; silent on all ranks but the first.

    Args:
        comm: Communicator.
        prepared: The case, for the estimate of what remains.
        enabled: Whether to show anything.
    """

    def __init__(self, comm: MPI.Intracomm, prepared: PreparedCase, enabled: bool) -> None:
        self._on = enabled and comm.rank == 0
        self._console = Console(file=sys.stderr)
        self._live: Live | None = None
        self._started: float | None = None
        self._last_line = -SECONDS_BETWEEN_LINES
        self._unsaid = ""
        self._remaining = remaining_time(prepared)
        self._num_steps = len(prepared.steps)

    def say(self, *lines: str) -> None:
        """Print lines that stay."""
        if self._on:
            for line in lines:
                self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    def stage(self, name: str) -> None:
        """Announce a stage before the time loop."""
        self.say(f"{name} ...")

    def observe(self, snapshot: Any) -> None:
        """Show an accepted state."""
        if not self._on:
            return
        now = time.monotonic()
        self._started = now if self._started is None else self._started
        text = self._text(snapshot, now)
        if self._console.is_terminal:
            if self._live is None:
                self._live = Live(Text(text), console=self._console, refresh_per_second=4)
                self._live.start()
            self._live.update(Text(text))
            return
        self._unsaid = text
        if now - self._last_line > SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._say_last()

    def close(self) -> None:
        """Leave the last line standing."""
        self._say_last()
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _say_last(self) -> None:
        if self._unsaid:
            self.say(self._unsaid)
        self._unsaid = ""

    def _text(self, snapshot: Any, now: float) -> str:
        elapsed = now - (self._started or now)
        number = f"{snapshot.operating_step + 1} of {self._num_steps}: " if self._num_steps > 1 else ""
        seconds = self._remaining.seconds(snapshot, now)
        within = " in this step" if snapshot.operating_step + 1 < self._num_steps else ""
        remaining = "" if not seconds else f", about {_duration(seconds)} left{within}"
        return (
            f"{number}t = {snapshot.time:.4g} s, {snapshot.voltage:.4f} V, step {snapshot.step:.3g} s, "
            f"wall {_duration(elapsed)}{remaining}"
        )


def remaining_time(prepared: PreparedCase) -> RemainingTime:
    """The estimate of what remains of a run of a case."""
    model, layout = prepared.model, prepared.layout
    volume = prepared.mesher.volume / (layout.box[0] * layout.box[1])
    full = FARADAY * float(model.cathode.maximum_concentration) * volume
    curve = model.cathode.open_circuit_voltage
    return RemainingTime(prepared.steps, curve, model.initial_stoichiometry, full)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
