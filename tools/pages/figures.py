"""The figures of the pages: a page asks for one by ``<!-- figure: NAME -->``, a line of its own.

Those of results are the figures that every report has, those of layouts and laws are drawn here. A figure
that needs a run is a placeholder where no runs are wanted.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chemomech.experiments.drawing import style
from chemomech.experiments.report.damage import read_cycles
from chemomech.experiments.report.figures import CYCLE_SPECS, SPECS, write_figure
from chemomech.solver.results import Result
from pages import drawings
from pages.electrode import draw_electrode
from pages.mesh import draw_mesh, draw_shapes
from pages.runs import RUNS, Folders, call

MARK = re.compile(r"^<!-- figure: (?P<name>[\w.-]+) -->$", re.MULTILINE)

type Draw = Callable[[Path, Path], str]
"""From the folder of the run and the picture to write, to what the picture shows."""


@dataclass(frozen=True)
class PageFigure:
    """A figure of a page.

    Attributes:
        alt: what is said in its place where it cannot be seen.
        draw: makes it, and says what it shows.
        run: name of the run it needs; None where it needs none.
        command: what makes it, beside the run.
    """

    alt: str
    draw: Draw
    run: str | None = None
    command: str = ""


def of_report(name: str, run: str) -> PageFigure:
    """A figure that the report of a run has, under the caption of the report."""
    spec = next(spec for spec in (*SPECS, *CYCLE_SPECS) if spec.name == name)

    def draw(folder: Path, out: Path) -> str:
        with Result.open(folder / "run" if run == "tutorial" else folder) as result:
            dataset = read_cycles(result)
            shutil.copy(write_figure(result, dataset, name), out)
            return spec.caption(dataset)

    return PageFigure(spec.title, draw, run)


def of_folder(file: str, run: str, alt: str, caption: str) -> PageFigure:
    """A picture that a command writes into its folder."""

    def draw(folder: Path, out: Path) -> str:
        shutil.copy(folder / file, out)
        return caption

    return PageFigure(alt, draw, run)


def by_command(command: str, run: str, alt: str, caption: str) -> PageFigure:
    """A picture that a command draws of a result: ``RESULT`` is its folder, ``OUT`` the picture."""

    def draw(folder: Path, out: Path) -> str:
        places = {"RESULT": str(folder), "OUT": str(out)}
        call([places.get(word, word) for word in shlex.split(command)], command)
        return caption

    return PageFigure(alt, draw, run, command.replace("RESULT", f"results/{run}"))


def drawn(alt: str, draw: Callable[[Path], str], run: str | None = None, command: str = "") -> PageFigure:
    """A picture that is drawn without a run, or beside it."""
    return PageFigure(alt, lambda _, out: draw(out), run, command)


FIGURES: dict[str, PageFigure] = {
    # model.md, accuracy.md, results.md
    "cell": drawn("Sketch of the half cell", drawings.draw_cell),
    "electrode": PageFigure("Particles cut open, lithium and stress", draw_electrode, "resolved"),
    "cut_stoichiometry": of_report("cut_stoichiometry", "resolved"),
    "cut_equivalent_stress": of_report("cut_equivalent_stress", "resolved"),
    "cut_electrolyte_concentration": of_report("cut_electrolyte_concentration", "resolved"),
    "voltage": of_report("voltage", "resolved"),
    "depth_stoichiometry": of_report("depth_stoichiometry", "resolved"),
    "depth_fracture": of_report("depth_fracture", "resolved"),
    "depth_statistics": of_report("depth_statistics", "electrode"),
    "particles": of_report("particles", "radial"),
    # radial.md
    "compared_voltage": of_folder(
        "voltage.png", "compared", "Voltage of two models", "Voltage of the resolved and of the radial model."
    ),
    "compared_depth_lithium": of_folder(
        "depth_lithium.png",
        "compared",
        "Lithium by depth in two models",
        "Lithium of every particle over its depth in both models.",
    ),
    "compared_depth_stress": of_folder(
        "depth_stress.png",
        "compared",
        "Stress by depth in two models",
        "Surface stress of every particle over its depth in both models.",
    ),
    # geometry.md, tomography.md, shapes.md, effective.md
    "layout": drawn(
        "The layout rve-52", drawings.draw_layout, command="chemomech layout info rve-52 --picture layout.png"
    ),
    "contacts": drawn("One layout under three contact rules", drawings.draw_contacts),
    "mesh": PageFigure("The coarse mesh, cut open", draw_mesh, "resolved"),
    "slices": of_folder(
        "slices.png",
        "tutorial",
        "A plane of a stack, segmented and with particles told apart",
        "A plane of the stack of the [tutorial](tutorial.md): grey values, active material, particles.",
    ),
    "extracted": of_folder(
        "layout.png",
        "tutorial",
        "Spheres of an image",
        "The spheres of that stack, as `chemomech layout info --picture` draws them.",
    ),
    "shapes": drawn("Particles in their true shapes and as spheres", draw_shapes, run="mesh"),
    "bounds": drawn("Bounds of a conductivity as voxels become finer", drawings.draw_bounds, run="mesh"),
    # seeing.md, measured.md
    "film": by_command(
        "chemomech animate RESULT --field stoichiometry --out OUT",
        "resolved",
        "Lithium in the particles, cut in half, over the cell voltage",
        "The last picture of a film: `--out` with `.png` in place of `.gif` or `.mp4`.",
    ),
    "titration": by_command(
        "chemomech data gitt RESULT --radius '5.22 um' --against nmc811 --picture OUT",
        "titration",
        "Diffusivity of every pulse of a titration, by the formula and by a fit, and the one that was put in",
        "D(x) of the shipped titration by the formula and by the fit of each pulse, and the one put in.",
    ),
    "planted": of_folder(
        "fit.png",
        "planted",
        "A fit of planted numbers: voltages, profiles of chi-square, correlations",
        "What the shipped fit draws.",
    ),
    # damage.md
    "severity": of_report("severity", "tutorial"),
    "severe_network": of_report("severe_network", "tutorial"),
    # studies.md
    "study_capacity": of_folder(
        "figures/map-capacity-radial.png",
        "study",
        "Map of capacity over C-rate and thickness",
        "Capacity over C-rate and thickness, by the radial model.",
    ),
    "study_fracture": of_folder(
        "figures/fracture-map-radial.png",
        "study",
        "Map of fracture over C-rate and thickness",
        "Fracture index over C-rate and thickness, by the radial model.",
    ),
    "study_ragone": of_folder(
        "figures/ragone-radial.png", "study", "Ragone plot", "Energy against power of the same electrodes."
    ),
    # materials.md
    "materials": drawn("Laws of the active materials", drawings.draw_materials),
    # instruments.md, validation.md
    "indentation": of_folder(
        "figures/0.1-modulus-map.png",
        "scoreboard",
        "Indentation moduli, measured and simulated",
        "Moduli that a nanoindenter reads at three states of charge: measured (paper) and simulated.",
    ),
    "strain_boundary": of_folder(
        "figures/0.10-strain-amplitude-boundary.png",
        "scoreboard",
        "Strain amplitude at particle boundaries",
        "Strain amplitudes that a strain microscope reads on particles and at their boundaries.",
    ),
    "strain_amplitude": of_folder(
        "figures/1.1-strain-amplitude-falls.png",
        "scoreboard",
        "Strain amplitude over the state of charge",
        "Strain amplitude over the state of charge: the claim, and what the simulation reads.",
    ),
    "capacity_window": of_folder(
        "figures/1.8-capacity-window.png",
        "scoreboard",
        "Capacity of the window",
        "A claim on the scoreboard: capacity of the window, as stated and as simulated.",
    ),
}


def asked_for(text: str) -> list[str]:
    """Names of the figures that a page asks for, in their order."""
    return [found["name"] for found in MARK.finditer(text)]


def make_figure(name: str, out: Path, folders: Folders | None) -> str:
    """Draw a figure; a placeholder where it needs a run and there are no folders for runs.

    Args:
        name: of the figure.
        out: the picture.
        folders: of the runs.

    Returns:
        Its caption in Markdown, with the command that makes it.

    Raises:
        SystemExit: for a name that no figure has.
    """
    if name not in FIGURES:
        raise SystemExit(f"no figure is called {name!r}; those there are: {', '.join(FIGURES)}.")
    figure = FIGURES[name]
    if figure.run is not None and folders is None:
        caption = _placeholder(figure, out)
    else:
        needs_folder = figure.run in RUNS
        folder = folders.folder(figure.run) if folders and figure.run and needs_folder else out.parent
        caption = figure.draw(folder, out)
    made_by = []
    if figure.run in RUNS:
        made_by.append(RUNS[figure.run].command.replace("OUT", f"results/{figure.run}"))
    if figure.command:
        made_by.append(figure.command.replace("OUT", f"{name}.png"))
    if made_by:
        caption += "\n\nMade by " + ", then ".join(f"`{c.replace('@', 'results/')}`" for c in made_by) + "."
    return caption


def with_figures(text: str, captions: dict[str, str], pictures: str = "figures") -> str:
    """A page with its figures in the places where it asks for them."""

    def shown(found: re.Match[str]) -> str:
        name = found["name"]
        return f"```{{figure}} {pictures}/{name}.png\n:alt: {FIGURES[name].alt}\n\n{captions[name]}\n```"

    return MARK.sub(shown, text)


def _placeholder(figure: PageFigure, out: Path) -> str:
    with style.styled():
        drawing = style.new_figure(6.0, 2.0)
        drawing.text(0.5, 0.5, f"{figure.alt}\n(not drawn: needs a run)", ha="center", va="center")
        drawing.savefig(out, dpi=60)
    return f"{figure.alt} (not drawn)."
