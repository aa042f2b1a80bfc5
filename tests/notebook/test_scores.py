"""A level is named only where it is confirmed, and counts are those of the objects themselves."""

import re

from attrs import evolve

from capbuild.model import PlausibleLevels
from capbuild.notebook import mimebundle


def html(subject):
    return re.sub(r"<style>.*?</style>", "", mimebundle(subject)["text/html"])


def plain(subject):
    return mimebundle(subject)["text/plain"]


def test_a_confirmed_level_is_a_chip(baseline):
    score = baseline["Barbados"]["TEC-2"]
    assert score.verified
    assert str(score) == "L1 Not in place"
    text = html(score)
    assert '<span class="h">L1 Not in place</span>' in text
    assert '<b class="c1 s1">L1</b>' in text
    assert '<em class="s3"></em>' in text
    assert "Access to forensic examination, Barbados" in text
    # Four criteria lack for the target, three are shown.
    assert "target L3: 4 lacking" in text
    assert text.count("<code>TEC-2.") == 3
    assert "and 1 more" in text


def test_an_open_range_never_names_a_level(baseline):
    labels = [str(level.label) for level in baseline.framework.scales[0].levels]
    opened = [s for a in baseline for s in a.indicators if not s.settled]
    assert len(opened) == 675 - 443  # counted from the sums of the round, and by hand from its first country
    for score in opened[:60]:
        head = html(score).partition('<p class="w">')[2].partition("</p>")[0]
        assert "not verified, L" in head
        assert not any(label in head for label in labels)
        assert not re.search(r'class="c\d s\d"', head), "a chip is a claim to know"
        assert re.search(r'class="x s\d e\d"', head)


def test_a_value_stands_with_its_interval_and_target(value_score):
    text = html(value_score)
    assert "63.5 (50 to 71)" in text
    assert "target 70: not settled" in text
    # The scale is 150 wide and begins at 4.
    assert 'cx="99.2"' in text
    assert 'd="M79.0 12H110.5"' in text
    assert 'd="M109.0 2v20"' in text


def test_a_staircase_that_is_too_long_is_said_and_not_drawn(baseline):
    score = baseline["Barbados"]["TEC-2"]
    levels = [evolve(score.scale.levels[0], code=f"S{n}", order=n) for n in range(1, 13)]
    long = evolve(score, scale=evolve(score.scale, levels=levels), plausible=PlausibleLevels(lowest=11, highest=11))
    assert 'class="k"' not in html(long)
    assert "S11 Not in place" in html(long)


def test_an_assessment_counts_its_indicators(baseline):
    barbados = baseline["Barbados"]
    text = html(barbados)
    assert "18 of 25 indicators verified, 4 reported" in text
    assert sum(score.settled for score in barbados.indicators) == 22
    cells = re.findall(r'<b class="(c\d|x|u)"', text)
    assert len(cells) == 25
    assert cells.count("x") == 3
    assert "mean and no national score" in text


def test_a_round_counts_each_figure_once(baseline):
    lines = [line.split("  ") for line in plain(baseline).splitlines() if line.startswith("  ")]
    rows = [[int(cell.strip()) for cell in line if cell.strip().isdigit()] for line in lines[1:]]
    assert sum(map(sum, rows)) == 27 * 25
    opened = sum(not score.settled for assessment in baseline for score in assessment.indicators)
    assert sum(row[-1] for row in rows) == opened


def test_silent_countries_are_counted_not_named(baseline):
    text = plain(baseline)
    assert "3 not answered yet" in text
    assert not any(country.name in text for country in baseline.silent)


def test_a_change_counts_what_is_like_for_like_first_and_levels_that_moved(change):
    row = next(line for line in plain(change).splitlines() if line.strip().startswith("Barbados"))
    # Gained, lost, uncertain, other causes, newly and no longer observed, levels up and down.
    assert row.split() == ["Barbados", "1", "2", "1", "3", "1", "0", "1", "0"]


def test_a_series_has_a_row_a_step_and_one_for_the_whole(series):
    rows = [line.split() for line in plain(series).splitlines() if " to " in line and "From" not in line]
    assert [row[:4] for row in rows[:3]] == [
        ["baseline", "to", "endline", "1"], ["endline", "to", "later", "1"], ["baseline", "to", "later", "1"],
    ]  # fmt: skip
    assert [row[4] for row in rows[:3]] == ["1", "0", "1"]


def test_a_plan_sums_what_it_holds(plan):
    text = plain(plan)
    assert text.startswith("6 sessions, 48 seats, CAD 150,000 of CAD 450,000")
    assert "closes 47.5% of all gaps; no plan within the limits closes more than 50%." in text  # of 150
    assert "1 more with .activities" in text
    assert "1 need not addressed" in text
    # Six months of eight pixels with lines at the quarters; August is the second.
    assert '<path class="g" d="M0.5 0v18M24.5 0v18M48.5 0v18"/><rect class="d" x="9"' in html(plan)


def test_a_reading_adds_up(reading):
    account = reading.reconciliation
    cells = f"{account.total('cells'):,}"
    assert f"{cells} of {cells} cells" in plain(reading)
    assert plain(reading).startswith("caribbean-police.csv\n")
