"""Conformance class of frameworks."""

import datetime
import math
from collections.abc import Iterator, Mapping
from typing import ClassVar

from capbuild.countries import country_by_code
from capbuild.frameworks.lint import lint_framework
from capbuild.model import (
    Assessment,
    Basis,
    Capacity,
    Finding,
    FindingStatus,
    Framework,
    Round,
    RoundKind,
    ScaleKind,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.scoring import assess_country
from capbuild.scoring.methods import RegisteredMethod
from capbuild.testing.conformance._plugin import PluginConformance, check_name, check_round_trip
from capbuild.testing.contract import require_clause


class FrameworkConformance(PluginConformance):
    """Contract of frameworks as tests; subclasses name a framework.

        class TestFramework(FrameworkConformance):
            plugin = capbuild_ministry
            framework = "ministry 1.0"

    Attributes:
        framework: Key of the framework: its id and edition.
    """

    framework: ClassVar[str]
    _kind = "frameworks"

    @property
    def subject(self) -> Framework:
        """Framework under test."""
        return self.registered(self.framework, Framework)

    def test_registered(self) -> None:
        """Check that it has name, title and indicators."""
        framework = self.subject
        check_name(framework.id, framework.title.source)
        require_clause(framework.indicators, "registered", "nothing is judged")

    def test_round_trip(self) -> None:
        """Check that it survives a round trip as document."""
        self.clause("travels")
        check_round_trip(self.subject)

    def test_complete_texts(self) -> None:
        """Check that every text is translated and clear.

        Translations have the same numbers as the source, and no wording is ambiguous.
        """
        self.clause("complete texts")
        problems = [issue.message for issue in lint_framework(self.subject)]
        require_clause(not problems, "complete texts", "; ".join(problems[:5]))

    def test_names_its_source(self) -> None:
        """Check that it names its provider and licence."""
        self.clause("names its source")
        for name in ("provider", "licence"):
            require_clause(getattr(self.subject, name).strip(), "names its source", f"no {name}")

    def test_has_scales(self) -> None:
        """Check that every indicator has criteria or a scale.

        Weights must be finite, and positive in sum.
        """
        self.clause("can be judged")
        framework = self.subject
        for node in framework.indicators:
            judged = node.criteria or framework.scale_of(node) is not None
            require_clause(judged, "can be judged", f"{node.id} has neither criteria nor a scale")
        for node in framework.walk():
            weights = [child.weight for child in node.children]
            fine = not weights or (all(map(math.isfinite, weights)) and sum(weights) > 0)
            require_clause(fine, "can be judged", f"the weights below {node.id} are {weights}")

    def test_references_exist(self) -> None:
        """Check that ids are unique and references exist."""
        self.clause("fits together")
        framework = self.subject
        ids = [node.id for node in framework.walk()] + [c.id for node in framework.walk() for c in node.criteria]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        require_clause(not repeated, "fits together", f"{', '.join(repeated)} stand twice")
        scales = {scale.id: scale for scale in framework.scales}
        for node in framework.walk():
            require_clause(
                node.scale is None or node.scale in scales, "fits together", f"{node.id}: no scale {node.scale!r}"
            )
            levels = framework.scale_of(node).levels
            high = [c.id for c in node.criteria if levels and c.step > levels[-1].order]
            require_clause(
                not high, "fits together", f"{', '.join(high)}: a step above the {len(levels)} levels of the scale"
            )

    def test_reaches_both_ends(self) -> None:
        """Check that both ends of each scale can be reached.

        Meeting everything gives the best result, and meeting nothing the worst.
        """
        self.clause("reaches both ends")
        framework = self.subject
        methods = self.host.methods
        best, worst = (_judged(framework, methods, met=met) for met in (True, False))
        for node in framework.indicators:
            ends = _ends(framework, node)
            reached = tuple(_figure(assessment, node.id) for assessment in (worst, best))
            require_clause(
                reached == ends, "reaches both ends", f"{node.id} goes from {reached[0]} to {reached[1]}, not {ends}"
            )


def _ends(framework: Framework, node: Capacity) -> tuple[float, float]:
    """Return the worst and the best result of an indicator."""
    scale = framework.scale_of(node)
    if scale.levels:
        return scale.ends
    return (scale.minimum, scale.maximum) if scale.ascending else (scale.maximum, scale.minimum)


def _figure(assessment: Assessment, name: str) -> float | None:
    score = assessment[name]
    return score.level if score.level is not None else score.value


def _judged(framework: Framework, methods: Mapping[str, RegisteredMethod], *, met: bool) -> Assessment:
    """Assess a country that meets all criteria or none."""
    day = datetime.date(2016, 12, 31)
    country = country_by_code("BB")
    visit = Source(id="visit", kind=SourceKind.VISIT, title="Invented visit", country=country, start=day)
    findings = [
        Finding(
            country=country,
            target=target,
            value=value,
            source="visit",
            status=FindingStatus.CONFIRMED,
            basis=Basis.SEEN,
            as_of=day,
        )
        for target, value in _values(framework, met=met)
    ]
    round_ = Round(id="r", kind=RoundKind.BASELINE, title="Invented", reference_date=day)
    return assess_country(country, framework, findings, round=round_, sources=[visit], methods=methods, invented=True)


def _values(framework: Framework, *, met: bool) -> Iterator[tuple[str, Verdict | float]]:
    for node in framework.indicators:
        if node.criteria:
            verdict = Verdict.YES if met else Verdict.NO
            yield from ((criterion.id, verdict) for criterion in node.criteria)
        else:
            worst, best = _ends(framework, node)
            end = best if met else worst
            ordinal = framework.scale_of(node).kind is ScaleKind.ORDINAL
            yield node.id, int(end) if ordinal else float(end)
