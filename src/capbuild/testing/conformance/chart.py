"""Conformance class of charts."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from attrs import evolve

from capbuild.charts import alt_text
from capbuild.model import AssessmentSet
from capbuild.plugins import ChartKind
from capbuild.testing.conformance._plugin import PluginConformance, check_name
from capbuild.testing.contract import fail_clause, require_clause
from capbuild.testing.sample_programme import invented_programme

_NOTICE = "nvented"


class ChartConformance(PluginConformance):
    """Contract of charts as tests; subclasses name a chart.

        class TestCoverage(ChartConformance):
            plugin = capbuild_ministry
            chart = "coverage"

    Attributes:
        chart: Its name.
        settings: Its settings.
    """

    chart: ClassVar[str]
    settings: ClassVar[Mapping[str, Any]] = {}
    _kind = "charts"

    @property
    def descriptor(self) -> ChartKind:
        """Chart under test."""
        return self.registered(self.chart, ChartKind)

    def subject(self) -> object:
        """Return the subject to draw.

        Override it for charts that do not draw assessments or a plan of the invented programme.
        """
        subjects = (invented_programme().baseline, invented_programme().baseline["BB"], invented_programme().plan)
        sample_subject = next(
            (candidate for candidate in subjects if isinstance(candidate, self.descriptor.accepts)), None
        )
        require_clause(
            sample_subject, "registered", "no sample is known of what it accepts: define `subject` in the class"
        )
        return sample_subject

    def _draw(self, subject: object) -> Any:
        pytest.importorskip("altair", reason='charts need pip install "capbuild[charts]"')
        return self.descriptor.draw(subject, language="en", **self.settings)

    def test_registered(self) -> None:
        """Check that it has name, title and accepted classes."""
        check_name(self.chart, self.descriptor.title)
        require_clause(self.descriptor.accepts, "registered", "it accepts nothing")

    def test_draws_the_same(self) -> None:
        """Check that a subject always gives the same chart."""
        self.clause("draws")
        first, other = (json.dumps(self._draw(self.subject()).to_dict()) for _ in range(2))
        require_clause(first == other, "draws", "two charts of one subject differ")
        subject = self.subject()
        if isinstance(subject, AssessmentSet):
            for few in (evolve(subject, assessments=()), evolve(subject, assessments=subject.assessments[:1])):
                try:
                    self._draw(few).to_dict()
                except Exception as error:  # noqa: BLE001 - whatever it raises breaks the clause
                    fail_clause("draws", f"{len(few.assessments)} countries: {type(error).__name__}: {error}")

    def test_alt_text(self) -> None:
        """Check that it has an alternative text."""
        self.clause("has words")
        text = alt_text(self._draw(self.subject())).strip()
        require_clause(text, "has words", "its description is empty")

    def test_marks_invented_data(self) -> None:
        """Check that invented results alone are marked."""
        self.clause("marks inventions")
        subject = self.subject()
        if not isinstance(subject, AssessmentSet):
            pytest.skip("it draws no results")
        true = evolve(
            subject, invented=False, assessments=[evolve(assessment, invented=False) for assessment in subject]
        )
        for assessment_set, wanted in ((subject, True), (true, False)):
            has_notice = _NOTICE in json.dumps(self._draw(assessment_set).to_dict(), default=str)
            require_clause(has_notice is wanted, "marks inventions", f"the notice is {'absent' if wanted else 'there'}")
