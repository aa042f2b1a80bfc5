"""Reader of tab-separated survey structures.

Rows are settings, sections, questions and answers, by language.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import KnownValues, check_definition, find_encoding, open_text
from capbuild.frozen import FrozenMap
from capbuild.model import Issue, Questionnaire
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_limesurvey.definition import (
    KNOWN_VALUES,
    QUESTION_TYPES,
    Option,
    Part,
    Section,
    Survey,
    clean,
    language_tag,
)
from capbuild_limesurvey.xml_dump import TEXTS_BESIDE

_NEEDED = ("class", "name", "relevance", "text", "language")
_CLASSES = frozenset(("S", "SL", "G", "Q", "SQ", "A", "QTA", "QTALS", "QTAM", "C", "AS"))
#: Columns that are not question attributes.
_PLAIN_NAMES = (
    "id related_id class type/scale name relevance text help language mandatory encrypted other default same_default "
    "same_script"
)
_NO_SETTINGS = frozenset(_PLAIN_NAMES.split())
#: Classes of rows about the survey as a whole, with their content.
_BESIDE = {"QTA": "quotas", "AS": "rules of assessment", "C": "conditions of their own"}
#: Maximum field length; the csv module's default is lower than the limits for texts.
_LONGEST_FIELD = 10_000_000


@frozen
class Line:
    """One row of the file.

    Attributes:
        number: Its first line, from 1.
        cells: Its cells by header.
    """

    number: int
    cells: FrozenMap[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def is_structure(head: Sequence[str]) -> bool:
    r"""True if headers belong to a tab-separated structure.

    Example:
        >>> is_structure("class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage".split("\t"))
        True
    """
    names = {name.strip().lstrip("\ufeff").strip('"').lower() for name in head}
    return "type/scale" in names and names.issuperset(_NEEDED)


def read_structure_lines(source: InputFile) -> Iterator[Line]:
    """Yield the rows below the header row.

    Raises:
        ReadError: LIME2, the headers are not those of a structure, or a cell is too long.
    """
    before = csv.field_size_limit(max(csv.field_size_limit(), min(source.limits.text, _LONGEST_FIELD)))
    try:
        yield from _read_lines(source)
    except csv.Error as error:
        raise _make_error(source, str(error)) from error
    finally:
        csv.field_size_limit(before)


def _make_error(source: InputFile, why: str) -> ReadError:
    return source.error(f"is no tab-separated structure: {why}", "LIME2", "export it again from LimeSurvey")


def _read_lines(source: InputFile) -> Iterator[Line]:
    with open_text(source, find_encoding(source, None)) as stream:
        reader = csv.reader(stream, delimiter="\t")
        head = [name.strip().lower() for name in next(reader, [])]
        if not is_structure(head):
            raise _make_error(source, "its headers are different")
        last = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(last + 1, FrozenMap(zip(head, cells, strict=False)))
            last = reader.line_num


#: Rows about one thing in one language after another.
_Translated = list[tuple[str, Line]]


def _read_texts(rows: _Translated, column: str) -> dict[str, str]:
    return {language: line[column] for language, line in rows}


def _read_relevance(line: Line) -> str:
    relevance = line["relevance"].strip()
    return "" if relevance == "1" else relevance


@define
class _Asked:
    """Rows of a question, its options and its parts."""

    section: str
    rows: _Translated = field(factory=list)
    options: defaultdict[tuple[int, str], _Translated] = field(factory=lambda: defaultdict(list))
    parts: defaultdict[tuple[int, str], _Translated] = field(factory=lambda: defaultdict(list))

    def question(self) -> Part:
        """Return the question."""
        _, line = self.rows[0]
        return evolve(
            _part(0, self.rows),
            type=line["type/scale"].strip(),
            section=self.section,
            other=line["other"].strip().upper() == "Y",
            mandatory=line["mandatory"].strip().upper() == "Y",
            attributes={n: cell.strip() for n, cell in line.cells.items() if n not in _NO_SETTINGS and cell.strip()},
            others={tag: text for tag, text in _read_texts(self.rows, "other_replace_text").items() if text.strip()},
            parts=tuple(_part(scale, rows) for (scale, _), rows in self.parts.items()),
            options=tuple(_make_option(scale, rows) for (scale, _), rows in self.options.items()),
        )


def _part(scale: int, rows: _Translated) -> Part:
    _, line = rows[0]
    return Part(
        key=line["id"].strip(),
        code=line["name"].strip(),
        scale=scale,
        texts=_read_texts(rows, "text"),
        helps=_read_texts(rows, "help"),
        relevance=_read_relevance(line),
        path=f"row {line.number}",
    )


def _make_option(scale: int, rows: _Translated) -> Option:
    _, line = rows[0]
    value = line["assessment_value"].strip() or line["relevance"].strip()
    return Option(code=line["name"].strip(), scale=scale, texts=_read_texts(rows, "text"), value=_parse_value(value))


def _make_section(key: str, rows: _Translated) -> Section:
    _, line = rows[0]
    return Section(
        key=key,
        titles=_read_texts(rows, "name"),
        descriptions=_read_texts(rows, "text"),
        relevance=_read_relevance(line),
        path=f"row {line.number}",
    )


@define
class _Structure:
    """Survey under construction from its rows.

    Attributes:
        settings: Settings of the survey.
    """

    settings: dict[str, str] = field(factory=dict)
    titles: dict[str, str] = field(factory=dict)
    sections: dict[str, _Translated] = field(factory=dict)
    questions: dict[str, _Asked] = field(factory=dict)
    counted: Counter[str] = field(factory=Counter)
    unmapped: Counter[str] = field(factory=Counter)
    section: str = ""
    asked: _Asked | None = None

    def take(self, line: Line) -> str:
        """Add a row; return why it is unused, if so."""
        kind = line["class"].strip().upper()
        if kind not in _CLASSES:
            return f"{kind or 'a blank'!r} is no class of rows"
        language = language_tag(line["language"]) if line["language"].strip() else self._main
        match kind:
            case "S":
                self.settings[line["name"].strip()] = line["text"].strip()
            case "SL" if line["name"].strip() == "surveyls_title":
                self.titles[language] = line["text"]
            case "SL" if line["name"].strip() in TEXTS_BESIDE and language == self._main:
                self.unmapped["texts around the questions"] += bool(clean(line["text"]))
            case "QTA" | "AS" | "C":
                self.unmapped[_BESIDE[kind]] += 1
            case "G":
                self._take_section(line, language)
            case "Q":
                self._take_question(line, language)
            case "SQ" | "A":
                return self._take_below(line, language, kind)
            case _:
                pass
        return ""

    @property
    def _main(self) -> str:
        return language_tag(self.settings.get("language", "")) if self.settings.get("language") else "und"

    def _take_section(self, line: Line, language: str) -> None:
        """Add a section.

        Sections have no code. Their key is their number, else their position among sections of the same language.
        """
        self.counted[language] += 1
        key = line["type/scale"].strip() or line["id"].strip() or str(self.counted[language])
        if language in dict(self.sections.get(key, ())):
            key = f"{key}.{self.counted[language]}"
        self.sections.setdefault(key, []).append((language, line))
        self.section, self.asked = key, None

    def _take_question(self, line: Line, language: str) -> None:
        key = line["name"].strip()
        while key in self.questions and language in dict(self.questions[key].rows):
            key += "'"  # duplicate code in one language: two separate questions
        self.asked = self.questions.setdefault(key, _Asked(self.section))
        self.asked.rows.append((language, line))
        if language == self._main:
            self.unmapped["answers given beforehand"] += bool(line["default"].strip())

    def _take_below(self, line: Line, language: str, kind: str) -> str:
        if self.asked is None:
            return "no question is above it"
        scale = 1 if line["type/scale"].strip() == "1" else 0
        below = self.asked.options if kind == "A" else self.asked.parts
        below[scale, line["name"].strip()].append((language, line))
        return ""

    def finish(self) -> Survey:
        """Return the survey."""
        more = self.settings.get("additional_languages", "").split()
        own = [self._main] if self._main != "und" else []
        languages = [*own, *map(language_tag, more), *self.titles]
        return Survey(
            key=self.settings.get("sid", ""),
            titles=self.titles,
            languages=tuple(dict.fromkeys(languages)),
            sections=tuple(_make_section(key, rows) for key, rows in self.sections.items()),
            questions=tuple(asked.question() for asked in self.questions.values()),
            unmapped=self.unmapped,
        )


def _parse_value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_structure(source: InputFile) -> tuple[Survey, tuple[tuple[int, str], ...]]:
    """Return a survey, and unused rows with the reasons.

    Raises:
        ReadError: LIME2, it is not such a structure.
    """
    structure = _Structure()
    unread: list[tuple[int, str]] = []
    lines = list(read_structure_lines(source))
    for line in lines:
        why = structure.take(line)
        if why:
            unread.append((line.number, why))
    survey = structure.finish()
    return evolve(survey, doubts=partial(_check_lines, source.name, lines, survey.languages)), tuple(unread)


def _check_lines(file: str, lines: Sequence[Line], languages: tuple[str, ...], form: Questionnaire) -> Iterator[Issue]:
    """Yield the rows' issues, compared with their questionnaire."""
    spoken: KnownValues = lambda text: language_tag(text) in languages  # noqa: E731
    known: dict[str, KnownValues] = {
        **{f"Q.{name}": values for name, values in KNOWN_VALUES.items()},
        **dict.fromkeys(("A.assessment_value", "A.relevance"), float),
        "Q.other": ("Y", "N", "y", "n"),
        "Q.mandatory": ("Y", "N", "S", "y", "n", "s"),
        "Q.type/scale": QUESTION_TYPES,
        **dict.fromkeys(("A.type/scale", "SQ.type/scale"), ("0", "1")),
        **dict.fromkeys(("class", "Q.name", "SQ.name", "A.name", "additional_languages"), lambda _text: True),
        "language": spoken,
    }
    tree: dict[str, list[dict[str, object]]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        kind = line["class"].strip().upper()
        setting = {"text": {line["name"]: line["text"]}, "name": None} if kind in ("S", "SL") else {}
        tree[kind].append({**line.cells, **setting})
        places[kind].append(line.number)

    def origin(kind: str, place: int, head: str, *_name: str) -> Origin:
        return Origin(file, row=places[kind][place], column=list(tree[kind][place]).index(head) + 1)

    yield from check_definition(file, dict(tree), form, known, origin=origin)
