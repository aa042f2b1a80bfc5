"""Disclosed observations of the two dataflows."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from capbuild.disclosure import Disclosure, disclose
from capbuild.model import Assessment, AssessmentSet, Country, CriterionResult, Missing, Score, Verdict
from capbuild.plugins import RenderContext
from capbuild.reports import get_translator
from capbuild_sdmx.codelists import (
    CANNOT_EXIST,
    MISSING,
    NORMAL,
    UNVALIDATED,
    Codelist,
    find_confidentiality,
    find_observation_status,
    make_codelists,
)
from capbuild_sdmx.dataflows import CRITERIA, SCORES

#: Values by component; a component without a value is not there.
Observation = Mapping[str, str]


@frozen(kw_only=True)
class Observations:
    """Observations and code lists to write.

    Attributes:
        codelists: Code lists by id.
        by_flow: Observations by id of their flow.
        prepared: Day of the message: the round's reference date, since no clock is asked.
        notice: Notice that answers are invented; empty if they are not.
        title: Framework and round in words.
    """

    codelists: Mapping[str, Codelist]
    by_flow: Mapping[str, tuple[Observation, ...]]
    prepared: str
    notice: str
    title: str


def make_observations(subject: AssessmentSet | Assessment, context: RenderContext) -> Observations:
    """Return the disclosed observations of one or all countries.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    subject, context = disclose(subject, context)
    assessments = (subject,) if isinstance(subject, Assessment) else subject.assessments
    silent = subject.silent if isinstance(subject, AssessmentSet) else ()
    t = get_translator(context.language)
    countries = [*(assessment.country for assessment in assessments), *silent]
    maker = _ObservationMaker(
        disclosure=context.disclosure,
        assessments=assessments,
        silent=silent,
        codelists=make_codelists(subject.framework, subject.round, countries),
        day=subject.round.reference_date.isoformat(),
        notice=t("invented") if context.is_invented(subject) else "",
        subject=subject,
    )
    return Observations(
        codelists=maker.codelists,
        by_flow={SCORES.id: tuple(maker.scores()), CRITERIA.id: tuple(maker.criteria())},
        prepared=maker.day,
        notice=maker.notice,
        title=f"{subject.framework.title.get(t.language)}, {subject.round.title.get(t.language)}",
    )


@frozen(kw_only=True)
class _ObservationMaker:
    disclosure: Disclosure
    assessments: Sequence[Assessment]
    silent: Sequence[Country]
    codelists: Mapping[str, Codelist]
    day: str
    notice: str
    subject: AssessmentSet | Assessment

    def scores(self) -> Iterator[Observation]:
        for assessment in self.assessments:
            for score in assessment:
                # A profile has no figure of its own, only those of its children.
                if score.plausible is not None or score.value is not None or not score.capacity.children:
                    yield self._make_score(assessment, score)
        for country in self.silent:
            for node in self.subject.framework.indicators:
                key = self._make_key(country.alpha_2, "CAPACITY", "CL_CAPACITY", node.id)
                yield {**key, **self._make_missing(Missing.NOT_COLLECTED), **self._make_notice}

    def criteria(self) -> Iterator[Observation]:
        for assessment in self.assessments:
            for score in assessment.indicators:
                for result in score.results:
                    criterion = assessment.framework.criteria.get(result.target)
                    if criterion is not None:
                        yield self._make_criterion(assessment, result, public=criterion.public)

    def _make_key(self, country: str, dimension: str, codelist: str, name: str) -> Observation:
        return {
            "REF_AREA": self.codelists["CL_AREA"][country],
            dimension: self.codelists[codelist][name],
            "ROUND": self.codelists["CL_ROUND"][self.subject.round.id],
            "TIME_PERIOD": self.day,
        }

    @property
    def _make_notice(self) -> Observation:
        return {"NOTICE": self.notice} if self.notice else {}

    def _make_missing(self, kind: Missing) -> Observation:
        return {
            "OBS_STATUS": find_observation_status(kind),
            "CONF_STATUS": find_confidentiality(self.disclosure.tlp, confidential=kind is Missing.CONFIDENTIAL),
            "MISSING_KIND": self.codelists["CL_MISSING_KIND"][kind.value],
        }

    def _make_score(self, assessment: Assessment, score: Score) -> Observation:
        plausible, interval, coverage = score.plausible, score.interval, score.coverage
        level = plausible.lowest if plausible is not None and plausible.settled else None
        value = score.value if plausible is None else level
        if value is None:
            status = MISSING if coverage.applicable else CANNOT_EXIST
        else:
            status = UNVALIDATED if score.reported else NORMAL
        figures: Mapping[str, float | None] = {
            "OBS_VALUE": value,
            "LOWEST": None if plausible is None else plausible.lowest,
            "HIGHEST": None if plausible is None else plausible.highest,
            "CLAIMED": score.claimed,
            "LOWER": None if interval is None else interval.lower,
            "UPPER": None if interval is None else interval.upper,
            "TARGET": score.target,
            "ANSWERED": coverage.answered,
            "SETTLED": coverage.settled,
            "APPLICABLE": coverage.applicable,
        }
        return {
            **self._make_key(assessment.country.alpha_2, "CAPACITY", "CL_CAPACITY", score.capacity.id),
            "OBS_STATUS": status,
            "CONF_STATUS": find_confidentiality(self.disclosure.tlp, confidential=False),
            **{name: f"{figure:.12g}" for name, figure in figures.items() if figure is not None},
            **self._make_notice,
        }

    def _make_criterion(self, assessment: Assessment, result: CriterionResult, *, public: bool) -> Observation:
        value = result.value
        observed: Observation
        if isinstance(value, Missing):
            observed = self._make_missing(value)
        else:
            # Claimed and reported values have not been validated.
            status = NORMAL if result.checked else UNVALIDATED
            observed = {"OBS_STATUS": status, **self._make_answer(value)}
        secret = not public or value is Missing.CONFIDENTIAL
        return {
            **self._make_key(assessment.country.alpha_2, "CRITERION", "CL_CRITERION", result.target),
            **observed,
            "CONF_STATUS": find_confidentiality(self.disclosure.tlp, confidential=secret),
            "STATE": self.codelists["CL_STATE"][result.state.value],
            "CONFLICT": str(result.conflict).lower(),
            **self._make_notice,
        }

    def _make_answer(self, value: Verdict | float) -> Observation:
        return {"OBS_VALUE": self.codelists["CL_ANSWER"][value.value]} if isinstance(value, Verdict) else {}
