"""A table of responses as an export holds it, and the columns that are about the response itself."""

import datetime
import re
from collections.abc import Iterator, Sequence
from enum import Enum

from attrs import frozen

from capbuild.formats import personal_by_head
from capbuild.formats.days import DayOrder, day_order, read_date
from capbuild.formats.folding import fold_head
from capbuild.formats.owner import language_tag as tag_of_name
from capbuild.model import PersonalData
from capbuild.origin import Origin
from capbuild_limesurvey.definition import language_tag
from capbuild_limesurvey.fields import canonical

__all__ = [
    "About",
    "Cell",
    "Returns",
    "about",
    "day_in",
    "is_response_head",
    "language_in",
    "order_of",
    "personal_of",
    "timed",
    "usual_heads",
]

#: A cell: None where the database holds NULL, which is what a question that was not shown leaves.
Cell = str | None


class About(Enum):
    """What a column says about the response itself."""

    ID = "id"
    SENT = "submitdate"
    LANGUAGE = "startlanguage"
    STARTED = "startdate"
    LAST = "datestamp"
    PAGE = "lastpage"
    SEED = "seed"
    TOKEN = "token"  # noqa: S105 - the name of a column
    ADDRESS = "ipaddr"
    REFERRER = "refurl"
    TIMING = "interviewtime"


# Heads of exports whose heads are texts, in the languages of the one who exported.
_TEXTS: dict[About, str] = {
    About.ID: "response id | id de respuesta | id de la reponse | antwoord id | id da resposta | antwort id",
    About.SENT: "date submitted | fecha de envio | date de soumission | datum ingediend | data de envio | "
    "datum abgeschickt",
    About.LANGUAGE: "start language | lenguaje inicial | idioma inicial | langue de depart | starttaal | "
    "idioma de inicio | start sprache",
    About.STARTED: "date started | fecha de inicio | date de lancement | startdatum | data de inicio | datum gestartet",
    About.LAST: "date last action | fecha de la ultima accion | date de la derniere action | "
    "datum laatste actie | data da ultima acao | datum letzte aktivitat",
    About.PAGE: "last page | ultima pagina | derniere page | laatste pagina | letzte seite",
    About.SEED: "seed | semilla | tete de serie | zaad | semente | zufallsstartwert",
    About.TOKEN: "access code | token | codigo de acceso | code d acces | toegangscode | codigo de acesso | "
    "zugangscode",
    About.ADDRESS: "ip address | direccion ip | adresse ip | ip adres | endereco ip",
    About.REFERRER: "referrer url | url de referencia | url referente | verwijzende url",
    About.TIMING: "total time | tiempo total | temps total | totale tijd | tempo total | gesamtzeit",
}
_BY_HEAD = {
    **{kind.value: kind for kind in About},
    **{text: kind for kind, texts in _TEXTS.items() for text in texts.split(" | ")},
}
_TIMINGS = ("grouptime", "questiontime", "group time", "question time")
#: How long a group or a question was looked at, by SGQA code or key.
_TIMED = re.compile(r"(?:\d+X\d+(?:X\d+)?|[GQ]\d+)time", re.IGNORECASE)
_JOINT = ". "
_LONGEST_JOINT = 6
#: The code that a head begins with, set off by a low line.
_LED = re.compile(r"^([^\W_]+(?:\[[^\[\]]*\])*)_")
_PERSONAL = {
    About.TOKEN: PersonalData.IDENTIFIER,
    About.ADDRESS: PersonalData.NETWORK_ADDRESS,
}


def about(head: str) -> About | None:
    """Return what a column says about the response itself; None for a column of answers.

    Example:
        >>> about("submitdate. Date submitted").name, about("Response ID").name, about("Q00[SQ001]")
        ('SENT', 'ID', None)
        >>> about("seed - Seed").name, about("id: of your agency")
        ('SEED', None)
    """
    for name in (head, head.split(". ", 1)[0]):
        found = _BY_HEAD.get(fold_head(name))
        if found is not None:
            return found
    # Code and text, with whatever the one who exported put between them.
    code, _, text = fold_head(head).partition(" ")
    found = _BY_HEAD.get(code)
    if found is not None and _BY_HEAD.get(text) is found:
        return found
    timed = fold_head(head).startswith(_TIMINGS) or _TIMED.fullmatch(head.strip())
    return About.TIMING if timed else None


def timed(heads: Sequence[str]) -> frozenset[int]:
    """Return the places of heads that say how long a question was looked at: `Q1Time` behind that of the whole time.

    Example:
        >>> sorted(timed(["id", "Q1", "Q2[a]", "bedTime", "interviewtime", "Q1Time", "Q2Time"]))
        [5, 6]
    """
    first = next((place for place, head in enumerate(heads) if about(head) is About.TIMING), len(heads))
    codes = {canonical(re.split(r"[\[.]", head, maxsplit=1)[0]) for head in heads[:first]}
    return frozenset(
        place
        for place, head in enumerate(heads)
        if place > first and head.split(". ", 1)[0].removesuffix("Time") in codes and "Time" in head
    )


def personal_of(head: str) -> PersonalData | None:
    """Return what a column would reveal about a person, by its head."""
    kind = about(head)
    if kind is not None:
        return _PERSONAL.get(kind)
    return personal_by_head(head) or personal_by_head(canonical(head.split(". ", 1)[0]))


def is_response_head(heads: Sequence[str]) -> bool:
    """Tell whether a row of heads is that of a response export: its id, and two more columns only LimeSurvey has.

    Example:
        >>> is_response_head(["id", "submitdate", "lastpage", "startlanguage", "Q1"]), is_response_head(["id", "name"])
        (True, False)
    """
    kinds = {about(head) for head in heads}
    own = {About.SENT, About.PAGE, About.LANGUAGE, About.SEED, About.STARTED, About.LAST}
    return About.ID in kinds and len(kinds & own) >= 2 and bool(kinds & {About.PAGE, About.LANGUAGE})


def usual_heads(heads: Sequence[str]) -> tuple[str, ...]:
    """Return heads of codes and texts with what LimeSurvey puts between them unless it is told otherwise.

    Example:
        >>> usual_heads(["id - Response ID", "seed - Seed", "q1 - How much - and why?"])
        ('id. Response ID', 'seed. Seed', 'q1. How much - and why?')
        >>> usual_heads(["id_Response ID", "q1[a]_How much [A_1]"])
        ('id. Response ID', 'q1[a]. How much [A_1]')
    """
    between = {joint for head in heads if (joint := _joint(head))}
    if len(between) != 1 or (joint := between.pop()) == _JOINT:
        return tuple(heads)
    if joint == "_":  # no code has one, and texts do
        return tuple(_LED.sub(rf"\1{_JOINT}", head) for head in heads)
    return tuple(head.replace(joint, _JOINT, 1) for head in heads)


def _joint(head: str) -> str:
    """Return what stands between code and text in a head about the response itself; nothing in any other head."""
    head = head.strip()
    for kind in About:
        rest = head[len(kind.value) :] if head.casefold().startswith(kind.value) else ""
        for size in range(1, min(len(rest), _LONGEST_JOINT + 1)):
            text = rest[size:]
            if text[0].isalnum() and fold_head(text) != kind.value and about(text) is kind:
                return rest[:size]
    return ""


def order_of(heads: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]]) -> DayOrder | None:
    """Return which number of a date is the day, by the dates of the responses themselves where they are written out.

    Args:
        heads: The heads of the export.
        rows: Some of its rows.
    """
    dated = [i for i, head in enumerate(heads) if about(head) in (About.SENT, About.STARTED, About.LAST)]
    return day_order(
        cell.strip().partition(" ")[0] for _, row in rows for i in dated if i < len(row) and (cell := row[i])
    )


def day_in(text: str, order: DayOrder | None) -> datetime.date | None:
    """Return the day of a moment as LimeSurvey stores it, or as it is written out where that can mean one day only.

    Example:
        >>> day_in("2016-03-01 09:00:05", None), day_in("01/03/2016 09:00", DayOrder.DAY_FIRST)
        (datetime.date(2016, 3, 1), datetime.date(2016, 3, 1))
    """
    found = read_date(text.strip().partition(" ")[0], order)
    return found if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime) else None


def language_in(text: str) -> str | None:
    """Return the tag of the language of a response: of its code, or of its name where that is written out.

    Example:
        >>> language_in("de-informal"), language_in("Spanish - Español"), language_in("")
        ('de-x-informal', 'es', None)
    """
    for name in text.split(" - "):
        found = tag_of_name(name.partition("(")[0].strip())
        if found is not None and len(found) == 2:
            return found
    return language_tag(text) if text else None


@frozen(eq=False)
class Returns:
    """Responses as an export holds them.

    Attributes:
        file: Name of the file.
        heads: Heads of its columns.
        rows: Rows with their numbers; they can be read once.
        sheet: The member of an archive it lies in.
        path: Path of the rows in a tree-shaped file, up to the number; empty for a table of text.
        tags: Names of the cells in a tree-shaped file.
        unseen: Texts that say "this question was not shown".
        order: Which number of a date that is written out is the day, where its own dates show it.
    """

    file: str
    heads: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]
    sheet: str | None = None
    path: str = ""
    tags: tuple[str, ...] = ()
    unseen: frozenset[str] = frozenset()
    order: DayOrder | None = None

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the place of a row, or of a cell of it."""
        if not self.path:
            return Origin(self.file, self.sheet, row, column)
        cell = f"/{self.tags[column - 1]}" if column else ""
        return Origin(self.file, self.sheet, row, column, f"{self.path}[{row}]{cell}")
