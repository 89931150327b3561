#!/usr/bin/env bash
# Makes the environment .venv and installs chemomech into it. May be run again at any time: it does nothing
# when the environment is up to date. CHEMOMECH_PYTHON names the interpreter to use, if not the one found;
# CHEMOMECH_PYTHON_FOLDERS the folders to search beside the path.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=${CHEMOMECH_VENV:-.venv}
readonly STAMP=$VENV/.chemomech-setup
readonly OLDEST="3.12"
readonly FOLDERS=${CHEMOMECH_PYTHON_FOLDERS-/opt/homebrew/bin /usr/local/bin /usr/bin}

say() { printf '%s\n' "$*" >&2; }
stop() {
    say "error: $1"
    shift
    for line in "$@"; do say "  $line"; done
    exit 1
}

# Starts, and is new enough. A version manager's shim can be on the path and yet refuse to start.
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

# Debian and Ubuntu ship Python without ensurepip unless python3-venv is installed.
has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

candidates() {
    [ -z "${CHEMOMECH_PYTHON:-}" ] || printf '%s\n' "$CHEMOMECH_PYTHON"
    local name version folder
    for name in python3.13 python3.12 python3.14 python3 python; do
        command -v "$name" 2>/dev/null || true
    done
    for version in 3.13 3.12 3.14; do
        ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version"*/bin/python \
            "$HOME"/.local/share/uv/python/*-"$version"*/bin/python \
            2>/dev/null || true
        for folder in $FOLDERS; do
            [ ! -x "$folder/python$version" ] || printf '%s\n' "$folder/python$version"
        done
    done
    if command -v uv >/dev/null 2>&1; then
        uv python find --no-python-downloads ">=$OLDEST" 2>/dev/null || true
    fi
}

find_python() {
    local candidate without_venv=""
    while IFS= read -r candidate; do
        is_new_enough "$candidate" || continue
        if has_venv "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        without_venv=${without_venv:-$candidate}
    done < <(candidates)
    if [ -n "$without_venv" ]; then
        local version
        version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        stop "$without_venv is new enough but cannot make virtual environments; install the module venv." \
            "Debian/Ubuntu: sudo apt install python$version-venv"
    fi
    stop "no Python >= $OLDEST that starts was found; install one, or name it in CHEMOMECH_PYTHON." \
        "Debian 13, Ubuntu 24.04 or newer: sudo apt install python3 python3-venv" \
        "macOS: brew install python@3.13" \
        "any: uv python install 3.13   or   pyenv install 3.13"
}

check_compiler() {
    local command
    if [ -n "${CC:-}" ]; then
        command=${CC%% *}
        command -v "$command" >/dev/null 2>&1 ||
            stop "the environment variable CC = '$CC' names no program; unset it or name a C compiler."
        return
    fi
    for command in cc gcc clang; do
        if command -v "$command" >/dev/null 2>&1; then return; fi
    done
    stop "no C compiler (cc, gcc or clang) was found; the weak forms are compiled when a run starts." \
        "Debian/Ubuntu: sudo apt install gcc libc6-dev" \
        "macOS: xcode-select --install"
}

check_imports() {
    local python=$1 message
    if ! message=$("$python" -c 'import gmsh' 2>&1); then
        stop "gmsh does not load: ${message##*$'\n'}" \
            "It needs the OpenGL and X libraries of the system, also without a screen." \
            "Debian/Ubuntu: sudo apt install libglu1-mesa libgl1 libxrender1 libxcursor1 libxft2 libxinerama1 libxfixes3" \
            "Fedora: sudo dnf install mesa-libGLU libXrender libXcursor libXft libXinerama"
    fi
    if ! message=$("$python" -c 'import dolfinx_solver, dolfinx' 2>&1); then
        stop "DOLFINx does not load: ${message##*$'\n'}" \
            "Remove $VENV and run make setup again; an MPI or PETSc of the system on LD_LIBRARY_PATH can be the cause."
    fi
    "$python" -c 'import chemomech.cli' || stop "chemomech was installed but does not load; see the message above."
}

# What the environment was made from. The interpreter is part of it: an upgrade of the system can remove it.
fingerprint() {
    "$VENV/bin/python" - "$PWD" <<'PYTHON'
import hashlib, pathlib, sys

settings = pathlib.Path("pyproject.toml").read_bytes()
print(hashlib.sha256(settings).hexdigest(), sys.version.split()[0], sys.argv[1])
PYTHON
}

check_compiler
if ! { [ -x "$VENV/bin/python" ] && is_new_enough "$VENV/bin/python" && "$VENV/bin/python" -m pip --version >/dev/null 2>&1; }; then
    python=$(find_python)
    say "Making $VENV with $("$python" --version) ($python)"
    "$python" -m venv --clear "$VENV"
fi
if [ "$(cat "$STAMP" 2>/dev/null || true)" = "$(fingerprint)" ]; then
    exit 0
fi
say "Installing chemomech and what it needs into $VENV (about 1 GB; minutes the first time)"
"$VENV/bin/python" -m pip install --quiet --editable '.[fenicsx,dev]' ||
    stop "the installation failed; see the message of pip above, and run make setup again."
check_imports "$VENV/bin/python"
fingerprint > "$STAMP"
say "Ready: $VENV/bin/chemomech --help"
