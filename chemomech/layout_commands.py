"""``chemomech layout``: layouts from images, by packing, and as parts of others."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chemomech.effective_command import effective
from chemomech.errors import InputError
from chemomech.layout_options import Length, Lengths, Number, Whole, WholeNumbers, phase_values

if TYPE_CHECKING:
    from chemomech.geometry import Layout
    from chemomech.geometry.images import Extraction, ImageStack, MemoryLimit

PATH = click.Path(path_type=Path)
GIGABYTE = 1e9
MICRO = 1e-6


@click.group()
def layout() -> None:
    """Make, cut and describe particle layouts."""


layout.add_command(effective)


@layout.command()
@click.argument("stack", type=PATH)
@click.option(
    "--voxel-size",
    type=Lengths(1, 3),
    required=True,
    help="Edge of a voxel, or three along the axes: 0.398 um.",
)
@click.option("--anisotropic", is_flag=True, help="Three edges that differ are meant.")
@click.option("--out", type=PATH, required=True, help="Layout to write, a CSV file.")
@click.option("--particles", type=PATH, help="Also write a CSV table of what is measured on each particle.")
@phase_values
@click.option("--labels", is_flag=True, help="Every value but 0 is a particle of its own.")
@click.option(
    "--grey", type=Whole(2, 3), metavar="CLASSES", help="Segment grey values into 2 or 3 classes first."
)
@click.option("--thresholds", metavar="A[,B]", help="Grey values between the classes, in place of Otsu's.")
@click.option(
    "--neck-ratio",
    type=Number(0.0, 1.0),
    help="Join basins whose neck is wider than this share of the radius.",
)
@click.option("--peak-depth", type=Length(), help="Join basins by the h-maxima rule instead.")
@click.option(
    "--smoothing", type=Number(0.0, 20.0), default=1.0, show_default=True, help="Of the distance [voxel]."
)
@click.option(
    "--fragment", type=Whole(0, 10**9), default=33, show_default=True, help="Smallest particle [voxel]."
)
@click.option("--thickness-axis", type=Whole(0, 2), default=0, show_default=True, help="Axis of the array.")
@click.option("--collector-last", is_flag=True, help="The collector is at the last plane, not the first.")
@click.option("--crop", "part", type=WholeNumbers(6), help="Part to use [voxel]: low corner, high corner.")
@click.option(
    "--bin", "block", type=Whole(1, 64), default=1, show_default=True, help="Bin cubes of so many voxels."
)
@click.option("--dataset", help="Name inside an HDF5 file.")
@click.option("--shape", type=WholeNumbers(3), help="Voxels along the axes of a raw file.")
@click.option("--dtype", help="Type of the voxels of a raw file, such as uint8.")
@click.option("--memory", type=Number(0.001, 1e6), default=4.0, show_default=True, help="Memory limit [GB].")
def extract(**options: Any) -> None:
    """Extract the particles of an image STACK as spheres."""
    _free(options["out"])
    if options["particles"]:
        _free(options["particles"])
    from chemomech.geometry.images import MemoryLimit

    limit = MemoryLimit(options["memory"] * GIGABYTE)
    extraction = _extracted(_opened(options), options, limit)
    remarks = (f"extracted from {options['stack'].name}",)
    from chemomech.geometry import write_layout

    named = dataclasses.replace(extraction.layout, name=options["out"].stem)
    write_layout(named, options["out"], remarks)
    for line in _lines(named) + _paths(extraction):
        click.echo(line)
    if options["particles"]:
        options["particles"].write_text(_particle_table(extraction), encoding="utf-8")
    click.echo(f"layout: {options['out']}")


@layout.command()
@click.option("--box", type=Lengths(3), required=True, help="Edges Lx,Ly,L; L is the thickness: 20,20,40 um.")
@click.option("--out", type=PATH, required=True, help="Layout to write, a CSV file.")
@click.option("--count", type=Whole(1, 10**6), help="Number of spheres.")
@click.option("--volume-fraction", type=Number(0.0, 0.74), help="Of the spheres in the box.")
@click.option("--mean-volume-radius", type=Length(), help="Radius of the sphere of mean volume.")
@click.option(
    "--width",
    type=Number(0.0, 1.0),
    default=0.22,
    show_default=True,
    help="Standard deviation over mean radius.",
)
@click.option("--minimum-gap", type=Length(), default=0.2e-6, show_default=True, help="Between surfaces [m].")
@click.option("--sides", default="walls", show_default=True, help="walls, or periodic for cut spheres.")
@click.option(
    "--gradient",
    type=Number(-0.9, 0.9),
    default=0.0,
    show_default=True,
    help="Relative excess at the separator.",
)
@click.option("--seed", type=Whole(0, 2**32 - 1), default=0, show_default=True)
def pack(**options: Any) -> None:
    """Pack spheres of log-normal size at random."""
    _free(options["out"])
    from chemomech.errors import unknown_name
    from chemomech.geometry import PACKING_SIDES, DepthGradient, LogNormalSizes
    from chemomech.geometry import pack as packed

    amounts = [options[name] for name in ("count", "volume_fraction", "mean_volume_radius")]
    if sum(value is not None for value in amounts) < 2:
        raise InputError(
            "the packing is open; give two of --count, --volume-fraction and --mean-volume-radius."
        )
    if all(value is not None for value in amounts):
        raise InputError(
            "--count, --volume-fraction and --mean-volume-radius are given, of which any two give the third; "
            "leave one of them out."
        )
    if options["sides"] not in PACKING_SIDES:
        raise unknown_name("kind of sides", options["sides"], PACKING_SIDES)
    given = options["mean_volume_radius"]
    radius = min(options["box"]) / 10.0 if given is None else given
    # Mean cube of a log-normal: median^3 exp(9 s^2 / 2) with s^2 = ln(1 + width^2).
    median = radius * math.exp(-1.5 * math.log1p(options["width"] ** 2))
    packing = packed(
        options["box"],
        LogNormalSizes(median, options["width"]),
        count=options["count"],
        volume_fraction=options["volume_fraction"],
        minimum_gap=options["minimum_gap"],
        seed=options["seed"],
        name=options["out"].stem,
        sides=PACKING_SIDES[options["sides"]](),
        gradient=DepthGradient(options["gradient"]),
    )
    _finish(packing, options["out"], f"packed with seed {options['seed']}")


@layout.command()
@click.argument("source")
@click.option("--low", type=Lengths(3), required=True, help="Corner nearest the origin: 0,0,0 um.")
@click.option("--high", type=Lengths(3), required=True, help="Opposite corner.")
@click.option("--out", type=PATH, required=True, help="Layout to write, a CSV file.")
@click.option(
    "--sides", default="cut", show_default=True, help="Spheres that a side (x, y) crosses: cut, whole."
)
@click.option(
    "--faces",
    default="slide",
    show_default=True,
    help="Those that a face across z crosses: slide, cut, whole.",
)
@click.option(
    "--most-loss",
    type=Number(0.0, 1.0),
    default=0.02,
    show_default=True,
    help="Accepted change of the volume fraction.",
)
def crop(source: str, low: Any, high: Any, out: Path, sides: str, faces: str, most_loss: float) -> None:
    """Cut a box out of the layout SOURCE, a CSV file or the name of a shipped one.

    Kept are the spheres that lie in the box as a whole, and those that its walls cross: none of them (whole),
    all, as they are (cut), or as many as make up the volume inside, slid in (slide).
    """
    _free(out)
    from chemomech.errors import unknown_name
    from chemomech.geometry import FACE_RULES, SIDE_RULES, cut_out

    for what, name, known in (("sides", sides, SIDE_RULES), ("faces", faces, FACE_RULES)):
        if name not in known:
            raise unknown_name(f"rule for the {what}", name, known)
    part = cut_out(_read(source), low, high, SIDE_RULES[sides], FACE_RULES[faces], most_loss)
    for line in part.lines():
        click.echo(line)
    _finish(dataclasses.replace(part.layout, name=out.stem), out, f"part of {source}")


@layout.command()
@click.argument("source")
@click.option("--times", type=WholeNumbers(3), required=True, help="How often along x, y and z: 6,6,1.")
@click.option("--plain", is_flag=True, help="Every tile as it is, none a mirror image.")
@click.option("--out", type=PATH, required=True, help="Layout to write, a CSV file.")
def tile(source: str, times: Any, plain: bool, out: Path) -> None:
    """Repeat the layout SOURCE, a CSV file or the name of a shipped one.

    Every other tile is a mirror image, so that what a side cuts goes on beside it.
    """
    _free(out)
    from chemomech.geometry import tile as tiled

    repeated = tiled(_read(source), times, mirrored=not plain)
    _finish(dataclasses.replace(repeated, name=out.stem), out, f"{source} repeated {times}")


@layout.command()
@click.argument("source")
@click.option("--picture", type=PATH, help="Draw the layout (.png, .pdf, .svg).")
def info(source: str, picture: Path | None) -> None:
    """Describe the layout SOURCE, a CSV file or the name of a shipped one."""
    described = _read(source)
    for line in _lines(described):
        click.echo(line)
    if picture is not None:
        _free(picture)
        from chemomech.geometry import layout_picture

        click.echo(f"picture: {layout_picture(described, picture)}")


def _opened(options: dict[str, Any]) -> ImageStack:
    from chemomech.geometry.images import majority_of_block, mean_of_block, open_stack, reduced

    stack = open_stack(
        options["stack"],
        options["voxel_size"],
        anisotropic=options["anisotropic"],
        dataset=options["dataset"],
        shape=options["shape"],
        dtype=options["dtype"],
    )
    rule = mean_of_block if options["grey"] else majority_of_block
    return reduced(stack, options["part"], options["block"], rule)


def _extracted(stack: ImageStack, options: dict[str, Any], limit: MemoryLimit) -> Extraction:
    from chemomech.geometry.images import (
        Orientation,
        PhaseValues,
        extract_from_labels,
        extract_from_phases,
        read_labels,
        read_phases,
        segment_grey,
    )

    orientation = Orientation(options["thickness_axis"], options["collector_last"])
    if options["labels"]:
        return extract_from_labels(read_labels(stack, memory=limit), orientation, limit)
    if options["thresholds"] is not None and options["grey"] is None:
        raise InputError("--thresholds tell grey values apart; add --grey with the number of classes.")
    if options["grey"] is not None:
        thresholds = _thresholds(options["thresholds"])
        stack, bounds = segment_grey(stack, options["grey"], thresholds=thresholds, memory=limit)
        click.echo("thresholds: " + ", ".join(f"{bound:.6g}" for bound in bounds))
    phases = read_phases(stack, PhaseValues(options["active"], options["pore"], options["binder"]), limit)
    return extract_from_phases(phases, _rule(options), orientation, limit)


def _rule(options: dict[str, Any]) -> Any:
    from chemomech.geometry.images import NeckRatio, PeakDepth, SeparationRule

    neck, depth = options["neck_ratio"], options["peak_depth"]
    if neck is not None and depth is not None:
        raise InputError("--neck-ratio and --peak-depth are two rules for the same thing; give one of them.")
    merging = PeakDepth(depth) if depth is not None else NeckRatio() if neck is None else NeckRatio(neck)
    return SeparationRule(options["smoothing"], merging, options["fragment"])


def _thresholds(text: str | None) -> tuple[float, ...] | None:
    if text is None:
        return None
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"--thresholds = {text!r} is not a list of numbers; write them as in 90,160."
        ) from None


def _read(source: str) -> Layout:
    from chemomech.geometry import read_layout, shipped_layout

    return read_layout(source) if source.lower().endswith(".csv") else shipped_layout(source)


def _free(path: Path) -> None:
    if path.exists():
        raise InputError(f"the file '{path}' exists; delete it or name another.")
    if not path.parent.is_dir():
        raise InputError(f"the folder '{path.parent}' does not exist; make it or name another.")


def _finish(described: Layout, out: Path, remark: str) -> None:
    from chemomech.geometry import write_layout

    write_layout(described, out, (remark,))
    for line in _lines(described):
        click.echo(line)
    click.echo(f"layout: {out}")


def _lines(described: Layout) -> list[str]:
    from chemomech.geometry import layout_statistics

    summary = layout_statistics(described)
    edges = " x ".join(f"{edge / MICRO:.4g}" for edge in described.box)
    by_volume = " / ".join(f"{value / MICRO:.3g}" for value in (summary.d10, summary.d50, summary.d90))
    numbers = (summary.number_d10, summary.number_d50, summary.number_d90)
    by_number = " / ".join(f"{value / MICRO:.3g}" for value in numbers)
    profile = " ".join(f"{value:.3f}" for value in summary.profile_fraction)
    return [
        f"{described.name}: {summary.count} particles in {edges} um, {summary.at_border} at the border",
        f"volume fraction {summary.volume_fraction:.4f}, "
        f"of which {summary.overlap_fraction:.4f} counted twice",
        f"diameters D10 / D50 / D90 [um]: {by_volume} by volume, {by_number} by number",
        f"specific surface {summary.specific_surface * MICRO:.4f} 1/um, "
        f"coordination {summary.coordination:.2f}",
        _gap_line(described, summary.overlaps),
        f"volume fraction from collector to separator: {profile}",
    ]


def _gap_line(described: Layout, overlaps: int) -> str:
    from chemomech.geometry.statistics import deepest_cut, smallest_pair_gap, smallest_wall_gap

    pair, wall = smallest_pair_gap(described), smallest_wall_gap(described)
    parts = [f"{overlaps} pairs overlap"]
    if math.isfinite(pair):
        parts.insert(0, f"smallest gap between spheres {pair / MICRO:.3g} um")
    if math.isfinite(wall):
        parts.append(f"from whole spheres to a wall {wall / MICRO:.3g} um")
    if described.is_cut.any():
        parts.append(
            f"walls cut {described.is_cut.sum()}, up to {deepest_cut(described) / MICRO:.3g} um deep"
        )
    return ", ".join(parts)


def _paths(extraction: Extraction) -> list[str]:
    lines = []
    wiring, pores = extraction.wiring, extraction.pores
    if wiring is not None:
        cut_off = wiring.isolated
        names = ", ".join(map(str, cut_off[:8].tolist())) + (", ..." if len(cut_off) > 8 else "")
        lines.append(
            f"binder covers {wiring.coverage.mean():.3f} of a particle on average; without a path "
            f"for electrons: {len(cut_off)} particles, {wiring.isolated_volume:.2%} of their volume"
            + (f" ({names})" if names else "")
        )
    if pores is not None:
        lines.append(f"without a path for ions: {pores.isolated_volume:.2%} of the pores")
    return lines


def _particle_table(extraction: Extraction) -> str:
    table, wiring = extraction.table, extraction.wiring
    columns = ["id", "volume [um3]", "radius [um]", "border"]
    columns += ["binder coverage", "wired", "touches wired binder"] if wiring is not None else []
    lines = [",".join(columns)]
    for row, name in enumerate(extraction.image.names.tolist()):
        values = [f"{name}", f"{table.volumes[row] * 1e18:.9g}", f"{table.radii[row] / MICRO:.9g}"]
        values.append(f"{int(table.at_border[row])}")
        if wiring is not None:
            values.append(f"{wiring.coverage[row]:.6f}")
            values += [f"{int(wiring.wired[row])}", f"{int(wiring.touches_binder[row])}"]
        lines.append(",".join(values))
    return "\n".join(lines) + "\n"
