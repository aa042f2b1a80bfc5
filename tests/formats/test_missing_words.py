"""Phrases of real answer lists that say why there is no answer, and phrases near them that are answers."""

import pytest

from capbuild.formats import MISSING_WORDS
from capbuild.formats.vocabulary import fold_word
from capbuild.model import Missing

PHRASES = {
    Missing.REFUSED: "Refuse to answer|I’d rather not say|Decline to answer|Prefiero no contestar|Se niega a responder|"
    "Je préfère ne pas répondre|Ne souhaite pas répondre|Zeg ik liever niet|Weigert te antwoorden|Prefiro não dizer",
    Missing.DONT_KNOW: "Don't know / not sure|Don’t know|No sabe / No responde|Ik weet het niet|Je ne sais pas|Não sei",
    Missing.NO_ANSWER: "Not stated|No response|Sin respuesta|Pas de réponse|Geen antwoord|Sem resposta",
}
ANSWERS = "None|Unknown|Other|Refuse|Not sure|No|Yes, refused once|Say|Answer|Stated|Sure"


@pytest.mark.parametrize(("kind", "phrase"), [(kind, p) for kind, text in PHRASES.items() for p in text.split("|")])
def test_a_phrase_is_its_kind_of_missing(kind, phrase):
    assert MISSING_WORDS[fold_word(phrase)] is kind


@pytest.mark.parametrize("phrase", ANSWERS.split("|"))
def test_an_answer_is_none(phrase):
    assert fold_word(phrase) not in MISSING_WORDS
