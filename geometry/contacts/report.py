"""What a contact rule changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from chemomech.geometry.layout import Layout

from .necks import necks_of, overlap_necks
from .shapes import particle_shapes


@dataclass(frozen=True)
class ContactReport:
    """What a contact rule changed; "before" is the union of the spheres inside the box as they came.

    Attributes:
        rule: name of the rule.
        volume_before, volume_after: volume of all particles [m3].
        surface_before, surface_after: surface of all particles towards the matrix [m2].
        contacts_before: pairs that overlap, touch or are nearer than the gap the rule keeps.
        contacts_after: pairs that are joined by a neck.
        overlaps_before: of the pairs before, those that overlap.
        largest_radius_change: largest over the particles of abs(radius after / before - 1) [-].
        largest_move: largest distance by which a centre was moved [m].
        dropped: ids of particles that were left out: too little of them lies in the box or outside of their
            neighbours.
        moved: number of particles that were moved.
        shrunk: number of particles that were shrunk.
    """

    rule: str
    volume_before: float
    volume_after: float
    surface_before: float
    surface_after: float
    contacts_before: int
    contacts_after: int
    overlaps_before: int
    largest_radius_change: float
    largest_move: float
    dropped: tuple[int, ...]
    moved: int
    shrunk: int

    def to_dict(self) -> dict[str, object]:
        """Everything as plain numbers and text."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the report for people, a line each."""
        yield f"rule      {self.rule}"
        yield f"volume    {_change(self.volume_before, self.volume_after, 'm3')}"
        yield f"surface   {_change(self.surface_before, self.surface_after, 'm2')}"
        yield (
            f"contacts  {self.contacts_before} ({self.overlaps_before} overlapping) -> "
            f"{self.contacts_after} necks"
        )
        yield f"radii     {self.shrunk} shrunk, by {self.largest_radius_change:.2%} at most"
        yield f"places    {self.moved} moved, by {self.largest_move:.3g} m at most"
        if self.dropped:
            yield f"dropped   {len(self.dropped)}: {', '.join(map(str, self.dropped))}"


def _change(before: float, after: float, unit: str) -> str:
    share = f" ({after / before - 1:+.2%})" if before else ""  # no particle, no share
    return f"{before:.4g} -> {after:.4g} {unit}{share}"


def compare(rule: str, before: Layout, after: Layout, near: float) -> ContactReport:
    """Compare a layout with what a rule made of it; particles are matched by their ids.

    Args:
        rule: name of the rule.
        before: the layout as it came.
        after: the layout as it is meshed.
        near: gap below which two spheres count as a contact before [m].
    """
    was = particle_shapes(before, overlap_necks(before))
    now = particle_shapes(after, necks_of(after))
    row = {int(name): number for number, name in enumerate(before.ids)}
    kept = np.array([row[int(name)] for name in after.ids], dtype=np.int64)
    move = np.linalg.norm(after.centres - before.centres[kept], axis=1)
    change = np.abs(after.radii / before.radii[kept] - 1.0)
    return ContactReport(
        rule=rule,
        volume_before=float(was.volumes.sum()),
        volume_after=float(now.volumes.sum()),
        surface_before=float(was.areas.sum()),
        surface_after=float(now.areas.sum()),
        contacts_before=len(before.pair_gaps(below=near)[0]),
        contacts_after=0 if after.contacts is None else len(after.contacts),
        overlaps_before=len(before.overlaps()[0]),
        largest_radius_change=float(change.max(initial=0.0)),
        largest_move=float(move.max(initial=0.0)),
        dropped=tuple(int(name) for name in np.setdiff1d(before.ids, after.ids)),
        moved=int(np.count_nonzero(move > 1e-6 * after.radii)),
        shrunk=int(np.count_nonzero(change > 1e-9)),
    )
