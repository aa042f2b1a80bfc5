"""Review forms as countries send them back: moved, cut, answered in their own words. What they say is read, or told."""

import csv
import io
import shutil

import pytest

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.plugins import CellTable
from capbuild.reports import REVIEW_COLUMNS
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.workspace.forms.returned_forms import parse_agreement, parse_level, read_form
from capbuild.workspace.forms.reviews import export_review, import_review

openpyxl = pytest.importorskip("openpyxl")
AUDIENCE = '\n[audiences]\nteam = "TLP:AMBER"\ncountry = "TLP:AMBER"\n'


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A programme, and the Spanish form of Jamaica as bytes."""
    folder = tmp_path_factory.mktemp("review") / "small"
    (folder / "returns").mkdir(parents=True)
    (folder / "programme.toml").write_text(
        '[programme]\nid = "small"\ntitle = "Small"\nframework = "police-cyber 1.0"\n'
        '[[rounds]]\nid = "baseline"\nkind = "baseline"\nreference_date = 2016-06-30\n'
        '[[participants]]\ncountry = "Jamaica"\n' + AUDIENCE,
        encoding="utf-8",
    )
    (folder / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    form = export_review(cb.open_workspace(folder), "Jamaica", out=folder / "jm.xlsx", language="es")
    return folder, form.read_bytes()


class Back:
    """The form in a person's hands."""

    def __init__(self, data):
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.sheet = self.book.active

    def at(self, target, column=1):
        return next(row[0].row for row in self.sheet.iter_rows(max_col=column) if row[0].value == target)

    def write(self, target, **answers):
        for column, text in answers.items():
            self.sheet.cell(self.at(target), {"proposed": 5, "comment": 6, "new_evidence": 7}[column], text)

    def fact(self, name, text, column=3):
        self.sheet.cell(self.at(name), column, text)

    def ids(self):
        return self.at("target")


@pytest.fixture
def back(sent):
    return Back(sent[1])


@pytest.fixture
def read(sent, tmp_path):
    """Read a form in a fresh copy of the programme; return what came of it."""

    def reading(back, name="jm.xlsx"):
        folder = tmp_path / "small"
        for file in sent[0].rglob("*.*"):
            target = folder / file.relative_to(sent[0])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
        path = folder / name
        if isinstance(back, bytes):
            path.write_bytes(back)
        else:
            back.book.save(path)
        return import_review(cb.open_workspace(folder), path)

    return reading


def said(found):
    return [(one.target, one.proposed, one.comment) for one in found.proposals]


def test_the_form_as_it_was_sent_says_nothing(back, read):
    found = read(back)
    assert (found.proposals, found.state, len(found.issues)) == ((), None, 0)


def test_the_row_of_ids_may_be_deleted(back, read):
    back.write("TEC-2", proposed="L3", comment="Desde abril")
    back.sheet.delete_rows(back.ids())
    found = read(back)
    assert (said(found), len(found.issues)) == ([("TEC-2", "L3", "Desde abril")], 0)


@pytest.mark.parametrize("deleted", ["ids", "titles"])
def test_columns_and_rows_may_be_added_in_front(back, read, deleted):
    back.write("TEC-2", proposed="L3", comment="Desde abril")
    back.fact("agree", "No, en absoluto")
    back.fact("date", "20 de julio de 2016")
    back.sheet.delete_rows(back.ids() - (deleted == "titles"))
    back.sheet.insert_cols(1)
    back.sheet.insert_cols(6)
    back.sheet.insert_rows(1, 3)
    found = read(back)
    assert (said(found), len(found.issues)) == ([("TEC-2", "L3", "Desde abril")], 0)
    assert (found.state.state.value, str(found.state.date)) == ("disputed", "2016-07-20")


def test_columns_that_nobody_needs_may_be_deleted(back, read):
    back.write("TEC-2", comment="Desde abril")
    back.sheet.delete_cols(7)
    back.sheet.delete_cols(4)
    back.sheet.delete_cols(2)
    assert said(read(back)) == [("TEC-2", "", "Desde abril")]


def test_the_sheet_may_be_renamed_and_stand_behind_another(back, read):
    back.write("TEC-2", comment="Desde abril")
    back.sheet.title = "Revisión (2)"
    notes = back.book.create_sheet("Notas", 0)
    notes["B2"] = "El anexo llegará en agosto."
    found = read(back)
    assert said(found) == [("TEC-2", "", "Desde abril")]
    (issue,) = found.issues
    assert (issue.code, issue.origin.sheet) == ("CB853", "Notas")
    assert "El anexo llegará en agosto." in issue.message


def test_what_is_written_beside_and_below_is_told(back, read):
    row = back.at("TEC-2")
    back.sheet.cell(row, 9, "ver el anexo 3")
    back.sheet.cell(back.sheet.max_row + 2, 5, "Gracias por el informe")
    found = read(back)
    assert found.proposals == ()
    assert sorted((issue.code, issue.origin.row) for issue in found.issues) == [
        ("CB840", back.sheet.max_row),
        ("CB853", row),
    ]
    text = " ".join(issue.message for issue in found.issues)
    assert "ver el anexo 3" in text
    assert "Gracias por el informe" in text


def test_sorted_rows_are_the_same_rows(back, read):
    back.write("TEC-2", proposed="3")
    first = back.ids() + 1
    rows = [[cell.value for cell in row] for row in back.sheet.iter_rows(min_row=first)]
    for number, row in enumerate(sorted(rows, key=lambda r: str(r[0]), reverse=True), start=first):
        for column, value in enumerate(row, start=1):
            back.sheet.cell(number, column).value = value
    found = read(back)
    assert (said(found), [i.code for i in found.issues]) == ([("TEC-2", "3", "")], [])


def test_a_row_that_was_copied_is_read_twice_and_told(back, read):
    back.write("TEC-2", proposed="L3")
    last = back.sheet.max_row + 1
    for column in range(1, 8):
        back.sheet.cell(last, column, back.sheet.cell(back.at("TEC-2"), column).value)
    back.sheet.cell(last, 5, "L4")
    found = read(back)
    assert said(found) == [("TEC-2", "L3", ""), ("TEC-2", "L4", "")]
    assert [i.code for i in found.issues] == ["CB853", "CB850"]


def test_ids_in_another_case_with_white_space(back, read):
    back.write("TEC-2", proposed=" L3 ")
    back.sheet.cell(back.at("TEC-2"), 1, " tec-2 ")
    assert said(read(back)) == [("TEC-2", "L3", "")]


@pytest.mark.parametrize(
    ("text", "state", "codes"),
    [
        ("Sí, de acuerdo.", "agreed", []),
        ("oui", "agreed", []),
        ("NEE", "disputed", []),
        ("en parte", None, ["CB851"]),
        ("3", None, ["CB851"]),
    ],
)
def test_an_answer_in_other_words(back, read, text, state, codes):
    back.fact("agree", text)
    found = read(back)
    assert (found.state and found.state.state.value, [i.code for i in found.issues]) == (state, codes)


def test_an_answer_in_the_next_column(back, read):
    back.fact("agree", "sí", column=4)
    assert read(back).state.state.value == "agreed"


def test_a_day_that_may_be_two_is_told(back, read):
    back.fact("agree", "sí")
    back.fact("date", "03/04/2016")
    found = read(back)
    assert (found.state.date, [i.code for i in found.issues]) == (None, ["CB603"])


def test_a_result_that_is_no_level_is_told_and_kept(back, read):
    back.write("TEC-2", proposed="mejor")
    back.write("TEC-2.2a", proposed="parcialmente")
    found = read(back)
    assert said(found) == [("TEC-2", "mejor", ""), ("TEC-2.2a", "parcialmente", "")]
    assert [(i.code, "'mejor' is not one level of TEC-2" in i.message) for i in found.issues] == [("CB853", True)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_form_saved_as_text_with_semicolons(back, read, encoding):
    back.write("TEC-2", proposed="L3", comment="Desde abril; según el acta, sí")
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows([[c.value for c in row] for row in back.sheet.iter_rows()])
    found = read(stream.getvalue().encode(encoding, "replace"), "jm.csv")
    assert said(found) == [("TEC-2", "L3", "Desde abril; según el acta, sí")]


@pytest.mark.parametrize("fact", ["country", "round", "framework"])
def test_a_form_that_does_not_say_what_it_is_of(back, read, fact):
    back.sheet.delete_rows(back.at(fact))
    with pytest.raises(ReadError, match=f"does not say what it is for: {fact}") as caught:
        read(back)
    assert caught.value.code == "CB849"


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
@pytest.mark.parametrize("labelled", [True, False])
def test_a_value_may_begin_like_its_label(language, labelled):
    labels = {name: get_translator(language)(f"review.{name}") for name in ("country", "round", "framework", "by")}
    facts = {name: f"{label.lower()}-{label} 1" for name, label in labels.items()}
    rows = [(name, *[labels[name]] * labelled, text) for name, text in facts.items()]
    assert read_form([CellTable("", [*rows, REVIEW_COLUMNS])], "form.csv").facts == facts


def test_levels_in_words():
    framework = cb.open_workspace("examples/americas-2015").framework
    scale = framework.scale_of(framework["TEC-2"])
    third = scale.levels[2]
    labels = [third.label.source, *(one.text for one in third.label.translations.values())]
    texts = ["L3", "l3", "3", "Nivel 3", "niveau 3", "Level 3 now", str(third), "L3 – desde abril", *labels]
    assert {text: parse_level(scale, text) for text in texts} == dict.fromkeys(texts, 3)
    others = ["", "better", "L9", "9", "Level 9", "L2 to L3", "2 or 3", "level 2 or 3", "TEL3"]
    assert {text: parse_level(scale, text) for text in others} == dict.fromkeys(others)


def test_yes_and_no_in_every_language():
    told = {
        language: [parse_agreement(get_translator(language)(f"answer.{word}")) for word in ("yes", "no")]
        for language in BUILT_IN_LANGUAGES
    }
    assert told == {language: [True, False] for language in BUILT_IN_LANGUAGES}


HEADS = "country,round,target,proposed,decision,decided_by,reason"


@pytest.mark.parametrize(("proposed", "level"), [("Nivel 4", 4), ("L4 desde abril", 4), ("mejor", None), ("L9", None)])
def test_an_accepted_result_stands_beside_the_computed_one_or_is_told(sent, tmp_path, proposed, level):
    folder = tmp_path / "small"
    shutil.copytree(sent[0], folder)
    (folder / "reviews").mkdir()
    row = f"Jamaica,baseline,TEC-2,{proposed},accepted,team,the record was read"
    (folder / "reviews" / "proposals.csv").write_text(f"{HEADS}\n{row}\n", encoding="utf-8")
    workspace = cb.open_workspace(folder)
    review = workspace.assess("baseline")["JM"]["TEC-2"].review
    assert (review and review.level) == level
    told = [(i.code, str(i.origin)) for i in workspace.monitoring.issues]
    assert told == ([] if level else [("CB853", "reviews/proposals.csv:D2")])
