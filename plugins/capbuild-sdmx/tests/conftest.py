"""Two countries and a silent one judged by rule, every kind of missing among their answers, and hostile texts."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from attrs import evolve

from capbuild.frameworks import load_bundled
from capbuild.model import (
    AssessmentSet,
    Audience,
    Capacity,
    Consent,
    Country,
    Criterion,
    DisclosurePolicy,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Missing,
    Programme,
    Round,
    Scale,
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
ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY)


def findings(country: Country) -> Iterator[Finding]:
    kinds = list(Missing)
    for place, (name, criterion) in enumerate(load_bundled("police_cyber").criteria.items()):
        value = kinds[place % len(kinds)] if place % 5 == 4 else Verdict.YES if criterion.step < 3 else Verdict.NO
        claimed = place % 7 == 0
        yield Finding(
            country=country,
            target=name,
            value=value,
            reason="no_cases" if value is Missing.NOT_APPLICABLE else "",
            source="visit",
            status=FindingStatus.CLAIMED if claimed else FindingStatus.CONFIRMED,
            as_of=DAY,
        )


@pytest.fixture(scope="session")
def baseline() -> AssessmentSet:
    framework = load_bundled("police_cyber")
    return assess(
        [*findings(BARBADOS), *findings(GRENADA)],
        framework,
        round=ROUND,
        countries=[BARBADOS, GRENADA, PERU],
        sources=[Source(id="visit", kind="visit", title="Visits")],
        targets=TargetProfile(id="t", title="Targets", targets={node.id: 3 for node in framework.indicators}),
        invented=True,
    )


@pytest.fixture(scope="session")
def programme() -> Programme:
    policy = DisclosurePolicy(
        audiences={"team": "TLP:AMBER", "country": "TLP:AMBER", "donor": "TLP:GREEN", "public": "TLP:CLEAR"},
        consents=[Consent(country="BB", audience=whom, date=DAY) for whom in (Audience.DONOR, Audience.PUBLIC)],
    )
    return Programme(id="p", title="Programme", disclosure=policy)


@pytest.fixture(scope="session")
def context(programme: Programme) -> Callable[..., RenderContext]:
    return lambda **values: RenderContext(**{"programme": programme, **values})


@pytest.fixture(scope="session")
def hostile() -> Callable[[str], AssessmentSet]:
    """A round with one text in every name, id and remark."""

    def make(text: str) -> AssessmentSet:
        name = text.strip() or "blank"
        criteria = [Criterion(id=f"{name}{step}", step=step, text=text) for step in (2, 3)]
        levels = [Level(code=f"L{order}", order=order, label=text) for order in (1, 2, 3)]
        framework = Framework(
            id="f", edition="1", title=text, scales=[Scale(id="s", levels=levels)],
            roots=[Capacity(id=name, title=text, criteria=criteria)],
        )  # fmt: skip
        country = evolve(BARBADOS, name=name)
        found = [
            Finding(country=country, target=c.id, value=Verdict.YES, source="s", as_of=DAY, note=text) for c in criteria
        ]
        return assess(found, framework, round=evolve(ROUND, id=name, title=text), countries=[country])

    return make
