"""Columnar scan of the reader `kobo-json`.

There is no object for each submission.

The code of `read` interprets definitions, keys and texts, once per key and distinct text. Content that does not fit
columns (several definitions, nested repeats, two keys for one question) is left to `read`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from capbuild.formats import is_json_object
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild_xlsform.definitions.files import stem
from capbuild_xlsform.json_submissions.json_answers import AnswerColumn, FallBackToReadError, SubmissionColumns, nesting
from capbuild_xlsform.json_submissions.json_envelope import unwrap_submission
from capbuild_xlsform.json_submissions.json_reader import is_analysis, split_versions
from capbuild_xlsform.json_submissions.table_scan import SubmissionTable, select_metadata
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.draft import Guess
from capbuild_xlsform.submissions.records import Entry, Record
from capbuild_xlsform.submissions.responses import SAMPLE, SubmissionReader
from capbuild_xlsform.submissions.schema import ObservedQuestions
from capbuild_xlsform.submissions.submission_file import SubmissionFile, select_forms

_WHOLE, _DECIMAL = r"^-?[0-9]{1,15}$", r"^-?[0-9]{1,15}\.[0-9]+(?:[eE][+-]?[0-9]{1,2})?$"
_ZERO = r"^[+-]?0[0-9]"
_SEEN = 200


def scan_json(source: InputFile, options: SubmissionOptions) -> ResponseTable | None:
    """Return submissions as columns; None if they need `read`.

    Args:
        source: The file.
        options: Options in force.
    """
    try:
        return _scan(source, options, _load(source))
    except (FallBackToReadError, msgspec.MsgspecError, UnicodeError, ValueError, RecursionError):
        return None  # `read` reports the error.


def _load(source: InputFile) -> Any:
    """Return the JSON value of a file.

    Raises:
        FallBackToReadError: An object has duplicate keys, of which msgspec keeps only the last.
        msgspec.MsgspecError: The file is not JSON in UTF-8.
    """
    content = source.content.removeprefix(b"\xef\xbb\xbf")
    value = msgspec.json.decode(content)
    if _count_quotes(content) != _count_quotes(msgspec.json.encode(value)):
        raise FallBackToReadError
    return value


def _count_quotes(content: bytes) -> int:
    """Return the number of quotes around keys and texts."""
    plain = content.replace(b"\\\\", b"") if b"\\\\" in content else content
    return int(np.count_nonzero(np.frombuffer(plain, np.uint8) == ord('"'))) - plain.count(b'\\"')


def _scan(source: InputFile, options: SubmissionOptions, value: Any) -> ResponseTable | None:
    file = SubmissionFile()
    versions = [] if is_analysis(value) else split_versions(value, source, file)
    if len(versions) != 1 or not versions[0][0] or not all(map(is_json_object, versions[0][0])):
        return None
    submissions, place, version = versions[0]
    around = [part for part in value.values() if part is not submissions] if is_json_object(value) else []
    forms, issues, observed = select_forms(source, options, file)
    if len(forms) > 1:
        return None
    asked = frozenset(observed.form.by_path) if observed.form is not None else frozenset[str]()
    pieces = SubmissionColumns(source.name, list(map(unwrap_submission, submissions)), asked).take()
    if max(pieces.depth, nesting(around)) > source.limits.nesting:
        return None
    _observe_answers(observed, pieces)
    work = SubmissionReader(source.name, options, forms, lambda: _sample(pieces), stem(source.name), observed)
    table = SubmissionTable(work, pieces, place, version).table()
    return ResponseTable(codebook=table.codebook, frame=table.frame, issues=[*issues, *table.issues])


def _sample(pieces: SubmissionColumns) -> Iterator[Record]:
    """Yield the different values of the first submissions, as one."""
    entries = []
    for piece in pieces.answers.values():
        distinct = (
            (piece.texts if piece.texts is not None else piece.codes).head(SAMPLE).drop_nulls().unique().to_list()
        )
        values = distinct if piece.texts is not None else [piece.cells[code] for code in distinct]
        entries += [Entry(piece.path, piece.places, value) for value in values if value is not None]
    yield Record(entries)


def _observe_answers(observed: ObservedQuestions, pieces: SubmissionColumns) -> None:
    """Add undefined questions and metadata, in order of appearance."""
    for piece in sorted(pieces.answers.values(), key=lambda piece: piece.first):
        if observed.knows(piece.path):
            continue
        guess = Guess()
        for cell in _list_typical_cells(piece):
            if isinstance(cell, str):
                guess.see(cell.strip())
            else:
                observed.draft.take_type(piece.path, cell)
        observed.draft.add(piece.path, [path for path, _ in piece.places], guess)
    kept = []
    for about, texts in select_metadata(pieces.meta):
        row = texts.is_not_null().arg_max()
        kept.append((row, pieces.place_of(row, about.key), about.number, about.name))
    observed.meta.update((name, None) for *_, name in sorted(kept))


def _list_typical_cells(piece: AnswerColumn) -> list[Any]:
    """Return enough values to infer the type.

    Two integers and two decimals represent all others. A value that occurs more than once is returned twice.
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
