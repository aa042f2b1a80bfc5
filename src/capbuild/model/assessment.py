"""Assessments of one country, and of a round."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_map, to_tuple, unique
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import CountryError, ModelError, OptionError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, country_code
from capbuild.model.evidence import Evidence, Finding, Source, SourceKind
from capbuild.model.framework import Framework
from capbuild.model.recipe import Recipe
from capbuild.model.review import AssessmentState, Dissent, StateRecord
from capbuild.model.score import Coverage, CriterionResult, Score
from capbuild.text import Text, as_text

if TYPE_CHECKING:
    import altair


@frozen
class AssessmentPlots:
    """Charts of an assessment set, with the evidence in tooltips.

    They need the extra `charts`.

    Attributes:
        subject: The assessments.

    Raises:
        CapbuildError: CB750, Altair is not installed.
    """

    subject: Any = field(repr=False)

    def heat(self, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a heat map of countries and indicators."""
        return self._draw("heat", language=language)

    def levels(self, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a chart of country counts by level and indicator."""
        return self._draw("levels", language=language)

    def range(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a chart of the levels still possible, by country."""
        return self._draw("ranges", capacity, language=language)

    def map(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a map of a capacity's levels."""
        return self._draw("country_map", capacity, language=language)

    def tiles(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a map of a capacity's levels with equal-sized countries."""
        return self._draw("tiles", capacity, language=language)

    def _draw(self, name: str, *arguments: str, language: str) -> "altair.TopLevelMixin":
        chart: altair.TopLevelMixin = provided("chart")(name, self.subject, *arguments, language=language)
        return chart


class RoundKind(StrEnum):
    """Stage of the programme in which a round takes place."""

    BASELINE = "baseline"
    MIDLINE = "midline"
    ENDLINE = "endline"


@model(kw_only=True)
class Round:
    """Round of data collection.

    Attributes:
        id: Id within the programme.
        kind: Baseline, midline or endline.
        title: Name for people.
        reference_date: Date that results refer to; time windows end on it.
        start: First day of collection.
        end: Last day of collection; returns after it are late.
    """

    id: str = field(validator=identifier)
    kind: RoundKind
    title: Text = field(converter=as_text)
    reference_date: datetime.date
    start: datetime.date | None = None
    end: datetime.date | None = field(default=None, validator=not_before("start"))


class SizeProfile(StrEnum):
    """Number of staff on cybercrime: 1-2, 3-9, 10 or more."""

    SOLO = "solo"
    SMALL = "small"
    STANDARD = "standard"


class UnusableReason(StrEnum):
    """Reason why received data cannot be used; the first applies."""

    NOT_READ = "the file cannot be read"
    NOT_HERE = "it is recorded as received, and no file of it is here"
    NOT_UNDERSTOOD = "no answer is understood"
    NOT_MAPPED = "no question is mapped to the framework"
    BLANK = "no question is answered"
    NOT_COUNTED = "it is withdrawn, replaced or a test"


class UnusedReason(StrEnum):
    """Reason why a round does not use responses."""

    NO_COUNTRY = "no country is named"
    UNKNOWN_COUNTRY = "no known country"
    NOT_A_PARTICIPANT = "not a participant"
    ANOTHER_ROUND = "of another round"
    NOT_MAPPED = "answers wait for the mapping of their question"
    COPY = "the same file as another return, which counts"


@model(kw_only=True)
class UnusedResponses:
    """Responses of a file outside the programme or the round.

    Attributes:
        file: Name of the file.
        reason: Why their answers are unused.
        places: Countries as named in the file; empty for none.
        responses: Number of responses.
        waiting: Of answers to questions without a mapping, the likely target of each question.
    """

    file: str
    reason: UnusedReason
    places: tuple[str, ...] = field(default=(), converter=to_tuple)
    responses: int = field(default=1, validator=between(1))
    waiting: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)


@model(kw_only=True, repr=False)
class Assessment(NotebookDisplay, FrameConversion):
    """Assessment of one country in one round.

    Attributes:
        country: The country.
        framework: The framework, with its texts.
        round: The round.
        recipe: Scoring recipe.
        scores: Score by capacity id.
        sources: Sources of the findings.
        evidence: Evidence for the findings.
        size: Size of the service.
        state: State of its review.
        standing: Record of that state: by whom, when and until when; None if not recorded.
        dissents: Disagreements on record.
        unmapped: Findings outside the framework; kept, never scored.
        invented: Whether answers are invented; every display has a notice then.

    Example: see `docs/tutorial`. `assessment["TEC-2"]` is a `Score`.
    """

    country: Country
    framework: Framework
    round: Round
    recipe: Recipe = Recipe()
    scores: FrozenMap[str, Score] = field(factory=FrozenMap, converter=to_map)
    sources: tuple[Source, ...] = field(default=(), converter=to_tuple, validator=unique(lambda s: s.id, "source"))
    evidence: tuple[Evidence, ...] = field(default=(), converter=to_tuple, validator=unique(lambda e: e.id, "evidence"))
    size: SizeProfile | None = None
    state: AssessmentState = AssessmentState.DRAFT
    standing: StateRecord | None = None
    dissents: tuple[Dissent, ...] = field(default=(), converter=to_tuple)
    unmapped: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    invented: bool = False

    def __attrs_post_init__(self) -> None:
        unknown = [name for name in self.scores if name not in self.framework]
        if unknown:
            raise ModelError("Assessment.scores", unknown, f"must name capacities of {self.framework.key}")

    @property
    def modes(self) -> tuple[SourceKind, ...]:
        """Kinds of sources of the assessment."""
        present = {source.kind for source in self.sources}
        return tuple(kind for kind in SourceKind if kind in present)

    @property
    def visited(self) -> bool:
        """True if the country was visited in this round."""
        return SourceKind.VISIT in self.modes

    @property
    def last_visit(self) -> datetime.date | None:
        """Last day of the latest visit in this round."""
        days = [s.end or s.start for s in self.sources if s.kind is SourceKind.VISIT]
        return max((day for day in days if day is not None), default=None)

    @property
    def indicators(self) -> tuple[Score, ...]:
        """Scores of directly judged nodes, in framework order."""
        return tuple(self.scores[node.id] for node in self.framework.indicators if node.id in self.scores)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings behind the scores."""
        return tuple(finding for score in self.indicators for finding in score.findings)

    @property
    def coverage(self) -> Coverage:
        """Answered and settled share over all indicators."""
        return sum((s.coverage for s in self.indicators), start=Coverage(answered=0, settled=0, applicable=0))

    @property
    def conflicts(self) -> tuple[CriterionResult, ...]:
        """Criteria with disagreeing sources: the agenda of the next visit."""
        return tuple(result for score in self.indicators for result in score.conflicts)

    @cached_property
    def source_by_id(self) -> FrozenMap[str, Source]:
        """Sources by id."""
        return FrozenMap({source.id: source for source in self.sources})

    def __getitem__(self, capacity: str) -> Score:
        try:
            return self.scores[capacity]
        except KeyError:
            raise KeyError(f"no score for {capacity!r}{did_you_mean(capacity, self.scores)}") from None

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores.values())

    def __len__(self) -> int:
        return len(self.scores)

    def __contains__(self, capacity: object) -> bool:
        return capacity in self.scores

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.scores)

    def __str__(self) -> str:
        verified, reported = (sum(s.verified for s in self.indicators), sum(s.reported for s in self.indicators))
        notice = "; answers are invented" if self.invented else ""
        return (
            f"{self.country}, {self.round.title}, {self.framework.key}: "
            f"{verified} of {len(self.indicators)} indicators verified, {reported} reported{notice}"
        )

    def __repr__(self) -> str:
        return f"Assessment({self.country.alpha_2!r}, {self.framework.key!r}, {self.round.id!r}, {len(self)} scores)"


@model(kw_only=True, repr=False)
class AssessmentSet(NotebookDisplay, FrameConversion):
    """Assessments of a round, ordered by country name.

    `baseline["JM"]`, `baseline["JAM"]`, `baseline["jamaïque"]` and `baseline[country]` are the same assessment: text is
    resolved as in `read`.

    Attributes:
        framework: Framework of all assessments.
        round: The round.
        recipe: Scoring recipe.
        assessments: One per country.
        silent: Countries of the programme without any data, never shown as zero.
        unusable: Reason why the return of one of them is unusable, by alpha-2 code. The others have not answered yet.
        unused: Responses received that belong to no country of the programme.
        inputs: Hash of each input file, by name.
        invented: Whether answers are invented; every display has a notice then.
    """

    framework: Framework
    round: Round
    recipe: Recipe = Recipe()
    assessments: tuple[Assessment, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda a: a.country.alpha_2, "country")
    )
    silent: tuple[Country, ...] = field(default=(), converter=to_tuple)
    unusable: FrozenMap[str, UnusableReason] = field(factory=FrozenMap, converter=to_map)
    unused: tuple[UnusedResponses, ...] = field(default=(), converter=to_tuple)
    inputs: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    invented: bool = False

    def __attrs_post_init__(self) -> None:
        for assessment in self.assessments:
            if assessment.framework is not self.framework and assessment.framework != self.framework:
                raise ModelError("AssessmentSet.assessments", assessment, f"must be judged by {self.framework.key}")
        silent = {country.alpha_2 for country in self.silent}
        for code in self.unusable:
            if code not in silent:
                raise ModelError("AssessmentSet.unusable", code, "must be one of the silent countries")

    @cached_property
    def _by_name(self) -> FrozenMap[str, Assessment]:
        names: dict[str, Assessment] = {}
        for assessment in self.assessments:
            names |= dict.fromkeys(
                (assessment.country.alpha_2, assessment.country.alpha_3, assessment.country.name), assessment
            )
        return FrozenMap(names)

    @property
    def plot(self) -> AssessmentPlots:
        """Charts: `plot.heat()`, `plot.levels()`, `plot.map("TEC-2")`, `plot.range("TEC-2")` and others."""
        return AssessmentPlots(self)

    def filter(
        self, where: "Callable[[Assessment], bool] | Country | str | Iterable[Country | str]", /
    ) -> "AssessmentSet":
        """Return the assessments of some countries.

        Args:
            where: Countries in any spelling, or a function of the assessment, such as `lambda one: one.visited`.

        Raises:
            KeyError: A country has no assessment.
        """
        if callable(where):
            chosen = [assessment for assessment in self.assessments if where(assessment)]
        else:
            countries = [where] if isinstance(where, Country | str) else where
            wanted = {self[country].country for country in countries}
            chosen = [assessment for assessment in self.assessments if assessment.country in wanted]
        return evolve(self, assessments=chosen, silent=(), unusable={}, unused=())

    def sort(self, by: "str | Callable[[Assessment], Any]", /, *, reverse: bool = False) -> "AssessmentSet":
        """Return the assessments sorted, those without a figure last.

        Args:
            by: Id of a capacity, for its lowest possible level or its value; or a function of the assessment.
            reverse: Highest first.

        Raises:
            OptionError: The framework has no such capacity.
        """
        if not callable(by) and by not in self.framework:
            known = did_you_mean(by, self.framework.capacities)
            raise OptionError(f"framework {self.framework.key} has no capacity {by!r}{known}")
        key = by if callable(by) else partial(_sort_figure, by)
        figures: list[tuple[Any, Assessment]] = [(key(assessment), assessment) for assessment in self.assessments]
        with_figure = sorted((pair for pair in figures if pair[0] is not None), key=lambda p: p[0], reverse=reverse)
        without = [assessment for figure, assessment in figures if figure is None]
        return evolve(self, assessments=[*(assessment for _, assessment in with_figure), *without])

    @property
    def unanswered(self) -> tuple[Country, ...]:
        """Countries without any return yet."""
        return tuple(country for country in self.silent if country.alpha_2 not in self.unusable)

    @property
    def _describe_others(self) -> str:
        """Countries without an assessment, in words."""
        received = len(self.silent) - len(self.unanswered)
        return f"{len(self.unanswered)} not answered yet" + (f", {received} received, not usable" if received else "")

    @property
    def countries(self) -> tuple[Country, ...]:
        """Countries with an assessment."""
        return tuple(assessment.country for assessment in self.assessments)

    def __getitem__(self, country: Country | str) -> Assessment:
        assessment = self._by_name.get(country.alpha_2 if isinstance(country, Country) else country)
        if assessment is not None:
            return assessment
        try:
            code = country_code(country, (*self.countries, *self.silent))
        except CountryError as error:
            near = did_you_mean(str(country), self._by_name)
            raise KeyError(f"no assessment in {self.round.id!r}: {error.message}{near}") from None
        if code not in self._by_name:
            raise KeyError(f"no assessment in {self.round.id!r}: {country!s} {self._find_missing_reason(code)}")
        return self._by_name[code]

    def _find_missing_reason(self, code: str) -> str:
        if all(code != country.alpha_2 for country in self.silent):
            return "has none"
        reason = self.unusable.get(code)
        return "has not answered yet" if reason is None else f"is received, not usable: {reason.value}"

    def get(self, country: Country | str) -> Assessment | None:
        """Return a country's assessment, or None."""
        try:
            return self[country]
        except KeyError:
            return None

    def __contains__(self, country: object) -> bool:
        return isinstance(country, Country | str) and self.get(country) is not None

    def __iter__(self) -> Iterator[Assessment]:
        return iter(self.assessments)

    def __len__(self) -> int:
        return len(self.assessments)

    def _ipython_key_completions_(self) -> list[str]:
        return [country.name for country in self.countries]

    def __str__(self) -> str:
        notice = "; answers are invented" if self.invented else ""
        return (
            f"{self.round.title}, {self.framework.key}: {counted(len(self), 'country', 'countries')} assessed, "
            f"{self._describe_others}{notice}"
        )


def _sort_figure(capacity: str, assessment: Assessment) -> tuple[float, float] | None:
    """Return the ends of a country's level range.

    Both ends are the value for a framework with values; the result is None without a figure.
    """
    score = assessment.scores.get(capacity)
    if score is None or score.undefined is not None:
        return None
    if score.plausible is not None:
        return score.plausible.lowest, score.plausible.highest
    return None if score.value is None else (score.value, score.value)
