"""Nomination form as a workbook with drop-downs."""

from collections.abc import Iterator
from typing import Any

from capbuild.model import Delivery
from capbuild.plugins import RenderContext
from capbuild.reports import NOMINATION_COLUMNS, NominationForm, NominationOptions, make_nomination_form
from capbuild_workbooks.writing import Book, Page, put

_WIDTHS = (30, 30, 38, 18, 32, 20)


def _lists(book: Book, form: NominationForm) -> dict[str, str]:
    """Write drop-down lists; return their names by column.

    The lists are defined names of a hidden sheet, because a list inside a validation rule is limited to 255 characters.
    """
    page = book.page("Lists")
    names = {}
    for column, (name, items) in enumerate({"role": form.roles, "sex": form.sexes}.items()):
        if items:
            for row, item in enumerate(items):
                put(page.sheet, row + page.row, column, item, page.styles("cell"))
            book.define(f"list_{name}", page, (page.row, page.row + len(items) - 1), (column, column))
            names[name] = f"list_{name}"
    page.sheet.hide()
    return names


def _rules(form: NominationForm, lists: dict[str, str], first: int) -> dict[str, dict[str, Any]]:
    """Return the validation rules by column.

    A choice that is not in the list is an error, a doubtful address a warning.
    """
    asked: dict[str, dict[str, Any]] = {
        name: {"validate": "list", "source": f"={place}", "error_title": form.header[NOMINATION_COLUMNS.index(name)]}
        for name, place in lists.items()
    }
    column = chr(ord("A") + NOMINATION_COLUMNS.index("email"))
    cell = f"{column}{first + 1}"
    asked["email"] = {
        "validate": "custom",
        "value": f'=AND(ISNUMBER(FIND("@",{cell})),ISERROR(FIND(" ",{cell})))',
        "error_type": "warning",
        "error_title": form.header[NOMINATION_COLUMNS.index("email")],
    }
    return asked


def _rows(page: Page, form: NominationForm, lists: dict[str, str]) -> None:
    first, last = page.row, page.row + form.rows - 1
    for _ in range(form.rows):
        page.write([""] * len(NOMINATION_COLUMNS), "input")
    for name, rule in _rules(form, lists, first).items():
        column = NOMINATION_COLUMNS.index(name)
        page.sheet.data_validation(first, column, last, column, {"ignore_blank": True, **rule})


def nomination_book(form: NominationForm) -> bytes:
    """Return the nomination form as a workbook.

    It has one unlocked row per seat. All other cells are locked.
    """
    book = Book(form.title, notice=form.notice)
    page = book.page("Nominations", title=form.title)
    page.set_widths(_WIDTHS)
    page.block(form.lead, len(NOMINATION_COLUMNS) - 1, lines=2)
    page.row += 1
    page.write_facts(form.facts, ("code", "strong", "cell"))
    page.row += 1
    page.write_form_headers(form.header, NOMINATION_COLUMNS)
    _rows(page, form, _lists(book, form))
    page.lock()
    return book.bytes()


def write_nomination(subject: Delivery, context: RenderContext, options: NominationOptions) -> Iterator[bytes]:
    """Yield the sheet on which a country nominates people."""
    yield nomination_book(make_nomination_form(subject, context, options))
