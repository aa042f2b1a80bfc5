"""Reader of a questionnaire filled in, possibly edited."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, evolve, field, frozen

from capbuild.formats import AnswerParser, Role, is_ticked, list_skipped, repeated_groups
from capbuild.model import (
    Answer,
    AnswerValue,
    Issue,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Severity,
)
from capbuild.origin import Origin
from capbuild.text import numbered_name
from capbuild_documents.blocks import Cell, Field, FieldKind, Mark, Paragraph, Row, Table
from capbuild_documents.form_index import FormIndex, is_placeholder
from capbuild_documents.slots import ABOUT, Part, Slot, choices_of, has_boxes, is_asked
from capbuild_documents.typed_boxes import fold, split_boxes

#: Question id for text added outside the questions.
ADDED = "added text"
#: End of the choice in an answer such as "Yes, since 2014".
_CLAUSE = re.compile(r"\s*[,;:(\n–—]|\.\s")
_REMEDIES = {
    "DOC3": "check the answer",
    "DOC4": "check whether it belongs to an answer",
    "DOC5": "ask the respondent which one is meant",
    "DOC6": "ask for the answer, or correct it",
    "DOC7": "check whether they were deleted",
}

_TEXTS = (QuestionType.TEXT, QuestionType.UNKNOWN)
_Value = tuple[AnswerValue, str | None]


def shorten(text: str) -> str:
    """Shorten a text to one line for a message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


@frozen
class _Content:
    """Content of one slot.

    Attributes:
        text: The text.
        origin: Its origin.
        ticked: True if its box is ticked.
        day: Date stored by its control.
    """

    text: str
    origin: Origin
    ticked: bool = False
    day: str = ""


@define
class _Entry:
    """Content of one question, in one repeat.

    Attributes:
        origin: Origin of its answer.
        places: Texts and ticks by slot.
        remarks: Comments.
    """

    origin: Origin
    places: dict[Slot, list[_Content]] = field(factory=dict)
    remarks: list[str] = field(factory=list)

    def put(self, slot: Slot, content: _Content) -> None:
        """Add a text or a tick; duplicate texts count once."""
        listed = self.places.setdefault(slot, [])
        if (content.text or content.ticked) and all(earlier.text != content.text for earlier in listed):
            listed.append(content)

    def answers(self) -> Iterator[_Content]:
        """Yield the texts and ticks of the answer."""
        return (content for slot, listed in self.places.items() if slot.part is not Part.REMARK for content in listed)

    def texts(self, slot: Slot) -> list[str]:
        """Return the texts of a slot."""
        return [content.text for content in self.places.get(slot, [])]


@define(eq=False)
class ReturnedForm:
    """Reader of one returned document.

    Attributes:
        file: Name of the file.
        form: The printed form, with a question for text outside its questions.
        language: Language of the printed form.
        longest: Maximum length of an answer.
        issues: Its issues.
        about: Country, office and date by role, with their origins.
        added: Texts outside the questions.
    """

    file: str
    form: Questionnaire
    language: str
    longest: int
    issues: list[Issue] = field(factory=list)
    about: dict[Role, tuple[str, Origin]] = field(factory=dict)
    added: list[_Content] = field(factory=list)
    _index: FormIndex = field(init=False)
    _repeated: frozenset[str] = field(init=False)
    _entries: dict[tuple[str, int], _Entry] = field(factory=dict)
    _times: Counter[str] = field(factory=Counter)
    _loose: list[tuple[str, _Content, bool]] = field(factory=list)
    _filled: set[Slot] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self._index = FormIndex(self.form)
        self._repeated = repeated_groups(self.form)

    @property
    def found(self) -> int:
        """Number of questions of the form in the document."""
        return sum(not name.startswith("@") for name in self._times)

    @property
    def is_blank(self) -> bool:
        """True if no question has an answer or remark.

        Country and office do not count, as they may be prefilled.
        """
        entries = [entry for (name, _), entry in self._entries.items() if not name.startswith("@")]
        written = any(entry.remarks or any(entry.places.values()) for entry in entries)
        return not written and not self.added

    def read(self, blocks: Iterable[Paragraph | Table]) -> None:
        """Read paragraphs and tables."""
        for block in blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    self._row(row)
            else:
                self._row([Cell(0, 1, block.origin, [block])])

    def _row(self, row: Row) -> None:
        names = self._index.row(row)
        if not names:
            self._added_row(row)
            return
        self._times.update(names)
        self._filled.clear()
        slots: set[Slot] = set()
        current, asked_in = names[0], len(row)
        for position, cell in enumerate(row):
            slot: Slot | None = None
            for paragraph in cell.paragraphs:
                inside = self._index.named(paragraph, first=position == 0)
                if inside and not any(isinstance(piece, Field | Mark) for piece in paragraph.pieces):
                    current, slot, asked_in = inside[0], None, position  # the code or the text of a question
                elif inside and (slot is None or slot.question != inside[0]):
                    current, slot = inside[0], None
                slot = self._paragraph(paragraph, slot, current, slots, beside=position > asked_in)
        for name in names:
            self._place_loose(name, known=any(slot.question == name and slot.part is not Part.REMARK for slot in slots))
        self._loose = []

    def _place_loose(self, name: str, *, known: bool) -> None:
        """Assign texts outside slots to the answer or to remarks.

        If the row has no other answer, the answer is the first text that parses, else the first beside the question.
        All other texts are remarks.
        """
        loose = [(content, beside) for owner, content, beside in self._loose if owner == name]
        if not loose:
            return
        entry, question = self._entry(name, loose[0][0].origin), self._index.questions[name]
        free = not known and next(entry.answers(), None) is None
        fits = [
            content for content, _ in loose if question.type not in _TEXTS and not self._parse(question, content)[2]
        ]
        answer = next(iter([*fits, *(content for content, beside in loose if beside), loose[0][0]])) if free else None
        for content, _ in loose:
            entry.put(Slot(name, Part.ANSWER if content is answer else Part.REMARK), content)

    def _paragraph(
        self, paragraph: Paragraph, slot: Slot | None, current: str, slots: set[Slot], *, beside: bool
    ) -> Slot | None:
        """Read a paragraph; return the slot open after it."""
        texts: list[tuple[Slot | None, str]] = [(slot, "")]
        for piece in paragraph.pieces:
            if isinstance(piece, Mark):
                known, text = self._index.bookmarks.get(piece.name), ""
            elif isinstance(piece, Field):
                known = self._index.tags.get(piece.tag)
                text = "" if known is not None else piece.displayed
                if known is not None:
                    self._field(piece, known, paragraph.origin, slots)
            else:
                known, text = None, piece
            if known is not None:
                texts.append((known, ""))
                slots.add(known)
                if known.part is not Part.REMARK:
                    self._entry(known.question, paragraph.origin).origin = paragraph.origin
            texts[-1] = (texts[-1][0], texts[-1][1] + text)
        for where, text in texts:
            self._text(text, where, where.question if where is not None else current, paragraph.origin, beside=beside)
        slot = texts[-1][0]
        self._entry(slot.question if slot is not None else current, paragraph.origin).remarks += paragraph.remarks
        return slot

    def _entry(self, name: str, origin: Origin) -> _Entry:
        repeated = self._index.questions[name].group in self._repeated
        return self._entries.setdefault((name, self._times[name] if repeated else 0), _Entry(origin))

    def _field(self, made: Field, slot: Slot, origin: Origin, slots: set[Slot]) -> None:
        if slot in self._filled:  # merged rows: the same slot again
            self._times[slot.question] += 1
            self._filled -= {filled for filled in self._filled if filled.question == slot.question}
        self._filled.add(slot)
        slots.add(slot)
        # Word marks placeholders, and may keep the mark of a list after a choice.
        chosen = any(made.text == label for _, label in made.options)
        text = "" if made.kind is FieldKind.TICK or is_placeholder(made.text) else made.text.strip()
        text = text if chosen or not made.blank else ""
        self._entry(slot.question, origin).put(slot, _Content(text, origin, made.ticked, made.day))

    def _text(self, text: str, slot: Slot | None, name: str, origin: Origin, *, beside: bool) -> None:
        """Store text outside controls."""
        index, entry = self._index, self._entry(name, origin)
        if slot is None:
            text = "\n".join(filter(None, (index.strip(name, line) for line in text.split("\n"))))
        if has_boxes(index.questions[name]) and (slot is None or slot.part is Part.CHOICE):
            text = self._boxes(text, slot, name, origin)
        if is_placeholder(text):
            return
        content = _Content(text.strip(), origin)
        if slot is not None and slot.part is not Part.CHOICE:
            entry.put(slot, content)
        elif slot is not None:
            entry.put(Slot(name, Part.REMARK), content)
        elif index.is_reworded(name, text):
            self._warn("DOC3", f"{name} now asks {shorten(text)!r}; it is read by its code", origin)
        else:
            self._loose.append((name, content, beside))

    def _boxes(self, text: str, slot: Slot | None, name: str, origin: Origin) -> str:
        """Extract typed boxes with labels; return the other text."""
        entry, left = self._entry(name, origin), []
        for line in text.split("\n"):
            boxes = split_boxes([Paragraph(origin, pieces=[line])])
            for ticked, label, _ in boxes:
                choice = self._index.choice(name, label)
                if choice is not None:
                    entry.put(Slot(name, Part.CHOICE, choice.code), _Content("", origin, ticked))
                else:
                    left.append(label)
            if not boxes:
                left.append(self._strip_label(line.strip(), slot, name, origin))
        return "\n".join(filter(None, left))

    def _strip_label(self, line: str, slot: Slot | None, name: str, origin: Origin) -> str:
        """Extract a marked choice label; return the other text.

        The mark, or a rank, comes before the label.
        """
        folded = fold(line)
        for choice, label in self._index.labels(name):
            before = folded.removesuffix(fold(label)) if slot is None or slot.choice == choice.code else folded
            if (before != folded and before[-1:] in ("", " ") and _is_mark(before.strip())) or not folded:
                self._entry(name, origin).put(Slot(name, Part.CHOICE, choice.code), _Content(before.strip(), origin))
                return ""
        if slot is not None and _is_mark(line):
            self._entry(name, origin).put(slot, _Content(line, origin))
            return ""
        return line

    def _added_row(self, row: Row) -> None:
        """Store an added row or paragraph."""
        lines = [(paragraph, paragraph.text.strip()) for cell in row for paragraph in cell.paragraphs]
        left = [(paragraph, text) for paragraph, text in lines if text and not self._index.is_printed(text)]
        if not left:
            return
        origin, shown = left[0][0].origin, shorten(left[0][1])
        if all(paragraph.style.casefold().startswith(("heading", "title")) for paragraph, _ in left):
            self._warn("DOC4", f"a heading was changed to {shown!r}", origin, Severity.NOTE)
            return
        self._warn("DOC4", f"{shown!r} belongs to no question of the form; it is kept as {ADDED!r}", origin)
        places = {paragraph.origin for paragraph, _ in left}
        whole = origin if len(places) == 1 else evolve(origin, column=None)  # the text of several cells
        self.added.append(_Content(" | ".join(text for _, text in left), whole))

    def _warn(self, code: str, message: str, origin: Origin, severity: Severity = Severity.WARNING) -> None:
        self.issues.append(Issue(code=code, severity=severity, message=message, origin=origin, remedy=_REMEDIES[code]))

    def answers(self) -> list[Answer]:
        """Return the answers in form order, reporting ambiguous ones.

        Text outside the questions becomes the answer to a question that is added to the form.
        """
        order = {name: position for position, name in enumerate(self._index.questions)}
        answers: list[Answer] = []
        for (name, time), entry in sorted(self._entries.items(), key=lambda item: (order[item[0][0]], item[0][1])):
            question = self._index.questions[name]
            if question in ABOUT:
                self._tell_about(question, entry)
            elif time < 2 or entry.places:
                answers += self._answer(question, time, entry)
        self._report_absent()
        unasked = list_skipped(self.form, answers)
        answers = [
            Answer(answer.question, Missing.NOT_ASKED, None, answer.comment, answer.repeat, (), answer.origin)
            if answer.value is Missing.NO_ANSWER and (answer.question, answer.repeat) in unasked else answer
            for answer in answers
        ]  # fmt: skip
        if self.added:
            name, text = numbered_name(ADDED, self.form.__contains__), "\n".join(content.text for content in self.added)
            asked = Question(id=name, text=name, inferred=True)
            self.form = evolve(self.form, questions=(*self.form.questions, asked))
            answers.append(Answer(name, text, origin=self.added[0].origin))
        return answers

    def _report_absent(self) -> None:
        absent = [
            question_.id for question_ in self.form.questions if is_asked(question_) and question_.id not in self._times
        ]
        if absent:
            more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
            names = ", ".join(absent[:5]) + more
            self._warn("DOC7", f"questions of the form are not in the document: {names}", Origin(self.file))

    def _tell_about(self, question: Question, entry: _Entry) -> None:
        for content in entry.places.get(Slot(question.id), [])[:1]:
            text = content.text if question.type is not QuestionType.DATE else _day(content)
            self.about[Role(question.id.removeprefix("@"))] = text, content.origin
        others = entry.texts(Slot(question.id))[1:]
        texts = [*others, *entry.texts(Slot(question.id, Part.REMARK)), *entry.remarks]
        self.added += [_Content(text, entry.origin) for text in texts]

    def _answer(self, question: Question, time: int, entry: _Entry) -> Iterator[Answer]:
        remarks = [*entry.texts(Slot(question.id, Part.REMARK)), *entry.remarks]
        origin = next((content.origin for content in entry.answers()), entry.origin)
        written = entry.places.get(Slot(question.id), [])
        if has_boxes(question):
            values = [(*self._chosen(question, entry, remarks), origin)]
        elif question.type in _TEXTS and not question.choices:
            whole = _Content("\n".join(content.text for content in written), origin)
            values = self._parsed(question, [whole], remarks)
        else:
            values = self._parsed(question, written or [_Content("", origin)], remarks)
        for value, raw, place in values:
            yield Answer(question.id, value, raw, "\n".join(remarks) or None, time, (), place)
            remarks = []

    def _parsed(
        self, question: Question, written: list[_Content], remarks: list[str]
    ) -> list[tuple[AnswerValue, str | None, Origin]]:
        """Return the values of a slot.

        If one of its texts gives a value, those that do not parse are remarks.
        """
        read = [(content, *self._parse(question, content)) for content in written]
        good = [value for value in read if not value[3]] or read[:1]
        remarks[:0] = [value[0].text for value in read if value not in good]
        distinct = {repr(value[1]): value for value in good}
        for content, _, _, problem in distinct.values():
            if problem:
                self._warn("DOC6", f"{problem} in {question.id}", content.origin)
        if len(distinct) > 1:
            self._warn("DOC5", f"{question.id} is answered more than once; both answers are kept", good[1][0].origin)
        return [(value, raw, content.origin) for content, value, raw, _ in distinct.values()]

    def _parse(self, question: Question, content: _Content) -> tuple[AnswerValue, str | None, str]:
        """Parse a text as the answer to a question.

        Returns the value, the original text if it differs, and the problem, empty without one.
        """
        text, parser = content.text, AnswerParser(self.language)
        if len(text) > self.longest:
            return Missing.INVALID, text[: self.longest], f"an answer of more than {self.longest:,} characters"
        asked = evolve(question, choices=choices_of(question))
        value, raw, problem = parser.read(text, asked)
        if problem and asked.choices:
            first = parser.read(_CLAUSE.split(text, maxsplit=1)[0], asked)
            if not first[2] and first[0] is not Missing.NO_ANSWER:
                value, raw, problem = first[0], text, ""
        elif problem and content.day:
            value, raw, problem = parser.read(content.day, asked)
        if question.type is QuestionType.BOOLEAN and not question.choices and value in ("yes", "no"):
            return value == "yes", text, problem
        return value, raw, problem

    def _chosen(self, question: Question, entry: _Entry, remarks: list[str]) -> _Value:
        """Return the chosen codes.

        Text beside the boxes becomes a remark.
        """
        places = {
            choice.code: entry.places.get(Slot(question.id, Part.CHOICE, choice.code), [])
            for choice in question.choices
        }
        texts = entry.texts(Slot(question.id))
        if question.type is QuestionType.RANKING:
            remarks[:0] = texts
            return self._ranked(question, places)
        chosen = [
            code
            for code, listed in places.items()
            if any(content.ticked or is_ticked(content.text) for content in listed)
        ]
        if not chosen and texts:
            return self._named(question, texts, entry.origin, remarks)
        remarks[:0] = texts
        absent = [choice.missing for choice in question.choices if choice.code in chosen and choice.missing is not None]
        if len(chosen) == 1 and absent:
            return absent[0], chosen[0]
        return tuple(chosen) or Missing.NO_ANSWER, None

    def _named(self, question: Question, texts: list[str], origin: Origin, remarks: list[str]) -> _Value:
        """Return the codes of choices typed instead of ticked."""
        parts = [part.strip() for text in texts for part in re.split(r"[,;\n]", text)]
        named = {part: self._index.choice(question.id, part) for part in parts if part}
        chosen = tuple(choice.code for choice in named.values() if choice is not None)
        raw = "\n".join(texts)
        if not chosen:
            self._warn("DOC6", f"{shorten(raw)!r} is none of the answers in {question.id}", origin)
            return Missing.INVALID, raw
        remarks[:0] = [part for part, choice in named.items() if choice is None]
        return chosen, raw

    def _ranked(self, question: Question, places: dict[str, list[_Content]]) -> _Value:
        written = [(code, content) for code, listed in places.items() for content in listed if content.text]
        ranks: list[tuple[int, str]] = []
        for code, content in written:
            number = re.sub(r"[.)ºª°]+$", "", content.text)
            if not number.isdecimal() or len(number) > 3:
                self._warn("DOC6", f"{shorten(content.text)!r} is no rank in {question.id}", content.origin)
                return Missing.INVALID, "; ".join(f"{code}: {answer.text}" for code, answer in written)
            ranks.append((int(number), code))
        return tuple(code for _, code in sorted(ranks, key=lambda item: item[0])) or Missing.NO_ANSWER, None


def _is_mark(text: str) -> bool:
    """True if a text beside a label is a mark."""
    return len(text) <= 3 or text.rstrip(".)").isdecimal()


def _day(content: _Content) -> str:
    """Return the stored or displayed date of a control.

    A displayed date of digits only may be ambiguous, so the stored one is used instead.
    """
    return content.day if content.day and not re.search(r"[^\W\d_]", content.text) else content.text
