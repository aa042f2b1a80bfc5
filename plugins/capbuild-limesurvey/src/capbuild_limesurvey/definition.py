"""Model of a LimeSurvey survey.

It has question types and plain texts, and is independent of the file format.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from html import escape
from html.parser import HTMLParser

from attrs import field, frozen

from capbuild.formats import KnownValues
from capbuild.frozen import FrozenMap, freeze
from capbuild.model import Issue, Questionnaire, QuestionType
from capbuild.text import Text, Translation

Texts = FrozenMap[str, str]


def _freeze(value: Mapping[str, str]) -> Texts:
    return freeze(value)


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of a LimeSurvey language code.

    Variants such as `de-informal` become private subtags.

    Example:
        >>> language_tag("pt-BR"), language_tag("de-informal"), language_tag(" ")
        ('pt-BR', 'de-x-informal', 'und')
    """
    code = code.strip().replace("_", "-")
    return code.replace("-informal", "-x-informal").replace("-easy", "-x-easy") or "und"


def _list_no_doubts(_form: Questionnaire) -> Iterator[Issue]:
    return iter(())


def _freeze_counts(value: Mapping[str, int]) -> FrozenMap[str, int]:
    return freeze(value)


@frozen(kw_only=True)
class Section:
    """A group of questions.

    Attributes:
        key: Its key within the file.
        titles: Its names by language.
        descriptions: Its descriptions by language.
        relevance: Condition for showing it; empty for always.
        path: Its position in the file.
    """

    key: str
    titles: Texts = field(converter=_freeze)
    descriptions: Texts = field(factory=FrozenMap, converter=_freeze)
    relevance: str = ""
    path: str = ""


@frozen(kw_only=True)
class Option:
    """Answer option of a question.

    Attributes:
        code: Its code.
        scale: Number of the scale it belongs to, 0 or 1.
        texts: Its texts by language.
        value: Its assessment value, or None.
        key: Its key within the file (aid), or empty.
    """

    code: str
    scale: int
    texts: Texts = field(converter=_freeze)
    value: float | None = None
    key: str = ""


@frozen(kw_only=True)
class Part:
    """A question, or a row or column of one.

    Attributes:
        key: Its key within the file, such as the qid.
        code: Its code.
        type: LimeSurvey's letter for its type; empty for a subquestion.
        section: Key of its section.
        texts: Its texts by language.
        helps: Its help texts by language.
        other: True if it has an "other" answer.
        mandatory: True if an answer is required.
        relevance: Condition for showing it; empty for always.
        scale: Axis of a subquestion: 0 for rows, 1 for columns.
        attributes: Further settings, in the main language.
        others: Labels of "other" by language; empty for LimeSurvey's default.
        options: Answer options.
        parts: Subquestions.
        path: Its position in the file.
    """

    key: str
    code: str
    type: str = ""
    section: str = ""
    texts: Texts = field(factory=FrozenMap, converter=_freeze)
    helps: Texts = field(factory=FrozenMap, converter=_freeze)
    other: bool = False
    mandatory: bool = False
    relevance: str = ""
    scale: int = 0
    attributes: Texts = field(factory=FrozenMap, converter=_freeze)
    others: Texts = field(factory=FrozenMap, converter=_freeze)
    options: tuple[Option, ...] = ()
    parts: tuple["Part", ...] = ()
    path: str = ""

    def parts_on(self, scale: int) -> tuple["Part", ...]:
        """Return the subquestions on one axis."""
        return tuple(part for part in self.parts if part.scale == scale)

    def options_of(self, scale: int) -> tuple[Option, ...]:
        """Return the answers of one scale."""
        return tuple(option for option in self.options if option.scale == scale)


@frozen(kw_only=True)
class Survey:
    """A survey, a group or a question from one file.

    Attributes:
        key: Number of the survey; empty if unknown.
        titles: Its titles by language.
        languages: Its languages, the main one first.
        sections: Its sections in order.
        questions: Its questions in order.
        version: Version of the database it was exported from; empty for a tab-separated structure.
        kind: Type of the file: `Survey`, `Group` or `Question`.
        unmapped: Counts of other content of the file.
        doubts: Returns the issues of its definition, by comparison with its questionnaire.
    """

    key: str = ""
    titles: Texts = field(factory=FrozenMap, converter=_freeze)
    languages: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    questions: tuple[Part, ...] = ()
    version: str = ""
    kind: str = "Survey"
    unmapped: FrozenMap[str, int] = field(factory=FrozenMap, converter=_freeze_counts)
    doubts: Callable[[Questionnaire], Iterator[Issue]] = field(default=_list_no_doubts, eq=False, repr=False)


class Layout(Enum):
    """Column layout of a question."""

    SINGLE = "one column"
    NONE = "one column, with nothing in it"
    TICKS = "one column a choice, Y where it was ticked"
    ROWS = "one column a row"
    CELLS = "one column a row and a column"
    DUAL = "two columns a row"
    RANKS = "one column a rank"


_LAYOUTS = {
    **dict.fromkeys("MP", Layout.TICKS),
    **dict.fromkeys("FHABCEKQ", Layout.ROWS),
    **dict.fromkeys(":;", Layout.CELLS),
    "1": Layout.DUAL,
    "R": Layout.RANKS,
    "X": Layout.NONE,
}

_TYPES = {
    **dict.fromkeys("L!O5GIFHABCE1", QuestionType.SELECT_ONE),
    **dict.fromkeys("MP", QuestionType.SELECT_MULTIPLE),
    **dict.fromkeys("NK:", QuestionType.DECIMAL),
    **dict.fromkeys("STUQ;", QuestionType.TEXT),
    "Y": QuestionType.BOOLEAN,
    "D": QuestionType.DATETIME,
    "R": QuestionType.RANKING,
    "X": QuestionType.NOTE,
    "*": QuestionType.CALCULATED,
    "|": QuestionType.FILE,
}


def _is_bound(text: str) -> bool:
    """Return True for a number, or an expression of one."""
    return text.startswith("{") or re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text) is not None


def _is_any(_text: str) -> bool:
    return True


#: Known values of cells and settings, by their names in all formats. The writer's notes in `cssclass`, formats of dates
#: and lists of codes are no texts: any is known.
KNOWN_VALUES: dict[str, KnownValues] = {
    "other": ("Y", "N"),
    "mandatory": ("Y", "N", "S"),
    **dict.fromkeys(("hidden", "num_value_int_only", "numbers_only", "multiflexible_checkbox"), ("0", "1")),
    **dict.fromkeys(("min_num_value_n", "multiflexible_min", "slider_min"), _is_bound),
    **dict.fromkeys(("max_num_value_n", "multiflexible_max", "slider_max"), _is_bound),
    **dict.fromkeys(("cssclass", "date_format", "exclude_all_others"), _is_any),
}


def _freeze_numbers(last: int) -> tuple[tuple[str, dict[str, str], float | None], ...]:
    return tuple((str(n), {"en": str(n)}, float(n)) for n in range(1, last + 1))


def _freeze_words(**words: str) -> tuple[tuple[str, dict[str, str], None], ...]:
    """Return choices by code, with labels in the languages below."""
    languages = ("en", "es", "fr", "nl", "pt", "de")
    return tuple((code, dict(zip(languages, labels.split(" | "), strict=True)), None) for code, labels in words.items())


_YES, _NO = "Yes | Sí | Oui | Ja | Sim | Ja", "No | No | Non | Nee | Não | Nein"

#: Choices of types with fixed answers: code, labels by language, score.
FIXED_CHOICES: dict[str, tuple[tuple[str, dict[str, str], float | None], ...]] = {
    "5": _freeze_numbers(5),
    "A": _freeze_numbers(5),
    "B": _freeze_numbers(10),
    "C": _freeze_words(Y=_YES, N=_NO, U="Uncertain | Incierto | Incertain | Onzeker | Incerto | Unsicher"),
    "E": _freeze_words(
        I="Increase | Aumento | Augmentation | Toename | Aumento | Zunahme",
        S="Same | Igual | Identique | Gelijk | Igual | Gleich",
        D="Decrease | Disminución | Diminution | Afname | Diminuição | Abnahme",
    ),
    "G": _freeze_words(
        F="Female | Femenino | Féminin | Vrouw | Feminino | Weiblich",
        M="Male | Masculino | Masculin | Man | Masculino | Männlich",
    ),
    "Y": _freeze_words(Y=_YES, N=_NO),
}


def find_layout(letter: str) -> Layout:
    """Return a question type's column layout, by default one column.

    Example:
        >>> find_layout("F").name, find_layout("M").name, find_layout("?").name
        ('ROWS', 'TICKS', 'SINGLE')
    """
    return _LAYOUTS.get(letter, Layout.SINGLE)


QUESTION_TYPES = frozenset(_TYPES)


def find_type(letter: str) -> QuestionType:
    """Return a question type's answer type, `UNKNOWN` if unknown."""
    return _TYPES.get(letter, QuestionType.UNKNOWN)


#: Private-use subtag of the text with markup: `en-x-html`.
RAW = "x-html"

_LOOKS_MARKED = re.compile(r"<[A-Za-z/!]|&#?\w+;")

_BLOCK_NAMES = "address blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul"

_BLOCKS = frozenset(_BLOCK_NAMES.split())

_HIDDEN = frozenset(("script", "style"))

_SPACES = re.compile(r"[^\S\n]+")

_BREAKS = re.compile(r"\s*\n\s*")


class _Stripper(HTMLParser):
    """Parser that extracts the text of an HTML fragment.

    Block elements become line breaks, and images their description.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        self.hidden += tag in _HIDDEN
        if tag == "img":
            given = dict(attrs)
            source = (given.get("src") or "").rsplit("/", 1)[-1]
            self.parts.append(given.get("alt") or (f"[{source}]" if source else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in _HIDDEN and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def clean(text: str) -> str:
    r"""Return a text without markup.

    Blocks become lines, and pictures their description or file name.

    Example:
        >>> clean('<p>Is there a <b>unit</b>?</p><img alt="" src="a/map.png" />'), clean("a < b &amp; c")
        ('Is there a unit?\n[map.png]', 'a < b & c')
    """
    if _LOOKS_MARKED.search(text) is None:
        return text.strip()
    stripper = _Stripper()
    stripper.feed(text)
    stripper.close()
    return _BREAKS.sub("\n", _SPACES.sub(" ", "".join(stripper.parts).replace("\u00a0", " "))).strip()


def to_html(text: str) -> str:
    """Return a text as HTML, with markup characters escaped.

    Example:
        >>> to_html("Fewer than <b> & no more"), to_html("Law & order")
        ('Fewer than &lt;b&gt; &amp; no more', 'Law & order')
    """
    return text if clean(text) == text.strip() else escape(text, quote=False)


def find_text(texts: Mapping[str, str], languages: tuple[str, ...], fallback: str) -> Text:
    """Return a plain text in all languages.

    A text with markup is also kept as written, under `<language>-x-html`.

    Args:
        texts: The text as stored, by language.
        languages: Languages of the survey, the main one first.
        fallback: Text to use if there is none in any language.

    Example:
        >>> text = find_text({"en": "<b>Age</b>", "es": "Edad"}, ("en", "es"), "age")
        >>> text.get("en"), text.get("es"), text.get("en-x-html")
        ('Age', 'Edad', '<b>Age</b>')
    """
    cleaned = {language: clean(texts[language]) for language in (*languages, *texts) if texts.get(language, "").strip()}
    source = languages[0] if languages else next(iter(cleaned), "und")
    if not cleaned.get(source) and cleaned:
        source = next((language for language, text in cleaned.items() if text), source)
    others = {tag: Translation(text) for tag, text in cleaned.items() if tag != source and text}
    raw = {f"{tag}-{RAW}": Translation(texts[tag]) for tag, text in cleaned.items() if texts[tag].strip() != text}
    return Text(cleaned.get(source) or fallback, source, {**others, **raw})
