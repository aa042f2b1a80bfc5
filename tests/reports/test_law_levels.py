"""Reports of police-cyber 2.0: law article by article beside capacities."""

import datetime
import re

import pytest

import capbuild as cb
from capbuild.advice import MessageKind, advise
from capbuild.frameworks import load_bundled
from capbuild.model import Finding, Round, RoundKind, Source, SourceKind, Verdict
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.scoring import assess

#: Codes of the levels of an article, which are English words.
CODES = re.compile(r"\b(in_force|bill|used|none)\b")
PLACE = cb.country("Paraguay")


@pytest.fixture(scope="module")
def law():
    """A country with every article answered, at each level in turn, and every second criterion met."""
    framework = load_bundled("police_cyber", "2.0")
    visit = Source(id="v", kind=SourceKind.VISIT, title="Visit", country=PLACE)
    year = Round(id="b", kind=RoundKind.BASELINE, title="2026", reference_date=datetime.date(2026, 12, 31))
    articles = [node.id for node in framework.indicators if node.id.startswith("LAW-")]
    values = {name: place % 4 for place, name in enumerate(articles)}
    values |= {name: (Verdict.YES, Verdict.NO)[place % 2] for place, name in enumerate(framework.criteria)}
    found = [Finding(country=PLACE, target=name, value=value, source="v") for name, value in values.items()]
    return assess(found, framework, round=year, sources=[visit], targets=framework.profile("organised"))[PLACE]


@pytest.mark.parametrize("language", ["es", "fr", "nl", "pt"])
@pytest.mark.parametrize("kind", ["brief-country", "letter", "profile", "evidence"])
def test_levels_of_articles_are_in_the_language_of_the_report(law, kind, language):
    page = cb.render(law, "md", kind=kind, language=language, country="Paraguay")
    assert CODES.findall(str(page)) == []
    assert re.findall(r"\bVisit\b", str(page)) == []


def list_strips(law, kind):
    """Tables of levels in a report."""
    report = build(law, RenderContext(kind=kind, country="Paraguay"))
    return [figure for figure in report.figures if figure.id.startswith("strip")]


def test_tables_of_levels_fit_the_page_and_have_one_scale_each(law):
    """26 columns fit beside the names; a number means one thing in a table."""
    figures = list_strips(law, "profile")
    columns = [[column.id for column in one.columns[1:]] for one in figures]
    framework = law.framework
    expected = [node.id for node in framework.indicators if framework.scale_of(node).levels]
    assert [name for table in columns for name in table] == expected
    assert len(expected) == 80
    assert max(map(len, columns)) <= 26
    assert {len({framework.scale_of(framework[name]).id for name in table}) for table in columns} == {1}
    shown = [column.id for figure in list_strips(law, "brief-country") for column in figure.columns[1:]]
    assert shown == [name for name in expected if not name.startswith("LAW-")]


def test_articles_are_not_counted_as_capacities(law):
    """The headline counts what has weight: 38 indicators. Articles have a line of their own."""
    framework = law.framework
    lead = next(
        message for message in advise(law).messages if message.kind in (MessageKind.LEAD, MessageKind.UNSETTLED)
    )
    capacities = [node.id for node in framework.indicators if framework.scale_of(node).id != "law" and node.criteria]
    assert lead.counts["areas"] == len(capacities) == 38
