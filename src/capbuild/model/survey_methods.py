"""Methods for exploring a survey: questions, filters and frames."""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, overload

from attrs import evolve

from capbuild._lazy import provided
from capbuild.errors import ModelError, did_you_mean
from capbuild.model.country import Country
from capbuild.model.questionnaire import Choice, Question, Questionnaire, QuestionType
from capbuild.model.response import Answer, AnswerValue, Missing, Response, ResponseStatus
from capbuild.model.survey_questions import QuestionAnswers, QuestionTable, answer_code, unknown_question
from capbuild.text import fold_text

if TYPE_CHECKING:
    import altair
    import pandas
    import polars


class SurveyTallyCell(Protocol):
    """Interface of `capbuild.tables.TallyCell`: a figure of one domain."""

    @property
    def domain(self) -> tuple[Any, ...]:
        """Identity of the domain, such as a country."""

    @property
    def domain_labels(self) -> tuple[str | None, ...]:
        """Same with labels: options, names of countries."""

    @property
    def target(self) -> str:
        """Id of the question."""

    @property
    def option(self) -> str:
        """Code of the option; empty for a mean."""

    @property
    def label(self) -> str:
        """Label of the option."""

    @property
    def quantile(self) -> float | None:
        """Share of respondents up to the figure of a quantile.

        It is None for a mean or a share.
        """

    @property
    def mean(self) -> float | None:
        """Share, mean or quantile of the cell.

        It is None without answers, and if suppressed.
        """

    @property
    def n(self) -> int | None:
        """Respondents with a figure; None if suppressed."""

    @property
    def suppressed(self) -> bool:
        """True if the cell has too few respondents."""


class SurveyTally(Protocol):
    """Interface of `capbuild.tables.Tally`."""

    @property
    def issues(self) -> Iterable[Any]:
        """Issues (`capbuild.model.Issues`) about the figures."""

    def __getitem__(self, key: tuple[Any, ...] | str, /) -> SurveyTallyCell: ...

    def __iter__(self) -> Iterator[SurveyTallyCell]: ...

    def __len__(self) -> int: ...

    def to_pandas(self, table: str | None = None) -> "pandas.DataFrame":
        """Return one row per domain and option."""

    def to_polars(self, table: str | None = None) -> "polars.DataFrame":
        """Return one row per domain and option."""

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart of shares or means, with intervals."""

    def display(self) -> None:
        """Show a table per question: HTML in notebooks, else text."""


#: Options and answers of up to so many are listed in a message.
_LISTED = 12

#: Facts of a response for `filter`, by name.
_FACTS: Mapping[str, Callable[[Response], Any]] = {
    "country": lambda response: response.country,
    "place": lambda response: response.place,
    "respondent": lambda response: response.respondent.pseudonym if response.respondent is not None else None,
    "language": lambda response: response.language,
    "status": lambda response: response.status,
    "date": lambda response: response.date,
}


class SurveyMethods:
    """Methods of `Survey` for exploration; see there for the fields."""

    __slots__ = ()

    if TYPE_CHECKING:
        file: str
        questionnaire: Questionnaire | None
        responses: tuple[Response, ...]

    def __len__(self) -> int:
        return len(self.responses)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Response]:
        return iter(self.responses)

    @overload
    def __getitem__(self, key: str) -> QuestionAnswers: ...

    @overload
    def __getitem__(self, key: int) -> Response: ...

    @overload
    def __getitem__(self, key: slice) -> Self: ...

    def __getitem__(self, key: str | int | slice) -> "QuestionAnswers | Response | Self":
        """Return a question's answers, a response, or a slice.

        Args:
            key: Id of a question, position of a response, or a slice of responses.

        Raises:
            KeyError: No question has that id.
        """
        if isinstance(key, slice):
            return self._replace_responses(self.responses[key])
        if isinstance(key, int):
            return self.responses[key]
        pairs = [(response, answer) for response in self.responses for answer in response if answer.question == key]
        asked = self._form_questions.get(key)
        if asked is None and not pairs:
            pairs = [(r, answer) for r in self.responses for answer in r if unknown_question(answer.question).id == key]
        if asked is None and not pairs:
            raise KeyError(f"no question {key!r} in {self.file}{did_you_mean(key, self._ipython_key_completions_())}")
        return QuestionAnswers(
            question=asked or unknown_question(key),
            responses=[response for response, _ in pairs],
            answers=[answer for _, answer in pairs],
        )

    def __contains__(self, item: object) -> bool:
        """True for a known question id or a contained response."""
        return item in self.questions if isinstance(item, str) else item in self.responses

    def _ipython_key_completions_(self) -> list[str]:
        return [question.id for question in self.questions]

    @property
    def _form_questions(self) -> Mapping[str, Question]:
        return {} if self.questionnaire is None else self.questionnaire.by_id

    def _replace_responses(self, responses: Collection[Response]) -> Self:
        survey: Any = self
        changed: Self = evolve(survey, responses=responses)
        return changed

    @property
    def questions(self) -> QuestionTable:
        """Questions with their answers counted."""
        return QuestionTable.count(self._form_questions.values(), self.responses)

    @property
    def countries(self) -> tuple[Country, ...]:
        """Countries of the responses, without duplicates, in the order found."""
        return tuple(dict.fromkeys(response.country for response in self.responses if response.country is not None))

    def filter(self, where: "Callable[[Response], bool] | Mapping[str, Any] | None" = None, /, **wanted: Any) -> Self:
        r"""Return the survey with the responses that match every condition.

        Issues and reconciliation stay those of the whole file.

        Args:
            where: A function of the response, or conditions by name for ids that are not Python names.
            wanted: Conditions by name: a fact (`country`, `place`, `respondent`, `language`, `status`, `date`) or the
                id of a question. Each is a value, several of them, or a function of the value. An option is named by
                code or label, a country by any of its names, and a kind of missing by `Missing` or its name; a number
                or date may be text. Case and accents do not matter.

        Raises:
            ModelError: No question has that id, or a value cannot be an answer to it.
            CountryError: A name is not of a country.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,law,staff\nJamaica,yes,3\nBelize,no,\n", name="a.csv")
            >>> [response.place for response in survey.filter(law="yes")], len(survey.filter(country="JM", law="no"))
            (['Jamaica'], 0)
            >>> [response.place for response in survey.filter(staff="No answer")]
            ['Belize']
        """
        tests = [where] if callable(where) else []
        named = {**(where if isinstance(where, Mapping) else {}), **wanted}
        tests += [self._make_test(name, value) for name, value in named.items()]
        return self._replace_responses(
            [response for response in self.responses if all(test(response) for test in tests)]
        )

    def _make_test(self, name: str, wanted: Any) -> Callable[[Response], bool]:
        asked = self._form_questions.get(name)
        own = asked is not None or (name not in _FACTS and name in self.questions)
        if name in _FACTS and (name == "country" or not own):
            fact = _FACTS[name]
            if name == "country" and self.responses and not self.countries and wanted is not None:
                hint = '; name the question on it, or read the file with options={"country": ...}'
                raise ModelError("filter", name, "must be known of a response, and none of this survey has one", hint)
            if callable(wanted):
                return lambda response: bool(wanted(fact(response)))
            resolve = provided("find_country") if name == "country" else None
            texts = [status.value for status in ResponseStatus] if name == "status" else None
            kind = QuestionType.DATE if name == "date" else QuestionType.TEXT
            fits = {_make_key(f"filter {name}", value, kind, texts, resolve) for value in _list_values(wanted)}
            return lambda response: not fits.isdisjoint(_list_keys(fact(response)))
        if not own:
            known = [*_FACTS, *self._ipython_key_completions_()]
            raise ModelError("filter", name, f"must be a fact or a question{did_you_mean(name, known)}")
        question = asked or unknown_question(name)
        if callable(wanted):
            return lambda response: any(wanted(answer.value) for answer in response if answer.question == name)
        answers = self[name]
        values = {answer.value: None for answer in answers if not isinstance(answer.value, tuple | Missing)}
        kind = question.type
        if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            kind = QuestionType.DECIMAL
        elif values and all(isinstance(value, datetime.date) for value in values):
            kind = QuestionType.DATE
        labels = [text for choice in question.choices for text in _list_names(choice)]
        texts = list(dict.fromkeys([*labels, *map(str, values)])) if labels else None
        fits = {_make_key(f"filter {name}", value, kind, texts) for value in _list_values(wanted)}
        return lambda response: any(
            not fits.isdisjoint(_list_answer_keys(question, answer)) for answer in response if answer.question == name
        )

    def select(self, *names: str | Iterable[str]) -> Self:
        r"""Return the survey with some of its questions.

        Args:
            names: Ids, or patterns such as `staff*`; also as a list.

        Raises:
            ModelError: A name matches no question.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,law,staff_m,staff_f\nJamaica,yes,3,4\n", name="a.csv")
            >>> [question.id for question in survey.select("staff*").questions]
            ['staff_m', 'staff_f']
        """
        known = self._ipython_key_completions_()
        patterns = _flatten_names("select", names)
        for name in patterns:
            if not any(fnmatchcase(known_name, name) for known_name in known):
                raise ModelError("select", name, f"must fit a question{did_you_mean(name, known)}")
        kept = {known_name for known_name in known if any(fnmatchcase(known_name, name) for name in patterns)}
        form = self.questionnaire
        if form is not None:
            form = evolve(
                form,
                questions=[question for question in form.questions if question.id in kept],
                mappings=[mapping for mapping in form.mappings if mapping.question in kept],
            )
        responses = [
            evolve(response, answers=[a for a in response.answers if a.question in kept]) for response in self.responses
        ]
        survey: Any = self
        changed: Self = evolve(survey, questionnaire=form, responses=responses)
        return changed

    def head(self, rows: int = 5) -> "pandas.DataFrame":
        """Return the first responses as a wide, labelled pandas frame."""
        return self[:rows].wide()

    @overload
    def wide(
        self,
        *,
        labels: bool = True,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        language: str = "",
        frame: Literal["pandas"] = "pandas",
    ) -> "pandas.DataFrame": ...

    @overload
    def wide(
        self,
        *,
        labels: bool = True,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        language: str = "",
        frame: Literal["polars"],
    ) -> "polars.DataFrame": ...

    def wide(
        self,
        *,
        labels: bool = True,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        language: str = "",
        frame: Literal["pandas", "polars"] = "pandas",
    ) -> "pandas.DataFrame | polars.DataFrame":
        r"""Return one row per response and one column per question.

        Options are categories in the form's order, dates are dates, and numbers stay integers if all are. Missing
        values are null; `why_missing` gives the reason. Columns `response`, `country`, `respondent` and `date` come
        first, if the file has them, and `status` if not every response was submitted: `filter(status="submitted")`
        leaves out tests, which no count includes.

        Args:
            labels: Labels of options and names of countries; else codes.
            multiple: Multi-select answers as a `list`, or as `indicators`, one column `question/option` per option.
            repeat: Id of a repeated block, for one row per repeat; None for questions outside repeats.
            language: Language of the labels; empty for the form's.
            frame: Library of the frame.

        Raises:
            ModelError: There is no such repeated block.
            CapbuildError: CB501, the library is not installed.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,law,staff\nJamaica,yes,3\nBelize,no,\n", name="a.csv")
            >>> survey.wide(frame="polars").rows()
            [('2', 'Jamaica', 'yes', 3), ('3', 'Belize', 'no', None)]
        """
        make = provided("wide_frame")
        options = {"labels": labels, "multiple": multiple, "repeat": repeat, "language": language}
        made: pandas.DataFrame | polars.DataFrame = make(self, frame, **options)
        return made

    @overload
    def why_missing(
        self,
        *,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        frame: Literal["pandas"] = "pandas",
    ) -> "pandas.DataFrame": ...

    @overload
    def why_missing(
        self,
        *,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        frame: Literal["polars"],
    ) -> "polars.DataFrame": ...

    def why_missing(
        self,
        *,
        multiple: Literal["list", "indicators"] = "list",
        repeat: str | None = None,
        frame: Literal["pandas", "polars"] = "pandas",
    ) -> "pandas.DataFrame | polars.DataFrame":
        r"""Return the reason for each null in `wide`.

        The frame has the shape of `wide`, with the column `response` as join key.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,staff\nJamaica,3\nBelize,don't know\n", name="a.csv")
            >>> survey.why_missing(frame="polars")["staff"].to_list()
            [None, "don't know"]
        """
        reasons: pandas.DataFrame | polars.DataFrame = provided("why_missing_frame")(self, frame, multiple, repeat)
        return reasons

    @property
    def repeats(self) -> tuple[str, ...]:
        """Repeated blocks with answers, for `wide(repeat=...)`."""
        names: tuple[str, ...] = provided("list_repeats")(self)
        return names

    @overload
    def codebook(self, *, frame: Literal["pandas"] = "pandas") -> "pandas.DataFrame": ...

    @overload
    def codebook(self, *, frame: Literal["polars"]) -> "polars.DataFrame": ...

    def codebook(self, *, frame: Literal["pandas", "polars"] = "pandas") -> "pandas.DataFrame | polars.DataFrame":
        """Return the codebook as a frame.

        Each option and each kind of missing of a question has a row with its frequency.
        """
        facts: pandas.DataFrame | polars.DataFrame = provided("codebook_frame")(self, frame)
        return facts

    def write_codebook(self, path: str | Path) -> Path:
        """Write the codebook in the format of the path's suffix.

        `.html` is a page, `.csv` a table, and `.xml` DDI Codebook 2.5.

        Raises:
            WriteError: The suffix is unknown, or the file cannot be written.
        """
        written: Path = provided("write_codebook")(self, path)
        return written

    def tally(
        self,
        *questions: str | Iterable[str],
        by: str | Sequence[str] = (),
        weight: str | None = None,
        strata: str | Sequence[str] = (),
        cluster: str | None = None,
        population: str | None = None,
        lonely: Literal["fail", "certainty", "adjust"] = "fail",
        quantiles: Sequence[float] | float = (),
        level: float = 0.90,
        minimum_n: int = 1,
    ) -> SurveyTally:
        r"""Return shares or means with design-based intervals.

        A question with options gives the share of each among respondents with an answer; a numeric question gives its
        mean, and quantiles if requested. In a repeated block, the figure of a respondent is the mean of the answers,
        with an issue. A respondent with a weight of zero counts in the design only; one without a weight is left out,
        with an issue.

        Args:
            questions: Ids of questions; also as a list.
            by: Domains: `country`, another fact or questions; empty for the whole.
            weight: Question with the weight of each respondent.
            strata: Questions or facts that define the strata.
            cluster: Question or fact with the primary sampling unit. This and strata may be personal: no result names
                them.
            population: Question with the number of clusters in the stratum.
            lonely: Contribution of a stratum with one cluster to the variance, as `survey.lonely.psu` in R: `fail`, no
                interval; `certainty`, nothing; `adjust`, its distance from the overall mean.
            quantiles: Quantiles of numbers to add, such as 0.5 for the median.
            level: Confidence level of the intervals.
            minimum_n: Minimum number of respondents of a shown cell; others are suppressed.

        Raises:
            ModelError: A name is not of the survey, a weight is negative, or a level or quantile not between 0
                and 1.

        Example:
            >>> from capbuild.io import read
            >>> rows = "".join(f"Jamaica,{'yes' if n % 4 else 'no'},{n}\n" for n in range(8))
            >>> survey = read(f"country,law,staff\n{rows}".encode(), name="a.csv")
            >>> [(cell.option, cell.mean, cell.n) for cell in survey.tally("law", "staff", by="country")]
            [('no', 0.25, 8), ('yes', 0.75, 8), ('', 3.5, 8)]
        """
        survey_tally: SurveyTally = provided("tally_survey")(
            self,
            _flatten_names("tally", questions),
            _flatten_names("by", [by]),
            weight=weight,
            strata=_flatten_names("strata", [strata]),
            cluster=cluster,
            population=population,
            lonely=lonely,
            quantiles=quantiles,
            level=level,
            minimum_n=minimum_n,
        )
        return survey_tally


def _list_names(choice: Choice) -> tuple[str, ...]:
    return (choice.code, *(choice.label.get(language) for language in choice.label.languages))


def _list_answer_keys(question: Question, answer: Answer) -> Iterator[Any]:
    """Yield the keys that `filter` matches for an answer.

    These are its value, the chosen options with their labels in all languages, and the kind of missing.
    """
    value: AnswerValue = answer.value
    if isinstance(value, Missing):
        own = [_list_names(choice) for choice in question.choices if choice.missing is value]
        chosen = [names for names in own if answer.raw in names] or own
        yield from (value, *(fold_text(name) for names in chosen for name in names))
        yield fold_text(value.value)
        return
    for part in value if isinstance(value, tuple) else (value,):
        yield from _list_keys(part)
        choice = question.choice(answer_code(part))
        yield from map(fold_text, () if choice is None else _list_names(choice))


def _list_keys(value: Any) -> tuple[Any, ...]:
    """Return the keys by which `filter` compares a value.

    Texts are folded to ignore case and accents; a country and None are their own keys.
    """
    if value is None or isinstance(value, Country):
        return (value,)
    if isinstance(value, datetime.datetime):
        return (value.isoformat(), str(value), value.date().isoformat())
    return (fold_text(answer_code(value)),)


def _list_values(wanted: Any) -> list[Any]:
    """Return the wanted values as a list."""
    return list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]


def _make_key(
    where: str,
    value: Any,
    kind: QuestionType,
    texts: Collection[str] | None = None,
    resolve: Callable[[Any], Any] | None = None,
) -> Any:
    """Return the key of a value wanted by `filter`.

    Args:
        where: The condition, for messages.
        value: The value.
        kind: Type of the answers.
        texts: Every text that is possible; None for any.
        resolve: Returns the object that a value names.

    Raises:
        ModelError: No answer can have the value.
    """
    if value is None or isinstance(value, Missing | Country):
        return value
    if resolve is not None:
        return resolve(value)
    missing = [reason.value for reason in Missing]
    (key, *_) = _list_keys(value)
    if not isinstance(value, str) or key in missing:
        return key
    known = [*(texts or ()), *missing]
    if texts is not None and key in map(fold_text, known):
        return key
    if kind in (QuestionType.INTEGER, QuestionType.DECIMAL):
        with suppress(ValueError):
            return answer_code(float(value))
        raise ModelError(where, value, f"must be a number or a kind of missing{did_you_mean(value, known)}")
    if kind in (QuestionType.DATE, QuestionType.DATETIME):
        with suppress(ValueError):
            return _list_keys(datetime.datetime.fromisoformat(value))[0 if "T" in value else -1]
        rule = "must be a date, as YYYY-MM-DD, or a kind of missing"
        raise ModelError(where, value, rule + did_you_mean(value, known))
    if texts is not None:
        listed = f" ({', '.join(texts)})" if len(texts) <= _LISTED else ""
        raise ModelError(where, value, f"must be an option{did_you_mean(value, known) or listed}")
    return key


def _flatten_names(where: str, names: "Iterable[str | Iterable[str]]") -> tuple[str, ...]:
    """Return names given as arguments or as lists.

    Raises:
        ModelError: One is not a text.
    """
    flat = tuple(name for part in names for name in ((part,) if isinstance(part, str) else _list_values(part)))
    for name in flat:
        if not isinstance(name, str):
            raise ModelError(where, name, "must be the id of a question")
    return flat
