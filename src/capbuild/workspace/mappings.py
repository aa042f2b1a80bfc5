"""Mappings from questions to criteria, kept as CSV: file, question, target, choice, answers, factor."""

import csv
from collections.abc import Container, Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from attrs import frozen

from capbuild.errors import ModelError
from capbuild.model import Framework, Issue, Mapping, Severity
from capbuild.origin import Origin
from capbuild.scoring import mapping_issues

__all__ = ["MappingRow", "load_mappings", "mappings_for"]

_COLUMNS = ("file", "question", "target", "choice", "answers", "factor")


@frozen(kw_only=True)
class MappingRow:
    """A mapping and the files it is for.

    Attributes:
        pattern: Path or glob below `returns/`; empty for all files.
        mapping: The mapping.
        origin: Where it stands.
    """

    pattern: str
    mapping: Mapping
    origin: Origin


def _answers(text: str) -> dict[str, str]:
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
    """Return the mappings of a programme to a framework; a row that does not fit is an issue.

    Args:
        folder: The programme's folder.
        framework: What the mappings must name.
        issues: Where problems go.
        files: The files used are added here by name.
        elsewhere: Ids of the programme's other editions: a row that names one is for another round.
    """
    rows: list[MappingRow] = []
    for path in sorted((folder / "mappings").glob("*.csv")):
        name = f"mappings/{path.name}"
        files[name] = path
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(line for line in stream if not line.startswith("#"))
            lacking = {"question", "target"} - set(reader.fieldnames or ())
            if lacking:
                message = f"{name} has no column {' or '.join(sorted(lacking))}"
                remedy = f"columns: {', '.join(_COLUMNS)}"
                issues.append(_error("CB603", message, Origin(name), remedy))
                continue
            for cells in reader:
                origin = Origin(name, row=reader.line_num)
                row = _row(cells, origin, issues)
                if row is not None and not _is_other(row.mapping.target, framework, elsewhere):
                    wrong = mapping_issues([row.mapping], framework, origin)
                    issues += wrong
                    rows += [] if wrong else [row]
    return rows


def _is_other(target: str, framework: Framework, elsewhere: Container[str]) -> bool:
    known = target in framework.criteria or target in framework.capacities
    return not known and target in elsewhere


def _row(cells: dict[str, str], origin: Origin, issues: list[Issue]) -> MappingRow | None:
    try:
        mapping = Mapping(
            question=(cells["question"] or "").strip(),
            target=(cells["target"] or "").strip(),
            choice=(cells.get("choice") or "").strip() or None,
            answers=_answers(cells.get("answers") or ""),
            factor=float(cells.get("factor") or 1),
        )
    except (ModelError, ValueError) as error:
        message = error.message if isinstance(error, ModelError) else str(error)
        issues.append(_error("CB603", message, origin, "correct the row"))
        return None
    return MappingRow(pattern=(cells.get("file") or "").strip(), mapping=mapping, origin=origin)


def _error(code: str, message: str, origin: Origin, remedy: str) -> Issue:
    return Issue(code=code, severity=Severity.ERROR, message=message, origin=origin, remedy=remedy)


def mappings_for(name: str, rows: Iterable[MappingRow]) -> list[Mapping]:
    """Return the mappings meant for one file below `returns/`."""
    short = name.removeprefix("returns/")
    return [row.mapping for row in rows if not row.pattern or fnmatchcase(short, row.pattern)]
