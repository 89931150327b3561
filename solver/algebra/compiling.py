"""How forms that are assembled again and again are compiled."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import ufl
from dolfinx import fem
from dolfinx.mesh import EntityMap

from chemomech.errors import InputError
from chemomech.solver.algebra.compile_ahead import ahead, finish
from chemomech.solver.algebra.ufl_leak import drop_dispatch_caches

COMPILER_ARGUMENTS = (
    "-O3",
    "-g0",
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-fassociative-math",
)
"""Vectorised kernels. Not -ffast-math: linked into a library it changes the rounding mode of the process."""

FLAGS_VARIABLE = "CHEMOMECH_C_FLAGS"
"""Environment variable with flags of the C compiler in place of ``COMPILER_ARGUMENTS``."""


def compiler_arguments() -> list[str]:
    """Flags of the C compiler: those of the environment variable where it is set, else our own.

    Raises:
        InputError: when the variable holds anything but flags.
    """
    asked = os.environ.get(FLAGS_VARIABLE)
    if asked is None:
        return list(COMPILER_ARGUMENTS)
    remedy = 'give flags such as "-O2 -g0", or unset it'
    try:
        flags = shlex.split(asked)
    except ValueError as error:
        raise InputError(
            f"the environment variable {FLAGS_VARIABLE} = {asked!r} cannot be read ({error}); {remedy}."
        ) from None
    wrong = [flag for flag in flags if not flag.startswith("-")]
    if wrong or not flags:
        what = f"{wrong[0]!r}, which is no flag" if wrong else "no flag"
        raise InputError(f"the environment variable {FLAGS_VARIABLE} = {asked!r} has {what}; {remedy}.")
    return flags


def compiled(forms: Any, entity_maps: Sequence[EntityMap]) -> Any:
    """Compile a form, or nested lists of forms, for repeated assembly.

    Args:
        forms: UFL form, list or list of lists; None where a block is empty.
        entity_maps: Entity maps between the meshes of the form.

    Raises:
        InputError: when the environment variable of the flags holds anything but flags.
    """
    drop_dispatch_caches()
    options = {"cffi_extra_compile_args": compiler_arguments()}
    finish(ahead(forms, options))
    return fem.form(forms, entity_maps=list(entity_maps), jit_options=options)


def begin(forms: Any) -> None:
    """Begin to compile what ``compiled`` will be asked for later.

    Args:
        forms: as those of ``compiled``.
    """
    ahead(forms, {"cffi_extra_compile_args": compiler_arguments()})


class Later:
    """A form of readings, compiled with DOLFINx's flags while other things are set up.

    Args:
        form: UFL form.
        entity_maps: Entity maps between the meshes of the form.
    """

    def __init__(self, form: ufl.Form, entity_maps: Sequence[EntityMap]) -> None:
        self._work = ahead(form)
        self._ufl, self._maps = form, list(entity_maps)

    @cached_property
    def form(self) -> fem.Form:
        """The compiled form; all ranks ask for it in the same order (collective)."""
        finish(self._work)
        return fem.form(self._ufl, entity_maps=self._maps)
