"""What a fit has found, in words and as files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.experiments.fitting.profiles import Profile
from chemomech.solver.results.folder import replacing

Array = npt.NDArray[np.float64]

STRONG = 0.9
"""Correlation from which on it is said."""


@dataclass(frozen=True)
class FittedValue:
    """What the data say of a parameter; marked ``calibrated``.

    Attributes:
        name: of the parameter.
        value: best, in its unit.
        unit: of its bounds.
        low: end of the 95 % interval by the profile; None where the data do not bound it.
        high: likewise.
        profile: its profile.
        data: names of the measurements.
        planted: what the measurements were made of, in the same unit; None where that is not known.
    """

    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    profile: Profile
    data: tuple[str, ...]
    planted: float | None = None
    mark: str = "calibrated"

    @property
    def determined(self) -> bool:
        """Whether the data bound it on both sides, inside its bounds."""
        return self.low is not None and self.high is not None

    @property
    def holds_planted(self) -> bool | None:
        """Whether the interval holds what was planted; an end that is not bound holds all beyond."""
        if self.planted is None:
            return None
        above = self.low is None or self.planted >= self.low
        return above and (self.high is None or self.planted <= self.high)

    @property
    def says(self) -> str:
        """The verdict in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:.4g} to {self.high:.4g} {self.unit}".rstrip()
        if self.low is None and self.high is None:
            return "not determined: the data bound it on neither side"
        if self.low is not None:
            return f"not determined: above {self.low:.4g} {self.unit} alone".rstrip()
        return f"not determined: below {self.high:.4g} {self.unit} alone".rstrip()

    def to_dict(self) -> dict[str, Any]:
        """Return it as a table."""
        table: dict[str, Any] = {
            "name": self.name, "value": self.value, "unit": self.unit, "low": self.low, "high": self.high,
            "determined": self.determined, "mark": self.mark, "data": list(self.data),
            "profile": {"shares": self.profile.shares.tolist(), "excess": self.profile.excess.tolist()},
        }  # fmt: skip
        if self.planted is not None:
            table |= {"planted": self.planted, "interval_holds_planted": self.holds_planted}
        return table


class Further(Protocol):
    """What was asked for beside the fit: the posterior, or the correction by a finer model."""

    def lines(self, values: Sequence[FittedValue]) -> Iterator[str]:
        """Yield it as lines of text, beside the values of the fit."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return it as a table."""
        ...


@dataclass(frozen=True)
class FitOutcome:
    """Outcome of a fit.

    Attributes:
        values: of the parameters.
        correlation: between them, shape (k, k); NaN where it is not known.
        rmse: of the voltage [V].
        noise: that the intervals rest on [V].
        evaluations: places at which the model was computed.
        ends: chi-square at which each start ended.
        shares: place of each parameter between its bounds.
        rmse_by_run: of each measurement by its name [V].
        left: fitted less measured voltage of all records [V], shape (n,).
        planted: in words, what the measurements were made of; empty where they were measured.
        posterior: by sampling; None if it was not asked for.
        corrected: by runs of a finer model; None if it was not asked for.
    """

    values: tuple[FittedValue, ...]
    correlation: Array
    rmse: float
    noise: float
    evaluations: int
    ends: tuple[float, ...]
    shares: tuple[float, ...]
    rmse_by_run: tuple[tuple[str, float], ...]
    left: Array
    planted: str = ""
    posterior: Further | None = None
    corrected: Further | None = None

    def lines(self) -> Iterator[str]:
        """Yield the outcome as lines of text."""
        noise, count = 1e3 * self.noise, self.evaluations
        if self.planted:
            yield self.planted
        yield f"RMSE {1e3 * self.rmse:.3f} mV, noise {noise:.3f} mV, {count} evaluations"
        if len(self.rmse_by_run) > 1:
            yield "; ".join(f"{name}: {1e3 * rmse:.3f} mV" for name, rmse in self.rmse_by_run)
        width = max(len(one.name) for one in self.values)
        for one in self.values:
            # A number that the data bound on neither side has no best value.
            value = "-" if one.low is None and one.high is None else f"{one.value:.4g}"
            text = f"{one.name:<{width}}  {value:>11} {one.unit:<6}  {one.says}  ({one.mark})"
            if one.planted is not None:
                inside = "inside" if one.holds_planted else "OUTSIDE"
                text += f"; planted {one.planted:.4g} {one.unit}".rstrip() + f", {inside}"
            yield text
        strong = [
            f"{a.name} and {b.name}: {self.correlation[i, j]:+.2f}"
            for i, a in enumerate(self.values)
            for j, b in enumerate(self.values)
            if i < j and a.determined and b.determined and abs(self.correlation[i, j]) > STRONG
        ]
        if strong:
            yield f"correlated beyond {STRONG:g}: {'; '.join(strong)}"
        if self.posterior is not None:
            yield from self.posterior.lines(self.values)
        if self.corrected is not None:
            yield from self.corrected.lines(self.values)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a table."""
        return {
            "values": [one.to_dict() for one in self.values],
            "correlation": np.where(np.isfinite(self.correlation), self.correlation, 0.0).tolist(),
            "rmse_V": self.rmse,
            "rmse_by_measurement_V": dict(self.rmse_by_run),
            "noise_V": self.noise,
            "chi_square_of_starts": list(self.ends),
            "posterior": None if self.posterior is None else self.posterior.to_dict(),
            "correction": None if self.corrected is None else self.corrected.to_dict(),
        }

    def write(self, folder: Path, case: str) -> None:
        """Write ``fit.json``, and the case with the fitted numbers as ``fitted.toml``.

        Args:
            folder: of the fit.
            case: the case as TOML.
        """
        for name, text in (("fit.json", json.dumps(self.to_dict(), indent=1)), ("fitted.toml", case)):
            with replacing(folder / name) as temporary:
                Path(temporary).write_text(text, encoding="utf-8")
