"""Built-in writers of reports, data, calendars and forms.

They are registered as any plugin would. Each is imported by its first use.
"""

from typing import TYPE_CHECKING

from attrs import field, frozen

from capbuild.checks import between
from capbuild.model import Assessment, AssessmentSet, Delivery, Plan
from capbuild.plugins import LazyFunction, NoOptions, Writer, hookimpl

if TYPE_CHECKING:
    from capbuild.reports.languages import LanguageTexts

_RESULTS = (AssessmentSet, Assessment)


@frozen(kw_only=True)
class NominationOptions:
    """Options of the writers of nomination sheets.

    Attributes:
        seats: Seats for the country; 0 if not decided.
    """

    seats: int = field(default=0, validator=between(0))


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers of reports, data, calendars and forms."""
    return [
        Writer(
            name="md",
            title="Markdown report",
            accepts=_RESULTS,
            write=LazyFunction("capbuild.reports.markdown:write_markdown"),
            suffixes=(".md",),
            discloses=True,
            reports=True,
            aliases=("markdown",),
        ),
        _make_writer("csv", "Tidy CSV files", "tidy.tables:write_tidy_files", suffixes=(".csv",)),
        _make_writer("json", "Native JSON document", "native:write_json", suffixes=(".json",)),
        _make_writer("sqlite", "SQLite database", "tidy.sqlite:write_sqlite", suffixes=(".sqlite",)),
        _make_writer("parquet", "Tidy Parquet files", "tidy.tables:write_parquet_files", suffixes=(".parquet",)),
        _make_writer("arrow", "Tidy Arrow files", "tidy.tables:write_arrow_files", suffixes=(".arrow",)),
        Writer(
            name="ics",
            title="Calendar of a plan (iCalendar)",
            accepts=(Plan,),
            write=LazyFunction("capbuild.reports.icalendar:write_icalendar"),
            suffixes=(".ics",),
        ),
        _make_writer(
            "review-csv",
            "Form on which a country reviews its assessment (CSV)",
            "forms.reviews:write_csv",
            accepts=(Assessment,),
        ),
        _make_writer(
            "nomination-csv",
            "Sheet on which a country nominates people (CSV)",
            "forms.nominations:write_csv",
            accepts=(Delivery,),
            options=NominationOptions,
        ),
        _make_writer(
            "decisions-csv",
            "Sheet on which a team decides what countries proposed (CSV)",
            "forms.decisions:write_csv",
            accepts=(AssessmentSet,),
        ),
        _make_writer("actions-csv", "National action plans as a table (CSV)", "forms.actions:write_csv"),
        _make_writer("actions-ics", "Due days of national action plans (iCalendar)", "forms.actions:write_calendar"),
    ]


def _make_writer(
    name: str,
    title: str,
    home: str,
    *,
    accepts: tuple[type, ...] = _RESULTS,
    options: type = NoOptions,
    suffixes: tuple[str, ...] = (),
) -> Writer:
    """Return a writer that applies the disclosure policy.

    `home` is the module and function of the writer, within `capbuild.reports`.
    """
    write = LazyFunction(f"capbuild.reports.{home}")
    return Writer(
        name=name, title=title, accepts=accepts, write=write, options=options, suffixes=suffixes, discloses=True
    )


@hookimpl
def register_languages() -> list["LanguageTexts"]:
    """Return the built-in languages of reports."""
    from capbuild.reports.languages import BUILT_IN_LANGUAGES, make_built_in

    return [make_built_in(tag) for tag in BUILT_IN_LANGUAGES]
