"""Entries of a material set in a case: numbers, factors and curves through nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import ufl
from scipy.interpolate import PchipInterpolator

import chemomech
from chemomech import materials
from chemomech.errors import InputError
from chemomech.experiments.case.material_changes import changed_entries
from chemomech.experiments.case.prepare import half_cell_model
from chemomech.materials.elementary import derivative
from chemomech.materials.splines import ThroughNodes, TruncatedPowers, through_points

NODES = (0.2, 0.35, 0.5, 0.62, 0.9)
VALUES = (1.0, 3.0, 2.0, 2.5, 0.1)
D = "materials.overrides.cathode.diffusivity"
I0 = "materials.overrides.cathode.exchange_current_density"


def test_truncated_powers_are_the_interpolation_of_scipy() -> None:
    inside = np.linspace(0.2, 0.9, 301)
    expected = PchipInterpolator(NODES, VALUES)
    np.testing.assert_allclose(through_points(NODES, VALUES)(inside), expected(inside), atol=1e-12)
    assert through_points(NODES, VALUES)(0.0) == pytest.approx(1.0, abs=1e-12)
    assert through_points(NODES, VALUES)(1.0) == pytest.approx(0.1, abs=1e-12)
    slope = float(expected.derivative()(0.9))
    assert through_points(NODES, VALUES, straight=True)(1.0) == pytest.approx(0.1 + 0.1 * slope, abs=1e-12)


def test_a_positive_law_interpolates_its_logarithm_and_is_written_in_ufl() -> None:
    law = ThroughNodes((0.2, 0.8), (1e-16, 1e-14))
    assert law(0.5) == pytest.approx(1e-15, rel=1e-10, abs=0.0)  # two nodes: straight in the logarithm
    assert law(0.1) == pytest.approx(1e-16, rel=1e-10, abs=0.0)
    symbol = ufl.variable(ufl.as_ufl(0.5))
    assert float(law(symbol)) == pytest.approx(1e-15, rel=1e-10, abs=0.0)


def _cathode(changes: dict[str, Any]) -> Any:
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(changes)
    assert chemomech.Case.from_table(case.to_table()) == case
    return half_cell_model(case).cathode


def test_curves_factors_and_fitted_numbers_of_a_case() -> None:
    shipped = materials.active_material("nmc622")
    values = [f"{1e-15 * value!r} m2/s" for value in VALUES]
    cathode = _cathode({D: {"nodes": list(NODES), "values": values}, f"{I0}.factor": 1.5})
    assert cathode.diffusivity(0.35) == pytest.approx(3e-15, rel=1e-9, abs=0.0)
    assert cathode.diffusivity.valid_range == (0.2, 0.9)
    ratio = cathode.exchange_current_density(0.4, 800.0) / shipped.exchange_current_density(0.4, 800.0)
    assert ratio == pytest.approx(1.5, rel=1e-12)
    assert _cathode(
        {f"{I0}.nodes": [0.3, 0.8], f"{I0}.values": ["2 A/m2", "4 A/m2"]}
    ).exchange_current_density(0.3, 1000.0) == pytest.approx(
        2.0 * float(shipped.exchange_current_density.salt_law(1000.0)), rel=1e-9
    )
    fitted = _cathode({D: {"value": "6e-15 m2/s", "calibrated": "c5"}, f"{I0}.factor": 2.0})
    assert fitted.diffusivity.source.marks == ("calibrated",)
    assert "c5" in fitted.diffusivity.source.reference
    assert fitted.diffusivity(0.5) == pytest.approx(6e-15, rel=1e-12, abs=0.0)
    assert fitted.exchange_current_density.source.marks == ("assumed",)


def test_a_voltage_through_nodes_falls_everywhere() -> None:
    nodes, volts = [0.3, 0.5, 0.7, 0.94], ["4.2 V", "3.95 V", "3.75 V", "3.55 V"]
    key = "materials.overrides.cathode.open_circuit_voltage"
    curve = _cathode({key: {"nodes": nodes, "values": volts}}).open_circuit_voltage
    assert curve(0.5) == pytest.approx(3.95, abs=1e-12)
    assert (np.diff(curve(np.linspace(0.01, 0.99, 300))) < 0.0).all()
    rising = ["4.2 V", "3.95 V", "3.95 V", "3.55 V"]
    with pytest.raises(InputError, match="does not fall from node to node"):
        _cathode({key: {"nodes": nodes, "values": rising}})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"nodes": [0.3, 0.3], "values": ["1e-15 m2/s"] * 2}, "do not rise"),
        ({"nodes": [0.3], "values": ["1e-15 m2/s"]}, "two or more"),
        ({"nodes": [0.3, 0.4], "values": ["1e-15 m2/s"]}, "2 nodes and 1 values"),
        ({"nodes": [0.3, 0.4], "values": ["1e-15 m2/s", "0 m2/s"]}, "above 0 on a logarithmic scale"),
        ({"nodes": [0.3, 0.4], "values": ["1e-15 m2/s", "2 S"]}, "wrong dimension"),
        ({"nodes": 0.3, "values": ["1e-15 m2/s"]}, "no list"),
        ({"nodes": [0.3, 0.4], "values": ["1 m2/s"] * 2}, "must lie"),
        ({"factor": 2.0, "value": "1e-15 m2/s"}, "states value and factor"),
        ({"calibrated": "c5"}, "nothing to set"),
        ({"facter": 2.0}, "did you mean"),
        ({"factor": 0.0}, "factor above 0"),
    ],
)
def test_changes_that_are_none(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        _cathode({D: raw})


def test_a_number_has_no_nodes() -> None:
    matrix = materials.matrix("carbon-binder")
    with pytest.raises(InputError, match="is a number and no curve"):
        changed_entries(matrix, "matrix", {"porosity": {"nodes": [0.1, 0.2], "values": [0.3, 0.4]}})
    assert changed_entries(matrix, "matrix", {"porosity": {"factor": 0.9}})["porosity"] == pytest.approx(
        0.9 * float(matrix.porosity)
    )


def test_all_knots_at_once_are_the_truncated_powers_and_their_slope() -> None:
    at = np.array([0.1, 0.3, 0.5, 0.8, 0.95])
    for straight in (False, True):
        fast = through_points(NODES, VALUES, straight)
        slow = TruncatedPowers(fast.origin, fast.base, fast.knots, fast.jumps)
        np.testing.assert_allclose(fast(at), slow(at), rtol=1e-12)
        np.testing.assert_allclose(derivative(fast, at), derivative(slow, at), rtol=1e-12, atol=1e-12)
        inside = PchipInterpolator(NODES, VALUES).derivative()(at[1:4])
        np.testing.assert_allclose(derivative(fast, at)[1:4], inside, rtol=1e-11, atol=1e-12)
        for x in (0.3, 0.95):
            symbol = ufl.as_ufl(x)
            assert float(fast(symbol)) == pytest.approx(float(slow(x)), rel=1e-12)
            assert float(derivative(fast, symbol)) == pytest.approx(
                float(derivative(slow, x)), rel=1e-12, abs=1e-11
            )
