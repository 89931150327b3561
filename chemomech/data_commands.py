"""``chemomech data``: measured data of half cells."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chemomech.errors import InputError

if TYPE_CHECKING:
    from chemomech.experiments.case import Case
    from chemomech.experiments.measured import MeasuredRun
    from chemomech.experiments.report.against import MeasuredBeside

PATH = click.Path(path_type=Path)


def measured_options[F: Callable[..., Any]](command: F) -> F:
    """Give a command the options that say what a measurement is and what is stated of it."""
    for option in (
        click.option(
            "--state",
            "stated",
            multiple=True,
            metavar="KEY=VALUE",
            help=(
                "State something of the measurement that its file does not say, as in mass='12.5 mg', "
                "area='1.54 cm2', current_sign=charge-positive; else read from the TOML file beside it."
            ),
        ),
        click.option("--measured", type=PATH, metavar="FILE", help="Records of a cycler on a half cell."),
    ):
        command = option(command)
    return command


@click.group()
def data() -> None:
    """Read measured data of half cells."""


@data.command()
@click.argument("file", type=PATH)
@click.option("--picture", type=PATH, help="Draw it (.png, .pdf, .svg); FILE.png beside it if not given.")
@click.option("--no-picture", is_flag=True, help="Draw nothing.")
@click.option(
    "--state",
    "stated",
    multiple=True,
    metavar="KEY=VALUE",
    help="State something that the file does not say, as in mass='12.5 mg'.",
)
def info(file: Path, picture: Path | None, no_picture: bool, stated: tuple[str, ...]) -> None:
    """Describe the measurement FILE: its steps as a table, and a picture."""
    run = read(file, stated)
    from chemomech.experiments.measured.describe import draw, lines

    for line in lines(run):
        click.echo(line)
    if no_picture:
        return
    target = Path(f"{file.stem}.png") if picture is None else picture
    if picture is not None and picture.exists():
        raise InputError(f"the file '{picture}' exists; delete it or name another.")
    click.echo(f"picture: {draw(run, target)}")


@data.command()
@click.argument("source", type=PATH, metavar="FILE|RESULT")
@click.option("--radius", metavar="LENGTH", required=True, help="Of the particles, as spheres: '5.22 um'.")
@click.option("--start", type=float, help="Stoichiometry at the start; that of the case for a RESULT.")
@click.option("--against", metavar="MATERIAL", help="Material whose diffusivity is drawn and held against.")
@click.option("--picture", type=PATH, help="Draw it (.png, .pdf, .svg).")
@click.option("--state", "stated", multiple=True, metavar="KEY=VALUE", help="As of chemomech data info.")
def gitt(
    source: Path,
    radius: str,
    start: float | None,
    against: str | None,
    picture: Path | None,
    stated: tuple[str, ...],
) -> None:
    """Evaluate a titration (GITT), a measured FILE or a RESULT: diffusivity of every pulse, two ways."""
    from chemomech import materials
    from chemomech.experiments.case.units import parse_quantity
    from chemomech.experiments.measured.gitt import evaluate
    from chemomech.experiments.measured.gitt.evaluation import draw, lines

    size = parse_quantity(radius, "m", "--radius")
    if picture is not None and picture.exists():
        raise InputError(f"the file '{picture}' exists; delete it or name another.")
    run, begun = _titration(source, stated)
    start = begun if start is None else start
    material = None if run.material is None else materials.active_material(run.material)
    known = None if against is None else materials.active_material(against).diffusivity
    results = evaluate(run, size, material, start)
    if known is not None and any(math.isnan(one.stoichiometry) for one in results):
        raise InputError(
            "--against needs the stoichiometry of each pulse; state mass and material, and give --start."
        )
    for line in lines(results, known):
        click.echo(line)
    if picture is not None:
        click.echo(f"picture: {draw(results, picture, run.name, known)}")


def _titration(source: Path, stated: tuple[str, ...]) -> tuple[MeasuredRun, float | None]:
    """The measurement, and where it starts if that is known."""
    if not source.is_dir():
        return read(source, stated), None
    from chemomech.experiments.measured.simulated import measured_of
    from chemomech.solver.results import Result

    with Result.open(source) as result:
        return measured_of(result.checked()), float(result.case["initial_stoichiometry"])


def read(file: Path, stated: tuple[str, ...], material: str | None = None) -> MeasuredRun:
    """Return a measurement, with what is stated on the command line.

    Raises:
        InputError: as of ``read_measured``.
    """
    from chemomech.experiments.case import parse_assignment
    from chemomech.experiments.measured import read_measured

    changes: dict[str, Any] = dict(map(parse_assignment, stated))
    return read_measured(file, changes=changes, material=material)


def require_measured(file: Path | None, stated: tuple[str, ...]) -> None:
    """Refuse words on a measurement that is not named.

    Raises:
        InputError: where there are some.
    """
    if file is None and stated:
        raise InputError("--state says something of a measurement; name that with --measured.")


def beside(file: Path | None, stated: tuple[str, ...]) -> MeasuredBeside | None:
    """Return the measurement that stands beside results on a page; None where none is named."""
    require_measured(file, stated)
    if file is None:
        return None
    from chemomech.experiments.report.against import MeasuredBeside

    return MeasuredBeside(read(file, stated))


def followed(case: Case, file: Path, stated: tuple[str, ...], follow: str) -> Case:
    """Return a case with the protocol of a measurement, and say what is worth knowing of it."""
    from chemomech.experiments.measured.protocol import following

    changed, lines = following(case, read(file, stated, case.materials.cathode), follow)
    for line in lines:
        click.echo(line)
    return changed
