"""How forms that are assembled again and again are compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dolfinx import fem
from dolfinx.mesh import EntityMap

from chemomech.solver.dispatch_caches import drop_dispatch_caches

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


def compiled(forms: Any, entity_maps: Sequence[EntityMap]) -> Any:
    """Compile a form, or nested lists of forms, for repeated assembly.

    Args:
        forms: UFL form, list or list of lists; None where a block is empty.
        entity_maps: Entity maps between the meshes of the form.
    """
    drop_dispatch_caches()
    options = {"cffi_extra_compile_args": list(COMPILER_ARGUMENTS)}
    return fem.form(forms, entity_maps=list(entity_maps), jit_options=options)
