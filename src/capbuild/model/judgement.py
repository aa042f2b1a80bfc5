"""Answer scales of a framework, and its rules for judged levels."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_tuple, unique
from capbuild.errors import ModelError
from capbuild.model.evidence import FindingValue
from capbuild.model.response import Missing
from capbuild.text import Text, as_text

__all__ = ["AgreementRule", "AnswerOption", "AnswerScale", "Judgement", "JudgementRules", "ZeroMeaning"]


class AgreementRule(StrEnum):
    """Level of several assessors who recorded no consensus.

    The lower of two middle ones for `median`; the level given most often for `majority`, the lower of several; for
    `consensus` the level stays open until one is recorded.
    """

    CONSENSUS = "consensus"
    MEDIAN = "median"
    LOWEST = "lowest"
    MAJORITY = "majority"


class ZeroMeaning(StrEnum):
    """Meaning of a 0 that is answered for an indicator judged as a whole."""

    LEVEL = "level"
    POINTS = "no points"
    NOT_ANSWERED = "not answered"
    NOT_APPLICABLE = "not applicable"

    @property
    def missing(self) -> Missing | None:
        """Kind of missing that a 0 is; None where it is a level or a value."""
        return {self.NOT_ANSWERED: Missing.NO_ANSWER, self.NOT_APPLICABLE: Missing.NOT_APPLICABLE}.get(self)


@model(kw_only=True)
class JudgementRules:
    """Rules of a framework for levels that assessors judge.

    Attributes:
        agreement: Level of several assessors without a recorded consensus; None leaves it to the recipe.
        evidence_from: Lowest level that needs evidence: a judged level, or criteria of its step, count only where
            somebody cites some. 1 for all criteria of a points framework; None where none is asked.
        max_spread: Number of levels by which assessors may differ before a meeting settles it.
        source: Where the framework says so.
    """

    agreement: AgreementRule | None = None
    evidence_from: int | None = field(default=None, validator=between(0))
    max_spread: float = field(default=1.0, validator=between(0))
    source: str = ""


@model(kw_only=True)
class Judgement:
    """Levels that assessors gave one indicator, and the one agreed on.

    Attributes:
        rule: `consensus`, or the rule of the framework or recipe that chose among them.
        agreed: Level or value agreed on, before evidence is asked for; None while it is open.
        lowest: Lowest that an assessor gave, the recorded consensus left aside.
        highest: Highest that an assessor gave.
        assessors: Number of assessors.
        consensus: Whether a consensus was recorded.
        evidence_limit: Highest level that the evidence allows, where that is below a level that was given.
        settled: Whether a consensus or the framework's rule of agreement leaves one level.
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
        """Difference of the highest and the lowest level given."""
        return self.highest - self.lowest

    def limited(self, value: float) -> float:
        """Return a level, lowered to what the evidence allows."""
        return value if self.evidence_limit is None else min(value, self.evidence_limit)


@model(kw_only=True)
class AnswerOption:
    """Option of an answer scale.

    Attributes:
        code: Stable code, such as `FI`.
        label: Its words, in each language.
        counts: What it counts for: a verdict of criteria, the order of a level, or a kind of missing.
    """

    code: str = field(validator=identifier)
    label: Text = field(converter=as_text)
    counts: FindingValue


@model(kw_only=True)
class AnswerScale:
    """Answers that a framework allows, with what each counts for.

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

    def __attrs_post_init__(self) -> None:
        if not self.options:
            raise ModelError("AnswerScale.options", self.options, "must hold at least one option")

    @property
    def suits_criteria(self) -> bool:
        """True if no option counts for a number."""
        return not any(isinstance(option.counts, int | float) for option in self.options)

    @property
    def suits_levels(self) -> bool:
        """True if every option counts for a number or is missing."""
        return all(isinstance(option.counts, int | float | Missing) for option in self.options)
