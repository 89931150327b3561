"""The rested states of charge of the slow cycle, as the ex-situ measurements had them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.instruments import ElectrodeState, UniformField, mirrored, state_from_result

CYCLE = "soc-cycle-C20"
LABELS = ("0 %", "50 %", "100 %")
AXIS = "state of charge"


def rest_ends(evidence: Evidence) -> dict[float, float]:
    """End of the rest at each state of charge [s]: half and full charge, and the discharge to the end.

    Raises:
        InputError: If the result has not four rests.
    """
    dataset = evidence.result(CYCLE).dataset
    time, current = np.asarray(dataset["time"]), np.asarray(dataset["current_density"])
    resting = np.abs(current) < 1.0e-6 * np.abs(current).max()
    ends = [k for k in range(1, len(time)) if resting[k] and (k + 1 == len(time) or not resting[k + 1])]
    if len(ends) != 4:
        raise InputError(
            f"the result of {CYCLE} holds {len(ends)} rests, but the states of charge need 4 (half charge, "
            "full charge, half discharge, full discharge); run the case to its end."
        )
    return {0.5: float(time[ends[0]]), 1.0: float(time[ends[1]]), 0.0: float(time[ends[3]])}


def rested(evidence: Evidence, charge: float) -> ElectrodeState:
    """The electrode at the end of the rest at a state of charge of 0, 0.5 or 1."""

    def make() -> ElectrodeState:
        return state_from_result(evidence.result(CYCLE), rest_ends(evidence)[charge])

    return evidence.shared(f"rested {charge}", make)


def rested_wide(evidence: Evidence, charge: float) -> ElectrodeState:
    """The same, mirrored once so that a map of 30 um fits on its cut."""
    return mirrored(rested(evidence, charge), 0)


def pristine(evidence: Evidence) -> ElectrodeState:
    """The electrode before any charge: x = 1 everywhere."""
    state = rested(evidence, 0.0)
    return replace(state, stoichiometry=UniformField(np.ones(len(state))), name="pristine electrode")


def mean_lithium(state: ElectrodeState) -> float:
    """Mean stoichiometry of a state [-]."""
    from chemomech.validation.instruments.sampling import particle_means

    means: npt.NDArray[np.float64] = particle_means(state)
    return float(np.average(means, weights=state.volumes))
