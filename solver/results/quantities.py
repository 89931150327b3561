"""The one table of everything a result holds: name, symbol, unit, long name and dimensions.

Signs: current is positive on charge (lithium leaves the particles); stress is positive in tension; z runs
from the current collector (0) through the electrode and the separator to the lithium metal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chemomech.errors import unknown_name

CORE_WIDTH = 0.25
"""Width w of the weight exp(-(r / (w R))^2) of core values over the particle radius [-]."""


class SchemaError(ValueError):
    """Data for a result that do not fit its table; a mistake of the program, not of its user."""


@dataclass(frozen=True)
class Quantity:
    """One variable of a result.

    Attributes:
        name: variable name in ``result.nc``.
        symbol: how it is written in formulas (mathtext without the dollar signs).
        unit: SI-derived unit, in the notation ``"A m-2"``; ``"-"`` for a pure number.
        long_name: what it is, in words.
        dims: dimensions in storage order; empty for a single number.
        mechanics: whether it exists only when stress was computed.
        required: whether a result without it is refused.
    """

    name: str
    symbol: str
    unit: str
    long_name: str
    dims: tuple[str, ...]
    mechanics: bool = False
    required: bool = False

    @property
    def is_coordinate(self) -> bool:
        """Whether the quantity labels its own dimension."""
        return self.dims == (self.name,)


_T = ("time",)
_P = ("particle",)
_TP = ("time", "particle")
_TD = ("time", "depth")
_CUT = ("cut_time", "cut_z", "cut_x")

_COORDINATES = (
    Quantity("time", "t", "s", "time of each accepted step", _T, required=True),
    Quantity("particle", "k", "-", "particle number", _P),
    Quantity("depth", "z", "m", "distance from the current collector", ("depth",)),
    Quantity("cut_time", "t", "s", "time of each cut", ("cut_time",)),
    Quantity("cut_z", "z", "m", "distance from the current collector on the cut", ("cut_z",)),
    Quantity("cut_x", "x", "m", "in-plane position on the cut", ("cut_x",)),
)

_CELL = (
    Quantity("electrode_thickness", "L", "m", "electrode thickness", ()),
    Quantity("separator_thickness", r"L_\mathrm{s}", "m", "separator thickness", ()),
    Quantity("width_x", r"L_x", "m", "width of the box along x, in-plane", ()),
    Quantity("width_y", r"L_y", "m", "width of the box along y, in-plane", ()),
    Quantity("cut_y", "y", "m", "in-plane position of the cut plane", ()),
)

_TIME_SERIES = (
    Quantity("voltage", "V", "V", "cell voltage against lithium metal", _T, required=True),
    Quantity("current_density", "i", "A m-2", "current density, positive on charge", _T, required=True),
    Quantity("areal_capacity", "Q", "mAh cm-2", "charge passed per electrode area", _T),
    Quantity("step_number", "n", "-", "number of the step of the protocol, from 1", _T),
    Quantity("cycle_number", "N", "-", "number of the cycle, from 1; 0 in a rest", _T),
    Quantity("stoichiometry_min", r"x_\mathrm{min}", "-", "lowest stoichiometry of a node", _T),
    Quantity("stoichiometry_max", r"x_\mathrm{max}", "-", "highest stoichiometry of a node", _T),
    Quantity(
        "surface_stoichiometry_min",
        r"x_\mathrm{s,min}",
        "-",
        "lowest stoichiometry of a node on a wetted surface",
        _T,
    ),
    Quantity(
        "surface_stoichiometry_max",
        r"x_\mathrm{s,max}",
        "-",
        "highest stoichiometry of a node on a wetted surface",
        _T,
    ),
    Quantity(
        "electrolyte_potential_drop",
        r"\Delta\varphi_\mathrm{e}",
        "V",
        "electrolyte potential at the collector minus that at the electrode-separator plane",
        _T,
    ),
    Quantity(
        "electrolyte_concentration_min", r"c_\mathrm{e,min}", "mol m-3", "lowest salt concentration", _T
    ),
    Quantity(
        "electrolyte_concentration_max", r"c_\mathrm{e,max}", "mol m-3", "highest salt concentration", _T
    ),
    Quantity(
        "matrix_potential_span",
        r"\Delta\varphi_\mathrm{m}",
        "V",
        "highest minus lowest potential in the carbon-binder matrix",
        _T,
    ),
)

_STEPPING = (
    Quantity("time_step", r"\Delta t", "s", "size of the accepted step", _T),
    Quantity("error_estimate", "e", "-", "local error estimate over its tolerance", _T),
    Quantity("newton_iterations", r"n_\mathrm{N}", "-", "Newton iterations of the accepted step", _T),
    Quantity("linear_iterations", r"n_\mathrm{L}", "-", "linear iterations of the accepted step", _T),
    Quantity(
        "lithium_relative_error",
        r"e_\mathrm{Li}",
        "-",
        "lithium budget: change in the particles against charge passed, relative",
        _T,
    ),
    Quantity(
        "charge_relative_error",
        r"e_\mathrm{q}",
        "-",
        "charge budget: current through the interfaces against the applied current, relative",
        _T,
    ),
)

_PARTICLES = (
    Quantity("particle_x", "x", "m", "particle centre, in-plane", _P),
    Quantity("particle_y", "y", "m", "particle centre, in-plane", _P),
    Quantity("particle_z", "z", "m", "particle centre, distance from the current collector", _P),
    Quantity("particle_radius", "R", "m", "particle radius", _P),
    Quantity("particle_volume", "V", "m3", "particle volume inside the cell", _P),
    Quantity("particle_area", "A", "m2", "particle area wetted by electrolyte", _P),
)

_FIRST_PASSAGES = (
    Quantity(
        "strength_first_passage",
        r"t_\mathrm{f}",
        "s",
        "time at which the largest principal stress first reached the strength; NaN where it never did",
        _P,
        mechanics=True,
    ),
    Quantity(
        "surface_crack_first_passage",
        r"t_\mathrm{s}",
        "s",
        "time at which the surface crack first reached its toughness; NaN where it never did",
        _P,
        mechanics=True,
    ),
    Quantity(
        "core_crack_first_passage",
        r"t_\mathrm{core}",
        "s",
        "time at which the core crack first reached its toughness; NaN where it never did",
        _P,
        mechanics=True,
    ),
)

_PARTICLE_HISTORIES = (
    Quantity("mean_stoichiometry", r"\bar{x}", "-", "volume-mean stoichiometry", _TP),
    Quantity("surface_stoichiometry", r"x_\mathrm{s}", "-", "surface-mean stoichiometry", _TP),
    Quantity("core_stoichiometry", r"x_\mathrm{c}", "-", "stoichiometry at the particle centre", _TP),
    Quantity(
        "reaction_current_density",
        "j",
        "A m-2",
        "surface-mean reaction current density, positive when lithium leaves",
        _TP,
    ),
    Quantity("max_principal_stress", r"\sigma_1", "Pa", "largest principal stress", _TP, mechanics=True),
    Quantity(
        "max_equivalent_stress", r"\sigma_\mathrm{eq}", "Pa", "largest equivalent stress", _TP, mechanics=True
    ),
    Quantity(
        "mean_hydrostatic_stress",
        r"\sigma_\mathrm{h}",
        "Pa",
        "volume-mean hydrostatic stress",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "surface_equivalent_stress",
        r"\sigma_\mathrm{eq,s}",
        "Pa",
        "surface-mean equivalent stress",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "core_equivalent_stress",
        r"\sigma_\mathrm{eq,c}",
        "Pa",
        "equivalent stress at the particle centre",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "strength_ratio",
        r"\sigma_1/\sigma_\mathrm{f}",
        "-",
        "largest principal stress so far over the strength",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "surface_crack_ratio",
        r"G_\mathrm{s}/G_\mathrm{c}",
        "-",
        "largest energy release rate so far of the surface crack over the fracture energy, (K/K_c)^2",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "core_crack_ratio",
        r"G_\mathrm{core}/G_\mathrm{c}",
        "-",
        "largest energy release rate so far of the core crack over the fracture energy, (K/K_c)^2",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "energy_release_ratio",
        r"G/G_\mathrm{c}",
        "-",
        "largest energy release rate so far over the fracture energy, of the worse of both cracks",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "surface_stress_intensity",
        r"K_\mathrm{s}",
        "Pa m0.5",
        "stress intensity of the surface crack; negative where it is pressed shut",
        _TP,
        mechanics=True,
    ),
    Quantity(
        "core_stress_intensity",
        r"K_\mathrm{core}",
        "Pa m0.5",
        "stress intensity of the core crack; negative where it is pressed shut",
        _TP,
        mechanics=True,
    ),
)

_DAMAGE = (
    Quantity("surface_crack_depth", "a/R", "-", "depth of the surface cracks over the radius", _TP),
    Quantity(
        "reacting_area_factor",
        "A",
        "-",
        "reacting area over that of the uncracked particle",
        _TP,
    ),
    Quantity(
        "toughness_share",
        r"K_\mathrm{c}/K_\mathrm{c,0}",
        "-",
        "toughness that is left of that as made",
        _TP,
    ),
    Quantity("intact_interface", "c", "-", "share of the bond with the matrix that holds", _TP),
    Quantity("interface_gap", r"\delta", "m", "largest gap between particle and matrix so far", _TP),
    Quantity("bonded_share", r"c_\Gamma", "-", "share of the energy of the resolved bond not yet spent", _TP),
    Quantity(
        "interface_opening", r"\delta_\mathrm{n}", "m", "present gap along the normal, surface mean", _TP
    ),
    Quantity(
        "largest_interface_opening", r"\delta_\mathrm{n,max}", "m", "present gap where it is widest", _TP
    ),
    Quantity(
        "interface_tension",
        r"t_\mathrm{n}",
        "Pa",
        "normal traction of the matrix on a particle, surface mean; pressure is negative",
        _TP,
    ),
    Quantity("isolated", r"\iota", "-", "1 where no conducting spot is left", _TP),
    Quantity("grain_crack_density", r"\rho", "-", "density N a^3/V of dry cracks between grains", _TP),
    Quantity("film_thickness", r"L_\mathrm{f}", "m", "film on the wetted surface, mean over it", _TP),
    Quantity(
        "reconstruction_thickness",
        r"L_\mathrm{r}",
        "m",
        "reconstructed lattice under the wetted surface, mean over it",
        _TP,
    ),
    Quantity("crack_energy", r"W_\mathrm{c}", "J", "energy that unstable cracks have taken up", _TP),
    Quantity(
        "crack_energy_released",
        r"W_\mathrm{r}",
        "J",
        "energy that unstable cracks have set free by the stress before them",
        _TP,
    ),
    Quantity(
        "crack_energy_share",
        r"W_\mathrm{c}/W_\mathrm{el}",
        "-",
        "largest share of the stored energy that one unstable growth has taken up",
        _TP,
    ),
)

_PROFILES = (
    Quantity(
        "electrolyte_concentration",
        r"c_\mathrm{e}",
        "mol m-3",
        "salt concentration, mean over the plane",
        _TD,
    ),
    Quantity(
        "electrolyte_potential", r"\varphi_\mathrm{e}", "V", "electrolyte potential, mean over the plane", _TD
    ),
    Quantity(
        "matrix_potential",
        r"\varphi_\mathrm{m}",
        "V",
        "potential of the carbon-binder matrix, mean over the plane; NaN in the separator",
        _TD,
    ),
)

_CUTS = (
    Quantity("cut_stoichiometry", "x", "-", "stoichiometry on the cut; NaN outside the particles", _CUT),
    Quantity(
        "cut_equivalent_stress",
        r"\sigma_\mathrm{eq}",
        "Pa",
        "equivalent stress on the cut; NaN outside the particles",
        _CUT,
        mechanics=True,
    ),
    Quantity(
        "cut_electrolyte_concentration",
        r"c_\mathrm{e}",
        "mol m-3",
        "salt concentration on the cut; NaN in the particles",
        _CUT,
    ),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        entry.name: entry
        for group in (
            _COORDINATES,
            _CELL,
            _TIME_SERIES,
            _STEPPING,
            _PARTICLES,
            _FIRST_PASSAGES,
            _PARTICLE_HISTORIES,
            _DAMAGE,
            _PROFILES,
            _CUTS,
        )
        for entry in group
    }
)
"""Every variable a result may hold, by name."""


def quantity(name: str, table: Mapping[str, Quantity] = QUANTITIES) -> Quantity:
    """Look a variable up in the table.

    Args:
        name: variable name, such as ``"voltage"``.
        table: quantities by name.

    Returns:
        Its entry.

    Raises:
        SchemaError: when the table has no such name; the message gives the nearest one.
    """
    try:
        return table[name]
    except KeyError:
        raise SchemaError(str(unknown_name("result variable", name, table))) from None
