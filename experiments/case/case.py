"""A case: everything that decides a run, as one frozen object that reads and writes TOML."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import tomli_w

from chemomech.errors import InputError, require_folder_name, unknown_name
from chemomech.experiments.case.content import below, digest_of, with_digests
from chemomech.experiments.case.cycling import Cycling
from chemomech.experiments.case.damage import Damage
from chemomech.experiments.case.protocol import Step
from chemomech.experiments.case.schema import key, names_of, read_section, write_section
from chemomech.experiments.case.sections import (
    MESH_KEYS,
    Geometry,
    Materials,
    Mechanics,
    Mesh,
    Output,
    Radial,
    nested,
    read_mesh,
    read_numerics,
    write_numerics,
)
from chemomech.experiments.case.sentences import parse_protocol, repetitions_of
from chemomech.experiments.case.toml_text import from_toml
from chemomech.experiments.case.wiring import WiringSource, read_wiring, wiring_keys, write_wiring
from chemomech.reading import is_file, read_text
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.stepping.jumps import Repetition


def shipped_cases() -> dict[str, str]:
    """Return the TOML text of every case that comes with the package, by name."""
    folder = files("chemomech.experiments") / "cases"
    files_of_cases = (item for item in folder.iterdir() if item.name.endswith(".toml"))
    texts = {item.name.removesuffix(".toml"): item for item in files_of_cases}
    return {name: texts[name].read_text(encoding="utf-8") for name in sorted(texts)}


@dataclass(frozen=True)
class Case:
    """One experiment on one half cell.

    Numbers are SI. What a key of a case file means is said at the field or section of the same name.

    Attributes:
        name: how results call the case.
        initial_stoichiometry: lithium content x = c/c_max at the start, uniform [-].
        nominal_capacity: charge per mass of active material that defines 1C [C/kg].
        protocol: sentences such as ``"Charge at 5C until 4.5 V"``.
        description: one line on what the case is for.
        model: what solves it where nothing else is asked for: ``resolved``, ``radial`` or ``homogenised``.
        mass_loading: mass of active material per cross-section that defines 1C [kg/m2]; if absent, that of
            the layout.
        temperature: of the whole cell, constant [K]; every material is moved to it, and refused where one of
            its laws is not known there.
        geometry: layout and separator.
        mesh: preset and changes to it.
        materials: names and changes to them.
        mechanics: coupling and stack pressure.
        wiring: electronic contact of each particle; that of the matrix material if absent.
        numerics: solver and time stepping.
        radial: grids of the radial model.
        damage: what breaks over cycles; nothing if absent.
        cycling: which cycles of a repeated protocol are left out; none if absent.
        output: what is kept, and when.
    """

    name: str = key()
    initial_stoichiometry: float = key(
        within=(0.0, 1.0), remedy="state lithium per formula unit at the start"
    )
    nominal_capacity: float = key(
        unit="C/kg", within=(3.6e3, 3.6e6), remedy="state the capacity that defines 1C, as in 180 mAh/g"
    )
    protocol: tuple[str, ...] = key()
    description: str = key("")
    model: str = key("resolved")
    mass_loading: float | None = key(
        None, unit="kg/m2", within=(1e-5, 1e2), remedy="state active material per area, as in 8.0 mg/cm2"
    )
    temperature: float = key(
        298.15, unit="K", within=(223.15, 373.15), remedy="state a temperature, as in 25 degC"
    )
    geometry: Geometry = Geometry()
    mesh: Mesh = key(Mesh(), read=read_mesh, write=Mesh.written, below=lambda: ("preset", *MESH_KEYS))
    materials: Materials = Materials()
    mechanics: Mechanics = Mechanics()
    wiring: WiringSource | None = key(None, read=read_wiring, write=write_wiring, below=wiring_keys)
    numerics: Numerics = key(
        Numerics(), read=read_numerics, write=write_numerics, below=lambda: names_of(Numerics)
    )
    radial: Radial = Radial()
    damage: Damage = Damage()
    cycling: Cycling = Cycling()
    output: Output = Output()

    def __post_init__(self) -> None:
        """Check what no section can check alone, so that a case that cannot be run does not exist.

        Raises:
            InputError: for an empty name, a sentence that cannot be read, a key without meaning for the
                particles of the layout, or cycles that cannot be left out.
        """
        require_folder_name("key 'name'", self.name)
        parse_protocol(self.protocol)
        self.geometry.layout.shape.check(self.geometry, self.mesh)
        self.cycling.check(self.repetitions, self.damage, self.output)

    @staticmethod
    def from_toml(source: str | Path) -> Case:
        """Return the case in a TOML file, or the shipped case of that name.

        Args:
            source: path of a ``.toml`` file, or a name such as ``"fast-charge-5C"``. A relative path of a
                layout or table inside the file is taken from the folder of the file.

        Raises:
            InputError: when there is no such case, it is not TOML, or a key or value in it is wrong.
        """
        path = Path(source)
        if path.suffix == ".toml" or is_file(path):
            return _located(
                Case.from_table(from_toml(read_text(path, "case file"), f"case {str(path)!r}")), path.parent
            )
        shipped = shipped_cases()
        if str(source) not in shipped:
            raise unknown_name("case", str(source), [*shipped, "<path of a .toml file>"])
        return Case.from_table(from_toml(shipped[str(source)], f"case {str(source)!r}"))

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> Case:
        """Return the case that nested tables, as a TOML reader returns them, describe.

        Raises:
            InputError: for an unknown or missing key, or a value that does not fit.
        """
        return read_section(Case, table)

    def to_table(self) -> dict[str, Any]:
        """Return the case as nested tables in SI units, every default written out."""
        return write_section(self)

    def to_toml(self) -> str:
        """Return the case as TOML text that reads back to an equal case."""
        return tomli_w.dumps(self.to_table())

    def with_overrides(self, changes: Mapping[str, Any]) -> Case:
        """Return the case with some keys set otherwise.

        Args:
            changes: dotted key to value, written as in a case file: ``{"mesh.preset": "coarse"}``.

        Raises:
            InputError: for an unknown key or a value that does not fit.
        """
        return Case.from_table(nested(changes, self.to_table()))

    def files(self) -> dict[str, Path]:
        """Return all that the case reads from disk, by dotted key."""
        wiring = {} if self.wiring is None else self.wiring.files()
        return below("geometry.layout", self.geometry.layout.files()) | below("wiring", wiring)

    def content(self) -> dict[str, str]:
        """Return the digest of every file that the case reads, by dotted key.

        Raises:
            InputError: when one of them cannot be read.
        """
        return {key: digest_of(path) for key, path in self.files().items()}

    def identity(self, content: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the tables of the case with the content of each file in place of where it lies.

        Args:
            content: digests by dotted key; those of the files as they are now if not given.
        """
        return with_digests(self.to_table(), self.content() if content is None else content)

    def that_decides(self, content: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the tables of what must not change between a run and its continuation.

        Args:
            content: as of `identity`.
        """
        table = self.identity(content)
        for name in ("name", "description", "output", "model"):
            table.pop(name, None)
        table["numerics"] = {k: v for k, v in table.get("numerics", {}).items() if k != "max_wall_time"}
        return table

    @property
    def steps(self) -> tuple[Step, ...]:
        """The protocol as data, repeats written out."""
        return parse_protocol(self.protocol)

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """The groups of the protocol that are repeated."""
        return repetitions_of(self.protocol)


def parse_assignment(text: str) -> tuple[str, Any]:
    """Return key and value of a ``key=value`` from the command line.

    The value is read as TOML where it is TOML (numbers, lists, tables, quoted text), else as plain text, so
    that ``mesh.preset=coarse`` needs no quotes.

    Raises:
        InputError: when there is no ``=`` or no key.
    """
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise InputError(
            f"--set {text!r} is not of the form key=value; write for example mesh.preset=coarse."
        )
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return name.strip(), value.strip()


def _located(case: Case, folder: Path) -> Case:
    layout = case.geometry.layout.located_in(folder)
    wiring = None if case.wiring is None else case.wiring.located_in(folder)
    geometry = dataclasses.replace(case.geometry, layout=layout)
    return dataclasses.replace(case, geometry=geometry, wiring=wiring)
