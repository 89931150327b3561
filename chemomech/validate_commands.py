"""``chemomech validate``: the scoreboard of the papers' claims."""

from __future__ import annotations

from pathlib import Path

import click

from chemomech.errors import InputError, unknown_name
from chemomech.layout_options import Whole

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--out", type=PATH, default=Path("scoreboard"), show_default=True, help="Folder to write.")
@click.option(
    "--results",
    "places",
    type=PATH,
    multiple=True,
    help="Folder with result folders of the needed simulations, each called by its name; may be repeated.",
)
@click.option(
    "--claims", "names", multiple=True, metavar="NAME", help="Claims by id or name; all if left out."
)
@click.option(
    "--preset",
    default="coarse",
    show_default=True,
    help=(
        "Coarsest mesh that will do, or radial for the radial model (seconds a run); a margin below its "
        "error asks for the next finer one."
    ),
)
@click.option(
    "--wiring",
    type=PATH,
    help="Table of particles from an image with carbon-binder (chemomech layout extract --particles).",
)
@click.option("--curves", type=PATH, help="List of measured half-cell curves (TOML), for row 5.1.")
@click.option(
    "--cycles",
    is_flag=True,
    help=(
        "Hold what can be against 10 to 100 cycles with damage, by the radial model whatever the preset "
        "(tens of minutes), in place of the first charge."
    ),
)
@click.option("--no-run", is_flag=True, help="Run nothing; claims without their result are not evaluated.")
@click.option(
    "--cases",
    type=PATH,
    help="Write the cases that the claims need into a folder and stop, to run them with more ranks.",
)
@click.option("--list", "listed", is_flag=True, help="List the claims and what they need, and stop.")
@click.option(
    "--seed", type=Whole(0, 2**32 - 1), default=1, show_default=True, help="Of cuts, spots and noise."
)
@click.option("--quiet", is_flag=True, help="No progress lines.")
def validate(
    out: Path,
    places: tuple[Path, ...],
    names: tuple[str, ...],
    preset: str,
    wiring: Path | None,
    curves: Path | None,
    cycles: bool,
    no_run: bool,
    cases: Path | None,
    listed: bool,
    seed: int,
    quiet: bool,
) -> None:
    """Hold the claims of four papers against simulations; missing ones are run first (minutes each).

    Prints one line a claim: the verdict, what stood there before, and how far the figure lies from its
    criterion (negative: beyond it) with its error. Writes scoreboard.json, scoreboard.html (the reasons) and
    figures/ into the folder of --out, and new results into results/ below it, where the next call finds
    them. A result is taken only if material, layout, mesh, protocol and model settings are those needed.
    """
    from rich.console import Console

    from chemomech.validation.claims import Evidence, chosen_claims
    from chemomech.validation.claims.half_cell_curves import read_curves
    from chemomech.validation.claims.image_wiring import read_wiring_table
    from chemomech.validation.claims.mesh_error import PRESETS
    from chemomech.validation.page.page import write_page
    from chemomech.validation.runs import found_or_run, only_found, write_cases
    from chemomech.validation.scoreboard import evaluate
    from chemomech.validation.scoreboard_table import print_table

    chosen = (part.strip() for name in names for part in name.split(",") if part.strip())
    claims = chosen_claims(chosen, cycles)
    console = Console()
    if listed:
        for claim in claims:
            needs = f" (needs {', '.join(claim.simulations)})" if claim.simulations else ""
            kind = claim.verdict_without_simulation or claim.kind
            click.echo(f"{claim.id:<5} {claim.name:<28} {kind}{needs}")
        return
    if preset not in PRESETS:
        raise unknown_name("mesh preset", preset, PRESETS)
    if wiring is not None and not wiring.is_file():
        raise InputError(
            f"there is no table {str(wiring)!r}; --wiring takes one that chemomech layout extract "
            "--particles wrote."
        )
    if wiring is not None:
        read_wiring_table(wiring)  # one that cannot be used is said before the first simulation
    if curves is not None:
        read_curves(curves)
    if cases is not None:
        for path in write_cases(claims, cases, preset):
            click.echo(f"{path} -> {path.stem}")
        return
    for place in places:
        if not place.is_dir():
            raise InputError(
                f"there is no folder {str(place)!r}; --results takes one that holds result folders."
            )
    if out.exists() and not out.is_dir():
        raise InputError(f"{str(out)!r} is a file; give --out a folder.")

    def announce(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    own = out / "results"
    provide = only_found((own, *places)) if no_run else found_or_run(places, own, announce)
    out.mkdir(parents=True, exist_ok=True)
    evidence = Evidence(provide, seed, preset, wiring, curves)
    board = evaluate(claims, evidence, lambda claim: announce(f"claim {claim.id} {claim.name}"))
    board.write(out)
    page = write_page(board, out)
    evidence.close()
    print_table(board, console)
    click.echo(f"scoreboard: {page}")
