"""Loading gmsh, and using it without leaving traces in a gmsh that the user has running."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chemomech.errors import InputError


def load_gmsh() -> Any:
    """Return the gmsh module.

    Raises:
        InputError: gmsh, or a system library that it needs, is not installed.
    """
    try:
        return importlib.import_module("gmsh")
    except (ImportError, OSError) as error:
        raise InputError(
            f"gmsh cannot be loaded ({error}); install it with 'pip install gmsh', and if a library such as "
            "libGLU.so.1 is named, install that with the system's package manager (Debian: libglu1-mesa)."
        ) from error


@contextmanager
def gmsh_model(name: str, options: Mapping[str, float]) -> Iterator[Any]:
    """Open a model in gmsh and take it away again, with the options as they were before.

    Args:
        name: name of the model.
        options: gmsh's numerical options, set while the model is open.

    Yields:
        The gmsh module with the new model current.
    """
    gmsh = load_gmsh()
    own = not gmsh.isInitialized()
    if own:
        # Not interruptible: gmsh would replace the handler that turns Ctrl-C into a clean stop.
        gmsh.initialize(readConfigFiles=False, interruptible=False)
    before = {key: gmsh.option.getNumber(key) for key in ("General.Terminal", *options)}
    previous = None if own else gmsh.model.getCurrent()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        for key, value in options.items():
            gmsh.option.setNumber(key, value)
        gmsh.model.add(name)
        yield gmsh
    finally:
        if own:
            gmsh.finalize()
        else:
            gmsh.model.remove()
            for key, value in before.items():
                gmsh.option.setNumber(key, value)
            if previous:
                gmsh.model.setCurrent(previous)
