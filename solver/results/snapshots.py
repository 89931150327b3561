"""The numbers of an accepted state that do not depend on the model, by the names of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from chemomech.solver.stepping.loop import Snapshot

C_PER_M2_TO_MAH_PER_CM2 = 1.0 / 3.6 / 1.0e4


def scalars_of(snapshot: Snapshot) -> dict[str, float]:
    """Time, terminals, budgets and what the step cost."""
    attempt = snapshot.attempt
    return {
        "time": snapshot.time,
        "time_step": snapshot.step,
        "voltage": snapshot.voltage,
        "current_density": snapshot.currents.collector,
        "areal_capacity": snapshot.charges.collector * C_PER_M2_TO_MAH_PER_CM2,
        "step_number": snapshot.operating_step + 1,
        "lithium_relative_error": snapshot.budget.lithium_relative_error,
        "charge_relative_error": snapshot.budget.charge_relative_error,
        "error_estimate": np.nan if attempt is None or attempt.error is None else attempt.error,
        "newton_iterations": 0 if attempt is None else attempt.report.newton_iterations,
        "linear_iterations": 0 if attempt is None else attempt.report.linear_iterations,
    }
