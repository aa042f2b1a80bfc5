"""Response table of an export, with metadata columns."""

import datetime
import re
from collections.abc import Iterator, Sequence
from enum import Enum

from attrs import frozen

from capbuild.formats import DayOrder, day_order, fold_header, personal_by_head, read_date
from capbuild.formats import language_tag as tag_of_name
from capbuild.model import PersonalData
from capbuild.origin import Origin
from capbuild_limesurvey.definition import language_tag
from capbuild_limesurvey.fields import normalise_header

#: A cell: None for a database NULL, for a question that was not shown.
Cell = str | None


class ResponseField(Enum):
    """Metadata field of a response."""

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


# Text headers of metadata columns, in the export languages.
_TEXTS: dict[ResponseField, str] = {
    ResponseField.ID: "response id | id de respuesta | id de la reponse | antwoord id | id da resposta | antwort id",
    ResponseField.SENT: "date submitted | fecha de envio | date de soumission | datum ingediend | data de envio | "
    "datum abgeschickt",
    ResponseField.LANGUAGE: "start language | lenguaje inicial | idioma inicial | langue de depart | starttaal | "
    "idioma de inicio | start sprache",
    ResponseField.STARTED: "date started | fecha de inicio | date de lancement | startdatum | data de inicio | "
    "datum gestartet",
    ResponseField.LAST: "date last action | fecha de la ultima accion | date de la derniere action | "
    "datum laatste actie | data da ultima acao | datum letzte aktivitat",
    ResponseField.PAGE: "last page | ultima pagina | derniere page | laatste pagina | letzte seite",
    ResponseField.SEED: "seed | semilla | tete de serie | zaad | semente | zufallsstartwert",
    ResponseField.TOKEN: "access code | token | codigo de acceso | code d acces | toegangscode | codigo de acesso | "
    "zugangscode",
    ResponseField.ADDRESS: "ip address | direccion ip | adresse ip | ip adres | endereco ip",
    ResponseField.REFERRER: "referrer url | url de referencia | url referente | verwijzende url",
    ResponseField.TIMING: "total time | tiempo total | temps total | totale tijd | tempo total | gesamtzeit",
}
_BY_HEAD = {
    **{kind.value: kind for kind in ResponseField},
    **{text: kind for kind, texts in _TEXTS.items() for text in texts.split(" | ")},
}
_TIMINGS = ("grouptime", "questiontime", "group time", "question time")
#: Timing of a group or question, by SGQA code or key.
_TIMED = re.compile(r"(?:\d+X\d+(?:X\d+)?|[GQ]\d+)time", re.IGNORECASE)
_JOINT = ". "
_LONGEST_JOINT = 6
#: Code at the start of a header, followed by an underscore.
_LED = re.compile(r"^([^\W_]+(?:\[[^\[\]]*\])*)_")
_PERSONAL = {
    ResponseField.TOKEN: PersonalData.IDENTIFIER,
    ResponseField.ADDRESS: PersonalData.NETWORK_ADDRESS,
}


def find_response_field(head: str) -> ResponseField | None:
    """Return a column's metadata field, None for an answer.

    Example:
        >>> find_response_field("submitdate. Date submitted").name, find_response_field("Response ID").name
        ('SENT', 'ID')
        >>> find_response_field("Q00[SQ001]") is None
        True
        >>> find_response_field("seed - Seed").name, find_response_field("id: of your agency")
        ('SEED', None)
    """
    for name in (head, head.split(". ", 1)[0]):
        field = _BY_HEAD.get(fold_header(name))
        if field is not None:
            return field
    # Code and text, with any separator between them.
    code, _, text = fold_header(head).partition(" ")
    field = _BY_HEAD.get(code)
    if field is not None and _BY_HEAD.get(text) is field:
        return field
    is_timing = fold_header(head).startswith(_TIMINGS) or _TIMED.fullmatch(head.strip())
    return ResponseField.TIMING if is_timing else None


def find_timing_columns(headers: Sequence[str]) -> frozenset[int]:
    """Return the positions of question timings.

    These columns, such as `Q1Time`, follow that of the total time.

    Example:
        >>> sorted(find_timing_columns(["id", "Q1", "Q2[a]", "bedTime", "interviewtime", "Q1Time", "Q2Time"]))
        [5, 6]
    """
    first = next(
        (position for position, head in enumerate(headers) if find_response_field(head) is ResponseField.TIMING),
        len(headers),
    )
    codes = {normalise_header(re.split(r"[\[.]", head, maxsplit=1)[0]) for head in headers[:first]}
    return frozenset(
        position
        for position, head in enumerate(headers)
        if position > first and head.split(". ", 1)[0].removesuffix("Time") in codes and "Time" in head
    )


def find_personal(head: str) -> PersonalData | None:
    """Return a column's kind of personal data, by header."""
    kind = find_response_field(head)
    if kind is not None:
        return _PERSONAL.get(kind)
    return personal_by_head(head) or personal_by_head(normalise_header(head.split(". ", 1)[0]))


def is_response_header(headers: Sequence[str]) -> bool:
    """True if headers belong to a response export.

    They must include an id and two other metadata columns of LimeSurvey.

    Example:
        >>> is_response_header(["id", "submitdate", "lastpage", "startlanguage", "Q1"])
        True
        >>> is_response_header(["id", "name"])
        False
    """
    kinds = {find_response_field(head) for head in headers}
    own = {
        ResponseField.SENT,
        ResponseField.PAGE,
        ResponseField.LANGUAGE,
        ResponseField.SEED,
        ResponseField.STARTED,
        ResponseField.LAST,
    }
    return (
        ResponseField.ID in kinds
        and len(kinds & own) >= 2
        and bool(kinds & {ResponseField.PAGE, ResponseField.LANGUAGE})
    )


def normalise_headers(headers: Sequence[str]) -> tuple[str, ...]:
    """Return headers with LimeSurvey's default separator between code and text.

    Example:
        >>> normalise_headers(["id - Response ID", "seed - Seed", "q1 - How much - and why?"])
        ('id. Response ID', 'seed. Seed', 'q1. How much - and why?')
        >>> normalise_headers(["id_Response ID", "q1[a]_How much [A_1]"])
        ('id. Response ID', 'q1[a]. How much [A_1]')
    """
    between = {joint for head in headers if (joint := _find_header_separator(head))}
    if len(between) != 1 or (joint := between.pop()) == _JOINT:
        return tuple(headers)
    if joint == "_":  # codes have no underscore, but texts do
        return tuple(_LED.sub(rf"\1{_JOINT}", head) for head in headers)
    return tuple(head.replace(joint, _JOINT, 1) for head in headers)


def _find_header_separator(head: str) -> str:
    """Return a metadata header's separator, empty for others."""
    head = head.strip()
    for kind in ResponseField:
        rest = head[len(kind.value) :] if head.casefold().startswith(kind.value) else ""
        for size in range(1, min(len(rest), _LONGEST_JOINT + 1)):
            text = rest[size:]
            if text[0].isalnum() and fold_header(text) != kind.value and find_response_field(text) is kind:
                return rest[:size]
    return ""


def find_day_order(headers: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]]) -> DayOrder | None:
    """Infer the order of day and month.

    Args:
        headers: The headers of the export.
        rows: Sample rows.
    """
    dated = [
        i
        for i, head in enumerate(headers)
        if find_response_field(head) in (ResponseField.SENT, ResponseField.STARTED, ResponseField.LAST)
    ]
    return day_order(
        cell.strip().partition(" ")[0] for _, row in rows for i in dated if i < len(row) and (cell := row[i])
    )


def parse_day(text: str, order: DayOrder | None) -> datetime.date | None:
    """Return the day of a stored or unambiguously written date.

    Example:
        >>> parse_day("2016-03-01 09:00:05", None), parse_day("01/03/2016 09:00", DayOrder.DAY_FIRST)
        (datetime.date(2016, 3, 1), datetime.date(2016, 3, 1))
    """
    date = read_date(text.strip().partition(" ")[0], order)
    return date if isinstance(date, datetime.date) and not isinstance(date, datetime.datetime) else None


def parse_language(text: str) -> str | None:
    """Return a language tag from a code or language name.

    Example:
        >>> parse_language("de-informal"), parse_language("Spanish - Español"), parse_language("")
        ('de-x-informal', 'es', None)
    """
    for name in text.split(" - "):
        language = tag_of_name(name.partition("(")[0].strip())
        if language is not None and len(language) == 2:
            return language
    return language_tag(text) if text else None


@frozen(eq=False)
class ResponseTable:
    """Responses of an export.

    Attributes:
        file: Name of the file.
        headers: Column headers.
        rows: Rows with their numbers; can be iterated once.
        sheet: Its member of an archive.
        path: Path of the rows in a tree-shaped file, up to the number; empty for a table of text.
        tags: Names of the cells in a tree-shaped file.
        unseen: Texts that mean "this question was not shown".
        order: Order of day and month, if the response dates show it.
        sample: The first rows.
    """

    file: str
    headers: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]
    sheet: str | None = None
    path: str = ""
    tags: tuple[str, ...] = ()
    unseen: frozenset[str] = frozenset()
    order: DayOrder | None = None
    sample: Sequence[tuple[int, Sequence[Cell]]] = ()

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the origin of a row or cell."""
        if not self.path:
            return Origin(self.file, self.sheet, row, column)
        cell = f"/{self.tags[column - 1]}" if column else ""
        return Origin(self.file, self.sheet, row, column, f"{self.path}[{row}]{cell}")
