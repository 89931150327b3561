"""What is fitted to what: a TOML file with parameters, their bounds and scale, and measurements."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from chemomech.errors import InputError, require_folder_name, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.case.schema import read_section, require_table
from chemomech.experiments.case.toml_text import from_toml
from chemomech.experiments.fitting.parameters import FitCurve, FitParameter, Target
from chemomech.experiments.fitting.reach import require_reached
from chemomech.experiments.fitting.settings import FitMeasurement, FitSettings, Planted, SyntheticMeasurement
from chemomech.experiments.fitting.synthetic import made
from chemomech.experiments.measured import MeasuredRun, read_measured
from chemomech.experiments.measured.protocol import following
from chemomech.reading import read_text

SUFFIX = ".toml"


def shipped_fits() -> dict[str, str]:
    """Return the TOML text of every fit that comes with the package, by name."""
    folder = files("chemomech.experiments.fitting") / "shipped"
    texts = {item.name.removesuffix(SUFFIX): item for item in folder.iterdir() if item.name.endswith(SUFFIX)}
    return {name: texts[name].read_text(encoding="utf-8") for name in sorted(texts)}


@dataclass(frozen=True)
class FitSpec:
    """A fit, read and checked.

    Attributes:
        settings: its plain keys.
        targets: what is fitted.
        cases: the case with the protocol of each measurement, before parameters are set.
        runs: the measurements.
        model: what solves the cases.
        planted: what the measurements were made of, if they were.
    """

    settings: FitSettings
    targets: tuple[Target, ...]
    cases: tuple[Case, ...]
    runs: tuple[MeasuredRun, ...]
    model: str
    planted: Planted | None = None

    @staticmethod
    def from_toml(source: Path | str, seed: int | None = None) -> FitSpec:
        """Read a fit.

        Args:
            source: the name of a shipped fit, or a file.
            seed: of the noise of synthetic measurements, in place of that of the fit.

        Raises:
            InputError: when something in it is wrong.
        """
        file = Path(source)
        shipped = shipped_fits()
        if file.suffix != SUFFIX and str(source) not in shipped and not file.exists():
            raise unknown_name("fit", str(source), shipped)
        text = shipped[str(source)] if str(source) in shipped else read_text(file, "the fit")
        table = dict(from_toml(text, f"the fit {str(source)!r}"))
        targets: list[Target] = [
            *(read_section(FitParameter, one, "parameter") for one in _tables(table, "parameter")),
            *(read_section(FitCurve, one, "curve") for one in _tables(table, "curve")),
        ]
        measured, synthetic = _tables(table, "measurement"), _tables(table, "synthetic")
        planted = table.pop("planted", None)
        settings = read_section(FitSettings, table)
        if not targets:
            raise InputError("a fit needs at least one [[parameter]]; add it.")
        if not measured and not synthetic:
            raise InputError("a fit needs at least one [[measurement]]; add it.")
        place = file.parent / settings.case
        case = Case.from_toml(place if place.is_file() else settings.case)
        case = case.with_overrides({**(settings.overrides or {}), "model": settings.model or case.model})
        read = [_measurement(one, case, file.parent) for one in measured]
        if not synthetic:
            return FitSpec.of(settings, targets, [c for c, _ in read], [r for _, r in read])
        if planted is None:
            raise InputError(
                "[[synthetic]] measurements need a table [planted] with values, noise and seed; add it."
            )
        how = read_section(Planted, planted, "planted")
        how = how if seed is None else dataclasses.replace(how, seed=seed)
        asked = [read_section(SyntheticMeasurement, one, "synthetic") for one in synthetic]
        read += made(asked, how, targets, case)
        return dataclasses.replace(
            FitSpec.of(settings, targets, [c for c, _ in read], [r for _, r in read]), planted=how
        )

    @staticmethod
    def of(
        settings: FitSettings, targets: Sequence[Target], cases: Sequence[Case], runs: Sequence[MeasuredRun]
    ) -> FitSpec:
        """Return a fit of parts that are at hand.

        Raises:
            InputError: when a parameter is none of the cases, or stands twice, or the data do not reach it.
        """
        require_folder_name("key 'name'", settings.name)
        _once("name", [one.name for one in targets])
        _once("key", [key for one in targets for key in one.keys])
        model = settings.model or cases[0].model
        spec = FitSpec(settings, tuple(targets), tuple(cases), tuple(runs), model)
        for share in (0.0, 1.0):
            spec.changed((share,) * len(spec.parameters))  # a bound that a key cannot have is said now
        require_reached(targets, spec.changed((0.5,) * len(spec.parameters)), runs)
        return spec

    @property
    def parameters(self) -> tuple[FitParameter, ...]:
        """The numbers that are fitted."""
        return tuple(number for target in self.targets for number in target.numbers)

    @property
    def data(self) -> str:
        """Names of the measurements."""
        return ", ".join(dict.fromkeys(run.name for run in self.runs))

    def changes(self, shares: Sequence[float], data: str = "") -> dict[str, Any]:
        """Return what the keys of the case are set to.

        Args:
            shares: place of each parameter between its bounds [-].
            data: names of the data to which they were fitted, for the mark ``calibrated``.
        """
        found: dict[str, Any] = {}
        at = 0
        for target in self.targets:
            count = len(target.numbers)
            found |= target.changes(shares[at : at + count], data)
            at += count
        return found

    def changed(self, shares: Sequence[float]) -> list[Case]:
        """Return the cases with the parameters set.

        Args:
            shares: place of each parameter between its bounds [-].
        """
        changes = self.changes(shares)
        return [case.with_overrides(changes) for case in self.cases]

    def fitted_case(self, shares: Sequence[float]) -> Case:
        """Return the first case with the fitted numbers, marked ``calibrated`` with the names of the data.

        Args:
            shares: place of each parameter between its bounds [-].
        """
        return self.cases[0].with_overrides(self.changes(shares, self.data))


def _once(what: str, words: Sequence[str]) -> None:
    if len(set(words)) < len(words):
        twice = next(word for word in words if words.count(word) > 1)
        raise InputError(f"two parameters have the {what} {twice!r}; leave one of them out.")


def _tables(table: dict[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = table.pop(name, [])
    if not isinstance(value, list):
        raise InputError(f"{name} = {value!r} is no list of tables; write it below [[{name}]].")
    return [require_table(one, name) for one in value]


def _measurement(table: Mapping[str, Any], case: Case, folder: Path) -> tuple[Case, MeasuredRun]:
    one = read_section(FitMeasurement, table, "measurement")
    run = read_measured(folder / one.file, material=case.materials.cathode)
    if one.initial_stoichiometry is not None:
        case = case.with_overrides({"initial_stoichiometry": one.initial_stoichiometry})
    return following(case, run, one.follow)[0], run
