"""The cathode side of a BPX file as a half cell of ours: laws, geometry, and what 1C is there.

BPX states the nominal capacity of the cell in A h and the area of all electrode pairs together; 1C is the
capacity over the area. Its exchange current is F k (c_e / c_e0)^1/2 (x (1 - x))^1/2 with the initial salt
concentration c_e0, and its volume fraction follows from surface and radius, a R / 3.
Laws move from the reference temperature of the file by its activation energies and its entropic coefficient;
one without holds at the reference only. What BPX does not know (mechanics, density, thermodynamic factor, the
lithium electrode) comes from shipped materials, marked as assumed.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech import materials
from chemomech.errors import InputError, require_between
from chemomech.experiments.models.homogenised.bpx_contents import BPX_FILE
from chemomech.experiments.models.homogenised.bpx_temperature import FileTemperatures, file_temperatures
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.expressions import Expression, table_law
from chemomech.experiments.models.homogenised.symbols import require
from chemomech.experiments.models.representation import lines
from chemomech.materials import (
    FARADAY,
    ActiveMaterial,
    Curve,
    Electrolyte,
    Parameter,
    Source,
    TemperatureLaw,
)
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt, square_root_of_sites
from chemomech.materials.laws.heat import NO_EXPANSION
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.splines import Constant
from chemomech.reading import read_json
from chemomech.solver.cell.model import HalfCellModel

SALT_RANGE = (2.0, 3000.0)
OWN = "chemomech"
"""Prefix of our entries in the section User-defined, for what the standard has no place for."""

TRANSFERENCE, FACTOR = f"{OWN} cation transference number", f"{OWN} thermodynamic factor"


def per_kelvin(name: str) -> str:
    """Return the name of our entry for the change of another with temperature."""
    return f"{name}, change with temperature [K-1]"


@dataclass(frozen=True)
class BpxHalfCell:
    """The cathode side of a BPX file against lithium metal.

    Attributes:
        cell: homogenised, as the companion runs it.
        nominal_capacity: of the cell in the file [A h].
        electrode_area: of all electrode pairs together [m2].
        lowest_voltage: lower cut-off of the cell in the file [V]; of a full cell, not against lithium.
        highest_voltage: upper cut-off [V].
        left_out: what of the file is not used, a line for each reason.
    """

    cell: HomogenisedCell
    nominal_capacity: float
    electrode_area: float
    lowest_voltage: float
    highest_voltage: float
    left_out: tuple[str, ...] = ()

    def capacity_lines(self) -> tuple[str, ...]:
        """Return what the file calls 1C, in words."""
        return (
            f"nominal capacity {self.nominal_capacity:.6g} A h over {self.electrode_area:.6g} m2: "
            f"1C = {self.cell.one_c:.6g} A/m2 ({self.cell.areal_capacity / 36.0e3:.6g} mAh/cm2)",
        )


def read_bpx(path: Path | str, base: str = "nmc532", temperature: float | None = None) -> BpxHalfCell:
    """Read the cathode side of a BPX file.

    Args:
        path: of the JSON file, of any version that the package ``bpx`` reads.
        base: shipped active material whose mechanics and density are used.
        temperature: of the half cell [K]; the initial one of the file if not given.

    Raises:
        InputError: when the file is missing or no BPX, states what a half cell cannot represent, has no
            single-material positive electrode with its electrolyte and separator, says nothing of how a law
            moves to the temperature, or the package ``bpx`` is not installed.
    """
    parsed = _parsed(Path(path))
    parts = parsed.parameterisation
    electrode, electrolyte, separator = parts.positive_electrode, parts.electrolyte, parts.separator
    if electrode is None or electrolyte is None or separator is None or parts.cell is None:
        raise InputError(
            f"BPX file {str(path)!r} lacks cell, positive electrode, electrolyte or separator; a half cell "
            "needs all four."
        )
    if not hasattr(electrode, "ocp") or not hasattr(electrode, "conductivity"):
        raise InputError(
            f"BPX file {str(path)!r} has a blended or single-particle positive electrode; give one for "
            "the DFN with one material."
        )
    BPX_FILE.require(parsed)
    own = _own_entries(parts)
    source = Source(f"BPX file {Path(path).name}: {parsed.header.title or 'untitled'}", ("literature",))
    salt = _initial_salt(parsed, electrolyte)
    heat = file_temperatures(parsed, str(path), source, own)
    cathode = _cathode(electrode, base, heat, own, salt)
    model = HalfCellModel(
        cathode=cathode,
        electrolyte=_electrolyte(electrolyte, salt, heat, own),
        matrix=materials.matrix("carbon-binder").replace(contact_conductance=1.0e9),
        separator=materials.separator("porous-separator").replace(
            porosity=float(separator.porosity),
            bruggeman_exponent=_exponent(separator),
        ),
        lithium=materials.lithium("lithium-metal"),
        initial_stoichiometry=_number(
            own.get(f"{OWN} initial stoichiometry", electrode.maximum_stoichiometry),
            "initial stoichiometry",
            0.0,
            1.0,
            "-",
        ),
        temperature=heat.initial if temperature is None else temperature,
    )
    pairs = _number(parts.cell.number_of_electrodes, "number of electrode pairs", 1, 1e6, "-")
    area = _number(parts.cell.electrode_area, "electrode area", 1e-8, 1e4, "m2") * pairs
    capacity = _number(parts.cell.nominal_cell_capacity, "nominal capacity", 1e-9, 1e6, "A h")
    fraction = float(electrode.surface_area_per_unit_volume) * float(electrode.particle_radius) / 3.0
    return BpxHalfCell(
        HomogenisedCell(
            model=model,
            electrode_thickness=float(electrode.thickness),
            separator_thickness=float(separator.thickness),
            active_fraction=fraction,
            porosity=float(electrode.porosity),
            ionic_factor=float(electrode.transport_efficiency),
            electronic_conductivity=float(electrode.conductivity),
            radius=float(electrode.particle_radius),
            areal_capacity=capacity / area * 3600.0,
            active_mass=fraction * float(electrode.thickness) * float(cathode.density),
        ),
        capacity,
        area,
        float(parts.cell.lower_voltage_cutoff),
        float(parts.cell.upper_voltage_cutoff),
        tuple(lines(BPX_FILE.left_out(parsed))),
    )


def _parsed(path: Path) -> Any:
    bpx = require("bpx", "reading BPX files")
    raw = read_json(path, "BPX file")
    before = logging.root.manager.disable
    try:
        logging.disable(logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bpx.parse_bpx_obj(raw)
    except Exception as error:  # the package parses texts of laws too, and fails in many ways
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = "; ".join(lines[:3])
        if isinstance(error, KeyError):
            said = f"it lacks {said}"
        elif isinstance(error, (AttributeError, TypeError)):
            said = f"an entry is not what it should be: {said}"
        raise InputError(f"file {str(path)!r} is not valid BPX ({said}); mend it.") from None
    finally:
        logging.disable(before)


def _own_entries(parts: Any) -> dict[str, Any]:
    user = getattr(parts, "user_defined", None)
    return {} if user is None else dict(user.model_extra or {})


def _initial_salt(parsed: Any, electrolyte: Any) -> float:
    stated = getattr(getattr(parsed, "state", None), "initial_conditions", None)
    for place, name in (
        (stated, "initial_electrolyte_concentration"),
        (electrolyte, "initial_concentration"),
    ):
        value = getattr(place, name, None)
        if value is not None:
            return float(value)
    return 1000.0


def _number(value: Any, what: str, low: float, high: float, unit: str) -> float:
    """A plain number of a BPX file within what it can be."""
    return require_between(f"{what} of the BPX file", value, low, high, unit, "correct it in the file")


def _exponent(part: Any) -> float:
    _number(part.porosity, "porosity of the separator", 1e-6, 1.0 - 1e-6, "-")
    _number(part.transport_efficiency, "transport efficiency of the separator", 1e-9, 1.0 - 1e-6, "-")
    return math.log(float(part.transport_efficiency)) / math.log(float(part.porosity))


def _law(value: Any) -> Any:
    """Return a number, text or table of BPX as a law."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Constant(float(value))
    if isinstance(value, str):
        return Expression(str(value))
    table: Mapping[str, Any] = value if isinstance(value, Mapping) else vars(value)
    if set(table) != {"x", "y"}:
        raise InputError(f"a law of the BPX file is {repr(value)[:60]}; write a number, a text or x and y.")
    return table_law(table["x"], table["y"])


def _cathode(
    electrode: Any, base: str, heat: FileTemperatures, own: Mapping[str, Any], salt: float
) -> ActiveMaterial:
    shipped, source = materials.active_material(base), heat.source
    c_max = _number(electrode.maximum_concentration, "maximum concentration", 1e3, 2e5, "mol/m3")
    low = _number(electrode.minimum_stoichiometry, "minimum stoichiometry", 0.0, 1.0 - 1e-6, "-")
    high = _number(electrode.maximum_stoichiometry, "maximum stoichiometry", low + 1e-6, 1.0, "-")

    def curve(like: Curve, value: Any, moves: TemperatureLaw) -> Curve:
        law, span = _law(value), (low, high)
        return dataclasses.replace(
            like, source=source, function=law, valid_range=span, note="", temperature=moves
        )

    exchange = f"{OWN} exchange-current density [A.m-2]"
    rate = _number(electrode.reaction_rate_constant, "reaction rate constant", 1e-20, 1e3, "mol m-2 s-1")
    at_half = 0.5 * FARADAY * rate
    activated = heat.activated(electrode.reaction_rate_constant_activation_energy)
    law = square_root_of_sites(at_half, source, activated)
    if exchange in own:
        law = curve(law, own[exchange], activated)
    entropic = None if electrode.dudt is None else _law(electrode.dudt)
    return dataclasses.replace(
        shipped,
        name=f"bpx-{base}",
        description=f"{source.reference}; mechanics and density of {base}.",
        maximum_concentration=Parameter(c_max, "mol/m3", source, None, NO_EXPANSION),
        open_circuit_voltage=OpenCircuitVoltage(
            name="open-circuit voltage (BPX)",
            symbol="U",
            unit="V",
            argument="x [-]",
            valid_range=(low, high),
            source=source,
            function=_law(electrode.ocp),
            temperature=heat.linear(entropic),
            maximum_concentration=c_max,
        ),
        diffusivity=curve(
            shipped.diffusivity,
            electrode.diffusivity,
            heat.activated(electrode.diffusivity_activation_energy),
        ),
        diffusivity_radius=Parameter(float(electrode.particle_radius), "m", source, None, NO_EXPANSION),
        intrinsic_diffusivity=None,
        exchange_current_density=ExchangeCurrentDensity(law, square_root_of_salt(salt, source)),
    )


def _electrolyte(part: Any, salt: float, heat: FileTemperatures, own: Mapping[str, Any]) -> Electrolyte:
    shipped, source = materials.electrolyte("lipf6-dfn-reference"), heat.source

    def curve(like: Curve, value: Any, moves: TemperatureLaw) -> Curve:
        law = _law(value)
        return dataclasses.replace(
            like, source=source, function=law, valid_range=SALT_RANGE, note="", temperature=moves
        )

    def owned(like: Curve, name: str, otherwise: float) -> Curve:
        if name not in own:
            return curve(like, otherwise, heat.constant())
        slope = own.get(per_kelvin(name))
        return curve(like, own[name], heat.linear(None if slope is None else _law(slope)))

    return dataclasses.replace(
        shipped,
        name="bpx-electrolyte",
        description=source.reference,
        diffusivity=curve(
            shipped.diffusivity, part.diffusivity, heat.activated(part.diffusivity_activation_energy)
        ),
        conductivity=curve(
            shipped.conductivity, part.conductivity, heat.activated(part.conductivity_activation_energy)
        ),
        transference_number=owned(
            shipped.transference_number, TRANSFERENCE, float(part.cation_transference_number)
        ),
        thermodynamic_factor=owned(shipped.thermodynamic_factor, FACTOR, 1.0),
        initial_concentration=Parameter(salt, "mol/m3", source, SALT_RANGE, NO_EXPANSION),
    )
