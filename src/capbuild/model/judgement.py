"""Answer scales and judgement rules of a framework."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_tuple, unique
from capbuild.model.evidence import FindingValue
from capbuild.model.response import Missing
from capbuild.text import Text, as_text


class AgreementRule(StrEnum):
    """Rule that combines assessors' levels without a recorded consensus.

    `median` gives the lower of two middle levels; `majority` the most frequent level, the lowest of ties; `consensus`
    leaves the level open until a consensus is recorded.
    """

    CONSENSUS = "consensus"
    MEDIAN = "median"
    LOWEST = "lowest"
    MAJORITY = "majority"


class ZeroMeaning(StrEnum):
    """Meaning of a 0 for a directly judged indicator."""

    LEVEL = "level"
    POINTS = "no points"
    NOT_ANSWERED = "not answered"
    NOT_APPLICABLE = "not applicable"

    @property
    def missing(self) -> Missing | None:
        """Kind of missing that an answer of 0 stands for.

        It is None if 0 is a level or a value.
        """
        return {self.NOT_ANSWERED: Missing.NO_ANSWER, self.NOT_APPLICABLE: Missing.NOT_APPLICABLE}.get(self)


@model(kw_only=True)
class JudgementRules:
    """Rules of a framework for levels that assessors judge.

    Attributes:
        agreement: Level of several assessors without a recorded consensus; None leaves it to the recipe.
        evidence_from: Lowest level that requires evidence: a judged level, or criteria of its step, count only with
            evidence. 1 for all criteria of a points framework; None for no requirement.
        max_spread: Largest difference between assessors, in levels, that needs no meeting.
        source: Source in the framework.
    """

    agreement: AgreementRule | None = None
    evidence_from: int | None = field(default=None, validator=between(0))
    max_spread: float = field(default=1.0, validator=between(0))
    source: str = ""


@model(kw_only=True)
class Judgement:
    """Levels of an indicator from assessors, and the agreed level.

    Attributes:
        rule: `consensus`, or the agreement rule of the framework or recipe.
        agreed: Agreed level or value, before the evidence limit; None while open.
        lowest: Lowest level from an assessor, excluding a recorded consensus.
        highest: Highest level from an assessor.
        assessors: Number of judgements: of assessors, and of countries where those count too.
        consensus: Whether a consensus was recorded.
        evidence_limit: Highest level that the evidence supports, if below a given level.
        settled: Whether a consensus or the framework's agreement rule gives a single level.
    """

    rule: str = field(validator=identifier)
    agreed: float | None = None
    lowest: float
    highest: float = field(validator=not_before("lowest"))
    assessors: int = field(validator=between(0))
    consensus: bool = False
    evidence_limit: float | None = None
    settled: bool = False

    @property
    def spread(self) -> float:
        """Difference between the highest and lowest given level."""
        return self.highest - self.lowest

    def limited(self, value: float) -> float:
        """Return a level, limited by the evidence."""
        return value if self.evidence_limit is None else min(value, self.evidence_limit)


@model(kw_only=True)
class AnswerOption:
    """Option of an answer scale.

    Attributes:
        code: Stable code, such as `FI`.
        label: Label in each language.
        counts: Meaning: a verdict on criteria, the order of a level, or a kind of missing.
    """

    code: str = field(validator=identifier)
    label: Text = field(converter=as_text)
    counts: FindingValue


@model(kw_only=True)
class AnswerScale:
    """Answers permitted in a framework, with their meanings.

    Attributes:
        id: Name within the framework.
        options: Options in the order of the form.

    Example:
        >>> from capbuild.model import Verdict
        >>> met = AnswerScale(id="met", options=[AnswerOption(code="P", label="Met in part", counts=Verdict.PARTLY)])
        >>> met.suits_criteria, met.suits_levels
        (True, False)
    """

    id: str = field(validator=identifier)
    options: tuple[AnswerOption, ...] = field(converter=to_tuple, validator=unique(lambda o: o.code, "option"))

    @property
    def suits_criteria(self) -> bool:
        """True if no option means a number."""
        return not any(isinstance(option.counts, int | float) for option in self.options)

    @property
    def suits_levels(self) -> bool:
        """True if every option means a number or is missing."""
        return all(isinstance(option.counts, int | float | Missing) for option in self.options)
