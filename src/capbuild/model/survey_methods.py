"""Methods for exploring a survey: questions, filters and frames."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, overload

from attrs import evolve

from capbuild._lazy import provided
from capbuild.errors import ModelError, did_you_mean
from capbuild.model.country import Country
from capbuild.model.questionnaire import Choice, Question, Questionnaire
from capbuild.model.response import Answer, AnswerValue, Missing, Response
from capbuild.model.survey_questions import QuestionAnswers, QuestionTable, answer_code, unknown_question

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
        """The same with labels: options, names of countries."""

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
        """Share of respondents with this figure or less; None for a mean or share."""

    @property
    def mean(self) -> float | None:
        """Share of the option, mean or quantile; None without answers, or if suppressed."""

    @property
    def n(self) -> int | None:
        """Respondents with a figure; None if suppressed."""

    @property
    def suppressed(self) -> bool:
        """Whether there are too few respondents to show the cell."""


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
        """Return a chart: bars of shares, or dots of means, with intervals."""

    def display(self) -> None:
        """Show a table per question: as a page in a notebook, as text elsewhere."""


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
        """Return the answers to a question by id, a response by index, or a slice of responses.

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

    def _ipython_key_completions_(self) -> list[str]:
        return [one.id for one in self.questions]

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
        return tuple(dict.fromkeys(one.country for one in self.responses if one.country is not None))

    def filter(self, where: "Callable[[Response], bool] | Mapping[str, Any] | None" = None, /, **wanted: Any) -> Self:
        r"""Return the survey with the responses that match every condition.

        Issues and reconciliation remain those of the file.

        Args:
            where: A function of the response, or conditions by name for ids that are not Python names.
            wanted: Conditions by name: a fact (`country`, `place`, `respondent`, `language`, `status`, `date`) or the
                id of a question. Each is a value, several of them, or a function of the value. An option is named by
                code or label, a country by any of its names, and a kind of missing by `Missing`.

        Raises:
            ModelError: No question has that id.
            CountryError: A name is not of a country.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,law,staff\nJamaica,yes,3\nBelize,no,\n", name="a.csv")
            >>> [one.place for one in survey.filter(law="yes")], len(survey.filter(country="JM", law="no"))
            (['Jamaica'], 0)
            >>> [one.place for one in survey.filter(staff=Missing.NO_ANSWER)]
            ['Belize']
        """
        tests = [where] if callable(where) else []
        named = {**(where if isinstance(where, Mapping) else {}), **wanted}
        tests += [self._make_test(name, value) for name, value in named.items()]
        return self._replace_responses([one for one in self.responses if all(test(one) for test in tests)])

    def _make_test(self, name: str, wanted: Any) -> Callable[[Response], bool]:
        asked = self._form_questions.get(name)
        own = asked is not None or (name not in _FACTS and name in self.questions)
        if name in _FACTS and (name == "country" or not own):
            fact = _FACTS[name]
            fits = _make_condition(_list_values(wanted, provided("find_country") if name == "country" else None))
            return lambda response: fits((fact(response),))
        if not own:
            known = [*_FACTS, *self._ipython_key_completions_()]
            raise ModelError("filter", name, f"must be a fact or a question{did_you_mean(name, known)}")
        question = asked or unknown_question(name)
        fits = _make_condition(_list_values(wanted) if callable(wanted) else self._check_options(question, wanted))
        return lambda response: any(fits(_list_answer_names(question, one)) for one in response if one.question == name)

    def _check_options(self, question: Question, wanted: Any) -> Any:
        """Return the wanted values of a question as a list.

        Raises:
            ModelError: A text is not an option of the question in any language, and nobody answered it.
        """
        values = _list_values(wanted)
        known = {name for choice in question.choices for name in _list_names(choice)}
        for value in values if known else ():
            if isinstance(value, str) and value not in known and value not in map(str, self[question.id].values):
                raise ModelError(f"filter {question.id}", value, f"must be an option{did_you_mean(value, known)}")
        return values

    def select(self, *names: str) -> Self:
        r"""Return the survey with some of its questions.

        Args:
            names: Ids, or patterns such as `staff*`.

        Raises:
            ModelError: A name matches no question.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,law,staff_m,staff_f\nJamaica,yes,3,4\n", name="a.csv")
            >>> [one.id for one in survey.select("staff*").questions]
            ['staff_m', 'staff_f']
        """
        known = self._ipython_key_completions_()
        for name in names:
            if not any(fnmatchcase(one, name) for one in known):
                raise ModelError("select", name, f"must fit a question{did_you_mean(name, known)}")
        kept = {one for one in known if any(fnmatchcase(one, name) for name in names)}
        form = self.questionnaire
        if form is not None:
            form = evolve(
                form,
                questions=[question for question in form.questions if question.id in kept],
                mappings=[mapping for mapping in form.mappings if mapping.question in kept],
            )
        responses = [evolve(one, answers=[a for a in one.answers if a.question in kept]) for one in self.responses]
        survey: Any = self
        changed: Self = evolve(survey, questionnaire=form, responses=responses)
        return changed

    def head(self, rows: int = 5) -> "pandas.DataFrame":
        """Return the first responses as a wide pandas frame with labels."""
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
        r"""Return one row per response and one typed column per question.

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
        r"""Return the kind of missing of each null in `wide`, with the same shape.

        Keeps the column `response`, as join key.

        Example:
            >>> from capbuild.io import read
            >>> survey = read(b"country,staff\nJamaica,3\nBelize,don't know\n", name="a.csv")
            >>> survey.why_missing(frame="polars")["staff"].to_list()
            [None, "don't know"]
        """
        made: pandas.DataFrame | polars.DataFrame = provided("why_missing_frame")(self, frame, multiple, repeat)
        return made

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
        """Return one row per option and kind of missing of each question, with its frequency."""
        made: pandas.DataFrame | polars.DataFrame = provided("codebook_frame")(self, frame)
        return made

    def write_codebook(self, path: str | Path) -> Path:
        """Write the codebook as a page (`.html`), a table (`.csv`) or DDI Codebook 2.5 (`.xml`).

        Raises:
            WriteError: The suffix is unknown, or the file cannot be written.
        """
        written: Path = provided("write_codebook")(self, path)
        return written

    def tally(
        self,
        *questions: str,
        by: str | tuple[str, ...] = (),
        weight: str | None = None,
        strata: str | tuple[str, ...] = (),
        cluster: str | None = None,
        population: str | None = None,
        lonely: Literal["fail", "certainty", "adjust"] = "fail",
        quantiles: Sequence[float] | float = (),
        level: float = 0.90,
        minimum_n: int = 1,
    ) -> SurveyTally:
        r"""Return shares of options, or means of numbers, with design-based intervals.

        A question with options gives the share of each among respondents with an answer; a numeric one its mean, and
        quantiles if requested. For a question in a repeated block, a respondent's figure is the mean of the answers
        (`issues` says so). A weight of zero counts in the design but in no figure; a respondent without a weight is
        left out, with an issue.

        Args:
            questions: Ids of questions.
            by: Domains: `country`, another fact or questions; empty for the whole.
            weight: Question with the weight of each respondent.
            strata: Questions or facts that define the strata.
            cluster: Question or fact with the primary sampling unit.
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
        found: SurveyTally = provided("tally_survey")(
            self,
            questions,
            by,
            weight=weight,
            strata=strata,
            cluster=cluster,
            population=population,
            lonely=lonely,
            quantiles=quantiles,
            level=level,
            minimum_n=minimum_n,
        )
        return found


def _list_names(choice: Choice) -> tuple[str, ...]:
    return (choice.code, *(choice.label.get(language) for language in choice.label.languages))


def _list_answer_names(question: Question, answer: Answer) -> tuple[Any, ...]:
    """Return the names of an answer: value, chosen options, labels in all languages."""
    value: AnswerValue = answer.value
    if isinstance(value, Missing):
        own = [_list_names(choice) for choice in question.choices if choice.missing is value]
        chosen = [names for names in own if answer.raw in names] or own
        return (value, *(name for names in chosen for name in names))
    parts = value if isinstance(value, tuple) else (value,)
    choices = (question.choice(answer_code(part)) for part in parts)
    labels = [name for choice in choices if choice is not None for name in _list_names(choice)]
    return (value, *(str(part) for part in parts), *labels)


def _list_values(wanted: Any, resolve: Callable[[Any], Any] | None = None) -> Any:
    """Return the wanted values as a list; functions are unchanged."""
    if callable(wanted) and not isinstance(wanted, type):
        return wanted
    values = list(wanted) if isinstance(wanted, list | set | frozenset | tuple | range) else [wanted]
    if resolve is None:
        return values
    return [one if one is None or isinstance(one, Country) else resolve(one) for one in values]


def _make_condition(wanted: Any) -> Callable[[tuple[Any, ...]], bool]:
    """Return a test on the names of an answer, from a function or a list."""
    if callable(wanted):
        return lambda names: bool(wanted(names[0]))
    codes = {answer_code(one) for one in wanted if isinstance(one, int | float) and not isinstance(one, bool)}
    return lambda names: any(way in codes or any(way == one for one in wanted) for way in names)
