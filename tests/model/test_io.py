"""Graphs to files and back; whatever else is in a file is refused in words."""

import gc
import gzip
import json
import os
import random
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import graphtrace as gt
from graphtrace import examples
from graphtrace.errors import FileError
from graphtrace.export import to_dot, to_svg
from graphtrace.model import SCHEMA, Edge, Graph, Node, Param, Saved, TensorMeta, dumps, load, loads, save
from tests.support.damage import garbled

NAMES = [name for name in examples.names() if examples.get(name).has_graph]
ROOT = Path(__file__).parents[2]
META = TensorMeta((2, "j1"), "float32", "cpu")
FULL = Graph(
    nodes=(
        Node(0, "fc/Foo:0", "FooBackward0", "custom", None, (META, META), 3, (1,), (), "fc", 7, 3),
        Node(1, "w", "AccumulateGrad", "accumulate", param="w", metas=(META,), module="fc"),
    ),
    edges=(Edge(0, 0, 1, 0), Edge(0, 2, 1, 0)),
    roots=((0, 1),),
    params=(Param(("w", "v"), META, "used", 1), Param(("b",), META, "frozen")),
    held_bytes=64,
    torch="2.13.0",
    warnings=("a warning",),
)
SAVED = (
    Saved("a", "held", META, 64, 0, None, 2),
    Saved("b", "held", META, 64, 0, "fc/Foo:0.a", 0),
    Saved("c", "packed", alias="checkpoint"),
)


def traced(name, saved=True):
    built = examples.build(name)
    return gt.trace(built.root, model=built.model, params=built.params, saved=saved)


def plain():
    return json.loads(dumps(traced("fan_out")))


def written(content):
    return json.dumps(content).encode()


@pytest.mark.parametrize("name", NAMES)
def test_every_example_comes_back_equal(name, tmp_path):
    graph = traced(name)
    for file in ("graph.json", "graph.json.gz"):
        assert load(save(graph, tmp_path / file)) == graph


def test_a_graph_saves_itself(tmp_path):
    assert gt.load(FULL.save(tmp_path / "graph.json.gz")) == FULL


def test_every_field_comes_back():
    graph = replace(FULL, nodes=(replace(FULL.nodes[0], saved=SAVED), FULL.nodes[1]))
    again = loads(dumps(graph))
    assert again == graph
    assert type(again.nodes[0].metas[0].shape) is tuple
    assert again.nodes[0].saved[1].version == 0


def test_the_same_program_gives_the_same_bytes_in_every_process():
    code = (
        "import sys; from graphtrace import examples, trace; from graphtrace.model import dumps; "
        "built = examples.build('lenet'); graph = trace(built.root, model=built.model); "
        "sys.stdout.buffer.write(dumps(graph) + dumps(graph, compress=True))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True
        )
        for seed in "12"
    ]
    assert len(runs[0].stdout) > 1000
    assert runs[0].stdout == runs[1].stdout


def test_a_file_says_which_schema_it_is_of():
    assert json.loads(dumps(FULL))["schema"] == SCHEMA


def test_only_a_name_in_gz_is_compressed(tmp_path):
    assert save(FULL, tmp_path / "g.json").read_bytes()[:1] == b"{"
    assert gzip.decompress(save(FULL, tmp_path / "g.JSON.GZ").read_bytes()) == dumps(FULL)


@pytest.mark.parametrize("text", ['quote " \\ \n \x00', "<script>", "中文 🙂", "\ud800 alone", "x" * 10_000])
def test_hostile_names_come_back_and_can_be_drawn(text):
    graph = replace(FULL, nodes=(replace(FULL.nodes[0], key=text, type=text, module=text), FULL.nodes[1]))
    assert loads(dumps(graph)) == graph
    to_svg(graph).encode()
    to_dot(graph).source.encode()


@pytest.mark.parametrize("compress", [False, True])
def test_a_file_cut_anywhere_is_refused(compress):
    content = dumps(traced("square"), compress)
    for length in range(len(content)):
        with pytest.raises(FileError, match=r"^file is damaged: "):
            loads(content[:length])


def test_a_file_with_more_behind_its_end_is_refused():
    with pytest.raises(FileError, match=f"from character {len(dumps(FULL)):,} on it is no JSON"):
        loads(dumps(FULL) + b"{}")


@pytest.mark.parametrize("schema", [SCHEMA + 1, 10**30])
def test_a_newer_schema_is_named(schema):
    with pytest.raises(FileError, match=rf"newer schema: {str(schema)[:20]}.*reads up to {SCHEMA}"):
        loads(written(plain() | {"schema": schema}))


@pytest.mark.parametrize("schema", [0, -1, True, 1.0, "1", None, [1]])
def test_a_schema_that_is_no_number_is_no_graph(schema):
    with pytest.raises(FileError, match="not a graph file: schema"):
        loads(written(plain() | {"schema": schema}))


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"\x1f\x8b", b"null", b"[]", b"{}", b"3", b'"x"', b"{"])
def test_what_is_no_graph_is_refused(content):
    with pytest.raises(FileError, match=r"not a graph file|file is damaged"):
        loads(content)


@pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1.5", b"9" * 5000])
def test_numbers_that_are_no_count_are_refused(constant):
    with pytest.raises(FileError, match="file is damaged"):
        loads(dumps(FULL).replace(b'"held_bytes":64', b'"held_bytes":' + constant))


def test_a_number_of_more_than_64_bits_is_refused():
    with pytest.raises(FileError, match="held_bytes is a number of more than 64 bits"):
        loads(written(plain() | {"held_bytes": 2**63}))


def test_the_last_of_duplicate_keys_counts():
    assert loads(dumps(FULL).replace(b'"held_bytes":64', b'"held_bytes":1,"held_bytes":64')) == FULL


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [10, 400, *range(900, 1010), 100_000])
def test_deep_nesting_is_refused(opening, depth):
    closing = b"]" if opening == b"[" else b"}"
    with pytest.raises(FileError, match="damaged"):
        loads(b'{"schema":1,"nodes":' + opening * depth + b"0" + closing * depth + b"}")


def test_a_wrong_value_is_described_by_its_path():
    content = plain()
    content["nodes"][2]["metas"][0]["shape"] = [[1]]
    with pytest.raises(FileError, match=r"graph\.nodes\[2\]\.metas\[0\]\.shape\[0\] is a list of 1 \(expected one of"):
        loads(written(content))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g.pop("edges"), "graph lacks the field 'edges'"),
        (lambda g: g.update(extra=1), "graph has an unknown field 'extra'"),
        (lambda g: g.update({"\ud800": 1}), "unknown field"),
        (lambda g: g.update(nodes={}), "nodes is an object of 0 fields"),
        (lambda g: g.update(nodes=[None]), r"nodes\[0\] is None \(expected an object\)"),
        (lambda g: g.update(roots=[[0, 0, 0]]), r"roots\[0\] has 3 items \(expected 2\)"),
        (lambda g: g.update(roots=[]), "it has no root"),
        (lambda g: g.update(roots=[[10**9, 0]]), "is not an output of a node"),
        (lambda g: g["nodes"][0].update(id=True), r"nodes\[0\]\.id is True \(expected int\)"),
        (lambda g: g["nodes"][0].update(id=5), "node 0 has the id 5"),
        (lambda g: g["nodes"][0].update(kind="zzz"), "unknown kind 'zzz'"),
        (lambda g: g["nodes"][0].update(slots=10**15), "has 1000000000000000 slots"),
        (lambda g: g["nodes"][0].update(slots=-1), "has -1 slots"),
        (lambda g: g["nodes"][0].update(none_slots=[-1]), "edges and None slots use"),
        (lambda g: g["edges"][0].update(target=0), "does not lead toward the leaves"),
        (lambda g: g["edges"][0].update(target=10**15), "leads to no output"),
        (lambda g: g["edges"][0].update(source=-1), "leads to no output"),
        (lambda g: g["edges"][0].update(input_nr=-1), "leads to no output"),
        (lambda g: g["edges"].reverse(), "not ordered by source and slot"),
        (lambda g: g["params"][0].update(node=0), "has no node 0"),
        (lambda g: g["params"][0].update(state="unused"), "is 'unused' with the node"),
    ],
)
def test_a_damaged_field_is_named(change, words):
    content = plain()
    change(content)
    with pytest.raises(FileError, match=words):
        loads(written(content))


def _places(value, found):
    """All (container, key) pairs inside parsed JSON."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], dict | list):
            _places(value[key], found)
    return found


ODD = [
    None,
    True,
    -1,
    0,
    1,
    7,
    10**18,
    10**40,
    0.5,
    "",
    "op",
    "\ud800",
    "\x00<",
    [],
    [0],
    [[]],
    {},
    {"id": 0},
    [None] * 50,
]


def _restructured(rng, content):
    places = _places(content, [])
    for _ in range(rng.randint(1, 3)):
        holder, key = rng.choice(places)
        action = rng.randrange(4)
        if action == 0:
            holder[key] = rng.choice(ODD)
        elif action == 1 and isinstance(holder, dict):
            holder.pop(key, None)
        elif action == 2 and isinstance(holder, list):
            holder.insert(key, rng.choice(places)[0] if rng.random() < 0.2 else rng.choice(ODD))
        else:
            other, where = rng.choice(places)
            if isinstance(other, dict) and where in other:
                other[where] = holder[key] if isinstance(holder, list) and key < len(holder) else rng.choice(ODD)
    try:
        return json.dumps(content).encode()
    except ValueError:  # it now holds itself
        return b"[" * 50


def mutated(rng, good):
    """One damaged file: a change of structure or of bytes, before or after compression."""
    content = good if rng.random() < 0.5 else _restructured(rng, json.loads(good))
    if content is good or rng.random() < 0.2:
        content = garbled(rng, content)
    if rng.random() < 0.3:
        content = gzip.compress(content, 1)
        content = garbled(rng, content) if rng.random() < 0.5 else content
    return content


def refusal(content):
    """Return why a file is refused, or None. Any other exception than a FileError passes through."""
    try:
        graph = loads(content)
    except FileError as error:
        return str(error)
    assert loads(dumps(graph)) == graph
    return None


def test_5000_damaged_files_give_a_graph_that_keeps_the_laws_or_a_clear_error():
    rng = random.Random(20)
    goods = [dumps(traced(name)) for name in ("square", "fan_out", "logits")]
    reasons = [refusal(mutated(rng, rng.choice(goods))) for _ in range(5000)]
    refused = [reason for reason in reasons if reason is not None]
    assert 3000 < len(refused) < 5000
    assert max(map(len, refused)) < 600


def test_what_survives_damage_can_still_be_drawn():
    rng = random.Random(21)
    good, survivors = dumps(traced("fan_out")), 0
    while survivors < 25:
        try:
            graph = loads(mutated(rng, good))
        except FileError:
            continue
        to_svg(graph).encode()
        survivors += 1


def bomb(piece, count):
    """A small gzip file that inflates to `count` mebibytes."""
    return gzip.compress(piece * (1 << 20)) * count


@pytest.mark.parametrize("piece", [b"\x00", b" ", b"["])
def test_a_file_that_inflates_to_10_gigabytes_is_refused_early(piece):
    content = bomb(piece, 10 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match="inflates more than 200 times"):
            loads(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 << 20


@pytest.mark.parametrize("compress", [False, True])
def test_a_file_over_the_limit_is_refused(compress):
    content = dumps(traced("lenet"), compress)
    with pytest.raises(FileError, match="more than 1,000 bytes"):
        loads(content, max_bytes=1000)


def test_a_long_chain_of_equal_nodes_is_no_bomb():
    """The most repetitive true graph: the limit on inflating must leave it room."""
    x = torch.ones(1, requires_grad=True)
    for _ in range(20_000):
        x = x * 2
    graph = gt.trace(x)
    content = dumps(graph, compress=True)
    assert 5 < len(dumps(graph)) / len(content) < 100
    assert loads(content) == graph


@pytest.mark.parametrize("path", ["missing/graph.json", "", "nul\x00.json"])
def test_a_path_that_cannot_be_used_is_refused(path, tmp_path):
    with pytest.raises(FileError, match="cannot read the file"):
        load(f"{tmp_path}/{path}")
    with pytest.raises(FileError, match="cannot write the file"):
        save(FULL, f"{tmp_path}/{path}")


def test_reading_leaves_the_collector_on():
    with pytest.raises(FileError, match=r"^file is damaged: "):
        loads(b"{")
    assert gc.isenabled()


def test_an_error_stays_short_however_large_the_value_is():
    content = plain()
    content["nodes"][0]["key"] = [["x" * 1000] * 1000]
    with pytest.raises(FileError, match="a list of 1") as caught:
        loads(written(content))
    assert len(str(caught.value)) < 300
