"""NEXAFS: nickel at the surface and in the bulk (rows 0.7, 1.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import above, below, judged, near
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.states import CYCLE, LABELS, rested
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    Nexafs,
    Reading,
    state_from_result,
)
from chemomech.validation.instruments.nickel import (
    BULK,
    BULK_EXHAUSTED,
    BULK_FULL,
    REVERSIBLE_LAYER,
    FormalNickel,
    RockSalt,
)
from chemomech.validation.instruments.state import Law
from chemomech.validation.pictures import FITTED, MEASURED, PREDICTED, Bars, Order, Picture, Role

_THICKNESSES = 1e-9 * np.geomspace(0.2, 30.0, 26)
_LABEL = "share of Ni2+ [-]"
_SAME = 0.05
"""Difference in the share of Ni2+ below which two spectra look alike [-]."""

Judge = Callable[[float], tuple[Row, ...]]


def admissible(judge: Judge) -> tuple[float, float, float] | None:
    """Smallest, middle and largest layer thickness [m] at which every judged row holds; None for no such."""
    good = [float(h) for h in _THICKNESSES if all(r.agrees for r in judge(float(h)) if r.agrees is not None)]
    return (good[0], float(np.sqrt(good[0] * good[-1])), good[-1]) if good else None


def _parameters(name: str, interval: tuple[float, float, float], data: str) -> tuple[FittedParameter, ...]:
    low, value, high = interval
    thickness = FittedParameter(name, "m", value, low, high, "range in which every criterion holds", data)
    fixed = (("Ni2+ in the bulk at x = 1", BULK_FULL), ("x at which Ni2+ is exhausted", BULK_EXHAUSTED))
    return (
        thickness,
        *(
            FittedParameter(
                what,
                "-",
                float(entry),
                *(entry.valid_range or (float(entry), float(entry))),
                "range thought possible",
                entry.source.reference,
            )
            for what, entry in fixed
        ),
    )


def _pair(
    state: ElectrodeState, evidence: Evidence, claim: str, bulk: Law, layer: Law | None = None
) -> tuple[Reading, Reading]:
    """Shares of Ni2+ in electron and fluorescence yield; the same rays for both."""
    first, second = (
        evidence.read(
            Nexafs(detection, bulk=bulk, layer=RockSalt() if layer is None else layer), state, claim
        ).ni2_share
        for detection in (ElectronYield(), FluorescenceYield())
    )
    return first, second


def _surface_rows(pairs: Sequence[tuple[Reading, Reading]], dominant: bool) -> tuple[Row, ...]:
    excess = [pair[0].value - pair[1].value for pair in pairs]
    errors = [float(np.hypot(pair[0].uncertainty, pair[1].uncertainty)) for pair in pairs]
    rows = [
        judged(
            "Ni2+, electron less fluorescence yield, SOC 0",
            "-",
            excess[0],
            above(0.1),
            sampling=errors[0],
            expected="above 0.1",
        ),
        judged(
            "the same, SOC 100 %",
            "-",
            excess[-1],
            near(0.0, _SAME),
            sampling=errors[-1],
            expected="within 0.05 of 0",
        ),
    ]
    if dominant:
        electron, fluorescence = pairs[0]
        rows += [
            judged(
                "Ni2+ in electron yield, SOC 0",
                "-",
                electron.value,
                above(0.5),
                sampling=electron.uncertainty,
                expected="above 0.5 (dominant)",
            ),
            judged(
                "Ni2+ in fluorescence yield, SOC 0",
                "-",
                fluorescence.value,
                near(0.5, 0.15),
                sampling=fluorescence.uncertainty,
                expected="0.35 to 0.65",
            ),
        ]
    return tuple(rows)


def _pictured(
    before: Sequence[tuple[Reading, Reading]],
    after: Sequence[tuple[Reading, Reading]],
    labels: tuple[str, ...],
) -> Picture:
    names = tuple(f"{mode}\n{label}" for label in (labels[0], labels[-1]) for mode in ("surface", "bulk"))

    def bars(role: Role, pairs: Sequence[tuple[Reading, Reading]], note: str) -> Bars:
        shown = [*pairs[0], *pairs[-1]]
        return Bars(
            role,
            names,
            tuple(r.value for r in shown),
            tuple(r.uncertainty for r in shown),
            _LABEL,
            "place, state of charge",
            note,
        )

    return Picture(
        (
            Order(MEASURED, names, (3.0, 2.0, 1.0, 1.0), "Ni2+ line over Ni3+ line"),
            bars(PREDICTED, before, "electron counting, no layer"),
            bars(FITTED, after, "ionic rim"),
        ),
        height=3.5,
    )


def _surface(evidence: Evidence, claim: str, dominant: bool, stall: bool) -> Assessment:
    states = [rested(evidence, charge) for charge in CHARGES]
    before = [_pair(state, evidence, claim, bulk=FormalNickel()) for state in states]

    def layered(thickness: float) -> list[tuple[Reading, Reading]]:
        return [
            _pair(
                replace(state, surface_layer=np.array([thickness])),
                evidence,
                claim,
                bulk=BULK,
                layer=REVERSIBLE_LAYER,
            )
            for state in states
        ]

    def judge(thickness: float) -> tuple[Row, ...]:
        return _surface_rows(layered(thickness), dominant)

    rows = _surface_rows(before, dominant)
    extra: tuple[Row, ...] = ()
    if stall:
        rows += (_stall_row(evidence, claim, FormalNickel()),)
        extra = (_stall_row(evidence, claim, BULK),)
    interval = admissible(judge) or (_THICKNESSES[0], float(_THICKNESSES[12]), _THICKNESSES[-1])
    after = layered(interval[1])
    x = [float(np.mean(state.read(np.arange(len(state)), _tops(state)))) for state in states]
    data = "orders of papers 000 and 001: no values can be read"
    return Assessment(
        Finding(
            rows, f"surface less bulk {before[0][0].value - before[0][1].value:.3f} at SOC 0 without a layer"
        ),
        FittedFinding(
            judge(interval[1]) + extra,
            f"an ionic rim of {1e9 * interval[0]:.1f} to {1e9 * interval[2]:.1f} nm that gives its Ni2+ up "
            "on charge",
            _parameters("thickness of the ionic rim", interval, data),
        ),
        _pictured(before, after, LABELS),
        f"After a rest lithium is even in every particle (surface x = {x[0]:.3f}, {x[1]:.3f} and {x[2]:.3f} "
        "at SOC 0, 50 and 100 %), so no lithium-rich rim is left at SOC 0: diffusion that slows down near "
        "full lithiation does not make the contrast. It needs a state variable of the surface. It cannot "
        "be the rock salt of row 4.7, which stays on charge: an ionic rim that is oxidised with the bulk "
        "is asked for.",
    )


def _tops(state: ElectrodeState) -> np.ndarray:
    up = np.zeros_like(state.centres)
    up[:, 2] = 0.999 * state.radii
    return np.asarray(state.centres + up)


def _stall_row(evidence: Evidence, claim: str, bulk: Law) -> Row:
    """Change of the bulk spectrum from 150 mAh/g to the end of the charge."""
    result = evidence.result(CYCLE)
    time, current = np.asarray(result.dataset["time"]), np.asarray(result.dataset["current_density"])
    passed = np.concatenate([[0.0], np.cumsum(np.diff(time) * 0.5 * (current[1:] + current[:-1]))])
    mass = 1e-2 * result.summary["active_mass_mg_cm2"]  # kg/m2
    at = float(
        np.interp(
            150.0 * 3600.0 * mass, passed[: int(np.argmax(passed)) + 1], time[: int(np.argmax(passed)) + 1]
        )
    )
    read = [
        _pair(state, evidence, claim, bulk=bulk)[1]
        for state in (state_from_result(result, at), rested(evidence, 1.0))
    ]
    return judged(
        "change of Ni2+ in fluorescence yield beyond 150 mAh/g",
        "-",
        abs(read[1].value - read[0].value),
        below(_SAME),
        sampling=float(np.hypot(read[0].uncertainty, read[1].uncertainty)),
        expected="below 0.05",
    )


def picture_of_sides(
    predicted: tuple[Sequence[Reading], str], fitted: tuple[Sequence[Reading], str]
) -> Picture:
    """Ni2+ of both faces in both yields, beside the order that was measured after 10 cycles.

    Args:
        predicted: Electron yield top, bottom, fluorescence yield top, bottom; and what they stand for.
        fitted: The same after a fit.
    """
    names = ("top\nelectron", "bottom\nelectron", "top\nfluor.", "bottom\nfluor.")
    bars = (
        Bars(role, names, tuple(r.value for r in read), tuple(r.uncertainty for r in read), _LABEL, note=note)
        for role, (read, note) in ((PREDICTED, predicted), (FITTED, fitted))
    )
    order = Order(MEASURED, names, (2.0, 1.0, 1.0, 1.0), "Ni2+ after 10 cycles")
    return Picture((order, *bars), height=3.4)


def _sides(evidence: Evidence) -> Assessment:
    """Row 4.7: rock salt on the separator side."""
    state = rested(evidence, 1.0)
    depth = state.centres[:, 2] / state.box[2]

    def read(layer: float, bulk: Law) -> list[Reading]:
        """Electron yield top, bottom, fluorescence yield top, bottom."""
        worn = replace(state, surface_layer=layer * depth)
        return [
            evidence.read(Nexafs(detection, bulk=bulk, layer=RockSalt(), side=side), worn, "4.7").ni2_share
            for detection in (ElectronYield(), FluorescenceYield(incidence=30.0))
            for side in (TOP, BOTTOM)
        ]

    def rows(r: list[Reading]) -> tuple[Row, ...]:
        errors = [float(np.hypot(r[k].uncertainty, r[k + 1].uncertainty)) for k in (0, 2)]
        return (
            judged(
                "Ni2+ in electron yield, top less bottom",
                "-",
                r[0].value - r[1].value,
                above(0.1),
                sampling=errors[0],
                expected="above 0.1",
            ),
            judged(
                "Ni2+ in fluorescence yield, top less bottom",
                "-",
                r[2].value - r[3].value,
                near(0.0, _SAME),
                sampling=errors[1],
                expected="within 0.05 of 0",
            ),
        )

    before = read(0.0, FormalNickel())
    interval = admissible(lambda h: rows(read(h, BULK))) or (1e-9, 2e-9, 4e-9)
    after = read(interval[1], BULK)
    data = "order of paper 004, Fig. 3e, f: no values can be read"
    return Assessment(
        Finding(
            rows(before),
            f"top less bottom {before[0].value - before[1].value:+.3f} in electron and "
            f"{before[2].value - before[3].value:+.3f} in fluorescence yield without a layer",
        ),
        FittedFinding(
            rows(after),
            f"rock salt that grows from the collector to {1e9 * interval[0]:.1f} to {1e9 * interval[2]:.1f} "
            "nm at the separator",
            _parameters("rock salt on particles at the separator", interval, data),
        ),
        picture_of_sides((before, "no layer"), (after, "rock salt, thicker at the top")),
        "That the fluorescence yields agree is predicted: lithium relaxes. The layer is put in by hand; a "
        "law that makes it grow where particles spend time at low lithium or high potential would turn "
        "this into a prediction. It must stay on charge, unlike the ionic rim of papers 000 and 001: two "
        "layers, two laws.",
    )


CLAIMS = (
    Claim(
        "0.7",
        "nickel-surface",
        "hausen-2024",
        "Ni2+ dominates the electron yield at SOC 0, both lines are similar in fluorescence; no gradient at "
        "100 %",
        "virtual NEXAFS of the rested states, electron yield of 10 nm depth against fluorescence yield",
        Kind.CALIBRATION,
        "surface above bulk by at least 0.1 at SOC 0 and within 0.05 at 100 %; above 0.5 in electron yield "
        "and 0.35 to 0.65 in fluorescence yield at SOC 0",
        (CYCLE,),
        partial(_surface, claim="0.7", dominant=True, stall=False),
        relies_on=(BULK_FULL, BULK_EXHAUSTED),
    ),
    Claim(
        "1.6",
        "nickel-surface-operando",
        "jetybayeva-2022",
        "Ni2+ at the surface above the bulk at SOC 0, equal at the end of charge; little change beyond 150 "
        "mAh/g",
        "virtual NEXAFS of the rested states and of the charge at 150 mAh/g",
        Kind.CALIBRATION,
        "surface above bulk by at least 0.1 at SOC 0 and within 0.05 at 100 %; bulk within 0.05 beyond 150 "
        "mAh/g",
        (CYCLE,),
        partial(_surface, claim="1.6", dominant=False, stall=True),
        relies_on=(BULK_FULL, BULK_EXHAUSTED),
    ),
    Claim(
        "4.7",
        "nickel-top-and-bottom",
        "yang-2019",
        "after 10 cycles more Ni2+ at the top in electron yield, none more in fluorescence yield",
        "virtual NEXAFS of both faces of the charged, rested electrode",
        Kind.CALIBRATION,
        "electron yield at least 0.1 more at the top, fluorescence yield within 0.05",
        (CYCLE,),
        _sides,
        relies_on=(BULK_FULL, BULK_EXHAUSTED),
    ),
)
