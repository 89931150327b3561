"""Fits: known parameters are found, with intervals that hold them."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.calibration.fit import Unknown, fitted
from chemomech.validation.calibration.indent_table import IndentTable
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
