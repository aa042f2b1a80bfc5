"""Collection of returns, visits and meetings as findings.

Desk reviews are collected too.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import define, evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.display import counted
from capbuild.errors import CapbuildError, CountryError, OptionError
from capbuild.formats.columns import is_evidence_word
from capbuild.formats.vocabulary import fold_header
from capbuild.frozen import FrozenMap
from capbuild.io import country as country_named
from capbuild.io import open_input, read
from capbuild.io.companions import find_companions
from capbuild.io.containers import expand
from capbuild.io.folder_reading import read_together
from capbuild.model import (
    Country,
    Evidence,
    Finding,
    Framework,
    Issue,
    Issues,
    Meeting,
    Missing,
    Questionnaire,
    Respondent,
    Response,
    Round,
    Source,
    SourceKind,
    Survey,
    UnusableReason,
    UnusedReason,
    UnusedResponses,
    Visit,
)
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile
from capbuild.plugins.types import StepCounter
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import cache_texts, list_languages
from capbuild.scoring.findings import (
    ResponseFindings,
    absence_issues,
    doubled_issues,
    findings_from_response,
    unread_issues,
)
from capbuild.scoring.survey_reading import SurveyMeaning, status_issues
from capbuild.text import Text, as_text
from capbuild.workspace.paths import name_return
from capbuild.workspace.records.evidence import EvidenceStore, StoredEvidence, find_cited_files
from capbuild.workspace.records.findings import Fieldwork, FindingsTable, has_assessors
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.mappings import (
    MappingRow,
    carried_issue,
    find_return_meaning,
    list_unmatched,
    load_mappings,
)
from capbuild.workspace.records.table import Places
from capbuild.workspace.rounds.editions import Editions
from capbuild.workspace.runs.run_record import digest_content, digest_file
from capbuild.workspace.settings.config import Settings
from capbuild.workspace.settings.reading import ReadRule

_NOT_RETURNS = (".toml", ".md", ".gitignore")
#: Answers that replace no earlier answer.
_BLANK = (Missing.NO_ANSWER, Missing.NOT_COLLECTED, Missing.NOT_ASKED, Missing.INVALID)


@frozen
class _Return:
    """Respondent's response with its source, date and place."""

    source: str
    came: datetime.date | None
    origin: Origin | None


@frozen(kw_only=True)
class Collection:
    """Findings and issues of one round.

    Attributes:
        round: The round.
        findings: All findings.
        sources: Their sources.
        evidence: Evidence by country.
        visits: Visits of the round.
        meetings: Meetings of the round.
        readings: Survey files of the round.
        issues: Issues found.
        unread: Names of the survey files that cannot be read.
        unusable: Why a country's return is unusable, and its origin, by alpha-2 code.
        unused: Responses that belong to no country of the programme.
        inputs: SHA-256 of every file used, by name.
        origins: Origin of each source, by its id.
    """

    round: Round
    findings: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    sources: tuple[Source, ...] = field(default=(), converter=to_tuple)
    evidence: FrozenMap[Country, tuple[Evidence, ...]] = field(factory=FrozenMap, converter=to_map)
    visits: tuple[Visit, ...] = field(default=(), converter=to_tuple)
    meetings: tuple[Meeting, ...] = field(default=(), converter=to_tuple)
    readings: tuple[Survey, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    unread: tuple[str, ...] = field(default=(), converter=to_tuple)
    unusable: FrozenMap[str, tuple[UnusableReason, Origin | None]] = field(factory=FrozenMap, converter=to_map)
    unused: tuple[UnusedResponses, ...] = field(default=(), converter=to_tuple)
    inputs: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    origins: FrozenMap[str, Origin] = field(factory=FrozenMap, converter=to_map)


@define
class _Found:
    """What the files of a round report.

    Attributes:
        sources: Sources, in the order of reading.
        findings: Their findings.
        surveys: Survey files.
        unread: Names of survey files that cannot be read.
        evidence: Evidence that survey files cite, by country.
        occasions: Visits and meetings.
    """

    sources: list[Source] = field(factory=list)
    findings: list[Finding] = field(factory=list)
    surveys: list[Survey] = field(factory=list)
    unread: list[str] = field(factory=list)
    evidence: dict[Country, list[Evidence]] = field(factory=dict)
    occasions: list[Visit | Meeting] = field(factory=list)


@cache_texts
def _make_title(kind: str) -> Text:
    """Make the title of a survey by respondent."""
    titles = {}
    for t in map(get_translator, list_languages()):
        who = t(f"respondent.{kind}") if f"respondent.{kind}" in t.messages else kind
        titles[t.language] = t.raised(", ".join(part for part in (t("source.survey"), who) if part))
    return as_text(titles)


def _parse_kind(respondent: Respondent) -> str:
    """Return the kind of a respondent."""
    parts = respondent.pseudonym.split("-")
    named = map_respondent_kinds().get(fold_header(respondent.pseudonym), "")
    return respondent.kind or named or (parts[1] if len(parts) == 3 and parts[2].isdigit() else "")


@cache_texts
def map_respondent_kinds() -> dict[str, str]:
    """Return kinds of respondents by their labels, in report languages."""
    prefix = "respondent."
    return {
        fold_header(t(key)): key.removeprefix(prefix)
        for t in map(get_translator, list_languages())
        for key in t.messages
        if key.startswith(prefix)
    }


def _find_respondent(response: Response) -> Respondent | None:
    """Return the respondent; row and file identify unnamed ones."""
    who, origin = response.respondent, response.origin
    if who is None or origin is None or who.pseudonym != f"row {origin.row}":
        return who
    return evolve(who, pseudonym=f"{name_return(origin.file)} {who.pseudonym}")


def _find_day(response: Response, rule: ReadRule) -> datetime.date | None:
    """Return the day of a response.

    The time of submission comes first, then the day in the rule for the file, then the date in the response.
    """
    return response.submitted.date() if response.submitted else rule.received or response.date


@define
class Collector:
    """Collector of one round of a programme's folder.

    Attributes:
        folder: The programme's folder.
        settings: Settings from programme.toml.
        editions: Framework edition of each round.
        host: Plugin host.
        evidence: Evidence kept by the programme.
        steps: Progress callback before each file.
        issues: Problems so far.
    """

    folder: Path
    settings: Settings
    editions: Editions
    host: Host
    evidence: tuple[StoredEvidence, ...] = ()
    steps: StepCounter = field(factory=StepCounter)
    issues: list[Issue] = field(factory=list)
    _files: dict[str, Path] = field(factory=dict, init=False)
    _spoken: dict[tuple[Country, str], list[_Return]] = field(factory=dict, init=False)
    _unnamed: dict[tuple[Country, str], list[Response]] = field(factory=dict, init=False)
    _unusable: dict[str, tuple[UnusableReason, Origin | None]] = field(factory=dict, init=False)
    _outside: dict[tuple[str, UnusedReason], list[str]] = field(factory=dict, init=False)
    _origins: dict[str, Origin] = field(factory=dict, init=False)
    _contents: dict[str, str] = field(factory=dict, init=False)
    _waiting: list[UnusedResponses] = field(factory=list, init=False)
    _counted: set[tuple[str, int, Country | None, str]] = field(factory=set, init=False)

    def collect(self, round_: Round) -> Collection:
        """Return the findings of the round; unreadable files become issues."""
        self._files["programme.toml"] = self.folder / "programme.toml"
        self._files |= {EVIDENCE.file: self.folder / EVIDENCE.file} if self.evidence else {}
        framework, found = self.editions.by_round[round_.id], _Found()
        self._collect_returns(found, round_, framework)
        self.issues += absence_issues(found.findings, framework)
        tables = FindingsTable(
            framework, self.issues, found.evidence, EvidenceStore(self.evidence, round_.reference_date)
        )
        self._collect_tables(found, round_, tables)
        self._files |= find_cited_files(self.folder, self.evidence, tables.evidence)
        return Collection(
            round=round_,
            findings=found.findings,
            sources=found.sources,
            evidence={country: tuple(items) for country, items in tables.evidence.items()},
            visits=[occasion for occasion in found.occasions if isinstance(occasion, Visit)],
            meetings=[occasion for occasion in found.occasions if isinstance(occasion, Meeting)],
            readings=found.surveys,
            issues=Issues(self.issues),
            unread=found.unread,
            unusable=self._unusable,
            unused=[*self._list_outside(), *self._waiting],
            inputs={name: digest_file(path) for name, path in sorted(self._files.items()) if path.is_file()},
            origins=self._origins,
        )

    def _collect_returns(self, found: _Found, round_: Round, framework: Framework) -> None:
        """Add what the files below `returns/` report, without answers that were replaced later."""
        rows = load_mappings(self.folder, framework, self.issues, self._files, self.editions.names)
        for name, survey in self._read_returns(round_):
            if survey is None:
                found.unread.append(name)
                self._note_file(name, UnusableReason.NOT_READ)
                continue
            if not survey.responses:
                self._note_file(name, UnusableReason.BLANK)
            found.surveys.append(survey)
            for source, parsed in self._read_responses(survey, rows, round_):
                found.sources.append(source)
                found.findings += parsed.findings
                if source.country is not None and parsed.evidence:
                    found.evidence.setdefault(source.country, []).extend(parsed.evidence)
        files = [name for name, _ in self._list_all_returns()]
        whole = len(files) == sum(1 for _ in self._list_returns(round_))
        self.issues += list_unmatched(rows, found.surveys, files, whole=whole)
        found.findings = self._keep_latest(found.findings)
        self._note_unnamed()

    def _collect_tables(self, found: _Found, round_: Round, tables: FindingsTable) -> None:
        """Add the findings of assessors, visits, meetings and desk reviews."""
        work = Fieldwork(self.folder, Places(self.settings, self.host, self.issues), tables, self._origins)
        judged = self._read_judgements(round_, tables)
        for source, occasion, findings in (*judged, *work.collect(round_.id, self._files)):
            found.sources.append(source)
            found.findings += findings
            found.occasions += [occasion] if occasion is not None else []
            countries = {finding.country for finding in findings}
            for country in countries | ({source.country} if source.country is not None else set()):
                own = [finding for finding in findings if finding.country == country]
                self._note_unusable(country, own, own[0].origin if own else None)

    def _list_outside(self) -> Iterator[UnusedResponses]:
        """Yield responses that count for no country of the round."""
        for (name, why), places in self._outside.items():
            named = dict.fromkeys(filter(None, places))
            yield UnusedResponses(file=name, reason=why, places=named, responses=len(places))

    def _list_returns(self, round_: Round) -> Iterator[tuple[str, Path]]:
        """Yield a round's files below `returns/`, sorted by name."""
        first = self.settings.programme.rounds[0].id
        for name, path in self._list_all_returns():
            if (self.settings.rule_for(name).round or first) == round_.id:
                yield name, path

    def _list_all_returns(self) -> Iterator[tuple[str, Path]]:
        for path in sorted((self.folder / "returns").rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            hidden = any(part.startswith(".") for part in path.parts[len(self.folder.parts) :])
            if not hidden and path.is_file() and path.suffix.lower() not in _NOT_RETURNS:
                yield name, path

    def _read_returns(self, round_: Round) -> Iterator[tuple[str, Survey | None]]:
        """Yield the content of each return, None if unreadable.

        Files that only describe others are skipped.
        """
        describing: set[str] = set()

        def read_return(label: str, file: InputFile | CapbuildError) -> Survey | Issue:
            outcome = self._read(label, file)
            describing.update(self._list_companions(label, file, outcome))
            return outcome

        surveys = dict(read_together(self._open_returns(round_), read_return))
        for name in self._put_copies_last(surveys):
            outcome = surveys[name]
            reading = outcome if isinstance(outcome, Survey) else None
            if name in describing and (reading is None or not reading.responses):
                continue
            self.issues += [outcome] if isinstance(outcome, Issue) else outcome.issues
            yield name, reading

    def _open_returns(self, round_: Round) -> Iterator[tuple[str, InputFile | CapbuildError]]:
        for name, path in self._list_returns(round_):
            self._files[name] = path
            for file in () if self._has_assessor_names(name, path) else self._open_return(name, path):
                label = file.name if isinstance(file, InputFile) else name
                member = file if isinstance(file, InputFile) and label != name else None  # of an archive
                self._contents[label] = digest_file(path) if member is None else digest_content(member.content)
                self.steps.begin(f"Read: {label}")
                yield label, file

    def _list_companions(self, label: str, file: InputFile | CapbuildError, outcome: Survey | Issue) -> Iterable[str]:
        """Return the names of the files that describe a return, also of one that cannot be read."""
        if isinstance(outcome, Survey):
            return outcome.companions
        if not isinstance(file, InputFile):
            return ()
        rule = self.settings.rule_for(label)
        return find_companions(file, self.host, format=rule.format, options=dict(rule.options) or None)

    def _has_assessor_names(self, name: str, path: Path) -> bool:
        """True for a table of assessors' judgements."""
        return self.settings.rule_for(name).format is None and has_assessors(path, name)

    def _read_judgements(self, round_: Round, tables: FindingsTable) -> Iterator[tuple[Source, None, list[Finding]]]:
        """Yield source and findings of each return with judgements."""
        places = Places(self.settings, self.host, self.issues)
        paths = {name: path for name, path in self._list_returns(round_) if self._has_assessor_names(name, path)}
        self._contents |= {name: digest_file(path) for name, path in paths.items()}
        for name in self._put_copies_last(paths):
            path, rule = paths[name], self.settings.rule_for(name)
            if self._is_of_other_round(name, name, rule.received, round_, self.settings.rule_origin(name)):
                continue
            if self._is_copy(name, 0, None, ""):
                continue
            country = rule.options.get("country")
            source = Source(
                id=name_return(name),
                kind=SourceKind.SURVEY,
                title=_make_title(rule.respondent),
                country=places(country, self.settings.rule_origin(name) or Origin(name)) if country else None,
                start=rule.received,
                respondent=rule.respondent,
                language=rule.language or "",
            )
            yield source, None, list(tables.read(path, name, source, places))

    def _open_return(self, name: str, path: Path) -> Iterator[InputFile | CapbuildError]:
        """Yield the file, or those in an archive or e-mail."""
        try:
            yield from expand(evolve(open_input(path, name=name), folder=self.folder), self.host)
        except CapbuildError as error:
            yield error

    def _read(self, name: str, file: InputFile | CapbuildError) -> Survey | Issue:
        try:
            if isinstance(file, CapbuildError):
                raise file
            return read(file, **self.settings.read_arguments(name), host=self.host)
        except CapbuildError as error:
            origin = self.settings.rule_origin(name) if isinstance(error, OptionError) else None
            return evolve(issue := Issue.from_error(error, name), origin=origin or issue.origin)

    def _read_responses(
        self, reading: Survey, rows: list[MappingRow], round_: Round
    ) -> Iterator[tuple[Source, ResponseFindings]]:
        """Yield source and findings of each participating country's response."""
        rule, framework = self.settings.rule_for(reading.file), self.editions.by_round[round_.id]
        meaning = find_return_meaning(reading, reading.file, framework, rows, self.settings)
        remedy = "check them with `capbuild map`, and correct what is wrong in mappings/*.csv"
        self.issues += [*meaning.drafted_issues(reading, remedy), *status_issues(reading)]
        used: list[ResponseFindings] = []
        for position, response in enumerate(reading.responses):
            country = self._find_participant(response)
            if country is None or not response.status.counts:
                self._report_outside(response, country, reading.file)
                continue
            if self._is_of_another_return(reading, position, response, country, round_):
                continue
            own = evolve(response, language=response.language or rule.language, respondent=_find_respondent(response))
            source = self._make_source(reading, own, country, rule, round_)
            if own.respondent is None or own.respondent is not response.respondent:
                self._unnamed.setdefault((country, source.respondent), []).append(response)
            parsed = findings_from_response(own, country, source, meaning.reader)
            self._note_waiting(own, country, meaning, reading.file)
            self._note_unusable(country, parsed.findings, response.origin, mapped=bool(parsed.findings))
            used.append(parsed)
            yield source, parsed
        self._report_answers(reading, used, meaning, framework)

    def _find_participant(self, response: Response) -> Country | None:
        """Return the participating country of a response; any country if the programme is open to all."""
        if response.country is None:
            return None
        taking_part = {place.alpha_2: place for place in self.settings.programme.countries}
        return taking_part.get(response.country.alpha_2, response.country if self.settings.open else None)

    def _is_of_another_return(
        self, reading: Survey, position: int, response: Response, country: Country, round_: Round
    ) -> bool:
        """True if a response belongs to another round, or repeats one that counted; it is recorded as unused."""
        file, what, place = reading.file, f"the return of {country}", response.place or country.name
        came = _find_day(response, self.settings.rule_for(file))
        if self._is_of_other_round(file, what, came, round_, response.origin) or self._is_of_next_round(
            file, what, reading.questionnaire, round_, response.origin
        ):
            self._outside.setdefault((file, UnusedReason.ANOTHER_ROUND), []).append(place)
            return True
        return self._is_copy(file, position, country, place)

    def _note_waiting(self, response: Response, country: Country, meaning: SurveyMeaning, file: str) -> None:
        """Record answers whose questions only probably serve a criterion."""
        waiting = {
            answer.question: meaning.likely[answer.question]
            for answer in response.answers
            if answer.question in meaning.likely and not isinstance(answer.value, Missing)
        }
        if waiting:
            unused = UnusedResponses(file=file, reason=UnusedReason.NOT_MAPPED, places=[country.name], waiting=waiting)
            self._waiting.append(unused)

    def _report_answers(
        self, reading: Survey, used: Sequence[ResponseFindings], meaning: SurveyMeaning, framework: Framework
    ) -> None:
        """Report answers of a file that were not understood, repeated, carried over or not mapped."""
        findings = [finding for parsed in used for finding in parsed.findings]
        self._drop_settled(reading.file, findings, framework)
        self.issues += doubled_issues([answer for parsed in used for answer in parsed.doubled])
        self.issues += unread_issues([answer for parsed in used for answer in parsed.unread])
        carried = carried_issue(reading.file, findings if meaning.reader.previous else [])
        self.issues += [] if carried is None else [carried]
        asked = () if reading.questionnaire is None else reading.questionnaire.questions
        cited = next(
            (question.id for question in asked if is_evidence_word(question.id) and meaning.is_unmapped(question.id)),
            "",
        )
        beside = f"; put {cited!r} beside each question, or write the question before it" if cited else ""
        self.issues += meaning.unmapped_issues(reading, f"map them in mappings/*.csv, or leave them{beside}")

    def _drop_settled(self, file: str, findings: Sequence[Finding], framework: Framework) -> None:
        """Drop a reader's doubts about the types of answers.

        Doubts are dropped for columns in which each answer is a level or an answer word.
        """
        read: dict[tuple[str | None, int | None], bool] = {}
        for finding in findings:
            if finding.origin is not None:
                place = (finding.origin.sheet, finding.origin.column)
                named = finding.target in framework.criteria or bool(
                    framework.scale_of(framework[finding.target]).levels
                )
                read[place] = read.get(place, True) and named and finding.value is not Missing.INVALID
        self.issues[:] = [
            issue
            for issue in self.issues
            if issue.code != "CB201"
            or issue.origin is None
            or issue.origin.file != file
            or not read.get((issue.origin.sheet, issue.origin.column), False)
        ]

    def _note_file(self, name: str, why: UnusableReason) -> None:
        """Record why a return without responses is unusable.

        Its country is that of the rule for the file, or of the file's name.
        """
        taking_part = self.settings.programme.countries
        named = str(self.settings.rule_for(name).options.get("country") or Path(name).stem)
        try:
            country = country_named(named, context=taking_part or None, host=self.host)
        except CountryError:
            return
        if country in taking_part:
            self._add_unusable(country, why, Origin(name))

    def _note_unusable(
        self, country: Country, findings: Sequence[Finding], origin: Origin | None, *, mapped: bool = True
    ) -> None:
        """Record why a country's return is unusable.

        If several returns are unusable, the first reason counts.
        """
        values = [finding.value for finding in findings]
        if any(not isinstance(value, Missing) for value in values):
            return
        why = UnusableReason.BLANK if mapped else UnusableReason.NOT_MAPPED
        if Missing.INVALID in values:
            why = UnusableReason.NOT_UNDERSTOOD
        self._add_unusable(country, why, origin)

    def _add_unusable(self, country: Country | None, why: UnusableReason, origin: Origin | None) -> None:
        if country is None:
            return
        order = list(UnusableReason)
        known = self._unusable.get(country.alpha_2)
        if known is None or order.index(why) < order.index(known[0]):
            self._unusable[country.alpha_2] = (why, origin)

    def _note_unnamed(self) -> None:
        """Warn about countries with several returns of unknown respondents."""
        several = {country: rows for (country, _), rows in self._unnamed.items() if len(rows) > 1}
        if not several:
            return
        country, rows = next(iter(several.items()))
        more = counted(len(several) - 1, "other country", "other countries")
        others = f", nor do those of {more}" if len(several) > 1 else ""
        message = (
            f"the {len(rows)} returns of {country} do not name the respondent{others}; each counts as a respondent"
        )
        remedy = "add a column respondent, or keep one return per country"
        origin = rows[1].origin
        self.issues.append(Issue.warning("CB204", message, origin, remedy))

    def _report_outside(self, response: Response, country: Country | None, file: str) -> None:
        """Record a response that does not count, or report that it has no participating country.

        Countries that cannot be resolved have been reported before.
        """
        if not response.status.counts:
            self._add_unusable(country, UnusableReason.NOT_COUNTED, response.origin)
            return
        why = UnusedReason.NO_COUNTRY if response.place is None else UnusedReason.UNKNOWN_COUNTRY
        why = why if response.country is None else UnusedReason.NOT_A_PARTICIPANT
        self._outside.setdefault((file, why), []).append(response.place or "")
        if response.country is not None:
            code, message = "CB403", f"{response.place!r} does not take part in the programme; its answers are not used"
            remedy = "add it to [[participants]], or leave it"
        elif response.place is None:
            code, message, remedy = "CB206", "the row names no country; its answers are not used", "ask who sent it"
        else:
            return
        self.issues.append(Issue.warning(code, message, response.origin, remedy))

    def _put_copies_last(self, names: Iterable[str]) -> list[str]:
        """Return names of files with those of equal content last, the shortest name of them first."""
        contents = {name: self._contents.get(name, name) for name in names}
        counts = Counter(contents.values())
        return sorted(contents, key=lambda name: (len(name), name) if counts[contents[name]] > 1 else (0, ""))

    def _is_copy(self, file: str, position: int, country: Country | None, place: str) -> bool:
        """True if a file with the same bytes has given this response of the country; it is then unused.

        Files of which `[read]` names different respondents are no copies.
        """
        key = (self._contents.get(file, file), position, country, self.settings.rule_for(file).respondent)
        if key in self._counted:
            self._outside.setdefault((file, UnusedReason.COPY), []).append(place)
            return True
        self._counted.add(key)
        return False

    def _is_of_other_round(
        self, file: str, what: str, came: datetime.date | None, read_in: Round, origin: Origin | None
    ) -> bool:
        """True if a return belongs to another round.

        Its date is in that round, and no rule assigns it to one; an issue is added.
        """
        if self.settings.rule_for(file).round or (other := self.settings.find_other_round(came, read_in)) is None:
            return False
        message = f"{what} came on {came}, in round {other.id!r}, and is not used in {read_in.id!r}"
        remedy = f'name its round: [read."{file}"] round = "{other.id}", or "{read_in.id}"'
        self.issues.append(Issue.warning("CB606", message, origin, remedy))
        return True

    def _is_of_next_round(
        self, file: str, what: str, form: Questionnaire | None, read_in: Round, origin: Origin | None
    ) -> bool:
        """True if a form shows answers of the round itself.

        It then belongs to a later round, unless a rule assigns it to one; an issue is added.
        """
        shown = {answer.round for answer in form.previous.values()} if form is not None else set()
        if self.settings.rule_for(file).round or read_in.id not in shown:
            return False
        rounds = self.settings.programme.rounds
        later = rounds[rounds.index(read_in) + 1 :]
        message = f"{what} shows the answers of {read_in.id!r} and asks whether they still hold: it is of a later round"
        remedy = f'name its round: [read."{file}"] round = "{later[0].id}"' if later else "add its round to [[rounds]]"
        self.issues.append(Issue.warning("CB606", f"{message}, and not used in {read_in.id!r}", origin, remedy))
        return True

    def _make_source(
        self, reading: Survey, response: Response, country: Country, rule: ReadRule, round_: Round
    ) -> Source:
        respondent, name = response.respondent, f"{name_return(reading.file)}#{response.id}"
        kind = rule.respondent or (_parse_kind(respondent) if respondent else "")
        sent = response.submitted.date() if response.submitted else response.date
        came = _find_day(response, rule)
        late = came is not None and round_.end is not None and came > round_.end
        if late:
            message = f"the return of {country} came on {came}, after {round_.end}"
            self.issues.append(Issue.note("CB606", message, response.origin))
        if respondent is not None:
            sent_in = self._spoken.setdefault((country, respondent.pseudonym), [])
            sent_in.append(_Return(name, came, response.origin))
        if response.origin is not None:
            self._origins[name] = response.origin
        return Source(
            id=name,
            kind=SourceKind.SURVEY,
            title=_make_title(kind),
            country=country,
            start=sent or rule.received,
            mode="survey",
            respondent=kind,
            language=response.language or rule.language or "",
            late=late,
        )

    def _keep_latest(self, findings: list[Finding]) -> list[Finding]:
        """Drop findings that their respondent has since replaced.

        A later return replaces the questions it answers, also with "don't know"; blanks keep earlier answers.
        """
        by_source: dict[str, list[Finding]] = {}
        for finding in findings:
            by_source.setdefault(finding.source, []).append(finding)
        dropped: set[int] = set()
        for (country, name), returns in self._spoken.items():
            if len(returns) < 2:
                continue
            dated = all(return_.came is not None for return_ in returns)
            ordered = sorted(returns, key=lambda return_: return_.came or datetime.date.min) if dated else returns
            rank = {return_.source: position for position, return_ in enumerate(ordered)}
            latest: dict[str, int] = {}
            own = [finding for source in rank for finding in by_source.get(source, ())]
            for finding in own:
                if finding.value not in _BLANK:
                    latest[finding.target] = max(latest.get(finding.target, 0), rank[finding.source])
            old = [finding for finding in own if rank[finding.source] < latest.get(finding.target, 0)]
            dropped |= {id(finding) for finding in old}
            message = (
                f"{name} of {country} sent {len(returns)} returns; what the later one answers counts, and "
                f"{len(old)} earlier answers are kept out"
            )
            remedy = "leave one of the returns, or give two people names of their own"
            origin = ordered[-1].origin
            self.issues.append(Issue.warning("CB204", message, origin, remedy))
        return [finding for finding in findings if id(finding) not in dropped]
