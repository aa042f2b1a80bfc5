"""A folder begun with a programme: its files say what the programme says, and what they do not say is told."""

import datetime
import tempfile
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest
from attrs import evolve
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.cli.app import app
from capbuild.countries import all_countries, country_by_code
from capbuild.documents import dumps
from capbuild.errors import CapbuildError
from capbuild.frameworks import load_bundled
from capbuild.frozen import FrozenMap
from capbuild.io import read_programmes
from capbuild.model import (
    TLP,
    BudgetLine,
    DisclosurePolicy,
    Money,
    Organisation,
    OrganisationRole,
    Participation,
    Phase,
    Programme,
    ProgrammeDocument,
    Result,
    ResultIndicator,
    Round,
)
from capbuild.plugins import Host, ProgrammeDraft, hookimpl
from capbuild.testing.strategies import strategy, words
from capbuild.text import Text, Translation
from capbuild.workspace import new_programme, open_workspace
from capbuild.workspace.drafts.scaffold import find_losses
from capbuild.workspace.paths import is_file_name
from capbuild.workspace.records.programme_files import format_budget, format_programme, format_results

FRAMEWORK = load_bundled("police_cyber")
LANGUAGES = st.lists(st.sampled_from(["en", "es", "fr", "nl", "pt-BR"]), min_size=1, max_size=3, unique=True)


#: Every example opens a folder.
_opening = settings(
    max_examples=80 if settings.get_current_profile_name() == "thorough" else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def several(cls, key="id", make=strategy, **parts):
    return st.lists(
        make(cls, **parts) if make is strategy else make(**parts), max_size=3, unique_by=lambda one: getattr(one, key)
    )


def as_written(value):
    """A value as a file can hold it: no blank texts, and no status of translations, which nobody writes by hand."""
    if isinstance(value, Text) and not value.source.strip():
        return Text("x")
    if isinstance(value, Text):
        told = {tag: Translation(one.text) for tag, one in value.translations.items() if one.text.strip()}
        return evolve(value, translations=told)
    if isinstance(value, FrozenMap):
        return FrozenMap({key: as_written(one) for key, one in value.items()})
    if isinstance(value, tuple | list):
        return tuple(map(as_written, value))
    if attrs.has(type(value)):
        return evolve(
            value, **{a.alias: as_written(getattr(value, a.name)) for a in attrs.fields(type(value)) if a.init}
        )
    return value


@st.composite
def programmes(draw):
    results = draw(
        several(
            Result,
            indicators=several(ResultIndicator, computed=st.just("")),
            contributes_to=st.none(),
            activities=st.just(()),
            criteria=st.just(()),
        )
    )
    made = strategy(
        Programme,
        organisations=several(Organisation),
        phases=several(Phase),
        rounds=st.lists(
            strategy(Round).filter(lambda one: is_file_name(one.id)),
            min_size=1,
            max_size=2,
            unique_by=lambda one: one.id,
        ),
        participations=several(
            Participation, "country", country=st.sampled_from(all_countries()), languages=LANGUAGES, target=st.none()
        ),
        framework=st.just(FRAMEWORK.key),
        targets=st.none(),
        results=st.just(results),
        budgets=st.just(()),
        documents=several(ProgrammeDocument, "url", languages=LANGUAGES),
        contacts=st.just(()),
        languages=LANGUAGES,
        disclosure=st.just(DisclosurePolicy()),
    )
    return as_written(draw(made))


def written(programme, folder):
    (folder / "programme.toml").write_text(format_programme(programme), "utf-8")
    (folder / "results.toml").write_text(format_results(programme.results), "utf-8")
    (folder / "budget.csv").write_text(format_budget(programme.budgets), "utf-8")
    return open_workspace(folder)


@_opening
@given(programme=programmes())
def test_the_files_say_what_the_programme_says(programme):
    with tempfile.TemporaryDirectory() as place:
        workspace = written(programme, Path(place))
        found = workspace.programme
        assert evolve(found, results=workspace.monitoring.results, disclosure=programme.disclosure) == programme


def cell(text):
    """A text that a table keeps: no blanks around it, no zero, and no sign of a note before it."""
    return text.replace("\0", "").replace("\r", "").strip().removeprefix("#").strip() or "x"


#: Titles as a table has them: one, and beside it what it is in other languages.
TITLES = st.builds(
    lambda source, others: Text(
        cell(source), translations={tag: Translation(cell(one)) for tag, one in others.items()}
    ),
    words(),
    st.dictionaries(st.sampled_from(["es", "fr", "pap"]), words(), max_size=2),
)


@_opening
@given(lines=st.lists(strategy(BudgetLine, title=TITLES), max_size=4))
def test_the_table_says_what_the_budget_says(lines):
    tidy = {
        cell(one.id): evolve(one, id=cell(one.id), result=cell(one.result) if one.result.strip() else "")
        for one in lines
    }
    programme = evolve(BARE, budgets=tuple(tidy.values()))
    with tempfile.TemporaryDirectory() as place:
        workspace = written(programme, Path(place))
        assert workspace.monitoring.budgets == programme.budgets


DAY = datetime.date(2016, 3, 1)
BARE = Programme(
    id="bare",
    title={"en": "Bare", "es": "Simple"},
    phases=[Phase(id="all", title="All", start=DAY, end=DAY.replace(year=2018))],
    framework=FRAMEWORK.key,
    rounds=[Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY)],
)
WHOLE = evolve(
    BARE,
    organisations=[Organisation(id="X", name="Office", roles=[OrganisationRole.ACCOUNTABLE], reference="XM-DAC-1")],
    participations=[Participation(country=country_by_code("BB")), Participation(country=country_by_code("JM"))],
    budgets=[BudgetLine(id="B1", title="Courses", amount=Money(900, "EUR"), spent=Money(12, "EUR"), year=2016)],
    results=[
        Result(
            id="R1",
            kind="output",
            title={"en": "Trained"},
            indicators=[ResultIndicator(id="I1", title="People", baselines={"2015": 1.0}, targets={"2017": 40.0})],
        )
    ],
    documents=[ProgrammeDocument(title="Report", url="https://example.org/r.pdf", categories=["A01"], date=DAY)],
    disclosure=DisclosurePolicy(audiences={"public": TLP.CLEAR}, minimum_n=7),
)


def begin(*arguments):
    return CliRunner().invoke(app, ["new", "programme", *map(str, arguments)])


def test_a_document_of_a_programme_begins_a_folder_and_what_is_lost_is_told(tmp_path):
    (tmp_path / "whole.json").write_text(dumps(WHOLE), "utf-8")
    done = begin(tmp_path / "made", "--iati", tmp_path / "whole.json")
    assert done.exit_code == 0, done.output
    workspace = open_workspace(tmp_path / "made")
    found = evolve(workspace.programme, results=workspace.monitoring.results, budgets=workspace.monitoring.budgets)
    assert evolve(found, disclosure=WHOLE.disclosure, targets=None) == WHOLE
    assert "disclosure of the programme" in done.output
    assert [issue.code for issue in find_losses(tmp_path / "made", WHOLE)] == ["CB510"]
    assert workspace.assess("baseline").silent == WHOLE.countries
    assert not (tmp_path / "made" / "returns" / "sample.csv").exists()


def test_a_programme_with_neither_round_nor_country_gets_what_a_folder_needs(tmp_path):
    new_programme(tmp_path / "made", programme=evolve(BARE, rounds=(), framework=""))
    workspace = open_workspace(tmp_path / "made")
    assert (workspace.programme.rounds[0].reference_date, workspace.settings.open) == (DAY, True)
    assert not workspace.folder_issues


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"a,b\n1,2\n", "CB101"), (b'{"capbuild": "1.0", "kind": "programme"}', "CB010")],
)
def test_a_file_that_describes_no_programme_is_refused(content, code, tmp_path):
    (tmp_path / "file").write_bytes(content)
    done = begin(tmp_path / "made", "--iati", tmp_path / "file")
    assert (done.exit_code, code in done.output) == (2, True)
    assert not (tmp_path / "made").exists()
    with pytest.raises(CapbuildError):
        read_programmes(content)


def test_a_plugin_brings_programmes_of_its_own():
    @hookimpl
    def read_programmes_of(source):
        return [ProgrammeDraft(programme=BARE)] if source.head().startswith(b"#mine") else None

    host = Host(plugins={"mine": SimpleNamespace(read_programmes=read_programmes_of)}, discover=False)
    (draft,) = read_programmes(b"#mine", host=host)
    assert draft.programme == BARE
