"""The menu of programs: names, errors, and builds that share nothing and disturb nothing."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn

from graphtrace import examples
from graphtrace.errors import TraceError
from graphtrace.examples.seeded import Seeded

DRAWN = [name for name in examples.names() if examples.get(name).has_graph]


def tensors_of(built):
    module = dict(built.model.named_parameters()) if built.model is not None else {}
    return {**module, **built.params, **built.tensors}


def leaves_of(built):
    return {name: t for name, t in tensors_of(built).items() if t.is_leaf and t.requires_grad}


def test_every_family_of_programs_is_in_the_menu_in_order():
    letters = [examples.get(name).seed_letter for name in examples.names()]
    assert letters == sorted(letters)
    assert set(letters) == set("abcdefghijklm")


def test_the_opening_example_is_in_the_menu():
    assert examples.get(examples.OPENING).name == "lenet"


@pytest.mark.parametrize("name", examples.names())
def test_an_example_describes_itself_in_both_languages(name):
    item = examples.get(name)
    assert item.name == name
    assert re.fullmatch(r"[a-z0-9_]+", name)
    assert item.title
    assert re.search(r"[.!]$", item.about)
    assert re.search(r"[\u4e00-\u9fff]", item.title_zh + item.about_zh)
    assert item.about_zh.endswith("。")
    assert not re.search(r"[\u4e00-\u9fff]", item.title + item.about)


def test_titles_tell_the_examples_apart():
    for language in ("title", "title_zh"):
        titles = [getattr(examples.get(name), language) for name in examples.names()]
        assert len(set(titles)) == len(titles)


def test_the_menu_is_read_without_building_anything(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("built")

    for maker in ("tensor", "randn", "eye", "ones"):
        monkeypatch.setattr(torch, maker, refuse)
    assert all(examples.get(name).title for name in examples.names())
    with pytest.raises(AssertionError, match="built"):
        examples.build("mean_square")


def test_an_unknown_name_is_answered_with_the_nearest_and_with_all():
    with pytest.raises(TraceError, match=r"^unknown example: 'lenett' \(did you mean 'lenet'\? must be one of \["):
        examples.get("lenett")
    with pytest.raises(TraceError, match=r"^unknown example: 'mpl' \(must be one of \['accumulate', "):
        examples.build("mpl")


def test_a_very_long_unknown_name_is_cut():
    with pytest.raises(TraceError) as caught:
        examples.get("x" * 10_000)
    assert len(str(caught.value)) < 1500


@pytest.mark.parametrize("name", examples.names())
def test_two_builds_agree_and_share_no_memory(name):
    first, second = (tensors_of(examples.build(name)) for _ in range(2))
    assert first.keys() == second.keys()
    for key, tensor in first.items():
        assert torch.equal(tensor, second[key])
    assert not {t.data_ptr() for t in first.values()} & {t.data_ptr() for t in second.values()}


@pytest.mark.parametrize("name", examples.names())
def test_building_leaves_the_random_numbers_of_the_process_alone(name):
    torch.manual_seed(123)
    expected = torch.randn(4)
    torch.manual_seed(123)
    examples.build(name)
    assert torch.equal(torch.randn(4), expected)


def test_builds_in_parallel_threads_get_the_same_numbers():
    alone = tensors_of(examples.build("sequential"))
    with ThreadPoolExecutor(4) as pool:
        builds = list(pool.map(examples.build, ["sequential"] * 12))
    assert all(torch.equal(alone[key], t) for built in builds for key, t in tensors_of(built).items())


def plain_net():
    return nn.Sequential(nn.Linear(3, 4), nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Linear(4, 2, bias=False))


def test_seeded_numbers_are_those_of_manual_seed():
    with Seeded(7):
        data, net, tail = torch.randn(5), plain_net(), torch.rand(2)
    torch.manual_seed(7)
    assert torch.equal(data, torch.randn(5))
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), plain_net().parameters(), strict=True))
    assert torch.equal(tail, torch.rand(2))


def test_different_seeds_give_different_numbers():
    with Seeded(1):
        one = torch.randn(3)
    with Seeded(2):
        assert not torch.equal(one, torch.randn(3))


@pytest.mark.parametrize("name", DRAWN)
def test_backward_from_the_root_reaches_every_leaf(name):
    built = examples.build(name)
    assert (built.grad_output is None) == (built.root.numel() == 1)
    assert leaves_of(built)
    assert all(leaf.grad is None for leaf in leaves_of(built).values())
    built.root.backward(built.grad_output)
    for leaf in leaves_of(built).values():
        assert leaf.grad is not None
        assert torch.isfinite(leaf.grad).all()


@pytest.mark.parametrize("name", [name for name in DRAWN if examples.build(name).forward])
def test_forward_gives_the_root_again(name):
    built = examples.build(name)
    assert torch.equal(built.forward(), built.root)


@pytest.mark.parametrize("name", [name for name in DRAWN if examples.build(name).step])
def test_a_step_moves_every_leaf_and_zeroing_clears_its_gradient(name):
    built = examples.build(name)
    before = {key: leaf.detach().clone() for key, leaf in leaves_of(built).items()}
    built.root.backward()
    built.step()
    assert not any(torch.equal(before[key], leaf) for key, leaf in leaves_of(built).items())
    if built.zero is not None:
        built.zero()
        assert all(leaf.grad is None or not leaf.grad.any() for leaf in leaves_of(built).values())


def test_the_optimizer_is_made_once():
    built = examples.build("sequential_adam")
    assert isinstance(built.optimizer(), torch.optim.Adam)
    assert built.optimizer() is built.optimizer()


def test_a_program_without_a_loop_says_so():
    with pytest.raises(TraceError, match=r"^this program has no loop: no forward \(train "):
        next(examples.build("fan_out").train(1))


def test_without_a_graph_backward_raises():
    built = examples.build("freeze_all")
    assert built.root.grad_fn is None
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        built.root.backward()
    assert [name for name in examples.names() if name not in DRAWN] == ["freeze_all"]
