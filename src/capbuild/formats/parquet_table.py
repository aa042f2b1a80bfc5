"""Built-in plugin: Parquet files.

Response tables have a codebook, languages and kinds of missing. Files of other programs are read as data frames.
"""

import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from capbuild._lazy import provided
from capbuild.errors import CapbuildError, DocumentError, LimitError, ReadError, WriteError
from capbuild.formats.options import TableOptions
from capbuild.formats.parquet_process import TOO_MANY_CELLS
from capbuild.model import Questionnaire, Survey
from capbuild.origin import Origin
from capbuild.plugins import (
    Claim,
    Confidence,
    InputFile,
    NoOptions,
    Reader,
    ReadItem,
    RenderContext,
    Writer,
    child_environment,
    hookimpl,
)
from capbuild.tables import Codebook, ResponseTable, codebook_from_plain, codebook_to_plain
from capbuild.tables.building import engine_errors

_COLUMNS = "capbuild.columns"
_FORM = "capbuild.questionnaire"
_MARK = b"PAR1"
_PARSER = Path(__file__).with_name("parquet_process.py")
#: Columns in which pandas stores an index without a name, such as that of a filtered frame.
_INDEX = r"^__index_level_\d+__$"
#: Rows per file of a folder, so that cluster workers share the work.
_ROWS_A_FILE = 1_000_000


def _polars() -> Any:
    from capbuild.tables.building import polars

    return polars()


def _metadata(codebook: Codebook) -> dict[str, str]:
    from capbuild.documents import dumps

    return {
        _COLUMNS: json.dumps(codebook_to_plain(codebook), ensure_ascii=False),
        _FORM: dumps(codebook.questionnaire),
    }


def write_parquet(table: ResponseTable, path: str | Path, *, rows_a_file: int = _ROWS_A_FILE) -> None:
    """Write a table as a Parquet file or folder.

    A path without suffix is a folder of files.

    Args:
        table: The table; a lazy polars frame is streamed.
        path: A file such as `survey.parquet`, or a folder for a cluster.
        rows_a_file: Rows per file of a folder.

    Raises:
        WriteError: The file or folder cannot be written.

    Example:
        >>> import tempfile
        >>> from capbuild.model import Answer, Response
        >>> table = ResponseTable.from_responses([Response(id="1", answers=[Answer("q1", "sí")])])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_parquet(table, Path(folder, "survey.parquet"))
        ...     list(scan_parquet(Path(folder, "survey.parquet"))) == list(table)
        True
    """
    target, frame = Path(path), table.frame
    metadata = _metadata(table.codebook)
    try:
        if target.suffix:
            if isinstance(frame, _polars().LazyFrame):
                frame.sink_parquet(target, metadata=metadata)
            else:
                table.collected().frame.write_parquet(target, metadata=metadata)
            return
        target.mkdir(parents=True, exist_ok=True)
        whole = table.collected().frame
        for number, start in enumerate(range(0, max(whole.height, 1), rows_a_file)):
            part = target / f"part-{number:05}.parquet"
            whole.slice(start, rows_a_file).write_parquet(part, metadata=metadata)
    except OSError as error:
        raise WriteError(f"{target} cannot be written: {error}", code="CB702") from error


def read_codebook(path: str | Path) -> Codebook:
    """Read the codebook of a Parquet file or folder.

    The rows are not read.

    Raises:
        ReadError: The file does not exist or is not Parquet.
        DocumentError: It has no capbuild codebook.
    """
    place = Path(path)
    first = min(place.glob("*.parquet"), default=None) if place.is_dir() else place
    if first is None:
        raise ReadError(f"{place} contains no Parquet file", code="CB108", remedy="name the folder of the parts")
    return _codebook(first, place.name)


def _codebook(source: Any, name: str) -> Codebook:
    from capbuild.documents import loads

    unreadable: tuple[type[BaseException], ...] = (OSError, *engine_errors())
    try:
        metadata = _polars().read_parquet_metadata(source)
    except unreadable as error:
        raise ReadError(f"{name} cannot be read as Parquet: {error}", origin=Origin(name)) from error
    if _COLUMNS not in metadata or _FORM not in metadata:
        raise DocumentError(
            f"{name} contains no codebook",
            code="CB012",
            origin=Origin(name),
            remedy="make a Codebook for its columns, and a ResponseTable of both",
        )
    form = loads(metadata[_FORM], Questionnaire, name=name)
    return codebook_from_plain(json.loads(metadata[_COLUMNS]), form)


def scan_parquet(path: str | Path) -> ResponseTable:
    """Return a lazy table of a Parquet file or folder.

    Raises:
        ReadError: The file does not exist or is not Parquet.
        DocumentError: It has no capbuild codebook.
    """
    place = Path(path)
    pattern = place / "*.parquet" if place.is_dir() else place
    return ResponseTable(codebook=read_codebook(place), frame=_polars().scan_parquet(pattern))


def _is_parquet(source: InputFile) -> bool:
    return (source.path is None or not source.path.is_dir()) and source.head(4) == _MARK


def _has_codebook(source: InputFile) -> bool:
    return _COLUMNS.encode() in _end(source)


def _sniff(source: InputFile) -> Claim | None:
    ours = _is_parquet(source) and _has_codebook(source)
    return Claim(Confidence.SIGNATURE, "a Parquet table with a codebook") if ours else None


def _sniff_frame(source: InputFile) -> Claim | None:
    other = _is_parquet(source) and not _has_codebook(source)
    return Claim(Confidence.SIGNATURE, "a Parquet table") if other else None


def _end(source: InputFile) -> bytes:
    """Return the metadata of a Parquet file.

    Their length is stored in the last eight bytes of the file.
    """
    with source.open() as stream:
        stream.seek(max(source.size - 8, 0))
        length = min(int.from_bytes(stream.read(4), "little"), source.size)
        stream.seek(max(source.size - 8 - length, 0))
        return stream.read(length)


@contextmanager
def _refusing(source: InputFile) -> Iterator[None]:
    """Convert errors caused by a damaged file to `ReadError`."""
    try:
        yield
    except ReadError:
        raise
    except DocumentError as error:
        origin = error.origin or Origin(source.name)
        raise ReadError(error.message, code=error.code, origin=origin, remedy=error.remedy) from error
    except engine_errors() as error:
        raise ReadError(f"{source.name} is damaged: {error}", origin=Origin(source.name)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, CapbuildError) as error:
        raise ReadError(f"{source.name} does not fit its codebook: {error}", origin=Origin(source.name)) from error


def _scan(source: InputFile, _options: NoOptions) -> ResponseTable | None:
    if _is_parquet(source) and not _has_codebook(source):
        return None
    with _refusing(source):
        if source.path is not None:
            return scan_parquet(source.path)
        data = io.BytesIO(source.content)
        return ResponseTable(codebook=_codebook(data, source.name), frame=_polars().read_parquet(data))


def _read(source: InputFile, options: NoOptions) -> Iterator[ReadItem]:
    table = _scan(source, options)
    if table is None:
        yield from _read_frame(source, TableOptions())
        return
    yield table.questionnaire
    rows = iter(table)
    while True:
        with _refusing(source):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _parse(source: InputFile) -> bytes:
    """Convert a Parquet file to Arrow IPC in another process.

    A damaged file may crash the process that reads it.

    Raises:
        ReadError: The file is damaged.
        LimitError: It has too many cells, or takes too long.
    """
    origin, most = Origin(source.name), source.limits.cells
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, on a script of this package
            [sys.executable, "-P", str(_PARSER), str(most)],
            input=source.content,
            capture_output=True,
            env=child_environment(),
            timeout=source.limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"{source.name} is not read after {source.limits.seconds:,g} seconds"
        raise LimitError(message, code="CB134", origin=origin, remedy="raise limits.seconds") from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == TOO_MANY_CELLS:
        source.limits.check_cells(source.name, most + 1)
    if done.returncode == 1:
        raise ReadError(f"{source.name} is damaged: {done.stderr.decode(errors='replace').strip()}", origin=origin)
    raise ReadError(f"{source.name} is damaged: the parser stopped on it", origin=origin)


def _read_frame(source: InputFile, options: TableOptions) -> Iterator[ReadItem]:
    """Yield the items of a file without a codebook."""
    pl = _polars()
    frame = pl.read_ipc(io.BytesIO(_parse(source))).select(pl.exclude(_INDEX))
    reader, _ = provided("frame_reader")(frame, source.name)
    yield from reader.read(source, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of Parquet tables and data frames."""
    return [
        Reader(
            name="parquet",
            title="Table of responses (Parquet)",
            sniff=_sniff,
            read=_read,
            scan=_scan,
            suffixes=(".parquet",),
        ),
        Reader(
            name="parquet-frame",
            title="Data frame (Parquet)",
            sniff=_sniff_frame,
            read=_read_frame,
            options=TableOptions,
            suffixes=(".parquet",),
        ),
    ]


def _write(reading: Survey, _context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    table = ResponseTable.from_responses(reading.responses, reading.questionnaire)
    stream = io.BytesIO()
    table.collected().frame.write_parquet(stream, metadata=_metadata(table.codebook))
    yield stream.getvalue()


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the Parquet writer of responses."""
    return [
        Writer(
            name="responses-parquet",
            title="Responses as Parquet, with their codebook",
            accepts=(Survey,),
            write=_write,
            suffixes=(".parquet",),
            loses=("citations",),
        )
    ]
