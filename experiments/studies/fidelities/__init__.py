"""How well a study resolves its cases: ``dfn`` screens, ``radial`` and ``resolved`` keep every particle."""

from typing import Final

from chemomech.experiments.studies.fidelities.dfn import DfnFidelity
from chemomech.experiments.studies.fidelities.protocol import Fidelity, RunFailedError
from chemomech.experiments.studies.fidelities.radial import RadialFidelity
from chemomech.experiments.studies.fidelities.resolved import ResolvedFidelity

FIDELITIES: Final[dict[str, type[Fidelity]]] = {
    "dfn": DfnFidelity,
    "radial": RadialFidelity,
    "resolved": ResolvedFidelity,
}

__all__ = ["FIDELITIES", "DfnFidelity", "Fidelity", "RadialFidelity", "ResolvedFidelity", "RunFailedError"]
