"""Fits: known parameters are found, with intervals that hold them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from chemomech.errors import InputError
from chemomech.validation.calibration.fit import Fit, Unknown, fitted
from chemomech.validation.calibration.indent_table import IndentTable
from chemomech.validation.calibration.indentation_fit import MapModel, composite_of, place_to_place
from chemomech.validation.instruments import ElectrodeState, UniformField
from chemomech.validation.instruments.nanoindentation import Nanoindenter, Spot

UNKNOWNS = (Unknown("scale", "-", 1.0, 0.01, 100.0), Unknown("rate", "1/s", 1.0, 0.01, 100.0))
TIME = np.linspace(0.0, 2.0, 40)


def test_a_fit_finds_what_made_the_data_and_its_interval_holds_it() -> None:
    held = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0.0, 0.05, len(TIME))
        data = 3.0 * np.exp(-0.7 * TIME) + noise
        fit = fitted(lambda p, d=data: (p[0] * np.exp(-p[1] * TIME) - d) / 0.05, UNKNOWNS, "made", 1e-4)
        held += all(p.low < true < p.high for p, true in zip(fit.parameters, (3.0, 0.7), strict=True))
        assert fit.values == pytest.approx([3.0, 0.7], rel=0.1)
    # Both of two 95 % intervals hold in about 91 % of the cases.
    assert held >= 32


def test_residuals_that_say_the_same_count_once() -> None:
    data = 3.0 * np.exp(-0.7 * TIME) + np.random.default_rng(0).normal(0.0, 0.05, len(TIME))

    def residuals(p: np.ndarray) -> np.ndarray:
        return (p[0] * np.exp(-p[1] * TIME) - data) / 0.1

    def four(p: np.ndarray) -> np.ndarray:
        return np.repeat(residuals(p), 4)

    together = np.kron(np.eye(len(TIME)), np.ones((4, 4)))
    once = fitted(residuals, UNKNOWNS, "made", 1e-4)
    told = fitted(four, UNKNOWNS, "made", 1e-4, correlation=lambda _: together)
    naive = fitted(four, UNKNOWNS, "made", 1e-4)

    def width(fit: Fit) -> np.ndarray:
        return np.array([np.log(p.high / p.low) for p in fit.parameters])

    # Student's factor alone differs: 38 against 158 degrees of freedom.
    factor = student.ppf(0.975, 158) / student.ppf(0.975, 38)
    assert width(told) == pytest.approx(factor * width(once), rel=1e-3)
    assert width(naive) == pytest.approx(0.5 * width(told), rel=1e-3)


def test_the_statistics_of_a_map_hang_together_and_those_of_different_charges_do_not() -> None:
    rng = np.random.default_rng(0)
    centres = rng.uniform(4e-6, 36e-6, (90, 3))
    states = {
        charge: ElectrodeState(centres, np.full(90, 4e-6), (40e-6,) * 3, UniformField(np.full(90, x)))
        for charge, x in ((0.0, 0.9), (0.5, 0.6), (1.0, 0.4))
    }
    indenter = Nanoindenter()
    model = MapModel(states, IndentTable(indenter), indenter, cuts=2, points=5)
    found = place_to_place(model, np.array([1.0, 0.6, 0.3, 5e9, 0.3e9]))
    assert found.shape == (24, 24)
    assert np.diag(found) == pytest.approx(np.ones(24))
    assert found == pytest.approx(found.T)
    assert np.linalg.eigvalsh(found).min() > -1e-9
    assert (found[:8, 8:] == 0.0).all()
    # The mean of the modulus follows its own quartiles and the mean of the hardness.
    assert found[0, 3] > 0.3
    assert found[0, 4] > 0.3
    modulus, hardness = model.maps(0.5, composite_of(1.0, 5e9, 0.3e9))
    assert modulus.shape == hardness.shape == (2 * 25,)
    parts = model.by_cut(0.5, composite_of(1.0, 5e9, 0.3e9))
    assert np.concatenate([part for part, _ in parts]).tolist() == modulus.tolist()


def test_more_parameters_than_data_are_refused() -> None:
    with pytest.raises(InputError, match="2 parameters cannot be fitted to 1"):
        fitted(lambda p: p[:1] - 1.0, UNKNOWNS, "made")


@pytest.mark.parametrize(
    "spot",
    [
        Spot(138e9, 0.3, 8.6e9, 4.0e-4),
        Spot(138e9, 0.3, 8.6e9, 0.0),
        Spot(20e9, 0.3, 1.2e9, 1.0e-4),
        Spot(2.2e9, 0.35, 0.05e9),
        Spot(3.0e9, 0.35, 2.0e9),
    ],
)
def test_the_table_reads_like_the_instrument(spot: Spot) -> None:
    indenter = Nanoindenter()
    exact = indenter.indent(spot)
    modulus, hardness = IndentTable(indenter).read([spot])
    assert modulus[0] == pytest.approx(exact.reduced_modulus, rel=0.015)
    assert hardness[0] == pytest.approx(exact.hardness, rel=0.015)
