"""Layout of records: unit of a row, column use."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from attrs import field, frozen

from capbuild.formats.columns import Column, is_evidence_word
from capbuild.formats.grid import GridRow
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.response_dates import parse_sent
from capbuild.formats.vocabulary import Role, fold_header, header_meaning
from capbuild.model import ColumnUse, ColumnUsed, QuestionType

_KEYS = (Role.COUNTRY, Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)
_USES = {
    Role.COUNTRY: (ColumnUse.COUNTRY, ""),
    Role.RESPONDENT: (ColumnUse.RESPONDENT, ""),
    Role.ID: (ColumnUse.METADATA, "names the response"),
    Role.LANGUAGE: (ColumnUse.METADATA, "language of the response"),
    Role.DATE: (ColumnUse.METADATA, "date of the response"),
}


@frozen(eq=False)
class Part:
    """Use of one column.

    Attributes:
        column: The column.
        use: Its use.
        reason: The reason, if not obvious.
    """

    column: Column
    use: ColumnUse
    reason: str = ""


@frozen(kw_only=True, eq=False)
class Layout:
    """Column uses of a table of records.

    Attributes:
        shape: Unit of one row.
        parts: All columns with their use, in order.
        keys: Key columns that identify the response, by role.
        answers: Columns of answers.
        comments: Comment columns, by the index of the column that they comment on.
        evidence: Columns of evidence, by the index of the column that they support.
    """

    shape: Shape
    parts: tuple[Part, ...]
    keys: Mapping[Role, Column] = field(factory=dict)
    answers: tuple[Column, ...] = ()
    comments: Mapping[int, Column] = field(factory=dict)
    evidence: Mapping[int, Column] = field(factory=dict)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.parts)

    @property
    def used(self) -> tuple[ColumnUsed, ...]:
        """Use of each column, for the reconciliation."""
        return tuple(
            ColumnUsed(
                name=part.column.name,
                column=part.column.number,
                use=part.use,
                reason=part.reason,
                personal=part.column.personal,
            )
            for part in self.parts
        )

    def text(self, role: Role, cells: Sequence[Cell]) -> str:
        """Return a row's text in the column of a role.

        The text is empty if no column has the role.
        """
        column = self.keys.get(role)
        return cell_text(cells[column.index]) if column is not None else ""


def plan_layout(columns: Sequence[Column], sample: Sequence[GridRow], options: TableOptions) -> Layout:
    """Plan the layout of a table of one-row responses.

    Args:
        columns: Its columns.
        sample: Rows below the header, which show whether a row is a country or a respondent.
        options: Options in force.
    """
    left_out = {column.index: why for column in columns if (why := _left_out(column, options))}
    usable = [column for column in columns if column.index not in left_out]
    best = _best(usable)
    return _wide(columns, usable, best, left_out, sample, shape=options.shape or _shape_of_rows(best, sample))


def _left_out(column: Column, options: TableOptions) -> str:
    """Return why a column is dropped."""
    if column.personal is not None and options.drop_personal:
        return f"personal ({column.personal.value}), dropped, as set in the options"
    if column.role is not Role.IGNORE:
        return ""
    return "ignored, as set in the options" if column.given else "the column is empty"


def _best(columns: Sequence[Column]) -> dict[Role, Column]:
    """Return the best column for each role.

    Columns named in the options come first.
    """
    ranked = sorted((c for c in columns if c.role is not None), key=lambda c: (not c.given, c.rank, c.index))
    best: dict[Role, Column] = {}
    for column in ranked:
        if column.role is not None:
            best.setdefault(column.role, column)
    return best


def _distinct_share(column: Column, sample: Sequence[GridRow]) -> float:
    """Return the share of distinct texts in a column.

    The share of a blank column is 1.
    """
    texts = [cell_text(cells[column.index]).casefold() for _, cells in sample if len(cells) > column.index]
    named = [text for text in texts if text]
    return len(set(named)) / len(named) if named else 1.0


def _shape_of_rows(best: Mapping[Role, Column], sample: Sequence[GridRow]) -> Shape:
    """Return the unit of a row.

    It is `COUNTRY` if no other key is present and countries hardly repeat, else `RESPONDENT`.
    """
    country = best.get(Role.COUNTRY)
    if country is None or Role.RESPONDENT in best or Role.ID in best:
        return Shape.RESPONDENT
    return Shape.COUNTRY if _distinct_share(country, sample) > 0.8 else Shape.RESPONDENT


def _is_key_only(column: Column, sample: Sequence[GridRow]) -> bool:
    """True if a key column is not also a question.

    A column for an agency or a language may be a question, unless it is blank.
    """
    if column.given or column.role in (Role.COUNTRY, Role.DATE) or column.rank == 0:
        return True
    blank = not any(cell_text(cells[column.index]) for _, cells in sample if len(cells) > column.index)
    if blank and column.rank == 1:  # `Lang` may be the code of a question
        return True
    return column.role is Role.ID and _distinct_share(column, sample) > 0.9


def _has_days(column: Column, sample: Sequence[GridRow]) -> bool:
    """True if a date column has dates.

    A column of other numbers has answers.
    """
    if column.given or column.type not in (QuestionType.INTEGER, QuestionType.DECIMAL):
        return True
    return any(parse_sent(column, cells[column.index]).date for _, cells in sample if len(cells) > column.index)


def _wide(
    columns: Sequence[Column],
    usable: Sequence[Column],
    best: Mapping[Role, Column],
    left_out: Mapping[int, str],
    sample: Sequence[GridRow],
    *,
    shape: Shape,
) -> Layout:
    keys = {role: best[role] for role in _KEYS if role in best}
    if Role.RESPONDENT in keys:
        keys.pop(Role.ID, None)  # the respondent is the pseudonym, so the id stays an answer
    if Role.LANGUAGE in keys and keys[Role.LANGUAGE].type in (QuestionType.INTEGER, QuestionType.DECIMAL):
        keys.pop(Role.LANGUAGE)  # a number of languages is not a language
    if Role.DATE in keys and not _has_days(keys[Role.DATE], sample):
        keys.pop(Role.DATE)
    consumed = {column.index for column in keys.values() if _is_key_only(column, sample)}
    comments = _match([c for c in usable if c.index not in consumed], _is_comment, _is_comment_word)
    consumed |= {column.index for column in comments.values()}
    evidence = _match([c for c in usable if c.index not in consumed], _is_evidence, is_evidence_word)
    consumed |= {column.index for column in evidence.values()}
    about = {c.index: f"comment on {columns[index].question}" for index, c in comments.items()}
    about |= {c.index: f"evidence for {columns[index].question}" for index, c in evidence.items()}
    parts = [
        _wide_part(column, keys, about, left_out.get(column.index, ""), key_only=column.index in consumed)
        for column in columns
    ]
    return Layout(
        shape=shape,
        parts=tuple(parts),
        keys=keys,
        answers=tuple(c for c in usable if c.index not in consumed),
        comments=comments,
        evidence=evidence,
    )


def _wide_part(
    column: Column, keys: Mapping[Role, Column], about: Mapping[int, str], left_out: str, *, key_only: bool
) -> Part:
    if left_out:
        return Part(column, ColumnUse.PERSONAL if column.personal else ColumnUse.IGNORED, left_out)
    if column.index in about:
        return Part(column, ColumnUse.REMARK, about[column.index])
    if column.role is not None and keys.get(column.role) is column:
        use, reason = _USES[column.role]
        return Part(column, use, reason if key_only else f"{reason}, and kept as an answer".lstrip(" ,"))
    if column.personal is not None:
        return Part(column, ColumnUse.PERSONAL, "kept as an answer; drop_personal leaves it out")
    if column.role is Role.COMMENT:
        return Part(column, ColumnUse.REMARK, "kept as an answer of its own")
    if column.role in _KEYS:
        return Part(column, ColumnUse.METADATA, "kept as an answer")
    renamed = "" if column.name == column.question else f"kept as {column.question}"
    return Part(column, ColumnUse.QUESTION, renamed)


def _is_comment(column: Column) -> bool:
    return column.role is Role.COMMENT


def _is_comment_word(word: str) -> bool:
    meaning = header_meaning(word)
    return meaning is not None and meaning.role is Role.COMMENT


def _is_evidence(column: Column) -> bool:
    return column.role is None and is_evidence_word(column.name)


def _match(
    columns: Sequence[Column], is_beside: Callable[[Column], bool], is_word: Callable[[str], bool]
) -> dict[int, Column]:
    """Match columns of comments or evidence to their questions.

    `Q1 comment` belongs to `Q1`, and each of several `Comment` columns to the column before it. A single `Comment`
    column is about the whole response and is not matched.

    Args:
        columns: The columns of a table.
        is_beside: Whether a column has nothing but such a word as its header.
        is_word: Whether a word of a header is one.
    """
    bare = [column for column in columns if is_beside(column)]
    pairs: dict[int, Column] = {}
    questions = {fold_header(column.name): column for column in columns if column.role is None and column.name}
    for before, column in pairwise(columns):
        if len(bare) > 1 and is_beside(column) and before.role is None and not is_beside(before):
            pairs[before.index] = column
    for column in columns:
        if column.role is None and (subject := _subject(column.name, is_word)) in questions:
            pairs.setdefault(questions[subject].index, column)
    remarks = {column.index for column in pairs.values()}
    return {index: column for index, column in pairs.items() if index not in remarks}


def _subject(head: str, is_word: Callable[[str], bool]) -> str | None:
    """Return the folded subject of a comment header, or None.

    Examples of headers are `Q1 - comment` and `Comentario Q1`.
    """
    words = fold_header(head).split()
    for word, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
        if rest and is_word("".join(word)):
            return " ".join(rest)
    return None
