"""What is fitted to what: a TOML file with parameters, their bounds and scale, and measurements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.errors import InputError, require_folder_name
from chemomech.experiments.case import Case, schema
from chemomech.experiments.case.schema import read_section, require_table
from chemomech.experiments.case.toml_text import from_toml
from chemomech.experiments.case.units import number_and_unit
from chemomech.experiments.measured import MeasuredRun, read_measured
from chemomech.experiments.measured.protocol import FOLLOWING, following
from chemomech.reading import read_text

LOG, LINEAR = "log", "linear"


@dataclass(frozen=True)
class FitParameter:
    """A key of the case that is fitted, a table ``[[parameter]]``.

    Inside the fit it runs from 0 at ``low`` to 1 at ``high``, evenly on its scale.

    Attributes:
        name: what tables call it.
        key: of the case, dotted.
        low: lowest value, with its unit.
        high: highest value, with the same unit.
        scale: ``log`` or ``linear``.
    """

    name: str = schema.key()
    key: str = schema.key()
    low: str = schema.key()
    high: str = schema.key()
    scale: str = schema.key(LOG, choices=(LOG, LINEAR))

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            InputError: when they are no bounds, or none of a logarithm.
        """
        low, high = (number_and_unit(str(bound)) for bound in (self.low, self.high))
        if low is None or high is None or low[1] != high[1]:
            raise InputError(
                f"the bounds {self.low!r} and {self.high!r} of the parameter {self.name!r} are not two "
                "numbers with one unit; write them as in '1e-16 m2/s'."
            )
        if not low[0] < high[0] or (self.scale == LOG and low[0] <= 0.0):
            raise InputError(
                f"the bounds {self.low} and {self.high} of the parameter {self.name!r} must rise"
                f"{' and be above 0 on a logarithmic scale' if self.scale == LOG else ''}; state others."
            )

    @property
    def bounds(self) -> tuple[float, float, str]:
        """Lowest and highest value, and their unit."""
        low, high = number_and_unit(self.low), number_and_unit(self.high)
        assert low is not None
        assert high is not None
        return low[0], high[0], low[1]

    def value(self, share: float) -> float:
        """Value at a place between the bounds, in their unit."""
        low, high, _ = self.bounds
        if self.scale == LOG:
            return low * (high / low) ** share
        return low + (high - low) * share

    def share(self, value: float) -> float:
        """Place of a value between the bounds."""
        low, high, _ = self.bounds
        if self.scale == LOG:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def text(self, share: float) -> Any:
        """Value as a case file writes it."""
        unit = self.bounds[2]
        return f"{self.value(share)!r} {unit}" if unit else self.value(share)


@dataclass(frozen=True)
class FitMeasurement:
    """A measurement, a table ``[[measurement]]``.

    Attributes:
        file: of the records; a relative path is taken from the folder of the fit.
        follow: ``current`` or ``steps``.
        initial_stoichiometry: of the case for this measurement; that of the case if absent.
    """

    file: str = schema.key()
    follow: str = schema.key("current", choices=tuple(FOLLOWING))
    initial_stoichiometry: float | None = schema.key(
        None, within=(0.0, 1.0), remedy="state lithium per formula unit at the start"
    )


@dataclass(frozen=True)
class FitSettings:
    """The plain keys of a fit.

    Attributes:
        name: of the fit.
        case: a shipped case or a file.
        model: what solves it; that of the case if absent.
        noise: standard deviation of the voltage [V]; from what is left if absent.
        starts: least squares are begun from the middle and so many other places.
        seed: of these places.
    """

    name: str = schema.key()
    case: str = schema.key()
    model: str | None = schema.key(None)
    noise: float | None = schema.key(None, unit="V", within=(1e-7, 1.0), remedy="state it as in 1 mV")
    starts: int = schema.key(2, within=(0, 1000), remedy="state a number of starts")
    seed: int = schema.key(0, within=(0, 2**31), remedy="state a whole number of zero or more")


@dataclass(frozen=True)
class FitSpec:
    """A fit, read and checked.

    Attributes:
        settings: its plain keys.
        parameters: what is fitted.
        cases: the case with the protocol of each measurement, before parameters are set.
        runs: the measurements.
        model: what solves the cases.
    """

    settings: FitSettings
    parameters: tuple[FitParameter, ...]
    cases: tuple[Case, ...]
    runs: tuple[MeasuredRun, ...]
    model: str

    @staticmethod
    def from_toml(path: Path | str) -> FitSpec:
        """Read a fit.

        Raises:
            InputError: when something in it is wrong.
        """
        file = Path(path)
        table = dict(from_toml(read_text(file, "the fit"), f"the fit {str(file)!r}"))
        parameters = [
            read_section(FitParameter, one, "parameter")
            for one in _tables(table.pop("parameter", None), "parameter")
        ]
        measured = _tables(table.pop("measurement", None), "measurement")
        settings = read_section(FitSettings, table)
        source = file.parent / settings.case
        case = Case.from_toml(source if source.is_file() else settings.case)
        read = [_measurement(one, case, file.parent) for one in measured]
        return FitSpec.of(settings, parameters, [c for c, _ in read], [r for _, r in read])

    @staticmethod
    def of(
        settings: FitSettings,
        parameters: Sequence[FitParameter],
        cases: Sequence[Case],
        runs: Sequence[MeasuredRun],
    ) -> FitSpec:
        """Return a fit of parts that are at hand.

        Raises:
            InputError: when a parameter is none of the cases, or stands twice.
        """
        require_folder_name("key 'name'", settings.name)
        for what in ("name", "key"):
            words = [getattr(one, what) for one in parameters]
            if len(set(words)) < len(words):
                twice = next(word for word in words if words.count(word) > 1)
                raise InputError(f"two parameters have the {what} {twice!r}; leave one of them out.")
        spec = FitSpec(
            settings, tuple(parameters), tuple(cases), tuple(runs), settings.model or cases[0].model
        )
        for share in (0.0, 1.0):
            spec.changed((share,) * len(parameters))  # a bound that a key cannot have is said now
        return spec

    def changed(self, shares: Sequence[float]) -> list[Case]:
        """Return the cases with the parameters set.

        Args:
            shares: place of each parameter between its bounds [-].
        """
        changes = {one.key: one.text(float(u)) for one, u in zip(self.parameters, shares, strict=True)}
        return [case.with_overrides(changes) for case in self.cases]


def _tables(value: Any, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value:
        raise InputError(f"a fit needs at least one [[{name}]]; add it.")
    return [require_table(one, name) for one in value]


def _measurement(table: Mapping[str, Any], case: Case, folder: Path) -> tuple[Case, MeasuredRun]:
    one = read_section(FitMeasurement, table, "measurement")
    run = read_measured(folder / one.file, material=case.materials.cathode)
    if one.initial_stoichiometry is not None:
        case = case.with_overrides({"initial_stoichiometry": one.initial_stoichiometry})
    return following(case, run, one.follow)[0], run
