"""The one display of a whole study."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from chemomech.experiments.studies.folder import FAILED, Record

SECONDS_BETWEEN_LINES = 15.0
"""Where the output is no terminal, a plain line is printed this often."""


class StudyProgress:
    """Shows how many runs have ended, how many failed, and about how long the rest will take.

    Args:
        total: runs to be made.
        done: runs that were made before.
        enabled: whether to show anything.
    """

    def __init__(self, total: int, done: int, enabled: bool) -> None:
        self._console = Console(file=sys.stderr, quiet=not enabled)
        self._total, self._ended, self._failed = total, 0, 0
        self._started = self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not (enabled and self._console.is_terminal),
        )
        self._task = self._bar.add_task("study", total=total)
        kept = f", {done} made before" if done else ""
        self.say(f"{total} runs to make{kept}")

    def __enter__(self) -> StudyProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """Print a line that stays."""
        self._bar.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def ended(self, record: Record, label: str) -> None:
        """Count a run that has ended."""
        self._ended += 1
        if record.status == FAILED:
            self._failed += 1
            self.say(f"failed: {label}: {record.reason}")
        failed = f", {self._failed} failed" if self._failed else ""
        self._bar.update(self._task, advance=1, description=f"study{failed}")
        now = time.monotonic()
        if not self._console.is_terminal and (
            now - self._last_line > SECONDS_BETWEEN_LINES or self._all_done
        ):
            self._last_line = now
            rest = (now - self._started) / self._ended * (self._total - self._ended)
            self.say(f"{self._ended} of {self._total} runs{failed}, about {rest:.0f} s left")

    @property
    def _all_done(self) -> bool:
        return self._ended == self._total
