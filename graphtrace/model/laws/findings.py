"""What an audit finds: its report, and the findings while they are collected."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.model.laws.numbers import differ, same_stats
from graphtrace.model.tensor_data import TensorData


@dataclass(frozen=True, slots=True)
class Report:
    """Result of an audit.

    Attributes:
        violations: Broken laws in words, each with the node and both values.
        hooks: Changes made by a user's hook, or made unseen between two events. These break no law.
        checked: How many equalities were checked bit for bit.
        unproven: How many could only be checked by their statistics (large tensors that a hook replaced).
    """

    violations: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    checked: int = 0
    unproven: int = 0

    @property
    def ok(self) -> bool:
        """Whether no law is broken."""
        return not self.violations


class Findings:
    """Collects broken laws, changes made by hooks, and how many equalities were checked."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.hooks: list[str] = []
        self.checked = 0
        self.unproven = 0

    def add(self, text: str, problem: str, hook: object) -> None:
        """Note an inequality: as the work of `hook` if there was one, else as a broken law.

        Args:
            text: What differs, in words.
            problem: How it differs.
            hook: What hook was there, or a false value.
        """
        if hook:
            self.hooks.append(f"a hook changed a gradient ({hook}): {text}")
        else:
            self.violations.append(f"{text} ({problem})")

    def mismatch(self, proof: object, expected: TensorData | None = None, got: TensorData | None = None) -> str | None:
        """Compare two tensors by the proof that the recorder took on the live ones, and by their kept numbers.

        Args:
            proof: ``True`` or ``"same"`` (equal bit for bit), ``False`` (not equal), ``"unknown"`` (not compared).
            expected: What should have been there.
            got: What was there.

        Returns:
            How they differ, in words; None if they are equal.
        """
        if proof == "unknown":
            self.unproven += 1
            return None if same_stats(expected, got) else "their statistics differ"
        self.checked += 1
        if proof is False:
            return "not equal bit for bit"
        if proof not in ("same", True):
            return f"no proof of equality was recorded: {proof!r}"
        if expected is not None and got is not None and differ(expected, got):
            return "the recorded numbers differ"
        return None

    def report(self) -> Report:
        """Return the finished report."""
        return Report(tuple(self.violations), tuple(self.hooks), self.checked, self.unproven)
