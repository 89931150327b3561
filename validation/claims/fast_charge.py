"""Paper 004: gradients through the depth of an electrode that is charged at 5C (rows 4.1 and 4.3 to 4.6)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.dfn import end_means
from chemomech.validation.page.pictures import (
    MEASURED,
    PREDICTED,
    Bars,
    Curve,
    Curves,
    Order,
    Picture,
    Statement,
)

RUN = "fast-charge-5C"
_WITH_STRESS = ("one-way", "two-way")
_ENDS = ("near separator", "near collector")
_SETTLED = 50.0  # s; salt and particles have left the initial transient
_TIME = "time on charge [s]"
_BAND = 0.25


def _ends_at(dataset: xr.Dataset, quantity: str, time: float | None) -> tuple[float, float]:
    first, second = end_means(dataset.drop_duplicates("time"), quantity)
    if time is None:
        return float(first[-1]), float(second[-1])
    return float(first.interp(time=time)), float(second.interp(time=time))


def _depth_bars(quantity: str, values: tuple[float, float]) -> Bars:
    return Bars(PREDICTED, _ENDS, values, label=quantity)


def _damage(evidence: Evidence) -> Assessment:
    dataset = evidence.result(RUN, _WITH_STRESS).dataset
    end = _ends_at(dataset, "energy_release_ratio", None)
    early = _ends_at(dataset, "energy_release_ratio", 150.0)
    rows = (
        Row(
            "fracture index (largest G/G_c so far) at the end of the charge, separator over collector",
            "-",
            end[0] / end[1],
            expected="above 1",
            agrees=end[0] > 1.05 * end[1],
        ),
        Row("the same at 150 s", "-", early[0] / early[1], expected="above 1 (informs)"),
    )
    return Assessment(
        Finding(rows, f"fracture index {end[0]:.2f} near the separator and {end[1]:.2f} near the collector"),
        picture=Picture(
            (
                Order(MEASURED, _ENDS, (2.0, 1.0), "damage after 10 cycles"),
                _depth_bars("fracture index, G/G_c [-]", end),
                Curves(
                    PREDICTED,
                    _end_curves(dataset, "energy_release_ratio"),
                    _TIME,
                    "fracture index, G/G_c [-]",
                ),
            )
        ),
        remark=(
            "The separator side leads while the gradient builds up. At the end of the charge both ends "
            "pass the steep part of the chemical strain (x below 0.35), which outweighs the lead. The "
            "measured excess near the separator would need damage that starts early and stays (fatigue "
            "over cycles), or lithium contents that do not reach the steep part; its loss at 50 cycles "
            "needs deactivation of damaged particles."
        ),
    )


def _end_curves(dataset: xr.Dataset, quantity: str, factor: float = 1.0) -> tuple[Curve, ...]:
    time = np.asarray(dataset["time"])
    return tuple(
        Curve(name, time, factor * np.asarray(values))
        for name, values in zip(_ENDS, end_means(dataset, quantity), strict=True)
    )


def _lithium(evidence: Evidence) -> Assessment:
    dataset = evidence.result(RUN, _WITH_STRESS).dataset
    time = 150.0
    x = _ends_at(dataset, "surface_stoichiometry", time)
    stress = _ends_at(dataset, "surface_equivalent_stress", time)
    rows = (
        Row(
            "surface stoichiometry at 150 s, collector less separator",
            "-",
            x[1] - x[0],
            expected="above 0 (a homogenised cell gives 0.029 to 0.065)",
            agrees=x[1] > x[0],
        ),
        Row(
            "equivalent stress at the surface at 150 s, separator less collector",
            "MPa",
            (stress[0] - stress[1]) / 1e6,
            expected="above 0",
            agrees=stress[0] > stress[1],
        ),
    )
    return Assessment(
        Finding(
            rows,
            f"surface x lower by {x[1] - x[0]:.3f} and the stress higher by "
            f"{(stress[0] - stress[1]) / 1e6:.1f} MPa near the separator",
        ),
        picture=Picture(
            (
                Order(MEASURED, _ENDS, (1.0, 2.0), "stoichiometry at 150 s"),
                _depth_bars("surface stoichiometry [-]", x),
                Order(MEASURED, _ENDS, (2.0, 1.0), "equivalent stress at 150 s"),
                _depth_bars("equivalent stress [MPa]", (stress[0] / 1e6, stress[1] / 1e6)),
            )
        ),
    )


def _spread(values: np.ndarray) -> float:
    """Largest departure from the mean over the mean."""
    mean = float(np.mean(values))
    return float(np.max(np.abs(values - mean)) / abs(mean))


def _settled(dataset: xr.Dataset, values: xr.DataArray) -> np.ndarray:
    """Values on an even grid of times after the first transient."""
    end = float(dataset["time"][-1])
    single = values.drop_duplicates("time")
    return np.asarray(single.interp(time=np.linspace(_SETTLED, end, 200)))


def _drop(evidence: Evidence) -> Assessment:
    dataset = evidence.result(RUN).dataset
    settled = _settled(dataset, dataset["electrolyte_potential_drop"])
    spread = _spread(settled)
    rows = (
        Row(
            "least electrolyte potential at the collector above that at the separator, after 50 s",
            "mV",
            1e3 * float(settled.min()),
            expected="above 0 (a homogenised cell gives 19 to 43 mV)",
            agrees=bool(settled.min() > 0.0),
        ),
        Row(
            "largest departure from its mean after 50 s",
            "-",
            spread,
            expected="at most 0.25",
            agrees=spread <= _BAND,
        ),
    )
    mean = 1e3 * float(settled.mean())
    return Assessment(
        Finding(rows, f"{mean:.1f} mV on average after 50 s, constant within {100 * spread:.0f} %"),
        picture=Picture(
            (
                Statement(
                    "Collector above separator, nearly constant over the charge. No values in the text."
                ),
                Curves(
                    PREDICTED,
                    (
                        Curve(
                            "",
                            np.asarray(dataset["time"]),
                            1e3 * np.asarray(dataset["electrolyte_potential_drop"]),
                        ),
                    ),
                    _TIME,
                    "electrolyte potential\ndifference [mV]",
                    band=((1 - _BAND) * mean, (1 + _BAND) * mean),
                    posts=(("50 s", _SETTLED),),
                ),
            )
        ),
    )


def _differences(evidence: Evidence) -> Assessment:
    dataset = evidence.result(RUN, _WITH_STRESS).dataset
    panels, rows = [], []
    for quantity, label, unit, sign, factor in (
        ("surface_stoichiometry", "difference of\nstoichiometry [-]", "-", -1.0, 1.0),
        ("surface_equivalent_stress", "difference of\nequivalent stress [MPa]", "MPa", 1.0, 1e-6),
    ):
        first, second = end_means(dataset, quantity)
        difference = sign * factor * (first - second)
        settled = _settled(dataset, difference)
        spread = _spread(settled)
        rows.append(
            Row(
                f"{label.replace(chr(10), ' ')}: smallest after 50 s",
                unit,
                float(settled.min()),
                expected="close to the largest",
            )
        )
        rows.append(Row("   largest after 50 s", unit, float(settled.max())))
        rows.append(
            Row(
                "   largest departure from its mean",
                "-",
                spread,
                expected="at most 0.25",
                agrees=spread <= _BAND,
            )
        )
        mean = float(settled.mean())
        panels.append(
            Curves(
                PREDICTED,
                (Curve("", np.asarray(dataset["time"]), np.asarray(difference)),),
                _TIME,
                label,
                band=(
                    min(mean * (1 - _BAND), mean * (1 + _BAND)),
                    max(mean * (1 - _BAND), mean * (1 + _BAND)),
                ),
                relative_width=1.2,
            )
        )
    return Assessment(
        Finding(
            tuple(rows), "the difference of lithium peaks early and shrinks, that of stress changes its sign"
        ),
        picture=Picture(
            (
                Statement(
                    "Differences of lithium and of stress between separator and collector end: about the "
                    "same during the whole charge. No values in the text."
                ),
                *panels,
            )
        ),
        remark=(
            "With a measured voltage curve the steep part below x = 0.5 evens the reaction out: whatever "
            "lags catches up. A constant difference needs a flat voltage curve (or one whose x axis is "
            "stretched, as in common parameter sets with a maximum concentration of 35 380 mol/m3), or "
            "kinetics that slow down where lithium is low; stress follows the chemical strain, which is "
            "steep below x = 0.35."
        ),
    )


def _matrix(evidence: Evidence) -> Assessment:
    dataset = evidence.result(RUN).dataset
    span = 1e6 * np.asarray(dataset["matrix_potential_span"])
    drop = 1e6 * float(np.asarray(dataset["electrolyte_potential_drop"])[-1])
    largest = float(span.max())
    row = Row(
        "largest difference of potential within the carbon-binder",
        "uV",
        largest,
        expected="less than 1 % of the electrolyte's",
        agrees=largest < 0.01 * drop,
    )
    return Assessment(
        Finding(
            (row,), f"{largest:.0f} uV in the carbon-binder against {drop / 1e3:.0f} mV in the electrolyte"
        ),
        picture=Picture(
            (
                Statement("The potential of the carbon-binder matrix is the same everywhere."),
                Curves(
                    PREDICTED,
                    (Curve("", np.asarray(dataset["time"]), span),),
                    _TIME,
                    "difference of potential\nwithin the matrix [uV]",
                    lines=(("1 % of the electrolyte's", 0.01 * drop),),
                ),
            )
        ),
    )


CLAIMS = (
    Claim(
        "4.1",
        "damage-near-separator",
        "yang-2019",
        "after 10 cycles damage is worse near the separator; after 50 cycles it no longer depends on depth",
        "area-weighted fracture index of the particles in the outer quarters, one 5C charge",
        Kind.PREDICTION,
        "index near the separator more than 5 % above that near the collector at the end of the charge "
        "(the state after 50 cycles is not simulated)",
        (RUN,),
        _damage,
    ),
    Claim(
        "4.3",
        "lithium-near-separator",
        "yang-2019",
        "at 150 s of a 5C charge less lithium and more equivalent stress near the separator",
        "area-weighted surface means of the particles in the outer quarters",
        Kind.PREDICTION,
        "both signs as stated; there are no values in the text",
        (RUN,),
        _lithium,
    ),
    Claim(
        "4.4",
        "electrolyte-drop",
        "yang-2019",
        "electrolyte potential higher at the collector, by a nearly constant difference",
        "electrolyte potential at the collector less that at the separator side of the electrode",
        Kind.PREDICTION,
        "positive, and within 25 % of its mean from 50 s to the end",
        (RUN,),
        _drop,
    ),
    Claim(
        "4.5",
        "difference-constant",
        "yang-2019",
        "differences of lithium and stress between separator and collector end about the same during the "
        "charge",
        "area-weighted surface means of the particles in the outer quarters, over time",
        Kind.PREDICTION,
        "both within 25 % of their mean from 50 s to the end",
        (RUN,),
        _differences,
    ),
    Claim(
        "4.6",
        "matrix-potential-even",
        "yang-2019",
        "potential of the carbon-binder matrix the same everywhere",
        "largest less smallest potential in the matrix",
        Kind.PREDICTION,
        "below 1 % of the electrolyte's potential difference",
        (RUN,),
        _matrix,
    ),
)
