"""Submissions in JSON as columns: what `scan` gives is what `read` gives."""

import json

import pytest
from capbuild_xlsform.json_submissions.json_scan import scan_json
from capbuild_xlsform.options import SubmissionOptions
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import LimitError, ReadError
from capbuild.plugins import InputFile, ReadLimits
from capbuild.testing.scan_comparison import scan_differences

FORM = {
    "survey": """
| type                | name     | relevant                         |
| ------------------- | -------- | -------------------------------- |
| text                | country  |                                  |
| select_one yn       | unit     |                                  |
| integer             | staff    | ${unit} = 'yes'                  |
| begin group         | lab      | ${staff} > 2                     |
| select_multiple kit | tools    |                                  |
| calculate           | double   |                                  |
| note                | thanks   |                                  |
| end group           |          |                                  |
| begin repeat        | training |                                  |
| text                | title    |                                  |
| text                | why      | ${title} = 'Law' and ${unit} = 'yes' |
| end repeat          |          |                                  |
""",
    "choices": """
| list_name | name    | label    |
| --------- | ------- | -------- |
| yn        | yes     | Yes      |
| yn        | no      | No       |
| yn        | dk      | Don't know |
| kit       | imaging | Imaging  |
| kit       | triage  | Triage   |
""",
    "settings": "form_id | version\nneeds | v1",
}


def _kobo(number: int, **answers: object) -> dict[str, object]:
    server = {"_id": number, "_uuid": f"u-{number}", "__version__": "v1", "_submission_time": "2016-03-01T13:21:00"}
    return {**answers, **server, "_tags": [], "_geolocation": [None, None], "_attachments": []}


MANY = [
    _kobo(n, **{"a/weight": f"{n}.{n % 10}5", "a/why": f"because of reason {n} in the unit", "a/staff": str(n % 7)})
    for n in range(60)
]
SAMPLES = {
    "flat": [_kobo(1, country="Dominica", unit="yes", staff="3"), _kobo(2, country="Belize", lab="x")],
    "distinct": MANY,
    "numbers": [{"_id": 1, "a": 3, "b": 2.0, "c": True, "d": -0.0}, {"_id": 2, "a": 10**20, "b": 1e300, "d": 1e-7}],
    "nothing": [_kobo(1, country="", unit=None), _kobo(2, country=None, staff=" ")],
    "escaped": [_kobo(1, a='say "yes": no', b="line\nline\\", c="\u00e9\U0001f600", d="\\ud800"), _kobo(2, b='\\":')],
    "white space": [_kobo(1, a="  yes ", b="\u00a0x\u2003"), _kobo(2, a="yes", b="\x1fx")],
    "brackets": [_kobo(1, a='["x"]', b="[not a list"), _kobo(2, a=["x"], b="{")],
    "mixed": [_kobo(1, a="1"), _kobo(2, a=1), _kobo(3, a=1.5), _kobo(4, a=True), _kobo(5, a=None), _kobo(6, a=["x"])],
    "late": [*MANY, *MANY[:40], {"_id": 7, "a/weight": 2, "b/new": "x"}, {"b/new": None, "b/newer": {"c": 1}}],
    "twice": [_kobo(1, a="x"), _kobo(1, a="y"), _kobo(1, a="z")],
    "central": [
        {"__id": "uuid:c1", "__system": {"submissionDate": "2016-03-01T13:21:00Z", "submitterName": "ann"},
         "lab": {"staff": 3, "tools": None, "deep": {"x": "a"}}, "meta": {"instanceID": "uuid:c1"},
         "place": {"type": "Point", "coordinates": [-61.4, 15.3, 20], "properties": {"accuracy": 5}}},
        {"__id": "uuid:c2", "__system": {"submissionDate": None}, "lab": {"staff": None, "tools": "a b"},
         "place": None},
    ],
    "repeats": [
        _kobo(1, training=[{"training/title": "Law", "training/year": "2014"}, {"training/title": "Forensics"}]),
        _kobo(2, training=[]),
        _kobo(3, training=[{"training/year": "2015"}, {}, {"training/title": "Law"}], country="Belize"),
        _kobo(4, country="Belize"),
    ],
    "repeats in a group": [{"_id": 1, "g": {"r": [{"x": "1"}, {"x": 2.5, "y": ["a", "b"]}]}}, {"_id": 2, "g": {}}],
    "repeats in repeats": [_kobo(1, r=[{"r/s": [{"r/s/x": "1"}, {"r/s/x": "2"}], "r/y": "b"}, {"r/y": "c"}])],
    "commcare": [{"id": "c-1", "received_on": "2016-03-01T13:21:00Z", "app_id": "a",
                  "form": {"@xmlns": "http://openrosa.org/formdesigner/1", "#type": "data", "age": "3",
                           "g": {"b": "x"}}},
                 {"id": "c-2", "form": {"@xmlns": "http://openrosa.org/formdesigner/1", "g": {"b": "y"}}}],
    "versions": [{"_id": 1, "version": "a", "q": "x"}, {"_id": 2, "version": "b", "p": "y"},
                 {"_id": 3, "version": "b"}],
    "versions of two kinds": [{"_id": 1, "version": "a", "q": "x"}, {"_id": 2, "__version__": "b", "version": "y"}],
    "one key twice": [{"_id": 1, "a/b": "x", " a/b ": "y"}],
    "days": [{"_id": 1, "today": "2016-03-01", "end": "2016-03-02T08:00:00-04:00"},
             {"_id": 2, "end": "2016-03-05T08:00:00Z"}],
    "ids": [{"_uuid": "a", "meta/instanceID": "uuid:a"}, {"_id": 4, "_uuid": "b"}, {"_id": 5}, {"q": "x"}],
    "meta": [_kobo(1, _submitted_by="ann", _notes=[{"note": "x"}], _validation_status={"uid": "ok"}),
             _kobo(2, _status="s")],
    "dates": [_kobo(n, day=f"2016-03-{n:02}", at=f"2016-03-{n:02}T09:00:00.5-04:00", where=f"15.{n} -61 0 0")
              for n in range(1, 20)],
}  # fmt: skip
WITH_FORM = [
    _kobo(1, country="Dominica", unit="yes", staff="3", **{"lab/tools": "imaging triage", "lab/double": "6"}),
    _kobo(2, country="Belize", unit="no"),
    _kobo(3, country="Panama", unit="dk", staff="x", **{"lab/tools": "imaging unknown", "lab/thanks": ""}),
    _kobo(4, unit="yes", staff="", training=[{"training/title": "Law"}, {"training/title": "Forensics"}]),
    _kobo(5, unit="yes", staff="9", training=[{"training/title": "Law", "training/why": "new act"}], extra="more"),
]


def _same(host, data, options=None):
    """Compare columns with objects; tell whether the columns came by the fast path."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    reading = cb.read(raw, name="a.json", format="kobo-json", options=options or {}, host=host)
    table = cb.scan(raw, name="a.json", format="kobo-json", options=options or {}, host=host)
    assert list(scan_differences(table, reading.responses)) == []
    assert table.questionnaire == reading.questionnaire
    assert {i.code for i in table.issues} == {i.code for i in reading.issues}
    fast = scan_json(InputFile("a.json", data=raw), SubmissionOptions(**(options or {})))
    return fast is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_columns_hold_what_objects_hold(host, name):
    left = {"repeats in repeats", "versions of two kinds", "one key twice"}
    assert _same(host, SAMPLES[name]) == (name not in left)
    assert _same(host, {"count": 1, "next": "page", "results": SAMPLES[name]}) == (name not in left)


@pytest.mark.parametrize("name", ["flat", "repeats", "central", "escaped"])
def test_white_space_between_tokens_changes_nothing(host, name):
    data = json.dumps({"results": SAMPLES[name]}, indent=2, ensure_ascii=False).encode()
    assert _same(host, b"\xef\xbb\xbf" + data)


def test_a_definition_says_what_was_not_asked(host, workbook):
    form = workbook(FORM)
    assert _same(host, WITH_FORM, {"form": form})
    table = cb.scan(
        json.dumps(WITH_FORM).encode(), name="a.json", format="kobo-json", options={"form": form}, host=host
    )
    told = [next(answer.value for answer in row if answer.question == "staff") for row in table]
    assert [str(getattr(value, "value", value)) for value in told] == ["3", "not asked", "invalid", "no answer", "9"]
    assert _same(
        host, WITH_FORM, {"form": form, "drop_personal": True, "country": "Belize", "missing": {"3": "refused"}}
    )


def test_a_definition_in_the_file_and_answers_of_its_own(host):
    survey = [{"type": "integer", "name": "staff"}, {"type": "select_one yn", "name": "unit", "relevant": "${staff}>1"}]
    choices = [{"list_name": "yn", "name": "yes", "label": "Yes"}]
    version = {"content": {"survey": survey, "choices": choices}, "version": "7"}
    assert _same(host, {**version, "submissions": [{"staff": "1"}, {"staff": 5, "unit": "maybe"}, {"other": "x"}]})


def test_what_is_no_list_of_objects_is_left_to_read(host):
    for data in (b'[{"_id": 1}, 3]', b'[{"_id": 1}, "x"]', b'{"results": [{"_id": "\\ud800"}]}', b'{"results": []}'):
        assert scan_json(InputFile("a.json", data=data), SubmissionOptions()) is None
    for data in (b'[{"_id": "a\xff"}]', b'[{"_id": NaN', b'[{"_id": "a\nb"}]'):
        assert scan_json(InputFile("a.json", data=data), SubmissionOptions()) is None
        with pytest.raises(ReadError):
            cb.scan(data, name="a.json", format="kobo-json", host=host)


def test_depth_is_limited_before_anything_is_decoded(host):
    for deep in (50, 5_000, 200_000):
        data = b'[{"_submission_time": "x", "a": ' + b"[" * deep + b"]" * deep + b"}]"
        with pytest.raises(LimitError):
            cb.scan(data, name="a.json", limits=ReadLimits(nesting=40), host=host)
    many = b'[{"_id": 1, "a": [' + b",".join([b"[]"] * 60) + b"]}]"
    assert len(cb.scan(many, name="a.json", format="kobo-json", limits=ReadLimits(nesting=40), host=host)) == 1


_USUAL = [b'{"_id": %d, "a": "x", "g/b": "%d"}' % (n, n % 3) for n in range(400)]
_TWICE = {
    "of an answer": (b'{"_id": 1, "a": "x", "g/b": "1", "a": "y"}', "$[400].a", "a", ["y", "x"]),
    "with white space": (b'{"_id": 1, "a" : "x", "g/b": "1", "a": "y"}', "$[400].a", "a", ["y", "x"]),
    "with quotes": (b'{"_id": 1, "a": "x\\":", "a": "y"}', "$[400].a", "a", ["y", 'x":']),
    "of a key that is new": (b'{"_id": 1, "c": "x", "c": "y"}', "$[400].c", "c", ["y", "x"]),
    "of a group": (b'{"_id": 1, "g": {"b": "1", "b": "2"}}', "$[400].g.b", "g/b", ["2", "1"]),
    "of a number": (b'{"_id": 1, "a": 1, "a": 2.5}', "$[400].a", "a", ["2.5", "1"]),
    "of the same": (b'{"_id": 1, "a": "x", "a": "x"}', "$[400].a", "a", ["x"]),
}


@pytest.mark.parametrize("case", _TWICE)
def test_two_equal_keys_are_told_and_both_values_kept(host, case):
    odd, place, path, values = _TWICE[case]
    data = b"[" + b",".join([*_USUAL, odd]) + b"]"
    assert not _same(host, data)
    reading = cb.read(data, name="a.json", format="kobo-json", host=host)
    told = [issue for issue in reading.issues if issue.code == "CB171"]
    assert [str(issue.origin) for issue in told] == [f"a.json {place}"]
    keys = [path, f"{path} ({2})"][: len(values)]
    written = {a.question: a.raw if a.raw is not None else str(a.value) for a in reading.responses[-1]}
    assert [written[key.rpartition("/")[2]] for key in keys] == values


def test_two_equal_keys_of_a_page_or_a_definition(host):
    page = b'{"count": 1, "count": 2, "results": [{"_id": 1, "_uuid": "a", "a": "x"}]}'
    assert not _same(host, page)
    form = b'{"content": {"survey": [{"type": "integer", "type": "text", "name": "a"}]}}'
    read = cb.read(page, name="a.json", format="kobo-json", options={"form": form}, host=host)
    assert [str(issue.origin) for issue in read.issues if issue.code == "CB171"] == [
        "form $.content.survey[0].type",
        "a.json $.count",
    ]


_TEXTS = st.text(max_size=6) | st.sampled_from(
    ["1", "2.50", "-0", "007", "yes", "[]", "{}", "null", '"', "\\", "2016-03-01"]
)
_SCALARS = _TEXTS | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_INNER = st.dictionaries(st.sampled_from(["g/x", "y", "g/r/z"]), _SCALARS, max_size=3)
_VALUES = _SCALARS | st.lists(_TEXTS, max_size=3) | _INNER | st.lists(_INNER, max_size=3)
_KEYS = st.sampled_from(
    ["a", "g/b", "g", "_id", "_uuid", "meta/instanceID", "_submission_time", "__version__", "t", "_tags"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(_KEYS, _VALUES, max_size=6), min_size=1, max_size=6), st.booleans())
def test_whatever_stands_there_the_columns_hold_what_the_objects_hold(host, submissions, plain):
    data = json.dumps(submissions, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    try:
        cb.read(data, name="a.json", format="kobo-json", host=host)
    except ReadError:
        with pytest.raises(ReadError):
            cb.scan(data, name="a.json", format="kobo-json", host=host)
        return
    _same(host, data)


_PAIRS = st.lists(st.tuples(_KEYS, _SCALARS | st.dictionaries(_KEYS, _TEXTS, max_size=2)), max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PAIRS, min_size=1, max_size=4), st.sampled_from([":", " :", "\t: "]))
def test_no_duplicate_key_is_lost_in_columns(submissions, colon):
    """Whatever stands around it: white space, quotes and backslashes in texts."""
    written = ("{" + ",".join(f"{json.dumps(k)}{colon}{json.dumps(v)}" for k, v in one) + "}" for one in submissions)
    data = f"[{','.join(written)}]".encode()
    if any(len(dict(one)) < len(one) for one in submissions):
        assert scan_json(InputFile("a.json", data=data), SubmissionOptions()) is None
