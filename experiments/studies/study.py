"""A study: a base case, axes, and the combinations of them that are run."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from chemomech.errors import InputError, require_folder_name, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.case.schema import read_section, refuse_unknown_keys, require_table
from chemomech.experiments.case.toml_text import from_toml
from chemomech.experiments.studies.axes import Axis, read_axis
from chemomech.experiments.studies.designs import DESIGNS, Design, Grid, read_design
from chemomech.experiments.studies.fidelities import FIDELITIES, Fidelity, fidelity_name
from chemomech.experiments.studies.quantities import AxisValue
from chemomech.reading import is_file, read_text

KEYS = ("name", "description", "base", "fidelity", "design", "sampling", "overrides", "axes", "fidelities")
KEY_LENGTH = 16


@dataclass(frozen=True)
class Point:
    """One run of a study.

    Attributes:
        place: position on every axis of a grid, or (number,) in other designs.
        values: by name of the axis.
        case: what is run.
        key: digest of everything that decides the result; two points with one key are one run.
    """

    place: tuple[int, ...]
    values: Mapping[str, AxisValue]
    case: Case
    key: str

    @property
    def label(self) -> str:
        """The values in words."""
        return ", ".join(f"{name} = {value.label}" for name, value in self.values.items())


@dataclass(frozen=True)
class Variant:
    """What one fidelity does otherwise than the study says.

    Attributes:
        overrides: keys of the case.
        axes: listed values of some axes.
        settings: of the fidelity itself.
    """

    overrides: Mapping[str, Any] = field(default_factory=dict)
    axes: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """A base case and what varies.

    Attributes:
        name: how folders and pictures call it.
        base: the case that is varied.
        axes: what varies.
        design: which combinations are run.
        description: one line.
        fidelity: the one that is run unless another is asked for; the name of its model will do.
        variants: what a fidelity does otherwise, by its name or that of its model.

    Raises:
        InputError: for an unknown fidelity, or one that is named twice.
    """

    name: str
    base: Case
    axes: tuple[Axis, ...]
    design: Design = Grid()
    description: str = ""
    fidelity: str = "dfn"
    variants: Mapping[str, Variant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Call every fidelity by its own name."""
        variants = {fidelity_name(word): variant for word, variant in self.variants.items()}
        if len(variants) < len(self.variants):
            raise InputError(f"fidelities {', '.join(self.variants)} name one model twice; state it once.")
        object.__setattr__(self, "fidelity", fidelity_name(self.fidelity))
        object.__setattr__(self, "variants", variants)

    @staticmethod
    def from_toml(source: str | Path) -> Study:
        """Return the study in a TOML file, or the shipped study of that name.

        Args:
            source: path of a ``.toml`` file, or a name such as ``"rate-by-thickness"``. The base case may be
                a path relative to the file.

        Raises:
            InputError: when there is no such study, or something in it is wrong.
        """
        path, shipped = Path(source), shipped_studies()
        if path.suffix == ".toml" or is_file(path):
            text = read_text(path, "study file")
            return Study.from_table(from_toml(text, f"study {str(path)!r}"), path.parent)
        if str(source) not in shipped:
            raise unknown_name("study", str(source), [*shipped, "<path of a .toml file>"])
        return Study.from_table(from_toml(shipped[str(source)], f"study {str(source)!r}"), Path())

    @staticmethod
    def from_table(table: Mapping[str, Any], folder: Path | None = None) -> Study:
        """Return the study that nested tables describe.

        Args:
            table: as a TOML reader returns it.
            folder: where a relative path of the base case starts.

        Raises:
            InputError: for an unknown or missing key, or a value that does not fit.
        """
        refuse_unknown_keys(require_table(table, ""), KEYS, "")
        for word in ("name", "description", "fidelity", "design"):
            if not isinstance(table.get(word, ""), str):
                raise InputError(f"{word} = {table[word]!r} is not text; write it between quotes.")
        for needed in ("name", "base", "axes"):
            if not table.get(needed):
                raise InputError(f"key {needed!r} is missing; add it to the study.")
        require_folder_name("key 'name'", table["name"])
        base = _base(table["base"], folder or Path())
        base = base.with_overrides(_overrides(table.get("overrides", {}), "overrides"))
        axes = tuple(
            read_axis(name, entry, base) for name, entry in require_table(table["axes"], "axes").items()
        )
        name = table.get("design", "grid")
        if name not in DESIGNS:
            raise unknown_name("design", str(name), DESIGNS)
        design = read_design(name, table.get("sampling", {}))
        fidelity = fidelity_name(table.get("fidelity", "dfn"))
        fidelities = require_table(table.get("fidelities", {}), "fidelities")
        variants = {name: _variant(name, entry) for name, entry in fidelities.items()}
        study = Study(
            str(table["name"]), base, axes, design, str(table.get("description", "")), fidelity, variants
        )
        for name in variants:  # a setting that is wrong is said now, not when that fidelity is run
            study.model(name)
            study.axes_of(name)
        return study

    def model(self, fidelity: str, **settings: Any) -> Fidelity:
        """Return a fidelity with the settings of the study.

        Args:
            fidelity: its name, or that of its model.
            **settings: to use in place of those of the study.

        Raises:
            InputError: for an unknown fidelity or setting.
        """
        kind = FIDELITIES[fidelity_name(fidelity)]
        model: Fidelity = read_section(
            kind, {**self._variant(fidelity).settings, **settings}, f"fidelities.{fidelity}"
        )
        return model

    def axes_of(self, fidelity: str) -> tuple[Axis, ...]:
        """Return the axes as a fidelity runs them.

        Raises:
            InputError: when the fidelity names an axis that the study does not have.
        """
        own = self._variant(fidelity).axes
        names = [axis.name for axis in self.axes]
        for name in own:
            if name not in names:
                raise unknown_name(f"axis of fidelity {fidelity!r}", name, names)
        return tuple(self._axis(axis, own) for axis in self.axes)

    def points(self, fidelity: str, model: Fidelity | None = None) -> tuple[Point, ...]:
        """Return every run of a fidelity, each with its case and key.

        Args:
            fidelity: its name.
            model: the fidelity with its settings; that of the study if not given.

        Raises:
            InputError: when a combination makes no valid case; nothing has been run then.
        """
        model, axes = model or self.model(fidelity), self.axes_of(fidelity)
        base = self.base.with_overrides(self._variant(fidelity).overrides)
        combinations = self.design.combinations(axes)
        places = list(self._places(axes))
        return tuple(
            _point(base, axes, place, values, model)
            for place, values in zip(places, combinations, strict=True)
        )

    def _places(self, axes: tuple[Axis, ...]) -> Iterable[tuple[int, ...]]:
        if self.design.is_grid:
            return itertools.product(*(range(len(axis.values)) for axis in axes))
        return ((number,) for number in range(len(self.design.combinations(axes))))

    def _variant(self, fidelity: str) -> Variant:
        return self.variants.get(fidelity_name(fidelity), Variant())

    def _axis(self, axis: Axis, own: Mapping[str, Any]) -> Axis:
        if axis.name not in own:
            return axis
        listed = read_axis(axis.name, {"values": own[axis.name]}, self.base)
        return dataclasses.replace(axis, values=listed.values, unit=listed.unit)


def shipped_studies() -> dict[str, str]:
    """Return the TOML text of every study that comes with the package, by name."""
    folder = files("chemomech.experiments.studies") / "shipped"
    texts = {item.name: item for item in folder.iterdir() if item.name.endswith(".toml")}
    return {name.removesuffix(".toml"): texts[name].read_text(encoding="utf-8") for name in sorted(texts)}


def digest(decisive: Mapping[str, Any]) -> str:
    """Return the key of a run from what decides its result; the order of tables does not matter."""
    text = json.dumps(decisive, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def _point(
    base: Case, axes: tuple[Axis, ...], place: tuple[int, ...], values: tuple[AxisValue, ...], model: Fidelity
) -> Point:
    named = {axis.name: value for axis, value in zip(axes, values, strict=True)}
    case = base
    try:
        for axis, value in zip(axes, values, strict=True):
            case = axis.parameter.apply(case, value.raw)
    except InputError as error:
        label = ", ".join(f"{name} = {value.label}" for name, value in named.items())
        raise InputError(f"the point {label} is impossible: {error}") from None
    described = dataclasses.replace(case, description="; ".join(f"{n} = {v.label}" for n, v in named.items()))
    return Point(tuple(place), named, described, digest(model.decisive(case.identity())))


def _variant(name: str, table: Any) -> Variant:
    fidelity_name(name)
    settings = dict(require_table(table, f"fidelities.{name}"))
    overrides = _overrides(settings.pop("overrides", {}), f"fidelities.{name}.overrides")
    axes = require_table(settings.pop("axes", {}), f"fidelities.{name}.axes")
    return Variant(overrides, axes, settings)


def _overrides(table: Any, where: str) -> dict[str, Any]:
    """Dotted keys, written so or as nested tables."""
    flat: dict[str, Any] = {}
    for name, value in require_table(table, where).items():
        if isinstance(value, Mapping) and name != "geometry.layout":
            flat |= {f"{name}.{inner}": entry for inner, entry in _overrides(value, where).items()}
        else:
            flat[name] = value
    return flat


def _base(source: Any, folder: Path) -> Case:
    if isinstance(source, Mapping):
        return Case.from_table(source)
    if not isinstance(source, str):
        raise InputError(f"base = {source!r} is no case; name one, or write its keys below [base].")
    return Case.from_toml(folder / source if source.endswith(".toml") else source)
