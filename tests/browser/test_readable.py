"""No text leaves its card and no two cover each other: every program, a residual net, a transformer; three zooms."""

import re

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace import examples
from graphtrace.export import to_html
from tests.support import probes, recordings


class Block(nn.Module):
    """A basic block of ResNet-18, written from the paper's description."""

    def __init__(self, wide_in, wide, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(wide_in, wide, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.short = nn.Conv2d(wide_in, wide, 1, stride, bias=False) if stride != 1 or wide_in != wide else None

    def forward(self, x):
        inner = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (inner + (x if self.short is None else self.short(x))).relu()


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn = nn.BatchNorm2d(64)
        wides = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1)]
        wides += [(128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
        self.layers = nn.Sequential(*(Block(*wide) for wide in wides))
        self.head = nn.Linear(512, 10)

    def forward(self, x):
        return self.head(self.layers(nn.functional.max_pool2d(self.bn(self.stem(x)).relu(), 3, 2, 1)).mean((2, 3)))


def resnet():
    torch.manual_seed(0)
    net = ResNet18()
    with gt.record(net) as rec:
        nn.functional.cross_entropy(net(torch.rand(2, 3, 32, 32)), torch.tensor([1, 2])).backward()
    return rec.recording


def transformer():
    torch.manual_seed(0)
    net = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
    with gt.record(net) as rec:
        net(torch.rand(2, 3, 8)).pow(2).mean().backward()
    return rec.recording


# At each cursor and zoom, from the keyboard: the texts that leave their card, and those that cover each other; and the
# cards that are not whole in the canvas when all are shown.
TEXTS = f"""(cursors) => {{
  const root = document.querySelector(".gt-root"), found = [];
  const press = (key) => root.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
  for (const cursor of cursors) {{
    ({probes.SEEK})(cursor);
    for (const keys of ["0", "0++++", "0----"]) {{
      [...keys].forEach(press);
      if (keys === "0") found.push(...({probes.CUT})().map((card) => [cursor, keys, card]));
      for (const fault of [...({probes.OUTSIDE})(), ...({probes.COVERED})()]) found.push([cursor, keys, fault]);
    }}
  }}
  return found;
}}"""


@pytest.fixture(scope="module")
def page(chromium):
    opened = chromium.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def show(page, tmp_path, recording, language, **options):
    path = tmp_path / "page.html"
    path.write_text(to_html(recording, language=language, **options), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector(".gt-root[data-cursor]")


def assert_readable(page, recording, *, cursors=3):
    count = len(recording)
    for view in page.locator(".views option").evaluate_all("all => all.map((o) => o.value)") or [None]:
        if view:
            page.locator(".views").select_option(view)
        found = page.evaluate(TEXTS, [count * (number + 1) // cursors for number in range(cursors)])
        assert found == [], view


def recorded(name):
    """One turn of a program; one without a loop is recorded while it is built."""
    with gt.record() as rec:
        built = examples.build(name)
        root = built.root[0] if isinstance(built.root, tuple) else built.root
        root.backward(built.grad_output)
        if built.step is not None:
            built.step()
    return rec.recording


NETS = ["resnet", "transformer", "lenet"]
PROGRAMS = [name for name in examples.names() if examples.get(name).has_graph and "training" not in name]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_of_every_program_stay_on_their_cards_and_apart(page, tmp_path, language):
    for name in PROGRAMS[language == "zh" :: 2]:  # every program once, half of them in each language
        recording = recorded(name)
        show(page, tmp_path, recording, language)
        assert_readable(page, recording, cursors=2)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("make", [resnet, transformer, lambda: recordings.trained("lenet", 1)], ids=NETS)
def test_texts_of_real_nets_stay_on_their_cards_and_apart(page, tmp_path, make, language):
    recording = make()
    show(page, tmp_path, recording, language)
    assert_readable(page, recording)


def test_the_probes_notice_a_text_that_leaves_its_card_or_covers_another(page, tmp_path):
    show(page, tmp_path, recordings.fork(), "en")
    assert page.evaluate(probes.CUT) == []
    page.evaluate("""() => { const [a, b] = document.querySelectorAll(".card:has(.number) text");
      a.setAttribute("textLength", 900); b.setAttribute("y", a.getAttribute("y")); }""")
    assert page.evaluate(probes.OUTSIDE)
    assert page.evaluate(probes.COVERED)
    page.evaluate("document.querySelector('.card').setAttribute('transform', 'translate(-9000, 0)')")
    assert page.evaluate(probes.CUT)


# Per text of the page its colour and the grounds below it, from the nearest to the farthest.
COLOURS = """() => {
  const found = [];
  const kinds = "button, p, span, strong, code, td, th, h2, h3, dt, dd, summary";
  for (const node of document.querySelectorAll(`.gt-root :is(${kinds})`)) {
    const text = [...node.childNodes].filter((kid) => kid.nodeType === 3).map((kid) => kid.textContent).join("").trim();
    if (!text || !node.checkVisibility() || node.closest("button:disabled")) continue;
    const grounds = [];
    for (let at = node; at; at = at.parentElement) grounds.push(getComputedStyle(at).backgroundColor);
    found.push([text.slice(0, 40), getComputedStyle(node).color, grounds]);
  }
  return found;
}"""


def rgba(text):
    """A computed colour as red, green, blue and opacity, each from 0 to 1."""
    numbers = [float(number) for number in re.findall(r"[\d.]+(?:e-?\d+)?", text.removeprefix("color(srgb"))]
    scale = 1 if text.startswith("color(srgb") else 255
    return [*(n / scale for n in numbers[:3]), numbers[3] if len(numbers) > 3 else 1.0]


def ground_of(grounds):
    found = [0.0, 0.0, 0.0]
    for red, green, blue, opacity in map(rgba, reversed(grounds)):
        found = [new * opacity + old * (1 - opacity) for new, old in zip((red, green, blue), found, strict=True)]
    return found


def luminance(rgb):
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_of_the_page_has_the_contrast_of_aa(page, tmp_path, theme):
    recording = recordings.trained("blackboard", 2)
    show(page, tmp_path, recording, "en", theme=theme)
    page.evaluate(probes.SEEK, 25)
    page.locator(".card.op").nth(1).click()
    found = page.evaluate(COLOURS)
    assert len(found) > 60
    for text, colour, grounds in found:
        high, low = sorted((luminance(rgba(colour)[:3]), luminance(ground_of(grounds))), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, colour, grounds)


def style(page, selector, name):
    return page.locator(selector).first.evaluate(f"(node) => getComputedStyle(node).{name}")


def test_what_colour_tells_apart_line_pattern_or_word_tells_too(page, tmp_path):
    recording = recordings.retained()
    show(page, tmp_path, recording, "en")
    page.evaluate(probes.SEEK, len(recording))
    assert style(page, ".link .line", "strokeDasharray") == "none"
    assert style(page, ".link .stream", "strokeDasharray") != "none"
    assert page.locator(".sentence").evaluate("(node) => getComputedStyle(node, '::before').content").strip('"') == "⚠ "
    show(page, tmp_path, recordings.accumulated(), "en")
    page.evaluate("""() => { const line = document.querySelector(".parts"), part = document.createElement("i");
      part.className = "part error"; line.append(part); }""")
    phases = ("forward", "backward", "zero", "step", "error")
    patterns = [style(page, f".part.{phase}", "backgroundImage") for phase in phases]
    assert len(set(patterns)) == len(phases), "each phase has a pattern of its own on the timeline"
    words = page.locator(".chip").all_text_contents()
    assert len(set(words)) == len(words) > 3
    for block in page.locator('.block:is([data-role="value"], [data-role="grad"])').all():
        assert block.locator("text").first.text_content() in ("value", "gradient")
    assert set(page.locator(".legend .item").all_text_contents()) >= {"forward", "gradient", "leaf"}
    show(page, tmp_path, recordings.MAKERS["blackboard"](), "en", fold="autograd")
    page.evaluate(probes.SEEK, 20)
    signs = page.locator(".block .cell.neg + text").all_text_contents()
    assert signs
    assert all(text.startswith("−") for text in signs), "a negative number has its sign"
