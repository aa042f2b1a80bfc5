"""Candidate layouts with questions in rows.

Shapes are across (a column per country, period or respondent), marks, and long.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from capbuild.formats.layouts.cell_grid import are_options, is_period, role_score
from capbuild.formats.layouts.cell_kinds import CLASSES, MARKS, is_place_name, split_check_mark
from capbuild.formats.layouts.column_roles import (
    CODE_RANK,
    ColumnCandidates,
    Described,
    part_columns,
    remarks_between,
)
from capbuild.formats.layouts.layout_score import purity
from capbuild.formats.layouts.region_under_header import Found, HeadedRegion
from capbuild.formats.layouts.shapes import Across, Long, Marks, Member, country_above, group_options
from capbuild.formats.layouts.steps import FillDown, Step
from capbuild.formats.values.cells import cell_text
from capbuild.formats.values.dates import is_unit_header
from capbuild.formats.vocabulary import Role, fold_header, header_meaning, header_words

#: Smallest share of distinct keys among rows with questions, if no header names them.
_UNIQUE = 0.8
#: Most digits of a level; years have more.
_DIGITS = 3


def question_candidates(view: HeadedRegion) -> Iterator[Found]:
    """Yield layouts with questions in rows.

    Each shape that has the columns it needs yields one.
    """
    parts = part_columns(view)
    yield from _across(view, parts)
    yield from _marks(view, parts)
    yield from _long(view, parts)


def _filled(view: HeadedRegion, parts: ColumnCandidates, described: Described) -> list[Step]:
    """Return the steps that prepare rows with questions."""
    steps = view.row_steps()[0]
    down = [
        c for c in (*described.sections, *described.dimensions, described.question) if c is not None and c in parts.once
    ]
    if not down:
        return steps
    keys = [column for step in steps if isinstance(step, FillDown) for column in step.columns]
    return [FillDown((*keys, *down)), *(step for step in steps if not isinstance(step, FillDown))]


def _across(view: HeadedRegion, parts: ColumnCandidates) -> Iterator[Found]:
    """Yield layouts with one column per country or other member.

    Each row is one question. Members are countries, periods or respondents.
    """
    columns = view.sample.columns
    evidence = header_words("evidence_word")
    names = {c: view.header.name(c) for c in columns if view.main_class(c) == "T"}
    beside = (c for c, name in names.items() if is_unit_header(name) or fold_header(name) in evidence)
    others = {view.country, *parts.remarks, *parts.values, *beside}
    after = [c for c in columns if parts.asking and c > parts.asking[0] and c not in others]
    places = () if view.options.country else parts.places  # the options give the country of all answers
    # A single period is the header of the answers, unless the options name a question column.
    least = 1 if view.asks_in_rows and not places and len(parts.periods) == 1 else 2
    options = ((places, Member.COUNTRY), (parts.periods, Member.PERIOD), (after, Member.RESPONDENT))
    for members, member in options:
        alone = member is Member.RESPONDENT and (places or len(parts.periods) > 1)
        unowned = member is Member.RESPONDENT and not view.countries  # no sign of a respondent
        named = {_named(view, c, member) for c in members}
        if member is Member.COUNTRY and len(named) == 1:
            named = _name_returns(view, members)
        if len(named) < least or len(members) < least or alone or unowned:
            continue
        question = parts.question_among([c for c in columns if c < members[0] and c != view.country])
        if question is None:
            continue
        alone = view.country is not None and view.unique([]) > 0.9
        given = question in view.header.given
        if member is Member.PERIOD and alone and not given and 2 * parts.distinct(question) > len(view.body):
            continue  # each row has all data of one country, and questions do not repeat
        yield _across_layout(view, parts, members, member, question)


def _across_layout(
    view: HeadedRegion, parts: ColumnCandidates, members: Sequence[int], member: Member, question: int | None
) -> Found:
    columns, s = view.sample.columns, view.sample
    remarks = parts.adjacent_remarks(members) if member is not Member.RESPONDENT else {}
    answers = [c for c in members if c not in remarks]
    among = frozenset(members)
    outside = [c for c in columns if c not in among]
    described = parts.described(question, outside, answers)
    beside = remarks_between(answers, described.comments)
    remarked = frozenset(parts.remarks)
    part = min(1.0, len(members) / max(1, sum(c >= members[0] and c not in remarked for c in columns)))
    kinds = zip(*(view.kinds(c) for c in answers), strict=True)
    rows = [purity(Counter(CLASSES[k] for k in row if k)) for row in kinds if sum(map(bool, row)) > 1]
    shares = [share for share in rows[:80] if share is not None]
    first = None
    if view.body_start < len(s.rows):
        first = purity(Counter(CLASSES[s.kinds[view.body_start][s.place(c)]] for c in answers))
    by_country = member is Member.COUNTRY
    apart = len({view.header.name(c) for c in answers}) / max(1, len(answers))  # answers distinguished by their header
    worded = bool(question is not None and parts.asking and question in parts.asking)
    marked = (
        by_country
        and _are_under_countries(view, answers)
        and all(text in MARKS for c in answers for text in view.texts(c) if text)
    )
    terms = {
        "header": view.header_term * (1.0 if _goes_below(view, members, member, question) else 0.4),
        # Questions run down, so the first row is compared with itself and not with the columns below it.
        "edge": view.edge if marked else max(view.edge, 0.8 * (first or 0.0)),
        "consistency": sum(shares) / len(shares) if shares else 0.6,
        "keys": apart * view.unique([*([question] if question is not None else []), *described.dimensions]),
        "countries": part if by_country else view.countries,
        "vocabulary": 0.35
        + 0.3 * worded
        + (0.35 * part * apart if member is not Member.RESPONDENT else 0.0)
        - 0.35 * marked,  # the headers of marks are answers
    }
    place = None if by_country else view.country
    dimensions = described.dimensions
    if by_country and view.country is not None and view.country not in members:
        dimensions = (*dimensions, view.country)
    # If a column is a response, rows have no response keys; if it is a country, rows may have the respondent.
    kept = {Member.PERIOD: tuple(Role), Member.COUNTRY: (Role.RESPONDENT,), Member.RESPONDENT: ()}[member]
    moved = [column for role, column in described.keys if role not in kept]
    about = [column for column in moved if parts.has_one(question, column)]
    dimensions = (*dimensions, *(column for column in moved if column not in about))
    shape = Across(
        question=described.question,
        texts=described.texts,
        sections=described.sections,
        unit=described.unit,
        country=place,
        keys=tuple(key for key in described.keys if key[1] not in moved),
        dimensions=dimensions,
        about_country=described.about_country,
        attributes=(*described.attributes, *about),
        comments=tuple(c for c in described.comments if c not in beside),
        members=(*answers, *(c for c in described.values if not by_country or _may_be_place(view, c, answers))),
        member=member,
        remarks=tuple((remarks | beside).items()),
    )
    sections = view.question_sections(shape.asked, shared=member is not Member.PERIOD)
    return view.layout(shape, terms, [*_filled(view, parts, described), *sections])


def _may_be_place(view: HeadedRegion, column: int, answers: Sequence[int]) -> bool:
    """True if a number column may be an unknown country.

    It must be right of the first country, and not be a total.
    """
    return column > answers[0] and not view.header.is_total(column)


def _named(view: HeadedRegion, column: int, member: Member) -> str:
    """Return the country, period or respondent of a header."""
    names = {Member.COUNTRY: is_place_name, Member.PERIOD: is_period}.get(member, bool)
    return next((part for part in view.header.parts[column] if names(part)), view.header.name(column))


def _name_returns(view: HeadedRegion, members: Sequence[int]) -> set[str]:
    """Return what tells columns of one country apart: the ids or respondents in another header row.

    The country must be written above each column. Options and periods in the other row belong to the answers.
    """
    rows = [view.sample.grid.rows[r] for r in view.header_rows]
    written = all(any(is_place_name(cell_text(row[c])) for row in rows) for c in members)
    parts = [[part for part in view.header.parts[c] if not is_place_name(part)] for c in members]
    texts = {" - ".join(names) for names in parts}
    plain = all(parts) and not any(are_options(text) or is_period(text) for text in texts)
    return texts if written and plain and len(texts) == len(members) else set()


def _goes_below(view: HeadedRegion, members: Sequence[int], member: Member, question: int | None) -> bool:
    """True if a header row repeats for each member.

    The row is below one of countries or periods, and does not look like data.
    """
    names = is_place_name if member is Member.COUNTRY else is_period
    rows = view.sample.grid.rows
    levels = [n for n, r in enumerate(view.header_rows) if sum(names(cell_text(rows[r][c])) for c in members) > 1]
    if member is Member.RESPONDENT or not levels or levels[-1] == len(view.header_rows) - 1:
        return True
    below = [cell_text(rows[view.header_rows[-1]][c]) for c in members]
    corner = [r for r in view.header_rows if question is not None and rows[r][question] is not None]
    # A word for country before the countries is not a header of the questions.
    top = view.header_rows[levels[-1]]
    corner = [r for r in corner if r != top or not role_score(cell_text(rows[r][question or 0]), Role.COUNTRY)]
    return len(set(below)) <= 0.6 * len(below) and (len(corner) < 2 or corner[-1] <= view.header_rows[levels[-1]])


def _marks(view: HeadedRegion, parts: ColumnCandidates) -> Iterator[Found]:
    """Yield layouts with a mark under one of several options."""
    columns = view.sample.columns
    options = [c for c in columns if any(map(are_options, view.header.parts[c][-1:]))]
    ones = _are_marked_by_ones(view, options)
    options = [c for c in options if ones or view.main_class(c) in ("B", "") or _other_than_marks(view, c) < 2]
    if len(options) > 1:  # a column of marks beside options is an option too
        known, places = frozenset(options), frozenset(map(view.sample.place, options))
        options = [c for c in columns if c in known or (_has_only_marks(view, c) and _is_adjacent(view, c, places))]
    if len(options) < 2:  # by content: columns with marks only, one mark per row
        ticked = [c for c in columns if _has_only_marks(view, c) and view.header.parts[c]]
        asked = parts.asking or _are_levels([view.header.name(c) for c in ticked])
        options = ticked if asked and len(ticked) > 1 and _are_marked_once(view, ticked) else []
        # An option that was never chosen, as in a scale from 1 to 5, is between the others.
        known = frozenset(options)
        options = [c for c in columns if c in known or (options and _is_unmarked_between(view, c, options))]
    known = frozenset(options)
    cells = [
        _mark_kind(text, kind) for c in options for text, kind in zip(view.texts(c), view.kinds(c), strict=True) if kind
    ]
    marked = 1.0 if ones else cells.count("b") / max(1, len(cells))
    # One other text among a few marks is a separate answer, and does not lower their share.
    nearly = len(cells) > 3 and cells.count("b") == len(cells) - 1
    question = parts.question_among([c for c in columns if c not in known and c != view.country])
    if len(options) < 2 or not (marked > 0.8 or nearly) or question is None:
        return
    described = parts.described(question, [c for c in columns if c not in known], options)
    shape = Marks(
        country=view.country,
        **described.fields,
        options=options,
    )
    terms = {
        "consistency": marked,
        "keys": view.unique([question]),
        "countries": 1.0 if _are_under_countries(view, options) else view.countries,
        "vocabulary": 1.0,
    }
    yield view.layout(shape, terms, [*_filled(view, parts, described), *view.question_sections(shape.asked)])


def _are_levels(names: Sequence[str]) -> bool:
    """True if headers are levels, with or without words.

    Each has one number, and the numbers rise from the left.

    Example:
        >>> _are_levels(["1", "2", "4"]), _are_levels(["Nivel 1: Nada", "Nivel 2: Todo"]), _are_levels(["A", "B"])
        (True, True, False)
    """
    numbers = [re.findall(r"\d+", name) for name in names]
    orders = [int(digits[0]) for digits in numbers if len(digits) == 1 and len(digits[0]) <= _DIGITS]
    return len(orders) == len(names) > 1 and orders == sorted(set(orders))


def _are_marked_once(view: HeadedRegion, options: Sequence[int]) -> bool:
    """True if rows are marked once under options.

    With countries or questions above the options, each of these has one mark.
    """
    groups = group_options(view.header.parts, options)
    rows = [row for group in groups.values() for row in zip(*map(view.texts, group), strict=True)]
    marks = [sum(text not in ("", "0") for text in row) for row in rows]
    return marks.count(1) >= 0.8 * sum(map(bool, marks)) >= 0.4 * len(rows)


def _are_marked_by_ones(view: HeadedRegion, options: Sequence[int]) -> bool:
    """True if the number 1 marks the options.

    Most rows must have one mark under the options of each country.
    """
    texts = {text for c in options for text in view.texts(c)}
    return "1" in texts and texts <= {"", "0", "1"} and _are_marked_once(view, options)


def _are_under_countries(view: HeadedRegion, options: Sequence[int]) -> bool:
    """True if the headers of options name countries.

    There must be at least two countries, each above several options.
    """
    places = [country_above(view.header.parts[c]) for c in options]
    return all(places) and 1 < len(set(places)) <= len(places) / 2


def _is_unmarked_between(view: HeadedRegion, column: int, options: Sequence[int]) -> bool:
    """True if a headed, empty column is between options."""
    empty = not any(view.texts(column)) and bool(view.header.parts[column])
    return empty and options[0] < column < options[-1]


def _other_than_marks(view: HeadedRegion, column: int) -> int:
    return sum(
        _mark_kind(text, kind) not in ("", "b")
        for text, kind in zip(view.texts(column), view.kinds(column), strict=True)
    )


def _mark_kind(text: str, kind: str) -> str:
    """Return the kind of a cell below an option.

    A mark with a remark after it is a mark.
    """
    mark, rest = split_check_mark(text)
    return "b" if mark and not are_options(rest) else kind


def _is_adjacent(view: HeadedRegion, column: int, places: frozenset[int]) -> bool:
    """True if a column is next to given positions.

    Positions are those in the sample. The column must have a header.
    """
    j = view.sample.place(column)
    return bool(view.header.parts[column]) and (j - 1 in places or j + 1 in places)


def _has_only_marks(view: HeadedRegion, column: int) -> bool:
    counts = view.counts[view.sample.place(column)]
    return counts["B"] > 0 and counts["B"] == counts.total() and {*view.kinds(column)} <= {"", "b", "n"}


def _may_be_questions(view: HeadedRegion, question: int | None, answer: int) -> bool:
    """True if `Code` and `Score` may be question headers.

    They may be if no country repeats.
    """
    if question is None or view.country is None or view.unique([]) <= 0.9:
        return False
    meaning = header_meaning(view.header.name(answer))
    return answer not in view.header.given and (meaning is None or meaning.role is not Role.ANSWER or meaning.rank > 0)


def _are_asked_apart(view: HeadedRegion, question: int | None, described: Described, *, answered: bool) -> bool:
    """True if rows are responses despite a question column.

    Either rows have no respondent and questions repeat, or each row has all data of its respondent. In the second case
    the question is a code that no other row has, and there is no answer header.
    """
    if question is None or view.country is not None or view.by_country:
        return False
    asked = view.unique([question, *described.dimensions])
    owners = [column for role, column in described.keys if role in (Role.RESPONDENT, Role.ID)]
    if not owners:
        return asked <= 0.5 and not view.sections
    meaning = header_meaning(view.header.name(question))
    bare = question not in view.header.given and meaning is not None and meaning.rank == CODE_RANK
    return bare and not answered and asked > 0.9 and view.unique(owners) > 0.9


def _long(view: HeadedRegion, parts: ColumnCandidates) -> Iterator[Found]:
    """Yield layouts with one answer per row.

    Columns are identified by words in their headers, else by their content.
    """
    question, values = parts.long_columns()
    if not values or parts.places or _may_be_questions(view, question, values[0]):
        return
    nobody = view.country is None and not view.by_country and not any(parts.has_key(c) for c in view.sample.columns)
    if nobody and not view.countries and question is not None:
        meaning = header_meaning(view.header.name(values[0]))
        plain = meaning is not None and meaning.role is Role.ANSWER and meaning.rank < 2
        if not plain or parts.distinct(question) < 0.9 * len(view.body):
            return  # no sign of a respondent
    answers = frozenset(values)
    described = parts.described(question, [c for c in view.sample.columns if c not in answers], values)
    has_answer_header = any(view.header.role_score(c, Role.ANSWER) for c in values)
    if _are_asked_apart(view, question, described, answered=has_answer_header):
        return
    owners = [column for _, column in described.keys]
    unique = view.unique([*([question] if question is not None else []), *owners, *described.dimensions])
    alone = bool(owners) and view.unique(owners) >= _UNIQUE
    if question is None and (alone or unique < _UNIQUE):
        return  # a row is a respondent, or its answers have no distinct key
    worded = has_answer_header or any(view.header.role_score(c, Role.QUESTION) for c in view.sample.columns)
    behind = question is not None and question > values[0]
    if not worded and (unique < _UNIQUE or behind):
        return  # no header names them, and questions repeat or follow their answer
    by_question: dict[str, Counter[str]] = {}
    asking = view.texts(question) if question is not None else [""] * len(view.body)
    for asked, kind in zip(asking, view.kinds(values[0]), strict=True):
        if kind:
            by_question.setdefault(asked, Counter())[CLASSES[kind]] += 1
    pure = [share for counter in by_question.values() if counter.total() > 1 and (share := purity(counter)) is not None]
    shape = Long(
        country=view.country,
        **described.fields,
        values=(*values, *described.values),
    )
    terms = {
        "consistency": sum(pure) / len(pure) if pure else 0.75,
        "keys": unique,
        "countries": view.countries,
        "vocabulary": 0.6 + 0.4 * has_answer_header,
    }
    yield view.layout(shape, terms, [*_filled(view, parts, described), *view.question_sections(shape.asked)])
