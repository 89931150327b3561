"""Section ``[damage]``: what breaks in and around particles over cycles. A table that is there acts.

Every parameter has a mark: ``input`` where a source gives it, ``calibrated`` where it is to be fitted on what
is named, ``assumed`` otherwise; the summary of a run repeats it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from chemomech.experiments.case.schema import key

MARK = "mark"


def parameter(mark: str, default: Any, **meaning: Any) -> Any:
    """A key of a law with its mark."""
    described = key(default, **meaning)
    return dataclasses.field(default=default, metadata={**described.metadata, MARK: mark})


@dataclass(frozen=True)
class SurfaceCracks:
    """Table ``[damage.surface_cracks]``: cracks from the surface, filled by electrolyte as they grow.

    Attributes:
        cracks: n_c, annular cracks of a particle that hang together with its surface.
        unstable: whether a crack whose stress intensity passes the toughness runs to where it arrests.
        growth: C, growth over the radius in a cycle at K = K_c [-].
        exponent: m of Paris' law [-].
        largest_depth: a_max over the radius [-], where the tip is pressed shut.
        growth_scatter: standard deviation of ln C between particles [-].
        toughness_scatter: standard deviation of ln K_c between particles [-].
        seed: of the two draws of each particle.
    """

    cracks: float = parameter("assumed (2 to 6)", 4.0, within=(0.0, 100.0), remedy="state a number of cracks")
    unstable: bool = parameter("assumed", True)
    growth: float = parameter(
        "calibrated: on pooled severity after 10 cycles",
        0.01,
        within=(0.0, 1.0),
        remedy="0 lets nothing grow",
    )
    exponent: float = parameter(
        "assumed (2.2 to 30)", 6.0, within=(0.0, 60.0), remedy="ceramics have 10 to 30, composites 2 to 6"
    )
    largest_depth: float = parameter(
        "assumed (the surface crack closes at 0.51)", 0.5, within=(0.01, 0.5), remedy="at most 0.5"
    )
    growth_scatter: float = parameter(
        "assumed", 0.0, within=(0.0, 5.0), remedy="0 gives all particles the same growth, 0.5 is wide"
    )
    toughness_scatter: float = parameter(
        "assumed", 0.0, within=(0.0, 2.0), remedy="0 gives all particles the same toughness, 0.1 is usual"
    )
    seed: int = parameter("assumed", 0, within=(0, 2**31), remedy="state a whole number of zero or more")


@dataclass(frozen=True)
class Toughness:
    """Table ``[damage.toughness]``: the toughness falls with what a particle has borne.

    Attributes:
        growth: kappa, growth of q in a cycle at K = K_ref [-].
        reference: K_ref [Pa m^0.5].
    """

    growth: float = parameter(
        "calibrated: on fracture energies after 0 to 100 cycles", 0.027, within=(0.0, 10.0),
        remedy="0 keeps the toughness",
    )  # fmt: skip
    reference: float = parameter(
        "assumed",
        1.0e5,
        unit="Pa m^0.5",
        within=(1e3, 1e8),
        remedy="state a stress intensity, as in 0.1 MPa m^0.5",
    )


@dataclass(frozen=True)
class GrainBoundaries:
    """Table ``[damage.grains]``: neighbouring grains strain each other apart and leave dry cracks.

    Attributes:
        rate: k, growth of the crack density rho in a cycle at twice the threshold of the misfit [-].
        largest: rho_max [-].
        fracture_energy: gamma of a boundary [J/m2].
        grain_size: d [m].
    """

    rate: float = parameter(
        "calibrated: on the modulus after 1 to 100 cycles",
        0.1,
        within=(0.0, 100.0),
        remedy="0 cracks nothing",
    )
    largest: float = parameter(
        "calibrated: on the modulus after 100 cycles", 0.2, within=(1e-6, 10.0), remedy="state a density"
    )
    fracture_energy: float = parameter(
        "input: half of 0.53 J/m2 of a boundary, second-hand", 0.265, unit="J/m2", within=(1e-4, 1e3),
        remedy="state the energy of one surface, as in 0.265 J/m2",
    )  # fmt: skip
    grain_size: float = parameter(
        "assumed", 1.5e-7, unit="m", within=(1e-9, 1e-4), remedy="state a size, as in 150 nm"
    )


@dataclass(frozen=True)
class Layer:
    """Tables ``[damage.film]`` and ``[damage.reconstruction]``: a layer that grows on what is wetted.

    Attributes:
        rate: k, growth of a bare surface at the reference potential [m/s].
        slowed_from: L_slow, thickness at which growth is half as fast [m].
        reference_potential: U_ref against lithium [V].
        transfer: share of the potential that drives the growth [-].
        conductivity: for lithium ions [S/m]; the best solid conductors reach a few.
    """

    rate: float = parameter(
        "calibrated: on the growth of the overvoltage", 1.0e-13, unit="m/s", within=(0.0, 1e-6),
        remedy="state a rate, as in 1e-4 nm/s",
    )  # fmt: skip
    slowed_from: float = parameter(
        "assumed", 5.0e-9, unit="m", within=(1e-10, 1e-3), remedy="state a thickness, as in 5 nm"
    )
    reference_potential: float = parameter(
        "assumed", 4.3, unit="V", within=(1.0, 6.0), remedy="state a potential against lithium"
    )
    transfer: float = parameter("assumed", 0.5, within=(0.0, 5.0), remedy="0 grows at any potential alike")
    conductivity: float = parameter(
        "assumed", 1.0e-6, unit="S/m", within=(1e-12, 10.0), remedy="state a conductivity, as in 1e-6 S/m"
    )


@dataclass(frozen=True)
class Bond:
    """Table ``[damage.interface]``: the bond between particle and matrix lets go under the misfit.

    Attributes:
        strength: T0 [Pa].
        energy: Gamma [J/m2].
        stiffness: K0 of the bond before it softens and of faces that touch [Pa/m].
        shear_energy: Gamma_s, to separate it in shear [J/m2]; as ``energy`` if absent. The strength in shear
            is T0 sqrt(Gamma_s/Gamma).
        mode_exponent: eta of Benzeggagh and Kenane between tension and shear [-].
        spots: places where carbon-binder touches a particle of 5 um.
        spot_radius: of each [m].
    """

    strength: float = parameter(
        "assumed (2 to 20 MPa)", 5.0e6, unit="Pa", within=(1e4, 1e9), remedy="state a stress, as in 5 MPa"
    )
    energy: float = parameter(
        "input: wet binder 0.31 +- 0.10 J/m2, second-hand", 0.31, unit="J/m2", within=(1e-4, 1e3),
        remedy="state an energy of separation, as in 0.31 J/m2",
    )  # fmt: skip
    stiffness: float = parameter(
        "assumed (stiff against particle and matrix: 40/(C R) at 3.1 um)", 5.0e16, unit="Pa/m",
        within=(1e14, 1e18), remedy="state a stiffness, as in 5e16 Pa/m",
    )  # fmt: skip
    shear_energy: float | None = parameter(
        "assumed (as in tension where not stated)", None, unit="J/m2", within=(1e-4, 1e3),
        remedy="state an energy of separation, as in 0.31 J/m2",
    )  # fmt: skip
    mode_exponent: float = parameter(
        "assumed (1 to 3)", 2.0, within=(0.5, 10.0), remedy="composites have 1 to 3"
    )
    spots: float = parameter("assumed", 1000.0, within=(1.0, 1e9), remedy="state at least one")
    spot_radius: float = parameter(
        "assumed", 5.0e-8, unit="m", within=(1e-10, 1e-5), remedy="state a radius, as in 50 nm"
    )


@dataclass(frozen=True)
class Isolation:
    """Table ``[damage.isolation]``: a particle that loses its last conducting spot takes no part any more.

    Attributes:
        spots: lambda0, mean number of conducting spots on a particle of the reference radius.
        reference_radius: R0 [m].
        seed: of the draws, one a particle.
    """

    spots: float = parameter(
        "calibrated: on the share of isolated particles after a slow charge, 6 %", 2.81, within=(0.0, 1e6),
        remedy="state a mean number",
    )  # fmt: skip
    reference_radius: float = parameter(
        "assumed (mean volume of the shipped layout)",
        3.1e-6,
        unit="m",
        within=(1e-8, 1e-3),
        remedy="state a radius, as in 3 um",
    )
    seed: int = parameter("assumed", 0, within=(0, 2**31), remedy="state a whole number of zero or more")


@dataclass(frozen=True)
class Damage:
    """Section ``[damage]``.

    Attributes:
        surface_cracks: cracks from the surface; none grow if absent.
        toughness: how it falls; it stays if absent.
        interface: the bond with the matrix; it holds if absent.
        isolation: loss of the last contact; none is lost if absent.
        grains: cracks between grains; none open if absent.
        film: on what is wetted; none grows if absent.
        reconstruction: of the lattice under what is wetted; none if absent.
    """

    surface_cracks: SurfaceCracks | None = None
    toughness: Toughness | None = None
    interface: Bond | None = None
    isolation: Isolation | None = None
    grains: GrainBoundaries | None = None
    film: Layer | None = None
    reconstruction: Layer | None = None

    @classmethod
    def laws(cls) -> dict[str, type]:
        """The dataclass of each table, by its name."""
        return {name: get_args(hint)[0] for name, hint in get_type_hints(cls).items()}

    @property
    def acts(self) -> bool:
        """Whether anything breaks."""
        return self != Damage()

    def section(self) -> dict[str, Any] | None:
        """What the summary of a run says of it; None where nothing breaks."""
        return {"parameters": self.parameters()} if self.acts else None

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Every parameter of the laws that act, as ``law.parameter``, with value, unit and mark."""
        return {
            f"{law.name}.{field.name}": {
                "value": getattr(table, field.name),
                "unit": field.metadata["unit"],
                "mark": field.metadata[MARK],
            }
            for law in dataclasses.fields(self)
            if (table := getattr(self, law.name)) is not None
            for field in dataclasses.fields(table)
        }
