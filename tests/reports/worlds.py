"""Worlds that an attack on the disclosure compares: what is true of eight countries, and what is published of it."""

import datetime
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from attrs import evolve, fields, frozen, has
from hypothesis import strategies as st

from capbuild.frozen import FrozenMap
from capbuild.model import (
    TLP,
    Agreement,
    AssessmentSet,
    Audience,
    Capacity,
    Change,
    Consent,
    ContactPoint,
    CooperationRequest,
    Country,
    Criterion,
    CriterionChange,
    CriterionMove,
    CriterionState,
    DisclosurePolicy,
    Dossier,
    Finding,
    Framework,
    Gap,
    JointOperation,
    Level,
    Limits,
    Money,
    Need,
    Needs,
    Network,
    Participation,
    Plan,
    PlannedActivity,
    Programme,
    Round,
    Scale,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.reports import Report, build, tidy_tables
from capbuild.scoring import assess

__all__ = ["CODES", "INDICATORS", "STANDINGS", "World", "differences", "published", "worlds"]

DAY = datetime.date(2016, 12, 31)
CODES = ("AG", "BB", "BZ", "CO", "CU", "GD", "HT", "JM")
NAMES = dict(
    zip(
        CODES,
        ("Antigua and Barbuda", "Barbados", "Belize", "Colombia", "Cuba", "Grenada", "Haiti", "Jamaica"),
        strict=True,
    )
)
ALPHA_3 = dict(zip(CODES, ("ATG", "BRB", "BLZ", "COL", "CUB", "GRD", "HTI", "JAM"), strict=True))
COUNTRIES = {code: Country(alpha_2=code, alpha_3=ALPHA_3[code], name=name) for code, name in NAMES.items()}
LANGUAGES = {code: ("es",) if code in ("CO", "CU") else ("fr",) if code == "HT" else ("en",) for code in CODES}
INDICATORS = ("A-1", "A-2", "A-3")
#: The level that each standing gives, and what was found of the steps to L2 and L3; None: nobody has looked.
STANDINGS: dict[str, tuple[Verdict | None, Verdict | None]] = {
    "L1": (Verdict.NO, Verdict.NO),
    "L2": (Verdict.YES, Verdict.NO),
    "L3": (Verdict.YES, Verdict.YES),
    "open": (None, None),
}


def _framework() -> Framework:
    levels = [Level(code=f"L{order}", order=order, label=f"Level {order}") for order in (1, 2, 3)]
    nodes = [
        Capacity(
            id=name,
            title=f"Indicator {name}",
            criteria=[Criterion(id=f"{name}.{step}", step=step, text=f"Criterion {name} {step}") for step in (2, 3)],
        )
        for name in INDICATORS
    ]
    root = Capacity(id="A", kind="dimension", title="Dimension", children=nodes)
    return Framework(id="small", edition="1", title="Small", scales=[Scale(id="s", levels=levels)], roots=[root])


FRAMEWORK = _framework()
ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY)


@frozen
class World:
    """What is true of each country, and who is named.

    Attributes:
        named: Codes of the countries that have consented.
        least: Least number of countries behind a figure.
        standing: Standing by country and indicator.
        need: Countries that have each need.
        seats: Countries with a seat in each session.
        host: Host of each session.
        language: Language of each session.
        gained: Criteria gained by country.
        bonds: Parties of each agreement and operation.
        asked: Requests, by who asked whom.
    """

    named: frozenset[str]
    least: int
    standing: Mapping[str, Mapping[str, str]]
    need: Mapping[str, frozenset[str]]
    seats: Mapping[str, frozenset[str]]
    host: Mapping[str, str]
    language: Mapping[str, str]
    gained: Mapping[str, frozenset[str]]
    bonds: Mapping[str, frozenset[str]] = FrozenMap()
    asked: frozenset[tuple[str, str]] = frozenset()

    @property
    def unnamed(self) -> list[str]:
        return sorted(set(CODES) - self.named)

    def swapped(self, one: str, other: str) -> "World":
        """The world in which two countries have changed places."""
        turn = {one: other, other: one}

        def moved(codes: frozenset[str]) -> frozenset[str]:
            return frozenset(turn.get(code, code) for code in codes)

        return evolve(
            self,
            standing={code: self.standing[turn.get(code, code)] for code in CODES},
            need={name: moved(codes) for name, codes in self.need.items()},
            seats={name: moved(codes) for name, codes in self.seats.items()},
            host={name: turn.get(code, code) for name, code in self.host.items()},
            gained={code: self.gained[turn.get(code, code)] for code in CODES},
            bonds={name: moved(codes) for name, codes in self.bonds.items()},
            asked=frozenset((turn.get(one, one), turn.get(other, other)) for one, other in self.asked),
        )


def _assessments(world: World) -> AssessmentSet:
    findings = [
        Finding(country=COUNTRIES[code], target=f"{name}.{step}", value=verdict, source=f"{code}-s", as_of=DAY)
        for code in CODES
        for name in INDICATORS
        for step, verdict in zip((2, 3), STANDINGS[world.standing[code][name]], strict=True)
        if verdict is not None
    ]
    return assess(
        findings,
        FRAMEWORK,
        round=ROUND,
        countries=COUNTRIES.values(),
        sources=[Source(id=f"{code}-s", kind="survey", title="Survey", country=COUNTRIES[code]) for code in CODES],
        targets=TargetProfile(id="t", title="T", targets=dict.fromkeys(INDICATORS, 3)),
    )


def _network(world: World) -> Network:
    """What ties countries: of some agreements the audience may hear by their label, of others not."""
    labels = {"B1": TLP.RED, "Z1": TLP.RED}
    bonds = sorted(world.bonds.items())
    parties = {name: [COUNTRIES[code] for code in sorted(codes)] for name, codes in bonds}
    titles = {name: f"Accord of {', '.join(NAMES[code] for code in sorted(codes))}" for name, codes in bonds}
    return Network(
        contacts=[ContactPoint(country=COUNTRIES[code], network="24/7", tlp=TLP.GREEN) for code in CODES],
        requests=[
            CooperationRequest(asking=COUNTRIES[one], asked=COUNTRIES[other], network="24/7", sent=DAY, tlp=TLP.GREEN)
            for one, other in sorted(world.asked)
        ],
        agreements=[
            Agreement(id=name, title=titles[name], parties=parties[name], in_force=DAY, tlp=labels.get(name, TLP.GREEN))
            for name in parties
        ],
        operations=[
            JointOperation(id=name, title=titles[name], participants=parties[name], start=DAY, tlp=TLP.GREEN)
            for name in parties
        ],
    )


def _dossier(world: World) -> Dossier:
    needs = [
        Need(id=f"N-{name}", kind="skill", statement=f"Need {name}", countries=sorted(codes), capacities=[name],
             criteria=[f"{name}.3"], roles={"officer": len(codes)})
        for name, codes in world.need.items()
        if codes
    ]  # fmt: skip
    gaps = [
        Gap(country=COUNTRIES[code], capacity=name, target=3, lacking=[f"{name}.3"])
        for name, codes in world.need.items()
        for code in sorted(codes)
    ]
    sessions = [
        PlannedActivity(
            id=name,
            activity="A01",
            start=DAY,
            end=DAY,
            host=world.host[name],
            place=NAMES[world.host[name]],
            language=world.language[name],
            seats=dict.fromkeys(sorted(codes), 2),
            cost=Money(1000, "CAD"),
        )
        for name, codes in world.seats.items()
    ]
    moves = [
        CriterionChange(
            country=COUNTRIES[code],
            criterion=f"{name}.2",
            move=CriterionMove.GAINED,
            before=CriterionState.NOT_MET,
            after=CriterionState.MET,
        )
        for code in CODES
        for name in sorted(world.gained[code])
    ]
    return Dossier(
        needs=Needs(needs=needs, gaps=gaps),
        plan=Plan(activities=sessions, limits=Limits(budget=Money(9000, "CAD"))),
        change=Change(before="a", after="baseline", matched=CODES, criteria=moves),
        network=_network(world),
    )


def published(world: World) -> tuple[list[Report], dict[str, list[tuple[object, ...]]]]:
    """Everything that participants are given: pages and tables."""
    consents = [Consent(country=code, audience=Audience.REGIONAL, date=DAY) for code in sorted(world.named)]
    programme = Programme(
        id="p",
        title="P",
        participations=[Participation(country=COUNTRIES[code], languages=LANGUAGES[code]) for code in CODES],
        disclosure=DisclosurePolicy(audiences={"regional": "TLP:GREEN"}, minimum_n=world.least, consents=consents),
    )
    subject, dossier = _assessments(world), _dossier(world)
    context = RenderContext(audience="regional", programme=programme, dossier=dossier)
    kinds = ["regional", "donor", *(["brief"] if dossier.needs is not None and len(dossier.needs) else [])]
    pages = [build(subject, evolve(context, kind=kind)) for kind in kinds]
    tables = {table.name: [tuple(row) for row in table.rows] for table in tidy_tables(subject, context)}
    return pages, tables


def leaves(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Every text and number of what was published, with its place."""
    if isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from leaves(item, f"{place}.{number}")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, f"{place}.{name}")
    elif has(type(value)):
        for field in fields(type(value)):
            yield from leaves(getattr(value, field.name), f"{place}.{field.name}")
    else:
        yield place, value


def differences(world: World, other: World) -> list[tuple[object, object]]:
    """What a reader could tell two worlds apart by."""
    pairs = zip_longest(leaves(published(world)), leaves(published(other)))
    return [(one, two) for one, two in pairs if one != two][:3]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Rounds of eight countries; at least one is named and at least two are not."""
    named = draw(st.sets(st.sampled_from(CODES), min_size=1, max_size=6))
    some = st.frozensets(st.sampled_from(CODES))
    standing = st.fixed_dictionaries({name: st.sampled_from(sorted(STANDINGS)) for name in INDICATORS})
    sessions = ("S1", "S2")
    return World(
        named=frozenset(named),
        least=draw(st.integers(2, 4)),
        standing={code: draw(standing) for code in CODES},
        need={name: draw(some) for name in INDICATORS},
        seats={name: draw(some) for name in sessions},
        host={name: draw(st.sampled_from(CODES)) for name in sessions},
        language={name: draw(st.sampled_from(("en", "es", "fr"))) for name in sessions},
        gained={code: draw(st.frozensets(st.sampled_from(INDICATORS))) for code in CODES},
        bonds={name: draw(some) for name in ("B1", "B2", "B3")},
        asked=draw(st.frozensets(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(_two), max_size=6)),
    )


def _two(pair: tuple[str, str]) -> bool:
    return pair[0] != pair[1]
