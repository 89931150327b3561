"""Which step of a protocol PyBaMM was in, and why each ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.homogenised.steps import ended_by, termination
from chemomech.solver.stepping.operation import OperatingStep, StopReason


class StepLog:
    """Listens to an experiment of PyBaMM in which every step is a cycle of its own.

    PyBaMM leaves a step out whose cut-off is passed when it begins, without a trace in its solution, and
    keeps what it has when a later step cannot be solved: both are seen only from here.

    Args:
        before: cycles of the solution that the experiment starts from.

    Attributes:
        numbers: of the steps that were solved, from 1.
        terminations: what PyBaMM says ended each of them.
        begun: number of the last step that was begun.
        error: why a step could not be solved; None where all could.
    """

    def __init__(self, before: int = 0) -> None:
        self._before = before
        self.numbers: list[int] = []
        self.terminations: list[str] = []
        self.begun = 0
        self.error: Exception | None = None

    def on_step_start(self, logs: dict[str, Any]) -> None:
        """Note that a step begins."""
        self.begun = int(logs["cycle number"][0]) - self._before

    def on_cycle_end(self, logs: dict[str, Any]) -> None:
        """Note what ended a step."""
        self.numbers.append(int(logs["cycle number"][0]) - self._before)
        self.terminations.append(str(logs["termination"]))

    def on_experiment_error(self, logs: dict[str, Any]) -> None:
        """Note that a step could not be solved."""
        self.error = logs["error"]

    def __getattr__(self, name: str) -> Any:
        """Take no notice of what else PyBaMM reports."""
        if name.startswith("on_"):
            return lambda logs: None
        raise AttributeError(name)

    def step_number(self, solution: Any) -> npt.NDArray[np.int64]:
        """Number of the step at each time of a solution, shape (times,)."""
        return np.repeat(self.numbers, [len(cycle.t) for cycle in solution.cycles])

    def reasons(self, steps: Sequence[OperatingStep], limits: dict[StopReason, str]) -> list[StopReason]:
        """Why each step that was begun has ended.

        Args:
            steps: the protocol.
            limits: how PyBaMM names the limits that are not cut-offs.
        """
        said = dict(zip(self.numbers, self.terminations, strict=True))
        return [_reason(steps[n - 1], said.get(n), limits) for n in range(1, self.begun + 1)]


def _reason(step: OperatingStep, said: str | None, limits: dict[StopReason, str]) -> StopReason:
    if said is None:  # left out: a cut-off that is looked at was passed when it began
        return next(cutoff.stop_reason for cutoff in step.cutoffs if termination(cutoff) is not None)
    limit = next((reason for reason, name in limits.items() if name in said), None)
    return limit or ended_by(step, said)
