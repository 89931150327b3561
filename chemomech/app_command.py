"""``chemomech app``: the page of the local browser."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from chemomech.errors import InputError
from chemomech.layout_options import Whole

NEEDED = ("trame", "trame_vuetify", "trame_vtk", "aiohttp", "psutil")
"""Packages of the extra."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("."), required=False)
@click.option(
    "--port", type=Whole(0, 65535), default=0, help="Port to listen at; any that is free if not given."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def app(folder: Path, port: int, no_browser: bool) -> None:
    """Choose, run, watch and look around in 3D on a page of the local browser, with what lies in FOLDER.

    The page is at the address that is printed, on this machine alone. Runs go on when it is closed and when
    this command is ended (Ctrl-C).
    """
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise InputError(
            f"chemomech app needs {', '.join(lacking)}, which is not installed; pip install 'chemomech[app]'."
        )
    from chemomech.app.server import serve

    try:
        serve(folder, port, not no_browser, lambda line: click.echo(line))
    except OSError as error:
        if port and error.errno is not None:
            raise InputError(
                f"port {port} cannot be used ({error.strerror}); choose another with --port."
            ) from None
        raise
