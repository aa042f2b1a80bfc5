"""Hypothesis strategies for all model classes, valid by construction.

    @given(assessments(framework=st.just(police_cyber)))
    def test_my_report(assessment): ...

`strategy(cls)` gives a strategy for any class. Named strategies take strategies for their parts, so that the parts are
consistent. With `hypothesis` installed, `st.from_type(Assessment)` also works, without this import.
"""

from capbuild.testing.strategies._derive import (
    alpha_2_codes,
    countries,
    dates,
    geo_points,
    identifiers,
    meetings,
    memberships,
    moments,
    origins,
    partial_dates,
    periods,
    sources,
    strategy,
    texts,
    visits,
    words,
)
from capbuild.testing.strategies._frameworks import bands, capacities, crosswalk_links, frameworks, recipes, scales
from capbuild.testing.strategies._programmes import (
    budgets,
    catalogues,
    costs,
    exchange_rates,
    external_series,
    gaps,
    limits,
    moneys,
    plans,
    programmes,
    questionnaires,
    responses,
    roles,
    sheet_reconciliations,
)
from capbuild.testing.strategies._scores import (
    assessment_sets,
    assessments,
    change_series,
    coverages,
    criterion_results,
    plausible_levels,
    scores,
)

__all__ = [
    "alpha_2_codes",
    "assessment_sets",
    "assessments",
    "bands",
    "budgets",
    "capacities",
    "catalogues",
    "change_series",
    "costs",
    "countries",
    "coverages",
    "criterion_results",
    "crosswalk_links",
    "dates",
    "exchange_rates",
    "external_series",
    "frameworks",
    "gaps",
    "geo_points",
    "identifiers",
    "limits",
    "meetings",
    "memberships",
    "moments",
    "moneys",
    "origins",
    "partial_dates",
    "periods",
    "plans",
    "plausible_levels",
    "programmes",
    "questionnaires",
    "recipes",
    "responses",
    "roles",
    "scales",
    "scores",
    "sheet_reconciliations",
    "sources",
    "strategy",
    "texts",
    "visits",
    "words",
]
