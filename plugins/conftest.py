"""What tests of report writers share: the example programme, and reports whose every text is one that could do harm."""

import datetime
from collections.abc import Callable

import pytest
from attrs import evolve

from capbuild.frameworks import load_bundled
from capbuild.model import Assessment, AssessmentSet, Country, Finding, Programme, Round, Source, Verdict
from capbuild.plugins import RenderContext
from capbuild.scoring import assess
from capbuild.text import Text

DAY = datetime.date(2016, 12, 31)


@pytest.fixture(scope="session")
def workspace(example_programme):
    """The folder of the example programme, opened."""
    return example_programme


@pytest.fixture(scope="session")
def programme(workspace) -> Programme:
    """The example programme."""
    return workspace.programme


@pytest.fixture(scope="session")
def baseline(workspace) -> AssessmentSet:
    """Its baseline: 27 countries assessed."""
    return workspace.assess("baseline")


@pytest.fixture(scope="session")
def context(programme: Programme) -> Callable[..., RenderContext]:
    """Makes the context of a report on the example programme, with what a test changes."""
    return lambda **values: RenderContext(**{"programme": programme, **values})


@pytest.fixture(scope="session")
def told() -> Callable[[str], Assessment]:
    """One country with one answer: everything that a person can write says the same."""

    def make(text: str, language: str = "und") -> Assessment:
        country = Country(alpha_2="BB", alpha_3="BRB", name="Barbados")
        finding = Finding(
            country=country,
            target="MAN-1.2a",
            value=Verdict.YES,
            raw=text,
            reason=text,
            source="visit",
            note=Text(text, language),
            as_of=DAY,
        )
        made = assess(
            [finding],
            load_bundled("police_cyber"),
            round=Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY),
            countries=[country],
            sources=[Source(id="visit", kind="visit", title="Visit", country=country)],
        )
        return made["BB"]

    return make


@pytest.fixture(scope="session")
def titled(programme: Programme) -> Callable[[str], Programme]:
    """A programme whose own words are these."""
    return lambda text: evolve(programme, title=text, notice=text, disclaimer=text)
