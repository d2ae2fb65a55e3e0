"""What is said to an answer: whether it is right, and if not, which usual mistake it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graphtrace.explain import number
from graphtrace.lessons.loading import LessonError
from graphtrace.lessons.resolving import ResolvedQuestion


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is right, and the text that says why; empty where a general one must do.

    `sign` is True where only the sign is wrong.
    """

    right: bool
    text: str
    sign: bool = False


def judge_number(question: ResolvedQuestion, guess: float, tolerance: float) -> Verdict:
    """Compare a number with the right one and with the usual wrong ones."""
    if question.answer is None:
        raise LessonError("this question asks for no number (choose an option)")
    if _near(guess, question.answer, tolerance):
        return Verdict(True, question.right)
    for wrong in question.wrong:
        if _near(guess, wrong.value, tolerance):
            return Verdict(False, wrong.text)
    return Verdict(False, "", sign=_near(-guess, question.answer, tolerance))


def judge_option(question: ResolvedQuestion, chosen: int) -> Verdict:
    """Say whether an option is the right one."""
    return Verdict(chosen == question.best, question.replies[chosen])


def judge_order(question: ResolvedQuestion, order: tuple[int, ...]) -> Verdict:
    """Say whether lines are in the order in which they happen."""
    right = order == question.order
    return Verdict(right, question.right if right else "")


def _near(guess: float, value: float, tolerance: float) -> bool:
    if math.isnan(value) or math.isnan(guess):
        return math.isnan(value) and math.isnan(guess)
    return math.isclose(guess, value, rel_tol=tolerance, abs_tol=1e-9)


def choices(question: ResolvedQuestion) -> tuple[float, ...]:
    """Return the right number and the usual wrong ones, in order, each once."""
    if question.answer is None:
        return ()
    return tuple(sorted({float(f"{value:.6g}") for value in (question.answer, *(one.value for one in question.wrong))}))


def right_answer(question: ResolvedQuestion) -> str:
    """Return the right answer as it is written."""
    if question.answer is not None:
        return number(question.answer)
    best = [question.best] if question.best is not None else question.order
    return " → ".join([question.labels[i] for i in best])
