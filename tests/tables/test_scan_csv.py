"""The fast path of CSV: a scan says what `read` says, or leaves the file to it."""

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.formats.csv_files.table import CsvOptions, register_readers
from capbuild.formats.scans.csv_files import scan_csv
from capbuild.io.scanning import scan
from capbuild.model import Missing, Response
from capbuild.plugins import InputFile, ReadLimits

READER = register_readers()[0]


def same(answers):
    """What a scan must give as `read` does: value, comment, place, and the text behind a kind of missing."""
    return [
        (a.question, a.value, isinstance(a.value, bool), a.comment, a.origin, a.raw if a.is_missing else None)
        for a in answers
    ]


def assert_same_responses(table, items, name):
    """Hold what a scan gives against what `read` gives."""
    wanted = [item for item in items if isinstance(item, Response)]
    found = list(table)
    assert len(found) == len(wanted), name
    for one, other in zip(found, wanted, strict=True):
        assert same(one) == same(other), name
        for field in ("id", "place", "respondent", "language", "date", "submitted", "status", "origin"):
            assert getattr(one, field) == getattr(other, field), (name, field)


def assert_same(source, options):
    """Return whether a file takes the fast path, which must give what `read` gives."""
    table = scan_csv(source, options)
    if table is not None:
        assert_same_responses(table, READER.read(source, options), source.name)
    return table is not None


CASES = {
    "quotes far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + 'Haiti,"no, never",2\n',
    "other ends of lines far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Haiti,no,2\r\n" * 2,
    "words and gaps": "country,id,P1,P2\nCuba,a,yes,n/a\nHaiti,b,,don't know\nCuba,c,no,3\n",
    "numbers with a word among them": "country,P1\n"
    + "".join(f"Cuba,{n}.{n % 7}5\n" for n in range(40))
    + "Haiti,2-3\n",
    "a number with zeros before it": "country,P1\n"
    + "".join(f"Cuba,{n}.5\n" for n in range(40))
    + "Haiti,007\nCuba,1e5\n",
    "a fraction below two thousand whole numbers": "country,P1\n"
    + "".join(f"Cuba,{n}\n" for n in range(2000))
    + "Haiti,0.5\n",
    "decimal commas": "country;P1\n" + "".join(f"Cuba;{n},5\n" for n in range(40)),
    "dates among texts": "country,P1\n"
    + "".join(f"Cuba,word {n}\n" for n in range(40))
    + "Haiti,2016-03-14\nCuba,true\n",
    "quotes": 'country,P1\n"Cuba","yes, twice"\nHaiti,no\n',
    "dates and moments of sending": "country,date,P1\nCuba,2016-03-14,1\nHaiti,2016-03-14 10:30,2\nCuba,,3\n",
    "a language and a comment": "country,language,P1,P1 comment\nCuba,Español,1,why\nHaiti,fr,2,\n",
    "white space": "country,P1\nCuba, yes \nHaiti,no\n",
    "long prose": "country,P1\n"
    + "".join(f"Cuba,the unit wrote {n} long sentences about its needs here\n" for n in range(40)),
    "a separator of records behind prose": "country,P1\n"
    + "".join(f"Cuba,the unit wrote {n} long sentences about its needs here\n" for n in range(700))
    + "Haiti,the unit wrote a thousand long sentences about its needs\x1c\n",
    "returns": "country,P1\r\nCuba,yes\r\nHaiti,no\r\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_fast_path_says_what_read_says(text):
    assert assert_same(InputFile("a.csv", data=text.encode()), CsvOptions())


LEFT = {
    "a title above": "Survey 2016,\ncountry,P1\nCuba,yes\n",
    "a ragged row": "country,P1,P2\nCuba,yes\nHaiti,no,3\n",
    "a note below": "country,P1\nCuba,yes\nSource: the ministry,\n",
    "a line break in a cell": 'country,P1\nCuba,"a\nb"\nHaiti,no\n',
    "a doubled quote": 'country,P1\nCuba,"a ""b"""\nHaiti,no\n',
    "a blank line": "country,P1,P2\nCuba,yes,1\n\nHaiti,no,2\n",
    "a blank line far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "\nHaiti,no,2\n",
    "a cut line far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Haiti,no\n",
    "a line break in a cell far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + 'Haiti,"a\nb",2\n',
    "a return in a cell far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Haiti,a\rb,2\n",
    "a separator of records behind a name": "country,respondent,P1\nCuba,a,1\nHaiti,b\x1c,2\n",
    "a return behind a word far below": "country,P1,P2\n" + "Cuba,yes,a\n" * 7000 + "Haiti,no\r,b\n",
    "a return behind a number far below": "country,P1,P2\n"
    + "".join(f"Cuba,{n}.5,yes\n" for n in range(7000))
    + "Haiti,5.5\r,no\n",
    "a long line far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Haiti,no,2,3\n",
    "headers that are a number, again": "2016,P1,P2\n" + "".join(f"{n}.5,a,yes\n" for n in range(700)) + "2016,P1,P2\n",
    "a null byte far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Haiti,a\0b,2\n",
    "a quote within a cell far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + 'Haiti,5" pipe,2\n',
    "a total far below": "country,P1,P2\n" + "Cuba,yes,1\n" * 7000 + "Total,,7000\n",
    "a long table": "country,question,answer\nCuba,P1,yes\nCuba,P2,no\n",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_the_engine_might_split_otherwise_is_left_to_read(text):
    source = InputFile("a.csv", data=text.encode())
    assert scan_csv(source, CsvOptions()) is None
    wanted = [item for item in READER.read(source, CsvOptions()) if isinstance(item, Response)]
    found = list(scan(text.encode(), name="a.csv"))
    assert [same(response) for response in found] == [same(response) for response in wanted]


WORDS = st.sampled_from(["", "yes", "no", "n/a", "3", "3.5", "-1", "007", "1,5", " x ", "2016-03-14", "TRUE", "'", "é"])


@settings(max_examples=60)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_the_fast_path_says_what_read_says_of_any_cells(rows):
    lines = "".join(f"Cuba;{one};{other}\n" for one, other in rows)
    assert_same(InputFile("a.csv", data=f"country;P1;P2\n{lines}".encode()), CsvOptions())


def test_blank_lines_make_no_room_beyond_the_limit_of_cells(monkeypatch):
    headers = ",".join(["country", *(f"P{n}" for n in range(99))])
    text = f"{headers}\n" + ("Cuba" + ",yes" * 99 + "\n") * 700 + "\n" * 5_000
    monkeypatch.setattr(
        polars, "scan_csv", lambda *_, **__: pytest.fail("a row of 100 cells would be made of each line")
    )
    assert scan_csv(InputFile("a.csv", data=text.encode(), limits=ReadLimits(cells=500_000)), CsvOptions()) is None
    assert len(scan(text.encode(), name="a.csv", limits=ReadLimits(cells=500_000))) == 700


DECIMALS = "country,P1,P2\n" + "".join(f"Cuba,{n % 90}.{n % 7}5,yes\n" for n in range(700))
LATE = {
    "1e5": 100_000, "1E+05": 100_000, "5.": 5, ".5": 0.5, "+5.2": 5.2, "05.5": 5.5, "007": 7, "-0": 0, " 7.5": 7.5,
    "7.5 ": 7.5, "1e400": "1e400", "nan": Missing.NO_ANSWER, "inf": "inf", "2-3": "2-3", "x": "x",
    "12345678901234567890": "12345678901234567890", "n/a": Missing.NOT_APPLICABLE, "": Missing.NO_ANSWER,
    " ": Missing.NO_ANSWER, "TRUE": True, "123456789012345678": 123456789012345678,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), LATE.items(), ids=map(repr, LATE))
def test_decimals_are_read_as_programs_write_them_and_other_cells_stay_what_they_are(text, value):
    source = InputFile("a.csv", data=f"{DECIMALS}Haiti,{text},no\nCuba,2.5,no\n".encode())
    assert assert_same(source, CsvOptions())
    table = scan_csv(source, CsvOptions())
    assert [table[row]["P1"].value for row in (0, 700, 701)] == [0.05, value, 2.5]


def test_codes_among_decimals_keep_their_zeros():
    codes = "".join(f"Cuba,{n:02}.{n % 9},no\n" for n in range(100))
    source = InputFile(
        "a.csv", data=f"country,P1,P2\n{codes}{DECIMALS.partition('P2')[2].strip()}\nHaiti,05.5,no\n".encode()
    )
    assert assert_same(source, CsvOptions())
    assert [scan_csv(source, CsvOptions())[row]["P1"].value for row in (1, 12, 800)] == ["01.1", 12.3, "05.5"]


@settings(max_examples=15)
@given(st.lists(st.sampled_from(list(LATE)), min_size=1, max_size=4))
def test_the_fast_path_says_what_read_says_of_cells_it_did_not_judge_by(cells):
    late = "".join(f"Haiti,{cell},no\n" for cell in cells)
    assert_same(InputFile("a.csv", data=f"{DECIMALS}{late}".encode()), CsvOptions())
