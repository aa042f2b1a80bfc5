"""Writer of surveys and visit checklists as workbooks.

They have drop-downs, and one tab per language.
"""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field

from capbuild.formats import answer_label
from capbuild.frameworks import survey_questionnaire, visit_questionnaire
from capbuild.model import Framework, Question, Questionnaire, QuestionType
from capbuild.plugins import RenderContext
from capbuild.text import TranslationStatus
from capbuild_workbooks.instruments.layout import (
    LISTS_SHEET,
    MARK,
    META,
    Asked,
    asked_rows,
    instrument_columns,
    write_stored_form,
)
from capbuild_workbooks.instruments.options import InstrumentOptions
from capbuild_workbooks.instruments.rules import language_name, t, validation_of
from capbuild_workbooks.writing import Book, CellValue, Page, put

_COLUMNS = (26, 96)

_WIDTHS = {
    "code": 18, "text": 62, "check": 12, "hint": 34, "answer": 17, "basis": 13, "confidence": 10, "as_of": 12,
    "sample": 8, "route": 15, "reason": 22, "note": 40, "evidence_kind": 15, "evidence_title": 30, "evidence_link": 30,
}  # fmt: skip

_STYLES = {"as_of": "input.date", "confidence": "input.number", "sample": "input.number"}


def write_instrument(
    subject: Framework | Questionnaire, _context: RenderContext, options: InstrumentOptions
) -> Iterator[bytes]:
    """Yield the workbook of a survey or a visit's checklist.

    The same input always gives the same bytes.
    """
    framework = subject if isinstance(subject, Framework) else None
    if isinstance(subject, Questionnaire):
        form = subject
    else:
        form = options.form or (visit_questionnaire if options.visit else survey_questionnaire)(subject)
    yield _Instrument(form, framework, options).bytes()


def _count_lines(text: str, width: int) -> int:
    return sum(max(1, len(textwrap.wrap(line, width))) for line in text.splitlines())


@define(eq=False)
class _Instrument:
    """Writer of one instrument."""

    form: Questionnaire
    framework: Framework | None
    options: InstrumentOptions
    book: Book = field(init=False)
    lists: Page = field(init=False)
    _ranges: dict[tuple[str, ...], str] = field(factory=dict, init=False)

    def bytes(self) -> bytes:
        """Return the workbook."""
        tags = self.options.languages or tuple(tag for tag in self.form.languages if tag != "und") or ("en",)
        title = self.form.title.get(tags[0])
        note = t("never", tags[0]) if self.framework is not None else ""
        self.book = Book(title, label=self.form.key, foot=" · ".join(filter(None, (title, note))))
        _first_page(self.book, self.form, self.framework, tags)
        pages = [
            self.book.page(language_name(tag), title=self.form.title.get(tag), lead=self._lead(tag)) for tag in tags
        ]
        self.lists = self.book.page(LISTS_SHEET)
        for tag, page in zip(tags, pages, strict=True):
            self._sheet(page, tag, prefilled=tag == tags[0])
        self.lists.sheet.hide()
        write_stored_form(self.book, self.form)
        pages[0].sheet.activate()
        return self.book.bytes()

    def _lead(self, tag: str) -> str:
        draft = any(q.text.status(tag) is TranslationStatus.DRAFT for q in self.form.questions)
        parts = [self.form.key, t("draft", tag) if draft else ""]
        return " · ".join(part for part in parts if part)

    # --- one language ------------------------------------------------------------------------------------------------

    def _sheet(self, page: Page, tag: str, *, prefilled: bool) -> None:
        """Write one tab.

        Each completed tab is a response, so only one may be prefilled with the last answers.
        """
        visit = self.options.visit and self.framework is not None
        columns = instrument_columns(visit)
        if self.framework is not None:
            page.row -= 1
            page.line(t("never", tag), "notice")
            page.row += 1
        self._meta(page, tag, visit=visit)
        page.set_widths(_WIDTHS[name] for name in columns)
        page.write(
            [f"{MARK}{name}" + (f" {tag}" if position == 0 else "") for position, name in enumerate(columns)],
            hidden=True,
        )
        keys = ["help" if name == "hint" and not self._has_small() else name for name in columns]
        page.write([t(f"head.{key}", tag) for key in keys], "head", height=20)
        page.sheet.freeze_panes(page.row, 2)
        page.sheet.repeat_rows(page.row - 1)
        shown: list[str] = []
        for asked in asked_rows(self.form):
            shown = self._headings(page, asked.question, shown, len(columns), tag)
            self._ask(page, asked, columns, tag, prefilled=prefilled)

    def _has_small(self) -> bool:
        """True if hints are criteria worded for small services."""
        criteria = self.framework.criteria.values() if self.framework is not None else ()
        return any(criterion.small is not None for criterion in criteria)

    def _meta(self, page: Page, tag: str, *, visit: bool) -> None:
        """Write country, respondent or visit, and date above the table."""
        given = {"country": self.options.country, "respondent": self.options.respondent}
        for name in META:
            label = "visit" if name == "respondent" and visit else name
            style = "input.date" if name == "date" else "input"
            page.write((t(f"meta.{label}", tag), given.get(name, "")), ("strong", style))
        page.row += 1

    def _headings(self, page: Page, question: Question, shown: list[str], width: int, tag: str) -> list[str]:
        """Write headings of new groups; return the groups now open."""
        chain = self.form.group_path(question.group)
        names = [group.id for group in chain]
        for depth, group in enumerate(chain):
            if names[: depth + 1] != shown[: depth + 1]:
                style = "dimension" if depth == 0 and len(chain) > 1 else "indicator"
                again = f" ({t('repeat', tag)})" if group.repeat else ""
                code = group.id if self.framework is not None else ""
                cells = (code, group.title.get(tag) + again, *[""] * (width - 2))
                page.write(cells, style, height=24 if style == "dimension" else 18)
        return names

    def _ask(self, page: Page, asked: Asked, columns: Sequence[str], tag: str, *, prefilled: bool) -> None:
        question = asked.question
        text = question.text.get(tag) if asked.choice is None else f"   · {asked.choice.label.get(tag)}"
        hint = question.hint.get(tag) if question.hint is not None and asked.choice is None else ""
        if question.unit and asked.choice is None:
            hint = " ".join(part for part in (hint, f"({question.unit})") if part)
        shown: dict[str, tuple[CellValue, str]] = {
            "code": (asked.code, "code"),
            "text": (text, "wrap"),
            "check": (self._check(question, tag), "quiet"),
            "hint": (hint, "quiet"),
        }
        if asked.answered:
            shown |= {name: (None, _STYLES.get(name, "input.wrap")) for name in columns if name not in shown}
            last = self._last(question, tag) if prefilled else None
            shown["answer"] = (last, self._answer_style(question))
        asking = [name for name in columns if name in shown]
        lines = max(1, *(_count_lines(words, _WIDTHS[name]) for words, name in ((text, "text"), (hint, "hint"))))
        cells, styles = zip(*(shown[name] for name in asking), strict=True)
        page.write(cells, styles, height=14.5 * lines + 4)
        if asked.answered:
            for position, name in enumerate(columns):
                self._validate(page.sheet, (page.row - 1, position), name, asked, tag)

    def _last(self, question: Question, tag: str) -> str | float | None:
        """Return a question's last answer as displayed, or None."""
        answer = self.form.previous.get(question.id)
        if answer is None:
            return None
        return answer.value if isinstance(answer.value, int | float) else answer_label(question, answer.value, tag)

    def _answer_style(self, question: Question) -> str:
        kind = question.type
        if kind is QuestionType.DATE:
            return "input.date"
        return "input.number" if kind in (QuestionType.INTEGER, QuestionType.DECIMAL) else "input.wrap"

    def _check(self, question: Question, tag: str) -> str:
        criterion = self.framework.criteria.get(question.id) if self.framework is not None else None
        if criterion is None or self.framework is None:
            return ""
        return self.framework.label("check", criterion.check.value, tag)

    def _validate(self, sheet: Any, place: tuple[int, int], name: str, asked: Asked, tag: str) -> None:
        rule = validation_of(name, asked, tag, self._add_drop_down_range)
        if rule is not None:
            # A warning, not an error: labels of another language are valid too.
            sheet.data_validation(*place, *place, {"error_type": "warning", "ignore_blank": True, **rule})

    # --- lists and the form ------------------------------------------------------------------------------------------

    def _add_drop_down_range(self, words: tuple[str, ...]) -> str:
        """Return the range of drop-down labels, shared if equal."""
        if words not in self._ranges:
            from xlsxwriter.utility import xl_range_abs

            column, top = len(self._ranges), self.lists.row
            for position, word in enumerate(words):
                put(self.lists.sheet, top + position, column, word)
            area = xl_range_abs(top, column, top + len(words) - 1, column)
            self._ranges[words] = f"='{self.lists.name}'!{area}"
        return self._ranges[words]


def _first_page(book: Book, form: Questionnaire, framework: Framework | None, tags: tuple[str, ...]) -> None:
    """Write the first sheet, with one section per language."""
    page = book.page(t("first", tags[0]), title=form.title.get(tags[0]), landscape=False)
    page.set_widths(_COLUMNS)
    for tag in tags:
        _part(page, form, framework, tag)


def _part(page: Page, form: Questionnaire, framework: Framework | None, tag: str) -> None:
    page.write_heading(language_name(tag), len(_COLUMNS), "dimension", 24)
    if any(q.text.status(tag) is TranslationStatus.DRAFT for q in form.questions):
        page.line(t("draft", tag), "notice")
    if framework is not None:
        page.line(t("never", tag), "notice")
    for key in ("how", "blank", "comments"):
        _entry(page, "", t(key, tag))
    listed = list(_answers(form, tag))
    if listed:
        _entry(page, t("answers", tag), "", style="section")
        for label, code in listed:
            _entry(page, label, code)
    rules = list(_rules(framework, tag)) if framework is not None else []
    if rules:
        _entry(page, t("small", tag), "", style="section")
        for title, text in rules:
            _entry(page, title, text)
    page.row += 1


def _entry(page: Page, left: str, right: str, style: str = "") -> None:
    lines = max(1 + len(left) // 24, 1 + len(right) // 100)
    page.write((left, right), (style or "strong.wrap", style or "wrap"), height=22 if style else 14.5 * lines + 3)


def _answers(form: Questionnaire, tag: str) -> Iterator[tuple[str, str]]:
    """Yield the answers common to all questions, with their codes.

    Nothing is yielded if questions differ.
    """
    lists = {question.choices for question in form.questions if question.choices}
    if len(lists) == 1:
        yield from ((choice.label.get(tag), choice.code) for choice in next(iter(lists)))


def _rules(framework: Framework, tag: str) -> Iterator[tuple[str, str]]:
    """Yield notes of the framework."""
    for key, title in framework.notes.items():
        if key.endswith(".title"):
            text = framework.notes.get(f"{key.removesuffix('.title')}.text")
            yield title.get(tag), "" if text is None else text.get(tag)
