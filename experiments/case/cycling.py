"""Section ``[cycling]``: cycles of a protocol with a repetition that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chemomech.errors import InputError
from chemomech.experiments.case.damage import Damage
from chemomech.experiments.case.schema import key
from chemomech.experiments.case.sections import Output
from chemomech.solver.stepping.jumps import Repetition


@dataclass(frozen=True)
class Cycling:
    """Section ``[cycling]``.

    Attributes:
        jump: whether cycles are left out, and damage carried ahead over them.
        tolerance: error of damage, as a share, that a jump may bring in any particle [-].
        longest: cycles in a jump at most.
        settle: cycles at the start that say nothing about those ahead.
        at_cycles: cycles that are resolved whatever happens; the last one always is.
    """

    jump: bool = key(False)
    tolerance: float = key(0.005, within=(1e-6, 0.1), remedy="state a share, as in 0.005")
    longest: int = key(20, within=(1, 10_000), remedy="state a number of cycles")
    settle: int = key(2, within=(1, 10_000), remedy="state a number of cycles")
    at_cycles: tuple[int, ...] = key(
        (), within=(1, 10_000), remedy="state numbers of cycles of the protocol, from 1"
    )

    def check(self, repetitions: Sequence[Repetition], damage: Damage, output: Output) -> None:
        """Check that there is something to jump over and to carry ahead.

        Args:
            repetitions: Groups of the protocol that are repeated.
            damage: What breaks.
            output: What is kept, and when.

        Raises:
            InputError: If not, or if something is asked for at a cycle or a time that there may not be.
        """
        times = max((repetition.times for repetition in repetitions), default=0)
        for cycle in self.at_cycles:
            if cycle > times:
                raise InputError(
                    f"cycling.at_cycles names cycle {cycle} and the protocol repeats {times}; ask for one of "
                    "them, or repeat more."
                )
        if not self.jump:
            return
        if len(repetitions) != 1:
            raise InputError(
                f"cycling.jump needs one repeated group in the protocol, as in (Charge at 5C until 4.5 V; "
                f"Discharge at 5C until 2.5 V) x 50, and finds {len(repetitions)}; write it so, or leave "
                "cycling.jump out."
            )
        if not damage.acts:
            raise InputError(
                "cycling.jump carries damage ahead and the case has no [damage], without which all "
                "cycles are alike; state what breaks, or repeat less."
            )
        if output.field_times:
            raise InputError(
                f"output.field_times names {output.field_times[0]:g} s and with cycling.jump time leaves "
                "cycles out, so that no time belongs to a cycle beforehand; leave output.field_times out, or "
                "cycling.jump."
            )
