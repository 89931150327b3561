"""How well a study resolves its cases: ``dfn`` screens, ``resolved`` computes particle by particle."""

from typing import Final

from chemomech.experiments.studies.fidelities.dfn import DfnFidelity
from chemomech.experiments.studies.fidelities.protocol import Fidelity, RunFailedError
from chemomech.experiments.studies.fidelities.resolved import ResolvedFidelity

FIDELITIES: Final[dict[str, type[Fidelity]]] = {"dfn": DfnFidelity, "resolved": ResolvedFidelity}

__all__ = ["FIDELITIES", "DfnFidelity", "Fidelity", "ResolvedFidelity", "RunFailedError"]
