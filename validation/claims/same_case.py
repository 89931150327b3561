"""Whether a result is that of a simulation: material, layout, mesh, protocol and model settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.toml_text import flattened
from chemomech.solver.results import Result
from chemomech.validation.claims.mesh_error import PRESETS, RADIAL
from chemomech.validation.claims.simulations import Simulation

_FREE = ("name", "description", "model", "output", "numerics")
"""Keys and sections that do not change what is simulated; what solved it is in the summary."""

_UNUSED = {True: "mesh", False: "radial"}
"""Section that the radial model, and that the resolved one, does not look at."""

_MODELS = ("resolved", RADIAL)
"""Models whose results are known well enough to hold claims against."""


def preset_of(result: Result) -> str:
    """Mesh preset of a result, or the radial model that made it.

    Raises:
        InputError: If its mesh is none of the presets, or another model made it, so that nothing is known of
            its error.
    """
    model = str(result.summary.get("model", "resolved"))
    if model not in _MODELS:
        raise InputError(
            f"the result {str(result.path)!r} was made by the {model} model, which has no particles to hold "
            f"claims against; run the case with one of {', '.join(_MODELS)}."
        )
    if model == RADIAL:
        return RADIAL
    mesh = _table(result).get("mesh", {})
    preset, changed = str(mesh.get("preset", "")), sorted(set(mesh) - {"preset"})
    if preset not in PRESETS or changed:
        what = f"mesh.{changed[0]} set otherwise" if changed else f"mesh.preset = {preset!r}"
        raise InputError(
            f"the result {str(result.path)!r} was made with {what}, so that the error of its mesh is not "
            f"known; run the case with one of the presets {', '.join(PRESETS)}."
        )
    return preset


def require_same_case(result: Result, simulation: Simulation) -> None:
    """Refuse a result of another material, layout, protocol or model setting, or off the presets' meshes.

    Raises:
        InputError: If it was made with anything else; the first difference is named.
    """
    preset = preset_of(result)
    unused = _UNUSED[preset == RADIAL]
    wanted = _compared(simulation.case(preset).to_table(), unused)
    entries = _compared(_table(result), unused)
    for key in sorted(wanted.keys() | entries.keys()):
        if wanted.get(key) != entries.get(key):
            raise InputError(
                f"the result {str(result.path)!r} was made with {key} = {_shown(entries, key)}, but "
                f"{simulation.name} has {_shown(wanted, key)}; give the result of that case."
            )


def case_of(result: Result) -> Case:
    """The case of a result.

    Raises:
        InputError: If this version cannot read it.
    """
    try:
        return Case.from_table(result.case)
    except InputError as error:
        raise InputError(
            f"the case of the result {str(result.path)!r} cannot be read by this version ({error}); run it "
            "again."
        ) from None


def _table(result: Result) -> Mapping[str, Any]:
    """The case of a result, every default written out."""
    return case_of(result).to_table()


def _compared(table: Mapping[str, Any], unused: str) -> dict[str, Any]:
    return {
        key: value for key, value in flattened(table).items() if key.split(".")[0] not in (*_FREE, unused)
    }


def _shown(table: Mapping[str, Any], key: str) -> str:
    return repr(table[key]) if key in table else "nothing"
