"""Data of the explorer, in every language.

It has every indicator, country and round. Built from the disclosed subject only, as every other report. A writer puts
it into a page as JSON.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, fields, frozen

from capbuild import countries
from capbuild.checks import to_tuple
from capbuild.disclosure import disclose
from capbuild.disclosure.currency import convert_context
from capbuild.disclosure.outcome import is_masked
from capbuild.errors import WriteError
from capbuild.escaping import isolate_direction
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Activity,
    Assessment,
    AssessmentSet,
    Capacity,
    Catalogue,
    Country,
    CriterionState,
    Finding,
    Framework,
    GroupKind,
    Money,
    Plan,
    Scale,
    Score,
)
from capbuild.plugins import RenderContext
from capbuild.reports.context import ReportContext, make_report_context
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator, check_language, get_translator
from capbuild.reports.kinds.evidence import describe_finding
from capbuild.reports.languages import Message, list_languages
from capbuild.reports.model import Report, ReportKind
from capbuild.reports.sections.activities import describe_content, describe_form
from capbuild.text import Text

#: A text in each of the languages; one where all are the same.
Texts = str | tuple[str, ...]
#: Positions of the lowest and highest level, the claimed one and the target (0 for none), whether it is verified, and
#: whether the target is met (None if that is open). Of a figure: 0, the figure, its lower and upper end, the target,
#: whether it is settled, and whether the target is met. Where there is neither: 0 and the reason.
ScoreRow = tuple[Any, ...]
#: Places of criterion, source, answer, basis, day and file in their lists, the cell, and whether it is the one used.
FindingRow = tuple[int, int, int, int, int, int, str, int]

#: Letters of the states of criteria in a row; a blank where an audience is not shown the criterion.
_STATES = {
    CriterionState.MET: "m",
    CriterionState.PARTLY: "p",
    CriterionState.NOT_MET: "n",
    CriterionState.OPEN: "o",
    CriterionState.NOT_APPLICABLE: "a",
    CriterionState.VALUED: "v",
}
_CLAIMED = "c"
#: Order of groups by kind; agreements of the programme come first.
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')

_GROUP_KINDS = (GroupKind.CLASS, GroupKind.REGION, GroupKind.ORGANISATION, GroupKind.TREATY)
#: Words of other reports that the page uses too, by key or beginning of keys.
_WORDS = (
    "explorer.", "col.activity", "col.answer", "col.basis", "col.countries", "col.country", "col.date",
    "col.indicator", "col.source", "count.sessions", "fact.missing_steps", "filter.countries", "filter.shown",
    "gap.below", "gap.levels", "gap.met", "gap.no_target", "gap.undecided", "key.claimed", "key.confirmed", "key.open",
    "key.target", "kind.country", "kind.evidence", "label", "country_brief.level", "country_brief.target", "level.open",
    "level.reported", "page.silent", "page.unusable", "skip", "not_verified", "undefined.",
)  # fmt: skip


@frozen(kw_only=True)
class ExplorerScale:
    """Scale of an indicator.

    Attributes:
        codes: Codes of its levels; none for a scale of figures.
        labels: Names of its levels.
        ends: Least and largest figure.
        unit: Unit of the figures.
    """

    codes: tuple[str, ...] = field(converter=to_tuple)
    labels: tuple[Texts, ...] = field(converter=to_tuple)
    ends: tuple[float, float]
    unit: Texts = ""


@frozen(kw_only=True)
class ExplorerIndicator:
    """Indicator of the framework.

    Attributes:
        id: Its id.
        title: Its title.
        family: Place of its family among the families; None for none.
        scale: Place of its scale among the scales.
        first: Place of its first criterion.
        last: Place after its last criterion.
        partly: Whether the highest step reached may be met in part.
        levels: Text of each level for it, lowest first, empty for a level without one; none at all
            where levels have no texts of their own.
    """

    id: str
    title: Texts
    family: int | None
    scale: int
    first: int
    last: int
    partly: bool = False
    levels: tuple[Texts, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class ExplorerCriterion:
    """Criterion, or an indicator without criteria.

    Attributes:
        id: Its id.
        text: Its text.
        step: Position of the level it leads to; 0 for an indicator judged as a whole.
    """

    id: str
    text: Texts
    step: int


@frozen(kw_only=True)
class ExplorerGroup:
    """Group of two or more, but not all, countries.

    Attributes:
        id: Its id.
        title: Its title.
        kind: Kind, `agreement` for one of the programme.
        members: Alpha-2 codes.
    """

    id: str
    title: Texts
    kind: str
    members: tuple[str, ...] = field(converter=to_tuple)


@frozen(kw_only=True)
class ExplorerCountry:
    """Results of a country in a round.

    Attributes:
        scores: A row for each indicator.
        states: A letter for each criterion.
        findings: Answers with their sources, for those who see them.
    """

    scores: tuple[ScoreRow | None, ...] = field(converter=to_tuple)
    states: str
    findings: tuple[FindingRow, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class ExplorerRound:
    """Round with its results.

    Attributes:
        id: Its id.
        title: Its title.
        partial: How many criteria of a passed step may be met in part.
        results: Results by alpha-2 code.
        absent: Reason for a missing result, `silent` or `unusable`, by alpha-2 code, as far as the audience may see it.
    """

    id: str
    title: Texts
    partial: int
    results: FrozenMap[str, ExplorerCountry]
    absent: FrozenMap[str, str]


@frozen(kw_only=True)
class ExplorerActivity:
    """Activity of the catalogue.

    Attributes:
        id: Its id.
        title: Its title.
        helps: Places of the criteria that it can help to meet.
        effects: Least and largest share of a gap that it is expected to close; None if not stated.
        about: Objective, topics, competences, check and form, as one text; empty if the catalogue has none.
    """

    id: str
    title: Texts
    helps: tuple[int, ...] = field(converter=to_tuple)
    effects: tuple[float, float] | None
    about: Texts


@frozen(kw_only=True)
class ExplorerSession:
    """Planned session.

    Attributes:
        id: Its id.
        activity: Id of its activity.
        start: First day.
        end: Last day.
        countries: Alpha-2 codes of the countries with seats that may be named.
        others: How many take part without being named.
        cost: Amount, where costs are shown.
    """

    id: str
    activity: str
    start: datetime.date
    end: datetime.date
    countries: tuple[str, ...] = field(converter=to_tuple)
    others: int
    cost: str | None


@frozen(kw_only=True)
class Explorer:
    """Everything that the explorer shows.

    Attributes:
        language: Language that it opens in.
        languages: Languages to choose from; texts are in their order.
        headers: Header and footer of the page by language, as a report without sections.
        words: Messages by language and key.
        scales: Scales of the indicators.
        families: Titles of the families of indicators.
        indicators: Indicators in the framework's order.
        criteria: Criteria in the same order.
        countries: Names by alpha-2 code.
        groups: Groups to compare.
        notes: Notes on countries that are not shown.
        rounds: Rounds in order of time.
        sources, answers, bases, days, files: Tables that findings refer to.
        activities: Activities to choose from in a scenario.
        sessions: Sessions of the plan.
        currency: Currency of the plan; empty if no costs are shown.
        planned: Place of the round that a scenario starts from: the last one before the first session.
        invented_effects: Whether prices or effects are invented.
    """

    language: str
    languages: tuple[str, ...]
    headers: FrozenMap[str, Report]
    words: FrozenMap[str, FrozenMap[str, Message]]
    scales: tuple[ExplorerScale, ...]
    families: tuple[Texts, ...]
    indicators: tuple[ExplorerIndicator, ...]
    criteria: tuple[ExplorerCriterion, ...]
    countries: FrozenMap[str, Texts]
    groups: tuple[ExplorerGroup, ...]
    notes: tuple[Texts, ...]
    rounds: tuple[ExplorerRound, ...]
    sources: tuple[Texts, ...] = ()
    answers: tuple[Texts, ...] = ()
    bases: tuple[Texts, ...] = ()
    days: tuple[datetime.date, ...] = ()
    files: tuple[str, ...] = ()
    activities: tuple[ExplorerActivity, ...] = ()
    sessions: tuple[ExplorerSession, ...] = ()
    currency: str = ""
    planned: int = 0
    invented_effects: bool = False

    def to_json(self) -> str:
        """Return compact JSON that is safe inside a script element."""
        text = json.dumps(self, ensure_ascii=False, separators=(",", ":"), default=_encode)
        if isolate_direction(text) is not text:  # the page's script joins texts
            text = _JSON_TEXT.sub(lambda match: f'"{isolate_direction(match[0][1:-1])}"', text)
        # Neither an end of the element nor a comment, and no line that an old parser would end.
        return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _encode(value: Any) -> object:
    """Convert a value to one that JSON can store."""
    if isinstance(value, Report):
        return _make_head(value)
    if isinstance(value, Mapping):
        return {**value}
    if isinstance(value, datetime.date):
        return value.isoformat()
    return {attribute.name: getattr(value, attribute.name) for attribute in fields(type(value))}


def _make_head(head: Report) -> dict[str, object]:
    foot = [f"{head.invented}." if head.invented else "", head.disclaimer, f"{head.provenance}."]
    return {
        "label": head.label,
        "programme": head.programme,
        "audience": head.audience_label,
        "title": head.title,
        "invented": head.invented,
        "notices": list(head.notices),
        "foot": " ".join(filter(None, foot)),
    }


def make_explorer(subject: AssessmentSet | Assessment, context: RenderContext) -> Explorer:
    """Build the explorer of a round and earlier ones.

    It contains only what the audience may see.

    Args:
        subject: The assessments of the last round.
        context: Language, audience, programme, dossier with plan and catalogue, and all rounds.

    Raises:
        WriteError: CB703, the policy does not name the audience; CB730, a finding is marked more strictly than the
            page; CB731, one country is asked for.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> from capbuild.model import Round
        >>> from capbuild.scoring import assess
        >>> day = datetime.date(2016, 12, 31)
        >>> baseline = Round(id="baseline", kind="baseline", title="Baseline", reference_date=day)
        >>> made = make_explorer(assess([], load_bundled("police_cyber"), round=baseline), RenderContext())
        >>> len(made.indicators), len(made.criteria), made.languages
        (25, 240, ('en', 'es', 'fr', 'nl', 'pt'))
    """
    if not isinstance(subject, AssessmentSet) or context.country:
        raise WriteError(
            "an explorer needs the assessments of a round, not of one country",
            code="CB731",
            remedy="leave out the country",
        )
    shown, render_context = disclose(subject, convert_context(evolve(context, kind="explorer")))
    rounds = [set_ for set_ in (*render_context.rounds, shown) if set_.framework.key == shown.framework.key]
    check_language(context.language, ())
    reports = {name: make_report_context(shown, evolve(render_context, language=name)) for name in list_languages()}
    return _Maker(reports=reports, rounds=tuple(rounds), framework=shown.framework).make(context.language)


@frozen(kw_only=True, slots=False)
class _Maker:
    """Builder of an explorer from disclosed rounds.

    Attributes:
        reports: Context of a report by language.
        rounds: Rounds by time.
        framework: Their framework.
    """

    reports: Mapping[str, ReportContext]
    rounds: tuple[AssessmentSet, ...]
    framework: Framework

    def make(self, language: str) -> Explorer:
        """Return the explorer that opens in a language."""
        context = next(iter(self.reports.values()))
        names, scales, answers = self._name_countries(), self._list_scales(), _Answers(self.reports)
        indicators, criteria = self._list_capacities(list(scales))
        places = {criterion.id: position for position, criterion in enumerate(criteria)}
        plan, catalogue = context.dossier.plan, context.dossier.catalogue
        starts = min((session.start for session in plan.activities), default=None) if plan is not None else None
        before = [n for n, set_ in enumerate(self.rounds) if starts is None or set_.round.reference_date <= starts]
        rounds = [self._make_round(round_, places, answers) for round_ in self.rounds]
        return Explorer(
            language=get_translator(language).language,
            languages=tuple(self.reports),
            headers=FrozenMap({name: self._make_head(report, len(names)) for name, report in self.reports.items()}),
            words=FrozenMap({name: _pick_words(report_context.t) for name, report_context in self.reports.items()}),
            scales=tuple(scales.values()),
            families=tuple(self._text(root.title) for root in self.framework.dimensions),
            indicators=tuple(indicators),
            criteria=tuple(criteria),
            countries=FrozenMap(names),
            groups=tuple(self._list_groups(frozenset(names))),
            notes=tuple(
                map(
                    _unify,
                    zip(*(report.hidden_words("explorer.unnamed") for report in self.reports.values()), strict=True),
                )
            ),
            rounds=tuple(rounds),
            activities=tuple(self._list_activities(catalogue, places) if plan is not None else ()),
            sessions=tuple(_list_sessions(plan, costs=context.disclosure.costs)),
            currency=plan.limits.budget.currency if plan is not None and context.disclosure.costs else "",
            planned=max(before, default=0),
            invented_effects=plan is not None and plan.assumed,
            **answers.lists,
        )

    def _text(self, text: Text) -> Texts:
        return _unify([text.get(language) for language in self.reports])

    def _make_head(self, context: ReportContext, count: int) -> Report:
        page = context.report(self.rounds[-1], ReportKind.EXPLORER, "explorer", [])
        return evolve(page, title=context.t("explorer.title", count=count))

    def _name_countries(self) -> dict[str, Texts]:
        all_countries = {
            country.alpha_2: country for round_ in self.rounds for country in (*round_.countries, *round_.silent)
        }
        return {
            code: _unify([get_country_name(country, language) for language in self.reports])
            for code, country in sorted(all_countries.items())
        }

    # Framework

    def _list_scales(self) -> dict[Scale, ExplorerScale]:
        scales = dict.fromkeys(self.framework.scale_of(node) for node in self.framework.indicators)
        return {
            scale: ExplorerScale(
                codes=[level.code for level in scale.levels],
                labels=[self._text(level.label) for level in scale.levels],
                ends=(scale.minimum, scale.maximum),
                unit=_unify([get_translator(language).known(scale.unit) for language in self.reports]),
            )
            for scale in scales
        }

    def _list_capacities(self, scales: list[Scale]) -> tuple[list[ExplorerIndicator], list[ExplorerCriterion]]:
        families = {
            node.id: position for position, root in enumerate(self.framework.dimensions) for node in root.leaves
        }
        indicators: list[ExplorerIndicator] = []
        criteria: list[ExplorerCriterion] = []
        for node in self.framework.indicators:
            scale, first = self.framework.scale_of(node), len(criteria)
            criteria += self._list_criteria(node, scale)
            indicators.append(
                ExplorerIndicator(
                    id=node.id,
                    title=self._text(node.title),
                    family=families.get(node.id) if len(families) > len(self.framework.dimensions) else None,
                    scale=scales.index(scale),
                    first=first,
                    last=len(criteria),
                    partly=self.framework.method_of(node).partly_at_top,
                    levels=[
                        self._text(node.level_texts[level.code]) if level.code in node.level_texts else ""
                        for level in (scale.levels if node.level_texts else ())
                    ],
                )
            )
        return indicators, criteria

    def _list_criteria(self, node: Capacity, scale: Scale) -> Iterator[ExplorerCriterion]:
        if not node.criteria:
            yield ExplorerCriterion(id=node.id, text=self._text(node.title), step=0)
        for step_criterion in sorted(node.criteria, key=lambda criterion: criterion.step):
            yield ExplorerCriterion(
                id=step_criterion.id, text=self._text(step_criterion.text), step=scale.place(step_criterion.step)
            )

    def _list_groups(self, codes: frozenset[str]) -> Iterator[ExplorerGroup]:
        """Yield agreements of the programme, then groups of countries.

        Treaties are included only if the framework has a label for them.
        """
        day = self.rounds[-1].round.reference_date
        network = next(iter(self.reports.values())).dossier.network
        for agreement in network.agreements if network is not None else ():
            yield from self._make_group(agreement.id, agreement.title, "agreement", agreement.parties, codes)
        labels = self.framework.labels
        known = [group for group in countries.groups() if group.kind in _GROUP_KINDS]
        for group in sorted(known, key=lambda one: _GROUP_KINDS.index(one.kind)):
            label = labels.get(f"group.{group.id}")
            if label is not None or group.kind is not GroupKind.TREATY:
                members = countries.members(group.id, on=day)
                yield from self._make_group(group.id, label or group.title, group.kind.value, members, codes)

    def _make_group(
        self, name: str, title: Text, kind: str, members: Iterable[Country], codes: frozenset[str]
    ) -> Iterator[ExplorerGroup]:
        inside = sorted(codes & {member.alpha_2 for member in members})
        if 1 < len(inside) < len(codes):
            yield ExplorerGroup(id=name, title=self._text(title), kind=kind, members=inside)

    # Results

    def _make_round(self, set_: AssessmentSet, places: Mapping[str, int], answers: "_Answers") -> ExplorerRound:
        absent = {place.alpha_2: "unusable" if place.alpha_2 in set_.unusable else "silent" for place in set_.silent}
        return ExplorerRound(
            id=set_.round.id,
            title=self._text(set_.round.title),
            partial=max((assessment.recipe.allow_partial for assessment in set_), default=0),
            results=FrozenMap(
                {assessment.country.alpha_2: self._make_country(assessment, places, answers) for assessment in set_}
            ),
            absent=FrozenMap(absent),
        )

    def _make_country(self, assessment: Assessment, places: Mapping[str, int], answers: "_Answers") -> ExplorerCountry:
        scores = [assessment.scores.get(node.id) for node in self.framework.indicators]
        letters = [" "] * len(places)
        for result in (result for score in scores if score is not None for result in score.results):
            open_claim = result.state is CriterionState.OPEN and result.claimed
            letters[places[result.target]] = _CLAIMED if open_claim else _STATES[result.state]
        return ExplorerCountry(
            scores=[None if score is None else _make_score_row(score) for score in scores],
            states="".join(letters),
            findings=answers.list_rows(assessment, filter(None, scores), places),
        )

    # Plan

    def _list_activities(self, catalogue: Catalogue | None, places: Mapping[str, int]) -> Iterator[ExplorerActivity]:
        if catalogue is None:
            return
        for activity in catalogue.activities:
            helps = [places[name] for name in activity.helps if name in places]
            shares = [activity.effects[name] for name in activity.helps if name in activity.effects]
            if helps:
                yield ExplorerActivity(
                    id=activity.id,
                    title=self._text(activity.title),
                    helps=helps,
                    effects=(min(shares), max(shares)) if shares else None,
                    about=_unify(" ".join(_describe(activity, catalogue, report)) for report in self.reports.values()),
                )


def _describe(one: Activity, catalogue: Catalogue, context: ReportContext) -> list[str]:
    content = describe_content(one, catalogue, context)
    return [*content, f"{context.t.raised(describe_form(one, context))}."] if content else []


def _unify(texts: Iterable[str]) -> Texts:
    all_texts = tuple(texts)
    return all_texts[0] if len(set(all_texts)) == 1 else all_texts


def _pick_words(t: Translator) -> FrozenMap[str, Message]:
    own = {key.removesuffix(".judged"): text for key, text in t.messages.items() if key.endswith(".judged")}
    messages = {**t.messages, **own} if t.judged else t.messages
    return FrozenMap({key: messages[key] for key in messages if key.startswith(_WORDS) and not key.endswith(".judged")})


def _make_score_row(score: Score) -> ScoreRow:
    target, place = score.target, score.scale.place
    if score.plausible is None and score.value is not None:
        ends = (None, None) if score.interval is None else (score.interval.lower, score.interval.upper)
        return (0, score.value, *ends, target, score.settled, score.target_met)
    if score.plausible is None or (score.plausible.settled and score.undefined is not None):
        return (0, score.undefined.reason.name.lower() if score.undefined is not None else "nobody_answered")
    return (
        place(score.plausible.lowest),
        place(score.plausible.highest),
        0 if score.claimed is None else place(score.claimed),
        place(int(target)) if target is not None and int(target) in score.scale.orders else 0,
        score.verified,
        score.target_met,
    )


def _list_sessions(plan: Plan | None, *, costs: bool) -> Iterator[ExplorerSession]:
    for session in plan.activities if plan is not None else ():
        codes = sorted(code for code, seats in session.seats.items() if seats)
        named = [code for code in codes if not is_masked(code)]
        yield ExplorerSession(
            id=session.id,
            activity=session.activity,
            start=session.start,
            end=session.end,
            countries=named,
            others=len(codes) - len(named),
            cost=_write_amount(session.cost) if costs else None,
        )


def _write_amount(cost: Money) -> str:
    return f"{cost.amount:f}"


class _Answers:
    """Findings as rows, with each text once."""

    def __init__(self, reports: Mapping[str, ReportContext]) -> None:
        self._reports = reports
        self._texts: dict[str, dict[Any, int]] = {name: {} for name in ("sources", "answers", "bases", "days", "files")}
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}

    @property
    def lists(self) -> dict[str, Any]:
        """Texts in the order of their places."""
        return {name: tuple(texts) for name, texts in self._texts.items()}

    def list_rows(
        self, assessment: Assessment, scores: Iterable[Score], places: Mapping[str, int]
    ) -> Iterator[FindingRow]:
        """Yield the findings of a country."""
        context = next(iter(self._reports.values()))
        if not context.disclosure.sources:
            return
        sources: dict[str, int] = {}
        for result in (result for score in scores for result in score.results):
            for number, finding in enumerate(result.findings):
                if finding.source not in sources:
                    texts = [report.finding_source(assessment, finding) for report in self._reports.values()]
                    sources[finding.source] = self._place("sources", _unify(texts))
                answer, basis = self._describe(finding)
                origin = "" if finding.origin is None else str(finding.origin)
                file = "" if finding.origin is None else finding.origin.file
                yield (
                    places[result.target],
                    sources[finding.source],
                    answer,
                    basis,
                    -1 if finding.as_of is None else self._place("days", finding.as_of),
                    self._place("files", file),
                    origin.removeprefix(file),
                    int(number == result.used),
                )

    def _place(self, name: str, text: object) -> int:
        return self._texts[name].setdefault(text, len(self._texts[name]))

    def _describe(self, finding: Finding) -> tuple[int, int]:
        """Return the places of answer and basis."""
        key = (
            finding.value, finding.interval, finding.route, finding.basis, finding.status, finding.reason,
            finding.marking, finding.carried_over,
        )  # fmt: skip
        if key not in self._known:
            texts = [describe_finding(finding, context) for context in self._reports.values()]
            answer, basis = (_unify(words) for words in zip(*texts, strict=True))
            self._known[key] = (self._place("answers", answer), self._place("bases", basis))
        return self._known[key]
