"""The strain that a summary states, whatever model it is of."""

from __future__ import annotations

from typing import Any

import numpy as np

from chemomech.experiments.case.prepare import PreparedCase


def peak_strain_percent(prepared: PreparedCase, records: dict[str, Any]) -> float:
    """Largest linear chemical strain of a particle surface since the stress-free state, in percent."""
    strain = prepared.model.cathode.chemical_strain_since_made
    change = np.asarray(strain(np.asarray(records["surface_stoichiometry"])))
    return float(100.0 * np.max(np.abs(change)))
