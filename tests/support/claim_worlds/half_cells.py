"""Worlds with measured half-cell curves: lists of files as a user hands them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from chemomech.materials import active_material
from chemomech.solver.results import Result
from chemomech.validation.claims import Evidence
from chemomech.validation.claims.simulations import Simulation

X = np.linspace(0.93, 0.29, 400)


def _none(simulation: Simulation, preset: str) -> Result:
    raise AssertionError("no simulation is needed for half-cell curves")


def _handed_in(folder: Path, bent: Callable[[np.ndarray], np.ndarray], stated: bool = False) -> Evidence:
    """Two branches 20 mV apart around our curve plus ``bent(x)``, over a charge of no scale."""
    law = active_material("nmc811").open_circuit_voltage
    for name, shift in (("out", 0.01), ("in", -0.01)):
        axis = X if stated else (X[0] - X) * 1.7
        rows = "\n".join(f"{q:.8f},{v:.6f}" for q, v in zip(axis, law(X) + bent(X) + shift, strict=True))
        (folder / f"{name}.csv").write_text(f"q,U\n{rows}\n", encoding="utf-8")
    (folder / "list.toml").write_text(
        '[[curve]]\nname = "made up"\nmaterial = "nmc811"\nfiles = ["out.csv", "in.csv"]\nabscissa = "q"\n'
        f'voltage = "U"\nis = "{"stoichiometry" if stated else "share"}"\n',
        encoding="utf-8",
    )
    return Evidence(_none, curves=folder / "list.toml")


def curve_of_our_shape(folder: Path) -> Evidence:
    """Our curve, its charge in another unit: only the mapping can tell."""
    return _handed_in(folder, lambda x: 0.0 * x)


def curve_with_a_bump(folder: Path) -> Evidence:
    """60 mV more in the middle, which no shift and stretch makes up for."""
    return _handed_in(folder, lambda x: 0.06 * np.sin(3.0 * np.pi * (x - 0.29) / 0.64))


def stated_content(folder: Path) -> Evidence:
    """Our curve at the content that is stated."""
    return _handed_in(folder, lambda x: 0.0 * x, stated=True)


def stated_content_that_is_off(folder: Path) -> Evidence:
    """Our shape, 0.06 aside: 60 mV where the mapping leaves nothing."""
    law = active_material("nmc811").open_circuit_voltage
    return _handed_in(folder, lambda x: np.asarray(law(x + 0.06) - law(x)), stated=True)
