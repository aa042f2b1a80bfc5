"""TOML files: every key, table and item has its line, and a problem is reported there."""

import datetime
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.documents.toml import decode_toml, parse_toml, toml_lines

KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text("aé .\"'#=[]", min_size=1, max_size=4))
PLAIN = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.floats(-9, 9),
    st.dates().filter(lambda day: day.year > 1000),
    st.text("ab\"'#,]}\n\\é", max_size=6),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(KEYS, st.one_of(TABLES, st.lists(TABLES, min_size=1, max_size=3)), max_size=4)


class Written:
    """Writes TOML, and notes the line of every path as it goes: the other side of what is tested."""

    def __init__(self, data):
        self.text, self.lines = "# a comment = [\n", {}
        for key, value in data.items():
            several = isinstance(value, list)
            for place, table in enumerate(value) if several else [(None, value)]:
                path = (key, place) if several else (key,)
                self.note(path[:1])
                self.note(path)
                self.text += f"[[{quoted(key)}]]  # [\n" if several else f"[{quoted(key)}]\n"
                for name, inner in table.items():
                    self.pair((*path, name), inner)
                    self.text += " # ]\n\n"

    def note(self, path):
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def pair(self, path, value):
        self.note(path)
        self.text += f"{quoted(path[-1])} = "
        self.value(path, value)

    def value(self, path, value):
        if isinstance(value, list):
            self.text += "["
            for place, item in enumerate(value):
                self.text += "\n  "
                self.note((*path, place))
                self.value((*path, place), item)
                self.text += ", # ,\n" if place % 2 else ","
            self.text += "\n]"
        elif isinstance(value, dict):
            self.text += "{ "
            for place, (name, inner) in enumerate(value.items()):
                self.text += ", " if place else ""
                self.pair((*path, name), inner)
            self.text += " }"
        elif isinstance(value, str) and "\n" in value and "'" not in value and "\\" not in value:
            self.text += f"'''\n{value}'''"
        elif isinstance(value, datetime.date):
            self.text += value.isoformat()
        else:
            self.text += json.dumps(value, ensure_ascii=False)


def quoted(key):
    return json.dumps(key, ensure_ascii=False)


@given(DOCUMENTS)
def test_every_path_has_its_line(data):
    written = Written(data)
    assert tomllib.loads(written.text) == data
    found = toml_lines(written.text)
    assert {path: found.get(path) for path in written.lines} == written.lines


TEXT = """
[one]
number = "3"
words = [
    "a",
    3,
]
[one.title]
en = "T"
es = 4
[[many]]
id = 7
[[many]]
day = "30/06/2026"
flag = "yes"
"""
WITHOUT, THOUSANDS = "without quotation marks", "or signs between thousands"


def test_problems_are_told_with_line_path_and_how_to_write_it():
    issues = []
    top = parse_toml(TEXT, "f.toml", issues)
    one = top.table("one")
    assert (one.number("number", 1.0), one.names("words"), one.text("title").source) == (1.0, ("a",), "T")
    for table in top.tables("many"):
        assert table.make(lambda table=table: table.required("id")) is None
        assert (table.day("day"), table.get("flag", bool, False)) == (None, False)
        table.report_unknown()
    told = [(str(one.origin), one.message.partition(",")[0], one.remedy) for one in issues]
    assert told == [
        ("f.toml:3 one.number", "number must be a number", f"write number = 2500.5, {WITHOUT} {THOUSANDS}"),
        ("f.toml:4 one.words", "words must hold texts only", 'write words = ["..."]'),
        ("f.toml:10 one.title.es", "es must be a text", 'write es = "..."'),
        ("f.toml:12 many[1].id", "id must be a text", 'write id = "..."'),
        ("f.toml:13 many[2].id", "id is missing", 'add id = "..."'),
        ("f.toml:14 many[2].day", "day must be a date such as 2016-05-31", f"write day = 2016-05-31, {WITHOUT}"),
        ("f.toml:15 many[2].flag", "flag must be true or false", f"write flag = true, {WITHOUT}"),
    ]  # fmt: skip


HOSTILE = {
    "a key of many parts": ("a = 1\n" + ".".join(["a"] * 100_000) + " = 1", 2),
    "a key of many quoted parts": ("'a' . " * 20_000 + "a = 1", 1),
    "a table far down": ("\n\n[" + "a." * 20_000 + "a]", 3),
    "arrays in arrays": ("a = " + "[" * 200 + "]" * 200, 1),
    "a number of many digits": ("a = 1\nb = " + "9" * 5_000, 2),
    "texts without end": ('"\\' * 50_000, 1),
}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = [1,\n2\n", 2),
        ("[a\n", 1),
        *(pytest.param(*HOSTILE[name], id=name) for name in HOSTILE),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, line):
    issues = []
    assert parse_toml(text, "f.toml", issues) is None
    assert (issues[0].origin.row, "f.toml is not valid TOML" in issues[0].message) == (line, True)


def test_dots_in_texts_comments_and_numbers_are_no_depth():
    dots = ". " * 200
    text = f'# {dots}\na = \'{dots}\'\nb = """\n{dots}\n"""\nc = [{"1.5, " * 200}]\n' + "\n".join(
        ["[[d]]", "e.f = {}"] * 200
    )
    assert decode_toml(text) == tomllib.loads(text)


def test_files_of_users_are_decoded_in_one_place():
    source = Path(cb.__file__).parent
    found = {one.relative_to(source).as_posix() for one in source.rglob("*.py") if "tomllib" in one.read_text("utf-8")}
    own = {f"frameworks/{name}.py" for name in ("messages", "structure_packs", "treaties")}
    assert found == {"documents/toml.py", *own}
