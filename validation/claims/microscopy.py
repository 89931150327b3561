"""Scanning probes: contact resonance, strain microscopy, conductive AFM (rows 0.8, 1.1 to 1.4 and 1.10)."""

from __future__ import annotations

import numpy as np

from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import equal, falls, greater
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.states import (
    AXIS,
    CHARGES,
    CYCLE,
    LABELS,
    pristine,
    rested,
)
from chemomech.validation.instruments import ConductiveAfm, ContactResonance, Reading, StrainMicroscope
from chemomech.validation.instruments.contact_resonance import MEASURED_WINDOW
from chemomech.validation.instruments.reading import clustered_reading
from chemomech.validation.measurements import measurements
from chemomech.validation.page.pictures import MEASURED, PREDICTED, Bars, Order, Picture, Statement

_PAPER = "jetybayeva-2022"
_RESONANCE = "contact resonance [kHz]"


def _contrast(evidence: Evidence) -> Assessment:
    read = [
        ContactResonance(points=1200).read(rested(evidence, charge), evidence.rng("0.8"))
        for charge in CHARGES
    ]
    rows = tuple(
        Row(
            f"particle less matrix, SOC {label}",
            "kHz",
            (r.on_particles.value - r.on_matrix.value) / 1e3,
            None,
            float(np.hypot(r.on_particles.uncertainty, r.on_matrix.uncertainty)) / 1e3,
            expected="above 0" if charge == 0.0 else "0",
            agrees=greater(r.on_particles, r.on_matrix)
            if charge == 0.0
            else equal(r.on_particles, r.on_matrix),
        )
        for charge, label, r in zip(CHARGES, LABELS, read, strict=True)
    )
    names = ("particle", "matrix")
    return Assessment(
        Finding(rows, "particles resonate higher than the matrix at every state of charge"),
        picture=Picture(
            (
                Order(MEASURED, names, (2.0, 1.0), "resonance, SOC 0"),
                Order(MEASURED, names, (1.0, 1.0), "resonance, SOC 50, 100 %"),
                *(
                    Bars(
                        PREDICTED,
                        names,
                        (r.on_particles.value / 1e3, r.on_matrix.value / 1e3),
                        (r.on_particles.uncertainty / 1e3, r.on_matrix.uncertainty / 1e3),
                        _RESONANCE,
                        note=f"SOC {label}",
                    )
                    for label, r in zip(LABELS, read, strict=True)
                ),
            )
        ),
        remark=(
            "Even at SOC 100 % a particle of 111 GPa is far stiffer than any binder under a tip of a few "
            "nanometres. Equal resonances need a surface as soft as the matrix: a film on charged "
            "particles (reaction with the atmosphere, electrolyte residue) a few nanometres thick would "
            "do, and would also hide the particles from nanoindentation less than the maps show. Near its "
            "clamped end the resonance says little."
        ),
    )


def _falling(what: str, values: tuple[float, ...]) -> Row:
    """A row that asks for each value to lie below the one before."""
    return Row(f"{what} (1: yes)", "-", float(falls(values)), expected="yes", agrees=falls(values))


def _amplitude(evidence: Evidence) -> Assessment:
    states = (pristine(evidence), *(rested(evidence, charge) for charge in CHARGES))
    read = [StrainMicroscope().read(state, evidence.rng("1.1")) for state in states]
    means = tuple(1e12 * r.amplitude_spread.mean for r in read)
    widths = tuple(1e12 * r.amplitude_spread.standard_deviation for r in read[1:])
    names = ("pristine", *LABELS)
    rows = (
        *(Row(f"mean Vegard amplitude, {name}", "pm", mean) for name, mean in zip(names, means, strict=True)),
        _falling("mean amplitude falls from pristine to SOC 100 %", means),
        _falling("width of the distribution falls from SOC 0 to 100 %", widths),
    )
    return Assessment(
        Finding(rows, "the Vegard amplitude grows with charge and is zero in pristine material"),
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
    state = rested(evidence, 1.0)
    reading = StrainMicroscope().read(state, evidence.rng("1.2"))
    target = measurements(_PAPER).number("diffusion-length")
    length, lattice = 1e9 * reading.diffusion_length.value, 1.42
    amplitude = 1e12 * reading.amplitude_spread.mean
    rows = (
        Row(
            f"diffusion length {reading.definition}, SOC 100 %",
            "nm",
            length,
            target.value,
            None,
            target.uncertainty,
            agrees=1 / 3 <= length / target.value <= 3,
        ),
        Row(
            "diffusion length over the lattice parameter c",
            "-",
            length / lattice,
            expected="below 1",
            agrees=length < lattice,
        ),
        Row("Vegard amplitude at SOC 100 %, upper bound (informs)", "pm", amplitude),
    )
    label = "diffusion length [nm]"
    return Assessment(
        Finding(rows, f"{length:.2f} nm with D(x) from other papers, less than a lattice parameter"),
        picture=Picture(
            (
                Bars(MEASURED, ("SOC 100 %",), (target.value,), (target.uncertainty or 0.0,), label),
                Bars(PREDICTED, ("SOC 100 %",), (length,), (), label),
            )
        ),
        remark="Lithium hardly moves within one period: the Vegard channel is minor, as the paper concludes.",
    )


def _current(evidence: Evidence) -> Assessment:
    read = [ConductiveAfm().read(rested(evidence, charge), evidence.rng("1.3")) for charge in CHARGES]
    means = tuple(1e9 * r.mean.value for r in read)
    empty = read[0]
    edge = empty.section_fraction > 0.7
    boundary, centre = (
        clustered_reading(empty.current[where], empty.particle[where], "A") for where in (edge, ~edge)
    )
    areas = (empty.conducting.value, read[2].conducting.value)
    rows = (
        *(Row(f"mean current on particles, SOC {n}", "nA", m) for n, m in zip(LABELS, means, strict=True)),
        _falling("mean current falls with charge", means),
        Row(
            "boundary less centre, SOC 0",
            "nA",
            1e9 * (boundary.value - centre.value),
            expected="above 0",
            agrees=greater(boundary, centre),
        ),
        Row(
            "conducting share, SOC 100 % less SOC 0",
            "-",
            areas[1] - areas[0],
            expected="below 0",
            agrees=areas[1] < areas[0],
        ),
    )
    instrument = ConductiveAfm()
    needed = instrument.bias / empty.mean.value
    return Assessment(
        Finding(rows, f"the current rises by a factor of {means[2] / means[0]:.0f} from SOC 0 to 100 %"),
        picture=Picture(
            (
                Order(MEASURED, LABELS, (3.0, 2.0, 1.0), "current on particles", AXIS),
                Bars(PREDICTED, LABELS, means, label="mean current [nA]", axis=AXIS, logarithmic=True),
            )
        ),
        remark=(
            "The conductivity of the lattice rises by decades on delithiation, and with it the current. "
            f"For the current to fall, contacts in series must have at least {needed:.1g} Ohm at SOC 100 %, "
            "more than all of the lattice at SOC 0: films on the surface that grow with charge, or carbon "
            "paths that are cut (the samples are embedded, which interrupts the wiring). A path resistance "
            "per particle and a film law are what the model would need; the state has room for the first."
        ),
    )


def _window(evidence: Evidence) -> Assessment:
    read = ContactResonance(points=1500).read(rested(evidence, 0.0), evidence.rng("1.10"))
    rim = read.section_fraction > 0.7
    core = read.section_fraction < 0.5
    edge, middle = (clustered_reading(read.frequency[w], read.particle[w], "Hz") for w in (rim, core))
    low, high = MEASURED_WINDOW
    mean = read.on_particles
    rows = (
        Row(
            "mean contact resonance on particles, SOC 0",
            "kHz",
            mean.value / 1e3,
            None,
            mean.uncertainty / 1e3,
            expected=f"{low / 1e3:.0f} to {high / 1e3:.0f}",
            agrees=low <= mean.value <= high,
        ),
        Row("share of points in the measured window (informs)", "-", read.in_window),
        Row(
            "rim less inside",
            "kHz",
            (edge.value - middle.value) / 1e3,
            None,
            float(np.hypot(edge.uncertainty, middle.uncertainty)) / 1e3,
            expected="above 0",
            agrees=greater(edge, middle),
        ),
    )

    def pair(reading: Reading) -> float:
        return reading.value / 1e3

    return Assessment(
        Finding(rows, f"{mean.value / 1e3:.0f} kHz, in the window, but the rim is not higher"),
        picture=Picture(
            (
                Bars(MEASURED, ("lowest", "highest"), (low / 1e3, high / 1e3), label=_RESONANCE),
                Bars(
                    PREDICTED,
                    ("rim", "inside"),
                    (pair(edge), pair(middle)),
                    (edge.uncertainty / 1e3, middle.uncertainty / 1e3),
                    _RESONANCE,
                    note="SOC 0",
                ),
                Order(MEASURED, ("rim", "inside"), (2.0, 1.0), "resonance, SOC 0"),
            )
        ),
        remark=(
            "The contact is nanometres wide, so that the support does not soften the rim here as it does "
            "under a nanoindenter; a higher rim needs a stiffer surface material, or a tip that touches a "
            "slope of the topography with a larger contact. Above 329 kHz a cantilever of 75 kHz cannot go."
        ),
    )


def _silent(evidence: Evidence) -> Assessment:
    read = ConductiveAfm().read(rested(evidence, 0.5), evidence.rng("1.4"))
    share = read.silent_particles.value
    row = Row("silent particles on a section, SOC 50 %", "-", share, expected="above 0", agrees=share > 0.0)
    return Assessment(
        Finding((row,), f"{100 * share:.0f} % of the particles show no current"),
        picture=Picture(
            (
                Statement("At least one particle shows a strain amplitude but no current."),
                Bars(PREDICTED, ("silent",), (share,), (), "share of particles [-]"),
            )
        ),
        remark=(
            "Carbon-binder is homogenised and touches every particle, so none is cut off. Isolation is "
            "known where "
            "the binder is resolved in a tomogram; a case can then take it over as a contact that is missing."
        ),
    )


_STATES = "the rested states on a random cut"

CLAIMS = (
    Claim(
        "0.8",
        "resonance-contrast",
        "hausen-2024",
        "contact resonance higher on particles than on the binder at SOC 0, equal at 50 and 100 %",
        f"virtual contact resonance (75 kHz, 2.8 N/m, 56 nN) of {_STATES}",
        Kind.QUALITATIVE,
        "above by more than one standard error at SOC 0, equal within two at 50 and 100 %",
        (CYCLE,),
        _contrast,
    ),
    Claim(
        "1.1",
        "strain-amplitude-falls",
        _PAPER,
        "strain microscopy amplitude falls from pristine over SOC 0 and 50 to 100 %, its distribution "
        "narrows",
        f"Vegard amplitude of {_STATES}",
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
        Kind.PREDICTION,
        "within a factor of three, and below the lattice parameter c",
        (CYCLE,),
        _length,
    ),
    Claim(
        "1.3",
        "current-falls",
        _PAPER,
        "conductive AFM current falls with charge, is higher at particle boundaries, conducting area shrinks",
        f"virtual conductive AFM at 4 V of {_STATES}",
        Kind.QUALITATIVE,
        "all three as stated",
        (CYCLE,),
        _current,
    ),
    Claim(
        "1.4",
        "silent-particle",
        _PAPER,
        "at least one particle is electrochemically active but does not conduct",
        f"share of particles without a current, of {_STATES}",
        Kind.PREDICTION,
        "above 0",
        (CYCLE,),
        _silent,
    ),
    Claim(
        "1.10",
        "resonance-window",
        _PAPER,
        "contact resonance 300 to 390 kHz, higher at rims at SOC 0",
        "virtual contact resonance (75 kHz, 2.8 N/m, 56 nN) at SOC 0",
        Kind.PREDICTION,
        "mean within the window, and rim above inside by more than one standard error",
        (CYCLE,),
        _window,
    ),
)
