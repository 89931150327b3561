"""Where the particles of a case come from: a shipped layout, a CSV file, or a packing made on the spot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case.content import below, digest_of
from chemomech.experiments.case.image_layouts import ImageLayout
from chemomech.experiments.case.particle_shapes import ParticleShape, Spheres
from chemomech.experiments.case.schema import key, names_of, read_section, write_section
from chemomech.geometry import read_layout

if TYPE_CHECKING:
    from chemomech.geometry import Layout


class LayoutSource(Protocol):
    """Something that yields a particle layout."""

    @property
    def shape(self) -> ParticleShape:
        """What its particles are taken to be."""
        ...

    def build(self) -> Layout:
        """Return the layout.

        Raises:
            InputError: when it does not exist, cannot be read or cannot be packed.
        """
        ...

    def located_in(self, folder: Path) -> LayoutSource:
        """Return the same source with a relative path taken from ``folder``."""
        ...

    def files(self) -> Mapping[str, Path]:
        """Return what is read from disk, by the key below that of the source; an empty key is its own."""
        ...

    def written(self) -> Any:
        """Return what a case file would hold for this source."""
        ...


class OfSpheres:
    """A source whose particles can only be spheres, and that reads nothing from disk unless it says so."""

    def files(self) -> Mapping[str, Path]:
        """See ``LayoutSource``."""
        return {}

    @property
    def shape(self: LayoutSource) -> ParticleShape:
        """See ``LayoutSource``."""
        return Spheres(self)


@dataclass(frozen=True)
class ShippedLayout(OfSpheres):
    """A layout that comes with the package.

    Attributes:
        name: such as ``"rve-52"``.
    """

    name: str

    def build(self) -> Layout:
        """Return the shipped layout of this name."""
        from chemomech.geometry import shipped_layout

        return shipped_layout(self.name)

    def located_in(self, folder: Path) -> ShippedLayout:
        """Return itself: a name has no place."""
        return self

    def written(self) -> str:
        """Return the name."""
        return self.name


@dataclass(frozen=True)
class LayoutFile(OfSpheres):
    """A layout in a CSV file.

    Attributes:
        path: of the file.
    """

    path: Path

    def build(self) -> Layout:
        """Return the layout read from the file."""
        return read_layout(self.path)

    def files(self) -> Mapping[str, Path]:
        """See ``LayoutSource``."""
        return {"": self.path}

    def located_in(self, folder: Path) -> LayoutFile:
        """Return the source with an absolute path; a relative one is taken from ``folder``."""
        return LayoutFile((folder / self.path).resolve())

    def written(self) -> str:
        """Return the path as text."""
        return str(self.path)


@dataclass(frozen=True)
class PackedLayout(OfSpheres):
    """Spheres of log-normal size packed at random into a box.

    Attributes:
        box: edge lengths (Lx, Ly, L) [m]; L is the electrode thickness.
        particles: number of spheres.
        volume_fraction: volume of the spheres over that of the box [-]; radii are scaled to meet it.
        mean_volume_radius: radius of the sphere of mean volume [m].
        width: standard deviation of the radius over its mean [-].
        minimum_gap: smallest distance between two surfaces [m].
        sides: ``walls`` (whole spheres only) or ``periodic`` (denser; spheres that the sides cut, which need
            a contact rule).
        gradient: relative excess of the volume fraction at the separator, lack at the collector [-].
        seed: the same seed gives the same packing.
    """

    box: tuple[float, float, float] = key(
        unit="m", within=(1e-9, 1e-1), remedy="state the edges, as in 20 um"
    )
    particles: int | None = key(None, within=(1, 1_000_000), remedy="state at least one particle")
    volume_fraction: float | None = key(None, within=(0.0, 0.74), remedy="random packings reach about 0.5")
    mean_volume_radius: float | None = key(
        None, unit="m", within=(1e-9, 1e-3), remedy="state a positive radius, as in 3.1 um"
    )
    width: float = key(0.22, within=(0.0, 1.0), remedy="state standard deviation over mean of the radius")
    minimum_gap: float = key(0.2e-6, unit="m", within=(0.0, 1e-3), remedy="state a gap of zero or more")
    sides: str = key("walls", choices=("walls", "periodic"))
    gradient: float = key(0.0, within=(-0.9, 0.9), remedy="state a relative excess at the separator")
    seed: int = key(0, within=(0, math.inf), remedy="state a whole number of zero or more")

    def __post_init__(self) -> None:
        """Check that the spheres are determined.

        Raises:
            InputError: when fewer than two of count, fraction and radius are given, or all three.
        """
        amounts = [self.particles, self.volume_fraction, self.mean_volume_radius]
        if all(value is not None for value in amounts):
            raise InputError(
                "geometry.layout states particles, volume_fraction and mean_volume_radius, of which any two "
                "give the third; leave one of them out."
            )
        if sum(value is not None for value in amounts) < 2:
            raise InputError(
                "geometry.layout leaves the packing open; state at least two of particles, volume_fraction "
                "and mean_volume_radius."
            )

    def build(self) -> Layout:
        """Return the packing."""
        from chemomech.geometry import PACKING_SIDES, DepthGradient, LogNormalSizes, pack

        # With a count and a fraction any radius serves: pack scales all of them by one factor.
        given = self.mean_volume_radius
        radius = min(self.box) / 10.0 if given is None else given
        # Mean cube of a log-normal: median^3 exp(9 s^2 / 2) with s^2 = ln(1 + width^2).
        median = radius * math.exp(-1.5 * math.log1p(self.width**2))
        return pack(
            self.box,
            LogNormalSizes(median, self.width),
            count=self.particles,
            volume_fraction=self.volume_fraction,
            minimum_gap=self.minimum_gap,
            seed=self.seed,
            sides=PACKING_SIDES[self.sides](),
            gradient=DepthGradient(self.gradient),
        )

    def located_in(self, folder: Path) -> PackedLayout:
        """Return itself: a packing has no place."""
        return self

    def written(self) -> dict[str, Any]:
        """Return the table."""
        return write_section(self)


def _read_source(value: Any, name: str) -> LayoutSource:
    return read_layout_source(value, name)


@dataclass(frozen=True)
class ResizedLayout(OfSpheres):
    """Another layout with its thickness changed.

    Attributes:
        source: the layout that is changed.
        thickness: edge of the new box along z [m].
        rule: ``crop`` (keep what lies below), ``stack`` (mirror images on top of each other, cut), ``repack``
            (new random packing with the same sizes, volume fraction and width) or ``blocks`` (mirror images
            of one such packing, each about as thick as the source).
        seed: of a new packing.
    """

    source: LayoutSource = key(read=_read_source, write=lambda source: source.written())
    thickness: float = key(unit="m", within=(1e-7, 1e-2), remedy="state a thickness, as in 60 um")
    rule: str = key("blocks")
    seed: int = key(0, within=(0, math.inf), remedy="state a whole number of zero or more")

    def __post_init__(self) -> None:
        """Check the rule and the source.

        Raises:
            InputError: when there is no rule of that name, or the source is not one of spheres.
        """
        from chemomech.geometry.thickness import THICKNESS_RULES

        if self.rule not in THICKNESS_RULES:
            raise unknown_name("thickness rule", self.rule, THICKNESS_RULES)
        if self.source.shape != Spheres(self.source):
            raise InputError(
                "the thickness of particles as imaged cannot be changed; leave shapes out of the layout, or "
                "give it a crop of another size."
            )

    def build(self) -> Layout:
        """Return the layout with its new thickness."""
        return _resized(self, tuple(map(digest_of, self.files().values())))

    def files(self) -> Mapping[str, Path]:
        """See ``LayoutSource``."""
        return below("source", self.source.files())

    def located_in(self, folder: Path) -> ResizedLayout:
        """Return the source with that of the layout located."""
        return ResizedLayout(self.source.located_in(folder), self.thickness, self.rule, self.seed)

    def written(self) -> dict[str, Any]:
        """Return the table."""
        return write_section(self)


@dataclass(frozen=True)
class TiledLayout(OfSpheres):
    """Another layout, repeated.

    Attributes:
        source: the layout that is repeated.
        times: how often along x, y and z.
        mirrored: whether every other tile is a mirror image, which spheres cut by a side need.
    """

    source: LayoutSource = key(read=_read_source, write=lambda source: source.written())
    times: tuple[int, int, int] = key(within=(1, 1000), remedy="state how often along x, y and z")
    mirrored: bool = key(True)

    def __post_init__(self) -> None:
        """Check the source.

        Raises:
            InputError: when the source is not one of spheres.
        """
        if self.source.shape != Spheres(self.source):
            raise InputError(
                "particles as imaged cannot be repeated; leave shapes out of the layout, or crop less."
            )

    def build(self) -> Layout:
        """Return the repeated layout."""
        from chemomech.geometry import tile

        return tile(self.source.build(), self.times, self.mirrored)

    def files(self) -> Mapping[str, Path]:
        """See ``LayoutSource``."""
        return below("source", self.source.files())

    def located_in(self, folder: Path) -> TiledLayout:
        """Return the source with that of the layout located."""
        return TiledLayout(self.source.located_in(folder), self.times, self.mirrored)

    def written(self) -> dict[str, Any]:
        """Return the table."""
        return write_section(self)


@lru_cache(maxsize=64)  # the points of a study share few layouts, and packing one takes seconds
def _resized(resized: ResizedLayout, content: tuple[str, ...]) -> Layout:
    from chemomech.geometry.thickness import THICKNESS_RULES

    return THICKNESS_RULES[resized.rule](resized.seed).apply(resized.source.build(), resized.thickness)


def read_layout_source(value: Any, name: str) -> LayoutSource:
    """Return the source that the raw value of ``geometry.layout`` stands for.

    Args:
        value: a shipped name, the path of a CSV file, a table that packs one, a table with the key
            ``source`` that changes the thickness of another one, or with ``times`` repeats it, or one with
            ``stack`` that takes it from an image.
        name: full key, for messages.

    Raises:
        InputError: when it is none of these.
    """
    if isinstance(value, Mapping):
        return _read_table(value, name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(
            f"{name} = {value!r} is no layout; give a shipped name, a CSV file or a table that packs one."
        )
    return LayoutFile(Path(value)) if value.lower().endswith(".csv") else ShippedLayout(value)


_TABLES: Mapping[str, type[LayoutSource]] = {
    "times": TiledLayout,
    "source": ResizedLayout,
    "stack": ImageLayout,
}
"""Kind of a table by a key that the kinds after it do not have; a table with none of them packs spheres."""


def _read_table(table: Mapping[str, Any], name: str) -> LayoutSource:
    kind = next((kind for mark, kind in _TABLES.items() if mark in table), PackedLayout)
    return read_section(kind, table, name)


def layout_keys() -> tuple[str, ...]:
    """Return the names of all keys of a layout table; the empty one stands for a name or path."""
    return ("", *names_of(PackedLayout, *_TABLES.values()))
