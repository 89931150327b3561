"""What a model makes of each key of a case and of each entry of a material, declared beside the model.

A treatment says whether a model uses what is given, uses some values only, or leaves it out. A model checks
what it is given against its treatments before it starts, and names in its result what it leaves out. A test
walks over all keys and entries, so that none is without a treatment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chemomech.errors import InputError

OVERRIDES = "materials.overrides."
ALL = ".*"
"""End of a name that stands for all keys of a section."""


class Treatment[S](Protocol):
    """What a model makes of a key or entry; S is what the model is given."""

    def refusal(self, subject: S) -> str:
        """Return a sentence on what the model cannot do and what to do about it; empty where it can."""
        ...

    def omission(self, subject: S) -> str:
        """Return why the model leaves the key out; empty where it uses it."""
        ...


@dataclass(frozen=True)
class Represented:
    """The model uses it, whatever its value."""

    def refusal(self, subject: object) -> str:
        """See ``Treatment``."""
        return ""

    def omission(self, subject: object) -> str:
        """See ``Treatment``."""
        return ""


@dataclass(frozen=True)
class ForPeople:
    """Words that the result repeats and no model reads."""

    def refusal(self, subject: object) -> str:
        """See ``Treatment``."""
        return ""

    def omission(self, subject: object) -> str:
        """See ``Treatment``."""
        return ""


@dataclass(frozen=True)
class Limited[S]:
    """The model uses some values and refuses the others.

    Attributes:
        failure: says in a sentence (key, value, what the model can do, remedy) what does not fit; empty where
            all does.
    """

    failure: Callable[[S], str]

    def refusal(self, subject: S) -> str:
        """See ``Treatment``."""
        return self.failure(subject)

    def omission(self, subject: S) -> str:
        """See ``Treatment``."""
        return ""


def _always(subject: object) -> bool:
    return True


@dataclass(frozen=True)
class LeftOut[S]:
    """The model does not use it; its result names it.

    Attributes:
        reason: why, in words without a full stop.
        when: whether it is left out of what is given; it is used otherwise.
    """

    reason: str
    when: Callable[[S], bool] = _always

    def refusal(self, subject: S) -> str:
        """See ``Treatment``."""
        return ""

    def omission(self, subject: S) -> str:
        """See ``Treatment``."""
        return self.reason if self.when(subject) else ""


REPRESENTED = Represented()
FOR_PEOPLE = ForPeople()


def alike[S](treatment: Treatment[S], *names: str) -> dict[str, Treatment[S]]:
    """Return one treatment for several keys or entries."""
    return dict.fromkeys(names, treatment)


@dataclass(frozen=True)
class Representation[S]:
    """Everything that a model makes of a case.

    Attributes:
        model: what it is called in sentences.
        keys: by dotted key of a case; ``mesh.*`` stands for all keys of that section.
        entries: by role and entry of a material, such as ``cathode.diffusivity``.
    """

    model: str
    keys: Mapping[str, Treatment[S]]
    entries: Mapping[str, Treatment[S]]

    def treatment(self, key: str) -> Treatment[S] | None:
        """Return what is declared for a key of a case, ``materials.overrides.role.entry`` included.

        Args:
            key: dotted; parts below a declared key belong to it.
        """
        if key.startswith(OVERRIDES):
            return self.entries.get(key.removeprefix(OVERRIDES))
        if key in self.keys:
            return self.keys[key]
        section, dot, _ = key.rpartition(".")
        if not dot:
            return None
        return self.keys.get(section + ALL)

    def require(self, subject: S) -> None:
        """Refuse what the model cannot represent.

        Raises:
            InputError: with the first such key or entry.
        """
        for treatment in (*self.keys.values(), *self.entries.values()):
            if sentence := treatment.refusal(subject):
                raise InputError(sentence)

    def left_out(self, subject: S) -> list[dict[str, Any]]:
        """Return what the model does not use of what it is given, as a result states it.

        Returns:
            A table for each reason: ``keys`` (entries of materials as ``materials.cathode.conductivity``) and
            ``reason``.
        """
        by_reason: dict[str, list[str]] = {}
        named = {**self.keys, **{f"materials.{name}": entry for name, entry in self.entries.items()}}
        for name, treatment in named.items():
            if reason := treatment.omission(subject):
                by_reason.setdefault(reason, []).append(name)
        return [{"keys": names, "reason": reason} for reason, names in by_reason.items()]

    def never_uses(self, section: str) -> bool:
        """Return whether the model uses nothing of a section or key, whatever it is given."""
        declared = self.keys.get(section, self.keys.get(section + ALL))
        return declared == FOR_PEOPLE or (isinstance(declared, LeftOut) and declared.when is _always)

    def effectless(self, key: str, subject: S) -> str:
        """Return why a key changes no result of the model; empty where it may.

        Args:
            key: of a case.
            subject: the case at hand.
        """
        treatment = self.treatment(key)
        if treatment is None:
            return ""
        return "it is for people to read" if treatment == FOR_PEOPLE else treatment.omission(subject)


def lines(left_out: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what ``Representation.left_out`` found, a line for each reason."""
    return [f"{', '.join(entry['keys'])}: {entry['reason']}" for entry in left_out]
