"""How far a run is and what it has cost: what a checkpoint holds beside the cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from chemomech.solver.stepping.budget import Charges
from chemomech.solver.stepping.cell import Attempt
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.operation import StopReason


@dataclass
class Counters:
    """What the run has cost so far, over all the sessions in which it was continued.

    Attributes:
        accepted: Accepted steps.
        rejected: Steps rejected for their error.
        failed: Steps that could not be solved.
        newton: Newton iterations.
        linear: Krylov iterations of the electrochemistry.
        elastic: Krylov iterations of the mechanics.
        wall_s: Wall time up to the last accepted step, set-up apart [s].
    """

    accepted: int = 0
    rejected: int = 0
    failed: int = 0
    newton: int = 0
    linear: int = 0
    elastic: int = 0
    wall_s: float = 0.0

    def add(self, attempt: Attempt) -> None:
        """Count the iterations of an attempt."""
        self.newton += attempt.report.newton_iterations
        self.linear += attempt.report.linear_iterations
        self.elastic += attempt.report.elastic_iterations


@dataclass
class Progress:
    """Everything about the run that is not the cell.

    It is complete whenever observers are called: a step of the protocol that has met its cut-off is already
    counted as done, so that a run continued from there goes on with the next one.
    """

    operating_step: int = 0
    step_start_time: float = 0.0
    step_start_charge: float = 0.0
    throughput: float = 0.0
    moved: float = 0.0
    """Lithium moved to close its balance, magnitudes added up [C/m2]."""
    next_step: float | None = None
    next_order: int = 1
    charges: list[Charges] = field(default_factory=lambda: [Charges()])
    counters: Counters = field(default_factory=Counters)
    ended: Stop | None = None
    stops: list[Stop] = field(default_factory=list)
    """Why each step of the protocol that is done has ended, in their order."""

    def to_dict(self) -> dict[str, Any]:
        """As plain values, the ended steps apart: their number grows with the run."""
        return asdict(dataclasses.replace(self, stops=[]))

    @classmethod
    def from_dict(cls, values: dict[str, Any], stops: Sequence[dict[str, Any]] = ()) -> Self:
        """From what ``to_dict`` gave, and why each step that is done has ended."""
        ended = values["ended"]
        rebuilt = {
            "charges": [Charges(**entry) for entry in values["charges"]],
            "counters": Counters(**values["counters"]),
            "ended": None if ended is None else _stop(ended),
            "stops": [_stop(entry) for entry in (*values["stops"], *stops)],
        }
        return cls(**{**values, **rebuilt})


def _stop(entry: dict[str, Any]) -> Stop:
    return Stop(StopReason(entry["reason"]), entry["detail"])
