"""Every error of ours that a page can show has its Chinese text, and every such text is of an error that is raised."""

from pathlib import Path

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError, TraceError
from graphtrace.lab.records.layers import Conv2d, Linear
from graphtrace.lab.records.spec import SGD
from graphtrace.model import Event, Graph, Node, Op, Param, Recording, TensorMeta
from graphtrace.model.check import check
from graphtrace.model.check_recording import check_recording
from graphtrace.texts import section
from graphtrace.texts.messages import in_language
from tests.support.messages import all_texts, sources, texts_of

PACKAGE = Path(__file__).parents[2] / "graphtrace"
SHOWN = (
    "errors.py",
    "app",
    "classroom",
    "examples",
    "export",
    "lab",
    "layout",
    "model",
    "runs/folder.py",
    "runs/opening.py",
    "runner",
    "sights",
    "style",
    "texts",
    "tracer",
    "views",
    "workers",
)
REPORTING = ("lab/design", "lab/records", "lab/parts", "model/check")  # whose generators yield problems
ELSEWHERE = ("code_fragments.py", "code.py")  # these yield code


def raised():
    """Templates of what is raised, by file; of what is yielded only where that is a problem."""
    found = {}
    for path in sources(*(PACKAGE / place for place in SHOWN)):
        place = path.relative_to(PACKAGE).as_posix()
        yields = place.startswith(REPORTING) and path.name not in ELSEWHERE
        for text in texts_of(path.read_text(encoding="utf-8"), yields=yields):
            found.setdefault(text, place)
    return found


def test_every_error_that_a_page_can_show_has_a_chinese_text():
    known = section("errors", "zh")
    assert {text: place for text, place in raised().items() if text not in known} == {}


def test_every_text_is_of_an_error_that_is_there():
    written = set().union(
        *(all_texts(path.read_text(encoding="utf-8")) for path in sources(*(PACKAGE / place for place in SHOWN)))
    )
    assert [text for text in section("errors", "zh") if text not in written] == []


def test_a_text_says_every_value():
    for english, chinese in section("errors", "zh").items():
        names = set(_names(english))
        assert set(_names(chinese)) <= names, english
        assert names - set(_names(chinese)) == set(), english


def _names(text):
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


@pytest.mark.parametrize(
    ("raise_it", "said"),
    [
        (lambda: lab.preset("nosuch"), "没有这个预设：'nosuch'（应为"),
        (lambda: lab.decode("x"), "不是实验室的链接：'x'（完整复制；最多"),
        (
            lambda: lab.Machine(lab.Spec((Linear(3, 1),))),
            "层 0 Linear 需要 3 个输入：得到 2 个（把 in_features 设为 2，或修改数据）",
        ),
        (lambda: lab.Machine(lab.Spec((Linear(2, 3), Linear(4, 1)))), "或修改层 0 Linear）"),
        (
            lambda: lab.Machine(lab.Spec((Linear(2, 1),), optimizer=SGD(lr=-1.0))),
            "optimizer.lr 不是从 0 到 1e+06 的数：-1.0",
        ),
        (
            lambda: lab.Machine(lab.Spec((Conv2d(1, 1, 3),))),
            "需要图像（批次 × 通道 × 高 × 宽）：得到 4×2（选用图像数据）",
        ),
    ],
)
def test_what_is_raised_is_said_in_chinese(raise_it, said):
    with pytest.raises(TraceError) as raised_error:
        raise_it()
    english = str(raised_error.value)
    assert said in in_language(english, "zh")
    assert in_language(english, "en") == english


META = TensorMeta((2,), "float32", "cpu")
NO_ROOT = Graph(nodes=(), edges=(), roots=())


@pytest.mark.parametrize(
    ("raise_it", "said"),
    [
        (lambda: check(NO_ROOT), "计算图前后矛盾：它没有根（重新追踪）"),
        (lambda: check_recording(Recording(graphs=(NO_ROOT,))), "记录前后矛盾：计算图 0：它没有根（重新记录）"),
        (
            lambda: check_recording(Recording(ops=(Op(0, "mul", inputs=(7,)),))),
            "记录前后矛盾：运算 0 没有指向值（重新记录）",
        ),
        (lambda: check_recording(Recording(events=(Event("forward_op", op=3),))), "事件 0：没有运算 3（重新记录）"),
        (lambda: check_recording(Recording(events=(Event("node_in"),))), "事件 0：node_in 没有说明位置（重新记录）"),
        (
            lambda: check(
                Graph(
                    nodes=(Node(0, "Mul:0", "MulBackward0", "op"),),
                    edges=(),
                    roots=((0, 0),),
                    params=(Param(("w",), META, "used", None),),
                )
            ),
            "参数 ('w',) 的状态是 'used'，而节点是 None（重新追踪）",
        ),
    ],
)
def test_an_inner_fault_is_said_in_chinese(raise_it, said):
    with pytest.raises(TraceError) as raised_error:
        raise_it()
    assert said in in_language(str(raised_error.value), "zh")


def test_several_problems_are_said_one_after_the_other():
    with pytest.raises(SpecError) as error:
        lab.Machine(lab.Spec((Linear(3, 5), Linear(4, 1)), optimizer=SGD(lr=0.1)))
    said = in_language(str(error.value), "zh")
    assert "；" in said
    assert "wants" not in said


def test_what_is_no_text_of_ours_stays_as_it_is():
    torch_says = "RuntimeError: element 0 of tensors does not require grad"
    assert in_language(torch_says, "zh") == torch_says
