"""The live line of a run: simulated time, voltage, step, remaining time."""

from __future__ import annotations

import sys
import time
from typing import Any

from mpi4py import MPI
from rich.console import Console
from rich.live import Live
from rich.text import Text

from chemomech.errors import InputError
from chemomech.experiments.prepare import PreparedCase

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
        self._started = time.monotonic()
        self._last_line = -SECONDS_BETWEEN_LINES
        self._share = _ShareDone(prepared)

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
        if snapshot.attempt is None:
            self._started = time.monotonic()
        text = self._text(snapshot)
        if self._console.is_terminal:
            if self._live is None:
                self._live = Live(Text(text), console=self._console, refresh_per_second=4)
                self._live.start()
            self._live.update(Text(text))
        elif time.monotonic() - self._last_line > SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            self.say(text)

    def close(self) -> None:
        """Leave the last line standing."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _text(self, snapshot: Any) -> str:
        elapsed = time.monotonic() - self._started
        share = self._share.of(snapshot)
        remaining = "" if share < 0.02 else f", about {_duration(elapsed * (1.0 - share) / share)} left"
        return (
            f"t = {snapshot.time:.4g} s, {snapshot.voltage:.4f} V, step {snapshot.step:.3g} s, "
            f"wall {_duration(elapsed)}{remaining}"
        )


class _ShareDone:
    """Share of the charge to the last voltage cut-off, from the open-circuit curve."""

    def __init__(self, prepared: PreparedCase) -> None:
        model = prepared.model
        self._reference: float | None = None
        self._last_time: float | None = None
        limits = [c for c in prepared.steps[-1].cutoffs if hasattr(c, "voltage")]
        if not limits:
            return
        try:
            end = model.cathode.open_circuit_voltage.stoichiometry_at(limits[0].voltage)
        except InputError:
            end = model.cathode.open_circuit_voltage.valid_range[0]
        span = abs(model.initial_stoichiometry - float(end))
        volume = prepared.layout.volume_fraction * prepared.layout.thickness
        self._reference = 96485.0 * float(model.cathode.maximum_concentration) * volume * max(span, 1e-3)

    def of(self, snapshot: Any) -> float:
        if self._reference is None:
            return 0.0
        return float(min(abs(snapshot.charges.collector) / self._reference, 1.0))


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
