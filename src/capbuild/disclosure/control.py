"""Disclosure control between a programme's data and writers."""

import datetime
from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from attrs import evolve, field, frozen

from capbuild.advice.country import Example, list_examples
from capbuild.disclosure.assessments import check_labels, count_bins, disclose_assessment, find_label, sum_scores
from capbuild.disclosure.dossiers import DossierFilter
from capbuild.disclosure.groups import Groups
from capbuild.disclosure.outcome import ITEMS, Disclosure, Log, Redaction
from capbuild.disclosure.publications import History, Publications
from capbuild.errors import CountryError, WriteError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import (
    TLP,
    Assessment,
    AssessmentSet,
    Audience,
    Catalogue,
    Change,
    ChangeSeries,
    Country,
    Delivery,
    DisclosurePolicy,
    Dossier,
    Framework,
    Money,
    Needs,
    Plan,
    Programme,
    Questionnaire,
)
from capbuild.model.country import country_code
from capbuild.plugins import RenderContext

_REFUSED = "CB703"
#: Kinds of report of one country, which is named in the context.
COUNTRY_KINDS = ("profile", "brief-country", "letter", "actions", "evidence")
#: Kinds of report on results, activities and money only.
PROGRAMME_KINDS = ("donor", "logframe")
#: Contains no data on any country, and is written unchanged for every audience.
_OPEN = (Framework, Questionnaire, Catalogue)
#: Sent to countries: reports leave out host and place of a session that reveal a hidden country.
_SENT = {Audience.COUNTRY: (Delivery,)}
#: Written for other audiences as far as they may see it, without a round.
_NARROWED = (Plan, Needs, Change, ChangeSeries, Programme)

T = TypeVar("T")


def disclose(subject: T, context: RenderContext) -> tuple[T, RenderContext]:
    """Return subject and context as disclosed to the audience.

    Writers receive only the result, so no format contains withheld data. A context that is already disclosed is
    returned unchanged.

    Args:
        subject: The object to write.
        context: Audience, programme with its policy, dossier, and all rounds that the audience gets.

    Returns:
        The subject, and the context with its programme, its dossier and its `disclosure`.

    Raises:
        WriteError: CB703, the policy does not name the audience, refuses the requested country, or the subject has no
            disclosure rules; CB730, a finding has a stricter label than the report.

    Example:
        >>> from datetime import date
        >>> from capbuild.model import Round, Scale
        >>> baseline = Round(id="baseline", kind="baseline", title="Baseline", reference_date=date(2016, 3, 31))
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=())
        >>> subject, context = disclose(AssessmentSet(round=baseline, framework=framework), RenderContext())
        >>> context.disclosure.everything, context.disclosure.log
        (True, ())
    """
    if context.disclosure is not None:
        return subject, context
    key = (
        "disclosed",
        type(subject).__name__,
        getattr(subject, "country", None),
        context.country,
        context.kind if context.kind in ("explorer", *PROGRAMME_KINDS) else "",
    )
    disclosed: tuple[T, RenderContext] = context.once(key, lambda: _disclose(subject, context), any_language=True)
    shown, own = disclosed
    # The disclosed data are the same for every document of a country, in every language; the rest is its own.
    return shown, evolve(
        context,
        audience=own.audience,
        programme=own.programme,
        dossier=own.dossier,
        rounds=own.rounds,
        disclosure=own.disclosure,
    )


def _disclose(subject: T, context: RenderContext) -> tuple[T, RenderContext]:
    if context.kind != "redactions":
        control = _Control.of(subject, context)
        outcome = control.outcome(subject)
        if isinstance(context.publications, Publications) and not control.groups.everything:
            context.publications.add(control.groups.publication(control.used_rounds))
        return outcome
    # The list of redactions names countries, and is for the team only.
    whole = evolve(context, kind="profile" if context.country else "")
    other = _Control.of(subject, whole)
    other.outcome(subject)
    subject, render_context = _Control.of(subject, evolve(whole, audience=Audience.TEAM.value)).outcome(subject)
    listed = evolve(render_context.disclosure, log=tuple(other.log), log_audience=other.whom)
    return subject, evolve(render_context, disclosure=listed, kind="redactions")


def list_disclosed(subject: AssessmentSet | Assessment, context: RenderContext) -> tuple[Assessment, ...]:
    """Return the assessments that may be shown by country name.

    Args:
        subject: The object to write.
        context: The audience, and the programme with its policy.

    Raises:
        WriteError: The policy does not name the audience, or refuses the requested country. Code CB703.
    """
    shown, _ = disclose(subject, context)
    return (shown,) if isinstance(shown, Assessment) else shown.assessments


def _parse_audience(name: str, policy: DisclosurePolicy) -> tuple[Audience, TLP | None]:
    known = [a.value for a in Audience]
    if name not in known:
        raise WriteError(
            f"{name!r} is not an audience{did_you_mean(name, known)}",
            code=_REFUSED,
            remedy=f"audiences are: {', '.join(known)}",
        )
    whom = Audience(name)
    label = policy.audiences.get(whom.value) or policy.audiences.get(whom)
    if label is None and whom not in policy.named_by_default:
        raise WriteError(
            f"the disclosure policy does not name the audience {name!r}",
            code=_REFUSED,
            remedy=f'name it with its label in programme.toml: [audiences] {name} = "TLP:GREEN"',
        )
    return whom, TLP(label) if label is not None else None


@frozen(kw_only=True, slots=False)
class _Control:
    """Disclosure control for one audience.

    A report on results, activities and money (`results_only`) shows nothing about single indicators and needs.
    """

    context: RenderContext
    whom: Audience
    label: TLP | None
    policy: DisclosurePolicy
    one: AssessmentSet | None
    country: Country | None = None
    results_only: bool = False
    log: Log = field(factory=dict)

    @classmethod
    def of(cls, subject: object, context: RenderContext) -> "_Control":
        programme = context.programme if isinstance(context.programme, Programme) else None
        policy = programme.disclosure if programme is not None else DisclosurePolicy()
        if isinstance(subject, Programme) and programme is None:
            policy = subject.disclosure
        whom, label = _parse_audience(context.audience, policy)
        set_, country = _find_round(subject, context)
        known = whom in policy.named_by_default or isinstance(subject, (*_NARROWED, *_OPEN, *_SENT.get(whom, ())))
        # A plugin must protect its own classes: for other audiences, only a writer that declares disclosure support
        # receives them.
        if set_ is None and not known and type(subject).__module__.startswith("capbuild."):
            raise WriteError(
                f"{type(subject).__name__} contains data of single countries, and is not written for {whom.value!r}",
                code=_REFUSED,
                remedy="write it for the team",
            )
        if country is not None and whom is not Audience.COUNTRY and not policy.may_name(country, whom):
            raise WriteError(
                f"{country} has not consented to be named with its results before the audience {whom.value!r}",
                code=_REFUSED,
                remedy="record its consent with date and office, or write the report for another audience",
            )
        results_only = context.kind in PROGRAMME_KINDS or isinstance(subject, Programme)
        return cls(
            context=context, whom=whom, label=label, policy=policy, one=set_, country=country, results_only=results_only
        )

    @property
    def _programme(self) -> Programme | None:
        programme = self.context.programme
        return programme if isinstance(programme, Programme) else None

    @cached_property
    def _rounds(self) -> tuple[AssessmentSet, ...]:
        """Rounds that the audience sees, by time, with the subject's."""
        earlier = self.context.dossier.earlier
        sets = self.context.rounds or (() if earlier is None else (earlier,))
        assessment_sets = {assessment_set.round.id: assessment_set for assessment_set in sets}
        if self.one is not None:
            assessment_sets.setdefault(self.one.round.id, self.one)
        return tuple(assessment_sets.values())

    @cached_property
    def groups(self) -> Groups:
        """Named, counted and hidden countries."""
        dossier, programme = self.context.dossier, self._programme
        mentioned = {place.alpha_2 for need in dossier.needs or () for place in need.countries}
        mentioned |= {code for session in (dossier.plan.activities if dossier.plan else ()) for code in session.seats}
        mentioned |= {person.country.alpha_2 for person in dossier.enrolments}
        return Groups(
            audience=self.whom,
            policy=self.policy,
            own=frozenset() if self.country is None else frozenset({self.country.alpha_2}),
            participants=programme.participations if programme is not None else (),
            rounds=self._rounds,
            others=frozenset(mentioned),
            history=self._history,
        )

    @property
    def _history(self) -> History:
        """Earlier publications."""
        register = self.context.publications
        code = "" if self.country is None else self.country.alpha_2
        return register.history(self.whom, code) if isinstance(register, Publications) else History()

    @property
    def _shows_sources(self) -> bool:
        """True if the audience sees sources."""
        return self.whom in (Audience.TEAM, Audience.COUNTRY)

    @property
    def used_rounds(self) -> tuple[AssessmentSet, ...]:
        """Rounds used by the subject: its own and earlier ones."""
        place = [round_.round.id for round_ in self._rounds].index(self.one.round.id) if self.one is not None else None
        return self._rounds if place is None else self._rounds[: place + 1]

    def _admit(self) -> None:
        """Refuse findings or a country that may not be shown.

        Findings are refused if they are marked too strictly, and a country if its name would reveal others.
        """
        if self.country is not None and self.country.alpha_2 in self.groups.withheld:
            raise WriteError(
                f"{self.country} cannot be named before the audience {self.whom.value!r} yet: beside what was given"
                f" before, figures would be about fewer than {self.groups.least} other countries",
                code=_REFUSED,
                remedy="see what was given with capbuild status --publications, and wait for more consents",
            )
        shown_assessments = [a for round_ in self.used_rounds for a in round_]
        if self.country is not None and self.one is not None:
            shown_assessments = [a for a in shown_assessments if a.country == self.country]
        check_labels(shown_assessments, self.label, self.policy)

    def outcome(self, subject: T) -> tuple[T, RenderContext]:
        """Return the disclosed subject and context."""
        self._admit()
        shown, set_ = self._start(), self.one
        named = self.groups.named["results"]
        assessments = [a for a in set_ or () if a.country.alpha_2 in named and self.country in (None, a.country)]
        seen = [disclose_assessment(a, shown, self.log) for a in assessments]
        self._log_countries()
        parts = self._make_filter(shown)
        dossier, programme = parts.dossier(self._dossier), parts.programme(self.context.programme)
        disclosed = self._disclose_subject(subject, seen, parts)
        rounds = self._list_rounds(parts) if self.context.kind == "explorer" else []
        if self.country is not None and set_ is not None:
            shown = evolve(shown, own_costs=self._compute_own_costs(parts), examples=self._list_examples())
        shown = evolve(
            self._add_counts(shown),
            costs=not self.groups.hidden("plan"),
            unplaced=frozenset(parts.plans.unplaced),
            withheld=parts.withheld,
            network_left=parts.left,
            tlp=self.label or self._find_own_label([*seen, *(a for round_ in rounds for a in round_)], dossier),
        )
        return disclosed, evolve(self.context, programme=programme, dossier=dossier, rounds=rounds, disclosure=shown)

    @property
    def _dossier(self) -> Dossier:
        """Dossier without parts that are never shown.

        These parts would otherwise count as given to the audience.
        """
        dossier = self.context.dossier
        if not self.results_only:
            return dossier
        plan, until = dossier.plan, self._until
        if plan is not None and self.groups.hidden("plan"):
            plan = evolve(
                plan,
                activities=[activity for activity in plan.activities if until is not None and activity.start <= until],
            )
        return evolve(dossier, needs=None, recommendations=(), plan=plan)

    @property
    def _until(self) -> datetime.date | None:
        """Last day of a donor report; None for other reports."""
        if self.context.kind not in PROGRAMME_KINDS or self.one is None:
            return None
        return self.context.period[1] if self.context.period is not None else self.one.round.reference_date

    def _list_rounds(self, parts: DossierFilter) -> list[AssessmentSet]:
        """Return the rounds before the subject's."""
        own = self.one.round.id if self.one is not None else ""
        return [parts.earlier(round_) for round_ in self.used_rounds if round_.round.id != own]

    def _compute_own_costs(self, parts: DossierFilter) -> FrozenMap[str, Money]:
        """Return the cost of the country's seats by disclosed session.

        A session with hidden seats is left out, since a share of its cost reveals the number of seats. While
        countries are hidden, a session without hidden seats is left out too: otherwise the absence of a cost would
        show that all of them attend. The country's own report includes it, since the country meets them there.
        """
        code, hidden = self.country.alpha_2 if self.country is not None else "", bool(self.groups.hidden("plan"))
        moneys = {}
        for session in self.context.dossier.plan.activities if self.context.dossier.plan is not None else ():
            if session.seats.get(code) and session.id in parts.plans.ids:
                named, masks = self.groups.share(f"seats {session.activity}", session.seats, "plan")
                complete = len(named) + len(masks) == len(session.seats)
                if complete and (masks or not hidden or self.whom is Audience.COUNTRY):
                    moneys[parts.plans.ids[session.id]] = session.shares[code]
        return FrozenMap(moneys)

    def _list_examples(self) -> tuple[Example, ...]:
        """List the verified examples that may be shown.

        Their countries agreed to be named to the audience or to all participants.
        """
        own, programme = self.country, self._programme
        languages = {
            p.country.alpha_2: p.languages for p in (programme.participations if programme is not None else ())
        }
        audiences = {self.whom, Audience.REGIONAL} if self.whom is Audience.COUNTRY else {self.whom}
        named = [
            assessment
            for assessment in self.one or ()
            if assessment.country == own or any(self.policy.may_name(assessment.country, whom) for whom in audiences)
        ]
        shared = set(languages.get(own.alpha_2, ())) if own is not None else set()
        return tuple(
            evolve(example, languages=tuple(word for word in example.languages if word in shared))
            for example in list_examples(named, languages)
        )

    def _make_filter(self, shown: Disclosure) -> DossierFilter:
        """Return the dossier filter, which ends donor reports in time."""
        return DossierFilter(
            groups=self.groups,
            disclosure=shown,
            country=self.country,
            one=self.one,
            until=self._until,
            log=self.log,
        )

    def _start(self) -> Disclosure:
        groups = self.groups
        hides = {item for item in ITEMS if groups.hidden(item)}
        if self.country is not None and self.one is not None:
            marked = [self.one[self.country]] if self.country in self.one else []
        else:
            marked = [a for a in self.one or () if a.country.alpha_2 in groups.named["results"]]
        left = {a.country.alpha_2: self._count_strict(a) for a in marked if self._count_strict(a)}
        return Disclosure(
            audience=self.whom,
            tlp=self.label,
            policy=evolve(
                self.policy, consents=[consent for consent in self.policy.consents if consent.audience is self.whom]
            ),
            everything=groups.everything,
            hides=frozenset(hides),
            named=groups.named,
            marked=left,
        )

    def _count_strict(self, assessment: Assessment) -> int:
        """Count the evidence with too strict a label."""
        if self.label is None:
            return 0
        labels = (self.policy.label(item.marking, item.tlp) for item in assessment.evidence)
        return sum(label is not None and not label.allows(self.label) for label in labels)

    def _find_own_label(self, assessments: Sequence[Assessment], dossier: Dossier) -> TLP | None:
        """Return the strictest label shown, if the policy has none."""
        labels = [find_label(assessments, self.policy), *(need.tlp for need in dossier.needs or ())]
        return TLP.strictest(label for label in labels if label is not None)

    def _log_countries(self) -> None:
        """Log unnamed countries, and details for audiences that see sources."""
        if self.country is not None or self.one is None:
            return
        group = self.groups.of(self.one)
        for place in (place for place in self.one.countries if place.alpha_2 in group.unnamed):
            why = "consent" if place.alpha_2 in group.counted else "too_few"
            if place.alpha_2 in self.groups.withheld:
                why = "held_back"
            elif self.groups.is_late(self.one, place.alpha_2):
                why = "published"
            least = self.groups.least if why in ("held_back", "published") else None
            self.log[Redaction(section="profiles", why=why, country=place, least=least)] = None
        if group.silent:
            self.log[Redaction(section="profiles", what="silent", why="elimination", count=len(group.silent))] = None
        if not self._shows_sources:
            self.log[Redaction(section="profiles", what="sources", why="sources")] = None
            if self.context.dossier.plan is not None:
                for place in (place for place in self.one.countries if place.alpha_2 in group.named):
                    self.log[Redaction(section="activities.title", why="seats", country=place)] = None

    def _add_counts(self, shown: Disclosure) -> Disclosure:
        """Add the number and bins of unnamed countries."""
        assessment_set = self.one
        if assessment_set is None or self.country is not None:
            return shown
        if self.groups.everything:
            return evolve(shown, silent=len(assessment_set.silent))
        group = self.groups.of(assessment_set)
        counted = [a for a in assessment_set if a.country.alpha_2 in group.counted]
        if not self.results_only:
            others = count_bins(assessment_set, counted, self.groups, self.log)
            sums = sum_scores(assessment_set, counted, self.groups, others, self.context.dossier.visits)
            shown = evolve(shown, others=others, sums=sums)
        return evolve(
            shown,
            counted=len(counted),
            not_shown=self.groups.count_hidden(assessment_set),
            silent=len(group.silent) if group.can_count_silent else None,
        )

    def _disclose_subject(self, subject: T, assessments: Sequence[Assessment], parts: DossierFilter) -> T:
        """Return the disclosed subject."""
        disclosed: object = subject
        if isinstance(subject, Assessment):
            disclosed = assessments[0]
        elif isinstance(subject, AssessmentSet):
            disclosed = self._disclose_set(subject, assessments)
        elif isinstance(subject, Programme):
            disclosed = parts.programme(subject)
        elif isinstance(subject, Plan):
            disclosed = parts.dossier(Dossier(plan=subject)).plan
        elif isinstance(subject, Needs):
            disclosed = parts.dossier(Dossier(needs=subject)).needs
        elif isinstance(subject, Change):
            disclosed = parts.dossier(Dossier(change=subject)).change
        elif isinstance(subject, ChangeSeries):
            disclosed = parts.dossier(Dossier(series=subject)).series
        return disclosed  # type: ignore[return-value]  # of the class that it had

    def _disclose_set(self, set_: AssessmentSet, assessments: Sequence[Assessment]) -> AssessmentSet:
        if self.groups.everything and self.country is None:
            return evolve(set_, assessments=assessments)
        silent = set_.silent if self.groups.everything or self.country is not None else ()
        silent = tuple(place for place in silent if self.country in (None, place))
        inputs: dict[str, str] = {}
        if self._shows_sources:
            files = {finding.origin.file for a in assessments for finding in a.findings if finding.origin is not None}
            inputs = {name: digest for name, digest in set_.inputs.items() if name in files}
        unusable = {place.alpha_2: set_.unusable[place.alpha_2] for place in silent if place.alpha_2 in set_.unusable}
        own = [] if self.country is None else [[self.country.name]]
        unused = [responses for responses in set_.unused if responses.waiting and list(responses.places) in own]
        return evolve(set_, assessments=assessments, silent=silent, unusable=unusable, unused=unused, inputs=inputs)


def _find_round(subject: object, context: RenderContext) -> tuple[AssessmentSet | None, Country | None]:
    """Return the round of a subject, and its only country."""
    if isinstance(subject, Assessment):
        assessment_set = next((round_ for round_ in context.rounds if round_.round.id == subject.round.id), None)
        if assessment_set is None or assessment_set.get(subject.country) is not subject:
            assessment_set = AssessmentSet(
                framework=subject.framework,
                round=subject.round,
                recipe=subject.recipe,
                assessments=[subject],
                invented=subject.invented,
            )
        return assessment_set, subject.country
    if not isinstance(subject, AssessmentSet):
        return None, None
    if context.kind not in COUNTRY_KINDS or not context.country:
        return subject, None
    places = {place.alpha_2: place for place in (*subject.countries, *subject.silent)}
    try:
        return subject, places.get(country_code(context.country, places.values()))
    except CountryError:
        return subject, None
