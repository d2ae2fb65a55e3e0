"""What a diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from graphtrace import texts
from graphtrace.literals import Language
from graphtrace.model import Source
from graphtrace.model.display import Displayable

Mistake = Literal[
    "never_zeroed",
    "backward_twice",
    "graph_across_iterations",
    "vector_without_v",
    "v_shape_or_dtype",
    "grad_of_non_leaf",
    "leaf_lost",
    "graph_cut",
    "fake_leaf",
    "inplace_on_saved",
    "step_between_backwards",
    "inplace_on_leaf",
    "parameter_rebound",
    "data_edit",
    "graph_kept_for_logging",
    "optimizer_misses_parameter",
    "frozen_parameter",
    "none_or_zero",
    "zeroed_before_step",
    "broadcast_loss",
    "softmax_twice",
    "reduction_scale",
    "train_or_eval",
    "dead_relu",
    "vanishing_or_exploding",
    "non_finite",
    "dtype_mismatch",
    "create_graph_missing",
]
Place = Literal["instead", "before", "after", "elsewhere"]
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)


@dataclass(frozen=True, slots=True)
class Diagnosis(Displayable):
    """What went wrong in a recorded program, and how to repair it.

    Attributes:
        mistake: One of `MISTAKES`.
        cause: One sentence.
        repair: A line of code.
        place: Where the line goes: ``instead`` of the source line, ``before`` or ``after`` it, or ``elsewhere``, as
            the cause says.
        source: The line where the mistake is made, which need not be the one that raised; None where no line of the
            program was recorded for it.
        node: Key of the graph's node concerned, None where there is none.
        evidence: Sentences with the recorded facts.
        language: Of cause, evidence, and what is not code in the repair.
    """

    mistake: Mistake
    cause: str
    repair: str
    place: Place = "instead"
    source: Source | None = None
    node: str | None = None
    evidence: tuple[str, ...] = ()
    language: Language = "en"

    def __str__(self) -> str:
        """Describe it as a terminal shows it."""
        where = [] if self.source is None else [f"  {self._said('at', line=self.source.line, text=self.source.text)}"]
        facts = [f"  - {sentence}" for sentence in self.evidence]
        return "\n".join([self.cause, *where, *facts, f"  {self._said('repair', repair=self.repair)}"])

    def diff(self) -> tuple[tuple[str, int, str], ...]:
        """Return the repair as lines: sign (−, + or a space), number of the line, 0 for none, and the code."""
        old = "" if self.source is None else self.source.text.strip()
        new, line = self.repair.strip(), 0 if self.source is None else self.source.line
        if self.place == "elsewhere" or not old:
            return (("+", 0, new),)
        if self.place == "instead":
            return ("−", line, old), ("+", line, new)
        after = line and line + 1
        return (
            (("+", line, new), (" ", after, old)) if self.place == "before" else ((" ", line, old), ("+", after, new))
        )

    def applied(self, program: str) -> str | None:
        """Return a program with the repair done; None where the repair is no line at one place of it."""
        lines, line = program.splitlines(), 0 if self.source is None else self.source.line
        if self.place == "elsewhere" or not 0 < line <= len(lines):
            return None
        old = lines[line - 1]
        indent = old[: len(old) - len(old.lstrip())]
        new = self.repair if self.repair.startswith(" ") else indent + self.repair
        begin, end = {"instead": (line - 1, line), "before": (line - 1, line - 1), "after": (line, line)}[self.place]
        lines[begin:end] = [new]
        return "\n".join(lines) + "\n"

    def _said(self, key: str, /, **values: object) -> str:
        clean = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return texts.say(f"diagnosis.{key}", self.language, **clean)
