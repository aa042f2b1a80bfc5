"""Tables and cells of returned forms."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from attrs import asdict, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import CapbuildError, ReadError
from capbuild.formats.vocabulary import fold_header, header_words
from capbuild.io.cells import read_cells
from capbuild.io.writing import choose_form_writer, render
from capbuild.model import Issue, Scale
from capbuild.origin import Origin
from capbuild.plugins import CellTable, Host
from capbuild.reports import REVIEW_COLUMNS
from capbuild.reports.forms.reviews import FACTS, FILLED_IN, make_form_mark
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.languages import list_languages
from capbuild.scoring.answer_words import find_level
from capbuild.workspace.records.table import Record

E = TypeVar("E", bound=Enum)
#: Facts with a label.
_LABELLED = ("country", "round", "framework", "deadline", *FILLED_IN)


@frozen(kw_only=True)
class FormTable:
    """Table of a returned form.

    Attributes:
        file: Its file.
        sheet: Its sheet; None for a text table.
        places: Position of each column, by id, from 0; deleted columns are absent.
        above: Rows above the header.
        rows: Rows below the header, by number.
        issues: Collects problems of its rows.
    """

    file: str
    sheet: str | None
    places: Mapping[str, int] = field(converter=to_map)
    above: tuple[tuple[str, ...], ...] = field(converter=to_tuple)
    rows: Mapping[int, tuple[str, ...]] = field(converter=to_map)
    issues: list[Issue] = field(factory=list, eq=False, repr=False)

    def records(self) -> Iterator[Record]:
        """Yield the filled rows; cells of deleted columns are absent."""
        columns = {name: place + 1 for name, place in self.places.items()}
        for row, cells in self.rows.items():
            if any(cells):
                own = {name: cells[place] if place < len(cells) else "" for name, place in self.places.items()}
                yield Record(self.file, row, own, columns, self.issues, sheet=self.sheet)


@frozen(kw_only=True)
class RoundTripForm:
    """Form that goes out, is filled in, and comes back.

    Attributes:
        kind: Kind, as in the names of its writers, such as `review`.
        name: The form, in messages.
        columns: Ids of the columns.
        needed: Columns that a header row has.
        answers: Columns of which a header row has one.
        titles: Prefix of the titles' keys; empty for a form that is found by its ids alone.
        error: Class of the error for another file.
        code: Its code.
        remedy: Its remedy.
    """

    kind: str
    name: str
    columns: tuple[str, ...] = field(converter=to_tuple)
    needed: tuple[str, ...] = field(converter=to_tuple)
    answers: tuple[str, ...] = field(default=(), converter=to_tuple)
    titles: str = ""
    error: type[CapbuildError] = ReadError
    code: str = "CB849"
    remedy: str = "export the form again and copy the answers into it"

    def render(self, subject: object, out: Path, **arguments: Any) -> str | bytes:
        """Return the form to send, as a workbook or CSV.

        Further arguments are those of the function `render`.

        Raises:
            WriteError: No plugin writes workbooks, or the file has another suffix.
        """
        return render(subject, choose_form_writer(self.kind, out), **arguments)

    def find(self, name: str, tables: Iterable[CellTable]) -> FormTable:
        """Return the table of a returned form.

        Its columns are recognised by ids or titles, in any language of the forms. Columns and rows may have been
        added, moved or deleted.

        Args:
            name: Name of the file.
            tables: Its sheets.

        Raises:
            CapbuildError: No sheet has the form.
        """
        sheets = [(table.name, [tuple(cell.strip() for cell in row) for row in table.rows]) for table in tables]
        folded = [[[fold_header(cell) for cell in row] for row in rows] for _, rows in sheets]
        ids = {column: fold_header(column) for column in self.columns}
        named = [
            {column: fold_header(t(f"{self.titles}{column}")) for column in self.columns}
            for t in map(get_translator, list_languages() if self.titles else ())
        ]
        for words in (ids, *named):
            least = 1 if words is ids else 3  # the header of any table may have a title such as "Id"
            for (sheet, rows), headers in zip(sheets, folded, strict=True):
                for number, header in enumerate(headers):
                    places = {column: header.index(word) for column, word in words.items() if word in header}
                    if len(places) >= least and self._is_header(places):
                        below = dict(enumerate(rows[number + 1 :], start=number + 2))
                        return FormTable(file=name, sheet=sheet or None, places=places, above=rows[:number], rows=below)
        found_by = "ids or titles" if self.titles else "ids"
        message = f"{name} is not {self.name}: no row has the {found_by} {', '.join(self.columns)}"
        raise self.error(message, code=self.code, origin=Origin(name), remedy=self.remedy)

    def read(self, file: Path, host: Host) -> FormTable:
        """Return the table of a returned form's file; see `find`."""
        return self.find(file.name, read_cells(file, host=host))

    def _is_header(self, columns: Collection[str]) -> bool:
        return {*self.needed} <= {*columns} and (not self.answers or bool({*self.answers} & {*columns}))


REVIEW_FORM = RoundTripForm(
    kind="review",
    name="a review form",
    columns=REVIEW_COLUMNS,
    needed=["target"],
    answers=["proposed", "comment", "new_evidence"],
    titles="review.",
)


@frozen(kw_only=True)
class FilledForm(FormTable):
    """Returned review form.

    Attributes:
        facts: Its subject and the fields above the table, by id.
        fact_cells: Row and column of each fact, from 1.
        elsewhere: Texts on other sheets, with the sheet.
    """

    facts: Mapping[str, str] = field(converter=to_map)
    fact_cells: Mapping[str, tuple[int, int]] = field(converter=to_map)
    elsewhere: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)

    def extra_text(self, row: int) -> str:
        """Return a row's text outside the form's columns."""
        own = set(self.places.values())
        return "; ".join(cell for position, cell in enumerate(self.rows[row]) if position not in own and cell)


def read_form(tables: Sequence[CellTable], name: str) -> FilledForm:
    """Find the review form in the sheets of a file.

    Args:
        tables: The sheets.
        name: File name for origins.

    Raises:
        ReadError: CB849, no sheet has the form, or its subject is missing.
    """
    if any(cell.strip() == "decided_by" for table in tables for cells in table.rows for cell in cells):
        raise ReadError(
            f"{name} is a decision form, not a review form",
            code="CB849",
            origin=Origin(name),
            remedy="record it with capbuild review decide",
        )
    form = REVIEW_FORM.find(name, tables)
    facts = _find_facts(form.above)
    lacking = [fact for fact in ("country", "round", "framework") if not facts.get(fact, ("",))[0]]
    if lacking:
        message = f"{name} does not say what it is for: {', '.join(lacking)}"
        raise ReadError(message, code="CB849", origin=Origin(name, form.sheet), remedy=REVIEW_FORM.remedy)
    return FilledForm(
        **asdict(form, recurse=False),
        facts={fact: text for fact, (text, _) in facts.items()},
        fact_cells={fact: cell for fact, (_, cell) in facts.items()},
        elsewhere=[
            (table.name, text)
            for table in tables
            if table.name != (form.sheet or "")
            and (text := "; ".join(cell.strip() for cells in table.rows for cell in cells if cell.strip()))
        ],
    )


def _find_facts(rows: Iterable[Sequence[str]]) -> dict[str, tuple[str, tuple[int, int]]]:
    """Return the facts above the table with their cells.

    A fact is an id, followed by its label and its value. The value may begin like a label, or follow the id directly.
    """
    facts: dict[str, tuple[str, tuple[int, int]]] = {}
    for row, cells in enumerate(rows, start=1):
        (first, name), *after = [(position, cell) for position, cell in enumerate(cells, start=1) if cell] or [(1, "")]
        if name in (*FACTS, *FILLED_IN):
            if after and name in _LABELLED:
                label, colon, _ = after[0][1].partition(":")  # alone, or with a name: `País: Perú`
                labels = {fold_header(get_translator(language)(f"review.{name}")) for language in list_languages()}
                if fold_header(after[0][1]) in labels or (colon and fold_header(label) in labels):
                    del after[0]
            facts[name] = (after[0][1], (row, after[0][0])) if after else ("", (row, first))
    return facts


def check_mark(mark: str, kind: str, identity: Sequence[str], place: Origin, remedy: str) -> list[Issue]:
    """Refuse a form with another form's mark.

    A form without a mark has an issue.

    Args:
        mark: Mark of the form; empty if it was deleted, or the form was made manually.
        kind: Expected kind of form.
        identity: Subject that the form states, as ids.
        place: Cell with the subject.
        remedy: Remedy.

    Raises:
        ReadError: CB854, the form was made for something else.
    """
    label = ", ".join(part for part in identity if part)
    if mark and mark != make_form_mark(kind, *identity):
        raise ReadError(
            f"{place.file} claims to be for {label}, but was made for something else; nothing was recorded",
            code="CB854",
            origin=place,
            remedy=remedy,
        )
    if mark:
        return []
    message = f"the form has no mark: it cannot be checked that it was made for {label}"
    return [Issue.warning("CB854", message, place, "ask who sent it")]


def map_words(kind: type[E], list_words: Callable[[Translator], Mapping[str, E]]) -> dict[str, E]:
    """Return the members of an enum by word.

    Words are the values of the enum and its words in all languages of the forms, folded.
    """
    words = [
        *(list_words(get_translator(language)) for language in list_languages()),
        {member.value: member for member in kind},
    ]
    return {fold_header(word): member for known in words for word, member in known.items()}


def parse_agreement(text: str) -> bool | None:
    """Parse a country's agreement: yes, no, or words for either.

    The result is None for all other texts.

    Example:
        >>> parse_agreement("Sí, de acuerdo."), parse_agreement("NON"), parse_agreement("en parte")
        (True, False, None)
        >>> parse_agreement("We do not agree"), parse_agreement("Nous sommes d'accord")
        (False, True)
    """
    folded = fold_header(text)
    first = folded.partition(" ")[0]
    if folded in header_words("disagree") or first in header_words("no"):
        return False
    return True if folded in header_words("agree") or first in header_words("yes") else None


def parse_level(scale: Scale, text: str) -> int | None:
    """Return a level's order from its code, order or label.

    `L3`, `3`, `Nivel 3`, `L3 Established` and the label in any language of the scale are the same level. The result
    is None if the text names no level, or several.
    """
    if (exact := find_level(text, scale)) is not None:
        return exact
    wanted = " ".join(text.split()).casefold()
    numbered = re.match(rf"(?:{'|'.join(header_words('level'))}) (\d+)\b", fold_header(text))
    orders = {level.order for level in scale.levels}
    named = {
        level.order for level in scale.levels if re.search(rf"(?<!\w){re.escape(level.code.casefold())}(?!\w)", wanted)
    } or ({int(numbered[1])} & orders if numbered and len(re.findall(r"\d+", wanted)) == 1 else set())
    return named.pop() if len(named) == 1 else None
