"""Commands that make something to look at of a result in 3D: a page to hand on, and a film."""

from __future__ import annotations

from pathlib import Path

import click

from chemomech.errors import InputError
from chemomech.layout_options import Whole


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The page; RESULT/scene.html if not given.")
@click.option(
    "--limit", default="25 MB", show_default=True, help="Most it may take; what does not fit is left out."
)
def share(result: Path, out: Path | None, limit: str) -> None:
    """Write RESULT, or a layout (.csv), as one page in 3D that needs no network, to be handed on."""
    from chemomech.experiments.case.units import parse_quantity
    from chemomech.experiments.report.sharing import share_page
    from chemomech.experiments.report.sharing.viewer import viewer_script
    from chemomech.experiments.scenes import open_scene
    from chemomech.reading import is_file

    room = parse_quantity(limit, "byte", "--limit")
    target = out or (result.with_suffix(".html") if is_file(result) else result / "scene.html")
    _ends_in(target, (".html",))
    viewer_script()  # what lacks is said before time is spent
    scene = open_scene(result)
    for note in scene.notes:
        click.echo(note)
    page = share_page(scene, target, room)
    click.echo(f"page: {page} ({page.stat().st_size / 1e6:.3g} MB)")


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--field", help="What is shown, such as stoichiometry; the first field if not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The film, .gif or .mp4, or a .png of the last instant; RESULT/scene.gif if left out.",
)
@click.option(
    "--cut", default="y", show_default=True, help="Cut half away across x, y or z; none for the whole."
)
@click.option(
    "--frames", type=Whole(2, 500), default="48", show_default=True, help="Pictures, evenly in time."
)
@click.option("--by-depth", is_flag=True, help="Every particle by depth in place of a picture in 3D.")
def animate(result: Path, field: str | None, out: Path | None, cut: str, frames: int, by_depth: bool) -> None:
    """Write a film of RESULT, a field in 3D through the run; a layout (.csv) makes a picture."""
    from chemomech.experiments.report.films import FILMS, STILL

    target = out or (None if by_depth else _beside(result))
    if target is not None:
        _ends_in(target, (*FILMS, STILL))
    if by_depth:
        if field is not None:
            raise InputError(
                "--by-depth shows lithium and stress and takes no --field; leave one of them out."
            )
        from chemomech.experiments.report import write_animation
        from chemomech.solver.results import Result

        with Result.open(result) as opened:
            click.echo(f"film: {write_animation(opened, frames, target)}")
        return
    assert target is not None
    from chemomech.experiments.report.scene_film import write_scene_film
    from chemomech.experiments.scenes import open_scene

    scene = open_scene(result)
    shown = scene.fields[0] if field is None else scene.field(field)
    made = write_scene_film(scene, shown, target, cut, frames)
    click.echo(f"{'picture' if made.suffix.lower() == STILL else 'film'}: {made}")


def _beside(result: Path) -> Path:
    """Where a film of a result is put, or a picture of a layout."""
    from chemomech.experiments.report.films import STILL
    from chemomech.reading import is_file

    return result.with_suffix(STILL) if is_file(result) else result / "scene.gif"


def _ends_in(target: Path, endings: tuple[str, ...]) -> None:
    if target.suffix.lower() not in endings:
        raise InputError(
            f"the file {str(target)!r} ends in {target.suffix!r}; give it {' or '.join(endings)}."
        )
    if not target.parent.is_dir():
        raise InputError(f"the folder {str(target.parent)!r} does not exist; make it or name another.")
