"""Reading of survey files: detection, limits, countries and reconciliation."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from capbuild._garbage import collector_paused
from capbuild._lazy import provided
from capbuild._logs import logger
from capbuild.errors import CapbuildError, PluginError, ReadError, UnknownFormat
from capbuild.io.companions import PreparedOptions, prepare_options
from capbuild.io.containers import choose_input, expand
from capbuild.io.derived import add_derived
from capbuild.io.format_detection import FormatClaim, Input, choose_reader, is_input, open_input
from capbuild.io.personal import remove_personal
from capbuild.io.places import resolve_places
from capbuild.model import (
    Country,
    Issue,
    Issues,
    Missing,
    Questionnaire,
    Reconciliation,
    Response,
    SheetReconciliation,
    Survey,
)
from capbuild.origin import Origin
from capbuild.plugins import (
    Host,
    InputFile,
    ProgrammeDraft,
    Progress,
    ReadItem,
    ReadLimits,
    default_host,
)
from capbuild.plugins.boundary import collect_failures, failure_issue

#: Items between two calls of a progress callback.
_EVERY = 1_000


def _report_items(
    chosen: FormatClaim, source: InputFile, options: Any, progress: Progress | None = None
) -> Generator[ReadItem, None, None]:
    """Yield the items of a reader, with progress.

    Exceptions of the callback close the reader and propagate.
    """
    done = 0
    with closing(item for item in chosen.reader.read(source, options)) as items:
        for item in items:
            if progress is not None and done % _EVERY == 0:
                progress(done, None, source.name)
            done += 1
            yield item
    if progress is not None:
        progress(done, done, source.name)


def iter_read(
    source: Input,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    name: str | None = None,
    options: Mapping[str, Any] | object | None = None,
    drop_personal: bool = False,
    limits: ReadLimits | None = None,
    host: Host | None = None,
    prefer: Iterable[str] = (),
    progress: Progress | None = None,
) -> Iterator[ReadItem]:
    """Yield items of a file as they are read, countries unresolved.

    Items are responses, questionnaires, issues and reconciliations of sheets.

    Args:
        source: A path, bytes, or a stream of bytes.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        options: The reader's options, as a mapping or an instance of its options class.
        drop_personal: Leave out personal data; a format without an option for this is then kept in memory.
        limits: Limits in force.
        host: Plugin host.
        prefer: Names of plugins that may replace built-in readers and countries, and win ties.
        progress: Called every 1,000 items with their number; an exception in it cancels the reading.

    Raises:
        ReadError: The file is unreadable.
        PluginError: The reader failed.
    """
    plugin_host = (host or default_host()).preferring(prefer)
    opened = open_input(source, name=name, limits=limits)
    with collect_failures() as failures:
        opened, chosen = choose_input(opened, plugin_host, format)
    yield from plugin_issues(plugin_host, failures)
    job = ReadJob(chosen, opened, plugin_host, free=format is None and options is None)
    yield from job.items(prepare_options(chosen.reader, options, opened), progress, drop_personal=drop_personal)


def plugin_issues(host: Host, failures: Mapping[Any, PluginError]) -> tuple[Issue, ...]:
    """Return the issues of plugins in a reading: their registrations and failures.

    Args:
        host: Plugin host.
        failures: Failures collected while reading.
    """
    return tuple(dict.fromkeys([*host.registration_issues("readers"), *map(failure_issue, failures.values())]))


@define
class ReadJob:
    """Reading of a file by the chosen reader, or the next one if it yields nothing.

    Attributes:
        chosen: The reader in use.
        source: The file.
        host: Plugin host.
        free: Whether another reader may be tried: neither format nor options were given.
        companions: Hash of each companion file of the chosen reader, by name.
    """

    chosen: FormatClaim
    source: InputFile
    host: Host
    free: bool = False
    companions: dict[str, str] = field(factory=dict)

    def items(self, prepared: PreparedOptions, progress: Progress | None, *, drop_personal: bool) -> Iterator[ReadItem]:
        """Yield the items.

        Args:
            prepared: Options of the chosen reader.
            progress: Progress callback.
            drop_personal: Leave out personal data.
        """
        without: list[str] = []
        other: FormatClaim | None = self.chosen
        while other is not None:
            self.chosen, other = other, None
            self.companions = prepared.digests()
            yield from prepared.issues
            for item in _yield_items(self.chosen, self.source, prepared.options, progress, drop_personal=drop_personal):
                yield item
                if self.free and isinstance(item, Issue) and item.code == "CB512":
                    without.append(self.chosen.reader.name)
                    other = self._find_next(without)
            if other is not None:
                prepared = prepare_options(other.reader, None, self.source)

    def _find_next(self, without: Collection[str]) -> FormatClaim | None:
        try:
            return choose_reader(self.source, self.host, without=without)
        except ReadError:
            return None


@define
class _ReadItems:
    """Items of a reader by kind."""

    responses: list[Response] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    sheets: list[SheetReconciliation] = field(factory=list)
    questionnaires: list[Questionnaire] = field(factory=list)

    def add(self, item: ReadItem) -> None:
        if isinstance(item, Response):
            self.responses.append(item)
        elif isinstance(item, Issue):
            self.issues.append(item)
        elif isinstance(item, SheetReconciliation):
            self.sheets.append(item)
        else:
            self.questionnaires.append(item)


def _count_reconciliation(responses: Iterable[Response]) -> SheetReconciliation:
    """Return a reconciliation for a reader without one: counts of its items."""
    kinds: dict[str, int] = {}
    answers = rows = 0
    for response in responses:
        rows += 1
        for answer in response.answers:
            if isinstance(answer.value, Missing):
                kinds[answer.value.value] = kinds.get(answer.value.value, 0) + 1
            else:
                answers += 1
    cells = answers + sum(kinds.values())
    return SheetReconciliation(rows_in=rows, rows_out=rows, cells=cells, answers=answers, absent=kinds)


def _yield_items(
    chosen: FormatClaim, source: InputFile, options: Any, progress: Progress | None, *, drop_personal: bool
) -> Iterator[ReadItem]:
    """Yield the items of a reader, without personal data if asked."""
    own = drop_personal and hasattr(options, "drop_personal")
    items = _report_items(chosen, source, evolve(options, drop_personal=True) if own else options, progress)
    if own or not drop_personal:
        yield from items
        return
    found = _ReadItems()
    for item in items:
        found.add(item)
    accounts = found.sheets or [_count_reconciliation(found.responses)]
    responses, sheets = remove_personal(found.responses, accounts, found.questionnaires)
    made: list[ReadItem] = [*found.questionnaires, *responses, *found.issues, *sheets]
    yield from made


def _open_source(
    source: object, name: str | None, limits: ReadLimits | None, host: Host, wanted: str | None
) -> tuple[InputFile, FormatClaim]:
    """Return the input and its reader.

    A frame brings its own reader, by name.
    """
    if is_input(source):
        opened = open_input(source, name=name, limits=limits)
        return choose_input(opened, host, wanted)
    reader, opened = provided("frame_reader")(source, name)
    claim = reader.sniff(opened)
    return evolve(opened, limits=limits or ReadLimits()), FormatClaim(reader, claim)


def read(
    source: Input | Any,
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
) -> Survey:
    r"""Read a survey file of any known format, or a frame.

    Args:
        source: A path, bytes, a stream of bytes such as an upload, or a frame of any library that narwhals knows.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        options: The reader's options, as a mapping or an instance of its options class.
        countries: Expected countries, to break ties, as matches state.
        overrides: Spellings of countries with their alpha-2 codes, None for texts that are not a country.
        drop_personal: Leave out personal data, in any format; the reconciliation counts it.
        limits: Limits in force.
        host: Plugin host.
        prefer: Names of plugins that may replace built-in readers and countries, and win ties.
        progress: Called every 1,000 items with their number; an exception in it cancels the reading.

    Returns:
        Responses with their countries, issues, and a reconciliation of every row, column and cell.

    Raises:
        ReadError: The file is unreadable. A bad row is an issue.
        PluginError: The reader failed.

    Example:
        >>> survey = read(b"country,TEC-2.2a\nJamaica,yes\nJamaca,no\n", name="returns.csv")
        >>> [r.country.alpha_2 if r.country else None for r in survey.responses], str(survey.issues)
        (['JM', None], '1 error')
    """
    plugin_host = (host or default_host()).preferring(prefer)
    found = _ReadItems()
    with collect_failures() as failures:
        opened, chosen = _open_source(source, name, limits, plugin_host, format)
        job = ReadJob(chosen, opened, plugin_host, free=format is None and options is None and is_input(source))
        prepared = prepare_options(chosen.reader, options, opened)
        with collector_paused():
            for item in job.items(prepared, progress, drop_personal=drop_personal):
                found.add(item)
        responses, place_issues = resolve_places(found.responses, plugin_host, countries, overrides)
    reading = Survey(
        file=opened.name,
        format=job.chosen.reader.name,
        why=job.chosen.claim.why,
        sha256=opened.digest(),
        companions=job.companions,
        questionnaire=found.questionnaires[0] if found.questionnaires else None,
        responses=responses,
        issues=Issues([*plugin_issues(plugin_host, failures), *found.issues, *place_issues]),
        reconciliation=Reconciliation(sheets=found.sheets or [_count_reconciliation(responses)]),
    )
    logger.info("read %s", reading)
    reading = add_derived(reading, plugin_host)
    checks = plugin_host.joined("check_reading", reading=reading)
    return evolve(reading, issues=Issues([*reading.issues, *checks])) if checks else reading


def read_all(
    source: Input,
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
) -> tuple[Survey, ...]:
    r"""Read every survey file in a folder, archive or e-mail, or a single file.

    Archives are `.zip`, `.tar`, `.tar.gz` and similar, e-mails `.eml`; nested ones are opened too. An unreadable file
    is a reading without responses, with the reason in its issues. Hidden files are skipped.

    Args:
        source: A folder, a path, bytes, or a stream of bytes.
        format: Name of the reader of all files; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        options: As for `read`, like the following arguments.
        countries: Expected countries.
        overrides: Spellings of countries with their alpha-2 codes.
        drop_personal: Leave out personal data.
        limits: Limits for each file and each archive.
        host: Plugin host.
        prefer: Names of plugins that may replace built-in readers and countries, and win ties.
        progress: Progress callback for the items of each file.

    Returns:
        The readings in the order of the names, or of the archive.

    Raises:
        ReadError: The source does not exist, is empty, or has no file.

    Example:
        >>> import io, zipfile
        >>> with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        ...     archive.writestr("jm.csv", "country,P1\nJamaica,yes\n")
        ...     archive.writestr("logo.png", b"\x89PNG")
        >>> for reading in read_all(packed.getvalue(), name="returns.zip"):
        ...     print(reading.file, len(reading.responses), reading.issues)
        returns.zip/jm.csv 1 no issues
        returns.zip/logo.png 0 1 error
    """
    plugin_host = (host or default_host()).preferring(prefer)
    chosen = {"format": format, "options": options, "countries": countries, "overrides": overrides}
    chosen |= {"drop_personal": drop_personal, "host": plugin_host, "progress": progress}
    readings = tuple(_read_or_report(one, chosen) for one in _iter_files(source, name, limits, plugin_host))
    if not readings:
        label = name or (str(source) if isinstance(source, str | Path) else "(bytes)")
        raise ReadError(f"{label} holds no file", code="CB127", origin=Origin(label), remedy="ask for the files again")
    return readings


def _iter_files(
    source: Input, name: str | None, limits: ReadLimits | None, host: Host
) -> Iterator[InputFile | CapbuildError]:
    """Yield the files in a folder or container, opened."""
    if not isinstance(source, str | Path) or not Path(source).is_dir():
        yield from expand(open_input(source, name=name, limits=limits), host)
        return
    folder = Path(source)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            try:
                opened = open_input(path, name=(Path(name or folder.name) / inside).as_posix(), limits=limits)
                yield from expand(opened, host)
            except CapbuildError as error:
                yield error


def _read_or_report(source: InputFile | CapbuildError, chosen: Mapping[str, Any]) -> Survey:
    """Return the reading of a file, or an empty one with the reason."""
    if isinstance(source, InputFile):
        try:
            return read(source, **chosen)
        except CapbuildError as error:
            return Survey(file=source.name, format="", issues=Issues([Issue.from_error(error, source.name)]))
    issue = Issue.from_error(source)
    return Survey(file=issue.origin.file if issue.origin else "", format="", issues=Issues([issue]))


def read_programmes(
    source: Input, *, name: str | None = None, limits: ReadLimits | None = None, host: Host | None = None
) -> tuple[ProgrammeDraft, ...]:
    """Read the programmes in a file, such as IATI activities.

    Args:
        source: A path, bytes, or a stream of bytes.
        name: Name for origins.
        limits: Limits in force.
        host: Plugin host.

    Raises:
        UnknownFormat: No plugin reads the file.
        ReadError: The file is unreadable.
    """
    opened = open_input(source, name=name, limits=limits)
    with collect_failures() as failures:
        drafts = (host or default_host()).read_programmes(opened)
    if drafts is not None:
        return tuple(drafts)
    failed = "".join(f"; {error.message}" for error in failures.values())
    raise UnknownFormat(
        f"{opened.name} describes no programme that a plugin can read{failed}",
        code="CB101",
        origin=Origin(opened.name),
        remedy='give an IATI activity file (pip install "capbuild[iati]") or a capbuild document of a programme',
    )
