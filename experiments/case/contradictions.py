"""What two parts of a case say of the same thing: told where they differ, refused past a factor of two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from chemomech.errors import InputError
from chemomech.experiments.case.currents import SECONDS_PER_HOUR, NominalCapacity
from chemomech.geometry import Layout
from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.solver.stepping.operation import CapacityLimit, OperatingStep

TOLD = 0.05
"""Relative difference from which on it is said."""

MOST = 2.0
"""Factor beyond which it is refused."""

LEAST_SHARE = 0.2
"""Smallest nominal capacity over that of all sites; a window of use is never narrower."""

RATES = (1e-4, 1e3)
"""Smallest and largest C-rate that a current may amount to [1/h]."""

MOST_LAYERS = 200.0
"""Largest ratio of two lengths of one cell: separator, electrode, and sizes of the mesh."""


def loading_lines(stated: float | None, found: float) -> Iterator[str]:
    """Yield how a stated mass loading compares with that of the particles.

    Args:
        stated: mass of active material per cross-section in the case [kg/m2]; None where it is not stated.
        found: that of the particles that are solved for [kg/m2].

    Raises:
        InputError: when they differ by more than a factor of two: a C-rate would be another one.
    """
    if stated is None or found <= 0.0:
        return
    ratio = stated / found
    amounts = f"mass_loading = {stated * 100.0:.4g} mg/cm2, and the layout has {found * 100.0:.4g} mg/cm2"
    if not 1.0 / MOST <= ratio <= MOST:
        raise InputError(
            f"{amounts}, so that 1C would be {ratio:.3g} times the current that fills these particles in an "
            "hour; state the mass loading of this layout, or leave it out."
        )
    if abs(ratio - 1.0) > TOLD:
        yield f"{amounts}: 1C refers to the stated one"


def require_capacity(nominal: float, cathode: ActiveMaterial) -> None:
    """Refuse a nominal capacity that the material cannot have.

    Args:
        nominal: [C/kg].
        cathode: the material.

    Raises:
        InputError: when it is more than twice, or less than a fifth of, what all sites hold.
    """
    whole = FARADAY * float(cathode.maximum_concentration) / float(cathode.density)
    if not LEAST_SHARE <= nominal / whole <= MOST:
        raise InputError(
            f"nominal_capacity = {nominal / 3600.0:.4g} mAh/g, and {cathode.name} holds "
            f"{whole / 3600.0:.4g} mAh/g "
            f"when all its sites are used; state one between {LEAST_SHARE:g} and {MOST:g} times that."
        )


def require_rates(steps: Sequence[OperatingStep], nominal: NominalCapacity) -> None:
    """Refuse currents that no cell of this capacity can be meant to pass.

    Raises:
        InputError: naming the step and its C-rate.
    """
    for step in steps:
        current = step.control.largest_current()
        if not math.isfinite(current) or current == 0.0:
            continue
        rate = current / nominal.one_c
        if not RATES[0] <= rate <= RATES[1]:
            raise InputError(
                f"the current of {step.label!r} is {current:.4g} A/m2 or {rate:.3g}C, at 1C = "
                f"{nominal.one_c:.4g} "
                f"A/m2 of this cell ({nominal.areal / SECONDS_PER_HOUR / 10.0:.3g} mAh/cm2); state one "
                "between "
                f"{RATES[0]:g}C and {RATES[1]:g}C."
            )


def require_times(steps: Sequence[OperatingStep], smallest_step: float) -> None:
    """Refuse steps of a protocol that are over before the smallest time step.

    Args:
        steps: of the protocol.
        smallest_step: that is tried [s].

    Raises:
        InputError: naming the step and how long it takes.
    """
    for step in steps:
        current = abs(step.control.starting_point(0.0).current_density)
        for cutoff in step.cutoffs:
            time = cutoff.time_bound
            if isinstance(cutoff, CapacityLimit) and current > 0.0:
                time = cutoff.charge / current
            if time < smallest_step:
                raise InputError(
                    f"{step.label!r} is over after {time:.4g} s, and the smallest time step is "
                    f"{smallest_step:.4g} s; state a longer one, or lower numerics.smallest_step."
                )


def require_alike(layout: Layout, lengths: Sequence[tuple[str, float]]) -> None:
    """Refuse lengths that lie orders of magnitude from those of the electrode.

    Args:
        layout: the particles.
        lengths: key and length [m].

    Raises:
        InputError: naming the key.
    """
    longest, thickness = max(layout.box), layout.thickness
    for name, length in lengths:
        if not thickness / MOST_LAYERS <= length <= longest * MOST_LAYERS:
            raise InputError(
                f"{name} = {length:.4g} m, and the electrode is {thickness:.4g} m thick and {longest:.4g} "
                "m long at "
                "most; check the unit of either."
            )
