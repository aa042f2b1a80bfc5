"""Frames read as survey files."""

from collections.abc import Iterator
from typing import Any

from capbuild.formats import Grid, TableOptions, read_table
from capbuild.formats.answer_table import is_tidy, read_answers
from capbuild.frames.rows import frame_rows
from capbuild.plugins import Claim, Confidence, InputFile, Reader


def frame_reader(frame: Any, name: str | None) -> tuple[Reader, InputFile]:
    """Return a reader for a frame, and a substitute for its file.

    Rows of the frame count from 2, as in a sheet with a header row.

    Args:
        frame: The frame; lazy ones are collected.
        name: Name for origins.

    Raises:
        ReadError: It is not a frame, or has no column.
        CapbuildError: CB501, narwhals is not installed.
    """
    rows = list(frame_rows(frame))
    # A reading has a hash, like that of a file: the hash of its cells.
    source = InputFile(name or "frame", data="\n".join(map(repr, rows)).encode())

    def read(source: InputFile, options: TableOptions) -> Iterator[Any]:
        if is_tidy(rows[0][1]):
            yield from read_answers(source.name, rows, drop_personal=options.drop_personal)
            return
        yield from read_table(Grid(source.name, rows), options, source.limits)

    claim = Claim(Confidence.SIGNATURE, f"a frame of {type(frame).__module__.partition('.')[0]}")
    return Reader(name="frame", title="Frame", sniff=lambda _: claim, read=read, options=TableOptions), source
