"""Paper 000: Tables 1 and 2, indentation maps at three states of charge (rows 0.1 to 0.3)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chemomech.validation.calibration.indentation_fit import CHARGES, PAPER, SPREAD
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import judged, near, near_two_sigma
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.maps import MODULUS, READ_OFF, FittedMaps, fitted_maps, predicted_maps
from chemomech.validation.claims.states import CYCLE, LABELS
from chemomech.validation.instruments import IndentationMap
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import (
    FITTED,
    MEASURED,
    PREDICTED,
    Bars,
    Distribution,
    Distributions,
    Picture,
)

Array = npt.NDArray[np.float64]

_GIGA = 1e9


def _table(quantity: str, name: str, evidence: Evidence) -> Assessment:
    """Tables 1 and 2: means at three states of charge, predicted and fitted."""
    predicted, calibrated = predicted_maps(evidence), fitted_maps(evidence)
    evidence.leaves_out("0.1" if quantity == "reduced-modulus" else "0.2", IndentationMap().omissions)
    which = 0 if quantity == "reduced-modulus" else 1
    series = measurements(PAPER).one_series(f"{quantity}-mean")
    rows, fitted_rows, panels = [], [], []
    for k, (charge, label) in enumerate(zip(CHARGES, LABELS, strict=True)):
        target, error = series.values[k], series.uncertainty[k]
        maps = [
            float(np.mean((r.reduced_modulus, r.hardness)[which])) / _GIGA for r in predicted.readings[charge]
        ]
        value, scatter = float(np.mean(maps)), float(np.std(maps, ddof=1))
        rows.append(
            judged(
                f"mean {name}, SOC {label}",
                "GPa",
                value,
                near_two_sigma(scatter, target, error),
                sampling=scatter,
                measured=target,
                measured_uncertainty=error,
            )
        )
        after = calibrated.values[charge][which] / _GIGA
        fitted_rows.append(
            judged(
                f"mean {name}, SOC {label}",
                "GPa",
                float(np.mean(after)),
                near(target, 2.0 * SPREAD * target),
                sampling=scatter,
                measured=target,
                measured_uncertainty=error,
            )
        )
        before = (predicted.modulus, predicted.hardness)[which](charge) / _GIGA
        panels.append(_distributions(quantity, charge, f"SOC {label}", before, after))
    chi = calibrated.fit.reduced_chi_square
    return Assessment(
        Finding(tuple(rows), f"with independent numbers {_listed(rows)} GPa, measured {_targets(rows)} GPa"),
        FittedFinding(
            tuple(fitted_rows),
            f"after the fit {_listed(fitted_rows)} GPa; reduced chi-square {chi:.1f} over all 24 statistics",
            calibrated.fit.parameters,
        ),
        Picture(tuple(panels), height=4.2),
        _what_the_fit_says(calibrated),
    )


def _listed(rows: list[Row]) -> str:
    return " / ".join(f"{row.simulated:.3g}" for row in rows)


def _targets(rows: list[Row]) -> str:
    return " / ".join(f"{row.measured:.3g}" for row in rows)


def _what_the_fit_says(calibrated: FittedMaps) -> str:
    values = calibrated.fit.values
    return (
        f"The fit needs a matrix of {values[3] / _GIGA:.2g} GPa and {values[4] / _GIGA:.2g} GPa hardness "
        "(carbon-binder 1.78 GPa, epoxy about 3 GPa, phenolic resin 10 GPa) and particles that keep "
        f"{100 * values[0]:.0f}, {100 * values[1]:.0f} and {100 * values[2]:.0f} % of their modulus and "
        "hardness. E(x) and H(x) of the lattice change by a fifth only, so the loss stands for physics "
        "that is not in the model: cracks between grains, or a reaction of charged material with air. A "
        "single matrix cannot follow the lower quartiles, which fall although the matrix is said not to "
        "change."
    )


def _distributions(quantity: str, charge: float, title: str, before: Array, after: Array) -> Distributions:
    table = measurements(PAPER)

    def number(statistic: str) -> float:
        return table.one_series(f"{quantity}-{statistic}").value_at(charge)

    measured = Distribution(
        MEASURED,
        (number("quartile-25"), number("median"), number("quartile-75")),
        number("mean"),
        (number("minimum"), number("maximum")),
        np.zeros(0),
    )
    rows = [measured]
    for role, values in ((PREDICTED, before), (FITTED, after)):
        quarter, middle, upper = (float(q) for q in np.percentile(values, [25.0, 50.0, 75.0]))
        rows.append(
            Distribution(
                role,
                (quarter, middle, upper),
                float(np.mean(values)),
                (float(values.min()), float(values.max())),
                values,
            )
        )
    modulus = quantity == "reduced-modulus"
    axis = MODULUS if modulus else "hardness [GPa]"
    return Distributions(title, tuple(rows), axis, (1.0, 400.0) if modulus else (0.02, 20.0))


def _modulus_table(evidence: Evidence) -> Assessment:
    return _table("reduced-modulus", "reduced modulus", evidence)


def _hardness_table(evidence: Evidence) -> Assessment:
    return _table("hardness", "hardness", evidence)


def _drops(get: Callable[[float, int], Array]) -> tuple[float, float]:
    """Relative change of the mean from SOC 0 to 100 %: modulus, hardness."""
    changes = [float(np.mean(get(1.0, which)) / np.mean(get(0.0, which)) - 1.0) for which in (0, 1)]
    return changes[0], changes[1]


def _drop(evidence: Evidence) -> Assessment:
    predicted, calibrated = predicted_maps(evidence), fitted_maps(evidence)
    evidence.leaves_out("0.3", IndentationMap().omissions)
    measured = tuple(
        measurements(PAPER).one_series(f"{name}-drop").value_at(1.0)
        for name in ("reduced-modulus", "hardness")
    )
    names = ("mean reduced modulus", "mean hardness")
    before = _drops(lambda charge, which: (predicted.modulus, predicted.hardness)[which](charge))
    after = _drops(lambda charge, which: calibrated.values[charge][which])

    def rows(values: tuple[float, float]) -> tuple[Row, ...]:
        return tuple(
            judged(
                f"change of the {name} from SOC 0 to 100 %",
                "%",
                100 * value,
                near(100 * target, 10.0),
                measured=100 * target,
            )
            for name, value, target in zip(names, values, measured, strict=True)
        )

    bars = ("modulus", "hardness")
    label = "change, SOC 0 to 100 % [%]"
    return Assessment(
        Finding(rows(before), f"{100 * before[0]:.0f} % and {100 * before[1]:.0f} %"),
        FittedFinding(
            rows(after), f"{100 * after[0]:.0f} % and {100 * after[1]:.0f} %", calibrated.fit.parameters[:3]
        ),
        Picture(
            tuple(
                Bars(role, bars, (100 * values[0], 100 * values[1]), label=label)
                for role, values in ((MEASURED, measured), (PREDICTED, before), (FITTED, after))
            )
        ),
        "Lattice softening alone gives a small drop. What is missing acts on the particles as a whole and "
        "between SOC 0 and 50 % as well: loss of cohesion between grains on charge, or the surface "
        "reaction of charged material in air.",
    )


CLAIMS = (
    Claim(
        "0.1",
        "modulus-map",
        PAPER,
        "mean reduced modulus 56.0 / 37.7 / 23.7 GPa at SOC 0 / 50 / 100 %",
        READ_OFF,
        Kind.CALIBRATION,
        "predicted means within two standard deviations (place to place and standard error); fitted ones "
        "within 30 %",
        (CYCLE,),
        _modulus_table,
    ),
    Claim(
        "0.2",
        "hardness-map",
        PAPER,
        "mean hardness 2.12 / 1.42 / 0.79 GPa at SOC 0 / 50 / 100 %",
        READ_OFF,
        Kind.CALIBRATION,
        "predicted means within two standard deviations (place to place and standard error); fitted ones "
        "within 30 %",
        (CYCLE,),
        _hardness_table,
    ),
    Claim(
        "0.3",
        "modulus-drop",
        PAPER,
        "reduced modulus falls by 58 % and hardness by 63 % from SOC 0 to 100 %",
        READ_OFF,
        Kind.CALIBRATION,
        "each within 10 percentage points",
        (CYCLE,),
        _drop,
    ),
)
