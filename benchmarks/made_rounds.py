"""Invented rounds with an answer to each criterion.

They have any number of countries and indicators.
"""

import datetime
from collections.abc import Iterator

from capbuild.countries import all_countries
from capbuild.frameworks import load_bundled
from capbuild.model import (
    AssessmentSet,
    Basis,
    Capacity,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Round,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.scoring import assess

__all__ = ["make_framework", "make_round"]

STEPS, FAMILY = (2, 3, 4, 5), 10
DAY = datetime.date(2020, 12, 31)


def make_framework(indicators: int) -> Framework:
    """Return a framework of families of ten indicators.

    Each step has one criterion.
    """
    nodes = [
        Capacity(
            id=f"F{n // FAMILY}-{n % FAMILY}",
            title=f"Indicator {n} of what a service can do",
            criteria=[
                Criterion(id=f"F{n // FAMILY}-{n % FAMILY}.{s}", step=s, text=f"Step {s} is shown.") for s in STEPS
            ],
        )
        for n in range(indicators)
    ]
    roots = [
        Capacity(id=f"F{n}", kind="domain", title=f"Family {n}", children=nodes[n * FAMILY : (n + 1) * FAMILY])
        for n in range(-(-indicators // FAMILY))
    ]
    known = load_bundled("police_cyber")
    return Framework(id="large", edition="1", title="Large", scales=known.scales, roots=roots)


def make_round(countries: int, indicators: int) -> AssessmentSet:
    """Return a round with all criteria answered."""
    framework, places = make_framework(indicators), all_countries()[:countries]

    def findings() -> Iterator[Finding]:
        for c, place in enumerate(places):
            for n, name in enumerate(framework.criteria):
                yield Finding(
                    country=place, target=name, value=Verdict.YES if (c * 7 + n * 5) % 11 > n % 4 else Verdict.NO,
                    source="desk", status=FindingStatus.CONFIRMED, basis=Basis.COPY, as_of=DAY,
                )  # fmt: skip

    return assess(
        findings(), framework, countries=places, sources=[Source(id="desk", kind="desk", title="Desk review")],
        round=Round(id="r", kind="baseline", title="Round", reference_date=DAY), invented=True,
        targets=TargetProfile(id="t", title="T", targets={node.id: 3 for node in framework.indicators}),
    )  # fmt: skip
