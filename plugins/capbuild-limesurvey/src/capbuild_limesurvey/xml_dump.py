"""LimeSurvey's XML table dumps.

Content that a questionnaire cannot store is counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from capbuild.formats import iter_xml
from capbuild.plugins import InputFile
from capbuild_limesurvey.definition import Layout, Part, Survey, clean, find_layout
from capbuild_limesurvey.questionnaire import NOTE_ABOVE


@frozen
class DumpRow:
    """One row of a dumped table.

    Attributes:
        number: Its position in the table, from 1.
        cells: Its cells by field; a field that is NULL in the database is absent.
    """

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@frozen(kw_only=True)
class TableDump:
    """Tables of one file.

    Attributes:
        file: Name of the file.
        member: Name of its member, if it is an archive.
        kind: Document type: `Survey`, `Group`, `Question`, `Responses`.
        version: Version of the database.
        languages: Languages it lists.
        tables: Rows by table.
        fields: Fields that each table declares, in order.
    """

    file: str
    member: str = ""
    kind: str = ""
    version: str = ""
    languages: tuple[str, ...] = ()
    tables: Mapping[str, tuple[DumpRow, ...]] = field(factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def rows(self, table: str) -> tuple[DumpRow, ...]:
        """Return a table's rows, none if the file lacks it."""
        return self.tables.get(table, ())

    def path(self, table: str, row: DumpRow) -> str:
        """Return the path of a row."""
        return f"/document/{table}/rows/row[{row.number}]"


def _parse_events(source: InputFile, content: bytes) -> Iterator[tuple[str, list[str], str | None]]:
    """Yield event, path of tags and text of each element."""
    path: list[str] = []
    for event, element in iter_xml(source, content):
        if event == "start":
            path.append(element.tag)
            yield event, path, None
        else:
            yield event, path, element.text
            path.pop()
            element.clear()


def read_dump(source: InputFile, member: str = "") -> TableDump:
    """Return the tables of a file.

    Args:
        source: The file.
        member: Name of its member, if it is an archive.

    Raises:
        ReadError: CB128, it is not XML, or declares entities; LIME1, it is not LimeSurvey's.
        LimitError: It nests too deep or has too many elements.
    """
    facts: dict[str, str] = {}
    languages: list[str] = []
    tables: dict[str, list[DumpRow]] = {}
    fields: dict[str, list[str]] = {}
    cells: dict[str, str] = {}
    for event, path, text in _parse_events(source, source.member(member) if member else source.content):
        match path, event:
            case [_, "languages", "language"], "end":
                languages.append((text or "").strip())
            case [_, fact], "end" if fact not in tables:
                facts[fact] = (text or "").strip()
            case [_, table, "fields", "fieldname"], "end":
                fields.setdefault(table, []).append((text or "").strip())
            case [_, table, "rows", "row"], "start":
                cells = {}
            case [_, table, "rows", "row", cell], "end":
                cells[cell] = text or ""
            case [_, table, "rows", "row"], "end":
                rows = tables.setdefault(table, [])
                rows.append(DumpRow(len(rows) + 1, cells))
            case _:
                pass
    if "LimeSurveyDocType" not in facts:
        raise source.error("is not marked as LimeSurvey's", "LIME1", "ask for the export again")
    return TableDump(
        file=source.name,
        member=member,
        kind=facts["LimeSurveyDocType"],
        version=facts.get("DBVersion", ""),
        languages=tuple(language for language in languages if language),
        tables={table: tuple(rows) for table, rows in tables.items()},
        fields={table: tuple(names) for table, names in fields.items()},
    )


#: Texts shown before and after the questions.
TEXTS_BESIDE = ("surveyls_description", "surveyls_welcometext", "surveyls_endtext")

_RULES = (
    "preg",
    "validation",
    "em_validation_q",
    "em_validation_sq",
    "min_answers",
    "max_answers",
    "min_num_value",
    "max_num_value",
    "equals_num_value",
    "date_min",
    "date_max",
    "maximum_chars",
    "array_filter",
    "array_filter_exclude",
)

#: Tables with their content, and the columns that identify one item.
_TABLES = (
    ("quota", "quotas", ("id",)),
    ("assessments", "rules of assessment", ("id",)),
    ("defaultvalues", "answers given beforehand", ("qid", "sqid", "scale_id", "specialtype")),
    ("survey_url_parameters", "answers taken from the address", ("id",)),
)


def count_table_contents(dump: TableDump) -> Mapping[str, int]:
    """Count unmapped content in separate tables of a dump."""
    counts = Counter({label: len({tuple(row[k] for k in key) for row in dump.rows(t)}) for t, label, key in _TABLES})
    for row in dump.rows("surveys_languagesettings")[:1]:
        counts["texts around the questions"] = sum(bool(clean(row[name])) for name in TEXTS_BESIDE)
    return counts


def _count_in_part(part: Part) -> Counter[str]:
    counts: Counter[str] = Counter()
    given = {name for name in _RULES if part.attributes.get(name, "").strip()}
    counts["rules for valid answers"] = len(given)
    counts["calculations"] = part.type == "*" and bool(part.attributes.get("equation", "").strip())
    counts["questions that are never shown"] = part.attributes.get("hidden") == "1"
    if find_layout(part.type) is Layout.TICKS:
        counts["conditions of choices"] = sum(bool(row.relevance) for row in part.parts)
    return counts


def describe_unmapped(survey: Survey) -> str:
    """Describe survey content that a questionnaire cannot store, if any.

    Example:
        >>> from capbuild_limesurvey.definition import Part
        >>> describe_unmapped(Survey(questions=(Part(key="1", code="q", attributes={"preg": "/x/"}),)))
        '1 rules for valid answers'
    """
    counts = Counter(survey.unmapped)
    own = {part.section for part in survey.questions if NOTE_ABOVE in part.attributes.get("cssclass", "")}
    others = (group for group in survey.sections if group.key not in own)
    counts["descriptions of groups"] = sum(any(map(clean, group.descriptions.values())) for group in others)
    for part in survey.questions:
        counts += _count_in_part(part)
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
