"""Paper 004: gradients through the depth of an electrode that is charged at 5C (rows 4.3 to 4.6)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from chemomech.materials import matrix
from chemomech.validation.calibration.regression import Coefficient, least_squares
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, below, judged
from chemomech.validation.claims.ends import ENDS, end_means
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.same_case import case_of
from chemomech.validation.claims.simulations import FAST_CHARGE
from chemomech.validation.pictures import (
    MEASURED,
    PREDICTED,
    Bars,
    Curve,
    Curves,
    Order,
    Picture,
    Statement,
)

_SETTLED = 50.0  # s; salt and particles have left the initial transient
_TIME = "time on charge [s]"
_BAND = 0.25
_SHARE = 0.01
"""Share of the electrolyte's drop that the carbon-binder may vary by [-]."""


def _ends_at(dataset: xr.Dataset, quantity: str, time: float | None) -> tuple[float, float]:
    first, second = end_means(dataset.drop_duplicates("time"), quantity)
    if time is None:
        return float(first[-1]), float(second[-1])
    return float(first.interp(time=time)), float(second.interp(time=time))


def _at_equal_size(dataset: xr.Dataset, quantity: str, time: float) -> Coefficient:
    """Change of a quantity from collector to separator at equal particle size."""
    values = np.asarray(dataset[quantity].drop_duplicates("time").interp(time=time))
    covariates = {
        "ln R": np.log(np.asarray(dataset["particle_radius"])),
        "depth": np.asarray(dataset["particle_z"]) / float(dataset["electrode_thickness"]),
    }
    return least_squares(values, covariates).coefficients["depth"]


def _depth_bars(quantity: str, values: tuple[float, float]) -> Bars:
    return Bars(PREDICTED, ENDS, values, label=quantity)


def _lithium(evidence: Evidence) -> Assessment:
    dataset = evidence.result(FAST_CHARGE).dataset
    time = 150.0
    x = _ends_at(dataset, "surface_stoichiometry", time)
    stress = _ends_at(dataset, "surface_equivalent_stress", time)
    stress_error = evidence.mesh_error(FAST_CHARGE, "surface_equivalent_stress", max(stress)) / 1e6
    stoichiometry_error = evidence.mesh_error(FAST_CHARGE, "surface_stoichiometry", max(x))
    x_at_size = _at_equal_size(dataset, "surface_stoichiometry", time)
    stress_at_size = _at_equal_size(dataset, "surface_equivalent_stress", time)
    rows = (
        judged(
            "surface stoichiometry at 150 s, collector less separator",
            "-",
            x[1] - x[0],
            above(0.0),
            mesh=stoichiometry_error,
            expected="above 0 (a homogenised cell gives 0.029 to 0.065)",
        ),
        judged(
            "equivalent stress at the surface at 150 s, separator less collector",
            "MPa",
            (stress[0] - stress[1]) / 1e6,
            above(0.0),
            mesh=stress_error,
            expected="above 0",
        ),
        judged(
            "surface stoichiometry at 150 s at equal size, collector less separator",
            "-",
            -x_at_size.value,
            above(2.0 * x_at_size.error),
            sampling=x_at_size.error,
            mesh=stoichiometry_error,
            expected="above 0 by two standard errors",
        ),
        judged(
            "equivalent stress at 150 s at equal size, separator less collector",
            "MPa",
            stress_at_size.value / 1e6,
            above(2.0 * stress_at_size.error / 1e6),
            sampling=stress_at_size.error / 1e6,
            mesh=stress_error,
            expected="above 0 by two standard errors",
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
                Order(MEASURED, ENDS, (1.0, 2.0), "stoichiometry at 150 s"),
                _depth_bars("surface stoichiometry [-]", x),
                Order(MEASURED, ENDS, (2.0, 1.0), "equivalent stress at 150 s"),
                _depth_bars("equivalent stress [MPa]", (stress[0] / 1e6, stress[1] / 1e6)),
            )
        ),
        remark=(
            "Means over the outer quarters, and beside them the effect of depth at equal size "
            "over all particles, because the quarters differ in size and stress follows it."
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
    dataset = evidence.result(FAST_CHARGE).dataset
    settled = _settled(dataset, dataset["electrolyte_potential_drop"])
    spread = _spread(settled)
    rows = (
        judged(
            "least electrolyte potential at the collector above that at the separator, after 50 s",
            "mV",
            1e3 * float(settled.min()),
            above(0.0),
            mesh=1e3 * evidence.mesh_error(FAST_CHARGE, "electrolyte_potential_drop", float(settled.min())),
            expected="above 0 (a homogenised cell gives 19 to 43 mV)",
        ),
        judged(
            "largest departure from its mean after 50 s",
            "-",
            spread,
            below(_BAND),
            mesh=evidence.mesh_error(FAST_CHARGE, "electrolyte_potential_drop", 1.0),
            expected="below 0.25",
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
    dataset = evidence.result(FAST_CHARGE).dataset
    panels, rows, ends = [], [], []
    for quantity, label, unit, sign, factor in (
        ("surface_stoichiometry", "difference of\nstoichiometry [-]", "-", -1.0, 1.0),
        ("surface_equivalent_stress", "difference of\nequivalent stress [MPa]", "MPa", 1.0, 1e-6),
    ):
        first, second = end_means(dataset, quantity)
        difference = sign * factor * (first - second)
        settled = _settled(dataset, difference)
        spread = _spread(settled)
        ends.append((float(settled.min()), float(settled.max())))
        rows.append(
            Row(
                f"{label.replace(chr(10), ' ')}: smallest after 50 s",
                unit,
                float(settled.min()),
                expected="close to the largest",
            )
        )
        rows.append(Row("   largest after 50 s", unit, float(settled.max())))
        mean = float(settled.mean())
        level = max(float(np.abs(_settled(dataset, end)).max()) for end in (first, second))
        rows.append(
            judged(
                "   largest departure from its mean",
                "-",
                spread,
                below(_BAND),
                mesh=factor * evidence.mesh_error(FAST_CHARGE, quantity, level) / abs(mean),
                expected="below 0.25",
            )
        )
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
            tuple(rows),
            f"from 50 s on the difference of lithium lies between {ends[0][0]:.3f} and {ends[0][1]:.3f}, "
            f"that of stress between {ends[1][0]:.1f} and {ends[1][1]:.1f} MPa",
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
    result = evidence.result(FAST_CHARGE)
    dataset = result.dataset
    span = 1e6 * np.asarray(dataset["matrix_potential_span"])
    allowed = _SHARE * 1e6 * float(np.asarray(dataset["electrolyte_potential_drop"])[-1])
    largest = float(span.max())
    conductivity = matrix(case_of(result).materials.matrix).conductivity
    resisted = float(np.abs(dataset["current_density"]).max()) * float(dataset["electrode_thickness"])
    fails_at = 1e6 * resisted / allowed
    lowest = (conductivity.valid_range or (float(conductivity),))[0]
    rows = (
        judged(
            "largest difference of potential within the carbon-binder",
            "uV",
            largest,
            below(allowed),
            mesh=1e6 * evidence.mesh_error(FAST_CHARGE, "matrix_potential_span", 1e-6 * largest),
            expected=f"less than 1 % of the electrolyte's, {allowed:.0f}",
        ),
        Row("i L / sigma at the conductivity put in", "uV", 1e6 * resisted / float(conductivity)),
        Row("conductivity put in", "S/m", float(conductivity)),
        Row("conductivity below which the claim would fail", "S/m", fails_at),
    )
    by_input = (
        f"the conductivity of the carbon-binder: i L / sigma is {1e6 * resisted / float(conductivity):.0f} "
        f"uV at {float(conductivity):g} S/m, and the claim fails below {fails_at:.2g} S/m only, while "
        f"{lowest:g} S/m is the least that is thought possible"
    )
    return Assessment(
        Finding(rows, f"{largest:.0f} uV in the carbon-binder, {allowed:.0f} uV allowed"),
        picture=Picture(
            (
                Statement("The potential of the carbon-binder matrix is the same everywhere."),
                Curves(
                    PREDICTED,
                    (Curve("", np.asarray(dataset["time"]), span),),
                    _TIME,
                    "difference of potential\nwithin the matrix [uV]",
                    lines=(("1 % of the electrolyte's", allowed),),
                ),
            )
        ),
        by_input=by_input if lowest > fails_at else "",
    )


CLAIMS = (
    Claim(
        "4.3",
        "lithium-near-separator",
        "yang-2019",
        "at 150 s of a 5C charge less lithium and more equivalent stress near the separator",
        "area-weighted surface means of the particles in the outer quarters, and the effect of depth at "
        "equal ln R",
        Kind.PREDICTION,
        "both signs as stated, over the outer quarters, and at equal size over all particles by two standard "
        "errors; there are no values in the text",
        (FAST_CHARGE,),
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
        (FAST_CHARGE,),
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
        (FAST_CHARGE,),
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
        (FAST_CHARGE,),
        _matrix,
    ),
)
