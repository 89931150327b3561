"""What a source imports, read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def imported(source: str, module: str) -> Iterator[str]:
    """Yield the full name of every module, or name in one, that ``source`` imports, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
