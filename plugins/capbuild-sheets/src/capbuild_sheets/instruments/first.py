"""The first sheet of an instrument: how to fill it in, what never to write, what answers mean, small services."""

from collections.abc import Iterator

from capbuild.model import Framework, Questionnaire
from capbuild.text import TranslationStatus
from capbuild_sheets.instruments.words import language_name, say
from capbuild_sheets.writing import Book, Page, put

__all__ = ["first_page"]

_COLUMNS = ((0, 26), (1, 96))


def first_page(book: Book, form: Questionnaire, framework: Framework | None, tags: tuple[str, ...]) -> None:
    """Write the first sheet, one part a language."""
    page = book.page(say("first", tags[0]), title=form.title.get(tags[0]), landscape=False)
    for column, width in _COLUMNS:
        page.sheet.set_column(column, column, width)
    for tag in tags:
        _part(page, form, framework, tag)


def _part(page: Page, form: Questionnaire, framework: Framework | None, tag: str) -> None:
    for column, _ in _COLUMNS:
        put(page.sheet, page.row, column, language_name(tag) if column == 0 else None, page.styles("dimension"))
    page.sheet.set_row(page.row, 24)
    page.row += 1
    if any(q.text.status(tag) is TranslationStatus.DRAFT for q in form.questions):
        page.line(say("draft", tag), "notice")
    if framework is not None:
        page.line(say("never", tag), "notice")
    for key in ("how", "blank", "comments"):
        _entry(page, "", say(key, tag))
    listed = list(_answers(form, tag))
    if listed:
        _entry(page, say("answers", tag), "", style="section")
        for label, code in listed:
            _entry(page, label, code)
    rules = list(_rules(framework, tag)) if framework is not None else []
    if rules:
        _entry(page, say("small", tag), "", style="section")
        for title, text in rules:
            _entry(page, title, text)
    page.row += 1


def _entry(page: Page, left: str, right: str, style: str = "") -> None:
    put(page.sheet, page.row, 0, left, page.styles(style or "strong.wrap"))
    put(page.sheet, page.row, 1, right, page.styles(style or "wrap"))
    lines = max(1 + len(left) // 24, 1 + len(right) // 100)
    page.sheet.set_row(page.row, 22 if style else 14.5 * lines + 3)
    page.row += 1


def _answers(form: Questionnaire, tag: str) -> Iterator[tuple[str, str]]:
    """The answers that all questions share, with their codes; nothing where questions differ."""
    lists = {question.choices for question in form.questions if question.choices}
    if len(lists) == 1:
        yield from ((choice.label.get(tag), choice.code) for choice in next(iter(lists)))


def _rules(framework: Framework, tag: str) -> Iterator[tuple[str, str]]:
    """Rules in words that go with the framework, such as those for small services."""
    for key, title in framework.notes.items():
        if key.endswith(".title"):
            text = framework.notes.get(f"{key.removesuffix('.title')}.text")
            yield title.get(tag), "" if text is None else text.get(tag)
