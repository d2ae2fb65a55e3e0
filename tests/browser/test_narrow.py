"""Narrow and low windows: nothing lies on anything. With reduced motion the end of a press is shown at once."""

import pytest

from tests.browser.test_lab import Student

# Buttons that are seen and lie on one another, or leave the window.
FAULTS = """(root) => {
  const shown = [...root.querySelectorAll(".actions button, .actions input, .transport button")];
  const seen = shown.filter((one) => one.checkVisibility());
  const spots = seen.map((one) => [one.title || one.textContent, one.getBoundingClientRect()]);
  const outside = spots.filter(([, { left, right }]) => left < 0 || right > innerWidth);
  const faults = outside.map(([name]) => `${name} outside`);
  spots.forEach(([name, a], i) => spots.slice(i + 1).forEach(([other, b]) => {
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
      faults.push(`${name} on ${other}`);
  }));
  return faults;
}"""


@pytest.mark.parametrize("size", [(900, 700), (390, 844), (640, 360)], ids=["tablet", "phone", "zoomed"])
def test_in_a_narrow_window_actions_are_signs_and_nothing_lies_on_anything(app, size):
    app.page.set_viewport_size({"width": size[0], "height": size[1]})
    student = Student(app).open()
    assert student.page.locator(".gt-root").evaluate(FAULTS) == []
    canvas = student.page.locator(".canvas").bounding_box()
    assert canvas["height"] >= 150
    student.press("B")
    assert student.page.locator(".sentence").is_visible()


def test_with_reduced_motion_a_press_shows_its_end_at_once(app):
    student = Student(app).open()
    student.press("B")
    student.page.get_by_text("Backward ends").wait_for()
    assert student.page.locator(".go.next").is_disabled()
