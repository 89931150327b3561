"""Particle-resolved electro-chemo-mechanics of composite lithium-ion cathodes.

The names below load what they need on first use, so that ``import chemomech`` stays fast::

    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides({"mesh.preset": "coarse"})
    result = chemomech.run(case, out="results/first-look")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chemomech.errors import InputError
    from chemomech.experiments.case import Case, shipped_cases
    from chemomech.experiments.runner import run
    from chemomech.solver.results import Result

_ON_FIRST_USE = {
    "Case": "chemomech.experiments.case",
    "InputError": "chemomech.errors",
    "Result": "chemomech.solver.results",
    "run": "chemomech.experiments.runner",
    "shipped_cases": "chemomech.experiments.case",
}

__all__ = ["Case", "InputError", "Result", "__version__", "run", "shipped_cases"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("chemomech")
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ON_FIRST_USE[name]), name)
