"""How well a study resolves its cases: ``dfn`` screens, ``radial`` and ``resolved`` keep every particle."""

from typing import Final

from chemomech.errors import unknown_name
from chemomech.experiments.models.registry import ALIASES
from chemomech.experiments.studies.fidelities.dfn import DfnFidelity
from chemomech.experiments.studies.fidelities.protocol import Fidelity, RunFailedError
from chemomech.experiments.studies.fidelities.radial import RadialFidelity
from chemomech.experiments.studies.fidelities.resolved import ResolvedFidelity

FIDELITIES: Final[dict[str, type[Fidelity]]] = {
    "dfn": DfnFidelity,
    "radial": RadialFidelity,
    "resolved": ResolvedFidelity,
}
"""By the name that stands in files and folders of studies."""

_OTHER_WORDS: Final = {model: word for word, model in ALIASES.items() if word in FIDELITIES}

__all__ = [
    "FIDELITIES",
    "DfnFidelity",
    "Fidelity",
    "RadialFidelity",
    "ResolvedFidelity",
    "RunFailedError",
    "fidelity_name",
]


def fidelity_name(word: object) -> str:
    """Return the name in ``FIDELITIES`` of a fidelity, or of the model behind it: ``homogenised`` is ``dfn``.

    Raises:
        InputError: when there is none of this name.
    """
    name = _OTHER_WORDS.get(str(word), str(word))
    if name not in FIDELITIES:
        raise unknown_name("fidelity", str(word), [*FIDELITIES, *_OTHER_WORDS])
    return name
