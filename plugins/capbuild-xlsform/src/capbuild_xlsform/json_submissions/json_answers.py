"""Answers, metadata and repeats of JSON submissions, by key."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
from attrs import define, field

from capbuild.tables import polars
from capbuild_xlsform.definitions.asset_content import format_scalar
from capbuild_xlsform.submissions.metadata import VERSIONS
from capbuild_xlsform.submissions.records import JsonCollector, Stored

_Places = tuple[tuple[str, int], ...]
#: White space that Python's `strip` removes; polars removes fewer characters.
WHITE = "".join(chr(n) for n in (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028,
                                 0x2029, 0x202F, 0x205F, 0x3000))  # fmt: skip


#: Levels around an answer, at most: page, list, submission, and answers of CommCare below `form`.
_AROUND = 4


class FallBackToReadError(Exception):
    """Raised for submissions that need `read` instead of columns."""


@define(eq=False)
class AnswerColumn:
    """Answers at one path and place.

    Attributes:
        path: Path of the question.
        places: Each repeat around it, and the position from 1.
        step: JSON path of an answer relative to its submission.
        first: First occurrence: submission, index of the key in it, index below the key.
        texts: Text of each submission (polars), null for none; None if `codes` is used.
        cells: Distinct stored values of the key, None for nothing.
        codes: Index in `cells` for each submission (polars), null for none.
    """

    path: str
    places: _Places
    step: str
    first: tuple[int, int, int]
    texts: Any = None
    cells: list[Stored | None] = field(factory=list)
    codes: Any = None

    @property
    def whole(self) -> tuple[list[Stored | None], Any]:
        """Distinct cells, and the codes into them."""
        if self.texts is None:
            return self.cells, self.codes
        return encode_texts(self.texts)


def encode_texts(texts: Any) -> tuple[list[Any], Any]:
    """Dictionary-encode a series.

    The result is the distinct texts, and their code for each row.
    """
    pl = polars()
    categorical = texts.cast(pl.Categorical(pl.Categories.random()))
    return categorical.dtype.categories.to_series().to_list(), categorical.to_physical()


@define(eq=False)
class MetadataColumn:
    """Metadata of all submissions under one name.

    Attributes:
        name: Its name.
        texts: Text of each submission (polars), null if blank.
        step: JSON path relative to the submission.
        key: Top-level key of the submission.
        number: Index below that key.
    """

    name: str
    texts: Any
    step: str
    key: str
    number: int = 0


@define(eq=False)
class SubmissionColumns:
    """Content of submissions.

    Attributes:
        file: Name of the file.
        submissions: The submissions.
        asked: Paths of the questions of the definition.
        answers: Answers by path and place.
        meta: Metadata by name.
        counts: Number of instances of a repeat in each submission (polars), by path.
        depth: Number of levels of lists and objects in the file.
    """

    file: str
    submissions: Sequence[Mapping[str, Any]]
    asked: frozenset[str]
    answers: dict[tuple[str, _Places], AnswerColumn] = field(factory=dict)
    meta: dict[str, MetadataColumn] = field(factory=dict)
    counts: dict[str, Any] = field(factory=dict)
    depth: int = 0

    @property
    def rows(self) -> int:
        """Number of submissions."""
        return len(self.submissions)

    def place_of(self, row: int, key: str) -> int:
        """Return the index of a key in a submission."""
        return list(self.submissions[row]).index(key)

    def take(self) -> "SubmissionColumns":
        """Add the columns of all keys.

        Raises:
            FallBackToReadError: Two keys have one meaning, or repeats are nested.
        """
        pl, kinds = polars(), dict[str, set[type]]()
        pairs = chain.from_iterable(
            zip(submission, map(type, submission.values()), strict=True) for submission in self.submissions
        )
        for key, kind in dict.fromkeys(pairs):
            kinds.setdefault(key, set()).add(kind)
        written = dict.fromkeys((key for key, types in kinds.items() if types == {str}), pl.String)
        texts = pl.from_dicts(self.submissions, schema=written) if written else pl.DataFrame()
        for key, value_types in kinds.items():
            if key in written:
                self._add_scalar(key, texts.get_column(key))
                continue
            cells = [submission.get(key, msgspec.UNSET) for submission in self.submissions]
            if value_types & {list, dict}:
                self._add_nested(key, cells)
            else:
                formatted = [None if cell is msgspec.UNSET else format_scalar(cell) for cell in cells]
                self._add_scalar(key, pl.Series(formatted, dtype=pl.String))
        if VERSIONS[-1] in kinds and VERSIONS[-1] not in self.asked:
            self._use_plain_version(VERSIONS[-1], written=VERSIONS[-1] in written)
        return self

    def _collect(self, key: str, value: Any) -> JsonCollector:
        walk = JsonCollector(self.file, self.asked)
        walk.take({key: value}, "", (), "")
        return walk

    def _add_scalar(self, key: str, texts: Any) -> None:
        walk = self._collect(key, "x")
        for entry in walk.entries:
            row = texts.is_not_null().arg_max() or 0
            first = (row, self.place_of(row, key), 0)
            self._add(AnswerColumn(entry.path, entry.places, _get_path(entry.origin), first, texts=texts))
        for name in walk.meta:
            self._add_meta(MetadataColumn(name, texts.str.strip_chars(WHITE), _get_path(walk.where[name]), key))

    def _add_nested(self, key: str, cells: Sequence[Any]) -> None:
        places: dict[bytes, int] = {}
        walks, rows, codes = list[JsonCollector](), list[int](), list[int | None]()
        for row, cell in enumerate(cells):
            code = None if cell is msgspec.UNSET else places.setdefault(msgspec.json.encode(cell), len(places))
            codes.append(code)
            if code == len(walks):
                self.depth = max(self.depth, _AROUND + nesting(cell))
                walks.append(self._collect(key, cell))
                rows.append(row)
        column = polars().Series(codes, dtype=polars().UInt32)
        for piece in self._collect_answers(key, walks, rows, column):
            self._add(piece)
        for meta_piece in self._collect_metadata(key, walks, column):
            self._add_meta(meta_piece)
        self._count_repeats(walks, column)

    def _collect_answers(
        self, key: str, walks: Sequence[JsonCollector], rows: Sequence[int], codes: Any
    ) -> Iterable[AnswerColumn]:
        columns: dict[tuple[str, _Places], AnswerColumn] = {}
        for at, walk in enumerate(walks):
            for number, entry in enumerate(walk.entries):
                where = (entry.path, entry.places)
                piece = columns.get(where)
                if piece is None:
                    cells: list[Stored | None] = [None] * len(walks)
                    first = (rows[at], self.place_of(rows[at], key), number)
                    piece = columns[where] = AnswerColumn(
                        *where, _get_path(entry.origin), first, cells=cells, codes=codes
                    )
                if piece.cells[at] is not None or piece.step != _get_path(entry.origin):
                    raise FallBackToReadError
                piece.cells[at] = entry.stored
        return columns.values()

    def _collect_metadata(self, key: str, walks: Sequence[JsonCollector], codes: Any) -> Iterable[MetadataColumn]:
        meta: dict[str, MetadataColumn] = {}
        for walk in walks:
            for number, name in enumerate(walk.meta):
                step = _get_path(walk.where[name])
                if meta.setdefault(name, MetadataColumn(name, None, step, key, number)).step != step:
                    raise FallBackToReadError
        for name, piece in meta.items():
            texts = polars().Series([walk.meta.get(name) for walk in walks], dtype=polars().String)
            piece.texts = texts.gather(codes)
        return meta.values()

    def _count_repeats(self, walks: Sequence[JsonCollector], codes: Any) -> None:
        for path in {path for walk in walks for path in walk.counts}:
            times = [walk.counts.get(path, []) for walk in walks]
            if path in self.counts or any(len(key) > 1 for keys in times for key in keys):
                raise FallBackToReadError
            counts = polars().Series([len(keys) for keys in times], dtype=polars().UInt32)
            self.counts[path] = counts.gather(codes).fill_null(0)

    def _use_plain_version(self, key: str, *, written: bool) -> None:
        """Use a key `version` as the form version.

        Raises `FallBackToReadError` if another key has the version, or if the form may have a question of that name.
        """
        answers = self.answers.pop((key, ()), None)
        if answers is None or not written or any(name in self.meta for name in VERSIONS):
            raise FallBackToReadError
        self._add_meta(MetadataColumn(key, answers.texts.str.strip_chars(WHITE), "", key))

    def _add(self, piece: AnswerColumn) -> None:
        if (piece.path, piece.places) in self.answers:
            raise FallBackToReadError
        self.answers[piece.path, piece.places] = piece

    def _add_meta(self, piece: MetadataColumn) -> None:
        if piece.name in self.meta:
            raise FallBackToReadError
        piece.texts = piece.texts.set(piece.texts == "", None)
        self.meta[piece.name] = piece


def nesting(value: Any) -> int:
    """Return a JSON value's number of nested levels.

    Example:
        >>> nesting([{"a": [1]}, "x"]), nesting(1)
        (3, 0)
    """
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if parts is None else 1 + max(map(nesting, parts), default=0)


def _get_path(origin: Any) -> str:
    return origin.path or "" if origin is not None else ""
