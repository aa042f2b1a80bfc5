"""Scanning of survey files into columns, for millions of respondents."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from capbuild._garbage import collector_paused
from capbuild.io.companions import prepare_options
from capbuild.io.containers import choose_input
from capbuild.io.format_detection import open_input
from capbuild.io.progress import ReadProgress, ReportingFile
from capbuild.io.reading import ReadJob, plugin_issues
from capbuild.io.scanned_places import add_countries
from capbuild.model import Country, Issue, Issues, Questionnaire, Response
from capbuild.plugins import Host, InputFile, Progress, Reader, ReadLimits, default_host
from capbuild.plugins.boundary import collect_failures
from capbuild.tables import ResponseTable

__all__ = ["scan"]


def scan(
    source: str | Path | bytes | InputFile,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    name: str | None = None,
    options: Mapping[str, Any] | object | None = None,
    countries: Iterable[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
    drop_personal: bool = False,
    limits: ReadLimits | None = None,
    host: Host | None = None,
    prefer: Iterable[str] = (),
    progress: Progress | None = None,
) -> ResponseTable:
    r"""Scan a survey file of any known format into columns.

    The answers are the same as in `read`. A format with its own fast path never creates objects; others are read
    response by response.

    Args:
        source: A path, or bytes; a folder of Parquet files is also a table.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        options: The reader's options, as a mapping or an instance of its options class.
        countries: Expected countries, to break ties.
        overrides: Spellings of countries with their alpha-2 codes, None for texts that are not a country.
        drop_personal: Leave out personal data, in any format.
        limits: Limits in force.
        host: Plugin host.
        prefer: Names of plugins that may replace built-in readers and countries, and win ties.
        progress: Called with the bytes read and their total or, for formats without a fast path, every 1,000 items with
            their number (of None); an exception in it cancels the scan.

    Raises:
        ReadError: The file is unreadable. A bad row is an issue.
        PluginError: The reader failed.

    Example:
        >>> table = scan(b"country,P1,P2\nJamaica,yes,3\nJM,n/a,4\n", name="returns.csv")
        >>> [(row.country.alpha_2, row["P1"].value, row["P2"].value) for row in table][0]
        ('JM', 'yes', 3)
    """
    plugin_host = (host or default_host()).preferring(prefer)
    free = format is None and options is None
    if isinstance(source, str | Path) and Path(source).is_dir():
        opened, format = InputFile(name or Path(source).name, path=Path(source)), "parquet"  # noqa: A001
    else:
        opened = open_input(source, name=name, limits=limits)
    with collect_failures() as failures:
        opened, chosen = choose_input(opened, plugin_host, format)
        watch = _make_progress(opened, progress)
        prepared = prepare_options(chosen.reader, options, opened)
        way = prepared.options
        own = drop_personal and hasattr(way, "drop_personal")
        way = evolve(way, drop_personal=True) if own else way
        table = None if drop_personal and not own else _native_scan(chosen.reader, opened, way, watch)
        if table is None:
            job = ReadJob(chosen, opened, plugin_host, free=free)
            table = _collect_columns(job.items(prepared, progress, drop_personal=drop_personal))
        else:
            table = evolve(table, issues=Issues([*prepared.issues, *table.issues]))
            if watch is not None:
                watch.report(watch.total)
        table = add_countries(table, plugin_host, countries, overrides)
    failed = plugin_issues(plugin_host, failures)
    return evolve(table, issues=Issues([*failed, *table.issues])) if failed else table


def _native_scan(reader: Reader, source: InputFile, options: Any, watch: ReadProgress | None) -> ResponseTable | None:
    """Return the table of a reader's own scan, if it accepts the file."""
    if reader.scan is None:
        return None
    with collector_paused():  # thousands of distinct cells are small objects that all stay in memory
        table: ResponseTable | None = reader.scan(source if watch is None else _report_rows(source, watch), options)
    return table


def _make_progress(source: InputFile, progress: Progress | None) -> ReadProgress | None:
    """Return the progress reporter of a file; a folder has none."""
    if progress is None or (source.path is not None and source.path.is_dir()):
        return None
    return ReadProgress(progress, source.size, source.name)


def _report_rows(source: InputFile, watch: ReadProgress) -> InputFile:
    return ReportingFile(source.name, source.data, source.path, source.limits, source.folder, watch=watch)


def _collect_columns(items: Iterable[Any]) -> ResponseTable:
    """Collect the items of a reader into columns, response by response."""
    forms: list[Questionnaire] = []
    issues: list[Issue] = []

    def responses() -> Iterator[Response]:
        for item in items:
            if isinstance(item, Response):
                yield item
            elif isinstance(item, Questionnaire):
                forms.append(item)
            elif isinstance(item, Issue):
                issues.append(item)

    table = ResponseTable.from_responses(responses())
    form = forms[0] if forms else table.questionnaire
    return evolve(table, codebook=evolve(table.codebook, questionnaire=form), issues=issues)
