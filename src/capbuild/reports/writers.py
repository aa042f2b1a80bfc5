"""Built-in writers of assessments: Markdown, JSON, the tidy set in several formats. Registered as any plugin would."""

from collections.abc import Callable, Iterable, Iterator

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, OutputFile, RenderContext, Writer, hookimpl
from capbuild.reports.columnar import arrow_files, parquet_files
from capbuild.reports.deciding import decision_writer
from capbuild.reports.icalendar import calendar_writer
from capbuild.reports.nominating import nomination_writer
from capbuild.reports.reviewing import review_writer
from capbuild.reports.sqlite import sqlite_file
from capbuild.reports.tidy import tidy_files

__all__ = ["register_writers"]

_ACCEPTS = (AssessmentSet, Assessment)


def _markdown(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    from capbuild.reports.building import build
    from capbuild.reports.markdown import markdown

    return markdown(build(subject, context))


def _csv(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[OutputFile]:
    return tidy_files(subject, context)


def _json(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[str]:
    """The native document, which can be read back: it holds all findings, so only those who see sources get it."""
    from capbuild.documents import dumps

    subject, context = disclose(subject, context)
    if not context.disclosure.sources:
        raise WriteError(
            f"the native document holds every answer with its source, and is not written for {context.audience!r}",
            code="CB703",
            remedy="use csv, md or html for this audience",
        )
    return [dumps(subject)]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers of reports and data, of calendars, and of the forms for countries."""
    return [
        _writer("md", "Markdown report", _markdown),
        _writer("csv", "Tidy CSV files", _csv),
        _writer("json", "Native JSON document", _json),
        _writer("sqlite", "SQLite database", sqlite_file),
        _writer("parquet", "Tidy Parquet files", parquet_files),
        _writer("arrow", "Tidy Arrow files", arrow_files),
        calendar_writer(),
        review_writer(),
        nomination_writer(),
        decision_writer(),
    ]


def _writer(
    name: str, title: str, write: Callable[..., Iterable[str] | Iterable[bytes] | Iterable[OutputFile]]
) -> Writer:
    return Writer(
        name=name,
        title=title,
        accepts=_ACCEPTS,
        write=write,
        suffixes=(f".{name}",),
        discloses=True,
        reports=name == "md",
        aliases=("markdown",) if name == "md" else (),
    )
