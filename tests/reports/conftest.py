"""A round of invented assessments, made by rule and the same each time, and what a report needs beside it."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from attrs import evolve

from capbuild.frameworks import framework_from_toml, load_bundled
from capbuild.model import (
    AssessmentSet,
    Audience,
    Basis,
    BudgetLine,
    Capacity,
    Check,
    Consent,
    Country,
    Criterion,
    DisclosurePolicy,
    Dossier,
    Evidence,
    EvidenceKind,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Missing,
    Money,
    Participation,
    Phase,
    Programme,
    Result,
    ResultIndicator,
    Round,
    Scale,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.plugins import RenderContext
from capbuild.scoring import assess
from capbuild.text import Text
from tests.reports.sample_dossiers import sample_dossier

DAY = datetime.date(2016, 12, 31)
BASELINE = Round(id="baseline", kind="baseline", title="Baseline 2015-2016", reference_date=DAY)
ENDLINE = Round(id="endline", kind="endline", title="Endline 2017", reference_date=datetime.date(2017, 11, 30))
NAMES = {
    "AG": ("ATG", "Antigua and Barbuda"),
    "BB": ("BRB", "Barbados"),
    "BZ": ("BLZ", "Belize"),
    "CO": ("COL", "Colombia"),
    "CU": ("CUB", "Cuba"),
    "GD": ("GRD", "Grenada"),
    "HT": ("HTI", "Haiti"),
    "JM": ("JAM", "Jamaica"),
    "PE": ("PER", "Peru"),
    "VC": ("VCT", "Saint Vincent and the Grenadines"),
}
COUNTRIES = {code: Country(alpha_2=code, alpha_3=long, name=name) for code, (long, name) in NAMES.items()}
VISITED = ("BB", "CO", "CU", "JM")
SILENT = ("HT", "PE")


def draw(*parts: object) -> float:
    """A number from 0 to 1 that depends on the parts alone."""
    return int(sha256("/".join(map(str, parts)).encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def sources_of(country: Country) -> Iterator[Source]:
    name = country.alpha_2
    yield Source(
        id=f"{name}-police",
        kind="survey",
        title=f"Survey of the police, {country}",
        country=country,
        start=datetime.date(2016, 2, 3),
        respondent="police",
    )
    yield Source(
        id=f"{name}-prosecutors",
        kind="survey",
        title=f"Survey of the prosecutors, {country}",
        country=country,
        start=datetime.date(2016, 3, 9),
        respondent="prosecutors",
        late=draw(name, "late") < 0.3,
    )
    if name in VISITED:
        yield Source(
            id=f"{name}-visit",
            kind="visit",
            title=f"Visit to {country}",
            country=country,
            start=datetime.date(2016, 4, 11),
            end=datetime.date(2016, 4, 15),
        )


def findings_of(country: Country, framework: Framework, salt: str = "") -> Iterator[Finding]:
    name = country.alpha_2
    better = 0.12 if salt else 0.0
    for number, (target, criterion) in enumerate(framework.criteria.items(), start=2):
        strength = 1.05 - 0.22 * (criterion.step - 1) + 0.3 * (draw(name, framework.owner(target).id) - 0.5)
        verdict = Verdict.YES if draw(name, target) < strength + better else Verdict.NO
        if draw(name, target, "partly") < 0.1:
            verdict = Verdict.PARTLY
        shown = criterion.check in (Check.DOCUMENT, Check.RECORD) and draw(name, target, "copy") < 0.6
        survey = Missing.DONT_KNOW if draw(name, target, "survey") < 0.1 else verdict
        if verdict is Verdict.NO and draw(name, target, "boast") < 0.15:
            survey = Verdict.YES
        yield Finding(
            country=country,
            target=target,
            value=survey,
            source=f"{name}-police",
            status=FindingStatus.CONFIRMED if shown else FindingStatus.CLAIMED,
            basis=Basis.COPY if shown else Basis.TOLD,
            as_of=datetime.date(2016, 2, 3),
            evidence=[f"{name}-law"] if number == 2 else [],
            origin=Origin(f"returns/{name.lower()}_police.csv", row=number, column=4),
        )
        if target.startswith("COO") and draw(name, target, "pro") < 0.3:
            yield Finding(
                country=country,
                target=target,
                value=Verdict.NO if draw(name, target, "other") < 0.4 else verdict,
                source=f"{name}-prosecutors",
                status=FindingStatus.CLAIMED,
                as_of=datetime.date(2016, 3, 9),
                note=Text("Según la fiscalía, no consta.", "es"),
                origin=Origin(f"returns/{name.lower()}_prosecutors.csv", row=number, column=4),
            )
        if name in VISITED and draw(name, target, f"seen{salt}") < 0.93:
            yield Finding(
                country=country,
                target=target,
                value=verdict,
                source=f"{name}-visit",
                basis=Basis.SEEN,
                as_of=datetime.date(2016, 4, 15),
                origin=Origin(f"visits/{name.lower()}.csv", row=number, column=2),
            )


@pytest.fixture(scope="session")
def police() -> Framework:
    return load_bundled("police_cyber")


def assessed(
    police: Framework, codes: Iterable[str] = tuple(COUNTRIES), round_: Round = BASELINE, salt: str = ""
) -> AssessmentSet:
    """Invented assessments of some countries, the same each time; another salt gives others."""
    countries = [COUNTRIES[code] for code in codes]
    spoken = [country for country in countries if country.alpha_2 not in SILENT]
    law = {
        country: [
            Evidence(
                id=f"{country.alpha_2}-law",
                kind=EvidenceKind.LAW,
                title="Computer Misuse Act",
                link="https://example.org/act?a=1&b=2",
                date=datetime.date(2005, 7, 18),
                quote=Text("A person who knowingly …", "en"),
            )
        ]
        for country in spoken
    }
    return assess(
        [finding for country in spoken for finding in findings_of(country, police, salt)],
        police,
        round=round_,
        countries=countries,
        sources=[source for country in spoken for source in sources_of(country)],
        evidence=law,
        targets=TargetProfile(id="t", title="Targets", targets={node.id: 3 for node in police.indicators}),
        inputs={"returns/bb_police.csv": sha256(b"bb").hexdigest()},
        invented=True,
    )


@pytest.fixture(scope="session")
def baseline(police: Framework) -> AssessmentSet:
    return assessed(police)


@pytest.fixture(scope="session")
def endline(police: Framework) -> AssessmentSet:
    return assessed(police, round_=ENDLINE, salt="later")


def make_programme(**policy: Any) -> Programme:
    audiences = {
        "team": "TLP:AMBER+STRICT",
        "country": "TLP:AMBER",
        "regional": "TLP:GREEN",
        "donor": "TLP:GREEN",
    }
    return Programme(
        id="demo",
        title={"en": "Cybercrime Capacity Building Project", "es": "Proyecto de creación de capacidades"},
        participations=[Participation(country=country) for country in COUNTRIES.values()],
        framework="police-cyber 1.0",
        languages=["en", "es", "fr", "nl"],
        disclosure=DisclosurePolicy(audiences=audiences, **policy),
        notice={"en": "The participants and visits are facts; every answer and level is made up."},
        disclaimer={"en": "Not affiliated with or endorsed by anyone."},
        invented=True,
    )


@pytest.fixture(scope="session")
def programme() -> Programme:
    """Six of eight countries have consented to be named to participants."""
    consents = [Consent(country=code, audience=Audience.REGIONAL, date=DAY) for code in ("AG", "BB", "BZ", "CO", "CU")]
    return make_programme(consents=consents)


@pytest.fixture(scope="session")
def context(programme: Programme) -> Callable[..., RenderContext]:
    def make(**values: Any) -> RenderContext:
        return RenderContext(**{"programme": programme, **values})

    return make


@pytest.fixture(scope="session")
def dossier(baseline: AssessmentSet, endline: AssessmentSet) -> Dossier:
    return sample_dossier(baseline, endline)


MEANS = """
[framework]
id = "readiness"
edition = "2022"
title = "Readiness"
[[scales]]
id = "five"
kind = "percent"
levels = [{label="Level 1"}, {label="Level 2"}, {label="Level 3"}, {label="Level 4"}, {label="Level 5"}]
[[nodes]]
id = "total"
kind = "total"
title = "All capacities"
[[nodes]]
id = "C1"
kind = "capacity"
title = "Law"
parent = "total"
[[nodes]]
id = "C1.1"
title = "Instruments"
parent = "C1"
[[nodes]]
id = "C1.2"
title = "Equality"
parent = "C1"
[[nodes]]
id = "C2"
kind = "capacity"
title = "Laboratory"
parent = "total"
[[nodes]]
id = "C2.1"
title = "Transport"
parent = "C2"
[methods]
indicator = { name = "scaled", maximum = 100 }
capacity = "mean"
total = "mean"
"""


@pytest.fixture(scope="session")
def means() -> AssessmentSet:
    """A framework of means: levels below, means of their shares above, no staircase anywhere."""
    framework = framework_from_toml(MEANS)
    source = Source(id="report", kind="external", title="Annual report")
    levels = {"C1.1": 4, "C1.2": 2, "C2.1": 5}
    findings = [
        Finding(country=COUNTRIES[code], target=target, value=level, source="report", as_of=DAY)
        for code in ("BB", "CO")
        for target, level in levels.items()
        if (code, target) != ("CO", "C2.1")
    ]
    return assess(
        findings, framework, round=BASELINE, countries=[COUNTRIES[c] for c in ("BB", "CO", "PE")], sources=[source]
    )


def small_framework(text: str = "Ground") -> Framework:
    """One dimension with two indicators of three steps; every title holds the text."""

    def indicator(name: str) -> Capacity:
        criteria = [Criterion(id=f"{name}.{step}", step=step, text=f"{text} {name} {step}") for step in (2, 3)]
        return Capacity(id=name, title=f"{text} {name}", criteria=criteria)

    levels = [Level(code=f"L{order}", order=order, label=f"{text} {order}") for order in (1, 2, 3)]
    return Framework(
        id="small",
        edition="1",
        title=text,
        scales=[Scale(id="levels", levels=levels)],
        roots=[Capacity(id="A", kind="dimension", title=text, children=[indicator("A-1"), indicator("A-2")])],
    )


@pytest.fixture(scope="session")
def hostile() -> Callable[[str], tuple[AssessmentSet, Programme]]:
    """A round and a programme with one text in every place that takes text from outside."""

    def make(text: str) -> tuple[AssessmentSet, Programme]:
        framework = small_framework(text)
        country = Country(alpha_2="BB", alpha_3="BRB", name=text.strip())
        source = Source(id="s", kind="survey", title=text, country=country, respondent=text)
        item = Evidence(id="e", title=text, link=text, quote=Text(text, "und"))
        targets = TargetProfile(id="t", title="t", targets={"A-1": 3, "A-2": 3})
        findings = [
            Finding(
                country=country,
                target=name,
                value=value,
                source=origin,
                note=Text(text, "und"),
                reason=text,
                raw=text,
                evidence=["e"],
                as_of=DAY,
            )
            for name, value in (("A-1.2", Verdict.YES), ("A-1.3", Verdict.NO), ("A-2.2", Missing.DONT_KNOW))
            for origin in ("s", "other")
        ]
        findings.append(Finding(country=country, target="A-1.2", value=Verdict.NO, source="s", as_of=DAY))
        subject = assess(
            findings, framework, round=BASELINE, sources=[source], evidence={country: [item]}, targets=targets
        )
        programme = evolve(make_programme(), title=Text(text), notice=Text(text), disclaimer=Text(text), invented=False)
        return subject, programme

    return make


@pytest.fixture(scope="module")
def money(programme: Programme) -> Programme:
    """A programme with a results chain and a budget whose figures are easy to reckon with."""
    indicators = [
        ResultIndicator(
            id="I1", title="Services reached", baselines={"2015": 5}, actuals={"2016": 9, "2018": 11, "2016; BB": 1},
            targets={"2018": 12},
        ),
        ResultIndicator(id="I2", title="People trained", actuals={"2017-06": 102}, targets={"2017-06": 202}),
        ResultIndicator(
            id="I3", title="Days to answer", ascending=False, baselines={"2015": 40}, actuals={"2017-06": 8},
            targets={"2018": 10},
        ),
    ]  # fmt: skip
    return evolve(
        programme,
        phases=[Phase(id="all", title="All", start=datetime.date(2016, 1, 1), end=datetime.date(2017, 12, 31))],
        results=[Result(id="R", kind="output", title="People are trained", indicators=indicators)],
        budgets=[
            BudgetLine(id="B1", title="Courses", amount=Money(1000, "CAD"), spent=Money(900, "CAD"),
                   committed=Money(1100, "CAD"), year=2017),
            BudgetLine(id="B2", title="Equipment", amount=Money(2000, "CAD"), spent=Money(1000, "CAD"),
                   rate_date=datetime.date(2017, 3, 31)),
        ],
    )  # fmt: skip
