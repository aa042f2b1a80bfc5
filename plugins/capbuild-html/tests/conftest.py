"""Two countries and a silent one, judged by rule, with invented answers."""

import datetime
from collections.abc import Iterator

import pytest

from capbuild.frameworks import load_bundled
from capbuild.model import (
    AssessmentSet,
    Audience,
    Basis,
    Consent,
    Country,
    DisclosurePolicy,
    Finding,
    FindingStatus,
    Programme,
    Round,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.scoring import assess

DAY = datetime.date(2016, 12, 31)
BARBADOS = Country(alpha_2="BB", alpha_3="BRB", name="Barbados")
GRENADA = Country(alpha_2="GD", alpha_3="GRD", name="Grenada")
PERU = Country(alpha_2="PE", alpha_3="PER", name="Peru")


def findings(country: Country, kind: str) -> Iterator[Finding]:
    for place, (name, criterion) in enumerate(load_bundled("police_cyber").criteria.items()):
        if kind == "visit" or place % 3:
            yield Finding(
                country=country,
                target=name,
                value=Verdict.YES if criterion.step < 3 or place % 4 else Verdict.NO,
                source=f"{country.alpha_2}-{kind}",
                status=FindingStatus.CONFIRMED if kind == "visit" else FindingStatus.CLAIMED,
                basis=Basis.SEEN if kind == "visit" else Basis.TOLD,
                as_of=DAY,
            )


@pytest.fixture(scope="session")
def baseline() -> AssessmentSet:
    framework = load_bundled("police_cyber")
    return assess(
        [*findings(BARBADOS, "visit"), *findings(GRENADA, "survey")],
        framework,
        round=Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY),
        countries=[BARBADOS, GRENADA, PERU],
        sources=[
            Source(id="BB-visit", kind="visit", title="Visit to Barbados"),
            Source(id="GD-survey", kind="survey", title="Survey of the police"),
        ],
        targets=TargetProfile(id="t", title="Targets", targets={node.id: 3 for node in framework.indicators}),
        invented=True,
    )


@pytest.fixture(scope="session")
def context() -> RenderContext:
    policy = DisclosurePolicy(
        audiences={"team": "TLP:AMBER", "donor": "TLP:GREEN"},
        consents=[Consent(country="BB", audience=Audience.DONOR, date=DAY)],
    )
    programme = Programme(id="p", title="Programme", disclosure=policy, disclaimer="Not endorsed by anyone.")
    return RenderContext(programme=programme)
