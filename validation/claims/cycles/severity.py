"""Paper 004: severity of cracks by depth after 10 and 50 cycles, its populations and its network.

Rows 4.1, 4.2 and 4.9.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chemomech.experiments.report.damage import LIMITS, clustering
from chemomech.experiments.report.damage.severity import SEVERE
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.calibration.severity_target import DATA, INTERVAL, POOLED, RANGE
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import Between, above, below, judged
from chemomech.validation.claims.cycles.particles import Cycled, cycled
from chemomech.validation.claims.cycles.simulations import (
    EARLY,
    GROWTH,
    GROWTH_RANGE,
    LATE,
    PACKED,
    TORTUOUS,
)
from chemomech.validation.claims.ends import ENDS
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.pictures import FITTED, MEASURED, PREDICTED, Bars, Order, Picture, Role

_DIFFERENCE = 0.08
"""Share by which severe particles differ between the ends, two standard errors of windows of 250 [-]."""
_DRAWS_THAT_SHOW_IT = 0.8
_CHANCE = 0.05
_PERMUTATIONS = 199
_MICRO = 1e6


def _severe(particles: Cycled) -> tuple[float, float]:
    """Pooled share of severe particles and its binomial error [-]."""
    shares = particles.shares()
    return float(shares.pooled[SEVERE]), float(shares.pooled_error[SEVERE])


def _across_by_packing(particles: Cycled) -> np.ndarray:
    """Severe share at the separator less that at the collector, by packing, shape (packings,)."""
    return np.array([particles.of(k).shares().across()[0] for k in np.unique(particles.packing)])


def _drop(evidence: Evidence, runs: Sequence[str]) -> float:
    """Mean electrolyte drop of the first charge, over the runs [V]."""
    drops = []
    for run in runs:
        data = evidence.result(run).dataset
        first = (data["cycle_number"].values == 1) & (data["current_density"].values > 0.0)
        drops.append(float(np.abs(data["electrolyte_potential_drop"].values[first][1:]).mean()))
    return float(np.mean(drops))


def _profile(evidence: Evidence) -> Assessment:
    early, late = (cycled(evidence, PACKED, cycle) for cycle in (EARLY, LATE))
    by_packing = _across_by_packing(early)
    share = float(np.mean(by_packing >= _DIFFERENCE))
    across_early, across_late = early.shares().across(), late.shares().across()
    pooled_early, pooled_late = _severe(early), _severe(late)
    rows = [
        judged(
            f"draws with {_DIFFERENCE:g} or more severe near the separator after {EARLY} cycles",
            "-",
            share,
            # Four of five are enough: the limit lies just below it.
            Between(low=_DRAWS_THAT_SHOW_IT - 1e-9),
            sampling=float(np.sqrt(share * (1.0 - share) / len(by_packing))),
            expected="0.8 or more",
        ),
        judged(
            f"severe share, separator less collector, after {LATE} cycles",
            "-",
            across_late[0],
            below(_DIFFERENCE),
            sampling=across_late[1],
            expected=f"below {_DIFFERENCE:g}",
        ),
        judged(
            f"pooled severe share, {LATE} less {EARLY} cycles",
            "-",
            pooled_late[0] - pooled_early[0],
            above(0.0),
            sampling=float(np.hypot(pooled_early[1], pooled_late[1])),
            expected="above 0",
        ),
        Row(
            f"the same as the second, pooled, after {EARLY} cycles (informs)",
            "-",
            across_early[0],
            None,
            across_early[1],
        ),
    ]
    remark, beside = _beside(evidence)
    rows += beside
    labels = [f"{low * _MICRO:.0f}-{high * _MICRO:.0f}" for low, high in _windows(early)]
    return Assessment(
        Finding(
            tuple(rows),
            f"severe near the separator less collector {100 * across_early[0]:+.1f} +- "
            f"{100 * across_early[1]:.1f} % after {EARLY} and {100 * across_late[0]:+.1f} +- "
            f"{100 * across_late[1]:.1f} % after {LATE} cycles; {100 * pooled_early[0]:.0f} and "
            f"{100 * pooled_late[0]:.0f} % severe in all; electrolyte drop "
            f"{1e3 * _drop(evidence, PACKED):.0f} mV",
        ),
        picture=Picture(
            (
                Order(MEASURED, ENDS, (2.0, 1.0), f"severe damage after {EARLY} cycles"),
                *(
                    Bars(
                        PREDICTED,
                        tuple(labels),
                        tuple(found.shares().share[SEVERE]),
                        tuple(found.shares().error[SEVERE]),
                        "severe particles [-]",
                        "distance from collector [um]",
                        f"after {cycle} cycles",
                    )
                    for cycle, found in ((EARLY, early), (LATE, late))
                ),
            )
        ),
        remark=remark,
    )


def _windows(particles: Cycled) -> list[tuple[float, float]]:
    edges = particles.shares().edges
    return list(zip(edges[:-1], edges[1:], strict=True))


def _beside(evidence: Evidence) -> tuple[str, list[Row]]:
    """The same at three times the tortuosity factor: what would have to be different."""
    early, late = (cycled(evidence, TORTUOUS, cycle) for cycle in (EARLY, LATE))
    drop = _drop(evidence, TORTUOUS)
    what = f"at three times the tortuosity factor, {1e3 * drop:.0f} mV (informs)"
    by_packing = _across_by_packing(early)
    across = {cycle: found.shares().across() for cycle, found in ((EARLY, early), (LATE, late))}
    pooled = {cycle: _severe(found) for cycle, found in ((EARLY, early), (LATE, late))}
    shown = float(np.mean(by_packing >= _DIFFERENCE))
    rows = [Row(f"draws with {_DIFFERENCE:g} or more after {EARLY} cycles {what}", "-", shown)]
    for cycle in (EARLY, LATE):
        for told, (value, error) in (("separator less collector", across[cycle]), ("pooled", pooled[cycle])):
            rows.append(Row(f"severe share, {told}, after {cycle} cycles {what}", "-", value, None, error))
    holds = shown >= _DRAWS_THAT_SHOW_IT - 1e-9 and across[LATE][0] < _DIFFERENCE
    remark = (
        "C of Paris' law is fitted to the pooled share after 10 cycles, in each case anew, never to the "
        "difference between the ends. At three times the tortuosity factor "
        f"({1e3 * drop:.0f} mV across the electrode) the same reading is {100 * across[EARLY][0]:+.1f} % "
        f"after "
        f"{EARLY} and {100 * across[LATE][0]:+.1f} % after {LATE} cycles, so that both criteria "
        f"{'hold' if holds else 'do not hold'} there."
    )
    return remark, rows


def _classes(evidence: Evidence) -> Assessment:
    early, late = (cycled(evidence, PACKED, cycle) for cycle in (EARLY, LATE))
    shares = {EARLY: early.shares(), LATE: late.shares()}
    grown = shares[LATE].pooled - shares[EARLY].pooled
    error = np.hypot(shares[LATE].pooled_error, shares[EARLY].pooled_error)
    names = ("least", "mild", "severe")
    fitted = judged(
        f"pooled share of severe particles after {EARLY} cycles",
        "-",
        float(shares[EARLY].pooled[SEVERE]),
        Between(*RANGE),
        sampling=float(shares[EARLY].pooled_error[SEVERE]),
        measured=POOLED,
        expected=f"{RANGE[0]:g} to {RANGE[1]:g}",
    )
    parameter = FittedParameter("C of Paris' law", "-", GROWTH, *GROWTH_RANGE, INTERVAL, DATA)

    def bars(cycle: int, role: Role, note: str) -> Bars:
        found = shares[cycle]
        return Bars(
            role,
            names,
            tuple(found.pooled),
            tuple(found.pooled_error),
            "share of the particles [-]",
            note=note,
        )

    return Assessment(
        Finding(
            (
                judged(
                    f"severe share, {LATE} less {EARLY} cycles",
                    "-",
                    float(grown[SEVERE]),
                    above(2.0 * float(error[SEVERE])),
                    sampling=float(error[SEVERE]),
                    expected="above 0 by two standard errors",
                ),
                judged(
                    f"least damaged share, {LATE} less {EARLY} cycles",
                    "-",
                    float(grown[0]),
                    below(0.0),
                    sampling=float(error[0]),
                    expected="below 0",
                ),
            ),
            f"severe {100 * shares[EARLY].pooled[SEVERE]:.1f} % after {EARLY} and "
            f"{100 * shares[LATE].pooled[SEVERE]:.1f} % after {LATE} cycles, least damaged "
            f"{100 * shares[EARLY].pooled[0]:.1f} and {100 * shares[LATE].pooled[0]:.1f} %",
        ),
        FittedFinding(
            (fitted,),
            f"C = {GROWTH:.2g} makes {100 * shares[EARLY].pooled[SEVERE]:.0f} % severe after {EARLY} cycles",
            (parameter,),
        ),
        Picture(
            (
                Order(MEASURED, ("10 cycles", "50 cycles"), (1.0, 2.0), "severely damaged particles"),
                bars(EARLY, FITTED, f"after {EARLY} cycles, fitted"),
                bars(LATE, PREDICTED, f"after {LATE} cycles"),
            )
        ),
        f"The axis of the radar chart cannot be read: limits of a/R = {LIMITS.mild:g} and {LIMITS.severe:g} "
        f"are "
        f"assumed, and C makes the pooled share after {EARLY} cycles {POOLED:g}. What is predicted is what "
        f"becomes of it in {LATE} cycles.",
    )


def _network(evidence: Evidence) -> Assessment:
    early, late = (cycled(evidence, PACKED, cycle) for cycle in (EARLY, LATE))
    found = {
        cycle: clustering(
            particles.apart() * _MICRO,
            LIMITS.classes(particles.depth) == SEVERE,
            evidence.rng("4.9"),
            _PERMUTATIONS,
            particles.packing,
        )
        for cycle, particles in ((EARLY, early), (LATE, late))
    }
    # Large particles keep each other at a distance; at given size that is taken out.
    quarter = np.searchsorted(np.quantile(late.radius, [0.25, 0.5, 0.75]), late.radius)
    at_size = clustering(
        late.apart() * _MICRO,
        LIMITS.classes(late.depth) == SEVERE,
        evidence.rng("4.9"),
        _PERMUTATIONS,
        4 * late.packing + quarter,
    )
    shorter = found[EARLY].length - found[LATE].length
    scatter = float(np.hypot(found[EARLY].scatter, found[LATE].scatter))
    rows = [
        judged(
            f"mean edge of the network after {EARLY} less that after {LATE} cycles",
            "um",
            shorter,
            above(0.0),
            sampling=scatter,
            expected="above 0",
        ),
        judged(
            f"probability that labels at random make edges as short after {LATE} cycles",
            "-",
            found[LATE].shorter,
            below(_CHANCE),
            sampling=float(np.sqrt(found[LATE].shorter * (1 - found[LATE].shorter) / _PERMUTATIONS)),
            expected=f"below {_CHANCE:g}",
        ),
    ]
    for cycle, one in found.items():
        rows += [
            Row(f"mean edge after {cycle} cycles (informs)", "um", one.length),
            Row("   the same with labels at random", "um", one.by_chance, None, one.scatter),
            Row("   severe among the neighbours of severe ones", "-", one.same),
            Row("   the same with labels at random", "-", one.same_by_chance),
            Row("   probability of as many by chance", "-", one.together),
        ]
    rows += [
        Row(
            f"mean edge with labels at random within quarters of the size, {LATE} cycles (informs)",
            "um",
            at_size.by_chance,
            None,
            at_size.scatter,
        ),
        Row("   probability that these are as short", "-", at_size.shorter),
    ]
    return Assessment(
        Finding(
            tuple(rows),
            f"mean edge {found[EARLY].length:.2f} um after {EARLY} cycles ({found[EARLY].by_chance:.2f} by "
            f"chance, p = {found[EARLY].shorter:.2g}) and {found[LATE].length:.2f} um after {LATE} "
            f"({found[LATE].by_chance:.2f}, p = {found[LATE].shorter:.2g})",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("10 cycles", "50 cycles"), (2.0, 1.0), "length of the edges"),
                Bars(
                    PREDICTED,
                    tuple(f"{cycle} cycles{what}" for cycle in found for what in ("", "\nby chance")),
                    tuple(value for one in found.values() for value in (one.length, one.by_chance)),
                    tuple(error for one in found.values() for error in (0.0, one.scatter)),
                    "mean edge [um]",
                ),
            )
        ),
        remark="Edges shorten with the number of severe particles alone, as n^(-1/3): a denser network says "
        "nothing beyond row 4.2 unless it beats labels that are drawn at random within each packing. "
        "Particles "
        "feel their neighbours through the mean fields at their depth only in the radial model, so that "
        "clusters "
        "can come from size and depth alone; and large particles, which crack first, keep "
        "each other at a distance, so that labels at random within quarters of the size are beside it.",
    )


CLAIMS = (
    Claim(
        "4.1",
        "damage-near-separator",
        "yang-2019",
        "after 10 cycles damage is worse near the separator; after 50 cycles it no longer depends on depth",
        "share of severely cracked particles in windows of 10 um after 10 and 50 cycles at 5C, five packings "
        "of 1870 particles with their own draw of scatter",
        Kind.PREDICTION,
        "after 10 cycles at least 0.08 more severe in the window at the separator than in that at the "
        "collector in at least 80 % of the draws; after 50 cycles less than 0.08 pooled over them, and a "
        "larger "
        "share in all",
        (*PACKED, *TORTUOUS),
        _profile,
    ),
    Claim(
        "4.2",
        "severity-classes",
        "yang-2019",
        "shares of least, mildly and severely damaged particles after 10 and 50 cycles",
        "classes by the depth of the surface cracks, all packings pooled",
        Kind.CALIBRATION,
        "the pooled share after 10 cycles within the range it was fitted to; predicted: more severe ones "
        "after "
        "50 by two standard errors, and fewer that are least damaged",
        PACKED,
        _classes,
    ),
    Claim(
        "4.9",
        "network-denser",
        "yang-2019",
        "network of severely damaged particles denser after 50 than after 10 cycles",
        "mean edge of the network that joins each severe particle to its three nearest, and the same with "
        "labels permuted within each packing",
        Kind.PREDICTION,
        "shorter edges after 50 cycles, and shorter than chance makes them with as many labels, p < 0.05",
        PACKED,
        _network,
    ),
)
