"""`advise`: messages for a country or a region."""

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve

from capbuild._typed import explains_arguments
from capbuild.advice.costs import make_bookings
from capbuild.advice.country import CountryAdviser, Example, list_examples
from capbuild.advice.messages import Advice
from capbuild.advice.region import RegionAdviser
from capbuild.model import Assessment, AssessmentSet, Country, Dossier, Money, Programme, UnusedResponses


@explains_arguments
def advise(
    assessed: Assessment | AssessmentSet,
    country: Country | str | None = None,
    *,
    dossier: Dossier | None = None,
    programme: Programme | None = None,
    examples: Iterable[Example] | None = None,
    costs: Mapping[str, Money] | bool = True,
    unused: Iterable[UnusedResponses] | None = None,
    least: int = 1,
) -> Advice:
    """Return advice for a country or a round.

    Messages follow from rules only, and unknown results give none. Advice for a round is about all of its countries,
    without ranking them.

    Args:
        assessed: One country's assessment, or those of a round.
        country: The country of a round to advise; None for the region.
        dossier: Needs, plan, catalogue, change and network.
        programme: Languages of the countries, for partners.
        examples: Verified examples of other countries; from the round's assessments by default.
        costs: Cost of the country's seats by id of the session; False for an audience that sees no costs.
        unused: Responses with answers that wait for a mapping; those of the round by default.
        least: Minimum number of countries behind a regional figure.

    Raises:
        KeyError: The round has no assessment of the country.

    Example:
        >>> from datetime import date
        >>> from capbuild.frameworks import load_bundled
        >>> from capbuild.model import Round
        >>> from capbuild.scoring import assess
        >>> baseline = Round(id="baseline", kind="baseline", title="Baseline", reference_date=date(2016, 3, 31))
        >>> advise(assess([], load_bundled("police_cyber"), round=baseline))
        Advice(region, 'baseline', 0 messages)
    """
    known = dossier or Dossier()
    subject = assessed[country] if isinstance(assessed, AssessmentSet) and country is not None else assessed
    assessments = assessed if isinstance(assessed, AssessmentSet) else (assessed,)
    languages: dict[str, Collection[str]] = {}
    if programme is not None:
        languages = {part.country.alpha_2: part.languages for part in programme.participations if part.languages}
    proven = list_examples(assessments, languages) if examples is None else list(examples)
    if isinstance(subject, AssessmentSet):
        region = RegionAdviser(
            assessments=subject.assessments,
            round=subject.round,
            framework=subject.framework,
            dossier=known,
            examples=proven,
            languages=languages,
            least=least,
        )
        return Advice(
            round=subject.round, framework=subject.framework, messages=region.messages(), invented=subject.invented
        )
    if unused is None:
        unused = assessed.unused if isinstance(assessed, AssessmentSet) else ()
    waiting = [name for one in unused if subject.country.name in one.places for name in one.waiting.values()]
    adviser = _make_adviser(subject, known, proven, languages.get(subject.country.alpha_2), costs)
    adviser = evolve(adviser, waiting=waiting)
    return Advice(
        country=subject.country,
        round=subject.round,
        framework=subject.framework,
        messages=adviser.messages(),
        invented=subject.invented,
    )


def _make_adviser(
    assessment: Assessment,
    dossier: Dossier,
    examples: Iterable[Example],
    languages: Collection[str] | None,
    costs: Mapping[str, Money] | bool,
) -> CountryAdviser:
    """Return the adviser of one country."""
    day, plan = assessment.round.reference_date, dossier.plan
    agreements = dossier.network.agreements if dossier.network is not None else ()
    return CountryAdviser(
        assessment=assessment,
        needs=dossier.needs,
        bookings=make_bookings(assessment, dossier, costs),
        change=dossier.change,
        examples=examples,
        languages=languages,
        agreements=[agreed for agreed in agreements if agreed.is_valid_on(day)],
        cleared=plan.limits.cleared if plan is not None else (),
        owned=[r.target for r in dossier.recommendations if r.country == assessment.country and r.owner and r.due],
    )
