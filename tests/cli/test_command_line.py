"""`python -m graphtrace`: a user's script in, a picture of its loss out."""

import base64
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from PIL import Image

import graphtrace as gt
from graphtrace.cli import main, server
from graphtrace.cli.progress import StepProgress, condition
from graphtrace.export import run_page
from graphtrace.model import StepSummary, load

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
TENSORS = "import torch\nw = torch.ones(2, requires_grad=True)\nb = torch.zeros(2, requires_grad=True)\n"
LOSS = TENSORS + "loss = (w * 2 + b).sum()\n"
MODELS = """
import torch
from torch import nn
make = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
judge = nn.Linear(3, 1)
criterion = nn.MSELoss()
offset = torch.zeros(1, requires_grad=True)
loss = criterion(judge(make(torch.ones(1, 2))) + offset, torch.zeros(1, 1))
"""


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a script's text in this process; return the status, what was printed, and the output's path."""
    monkeypatch.chdir(tmp_path)

    def run(text, *arguments, output="out.json"):
        (tmp_path / "script.py").write_text(text)
        before = sys.argv[:], sys.path[:]
        status = main(["script.py", "-o", output, *arguments])
        assert (sys.argv, sys.path) == before
        printed = capsys.readouterr()
        return status, printed.out, printed.err, tmp_path / output

    return run


def graph_of(result):
    status, _, err, path = result
    assert (status, err) == (0, "")
    return load(path)


def names(graph):
    return {param.names for param in graph.params}


def test_a_script_with_plain_tensors_gives_a_graph_with_their_names(run):
    graph = graph_of(run(LOSS))
    assert [node.type for node in graph.nodes if node.kind == "op"] == ["SumBackward0", "AddBackward0", "MulBackward0"]
    assert {node.param for node in graph.nodes if node.kind == "accumulate"} == {"w", "b"}


def test_a_script_with_one_model_gives_the_names_of_its_parameters(run):
    graph = graph_of(run("import torch\nnet = torch.nn.Linear(2, 1)\nloss = net(torch.ones(2)).sum()\n"))
    assert names(graph) == {("weight",), ("bias",)}


def test_names_of_several_models_begin_with_their_variables(run):
    expected = ["judge.bias", "judge.weight", "make.0.bias", "make.0.weight", "offset"]
    assert sorted(param.names[0] for param in graph_of(run(MODELS)).params) == expected


def test_a_model_that_holds_all_others_names_the_parameters(run):
    text = MODELS + "both = nn.Sequential(make, judge)\n"
    assert sorted(map(min, names(graph_of(run(text))))) == ["0.0.bias", "0.0.weight", "1.bias", "1.weight", "offset"]


def test_a_model_can_be_named(run):
    expected = ["bias", "make.0.bias", "make.0.weight", "offset", "weight"]
    assert sorted(map(min, names(graph_of(run(MODELS, "--model", "judge"))))) == expected


def test_a_frozen_parameter_is_listed_as_frozen(run):
    graph = graph_of(run(MODELS.replace("offset =", "make[0].weight.requires_grad_(False)\noffset =")))
    assert {param.names[0]: param.state for param in graph.params}["make.0.weight"] == "frozen"


def test_another_variable_can_be_traced(run):
    graph = graph_of(run(TENSORS + "total = w.sin().sum()\n", "--loss", "total"))
    assert [node.type for node in graph.nodes] == ["SumBackward0", "SinBackward0", "AccumulateGrad"]


def test_a_list_of_losses_is_traced_as_several_roots(run):
    assert len(graph_of(run(TENSORS + "loss = [w.sum(), b.sum()]\n")).roots) == 2


def test_a_loss_whose_backward_has_run_is_drawn(run):
    graph = graph_of(run(LOSS + "loss.backward()\n"))
    assert {saved.state for node in graph.nodes for saved in node.saved} <= {"freed", "none"}


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        (TENSORS + "los = w.sum()\n", (), "no such variable in the script: 'loss' (name one with --loss: los)"),
        (TENSORS, (), "no such variable in the script: 'loss' (assign the loss outside any function)"),
        (LOSS + "loss = 3.5\n", (), "variable is no tensor: 'loss' is 3.5 ("),
        (LOSS + "loss = []\n", (), "variable is no tensor: 'loss' is [] ("),
        (LOSS + "loss = loss.detach()\n", (), "root does not require grad"),
        (TENSORS + "loss = w\n", (), "root is a leaf"),
        (LOSS, ("--model", "net"), "no such model in the script: 'net' (models: none)"),
        (MODELS, ("--model", "net"), "no such model in the script: 'net' (models: criterion, judge, make)"),
        (LOSS + "import sys; sys.exit()\n", (), "script ended by sys.exit: 'script.py' (let it run to its end, or"),
        (LOSS + "raise SystemExit(0)\n", (), "script ended by sys.exit"),
    ],
)
def test_a_script_without_a_graph_is_told_what_to_do(run, text, arguments, words):
    status, out, err, path = run(text, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("graphtrace: ")
    assert words in err
    assert err.count("\n") == 1
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("def f():\n    return 1 / 0\nf()\n", "ZeroDivisionError: division by zero"),
        ("x = (\n", "SyntaxError: '(' was never closed"),
        ("import no_such_module_at_all\n", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
    ],
)
def test_an_error_of_the_script_is_shown_as_python_shows_it(run, text, last):
    status, _, err, path = run(text)
    assert status == 1
    assert err.strip().splitlines()[-1] == last
    assert 'script.py", line ' in err
    assert "runpy" not in err
    assert "__main__.py" not in err
    assert not path.exists()


def test_a_script_that_exits_with_a_message_is_an_error_of_the_script(run):
    status, _, err, _ = run("import sys; sys.exit('out of data')\n")
    assert (status, err) == (1, "out of data\n")
    assert run("raise SystemExit(3)\n")[0] == 1


def test_arguments_behind_two_dashes_are_the_scripts_own(run):
    text = LOSS + "import sys, json, pathlib\npathlib.Path('seen').write_text(json.dumps([sys.argv, __name__]))\n"
    status, _, _, path = run(text, "--", "-o", "mine", "--loss", "--", "x")
    assert (status, path.exists()) == (0, True)
    assert json.loads(Path("seen").read_text()) == [["script.py", "-o", "mine", "--loss", "--", "x"], "__main__"]


def test_a_script_imports_from_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a_part_of_it.py").write_text(LOSS)
    (tmp_path / "there" / "script.py").write_text("from a_part_of_it import loss\n")
    monkeypatch.chdir(tmp_path)
    assert main(["there/script.py", "-o", "out.json"]) == 0
    assert len(load("out.json").nodes) == 5


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf", ".dot", ".json", ".json.gz", ".SVG"])
def test_every_suffix_gives_a_valid_file_of_its_type(run, suffix):
    status, out, _, path = run(LOSS, output=f"a picture{suffix}")
    content = path.read_bytes()
    readable = {
        ".svg": lambda: ET.fromstring(content).tag.endswith("svg"),
        ".png": lambda: Image.open(BytesIO(content)).size > (100, 100),
        ".pdf": lambda: "SumBackward0" in pypdf.PdfReader(BytesIO(content)).pages[0].extract_text(),
        ".dot": lambda: content.startswith(b"digraph") or b"digraph" in content[:200],
        ".json": lambda: len(load(path).nodes) == 5,
        ".json.gz": lambda: content[:2] == b"\x1f\x8b" and len(load(path).nodes) == 5,
    }
    assert status == 0
    assert out.startswith(f"a picture{suffix}: 5 nodes, ")
    assert readable[suffix.lower()]()


@pytest.mark.parametrize("option", [("--fold", "module"), ("--theme", "dark"), ("--saved",)])
def test_an_option_changes_the_picture(run, option):
    text = "import torch\nnet = torch.nn.Linear(2, 2)\nloss = net(torch.ones(1, 2)).sin().sum()\n"
    plain = run(text, output="a.svg")[3].read_bytes()
    assert run(text, *option, output="a.svg")[3].read_bytes() != plain


@pytest.mark.parametrize("suffix", [".svg", ".dot", ".json"])
def test_every_option_goes_with_every_format(run, suffix):
    assert run(LOSS, "--fold", "concept", "--saved", "--theme", "dark", output=f"out{suffix}")[0] == 0


def test_the_size_of_a_png_can_be_chosen(run):
    small = Image.open(run(LOSS, "--scale", "1", output="small.png")[3]).size
    assert Image.open(run(LOSS, "--scale", "3", output="large.png")[3]).size == (small[0] * 3, small[1] * 3)


@pytest.mark.parametrize("output", ["out.json", "out.json.gz"])
def test_a_saved_graph_can_be_drawn_later(run, output):
    path = run(LOSS, output=output)[3]
    assert main([str(path), "-o", "later.svg"]) == 0
    assert Path("later.svg").read_bytes() == run(LOSS, output="now.svg")[3].read_bytes()


def test_what_is_left_out_is_said(run):
    text = TENSORS + "for _ in range(600): w = w.sin()\nloss = w.sum()\n"
    assert "202 of 602 nodes are not drawn" in run(text, output="out.svg")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("script.py", "-o", "graph.gif"), "unknown format: 'graph.gif' (end the name in .svg"),
        (("script.py", "-o", "graph"), "unknown format: 'graph'"),
        (("script.py", "-o", "graph.svg", "--scale", "2"), "--scale is for a PNG: 'graph.svg'"),
    ],
)
def test_a_wrong_output_is_refused_before_the_script_runs(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("script.py").write_text("open('ran', 'w').close()\n" + LOSS)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.py",), "no such script: 'missing.py'"),
        ((".",), "no such script: '.'"),
        (("missing.json",), "cannot read the file: 'missing.json' (No such file or directory)"),
        (("script.py", "-o", "no/such/folder/out.svg"), "no such folder: 'no/such/folder' (make it first)"),
        (("script.py", "-o", "out.png", "--scale", "9"), "scale"),
    ],
)
def test_a_path_that_does_not_work_is_named(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("script.py").write_text(LOSS)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_damaged_graph_file_is_refused(tmp_path, capsys):
    (tmp_path / "graph.json").write_text('{"schema": 1, "nodes": [3]}')
    assert main([str(tmp_path / "graph.json"), "-o", str(tmp_path / "out.svg")]) == 2
    assert "file is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("script.py", "--fold", "all"), ("script.py", "surplus"), ("--unknown",)])
def test_a_call_that_cannot_be_read_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: python -m graphtrace" in capsys.readouterr().err


def spawned(*arguments, cwd):
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True)


def test_the_command_line_works_as_a_command(tmp_path):
    (tmp_path / "script.py").write_text(LOSS)
    ran = spawned("-m", "graphtrace", "script.py", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "graph.svg: 5 nodes, autograd view, 0 folded away\n"
    assert ET.parse(tmp_path / "graph.svg").getroot().tag.endswith("svg")


def test_a_failing_script_fails_the_command(tmp_path):
    (tmp_path / "script.py").write_text("raise ValueError('not today')\n")
    ran = spawned("-m", "graphtrace", "script.py", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stderr.endswith("ValueError: not today\n")


def test_there_are_examples_to_start_from():
    assert {path.name for path in EXAMPLES} >= {"fan_out.py", "lenet.py", "saved_tensors.py"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_script_can_be_drawn_and_run_by_itself(path, tmp_path):
    assert main([str(path), "-o", str(tmp_path / "out.svg")]) == 0
    assert ET.parse(tmp_path / "out.svg").getroot().tag.endswith("svg")
    ran = spawned(str(path), cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_example_of_saved_tensors_adds_up(tmp_path):
    """The total is the sum of what has no other owner: the squares, the ReLU's output and the input batch."""
    lines = spawned(str(ROOT / "examples" / "saved_tensors.py"), cwd=tmp_path).stdout.splitlines()
    counts = [int(line.split()[-2].replace(",", "")) for line in lines if line.endswith(" bytes")]
    total = int(lines[-1].split()[0].replace(",", ""))
    assert sum(counts) == total == (64 * 1 + 64 * 50 + 64 * 100) * 4


def test_the_example_of_fan_out_prints_the_gradient_that_torch_gives(tmp_path):
    assert spawned(str(ROOT / "examples" / "fan_out.py"), cwd=tmp_path).stdout == "x.grad = 8\n"


SCRIPT = """
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    loss = nn.MSELoss()(net(torch.ones(4, 2)), torch.zeros(4, 1))
    loss.backward()
    optimizer.step()
"""


def recorded(tmp_path, script, suffix, capsys):
    path, out = tmp_path / "script.py", tmp_path / f"run{suffix}"
    path.write_text(script)
    status = main([str(path), "--record", "-o", str(out)])
    return status, out, capsys.readouterr()


def test_a_script_is_recorded_with_the_names_of_the_net_it_makes(tmp_path, capsys):
    status, out, printed = recorded(tmp_path, SCRIPT, ".json.gz", capsys)
    recording = gt.load(out)
    assert status == 0
    assert "2 graphs" in printed.out
    assert recording.audit().ok
    assert {event.param for event in recording.events if event.kind == "param_update"} == {
        "0.weight",
        "0.bias",
        "2.weight",
        "2.bias",
    }
    assert {"0/Addmm:0", "1/Relu:0", "2/Addmm:0"} <= {node.key for node in recording.graphs[0].nodes}


def test_a_recording_of_a_script_that_fails_ends_with_the_error(tmp_path, capsys):
    status, out, printed = recorded(tmp_path, SCRIPT + "loss.backward()\n", ".json", capsys)
    last = gt.load(out).events[-1]
    assert status == 1
    assert "second time" in printed.err
    assert last.kind == "error"
    assert "second time" in str(last.fact("message"))


def test_below_the_traceback_of_a_script_stands_what_went_wrong(tmp_path, capsys):
    _, _, printed = recorded(tmp_path, SCRIPT + "loss.backward()\n", ".json", capsys)
    told = printed.err.partition("graphtrace: ")[2]
    assert "Errors?scene=backward_twice" in told
    assert "second time" in printed.err.partition("graphtrace: ")[0]
    assert "backward ran a second time through the graph of loss" in told
    assert "repair: loss = nn.MSELoss()(net(torch.ones(4, 2)), torch.zeros(4, 1))" in told
    _, _, printed = recorded(tmp_path, SCRIPT + "print(undefined)\n", ".json", capsys)
    assert "graphtrace: " not in printed.err, "no rule, no diagnosis"


def test_a_recording_plays_in_a_page_and_is_no_picture(tmp_path, capsys):
    status, out, _ = recorded(tmp_path, SCRIPT, ".html", capsys)
    assert status == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    status, _, printed = recorded(tmp_path, SCRIPT, ".png", capsys)
    assert status == 2
    assert "a recording is no picture" in printed.err


def test_no_hook_of_a_recorded_script_stays(tmp_path, capsys):
    from torch.nn.modules import module

    before = len(module._global_forward_pre_hooks)
    recorded(tmp_path, SCRIPT, ".json", capsys)
    assert len(module._global_forward_pre_hooks) == before


@pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)", "raise SystemExit"])
def test_a_script_that_exits_in_peace_is_recorded_like_any_other(tmp_path, capsys, end):
    status, out, _ = recorded(tmp_path, f"{SCRIPT}import sys\n{end}\n", ".json", capsys)
    assert (status, len(load(out).graphs)) == (0, 2)


def test_what_a_script_did_before_ctrl_c_is_kept(tmp_path, capsys):
    status, out, printed = recorded(tmp_path, f"{SCRIPT}raise KeyboardInterrupt\n", ".json", capsys)
    assert (status, len(load(out).graphs)) == (130, 2)
    assert load(out).events[-1].fact("type") == "KeyboardInterrupt"
    assert printed.err.splitlines()[-1] == "KeyboardInterrupt"
    assert "runpy" not in printed.err


def test_an_error_outside_of_torch_is_the_last_event_too(tmp_path, capsys):
    status, out, _ = recorded(tmp_path, f"{SCRIPT}rows = [][3]\n", ".json", capsys)
    last = load(out).events[-1]
    assert status == 1
    assert (last.kind, last.fact("type"), last.fact("message")) == ("error", "IndexError", "list index out of range")
    assert str(last.fact("file")).endswith("script.py")
    assert last.fact("text") == "rows = [][3]"


def test_the_recording_of_a_script_that_does_nothing_can_be_opened_again(tmp_path, capsys):
    status, out, _ = recorded(tmp_path, "print('hi')\n", ".json", capsys)
    assert (status, len(load(out))) == (0, 0)
    assert main([str(out), "--record", "-o", str(tmp_path / "again.html")]) == 0
    assert main([str(out), "--step", "0", "-o", str(tmp_path / "step.svg")]) == 0
    capsys.readouterr()
    assert main([str(out), "-o", str(tmp_path / "graph.svg")]) == 2
    assert "recording holds no backward pass" in capsys.readouterr().err


def test_the_page_of_a_recording_file_plays_it_in_the_language_asked_for(tmp_path, capsys):
    _, out, _ = recorded(tmp_path, SCRIPT, ".json", capsys)
    page = tmp_path / "run.html"
    assert main([str(out), "-o", str(page), "--language", "zh"]) == 0
    assert "2 graphs" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="zh-CN">')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "nowhere/run.svg"), r"no such folder: 'nowhere' \(make it first\)"),
        (("--record", "-o", "nowhere/run.html"), r"no such folder: 'nowhere'"),
        (("--step", "3", "-o", "nowhere/run.png"), r"no such folder: 'nowhere'"),
        (("-o", "run.png", "--scale", "99"), r"scale out of range: 99\.0"),
        (("--step", "3", "-o", "run.png", "--scale", "nan"), r"scale out of range: nan"),
        (("--step", "3", "--width", "7"), r"size out of range: 7 \(use 200 to 8000 pixels\)"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_script_runs(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text("open('ran', 'w').close()\n")
    assert main(["script.py", *arguments]) == 2
    assert re.search(words, capsys.readouterr().err)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_a_recording_goes_to_a_page_if_nothing_else_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT)
    assert main(["script.py", "--record"]) == 0
    assert (tmp_path / "run.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_trace_draws_what_the_old_form_draws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("script.py").write_text(LOSS)
    assert main(["trace", "script.py", "-o", "new.svg", "--saved", "--theme", "dark"]) == 0
    assert main(["script.py", "-o", "old.svg", "--saved", "--theme", "dark"]) == 0
    assert Path("new.svg").read_bytes() == Path("old.svg").read_bytes()


def test_the_command_record_records(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("script.py").write_text(f"{SCRIPT}import sys\nprint(sys.argv)\n")
    assert main(["record", "script.py", "-o", "run.json.gz", "--", "--lr", "3"]) == 0
    assert "['script.py', '--lr', '3']" in capsys.readouterr().out
    assert len(load("run.json.gz").graphs) == 2
    assert main(["record", "script.py"]) == 0
    assert Path("run.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("command", ["trace", "record", "frames", "worksheet", "app"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"graphtrace {command}" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert f"\n    {command}" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"graphtrace {gt.__version__}\n"


def test_the_app_without_its_packages_says_how_to_install_them(monkeypatch, capsys):
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    monkeypatch.setattr(server.runpy, "run_module", lambda *_, **__: pytest.fail("it was started"))
    assert main(["app"]) == 2
    assert capsys.readouterr().err == (
        'graphtrace: the app needs a package that is not installed: streamlit (pip install "graphtrace[app]")\n'
    )


def test_the_app_is_the_one_in_the_package_and_gets_what_stands_behind_two_dashes(monkeypatch):
    calls = []

    def served(module, **options):
        calls.append([module, *sys.argv])
        raise SystemExit(3)

    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(server.runpy, "run_module", served)
    assert main(["app", "--port", "8765", "--", "--theme.base", "dark"]) == 3
    assert calls[0][:3] == ["streamlit", "streamlit", "run"]
    assert Path(calls[0][3]) == ROOT / "graphtrace" / "app" / "site" / "viz_app.py"
    assert calls[0][4:] == ["--server.port=8765", "--server.address=127.0.0.1", "--theme.base", "dark"]


BUILD = """
import torch
from torch import nn

def build():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU()), torch.ones(1, 2)

def nothing():
    return None
"""


def test_draw_gives_the_graph_of_a_model_that_a_function_builds(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    Path("nets_to_draw.py").write_text(BUILD)
    for place in ("nets_to_draw.py:build", "nets_to_draw:build"):
        assert main(["draw", place, "-o", "net.json"]) == 0
        assert {node.module for node in load("net.json").nodes} == {"0", "1"}
    assert main(["draw", "nets_to_draw:build", "-o", "net.svg", "--fold", "module", "--theme", "dark"]) == 0
    assert "Linear · 0" in Path("net.svg").read_text()
    assert "net.svg: 5 nodes, module view" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("build", "no place of a function: 'build'"),
        ("nets_to_draw.py:missing", "no such function: 'nets_to_draw.py:missing'"),
        ("nets_to_draw.py:nothing", "build function returns no model: None"),
        ("absent.py:build", "no such script: 'absent.py'"),
        ("absent_module:build", "no such module: 'absent_module'"),
    ],
)
def test_draw_says_what_is_wrong_with_the_place(place, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    Path("nets_to_draw.py").write_text(BUILD)
    assert main(["draw", place]) == 2
    assert said in capsys.readouterr().err


LOOP = """
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
optimizer = torch.optim.Adam(net.parameters())
for step in range(12):
    optimizer.zero_grad()
    loss = net(torch.ones(4, 2)).square().mean()
    loss.backward()
    optimizer.step()
"""


@pytest.mark.parametrize(
    ("words", "steps", "left"),
    [
        (["--every", "5"], {0, 5, 10}, 0),
        (["--steps", "0,6-8"], {0, 6, 7, 8}, 0),
        (["--last", "2"], {10, 11}, 10),
        (["--last", "1", "--every", "6"], {0, 6, 11}, 9),
    ],
)
def test_record_takes_chosen_steps(words, steps, left, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop.py").write_text(LOOP)
    assert main(["record", "loop.py", "-o", "run.json.gz", *words]) == 0
    recording = load("run.json.gz")
    assert {event.step for event in recording.events} == steps
    assert len(recording.summaries) == left
    assert {event.param for event in recording.events if event.kind == "accumulate"} == {
        f"{layer}.{name}" for layer in (0, 2) for name in ("weight", "bias")
    }
    assert {op.module for op in recording.ops} >= {"0", "1", "2"}


def test_a_wrong_list_of_steps_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop.py").write_text(LOOP)
    with pytest.raises(SystemExit):
        main(["record", "loop.py", "--steps", "1,x"])
    assert "no list of steps: '1,x'" in capsys.readouterr().err
    assert main(["record", "loop.py", "--every", "0"]) == 2
    assert "every is no number of steps: 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--address", "0.0.0.0"), "0.0.0.0"),
        (("--address", "::"), "::"),
        (("--", "--server.address=0.0.0.0"), "--server.address=0.0.0.0"),
        (("--", "--server.enableXsrfProtection=false"), "--server.enableXsrf"),
    ],
)
def test_a_server_that_others_reach_runs_no_code(capsys, words, wrong):
    from graphtrace.runner.gate import current

    assert main(["app", "--code", *words]) == 2
    assert wrong in capsys.readouterr().err
    assert current() is None


TRAINING = """
import torch
torch.manual_seed(0)
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(40):
    optimizer.zero_grad()
    loss = net(torch.ones(1, 2)).pow(2).sum()
    loss.backward()
    optimizer.step()
"""


def trained(tmp_path, monkeypatch, *words, script=TRAINING):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(script)
    return main(["record", "train.py", *words])


def test_of_a_long_run_the_first_and_the_last_steps_stay_whole(tmp_path, monkeypatch, capsys):
    assert trained(tmp_path, monkeypatch, "-o", "run.gtr") == 0
    told = capsys.readouterr().out
    assert "run.gtr: steps 0-2, 20-39 of 40 whole, of the others a summary; " in told
    with gt.RecordingFile("run.gtr") as file:
        assert file.steps == (0, 1, 2, *range(20, 40))
        assert [summary.step for summary in file.summaries] == list(range(40))
        assert all(summary.loss is not None and summary.lr == 0.1 for summary in file.summaries)
    assert main(["record", "run.gtr", "-o", "run.json.gz"]) == 0
    assert gt.load("run.json.gz") == gt.load("run.gtr")


def test_until_ends_the_recording_and_not_the_program(tmp_path, monkeypatch, capsys):
    status = trained(
        tmp_path, monkeypatch, "-o", "run.gtr", "--last", "2", "--until", "step>=9", script=f"{TRAINING}print('end')\n"
    )
    assert status == 0
    assert capsys.readouterr().out.startswith("end\nrun.gtr: steps 8-9 of 10 whole")
    assert trained(tmp_path, monkeypatch, "--until", "loss is low") == 2
    assert "no condition: 'loss is low' (write one as 'loss<0.1'" in capsys.readouterr().err


def test_a_condition_is_a_number_beside_a_name():
    assert condition(" loss <= 1e-2 ").holds(StepSummary(0, loss=0.01))
    assert not condition("loss<0.01").holds(StepSummary(0, loss=0.01))
    assert condition("grad_norm>3").holds(StepSummary(0, grad_norm=4.0))
    assert not condition("loss<1").holds(StepSummary(0))
    for text in ("loss<", "loss<1.2.3", "loss<nan", "__class__>0", "loss<1 or step>2", "loss<١"):
        with pytest.raises(gt.TraceError, match="no condition"):
            condition(text)


def test_a_recording_that_grows_large_comes_with_advice(tmp_path, capsys):
    path = tmp_path / "run.gtr"
    path.write_bytes(b"x" * 3000)
    progress = StepProgress(path, None, 2000)
    for step in range(3):
        assert not progress(StepSummary(step))
    path.write_bytes(b"x" * 13_000)
    progress(StepSummary(3))
    assert capsys.readouterr().err.count("(record fewer: --every 100, --steps 0,100-102, --last 20)") == 2


def test_the_page_of_a_long_run_has_its_steps_packed_apart(tmp_path, monkeypatch, capsys):
    script = TRAINING.replace("range(40)", "range(30)")
    assert trained(tmp_path, monkeypatch, "-o", "run.html", "--steps", "0,10-13", "--last", "1", script=script) == 0
    page = Path("run.html").read_text()
    sent = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    blocks = dict(re.findall(r'id="block-(\d+)">([^<]*)<', page))
    assert [step["step"] for step in sent["steps"]] == list(range(30))
    assert [step["step"] for step in sent["steps"] if step["blocks"]] == [0, 10, 11, 12, 13, 29]
    views = {step["blocks"][1] for step in sent["steps"] if step["blocks"]}
    assert len(views) == 1  # the picture of all is one
    recording = json.loads(zlib.decompress(base64.b64decode(blocks[str(sent["steps"][11]["blocks"][0])])))
    assert recording["length"] > 10
    assert "DecompressionStream" in page
    assert "steps 0, 10-13, 29 of 30 whole" in capsys.readouterr().out


def test_a_page_of_steps_that_are_too_large_has_some_of_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run_page, "MOST_BYTES", 20_000)
    assert trained(tmp_path, monkeypatch, "-o", "run.html") == 0
    told = capsys.readouterr().out
    assert "39 are in the page: more do not fit into 5 MB (-o run.gtr keeps all)" in told
    page = Path("run.html").read_text()
    sent = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    whole = [step["step"] for step in sent["steps"] if step["blocks"]]
    assert {0, 39} <= set(whole) < {0, 1, 2, *range(20, 40)}
    assert {str(number) for step in sent["steps"] for number in step["blocks"] or ()} == set(
        re.findall(r'id="block-(\d+)"', page)
    )
