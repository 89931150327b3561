"""The sections of a case file, one dataclass each; every number is SI once read."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case.contacts import contact_keys, read_contacts, write_contacts
from chemomech.experiments.case.layouts import LayoutSource, ShippedLayout, layout_keys, read_layout_source
from chemomech.experiments.case.schema import (
    full_key,
    is_scalar,
    key,
    read_section,
    read_value,
    refuse_unknown_keys,
    require_table,
    write_section,
)
from chemomech.experiments.case.units import format_quantity
from chemomech.geometry import MESH_PRESETS, MeshOptions
from chemomech.geometry.contacts import ContactRule
from chemomech.geometry.shapes import ShapeOptions
from chemomech.materials.diffusivity_scaling import DIFFUSIVITY_SCALINGS
from chemomech.materials.hindrance import TRANSPORT_RULES
from chemomech.solver.cell.numerics import (
    LINEAR_SOLVER_NAMES,
    CouplingName,
    Numerics,
)

ROLES = ("cathode", "electrolyte", "matrix", "separator", "lithium")


@dataclass(frozen=True)
class Geometry:
    """Section ``[geometry]``.

    Attributes:
        layout: where the particles come from.
        separator_thickness: [m].
        contacts: what becomes of spheres that overlap, touch or reach out of the box; without a rule the
            layout is meshed as it is.
    """

    layout: LayoutSource = key(
        ShippedLayout("rve-52"),
        read=read_layout_source,
        write=lambda source: source.written(),
        below=layout_keys,
    )
    separator_thickness: float = key(
        25e-6,
        unit="m",
        within=(1e-7, 1e-2),
        remedy="state the thickness between electrode and lithium, as in 25 um",
    )
    contacts: ContactRule | None = key(None, read=read_contacts, write=write_contacts, below=contact_keys)


@dataclass(frozen=True)
class Mesh:
    """Section ``[mesh]``: a preset, and any of its options set otherwise.

    Attributes:
        preset: name of the preset.
        changes: pairs of option and value, SI.
    """

    preset: str = "standard"
    changes: tuple[tuple[str, Any], ...] = ()

    def options[T: MeshOptions | ShapeOptions](self, presets: Mapping[str, T]) -> T:
        """Return the options of the preset with the changes made.

        Args:
            presets: those of the particles at hand, ``MESH_PRESETS`` or ``SHAPE_PRESETS``.

        Raises:
            InputError: when a changed option has no meaning for these particles, or is out of its range.
        """
        preset = presets[self.preset]
        known = sorted({option.name for option in dataclasses.fields(preset)} & set(_MESH_FIELDS))
        for name, _ in self.changes:
            if name not in known:
                raise InputError(
                    f"mesh.{name} has no meaning for particles that are meshed {preset.particles}; leave it "
                    f"out, or set one of {', '.join(known)}."
                )
        return dataclasses.replace(preset, **dict(self.changes))

    def written(self) -> dict[str, Any]:
        """Return the table of a case file."""
        return {"preset": self.preset} | {
            name: format_quantity(value, _MESH_FIELDS[name].metadata["unit"])
            if isinstance(value, float)
            else value
            for name, value in self.changes
        }


# What a mesh option is called says whether it is a length; a test holds this to what the options document.
_LENGTH_ENDINGS = ("size", "_gap")


def is_length(option: str) -> bool:
    """Whether an option of the mesh is a length."""
    return option.endswith(_LENGTH_ENDINGS)


_MESH_TYPES = get_type_hints(ShapeOptions) | get_type_hints(MeshOptions)
_MESH_FIELDS: dict[str, dataclasses.Field[Any]] = {
    option.name: key(unit="m" if is_length(option.name) else "-")
    for option in (*dataclasses.fields(MeshOptions), *dataclasses.fields(ShapeOptions))
    if is_scalar(_MESH_TYPES[option.name]) and option.name != "layer"  # belongs to the image layout
}
MESH_KEYS = tuple(_MESH_FIELDS)


def read_mesh(value: Any, name: str) -> Mesh:
    """Return the section ``[mesh]``.

    Raises:
        InputError: for an unknown preset or option, or a value that does not fit.
    """
    table = require_table(value, name)
    refuse_unknown_keys(table, ("preset", *_MESH_FIELDS), name)
    preset = table.get("preset", "standard")
    if preset not in tuple(MESH_PRESETS):
        raise unknown_name(full_key(name, "preset"), preset, MESH_PRESETS)
    changes = tuple(
        (option, read_value(_MESH_FIELDS[option], _MESH_TYPES[option], raw, full_key(name, option)))
        for option, raw in table.items()
        if option != "preset"
    )
    return Mesh(preset, changes)


def _read_material_changes(value: Any, name: str) -> tuple[tuple[str, Any], ...]:
    table = require_table(value, name)
    refuse_unknown_keys(table, ROLES, name)
    return tuple(
        (full_key(role, entry), raw)
        for role, entries in table.items()
        for entry, raw in require_table(entries, full_key(name, role)).items()
    )


def _write_material_changes(changes: tuple[tuple[str, Any], ...]) -> dict[str, dict[str, Any]] | None:
    table: dict[str, dict[str, Any]] = {}
    for name, raw in changes:
        role, entry = name.split(".", 1)
        table.setdefault(role, {})[entry] = raw
    return table or None


@dataclass(frozen=True)
class Materials:
    """Section ``[materials]``: names of shipped materials, and entries set otherwise.

    Attributes:
        cathode: active material.
        electrolyte: liquid electrolyte.
        matrix: carbon-binder matrix.
        separator: porous separator.
        lithium: counter electrode.
        diffusivity_scaling: how the diffusivity of a particle follows from its radius: ``none`` (all have
            that of the material) or ``radius-squared`` (all have the same diffusion time).
        overrides: pairs of ``role.entry`` and what it is set to, as written in the case: a constant, which is
            the value at the temperature of the case, or a table as of ``material_changes``.
    """

    cathode: str = key("nmc622")
    electrolyte: str = key("lipf6-ec-emc-3-7")
    matrix: str = key("carbon-binder")
    separator: str = key("porous-separator")
    lithium: str = key("lithium-metal")
    diffusivity_scaling: str = key("none", choices=tuple(DIFFUSIVITY_SCALINGS))
    overrides: tuple[tuple[str, Any], ...] = key(
        (), read=_read_material_changes, write=_write_material_changes, below=lambda: ("",)
    )


@dataclass(frozen=True)
class Mechanics:
    """Section ``[mechanics]``.

    Attributes:
        coupling: ``off``, ``one-way`` (stress follows concentration) or ``two-way`` (and acts back).
        stack_pressure: pressure on the electrode at the separator [Pa].
        stress_free_stoichiometry: lithium content at which the particles, as made, are free of stress [-];
            that of the active material if absent.
    """

    coupling: CouplingName = key("two-way")
    stack_pressure: float = key(
        0.0, unit="Pa", within=(0.0, 1e9), remedy="state a pressure of zero or more, as in 0.2 MPa"
    )
    stress_free_stoichiometry: float | None = key(
        None, within=(0.0, 1.0), remedy="state lithium per formula unit as made"
    )


@dataclass(frozen=True)
class Radial:
    """Section ``[radial]``: grids of the radial model, and what it makes of the layout.

    Attributes:
        intervals: along the radius of a particle.
        grading: how much finer they are at the surface: nodes at r/R = 1 - (1 - k/n)^p with this p.
        electrode_elements: through the electrode.
        separator_elements: through the separator.
        transport: how the spheres hinder transport in the matrix: ``maxwell`` or ``bruggeman`` of the volume
            fraction at each depth, or ``layout``: what the spheres let through at each depth, from a field
            around them.
        hindrance: what the spheres leave of the transport in the matrix [-], in place of the rule.
        traction: how the matrix holds the particles: ``estimate`` from the volume fraction, the same for
            all, or ``layout``: each particle among its neighbours, from fields around the spheres.
        radius: of the sphere that stands for a particle: ``volume-over-surface`` (3 V/A, which keeps both) or
            ``layout`` (that of the layout, which keeps the volume).
        double_layer: capacitance of the surface at which particles react [F/m2]; 0 for none.
    """

    intervals: int = key(24, within=(4, 400), remedy="few are wrong, many are slow; 24 is usual")
    grading: float = key(1.6, within=(1.0, 3.0), remedy="1 makes all intervals equal")
    electrode_elements: int = key(20, within=(2, 400), remedy="few are wrong, many are slow; 20 is usual")
    separator_elements: int = key(10, within=(1, 400), remedy="few are wrong, many are slow; 10 is usual")
    transport: str = key("maxwell", choices=(*TRANSPORT_RULES, "layout"))
    hindrance: float | None = key(None, within=(1e-6, 1.0), remedy="state a share of the transport")
    traction: str = key("estimate", choices=("estimate", "layout"))
    radius: str = key("volume-over-surface", choices=("volume-over-surface", "layout"))
    double_layer: float = key(
        0.0, unit="F/m2", within=(0.0, 1e4), remedy="0.1 to 1 F/m2 is usual for smooth surfaces"
    )

    def __post_init__(self) -> None:
        """Check that transport is stated once.

        Raises:
            InputError: a hindrance is given, and that of the layout asked for.
        """
        if self.hindrance is not None and self.transport == "layout":
            raise InputError(
                f"radial.hindrance = {self.hindrance:g} and radial.transport = 'layout' state the transport "
                "in the matrix twice; leave one of them out."
            )


@dataclass(frozen=True)
class Output:
    """Section ``[output]``.

    Attributes:
        cut_times: times of the cuts through the cell shown in the figures, and of the fields in space [s].
        field_times: further times of fields in space [s].
        field_limit: most room that fields in space take on the disk [byte]; of times that would go past it an
            even choice is written. 0 switches them off.
        checkpoint_every: accepted time steps between two checkpoints.
        interval: least time between two states that the result keeps [s]; 0 keeps every accepted state. The
            first and the last state of every step of the protocol are kept whatever it is.
    """

    field_times: tuple[float, ...] = key(
        (), unit="s", within=(0.0, math.inf), remedy="state times from the start"
    )
    field_limit: float = key(
        500e6, unit="byte", within=(0.0, 1e15), remedy="state the room for them, as in 500 MB; 0 MB for none"
    )
    cut_times: tuple[float, ...] = key(
        (10.0, 150.0, 300.0, 500.0), unit="s", within=(0.0, math.inf), remedy="state times from the start"
    )
    checkpoint_every: int = key(5, within=(1, 1_000_000), remedy="state a number of accepted steps")
    interval: float = key(0.0, unit="s", within=(0.0, 1e9), remedy="state a time of zero or more")


# Settings of the solver that are not plain numbers.
NUMERICS_KEYS: dict[str, dataclasses.Field[Any]] = {
    "linear_solver": key(choices=LINEAR_SOLVER_NAMES),
    "voltage_tolerance": key(unit="V"),
    "initial_step": key(unit="s"),
    "smallest_step": key(unit="s"),
    "largest_step": key(unit="s"),
    "stress_tolerance": key(unit="Pa"),
    "max_wall_time": key(unit="s"),
}


def read_numerics(value: Any, name: str) -> Numerics:
    """Return the section ``[numerics]``.

    Raises:
        InputError: for an unknown key or a value that does not fit.
    """
    return read_section(Numerics, value, name, NUMERICS_KEYS)


def write_numerics(numerics: Numerics) -> dict[str, Any]:
    """Return the section ``[numerics]`` as a table."""
    return write_section(numerics, NUMERICS_KEYS)


def nested(changes: Mapping[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """Return a deep copy of ``table`` with dotted keys set.

    Args:
        changes: dotted key to raw value, such as ``{"mesh.preset": "coarse"}``.
        table: nested tables.

    Raises:
        InputError: when a key leads through something that is not a table.
    """
    result = _copied(table)
    for dotted, value in changes.items():
        *sections, last = dotted.split(".")
        place = result
        for depth, section in enumerate(sections):
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                where = ".".join(sections[: depth + 1])
                raise InputError(
                    f"key {dotted!r} leads through {where!r}, which is not a table; set {where!r} itself."
                )
        # A table of the caller's stays as it is when a later key is set in it.
        place[last] = _copied(value) if isinstance(value, Mapping) else value
    return result


def _copied(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _copied(value) if isinstance(value, Mapping) else value for name, value in table.items()}
