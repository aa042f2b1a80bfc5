"""Columnar scan of the reader `kobo-json`, without an object for each submission.

The code of `read` interprets definitions, keys and texts, once per key and distinct text. Content that does not fit
columns (several definitions, nested repeats, two keys for one question) is left to `read`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from attrs import define, field

from capbuild.formats import DuplicateKeyDecoder, is_json_object
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild_xlsform.definitions.files import stem
from capbuild_xlsform.json_submissions.json_answers import AnswerColumn, SubmissionColumns
from capbuild_xlsform.json_submissions.json_columns import ByteCounts, FallBackToReadError, RawSubmissions, key_columns
from capbuild_xlsform.json_submissions.json_envelope import LISTS, read_version_envelope, unwrap_submission
from capbuild_xlsform.json_submissions.table_scan import SubmissionTable, kept_columns
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.draft import Guess
from capbuild_xlsform.submissions.records import Entry, Record
from capbuild_xlsform.submissions.responses import SAMPLE, SubmissionReader
from capbuild_xlsform.submissions.schema import ObservedQuestions
from capbuild_xlsform.submissions.submission_file import SubmissionFile, select_forms

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*+([\[{])")
_PAGE = msgspec.defstruct("Page", [(name, list[msgspec.Raw] | msgspec.UnsetType, msgspec.UNSET) for name in LISTS])
_OTHERS = ("content", "survey", "source", "type")
_WHOLE, _DECIMAL = r"^-?[0-9]{1,15}$", r"^-?[0-9]{1,15}\.[0-9]+(?:[eE][+-]?[0-9]{1,2})?$"
_ZERO = r"^[+-]?0[0-9]"
_SEEN = 200


def scan_json(source: InputFile, options: SubmissionOptions) -> ResponseTable | None:
    """Return submissions as columns; None if they need `read`.

    Args:
        source: The file.
        options: Options in force.

    Raises:
        LimitError: It is nested deeper than the limits allow.
    """
    try:
        split = _Split.of(source)
        return None if split is None else _scanned(source, options, split)
    except (FallBackToReadError, msgspec.MsgspecError, UnicodeError, ValueError, RecursionError):
        return None  # `read` reports the error.


@define(eq=False)
class _Split:
    """File split into submissions.

    Attributes:
        records: The submissions.
        place: JSON path of their list.
        version: Form version in the file's definition.
        found: Other content of the file.
    """

    records: RawSubmissions
    place: str = "$"
    version: str = ""
    found: SubmissionFile = field(factory=SubmissionFile)

    @classmethod
    def of(cls, source: InputFile) -> "_Split | None":
        """Split a file into submissions.

        Returns None if it is not a list of them.
        """
        content = source.content.removeprefix(b"\xef\xbb\xbf")
        start = _START.match(content)
        if start is None:
            return None
        if start[1] == b"[":
            split = cls(msgspec.json.decode(content, type=list[msgspec.Raw]))
            first_keys = json.loads(bytes(split.records[0])) if split.records else {}
            if not split.records or set(_OTHERS) & set(first_keys) or unwrap_submission(first_keys) is not first_keys:
                return None
            return split
        page = msgspec.json.decode(content, type=_PAGE)
        records = next((found for name in LISTS if (found := getattr(page, name)) is not msgspec.UNSET), None)
        if not records:
            return None
        first, last = bytes(records[0]), bytes(records[-1])
        head = content[: content.index(first)] + content[content.rindex(last) + len(last) :]
        split = cls(records)
        keeper = DuplicateKeyDecoder()
        envelope = keeper.loads(head.decode())
        if keeper.met or not is_json_object(envelope):
            raise FallBackToReadError
        values, split.place, split.version = read_version_envelope(envelope, source, "$", split.found)
        return split if values == [] and split.place != "$" else None


def _lines(source: InputFile, records: RawSubmissions) -> tuple[bytes, ByteCounts]:
    """Return the submissions one per line, with counts, after checking the nesting limit."""
    lines = b"\n".join(records)
    marks = ByteCounts.of(lines)
    if marks.lines != len(records):
        lines = b"\n".join(bytes(record).replace(b"\n", b" ") for record in records)
        marks = ByteCounts.of(lines)
    if marks.objects != len(records):
        raise FallBackToReadError
    if marks.depth + len(LISTS) > source.limits.nesting:
        source.limits.check_json_nesting(source.name, source.content)
    return lines, marks


def _scanned(source: InputFile, options: SubmissionOptions, split: _Split) -> ResponseTable | None:
    lines, marks = _lines(source, split.records)
    forms, issues, observed = select_forms(source, options, split.found)
    if len(forms) > 1:
        return None
    asked = frozenset(observed.form.by_path) if observed.form is not None else frozenset[str]()
    columns = key_columns(split.records, lines, marks)
    del lines
    pieces = SubmissionColumns(source.name, split.records).take(columns, asked)
    _observe_answers(observed, pieces)
    work = SubmissionReader(source.name, options, forms, lambda: _sample(pieces), stem(source.name), observed)
    table = SubmissionTable(work, pieces, split.place, split.version).table()
    return ResponseTable(codebook=table.codebook, frame=table.frame, issues=[*issues, *table.issues])


def _sample(pieces: SubmissionColumns) -> Iterator[Record]:
    """Yield the different values of the first submissions, as one."""
    entries = []
    for piece in pieces.answers.values():
        found = (piece.texts if piece.texts is not None else piece.codes).head(SAMPLE).drop_nulls().unique().to_list()
        values = found if piece.texts is not None else [piece.cells[code] for code in found]
        entries += [Entry(piece.path, piece.places, value) for value in values if value is not None]
    yield Record(entries)


def _observe_answers(observed: ObservedQuestions, pieces: SubmissionColumns) -> None:
    """Add questions without a definition, and metadata, in order of appearance."""
    for piece in sorted(pieces.answers.values(), key=lambda piece: piece.first):
        if observed.knows(piece.path):
            continue
        guess = Guess()
        for cell in _output_text(piece):
            if isinstance(cell, str):
                guess.see(cell.strip())
            else:
                observed.draft.take_type(piece.path, cell)
        observed.draft.add(piece.path, [path for path, _ in piece.places], guess)
    kept = []
    for about, texts in kept_columns(pieces.meta):
        row = texts.is_not_null().arg_max()
        kept.append((row, pieces.place_of(row, about.key), about.number, about.name))
    observed.meta.update((name, None) for *_, name in sorted(kept))


def _output_text(piece: AnswerColumn) -> list[Any]:
    """Return enough values to infer the type.

    Two integers and two decimals represent all others, and repeated values occur two times.
    """
    if piece.texts is None:
        times = dict(piece.codes.value_counts().iter_rows()) if piece.codes is not None else {}
        return [c for code, c in enumerate(piece.cells) if c is not None for _ in range(min(2, times.get(code, 1)))]
    few: list[str] = piece.texts.head(_SEEN).drop_nulls().unique().to_list()
    guess = Guess()
    for text in few:
        guess.see(text.strip())
    if guess.is_text:
        return list(few)
    sample: list[str] = []
    texts = piece.texts.drop_nulls()
    for pattern in (_WHOLE, _DECIMAL):
        fits = texts.str.contains(pattern) & ~texts.str.contains(_ZERO)
        sample += texts.filter(fits).head(2).to_list()
        texts = texts.filter(~fits)
    return [*sample, *texts.unique().to_list(), *texts.filter(texts.is_duplicated()).unique().to_list()]
