"""Charts in a real browser: no words outside the picture, none over others."""

import pytest

from capbuild import charts

KINDS = sorted(set(charts.__all__) - {"alt_text", "draw", "finish_chart", "picture"})

#: Words that leave the picture, and pairs of words that lie over each other.
FAULTS = """() => {
  const svg = document.querySelector("svg"), frame = svg.getBoundingClientRect(), found = [];
  const boxes = [...svg.querySelectorAll("text")].filter(e => e.textContent.trim())
    .map(e => [e.getBoundingClientRect(), e.textContent]);
  for (const [box, text] of boxes)
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 ||
        box.bottom > frame.bottom + 1) found.push("outside: " + text);
  boxes.forEach(([a, text], place) => boxes.slice(place + 1).forEach(([b, other]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // Boxes of slanted words overlap at their corners, their letters do not.
    if (wide > 2 && high > 4 && !(a.height > 40 && b.height > 40)) found.push(text + " | " + other);
  }));
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_words_stay_inside_and_apart(browser, pictures, tmp_path, kind):
    page = tmp_path / "chart.html"
    svg = pictures[kind].decode()
    page.write_text(f"<!DOCTYPE html><html lang='en'><title>chart</title><body>{svg}", encoding="utf-8")
    seen = browser.open(page, 1200)
    seen.page.evaluate("document.fonts.ready")
    assert seen.page.evaluate(FAULTS) == []
    assert seen.complaints == []
    assert seen.asked == []


@pytest.mark.browser
def test_a_picture_has_its_words(browser, drawn, pictures, tmp_path):
    page = tmp_path / "page.html"
    images = "".join(
        f'<img src="{kind}.svg" alt="{charts.alt_text(chart).replace(chr(34), "&quot;")}">'
        for kind, chart in drawn.items()
    )
    for kind, picture in pictures.items():
        (tmp_path / f"{kind}.svg").write_bytes(picture)
    page.write_text(
        f"<!DOCTYPE html><html lang='en'><title>charts</title><main><h1>Charts</h1>{images}</main>", "utf-8"
    )
    seen = browser.open(page)
    assert seen.faults() == []
    assert seen.page.evaluate("[...document.images].every(i => i.naturalWidth > 100)")
