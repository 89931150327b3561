"""Compiles weak forms ahead of their use, several at a time.

DOLFINx compiles a form when it is made, one after the other: code first, then the C compiler, while the other
cores wait. Here the first rank writes the code of a form that no cache holds, and the C compiler works on it
in the background. What comes of it lies in the cache of DOLFINx under the name that DOLFINx looks for, and is
made with its flags; what fails is left to DOLFINx, which says why.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import ufl
from dolfinx import default_scalar_type, jit

from chemomech.cores import usable_cores

BUILD_FOLDERS = ".build-*"
"""Names of the folders in which the C compiler works, in the cache."""

Work = list[Future[None]]


def ahead(forms: Any, jit_options: Mapping[str, Any] | None = None) -> Work:
    """Begin to compile forms that the cache does not hold; returns before they are compiled.

    Args:
        forms: UFL form, or nested lists of forms; None where a block is empty.
        jit_options: as DOLFINx takes them.

    Returns:
        What ``finish`` waits for; nothing where the cache holds all of them.
    """
    work: Work = []
    for form in _leaves(forms):
        (domain,) = form.subdomain_data()
        if domain.ufl_cargo().comm.rank == 0:
            # Whatever is not as expected in another version of the form compiler is left to it.
            with contextlib.suppress(Exception):
                work += _begin(form, dict(jit_options or {}))
    return work


def finish(work: Work) -> None:
    """Wait until what was begun is compiled, or has failed."""
    for one in work:
        with contextlib.suppress(Exception):
            one.result()


def _leaves(forms: Any) -> Iterator[ufl.Form]:
    if isinstance(forms, ufl.Form):
        yield forms
    elif isinstance(forms, list | tuple):
        for part in forms:
            yield from _leaves(part)


@cache
def _pool() -> ThreadPoolExecutor:
    """Threads that wait for C compilers."""
    return ThreadPoolExecutor(len(usable_cores()), "compile")


def _begin(form: ufl.Form, jit_options: dict[str, Any]) -> Work:
    """Write the code of a form and hand it to the C compiler, unless the cache holds it."""
    import cffi
    import cffi.recompiler
    import ffcx.codegeneration
    import ffcx.compiler
    from ffcx import naming
    from ffcx.codegeneration import jit as form_jit
    from ffcx.codegeneration.C.file_template import libraries

    compiler_options = ffcx.get_options({"scalar_type": default_scalar_type})
    options = jit.get_options(jit_options)
    flags = options["cffi_extra_compile_args"]
    if options["cffi_debug"] or options["cffi_libraries"]:
        return []
    signature = form_jit._compute_option_signature(compiler_options) + form_jit._compilation_signature(
        flags, options["cffi_debug"]
    )
    name = "libffcx_forms_" + naming.compute_signature([form], signature)
    folder = Path(options["cache_dir"])
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / f"{name}.c"
    try:
        # As DOLFINx does it: who makes this file compiles the form, all others wait.
        mark.open("x").close()
    except FileExistsError:
        return []
    try:
        names = [naming.form_name(form, 0, name)]
        code, _ = ffcx.compiler.compile_ufl_objects([form], namespace=name, options=compiler_options)
        builder = cffi.FFI()
        builder.set_source(name, code[1], include_dirs=[ffcx.codegeneration.get_include_path()])
        builder.cdef(
            form_jit.UFC_HEADER_DECL.format(np.dtype(compiler_options["scalar_type"]).name)
            + form_jit.UFC_INTEGRAL_DECL
            + form_jit.UFC_FORM_DECL
            + "".join(f"extern ufcx_form {each};\n" for each in names)
        )
        build = Path(tempfile.mkdtemp(prefix=BUILD_FOLDERS.rstrip("*"), dir=folder))
        cffi.recompiler.make_c_source(builder, name, code[1], str(build / mark.name))
        compile_line, link_line = _commands(name, ffcx.codegeneration.get_include_path(), flags, libraries)
    except BaseException:
        _give_up(mark)
        raise
    return [_pool().submit(_compile, mark, build, compile_line, link_line)]


def _compile(mark: Path, build: Path, compile_line: list[str], link_line: list[str]) -> None:
    library = mark.stem + sysconfig.get_config_var("EXT_SUFFIX")
    try:
        said = ""
        for line in (compile_line, link_line):
            done = subprocess.run(line, cwd=build, capture_output=True, text=True, check=True)
            said += " ".join(line) + "\n" + done.stdout + done.stderr
        os.replace(build / library, mark.with_name(library))
        os.replace(build / mark.name, mark)
        # Whole before it is seen: others load the form as soon as this file is there.
        (build / "cached").write_text(said, encoding="utf-8")
        os.replace(build / "cached", mark.with_suffix(".c.cached"))
    except BaseException:
        _give_up(mark)
        raise
    finally:
        shutil.rmtree(build, ignore_errors=True)


def _give_up(mark: Path) -> None:
    """Let the next one try who wants the form."""
    with contextlib.suppress(OSError):
        mark.replace(mark.with_suffix(".c.failed"))


def _commands(name: str, include: str, flags: list[str], libraries: list[str]) -> tuple[list[str], list[str]]:
    """Command lines of compiler and linker, as the build of an extension module of Python has them."""
    import setuptools  # type: ignore[import-untyped]  # noqa: F401  brings distutils
    from distutils.ccompiler import new_compiler  # type: ignore[import-not-found]
    from distutils.sysconfig import customize_compiler, get_python_inc  # type: ignore[import-not-found]

    compiler = new_compiler()
    customize_compiler(compiler)
    includes = [f"-I{folder}" for folder in dict.fromkeys([include, get_python_inc()])]
    libraries_ = [f"-l{library}" for library in libraries]
    source, target = f"{name}.c", f"{name}.o"
    library = name + sysconfig.get_config_var("EXT_SUFFIX")
    return (
        [*compiler.compiler_so, *includes, "-c", source, "-o", target, "-std=c17", *flags],
        [*compiler.linker_so, target, *libraries_, "-o", library],
    )
