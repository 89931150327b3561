"""What every contact rule offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chemomech.geometry.layout import Layout

from .report import ContactReport


@dataclass(frozen=True, eq=False)
class Contacted:
    """What a contact rule returns.

    Attributes:
        layout: the changed layout; the pairs in its contact list are joined by necks of the listed areas.
        report: what was changed.
    """

    layout: Layout
    report: ContactReport


class ContactRule(Protocol):
    """Makes a layout of overlapping, touching and wall-cut spheres one that can be meshed."""

    def apply(self, layout: Layout) -> Contacted:
        """Return the changed layout and a report.

        Raises:
            InputError: nothing is left of a particle that the rule must not drop.
        """
        ...
