"""Elasticity and fracture of NMC particles, chiefly Xu et al., J. Electrochem. Soc. 164 (2017) A3333."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, soft_clip
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source

_XU = "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333 (nanoindentation of NMC532)"
_CHARGED, _DISCHARGED = 0.41, 1.0
_MODULUS_CHARGED, _MODULUS_DISCHARGED = 111.0e9, 143.0e9


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


def fracture_energy() -> Parameter:
    """Critical energy release rate of a secondary particle [J/m2]."""
    return Parameter(
        0.066,
        "J/m2",
        Source(
            "K_c^2 (1 - nu^2) / E with K_c = 0.102 MPa m^0.5 and E = 142.5 GPa of the pristine particle, "
            f"{_XU}; sintered pellet 0.49, single grain boundary 0.53 J/m2",
            ("second-hand", "computed"),
        ),
        (0.011, 0.69),
        heat.SAME_MECHANICS,
    )


def flaw_size() -> Parameter:
    """Depth of the largest pre-existing flaw [m]."""
    return Parameter(
        100.0e-9,
        "m",
        Source(
            "one primary grain, lower end of 100 to 250 nm as seen in micrographs of NMC622", ("assumed",)
        ),
        (40.0e-9, 600.0e-9),
        heat.NO_EXPANSION,
    )
