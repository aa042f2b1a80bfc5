"""Invented survey with every feature of the model.

It measures the losses of a format.
"""

import datetime

from capbuild.model import (
    Answer,
    Choice,
    Citation,
    GeoPoint,
    Missing,
    PersonalData,
    PreviousAnswer,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
    SkipRule,
    Survey,
)
from capbuild.testing.sample_programme import invented_programme
from capbuild.text import Text, Translation, TranslationStatus

_DAY = datetime.datetime(2016, 3, 31, 22, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))


def _text(words: str, spanish: str) -> Text:
    return Text(words, "en", {"es": Translation(spanish, TranslationStatus.REVIEWED, "abcd1234")})


def _form() -> Questionnaire:
    yes_no = (
        Choice(code="1", label=_text("Yes", "Sí"), score=1.0),
        Choice(code="2", label=_text("No", "No"), score=0.0),
        Choice(code="8", label=_text("Don't know", "No sabe"), missing=Missing.DONT_KNOW),
    )
    units = (
        Choice(code="a", label=_text("Patrol", "Patrulla")),
        Choice(code="b", label=_text("Forensics", "Ciencias forenses")),
        Choice(code="n", label=_text("None of them", "Ninguna"), exclusive=True),
        Choice(code="o", label=_text("Another", "Otra"), other=True),
    )
    grades = tuple(Choice(code=code, label=_text(f"Grade {code}", f"Grado {code}")) for code in ("low", "high"))
    rule = SkipRule(expression="${law} = '1'", dialect="xpath", questions=["law"])
    type_, many, kind = QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType
    return Questionnaire(
        id="needs",
        version="3",
        title=_text("Needs", "Necesidades"),
        languages=("en", "es"),
        groups=[
            QuestionGroup(id="unit", title=_text("The unit", "La unidad")),
            QuestionGroup(id="staffing", title=_text("Staff", "Personal"), parent="unit"),
            QuestionGroup(id="posts", title=_text("Posts", "Puestos"), repeat=True),
        ],
        questions=[
            Question(id="land", text=_text("Country", "País"), group="unit"),
            Question(id="law", type=type_, text=_text("Is a law in force?", "¿Hay una ley vigente?"), choices=yes_no,
                     hint=_text("Any law", "Cualquier ley"), group="unit", required=True),
            Question(id="since", type=kind.DATE, text=_text("Since when?", "¿Desde cuándo?"), group="unit", skip=rule),
            Question(id="units", type=many, text=_text("Which units?", "¿Qué unidades?"), choices=units, group="unit"),
            Question(id="units_other", text=_text("Which one?", "¿Cuál?"), parent="units", group="unit"),
            Question(id="ranks", type=kind.RANKING, text=_text("Which first?", "¿Cuáles primero?"), choices=units[:2],
                     group="unit"),
            Question(id="grade", type=type_, text=_text("Grade", "Grado"), choices=grades, group="unit"),
            Question(id="staff-2016", type=kind.INTEGER, text=_text("Staff in 2016", "Personal en 2016"), unit="people",
                     minimum=0, maximum=5000, group="staffing", dimensions={"year": "2016"}),
            Question(id="share", type=kind.DECIMAL, text=_text("Share of women", "Mujeres"), unit="%",
                     group="staffing"),
            Question(id="open", type=kind.BOOLEAN, text=_text("Open at night?", "¿De noche?"), group="unit"),
            Question(id="hour", type=kind.TIME, text=_text("Opens at", "Abre a las"), group="unit"),
            Question(id="visited", type=kind.DATETIME, text=_text("Visited", "Visitada"), group="unit"),
            Question(id="seat", type=kind.GEOPOINT, text=_text("Seat", "Sede"), group="unit"),
            Question(id="mail", text=_text("E-mail", "Correo"), personal=PersonalData.EMAIL, group="unit"),
            Question(id="remarks", text=_text("Remarks", "Observaciones")),
            Question(id="post", text=_text("Post", "Puesto"), group="posts"),
            Question(id="size", type=kind.INTEGER, text=_text("Size", "Tamaño"), group="posts"),
        ],
        mappings=[QuestionMapping(question="law", target="LAW-1.1a", answers={"1": "yes", "2": "no"})],
        previous={"law": PreviousAnswer(value="2", question="LAW-1.1a", framework="invented 1", round="baseline")},
    )  # fmt: skip


def invented_survey() -> Survey:
    """Return a survey with every kind of content.

    It has comments, citations, repeats, languages, and each kind of missing.

    Example:
        >>> survey = invented_survey()
        >>> len(survey.responses), len(survey.questions)
        (3, 17)
    """
    barbados, belize, jamaica = invented_programme().baseline.countries
    cited = (Citation("Cybercrime Act", "https://example.org/act"),)
    missing = dict(zip(("units", "units_other", "grade", "staff-2016", "share", "open", "hour", "visited", "remarks"),
                       Missing, strict=True))  # fmt: skip
    first = Response(
        id="r-1", place="Jamaica", country=jamaica, questionnaire="needs", version="3", language="en",
        respondent=Respondent(pseudonym="p-1", kind="police", country=jamaica, role="head", language="en",
                              official=True),
        date=_DAY.date() - datetime.timedelta(1), submitted=_DAY,
        answers=[
            Answer("land", "Jamaica"), Answer("law", "1", "Yes", "since April", 0, cited),
            Answer("since", datetime.date(2015, 4, 1), "April 1, 2015"), Answer("units", ("a", "o"), "Patrol; Another"),
            Answer("units_other", "Mounted; \"horse\""), Answer("ranks", ("b", "a")), Answer("grade", "high"),
            Answer("staff-2016", 12, "12 people"),
            Answer("share", 0.125), Answer("open", True, "yes"), Answer("hour", datetime.time(8, 30)),
            Answer("visited", datetime.datetime(2016, 3, 30, 9, 15, tzinfo=datetime.UTC)),
            Answer("seat", GeoPoint(18.01, -76.79, 9.5, 4.0)), Answer("mail", "a@example.org"),
            Answer("remarks", "Radios,\nvehicles"), Answer("post", "Kingston", repeat=1), Answer("size", 4, repeat=1),
            Answer("post", "Negril", repeat=2), Answer("size", Missing.REFUSED, repeat=2),
        ],
    )  # fmt: skip
    second = Response(
        id="r-2", place="Belice", country=belize, questionnaire="needs", version="3", language="es",
        status=ResponseStatus.PARTIAL, date=datetime.date(2016, 4, 2),
        respondent=Respondent(pseudonym="p-2", kind="court", role="clerk", official=False),
        answers=[
            Answer("land", "Belice"), Answer("law", Missing.DONT_KNOW, "8", "later"),
            Answer("since", Missing.NOT_ASKED, ""), *(Answer(name, kind) for name, kind in missing.items()),
            Answer("post", "Belmopan", repeat=1), Answer("size", 0, repeat=1),
        ],
    )  # fmt: skip
    third = Response(
        id="r-3", place="Barbados", country=barbados, questionnaire="needs", version="3", language="en",
        date=datetime.date(2016, 4, 3),
        answers=[
            Answer("land", "Barbados"), Answer("law", "2"), Answer("units", ("n",)), Answer("grade", "low"),
            Answer("staff-2016", 0), Answer("share", 1 / 3), Answer("open", False), Answer("remarks", "=1+1"),
        ],
    )  # fmt: skip
    return Survey(file="needs.json", format="capbuild-json", questionnaire=_form(), responses=[first, second, third])
