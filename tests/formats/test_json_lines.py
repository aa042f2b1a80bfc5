"""JSON lines: an object a line, its keys the headers."""

import json

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import LimitError, ReadError
from capbuild.formats.json_files.json_lines import JsonLinesOptions, register_readers
from capbuild.model import Missing, QuestionType
from capbuild.plugins import Confidence, InputFile, ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.scan_comparison import scan_differences


def _scan(source):
    """Columns of a file, None if it is left to `read`."""
    (reader,) = register_readers()
    return reader.scan(source, JsonLinesOptions())


LINES = b"""{"country": "Cuba", "respondent": "R1", "P1": 3, "P2": "yes", "P3": ["law", "unit"]}

{"country": "Ha\xc3\xafti", "respondent": "R2", "P1": null, "P2": "n/a", "P4": {"a": 1}}
{"country": "Jamaica"
{"country": "Jamaica", "respondent": "R3", "P1": 4.5, "P2": true}
"""

#: Without what is told in other letters than it is written: lists of codes, and truth.
PLAIN = LINES.replace(b', "P3": ["law", "unit"]', b"").replace(b', "P2": true', b"")


class TestJsonLines(ReaderConformance):
    reader = "json-lines"
    confidence = Confidence.NAME
    samples = (
        Sample(name="a.jsonl", data=PLAIN),
        Sample(name="b.ndjson", data=b'\xef\xbb\xbf{"country":"Cuba","P1":1}'),
    )


def test_keys_are_heads_and_lines_are_rows():
    found = cb.read(LINES, name="a.jsonl")
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["P1"].value) for r in found.responses] == [
        ("CU", "R1", 3),
        ("HT", "R2", Missing.NO_ANSWER),
        ("JM", "R3", 4.5),
    ]
    assert str(found.responses[1]["P2"].origin) == "a.jsonl:3"
    assert found.responses[0]["P3"].value == ("law", "unit")
    assert found.responses[1]["P4.a"].value == 1
    assert found.responses[2]["P2"].value is True
    assert [str(i.origin) for i in found.issues if i.code == "CB170"] == ["a.jsonl:4"]
    assert found.reconciliation.total("rows_left_out") == 1


def test_a_file_without_an_object():
    with pytest.raises(ReadError, match="no JSON object"):
        cb.read(b"[1]\n[2]\n", name="a.jsonl", format="json-lines")


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9) | st.text("xy", min_size=1)), min_size=1))
def test_every_value_comes_back(rows):
    lines = "\n".join(json.dumps({"country": "Cuba", **row}) for row in rows)
    found = cb.read(lines.encode(), name="a.jsonl")
    assert [{a.question: a.value for a in response if not a.is_missing} for response in found.responses] == rows


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9) | st.text("xy", min_size=1)), min_size=1))
def test_a_list_of_objects_says_what_its_lines_say(rows):
    objects = [{"country": "Cuba", **row} for row in rows]
    as_list = cb.read(json.dumps(objects, indent=1).encode(), name="a.json")
    as_lines = cb.read("\n".join(map(json.dumps, objects)).encode(), name="a.jsonl")
    assert as_list.format == "json-lines"
    assert [[(a.question, a.value) for a in one] for one in as_list.responses] == [
        [(a.question, a.value) for a in one] for one in as_lines.responses
    ]
    assert as_list.reconciliation.adds_up
    assert [{a.question: str(a.origin) for a in one if not a.is_missing} for one in as_list.responses] == [
        {name: f"a.json $[{place}].{name}" for name in row} for place, row in enumerate(rows)
    ]
    wrapped = cb.read(json.dumps({"count": len(rows), "data": objects, "next": None}).encode(), name="a.json")
    assert wrapped.responses == as_list.responses
    assert [str(one.origin) for one in wrapped.responses] == [f"a.json $.data[{place}]" for place in range(len(rows))]
    assert [i.message for i in wrapped.issues if i.code == "CB123"] == ["left out beside the table 'data': count"]


def test_an_item_that_is_no_object_is_left_out_with_its_place():
    found = cb.read(b'[{"country": "Cuba", "P1": 3}, 7, {"country": "Haiti", "P1": 4}]', name="a.json")
    assert [one.country.alpha_2 for one in found.responses] == ["CU", "HT"]
    assert [str(i.origin) for i in found.issues if i.code == "CB170"] == ["a.json $[1]"]
    assert found.reconciliation.total("rows_left_out") == 1
    with pytest.raises(ReadError, match="no JSON object"):
        cb.read(b"[1, 2]", name="a.json", format="json-lines")


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 2.0, 2**60, 1e300, "3", "1.5", " ", "", "n/a", "yes", "Total", "2016-05-01", "x y"])
    | st.lists(st.sampled_from(["law", "unit", 1, None]), max_size=2)
    | st.dictionaries(st.just("a"), st.integers(0, 2), max_size=1)
)


@settings(max_examples=100)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"country": st.sampled_from(["Cuba", "Haiti", "Total", ""])},
            optional={"respondent": st.sampled_from(["R1", "R2"]), "P1": _VALUES, "P2": _VALUES, "date": _VALUES},
        ),
        min_size=1,
        max_size=8,
    )
)
def test_columns_say_what_objects_say(rows):
    data = "\n".join(map(json.dumps, rows)).encode()
    table, found = cb.scan(data, name="a.jsonl"), cb.read(data, name="a.jsonl")
    assert list(scan_differences(table, found.responses)) == []
    assert {issue.code for issue in table.issues} == {issue.code for issue in found.issues}


def test_columns_are_made_without_objects_of_a_plain_file():
    lines = [{"country": "Cuba", "P1": n, "P2": n / 4, "P3": "yes" if n % 3 else None} for n in range(12_000)]
    lines[11_000] |= {"P4": ["late", "key"]}
    source = InputFile("a.jsonl", data="\n".join(map(json.dumps, lines)).encode())
    table = _scan(source)
    assert table is not None
    assert len(table) == 12_000
    assert (table[7]["P1"].value, table[7]["P2"].value, table[6]["P3"].value) == (7, 1.75, Missing.NO_ANSWER)
    assert (table[11_000]["P4"].value, str(table[11_000].origin)) == (("late", "key"), "a.jsonl:11001")


@pytest.mark.parametrize("line", [b"", b"[1]", b'{"country": "Total", "P1": 1}'])
def test_a_line_that_may_be_no_data_is_left_to_reading(line):
    data = b'{"country": "Cuba", "P1": 3}\n' + line + b'\n{"country": "Haiti", "P1": 4}\n'
    assert _scan(InputFile("a.jsonl", data=data)) is None
    assert list(scan_differences(cb.scan(data, name="a.jsonl"), cb.read(data, name="a.jsonl").responses)) == []


def test_objects_with_keys_of_their_own_end_in_a_limit_before_room_is_made_for_them():
    data = "\n".join(f'{{"country": "Cuba", "key {n}": {n}}}' for n in range(700)).encode()  # half a million cells
    source = InputFile("a.jsonl", data=data, limits=ReadLimits(cells=120_000))
    with pytest.raises(LimitError, match=r"a\.jsonl"):
        _scan(source)
    with pytest.raises(LimitError, match=r"a\.jsonl"):
        cb.read(data, name="a.jsonl", limits=ReadLimits(cells=120_000))


TWICE = b"""{"country": "Cuba", "P1": 3, "P2": "yes", "P1": 4}
{"country": "Haiti", "P1": 1, "P2": "no"}

{"country": "Jamaica", "P2": "no", "P1": 2, "P2": "no", "P3": {"a": 1, "a": true}}
"""


@pytest.mark.parametrize("lines", [TWICE, TWICE.replace(b"\n\n", b"\n")], ids=["read", "columns"])
def test_both_values_of_a_key_that_stands_twice_are_kept_and_told(lines):
    for found in (cb.read(lines, name="a.jsonl"), cb.scan(lines, name="a.jsonl")):
        told = [{a.question: a.value for a in row if not a.is_missing} for row in getattr(found, "responses", found)]
        assert [(row["P1"], row.get("P1 (2)")) for row in told] == [(4, 3), (1, None), (2, None)]
        assert [row["P2"] for row in told] == ["yes", "no", "no"]
        assert (told[2]["P3.a"], told[2]["P3.a (2)"]) == (True, 1)
        last = 3 if lines != TWICE else 4
        issues = [(i.severity.value, str(i.origin), i.message) for i in found.issues if i.code == "CB171"]
        assert issues == [
            ("warning", "a.jsonl:1", "the key 'P1' stands twice in one object, with 3 and 4; the last counts, "
             "what came before is kept as 'P1 (2)'"),
            ("note", f"a.jsonl:{last}", "the key 'P2' stands twice in one object, each time with \"no\""),
            ("warning", f"a.jsonl:{last}", "the key 'a' stands twice in one object, with 1 and true; the last counts, "
             "what came before is kept as 'a (2)'"),
        ]  # fmt: skip


def test_keys_that_stand_twice_in_many_lines_are_counted():
    lines = b'{"country": "Cuba", "P1": 3, "P1": 4, "P1": 5}\n' * 30
    assert _scan(InputFile("a.jsonl", data=lines)) is not None
    for found in (cb.read(lines, name="a.jsonl"), cb.scan(lines, name="a.jsonl")):
        told = [issue.message for issue in found.issues if issue.code == "CB171"]
        assert (len(told), told[-1]) == (11, "20 more like this, 30 in all")
        assert told[0].startswith("the key 'P1' stands 3 times in one object, with 3 and 4 and 5; the last counts")
        last = list(getattr(found, "responses", found))[-1]
        assert [last[key].value for key in ("P1", "P1 (2)", "P1 (3)")] == [5, 3, 4]


@pytest.mark.parametrize(
    ("encoding", "code"), [("utf-8", None), ("utf-8-sig", None), ("cp1252", "CB106"), ("utf-16", None)]
)
def test_letters_with_accents_survive_every_encoding(encoding, code):
    lines = '{"country": "Haïti", "P1": "café – “oui”"}\n{"country": "Pérou", "P1": "x"}\n'
    data, listed = lines.encode(encoding), f"[{','.join(lines.splitlines())}]".encode(encoding)
    for found in (cb.read(data, name="a.jsonl"), cb.scan(data, name="a.jsonl"), cb.read(listed, name="a.json")):
        rows = list(getattr(found, "responses", found))
        assert [row["P1"].value for row in rows] == ["café – “oui”", "x"]
        assert [issue.code for issue in found.issues if issue.code in ("CB106", "CB119")] == ([code] if code else [])


def test_a_list_of_truth_stays_json():
    found = cb.read(b'{"country": "Cuba", "P1": [true, false], "P2": ["a", 1]}\n', name="a.jsonl")
    assert [found.responses[0][name].value for name in ("P1", "P2")] == ["[true, false]", ("a", "1")]


def test_an_encoding_can_be_named():
    for data, name in ((b'{"country": "Cuba", "P1": "caf\x8e"}', "a.jsonl"),
                       (b'[{"country": "Cuba", "P1": "caf\x8e"}]', "a.json")):  # fmt: skip
        options = {"encoding": "mac-roman"}
        for found in (cb.read(data, name=name, options=options), cb.scan(data, name=name, options=options)):
            (row,) = getattr(found, "responses", found)
            assert (row["P1"].value, [issue.code for issue in found.issues]) == ("café", [])


OPTIONS = st.text("ab ;,/|", min_size=1).filter(lambda one: one == one.strip())


@settings(max_examples=50)
@given(st.lists(st.lists(OPTIONS, max_size=3, unique=True), min_size=1, max_size=6))
def test_chosen_options_come_back(rows):
    rows = [*rows, ["a; b"]]
    data = "\n".join(json.dumps({"country": "Cuba", "n": 1, "P1": row}) for row in rows).encode()
    found = cb.read(data, name="a.jsonl")
    assert [list(one["P1"].value) for one in found.responses] == rows
    assert found.questionnaire["P1"].type is QuestionType.SELECT_MULTIPLE
    assert [list(one["P1"].value) for one in cb.scan(data, name="a.jsonl")] == rows


NESTED = st.recursive(
    st.integers(0, 9) | st.booleans(),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "c.d"]), inner, min_size=1, max_size=3),
)


@settings(max_examples=50)
@given(st.lists(st.fixed_dictionaries({"x": NESTED, "y": NESTED}), min_size=1, max_size=4))
def test_nested_objects_have_the_columns_of_pandas(rows):
    rows = [{"country": {"code": "JM", "name": "Jamaica"}, **row} for row in rows]
    page = {"count": 9, "next": "https://example.org/?page=2", "data": {"results": rows}}
    found = cb.read(json.dumps(page).encode(), name="a.json")
    wanted = [{k: v for k, v in row.items() if v == v} for row in pandas.json_normalize(rows).to_dict("records")]
    told = [{a.question: a.value for a in one if not a.is_missing} for one in found.responses]
    assert [{"country.name": one.country.name, **row} for one, row in zip(found.responses, told, strict=True)] == wanted
    assert str(found.responses[0]["country.code"].origin) == "a.json $.data.results[0].country.code"
    assert [i.severity.value for i in found.issues if i.code == "CB123"] == ["note", "warning"]


def test_keys_that_stand_twice_in_an_item_have_the_place_of_the_file():
    found = cb.read(b'[null, {"country": "Cuba", "P1": 3, "P1": 4, "a \\u202e": 1}]', name="a.json")
    (row,) = found.responses
    assert {name: str(row[name].origin) for name in ("P1", "P1 (2)")} == dict.fromkeys(
        ("P1", "P1 (2)"), "a.json $[1].P1"
    )
    assert next(str(one.origin) for one in row if "a " in one.question) == r"a.json $[1]['a \u202e']"


def test_no_number_is_no_answer_as_in_other_tables():
    data = b'[{"country": "Cuba", "P1": NaN, "P2": 1}, {"country": "Peru", "P1": 4, "P2": Infinity}]'
    found = cb.read(data, name="a.json")
    lines = data[1:-1].replace(b"}, {", b"}\n{")
    for rows in (found.responses, cb.read(lines, name="a.jsonl").responses, list(cb.scan(lines, name="a.jsonl"))):
        assert [row["P1"].value for row in rows] == [Missing.NO_ANSWER, 4]
        assert [row["P2"].value for row in rows] == [1, "Infinity"]
    assert "CB201" in {issue.code for issue in found.issues}


def test_what_is_no_object_is_shown_as_it_stands_and_the_rest_counted():
    items = [{"country": "Cuba", "P1": 3}, None, *range(11)]
    (*first, last) = (i for i in cb.read(json.dumps(items).encode(), name="a.json").issues if i.code == "CB170")
    assert first[0].message.endswith("left out: null")
    assert (len(first), last.message) == (10, "2 more items are no objects and were left out")


def test_what_is_said_of_a_column_has_its_key():
    rows = [{"country": "Cuba", "e-mail": f"{n}@example.org", "P1": n} for n in range(4)]
    for data, name, place in ((json.dumps(rows), "a.json", "$[*]['e-mail']"),
                              ("\n".join(map(json.dumps, rows)), "a.jsonl", "$['e-mail']")):  # fmt: skip
        origins = {str(issue.origin) for issue in cb.read(data.encode(), name=name).issues}
        assert f"{name} {place}" in origins
        assert not any(":" in origin for origin in origins)


LAW = {"question": "law", "value": "yes"}
STAFF = {"question": "staff", "value": 3}
PAGES = [
    {"page": 1, "rows": [{"country": "Cuba", "law": "yes", "staff": 3}]},
    {"rows": [{"country": "Peru", "law": "no"}]},
]
LISTED = {
    "data": [{"country": "Cuba", "answers": [LAW, STAFF]}, {"country": "Peru", "answers": [{**LAW, "value": "no"}]}]
}


@pytest.mark.parametrize(("whole", "place"), [(PAGES, "$[0].rows[0].staff"), (LISTED, "$.data[0].answers[1].value")])
def test_items_of_an_inner_list_are_rows(whole, place):
    found = cb.read(json.dumps(whole).encode(), name="a.json")
    first, second = found.responses
    assert [(one.country.alpha_2, one["law"].value) for one in (first, second)] == [("CU", "yes"), ("PE", "no")]
    assert (first["staff"].value, first["staff"].origin.path) == (3, place)
    assert found.reconciliation.adds_up
