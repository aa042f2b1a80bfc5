"""Mappings of questions to criteria.

They are stored as CSV or in a workbook. Columns are file, question, target, choice, answers and factor, and those of a
draft (`capbuild map`).
"""

from collections.abc import Container, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from attrs import frozen

from capbuild.errors import CapbuildError, ModelError, did_you_mean
from capbuild.io.cells import read_cells
from capbuild.model import Framework, Issue, QuestionMapping
from capbuild.origin import Origin
from capbuild.scoring.answer_words import ANSWER_CODES, is_meaning
from capbuild.scoring.findings import mapping_issues
from capbuild.workspace.paths import name_return
from capbuild.workspace.records.plain_tables import PlainTable
from capbuild.workspace.records.table import load_plain_table, load_sheet_table

#: Target of a question outside the framework.
NOTHING = "-"
_COLUMNS = ("file", "question", "target", "choice", "answers", "factor")
_WORKBOOKS = (".xlsx", ".ods", ".xls")
#: Columns of a draft that help the person correcting it.
_DRAFTED = ("certainty", "proposed", "proposed_answers", "question_text", "target_text")


@frozen(kw_only=True)
class MappingRow:
    """Mapping and the files that it applies to.

    Attributes:
        pattern: Path or glob below `returns/`; empty for all files.
        mapping: The mapping.
        origin: Location.
    """

    pattern: str
    mapping: QuestionMapping
    origin: Origin


def _parse_answers(text: str) -> dict[str, str]:
    """Read `Sí=yes; No=no` as a mapping."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {word.strip(): code.strip() for word, _, code in pairs}


def load_mappings(
    folder: Path,
    framework: Framework,
    issues: list[Issue],
    files: dict[str, Path],
    elsewhere: Container[str] = (),
) -> list[MappingRow]:
    """Load the mappings to a framework; invalid rows are issues.

    Args:
        folder: The programme's folder.
        framework: Framework of the targets.
        issues: Collects problems.
        files: Collects the files used, by name.
        elsewhere: Ids of the programme's other editions: a row with one of them is for another round.
    """
    rows: list[MappingRow] = []
    origins: dict[tuple[str, ...], Origin] = {}
    for name, sheet, table in _load_tables(folder, issues, files):
        for number, cells in table.filled:
            origin = Origin(name, sheet, row=number)
            given = dict(zip(table.header, cells, strict=False))
            if given.get("certainty") and not given.get("target"):
                continue  # an unconfirmed row of a draft
            row = _parse_row(given, table, origin, issues)
            if row is None or _is_other(row.mapping.target, framework, elsewhere):
                continue
            if row.mapping.target == NOTHING:
                rows.append(row)
                continue
            wrong = mapping_issues([row.mapping], framework, origin) or _check_meanings(row, framework)
            wrong = wrong or _check_repeated(row, origins)
            issues += wrong
            rows += [] if wrong else [row]
    return rows


def _load_tables(
    folder: Path, issues: list[Issue], files: dict[str, Path]
) -> Iterator[tuple[str, str | None, PlainTable]]:
    """Load the mapping files.

    Yields name, sheet and table: a text table, or the sheets of a workbook.
    """
    wanted, columns = ("question", "target"), (*_COLUMNS, *_DRAFTED)
    for path in sorted(one for one in (folder / "mappings").glob("*") if one.suffix in (".csv", *_WORKBOOKS)):
        name = f"mappings/{path.name}"
        files[name] = path
        if path.suffix == ".csv":
            table = load_plain_table(path, name, wanted, issues, columns)
            yield from [(name, None, table)] if table is not None else []
            continue
        try:
            sheets = [sheet for sheet in read_cells(path, name=name) if any(map(any, sheet.rows))]
        except CapbuildError as error:
            issues.append(Issue.from_error(error, name))
            continue
        for sheet in sheets:
            table = load_sheet_table(sheet, name, wanted, issues, columns)
            yield from [(name, sheet.name, table)] if table is not None else []


def _check_repeated(row: MappingRow, origins: dict[tuple[str, ...], Origin]) -> list[Issue]:
    """Return an issue for a duplicate mapping."""
    key = (row.pattern, row.mapping.question, row.mapping.target, row.mapping.choice or "")
    first = origins.setdefault(key, row.origin)
    if first == row.origin:
        return []
    message = f"{row.mapping.question!r} is mapped to {row.mapping.target} already, in {first}, which counts"
    return [Issue.error("CB672", message, row.origin, "remove one of them")]


def _check_meanings(row: MappingRow, framework: Framework) -> list[Issue]:
    """Return an issue for an answer without a known meaning."""
    target = row.mapping.target
    unknown = next(
        (code for code in row.mapping.answers.values() if code and not is_meaning(code, framework, target)), None
    )
    if unknown is None:
        return []
    message, remedy = describe_unknown_meaning(unknown, framework, target)
    return [Issue.error("CB603", message, row.origin, remedy)]


def describe_unknown_meaning(text: str, framework: Framework, target: str | None = None) -> tuple[str, str]:
    """Describe an invalid meaning of an answer.

    Returns message and remedy.

    Args:
        text: The text.
        framework: Framework with the levels used as meanings.
        target: Criterion or capacity of the answer; None for any.
    """
    node = framework.capacities.get(target or "")
    scales = framework.scales if target is None else () if node is None else (framework.scale_of(node),)
    levels = list(dict.fromkeys(level.code for scale in scales for level in scale.levels))
    known = [*ANSWER_CODES, *levels]
    named = f", or a level by its code or name: {', '.join(levels)}" if levels else ""
    message = f"{text!r} is not a meaning of an answer{did_you_mean(text, known)}"
    return message, f"one of: {', '.join(ANSWER_CODES)}, or a number{named}"


def _is_other(target: str, framework: Framework, elsewhere: Container[str]) -> bool:
    known = target in framework.criteria or target in framework.capacities
    return not known and target in elsewhere


def _parse_row(cells: dict[str, str], table: PlainTable, origin: Origin, issues: list[Issue]) -> MappingRow | None:
    answers = _parse_answers(cells.get("answers", ""))
    unmeant = [part.strip() for part in cells.get("answers", "").split(";") if part.strip() and "=" not in part]
    if unmeant:
        message = f"{unmeant[0]!r} has no meaning"
        issues.append(
            Issue.error("CB603", message, origin, f"write {unmeant[0]}=, followed by one of: {', '.join(ANSWER_CODES)}")
        )
        return None
    try:
        mapping = QuestionMapping(
            question=cells.get("question", ""),
            target=cells.get("target", ""),
            choice=cells.get("choice") or None,
            answers=answers,
            factor=table.number(cells.get("factor") or "1"),
        )
    except (ModelError, ValueError) as error:
        message = error.message if isinstance(error, ModelError) else str(error)
        issues.append(Issue.error("CB603", message, origin, "correct the row: see docs/reference/workspace.md"))
        return None
    return MappingRow(pattern=cells.get("file", ""), mapping=mapping, origin=origin)


def select_mappings(name: str, rows: Iterable[MappingRow]) -> list[QuestionMapping]:
    """Return the mappings for a file in `returns/`.

    Targets `NOTHING` are included.
    """
    short = name_return(name)
    return [row.mapping for row in rows if not row.pattern or fnmatchcase(short, row.pattern)]
