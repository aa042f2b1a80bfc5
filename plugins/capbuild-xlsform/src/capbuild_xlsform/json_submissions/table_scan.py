"""Response table of scanned submissions: response columns, answers, metadata, issues."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from capbuild.formats import shorten
from capbuild.model import Issue, Missing, Questionnaire, ResponseStatus, Severity
from capbuild.tables import (
    GAP,
    Codebook,
    Coding,
    Column,
    ColumnNames,
    DistinctCells,
    ResponseTable,
    ScannedColumn,
    column_fact,
    constant_fact,
)
from capbuild.tables import polars as load_polars
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.json_submissions.answer_scan import AnswerColumns
from capbuild_xlsform.json_submissions.json_answers import (
    WHITE,
    FallBackToReadError,
    MetadataColumn,
    SubmissionColumns,
    encode_texts,
)
from capbuild_xlsform.submissions.metadata import IDS, LINKS, SUBMITTED, VERSIONS
from capbuild_xlsform.submissions.responses import SubmissionReader
from capbuild_xlsform.values import MARK, parse_moment, parse_submission_time

if TYPE_CHECKING:
    import polars


_Meta = Mapping[str, MetadataColumn]


def coalesce_texts(meta: _Meta, names: Iterable[str]) -> "polars.Series | None":
    """Return each submission's first non-blank text of some metadata.

    The result is None if the file has none of these metadata.
    """
    pl = load_polars()
    columns = [meta[name].texts for name in names if name in meta]
    if not columns:
        return None
    texts: polars.Series = pl.select(pl.coalesce(columns)).to_series()
    return texts


def name_submissions(meta: _Meta, rows: int) -> "polars.Series":
    """Return the id of each submission, or its number."""
    pl = load_polars()
    numbers: polars.Series = pl.int_range(1, rows + 1, eager=True).cast(pl.String)
    texts = coalesce_texts(meta, IDS)
    if texts is None:
        return numbers
    names = texts.str.strip_prefix("uuid:").str.strip_chars(WHITE)
    ids: polars.Series = names.set(names == "", None).zip_with(names.is_not_null() & (names != ""), numbers)
    return ids


def select_metadata(meta: _Meta) -> Iterator[tuple[MetadataColumn, Any]]:
    """Yield kept metadata with their texts, null if not kept.

    A text is not kept if it is used as id, submission time or version, or is a second id.
    """
    if LINKS[1] in meta:
        raise FallBackToReadError
    pl = load_polars()
    used: dict[str, Any] = {}
    for names in (IDS, SUBMITTED, VERSIONS):
        before = None
        for name in names:
            if name in meta:
                texts = meta[name].texts
                if names is SUBMITTED and any(
                    parse_moment(text, utc=True) is None for text in texts.unique().drop_nulls()
                ):
                    raise FallBackToReadError
                used[name] = texts.is_not_null() if before is None else texts.is_not_null() & before.is_null()
                before = texts if before is None else pl.select(pl.coalesce(before, texts)).to_series()
    ids = coalesce_texts(meta, IDS)
    bare = ids.str.strip_prefix("uuid:") if ids is not None else None
    for name, piece in meta.items():
        if name in LINKS:
            continue
        mask = used.get(name)
        if name in IDS:
            mask = mask | (piece.texts.str.strip_prefix("uuid:") == bare).fill_null(False)
        texts = piece.texts if mask is None else piece.texts.set(mask, None)
        if texts.null_count() < len(texts):
            yield piece, texts


_DAYS = ("today", "end", "start")

#: Largest number of distinct texts stored as a dictionary.
_FEW = 1000


@define(eq=False)
class SubmissionTable:
    """Builder of a table of submissions.

    Attributes:
        work: Reader of the submissions.
        pieces: Content of the submissions.
        place: JSON path of their list.
        version: Default form version.
    """

    work: SubmissionReader
    pieces: SubmissionColumns
    place: str
    version: str
    _physical: dict[str, Any] = field(factory=dict, init=False)
    _names: ColumnNames = field(factory=ColumnNames, init=False)
    _answers: AnswerColumns = field(init=False)

    def table(self) -> ResponseTable:
        """Return the table.

        Raises:
            FallBackToReadError: The submissions do not fit columns.
        """
        work = self.work
        if any(name.rpartition("/")[2] == MARK for name in work.schema.ids.values()):
            raise FallBackToReadError
        versions = self._count_versions()
        self._answers = AnswerColumns(work, self.pieces, self._find_form(), self._names, self._physical)
        answers = self._answers.columns()
        self._note(versions)
        answers += self._make_metadata_columns()
        facts = self._make_facts(versions)
        items = list(work.read())
        form = next(item for item in items if isinstance(item, Questionnaire))
        codebook = Codebook(questionnaire=form, columns=answers, facts=facts, file=work.file)
        issues = [item for item in items if isinstance(item, Issue)]
        if not self._physical:
            self._physical["response_count"] = [0] * self.pieces.rows
        return ResponseTable(codebook=codebook, frame=load_polars().DataFrame(self._physical), issues=issues)

    def _find_form(self) -> Form | None:
        """Return the only definition; None for none."""
        return next(iter(self.work.schema.versions.values()), None)

    def _count_versions(self) -> Any:
        """Return each submission's version (polars), and count submissions by version."""
        pl = load_polars()
        texts = coalesce_texts(self.pieces.meta, VERSIONS)
        blank = pl.Series([None], dtype=pl.String).new_from_index(0, self.pieces.rows)
        versions = (blank if texts is None else texts).fill_null(self.version)
        counts = versions.value_counts()
        firsts = versions.unique(maintain_order=True).to_list()
        known = dict(zip(counts.get_columns()[0].to_list(), counts.get_columns()[1].to_list(), strict=True))
        self.work.versions.update({version: known[version] for version in firsts})
        return versions

    # --- answers ---------------------------------------------------------------------------------------------------

    def _note(self, versions: Any) -> None:
        """Report problems with cells.

        For files without a form, also record in which versions questions were answered.
        """
        for scanned in self._answers.all:
            for problem, count in scanned.problems:
                message = f"{problem} ({shorten(scanned.question, 40)}), in {count:,} answers; the text is kept"
                remedy = "correct it, or define it in the option missing"
                self.work.log.add("CB201", Severity.WARNING, message, remedy=remedy, subject=scanned.question)
            if not self.work.forms and len(self.work.versions) > 1:
                given = [v is not GAP and not isinstance(v, Missing) for v, _, _ in scanned.distinct.found]
                self._note_versions(scanned, given, versions)

    def _note_versions(self, scanned: ScannedColumn, given: list[bool], versions: Any) -> None:
        pl = load_polars()
        values = pl.Series(given, dtype=pl.Boolean).gather(scanned.codes)
        there = values.fill_null(scanned.direct is not None)
        used_versions = {version for version in versions.filter(there).unique().to_list() if version}
        if used_versions:
            self.work.answered.setdefault(scanned.question, set()).update(used_versions)

    def _make_metadata_columns(self) -> list[Column]:
        """Return the columns of kept metadata."""
        columns = []
        for piece, texts in select_metadata(self.pieces.meta):
            if self.work.options.drop_personal and self.work.schema.personal_meta(piece.name):
                continue
            kept = self.work.schema.meta_id(piece.name)
            column = self._make_text_column(self._names.make(kept), kept, texts)
            columns.append(evolve(column, absent=None, step=piece.step))
        return columns

    def _make_text_column(self, name: str, question: str, texts: Any) -> Column:
        """Return a column of texts, dictionary-encoded if few are distinct."""
        if texts.n_unique() > _FEW:
            self._physical[name] = texts
            return Column(name=name, question=question, coding=Coding.TEXT)
        cells, codes = encode_texts(texts)
        if len(cells) == 1 and not codes.null_count() and name.startswith("response_"):
            return Column(name=name, question=question, coding=Coding.CONSTANT, values=cells)
        self._physical[name] = codes.cast(load_polars().Int16)
        return Column(name=name, question=question, coding=Coding.CODED, values=cells)

    # --- facts -----------------------------------------------------------------------------------------------------

    def _make_facts(self, versions: Any) -> dict[str, Column]:
        pl, options = load_polars(), self.work.options
        numbers = pl.int_range(self.pieces.rows, eager=True).cast(pl.String)
        paths = pl.select(pl.concat_str(pl.lit(f"{self.place}["), numbers, pl.lit("]"))).to_series()
        names = self._name_submissions()
        columns: dict[str, Column | None] = {
            "path": self._make_fact("path", paths),
            "id": self._make_fact("id", names),
            "respondent": self._make_fact("respondent", names),
            "status": constant_fact("status", ResponseStatus.SUBMITTED),
            "language": constant_fact("language", options.language) if options.language else None,
            "version": self._make_fact("version", versions.set(versions == "", None)),
            "questionnaire": self._make_fact("questionnaire", self._find_form_ids()),
            "place": constant_fact("place", options.country) if options.country else self._make_place_column(),
        }
        columns |= self._make_time_columns()
        return {name: column for name, column in columns.items() if column is not None}

    def _make_fact(self, name: str, texts: Any) -> Column | None:
        if texts.null_count() == len(texts):
            return None
        return self._make_text_column(f"response_{name}", name, texts)

    def _name_submissions(self) -> Any:
        """Return the names of submissions; duplicates are renamed and reported."""
        names = name_submissions(self.pieces.meta, self.pieces.rows)
        if not names.is_duplicated().any():
            return names
        seen: dict[str, int] = {}
        unique_names = []
        for name in names.to_list():
            seen[name] = seen.get(name, 0) + 1
            unique_names.append(name if seen[name] == 1 else self.work.rename_duplicate(name, seen[name]))
        return load_polars().Series(unique_names, dtype=load_polars().String)

    def _find_form_ids(self) -> Any:
        pl = load_polars()
        texts = coalesce_texts(self.pieces.meta, ("_xform_id_string",))
        known = self.work.forms[-1].id if self.work.forms else ""
        blank = pl.Series([None], dtype=pl.String).new_from_index(0, self.pieces.rows)
        ids = (blank if texts is None else texts).fill_null(known.strip())
        return ids.set(ids == "", None)

    def _make_place_column(self) -> Column | None:
        item = self.work.country
        if item is None or self.work.answering.drops(item):
            return None
        if self.work.schema.form.repeats(item.path):
            raise FallBackToReadError
        column = self._answers.by_path.get(item.path)
        if column is None:
            return None

        def named(cell: Any) -> str | None:
            value = column.distinct.read(cell)[0]
            return self.work.place_named(value) if isinstance(value, str) and not isinstance(value, Missing) else None

        return self._make_fact_column("place", column, named)

    def _make_fact_column(self, name: str, column: ScannedColumn, change: Callable[[Any], Any]) -> Column | None:
        fact_column, physical = column_fact(name, column, change)
        self._physical |= physical
        return fact_column

    def _make_time_columns(self) -> dict[str, Column | None]:
        """Return the submission times and dates.

        Dates come from the submission time or from metadata of the device.
        """
        pl = load_polars()
        texts = coalesce_texts(self.pieces.meta, SUBMITTED)
        days = [self._find_days(name) for name in _DAYS]
        columns: dict[str, Column | None] = {}
        if texts is not None:
            cells, codes = encode_texts(texts)
            places = codes.cast(pl.UInt32).fill_null(len(cells))
            sent = ScannedColumn("submitted", None, places, DistinctCells((*cells, None), _reject))
            columns["submitted"] = self._make_fact_column("submitted", sent, _parse_moment)
            days.insert(0, _find_dates(sent, lambda text: parse_submission_time(text) if text else None))
        filled = [series for series in days if series is not None]
        if filled:
            dates = pl.select(pl.coalesce(filled)).to_series()
            distinct = dates.unique(maintain_order=True).to_list()
            codes = dates.replace_strict(distinct, range(len(distinct)), return_dtype=pl.UInt32)
            columns["date"] = self._make_fact_column(
                "date", ScannedColumn("date", None, codes, DistinctCells(tuple(distinct), _reject)), lambda day: day
            )
        return columns

    def _find_days(self, name: str) -> Any:
        """Return the dates of a device question (polars), or None."""
        path = next((path for path, own in self.work.schema.ids.items() if own == name), None)
        column = self._answers.by_path.get(path or "")
        if path is not None and self.work.schema.form.repeats(path):
            raise FallBackToReadError
        return None if column is None else _find_dates(column, lambda cell: column.distinct.read(cell)[0])


def _reject(_cell: Any) -> Any:
    return None, None, ""


def _parse_moment(text: str | None) -> datetime.datetime | None:
    return parse_moment(text, utc=True) if text else None


def _find_dates(column: ScannedColumn, change: Callable[[Any], Any]) -> Any:
    """Return the dates of cells (polars)."""
    whole = column.as_dictionary()
    converted = [change(cell) for cell in whole.cells]
    days = [
        f.date() if isinstance(f, datetime.datetime) else f if isinstance(f, datetime.date) else None for f in converted
    ]
    return load_polars().Series(days, dtype=load_polars().Date).gather(whole.codes)
