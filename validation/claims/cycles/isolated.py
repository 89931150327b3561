"""Paper 002: particles that stay isolated, which they are, and cracks over the rate (2.6, 2.9 and 2.10)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, judged, near
from chemomech.validation.claims.cycles.particles import joined, particles_at, particles_in
from chemomech.validation.claims.cycles.rates import Diverging, at_end, held_by_isolated
from chemomech.validation.claims.cycles.simulations import BY_RATE, RATE_CYCLES, RATES
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Curve, Curves, Order, Picture, Statement

_PAPER = "kroeger-nmc532"
_APART = 0.2
"""Stoichiometry above the median from which a particle counts as full [-]."""
_SAME = 1.0e-9


def _persists(evidence: Evidence) -> Assessment:
    data = evidence.result(BY_RATE[1]).dataset
    start, end = particles_in(data, RATE_CYCLES), particles_at(data, -1)
    kept = start.isolated
    moved = float(np.max(np.abs(end.mean - start.mean)[kept], initial=0.0))
    rows = (
        judged("isolated particles after 100 cycles at 2C", "-", float(kept.mean()), above(0.0)),
        judged(
            "largest change of their lithium over a slow charge and 2 h of rest",
            "-",
            moved,
            near(0.0, _SAME),
            expected="none",
        ),
        Row("spread of the others after the rest (informs)", "-", float(np.std(end.mean[~end.isolated]))),
    )
    return Assessment(
        Finding(
            rows,
            f"{int(kept.sum())} of {len(kept)} particles are isolated after 100 cycles at 2C and keep their "
            f"lithium to {moved:.1e}",
        ),
        picture=Picture(
            (
                Statement("Diverging particles are still there after relaxation."),
                Curves(
                    PREDICTED,
                    (Curve("", np.arange(len(end), dtype=float), np.sort(end.mean), "."),),
                    "particle, by its lithium after the rest",
                    "mean stoichiometry [-]",
                ),
            )
        ),
        remark="Without a conducting spot there is no charge: that isolated particles keep their lithium "
        "could not "
        "have been otherwise. That there are any follows from the fitted number of spots.",
        by_input="isolation as an event (damage.isolation): no contact, no charge",
    )


def _isolated(cut: npt.NDArray[np.bool_]) -> Diverging:
    share, count = float(cut.mean()), len(cut)
    return Diverging(share, share, float(np.sqrt(max(share * (1.0 - share), 1.0 / count) / count)))


def _lacking_carbon(evidence: Evidence) -> Assessment:
    particles = joined([at_end(evidence, run) for run in BY_RATE])
    small = particles.radius < np.median(particles.radius)
    shares = [_isolated(particles.isolated[half]) for half in (small, ~small)]
    error = float(np.hypot(shares[0].error, shares[1].error))
    held = held_by_isolated(evidence)
    rows = (
        judged(
            "lithium of isolated particles less the median of the others, charged",
            "-",
            held,
            above(_APART),
            expected=f"above {_APART:g} (full)",
        ),
        judged(
            "isolated share of the smaller half less that of the larger",
            "-",
            shares[0].shown - shares[1].shown,
            above(2.0 * error),
            sampling=error,
            expected="above 0 by two standard errors",
        ),
    )
    return Assessment(
        Finding(
            rows,
            f"isolated particles hold {held:+.2f} more than the others; {100 * shares[0].shown:.1f} % of "
            f"the smaller "
            f"and {100 * shares[1].shown:.1f} % of the larger half are isolated",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("full", "partly\nemptied"), (1.0, 2.0), "carbon on the particle"),
                Bars(
                    PREDICTED,
                    ("smaller half", "larger half"),
                    tuple(share.shown for share in shares),
                    tuple(share.error for share in shares),
                    "isolated particles [-]",
                ),
            )
        ),
        remark="That isolated particles have no carbon spot is put in. What is not: whether they are the "
        "full ones, "
        "and that the isolated share falls with size, which the paper does not give and which its size "
        "window "
        "could test.",
    )


def _crevices(evidence: Evidence) -> Assessment:
    depths = np.array([particles_in(evidence.result(run).dataset, RATE_CYCLES).depth for run in BY_RATE])
    mean = depths.mean(axis=1)
    # The same particles at every rate: differences by particle.
    rise = np.diff(depths, axis=0)
    errors = rise.std(axis=1, ddof=1) / np.sqrt(depths.shape[1])
    rows = tuple(
        judged(
            f"crack depth a/R after {RATE_CYCLES} cycles, {RATES[k + 1]} less {RATES[k]}",
            "-",
            float(rise[k].mean()),
            above(0.0),
            sampling=float(errors[k]),
            expected="above 0",
        )
        for k in range(len(RATES) - 1)
    )
    spread = depths.std(axis=1, ddof=1) / np.sqrt(depths.shape[1])
    return Assessment(
        Finding(
            rows,
            "cracks are "
            + " / ".join(f"{value:.3f}" for value in mean)
            + f" of the radius deep after {RATE_CYCLES} cycles at 1C / 2C / 3C",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("2C", "3C"), (1.0, 2.0), "depth of crevices after 100 cycles"),
                Bars(
                    PREDICTED,
                    RATES,
                    tuple(mean),
                    tuple(spread),
                    "crack depth a/R [-]",
                    note=f"{RATE_CYCLES} cycles to 4.3 V",
                ),
            )
        ),
        remark=(
            "C of Paris' law is that of NMC622 at 5C, so that the depths themselves mean little; their order "
            "depends on it only where cracks reach the depth at which they close."
        ),
    )


CLAIMS = (
    Claim(
        "2.6",
        "heterogeneity-persists",
        _PAPER,
        "diverging particles remain after relaxation",
        "lithium of the particles isolated over 100 cycles at 2C, before and after a slow charge and 2 h of "
        "rest",
        Kind.INPUT,
        "at least one is isolated, and none of them changes",
        BY_RATE[1:2],
        _persists,
    ),
    Claim(
        "2.9",
        "full-particles-lack-carbon",
        _PAPER,
        "particles that gave no lithium have little carbon on them, partly emptied ones have cracks inside",
        "lithium of isolated particles, and their share by size",
        Kind.QUALITATIVE,
        "isolated particles are full (0.2 above the others when charged), and the diverging share falls "
        "with the "
        "radius by two standard errors",
        BY_RATE,
        _lacking_carbon,
    ),
    Claim(
        "2.10",
        "deeper-crevices-at-3C",
        _PAPER,
        "deeper crevices after cycling at 3C than at 2C",
        "mean depth of the surface cracks after 100 cycles at 1C, 2C and 3C to 4.3 V, the same particles",
        Kind.PREDICTION,
        "3C > 2C > 1C",
        BY_RATE,
        _crevices,
    ),
)
