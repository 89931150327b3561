"""``chemomech layout effective``: effective conductivity and moduli of an image or of a layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chemomech.errors import InputError, unknown_name
from chemomech.layout_options import Lengths, Whole, WholeNumbers, phase_values

if TYPE_CHECKING:
    from chemomech.solver.effective import Specimen


@click.command()
@click.argument("source")
@click.option("--voxel-size", type=Lengths(1), help="Edge of a cubic voxel of an image: 0.398 um.")
@phase_values
@click.option("--crop", "part", type=WholeNumbers(6), help="Part to use [voxel]: low corner, high corner.")
@click.option(
    "--bin", "block", type=Whole(1, 64), default=1, show_default=True, help="Bin cubes of so many voxels."
)
@click.option("--mesh", "preset", default="coarse", show_default=True, help="Mesh of a layout.")
@click.option("--contacts", help="Contact rule for a layout whose spheres overlap or touch.")
@click.option("--phase", multiple=True, help="Tortuosity factors of this phase; may be repeated.")
@click.option(
    "--value", "values", multiple=True, metavar="PHASE=NUMBER", help="Conductivity of a phase; repeat."
)
@click.option(
    "--solid",
    "solids",
    multiple=True,
    metavar="PHASE=E,NU",
    help="Modulus with its unit, and ratio: 140 GPa,0.3; repeat.",
)
@click.option("--directions", default="xyz", show_default=True, help="z is the thickness.")
@click.option("--periodic", is_flag=True, help="Sides of an image repeat; else they let nothing through.")
def effective(source: str, **options: Any) -> None:
    """Effective properties of SOURCE: an image stack, a layout (CSV) or the name of a shipped layout."""
    phase, values, solids = options["phase"], options["values"], options["solids"]
    if not (phase or values or solids):
        raise InputError(
            "nothing is asked for; name a phase (--phase pore), conductivities (--value pore=1) or elastic "
            "constants (--solid 'active=140 GPa,0.3')."
        )
    from chemomech.solver import effective as properties

    conductivities = {name: _numbers(text, name, 1)[0] for name, text in _pairs(values)}
    constants = {name: properties.IsotropicElastic(*_solid(text, name)) for name, text in _pairs(solids)}
    specimen = _specimen(source, options)
    click.echo("phases: " + ", ".join(f"{name} {share:.6f}" for name, share in specimen.fractions.items()))
    for name in phase:
        tortuosity = properties.tortuosity_factors(
            specimen, name, options["directions"], periodic_sides=options["periodic"]
        )
        click.echo(f"tortuosity factors of {name} along x, y, z: {_listed(tortuosity.factors)}")
        click.echo(f"  between bounds: {_ranges(tortuosity.lower, tortuosity.upper)}")
        click.echo(f"  effective over own conductivity: {_listed(tortuosity.relative)}")
        click.echo(f"  share that reaches both faces: {_listed(tortuosity.connected)}")
    if conductivities:
        found = properties.effective_conductivity(
            specimen, conductivities, options["directions"], periodic_sides=options["periodic"]
        )
        click.echo(f"bounds of the conductivity along x, y, z: {_ranges(found.lower, found.upper)}")
        click.echo("effective conductivity, rows x, y, z of the flux:")
        for row in found.tensor:
            click.echo(f"  {_listed(row)}")
    if constants:
        solid = properties.effective_elasticity(specimen, constants)
        bulk, shear = zip(solid.reuss, solid.voigt, strict=True)
        click.echo(f"Young's moduli along x, y, z [GPa]: {_listed(solid.youngs_moduli / 1e9)}")
        click.echo(f"  bulk modulus {bulk[0] / 1e9:.4g} to {bulk[1] / 1e9:.4g} GPa (Reuss to Voigt)")
        click.echo(f"  shear modulus {shear[0] / 1e9:.4g} to {shear[1] / 1e9:.4g} GPa")


def _specimen(source: str, options: dict[str, Any]) -> Specimen:
    from chemomech.geometry import shipped_layouts

    kind: Callable[[str, dict[str, Any]], Specimen] = (
        _meshed if source.lower().endswith(".csv") or source in shipped_layouts() else _voxels
    )
    return kind(source, options)


def _voxels(source: str, options: dict[str, Any]) -> Specimen:
    from chemomech.geometry.images import PhaseValues, open_stack, read_phases, reduced
    from chemomech.solver.effective import VoxelSpecimen

    stack = reduced(open_stack(Path(source), options["voxel_size"]), options["part"], options["block"])
    phases = read_phases(stack, PhaseValues(options["active"], options["pore"], options["binder"]))
    z, y, x = stack.voxel_size
    image = stack.read(0, stack.shape[0]).transpose(2, 1, 0)
    return VoxelSpecimen(image, (x, y, z), phases.values.named)


def _meshed(source: str, options: dict[str, Any]) -> Specimen:
    from chemomech.geometry import MESH_PRESETS, generate_mesh, read_layout, shipped_layout
    from chemomech.geometry.contacts import contact_rule
    from chemomech.solver.effective import LayoutSpecimen

    if options["preset"] not in MESH_PRESETS:
        raise unknown_name("mesh preset", options["preset"], MESH_PRESETS)
    layout = read_layout(source) if source.lower().endswith(".csv") else shipped_layout(source)
    if options["contacts"]:
        layout = contact_rule(options["contacts"]).apply(layout).layout
    # The separator is left out of the specimen; it is there because the mesher makes half cells.
    return LayoutSpecimen(generate_mesh(layout, 0.1 * layout.thickness, MESH_PRESETS[options["preset"]]))


def _pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise InputError(f"{text!r} is not of the form PHASE=NUMBER; write for example pore=1.")
        pairs.append((name.strip(), value))
    return pairs


def _numbers(text: str, name: str, count: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise InputError(f"{name} = {text!r} must be {count} plain numbers; write for example 1.")
    return numbers


def _solid(text: str, name: str) -> tuple[float, float]:
    from chemomech.experiments.case.units import parse_quantity

    modulus, comma, ratio = text.partition(",")
    if not comma:
        raise InputError(
            f"{name} = {text!r} must be a modulus and Poisson's ratio; write for example 140 GPa,0.3."
        )
    return parse_quantity(modulus, "Pa", f"modulus of {name}"), _numbers(ratio, f"ratio of {name}", 1)[0]


def _ranges(lower: Any, upper: Any) -> str:
    return " / ".join(f"{low:.5g} to {high:.5g}" for low, high in zip(lower, upper, strict=True))


def _listed(values: Any) -> str:
    return " / ".join(f"{value:.5g}" for value in values)
