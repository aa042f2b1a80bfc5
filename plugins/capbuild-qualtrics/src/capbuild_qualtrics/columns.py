"""Questions of an export's columns.

Columns are matched by import ids, names and cells.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from attrs import define, evolve, field, frozen

from capbuild.formats import main_kind, personal_by_head
from capbuild.model import Choice, PersonalData, Question, QuestionType
from capbuild.text import numbered_name
from capbuild_qualtrics.exports import Export, Head, plain_name
from capbuild_qualtrics.survey import Slot, Survey

_FIELD = re.compile(r"(?:(\d+)_)?(QID\d+(?:#\d+)?)((?:_x?\d+)*)(_TEXT)?(_.+)?")
_NAME = re.compile(r"(?:(\d+)_)?(.+?)((?:_-?\d+)*)(_TEXT)?()")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_CODES = re.compile(r"\d{1,3}(?:,\d{1,3})*")
_SELECTED = " - Selected Choice"
#: Columns stored as attributes of the response.
ABOUT = {
    "responseid": "id", "recordid": "id", "enddate": "sent", "recordeddate": "recorded", "status": "status",
    "finished": "finished", "userlanguage": "language",
}  # fmt: skip
#: Attributes of a whole column; a response has one date, without a time unless the zone is known.
_WHOLLY_ABOUT = {"id", "status", "finished", "language"}
_PERSONAL = {
    "ipaddress": PersonalData.NETWORK_ADDRESS,
    **dict.fromkeys(("recipientlastname", "recipientfirstname"), PersonalData.NAME),
    **dict.fromkeys(("recipientemail", "emailaddress"), PersonalData.EMAIL),
    **dict.fromkeys(("externalreference", "externaldatareference"), PersonalData.IDENTIFIER),
    **dict.fromkeys(("locationlatitude", "locationlongitude", "locationaccuracy"), PersonalData.LOCATION),
    **dict.fromkeys(("latitude", "longitude", "accuracy"), PersonalData.LOCATION),
}


@frozen
class _Key:
    """Position of a column within its question.

    Attributes:
        loop: Number of the loop iteration; 0 outside loops.
        base: Qualtrics id of the question, or prefix of the column's name.
        numbers: Numbers of row and choice.
        text: Whether it contains text.
        rest: Anything else, such as the name of a timer.
    """

    loop: int
    base: str
    numbers: tuple[str, ...] = ()
    text: bool = False
    rest: str = ""


@frozen
class _Group:
    """Columns of one Qualtrics question.

    Attributes:
        loop: Number of the loop iteration.
        base: Qualtrics id of the question, or prefix of their names.
        mark: Suffix of ids, if an earlier question has the same names.
    """

    loop: int
    base: str
    mark: str


@define
class Part:
    """Columns of one answer.

    Attributes:
        question: Its question.
        columns: Indexes of the columns, from 0.
        codes: Choice ticked or ranked in each column; empty for a single column with the whole answer.
        loop: Number of the loop iteration; 0 outside loops.
    """

    question: str
    columns: list[int] = field(factory=list)
    codes: list[str] = field(factory=list)
    loop: int = 0


@frozen
class Doubt:
    """Problem of a column.

    Attributes:
        column: Its index, from 0.
        code: Code of the issue.
        message: Problem.
        remedy: What to do.
    """

    column: int
    code: str
    message: str
    remedy: str


@define
class _Draft:
    export: Export
    survey: Survey | None
    unanswered: str
    questions: dict[str, Question] = field(factory=dict)
    ticks: dict[str, dict[str, Choice]] = field(factory=dict)
    parts: dict[tuple[str, int], Part] = field(factory=dict)
    doubts: list[Doubt] = field(factory=list)

    def has_column(self, slot: Slot, loop: int) -> bool:
        """True if an earlier column has a defined slot."""
        part = self.parts.get((slot.question, loop))
        return part is not None and (slot.code is None or slot.code in part.codes)

    def add_doubts(self, place: int, key: _Key | None, names: set[str]) -> None:
        """Add the problems of a column without definition.

        Either another column has the same tag, or the survey does not define the column.
        """
        name = self.export.headers[place].name
        if name in names:
            message = f"two columns have the tag {name!r}; the later one is read as a question of its own"
            self.doubts.append(Doubt(place, "CB113", message, "rename one of them, or take one out"))
        elif self.survey and key and not (key.rest or key.text) and key.base in self.survey.bases:
            message = (
                f"the definition of {self.survey.bases[key.base]} has no column {name!r}; it is read as a question"
            )
            self.doubts.append(Doubt(place, "CB131", message, "give the definition that was in use"))

    def cells(self, place: int) -> Counter[str]:
        """Return a column's non-blank, non-missing cells with counts."""
        counts = Counter(row.cells[place].strip() for row in self.export.rows if place < len(row.cells))
        return Counter({cell: count for cell, count in counts.items() if cell not in ("", self.unanswered)})

    def add(self, made: Question, place: int, loop: int, code: str | None = None) -> None:
        """Add a column to its answer."""
        self.questions.setdefault(made.id, made)
        part = self.parts.setdefault((made.id, loop), Part(made.id, loop=loop))
        part.columns.append(place)
        if code is not None:
            part.codes.append(code)

    def unique(self, name: str, loop: int) -> str:
        """Return a unique name for a column."""
        form = self.survey.form if self.survey is not None else ()
        return numbered_name(name, lambda made: (made, loop) in self.parts or made in form)


def personal_of(head: Head) -> PersonalData | None:
    """Return the kind of personal data in a column.

    Example:
        >>> personal_of(Head("RecipientEmail")).value, personal_of(Head("Q1", "Your e-mail")).value
        ('e-mail', 'e-mail')
    """
    for name in (head.field, head.name, head.label):
        personal_data = _PERSONAL.get(plain_name(name))
        if personal_data is not None:
            return personal_data
    return personal_by_head(head.label) or personal_by_head(head.name)


def find_key(head: Head, *, named: bool) -> _Key | None:
    """Return a column's position within its question, or None.

    Args:
        head: The column.
        named: Whether to use names, for an export without import ids.

    Example:
        >>> find_key(Head("1_Q5_2", field="1_QID5-2"), named=False)
        _Key(loop=1, base='QID5', numbers=('2',), text=False, rest='')
    """
    match = _FIELD.fullmatch(head.field.replace("-", "_")) if head.field else None
    if match is None and named:
        match = _NAME.fullmatch(head.name)
    if match is None:
        return None
    loop, base, numbers, text, rest = match.groups()
    return _Key(int(loop or 0), base, tuple(numbers.split("_")[1:]), bool(text), rest or "")


def is_unticked(cell: str, unanswered: str) -> bool:
    """True if a cell ticks nothing."""
    return cell in ("", "0", unanswered)


def find_parts(
    export: Export, survey: Survey | None, unanswered: str
) -> tuple[list[Question], list[Part], list[Doubt]]:
    """Return an export's questions, columns and column problems.

    Args:
        export: The export.
        survey: Its definition, if there is one.
        unanswered: Code of unanswered questions.
    """
    draft = _Draft(export, survey, unanswered)
    named = not any(head.field for head in export.headers)
    groups: dict[tuple[int, str, int], list[tuple[int, _Key]]] = {}
    seen: dict[str, int] = {}
    copies: Counter[_Key] = Counter()
    names: set[str] = set()
    for position, head in enumerate(export.headers):
        if _is_about(head) or (not head.name and not draft.cells(position)):
            continue
        key = find_key(head, named=named)
        slot, loop = _find_slot(head, key, survey, seen), key.loop if key else 0
        slotted = slot is not None and not draft.has_column(slot, loop)
        if not slotted and head.name:
            draft.add_doubts(position, key, names)
        names.add(head.name)
        if slot is not None and survey is not None and slotted:
            draft.add(survey.form[slot.question], position, loop, slot.code)
        elif key is None or key.rest or plain_name(head.name) in _PERSONAL:
            parent = survey.bases.get(key.base) if survey and key else None
            draft.add(_make_single(draft, position, _find_own_name(head, key), parent), position, loop)
        else:
            groups.setdefault((key.loop, key.base, copies[key]), []).append((position, key))
            copies[key] += 1  # legacy exports may give two questions the same name
    for (loop, base, copy), members in groups.items():
        _add_group(draft, _Group(loop, base, f" ({copy + 1})" if copy else ""), members)
    return _sort_questions(draft), sorted(draft.parts.values(), key=lambda part: part.columns[0]), draft.doubts


def _is_about(head: Head) -> bool:
    names = (head.field or head.name, head.label)
    kinds = {ABOUT.get(plain_name(name), "") for name in names if not name.startswith("QID")}
    return not kinds.isdisjoint(_WHOLLY_ABOUT)


def _find_slot(head: Head, key: _Key | None, survey: Survey | None, seen: dict[str, int]) -> Slot | None:
    """Return a column's slot in the definition."""
    if survey is None:
        return None
    if head.field:
        name = re.sub(r"^\d+_(?=QID)", "", head.field.replace("-", "_"))
        return survey.fields.get(name)
    name = head.name if head.name in survey.names or not (key and key.loop) else head.name.partition("_")[2]
    slots, number = survey.names.get(name, []), seen.get(name, 0)
    seen[name] = number + 1
    return slots[number] if number < len(slots) else None


def _find_own_name(head: Head, key: _Key | None) -> str:
    """Return a column's name outside its loop."""
    return head.name.partition("_")[2] if key and key.loop and head.name.startswith(f"{key.loop}_") else head.name


def _find_type(cells: Counter[str]) -> QuestionType:
    kinds: Counter[QuestionType] = Counter()
    for cell, count in cells.items():
        number = QuestionType.DECIMAL if "." in cell else QuestionType.INTEGER
        kinds[number if _NUMBER.fullmatch(cell) else QuestionType.TEXT] += count
    return main_kind(kinds, QuestionType.DECIMAL, QuestionType.INTEGER) or QuestionType.TEXT


def _make_single(draft: _Draft, place: int, name: str, parent: str | None = None, text: str = "") -> Question:
    """Return a question with a single column."""
    head = draft.export.headers[place]
    named = name or f"column {place + 1}"
    key = find_key(head, named=False)
    known = draft.questions.get(named)
    loop, cells = key.loop if key else 0, draft.cells(place)
    if known is not None and (named, loop) not in draft.parts:
        return known  # the same question, in another iteration
    is_joined = key is not None and not key.text and all(map(_CODES.fullmatch, cells)) and any("," in c for c in cells)
    codes = sorted({code for cell in cells for code in cell.split(",")}, key=int) if is_joined else ()
    return Question(
        id=draft.unique(named, loop),
        type=QuestionType.SELECT_MULTIPLE if is_joined else _find_type(cells),
        choices=[Choice(code=code, label=code) for code in codes],
        text=text or head.label.removesuffix(_SELECTED) or named,
        parent=parent,
        personal=personal_of(head),
        inferred=True,
    )


def _add_group(draft: _Draft, group: _Group, members: Sequence[tuple[int, _Key]]) -> None:
    """Add the columns of a Qualtrics question without a definition."""
    known = draft.survey.bases.get(group.base) if draft.survey else None
    rows: dict[tuple[str, ...], list[int]] = {}
    for place, key in members:
        if key.numbers and not key.text:
            rows.setdefault(key.numbers[:-1], []).append(place)
    ticked = {numbers for numbers, places in rows.items() if _are_ticks(draft, places)}
    count = sum(1 if numbers in ticked else len(places) for numbers, places in rows.items())
    parent = known or (_note(draft, group, members) if count > 1 else None)
    texts = {numbers: _find_shared_text(draft, rows[numbers]) for numbers in ticked}
    shared = _find_shared_text(draft, [place for row in rows.values() for place in row]) if rows else ""
    for place, key in members:
        name = _find_own_name(draft.export.headers[place], key)
        if not key.text and key.numbers and key.numbers[:-1] in ticked:
            _add_tick(draft, group, (place, key), texts[key.numbers[:-1]], parent)
            continue
        above, text = parent, ""
        if key.text and (key.numbers or len(members) > 1):
            above = parent or _strip_numbers(name.removesuffix("_TEXT"), len(key.numbers))
        elif parent and key.numbers:
            text = _find_row_text(draft, shared, place)
        draft.add(_make_single(draft, place, name, None if above == name else above, text), place, group.loop)


def _strip_numbers(name: str, count: int) -> str:
    """Return a column name without trailing numbers.

    Example:
        >>> _strip_numbers("Q2_1_-1", 1), _strip_numbers("Q2_1", 1)
        ('Q2_1', 'Q2')
    """
    return re.sub(rf"(?:_-?\d+){{{count}}}$", "", name) if count else name


def _note(draft: _Draft, group: _Group, members: Sequence[tuple[int, _Key]]) -> str:
    """Add the parent question of rows, and return its id."""
    place, key = members[0]
    own = _find_own_name(draft.export.headers[place], key)
    name = _strip_numbers(own.removesuffix("_TEXT"), len(key.numbers)) + group.mark
    name = group.base if name in ("", own) else name
    text = _find_shared_text(draft, [place for place, key in members if not key.text]) or name
    draft.questions.setdefault(name, Question(id=name, type=QuestionType.NOTE, text=text, inferred=True))
    return name


def _find_shared_text(draft: _Draft, places: Sequence[int]) -> str:
    """Return the common prefix of the columns' labels."""
    labels = [draft.export.headers[place].label for place in places]
    common = takewhile(lambda letters: len(set(letters)) == 1, zip(*labels, strict=False))
    start = "".join(letters[0] for letters in common)
    if len(set(labels)) > 1:
        cut = max(start.rfind("-"), 0)
        start = start[:cut]
    return start.strip().rstrip("-").strip().removesuffix(_SELECTED).strip()


def _find_row_text(draft: _Draft, shared: str, place: int) -> str:
    """Return a column's label without the prefix that labels share."""
    label = draft.export.headers[place].label
    rest = label[len(shared) :].removeprefix(_SELECTED).strip().removeprefix("-").strip()
    return rest if label.startswith(shared) and rest else label


def _are_ticks(draft: _Draft, places: Sequence[int]) -> bool:
    """True if columns tick choices of one question."""
    labels = [draft.export.headers[place].label for place in places]
    for place, label in zip(places, labels, strict=True):
        cells = draft.cells(place).keys() - {"0"}
        if len(cells) > 1 or not all(cell == "1" or label.endswith(cell) for cell in cells):
            return False
    if all(_SELECTED in label for label in labels):
        return True
    if len(places) < 2 and not _is_ticked_last(draft, places[0]):
        return False
    return any(
        len({is_unticked(row.cells[place].strip(), draft.unanswered) for place in places if place < len(row.cells)}) > 1
        for row in draft.export.rows
    )


def _is_ticked_last(draft: _Draft, place: int) -> bool:
    return any(not _NUMBER.fullmatch(cell) for cell in draft.cells(place))


def _add_tick(draft: _Draft, group: _Group, member: tuple[int, _Key], shared: str, parent: str | None) -> None:
    """Add a column for a choice.

    `shared` is the common start of the labels of its question.
    """
    place, key = member
    name = _find_own_name(draft.export.headers[place], key)
    stem, code = _strip_numbers(name, 1), name.rpartition("_")[2]
    if stem == name:
        stem, code = "_".join((key.base, *key.numbers[:-1])), key.numbers[-1]
    stem += group.mark
    question = draft.questions.get(stem)
    if question is None or question.type is not QuestionType.SELECT_MULTIPLE:
        question = Question(
            id=stem if question is None else f"{stem} ({key.base})",
            type=QuestionType.SELECT_MULTIPLE,
            text=shared or stem,
            parent=parent if len(key.numbers) > 1 else None,
            inferred=True,
        )
    if question.id not in draft.ticks:
        draft.ticks[question.id] = {choice.code: choice for choice in question.choices}
    if code not in draft.ticks[question.id]:
        draft.ticks[question.id][code] = Choice(code=code, label=_find_row_text(draft, shared, place))
    draft.add(question, place, key.loop, code)


def _sort_questions(draft: _Draft) -> list[Question]:
    """Return the questions in column order.

    A question with a parent follows it.
    """
    for name, ticks in draft.ticks.items():
        draft.questions[name] = evolve(draft.questions[name], choices=tuple(ticks.values()))
    first: dict[str, int] = {}
    for part in draft.parts.values():
        first[part.question] = min(part.columns[0], first.get(part.question, part.columns[0]))

    below: dict[str, int] = {}
    last = len(draft.export.headers)
    for question in draft.questions.values():
        if question.parent is not None and question.id in first:
            below[question.parent] = min(first[question.id], below.get(question.parent, last))

    def place(asked: Question) -> tuple[int, int]:
        return min(first.get(asked.id, last), below.get(asked.id, last)), int(asked.id in first)

    known = {*draft.questions, *(draft.survey.form.by_id if draft.survey else ())}
    kept = (
        question if question.parent in known else evolve(question, parent=None) for question in draft.questions.values()
    )
    return sorted(kept, key=place)
