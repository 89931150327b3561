"""The compiled loops of ``lattice.c`` and ``image_links.c``, kept beside the compiled weak forms."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import tempfile
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType
from typing import Any

import cffi
import numpy as np
import numpy.typing as npt
from dolfinx import jit

from chemomech.errors import MachineError

SOURCES = [Path(__file__).with_name(name) for name in ("lattice.c", "image_links.c")]

DECLARATIONS = """
typedef struct {
    int n[3]; int factor[3]; int periodic[3]; float *c[3]; float *z; float *r; float *w; float *row;
} Level;
double cycle(Level *L, int levels, int visits, float alpha, const float *q);
double product(const Level *L, const float *a, const float *b);
double direct(const Level *L, float alpha, float beta, float *p, float *q, double *x);
void descend(const Level *L, float alpha, const float *q);
double residual(const Level *L, double *x);
void coarsen(const Level *L, const Level *C);
void weigh(const Level *L);
void cell_links(const Level *L, const unsigned char *image, const double *k, const double *unit, int driven);
void node_links(const Level *L, const unsigned char *image, const int *voxels, const double *k,
                const double *unit, int driven);
void nodes_from_cells(const Level *L, const unsigned char *image, const int *voxels, const double *k,
                      int driven, const double *cells, double *x);
void cell_sums(const Level *L, const unsigned char *image, const double *k, const double *unit, int driven,
               double *x, double *sums);
void node_sums(const Level *L, const unsigned char *image, const int *voxels, const double *k,
               const double *unit, int driven, double *x, double *sums);
"""

FLAGS = ["-O3", "-std=c17", "-fopenmp-simd", "-fno-math-errno"]

OF_THIS_PROCESSOR: tuple[list[str], ...] = (["-march=native"], ["-mcpu=native"], [])
"""Tried in this order; compilers differ."""

TYPES = {"float32": "float[]", "float64": "double[]", "uint8": "unsigned char[]", "int32": "int[]"}


@cache
def kernel() -> ModuleType:
    """The compiled module, with `lib` and `ffi`; compiled if there is none for this machine yet.

    Raises:
        MachineError: no compiler that works, or no folder that can be written.
    """
    folder = Path(jit.get_options()["cache_dir"])
    source = "\n".join(path.read_text() for path in SOURCES)
    key = [source, DECLARATIONS, *FLAGS, platform.platform(), _processor()]
    name = f"chemomech_lattice_{hashlib.sha256(chr(0).join(key).encode()).hexdigest()[:16]}"
    made = folder / (name + EXTENSION_SUFFIXES[0])
    if not made.is_file():
        _compile(name, source, made)
    spec = importlib.util.spec_from_file_location(name, made)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pointer(array: npt.NDArray[Any]) -> Any:
    """The memory of a contiguous array, for a function of the kernel; keeps the array alive."""
    assert array.flags.c_contiguous
    return kernel().ffi.from_buffer(TYPES[array.dtype.name], array)


def numbers(values: Any) -> Any:
    """Plain numbers as an array of double precision for the kernel."""
    return pointer(np.ascontiguousarray(values, dtype=np.float64))


def _compile(name: str, source: str, made: Path) -> None:
    """Compile in a folder of its own and move the result, so that others see all of it or nothing."""
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as folder:
            os.replace(_built(name, source, folder), made)
    except OSError as error:
        raise MachineError(
            f"the compiled loops for images cannot be kept in {made.parent} ({error.strerror}); set the "
            "environment variable XDG_CACHE_HOME to a folder that can be written."
        ) from None


def _built(name: str, source: str, folder: str) -> str:
    last: Exception | None = None
    for extra in OF_THIS_PROCESSOR:
        builder = cffi.FFI()
        builder.cdef(DECLARATIONS)
        builder.set_source(name, source, extra_compile_args=[*FLAGS, *extra])
        try:
            return str(builder.compile(tmpdir=folder))
        except cffi.VerificationError as error:
            last = error
    raise MachineError(
        f"the loops for images do not compile ({str(last).splitlines()[0]}); install a C compiler and the "
        "headers of Python, or name a compiler in the environment variable CC."
    )


def _processor() -> str:
    """What tells processors with other instructions apart, as far as the system says."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))
