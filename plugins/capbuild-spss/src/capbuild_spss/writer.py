"""Writers of SPSS and Stata files.

Files have a row for each response, with labels and missing kinds.
"""

import datetime
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from capbuild.errors import WriteError
from capbuild.formats import answer_columns, answer_text, index_answers
from capbuild.model import AnswerValue, Missing, Question, QuestionType, Response, Survey
from capbuild.plugins import RenderContext
from capbuild.text import Text
from capbuild_spss.options import StatisticsWriteOptions
from capbuild_spss.sav_dictionary import add_response_sets
from capbuild_spss.variables import ResponseSet

_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
_ABOUT = ("response_id", "country", "respondent", "language", "submitted")
_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.BOOLEAN)
#: Stata's extended missing values, one a kind; the plain missing value is "no answer".
_STATA_MISSING = dict(zip([kind for kind in Missing if kind is not Missing.NO_ANSWER], "abcdefgh", strict=True))
#: Largest number of both formats: Stata uses larger ones for missing values.
_LARGEST = 8.9e307
#: Position of the timestamp in the file header; it is overwritten for reproducible bytes.
_SPSS_CLOCK = slice(92, 109)
_SPSS_NO_CLOCK = b"01 Jan 0000:00:00"
_STATA_CLOCK = re.compile(rb"<timestamp>.*?</timestamp>", re.DOTALL)


def make_variable_name(wanted: str, taken: set[str], longest: int) -> str:
    """Return a valid, unique variable name.

    It has letters, digits and `_`, and begins with a letter.

    Example:
        >>> make_variable_name("TEC-2.2a", set(), 64), make_variable_name("2nd", set(), 64)
        ('TEC_2_2a', 'V2nd')
        >>> make_variable_name("a", {"A"}, 64)
        'a_2'
    """
    name = re.sub(r"[^A-Za-z0-9_]+", "_", wanted).strip("_") or "V"
    name = (name if name[0].isalpha() else f"V{name}")[:longest]
    if name.upper() in _RESERVED:
        name = f"{name}_"
    unique_name, number = name, 2
    while unique_name.upper() in taken:
        tail = f"_{number}"
        unique_name, number = f"{name[: longest - len(tail)]}{tail}", number + 1
    taken.add(unique_name.upper())
    return unique_name


def truncate(text: str, longest: int) -> str:
    """Truncate a text to a number of bytes, between characters."""
    return text.encode("utf-8", "replace")[:longest].decode("utf-8", "ignore")


@frozen
class _Format:
    """Limits of a file format.

    Attributes:
        name: Name of the format.
        suffix: Suffix of the file.
        longest_name: Of a variable name.
        longest_labelled: Of the name of a variable with value labels.
        longest_label: Of a label, in bytes.
        longest_title: Of the file, in bytes.
        user_missing: True if numbers can be declared missing; if not, letters encode the kinds.
        text_labels: True if texts can have value labels.
    """

    name: str
    suffix: str
    longest_name: int
    longest_labelled: int
    longest_label: int
    longest_title: int
    user_missing: bool
    text_labels: bool


_SPSS = _Format("SPSS", ".sav", 64, 64, 250, 64, user_missing=True, text_labels=True)
# The library names a label set by its variable and a number; Stata allows 32 characters for both.
_STATA = _Format("Stata", ".dta", 32, 27, 80, 80, user_missing=False, text_labels=False)


@define(eq=False)
class _File:
    """Builder of the variables of a file."""

    form: _Format
    title: str = ""
    columns: dict[str, Any] = field(factory=dict)
    labels: dict[str, str | None] = field(factory=dict)
    values: dict[str, dict[Any, str]] = field(factory=dict)
    ranges: dict[str, list[Any]] = field(factory=dict)
    tagged: dict[str, list[str]] = field(factory=dict)
    sets: list[ResponseSet] = field(factory=list[ResponseSet])
    _texts: set[str] = field(factory=set)
    _taken: set[str] = field(factory=set)

    def add(self, wanted: str, label: str, cells: Any, values: Mapping[Any, str] | None = None) -> str:
        """Add a variable with any value labels; return its name."""
        longest = self.form.longest_labelled if values else self.form.longest_name
        name = make_variable_name(wanted, self._taken, longest)
        if values:
            self.values[name] = dict(values)
        self.columns[name] = cells
        self.labels[name] = truncate(label, self.form.longest_label)
        return name

    def add_texts(self, wanted: str, label: str, cells: Sequence[str], choices: Mapping[str, str]) -> None:
        """Add a text variable.

        Its choices are dropped in Stata, where a text has no value labels.
        """
        self._texts.add(self.add(wanted, label, cells, choices if self.form.text_labels else None))

    def add_choices(self, wanted: str, label: str, choices: Mapping[str, str], values: Sequence[Any]) -> None:
        """Add a multi-select question.

        Each choice is a variable of a multiple-response set.
        """
        names = [
            self.add_numbers(
                f"{wanted}_{code}", f"{label}: {text}", [_code_choice(code, value) for value in values], {}
            )
            for code, text in choices.items()
        ]
        title, name = truncate(" ".join(label.split()), self.form.longest_label), make_variable_name(wanted, set(), 60)
        self.sets.append(ResponseSet(name=name, label=title, dichotomies=True, counted="1", variables=tuple(names)))

    def add_numbers(
        self, wanted: str, label: str, answers: Sequence[AnswerValue | None], choices: Mapping[float, str]
    ) -> str:
        """Add a numeric variable with missing kinds; return its name."""
        numbers = [float(a) if isinstance(a, bool | int | float) else None for a in answers]
        kinds = [a for a in answers if isinstance(a, Missing) and a is not Missing.NO_ANSWER]
        known = list(dict.fromkeys(kinds))
        codes: dict[Missing, Any] = {kind: _STATA_MISSING[kind] for kind in known}
        if self.form.user_missing:
            base = _find_missing_code(numbers)
            codes = {kind: base - position for position, kind in enumerate(known)}
        cells = [codes.get(a, n) if isinstance(a, Missing) else n for a, n in zip(answers, numbers, strict=True)]
        labels: dict[Any, str] = {**choices, **{code: kind.value for kind, code in codes.items()}}
        name = self.add(wanted, label, cells, labels)
        if known and self.form.user_missing:
            self.ranges[name] = [{"lo": min(codes.values()), "hi": max(codes.values())}]
        elif known:
            self.tagged[name] = list(codes.values())
        return name

    def frame(self) -> Any:
        """Return the variables as a polars frame."""
        from capbuild.tables import polars

        pl = polars()
        kinds = {str: pl.String, float: pl.Float64, datetime.date: pl.Date}
        series = []
        for name, cells in self.columns.items():
            types = {type(cell) for cell in cells if cell is not None}
            # Letters among numbers are Stata's missing kinds; no other column has two types.
            kind = pl.Object if len(types) > 1 else kinds[next(iter(types), str if name in self._texts else float)]
            series.append(pl.Series(name, cells, dtype=kind))
        return pl.DataFrame(series)


def _find_missing_code(numbers: Sequence[float | None]) -> float:
    """Return the code of the first missing kind.

    It is well below all numbers.
    """
    lowest = min((number for number in numbers if number is not None), default=0.0)
    base = -901.0
    while lowest <= base:
        base = base * 10 - 1
    return base


def _make_numeric_codes(question: Question, values: Sequence[AnswerValue | None]) -> Mapping[str, float]:
    """Return codes and answers of a question as numbers.

    The result is empty if a code is no integer or an answer no number. Answers that are no choice of the question
    become numbers without a label.
    """
    codes = [choice.code for choice in question.choices if choice.missing is None]
    if not codes or not all(re.fullmatch(r"-?\d{1,9}", code) and str(int(code)) == code for code in codes):
        return {}
    given = {value for value in values if value is not None and not isinstance(value, Missing)} - {*codes}
    if not all(isinstance(value, str) and _is_number(value) for value in given):
        return {}
    return {code: float(code) for code in (*codes, *sorted(map(str, given)))}


def _is_number(text: str) -> bool:
    """True if a text is exactly a number's notation.

    Example:
        >>> _is_number("7"), _is_number("2.5"), _is_number("07"), _is_number("nan")
        (True, True, False, False)
    """
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text)) and f"{float(text):.15g}" == text


def _collect_variables(reading: Survey, form: _Format, options: StatisticsWriteOptions) -> _File:
    title = _label_text(reading.questionnaire.title, options) if reading.questionnaire is not None else ""
    file = _File(form, truncate(" ".join(title.split()), form.longest_title))
    for name, cells in zip(_ABOUT, zip(*map(_list_response_cells, reading.responses), strict=True), strict=False):
        file.add(name, name.replace("_", " "), list(cells))
    questions = reading.questionnaire.by_id if reading.questionnaire is not None else {}
    tables = [index_answers(response) for response in reading.responses]
    for name, time in answer_columns(reading):
        values = [table[name, time].value if (name, time) in table else None for table in tables]
        again = f"_{time}" if time > 1 else ""
        _add_question(file, f"{name}{again}", questions.get(name), values, options)
    if not file.columns:
        raise WriteError(
            "there are no questions and no responses, so the file would have no variables",
            code="CB711",
            remedy="write what holds questions",
        )
    return file


def _list_response_cells(response: Response) -> tuple[str, ...]:
    country = response.country.name if response.country is not None else response.place
    sent = response.submitted or response.date
    who = response.respondent.pseudonym if response.respondent is not None else ""
    return response.id, country or "", who, response.language or "", sent.isoformat() if sent else ""


def _label_text(text: Text, options: StatisticsWriteOptions) -> str:
    return text.get(options.language or text.language)


def _add_question(
    file: _File,
    name: str,
    question: Question | None,
    values: Sequence[AnswerValue | None],
    options: StatisticsWriteOptions,
) -> None:
    label = _label_text(question.text, options) if question is not None else name
    if question is not None and question.type is QuestionType.SELECT_MULTIPLE and question.choices:
        named = {choice.code: _label_text(choice.label, options) for choice in question.choices}
        file.add_choices(name, label, named, values)
        return
    if question is not None and question.type is QuestionType.RANKING and question.choices:
        for choice in question.choices:
            chosen = [_find_choice_rank(choice.code, value) for value in values]
            file.add_numbers(f"{name}_{choice.code}", f"{label}: {_label_text(choice.label, options)}", chosen, {})
        return
    choices = {choice.code: choice for choice in question.choices} if question is not None else {}
    codes = _make_numeric_codes(question, values) if question is not None else {}
    if codes:
        labels = {n: _label_text(choices[code].label, options) for code, n in codes.items() if code in choices}
        file.add_numbers(name, label, [codes[v] if isinstance(v, str) else v for v in values], labels)
    elif _are_numbers(values, question):
        file.add_numbers(name, label, values, {})
    elif _has_all_instances(values, (datetime.date,)) and not any(isinstance(v, datetime.datetime) for v in values):
        file.add(name, label, [v if isinstance(v, datetime.date) else None for v in values])
    else:
        named = {code: _label_text(choice.label, options) for code, choice in choices.items()}
        file.add_texts(name, label, [_make_text(v) for v in values], named)


def _are_numbers(values: Sequence[AnswerValue | None], question: Question | None) -> bool:
    """True if answers are numbers.

    Without answers, the type of the question decides.
    """
    if all(value is None or isinstance(value, Missing) for value in values):
        return question is not None and question.type in _NUMBERS
    is_numeric = _has_all_instances(values, (bool, int, float)) and (question is None or question.type in _NUMBERS)
    return is_numeric and all(abs(value) <= _LARGEST for value in values if isinstance(value, int | float))


def _has_all_instances(values: Sequence[AnswerValue | None], kinds: tuple[type, ...]) -> bool:
    given = [value for value in values if value is not None and not isinstance(value, Missing)]
    return bool(given) and all(isinstance(value, kinds) for value in given)


def _find_choice_rank(code: str, value: AnswerValue | None) -> AnswerValue | None:
    """Return the rank of a choice among those chosen.

    A choice that was not chosen has rank 0. A missing answer gives its reason.
    """
    if isinstance(value, tuple):
        return value.index(code) + 1 if code in value else 0
    return value if isinstance(value, Missing) else None


def _code_choice(code: str, value: AnswerValue | None) -> AnswerValue | None:
    """Return 1 for a chosen choice, else 0.

    A missing answer gives its reason.
    """
    rank = _find_choice_rank(code, value)
    return int(rank > 0) if isinstance(rank, int) else rank


def _make_text(value: AnswerValue | None) -> str:
    text = "" if value is None else answer_text(value)
    return "" if text is None else str(text).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _read_file_bytes(file: _File, save: Callable[[Any, str, _File], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"out{file.form.suffix}")
        save(file.frame(), str(path), file)
        return path.read_bytes()


def _save_spss(frame: Any, path: str, file: _File) -> None:
    import pyreadstat

    pyreadstat.write_sav(
        frame,
        path,
        file_label=file.title,
        column_labels=file.labels,
        variable_value_labels=file.values,
        missing_ranges=file.ranges,
    )


def _save_stata(frame: Any, path: str, file: _File) -> None:
    import pyreadstat

    pyreadstat.write_dta(
        frame,
        path,
        file_label=file.title,
        column_labels=list(file.labels.values()),
        variable_value_labels=file.values,
        missing_user_values=file.tagged or None,
        version=15,
    )


def write_spss(reading: Survey, _context: RenderContext, options: StatisticsWriteOptions) -> Iterator[bytes]:
    """Yield an SPSS file; the same bytes each time."""
    file = _collect_variables(reading, _SPSS, options)
    data = bytearray(_read_file_bytes(file, _save_spss))
    data[_SPSS_CLOCK] = _SPSS_NO_CLOCK
    yield add_response_sets(bytes(data), file.sets)


def write_stata(reading: Survey, _context: RenderContext, options: StatisticsWriteOptions) -> Iterator[bytes]:
    """Yield a Stata file; the same bytes each time."""
    file = _collect_variables(reading, _STATA, options)
    data = _read_file_bytes(file, _save_stata)
    clock = b"<timestamp>\x1101 Jan 2000 00:00</timestamp>"
    yield _STATA_CLOCK.sub(lambda match: clock if len(match[0]) == len(clock) else match[0], data, count=1)
