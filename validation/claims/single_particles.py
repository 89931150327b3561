"""Paper 002: isolated particles that stay apart, and cracks over the rate, in NMC532 (rows 2.6 and 2.10)."""

from __future__ import annotations

import numpy as np

from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, judged, near
from chemomech.validation.claims.damage_index import index_name
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.instruments import state_from_result
from chemomech.validation.instruments.sampling import particle_means
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Curve, Curves, Order, Picture, Statement

_PAPER = "kroeger-nmc532"
_ISOLATED = "slow-charge-isolated"
_APART = 0.2
"""Stoichiometry above the median from which a particle counts as apart [-]."""


def _persists(evidence: Evidence) -> Assessment:
    result = evidence.result(_ISOLATED)
    dataset = result.dataset
    time, current = np.asarray(dataset["time"]), np.asarray(dataset["current_density"])
    end_of_charge = float(time[np.flatnonzero(np.abs(current) > 1e-9)[-1]])
    before, after = (
        particle_means(state_from_result(result, when)) for when in (end_of_charge, float(time[-1]))
    )
    count = len(after)
    high = after > np.median(after) + _APART
    left = float(high.mean())
    at_end = float((before > np.median(before) + _APART).mean())
    # What the wired ones do between themselves.
    wired = [float(np.std(values[~high])) for values in (before, after)]
    rows = (
        judged(
            "particles with more than 0.2 above the median after 2 h of rest, less those before it",
            "-",
            left - at_end,
            near(0.0, 0.5 / count),
            expected="as many",
        ),
        judged("particles with more than 0.2 above the median after 2 h of rest", "-", left, above(0.0)),
        Row("spread of the others before the rest (informs)", "-", wired[0]),
        Row("spread of the others after it (informs)", "-", wired[1]),
    )
    order = np.argsort(after)
    rank = np.arange(count, dtype=float)

    def panel(values: np.ndarray, note: str) -> Curves:
        return Curves(
            PREDICTED,
            (Curve("", rank, values[order], "o"),),
            "particle, by its lithium after the rest",
            "mean stoichiometry [-]",
            note=note,
            shared=True,
            relative_width=1.2,
        )

    return Assessment(
        Finding(
            rows,
            f"{int(high.sum())} of {count} particles stay at x = {float(np.mean(after[high])):.2f}"
            if high.any()
            else "no particle differs after the rest",
        ),
        picture=Picture(
            (
                Statement("Diverging particles are still there after relaxation."),
                panel(before, "end of charge, 4.4 V"),
                panel(after, "2 hours later"),
            )
        ),
        remark=(
            "Particles without an electronic path keep their lithium; wired ones even out through the "
            "electrolyte. The share without a path is that of the paper, not a result; row 2.3 would need a "
            "quarter of it."
        ),
        by_input="the particles without contact (wiring.wired = 0.94): no contact, no charge",
    )


def _crevices(evidence: Evidence) -> Assessment:
    names = ("2C", "3C")
    values, errors = [], []
    for name in names:
        run = f"charge-{name}"
        dataset = evidence.result(run).dataset
        index = index_name(dataset)
        last = dataset[index].isel(time=-1)
        values.append(float(last.weighted(dataset["particle_area"]).mean("particle")))
        errors.append(evidence.mesh_error(run, index, values[-1]) / values[-1])
    ratio = values[1] / values[0]
    row = judged(
        "fracture index after one charge to 4.3 V, 3C over 2C",
        "-",
        ratio,
        above(1.05),
        mesh=ratio * float(np.hypot(*errors)),
        expected="above 1.05",
    )
    return Assessment(
        Finding((row,), f"index {values[0]:.3f} at 2C and {values[1]:.3f} at 3C"),
        picture=Picture(
            (
                Order(MEASURED, names, (1.0, 2.0), "depth of crevices after 100 cycles"),
                Bars(
                    PREDICTED,
                    names,
                    tuple(values),
                    tuple(value * error for value, error in zip(values, errors, strict=True)),
                    label="fracture index [-]",
                    note="one charge to 4.3 V",
                ),
            )
        ),
        remark=(
            "At a fixed end voltage a faster charge takes out less lithium, so that it stays off the steep "
            "part of the chemical strain, while its gradients are steeper: the two work against each "
            "other. The paper's cells were cycled a hundred times and held by their full-cell voltage of 4.2 "
            "V. The error takes both runs for independent, though they share their mesh."
        ),
    )


CLAIMS = (
    Claim(
        "2.6",
        "heterogeneity-persists",
        _PAPER,
        "diverging particles remain after relaxation",
        "mean lithium of every particle before and after a rest of 2 h, 6 % of them without contact",
        Kind.INPUT,
        "as many particles apart from the rest after it as before, at least one",
        (_ISOLATED,),
        _persists,
    ),
    Claim(
        "2.10",
        "deeper-crevices-at-3C",
        _PAPER,
        "deeper crevices after cycling at 3C than at 2C",
        "area-weighted fracture index at the end of one charge to 4.3 V",
        Kind.PREDICTION,
        "at least 5 % more at 3C",
        ("charge-2C", "charge-3C"),
        _crevices,
    ),
)
