"""Columns of report sheets' tidy tables, with widths and labels."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from attrs import frozen

from capbuild.model import Assessment
from capbuild.reports import TidyCell, TidyTable
from capbuild_workbooks.reporting.overview_sheet import Making
from capbuild_workbooks.words import coded
from capbuild_workbooks.writing import CellValue, Head, Link

_STYLES = {"date": "date", "link": "link", "names": "wrap", "number": "number", "decimal": "decimal", "text": "wrap"}


@frozen
class Shown:
    """Column of a report sheet.

    Attributes:
        name: Name of the column in the tidy table.
        width: Width in characters.
        words: Type of its cells: `text`, `number`, `decimal`, `date`, `link`, `name` or `names` of countries, `truth`,
            or the kind of code to translate.
        key: Message key of its header, if not the name.
    """

    name: str
    width: float
    words: str = ""
    key: str = ""


def _columns(text: str) -> tuple[Shown, ...]:
    """Parse columns from words of the form `name:width:type:key`."""
    parts = (word.split(":") for word in text.split())
    return tuple(Shown(p[0], float(p[1]), *p[2:]) for p in parts)


#: Sheets and their columns, in workbook order.
SHEETS: Mapping[str, tuple[Shown, ...]] = {
    "countries": _columns(
        "country:6::iso country:26:name answered:9:truth:answered_country visited:9:truth last_visit:11:date "
        "indicators:10:number verified:9:number:verified_count reported:9:number:reported_count "
        "criteria:9:number settled:9:number conflicts:11:number"
    ),
    "scores": _columns(
        "country:24:name capacity:9 title:42:text kind:11:node verified:9:truth reported:9:truth level:7:number "
        "lowest:8:number highest:8:number claimed:8:number value:9:decimal lower:9:decimal upper:9:decimal "
        "target:8:decimal target_met:9:truth lacking:22:text open:22:text counted_as_zero:16:text answered:9:number "
        "settled:8:number checked:8:number applicable:10:number"
    ),
    "criteria": _columns(
        "country:24:name capacity:9 criterion:11 step:6:number text:60:text state:12:state answer:14:answer "
        "conflict:10:truth"
    ),
    "findings": _columns(
        "country:22:name criterion:11 answer:14:answer status:11:status basis:12:basis source_title:28 "
        "as_of:11:date lower:9:decimal upper:9:decimal note:40 written:16 counts:8:truth origin:34"
    ),
    "sources": _columns(
        "country:22:name source:22 kind:12:source title:36:text respondent:16:respondent start:11:date end:11:date "
        "place:18 mode:12:known language:9 late:7:truth"
    ),
    "evidence": _columns(
        "country:22:name evidence:22 kind:16:evidence.kind title:36:text date:11:date tlp:14 reliability:10:number "
        "quote:50:text link:36:link"
    ),
    "needs": _columns(
        "need:10 kind:13:need statement:50:text urgency:9:number relevance:10:number countries:40:names "
        "others:8:number capacities:18:text criteria:26:text roles:14 depends_on:12"
    ),
    "gaps": _columns(
        "country:22:name capacity:10 level:8:number value:9:decimal target:8:decimal size:8:decimal "
        "probability:11:decimal lacking:36:text open:36:text"
    ),
    "activities": _columns(
        "activity:9 title:34:text kind:13:activity mode:12:activity.mode days:8:decimal "
        "seats:9:number:seats_of_session objective:44:text syllabus:50:text assessment:36:text "
        "providers:26:activity.provider[] competences:16:text prerequisites:12:text "
        "seat_at_home:12:decimal seat_abroad:12:decimal currency:9"
    ),
    "sessions": _columns(
        "session:9 title:34:text kind:13:activity start:11:date end:11:date host:18:name place:16 language:9 "
        "countries:34:names others:8:number seats:7:number cost:12:decimal currency:9 addresses:18:text"
    ),
    "seats": _columns("session:10 country:24:name seats:8:number"),
    "changes": _columns(
        "country:22:name before_round:14 after_round:14 capacity:9 criterion:12 move:18:move probability:11:decimal "
        "counts:11:truth:counts_as_change source:18:move:by_source respondents:18:move:by_respondents "
        "method:18:move:by_method framework:18:move:by_framework scope:22:move:by_scope before:14:state after:14:state"
    ),
    "capacity_changes": _columns(
        "country:22:name before_round:14 after_round:14 capacity:9 before_lowest:11:number before_highest:11:number "
        "after_lowest:11:number after_highest:11:number difference:11:decimal lower:9:decimal upper:9:decimal "
        "like_for_like:12:truth within_noise:12:truth probability:11:decimal counts:11:truth:counts_as_change "
        "source:11:truth:by_source respondents:11:truth:by_respondents method:11:truth:by_method "
        "framework:11:truth:by_framework scope:11:truth:by_scope"
    ),
    "change_counts": _columns(
        "country:22:name before_round:14 after_round:14 gained:9:number lost:9:number uncertain:10:number "
        "source:11:number:by_source respondents:11:number:by_respondents method:11:number:by_method "
        "framework:11:number:by_framework newly_observed:11:number no_longer_observed:11:number risen:9:number "
        "fallen:9:number other_levels:10:number"
    ),
}


def _day(value: CellValue) -> CellValue:
    """Convert the text of a full date to a date.

    The text of a month or a year stays unchanged.
    """
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def _remembered(kind: str, language: str) -> Callable[[CellValue], CellValue]:
    """Return a cached translation function for codes."""
    seen: dict[CellValue, CellValue] = {}

    def look(value: CellValue) -> CellValue:
        if not isinstance(value, str):
            return value
        if value not in seen:
            seen[value] = coded(kind, value, language)
        return seen[value]

    return look


def _truth(words: Mapping[bool, str], value: CellValue) -> CellValue:
    return words[bool(value)] if isinstance(value, bool) else None


def _converter(column: Shown, making: Making) -> Callable[[CellValue], CellValue] | None:
    """Return a column's conversion function, or None."""
    if column.words in ("", "text", "number", "decimal"):
        return None
    if column.words == "name":
        return lambda value: making.name(str(value)) if value else None
    if column.words == "names":
        return lambda value: ", ".join(making.name(code) for code in str(value or "").split())
    if column.words == "truth":
        return partial(
            _truth, {True: coded("answer", "yes", making.language), False: coded("answer", "no", making.language)}
        )
    if column.words == "date":
        return _day
    if column.words == "link":
        return lambda value: Link(str(value), str(value)) if value else None
    translate = _remembered(column.words.removesuffix("[]"), making.language)
    if column.words.endswith("[]"):
        return lambda value: "; ".join(str(translate(word)) for word in str(value).split("; ")) if value else None
    return translate


def _own(table: TidyTable, making: Making, places: Mapping[str, int]) -> Iterator[Sequence[TidyCell]]:
    """Yield a table's rows, for a country only its own."""
    own_code = making.subject.country.alpha_2 if isinstance(making.subject, Assessment) else ""
    place = places.get("country", places.get("countries"))
    for row in table.rows:
        if not own_code or place is None or own_code in str(row[place]).split():
            yield row


def sheet_rows(table: TidyTable, making: Making) -> tuple[list[Head], list[list[CellValue]]]:
    """Return headers and rows for a table's sheet.

    Columns without a value are left out.
    """
    places = {column.name: position for position, column in enumerate(table.columns)}
    rows = list(_own(table, making, places))
    headers: list[Head] = []
    filled: list[list[CellValue]] = []
    for column in SHEETS[table.name]:
        cells: list[CellValue] = [row[places[column.name]] for row in rows]
        if rows and all(cell is None or cell == "" for cell in cells):
            continue
        convert = _converter(column, making)
        filled.append(cells if convert is None else [convert(cell) for cell in cells])
        style = _STYLES.get(column.words, "cell")
        headers.append(Head(making.t(f"col.{column.key or column.name}"), width=column.width, style=style))
    return headers, [list(row) for row in zip(*filled, strict=True)]
