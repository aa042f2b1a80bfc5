"""Reading of survey files: detection, limits, countries and reconciliation."""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from capbuild import countries as resolver
from capbuild._garbage import collector_paused, text_caches_cleared
from capbuild._lazy import provided
from capbuild._logs import logger
from capbuild.display import counted
from capbuild.errors import CapbuildError, CountryError, LimitError, PluginError, ReadError, UnknownFormat
from capbuild.io.companions import PreparedOptions, find_companions, prepare_options
from capbuild.io.containers import choose_input, expand
from capbuild.io.folder_reading import read_together
from capbuild.io.format_detection import FormatClaim, Input, choose_reader, is_input, name_other_reader, open_input
from capbuild.model import (
    Answer,
    ColumnUse,
    ColumnUsed,
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
from capbuild.model.response import evolve_response
from capbuild.origin import Origin
from capbuild.plugins import (
    DerivedAnswers,
    Host,
    InputFile,
    ProgrammeDraft,
    Progress,
    ReadItem,
    ReadLimits,
    default_host,
)
from capbuild.plugins.boundary import PluginSource, collect_failures, failure_issue

_HOOK = "enrich_reading"


def add_derived(survey: Survey, host: Host) -> Survey:
    """Return a survey with the answers derived by plugins added.

    Each added question has a note that names the plugin. Additions that do not fit the survey are left out, with an
    issue.
    """
    issues: list[Issue] = []
    with collect_failures() as failures:
        for source, derived in host.ask(_HOOK, reading=survey):
            for addition in derived:
                problem = next(_find_problems(addition, survey), None)
                if problem is not None:
                    source.report(source.error(_HOOK, problem, "CB511"))
                    break
                survey = _add(addition, survey)
                issues.append(_make_note(addition, survey, source))
    issues += map(failure_issue, failures.values())
    return evolve(survey, issues=Issues([*survey.issues, *issues])) if issues else survey


def _find_problems(derived: DerivedAnswers, survey: Survey) -> Iterator[str]:
    name = derived.question.id
    form = survey.questionnaire
    if form is not None and name in {question.id for question in form.questions}:
        yield f"derived the question {name!r}, which the survey has,"
    unknown = derived.values.keys() - {response.id for response in survey.responses}
    if unknown:
        yield f"derived answers of {min(unknown)!r}, which is no response of the survey,"


def _add(derived: DerivedAnswers, survey: Survey) -> Survey:
    question = derived.question
    form = survey.questionnaire or Questionnaire(id="derived", title="Derived answers")
    return evolve(
        survey,
        questionnaire=evolve(form, questions=[*form.questions, question]),
        responses=[_add_answer(response, derived) for response in survey.responses],
    )


def _add_answer(response: Response, derived: DerivedAnswers) -> Response:
    if response.id not in derived.values:
        return response
    answer = Answer(derived.question.id, derived.values[response.id], origin=response.origin)
    return evolve(response, answers=[*response.answers, answer])


def _make_note(derived: DerivedAnswers, survey: Survey, source: PluginSource) -> Issue:
    answers = counted(len(derived.values), "answer")
    return Issue.note(
        "CB517",
        f"plugin {source.name!r} ({source.distribution}) added {answers} to {derived.question.id!r}",
        Origin(survey.file),
        f"set CAPBUILD_BLOCK={source.name} to read without them",
    )


#: Place as written, with the language of the response.
_Spelling = tuple[str, str | None]


def country(
    text: str,
    *,
    language: str | None = None,
    context: Collection[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
    column: Collection[str] | None = None,
    host: Host | None = None,
) -> Country:
    """Return the single country named in a text.

    Args:
        text: A name in any spelling, or an ISO 3166-1 code of two or three letters.
        language: Language of the text, if known.
        context: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes (None: no country), which override all rules.
        column: The texts of its column, if it is a survey cell: `NR` among names is no answer, not Nauru.
        host: Plugin host, also asked.

    Raises:
        UnknownCountry: It names no known country; `candidates` are suggestions, best first.
        AmbiguousCountry: It names more than one.

    Example:
        >>> country("St Kitts and Nevis").alpha_3
        'KNA'
        >>> country("NR"), country("Nic.")
        (Country('NR', 'Nauru'), Country('NI', 'Nicaragua'))
    """
    plugin_host = host or default_host()
    try:
        resolved = resolver.resolve(
            text, language=language, context=context, overrides=overrides, column=column
        ).country
    except CountryError:
        # The resolver refuses values that are not text, and the user's decision that a text is no country stays.
        asked = isinstance(text, str) and (overrides is None or text not in overrides)  # type: ignore[redundant-expr]
        code = plugin_host.resolve_country(text, language) if asked else None
        if code is None:
            raise
        return resolver.country_by_code(code)
    code = plugin_host.resolve_country(text, language, resolved.alpha_2)
    return resolved if code in (None, resolved.alpha_2) else resolver.country_by_code(str(code))


def place_issue(error: CountryError, origin: Origin | None, responses: int) -> Issue:
    """Report a place with no country, or with several.

    Args:
        error: The resolver's error.
        origin: Its first origin.
        responses: Number of responses with it.
    """
    more = f"; {responses:,} responses have it" if responses > 1 else ""
    return Issue.error(error.code, f"{error.message}{more}", origin, error.remedy or "")


def resolve_places(
    responses: Sequence[Response],
    host: Host,
    context: Iterable[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
) -> tuple[list[Response], list[Issue]]:
    """Return responses with countries, and one issue per unresolved spelling.

    Args:
        responses: Responses from a reader.
        host: Plugin host, also asked.
        context: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes, None for texts that are not a country.
    """
    among = None if context is None else tuple(context)
    column = frozenset(response.place for response in responses if response.place is not None)
    countries: dict[_Spelling, Country | None] = {}
    refused: dict[_Spelling, tuple[CountryError, Origin | None]] = {}
    more: Counter[_Spelling] = Counter()
    out: list[Response] = []
    for response in responses:
        place = response.place
        if place is None or response.country is not None:
            out.append(response)
            continue
        key = (place, response.language)
        if key not in countries:
            try:
                countries[key] = country(
                    place, language=response.language, context=among, overrides=overrides, column=column, host=host
                )
            except CountryError as error:
                countries[key] = None
                refused[key] = (error, response.origin)
        if countries[key] is None:
            more[key] += 1
        out.append(response if countries[key] is None else evolve_response(response, country=countries[key]))
    return out, [place_issue(error, origin, more[key]) for key, (error, origin) in refused.items()]


#: Reason for an unused cell, in reconciliations.
DROPPED = "personal, dropped, as set in the options"


def remove_personal(
    responses: Sequence[Response], sheets: Sequence[SheetReconciliation], forms: Iterable[Questionnaire]
) -> tuple[list[Response], list[SheetReconciliation]]:
    """Return responses without personal answers, and matching reconciliations.

    Args:
        responses: The data that was read.
        sheets: The reconciliations of its sheets.
        forms: The forms, with flagged questions.
    """
    asked = {question.id for form in forms for question in form.questions if question.personal is not None}
    asked |= {c.name for sheet in sheets for c in sheet.columns if c.personal is not None}
    if not asked:
        return list(responses), list(sheets)
    lost: dict[str, list[Answer]] = {}
    kept = []
    for response in responses:
        gone = [answer for answer in response.answers if answer.question in asked]
        for answer in gone:
            lost.setdefault((answer.origin.sheet if answer.origin else None) or "", []).append(answer)
        kept.append(evolve(response, answers=[a for a in response.answers if a.question not in asked]))
    known = {sheet.sheet for sheet in sheets}
    elsewhere = [answer for name, answers in lost.items() if name not in known for answer in answers]
    accounts = []
    for sheet in sheets:
        accounts.append(_adjust_reconciliation(sheet, [*lost.get(sheet.sheet, ()), *elsewhere], asked))
        elsewhere = []
    return kept, accounts


def _adjust_reconciliation(sheet: SheetReconciliation, lost: Sequence[Answer], asked: set[str]) -> SheetReconciliation:
    """Move dropped answers to the unread count, never below zero."""
    kinds = Counter(answer.value.value for answer in lost if isinstance(answer.value, Missing))
    absent = {kind: max(count - kinds[kind], 0) for kind, count in sheet.absent.items()}
    answers = max(sheet.answers - (len(lost) - kinds.total()), 0)
    gone = sheet.answers - answers + sum(sheet.absent.values()) - sum(absent.values())
    left_out = {**sheet.left_out, DROPPED: sheet.left_out.get(DROPPED, 0) + gone} if gone else sheet.left_out
    cells, buckets = sheet.cells, dict(sheet.buckets)
    if sheet.filled:  # every cell with content is in a bucket: dropped ones are private, and in no other count
        left_out, cells = sheet.left_out, cells - gone
        filled = sum(not answer.is_missing or answer.raw is not None for answer in lost)
        moved = min(filled, buckets.get("answer", 0))
        buckets |= {"answer": buckets.get("answer", 0) - moved, "private": buckets.get("private", 0) + moved}
    return evolve(
        sheet,
        answers=answers,
        absent={kind: count for kind, count in absent.items() if count},
        left_out=left_out,
        cells=cells,
        buckets={name: count for name, count in buckets.items() if count},
        columns=[_adjust_column(column, asked) for column in sheet.columns],
    )


def _adjust_column(column: ColumnUsed, asked: set[str]) -> ColumnUsed:
    personal = column.personal is not None or column.name in asked
    return evolve(column, use=ColumnUse.PERSONAL, reason=DROPPED) if personal else column


#: Items between two calls of a progress callback.
_EVERY = 1_000


def _report_items(
    chosen: FormatClaim, source: InputFile, options: Any, progress: Progress | None = None
) -> Generator[ReadItem, None, None]:
    """Yield the items of a reader, with progress.

    An exception of the callback closes the reader and propagates.
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
    """Yield items of a file as they are read.

    Items are responses, questionnaires, issues and reconciliations of sheets. Countries of responses are not resolved.

    Args:
        source: A path, bytes, or a stream of bytes.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes if the suffix should count.
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
    with text_caches_cleared():
        with collect_failures() as failures:
            opened, chosen = choose_input(opened, plugin_host, format)
        yield from plugin_issues(plugin_host, failures)
        job = ReadJob(chosen, opened, plugin_host, free=format is None and options is None)
        yield from job.items(prepare_options(chosen.reader, options, opened), progress, drop_personal=drop_personal)


def plugin_issues(host: Host, failures: Mapping[Any, PluginError]) -> tuple[Issue, ...]:
    """Return issues about plugins: registrations and failures.

    Args:
        host: Plugin host.
        failures: Failures collected while reading.
    """
    return tuple(dict.fromkeys([*host.registration_issues("readers"), *map(failure_issue, failures.values())]))


@define
class ReadJob:
    """Reading of a file by the chosen reader.

    If that reader yields nothing, the next one is used.

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
            try:
                for item in _yield_items(
                    self.chosen, self.source, prepared.options, progress, drop_personal=drop_personal
                ):
                    yield item
                    if self.free and isinstance(item, Issue) and item.code == "CB512":
                        without.append(self.chosen.reader.name)
                        other = self._find_next(without)
            except ReadError as error:
                if self.free and not isinstance(error, LimitError):
                    name_other_reader(error, self.chosen, self.source, self.host)
                raise
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
    """Count the items of a reader without a reconciliation."""
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
    """Yield a reader's items, without personal data if requested."""
    own = drop_personal and hasattr(options, "drop_personal")
    items = _report_items(chosen, source, evolve(options, drop_personal=True) if own else options, progress)
    if own or not drop_personal:
        yield from items
        return
    read_items = _ReadItems()
    for item in items:
        read_items.add(item)
    accounts = read_items.sheets or [_count_reconciliation(read_items.responses)]
    responses, sheets = remove_personal(read_items.responses, accounts, read_items.questionnaires)
    all_items: list[ReadItem] = [*read_items.questionnaires, *responses, *read_items.issues, *sheets]
    yield from all_items


def _open_source(
    source: object, name: str | None, limits: ReadLimits | None, host: Host, wanted: str | None
) -> tuple[InputFile, FormatClaim]:
    """Return the input and its reader.

    A frame is read by the frame reader, not by sniffing.
    """
    if is_input(source):
        opened = open_input(source, name=name, limits=limits)
        return choose_input(opened, host, wanted)
    reader, opened = provided("frame_reader")(source, name)
    claim = reader.sniff(opened)
    return evolve(opened, limits=limits or ReadLimits()), FormatClaim(reader, claim)


@text_caches_cleared()
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
    r"""Read a survey file of any format, or a frame.

    Args:
        source: A path, bytes, a stream of bytes such as an upload, or a frame of any library that narwhals knows.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes if the suffix should count.
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
    read_items = _ReadItems()
    with collect_failures() as failures:
        opened, chosen = _open_source(source, name, limits, plugin_host, format)
        job = ReadJob(chosen, opened, plugin_host, free=format is None and options is None and is_input(source))
        prepared = prepare_options(chosen.reader, options, opened)
        with collector_paused():
            for item in job.items(prepared, progress, drop_personal=drop_personal):
                read_items.add(item)
        responses, place_issues = resolve_places(read_items.responses, plugin_host, countries, overrides)
    reading = Survey(
        file=opened.name,
        format=job.chosen.reader.name,
        why=job.chosen.claim.why,
        sha256=opened.digest(),
        companions=job.companions,
        questionnaire=read_items.questionnaires[0] if read_items.questionnaires else None,
        responses=responses,
        issues=Issues([*plugin_issues(plugin_host, failures), *read_items.issues, *place_issues]),
        reconciliation=Reconciliation(sheets=read_items.sheets or [_count_reconciliation(responses)]),
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
    r"""Read every survey file in a folder or archive.

    Archives are `.zip`, `.tar`, `.tar.gz` and similar, and e-mails (`.eml`); nested archives are opened too. A single
    file is accepted. Returns of one template share a layout: an uncertain file is read as the others of its folder, and
    one that differs has an issue. For an unreadable file, the reading has no responses, and the reason is in its
    issues. Hidden files are skipped.

    Args:
        source: A folder, a path, bytes, or a stream of bytes.
        format: Name of the reader of all files; sniffed when None.
        name: Name for origins; needed for bytes if the suffix should count.
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
    files = ((_name_of(file), file) for file in _list_files(source, name, limits, plugin_host))
    readings = drop_companions(
        reading for _, reading in read_together(files, lambda _, file: _read_or_report(file, chosen))
    )
    if not readings:
        label = name or (str(source) if isinstance(source, str | Path) else "(bytes)")
        raise ReadError(
            f"{label} contains no file", code="CB127", origin=Origin(label), remedy="ask for the files again"
        )
    return readings


def drop_companions(surveys: Iterable[Survey]) -> tuple[Survey, ...]:
    """Return the readings without unread files that only describe others.

    A file that could not be read keeps its companions, so these are no files of their own.
    """
    opened = tuple(surveys)
    describing = {name for survey in opened for name in survey.companions}
    return tuple(survey for survey in opened if survey.format or survey.file not in describing)


def _list_files(
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


def _name_of(source: InputFile | CapbuildError) -> str:
    origin = None if isinstance(source, InputFile) else source.origin
    return source.name if isinstance(source, InputFile) else origin.file if origin is not None else ""


def _read_or_report(source: InputFile | CapbuildError, chosen: Mapping[str, Any]) -> Survey:
    """Read a file; if that fails, return an empty reading.

    Its issues have the reason.
    """
    if isinstance(source, InputFile):
        try:
            return read(source, **chosen)
        except CapbuildError as error:
            companions = find_companions(source, **chosen)
            issues = Issues([Issue.from_error(error, source.name)])
            return Survey(file=source.name, format="", companions=companions, issues=issues)
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


@text_caches_cleared()
def file_facts(
    source: str | Path | bytes | InputFile,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    name: str | None = None,
    host: Host | None = None,
) -> dict[str, Any]:
    r"""Return facts of a file by name, as JSON values.

    Every file has `reader`, `why`, `responses`, `answers` and `adds_up`. Its format adds others: rows and columns of a
    table, sheets of a workbook, questions and choices of a form, variables and labels of a data file.

    Args:
        source: A path, or bytes.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes if the suffix should count.
        host: Plugin host.

    Raises:
        ReadError: The file cannot be read.

    Example:
        >>> found = file_facts(b"country;Q1\nPeru;3\n", name="a.csv")
        >>> found["reader"], found["responses"], found["delimiter"], found["columns"]
        ('csv', 1, ';', 2)
    """
    plugin_host = host or default_host()
    opened = open_input(source, name=name)
    opened, chosen = choose_input(opened, plugin_host, format)
    reading = read(opened, format=chosen.reader.name, host=plugin_host)
    own = chosen.reader.facts(opened) if chosen.reader.facts is not None else {}
    return {
        "reader": reading.format,
        "why": chosen.claim.why,
        "responses": len(reading.responses),
        "answers": reading.reconciliation.total("answers"),
        "adds_up": reading.reconciliation.adds_up,
        **own,
    }
