"""Measured quasi-open-circuit curves of half cells against the voltage curves of the material sets (row 5.1).

The data are not part of the product: ``chemomech validate --curves LIST`` hands in a TOML file with their
names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.stats import t as student

from chemomech.errors import InputError
from chemomech.experiments.case.schema import key, read_section
from chemomech.experiments.measured.readers import read_table
from chemomech.experiments.measured.stated import Columns, Stated
from chemomech.materials import active_material
from chemomech.reading import read_text
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import below, judged
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.pictures import MEASURED, PREDICTED, Curve, Curves, Picture

Array = npt.NDArray[np.float64]

WINDOW = (3.55, 4.25)
"""Voltages between which curves are compared [V]: below, the last sites fill within few thousandths of x."""

MOST = 20.0
"""Largest root mean square difference that agrees [mV]: twice that of two published curves of one grade."""

MOST_STATED = 30.0
"""The same where the lithium content is that of the data [mV]: 20 mV, and 0.02 in x at 1 V per unit of x."""

POINTS = 141
STOICHIOMETRY, SHARE = "stoichiometry", "share"
NAMES = 12


@dataclass(frozen=True)
class Entry:
    """A curve of the list, a table ``[[curve]]``.

    Attributes:
        name: what the page calls it.
        material: set that it is held against.
        files: one, or the two directions, whose mean is taken; a relative path is taken from the list.
        abscissa: header of the column with lithium content or charge.
        voltage: header of the column with the voltage [V].
        is_: ``stoichiometry``, or ``share`` of a charge, whose lithium scale is fitted.
    """

    name: str = key()
    material: str = key()
    files: tuple[str, ...] = key()
    abscissa: str = key()
    voltage: str = key()
    is_: str = key(SHARE, choices=(STOICHIOMETRY, SHARE))


@dataclass(frozen=True, eq=False)
class HalfCellCurve:
    """A measured curve, at voltages of the window.

    Attributes:
        entry: of the list.
        voltage: [V], increasing, shape (n,).
        abscissa: stoichiometry, or a share that rises with the voltage, shape (n,).
    """

    entry: Entry
    voltage: Array
    abscissa: Array


def read_curves(path: Path) -> tuple[HalfCellCurve, ...]:
    """Read the curves of a list.

    Raises:
        InputError: If it, or a file in it, cannot be read or does not span the window.
    """
    what = f"the list of half-cell curves {str(path)!r}"
    try:
        content = tomllib.loads(read_text(path, "the list of half-cell curves"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{what} is not TOML ({error}); mend that line.") from None
    tables = content.get("curve")
    if not isinstance(tables, list) or set(content) != {"curve"} or not tables:
        raise InputError(f"{what} holds no [[curve]], or something else; list each curve as a [[curve]].")
    entries = [
        read_section(Entry, {{"is": "is_"}.get(name, name): value for name, value in table.items()}, "curve")
        for table in tables
    ]
    return tuple(_read(entry, path.parent) for entry in entries)


def _read(entry: Entry, folder: Path) -> HalfCellCurve:
    branches = [_branch(folder / name, entry) for name in entry.files]
    low = max(WINDOW[0], *(float(voltage.min()) for voltage, _ in branches))
    high = min(WINDOW[1], *(float(voltage.max()) for voltage, _ in branches))
    if not branches or high - low < 0.5 * (WINDOW[1] - WINDOW[0]):
        raise InputError(
            f"the curve {entry.name!r} spans {max(high - low, 0.0):.3g} V of the window from {WINDOW[0]:g} "
            f"to {WINDOW[1]:g} V and at least half is needed; check its columns."
        )
    # The mean of both directions at each content takes hysteresis and overvoltage out.
    shared = np.linspace(
        max(float(x.min()) for _, x in branches), min(float(x.max()) for _, x in branches), 2001
    )
    mean = np.mean([np.interp(shared, *_rising(x, voltage)) for voltage, x in branches], axis=0)
    voltage, abscissa = _rising(mean, shared)
    places = np.linspace(max(low, float(voltage[0])), min(high, float(voltage[-1])), POINTS)
    return HalfCellCurve(entry, places, np.interp(places, voltage, abscissa))


def _rising(x: Array, y: Array) -> tuple[Array, Array]:
    """Points in the order of x, each x once."""
    order = np.argsort(x, kind="stable")
    kept = np.concatenate([[True], np.diff(x[order]) > 0.0])
    return x[order][kept], y[order][kept]


def _branch(path: Path, entry: Entry) -> tuple[Array, Array]:
    table = read_table(path, Stated(columns=Columns(time=entry.abscissa, voltage=entry.voltage)))
    for header in (entry.abscissa, entry.voltage):
        if header not in table.headers:
            raise InputError(f"the file {str(path)!r} has no column {header!r}; name one of its headers.")
    headers = list(table.headers)
    voltage = table.column(headers.index(entry.voltage), False)
    abscissa = table.column(headers.index(entry.abscissa), False)
    if np.corrcoef(abscissa, voltage)[0, 1] < 0.0 and entry.is_ == SHARE:
        abscissa = abscissa.max() - abscissa  # charge that was put in again
    return voltage, abscissa


def stated_difference(curve: HalfCellCurve) -> float:
    """Root mean square of ours less the measured voltage at the content that the data state [mV]."""
    ours = active_material(curve.entry.material).open_circuit_voltage(curve.abscissa)
    return 1e3 * float(np.sqrt(np.mean((ours - curve.voltage) ** 2)))


def scaled_difference(curve: HalfCellCurve) -> tuple[float, tuple[FittedParameter, FittedParameter]]:
    """The same after the axis was mapped to lithium by a shift and a stretch, and these two numbers."""
    law = active_material(curve.entry.material).open_circuit_voltage
    low, high = law.valid_range
    share = (curve.abscissa - curve.abscissa[0]) / (curve.abscissa[-1] - curve.abscissa[0])

    def residual(p: Array) -> Array:
        return np.asarray(law(np.clip(p[0] + (p[1] - p[0]) * share, low, high)) - curve.voltage)

    start = [law.stoichiometry_at(float(v)) for v in (curve.voltage[0], curve.voltage[-1])]
    fit = least_squares(residual, start, bounds=(low, high))
    freedom = len(share) - 2
    variance = float((fit.fun**2).sum()) / freedom
    half = float(student.ppf(0.975, freedom)) * np.sqrt(
        variance * np.diag(np.linalg.inv(fit.jac.T @ fit.jac))
    )
    parameters = tuple(
        FittedParameter(
            f"x of {curve.entry.name} at {voltage:.2f} V", "-", float(value), float(value - error),
            float(value + error), "95 % confidence", curve.entry.name,
        )
        for value, error, voltage in zip(fit.x, half, (curve.voltage[0], curve.voltage[-1]), strict=True)
    )  # fmt: skip
    return 1e3 * float(np.sqrt(np.mean(fit.fun**2))), (parameters[0], parameters[1])


def _assess(evidence: Evidence) -> Assessment:
    if evidence.curves is None:
        return Assessment(
            untestable=(
                "the curves are not part of the product; hand in a list of them with --curves "
                "(docs/measured.md says how)"
            )
        )
    curves = read_curves(evidence.curves)
    predicted = [
        judged(
            f"{curve.entry.name} less {curve.entry.material}, at the stated content",
            "mV",
            stated_difference(curve),
            below(MOST_STATED),
        )
        for curve in curves
        if curve.entry.is_ == STOICHIOMETRY
    ]
    rows: list[Row] = []
    parameters: list[FittedParameter] = []
    for curve in curves:
        left, found = scaled_difference(curve)
        parameters += found
        what = f"{curve.entry.name} less {curve.entry.material}, content mapped"
        rows.append(judged(what, "mV", left, below(MOST)))
    fitted = FittedFinding(
        tuple(rows),
        "; ".join(f"{row.what.split(',')[0]}: {row.simulated:.1f} mV" for row in rows),
        tuple(parameters),
    )
    said = "; ".join(f"{row.what.split(',')[0]}: {row.simulated:.1f} mV" for row in predicted)
    return Assessment(
        Finding(tuple(predicted), said) if predicted else None,
        fitted,
        _picture(curves, parameters),
        "Two numbers are fitted to each curve, since its charge has no lithium scale; what is left is the "
        "shape alone.",
    )


def _picture(curves: tuple[HalfCellCurve, ...], parameters: list[FittedParameter]) -> Picture:
    measured, ours = [], []
    for k, curve in enumerate(curves):
        first, last = parameters[2 * k].value, parameters[2 * k + 1].value
        share = (curve.abscissa - curve.abscissa[0]) / (curve.abscissa[-1] - curve.abscissa[0])
        x = first + (last - first) * share
        name = curve.entry.name
        measured.append(Curve(name, x, curve.voltage))
        law = active_material(curve.entry.material).open_circuit_voltage
        ours.append(Curve(f"{curve.entry.material}", x, 1e3 * np.asarray(law(x) - curve.voltage)))
    axis = "stoichiometry, mapped [-]"
    return Picture(
        (
            Curves(MEASURED, tuple(measured), axis, "voltage [V]"),
            Curves(PREDICTED, tuple(ours), axis, "ours less measured [mV]", band=(-MOST, MOST)),
        )
    )


CLAIMS = (
    Claim(
        "5.1",
        "half-cell-curves",
        "half-cell-curves",
        "quasi-open-circuit voltage of NMC against lithium over lithium content, mean of both directions",
        "voltage curve of the material set, at the stated content or with the charge mapped to it",
        Kind.CALIBRATION,
        f"root mean square difference between {WINDOW[0]:g} and {WINDOW[1]:g} V below {MOST:g} mV for every "
        f"curve once its charge is mapped to lithium by a shift and a stretch; below {MOST_STATED:g} mV, as "
        "a prediction beside it, where the data state the content; fixed before any curve was evaluated",
        assess=_assess,
    ),
)
