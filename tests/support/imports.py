"""Who imports whom, read from the source: every kind of import, and the circles among modules."""

import ast
import fnmatch
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True)
class Import:
    """One import of a module. `name` may have a ``*`` where an f-string has a part that only a run can tell."""

    name: str
    line: int
    at_load: bool  # whether it runs when the module is loaded


class UnreadableImportError(AssertionError):
    """An import by a name that is neither a constant nor an f-string."""


def module_name(path, root):
    """`graphtrace/views/boxes.py` is `graphtrace.views.boxes`, `graphtrace/views/__init__.py` is `graphtrace.views`."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source, module="", package=""):
    """Return every import of a source text: statements, calls by name, look-ups in ``sys.modules``.

    Args:
        source: The text of a file.
        module: Its own dotted name, for f-strings that hold ``__name__``.
        package: The package that it lies in, for ``__package__``.
    """
    tree = ast.parse(source)
    later = {id(inner) for node in ast.walk(tree) if _defers(node) for inner in ast.walk(node)}
    own = {"__name__": module, "__package__": package}
    aliases = _aliases(tree)
    read = []
    for node in ast.walk(tree):
        for name in _names(node, own, aliases):
            read.append(Import(name, node.lineno, id(node) not in later))
    return read


def _names(node, own, aliases):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"line {node.lineno}: a relative import hides its layer"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and _is_import_call(node.func, aliases):
        return [_pattern(_argument(node), own, node.lineno)]
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "sys.modules":
        return [_pattern(node.slice, own, node.lineno)]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.modules.get":
        return [_pattern(_argument(node), own, node.lineno)]
    return []


def _argument(call):
    return next(iter([*call.args, *(word.value for word in call.keywords if word.arg == "name")]), None)


def _is_import_call(function, aliases):
    if isinstance(function, ast.Name):
        return function.id == "__import__" or function.id in aliases
    return isinstance(function, ast.Attribute) and function.attr in ("import_module", "__import__")


def _aliases(tree):
    """Names that stand for `importlib.import_module` in one file."""
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "importlib"]
    return {alias.asname or alias.name for node in froms for alias in node.names if alias.name == "import_module"}


def _pattern(node, own, line):
    """`f"{__name__}.{part}"` in `a.b` is `a.b.*`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return f"{own['__package__']}{node.value}" if node.value.startswith(".") else node.value
    if isinstance(node, ast.Name) and node.id in own:
        return own[node.id]
    if not isinstance(node, ast.JoinedStr):
        raise UnreadableImportError(f"line {line}: an import by a name that cannot be read")
    parts = [
        part.value if isinstance(part, ast.Constant) else own.get(getattr(part.value, "id", ""), "*")
        for part in node.values
    ]
    return "".join(parts)


def _defers(node):
    """A function, or a block that only a type checker reads."""
    checking = isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
    return checking or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def targets(name, modules):
    """The modules that an import reaches: the longest part of `name` that is one, or all that a pattern matches."""
    if "*" in name:
        return {module for module in modules if fnmatch.fnmatch(module, name)}
    parts = name.split(".")
    heads = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return {next(head for head in heads if head in modules)} if parts[0] in modules else set()


def graph_of(sources):
    """Per module the modules that it imports, itself left out. `sources` maps (module, package) to source text."""
    modules = {module for module, _ in sources}
    return {
        module: {
            target
            for found in imports(source, module, package)
            for target in targets(found.name, modules)
            if target != module
        }
        for (module, package), source in sources.items()
    }


def circle(graph):
    """One circle of a graph of imports, as a list of modules; [] if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []
