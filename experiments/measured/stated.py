"""What a file of a cycler does not say of itself, stated beside it: sign, mass, area, material, columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case.schema import key, read_section
from chemomech.experiments.case.sections import nested
from chemomech.experiments.case.toml_text import from_toml
from chemomech.reading import is_file, read_text

CHARGE_POSITIVE, DISCHARGE_POSITIVE = "charge-positive", "discharge-positive"
SUFFIX = ".toml"


@dataclass(frozen=True)
class Columns:
    """Section ``[columns]``: headers, in full, where the usual names do not find them.

    Attributes:
        time: since the start of the test.
        voltage: of the cathode against lithium.
        current: through the cell.
        step: number of the step.
    """

    time: str | None = key(None)
    voltage: str | None = key(None)
    current: str | None = key(None)
    step: str | None = key(None)


@dataclass(frozen=True)
class Units:
    """Section ``[units]``: units of columns whose headers have none, or another than they say.

    Attributes:
        time: such as ``"s"``, ``"h"``, or ``"h:min:s"`` for clock times.
        voltage: such as ``"V"``.
        current: such as ``"mA"``, ``"mA/cm2"`` or ``"mA/g"``.
    """

    time: str | None = key(None)
    voltage: str | None = key(None)
    current: str | None = key(None)


@dataclass(frozen=True)
class Stated:
    """What is stated of a measurement; the keys of the TOML file beside it.

    Attributes:
        current_sign: which current is positive; files in the Battery Data Format and of EC-Lab say it
            themselves.
        mass: of the active material of the electrode [kg].
        area: of the electrode [m2].
        material: name of the active material, against whose voltage curve the data are checked.
        encoding: of a text file.
        decimal: sign before the decimals of a text file.
        delimiter: between the fields of a text file; found by itself if not given.
        columns: headers of the columns.
        units: units of the columns.
    """

    current_sign: str | None = key(None, choices=(CHARGE_POSITIVE, DISCHARGE_POSITIVE))
    mass: float | None = key(
        None, unit="kg", within=(1e-9, 1e3), remedy="state the mass of active material, as in 12.5 mg"
    )
    area: float | None = key(
        None, unit="m2", within=(1e-8, 1e3), remedy="state the area of the electrode, as in 1.54 cm2"
    )
    material: str | None = key(None)
    encoding: str = key("utf-8")
    decimal: str = key(".", choices=(".", ","))
    delimiter: str | None = key(None)
    columns: Columns = Columns()
    units: Units = Units()

    @property
    def direction(self) -> int | None:
        """Sign of the current on charge; None where it is not stated."""
        return {None: None, CHARGE_POSITIVE: 1, DISCHARGE_POSITIVE: -1}[self.current_sign]


def stated_of(path: Path, changes: Mapping[str, Any] | None = None) -> Stated:
    """Return what is stated of a measurement: in the TOML file of its name beside it, and in ``changes``.

    Args:
        path: of the measured file.
        changes: keys set otherwise, dotted, with raw values.

    Raises:
        InputError: for an unknown key or a value that does not fit.
    """
    beside = path.with_suffix(SUFFIX)
    table: dict[str, Any] = {}
    if beside != path and is_file(beside):
        what = f"the file beside the measurement, {str(beside)!r},"
        table = from_toml(read_text(beside, what), what)
    return read_section(Stated, nested(changes or {}, table))


def with_material(stated: Stated, name: str) -> Stated:
    """The same with the material of a case, where none is stated.

    Raises:
        InputError: when another is stated.
    """
    if stated.material not in (None, name):
        raise InputError(
            f"the measurement is stated to be of {stated.material!r} and the case has {name!r}; run the case "
            "with that material, or correct what is stated."
        )
    return dataclasses.replace(stated, material=name)
