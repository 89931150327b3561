"""Carbon black and PVDF with their pores, the homogenised matrix of the resolved half cell."""

from chemomech.materials.kinds.carbon_binder_matrix import CarbonBinderMatrix
from chemomech.materials.laws import heat, oregan_2022
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.temperature import Independent

_SAME_STIFFNESS = Independent(
    Source("taken as at 25 C; a polymer softens, within the reported 0.3 to 1.8 GPa", ("assumed",))
)

MATERIAL = CarbonBinderMatrix(
    name="carbon-binder",
    description="Carbon black and PVDF, half of it electrolyte-filled pores.",
    porosity=Parameter(
        0.5,
        "-",
        Source(
            "Adv. Energy Mater. 2019, 1900674: 30 % electrolyte and 30 % carbon-binder, homogenised",
            ("literature",),
        ),
        (0.4, 0.65),
        heat.NO_EXPANSION,
    ),
    bruggeman_exponent=Parameter(
        1.5, "-", Source("Bruggeman's value for spheres", ("assumed",)), (1.5, 3.0), heat.NO_EXPANSION
    ),
    conductivity=Parameter(
        100.0,
        "S/m",
        Source(
            "electrode conductivity of PyBaMM's Xu2019; 500 and 760 S/m are used elsewhere", ("second-hand",)
        ),
        (100.0, 760.0),
        oregan_2022.of_the_electrode_conductivity(),
    ),
    contact_conductance=Parameter(
        1.0e5,
        "S/m2",
        Source(
            "intact contact: at 5 A/m2 of particle surface it costs 0.05 mV, a thousandth of the "
            "charge-transfer resistance RT/(F i0) of 1e-2 Ohm m2; to be lowered where contact is lost",
            ("assumed",),
        ),
        (1.0, 1.0e6),
        Independent(Source("an intact contact costs nothing that matters at any temperature", ("assumed",))),
    ),
    wetted_fraction=Parameter(
        1.0,
        "-",
        Source("the homogenised matrix touches the whole particle surface", ("assumed",)),
        (0.5, 1.0),
        heat.NO_EXPANSION,
    ),
    youngs_modulus=Parameter(
        1.78e9,
        "Pa",
        Source(
            "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333: carbon black and PVDF, "
            "1.78 +- 0.35 GPa",
            ("second-hand",),
        ),
        (0.3e9, 1.8e9),
        _SAME_STIFFNESS,
    ),
    poisson_ratio=Parameter(
        0.35, "-", Source("usual value for polymers", ("assumed",)), (0.3, 0.4), _SAME_STIFFNESS
    ),
)
