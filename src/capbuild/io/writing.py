"""Writing of objects to files.

Writers make text or bytes; this module handles paths, encoding and atomic replacement.
"""

import datetime
import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypedDict, TypeVar, Unpack, get_type_hints, overload

import attrs

from capbuild._atomic import write_atomic
from capbuild._typed import explains_arguments
from capbuild.disclosure import Publications, disclose
from capbuild.disclosure.currency import convert_context
from capbuild.errors import CountryError, OptionError, WriteError, did_you_mean
from capbuild.io.progress import SafeCallback
from capbuild.model import TLP, AssessmentSet, DisclosurePolicy, Dossier, Issue, Programme
from capbuild.model.country import country_code
from capbuild.plugins import Host, OutputFile, Progress, RenderCache, RenderContext, Writer, default_host, make_options
from capbuild.plugins.boundary import collect_failures, failure_issue
from capbuild.plugins.types import StepCounter

P = ParamSpec("P")
R = TypeVar("R")
#: First and last day.
Period = tuple[datetime.date, datetime.date]
#: Formats that `render` returns as text, and as bytes; type checkers know no others.
TextFormat = Literal["html", "md", "json", "capbuild-json", "ics"]
BinaryFormat = Literal["docx", "docx-form", "pdf", "pptx", "xlsx", "xlsx-form", "spss", "stata", "sqlite"]


def find_writer(name: str, host: Host | None = None) -> Writer:
    """Return the writer with a name.

    Args:
        name: Name of the writer, such as `html`, or an alias of it.
        host: Plugin host.

    Raises:
        WriteError: The writer is unknown.
    """
    used = host or default_host()
    writers, known = used.writers, used.writer_name(name)
    if known not in writers:
        raise WriteError(
            f"no writer {name!r}{did_you_mean(name, writers)}", remedy=f"writers are: {', '.join(writers)}"
        )
    return writers[known]


def choose_form_writer(form: str, out: Path) -> str:
    """Return the name of the form writer for a file.

    Args:
        form: Kind of form, such as `review`.
        out: The file.

    Raises:
        WriteError: The suffix is neither `.xlsx` nor `.csv`.
    """
    if (suffix := out.suffix.lower()) not in (".xlsx", ".csv"):
        raise WriteError(
            f"no {form} form is written as {out.suffix or out.name!r}", remedy="name a file that ends in .xlsx or .csv"
        )
    return f"{form}-{suffix[1:]}"


def choose_writer(subject: object, host: Host, name: str | None, suffix: str) -> Writer:
    """Return the writer for a name or suffix.

    Raises:
        WriteError: There is no such writer.
    """
    if name is not None:
        writer = find_writer(name, host)
        if not isinstance(subject, writer.accepts):
            accepted = ", ".join(cls.__name__ for cls in writer.accepts)
            raise WriteError(f"writer {name!r} cannot write {type(subject).__name__}", remedy=f"it writes: {accepted}")
        return writer
    fitting = [w for w in host.writers.values() if suffix in w.suffixes and isinstance(subject, w.accepts)]
    chosen = host.choose("register_writers", f"the suffix {suffix!r}", fitting) if fitting else None
    if len(fitting) > 1 and chosen is None:
        names = " and ".join(repr(writer.name) for writer in fitting)
        raise WriteError(f"writers {names} have the suffix {suffix!r}", remedy=f"say format={fitting[0].name!r}")
    if chosen is None:
        raise WriteError(
            f"no writer for {type(subject).__name__} and the suffix {suffix!r}",
            remedy=f"writers are: {', '.join(host.writers)}",
        )
    return chosen


def _list_plugin_sections(host: Host, report: Any, audience: str) -> Iterable[Any]:
    return host.joined("report_sections", report=report, audience=audience)


def check_audience(audience: str, programme: object, writer: Writer) -> None:
    """Refuse an unknown audience or an unsuitable writer.

    Writers that cannot protect an audience's data are unsuitable. Without a programme, the only audience is the team.

    Raises:
        WriteError: CB703.
    """
    policy = programme.disclosure if isinstance(programme, Programme) else DisclosurePolicy(audiences={"team": TLP.RED})
    if audience not in policy.audiences:
        known = ", ".join(policy.audiences) or "none"
        raise WriteError(
            f"the disclosure policy does not name the audience {audience!r}{did_you_mean(audience, policy.audiences)}",
            code="CB703",
            remedy=f"audiences named: {known}; add it to [audiences] when it may have a report",
        )
    if not writer.discloses and audience not in policy.named_by_default:
        raise WriteError(
            f"writer {writer.name!r} shows everything, and is not used for the audience {audience!r}",
            code="CB703",
            remedy="choose a writer that applies the disclosure policy, such as html, md or csv",
        )


def _check_kind(kind: str, writer: Writer) -> None:
    """Refuse a report kind for a writer of data.

    Raises:
        WriteError: CB731.
    """
    if kind and not writer.reports:
        raise WriteError(
            f"writer {writer.name!r} writes data, and makes no {kind} report",
            code="CB731",
            remedy="leave out the kind, or choose a writer of reports, such as html, md, pdf or docx",
        )


def _make_options(writer: Writer, options: Any, language: str, country: str) -> Any:
    """Return a writer's options.

    Keyword arguments fill unset options of the same name.
    """
    fits = isinstance(options, Mapping | writer.options | None)
    if not fits:
        raise OptionError(f"{writer.name} takes {writer.options.__name__}, not {type(options).__name__}")
    keywords = {"language": language, "languages": (language,) if language else (), "country": country}
    known = {attribute.alias or attribute.name for attribute in attrs.fields(writer.options) if attribute.init}
    taken = {name: value for name, value in keywords.items() if value and name in known}
    if options is None or isinstance(options, Mapping):
        return make_options(writer.options, taken | dict(options or {}), writer.name)
    lacking = {name: value for name, value in taken.items() if not getattr(options, name)}
    return attrs.evolve(options, **lacking)


def render_files(
    subject: object,
    format: str | None = None,  # noqa: A002 - the field's word
    *,
    suffix: str = "",
    language: str = "",
    audience: str = "team",
    programme: object = None,
    dossier: Dossier | None = None,
    kind: str = "",
    country: str = "",
    period: Period | None = None,
    pages: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | object | None = None,
    settings: Mapping[str, str] | None = None,
    host: Host | None = None,
    progress: Progress | None = None,
    shared: RenderCache | None = None,
    issues: list[Issue] | None = None,
    rounds: Iterable[AssessmentSet] = (),
    publications: Publications | None = None,
) -> dict[str, str | bytes]:
    """Return the output of a writer, by file name.

    The name is empty for a writer of one file.

    Args:
        subject: The object to write.
        format: Name of the writer; the one for the suffix if None.
        suffix: Suffix that chooses the writer, such as `.csv`.
        language: Language of the output; English by default, for a form all languages or its first.
        audience: Audience; decides what may be named.
        programme: The programme, for titles, notices and the disclosure policy.
        dossier: Needs, plan and change, for the report to draw on.
        kind: Kind of report, as for `render`.
        country: Name or code of the country of a profile, if the subject has several.
        period: First and last day of a report to a donor.
        pages: As for `render`.
        options: The writer's options, as a mapping or an instance of its options class.
        settings: Further settings for the writer.
        host: Plugin host.
        progress: Progress callback for each part; an exception in it cancels the work.
        shared: Cache shared by several writers of one subject.
        issues: Collects issues of the output, such as losses of a survey; the file is read back.
        rounds: All rounds with reports for the audience.
        publications: Earlier publications; the new one is added.

    Raises:
        WriteError: No writer accepts it, or the audience may not see it.
        OptionError: The options are invalid for the writer.
        PluginError: The writer failed.
    """
    plugin_host, collected = host or default_host(), [] if issues is None else issues
    with collect_failures() as failures:
        writer = choose_writer(subject, plugin_host, format, suffix)
    check_audience(audience, programme, writer)
    _check_kind(kind, writer)
    callback = None if progress is None else SafeCallback(progress)
    context = RenderContext(
        language=language or "en",
        audience=audience,
        programme=programme,
        dossier=dossier or Dossier(),
        sections=partial(_list_plugin_sections, plugin_host),
        kind=kind,
        country=_find_country_code(country, subject, programme),
        period=period,
        pages=pages or {},
        settings=settings or {},
        progress=callback,
        shared=shared,
        issues=collected,
        rounds=rounds,
        publications=publications,
    )
    if writer.reports:
        context = convert_context(context)
    disclosed, disclosed_context = disclose(subject, context)
    with collect_failures() as more:
        items = writer.write(disclosed, disclosed_context, _make_options(writer, options, language, country))
        files = _collect_files(writer, items, StepCounter(callback))
    if issues is not None:
        from capbuild.io.loss_issues import report_losses  # reading is not needed to write

        lost = report_losses(disclosed, writer, files, plugin_host)
        collected += [] if lost is None else [lost]
    failed = map(failure_issue, {**failures, **more}.values())
    collected += dict.fromkeys([*plugin_host.registration_issues("writers", "languages"), *failed])
    return files


def _collect_files(
    writer: Writer, items: Iterable[str] | Iterable[bytes] | Iterable[OutputFile], steps: StepCounter
) -> dict[str, str | bytes]:
    """Return the files of a writer."""
    files: dict[str, str | bytes] = {}
    text: list[str] = []
    data: list[bytes] = []
    for item in items:
        steps.begin(f"{writer.name} {item.name}" if isinstance(item, OutputFile) else writer.name)
        if isinstance(item, OutputFile):
            files[item.name] = _join(item.chunks)
        elif isinstance(item, str):
            text.append(item)
        else:
            data.append(item)
    if text or data or not files:
        files[""] = b"".join(data) if data else "".join(text)
    return files


def _find_country_code(country: str, subject: object, programme: object) -> str:
    """Return the code of a country, or the text itself."""
    countries = [*subject.countries, *subject.silent] if isinstance(subject, AssessmentSet) else []
    countries += programme.countries if isinstance(programme, Programme) else ()
    try:
        return country_code(country, countries) if country else ""
    except CountryError:
        return country


def _join(chunks: Iterable[str] | Iterable[bytes]) -> str | bytes:
    parts = list(chunks)
    if parts and isinstance(parts[0], bytes):
        return b"".join(parts)  # type: ignore[arg-type]  # all of one kind, as the first
    return "".join(parts)  # type: ignore[arg-type]  # the same


class _RenderArguments(TypedDict, total=False):
    """Keyword arguments of `render`, for type checkers."""

    language: str
    audience: str
    programme: object
    dossier: Dossier | None
    kind: str
    country: str
    period: Period | None
    pages: Mapping[str, str] | None
    options: Mapping[str, Any] | object | None
    host: Host | None
    progress: Progress | None
    rounds: Iterable[AssessmentSet]
    publications: Publications | None


class _WriteArguments(_RenderArguments, total=False):
    """Keyword arguments of `write`, for type checkers."""

    format: str | None
    settings: Mapping[str, str] | None
    issues: list[Issue] | None


def _show_arguments(keywords: type) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show keywords in a function's signature, with the defaults of `render_files`.

    Args:
        keywords: Typed dictionary of the keywords that the function passes on.
    """

    def show(function: Callable[P, R]) -> Callable[P, R]:
        known, own = inspect.signature(render_files).parameters, inspect.signature(function)
        names = get_type_hints(keywords)
        named = [parameter.replace(kind=parameter.KEYWORD_ONLY) for name, parameter in known.items() if name in names]
        first = [parameter for parameter in own.parameters.values() if parameter.kind is not parameter.VAR_KEYWORD]
        function.__signature__ = own.replace(parameters=[*first, *named])  # type: ignore[attr-defined]  # read by inspect
        function.__annotations__ |= {parameter.name: parameter.annotation for parameter in named}
        return function

    return show


def _render_and_publish(subject: object, **arguments: Any) -> dict[str, str | bytes]:
    """Return the output of a writer, and store the publication."""
    files = render_files(subject, **arguments)
    if (publications := arguments.get("publications")) is not None:
        publications.save()
    return files


@overload
def render(subject: object, format: TextFormat, **arguments: Unpack[_RenderArguments]) -> str: ...
@overload
def render(subject: object, format: BinaryFormat, **arguments: Unpack[_RenderArguments]) -> bytes: ...
@overload
def render(subject: object, format: str, **arguments: Unpack[_RenderArguments]) -> str | bytes: ...
@explains_arguments
@_show_arguments(_RenderArguments)
def render(
    subject: object,
    format: str,  # noqa: A002 - the field's word
    **arguments: Unpack[_RenderArguments],
) -> str | bytes:
    """Return an object as text or bytes of a format.

    Args:
        subject: The object to write, such as an `AssessmentSet`.
        format: Name of the writer, such as `html` or `md`.
        language: Language of the output; English by default, for a form all languages or its first.
        audience: Audience; decides what may be named.
        programme: The programme, for titles, notices and the disclosure policy.
        dossier: Needs, plan and change, for the report to draw on.
        kind: Kind of report: `profile`, `brief-country`, `letter`, `actions` or `evidence` of a country, `regional`,
            `brief`, `donor`, `logframe`, `explorer`, or `redactions` for their redactions; by default the one on all
            countries of a round, or the profile of one. Writers of data take none.
        country: Name or code of the country of a profile, if the subject has several.
        period: First and last day of a report to a donor; by default the programme up to the round.
        pages: Addresses of related documents by kind of report, for links between them: `{"evidence":
            "{country}-evidence.html"}`.
        options: The writer's options, as a mapping or an instance of its options class.
        host: Plugin host.
        progress: Progress callback for each part; an exception in it cancels the work, and nothing is written.
        rounds: All rounds with reports for the audience: except for the team, disclosure of one round depends on
            the others.
        publications: Earlier publications: figures that with them would reveal too few countries are withheld. The
            new publication is added.

    Raises:
        WriteError: No such writer, it cannot write this, it makes several files, or the audience is not named in
            the policy.
    """
    files = _render_and_publish(subject, format=format, **arguments)
    if len(files) > 1:
        raise WriteError(
            f"writer {format!r} makes {len(files)} files", remedy=f"use write(); files: {', '.join(sorted(files))}"
        )
    return next(iter(files.values()))


@explains_arguments
@_show_arguments(_WriteArguments)
def write(subject: object, path: str | Path, **arguments: Unpack[_WriteArguments]) -> tuple[Path, ...]:
    """Write an object to a file or folder.

    Args:
        subject: The object to write.
        path: Target; its suffix chooses the writer if no format is given.
        format: Name of the writer.
        language: Language of the output; English by default, for a form all languages or its first.
        audience: Audience; decides what may be named.
        programme: The programme, for titles, notices and the disclosure policy.
        dossier: Needs, plan and change, for the report to draw on.
        kind: Kind of report: `profile`, `brief-country`, `letter`, `actions` or `evidence` of a country, `regional`,
            `brief`, `donor`, `logframe`, `explorer`, or `redactions` for their redactions; by default the one on all
            countries of a round, or the profile of one. Writers of data take none.
        country: Name or code of the country of a profile, if the subject has several.
        period: First and last day of a report to a donor; by default the programme up to the round.
        pages: Addresses of related documents by kind of report, for links between them: `{"evidence":
            "{country}-evidence.html"}`.
        options: The writer's options.
        settings: Further settings for the writer.
        host: Plugin host.
        progress: Progress callback for each part; an exception in it cancels the work, and nothing is written.
        issues: Collects issues of the output, such as losses of a survey; the file is read back.
        rounds: All rounds with reports for the audience: except for the team, disclosure of one round depends on
            the others.
        publications: Earlier publications: figures that with them would reveal too few countries are withheld. The
            new publication is added.

    Returns:
        The files written, in the order of their names.

    Raises:
        WriteError: No writer accepts it, or the target cannot be written. Files are written completely or not at all.
    """
    target = Path(path)
    files = _render_and_publish(subject, suffix=target.suffix, **arguments)
    written = []
    for name, content in sorted(files.items()):
        place = target / name if name else target
        write_atomic(place, content)
        written.append(place)
    return tuple(written)
