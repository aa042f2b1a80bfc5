"""Answers, metadata and repeats of submissions, by JSON key."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import define, field

from capbuild.tables import polars
from capbuild_xlsform.json_submissions.json_columns import FallBackToReadError, KeyColumn, RawSubmissions
from capbuild_xlsform.submissions.metadata import VERSIONS
from capbuild_xlsform.submissions.records import JsonCollector, Stored

_Places = tuple[tuple[str, int], ...]
#: White space that Python's `strip` removes; polars removes fewer characters.
WHITE = "".join(chr(n) for n in (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028,
                                 0x2029, 0x202F, 0x205F, 0x3000))  # fmt: skip


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
    """Dictionary-encode a series: distinct texts and a code for each row."""
    pl = polars()
    found = texts.cast(pl.Categorical(pl.Categories.random()))
    return found.dtype.categories.to_series().to_list(), found.to_physical()


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
        records: The submissions.
        answers: Answers by path and place.
        meta: Metadata by name.
        counts: Number of instances of a repeat in each submission (polars), by path.
    """

    file: str
    records: RawSubmissions
    answers: dict[tuple[str, _Places], AnswerColumn] = field(factory=dict)
    meta: dict[str, MetadataColumn] = field(factory=dict)
    counts: dict[str, Any] = field(factory=dict)
    _keys: dict[int, dict[str, int]] = field(factory=dict)

    @property
    def rows(self) -> int:
        """Number of submissions."""
        return len(self.records)

    def place_of(self, row: int, key: str) -> int:
        """Return the index of a key in a submission."""
        found = self._keys.get(row)
        if found is None:
            keys = json.loads(bytes(self.records[row]))
            found = self._keys[row] = {name: place for place, name in enumerate(keys)}
        return found[key]

    def take(self, columns: Iterable[KeyColumn], asked: frozenset[str]) -> "SubmissionColumns":
        """Add the columns of all keys.

        Args:
            columns: The columns by key.
            asked: Paths of the questions of the definition.

        Raises:
            FallBackToReadError: Two keys have one meaning, or repeats are nested.
        """
        for column in columns:
            if column.texts is not None:
                self._scalar(column, asked)
            else:
                self._nested(column, asked)
            if column.key == VERSIONS[-1] and column.key not in asked:
                self._plain_version(column)
        return self

    def _scalar(self, column: KeyColumn, asked: frozenset[str]) -> None:
        walk = JsonCollector(self.file, asked)
        walk.take({column.key: "x"}, "", (), "")
        for entry in walk.entries:
            row = column.first or 0
            first = (row, self.place_of(row, column.key), 0)
            self._add(AnswerColumn(entry.path, entry.places, _path(entry.origin), first, texts=column.texts))
        for name in walk.meta:
            texts = column.texts.str.strip_chars(WHITE)
            self._add_meta(MetadataColumn(name, texts, _path(walk.where[name]), column.key))

    def _nested(self, column: KeyColumn, asked: frozenset[str]) -> None:
        walks = []
        for value in column.values:
            walk = JsonCollector(self.file, asked)
            walk.take({column.key: value}, "", (), "")
            walks.append(walk)
        for piece in self._answers_below(column, walks):
            self._add(piece)
        for meta_piece in self._meta_below(column, walks):
            self._add_meta(meta_piece)
        self._count(walks, column)

    def _answers_below(self, column: KeyColumn, walks: Sequence[JsonCollector]) -> Iterable[AnswerColumn]:
        firsts = _first_rows(column)
        found: dict[tuple[str, _Places], AnswerColumn] = {}
        for at, walk in enumerate(walks):
            for number, entry in enumerate(walk.entries):
                key = (entry.path, entry.places)
                piece = found.get(key)
                if piece is None:
                    cells: list[Stored | None] = [None] * len(walks)
                    first = (firsts[at], self.place_of(firsts[at], column.key), number)
                    piece = found[key] = AnswerColumn(*key, _path(entry.origin), first, cells=cells, codes=column.codes)
                if piece.cells[at] is not None or piece.step != _path(entry.origin):
                    raise FallBackToReadError
                piece.cells[at] = entry.stored
        return found.values()

    def _meta_below(self, column: KeyColumn, walks: Sequence[JsonCollector]) -> Iterable[MetadataColumn]:
        meta: dict[str, MetadataColumn] = {}
        for walk in walks:
            for number, name in enumerate(walk.meta):
                step = _path(walk.where[name])
                if meta.setdefault(name, MetadataColumn(name, None, step, column.key, number)).step != step:
                    raise FallBackToReadError
        for name, piece in meta.items():
            texts = polars().Series([walk.meta.get(name) for walk in walks], dtype=polars().String)
            piece.texts = texts.gather(column.codes)
        return meta.values()

    def _count(self, walks: Sequence[JsonCollector], column: KeyColumn) -> None:
        for path in {path for walk in walks for path in walk.counts}:
            times = [walk.counts.get(path, []) for walk in walks]
            if path in self.counts or any(len(key) > 1 for keys in times for key in keys):
                raise FallBackToReadError
            counts = polars().Series([len(keys) for keys in times], dtype=polars().UInt32)
            self.counts[path] = counts.gather(column.codes).fill_null(0)

    def _plain_version(self, column: KeyColumn) -> None:
        """Use a key `version` as the form version.

        Only if no other key has it, and no question has that name.
        """
        if any(name in self.meta for name in VERSIONS) or not column.written:
            raise FallBackToReadError
        self.answers.pop((column.key, ()), None)
        self._add_meta(MetadataColumn(column.key, column.texts.str.strip_chars(WHITE), "", column.key))

    def _add(self, piece: AnswerColumn) -> None:
        if (piece.path, piece.places) in self.answers:
            raise FallBackToReadError
        self.answers[piece.path, piece.places] = piece

    def _add_meta(self, piece: MetadataColumn) -> None:
        if piece.name in self.meta or (VERSIONS[-1] in self.meta and piece.name in VERSIONS):
            raise FallBackToReadError
        piece.texts = piece.texts.set(piece.texts == "", None)
        self.meta[piece.name] = piece


def _path(origin: Any) -> str:
    return origin.path or "" if origin is not None else ""


def _first_rows(column: KeyColumn) -> list[int]:
    """Return the first submission with each distinct value."""
    codes = column.codes.fill_null(len(column.values)).to_numpy()
    found, firsts = np.unique(codes, return_index=True)
    rows = dict(zip(found.tolist(), firsts.tolist(), strict=True))
    return [rows.get(at, 0) for at in range(len(column.values))]
