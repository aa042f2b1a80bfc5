"""Labels, kinds of missing, dates and sets, on files made here with values known by construction."""

import datetime
import math

import pytest

import capbuild as cb
from capbuild.model import Missing, QuestionType

NAN = math.nan


def test_labels_become_choices_and_codes_are_the_numbers_as_text(sav, read):
    data = sav(
        {"q1": [1.0, 2.0, 1.0], "pct": [10.5, 20.0, NAN], "n": [3.0, 0.0, 7.0]},
        column_labels={"q1": "Is there a unit?", "pct": "Share", "n": "Staff"},
        variable_value_labels={"q1": {1.0: "Yes", 2.0: "No"}},
    )
    found = read(data, language="en")
    question = found.form["q1"]
    assert (question.text.get("en"), question.type) == ("Is there a unit?", QuestionType.SELECT_ONE)
    assert [(c.code, c.label.source) for c in question.choices] == [("1", "Yes"), ("2", "No")]
    assert [value for value, _ in found.column("q1")] == ["1", "2", "1"]
    assert [value for value, _ in found.column("pct")] == [10.5, 20, Missing.NO_ANSWER]
    assert [value for value, _ in found.column("n")] == [3, 0, 7]
    assert (found.form["pct"].type, found.form["n"].type) == (QuestionType.DECIMAL, QuestionType.INTEGER)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Don't know", Missing.DONT_KNOW),
        ("NS/NC", Missing.DONT_KNOW),
        ("Ne sait pas", Missing.DONT_KNOW),
        ("Weet niet", Missing.DONT_KNOW),
        ("Não sabe", Missing.DONT_KNOW),
        ("Refused (volunteered)", Missing.REFUSED),
        ("Prefiere no responder", Missing.REFUSED),
        ("Inapplicable", Missing.NOT_APPLICABLE),
        ("Niet van toepassing", Missing.NOT_APPLICABLE),
        ("Legitimate skip", Missing.NOT_ASKED),
        ("Suppressed", Missing.CONFIDENTIAL),
        ("Something else", Missing.NO_ANSWER),
    ],
)
def test_user_missing_values_keep_their_kind_and_their_code(sav, read, label, kind):
    labels = {"q": {1.0: "Yes", 98.0: label}}
    data = sav({"q": [1.0, 98.0, NAN]}, variable_value_labels=labels, missing_ranges={"q": [98.0]})
    found = read(data)
    assert found.column("q") == [("1", None), (kind, "98"), (Missing.NO_ANSWER, None)]
    assert found.form["q"].choice("98").missing is kind


def test_ranges_of_missing_values_and_missing_texts(sav, read):
    data = sav(
        {"n": [5.0, 97.0, 150.0], "t": ["yes", "XX", ""]},
        missing_ranges={"n": [{"lo": 97, "hi": 200}], "t": ["XX"]},
        variable_value_labels={"n": {97.0: "Refused"}},
    )
    found = read(data)
    assert found.column("n") == [(5, None), (Missing.REFUSED, "97"), (Missing.NO_ANSWER, "150")]
    assert found.column("t") == [("yes", None), (Missing.NO_ANSWER, "XX"), (Missing.NO_ANSWER, None)]
    assert found.account.absent == {"refused": 1, "no answer": 3}


def test_a_word_for_missing_counts_where_nobody_declared_it_but_a_sentence_does_not(sav, read):
    labels = {"q": {1.0: "Yes", 2.0: "Yes, refused once", 9.0: "No sabe"}}
    found = read(sav({"q": [1.0, 2.0, 9.0]}, variable_value_labels=labels))
    assert found.column("q") == [("1", None), ("2", None), (Missing.DONT_KNOW, "9")]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("98. Don't know (do not read)", Missing.DONT_KNOW), ("Don´t know", Missing.DONT_KNOW),
        ("[DK]", Missing.DONT_KNOW),
        ("No responde", Missing.NO_ANSWER), ("No contesta (NO LEER)", Missing.NO_ANSWER), ("DK/NA", Missing.DONT_KNOW),
        ("Não sabe/Não respondeu", Missing.DONT_KNOW), ("Not asked in this country", Missing.NOT_ASKED),
        ("No corresponde", Missing.NOT_APPLICABLE), ("Missing", Missing.NO_ANSWER),
        ("Missing; Unknown", Missing.NO_ANSWER),
        ("No/Refused", None), ("NA", None), ("Missing person", None), ("Refused 5 times", None),
    ],
)  # fmt: skip
def test_what_stands_around_a_word_for_missing_changes_nothing(sav, read, label, kind):
    data = sav({"a": [1.0, 2.0, 99.0]}, variable_value_labels={"a": {1.0: "Yes", 2.0: "No", 99.0: label}})
    assert read(data).column("a")[2] == ((kind, "99") if kind else ("99", None))


def test_missing_is_an_answer_where_its_code_is_one_of_the_list(sav, read):
    data = sav({"a": [1.0, 2.0]}, variable_value_labels={"a": {1.0: "Broken", 2.0: "Missing", -3.0: "Missing"}})
    assert read(data).column("a") == [("1", None), ("2", None)]


def test_labels_at_the_ends_of_a_scale_leave_it_a_number(sav, read):
    labels = {"trust": {0.0: "none", 10.0: "full"}}
    found = read(sav({"trust": [0.0, 3.0, 7.0, 10.0, 5.0]}, variable_value_labels=labels))
    assert found.form["trust"].type is QuestionType.INTEGER
    assert [value for value, _ in found.column("trust")] == [0, 3, 7, 10, 5]


def test_a_code_without_label_is_kept_and_told(sav, read):
    labels = {"q": {1.0: "Yes", 2.0: "No"}}
    found = read(sav({"q": [1.0, 2.0, 7.0]}, variable_value_labels=labels))
    assert found.column("q")[2] == ("7", None)
    (issue,) = [issue for issue in found.issues if issue.code == "CB201"]
    assert str(issue.origin) == "a.sav:A3"


def test_an_infinite_number_is_unreadable_and_the_reading_can_be_kept(sav, read, tmp_path):
    data = sav({"a": [1.0, float("inf"), -float("inf")]})
    found = read(data)
    assert found.column("a") == [(1, None), (Missing.INVALID, "inf"), (Missing.INVALID, "-inf")]
    assert found.codes.count("CB201") == 2
    cb.dump(cb.read(data, name="a.sav"), tmp_path / "a.json")
    assert cb.load(tmp_path / "a.json").responses[1]["a"].value is Missing.INVALID


def test_dates_and_times_do_not_overflow(sav, read):
    epoch = datetime.date(1582, 10, 14)
    day = (datetime.date(2016, 2, 29) - epoch).days * 86400.0
    data = sav(
        {"d": [day, 1e14, -11575 * 86400.0], "m": [day + 3661.5, day, NAN], "t": [3661.0, 360000.0, -5.0]},
        variable_format={"d": "DATE11", "m": "DATETIME20", "t": "TIME8"},
    )
    found = read(data)
    assert found.column("d")[0] == (datetime.date(2016, 2, 29), f"{day:.0f}")
    assert found.column("d")[1] == (Missing.INVALID, "100000000000000")
    assert found.column("d")[2][0] == epoch - datetime.timedelta(days=11575)
    assert [v for v, _ in found.column("m")] == ["2016-02-29 01:01:01.500000", "2016-02-29 00:00:00", Missing.NO_ANSWER]
    assert [v for v, _ in found.column("t")] == [datetime.time(1, 1, 1), "100:00:00", "-00:00:05"]
    assert found.codes.count("CB201") == 1


def test_yes_and_no_variables_become_one_question(sav, read, with_sets):
    data = sav(
        {"a": [1.0, 0.0, NAN], "b": [1.0, 0.0, NAN], "c": [0.0, NAN, NAN], "z": [1.0, 1.0, 1.0]},
        column_labels={"a": "Laptops", "b": "Phones", "c": "Servers", "z": "Other"},
    )
    found = read(with_sets(data, "$tools=D1 1 18 What do you seize? a b c\n"))
    question = found.form["tools"]
    assert (question.type, question.text.source) == (QuestionType.SELECT_MULTIPLE, "What do you seize?")
    assert [(c.code, c.label.source) for c in question.choices] == [("a", "Laptops"), ("b", "Phones"), ("c", "Servers")]
    assert found.column("tools") == [(("a", "b"), None), ((), "a=0; b=0; c="), (Missing.NO_ANSWER, None)]
    assert [q.id for q in found.form.questions] == ["z", "tools"]
    assert (found.account.cells, found.account.answers, found.account.absent) == (12, 8, {"no answer": 4})


def test_variables_of_codes_become_one_question(sav, read, with_sets):
    labels = {1.0: "Fraud", 2.0: "Ransomware", 99.0: "Don't know"}
    data = sav(
        {"m1": [1.0, 2.0, 99.0], "m2": [2.0, NAN, NAN]},
        variable_value_labels={"m1": labels, "m2": labels},
        missing_ranges={"m1": [99.0], "m2": [99.0]},
    )
    found = read(with_sets(data, "$crimes=C 6 Crimes m1 m2\n"))
    assert [value for value, _ in found.column("crimes")] == [("1", "2"), ("2",), Missing.DONT_KNOW]
    assert found.column("crimes")[2][1] == "m1=99; m2="


def test_a_set_of_codes_keeps_the_code_0_and_codes_for_missing_beside_answers(sav, read, with_sets):
    labels = {0.0: "None", 1.0: "Fraud", 99.0: "Refused"}
    data = sav(
        {"m1": [0.0, 1.0, 1.0], "m2": [NAN, 0.0, 99.0]},
        variable_value_labels={"m1": labels, "m2": labels},
        missing_ranges={"m1": [99.0], "m2": [99.0]},
    )
    found = read(with_sets(data, "$crimes=C 6 Crimes m1 m2\n"))
    assert found.column("crimes") == [(("0",), None), (("1", "0"), None), (("1",), "m1=1; m2=99")]


def test_a_set_is_missing_for_the_reason_that_its_variables_say(sav, read, with_sets):
    labels = {1.0: "Fraud", 98.0: "Refused", 99.0: "Don't know"}
    data = sav(
        {"m1": [99.0, 99.0, 98.0, NAN], "m2": [NAN, 99.0, 99.0, NAN]},
        variable_value_labels={"m1": labels, "m2": labels},
        missing_ranges={"m1": [98.0, 99.0], "m2": [98.0, 99.0]},
    )
    assert read(with_sets(data, "$crimes=C 6 Crimes m1 m2\n")).column("crimes") == [
        (Missing.DONT_KNOW, "m1=99; m2="),
        (Missing.DONT_KNOW, "m1=99; m2=99"),
        (Missing.NO_ANSWER, "m1=98; m2=99"),
        (Missing.NO_ANSWER, None),
    ]


def test_notes_about_a_file_are_counted(sav, read):
    (note,) = [i for i in read(sav({"a": [1.0]}, note="Invented.\nSecond line.")).issues if i.code == "SPSS3"]
    assert (note.severity.value, note.message.startswith("notes of 2 lines about the file")) == ("note", True)


def test_stata_extended_missing_values(dta, read):
    data = dta(
        {"x": [1.0, "a", "z", NAN]},
        missing_user_values={"x": ["a", "z"]},
        variable_value_labels={"x": {1: "Yes", "a": "Don't know"}},
    )
    found = read(data, "stata", "a.dta")
    assert found.column("x") == [
        ("1", None),
        (Missing.DONT_KNOW, ".a"),
        (Missing.NO_ANSWER, ".z"),
        (Missing.NO_ANSWER, None),
    ]
    assert found.form["x"].choice(".a").missing is Missing.DONT_KNOW


@pytest.mark.parametrize(
    ("columns", "labels", "value_labels"),
    [
        ({"country": ["Jamaica", "Belize"]}, {}, {}),
        ({"v1": ["Jamaica", "Belize"]}, {"v1": "País"}, {}),
        ({"pais": [388.0, 84.0]}, {}, {"pais": {388.0: "Jamaica", 84.0: "Belize"}}),
    ],
)
def test_the_country_by_name_or_label_as_text_or_code(sav, read, columns, labels, value_labels):
    data = sav({**columns, "q": [1.0, 2.0]}, column_labels=labels or None, variable_value_labels=value_labels or None)
    found = read(data)
    assert [response.place for response in found.responses] == ["Jamaica", "Belize"]
    assert found.account.columns[0].use.value == "country"
    assert "CB104" not in found.codes


def test_personal_variables_are_flagged_and_can_be_dropped(sav, read):
    data = sav({"email": ["a@b.org", "c@d.org"], "q": [1.0, 2.0]})
    kept, dropped = read(data), read(data, drop_personal=True)
    assert (kept.account.columns[0].personal.value, "CB132" in kept.codes) == ("e-mail", True)
    assert [q.id for q in dropped.form.questions] == ["q"]
    assert dropped.account.left_out == {"personal, dropped, as set in the options": 2}


def test_very_long_texts_and_rows_without_anything(sav, read):
    text = "é" * 9000
    found = read(sav({"t": [text, ""]}))
    assert found.column("t") == [(text, None), (Missing.NO_ANSWER, None)]


def test_no_rows_is_told_and_the_form_is_kept(sav, read):
    found = read(sav({"t": ["x"], "n": [1.0]}, row_compress=True))
    assert len(found.responses) == 1
    empty = read(sav({"t": [], "n": []}))
    assert ([q.id for q in empty.form.questions], "CB117" in empty.codes) == (["t", "n"], True)
