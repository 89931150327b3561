"""Lithium foil with the kinetics of Xu et al. (2019)."""

from chemomech.materials.kinds.lithium_metal import LithiumMetal
from chemomech.materials.laws.transfer import half
from chemomech.materials.laws.xu_2019_nmc532 import plating_exchange_current_density

MATERIAL = LithiumMetal(
    name="lithium-metal",
    description="Lithium foil, Butler-Volmer kinetics with 70.6 A/m2 at 1 M.",
    exchange_current_density=plating_exchange_current_density(),
    anodic_transfer=half(),
    cathodic_transfer=half(),
)
