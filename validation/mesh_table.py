"""What the mesh costs in accuracy: quantities of runs on finer and finer meshes, and their extrapolation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.geometry import MESH_PRESETS, MeshOptions
from chemomech.solver.results import Result
from chemomech.validation.extrapolation import Extrapolation, richardson

Array = npt.NDArray[np.float64]

TIMES = (10.0, 150.0, 300.0, 500.0, 600.0)
"""Times at which runs are compared [s]; they must meet them, as they do the times of their cuts."""

NEARNESS = 0.05
"""A run meets a time when it has a state within this of it [s]."""

_LENGTHS = (
    "interface_size",
    "particle_size",
    "matrix_size",
    "smallest_size",
    "separator_size",
    "electrode_separator_size",
)
_SHARES = ("size_per_radius", "neck_size_per_radius")


def scaled_mesh(name: str) -> tuple[str, dict[str, float]]:
    """Return the preset and the changed options that a mesh name stands for.

    Args:
        name: a preset, or a preset with all its sizes scaled by one factor, such as ``standard*0.8``. Presets
            are not scaled copies of one another, so that orders are judged on scaled ones.

    Raises:
        InputError: for an unknown preset or a factor that is not between 0.2 and 5.
    """
    preset, mark, factor = name.partition("*")
    if preset not in MESH_PRESETS:
        raise InputError(f"mesh {name!r} is none of {', '.join(MESH_PRESETS)}, nor such a name with *FACTOR.")
    try:
        scale = float(factor) if mark else 1.0
    except ValueError:
        scale = math.nan
    if not 0.2 <= scale <= 5.0:
        raise InputError(
            f"the factor of mesh {name!r} must be a number between 0.2 and 5, as in standard*0.8."
        )
    if not mark:
        return preset, {}
    options: MeshOptions = MESH_PRESETS[preset]
    changes = {entry: scale * getattr(options, entry) for entry in (*_LENGTHS, *_SHARES)}
    # A chord of length h lies h^2 / (8 R) under its arc.
    return preset, changes | {"gap_sag": scale**2 * options.gap_sag}


@dataclass(frozen=True)
class Quantity:
    """A number, or a number a particle, that is compared between meshes.

    Attributes:
        name: for the table.
        unit: of its errors; ``%`` is of the largest value on the finest mesh.
        factor: from SI to that unit.
        read: takes it from a result; None where the result does not have it.
        relative: whether errors are shares of the largest value on the finest mesh.
    """

    name: str
    unit: str
    factor: float
    read: Callable[[Result], Array | None]
    relative: bool = False


@dataclass(frozen=True)
class Judged:
    """A quantity with what the meshes say about it.

    Attributes:
        quantity: what it is.
        extrapolation: orders, limit and errors, the latter in the unit of the table.
    """

    quantity: Quantity
    extrapolation: Extrapolation


def mesh_size(result: Result) -> float:
    """Size that stands for a mesh: the cube root of one over its number of cells [-]."""
    return float(result.summary["size"]["cells"]) ** (-1.0 / 3.0)


def quantities(times: Sequence[float] = TIMES) -> list[Quantity]:
    """Everything that is compared, in the order of the table."""
    table = [Quantity(f"voltage, {t:g} s", "mV", 1e3, _at("voltage", t)) for t in times]
    table.append(
        Quantity("end of the charge", "s", 1.0, lambda result: np.array([result.summary["t_end_s"]]))
    )
    for label, name in (
        ("mean x of a particle", "mean_stoichiometry"),
        ("surface x of a particle", "surface_stoichiometry"),
    ):
        table += [Quantity(f"{label}, {t:g} s", "1e-3", 1e3, _at(name, t)) for t in times]
        table.append(Quantity(f"{label}, end", "1e-3", 1e3, _end(name)))
    for label, name, probes in (
        ("surface stress of the probes", "surface_equivalent_stress", True),
        ("centre stress of the probes", "core_equivalent_stress", True),
        ("largest principal stress of a particle", "max_principal_stress", False),
    ):
        table += [Quantity(f"{label}, {t:g} s", "%", 1.0, _at(name, t, probes), True) for t in times]
        table.append(Quantity(f"{label}, end", "%", 1.0, _end(name, probes), True))
    for label, name in (
        ("strength ratio", "strength_ratio"),
        ("energy release ratio", "energy_release_ratio"),
    ):
        table += [
            Quantity(f"{label} of a particle, end", "%", 1.0, _end(name), True),
            Quantity(f"{label}, mean, end", "%", 1.0, _mean_at_end(name), True),
        ]
    return table


def judge(results: Sequence[Result], times: Sequence[float] = TIMES) -> list[Judged]:
    """Extrapolate every quantity that all results have.

    Args:
        results: of the same case on meshes that become finer; at least three.
        times: at which they are compared [s].

    Raises:
        InputError: for too few results, meshes that do not become finer, or runs of different cases.
    """
    _refuse_different(results)
    sizes = [mesh_size(result) for result in results]
    judged = []
    for quantity in quantities(times):
        values = [quantity.read(result) for result in results]
        if any(value is None or not np.isfinite(value).all() for value in values):
            continue
        table = np.array(values, dtype=np.float64)
        limit = richardson(table, sizes)
        scale = quantity.factor
        if quantity.relative:
            scale = 100.0 / max(float(np.abs(table[-1]).max()), 1e-300)
        errors = scale * limit.errors
        judged.append(Judged(quantity, replace(limit, errors=errors)))
    return judged


def mesh_lines(results: Sequence[Result], names: Sequence[str]) -> list[str]:
    """Markdown table of the runs."""
    lines = [
        "| mesh | cells | unknowns (electrochemistry + displacement) | end [s] | wall [s] | memory [GB] |",
        "|---|---|---|---|---|---|",
    ]
    for name, result in zip(names, results, strict=True):
        size, cost = result.summary["size"], result.summary["cost"]
        unknowns, memory = size["unknowns"], cost["peak_memory_GB"]
        lines.append(
            f"| {name} | {size['cells']} "
            f"| {unknowns['electrochemistry']} + {unknowns.get('displacement', 0)} | "
            f"{result.summary['t_end_s']:.2f} | {cost['wall_s']:.0f} ({cost['ranks']} ranks) | {memory:.1f} |"
        )
    return lines


def error_lines(judged: Sequence[Judged], names: Sequence[str]) -> list[str]:
    """Markdown table of orders and errors; what is not asymptotic is marked."""
    lines = [
        f"| quantity | order | {' | '.join(f'error of {name}' for name in names)} | unit |",
        f"|---|---|{'---|' * len(names)}---|",
    ]
    for one in judged:
        orders = ", ".join(_order(order) for order in one.extrapolation.orders)
        mark = (
            ""
            if one.extrapolation.asymptotic
            else f" (not asymptotic; {one.extrapolation.used_order:g} used)"
        )
        errors = " | ".join(f"{error:.2g}" for error in one.extrapolation.errors)
        lines.append(f"| {one.quantity.name} | {orders}{mark} | {errors} | {one.quantity.unit} |")
    return lines


def _order(order: float) -> str:
    return "none" if math.isnan(order) else "large" if math.isinf(order) else f"{order:.1f}"


def _refuse_different(results: Sequence[Result]) -> None:
    def decisive(result: Result) -> Mapping[str, Any]:
        return {key: value for key, value in result.case.items() if key not in ("mesh", "output", "numerics")}

    first = decisive(results[0])
    for result in results[1:]:
        if decisive(result) != first:
            raise InputError(
                f"{str(result.path)!r} and {str(results[0].path)!r} are runs of different cases; compare "
                "runs that differ in their mesh alone."
            )


def _instant(dataset: xr.Dataset, time: float) -> int | None:
    times = dataset["time"].values
    nearest = int(np.argmin(np.abs(times - time)))
    return nearest if abs(times[nearest] - time) <= NEARNESS else None


def _values(dataset: xr.Dataset, name: str, instant: int, probes: bool) -> Array | None:
    if name not in dataset:
        return None
    values = np.atleast_1d(np.asarray(dataset[name].isel(time=instant), dtype=np.float64))
    if not probes:
        return values
    return values[[int(dataset.attrs[f"near_{place}_particle"]) for place in ("separator", "collector")]]


def _at(name: str, time: float, probes: bool = False) -> Callable[[Result], Array | None]:
    def read(result: Result) -> Array | None:
        instant = _instant(result.dataset, time)
        return None if instant is None else _values(result.dataset, name, instant, probes)

    return read


def _end(name: str, probes: bool = False) -> Callable[[Result], Array | None]:
    return lambda result: _values(result.dataset, name, -1, probes)


def _mean_at_end(name: str) -> Callable[[Result], Array | None]:
    def read(result: Result) -> Array | None:
        values = _values(result.dataset, name, -1, False)
        return None if values is None else np.array([values.mean()])

    return read
