"""Content controls of a Word questionnaire."""

from collections.abc import Sequence

from attrs import define
from capbuild_docx.styles import Styles
from capbuild_docx.xml import clean, run, w
from docx.oxml.ns import nsmap
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.formats import choice_labels
from capbuild.model import Choice, Question, QuestionType
from capbuild_documents.slots import ABOUT, Part, Slot, choices_of, has_boxes
from capbuild_documents.words import word

CHECKED, UNCHECKED = "☒", "☐"
_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)
_LONGEST_TITLE = 60


def _w14(tag: str, **values: str) -> BaseOxmlElement:
    element: BaseOxmlElement = OxmlElement(f"w14:{tag}", nsdecls={"w14": nsmap["w14"]})
    for name, value in values.items():
        element.set(f"{{{nsmap['w14']}}}{name}", value)
    return element


def _tick_box() -> BaseOxmlElement:
    box = _w14("checkbox")
    box.append(_w14("checked", val="0"))
    box.append(_w14("checkedState", val="2612", font="MS Gothic"))
    box.append(_w14("uncheckedState", val="2610", font="MS Gothic"))
    return box


def _list(choices: Sequence[Choice], language: str) -> BaseOxmlElement:
    words = choice_labels(choices, language)
    items = (w("listItem", displayText=text, value=choice.code) for text, choice in zip(words, choices, strict=True))
    # "Other" allows a typed text.
    return w("comboBox" if any(choice.other for choice in choices) else "dropDownList", *items)


def _date(language: str) -> BaseOxmlElement:
    return w(
        "date",
        w("dateFormat", val="yyyy-MM-dd"),
        w("lid", val=language),
        w("storeMappedDataAs", val="dateTime"),
        w("calendar", val="gregorian"),
    )


@define
class Controls:
    """Builder of the content controls of one document.

    Attributes:
        styles: Styles of the document.
        language: Language of the placeholders.
    """

    styles: Styles
    language: str
    _count: int = 0

    def place(self, slot: Slot, question: Question, filled: str = "") -> list[BaseOxmlElement]:
        """Return the control of a slot, within a hidden bookmark.

        Args:
            slot: The slot.
            question: Its question.
            filled: Prefilled text.
        """
        self._count += 1
        start = w("bookmarkStart", id=self._count, name=slot.bookmark)
        return [start, self._control(slot, question, filled), w("bookmarkEnd", id=self._count)]

    def _control(self, slot: Slot, question: Question, filled: str) -> BaseOxmlElement:
        if slot.part is Part.CHOICE and question.type is not QuestionType.RANKING:
            kind, key = _tick_box(), ""
        elif slot.part is Part.CHOICE:
            kind, key = w("text"), "rank_mark"
        elif slot.part is Part.REMARK:
            kind, key = w("text", multiLine=1), "note"
        else:
            kind, key = self._kind(question)
        shown = filled or (word(key, self.language) if key else UNCHECKED)
        properties = w(
            "sdtPr",
            w("alias", val=" ".join(clean(self._title(slot, question)).split())[:_LONGEST_TITLE]),
            w("tag", val=slot.tag),
            w("id", val=self._count),
            w("lock", val="sdtLocked"),
            w("showingPlcHdr") if key and not filled else None,
            kind,
        )
        text = run(shown, style=self.styles("quiet") if key and not filled else "")
        if not key:
            text.insert(0, w("rPr", w("rFonts", ascii="MS Gothic", hAnsi="MS Gothic", eastAsia="MS Gothic")))
        return w("sdt", properties, w("sdtContent", text))

    def _title(self, slot: Slot, question: Question) -> str:
        """Return a control's title, for Word and screen readers."""
        choice = question.choice(slot.choice) if slot.part is Part.CHOICE else None
        text = question.text if choice is None else choice.label
        title = word("remark", self.language) if slot.part is Part.REMARK else text.get(self.language)
        return title if question in ABOUT else f"{question.id} {title}"

    def _kind(self, question: Question) -> tuple[BaseOxmlElement, str]:
        choices = choices_of(question)
        if choices and not has_boxes(question):
            return _list(choices, self.language), "choose"
        if question.type is QuestionType.DATE:
            return _date(self.language), "day"
        return w("text", multiLine=1), "number" if question.type in _NUMBERS else "type"
