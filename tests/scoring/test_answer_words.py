"""Answer words: levels by name and number, meanings in mappings, and what options in other words may mean."""

import pytest

from capbuild.formats.vocabulary import cell_words
from capbuild.frameworks import load_bundled
from capbuild.model import (
    Answer,
    Capacity,
    Choice,
    Framework,
    Level,
    Missing,
    Question,
    QuestionMapping,
    Response,
    Scale,
    Verdict,
)
from capbuild.scoring import AnswerReader, Certainty, draft_mapping
from capbuild.scoring.answer_words import find_level, is_meaning, names_evidence, plain_verdict, propose_meaning
from capbuild.scoring.findings import UnreadAnswer

LEVELS = [
    ("L0", {"en": "None", "es": "Nada"}),
    ("L1", {"en": "Some", "es": "Algo"}),
    ("L2", {"en": "All", "es": "Todo"}),
]
SCALE = Scale(id="s", levels=[Level(code=code, order=n, label=label) for n, (code, label) in enumerate(LEVELS)])
SIREN = Capacity(id="SIR", title={"en": "Sirens on the coast", "es": "Sirenas en la costa"},
                 level_texts={"L2": {"en": "In every village", "es": "En cada pueblo"}})  # fmt: skip
COAST = Framework(id="coast", edition="1", title="Coast (invented)", scales=[SCALE], roots=[SIREN])


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Nivel 2", 2), ("level 0", 0), ("NIVEAU 1", 1), ("Nível 1", 1), ("Stage 2", 2), ("Nivel 2: Todo", 2),
        ("L2 - All", 2), ("2. Todo", 2), ("todo", 2), ("En cada pueblo", 2), ("Level 2 - In every village", 2),
        ("Nivel 3", None), ("Nivel 2: Algo", None), ("Nivel 2, but not yet", None), ("level", None), ("", None),
    ],
)  # fmt: skip
def test_a_level_is_named_in_many_ways(text, order):
    assert find_level(text, SCALE, SIREN.level_texts) == order


def test_answers_with_levels_as_their_meaning_are_read():
    answers = {"mucho": "L2", "poco": "Algo", "ni idea": "don't know", "7": "1"}
    reader = AnswerReader.make(COAST, [QuestionMapping(question="q", target="SIR", answers=answers)])
    (mapping,) = reader.targets("q")
    assert [reader.read(Answer("q", word), mapping) for word in answers] == [2, 1, Missing.DONT_KNOW, 1]
    assert reader.read(Answer("q", 7), mapping) == 1
    assert isinstance(reader.read(Answer("q", "quizás"), mapping), UnreadAnswer)


def test_a_level_that_is_called_no_is_a_level():
    levels = [Level(code=f"A{n}", order=n, label=word) for n, word in enumerate(("No", "Partly", "Yes"))]
    asked = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)],
                      roots=[Capacity(id="c", title="C")])  # fmt: skip
    reader = AnswerReader.make(asked)
    assert [reader.read(Answer("c", word), reader.targets("c")[0]) for word in ("no", "Partly", "YES")] == [0, 1, 2]


def test_only_levels_of_the_target_are_meanings():
    police = load_bundled("police_cyber")
    criterion = next(iter(police.criteria))
    assert [is_meaning(text, COAST, "SIR") for text in ("L1", "todo", "yes", "2", "L9")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert not is_meaning("L1", police, criterion)
    assert is_meaning("L1", COAST)


@pytest.mark.parametrize(
    ("text", "meaning", "certain"),
    [
        ("Sí, totalmente", "yes", True), ("Yes - fully", "yes", True), ("Oui, tout à fait", "yes", True),
        ("Ja, helemaal", "yes", True), ("Sim, totalmente", "yes", True), ("Sí, en parte", "partly", True),
        ("Yes, partially", "partly", True), ("No, not at all", "no", True), ("Nee, nooit", "no", True),
        ("Non, pas du tout", "no", True), ("Sí, pero no funciona", "yes", False), ("No, solo en verano", "no", False),
        ("No idea", "", False), ("No data since 2019", "", False), ("Nosotros", "", False), ("Blue", "", False),
    ],
)  # fmt: skip
def test_options_in_other_words_are_certain_only_if_unmistakable(text, meaning, certain):
    assert propose_meaning(text, load_bundled("police_cyber")) == (meaning, certain)


def test_options_are_drafted_with_the_question():
    asked = Question(id="q1", type="select one", text="Sirens on the coast?", choices=[
        Choice(code="1", label="Nivel 2"), Choice(code="2", label="In some villages"), Choice(code="L0", label="None"),
    ])  # fmt: skip
    other = Response(id="1", answers=[Answer("q1", "En cada pueblo"), Answer("q1", 2)])
    (one,) = draft_mapping([asked], COAST, [other])
    assert one.certainty is Certainty.CERTAIN
    assert dict(one.answers) == {"1": "L2", "2": "", "En cada pueblo": "L2"}
    (mapping,) = draft_mapping([asked], COAST, [other]).mappings
    reader = AnswerReader.make(COAST, [mapping])
    assert reader.read(Answer("q1", "1"), mapping) == 2
    assert Verdict.YES not in mapping.answers.values()


def test_free_text_is_no_list_of_options():
    asked = Question(id="q1", text="Sirens on the coast?")
    told = [Response(id=str(n), answers=[Answer("q1", f"remark {n}")]) for n in range(30)]
    (one,) = draft_mapping([asked], COAST, told)
    assert dict(one.answers) == {}


@pytest.mark.parametrize("verdict", ["yes", "no", "partly"])
@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_words_that_readers_know_as_answers_are_answers(language, verdict):
    words = cell_words(verdict, language=language)
    assert words
    assert {word: plain_verdict(word) for word in words} == dict.fromkeys(words, Verdict(verdict))


#: Written before the words were chosen.
NO_EVIDENCE = (
    "no | None | n/a | N/A | - | -- | No evidence | none available | No document | not applicable | pending | "
    "not yet | Ninguna | Sin evidencia | No hay | no disponible | Pendiente | Sin documento | no aplica | Non | "
    "Aucune | Aucun document | Pas de preuve | Néant | sans objet | non disponible | en attente | Rien | nee | Geen | "
    "Geen bewijs | n.v.t. | niet beschikbaar | geen document | não | Nenhuma | Sem evidência | Sem documento | "
    "não disponível | não há | pendente | não se aplica"
)
EVIDENCE = (
    "No. 12 of 2009 | No 5/2020 | N° 2004-21 | Nota 5 | No Objection Certificate 2021 | Non-Proliferation Act | "
    "Sin Fronteras, informe | Sans frontières | Nee-document 3 van 2020 | Não ao trabalho infantil | yes | Act 5 | "
    "https://example.org/no | Pas-de-Calais, arrêté | Evidence Act | Document 4 | NA Gazette | Pending Bill 7"
)


def test_cells_that_say_there_is_no_evidence_name_none():
    assert [text for text in NO_EVIDENCE.split(" | ") if names_evidence(text)] == []
    assert [text for text in EVIDENCE.split(" | ") if not names_evidence(text)] == []
