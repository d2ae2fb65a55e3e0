"""The page of a long run from disk, without a network: its steps are unpacked when they are looked at."""

import pytest
import torch
from torch import nn

import graphtrace as gt


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("run")
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with gt.record(net, optimizer, steps={0, 1}, last=3, to=folder / "run.gtr"):
        for _ in range(30):
            optimizer.zero_grad()
            net(torch.ones(4, 2)).pow(2).mean().backward()
            optimizer.step()
    with gt.RecordingFile(folder / "run.gtr") as file:
        (folder / "run.html").write_text(gt.to_html(file, title="Thirty steps"))
    return folder / "run.html"


def test_a_run_is_played_step_by_step(chromium, path):
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page, seen = context.new_page(), []
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("request", lambda sent: seen.append(sent.url) if not sent.url.startswith(("file:", "blob:")) else None)
    page.goto(path.as_uri())
    page.wait_for_selector('.gt-root[data-step="0"]')
    bar = page.locator(".actions.steps")
    assert bar.locator("strong").inner_text() == "step 0 of 30"
    assert bar.get_by_role("button", name="Whole step before").is_disabled()
    page.keyboard.press("End")
    cursor = page.locator(".gt-root").get_attribute("data-cursor")
    assert int(cursor) > 10
    page.keyboard.press("]")
    page.wait_for_selector('.gt-root[data-step="1"]')
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.wait_for_selector('.gt-root[data-step="28"]')  # 27 was asked for and passed by
    page.get_by_role("button", name="Next whole step").click()
    page.wait_for_selector('.gt-root[data-step="29"]')
    assert bar.get_by_role("button", name="Next whole step").is_disabled()
    page.locator("button", has_text="中文").click()
    page.wait_for_function("document.querySelector('.steps strong').textContent.includes('步')")
    curve = bar.locator(".curve").bounding_box()
    page.mouse.click(curve["x"] + 2, curve["y"] + 15)
    page.wait_for_selector('.gt-root[data-step="0"]')
    assert seen == []
    context.close()
