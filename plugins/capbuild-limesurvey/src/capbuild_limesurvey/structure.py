"""Tab-separated survey structure: rows of settings, sections, questions and answers by language."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.frozen import FrozenMap
from capbuild.plugins import InputFile
from capbuild_limesurvey.definition import Option, Part, Section, Survey, clean, language_tag
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


def _decoded(source: InputFile) -> str:
    data = source.content
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def structure_lines(source: InputFile) -> Iterator[Line]:
    """Yield the rows below the header row.

    Raises:
        ReadError: LIME2, the headers are not those of a structure, or a cell is too long.
    """
    before = csv.field_size_limit(max(csv.field_size_limit(), min(source.limits.text, _LONGEST_FIELD)))
    try:
        yield from _lines(source)
    except csv.Error as error:
        raise _broken(source, str(error)) from error
    finally:
        csv.field_size_limit(before)


def _broken(source: InputFile, why: str) -> ReadError:
    return source.error(f"is no tab-separated structure: {why}", "LIME2", "export it again from LimeSurvey")


def _lines(source: InputFile) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(_decoded(source), newline=""), delimiter="\t")
    head = [name.strip().lower() for name in next(reader, [])]
    if not is_structure(head):
        raise _broken(source, "its headers are different")
    last = reader.line_num
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Line(last + 1, FrozenMap(zip(head, cells, strict=False)))
        last = reader.line_num


@define
class _OpenQuestion:
    """Question under construction, from rows in one language after another."""

    part: Part
    texts: dict[str, str] = field(factory=dict)
    helps: dict[str, str] = field(factory=dict)
    others: dict[str, str] = field(factory=dict)
    options: dict[tuple[int, str], tuple[Option, dict[str, str]]] = field(factory=dict)
    parts: dict[tuple[int, str], tuple[Part, dict[str, str], dict[str, str]]] = field(factory=dict)

    def finish(self) -> Part:
        parts = [evolve(part, texts=texts, helps=helps) for part, texts, helps in self.parts.values()]
        options = [evolve(option, texts=texts) for option, texts in self.options.values()]
        return evolve(
            self.part,
            texts=self.texts,
            helps=self.helps,
            others=self.others,
            parts=tuple(parts),
            options=tuple(options),
        )


@define
class _Structure:
    """Survey under construction from its rows.

    Attributes:
        languages: Languages so far.
        settings: Settings of the survey.
    """

    languages: dict[str, None] = field(factory=dict)
    settings: dict[str, str] = field(factory=dict)
    titles: dict[str, str] = field(factory=dict)
    sections: dict[str, tuple[Section, dict[str, str], dict[str, str]]] = field(factory=dict)
    questions: dict[str, _OpenQuestion] = field(factory=dict)
    counted: dict[str, int] = field(factory=dict)
    unmapped: Counter[str] = field(factory=Counter)
    section: str = ""
    asked: _OpenQuestion | None = None

    def take(self, line: Line) -> str:
        """Add a row; return the reason if it is not used, otherwise an empty text."""
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

        It has no code: its key is its number, else its position among rows of the same language.
        """
        place = self.counted[language] = self.counted.get(language, 0) + 1
        key = line["type/scale"].strip() or line["id"].strip() or str(place)
        if key in self.sections and language in self.sections[key][1]:
            key = f"{key}.{place}"
        relevance = line["relevance"].strip()
        section = Section(
            key=key, titles={}, relevance="" if relevance == "1" else relevance, path=f"row {line.number}"
        )
        _, titles, described = self.sections.setdefault(key, (section, {}, {}))
        titles[language], described[language] = line["name"], line["text"]
        self.section, self.asked = key, None

    def _take_question(self, line: Line, language: str) -> None:
        code = line["name"].strip()
        relevance = line["relevance"].strip()
        part = Part(
            key=line["id"].strip(),
            code=code,
            type=line["type/scale"].strip(),
            section=self.section,
            other=line["other"].strip().upper() == "Y",
            mandatory=line["mandatory"].strip().upper() == "Y",
            relevance="" if relevance == "1" else relevance,
            attributes={n: cell.strip() for n, cell in line.cells.items() if n not in _NO_SETTINGS and cell.strip()},
            path=f"row {line.number}",
        )
        key = code
        while key in self.questions and language in self.questions[key].texts:
            key += "'"  # duplicate code in one language: two separate questions
        self.asked = self.questions.setdefault(key, _OpenQuestion(part))
        self.asked.texts[language], self.asked.helps[language] = line["text"], line["help"]
        if line["other_replace_text"].strip():
            self.asked.others[language] = line["other_replace_text"]
        if language == self._main:
            self.unmapped["answers given beforehand"] += bool(line["default"].strip())

    def _take_below(self, line: Line, language: str, kind: str) -> str:
        if self.asked is None:
            return "no question stands above it"
        scale = 1 if line["type/scale"].strip() == "1" else 0
        key = scale, line["name"].strip()
        if kind == "A":
            value = line["assessment_value"].strip() or line["relevance"].strip()
            option = Option(code=key[1], scale=scale, texts={}, value=_value(value))
            self.asked.options.setdefault(key, (option, {}))[1][language] = line["text"]
            return ""
        relevance = line["relevance"].strip()
        part = Part(
            key=line["id"].strip(),
            code=key[1],
            scale=scale,
            relevance="" if relevance == "1" else relevance,
            path=f"row {line.number}",
        )
        _, texts, helps = self.asked.parts.setdefault(key, (part, {}, {}))
        texts[language], helps[language] = line["text"], line["help"]
        return ""

    def finish(self) -> Survey:
        """Return the survey."""
        more = self.settings.get("additional_languages", "").split()
        own = [self._main] if self._main != "und" else []
        languages = [*own, *map(language_tag, more), *self.titles]
        sections = (evolve(part, titles=titles, descriptions=about) for part, titles, about in self.sections.values())
        return Survey(
            key=self.settings.get("sid", ""),
            titles=self.titles,
            languages=tuple(dict.fromkeys(languages)),
            sections=tuple(sections),
            questions=tuple(found.finish() for found in self.questions.values()),
            unmapped=self.unmapped,
        )


def _value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_structure(source: InputFile) -> tuple[Survey, tuple[tuple[int, str], ...]]:
    """Return the survey of a tab-separated structure, and its unused rows with the reasons.

    Raises:
        ReadError: LIME2, it is not such a structure.
    """
    structure = _Structure()
    unread: list[tuple[int, str]] = []
    for line in structure_lines(source):
        why = structure.take(line)
        if why:
            unread.append((line.number, why))
    return structure.finish(), tuple(unread)
