"""Sensitivities of outcomes to parameters of a case, in one call, on either fidelity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError, require_between, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.models.homogenised.symbols import require
from chemomech.experiments.studies.axes import Axis, read_axis
from chemomech.experiments.studies.outcome import VARIABLES
from chemomech.experiments.studies.quantities import AxisValue
from chemomech.experiments.studies.runner import run_study
from chemomech.experiments.studies.study import Study

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SensitivityRequest:
    """What is asked.

    Attributes:
        case: the base case.
        parameters: by name (as the axes of a study): the range ``(low, high)`` for Sobol indices, or the
            value about which is differentiated for normalised sensitivities.
        outputs: names of outcome variables.
        method: ``normalised`` or ``sobol``.
        step: relative change of a parameter on each side, of ``normalised`` [-].
        samples: base samples of ``sobol``, a power of two; the study has samples * (parameters + 2) runs.
        seed: of the sample.
        name: of the study that is run.
    """

    case: Case
    parameters: Mapping[str, Any]
    outputs: Sequence[str]
    method: str = "normalised"
    step: float = 0.05
    samples: int = 64
    seed: int = 0
    name: str = "sensitivity"


def sensitivities(
    request: SensitivityRequest, out: Path | str, fidelity: str = "dfn", **options: Any
) -> xr.Dataset:
    """Return how strongly outputs depend on parameters.

    Args:
        request: what is asked.
        out: folder of the study behind it; finished runs in it are used again.
        fidelity: ``dfn`` or ``resolved``.
        **options: of ``run_study``, such as ``workers``.

    Returns:
        ``normalised``: the variable ``sensitivity`` (parameter, output), d ln(output) / d ln(parameter) by
        central differences [-]. ``sobol``: ``first_order`` and ``total``, with half-widths of the 95 %
        confidence interval, ``first_order_error`` and ``total_error`` [-].

    Raises:
        InputError: for an unknown method, parameter or output, an uneven sample, or runs that failed.
    """
    if request.method not in METHODS:
        raise unknown_name("method", request.method, METHODS)
    for output in request.outputs:
        if output not in VARIABLES:
            raise unknown_name("output", output, VARIABLES)
    return METHODS[request.method](request, Path(out), fidelity, options)


@dataclass(frozen=True)
class _Rows:
    """A design whose combinations are given."""

    rows: tuple[tuple[AxisValue, ...], ...] = field(default=())
    is_grid = False

    def combinations(self, axes: Sequence[Axis]) -> list[tuple[AxisValue, ...]]:
        return list(self.rows)


def _normalised(
    request: SensitivityRequest, out: Path, fidelity: str, options: Mapping[str, Any]
) -> xr.Dataset:
    step = require_between("step", request.step, 1e-4, 0.5, "-", "state a relative change, as in 0.05")
    values = {name: AxisValue.read(raw, name) for name, raw in request.parameters.items()}
    for name, value in values.items():
        if not value.number:
            raise InputError(f"parameter {name!r} = {value.label} must be a number other than 0; state one.")
    axes = tuple(read_axis(name, [value.raw], request.case) for name, value in values.items())
    centre = tuple(values.values())
    rows = [
        tuple(_scaled(value, factor) if place == varied else value for place, value in enumerate(centre))
        for varied in range(len(centre))
        for factor in (1.0 - step, 1.0 + step)
    ]
    outcome = _study(request, axes, rows, out, fidelity, options)
    table = np.empty((len(axes), len(request.outputs)))
    width = math.log(1.0 + step) - math.log(1.0 - step)
    for column, output in enumerate(request.outputs):
        low, high = outcome[output].values.reshape(-1, 2).T
        with np.errstate(divide="ignore", invalid="ignore"):
            table[:, column] = np.log(high / low) / width
    return _dataset(request, {"sensitivity": table})


def _sobol(request: SensitivityRequest, out: Path, fidelity: str, options: Mapping[str, Any]) -> xr.Dataset:
    require("SALib", "the Sobol indices")
    from SALib.analyze.sobol import analyze
    from SALib.sample.sobol import sample

    if request.samples < 2 or request.samples & (request.samples - 1):
        raise InputError(
            f"samples = {request.samples} is no power of two; Sobol's sequence needs one, as in 64."
        )
    axes = tuple(
        read_axis(name, {"range": list(span)}, request.case) for name, span in request.parameters.items()
    )
    problem = {"num_vars": len(axes), "names": [a.name for a in axes], "bounds": [[0.0, 1.0]] * len(axes)}
    shares = sample(problem, request.samples, calc_second_order=False, seed=request.seed)
    rows = [tuple(axis.at(float(u)) for axis, u in zip(axes, row, strict=True)) for row in shares]
    outcome = _study(request, axes, rows, out, fidelity, options)
    tables: dict[str, list[Array]] = {"S1": [], "ST": [], "S1_conf": [], "ST_conf": []}
    for output in request.outputs:
        indices = analyze(problem, outcome[output].values, calc_second_order=False, seed=request.seed)
        for name, columns in tables.items():
            columns.append(np.asarray(indices[name], dtype=float))
    names = {"S1": "first_order", "ST": "total", "S1_conf": "first_order_error", "ST_conf": "total_error"}
    return _dataset(request, {names[name]: np.array(columns).T for name, columns in tables.items()})


type _Method = Callable[[SensitivityRequest, Path, str, Mapping[str, Any]], xr.Dataset]

METHODS: Final[dict[str, _Method]] = {"normalised": _normalised, "sobol": _sobol}


def _scaled(value: AxisValue, factor: float) -> AxisValue:
    assert value.number is not None
    return AxisValue.of(factor * value.number, value.unit)


def _study(
    request: SensitivityRequest,
    axes: tuple[Axis, ...],
    rows: Sequence[tuple[AxisValue, ...]],
    out: Path,
    fidelity: str,
    options: Mapping[str, Any],
) -> xr.Dataset:
    study = Study(request.name, request.case, axes, _Rows(tuple(rows)), fidelity=fidelity)
    outcome = run_study(study, out, fidelity, pictures=False, **options)
    failed = outcome["failure"].values[outcome["status"].values != "finished"]
    if failed.size:
        raise InputError(
            f"{failed.size} of {len(rows)} runs of the study in {str(out)!r} failed, the first because: "
            f"{failed[0]}; narrow the ranges."
        )
    return outcome


def _dataset(request: SensitivityRequest, tables: Mapping[str, Array]) -> xr.Dataset:
    dims = ("parameter", "output")
    return xr.Dataset(
        {name: (dims, table) for name, table in tables.items()},
        coords={"parameter": list(request.parameters), "output": list(request.outputs)},
        attrs={"method": request.method, "case": request.case.name},
    )
