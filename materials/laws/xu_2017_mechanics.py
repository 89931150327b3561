"""Elasticity and fracture of NMC particles, chiefly Xu et al., J. Electrochem. Soc. 164 (2017) A3333."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, soft_clip
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.splines import monotone_cubic

_XU = "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333 (nanoindentation of NMC532)"
_CHARGED, _DISCHARGED = 0.41, 1.0
_MODULUS_CHARGED, _MODULUS_DISCHARGED = 111.0e9, 143.0e9

_TOUGHNESS = {1.00: 0.058e6, 0.66: 0.070e6, 0.33: 0.091e6, 0.0: 0.102e6}
"""K_c [Pa m^0.5] by state of charge, the lithium-poor end first."""


def _stoichiometry(state_of_charge: float) -> float:
    return _DISCHARGED + (_CHARGED - _DISCHARGED) * state_of_charge


def _modulus(x: Value) -> Value:
    slope = (_MODULUS_DISCHARGED - _MODULUS_CHARGED) / (_DISCHARGED - _CHARGED)
    return _MODULUS_CHARGED + slope * (soft_clip(x, _CHARGED, _DISCHARGED, 0.005) - _CHARGED)


def youngs_modulus() -> Curve:
    """Young's modulus E(x) [Pa] of a secondary particle, linear between full charge and discharge."""
    return Curve(
        name="Young's modulus",
        symbol="E",
        unit="Pa",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            f"{_XU}, quoted by a public digest: 143 GPa at SOC 0 (x = 1), 111 GPa at SOC 100, linear between",
            ("second-hand", "assumed"),
        ),
        function=_modulus,
        note="assumed: SOC 100 is x = 0.41, and E is constant below; single grains are stiffer (180 to 200 "
        "GPa)",
        temperature=heat.SAME_MECHANICS,
    )


def poisson_ratio() -> Parameter:
    """Poisson's ratio [-]."""
    return Parameter(
        0.3,
        "-",
        Source(f"{_XU}, where it is assumed, too", ("second-hand", "assumed")),
        (0.2, 0.32),
        heat.SAME_MECHANICS,
    )


def strength() -> Parameter:
    """Tensile strength of a secondary particle [Pa]."""
    return Parameter(
        150.0e6,
        "Pa",
        Source(
            "middle of 100 to 200 MPa reported for whole NMC particles (Stallard 2022: median 186 MPa "
            "pristine, 21.5 MPa after the first delithiation); a single grain boundary bears 562 to 840 "
            "MPa (Sedlatschek 2026)",
            ("second-hand", "assumed"),
        ),
        (21.5e6, 840.0e6),
        heat.SAME_MECHANICS,
    )


def fracture_toughness() -> Curve:
    """Fracture toughness K_c(x) [Pa m^0.5] of a secondary particle, falling as lithium leaves."""
    return Curve(
        name="fracture toughness",
        symbol="K_c",
        unit="Pa m^0.5",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            f"{_XU}, quoted by a public digest: 0.102, 0.091, 0.070, 0.058 MPa m^0.5 at SOC 0, 33, 66, 100 "
            "(+- 0.03 when pristine); sintered pellet 0.309, polycrystals of NMC333 0.05 to 0.3 MPa m^0.5 "
            "(Stallard 2022)",
            ("second-hand", "assumed"),
        ),
        function=monotone_cubic([_stoichiometry(soc) for soc in _TOUGHNESS], list(_TOUGHNESS.values())),
        note="assumed: SOC 100 is x = 0.41, as for E, SOC is linear in x, and K_c is constant below x = 0.41",
        temperature=heat.SAME_MECHANICS,
    )


def surface_flaw_depth() -> Parameter:
    """Depth of the deepest crack in the surface of a pristine particle [m]."""
    return Parameter(
        100.0e-9,
        "m",
        Source(
            "one primary grain, lower end of 100 to 250 nm as seen in micrographs of NMC622: a boundary "
            "between grains that opens at the surface",
            ("assumed",),
        ),
        (40.0e-9, 600.0e-9),
        heat.NO_EXPANSION,
    )


def core_flaw_radius() -> Parameter:
    """Radius of the largest penny-shaped crack in the core of a pristine particle [m]."""
    return Parameter(
        100.0e-9,
        "m",
        Source(
            "one facet of a primary grain, as deep as the flaw in the surface: grains and the pores between "
            "them are taken to be alike in surface and core",
            ("assumed",),
        ),
        (40.0e-9, 600.0e-9),
        heat.NO_EXPANSION,
    )
