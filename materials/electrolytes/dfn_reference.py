"""The electrolyte of the reference half cell: Nyman's transport, taken as an ideal solution."""

from chemomech.materials.curve import Curve
from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.laws import nyman
from chemomech.materials.laws.salt import one_molar
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import Independent

MATERIAL = Electrolyte(
    name="lipf6-dfn-reference",
    description="Nyman's D and kappa with t_+ = 0.2594 and thermodynamic factor 1, for comparison with "
    "PyBaMM only.",
    diffusivity=nyman.diffusivity(),
    conductivity=nyman.conductivity(),
    transference_number=Curve(
        "transference number",
        "t_+",
        "-",
        "c_e [mol/m3]",
        nyman.RANGE,
        Source("constant coded beside Nyman's polynomials in PyBaMM's Chen2020", ("second-hand",)),
        Constant(0.2594),
        temperature=nyman.SAME_TRANSFERENCE,
    ),
    thermodynamic_factor=Curve(
        "thermodynamic factor",
        "TDF",
        "-",
        "c_e [mol/m3]",
        nyman.RANGE,
        Source(
            "ideal solution, as in the reference run; measured values are 1.4 to 3.9 from 0.5 to 2 M",
            ("assumed",),
        ),
        Constant(1.0),
        temperature=Independent(Source("an ideal solution is one at every temperature", ("assumed",))),
    ),
    initial_concentration=one_molar(),
)
