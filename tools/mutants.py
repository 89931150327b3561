"""The small changes that ``tools/mutation.py`` makes to a source file, one at a time.

What is changed: arithmetic and comparison operators, signs, ``and`` and ``or``, conditions, numbers (an
integer by one, a fraction by a tenth), truth values, the two sides of a facet, pairs of functions such as
``min`` and ``max``; statements that only call something are left out. What is not: annotations, docstrings,
decorators and texts, among them messages of errors and sources of numbers.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("min_value", "max_value"), ("argmin", "argmax"), ("any", "all"),
    ("sin", "cos"), ("floor", "ceil"), ("log", "log10"),
)  # fmt: skip
FUNCTIONS = dict(_PAIRS) | {second: first for first, second in _PAIRS}
SIDES = {"+": "-", "-": "+"}
"""Of a facet, as in ``f("+")``."""
TEXTS = ("Source", "InputError", "TypeVar")
"""Calls whose arguments are for people or for the type checker."""
NOT_CODE = ("annotation", "returns", "decorator_list", "type_params", "bases")
"""Parts of definitions that are for the type checker, or change how a class is made."""
STATEMENT_LENGTH = 90


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes:
        path: File, from the top of the repository.
        line: Line of the change, from 1.
        where: Function or class around it, dotted; empty at the level of the module.
        statement: First line of the statement that changes.
        change: What becomes of what.
        count: Which of several like changes it is, from 0.
        code: The changed module.
    """

    path: str
    line: int
    where: str
    statement: str
    change: str
    count: int
    code: CodeType

    @property
    def name(self) -> str:
        """What tells it from all others, also when lines move."""
        again = f" #{self.count}" if self.count else ""
        return f"{self.path}::{self.where or 'module'} | {self.statement} | {self.change}{again}"


def mutants(path: str, source: str) -> list[Mutant]:
    """Every change of a source file.

    Args:
        path: File, from the top of the repository.
        source: Its text.
    """
    tree = ast.parse(source, path)
    mutations: list[Mutant] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for site in _sites(tree, "", ""):
        for new in _instead(site.node):
            change = f"{ast.unparse(site.node)} -> {ast.unparse(new)}"
            site.put(new)
            code = compile(ast.fix_missing_locations(tree), path, "exec")
            site.put(site.node)
            key = (site.where, site.statement, change)
            line = int(getattr(site.node, "lineno", 1))
            mutations.append(Mutant(path, line, site.where, site.statement, change, seen[key], code))
            seen[key] += 1
    return mutations


@dataclass(frozen=True)
class _Site:
    """A node, where it stands, and how another is put in its place."""

    node: ast.AST
    where: str
    statement: str
    put: Callable[[ast.AST], None]


def _sites(parent: ast.AST, where: str, statement: str) -> Iterator[_Site]:
    for field, value in list(ast.iter_fields(parent)):
        if field in NOT_CODE:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_skipped(child):
                continue
            inside, shown = where, statement
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inside = f"{where}.{child.name}".removeprefix(".")
            if isinstance(child, ast.stmt):
                shown = ast.unparse(child).splitlines()[0][:STATEMENT_LENGTH]

            def put(
                node: ast.AST, field: str = field, at: int | None = index if isinstance(value, list) else None
            ) -> None:
                if at is None:
                    setattr(parent, field, node)
                else:
                    getattr(parent, field)[at] = node

            yield _Site(child, inside, shown, put)
            yield from _sites(child, inside, shown)


def _is_skipped(node: ast.AST) -> bool:
    if isinstance(node, (ast.JoinedStr, ast.Raise, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring, or an ellipsis
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    """What is put in the place of a node."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in OPERATORS and not _is_string(left, right):
            yield ast.BinOp(left, OPERATORS[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in OPERATORS:
            yield ast.AugAssign(target, OPERATORS[type(op)](), value)
        case ast.UnaryOp(ast.USub() | ast.Not(), operand):
            yield operand
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.Compare(left, ops, right):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], right)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.If(test, body, orelse) if not isinstance(test, (ast.Compare, ast.UnaryOp)):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Expr(ast.Call()):
            yield ast.Pass()
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(float(value)):
            yield ast.Constant(value * 1.1 if value else 1.0)
        case ast.Call(func, [ast.Constant(str(side))], []) if side in SIDES:
            yield ast.Call(func, [ast.Constant(SIDES[side])], [])
        case ast.Call(ast.Name(name, context), args, keywords) if name in FUNCTIONS:
            yield ast.Call(ast.Name(FUNCTIONS[name], context), args, keywords)
        case ast.Call(ast.Attribute(value, name, context), args, keywords) if name in FUNCTIONS:
            yield ast.Call(ast.Attribute(value, FUNCTIONS[name], context), args, keywords)


def _is_string(*nodes: ast.expr) -> bool:
    return any(
        isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        for node in nodes
    )
