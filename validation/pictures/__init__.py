"""Pictures of claims: panels that each show either what was measured or what was simulated."""

from chemomech.validation.pictures.bars import Bars, Order
from chemomech.validation.pictures.curves import Curve, Curves
from chemomech.validation.pictures.distributions import Distribution, Distributions
from chemomech.validation.pictures.panel import FITTED, MEASURED, PREDICTED, Panel, Picture, Role
from chemomech.validation.pictures.statement import Statement

__all__ = [
    "FITTED",
    "MEASURED",
    "PREDICTED",
    "Bars",
    "Curve",
    "Curves",
    "Distribution",
    "Distributions",
    "Order",
    "Panel",
    "Picture",
    "Role",
    "Statement",
]
