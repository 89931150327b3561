"""Claims that nothing is held against: physics that is not built yet, or data that do not compare."""

from __future__ import annotations

from chemomech.validation.claims.claim import Claim, Kind

_CYCLES = (
    "needs {} with damage, which are simulated for --cycles only (tens of minutes); without it one charge is "
    "all there is"
)


def _missing(
    id: str, name: str, paper: str, measured: str, kind: Kind, physics: str, reading: str = "none"
) -> Claim:
    return Claim(id, name, paper, measured, reading, kind, missing=physics)


def _cycled(id: str, name: str, paper: str, measured: str, kind: Kind, cycles: str) -> Claim:
    """A claim that is held against cycles, where these are simulated."""
    return Claim(id, name, paper, measured, "none without cycles", kind, untestable=_CYCLES.format(cycles))


def _untestable(id: str, name: str, paper: str, measured: str, why: str) -> Claim:
    return Claim(id, name, paper, measured, "none", Kind.NOT_TESTABLE, untestable=why)


CLAIMS = (
    _untestable(
        "1.7",
        "spectra-at-250",
        "jetybayeva-2022",
        "spectra at 27, 55 and 83 % SOC, given as 50, 100 and 250 mAh/g",
        "a misprint, not a measurement: 83 % of 180 to 182 mAh/g is 150 mAh/g",
    ),
    _untestable(
        "2.2",
        "lithiation-charged",
        "kroeger-nmc532",
        "31 % lithium left by digestion where the charge passed leaves 19 %",
        "two measurements of the same paper contradict each other by 33 mAh/g that the authors do not "
        "explain; the voltage (4.49 V against lithium) lies at x = 0.25 on the open-circuit curve, between "
        "the two",
    ),
    _cycled(
        "2.4",
        "diverging-over-rate",
        "kroeger-nmc532",
        "diverging particles after cycling: 8 % (1C), 15 % (2C) and 10 % (3C, fewer than 2C), 11 % after 50 "
        "cycles",
        Kind.PREDICTION,
        "100 cycles at three rates",
    ),
    _missing(
        "2.8",
        "manganese-kept",
        "kroeger-nmc532",
        "negligible manganese on the anode after cycling",
        Kind.QUALITATIVE,
        "a law by which active material dissolves; without one none is lost",
    ),
    _cycled(
        "2.9",
        "full-particles-lack-carbon",
        "kroeger-nmc532",
        "particles that gave no lithium have little carbon on them, partly emptied ones have cracks inside",
        Kind.QUALITATIVE,
        "100 cycles at three rates",
    ),
    _cycled(
        "4.2",
        "severity-classes",
        "yang-2019",
        "shares of least, mildly and severely damaged particles after 10 and 50 cycles",
        Kind.CALIBRATION,
        "10 and 50 cycles of five packings",
    ),
    _cycled(
        "4.9",
        "network-denser",
        "yang-2019",
        "network of severely damaged particles denser after 50 than after 10 cycles",
        Kind.PREDICTION,
        "10 and 50 cycles of five packings",
    ),
    _cycled(
        "4.10",
        "wide-cracks-oxidised",
        "yang-2019",
        "nickel oxidised at the faces of wide cracks, not at fine ones",
        Kind.PREDICTION,
        "10 and 50 cycles of five packings",
    ),
    _cycled(
        "4.13",
        "gradual-fade",
        "yang-2019",
        "capacity falls and overpotential grows from cycle 1 over 10 to 50",
        Kind.PREDICTION,
        "50 cycles of five packings",
    ),
)
