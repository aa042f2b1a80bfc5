"""What a column is for, by its head in English, Spanish, French, Dutch and Portuguese."""

import re
from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from capbuild.formats.folding import fold_head, fold_word

__all__ = ["HeadMeaning", "Role", "head_meaning", "is_criterion_id", "role_word"]


class Role(StrEnum):
    """What a column is for. The values are the words that `columns` options use."""

    COUNTRY = "country"
    RESPONDENT = "respondent"
    ID = "id"
    LANGUAGE = "language"
    DATE = "date"
    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    DESCRIPTION = "description"
    UNIT = "unit"
    IGNORE = "ignore"


@frozen
class HeadMeaning:
    """What a head says.

    Attributes:
        role: The role it names.
        rank: How plainly, 0 first: of two columns that name one role the lower rank has it.
    """

    role: Role
    rank: int = 0


# Each line holds heads of one rank. A description repeats what the question is about, so it is no answer.
_HEADS: dict[Role, tuple[str, ...]] = {
    Role.COUNTRY: (
        "country | country name | name of country | country or territory | country territory | pais | "
        "pais o territorio | nombre del pais | pays | pays ou territoire | nom du pays | land | land of gebied | "
        "naam van het land | nome do pais | pais ou territorio",
        "country or area | country area | country or region | country region | countries | reference area | ref area | "
        "ref area label | ref area name | geo area name | geoareaname | economy | pais o area | pays ou zone | "
        "nation | member state | state party | state parties | reporting party | participating country | "
        "territory | jurisdiction | estado miembro | territorio | etat membre | territoire | lidstaat | gebied | "
        "estado membro",
        "country code | iso3 | iso 3 | iso2 | iso 2 | alpha 3 | alpha 2 | iso 3166 | iso code | m49 | "
        "m49 code | un m49 | codigo m49 | code m49 | codigo de pais | "
        "codigo pais | code pays | landcode",
    ),
    Role.RESPONDENT: (
        "respondent | respondent type | agency | institution | organisation | organization | encuestado | "
        "institucion | organismo | agencia | repondant | organisme | agence | respondent naam | instantie | "
        "dienst | instelling | respondente | instituicao | orgao | responding agency | responding institution",
        "service | department | entity | unit | organizacion | entidad | dependencia | informante | departement | "
        "organisatie | afdeling | organizacao | departamento",
    ),
    Role.ID: (
        "response id | responseid | submission id | instanceid | meta instanceid | uuid | response no | "
        "id de respuesta | id de la reponse | antwoord id",
        "id | record id | respondent id | key | respondentid | contribution id",
    ),
    Role.LANGUAGE: (
        "language | survey language | userlanguage | user language | start language | startlanguage | idioma | "
        "lengua | langue | taal | lingua | language of response | response language",
        "lang | locale",
    ),
    Role.DATE: (
        "submitted | date submitted | submission date | submission time | submissiondate | submitdate | "
        "completion time | submit date utc | "
        "recorded date | recordeddate | fecha de envio | fecha de respuesta | date de reponse | "
        "date d envoi | datum van antwoord | data de envio | timestamp | marca temporal | horodateur | "
        "tijdstempel",
        "date | fecha | datum | date completed | response date | data de resposta | added time | creation date",
    ),
    Role.COMMENT: (
        "comment | comments | comentario | comentarios | observacion | observaciones | commentaire | commentaires | "
        "remarque | remarques | opmerking | opmerkingen | toelichting | observacao | observacoes | remark | "
        "remarks",
        "note | notes | nota | notas | notities",
    ),
    Role.QUESTION: (
        "criterion | criterio | critere | criterium",
        "question id | question code | item id | item code | codigo de pregunta | code de la question | vraagcode | "
        "codigo da pergunta | questionid | q id",
        "code | codigo | item",
        "question | pregunta | vraag | pergunta",
        "indicator | indicator code | series code | variable | indicador | indicateur",
        "indicator name | name of indicator | nombre del indicador | nom de l indicateur | naam van de indicator | "
        "nome do indicador | series name",
    ),
    Role.ANSWER: (
        "answer | respuesta | reponse | antwoord | resposta | answers",
        "response | value | valor | valeur | waarde | obs value | observation value",
        "score | rating | puntaje | puntuacion | note obtenue | pontuacao",
    ),
    Role.DESCRIPTION: (
        "dimension | pillar | section | domain | category | theme | question text | text of question | pilar | "
        "seccion | dominio | categoria | tema | pilier | domaine | categorie | dimensie | pijler | thema | domein | "
        "dimensao | secao | texto de la pregunta | texte de la question",
    ),
    Role.UNIT: (
        "unit of measure | unit of measurement | measurement unit | unidad de medida | unite de mesure | meeteenheid | "
        "unidade de medida",
    ),
}

_MEANINGS: Mapping[str, HeadMeaning] = {
    head: HeadMeaning(role, rank)
    for role, ranks in _HEADS.items()
    for rank, heads in enumerate(ranks)
    for head in heads.split(" | ")
}

# Ids such as MAN-1.2a or TEC-2: what this library's own instruments call their questions.
_CRITERION = re.compile(r"[A-Z]{2,6}-\d{1,3}(?:\.\d{1,3}[a-z]?)?")


def head_meaning(head: str) -> HeadMeaning | None:
    """Return the role that a head names, or None for a head that is a question.

    Example:
        >>> head_meaning("País").role.value, head_meaning("Observaciones:").role.value, head_meaning("P12")
        ('country', 'comment', None)
    """
    return _MEANINGS.get(fold_head(head))


def is_criterion_id(text: str) -> bool:
    """Tell whether a text has the form of a criterion's id in this library's own instruments."""
    return _CRITERION.fullmatch(text.strip()) is not None


def role_word(text: str) -> Role | None:
    """Return the role that an option names, or None when the text is a question's id."""
    word = fold_word(text)
    return Role(word) if word in {role.value for role in Role} else None
