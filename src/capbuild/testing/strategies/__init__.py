"""Hypothesis strategies for all model classes, valid by construction.

    @given(assessments(framework=st.just(police_cyber)))
    def test_my_report(assessment): ...

`strategy(cls)` gives a strategy for any class, with strategies for its parts if given, so that the parts are
consistent. Some classes have a named strategy. With `hypothesis` installed, `st.from_type(Assessment)` also works,
without this import.
"""

from capbuild.testing.strategies._derive import countries, identifiers, strategy, words
from capbuild.testing.strategies._frameworks import frameworks
from capbuild.testing.strategies._programmes import catalogues, plans, questionnaires, responses
from capbuild.testing.strategies._scores import assessment_sets, assessments

__all__ = [
    "assessment_sets",
    "assessments",
    "catalogues",
    "countries",
    "frameworks",
    "identifiers",
    "plans",
    "questionnaires",
    "responses",
    "strategy",
    "words",
]
