"""Contact resonance over the state of charge and over a particle (rows 0.8 and 1.10)."""

from __future__ import annotations

from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import Between, exceeds, judged, matches
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.states import CYCLE, LABELS, rested
from chemomech.validation.instruments import ContactResonance
from chemomech.validation.instruments.contact_resonance import MEASURED_WINDOW
from chemomech.validation.instruments.reading import clustered_reading
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Order, Picture

_RESONANCE = "contact resonance [kHz]"
_KILO = 1e-3


def _contrast(evidence: Evidence) -> Assessment:
    read = [
        evidence.read(ContactResonance(points=1200), rested(evidence, charge), "0.8") for charge in CHARGES
    ]
    rows = tuple(
        (exceeds if charge == 0.0 else matches)(
            f"particle less matrix, SOC {label}", "kHz", r.on_particles, r.on_matrix, _KILO
        )
        for charge, label, r in zip(CHARGES, LABELS, read, strict=True)
    )
    names = ("particle", "matrix")
    told = " / ".join(f"{row.simulated:.3g}" for row in rows)
    return Assessment(
        Finding(rows, f"particles resonate {told} kHz above the matrix at SOC 0 / 50 / 100 %"),
        picture=Picture(
            (
                Order(MEASURED, names, (2.0, 1.0), "resonance, SOC 0"),
                Order(MEASURED, names, (1.0, 1.0), "resonance, SOC 50, 100 %"),
                *(
                    Bars(
                        PREDICTED,
                        names,
                        (_KILO * r.on_particles.value, _KILO * r.on_matrix.value),
                        (_KILO * r.on_particles.uncertainty, _KILO * r.on_matrix.uncertainty),
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


def _window(evidence: Evidence) -> Assessment:
    read = evidence.read(ContactResonance(points=1500), rested(evidence, 0.0), "1.10")
    rim = read.section_fraction > 0.7
    core = read.section_fraction < 0.5
    edge, middle = (clustered_reading(read.frequency[w], read.particle[w], "Hz") for w in (rim, core))
    low, high = (_KILO * end for end in MEASURED_WINDOW)
    mean = read.on_particles
    rows = (
        judged(
            "mean contact resonance on particles, SOC 0",
            "kHz",
            _KILO * mean.value,
            Between(low, high),
            sampling=_KILO * mean.uncertainty,
            expected=f"{low:.0f} to {high:.0f}",
        ),
        Row("share of points in the measured window (informs)", "-", read.in_window),
        exceeds("rim less inside", "kHz", edge, middle, _KILO),
    )
    return Assessment(
        Finding(
            rows,
            f"{_KILO * mean.value:.0f} kHz, the rim {_KILO * (edge.value - middle.value):+.2g} kHz against "
            "inside",
        ),
        picture=Picture(
            (
                Bars(MEASURED, ("lowest", "highest"), (low, high), label=_RESONANCE),
                Bars(
                    PREDICTED,
                    ("rim", "inside"),
                    (_KILO * edge.value, _KILO * middle.value),
                    (_KILO * edge.uncertainty, _KILO * middle.uncertainty),
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


CLAIMS = (
    Claim(
        "0.8",
        "resonance-contrast",
        "hausen-2024",
        "contact resonance higher on particles than on the binder at SOC 0, equal at 50 and 100 %",
        "virtual contact resonance (75 kHz, 2.8 N/m, 56 nN) of the rested states on a random cut",
        Kind.QUALITATIVE,
        "above by more than one standard error at SOC 0, equal within two at 50 and 100 %",
        (CYCLE,),
        _contrast,
    ),
    Claim(
        "1.10",
        "resonance-window",
        "jetybayeva-2022",
        "contact resonance 300 to 390 kHz, higher at rims at SOC 0",
        "virtual contact resonance (75 kHz, 2.8 N/m, 56 nN) at SOC 0",
        Kind.PREDICTION,
        "mean within the window, and rim above inside by more than one standard error",
        (CYCLE,),
        _window,
    ),
)
