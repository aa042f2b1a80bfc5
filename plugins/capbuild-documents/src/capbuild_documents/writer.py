"""Writer of Word questionnaires with content controls."""

import datetime
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from attrs import define, field
from capbuild_docx.cells import make_cell
from capbuild_docx.package import describe, open_template, save_document, set_margins, set_page
from capbuild_docx.styles import Styles, make_styles
from capbuild_docx.tables import PAGE, make_frame, make_row
from capbuild_docx.xml import clean, make_field, paragraph, run, w
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part as PackagePart
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.documents import dumps
from capbuild.errors import WriteError
from capbuild.formats import answer_label, choice_labels, repeated_groups
from capbuild.model import Question, QuestionGroup, Questionnaire, QuestionType
from capbuild.plugins import RenderContext
from capbuild.text import TranslationStatus
from capbuild_documents.controls import Controls
from capbuild_documents.options import WordFormOptions
from capbuild_documents.slots import (
    ABOUT,
    FORM_NAMESPACE,
    Part,
    Slot,
    choices_of,
    has_boxes,
    is_asked,
    question_lines,
)
from capbuild_documents.words import TABLE_HEADER, word

#: Date in the properties: fixed, so that equal forms have equal bytes.
_DATE = datetime.date(1980, 1, 1)
#: Column widths: code, question, answer, remarks.
_WIDTHS = (1080, 4350, 2350, PAGE - 7780)
_ABOUT = (3200, PAGE - 3200)
#: Fill colour of answer cells.
_FILL = "EBF0F3"
_LONG = (QuestionType.TEXT, QuestionType.UNKNOWN)


def write_form(form: Questionnaire, _context: RenderContext, options: WordFormOptions) -> Iterator[bytes]:
    """Yield the document, the same bytes each time.

    Raises:
        WriteError: The form has no text in the language, or the template cannot be read.
    """
    tags = [tag for tag in form.languages if tag != "und"]
    language = options.language or next(iter(tags), "en")
    if tags and language.partition("-")[0] not in {tag.partition("-")[0] for tag in tags}:
        raise WriteError(
            f"{form.id} has no language {language!r}; it has: {', '.join(tags)}", remedy="name one of these"
        )
    document = open_template(options.template)
    styles = make_styles(document, own_template=bool(options.template))
    if not options.template:
        set_page(document)
    number = [w("r", w("tab")), *make_field("PAGE"), run(" / "), *make_field("NUMPAGES")]
    title = f"{form.title.get(language)} · {form.id} {form.version}"
    warning = [run(word("never", language))] if form.mappings else []
    set_margins(document, warning, [run(title), *number], styles)
    body = document.element.body
    for element in [element_ for element_ in body if element_.tag != qn("w:sectPr")]:
        body.remove(element)
    body[0:0] = list(_Printer(form, styles, language, options).blocks())
    _carry(document, form, language)
    describe(
        document, (form.title.get(language), _name_kind(form, language), f"{form.id} {form.version}"), language, _DATE
    )
    yield save_document(document)


def _name_kind(form: Questionnaire, language: str) -> str:
    """Return the document's type: visit checklist or questionnaire."""
    return word("label.visit" if form.is_checklist else "label", language)


def _carry(document: Document, form: Questionnaire, language: str) -> None:
    """Embed the questionnaire as a hidden part."""
    package = document.part.package
    name = package.next_partname("/customXml/item%d.xml")
    data = json.dumps(json.loads(dumps(form)))  # ASCII only, because some characters are invalid in XML
    text = f'<form xmlns="{FORM_NAMESPACE}" language={quoteattr(clean(language))}>{escape(data)}</form>'
    part = PackagePart(name, "application/xml", text.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


@define(eq=False)
class _Printer:
    """Printer of the body of one form in one language."""

    form: Questionnaire
    styles: Styles
    language: str
    options: WordFormOptions
    controls: Controls = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.controls = Controls(self.styles, self.language)

    def t(self, key: str) -> str:
        """Return the translated word of a key."""
        return word(key, self.language)

    def line(self, style: str, *content: BaseOxmlElement, before: tuple[BaseOxmlElement, ...] = ()) -> BaseOxmlElement:
        """Return a paragraph."""
        return paragraph(self.styles(style), *content, before=before)

    def blocks(self) -> Iterator[BaseOxmlElement]:
        """Yield the document's heading, then groups with their tables."""
        yield self.line("label", run(_name_kind(self.form, self.language)))
        yield self.line("quiet_line", run(f"{self.form.id} {self.form.version}"))
        if any(question.text.status(self.language) is TranslationStatus.DRAFT for question in self.form.questions):
            yield self.line("notice", run(self.t("draft")))
        yield self.line("heading1", run(self.form.title.get(self.language)))
        yield self._about()
        yield self.line("caption")
        yield from (self.line("bullet", run(self.t(f"how.{key}"))) for key in ("fill", "blank", "edit"))
        yield from self._legend()
        open_groups: list[str] = []
        for group, questions in groupby(self.form.questions, key=lambda question: question.group):
            chain = self.form.group_path(group)
            yield from self._headings(chain, open_groups)
            open_groups = [question_group.id for question_group in chain]
            yield from self._table([question for question in questions if question.type is not QuestionType.CALCULATED])

    def _about(self) -> BaseOxmlElement:
        given = {"@country": self.options.country, "@respondent": self.options.respondent}
        rows = []
        for question in ABOUT:
            label = [run(question.text.get(self.language), style=self.styles("strong"))]
            if question.id == "@respondent":
                label.append(run(f"\n{self.t('office')}", style=self.styles("quiet")))
            control = self.controls.place(Slot(question.id), question, given.get(question.id, ""))
            filled = self._fill(self.line("cell", *control), width=_ABOUT[1])
            rows.append(make_row([make_cell(self.line("cell", *label), width=_ABOUT[0]), filled]))
        return make_frame(self.styles("table"), _ABOUT, rows, _name_kind(self.form, self.language))

    def _legend(self) -> Iterator[BaseOxmlElement]:
        """Yield the answers that all questions share, for paper."""
        lists = {question.choices for question in self.form.questions if question.choices}
        if len(lists) == 1:
            words = " · ".join(choice_labels(next(iter(lists)), self.language))
            label = run(f"{self.t('answers')}: ", style=self.styles("strong"))
            yield self.line("note", label, run(words))

    def _headings(self, chain: Sequence[QuestionGroup], shown: Sequence[str]) -> Iterator[BaseOxmlElement]:
        names = [group.id for group in chain]
        for depth, group in enumerate(chain):
            if names[: depth + 1] != list(shown[: depth + 1]):
                style = "heading2" if depth == 0 else "heading3"
                yield self.line(style, run(group.title.get(self.language)))
        if chain and chain[-1].id in repeated_groups(self.form):
            yield self.line("quiet_line", run(f"({self.t('repeat')})"), before=(w("keepNext"),))

    def _table(self, questions: Sequence[Question]) -> Iterator[BaseOxmlElement]:
        """Yield the table of a group, and a paragraph.

        Without a paragraph between them, Word merges tables.
        """
        headers = [make_cell(self.line("head", run(self.t(key))), width=width)
                 for key, width in zip(TABLE_HEADER, _WIDTHS, strict=True)]  # fmt: skip
        rows = [make_row(headers, head=True), *(self._row(question) for question in questions)]
        if len(rows) > 1:
            yield make_frame(self.styles("table"), _WIDTHS, rows, self.t("question"))
            yield self.line("caption")

    def _row(self, question: Question) -> BaseOxmlElement:
        code = make_cell(self.line("mark", run(question.id, style=self.styles("quiet"))), width=_WIDTHS[0])
        first, *others = question_lines(question, self.language)
        texts = [
            self.line("cell", run(first)),
            *(self.line("mark", run(text, style=self.styles("quiet"))) for text in others),
        ]
        if not is_asked(question):
            return make_row([code, make_cell(*texts, width=sum(_WIDTHS[1:]), span=3)])
        cells = [code, make_cell(*texts, width=_WIDTHS[1])]
        if question.type in _LONG and not question.choices:
            answer = self._fill(*self._answers(question), width=sum(_WIDTHS[2:]), span=2)
            return make_row([*cells, answer])
        note = self.line("cell", *self.controls.place(Slot(question.id, Part.REMARK), question))
        answer = self._fill(*self._answers(question), width=_WIDTHS[2])
        return make_row([*cells, answer, make_cell(note, width=_WIDTHS[3])])

    def _fill(self, *content: BaseOxmlElement, width: int, span: int = 1) -> BaseOxmlElement:
        shading = w("shd", val="clear", color="auto", fill=_FILL)
        return make_cell(*content, width=width, span=span, shading=shading)

    def _last(self, question: Question) -> str:
        """Return the previous answer as printed, or an empty text."""
        answer = self.form.previous.get(question.id)
        return "" if answer is None else answer_label(question, answer.value, self.language)

    def _answers(self, question: Question) -> Iterator[BaseOxmlElement]:
        if not has_boxes(question):
            yield self.line("cell", *self.controls.place(Slot(question.id), question, self._last(question)))
            return
        for choice, label in zip(question.choices, choice_labels(choices_of(question), self.language), strict=True):
            control = self.controls.place(Slot(question.id, Part.CHOICE, choice.code), question)
            yield self.line("cell", *control, run(f" {label}"))
        if any(choice.other for choice in question.choices):
            yield self.line("cell", *self.controls.place(Slot(question.id), question))
