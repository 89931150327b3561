"""The electrolyte of PyBaMM's half cell Xu2019, for comparison with its runs only."""

from chemomech.materials.curve import Curve
from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.laws import valoen_reimers
from chemomech.materials.laws.salt import one_molar
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import Independent

_DIFFUSIVITY = valoen_reimers.diffusivity()
_SOURCE = Source("constant of PyBaMM's Xu2019", ("second-hand",))
_SAME = Independent(Source("PyBaMM's Xu2019 has one value for all temperatures", ("second-hand", "assumed")))


def _constant(name: str, symbol: str, value: float) -> Curve:
    law, span = Constant(value), _DIFFUSIVITY.valid_range
    return Curve(name, symbol, "-", "c_e [mol/m3]", span, _SOURCE, law, temperature=_SAME)


MATERIAL = Electrolyte(
    name="lipf6-valoen-pybamm",
    description="LiPF6 after Valoen and Reimers with t_+ = 0.38 and thermodynamic factor 1, for comparison "
    "with PyBaMM only.",
    diffusivity=_DIFFUSIVITY,
    conductivity=valoen_reimers.conductivity(),
    transference_number=_constant("transference number", "t_+", 0.38),
    thermodynamic_factor=_constant("thermodynamic factor", "TDF", 1.0),
    initial_concentration=one_molar(),
)
