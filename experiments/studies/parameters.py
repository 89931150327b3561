"""What an axis may vary: any key of a case, and a few quantities that touch more than one key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chemomech import materials
from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.case.sections import MESH_KEYS, ROLES
from chemomech.experiments.case.toml_text import flattened
from chemomech.experiments.case.units import format_quantity, parse_quantity
from chemomech.materials.replacing import units_of

C_RATE = "c_rate"
THICKNESS = "thickness"
THICKNESS_RULE = "blocks"


class Parameter(Protocol):
    """Something of a case that an axis varies."""

    @property
    def key(self) -> str:
        """Dotted key of the case that it changes above all."""
        ...

    def apply(self, case: Case, value: Any) -> Case:
        """Return the case with the value set, written as in a case file.

        Raises:
            InputError: when the value does not fit.
        """
        ...


@dataclass(frozen=True)
class CaseKey:
    """A key of the case.

    Attributes:
        key: dotted, such as ``materials.overrides.cathode.diffusivity``.
    """

    key: str

    def apply(self, case: Case, value: Any) -> Case:
        """Return the case with the key set."""
        return case.with_overrides({self.key: value})


_RATE_IN_SENTENCE = re.compile(
    r"(?P<before>\bat\s+)(?:\d*\.?\d+|\d+\.)?\s*C(?:\s*/\s*(?:\d*\.?\d+|\d+\.))?(?=\s+(?:for|until)\b)", re.I
)


@dataclass(frozen=True)
class CRateParameter:
    """The C-rate of the first step of the protocol that states one; other steps stay."""

    key = "protocol"

    def apply(self, case: Case, value: Any) -> Case:
        """Return the case with the C-rate written into the protocol; ``value`` is a number, or text as 5C."""
        text = f"{value:.12g}C" if isinstance(value, int | float) else str(value)
        sentences = list(case.protocol)
        for place, sentence in enumerate(sentences):
            changed, count = _RATE_IN_SENTENCE.subn(rf"\g<before>{text}", sentence, count=1)
            if count:
                sentences[place] = changed
                return case.with_overrides({"protocol": sentences})
        raise InputError(
            f"the axis {C_RATE!r} finds no C-rate in the protocol {list(case.protocol)!r}; write one, as in "
            "'Charge at 5C until 4.5 V'."
        )


@dataclass(frozen=True)
class ThicknessParameter:
    """The electrode thickness, by a new layout.

    A stated mass loading is scaled with the thickness, so that 1C stays the same current per volume of
    electrode; one that follows from the layout follows from the new layout.

    Attributes:
        rule: how the layout changes, a name in ``chemomech.geometry.thickness.THICKNESS_RULES``.
        seed: of a packing.
    """

    rule: str = THICKNESS_RULE
    seed: int = 0

    key = "geometry.layout"

    def apply(self, case: Case, value: Any) -> Case:
        """Return the case with the layout resized."""
        thickness = parse_quantity(value, "m", THICKNESS)
        source = case.geometry.layout
        before = source.build().thickness
        table = {"source": source.written(), "thickness": value, "rule": self.rule, "seed": self.seed}
        changes: dict[str, Any] = {"geometry.layout": table}
        if case.mass_loading is not None:
            loading = float(f"{case.mass_loading * thickness / before:.12g}")
            changes["mass_loading"] = format_quantity(loading, "kg/m2")
        return case.with_overrides(changes)


def find_parameter(name: str, case: Case, settings: Mapping[str, Any]) -> Parameter:
    """Return the parameter that the name of an axis stands for.

    Args:
        name: ``c_rate``, ``thickness``, or a dotted key of the case.
        case: the base case, for what its materials and its layout have.
        settings: further settings of the axis (``rule`` and ``seed`` of the thickness).

    Raises:
        InputError: naming the nearest parameter when there is none of that name, or an unknown setting.
    """
    kinds: dict[str, type[Any]] = {C_RATE: CRateParameter, THICKNESS: ThicknessParameter}
    if name in kinds:
        allowed = [field.name for field in dataclasses.fields(kinds[name])]
        for setting in settings:
            if setting not in allowed:
                raise unknown_name(f"setting of axis {name!r}", setting, [*allowed, "values", "range"])
        parameter: Parameter = kinds[name](**settings)
        return parameter
    known = set(known_keys(case))
    if name not in known:
        raise _unknown_axis(name, known | set(kinds))
    for setting in settings:
        raise unknown_name(f"setting of axis {name!r}", setting, ["values", "range", "scale"])
    return CaseKey(name)


def known_keys(case: Case) -> Iterator[str]:
    """Yield every key of a case that an axis may name."""
    yield from flattened(case.to_table())
    yield from ("mass_loading", "geometry.layout", "geometry.contacts")
    yield from (f"mesh.{name}" for name in MESH_KEYS)
    for role in ROLES:
        material = getattr(materials, "active_material" if role == "cathode" else role)(
            getattr(case.materials, role)
        )
        yield from (f"materials.overrides.{role}.{entry}" for entry in units_of(material))


def _unknown_axis(name: str, known: set[str]) -> InputError:
    # The whole list is a hundred keys long: the end of a dotted name is what people get wrong.
    error = unknown_name("axis", name, known)
    near = str(error).split("Known:")[0].split("known:")[0]
    by_end = [key for key in known if key.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]]
    if by_end:
        return InputError(f"unknown axis {name!r}; did you mean {sorted(by_end)[0]!r}? Write the whole key.")
    return InputError(
        f"{near.strip()} An axis is c_rate, thickness or a key of the case, such as "
        "materials.overrides.cathode.diffusivity."
    )
