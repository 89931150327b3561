"""Loops in C, compiled once for this machine and kept beside the compiled weak forms."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import tempfile
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType
from typing import Any

import cffi
import numpy.typing as npt
from dolfinx import jit

from chemomech.errors import MachineError

FLAGS = ["-O3", "-std=c17", "-fopenmp-simd", "-fno-math-errno"]

OF_THIS_PROCESSOR: tuple[list[str], ...] = (["-march=native"], ["-mcpu=native"], [])
"""Tried in this order; compilers differ."""

TYPES = {
    "float32": "float[]", "float64": "double[]", "uint8": "unsigned char[]", "int32": "int[]",
}  # fmt: skip
"""Of arrays in C."""


def c_module(what: str, sources: Sequence[Path], declarations: str) -> ModuleType:
    """The compiled module, with `lib` and `ffi`; compiled if there is none for this machine yet.

    Args:
        what: the loops are for, a plural noun; part of the name of the module and of messages.
        sources: of C, one after the other.
        declarations: of what the module offers.

    Raises:
        MachineError: no compiler that works, or no folder that can be written.
    """
    folder = Path(jit.get_options()["cache_dir"])
    source = "\n".join(path.read_text() for path in sources)
    key = [source, declarations, *FLAGS, platform.platform(), _processor()]
    name = f"chemomech_{what}_{hashlib.sha256(chr(0).join(key).encode()).hexdigest()[:16]}"
    made = folder / (name + EXTENSION_SUFFIXES[0])
    if not made.is_file():
        _compile(what, name, source, declarations, made)
    spec = importlib.util.spec_from_file_location(name, made)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pointer(module: ModuleType, array: npt.NDArray[Any]) -> Any:
    """The memory of a contiguous array, for a function of a compiled module; keeps the array alive."""
    assert array.flags.c_contiguous
    return module.ffi.from_buffer(TYPES[array.dtype.name], array)


def _compile(what: str, name: str, source: str, declarations: str, made: Path) -> None:
    """Compile in a folder of its own and move the result, so that others see all of it or nothing."""
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as folder:
            os.replace(_built(what, name, source, declarations, folder), made)
    except OSError as error:
        raise MachineError(
            f"the compiled loops for {what} cannot be kept in {made.parent} ({error.strerror}); set the "
            "environment variable XDG_CACHE_HOME to a folder that can be written."
        ) from None


def _built(what: str, name: str, source: str, declarations: str, folder: str) -> str:
    last: Exception | None = None
    for extra in OF_THIS_PROCESSOR:
        builder = cffi.FFI()
        builder.cdef(declarations)
        builder.set_source(name, source, extra_compile_args=[*FLAGS, *extra])
        try:
            return str(builder.compile(tmpdir=folder))
        except cffi.VerificationError as error:
            last = error
    raise MachineError(
        f"the loops for {what} do not compile ({str(last).splitlines()[0]}); install a C compiler and the "
        "headers of Python, or name a compiler in the environment variable CC."
    )


def _processor() -> str:
    """What tells processors with other instructions apart, as far as the system says."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))
