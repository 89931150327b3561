"""Electrochemical strain microscopy: amplitude by place and charge, its length (rows 0.10, 1.1, 1.2)."""

from __future__ import annotations

from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import Between, below, descends, exceeds, judged
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.states import AXIS, CYCLE, LABELS, pristine, rested
from chemomech.validation.instruments import StrainMicroscope
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Order, Picture

_PAPER = "jetybayeva-2022"
_PICO = 1e12
_LATTICE = 1.42
"""Lattice parameter c of NMC622 [nm]."""


def _boundary(evidence: Evidence) -> Assessment:
    read = evidence.read(StrainMicroscope(), rested(evidence, 0.0), "0.10")
    names = ("boundary", "bulk")
    row = exceeds("Vegard amplitude, boundary less bulk, SOC 0", "pm", read.boundary, read.bulk, _PICO)
    return Assessment(
        Finding(
            (row,),
            f"{_PICO * read.boundary.value:.3g} pm at the boundary and {_PICO * read.bulk.value:.3g} pm in "
            "the bulk",
        ),
        picture=Picture(
            (
                Order(MEASURED, names, (2.0, 1.0), "strain amplitude, SOC 0"),
                Bars(
                    PREDICTED,
                    names,
                    (_PICO * read.boundary.value, _PICO * read.bulk.value),
                    (_PICO * read.boundary.uncertainty, _PICO * read.bulk.uncertainty),
                    "Vegard amplitude [pm]",
                ),
            )
        ),
        remark=(
            "Amplitudes are in arbitrary units, so that only the order is compared, and the authors do not "
            "rest on it. After a rest lithium is even in a particle, and with it the Vegard amplitude: a "
            "larger one at the boundary needs a surface that is other material, or a signal that is not "
            "Vegard strain."
        ),
    )


def _amplitude(evidence: Evidence) -> Assessment:
    states = (pristine(evidence), *(rested(evidence, charge) for charge in CHARGES))
    read = [evidence.read(StrainMicroscope(), state, "1.1") for state in states]
    means = tuple(_PICO * r.amplitude_spread.mean for r in read)
    widths = tuple(_PICO * r.amplitude_spread.standard_deviation for r in read[1:])
    names = ("pristine", *LABELS)
    rows = (
        *(Row(f"mean Vegard amplitude, {name}", "pm", mean) for name, mean in zip(names, means, strict=True)),
        descends("mean amplitude from pristine to SOC 100 %", "pm", means),
        descends("width of the distribution from SOC 0 to 100 %", "pm", widths),
    )
    told = " / ".join(f"{mean:.2g}" for mean in means)
    return Assessment(
        Finding(rows, f"{told} pm in pristine material and at SOC 0 / 50 / 100 %"),
        picture=Picture(
            (
                Order(MEASURED, names, (4.0, 3.0, 2.0, 1.0), "strain amplitude", AXIS),
                Bars(PREDICTED, names, means, label="Vegard amplitude [pm]", axis=AXIS),
            )
        ),
        remark=(
            "A full lattice has no vacancies to move lithium into, and the chemical strain is steepest at "
            "low lithium: the Vegard channel has the opposite order. The measured signal must come from "
            "elsewhere: charge transfer or ionic and electrostatic response of the Ni2+-rich surface, "
            "which falls with charge as the spectra do. Amplitudes are in arbitrary units."
        ),
    )


def _length(evidence: Evidence) -> Assessment:
    reading = evidence.read(StrainMicroscope(), rested(evidence, 1.0), "1.2")
    target = measurements(_PAPER).number("diffusion-length")
    length, error = 1e9 * reading.diffusion_length.value, 1e9 * reading.diffusion_length.uncertainty
    rows = (
        judged(
            f"diffusion length {reading.definition}, SOC 100 %",
            "nm",
            length,
            Between(target.value / 3.0, 3.0 * target.value),
            sampling=error,
            measured=target.value,
            measured_uncertainty=target.uncertainty,
            expected="within a factor of three",
        ),
        judged(
            "diffusion length over the lattice parameter c",
            "-",
            length / _LATTICE,
            below(1.0),
            sampling=error / _LATTICE,
            expected="below 1",
        ),
        Row(
            "Vegard amplitude at SOC 100 %, upper bound (informs)",
            "pm",
            _PICO * reading.amplitude_spread.mean,
        ),
    )
    label = "diffusion length [nm]"
    return Assessment(
        Finding(
            rows,
            f"{length:.2f} nm with D(x) from other papers, {length / _LATTICE:.2f} of a lattice parameter",
        ),
        picture=Picture(
            (
                Bars(MEASURED, ("SOC 100 %",), (target.value,), (target.uncertainty or 0.0,), label),
                Bars(PREDICTED, ("SOC 100 %",), (length,), (), label),
            )
        ),
        remark=(
            "Lithium hardly moves within one period: the Vegard channel is minor, as the paper concludes. "
            "The paper's length comes from its own D in the same formula."
        ),
        by_input="D of the material set in sqrt(D/f); of the simulation only the lithium at SOC 100 % enters",
    )


CLAIMS = (
    Claim(
        "0.10",
        "strain-amplitude-boundary",
        "hausen-2024",
        "strain microscopy amplitude larger at the boundary than in the bulk of a particle, SOC 0",
        "Vegard amplitude of the rested state on a random cut, beyond and within 0.7 of the section",
        Kind.QUALITATIVE,
        "boundary above bulk by more than one standard error",
        (CYCLE,),
        _boundary,
    ),
    Claim(
        "1.1",
        "strain-amplitude-falls",
        _PAPER,
        "strain microscopy amplitude falls from pristine over SOC 0 and 50 to 100 %, its distribution "
        "narrows",
        "Vegard amplitude of the rested states on a random cut",
        Kind.QUALITATIVE,
        "both orders as stated",
        (CYCLE,),
        _amplitude,
    ),
    Claim(
        "1.2",
        "vegard-minor",
        _PAPER,
        "diffusion length of 0.05 to 0.06 nm at 320 kHz: Vegard strain is minor",
        "sqrt(D/f) at the lithium of SOC 100 %, D(x) of other papers",
        Kind.INPUT,
        "within a factor of three, and below the lattice parameter c",
        (CYCLE,),
        _length,
    ),
)
