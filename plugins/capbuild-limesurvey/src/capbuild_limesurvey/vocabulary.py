"""LimeSurvey's own terms in exports, in the supported languages."""

from collections.abc import Mapping

#: Words by language; the first is written, all are read. Translations differ between versions of LimeSurvey.
OTHER_WORDS: Mapping[str, str] = {
    "en": "Other", "es": "Otro | Otra", "fr": "Autre", "nl": "Anders | Andere", "pt": "Outro | Outros | Outra",
    "de": "Sonstiges | Andere | Sonstige",
}  # fmt: skip
COMMENT: Mapping[str, str] = {
    "en": "Comment", "es": "Comentario", "fr": "Commentaire", "nl": "Commentaar | Opmerking | Toelichting",
    "pt": "Comentário", "de": "Kommentar",
}  # fmt: skip
RANK: Mapping[str, str] = {
    "en": "Rank | Ranking", "es": "Rango | Clasificación | Posición", "fr": "Rang | Classement",
    "nl": "Rang | Rangorde | Positie", "pt": "Classificação | Posição | Ordem", "de": "Rang | Rangfolge | Rangordnung",
}  # fmt: skip
SCALE: Mapping[str, str] = {
    "en": "Scale", "es": "Escala", "fr": "Échelle", "nl": "Schaal", "pt": "Escala", "de": "Skala",
}  # fmt: skip

#: Further words for the choices of fixed types, by code, in the same languages.
ALSO: Mapping[frozenset[str], Mapping[str, str]] = {
    frozenset("YNU"): {
        "Y": "Sí | Oui | Ja | Sim",
        "N": "Non | Nee | Não | Nein",
        "U": "Dudoso | Inseguro | Indeciso | No estoy seguro | Indécis | Unentschieden | Indecisa | Twijfel",
    },
    frozenset("ISD"): {
        "I": "Aumentar | Aumentó | Incremento | Incrementar | Augmenter | A augmenté | Aumentou | Acréscimo | "
        "Toegenomen | Toenemen | Vermeerdering | Zugenommen | Gestiegen | Erhöhung | Anstieg",
        "S": "Mismo | Lo mismo | Sin cambios | Permanecer igual | Pareil | Inchangé | Sans changement | Même | "
        "Stable | Mesmo | O mesmo | Sem alteração | Hetzelfde | Zelfde | Gleich geblieben | "
        "Gleichbleibend | Unverändert",
        "D": "Disminuir | Disminuyó | Decremento | Reducción | Diminuer | A diminué | Baisse | Diminuiu | Decréscimo | "
        "Diminuir | Afgenomen | Afnemen | Vermindering | Abgenommen | Gesunken | Verringerung | Rückgang",
    },
    frozenset("FM"): {
        "F": "Mujer | Femenina | Femme | Vrouwelijk | Mulher | Frau",
        "M": "Hombre | Varón | Masculina | Homme | Mannelijk | Homem | Mann",
    },
}


def terms(words: Mapping[str, str]) -> tuple[str, ...]:
    """Return words in all languages.

    Example:
        >>> terms({"en": "Other", "es": "Otro | Otra"})
        ('Other', 'Otro', 'Otra')
    """
    return tuple(word for listed in words.values() for word in listed.split(" | "))
