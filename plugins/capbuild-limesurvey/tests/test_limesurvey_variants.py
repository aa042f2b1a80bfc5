"""Variants of one survey and one answer sheet: each way that LimeSurvey writes them says the same."""

import csv
import io

import pytest

from capbuild.documents import dumps
from capbuild.model import ColumnUse, Missing

LANGUAGES = ("en", "fr")
#: (code, letter, rows, columns, answers by scale, cells by the tail of their headers, as code and as text).
CASES = (
    ("list", "L", (), (), {0: ("A1", "A2")}, {"": ("-oth-", "Else"), "other": ("mine", "mine")}),
    ("noted", "O", (), (), {0: ("A1", "A2")}, {"": ("A2", "noted A2 en"), "comment": ("why", "why")}),
    ("ticks", "M", ("a", "b"), (), {}, {"a": ("Y", "Yes"), "b": ("", "No")}),
    ("grid", "F", ("a", "b"), (), {0: ("A1", "A2")}, {"a": ("A1", "grid A1 en"), "b": ("A2", "grid A2 en")}),
    ("pair", "1", ("a",), (), {0: ("A1",), 1: ("B1",)}, {"a 1": ("A1", "pair A1 en"), "a 2": ("B1", "pair B1 en")}),
    ("cells", ";", ("a",), ("x", "y"), {}, {"a_x": ("p", "p"), "a_y": ("q", "q")}),
    ("order", "R", (), (), {0: ("A1", "A2")}, {"1": ("A2", "order A2 en"), "2": ("A1", "order A1 en")}),
    ("sure", "Y", (), (), {}, {"": ("Y", "Yes")}),
    ("files", "|", (), (), {}, {"": ('[{"name":"a.pdf"}]', '[{"name":"a.pdf"}]'), "filecount": ("1", "1")}),
)
WANTED = {
    "list": "-oth-",
    "list_other": "mine",
    "noted": "A2",
    "ticks": ("a",),
    "grid_a": "A1",
    "grid_b": "A2",
    "pair_a_0": "A1",
    "pair_a_1": "B1",
    "cells_a_x": "p",
    "cells_a_y": "q",
    "order": ("A2", "A1"),
    "sure": True,
    "files": "a.pdf",
}
META = {
    "id": ("Response ID", "5"),
    "submitdate": ("Date submitted", "2016-01-02 03:04:05"),
    "lastpage": ("Last page", "1"),
    "startlanguage": ("Start language", "en"),
}
HEADS = ("class", "type/scale", "name", "relevance", "text", "help", "language", "other", "other_replace_text")


def structure():
    rows = [("S", "", "sid", "", "42", "", "", "", ""), ("S", "", "language", "", "en", "", "", "", "")]
    rows += [("S", "", "additional_languages", "", "fr", "", "", "", "")]
    for tag in LANGUAGES:
        rows.append(("G", "", f"Group {tag}", "1", "about it", "", tag, "", ""))
        for code, letter, below, columns, answers, _ in CASES:
            other, named = ("Y", {"en": "Else", "fr": "Autre chose"}[tag]) if code == "list" else ("", "")
            rows.append(("Q", letter, code, "1", f"{code} {tag}", "", tag, other, named))
            shown = 'sure.NAOK == "Y"' if code in ("grid", "ticks") else "1"
            rows += [("SQ", "0", row, shown, f"{row} {tag}", "", tag, "", "") for row in below]
            rows += [("SQ", "1", column, "1", f"{column} {tag}", "", tag, "", "") for column in columns]
            for scale, found in answers.items():
                rows += [("A", str(scale), one, "", f"{code} {one} {tag}", "", tag, "", "") for one in found]
    return "\n".join("\t".join(row) for row in [HEADS, *rows])


def coded(code, tail):
    return code + "".join(f"[{part}]" for part in tail.split())


def texted(code, letter, tail):
    """The text of a head, in English."""
    if tail == "filecount":
        return f"filecount - {code} en"
    row, _, scale = tail.partition(" ")
    said = {
        "1": f"[{row} en][Scale {scale}]",
        "R": f"[Rank {row}]",
        ";": "".join(f"[{part} en]" for part in row.split("_")),
    }
    beside = {"other": "[Other]", "comment": "[Comment]", "": ""}
    return f"{code} en {beside.get(tail) if tail in beside else said.get(letter, f'[{row} en]')}".strip()


def sheet(style, written):
    headers, cells = [], []
    for code, (text, cell) in META.items():
        headers.append({"code": code, "text": text, "both": f"{code}. {text}"}[style])
        cells.append(cell)
    for code, letter, *_, answered in CASES:
        for tail, both in answered.items():
            text = texted(code, letter, tail)
            name = coded(code, tail)
            headers.append({"code": name, "text": text, "both": f"{name}. {text}"}[style])
            cells.append(both[written == "text"])
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([headers, cells])
    return stream.getvalue()


@pytest.fixture
def definition(tmp_path):
    path = tmp_path / "survey.txt"
    path.write_text(structure(), "utf-8")
    return path


@pytest.mark.parametrize("style", ["code", "text", "both"])
@pytest.mark.parametrize("written", ["code", "text"])
def test_heads_and_answers_in_any_style_say_the_same(read, definition, style, written):
    found = read(sheet(style, written), "r.csv", definition=definition)
    assert {name: found.answers()[name] for name in WANTED} == WANTED
    assert found.responses[0]["noted"].comment == "why"
    assert [column.name for column in found.account.columns if column.use.value == "ignored"] == []


@pytest.mark.parametrize("style", ["code", "text", "both"])
def test_without_a_definition_no_column_with_answers_is_left_out(read, style):
    found = read(sheet(style, "code"), "r.csv")
    assert [column.name for column in found.account.columns if column.use.value == "ignored"] == []
    values = [str(value) for value in found.answers().values()]
    assert {"-oth-", "mine", "p", "q"} <= set(values)
    assert "A2" in values or found.responses[0]["noted"].value == "A2"


def test_questions_of_one_text_are_told_apart_by_their_order(read, tmp_path):
    path = tmp_path / "survey.txt"
    rows = [HEADS, ("S", "", "language", "", "en", "", "", "", "")]
    rows += [("Q", "S", code, "1", "Please specify", "", "en", "", "") for code in ("one", "two")]
    path.write_text("\n".join("\t".join(row) for row in rows), "utf-8")
    headers = [text for text, _ in META.values()]
    cells = [cell for _, cell in META.values()]
    lines = [[*headers, "Please specify", "Please specify"], [*cells, "first", "second"]]
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    assert read(stream.getvalue(), "r.csv", definition=path).answers() == {"one": "first", "two": "second"}


def test_times_and_comments_of_what_was_not_shown_are_no_answers(read, definition):
    headers = [*META, "interviewtime", "42X1time", "42X1X2time", "noted", "noted[comment]", "sure"]
    cells = [*(cell for _, cell in META.values()), "12.5", "4", "2", "N/A", "N/A", "Y"]
    stream = io.StringIO()
    csv.writer(stream).writerows([headers, cells])
    found = read(stream.getvalue(), "r.csv", definition=definition)
    assert (found.responses[0]["noted"].value, found.responses[0]["noted"].comment) == (Missing.NOT_ASKED, None)
    assert found.answers() == {"noted": Missing.NOT_ASKED, "sure": True}
    assert "CB131" not in found.codes


def test_a_comment_whose_answer_was_not_exported_is_kept(read, definition):
    headers = [*META, "noted[comment]"]
    cells = [*(cell for _, cell in META.values()), "because"]
    (response,) = read("\n".join(map(",".join, (headers, cells))), "r.csv", definition=definition).responses
    assert (response["noted"].value, response["noted"].comment) == (Missing.NOT_COLLECTED, "because")


def test_a_column_of_a_text_that_is_shown_and_times_by_code_are_no_questions(read, tmp_path):
    path = tmp_path / "survey.txt"
    rows = [HEADS, ("S", "", "sid", "", "42", "", "", "", ""), ("S", "", "language", "", "en", "", "", "", "")]
    rows += [("G", "", "Group", "1", "", "", "en", "", "")]
    rows += [("Q", letter, code, "1", code, "", "en", "", "") for letter, code in (("X", "intro"), ("S", "bedTime"))]
    path.write_text("\n".join("\t".join(row) for row in rows), "utf-8")
    headers = [*META, "intro", "bedTime", "interviewtime", "groupTime7", "introTime", "bedTimeTime"]
    stream = io.StringIO()
    csv.writer(stream).writerows(
        [
            [*headers],
            *([*(cell for _, cell in META.values()), *cells] for cells in (("", "late", *"9321"), ("?", "", *"9321"))),
        ]
    )
    found = read(stream.getvalue(), "r.csv", definition=path)
    assert [{a.question: a.value for a in r} for r in found.responses] == [
        {"bedTime": "late"},
        {"bedTime": Missing.NO_ANSWER},
    ]
    assert "CB131" not in found.codes
    told = {column.name: (column.use, column.reason) for column in found.account.columns}
    assert told["intro"] == (ColumnUse.METADATA, "intro shows a text and asks nothing")
    assert told["bedTimeTime"] == told["introTime"] == (ColumnUse.METADATA, "how long a question was looked at")
    assert found.account.left_out == {"beside a text that asks nothing": 1}


@pytest.mark.parametrize(
    ("values", "scores"),
    [(("0", "0", "0"), [None, None, None]), (("0", "2", "0"), [0.0, 2.0, None]), (("", "1", ""), [None, 1.0, None])],
)
def test_zero_is_a_score_where_another_choice_has_one(read, values, scores):
    headers = ("class", "type/scale", "name", "relevance", "text", "language", "assessment_value")
    rows = [headers, ("S", "", "language", "", "en", "", ""), ("Q", "L", "q", "1", "Q?", "en", "")]
    labels = ("Low", "High", "Don't know")
    rows += [("A", "0", f"A{n}", "", label, "en", v) for n, (label, v) in enumerate(zip(labels, values, strict=True))]
    found = read("\n".join("\t".join(row) for row in rows), "a.txt").form
    assert [choice.score for choice in found["q"].choices] == scores


def test_other_is_named_in_each_language_and_rows_keep_their_condition(read, definition):
    form = read(definition.read_bytes(), "a.txt").form
    assert form["list"].choice("-oth-").label.get("fr") == "Autre chose"
    assert form["grid_a"].skip.questions == ("sure",)
    assert form["grid"].skip is None


def test_what_a_questionnaire_has_no_place_for_is_told(read, definition):
    (note,) = [i for i in read(definition.read_bytes(), "a.txt").issues if i.code == "LIME5"]
    assert "2 conditions of choices" in note.message
    assert "1 descriptions of groups" in note.message


def old_tables():
    """The layout that repeats each row in every language, with conditions in a table of their own."""
    base = {"parent_qid": "0", "sid": "9", "gid": "1", "other": "N", "mandatory": "N", "scale_id": "0"}
    questions, subquestions, answers = [], [], []
    for tag in LANGUAGES:
        for number, (code, letter) in enumerate((("colour", "L"), ("tools", "M"), ("why", "T"), ("far", "N")), 1):
            row = {"qid": str(number), "type": letter, "title": code, "question": f"{code} {tag}"}
            questions.append({**base, **row, "question_order": str(number), "language": tag})
        row = {"qid": "21", "parent_qid": "2", "type": "T", "title": "a", "question": f"a {tag}", "question_order": "1"}
        subquestions.append({**base, **row, "language": tag})
        answers += [
            {"qid": "1", "code": code, "answer": f"{code} {tag}", "sortorder": "0", "language": tag, "scale_id": "0"}
            for code in ("A1", "A2")
        ]
    condition = {"method": "==", "scenario": "1"}
    conditions = [
        {**condition, "cid": "1", "qid": "3", "cqid": "1", "cfieldname": "9X1X1", "value": "A1"},
        {**condition, "cid": "2", "qid": "3", "cqid": "1", "cfieldname": "9X1X1", "value": "A2"},
        {**condition, "cid": "3", "qid": "3", "cqid": "2", "cfieldname": "+9X1X2a", "value": "Y"},
        {**condition, "cid": "4", "qid": "4", "cqid": "0", "cfieldname": "{TOKEN:EMAIL}", "value": "x", "method": "RX"},
    ]
    suffix = {"qid": "4", "attribute": "suffix"}
    return {
        "answers": answers,
        "conditions": conditions,
        "defaultvalues": [{"qid": "4", "sqid": "0", "language": tag, "defaultvalue": "3"} for tag in LANGUAGES],
        "groups": [{"gid": "1", "group_name": f"G {tag}", "language": tag, "description": ""} for tag in LANGUAGES],
        "question_attributes": [{**suffix, "value": f"km {tag}", "language": tag} for tag in reversed(LANGUAGES)],
        "questions": questions,
        "quota": [{"id": "1", "sid": "9", "name": "enough", "qlimit": "10"}],
        "subquestions": subquestions,
        "surveys": [{"sid": "9", "language": "en", "additional_languages": "fr"}],
    }


def test_the_oldest_layout_keeps_its_conditions_as_equations(read, dump):
    found = read(dump(version="142", languages=LANGUAGES, **old_tables()))
    rule = found.form["why"].skip
    assert rule.expression == '((colour.NAOK == "A1") or (colour.NAOK == "A2")) and (tools_a.NAOK == "Y")'
    assert rule.questions == ("colour", "tools")
    assert found.form["far"].skip.expression == 'regexMatch("x", TOKEN:EMAIL)'
    assert found.form["far"].unit == "km en"
    assert [choice.label.get("fr") for choice in found.form["colour"].choices] == ["A1 fr", "A2 fr"]
    kept, unread = found.issues
    assert "1 quotas, 1 answers given beforehand" in kept.message
    assert unread.message == "1 of 2 values of 'question_attributes.rows.row.value.suffix' are not in the form"
    assert str(unread.origin) == "a.lss /document/question_attributes/rows/row[1]/value"


def test_an_equation_stands_before_the_conditions_it_was_made_of(read, dump):
    tables = old_tables()
    for row in tables["questions"]:
        row["relevance"] = '(colour.NAOK == "A1")' if row["title"] == "why" else "1"
    assert read(dump(languages=LANGUAGES, **tables)).form["why"].skip.expression == '(colour.NAOK == "A1")'


def test_a_label_that_two_answers_have_is_told_where_it_is_read(read, tmp_path):
    path = tmp_path / "survey.txt"
    rows = [HEADS, ("S", "", "language", "", "en", "", "", "", "")]
    rows += [("Q", "L", "one", "1", "One", "", "en", "", "")]
    rows += [
        ("A", "0", code, "", text, "", "en", "", "") for code, text in (("a", "High"), ("b", "Low"), ("c", "High"))
    ]
    path.write_text("\n".join("\t".join(row) for row in rows), "utf-8")
    headers, cells = list(META), [cell for _, cell in META.values()]
    stream = io.StringIO()
    csv.writer(stream).writerows([[*headers, "one"], [*cells, "High"], [*cells, "Low"], [*cells, "c"]])
    found = read(stream.getvalue(), "r.csv", definition=path)
    assert [response["one"].value for response in found.responses] == ["a", "b", "c"]
    assert [issue.message for issue in found.issues if issue.code == "CB201"] == [
        "'High' is the label of 'a', 'c'; the first is taken (one); the text is kept"
    ]


def test_a_line_that_names_the_separator_hides_no_export(read):
    headers, cells = list(META), [cell for _, cell in META.values()]
    text = "\n".join(["sep=;", ";".join([*headers, "Q1"]), ";".join([*cells, "7"])])
    found = read(text, "r.csv")
    assert (found.responses[0]["Q1"].value, str(found.responses[0]["Q1"].origin)) == (7, "r.csv:E3")


@pytest.mark.parametrize("questions", [2, 700])
def test_codes_of_a_vv_file_are_seen_below_however_many_questions(read, questions):
    codes = ["id", "submitdate", "lastpage", "startlanguage", *(f"Q{n}" for n in range(questions))]
    texts = ["Response ID", "Date submitted", "Last page", "Start language"]
    texts += [
        f"How would you rate the capacity of unit {n} to do what it is asked to do in a year?" for n in range(questions)
    ]
    row = ["1", "2016-03-14 10:00:00", "3", "en", *["Y"] * questions]
    found = read("\n".join("\t".join(cells) for cells in (texts, codes, row)), "vvexport_12.vv")
    assert [(response.id, response["Q1"].value) for response in found.responses] == [("1", "Y")]


FIXED = (("C", "U", "Incierto"), ("E", "D", "Diminuição"), ("G", "M", "masculin"))


@pytest.mark.parametrize(("letter", "code", "said"), FIXED)
def test_choices_that_every_survey_has_are_read_in_other_languages(read, tmp_path, letter, code, said):
    path = tmp_path / "a.txt"
    below = "SQ\t0\tr\t1\tRow\t\ten\n" if letter != "G" else ""
    path.write_text(
        "class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\nS\t\tlanguage\t\ten\t\t\nG\t1\tAll\t1\t\t\ten\n"
        f"Q\t{letter}\tq\t1\tWhich?\t\ten\n{below}"
    )
    head = "q[r]" if below else "q"
    found = read(f"id,submitdate,lastpage,startlanguage,{head}\n1,2016-01-01,1,es,{said}\n", "r.csv", definition=path)
    assert list(found.answers().values()) == [code]
    assert "CB201" not in found.codes


def test_texts_of_which_only_numbers_are_taken_are_numbers(read, dump):
    asked = [
        {
            "qid": str(n),
            "parent_qid": "0",
            "sid": "7",
            "gid": "1",
            "type": letter,
            "title": f"q{letter}",
            "relevance": "1",
        }
        for n, letter in enumerate("SQT", start=1)
    ]
    rows = [{"qid": "9", "parent_qid": "2", "gid": "1", "title": "a", "scale_id": "0", "type": "T"}]
    said = [{"qid": row["qid"], "question": f"About {row['title']}", "language": "en"} for row in (*asked, *rows)]
    settings = [{"qid": row["qid"], "attribute": "numbers_only", "value": "1"} for row in asked]
    form = read(
        dump(questions=asked, subquestions=rows, question_l10ns=said, question_attributes=settings), "a.lss"
    ).form
    assert {q.id: q.type.value for q in form.questions if q.id != "qQ"} == {
        "qS": "decimal",
        "qQ_a": "decimal",
        "qT": "text",
    }


def test_what_is_calculated_or_hidden_is_said(read, dump):
    asked = [
        {"qid": str(n), "parent_qid": "0", "gid": "1", "type": letter, "title": f"q{n}"}
        for n, letter in enumerate("*S")
    ]
    settings = [
        {"qid": "0", "attribute": "equation", "value": "{q1 + 1}"},
        {"qid": "1", "attribute": "hidden", "value": "1"},
    ]
    (note,) = read(dump(questions=asked, question_attributes=settings), "a.lss").issues
    assert "1 calculations, 1 questions that are never shown" in note.message


KINDS = (
    ("Tokens", "tokens", {"tid": "1", "firstname": "Ann", "email": "ann@example.org"}, "participants"),
    ("Timings", "timings", {"id": "1", "interviewtime": "33.1"}, "time spent"),
    ("Label set", "labels", {"lid": "1", "code": "A1", "title": "Low"}, "labels"),
)


@pytest.mark.parametrize(("kind", "name", "row", "said"), KINDS)
def test_a_file_that_is_neither_survey_nor_responses_says_what_it_is(read, dump, kind, name, row, said):
    found = read(dump(kind, **{name: [row]}), "a.xml")
    assert (found.codes, said in found.account.skipped, said in found.issues[0].message) == (["LIME7"], True, True)
    assert not any("ann@" in str(part) for part in (found.form, found.issues, found.account))


def test_the_two_scales_of_a_row_are_told_apart_by_their_heads(read, dump):
    base = {"gid": "1", "relevance": "1"}
    asked = [{**base, "qid": "1", "parent_qid": "0", "type": "1", "title": "q"}]
    rows = [{**base, "qid": "2", "parent_qid": "1", "title": "r", "scale_id": "0", "type": "T"}]
    said = [
        {"qid": "1", "question": "Rate", "language": "en"},
        {"qid": "2", "question": "<b>Law</b>", "language": "en"},
        {"qid": "2", "question": "Ley", "language": "es"},
    ]
    headers = [
        {"qid": "1", "attribute": f"dualscale_header{scale}", "value": head, "language": "en"}
        for scale, head in (("A", "Now"), ("B", "<i>In 2030</i>"))
    ]
    surveys = [{"sid": "7", "language": "en", "additional_languages": "es"}]
    form = read(
        dump(surveys=surveys, questions=asked, subquestions=rows, question_l10ns=said, question_attributes=headers),
        "a.lss",
    ).form
    assert [(form[name].text.get("en"), form[name].text.get("es")) for name in ("q_r_0", "q_r_1")] == [
        ("Law | Now", "Ley"),
        ("Law | In 2030", "Ley"),
    ]


STRUCTURE = """
class|type/scale|name|relevance|text|language|other|mandatory|suffix|num_value_int_only|assessment_value
S||language||en|||||
S||additional_languages||es|||||
SL||surveyls_title||Needs|en||||
G|0|All|1||en||||
Q|L|crime|1|Which crime?|en|Y|N||
A|0|fraud||Fraud|en|||||3
Q|M|tool|1|Which tools?|en|N|Y||
SQ|0|lap|1|Laptops|en||||
Q|N|far|1|How far?|en|N|N|km|1
"""


def test_every_cell_of_a_structure_counts(read):
    """Nonsense in a cell changes nothing, or is in the form, or is reported; names of settings are not known."""
    rows = [line.split("|") for line in STRUCTURE.strip().splitlines()]

    def reading(changed):
        return read("\n".join("\t".join(row) for row in changed), "structure.txt")

    before, silent = reading(rows), []
    assert before.issues == ()
    for at, row in enumerate(rows[1:], start=1):
        named = row[0] in ("S", "SL")
        for column in (column for column, cell in enumerate(row) if cell and not (named and column == 2)):
            made = [*rows[:at], [*row[:column], "zq9wq", *row[column + 1 :]], *rows[at + 1 :]]
            after = reading(made)
            if after.form != before.form and "zq9wq" not in dumps(after.form).lower() and not after.issues:
                silent.append((row[:3], rows[0][column]))
    assert silent == []
