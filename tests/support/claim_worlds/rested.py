"""Worlds of papers 000 and 001: rested states of charge under probes and spectrometers."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from support.claim_worlds.made_up import MadeUp, fast_charge, reading, rested_states, result_of, uniform_state
from support.synthetic_cycle import write_synthetic_cycle

from chemomech.geometry import Layout, shipped_layout
from chemomech.solver.results import Result

WIRED = "id,volume [um3],radius [um],border,binder coverage,wired,touches wired binder\n"


def resonances(*pairs: tuple[float, float]) -> MadeUp:
    """Resonance on particles and matrix [kHz] at the three states of charge, each +- 1 kHz."""
    shown = [
        SimpleNamespace(on_particles=reading(1e3 * on, 1e3, "Hz"), on_matrix=reading(1e3 * matrix, 1e3, "Hz"))
        for on, matrix in pairs
    ]
    return MadeUp(readings={"0.8": shown}, shared=rested_states(0.93, 0.6, 0.28))


def contrast_that_vanishes(_: Path) -> MadeUp:
    return resonances((322.0, 320.0), (322.0, 320.0), (318.0, 320.0))


def contrast_that_stays(_: Path) -> MadeUp:
    return resonances((322.0, 320.0), (322.0, 320.0), (324.0, 320.0))


def contrast_the_other_way(_: Path) -> MadeUp:
    return resonances((318.0, 320.0), (320.0, 320.0), (320.0, 320.0))


def window(mean: float, rim: float) -> MadeUp:
    """Mean resonance and excess of the rim [kHz]."""
    count = 60
    rims = np.arange(count) % 2 == 0
    cluster = np.repeat(np.arange(12), 5)
    frequency = 1e3 * (mean + rim * rims + np.random.default_rng(1).normal(0.0, 0.5, count))
    shown = SimpleNamespace(
        section_fraction=np.where(rims, 0.9, 0.2),
        frequency=frequency,
        particle=cluster,
        cluster=cluster,
        on_particles=reading(1e3 * mean, 500.0, "Hz"),
        in_window=0.5,
    )
    return MadeUp(readings={"1.10": [shown]}, shared=rested_states(0.93, 0.6, 0.28))


def stiffer_rims_in_the_window(_: Path) -> MadeUp:
    return window(302.0, 5.0)


def softer_rims_in_the_window(_: Path) -> MadeUp:
    return window(302.0, -5.0)


def resonance_below_the_window(_: Path) -> MadeUp:
    return window(298.0, 5.0)


def amplitudes(boundary: float, bulk: float) -> MadeUp:
    """Amplitudes at boundary and bulk [pm], each +- 0.1 pm."""
    shown = SimpleNamespace(boundary=reading(1e-12 * boundary, 1e-13), bulk=reading(1e-12 * bulk, 1e-13))
    return MadeUp(readings={"0.10": [shown]}, shared=rested_states(0.93, 0.6, 0.28))


def boundary_moves_more(_: Path) -> MadeUp:
    return amplitudes(1.2, 1.0)


def boundary_moves_alike(_: Path) -> MadeUp:
    return amplitudes(1.1, 1.0)


def falling(means: tuple[float, ...], widths: tuple[float, ...]) -> MadeUp:
    """Mean amplitudes from pristine to full charge, and widths of the last three [pm]."""
    shown = [
        SimpleNamespace(amplitude_spread=SimpleNamespace(mean=1e-12 * mean, standard_deviation=1e-12 * width))
        for mean, width in zip(means, (9.0, *widths), strict=True)
    ]
    return MadeUp(readings={"1.1": shown}, shared=rested_states(0.93, 0.6, 0.28))


def amplitudes_that_fall(_: Path) -> MadeUp:
    return falling((4.0, 3.0, 2.0, 1.9), (3.0, 2.0, 1.9))


def amplitudes_that_rise(_: Path) -> MadeUp:
    return falling((0.0, 1.0, 2.0, 3.0), (3.0, 2.0, 1.0))


def widths_that_rise(_: Path) -> MadeUp:
    return falling((4.0, 3.0, 2.0, 1.0), (1.0, 1.1, 1.0))


def lengths(nanometre: float) -> MadeUp:
    """A diffusion length."""
    shown = SimpleNamespace(
        diffusion_length=reading(1e-9 * nanometre, 1e-11),
        definition="sqrt(D/f)",
        amplitude_spread=SimpleNamespace(mean=1e-12),
    )
    return MadeUp(readings={"1.2": [shown]}, shared=rested_states(0.93, 0.6, 0.28))


def short_length(_: Path) -> MadeUp:
    return lengths(0.15)


def length_too_long(_: Path) -> MadeUp:
    return lengths(0.18)


def currents(means: tuple[float, float, float], edge: float, shares: tuple[float, float]) -> MadeUp:
    """Mean currents [nA], excess of the boundary, and conducting shares at SOC 0 and 100 %."""
    cluster = np.repeat(np.arange(10), 4)
    fraction = np.tile([0.2, 0.3, 0.8, 0.9], 10)
    noise = np.random.default_rng(2).normal(0.0, 1e-11, 40)
    conducting = (shares[0], 0.5 * sum(shares), shares[1])
    shown = [
        SimpleNamespace(
            mean=reading(1e-9 * mean, 1e-10, "A"),
            current=1e-9 * (mean + edge * (fraction > 0.7)) + noise,
            particle=cluster,
            cluster=cluster,
            section_fraction=fraction,
            conducting=reading(share, 0.02),
        )
        for mean, share in zip(means, conducting, strict=True)
    ]
    return MadeUp(readings={"1.3": shown}, shared=rested_states(0.93, 0.6, 0.28))


def currents_that_fall(_: Path) -> MadeUp:
    return currents((3.0, 2.0, 1.9), 0.5, (0.9, 0.8))


def currents_that_rise(_: Path) -> MadeUp:
    return currents((1.0, 2.0, 3.0), 0.5, (0.9, 0.8))


def currents_of_centres(_: Path) -> MadeUp:
    return currents((3.0, 2.0, 1.0), -0.5, (0.9, 0.8))


def area_that_grows(_: Path) -> MadeUp:
    return currents((3.0, 2.0, 1.0), 0.5, (0.8, 0.9))


def wired(folder: Path, isolated: int) -> MadeUp:
    """Paths of a hundred particles, so many of them isolated; one of the border that does not count."""
    lines = [
        f"{k},1,1,0,{0.0 if k % 7 == 0 else 0.4},{int(k >= isolated)},{int(k >= isolated)}"
        for k in range(100)
    ]
    table = folder / "wiring.csv"
    table.write_text(WIRED + "\n".join([*lines, "100,1,1,1,0,0,0"]) + "\n", encoding="utf-8")
    return MadeUp(shared={"rested 0.5": uniform_state(0.6)}, wiring=table)


def some_paths_cut(folder: Path) -> MadeUp:
    return wired(folder, 8)


def all_paths_whole(folder: Path) -> MadeUp:
    return wired(folder, 0)


def strained(*microstrain: float) -> MadeUp:
    """Microstrain [1e-3] over a charge at C/3, by interpolation between even places."""
    charge = np.array([0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
    values = np.interp(charge, np.linspace(0.0, 1.0, len(microstrain)), microstrain)
    shown = [
        SimpleNamespace(
            microstrain=reading(1e-3 * value, 5e-6), a=reading(2.87e-10 - 5e-12 * q), c=reading(1.42e-9)
        )
        for q, value in zip(charge, values, strict=True)
    ]
    return MadeUp({"charge-C3": result_of("charge-C3", fast_charge())}, readings={"1.5": shown})


def microstrain_that_rises(_: Path) -> MadeUp:
    return strained(0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.6)


def microstrain_that_dips(_: Path) -> MadeUp:
    return strained(0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.14, 0.24, 0.26, 0.28, 0.6)


def microstrain_without_a_steep_end(_: Path) -> MadeUp:
    return strained(0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.28)


def microstrain_that_falls(_: Path) -> MadeUp:
    return strained(0.30, 0.29, 0.29, 0.28, 0.28, 0.27, 0.27, 0.26, 0.26, 0.25, 0.6)


def cycled(folder: Path, mass: float, shift: float = 0.0) -> MadeUp:
    """A slow cycle of an electrode with so much active material [mg/cm2] and a shift of its voltage [V]."""
    result = Result.open(write_synthetic_cycle(folder / "soc-cycle-C20"))
    dataset = result.dataset.load()
    result.close()
    dataset["voltage"] = dataset["voltage"] + shift
    made = result_of("soc-cycle-C20", dataset, {"active_mass_mg_cm2": mass})
    return MadeUp({"soc-cycle-C20": made})


def usual_capacity(folder: Path) -> MadeUp:
    return cycled(folder, 7.8, shift=-0.03)


def small_capacity(folder: Path) -> MadeUp:
    return cycled(folder, 9.0, shift=-0.03)


def high_peak(folder: Path) -> MadeUp:
    return cycled(folder, 7.8, shift=0.03)


def diffusivities(*contents: float) -> MadeUp:
    """Contents of lithium at SOC 0, 50 and 100 %, at which D(x) is read."""
    return MadeUp(shared=rested_states(*contents))


def diffusivity_that_peaks(_: Path) -> MadeUp:
    return diffusivities(0.93, 0.5, 0.31)


def diffusivity_that_falls(_: Path) -> MadeUp:
    return diffusivities(0.5, 0.6, 0.93)


def diffusivity_that_rises(_: Path) -> MadeUp:
    return diffusivities(0.93, 0.75, 0.5)


def spectra(folder: Path, *contents: float) -> MadeUp:
    """Contents of lithium at SOC 0, 50 and 100 %, and a slow cycle beside them."""
    world = cycled(folder, 7.8)
    world._shared.update(rested_states(*contents))
    return world


def nickel_that_is_oxidised(folder: Path) -> MadeUp:
    return spectra(folder, 0.93, 0.6, 0.28)


def nickel_that_stays(folder: Path) -> MadeUp:
    return spectra(folder, 0.93, 0.93, 0.93)


def layouts(layout: Layout) -> MadeUp:
    """A layout in the place of the shipped one."""
    return MadeUp(shared={"layout rve-52": layout})


def the_shipped_layout(_: Path) -> MadeUp:
    return layouts(shipped_layout("rve-52"))


def scaled(factor: float) -> MadeUp:
    """The shipped layout in another size."""
    shipped: Any = shipped_layout("rve-52")
    return layouts(
        Layout(
            factor * np.asarray(shipped.centres),
            factor * np.asarray(shipped.radii),
            tuple(factor * edge for edge in shipped.box),
            name="scaled",
        )
    )


def twice_the_size(_: Path) -> MadeUp:
    return scaled(2.0)


def a_little_larger(_: Path) -> MadeUp:
    return scaled(1.03)


def half_of_the_particles(_: Path) -> MadeUp:
    shipped: Any = shipped_layout("rve-52")
    return layouts(
        Layout(np.asarray(shipped.centres)[::2], np.asarray(shipped.radii)[::2], shipped.box, name="half")
    )
