"""Crosswalks of questions and options between surveys: drafted, corrected as a table, read back."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._atomic import write_atomic
from capbuild.checks import identifier, to_tuple
from capbuild.display import FrameConversion, counted
from capbuild.errors import ReadError, did_you_mean
from capbuild.frames.rows import cell_text, frame_rows
from capbuild.io.cells import read_cells
from capbuild.model import Question, QuestionType, Survey
from capbuild.model.survey_questions import answer_code
from capbuild.origin import Origin
from capbuild.scoring.answer_words import plain_verdict
from capbuild.scoring.text_matching import Certainty, TextIndex, all_texts, judge_match
from capbuild.text import Text, fold_text

__all__ = [
    "COLUMNS",
    "LEFT_OUT",
    "WAVE",
    "CrosswalkRow",
    "QuestionCrosswalk",
    "draft_question_crosswalk",
    "name_waves",
    "read_question_crosswalk",
]

#: Target of a question or option that is left out.
LEFT_OUT = "-"
#: Harmonised question that holds the name of the survey of each response.
WAVE = "wave"
COLUMNS = ("wave", "question", "option", "target", "factor", "certainty", "proposed", "text", "target_text")
_NEEDED = ("wave", "question", "target")
#: Most answers of a text question that are options, how often each is given at least on average, and their length.
_MOST_OPTIONS, _REPEATED, _LONGEST_OPTION = 20, 2, 80
_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)
#: Options of a question: the labels of each code.
_Options = dict[str, tuple[str, ...]]


@frozen(kw_only=True)
class CrosswalkRow:
    """Question of a survey, or one of its options, in harmonised words.

    Attributes:
        wave: Name of the survey.
        question: Id of the question in it.
        option: Code of the option, or the answer as given; empty for the question itself.
        target: Harmonised id of the question, or code of the option; empty until a person decides, `-` to leave out.
        factor: A number is multiplied by this.
        certainty: How sure the draft was.
        proposed: Likely target, for a person to confirm.
        text: Text of the question, or label of the option.
        target_text: Text of what is proposed.
        origin: Row of the file it was read from.
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
    origin: Origin | None = field(default=None, eq=False, repr=False)


@frozen
class QuestionCrosswalk(FrameConversion):
    """Rows of a crosswalk: each question of each survey, followed by its options.

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
        """Rows that wait for a person: they have no target."""
        return tuple(row for row in self.rows if not row.target)

    def to_csv(self, path: str | PathLike[str] | None = None) -> str:
        """Return the crosswalk as CSV, to be corrected by hand.

        Move what is right from `proposed` to `target`; write `-` to leave out a question or option.

        Args:
            path: File to write as well.

        Raises:
            WriteError: It cannot be written.
        """
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.rows:
            factor = "" if row.factor == 1 else f"{row.factor:g}"
            shown = (row.certainty.value, row.proposed, row.text, row.target_text)
            writer.writerow([row.wave, row.question, row.option, row.target, factor, *shown])
        if path is not None:
            write_atomic(Path(path), "\ufeff" + stream.getvalue())
        return stream.getvalue()

    def __str__(self) -> str:
        asked = Counter(row.certainty for row in self.rows if not row.option)
        found = ", ".join(f"{asked[kind]} {kind}" for kind in Certainty)
        return f"{counted(asked.total(), 'question')} ({found}); {counted(len(self.open_rows), 'row')} without a target"


def read_question_crosswalk(source: Any) -> QuestionCrosswalk:
    """Read a crosswalk of questions from a file or frame.

    Args:
        source: A path to CSV, XLSX or ODS, bytes, or a frame of any library.

    Raises:
        ReadError: It lacks a column, or a row of it a cell.
    """
    if isinstance(source, str | bytes | PathLike):
        given = source if isinstance(source, bytes) else Path(source)
        name = "crosswalk.csv" if isinstance(given, bytes) else given.name
        tables = [(table.name or None, enumerate(table.rows, start=1)) for table in read_cells(given, name=name)]
    else:
        name, tables = "frame", [(None, frame_rows(source))]  # type: ignore[list-item]
    for sheet, numbered in tables:
        rows = [(number, [(cell_text(cell) or "").strip() for cell in row]) for number, row in numbered]
        top = next((place for place, (_, row) in enumerate(rows) if {*_NEEDED} <= {*map(str.lower, row)}), None)
        if top is not None:
            heads = [head.lower() for head in rows[top][1]]
            filled = [(number, row) for number, row in rows[top + 1 :] if any(row)]
            return QuestionCrosswalk(
                _parse_row(dict(zip(heads, row, strict=False)), Origin(name, sheet, row=number))
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
    except ValueError:
        raise ReadError(f"factor must be a number, not {factor!r}", origin=origin, remedy="correct the cell") from None
    if certainty not in [*Certainty]:
        known = ", ".join(Certainty)
        message = f"unknown certainty {certainty!r}{did_you_mean(certainty, [*Certainty])}"
        raise ReadError(message, origin=origin, remedy=f"one of: {known}")
    return CrosswalkRow(**given, factor=number, certainty=Certainty(certainty), origin=origin)


def name_waves(surveys: Mapping[str, Survey] | Iterable[Survey]) -> dict[str, Survey]:
    """Return surveys by name: as given, else by the stem of the file, numbered where two have one."""
    if isinstance(surveys, Mapping):
        return dict(surveys)
    named: dict[str, Survey] = {}
    for survey in surveys:
        stem = Path(survey.file).stem or "survey"
        number = sum(name == stem or name.startswith(f"{stem} (") for name in named)
        named[f"{stem} ({number + 1})" if number else stem] = survey
    return named


@frozen
class _Target:
    """Harmonised question: the first one that stands for it, and its options."""

    question: Question
    options: _Options

    @property
    def is_number(self) -> bool:
        return not self.options and self.question.type in _NUMERIC


def _list_options(survey: Survey, question: Question) -> tuple[_Options, bool]:
    """Return the options of a question, those of the form and what else was answered, and whether it has any.

    A question without options in the form has some where few texts are given again and again; else it is free text.
    """
    options = {choice.code: all_texts(choice.label) for choice in question.choices if choice.missing is None}
    missing = {choice.code for choice in question.choices if choice.missing is not None}
    given: Counter[str] = Counter()
    for answer in survey[question.id]:
        parts = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        given.update(answer_code(part) for part in parts if isinstance(part, str | bool | int | float))
        if len(given) > _MOST_OPTIONS and not options:
            return {}, False
    is_text = any(isinstance(answer.value, str | tuple | bool) for answer in survey[question.id])
    chosen = bool(options) or (is_text and _REPEATED * len(given) <= given.total())
    others = [code for code, _ in given.most_common() if code not in missing and len(code) <= _LONGEST_OPTION]
    options |= {code: (code,) for code in others[:_MOST_OPTIONS] if code not in options}
    return (options, chosen) if question.type not in _NUMERIC else ({}, False)


def draft_question_crosswalk(
    surveys: Mapping[str, Survey] | Iterable[Survey], known: QuestionCrosswalk | None = None
) -> QuestionCrosswalk:
    r"""Propose which questions and options of several surveys are the same.

    The first survey gives ids and options; every other one is matched with it, and adds questions that are near none.
    A question is certain by its text, or by its id where no text says otherwise: one id with two texts waits for a
    person. Options are certain by their labels, never by their codes: 1 may be *never* in one wave and *often* in the
    next.

    Args:
        surveys: The surveys, by name of the wave or in order.
        known: Crosswalk of earlier waves, whose rows are kept.

    Example:
        >>> from capbuild.io import read
        >>> first = read(b"country,trust\nJamaica,often\nBelize,never\nPeru,often\nCuba,never\n", name="2015.csv")
        >>> later = read(b"country,trust\nJamaica,Often\nBelize,Never\nPeru,Often\nCuba,Never\n", name="2019.csv")
        >>> [(row.wave, row.option, row.target) for row in draft_question_crosswalk([first, later]) if row.option]
        [('2015', 'often', 'often'), ('2015', 'never', 'never'), ('2019', 'Often', 'often'), ('2019', 'Never', 'never')]
    """
    draft = _Draft(known or QuestionCrosswalk())
    for wave, survey in name_waves(surveys).items():
        draft.add_wave(wave, survey)
    return QuestionCrosswalk(draft.rows)


@define
class _Draft:
    """Crosswalk under construction, wave by wave."""

    known: QuestionCrosswalk
    targets: dict[str, _Target] = field(factory=dict)
    rows: list[CrosswalkRow] = field(factory=list)

    def add_wave(self, wave: str, survey: Survey) -> None:
        asked = [
            one.question
            for one in survey.questions
            if one.question.type is not QuestionType.NOTE and one.question.personal is None
        ]
        kept = {(row.question, row.option): row for row in self.known if row.wave == wave}
        listed = {question.id: _list_options(survey, question) for question in asked}
        options = {name: found if chosen else {} for name, (found, chosen) in listed.items()}
        new: dict[str, _Target] = {}
        for question, row in zip(asked, self.question_rows(wave, asked, kept), strict=True):
            self.rows.append(row)
            if row.target and row.target not in self.targets:
                new[row.target] = _Target(question, options[question.id])
            known = self.targets.get(row.target or row.proposed)
            own = options[question.id] if known is None else listed[question.id][0] if known.options else {}
            for code, labels in own.items():
                self.rows.append(kept.get((question.id, code)) or _match_option(row, code, labels, known))
        self.targets |= new

    def question_rows(
        self,
        wave: str,
        asked: Iterable[Question],
        kept: Mapping[tuple[str, str], CrosswalkRow],
    ) -> Iterator[CrosswalkRow]:
        """Yield the row of each question: that of a person, else a draft."""
        index = TextIndex.make({name: target.question.text for name, target in self.targets.items()})
        found = {one.id: self.match(wave, one, index) for one in asked if (one.id, "") not in kept}
        best: dict[str, float] = {}
        for row, score in found.values():
            best[row.proposed] = max(best.get(row.proposed, 0.0), score)
        taken = {row.target for row in kept.values() if not row.option}
        for question in asked:
            row_kept = kept.get((question.id, ""))
            if row_kept is not None:
                yield row_kept
                continue
            row, score = found[question.id]
            first = score >= best[row.proposed] and row.proposed not in taken
            settled = self.settle(row, question, first=first)
            taken |= {settled.target} - {""}
            yield settled

    def match(self, wave: str, asked: Question, index: TextIndex) -> tuple[CrosswalkRow, float]:
        """Return the row of a question with what is nearest to it, and its similarity."""
        texts = all_texts(asked.text)
        blank = CrosswalkRow(wave=wave, question=asked.id, text=texts[0])
        own = index.names.get(fold_text(asked.id))
        if own is not None and (_has_no_text(asked) or _has_no_text(self.targets[own].question)):
            return self.proposal(blank, own, Certainty.CERTAIN), 1.0
        same = [
            name
            for name, target in self.targets.items()
            if {*map(_plain, texts)} & {*map(_plain, all_texts(target.question.text))}
        ]
        if own in same or len(same) == 1:
            return self.proposal(blank, own if own in same else same[0], Certainty.CERTAIN), 1.0
        text, found = index.nearest_of(texts)
        if found:
            (score, name, other), *rest = found
            certainty = judge_match(text, other, score, rest[0][0] if rest else 0.0, first=True)
            if certainty is Certainty.CERTAIN or (certainty is Certainty.LIKELY and own is None):
                return self.proposal(blank, name, certainty), score
        if own is not None:  # one id, and two texts
            return self.proposal(blank, own, Certainty.LIKELY), 0.0
        return blank, 0.0

    def proposal(self, blank: CrosswalkRow, name: str, certainty: Certainty) -> CrosswalkRow:
        text = self.targets[name].question.text.source
        return evolve(blank, proposed=name, certainty=certainty, target_text=text)

    def settle(self, row: CrosswalkRow, asked: Question, *, first: bool) -> CrosswalkRow:
        """Return a row with its target, where that is certain or the question is a new one."""
        if row.certainty is Certainty.NONE:
            own = asked.id if asked.id not in {*self.targets, WAVE} else f"{asked.id} ({row.wave})"
            certainty = row.certainty if self.targets else Certainty.CERTAIN
            return evolve(row, target=own, proposed="", certainty=certainty)
        target = self.targets[row.proposed]
        alike = target.is_number == (asked.type in _NUMERIC) and target.question.unit == asked.unit
        if row.certainty is Certainty.CERTAIN and first and alike:
            return evolve(row, target=row.proposed, proposed="")
        return evolve(row, certainty=Certainty.LIKELY)


def _has_no_text(question: Question) -> bool:
    return all(_plain(text) == _plain(question.id) for text in all_texts(question.text))


def _plain(text: str) -> str:
    """Return the letters and digits of a text, folded."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold_text(text)).split())


def _match_option(row: CrosswalkRow, code: str, labels: tuple[str, ...], target: _Target | None) -> CrosswalkRow:
    """Return the row of an option, compared with the options of the target."""
    blank = CrosswalkRow(wave=row.wave, question=row.question, option=code, text=labels[0])
    if target is None:
        return evolve(blank, target=code, certainty=Certainty.CERTAIN)
    wanted = {*map(_plain, labels)} - {""}
    verdicts = {plain_verdict(label) for label in labels} - {None}
    for known, texts in target.options.items():
        if wanted & {*map(_plain, texts)} or verdicts & {plain_verdict(text) for text in texts}:
            return evolve(blank, target=known, certainty=Certainty.CERTAIN, target_text=texts[0])
    index = TextIndex.make({known: Text(texts[0]) for known, texts in target.options.items()})
    text, found = index.nearest_of(labels)
    if found and judge_match(text, found[0][2], found[0][0], found[1][0] if found[1:] else 0.0, first=True) is not (
        Certainty.NONE
    ):
        return evolve(blank, proposed=found[0][1], certainty=Certainty.LIKELY, target_text=found[0][2])
    bare = labels == (code,)
    other = target.options.get(code)
    if other is not None and (bare or other == (code,)):  # a code without a label on one side
        return evolve(blank, proposed=code, certainty=Certainty.LIKELY, target_text=other[0])
    return blank
