"""One generated rubric in many layouts: every one gives its tree and its texts."""

import random

import pytest

from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.plugins import CellTable


def make_rubric(seed):
    """Return domains, each with indicators: name and texts of levels, all in two languages, and the lowest level."""
    rng = random.Random(seed)
    used = set()

    def word():
        while True:
            made = "".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(3, 5)))
            if made not in used:
                used.add(made)
                return made.capitalize()

    def pair():
        return " ".join((word(), word())), " ".join((word(), word()))

    size, lowest = rng.randint(3, 5), rng.randint(0, 1)
    domains = [
        (pair(), [(pair(), [pair() for _ in range(size)]) for _ in range(rng.randint(2, 3))])
        for _ in range(rng.randint(2, 3))
    ]
    return domains, lowest, size


def name_levels(lowest, size, word="Level"):
    return [f"{word} {order}" for order in range(lowest, lowest + size)]


def list_rows(domains):
    """Return each row: its domain, only in the first row of it, its indicator and its texts."""
    return [
        (domain if place == 0 else ("", ""), indicator, texts)
        for domain, indicators in domains
        for place, (indicator, texts) in enumerate(indicators)
    ]


def languages_below(domains, lowest, size):
    """A header of two rows: groups over languages."""
    first = ["Domain", "", "Indicator", "", *(cell for name in name_levels(lowest, size) for cell in (name, ""))]
    rows = [
        [*domain, *indicator, *(cell for text in texts for cell in text)]
        for domain, indicator, texts in list_rows(domains)
    ]
    return [first, ["EN", "ES"] * (2 + size), *rows]


def words_of_headers(domains, lowest, size):
    """Columns side by side; only the words of the headers tell the languages apart."""
    pairs = zip(name_levels(lowest, size), name_levels(lowest, size, "Nivel"), strict=True)
    header = ["Domain", "Dominio", "Indicator", "Indicador", *(cell for pair in pairs for cell in pair)]
    return [header, *languages_below(domains, lowest, size)[2:]]


def unknown_translation(domains, lowest, size):
    """As before, but no list knows the header of the translated domains."""
    header, *rows = words_of_headers(domains, lowest, size)
    return [[header[0], "Ámbito", *header[2:]], *rows]


def two_in_a_cell(domains, lowest, size):
    pairs = zip(name_levels(lowest, size), name_levels(lowest, size, "Nivel"), strict=True)
    header = [f"{one} / {two}" for one, two in (("Domain", "Dominio"), ("Indicator", "Indicador"), *pairs)]
    rows = [
        [" / ".join(domain).strip(" /"), " / ".join(indicator), *map(" / ".join, texts)]
        for domain, indicator, texts in list_rows(domains)
    ]
    return [header, *rows]


BOTH = (languages_below, words_of_headers, unknown_translation, two_in_a_cell)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layout", BOTH)
def test_two_languages_are_told_apart(layout, seed):
    domains, lowest, size = make_rubric(seed)
    framework = draft_framework([CellTable("S", layout(domains, lowest, size))], "m.xlsx").require()
    titles = [(node.title.get("en"), node.title.get("es")) for node in framework.walk()]
    assert titles == [title for domain, inner in domains for title in (domain, *(name for name, _ in inner))]
    found = [[(text.get("en"), text.get("es")) for text in node.level_texts.values()] for node in framework.indicators]
    assert found == [texts for _, inner in domains for _, texts in inner]
    assert framework.scales[0].orders[0] == lowest


def unknown_groups(domains, lowest, size):
    """No list knows the header of the groups."""
    rows = [[domain[0], indicator[0], *(text[0] for text in texts)] for domain, indicator, texts in list_rows(domains)]
    return [["Bloque", "Indicator", *name_levels(lowest, size)], *rows]


def level_rows(domains, lowest, size):
    """A row for each level, below headers that say something else."""
    rows = [["Domain", "Indicator", "Score", "Descriptor"]]
    for domain, indicator, texts in list_rows(domains):
        for order, text in enumerate(texts, lowest):
            first = order == lowest
            rows.append([domain[0] if first else "", indicator[0] if first else "", order, text[0]])
    return rows


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layout", [unknown_groups, level_rows])
def test_what_unknown_headers_mean_is_read_from_the_cells(layout, seed):
    domains, lowest, size = make_rubric(seed)
    rows = [[str(cell) for cell in row] for row in layout(domains, lowest, size)]
    draft = draft_framework([CellTable("S", rows)], "m.xlsx")
    framework = draft.require()
    names = [title[0] for domain, inner in domains for title in (domain, *(name for name, _ in inner))]
    assert [str(node.title) for node in framework.walk()] == names
    found = [[str(text) for text in node.level_texts.values()] for node in framework.indicators]
    assert found == [[text for text, _ in texts] for _, inner in domains for _, texts in inner]
    assert framework.scales[0].orders[0] == lowest
    guessed = "Bloque" if layout is unknown_groups else "Descriptor"
    assert any(guessed in one.assumed for one in draft.questions)


def transposed(domains, lowest, size):
    """Indicators across below their domains, and levels down."""
    rows = list_rows(domains)
    across = [["", *(domain[0] for domain, _, _ in rows)], ["Level", *(indicator[0] for _, indicator, _ in rows)]]
    levels = [[name, *(texts[n][0] for _, _, texts in rows)] for n, name in enumerate(name_levels(lowest, size))]
    return [["Invented rubric"], *across, *levels]


def tables_of_domains(domains, lowest, size):
    """A transposed table below the name of each domain; the name of each level is before its number."""
    made = []
    for domain, inner in domains:
        made += [[domain[0]], ["Score", *(indicator[0] for indicator, _ in inner)]]
        made += [[f"Stage - {lowest + n}", *(texts[n][0] for _, texts in inner)] for n in range(size)]
        made += [[]]
    return made


def tables_of_indicators(domains, lowest, size):
    """Levels below the name of each indicator, with a header of their own, and evidence; the highest level first."""
    made = []
    for domain, inner in domains:
        made += [["Dimension", domain[0]]]
        for indicator, texts in inner:
            levels = zip(name_levels(lowest, size), texts, strict=True)
            rows = [[name, text[0], f"Paper on {text[1]}"] for name, text in levels]
            made += [["Indicator", indicator[0]], ["Level", "What is seen", "Evidence"], *reversed(rows)]
    return made


def headings_of_indicators(domains, lowest, size):
    """Levels below the name of each indicator, and nothing else."""
    made = []
    for domain, inner in domains:
        made += [[f"Dimension: {domain[0]}"]]
        for indicator, texts in inner:
            made += [
                [f"Indicator: {indicator[0]}"],
                *([n, t[0]] for n, t in zip(name_levels(lowest, size), texts, strict=True)),
            ]
    return made


def repeated_headers(domains, lowest, size):
    """The header again above each indicator, and the domain above its first."""
    made = []
    for domain, inner in domains:
        made += [[domain[0]]]
        for indicator, texts in inner:
            made += [["Indicator", *name_levels(lowest, size)], [indicator[0], *(text[0] for text in texts)], []]
    return made


DOWN = (transposed, tables_of_domains, tables_of_indicators, headings_of_indicators, repeated_headers)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layout", DOWN)
def test_levels_below_each_other_are_those_of_the_indicators_above(layout, seed):
    domains, lowest, size = make_rubric(seed)
    rows = [[*row, *[""] * (20 - len(row))] for row in layout(domains, lowest, size)]
    draft = draft_framework([CellTable("S", rows)], "m.xlsx")
    framework = draft.require()
    names = [title[0] for domain, inner in domains for title in (domain, *(name for name, _ in inner))]
    assert [str(node.title) for node in framework.walk()] == names
    found = [[str(text) for text in node.level_texts.values()] for node in framework.indicators]
    assert found == [[text for text, _ in texts] for _, inner in domains for _, texts in inner]
    assert framework.scales[0].orders[0] == lowest
    assert list(draft.issues) == []
    evidence = [str(node.evidence or "").count("Paper on") for node in framework.indicators]
    assert {*evidence} == {size if layout is tables_of_indicators else 0}


def test_a_cell_of_a_transposed_sheet_is_named_where_it_is():
    rows = [["Level", "Wells", "Wells", "Pumps"], *([f"Level {n}", f"a{n}", f"b{n}", ""] for n in (1, 2, 3))]
    rows[1][3], rows[3][3] = "c", "c"
    rows.append(["Weight", "1", "two", "1"])
    issues = draft_framework([CellTable("S", rows)], "m.xlsx").issues
    assert sorted(str(issue.origin) for issue in issues) == [f"m.xlsx!S:{place}" for place in ("2", "C1", "D4")]


@pytest.mark.parametrize("seed", range(6))
def test_a_table_with_a_wrong_level_is_an_error_there(seed):
    domains, lowest, size = make_rubric(seed)
    rows = [[*row, *[""] * (4 - len(row))] for row in tables_of_indicators(domains, lowest, size)]
    places = [n for n, row in enumerate(rows) if row[0].startswith("Level ")]
    for place in places:
        start = place - places.index(place) % size
        for word in ("Levle 7", rows[start + (place == start)][0]):  # misspelt, or the name of another level
            wrong = [[word, *row[1:]] if n == place else row for n, row in enumerate(rows)]
            draft = draft_framework([CellTable("S", wrong)], "m.xlsx")
            lines = {issue.origin.row - 1 for issue in draft.issues}
            assert lines & {*range(start - 2, start + size + 1)}, (place, word)


def test_one_name_counts_where_a_level_has_two():
    first = [["Level 1 - Begun", "a", "b"], ["Level 2 - Done", "c", "d"], ["Level 3 - Kept", "e", "f"]]
    second = [["Level 1 - Started", "g", "h"], *first[1:]]
    rows = [["Score", "Wells", "Pumps"], *first, ["Score", "Roads", "Ports"], *second]
    draft = draft_framework([CellTable("S", rows)], "m.xlsx")
    assert [str(level.label) for level in draft.require().scales[0].levels] == ["Begun", "Done", "Kept"]
    assert [str(issue.origin) for issue in draft.issues] == ["m.xlsx!S:A6"]


def test_a_total_that_is_no_sum_is_told():
    rows = [["ID", "Indicator", "Points"], ["1", "Law", "3"], ["2", "Map", "2"], ["", "Total", "6"]]
    assert [str(issue.origin) for issue in draft_framework([CellTable("S", rows)], "m.xlsx").issues] == ["m.xlsx!S:C4"]


def test_percentages_below_each_other_are_those_beside_each_other():
    shares, texts = ["20%", "40%", "60%", "80%", "100%"], [["a", "b", "c", "d", "e"], ["f", "g", "h", "i", "j"]]
    down = [["Score", "Wells", "Pumps"], *([share, *pair] for share, *pair in zip(shares, *texts, strict=True))]
    beside = [["Indicator", *shares], ["Wells", *texts[0]], ["Pumps", *texts[1]]]
    found = [draft_framework([CellTable("S", rows)], "m.xlsx").require() for rows in (down, beside)]
    assert found[0] == found[1]


def test_weights_of_groups_with_an_unknown_header_are_theirs():
    rows = [
        ["Eixo", "Peso do eixo", "Indicador", "Peso", "1", "2", "3"],
        ["Solo", "60%", "Mapa", "0,5", "Nada", "Parcial", "Tudo"],
        ["", "", "Análise", "0,5", "Nada", "Parcial", "Tudo"],
        ["Água", "40%", "Poços", "1", "Nada", "Parcial", "Tudo"],
    ]
    framework = draft_framework([CellTable("S", rows)], "m.xlsx").require()
    _, *nodes = framework.walk()
    assert {str(node.title): node.weight for node in nodes} == {
        "Solo": 60,
        "Mapa": 0.5,
        "Análise": 0.5,
        "Água": 40,
        "Poços": 1,
    }


def test_a_place_in_a_cell_of_two_languages_is_that_cell():
    rows = [
        ["Indicator / Indicador", "Level 1 / Nivel 1", "Level 2 / Nivel 2"],
        ["Law / Ley", "None / Nada", "All / Todo"],
    ]
    draft = draft_framework([CellTable("S", [*rows, ["Law / Ley", "None / Nada", "All / Todo"]])], "m.xlsx")
    assert {str(issue.origin) for issue in draft.issues} == {"m.xlsx!S:A3"}


@pytest.mark.parametrize("blank", [False, True])
def test_an_id_repeated_beside_criteria_is_that_of_their_indicator(blank):
    rows = [["ID", "Indicator", "Criterion", "Level"]]
    for name, title in (("W1", "Wells"), ("P1", "Pumps")):
        rows += [[name, title, f"{title} {level}", str(level)] for level in (2, 3, 3)]
    if blank:
        rows = [row if row[3] in ("2", "Level") else ["", "", *row[2:]] for row in rows]
    framework = draft_framework([CellTable("S", rows)], "m.xlsx").require()
    assert [node.id for node in framework.indicators] == ["W1", "P1"]
    assert [*framework.criteria] == ["W1.2a", "W1.3a", "W1.3b", "P1.2a", "P1.3a", "P1.3b"]
