"""Section ``[wiring]``: how well each particle is connected to the carbon-binder.

The share of a particle's surface that carbon-binder covers, times the conductance of covered surface, is its
contact conductance. Without the section every particle has that of the matrix material.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.digits import decimal, whole
from chemomech.errors import InputError
from chemomech.experiments.case.schema import (
    full_key,
    key,
    names_of,
    read_section,
    require_table,
    write_section,
)
from chemomech.reading import read_text

if TYPE_CHECKING:
    from chemomech.experiments.case.layouts import LayoutSource
    from chemomech.geometry import Layout
    from chemomech.geometry.images import ElectronicContacts, Wiring

FloatArray = npt.NDArray[np.float64]
NAMED = 8

COVERAGE, WIRED, TOUCHES = "binder coverage", "wired", "touches wired binder"
COLUMNS = ("id", COVERAGE, WIRED, TOUCHES)
"""Columns of the table that ``chemomech layout extract --particles`` writes and that are read here."""


@dataclass(frozen=True, eq=False)
class WiredParticles:
    """Electronic contact of the n particles of a case.

    Attributes:
        conductance: per area of the particle surface [S/m2], shape (n,), rows as in the layout.
        isolated: ids of the particles without an electronic path of their own or through others.
        by_neighbours: ids of those whose only path is through particles they touch.
        isolated_volume: share of the active volume in isolated particles [-].
    """

    conductance: FloatArray
    isolated: tuple[int, ...]
    by_neighbours: tuple[int, ...]
    isolated_volume: float

    def lines(self) -> tuple[str, ...]:
        """Return what is worth knowing before a run starts, a line each."""
        held = self.conductance[self.conductance > 0.0]
        lowest, highest = (float(held.min()), float(held.max())) if held.size else (0.0, 0.0)
        told = [f"contact conductance of wired particles: {lowest:.3g} to {highest:.3g} S/m2"]
        if self.isolated:
            told.append(
                f"isolated particles: {_named(self.isolated)} ({self.isolated_volume:.2%} of their volume)"
            )
        if self.by_neighbours:
            told.append(f"particles connected by their neighbours only: {_named(self.by_neighbours)}")
        return tuple(told)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``wiring`` in ``summary.json`` states."""
        return {
            "isolated": list(self.isolated),
            "isolated_volume_fraction": self.isolated_volume,
            "by_neighbours": list(self.by_neighbours),
            "contact_conductance_S_m2": self.conductance.tolist(),
        }


class WiringSource(Protocol):
    """Where the contact conductances come from."""

    def electronic_contacts(self, layout: Layout, source: LayoutSource, full: float) -> ElectronicContacts:
        """Return the contacts of the particles of a layout, named by their ids.

        Args:
            layout: as it is meshed.
            source: where it came from.
            full: conductance of covered surface where the section states none [S/m2].

        Raises:
            InputError: when they cannot be had for this layout.
        """
        ...

    def located_in(self, folder: Path) -> WiringSource:
        """Return the same source with a relative path taken from ``folder``."""
        ...

    def files(self) -> Mapping[str, Path]:
        """Return what is read from disk beside the layout, by the key in the section."""
        ...


_CONDUCTANCE: dict[str, Any] = {
    "unit": "S/m2",
    "within": (0.0, 1e12),
    "remedy": "state what surface covered by carbon-binder conducts, as in 1e5 S/m2",
}
_RESIDUAL = _CONDUCTANCE | {"remedy": "state what particles without carbon-binder conduct, as in 0 S/m2"}


@dataclass(frozen=True)
class StatedWiring:
    """A coverage for all particles, and how many of them are wired.

    Attributes:
        coverage: share of each particle's surface that carbon-binder covers [-].
        wired: share of the particles that are wired [-]; which ones follows from the seed.
        seed: the same seed isolates the same particles.
        conductance: of covered surface [S/m2]; the matrix's contact conductance if not given.
        residual: of particles that are not wired [S/m2].
    """

    coverage: float = key(within=(0.0, 1.0), remedy="state the covered share of the surface")
    wired: float = key(1.0, within=(0.0, 1.0), remedy="state the share of particles that are wired")
    seed: int = key(0, within=(0, math.inf), remedy="state a whole number of zero or more")
    conductance: float | None = key(None, **_CONDUCTANCE)
    residual: float = key(0.0, **_RESIDUAL)

    def electronic_contacts(self, layout: Layout, source: LayoutSource, full: float) -> ElectronicContacts:
        """See ``WiringSource``."""
        from chemomech.geometry.images import ElectronicContacts, contacts_from_coverage

        count = len(layout)
        cut_off = np.random.default_rng(self.seed).permutation(count)[: round((1.0 - self.wired) * count)]
        full = full if self.conductance is None else self.conductance
        contacts = contacts_from_coverage(self.coverage, count, full, cut_off.tolist(), self.residual)
        return ElectronicContacts(contacts.conductance, layout.ids[contacts.isolated], contacts.by_neighbours)

    def files(self) -> Mapping[str, Path]:
        """See ``WiringSource``."""
        return {}

    def located_in(self, folder: Path) -> StatedWiring:
        """Return itself: numbers have no place."""
        return self


@dataclass(frozen=True)
class TableWiring:
    """Coverage and paths of each particle from a table that came with the layout.

    Attributes:
        particles: CSV file as ``chemomech layout extract --particles`` writes it; matched by id.
        conductance: of covered surface [S/m2]; the matrix's contact conductance if not given.
        residual: of particles that do not touch wired carbon-binder [S/m2].
    """

    particles: str = key()
    conductance: float | None = key(None, **_CONDUCTANCE)
    residual: float = key(0.0, **_RESIDUAL)

    def electronic_contacts(self, layout: Layout, source: LayoutSource, full: float) -> ElectronicContacts:
        """See ``WiringSource``."""
        from chemomech.geometry.images import contacts_from_wiring

        full = full if self.conductance is None else self.conductance
        return contacts_from_wiring(_table(Path(self.particles), layout), full, self.residual)

    def files(self) -> Mapping[str, Path]:
        """See ``WiringSource``."""
        return {"particles": Path(self.particles)}

    def located_in(self, folder: Path) -> TableWiring:
        """Return the source with an absolute path."""
        return TableWiring(str((folder / self.particles).resolve()), self.conductance, self.residual)


@dataclass(frozen=True)
class ImageWiring:
    """Coverage and paths of each particle from the image that the layout of the case comes from.

    Attributes:
        conductance: of covered surface [S/m2]; the matrix's contact conductance if not given.
        residual: of particles that do not touch wired carbon-binder [S/m2].
    """

    conductance: float | None = key(None, **_CONDUCTANCE)
    residual: float = key(0.0, **_RESIDUAL)

    def electronic_contacts(self, layout: Layout, source: LayoutSource, full: float) -> ElectronicContacts:
        """See ``WiringSource``."""
        from chemomech.geometry.images import contacts_from_wiring

        seen: Wiring | None = getattr(source, "wiring", None)
        if seen is None:
            raise InputError(
                "[wiring] states no coverage and the layout comes from no image with carbon-binder; state "
                "wiring.coverage, name a table with wiring.particles, or leave the section out."
            )
        full = full if self.conductance is None else self.conductance
        return contacts_from_wiring(_rows(seen, layout, "the image"), full, self.residual)

    def files(self) -> Mapping[str, Path]:
        """See ``WiringSource``."""
        return {}

    def located_in(self, folder: Path) -> ImageWiring:
        """Return itself: the layout has the place."""
        return self


def wiring_keys() -> tuple[str, ...]:
    """Return the names of all keys of the section."""
    return names_of(StatedWiring, TableWiring, ImageWiring)


def read_wiring(value: Any, name: str) -> WiringSource:
    """Return the section ``[wiring]``: with ``coverage``, with ``particles``, or with neither.

    Raises:
        InputError: for an unknown key or a value that does not fit.
    """
    table = require_table(value, name)
    if "coverage" in table and "particles" in table:
        raise InputError(
            f"{full_key(name, 'coverage')} and {full_key(name, 'particles')} both state the coverage; give "
            "one of them."
        )
    if "particles" in table:
        return read_section(TableWiring, table, name)
    stated = {"coverage", "wired", "seed"} & set(table)
    kind: type[WiringSource] = StatedWiring if stated else ImageWiring
    return read_section(kind, table, name)


def write_wiring(source: WiringSource | None) -> dict[str, Any] | None:
    """Return the table that ``read_wiring`` reads back."""
    return None if source is None else write_section(source)


def wired_particles(
    wiring: WiringSource | None, layout: Layout, source: LayoutSource, full: float
) -> WiredParticles | None:
    """Return the contacts of the particles of a case; None without the section.

    Args:
        wiring: the section.
        layout: as it is meshed.
        source: where the layout came from.
        full: conductance of covered surface where the section states none [S/m2].

    Raises:
        InputError: when they cannot be had, or no particle is connected.
    """
    if wiring is None:
        return None
    from chemomech.geometry.contacts import particle_shapes

    contacts = wiring.electronic_contacts(layout, source, full)
    if len(layout) and not (contacts.conductance > 0.0).any():
        raise InputError(
            f"none of the {len(layout)} particles is connected to the carbon-binder (100 % isolated), so "
            "that no current can pass; raise wiring.coverage, wiring.wired or wiring.conductance."
        )
    isolated = tuple(sorted({int(name) for name in contacts.isolated}))
    volumes = particle_shapes(layout).volumes
    lost = float(volumes[np.isin(layout.ids, isolated)].sum() / volumes.sum()) if len(layout) else 0.0
    by_neighbours = tuple(sorted({int(name) for name in contacts.by_neighbours}))
    return WiredParticles(contacts.conductance, isolated, by_neighbours, lost)


def _table(path: Path, layout: Layout) -> Wiring:
    from chemomech.geometry.images import Wiring

    what, lines = f"the table {str(path)!r}", read_text(path, "the table").splitlines()
    try:
        header, *rows = csv.reader(filter(str.strip, lines), strict=True)
    except (csv.Error, ValueError) as error:
        raise InputError(f"{what} is no CSV table ({error}); write it again.") from None
    lacking = [column for column in COLUMNS if column not in header]
    if lacking:
        raise InputError(
            f"{what} has no column {lacking[0]!r}; write it with chemomech layout extract --particles from "
            "an image with carbon-binder."
        )
    if len(set(header)) < len(header):
        raise InputError(f"{what} has a column twice ({', '.join(header)}); leave one of them out.")
    if ragged := [row for row in rows if len(row) != len(header)]:
        raise InputError(
            f"a row of {what} has {len(ragged[0])} fields and there are {len(header)} columns "
            f"('{','.join(ragged[0])}'); write decimal points, and one field a column."
        )
    place = {column: header.index(column) for column in COLUMNS}
    try:
        names = np.array([whole(row[place["id"]]) for row in rows], dtype=np.int64)
        coverage = np.array([decimal(row[place[COVERAGE]]) for row in rows])
        flags = np.array([[whole(row[place[c]]) for c in (WIRED, TOUCHES)] for row in rows]).reshape(-1, 2)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{what} holds something that is not a number ({error}); write it again.") from None
    if not ((coverage >= 0.0) & (coverage <= 1.0)).all():
        raise InputError(f"{what} holds a coverage outside 0 to 1; write it again.")
    if not np.isin(flags, (0, 1)).all():
        raise InputError(f"{what} holds a flag that is neither 0 nor 1; write it again.")
    if np.unique(names).size < names.size:
        raise InputError(f"{what} holds an id twice; write it again.")
    wired, touches = flags.T.astype(bool)
    seen = Wiring(names, coverage, wired, touches, 0.0, 0.0, spans=True)
    return _rows(seen, layout, f"the table {str(path)!r}")


def _rows(seen: Wiring, layout: Layout, where: str) -> Wiring:
    """The wiring of the particles of a layout, which may be fewer, more or in another order."""
    from chemomech.geometry.images import Wiring

    place: Mapping[int, int] = {int(name): row for row, name in enumerate(seen.names)}
    missing = [int(name) for name in layout.ids if int(name) not in place]
    if missing:
        raise InputError(
            f"{where} says nothing about {len(missing)} particles of the layout (ids {_named(missing)}); use "
            "the table that was written with this layout."
        )
    rows = np.array([place[int(name)] for name in layout.ids], dtype=np.int64)
    return Wiring(
        layout.ids,
        seen.coverage[rows],
        seen.wired[rows],
        seen.touches_binder[rows],
        seen.isolated_volume,
        seen.isolated_binder,
        seen.spans,
    )


def _named(names: Any) -> str:
    told = ", ".join(str(int(name)) for name in list(names)[:NAMED])
    return told + (", ..." if len(names) > NAMED else "")
