"""A question: its input, what is said to an answer, and the button that reveals it to a class."""

from __future__ import annotations

import re
from dataclasses import replace

import streamlit as st

from graphtrace.app.lesson_visit import Answer, answer_of, forget, go, keep
from graphtrace.app.payloads import as_mapping
from graphtrace.app.texts import say
from graphtrace.explain import number
from graphtrace.lessons import (
    Lesson,
    Question,
    ResolvedQuestion,
    Verdict,
    choices,
    judge_number,
    judge_option,
    judge_order,
    right_answer,
)
from graphtrace.literals import Language

_MARKUP = re.compile(r"[*_\[\]$#<>~|:]")


class Asked:
    """One question of a lesson, on its recording.

    Args:
        lesson: The lesson.
        step: Number of the step, from 0.
        question: As the lesson's file has it.
        resolved: The same on the recording.
        lang: Language of the page.
    """

    def __init__(
        self, lesson: Lesson, step: int, question: Question, resolved: ResolvedQuestion, lang: Language
    ) -> None:
        self.lesson, self.step, self.question, self.resolved, self.lang = lesson, step, question, resolved, lang

    @property
    def answer(self) -> Answer:
        """What was answered."""
        return answer_of(self.lesson, self.step)

    def key(self, name: str) -> str:
        """Return the key of a widget of this question."""
        return f"learn_{self.lesson.id}_{self.step}_{name}"

    # ---- answering -------------------------------------------------------------------------------

    def guess_number(self, guess: float) -> None:
        """Take a number as the answer."""
        right = judge_number(self.resolved, guess, self.question.tolerance).right
        keep(self.lesson, self.step, replace(self.answer, number=guess, right=right))

    def guess_typed(self) -> None:
        """Take the number that was typed."""
        typed = st.session_state[self.key("number")]
        if typed is not None:
            self.guess_number(float(typed))

    def choose(self, option: int) -> None:
        """Take an option as the answer."""
        right = judge_option(self.resolved, option).right
        keep(self.lesson, self.step, replace(self.answer, option=option, right=right))

    def pick(self, line: int) -> None:
        """Take a line as the next one; the first of a new attempt after a wrong one."""
        whole = len(self.answer.picked) == len(self.resolved.labels)
        picked = (line,) if whole else (*self.answer.picked, line)
        right = judge_order(self.resolved, picked).right
        keep(self.lesson, self.step, replace(self.answer, picked=picked, right=right))

    def reveal(self) -> None:
        """Show the answer to everybody."""
        keep(self.lesson, self.step, replace(self.answer, shown=True))

    def ask_again(self) -> None:
        """Forget the answer."""
        st.session_state.pop(self.key("number"), None)
        forget(self.lesson, self.step)

    def recall(self, told: object) -> None:
        """Take the answer that the browser has kept from before the page was loaded; it may be anything."""
        kept = as_mapping(told)
        if (kept.get("lesson"), kept.get("step")) != (self.lesson.id, self.step + 1):
            return
        guess, option, picked = kept.get("number"), kept.get("option"), kept.get("picked")
        places = range(len(self.resolved.labels))
        if isinstance(guess, int | float) and self.resolved.answer is not None:
            self.guess_number(float(guess))
        elif option in places and self.resolved.best is not None:
            self.choose(int(str(option)))
        elif isinstance(picked, list) and self.question.kind == "order" and all(line in places for line in picked):
            for line in picked[: len(places)]:
                self.pick(line)
        if kept.get("shown") is True:
            self.reveal()
        go(self.lesson.id, self.step)

    # ---- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the question with its input, the answer to a guess, and Reveal."""
        with st.container(border=True, key="learn_question", gap="small"):
            st.markdown(f"**{safe(self.resolved.text)}**")
            if self.question.kind == "order":
                self._lines()
            elif self.resolved.answer is None:
                self._options()
            elif self.question.chips:
                self._chips()
            else:
                self._field()
            self._reply()
            if self.answer.shown:
                st.button(
                    say("learn_again", self.lang), key=self.key("again"), on_click=self.ask_again, type="tertiary"
                )
            else:
                st.button(say("learn_reveal", self.lang), key=self.key("reveal"), on_click=self.reveal, type="tertiary")

    def _chips(self) -> None:
        with st.container(horizontal=True, gap="small", key="learn_chips"):
            for i, value in enumerate(choices(self.resolved)):
                chosen = self.answer.number == value
                st.button(
                    number(value),
                    key=self.key(f"chip_{i}"),
                    on_click=self.guess_number,
                    args=(value,),
                    type="primary" if chosen else "secondary",
                )

    def _field(self) -> None:
        st.number_input(
            say("learn_answer", self.lang),
            value=self.answer.number,
            format="%g",
            step=1.0,
            placeholder="?",
            key=self.key("number"),
            on_change=self.guess_typed,
            label_visibility="collapsed",
        )

    def _options(self) -> None:
        for i, label in enumerate(self.resolved.labels):
            st.button(
                safe(label),
                key=self.key(f"option_{i}"),
                on_click=self.choose,
                args=(i,),
                type="primary" if self.answer.option == i else "secondary",
                width="stretch",
            )

    def _lines(self) -> None:
        st.caption(say("learn_order", self.lang))
        for i, label in enumerate(self.resolved.labels):
            place = self.answer.picked.index(i) + 1 if i in self.answer.picked else None
            whole = len(self.answer.picked) == len(self.resolved.labels)
            st.button(
                f"{place}. {safe(label)}" if place else safe(label),
                key=self.key(f"line_{i}"),
                on_click=self.pick,
                args=(i,),
                disabled=place is not None and not whole,
                width="stretch",
            )

    # ---- what is said ----------------------------------------------------------------------------

    def verdict(self) -> Verdict | None:
        """Return what there is to say; None before an answer."""
        if self.answer.shown and not self.answer.right:
            return Verdict(True, self._truth())
        if self.answer.option is not None:
            verdict = judge_option(self.resolved, self.answer.option)
            return Verdict(True, f"{verdict.text} {self.resolved.right}".strip()) if verdict.right else verdict
        if self.answer.number is not None:
            return judge_number(self.resolved, self.answer.number, self.question.tolerance)
        if len(self.answer.picked) == len(self.resolved.labels) > 0:
            return judge_order(self.resolved, self.answer.picked)
        return None

    def _truth(self) -> str:
        """Return the right answer in words, for a class that has voted."""
        return f"{right_answer(self.resolved)} · {self.resolved.right}"

    def _reply(self) -> None:
        verdict = self.verdict()
        if verdict is None:
            return
        general = say("learn_sign" if verdict.sign else "learn_not", self.lang)
        with st.container(key="learn_right" if verdict.right else "learn_wrong"):
            st.markdown(safe(verdict.text or general))


def safe(text: str) -> str:
    """Return a text of a lesson as markdown: only its code spans are markup."""
    parts = text.split("`")
    return "`".join([part if i % 2 else _MARKUP.sub(r"\\\g<0>", part) for i, part in enumerate(parts)])
