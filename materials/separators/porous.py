"""A generic porous separator."""

from chemomech.materials.kinds.separator import Separator
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source

MATERIAL = Separator(
    name="porous-separator",
    description="Porous separator filled with electrolyte.",
    porosity=Parameter(
        0.5, "-", Source("value of the reference half cell", ("assumed",)), (0.4, 0.9), heat.NO_EXPANSION
    ),
    bruggeman_exponent=Parameter(
        1.5, "-", Source("Bruggeman's value for spheres", ("assumed",)), (1.5, 2.5), heat.NO_EXPANSION
    ),
)
