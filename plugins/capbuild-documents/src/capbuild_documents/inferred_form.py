"""Questions and answers inferred without a form definition.

They come from tables, labels and form fields.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, evolve, field, frozen

from capbuild.formats import (
    MISSING_WORDS,
    AnswerParser,
    CellReader,
    Role,
    header_meaning,
    is_ticked,
    personal_by_head,
)
from capbuild.model import Answer, AnswerValue, Choice, Issue, Missing, PersonalData, Question, QuestionType
from capbuild.origin import Origin
from capbuild_documents.blocks import Cell, Field, FieldKind, Mark, Paragraph, Pieces, Row, Table
from capbuild_documents.slots import TAG
from capbuild_documents.typed_boxes import fold, split_boxes

_NUMBER = re.compile(r"[A-Za-z]{0,4}[-. ]?\d{1,3}(?:[.-]\d{1,3})*[a-z]?[.)]?|[a-z][.)]")
_NUMBERED = re.compile(rf"(?P<number>{_NUMBER.pattern})[\s:]+(?P<text>\S.*)", re.DOTALL)
#: Default field names of word processors.
_DEFAULT = re.compile(
    r"(?:text|check|dropdown|texto|casilla|lista|texte|case|liste|selectie|tekst|ctrl)_?\d*", re.IGNORECASE
)
#: Placeholders of lists, which are not options.
_CHOOSE = ("choose an item", "elija un elemento", "choisissez un élément", "kies een item", "escolha um item")
_TRUTH = Question(id="truth", type=QuestionType.BOOLEAN, text="?")
_ABOUT = (Role.COUNTRY, Role.RESPONDENT, Role.DATE)
_IN_TABLES = (Role.QUESTION, Role.ANSWER, Role.COMMENT, Role.DESCRIPTION)
_LONGEST_NAME, _LONGEST_LABEL = 100, 60
_KINDS: dict[type, QuestionType] = {
    bool: QuestionType.BOOLEAN,
    int: QuestionType.INTEGER,
    float: QuestionType.DECIMAL,
}


@frozen(kw_only=True)
class Content:
    """Parsed answer to a question.

    Attributes:
        value: The value, or why it is missing.
        raw: The original text, if it differs from the value.
        type: Type of the question, inferred from the answer.
        choices: Its choices.
        comment: Text beside it.
        problem: Its problem; empty for none.
        name: Name of its field.
    """

    value: AnswerValue
    raw: str | None = None
    type: QuestionType = QuestionType.TEXT
    choices: tuple[Choice, ...] = ()
    comment: str | None = None
    problem: str = ""
    name: str = ""


def make_choices(options: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return choices made of codes and labels.

    Duplicate codes and placeholders, such as "Choose an item", are left out.
    """
    labels = {code: label for code, label in options if code.strip() and not fold(label).startswith(_CHOOSE)}
    return tuple(
        Choice(code=code, label=label or code, missing=MISSING_WORDS.get(fold(label))) for code, label in labels.items()
    )


def read_choice(choices: tuple[Choice, ...], text: str) -> Content:
    """Parse the displayed text of a list."""
    content = Content(value=Missing.NO_ANSWER, type=QuestionType.SELECT_ONE, choices=choices)
    if not text.strip() or fold(text).startswith(_CHOOSE):
        return content
    asked = Question(id="list", type=QuestionType.SELECT_ONE, text="?", choices=choices)
    value, raw, problem = AnswerParser().read(text, asked)
    return evolve(content, value=value, raw=raw, problem=problem)


def _is_yes_or_no(label: str) -> bool:
    return fold(label) in MISSING_WORDS or not AnswerParser().read(label, _TRUTH)[2]


@define(eq=False)
class DraftedForm:
    """Reader of a form without a definition.

    Attributes:
        file: Name of the file.
        longest: Maximum length of an answer.
        questions: Its questions.
        answers: Their answers.
        issues: Its issues.
        about: Response metadata by role, with their origins.
        unused: Texts that are neither questions nor answers.
    """

    file: str
    longest: int
    questions: list[Question] = field(factory=list)
    answers: list[Answer] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    about: dict[Role, tuple[str, Origin]] = field(factory=dict)
    unused: list[str] = field(factory=list)
    _names: Counter[str] = field(factory=Counter)
    _pending: Paragraph | None = None
    _typed: list[Paragraph] = field(factory=list)

    def add(
        self, text: str, content: Content, origin: Origin, number: str = "", personal: PersonalData | None = None
    ) -> None:
        """Add a question with its answer, or response metadata.

        Args:
            text: The question.
            content: The answer.
            origin: Origin of the answer.
            number: Its number or code in the document.
            personal: Kind of personal data, if the text does not show it.
        """
        text = " ".join(text.split()).rstrip(":").strip()
        match = _NUMBERED.fullmatch(text)
        if match is not None and not number:
            number, text = match["number"], match["text"]
        role = _find_role(text)
        shown = content.raw or (content.value if isinstance(content.value, str) else "")
        if isinstance(content.value, datetime.date):
            shown = content.value.isoformat()[:10]
        if role is not None and role not in self.about and shown:
            self.about[role] = shown.strip(), origin
            return
        name = self._unique(content.name or number.strip(" .):") or text or "question")
        personal = personal or personal_by_head(text)
        question = Question(
            id=name, type=content.type, text=text or name, choices=content.choices, personal=personal, inferred=True
        )
        self.questions.append(question)
        if personal is not None and not (isinstance(content.value, Missing) and content.raw is None):
            self._warn("CB132", f"{name!r} looks personal ({personal.value})", origin, "drop_personal leaves it out")
        if content.problem:
            self._warn("DOC6", f"{content.problem} in {name}", origin, "ask for the answer, or correct it")
        self.answers.append(Answer(name, content.value, content.raw, content.comment, 0, (), origin))

    def _unique(self, name: str) -> str:
        """Return a unique name for a question."""
        name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        unique = name
        while unique in self._names:
            self._names[name] += 1
            unique = f"{name} ({self._names[name]})"
        self._names[unique] = 1
        return unique

    def _warn(self, code: str, message: str, origin: Origin, remedy: str) -> None:
        self.issues.append(Issue.warning(code, message, origin, remedy))

    def content(self, paragraphs: Sequence[Paragraph]) -> Content:
        """Parse paragraphs as the answer to a question."""
        fields = [field for paragraph in paragraphs for field in paragraph.fields]
        names = {_field_name(field) for field in fields} - {""}
        comment = "\n".join(remark for paragraph in paragraphs for remark in paragraph.remarks) or None
        boxes = split_boxes(paragraphs)
        single = fields[0] if len(fields) == 1 else None
        plain = "\n".join(text for paragraph in paragraphs if (text := paragraph.text.strip()))
        if boxes:
            content = _ticked(boxes, paragraphs)
        elif single is not None and single.kind is FieldKind.LIST:
            content = read_choice(make_choices(single.options), single.displayed)
        elif single is not None and single.kind is FieldKind.DATE:
            content = _dated(single)
        else:
            content = self.text(plain)
        name = names.pop() if len(names) == 1 else ""
        remarks = "\n".join(filter(None, (content.comment, comment))) or None
        return evolve(content, name=name, comment=remarks)

    def text(self, text: str) -> Content:
        """Parse a text as an answer."""
        value, raw, problem = CellReader(longest=self.longest)(text)
        return Content(value=value, raw=raw, problem=problem, type=_KINDS.get(type(value), QuestionType.TEXT))

    def read(self, blocks: Sequence[Paragraph | Table]) -> None:
        """Read paragraphs and tables."""
        for block in blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block)
            else:
                self._table(block)
        self._close()

    def _close(self) -> None:
        """Finish a paragraph's question.

        The paragraphs since then are its answer.
        """
        asked, typed = self._pending, self._typed
        self._pending, self._typed = None, []
        if asked is not None:
            origin = typed[0].origin if typed else asked.origin
            self.add(asked.text, self.content(typed), origin)

    def _paragraph(self, paragraph: Paragraph) -> None:
        text = paragraph.text.strip()
        if not text and not paragraph.fields:
            return
        if paragraph.fields or split_boxes([paragraph]):
            self._fields(paragraph)
        elif _is_question(paragraph):
            self._close()
            self._pending = paragraph
        elif paragraph.style.casefold().startswith(("heading", "title")):
            self._close()
            self.unused.append(text)
        elif self._pending is not None:
            self._typed.append(paragraph)
        elif not self._read_labelled_value(paragraph):
            self.unused.append(text)

    def _read_labelled_value(self, paragraph: Paragraph) -> bool:
        """Read "Country: Jamaica" and return whether the label is known."""
        label, colon, value = paragraph.text.partition(":")
        known = _find_role(label) is not None or personal_by_head(label) is not None
        if colon and known and len(label) <= _LONGEST_LABEL:
            self.add(label, self.text(value.strip()), paragraph.origin)
        return bool(colon and known)

    def _fields(self, paragraph: Paragraph) -> None:
        """Read fields with the labels before them.

        Fields without a label answer the paragraph above.
        """
        parts = list(_by_label(paragraph))
        if len(parts) == 1 and not parts[0][0] and self._pending is not None:
            self._typed.append(paragraph)
            return
        if self._pending is not None and split_boxes([paragraph]) and not _is_question(paragraph):
            self._typed.append(paragraph)
            return
        self._close()
        for label, pieces in parts:
            self.add(label or _title(pieces), self.content([evolve(paragraph, pieces=pieces)]), paragraph.origin)

    def _table(self, table: Table) -> None:
        rows = [row for row in table.rows if any(cell.text or cell.fields for cell in row)]
        if len(rows) == 1 and len(rows[0]) == 1 and self._pending is not None:
            self._typed += rows[0][0].paragraphs  # a box for the answer
            return
        self._close()
        headers = _find_headers(rows)
        above: Cell | None = None
        for row in rows[1:] if headers else rows:
            if above is not None and len(row) == 1:
                self.add(above.text, self.content(row[0].paragraphs), row[0].origin)
                above = None
            elif len(row) == 1 and not row[0].fields and _is_question(row[0].paragraphs[0]):
                above = row[0]
            else:
                self._ask_above(above)
                above = None
                self._row(row, headers)
        self._ask_above(above)

    def _ask_above(self, above: Cell | None) -> None:
        if above is not None:
            self.add(above.text, self.text(""), above.origin)

    def _row(self, row: Row, headers: Mapping[int, str]) -> None:
        if len(row) == 1:
            parts = row[0].paragraphs if row[0].fields else ()
            for paragraph in parts:
                self._paragraph(paragraph)
            self._close()
            self.unused += [] if parts else [row[0].text]
        elif not headers and _are_pairs(row):
            for label, value in zip(row[::2], row[1::2], strict=False):
                self.add(label.text, self.content(value.paragraphs), value.origin)
        else:
            self._question_row(row, headers)

    def _question_row(self, row: Row, headers: Mapping[int, str]) -> None:
        roles = {
            place: meaning.role for place, text in headers.items() if (meaning := header_meaning(text)) is not None
        }
        numbered = (len(row) > 2 and not row[0].fields and bool(_NUMBER.fullmatch(row[0].text))) or not row[0].text
        asked = row[1] if numbered and len(row) > 2 else row[0]
        number = row[0].text if asked is not row[0] else ""
        rest = [cell for cell in row[row.index(asked) + 1 :] if roles.get(cell.place) is not Role.COMMENT]
        comments = [cell.text for cell in row if roles.get(cell.place) is Role.COMMENT and cell.text]
        if headers and len(rest) > 1 and all(_is_mark(cell) for cell in rest):
            content, origin = _marked(rest, headers), rest[0].origin
        elif len(rest) > 1 and not any(role is Role.ANSWER for role in roles.values()) and headers:
            for cell in rest:
                head = headers.get(cell.place, "")
                self.add(f"{asked.text} [{head}]" if head else asked.text, self.content(cell.paragraphs), cell.origin)
            return
        else:
            answers = [cell for cell in rest if roles.get(cell.place) is Role.ANSWER] or rest[:1]
            comments += [cell.text for cell in rest if cell not in answers and cell.text]
            content = self.content([paragraph for cell in answers for paragraph in cell.paragraphs])
            origin = answers[0].origin if answers else asked.origin
        remarks = [*([content.comment] if content.comment else []), *comments]
        self.add(asked.text, evolve(content, comment="\n".join(remarks) or None), origin, number)


def _find_role(text: str) -> Role | None:
    """Return the metadata role of a label.

    One part of a multilingual label is enough to know it.
    """
    for part in (text, *re.split(r"\s*[/|]\s*", text)):
        meaning = header_meaning(part)
        if meaning is not None and meaning.role in _ABOUT and meaning.rank < 2:
            return meaning.role
    return None


def _field_name(made: Field) -> str:
    """Return the name of a field, unless a default."""
    name = made.tag.removeprefix(TAG)
    return "" if _DEFAULT.fullmatch(name) or made.kind is FieldKind.TICK else name.strip()


def _title(pieces: Sequence[object]) -> str:
    return next(
        (piece.title or piece.tag for piece in pieces if isinstance(piece, Field) and (piece.title or piece.tag)), ""
    )


def _is_question(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return text.endswith(("?", "？", "؟")) or (bool(_NUMBERED.fullmatch(text)) and text.endswith(":"))


def _by_label(paragraph: Paragraph) -> Iterator[tuple[str, Pieces]]:
    """Yield each label of a paragraph with its fields.

    Check boxes keep the labels after them.
    """
    pieces: Pieces = [piece for piece in paragraph.pieces if not isinstance(piece, Mark)]
    if split_boxes([paragraph]):
        first = pieces[0] if isinstance(pieces[0], str) else ""
        label, colon, rest = re.split("(?=[☐☒☑□■])", first, maxsplit=1)[0].rpartition(":")
        asked = label if colon and not rest.strip() else ""
        yield asked, [first.removeprefix(f"{label}{colon}") if asked else first, *pieces[bool(first) :]]
        return
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            before += piece
        else:
            yield before.strip(), [piece]
            before = ""
    if before.strip():
        yield before.strip(), []


def _find_headers(rows: Sequence[Row]) -> dict[int, str]:
    """Return the headers of a table by column.

    The result is empty if its first row is a question.
    """
    first = rows[0] if rows else []
    texts = [cell.text for cell in first]
    if len(rows) < 2 or len(first) < 2 or any(cell.fields for cell in first) or not all(texts[1:]):
        return {}
    meanings = [header_meaning(text) for text in texts]
    named = any(meaning is not None and meaning.role in _IN_TABLES for meaning in meanings) and not texts[0].endswith(
        ":"
    )
    short = all(len(text) <= _LONGEST_LABEL for text in texts) and len(set(texts)) == len(texts)
    marks = [cell for row in rows[1:] for cell in row[1:]]
    marked = len(first) > 2 and short and all(map(_is_mark, marks)) and (
        any(cell.text for cell in marks) or all(map(_is_yes_or_no, texts[1:]))
    )  # fmt: skip
    wide = len(first) > 2 and short and not _are_pairs(first) and not _NUMBER.fullmatch(texts[0])
    return {cell.place: cell.text for cell in first} if named or marked or wide else {}


def _are_pairs(row: Row) -> bool:
    """True if a row alternates labels and values."""
    labels = [cell.text for cell in row[::2]]
    return len(row) in (4, 6, 8) and all(
        text.endswith(":") or _find_role(text) is not None or personal_by_head(text) is not None for text in labels
    )


def _is_mark(cell: Cell) -> bool:
    """True for a blank, a mark or an unlabelled box."""
    boxes = split_boxes(cell.paragraphs)
    if boxes:
        return len(boxes) == 1 and not boxes[0][1]
    return not cell.fields and (not cell.text or fold(cell.text) in ("x", "xx", "√", "✓", "✔"))


def _marked(cells: Sequence[Cell], headers: Mapping[int, str]) -> Content:
    """Parse a row of marks below headers as a choice."""
    choices = make_choices([(headers[cell.place], headers[cell.place]) for cell in cells if headers.get(cell.place)])
    chosen = [headers.get(cell.place, "") for cell in cells if _is_marked(cell)]
    return _one_of(choices, chosen)


def _is_marked(cell: Cell) -> bool:
    boxes = split_boxes(cell.paragraphs)
    return boxes[0][0] if boxes else is_ticked(cell.text)


def _one_of(choices: tuple[Choice, ...], chosen: Sequence[str]) -> Content:
    if len(chosen) > 1:
        content = Content(value=Missing.INVALID, raw="; ".join(chosen), type=QuestionType.SELECT_ONE, choices=choices)
        return evolve(content, problem=f"{len(chosen)} boxes are ticked where one is asked for")
    return read_choice(choices, chosen[0] if chosen else "")


def _ticked(boxes: Sequence[tuple[bool, str, Field | None]], paragraphs: Sequence[Paragraph]) -> Content:
    """Parse check boxes as choices, those ticked as answer.

    A single box is a yes or no.
    """
    left = [text for paragraph in paragraphs if not split_boxes([paragraph]) and (text := paragraph.text.strip())]
    labels = [
        label or (box.title if box is not None else "") or str(position)
        for position, (_, label, box) in enumerate(boxes, start=1)
    ]
    chosen = [label for (ticked, *_), label in zip(boxes, labels, strict=True) if ticked]
    choices = make_choices([(label, label) for label in labels])
    if len(boxes) == 1:
        content = Content(value=boxes[0][0], type=QuestionType.BOOLEAN)
        left = [*([boxes[0][1]] if boxes[0][1] else []), *left]
    elif all(map(_is_yes_or_no, labels)):
        content = _one_of(choices, chosen)
    else:
        content = Content(value=tuple(chosen) or Missing.NO_ANSWER, type=QuestionType.SELECT_MULTIPLE, choices=choices)
    return evolve(
        content,
        raw=content.raw or "\n".join(paragraph.text.strip() for paragraph in paragraphs),
        comment="\n".join(left) or None,
    )


def _dated(made: Field) -> Content:
    asked = Question(id="date", type=QuestionType.DATE, text="?")
    value, raw, problem = AnswerParser().read(made.displayed, asked)
    if problem and made.day:
        value, raw, problem = AnswerParser().read(made.day, asked)
    return Content(value=value, raw=raw, problem=problem, type=QuestionType.DATE)
