"""Numbers with the marks of notes, signs and brackets, and headings among questions; all figures are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

MARKED = "Country,Staff\nPeru,60*\nCuba,7 (e)\nHaiti,12\nBelize,15\nGuyana,9 1/\nSuriname,4\nJamaica,n/a\n"


def test_numbers_with_the_mark_of_a_note_are_numbers_and_told(read_text):
    found = read_text(MARKED)
    assert [(r["Staff"].value, r["Staff"].raw) for r in found.responses[:5]] == [
        (60, "60*"),
        (7, "7 (e)"),
        (12, None),
        (15, None),
        (9, "9 1/"),
    ]
    assert [q.type.value for q in found.form.questions] == ["integer"]
    assert [(str(i.origin), i.code) for i in found.issues] == [
        ("a.csv:B2", "CB201"),
        ("a.csv:B3", "CB201"),
        ("a.csv:B6", "CB201"),
    ]
    assert "60* is read as 60" in found.issues[0].message


PLACES = ("Peru", "Cuba", "Haiti")


@pytest.mark.parametrize("texts", ["3 (a),4 (b),5 (a)", "12 (b),7 (e),9", "yes*,no,no", "2 (3),4 (5),6"])
def test_columns_of_other_marked_texts_stay_text(read_text, texts):
    places = ["Peru", "Cuba", "Haiti"]
    rows = "".join(f"{place},{text}\n" for place, text in zip(places, texts.split(","), strict=True))
    found = read_text(f"Country,q\n{rows}")
    assert [q.type.value for q in found.form.questions] == ["text"]
    assert found.responses[0]["q"].value == texts.split(",")[0]


@pytest.mark.parametrize(
    ("texts", "values", "unit"),
    [
        (("+5%", "-3%", "0%"), [5, -3, 0], "%"),
        (("$1,234.50", "($50.00)", "$7.00"), [1234.5, -50.0, 7.0], "$"),
        (("US$ 10", "+US$ 5", "-US$ 3"), [10, 5, -3], "US$"),
    ],
)
def test_signs_and_brackets_of_quantities(read_table_of, texts, values, unit):
    rows = "\n".join(f"| {place} | {text} |" for place, text in zip(["Peru", "Cuba", "Haiti"], texts, strict=True))
    found = read_table_of(f"| Country | Share |\n| --- | --- |\n{rows}\n")
    assert [r["Share"].value for r in found.responses] == values
    assert [(q.unit, q.type.value in ("integer", "decimal")) for q in found.form.questions] == [(unit, True)]


def test_a_number_that_is_plain_to_a_reader_is_one_and_only_noted(read_text):
    found = read_text("Country,A,B,C\nPeru,~45,30 (est.),<5\nCuba,7,9,12\nHaiti,8,12 %,3\nChile,5,6,7\nFiji,2,8,9\n")
    assert [r["A"].value for r in found.responses] == [45, 7, 8, 5, 2]
    assert [(r["B"].value, r["B"].raw) for r in found.responses[:3]] == [(30, "30 (est.)"), (9, None), (12, "12 %")]
    assert found.responses[0]["C"].value == "<5"
    assert {i.origin.column: i.severity for i in found.issues} == {2: "note", 3: "warning", 4: "warning"}
    shares = read_text("Country,B\nPeru,0.5\nCuba,0.25\nHaiti,12 %\nChile,0.1\nGuyana,0.3\n")
    assert shares.responses[2]["B"].value == "12 %"


@pytest.mark.parametrize("word", ["thousands", "bn", "Mio.", "loss", "of which women", "in 2019"])
def test_a_word_that_may_change_a_number_is_no_mark(read_text, word):
    found = read_text(f"Country,B\nPeru,3 ({word})\nCuba,4 (aprox.)\nHaiti,≈5\nChile,6\nGuyana,3\nFiji,8\n")
    assert [r["B"].value for r in found.responses] == [f"3 ({word})", 4, 5, 6, 3, 8]
    assert [i.severity for i in found.issues] == ["warning", "note", "note"]
    assert "≈5 is approximate; it is read as 5" in found.issues[-1].message


@pytest.mark.parametrize("shown", ["approx. 1,200", "environ 1200", "aprox. 1200", "ca.1200", "约1200", "about 1 200"])
def test_words_of_estimation_before_a_number_make_it_approximate(read_text, shown):
    found = read_text(f'Country,B\nPeru,"{shown}"\nCuba,"4,500"\nHaiti,"1,600.5"\nChile,6\nGuyana,3\nFiji,8\n')
    assert [(r["B"].value, r["B"].raw) for r in found.responses[:2]] == [(1200, shown), (4500, "4,500")]
    assert [i.severity for i in found.issues] == ["note"]
    assert found.issues[0].message.startswith(f"{shown} is approximate; it is read as 1200")


@pytest.mark.parametrize("shown", ["Article 1200", "over 1200", "about 1200 or 1300", "less than 1200", "women 1200"])
def test_other_words_before_a_number_keep_its_text(read_text, shown):
    found = read_text(f'Country,B\nPeru,"{shown}"\nCuba,4500\nHaiti,1600\nChile,6\nGuyana,3\nFiji,8\n')
    assert found.responses[0]["B"].value == shown
    assert [i.severity for i in found.issues] == ["warning"]


@pytest.mark.parametrize("header", ["Share (%)", "Share, %", "Share in %"])
def test_a_unit_in_the_header_is_that_of_numbers_without_one(read_text, header):
    found = read_text(f'Country,"{header}"\nPeru,45%\nCuba,50 %\nHaiti,20\nChile,30\n')
    assert [r.answers[0].value for r in found.responses] == [45, 50, 20, 30]
    assert [(q.type, q.unit) for q in found.form.questions] == [("integer", "%")]
    assert found.issues == []


def test_a_fraction_below_a_header_in_percent_is_reported(read_text):
    found = read_text("Country,Share (%)\nPeru,45%\nCuba,50%\nHaiti,0.2\nChile,30\nFiji,3\n")
    assert [(i.code, i.origin.row) for i in found.issues] == [("CB201", 4)]


def test_a_unit_column_is_that_of_the_numbers_of_its_row(read_text):
    found = read_text(
        "Indicator,Unit,Peru,Cuba,Haiti,Chile\nLabs,number,12,5,7,8\nShare,%,45%,50%,20,30\nStaff,a,1,2,3,4\n"
    )
    assert [r["Share"].value for r in found.responses] == [45, 50, 20, 30]
    assert next(q.unit for q in found.form.questions if q.id == "Share") == "%"
    assert found.issues == []


def test_numbers_with_and_without_a_unit_are_no_number_without_a_word(read_text):
    found = read_text("Country,Share\nPeru,45%\nCuba,50%\nHaiti,20\nChile,30\n")
    assert [r["Share"].value for r in found.responses] == ["45%", "50%", 20, 30]
    assert [i.code for i in found.issues] == ["CB201"]
    assert "such as '45%', '50%'" in found.issues[0].message


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("[x] Yes [ ] No", "[ ] Yes [x] No"),
        ("( ) No (X) Yes", "(X) No ( ) Yes"),
        ("Yes [✓] / No []", "Yes [] / No [✓]"),
    ],
)
def test_a_typed_box_that_is_ticked_gives_its_option(read_text, yes, no):
    found = read_text(f"Country,Law\nPeru,{yes}\nCuba,{no}\n")
    assert [(r["Law"].value, r["Law"].raw) for r in found.responses] == [("Yes", yes), ("No", no)]


def test_headings_with_a_letter_ask_nothing(read_text):
    text = "No.,Question,Answer\nA,Laws,\nA.1,Is there a law?,Yes\nB,Units,\nB1,Staff,12\nC,All true?,\nC.1,Why?,\n"
    found = read_text(text)
    assert [q.id for q in found.form.questions] == ["Is there a law?", "Staff", "All true?", "Why?"]
    assert dict(found.account.rows_left_out) == {"a heading without a question": 2}


def test_a_numbered_question_without_an_answer_is_one(read_text):
    found = read_text("No.,Question,Answer\n1,Staff in all,\n1.1,Of them women,\n2,Budget,7\n")
    assert [q.id for q in found.form.questions] == ["Staff in all", "Of them women", "Budget"]


@pytest.mark.parametrize(
    "text",
    [
        MARKED,
        "Country,Share\nPeru,+5%\nCuba,-3%\nHaiti,0%\n",
        "Country,B\nPeru,$5\nCuba,($7)\nHaiti,$1\n",
        "Country,B\nPeru,aprox. 5\nCuba,7\nHaiti,1\n",
        "Country,Share (%)\nPeru,5%\nCuba,3\nHaiti,0.5\n",
        "Country,Law\nPeru,[x] Yes [ ] No\nCuba,( ) Yes (x) No\n",
    ],
)
def test_such_numbers_are_scanned_as_they_are_read(text):
    reading, table = (way(text.encode(), name="a.csv") for way in (cb.read, cb.scan))
    assert list(scan_differences(table, reading.responses)) == []


@pytest.mark.parametrize(
    ("first", "second"), [("1 234,5", "2 000,25"), ("1'234.5", "2'000.25"), ("1\u00a0234,5", "2\u202f000,25")]
)
def test_thousands_set_apart_by_a_blank_show_the_decimal_mark(read_text, first, second):
    found = read_text(f'Country,B\nPeru,"{first}"\nCuba,"{second}"\n')
    assert [r["B"].value for r in found.responses] == [1234.5, 2000.25]


def test_a_list_of_units_is_several_options_where_the_head_says_so_in_spanish(read_text):
    found = read_text('País,Unidades (todas las que apliquen)\nPerú,"Lab, CERT"\nChile,CERT\nCuba,Lab\n')
    assert found.responses[0]["Unidades (todas las que apliquen)"].value == ("Lab", "CERT")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["1,200", "2,500"], ["'1,200' is 1200 or 1.2"]),
        (["5", "7", "8", "6", "few", "many"], ["most answers are numbers", "'few', 'many'"]),
        (["5", "few", "many"], []),
        (["A1", "2", "B"], []),
        (["12", "7"], []),
    ],
)
@pytest.mark.parametrize("long", [False, True])
def test_numbers_that_stay_text_are_reported_once_a_column(texts, told, long):
    places = ["Peru", "Cuba", "Haiti", "Belize", "Guyana", "Chile"]
    rows = [f'{place},{"q," if long else ""}"{text}"\n' for place, text in zip(places, texts, strict=False)]
    data = (f"Country,{'Question,Answer' if long else 'q'}\n" + "".join(rows)).encode()
    for way in (cb.read, cb.scan):
        issues = [i for i in way(data, name="a.csv").issues if i.code == "CB201"]
        assert len(issues) == bool(told)
        assert all(part in issues[0].message for part in told)


@pytest.mark.parametrize("shown", ["approx. {}", "environ {}", "{} (est.)", "约{}"])
def test_a_column_of_estimates_only_is_text_and_is_reported(read_text, shown):
    found = read_text(
        "Country,A\n" + "".join(f"{c},{shown.format(n)}\n" for c, n in zip(PLACES, (45, 52, 61), strict=True))
    )
    assert [r["A"].value for r in found.responses] == [shown.format(n) for n in (45, 52, 61)]
    assert [i.code for i in found.issues] == ["CB201"]
    assert shown.format(45) in found.issues[0].message


def test_a_column_of_signs_for_estimates_only_is_one_of_numbers(read_text):
    found = read_text("Country,A\n" + "".join(f"{c},~{n}\n" for c, n in zip(PLACES, (45, 52, 61), strict=True)))
    assert [r["A"].value for r in found.responses] == [45, 52, 61]
    assert {i.code for i in found.issues} == {"CB201"}


def test_a_column_of_codes_with_letters_is_not_reported(read_text):
    found = read_text("Country,A\n" + "".join(f"{c},{n} (a)\n" for c, n in zip(PLACES, (45, 52, 61), strict=True)))
    assert [str(i) for i in found.issues] == []
