"""Context shared by all sections of a report."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from capbuild import countries
from capbuild.advice import Advice, advise
from capbuild.advice.country import Example, list_examples
from capbuild.checks import to_tuple
from capbuild.disclosure import Disclosure
from capbuild.display import list_columns
from capbuild.errors import CapbuildError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Country,
    CriterionResult,
    CriterionState,
    Dossier,
    Finding,
    FindingValue,
    Framework,
    Missing,
    Money,
    Programme,
    Source,
    SourceKind,
    UnusableReason,
    UnusedResponses,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import DASH, Cell, Style, Words
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import MessageUsage, Translator, check_language, get_base_language, get_translator
from capbuild.reports.languages import list_untranslated
from capbuild.reports.model import (
    Block,
    Column,
    Figure,
    FigureKind,
    KeyItem,
    Report,
    ReportKind,
    ReportSection,
    Row,
    RowGroup,
)
from capbuild.reports.score_text import ScoreFormatter
from capbuild.text import Text

#: A cell, or a plain value that is written as one: a text, a count, an amount or a day; None is a dash.
Value: TypeAlias = Cell | str | int | Money | datetime.date | None
#: Cells of a row by the column that they are in.
Values: TypeAlias = Mapping[str | Column, Value]
#: Fixed words that writers need, by key.
_WRITER_WORDS = (
    "skip",
    "contents",
    "filter.shown",
    "back",
    "invented.running",
)

#: Sentences on countries without a result, by status: not answered, not usable, and either of the two.
_ABSENCES = {
    "could": ("could.silent", "could.unusable", "could.absent"),
    "limits": ("limits.silent.strong", "limits.unusable.strong", "limits.absent.strong"),
    "map": ("map.silent", "map.unusable", "map.absent"),
    "missing": ("missing.silent.strong", "missing.unusable.strong", "missing.absent.strong"),
}


@lru_cache(maxsize=1)
def get_software() -> str:
    """Return name and version of the software."""
    try:
        return f"capbuild {version('capbuild')}"
    except PackageNotFoundError:
        return "capbuild"


@frozen(kw_only=True, slots=False)
class ReportContext:
    """Language, framework, audience and programme of a report.

    Attributes:
        t: Translator.
        framework: The framework.
        render_context: Context from the host, as far as the audience may see it.
        invented: Whether answers are invented.
        named: The assessments that are shown.
        silent: Countries that may be named as not having answered.
        inputs: Hash of each file that the assessments were made from, by name.
        unusable: Reason why the answers of a country cannot be used, by alpha-2 code.
        unused: Returns that belong to no country of the programme.
    """

    t: Translator
    framework: Framework
    render_context: RenderContext
    invented: bool
    named: tuple[Assessment, ...] = field(default=(), converter=to_tuple)
    silent: tuple[Country, ...] = field(default=(), converter=to_tuple)
    inputs: FrozenMap[str, str] = FrozenMap()
    unusable: FrozenMap[str, UnusableReason] = FrozenMap()
    unused: tuple[UnusedResponses, ...] = field(default=(), converter=to_tuple)

    @property
    def disclosure(self) -> Disclosure:
        """Disclosure for the audience."""
        disclosure: Disclosure = self.render_context.disclosure
        return disclosure

    @property
    def dossier(self) -> Dossier:
        """Programme data other than the assessments."""
        return self.render_context.dossier

    @property
    def answered(self) -> tuple[int, int] | None:
        """Number of respondents and of participants.

        The value is None if these numbers would reveal a country that has not consented.
        """
        silent = self.disclosure.silent
        if silent is None:
            return None
        answered = len(self.named) + self.disclosure.counted
        return answered, answered + silent

    @property
    def places(self) -> int:
        """Number of countries in the report.

        This is the number of participants where it may be disclosed, else of the countries shown or counted.
        """
        hidden = max(self.disclosure.counted, self.disclosure.not_shown)
        return len(self.named) + hidden if self.answered is None else self.answered[1]

    @property
    def visits(self) -> tuple[int, int] | None:
        """Number of countries visited so far, and in this round.

        The value is None if the numbers would reveal a country.
        """
        disclosure, named = self.disclosure, self.named
        if disclosure.counted and "visited" not in disclosure.sums:
            return None
        ever = sum(self.visited_on(assessment) is not None for assessment in named) + disclosure.sums.get("visited", 0)
        return ever, sum(assessment.visited for assessment in named) + disclosure.sums.get("visited_now", 0)

    def answered_share(self) -> str:
        """Return "27 of 30 participants have answered".

        If these numbers may not be disclosed, the text gives the number of countries shown.
        """
        t, answered = self.t, self.answered
        if answered is None:
            return t("region.lead.shown", count=len(self.named) + self.disclosure.counted)
        total = t("count.participants", count=answered[1])
        return t.raised(t("region.lead.answered", count=answered[0], total=total))

    def answered_words(self) -> str:
        """Return the answered share and the number of visits.

        For example "27 of 30 participants have answered, and 13 were visited". Numbers that may not be disclosed are
        left out.
        """
        visits, answered = self.visits, self.answered_share()
        return answered if visits is None else self.t.listed(answered, self._describe_visits(*visits))

    def _describe_visits(self, ever: int, now: int) -> str:
        if ever == now:
            return self.t("region.lead.visited", count=ever)
        if not now:
            return self.t("region.lead.visited.earlier", count=ever)
        return self.t("region.lead.visited.before", count=ever, now=now)

    def hidden_words(self, counted_as: str = "counted_not_named") -> list[str]:
        """Return sentences on unnamed countries.

        Sentences that would reveal a country are left out.

        Args:
            counted_as: Message that names the countries counted by figures of the programme.
        """
        t, disclosure = self.t, self.disclosure
        counted = [t(counted_as, count=disclosure.counted)] if disclosure.counted else []
        if disclosure.silent is not None:
            return [*self.absences("map"), *counted]
        rest = disclosure.not_shown - disclosure.counted
        return [*counted, *([t("not_shown.count", count=rest)] if rest > 0 else [])]

    def absence(self, country: Country) -> str:
        """Return the reason for a missing result: unanswered or unusable."""
        return self.t("page.unusable" if country.alpha_2 in self.unusable else "page.silent")

    def absences(self, where: str) -> list[str]:
        """Return sentences on unanswered and unusable returns.

        If a country is hidden, one sentence gives the sum: two numbers would reveal more.

        Args:
            where: `map`, `limits`, `could` or `missing`.
        """
        silent = self.disclosure.silent or 0
        unanswered, unusable, absent = _ABSENCES[where]
        counts = {absent: silent}
        if self.disclosure.everything:
            counts = {unanswered: silent - len(self.unusable), unusable: len(self.unusable)}
        return [self.t(key, count=count) for key, count in counts.items() if count]

    def earlier(self, country: Country) -> Assessment | None:
        """Return a country's previous assessment by the same framework."""
        rounds = self.dossier.earlier
        if rounds is None or rounds.framework.key != self.framework.key:
            return None
        return rounds.get(country)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Capacities that countries have proven."""
        if self.disclosure.examples is not None:
            return self.disclosure.examples
        parts = self.programme.participations if self.programme is not None else ()
        return tuple(list_examples(self.named, {part.country.alpha_2: part.languages for part in parts}))

    def list_waiting(self, country: Country) -> tuple[str, ...]:
        """Return the likely target of each answer of a country whose question is not mapped yet."""
        return tuple(target for one in self.unused if country.name in one.places for target in one.waiting.values())

    def advise(self, assessment: Assessment) -> Advice:
        """Return advice for one country, as the audience may see."""
        own = self.disclosure.own_costs
        # Documents of a country share it in every language.
        return self.render_context.once(
            ("advice", assessment.country.alpha_2, self.render_context.country),
            lambda: advise(
                assessment,
                dossier=self.dossier,
                programme=self.programme,
                examples=self.examples,
                costs=own if own is not None else self.disclosure.costs,
                unused=self.unused,
            ),
            any_language=True,
        )

    @cached_property
    def activity_titles(self) -> dict[str, str]:
        """Titles of activities by id."""
        catalogue = self.dossier.catalogue
        return (
            {activity.id: self.t.text(activity.title) for activity in catalogue.activities}
            if catalogue is not None
            else {}
        )

    def list_activities(self, names: Sequence[str], most: int | None = None) -> str:
        """Return a list of activity titles."""
        titles, shown = self.activity_titles, names[:most]
        listed = [self.t.quoted(titles[name]) if name in titles else name for name in shown]
        rest = len(names) - len(shown)
        return self.t.joined([*listed, *([self.t("plan.others", count=rest)] if rest else [])])

    def writer(self, assessment: Assessment | None = None) -> AdviceWriter:
        """Return the writer of advice."""
        return AdviceWriter(
            t=self.t,
            framework=self.framework,
            assessment=assessment if self.disclosure.sources else None,
            describe=lambda one, finding: (self.finding_source(one, finding), self.finding_answer(finding)),
            titles=self.activity_titles,
        )

    def visited_on(self, assessment: Assessment) -> datetime.date | None:
        """Return the last day of a country's latest visit.

        The visit may be of an earlier round. The result is None if there was no visit.
        """
        return assessment.last_visit or self.dossier.visits.get(assessment.country.alpha_2)

    @cached_property
    def _countries(self) -> dict[str, Country]:
        """Countries that the report can mention, by alpha-2 code."""
        known = [part.country for part in self.programme.participations] if self.programme is not None else []
        known += [a.country for a in self.named]
        return {country.alpha_2: country for country in known}

    def name_of(self, code: str) -> str:
        """Return a country's name by alpha-2 code; unknown codes unchanged."""
        country = self._countries.get(code)
        if country is None:
            try:
                country = countries.country_by_code(code)
            except CapbuildError:
                return code
        return self.name(country)

    @cached_property
    def marks(self) -> ScoreFormatter:
        """Formatter of scores in the language of the report."""
        return ScoreFormatter(framework=self.framework, t=self.t)

    @property
    def programme(self) -> Programme | None:
        """Programme, if there is one."""
        programme = self.render_context.programme
        return programme if isinstance(programme, Programme) else None

    def column(self, name: str | Column) -> Column:
        """Return the column of a key.

        The key is that of the column's title. Its last part is the column's id.

        Args:
            name: The key; `id=key` if the id is another one; `#` before it for a column of numbers; or the column.
        """
        if isinstance(name, Column):
            return name
        id_, _, key = name.removeprefix("#").rpartition("=")
        return Column(id=id_ or key.rpartition(".")[2], title=self.t(key), number=name.startswith("#"))

    def cell(self, value: Value, style: Style = Style.PLAIN) -> Cell:
        """Return a plain value as a cell, None as dash."""
        match value:
            case None:
                return DASH
            case Words(style=Style.PLAIN) if style is not Style.PLAIN:
                return evolve(value, style=style)
            case str():
                return Words(text=value, style=style)
            case int():
                return Words(text=self.t.number(value), style=style)
            case Money():
                return Words(text=self.t.money(value), style=style)
            case datetime.date():
                return Words(text=self.t.date(value), style=style)
        return value

    def table(
        self,
        name: str,
        rows: Iterable[Values] = (),
        *,
        groups: Iterable[tuple[RowGroup, Iterable[Values]]] = (),
        kind: FigureKind = FigureKind.PLAIN,
        caption: str = "",
        key: Iterable[KeyItem] = (),
        total: Values | None = None,
        filter: str = "",  # noqa: A002 (as in `Figure`)
    ) -> Figure:
        """Return a table whose cells are keyed by column.

        Keys are written as for `column`. A column without any value is left out; a row without a value for a column has
        a dash there.

        Args:
            name: Id of the table.
            rows: Its rows.
            groups: Groups, each with its rows, in place of rows.
            kind: How it is laid out.
            caption: Content of the table.
            key: Meaning of the marks.
            total: Line of totals, in bold; without a value for a column, its cell is empty.
            filter: Label of a filter box.
        """
        row_groups = [(group, list(own)) for group, own in groups] or [(RowGroup(), list(rows))]
        columns = list_columns(row for _, own in row_groups for row in own)
        return Figure(
            id=name,
            kind=kind,
            columns=map(self.column, columns),
            groups=[
                evolve(group, rows=[Row(cells=[self.cell(row.get(n)) for n in columns]) for row in own])
                for group, own in row_groups
            ],
            total=None if total is None else Row(cells=[self.cell(total.get(n, ""), Style.STRONG) for n in columns]),
            caption=caption,
            key=key,
            filter=filter,
        )

    def section(self, name: str, order: int, *blocks: Block | None, title: str = "", lead: str = "") -> ReportSection:
        """Return a section of the blocks that are not None.

        Args:
            name: Its id, and the first part of the key of its title.
            order: Its position.
            blocks: Its blocks; None is left out.
            title: Another title.
            lead: One plain sentence.
        """
        shown = [block for block in blocks if block is not None]
        return ReportSection(id=name, order=order, title=title or self.t(f"{name}.title"), lead=lead, blocks=shown)

    def round_title(self, name: str) -> str:
        """Return the title of a round, or its id."""
        rounds = self.programme.rounds if self.programme is not None else ()
        return next((self.t.text(round_.title) or name for round_ in rounds if round_.id == name), name)

    def name(self, country: Country) -> str:
        """Return a country's name in the language of the report."""
        return get_country_name(country, self.t.language)

    def quoted(self, text: Text) -> Words:
        """Return a quotation with the tag of its language."""
        tag = f"({text.language})" if text.language not in ("", "und", self.t.language) else ""
        return Words(text=self.t.quoted(text.source), language=text.language, style=Style.OPEN, after=tag)

    def own_words(self, text: str) -> Words | None:
        """Return a text of unknown language; None if empty."""
        return Words(text=self.t.quoted(text), language="und", style=Style.OPEN) if text else None

    def answer(self, value: FindingValue, target: str = "") -> str:
        """Return a verdict, level, number or missing value as text.

        Each kind of missing value has its own text.

        Args:
            value: The value.
            target: Id of the indicator; a capacity with levels has one recommended option.
        """
        if isinstance(value, Verdict | Missing):
            return self.coded("answer", value.name.lower())
        node = self.framework.capacities.get(target)
        return self.t.number(value) if node is None else self.marks.code(self.framework.scale_of(node), value)

    def finding_answer(self, finding: Finding) -> str:
        """Return the text of a finding, with its survey interval."""
        answer, interval = self.answer(finding.value, finding.target), finding.interval
        if interval is None or isinstance(finding.value, Missing):
            return answer
        if isinstance(finding.value, Verdict):
            low, high = self.t.share(interval.lower), self.t.share(interval.upper)
            return self.t("evidence.share", answer=answer, low=low, high=high)
        low, high = self.marks.figure(interval.lower), self.marks.figure(interval.upper)
        return self.t("value.interval", value=answer, low=low, high=high)

    def coded(self, kind: str, code: str) -> str:
        """Return the label of a code, from framework or catalogue.

        If the framework lacks the label in this language, the catalogue's is used, but only if the framework's label in
        the other language is the usual one.
        """
        key, t = f"{kind}.{code}", self.t
        own = self.framework.labels.get(key)
        if own is None:
            return t(key)
        label, language = own.get(t.language), own.language_used(t.language)
        usual = language != t.language and key in t.messages and label == get_translator(language)(key)
        return t(key) if usual else label

    def outcome(self, result: CriterionResult) -> str:
        """Return the outcome of a criterion.

        A claim without evidence is called a claim, never a result.
        """
        if result.state is CriterionState.OPEN and result.claimed:
            return self.coded("answer", "claimed")
        return self.answer(result.value, result.target)

    def source(self, source: Source) -> str:
        """Return a source's kind, with the respondent's: "survey, police"."""
        kind = self.t(f"source.{source.kind.value}")
        return self.t.listed(kind, self.respondent(source.respondent) if source.respondent else "")

    def respondent(self, name: str) -> str:
        """Return the label of a respondent, or the name."""
        own = self.framework.labels.get(f"respondent.{name}")
        if own is not None:
            return own.get(self.t.language)
        key = f"respondent.{name.casefold()}"
        return self.t(key) if key in self.t.messages else name

    def finding_source(self, assessment: Assessment, finding: Finding) -> str:
        """Return the source of a finding: title, id or respondent."""
        source = assessment.source_by_id.get(finding.source)
        if source is None:
            return finding.source
        unnamed = self.t.text(source.title) in ("", source.kind.value.capitalize())
        return self.source(source) if unnamed or source.kind is SourceKind.SURVEY else self.t.text(source.title)

    def report(
        self,
        subject: AssessmentSet | Assessment,
        kind: ReportKind,
        name: str,
        sections: Iterable[ReportSection | None],
        **parts: Any,
    ) -> Report:
        """Return a report with the parts common to all pages.

        Sections that are None are left out.

        Args:
            subject: Subject of the report.
            kind: Its kind.
            name: Its id, and its title by default.
            sections: Its sections; None is left out.
            parts: Other attributes of the report.
        """
        t, programme = self.t, self.programme
        tlp = self.disclosure.tlp
        common = {
            "title": name,
            "subtitle": t("subtitle", round=t.text(subject.round.title), date=t.date(subject.round.reference_date)),
            "programme": t.text(programme.title) if programme is not None else "",
        }
        return Report(
            id=name,
            kind=kind,
            label=t(f"kind.{kind.value}"),
            sections=[section for section in sections if section is not None],
            language=t.language,
            audience=self.disclosure.audience.value,
            audience_label=self._audience_label(),
            tlp=tlp.value if tlp is not None else "",
            invented=t("invented") if self.invented else "",
            notices=self._notices(),
            disclaimer=t.text(programme.disclaimer) if programme is not None else "",
            provenance=t("provenance", software=get_software(), framework=self.framework.key),
            words=FrozenMap({key: t.template(key) for key in _WRITER_WORDS}),
            **{**common, **parts},
        )

    def _audience_label(self) -> str:
        """Return the audience with the programme's equivalent markings."""
        t, tlp = self.t, self.disclosure.tlp
        whom = t("audience.for", whom=t(f"audience.{self.disclosure.audience.value}"))
        marks = sorted(mark for mark, label in self.disclosure.policy.markings.items() if label == tlp)
        return " · ".join((whom, *marks))

    def _notices(self) -> list[str]:
        own = self.programme.notice if self.programme is not None else None
        notice = self.t.text(own)
        if self.invented and own is not None:
            # The text already contains the words in bold, in whichever language it is.
            words = get_translator(own.language_used(self.t.language))("invented")
            notice = notice.removeprefix(f"{words}. ")
        notice = notice or (self.t("invented.notice") if self.invented else "")
        draft = [self.t("draft_translation")] if self._is_draft() else []
        return [notice, *draft] if notice else draft

    def _is_draft(self) -> bool:
        """True if framework texts are shown in an unreviewed translation."""
        language = self.t.language
        return any(
            text.language_used(language) == language and text.status(language).value == "draft"
            for node in self.framework.walk()
            for text in (node.title, *(c.text for c in node.criteria))
        )


def make_report_context(subject: AssessmentSet | Assessment, context: RenderContext) -> ReportContext:
    """Return the context of a report.

    The context marks everything that is made from invented answers.

    Args:
        subject: Subject of the report, as the audience may see it.
        context: Context from the host, after `capbuild.disclosure.disclose`.

    Raises:
        WriteError: CB704, neither reports, framework nor programme have words in the language.
    """
    programme = context.programme
    check_language(context.language, (*subject.framework.languages, *(programme.languages if programme else ())))
    lacking = list_untranslated(get_base_language(context.language))
    return ReportContext(
        t=evolve(
            get_translator(context.language, subject.framework),
            usage=MessageUsage(lacking) if lacking else None,
        ),
        framework=subject.framework,
        render_context=context,
        named=subject.assessments if isinstance(subject, AssessmentSet) else [subject],
        silent=subject.silent if isinstance(subject, AssessmentSet) else (),
        inputs=subject.inputs if isinstance(subject, AssessmentSet) else FrozenMap(),
        unusable=subject.unusable if isinstance(subject, AssessmentSet) else FrozenMap(),
        unused=subject.unused if isinstance(subject, AssessmentSet) else (),
        invented=context.is_invented(subject),
    )
