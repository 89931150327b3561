"""Which lithium contents the data reach: a node of a curve where there are none cannot be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.case.units import parse_quantity
from chemomech.experiments.fitting.parameters import Target
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.protocol import density_factor
from chemomech.materials import FARADAY

STOICHIOMETRY = "x [-]"
CATHODE = "materials.overrides.cathode."


def contents_of(case: Case, run: MeasuredRun) -> tuple[float, float]:
    """Least and largest mean stoichiometry of the electrode while a measurement passes its charge [-].

    Args:
        case: that follows it.
        run: the measurement.
    """
    prepared = prepare(case)
    cathode = prepared.model.cathode
    sites = FARADAY * float(cathode.maximum_concentration) / float(cathode.density)  # C per kg
    charge = run.charge * density_factor(run, prepared) / prepared.active_mass
    contents = case.initial_stoichiometry - charge / sites
    return float(np.min(contents)), float(np.max(contents))


def require_reached(targets: Sequence[Target], cases: Sequence[Case], runs: Sequence[MeasuredRun]) -> None:
    """Check that there are data beside every node of every curve of the stoichiometry.

    Args:
        targets: what is fitted.
        cases: the case of each measurement.
        runs: the measurements.

    Raises:
        InputError: naming the first node beside which there are none, and what the data cover.
    """
    curves = [target for target in targets if target.nodes and _of_content(target.key, cases[0])]
    if not curves:
        return
    spans = [contents_of(case, run) for case, run in zip(cases, runs, strict=True)]
    for curve in curves:
        nodes = [parse_quantity(node, "-", f"nodes of {curve.name}") for node in curve.nodes]
        for before, node, after in zip([-np.inf, *nodes], nodes, [*nodes[1:], np.inf], strict=False):
            if not any(low < after and high > before for low, high in spans):
                covered = " and ".join(f"{low:.3f} to {high:.3f}" for low, high in sorted(set(spans)))
                raise InputError(
                    f"the node x = {node:g} of the curve {curve.name!r} lies where there are no data, which "
                    f"cover x = {covered}; leave it out, or give a measurement that reaches it."
                )


def _of_content(key: str, case: Case) -> bool:
    entry: Any = None
    if key.startswith(CATHODE):
        entry = getattr(prepare(case).model.cathode, key.removeprefix(CATHODE), None)
    return getattr(entry, "argument", None) == STOICHIOMETRY
