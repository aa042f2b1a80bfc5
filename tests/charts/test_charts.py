"""Charts say what the objects say; figures are counted from the objects, not from the charts."""

import importlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from capbuild import charts
from capbuild.charts import theme
from capbuild.errors import CapbuildError, OptionError
from capbuild.reports.languages import BUILT_IN_LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture):
    """Every text of a picture, or of the one that is drawn of a chart."""
    root = ET.fromstring(picture if isinstance(picture, bytes) else charts.picture(picture, "svg"))
    return [text for node in root.iter(f"{SVG}text") for text in node.itertext()]


def values(chart):
    """Rows of all data in the chart."""
    made = chart.to_dict()
    sets = [*made.get("datasets", {}).values()]
    todo = [made]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            data = part.get("data")
            if isinstance(data, dict) and "values" in data:
                sets.append(data["values"])
            todo += [value for name, value in part.items() if name not in ("data", "datasets")]
        elif isinstance(part, list):
            todo += part
    return [row for rows in sets for row in rows]


def test_every_kind_is_drawn_here(drawn):
    assert sorted(drawn) == sorted(set(charts.__all__) - {"alt_text", "draw", "finish_chart", "picture"})


@pytest.mark.parametrize("kind", sorted(set(charts.__all__) - {"alt_text", "draw", "finish_chart", "picture"}))
def test_the_same_chart_gives_the_same_picture(drawn, pictures, kind):
    assert charts.picture(drawn[kind], "svg") == pictures[kind]
    assert charts.picture(drawn[kind], "png", scale=1)[:8] == b"\x89PNG\r\n\x1a\n"


def test_nothing_in_a_picture_is_fetched(pictures):
    for picture in pictures.values():
        assert re.findall(r'(?:href|src)="|url\((?!#|data:)', picture.decode()) == []


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_invented_answers_are_said_in_the_picture_and_in_its_words(rounds, language):
    said = {
        "en": "Invented answers",
        "es": "Respuestas inventadas",
        "fr": "Réponses fictives",
        "nl": "Fictieve antwoorden",
        "pt": "Respostas fictícias",
    }
    chart = charts.tiles(rounds[0], "MAN-1", language=language)
    assert said[language] in texts(chart)
    assert charts.alt_text(chart).startswith(said[language])


def test_the_heat_map_has_a_cell_for_every_score_and_prints_its_level(rounds, pictures):
    baseline = rounds[0]
    counted = Counter(
        str(s.plausible.lowest) if s.plausible.settled else f"{s.plausible.lowest}–{s.plausible.highest}"
        for one in baseline
        for s in one.indicators
    )
    printed = Counter(text for text in texts(pictures["heat"]) if re.fullmatch(r"\d(–\d)?", text))
    assert printed == counted
    assert sum(printed.values()) == 27 * 25


def test_levels_count_every_country_once(rounds, drawn):
    rows = [row for row in values(drawn["levels"]) if "count" in row]
    sums = Counter()
    for row in rows:
        sums[row["indicator"]] += row["count"]
    assert len(sums) == 25
    assert set(sums.values()) == {27}
    open_ = sum(row["count"] for row in rows if row["shade"] == 0)
    assert open_ == sum(not s.settled for one in rounds[0] for s in one.indicators)


def test_a_range_is_never_drawn_as_a_level(rounds, drawn):
    baseline = rounds[0]
    open_ = {one.country.name for one in baseline if not one["TEC-2"].settled}
    rows = {row["country"]: row for row in values(charts.ranges(baseline, "TEC-2")) if "country" in row}
    assert {name for name, row in rows.items() if row["point"] is None} == open_
    assert all(rows[name]["shade"] == 0 and rows[name]["low"] < rows[name]["high"] for name in open_)


def test_the_gap_chart_shows_the_earlier_round_hollow(rounds, drawn):
    baseline, endline = rounds
    rows = {row["indicator"][:5]: row for row in values(drawn["gaps"]) if "indicator" in row}
    assert len(rows) == 25
    for name, row in rows.items():
        before, after = baseline["Barbados"][name].plausible, endline["Barbados"][name].plausible
        assert row["before"] == (before.lowest if before.settled else None)
        assert (row["low"], row["high"]) == (after.lowest, after.highest)


def test_every_country_is_on_the_map_and_small_islands_are_circles(rounds, drawn):
    baseline = rounds[0]
    rows = values(drawn["country_map"])
    shapes = {row["id"] for row in rows if row.get("type") == "Feature" and row["properties"]}
    assert shapes == {c.alpha_2 for c in (*baseline.countries, *baseline.silent)}
    circles = {row["country"] for row in rows if "lon" in row}
    assert {"Barbados", "Grenada", "St Kitts and Nevis", "Aruba", "St Lucia", "Turks and Caicos"} <= circles
    assert circles.isdisjoint({"Mexico", "Cuba", "Jamaica", "Haiti", "Belize"})


def test_squares_of_needs_grow_with_what_is_lacking(drawn):
    rows = {(row["country"], row["need"]): row for row in values(drawn["needs"]) if "side" in row}
    assert {key: (row["lacking"], row["side"]) for key, row in rows.items()} == {
        ("Barbados", "N1 Examiners"): (5, 16),
        ("Jamaica", "N1 Examiners"): (1, 8),
        ("Jamaica", "N2 An act"): (2, 12),
    }


def test_gained_stands_right_and_lost_left(drawn):
    rows = {
        (row["country"], row["move"]): (row["start"], row["end"]) for row in values(drawn["change"]) if "move" in row
    }
    assert rows["Barbade", "acquis"] == (0, 2)
    assert rows["Barbade", "perdu"] == (0, -1)
    assert rows["Jamaïque", "acquis, incertain"] == (0, 1)
    assert rows["Jamaïque", "acquis"] == (0, 0)
    assert {move for _, move in rows} == {"acquis", "perdu", "acquis, incertain", "perdu, incertain"}


def test_sessions_stand_in_order_of_their_first_day(drawn, pictures):
    rows = [row for row in values(drawn["plan"]) if "session" in row]
    assert [row["session"] for row in rows] == ["S7 Primeros intervinientes", "S11 Primeros intervinientes"]
    assert "2 sesiones, 16 plazas, CAD 50,000" in texts(pictures["plan"])
    assert rows[0]["detail"] == "San José (es), 8 plazas"


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("shade", theme.FILLS)
def test_letters_stand_out_from_every_fill(shade):
    ground, ink = sorted(map(luminance, theme.FILLS[shade]))
    assert (ink + 0.05) / (ground + 0.05) >= 4.5


def test_a_chart_is_plain_vega_lite_for_people_to_change(drawn):
    for chart in drawn.values():
        assert "vega-lite" in json.loads(chart.to_json())["$schema"]


def test_what_does_not_exist_is_refused(rounds, drawn):
    with pytest.raises(OptionError, match="TEC-99"):
        charts.tiles(rounds[0], "TEC-99")
    with pytest.raises(OptionError, match="no images in the format 'gif'"):
        charts.picture(drawn["heat"], "gif")


def test_without_the_library_the_remedy_is_told(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CapbuildError, match=r"capbuild\[charts\]") as caught:
        theme.alt.Chart()
    assert caught.value.code == "CB750"
