"""Built-in writers of reports: Markdown, JSON and tidy formats.

Registered as any plugin would.
"""

from collections.abc import Callable, Iterable, Iterator

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, OutputFile, RenderContext, Writer, hookimpl
from capbuild.reports.forms.actions import make_action_writers
from capbuild.reports.forms.decisions import make_decision_writer
from capbuild.reports.forms.nominations import make_nomination_writer
from capbuild.reports.forms.reviews import make_review_writer
from capbuild.reports.icalendar import make_calendar_writer
from capbuild.reports.languages import BUILT_IN_LANGUAGES, LanguageTexts, load_built_in
from capbuild.reports.tidy.columnar import write_arrow_files, write_parquet_files
from capbuild.reports.tidy.sqlite import write_sqlite
from capbuild.reports.tidy.tables import write_tidy_files

__all__ = ["register_languages", "register_writers"]

_ACCEPTS = (AssessmentSet, Assessment)


def _write_markdown(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    from capbuild.reports.builder import build
    from capbuild.reports.markdown import render_markdown

    return render_markdown(build(subject, context))


def _write_csv(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions
) -> Iterator[OutputFile]:
    return write_tidy_files(subject, context)


def _write_json(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[str]:
    """Write the native document, for audiences that see sources only.

    It can be read back and has all findings.
    """
    from capbuild.documents import dumps

    subject, context = disclose(subject, context)
    if not context.disclosure.sources:
        raise WriteError(
            f"the native document includes every answer with its source, and is not written for {context.audience!r}",
            code="CB703",
            remedy="use csv, md or html for this audience",
        )
    return [dumps(subject)]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers of reports, data, calendars and forms."""
    return [
        _make_writer("md", "Markdown report", _write_markdown),
        _make_writer("csv", "Tidy CSV files", _write_csv),
        _make_writer("json", "Native JSON document", _write_json),
        _make_writer("sqlite", "SQLite database", write_sqlite),
        _make_writer("parquet", "Tidy Parquet files", write_parquet_files),
        _make_writer("arrow", "Tidy Arrow files", write_arrow_files),
        make_calendar_writer(),
        make_review_writer(),
        make_nomination_writer(),
        make_decision_writer(),
        *make_action_writers(),
    ]


def _make_writer(
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


@hookimpl
def register_languages() -> list[LanguageTexts]:
    """Return the languages that reports exist in without further plugins."""
    return [LanguageTexts(tag=tag, texts=load_built_in(tag)) for tag in BUILT_IN_LANGUAGES]
