"""The overshoot of single nodes, from the extremes over nodes and over surfaces."""

import numpy as np
import pytest

from chemomech.solver.output.readings.extremes import overshoot


def test_what_surfaces_and_the_start_have_had_is_no_overshoot():
    # Charged to 0.4 and discharged again: the inside lags behind both times.
    records = {
        "surface_stoichiometry_min": np.array([0.93, 0.6, 0.4, 0.7]),
        "surface_stoichiometry_max": np.array([0.93, 0.7, 0.5, 0.8]),
        "stoichiometry_min": np.array([0.93, 0.6, 0.4, 0.45]),
        "stoichiometry_max": np.array([0.93, 0.93, 0.9, 0.85]),
    }
    assert overshoot(records, 0.93) == 0.0


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("stoichiometry_max", [0.93, 0.95, 0.94], 0.02),
        ("stoichiometry_min", [0.93, 0.57, 0.3], 0.1),
        # Over a surface that was higher once, at 0.96, only 0.01 counts.
        ("surface_stoichiometry_max", [0.96, 0.7, 0.5], 0.0),
    ],
)
def test_a_node_beyond_them_is(name, values, expected):
    records = {
        "surface_stoichiometry_min": np.array([0.93, 0.6, 0.4]),
        "surface_stoichiometry_max": np.array([0.93, 0.7, 0.5]),
        "stoichiometry_min": np.array([0.93, 0.6, 0.4]),
        "stoichiometry_max": np.array([0.93, 0.93, 0.93]),
    }
    assert overshoot(records | {name: np.array(values)}, 0.93) == pytest.approx(expected)
