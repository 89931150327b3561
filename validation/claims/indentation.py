"""Paper 000: nanoindentation at three states of charge (rows 0.4 to 0.6)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.validation.calibration.indentation_fit import CHARGES, PAPER
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import exceeds, judged, matches, near
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.maps import MODULUS, READ_OFF, PredictedMaps, predicted_maps
from chemomech.validation.claims.states import AXIS, CYCLE, LABELS
from chemomech.validation.instruments import IndentationMap, Nanoindenter
from chemomech.validation.instruments.composite import Composite, particle_hardness
from chemomech.validation.instruments.nanoindentation import Spot
from chemomech.validation.instruments.reading import clustered_reading
from chemomech.validation.instruments.state import IntArray
from chemomech.validation.instruments.support import Seat
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import (
    MEASURED,
    PREDICTED,
    Bars,
    Order,
    Picture,
)

Array = npt.NDArray[np.float64]

_GIGA = 1e9


def _rim_and_core(evidence: Evidence) -> Assessment:
    maps = predicted_maps(evidence)
    evidence.leaves_out("0.4", IndentationMap().omissions)
    zones = ("rim", "core", "matrix")
    read = {charge: {zone: maps.zone(charge, zone) for zone in zones} for charge in CHARGES}
    empty, half, full = (read[charge] for charge in CHARGES)
    rows = (
        exceeds("reduced modulus, rim less core, SOC 0", "GPa", empty["rim"], empty["core"], 1.0 / _GIGA),
        matches("reduced modulus, rim less core, SOC 50 %", "GPa", half["rim"], half["core"], 1.0 / _GIGA),
        matches(
            "reduced modulus, core less matrix, SOC 100 %", "GPa", full["core"], full["matrix"], 1.0 / _GIGA
        ),
    )
    factor = _stiffening_needed()
    needed = "no stiffening of the rim" if factor is None else f"a rim {factor:.1f} times as stiff and hard"
    return Assessment(
        Finding(
            rows,
            f"rim less core {rows[0].simulated:+.3g} and {rows[1].simulated:+.3g} GPa at SOC 0 and 50 %, "
            f"core less matrix {rows[2].simulated:+.3g} GPa at 100 %",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("rim", "core"), (2.0, 1.0), "reduced modulus, SOC 0"),
                *(
                    Bars(
                        PREDICTED,
                        zones,
                        tuple(read[charge][zone].value / _GIGA for zone in zones),
                        tuple(read[charge][zone].uncertainty / _GIGA for zone in zones),
                        label=MODULUS,
                        note=f"SOC {label}",
                    )
                    for charge, label in zip(CHARGES, LABELS, strict=True)
                ),
            )
        ),
        remark=(
            "An indent near the edge tilts and sinks the particle in the soft matrix, which outweighs "
            f"anything that x(r) does to E(x). For a particle of 3 um, {needed} than the core would make "
            "both read the same. Candidates are a dense rim around a porous or cracked core, or a "
            "reconstructed shell; lithium gradients after a rest are none. That no particle shows at SOC "
            "100 % needs particles as soft as the matrix around them."
        ),
    )


def _stiffening_needed() -> float | None:
    """Factor on E and H of the rim of a half-embedded particle of 3 um that lets it read like its core."""
    composite, indenter = Composite(), Nanoindenter()
    seat, lithiated = Seat(3.0e-6, 3.0e-6), np.array([0.93])
    modulus = float(composite.youngs_modulus(lithiated)[0])
    hardness = float(particle_hardness(lithiated)[0])
    matrix, nu = composite.matrix.mean_elastic, composite.poisson_ratio

    def reading(factor: float, offset: float) -> float:
        compliance = composite.support.compliance(seat, matrix, offset)
        return indenter.indent(Spot(factor * modulus, nu, factor * hardness, compliance)).reduced_modulus

    core = reading(1.0, 0.0)
    for factor in np.geomspace(1.0, 10.0, 60):
        if reading(float(factor), 0.85 * seat.section_radius) >= core:
            return float(factor)
    return None


def _size(evidence: Evidence) -> Assessment:
    maps = predicted_maps(evidence)
    evidence.leaves_out("0.5", IndentationMap().omissions)
    values, radii, particle = _rim_by_size(maps)
    middle = float(np.median(radii))
    small, large = (
        clustered_reading(values[where], particle[where], "Pa") for where in (radii <= middle, radii > middle)
    )
    row = exceeds(
        "reduced modulus of the rim at SOC 0, large less small particles", "GPa", large, small, 1.0 / _GIGA
    )
    names = ("small", "large")
    return Assessment(
        Finding(
            (row,), f"{small.value / _GIGA:.0f} GPa on small and {large.value / _GIGA:.0f} GPa on large ones"
        ),
        picture=Picture(
            (
                Order(MEASURED, names, (1.0, 2.0), "reduced modulus of the rim, SOC 0", "particles"),
                Bars(
                    PREDICTED,
                    names,
                    (small.value / _GIGA, large.value / _GIGA),
                    (small.uncertainty / _GIGA, large.uncertainty / _GIGA),
                    label=MODULUS,
                    axis="particles",
                    note=f"parted at a radius of {1e6 * middle:.1f} um",
                ),
            )
        ),
        remark=(
            "A larger particle sits more firmly in the soft matrix; no property of the material differs. "
            f"Standard errors are between {small.samples} small and {large.samples} large particles, not "
            "between indents."
        ),
    )


def _rim_by_size(maps: PredictedMaps) -> tuple[Array, Array, IntArray]:
    """Moduli [Pa] of all rim indents at SOC 0, radii [m] of their particles, and the particle of each."""
    values, radii, particles = [], [], []
    for reading in maps.readings[0.0]:
        rim = reading.section_fraction > 0.7
        values.append(reading.reduced_modulus[rim])
        radii.append(maps.states[0.0].radii[reading.particle[rim]])
        particles.append(reading.cluster[rim])
    return np.concatenate(values), np.concatenate(radii), np.concatenate(particles)


def _matrix(evidence: Evidence) -> Assessment:
    maps = predicted_maps(evidence)
    evidence.leaves_out("0.6", IndentationMap().omissions)
    read = [maps.zone(charge, "matrix") for charge in CHARGES]
    quarters = [float(np.percentile(maps.modulus(charge), 25.0)) / _GIGA for charge in CHARGES]
    table = measurements(PAPER).one_series("reduced-modulus-quartile-25")
    change = read[2].value / read[0].value - 1.0
    rows = (
        judged(
            "change of the reduced modulus in the matrix, SOC 0 to 100 %",
            "%",
            100 * change,
            near(0.0, 10.0),
            sampling=100 * float(np.hypot(read[0].uncertainty, read[2].uncertainty)) / read[0].value,
            measured=0.0,
            expected="unchanged",
        ),
        *(
            Row(f"lower quartile of the whole map, SOC {label} (informs)", "GPa", value, target)
            for label, value, target in zip(LABELS, quarters, table.values, strict=True)
        ),
    )
    return Assessment(
        Finding(rows, f"the matrix changes by {100 * change:.1f} %"),
        picture=Picture(
            (
                Order(MEASURED, LABELS, (1.0, 1.0, 1.0), "modulus of the matrix, as stated", AXIS),
                Bars(
                    PREDICTED,
                    LABELS,
                    tuple(r.value / _GIGA for r in read),
                    tuple(r.uncertainty / _GIGA for r in read),
                    label="matrix, reduced\nmodulus [GPa]",
                    axis=AXIS,
                ),
                Bars(MEASURED, LABELS, table.values, label="lower quartile of\nthe map [GPa]", axis=AXIS),
                Bars(PREDICTED, LABELS, tuple(quarters), label="lower quartile of\nthe map [GPa]", axis=AXIS),
            )
        ),
        remark=(
            "The matrix has no lithium in the model, so the agreement with the statement is almost put in. "
            "The paper's own lower quartiles fall by 45 %, which neither the statement nor the model "
            "explains; they are also far above any carbon-binder, as if the maps held more particles near "
            "the surface than the layout has."
        ),
        by_input="the modulus of the matrix, which has no lithium in the model",
    )


CLAIMS = (
    Claim(
        "0.4",
        "rim-stiffer",
        PAPER,
        "rim stiffer than core at SOC 0, like it at 50 %, particles not told from the matrix at 100 %",
        f"{READ_OFF}; rim beyond 0.7, core within 0.5 of the section",
        Kind.QUALITATIVE,
        "rim above core by more than one standard error at SOC 0, equal within two at 50 %, core equal to "
        "the matrix at 100 %",
        (CYCLE,),
        _rim_and_core,
    ),
    Claim(
        "0.5",
        "large-particles-stiffer",
        PAPER,
        "rims of larger particles are stiffer",
        f"{READ_OFF}; rims at SOC 0",
        Kind.QUALITATIVE,
        "rims of the larger half above those of the smaller by more than one standard error",
        (CYCLE,),
        _size,
    ),
    Claim(
        "0.6",
        "matrix-unchanged",
        PAPER,
        "modulus and hardness of the matrix do not change with the charge",
        f"{READ_OFF}; indents beside the particles",
        Kind.INPUT,
        "modulus in the matrix changes by less than 10 %",
        (CYCLE,),
        _matrix,
    ),
)
