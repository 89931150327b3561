"""What a model of a case is, and what it hands over: one protocol, one kind of result."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mpi4py import MPI

from chemomech.errors import RunFailedError
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.representation import Representation
from chemomech.solver.results import Quantity
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.operation import StopReason

if TYPE_CHECKING:
    from chemomech.solver.cell.extensions import Extensions

__all__ = ["Model", "Order", "RunFailedError", "Solved"]


@dataclass(frozen=True)
class Order:
    """How a run is to be carried out.

    Attributes:
        folder: Its result folder, claimed already.
        resume: Whether to go on from the last checkpoint in it.
        progress: Whether to show a live line.
        comm: Ranks to run on.
        extensions: Laws, limits and internal states that are added to the model; None for the model as it is.
        started: When the run began (``time.monotonic``) [s].
    """

    folder: Path
    resume: bool = False
    progress: bool = False
    comm: MPI.Intracomm = field(default_factory=lambda: MPI.COMM_SELF)
    extensions: Extensions | None = None
    started: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Solved:
    """What a model found; complete on the first rank.

    Attributes:
        records: Arrays by the names of the quantities of a result.
        attributes: What ``result.nc`` says about itself, couplings and versions among them.
        reasons: Why the steps that were begun have ended, in their order.
        stop: Why the run did.
        sections: Of the summary, beside those that every model has: budget, size, cost and the like.
        quantities: That the records hold beside those of the table.
        scalars: Numbers of every accepted state, of which the rows of steps and cycles are made; empty where
            the records hold every state.
        skipped: Numbers, from 1, of steps that were left out, and of those that were carried out in their
            likeness.
    """

    records: dict[str, Any]
    attributes: dict[str, Any]
    reasons: tuple[StopReason, ...]
    stop: Stop
    sections: dict[str, Any]
    quantities: tuple[Quantity, ...] = ()
    scalars: dict[str, Any] = field(default_factory=dict)
    skipped: dict[int, int] = field(default_factory=dict)


class Model(Protocol):
    """A way to solve a case; its attributes are its settings."""

    @property
    def name(self) -> str:
        """Name in ``MODELS``."""

    @property
    def representation(self) -> Representation[PreparedCase]:
        """What the model makes of each key of a case."""

    def require(self, order: Order) -> None:
        """Check that this machine and this model can carry out an order, before anything is written.

        Raises:
            InputError: When something is missing, or the order asks for what the model does not have.
        """

    def solve(self, prepared: PreparedCase, order: Order) -> Solved:
        """Solve the case (collective).

        Raises:
            InputError: When the case does not allow a run; nothing of use has been written then.
            RunFailedError: When the run ends without a result.
        """
