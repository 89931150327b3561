"""Materials found by name: every module of a folder that defines ``MATERIAL`` is one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cached_property
from typing import Protocol

from chemomech.errors import unknown_name


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Name by which it is found."""
        ...


class Registry[M: Named]:
    """The materials of one kind, discovered in the modules of a package.

    To add a material, add a module with a constant ``MATERIAL`` to the package; nothing else changes.
    """

    def __init__(self, kind: str, package: str) -> None:
        """Look for materials of a ``kind`` (in words) in the modules of ``package``."""
        self.kind = kind
        self.package = package

    @cached_property
    def _materials(self) -> dict[str, M]:
        folder = importlib.import_module(self.package)
        modules = (
            importlib.import_module(f"{self.package}.{module.name}")
            for module in pkgutil.iter_modules(folder.__path__)
        )
        by_name: dict[str, M] = {}
        for module in modules:
            material: M = module.MATERIAL
            if material.name in by_name:
                raise ImportError(
                    f"two modules of {self.package} define a {self.kind} named {material.name!r}"
                )
            by_name[material.name] = material
        return by_name

    def names(self) -> list[str]:
        """Names of all materials of this kind, sorted."""
        return sorted(self._materials)

    def __call__(self, name: str) -> M:
        """The material of that name.

        Raises:
            InputError: If there is none.
        """
        try:
            return self._materials[name]
        except KeyError:
            raise unknown_name(self.kind, name, self._materials) from None
