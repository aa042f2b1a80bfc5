"""Scanning of survey files into columns, for millions of respondents."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from capbuild.errors import CapbuildError
from capbuild.io.format_detection import choose_reader, open_input, reader_error
from capbuild.io.progress import ReadProgress, ReportingFile
from capbuild.io.reading import iter_read
from capbuild.io.scanned_places import add_countries
from capbuild.model import Country, Issue, Questionnaire, Response
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile, Progress, Reader, ReadLimits, default_host, make_options
from capbuild.tables import ResponseTable
from capbuild.tables.views import collector_paused

__all__ = ["scan"]


def _reader_options(reader: Reader, options: Any) -> Any:
    if options is None:
        return reader.options()
    return make_options(reader.options, options, reader.name) if isinstance(options, Mapping) else options


def _native_scan(reader: Reader, source: InputFile, options: Any) -> ResponseTable | None:
    """Return the scan of the reader itself, if it has one."""
    if reader.scan is None:
        return None
    try:
        with collector_paused():  # thousands of distinct cells are small objects that all stay
            found = reader.scan(source, options)
    except CapbuildError:
        raise
    except Exception as error:
        if isinstance(source, ReportingFile) and source.watch is not None and source.watch.progress.raised is error:
            raise
        raise reader_error(reader, error, Origin(source.name)) from error
    return found if isinstance(found, ResponseTable) else None


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
    progress: Progress | None = None,
) -> ResponseTable:
    r"""Scan a survey file of any known format into columns.

    The answers are those of `read`. A format with a fast path of its own is never held as objects; any other is read
    response by response.

    Args:
        source: A path, or bytes; a folder of Parquet files is a table too.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        options: The reader's options, as a mapping or an instance of its options class.
        countries: Countries that may be meant, which break a tie.
        overrides: Spellings of countries with their alpha-2 codes, None for what is settled to be no country.
        drop_personal: Leave out what reveals a person, whatever the format.
        limits: Limits in force.
        host: Whose plugins are used.
        progress: Told how many bytes of how many were read or, where a format has no fast path, every 1,000 items how
            many (of None); what it raises cancels the scan.

    Raises:
        ReadError: The file cannot be read at all. A bad row is an issue.
        PluginError: The reader failed.

    Example:
        >>> table = scan(b"country,P1,P2\nJamaica,yes,3\nJM,n/a,4\n", name="returns.csv")
        >>> [(row.country.alpha_2, row["P1"].value, row["P2"].value) for row in table][0]
        ('JM', 'yes', 3)
    """
    owner = host or default_host()
    if isinstance(source, str | Path) and Path(source).is_dir():
        opened, format = InputFile(name or Path(source).name, path=Path(source)), "parquet"  # noqa: A001
    else:
        opened = open_input(source, name=name, limits=limits)
    chosen = choose_reader(opened, owner, format)
    watch = _make_progress(opened, progress)
    way = _reader_options(chosen.reader, options)
    own = drop_personal and hasattr(way, "drop_personal")
    way = evolve(way, drop_personal=True) if own else way
    table = None
    if own or not drop_personal:
        table = _native_scan(chosen.reader, opened if watch is None else _report_rows(opened, watch), way)
    if table is None:
        items = iter_read(
            opened,
            format=chosen.reader.name,
            options=way,
            drop_personal=drop_personal,
            host=owner,
            progress=progress,
        )
        table = _collect_columns(items)
    elif watch is not None:
        watch.report(watch.total)
    return add_countries(table, owner, countries, overrides)


def _make_progress(source: InputFile, progress: Progress | None) -> ReadProgress | None:
    """Return the progress reporter of a file; a folder has none."""
    if progress is None or (source.path is not None and source.path.is_dir()):
        return None
    return ReadProgress(progress, source.size, source.name)


def _report_rows(source: InputFile, watch: ReadProgress) -> InputFile:
    return ReportingFile(source.name, data=source.data, path=source.path, limits=source.limits, watch=watch)


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
