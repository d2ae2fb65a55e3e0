"""The command line draws frames: of a recording, or of a script that it records first."""

import zipfile

import pytest

import graphtrace as gt
from graphtrace.cli import main
from tests.support import recordings

SCRIPT = "import torch\ny = torch.tensor(3.0, requires_grad=True)\n(2 * y + y**2).backward()\n"


@pytest.fixture(scope="module")
def fork():
    return recordings.fork()


@pytest.fixture
def here(tmp_path, monkeypatch, fork):
    monkeypatch.chdir(tmp_path)
    fork.save("fork.json.gz")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def test_one_step_is_the_file_that_python_makes(here, fork, capsys):
    assert main(["fork.json.gz", "--step", "7", "-o", "a.svg", "--theme", "dark", "--language", "zh"]) == 0
    assert (here / "a.svg").read_bytes() == gt.frame(fork, 7, theme="dark", language="zh", title="fork")
    assert capsys.readouterr().out == f"a.svg: event 7 of {len(fork)}\n"


def test_without_a_name_the_file_is_named_by_its_step(here, fork):
    assert main(["fork.json.gz", "--step", "7"]) == 0
    assert (here / gt.frame_name(fork, 7, name="fork")).is_file()


def test_size_scale_and_background_of_a_png_can_be_chosen(here):
    image = pytest.importorskip("PIL.Image")
    call = "fork.json.gz --step 7 -o a.png --scale 3 --width 400 --height 300 --background transparent"
    assert main(call.split()) == 0
    with image.open("a.png") as picture:
        assert picture.size == (1200, 900)
        assert picture.getpixel((0, 0))[3] == 0


def test_all_steps_go_into_one_file(here, fork):
    assert main(["fork.json.gz", "--all-steps", "-o", "a.zip", "--fold", "autograd"]) == 0
    assert (here / "a.zip").read_bytes() == gt.all_frames(fork, fold="autograd", title="fork")
    assert len(zipfile.ZipFile("a.zip").namelist()) == len(fork) + 1


def test_a_worksheet_is_a_pdf_or_a_pair_of_files(here):
    assert main(["fork.json.gz", "--worksheet", "--step", "9", "-o", "a.pdf"]) == 0
    assert main(["fork.json.gz", "--worksheet", "--step", "9", "-o", "a.svg", "--blank", "value,sum"]) == 0
    assert {path.name for path in here.glob("a*")} == {"a.pdf", "a_worksheet.svg", "a_key.svg"}


def test_a_script_is_recorded_first(here, capsys):
    assert main(["script.py", "--step", "5", "-o", "a.svg"]) == 0
    assert "a.svg: event 5 of 19" in capsys.readouterr().out


def test_a_script_that_fails_can_be_drawn_up_to_its_error(here, capsys):
    (here / "bad.py").write_text(f"{SCRIPT}raise ValueError('enough')\n", encoding="utf-8")
    assert main(["bad.py", "--step", "5", "-o", "a.svg"]) == 1
    assert (here / "a.svg").is_file()
    assert "ValueError: enough" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("missing.py --all-steps", "no file to write: --all (give -o run with .zip .pdf .gif .webp .mp4)"),
        ("missing.py --worksheet -o a.pdf", "a worksheet is of chosen events: worksheet (add --event N)"),
        ("missing.py --all-steps --step 3 -o a.zip", "one event or all of them: --event 3 --all (leave one out)"),
        ("missing.py --step 3 -o a.gif", "unknown format: 'a.gif' (end the name in .svg .png .pdf)"),
        ("missing.py --worksheet --step 3 -o a.svg --blank sky", "unknown kind of number: ['sky']"),
        ("fork.json.gz --step 99 -o a.svg", "no such event: 99"),
    ],
)
def test_a_wrong_call_is_refused_in_words_before_the_script_runs(here, capsys, call, words):
    assert main(call.split()) == 2
    assert words in capsys.readouterr().err
    assert not list(here.glob("a*"))


def test_the_commands_write_what_the_old_forms_write(here):
    for new, old in (
        ("frames fork.json.gz --event 7 -o new.svg", "fork.json.gz --step 7 -o old.svg"),
        ("frames fork.json.gz --all -o new.zip", "fork.json.gz --all-steps -o old.zip"),
        ("worksheet fork.json.gz --event 9 -o new.svg", "fork.json.gz --worksheet --step 9 -o old.svg"),
    ):
        assert main(new.split()) == main(old.split()) == 0
    for path in here.glob("new*"):
        assert path.read_bytes() == path.with_name(path.name.replace("new", "old")).read_bytes()
    assert len(list(here.glob("new*"))) == 4


def test_chosen_events_go_into_one_file(here, fork):
    assert (
        main(
            ["frames", "fork.json.gz", "--event", "3", "--step", "9", "-o", "a.zip", "--picture", "png", "--scale", "2"]
        )
        == 0
    )
    assert (here / "a.zip").read_bytes() == gt.all_frames(fork, events=[3, 9], picture="png", scale=2, title="fork")
    assert main(["worksheet", "fork.json.gz", "--event", "3", "--event", "9", "-o", "b.svg"]) == 0
    assert {path.name for path in here.glob("b_*")} == {
        f"b_step{name}_{part}.svg" for name in ("03_forward", "09_backward") for part in ("worksheet", "key")
    }


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("frames missing.py -o a.svg", "no event to draw: frames (add --event N, or --all)"),
        ("frames missing.py --event 3 --event 4", "no file to write: --event (give -o run with .zip"),
        ("worksheet missing.py -o a.pdf", "a worksheet is of chosen events: worksheet (add --event N)"),
        ("worksheet missing.py --event 3 -o a.gif", "unknown format: 'a.gif' (end the name in .pdf .svg .png)"),
    ],
)
def test_a_wrong_call_of_a_command_is_refused_in_words(here, capsys, call, words):
    assert main(call.split()) == 2
    assert words in capsys.readouterr().err
