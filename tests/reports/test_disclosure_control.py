"""Every writer that is registered takes what it writes from one step, after which nothing withheld can be reached."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import SimpleNamespace

import pytest
from attrs import evolve, fields, has
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn_from

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.io.writing import render_files
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Audience,
    Delivery,
    DisclosurePolicy,
    Gap,
    Needs,
    Plan,
    Programme,
    StateRecord,
    Survey,
)
from capbuild.plugins import Host, RenderContext, Writer, default_host, hookimpl
from tests.reports.test_attack import truth, world
from tests.reports.worlds import CODES, NAMES, World, given, worlds

_slow = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
WRITERS = default_host().writers
#: A world in which four of eight countries are named and Haiti and Jamaica stand otherwise.
PLAIN = world(
    truth(silent=frozenset({"AG"})),
    truth(),
    named="BB BZ CO",
    seats={"S1": frozenset(CODES[:6]), "S2": frozenset({"HT"})},
    host={"S1": "BB", "S2": "HT"},
    language={"S1": "en", "S2": "fr"},
    came={"S1": {"BB": (2, 3), "HT": (1, 0), "JM": (0, 4), "CU": (1, 1)}},
)


def subjects(drawn: World) -> Iterator[tuple[object, RenderContext]]:
    """Everything that can be written of a world, with what the host knows."""
    for subject, context in given(drawn):
        yield subject, context
        yield from ((one, context) for one in subject)
        yield context.programme, context
        if context.dossier.plan is not None:
            yield context.dossier.plan, context
            yield from ((held, context) for held in context.dossier.deliveries)


def reached(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Everything that a writer can reach from what it is given, with its place."""
    if isinstance(value, str | int | float | datetime.date | None):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from reached(key, f"{place}.key")
            yield from reached(item, f"{place}.{key}")
    elif isinstance(value, tuple | list | frozenset | set):
        for item in value:
            yield from reached(item, place)
    elif has(type(value)):
        for field in fields(type(value)):
            yield from reached(getattr(value, field.name), f"{place}.{field.name}")


def of_hidden(drawn: World, subject: object, context: RenderContext) -> set[tuple[str, object]]:
    """What a writer can reach of countries that have agreed to nothing, but that they take part."""
    words = {*drawn.hidden, *(NAMES[code] for code in drawn.hidden)}
    open_to_all = ("programme.participations",)
    own = subject.country.alpha_2 if isinstance(subject, Assessment) else ""
    whole = [
        *reached(subject, "programme" if isinstance(subject, Programme) else "subject"),
        *reached(context.programme, "programme"),
        *reached(context.dossier, "dossier"),
        *reached(context.disclosure, "disclosure"),
        *reached(context.rounds, "rounds"),
    ]
    return {
        (place, value)
        for place, value in whole
        if isinstance(value, str)
        and any(word == value or (len(word) > 2 and word in value) for word in words - {own, NAMES.get(own)})
        and not place.startswith(open_to_all)
    }


def recording(writer: Writer, seen: list[tuple[object, RenderContext]]) -> Writer:
    """A writer of the same name that writes nothing, and says that it may be given to anybody."""

    def write(subject: object, context: RenderContext, _options: object) -> Iterator[str]:
        seen.append((subject, context))
        yield ""

    return evolve(writer, write=write, discloses=True)


def hosting(writer: Writer) -> Host:
    """A host in which a writer stands under another name."""
    probe = SimpleNamespace(register_writers=hookimpl(lambda: [evolve(writer, name="probe", suffixes=())]))
    return Host(plugins={"probe": probe}, discover=False)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_writer_is_given_nothing_that_is_withheld(name: str) -> None:
    """Whatever it accepts and however it writes: a new one is tried here as soon as it is registered."""
    seen: list[tuple[object, RenderContext]] = []
    host = hosting(recording(WRITERS[name], seen))
    tried = 0
    for subject, context in subjects(PLAIN):
        if not isinstance(subject, WRITERS[name].accepts):
            continue
        tried += 1
        told = {"programme": context.programme, "dossier": context.dossier, "rounds": context.rounds}
        with suppress(WriteError):  # a country that has not agreed has no profile
            render_files(subject, "probe", audience="regional", host=host, **told)
    for subject, context in seen:
        assert context.disclosure is not None
        assert of_hidden(PLAIN, subject, context) == set()
    knows = {AssessmentSet, Assessment, Programme, Plan, Delivery}
    assert tried or knows.isdisjoint(WRITERS[name].accepts)


def test_answers_as_they_were_read_go_to_the_team_only() -> None:
    seen: list[tuple[object, RenderContext]] = []
    host = hosting(recording(WRITERS["responses-csv"], seen))
    with pytest.raises(WriteError) as caught:
        render_files(
            Survey(file="a.csv", format="csv"),
            "probe",
            audience="regional",
            programme=next(given(PLAIN))[1].programme,
            host=host,
        )
    assert (caught.value.code, seen) == ("CB703", [])


def test_who_set_the_state_of_results_is_for_those_who_see_sources() -> None:
    shown = []
    for subject, context in given(PLAIN):
        if isinstance(subject, AssessmentSet):
            who = StateRecord(country=subject.countries[0], round="1", state="published", by="Qzoffice", note="Qznote")
            stated = evolve(subject, assessments=[evolve(one, standing=who) for one in subject])
            shown += [one.standing for one in disclose(stated, evolve(context, audience="regional"))[0]]
    assert shown
    assert not any("Qz" in repr(one) for one in shown)


def test_a_need_keeps_only_criteria_that_a_country_it_shows_lacks() -> None:
    """One that is named lacks the first; the second is lacked by countries that are counted or hidden only."""
    subject, context = next(given(PLAIN))
    named = {"BB", "BZ", "CO"}
    need = next(one for one in context.dossier.needs or () if named & {place.alpha_2 for place in one.countries})
    [name] = need.capacities
    lacked, other = f"{name}.2", f"{name}.3"
    gaps = [
        Gap(country=place, capacity=name, target=3, level=1, lacking=[lacked if place.alpha_2 in named else other])
        for place in need.countries
    ]
    dossier = evolve(context.dossier, needs=Needs(needs=[evolve(need, criteria=[lacked, other])], gaps=gaps))
    for audience, wanted in (("regional", (lacked,)), ("team", (lacked, other))):
        shown = disclose(subject, evolve(context, audience=audience, dossier=dossier))[1].dossier.needs
        assert [one.criteria for one in shown or ()] == [wanted]


def test_why_participants_are_without_sex_is_logged_only_if_they_are() -> None:
    """Three women and three men may be told apart at a minimum of three, two and three may not."""
    for women, withheld in ((3, False), (2, True)):
        one = evolve(PLAIN, came={"S1": {"BB": (women, 3)}})
        subject, context = next(given(one))
        told = disclose(subject, context)[1]
        people = [person.sex.value for person in told.dossier.enrolments if person.status.was_present]
        assert len(people) == women + 3
        assert (set(people) == {"not stated"}) is withheld
        log = disclose(subject, evolve(context, kind="redactions"))[1].disclosure.log
        assert any(entry.why == "few_people" for entry in log) is withheld


@pytest.mark.parametrize("audience", [one.value for one in Audience])
@pytest.mark.parametrize("name", [name for name, one in WRITERS.items() if Delivery in one.accepts])
def test_host_and_place_of_a_session_go_to_the_countries_invited(name: str, audience: str) -> None:
    programme = next(given(PLAIN))[1].programme
    named = DisclosurePolicy(audiences=dict.fromkeys([one.value for one in Audience], "TLP:AMBER"))
    session = Delivery(
        id="D1",
        course="A01",
        title="Course",
        start=datetime.date(2017, 2, 1),
        end=datetime.date(2017, 2, 2),
        place="Port-au-Prince",
    )
    told = {"audience": audience, "programme": evolve(programme, disclosure=named)}
    if audience in ("team", "country"):
        assert render_files(session, name, **told)
    else:
        with pytest.raises(WriteError) as caught:
            render_files(session, name, **told)
        assert caught.value.code == "CB703"


@_slow
@drawn_from(worlds())
def test_nothing_withheld_can_be_reached(drawn: World) -> None:
    for subject, context in given(drawn):
        assert of_hidden(drawn, *disclose(subject, context)) == set()
        assert of_hidden(drawn, *disclose(context.programme, context)) == set()


@_slow
@drawn_from(worlds())
def test_the_step_done_again_changes_nothing(drawn: World) -> None:
    for subject, context in given(drawn):
        once = disclose(subject, context)
        assert disclose(*once) == once


@pytest.mark.parametrize("name", sorted(name for name, one in WRITERS.items() if one.discloses))
def test_real_files_are_the_same_where_unnamed_countries_change_places(name: str) -> None:
    writer = WRITERS[name]

    def files(drawn: World) -> list[object]:
        made: list[object] = []
        for subject, context in subjects(drawn):
            if isinstance(subject, writer.accepts):
                told = {"programme": context.programme, "dossier": context.dossier, "rounds": context.rounds}
                try:
                    made.append(render_files(subject, name, audience="regional", **told))
                except WriteError as error:
                    made.append((error.code, isinstance(subject, Assessment) and subject.country.alpha_2))
        return made

    other = PLAIN.swapped("HT", "JM")
    assert next(given(PLAIN))[0] != next(given(other))[0]
    assert files(PLAIN) == files(other)


@pytest.mark.parametrize("audience", [one.value for one in Audience])
def test_names_of_returned_files_are_for_those_who_see_sources(audience: str) -> None:
    """A file's name can be that of a country; the team and a country see the files of the answers that they see."""
    subject, context = next(given(world(named=" ".join(CODES))))
    returned = {f"returns/{name}.csv" for name in NAMES.values()}
    named = evolve(subject, inputs=dict.fromkeys([*returned, "returns/nobody.csv"], "0" * 64))
    policy = context.programme.disclosure
    policy = evolve(
        policy,
        audiences=dict.fromkeys([one.value for one in Audience], "TLP:AMBER"),
        consents=[evolve(one, audience=audience) for one in policy.consents if one.audience == "regional"],
    )
    told = evolve(context, audience=audience, programme=evolve(context.programme, disclosure=policy))
    seen = [disclose(named, one)[0].inputs for one in (told, evolve(told, kind="profile", country="BB"))]
    own = {"returns/Barbados.csv"}
    known = {"team": [{*named.inputs}, own], "country": [returned, own]}
    assert [{*one} for one in seen] == known.get(audience, [set(), set()])
