"""Rows of a sheet, and roles of columns by header."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.origin import Origin
from capbuild.plugins import CellTable
from capbuild.scoring.answer_words import CONSENSUS, NEGATIVES
from capbuild.text import is_language

_ERROR = re.compile(r"#(REF|N/A|NAME\?|VALUE|DIV/0|NULL|NUM)!?")

_YES = ("yes", "y", "true", "x", "1", "si", "oui", "ja", "sim")

_NO = ("no", "n", "false", "0", "non", "nee", "nao", "")


def fold(text: str) -> str:
    """Fold a text: lower case, no accents or punctuation.

    Punctuation becomes single spaces.

    Example:
        >>> fold(" Descripción_(ES) ")
        'descripcion es'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return " ".join(letters.split())


def has_error(text: str) -> bool:
    """True for a cell with a spreadsheet error."""
    return _ERROR.fullmatch(text) is not None


def to_number(text: str) -> float | int | None:
    """Parse a number, or return None.

    A decimal comma and a percent sign are accepted.

    Example:
        >>> to_number("2"), to_number("0,5"), to_number("25 %"), to_number("two")
        (2, 0.5, 25, None)
    """
    plain = text.replace("%", "").replace(",", ".").strip()
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def to_flag(text: str) -> bool | None:
    """Parse yes or no as a Boolean."""
    word = fold(text)
    return True if word in _YES else False if word in _NO else None


def is_negative(text: str) -> bool:
    """True if a text begins with no or nothing.

    Words of several languages are known.

    Example:
        >>> is_negative("No hay"), is_negative("Ninguna"), is_negative("Some")
        (True, True, False)
    """
    first = fold(text).split(" ")[0]
    return first in NEGATIVES or first in _NO


@frozen
class SheetRow:
    """One row of a sheet.

    Attributes:
        view: The sheet.
        number: Its number, from 1.
        cells: Its cells, as many as the sheet has columns.
        origins: Places of cells that are elsewhere in the file, by column.
    """

    view: "SheetView"
    number: int
    cells: Sequence[str] = field(repr=False)
    origins: Mapping[int, Origin] = field(factory=dict, repr=False)

    def origin(self, column: int | None = None) -> Origin:
        """Return the origin of a row or cell."""
        if column is not None and column in self.origins:
            return self.origins[column]
        place = None if column is None else self.view.places.get(column, column) + 1
        return Origin(self.view.file, self.view.name or None, self.number, place)

    def indent(self, column: int) -> int:
        """Return the indentation of a cell."""
        return self.view.indents.get((self.number, column + 1), 0)

    @property
    def filled(self) -> list[int]:
        """Columns that are not blank."""
        return [position for position, cell in enumerate(self.cells) if cell]


@define
class SheetView:
    """Sheet of a file as rows of one width.

    Attributes:
        file: Name of the file.
        name: Name of the sheet; empty for a text file.
        rows: Its rows that are not blank.
        indents: Indents by row and column from 1.
        places: Columns of the file from which others were split, from 0.
    """

    file: str
    name: str
    rows: list[SheetRow] = field(factory=list, repr=False)
    indents: Mapping[tuple[int, int], int] = field(factory=dict, repr=False)
    places: Mapping[int, int] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, table: CellTable, file: str) -> "SheetView":
        """Return the view of a table of cells."""
        view = cls(file, table.name, indents=table.indents)
        width = max(map(len, table.rows), default=0)
        for number, cells in enumerate(table.rows, start=1):
            if any(cells):
                view.rows.append(SheetRow(view, number, (*cells, *[""] * (width - len(cells)))))
        return view

    def below(self, header: SheetRow) -> Iterator[SheetRow]:
        """Yield the rows below a header row.

        Notes that begin with `#` and a space, and rows that repeat the header, are skipped. If headings are above
        such rows, the one above the header comes first.
        """
        words = [fold(cell) for cell in header.cells]
        headings: dict[bool, SheetRow] = {}
        above: SheetRow | None = None
        rows: list[SheetRow] = []
        for row in self.rows:
            again = len(row.filled) > 1 and all(fold(row.cells[place]) == words[place] for place in row.filled)
            if again and above is not None and len(above.filled) == 1:
                headings.setdefault(row.number > header.number, above)
            if row.number > header.number and not again and not row.cells[row.filled[0]].startswith("# "):
                rows.append(row)
            above = row
        yield from [*([headings[False]] if len(headings) > 1 else []), *rows]


#: Kind of columns about criteria, beside the kinds of nodes.
CRITERION = "criterion"


class Role(StrEnum):
    """Role of a column."""

    ID = "id"
    PARENT = "parent"
    KIND = "kind"
    NODE = "node"
    TITLE = "title"
    DEFINITION = "definition"
    CRITERION = "criterion"
    LEVEL_TEXT = "level text"
    LEVEL = "level"
    POINTS = "points"
    WEIGHT = "weight"
    TARGET = "target"
    PROFILE = "target of a profile"
    ANSWERS = "answers"
    EVIDENCE = "evidence"
    WHY = "why"
    CHECK = "check"


_WORDS: Mapping[str, Any] = json.loads((files("capbuild.frameworks.spreadsheets") / "words.json").read_text("utf-8"))

#: Languages of header words; some words occur in several.
_ORDER = ("en", "es", "fr", "nl", "pt")

#: Shortest header word in which a slip is corrected, and least similarity: one letter of seven.
_LONG_WORD, _NEAR = 6, 0.9

#: Languages with the adjective before its noun.
_NOUN_LAST = ("en", "nl")

_TAGS: Mapping[str, str] = {word: tag for tag, words in _WORDS["languages"].items() for word in words}

_MARK = re.compile(
    r"^(?:(?P<before>[A-Za-zñçé]+)\s*:\s*)?(?P<text>.*?)"
    r"(?:\s*[\[(](?P<inside>[^\])]+)[\])]|[\s_/–-]+(?P<after>[A-Z]{2}|[a-z]{2}))?$",
    re.DOTALL,
)

NUMBERED_LEVEL = re.compile(
    r"(?:(?:maturity level|nivel de madurez|niveau de maturite"
    r"|level|nivel|niveau|stage|etapa|stade|fase|phase|step|score|l|n|ml|mil)\s*)?"
    r"(?P<number>\d)(?:\s+(?P<label>.+))?"
)

_LETTERS = re.compile(r"[^\W\d_]+")

#: Minimum number of different words of a language, and minimum ratio of its votes to the next one's.
_LEAST, _MARGIN = 3, 1.5

_BEHIND = re.compile(r"(?P<label>[^\d]+?)\s*(?P<number>\d)")


@frozen(kw_only=True)
class Column:
    """Column of a table with its role.

    Attributes:
        place: Its index, from 0.
        header: Its header.
        role: Its role.
        kind: Kind of the node described, or `criterion`; empty if not in the header.
        languages: Possible languages of its header.
        language: Its language, if marked in the header.
        order: Order of the level of its texts.
        label: Name of that level, or of a target profile.
    """

    place: int
    header: str
    role: Role
    kind: str = ""
    languages: tuple[str, ...] = ()
    language: str = ""
    order: int | None = None
    label: str = ""


@lru_cache(maxsize=1)
def _load_vocabulary() -> dict[str, tuple[Role, str, tuple[str, ...]]]:
    """Return header words with role, kind of node and languages."""
    vocabulary: dict[str, tuple[Role, str, list[str]]] = {}
    for part in ("roles", "nodes"):
        for name, languages in _WORDS[part].items():
            role, kind = (Role.NODE, name) if part == "nodes" else (Role(name), "")
            for tag, words in languages.items():
                for form in (f"{word}{end}" for word in words for end in ("", "s", "es")):
                    vocabulary.setdefault(form, (role, kind, []))[2].append(tag)
    return {word: (role, kind, tuple(dict.fromkeys(tags))) for word, (role, kind, tags) in vocabulary.items()}


def _split_language(header: str) -> tuple[str, str]:
    """Split a header into text and language tag.

    The tag is empty if the header has no language mark.

    Example:
        >>> _split_language("Question (EN)"), _split_language("title_es"), _split_language("FR: Niveau 1")
        (('Question', 'en'), ('title', 'es'), ('Niveau 1', 'fr'))
        >>> _split_language("Question (SW)"), _split_language("Question (ID)")
        (('Question', 'sw'), ('Question (ID)', ''))
    """
    match = _MARK.match(" ".join(header.split()))
    if match is None:
        return header, ""
    for name in ("before", "inside", "after"):
        tag = _TAGS.get(fold(match[name] or ""), "")
        if tag:
            return match["text"], tag
    inside = (match["inside"] or "").lower()
    if len(inside) == 2 and inside not in _load_vocabulary() and is_language(inside):  # any other, in brackets
        return match["text"], inside
    return header, ""


def _read_header(place: int, header: str) -> Column | None:
    """Return the column of a known header."""
    text, language = _split_language(header)
    if header.strip() in ("#", "№", "N°", "Nº", "N.º"):
        return Column(place=place, header=header, role=Role.ID)
    words = fold(text)
    role, kind, tags = _load_vocabulary().get(words, (None, "", ()))
    if role is None:
        role, kind, tags = _read_compound(words)
    if role is None:
        role, kind, tags = _read_noun(words)
    if role is None and (name := _find_profile_name(text)):
        return Column(place=place, header=header, role=Role.PROFILE, language=language, label=name)
    if role is None:
        return None
    return Column(place=place, header=header, role=role, kind=kind, language=language, languages=tags)


def known_role(text: str) -> Role | None:
    """Return the role of a header that is a known word; None for others.

    Example:
        >>> known_role("Descripción"), known_role("Indicator 1: Description of dams")
        (<Role.DEFINITION: 'definition'>, None)
    """
    words, _ = _split_language(text)
    return _load_vocabulary().get(fold(words), (None,))[0]


@lru_cache(maxsize=1)
def _load_judgement_words() -> dict[str, str]:
    """Return our column names by header word, in the singular and plural."""
    forms = ("", "s", "es")
    columns = _WORDS["judgements"].items()
    return {f"{word}{end}": name for name, words in columns for end in forms for word in words}


def name_judgement_columns(headers: Iterable[str], given: Container[str] = ()) -> tuple[str, ...] | None:
    """Return the column names of a judgement table.

    The header may be in any of the languages. The result is None unless it has an indicator, an assessor and a level.
    The indicator is the column of ids, else the narrowest node of the tree. Wider nodes are named `text`, and unknown
    columns keep their header. Without a column of the tree, ids count only if every other column is known. Columns of
    several assessors are named after the column and the assessor, such as `level@assessor 1`.

    Args:
        headers: The header.
        given: Names of columns whose value is above the table.

    Example:
        >>> name_judgement_columns(["Pays", "Facteur", "Aspect", "Évaluateur", "Niveau", "Preuve"])
        ('country', 'text', 'indicator', 'assessor', 'level', 'evidence')
        >>> name_judgement_columns(["Factor", "Assessor A", "Assessor B", "Consensus"])
        ('indicator', 'level@assessor a', 'level@assessor b', 'level@consensus')
        >>> name_judgement_columns(["ID", "Country", "Evaluator", "Level", "Boats"]) is None
        True
    """
    names = [" ".join(header.split()).lower() for header in headers]
    folded = [fold(header) for header in names]
    known = [_load_vocabulary().get(words) for words in folded]
    roles = [None if meaning is None else meaning[0] for meaning in known]
    for place, header in enumerate(names):
        role = roles[place]
        own = role.value if role in (Role.LEVEL, Role.EVIDENCE) else header
        names[place] = _load_judgement_words().get(folded[place], own)
    if not {"assessor", "level"} <= {*names}:
        names = _name_assessors(names, folded)
    parts = [place for place, role in enumerate(roles) if role is Role.NODE]
    ids = [place for place, role in enumerate(roles) if role is Role.ID]
    for place in parts:
        names[place] = "text"
    named = {*_WORDS["judgements"], "level", "evidence"}
    others = [name for place, name in enumerate(names) if place not in ids and "@" not in name]
    if not parts and not named.issuperset(others):
        ids = []  # an id beside other questions is that of a respondent
    for place in (ids or parts[-1:])[:1]:
        names[place] = "indicator"
    whole = {column for name in names for column in ((name,) if "@" not in name else (name.split("@")[0], "assessor"))}
    complete = all(column in whole or column in given for column in ("indicator", "assessor", "level"))
    return tuple(names) if complete else None


def _name_assessors(names: Sequence[str], folded: Sequence[str]) -> list[str]:
    """Name the columns of several assessors.

    Such a header has the word for an assessor with a number, a letter or a name behind a mark, such as `Assessor: Ana`.
    Beside such columns, one of a consensus is that of one more assessor.
    """
    pairs = [_split_assessor(name) for name in names]
    if len({assessor for assessor, column in pairs if assessor and column == "level"}) < 2:
        return [*names]
    agreed = [words in CONSENSUS for words in folded]
    columns = (("consensus", "level") if same else pair for pair, same in zip(pairs, agreed, strict=True))
    return [f"{column}@{who}" if who else name for name, (who, column) in zip(names, columns, strict=True)]


def _split_assessor(header: str) -> tuple[str, str]:
    """Return the assessor of a column, and what it has of them.

    Example:
        >>> _split_assessor("assessor 1"), _split_assessor("evidence (assessor: ana)"), _split_assessor("assessor name")
        (('assessor 1', 'level'), ('assessor ana', 'evidence'), ('', ''))
    """
    vocabulary, marked = _load_judgement_words(), re.search(r"[:(–—-]\s*\w", header) is not None
    words = fold(header).split()
    columns = [vocabulary.get(word) or getattr(_load_vocabulary().get(word, (None,))[0], "value", "") for word in words]
    who = [word for word, column in zip(words, columns, strict=True) if column in ("", "assessor")]
    own = [column for column in columns if column in ("level", "evidence", "note", "confidence")]
    short = len(who) == 2 and len(who[-1]) <= 2
    if "assessor" not in columns or len(who) < 2 or len(own) > 1 or not (short or marked):
        return "", ""
    return " ".join(who), own[0] if own else "level"


def read_judgement_line(cells: Sequence[str]) -> tuple[str, int, str] | None:
    """Return the column that a line above a judgement table gives, with the place and text of its value.

    Example:
        >>> read_judgement_line(["País:", "", "Peru"]), read_judgement_line(["Assessor: Ana"])
        (('country', 2, 'Peru'), ('assessor', 0, 'Ana'))
    """
    filled = [(place, text) for place, cell in enumerate(cells) if (text := cell.strip())]
    if len(filled) == 1:
        place, text = filled[0]
        label, _, value = text.partition(":")
    elif len(filled) == 2:
        (_, label), (place, value) = filled
    else:
        return None
    column = _load_judgement_words().get(fold(label))
    return (column, place, value.strip()) if column in ("country", "assessor", "as_of") and value.strip() else None


def _find_profile_name(header: str) -> str:
    """Return the target profile that a header names.

    The name follows the word for target; the result is empty if there is none.

    Example:
        >>> _find_profile_name("Target: Basic"), _find_profile_name("Meta avanzada"), _find_profile_name("Basic")
        ('Basic', 'avanzada', '')
    """
    match = re.fullmatch(r"(?P<word>\w+)\s*[:–—-]?\s+(?P<name>\w.*)", " ".join(header.split()))
    known = _load_vocabulary().get(fold(match["word"])) if match is not None else None
    return match["name"] if match is not None and known is not None and known[0] is Role.TARGET else ""


def _read_compound(words: str) -> tuple[Role | None, str, tuple[str, ...]]:
    """Return role and kind of a compound header.

    Examples are "indicator id", "weight of the factor" and "description of the level".
    """
    known = [_load_vocabulary()[word] for word in words.split() if word in _load_vocabulary()]
    if not 1 < len(words.split()) <= 4 or not known:
        return None, "", ()
    tags = next((meaning[2] for meaning in known if meaning[0] is Role.NODE), known[0][2])
    kind = next((meaning[1] for meaning in known if meaning[0] is Role.NODE), "")
    roles = [meaning[0] for meaning in known]
    owner = kind or (CRITERION if Role.CRITERION in roles else "")
    for role in (Role.WEIGHT, Role.TARGET):
        if role in roles and owner:
            return role, owner, tags
    if Role.ID in roles and owner:
        return Role.ID, "" if Role.CRITERION in roles else kind, tags
    if kind and Role.TITLE in roles:
        return Role.NODE, kind, tags
    if Role.DEFINITION in roles and (kind or (Role.LEVEL in roles and not any(c.isdigit() for c in words))):
        return Role.DEFINITION, kind, tags  # that of a level too: each row has the text of its level
    return (Role.CRITERION, "", tags) if Role.CRITERION in roles and Role.NODE not in roles else (None, "", ())


def _read_noun(words: str) -> tuple[Role | None, str, tuple[str, ...]]:
    """Return role and kind of a noun with an adjective.

    The noun means a node or evidence. It is last in English and Dutch, and first in the other languages.

    Example:
        >>> _read_noun("evidence required")[0].value, _read_noun("preuve demandee")[0].value
        ('evidence', 'evidence')
        >>> _read_noun("technical area")[:2], _read_noun("domaine technique")[:2], _read_noun("domain manager")[:2]
        ((<Role.NODE: 'node'>, 'area'), (<Role.NODE: 'node'>, 'domain'), (None, ''))
    """
    parts = words.split()
    known = [noun for word in parts if (noun := _load_vocabulary().get(word)) is not None]
    if len(parts) != 2 or len(known) != 1 or known[0][0] not in (Role.NODE, Role.EVIDENCE):
        return None, "", ()
    role, kind, languages = known[0]
    if role is Role.EVIDENCE:
        return known[0]
    last = parts[1] in _load_vocabulary()
    tags = tuple(tag for tag in languages if (tag in _NOUN_LAST) is last)
    return (role, kind, tags) if tags else (None, "", ())


def correct_header(place: int, header: str) -> Column | None:
    """Return the column of a misspelt header.

    Example:
        >>> correct_header(0, "Indcateur").kind, correct_header(0, "Indication")
        ('indicator', None)
    """
    text, language = _split_language(header)
    near = get_close_matches(fold(text), [word for word in _load_vocabulary() if len(word) >= _LONG_WORD], 1, _NEAR)
    if not near:
        return None
    role, kind, tags = _load_vocabulary()[near[0]]
    return Column(place=place, header=header, role=role, kind=kind, language=language, languages=tags)


def is_slip(text: str, other: str) -> bool:
    """True if texts differ by one typing error.

    Example:
        >>> is_slip("Good governance", "Good governence"), is_slip("Police training", "Police trainers")
        (True, False)
        >>> is_slip("Annex IV", "Annex VI"), is_slip("Part 20251", "Part 20252")
        (False, False)
    """
    first, second = fold(text).split(), fold(other).split()
    apart = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    if len(apart) != 1 or len(first) != len(second):
        return False
    ours, theirs = apart[0]
    long = min(len(ours), len(theirs)) >= _LONG_WORD and ours.isalpha() and theirs.isalpha()
    return long and bool(get_close_matches(ours, [theirs], 1, _NEAR))


def list_level_columns(headers: Sequence[str], excluded: Iterable[int] = ()) -> list[Column]:
    """Return the columns with a text for each level."""
    used, numbered, named = set(excluded), [], []
    for position, header in enumerate(headers):
        if not header or position in used:
            continue
        text, language = _split_language(header)
        words = fold(text)
        match = NUMBERED_LEVEL.fullmatch(words) or _BEHIND.fullmatch(words)
        if match is not None:
            label = strip_number(text) if match["label"] else ""
            _, _, tags = _load_vocabulary().get(words.split(" ")[0], (None, "", ()))
            numbered.append(
                Column(
                    place=position,
                    header=header,
                    role=Role.LEVEL_TEXT,
                    language=language,
                    languages=tags,
                    order=int(match["number"]),
                    label=label,
                )
            )
        else:
            named.append(
                Column(place=position, header=header, role=Role.LEVEL_TEXT, language=language, label=text.strip())
            )
    if len({column.order for column in numbered}) > 1:
        return numbered
    matched = [_match_stages(named, stages) for stages in _WORDS["stages"]]
    best = max(matched, key=lambda same: (len(same), [column.order for column in same] == [*range(1, len(same) + 1)]))
    return best if len({column.order for column in best}) >= 3 else []


def _match_stages(columns: Sequence[Column], stages: Sequence[str]) -> list[Column]:
    order = {word: number for number, word in enumerate(stages, 1)}
    return [evolve(column, order=order[fold(column.label)]) for column in columns if fold(column.label) in order]


def strip_number(text: str) -> str:
    """Return a level's name in a header, without its number.

    Example:
        >>> strip_number("Level 1: Start-up"), strip_number("Formative - 2"), strip_number("Initial (1)")
        ('Start-up', 'Formative', 'Initial')
    """
    plain = re.sub(
        r"^\W*+(?:[^\W\d]++\s*+)*+\d\s*[-–—:.)]*\s*|(?<!\s)\s*+(?:[-–—:]++\s*+)?[(\[]?\d[)\]]?\W*$",
        "",
        " ".join(text.split()),
    )
    return plain.strip()


def read_headers(headers: Sequence[str]) -> list[Column]:
    """Return the known columns of a header row, in order.

    Example:
        >>> [(one.role.value, one.kind or one.order) for one in read_headers(["ID", "Factor", "Level 1", "Level 2"])]
        [('id', None), ('node', 'factor'), ('level text', 1), ('level text', 2)]
    """
    columns = [
        column for position, text in enumerate(headers) if text and (column := _read_header(position, text)) is not None
    ]
    levels = list_level_columns(headers, [column.place for column in columns])
    return sorted([*columns, *levels], key=lambda one: one.place)


def read_translation(column: Column, cells: Sequence[str]) -> Column:
    """Correct a column that was taken for ids.

    Its header ends in the code of a language, but its cells are texts, which are a translation.

    Example:
        >>> (column,) = [one for one in read_headers(["Indicator (ID)", "Level"]) if one.role is Role.ID]
        >>> [read_translation(column, cells).language for cells in (["Sensus sekolah", "Rapor"], ["1.1", "1.2"])]
        ['id', '']
    """
    match = _MARK.match(" ".join(column.header.split()))
    tag = (match["inside"] or "").lower() if match is not None else ""
    named = _read_header(column.place, match["text"]) if match is not None and tag else None
    worded = any(" " in cell.strip() for cell in cells) and not any(c.isdigit() for cell in cells for c in cell)
    if column.role is not Role.ID or named is None or not worded or not is_language(tag):
        return column
    return evolve(named, header=column.header, language=tag)


def main_language(columns: Iterable[Column]) -> str:
    """Return the language of most headers; English by default.

    A header with a language mark belongs to a translation, and counts only if no other header shows a language.
    """
    votes: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for column in columns:
        if column.role is Role.LEVEL_TEXT:
            continue  # there are many, and they often keep the words of a model
        votes.update({tag: 6 // len(column.languages) for tag in column.languages if not column.language})
        marked.update([column.language] if column.language else [])
    votes = votes or marked
    return max(_ORDER, key=lambda tag: (votes[tag], -_ORDER.index(tag))) if votes else "en"


@lru_cache(maxsize=1)
def _load_function_words() -> dict[str, dict[str, float]]:
    """Return the languages of each function word."""
    tags_by_word: dict[str, list[str]] = {}
    for tag, words in _WORDS["function_words"].items():
        for word in words.split():
            tags_by_word.setdefault(word, []).append(tag)
    return {word: dict.fromkeys(tags, 1 / len(tags)) for word, tags in tags_by_word.items()}


def text_language(texts: Iterable[str]) -> str:
    """Return the language indicated by function words, or nothing.

    At least three different words are required, and half as many again in total as for the next language. A word of
    several languages is shared among them. In the five languages, 98 % of texts of six sentences are identified, all of
    twelve sentences, and 98 % of sets of twelve texts of two to four words, none of them wrongly.

    Example:
        >>> text_language(["A polícia tem uma unidade", "Não existe e não é"]), text_language(["Police", "Unit"])
        ('pt', '')
    """
    votes = dict.fromkeys(_ORDER, 0.0)
    seen: dict[str, set[str]] = {tag: set() for tag in _ORDER}
    for text in texts:
        for word in _LETTERS.findall(text.casefold()):
            for tag, share in _load_function_words().get(word, {}).items():
                votes[tag] += share
                seen[tag].add(word)
    first, second = sorted(_ORDER, key=lambda tag: -votes[tag])[:2]
    return first if len(seen[first]) >= _LEAST and votes[first] >= _MARGIN * votes[second] else ""


@lru_cache(maxsize=1)
def _load_total_words() -> frozenset[str]:
    return frozenset(word for words in _WORDS["totals"].values() for word in words)


def is_total(text: str, *, alone: bool = True) -> bool:
    """True for the word for a total.

    Args:
        text: The text.
        alone: Whether it must be the whole text, not its first word alone.

    Example:
        >>> is_total("TOTAL"), is_total("Total Law"), is_total("Total Law", alone=False)
        (True, False, True)
    """
    words = fold(text)
    return words in _load_total_words() or (not alone and words.split(" ")[0] in _load_total_words())


def sheet_language(name: str) -> str:
    """Return the language that a sheet is named after.

    The result is empty for other names.
    """
    return _TAGS.get(fold(name), "")


def known_order(words: Sequence[str]) -> list[str] | None:
    """Return answer words or stage names from lowest to highest.

    The result is None if their order is not known.

    Example:
        >>> known_order(["FI", "LI", "PI", "NI"]), known_order(["red", "blue"])
        (['NI', 'PI', 'LI', 'FI'], None)
    """
    folded = {fold(word): word for word in words}
    lines = [line for line in (*_WORDS["answers"], *_WORDS["stages"]) if folded.keys() <= set(line)]
    orders = [[folded[word] for word in line if word in folded] for line in lines if len(folded) == len(words) > 1]
    return next((order for order in orders if order == list(words)), orders[0] if orders else None)
