"""Crosswalks of questions and options between surveys."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from attrs import field, frozen

from capbuild._atomic import write_atomic
from capbuild.checks import identifier, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import ModelError, ReadError, did_you_mean
from capbuild.escaping import format_csv
from capbuild.formats.answer_table import cell_text
from capbuild.frames.rows import frame_rows
from capbuild.io.cells import read_cells
from capbuild.io.reading import read
from capbuild.model import Survey
from capbuild.origin import Origin
from capbuild.scoring.mapping_drafts import Certainty

#: Several surveys, or files of them, in order or by name.
Surveys: TypeAlias = Mapping[str, Survey | str | Path] | Iterable[Survey | str | Path]
#: Target of a question or option to leave out.
LEFT_OUT = "-"
#: Harmonised question with the name of each response's survey.
WAVE = "wave"
COLUMNS = ("wave", "question", "option", "target", "factor", "certainty", "proposed", "text", "target_text", "reason")
_NEEDED = ("wave", "question", "target")


class MatchReason(StrEnum):
    """Reason for proposing a question or option."""

    SAME_TEXT = "same text"
    SAME_ID = "same id, and one has no text"
    SAME_ID_ONLY = "same id, but another text"
    SIMILAR_TEXT = "similar text"
    OTHER_KIND = "same question, but numbers against options, or another unit"
    SAME_VERDICT = "both mean yes, no or partly"
    SAME_NUMBER = "same number, in scales of the same numbers"
    SAME_CODE = "same code, and one has no label"


@frozen(kw_only=True)
class CrosswalkRow:
    """Harmonisation of a question or one of its options.

    Attributes:
        wave: Name of the survey.
        question: Id of its question.
        option: Code of the option, or the answer as given; empty for the question itself.
        target: Harmonised id of the question, or code of the option; empty until a person decides, `-` to leave out.
        factor: Factor for numbers.
        certainty: Certainty of the draft.
        proposed: Likely target, for a person to confirm.
        text: Text of the question, or label of the option.
        target_text: Text of the proposed target.
        reason: Reason for the proposal.
        origin: Its row in the file.
    """

    wave: str = field(validator=identifier)
    question: str = field(validator=identifier)
    option: str = ""
    target: str = ""
    factor: float = 1.0
    certainty: Certainty = field(default=Certainty.NONE, converter=Certainty)
    proposed: str = ""
    text: str = ""
    target_text: str = ""
    reason: str = ""
    origin: Origin | None = field(default=None, eq=False, repr=False)

    @property
    def names_itself(self) -> bool:
        """True if a drafted option keeps its own code.

        A draft does so for questions that no other survey has.
        """
        drafted = self.certainty is Certainty.CERTAIN and not self.target_text
        return drafted and bool(self.option) and self.target == self.option


@frozen(repr=False)
class QuestionCrosswalk(NotebookDisplay, FrameConversion):
    """Crosswalk of questions and options between surveys.

    Attributes:
        rows: The rows.
    """

    rows: tuple[CrosswalkRow, ...] = field(default=(), converter=to_tuple)

    def __iter__(self) -> Iterator[CrosswalkRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def open_rows(self) -> tuple[CrosswalkRow, ...]:
        """Rows without a target, to be decided by a person."""
        return tuple(row for row in self.rows if not row.target)

    def to_csv(self, path: str | PathLike[str] | None = None) -> str:
        """Return the crosswalk as CSV, for a person to correct.

        To accept a proposal, move it from `proposed` to `target`; to leave out a question or option, write `-`.

        Args:
            path: File to write, optional.

        Raises:
            WriteError: The file cannot be written.
        """
        rows: list[tuple[str, ...]] = [COLUMNS]
        for row in self.rows:
            factor = "" if row.factor == 1 else f"{row.factor:g}"
            shown = (row.certainty.value, row.proposed, row.text, row.target_text, row.reason)
            rows.append((row.wave, row.question, row.option, row.target, factor, *shown))
        table = format_csv(rows)
        if path is not None:
            write_atomic(Path(path), "\ufeff" + table)
        return table

    def __str__(self) -> str:
        asked = Counter(row.certainty for row in self.rows if not row.option)
        kinds = ", ".join(f"{asked[kind]} {kind}" for kind in Certainty)
        return f"{counted(asked.total(), 'question')} ({kinds}); {counted(len(self.open_rows), 'row')} without a target"


def as_question_crosswalk(crosswalk: Any) -> QuestionCrosswalk:
    """Return a crosswalk, reading it from a path or frame.

    Raises:
        ReadError: It cannot be read.
    """
    return crosswalk if isinstance(crosswalk, QuestionCrosswalk) else read_question_crosswalk(crosswalk)


def read_question_crosswalk(source: Any) -> QuestionCrosswalk:
    """Read a crosswalk of questions from a file or frame.

    Args:
        source: A path to CSV, XLSX or ODS, bytes, or a frame of any library.

    Raises:
        ReadError: A column, or a required cell, is missing.
    """
    if isinstance(source, str | bytes | PathLike):
        path = source if isinstance(source, bytes) else Path(source)
        name = "crosswalk.csv" if isinstance(path, bytes) else path.name
        tables = [(table.name or None, enumerate(table.rows, start=1)) for table in read_cells(path, name=name)]
    else:
        name, tables = "frame", [(None, frame_rows(source))]  # type: ignore[list-item]
    for sheet, numbered in tables:
        rows = [(number, [(cell_text(cell) or "").strip() for cell in row]) for number, row in numbered]
        top = next((position for position, (_, row) in enumerate(rows) if {*_NEEDED} <= {*map(str.lower, row)}), None)
        if top is not None:
            header = [head.lower() for head in rows[top][1]]
            filled = [(number, row) for number, row in rows[top + 1 :] if any(row)]
            return QuestionCrosswalk(
                _parse_row(dict(zip(header, row, strict=False)), Origin(name, sheet, row=number))
                for number, row in filled
            )
    message = f"{name} has no row with the columns {', '.join(_NEEDED)}"
    raise ReadError(message, origin=Origin(name), remedy="begin with `draft_question_crosswalk(surveys).to_csv(path)`")


def _parse_row(cells: Mapping[str, str], origin: Origin) -> CrosswalkRow:
    given = {name: cells[name] for name in COLUMNS if cells.get(name)}
    lacking = next((name for name in ("wave", "question") if name not in given), None)
    if lacking is not None:
        raise ReadError(f"the row names no {lacking}", origin=origin, remedy=f"fill in `{lacking}`, or drop the row")
    factor, certainty = given.pop("factor", "1"), given.pop("certainty", Certainty.NONE.value)
    try:
        number = float(factor.replace(",", "."))
        if not math.isfinite(number) or not number:
            raise ValueError(factor)
    except ValueError:
        raise ReadError(
            f"factor must be a number other than 0, not {factor!r}", origin=origin, remedy="correct the cell"
        ) from None
    if certainty not in [*Certainty]:
        known = ", ".join(Certainty)
        message = f"unknown certainty {certainty!r}{did_you_mean(certainty, [*Certainty])}"
        raise ReadError(message, origin=origin, remedy=f"one of: {known}")
    return CrosswalkRow(**given, factor=number, certainty=Certainty(certainty), origin=origin)


def name_waves(surveys: Surveys) -> dict[str, Survey]:
    """Return surveys by name, reading files and frames.

    A survey without a given name has that of its file without suffix, with a number if it is repeated.

    Raises:
        ModelError: It is one survey or file instead of several.
        ReadError: A file cannot be read.
    """
    if isinstance(surveys, str | bytes | PathLike | Survey) or not isinstance(surveys, Iterable):
        raise ModelError("surveys", type(surveys).__name__, "must be a list of surveys, or surveys by name")
    if isinstance(surveys, Mapping):
        return {name: _to_survey(survey) for name, survey in surveys.items()}
    named: dict[str, Survey] = {}
    for survey in map(_to_survey, surveys):
        stem = Path(survey.file).stem or "survey"
        number = sum(name == stem or name.startswith(f"{stem} (") for name in named)
        named[f"{stem} ({number + 1})" if number else stem] = survey
    return named


def _to_survey(survey: Survey | str | Path) -> Survey:
    return survey if isinstance(survey, Survey) else read(survey)
