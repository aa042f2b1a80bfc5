"""Every writer that is installed: hostile text stays text, and files agree with the scores."""

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.documents import loads
from capbuild.model import Assessment, AssessmentSet, Programme
from capbuild.plugins import Host, OutputFile, RenderContext
from capbuild.reports.icalendar import Event, format_calendar
from capbuild.reports.markdown import escape
from capbuild.reports.tidy.tables import escape_formula

Hostile = Callable[[str], tuple[AssessmentSet, Programme]]
#: The example plugin shows everything, and the host keeps it to the team.
HOST = Host(block=frozenset({"capbuild-example"}))
WRITERS = sorted(name for name, writer in HOST.writers.items() if AssessmentSet in writer.accepts)
VOID = {"meta", "input", "link", "img", "br", "hr", "rect", "line", "circle"}
TEXTS = [
    "<script>alert(1)</script>",
    "</style></title></textarea><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'y\'',
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-- | pipe | `code` | [link](javascript:alert(1))",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eabc\u202c مرحبا בית",
    "line one\nline two\r\n# three\n| a | b |",
    "#let x = 1; $x^2$ \\par *bold* _it_",
    "x" * 5000,
    "word " * 1000,
    "\x00\x0b\x1b\ufffe\ufeff",
    "&amp;&lt;b&gt;",
    "'",
]


def readable(data: bytes) -> str:
    """Bytes as text: of an archive, the text of its parts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def files(chunks: Iterable[str] | Iterable[bytes] | Iterable[OutputFile]) -> Iterator[tuple[str, str]]:
    """Name and text of each file that a writer makes."""
    plain = []
    for chunk in chunks:
        if isinstance(chunk, OutputFile):
            data = b"".join(c.encode() if isinstance(c, str) else c for c in chunk.chunks)
            yield chunk.name, readable(data)
        else:
            plain.append(readable(chunk) if isinstance(chunk, bytes) else chunk)
    if plain:
        yield "", "".join(plain)


class Page(HTMLParser):
    """What a browser sees: elements, attributes, ids, and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.unbalanced: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def check_html(made: str, text: str) -> None:
    page = Page(made)
    assert not page.unbalanced
    assert not page.open
    assert page.tags.count("script") == 1
    assert page.tags.count("style") == 1
    assert not {"img", "iframe", "object", "link", "base", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("style", "src")]
    assert all(re.match(r"(#|https?://|\.\./|countries/|[A-Z]{2}\.html)", link) for link in page.values("href"))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    shown = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]", "\ufffd", text)
    assert shown.replace("\r", "\n").split("\n")[0].strip() in "".join(page.text)


def check_markdown(made: str, text: str) -> None:
    assert not re.search(r"(?<!\\)<(?!br>)", made)
    assert "](" not in made.replace("\\](", "")
    width = 0
    for line in made.split("\n"):
        bars = len(re.findall(r"(?<!\\)\|", line))
        if not line.startswith("|"):
            width = 0
            assert bars == 0, line[:200]
        else:
            width = width or bars
            assert bars == width, line[:200]


def check_csv(made: str, text: str) -> None:
    if made.startswith("{"):  # the description beside the tables
        check_json(made, text)
        return
    assert made.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for cell in row:
            number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell


def check_json(made: str, text: str) -> None:
    json.loads(made)


CHECKS = {"html": check_html, "md": check_markdown, "csv": check_csv, "json": check_json}


# Of other writers, `tests/writers/test_bad_input.py` has more to say.
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", CHECKS)
def test_hostile_text_stays_text(name: str, text: str, hostile: Hostile) -> None:
    writer = HOST.writers[name]
    subject, programme = hostile(text)
    made = list(files(writer.write(subject, RenderContext(programme=programme), writer.options())))
    assert made
    for _, content in made:
        CHECKS[name](content, text)
    if name == "json":
        assert loads(made[0][1], AssessmentSet) == subject


NAMES = st.text(min_size=1, max_size=60).map(str.strip).filter(lambda text: bool(text) and text.isprintable())


# Plugins for typeset documents have such a test of their own.
@pytest.mark.parametrize("name", [name for name in WRITERS if name not in ("docx", "pdf")])
@settings(max_examples=12, deadline=None)
@given(text=NAMES)
def test_any_text_stays_text(name: str, text: str, hostile: Hostile) -> None:
    writer = HOST.writers[name]
    subject, programme = hostile(text)
    for _, content in files(writer.write(subject, RenderContext(programme=programme), writer.options())):
        CHECKS.get(name, lambda _made, _text: None)(content, text)


@pytest.mark.parametrize("name", [name for name in WRITERS if Assessment in HOST.writers[name].accepts])
def test_one_country(name: str, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    writer = HOST.writers[name]
    made = list(files(writer.write(baseline["JM"], context(audience="country"), writer.options())))
    assert "Jamaica" in "".join(text for _, text in made)
    assert "Barbados" not in "".join(text for _, text in made)


def test_the_csv_set_agrees_with_the_scores(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    writer = HOST.writers["csv"]
    made = dict(files(writer.write(baseline, context(), writer.options())))
    package = json.loads(made.pop("datapackage.json"))
    assert [one["path"] for one in package["resources"]] == list(made)
    assert {name for name in made if "_" not in name} == {
        f"{name}.csv" for name in ("scores", "criteria", "findings", "sources", "evidence", "countries")
    }
    tables = {name: list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))) for name, text in made.items()}
    lacking = {(row["country"], row["capacity"], row["criterion"]) for row in tables["scores_lacking.csv"]}
    assert lacking == {(a.country.alpha_2, s.capacity.id, name) for a in baseline for s in a for name in s.lacking}
    assert len(tables["scores.csv"]) == 8 * 31
    assert len(tables["criteria.csv"]) == 8 * 240
    assert len(tables["findings.csv"]) == sum(len(a.findings) for a in baseline)
    assert len(tables["countries.csv"]) == 10
    for row in tables["scores.csv"]:
        assert row["notice"] == "Invented answers"
        if row["verified"] == "false":
            assert row["level"] == "", "a level that is not confirmed has no cell"
    silent = [row for row in tables["countries.csv"] if row["answered"] == "false"]
    assert [(row["country"], row["verified"]) for row in silent] == [("HT", ""), ("PE", "")]


def test_the_native_document_reads_back(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    writer = HOST.writers["json"]
    ((_, text),) = files(writer.write(baseline, context(), writer.options()))
    assert loads(text, AssessmentSet) == baseline


@pytest.mark.parametrize(
    ("value", "shown"),
    [("=1+1", "'=1+1"), (" =1", "' =1"), ("\t=1", "'\t=1"), ("－1", "'－1"), (-3, "-3"), (0.1, "0.1"), (True, "true")],
)
def test_formulas_are_guarded(value: str | float, shown: str) -> None:
    assert escape_formula(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("# head", "\\# head"), ("- item", "\\- item"), ("1. item", "1\\. item"), ("a\nb", "a b"), ("2016", "2016")],
)
def test_markdown_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


def is_closed(text: str) -> bool:
    """Tell whether embeddings, overrides and isolates end in the paragraph that they begin in (UAX 9, X1 to X8)."""
    for line in text.split("\n"):
        opened: list[str] = []
        for letter in line:
            if letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
                opened.append(letter)
            elif letter == "\u202c" and opened and opened[-1] < "\u2066":
                opened.pop()
            elif letter == "\u2069" and any(one >= "\u2066" for one in opened):
                while opened.pop() < "\u2066":
                    pass
        if opened:
            return False
    return True


def shown_texts(name: str, made: bytes) -> Iterator[str]:
    """Yield the texts that a reader of a document sees, each apart."""
    if made.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            for part in archive.namelist():
                if part.endswith((".xlsx",)):
                    yield from shown_texts("xlsx", archive.read(part))
                elif part.endswith((".xml", ".rels")):
                    for node in ElementTree.fromstring(archive.read(part)).iter():
                        yield from (node.text or "", node.tail or "", *node.attrib.values())
    elif name == "html":
        page = Page(made.decode())
        yield from (*page.text, *(value for _, value in page.attributes))
    else:
        yield from made.decode().splitlines()


@pytest.mark.parametrize("name", ["md", "html", "docx", "pptx", "xlsx"])
@pytest.mark.parametrize("kind", ["", "evidence"])
def test_changes_of_direction_and_control_characters_end_in_every_document(name, kind, hostile, context):
    text = "Bar\u202ebados\x1b[31m\x07"
    subject, programme = hostile(text)
    writer, shown = HOST.writers[name], subject["BB"] if kind else subject
    chunks = writer.write(shown, context(programme=programme, kind=kind), writer.options())
    made = b"".join(c if isinstance(c, bytes) else c.encode() for c in chunks)
    texts = list(shown_texts(name, made))
    assert any("Bar" in one and "bados" in one for one in texts)
    assert [one for one in texts if not is_closed(one)] == []
    assert [one for one in texts if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", one)] == []


def test_a_calendar_closes_changes_of_direction():
    text, day = "Bar\u202ebados\x1b[31m\nnext", datetime.date(2026, 5, 1)
    event = Event(uid="a\x1bb", start=day, end=day, summary=text, notes=[text], place=text, category=text)
    made = format_calendar([event], title=text, owner="x\u202ey", stamp=day)
    lines = made.replace("\r\n ", "").replace("\\n", "\n").split("\r\n")
    assert sum("bados" in line for line in lines) == 5
    assert all(map(is_closed, lines))
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "".join(lines))
