"""The texts of errors as templates: f-strings with a name in each hole, read from the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_WORDS = re.compile(r"[A-Za-z_]\w*")
_PLAIN = {
    "shown",
    "str",
    "repr",
    "len",
    "list",
    "sorted",
    "type",
    "join",
    "map",
    "tuple",
    "describe",
    "min",
    "max",
    "get",
}


def template(node: ast.expr) -> str | None:
    """Return a text as a template; None for what is neither a text nor an f-string."""
    if isinstance(node, ast.Constant):
        return node.value.replace("{", "{{").replace("}", "}}") if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, used = [], {}
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("{", "{{").replace("}", "}}"))
        elif isinstance(part, ast.FormattedValue):
            name = hole(part.value)
            used[name] = used.get(name, 0) + 1
            parts.append(f"{{{name}{used[name] if used[name] > 1 else ''}}}")
    return "".join(parts)


def hole(value: ast.expr) -> str:
    """Return a name for what stands in a hole: its last name that is no common function's."""
    if isinstance(value, ast.Constant):
        return "value"
    names = [n for n in _WORDS.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", ast.unparse(value))) if n not in _PLAIN]
    return names[-1].strip("_").lower() if names else "value"


def alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Yield a text, or both where a condition chooses one."""
    if isinstance(node, ast.IfExp):
        yield from alternatives(node.body)
        yield from alternatives(node.orelse)
    else:
        yield node


def texts_of(source: str, *, yields: bool) -> set[str]:
    """Return the templates of everything that is raised as an error of ours, or reported as a problem.

    Args:
        source: Of a file.
        yields: Whether what its generators yield is a problem.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        argument = _raised(node) or _reported(node, yields)
        if argument is not None:
            found |= {text for one in alternatives(argument) if (text := template(one)) is not None}
    return {text for text in found if " " in text}


def _raised(node: ast.AST) -> ast.expr | None:
    if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
        return None
    name = ast.unparse(node.exc.func)
    return node.exc.args[0] if name == "error" or name in ERRORS else None


def _reported(node: ast.AST, yields: bool) -> ast.expr | None:
    if isinstance(node, ast.Yield):
        return node.value if yields else None
    is_append = isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".problems.append", ".notes.append"))
    return node.args[0] if is_append and isinstance(node, ast.Call) else None


ERRORS = {
    "TraceError",
    "NoGraphError",
    "FileError",
    "LayoutError",
    "TooSlowError",
    "RenderError",
    "MissingPackageError",
    "SpecError",
}


def all_texts(source: str) -> set[str]:
    """Return the templates of all texts of a file."""
    return {text for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr) and (text := template(node))}


def sources(*places: Path) -> list[Path]:
    """Return the Python files at some places."""
    return sorted(path for place in places for path in ([place] if place.is_file() else place.rglob("*.py")))
