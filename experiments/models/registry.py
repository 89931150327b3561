"""The models by name. A new model is a folder beside these and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chemomech.errors import unknown_name
from chemomech.experiments.models.model import Model


def _resolved() -> Model:
    from chemomech.experiments.models.resolved.model import ResolvedModel

    return ResolvedModel()


def _radial() -> Model:
    from chemomech.experiments.models.radial.model import RadialModel

    return RadialModel()


def _homogenised() -> Model:
    from chemomech.experiments.models.homogenised.model import HomogenisedModel

    return HomogenisedModel()


MODELS: Final[Mapping[str, Callable[[], Model]]] = {
    "resolved": _resolved,
    "radial": _radial,
    "homogenised": _homogenised,
}
"""Makes each model with its usual settings; what it needs is loaded then."""

ALIASES: Final[Mapping[str, str]] = {"dfn": "homogenised"}
"""Other words for models, as studies use them."""


def model_of(name: str) -> Model:
    """Return a model by its name or another word for it.

    Raises:
        InputError: When there is none of this name.
    """
    known = ALIASES.get(name, name)
    if known not in MODELS:
        raise unknown_name("model", name, MODELS)
    return MODELS[known]()
