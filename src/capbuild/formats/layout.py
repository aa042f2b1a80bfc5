"""How a table is laid out: which of the three shapes it has, and which column plays which part."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from attrs import evolve, field, frozen

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.columns import Column
from capbuild.formats.dimensions import find_dimensions
from capbuild.formats.folding import fold_head
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role, head_meaning, is_criterion_id
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.periods import names_period
from capbuild.model import ColumnUse, ColumnUsed, QuestionType

__all__ = ["Layout", "Part", "is_own_instrument", "lay_out", "lay_out_records"]

_KEYS = (Role.COUNTRY, Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)
#: Ranks of heads that say question, and answer or response, in so many words.
_QUESTION, _RESPONSE = 3, 1
_USES = {
    Role.COUNTRY: (ColumnUse.COUNTRY, ""),
    Role.RESPONDENT: (ColumnUse.RESPONDENT, ""),
    Role.ID: (ColumnUse.METADATA, "names the response"),
    Role.LANGUAGE: (ColumnUse.METADATA, "language of the response"),
    Role.DATE: (ColumnUse.METADATA, "date of the response"),
}


@frozen(eq=False)
class Part:
    """The part one column plays.

    Attributes:
        column: The column.
        use: What it is used for.
        reason: Why, where that is not plain.
    """

    column: Column
    use: ColumnUse
    reason: str = ""


@frozen(kw_only=True, eq=False)
class Layout:
    """The parts that the columns of one table play.

    Attributes:
        shape: What one row is.
        parts: Every column with its part, in order.
        keys: The column of each role that says whose a row is.
        answers: Columns whose cells become answers; in a long table the first is the answer itself.
        comments: Columns of comments, by the index of the column they comment on.
        question: The column that names the question, in a long table.
        question_text: The column that spells it out, in a long table.
        unit: The column that has the unit of its answers, in a long table.
        dimensions: Columns that tell apart answers to one question, in a long table; they become part of it.
        by_column: Whether every answer of a long table is one of its column too, as those of several years.
        left_out: Columns whose cells become nothing, with the reason.
    """

    shape: Shape
    parts: tuple[Part, ...]
    keys: Mapping[Role, Column] = field(factory=dict)
    answers: tuple[Column, ...] = ()
    comments: Mapping[int, Column] = field(factory=dict)
    question: Column | None = None
    question_text: Column | None = None
    unit: Column | None = None
    dimensions: tuple[Column, ...] = ()
    by_column: bool = False
    left_out: tuple[tuple[Column, str], ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.parts)

    @property
    def used(self) -> tuple[ColumnUsed, ...]:
        """What became of every column, for the account."""
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
        """Return the text of a row in the column of a role; empty where there is none."""
        column = self.keys.get(role)
        return cell_text(cells[column.index]) if column is not None else ""


def lay_out(columns: Sequence[Column], sample: Sequence[GridRow], options: TableOptions) -> Layout:
    """Return the layout of a table.

    Args:
        columns: Its columns.
        sample: Rows below the heads, which tell one row a country from one row a respondent.
        options: Options in force.
    """
    # Answers of many questions stand in one column: a long table is judged, and its answers dropped, row by row.
    asked = [evolve(c, personal=None) if c.role in (Role.QUESTION, Role.ANSWER) else c for c in columns]
    left_out = {column.index: why for column in asked if (why := _left_out(column, options))}
    usable = [column for column in asked if column.index not in left_out]
    best = _best(usable)
    if options.shape is Shape.LONG or (options.shape is None and _is_long(best, usable, sample)):
        return _long(asked, usable, best, left_out, sample)
    return lay_out_records(columns, sample, options)


def lay_out_records(columns: Sequence[Column], sample: Sequence[GridRow], options: TableOptions) -> Layout:
    """Return the layout of a table in which one row is a response.

    Args:
        columns: Its columns.
        sample: Rows below the heads, which tell one row a country from one row a respondent.
        options: Options in force.
    """
    left_out = {column.index: why for column in columns if (why := _left_out(column, options))}
    usable = [column for column in columns if column.index not in left_out]
    best = _best(usable)
    return _wide(columns, usable, best, left_out, sample, shape=options.shape or _shape_of_rows(best, sample))


def _left_out(column: Column, options: TableOptions) -> str:
    """Return why the cells of a column become nothing; empty when they become something."""
    if column.personal is not None and options.drop_personal:
        return f"personal ({column.personal.value}), dropped as the options say"
    if column.role is not Role.IGNORE:
        return ""
    return "ignored as the options say" if column.given else "the column is empty"


def _best(columns: Sequence[Column]) -> dict[Role, Column]:
    """Return the column that names each role most plainly; what the options give comes first."""
    ranked = sorted((c for c in columns if c.role is not None), key=lambda c: (not c.given, c.rank, c.index))
    best: dict[Role, Column] = {}
    for column in ranked:
        if column.role is not None:
            best.setdefault(column.role, column)
    return best


def _is_long(best: Mapping[Role, Column], columns: Sequence[Column], sample: Sequence[GridRow]) -> bool:
    """Tell whether one row is one answer, or a series of them: a question and an answer column, and whose they are.

    Heads such as `code` and `score` may also be questions, so there the countries or respondents must repeat.
    """
    question, answer = best.get(Role.QUESTION), best.get(Role.ANSWER)
    if question is None or answer is None:
        return False
    if _are_periods([column for column in columns if column.role is Role.ANSWER]):
        return True
    owner = best.get(Role.COUNTRY) or best.get(Role.RESPONDENT) or best.get(Role.ID)
    if (question.rank == 0 and answer.rank == 0) or (question.given and answer.given):
        return True
    if owner is None or owner.role is Role.ID:
        # Nobody is named, as in a form that one country filled in: the heads must say so, and ask each thing once.
        said = question.rank == _QUESTION and answer.rank <= _RESPONSE
        share = _distinct_share(question if owner is None else owner, sample)
        return said and (share > 0.9 if owner is None else share <= 0.5)
    return answer.rank == 0 or _distinct_share(owner, sample) <= 0.5


def _distinct_share(column: Column, sample: Sequence[GridRow]) -> float:
    """Return how many of the texts in a column are distinct, as a share; 1 when it is blank."""
    texts = [cell_text(cells[column.index]).casefold() for _, cells in sample if len(cells) > column.index]
    named = [text for text in texts if text]
    return len(set(named)) / len(named) if named else 1.0


def _shape_of_rows(best: Mapping[Role, Column], sample: Sequence[GridRow]) -> Shape:
    """Tell one row a country from one row a respondent: nobody else is named, and hardly any country repeats."""
    country = best.get(Role.COUNTRY)
    if country is None or Role.RESPONDENT in best or Role.ID in best:
        return Shape.RESPONDENT
    return Shape.COUNTRY if _distinct_share(country, sample) > 0.8 else Shape.RESPONDENT


def _is_key_only(column: Column, sample: Sequence[GridRow]) -> bool:
    """Tell whether a column of a key asks nothing besides: an agency or a language may be an answer too."""
    if column.given or column.role in (Role.COUNTRY, Role.DATE) or column.rank == 0:
        return True
    return column.role is Role.ID and _distinct_share(column, sample) > 0.9


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
        keys.pop(Role.ID, None)  # the respondent is the pseudonym, so the id is kept as an answer
    if Role.LANGUAGE in keys and keys[Role.LANGUAGE].type in (QuestionType.INTEGER, QuestionType.DECIMAL):
        keys.pop(Role.LANGUAGE)  # a number of languages names none
    consumed = {column.index for column in keys.values() if _is_key_only(column, sample)}
    comments = _comments([c for c in usable if c.index not in consumed])
    consumed |= {column.index for column in comments.values()}
    about = {column.index: columns[index] for index, column in comments.items()}
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
        left_out=tuple((columns[index], why) for index, why in left_out.items()),
    )


def _wide_part(
    column: Column, keys: Mapping[Role, Column], about: Mapping[int, Column], left_out: str, *, key_only: bool
) -> Part:
    if left_out:
        return Part(column, ColumnUse.PERSONAL if column.personal else ColumnUse.IGNORED, left_out)
    if column.index in about:
        return Part(column, ColumnUse.REMARK, f"comment on {about[column.index].question}")
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


def _comments(columns: Sequence[Column]) -> dict[int, Column]:
    """Pair comments with the columns they comment on.

    `Q1 comment` belongs to `Q1`, each of several `Comment` heads to the column before it. A single one is about the
    whole response and belongs to none.
    """
    bare = [column for column in columns if column.role is Role.COMMENT]
    pairs: dict[int, Column] = {}
    questions = {fold_head(column.name): column for column in columns if column.role is None and column.name}
    for before, column in pairwise(columns):
        if len(bare) > 1 and column.role is Role.COMMENT and before.role is None:
            pairs[before.index] = column
    for column in columns:
        if column.role is None and (subject := _subject(column.name)) in questions:
            pairs.setdefault(questions[subject].index, column)
    remarks = {column.index for column in pairs.values()}
    return {index: column for index, column in pairs.items() if index not in remarks}


def _subject(head: str) -> str | None:
    """Return what a head such as `Q1 - comment` or `Comentario Q1` comments on, folded."""
    words = fold_head(head).split()
    for word, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
        meaning = head_meaning("".join(word))
        if rest and meaning is not None and meaning.role is Role.COMMENT:
            return " ".join(rest)
    return None


def _long(
    columns: Sequence[Column],
    usable: Sequence[Column],
    best: Mapping[Role, Column],
    left_out: Mapping[int, str],
    sample: Sequence[GridRow],
) -> Layout:
    keys = {role: best[role] for role in _KEYS if role in best}
    question = best.get(Role.QUESTION)
    answer = best.get(Role.ANSWER)
    spelled = [c for c in usable if c.role is Role.QUESTION and c is not question]
    text = max(spelled, key=lambda c: c.rank == 3, default=None)
    comment = best.get(Role.COMMENT) if answer is not None else None
    answers = [c for c in usable if c.role is Role.ANSWER]
    by_column = _are_periods(answers)
    if not by_column:
        answers.sort(key=lambda c: c is not answer)  # the answer itself stands first
    extra = answers if by_column else answers[1:]
    dimensions = _dimensions(usable, keys, question, sample)
    played = {
        id(question): (ColumnUse.QUESTION, ""),
        id(text): (ColumnUse.METADATA, "text of the question"),
        id(comment): (ColumnUse.REMARK, "comment on the answer"),
        id(answer): (ColumnUse.ANSWER, ""),
        **{id(column): (ColumnUse.METADATA, "part of the question") for column in dimensions},
        id(best.get(Role.UNIT)): (ColumnUse.METADATA, "unit of the answers"),
        **{id(column): _USES[role] for role, column in keys.items()},
        **{id(column): (ColumnUse.ANSWER, f"kept as [{column.question}] of the question") for column in extra},
    }
    parts = [Part(c, *played[id(c)]) if id(c) in played else _unused(c, left_out) for c in columns]
    return Layout(
        shape=Shape.LONG,
        parts=tuple(parts),
        keys=keys,
        answers=tuple(answers),
        comments={answer.index: comment} if answer and comment else {},
        question=question,
        question_text=text,
        unit=best.get(Role.UNIT),
        dimensions=dimensions,
        by_column=by_column,
        left_out=tuple((part.column, part.reason) for part in parts if id(part.column) not in played),
    )


def _unused(column: Column, left_out: Mapping[int, str]) -> Part:
    """Return the part of a column of a long table whose cells become nothing."""
    use = ColumnUse.PERSONAL if column.personal is not None else ColumnUse.IGNORED
    if column.index in left_out:
        return Part(column, use, left_out[column.index])
    if column.role is Role.DESCRIPTION:
        return Part(column, use, "repeats what the question is about")
    return Part(column, use, "a long table has no place for it; columns can give it a role")


def _dimensions(
    usable: Sequence[Column], keys: Mapping[Role, Column], question: Column | None, sample: Sequence[GridRow]
) -> tuple[Column, ...]:
    """Return the columns that tell apart what else would be answers to one question of one respondent.

    Criteria of this library's own instruments are asked as they are.
    """
    if question is None or _are_criteria(sample, question.index):
        return ()
    others = [
        c.index for c in usable if c.role in (None, Role.DESCRIPTION, Role.UNIT) and not c.given and c.personal is None
    ]
    owners = [keys[role].index for role in (Role.COUNTRY, Role.RESPONDENT, Role.ID) if role in keys]
    found = find_dimensions(sample, [*owners, question.index], others)
    return tuple(column for column in usable if column.index in found)


def _are_criteria(sample: Sequence[GridRow], index: int) -> bool:
    """Tell whether most cells of a column are criteria of this library's own instruments."""
    ids = [cell_text(cells[index]) for _, cells in sample if len(cells) > index]
    return 2 * sum(map(is_criterion_id, ids)) > len(ids)


def _are_periods(answers: Sequence[Column]) -> bool:
    """Tell whether answers stand in a column for each year or round."""
    return sum(names_period(column.name) for column in answers) > 1


def is_own_instrument(layout: Layout, sample: Sequence[GridRow]) -> bool:
    """Tell whether a table is plainly a survey of this library: criteria are its heads, or its questions."""
    if layout.question is None:
        return Role.COUNTRY in layout.keys and sum(is_criterion_id(c.name) for c in layout.answers) > 1
    return _are_criteria(sample, layout.question.index)
