"""The compiled loops of ``lattice.c`` and ``image_links.c``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.solver.algebra import c_module as loops

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


@cache
def kernel() -> ModuleType:
    """The compiled module, with `lib` and `ffi`; see ``c_module``."""
    return loops.c_module("images", SOURCES, DECLARATIONS)


def pointer(array: npt.NDArray[Any]) -> Any:
    """The memory of a contiguous array, for a function of the kernel; keeps the array alive."""
    return loops.pointer(kernel(), array)


def numbers(values: Any) -> Any:
    """Plain numbers as an array of double precision for the kernel."""
    return pointer(np.ascontiguousarray(values, dtype=np.float64))
