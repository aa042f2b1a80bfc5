"""Edition 2.0: what edition 1.0 asked is in it unchanged; law, quantities and rates; survey and visit worded apart."""

import csv
import datetime
import re
import shutil
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import DocumentError
from capbuild.fieldwork import visit_agenda
from capbuild.frameworks import (
    framework_from_toml,
    framework_to_toml,
    load_bundled,
    survey_questionnaire,
    treaty_statuses,
    visit_questionnaire,
)
from capbuild.frameworks.bundled import bundled_crosswalks
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.frameworks.lint import lint_framework
from capbuild.model import Answer, Finding, Missing, PersonalData, QuestionType, Round, Source, Verdict
from capbuild.scoring import assess
from capbuild.scoring.findings import AnswerReader
from capbuild.tracking import compare
from capbuild.tracking.crosswalk import crosswalk_issues
from capbuild.undefined import UndefinedReason

FIRST, SECOND = load_bundled("police_cyber"), load_bundled("police_cyber", "2.0")
WALK = bundled_crosswalks()[0]
PLACE = cb.country("Barbados")
EXAMPLE = Path(__file__).parents[2] / "examples" / "americas-2015"


def judged(framework, answers, year=2024, name="baseline"):
    """One country, seen on a visit."""
    day = datetime.date(year, 6, 1)
    source = Source(id=f"visit-{year}", kind="visit", title="Visit", country=PLACE, start=day)
    found = [
        Finding(country=PLACE, target=key, value=value, source=source.id, basis="seen", as_of=day)
        for key, value in answers.items()
    ]
    made = Round(id=name, kind=name, title=name, reference_date=datetime.date(year, 12, 31))
    return assess(found, framework, round=made, sources=[source])


def test_counts():
    kinds = {}
    for node in SECOND.walk():
        kinds[node.kind] = kinds.get(node.kind, 0) + 1
    assert kinds == {
        "dimension": 10, "indicator": 38, "chapter": 4, "article": 42, "group": 8, "quantity": 43, "rate": 16,
    }  # fmt: skip
    assert len(SECOND.criteria) == 349
    assert lint_framework(SECOND) == ()


def test_the_first_edition_is_inside_word_for_word():
    for name, criterion in FIRST.criteria.items():
        later = SECOND.criteria[name]
        assert evolve(later, survey=None) == criterion
        assert later.text == criterion.text
        assert SECOND.owner(name).id == FIRST.owner(name).id
    for node in FIRST.indicators:
        assert [c.id for c in SECOND[node.id].criteria] == [c.id for c in node.criteria]
        assert SECOND.scale_of(SECOND[node.id]) == FIRST.scale_of(node)


def test_the_crosswalk_joins_every_indicator():
    assert list(crosswalk_issues(WALK, FIRST, SECOND)) == []
    assert [link.before for link in WALK.links] == [(node.id,) for node in FIRST.indicators]
    assert all(link.before == link.after for link in WALK.links)


def _ends(score):
    """The lowest and the highest level left open; how likely each is rests on all that a source said."""
    return score.plausible and (score.plausible.lowest, score.plausible.highest)


ANSWERS = st.dictionaries(
    st.sampled_from(sorted(FIRST.criteria)),
    st.sampled_from([*Verdict, Missing.DONT_KNOW, Missing.NOT_APPLICABLE, Missing.NOT_OBSERVED]),
    min_size=1,
    max_size=120,
)


@settings(max_examples=5, deadline=None)
@given(answers=ANSWERS)
def test_an_answer_of_the_first_edition_is_neither_lost_nor_changed(answers):
    before, after = (judged(framework, answers)[PLACE] for framework in (FIRST, SECOND))
    for node in FIRST.indicators:
        old, new = before[node.id], after[node.id]
        assert (old.level, old.coverage, _ends(old)) == (new.level, new.coverage, _ends(new))
        assert [r.state for r in old.results] == [r.state for r in new.results]
    assert not after.unmapped


@settings(max_examples=4, deadline=None)
@given(answers=ANSWERS)
def test_a_round_of_each_edition_shows_no_change_where_answers_are_the_same(answers):
    change = compare(judged(FIRST, answers), judged(SECOND, answers, 2026, "endline"), crosswalk=WALK)
    assert change.criteria == ()
    assert change.capacities == ()


def test_the_example_reads_the_same_in_both_editions(tmp_path):
    """The figures of its page: all results are carried, and nothing answers what is new."""
    folder = tmp_path / "americas"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
    settings = (folder / "programme.toml").read_text("utf-8")
    for name in ("police-cyber", "police-cyber-activities"):
        settings = settings.replace(f"{name} 1.0", f"{name} 2.0")
    (folder / "programme.toml").write_text(settings, "utf-8")
    before, after = cb.open_workspace(EXAMPLE), cb.open_workspace(folder)
    assert not after.validate().count("error")
    for round_, count in (("baseline", 675), ("endline", 400)):
        old, new = before.assess(round_), after.assess(round_)
        pairs = [(place[node.id], new[place.country][node.id]) for place in old for node in FIRST.indicators]
        assert len(pairs) == count
        assert all((a.level, a.claimed, a.coverage) == (b.level, b.claimed, b.coverage) for a, b in pairs)
        added = [node.id for node in SECOND.indicators if node.id not in FIRST.names and not node.is_rate]
        assert not [1 for place in new for name in added for result in place[name].results if result.findings]
    places = [one.country for one in before.programme.participations]
    statuses = [one for place in places for one in treaty_statuses(place.alpha_2)]
    dated = [one for one in statuses if one.since is not None and str(one.since) < "2018"]
    assert (len(places), len(statuses)) == (30, 90)
    assert [(one.country.alpha_2, one.treaty, str(one.since)) for one in dated] == [("DO", "BUDAPEST", "2013-06-01")]


def test_the_law_is_a_table_of_the_articles():
    named = {key: [] for key in ("Budapest Convention", "Second Additional Protocol", "United Nations Convention")}
    articles = [node for node in SECOND.indicators if node.kind == "article"]
    for node in articles:
        for treaty, number in re.findall(r"([A-Z][\w ]+), article (\d+)", node.definition.source):
            named[treaty].append(int(number))
    assert sorted(named["Budapest Convention"]) == [*range(2, 23), *range(29, 36)]
    assert sorted(named["Second Additional Protocol"]) == list(range(6, 13))
    assert set(named["United Nations Convention"]) >= set(range(23, 35))
    assert all(len(numbers) == len(set(numbers)) for numbers in named.values())
    assert {len(SECOND.scale_of(node).levels) for node in articles} == {4}


def test_a_bill_is_not_law():
    place = judged(SECOND, {"LAW-1.2": 2, "LAW-2.18": 1})[PLACE]
    scale = place["LAW-2.18"].scale
    assert [str(scale.level(place[name].level).label) for name in ("LAW-1.2", "LAW-2.18")] == ["in force", "bill"]
    form = survey_questionnaire(SECOND)
    assert [choice.code for choice in form["LAW-2.18"].choices][:4] == ["none", "bill", "in_force", "used"]


def test_a_rate_comes_from_the_quantities_of_one_source():
    place = judged(SECOND, {"QTY-1.posts": 10, "QTY-1.filled": 8, "QTY-1.women": 3})[PLACE]
    assert (place["QTY-9.filled"].value, place["QTY-9.women"].value) == (80, 37.5)
    assert str(place["QTY-9.women"].results[0].findings[0].note) == "3 / 8"
    assert place["QTY-9.opened"].value is None


def test_no_rate_is_made_of_three_cases():
    place = judged(SECOND, {"QTY-4.judged": 3, "QTY-4.convicted": 2})[PLACE]
    rate = place["QTY-9.convicted"]
    assert (rate.value, rate.undefined.reason) == (None, UndefinedReason.NOT_APPLICABLE)
    assert str(rate.results[0].findings[0].note) == "2 / 3"
    assert judged(SECOND, {"QTY-4.judged": 5, "QTY-4.convicted": 2})[PLACE]["QTY-9.convicted"].value == 40


def test_nothing_is_divided_by_zero_and_a_reported_rate_is_kept():
    assert judged(SECOND, {"QTY-2.budget": 0, "QTY-2.spent": 9})[PLACE]["QTY-9.spent"].value is None
    told = judged(SECOND, {"QTY-2.budget": 10, "QTY-2.spent": 9, "QTY-9.spent": 88})[PLACE]
    assert told["QTY-9.spent"].value == 88


def test_two_sources_are_not_mixed_in_one_rate():
    day = datetime.date(2024, 6, 1)
    sources = [Source(id=name, kind="survey", title=name, country=PLACE, start=day) for name in ("one", "two")]
    found = [
        Finding(country=PLACE, target=f"QTY-1.{key}", value=value, source=source, as_of=day)
        for key, value, source in (("posts", 10, "one"), ("filled", 8, "two"))
    ]
    made = Round(id="r", kind="baseline", title="r", reference_date=day)
    assert assess(found, SECOND, round=made, sources=sources)[PLACE]["QTY-9.filled"].value is None


@pytest.mark.parametrize(
    ("raw", "read"), [("30 jours", 30), ("30 d", 30), ("30 días", 30), ("30", 30), ("3 ans", None), ("3 months", None)]
)
def test_days_are_not_read_from_years(raw, read):
    number = float(raw.split()[0])
    reader = AnswerReader.make(SECOND)
    (mapping,) = reader.targets("QTY-5.oldest")
    found = reader.read(Answer("QTY-5.oldest", number, raw=raw), mapping)
    assert (found if isinstance(found, float | int) else None) == read


def test_a_rate_is_compared_over_rounds():
    first = judged(SECOND, {"QTY-1.posts": 10, "QTY-1.filled": 5})
    later = judged(SECOND, {"QTY-1.posts": 10, "QTY-1.filled": 9}, 2026, "endline")
    moved = {one.capacity: one.difference for one in compare(first, later).capacities}
    assert moved == {"QTY-1.filled": 4, "QTY-9.filled": 40}


@pytest.mark.parametrize(
    ("answers", "broken"),
    [
        ({"QTY-1.posts": "4", "QTY-1.filled": "6"}, True),
        ({"QTY-1.posts": "40", "QTY-1.filled": "6"}, False),
        ({"QTY-1.filled": "6"}, False),
        ({"QTY-5.queue": "0", "QTY-5.oldest": "30"}, True),
        ({"COO-1.3a": "yes", "QTY-6.minutes": "95"}, True),
        ({"LAW-1.2": "1", "MAN-1.2a": "yes"}, True),
        ({"LAW-1.2": "2", "MAN-1.2a": "yes"}, False),
    ],
)
def test_rules_of_plausibility(answers, broken):
    assert any(rule.is_broken(answers.get, SECOND.names) for rule in SECOND.rules) is broken


def test_survey_and_visit_are_worded_apart():
    survey, visit = survey_questionnaire(SECOND), visit_questionnaire(SECOND)
    spoken = re.compile(r"\b(visit|visitors?|was shown|were shown|on the day|on the spot|asked apart|sampled)\b")
    for name, criterion in SECOND.criteria.items():
        assert visit[name].text == criterion.text
        assert survey[name].text.source.endswith("?"), name
        assert survey[name].text != criterion.text
        assert set(survey[name].text.languages) == {"en", "es", "fr", "nl", "pt"}
    asked = [survey[name].text.source for name in SECOND.criteria]
    assert [
        text for text in asked if re.search(r"\b(visit(ors?)?|sampled (cases|files|reports|seizures))\b", text)
    ] == []
    assert [text for text in asked if spoken.search(text)] == []
    shown = re.compile(r"\b(assessors?|were shown|was seen|(unit|investigator|officer) shows?)\b")
    assert [text for text in asked if shown.search(text)] == []


#: By language: words that open a question that yes, partly and no do not answer, and the word before a second one.
_OPEN = {
    "en": ("which|who|whom|whose|what|how|where|when|why", "and"),
    "es": ("qué|quién|quiénes|cuál|cuáles|cuánt[oa]s?|cómo|dónde|cuándo|por qué", "y"),
    "fr": ("quel|quelle|quels|quelles|qui|combien|comment|où|quand|pourquoi|que|qu’", "et"),
    "nl": ("welke?|wie|wat|hoe|hoeveel|waar|wanneer|waarom", "en"),
    "pt": ("que|quem|qual|quais|quant[oa]s|como|onde|quando|por que", "e"),
}


@pytest.mark.parametrize("language", _OPEN)
def test_a_question_is_answered_by_yes_partly_or_no(language):
    words, joined = _OPEN[language]
    form = survey_questionnaire(SECOND)
    asked = {name: form[name].text.get(language) for name in SECOND.criteria}
    open_question = re.compile(rf"(^¿?|, {joined} ¿?)(\w{{1,4}} )?({words})\b", re.IGNORECASE)
    questions = {name: text for name, text in asked.items() if text.endswith("?")}
    assert len(questions) == len(SECOND.criteria)
    assert {name: text for name, text in questions.items() if open_question.search(text)} == {}
    assert open_question.search({"en": "Is there one, and who owns it?", "es": "¿Hay una, y quién responde?",
                                 "fr": "Y en a-t-il une, et qui en répond ?", "nl": "Is er een, en wie is de eigenaar?",
                                 "pt": "Há uma, e quem responde por ela?"}[language])  # fmt: skip


def test_forms_ask_who_answers_and_the_visit_asks_what_was_seen():
    survey, visit = survey_questionnaire(SECOND), visit_questionnaire(SECOND)
    assert [q.id for q in survey.questions[:4]] == ["form.respondent", "form.office", "form.date", "form.consent"]
    assert survey["form.respondent"].personal is PersonalData.NAME
    assert {f"MAN.{name}" in survey for name in ("comment", "evidence", "confidence")} == {True}
    assert {f"OPS-6.{name}" in visit for name in ("sample", "photograph", "note")} == {True}
    assert visit["form.signature"].type is QuestionType.FILE
    assert {mapping.target for mapping in survey.mappings} <= SECOND.names
    assert len(survey_questionnaire(FIRST)) == 240


def test_target_profiles_leave_quantities_without_a_target():
    profile = SECOND.profile("organised")
    assert {profile.targets[node.id] for node in SECOND.indicators if node.kind == "indicator"} == {3}
    assert {profile.targets[node.id] for node in SECOND.indicators if node.kind == "article"} == {2}
    assert not [name for name in profile.targets if name.startswith("QTY")]


def test_rates_are_not_asked():
    for form in (survey_questionnaire(SECOND), visit_questionnaire(SECOND)):
        assert not [q.id for q in form.questions if q.id.startswith("QTY-9")]
        posts = form["QTY-1.posts"]
        assert (posts.type, posts.minimum, posts.hint.source[:14]) == (QuestionType.INTEGER, 0, "Approved posts")
    agenda = {item.capacity for item in visit_agenda(judged(SECOND, {"QTY-1.posts": 9})[PLACE])}
    assert {name[:5] for name in agenda if name.startswith("QTY")} == {f"QTY-{number}" for number in range(1, 8)}
    for text in (questionnaire_csv(SECOND, "es"), checklist_csv(SECOND, "nl")):
        assert "QTY-1.posts" in text
        assert "QTY-9" not in text


OWN = """
[framework]
id = "waste"
edition = "1"
title = "Waste"

[labels]
"form.about" = "About"
"form.office" = "Office"

[[scales]]
id = "tonnes"
kind = "count"
unit = "t"
maximum = 1000000

[[nodes]]
id = "W"
kind = "topic"
title = "Waste"

[[nodes]]
id = "W.in"
parent = "W"
title = "Tonnes in"

[[nodes]]
id = "W.out"
parent = "W"
title = "Tonnes recycled"

[[nodes]]
id = "W.share"
parent = "W"
title = "Share"
method = { name = "rate", count = "W.out", base = "W.in" }
"""


def test_a_framework_of_another_field_has_rates_and_asks_for_the_office():
    own = framework_from_toml(OWN)
    place = judged(own, {"W.in": 40, "W.out": 10})[PLACE]
    assert place["W.share"].value == 25
    assert [question.id for question in survey_questionnaire(own).questions] == ["form.office", "W.in", "W.out"]
    assert framework_from_toml(framework_to_toml(own)) == own


def test_a_rate_of_an_unknown_quantity_is_an_error():
    with pytest.raises(DocumentError, match=r"'W\.inn', which is not a node.*did you mean 'W\.in'"):
        framework_from_toml(OWN.replace('base = "W.in"', 'base = "W.inn"'))


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_the_survey_table_says_what_is_asked_of_law_and_numbers(language):
    """An office that has only the table knows the states of an article, and what a number counts."""
    framework = load_bundled("police_cyber", "2.0")
    rows = {row[0]: row[3] for row in csv.reader(questionnaire_csv(framework, language).splitlines()) if len(row) > 3}
    for node in framework.indicators:
        if node.id in rows and not node.criteria:
            levels = framework.scale_of(node).levels
            asked = [level.label for level in levels] or [node.definition]
            assert [text for text in asked if text.get(language) not in rows[node.id]] == []
            assert "e+" not in rows[node.id]
