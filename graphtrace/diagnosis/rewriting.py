"""Lines of code rewritten for a repair. Each returns None where the line is not of the expected form."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from graphtrace.model import Source


def statement(source: Source | None) -> ast.stmt | None:
    """Parse the text of a source line; a line that opens a block or continues one gives None."""
    if source is None:
        return None
    try:
        parsed = ast.parse(source.text.strip())
    except SyntaxError:
        return None
    return parsed.body[0] if len(parsed.body) == 1 else None


def indent(source: Source | None) -> str:
    """Return the white space that a line begins with."""
    return "" if source is None else source.text[: len(source.text) - len(source.text.lstrip())]


def swapped(source: Source | None, old: str, new: str) -> str | None:
    """Return the line with the first `old` replaced."""
    if source is None or old not in source.text:
        return None
    return source.text.replace(old, new, 1)


def called(source: Source | None, name: str) -> ast.Call | None:
    """Return the first call of a function or method whose last name is `name`."""
    tree = statement(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree is not None else []
    return next((call for call in calls if last_name(call.func) == name), None)


def last_name(function: ast.expr) -> str:
    """Return ``exp`` of ``torch.exp`` and of ``x.exp``."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def with_keyword(source: Source | None, name: str, keyword: str, value: bool = True) -> str | None:
    """Return the line with a keyword added to the call of `name`."""
    call = called(source, name)
    if call is None or source is None:
        return None
    old = ast.unparse(call)
    call.keywords = [k for k in call.keywords if k.arg != keyword] + [ast.keyword(keyword, ast.Constant(value))]
    return _put(source, old, ast.unparse(call))


def replaced(source: Source | None, wanted: Callable[[ast.AST], ast.expr | None]) -> str | None:
    """Return the line with the first expression replaced for which `wanted` returns another."""
    tree = statement(source)
    if tree is None or source is None:
        return None
    changer = _Changer(wanted)
    changed = changer.visit(tree)
    return indent(source) + ast.unparse(changed) if changer.done else None


class _Changer(ast.NodeTransformer):
    def __init__(self, wanted: Callable[[ast.AST], ast.expr | None]) -> None:
        self._wanted, self.done = wanted, False

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace one expression, the outermost that is wanted."""
        if not self.done:
            other = self._wanted(node)
            if other is not None:
                self.done = True
                return other
            return self.generic_visit(node)
        return node


def _put(source: Source, old: str, new: str) -> str | None:
    tree = statement(source)
    return None if tree is None else indent(source) + ast.unparse(tree).replace(old, new, 1)


def target_of(source: Source | None) -> str | None:
    """Return the name that a line assigns to, as ``w`` in ``w = …``; None for several or none."""
    tree = statement(source)
    if isinstance(tree, ast.Assign) and len(tree.targets) == 1:
        return ast.unparse(tree.targets[0])
    return ast.unparse(tree.target) if isinstance(tree, ast.AugAssign | ast.AnnAssign) else None


def value_of(source: Source | None) -> str | None:
    """Return the right side of an assignment, without a comment behind it."""
    tree = statement(source)
    return ast.unparse(tree.value) if isinstance(tree, ast.Assign) else None


def carried_names(source: Source | None) -> list[str]:
    """Return the names that a line both reads and assigns, as ``h`` in ``h = cell(x, h)``."""
    tree = statement(source)
    if not isinstance(tree, ast.Assign):
        return []
    places = [node for target in tree.targets for node in ast.walk(target)]
    written = {ast.unparse(node) for node in places if isinstance(node, ast.Name | ast.Attribute)}
    read = {ast.unparse(node) for node in ast.walk(tree.value) if isinstance(node, ast.Name | ast.Attribute)}
    return sorted(written & read)


def out_of_place(source: Source | None) -> str | None:
    """Return ``y = y + 1`` for ``y += 1``, ``y = y.mul(2)`` for ``y.mul_(2)`` and for ``y.data.mul_(2)``."""
    tree = statement(source)
    if isinstance(tree, ast.AugAssign) and not isinstance(tree.target, ast.Subscript):
        name = ast.unparse(tree.target)
        value = ast.unparse(ast.BinOp(ast.parse(name, mode="eval").body, tree.op, tree.value))
        return f"{indent(source)}{name} = {value}"
    call = tree.value if isinstance(tree, ast.Expr | ast.Assign) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.endswith("_"):
        owner = ast.unparse(call.func.value)
        name = re.sub(r"(\.data|\.detach\(\))$", "", owner)
        call.func.attr = call.func.attr[:-1]
        call.func.value = ast.parse(name, mode="eval").body
        return f"{indent(source)}{name} = {ast.unparse(call)}"
    changed = _changed_name(tree)
    return (
        None
        if changed is None or source is None
        else f"{indent(source)}{changed} = {changed}.clone(); {source.text.strip()}"
    )


def _changed_name(tree: ast.stmt | None) -> str | None:
    """Return ``y`` of ``y[0] = 5`` and of ``y[0] += 5``."""
    target = tree.targets[0] if isinstance(tree, ast.Assign) else getattr(tree, "target", None)
    if not isinstance(target, ast.Subscript):
        return None
    return re.sub(r"(\.data|\.detach\(\))$", "", ast.unparse(target.value))


def under_no_grad(source: Source | None) -> str | None:
    """Return the line under ``torch.no_grad()``."""
    return (
        None
        if statement(source) is None or source is None
        else f"{indent(source)}with torch.no_grad(): {source.text.strip()}"
    )


def receiver(source: Source | None, method: str) -> str | None:
    """Return ``loss`` of ``loss.backward()``."""
    call = called(source, method)
    return ast.unparse(call.func.value) if call is not None and isinstance(call.func, ast.Attribute) else None
