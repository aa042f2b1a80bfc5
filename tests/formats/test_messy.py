"""Tables as they come: titles, notes, blank rows, odd headers, ragged rows, cut texts, encodings."""

import pytest

from capbuild.errors import LimitError, OptionError, ReadError
from capbuild.formats import CsvOptions
from capbuild.model import Missing
from capbuild.plugins import ReadLimits, make_options


def test_titles_notes_blank_rows_and_repeated_heads_are_accounted_for(read_text):
    found = read_text(
        "Survey of 2015,,\n\ncountry,Q1,Q2\nBelize,1,2\n,,\ncountry,Q1,Q2\nGuyana,3,4\nSource: national returns,,\n"
    )
    assert [response.place for response in found.responses] == ["Belize", "Guyana"]
    assert (found.account.rows_in, found.account.rows_out) == (7, 2)
    assert dict(found.account.rows_left_out) == {
        "title or note above the header": 1,
        "blank": 2,
        "repeats the header": 1,
        "note below the table": 1,
    }
    assert str(found.responses[1]["Q2"].origin) == "a.csv:C7"


def test_a_silent_country_at_the_end_is_no_note(read_text):
    found = read_text("country,Q1,Q2\nBelize,1,2\nHaiti,,\n")
    assert [response.place for response in found.responses] == ["Belize", "Haiti"]
    assert found.answers(1) == {"Q1": Missing.NO_ANSWER, "Q2": Missing.NO_ANSWER}


def test_what_looks_like_a_note_but_has_rows_below_it_is_data(read_text):
    found = read_text("country,Q1,Q2\nTotal,,\nBelize,1,2\n")
    assert [response.place for response in found.responses] == ["Total", "Belize"]


def test_a_cell_with_line_breaks_moves_the_lines_below_it(read_text):
    found = read_text('country,Q1,Q2\r\nBelize,"one\r\ntwo\r\nthree",2\r\nGuyana,a,b\r\n')
    assert found.responses[0]["Q1"].value == "one\r\ntwo\r\nthree"
    assert [str(response.origin) for response in found.responses] == ["a.csv:2", "a.csv:5"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read_text, end):
    found = read_text(end.join(["country,Q1", "Belize,1", "Guyana,2"]))
    assert [(r.place, r["Q1"].value, r.origin.row) for r in found.responses] == [("Belize", 1, 2), ("Guyana", 2, 3)]


def test_heads_that_stand_twice_or_not_at_all_are_kept_under_made_names(read_text):
    found = read_text("country,Q1,Q1,,Q2\nBelize,1,2,3,4\n")
    assert found.answers() == {"Q1": 1, "Q1 (2)": 2, "column 4": 3, "Q2": 4}
    assert found.codes == {"CB113": 1, "CB114": 1}
    assert str(found.issue("CB113").origin) == "a.csv:C1"
    assert str(found.issue("CB114").origin) == "a.csv:D1"


def test_ragged_rows(read_text):
    found = read_text("country,Q1,Q2\nBelize,1\nGuyana,1,2,3,,x\nHaiti,1,2,,\n")
    assert found.answers(0) == {"Q1": 1, "Q2": Missing.NO_ANSWER}
    assert found.answers(1) == {"Q1": 1, "Q2": 2}
    assert found.codes == {"CB109": 2}
    assert dict(found.account.left_out) == {"beyond the last header": 2}
    assert found.account.cells == 8


def test_many_issues_of_one_kind_end_in_a_count(read_text):
    found = read_text("country,Q1,Q2\n" + "Belize,1\n" * 25)
    assert found.codes == {"CB109": 11}
    assert found.issues[-1].message == "15 more like this, 25 in all"
    assert len(found.responses) == 25


def test_a_text_cut_inside_a_quoted_cell(read_text):
    found = read_text('country,Q1,Q2\nBelize,1,2\nGuyana,"the text is cu')
    assert found.issue("CB110").origin.row == 3
    assert found.responses[1]["Q1"].value is Missing.INVALID
    assert found.responses[1]["Q1"].raw == "the text is cu"


def test_a_quote_that_is_never_closed_does_not_swallow_the_rows_below(read_text):
    rows = "".join(f"Belize,{n},{n}\n" for n in range(5))
    found = read_text(f'country,Q1,Q2\nGuyana,"open,2\n{rows}')
    assert len(found.responses) == 6
    assert found.answers(0) == {"Q1": '"open', "Q2": 2}
    assert [str(r.origin) for r in found.responses] == [f"a.csv:{n}" for n in range(2, 8)]
    assert found.issue("CB110").origin.row == 2


def test_a_mark_inside_a_text_does_not_end_the_table(read_text):
    found = read_text("country,Q1\nBelize,a\ufdd0\nGuyana,b\n")
    assert len(found.responses) == 2


@pytest.mark.parametrize(
    ("text", "encoding", "codes"),
    [
        ("país;P1\nPerú;sí\n", "utf-8", {}),
        ("país;P1\nPerú;sí\n", "utf-8-sig", {}),
        ("país;P1\nPerú;sí\n", "utf-16", {}),
        ("país;P1\nPerú;sí\nCuba;no\n", "utf-16-le", {}),
        ("país;P1\nPerú;sí\nCuba;no\n", "utf-16-be", {}),
        ("país;P1\nPerú;sí\n", "utf-32", {}),
        ("país;P1\nPerú;sí – “así”\n", "cp1252", {"CB106": 1}),
    ],
)
def test_encodings(read_text, text, encoding, codes):
    found = read_text(text.encode(encoding))
    assert found.responses[0].place == "Perú"
    assert found.responses[0]["P1"].value == text.split("\n")[1].split(";")[1]
    assert found.codes == codes


def test_an_encoding_that_is_given_is_used(read_text):
    found = read_text("país;P1\nPerú;sí\n".encode("mac-roman"), encoding="mac-roman")
    assert (found.responses[0].place, found.codes) == ("Perú", {})


def test_utf_16_without_its_mark_is_refused_in_every_python(read_text):
    with pytest.raises(ReadError, match="cannot be read as utf-16") as caught:
        read_text(b"country,Q1\nBelize,1\n", encoding="utf-16")
    assert caught.value.code == "CB119"


def test_the_first_byte_that_is_not_utf8_is_located(read_text):
    found = read_text(b"country,Q1\n" + b"Belize,%s\n" % (b"a" * 9000) * 200 + b"Per\xfa,s\xed\n")
    assert found.issue("CB106").origin.row == 202
    assert found.responses[-1].place == "Perú"


def test_bytes_that_windows_leaves_undefined_are_kept(read_text):
    found = read_text(b"country,Q1\nPer\xfa,a\x81b\n")
    assert found.responses[0]["Q1"].value == "a\x81b"


def test_a_text_that_breaks_its_own_mark_is_read_with_an_issue(read_text):
    found = read_text("country,Q1\nBelize,ab\n".encode("utf-16") + b"\x00")
    assert found.codes["CB119"] == 1
    assert found.responses[0]["Q1"].value == "ab"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(read_table_of, delimiter):
    found = read_table_of(
        """
        | country | Q1                | Q2  |
        | Belize  | a, b; c           | 1.5 |
        | Guyana  | yes, said; she    | 2   |
        """,
        delimiter=delimiter,
    )
    assert [len(response) for response in found.responses] == [2, 2]
    assert found.responses[0]["Q1"].value == "a, b; c"


def test_a_declared_delimiter_wins(read_text):
    found = read_text("sep=;\r\ncountry;Q1\r\nBelize;1,2,3\r\nGuyana;4,5,6\r\n")
    assert found.answers(0) == {"Q1": "1,2,3"}
    assert found.responses[0].origin.row == 3


def test_decimal_commas_do_not_make_a_delimiter(read_text):
    found = read_text("país;P1;P2\nCuba;4,5;1,5\nPerú;3,5;2\nHaití;1.250,75;3\n")
    assert [found.answers(n) for n in range(3)] == [
        {"P1": 4.5, "P2": 1.5},
        {"P1": 3.5, "P2": 2},
        {"P1": 1250.75, "P2": 3},
    ]
    assert found.responses[0]["P1"].raw == "4,5"


def test_a_table_without_heads(read_text):
    found = read_text("10,2,3\n4,5,6\n")
    assert found.answers(0) == {"column 1": 10, "column 2": 2, "column 3": 3}
    assert len(found.responses) == 2
    assert read_text("a,b\nc,d\n", header_row=0).answers(0) == {"column 1": "a", "column 2": "b"}


def test_the_row_of_heads_can_be_given(read_text):
    found = read_text("x,y\nA note,here\ncountry,Q1\nBelize,1\n", header_row=3)
    assert found.answers() == {"Q1": 1}
    with pytest.raises(ReadError) as caught:
        read_text("country,Q1\nBelize,1\n", header_row=9)
    assert (caught.value.code, caught.value.origin.row) == ("CB116", 9)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" \n\n", "CB103"),
        (b"PK\x03\x04rest of a workbook", "CB111"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "CB111"),
        (bytes(range(256)) * 40, "CB111"),
        (b"country,Q1\nBelize,\x00\x01\x02\n", "CB111"),
    ],
)
def test_what_is_no_table_of_text_is_refused(read_text, data, code):
    with pytest.raises(ReadError) as caught:
        read_text(data)
    assert caught.value.code == code
    assert caught.value.remedy


@pytest.mark.parametrize("headers", ["country,Q1\n", "country,x\n", "País,x,y\n"])
def test_heads_without_rows(read_text, headers):
    found = read_text(headers)
    assert found.responses == []
    assert found.codes == {"CB117": 1}


def test_a_cell_beyond_the_limit_of_the_csv_module(read_text):
    with pytest.raises(LimitError) as caught:
        read_text('country,Q1\nBelize,"' + "x" * 200_000 + '"\n')
    assert (caught.value.code, caught.value.origin.row) == ("CB105", 2)


def test_more_cells_than_the_limits_allow(read_text):
    with pytest.raises(LimitError):
        read_text("country,Q1\n" + "Belize,1\n" * 100, limits=ReadLimits(cells=50))


def test_a_line_without_end(read_text):
    with pytest.raises(LimitError):
        read_text(b"a" * (17 << 20))


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ";;"},
        {"delimiter": "\n"},
        {"encoding": "klingon"},
        {"encoding": "rot13"},
        {"encoding": "hex"},
        {"encoding": "idna"},
        {"decimal": ";"},
        {"shape": "round"},
        {"header_row": -1},
        {"columns": "country"},
        {"missing": {"99": "gone"}},
        {"colums": {}},
    ],
)
def test_bad_options_are_one_error_that_names_the_reader(options):
    with pytest.raises(OptionError) as caught:
        make_options(CsvOptions, options, "csv")
    assert str(caught.value).startswith("CB116 csv")


def test_claims(sniff):
    own = "country,agency,TEC-2.2a,TEC-2.2b\nBelize,police,yes,no\n"
    assert sniff(own).confidence.name == "SHAPE"
    assert sniff("país;pregunta;respuesta\nCuba;P1;sí\n").confidence.name == "SHAPE"
    assert sniff("criterion,question,answer\nTEC-2.2a,?,yes\n").confidence.name == "SHAPE"
    assert sniff("country,Q1,Q2\nBelize,1,2\n").confidence.name == "NAME"
    assert sniff("a,b\n1,2\n", "a.txt").confidence.name == "NAME"
    assert sniff("Dear all,\nthis is a letter.\n", "a.txt") is None
    assert sniff('{"a": [1, 2]}', "a.txt") is None
    assert sniff("<a><b/></a>", "a.txt") is None
    assert sniff(own, "a.json") is None
    assert sniff(own, "a.docx") is None
    assert sniff(own, "a.xlsx").confidence.name == "SHAPE"  # as portals send it
    assert sniff("only a line\n", "a.xlsx") is None
    assert sniff(b"PK\x03\x04", "a.csv").confidence.name == "NAME"
