"""Table of millions of responses, with typed rows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from attrs import evolve, field, frozen

from capbuild._garbage import collector_paused
from capbuild.checks import to_tuple
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError
from capbuild.model import Answer, Issue, Questionnaire, Response
from capbuild.tables.building import TableBuilder, polars
from capbuild.tables.codebook import Codebook, Column
from capbuild.tables.row_reader import RowReader

#: Rows taken from the frame at once during iteration.
_BLOCK = 2_000


def _list_names(frame: Any) -> tuple[str, ...]:
    if type(frame).__module__.startswith(("polars.dataframe", "polars.lazyframe")):
        return tuple(frame.collect_schema().names())  # avoids the import of narwhals, which costs as much as a scan
    import narwhals as nw

    return tuple(nw.from_native(frame).collect_schema().names())


@frozen(kw_only=True, eq=False)
class ResponseTable(NotebookDisplay):
    """Survey responses in columns: a codebook and a frame.

    The frame may be of any engine that narwhals supports, and lazy: data are read when a row is accessed or `tally` is
    called. Choices are integer codes of a dictionary; a companion column stores kinds of missing if a question has
    several. Rows and cells read as `Response` and `Answer`, with derived origins.

    Attributes:
        codebook: Meaning of the columns.
        frame: The native frame: polars, duckdb, pandas, pyarrow, or one of the Spark protocol.
        issues: Issues found while reading.

    Raises:
        ModelError: The frame lacks a column of the codebook.

    Example:
        >>> from capbuild.model import Missing
        >>> given = [Response(id="1", answers=[Answer("q1", "yes"), Answer("q2", 3)]),
        ...          Response(id="2", answers=[Answer("q1", Missing.REFUSED), Answer("q2", 4)])]
        >>> table = ResponseTable.from_responses(given)
        >>> len(table), table[1]["q1"].value.value, list(table) == given
        (2, 'refused', True)
    """

    codebook: Codebook
    frame: Any = field(repr=False)
    issues: tuple[Issue, ...] = field(default=(), converter=to_tuple, repr=False)

    def __attrs_post_init__(self) -> None:
        there = set(_list_names(self.frame))
        lacking = [name for name in self.codebook.physical if name not in there]
        if lacking:
            raise ModelError("ResponseTable.frame", sorted(there)[:20], f"must have the columns {lacking[:5]}")

    @classmethod
    def from_responses(
        cls, responses: Iterable[Response], questionnaire: Questionnaire | None = None, *, issues: Iterable[Issue] = ()
    ) -> "ResponseTable":
        """Build a table of polars columns from responses.

        Args:
            responses: The responses; consumed one by one, so that a stream never fills memory with objects.
            questionnaire: Their form; inferred when None.
            issues: Issues found while reading them.
        """
        builder = TableBuilder()
        for response in responses:
            builder.add(response)
        codebook, frame = builder.finish(questionnaire)
        return cls(codebook=codebook, frame=frame, issues=issues)

    @property
    def questionnaire(self) -> Questionnaire:
        """Form: questions, choices, languages."""
        return self.codebook.questionnaire

    def __repr__(self) -> str:
        frame = f"{type(self.frame).__module__.partition('.')[0]} {type(self.frame).__name__}"
        return f"ResponseTable({self.questionnaire.id!r}, {len(self.questionnaire)} questions, {frame})"

    def on(self, frame: Any) -> "ResponseTable":
        """Return the same responses on another engine's frame.

        Args:
            frame: A frame with the same physical columns, such as `spark.read.parquet(...)`.

        Raises:
            ModelError: It lacks a column.
        """
        return evolve(self, frame=frame)

    def collected(self) -> "ResponseTable":
        """Return the table with its frame in memory, as polars."""
        pl, frame = polars(), self.frame
        if isinstance(frame, pl.DataFrame):
            return self
        if isinstance(frame, pl.LazyFrame):
            return self.on(frame.collect())
        import narwhals as nw

        native = nw.from_native(frame)
        whole = native.collect() if isinstance(native, nw.LazyFrame) else native
        return self.on(whole.to_polars())

    def __len__(self) -> int:
        import narwhals as nw

        frame = nw.from_native(self.frame)
        if isinstance(frame, nw.LazyFrame):
            return int(frame.select(nw.len()).collect().item())
        return len(frame)

    def _make_reader(self, columns: Sequence[str]) -> RowReader:
        return RowReader(self.codebook, columns)

    @overload
    def __getitem__(self, row: int) -> Response: ...

    @overload
    def __getitem__(self, row: slice) -> "ResponseTable": ...

    def __getitem__(self, row: int | slice) -> "Response | ResponseTable":
        frame = self.collected().frame
        if isinstance(row, slice):
            return evolve(self, frame=frame[row])
        if not -frame.height <= row < frame.height:
            raise IndexError(f"the table has {frame.height} rows, and no row {row}")
        return self._make_reader(frame.columns).response(frame.row(row))

    def answer(self, row: int, question: str) -> Answer | None:
        """Return one answer; None if the response has none.

        Raises:
            KeyError: There is no such question.
        """
        column = self.codebook[question]
        about = [name for fact in self.codebook.facts.values() for name in fact.physical]
        small = self.collected().frame.select(*about, *column.physical)
        answers = self._make_reader(small.columns).answers(small.row(row))
        return answers[0] if answers else None

    def __iter__(self) -> Iterator[Response]:
        frame = self.collected().frame
        read = self._make_reader(frame.columns).response
        for start in range(0, frame.height, _BLOCK):
            with collector_paused():
                responses = [read(cells) for cells in frame.slice(start, _BLOCK).rows()]
            yield from responses

    def questions(self) -> tuple[str, ...]:
        """Return the ids of questions with answers, in order."""
        return tuple(dict.fromkeys(column.question for column in self.codebook.columns))

    def column(self, question: str) -> Column:
        """Return the column of a question or fact.

        Raises:
            KeyError: There is no such question or fact.
        """
        return self.codebook[question]

    def __str__(self) -> str:
        return f"{self.codebook.file or 'table'}: {len(self.codebook)} columns of answers ({type(self.frame).__name__})"
