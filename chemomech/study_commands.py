"""``chemomech study``: parameter studies, and ``chemomech export``: a case for other programs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from chemomech.errors import InputError
from chemomech.failures import RUN_FAILED, one_line
from chemomech.layout_options import Whole

PATH = click.Path(path_type=Path)
BDF = "bdf"


@click.command()
@click.argument("source", metavar="[STUDY]", required=False)
@click.option(
    "--fidelity",
    "--model",
    "fidelity",
    help="dfn or homogenised (screens), or resolved (particle by particle); that of STUDY if not given.",
)
@click.option("--out", type=PATH, help="Folder of the study; results/<study name> if not given.")
@click.option(
    "--workers", type=Whole(0, 4096), default=1, show_default=True, help="Local worker processes; 0: none."
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler to use in place of local workers.")
@click.option("--ranks", type=Whole(1, 4096), help="MPI ranks of each resolved run.")
@click.option("--retry", is_flag=True, help="Run again what failed.")
@click.option("--quiet", is_flag=True, help="No progress display.")
def study(source: str | None, **options: Any) -> int:
    """Run what is missing of STUDY, a TOML file or the name of a shipped study; without it, list these."""
    from chemomech.experiments.studies import Study, run_study, shipped_studies
    from chemomech.experiments.studies.fidelities import fidelity_name

    if source is None:
        for name in shipped_studies():
            click.echo(f"{name}  {Study.from_toml(name).description}")
        return 0
    asked = Study.from_toml(source)
    fidelity = fidelity_name(options["fidelity"] or asked.fidelity)
    out = options["out"] or Path("results") / asked.name
    if options["ranks"] is not None and fidelity != "resolved":
        raise InputError("--ranks is for resolved runs; leave it out, or add --fidelity resolved.")
    settings = {} if options["ranks"] is None else {"ranks": options["ranks"]}
    outcome = run_study(
        asked,
        out,
        fidelity,
        workers=options["workers"],
        scheduler=options["scheduler"],
        retry=options["retry"],
        progress=not options["quiet"],
        **settings,
    )
    states = outcome["status"].values.ravel().tolist()
    failed = states.count("failed")
    click.echo(f"{len(states)} points: {states.count('finished')} finished, {failed} failed")
    click.echo(f"study: {out}")
    if not failed:
        return 0
    reasons = Counter(
        str(reason)
        for state, reason in zip(
            outcome["status"].values.ravel(), outcome["failure"].values.ravel(), strict=True
        )
        if state == "failed"
    )
    for reason, count in reasons.most_common():
        click.echo(f"failed {count}x: {one_line(reason)}", err=True)
    click.echo("error: runs of the study failed; mend what they say and run it again with --retry.", err=True)
    return RUN_FAILED


@click.command()
@click.argument("case", metavar="CASE|RESULT")
@click.option("--out", type=PATH, required=True, help="File to write.")
@click.option("--format", "form", default="bpx", show_default=True, help="bpx, pybamm, or bdf (of a RESULT).")
@click.option("--transport", default="maxwell", show_default=True, help="maxwell or bruggeman.")
@click.option("--area", metavar="AREA", help="Electrode area by which bdf makes currents: '1.54 cm2'.")
def export(case: str, out: Path, form: str, transport: str, area: str | None) -> None:
    """Write CASE, homogenised, as parameters of a half cell for PyBaMM or in the BPX format.

    With --format bdf: write time, voltage and current of the result folder RESULT in the Battery Data Format.
    """
    from chemomech.errors import unknown_name

    if out.exists():
        raise InputError(f"the file '{out}' exists; delete it or name another.")
    if form == BDF:
        _export_result(Path(case), out, area)
        return
    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import prepare
    from chemomech.experiments.models.homogenised import EXPORTS, homogenise

    if form not in EXPORTS:
        raise unknown_name("format", form, (*EXPORTS, BDF))
    if area is not None:
        raise InputError("--area is for --format bdf; leave it out.")
    for remark in EXPORTS[form](homogenise(prepare(Case.from_toml(case)), transport=transport), out):
        click.echo(remark)
    click.echo(f"written: {out}")


def _export_result(folder: Path, out: Path, area: str | None) -> None:
    from chemomech.experiments.case.units import parse_quantity
    from chemomech.experiments.measured.bdf import write_bdf
    from chemomech.solver.results import Result

    if area is None:
        raise InputError(
            "--format bdf writes currents in A, and a result has them per area; state the area of the "
            "electrode, as in --area '1.54 cm2'."
        )
    square_metres = parse_quantity(area, "m2", "--area")
    if not 0.0 < square_metres <= 1e3:
        raise InputError(f"--area = {area} is no area of an electrode; state one, as in '1.54 cm2'.")
    with Result.open(folder) as result:
        beside = write_bdf(result.checked(), out, square_metres)
    click.echo(f"written: {out}, and what the format does not say: {beside}")
