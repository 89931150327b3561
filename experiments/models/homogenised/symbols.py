"""PyBaMM, loaded when it is needed, with the material laws taught to its symbols."""

from __future__ import annotations

import importlib
import os
from functools import lru_cache
from typing import Any

from chemomech.errors import InputError
from chemomech.materials import elementary


def require(package: str, purpose: str) -> Any:
    """Return an optional package.

    Args:
        package: its import name, which is also that of the extra that installs it.
        purpose: what cannot be done without it, in words.

    Raises:
        InputError: when it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise InputError(
            f"{purpose} needs the package {package}, which does not load ({error}); install it with "
            "pip install 'chemomech[pybamm]'."
        ) from None


@lru_cache(maxsize=1)
def pybamm() -> Any:
    """Return PyBaMM, its symbols known to the laws of :mod:`chemomech.materials`.

    Raises:
        InputError: when it is not installed.
    """
    # PyBaMM asks on a terminal, and reports over the network, unless told not to.
    os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
    module = require("pybamm", "the through-thickness companion")
    elementary.teach(
        module.Symbol,
        {
            "exp": module.exp,
            "log": module.log,
            "sqrt": module.sqrt,
            "step": lambda symbol: symbol > 0.0,
            "positive_part": lambda symbol: module.maximum(symbol, 0.0),
            "one": lambda symbol: module.Scalar(1.0),
        },
    )
    module.set_logging_level("ERROR")
    return module
