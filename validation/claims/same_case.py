"""Whether a result is that of a simulation: material, layout, mesh, protocol and model settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.toml_text import flattened
from chemomech.solver.results import Result
from chemomech.validation.claims.mesh_error import PRESETS
from chemomech.validation.claims.simulations import Simulation

_FREE = ("name", "description", "output", "numerics")
"""Keys and sections that do not change what is simulated."""


def preset_of(result: Result) -> str:
    """Mesh preset of a result.

    Raises:
        InputError: If its mesh is none of the presets, so that nothing is known of its error.
    """
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
    wanted = _compared(simulation.case(preset_of(result)).to_table())
    entries = _compared(_table(result))
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


def _compared(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in flattened(table).items() if key.split(".")[0] not in _FREE}


def _shown(table: Mapping[str, Any], key: str) -> str:
    return repr(table[key]) if key in table else "nothing"
