"""What a user adds to the half cell from outside: laws at the interfaces, limits, states that evolve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chemomech.solver.cell.half_cell import Electrochemistry, InterfaceLaws
from chemomech.solver.results import Quantity
from chemomech.solver.stepping.cell import Internal
from chemomech.solver.stepping.limits import Limit


@dataclass(frozen=True)
class Extensions:
    """Additions to the resolved model.

    Attributes:
        name: What they are, in a few words; it stands in the summary of a run, and a run is resumed only with
            extensions of the same name.
        laws: Reaction and electronic contact.
        internals: Each makes a state that evolves after accepted steps, from the problem that it acts on.
        quantities: What the internal states read into a result, each over time or over time and particles.
        limits: Each makes a limit beside those of any half cell, from the problem that it reads.
    """

    name: str
    laws: InterfaceLaws = field(default_factory=InterfaceLaws)
    internals: tuple[Callable[[Electrochemistry], Internal], ...] = ()
    quantities: tuple[Quantity, ...] = ()
    limits: tuple[Callable[[Electrochemistry], Limit], ...] = ()


NONE = Extensions("")
"""The model as it is."""
