"""Contact rules by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chemomech.errors import InputError, unknown_name

from .fuse import Fuse
from .minimum_gap import MinimumGap
from .rule import ContactRule
from .shrink import Shrink

CONTACT_RULES: Mapping[str, type[Any]] = MappingProxyType(
    {"minimum-gap": MinimumGap, "shrink": Shrink, "fuse": Fuse}
)


def contact_rule(name: str, **settings: Any) -> ContactRule:
    """Return the rule of this name with the given settings.

    Raises:
        InputError: no such rule, or it has no such setting.
    """
    if name not in CONTACT_RULES:
        raise unknown_name("contact rule", name, CONTACT_RULES)
    try:
        rule: ContactRule = CONTACT_RULES[name](**settings)
        return rule
    except TypeError as error:
        raise InputError(
            f"contact rule '{name}' cannot be set up with {sorted(settings)} ({error}); "
            "see docs/geometry.md for its settings."
        ) from error
