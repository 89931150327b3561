"""Works round a leak of Python 3.13.0 and 3.13.1 that keeps forms alive, and with them their communicators.

``functools.singledispatchmethod`` of these versions caches a closure by the instance that the closure holds,
so that no instance is ever freed (CPython issue 127750; later versions have no such cache). UFL walks
expressions with such instances, which hold the coefficients, their spaces and meshes. MPICH gives a process
2048 communicators; a cell and its stepper hold 54 to 66 of them.
"""

from __future__ import annotations

from functools import singledispatchmethod

from ufl.corealg.dag_traverser import DAGTraverser


def drop_dispatch_caches() -> None:
    """Take the caches away from all traversers known by now; does nothing where Python has none."""
    classes: list[type] = [DAGTraverser]
    for one in classes:
        classes.extend(one.__subclasses__())
        for member in vars(one).values():
            if isinstance(member, singledispatchmethod) and hasattr(member, "_method_cache"):
                member._method_cache = None  # what Python itself sets where instances cannot be cached
