"""Generated header rows: whatever Qualtrics names columns, no header row is a respondent and no respondent is lost."""

import csv
import io

import capbuild_qualtrics
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ReadError
from capbuild.plugins import Confidence, InputFile

(READER,) = capbuild_qualtrics.register_readers()

WORDS = st.text("abcÄé ?,;'\"\n-_", min_size=1, max_size=12).filter(str.strip)
TAILS = st.sampled_from(
    ("", "_1", "_2", "-1", "-1-2", "_TEXT", "_3_TEXT", "#1_1", "#2_1_1", "_FIRST_CLICK", "_NPS_GROUP")
)
FIELDS = st.builds(lambda loop, number, tail: f"{loop}QID{number}{tail}", st.sampled_from(("", "1_", "2_")),
                   st.integers(1, 4), TAILS) | st.from_regex(r"[a-z]{3,8}", fullmatch=True)  # fmt: skip
CELLS = st.sampled_from(("", "1", "0", "-99", "2", "3.5", "1,2", "yes", "a,\nb", "CERT"))


@st.composite
def exports(draw):
    fields = draw(st.lists(FIELDS, min_size=1, max_size=8, unique=True))
    columns = [("ResponseId", "Response ID", "_recordId")]
    columns += [(draw(st.just(name) | WORDS), draw(WORDS), name) for name in fields]
    count = draw(st.integers(0, 4))
    rows = [[f"R_{number}", *(draw(CELLS) for _ in fields)] for number in range(count)]
    return columns, rows, draw(st.sampled_from("\"'")), draw(st.sampled_from(",\t;"))


@given(case=exports())
def test_every_row_below_the_import_ids_is_a_respondent(read, export, case):
    columns, rows, quote, delimiter = case
    text = export(columns, *rows, quote=quote, delimiter=delimiter)
    counted = list(csv.reader(io.StringIO(text), delimiter=delimiter))[3:]
    claim = READER.sniff(InputFile("a.csv", data=text.encode()))
    assert claim is not None
    assert claim.confidence is Confidence.SIGNATURE
    found = read(text)
    assert [response.id for response in found.responses] == [row[0] for row in counted]
    placed = {(a.question, a.repeat) for r in found.responses for a in r}
    assert all(len(r.answers) == len({(a.question, a.repeat) for a in r}) for r in found.responses)
    assert {name for name, _ in placed} <= set(found.form.by_id)
    used = {column.column for column in found.account.columns}
    assert used == set(range(1, len(columns) + 1))
    assert {q.parent for q in found.form.questions if q.parent} <= set(found.form.by_id)


@given(case=exports())
def test_every_value_comes_from_a_cell_of_its_row(read, export, case):
    columns, rows, _, _ = case
    text = export(columns, *rows)
    below = dict(zip((r.id for r in read(text).responses), rows, strict=True))
    for response in read(text).responses:
        ticked = sum(cell not in ("", "0", "-99") for cell in below[response.id][1:])
        values = sum(not answer.is_missing for answer in response)
        assert values <= sum(cell not in ("", "-99") for cell in below[response.id][1:])
        assert bool(ticked) <= bool(values)


@pytest.mark.parametrize(
    "text",
    [
        "ResponseId,Q1\nR_1,yes\n",
        "country,question,answer\nPeru,ImportId,yes\n",
        "Response ID,Name of unit,Country\n1,CERT,Peru\n",
        '{"responses": [], "values": 1}',
    ],
)
def test_other_tables_are_left_alone(text):
    assert READER.sniff(InputFile("a.csv", data=text.encode())) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "country,Q1\nPeru,yes\n"),
        ("a.csv", ""),
        ("a.json", '{"responses": 3}'),
        ("a.json", '{"responses": [' + "[" * 50_000),
        ("a.json", "{"),
        ("a.qsf", '{"SurveyEntry": [], "SurveyElements": []}'),
        ("a.qsf", '{"SurveyEntry": {}, "SurveyElements": {}}'),
    ],
)
def test_damaged_files_end_in_a_read_error(read, name, text):
    with pytest.raises(ReadError):
        read(text, name)
