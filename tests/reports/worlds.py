"""Worlds that an attack on the disclosure compares: what is true of eight countries, and what is published of it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise, zip_longest

from attrs import evolve, field, fields, frozen, has
from capbuild_iati import IatiOptions
from capbuild_iati.writer import make_iati_document
from capbuild_sdmx.observations import make_observations
from hypothesis import strategies as st

from capbuild.disclosure import Publications, disclose
from capbuild.errors import WriteError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    TLP,
    Agreement,
    AssessmentSet,
    AssessmentState,
    Audience,
    Capacity,
    Change,
    ChangeSeries,
    Consent,
    ContactPoint,
    CooperationRequest,
    Country,
    Criterion,
    Delivery,
    DisclosurePolicy,
    Dossier,
    Enrolment,
    Evaluation,
    ExternalSeries,
    Finding,
    Framework,
    Gap,
    JointOperation,
    Level,
    Limits,
    Missing,
    Money,
    Need,
    Needs,
    Network,
    Organisation,
    Participation,
    Phase,
    Plan,
    PlannedActivity,
    Programme,
    ProgrammeDocument,
    Result,
    ResultIndicator,
    Round,
    Scale,
    Source,
    StateRecord,
    TargetProfile,
    UnusableReason,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.plugins import RenderCache, RenderContext
from capbuild.reports import Explorer, Report, build, make_explorer, tidy_tables
from capbuild.scoring import assess
from capbuild.tracking import compare
from capbuild.tracking.results import ResultRecords, compute_results

__all__ = [
    "CODES",
    "COMPUTED",
    "COUNTRIES",
    "INDICATORS",
    "NAMES",
    "ROUNDS",
    "SESSIONS",
    "STANDINGS",
    "Published",
    "Truth",
    "World",
    "compared",
    "differences",
    "given",
    "published",
    "results_of",
    "rounds_of",
    "training_of",
    "worlds",
]

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
#: Figures of the results chain, by id: how each is computed.
COMPUTED = {
    "MET": "criteria met",
    "GAINED": "criteria gained",
    "TARGET": "countries at target",
    "SEEN": "criteria observed",
    "CAME": "enrolments attended",
}
#: Items that a country may agree to be named with.
ITEMS = ("results", "needs", "change", "plan")
SESSIONS = ("S1", "S2")


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
KINDS = ("baseline", "midline", "endline")
ROUNDS = tuple(
    Round(id=kind, kind=kind, title=kind.title(), reference_date=DAY.replace(year=2016 + year))
    for year, kind in enumerate(KINDS)
)

Codes = frozenset[str]


@frozen
class Truth:
    """What is true of each country in a round.

    Attributes:
        takes_part: Countries that take part in the round.
        silent: Those of them that have not answered.
        visited: Those of them that were visited.
        said: Those whose answers nobody able to check them has checked; what a silent one of them sent cannot be used.
        standing: Standing by country and indicator.
        state: Where the assessment stands with the country.
        need: Countries that have each need.
    """

    takes_part: Codes
    silent: Codes
    visited: Codes
    standing: Mapping[str, Mapping[str, str]]
    state: Mapping[str, str]
    need: Mapping[str, Codes]
    said: Codes = frozenset()
    _assessed: dict[str, AssessmentSet] = field(factory=dict, init=False, eq=False, repr=False)

    def assessed(self, round_: Round) -> AssessmentSet:
        """The assessments of a round, made once: worlds that differ in who is named share their truths."""
        if round_.id not in self._assessed:
            self._assessed[round_.id] = assessed(self, round_)
        return self._assessed[round_.id]


@frozen(slots=False)
class World:
    """What is true of each country, and who is named with what.

    Attributes:
        agreed: Items that each country has agreed to be named with.
        least: Least number of countries behind a figure.
        rounds: What is true in each round.
        seats: Countries with a seat in each session.
        host: Host of each session.
        language: Language of each session.
        came: Men and women of each country that came to each session.
        bonds: Parties of each agreement and operation.
        asked: Requests, by who asked whom.
    """

    agreed: Mapping[str, Codes]
    least: int
    rounds: tuple[Truth, ...]
    seats: Mapping[str, Codes]
    host: Mapping[str, str]
    language: Mapping[str, str]
    came: Mapping[str, Mapping[str, tuple[int, int]]] = FrozenMap()
    bonds: Mapping[str, Codes] = FrozenMap()
    asked: frozenset[tuple[str, str]] = frozenset()

    def named(self, item: str = "results") -> Codes:
        """Countries that may be named with an item."""
        return frozenset(code for code in CODES if self.agreed[code] & {"results", item})

    @cached_property
    def known(self) -> tuple[tuple[AssessmentSet, RenderContext], ...]:
        """Each round with what the host knows of it, before anything is left out."""
        return tuple(_known(self))

    @cached_property
    def since_first(self) -> tuple[Change | None, ...]:
        """What changed from the first round to each later one."""
        first, *later = rounds_of(self)
        return tuple(compared(first, one) for one in later)

    @property
    def hidden(self) -> list[str]:
        """Countries that have agreed to nothing."""
        return [code for code in CODES if not self.agreed[code]]

    def naming(self, named: Codes) -> "World":
        """The world in which some countries have agreed to everything, and the others to nothing."""
        return evolve(self, agreed={code: frozenset(ITEMS if code in named else ()) for code in CODES})

    def swapped(self, one: str, other: str) -> "World":
        """The world in which two countries have changed places in all that is not public."""
        turn = {one: other, other: one}

        def moved(codes: Codes) -> Codes:
            return frozenset(turn.get(code, code) for code in codes)

        def turned(values: Mapping[str, object]) -> dict[str, object]:
            return {code: values[turn.get(code, code)] for code in CODES}

        truths = [
            evolve(
                truth,
                silent=moved(truth.silent),
                visited=moved(truth.visited),
                said=moved(truth.said),
                standing=turned(truth.standing),
                state=turned(truth.state),
                need={name: moved(codes) for name, codes in truth.need.items()},
            )
            for truth in self.rounds
        ]
        return evolve(
            self,
            rounds=tuple(truths),
            seats={name: moved(codes) for name, codes in self.seats.items()},
            host={name: turn.get(code, code) for name, code in self.host.items()},
            came={name: {turn.get(c, c): people for c, people in came.items()} for name, came in self.came.items()},
            bonds={name: moved(codes) for name, codes in self.bonds.items()},
            asked=frozenset((turn.get(one, one), turn.get(other, other)) for one, other in self.asked),
        )


def assessed(truth: Truth, round_: Round) -> AssessmentSet:
    """The assessments of a round."""
    answered = [code for code in CODES if code in truth.takes_part - truth.silent]
    findings = [
        Finding(
            country=COUNTRIES[code],
            target=f"{name}.{step}",
            value=verdict if verdict is not None else Verdict.YES,
            # What was only claimed leaves the level open.
            status="claimed" if verdict is None else "reported" if code in truth.said else "confirmed",
            source=f"{code}-v" if code in truth.visited else f"{code}-s",
            as_of=DAY,
            origin=Origin(f"returns/{NAMES[code]}.csv"),
        )
        for code in answered
        for name in INDICATORS
        for step, verdict in zip((2, 3), STANDINGS[truth.standing[code][name]], strict=True)
    ]
    sources = [Source(id=f"{code}-s", kind="survey", title="Survey", country=COUNTRIES[code]) for code in answered]
    sources += [
        Source(id=f"{code}-v", kind="visit", title="Visit", country=COUNTRIES[code], start=round_.reference_date)
        for code in answered
        if code in truth.visited
    ]
    found = assess(
        findings,
        FRAMEWORK,
        round=round_,
        countries=[COUNTRIES[code] for code in CODES if code in truth.takes_part],
        sources=sources,
        targets=TargetProfile(id="t", title="T", targets=dict.fromkeys(INDICATORS, 3)),
    )
    states = {code: AssessmentState(truth.state[code]) for code in answered}
    return evolve(
        found,
        unusable=dict.fromkeys(sorted(truth.said & truth.silent), UnusableReason.BLANK),
        assessments=[
            evolve(
                one,
                state=states[one.country.alpha_2],
                standing=StateRecord(country=one.country, round=round_.id, state=states[one.country.alpha_2]),
            )
            for one in found
        ],
    )


def rounds_of(world: World) -> tuple[AssessmentSet, ...]:
    """The assessments of all rounds."""
    return tuple(truth.assessed(round_) for truth, round_ in zip(world.rounds, ROUNDS, strict=False))


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


def _needs(truth: Truth) -> Needs:
    shared = {name: codes & truth.takes_part - truth.silent for name, codes in truth.need.items()}
    return Needs(
        needs=[
            Need(id=f"N-{name}", kind="skill", statement=f"Need {name}", countries=sorted(codes), capacities=[name],
                 criteria=[f"{name}.3"], roles={"officer": len(codes)})
            for name, codes in shared.items()
            if codes
        ],
        gaps=[
            Gap(country=COUNTRIES[code], capacity=name, target=3, level=1, lacking=[f"{name}.3"])
            for name, codes in shared.items()
            for code in sorted(codes)
        ],
    )  # fmt: skip


def _plan(world: World) -> Plan:
    sessions = [
        PlannedActivity(
            id=name,
            activity="A01",
            start=DAY + datetime.timedelta(days=number),
            end=DAY + datetime.timedelta(days=number),
            host=world.host[name],
            place=NAMES[world.host[name]],
            language=world.language[name],
            seats=dict.fromkeys(sorted(codes), 2),
            cost=Money(f"{1000 + 100 * len(codes)}.01", "CAD"),
        )
        for number, (name, codes) in enumerate(world.seats.items())
    ]
    return Plan(activities=sessions, limits=Limits(budget=Money(9000, "CAD")))


def training_of(world: World) -> tuple[list[Delivery], list[Enrolment]]:
    """What was held of the sessions, and who came: people of a country that has a seat."""
    held = [
        Delivery(id=name, course="A01", start=DAY + datetime.timedelta(days=n), end=DAY + datetime.timedelta(days=n),
                 host=world.host[name], place=NAMES[world.host[name]])
        for n, name in enumerate(world.came)
    ]  # fmt: skip
    people = [
        Enrolment(participant=f"{code}-{name}-{n}", delivery=name, country=code, status="attended",
                  sex="female" if n < women else "male")
        for name, came in world.came.items()
        for code, (men, women) in came.items()
        for n in range(men + women)
    ]  # fmt: skip
    return held, people


def _evaluations(world: World) -> list[Evaluation]:
    """What people of each session thought, without names, and learnt: some of them were not tested."""
    return [
        Evaluation(delivery=name, participant=who, level=level, moment=moment, value=value, maximum=9)
        for name, came in world.came.items()
        for code, people in came.items()
        for n in range(sum(people))
        for who, level, moment, value in (
            (None, "reaction", "after", n),
            (f"{code}-{name}-{n}", "learning", "before", n),
            (f"{code}-{name}-{n}", "learning", "after", n + 2 if n % 3 else Missing.NO_ANSWER),
            (f"{code}-{name}-{n}", "behaviour", "6 months", n % 4),
            (f"{code}-{name}-{n}", "results", "6 months", n if n % 2 else Missing.NO_ANSWER),
        )
    ]


def _external() -> ExternalSeries:
    """What others publish of every country."""
    values = {code: float(place) for place, code in enumerate(CODES)}
    return ExternalSeries(id="index", provider="Others", edition="1", title="Index", values=values)


def visits(rounds: Iterable[AssessmentSet]) -> dict[str, datetime.date]:
    """Last day of each country's latest visit so far."""
    seen = [(one.country.alpha_2, one.last_visit) for found in rounds for one in found]
    return {code: day for code, day in seen if day is not None}


def compared(before: AssessmentSet, after: AssessmentSet) -> Change | None:
    """What changed between two rounds; None where no country is in both."""
    return compare(before, after) if {*before.countries} & {*after.countries} else None


def _series(changes: Sequence[Change | None], whole: Change | None) -> ChangeSeries | None:
    steps = [change for change in changes if change is not None]
    return ChangeSeries(steps=steps, whole=whole) if whole is not None and len(steps) == len(changes) == 2 else None


def results_of(records: ResultRecords) -> tuple[Result, ...]:
    chain = [
        Result(
            id=f"R-{name}",
            kind="output" if computed.startswith("enrolments") else "immediate outcome",
            title=f"Result {name}",
            indicators=[ResultIndicator(id=name, title=f"Figure {name}", computed=computed)],
        )
        for name, computed in COMPUTED.items()
    ]
    return compute_results(chain, records)


def _programme(world: World) -> Programme:
    consents = [
        Consent(country=code, audience=Audience.REGIONAL, item=item, date=DAY)
        for code in CODES
        for item in sorted(world.agreed[code])
    ]
    # What a country agrees to before others is nothing that participants are told.
    consents += [Consent(country=code, audience=Audience.DONOR, date=DAY) for code in CODES]
    return Programme(
        id="p",
        title="P",
        organisations=[Organisation(id="O", name="O", roles=["implementing"], reference="XX-1")],
        phases=[Phase(id="all", title="All", start=DAY.replace(year=2016), end=DAY.replace(year=2019))],
        rounds=ROUNDS[: len(world.rounds)],
        documents=[
            ProgrammeDocument(title=f"Visit to {name}", url=f"https://example.org/{code}", categories=["A01"])
            for code, name in NAMES.items()
        ],
        participations=[Participation(country=COUNTRIES[code], languages=LANGUAGES[code]) for code in CODES],
        disclosure=DisclosurePolicy(audiences={"regional": "TLP:GREEN"}, minimum_n=world.least, consents=consents),
    )


@frozen
class Published:
    """Everything that participants are given of all rounds.

    Attributes:
        pages: Reports by round and kind, those of named countries too; the code of the refusal where there is nothing
            to report on.
        tables: Tables of the tidy set by round.
        observations: SDMX observations by round.
        activities: IATI file of the programme, by round.
        explorers: Data of the explorer of a round and those before it.
    """

    pages: Mapping[tuple[str, str], Report | str]
    tables: Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]
    observations: Mapping[str, object]
    activities: Mapping[str, str]
    explorers: Mapping[str, Explorer]


def given(world: World) -> Iterator[tuple[AssessmentSet, RenderContext]]:
    """Each round with what the host knows of it, with a context of its own."""
    return ((subject, evolve(context, issues=[])) for subject, context in world.known)


def _known(world: World) -> Iterator[tuple[AssessmentSet, RenderContext]]:
    programme, rounds = _programme(world), rounds_of(world)
    held, people = training_of(world)
    since_first = world.since_first
    steps = [*since_first[:1], *(compared(*both) for both in pairwise(rounds[1:]))]
    for place, (truth, subject) in enumerate(zip(world.rounds, rounds, strict=True)):
        earlier = rounds[place - 1] if place else None
        changes = [change for change in since_first[:place] if change is not None]
        records = ResultRecords(rounds=rounds[: place + 1], changes=changes, deliveries=held, enrolments=people)
        results = results_of(records)
        dossier = Dossier(
            earlier=earlier,
            needs=_needs(truth),
            plan=_plan(world) if place == 0 else None,
            change=steps[place - 1] if place else None,
            series=_series(steps, since_first[-1]) if place == 2 else None,
            visits=visits(rounds[: place + 1]),
            deliveries=held,
            enrolments=people,
            evaluations=_evaluations(world),
            external=[_external()],
            results=results,
            network=_network(world),
        )
        told = evolve(programme, results=results)
        yield subject, RenderContext(audience="regional", programme=told, dossier=dossier, rounds=rounds)


def published(world: World, register: Publications | None = None) -> Published:
    """Everything that participants are given: pages and tables of all rounds, in all formats."""
    pages: dict[tuple[str, str], Report | str] = {}
    tables, observations, activities, explorers = {}, {}, {}, {}
    for subject, plain in given(world):
        # What is disclosed is kept as `capbuild run` keeps it: for reports of one kind, and for those of countries.
        context = evolve(plain, publications=register, shared=RenderCache() if register is None else None)
        countries = evolve(context, shared=RenderCache() if register is None else None)
        name = subject.round.id
        for kind in ("regional", "donor", "brief"):
            try:
                pages[name, kind] = build(subject, evolve(context, kind=kind, shared=None))
            except WriteError as error:
                pages[name, kind] = error.code
        for code in sorted(world.named()):
            for kind in ("profile", "brief-country", "letter"):
                try:
                    pages[name, f"{kind} {code}"] = build(subject, evolve(countries, kind=kind, country=code))
                except WriteError as error:
                    pages[name, f"{kind} {code}"] = error.code
        tables[name] = {table.name: list(table.records) for table in tidy_tables(subject, context)}
        observations[name] = make_observations(subject, context).by_flow
        programme, _ = disclose(context.programme, context)
        activities[name] = make_iati_document(programme, IatiOptions()).xml.decode()
        explorers[name] = make_explorer(subject, context)
    return Published(pages, tables, observations, activities, explorers)


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


def flatten(value: object) -> list[object]:
    """Every text and number, name and length of what was published, in order; several times as fast as `leaves`."""
    found: list[object] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, tuple | list):
            found.append(len(one))
            left += one
        elif isinstance(one, Mapping):
            found += one
            left += one.values()
        elif names := _field_names(type(one)):
            left += [getattr(one, name) for name in names]
        else:
            found.append(one)
    return found


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if has(kind) else ()


def differences(world: World, *others: World) -> list[tuple[object, object]]:
    """What a reader could tell a world apart from others by."""
    own = published(world) if others else None
    flat = flatten(own)
    unlike = [made for made in map(published, others) if flatten(made) != flat]
    pairs = [pair for made in unlike for pair in zip_longest(leaves(own), leaves(made))]
    return [(one, two) for one, two in pairs if one != two][:3]


_SOME = st.frozensets(st.sampled_from(CODES))
_STANDING = st.fixed_dictionaries({name: st.sampled_from(sorted(STANDINGS)) for name in INDICATORS})


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    """Rounds in which most take part, and few are silent."""
    takes_part = frozenset(CODES) - draw(st.frozensets(st.sampled_from(CODES), max_size=1))
    silent = draw(st.frozensets(st.sampled_from(sorted(takes_part)), max_size=2))
    return Truth(
        takes_part=takes_part,
        silent=silent,
        visited=draw(_SOME),
        said=draw(_SOME),
        standing={code: draw(_STANDING) for code in CODES},
        state={code: draw(st.sampled_from(("draft", "agreed", "disputed"))) for code in CODES},
        need={name: draw(_SOME) for name in INDICATORS},
    )


@st.composite
def worlds(draw: st.DrawFn, parts: bool = True, steady: bool = False) -> World:
    """One to three rounds of eight countries; some have agreed to everything, some to a part, some to nothing.

    Args:
        draw: Draws.
        parts: Whether some countries agree to a part alone.
        steady: Whether nothing but who takes part and who answers changes from round to round.
    """
    # Half of them have agreed to nothing, so that there are often enough to be counted.
    choices = [*[frozenset[str]()] * 4, frozenset(ITEMS), frozenset({"results"}), frozenset({"results"})]
    if parts:
        choices += [draw(st.sampled_from((frozenset({"needs"}), frozenset({"plan"}), frozenset({"change", "needs"}))))]
    rounds = draw(st.lists(truths(), min_size=2 if steady else 1, max_size=3))
    if steady:
        rounds = [evolve(rounds[0], takes_part=one.takes_part, silent=one.silent) for one in rounds]
    if draw(st.integers(0, 3)) == 0:
        choices = [frozenset()]  # before donors, nobody is named
    seats = {name: draw(_SOME) for name in SESSIONS}
    people = st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any)
    return World(
        agreed={code: draw(st.sampled_from(choices)) for code in CODES},
        least=draw(st.integers(2, 4)),
        rounds=tuple(rounds),
        seats=seats,
        host={name: draw(st.sampled_from(CODES)) for name in SESSIONS},
        language={name: draw(st.sampled_from(("en", "es", "fr"))) for name in SESSIONS},
        came={
            name: {code: draw(people) for code in sorted(codes) if draw(st.booleans())}
            for name, codes in seats.items()
            if draw(st.booleans())
        },
        bonds={name: draw(_SOME) for name in ("B1", "B2", "B3")},
        asked=draw(st.frozensets(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(_two), max_size=6)),
    )


def _two(pair: tuple[str, str]) -> bool:
    return pair[0] != pair[1]
