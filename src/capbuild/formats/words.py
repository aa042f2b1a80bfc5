"""The words people and programs write where there is no answer, in five languages, and what each says."""

from collections.abc import Mapping

from capbuild.errors import ModelError, did_you_mean
from capbuild.formats.folding import fold_word
from capbuild.model import Missing

__all__ = ["MISSING_WORDS", "missing_kind", "missing_words"]

# "None", "unknown" and "other" are answers. Two-letter codes such as NS or DK may be choices, so they mean something
# only when the options or a mapping say so.
_WORDS: dict[Missing, str] = {
    Missing.NO_ANSWER: (
        "- | -- | --- | – | — | ― | : | . | .. | ... | … | ? | null | nan | <na> | (blank) | (empty) | no answer | "
        "no response | not answered | not stated | sin respuesta | no respondido | no respondió | non renseigné | "
        "non renseignée | não respondeu | não respondido | sans réponse | pas de réponse | "
        "geen antwoord | niet beantwoord | sem resposta"
    ),
    Missing.NOT_APPLICABLE: (
        "n/a | n.a. | n.a | s.o. | s/o | not applicable | does not apply | no aplica | no aplicable | no procede | "
        "sans objet | non applicable | ne s'applique pas | niet van toepassing | n.v.t. | nvt | não se aplica | "
        "não aplicável"
    ),
    Missing.DONT_KNOW: (
        "don't know | dont know | do not know | i don't know | i do not know | no sabe | no sé | no lo sé | "
        "no sabe/no contesta | no sabe / no contesta | no sabe/no responde | no sabe / no responde | ns/nc | ns/nr | "
        "don't know/not sure | don't know / not sure | don't know or not sure | ne sait pas | ne sais pas | "
        "je ne sais pas | nsp | weet niet | weet ik niet | weet het niet | ik weet het niet | não sabe | não sei"
    ),
    Missing.REFUSED: (
        "refused | refusal | refuse to answer | refuses to answer | refused to answer | prefer not to say | "
        "prefer not to answer | prefer not to respond | i prefer not to say | i prefer not to answer | "
        "rather not say | i'd rather not say | i would rather not say | decline to answer | declines to answer | "
        "declined to answer | "
        "prefiere no responder | prefiero no responder | prefiere no contestar | prefiero no contestar | "
        "prefiere no decirlo | prefiero no decirlo | se niega a responder | se rehúsa a responder | no contesta | "
        "rehúsa | refus | refus de répondre | refuse de répondre | préfère ne pas répondre | "
        "je préfère ne pas répondre | ne souhaite pas répondre | je ne souhaite pas répondre | ne veut pas répondre | "
        "wil niet antwoorden | wil niet zeggen | wil ik niet zeggen | liever niet zeggen | zeg ik liever niet | "
        "geweigerd | weigert | weigert te antwoorden | prefere não responder | prefiro não responder | "
        "prefere não dizer | prefiro não dizer | recusa responder | recusa-se a responder | recusou"
    ),
    Missing.NOT_ASKED: (
        "not asked | no preguntado | no preguntada | non posé | non posée | niet gevraagd | não perguntado"
    ),
    Missing.NOT_COLLECTED: (
        "not reported | no reportado | no reporta | no informado | no informa | sin información | s/i | s.i. | "
        "no hay datos | no hay información | non communiqué | non communiquée | n.c. | não informado | "
        "sem informação | geen informatie | "
        "not collected | no recogido | no recopilado | non recueilli | niet verzameld | não recolhido | "
        "not available | no data | data not available | n/d | n.d. | s/d | s.d. | no disponible | sin datos | "
        "non disponible | pas de données | aucune donnée | niet beschikbaar | geen gegevens | não disponível | "
        "sem dados"
    ),
    Missing.CONFIDENTIAL: (
        "confidential | confidencial | confidentiel | vertrouwelijk | redacted | [redacted] | anonymised | anonymized"
    ),
    Missing.NOT_OBSERVED: "not observed | no observado | non observé | niet waargenomen | não observado",
    # What spreadsheets leave in a cell whose formula failed, in the languages of their menus.
    Missing.INVALID: (
        "#null! | #div/0! | #value! | #ref! | #name? | #num! | #n/a | #spill! | #calc! | #getting_data | #¡nulo! | "
        "#¡div/0! | #¡valor! | #¡ref! | #¿nombre? | #¡num! | #n/d | #nul! | #valeur! | #nom? | #nombre! | #waarde! | "
        "#verw! | #naam? | #getal! | #n/b | #valor! | #nome? | #núm! | err:502 | err:504 | err:508 | err:509 | "
        "err:511 | err:522 | #field! | #blocked! | #connect! | #unknown! | #busy! | #¡desbordamiento! | "
        "#desbordamiento! | #propagation! | #despejar! | #wert! | #bezug! | #zahl! | #nv | #null! | #überlauf! | "
        "#valore! | #rif!"
    ),
}

#: Folded words with the kind of missing each stands for; also the codes that the library itself writes.
MISSING_WORDS: Mapping[str, Missing] = {
    **{kind.name.lower(): kind for kind in Missing},
    **{fold_word(word): kind for kind, words in _WORDS.items() for word in words.split(" | ")},
}


def missing_kind(name: str | Missing) -> Missing:
    """Return a kind of missing by its name or value.

    Raises:
        ModelError: There is none of that name.

    Example:
        >>> missing_kind("dont_know") is missing_kind("don't know") is Missing.DONT_KNOW
        True
    """
    if isinstance(name, Missing):
        return name
    known = {kind.name.lower(): kind for kind in Missing} | {kind.value: kind for kind in Missing}
    kind = known.get(name.strip().lower())
    if kind is None:
        names = [kind.name.lower() for kind in Missing]
        raise ModelError("missing", name, f"must be one of {', '.join(names)}{did_you_mean(name, names)}")
    return kind


def missing_words(extra: Mapping[str, Missing], *, numeric: bool = False) -> dict[str, Missing]:
    """Return the folded words for missing, with further ones that win over the built-in ones.

    Args:
        extra: Further words with their kinds.
        numeric: Whether it is for a column of numbers: there `NA` is the gap that statistics packages write. In a
            column of words it may be a team's own code, so it stays text for a mapping to read.
    """
    gap = {"na": Missing.NO_ANSWER} if numeric else {}
    return {**MISSING_WORDS, **gap, **{fold_word(word): kind for word, kind in extra.items()}}
