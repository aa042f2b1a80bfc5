"""Scanning of survey files into columns, for millions of respondents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve

from capbuild._garbage import collector_paused, text_caches_cleared
from capbuild.errors import CountryError, ReadError
from capbuild.io.companions import prepare_options
from capbuild.io.containers import choose_input
from capbuild.io.format_detection import open_input
from capbuild.io.progress import ReadProgress, ReportingFile
from capbuild.io.reading import ReadJob, country, place_issue, plugin_issues
from capbuild.model import Country, Issue, Issues, Questionnaire, Response
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile, Progress, Reader, ReadLimits, default_host
from capbuild.plugins.boundary import collect_failures
from capbuild.tables import Coding, Column, ResponseTable
from capbuild.tables.building import engine_errors, integer_type, polars
from capbuild.tables.row_reader import RowReader


@text_caches_cleared()
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

    The answers are the same as in `read`. A format with its own scan creates no objects for them; other formats are
    read response by response.

    Args:
        source: A path, or bytes; a folder of Parquet files is also a table.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes if the suffix should count.
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
        table = _add_countries(table, plugin_host, countries, overrides)
    failed = plugin_issues(plugin_host, failures)
    return evolve(table, issues=Issues([*failed, *table.issues])) if failed else table


def _native_scan(reader: Reader, source: InputFile, options: Any, watch: ReadProgress | None) -> ResponseTable | None:
    """Return the table of a reader's own scan.

    The result is None if the reader has no scan, or does not accept the file.
    """
    if reader.scan is None:
        return None
    with collector_paused():  # thousands of distinct cells are small objects that all stay in memory
        table: ResponseTable | None = reader.scan(source if watch is None else _report_rows(source, watch), options)
    return table


def _make_progress(source: InputFile, progress: Progress | None) -> ReadProgress | None:
    """Make the progress reporter of a file.

    A folder has none.
    """
    if progress is None or (source.path is not None and source.path.is_dir()):
        return None
    return ReadProgress(progress, source.size, source.name)


def _report_rows(source: InputFile, watch: ReadProgress) -> InputFile:
    return ReportingFile(source.name, source.data, source.path, source.limits, source.folder, watch=watch)


def _collect_columns(items: Iterable[Any]) -> ResponseTable:
    """Collect the items of a reader into columns."""
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


# Countries of a scanned table, resolved once per spelling


def _add_countries(
    table: ResponseTable,
    host: Host,
    countries: Iterable[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
) -> ResponseTable:
    """Return the table with countries, and issues for unresolved places.

    Args:
        table: A polars table from a scan; rows without a place, or with a country, are unchanged.
        host: Plugin host, asked first.
        countries: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes, None for texts that are not a country.

    Raises:
        ReadError: The file of the table is damaged.
    """
    place = table.codebook.facts.get("place")
    if place is None or not _has_open_rows(table, place):
        return table
    if place.coding is Coding.TEXT:
        table, place = _encode_places(table.collected(), place)
    if place.coding not in (Coding.CONSTANT, Coding.CODED):
        return table
    among = None if countries is None else tuple(countries)
    column = frozenset(map(str, place.values))
    resolved: list[Country | None] = []
    refused: dict[int, CountryError] = {}
    for code, value in enumerate(place.values):
        try:
            resolved.append(country(str(value), context=among, overrides=overrides, column=column, host=host))
        except CountryError as error:
            resolved.append(None)
            refused[code] = error
    if refused:
        table = evolve(table, issues=[*table.issues, *_place_issues(table, place, refused)])
    return _join_countries(table, place, resolved)


@contextmanager
def _raise_read_error(table: ResponseTable) -> Iterator[None]:
    """Raise a `ReadError` for damage found in later rows."""
    damage: tuple[type[BaseException], ...] = (*engine_errors(), OSError, ValueError)
    try:
        yield
    except damage as error:
        name = table.codebook.file or "the table"
        raise ReadError(f"{name} is damaged: {error}", origin=Origin(name)) from error


def _make_country_test(table: ResponseTable, place: Column) -> Any:
    """Return a polars expression for rows without a country.

    The expression is true for rows with a place but no country.
    """
    pl, column = polars(), table.codebook.facts.get("country")
    there = pl.col(place.name).is_not_null() if place.is_stored else pl.lit(True)
    if column is None:
        return there
    return there & (pl.col(column.name).is_null() if column.is_stored else pl.lit(False))


def _has_open_rows(table: ResponseTable, place: Column) -> bool:
    """True if any place is not yet resolved.

    Only a table with a country column, such as a Parquet file, is queried.
    """
    column = table.codebook.facts.get("country")
    if column is None or not column.is_stored:
        return column is None
    with _raise_read_error(table):
        left = table.frame.lazy().filter(_make_country_test(table, place)).select(polars().len())
        return bool(left.collect().item())


def _encode_places(table: ResponseTable, place: Column) -> tuple[ResponseTable, Column]:
    """Return the table with places as codes."""
    pl = polars()
    texts = table.frame.get_column(place.name)
    values = texts.drop_nulls().unique(maintain_order=True)
    codes = pl.int_range(len(values), dtype=integer_type(0, len(values)), eager=True)
    frame = table.frame.with_columns(texts.replace_strict(values, codes, default=None, return_dtype=codes.dtype))
    coded = evolve(place, coding=Coding.CODED, values=values.to_list())
    codebook = evolve(table.codebook, facts={**table.codebook.facts, "place": coded})
    return evolve(table, codebook=codebook, frame=frame), coded


def _join_countries(table: ResponseTable, place: Column, countries: Sequence[Country | None]) -> ResponseTable:
    """Add a country column to the table."""
    column = table.codebook.facts.get("country")
    known = [] if column is None else list(column.values)
    known += [country for country in dict.fromkeys(countries) if country is not None and country not in known]
    if not known:
        return table
    frame, coding = table.frame, Coding.CONSTANT
    if column is not None or place.is_stored:
        pl, coding = polars(), Coding.CODED
        places = [None if country is None else known.index(country) for country in countries]
        codes = pl.lit(pl.Series(places, dtype=integer_type(0, len(known))))
        codes = codes.gather(pl.col(place.name).cast(pl.UInt32)) if place.is_stored else codes.first()
        codes = codes if column is None else pl.coalesce(column.name, codes)
        frame = frame.with_columns(response_country=codes)
    country_column = Column(name="response_country", question="country", coding=coding, values=known, absent=None)
    codebook = evolve(table.codebook, facts={**table.codebook.facts, "country": country_column})
    return evolve(table, codebook=codebook, frame=frame)


def _place_issues(table: ResponseTable, place: Column, refused: Mapping[int, CountryError]) -> Iterator[Issue]:
    """Yield an issue for each unresolved place, in row order."""
    with _raise_read_error(table):
        rows = _list_first_rows(table, place, list(refused))
        origins = _list_row_origins(table, [first for _, first, _ in rows])
    for (code, _, count), origin in zip(rows, origins, strict=True):
        yield place_issue(refused[code], origin, count)


def _list_first_rows(table: ResponseTable, place: Column, codes: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return each code with its first row and count.

    Rows count from 0; the result is in order of first rows.
    """
    pl = polars()
    code = pl.col(place.name) if place.is_stored else pl.lit(0)
    ours = table.frame.lazy().with_row_index("first").filter(_make_country_test(table, place) & code.is_in(codes))
    counts = ours.select("first", code=code).group_by("code").agg(pl.col("first").min(), pl.len()).sort("first")
    first_rows: list[tuple[int, int, int]] = counts.collect().rows()
    return first_rows


def _list_row_origins(table: ResponseTable, rows: Sequence[int]) -> list[Origin | None]:
    """Return the origins of rows in the file."""
    names = [name for fact in table.codebook.facts.values() for name in fact.physical]
    reader = RowReader(table.codebook, names)
    if not names:
        return [reader.response(()).origin for _ in rows]
    facts = table.frame.lazy().select(polars().col(names).gather(rows)).collect()
    return [reader.response(cells).origin for cells in facts.rows()]
