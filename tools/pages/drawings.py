"""Figures that need no run: the cell, a layout, contact rules, bounds of a conductivity, material laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from chemomech.experiments.drawing import style
from chemomech.geometry import Layout, layout_picture, shipped_layout
from chemomech.geometry.contacts import Fuse, MinimumGap, Shrink, necks_of
from chemomech.materials import active_material
from chemomech.solver.effective import VoxelSpecimen, effective_conductivity

UM = 1.0e-6
LAWS = ("open-circuit voltage U [V]", "diffusivity D [m²/s]", "chemical strain ε$_{ch}$ [-]")


def draw_cell(out: Path) -> str:
    """Draw the half cell in a section: what lies where, axes, signs and symbols."""
    layout = shipped_layout("rve-52")
    width, middle, top = (float(edge) / UM for edge in layout.box)
    middle /= 2.0
    separator = 25.0
    with style.styled():
        figure = style.new_figure(8.6, 3.9)
        figure.set_layout_engine("none")
        axes: Axes = figure.add_axes((0.07, 0.14, 0.90, 0.70))
        axes.add_patch(Rectangle((0, 0), top, width, color=style.MATRIX, linewidth=0))
        axes.add_patch(Rectangle((top, 0), separator, width, color=style.SEPARATOR, linewidth=0))
        axes.add_patch(Rectangle((top + separator, 0), 3, width, color=style.METAL, linewidth=0))
        axes.add_patch(Rectangle((-3, 0), 3, width, color=style.INK, linewidth=0))
        for (x, y, z), radius in zip(layout.centres / UM, layout.radii / UM, strict=True):
            if (cut := radius**2 - (y - middle) ** 2) > 0.0:
                _ball(axes, z, x, float(np.sqrt(cut)))
        for place, text in (
            (-1.5, "current\ncollector"),
            (top / 2, "electrode: particles (x, φ$_p$, σ) in\ncarbon-binder matrix (c$_e$, φ$_e$, φ$_m$)"),
            (top + separator / 2, "separator\n(c$_e$, φ$_e$)"),
            (top + separator + 1.5, "lithium\nmetal"),
        ):
            axes.text(place, width + 0.7, text, ha="center", va="bottom", fontsize=9)
        axes.annotate(
            "",
            (top + separator - 2, width / 2),
            (top + 3, width / 2),
            arrowprops={"arrowstyle": "->", "lw": 1.6},
        )
        axes.text(top + separator / 2, width / 2 + 0.6, "Li$^+$ on charge, i > 0", ha="center", fontsize=9)
        axes.set(xlim=(-5, top + separator + 6), ylim=(0, width), xlabel="z [µm]", ylabel="x [µm]")
        axes.set_aspect("equal")
        axes.grid(False)
        axes.set_xticks([0, top, top + separator], ["0", f"L = {top:g}", f"L + L$_s$ = {top + separator:g}"])
        figure.savefig(out)
    return "The half cell in a section, to scale: what is solved where, and the axis of depth."


def _ball(axes: Axes, across: float, along: float, radius: float) -> None:
    patch = Circle((across, along), radius, facecolor="#56b4e9", edgecolor=style.INK, lw=0.7, alpha=0.8)
    axes.add_patch(patch)


def draw_layout(out: Path) -> str:
    """Draw the shipped layout as the command does."""
    layout_picture(shipped_layout("rve-52"), out)
    return "The shipped layout `rve-52`: particles, volume fraction over the depth, and diameters by volume."


def draw_contacts(out: Path) -> str:
    """Draw a plane of spheres that overlap and nearly touch, as given and under each rule."""
    places = np.array([[4.0, 4.2], [9.2, 4.4], [6.6, 9.0], [12.6, 8.7], [3.0, 13.4], [9.0, 14.4]])
    radii = np.array([2.6, 2.7, 2.6, 2.55, 2.2, 2.9]) * UM
    centres = np.column_stack([places[:, 0], np.full(len(places), 8.0), places[:, 1]]) * UM
    given = Layout(centres, radii, box=(16 * UM, 16 * UM, 18 * UM), name="six")
    rules = {
        "as given": None,
        "minimum-gap": MinimumGap(gap=0.4 * UM),
        "shrink": Shrink(gap=0.4 * UM),
        "fuse": Fuse(reach=0.4 * UM),
    }
    with style.styled():
        figure = style.new_figure(10.5, 3.6)
        for axes, (title, rule) in zip(figure.subplots(1, 4, sharey=True), rules.items(), strict=True):
            shown = given if rule is None else rule.apply(given).layout
            for (x, _, z), radius in zip(shown.centres / UM, shown.radii / UM, strict=True):
                _ball(axes, x, z, radius)
            if title != "as given":
                for (x, _, z), radius in zip(given.centres / UM, given.radii / UM, strict=True):
                    axes.add_patch(Circle((x, z), radius, fill=False, edgecolor=style.MUTED, lw=0.7, ls=":"))
            for neck in necks_of(shown) if title == "fuse" else ():
                along = np.array((neck.axis[0], neck.axis[2]))
                start = neck.centre(shown)[[0, 2]] / UM
                ends = np.vstack([start, start + along * neck.length / UM])
                across = np.array((-along[1], along[0])) * neck.radius / UM
                outline = np.vstack([ends + across, (ends - across)[::-1], ends[:1] + across])
                axes.plot(outline[:, 0], outline[:, 1], color=style.NEAR_SEPARATOR, lw=1.6)
            axes.set(xlim=(0, 16), ylim=(0, 18), title=title, xlabel="x [µm]")
            axes.set_aspect("equal")
            axes.grid(False)
        figure.axes[0].set_ylabel("z [µm]")
        figure.savefig(out)
    return (
        "A plane of six spheres, some of which overlap or nearly touch, as given and under the contact rules"
        " (a gap of 0.4 µm, wide so that it is seen); dotted: as given; orange: necks."
    )


def draw_bounds(out: Path) -> str:
    """Draw what bounds and value say of a ball in a cube as voxels become finer."""
    sizes = (8, 12, 16, 24, 32, 48, 64)
    low, value, high, volumes = [], [], [], []
    for count in sizes:
        index = (np.indices((count, count, count)) + 0.5) / count - 0.5
        ball = (index**2).sum(axis=0) < 0.29**2
        image = VoxelSpecimen(ball.astype(np.uint8), (20e-6 / count,) * 3, {"pore": 0, "ball": 1})
        found = effective_conductivity(image, {"pore": 1.0}, directions="z")
        low.append(found.lower[2])
        high.append(found.upper[2])
        value.append(found.tensor[2, 2])
        volumes.append(float(ball.mean()))
    exact = _rayleigh(4.0 / 3.0 * np.pi * 0.29**3)
    with style.styled():
        figure = style.new_figure(6.2, 3.6)
        axes = figure.add_subplot()
        axes.fill_between(sizes, low, high, color=style.NEAR_COLLECTOR, alpha=0.25, label="bounds")
        axes.plot(sizes, value, "o-", color=style.NEAR_COLLECTOR, label="value")
        axes.axhline(exact, color=style.NEAR_SEPARATOR, ls="--", label="array of spheres, exact series")
        axes.set(xscale="log", xlabel="voxels along an edge [-]")
        axes.set_ylabel("conductivity over that of the pores [-]")
        axes.set_xticks(sizes, [str(count) for count in sizes])
        axes.minorticks_off()
        axes.legend()
        figure.savefig(out)
    return (
        "Bounds and value of the conductivity around an insulating ball (10 % of a cube) on finer voxels."
        " The interval is about the voxels: their ball is not quite the ball, nor of its volume"
        f" ({min(volumes):.3f} to {max(volumes):.3f})."
    )


def _rayleigh(volume: float) -> float:
    """Conductivity around a simple cubic array of insulating spheres, to the order of volume^(10/3).

    Rayleigh's series as McPhedran and McKenzie (Proc. R. Soc. A 359 (1978) 45) give it; second-hand.
    """
    return 1.0 - 3.0 * volume / (2.0 + volume - 1.30459 * 0.75 * volume ** (10.0 / 3.0))


def draw_materials(out: Path) -> str:
    """Draw the laws of the active materials over their lithium content."""
    names = ("nmc622", "nmc532", "nmc-dfn-reference")
    with style.styled():
        figure = style.new_figure(10.0, 3.3)
        panels = figure.subplots(1, 3)
        for number, name in enumerate(names):
            material = active_material(name)
            shown = (material.open_circuit_voltage, material.diffusivity, material.chemical_strain)
            for axes, curve in zip(panels, shown, strict=True):
                low, high = max(curve.valid_range[0], 0.0), min(curve.valid_range[1], 1.0)
                x = np.linspace(low, high, 300)
                y = np.broadcast_to(np.asarray(curve(x), dtype=float), x.shape)
                # Laws that coincide lie within each other.
                axes.plot(x, y, color=style.SERIES[number], label=name, lw=4.0 - 1.3 * number)
        for axes, label in zip(
            panels,
            LAWS,
            strict=True,
        ):
            axes.set(xlabel="lithium content x [-]", ylabel=label)
        panels[0].set_ylim(3.3, 4.8)
        panels[1].set_yscale("log")
        panels[0].legend()
        figure.savefig(out)
    return "Laws of three active materials, each over the range in which it may be used."
