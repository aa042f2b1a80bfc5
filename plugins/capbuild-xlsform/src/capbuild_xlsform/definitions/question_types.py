"""Values of the `type` column.

They give structure, question type and choice list, in all spellings.
"""

import re
from collections.abc import Mapping
from enum import Enum

from attrs import frozen

from capbuild.formats import personal_by_head
from capbuild.model import PersonalData, QuestionType
from capbuild_xlsform.definitions.labels import clean


class Structure(Enum):
    """Structural role of a row."""

    ITEM = "item"
    GROUP = "group"
    REPEAT = "repeat"
    LOOP = "loop"
    END = "end"


@frozen
class RowType:
    """Parsed value of the `type` column.

    Attributes:
        structure: Structural role of the row.
        type: Question type; `UNKNOWN` for an unknown type.
        list_name: List, file or reference with the choices.
        or_other: Whether "other, specify" is added.
        meta: Whether the device fills it in.
        external: Whether the choices are in an external file.
        block: KoboToolbox block of a group: `kobomatrix`, `score`, `rank`; empty for none.
    """

    structure: Structure = Structure.ITEM
    type: QuestionType = QuestionType.UNKNOWN
    list_name: str | None = None
    or_other: bool = False
    meta: bool = False
    external: bool = False
    block: str = ""


_T = QuestionType
_NAMES: dict[QuestionType, str] = {
    _T.TEXT: (
        "text | string | barcode | q barcode | q string | q text | text prompt | phone number prompt | "
        "geotrace | geoshape | q geotrace | q geoshape | phone number | barcode prompt"
    ),
    _T.INTEGER: (
        "integer | int | q int | integer prompt | percentage | number of days in last month | "
        "number of days in last six months | number of days in last year"
    ),
    _T.DECIMAL: "decimal | q decimal | decimal prompt | range | score",
    _T.DATE: "date | q date | date prompt",
    _T.TIME: "time | q time | time prompt",
    _T.DATETIME: "datetime | date time | datetime prompt | date time prompt | q datetime | q date time",
    _T.GEOPOINT: "geopoint | gps | location | q geopoint | q location | location prompt",
    _T.FILE: (
        "image | photo | audio | video | file | picture | q image | q picture | q audio | q video | image prompt | "
        "photo prompt | audio prompt | video prompt | file prompt | signature | draw | annotate | osm"
    ),
    _T.BOOLEAN: "acknowledge | trigger | acknowledge prompt | q acknowledge",
    _T.CALCULATED: (
        "calculate | calculate here | calculation | q calculate | calculate prompt | hidden | xml-external | "
        "csv-external"
    ),
    _T.NOTE: "note | q note | note prompt",
    _T.SELECT_ONE: "q select1",
    _T.SELECT_MULTIPLE: "q select",
}
_META: dict[QuestionType, str] = {
    _T.DATETIME: "start | end | start time | end time | get start time | get end time",
    _T.DATE: "today | get today",
    _T.TEXT: (
        "deviceid | device id | imei | get device id | get imei | subscriberid | subscriber id | get subscriber id | "
        "simserial | sim id | sim serial | get sim id | phonenumber | get phone number | username | "
        "email | caseid | enumerator | instanceid | devicephonenum | simid"
    ),
    _T.FILE: "audit | background-audio | text audit | audio audit | comments",
    _T.GEOPOINT: "start-geopoint | background-geopoint",
}
_KNOWN = {name.casefold(): RowType(type=kind) for kind, names in _NAMES.items() for name in names.split(" | ")}
_KNOWN |= {
    name.casefold(): RowType(type=kind, meta=True) for kind, names in _META.items() for name in names.split(" | ")
}

_CONTROL = re.compile(
    r"(?P<end>begin|end)[\s_]+(?P<what>lgroup|looped[\s_]group|group|repeat|loop|kobomatrix|score|rank)"
    r"(?:\s+(?:over\s+)?(?P<list>\S+))?\s*"
)
_BLOCKS = frozenset({"kobomatrix", "score", "rank"})
_SELECT = re.compile(
    r"(?:add\s+)?(?P<what>select[\s_]?one[\s_]from[\s_]file|select[\s_]?multiple[\s_]from[\s_]file|"
    r"select[\s_]?one[\s_]external|select[\s_]one[\s_](?:prompt[\s_])?using|select[\s_]multiple[\s_](?:prompt[\s_])?using|"
    r"select[\s_]all[\s_]that[\s_]apply(?:[\s_]from)?|select[\s_]one[\s_]from(?![\s_]file)|"
    r"select[\s_]multiple[\s_]from(?![\s_]file)|select_?one|select[\s_]one|select1|select_?multiple|select[\s_]multiple|"
    r"select|rank)"
    r"(?:\s+(?P<list>.*?))?(?P<other>\s+(?:or[\s_]other|or[\s_]specify[\s_]other))?\s*",
    re.IGNORECASE,
)
#: OSM question with a list of map tags.
_OSM = re.compile(r"osm\s+\S+", re.IGNORECASE)
#: SurveyCTO sensor metadata on light, noise and motion: a statistic, or a stream file.
_SENSOR = re.compile(r"sensor[\s_](?P<what>statistic|stream)\s+\S+", re.IGNORECASE)
_ROW_OF_BLOCK = re.compile(r"(?:score__row|rank__level)(?:\s+(?P<list>\S+))?")


def parse_type(written: str) -> RowType:
    """Parse a value of the `type` column.

    Example:
        >>> parse_type("select all that apply from belts or specify other")
        RowType(structure=<Structure.ITEM: 'item'>, type=<QuestionType.SELECT_MULTIPLE: 'select multiple'>, list_name='belts', or_other=True, meta=False, external=False, block='')
        >>> parse_type("begin_repeat").structure.value, parse_type("party").type.value
        ('repeat', 'unknown')
    """  # noqa: E501 - the shown value is what a reader of the page needs
    text = " ".join(written.split())
    low = text.casefold()
    plain = low.replace("_", " ")
    spellings = (low, plain, plain.removeprefix("add "), low.removeprefix("uri:"))
    row_type = next((_KNOWN[spelling] for spelling in spellings if spelling in _KNOWN), None)
    if row_type is not None:
        return row_type
    control = _CONTROL.fullmatch(low)
    if control is not None:
        return _parse_structure(control, text)
    select = _SELECT.fullmatch(text)
    if select is not None:
        return _select(select)
    if row := _ROW_OF_BLOCK.fullmatch(text):
        return RowType(type=_T.SELECT_ONE, list_name=row["list"])
    if sensor := _SENSOR.fullmatch(text):
        return RowType(type=_T.DECIMAL if sensor["what"].casefold() == "statistic" else _T.FILE, meta=True)
    return _KNOWN["osm"] if _OSM.fullmatch(text) else RowType()


def _parse_structure(match: re.Match[str], text: str) -> RowType:
    if match["end"] == "end":
        return RowType(Structure.END)
    what = match["what"]
    if what == "loop":
        return RowType(Structure.LOOP, list_name=text.rsplit(maxsplit=1)[-1] if match["list"] else None)
    if what in ("repeat", "lgroup") or what.startswith("looped"):
        return RowType(Structure.REPEAT)
    return RowType(Structure.GROUP, block=what if what in _BLOCKS else "")


def _select(match: re.Match[str]) -> RowType:
    what = match["what"].casefold().replace("_", " ")
    if what == "rank":
        kind = _T.RANKING
    elif "multiple" in what or "all" in what:
        kind = _T.SELECT_MULTIPLE
    else:
        kind = _T.SELECT_ONE
    outside = what.endswith(("from file", "external"))
    return RowType(Structure.ITEM, kind, match["list"] or None, bool(match["other"]), external=outside)


_PERSONAL: dict[PersonalData, tuple[str, ...]] = {
    PersonalData.DEVICE: (
        "deviceid", "device id", "imei", "subscriberid", "subscriber id", "simserial", "sim id", "sim serial",
        "devicephonenum", "simid",
    ),
    PersonalData.TELEPHONE: ("phonenumber", "phone number"),
    PersonalData.NAME: ("username", "enumerator"),
    PersonalData.EMAIL: ("email",),
    PersonalData.LOCATION: (
        "geopoint", "gps", "location", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "q geopoint",
        "q location", "location prompt",
    ),
}  # fmt: skip
_PERSONAL_TYPE = {name: kind for kind, names in _PERSONAL.items() for name in names}


def find_personal_by_type(written: str) -> PersonalData | None:
    """Return a question type's kind of personal data.

    Example:
        >>> find_personal_by_type("geopoint").value, find_personal_by_type("text")
        ('location', None)
    """
    low = " ".join(written.casefold().replace("_", " ").split())
    return _PERSONAL_TYPE.get(low.removeprefix("get ").removeprefix("add ").removeprefix("uri:"))


def find_personal_by_text(path: str, labels: Mapping[str, str]) -> PersonalData | None:
    """Return a question's personal data, by name or labels.

    Example:
        >>> find_personal_by_text("grp/q7", {"en": "What is your e-mail address?"}).value
        'e-mail'
    """
    texts = (path.rpartition("/")[2], *(clean(label) for label in labels.values()))
    return next((kind for text in texts if (kind := personal_by_head(text)) is not None), None)
