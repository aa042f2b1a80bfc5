"""Words of the programme in its four languages.

They are answer words, notices, column headers and remarks.
"""

from .draws import Draws

__all__ = ["ANSWERS", "HEADS", "NOTICE", "OBSTACLE", "TITLES", "remark"]

#: Stands at the top of every file.
NOTICE = {
    "en": "Invented answers: made up to show the software; no answer describes a real service",
    "es": "Respuestas inventadas: hechas para mostrar el software; ninguna describe un servicio real",
    "fr": "Réponses fictives : faites pour montrer le logiciel ; aucune ne décrit un service réel",
    "nl": "Fictieve antwoorden: gemaakt om de software te tonen; geen enkel antwoord beschrijft een echte "
    "politiedienst",
}

ANSWERS = {
    "en": {
        "yes": "yes", "partly": "partly", "no": "no", "elsewhere": "elsewhere", "not_applicable": "not applicable",
        "dont_know": "don't know", "refused": "refused", "confidential": "confidential", "not_asked": "not asked",
    },
    "es": {
        "yes": "sí", "partly": "en parte", "no": "no", "elsewhere": "a través de otro organismo",
        "not_applicable": "no aplicable", "dont_know": "no sabe", "refused": "prefiere no responder",
        "confidential": "confidencial", "not_asked": "no preguntado",
    },
    "fr": {
        "yes": "oui", "partly": "en partie", "no": "non", "elsewhere": "par un autre organisme",
        "not_applicable": "sans objet", "dont_know": "ne sait pas", "refused": "refus de répondre",
        "confidential": "confidentiel", "not_asked": "non posé",
    },
    "nl": {
        "yes": "ja", "partly": "deels", "no": "nee", "elsewhere": "via een andere organisatie",
        "not_applicable": "niet van toepassing", "dont_know": "weet niet", "refused": "wil niet antwoorden",
        "confidential": "vertrouwelijk", "not_asked": "niet gevraagd",
    },
}  # fmt: skip

#: Respondent, country, language, date, question, answer, comment.
HEADS = {
    "en": ("respondent", "country", "language", "date", "question", "answer", "comment"),
    "es": ("encuestado", "país", "idioma", "fecha", "pregunta", "respuesta", "comentario"),
    "fr": ("répondant", "pays", "langue", "date", "question", "réponse", "commentaire"),
    "nl": ("respondent", "land", "taal", "datum", "vraag", "antwoord", "opmerking"),
}

#: Answers to the last, open question: the biggest obstacle.
OBSTACLE = {
    "en": (
        "Licences end before the new budget is approved.",
        "Trained staff are moved to other duties.",
        "Only one officer does this work; leave is hard to plan.",
        "Answers from providers abroad take too long.",
        "Power cuts. We work around them.",
        "Nobody at the stations has been trained so far.",
    ),
    "es": (
        "Las licencias vencen antes de que se apruebe el presupuesto.",
        "El personal formado es trasladado a otras funciones.",
        "Faltan equipos para extraer datos de teléfonos.",
        "Las respuestas de proveedores extranjeros tardan demasiado.",
        "Hay pocos cursos en español.",
        "El almacenamiento está casi lleno; se pidió más espacio.",
    ),
    "fr": (
        "Il y a très peu de cours en français.",
        "Les coupures de courant interrompent les examens.",
        "Le personnel formé est affecté ailleurs.",
    ),
    "nl": (
        "Te weinig mensen; bij ziekte ligt het werk stil.",
        "Opdrachten aan het lab buiten het eiland duren lang.",
        "Licenties lopen af voordat er geld is.",
    ),
}

_REMARKS = {
    "en": {
        "yes": ("since last year", "copy can be shown during a visit", "kept by the registry"),
        "partly": ("draft, not signed yet", "on paper only", "no date on it", "done, but not written down"),
        "no": ("planned for next year", "asked for in the last budget", "no one is charged with it"),
        "elsewhere": ("through the partner laboratory, by signed agreement", "agreement renewed last year"),
        "not_applicable": ("there was no such case",),
        "dont_know": ("please ask the prosecution service", "another office would know"),
    },
    "es": {
        "yes": ("desde el año pasado", "se puede mostrar una copia en la visita", "lo guarda el archivo"),
        "partly": ("es un borrador, falta la firma", "solo en papel", "no lleva fecha", "se hace, no está escrito"),
        "no": ("previsto para el próximo año", "se pidió en el último presupuesto", "nadie tiene el encargo"),
        "elsewhere": ("por medio del instituto forense nacional", "con convenio firmado"),
        "not_applicable": ("no hubo ningún caso de este tipo",),
        "dont_know": ("habría que preguntar a la fiscalía", "lo sabe otra oficina"),
    },
    "fr": {
        "yes": ("depuis l'an dernier", "une copie peut être montrée"),
        "partly": ("projet non signé", "sur papier seulement", "se fait, mais sans texte écrit"),
        "no": ("prévu pour l'an prochain", "demandé au dernier budget"),
        "elsewhere": ("par un service partenaire, avec un accord signé",),
        "not_applicable": ("aucun cas de ce genre",),
        "dont_know": ("il faut demander au parquet",),
    },
    "nl": {
        "yes": ("sinds vorig jaar", "kopie kan worden getoond"),
        "partly": ("concept, nog niet ondertekend", "alleen op papier", "gebeurt wel, staat niet op schrift"),
        "no": ("gepland voor volgend jaar", "gevraagd in de laatste begroting"),
        "elsewhere": ("via de gezamenlijke recherche, met ondertekende afspraak",),
        "not_applicable": ("er was geen zaak van dit soort",),
        "dont_know": ("navragen bij het Openbaar Ministerie",),
    },
}  # fmt: skip


def remark(draws: Draws, language: str, answer: str, likely: float, *key: object) -> str:
    """Return a remark on an answer.

    It is only on some answers, otherwise an empty text.
    """
    options = _REMARKS[language].get(answer, ())
    if not options or not draws.chance(likely, "remark", *key):
        return ""
    return draws.among(options, "which remark", *key)


#: Titles that reports print, in their languages, by what they are the title of.
TITLES: dict[str, dict[str, str]] = {
    "visit": {
        "en": "Rapid assessment visit",
        "es": "Visita de evaluación rápida",
        "fr": "Visite d’évaluation rapide",
        "nl": "Kort beoordelingsbezoek",
        "pt": "Visita de avaliação rápida",
    },
    "again": {
        "en": "Second visit",
        "es": "Segunda visita",
        "fr": "Seconde visite",
        "nl": "Tweede bezoek",
        "pt": "Segunda visita",
    },
    "laws": {
        "en": "Review of laws and published figures",
        "es": "Revisión de leyes y cifras publicadas",
        "fr": "Examen des lois et des chiffres publiés",
        "nl": "Bestudering van wetten en gepubliceerde cijfers",
        "pt": "Análise de leis e números publicados",
    },
    "copies": {
        "en": "Copies sent by the services, read at a desk",
        "es": "Copias enviadas por las instituciones, revisión documental",
        "fr": "Copies envoyées par les services, étudiées sur pièces",
        "nl": "Door de diensten gestuurde kopieën, als documenten bestudeerd",
        "pt": "Cópias enviadas pelos serviços, análise documental",
    },
    "opening-2015": {
        "en": "Opening meeting of heads of police",
        "es": "Reunión inaugural de jefes de policía",
        "fr": "Réunion d’ouverture des chefs de police",
        "nl": "Openingsbijeenkomst van politiechefs",
        "pt": "Reunião de abertura dos chefes de polícia",
    },
    "caribbean-2015": {
        "en": "Meeting of heads of unit, Caribbean",
        "es": "Reunión de jefes de unidad, Caribe",
        "fr": "Réunion des chefs d’unité, Caraïbes",
        "nl": "Bijeenkomst van hoofden van eenheden, Caraïben",
        "pt": "Reunião dos chefes de unidade, Caribe",
    },
    "latin-america-2016": {
        "en": "Meeting of heads of unit, Latin America",
        "es": "Reunión de jefes de unidad, América Latina",
        "fr": "Réunion des chefs d’unité, Amérique latine",
        "nl": "Bijeenkomst van hoofden van eenheden, Latijns-Amerika",
        "pt": "Reunião dos chefes de unidade, América Latina",
    },
    "closing-2017": {
        "en": "Closing meeting of heads of police",
        "es": "Reunión de clausura de jefes de policía",
        "fr": "Réunion de clôture des chefs de police",
        "nl": "Slotbijeenkomst van politiechefs",
        "pt": "Reunião de encerramento dos chefes de polícia",
    },
    "AG1": {
        "en": "Caribbean arrangement on digital evidence (invented)",
        "es": "Acuerdo caribeño sobre prueba digital (inventado)",
        "fr": "Accord caribéen sur la preuve numérique (fictif)",
        "nl": "Caribische overeenkomst over digitaal bewijs (fictief)",
        "pt": "Acordo caribenho sobre prova digital (fictício)",
    },
    "AG2": {
        "en": "Central American arrangement on preservation (invented)",
        "es": "Acuerdo centroamericano sobre conservación de datos (inventado)",
        "fr": "Accord centraméricain sur la conservation de données (fictif)",
        "nl": "Midden-Amerikaanse overeenkomst over spoedbewaring van gegevens (fictief)",
        "pt": "Acordo centro-americano sobre preservação de dados (fictício)",
    },
    "OP1": {
        "en": "Joint exercise on cross-border preservation (invented)",
        "es": "Ejercicio conjunto sobre conservación transfronteriza de datos (inventado)",
        "fr": "Exercice conjoint sur la conservation transfrontalière de données (fictif)",
        "nl": "Gezamenlijke oefening in grensoverschrijdende spoedbewaring van gegevens (fictief)",
        "pt": "Exercício conjunto sobre preservação transfronteiriça de dados (fictício)",
    },
    "OP2": {
        "en": "Regional operation against online fraud (invented)",
        "es": "Operación regional contra el fraude en línea (inventada)",
        "fr": "Opération régionale contre la fraude en ligne (fictive)",
        "nl": "Regionale operatie tegen onlinefraude (fictief)",
        "pt": "Operação regional contra a fraude on-line (fictícia)",
    },
}
