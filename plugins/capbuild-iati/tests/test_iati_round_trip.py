"""A programme that is written and read again is the same, but for what the file's own account says is lost."""

from enum import Enum
from typing import Any

import attrs
from attrs import evolve
from capbuild_iati import IatiOptions, scan_iati, write_iati
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from okfn_iati import IatiValidator

from capbuild.countries import all_countries
from capbuild.escaping import xml_text
from capbuild.frozen import FrozenMap
from capbuild.model import (
    BudgetLine,
    DisclosurePolicy,
    Organisation,
    OrganisationRole,
    Participation,
    Phase,
    Programme,
    ProgrammeDocument,
    Result,
    ResultIndicator,
)
from capbuild.testing.strategies import identifiers, strategy
from capbuild.text import Text, Translation

RULES = IatiValidator()
LANGUAGES = st.lists(st.sampled_from(["en", "es", "fr", "nl", "pt-BR"]), max_size=3, unique=True)
COUNTRIES = st.sampled_from(all_countries())
NAMES = identifiers().map(lambda text: plain(text) or "x")
CODES = st.from_regex(r"[A-Z]\d\d", fullmatch=True)


def plain(text: str) -> str:
    """Return what an element can hold: nothing that XML forbids, one kind of line end, no blanks around it."""
    return xml_text(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def cleaned(value: Any) -> Any:
    """Return any value of the model with texts that an element can hold, and no text that is blank."""
    if isinstance(value, Text):
        others = {plain(tag) or "x": Translation(plain(one.text) or "-") for tag, one in value.translations.items()}
        language = plain(value.language) or "und"
        return Text(plain(value.source) or "-", language, {t: one for t, one in others.items() if t != language})
    if isinstance(value, str) and not isinstance(value, Enum):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(map(cleaned, value))
    if isinstance(value, FrozenMap):
        return FrozenMap({cleaned(key): cleaned(one) for key, one in value.items()})
    if attrs.has(type(value)):
        return evolve(value, **{a.alias: cleaned(getattr(value, a.name)) for a in attrs.fields(type(value)) if a.init})
    return value


def some(cls: type, key: str = "id", least: int = 0, **parts: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of several of a class, apart by their ids."""
    items = strategy(cls, **parts).map(cleaned).filter(lambda one: getattr(one, key))
    return st.lists(items, min_size=least, max_size=3, unique_by=lambda one: getattr(one, key))


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Programmes of any texts, days and figures, with what an activity needs: who reports, a role, and a day."""
    roles = st.lists(st.sampled_from(OrganisationRole), unique=True).map(tuple)
    publisher = Organisation(id="publisher", name="Publisher", roles=draw(roles), reference="XM-DAC-1")
    partner = Organisation(id="partner", name="Partner", roles=[draw(st.sampled_from(OrganisationRole))])
    others = draw(some(Organisation, roles=roles, reference=st.just("")))
    results = draw(some(Result, indicators=some(ResultIndicator), contributes_to=st.none()))
    above = [None, *(one.id for one in results)]
    made = draw(
        strategy(
            Programme,
            organisations=st.permutations([publisher, partner, *others]),
            phases=some(Phase, least=1),
            rounds=st.just(()),
            participations=some(
                Participation, "country", country=COUNTRIES, languages=LANGUAGES, target=st.none() | NAMES
            ),
            results=st.just([evolve(one, contributes_to=draw(st.sampled_from(above))) for one in results]),
            budgets=some(BudgetLine),
            documents=some(ProgrammeDocument, "url", categories=st.lists(CODES, max_size=2), languages=LANGUAGES),
            contacts=st.just(()),
            languages=LANGUAGES.filter(bool),
            disclosure=st.just(DisclosurePolicy()),
        )
    )
    return cleaned(made)


def held_indicator(one: ResultIndicator) -> ResultIndicator:
    """Return an indicator without the figures of a qualitative one, which the standard does not allow."""
    if one.unit.casefold() != "qualitative":
        return one
    return evolve(one, baselines={}, targets={}, actuals={})


def held_by_iati(programme: Programme) -> Programme:
    """Return the programme without what `docs/how-to/iati.md` says is lost."""
    measured = {one.id for one in programme.results if one.indicators}
    results = [
        evolve(
            one,
            indicators=[held_indicator(indicator) for indicator in one.indicators],
            contributes_to=one.contributes_to if one.contributes_to in measured else None,
        )
        for one in programme.results
        if one.id in measured
    ]
    reporter = [one for one in programme.organisations if one.id == "publisher" and not one.roles]
    return evolve(
        programme,
        organisations=[*(one for one in programme.organisations if one.roles), *reporter],
        documents=[one for one in programme.documents if one.categories],
        results=results,
        framework="",
        targets=None,
        rates=(),
        evaluation={},
    )


def options() -> st.SearchStrategy[IatiOptions]:
    """Facts that a programme does not hold."""
    return st.builds(
        IatiOptions,
        status=st.sampled_from("123456"),
        reporting_type=st.sampled_from(["10", "40", "70"]),
        reporting=st.just("publisher"),
        sector=st.sampled_from(["", "15130", "15132"]),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(programme=programmes(), given_options=options())
def test_what_iati_can_hold_comes_back_from_a_valid_file(programme: Programme, given_options: IatiOptions) -> None:
    made = write_iati(programme, options=given_options)
    _, found = RULES.validate(made.xml.decode())
    assert found["schema_errors"] == []
    assert not found["ruleset_errors"] or "IATI104" in {issue.code for issue in made.losses}
    whole = programme.participations and given_options.sector
    assert not (whole and found["ruleset_errors"])
    reading = scan_iati(made.xml)
    (again,) = reading.activities
    expected = held_by_iati(programme)
    for name in (field.name for field in attrs.fields(Programme)):
        assert getattr(again.programme, name) == getattr(expected, name), name
    assert (again.options.status, again.options.sector) == (given_options.status, given_options.sector)
    assert [str(issue) for issue in reading.issues] == []
    assert write_iati(again.programme, options=again.options).xml == write_iati(expected, options=given_options).xml
