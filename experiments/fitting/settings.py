"""The plain keys and small tables of a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chemomech.experiments.case import schema
from chemomech.experiments.case.schema import require_table
from chemomech.experiments.measured.protocol import FOLLOWING


def _table(value: Any, name: str) -> dict[str, Any]:
    return dict(require_table(value, name))


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
class SyntheticMeasurement:
    """A measurement that the model makes itself with what is planted, a table ``[[synthetic]]``.

    Attributes:
        name: of it.
        protocol: sentences.
        every: time between records [s].
    """

    name: str = schema.key()
    protocol: tuple[str, ...] = schema.key()
    every: float = schema.key(unit="s", within=(1e-2, 1e5), remedy="state a time, as in 20 s")


@dataclass(frozen=True)
class Planted:
    """What synthetic measurements are made of, a table ``[planted]``.

    Attributes:
        values: of the parameters by their names, as a case writes them.
        noise: standard deviation of the noise of the voltage [V].
        seed: of the noise.
    """

    values: Mapping[str, Any] = schema.key(read=_table)
    noise: float = schema.key(unit="V", within=(0.0, 1.0), remedy="state it as in 1 mV")
    seed: int = schema.key(within=(0, 2**31), remedy="state a whole number of zero or more")


@dataclass(frozen=True)
class Sampling:
    """Sampling of the posterior, a table ``[sampling]``.

    Attributes:
        walkers: of the ensemble.
        steps: of each walker.
        seed: of the start and the moves.
        checked: places of the posterior at which the model itself is run.
    """

    walkers: int = schema.key(32, within=(8, 10_000), remedy="state twice the parameters or more")
    steps: int = schema.key(4000, within=(100, 1_000_000), remedy="state a number of steps")
    seed: int = schema.key(0, within=(0, 2**31), remedy="state a whole number of zero or more")
    checked: int = schema.key(8, within=(0, 1000), remedy="state a number of runs")


@dataclass(frozen=True)
class Correction:
    """Correction of the model by few runs of a finer one, a table ``[correction]``.

    Attributes:
        model: the finer one.
        runs: places at which it is run: the best one, and others about it.
        overrides: keys of the case for these runs, such as a mesh.
    """

    model: str = schema.key("resolved")
    runs: int = schema.key(1, within=(1, 100), remedy="state a number of runs")
    overrides: Mapping[str, Any] | None = schema.key(None, read=_table)


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
        profile: whether the profile of each parameter is followed; without, intervals are those of the
            derivatives.
        overrides: keys of the case that are set otherwise.
    """

    name: str = schema.key()
    case: str = schema.key()
    model: str | None = schema.key(None)
    noise: float | None = schema.key(None, unit="V", within=(1e-7, 1.0), remedy="state it as in 1 mV")
    starts: int = schema.key(2, within=(0, 1000), remedy="state a number of starts")
    seed: int = schema.key(0, within=(0, 2**31), remedy="state a whole number of zero or more")
    profile: bool = schema.key(True)
    overrides: Mapping[str, Any] | None = schema.key(None, read=_table)
    sampling: Sampling | None = schema.key(None)
    correction: Correction | None = schema.key(None)
