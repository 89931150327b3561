"""Paper 002: diverging particles after cycling at 1C, 2C and 3C (rows 2.3 to 2.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import norm

from chemomech.errors import InputError
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import above, judged, near, near_two_sigma
from chemomech.validation.claims.cycles.particles import Cycled, particles_at, particles_in
from chemomech.validation.claims.cycles.simulations import (
    BY_RATE,
    HALFWAY,
    RATE_CYCLES,
    RATES,
    SLOW,
    SPOTS,
    SPOTS_RANGE,
)
from chemomech.validation.claims.diverging import InactiveLithium, counted_shares
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.instruments import SingleParticleIcp
from chemomech.validation.instruments.single_particle_icp import MAH_PER_G, THEORETICAL_CAPACITY
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import (
    FITTED,
    MEASURED,
    PREDICTED,
    Bars,
    Picture,
)

Array = npt.NDArray[np.float64]

_PAPER = "kroeger-nmc532"


@dataclass(frozen=True)
class Diverging:
    """Shares after cycling at a rate.

    Attributes:
        isolated: Share of the particles that no current reaches [-].
        shown: Share that the instrument puts outside its frame [-].
        error: Binomial error for the number of particles [-].
    """

    isolated: float
    shown: float
    error: float


def outside(lithium: Array, instrument: SingleParticleIcp) -> Array:
    """Probability that single-particle ICP-OES reads a particle outside its frame [-], shape (n,).

    A reading of a particle of content x scatters with the standard deviation w x about it; the frame is 2 w
    about
    the median, over that.

    Args:
        lithium: Content of each particle [-], shape (n,).
        instrument: Of which w and the frame are.
    """
    width = instrument.relative_width
    scatter = width * np.maximum(lithium, 1e-12)
    centre = float(
        brentq(
            lambda middle: float(norm.cdf((middle - lithium) / scatter).mean()) - 0.5,
            0.5 * float(lithium.min()),
            2.0 * float(lithium.max()) + 1e-9,
        )
    )
    half = instrument.frame_sigmas * width * centre
    return np.asarray(
        norm.sf((centre + half - lithium) / scatter) + norm.cdf((centre - half - lithium) / scatter)
    )


def diverging(particles: Cycled, isolated: npt.NDArray[np.bool_] | None = None) -> Diverging:
    """What single-particle ICP-OES shows of the particles of a charged electrode.

    Args:
        particles: Charged and rested.
        isolated: Those that count as isolated; the others have the lithium of the median. All as they are if
            left out.
    """
    lithium, cut = particles.mean, particles.isolated if isolated is None else isolated
    if isolated is not None:
        lithium = np.where(isolated, lithium, float(np.median(lithium)))
    shown = float(outside(lithium, SingleParticleIcp()).mean())
    count, share = len(lithium), float(cut.mean())
    return Diverging(share, shown, float(np.sqrt(max(share * (1.0 - share), 1.0 / count) / count)))


def at_end(evidence: Evidence, run: str) -> Cycled:
    """The particles at the end of a run, charged slowly and rested."""
    return particles_at(evidence.result(run).dataset, -1)


def _slow(evidence: Evidence) -> Assessment:
    target = measurements(_PAPER).number("diverging-slow-charge")
    error = float(target.uncertainty or 0.0)
    evidence.leaves_out("2.3", SingleParticleIcp().omissions)
    found = diverging(at_end(evidence, SLOW))
    none = SingleParticleIcp().expected_outside
    label, names = "share of particles [-]", ("diverging",)
    return Assessment(
        Finding(
            (
                judged(
                    "share of diverging particles, none isolated",
                    "-",
                    none,
                    near_two_sigma(0.0, target.value, error),
                    measured=target.value,
                    measured_uncertainty=error,
                ),
            ),
            f"{100 * none:.1f} % lie outside the frame although every particle is alike",
        ),
        FittedFinding(
            (
                judged(
                    "share of diverging particles after a slow charge with isolation",
                    "-",
                    found.shown,
                    near(target.value, error),
                    sampling=found.error,
                    measured=target.value,
                    measured_uncertainty=error,
                ),
            ),
            f"{SPOTS:.3g} spots on a particle of 3.1 um leave {100 * found.isolated:.1f} % isolated and "
            f"{100 * found.shown:.1f} % diverging",
            (
                FittedParameter(
                    "lambda0, conducting spots on a particle of 3.1 um",
                    "-",
                    SPOTS,
                    *SPOTS_RANGE,
                    "range that makes 5 to 7 % diverging if isolated ones are full",
                    "diverging particles after slow charge, kroeger-nmc532, section 2.1",
                ),
            ),
        ),
        Picture(
            (
                Bars(MEASURED, names, (target.value,), (error,), label),
                Bars(PREDICTED, names, (none,), (), label, note="all particles alike"),
                Bars(FITTED, names, (found.shown,), (found.error,), label, note="with isolation"),
            )
        ),
        "The frame puts 4.6 % of a perfect Gaussian outside, so that 6 % ask for 1.4 % isolated particles. "
        "The number of spots that leaves these without contact as made is fitted to this one number and used "
        "at every rate. Spots that are lost with the bond at the end of the charge cut particles off that "
        "are as empty as the others and do not diverge.",
    )


def _after(evidence: Evidence) -> dict[str, Diverging]:
    """Shares by rate and number of cycles, as ``1C, 100``, each after a slow charge and a rest."""
    found = {
        f"{rate}, {RATE_CYCLES}": diverging(at_end(evidence, run))
        for rate, run in zip(RATES, BY_RATE, strict=True)
    }
    # Who was isolated by then has the same lithium at the end; the others follow the charge.
    halfway = particles_in(evidence.result(BY_RATE[1]).dataset, HALFWAY).isolated
    return found | {f"2C, {HALFWAY}": diverging(at_end(evidence, BY_RATE[1]), halfway)}


_COUNTED = {"1C, 100": "1c-100", "2C, 50": "2c-50", "2C, 100": "2c-100", "3C, 100": "3c-100"}


def _order(evidence: Evidence) -> Assessment:
    evidence.leaves_out("2.4", SingleParticleIcp().omissions)
    found, table = _after(evidence), measurements(_PAPER)
    measured = {key: table.number(f"diverging-{name}") for key, name in _COUNTED.items()}
    rows = [
        judged(
            f"diverging after {RATE_CYCLES} cycles, {more} less {less}",
            "-",
            found[f"{more}, {RATE_CYCLES}"].shown - found[f"{less}, {RATE_CYCLES}"].shown,
            above(0.0),
            sampling=float(
                np.hypot(found[f"{more}, {RATE_CYCLES}"].error, found[f"{less}, {RATE_CYCLES}"].error)
            ),
            expected="above 0",
        )
        for more, less in (("3C", "1C"), ("2C", "3C"))
    ]
    start, late = measured[f"2C, {HALFWAY}"], measured[f"2C, {RATE_CYCLES}"]
    grown = found[f"2C, {RATE_CYCLES}"].shown - found[f"2C, {HALFWAY}"].shown
    foretold = start.value + grown
    own = float(np.hypot(start.uncertainty or 0.0, found[f"2C, {RATE_CYCLES}"].error))
    rows.append(
        judged(
            f"diverging at 2C after {RATE_CYCLES} cycles, foretold from what was counted after {HALFWAY}",
            "-",
            foretold,
            near_two_sigma(own, late.value, float(late.uncertainty or 0.0)),
            sampling=own,
            measured=late.value,
            measured_uncertainty=late.uncertainty,
        )
    )
    rows += [
        Row(f"diverging after {key} cycles (informs)", "-", one.shown, measured[key].value, one.error)
        for key, one in found.items()
    ]
    names = tuple(_COUNTED)
    label = "diverging particles [-]"
    return Assessment(
        Finding(
            tuple(rows),
            "diverging "
            + ", ".join(f"{100 * found[key].shown:.1f} % ({key})" for key in names)
            + f"; {100 * foretold:.1f} % foretold for 2C, {RATE_CYCLES}",
        ),
        picture=Picture(
            (
                Bars(
                    MEASURED,
                    tuple(name.replace(", ", "\n") for name in names),
                    tuple(measured[key].value for key in names),
                    tuple(float(measured[key].uncertainty or 0.0) for key in names),
                    label,
                    "rate, cycles",
                ),
                Bars(
                    PREDICTED,
                    tuple(name.replace(", ", "\n") for name in names),
                    tuple(found[key].shown for key in names),
                    tuple(found[key].error for key in names),
                    label,
                    "rate, cycles",
                ),
            )
        ),
        remark=(
            "Counted at 2C, the hazard of becoming isolated is the same in every cycle (1.0e-3): something "
            "keeps "
            "on cutting contacts. The bond of this model lets go under the largest misfit and then holds, "
            "so that "
            "nothing is isolated after the first cycles: a bond that tires is asked for."
        ),
    )


def _inactive(evidence: Evidence) -> Assessment:
    shares, table = evidence.shared("counted shares", counted_shares), measurements(_PAPER)
    held = held_by_isolated(evidence)
    per_share = held * THEORETICAL_CAPACITY / MAH_PER_G
    start, start_error = shares.start
    measured = [table.number(f"inactive-{name}") for name in _COUNTED.values()]
    inactive = InactiveLithium(
        per_share * (shares.after - start),
        abs(per_share) * shares.errors,
        abs(per_share) * start_error,
        np.array([entry.value for entry in measured]),
        np.array([float(entry.uncertainty or 0.0) for entry in measured]),
    )
    rows = (
        *inactive.rows(tuple(_COUNTED)),
        Row("lithium of an isolated particle less that of the median (informs)", "-", held, 0.69),
    )
    names = tuple(name.replace(", ", "\n") for name in _COUNTED)
    label, axis = "inactive lithium [mAh/g]", "rate, cycles"
    return Assessment(
        Finding(
            rows,
            f"an isolated particle holds {held:+.2f} more than the median, which makes "
            f"{' / '.join(f'{value:.1f}' for value in inactive.values)} mAh/g of the counted shares",
        ),
        picture=Picture(
            (
                Bars(MEASURED, names, tuple(inactive.targets), tuple(inactive.scatter), label, axis),
                Bars(PREDICTED, names, tuple(inactive.values), tuple(inactive.errors), label, axis),
            )
        ),
        remark=(
            "Shares are taken as counted; what an isolated particle holds is simulated. A particle that is "
            "cut off "
            "at the end of a charge, where the misfit with the matrix is largest, keeps little lithium; "
            "only one "
            "that loses its contact when full holds what the paper counts as inactive."
        ),
    )


def held_by_isolated(evidence: Evidence) -> float:
    """Mean lithium of isolated particles less the median of the others, over the rates [-].

    Raises:
        InputError: If none is isolated at any rate.
    """
    apart = []
    for run in BY_RATE:
        particles = at_end(evidence, run)
        if particles.isolated.any() and not particles.isolated.all():
            rest = float(np.median(particles.mean[~particles.isolated]))
            apart.append(particles.mean[particles.isolated] - rest)
    if not apart:
        raise InputError(
            "no particle is isolated at 1C, 2C or 3C, so that nothing is known of the lithium of one; lower "
            "damage.isolation.spots."
        )
    return float(np.mean(np.concatenate(apart)))


CLAIMS = (
    Claim(
        "2.3",
        "diverging-slow-charge",
        _PAPER,
        "6 % of the particles diverge after a slow charge to 4.4 V",
        "virtual single-particle ICP-OES after a slow charge with isolation",
        Kind.CALIBRATION,
        "predicted share within two standard deviations; fitted one within one",
        (SLOW,),
        _slow,
    ),
    Claim(
        "2.4",
        "diverging-over-rate",
        _PAPER,
        "diverging particles after cycling: 8 % (1C), 15 % (2C) and 10 % (3C, fewer than 2C), 11 % after 50 "
        "cycles",
        "lithium of the particles after 100 cycles at constant current and a slow charge, as single-particle "
        "ICP-OES counts it",
        Kind.PREDICTION,
        "1C < 3C < 2C after 100 cycles; what was counted at 2C after 50 cycles, with the growth of the "
        "simulation, "
        "within two standard deviations of what was counted after 100",
        BY_RATE,
        _order,
    ),
    Claim(
        "2.5",
        "inactive-lithium",
        _PAPER,
        "inactive lithium of 4.5 / 9.5 / 12.1 / 10.1 mAh/g after cycling",
        "counted shares beyond the first 6 %, times the lithium that a simulated isolated particle holds "
        "above the "
        "median after a slow charge",
        Kind.PREDICTION,
        "each within two combined standard deviations, and a chi-square of all four that chance exceeds in "
        "more than 5 % of cases",
        BY_RATE,
        _inactive,
    ),
)
