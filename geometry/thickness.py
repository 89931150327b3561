"""The same electrode, thinner or thicker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from chemomech.errors import InputError, require_between

from .cropping import crop
from .editing import tile
from .layout import Layout
from .packing import pack
from .sizes import GivenSizes
from .statistics import smallest_pair_gap


class ThicknessRule(Protocol):
    """How a layout gets another thickness."""

    def apply(self, layout: Layout, thickness: float) -> Layout:
        """Return the layout with the thickness [m].

        Raises:
            InputError: the rule cannot give that thickness.
        """
        ...


@dataclass(frozen=True)
class CropThickness:
    """Cut at the new thickness; what lies at the cut is slid in, see :mod:`.cropping`."""

    def apply(self, layout: Layout, thickness: float) -> Layout:
        """Cut the separator side off."""
        require_between(
            "the thickness",
            thickness,
            1e-9,
            layout.thickness,
            "m",
            "stack or re-pack to make a layout thicker",
        )
        width, depth, _ = layout.box
        kept = crop(layout, (0.0, 0.0, 0.0), (width, depth, thickness))
        if not len(kept):
            raise InputError(
                f"no particle of layout '{layout.name}' lies below {thickness:.3g} m; crop less."
            )
        return kept


@dataclass(frozen=True)
class StackThickness:
    """Mirror images on top of each other, cut to the new thickness."""

    def apply(self, layout: Layout, thickness: float) -> Layout:
        """Stack as often as needed, then cut the separator side off."""
        require_between("the thickness", thickness, 1e-9, 1e-2, "m", "state a thickness as in 60e-6")
        times = int(np.ceil(thickness / layout.thickness - 1e-9))
        return CropThickness().apply(tile(layout, (1, 1, times), mirrored=True), thickness)


@dataclass(frozen=True)
class RepackThickness:
    """A new random packing with the sizes, the volume fraction and the width of the layout.

    Attributes:
        minimum_gap: smallest distance between surfaces [m]; that of the layout if None, 0 if it overlaps.
        seed: of the packing.
    """

    minimum_gap: float | None = None
    seed: int = 0

    def apply(self, layout: Layout, thickness: float) -> Layout:
        """Pack anew."""
        require_between("the thickness", thickness, 1e-9, 1e-2, "m", "state a thickness as in 60e-6")
        gap = _gap_of(layout) if self.minimum_gap is None else self.minimum_gap
        return pack(
            (layout.box[0], layout.box[1], thickness),
            GivenSizes(tuple(layout.radii.tolist())),
            volume_fraction=layout.volume_fraction,
            minimum_gap=gap,
            seed=self.seed,
            name=f"{layout.name}-repacked",
        )


def _gap_of(layout: Layout) -> float:
    """Smallest gap between spheres, not to walls, which may cut them; of a single sphere, to the walls."""
    gap = smallest_pair_gap(layout) if len(layout) > 1 else layout.minimum_gap()
    return max(gap, 0.0)


@dataclass(frozen=True)
class BlockThickness:
    """Mirror images of one new packing on top of each other; see `RepackThickness`.

    The blocks are about as thick as the layout, so that thick electrodes cost no more packing than thin ones
    and have the same sizes, volume fraction and wall effects.

    Attributes:
        minimum_gap: smallest distance between surfaces [m]; that of the layout if None, 0 if it overlaps.
        seed: of the packing.
    """

    minimum_gap: float | None = None
    seed: int = 0

    def apply(self, layout: Layout, thickness: float) -> Layout:
        """Pack one block, and stack it."""
        times = max(1, round(thickness / layout.thickness))
        block = RepackThickness(self.minimum_gap, self.seed).apply(layout, thickness / times)
        return tile(block, (1, 1, times), mirrored=True)


THICKNESS_RULES: Final[dict[str, Callable[[int], ThicknessRule]]] = {
    "crop": lambda seed: CropThickness(),
    "stack": lambda seed: StackThickness(),
    "repack": lambda seed: RepackThickness(seed=seed),
    "blocks": lambda seed: BlockThickness(seed=seed),
}
"""The rules by name, made with a seed for those that pack."""


def with_thickness(layout: Layout, thickness: float, rule: ThicknessRule) -> Layout:
    """Change the thickness of a layout; see `THICKNESS_RULES`.

    Args:
        layout: what to change.
        thickness: new edge of the box along z [m].
        rule: how.
    """
    return rule.apply(layout, thickness)
