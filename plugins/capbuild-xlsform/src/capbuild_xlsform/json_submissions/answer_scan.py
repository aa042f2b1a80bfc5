"""Answer columns of submissions. Each distinct text is parsed once."""

from typing import Any

import numpy as np
from attrs import define, evolve, field

from capbuild.formats import PLAIN_NUMBER
from capbuild.model import Missing, QuestionType
from capbuild.tables import GAP, Column, ColumnNames, DistinctCells, ParsedCell, ScannedColumn, polars
from capbuild_xlsform.definitions.form import Form, FormItem
from capbuild_xlsform.definitions.questionnaire import find_item
from capbuild_xlsform.definitions.relevant_parser import operands
from capbuild_xlsform.json_submissions.json_answers import (
    WHITE,
    AnswerColumn,
    FallBackToReadError,
    SubmissionColumns,
    encode_texts,
)
from capbuild_xlsform.submissions.answers import QuestionPlace
from capbuild_xlsform.submissions.responses import SubmissionReader

_Key = tuple[int, ...]
_WHOLE = r"^-?(?:0|[1-9][0-9]{0,14})$"
#: Text stored unchanged: no white space at its ends, no spreadsheet error.
_SAME = rf"(?s)^[^#{WHITE}](?:.*[^{WHITE}])?$"
_SAMPLE = 1000
_NUMBERS = {QuestionType.INTEGER: _WHOLE, QuestionType.DECIMAL: PLAIN_NUMBER}
#: Share of distinct texts in a sample above which a dictionary would be about as long as the column.
_NEARLY_ALL = 0.97


@define(eq=False)
class AnswerColumns:
    """Builder of answer columns.

    Attributes:
        work: Reader of the submissions.
        pieces: Content of the submissions.
        form: The definition, None for none.
        names: Names of physical columns.
        physical: Physical columns by name.
        by_path: Scanned columns of questions outside repeats.
        all: All scanned columns.
    """

    work: SubmissionReader
    pieces: SubmissionColumns
    form: Form | None
    names: ColumnNames
    physical: dict[str, Any]
    by_path: dict[str, ScannedColumn] = field(factory=dict)
    all: list[ScannedColumn] = field(factory=list)
    _stored: dict[tuple[str, _Key], AnswerColumn] = field(factory=dict)
    _texts: dict[tuple[str, _Key], tuple[list[str | None], Any]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for piece in self.pieces.answers.values():
            path, repeats = self.work.answering.target(piece.path)
            key = tuple(number for _, number in piece.places)
            if path not in self.work.schema.form.by_path:
                continue  # An empty repeat, or a path that is a group in the definition.
            if tuple(repeat for repeat, _ in piece.places) != repeats or (path, key) in self._stored:
                raise FallBackToReadError
            self._stored[path, key] = piece
        if set(self.pieces.counts) & set(self.work.schema.nested):
            raise FallBackToReadError

    def columns(self) -> list[Column]:
        """Return the columns in question order."""
        columns = []
        for spot, _ in self.work.answering.questions_of(self.form):
            if self.work.answering.drops(spot.item):
                continue
            repeats = self.work.schema.form.repeats(spot.item.path)
            times = self.pieces.counts.get(repeats[-1]) if repeats else None
            most = 0 if times is None or not len(times) else int(times.max())
            for number in range(1, most + 1) if repeats else (0,):
                here = spot._replace(key=(number,) if number else (), number=number)
                column = self._make_column(here, None if times is None else (times >= number).to_numpy())
                if column is not None:
                    columns.append(column)
        return columns

    def _make_column(self, spot: QuestionPlace, there: Any) -> Column | None:
        """Return one column, None if nothing is known.

        Args:
            spot: The question and its place.
            there: Mask of submissions with that repeat instance; None outside repeats.
        """
        path, name = spot.item.path, self.work.schema.ids[spot.item.path]
        piece = self._stored.get((path, spot.key))
        direct, (cells, codes) = self._split(spot.item, piece)
        whole = codes.cast(polars().Int32).fill_null(-1).to_numpy()
        values = direct.is_not_null().to_numpy() if direct is not None else np.zeros(len(whole), dtype=bool)
        texts = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        empty = np.array([cell is None for cell in texts] + [True])
        blank = np.array([cell == "" for cell in texts] + [False])
        absent, blanks = empty[whole] & ~values, blank[whole]  # -1 indexes the last element of both
        gaps = np.full(len(whole), -1, dtype=np.int32)
        gaps[absent], gaps[blanks] = _find_gap_kinds(spot.item)
        asked = self._find_unasked(spot, np.flatnonzero(gaps == _NO_ANSWER))
        gaps[asked] = _NOT_ASKED
        if there is not None:
            gaps[~there] = _NOTHING
        if (gaps == _NOTHING).all():
            return None
        places = np.where(gaps >= 0, len(texts) + gaps, whole).astype(np.int32)
        filled = polars().Series(places)
        if direct is not None:
            filled = filled.set(polars().Series(values), None)
        scanned = ScannedColumn(name, None, filled, DistinctCells((*texts, *_MARKS), self._make_reader(spot)), direct)
        self.all.append(scanned)
        if not spot.key:
            self.by_path[path] = scanned
        column, physical = scanned.answers(self.names.make(name, repeat=spot.number))
        self.physical |= physical
        step = piece.step if piece is not None and not (absent & (gaps != _NOTHING)).any() else ""
        return evolve(column, repeat=spot.number, step=step)

    def _make_reader(self, spot: QuestionPlace) -> Any:
        answering, form = self.work.answering, self.form

        def read(cell: Any) -> ParsedCell:
            if cell is GAP or isinstance(cell, Missing):
                return cell, None, ""
            if cell is None or cell == "":
                return GAP, None, ""  # No submission has it; gaps have their own cells.
            answer = answering.read(cell, None, form, spot)
            return answer.value, answer.raw, answer.problem

        return read

    def _split(self, item: FormItem, piece: AnswerColumn | None) -> tuple[Any, tuple[list[Any], Any]]:
        """Return the directly parsed column, and the other cells dictionary-encoded."""
        pl = polars()
        if piece is None:
            return None, ([], pl.Series([None], dtype=pl.Int32).new_from_index(0, self.pieces.rows))
        texts = piece.texts
        if texts is None or self.work.options.missing:
            return None, piece.whole
        sample = texts.drop_nulls().head(_SAMPLE)
        share = sample.n_unique() / max(len(sample), 1)
        pattern = _NUMBERS.get(item.type) if share > 0.5 else None
        if pattern is not None:
            plain = pl.select(pl.when(texts.str.contains(pattern)).then(texts)).to_series()
            return plain.cast(pl.Float64), encode_texts(texts.set(plain.is_not_null(), None))
        if item.type is QuestionType.TEXT and share > _NEARLY_ALL:
            prose = pl.select(pl.when(texts.str.contains(_SAME)).then(texts)).to_series()
            return prose, encode_texts(texts.set(prose.is_not_null(), None))
        return None, piece.whole

    # --- skipped questions -------------------------------------------------------------------------------------------

    def _find_unasked(self, spot: QuestionPlace, rows: Any) -> Any:
        """Return the submissions in which a question was not asked.

        Only submissions without an answer are checked. Conditions are evaluated once per combination of answers.
        """
        form, own, answering = self.form, spot.own, self.work.answering
        if form is None or not len(rows):
            return rows[:0]
        if own is None:
            return rows if spot.item.path not in self.work.schema.extra else rows[:0]
        operands_ = {
            (name, near): item
            for near, condition in answering.conditions(form, own)
            for name in operands(condition)
            if (item := find_item(form, name, near)) is not None
        }
        places = {named: self._answer_place(item, spot.key) for named, item in operands_.items()}
        seen = {
            place: self._read_condition_value(form, operands_[named], place)
            for named, place in places.items()
            if place in self._stored
        }
        codes = np.array([own_codes[rows] for _, own_codes in seen.values()]).reshape(len(seen), len(rows))
        combinations, numbers = np.unique(codes, axis=1, return_inverse=True)
        unasked = []
        for combination in combinations.T.tolist():
            known = {place: texts[code] for (place, (texts, _)), code in zip(seen.items(), combination, strict=True)}
            answers = {named: known.get(place, "") for named, place in places.items()}
            unasked.append(answering.asked(form, own, lambda *named, answers=answers: answers.get(named)) is False)
        return rows[np.array(unasked)[numbers.reshape(-1)]]

    def _answer_place(self, item: FormItem, key: _Key) -> tuple[str, _Key]:
        """Return the place of the answer that a condition uses."""
        path, repeats = self.work.answering.target(item.path)
        if len(repeats) > len(key):
            raise FallBackToReadError
        return path, key[: len(repeats)]

    def _read_condition_value(self, form: Form, item: FormItem, key: tuple[str, _Key]) -> tuple[list[str | None], Any]:
        """Return an answer as conditions see it.

        The result is the distinct texts, and the index of each submission's text among them.
        """
        texts_ = self._texts.get(key)
        if texts_ is None:
            cells, codes = self._stored[key].whole
            seen = self.work.answering.condition_value
            texts = ["" if c is None else seen(c.strip() if isinstance(c, str) else c, form, item) for c in cells]
            texts_ = [*texts, ""], codes.cast(polars().Int32).fill_null(len(texts)).to_numpy()
            self._texts[key] = texts_
        return texts_


_MARKS = (GAP, Missing.NO_ANSWER, Missing.NOT_ASKED)
_NOTHING, _NO_ANSWER, _NOT_ASKED = range(3)


def _find_gap_kinds(item: FormItem) -> tuple[int, int]:
    """Return the gap marks of absent and of blank answers."""
    absent = item.silent or item.type is QuestionType.CALCULATED
    return _NOTHING if absent else _NO_ANSWER, _NOTHING if item.silent else _NO_ANSWER
