"""Writer `xlsform`: questionnaires and frameworks as XLSForm workbooks."""

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.model import Framework, Questionnaire
from capbuild.plugins import RenderContext, Writer
from capbuild_xlsform.writing.layout import FormRows, build_form_rows

_FIRST = ("type", "name", "list_name")
#: Fixed creation time, so that equal forms give equal bytes.
_MADE = datetime.datetime(2000, 1, 1)
_WIDTHS = {"type": 24, "name": 24, "list_name": 16, "relevant": 40, "constraint": 30}


def _to_languages(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@frozen(kw_only=True)
class XlsformWriterOptions:
    """Options of the XLSForm writer.

    Attributes:
        languages: Languages to write, the default first; all of them if empty.
        ask_country: Whether the first question asks for the country; by default if the form has mappings but no country
            question.
    """

    languages: tuple[str, ...] = field(default=(), converter=_to_languages)
    ask_country: bool | None = None


def _list_headers(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the headers of rows.

    The known leading headers come first, then labels, then the rest in order.
    """
    used = list(dict.fromkeys(head for row in rows for head in row))
    order = {head: position for position, head in enumerate(_FIRST)}
    return sorted(used, key=lambda head: (order.get(head, len(order)), not head.startswith("label"), used.index(head)))


def _write_sheet(book: Any, name: str, rows: Sequence[Mapping[str, str]], bold: Any, wrap: Any) -> None:
    sheet = book.add_worksheet(name)
    headers = _list_headers(rows)
    for column, head in enumerate(headers):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, _WIDTHS.get(head, 50 if head.startswith(("label", "hint")) else 18))
    for number, row in enumerate(rows, start=1):
        for column, head in enumerate(headers):
            if row.get(head):
                sheet.write_string(number, column, row[head], wrap)
    sheet.freeze_panes(1, 2)


def _write_workbook(rows: FormRows) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": rows.settings.get("form_title", ""), "created": _MADE})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    _write_sheet(book, "survey", rows.survey, bold, wrap)
    _write_sheet(book, "choices", rows.choices or [{"list_name": "", "name": "", "label": ""}], bold, wrap)
    _write_sheet(book, "settings", [rows.settings], bold, wrap)
    book.close()
    return stream.getvalue()


def _write(
    subject: Questionnaire | Framework, _context: RenderContext, options: XlsformWriterOptions
) -> Iterator[bytes]:
    from capbuild.frameworks import survey_questionnaire

    form = survey_questionnaire(subject) if isinstance(subject, Framework) else subject
    yield _write_workbook(build_form_rows(form, options.languages, ask_country=options.ask_country))


#: Content that an XLSForm lacks, or has in part.
_LOSSES = (
    "kinds of question", "texts", "texts in other languages", "states of translations",
    "rows and details of questions", "units and limits", "dimensions of questions", "mappings",
)  # fmt: skip

XLSFORM_WRITER = Writer(
    name="xlsform",
    title="XLSForm workbook for KoboToolbox, ODK and Ona",
    accepts=(Questionnaire, Framework),
    write=_write,
    suffixes=(".xlsx",),
    options=XlsformWriterOptions,
    loses=_LOSSES,
)
