"""Shapes: last steps of layouts."""

import operator
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import ClassVar

from attrs import define, evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.formats.layouts.cell_grid import (
    is_date_label,
    is_label,
    is_note,
    is_numbered,
    is_numbered_below,
    is_period,
    role_score,
)
from capbuild.formats.layouts.cell_kinds import MARKS, UNCHECKED, is_mark, is_place_name, kind_of, split_check_mark
from capbuild.formats.layouts.form_options import OptionPair, is_chosen, option_lines, option_text
from capbuild.formats.layouts.ledger import Bucket
from capbuild.formats.layouts.steps import Step, place_in
from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.layouts.values_below import pair_below
from capbuild.formats.values.cells import Cell, cell_text, count_indent
from capbuild.formats.vocabulary import Role, fold_header, header_words
from capbuild.model import ColumnUse, ColumnUsed

_NUMBER_PARTS = re.compile(r"\d+|\b[A-Za-z]\b|(?<=\d)[a-z]\b")

_UNMARKED = frozenset(("☐", "□", "✗", "✘", "false", "0", "no"))


class Member(StrEnum):
    """Meaning of the answer columns next to the questions."""

    COUNTRY = "country"
    PERIOD = "period"
    RESPONDENT = "respondent"


@frozen(kw_only=True, eq=False)
class AnswerCell:
    """One answer with its keys and attributes.

    Attributes:
        row: Its row in the grid, from 0.
        column: Its column.
        cell: Its content; for check marks, the texts of the marked options.
        question: Id of the question.
        text: Text of the question; empty if there is only an id.
        section: Heading of the question.
        dimensions: Names and values that distinguish answers to one question, such as a year.
        attributes: Names and values of attributes of a dimension or the table.
        country: The country as written.
        respondent: The respondent as written.
        response: The response id as written.
        across: Whether a response is a column of the table.
        whole: Whether the sheet is one response.
        language: The language as written.
        date: The date cell.
        date_column: Its column, in the row of the answer.
        comment: Remarks on the answer.
        evidence: Evidence cited in the row.
        unit: Unit from a unit column.
        asked: Whether there is a question; False for a row that only names a country or respondent.
    """

    row: int
    column: int
    cell: Cell | tuple[str, ...]
    question: str
    text: str = ""
    section: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    country: str = ""
    respondent: str = ""
    response: str = ""
    across: bool = False
    whole: bool = False
    language: str = ""
    date: Cell = None
    date_column: int | None = None
    comment: str = ""
    evidence: tuple[str, ...] = ()
    unit: str = ""
    asked: bool = True

    def under(self, topic: str) -> "AnswerCell":
        """Return the answer with a topic.

        The topic becomes a dimension, or the question of a row that names only a period.
        """
        if not topic:
            return self
        if self.text or not is_period(self.question):
            return evolve(self, dimensions=(*self.dimensions, ("", topic)))
        return evolve(self, question=topic, dimensions=(*self.dimensions, ("period", self.question)))


def country_above(parts: Sequence[str]) -> str:
    """Return the country above the last header row.

    The result is empty if there is none.
    """
    return next((part for part in parts[:-1] if is_place_name(part)), "")


def group_options(parts: Mapping[int, Sequence[str]], options: Iterable[int]) -> dict[tuple[str, str], list[int]]:
    """Return columns of options by country and text above.

    The text is blank if no country has an option twice, since all options are then those of one question.
    """
    options = list(options)
    columns = [(country_above(parts[c]), parts[c][-1] if parts[c] else "") for c in options]
    again = len(set(columns)) < len(columns)
    groups: dict[tuple[str, str], list[int]] = {}
    for column, (country, _) in zip(options, columns, strict=True):
        above = " - ".join(part for part in parts[column][:-1] if part != country) if again else ""
        groups.setdefault((country, above), []).append(column)
    return groups


def _goes_on(code: str, follows: str) -> bool:
    """True if a letter code is continued.

    For example, `A.1` and `A1` continue `A`. Numbers are not considered, since they may belong to unanswered questions.
    """
    if not code.isalpha() or len(code) > 2:
        return False
    rest = follows.removeprefix(code)
    return (
        follows.startswith(code) and rest.lstrip(".-_")[:1].isdigit() and (rest[0] in ".-_" or not code[-1].isdigit())
    )


@frozen
class Shape(Step):
    """Last step of a layout, which defines the answers."""

    def answers(self, view: TableView) -> Iterator[AnswerCell]:
        """Yield the answers and book the cells."""
        raise NotImplementedError


@frozen(kw_only=True)
class Records(Shape):
    """One response per row, one question per column.

    Attributes:
        country: The country column; None for none.
        groups: Columns of check marks, one group per question, one column per option.
    """

    name: ClassVar[str] = "records"
    country: int | None = None
    groups: tuple[tuple[int, ...], ...] = field(default=(), converter=to_tuple)

    def marked(self, view: TableView, row: int, group: Sequence[int]) -> list[int]:
        """Return the marked columns of a group in a row."""
        return [c for c in view.grid.full(row, group) if view.text(row, c).casefold() not in _UNMARKED]

    def chosen(self, view: TableView, row: int, group: Sequence[int]) -> tuple[str, ...]:
        """Return the marked options of a group in a row.

        A text in place of a mark is appended to the option.
        """
        texts = [(view.header.option(c)[1], view.text(row, c)) for c in self.marked(view, row, group)]
        return tuple(option if text == "1" or is_mark(text, option) else f"{option}: {text}" for option, text in texts)


@frozen(kw_only=True)
class QuestionRows(Shape):
    """Base of shapes with one question per row.

    Attributes:
        question: Column of the question id; None if the rows have no question.
        texts: Columns of the question text.
        sections: Columns of the question's heading.
        unit: Column of the unit of its numbers.
        country: The country column.
        keys: Columns of respondent, response id, language and date, by role.
        dimensions: Columns that distinguish answers to one question.
        about_country: Columns with attributes of a country, which become separate answers.
        attributes: Columns with attributes of a dimension or the table.
        comments: Columns of remarks on the answer.
    """

    question: int | None = None
    texts: tuple[int, ...] = field(default=(), converter=to_tuple)
    sections: tuple[int, ...] = field(default=(), converter=to_tuple)
    unit: int | None = None
    country: int | None = None
    keys: tuple[tuple[Role, int], ...] = field(default=(), converter=to_tuple)
    dimensions: tuple[int, ...] = field(default=(), converter=to_tuple)
    about_country: tuple[int, ...] = field(default=(), converter=to_tuple)
    attributes: tuple[int, ...] = field(default=(), converter=to_tuple)
    comments: tuple[int, ...] = field(default=(), converter=to_tuple)

    @property
    def asked(self) -> tuple[int, ...]:
        """Columns of ids and texts of questions."""
        return tuple(sorted(column for column in (self.question, *self.texts) if column is not None))

    def used(self, view: TableView) -> Iterator[ColumnUsed]:
        """Yield the use of each column."""
        uses: dict[int, tuple[ColumnUse, str]] = {}
        for columns, use, reason in (
            (self._answer_columns(), ColumnUse.ANSWER, ""),
            (self.comments, ColumnUse.REMARK, "comment on the answer"),
            (self.attributes, ColumnUse.METADATA, "describes a dimension or the table"),
            (self.about_country, ColumnUse.ANSWER, "describes the country"),
            (self.dimensions, ColumnUse.METADATA, "part of the question"),
            ([column for _, column in self.keys], ColumnUse.METADATA, ""),
            ([self.unit], ColumnUse.METADATA, "unit of the answers"),
            (self.sections, ColumnUse.METADATA, "heading of the question"),
            (self.texts, ColumnUse.METADATA, "text of the question"),
            ([self.question], ColumnUse.QUESTION, ""),
            ([self.country], ColumnUse.COUNTRY, ""),
        ):
            uses |= {column: (use, reason) for column in columns if column is not None}
        uses |= {column: (ColumnUse.RESPONDENT, "") for role, column in self.keys if role is Role.RESPONDENT}
        for column, (use, reason) in sorted(uses.items()):
            name = " - ".join(view.header.parts.get(column, ()))
            yield ColumnUsed(name=name, column=view.grid.letters[column], use=use, reason=reason)

    def _answer_columns(self) -> Sequence[int]:
        raise NotImplementedError

    def _about(self, view: TableView, row: int) -> AnswerCell:
        """Return keys and attributes of a row, and book them."""
        ledger = view.ledger
        unit = self.unit if self.unit not in (*self.dimensions, *self.attributes, *self.comments) else None
        asking = [c for c in (self.question, *self.texts, *self.sections, unit) if c is not None]
        ledger.put_row(row, asking, Bucket.HEADER)
        place = [self.country] if self.country is not None and (row, self.country) not in view.filled_down else []
        keys = [column for _, column in self.keys]
        ledger.put_row(row, [*place, *keys, *self.dimensions, *self.attributes], Bucket.KEY)
        ledger.put_row(row, self.comments, Bucket.COMMENT)
        spelled = [text for c in self.texts if (text := view.text(row, c))]
        question = view.text(row, self.question) if self.question is not None else ""
        country = view.text(row, self.country) if self.country is not None else ""
        key_columns = dict(self.keys)
        cited = [c for c in self.comments if fold_header(view.header.ids.get(c, "")) in header_words("evidence")]
        sections = [text for c in self.sections if (text := view.text(row, c))]
        question = question or next(iter(spelled), "")
        longest = max(spelled, key=len, default="")
        further = [c for c in self.texts if view.text(row, c) not in (question, longest)]
        if longest and len(longest) < len(question):  # numbers before the question, as printed
            longest, further = " ".join((*spelled, question)), []
        return AnswerCell(
            row=row,
            column=self.question or 0,
            cell=None,
            question=question,
            text=longest,
            section=" - ".join(sections) or view.row_section.get(row, ""),
            dimensions=self._pairs(view, row, self.dimensions),
            attributes=self._pairs(view, row, (*self.attributes, *further)),
            country=country or view.row_country.get(row, "") or view.country,
            respondent=view.text(row, key_columns[Role.RESPONDENT]) if Role.RESPONDENT in key_columns else "",
            response=view.text(row, key_columns[Role.ID]) if Role.ID in key_columns else "",
            language=view.text(row, key_columns[Role.LANGUAGE]) if Role.LANGUAGE in key_columns else "",
            date=view.cell(row, key_columns[Role.DATE]) if Role.DATE in key_columns else None,
            date_column=key_columns.get(Role.DATE),
            comment=self._comment(view, row, [c for c in self.comments if c not in cited]),
            evidence=tuple(text for c in cited if (text := view.text(row, c))),
            unit=view.text(row, self.unit) if self.unit is not None else "",
        )

    @staticmethod
    def _pairs(view: TableView, row: int, columns: Sequence[int]) -> tuple[tuple[str, str], ...]:
        """Return header and text pairs of a row."""
        return tuple((view.header.ids.get(c, ""), text) for c in columns if (text := view.text(row, c)))

    def country_answers(self, view: TableView, about: AnswerCell, seen: set[tuple[str, ...]]) -> Iterator[AnswerCell]:
        """Yield country attributes in the first row that has them.

        A response id next to a respondent is yielded too.
        """
        key_columns = dict(self.keys)
        own = [key_columns[Role.ID]] if Role.RESPONDENT in key_columns and Role.ID in key_columns else []
        for column in (*self.about_country, *own):
            owner = (about.country, about.respondent, about.response) if column in own else (about.country,)
            key, cell = (*owner, str(column)), view.grid.rows[about.row][column]
            if column not in own:
                if not view.ledger.is_booked(about.row, column):
                    view.ledger.put(about.row, column, Bucket.KEY if key in seen else Bucket.ANSWER)
            elif key not in seen:
                view.ledger.rebook(about.row, column, Bucket.ANSWER)
            if key not in seen and cell is not None:
                seen.update((key, (*key, view.text(about.row, column))))
                name = view.header.ids.get(column, "")
                answer_cell = evolve(about, column=column, cell=cell, question=name, text="", section="")
                yield evolve(answer_cell, dimensions=(), attributes=(), comment="", evidence=(), unit="")

    def _with_others(self, view: TableView, about: AnswerCell, seen: set[tuple[str, ...]]) -> AnswerCell:
        """Add country attributes that contradict rows above as a comment."""
        others = []
        for column in view.grid.full(about.row, self.about_country):
            key = (about.country, str(column))
            if key in seen and (*key, view.text(about.row, column)) not in seen:
                view.ledger.put(about.row, column, Bucket.COMMENT)
                others.append(column)
        comment = self._comment(view, about.row, others)
        return evolve(about, comment="; ".join(filter(None, (about.comment, comment)))) if others else about

    def lines_above(self, view: TableView, first: AnswerCell) -> Iterator[AnswerCell]:
        """Yield answers from label and value lines above."""
        for row, label, value in view.pairs:
            name, cell = view.fact(row, label, value)
            if view.ledger.bucket(row, value) == Bucket.TITLE and cell is not None:
                view.ledger.rebook(row, label, Bucket.HEADER)
                view.ledger.rebook(row, value, Bucket.ANSWER)
                yield AnswerCell(
                    row=row,
                    column=value,
                    cell=cell,
                    question=name,
                    country=first.country,
                    respondent=first.respondent,
                    response=first.response,
                    date=cell if is_date_label(name) else None,
                    date_column=value,
                )

    def _rows(self, view: TableView, values: Sequence[int], unasked: list[AnswerCell]) -> Iterator[int]:
        """Yield the question rows.

        A row whose code is continued below, as `A` by `A.1`, is a heading. A question with parts, as `1` with `1.1`, is
        their heading; it is not asked itself if no question with parts has an answer.

        Args:
            view: The table.
            values: The answer columns.
            unasked: List to which rows with neither question nor answer are added.
        """
        asking = self.asked
        heading = ""
        headings: list[int] = []
        parents = self._parents(view, asking)
        plain = len(set(parents.values())) > 1 and not any(view.grid.full(row, values) for row in parents.values())
        above = set(parents.values()) if plain else set()
        for row, after in zip_longest(view.rows, view.rows[1:]):
            blank = not view.grid.full(row, values)
            if blank and after is not None and (code := self._find_heading(view, row, after, asking)) is not None:
                others = [text for c in asking if c != code and (text := view.text(row, c))]
                heading = next(iter(others), view.text(row, code))
                view.ledger.put_row(row, view.full(row), Bucket.HEADER)
                headings.append(row)
                continue
            if blank and asking and not view.grid.full(row, asking):
                unasked.append(evolve(self._about(view, row), asked=False))  # a country without answers
                rest = [c for c in view.full(row) if not view.ledger.is_booked(row, c)]
                view.ledger.put_row(row, rest, Bucket.KEY)
                continue
            if row in above and not self._asks(view, row, asking):
                view.ledger.put_row(row, view.full(row), Bucket.HEADER)
                headings.append(row)
                continue
            if section := self._wording(view, parents[row], asking) if row in parents else heading:
                view.row_section.setdefault(row, section)
            yield row
        view.rows = view.without(headings)

    @staticmethod
    def _parents(view: TableView, columns: Sequence[int]) -> dict[int, int]:
        """Return the parent row of each row.

        The parent is given by the number, as `1` for `1.1`, or by the indent.
        """

        def is_below(row: int, above: int, column: int) -> bool:
            indents = (count_indent(view.grid.rows[r][column]) for r in (above, row))
            return is_numbered_below(view.text(above, column), view.text(row, column)) or operator.lt(*indents)

        parents: dict[int, int] = {}
        for column in columns:
            open_rows: list[int] = []
            for row in view.rows:
                while open_rows and not is_below(row, open_rows[-1], column):
                    open_rows.pop()
                if open_rows:
                    parents.setdefault(row, open_rows[-1])
                open_rows.append(row)
        return parents

    @staticmethod
    def _wording(view: TableView, row: int, columns: Sequence[int]) -> str:
        """Return the longest text of a question."""
        return max((view.text(row, c) for c in columns), key=len, default="")

    @staticmethod
    def _asks(view: TableView, row: int, columns: Sequence[int]) -> bool:
        return any(view.text(row, c).endswith(("?", "？", "؟")) for c in columns)

    def _find_heading(self, view: TableView, row: int, after: int, columns: Sequence[int]) -> int | None:
        """Return the column of a heading, None for none.

        The text of a heading is continued in the next row.
        """
        if self._asks(view, row, columns):
            return None
        codes = ((c, view.text(row, c).rstrip("."), view.text(after, c)) for c in columns)
        return next((c for c, code, follows in codes if code and _goes_on(code, follows)), None)

    @staticmethod
    def _comment(view: TableView, row: int, columns: Sequence[int]) -> str:
        """Return the remarks of a row.

        Remarks of a column without a comment header are prefixed with its header.
        """
        comments = []
        for column in columns:
            if text := view.text(row, column):
                header = view.header.ids.get(column, "")
                comments.append(text if role_score(header, Role.COMMENT) or len(columns) == 1 else f"{header}: {text}")
        return "; ".join(comments)


@frozen(kw_only=True)
class Long(QuestionRows):
    """Shape with a question column and answers beside it.

    Each row has one answer, or a few.

    Attributes:
        values: Answer columns, the main answer first.
    """

    name: ClassVar[str] = "long"
    values: tuple[int, ...] = field(default=(), converter=to_tuple)

    def _answer_columns(self) -> Sequence[int]:
        return self.values

    def answers(self, view: TableView) -> Iterator[AnswerCell]:
        """Yield the answers of each row."""
        seen: set[tuple[str, ...]] = set()
        unasked: list[AnswerCell] = []
        for row in self._rows(view, self.values, unasked):
            about = self._with_others(view, self._about(view, row), seen)
            yield from self.country_answers(view, about, seen)
            if self.question is None:
                about = evolve(about, question=view.header.ids.get(self.values[0], ""))
            for position, column in enumerate(self.values):
                view.ledger.put(row, column, Bucket.ANSWER)
                answer_cell = evolve(about, column=column, cell=view.grid.rows[row][column])
                if position:  # an additional value, such as a score beside the answer
                    more = (*about.dimensions, ("", view.header.ids.get(column, "")))
                    answer_cell = evolve(answer_cell, dimensions=more, comment="", evidence=(), unit="")
                yield answer_cell
        yield from unasked


@frozen(kw_only=True)
class Across(QuestionRows):
    """Questions in rows; a country, period or respondent per column.

    Attributes:
        members: The answer columns.
        member: Meaning of the answer columns.
        remarks: Remark columns with their answer column.
    """

    name: ClassVar[str] = "across"
    members: tuple[int, ...] = field(default=(), converter=to_tuple)
    member: Member = Member.COUNTRY
    remarks: tuple[tuple[int, int], ...] = field(default=(), converter=to_tuple)

    def _answer_columns(self) -> Sequence[int]:
        return (*self.members, *(column for column, _ in self.remarks))

    def answers(self, view: TableView) -> Iterator[AnswerCell]:
        """Yield the answers of each row, one per column."""
        headers = self._member_headers(view)
        beside = {about: column for column, about in self.remarks}
        first = self.members[:1] if self.member is Member.PERIOD else self.members  # of each response
        seen: set[tuple[str, ...]] = set()
        used = {used.column for used in self.used(view)}
        for column in view.columns:
            if view.grid.letters[column] not in used and view.header.is_total(column):
                view.ledger.leave_column(view.rows, column, "a total or mean of other columns")
        unasked: list[AnswerCell] = []
        for row in self._rows(view, self.members, unasked):
            about = self._with_others(view, self._about(view, row), seen)
            yield from self.country_answers(view, about, seen)
            dated = self.member is not Member.PERIOD and is_date_label(about.text or about.question)
            for column, (head, sub) in zip(self.members, headers, strict=True):
                view.ledger.put(row, column, Bucket.ANSWER)
                remark = ""
                if column in beside:
                    view.ledger.put(row, beside[column], Bucket.COMMENT)
                    remark = view.text(row, beside[column])
                answer_cell = evolve(
                    about,
                    column=column,
                    cell=view.grid.rows[row][column],
                    across=self.member is not Member.PERIOD,
                    date=view.grid.rows[row][column] if dated else about.date,
                    date_column=column if dated else about.date_column,
                    comment="; ".join(filter(None, (about.comment if column in first else "", remark))),
                    evidence=about.evidence if column in first else (),
                )
                yield self._assign(answer_cell, head, sub, headers)
        yield from unasked if self.member is Member.PERIOD else ()

    def _assign(self, answer: AnswerCell, head: str, sub: str, headers: Sequence[tuple[str, str]]) -> AnswerCell:
        """Return an answer of the country, period or respondent in its header.

        Below several countries, the further headers are parts of the question. Below one, they are its respondents.
        """
        if self.member is Member.PERIOD:
            return evolve(answer, dimensions=(*answer.dimensions, ("period", head)))
        if self.member is Member.RESPONDENT:
            return evolve(answer, respondent=head)
        if len({name for name, _ in headers}) == 1 < len(headers):
            return evolve(answer, country=head, respondent=sub)
        parts = {name for _, name in headers if name}
        return evolve(answer.under(sub) if len(parts) > 1 else answer, country=head)

    def _member_headers(self, view: TableView) -> list[tuple[str, str]]:
        """Return the member and further header of each column."""
        headers = [self._head(view, column) for column in self.members]
        if len(set(headers)) == len(headers):
            return headers
        return [self._head(view, column, grouped=True) for column in self.members]

    def _head(self, view: TableView, column: int, *, grouped: bool = False) -> tuple[str, str]:
        """Return the member of a column, and its header.

        The header is below the member. If `grouped`, it includes the parts above a country.
        """
        parts = view.header.parts.get(column, [])
        if self.member is not Member.COUNTRY:
            return view.header.ids.get(column, "") or " - ".join(parts), ""
        level = next((level for level, part in enumerate(parts) if is_place_name(part)), None)
        if level is None:
            return " - ".join(parts), ""
        others = [*(parts[:level] if grouped else ()), *parts[level + 1 :]]
        return parts[level], " - ".join(part for part in others if part != parts[level])


@frozen(kw_only=True)
class Marks(QuestionRows):
    """Shape with marks under the options of a question.

    The answer is the header of the option. Each country may have options of its own.

    Attributes:
        options: The option columns.
    """

    name: ClassVar[str] = "marks"
    options: tuple[int, ...] = field(default=(), converter=to_tuple)

    def _answer_columns(self) -> Sequence[int]:
        return self.options

    def answers(self, view: TableView) -> Iterator[AnswerCell]:
        """Yield the answers of each row."""
        seen: set[tuple[str, ...]] = set()
        groups = group_options(view.header.parts, self.options)
        several = len({country for country, _ in groups}) > 1
        unasked: list[AnswerCell] = []
        for row in self._rows(view, self.options, unasked):
            about = self._with_others(view, self._about(view, row), seen)
            yield from self.country_answers(view, about, seen)
            for (country, above), options in groups.items():
                answer_cell = self._marked(view, about, options).under(above)
                yield evolve(answer_cell, country=country, across=True) if several else answer_cell
        yield from unasked

    @staticmethod
    def _marked(view: TableView, about: AnswerCell, options: Sequence[int]) -> AnswerCell:
        """Return the answer marked in a row."""
        row = about.row
        marked: list[int] = []
        other: list[int] = []
        remarks: list[str] = []
        for column in view.grid.full(row, options):
            text = cell_text(view.grid.rows[row][column])
            if text.casefold() in _UNMARKED:
                view.ledger.leave(row, [column], "an option that is not marked")
                continue
            view.ledger.put(row, column, Bucket.ANSWER)
            mark, remark = split_check_mark(text)
            is_mark = bool(mark) or kind_of(view.grid.rows[row][column]) in "bny" or len(text) == 1
            (marked if is_mark else other).append(column)
            remarks += [remark] if mark and remark else []
        chosen = tuple(view.header.parts[column][-1] for column in marked)
        place = next(iter((*marked, *other)), options[0])
        cell: Cell | tuple[str, ...] = chosen[0] if len(chosen) == 1 else chosen or None
        if other and not marked:
            cell = view.grid.rows[row][other[0]]
        elif other:
            remarks += [view.text(row, column) for column in other]
        return evolve(about, column=place, cell=cell, comment="; ".join(filter(None, (about.comment, *remarks))))


def count_parts(number: str) -> int:
    """Return the number of parts of a question number.

    It is 2 for `1.2` and `1a`, and 0 for words.
    """
    parts = _NUMBER_PARTS.findall(number)
    return len(parts) if _NUMBER_PARTS.sub("", number).strip(" .,-)(") == "" else 0


def _is_checked(text: str) -> bool:
    return text in MARKS and text not in UNCHECKED


@define
class _Line:
    """Form line: positions of number, label, hints, value and remarks.

    A line may have printed options instead of a value. The value may be in a row of its own, below the label; without
    an answer, there is no such row. Options may also be in rows below, with marks beside them.
    """

    row: int
    label: int
    value: int | None
    number: int | None
    remarks: list[int]
    hints: list[int] = field(factory=list)
    options: tuple[OptionPair, ...] = ()
    below: int | None = None
    unanswered: bool = False
    choices: list["_Line"] = field(factory=list)

    @property
    def value_row(self) -> int:
        """Row of the value."""
        return self.row if self.below is None else self.below


@frozen(kw_only=True)
class Form(Shape):
    """Filled-in form: labels next to their values.

    Numbers may precede labels, and remarks may follow values.

    Attributes:
        label: The label column.
        value: The value column; the label column if each value is below its label.
        further: More pairs of label and value columns to the right.
        options: Columns of marks, each with the column of its printed option; the same column if it has a box.
    """

    name: ClassVar[str] = "form"
    label: int = 0
    value: int = 1
    further: tuple[tuple[int, int], ...] = field(default=(), converter=to_tuple)
    options: tuple[OptionPair, ...] = field(default=(), converter=to_tuple)

    def answers(self, view: TableView) -> Iterator[AnswerCell]:
        """Yield the answer of each line.

        A repeated line for the country begins the form of another country.
        """
        lines, section = self._with_choices(view, self._lines(view)), ""
        heading: _Line | None = None
        countries = self._find_country_lines(view, lines)
        if countries:
            view.country = view.text(countries[0].value_row, countries[0].value or 0)
        respondent = self._find_respondent(view, lines[: lines.index(countries[1])] if countries[1:] else lines)
        headed, main = self._find_header(view, lines), ""
        for position, line in enumerate(lines):
            head = [c for c in (line.number, line.label) if c is not None]
            label = view.text(line.row, line.label)
            if line.row == headed or self._is_header(view, line):
                view.ledger.put_row(line.row, view.full(line.row), Bucket.HEADER)
                continue
            view.ledger.put_row(line.row, [*head, *line.hints], Bucket.HEADER)
            view.ledger.put_row(line.row, line.remarks, Bucket.COMMENT)
            if line.value is None:
                place = place_in(label) if not view.country else ""
                view.country = place or view.country
                section = section if place else label.strip(" :")
                heading = line
                continue
            if line in countries:
                view.ledger.put(line.value_row, line.value, Bucket.KEY)
                if line is not countries[0]:
                    view.country = view.text(line.value_row, line.value)
                    rest = lines[position + 1 :]
                    respondent = self._find_respondent(view, takewhile(lambda one: one not in countries, rest))
                if heading is not None:  # text above the country is the title of the form
                    view.ledger.rebook(heading.row, heading.label, Bucket.TITLE)
                    section = ""
                continue
            heading = None
            number = view.text(line.row, line.number).strip(" .()") if line.number is not None else ""
            main = number if number.isdigit() else main
            number = f"{main}{number}" if len(number) == 1 and number.islower() else number  # a part of the question
            column, cell, remarks = self._value(view, line, line.value)
            hints = " ".join(view.text(line.row, c) for c in line.hints)
            text = label.rstrip(" :") if number and not number.isdigit() else ""
            yield AnswerCell(
                row=line.value_row,
                column=column,
                cell=cell,
                whole=True,
                date=cell if is_date_label(label) else None,
                date_column=column,
                # A code is the id of its question; a plain number is only printed before it.
                question=label.rstrip(" :") if not number or number.isdigit() else number,
                text=f"{label.rstrip(' :')} {hints}" if hints else text,
                section=section,
                country=view.country,
                respondent=respondent,
                comment="; ".join((*remarks, *(view.text(line.row, column) for column in line.remarks))),
            )

    def _find_country_lines(self, view: TableView, lines: Sequence[_Line]) -> list[_Line]:
        """Return the lines that name the country."""
        named = [line for line in lines if line.value is not None and self._names_country(view, line)]
        return [line for line in named if view.text(line.row, line.label) == view.text(named[0].row, named[0].label)]

    def _find_respondent(self, view: TableView, lines: Iterable[_Line]) -> str:
        named = (line for line in lines if self._names_respondent(view, line))
        return next((view.text(line.value_row, line.value or 0) for line in named), "")

    @staticmethod
    def _value(view: TableView, line: _Line, value: int) -> tuple[int, Cell | tuple[str, ...], list[str]]:
        """Return column and content of a line's answer, and remarks.

        The cells are booked. Remarks follow marks. A text in place of a mark is the answer if no option is chosen,
        otherwise a remark.
        """
        if line.unanswered:
            return value, None, []
        if line.choices:
            chosen_texts = []
            for choice in line.choices:
                if _is_checked(view.text(choice.row, value)):
                    chosen_texts.append(view.text(choice.row, choice.label))
                    view.ledger.put_row(
                        choice.row, [c for c in (choice.number, choice.label) if c is not None], Bucket.HEADER
                    )
                    view.ledger.put(choice.row, value, Bucket.ANSWER)
                view.ledger.leave(choice.row, view.full(choice.row), "an option that is not marked")
            return value, chosen_texts[0] if len(chosen_texts) == 1 else tuple(chosen_texts), []
        if not line.options:
            view.ledger.put(line.value_row, value, Bucket.ANSWER)
            return value, view.grid.rows[line.value_row][value], []
        chosen = [pair for pair in line.options if is_chosen(view.grid, line.row, pair)]
        places = {mark: view.text(line.row, mark) for mark, option in line.options if mark != option}
        other = [mark for mark, text in places.items() if text and not split_check_mark(text)[0]]
        view.ledger.put_row(line.row, [*(mark for mark, _ in chosen), *other], Bucket.ANSWER)
        view.ledger.put_row(line.row, [option for mark, option in line.options if mark != option], Bucket.HEADER)
        marks = [mark for mark, _ in line.options]
        view.ledger.leave(line.row, view.grid.full(line.row, marks), "an option that is not marked")
        if other and not chosen:
            return other[0], view.grid.rows[line.row][other[0]], [places[mark] for mark in other[1:]]
        texts = tuple(option_text(view.grid, line.row, pair) for pair in chosen)
        beside = [split_check_mark(places[mark])[1] for mark, option in chosen if mark != option]
        beside += [places[mark] for mark in other]
        at = chosen[0][0] if chosen else line.options[0][1]
        return at, texts[0] if len(texts) == 1 else texts or None, list(filter(None, beside))

    def _lines(self, view: TableView) -> list[_Line]:
        """Return the lines of a form."""
        if self.label == self.value:
            return list(self._lines_below(view))
        pairs = ((self.label, self.value), *self.further)
        ends = [*(label for label, _ in self.further), view.grid.width]
        return [
            line
            for (label, value), start, end in zip(pairs, [0, *ends], ends, strict=False)
            for line in self._lines_of(view, label, value, range(start, end))
        ]

    def _with_choices(self, view: TableView, lines: Sequence[_Line]) -> list[_Line]:
        """Return lines in which questions have the options below them.

        Options have no number or question mark, and a mark or nothing beside them. At least one of them must be marked.
        """
        groups: list[tuple[_Line, list[_Line]]] = []
        row = -1
        for line in lines:
            text = view.text(line.row, self.value)
            adjacent = view.grid.numbers[line.row] == view.grid.numbers[row] + 1
            asks = bool(groups) and adjacent and is_label(view.text(groups[-1][0].row, groups[-1][0].label))
            asks = asks and view.grid.rows[groups[-1][0].row][self.value] is None
            if asks and (not text or text in MARKS) and not is_label(view.text(line.row, line.label)):
                groups[-1][1].append(line)
            else:
                groups.append((line, []))
            row = line.row
        joined: list[_Line] = []
        for line, choices in groups:
            marked = [choice.row for choice in choices if _is_checked(view.text(choice.row, self.value))]
            if marked and len(choices) > 1:
                joined.append(evolve(line, value=self.value, below=marked[0], choices=choices, unanswered=False))
            else:
                joined.extend((line, *choices))
        return joined

    def _lines_below(self, view: TableView) -> Iterator[_Line]:
        """Yield the lines of labels with values below them.

        A label with a mark of its own and no value is an unanswered question.
        """
        # Lines for country and date may have their value beside the label; titles are above them.
        beside = [(row, full) for row in view.rows if len(full := view.full(row)) > 1]
        yield from (_Line(row, full[0], full[1], None, full[2:]) for row, full in beside)
        first = beside[0][0] if beside else -1
        for row in view.rows if beside else ():
            if row < first:
                view.ledger.put(row, self.label, Bucket.TITLE)
        rows = [row for row in view.rows if row > first and view.full(row) == [self.label]]
        cells = [view.grid.rows[row][self.label] for row in rows]
        pairs = pair_below([view.grid.numbers[row] for row in rows], cells)
        for label, value in pairs:
            text = view.text(rows[label], self.label)
            if is_note(text, marked=False):
                for row in (rows[i] for i in (label, value) if i is not None):
                    view.ledger.put(row, self.label, Bucket.TITLE)
            elif value is None:
                asked = is_label(text) and not place_in(text)
                yield _Line(rows[label], self.label, self.value if asked else None, None, [], unanswered=asked)
            else:
                yield _Line(rows[label], self.label, self.value, None, [], below=rows[value])

    def _lines_of(self, view: TableView, at: int, beside: int, columns: range) -> list[_Line]:
        """Return the lines of a label and value column."""
        lines = []
        offered = option_lines(view.grid, view.rows, [pair for pair in self.options if pair[1] in columns])
        options = {row: {c for pair in pairs for c in pair} for row, pairs in offered.items()}
        rows = [(row, full) for row in view.rows if (full := [c for c in view.full(row) if c in columns])]
        rows = [(row, left) for row, full in rows if (left := [c for c in full if c not in options.get(row, ())])]
        both = [(row, full) for row, full in rows if {at, beside} <= set(full)]
        numbered = any(is_numbered(view.text(row, at)) for row, _ in both)
        remarked = {c for _, full in both for c in full if c > at and c != beside}
        hinted = {view.text(row, c) for row, full in both for c in full if at < c < beside}
        depths = {count_parts(view.text(row, full[0])) for row, full in both if full[0] < at}
        unanswered = self._unanswered(view, at, rows)
        for row, full in rows:
            if (apart := self._line_apart(view, row, full, at, beside)) is not None:
                lines.append(apart)
                continue
            after = [c for c in full if c > at]
            before = [c for c in full if c < at]
            value = beside if beside in full else None
            if value is None and len(after) == 1 and after[0] < beside and view.text(row, after[0]) not in hinted:
                value = after[0]  # an answer where other lines have a hint
            text = view.text(row, at)
            # A question without an answer. If it is numbered, others must be numbered too.
            asks = is_label(text) and (numbered or not is_numbered(text)) and not place_in(text)
            if value is None and not after and asks:
                value = beside
            if row in unanswered:
                value = beside
            if value is None and not after and before and count_parts(view.text(row, before[0])) in depths:
                value = beside  # numbered as questions with answers are
            if value is None and after and remarked.issuperset(after):
                value = beside  # a remark alone: the question is unanswered
            value = beside if row in offered else value
            hints = [c for c in after if value is not None and c < value]
            remarks = [c for c in after if c != value and c not in hints]
            number = before[-1] if before else None
            if hints and value == beside and count_parts(text):  # a part with its letter, indented by a column
                lines.append(_Line(row, hints[-1], value, at, remarks, hints[:-1]))
                continue
            lines.append(_Line(row, at, value, number, remarks, hints, offered.get(row, ())))
        return lines

    @staticmethod
    def _line_apart(view: TableView, row: int, full: Sequence[int], at: int, beside: int) -> _Line | None:
        """Return a line whose label is left of the others.

        The result is None for other lines.
        """
        first = view.text(row, full[0])
        country = role_score(first, Role.COUNTRY) > 0 and is_place_name(view.text(row, full[-1]))
        is_label = country or first.endswith((":", "：")) or is_date_label(first)
        if len(full) == 2 and full[0] < at and full[1] <= at and is_label:
            return _Line(row, full[0], full[1], None, [])  # before numbered questions
        before = [c for c in full if c < at]
        if at in full:
            return None
        if before and beside in full and not count_parts(view.text(row, before[-1])):
            # A question whose parts are indented by a column.
            remarks = [c for c in full if c > at and c != beside]
            return _Line(row, before[-1], beside, before[-2] if before[1:] else None, remarks)
        return _Line(row, full[0], None, None, list(full[1:]))

    @staticmethod
    def _unanswered(view: TableView, at: int, rows: Sequence[tuple[int, Sequence[int]]]) -> set[int]:
        """Return the rows of unanswered questions.

        These are plain labels without a value, below a line with one. Headings, in contrast, come first in the form,
        follow a blank row, are in capitals, or occur more than once.
        """
        numbers = view.grid.numbers
        answered = [(row, view.text(row, full[0])) for row, full in rows if len(full) > 1]
        asked = next((row for row, text in answered if not role_score(text.rstrip(" :"), Role.COUNTRY)), None)
        lone = [row for row, full in rows if full == [at] and answered and row > answered[0][0]]
        times = Counter(view.text(row, at) for row in lone)
        capitals = all(text.isupper() for _, text in answered)

        def is_heading(row: int) -> bool:
            text = view.text(row, at)
            apart = times[text] > 1 or (text.isupper() and not capitals)
            behind = view.grid.is_blank(row - 1) or numbers[row] > numbers[row - 1] + 1
            return apart or behind or is_note(text, marked=False)

        plain = [row for row in lone if not is_heading(row)]
        # Where a label is alone above the first answer, each line may be below a heading.
        return set(plain) if asked is not None and all(row > asked for row in plain) else set()

    @staticmethod
    def _find_header(view: TableView, lines: Sequence[_Line]) -> int | None:
        """Return the header row of the numbers, or None.

        Its word must be above the numbers of all lines that have one.
        """
        numbered = [
            (line.row, count_parts(view.text(line.row, line.number))) for line in lines if line.number is not None
        ]
        words = [row for row, depth in numbered if not depth]
        return words[0] if len(numbered) > 2 and words == [numbered[0][0]] else None

    @staticmethod
    def _is_header(view: TableView, line: _Line) -> bool:
        """True if a line is a header.

        It has a word for answers next to one for questions or remarks, or after a text that is not a number.
        """
        if line.value is None:
            return False
        answer = role_score(view.text(line.value_row, line.value), Role.ANSWER) == 1.0
        asks = role_score(view.text(line.row, line.label), Role.QUESTION) > 0
        remarks = any(role_score(view.text(line.row, column), Role.COMMENT) == 1.0 for column in line.remarks)
        worded = line.number is not None and not count_parts(view.text(line.row, line.number))
        return answer and (asks or remarks or worded)

    @staticmethod
    def _names_respondent(view: TableView, line: _Line) -> bool:
        """True if a line is for the respondent."""
        return (
            line.value is not None and role_score(view.text(line.row, line.label).rstrip(" :"), Role.RESPONDENT) == 1.0
        )

    @staticmethod
    def _names_country(view: TableView, line: _Line) -> bool:
        named = line.value is not None and is_place_name(view.text(line.value_row, line.value))
        return named and role_score(view.text(line.row, line.label).rstrip(" :"), Role.COUNTRY) > 0
