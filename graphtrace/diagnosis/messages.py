"""Mistakes that torch names in its own error: each rule matches a stable fragment of the message."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.records import Diagnosis, Mistake, Place
from graphtrace.diagnosis.run import Failure, RecordedRun

Repaired = tuple[str, Place]


def by_message(run: RecordedRun) -> Diagnosis | None:
    """Match the message of an error that says what is wrong."""
    failure = run.failure
    if failure is None:
        return None
    for fragment, mistake, cause, repair in _RULES:
        if re.search(fragment, failure.message):
            line, place = repair(failure)
            evidence = (run.say("torch", message=failure.message.splitlines()[0][:300]),)
            return Diagnosis(mistake, run.say(cause), line, place, failure.source, None, evidence)
    return None


def _vector(failure: Failure) -> Repaired:
    line = rewriting.replaced(failure.source, _summed)
    return (line, "instead") if line else ("y.backward(torch.ones_like(y))", "elsewhere")


def _summed(node: ast.AST) -> ast.expr | None:
    """Return ``y.sum().backward()`` for ``y.backward()``, and ``grad(y.sum(), x)`` for ``grad(y, x)``."""
    if not isinstance(node, ast.Call) or rewriting.last_name(node.func) not in ("backward", "grad"):
        return None
    first = node.args[0] if node.args else None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "backward" and first is None:
        node.func.value = _sum_of(node.func.value)
        return node
    if first is not None:
        node.args[0] = _sum_of(first)
        return node
    return None


def _sum_of(value: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(value, "sum", ast.Load()), [], [])


def _shape_of_v(failure: Failure) -> Repaired:
    line = rewriting.replaced(failure.source, _ones_like)
    return (line, "instead") if line else ("y.backward(torch.ones_like(y))", "elsewhere")


def _ones_like(node: ast.AST) -> ast.expr | None:
    call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward"
    if not call or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    owner = ast.unparse(node.func.value)
    if owner in ("torch.autograd", "autograd") and node.args:
        target = ast.unparse(node.args[0])
        return ast.parse(f"{owner}.backward({target}, torch.ones_like({target}))", mode="eval").body
    return ast.parse(f"{owner}.backward(torch.ones_like({owner}))", mode="eval").body


def _no_grad(failure: Failure) -> Repaired:
    line = rewriting.under_no_grad(failure.source)
    return (line, "instead") if line else ("with torch.no_grad(): …", "elsewhere")


def _zeroed(failure: Failure) -> Repaired:
    source = failure.source
    call = rewriting.called(source, "zero_")
    if call is None or source is None or not isinstance(call.func, ast.Attribute):
        return "optimizer.zero_grad()", "instead"
    owner = ast.unparse(call.func.value)
    return f"{rewriting.indent(source)}if {owner} is not None: {owner}.zero_()", "instead"


def _same_size(failure: Failure) -> Repaired:
    line = rewriting.replaced(failure.source, target_like_output)
    return (line, "instead") if line else ("loss = criterion(output, target.view_as(output))", "elsewhere")


def target_like_output(node: ast.AST) -> ast.expr | None:
    """Return ``criterion(output, target.view_as(output))`` for ``criterion(output, target)``."""
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return None
    output = ast.unparse(node.args[0])
    node.args[1] = ast.parse(f"({ast.unparse(node.args[1])}).view_as({output})", mode="eval").body
    return node


def _evaluated(failure: Failure) -> Repaired:
    tree = rewriting.statement(failure.source)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)] if tree else []
    name = calls[-1].func.id if calls and isinstance(calls[-1].func, ast.Name) else "model"
    return f"{rewriting.indent(failure.source)}{name}.eval()", "before"


def _cast(failure: Failure) -> Repaired:
    """Cast the first argument of the call to float32, or targets to what the loss takes."""
    expected = re.search(r"expected (?:scalar type |target dtype to be )?([A-Z]\w+)", failure.message)
    wanted = "long" if expected is not None and expected[1] == "Long" else "float"
    at = 1 if wanted == "long" or "Found dtype" in failure.message else 0

    def changed(node: ast.AST) -> ast.expr | None:
        if (
            not isinstance(node, ast.Call)
            or len(node.args) <= at
            or rewriting.last_name(node.func) in ("print", "float")
        ):
            return None
        node.args[at] = ast.parse(f"({ast.unparse(node.args[at])}).{wanted}()", mode="eval").body
        return node

    line = rewriting.replaced(failure.source, changed)
    return (line, "instead") if line else (f"x = x.{wanted}()", "before")


def _both_cast(failure: Failure) -> Repaired:
    def changed(node: ast.AST) -> ast.expr | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            sides = [ast.parse(f"({ast.unparse(side)}).float()", mode="eval").body for side in (node.left, node.right)]
            return ast.BinOp(sides[0], node.op, sides[1])
        product = isinstance(node, ast.Call) and rewriting.last_name(node.func) in ("mm", "matmul", "bmm", "mv", "dot")
        if product and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
            owner, other = ast.unparse(node.func.value), ast.unparse(node.args[0])
            return ast.parse(f"({owner}).float().{node.func.attr}(({other}).float())", mode="eval").body
        return None

    line = rewriting.replaced(failure.source, changed)
    return (line, "instead") if line else _cast(failure)


def _floating_leaf(failure: Failure) -> Repaired:
    def changed(node: ast.AST) -> ast.expr | None:
        if not isinstance(node, ast.Call):
            return None
        if any(k.arg == "requires_grad" for k in node.keywords):
            kept = [k for k in node.keywords if k.arg != "dtype"]
            node.keywords = [*kept, ast.keyword("dtype", ast.parse("torch.float32", mode="eval").body)]
            return node
        if rewriting.last_name(node.func) == "requires_grad_" and isinstance(node.func, ast.Attribute):
            return ast.parse(f"({ast.unparse(node.func.value)}).float().requires_grad_()", mode="eval").body
        return None

    line = rewriting.replaced(failure.source, changed)
    return (line, "instead") if line else ("x = x.float().requires_grad_()", "elsewhere")


def _module_list(failure: Failure) -> Repaired:
    return "self.layers = nn.ModuleList(self.layers)", "elsewhere"


def _super(failure: Failure) -> Repaired:
    return f"{rewriting.indent(failure.source)}super().__init__()", "before"


def _leaf_of(failure: Failure) -> Repaired:
    return "w = w.detach().requires_grad_()", "before"


_DTYPES = (
    r"to have the same dtype|must have the same dtype, but got|expected scalar type|Found dtype|"
    r"expected target dtype|result type .* can't be cast"
)
_RULES: tuple[tuple[str, Mistake, str, Callable[[Failure], Repaired]], ...] = (
    (
        "implicitly created only for scalar outputs",
        "vector_without_v",
        "vector",
        _vector,
    ),
    (
        r"Mismatch in shape: grad_output|'float' object is not iterable|gradients can be either Tensors or None|"
        r"Mismatch in dtype: grad_output",
        "v_shape_or_dtype",
        "shape_of_v",
        _shape_of_v,
    ),
    (
        "leaf Variable",
        "inplace_on_leaf",
        "inplace_leaf",
        _no_grad,
    ),
    (
        "'NoneType' object has no attribute 'zero_'",
        "none_or_zero",
        "nothing_to_zero",
        _zeroed,
    ),
    (
        "optimizer got an empty parameter list",
        "optimizer_misses_parameter",
        "no_parameters",
        _module_list,
    ),
    (
        "can't optimize a non-leaf Tensor",
        "optimizer_misses_parameter",
        "non_leaf_owned",
        _leaf_of,
    ),
    (
        r"before Module\.__init__\(\) call",
        "optimizer_misses_parameter",
        "no_super",
        _super,
    ),
    (
        r"must be the same as (the )?input size",
        "broadcast_loss",
        "shapes_differ",
        _same_size,
    ),
    (
        "Expected more than 1 (value per channel|spatial element) when training",
        "train_or_eval",
        "one_sample",
        _evaluated,
    ),
    (
        r"[Oo]nly Tensors of floating point (and complex )?dtype can require gradients",
        "dtype_mismatch",
        "whole_leaf",
        _floating_leaf,
    ),
    (_DTYPES, "dtype_mismatch", "dtypes_differ", _both_cast),
)
