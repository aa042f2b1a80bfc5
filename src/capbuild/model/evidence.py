"""Sources, evidence and findings."""

import datetime
from collections.abc import Iterable
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_tuple
from capbuild.errors import ModelError
from capbuild.model.country import Country
from capbuild.model.response import Missing, PreviousAnswer
from capbuild.origin import Origin
from capbuild.text import Text, as_optional_text, as_text


class TLP(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST), strictest first."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"

    def allows(self, label: "TLP") -> bool:
        """True if a label permits content with another label."""
        order = list(TLP)
        return order.index(self) >= order.index(label)

    @classmethod
    def strictest(cls, labels: "Iterable[TLP]") -> "TLP | None":
        """Return the strictest of some labels; None without any.

        Anything that combines several sources gets this label.

        Example:
            >>> TLP.strictest([TLP.GREEN, TLP.AMBER, TLP.CLEAR]).value
            'TLP:AMBER'
        """
        return min(labels, key=list(cls).index, default=None)


class SourceKind(StrEnum):
    """Kind of a source of information."""

    SURVEY = "survey"
    VISIT = "visit"
    MEETING = "meeting"
    DESK = "desk"
    EXTERNAL = "external"


@model(kw_only=True)
class Source:
    """Survey return, visit, meeting or desk review.

    Attributes:
        id: Id within the programme.
        kind: Survey, visit, meeting, desk review or external series.
        title: Name for people.
        country: The country it was about; None for several.
        start: First day.
        end: Last day; None for the same day.
        place: Where.
        team: Roles of those who collected; never names.
        mode: Mode: online, on paper, in person, by telephone.
        respondent: Kind of respondent, such as `police`.
        language: Its language.
        late: Whether it came after its due date.
    """

    id: str = field(validator=identifier)
    kind: SourceKind
    title: Text = field(converter=as_text)
    country: Country | None = None
    start: datetime.date | None = None
    end: datetime.date | None = field(default=None, validator=not_before("start"))
    place: str = ""
    team: tuple[str, ...] = field(default=(), converter=to_tuple)
    mode: str = ""
    respondent: str = ""
    language: str = ""
    late: bool = False

    def __attrs_post_init__(self) -> None:
        if self.end is not None and (self.start is None or self.end < self.start):
            raise ModelError("Source.end", self.end, "must not lie before the start")


@model(kw_only=True)
class Visit:
    """Rapid assessment visit.

    Attributes:
        source: Date, place and team.
        host: Unit that received the team.
        sites: Places seen.
        agenda: Agenda.
    """

    source: Source
    host: str = ""
    sites: tuple[str, ...] = field(default=(), converter=to_tuple)
    agenda: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __attrs_post_init__(self) -> None:
        if self.source.kind is not SourceKind.VISIT:
            raise ModelError("Visit.source", self.source.kind.value, "must be a visit")


@model(kw_only=True)
class Meeting:
    """Meeting, such as one of heads of police.

    Attributes:
        source: Date and place.
        level: Level of the participants: `technical`, `heads of unit`, `high level`.
        participants: Countries that took part.
        minutes: Minutes of the agreement.
    """

    source: Source
    level: str = ""
    participants: tuple[Country, ...] = field(default=(), converter=to_tuple)
    minutes: Text | None = field(default=None, converter=as_optional_text)

    def __attrs_post_init__(self) -> None:
        if self.source.kind is not SourceKind.MEETING:
            raise ModelError("Meeting.source", self.source.kind.value, "must be a meeting")


class EvidenceKind(StrEnum):
    """Kind of a piece of evidence."""

    LAW = "law"
    POLICY = "policy"
    ORGANISATION_CHART = "organisation chart"
    DOCUMENT = "document"
    STATISTIC = "statistic"
    INTERVIEW = "interview"
    OBSERVATION = "observation"
    CERTIFICATE = "certificate"
    PHOTOGRAPH = "photograph"
    WEB_PAGE = "web page"


@model(kw_only=True)
class Evidence:
    """Evidence for a finding.

    It must not include case material, covert identities or victims' data.

    Attributes:
        id: Id within the programme.
        kind: Law, policy, statistic, observation, ...
        title: Title.
        link: Address.
        sha256: Hash of the file, if one is kept.
        date: Date of the evidence.
        valid_until: Last day of validity.
        language: Its language.
        tlp: How far it may be passed on.
        reliability: 1 (low) to 3 (high).
        quote: Relevant passage, in its own language.
        marking: The programme's own marking in addition to the label, such as `Restricted`; the stricter applies.
        origin: Its origin; not part of equality.
    """

    id: str = field(validator=identifier)
    kind: EvidenceKind = EvidenceKind.DOCUMENT
    title: Text = field(converter=as_text)
    link: str = ""
    sha256: str = ""
    date: datetime.date | None = None
    valid_until: datetime.date | None = None
    language: str = ""
    tlp: TLP = TLP.AMBER
    reliability: int | None = field(default=None, validator=between(1, 3))
    quote: Text | None = field(default=None, converter=as_optional_text)
    marking: str = ""
    origin: Origin | None = field(default=None, eq=False)

    def has_expired(self, on: datetime.date) -> bool:
        """True if it was valid until an earlier day."""
        return self.valid_until is not None and self.valid_until < on


class Verdict(StrEnum):
    """Judgement of a criterion; `elsewhere` is met through another body."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    ELSEWHERE = "elsewhere"

    @property
    def passes(self) -> bool:
        """True if the criterion counts as met."""
        return self in (Verdict.YES, Verdict.ELSEWHERE)


class FindingStatus(StrEnum):
    """Verification status of a finding.

    A claimed finding needs a check that its source cannot make: it neither passes nor fails a step. A reported finding
    is taken as stated by its source, and nobody able to verify it has done so. A confirmed finding was checked.
    """

    CLAIMED = "claimed"
    REPORTED = "reported"
    CONFIRMED = "confirmed"

    @property
    def counts(self) -> bool:
        """True if it can support a level or value."""
        return self is not FindingStatus.CLAIMED


class Basis(StrEnum):
    """Basis of a finding, strongest first."""

    SEEN = "seen"
    COPY = "copy"
    TOLD_DETAIL = "told in detail"
    TOLD = "told"

    @property
    def strength(self) -> int:
        """4 (seen) to 1 (reported)."""
        return _STRENGTH[self]


_STRENGTH = {basis: 4 - place for place, basis in enumerate(Basis)}


class Route(StrEnum):
    """Body through which a criterion is met elsewhere.

    Vendor and donor routes never give the highest level.
    """

    SHARED_NATIONAL = "shared_national"
    SOVEREIGN = "sovereign"
    REGIONAL = "regional"
    BILATERAL = "bilateral"
    VENDOR = "vendor"
    DONOR = "donor"


#: Verdict on a criterion, level order or value of a capacity, or kind of missing.
FindingValue = Verdict | int | float | Missing

#: Verdicts and kinds of missing, by their codes in files and answer scales.
VALUE_CODES: dict[str, Verdict | Missing] = {
    **{verdict.value: verdict for verdict in Verdict},
    **{kind.value: kind for kind in Missing},
    **{kind.name.lower(): kind for kind in Missing},
}


@model(kw_only=True)
class Interval:
    """Range of values with its nominal probability.

    Attributes:
        lower: Lower end, in the unit of the scale.
        upper: Upper end.
        nominal: Coverage probability, 0 to 1: the confidence level of a survey's interval; for a score, the coverage by
            simulation, since discrete figures cover more than requested. None for a range of assumptions, which has no
            probability.
    """

    lower: float
    upper: float = field(validator=not_before("lower"))
    nominal: float | None = field(default=0.9, validator=between(0, 1))

    def __str__(self) -> str:
        return f"{self.lower:.4g} to {self.upper:.4g}"


@model(kw_only=True)
class Finding:
    """Claim of one source about one criterion or capacity.

    All findings of a country are kept, also if they differ.

    Attributes:
        country: The country.
        target: Id of the criterion or capacity.
        value: Verdict, level order, value, or kind of missing.
        source: Id of the source.
        status: Claimed, reported or confirmed; None leaves it to `assess`, which derives it from the source.
        basis: Its basis.
        confidence: 1 (low) to 3 (high), as recorded.
        as_of: Date that it refers to.
        respondent: Pseudonym of the informant; role or pseudonym of an assessor.
        consensus: Whether it is a joint judgement, such as in a meeting.
        route: For `elsewhere`: the other body.
        reason: For `not applicable`: the reason.
        sample: Number of files sampled, or of respondents.
        interval: For a survey: interval of the mean that is the value, or of the share of respondents behind a verdict,
            0 to 1.
        note: Remark, in its own language.
        evidence: Ids of the evidence.
        raw: The original answer, if interpreted.
        marking: How far it may be passed on: a traffic-light label or one of the programme's own marks. A report that
            may not store it is not written. Empty for what the audience may see of any finding.
        carried_over: Answer of an earlier round that this one confirms unchanged on `as_of`, without new evidence.
        origin: Its cell; not part of equality.
    """

    country: Country
    target: str = field(validator=identifier)
    value: FindingValue
    source: str = field(validator=identifier)
    status: FindingStatus | None = None
    basis: Basis = Basis.TOLD
    confidence: int | None = field(default=None, validator=between(1, 3))
    as_of: datetime.date | None = None
    respondent: str | None = None
    consensus: bool = False
    route: Route | None = None
    reason: str = ""
    sample: int | None = field(default=None, validator=between(0))
    interval: Interval | None = None
    note: Text | None = field(default=None, converter=as_optional_text)
    evidence: tuple[str, ...] = field(default=(), converter=to_tuple)
    raw: str | None = None
    marking: str = ""
    carried_over: PreviousAnswer | None = None
    origin: Origin | None = field(default=None, eq=False)
