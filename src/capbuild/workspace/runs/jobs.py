"""Output jobs of a round, each with name, language, subject and function."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NoReturn
from urllib.parse import quote

from attrs import define, evolve, field, frozen

from capbuild.disclosure import disclose
from capbuild.disclosure.control import PROGRAMME_KINDS
from capbuild.documents import dumps
from capbuild.errors import WriteError, did_you_mean
from capbuild.frameworks import survey_questionnaire
from capbuild.io.writing import check_audience, render_files
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Audience,
    Country,
    Delivery,
    Framework,
    Issue,
    Plan,
    Programme,
    Questionnaire,
    Score,
    Severity,
    Survey,
)
from capbuild.plugins import RenderCache, RenderContext, Writer
from capbuild.plugins.host import KNOWN_PLUGINS
from capbuild.workspace.folder_functions import attempt
from capbuild.workspace.rounds.dossiers import (
    Reporting,
    complete_programme,
    list_disclosed_rounds,
    make_country_dossier,
    make_donor_dossier,
    make_explorer_dossier,
    make_recorded_dossier,
)
from capbuild.workspace.rounds.plans import Planning, find_planned_round, make_plan_name
from capbuild.workspace.runs.run_record import digest_values
from capbuild.workspace.settings.reading import choose_report_language

Files = dict[str, str | bytes]


#: Classes of objects in a folder: a writer gets the first one that it accepts.
_SUBJECTS = (AssessmentSet, Assessment, Programme, Plan, Framework, Questionnaire, Survey, Delivery, Score)


def _list_subjects(
    workspace: Planning, kind: type, round_: str, programme: Programme, country: str
) -> Mapping[str, object]:
    """Return the objects of a class by name.

    The name of a single object is empty.
    """
    if kind in (AssessmentSet, Assessment, Score):
        assessed = workspace.assess(round_)
        own = [assessment for assessment in assessed if country in ("", assessment.country.alpha_2)]
        if kind is Score:
            return {name: score for assessment in own for name, score in assessment.scores.items()} if country else {}
        return {assessment.country.alpha_2: assessment for assessment in own} if kind is Assessment else {"": assessed}
    if kind is Survey:
        return {reading.file: reading for reading in workspace.collect(round_).readings}
    if kind is Delivery:
        return {delivery.id: delivery for delivery in workspace.monitoring.deliveries}
    if kind is Programme:
        return {"": programme}
    if kind is Plan:
        return {} if (plan := workspace.plan()) is None else {"": plan}
    framework = workspace.edition(round_)
    return {"": framework if kind is Framework else survey_questionnaire(framework)}


def find_subject(
    workspace: Planning, writer: Writer, round_: str, programme: Programme, *, country: str = "", of: str = ""
) -> object:
    """Return the subject of a writer for a round.

    Args:
        workspace: The programme's folder.
        writer: The writer.
        round_: Id of the round.
        programme: The programme with its results and budget.
        country: Alpha-2 code of a country, for writers of one country; empty for none.
        of: Id of a delivery or capacity, or name of a returned file, if the folder has several.

    Raises:
        WriteError: CB701, the folder has no object for the writer; CB733, it has several, or none of that name.
    """
    kinds = [kind for kind in _SUBJECTS if issubclass(kind, writer.accepts)]
    if country and Assessment in kinds and not writer.reports:
        kinds = [Assessment]
    known: list[str] = []
    for kind in kinds:
        subjects = _list_subjects(workspace, kind, round_, programme, country)
        if of in subjects:
            return subjects[of]
        if not of and len(subjects) == 1:
            return next(iter(subjects.values()))
        known += filter(None, subjects)
    accepted = ", ".join(kind.__name__ for kind in writer.accepts)
    if not kinds:
        raise WriteError(
            f"a programme's folder has nothing for writer {writer.name!r} writes",
            remedy=f"it writes: {accepted}; pass one in Python, with capbuild.write",
        )
    if Score in kinds and not country:
        raise WriteError(f"writer {writer.name!r} writes one country", code="CB733", remedy="name it with --country")
    which = "--country" if kinds == [Assessment] else "--of"
    what = f"nothing is named {of!r}{did_you_mean(of, known)}" if of else f"{len(known)} of: {accepted}"
    raise WriteError(
        f"writer {writer.name!r} writes one thing, and the folder has {what}",
        code="CB733",
        remedy=f"name one with {which}: {', '.join(known[:10])}" if known else "this round has none",
    )


#: Writers of data files without sentences: one language is enough.
_DATA = ("json", "csv", "sqlite", "parquet", "arrow", "sdmx-csv", "sdmx-ml", "iati")

#: Writers of files for publication.
_PUBLISHED = ("iati",)

#: Writers of pages for the documents of a country; the first one in a run also writes the evidence.
_PAGES = ("html", "pdf", "docx", "pptx")

#: Folder of each kind of country document.
_FOLDER_OF = {
    "profile": "profiles",
    "brief-country": "briefs",
    "letter": "letters",
    "evidence": "evidence",
    "actions": "actions",
}

#: Dossier of each kind of report that does not use the full one.
DOSSIERS = {
    **dict.fromkeys(PROGRAMME_KINDS, make_donor_dossier),
    **dict.fromkeys(_FOLDER_OF, make_country_dossier),
    "explorer": make_explorer_dossier,
}

#: Kinds that use every round.
_TOGETHER = ("explorer", "redactions")

#: Writers that make a folder.
_FOLDERS = ("csv", "sdmx-csv", "sdmx-ml")


@frozen(kw_only=True)
class Job:
    """One output of a round.

    Attributes:
        name: Key in the run record.
        base: Prefix of its file names.
        render: Makes its files.
        check: Raises predictable errors before rendering.
        writer: Name of its writer; empty for a document of the plan.
        language: Its language; empty for none.
        audience: Its audience.
        kind: Kind of report; empty for the report on all countries.
        together: Whether it depends on every round, as do all outputs for audiences other than the policy's default
            ones.
    """

    name: str
    base: str
    render: Callable[[], Files]
    check: Callable[[], None] = lambda: None
    writer: str = ""
    language: str = ""
    audience: str = "team"
    kind: str = ""
    together: bool = False

    def make(self) -> Files:
        """Return its files, or raise the error."""
        self.check()
        return self.render()

    @property
    def optional(self) -> bool:
        """True if the output may be empty.

        An example is an infeasible plan.
        """
        return not self.writer


def list_jobs(workspace: Reporting, round_: str, kinds: Iterable[str]) -> Iterator[Job]:
    """Yield the jobs of a round, in recorded order.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        kinds: Further kinds of report with content, see `list_report_kinds`.
    """
    # Outputs of earlier rounds that have one of this round's names.
    ids = [other.id for other in workspace.rounds]
    before = [name for name in ids[: ids.index(round_)] if _may_share_names(name, round_)]
    taken = {
        job.base.casefold(): name
        for name in before
        for job in _list_jobs(workspace, name, list_report_kinds(workspace, name)[0])
    }
    for job in _list_jobs(workspace, round_, kinds):
        other = taken.get(job.base.casefold())
        yield job if other is None else evolve(job, check=partial(_refuse_name, other))


def _may_share_names(one: str, other: str) -> bool:
    """True if outputs of two rounds may have one name.

    Capitals do not distinguish names.
    """
    first, second = one.casefold(), other.casefold()
    return first.startswith(f"{second}-") or second.startswith(f"{first}-")


@define
class _ReportJobs:
    """Jobs of the reports of a round; they share what they compute alike.

    Attributes:
        workspace: The programme's folder.
        round: Id of the round.
        kinds: Kinds of reports.
    """

    workspace: Reporting
    round: str
    kinds: Iterable[str]
    _shared: dict[tuple[str, str, bool], RenderCache] = field(factory=dict, init=False)
    _by_language: dict[tuple[str, RenderCache], RenderCache] = field(factory=dict, init=False)
    _checked: dict[tuple[str, str], RenderCache] = field(factory=dict, init=False)

    def list_overview(self, writer: str, language: str) -> Iterator[Job]:
        """Yield the report of all countries; published files are for the widest audience of the policy."""
        if "regional" in self.workspace.settings.report_kinds or not self._has_reports(writer):
            open_to = ("public", "donor") if writer in _PUBLISHED else ()
            audiences = self.workspace.programme.disclosure.audiences
            audience = next((audience for audience in open_to if audience in audiences), "team")
            yield self._make(writer, language, audience=audience)

    def list_further(self, writer: str, language: str) -> Iterator[Job]:
        """Yield further reports of all countries."""
        first = self.workspace.settings.report_languages[0]
        for kind, audience, name in _list_further_reports(self.workspace, self.kinds):
            team_only = kind in _TOGETHER and language != first  # a list for the team, in its own language
            one_page = kind == "explorer" and writer != "html"  # one page for all languages
            if self._has_reports(writer) and not team_only and not one_page:
                yield self._make(writer, language, kind=kind, audience=audience, name=f"-{name}")

    def list_countries(self, writer: str, language: str) -> Iterator[Job]:
        """Yield the reports of each country."""
        for kind in _list_country_kinds(self.workspace, writer, self.kinds):
            audience = choose_country_audience(self.workspace)
            for place, own in _list_readers(self.workspace, self.round, kind, language):
                code = place.alpha_2
                yield self._make(
                    writer, own, kind=kind, audience=audience, name=f"-{_FOLDER_OF[kind]}/{code}", country=code
                )

    def _has_reports(self, writer: str) -> bool:
        return self.workspace.host.writers[writer].reports

    def _make(
        self, writer: str, language: str, *, kind: str = "", audience: str = "team", name: str = "", country: str = ""
    ) -> Job:
        workspace, round_ = self.workspace, self.round
        base = _make_base_name(workspace, round_, writer, language, name)
        pages = _find_pages(workspace, round_, (writer, language), self.kinds, country=bool(country))
        common = self._shared.setdefault(("" if country else kind, audience, bool(country)), RenderCache())
        made_once = self._by_language.setdefault((language, common), RenderCache(common=common))
        # Settings that affect the files of a writer; defaults do not.
        options, sensitivity = workspace.settings.report_options.get(writer), workspace.settings.sensitivity
        digest = f" {digest_values([options, sensitivity])}" if options or sensitivity else ""
        asked = {"language": language, "kind": kind, "audience": audience}
        # The check for the report of all countries is not repeated for each.
        check = partial(_check_writer, workspace, writer, audience)
        if not country:
            checked = self._checked.setdefault((kind, audience), RenderCache())
            check = partial(_check_output, workspace, round_, writer, **asked, shared=checked)
        # The base is part of the name: file names omit the first language.
        return Job(
            name=f"{writer} {language} {base}{digest}",
            base=base,
            render=partial(_render, workspace, round_, writer, shared=made_once, pages=pages, country=country, **asked),
            check=check,
            writer=writer,
            language=language,
            audience=audience,
            kind=kind,
            together=kind in _TOGETHER or audience not in workspace.programme.disclosure.named_by_default,
        )


def _list_jobs(workspace: Reporting, round_: str, kinds: Iterable[str]) -> Iterator[Job]:
    jobs = _ReportJobs(workspace, round_, kinds)
    for writer, language in _list_writers(workspace):
        yield from jobs.list_overview(writer, language)
        yield from jobs.list_further(writer, language)
        yield from jobs.list_countries(writer, language)
    if find_planned_round(workspace) == round_:
        yield from _list_plan_jobs(workspace, round_)


def _list_plan_jobs(workspace: Reporting, round_: str) -> Iterator[Job]:
    """Yield needs, plan and calendar as documents; without needs or a plan, nothing is written."""
    needs, plan, calendar = f"{round_}-needs.json", make_plan_name(round_), f"{round_}-plan.ics"
    own = workspace.settings.report_languages[0]
    check, write = partial(_check_writer, workspace, "ics"), partial(_write_calendar, workspace, round_, own)
    yield Job(name=f"plan  {needs}", base=needs, render=lambda: _write_document(workspace.needs(round_)))
    yield Job(name=f"plan  {plan}", base=plan, render=lambda: _write_document(workspace.plan()))
    yield Job(name=f"plan {own} {calendar}", base=calendar, render=write, check=check)


def _write_document(made: object) -> Files:
    return {} if made is None else {"": dumps(made)}


def _write_calendar(workspace: Reporting, round_: str, language: str) -> Files:
    plan = workspace.plan()
    if plan is None:
        return {}
    programme, dossier = workspace.programme, workspace.dossier(round_)
    return render_files(plan, "ics", language=language, programme=programme, dossier=dossier, host=workspace.host)


def register_audiences(workspace: Reporting, jobs: Iterable[Job]) -> None:
    """Register what outputs disclose to audiences, widest audience first.

    Each disclosure depends on the others, so all are decided before the first output is rendered.

    Args:
        workspace: The programme's folder.
        jobs: The outputs.
    """
    register, default = workspace.publications, workspace.programme.disclosure.named_by_default
    outputs = {}
    for job in jobs:
        if job.audience not in {*register.settled, *default} and job.kind != "redactions":
            accepted = workspace.host.writers[job.writer].accepts if job.writer else ()
            subject = AssessmentSet if AssessmentSet in accepted else next(iter(accepted), None)
            kind = job.kind if job.kind in PROGRAMME_KINDS else ""
            outputs[job.audience, kind, subject] = job.writer
    # Each brief is for its own country, not for comparison.
    for audience in (audience for audience in reversed(Audience) if audience is not Audience.COUNTRY):
        given = [(kind, writer) for (whom, kind, _), writer in outputs.items() if whom == audience.value]
        for round_ in workspace.rounds if given else ():
            for kind, writer in given:
                register_output = partial(_register, workspace, round_.id, audience.value, kind, writer)
                attempt(register_output, round_.id, [])  # the issue gives the reason
        if given:
            register.settle(audience)


def _register(workspace: Reporting, round_: str, audience: str, kind: str, writer: str) -> None:
    dossier = DOSSIERS.get(kind, Reporting.dossier)(workspace, round_)
    programme = complete_programme(workspace.programme, dossier)
    context = RenderContext(
        audience=audience,
        programme=programme,
        dossier=dossier,
        kind=kind,
        rounds=list_disclosed_rounds(workspace, audience),
        publications=workspace.publications,
    )
    disclose(find_subject(workspace, workspace.host.writers[writer], round_, programme), context)


def check_reports(workspace: Reporting, round_: str) -> Iterator[Issue]:
    """Yield issues of outputs that cannot be written, before rendering."""
    kinds, notes = list_report_kinds(workspace, round_)
    yield from notes
    for job in list_jobs(workspace, round_, kinds):
        issues: list[Issue] = []
        attempt(job.check, job.base, issues, workspace.settings.origin("reports"))
        yield from issues


def check_writers(workspace: Reporting) -> Iterator[Issue]:
    """Yield an issue for each unknown writer in programme.toml."""
    writers = workspace.host.writers
    for position, name in enumerate(workspace.settings.formats):
        if name in writers or ("reports", "formats") not in workspace.settings.lines:
            continue
        part = KNOWN_PLUGINS.get(f".{name}", "")
        yield Issue(
            code="CB701",
            severity=Severity.WARNING if part else Severity.ERROR,
            message=f"there is no writer {name!r}{did_you_mean(name, writers)}: nothing is written in this format",
            origin=workspace.settings.origin("reports", "formats", position),
            remedy=f'pip install "capbuild[{part}]"' if part else f"writers are: {', '.join(writers)}",
        )


def _list_writers(workspace: Reporting) -> Iterator[tuple[str, str]]:
    """Yield the installed writers of a run with their languages."""
    for writer in dict.fromkeys(workspace.settings.formats):
        if writer in workspace.host.writers:
            languages = workspace.settings.report_languages
            yield from ((writer, language) for language in (languages[:1] if writer in _DATA else languages))


def _list_further_reports(workspace: Reporting, kinds: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield further reports with audience and file name suffix.

    If the policy names the donor, the donor gets the programme report and a list of omissions.
    """
    wanted = [kind for kind in workspace.settings.report_kinds if kind in kinds]
    named = _has_donor(workspace)
    if "brief" in wanted:
        yield "brief", "team", "brief"
    if "logframe" in wanted:
        yield "logframe", "donor" if named else "team", "logframe"
    if "explorer" in wanted:
        yield "explorer", "team", "explorer"
    if "donor" in wanted:
        yield "donor", "donor" if named else "team", "donor"
        if named:
            yield "redactions", "donor", "donor-redactions"


def _list_country_kinds(workspace: Reporting, writer: str, kinds: Iterable[str]) -> list[str]:
    """Return the country documents of a writer."""
    known = [kind for kind in _FOLDER_OF if kind in kinds and kind in workspace.settings.report_kinds]
    if writer not in _PAGES:
        return []
    return known if writer == _find_evidence_writer(workspace) else [kind for kind in known if kind != "evidence"]


def _find_evidence_writer(workspace: Reporting) -> str:
    """Return the writer of evidence.

    This is the first writer of pages, since evidence is long and read on screen.
    """
    used = [writer for writer, _ in _list_writers(workspace)]
    return next((writer for writer in _PAGES if writer in used), "")


def _find_pages(
    workspace: Reporting, round_: str, output: tuple[str, str], kinds: Iterable[str], *, country: bool
) -> dict[str, str]:
    """Return addresses of a run's related documents, by report kind.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        output: Writer and language.
        kinds: Kinds of report with content.
        country: Whether it is a country document, in a folder of its own.
    """
    writer, language = output
    if writer not in _PAGES:
        return {}
    back = "../" if country else ""
    pages = {}
    if "regional" in workspace.settings.report_kinds:
        pages["regional"] = back + quote(_make_base_name(workspace, round_, writer, language))
    evidence = _find_evidence_writer(workspace)
    for other in _list_country_kinds(workspace, evidence, kinds):
        by = evidence if other == "evidence" else writer
        base = _make_base_name(workspace, round_, by, language, f"-{_FOLDER_OF[other]}/{{country}}")
        pages[other] = back + quote(base, safe="/{}")
    return pages


def _list_readers(workspace: Reporting, round_: str, kind: str, language: str) -> Iterator[tuple[Country, str]]:
    """Yield the countries that get a document in a language.

    A letter is written once for each country, in its own language.
    """
    subject = workspace.assess(round_)
    for place in (*subject.countries, *(subject.silent if kind == "profile" else ())):
        if kind != "letter":
            yield place, language
        elif language == workspace.settings.report_languages[0]:
            yield place, choose_letter_language(workspace, place)


def choose_letter_language(workspace: Reporting, country: Country) -> str:
    """Return the country's first language that reports support."""
    return choose_report_language(workspace.programme, country, workspace.settings.report_languages[0])


def choose_country_audience(workspace: Reporting) -> str:
    """Return the audience of a country's documents.

    This is the country if the policy names it, else the team.
    """
    return "country" if "country" in workspace.programme.disclosure.audiences else "team"


def _has_donor(workspace: Reporting) -> bool:
    return "donor" in workspace.programme.disclosure.audiences


def list_report_kinds(workspace: Reporting, round_: str) -> tuple[tuple[str, ...], list[Issue]]:
    """Return further report kinds with content, and issues.

    A report without content in its period is no error, but a note is added if the programme has results, a budget or
    activities.
    """
    kinds: list[str] = []
    notes: list[Issue] = []
    wanted, known = workspace.settings.report_kinds, workspace.monitoring
    for kind in ("brief", "donor", *(["logframe"] if "logframe" in wanted else [])):
        audience = "donor" if kind != "brief" and _has_donor(workspace) else "team"
        try:
            _check_report(workspace.assess(round_), _make_context(workspace, round_, kind, audience))
        except WriteError as error:
            if error.code != "CB732":
                kinds.append(kind)  # wanted: each of its outputs gives the reason why it cannot be written
            elif kind == "donor" and kind in wanted and any((known.deliveries, known.results, known.budgets)):
                message = f"the programme report on {round_} is not written: {error.message}"
                notes.append(evolve(Issue.from_error(error), message=message, severity=Severity.NOTE))
        else:
            kinds.append(kind)
    if len(workspace.assess(round_)):
        kinds += ("explorer", *_FOLDER_OF)
    return tuple(kinds), notes


def _make_base_name(workspace: Reporting, round_: str, writer: str, language: str, name: str = "") -> str:
    first = language == workspace.settings.report_languages[0]
    stem = f"{round_}{name}" if first else f"{round_}{name}-{language}"
    if writer in _FOLDERS:
        return f"{stem}-{writer}"
    return f"{stem}{next(iter(workspace.host.writers[writer].suffixes), f'.{writer}')}"


def _make_context(
    workspace: Reporting,
    round_: str,
    kind: str,
    audience: str,
    *,
    language: str | None = None,
    shared: RenderCache | None = None,
) -> RenderContext:
    """Return the context for checking a report: recorded data only."""
    dossier = make_recorded_dossier(workspace, round_)
    return RenderContext(
        language=language or workspace.settings.report_languages[0],
        audience=audience,
        programme=complete_programme(workspace.programme, dossier),
        dossier=dossier,
        kind=kind,
        shared=shared,
        rounds=list_disclosed_rounds(workspace, audience),
    )


def _check_output(
    workspace: Reporting, round_: str, writer: str, *, language: str, kind: str, audience: str, shared: RenderCache
) -> None:
    """Raise errors of an output that are known before planning."""
    context = _make_context(workspace, round_, kind, audience, language=language, shared=shared)
    chosen = workspace.host.writers[writer]
    _check_writer(workspace, writer, audience)
    if AssessmentSet in chosen.accepts and chosen.discloses:
        _check_report(workspace.assess(round_), context)
    elif Plan not in chosen.accepts:
        find_subject(workspace, chosen, round_, context.programme)


def _check_writer(workspace: Reporting, writer: str, audience: str = "team") -> None:
    """Refuse a writer that may not write for an audience.

    The origin of the error is the audience in programme.toml.
    """
    try:
        check_audience(audience, workspace.programme, workspace.host.writers[writer])
    except WriteError as error:
        error.origin = workspace.settings.origin("audiences", audience)
        raise


def _refuse_name(other: str) -> NoReturn:
    """Refuse an output that would replace that of another round."""
    raise WriteError(
        f"the results of the round {other!r} have a file of this name",
        code="CB702",
        remedy="give one of the rounds another id",
    )


def _render(
    workspace: Reporting,
    round_: str,
    writer: str,
    *,
    language: str,
    kind: str,
    audience: str,
    country: str,
    shared: RenderCache,
    pages: dict[str, str],
) -> Files:
    dossier = DOSSIERS.get(kind, Reporting.dossier)(workspace, round_)
    programme = complete_programme(workspace.programme, dossier)
    return render_files(
        find_subject(workspace, workspace.host.writers[writer], round_, programme),
        writer,
        language=language,
        audience=audience,
        programme=programme,
        dossier=dossier,
        kind=kind,
        country=country,
        pages=pages,
        options=workspace.settings.report_options.get(writer),
        host=workspace.host,
        shared=shared,
        rounds=list_disclosed_rounds(workspace, audience, kind),
        publications=workspace.publications,
    )


def _check_report(subject: AssessmentSet, context: RenderContext) -> None:
    from capbuild.reports.builder import check_report  # import reports on demand only

    check_report(subject, context)
