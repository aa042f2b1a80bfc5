"""Programmes: organisations, phases, participants, disclosure rules, results chain and budget."""

import datetime
import re
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, matches, not_before, to_map, to_texts, to_tuple, unique
from capbuild.display import NotebookDisplay
from capbuild.frozen import FrozenMap
from capbuild.model.assessment import Round
from capbuild.model.country import Country, CountryByCode, as_country
from capbuild.model.evidence import TLP
from capbuild.model.framework import TargetProfile
from capbuild.model.money import ExchangeRate, Money, not_negative
from capbuild.text import Text, as_optional_text, as_text


class ResultKind(StrEnum):
    """Level of a result in the chain."""

    ULTIMATE_OUTCOME = "ultimate outcome"
    INTERMEDIATE_OUTCOME = "intermediate outcome"
    IMMEDIATE_OUTCOME = "immediate outcome"
    OUTPUT = "output"
    ACTIVITY = "activity"

    @property
    def is_outcome(self) -> bool:
        """True for a change in a country, not an output."""
        return self not in (ResultKind.OUTPUT, ResultKind.ACTIVITY)


@model(kw_only=True)
class ResultIndicator:
    """Indicator of a result.

    Reports never show an indicator of an output as an outcome.

    Attributes:
        id: Id within the programme.
        title: Title.
        unit: Unit.
        ascending: Whether more is better.
        baselines: Baseline by period or group; keys are texts such as `2016; JM; sex=female`.
        targets: Target by period or group.
        actuals: Measured value by period or group.
        source: Source of the figures.
        method: Method of collection.
        frequency: Frequency of collection.
        responsible: Office responsible for collection.
        computed: Computation of actuals from the programme's records, such as `enrolments completed`; empty if recorded
            manually.
        reasons: Reasons for deviations from targets, by target key.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    unit: str = ""
    ascending: bool = True
    baselines: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    targets: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    actuals: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    source: str = ""
    method: str = ""
    frequency: str = ""
    responsible: str = ""
    computed: str = ""
    reasons: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)


@model(kw_only=True)
class Result:
    """Link of the results chain.

    Attributes:
        id: Id within the programme.
        kind: Ultimate, intermediate or immediate outcome, output or activity.
        title: The result.
        contributes_to: Id of the result above.
        indicators: Indicators.
        activities: Ids of the activities that contribute to it; empty for all.
        criteria: Ids of its criteria or capacities; empty for all.
        assumptions: Conditions for it to follow from the results below.
        risks: Risks to its achievement.
    """

    id: str = field(validator=identifier)
    kind: ResultKind
    title: Text = field(converter=as_text)
    contributes_to: str | None = None
    indicators: tuple[ResultIndicator, ...] = field(default=(), converter=to_tuple)
    activities: tuple[str, ...] = field(default=(), converter=to_tuple)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    assumptions: tuple[Text, ...] = field(default=(), converter=to_tuple)
    risks: tuple[Text, ...] = field(default=(), converter=to_tuple)


@model(kw_only=True)
class BudgetLine:
    """Budget line.

    Attributes:
        id: Id within the programme.
        title: Purpose.
        amount: Planned amount, at least 0.
        committed: Committed so far; below 0 if more was withdrawn.
        spent: Paid so far, net of refunds.
        year: Calendar year; None for the whole programme.
        recurring: Whether it recurs each year.
        rate_date: Date of the exchange rate.
        as_of: Last date counted in `committed` and `spent`; None if not recorded.
        result: Id of the result it pays for; empty for no single one.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    amount: Money = field(validator=not_negative)
    committed: Money | None = None
    spent: Money | None = None
    year: int | None = field(default=None, validator=between(1900, 2200))
    recurring: bool = False
    rate_date: datetime.date | None = None
    as_of: datetime.date | None = None
    result: str = ""


#: Address as copied from a browser: other characters and spaces are escaped.
_URL = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?](?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?(?:#[A-Za-z0-9._~:/?!=&-]*)?"
)


class DacCriterion(StrEnum):
    """Evaluation criterion of the OECD DAC (2019)."""

    RELEVANCE = "relevance"
    COHERENCE = "coherence"
    EFFECTIVENESS = "effectiveness"
    EFFICIENCY = "efficiency"
    IMPACT = "impact"
    SUSTAINABILITY = "sustainability"


class OrganisationRole(StrEnum):
    """Role of an organisation in a programme, as in IATI."""

    FUNDING = "funding"
    ACCOUNTABLE = "accountable"
    EXTENDING = "extending"
    IMPLEMENTING = "implementing"


@model(kw_only=True)
class Organisation:
    """Organisation of the programme.

    Attributes:
        id: Short id, such as `INTERPOL`.
        name: Name.
        roles: Its roles.
        reference: Registered identifier, such as an IATI organisation id.
    """

    id: str = field(validator=identifier)
    name: Text = field(converter=as_text)
    roles: tuple[OrganisationRole, ...] = field(default=(), converter=to_tuple)
    reference: str = ""


@model(kw_only=True)
class Phase:
    """Phase of the programme.

    Attributes:
        id: Id within the programme.
        title: Name.
        start: First day.
        end: Last day.
        description: Description.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    start: datetime.date
    end: datetime.date = field(validator=not_before("start"))
    description: Text | None = field(default=None, converter=as_optional_text)


class ParticipationRole(StrEnum):
    """Role of a participating country."""

    PARTICIPANT = "participant"
    PRIORITY = "priority"
    ASSOCIATE = "associate"
    OBSERVER = "observer"


@model(kw_only=True)
class Participation:
    """Participation of a country in the programme.

    Attributes:
        country: The country.
        role: Participant, priority, associate or observer.
        languages: Working languages.
        visit: Whether it includes an assessment visit.
        since: First day; None for the whole programme.
        until: Last day; None for the whole programme.
        target: Id of its target profile; None for the programme's.
    """

    country: Country
    role: ParticipationRole = ParticipationRole.PARTICIPANT
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    visit: bool = False
    since: datetime.date | None = None
    until: datetime.date | None = field(default=None, validator=not_before("since"))
    target: str | None = None

    def is_valid_in(self, first: datetime.date, last: datetime.date) -> bool:
        """True if valid on any day from `first` to `last`."""
        return (self.since is None or self.since <= last) and (self.until is None or first <= self.until)

    def includes(self, first: datetime.date, last: datetime.date) -> bool:
        """True if valid on every day from `first` to `last`."""
        return (self.since is None or self.since <= first) and (self.until is None or last <= self.until)


@model(kw_only=True)
class ContactPoint:
    """Contact office of a country, confidential by default.

    Names of people are in the private folder only.

    Attributes:
        country: The country.
        network: Its network, such as `24/7` or `INTERPOL NCB`.
        office: The office.
        role: Its role in the network, such as `first contact` or `deputy`.
        focal_point: Pseudonym of the person; the name is in the private folder.
        languages: Languages of its answers.
        hours: Opening hours.
        last_tested: Date of the last test.
        reached: Whether it answered the test; None if not recorded.
        valid_until: Last day of validity.
        tlp: Label that limits sharing.
    """

    country: Country
    network: str = field(validator=identifier)
    office: str = ""
    role: str = ""
    focal_point: str = ""
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    hours: str = ""
    last_tested: datetime.date | None = None
    reached: bool | None = None
    valid_until: datetime.date | None = None
    tlp: TLP = TLP.RED

    @property
    def countries(self) -> tuple[Country, ...]:
        """Its country as a tuple, as in other networks' members."""
        return (self.country,)


@model(kw_only=True)
class ProgrammeDocument:
    """Published document about the programme, such as its logical framework.

    Attributes:
        title: Title.
        url: Address.
        format: Media type, such as `application/pdf`; empty if unknown.
        categories: Categories, as codes of IATI's list `DocumentCategory`, such as `A02` for objectives.
        languages: Its languages.
        date: Date of publication.
        description: Description.
    """

    title: Text = field(converter=as_text)
    url: str = field(validator=matches(_URL, "must be an address such as https://example.org/report%20one.pdf"))
    format: str = ""
    categories: tuple[str, ...] = field(default=(), converter=to_tuple)
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    date: datetime.date | None = None
    description: Text | None = field(default=None, converter=as_optional_text)


class Audience(StrEnum):
    """Audience of a report, most trusted first."""

    TEAM = "team"
    COUNTRY = "country"
    REGIONAL = "regional"
    DONOR = "donor"
    PUBLIC = "public"


@model(kw_only=True)
class Consent:
    """Recorded consent of a country to be named with results.

    Attributes:
        country: The country, or its alpha-2 code.
        audience: Permitted audience.
        item: Permitted item: `results` for everything about it, or one part: `needs`, `change`, `plan`.
        date: Date of consent.
        by: Office that gave consent.
    """

    country: CountryByCode = field(converter=as_country)
    audience: Audience
    item: str = "results"
    date: datetime.date
    by: str = ""


@model(kw_only=True)
class DisclosurePolicy:
    """Disclosure rules by audience.

    Whatever the rules do not allow is withheld.

    Attributes:
        audiences: Strictest permitted label of reports, by audience; others are refused.
        minimum_n: Minimum number of countries or people behind a figure.
        consents: Consents to be named.
        named_by_default: Audiences that see names without consent, such as the team.
        markings: The programme's own markings of evidence and findings, with equivalent traffic-light labels.
    """

    audiences: FrozenMap[str, TLP] = field(factory=FrozenMap, converter=to_map)
    minimum_n: int = field(default=3, validator=between(1))
    consents: tuple[Consent, ...] = field(default=(), converter=to_tuple)
    named_by_default: tuple[Audience, ...] = field(default=(Audience.TEAM,), converter=to_tuple)
    markings: FrozenMap[str, TLP] = field(factory=FrozenMap, converter=to_map)

    def may_name(self, country: Country, audience: Audience, item: str = "results") -> bool:
        """True if an audience may see a country's name.

        Args:
            country: The country.
            audience: The audience.
            item: `results`, or one part of them such as `plan`. Consent to `results` covers every part; consent to
                a part covers that part only.
        """
        if audience in self.named_by_default:
            return True
        code = country.alpha_2
        agreed = [
            consent for consent in self.consents if consent.audience is audience and consent.item in ("results", item)
        ]
        return any(consent.country.alpha_2 == code for consent in agreed)

    def label(self, marking: str, tlp: TLP | None = None) -> TLP | None:
        """Return the stricter of a marking's label and another label.

        A marking that the policy does not define counts as TLP:RED.

        Example:
            >>> policy = DisclosurePolicy(markings={"Restricted": TLP.AMBER})
            >>> policy.label("Restricted").value, policy.label("Secret").value, policy.label("")
            ('TLP:AMBER', 'TLP:RED', None)
        """
        if not marking:
            return tlp
        tlps = {label.value: label for label in TLP} | dict(self.markings)
        defined = TLP(tlps.get(marking, TLP.RED))
        return defined if tlp is None or not defined.allows(tlp) else tlp


@model(kw_only=True)
class Programme(NotebookDisplay):
    """Capacity-building programme.

    Attributes:
        id: Short id.
        title: Name.
        description: Description.
        organisations: Funder, implementer and others.
        phases: Phases, in chronological order.
        rounds: Rounds of assessment.
        participations: Countries and their parts.
        framework: Key of the framework, such as `police-cyber 1.0`.
        targets: Targets.
        results: Results chain.
        budgets: Budget lines.
        currency: Reporting currency; empty to keep each amount in its own.
        rates: Exchange rates into it.
        evaluation: Findings of an evaluation, by OECD DAC criterion.
        documents: Documents about it.
        contacts: Contact points, without names.
        languages: Report languages.
        disclosure: Disclosure policy.
        notice: Notice on every page, such as that answers are invented.
        disclaimer: Disclaimer of affiliation at the foot of every page.
        invented: Whether answers are invented; everything computed from them has a notice then.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    description: Text | None = field(default=None, converter=as_optional_text)
    organisations: tuple[Organisation, ...] = field(default=(), converter=to_tuple)
    phases: tuple[Phase, ...] = field(default=(), converter=to_tuple, validator=unique(lambda p: p.id, "phase"))
    rounds: tuple[Round, ...] = field(default=(), converter=to_tuple, validator=unique(lambda r: r.id, "round"))
    participations: tuple[Participation, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda p: p.country.alpha_2, "country")
    )
    framework: str = ""
    targets: TargetProfile | None = None
    results: tuple[Result, ...] = field(default=(), converter=to_tuple)
    budgets: tuple[BudgetLine, ...] = field(default=(), converter=to_tuple)
    currency: str = ""
    rates: tuple[ExchangeRate, ...] = field(default=(), converter=to_tuple)
    evaluation: FrozenMap[DacCriterion, Text] = field(factory=FrozenMap, converter=to_texts)
    documents: tuple[ProgrammeDocument, ...] = field(default=(), converter=to_tuple)
    contacts: tuple[ContactPoint, ...] = field(default=(), converter=to_tuple)
    languages: tuple[str, ...] = field(default=("en",), converter=to_tuple)
    disclosure: DisclosurePolicy = DisclosurePolicy()
    notice: Text | None = field(default=None, converter=as_optional_text)
    disclaimer: Text | None = field(default=None, converter=as_optional_text)
    invented: bool = False

    @property
    def countries(self) -> tuple[Country, ...]:
        """Participating countries in the order given."""
        return tuple(participation.country for participation in self.participations)

    def countries_in(self, round: Round) -> tuple[Country, ...]:  # noqa: A002 - the field's word
        """Return the countries that take part in a round.

        These are the countries whose participation overlaps the time from the round's first day to its last day or
        reference date.

        Args:
            round: The round, with its collection period and reference date.
        """
        last = max(round.end or round.reference_date, round.reference_date)
        first = min(round.start or round.end or round.reference_date, round.reference_date)
        return tuple(
            participation.country for participation in self.participations if participation.is_valid_in(first, last)
        )

    def with_role(self, role: OrganisationRole) -> tuple[Organisation, ...]:
        """Return the organisations with a role."""
        return tuple(organisation for organisation in self.organisations if role in organisation.roles)

    def __repr__(self) -> str:
        return f"Programme({self.id!r}, {len(self.participations)} participants, {len(self.rounds)} rounds)"
