"""Finds the results that claims need, and runs what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.solver.results import Result
from chemomech.validation.claims.evidence import FoundResults, Provider, Simulation


def found_or_run(
    places: tuple[Path, ...], out: Path, changes: Mapping[str, Any], announce: Callable[[str], None]
) -> Provider:
    """A provider that looks in folders first and runs a case where none has its result.

    Args:
        places: Folders that may hold results, each called by the name of its simulation.
        out: Folder for new results; looked into first, so that nothing is run twice.
        changes: Keys of the case set otherwise, such as the preset of the mesh.
        announce: Told in a sentence what is run.
    """

    def provide(simulation: Simulation) -> Result:
        for place in (out, *places):
            if (place / simulation.name / "summary.json").is_file():
                return FoundResults(place)(simulation)
        from chemomech.experiments.runner import run

        announce(f"running {simulation.name} ({simulation.why})")
        folder = out / simulation.name
        resume = (folder / "checkpoint.npz").is_file()
        return run(simulation.case(changes), out=folder, resume=resume, progress=False)

    return provide


def only_found(places: tuple[Path, ...]) -> Provider:
    """A provider that runs nothing.

    Args:
        places: Folders that may hold results.
    """

    def provide(simulation: Simulation) -> Result:
        for place in places:
            if (place / simulation.name).is_dir():
                return FoundResults(place)(simulation)
        where = ", ".join(repr(str(place)) for place in places) or "no folder"
        raise InputError(
            f"there is no result of {simulation.name} in {where}; run it (leave out --no-run), or give the "
            "folder that holds it with --results."
        )

    return provide
