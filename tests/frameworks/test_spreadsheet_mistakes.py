"""Mistakes that people make in spreadsheets of frameworks: each is reported with its cell, and none is a traceback."""

import openpyxl
import pytest
from openpyxl.styles import Font

import capbuild as cb
from capbuild.frameworks import framework_from_toml, framework_to_toml, survey_questionnaire
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.template import sample_framework, template_sheets
from capbuild.origin import Origin, column_letters
from capbuild.plugins import CellTable

RUBRIC = [
    ("ID", "Dimension", "Indicator", "Level 1", "Level 2", "Level 3", "Weight", "Target"),
    ("a", "Law", "Offences", "none", "some", "all", "2", "2"),
    ("b", "", "Powers", "none", "some", "all", "1", "3"),
    ("c", "Team", "Unit", "none", "one", "many", "1", ""),
]
NUMBERED = [
    ("No", "Indicator", "Points"),
    ("1", "Policy", "5"),
    ("1.1", "Strategy", "3"),
    ("1.2", "Plan", "2"),
    ("2", "Law", ""),
    ("2.1", "Offences", "3"),
]
CRITERIA = [
    ("Domain", "Indicator", "Level", "Criterion", "Check"),
    ("Law", "Offences", "1", "There is a law.", "D"),
    ("", "", "2", "It is applied.", "R"),
    ("", "Powers", "1", "Data can be preserved.", "D"),
]
ANSWERS = [("Area", "Question", "Answers"), ("Law", "Is it complete?", "0-5"), ("", "Is it applied?", "0-5")]
ENGLISH = [("ID", "Indicator", "Level 1", "Level 2"), ("a", "Law", "none", "all"), ("b", "Team", "none", "all")]
SPANISH = [("ID", "Indicador", "Nivel 1", "Nivel 2"), ("a", "Ley", "nada", "todo"), ("b", "Equipo", "nada", "todo")]
TEMPLATE = {
    "Framework": [("field", "value"), ("id", "f"), ("edition", "1"), ("title", "F")],
    "Levels": [("code", "label"), ("L1", "Low"), ("L2", "High")],
    "Nodes": [
        ("id", "parent", "kind", "title", "level L1"),
        ("A", "", "dimension", "A", ""),
        ("A.1", "A", "", "A1", "no"),
    ],
    "Criteria": [("node", "id", "step", "text"), ("A.1", "A.1.2a", "2", "It is so.")],
}


BILINGUAL = [
    ("ID", "Indicator", "Level 1", "Nivel 1", "Level 2", "Nivel 2"),
    ("a", "Law", "There is no law.", "No hay ninguna ley.", "The law is in force.", "La ley está vigente."),
    ("b", "Team", "There is no team.", "", "The team is complete.", "El equipo está completo."),
]
LEVEL_ROWS = [
    ("Indicator", "Level", "Description"),
    *[(name, str(level), f"{name} {level}") for name in ("Wells", "Pipes") for level in (1, 2, 3)],
]
LEVEL_ROWS[5] = ("Pipes", "1", "Pipes 2")


TREE = (("Law", "1.1"), ("", "1.2"), ("Team", "2.1"), ("", "3.1"))


def change(rows, row, column, text):
    """Return rows with another text in a cell, counted from 1."""
    made = [list(cells) for cells in rows]
    made[row - 1][column - 1] = text
    return made


def drafted(sheets):
    return draft_framework([CellTable(name, rows) for name, rows in sheets.items()], "f.xlsx")


def template(sheet, row, column, text):
    return {**TEMPLATE, sheet: change(TEMPLATE[sheet], row, column, text)}


MISTAKES = [
    (
        {"M": change(RUBRIC, 3, 1, "a")},
        "error CB021 f.xlsx!M:3",
        "the id 'a' is also in row 2",
        "format the cells as text",
    ),
    (
        {"M": change(RUBRIC, 1, 5, "Level 4")},
        "error CB022 f.xlsx!M:D1",
        "there is no column for level 2",
        "add the column",
    ),
    ({"M": change(RUBRIC, 1, 5, "Level 1")}, "error CB022 f.xlsx!M:E1", "two columns of the same", "delete one"),
    (
        {"M": change(RUBRIC, 2, 7, "two")},
        "error CB022 f.xlsx!M:G2",
        "'two' is not a number of weight",
        "write a number",
    ),
    (
        {
            "M": [
                ("ID", "Title", "Parent", "Level 1", "Level 2"),
                ("a", "Law", "", "", ""),
                ("b", "Law", "", "", ""),
                ("c", "Acts", "Law", "none", "all"),
            ]
        },
        "error CB022 f.xlsx!M:C4",
        "'Law' is the title of rows 2 and 3",
        "write the id",
    ),
    (
        {"M": change(change(RUBRIC, 1, 5, "Level 2: Low"), 1, 4, "Level 1: Low")},
        "warning CB024 f.xlsx!M:E1",
        "'Low' is the name of two levels",
        "rename one",
    ),
    (
        template("Levels", 3, 2, "Low"),
        "warning CB024 f.xlsx!Levels:B3",
        "'Low' is the name of two levels",
        "rename one",
    ),
    (
        {"M": [*RUBRIC, ("d", "", "Staff", "", "", "", "1", "")]},
        "warning CB024 f.xlsx!M:5",
        "d has no text for any level",
        "write them",
    ),
    (
        {
            "M": [
                ("ID", "Indicator (EN)", "Indicator (ES)", "Level 1", "Level 2"),
                ("a", "A law", "A law", "none", "all"),
                ("b", "A team", "A team", "none", "all"),
            ]
        },
        "warning CB024 f.xlsx!M:B2",
        "the texts in es are those in en",
        "translate them",
    ),
    ({"M": change(RUBRIC, 2, 7, "-1")}, "error CB022 f.xlsx!M:G2", "weight -1 is below 0", "write a number"),
    ({"M": change(RUBRIC, 3, 7, "")}, "warning CB024 f.xlsx!M:3", "b has no weight", None),
    ({"M": change(RUBRIC, 3, 8, "4")}, "error CB022 f.xlsx!M:H3", "4 is not a target", "levels are: 1, 2, 3"),
    ({"M": change(RUBRIC, 2, 5, "")}, "warning CB024 f.xlsx!M:E2", "a has no text for level 2", "write it"),
    (
        {"M": change(RUBRIC, 3, 5, "#REF!")},
        "error CB022 f.xlsx!M:E3",
        "#REF! is an error of the spreadsheet",
        "formula",
    ),
    ({"M": RUBRIC[1:]}, "error CB023 f.xlsx", "no sheet has a header row", "write a header row"),
    ({"M": RUBRIC[:1]}, "error CB023 f.xlsx!M:1", "no node is below the header", "write the nodes"),
    ({"M": []}, "error CB023 f.xlsx", "the file contains no cells", "choose the file"),
    ({"M": change(NUMBERED, 4, 1, "3.2")}, "error CB022 f.xlsx!M:4", "3.2 has no row 3 above it", "add a row 3"),
    ({"M": change(NUMBERED, 3, 2, "")}, "error CB022 f.xlsx!M:B3", "the row has no name", "write its name"),
    (
        {"M": change(NUMBERED, 2, 3, "6")},
        "warning CB024 f.xlsx!M:C2",
        "1 has 6 points, and the rows below it have 5",
        "correct",
    ),
    (
        {"M": change(NUMBERED, 3, 3, "3 pts")},
        "error CB022 f.xlsx!M:C3",
        "'3 pts' is not a number of points",
        "write a number",
    ),
    ({"M": change(CRITERIA, 3, 3, "tow")}, "error CB022 f.xlsx!M:C3", "'tow' is not a level", "levels are: 0, 1"),
    ({"M": change(CRITERIA, 3, 3, "")}, "error CB022 f.xlsx!M:3", "the criterion has no level", "write the level"),
    ({"M": change(CRITERIA, 3, 4, "")}, "error CB022 f.xlsx!M:D3", "the criterion has no text", "write it"),
    ({"M": change(CRITERIA, 3, 5, "Z")}, "error CB022 f.xlsx!M:E3", "'Z' is not a check", "write D (document)"),
    (
        {"M": change(change(CRITERIA, 2, 1, ""), 2, 2, "")},
        "error CB022 f.xlsx!M:2",
        "the row belongs to no node",
        "name the node",
    ),
    (
        {"M": change(ANSWERS, 3, 3, "often")},
        "error CB022 f.xlsx!M:C3",
        "'often' is not a list of answers",
        "write them as 0-5",
    ),
    (
        {"English": ENGLISH, "Español": change(SPANISH, 3, 1, "x")},
        "error CB022 f.xlsx!Español:3",
        "x is not in the sheet 'English'",
        "add the row there",
    ),
    (template("Nodes", 3, 2, "B"), "error CB020 f.xlsx!Nodes:B3", "'B' is not a node", "name the id of a node"),
    (template("Nodes", 2, 2, "A.1"), "error CB020 f.xlsx!Nodes:B2", "cycle: A -> A.1 -> A", "give one of them"),
    (template("Nodes", 1, 5, "level L9"), "error CB022 f.xlsx!Nodes:E3", "'L9' is not a level", "levels are: L1, L2"),
    (
        template("Criteria", 2, 1, "A.2"),
        "error CB022 f.xlsx!Criteria:A2",
        "there is no node 'A.2' (did you mean",
        "sheet Nodes",
    ),
    (template("Criteria", 2, 3, "7"), "error CB022 f.xlsx!Criteria:C2", "is for step 7", "correct the step"),
    (
        template("Criteria", 2, 3, "x"),
        "error CB022 f.xlsx!Criteria:C2",
        "'x' is not a whole number",
        "write a whole number",
    ),
    (
        template("Criteria", 1, 4, "txt"),
        "error CB022 f.xlsx!Criteria:1",
        "the sheet Criteria has no column 'text'",
        "columns are: node, id",
    ),
    (template("Nodes", 1, 4, "titel [en]"), "error CB022 f.xlsx!Nodes:1", "has no column 'title'", "columns are"),
    (template("Nodes", 1, 4, "title [qq]"), "error CB022 f.xlsx!Nodes:D1", "'qq' is not a language", "[en]"),
    (template("Levels", 3, 1, "L1"), "error CB021 f.xlsx!Levels:A3", "'L1' is a duplicate code", "rename one"),
    (
        {**TEMPLATE, "Levles": TEMPLATE["Levels"]},
        "error CB022 f.xlsx!Levles:1",
        "is not a sheet of the template (did you mean 'Levels'?)",
        "sheets are",
    ),
    (
        {**TEMPLATE, "Answers": [("scale", "code", "counts"), ("a", "F", "yes"), ("a", "F", "no")]},
        "error CB021 f.xlsx!Answers:B3",
        "'F' is a duplicate code",
        "rename one",
    ),
    (
        {**TEMPLATE, "Bands": [("code", "label", "lower", "upper"), ("a", "A", "0", "50"), ("b", "B", "40", "")]},
        "error CB022 f.xlsx!Bands:C3",
        "'b' begins at 40, and 'a' below it ends at 50",
        "begin each band",
    ),
    *(
        (
            {**TEMPLATE, "Criteria": [(*TEMPLATE["Criteria"][0], "implies"), (*TEMPLATE["Criteria"][1], other)]},
            "error CB022 f.xlsx!Criteria:E2",
            said,
            "name another criterion",
        )
        for other, said in (("A.1.2a", "A.1.2a implies itself"), ("B.1", "implies 'B.1', which is not a criterion"))
    ),
    (
        {**TEMPLATE, "Rules": [("table", "key", "value [en]"), ("judgement", "agreement", "mean")]},
        "error CB022 f.xlsx!Rules:C2",
        "'mean' is not an agreement",
        "median",
    ),
    (
        {
            "M": [
                ("Area", "ID", "Indicator", "Level 1", "Level 2"),
                *((area, number, f"I{number}", "no", "yes") for area, number in TREE),
            ]
        },
        "warning CB024 f.xlsx!M:5",
        "3.1 is beside 2.1, and begins otherwise",
        "correct the number",
    ),
    ({"M": change(RUBRIC, 3, 3, "")}, "error CB022 f.xlsx!M:C3", "the row has no name", "write its name"),
    ({"M": change(RUBRIC, 3, 1, "A")}, "error CB021 f.xlsx!M:3", "the id 'A' is also in row 2", "not by capitals only"),
    ({"M": change(RUBRIC, 3, 1, "2026-02-01T00:00:00")}, "error CB022 f.xlsx!M:3", "is a date", "format the cells"),
    ({"M": change(RUBRIC, 3, 3, "Offences")}, "warning CB024 f.xlsx!M:C3", "b has the title of a", "delete one"),
    ({"M": change(RUBRIC, 2, 6, "some")}, "warning CB024 f.xlsx!M:F2", "the same text for levels 2 and 3", "correct"),
    ({"M": change(CRITERIA, 3, 3, "4")}, "warning CB024 f.xlsx!M:C3", "no row is for level 2, 3", "correct the level"),
    # without an id of its own, all its levels anew show that a row is another node
    (
        {"M": [cells[1:] for cells in change(RUBRIC, 3, 3, "")]},
        "error CB022 f.xlsx!M:B3",
        "has no name",
        "write its name",
    ),
    ({"M": change(NUMBERED, 3, 3, "")}, "warning CB024 f.xlsx!M:3", "1.1 has no points, and others have", "write its"),
    (
        {"M": change(CRITERIA, 3, 4, "There is a law.")},
        "warning CB024 f.xlsx!M:D3",
        "has the text of another",
        "delete",
    ),
    (
        {"M": [("ID", "Indicator (EN)", "Indicador"), ("a", "Law", "Ley"), ("b", "Team", ""), ("c", "Unit", "Unidad")]},
        "warning CB024 f.xlsx!M:B3",
        "'Team' has no title in es",
        "of that language",
    ),
    (
        {"A": RUBRIC, "B": change(RUBRIC, 2, 3, "Powers")},
        "error CB022 f.xlsx!B:1",
        "the sheet 'B' is a copy of 'A' with changes",
        "delete one",
    ),
    (
        {"A": RUBRIC, "B": [cells[:3] for cells in RUBRIC[1:]]},
        "warning CB024 f.xlsx!B:1",
        "The sheet 'B' was not read",
        "write headers",
    ),
    (
        {"M": RUBRIC, "Framwork": [("field", "value"), ("id", "f")]},
        "warning CB024 f.xlsx!Framwork:1",
        "was not read (did you mean 'framework'?)",
        "correct the name of the sheet",
    ),
    (
        {"M": [("No", "Indicator", "Points"), *[(f"{n}", f"Part {n}", str(n)) for n in (1, 2, 3)], ("", "Total", "5")]},
        "warning CB024 f.xlsx!M:C5",
        "5 is not the sum of rows above",
        "correct the total",
    ),
    ({"M": BILINGUAL}, "warning CB024 f.xlsx!M:D3", "b has no text in es for level 1", "merged cells"),
    (
        {
            "M": [
                ("ID", "Indicator", "20 %", "40 %", "60 %", "100 %"),
                *[(name, f"Law {name}", *(f"{name} is {word}" for word in "wxyz")) for name in "ab"],
            ]
        },
        "warning CB024 f.xlsx!M:F1",
        "are no equal steps to 100 %",
        "add the column",
    ),
    (
        {"M": [(*cells, "0-4" if number else "Answers") for number, cells in enumerate(RUBRIC)]},
        "error CB022 f.xlsx!M:I2",
        "a has the answers '0-4' and a text for each of 3 levels",
        "leave the answers blank",
    ),
    (
        {"M": RUBRIC, "Levels": [("code", "label"), ("L1", "Low"), ("L2", "High")]},
        "error CB022 f.xlsx!M:F1",
        "there are texts of level 3, and the sheet Levels has 2 levels",
        "add the level",
    ),
    (
        {"M": RUBRIC, "Levels": [("code", "label"), ("L3", "High"), ("L2", "Fair"), ("L1", "Low")]},
        "error CB022 f.xlsx!Levels:A3",
        "the level 'L2' is below 'L3'",
        "from the lowest to the highest",
    ),
    (
        {"M": LEVEL_ROWS},
        "warning CB024 f.xlsx!M:B6",
        "2 has two rows for level 1, and others have one",
        "correct the level",
    ),
    (
        {"M": [*RUBRIC, ("Source: the invented office", *[""] * 7)]},
        "warning CB024 f.xlsx!M:5",
        "'Source: the invented office' has nothing below it and is left out",
        "if it is a note",
    ),
    (
        {
            "M": RUBRIC,
            "Rules": [("table", "key", "value"), ("methods.factor", "name", "points"), ("method.x", "a", "1")],
        },
        "error CB022 f.xlsx!Rules:A3",
        "'method.x' is not a table of rules (did you mean 'methods'?)",
        "methods.KIND",
    ),
]


@pytest.mark.parametrize(("sheets", "place", "said", "remedy"), MISTAKES)
def test_a_mistake_is_reported_with_its_cell(sheets, place, said, remedy):
    draft = drafted(sheets)
    found = [(f"{one.severity.value} {one.code} {one.origin}", one.message, one.remedy) for one in draft.issues]
    assert [one for one in found if one[0] == place and said in one[1] and (remedy or "") in one[2]], found
    assert (draft.framework is None) == any(one.startswith("error") for one, _, _ in found)
    if draft.framework is None:
        with pytest.raises(cb.DocumentError) as caught:
            draft.require()
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("weights", "wrong"),
    [
        (("50", "50", "60", "40"), ""),
        (("80", "50", "60", "40"), "a, b sum to 130"),  # the others of the file sum to 100
        (("80%", "50%", "30%", "30%"), "a, b sum to 130"),  # percentages sum to 100
        (("8", "5", "3", "3"), ""),  # relative weights have no sum
        (("40", "10", "20", "30"), ""),  # of the whole
        (("40", "10", "20", "33"), "a, b, c, d sum to 103"),
    ],
)
def test_weights_that_do_not_sum_to_a_whole_are_reported(weights, wrong):
    rows = [("ID", "Dimension", "Indicator", "Level 1", "Level 2", "Weight")]
    rows += [(n, "A" if n in "ab" else "B", f"I{n}", "no", "yes", w) for n, w in zip("abcd", weights, strict=True)]
    said = [one.message for one in drafted({"M": rows}).issues]
    assert any(wrong in one for one in said) if wrong else not said


def test_a_column_of_the_template_that_is_there_twice_is_named_with_both_places():
    for sheet in template_sheets(sample_framework()):
        for place, column in enumerate(sheet.header):
            made = {one.name: [one.header, *one.rows] for one in template_sheets(sample_framework())}
            made[sheet.name] = [(*sheet.header, column), *((*row, row[place]) for row in sheet.rows)]
            tables = {n: [tuple("" if c is None else str(c) for c in row) for row in rows] for n, rows in made.items()}
            (issue,) = drafted(tables).issues
            assert issue.origin == Origin("f.xlsx", sheet.name, 1, len(sheet.header) + 1)
            assert issue.message == f"the column {column!r} is also column {column_letters(place + 1)}"


@pytest.mark.parametrize(
    "sheets",
    [
        {"M": RUBRIC},
        {"M": NUMBERED},
        {"M": CRITERIA},
        {"M": ANSWERS},
        {"English": ENGLISH, "Español": SPANISH},
        TEMPLATE,
    ],
)
def test_without_mistakes_there_are_no_issues(sheets):
    draft = drafted(sheets)
    assert draft.framework is not None
    assert not draft.issues


def test_all_mistakes_are_reported_at_once():
    rows = change(change(change(RUBRIC, 2, 7, "two"), 3, 8, "9"), 4, 1, "a")
    errors = [str(one.origin) for one in drafted({"M": rows}).issues if one.severity == "error"]
    assert errors == ["f.xlsx!M:G2", "f.xlsx!M:4", "f.xlsx!M:H3"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.xlsx", b"not a workbook"), ("a.csv", b""), ("a.toml", b"[framework"), ("none.xlsx", None)]
)
def test_a_file_that_cannot_be_read_is_an_issue(tmp_path, name, data):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    draft = cb.read_framework(tmp_path / name)
    assert draft.framework is None
    (issue,) = draft.issues
    assert issue.remedy
    assert issue.origin.file == name


@pytest.mark.parametrize("sheets", [TEMPLATE, {"M": RUBRIC}], ids=["template", "rubric"])
def test_a_sheet_of_contradictions_belongs_to_any_layout(sheets):
    leaf, other = ("A.1", "A.1.2a = yes") if sheets is TEMPLATE else ("a", "b >= 2")
    rows = [("if", "then", "text [en]"), (f"{leaf} = 1", other, "It cannot be so.")]
    draft = drafted({**sheets, "Consistency": rows})
    (rule,) = draft.framework.rules
    assert (rule.condition, rule.expected, rule.text.get("en")) == (f"{leaf} = 1", other, "It cannot be so.")


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [
        (("a = 1", "z >= 2", "t"), "f.xlsx!Consistency:B2", "not 'z'"),
        (("a", "b >= 2", "t"), "f.xlsx!Consistency:A2", "must compare ids with answers"),
        (("a = 1", "", "t"), "f.xlsx!Consistency:2", "then is missing"),
        (("a = 1", "b >= 2", ""), "f.xlsx!Consistency:2", "a rule needs a text"),
        (("a = 8", "b >= 2", "t"), "f.xlsx!Consistency:A2", "no answers break the rule: if a = 8, then b >= 2"),
        (("a = 1", "b >= 0", "t"), "f.xlsx!Consistency:A2", "no answers break the rule"),
    ],
)
def test_a_wrong_contradiction_is_told_with_its_cell(row, place, said):
    draft = drafted({"M": RUBRIC, "Consistency": [("if", "then", "text"), row]})
    assert draft.framework is None
    (issue,) = draft.issues
    assert (str(issue.origin), said in issue.message) == (place, True), str(issue)


@pytest.mark.parametrize(("first", "wrong"), [("20", ""), ("25", "a, b sum to 45, not 40")])
def test_weights_may_be_shares_of_the_whole_at_each_depth(first, wrong):
    rows = [("ID", "Dimension", "Weight", "Indicator", "Weight", "Level 1", "Level 2")]
    shares = (("a", "A", "40", first), ("b", "", "", "20"), ("c", "B", "60", "30"), ("d", "", "", "30"))
    rows += [(n, above, total, f"I{n}", own, "no", "yes") for n, above, total, own in shares]
    said = [one.message for one in drafted({"M": rows}).issues]
    assert any(wrong in one for one in said) if wrong else not said


def test_a_bad_weight_or_points_is_one_error():
    for rows, place in ((change(RUBRIC, 2, 7, "high"), "G2"), (change(NUMBERED, 3, 3, "three"), "C3")):
        assert [str(one.origin) for one in drafted({"M": rows}).issues] == [f"f.xlsx!M:{place}"]


HEADERS = {
    "Domaine technique": "domain", "Dominio técnico": "domain", "Technical domain": "domain", "Domain": "domain",
    "Technisch domein": "domain", "Domainn": "domain", "Indicateur clé": "indicator", "Indcateur": "indicator",
    "Core capacity": "capacity", "Area manager": "", "Fuente del indicador": "", "Remarks": "",
}  # fmt: skip


@pytest.mark.parametrize(("header", "kind"), HEADERS.items())
def test_a_header_may_have_an_adjective_or_a_slip(header, kind):
    rows = [(header, "Criterion", "Level"), *((f"N{n}", f"It is {n}.", str(n)) for n in (1, 2, 3))]
    draft = drafted({"M": rows})
    assert (kind in {node.kind for node in draft.framework.walk()} if draft.framework else False) == bool(kind)


def test_the_source_of_a_translated_column_is_read():
    rows = [("Cosa", "Peso", "Element (EN)"), ("Ley", "2", "Law"), ("Equipo", "1", "Team")]
    titles = [node.title for node in drafted({"M": rows}).framework.indicators]
    assert [(title.get("es"), title.get("en")) for title in titles] == [("Ley", "Law"), ("Equipo", "Team")]


def test_levels_listed_above_a_table_without_levels_are_its_scale():
    legend = [("0 = None",), ("1 = Some",), ("2 = All",)]
    rows = [*legend, ("Indicator", "Weight"), ("Law", "60"), ("Team", "40")]
    framework = drafted({"M": rows}).framework
    scales = [framework.scale_of(node) for node in framework.indicators]
    assert [[(one.order, str(one.label)) for one in scale.levels] for scale in scales] == [
        [(0, "None"), (1, "Some"), (2, "All")]
    ] * 2


def test_sheets_with_titles_of_their_own_are_named_after_the_file():
    sheets = {name: [(f"Section: {name}",), *RUBRIC] for name in ("A", "B")}
    for n, rows in enumerate(sheets.values()):
        rows[2:] = [(f"{n}{cells[0]}", *cells[1:]) for cells in rows[2:]]
    assert str(drafted(sheets).framework.title) == "f"


def test_hidden_and_struck_rows_are_asked_about(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in RUBRIC:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    workbook.save(tmp_path / "f.xlsx")
    draft = cb.read_framework(tmp_path / "f.xlsx")
    asked = {str(question.origin): question.assumed for question in draft.questions}
    assert asked["f.xlsx!Sheet:3"] == "Row 3 is hidden, and read as all others"
    assert asked["f.xlsx!Sheet:4"] == "Row 4 is struck through, and read as all others"
    assert len(draft.require().indicators) == 3


def test_evidence_beside_criteria_is_theirs_and_on_the_form():
    rows = [
        ("Domain", "Criterion", "Level", "Evidence required"),
        ("Law", "There is a law.", "1", "Gazette"),
        ("", "It is applied.", "2", "Court records"),
        ("", "It is known.", "2", ""),
    ]
    framework = drafted({"M": rows}).require()
    assert [str(one.evidence or "") for one in framework.criteria.values()] == ["Gazette", "Court records", ""]
    assert str(survey_questionnaire(framework)[next(iter(framework.criteria))].hint) == "Gazette"
    assert framework_from_toml(framework_to_toml(framework)) == framework


@pytest.mark.parametrize("table", [0, 1])
@pytest.mark.parametrize("broken", range(3))
@pytest.mark.parametrize("how", ["gone", "renamed", "twice"])
def test_a_broken_table_of_levels_is_reported_at_its_broken_cell(table, broken, how):
    """Rows are counted by hand: two tables of a title, a header and three levels each."""
    names = ["Level 1", "Level 2", "Level 3"]
    tables = [
        [
            [f"{part} Part", "", ""],
            ["Level", f"{part}.1 Wells", f"{part}.2 Pipes"],
            *([name, f"text {part} {name}", f"other {part} {name}"] for name in names),
        ]
        for part in (1, 2)
    ]
    cells = tables[table]
    place = 2 + broken
    if how == "gone":
        del cells[place]
    else:
        cells[place][0] = "Later" if how == "renamed" else names[broken - 1] if broken else "Level 2"
    draft = drafted({"M": [*tables[0], *tables[1]]})
    first = 1 + table * 5 + place
    wanted = f"f.xlsx!M:A{first - (how == 'gone' and broken == 2)}"
    errors = [str(issue.origin) for issue in draft.issues if issue.severity == "error"]
    assert wanted in errors, (errors, wanted)


def test_a_method_may_have_a_row_for_each_parameter():
    parts = [("methods.indicator", "name", "points"), ("methods.indicator", "missing", "zero"),
             ("methods.indicator", "rule", "Manual, 2")]  # fmt: skip
    whole = [("methods", "indicator", '{ name = "points", missing = "zero", rule = "Manual, 2" }')]
    rows = [("ID", "Indicator", "Points"), ("1", "Law", "3"), ("2", "Team", "1")]
    one, other = (drafted({"M": rows, "Rules": [("table", "key", "value"), *rules]}) for rules in (parts, whole))
    assert one.to_toml() == other.to_toml()
    assert one.require().methods["indicator"].parameters["missing"] == "zero"
