"""Every class that promises a display has one, with a twin in plain text, small, quiet, and escaped."""

import importlib
import pkgutil
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild
from capbuild.display import NotebookDisplay
from capbuild.frames.harmonising import HarmonisedSurveys
from capbuild.frames.question_crosswalk import QuestionCrosswalk
from capbuild.model import (
    AssessmentSet,
    Change,
    ChangeSeries,
    Country,
    Issue,
    Issues,
    Limits,
    Money,
    Needs,
    Plan,
    Programme,
    Questionnaire,
    Response,
    Score,
    Survey,
)
from capbuild.model.survey_questions import QuestionAnswers, QuestionSummary, QuestionTable
from capbuild.notebook import mimebundle
from capbuild.notebook.bundle import find_display, load_style
from capbuild.planning import CostLine, Gaps, cost, gaps

SMALL = 5_000
#: Printed whole at a prompt, as a frame is.
LOOKED_AT = (
    Survey, QuestionTable, QuestionSummary, QuestionAnswers, Response, Issues, AssessmentSet, Needs, Gaps, Plan, Change,
    ChangeSeries, QuestionCrosswalk, HarmonisedSurveys,
)  # fmt: skip
VOID = {"br", "path", "rect", "circle"}


class Structure(HTMLParser):
    """Elements in order, the text by whether it is drawn or said, and whether each that opens is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.attributes, self.said = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("aria-hidden") == "true"))

    def handle_startendtag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if not any(hidden for _, hidden in self.open) and self.open and self.open[0][0] != "style":
            self.said.append(data)


def displayed_classes():
    for info in pkgutil.walk_packages(capbuild.__path__, "capbuild."):
        if "__main__" not in info.name:
            importlib.import_module(info.name)
    found, todo = set(), [NotebookDisplay]
    while todo:
        for kind in todo.pop().__subclasses__():
            if kind.__module__.startswith("capbuild.") and not kind.__name__.startswith("_"):
                found.add(kind)
            todo.append(kind)
    return found


def body(subject):
    """The display without the style that each carries."""
    text = mimebundle(subject)["text/html"]
    prefix = f"<style>{load_style()}</style>"
    assert text.startswith(prefix)
    return text.removeprefix(prefix)


def test_every_class_that_promises_a_display_has_one():
    assert [kind.__name__ for kind in displayed_classes() if find_display(kind) is None] == []


def test_each_kind_of_display_is_among_those_tested_here(shown):
    others = {"ResponseTable", "Tally", "OtherCountry"}  # in test_tables; as a country
    assert {type(one).__name__ for one in shown} | others == {kind.__name__ for kind in displayed_classes()}


def test_what_is_not_drawn_shows_as_plain_text():
    class Own(NotebookDisplay):
        def __str__(self):
            return "mine"

    assert Own()._repr_mimebundle_() == {"text/plain": "mine"}


def test_a_class_that_inherits_is_shown_as_its_parent(baseline):
    kind = type("Place", (Country,), {})
    place = kind(alpha_2="BB", alpha_3="BRB", name="Barbados")
    assert mimebundle(place) == mimebundle(baseline["Barbados"].country)


def test_displays_are_small_and_the_same_each_time(shown):
    for one in shown:
        assert one._repr_mimebundle_() == one._repr_mimebundle_()
        assert 100 < len(body(one).encode()) <= SMALL, type(one)


def test_the_style_is_small():
    assert len(load_style()) <= 4_000


def test_no_script_no_request_no_inline_style_no_id(shown):
    for one in shown:
        text = one._repr_mimebundle_()["text/html"]
        found = Structure(text)
        assert not {"script", "link", "img", "iframe", "object", "a"} & set(found.names)
        assert {name for name, _ in found.attributes} <= {
            *("class", "scope", "aria-hidden", "title", "width", "height", "d", "x", "y", "cx", "cy", "r")
        }
        assert not re.search(r"url\(|@import|https?:|javascript|//", text)


def test_the_plain_twin_says_all_that_the_drawn_one_says(shown):
    for one in shown:
        bundle = one._repr_mimebundle_()
        plain = " ".join(bundle["text/plain"].split())
        # Cells of a heat map are printed as ranges and read out in words.
        plain += re.sub(r"(\d)–(\d)", r"not verified, L\1 to L\2", plain)
        for text in Structure(bundle["text/html"]).said:
            for word in text.split():
                assert word in plain, (type(one), word)


def test_every_display_ends_with_a_call_that_works(shown):
    for one in shown:
        foot = body(one).rpartition('<p class="f">')[2]
        calls = re.findall(r"<code>([^<]+)</code>", foot)
        assert calls, type(one)
        for call in calls:
            text = call.replace("&quot;", '"')
            eval(text if text.startswith("capbuild") else f"one{text}", {"one": one, "capbuild": capbuild})


def test_invented_answers_are_called_so(baseline, workspace):
    for one in (baseline, baseline["Barbados"], workspace.programme):
        for text in one._repr_mimebundle_().values():
            assert text.count("Invented answers") == 1
        for text in evolve(one, invented=False)._repr_mimebundle_().values():
            assert "Invented answers" not in text


def test_what_a_prompt_prints_is_short_and_true(shown, workspace, baseline):
    for one in shown:
        if isinstance(one, LOOKED_AT):
            assert repr(one) == mimebundle(one)["text/plain"]
            continue
        assert repr(one).startswith(f"{type(one).__name__}(")
        assert len(repr(one)) < 120
    assert repr(workspace.programme) == "Programme('americas-2015', 30 participants, 2 rounds)"
    assert repr(workspace).startswith("Workspace('")
    assert repr(workspace).endswith("americas-2015')")
    read = capbuild.read(b"country,P1,P2\nJamaica,1,2\nBelize,3,4\nAtlantis,5,6\n", name="a.csv")
    facts = "csv · 3 responses · Jamaica, Belize, 1 without country · 2 questions · layout records"
    assert repr(read).splitlines()[:2] == ["a.csv", f"{facts}, confidence 0.99 · 1 error"]
    assert repr(read.questionnaire) == "Questionnaire('a', version '1', 2 questions)"
    assert repr(read.reconciliation) == "Reconciliation(3 rows in, 3 out, 6 cells, adds up)"
    made = Plan(limits=Limits(budget=Money(10, "USD")), left_out={"a": "too dear", "b": "too late"})
    assert repr(made).startswith("0 sessions, 0 seats, USD 0 of USD 10\n")


def test_a_prompt_shows_what_print_or_the_display_says(workspace):
    baseline = workspace.assess("baseline")
    survey = capbuild.read(b"country,P1\nJamaica,1\n", name="a.csv")
    results = (
        baseline,
        workspace.needs("baseline"),
        capbuild.compare(baseline, workspace.assess("endline")),
        capbuild.draft_question_crosswalk({"a": survey, "b": survey}),
        capbuild.harmonise({"a": survey, "b": survey}),
    )
    for result in results:
        assert repr(result) == mimebundle(result)["text/plain"]
    framework = baseline.framework
    draft = capbuild.draft_mapping(survey, framework)
    for other in (baseline["JM"].indicators[0].explain(), draft, capbuild.draft_crosswalk(framework, framework)):
        assert repr(other) == str(other)
    assert str(draft).splitlines() == [
        "0 certain, 0 likely, 1 none of 1 question, police-cyber 1.0",
        "P1 -> nothing (none, 0.00)",
    ]


def test_rich_prints_the_display_in_the_width_of_its_console(shown):
    console = pytest.importorskip("rich.console")
    for one in shown:
        with (out := console.Console(width=60)).capture() as captured:
            out.print(one)
        lines = captured.get().splitlines()
        assert max(map(len, lines)) <= 60, type(one)
        assert lines[0] == mimebundle(one)["text/plain"].splitlines()[0][: len(lines[0])]
        with out.capture() as captured:
            out.print([one])
        assert len(captured.get().splitlines()) <= 6, type(one)


EVIL = "<script>alert(1)</script>&\"'`<b>"


@pytest.fixture(scope="module")
def evil(baseline, plan, change, reading):
    """Objects with markup in every place that a file or a person can fill."""
    place = evolve(baseline["Barbados"].country, name=EVIL)
    issues = Issues([Issue(code=EVIL, severity="error", message=EVIL, remedy=EVIL)])
    sheet = evolve(reading.reconciliation.sheets[0], sheet=EVIL)
    account = evolve(reading.reconciliation, sheets=[sheet, evolve(sheet, skipped=EVIL)])
    question = evolve(reading.questionnaire.questions[0], id=EVIL, text=EVIL)
    node = evolve(baseline.framework["TEC-2"], title=EVIL, definition=EVIL)
    score = baseline["Barbados"]["TEC-2"]
    texts = [evolve(c, text=EVIL) for c in score.capacity.criteria]
    return [
        place,
        node,
        evolve(score, capacity=evolve(node, criteria=texts)),
        evolve(baseline["Barbados"], country=place),
        evolve(baseline.framework, title=EVIL, licence=EVIL, provider=EVIL),
        evolve(reading, file=EVIL, format=EVIL, why=EVIL, issues=issues, reconciliation=account),
        Questionnaire(id="q", title=EVIL, questions=[question]),
        Programme(id="p", title=EVIL, description=EVIL, framework=EVIL, disclaimer=EVIL, languages=[EVIL]),
        evolve(plan, activities=[evolve(plan.activities[0], place=EVIL, activity=EVIL)], binding=[EVIL]),
        evolve(change, before=EVIL, criteria=[evolve(change.criteria[0], country=place)], capacities=[]),
        cost([CostLine(id=EVIL, indicator=EVIL, level=2, payment="once", price=Money(5))], scores={(EVIL, EVIL): None}),
    ]


def test_markup_in_data_stays_text(evil):
    for one in evil:
        text = body(one)
        found = Structure(text)
        assert "script" not in found.names, type(one)
        assert "&lt;script&gt;" in text, type(one)
        assert "alert(1)" in "".join(found.said)


@pytest.mark.parametrize("kind", [Change, Country, Plan, Programme, Questionnaire, Survey, Score])
def test_any_valid_object_is_shown(kind):
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.from_type(kind))
    def shows(one):
        bundle = mimebundle(one)
        Structure(bundle["text/html"])
        assert bundle["text/plain"].strip()

    shows()


def test_urgent_needs_come_first_and_the_rest_is_counted(needs):
    shown = mimebundle(needs)["text/plain"]
    assert "7 needs of 2 countries" in shown
    assert shown.index("An act") < shown.index("Examiners 0")
    assert "Examiners 5" not in shown
    assert "1 more need" in shown


def test_the_largest_gaps_come_first_and_the_rest_is_counted(baseline):
    found = gaps(baseline, {"COO-1": 3, "TEC-2": 3})
    shown = mimebundle(found)["text/plain"]
    largest = max(found, key=lambda gap: gap.size)
    assert shown.index(largest.country.name) < shown.index("more gap")
    assert f"{len(found)} gaps of" in shown
    assert "Invented" in shown


def test_all_four_levels_are_shown_with_rates(training):
    """Counted with awk in the tables of the example: 113 were present, 49 in D04 to D07, 27 in D04 and D05."""
    plain = " ".join(mimebundle(training)["text/plain"].split())
    said = ("reaction form after 96 113 85", "behaviour cases in six months 6 months 31 49 63", "6 months 18 27 67")
    assert [row for row in said if row not in plain] == []
    assert "Invented" in plain


def test_display_prints_the_plain_twin_outside_a_notebook(capsys, baseline, monkeypatch):
    baseline.display()
    assert capsys.readouterr().out.strip() == baseline._repr_mimebundle_()["text/plain"].strip()
    shown = []
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append))
    baseline.display()
    assert shown == [baseline]
