"""The dialects: Microsoft Forms, Google Forms, SurveyMonkey, Survey123, SurveyCTO."""

import re
from collections.abc import Sequence

from capbuild.formats import Cell, cell_text, fold_header, one_line
from capbuild.model import PersonalData
from capbuild.plugins import Claim, Confidence
from capbuild_sheets.forms.dialect import Added, FormDialect, ParsedHeader, Part, Start, words

_ID, _DATE = Added(Part.ID), Added(Part.DATE)
_LANGUAGE, _NOTED, _VERSION = Added(Part.LANGUAGE), Added(), Added(Part.VERSION)
_EMAIL, _NAME = Added(personal=PersonalData.EMAIL), Added(personal=PersonalData.NAME)
_NETWORK, _DEVICE = Added(personal=PersonalData.NETWORK_ADDRESS), Added(personal=PersonalData.DEVICE)
_PLACE, _PHONE = Added(personal=PersonalData.LOCATION), Added(personal=PersonalData.TELEPHONE)


def _names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    return [one_line(cell_text(cell)) for cell in rows[0]]


def _whole(rows: Sequence[Sequence[Cell]]) -> list[ParsedHeader]:
    return [ParsedHeader(name) for name in _names(rows)]


# Microsoft Forms ------------------------------------------------------------------------------------------------------

_STARTED = "start time | hora de inicio | heure de debut | begintijd | startzeit | ora di inizio"
_COMPLETED = (
    "completion time | hora de finalizacion | heure de fin | tijd van voltooien | voltooiingstijd | hora de "
    "conclusao | fertigstellungszeit | ora di completamento"
)
_MICROSOFT = {
    **words("id", _ID),
    **words(_STARTED, _NOTED),
    **words(_COMPLETED, _DATE),
    **words(
        "email | correo electronico | adresse de messagerie | courrier electronique | e mail | e mailadres | "
        "posta elettronica | e mail adresse",
        _EMAIL,
    ),
    **words("name | nombre | nom | naam | nome", _NAME),
    **words(
        "last modified time | hora de la ultima modificacion | heure de la derniere modification | "
        "tijd van laatste wijziging | hora da ultima modificacao | uhrzeit der letzten anderung | "
        "ora dell ultima modifica",
        _NOTED,
    ),
    **words("language | idioma | langue | taal", _LANGUAGE),
    **words(
        "total points | quiz feedback | total de puntos | comentarios de la prueba | total des points | "
        "grade posted time | total de pontos | totaal aantal punten | comentarios del cuestionario | "
        "commentaires du questionnaire | comentarios do teste | comentarios do questionario | gesamtpunktzahl | "
        "quizfeedback | feedback del quiz | punti totali",
        _NOTED,
    ),
}
#: Headers of points and feedback that a quiz adds to each question.
_GRADED = re.compile(
    r"(?:points|feedback|puntos|comentarios|commentaires|pontos|comentários|punten|punkte|punti)\s*[-–:]\s*(?P<of>.+)",
    re.IGNORECASE,
)
#: A full stop directly before a matrix row; a sentence would have a space after it.
_MATRIX_ROW = re.compile(r"(.*\S)\.(?=[^\s.\d])(.+)")


def _microsoft(start: Start) -> Claim | None:
    headers = start.headers
    if (
        len(headers) < 4
        or headers[0] != "id"
        or not ({*headers[1:3]} <= {*_STARTED.split(" | "), *_COMPLETED.split(" | ")})
    ):
        return None
    return Claim(Confidence.SIGNATURE, "the headers of Microsoft Forms: Id, Start time, Completion time")


def _dotted(rows: Sequence[Sequence[Cell]]) -> list[ParsedHeader]:
    """Parse `Question.Row` if adjacent headers share the question."""
    names = _names(rows)
    matches = [_MATRIX_ROW.fullmatch(name) for name in names]
    questions = [match[1] if match else None for match in matches]
    parts = []
    for index, (name, match) in enumerate(zip(names, matches, strict=True)):
        near = questions[max(index - 1, 0) : index] + questions[index + 1 : index + 2]
        parts.append(
            ParsedHeader(match[1], match[2].strip(), True) if match and match[1] in near else ParsedHeader(name)
        )
    return parts


# Google Forms ---------------------------------------------------------------------------------------------------------

_STAMPED = (
    "timestamp | marca temporal | horodateur | tijdstempel | carimbo de data hora | zeitstempel | "
    "informazioni cronologiche | отметка времени | طابع زمني | 时间戳记 | stempel waktu | cap waktu"
)
_GOOGLE = {
    **words(_STAMPED, _DATE),
    **words(
        "email address | username | direccion de correo electronico | adresse e mail | e mailadres | "
        "endereco de e mail | nom d utilisateur | nombre de usuario | nome de usuario | gebruikersnaam | "
        "e mail adresse | nutzername | indirizzo email | nome utente",
        _EMAIL,
    ),
    **words(
        "score | total score | puntuacion | puntuacion total | note | note totale | pontuacao | pontuacao total | "
        "totaalscore | punktzahl | gesamtpunktzahl | punteggio | punteggio totale",
        _NOTED,
    ),
}
_TABS = re.compile(
    r"(form responses|respuestas de formulario|reponses au formulaire|formulierreacties|"
    r"respostas ao formulario|formularantworten|risposte del modulo|ответы на форму|ردود النموذج|表单回复|"
    r"respons formulir)( ?\d+)?"
)
_CLOCK = r",? \d{1,2}[:.]\d{2}(?:[:.]\d{2})?.*"
_STAMP = re.compile(rf"(?:\d{{4}}/\d{{1,2}}/\d{{1,2}}|\d{{1,2}}([/.-])\d{{1,2}}\1\d{{4}}){_CLOCK}")
#: ISO date stamps are common, so they count only with other Google headers.
_PLAIN_STAMP = re.compile(rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_CLOCK}")
#: Headers of points and feedback that a quiz adds to each question.
_SCORED = re.compile(
    r"(?P<of>.*\S)\s*\[(?:score|feedback|puntuación|comentarios|note|remarques|pontuação|comentários|punktzahl)\]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"(.*\S)\s*\[([^\[\]]+)\]")


def _google(start: Start) -> Claim | None:
    headers = start.headers
    if not headers or headers[0] not in _STAMPED.split(" | "):
        return None
    if start.sheet is not None and _TABS.fullmatch(fold_header(start.sheet)):
        return Claim(Confidence.SIGNATURE, f"the sheet of Google Forms, {start.sheet!r}, with its time stamp")
    stamps = start.texts(0)
    own = any(head in _GOOGLE for head in headers[1:]) or any(
        _BRACKETED.fullmatch(t) for t in map(cell_text, start.rows[0])
    )
    stamped = all(_STAMP.fullmatch(text) or (own and _PLAIN_STAMP.fullmatch(text)) for text in stamps)
    if start.sheet is None and stamps and stamped:
        return Claim(Confidence.SHAPE, f"the time stamps of Google Forms under {start.rows[0][0]!r}")
    return None


def _bracketed(rows: Sequence[Sequence[Cell]]) -> list[ParsedHeader]:
    """Parse headers such as `Question [Row]`.

    Headers of a quiz's points and feedback look alike, and are not split.
    """
    names = _names(rows)
    graded = {name for name in names if (match := _SCORED.fullmatch(name)) and match["of"] in names}
    matched = ((name, None if name in graded else _BRACKETED.fullmatch(name)) for name in names)
    return [ParsedHeader(match[1], match[2].strip(), True) if match else ParsedHeader(name) for name, match in matched]


# SurveyMonkey ---------------------------------------------------------------------------------------------------------

_MONKEY_ID = (
    "respondent id | respondentid | id del encuestado | id de encuestado | id du repondant | id repondant | "
    "id do respondente | id do entrevistado | id van respondent"
)
_MONKEY_COLLECTOR = (
    "collector id | collectorid | id del recopilador | id de recopilador | id du collecteur | id collecteur | "
    "id do coletor | id van collector"
)
_MONKEY = {
    **words(_MONKEY_ID, _ID),
    **words(
        "end date | date modified | fecha de finalizacion | fecha de termino | fecha final | date de fin | "
        "data de termino | data final | einddatum",
        _DATE,
    ),
    **words(_MONKEY_COLLECTOR, _NOTED),
    **words(
        "start date | date created | custom data 1 | custom data | fecha de inicio | datos personalizados 1 | "
        "date de debut | donnees personnalisees 1 | data de inicio | dados personalizados 1 | begindatum | startdatum",
        _NOTED,
    ),
    **words("ip address | direccion ip | adresse ip | endereco ip | ip adres", _NETWORK),
    **words(
        "email address | direccion de correo electronico | correo electronico | adresse email | adresse e mail | "
        "endereco de e mail | e mailadres",
        _EMAIL,
    ),
    **words(
        "first name | last name | nombre | apellido | apellidos | prenom | nom | nom de famille | nome | sobrenome | "
        "voornaam | achternaam",
        _NAME,
    ),
}
_ANSWER_HEADS = frozenset(
    ["response", "open ended response", "respuesta", "respuesta abierta", "reponse", "reponse ouverte",
     "reponse libre", "resposta", "resposta aberta", "antwoord", "open antwoord"]
)  # fmt: skip
#: Separator of question and option after two header rows were merged into one.
_FLAT = " - "


def _monkey(start: Start) -> Claim | None:
    headers = start.headers
    if not headers or headers[0] not in _MONKEY_ID.split(" | "):
        return None
    others = [head for head in headers[1:10] if head in _MONKEY]
    if len(others) > 1 and any(head in _MONKEY_COLLECTOR.split(" | ") for head in others):
        return Claim(Confidence.SIGNATURE, "the headers of SurveyMonkey: Respondent ID, Collector ID")
    ids = start.texts(0, _monkey_rows(start))
    if ids and all(text.isdigit() and 8 <= len(text) <= 14 for text in ids):
        return Claim(Confidence.SHAPE, "respondent numbers as SurveyMonkey gives them, under RespondentID")
    return None


def _monkey_rows(start: Start) -> int:
    """Return the number of header rows.

    A second header row has names of answers and no respondent id.
    """
    if len(start.rows) < 2 or not start.rows[1] or cell_text(start.rows[1][0]):
        return 1
    second = [cell_text(cell) for cell in start.rows[1]]
    blank_heads = any(not head for head in start.headers)
    named = any(fold_header(text) in _ANSWER_HEADS for text in second)
    return 2 if any(second) and (blank_heads or named) else 1


def _two_rows(rows: Sequence[Sequence[Cell]]) -> list[ParsedHeader]:
    """Parse two header rows, or their merged row."""
    if len(rows) == 1:
        return _flattened(_names(rows))
    parts: list[ParsedHeader] = []
    question = ""
    below = [one_line(cell_text(cell)) for cell in rows[1]]
    names = _names(rows)
    names += [""] * (len(below) - len(names))
    for name, part in zip(names, below + [""] * (len(names) - len(below)), strict=True):
        question = name or question
        parts.append(ParsedHeader(question, "" if fold_header(part) in _ANSWER_HEADS else part))
    return parts


def _flattened(names: Sequence[str]) -> list[ParsedHeader]:
    """Parse `Question - Option` if adjacent headers share the question."""
    cuts = [name.rpartition(_FLAT) for name in names]
    parts = []
    for index, (name, (question, joint, option)) in enumerate(zip(names, cuts, strict=True)):
        near = [cuts[i][0] or names[i] for i in (index - 1, index + 1) if 0 <= i < len(names)]
        parts.append(ParsedHeader(question, option) if joint and question in near else ParsedHeader(name))
    return parts


# Survey123 ------------------------------------------------------------------------------------------------------------

_ESRI = {
    **words("globalid", _ID),
    **words("creationdate | created date", _DATE),
    **words("objectid | editdate | last edited date | parentglobalid | uniquerowid | parentrowid", _NOTED),
    **words("creator | editor | created user | last edited user", _NAME),
    **words("x | y", _PLACE),
}

#: Edit-tracking columns of ArcGIS Online and of ArcGIS Enterprise.
_TRACKED = frozenset(
    ["creationdate", "editdate", "creator", "editor", "created user", "created date", "last edited user",
     "last edited date"]
)  # fmt: skip


def _esri(start: Start) -> Claim | None:
    headers = set(start.headers)
    if {"objectid", "globalid"} <= headers and headers & _TRACKED:
        return Claim(Confidence.SIGNATURE, "the headers of Survey123: ObjectID, GlobalID, CreationDate")
    return None


# SurveyCTO ------------------------------------------------------------------------------------------------------------

_CTO = {
    **words("key", _ID),
    **words("submissiondate", _DATE),
    **words("formdef version", _VERSION),
    **words(
        "completiondate | starttime | endtime | instanceid | instancename | review status | review comments | "
        "review corrections | review quality | caseid | duration | text audit | audio audit",
        _NOTED,
    ),
    **words("deviceid | subscriberid | simid | device info", _DEVICE),
    **words("devicephonenum", _PHONE),
    **words("username", _NAME),
}


def _cto(start: Start) -> Claim | None:
    headers = set(start.headers)
    if {"submissiondate", "key", "formdef version"} <= headers:
        return Claim(Confidence.SIGNATURE, "the headers of SurveyCTO: SubmissionDate, formdef_version, KEY")
    return None


#: All dialects; each becomes a reader.
DIALECTS = (
    FormDialect(
        name="microsoft-forms",
        experimental=True,
        title="Microsoft Forms export",
        claim=_microsoft,
        added=_MICROSOFT,
        parse_headers=_dotted,
        joint=";",
        ends=True,
        graded=_GRADED,
    ),
    FormDialect(
        name="google-forms",
        title="Google Forms export",
        claim=_google,
        added=_GOOGLE,
        parse_headers=_bracketed,
        joint=", ",
        spaced=True,
        graded=_SCORED,
    ),
    FormDialect(
        name="surveymonkey",
        title="SurveyMonkey export",
        claim=_monkey,
        added=_MONKEY,
        parse_headers=_two_rows,
        count_header_rows=_monkey_rows,
        month_first=True,
    ),
    FormDialect(
        name="survey123",
        experimental=True,
        title="Survey123 export",
        claim=_esri,
        added=_ESRI,
        parse_headers=_whole,
        joint=",",
        parent="parentglobalid",
        key="globalid",
    ),
    FormDialect(
        name="surveycto",
        experimental=True,
        title="SurveyCTO export, wide",
        claim=_cto,
        added=_CTO,
        parse_headers=_whole,
        joint=" ",
        repeats=True,
    ),
)
