"""The claims of four papers, and what becomes of each when a simulation is read with their instruments.

Each row of the claim table in the physics notes is one :class:`~.claim.Claim`; groups of them share a file.
"""

from chemomech.validation.claims.claim import (
    Assessment,
    Claim,
    Finding,
    FittedFinding,
    Kind,
    Row,
    Verdict,
    verdict_of,
)
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.registry import all_claims, chosen_claims
from chemomech.validation.claims.simulations import SIMULATIONS, Simulation

__all__ = [
    "SIMULATIONS",
    "Assessment",
    "Claim",
    "Evidence",
    "Finding",
    "FittedFinding",
    "Kind",
    "Row",
    "Simulation",
    "Verdict",
    "all_claims",
    "chosen_claims",
    "verdict_of",
]
