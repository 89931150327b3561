"""Paper 002: state of charge of NMC532 at voltages of a full cell (row 2.1)."""

from __future__ import annotations

from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import judged, near
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.full_cell import GRAPHITES, TABLE_END, ChargeAtVoltage, charges_at
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Picture

_PAPER = "kroeger-nmc532"
_AXIS_ERROR = 0.07
"""How far two calibrations of the lithium axis of the same material lie apart [-]."""


def _row(voltage: float, charge: ChargeAtVoltage, target: float, scatter: float) -> Row:
    what = f"state of charge at {voltage:.1f} V"
    if 1.0 - charge.value < TABLE_END:
        return Row(
            f"{what} (informs)",
            "-",
            charge.value,
            target,
            charge.error,
            scatter,
            f"not testable: x = {1.0 - charge.value:.2f} lies beyond the voltage table, which ends at "
            f"{TABLE_END}",
        )
    return judged(
        what,
        "-",
        charge.value,
        near(target, _AXIS_ERROR),
        sampling=charge.error,
        measured=target,
        measured_uncertainty=scatter,
    )


def _window(evidence: Evidence) -> Assessment:
    table = measurements(_PAPER).one_series("state-of-charge")
    charges = evidence.shared("charges at voltages", lambda: tuple(charges_at(v) for v in table.at))
    rows = tuple(
        _row(voltage, charge, target, scatter)
        for voltage, charge, target, scatter in zip(
            table.at, charges, table.values, table.uncertainty, strict=True
        )
    )
    names = tuple(f"{voltage:.1f}" for voltage in table.at)
    label, axis = "state of charge [-]\n(278 mAh/g is 1)", "full-cell voltage [V]"
    by_curve = "; ".join(
        f"{curve.name} {' / '.join(f'{charge.by_graphite[k]:.2f}' for charge in charges)}"
        for k, curve in enumerate(GRAPHITES)
    )
    return Assessment(
        Finding(rows, " / ".join(f"{charge.value:.2f}" for charge in charges)),
        picture=Picture(
            (
                Bars(MEASURED, names, table.values, table.uncertainty, label, axis),
                Bars(
                    PREDICTED,
                    names,
                    tuple(charge.value for charge in charges),
                    tuple(charge.error for charge in charges),
                    label,
                    axis,
                    note="open-circuit curves of both electrodes",
                ),
            )
        ),
        remark=(
            "At 6 mA/g the cell is near equilibrium, so that open-circuit curves stand for the simulation. "
            f"By curve of graphite: {by_curve}. The error is half of their range and of that over the "
            "balance of the cell (assumed). At 3.6 V the curve of NMC532 is flat: 20 mV shift the charge by "
            "0.05, and it depends on where the charge is counted from (x = 1 here). The charge measured "
            "includes side reactions (row 2.2)."
        ),
    )


CLAIMS = (
    Claim(
        "2.1",
        "charge-at-voltage",
        _PAPER,
        "state of charge 23 / 41 / 61 / 81 % of 278 mAh/g at 3.6 / 3.7 / 4.0 / 4.4 V of the full cell",
        "open-circuit curves of NMC532 and graphite",
        Kind.PREDICTION,
        "each within 0.07, the uncertainty of the lithium axis, where the voltage table of NMC532 reaches "
        f"(x >= {TABLE_END})",
        (),
        _window,
    ),
)
