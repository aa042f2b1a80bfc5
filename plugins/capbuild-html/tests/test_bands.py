"""Intervals of values are drawn in proportion to the scale."""

import datetime
from pathlib import Path
from typing import Any

import pytest

import capbuild as cb
from capbuild.model import Capacity, Finding, Framework, Round, RoundKind, Scale, ScaleKind, Source, SourceKind
from capbuild.scoring import assess


def test_an_interval_is_as_wide_as_its_part_of_the_scale(browser: Any, tmp_path: Path) -> None:
    """Two sources: 30 and 70 of 100. The bar between them is 40 % of 96 % of the drawing."""
    place = cb.country("Peru")
    scale = Scale(id="s", kind=ScaleKind.PERCENT)
    node = Capacity(id="A", title="Cover", scale="s")
    framework = Framework(id="f", edition="1", title="F", scales=[scale], roots=[node])
    sources = [Source(id=name, kind=SourceKind.VISIT, title=name, country=place) for name in ("a", "b")]
    found = [Finding(country=place, target="A", value=n, source=s) for n, s in ((30.0, "a"), (70.0, "b"))]
    year = Round(id="b", kind=RoundKind.BASELINE, title="2026", reference_date=datetime.date(2026, 12, 31))
    result = assess(found, framework, round=year, sources=sources)[place]
    page = tmp_path / "profile.html"
    cb.write(result, page, kind="profile", country="Peru")
    shares = """[...document.querySelectorAll('.band')].map(
        one => one.querySelector('rect.spread').getBoundingClientRect().width / one.getBoundingClientRect().width
    )"""
    drawn = browser.open(page).page.evaluate(shares)
    assert drawn == [pytest.approx(0.4 * 0.96, abs=0.01)]
