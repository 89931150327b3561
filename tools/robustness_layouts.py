"""Layouts for tools/mesh_robustness.py: random packings, and crops of an electrode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import InputError
from chemomech.geometry import Layout, LogNormalSizes, pack, read_layout, write_layout
from chemomech.geometry.contacts import CONTACT_RULES, Contacted, contact_rule

UM = 1e-6
ELECTRODE_SEED = 7
ELECTRODE_BOX = np.array([60.0, 60.0, 45.0]) * UM
CROP_ATTEMPTS = 200


@dataclass(frozen=True)
class Made:
    """A layout, and the rule that makes it one to mesh."""

    layout: Layout
    rule: str

    @property
    def fraction(self) -> float:
        """Volume fraction before the rule, overlaps counted twice [-]."""
        return self.layout.volume_fraction

    def contacted(self) -> Contacted:
        """The layout after the rule."""
        return contact_rule(self.rule).apply(self.layout)


def made(case: dict[str, Any]) -> Made:
    """Layout and rule of a case; the rules take turns."""
    rule = sorted(CONTACT_RULES)[case["seed"] % len(CONTACT_RULES)]
    generator = np.random.default_rng(case["seed"])
    low, high = (int(bound) for bound in case["particles"])
    count = int(generator.integers(low, high + 1))
    if case["kind"] == "packing":
        return Made(packing(generator, count), rule)
    whole = read_layout(case["source"]) if case["source"] else electrode()
    return Made(crop_of_about(whole, count, generator), rule)


def packing(generator: np.random.Generator, count: int) -> Layout:
    """Spheres of random size and number; every fourth packed without overlaps and off the walls."""
    fraction = float(generator.uniform(0.2, 0.55))
    mean, width = float(generator.uniform(1.5, 3.5)), float(generator.uniform(0.05, 0.4))
    sizes = LogNormalSizes(mean * UM, width)
    radii = sizes.sample(count, generator)
    volume = float((4.0 / 3.0 * np.pi * radii**3).sum()) / fraction
    aspect = float(generator.uniform(0.8, 1.8))  # height over width
    edge = (volume / aspect) ** (1.0 / 3.0)
    box = np.array([edge, edge, aspect * edge])
    name = f"packing-{count}-{fraction:.2f}"
    if generator.integers(4) == 0:
        # Whole spheres in so small a box: what pack reaches there is less, and it says so above that.
        gap = float(generator.choice([0.0, 0.05, 0.2])) * UM
        return pack(
            (edge, edge, aspect * edge), sizes, count=count, volume_fraction=min(fraction, 0.35),
            minimum_gap=gap, seed=int(generator.integers(1 << 30)), name=name,
        )  # fmt: skip
    sweeps = int(generator.integers(0, 60))
    return Layout(*relaxed(radii, box, sweeps, generator), tuple(box), name)


def relaxed(
    radii: np.ndarray, box: np.ndarray, sweeps: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Random places, pushed apart for a number of sweeps: the fewer, the more overlaps stay.

    The sides may cut the spheres; in z they are kept inside where there is room.
    """
    centres = generator.random((len(radii), 3)) * box
    inside = np.minimum(radii, 0.5 * box[2])
    for sweep in range(sweeps + 1):
        away = centres[:, None, :] - centres[None, :, :]
        distance = np.linalg.norm(away, axis=2) + np.eye(len(radii))
        overlap = np.maximum(radii[:, None] + radii[None, :] - distance, 0.0)
        np.fill_diagonal(overlap, 0.0)
        push = 0.35 * (overlap / distance)[:, :, None] * away
        if sweep:
            centres = centres + push.sum(axis=1)
        centres[:, :2] = np.clip(centres[:, :2], 0.0, box[:2])
        centres[:, 2] = np.clip(centres[:, 2], inside, box[2] - inside)
    apart = [
        all(np.linalg.norm(centres[k] - centres[j]) > 0.01 * radii[k] for j in range(k))
        for k in range(len(radii))
    ]
    return centres[apart], radii[apart]


def electrode() -> Layout:
    """A random electrode with overlaps, in place of an extracted one."""
    generator = np.random.default_rng(ELECTRODE_SEED)
    radii = LogNormalSizes(3.4 * UM, 0.35).sample(420, generator)
    share = 0.5 * float(np.prod(ELECTRODE_BOX)) / float((4.0 / 3.0 * np.pi * radii**3).sum())
    radii = radii * np.cbrt(share)
    return Layout(*relaxed(radii, ELECTRODE_BOX, 25, generator), tuple(ELECTRODE_BOX), "random-electrode")


def crop_of_about(layout: Layout, count: int, generator: np.random.Generator) -> Layout:
    """A box somewhere in a layout with about `count` spheres in it; its walls cut what they meet."""
    whole = np.asarray(layout.box)
    density = len(layout) / layout.box_volume
    edge = float(np.cbrt(count / density))
    for _ in range(CROP_ATTEMPTS):
        size = np.minimum(edge * np.array([1.0, 1.0, generator.uniform(0.8, 1.6)]), whole)
        low = generator.random(3) * (whole - size)
        centres = layout.centres - low
        nearest = np.clip(centres, 0.0, size)
        inside = np.linalg.norm(centres - nearest, axis=1) < layout.radii
        rows = np.flatnonzero(inside)
        if len(rows) >= 2:
            contacts = None if layout.contacts is None else layout.contacts.of(rows, len(layout))
            return Layout(
                centres[rows], layout.radii[rows], tuple(size), f"{layout.name}-crop", contacts=contacts
            )
    raise InputError(f"no crop of {count} spheres was found in layout '{layout.name}'; ask for more of them.")


def electrode_file(
    csv: Path | None, stack: Path | None, voxel_size: float | None, active: int, out: Path
) -> Path | None:
    """CSV of the electrode to crop from, given or extracted from a stack; None for a random one."""
    if stack is None:
        return csv
    if voxel_size is None:
        raise SystemExit("--stack needs --voxel-size, the edge of a voxel [m]")
    path = out.with_name(f"{stack.stem}-layout.csv")
    if not path.exists():
        # Loads the image libraries, which nothing else here needs.
        from chemomech.geometry.images import PhaseValues, extract_from_phases, open_stack, read_phases

        phases = read_phases(open_stack(stack, voxel_size), PhaseValues(active))
        write_layout(extract_from_phases(phases).layout, path)
    return path
