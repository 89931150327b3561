"""Finds the results that claims need, and runs what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from chemomech.errors import InputError
from chemomech.solver.results import Result
from chemomech.validation.claims.claim import Claim
from chemomech.validation.claims.evidence import Provider
from chemomech.validation.claims.mesh_error import PRESETS, RADIAL, USUAL
from chemomech.validation.claims.same_case import preset_of, require_same_case
from chemomech.validation.claims.simulations import ON_TWO_MESHES, SIMULATIONS, Simulation


def folder_of(simulation: Simulation, preset: str) -> str:
    """Name of the folder of a result: that of the simulation, and the preset if not the usual or only one."""
    return simulation.name if preset in (USUAL, simulation.only) else f"{simulation.name}-{preset}"


def write_cases(claims: Iterable[Claim], folder: Path, preset: str) -> list[Path]:
    """Write a case file for every simulation that claims need, and for what they hold beside it.

    Each file is called like the folder in which its result is looked for.

    Args:
        claims: Which.
        folder: Where to write; made if need be.
        preset: Mesh preset.

    Raises:
        InputError: If the folder cannot be written.
    """
    needed = dict.fromkeys((name, preset) for claim in claims for name in claim.simulations)
    if preset == USUAL:
        finer = PRESETS[PRESETS.index(USUAL) + 1]
        needed |= dict.fromkeys((name, finer) for name, _ in needed if name in ON_TWO_MESHES)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, mesh in needed:
            simulation = SIMULATIONS[name]
            path = folder / f"{folder_of(simulation, simulation.only or mesh)}.toml"
            path.write_text(simulation.case(mesh).to_toml(), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise InputError(f"the folder {str(folder)!r} cannot be written ({error}); give another.") from None
    return written


def found_or_run(places: tuple[Path, ...], out: Path, announce: Callable[[str], None]) -> Provider:
    """A provider that looks in folders first and runs a case where none has its result.

    Args:
        places: Folders that may hold results.
        out: Folder for new results; looked into first, so that nothing is run twice.
        announce: Told in a sentence what is run.
    """

    def provide(simulation: Simulation, preset: str) -> Result:
        preset = simulation.only or preset
        result = _found((out, *places), simulation, preset)
        if result is not None:
            return result
        from chemomech.experiments.runner import run

        announce(f"running {simulation.name}, {preset} ({simulation.why})")
        folder = out / folder_of(simulation, preset)
        # The case says which model solves it.
        resume = (folder / "checkpoint.npz").is_file()
        return run(simulation.case(preset), out=folder, resume=resume, progress=False)

    return provide


def only_found(places: tuple[Path, ...]) -> Provider:
    """A provider that runs nothing.

    Args:
        places: Folders that may hold results.
    """

    def provide(simulation: Simulation, preset: str) -> Result:
        result = _found(places, simulation, simulation.only or preset)
        if result is not None:
            return result
        where = ", ".join(repr(str(place)) for place in places) or "no folder"
        raise InputError(
            f"there is no result of {simulation.name} {_on(simulation.only or preset)} in {where}; run it "
            "(leave out --no-run), or give the folder that holds it with --results."
        )

    return provide


def _on(preset: str) -> str:
    return "by the radial model" if preset == RADIAL else f"on the {preset} mesh or a finer one"


def _found(places: tuple[Path, ...], simulation: Simulation, preset: str) -> Result | None:
    """The coarsest result that is fine enough, checked to be that of the simulation."""
    fitting: dict[str, Result] = {}
    for place in places:
        for name in (folder_of(simulation, entry) for entry in PRESETS):
            if not (place / name / "summary.json").is_file():
                continue
            result = Result.open(place / name)
            require_same_case(result, simulation)
            fitting.setdefault(preset_of(result), result)
    for fine_enough in PRESETS[PRESETS.index(preset) :]:
        if fine_enough in fitting:
            return fitting[fine_enough]
    return None
