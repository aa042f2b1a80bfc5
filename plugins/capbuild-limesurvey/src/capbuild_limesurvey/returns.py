"""A table of responses as an export holds it, and the columns that are about the response itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from attrs import field, frozen

from capbuild.formats import personal_by_head
from capbuild.formats.folding import fold_head
from capbuild.model import PersonalData
from capbuild.origin import Origin
from capbuild_limesurvey.fields import canonical

__all__ = ["About", "Cell", "Returns", "about", "is_response_head", "personal_of"]

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
#: How long a group or a question was looked at, by SGQA code.
_TIMED = re.compile(r"\d+X\d+(?:X\d+)?time", re.IGNORECASE)
_PERSONAL = {
    About.TOKEN: PersonalData.IDENTIFIER,
    About.ADDRESS: PersonalData.NETWORK_ADDRESS,
}


def about(head: str) -> About | None:
    """Return what a column says about the response itself; None for a column of answers.

    Example:
        >>> about("submitdate. Date submitted").name, about("Response ID").name, about("Q00[SQ001]")
        ('SENT', 'ID', None)
    """
    for name in (head, head.split(". ", 1)[0]):
        found = _BY_HEAD.get(fold_head(name))
        if found is not None:
            return found
    timed = fold_head(head).startswith(_TIMINGS) or _TIMED.fullmatch(head.strip())
    return About.TIMING if timed else None


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
    """

    file: str
    heads: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]
    sheet: str | None = None
    path: str = ""
    tags: tuple[str, ...] = ()
    unseen: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(factory=dict)

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the place of a row, or of a cell of it."""
        if not self.path:
            return Origin(self.file, self.sheet, row, column)
        cell = f"/{self.tags[column - 1]}" if column else ""
        return Origin(self.file, self.sheet, row, column, f"{self.path}[{row}]{cell}")
