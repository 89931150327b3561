"""Lithium and charge budgets, integrated with the time formula of the solver.

Charges through the terminals follow the same recursion as the lithium content, so that both close to
the tolerance of the nonlinear solver whatever the step sizes are:

    rate Q + sum(weights Q_past) = i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chemomech.solver.stepping.multistep import StepFormula


@dataclass(frozen=True)
class Currents:
    """Currents through the two terminals over the cross-section [A/m2], positive on charge."""

    collector: float
    lithium: float


@dataclass(frozen=True)
class Inventory:
    """Lithium per cross-section as charge [C/m2]."""

    particles: float
    electrolyte: float


@dataclass(frozen=True)
class Charges:
    """Charge passed since the start through collector and lithium metal [C/m2], positive on charge."""

    collector: float = 0.0
    lithium: float = 0.0

    def advanced(self, rule: StepFormula, past: Sequence[Charges], currents: Currents) -> Charges:
        """Charges after a step in which ``currents`` flow at the new time.

        Args:
            rule: Time formula of the step.
            past: Charges at the past times, newest first.
            currents: Terminal currents at the new time [A/m2].
        """

        def step(current: float, values: list[float]) -> float:
            return (current - sum(w * v for w, v in zip(rule.weights, values, strict=False))) / rule.rate

        return Charges(
            step(currents.collector, [c.collector for c in past]),
            step(currents.lithium, [c.lithium for c in past]),
        )


@dataclass(frozen=True)
class Budget:
    """Relative errors of the two balances.

    Attributes:
        lithium_relative_error: Lithium lost by particles and electrolyte against lithium plated.
        charge_relative_error: Charge through the collector against charge through the lithium metal.
    """

    lithium_relative_error: float
    charge_relative_error: float


def close(start: Inventory, now: Inventory, charges: Charges, throughput: float) -> Budget:
    """Close the budgets.

    Args:
        start: Inventory at the start.
        now: Present inventory.
        charges: Charges passed.
        throughput: Sum of the magnitudes of the charge passed so far [C/m2].
    """
    # Before anything has flowed, a millionth of the inventory is what an error is measured against.
    reference = max(throughput, 1.0e-6 * start.particles)
    gain = (now.particles - start.particles) + (now.electrolyte - start.electrolyte)
    return Budget(
        abs(gain + charges.lithium) / reference, abs(charges.collector - charges.lithium) / reference
    )
