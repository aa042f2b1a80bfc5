"""Tags, bookmarks and codes that locate answers."""

import hashlib
from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen

from capbuild.model import Choice, Question, Questionnaire, QuestionType
from capbuild.text import Text, Translation
from capbuild_documents.words import LANGUAGES, word

#: Namespace of the document part with the questionnaire.
FORM_NAMESPACE = "urn:capbuild:questionnaire:1"
#: Prefixes of control tags and bookmark names; Word hides bookmarks that begin with an underscore.
TAG, BOOKMARK = "cb:", "_cb"
#: Longest tag that Word opens.
_LONGEST_TAG = 64
_BOXES = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


class Part(StrEnum):
    """Part of a question that a slot is for."""

    ANSWER = ""
    CHOICE = "|"
    REMARK = "!"


@frozen
class Slot:
    """Place for an answer in the document.

    Attributes:
        question: Id of the question.
        part: The part of the question.
        choice: Code of the choice to tick or rank.
    """

    question: str
    part: Part = Part.ANSWER
    choice: str = ""

    @property
    def _name(self) -> str:
        return f"{self.question}{self.part.value}{self.choice}"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self._name.encode("utf-8", "surrogatepass")).hexdigest()[:20]

    @property
    def tag(self) -> str:
        """Tag of its content control, within Word's maximum length."""
        tag = TAG + self._name
        return tag if len(tag) <= _LONGEST_TAG and tag.isprintable() else f"{TAG}#{self._digest}"

    @property
    def bookmark(self) -> str:
        """Name of its bookmark."""
        return f"{BOOKMARK}{self._digest}"


def _about(name: str, kind: QuestionType = QuestionType.TEXT) -> Question:
    texts = {language: word(name, language) for language in LANGUAGES}
    translations = {language: Translation(text) for language, text in texts.items() if language != "en"}
    return Question(id=f"@{name}", type=kind, text=Text(texts["en"], "en", translations))


#: Questions above the form: country, office, date.
ABOUT = (_about("country"), _about("respondent"), _about("date", QuestionType.DATE))


def is_asked(question: Question) -> bool:
    """True if a question takes an answer."""
    return question.type not in (QuestionType.NOTE, QuestionType.CALCULATED)


def has_boxes(question: Question) -> bool:
    """True if each choice has a box of its own."""
    return question.type in _BOXES and bool(question.choices)


def choices_of(question: Question) -> tuple[Choice, ...]:
    """Return the choices of a drop-down list or yes-no question."""
    if question.choices or question.type is not QuestionType.BOOLEAN:
        return question.choices
    return tuple(
        Choice(code=code, label=Text(word(code, "en"), "en", {
            language: Translation(word(code, language)) for language in LANGUAGES[1:]
        }))
        for code in ("yes", "no")
    )  # fmt: skip


def printed_questions(form: Questionnaire) -> Iterator[Question]:
    """Yield the questions of a form that have answers.

    Those printed above the form, such as country and office, come first.
    """
    yield from ABOUT
    yield from filter(is_asked, form.questions)


def slots_of(question: Question) -> Iterator[Slot]:
    """Yield the slots of a question."""
    if has_boxes(question):
        yield from (Slot(question.id, Part.CHOICE, choice.code) for choice in question.choices)
    yield Slot(question.id)
    if question not in ABOUT:
        yield Slot(question.id, Part.REMARK)


def question_lines(question: Question, language: str) -> Iterator[str]:
    """Yield a question's printed lines: its text, then help."""
    yield question.text.get(language)
    hint = question.hint.get(language) if question.hint is not None else ""
    unit = f"({question.unit})" if question.unit else ""
    limits = (question.minimum, question.maximum)
    if any(limit is not None for limit in limits):
        unit = " ".join(filter(None, (unit, "–".join("" if limit is None else f"{limit:g}" for limit in limits))))
    boxes = word("rank" if question.type is QuestionType.RANKING else "several", language)
    yield from filter(None, (hint, unit, boxes if has_boxes(question) else ""))
