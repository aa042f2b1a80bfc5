"""The built-in framework: the counts of its brief, its references, and texts that agree in five languages."""

from collections import Counter

import pytest
from attrs import evolve

from capbuild.frameworks import load_bundled, survey_questionnaire
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.frameworks.lint import lint_framework
from capbuild.model import Check, Elsewhere
from capbuild.text import Text, Translation, TranslationStatus


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


def test_counts(framework):
    assert [len(root.children) for root in framework.roots] == [3, 4, 4, 5, 4, 5]
    checks = Counter(criterion.check for criterion in framework.criteria.values())
    assert checks == {Check.DOCUMENT: 73, Check.OBSERVED: 35, Check.RECORD: 120, Check.INTERVIEW: 12}
    assert {len(node.criteria) for node in framework.indicators} == {9, 10}
    assert sum(criterion.small is not None for criterion in framework.criteria.values()) == 41
    assert [level.code for level in framework.scales[0].levels] == ["L1", "L2", "L3", "L4", "L5"]
    assert len(framework.notes) == 22


def test_every_step_from_two_to_five_has_two_or_three_criteria(framework):
    for node in framework.indicators:
        steps = Counter(criterion.step for criterion in node.criteria)
        assert set(steps) == {2, 3, 4, 5}
        assert set(steps.values()) <= {2, 3}


def test_ids_say_indicator_step_and_letter(framework):
    for node in framework.indicators:
        for criterion in node.criteria:
            assert criterion.id.startswith(f"{node.id}.{criterion.step}")


def test_rules_for_small_services(framework):
    criteria = framework.criteria
    assert {c.id for c in criteria.values() if c.no_cases} == {
        "INF-4.4b",
        "OPS-1.5b",
        "OPS-2.3b",
        "COO-1.4b",
        "COO-3.3a",
        "COO-4.4b",
    }
    at_home = {c.id for c in criteria.values() if c.elsewhere is Elsewhere.NEVER}
    by_indicator = {c.id for node in ("MAN-3", "OPS-1") for c in framework[node].criteria}
    named = {"MAN-2.2a", "TRA-2.2a", "TRA-2.2b", "TEC-1.2a", "TEC-1.2b", "COO-1.2a", "COO-3.2a"}
    assert at_home == by_indicator | named


def test_texts_agree_in_five_languages(framework):
    assert framework.languages == ("en", "es", "fr", "nl", "pt")
    assert [issue.message for issue in lint_framework(framework)] == []


def test_translations_that_nobody_has_reviewed_are_drafts(framework):
    text = framework["TEC-2"].title
    assert {text.status(language) for language in ("es", "fr", "nl", "pt")} == {TranslationStatus.DRAFT}


def _with_text(framework, text):
    root = framework.roots[0]
    indicator = root.children[0]
    criterion = evolve(indicator.criteria[0], text=text)
    indicator = evolve(indicator, criteria=[criterion, *indicator.criteria[1:]])
    root = evolve(root, children=[indicator, *root.children[1:]])
    return evolve(framework, roots=[root, *framework.roots[1:]])


@pytest.mark.parametrize(
    ("source", "spanish", "problem"),
    [
        ("Three of three cases were opened.", "Dos de tres casos fueron abiertos.", "number words"),
        ("It took 60 minutes.", "Tardó 30 minutos.", "other numbers"),
        ("Per 100,000 people.", "Por 10.000 habitantes.", "other numbers"),
        ("The 90th percentile.", "El percentil 95.", "other numbers"),
        ("The list was shown.", "The list was shown.", "equals its source"),
        ("The list was shown.", "", "no text in es"),
        ("The procedure is adequate.", "El procedimiento existe.", "'adequate'"),
    ],
)
def test_the_lint_finds_what_it_is_for(framework, source, spanish, problem):
    others = {language: Translation(source + " ~") for language in ("fr", "nl", "pt")}
    broken = _with_text(framework, Text(source, "en", {"es": Translation(spanish), **others}))
    assert any(problem in issue.message for issue in lint_framework(broken))


@pytest.mark.parametrize(
    ("source", "others"),
    [
        ("Per 100,000 people.", ["Por 100\u00a0000.", "Pour 100\u202f000.", "Per 100.000.", "Por 100.000."]),
        ("The 90th percentile, 1.5 hours.", ["90, 1,5 horas.", "90e, 1,5 heure.", "90e, 1,5 uur.", "90º, 1,5 hora."]),
    ],
)
def test_the_lint_reads_numbers_as_each_language_writes_them(framework, source, others):
    translations = {
        language: Translation(text) for language, text in zip(("es", "fr", "nl", "pt"), others, strict=True)
    }
    assert lint_framework(_with_text(framework, Text(source, "en", translations))) == ()


def test_a_changed_source_makes_translations_stale(framework):
    text = framework.criteria["MAN-1.2a"].text
    changed = evolve(text, source=text.source + " Always.")
    assert changed.is_stale("es")
    assert changed.status("es") is TranslationStatus.DRAFT


def test_the_questionnaire_asks_the_upper_steps_only_where_the_step_below_is_claimed(framework):
    form = survey_questionnaire(framework)
    assert len(form) == 240
    assert form["TEC-2.3a"].skip is None
    assert form["TEC-2.4a"].skip.questions == ("TEC-2.3a", "TEC-2.3b", "TEC-2.3c")


@pytest.mark.parametrize("make", [questionnaire_csv, checklist_csv])
def test_instruments_say_that_they_are_draft_translations(framework, make):
    assert "(traduction provisoire: fr)" in make(framework, "fr").splitlines()[0]
    assert "draft" not in make(framework, "en").splitlines()[0]
    assert make(framework, "nl").count("\r\n") == 243


#: First words that are verbs in the imperative, as the house writes actions in English and Dutch.
_VERBS = {
    "en": "accredit act add agree answer arrange ask assign attend back base bring budget capture carry certify "
    "change charge check cite clarify collect compare confirm consult correct count designate draw "
    "empower enter estimate examine exchange extend find forecast fund gain give have hold identify "
    "inform install isolate issue keep lay lead let list lock log make mark measure meet move name "
    "nominate obtain offer open pass pay practise publish put query record recruit reduce refer register "
    "renew replace report require restore restrict review revise send set share show sign start store take teach "
    "test train try turn use view withdraw work write",
    "nl": "baseer bedenk begin begroot bekijk belast bepaal beperk bereken berg bespreek besteed betaal bevestig "
    "bevraag bewaar bied breid breng certificeer controleer deel doe draag draai evalueer financier "
    "gebruik geef haal herstel herzie houd identificeer installeer isoleer laat label leer leg leid lever "
    "licht luister maak machtig markeer meet meld neem noteer oefen onderteken onderzoek open orden pas "
    "plaats plan publiceer raadpleeg raam rapporteer regel registreer reserveer richt ruil schrijf sluit "
    "spreek stel stuur tel teken toets train trek verduidelijk vergelijk verklein verkrijg verleng "
    "vermeld verplaats vervang verwijs verzamel voeg voer vraag vul werf werk wijs wissel woon zet zoek "
    "zorg beantwoord beproef informeer schat bouw",
}


def _is_verb(word: str, language: str) -> bool:
    if language in _VERBS:
        return word.lower() in _VERBS[language].split()
    endings = {"es": ("ar", "er", "ir"), "fr": ("er", "ir", "re"), "pt": ("ar", "er", "ir", "ôr")}[language]
    return word.lower().removeprefix("s’").endswith(endings) or word == "Se"


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_every_criterion_has_an_action(language):
    criteria = load_bundled("police_cyber", "2.0").criteria.values()
    actions = {c.id: c.action.get(language) for c in criteria if language in c.action.languages}
    assert len(actions) == 349
    assert len(set(actions.values())) == 349
    assert [name for name, text in actions.items() if len(text.split()) > 13] == []
    assert [text for text in actions.values() if not _is_verb(text.split()[0].strip(","), language)] == []
    assert [text for text in actions.values() if text.endswith(".") or text != text.strip()] == []
