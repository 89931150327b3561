"""``chemomech fit``: parameters of a case fitted to measurements."""

from __future__ import annotations

from pathlib import Path

import click

from chemomech.errors import InputError
from chemomech.layout_options import Whole

PATH = click.Path(path_type=Path)


@click.command("fit")
@click.argument("source", required=False, metavar="[FIT]")
@click.option(
    "--out", type=PATH, help="Folder of the fit; results/<name> if not given. A killed fit goes on."
)
@click.option("--workers", type=Whole(1, 4096), default=1, show_default=True, help="Local processes.")
@click.option("--list", "listed", is_flag=True, help="List the shipped fits, and stop.")
def fit_command(source: str | None, out: Path | None, workers: int, listed: bool) -> None:
    """Fit parameters of a case to measurements, with a verdict on each.

    FIT is a TOML file, or a shipped fit such as planted-parameters. Prints every value, marked calibrated,
    with its 95 % interval; writes fit.json, fit.png and the case with the fitted numbers, fitted.toml.
    """
    from chemomech.experiments.fitting import FitSpec, fit
    from chemomech.experiments.fitting.picture import draw
    from chemomech.experiments.fitting.spec import shipped_fits

    if listed:
        for name in shipped_fits():
            click.echo(name)
        return
    if source is None:
        raise InputError("name a fit: a TOML file, or one that chemomech fit --list shows.")
    spec = FitSpec.from_toml(source)
    folder = out or Path("results") / spec.settings.name
    outcome = fit(spec, folder, workers)
    for line in outcome.lines():
        click.echo(line)
    click.echo(f"written: {draw(spec, outcome, folder)}")
