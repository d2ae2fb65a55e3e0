"""Every mistake is diagnosed in each of its wordings, on the line where it is made; its repair runs and works."""

import linecache
import re
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional

import graphtrace as gt
from graphtrace.diagnosis import MISTAKES
from tests.diagnose.programs import BY_HAND, WRONG

CASES = [(slug, k) for slug, programs in WRONG.items() for k in range(len(programs))]
NAMES = {"torch": torch, "nn": nn, "functional": functional, "F": functional, "print": lambda *given: None}


def run(text, name):
    """Run a program, the part below the mark recorded; returns the recording, the exception and the names."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    setup, _, body = text.partition("# ---\n")
    names = dict(NAMES)
    raised = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(setup, name, "exec"), names)
        owned = {key: names[key] for key in ("model", "optimizer") if key in names}
        leaves = {k: v for k, v in names.items() if isinstance(v, torch.Tensor) and v.requires_grad and v.is_leaf}
        code = compile("\n" * (setup.count("\n") + 1) + body, name, "exec")
        try:
            with gt.record(owned.get("model"), optimizer=owned.get("optimizer"), params=leaves) as rec:
                exec(code, names)
        except Exception as error:
            raised = error
    return rec.recording, raised, names


def marked(text):
    return next(i for i, line in enumerate(text.splitlines(), 1) if line.endswith("#!"))


def by_hand(text, *pairs):
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_every_mistake_has_at_least_two_wordings():
    assert set(WRONG) == set(MISTAKES)
    assert len(MISTAKES) == 28
    assert all(len(programs) >= 2 for programs in WRONG.values())


@pytest.mark.parametrize(("slug", "k"), CASES)
def test_a_mistake_is_named_at_the_line_where_it_is_made(slug, k):
    text = WRONG[slug][k]
    recording, _, _ = run(text, f"<{slug} {k}>")
    found = gt.diagnose(recording)
    assert found is not None
    assert (found.mistake, found.source and found.source.line) == (slug, marked(text))
    assert found.cause.endswith(".")
    assert found.evidence
    assert found.repair


@pytest.mark.parametrize(("slug", "k"), CASES)
def test_the_repair_of_a_mistake_runs_and_leaves_nothing_to_diagnose(slug, k):
    text = WRONG[slug][k]
    found = gt.diagnose(run(text, f"<{slug} {k}>")[0])
    if slug == "vanishing_or_exploding" and k == 1:
        pytest.skip("eight to the fifteenth is what the program asks for: clipping repairs the step, not the gradient")
    assert (found.place == "elsewhere") == ((slug, k) in BY_HAND), "other repairs are one line at one place"
    better = by_hand(text, *BY_HAND[slug, k]) if found.place == "elsewhere" else found.applied(text)
    recording, raised, _ = run(better, f"<{slug} {k} repaired>")
    assert raised is None
    assert gt.diagnose(recording) is None


@pytest.mark.parametrize(("slug", "k"), CASES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_name_operations_as_the_player_titles_them(slug, k, language):
    recording, _, _ = run(WRONG[slug][k], f"<{slug} {k}>")
    found = gt.diagnose(recording, language=language)
    keys = {node.key for graph in recording.graphs for node in graph.nodes if node.kind != "accumulate"}
    calls = {op.name for op in recording.ops if "." in op.name}
    for text in (found.cause, *found.evidence):
        told = re.sub(r"line \d+ \(.*?\)(?= |\.|$)|第 \d+ 行（.*?）", "", text)  # what it quotes of the program
        assert not [name for name in keys | calls if name in told], text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "pow 2 at line 4 has no saved tensors left: the first backward pass freed them."),
        ("zh", "第 4 行的 pow 2 保存的张量已经没有了：第一次反向传播释放了它们。"),
    ],
)
def test_a_node_is_named_by_its_title_and_line(language, said):
    found = gt.diagnose(run(WRONG["backward_twice"][0], "<twice>")[0], language=language)
    assert found.evidence[0] == said
    assert found.node == "Pow:0"


def test_a_call_that_only_shapes_or_casts_keeps_its_own_name():
    found = gt.diagnose(run(WRONG["leaf_lost"][1], "<cast>")[0])
    assert found.cause.startswith("w is not a leaf: it is what to made of")
