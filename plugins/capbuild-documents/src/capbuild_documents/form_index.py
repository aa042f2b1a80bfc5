"""Index of a form's questions.

It finds their ids in an edited document.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from capbuild_docx.xml import clean

from capbuild.formats import choice_labels
from capbuild.model import Choice, Question, Questionnaire
from capbuild_documents.blocks import Cell, Field, Mark, Paragraph
from capbuild_documents.slots import ABOUT, is_asked, printed_questions, question_lines, slots_of
from capbuild_documents.typed_boxes import fold
from capbuild_documents.words import LANGUAGES, all_words, table_headers

_PRINTED = ("label", "label.visit", "code", "question", "answer", "remark", "how.fill", "how.blank", "how.edit",
            "never", "draft", "office")  # fmt: skip
_PLACEHOLDERS = frozenset(map(fold, all_words("choose", "type", "day", "number", "note", "rank_mark"))) | {""}
#: Minimum similarity of a reworded question.
_ALIKE = 0.6


def is_placeholder(text: str) -> bool:
    """True for a blank or placeholder in any language."""
    return fold(text) in _PLACEHOLDERS


def _fold_lines(texts: Iterable[str]) -> frozenset[str]:
    """Return texts and their lines, folded for comparison."""
    return frozenset(fold(part) for text in texts for part in (text, *clean(text).split("\n")))


def _is_plain_code(name: str) -> bool:
    """True if an id has both letters and digits.

    An id of letters or digits alone may be an answer.
    """
    return any(map(str.isdigit, name)) and any(map(str.isalpha, name))


class FormIndex:
    """Index of questions by tag, bookmark, code and text.

    Attributes:
        questions: Questions by id, including those above the form.
        tags: Slots by the tag of their control.
        bookmarks: Slots by the name of their bookmark.
    """

    def __init__(self, form: Questionnaire) -> None:
        self.questions = {question.id: question for question in printed_questions(form)}
        slots = [slot for question in self.questions.values() for slot in slots_of(question)]
        self.tags = {slot.tag: slot for slot in slots}
        self.bookmarks = {slot.bookmark: slot for slot in slots}
        self._languages = tuple(dict.fromkeys([*LANGUAGES, *form.languages]))
        self._codes = {fold(name): name for name in self.questions if fold(name)}
        self._lines = {name: _fold_lines(self._printed_with(question)) for name, question in self.questions.items()}
        owners = Counter(text for name in self.questions for text in set(self._texts(name)))
        self._by_text = {text: name for name in self.questions for text in self._texts(name) if owners[text] == 1}
        self._printed = _fold_lines(self._printed_elsewhere(form))

    def _texts(self, name: str) -> tuple[str, ...]:
        text = self.questions[name].text
        folded = (fold(text.get(tag)) for tag in (*text.languages, *self._languages))
        return tuple(dict.fromkeys(filter(None, folded)))

    def _printed_with(self, question: Question) -> Iterator[str]:
        yield question.id
        yield from self._texts(question.id)
        yield from (line for tag in self._languages for line in question_lines(question, tag))
        yield from all_words("office") if question in ABOUT else ()

    def _printed_elsewhere(self, form: Questionnaire) -> Iterator[str]:
        notes = [question for question in form.questions if not is_asked(question)]
        for text in (form.title, *(group.title for group in form.groups)):
            yield from (text.get(tag) for tag in (*text.languages, *self._languages))
        for choices in {question.choices for question in form.questions if question.choices}:
            for tag in self._languages:
                yield from (f"{head}: {' · '.join(choice_labels(choices, tag))}" for head in all_words("answers"))
        for note in notes:
            yield note.id
            yield from (line for tag in self._languages for line in question_lines(note, tag))
        yield from (f"({text})" for text in all_words("repeat"))
        yield from all_words(*_PRINTED)
        yield f"{form.id} {form.version}"

    def named(self, paragraph: Paragraph, *, first: bool = True) -> list[str]:
        """Return the questions that a paragraph identifies.

        A question is identified by a tag, a bookmark, its code or its text.

        Args:
            paragraph: The paragraph.
            first: True in the first cell of its row: elsewhere a number or a word is not a code.
        """
        slots = (
            self.tags.get(field.tag) if isinstance(field, Field) else self.bookmarks.get(field.name)
            for field in paragraph.pieces
            if isinstance(field, Field | Mark)
        )
        names = [slot.question for slot in slots if slot is not None]
        text = fold(paragraph.text)
        code = self._codes.get(text)
        name = code if code is not None and (first or _is_plain_code(code)) else self._by_text.get(text)
        if name is None:  # after a merge: the code, then the text of the question
            code = self._codes.get(fold(paragraph.text.strip().partition(" ")[0])) or ""
            rest = fold(paragraph.text.strip()[len(code) :])
            name = code if code and (_is_plain_code(code) or rest.startswith(self._texts(code))) else None
        return list(dict.fromkeys([*names, *filter(None, [name])]))

    def row(self, cells: list[Cell]) -> list[str]:
        """Return the questions of a row.

        The header row has none, even if a question has the same text.
        """
        if tuple(cell.text.strip() for cell in cells) in table_headers():
            return []
        paragraphs = [(paragraph, cell is cells[0]) for cell in cells for paragraph in cell.paragraphs]
        return list(
            dict.fromkeys(name for paragraph, first in paragraphs for name in self.named(paragraph, first=first))
        )

    def labels(self, name: str) -> Iterator[tuple[Choice, str]]:
        """Yield a question's choices with labels in every language."""
        choices = self.questions[name].choices
        for tag in self._languages:
            yield from zip(choices, choice_labels(choices, tag), strict=True)

    def choice(self, name: str, text: str) -> Choice | None:
        """Return the choice with a label in any language."""
        return next((choice for choice, label in self.labels(name) if fold(label) == fold(text)), None)

    def strip(self, name: str, line: str) -> str:
        """Remove the printed text of a question from a line.

        Merging cells puts that text before the answer.
        """
        rest = line.strip()
        texts = (self.questions[name].text.get(tag) for tag in self._languages)
        for start in (name, *dict.fromkeys(texts)):
            if rest.casefold().startswith(start.casefold()) and rest[len(start) :][:1] in (" ", "\t", "\u00a0"):
                rest = rest[len(start) :].strip()
        return "" if fold(rest) in self._lines[name] else rest

    def is_reworded(self, name: str, text: str) -> bool:
        """True if a line rewords a question's text."""
        folded = fold(text)
        near = (line for line in self._texts(name) if len(folded) < 3 * len(line))
        return any(SequenceMatcher(None, folded, line).ratio() >= _ALIKE for line in near)

    def is_printed(self, text: str) -> bool:
        """True if all lines are printed outside the questions."""
        return all(fold(line) in self._printed or is_placeholder(line) for line in text.split("\n"))
